//! A product while its rows are read: opened by its first row, closed when the next product begins.

use crate::header::normalize;
use crate::header::slug;
use crate::plan::Plan;
use crate::plan::PlannedColumn;
use crate::profile::Layout;
use crate::rows::Row;
use crate::target::N_OPTIONS;
use crate::target::Target;
use feedwright_catalog::Field;
use feedwright_catalog::Findings;
use feedwright_catalog::Origin;
use feedwright_catalog::Product;
use feedwright_catalog::Value;
use feedwright_catalog::place::Column;
use feedwright_catalog::place::Columns;
use feedwright_catalog::place::Level;
use feedwright_catalog::product::Axis;
use feedwright_catalog::product::CategoryRef;
use feedwright_catalog::product::Lifecycle;
use feedwright_catalog::product::Media;
use feedwright_catalog::product::ProductKind;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A product while its rows are read.
#[derive(Debug)]
pub(crate) struct Family<'r> {
    pub(crate) product: Product,
    /// The first row, to tell repeats from contradictions.
    first: Row<'r>,
    /// The options, in order.
    pub(crate) options: Vec<FamilyOption>,
    /// The line of each combination of option values.
    pub(crate) by_options: BTreeMap<Vec<String>, u64>,
    /// Images with the position asked for.
    pub(crate) images: Vec<(i64, Media)>,
    pub(crate) image_urls: BTreeSet<Arc<str>>,
    /// Rows that are variants, also those left out.
    pub(crate) n_variant_rows: usize,
    pub(crate) n_shipped: usize,
    pub(crate) n_not_shipped: usize,
    /// Whether its first row could not be read.
    pub(crate) is_broken: bool,
}

/// An option of a family: an axis, and the column its values stand in.
#[derive(Debug)]
pub(crate) struct FamilyOption {
    pub(crate) axis: Axis,
    /// Index into the plan's columns.
    pub(crate) column: usize,
}

impl<'r> Family<'r> {
    /// Opens a family by its first row.
    pub(crate) fn open(plan: &Plan, key: &str, row: Row<'r>, cache: &mut OriginCache, out: &mut Findings) -> Self {
        let mut family = Self {
            product: Product { key: Arc::from(key), ..Product::default() },
            first: row,
            options: Vec::new(),
            by_options: BTreeMap::new(),
            images: Vec::new(),
            image_urls: BTreeSet::new(),
            n_variant_rows: 0,
            n_shipped: 0,
            n_not_shipped: 0,
            is_broken: false,
        };
        if plan.layout == Layout::Grouped {
            family.read_options(plan, row, out);
        }
        family.product.origin = Origin { columns: cache.columns(plan, &family.options), line: row.line };
        for column in plan.columns.iter().filter(|column| column.level == Level::Product) {
            let Some(text) = column.cell(row) else { continue };
            family.read_cell(plan, row.line, column, &text, out);
        }
        family
    }

    /// Whether this is the family of that key.
    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.product.key.as_ref() == key
    }

    /// Reports what a later row says about the product that its first row says otherwise.
    pub(crate) fn check_repeats(&self, plan: &Plan, row: Row<'_>, out: &mut Findings) {
        for column in plan.columns.iter().filter(|column| column.level == Level::Product) {
            if matches!(
                column.target,
                Target::ProductKey
                    | Target::Image
                    | Target::AdditionalImages
                    | Target::SwatchImage
                    | Target::ImagePosition
            ) {
                continue;
            }
            let Some(text) = column.cell(row) else { continue };
            if self.first.cell(column.at).map(str::trim) == Some(text.as_ref()) {
                continue;
            }
            let first = self.product.origin.line;
            plan.misplaced(
                row.line,
                column,
                &text,
                &format!("what the whole product shares is read from its first row, line {first}"),
                &format!("move it to column \"{}\" of line {first}, or remove it", column.name),
                out,
            );
        }
    }

    /// Names of options stand on the first row; `Title` with `Default Title` is Shopify's way to say there are none.
    fn read_options(&mut self, plan: &Plan, row: Row<'_>, out: &mut Findings) {
        for (name, value) in plan.option_names.iter().zip(&plan.option_values) {
            let Some(value_at) = *value else { continue };
            let Some(value_column) = plan.columns.get(value_at) else { continue };
            let value = value_column.cell(row);
            let name = name.and_then(|at| plan.columns.get(at)).and_then(|column| column.cell(row));
            let Some(name) = name else {
                if let Some(value) = value {
                    let why = "the option has no name";
                    plan.misplaced(
                        row.line,
                        value_column,
                        &value,
                        why,
                        "fill in the option's name, such as `Size`",
                        out,
                    );
                }
                continue;
            };
            let normal = normalize(&name);
            if normal == "title" && value.is_some_and(|value| value.eq_ignore_ascii_case("default title")) {
                continue;
            }
            let mut field = plan.options.get(&normal).cloned().unwrap_or_else(|| own_field(&name));
            if self.options.iter().any(|option| option.axis.field == field) {
                field = own_field(&name);
            }
            self.options.push(FamilyOption { axis: Axis { field, label: Arc::from(name.as_ref()) }, column: value_at });
        }
    }

    fn read_cell(&mut self, plan: &Plan, line: u64, column: &PlannedColumn, text: &str, out: &mut Findings) {
        let product = &mut self.product;
        match &column.target {
            Target::Content(field) => {
                if let Some(value) = plan.value(line, column, text, out) {
                    product.fields.put(field, &column.scope, value);
                }
            }
            Target::Category(taxonomy) => {
                let path =
                    text.split('>').map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" > ");
                let category = CategoryRef { taxonomy: Arc::clone(taxonomy), path: Arc::from(path) };
                // The seller's own comes first.
                let at = if taxonomy.as_ref() == "own" { 0 } else { product.categories.len() };
                product.categories.insert(at, category);
            }
            Target::Status => match text.to_ascii_lowercase().as_str() {
                "active" => {}
                "draft" | "unlisted" => product.lifecycle = Lifecycle::Draft,
                "archived" => product.lifecycle = Lifecycle::Archived,
                _ => {
                    // What is not known to be for sale is not sold.
                    product.lifecycle = Lifecycle::Draft;
                    plan.unreadable(
                        line,
                        column,
                        text,
                        "is no status; the product is taken for a draft",
                        "write `active`, `draft` or `archived`",
                        out,
                    );
                }
            },
            Target::Published => {
                if plan.value(line, column, text, out) == Some(Value::Bool(false))
                    && product.lifecycle == Lifecycle::Active
                {
                    product.lifecycle = Lifecycle::Draft;
                }
            }
            Target::GiftCard => {
                if plan.value(line, column, text, out) == Some(Value::Bool(true)) {
                    product.kind = ProductKind::Digital;
                }
            }
            // Read elsewhere, or of the variants.
            Target::ProductKey
            | Target::OptionName(_)
            | Target::OptionValue(_)
            | Target::Image
            | Target::AdditionalImages
            | Target::SwatchImage
            | Target::ImagePosition
            | Target::VariantImage
            | Target::Sku
            | Target::Gtin
            | Target::Asin
            | Target::Cost
            | Target::Offer(_)
            | Target::Stock(_)
            | Target::UnitOf(_)
            | Target::RequiresShipping
            | Target::InventoryTracker
            | Target::SellWhenOutOfStock => {}
        }
    }
}

fn own_field(name: &str) -> Field {
    let slug = slug(name);
    Field::Custom(Arc::from(if slug.is_empty() { "option" } else { slug.as_str() }))
}

/// The columns of a file with the options of a product filled in, made once for each set of options.
#[derive(Debug, Default)]
pub(crate) struct OriginCache {
    by_options: BTreeMap<[Option<Field>; N_OPTIONS], Arc<Columns>>,
}

impl OriginCache {
    fn columns(&mut self, plan: &Plan, options: &[FamilyOption]) -> Arc<Columns> {
        const MOST: usize = 1_000; // a file with more sets of options than this gets no columns for them
        if options.is_empty() {
            return Arc::clone(&plan.places);
        }
        let mut key = [const { None }; N_OPTIONS];
        for (slot, option) in key.iter_mut().zip(options) {
            *slot = Some(option.axis.field.clone());
        }
        if let Some(columns) = self.by_options.get(&key) {
            return Arc::clone(columns);
        }
        if self.by_options.len() >= MOST {
            return Arc::clone(&plan.places);
        }
        let mut columns = Columns::clone(&plan.places);
        for option in options {
            let Some(column) = plan.columns.get(option.column) else { continue };
            let place = Column { name: Arc::clone(&column.name), level: Level::Variant };
            columns.by_field.insert(option.axis.field.clone(), place);
        }
        let columns = Arc::new(columns);
        self.by_options.insert(key, Arc::clone(&columns));
        columns
    }
}
