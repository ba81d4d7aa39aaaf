//! Files of Inventory API calls: what is written passes, and each mistake in one of somebody else is found once, at its
//! place.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use support::Recipe;
use support::calls;
use support::linted;
use support::placed;
use support::sample;
use support::written;

const ITEMS: &str = "bulk_create_or_replace_inventory_item";

/// A call, a line.
fn call(method: &str, path: &str, body: &Value) -> String {
    let headers = json!({ "Content-Language": "en-US" });
    let path = format!("/sell/inventory/v1/{path}");
    json!({ "method": method, "path": path, "headers": headers, "body": body }).to_string()
}

fn batch(name: &str, requests: &[Value]) -> String {
    call("POST", name, &json!({ "requests": requests }))
}

/// An item with so many aspects.
fn item(sku: &str, n_aspects: usize) -> Value {
    let aspects: Map<String, Value> = (0..n_aspects).map(|at| (format!("Aspect {at}"), json!(["Value"]))).collect();
    json!({
        "sku": sku,
        "locale": "en_US",
        "condition": "NEW",
        "product": { "title": "A Mug", "aspects": aspects, "imageUrls": ["https://images.example.com/mug.jpg"] },
    })
}

fn offer() -> Value {
    json!({
        "sku": "S1",
        "marketplaceId": "EBAY_US",
        "format": "FIXED_PRICE",
        "listingDuration": "GTC",
        "categoryId": "20695",
        "merchantLocationKey": "wh1",
        "listingDescription": "<p>A mug.</p>",
        "includeCatalogProductDetails": false,
        "pricingSummary": { "price": { "currency": "USD", "value": "12.50" } },
        "listingPolicies": { "fulfillmentPolicyId": "1", "paymentPolicyId": "2", "returnPolicyId": "3" },
    })
}

#[track_caller]
fn check(file: &str, expected: &[&str]) {
    let ebay = Recipe::default().open().unwrap();
    let found: Vec<String> = linted(ebay.as_ref(), "inventory", file).iter().map(placed).collect();
    assert_eq!(found, expected, "{file}");
}

#[test]
fn what_is_written_passes_in_all_parts() {
    let ebay = Recipe::default().open().unwrap();
    for (category, name, parts) in [("15687", "15687.family", 4), ("16080", "16080", 2)] {
        let (files, _) = written(ebay.as_ref(), "inventory", category, &[sample(name)]);
        assert_eq!(files.len(), parts, "what concerns groups alone is not written for a product without variants");
        for file in &files {
            check(file, &[]);
        }
        for feed in ["inventory_price", "inventory_stock", "inventory_end"] {
            let (files, _) = written(ebay.as_ref(), feed, "", &[sample(name)]);
            for file in &files {
                check(file, &[]);
            }
        }
    }
}

#[test]
fn a_call_takes_twenty_five() {
    let ebay = Recipe::default().open().unwrap();
    let products: Vec<Value> = (0..60)
        .map(|at| {
            let mut product = sample("16080");
            product["key"] = json!(format!("case-{at}"));
            product["variants"][0]["sku"] = json!(format!("CASE-{at}"));
            product
        })
        .collect();
    let (files, _) = written(ebay.as_ref(), "inventory", "16080", &products);
    let sizes = |file: &str| {
        let size = |call: &Value| call["body"]["requests"].as_array().unwrap().len();
        calls(file).iter().map(size).collect::<Vec<usize>>()
    };
    assert_eq!(files.iter().map(|file| sizes(file)).collect::<Vec<_>>(), [[25, 25, 10], [25, 25, 10]]);
}

#[test]
fn a_group_names_its_variants_and_shares_what_they_share() {
    let ebay = Recipe::default().open().unwrap();
    let (files, _) = written(ebay.as_ref(), "inventory", "15687", &[sample("15687.family")]);
    let group = &calls(&files[1])[0];
    assert_eq!(group["method"], "PUT");
    assert_eq!(group["path"], "/sell/inventory/v1/inventory_item_group/pocket-tee");
    let body = &group["body"];
    let skus = ["HL-PT-M-WHT-M", "HL-PT-M-WHT-L", "HL-PT-M-NVY-M", "HL-PT-M-NVY-2XL"];
    assert_eq!(body["variantSKUs"], json!(skus));
    assert_eq!(
        body["variesBy"],
        json!({
            "aspectsImageVariesBy": ["Color"],
            "specifications": [
                { "name": "Color", "values": ["White", "Navy"] },
                { "name": "Size", "values": ["M", "L", "2XL"] },
            ],
        })
    );
    assert!(body["aspects"].get("Color").is_none() && body["aspects"].get("Size").is_none(), "{body}");
    assert_eq!(body["aspects"]["Brand"], json!(["Harborline"]));
    let items = calls(&files[0]);
    let sizes: Vec<&Value> = items[0]["body"]["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["product"]["aspects"]["Size"])
        .collect();
    assert_eq!(sizes, [&json!(["M"]), &json!(["L"]), &json!(["M"]), &json!(["2XL"])]);
    assert_eq!(
        calls(&files[3])[0]["body"],
        json!({ "inventoryItemGroupKey": "pocket-tee", "marketplaceId": "EBAY_US" })
    );
}

#[test]
fn aspects_are_counted_and_measured() {
    check(&batch(ITEMS, &[item("S1", 45)]), &[]);
    check(&batch(ITEMS, &[item("S1", 46)]), &["feed:1 error too-many-values /product/aspects"]);
    let mut long = item("S1", 1);
    let (name, value) = ("n".repeat(41), "v".repeat(66));
    long["product"]["aspects"] = json!({ name.clone(): ["Value"], "Theme": [value] });
    check(
        &batch(ITEMS, &[long]),
        &[
            "feed:1 error value-too-long /product/aspects/Theme/0",
            &format!("feed:1 error value-too-long /product/aspects/{name}"),
        ],
    );
}

#[test]
fn calls_are_known_by_method_and_path() {
    let mut single = item("S1", 1);
    single.as_object_mut().unwrap().retain(|name, _| name != "sku" && name != "locale");
    check(&call("PUT", "inventory_item/S1", &single), &[]);
    check(&call("DELETE", "inventory_item/S1", &Value::Null), &[]);
    check(&call("POST", "inventory_item/S1", &single), &["feed:1 error bad-envelope /lines/1/method"]);
    check(&call("POST", "offer", &offer()), &[]);
    let mut update = offer();
    update.as_object_mut().unwrap().retain(|name, _| !["sku", "marketplaceId", "format"].contains(&name.as_str()));
    check(&call("PUT", "offer/8209", &update), &[]);
    check(&call("POST", "offer/8209/publish", &Value::Null), &[]);
    check(&call("POST", "offers", &offer()), &["feed:1 error bad-envelope /lines/1/path"]);
    check(&call("POST", "offer//publish", &Value::Null), &["feed:1 error bad-envelope /lines/1/path"]);
    check("{\"body\":{}}", &["feed:1 error bad-envelope /lines/1/path"]);
    check(&call("POST", ITEMS, &json!({})), &["feed:1 error bad-envelope /lines/1/body/requests"]);
    let silent = json!({ "method": "POST", "path": "/sell/inventory/v1/offer", "body": offer() });
    check(&silent.to_string(), &["feed:1 error bad-envelope /lines/1/headers"]);
}

#[test]
fn what_publishing_needs_is_missed_before() {
    for name in ["categoryId", "listingDuration", "merchantLocationKey", "pricingSummary"] {
        let mut offer = offer();
        offer.as_object_mut().unwrap().remove(name);
        check(&batch("bulk_create_offer", &[offer]), &[&format!("feed:1 error missing-required-field /{name}")]);
    }
    let mut offer = offer();
    offer.as_object_mut().unwrap().remove("listingPolicies");
    let policies = ["fulfillmentPolicyId", "paymentPolicyId", "returnPolicyId"];
    let missing = policies.map(|name| format!("feed:1 error missing-required-field /listingPolicies/{name}"));
    check(&batch("bulk_create_offer", &[offer]), &missing.each_ref().map(String::as_str));
    for name in ["title", "aspects", "imageUrls"] {
        let mut item = item("S1", 1);
        item["product"].as_object_mut().unwrap().remove(name);
        check(&batch(ITEMS, &[item]), &[&format!("feed:1 error missing-required-field /product/{name}")]);
    }
}

#[test]
fn batches_prices_and_doubles() {
    let many: Vec<Value> = (0..26).map(|at| item(&format!("S{at}"), 1)).collect();
    check(&batch(ITEMS, &many), &["feed:1 error too-many-records /lines/1/body/requests"]);
    check(&batch(ITEMS, &[item("S1", 1), item("S1", 1)]), &["feed:1 error duplicate-sku /sku"]);
    let mut free = offer();
    free["pricingSummary"]["price"]["value"] = json!("0.00");
    check(&batch("bulk_create_offer", &[free]), &["feed:1 error value-out-of-range /pricingSummary/price/value"]);
    let price = |value: &str| json!({ "sku": "S1", "offers": [{ "offerId": "1", "price": { "currency": "USD", "value": value } }] });
    check(&batch("bulk_update_price_quantity", &[price("12.50")]), &[]);
    check(
        &batch("bulk_update_price_quantity", &[price("0")]),
        &["feed:1 error value-out-of-range /offers/0/price/value"],
    );
    let stock = |quantity: i64| json!({ "sku": "S1", "shipToLocationAvailability": { "quantity": quantity } });
    check(&batch("bulk_update_price_quantity", &[stock(0)]), &[]);
    let below = "feed:1 error value-out-of-range /shipToLocationAvailability/quantity";
    check(&batch("bulk_update_price_quantity", &[stock(-1)]), &[below]);
    let ids = [json!({ "offerId": "1" }), json!({ "offerId": "1" })];
    check(&batch("bulk_publish_offer", &ids), &["feed:1 error duplicate-sku /lines/1/body/requests/1/offerId"]);
}

#[test]
fn files_that_are_none() {
    check("", &["feed error bad-envelope -"]);
    check("[]\n", &["feed:1 error unreadable-file /lines/1"]);
    let good = batch(ITEMS, &[item("S1", 1)]);
    check(&format!("{good}\n{{\"method\":\n"), &["feed:2 error unreadable-file /lines/2"]);
    let twice = good.replacen("\"method\":", "\"method\":\"POST\",\"method\":", 1);
    check(&twice, &["feed:1 error bad-envelope /lines/1"]);
}
