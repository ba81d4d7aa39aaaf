//! Seller Hub CSV in either dialect: each row is read back into the tree it would have been written from, and held to what
//! that is held to. Findings name the file's own columns.

use super::variants;
use super::variants::Of;
use super::variants::Variant;
use crate::Ebay;
use crate::encode::fx::VARIATION;
use crate::kind::Form;
use crate::kind::Kind;
use crate::kind::Way;
use crate::policy;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::rules;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Ref;
use feedwright_marketplace::lint::Document;
use feedwright_marketplace::lint::File;
use feedwright_marketplace::lint::Tally;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::NodeId;
use feedwright_marketplace::listing::Source;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::rows;
use feedwright_marketplace::rows::Header;
use feedwright_marketplace::rows::Row;
use std::collections::BTreeMap;

/// What a column means, by its name in either dialect without star and case.
const COLUMNS: &[(&str, &str)] = &[
    ("customlabel", "/sku"),
    ("custom label (sku)", "/sku"),
    ("category", "/offer/categoryId"),
    ("category id", "/offer/categoryId"),
    ("title", "/item/product/title"),
    ("subtitle", "/item/product/subtitle"),
    ("description", "/offer/listingDescription"),
    ("conditionid", CONDITION),
    ("condition id", CONDITION),
    ("conditiondescription", "/item/conditionDescription"),
    ("condition description", "/item/conditionDescription"),
    ("dispatchtimemax", "/offer/dispatchDays"),
    ("max dispatch time", "/offer/dispatchDays"),
    ("picurl", PICTURES),
    ("item photo url", PICTURES),
    ("format", FORMAT),
    ("duration", "/offer/listingDuration"),
    ("startprice", PRICE),
    ("start price", PRICE),
    ("price", PRICE),
    ("quantity", QUANTITY),
    ("location", "/offer/location"),
    ("item location", "/offer/location"),
    ("postalcode", "/offer/postalCode"),
    ("shippingprofilename", "/offer/profiles/shipping"),
    ("shipping profile name", "/offer/profiles/shipping"),
    ("returnprofilename", "/offer/profiles/return"),
    ("return profile name", "/offer/profiles/return"),
    ("paymentprofilename", "/offer/profiles/payment"),
    ("payment profile name", "/offer/profiles/payment"),
    ("p:upc", "/item/product/upc/0"),
    ("p:ean", "/item/product/ean/0"),
    ("p:isbn", "/item/product/isbn/0"),
    ("relationship", RELATIONSHIP),
    ("relationshipdetails", DETAILS),
    ("relationship details", DETAILS),
];

const CONDITION: &str = "/item/condition";
const PICTURES: &str = "/item/product/imageUrls";
const FORMAT: &str = "/offer/format";
const PRICE: &str = "/offer/pricingSummary/price/value";
const CURRENCY: &str = "/offer/pricingSummary/price/currency";
const QUANTITY: &str = "/offer/availableQuantity";
const RELATIONSHIP: &str = "relationship";
const DETAILS: &str = "details";
/// What some lines before the header begin with.
const INFO: &str = "Info";
/// What a column of an aspect begins with, and those of conditions, which are not looked into.
const ASPECT: &str = "c:";
/// Columns that are known and not looked into: who has the listing, and conditions of cards and coins.
const UNREAD: &[&str] =
    &["itemid", "item number", "siteid", "storecategory", "cd:", "cda:", "shippingtype", "returnsacceptedoption"];
/// Columns by which a seller without profiles says how things are shipped and returned.
const AT_LENGTH: &[&str] = &["returnsacceptedoption", "shippingtype", "returns accepted option", "shipping type"];
/// Actions that make a listing.
const ADDS: &[&str] = &["Add", "VerifyAdd", "Draft"];
/// Actions that change or end one.
const CHANGES: &[&str] = &["Revise", "Relist", "End"];

/// What a column holds.
enum Meaning {
    Action,
    At(&'static str),
    Aspect(String),
    Other,
}

/// Checks a file, and says how many rows it holds.
pub(crate) fn lint(ebay: &Ebay, file: &File<'_>, out: &mut Findings) -> u64 {
    let all = rows::read(file, b',', out);
    let mut all = all.iter().filter(|row| !row.is_blank() && row.cell(0) != INFO);
    let Some(first) = all.next() else {
        let finding =
            Finding::new(&rules::UNREADABLE_FILE, "file has no header").help("begin it with the row of column names");
        out.push(file.say(finding));
        return 0;
    };
    let header = Header::new(file, first, out);
    let meanings: Vec<Meaning> = header.columns().iter().map(|name| meaning(name)).collect();
    if !matches!(meanings.first(), Some(Meaning::Action)) {
        let finding = Finding::new(&rules::BAD_ENVELOPE, "the first column is not `Action`")
            .help("begin the header with `*Action(SiteID=US|Country=US|Currency=USD|Version=1193|CC=UTF-8)`");
        out.push(file.say(finding.at(file.place(Some(first.line)))));
    }
    unknown_columns(file, &header, first, &meanings, out);
    site(ebay, file, &header, first, out);
    let at_length = header.columns().iter().any(|name| AT_LENGTH.contains(&plain(name).as_str()));
    let mut desk = Desk {
        ebay,
        file,
        header: &header,
        meanings: &meanings,
        tally: Tally::default(),
        skus: BTreeMap::new(),
        pending: None,
        at_length,
    };
    let mut count = 0;
    for row in all {
        header.fits(file, row, out);
        desk.formulas(row, out);
        desk.row(row, out);
        count += 1;
    }
    desk.settle(out);
    desk.tally.report(file, out);
    count
}

/// A column's name without star and case.
fn plain(name: &str) -> String {
    name.trim().trim_start_matches('*').trim().to_lowercase()
}

fn unknown_columns(file: &File<'_>, header: &Header, row: &Row, meanings: &[Meaning], out: &mut Findings) {
    for (at, (name, meaning)) in header.columns().iter().zip(meanings).enumerate() {
        let plain = plain(name);
        let is_known = plain.is_empty()
            || UNREAD.iter().any(|known| plain == *known || (known.ends_with(':') && plain.starts_with(known)));
        if matches!(meaning, Meaning::Other) && !is_known {
            let mut finding = Finding::new(&rules::UNKNOWN_ATTRIBUTE, format!("column `{name}` is not known here"))
                .help("its values are not checked")
                .at(header.place(file, row, at));
            finding.severity = Severity::Warning;
            out.push(file.say(finding));
        }
    }
}

/// What the first cell says of all rows: another site or currency than the one that is checked.
fn site(ebay: &Ebay, file: &File<'_>, header: &Header, row: &Row, out: &mut Findings) {
    let Some(first) = header.columns().first() else { return };
    let Some((_, parameters)) = first.split_once('(') else { return };
    let site = ebay.channel.site;
    let wanted = [("SiteID", crate::profile::trading_site(site.country).1), ("Currency", ebay.channel.currency.code())];
    for pair in parameters.trim_end_matches(')').split('|') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        for (known, expected) in wanted {
            if known == name.trim() && !value.trim().eq_ignore_ascii_case(expected) {
                let message = format!("the file is for {name} {value}, and {expected} is checked");
                let finding = Finding::new(&rules::BAD_ENVELOPE, message).help("name its site with `--site`");
                out.push(file.say(finding.at(header.place(file, row, 0))));
            }
        }
    }
}

fn meaning(name: &str) -> Meaning {
    let plain = name.trim().trim_start_matches('*').trim();
    let lower = plain.to_lowercase();
    if lower == "action" || lower.starts_with("action(") {
        return Meaning::Action;
    }
    if lower.starts_with(ASPECT) {
        return Meaning::Aspect(plain.get(ASPECT.len()..).unwrap_or_default().trim().to_owned());
    }
    COLUMNS.iter().find(|(known, _)| *known == lower).map_or(Meaning::Other, |(_, pointer)| Meaning::At(pointer))
}

/// A listing under way: its variants may follow.
struct Pending<'a> {
    row: &'a Row,
    tree: Listing,
    is_new: bool,
    axes: Vec<(String, Vec<String>)>,
    variants: Vec<&'a Row>,
}

struct Desk<'a> {
    ebay: &'a Ebay,
    file: &'a File<'a>,
    header: &'a Header,
    meanings: &'a [Meaning],
    tally: Tally,
    skus: BTreeMap<String, u64>,
    pending: Option<Pending<'a>>,
    /// Whether the file says at length what profiles would say.
    at_length: bool,
}

impl<'a> Desk<'a> {
    /// The first cell of a row that means something.
    fn cell(&self, row: &'a Row, pointer: &str) -> Option<(usize, &'a str)> {
        let at = self.meanings.iter().position(|meaning| matches!(meaning, Meaning::At(known) if *known == pointer))?;
        let cell = row.cell(at).trim();
        (!cell.is_empty()).then_some((at, cell))
    }

    fn say(&self, row: &Row, column: usize, finding: Finding) -> Finding {
        self.file.say(finding.at(self.header.place(self.file, row, column)))
    }

    fn formulas(&self, row: &Row, out: &mut Findings) {
        for (at, cell) in row.cells().enumerate() {
            if cell.starts_with("=\"") && cell.ends_with('"') {
                let finding = Finding::new(&rules::FORMULA_CELL, "cell is guarded for a spreadsheet");
                out.push(self.say(row, at, finding.help("write the digits alone: what is uploaded is read as it is")));
            } else if rows::is_formula(cell) {
                let shown: String = cell.chars().take(20).collect();
                let finding =
                    Finding::new(&rules::FORMULA_CELL, format!("`{shown}` begins like a spreadsheet formula"));
                out.push(self.say(row, at, finding.help("begin the text with something else")));
            }
        }
    }

    fn row(&mut self, row: &'a Row, out: &mut Findings) {
        self.duplicate(row, out);
        let is_variant = self.cell(row, RELATIONSHIP).is_some_and(|(_, cell)| cell.eq_ignore_ascii_case(VARIATION));
        if is_variant {
            match &mut self.pending {
                Some(pending) => pending.variants.push(row),
                None => {
                    let finding = Finding::new(&rules::ORPHAN_VARIATION, "the variant stands below no listing")
                        .help("put the row of its family above it");
                    out.push(self.file.say(finding.at(self.file.place(Some(row.line)))));
                }
            }
            return;
        }
        self.settle(out);
        let at = self.meanings.iter().position(|meaning| matches!(meaning, Meaning::Action));
        let action = at.map_or("", |at| row.cell(at).trim());
        let is = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(action));
        if !is(ADDS) && !is(CHANGES) {
            let finding = Finding::new(&rules::VALUE_NOT_ALLOWED, format!("`{action}` is no action"))
                .help(format!("write {}", [ADDS, CHANGES].concat().join(", ")));
            out.push(self.say(row, at.unwrap_or_default(), finding));
        }
        let axes = self.cell(row, DETAILS).map_or_else(Vec::new, |(_, cell)| read_axes(cell));
        let tree = self.tree(row, axes.as_slice());
        self.pending = Some(Pending { row, tree, is_new: is(ADDS), axes, variants: Vec::new() });
    }

    fn duplicate(&mut self, row: &'a Row, out: &mut Findings) {
        let Some((at, sku)) = self.cell(row, "/sku") else { return };
        match self.skus.get(sku) {
            Some(line) => {
                let finding = Finding::new(&rules::DUPLICATE_SKU, format!("SKU `{sku}` also stands in line {line}"));
                out.push(self.say(row, at, finding.help("give each listing and each variant a SKU of its own")));
            }
            None => {
                self.skus.insert(sku.to_owned(), row.line);
            }
        }
    }

    /// Checks the listing under way, now that all its variants are known.
    fn settle(&mut self, out: &mut Findings) {
        let Some(mut pending) = self.pending.take() else { return };
        if !pending.variants.is_empty() || !pending.axes.is_empty() {
            self.family(&mut pending, out);
        }
        let sku = self.cell(pending.row, "/sku").and_then(|(_, sku)| Sku::parse(sku).ok());
        let document = Document::in_row(self.file.clone(), pending.tree, pending.row.line, self.header.columns());
        let record = document.whole(1, sku);
        let id = document.root().pointer("/offer/categoryId").and_then(Ref::as_text).unwrap_or_default().to_owned();
        let form = Form::Listing(Way::Fx);
        if pending.is_new && !id.is_empty() {
            let found = self.ebay.category_in(form, &id);
            if let Some(category) = self.tally.category(&document, &record, "/offer/categoryId", found, out) {
                document.check(&record, "", &category.requirements, Scope::Whole, out);
            }
        } else if pending.is_new {
            let finding = Finding::new(&rules::MISSING_REQUIRED_FIELD, "the listing has no category");
            out.push(document.say(&record, "/offer/categoryId", finding.help("give the number of a category")));
        }
        let mut found = Findings::default();
        policy::check(self.ebay, Kind::Fx, &id, document.root(), &mut found);
        let found = found.take().into_iter().filter(|finding| {
            // Said of the cell already; an update may leave its quantity out.
            let code = finding.code.to_string();
            code != rules::FORMULA_CELL.code && (pending.is_new || code != rules::INCOMPLETE_OFFER.code)
        });
        let found: Vec<Finding> = found.collect();
        for finding in found {
            let pointer = finding.pointer.clone().unwrap_or_default();
            out.push(document.say(&record, &pointer, finding));
        }
    }

    /// What the rows of variants say, put together, and what is wrong between them.
    fn family(&self, pending: &mut Pending<'a>, out: &mut Findings) {
        let column = self.column(DETAILS);
        let variants: Vec<Variant<'_>> = pending.variants.iter().map(|row| self.variant(row)).collect();
        variants::check(&pending.axes, &variants, pending.is_new, |at, of, finding| {
            let Some(row) = pending.variants.get(at) else { return };
            let place = match of {
                Of::Axes => column,
                Of::Price => self.column(PRICE),
                Of::Quantity => self.column(QUANTITY),
            };
            let mut finding = self.say(row, place, finding);
            finding.sku = self.cell(row, "/sku").and_then(|(_, sku)| Sku::parse(sku).ok());
            out.push(finding);
        });
        // A family is held to what a listing is held to with the price of its first variant.
        let tree = &mut pending.tree;
        if let Some(first) = pending.variants.first() {
            if let Some((at, cell)) = self.cell(first, QUANTITY) {
                put_number(tree, QUANTITY, cell, column_source(at));
            }
            if let Some((at, cell)) = self.cell(first, PRICE) {
                put(tree, PRICE, cell, column_source(at));
                put(tree, CURRENCY, self.ebay.channel.currency.code(), column_source(at));
            }
        }
        let source = column_source(column);
        let family = object(tree, Listing::ROOT, "family", source);
        let skus = tree.add_array(family, &Key::new("variantSKUs"), source);
        for sku in pending.variants.iter().filter_map(|row| self.cell(row, "/sku")).map(|(_, sku)| sku) {
            tree.push(skus, Leaf::Text(sku), source);
        }
        tree.add_array(family, &Key::new("own"), source);
        let varies = object(tree, family, "variesBy", source);
        let list = tree.add_array(varies, &Key::new("specifications"), source);
        for (name, values) in &pending.axes {
            let entry = tree.push_object(list, source);
            tree.add(entry, &Key::new("name"), Leaf::Text(name), source);
            let all = tree.add_array(entry, &Key::new("values"), source);
            for value in values {
                tree.push(all, Leaf::Text(value), source);
            }
        }
    }

    /// The column that fills a pointer; the first where there is none.
    fn column(&self, pointer: &str) -> usize {
        let is = |meaning: &Meaning| matches!(meaning, Meaning::At(known) if *known == pointer);
        self.meanings.iter().position(is).unwrap_or_default()
    }

    /// A variant as its row tells it.
    fn variant(&self, row: &'a Row) -> Variant<'a> {
        let cell = |pointer: &str| self.cell(row, pointer).map(|(_, cell)| cell);
        let axes = cell(DETAILS).map_or_else(Vec::new, read_axes);
        Variant {
            line: row.line,
            axes: axes.into_iter().map(|(name, values)| (name, values.join(";"))).collect(),
            price: cell(PRICE),
            quantity: cell(QUANTITY),
        }
    }

    /// The tree of a row. What its variants differ by counts as given.
    fn tree(&self, row: &Row, axes: &[(String, Vec<String>)]) -> Listing {
        let mut tree = Listing::new();
        let site = self.ebay.channel.site;
        put(&mut tree, "/offer/marketplaceId", site.id, Source::default());
        for (at, meaning) in self.meanings.iter().enumerate() {
            let cell = row.cell(at).trim();
            if cell.is_empty() {
                continue;
            }
            let source = column_source(at);
            match meaning {
                Meaning::Action | Meaning::Other | Meaning::At(RELATIONSHIP | DETAILS) => {}
                Meaning::At(CONDITION) => put(&mut tree, CONDITION, policy::condition_of(cell).unwrap_or(cell), source),
                Meaning::At(FORMAT) => {
                    put(&mut tree, FORMAT, if cell == "FixedPrice" { "FIXED_PRICE" } else { cell }, source);
                }
                Meaning::At(PICTURES) => list(&mut tree, PICTURES, cell.split('|'), source),
                Meaning::At(QUANTITY) => put_number(&mut tree, QUANTITY, cell, source),
                Meaning::At(PRICE) => {
                    put(&mut tree, PRICE, cell, source);
                    put(&mut tree, CURRENCY, self.ebay.channel.currency.code(), source);
                }
                Meaning::At(pointer) => match pointer.strip_suffix("/0") {
                    Some(pointer) => list(&mut tree, pointer, std::iter::once(cell), source),
                    None => put(&mut tree, pointer, cell, source),
                },
                Meaning::Aspect(name) => aspect(&mut tree, name, cell.split('|'), source),
            }
        }
        let column = self.meanings.iter().position(|meaning| matches!(meaning, Meaning::At(DETAILS)));
        for (name, values) in axes {
            aspect(
                &mut tree,
                name,
                values.iter().take(1).map(String::as_str),
                column_source(column.unwrap_or_default()),
            );
        }
        if self.at_length {
            for profile in ["shipping", "return", "payment"] {
                put(&mut tree, &format!("/offer/profiles/{profile}"), "in other columns", Source::default());
            }
        }
        // Without a format a listing has a fixed price that holds until it is ended, or it is an auction by its own word.
        for (pointer, value) in [(FORMAT, "FIXED_PRICE"), ("/offer/listingDuration", "GTC")] {
            if tree.root().pointer(pointer).is_none() {
                put(&mut tree, pointer, value, Source::default());
            }
        }
        tree
    }
}

/// `Color=Red;Blue|Size=S;M` as names and values.
fn read_axes(text: &str) -> Vec<(String, Vec<String>)> {
    let parts = text.split('|').filter(|part| !part.trim().is_empty());
    parts
        .map(|part| {
            let (name, values) = part.split_once('=').unwrap_or((part, ""));
            let values =
                values.split(';').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect();
            (name.trim().to_owned(), values)
        })
        .collect()
}

/// Columns are told by their number, from 1.
fn column_source(column: usize) -> Source {
    Source(u32::try_from(column + 1).unwrap_or_default())
}

fn object(tree: &mut Listing, parent: NodeId, name: &str, source: Source) -> NodeId {
    let key = Key::new(name);
    match tree.get(parent, &key) {
        Some(node) => node,
        None => tree.add_object(parent, &key, source),
    }
}

fn holder<'p>(tree: &mut Listing, pointer: &'p str, source: Source) -> Option<(NodeId, &'p str)> {
    let (before, last) = pointer.rsplit_once('/')?;
    let holder = before.split('/').skip(1).fold(Listing::ROOT, |node, name| object(tree, node, name, source));
    tree.get(holder, &Key::new(last)).is_none().then_some((holder, last))
}

fn put(tree: &mut Listing, pointer: &str, text: &str, source: Source) {
    if let Some((holder, last)) = holder(tree, pointer, source) {
        tree.add(holder, &Key::new(last), Leaf::Text(text), source);
    }
}

fn put_number(tree: &mut Listing, pointer: &str, text: &str, source: Source) {
    if let Some((holder, last)) = holder(tree, pointer, source) {
        let leaf = text.parse().map_or(Leaf::Text(text), Leaf::Number);
        tree.add(holder, &Key::new(last), leaf, source);
    }
}

fn list<'t>(tree: &mut Listing, pointer: &str, texts: impl Iterator<Item = &'t str>, source: Source) {
    if let Some((holder, last)) = holder(tree, pointer, source) {
        let list = tree.add_array(holder, &Key::new(last), source);
        texts.map(str::trim).for_each(|text| {
            tree.push(list, Leaf::Text(text), source);
        });
    }
}

fn aspect<'t>(tree: &mut Listing, name: &str, values: impl Iterator<Item = &'t str>, source: Source) {
    let aspects =
        crate::family::ASPECTS.split('/').skip(1).fold(Listing::ROOT, |node, name| object(tree, node, name, source));
    let key = Key::new(name);
    if tree.get(aspects, &key).is_none() {
        let list = tree.add_array(aspects, &key, source);
        values.map(str::trim).for_each(|value| {
            tree.push(list, Leaf::Text(value), source);
        });
    }
}
