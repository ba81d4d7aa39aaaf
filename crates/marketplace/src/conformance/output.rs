//! Feed files made of samples, and read back by nobody's rules but their format's.

use super::stand::Stand;
use super::subject::Checkup;
use super::subject::checkup;
use crate::contract::Categories;
use crate::contract::Category;
use crate::contract::Feed;
use crate::contract::FeedText;
use crate::contract::Marketplace;
use crate::contract::Part;
use crate::family::Family;
use crate::listing::Leaf;
use crate::listing::Listing;
use crate::listing::Ref;
use crate::listing::Shape;
use crate::packing::Group;
use crate::packing::Packer;
use crate::packing::Shelf;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Product;
use feedwright_catalog::Scope;
use feedwright_catalog::Sku;
use feedwright_catalog::Variant;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::BytesRef;
use quick_xml::events::Event;
use std::convert::Infallible;
use std::sync::Arc;

/// A product's records for one feed.
#[derive(Debug)]
pub(super) struct Kin {
    pub(super) category: Arc<Category>,
    pub(super) records: Vec<Record>,
}

/// One record that passed.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) is_parent: bool,
    pub(super) sku: Sku,
    pub(super) checkup: Checkup,
    /// Its bytes for each part of the feed.
    pub(super) bytes: Vec<Vec<u8>>,
}

/// A finished feed file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    pub(super) records: u64,
}

/// The records of a product that pass, as the runner makes them: variants first, then the family's own, which stands
/// before them.
pub(super) fn kin(stand: &Stand, feed: &'static Feed, category: &str, product: &Product) -> Result<Kin, String> {
    kin_by(stand.marketplace.as_ref(), &stand.scope, feed, category, product)
}

/// The records as another opening of the adapter makes them.
pub(super) fn kin_by(
    marketplace: &dyn Marketplace,
    scope: &Scope,
    feed: &'static Feed,
    category: &str,
    product: &Product,
) -> Result<Kin, String> {
    let id = match feed.categories {
        Categories::Unused => "",
        Categories::Mixed | Categories::Apart => category,
    };
    let category = marketplace.category(feed, id).map_err(|why| why.to_string())?;
    let mut out = Findings::default();
    let family = Family::of(product, category.family, &mut out)
        .ok_or_else(|| format!("the family cannot be made: {:?}", out.list()))?;
    let mut records = Vec::new();
    let mut members: Vec<&Variant> = Vec::new();
    for variant in &product.variants {
        let item = family.variant(variant, members.is_empty(), scope, &[]);
        if let Some(record) = record(marketplace, feed, &category, &item) {
            records.push(record);
            members.push(variant);
        }
    }
    if let Some(parent) = family.parent(&members, scope, &[]).filter(|_| !members.is_empty()) {
        match record(marketplace, feed, &category, &parent) {
            Some(parent) => records.insert(0, parent),
            None => records.clear(),
        }
    }
    Ok(Kin { category, records })
}

fn record(marketplace: &dyn Marketplace, feed: &'static Feed, category: &Category, item: &Item<'_>) -> Option<Record> {
    let mut listing = Listing::new();
    let mut out = Findings::default();
    let (_, checked) = crate::check::check(marketplace, feed, category, item, &mut listing, &mut out);
    let checked = checked?;
    let encoded = feed.parts.iter().map(|part| {
        let mut bytes = Vec::new();
        marketplace.encode(feed, part, category, &checked, &mut bytes);
        bytes
    });
    let bytes = encoded.collect();
    let checkup = checkup(marketplace, feed, category, item);
    Some(Record { is_parent: item.variant.is_none(), sku: item.sku.clone(), checkup, bytes })
}

#[derive(Default)]
struct Memory(Vec<File>);

impl Shelf for Memory {
    type Error = Infallible;

    fn open(&mut self) -> Result<(), Infallible> {
        self.0.push(File { bytes: Vec::new(), records: 0 });
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        if let Some(file) = self.0.last_mut() {
            file.bytes.extend_from_slice(bytes);
        }
        Ok(())
    }

    fn close(&mut self, records: u64) -> Result<(), Infallible> {
        if let Some(file) = self.0.last_mut() {
            file.records = records;
        }
        Ok(())
    }
}

/// Packs products into files of a part, which may have other limits than the feed's own. What fits into no file is an
/// error.
pub(super) fn pack(
    stand: &Stand,
    feed: &'static Feed,
    at: usize,
    part: &Part,
    kin: &[Kin],
) -> Result<Vec<File>, String> {
    let marketplace = stand.marketplace.as_ref();
    let category = match feed.categories {
        Categories::Apart => kin.first().map(|kin| kin.category.as_ref()),
        Categories::Mixed | Categories::Unused => None,
    };
    let mut packer = Packer::new(part, marketplace.framing(feed, part, category));
    let mut files = Memory::default();
    for kin in kin {
        let present: Vec<&Record> = kin.records.iter().filter(|record| !record.bytes[at].is_empty()).collect();
        let bytes: Vec<&[u8]> = present.iter().map(|record| record.bytes[at].as_slice()).collect();
        let is_under_first = present.first().is_some_and(|first| first.is_parent);
        let group = if is_under_first { Group::UnderFirst(&bytes) } else { Group::Apart(&bytes) };
        if !packer.takes(group) {
            return Err("a product fits into no file".to_owned());
        }
        let begin = |ordinal: u64, out: &mut Vec<u8>| marketplace.begin(feed, part, ordinal, out);
        let Ok(()) = packer.add(group, begin, &mut files);
    }
    let Ok(()) = packer.finish(&mut files);
    Ok(files.0)
}

/// Products whose records stand in the same files, with the category where each has files of its own.
pub(super) type Set = (String, Vec<Kin>);

/// Everything a stand's samples become: one set of products, or one for each category.
pub(super) fn sets(stand: &Stand, feed: &'static Feed) -> Result<Vec<Set>, String> {
    sets_of(stand, feed, |_| true)
}

/// What the samples become that show everything.
pub(super) fn few(stand: &Stand, feed: &'static Feed) -> Result<Vec<Set>, String> {
    let few = stand.some_samples(feed);
    sets_of(stand, feed, |at| few.contains(&at))
}

fn sets_of(stand: &Stand, feed: &'static Feed, is_meant: impl Fn(usize) -> bool) -> Result<Vec<Set>, String> {
    let mut sets: Vec<Set> = Vec::new();
    for (at, sample) in stand.samples.iter().enumerate() {
        if !is_meant(at) {
            continue;
        }
        let key = match feed.categories {
            Categories::Apart => sample.category.as_str(),
            Categories::Mixed | Categories::Unused => "",
        };
        let kin = kin(stand, feed, &sample.category, &sample.product)?;
        match sets.iter_mut().find(|(found, _)| found == key) {
            Some((_, set)) => set.push(kin),
            None => sets.push((key.to_owned(), vec![kin])),
        }
    }
    Ok(sets)
}

/// What `lint` finds in a file that matters, and how many records it counts.
pub(super) fn lint(stand: &Stand, feed: &'static Feed, part: &Part, file: &[u8]) -> (Vec<Finding>, u64) {
    let mut out = Findings::default();
    let name = format!("{}.{}", feed.id, part.extension);
    let records = stand.marketplace.lint(feed, &FeedText { name: &name, bytes: file }, &mut out);
    (out.take(), records)
}

/// The text of every value of a file, read as the file's ending says.
pub(super) fn values(part: &Part, bytes: &[u8]) -> Result<Vec<String>, String> {
    match part.extension {
        "json" => json(bytes),
        "jsonl" => {
            let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
            let values: Result<Vec<Vec<String>>, String> = lines.map(json).collect();
            Ok(values?.concat())
        }
        "xml" => xml(bytes),
        "csv" => table(bytes, b','),
        // A workbook's sheet is rows with tabs until the runner packs it.
        "tsv" | "txt" | "xlsx" => table(bytes, b'\t'),
        other => Err(format!("the kit cannot read `.{other}`")),
    }
}

fn json(bytes: &[u8]) -> Result<Vec<String>, String> {
    let mut listing = Listing::new();
    let (root, duplicates) = crate::json::read_value(bytes, &mut listing).map_err(|why| why.message)?;
    if let Some(twice) = duplicates.first() {
        return Err(format!("member `{}` stands twice on line {}", twice.name, twice.line));
    }
    let mut values = Vec::new();
    collect(listing.node(root), &mut values);
    Ok(values)
}

fn collect(node: Ref<'_>, out: &mut Vec<String>) {
    match node.shape() {
        Shape::Leaf(Leaf::Text(text) | Leaf::BigNumber(text)) => out.push(text.to_owned()),
        Shape::Leaf(Leaf::Number(number)) => out.push(number.to_string()),
        Shape::Leaf(Leaf::Null | Leaf::Bool(_)) => {}
        Shape::Array | Shape::Object => node.children_in_order().for_each(|child| collect(child, out)),
    }
}

fn xml(bytes: &[u8]) -> Result<Vec<String>, String> {
    let text = std::str::from_utf8(bytes).map_err(|why| why.to_string())?;
    if let Some(banned) = text.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
        return Err(format!("U+{:04X} stands in it, which no XML may hold", u32::from(banned)));
    }
    let mut reader = quick_xml::Reader::from_str(text);
    let mut values = Vec::new();
    let mut here = String::new();
    loop {
        match reader.read_event().map_err(|why| why.to_string())? {
            Event::Text(text) => here.push_str(&text.xml10_content()),
            Event::CData(text) => here.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => here.push_str(&resolved(&reference)?),
            Event::Start(tag) | Event::Empty(tag) => {
                here.clear();
                for attribute in tag.attributes() {
                    attribute.map_err(|why| why.to_string())?;
                }
            }
            Event::End(_) => values.push(std::mem::take(&mut here)),
            Event::Eof => return Ok(values),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::DocType(_) => return Err("it has a document type, which no feed needs".to_owned()),
        }
    }
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|why| why.to_string())? {
        return Ok(character.to_string());
    }
    let name = reference.xml10_content();
    let text = resolve_predefined_entity(&name).ok_or_else(|| format!("`&{name};` is nothing XML knows"))?;
    Ok(text.to_owned())
}

fn table(bytes: &[u8], delimiter: u8) -> Result<Vec<String>, String> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(bytes);
    let mut values = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|why| why.to_string())?;
        values.extend(record.iter().map(str::to_owned));
    }
    Ok(values)
}
