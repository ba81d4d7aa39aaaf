//! What nobody should send.

use super::Seller;
use super::body;
use super::first;
use super::golden;
use crate::simulated::Simulated;
use serde_json::Value;
use serde_json::json;

/// Every way of spoiling one place of a value.
fn spoiled(value: &Value) -> Vec<Value> {
    let mut places = Vec::new();
    collect(value, &mut String::new(), &mut places);
    let with = [json!(null), json!(-7), json!("x"), json!([]), json!([7]), json!({}), json!({ "a": 1 })];
    let spoil = |place: &String, other: &Value| {
        let mut spoiled = value.clone();
        *spoiled.pointer_mut(place).unwrap() = other.clone();
        spoiled
    };
    places.iter().flat_map(|place| with.iter().map(move |other| spoil(place, other))).collect()
}

fn collect(value: &Value, place: &mut String, places: &mut Vec<String>) {
    places.push(place.clone());
    let deeper: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, part)| (name.replace('/', "~1"), part)).collect(),
        Value::Array(parts) => parts.iter().enumerate().map(|(at, part)| (at.to_string(), part)).collect(),
        _ => Vec::new(),
    };
    for (name, part) in deeper {
        let length = place.len();
        place.push('/');
        place.push_str(&name);
        collect(part, place, places);
        place.truncate(length);
    }
}

#[test]
fn whatever_a_body_holds_it_is_answered_and_what_was_taken_can_be_read() {
    let mut seller = Seller::published();
    let group: Value = {
        let lines = String::from_utf8(golden("inventory-groups.jsonl")).unwrap();
        serde_json::from_str::<Value>(lines.lines().next().unwrap()).unwrap()["body"].clone()
    };
    let (mut item, mut offer) = (first("inventory-items"), first("inventory-offers"));
    (item["sku"], offer["sku"]) = (json!("J"), json!("J"));
    let mut n_answered = 0;
    let items = spoiled(&item).into_iter().map(|item| (item, offer.clone()));
    let offers = spoiled(&offer).into_iter().map(|offer| (item.clone(), offer));
    for (item, offer) in items.chain(offers) {
        seller.inventory("DELETE", "inventory_item/J", Value::Null);
        seller.inventory("PUT", "inventory_item/J", item);
        let made = seller.inventory("POST", "bulk_create_offer", json!({ "requests": [offer] }));
        let id = body(&made).pointer("/responses/0/offerId").and_then(Value::as_str).unwrap_or("1").to_owned();
        seller.inventory("POST", &format!("offer/{id}/publish"), Value::Null);
        let offers = json!([{ "offerId": id, "price": { "currency": "USD", "value": "3.50" } }]);
        let stock = json!({ "quantity": 2 });
        let update = json!({ "requests": [{ "sku": "J", "shipToLocationAvailability": stock, "offers": offers }] });
        seller.inventory("POST", "bulk_update_price_quantity", update);
        for path in ["inventory_item/J", "offer?sku=J", "inventory_item"] {
            let answer = seller.inventory("GET", path, Value::Null);
            assert!(matches!(answer.status, 200 | 404), "{path}");
            body(&answer);
        }
        n_answered += 1;
    }
    for group in spoiled(&group) {
        seller.inventory("PUT", "inventory_item_group/studio-one", group);
        let publish = json!({ "inventoryItemGroupKey": "studio-one", "marketplaceId": "EBAY_US" });
        seller.inventory("POST", "offer/publish_by_inventory_item_group", publish);
        seller.inventory("GET", "inventory_item_group/studio-one", Value::Null);
    }
    assert!(n_answered > 300);
    seller.ebay.state(seller.now);
}

#[test]
fn whatever_a_file_holds_its_task_ends() {
    let file = String::from_utf8(golden("lms.xml")).unwrap();
    let file = file.replace("<Description>", "<Description>&#x41;&amp;<![CDATA[b]]>");
    let mut seller = Seller::new();
    // Cut off at many places, and with each kind of element gone.
    let cuts = (0..file.len()).step_by(997).filter_map(|at| file.get(..at)).map(str::to_owned);
    let names =
        ["SKU", "StartPrice", "Quantity", "Title", "Variations", "Item", "UUID", "NameValueList", "PictureDetails"];
    let gone =
        names.iter().map(|name| file.replace(&format!("<{name}>"), "<X>").replace(&format!("</{name}>"), "</X>"));
    for file in cuts.chain(gone).filter(|file| file.starts_with('<')) {
        let (task, _) = seller.filed("LMS_ADD_FIXED_PRICE_ITEM", file.as_bytes());
        let status = task["status"].as_str().unwrap();
        assert!(matches!(status, "FAILED" | "COMPLETED" | "COMPLETED_WITH_ERROR"), "{status}");
    }
}
