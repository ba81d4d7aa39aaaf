//! Publishing: here it shows what items, groups and offers lack.

use super::Desk;
use super::account::Account;
use super::account::Listing;
use super::account::Offer;
use super::categories;
use super::errors;
use super::errors::Said;
use super::flaws;
use super::flaws::FLAWS;
use super::flaws::Flaw;
use super::groups;
use super::items;
use super::offers;
use super::operations::after;
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
    let (mut wrong, mut warnings) = (shared_wrong(&group.told), Vec::new());
    for sku in &group.members {
        let offer_key = (sku.clone(), marketplace.clone(), "FIXED_PRICE".to_owned());
        let Some(id) = account.offer_of.get(&offer_key).cloned() else {
            warnings.push(Said::new(25_016, format!("The SKU {sku} has no offer and was left out.")).about("SKU", sku));
            continue;
        };
        let mut said = unready(account, desk, sku, None, None);
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

/// What keeps a SKU from being for sale, with another item or another offer than there is.
pub(super) fn unready(
    account: &Account,
    _desk: &Desk<'_>,
    sku: &str,
    item: Option<&Value>,
    offer: Option<&Offer>,
) -> Vec<Said> {
    let own_item = || serde_json::from_str::<Value>(&account.items.get(sku)?.told).ok();
    let item = item.cloned().or_else(own_item).unwrap_or_default();
    let own_offer = || account.offers_of(sku).first().and_then(|id| account.offers.get(id));
    let Some(offer) = offer.or_else(own_offer) else { return Vec::new() };
    let told: Value = serde_json::from_str(&offer.told).unwrap_or_default();
    let group = account.group_of.get(sku).and_then(|key| account.groups.get(key));
    let group: Value = group.and_then(|group| serde_json::from_str(&group.told).ok()).unwrap_or_default();

    let is_in_group = group.is_object();
    let text =
        |from: &Value, pointer: &str| from.pointer(pointer).and_then(Value::as_str).is_some_and(|it| !it.is_empty());
    let missing = |field: &str| {
        Said::new(25_016, format!("Invalid {field}. A value for it is required to publish."))
            .about("field", field)
            .missing()
    };
    let mut wrong = Vec::new();
    for (is_there, field) in [
        (text(&item, "/product/title") || text(&group, "/title"), "title"),
        (
            text(&item, "/product/description") || text(&told, "/listingDescription") || text(&group, "/description"),
            "description",
        ),
        (text(&told, "/listingDuration"), "listingDuration"),
        (offer.price.is_some(), "price"),
        (account.items.get(sku).is_some_and(|item| item.quantity.is_some()) || offer.available.is_some(), "quantity"),
    ] {
        if !is_there {
            wrong.push(missing(field));
        }
    }
    if !text(&item, "/condition") {
        wrong.push(Said::new(25_021, "Invalid condition information. The condition is required.").missing());
    }
    if !text(&told, "/merchantLocationKey") {
        wrong.push(Said::new(25_012, "Invalid location. An inventory location is required.").missing());
    }
    for (id, field, name) in [
        (25_007, "fulfillmentPolicyId", "Invalid Shipping policy information."),
        (25_008, "paymentPolicyId", "Invalid Payment policy information."),
        (25_009, "returnPolicyId", "Invalid Return policy information."),
    ] {
        if !text(&told, &format!("/listingPolicies/{field}")) {
            wrong.push(Said::new(id, format!("{name} {field} is required.")).missing());
        }
    }
    wrong.extend(pictures(&item, &group, is_in_group));
    let category = told.get("categoryId").and_then(Value::as_str).unwrap_or_default();
    if category.is_empty() || !category.bytes().all(|byte| byte.is_ascii_digit()) {
        wrong.push(Said::new(25_005, "Invalid category. A leaf category is required."));
    } else {
        wrong.extend(specifics(category, &item, &group));
    }
    wrong
}

/// The pictures: there must be some, and buyers must be able to load them safely.
fn pictures(item: &Value, group: &Value, is_in_group: bool) -> Option<Said> {
    let of = |from: &Value, pointer: &str| from.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default();
    let own = of(item, "/product/imageUrls");
    let most = if is_in_group { 12 } else { 24 };
    let all = [own.clone(), of(group, "/imageUrls")].concat();
    if all.is_empty() {
        return Some(Said::new(25_014, "Invalid pictures. At least one picture is required.").missing());
    }
    if own.len() > most {
        return Some(Said::new(25_014, format!("Invalid pictures. At most {most} pictures are taken.")));
    }
    let is_safe = |url: &Value| url.as_str().is_some_and(|url| url.starts_with("https://"));
    (!all.iter().all(is_safe)).then(|| Said::new(25_015, "Invalid picture URL. Only https is taken."))
}

/// The item specifics the category needs.
fn specifics(category: &str, item: &Value, group: &Value) -> Vec<Said> {
    let given = |name: &str| {
        let in_map = |aspects: Option<&Value>| {
            let values = aspects.and_then(|aspects| aspects.get(name)).and_then(Value::as_array);
            values.is_some_and(|values| !values.is_empty())
        };
        in_map(item.pointer("/product/aspects")) || in_map(group.get("aspects"))
    };
    categories::required(category)
        .into_iter()
        .filter(|name| !given(name))
        .map(|name| flaws::specific_missing(&name))
        .collect()
}

/// What is wrong with a group, whoever its members are.
fn shared_wrong(told: &str) -> Vec<Said> {
    let told: Value = serde_json::from_str(told).unwrap_or_default();
    let is_list = |pointer: &str| told.pointer(pointer).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if is_list("/variesBy/specifications") {
        return Vec::new();
    }
    vec![Said::new(25_013, "Invalid data in the Inventory Item Group. variesBy.specifications is required.")]
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
    let wrong = unready(account, desk, sku, None, Some(&offer));
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
