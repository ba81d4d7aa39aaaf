//! The SKU of a row: read, made up when that was asked for, and there only once.

use crate::cell::short;
use crate::family::Family;
use crate::header::handle;
use crate::rows::Row;
use crate::source::MissingSku;
use crate::variant::Options;
use crate::variant::Shop;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Sku;
use feedwright_catalog::rules;

/// The row's SKU; a second row with the same one is reported, and so is a row without.
pub(crate) fn read_sku(
    shop: &mut Shop<'_>,
    family: &Family<'_>,
    options: &Options,
    row: Row<'_>,
    out: &mut Findings,
) -> Option<Sku> {
    let plan = shop.plan;
    let column = plan.sku.and_then(|at| plan.columns.get(at));
    let place = column.map_or_else(|| plan.row(row.line), |column| plan.place(row.line, column));
    let text = column.and_then(|column| column.guarded(row));
    let sku = if let Some(text) = text {
        match Sku::parse(text) {
            Ok(sku) => sku,
            Err(why) => {
                let message = format!("`{}` is no SKU: {why}", short(text));
                let help = format!("type the SKU again in column \"{}\"", plan.sku_name);
                out.push(Finding::new(&rules::BAD_SKU, message).help(help).at(place));
                return None;
            }
        }
    } else {
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
                let name = &plan.sku_name;
                let (why, how) = match column {
                    Some(_) => (format!("column \"{name}\" is empty"), "fill in"),
                    None => ("the file has no column for it".to_owned(), "add"),
                };
                let message = format!("a variant of product `{}` has no SKU: {why}", short(&family.product.key));
                let help = format!(
                    "{how} column \"{name}\" with a number of your own, such as `{}`, or set `missing_sku = \"derive\"`",
                    short(&made)
                );
                out.push(Finding::new(&rules::MISSING_SKU, message).help(help).at(place));
                return None;
            }
        }
    };
    if let Some(first) = shop.met.sku(shop.seen, &sku, row.line) {
        // Not marked with the SKU: that belongs to the other row, which is used.
        out.push(
            Finding::new(
                &rules::DUPLICATE_SKU,
                format!("SKU `{sku}` stands on line {first} already; that row is used"),
            )
            .help(format!("give one of the two rows another number in column \"{}\"", plan.sku_name))
            .at(place),
        );
        return None;
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
