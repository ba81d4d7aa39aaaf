//! Offers and stock: the price lane and the stock lane of the catalog.

use crate::confidential::Confidential;
use crate::money::Money;
use crate::scope::Scope;
use jiff::Timestamp;
use jiff::civil::Date;
use std::sync::Arc;

/// The prices of one SKU for one scope.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    /// For whom it holds.
    pub scope: Scope,
    /// What the buyer pays without a sale.
    pub price: Option<Money>,
    /// The manufacturer's suggested retail price.
    pub list_price: Option<Money>,
    /// The shop's own strike-through price. In law it is not a list price.
    pub compare_at_price: Option<Money>,
    /// A sale.
    pub sale: Option<Sale>,
    /// The lowest price the manufacturer lets the seller advertise.
    pub map_price: Option<Money>,
    /// The lowest price a repricer may set.
    pub floor_price: Option<Money>,
    /// The highest price a repricer may set.
    pub ceiling_price: Option<Money>,
    /// What it costs the seller. It leaves this program by no way.
    pub cost: Option<Confidential<Money>>,
    /// The most one buyer may order at once.
    pub max_order_quantity: Option<i64>,
}

/// A price for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sale {
    /// The price while it lasts.
    pub price: Money,
    /// From when.
    pub start: Option<Timestamp>,
    /// Until when.
    pub end: Option<Timestamp>,
}

/// How many of a SKU lie at one location.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// The location, by the source's name; none when the source knows only one.
    pub location: Option<Arc<str>>,
    /// How many can be sold. `None` is unknown, and never zero.
    pub quantity: Option<i64>,
    /// Kept back from selling.
    pub buffer: i64,
    /// Stock is not counted: it can always be sold.
    pub always_available: bool,
    /// Days between an order and its shipping.
    pub lead_time_days: Option<i64>,
    /// When more comes in.
    pub restock_date: Option<Date>,
}

/// How many can be sold over all locations, after buffers, never below zero; `None` when no location knows.
pub fn sellable(stock: &[Stock]) -> Option<i64> {
    let mut total = None;
    for location in stock {
        if let Some(quantity) = location.quantity {
            let left = quantity.saturating_sub(location.buffer).max(0);
            total = Some(total.unwrap_or(0_i64).saturating_add(left));
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_is_not_zero() {
        let at = |quantity, buffer| Stock { quantity, buffer, ..Stock::default() };
        assert_eq!(sellable(&[]), None);
        assert_eq!(sellable(&[at(None, 0)]), None);
        assert_eq!(sellable(&[at(None, 0), at(Some(3), 1)]), Some(2));
        assert_eq!(sellable(&[at(Some(1), 5), at(Some(-2), 0)]), Some(0));
    }
}
