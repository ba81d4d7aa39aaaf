//! Offers: one of a SKU on a marketplace in a format, made once and then replaced whole.

use super::Desk;
use super::account::Account;
use super::account::Offer;
use super::account::OfferKey;
use super::account::amount;
use super::errors;
use super::errors::Said;
use super::items;
use super::operations::after;
use super::ready;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::tokens::hex_of;
use rust_decimal::Decimal;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

/// `POST /offer`.
pub(super) fn create(account: &mut Account, request: &Incoming) -> Outgoing {
    let Ok(Value::Object(told)) = serde_json::from_slice(&request.body) else {
        return errors::unreadable().answer();
    };
    match make(account, told) {
        Ok(id) => Outgoing::json(201, &json!({ "offerId": id })),
        Err(said) => said.answer(),
    }
}

/// `POST /bulk_create_offer`.
pub(super) fn bulk_create(account: &mut Account, request: &Incoming) -> Outgoing {
    let told = match items::requests(request) {
        Ok(told) => told,
        Err(refused) => return refused,
    };
    if told.len() > items::MAX_ROWS {
        let message = format!("The number of offers in the request cannot exceed {}", items::MAX_ROWS);
        return Said::new(25_730, message).answer();
    }
    let mut seen = BTreeSet::new();
    if told.iter().any(|row| !seen.insert(key(row))) {
        let message = "The combination of SKU, marketplaceId and format should be unique.";
        return Said::new(25_729, message).answer();
    }
    let rows: Vec<Value> = told
        .into_iter()
        .map(|row| {
            let (sku, marketplace, format) = key(&row);
            let mut about = json!({ "sku": sku, "marketplaceId": marketplace, "format": format });
            let Value::Object(offer) = row else { return errors::row(about, &[errors::unreadable()]) };
            match make(account, offer) {
                Ok(id) => {
                    about["offerId"] = json!(id);
                    about["statusCode"] = json!(200);
                    about
                }
                Err(said) => errors::row(about, &[said]),
            }
        })
        .collect();
    errors::rows(&rows)
}

/// `GET /offer/{offerId}`.
pub(super) fn get(account: &Account, request: &Incoming) -> Outgoing {
    let id = after(request, "/offer/", "");
    match account.offers.get(id) {
        Some(offer) => Outgoing::json(200, &whole(account, id, offer)),
        None => errors::refuse(404, &[not_there(id)]),
    }
}

/// `GET /offer`. A SKU without offers is an error, as sellers met it, and no empty list.
pub(super) fn list(account: &Account, request: &Incoming) -> Outgoing {
    let (limit, offset) = match items::page(request, 100) {
        Ok(page) => page,
        Err(refused) => return refused,
    };
    let Some(sku) = request.value("sku").filter(|sku| !sku.is_empty()) else {
        return Said::new(25_708, "Invalid SKU.").answer();
    };
    let is_meant = |id: &&String| {
        account.offers.get(*id).is_some_and(|offer| {
            request.value("marketplace_id").is_none_or(|meant| offer.key.1 == meant)
                && request.value("format").is_none_or(|meant| offer.key.2 == meant)
        })
    };
    let ids = account.offers_of(sku);
    let meant: Vec<&String> = ids.iter().filter(is_meant).collect();
    if meant.is_empty() {
        return errors::refuse(404, &[not_there(sku)]);
    }
    let offers: Vec<Value> = meant
        .iter()
        .skip(offset)
        .take(limit)
        .filter_map(|id| Some(whole(account, id, account.offers.get(*id)?)))
        .collect();
    Outgoing::json(
        200,
        &json!({
            "href": format!("/sell/inventory/v1/offer?sku={sku}&limit={limit}&offset={offset}"),
            "limit": limit,
            "offers": offers,
            "size": offers.len(),
            "total": meant.len(),
        }),
    )
}

/// `PUT /offer/{offerId}`: whole, what is not told is gone. A published one revises its listing.
pub(super) fn update(account: &mut Account, desk: &Desk<'_>, request: &Incoming) -> Outgoing {
    let id = after(request, "/offer/", "").to_owned();
    let Some(was) = account.offers.get(&id).cloned() else {
        return errors::refuse(404, &[not_there(&id)]);
    };
    let Ok(Value::Object(told)) = serde_json::from_slice(&request.body) else {
        return errors::unreadable().answer();
    };
    if let Some(said) = wrong(&told) {
        return said.answer();
    }
    let mut offer = read(was.key.clone(), told);
    offer.listing.clone_from(&was.listing);
    let sku = was.key.0.clone();
    if let Some(listing) = &was.listing {
        let wrong = ready::unready(account, &sku, None, Some(&offer));
        if !wrong.is_empty() {
            return errors::refuse(400, &wrong);
        }
        if !account.revise(listing, desk.now) {
            return items::too_often().answer();
        }
    }
    let counts = account.told(&sku);
    counts.offer_replaced += 1;
    counts.price += u32::from(offer.price != was.price);
    account.offers.insert(id.clone(), offer);
    Outgoing::json(200, &json!({ "offerId": id }))
}

/// `DELETE /offer/{offerId}`: its listing ends.
pub(super) fn delete(account: &mut Account, request: &Incoming) -> Outgoing {
    let id = after(request, "/offer/", "").to_owned();
    account.unlist(&id);
    match account.offers.remove(&id) {
        Some(gone) => {
            account.offer_of.remove(&gone.key);
            errors::nothing(204)
        }
        None => errors::refuse(404, &[not_there(&id)]),
    }
}

/// There is no such offer.
pub(super) fn not_there(what: &str) -> Said {
    Said::new(25_713, format!("This Offer is not available : {what}."))
}

fn key(told: &Value) -> OfferKey {
    let text = |name: &str| told.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("sku"), text("marketplaceId"), text("format"))
}

fn make(account: &mut Account, told: Map<String, Value>) -> Result<String, Said> {
    let told = Value::Object(told);
    let key = key(&told);
    let (sku, marketplace, format) = (&key.0, &key.1, &key.2);
    let is_format = matches!(format.as_str(), "FIXED_PRICE" | "AUCTION");
    if sku.is_empty() || !marketplace.starts_with("EBAY_") || !is_format {
        return Err(Said::new(25_735, "Invalid SKU, marketplaceId or format."));
    }
    if !account.items.contains_key(sku) {
        return Err(items::no_sku(sku));
    }
    if let Some(id) = account.offer_of.get(&key).cloned() {
        account.n_doubled += 1;
        let message = "A user error has occurred. Offer entity already exists.";
        return Err(Said::new(25_002, message).about("offerId", &id));
    }
    let Value::Object(told) = told else { return Err(errors::unreadable()) };
    if let Some(said) = wrong(&told) {
        return Err(said);
    }
    if format == "AUCTION" && account.group_of.contains_key(sku) {
        let message = "Auction format is not permitted with a SKU that is part of an InventoryItemGroup.";
        return Err(Said::new(25_756, message));
    }
    let id = (9_100_000_000 + account.number()).to_string();
    let counts = account.told(sku);
    counts.offered += 1;
    let offer = read(key.clone(), told);
    counts.price += u32::from(offer.price.is_some());
    account.offers.insert(id.clone(), offer);
    account.offer_of.insert(key, id.clone());
    Ok(id)
}

/// What is wrong with an offer whatever is to become of it.
fn wrong(told: &Map<String, Value>) -> Option<Said> {
    // What is told later is put into it.
    if told.get("pricingSummary").is_some_and(|pricing| !pricing.is_object()) {
        return Some(Said::new(25_709, "Invalid value for pricingSummary.").about("field", "pricingSummary"));
    }
    let price = told.get("pricingSummary").and_then(|pricing| pricing.get("price"));
    let is_bad = |price: &Value| amount(price).is_none_or(|(price, _)| price <= Decimal::ZERO);
    if price.is_some_and(is_bad) {
        return Some(Said::new(25_709, "Invalid value for price.").about("field", "price"));
    }
    let available = told.get("availableQuantity");
    if available.is_some_and(|available| available.as_u64().is_none()) {
        return Some(Said::new(25_709, "Invalid value for availableQuantity.").about("field", "availableQuantity"));
    }
    None
}

fn read(key: OfferKey, mut told: Map<String, Value>) -> Offer {
    for name in ["sku", "marketplaceId", "format", "offerId", "status", "listing"] {
        told.remove(name);
    }
    let available = told.remove("availableQuantity").and_then(|available| available.as_u64());
    let price = told
        .get_mut("pricingSummary")
        .and_then(Value::as_object_mut)
        .and_then(|pricing| pricing.remove("price"))
        .and_then(|price| amount(&price));
    let text = Value::Object(told).to_string();
    Offer { key, digest: hex_of(text.as_bytes()), told: text, price, available, listing: None }
}

/// An offer as it was told, with what is known of it beside.
fn whole(account: &Account, id: &str, offer: &Offer) -> Value {
    let mut whole: Value = serde_json::from_str(&offer.told).unwrap_or_default();
    let (sku, marketplace, format) = &offer.key;
    whole["offerId"] = json!(id);
    whole["sku"] = json!(sku);
    whole["marketplaceId"] = json!(marketplace);
    whole["format"] = json!(format);
    whole["status"] = json!(if offer.listing.is_some() { "PUBLISHED" } else { "UNPUBLISHED" });
    // Members every answer has, told or not.
    for (name, value) in [
        ("hideBuyerDetails", json!(false)),
        ("includeCatalogProductDetails", json!(true)),
        ("listingDuration", json!("GTC")),
        ("listingPolicies", json!({})),
        ("pricingSummary", json!({})),
    ] {
        if whole.get(name).is_none() {
            whole[name] = value;
        }
    }
    if let Some((price, currency)) = &offer.price {
        whole["pricingSummary"]["price"] = json!({ "currency": currency, "value": price.to_string() });
    }
    if let Some(available) = offer.available.or_else(|| account.items.get(sku).and_then(|item| item.quantity)) {
        whole["availableQuantity"] = json!(available);
    }
    if let Some(listing) = &offer.listing {
        whole["listing"] = json!({ "listingId": listing, "listingStatus": "ACTIVE", "soldQuantity": 0 });
    }
    whole
}
