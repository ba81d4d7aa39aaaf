//! Prices and quantities of many: `POST /bulk_update_price_quantity`.
//!
//! The method's text allows one SKU a call, its schema 25: the schema is followed.

use super::Desk;
use super::account::Account;
use super::account::amount;
use super::errors;
use super::errors::Said;
use super::items;
use super::offers;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use rust_decimal::Decimal;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

/// `POST /bulk_update_price_quantity`.
pub(super) fn bulk_update(account: &mut Account, desk: &Desk<'_>, request: &Incoming) -> Outgoing {
    let told = match items::requests(request) {
        Ok(told) => told,
        Err(refused) => return refused,
    };
    let n_offers: usize = told.iter().filter_map(|row| row.get("offers")?.as_array()).map(Vec::len).sum();
    if told.len() > items::MAX_ROWS || n_offers > items::MAX_ROWS {
        return Said::new(25_709, "Invalid value for requests. At most 25 items and 25 offers.").answer();
    }
    let mut seen = BTreeSet::new();
    let rows: Vec<Value> = told.iter().flat_map(|row| one(account, desk, row, &mut seen)).collect();
    errors::rows(&rows)
}

/// One item of the call: a row for each of its offers, or one of its own when it has none.
fn one(account: &mut Account, desk: &Desk<'_>, told: &Value, seen: &mut BTreeSet<String>) -> Vec<Value> {
    let sku = told.get("sku").and_then(Value::as_str).unwrap_or_default();
    let about = json!({ "sku": sku });
    let own = told.pointer("/shipToLocationAvailability/quantity");
    let offers = told.get("offers").and_then(Value::as_array);
    if own.is_none() && offers.is_none_or(Vec::is_empty) {
        return vec![errors::row(about, &[errors::unreadable()])];
    }
    if let Some(quantity) = own {
        let Some(quantity) = quantity.as_u64() else {
            let said = Said::new(25_709, "Invalid value for quantity.").about("field", "quantity");
            return vec![errors::row(about, &[said])];
        };
        if !account.items.contains_key(sku) {
            return vec![errors::row(about, &[items::no_sku(sku)])];
        }
        if let Some(listing) = account.listing_of(sku)
            && !account.revise(&listing, desk.now)
        {
            return vec![errors::row(about, &[items::too_often()])];
        }
        if let Some(item) = account.items.get_mut(sku) {
            item.quantity = Some(quantity);
        }
        account.told(sku).stock += 1;
    }
    let Some(offers) = offers.filter(|offers| !offers.is_empty()) else {
        return vec![json!({ "sku": sku, "statusCode": 200 })];
    };
    let rows = offers.iter().map(|offer| {
        let id = offer.get("offerId").and_then(Value::as_str).unwrap_or_default();
        let mut about = json!({ "offerId": id, "sku": sku });
        let result = if id.is_empty() || !seen.insert(id.to_owned()) {
            Err(Said::new(25_709, "Invalid value for offerId.").about("field", "offerId"))
        } else {
            revise(account, desk, sku, id, offer)
        };
        match result {
            Ok(()) => {
                about["statusCode"] = json!(200);
                about
            }
            Err(said) => errors::row(about, &[said]),
        }
    });
    rows.collect()
}

fn revise(account: &mut Account, desk: &Desk<'_>, sku: &str, id: &str, told: &Value) -> Result<(), Said> {
    let offer = account.offers.get(id).ok_or_else(|| offers::not_there(id))?;
    if !sku.is_empty() && offer.key.0 != sku {
        return Err(
            Said::new(25_709, "Invalid value for offerId. It belongs to another SKU.").about("field", "offerId")
        );
    }
    // The call is for live listings only.
    let listing = offer.listing.clone().ok_or_else(|| offers::not_there(id))?;
    let sku = offer.key.0.clone();
    let price = match told.get("price").map(amount) {
        None => None,
        Some(Some((price, currency))) if price > Decimal::ZERO => Some((price, currency)),
        Some(_) => return Err(Said::new(25_003, "Invalid price. It must be greater than 0.")),
    };
    let available = match told.get("availableQuantity").map(Value::as_u64) {
        None => None,
        Some(Some(available)) => Some(available),
        Some(None) => return Err(Said::new(25_004, "Invalid quantity. It must be 0 or more.")),
    };
    if price.is_none() && available.is_none() {
        return Err(Said::new(25_709, "Invalid value for offers. A price or a quantity is required."));
    }
    if !account.revise(&listing, desk.now) {
        return Err(items::too_often());
    }
    let counts = account.told(&sku);
    counts.price += u32::from(price.is_some());
    counts.stock += u32::from(available.is_some());
    if let Some(offer) = account.offers.get_mut(id) {
        offer.price = price.or_else(|| offer.price.take());
        offer.available = available.or(offer.available);
    }
    Ok(())
}
