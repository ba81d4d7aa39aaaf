//! Checks a feed file whoever wrote it: its frame, each row against its requirements, policy, and what rows say together.

mod group;

use crate::Walmart;
use crate::kind::Kind;
use crate::policy;
use crate::profile::PROFILE;
use crate::schema;
use crate::settings::is_stamp;
use crate::starter;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::rules;
use feedwright_marketplace::Category;
use feedwright_marketplace::Feed;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Ref;
use feedwright_marketplace::lint::Document;
use feedwright_marketplace::lint::File;
use feedwright_marketplace::lint::Record;
use feedwright_marketplace::lint::Tally;
use feedwright_marketplace::lint::Terms;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use serde_json::Value;
use serde_json::json;
use std::sync::Arc;

static ROWS: Terms = Terms {
    profile: &PROFILE,
    record: "row",
    records: "rows",
    category: "product type",
    byte_order_mark: "Walmart may not be able to read the feed behind one (code ERR_PDI_0001)",
};

/// Checks a file, and says how many rows it holds.
pub(crate) fn lint(walmart: &Walmart, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
    let kind = Kind::of(feed);
    let file = File::new(&ROWS, file);
    if let Some(part) = feed.parts.first() {
        file.at_most_bytes(&part.max_bytes, Severity::Error, out);
    }
    let Some(document) = file.json(out) else { return 0 };
    if let Some(finding) = of_another_age(&document).or_else(|| wrapped(&document, kind)) {
        out.push(file.say(finding.at(file.place(Some(1)))));
        return 0;
    }
    let list = format!("/{}", kind.envelope().rows);
    let records = document.records(&list, kind.sku());
    frame(&document, kind, &records, out);
    duplicates(&document, kind, &records, out);
    let mut tally = Tally::default();
    let desk = Desk { walmart, feed, kind, document: &document, stamp: stamp(walmart, &document), offer: offer(kind) };
    for record in &records {
        desk.row(record, &mut tally, out);
    }
    tally.report(&file, out);
    if kind == Kind::Item {
        group::check(&document, &records, out);
    }
    let count = document.root().member(kind.envelope().rows).map_or(0, Ref::len) as u64;
    if let Some(part) = feed.parts.first() {
        file.at_most_records(count, &part.max_records, out);
    }
    count
}

/// The stamp the requirements must be of: the file's own, where it has one.
fn stamp(walmart: &Walmart, document: &Document<'_>) -> String {
    let version = document.root().pointer("/MPItemFeedHeader/version").and_then(Ref::as_text);
    let own = version.filter(|version| is_stamp(version));
    own.unwrap_or(&walmart.settings.spec_version).to_owned()
}

/// A file of a form that Walmart takes no more: items of version 3 ended on 2024-03-31, those of version 4 on 2026-01-31
/// (page "Item management API overview", read 2026-11-23).
fn of_another_age(document: &Document<'_>) -> Option<Finding> {
    let header = document.root().member("MPItemFeedHeader")?;
    let version = header.member("version").and_then(Ref::as_text).unwrap_or_default();
    let is_old = ["3.", "4."].iter().any(|start| version.starts_with(start));
    // Set-up by match was told by its channel, and was still taken at version 4.2 in September 2026.
    let channel = header.member("sellingChannel").and_then(Ref::as_text);
    if !is_old && header.member("subCategory").is_none() {
        return None;
    }
    let help = match channel {
        Some("mpsetupbymatch") => "write `MP_ITEM_MATCH` in version 5.0",
        Some(_) | None => "write the feed anew in version 5.0: its members differ too much to be checked here",
    };
    let message = format!("file is of item spec version `{version}`, which Walmart takes no more");
    Some(Finding::new(&rules::BAD_ENVELOPE, message).help(help).pointer("/MPItemFeedHeader/version"))
}

/// A file whose frame stands in another object, or in letters of another case: Walmart finds no rows in it, and the feed
/// ends in an error (`ERR_EXT_DATA_0503009`).
fn wrapped(document: &Document<'_>, kind: Kind) -> Option<Finding> {
    let root = document.root();
    let envelope = kind.envelope();
    if root.member(envelope.rows).is_some() {
        return None;
    }
    if let [(name, inner)] = root.members().collect::<Vec<_>>().as_slice()
        && inner.member(envelope.rows).is_some()
    {
        let message = format!("the feed stands in a member `{name}`");
        return Some(
            Finding::new(&rules::BAD_ENVELOPE, message)
                .help(format!("write `{}` and `{}` as the outermost members", envelope.header, envelope.rows))
                .pointer(format!("/{name}")),
        );
    }
    let other = root.members().find(|(name, _)| name.eq_ignore_ascii_case(envelope.rows)).map(|(name, _)| name)?;
    let message = format!("`{other}` is written in letters of another case than `{}`", envelope.rows);
    Some(
        Finding::new(&rules::BAD_ENVELOPE, message)
            .help(format!("write `{}` and `{}`", envelope.header, envelope.rows))
            .pointer(format!("/{other}")),
    )
}

fn frame(document: &Document<'_>, kind: Kind, records: &[Record], out: &mut Findings) {
    let envelope = kind.envelope();
    let Some(header) = starter::header(kind) else { return };
    let mut properties = serde_json::Map::new();
    properties.insert(envelope.header.to_owned(), header);
    properties
        .insert(envelope.rows.to_owned(), json!({ "type": "array", "minItems": 1, "items": { "type": "object" } }));
    let frame = json!({
        "type": "object",
        "required": [envelope.header, envelope.rows],
        "properties": Value::Object(properties),
        "additionalProperties": false,
    });
    let name = format!("the frame of {}", kind.feed().name);
    match Requirements::compile_value(&name, frame, &schema::DIALECT, Origin::Given { name: name.clone() }) {
        Ok(schema) => document.frame(&schema, records, out),
        // Only a slip in our own files can get here; the tests read them.
        Err(why) => debug_assert!(false, "{why}"),
    }
}

/// Of two rows of a SKU nobody knows which holds; a price feed may fail them both (API reference of prices).
fn duplicates(document: &Document<'_>, kind: Kind, records: &[Record], out: &mut Findings) {
    let same_sku = |sku: &str, first: usize| {
        let mut finding = Finding::new(&rules::DUPLICATE_SKU, format!("SKU `{sku}` also stands in row {first}"))
            .help("keep one row for each SKU: which of them holds is not promised");
        finding.severity = match kind {
            Kind::Price | Kind::LegacyPrice => Severity::Error,
            Kind::Item
            | Kind::Maintenance
            | Kind::Match
            | Kind::Inventory
            | Kind::NodeInventory
            | Kind::LagTime
            | Kind::Retire
            | Kind::Delete => Severity::Warning,
        };
        finding
    };
    document.duplicates(records, kind.sku(), same_sku, out);
}

/// What can be said of an item's offer where its product type is not known; nothing in feeds that have none.
fn offer(kind: Kind) -> Option<Requirements> {
    let offer = kind.has_categories().then(|| starter::offer(kind))?;
    debug_assert!(offer.is_ok(), "only a slip in our own files can get here; the tests read them");
    offer.ok()
}

/// What it takes to check one row after the other.
struct Desk<'a> {
    walmart: &'a Walmart,
    feed: &'a Feed,
    kind: Kind,
    document: &'a Document<'a>,
    stamp: String,
    offer: Option<Requirements>,
}

impl Desk<'_> {
    /// Checks one row. Blank texts count as missing (`EXT_DATA_ERROR_74086950555651`).
    fn row(&self, record: &Record, tally: &mut Tally, out: &mut Findings) {
        let document = self.document;
        document.blanks(record, "", out);
        let category = self.category(record, tally, out);
        match (&category, &self.offer) {
            (Some(category), _) => document.check(record, "", &category.requirements, Scope::Whole, out),
            (None, Some(offer)) => document.check(record, "/Orderable", offer, Scope::Whole, out),
            (None, None) => {}
        }
        let mut found = Findings::default();
        let shape = category.as_ref().map(|category| category.requirements.shape());
        policy::check(self.kind, document.node(record), shape, &self.walmart.channel, &mut found);
        document.say_all(record, found, out);
    }

    /// The requirements of a row.
    fn category(&self, record: &Record, tally: &mut Tally, out: &mut Findings) -> Option<Arc<Category>> {
        let visible = self.document.node(record).member("Visible");
        let product_type = visible.and_then(|visible| visible.members().next()).map_or("", |(name, _)| name);
        if !self.kind.has_categories() || !product_type.trim().is_empty() {
            let found = self.walmart.category_at(self.feed, product_type, &self.stamp);
            return tally.category(self.document, record, "/Visible", found, out);
        }
        // An update of the offer alone names no product type; an item without one lacks it.
        if self.kind == Kind::Item {
            let message = "required attribute `Visible` has no product type";
            let finding = Finding::new(&rules::MISSING_REQUIRED_FIELD, message)
                .help("give the product's attributes under the name of its product type");
            out.push(self.document.say(record, "/Visible", finding));
        }
        None
    }
}
