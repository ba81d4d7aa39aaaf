//! A row read as a variant: what it says of itself, its price and its stock.

use crate::barcode::Verdicts;
use crate::cell::short;
use crate::family::Family;
use crate::family::image_role;
use crate::family::put;
use crate::family::urls;
use crate::header::handle;
use crate::plan::Plan;
use crate::plan::PlannedColumn;
use crate::profile::Layout;
use crate::rows::Row;
use crate::seen::Seen;
use crate::source::MissingSku;
use crate::target::Target;
use crate::weight::as_typed;
use feedwright_catalog::Confidential;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Known;
use feedwright_catalog::Measure;
use feedwright_catalog::Money;
use feedwright_catalog::Offer;
use feedwright_catalog::Origin;
use feedwright_catalog::Sale;
use feedwright_catalog::Scope;
use feedwright_catalog::Sku;
use feedwright_catalog::Stock;
use feedwright_catalog::Unit;
use feedwright_catalog::Value;
use feedwright_catalog::Variant;
use feedwright_catalog::product::Identifier;
use feedwright_catalog::product::IdentifierKind;
use feedwright_catalog::product::Media;
use feedwright_catalog::product::MediaRole;
use feedwright_catalog::rules;
use jiff::Timestamp;
use std::sync::Arc;

/// What reading a variant needs beside its row.
pub(crate) struct Shop<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) verdicts: &'a Verdicts,
    pub(crate) missing_sku: MissingSku,
    pub(crate) skus: &'a mut Seen,
    /// Quantities left out because nobody counts them: how many, and the line of the first.
    pub(crate) untracked: &'a mut (u64, u64),
}

/// Price and stock while a row is read.
#[derive(Default)]
struct Draft {
    offer: Offer,
    sale_price: Option<Money>,
    sale_start: Option<Timestamp>,
    sale_end: Option<Timestamp>,
    stock: Stock,
}

/// Reads a variant into the family. With an error against it, it is left out.
pub(crate) fn read_variant(shop: &mut Shop<'_>, family: &mut Family, row: &Row, out: &mut Findings) {
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
                Ok(value) => put(&mut variant.fields, option, &Scope::default(), value),
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

type Options = Vec<(feedwright_catalog::Field, Option<String>)>;

fn read_options(plan: &Plan, family: &mut Family, row: &Row, out: &mut Findings) -> Options {
    let mut options = Options::new();
    for option in &family.options {
        let Some(column) = plan.columns.get(option.column) else { continue };
        let value = plan.cell(row, column).map(std::borrow::Cow::into_owned);
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
fn report_unnamed(plan: &Plan, family: &Family, row: &Row, out: &mut Findings) {
    let first = family.product.origin.line;
    if row.line == first {
        return;
    }
    for at in plan.option_values.iter().flatten() {
        if family.options.iter().any(|option| option.column == *at) {
            continue;
        }
        let Some(column) = plan.columns.get(*at) else { continue };
        if let Some(text) = plan.cell(row, column).filter(|text| !text.eq_ignore_ascii_case("default title")) {
            let why = format!("line {first} of the product names no such option");
            plan.misplaced(row.line, column, &text, &why, &format!("fill in the option's name on line {first}"), out);
        }
    }
}

fn duplicate_variant(plan: &Plan, family: &Family, first: u64, line: u64, options: &Options) -> Finding {
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

fn read_sku(shop: &mut Shop<'_>, family: &Family, options: &Options, row: &Row, out: &mut Findings) -> Option<Sku> {
    let plan = shop.plan;
    let column = plan.sku.and_then(|at| plan.columns.get(at));
    let place = column.map_or_else(|| plan.row(row.line), |column| plan.place(row.line, column));
    let text = column.and_then(|column| plan.guarded(row, column));
    let sku = match text {
        Some(text) => match Sku::parse(text) {
            Ok(sku) => sku,
            Err(why) => {
                let message = format!("`{}` is no SKU: {why}", short(text));
                let help = format!("type the SKU again in column \"{}\"", plan.sku_name);
                out.push(Finding::new(&rules::BAD_SKU, message).help(help).at(place));
                return None;
            }
        },
        None => {
            let key = short(&family.product.key);
            let made = made_up(&family.product.key, options);
            match shop.missing_sku {
                MissingSku::Derive => {
                    let sku = Sku::parse(&made).ok()?;
                    let message = format!("there is no SKU; `{sku}` was made up");
                    let help = "a renamed option makes another SKU: type one of your own to keep it";
                    out.push(Finding::new(&rules::SKU_MADE_UP, message).help(help).at(place.clone()));
                    sku
                }
                MissingSku::Report => {
                    let (message, help) = if column.is_some() {
                        (
                            format!("a variant of product `{key}` has no SKU: column \"{}\" is empty", plan.sku_name),
                            format!(
                                "type a number of your own into column \"{}\", such as `{made}`, or set `missing_sku = \"derive\"`",
                                plan.sku_name
                            ),
                        )
                    } else {
                        (
                            format!("a variant of product `{key}` has no SKU: the file has no column for it"),
                            format!(
                                "add a column \"{}\" with a number of your own, such as `{made}`, or set `missing_sku = \"derive\"`",
                                plan.sku_name
                            ),
                        )
                    };
                    out.push(Finding::new(&rules::MISSING_SKU, message).help(help).at(place));
                    return None;
                }
            }
        }
    };
    if let Some(first) = shop.skus.insert(&sku.key(), row.line) {
        out.push(
            Finding::new(
                &rules::DUPLICATE_SKU,
                format!("SKU `{sku}` stands on line {first} already; that row is used"),
            )
            .help(format!("give one of the two rows another number in column \"{}\"", plan.sku_name))
            .sku(&sku)
            .at(place),
        );
    }
    Some(sku)
}

/// A SKU from the product's key and the variant's options.
fn made_up(key: &str, options: &Options) -> String {
    let mut sku = key.to_owned();
    for value in options.iter().filter_map(|(_, value)| value.as_deref()) {
        sku.push('-');
        sku.push_str(&handle(value));
    }
    sku
}

fn read_cell(
    shop: &mut Shop<'_>,
    variant: &mut Variant,
    draft: &mut Draft,
    row: &Row,
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
        if let Some(identifier) = shop.verdicts.read(plan, at, row, out) {
            if !variant.identifiers.contains(&identifier) {
                variant.identifiers.push(identifier);
            }
        }
        return;
    }
    let Some(text) = plan.cell(row, column) else { return };
    match &column.target {
        Target::Content(field) => {
            if let Some(value) = content(plan, row, column, &text, out) {
                put(&mut variant.fields, field, &column.scope, value);
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
                    "write it as it stands in the address of the Amazon page",
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
fn content(plan: &Plan, row: &Row, column: &PlannedColumn, text: &str, out: &mut Findings) -> Option<Value> {
    let unit_column = column.unit_from.and_then(|at| plan.columns.get(at));
    let Some((unit_column, unit_text)) = unit_column.and_then(|unit| Some((unit, plan.cell(row, unit)?))) else {
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

fn read_offer(
    plan: &Plan,
    draft: &mut Draft,
    line: u64,
    column: &PlannedColumn,
    known: Known,
    text: &str,
    out: &mut Findings,
) {
    let offer = &mut draft.offer;
    let slot = match known {
        Known::Price => &mut offer.price,
        Known::ListPrice => &mut offer.list_price,
        Known::CompareAtPrice => &mut offer.compare_at_price,
        Known::SalePrice => &mut draft.sale_price,
        Known::MapPrice => &mut offer.map_price,
        Known::FloorPrice => &mut offer.floor_price,
        Known::CeilingPrice => &mut offer.ceiling_price,
        _ => {
            match (known, plan.value(line, column, text, out)) {
                (Known::SaleStart, Some(Value::Instant(instant))) => draft.sale_start = Some(instant),
                (Known::SaleEnd, Some(Value::Instant(instant))) => draft.sale_end = Some(instant),
                (Known::MaxOrderQuantity, Some(Value::Integer(most))) => offer.max_order_quantity = Some(most),
                _ => {}
            }
            return;
        }
    };
    *slot = plan.money(line, column, text, out);
}

fn read_stock(
    plan: &Plan,
    draft: &mut Draft,
    line: u64,
    column: &PlannedColumn,
    known: Known,
    text: &str,
    out: &mut Findings,
) {
    let stock = &mut draft.stock;
    match (known, plan.value(line, column, text, out)) {
        (Known::Quantity, Some(Value::Integer(quantity))) => stock.quantity = Some(quantity),
        (Known::AlwaysAvailable, Some(Value::Bool(always))) => stock.always_available = always,
        (Known::LeadTimeDays, Some(Value::Integer(days))) => stock.lead_time_days = Some(days),
        (Known::RestockDate, Some(Value::Date(date))) => stock.restock_date = Some(date),
        _ => {}
    }
}

fn count_shipping(plan: &Plan, family: &mut Family, row: &Row, out: &mut Findings) {
    let column = plan.columns.iter().find(|column| column.target == Target::RequiresShipping);
    let Some((column, text)) = column.and_then(|column| Some((column, plan.cell(row, column)?))) else { return };
    match plan.value(row.line, column, &text, out) {
        Some(Value::Bool(true)) => family.n_shipped += 1,
        Some(Value::Bool(false)) => family.n_not_shipped += 1,
        _ => {}
    }
}

/// Puts price and stock into the variant, where the row said anything of them.
fn settle(shop: &mut Shop<'_>, variant: &mut Variant, mut draft: Draft, row: &Row, out: &mut Findings) {
    let plan = shop.plan;
    match (draft.sale_price, draft.sale_start.or(draft.sale_end)) {
        (Some(price), _) => draft.offer.sale = Some(Sale { price, start: draft.sale_start, end: draft.sale_end }),
        (None, Some(_)) => {
            let of_sale =
                |column: &&PlannedColumn| matches!(column.target, Target::Offer(Known::SaleStart | Known::SaleEnd));
            for column in plan.columns.iter().filter(of_sale) {
                if let Some(text) = plan.cell(row, column) {
                    plan.misplaced(
                        row.line,
                        column,
                        &text,
                        "there is no sale price",
                        "fill in the sale price, or remove the dates",
                        out,
                    );
                }
            }
        }
        (None, None) => {}
    }
    if draft.offer != Offer::default() {
        variant.offers.push(draft.offer);
    }
    // A tracker column without an entry: nobody counts this variant, so a number means nothing. Unknown is not zero,
    // and it is not plenty either: only a policy that says so makes a thing always available.
    let tracker = plan.tracker.and_then(|at| plan.columns.get(at));
    if tracker.is_some_and(|column| plan.cell(row, column).is_none()) && draft.stock.quantity.take().is_some() {
        shop.untracked.0 += 1;
        if shop.untracked.1 == 0 {
            shop.untracked.1 = row.line;
        }
    }
    if draft.stock != Stock::default() {
        variant.stock.push(draft.stock);
    }
}
