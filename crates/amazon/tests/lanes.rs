//! Price, stock and the end of a listing, as messages of a feed and as single calls.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod support;

use expect_test::expect;
use jsonschema::Validator;
use serde_json::Value;
use serde_json::json;
use support::lint;
use support::open;
use support::said;
use support::sample;
use support::shared;
use support::write;

const LANES: &[&str] = &["", "price", "stock", "retirement"];

fn complaints(schema: &Validator, value: &Value) -> Vec<String> {
    schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn a_file_of_each_lane_passes_the_official_schema_and_lint() {
    let schema = shared("feed-schemas/listings-feed-schema-v2.json")
        .map(|schema| jsonschema::options().with_draft(jsonschema::Draft::Draft7).build(&schema).unwrap());
    for feed in ["listings", "price", "stock", "retirement"] {
        for operation in ["UPDATE", "PARTIAL_UPDATE"] {
            let amazon = open(&[("operation", operation), ("without_sale", "end")]);
            let file = write(amazon.as_ref(), feed, "HOME", sample("HOME.family.json", |_| {}));
            if let Some(schema) = &schema {
                assert_eq!(complaints(schema, &serde_json::from_str(&file).unwrap()), Vec::<String>::new(), "{feed}");
            }
            let (findings, count) = lint(feed, &file);
            let noted = findings.iter().all(|finding| finding.code.to_string() == "starter-requirements");
            assert!(noted, "{feed}: {}", said(&findings));
            assert_eq!(count, if matches!(feed, "price" | "stock") { 2 } else { 3 }, "{feed}");
        }
    }
}

#[test]
fn a_call_of_each_lane_is_what_the_model_takes_and_passes_lint() {
    let model = shared("api-models/listingsItems_2021-08-01.json");
    for lane in LANES {
        let feed = if lane.is_empty() { "calls".to_owned() } else { format!("calls_{lane}") };
        for operation in ["UPDATE", "PARTIAL_UPDATE"] {
            let amazon = open(&[("operation", operation)]);
            let product = sample("HOME.family.json", |product| product["variants"][0]["sku"] = json!("a/b c"));
            let file = write(amazon.as_ref(), &feed, "HOME", product);
            let (findings, count) = lint(&feed, &file);
            let noted = findings.iter().all(|finding| finding.code.to_string() == "starter-requirements");
            assert!(noted, "{feed}: {}", said(&findings));
            assert_eq!(count, file.lines().count() as u64);
            for line in file.lines() {
                let call: Value = serde_json::from_str(line).unwrap();
                if let Some(model) = &model {
                    is_in_model(model, &call);
                }
            }
            assert!(file.contains("/listings/2021-08-01/items/A2EXAMPLE/a%2Fb%20c\""), "{file}");
        }
    }
}

/// Whether the model has the call: its parameters by name, and its body by the definition.
fn is_in_model(model: &Value, call: &Value) {
    let method = call["method"].as_str().unwrap().to_lowercase();
    let operation = &model["paths"]["/listings/2021-08-01/items/{sellerId}/{sku}"][&method];
    let parameters = operation["parameters"].as_array().unwrap();
    let named: Vec<&str> =
        parameters.iter().filter(|one| one["in"] == "query").map(|one| one["name"].as_str().unwrap()).collect();
    let required = parameters.iter().filter(|one| one["in"] == "query" && one["required"] == true);
    for name in call["query"].as_object().unwrap().keys() {
        assert!(named.contains(&name.as_str()), "{method}: {name}");
    }
    for parameter in required {
        assert!(call["query"].get(parameter["name"].as_str().unwrap()).is_some(), "{method}: {parameter}");
    }
    let body = parameters.iter().find(|one| one["in"] == "body");
    assert_eq!(body.is_some(), call.get("body").is_some(), "{method}");
    if let Some(body) = body {
        let schema = json!({ "$ref": body["schema"]["$ref"], "definitions": model["definitions"] });
        let schema = jsonschema::options().with_draft(jsonschema::Draft::Draft4).build(&schema).unwrap();
        assert_eq!(complaints(&schema, &call["body"]), Vec::<String>::new(), "{method}");
    }
}

#[test]
fn price_and_stock_are_merged_and_say_nothing_else() {
    let amazon = open(&[]);
    let message = |feed: &str| -> Value {
        let file = write(amazon.as_ref(), feed, "", sample("HOME.family.json", |_| {}));
        serde_json::from_str::<Value>(&file).unwrap()["messages"][0].clone()
    };
    let price = message("price");
    assert_eq!(price["productType"], "PRODUCT");
    assert_eq!(price["patches"].as_array().unwrap().len(), 1);
    assert_eq!(price["patches"][0]["op"], "merge");
    assert_eq!(price["patches"][0]["path"], "/attributes/purchasable_offer");
    assert!(price["patches"][0]["value"][0].get("discounted_price").is_none());
    let stock = message("stock");
    assert_eq!(stock["patches"][0]["op"], "merge");
    assert_eq!(stock["patches"][0]["path"], "/attributes/fulfillment_availability");
    assert_eq!(stock["patches"][0]["value"][0]["fulfillment_channel_code"], "DEFAULT");
    let end = json!({ "messageId": 1, "sku": "enamel-mug", "operationType": "DELETE" });
    assert_eq!(message("retirement"), end, "the family ends with its variants");
}

#[test]
fn a_sale_that_is_over_is_ended_when_the_channel_says_so() {
    let amazon = open(&[("without_sale", "end")]);
    let file = write(amazon.as_ref(), "price", "", sample("HOME.family.json", |_| {}));
    let file: Value = serde_json::from_str(&file).unwrap();
    let offer = &file["messages"][0]["patches"][0]["value"][0];
    assert!(offer.get("discounted_price").is_some_and(Value::is_null), "{offer}");
    assert!(offer["our_price"].is_array());
}

#[test]
fn stock_in_amazons_warehouses_is_not_ours_to_tell() {
    let amazon = open(&[("fulfillment", "amazon")]);
    let file = write(amazon.as_ref(), "stock", "", sample("HOME.json", |_| {}));
    assert!(!file.contains("messageId"), "{file}");
}

#[test]
fn patches_are_held_to_their_attribute_and_to_policy() {
    let patch = |op: &str, attribute: &str, value: Value| json!({ "op": op, "path": format!("/attributes/{attribute}"), "value": value });
    let offer = |price: Value| json!([{ "marketplace_id": "ATVPDKIKX0DER", "currency": "USD", "audience": "ALL", "our_price": price }]);
    let message = |id: u64, patches: Value| json!({ "messageId": id, "sku": format!("S-{id}"), "operationType": "PATCH", "productType": "PRODUCT", "patches": patches });
    let price = |amount: Value| json!([{ "schedule": [{ "value_with_tax": amount }] }]);
    let feed = json!({
        "header": { "sellerId": "A2EXAMPLE", "version": "2.0" },
        "messages": [
            message(1, json!([patch("merge", "purchasable_offer", offer(price(json!(0))))])),
            message(2, json!([patch("merge", "purchasable_offer", offer(price(json!("9.90"))))])),
            message(3, json!([patch("merge", "purchasable_offer", offer(Value::Null))])),
            message(4, json!([patch("replace", "fulfillment_availability", json!([{ "fulfillment_channel_code": "DEFAULT" }]))])),
            message(5, json!([patch("merge", "fulfillment_availability", json!([{ "fulfillment_channel_code": "DEFAULT" }]))])),
            message(6, json!([patch("replace", "brand", json!([{ "value": "Any" }]))])),
        ],
    });
    let (findings, _) = lint("price", &serde_json::to_string_pretty(&feed).unwrap());
    expect![[r#"
        error[missing-required-field] feed:91, S-4 /patches/0/value/0/is_inventory_available: required attribute `fulfillment_availability.is_inventory_available` has no value
        error[missing-required-field] feed:91, S-4 /patches/0/value/0/quantity: required attribute `fulfillment_availability.quantity` has no value
        error[value-out-of-range] feed:23, S-1 /patches/0/value/0/our_price/0/schedule/0/value_with_tax: price is 0
        error[wrong-type] feed:51, S-2 /patches/0/value/0/our_price/0/schedule/0/value_with_tax: value is text, a number needed
        note[starter-requirements] feed,  : our starter document, not Amazon's own, checked 6 messages of `PRODUCT`
    "#]].assert_eq(&said(&findings));
}

#[test]
fn calls_that_are_none_are_named_with_their_line() {
    let path = "/listings/2021-08-01/items/A2/S-1";
    let calls = [
        json!({ "method": "POST", "path": path, "query": { "marketplaceIds": "ATVPDKIKX0DER" } }),
        json!({ "method": "PUT", "path": path, "query": { "marketplaceIds": "ATVPDKIKX0DER" } }),
        json!({ "method": "DELETE", "path": "/items/S-1", "query": { "marketplaceIds": "A,B" } }),
        json!({ "method": "PATCH", "path": path, "query": { "marketplaceIds": "ATVPDKIKX0DER" },
            "body": { "productType": "PRODUCT", "patches": [{ "op": "merge", "path": "/attributes/brand", "value": [{ "value": " " }] }] } }),
    ];
    let mut file: Vec<String> = calls.iter().map(Value::to_string).collect();
    file.insert(1, String::new());
    file.push("{".to_owned());
    let (findings, count) = lint("calls", &file.join("\n"));
    assert_eq!(count, 5);
    expect![[r#"
        error[blank-value] feed:5, S-1 /patches/0/value/0/value: value is blank
        error[missing-required-field] feed:3, S-1 /body: required attribute `body` has no value
        error[unreadable-file] feed:6,  /lines/6: line is not JSON: the text ends inside an object
        error[value-not-allowed] feed:1, S-1 /method: `POST` is not one of the 3 allowed values
        error[wrong-format] feed:4, S-1 /path: `/items/S-1` does not fit the pattern `^/listings/2021-08-01/items/[^/?#]+/[^/?#]+$`
        error[wrong-format] feed:4, S-1 /query/marketplaceIds: `A,B` does not fit the pattern `^[A-Z0-9]+$`
        note[starter-requirements] feed,  : our starter document, not Amazon's own, checked 1 call of `PRODUCT`
    "#]].assert_eq(&said(&findings));
}
