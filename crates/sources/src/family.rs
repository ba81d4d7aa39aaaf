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
use feedwright_catalog::Scope;
use feedwright_catalog::Value;
use feedwright_catalog::field::Kind;
use feedwright_catalog::place::Column;
use feedwright_catalog::place::Columns;
use feedwright_catalog::place::Level;
use feedwright_catalog::product::Axis;
use feedwright_catalog::product::CategoryRef;
use feedwright_catalog::product::Fields;
use feedwright_catalog::product::Lifecycle;
use feedwright_catalog::product::Media;
use feedwright_catalog::product::MediaRole;
use feedwright_catalog::product::ProductKind;
use feedwright_catalog::scope::ScopedValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A product while its rows are read.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) product: Product,
    /// The first row, to tell repeats from contradictions.
    first: Row,
    /// The options, in order.
    pub(crate) options: Vec<FamilyOption>,
    /// The line of each combination of option values.
    pub(crate) by_options: BTreeMap<Vec<String>, u64>,
    /// Images with the position asked for.
    images: Vec<(i64, Media)>,
    image_urls: BTreeSet<Arc<str>>,
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

impl Family {
    /// Opens a family by its first row.
    pub(crate) fn open(plan: &Plan, key: &str, row: &Row, cache: &mut OriginCache, out: &mut Findings) -> Self {
        let mut family = Self {
            product: Product { key: Arc::from(key), ..Product::default() },
            first: row.clone(),
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
    pub(crate) fn check_repeats(&self, plan: &Plan, row: &Row, out: &mut Findings) {
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

    /// Takes the images a row gives to the product.
    pub(crate) fn read_images(&mut self, plan: &Plan, row: &Row, out: &mut Findings) {
        let position = plan.image_position.and_then(|at| plan.columns.get(at));
        let position_text = position.and_then(|column| Some((column, column.cell(row)?)));
        let mut n_images = 0;
        for column in plan.columns.iter().filter(|column| column.level == Level::Product) {
            let Some(role) = image_role(&column.target) else { continue };
            let Some(text) = column.cell(row) else { continue };
            for url in urls(plan, column, row.line, &text, out) {
                n_images += 1;
                let asked =
                    position_text.as_ref().and_then(|(column, text)| match plan.value(row.line, column, text, out) {
                        Some(Value::Integer(position)) => Some(position),
                        _ => None,
                    });
                self.add_image(asked, Media { url, role, scope: Scope::default(), line: row.line });
            }
        }
        if let Some((column, text)) = position_text
            && n_images == 0
        {
            plan.misplaced(
                row.line,
                column,
                &text,
                "the row has no image",
                "fill in the image's address, or remove the position",
                out,
            );
        }
    }

    fn add_image(&mut self, asked: Option<i64>, media: Media) {
        if media.role == MediaRole::Swatch || self.image_urls.insert(Arc::clone(&media.url)) {
            self.images.push((asked.unwrap_or(i64::MAX), media));
        }
    }

    /// Orders the images: those with a position by it, the others as they stand in the file. The first is the main one.
    pub(crate) fn settle_images(&mut self) {
        self.images.sort_by_key(|(position, _)| *position);
        let mut media: Vec<Media> = std::mem::take(&mut self.images).into_iter().map(|(_, media)| media).collect();
        if let Some(first) = media.iter_mut().find(|media| media.role != MediaRole::Swatch) {
            first.role = MediaRole::Main;
        }
        self.product.media = media;
    }

    /// Names of options stand on the first row; `Title` with `Default Title` is Shopify's way to say there are none.
    fn read_options(&mut self, plan: &Plan, row: &Row, out: &mut Findings) {
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
                    put(&mut product.fields, field, &column.scope, value);
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

/// Adds a value to a field; lists grow, other values are there once for each scope.
pub(crate) fn put(fields: &mut Fields, field: &Field, scope: &Scope, value: Value) {
    let values = fields.entry(field.clone()).or_default();
    match (values.iter_mut().find(|given| given.scope == *scope), value) {
        (Some(ScopedValue { value: Value::List(list), .. }), Value::List(more)) => list.extend(more),
        (Some(_), _) => {}
        (None, value) => values.push(ScopedValue { scope: scope.clone(), value }),
    }
}

/// The role of a product's or variant's image column.
pub(crate) fn image_role(target: &Target) -> Option<MediaRole> {
    match target {
        Target::Image | Target::AdditionalImages => Some(MediaRole::Additional),
        Target::SwatchImage => Some(MediaRole::Swatch),
        Target::VariantImage => Some(MediaRole::Main),
        _ => None,
    }
}

/// The addresses in an image cell; what is none is reported.
pub(crate) fn urls(plan: &Plan, column: &PlannedColumn, line: u64, text: &str, out: &mut Findings) -> Vec<Arc<str>> {
    let parts: Vec<Cow<'_, str>> = match column.target {
        Target::AdditionalImages => addresses(text),
        _ => vec![Cow::Borrowed(text)],
    };
    let mut urls = Vec::new();
    for part in parts {
        match Value::parse(Kind::Url, &part, &column.writing) {
            Ok(Value::Text(url)) => urls.push(Arc::from(url)),
            Ok(_) => {}
            Err(why) => plan.unreadable(line, column, &part, &why.message, &why.help, out),
        }
    }
    urls
}

/// Splits a list of addresses. Addresses may hold commas, so a new one begins only where `http` does.
fn addresses(text: &str) -> Vec<Cow<'_, str>> {
    let mut parts: Vec<Cow<'_, str>> = Vec::new();
    for part in text.split_inclusive([',', ';', '|', '\n', ' ']) {
        let begins = part.trim_start().starts_with("http");
        match parts.last_mut() {
            Some(last) if !begins => last.to_mut().push_str(part),
            _ => parts.push(Cow::Borrowed(part)),
        }
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    let trimmed = parts.iter().map(|part| part.trim_matches(ends)).filter(|part| !part.is_empty());
    trimmed.map(|part| Cow::Owned(part.to_owned())).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_may_hold_commas() {
        assert_eq!(
            addresses("https://a/x,y.jpg, https://a/2.jpg;https://a/3.jpg |"),
            ["https://a/x,y.jpg", "https://a/2.jpg", "https://a/3.jpg"]
        );
        assert_eq!(addresses("a.jpg, b.jpg"), ["a.jpg, b.jpg"]);
        assert_eq!(addresses(""), Vec::<&str>::new());
    }
}
