//! Publishing: here it shows what items, groups and offers lack.

use super::Desk;
use super::account::Account;
use super::account::Listing;
use super::errors;
use super::errors::Said;
use super::flaws::FLAWS;
use super::flaws::Flaw;
use super::groups;
use super::items;
use super::offers;
use super::operations::after;
use super::ready;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

/// `POST /offer/{offerId}/publish`.
pub(super) fn one(account: &mut Account, desk: &Desk<'_>, request: &Incoming) -> Outgoing {
    let id = after(request, "/offer/", "/publish").to_owned();
    if !account.offers.contains_key(&id) {
        return errors::refuse(404, &[offers::not_there(&id)]);
    }
    match publish(account, desk, &id) {
        Ok((listing, warnings)) => {
            Outgoing::json(200, &json!({ "listingId": listing, "warnings": errors::list(&warnings) }))
        }
        Err(said) => errors::refuse(said.first().map_or(400, Said::status), &said),
    }
}

/// `POST /bulk_publish_offer`.
pub(super) fn bulk(account: &mut Account, desk: &Desk<'_>, request: &Incoming) -> Outgoing {
    let asked = match items::requests(request) {
        Ok(asked) => asked,
        Err(refused) => return refused,
    };
    if asked.len() > items::MAX_ROWS {
        let message = format!("The number of offers in the request cannot exceed {}.", items::MAX_ROWS);
        return Said::new(25_730, message).answer();
    }
    let ids: Vec<String> =
        asked.iter().map(|row| row.get("offerId").and_then(Value::as_str).unwrap_or_default().to_owned()).collect();
    let mut seen = BTreeSet::new();
    if ids.iter().any(|id| !seen.insert(id)) {
        return Said::new(25_731, "OfferId should be unique in the request.").answer();
    }
    let rows: Vec<Value> = ids
        .iter()
        .map(|id| {
            let mut about = json!({ "offerId": id });
            match publish(account, desk, id) {
                Ok((listing, warnings)) => {
                    about["listingId"] = json!(listing);
                    about["statusCode"] = json!(200);
                    if !warnings.is_empty() {
                        about["warnings"] = json!(errors::list(&warnings));
                    }
                    about
                }
                Err(said) => errors::row(about, &said),
            }
        })
        .collect();
    errors::rows(&rows)
}

/// `POST /offer/publish_by_inventory_item_group`: members that lack something are left out, members that are wrong fail
/// the call.
pub(super) fn group(account: &mut Account, desk: &Desk<'_>, request: &Incoming) -> Outgoing {
    let told: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let text = |name: &str| told.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (key, marketplace) = (text("inventoryItemGroupKey"), text("marketplaceId"));
    let Some(group) = account.groups.get(&key).cloned() else { return groups::no_group(&key).answer() };
    let mut ready = Vec::new();
    let (mut wrong, mut warnings) = (ready::shared_wrong(&group.told), Vec::new());
    for sku in &group.members {
        let offer_key = (sku.clone(), marketplace.clone(), "FIXED_PRICE".to_owned());
        let Some(id) = account.offer_of.get(&offer_key).cloned() else {
            warnings.push(Said::new(25_016, format!("The SKU {sku} has no offer and was left out.")).about("SKU", sku));
            continue;
        };
        let mut said = ready::unready(account, sku, None, None);
        match flaw(account, desk, sku) {
            Err(flaw) => said.push(flaw),
            Ok(warning) => warnings.extend(warning.map(|warning| warning.about("SKU", sku))),
        }
        let said: Vec<Said> = said.into_iter().map(|said| said.about("SKU", sku)).collect();
        if said.is_empty() {
            ready.push(id);
        } else if said.iter().all(|said| said.is_missing) {
            warnings.extend(said);
        } else {
            wrong.extend(said);
        }
    }
    if ready.is_empty() && wrong.is_empty() {
        // Nothing is left to make a listing of: what was missing is the error.
        wrong.append(&mut warnings);
    }
    if !wrong.is_empty() {
        return errors::refuse(wrong.first().map_or(400, Said::status), &wrong);
    }
    let known = group.listing.filter(|id| account.listings.get(id).is_some_and(|listing| listing.is_active));
    let is_known = known.is_some();
    let listing = known.unwrap_or_else(|| new_listing(account));
    let mut is_new = false;
    for id in ready {
        is_new |= put_in(account, &id, &listing);
    }
    if is_known && !is_new {
        account.n_doubled += 1;
    }
    if let Some(group) = account.groups.get_mut(&key) {
        group.listing = Some(listing.clone());
    }
    Outgoing::json(200, &json!({ "listingId": listing, "warnings": errors::list(&warnings) }))
}

/// `POST /offer/{offerId}/withdraw`: the listing ends, the offer stays.
pub(super) fn withdraw(account: &mut Account, request: &Incoming) -> Outgoing {
    let id = after(request, "/offer/", "/withdraw").to_owned();
    if !account.offers.contains_key(&id) {
        return errors::refuse(404, &[offers::not_there(&id)]);
    }
    match account.unlist(&id) {
        Some(listing) => Outgoing::json(200, &json!({ "listingId": listing })),
        None => Said::new(25_002, "Any User error. The offer is not published.").answer(),
    }
}

/// `POST /offer/withdraw_by_inventory_item_group`.
pub(super) fn withdraw_group(account: &mut Account, request: &Incoming) -> Outgoing {
    let told: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let key = told.get("inventoryItemGroupKey").and_then(Value::as_str).unwrap_or_default();
    let Some(members) = account.groups.get(key).map(|group| group.members.clone()) else {
        return groups::no_group(key).answer();
    };
    for sku in members {
        for offer in account.offers_of(&sku) {
            account.unlist(&offer);
        }
    }
    errors::nothing(204)
}

/// The flaw of a SKU: an error, or nothing but a warning.
fn flaw(account: &mut Account, desk: &Desk<'_>, sku: &str) -> Result<Option<Said>, Said> {
    match desk.defects.of(sku, FLAWS) {
        None => Ok(None),
        Some(flaw @ Flaw::Warned) => Ok(Some(flaw.said())),
        Some(flaw @ Flaw::Busy) => {
            if account.failed_once.insert(sku.to_owned()) {
                Err(flaw.said())
            } else {
                Ok(None)
            }
        }
        Some(flaw) => Err(flaw.said()),
    }
}

/// Publishes an offer of a SKU in no group. Published once more it stays in its listing.
fn publish(account: &mut Account, desk: &Desk<'_>, id: &str) -> Result<(String, Vec<Said>), Vec<Said>> {
    let Some(offer) = account.offers.get(id).cloned() else {
        return Err(vec![offers::not_there(id)]);
    };
    let sku = &offer.key.0;
    if account.group_of.contains_key(sku) {
        let message =
            "Offers associated with SKUs that are part of a variation group cannot be published using this endpoint.";
        return Err(vec![Said::new(25_732, message)]);
    }
    let wrong = ready::unready(account, sku, None, Some(&offer));
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let warnings = flaw(account, desk, sku).map_err(|said| vec![said])?;
    let is_known = offer.listing.is_some();
    let listing = offer.listing.unwrap_or_else(|| new_listing(account));
    put_in(account, id, &listing);
    account.n_doubled += u64::from(is_known);
    Ok((listing, warnings.into_iter().collect()))
}

fn new_listing(account: &mut Account) -> String {
    let id = (110_500_000_000 + account.number()).to_string();
    account.listings.insert(id.clone(), Listing { is_active: true, ..Listing::default() });
    id
}

/// Puts an offer into a listing, and tells whether it was not in it.
fn put_in(account: &mut Account, id: &str, listing: &str) -> bool {
    let Some(offer) = account.offers.get_mut(id) else { return false };
    let is_new = offer.listing.as_deref() != Some(listing);
    offer.listing = Some(listing.to_owned());
    let sku = offer.key.0.clone();
    let counts = account.told(&sku);
    counts.published += 1;
    counts.created += u32::from(is_new);
    is_new
}
