//! Checks a flat file whoever wrote it: its header rows, and each row as the message it becomes.

use super::ACTION;
use super::PARTIAL_UPDATE;
use super::PRODUCT_TYPE;
use super::SKU;
use super::columns;
use super::settings::Settings;
use crate::Amazon;
use crate::Operation;
use crate::lint::message;
use crate::profile::MAX_BYTES;
use crate::profile::MAX_ROWS;
use crate::profile::PROFILE;
use crate::schema;
use crate::schema::Set;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::rules;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Listing;
use feedwright_marketplace::lint::Document;
use feedwright_marketplace::lint::File;
use feedwright_marketplace::lint::Tally;
use feedwright_marketplace::lint::Terms;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::NodeId;
use feedwright_marketplace::listing::Source;
use feedwright_marketplace::requirements::Kind;
use feedwright_marketplace::requirements::Scalar;
use feedwright_marketplace::requirements::Shape;
use feedwright_marketplace::rows;
use feedwright_marketplace::rows::Header;
use feedwright_marketplace::rows::Row;
use feedwright_marketplace::template::AttributePath;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::str::FromStr as _;
use std::sync::Arc;

pub(super) static TERMS: Terms = Terms {
    profile: &PROFILE,
    record: "row",
    records: "rows",
    category: "product type",
    byte_order_mark: "it is no part of the settings in the first cell",
};

/// What a column is for.
enum Column {
    /// What the row does.
    Action,
    /// An attribute, or what stands beside them: the SKU, the product type.
    Path(AttributePath),
    /// Nothing we know, or nothing that can be read; it was said.
    Unread,
}

/// Checks a file, and says how many rows of data it holds.
pub(crate) fn lint(amazon: &Amazon, file: &FeedText<'_>, out: &mut Findings) -> u64 {
    let file = File::new(&TERMS, file);
    file.at_most_bytes(&MAX_BYTES, Severity::Warning, out);
    let rows = rows::read(&file, b'\t', out);
    let Some(sheet) = Sheet::open(amazon, &file, &rows, out) else { return 0 };
    let mut tally = Tally::default();
    let mut count = 0;
    let mut skus: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.number >= sheet.settings.data_row() && !row.is_blank()) {
        count += 1;
        sheet.header.fits(&file, row, out);
        sheet.row(row, &mut skus, &mut tally, out);
    }
    if count == 0 {
        let message = format!("file has no rows from row {} on", sheet.settings.data_row());
        out.push(file.say(Finding::new(&rules::TOO_FEW_VALUES, message).help("put data below the header rows")));
    }
    tally.report(&file, out);
    file.at_most_records(count, &MAX_ROWS, out);
    count
}

/// A file whose header rows are understood.
struct Sheet<'a> {
    amazon: &'a Amazon,
    file: &'a File<'a>,
    settings: Settings,
    header: Header,
    columns: Vec<Column>,
    defaults: BTreeMap<String, String>,
}

impl<'a> Sheet<'a> {
    fn open(amazon: &'a Amazon, file: &'a File<'a>, rows: &[Row], out: &mut Findings) -> Option<Self> {
        let Some(first) = rows.first() else {
            let finding = Finding::new(&rules::BAD_ENVELOPE, "file has no rows that can be read");
            out.push(file.say(finding.help("give a listing template of Seller Central, as tab-delimited text")));
            return None;
        };
        if first.cells().any(|cell| cell.contains("TemplateType=fptcustom")) {
            let finding = Finding::new(&rules::BAD_ENVELOPE, "file is a template of the older kind (`fptcustom`)")
                .help("download the product type's template again: the newer kind names attributes by their paths")
                .at(file.place(Some(first.line)));
            out.push(file.say(finding));
            return None;
        }
        let settings = Settings::read(first).unwrap_or_else(|| {
            let finding = Finding::new(&rules::BAD_ENVELOPE, "the first row does not begin with `settings=`")
                .help("keep the header rows of the template as they are: Seller Central reads the file by them")
                .at(file.place(Some(first.line)));
            out.push(file.say(finding));
            Settings::default()
        });
        let Some(paths) = rows.iter().find(|row| row.number == settings.attribute_row()) else {
            let message = format!("there is no row {}, which has to name the columns", settings.attribute_row());
            let finding =
                Finding::new(&rules::BAD_ENVELOPE, message).help("keep the header rows of the template as they are");
            out.push(file.say(finding));
            return None;
        };
        let header = Header::new(file, paths, out);
        if header.find(SKU).is_none() {
            let finding = Finding::new(&rules::BAD_ENVELOPE, format!("there is no column `{SKU}`"))
                .help(format!("name the columns in row {}", settings.attribute_row()))
                .at(file.place(Some(paths.line)));
            out.push(file.say(finding));
            return None;
        }
        let columns = (0..).zip(header.columns().iter());
        let columns = columns.map(|(at, name)| column(file, &header, paths, at, name, out)).collect();
        let defaults = settings.defaults();
        Some(Self { amazon, file, settings, header, columns, defaults })
    }

    /// The cell of a column, else what the settings say instead.
    fn text<'r>(&'r self, row: &'r Row, name: &str) -> &'r str {
        let cell = self.header.find(name).map(|at| row.cell(at).trim()).filter(|cell| !cell.is_empty());
        cell.or_else(|| self.defaults.get(name).map(String::as_str)).unwrap_or_default()
    }

    fn row(&self, row: &Row, skus: &mut BTreeMap<String, u64>, tally: &mut Tally, out: &mut Findings) {
        let from = out.len();
        let sku = Sku::parse(self.text(row, SKU)).ok();
        let listing = self.listing(row, out);
        let document = Document::in_row(self.file.clone(), listing, row.line, self.header.columns());
        let number = usize::try_from(row.number).unwrap_or(usize::MAX);
        let record = document.whole(number, sku.clone());
        self.sku(row, sku.as_ref(), skus, out);
        message(self.amazon, &document, &record, tally, out);
        for finding in out.list_mut().iter_mut().skip(from) {
            if let Some(sku) = &sku {
                finding.sku.get_or_insert_with(|| sku.clone());
            }
            self.name_column(finding);
        }
    }

    /// The message a row becomes.
    fn listing(&self, row: &Row, out: &mut Findings) -> Listing {
        let product_type = self.text(row, PRODUCT_TYPE).to_owned();
        let operation = self.operation(row);
        let set = match self.settings.set() {
            Some(set) => set,
            None if product_type == schema::ANY => Set::OfferOnly,
            None => Set::Listing,
        };
        let category = self.amazon.category_in(&product_type, set).ok();
        let shape = category.as_ref().map(|category| category.requirements.shape());
        let mut tree = Tree::new(self);
        tree.put("sku", SKU, self.text(row, SKU));
        tree.put("productType", PRODUCT_TYPE, &product_type);
        tree.put("operationType", ACTION, operation.name());
        if operation == Operation::Update || set != Set::Listing {
            tree.put("requirements", PRODUCT_TYPE, set.name());
        }
        for (at, column) in self.columns.iter().enumerate() {
            let cell = row.cell(at);
            if cell.trim().is_empty() {
                continue;
            }
            let place = || self.header.place(self.file, row, at);
            if rows::is_formula(cell) {
                out.push(self.file.say(super::formula(cell).at(place())));
            }
            let Column::Path(path) = column else { continue };
            if let Err(Taken) = tree.attribute(path, cell, shape, at) {
                let finding = Finding::new(&rules::BAD_ENVELOPE, "the place of this column is taken by another one")
                    .help("keep one of the two")
                    .at(place());
                out.push(self.file.say(finding));
            }
        }
        tree.listing
    }

    /// What a row does. Labels of other languages are not known to us: such a row is held to what a partial update is.
    fn operation(&self, row: &Row) -> Operation {
        let said = self.text(row, ACTION);
        let said =
            if said.is_empty() { self.defaults.get("record_action#1.value").map_or("", String::as_str) } else { said };
        let said = said.to_lowercase();
        match said.as_str() {
            "" | "full_update" | "create_or_replace" => Operation::Update,
            PARTIAL_UPDATE => Operation::PartialUpdate,
            "delete" => Operation::Delete,
            _ if said.contains("delete") => Operation::Delete,
            _ if said.contains("replace") => Operation::Update,
            _ => Operation::PartialUpdate,
        }
    }

    fn sku(&self, row: &Row, sku: Option<&Sku>, skus: &mut BTreeMap<String, u64>, out: &mut Findings) {
        let at = self.header.find(SKU).unwrap_or_default();
        let place = self.header.place(self.file, row, at);
        let Some(sku) = sku else {
            let finding = Finding::new(&rules::MISSING_SKU, "row has no SKU").help("give it one").at(place);
            out.push(self.file.say(finding.pointer(format!("/lines/{}/sku", row.line))));
            return;
        };
        match skus.get(sku.as_str()) {
            Some(line) => {
                let mut finding =
                    Finding::new(&rules::DUPLICATE_SKU, format!("SKU `{sku}` also stands on line {line}"))
                        .help("put all that is said of a SKU into one row: their order is not promised")
                        .sku(sku)
                        .pointer("/sku")
                        .at(place);
                finding.severity = Severity::Warning;
                out.push(self.file.say(finding));
            }
            None => {
                skus.insert(sku.as_str().to_owned(), row.line);
            }
        }
    }

    /// What is missing stands in no column; the one it would stand in is named all the same.
    fn name_column(&self, finding: &mut Finding) {
        let Some((_, pointer)) = finding.pointer.as_deref().and_then(|pointer| pointer.split_once("/attributes/"))
        else {
            return;
        };
        let is_there = |column: &Column| match column {
            Column::Path(path) => path.touches(pointer.split('/')),
            Column::Action | Column::Unread => false,
        };
        if let Some(place) = &mut finding.place
            && place.column.is_none()
            && let Some(at) = self.columns.iter().position(is_there)
        {
            place.column = self.header.columns().get(at).map(Arc::clone);
        }
    }
}

/// Reads the name of a column. One that cannot be read is a finding.
fn column(file: &File<'_>, header: &Header, row: &Row, at: usize, name: &str, out: &mut Findings) -> Column {
    if name == ACTION {
        return Column::Action;
    }
    if name == SKU || name == PRODUCT_TYPE || name.is_empty() || name.starts_with("::") {
        return Column::Unread;
    }
    match AttributePath::parse(name) {
        Ok(path) => Column::Path(path),
        Err(why) => {
            let finding = Finding::new(&rules::BAD_ENVELOPE, why.to_string())
                .help("keep the names of columns as the template has them")
                .at(header.place(file, row, at));
            out.push(file.say(finding));
            Column::Unread
        }
    }
}

/// A place in a row's tree is something else already.
struct Taken;

/// The message a row becomes, under way.
struct Tree<'a> {
    sheet: &'a Sheet<'a>,
    listing: Listing,
    attributes: Option<NodeId>,
    /// Entries of lists by the path that leads to them, positions and selectors included.
    entries: BTreeMap<String, NodeId>,
}

impl<'a> Tree<'a> {
    fn new(sheet: &'a Sheet<'a>) -> Self {
        Self { sheet, listing: Listing::new(), attributes: None, entries: BTreeMap::new() }
    }

    /// Puts a member of the message, which stands in a column of its own.
    fn put(&mut self, name: &str, column: &str, text: &str) {
        if !text.is_empty() {
            let source = self.sheet.header.find(column).map_or(Source::default(), source);
            self.listing.add(Listing::ROOT, &Key::new(name), Leaf::Text(text), source);
        }
    }

    /// Puts the value of a cell where its column leads.
    fn attribute(&mut self, path: &AttributePath, cell: &str, shape: Option<&Shape>, at: usize) -> Result<(), Taken> {
        let source = source(at);
        let mut holder = match self.attributes {
            Some(attributes) => attributes,
            None => self.listing.add_object(Listing::ROOT, &Key::new("attributes"), Source::default()),
        };
        self.attributes = Some(holder);
        let names = path.steps.iter().map(|step| step.name.as_str());
        let value = Self::value(cell, shape.and_then(|shape| shape.get(names)));
        let mut way = String::new();
        for (depth, step) in path.steps.iter().enumerate() {
            let is_last = depth + 1 == path.steps.len();
            let key = Key::new(&step.name);
            let there = self.listing.get(holder, &key);
            let one = AttributePath { steps: vec![step.clone()] };
            let is_list = step.position.is_some() || !step.selectors.is_empty();
            way.push('.');
            way.push_str(&one.to_string());
            holder = match (is_list, is_last) {
                (false, true) if there.is_some() => return Err(Taken),
                (false, true) => {
                    self.listing.add(holder, &key, value.leaf(), source);
                    return Ok(());
                }
                (false, false) => match there {
                    Some(node) if self.listing.node(node).is_object() => node,
                    Some(_) => return Err(Taken),
                    None => self.listing.add_object(holder, &key, source),
                },
                (true, _) => {
                    let list = match there {
                        Some(node) if self.listing.node(node).is_array() => node,
                        Some(_) => return Err(Taken),
                        None => self.listing.add_array(holder, &key, source),
                    };
                    if is_last {
                        self.listing.push(list, value.leaf(), source);
                        return Ok(());
                    }
                    match self.entries.get(&way) {
                        Some(entry) => *entry,
                        None => {
                            let entry = self.entry(list, &one, depth, shape, source);
                            self.entries.insert(way.clone(), entry);
                            entry
                        }
                    }
                }
            };
        }
        Ok(())
    }

    /// A new entry of a list, with what its column says of it, and what no column says because the site has one only.
    fn entry(
        &mut self,
        list: NodeId,
        path: &AttributePath,
        depth: usize,
        shape: Option<&Shape>,
        source: Source,
    ) -> NodeId {
        let entry = self.listing.push_object(list, source);
        for (name, value) in path.steps.iter().flat_map(|step| &step.selectors) {
            self.listing.add(entry, &Key::new(name), Leaf::Text(value), source);
        }
        let name = path.steps.first().map(|step| step.name.as_str()).unwrap_or_default();
        let knows = |member: &str| shape.and_then(|shape| shape.get([name, member])).is_some();
        for (key, value) in self.sheet.amazon.layout.selectors.iter().filter(|_| depth == 0) {
            let is_told = self.listing.get(entry, key).is_some();
            if !is_told && columns::is_implied(key.as_str()) && knows(key.as_str()) {
                self.listing.add(entry, key, Leaf::Text(value), source);
            }
        }
        entry
    }

    /// What a cell says: the value behind a label, a number where one is asked for.
    fn value<'c>(cell: &'c str, shape: Option<&'c Shape>) -> Value<'c> {
        let Some(shape) = shape.map(Shape::inside) else { return Value::Text(cell) };
        match columns::value_of(shape, cell.trim()) {
            Some(Scalar::Text(text)) => return Value::Text(text),
            Some(Scalar::Bool(value)) => return Value::Bool(*value),
            Some(Scalar::Number(number)) => return Value::Number(*number),
            Some(Scalar::Null) | None => {}
        }
        let takes = |kind: Kind| shape.kinds.contains(&kind);
        if takes(Kind::Number) || takes(Kind::Integer) {
            let text = cell.trim();
            let number = Decimal::from_str(text).or_else(|_| Decimal::from_str(&text.replacen(',', ".", 1)));
            if let Ok(number) = number {
                return Value::Number(number);
            }
        }
        if takes(Kind::Boolean) {
            match cell.trim().to_lowercase().as_str() {
                "true" | "yes" => return Value::Bool(true),
                "false" | "no" => return Value::Bool(false),
                _ => {}
            }
        }
        Value::Text(cell)
    }
}

/// The value of a cell.
enum Value<'a> {
    Bool(bool),
    Number(Decimal),
    Text(&'a str),
}

impl Value<'_> {
    fn leaf(&self) -> Leaf<'_> {
        match self {
            Self::Bool(value) => Leaf::Bool(*value),
            Self::Number(number) => Leaf::Number(*number),
            Self::Text(text) => Leaf::Text(text),
        }
    }
}

/// The source of a column, counted from 0.
fn source(at: usize) -> Source {
    Source(u32::try_from(at + 1).unwrap_or_default())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The attributes of each row, as JSON.
    pub(crate) fn attributes(amazon: &Amazon, bytes: &[u8]) -> Vec<serde_json::Value> {
        let mut out = Findings::default();
        let file = File::new(&TERMS, &FeedText { name: "flat.txt", bytes });
        let rows = rows::read(&file, b'\t', &mut out);
        let sheet = Sheet::open(amazon, &file, &rows, &mut out).unwrap();
        let rows = rows.iter().filter(|row| row.number >= sheet.settings.data_row());
        let values = rows.map(|row| {
            let listing = sheet.listing(row, &mut out);
            let mut json = Vec::new();
            listing.root().member("attributes").unwrap().write_json(&mut json);
            serde_json::from_slice(&json).unwrap()
        });
        let values = values.collect();
        assert!(out.is_empty(), "{out:?}");
        values
    }
}
