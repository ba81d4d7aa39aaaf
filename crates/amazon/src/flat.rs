//! Flat files that a seller uploads by hand: the listing template of Seller Central (`TemplateType=unified`), whose
//! columns are attribute paths.
//!
//! Row 1 holds settings, row 2 words for people, row 3 groups, row 4 labels, row 5 the paths, row 6 an example; data
//! begins in row 7. Read off a price template of the US (2026-06-30) and a category template of Italy on 2026-11-25.
//! A template as Seller Central hands it out also names itself (`templateIdentifier`) and its product types; what we
//! write does not, and a seller who has such a template gives it to have its header rows taken.

mod columns;
mod lint;
mod settings;
#[cfg(test)]
mod tests;

pub(crate) use lint::lint;

use crate::Amazon;
use crate::Operation;
use crate::profile;
use columns::Cell;
use columns::Columns;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::rules;
use feedwright_marketplace::Category;
use feedwright_marketplace::Container;
use feedwright_marketplace::Frame;
use feedwright_marketplace::OpenError;
use feedwright_marketplace::Part;
use feedwright_marketplace::Ref;
use feedwright_marketplace::contract::OwnedDocument;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::Shape;
use feedwright_marketplace::rows;
use settings::Head;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

/// The column of the SKU.
const SKU: &str = "contribution_sku#1.value";
/// The column of the product type.
const PRODUCT_TYPE: &str = "product_type#1.value";
/// The column that says what a row does; blank is to create or replace.
const ACTION: &str = "::record_action";
/// What it says of a row that changes some attributes: the default a price template gives, read 2026-11-25.
const PARTIAL_UPDATE: &str = "partial_update";

/// Flat files as one channel writes them.
#[derive(Debug)]
pub(crate) struct Flat {
    /// The header rows of the seller's own template.
    given: Option<Head>,
    /// The columns of the product types used so far.
    columns: Mutex<BTreeMap<Arc<str>, Arc<Columns>>>,
}

/// How amounts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// `12.50`
    Dot,
    /// `12,50`
    Comma,
}

impl Mark {
    /// Text files of sites that write a comma hold a comma; workbooks never do. From sellers' accounts, 2026-11-25.
    fn of(country: &str, part: &Part) -> Self {
        match (part.container, country) {
            (Container::Plain, "DE" | "FR" | "IT" | "ES") => Self::Comma,
            (Container::Plain | Container::Workbook(_), _) => Self::Dot,
        }
    }
}

impl Flat {
    /// Takes the seller's own template, if there is one.
    ///
    /// # Errors
    /// That it is none.
    pub(crate) fn open(template: Option<&OwnedDocument>) -> Result<Self, OpenError> {
        let given = template
            .map(Head::read)
            .transpose()
            .map_err(|message| OpenError::Option { name: profile::FLAT_TEMPLATE.to_owned(), message })?;
        Ok(Self { given, columns: Mutex::default() })
    }

    /// What stands before the rows of a product type.
    pub(crate) fn frame(&self, amazon: &Amazon, category: Option<&Category>) -> Frame {
        let mut before = Vec::new();
        match (&self.given, category) {
            (Some(head), _) => before.extend_from_slice(&head.bytes),
            (None, Some(category)) => {
                let columns = self.columns(amazon, category);
                settings::write(amazon, &category.id, &columns, &mut before);
            }
            (None, None) => {}
        }
        Frame { before, ..Frame::default() }
    }

    /// Looks for values that a row has no place for, and for those a spreadsheet would run.
    pub(crate) fn fits(&self, amazon: &Amazon, category: &Category, record: Ref<'_>, out: &mut Findings) {
        let columns = self.columns(amazon, category);
        let sku = record.get(&amazon.keys.sku).and_then(Ref::as_text).unwrap_or_default();
        if rows::is_formula(sku) {
            out.push(formula(sku).pointer("/sku"));
        }
        let Some(attributes) = record.get(&amazon.keys.attributes) else { return };
        for cell in columns::cells(attributes, category.requirements.shape(), &amazon.channel) {
            let pointer = format!("/attributes{}", cell.pointer);
            if columns.find(&cell.path).is_none() {
                out.push(columns.without(&cell.path).pointer(&pointer));
            }
            if let Shape::Leaf(Leaf::Text(text)) = cell.node.shape()
                && rows::is_formula(text)
            {
                out.push(formula(text).pointer(&pointer));
            }
        }
    }

    /// Writes a row.
    pub(crate) fn write(&self, amazon: &Amazon, part: &Part, category: &Category, record: Ref<'_>, out: &mut Vec<u8>) {
        let columns = self.columns(amazon, category);
        let mark = Mark::of(amazon.channel.site.country, part);
        let mut row: Vec<String> = vec![String::new(); columns.len()];
        let mut put = |path: &str, text: &str| {
            if let Some(cell) = columns.find(path).and_then(|at| row.get_mut(at)) {
                text.clone_into(cell);
            }
        };
        let text = |name: &str| record.member(name).and_then(Ref::as_text).unwrap_or_default();
        put(SKU, text(amazon.keys.sku.as_str()));
        put(PRODUCT_TYPE, &category.id);
        if text(amazon.keys.operation.as_str()) != Operation::Update.name() {
            put(ACTION, PARTIAL_UPDATE);
        }
        if let Some(attributes) = record.get(&amazon.keys.attributes) {
            for cell in columns::cells(attributes, category.requirements.shape(), &amazon.channel) {
                put(&cell.path, &written(&cell, mark));
            }
        }
        rows::write(row, b'\t', out);
    }

    fn columns(&self, amazon: &Amazon, category: &Category) -> Arc<Columns> {
        // A panic while working out columns is our bug; the map itself is whole at any time.
        let mut known = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(columns) = known.get(&category.id) {
            return Arc::clone(columns);
        }
        let columns = Arc::new(match &self.given {
            Some(head) => Columns::given(&head.columns, &amazon.layout),
            None => Columns::of(category, &amazon.layout),
        });
        known.insert(Arc::clone(&category.id), Arc::clone(&columns));
        columns
    }
}

fn formula(text: &str) -> Finding {
    let first = text.chars().next().unwrap_or_default();
    Finding::new(&rules::FORMULA_CELL, format!("value begins with {first:?}, and a spreadsheet would run it"))
        .help("begin it with something else")
}

/// A value as people read it in the template: by its label where the document has labels, else as it is.
fn written(cell: &Cell<'_>, mark: Mark) -> String {
    let plain = match cell.node.shape() {
        Shape::Leaf(Leaf::Text(text) | Leaf::BigNumber(text)) => text.to_owned(),
        Shape::Leaf(Leaf::Number(number)) => match mark {
            Mark::Dot => number.to_string(),
            Mark::Comma => number.to_string().replace('.', ","),
        },
        Shape::Leaf(Leaf::Bool(value)) => value.to_string(),
        Shape::Leaf(Leaf::Null) | Shape::Array | Shape::Object => String::new(),
    };
    columns::label(cell, &plain).map_or(plain, str::to_owned)
}
