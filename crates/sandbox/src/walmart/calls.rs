//! Calls about one item.

use super::account::Account;
use super::account::Item;
use super::account::decimal;
use super::errors;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Most items of a page, and how many there are if nothing is said.
const PAGE: (usize, usize) = (1000, 20);
/// What tells an item in a call, where a feed has its digest.
const BY_CALL: &str = "call";

/// `GET /v3/items`.
pub(super) fn items(account: &Account, request: &Incoming) -> Outgoing {
    let number = |name: &str, default: usize| request.value(name).map_or(Some(default), |text| text.parse().ok());
    let (offset, limit) = match (number("offset", 0), number("limit", PAGE.1)) {
        (Some(offset), Some(limit)) if (1..=PAGE.0).contains(&limit) => (offset, limit),
        _ => return errors::flat(400, "INVALID_REQUEST_PARAM.GMP_ITEM_QUERY_API", "not a page there can be", "limit"),
    };
    let offset = request.value("nextCursor").map_or(offset, |cursor| cursor.parse().unwrap_or_default());
    let is_meant = |(sku, item): &(&String, &Item)| {
        item.life != super::account::Life::Deleted && request.value("sku").is_none_or(|meant| *sku == meant)
    };
    let n_meant = account.items.iter().filter(is_meant).count();
    let page: Vec<Value> =
        account.items.iter().filter(is_meant).skip(offset).take(limit).map(|(sku, item)| entry(sku, item)).collect();
    let mut answer = json!({ "ItemResponse": page, "totalItems": n_meant });
    let next = offset.saturating_add(limit);
    if next < n_meant
        && let Some(answer) = answer.as_object_mut()
    {
        answer.insert("nextCursor".to_owned(), json!(next.to_string()));
    }
    Outgoing::json(200, &answer)
}

/// `GET /v3/items/{id}`.
pub(super) fn item(account: &Account, request: &Incoming) -> Outgoing {
    let sku = after(request, "/v3/items/");
    match account.items.get(sku).filter(|item| item.life != super::account::Life::Deleted) {
        Some(item) => Outgoing::json(200, &json!({ "ItemResponse": [entry(sku, item)], "totalItems": 1 })),
        None => errors::not_found("there is no item of that id"),
    }
}

/// `DELETE /v3/items/{sku}`.
pub(super) fn retire(account: &mut Account, request: &Incoming) -> Outgoing {
    let sku = after(request, "/v3/items/").to_owned();
    let Some(item) = account.live(&sku) else { return errors::not_found("there is no item of that SKU") };
    item.retire();
    Outgoing::json(
        200,
        &json!({ "sku": sku, "message": "The item is submitted for retirement. It can take up to 48 hours." }),
    )
}

/// `PUT /v3/price`.
pub(super) fn price(account: &mut Account, request: &Incoming) -> Outgoing {
    let told: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let sku = told.get("sku").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(amount) = told.pointer("/pricing/0/currentPrice/amount").and_then(decimal) else {
        return errors::flat(400, "INVALID_REQUEST.GMP_PRICE_API", "a price is required", "pricing");
    };
    let Some(item) = account.live(&sku) else { return errors::not_found("there is no item of that SKU") };
    item.take_price(amount, BY_CALL);
    let message = "The price is updated. It can take up to five minutes to be seen.";
    Outgoing::json(200, &json!({ "ItemPriceResponse": { "mart": "WALMART_US", "message": message, "sku": sku } }))
}

/// `GET /v3/inventory`.
pub(super) fn inventory(account: &Account, request: &Incoming) -> Outgoing {
    let sku = request.value("sku").unwrap_or_default();
    let node = request.value("shipNode").unwrap_or(&account.partner);
    match account.items.get(sku).filter(|item| item.is_live()) {
        Some(item) => Outgoing::json(200, &one_place(sku, item.stock.get(node).copied().unwrap_or_default())),
        None => errors::not_found("there is no item of that SKU"),
    }
}

/// `PUT /v3/inventory`.
pub(super) fn set_inventory(account: &mut Account, request: &Incoming) -> Outgoing {
    let told: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let sku = request.value("sku").unwrap_or_default().to_owned();
    let node = request.value("shipNode").map_or_else(|| account.partner.clone(), str::to_owned);
    let Some(amount) = told.pointer("/quantity/amount").and_then(Value::as_u64) else {
        return errors::flat(400, "INVALID_REQUEST.GMP_INVENTORY_API", "a quantity is required", "quantity");
    };
    let Some(item) = account.live(&sku) else { return errors::not_found("there is no item of that SKU") };
    item.take_stock(&node, amount, BY_CALL);
    Outgoing::json(200, &one_place(&sku, amount))
}

/// `GET /v3/inventories/{sku}`.
pub(super) fn nodes(account: &Account, request: &Incoming) -> Outgoing {
    let sku = after(request, "/v3/inventories/");
    let Some(item) = account.items.get(sku).filter(|item| item.is_live()) else {
        return errors::not_found("there is no item of that SKU");
    };
    let amount = |amount: u64| json!({ "unit": "EACH", "amount": amount });
    let nodes: Vec<Value> = item
        .stock
        .iter()
        .filter(|(node, _)| request.value("shipNode").is_none_or(|meant| meant == *node))
        .map(|(node, quantity)| {
            json!({
                "shipNode": node,
                "inputQty": amount(*quantity),
                "availToSellQty": amount(*quantity),
                "reservedQty": amount(0),
            })
        })
        .collect();
    Outgoing::json(200, &json!({ "sku": sku, "nodes": nodes }))
}

/// `PUT /v3/inventories/{sku}`.
pub(super) fn set_nodes(account: &mut Account, request: &Incoming) -> Outgoing {
    let sku = after(request, "/v3/inventories/").to_owned();
    let told: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let Some(item) = account.live(&sku) else { return errors::not_found("there is no item of that SKU") };
    let mut nodes = Vec::new();
    for node in told.pointer("/inventories/nodes").and_then(Value::as_array).into_iter().flatten() {
        let name = node.get("shipNode").and_then(Value::as_str).unwrap_or_default();
        let amount = node.pointer("/inputQty/amount").and_then(Value::as_u64);
        let status = match amount {
            Some(amount) if !name.is_empty() => {
                item.take_stock(name, amount, BY_CALL);
                "Success"
            }
            _ => "Failure",
        };
        nodes.push(json!({ "shipNode": name, "status": status }));
    }
    Outgoing::json(200, &json!({ "sku": sku, "nodes": nodes }))
}

/// `GET /v3/lagtime`.
pub(super) fn lag_time(account: &Account, request: &Incoming) -> Outgoing {
    let sku = request.value("sku").unwrap_or_default();
    match account.items.get(sku).filter(|item| item.is_live()) {
        Some(item) => {
            let days = item.lag_time.unwrap_or_default();
            Outgoing::json(200, &json!({ "sku": sku, "fulfillmentLagTime": days }))
        }
        None => errors::not_found("there is no item of that SKU"),
    }
}

/// `GET /v3/settings/partnerprofile`.
pub(super) fn partner(account: &Account) -> Outgoing {
    Outgoing::json(
        200,
        &json!({
            "partner": {
                "partnerId": account.partner,
                "partnerName": "Sandbox seller",
                "partnerDisplayName": "Sandbox seller",
                "partnerStoreId": account.partner,
            },
            "configurations": [],
        }),
    )
}

fn after<'request>(request: &'request Incoming, prefix: &str) -> &'request str {
    request.path.strip_prefix(prefix).unwrap_or_default()
}

fn one_place(sku: &str, amount: u64) -> Value {
    json!({ "sku": sku, "quantity": { "unit": "EACH", "amount": amount } })
}

fn entry(sku: &str, item: &Item) -> Value {
    let mut entry = Map::new();
    let is_live = item.is_live();
    entry.insert("mart".to_owned(), json!("WALMART_US"));
    entry.insert("sku".to_owned(), json!(sku));
    entry.insert("wpid".to_owned(), json!(item.wpid(sku)));
    let number = if item.number.1 == "UPC" { "upc" } else { "gtin" };
    entry.insert(number.to_owned(), json!(item.number.0));
    entry.insert("productName".to_owned(), json!(item.title));
    entry.insert("productType".to_owned(), json!(item.product_type));
    if let Some(price) = item.price.and_then(|price| price.to_string().parse::<serde_json::Number>().ok()) {
        entry.insert("price".to_owned(), json!({ "currency": "USD", "amount": price }));
    }
    let published = if item.life == super::account::Life::Published { "PUBLISHED" } else { "UNPUBLISHED" };
    entry.insert("publishedStatus".to_owned(), json!(published));
    entry.insert("lifecycleStatus".to_owned(), json!(if is_live { "ACTIVE" } else { "RETIRED" }));
    Value::Object(entry)
}
