//! Price and stock of a row.

use crate::plan::Plan;
use crate::plan::PlannedColumn;
use crate::rows::Row;
use crate::target::Target;
use crate::variant::Shop;
use feedwright_catalog::Findings;
use feedwright_catalog::Known;
use feedwright_catalog::Money;
use feedwright_catalog::Offer;
use feedwright_catalog::Sale;
use feedwright_catalog::Stock;
use feedwright_catalog::Value;
use feedwright_catalog::Variant;
use jiff::Timestamp;

/// Price and stock while a row is read.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) offer: Offer,
    sale_price: Option<Money>,
    sale_start: Option<Timestamp>,
    sale_end: Option<Timestamp>,
    pub(crate) stock: Stock,
}

/// Puts price and stock into the variant, where the row said anything of them.
pub(crate) fn settle(shop: &mut Shop<'_>, variant: &mut Variant, mut draft: Draft, row: Row<'_>, out: &mut Findings) {
    let plan = shop.plan;
    match (draft.sale_price, draft.sale_start.or(draft.sale_end)) {
        (Some(price), _) => draft.offer.sale = Some(Sale { price, start: draft.sale_start, end: draft.sale_end }),
        (None, Some(_)) => {
            let of_sale =
                |column: &&PlannedColumn| matches!(column.target, Target::Offer(Known::SaleStart | Known::SaleEnd));
            for column in plan.columns.iter().filter(of_sale) {
                if let Some(text) = column.cell(row) {
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
        variant.offers = vec![draft.offer];
    }
    // A tracker column without an entry: nobody counts this variant, so a number means nothing. Unknown is not zero,
    // and it is not plenty either: only a policy that says so makes a thing always available.
    let tracker = plan.tracker.and_then(|at| plan.columns.get(at));
    if tracker.is_some_and(|column| column.cell(row).is_none()) && draft.stock.quantity.take().is_some() {
        shop.tally.untracked.on(row.line);
    }
    if draft.stock != Stock::default() {
        variant.stock = vec![draft.stock];
    }
}

/// Reads a cell of the offer.
pub(crate) fn read_offer(
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

/// Reads a cell of the stock.
pub(crate) fn read_stock(
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
