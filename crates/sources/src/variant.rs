//! A row read as a variant: what it says of itself, its price and its stock.

use crate::barcode::Verdicts;
use crate::cell::short;
use crate::family::Family;
use crate::images::image_role;
use crate::images::urls;
use crate::plan::Plan;
use crate::plan::PlannedColumn;
use crate::profile::Layout;
use crate::rows::Row;
use crate::seen::Met;
use crate::seen::Seen;
use crate::sku::read_sku;
use crate::source::MissingSku;
use crate::tally::Tally;
use crate::target::Target;
use crate::terms::Draft;
use crate::terms::read_offer;
use crate::terms::read_stock;
use crate::terms::settle;
use crate::weight::as_typed;
use feedwright_catalog::Confidential;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Measure;
use feedwright_catalog::Origin;
use feedwright_catalog::Scope;
use feedwright_catalog::Sku;
use feedwright_catalog::Unit;
use feedwright_catalog::Value;
use feedwright_catalog::Variant;
use feedwright_catalog::product::Identifier;
use feedwright_catalog::product::IdentifierKind;
use feedwright_catalog::product::Media;
use feedwright_catalog::product::MediaRole;
use feedwright_catalog::rules;
use std::sync::Arc;

/// What reading a variant needs beside its row.
pub(crate) struct Shop<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) verdicts: &'a Verdicts,
    pub(crate) missing_sku: MissingSku,
    /// The SKUs of earlier chunks, where they are known.
    pub(crate) seen: Option<&'a Seen>,
    pub(crate) met: &'a mut Met,
    pub(crate) tally: &'a mut Tally,
}

/// Reads a variant into the family. With an error against it, it is left out.
pub(crate) fn read_variant(shop: &mut Shop<'_>, family: &mut Family<'_>, row: Row<'_>, out: &mut Findings) {
    let mark = out.len();
    family.n_variant_rows += 1;
    let origin = Origin { columns: Arc::clone(&family.product.origin.columns), line: row.line };
    let options = read_options(shop.plan, family, row, out);
    let sku = read_sku(shop, family, &options, row, out);
    // Everything is read even when there is no SKU: all that is wrong with a row is said at once.
    let name = sku.clone().or_else(|| Sku::parse("-").ok());
    let Some(mut variant) = name.map(|sku| Variant::new(sku, origin)) else { return };
    for ((option, value), column) in options.iter().zip(family.options.iter().map(|option| option.column)) {
        if let (Some(text), Some(column)) = (value, shop.plan.columns.get(column)) {
            match Value::parse(option.kind(), text, &column.writing) {
                Ok(value) => variant.fields.put(option, &Scope::default(), value),
                Err(why) => shop.plan.unreadable(row.line, column, text, &why.message, &why.help, out),
            }
        }
    }
    let mut draft = Draft::default();
    for (at, column) in shop.plan.columns.iter().enumerate() {
        read_cell(shop, &mut variant, &mut draft, row, at, column, out);
    }
    count_shipping(shop.plan, family, row, out);
    settle(shop, &mut variant, draft, row, out);
    if let Some(sku) = &sku {
        for finding in out.list_mut().iter_mut().skip(mark) {
            finding.sku.get_or_insert_with(|| sku.clone());
        }
    }
    if sku.is_some() && !out.blocked_since(mark) {
        family.product.variants.push(variant);
    }
}

/// The family's options with the values of one row.
pub(crate) type Options = Vec<(feedwright_catalog::Field, Option<String>)>;

fn read_options(plan: &Plan, family: &mut Family<'_>, row: Row<'_>, out: &mut Findings) -> Options {
    let mut options = Options::new();
    for option in &family.options {
        let Some(column) = plan.columns.get(option.column) else { continue };
        let value = column.cell(row).map(std::borrow::Cow::into_owned);
        if value.is_none() {
            let label = &option.axis.label;
            out.push(
                Finding::new(
                    &rules::MISSING_OPTION,
                    format!(
                        "the variant has no `{label}`, and the others of product `{}` have one",
                        family.product.key
                    ),
                )
                .help(format!("fill in column \"{}\"", column.name))
                .at(plan.place(row.line, column)),
            );
        }
        options.push((option.axis.field.clone(), value));
    }
    report_unnamed(plan, family, row, out);
    if plan.layout == Layout::Grouped && options.iter().all(|(_, value)| value.is_some()) {
        let combination = options.iter().filter_map(|(_, value)| Some(value.as_ref()?.to_lowercase())).collect();
        if let Some(first) = family.by_options.get(&combination) {
            out.push(duplicate_variant(plan, family, *first, row.line, &options));
        } else {
            family.by_options.insert(combination, row.line);
        }
    }
    options
}

/// Reports the values of options the family does not have. On its first row that was done with the names.
fn report_unnamed(plan: &Plan, family: &Family<'_>, row: Row<'_>, out: &mut Findings) {
    let first = family.product.origin.line;
    if row.line == first {
        return;
    }
    for at in plan.option_values.iter().flatten() {
        if family.options.iter().any(|option| option.column == *at) {
            continue;
        }
        let Some(column) = plan.columns.get(*at) else { continue };
        if let Some(text) = column.cell(row).filter(|text| !text.eq_ignore_ascii_case("default title")) {
            let why = format!("line {first} of the product names no such option");
            plan.misplaced(row.line, column, &text, &why, &format!("fill in the option's name on line {first}"), out);
        }
    }
}

fn duplicate_variant(plan: &Plan, family: &Family<'_>, first: u64, line: u64, options: &Options) -> Finding {
    let key = &family.product.key;
    let values: Vec<_> = options.iter().filter_map(|(_, value)| value.as_deref()).map(short).collect();
    let message = if values.is_empty() {
        format!("product `{key}` has no options, and a second variant; the first is on line {first}")
    } else {
        format!("product `{key}` has `{}` on line {first} already", values.join(" / "))
    };
    let column = family.options.first().and_then(|option| plan.columns.get(option.column));
    let column = column.or_else(|| plan.option_values.iter().flatten().next().and_then(|at| plan.columns.get(*at)));
    match column {
        Some(column) => Finding::new(&rules::DUPLICATE_VARIANT, message)
            .help(format!("give it another value in column \"{}\", or remove the row", column.name))
            .at(plan.place(line, column)),
        None => Finding::new(&rules::DUPLICATE_VARIANT, message)
            .help("give each row a product key of its own, or add a column for what sets them apart")
            .at(plan.row(line)),
    }
}

fn read_cell(
    shop: &mut Shop<'_>,
    variant: &mut Variant,
    draft: &mut Draft,
    row: Row<'_>,
    at: usize,
    column: &PlannedColumn,
    out: &mut Findings,
) {
    if column.level == feedwright_catalog::place::Level::Product {
        return;
    }
    let plan = shop.plan;
    let line = row.line;
    if column.target == Target::Gtin {
        if let Some(identifier) = shop.verdicts.read(plan, at, row, out)
            && !variant.identifiers.contains(&identifier)
        {
            variant.identifiers.push(identifier);
        }
        return;
    }
    let Some(text) = column.cell(row) else { return };
    match &column.target {
        Target::Content(field) => {
            if let Some(value) = content(plan, row, column, &text, out) {
                variant.fields.put(field, &column.scope, value);
            }
        }
        Target::Offer(known) => read_offer(plan, draft, line, column, *known, &text, out),
        Target::Stock(known) => read_stock(plan, draft, line, column, *known, &text, out),
        Target::Cost => draft.offer.cost = plan.money(line, column, &text, out).map(Confidential::new),
        Target::Asin => {
            let is_asin =
                text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
            if is_asin {
                variant.identifiers.push(Identifier { kind: IdentifierKind::Asin, raw: Arc::from(text.as_ref()) });
            } else {
                plan.unreadable(
                    line,
                    column,
                    &text,
                    "is not ten capital letters and digits",
                    "write it as it stands in the address of the product's page",
                    out,
                );
            }
        }
        Target::SellWhenOutOfStock => match text.to_ascii_lowercase().as_str() {
            "continue" | "true" | "yes" | "1" => draft.stock.always_available = true,
            "deny" | "false" | "no" | "0" => {}
            _ => plan.unreadable(
                line,
                column,
                &text,
                "is neither `continue` nor `deny`",
                "write `continue` or `deny`",
                out,
            ),
        },
        Target::Image | Target::AdditionalImages | Target::SwatchImage | Target::VariantImage => {
            let Some(role) = image_role(&column.target) else { return };
            for url in urls(plan, column, line, &text, out) {
                let given = |media: &Media| {
                    media.url == url && (media.role == MediaRole::Swatch) == (role == MediaRole::Swatch)
                };
                if !variant.media.iter().any(given) {
                    variant.media.push(Media { url, role, scope: Scope::default(), line });
                }
            }
        }
        // Read elsewhere, or of the product.
        Target::ProductKey
        | Target::Sku
        | Target::Gtin
        | Target::ImagePosition
        | Target::OptionName(_)
        | Target::OptionValue(_)
        | Target::Category(_)
        | Target::UnitOf(_)
        | Target::Status
        | Target::Published
        | Target::GiftCard
        | Target::RequiresShipping
        | Target::InventoryTracker => {}
    }
}

/// A content value; a measure with its unit from another column.
fn content(plan: &Plan, row: Row<'_>, column: &PlannedColumn, text: &str, out: &mut Findings) -> Option<Value> {
    let unit_column = column.unit_from.and_then(|at| plan.columns.get(at));
    let Some((unit_column, unit_text)) = unit_column.and_then(|unit| Some((unit, unit.cell(row)?))) else {
        return plan.value(row.line, column, text, out);
    };
    let Some(unit) = Unit::parse(&unit_text) else {
        plan.unreadable(row.line, unit_column, &unit_text, "is not a unit", "write a unit such as `kg` or `lb`", out);
        return column.writing.unit.and_then(|_| plan.value(row.line, column, text, out));
    };
    if column.writing.unit.is_some() {
        // The number is in the column's own unit; the other column says in which it was typed.
        return match plan.value(row.line, column, text, out)? {
            Value::Measure(stored) => Some(Value::Measure(as_typed(stored, unit))),
            other => Some(other),
        };
    }
    match feedwright_catalog::decimal::parse_decimal(text, column.writing.separator) {
        Ok(amount) => Some(Value::Measure(Measure { amount, unit })),
        Err(why) => {
            plan.unreadable(row.line, column, text, &why.to_string(), "write a plain number such as `12.5`", out);
            None
        }
    }
}

fn count_shipping(plan: &Plan, family: &mut Family<'_>, row: Row<'_>, out: &mut Findings) {
    let column = plan.columns.iter().find(|column| column.target == Target::RequiresShipping);
    let Some((column, text)) = column.and_then(|column| Some((column, column.cell(row)?))) else { return };
    match plan.value(row.line, column, &text, out) {
        Some(Value::Bool(true)) => family.n_shipped += 1,
        Some(Value::Bool(false)) => family.n_not_shipped += 1,
        _ => {}
    }
}
