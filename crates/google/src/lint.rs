//! Checks a finished file, whoever wrote it: each row or item is read back into the tree it would have been written from.

use crate::Google;
use crate::category::GENERAL;
use crate::encode::PREFIX;
use crate::policy;
use crate::profile;
use crate::profile::PROFILE;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::rules;
use feedwright_marketplace::Feed;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Marketplace as _;
use feedwright_marketplace::Ref;
use feedwright_marketplace::lint::Document;
use feedwright_marketplace::lint::File;
use feedwright_marketplace::lint::Record;
use feedwright_marketplace::lint::Terms;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::NodeId;
use feedwright_marketplace::listing::Source;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Shape;
use feedwright_marketplace::rows;
use feedwright_marketplace::rows::Header;
use feedwright_marketplace::xml;
use std::collections::BTreeMap;

static TERMS: Terms = Terms {
    profile: &PROFILE,
    record: "product",
    records: "products",
    category: "category",
    byte_order_mark: "the first column's name is read with it",
};

/// Checks a file, and says how many products it holds.
pub(crate) fn lint(google: &Google, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
    let file = File::new(&TERMS, file);
    if let Some(part) = feed.parts.first() {
        file.at_most_bytes(&part.max_bytes, Severity::Error, out);
    }
    let Ok(any) = google.category(feed, GENERAL) else { return 0 };
    let shape = any.requirements.shape();
    if feed.id == profile::RSS { rss(google, feed, &file, shape, out) } else { table(google, feed, &file, shape, out) }
}

fn table(google: &Google, feed: &Feed, file: &File<'_>, shape: &Shape, out: &mut Findings) -> u64 {
    let all = rows::read(file, b'\t', out);
    let mut all = all.iter().filter(|row| !row.is_blank());
    let Some(first) = all.next() else {
        let finding = Finding::new(&rules::UNREADABLE_FILE, "file has no header");
        out.push(file.say(finding.help("begin it with the row of attribute names")));
        return 0;
    };
    let header = Header::new(file, first, out);
    for (at, column) in header.columns().iter().enumerate() {
        if !shape.properties.contains_key(&name(column)) {
            let finding =
                Finding::new(&rules::UNKNOWN_ATTRIBUTE, format!("`{column}` is no attribute that is known here"));
            let mut finding = finding.help("its values are not checked").at(header.place(file, first, at));
            finding.severity = Severity::Warning;
            out.push(file.say(finding));
        }
    }
    let mut ids: BTreeMap<String, u64> = BTreeMap::new();
    let mut count = 0;
    for row in all {
        count += 1;
        header.fits(file, row, out);
        let mut tree = Listing::new();
        for (at, column) in header.columns().iter().enumerate() {
            let (name, cell) = (name(column), row.cell(at).trim());
            if let (Some(shape), false) = (shape.properties.get(&name), cell.is_empty()) {
                let source = Source(u32::try_from(at + 1).unwrap_or_default());
                let entries = if shape.items.is_some() { entries(cell) } else { vec![cell.to_owned()] };
                add(&mut tree, Listing::ROOT, &name, shape, &entries, source);
            }
        }
        let sku = tree.root().member("id").and_then(Ref::as_text).and_then(|id| Sku::parse(id).ok());
        let document = Document::in_row(file.clone(), tree, row.line, header.columns());
        let record = document.whole(1, sku);
        check(google, feed, &document, &record, out);
        if let Some(id) = document.root().member("id").and_then(Ref::as_text) {
            if let Some(line) = ids.get(id) {
                let finding = Finding::new(&rules::DUPLICATE_SKU, format!("id `{id}` also stands in line {line}"));
                out.push(document.say(&record, "/id", finding.help("give each product an id of its own")));
            } else {
                ids.insert(id.to_owned(), row.line);
            }
        }
    }
    count
}

fn rss(google: &Google, feed: &Feed, file: &File<'_>, shape: &Shape, out: &mut Findings) -> u64 {
    let text = file.text(out);
    let mut read = Listing::new();
    if let Err(problem) = xml::read(text, &mut read) {
        let finding = Finding::new(&rules::UNREADABLE_FILE, format!("file is not XML: {}", problem.message))
            .help("write the file with an XML library");
        out.push(file.say(finding.at(file.place(Some(problem.line)))));
        return 0;
    }
    let document = Document::in_text(file.clone(), read, text);
    let Some(channel) = document.root().pointer("/rss/channel") else {
        let finding = Finding::new(&rules::BAD_ENVELOPE, "there is no `rss` with a `channel` in it");
        out.push(file.say(finding.help("begin with `rss`, and put each product into an `item` of its `channel`")));
        return 0;
    };
    let mut trees = Listing::new();
    let list = trees.add_array(Listing::ROOT, &Key::new("item"), channel.source());
    for item in channel.member("item").into_iter().flat_map(several) {
        let tree = trees.push_object(list, item.source());
        for (element, node) in item.members() {
            let name = name(element.strip_prefix(PREFIX).unwrap_or(element));
            let Some(shape) = shape.properties.get(&name) else {
                let finding =
                    Finding::new(&rules::UNKNOWN_ATTRIBUTE, format!("`{element}` is no attribute that is known here"));
                let mut finding = finding.help("its values are not checked").at(document.place(node));
                finding.severity = Severity::Warning;
                out.push(file.say(finding));
                continue;
            };
            let entries: Vec<String> = several(node).map(|one| text_of(one).trim().to_owned()).collect();
            add(&mut trees, tree, &name, shape, &entries, node.source());
        }
    }
    let document = document.with(trees);
    let records = document.records("/item", "/id");
    for record in &records {
        check(google, feed, &document, record, out);
    }
    let twice = |id: &str, first: usize| {
        let finding = Finding::new(&rules::DUPLICATE_SKU, format!("id `{id}` also stands in product {first}"));
        finding.help("give each product an id of its own")
    };
    document.duplicates(&records, "/id", twice, out);
    records.len() as u64
}

fn check(google: &Google, feed: &Feed, document: &Document<'_>, record: &Record, out: &mut Findings) {
    let node = document.node(record);
    let id = node.member("google_product_category").and_then(Ref::as_text).unwrap_or(GENERAL).to_owned();
    if let Ok(category) = google.category(feed, &id) {
        document.check(record, "", &category.requirements, Scope::Whole, out);
    }
    let mut found = Findings::default();
    policy::check(feed.id, node, &mut found);
    document.say_all(record, found, out);
}

/// An attribute's name as Google also takes it: `image link`, `Image_Link`.
fn name(written: &str) -> String {
    written.trim().to_lowercase().replace(' ', "_")
}

/// The entries of a cell: commas between them, quotes around those that hold one.
fn entries(cell: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(cell.as_bytes());
    let records = reader.records().filter_map(Result::ok);
    records.flat_map(|record| record.iter().map(|entry| entry.trim().to_owned()).collect::<Vec<_>>()).collect()
}

/// Writes an attribute as its shape says: amounts and measures in their parts, lists entry by entry.
fn add(tree: &mut Listing, holder: NodeId, name: &str, shape: &Shape, entries: &[String], source: Source) {
    let key = Key::new(name);
    if tree.get(holder, &key).is_some() {
        return;
    }
    if let Some(items) = &shape.items {
        let list = tree.add_array(holder, &key, source);
        for entry in entries {
            tree.push(list, leaf(items, entry), source);
        }
        return;
    }
    let Some(text) = entries.first() else { return };
    let parts = [("value", ' ', "currency"), ("value", ' ', "unit"), ("start", '/', "end")];
    let found = parts
        .into_iter()
        .find(|(first, _, second)| shape.properties.contains_key(*first) && shape.properties.contains_key(*second));
    let split = found.and_then(|(first, between, second)| {
        let (one, other) = text.split_once(between)?;
        Some(((first, one.trim()), (second, other.trim())))
    });
    match split {
        None => {
            tree.add(holder, &key, leaf(shape, text), source);
        }
        Some(pairs) => {
            let object = tree.add_object(holder, &key, source);
            for (part, text) in [pairs.0, pairs.1] {
                if let Some(shape) = shape.properties.get(part) {
                    tree.add(object, &Key::new(part), leaf(shape, text), source);
                }
            }
        }
    }
}

/// A text, or a number where the attribute takes one.
fn leaf<'t>(shape: &Shape, text: &'t str) -> Leaf<'t> {
    use feedwright_marketplace::requirements::Kind;
    let takes_number = shape.kinds.contains(&Kind::Number) || shape.kinds.contains(&Kind::Integer);
    if takes_number { text.parse().map_or(Leaf::Text(text), Leaf::Number) } else { Leaf::Text(text) }
}

fn text_of(node: Ref<'_>) -> &str {
    node.as_text().or_else(|| node.member(xml::TEXT)?.as_text()).unwrap_or_default()
}

/// One element, or a list of them.
fn several<'a>(node: Ref<'a>) -> Box<dyn Iterator<Item = Ref<'a>> + 'a> {
    let is_list = !node.is_object() && node.as_text().is_none();
    if is_list { Box::new(node.elements()) } else { Box::new(std::iter::once(node)) }
}
