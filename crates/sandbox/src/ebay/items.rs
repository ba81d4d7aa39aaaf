//! Inventory items: told whole, one or 25 at a time.

use super::Desk;
use super::account::Account;
use super::account::Item;
use super::errors;
use super::errors::Said;
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

/// Most rows of a bulk call.
pub(super) const MAX_ROWS: usize = 25;

/// Values of `condition`: `ConditionEnum` of the Inventory API 1.18.5.
const CONDITIONS: [&str; 17] = [
    "NEW",
    "LIKE_NEW",
    "NEW_OTHER",
    "NEW_WITH_DEFECTS",
    "MANUFACTURER_REFURBISHED",
    "CERTIFIED_REFURBISHED",
    "EXCELLENT_REFURBISHED",
    "VERY_GOOD_REFURBISHED",
    "GOOD_REFURBISHED",
    "SELLER_REFURBISHED",
    "USED_EXCELLENT",
    "USED_VERY_GOOD",
    "USED_GOOD",
    "USED_ACCEPTABLE",
    "FOR_PARTS_OR_NOT_WORKING",
    "PRE_OWNED_EXCELLENT",
    "PRE_OWNED_FAIR",
];

/// The rows of a bulk call.
pub(super) fn requests(request: &Incoming) -> Result<Vec<Value>, Outgoing> {
    let told: Value = serde_json::from_slice(&request.body).map_err(|_| errors::unreadable().answer())?;
    match told.get("requests").and_then(Value::as_array) {
        Some(rows) if !rows.is_empty() => Ok(rows.clone()),
        _ => Err(errors::unreadable().answer()),
    }
}

/// `PUT /inventory_item/{sku}`.
pub(super) fn put(account: &mut Account, desk: &Desk<'_>, request: &Incoming) -> Outgoing {
    let sku = after(request, "/inventory_item/", "").to_owned();
    let Ok(Value::Object(told)) = serde_json::from_slice(&request.body) else {
        return errors::unreadable().answer();
    };
    let locale = request.header("content-language").unwrap_or_default().replace('-', "_");
    match take(account, desk, &sku, &locale, told) {
        Err(said) => errors::refuse(said.first().map_or(400, Said::status), &said),
        Ok(true) => Outgoing::json(201, &json!({})),
        Ok(false) => errors::nothing(204),
    }
}

/// `POST /bulk_create_or_replace_inventory_item`.
pub(super) fn bulk_put(account: &mut Account, desk: &Desk<'_>, request: &Incoming) -> Outgoing {
    let told = match requests(request) {
        Ok(told) => told,
        Err(refused) => return refused,
    };
    if told.len() > MAX_ROWS {
        let message = format!("The number of InventoryItems in the request cannot exceed {MAX_ROWS}.");
        return Said::new(25_727, message).answer();
    }
    let text = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut seen = BTreeSet::new();
    for row in &told {
        let (sku, locale) = (text(row, "sku"), text(row, "locale"));
        if sku.is_empty() || locale.is_empty() {
            let message = "Valid SKU and locale information are required for all the InventoryItems in the request.";
            return Said::new(25_733, message).answer();
        }
        if !seen.insert((sku, locale)) {
            return Said::new(25_728, "InventoryItems should be unique in the request.").answer();
        }
    }
    let rows: Vec<Value> = told
        .into_iter()
        .map(|row| {
            let (sku, locale) = (text(&row, "sku"), text(&row, "locale"));
            let about = json!({ "sku": sku, "locale": locale });
            let Value::Object(mut item) = row else { return errors::row(about, &[errors::unreadable()]) };
            item.remove("sku");
            item.remove("locale");
            match take(account, desk, &sku, &locale, item) {
                Err(said) => errors::row(about, &said),
                Ok(is_new) => {
                    let mut row = about;
                    row["statusCode"] = json!(if is_new { 201 } else { 200 });
                    row
                }
            }
        })
        .collect();
    errors::rows(&rows)
}

/// `GET /inventory_item/{sku}`.
pub(super) fn get(account: &Account, request: &Incoming) -> Outgoing {
    let sku = after(request, "/inventory_item/", "");
    match whole(account, sku) {
        Some(item) => Outgoing::json(200, &item),
        None => errors::refuse(404, &[not_found()]),
    }
}

/// `GET /inventory_item`.
pub(super) fn list(account: &Account, request: &Incoming) -> Outgoing {
    let (limit, offset) = match page(request, 100) {
        Ok(page) => page,
        Err(refused) => return refused,
    };
    let n_items = account.items.len();
    let items: Vec<Value> =
        account.items.keys().skip(offset).take(limit).filter_map(|sku| whole(account, sku)).collect();
    let href = |offset: usize| format!("/sell/inventory/v1/inventory_item?limit={limit}&offset={offset}");
    let mut answer = json!({
        "href": href(offset),
        "inventoryItems": items,
        "limit": limit,
        "size": items.len(),
        "total": n_items,
    });
    let next = offset.saturating_add(limit);
    if next < n_items {
        answer["next"] = json!(href(next));
    }
    if offset > 0 {
        answer["prev"] = json!(href(offset.saturating_sub(limit)));
    }
    Outgoing::json(200, &answer)
}

/// `POST /bulk_get_inventory_item`.
pub(super) fn bulk_get(account: &Account, request: &Incoming) -> Outgoing {
    let asked = match requests(request) {
        Ok(asked) => asked,
        Err(refused) => return refused,
    };
    if asked.len() > MAX_ROWS {
        let message = format!("The number of InventoryItems in the request cannot exceed {MAX_ROWS}.");
        return Said::new(25_727, message).answer();
    }
    let rows: Vec<Value> = asked
        .iter()
        .map(|row| {
            let sku = row.get("sku").and_then(Value::as_str).unwrap_or_default();
            match whole(account, sku) {
                Some(item) => json!({ "sku": sku, "statusCode": 200, "inventoryItem": item }),
                None => errors::row(json!({ "sku": sku }), &[no_sku(sku)]),
            }
        })
        .collect();
    errors::rows(&rows)
}

/// `DELETE /inventory_item/{sku}`: with its offers, out of its listing and out of its group.
pub(super) fn delete(account: &mut Account, request: &Incoming) -> Outgoing {
    let sku = after(request, "/inventory_item/", "").to_owned();
    if account.items.remove(&sku).is_none() {
        return errors::refuse(404, &[not_found()]);
    }
    for offer in account.offers_of(&sku) {
        account.unlist(&offer);
        if let Some(gone) = account.offers.remove(&offer) {
            account.offer_of.remove(&gone.key);
        }
    }
    if let Some(key) = account.group_of.remove(&sku)
        && let Some(group) = account.groups.get_mut(&key)
    {
        group.members.retain(|member| *member != sku);
    }
    errors::nothing(204)
}

/// There is nothing of that name.
pub(super) fn not_found() -> Said {
    Said::new(25_710, "We didn't find the resource/entity you are requesting. Please verify the request")
}

/// There is no item of that SKU.
pub(super) fn no_sku(sku: &str) -> Said {
    Said::new(25_702, format!("SKU {sku} is not available in the system")).about("sku", sku)
}

/// The page of a list: limit and offset.
pub(super) fn page(request: &Incoming, most: usize) -> Result<(usize, usize), Outgoing> {
    let number = |name: &str, default: usize| request.value(name).map_or(Some(default), |text| text.parse().ok());
    match (number("limit", 25.min(most)), number("offset", 0)) {
        (Some(limit), Some(offset)) if (1..=most).contains(&limit) => Ok((limit, offset)),
        _ => Err(Said::new(25_706, "You have provided invalid pagination values.").answer()),
    }
}

/// An item as it was told, with the quantity there is now.
fn whole(account: &Account, sku: &str) -> Option<Value> {
    let item = account.items.get(sku)?;
    let mut whole: Value = serde_json::from_str(&item.told).ok()?;
    whole["sku"] = json!(sku);
    whole["locale"] = json!(item.locale);
    if let Some(quantity) = item.quantity {
        whole["availability"]["shipToLocationAvailability"]["quantity"] = json!(quantity);
    }
    if let Some(group) = account.group_of.get(sku) {
        whole["inventoryItemGroupKeys"] = json!([group]);
    }
    Some(whole)
}

/// Takes an item, whole: what is not told is gone. Tells whether it is a new one.
fn take(
    account: &mut Account,
    desk: &Desk<'_>,
    sku: &str,
    locale: &str,
    mut told: Map<String, Value>,
) -> Result<bool, Vec<Said>> {
    let wrong = wrong(sku, &told);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let quantity = take_quantity(&mut told);
    let title = told.get("product").and_then(|product| product.get("title")).and_then(Value::as_str);
    let title = title.unwrap_or_default().to_owned();
    let told = Value::Object(told);
    if let Some(listing) = account.listing_of(sku) {
        // A live listing is revised by it, and what could not be published cannot be revised to either.
        let wrong = ready::unready(account, sku, Some(&told), None);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        if !account.revise(&listing, desk.now) {
            return Err(vec![too_often()]);
        }
    }
    let text = told.to_string();
    let item = Item { digest: hex_of(text.as_bytes()), told: text, title, quantity, locale: locale.to_owned() };
    let was = account.items.insert(sku.to_owned(), item);
    let counts = account.told(sku);
    counts.content += 1;
    counts.stock += u32::from(quantity.is_some());
    Ok(was.is_none())
}

/// A listing was revised too often today.
pub(super) fn too_often() -> Said {
    Said::new(25_019, "Cannot revise listing. The listing was revised as often as it may be on one day.")
}

fn take_quantity(told: &mut Map<String, Value>) -> Option<u64> {
    let availability = told.get_mut("availability")?.get_mut("shipToLocationAvailability")?.as_object_mut()?;
    availability.remove("quantity")?.as_u64()
}

/// What is wrong with an item whatever is to become of it.
fn wrong(sku: &str, told: &Map<String, Value>) -> Vec<Said> {
    let mut wrong = Vec::new();
    if sku.is_empty() || sku.chars().count() > 50 {
        wrong.push(Said::new(25_707, "Invalid sku. sku has to be alphanumeric with upto 50 characters in length"));
    }
    let condition = told.get("condition").and_then(Value::as_str);
    if condition.is_some_and(|condition| !CONDITIONS.contains(&condition)) {
        wrong
            .push(Said::new(25_709, "Invalid request. Invalid value for field condition.").about("field", "condition"));
    }
    // What is told later is put into these.
    let there = told.get("availability");
    let ship_to = there.and_then(|there| there.get("shipToLocationAvailability"));
    if [there, ship_to].into_iter().flatten().any(|part| !part.is_object()) {
        let said = Said::new(25_709, "Invalid request. Invalid value for field availability.");
        wrong.push(said.about("field", "availability"));
    }
    let quantity = told.get("availability").and_then(|there| there.pointer("/shipToLocationAvailability/quantity"));
    if quantity.is_some_and(|quantity| quantity.as_u64().is_none()) {
        wrong.push(Said::new(25_709, "Invalid request. Invalid value for field quantity.").about("field", "quantity"));
    }
    let package = told.get("packageWeightAndSize");
    let size = package.and_then(|package| package.get("dimensions"));
    let given = ["length", "width", "height", "unit"].map(|name| size.is_some_and(|size| size.get(name).is_some()));
    let is_positive = |value: &Value| value.to_string().parse::<Decimal>().is_ok_and(|number| number > Decimal::ZERO);
    let numbers = size.into_iter().flat_map(|size| ["length", "width", "height"].map(|name| size.get(name)));
    let weight = package.and_then(|package| package.pointer("/weight/value"));
    let is_bad =
        (size.is_some() && given.contains(&false)) || numbers.flatten().chain(weight).any(|value| !is_positive(value));
    if is_bad {
        wrong.push(Said::new(25_715, "Invalid Dimension and Weight"));
    }
    let too_long = |field: &str, most: usize| {
        let text = told.get("product").and_then(|product| product.get(field)).and_then(Value::as_str);
        text.is_some_and(|text| text.chars().count() > most).then(|| {
            Said::new(25_709, format!("Invalid request. Invalid value for field {field}. At most {most} characters."))
                .about("field", field)
        })
    };
    wrong.extend(too_long("title", 80));
    wrong.extend(too_long("subtitle", 55));
    wrong.extend(too_long("description", 4_000));
    wrong.extend(too_long("brand", 65));
    wrong.extend(too_long("mpn", 65));
    wrong
}
