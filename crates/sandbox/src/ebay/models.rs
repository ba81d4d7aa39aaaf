//! eBay's replies, held to its API documents and to the elements of WSDL 1487.

use super::tests::Seller;
use super::tests::golden;
use crate::Defects;
use crate::official;
use crate::official::Trap;
use crate::simulated::Simulated;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// Where the documents are wrong about the wire.
const TRAPS: &[Trap] = &[
    ("getInventoryItem", "/product/aspects type", "typed as a text, and a map of lists on the wire"),
    ("getInventoryItems", "/inventoryItems/*/product/aspects type", "typed as a text, and a map of lists on the wire"),
    ("bulkGetInventoryItem", "/responses/*/inventoryItem/product/aspects type", "typed as a text, and a map of lists"),
    ("getInventoryItem", "/product required \"description\"", "required, and told only to be so when it is published"),
    ("getInventoryItems", "/inventoryItems/*/product required \"description\"", "the same"),
    ("bulkGetInventoryItem", "/responses/*/inventoryItem/product required \"description\"", "the same"),
    ("getInventoryItemGroup", "/aspects type", "typed as a text, and a map of lists on the wire"),
];

#[test]
fn replies_of_every_operation_meet_the_official_models() {
    let names = ["sell_inventory_v1", "sell_feed_v1", "commerce_taxonomy_v1", "sell_metadata_v1"];
    let bases = ["/sell/inventory/v1", "/sell/feed/v1", "/commerce/taxonomy/v1", "/sell/metadata/v1"];
    let document = |name: &&str| official::model(&format!("ebay/openapi/{name}_oas3.json"));
    let Some(models) = names.iter().map(document).collect::<Option<Vec<Value>>>() else { return };

    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut hold = |seller: &mut Seller, method: &str, path: &str, template: &str, told: &Value, status: u16| {
        let at = bases.iter().position(|base| path.starts_with(base)).unwrap();
        let request = seller.request(method, path, told);
        let operation = seller.ebay.operation(&request).unwrap().id;
        let reply = seller.ebay.handle(operation, &request, seller.now);
        assert_eq!(reply.status, status, "{operation}: {}", String::from_utf8_lossy(&reply.body));
        seen.insert(operation);
        for difference in official::differences(&models[at], method, template, &reply) {
            found.insert((operation.to_owned(), difference));
        }
        serde_json::from_slice::<Value>(&reply.body).unwrap_or_default()
    };

    let none = Value::Null;
    let mut seller = Seller::new();
    let inventory = |path: &str| format!("/sell/inventory/v1{path}");
    for name in ["inventory-items", "inventory-groups", "inventory-offers"] {
        let text = String::from_utf8(golden(&format!("{name}.jsonl"))).unwrap();
        for call in text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            let (method, path) = (call["method"].as_str().unwrap(), call["path"].as_str().unwrap());
            let template = path.strip_prefix("/sell/inventory/v1").unwrap();
            let is_group = template.starts_with("/inventory_item_group/");
            let template = if is_group { "/inventory_item_group/{inventoryItemGroupKey}" } else { template };
            hold(&mut seller, method, path, template, &call["body"], if is_group { 201 } else { 200 });
            if !is_group {
                let status = if name == "inventory-items" { 200 } else { 207 };
                hold(&mut seller, method, path, template, &call["body"], status);
            }
        }
    }
    let sku = "HL-MT-M-M";
    let item_path = inventory(&format!("/inventory_item/{sku}"));
    let item = hold(&mut seller, "GET", &item_path, "/inventory_item/{sku}", &none, 200);
    hold(&mut seller, "PUT", &item_path, "/inventory_item/{sku}", &item, 204);
    hold(&mut seller, "PUT", &inventory("/inventory_item/NEW"), "/inventory_item/{sku}", &item, 201);
    hold(
        &mut seller,
        "PUT",
        &inventory("/inventory_item/NEW"),
        "/inventory_item/{sku}",
        &json!({ "condition": "BAD" }),
        400,
    );
    hold(&mut seller, "GET", &inventory("/inventory_item/NOPE"), "/inventory_item/{sku}", &none, 404);
    hold(&mut seller, "GET", &inventory("/inventory_item?limit=2&offset=2"), "/inventory_item", &none, 200);
    let asked = json!({ "requests": [{ "sku": sku }] });
    hold(&mut seller, "POST", &inventory("/bulk_get_inventory_item"), "/bulk_get_inventory_item", &asked, 200);
    let group = "/inventory_item_group/{inventoryItemGroupKey}";
    hold(&mut seller, "GET", &inventory("/inventory_item_group/studio-one"), group, &none, 200);
    hold(&mut seller, "GET", &inventory("/inventory_item_group/nope"), group, &none, 404);
    let offers = hold(&mut seller, "GET", &inventory(&format!("/offer?sku={sku}")), "/offer", &none, 200);
    hold(&mut seller, "GET", &inventory("/offer?sku=NOPE"), "/offer", &none, 404);
    let offer = offers["offers"][0].clone();
    let id = offer["offerId"].as_str().unwrap();
    let offer_path = inventory(&format!("/offer/{id}"));
    hold(&mut seller, "GET", &offer_path, "/offer/{offerId}", &none, 200);
    hold(&mut seller, "PUT", &offer_path, "/offer/{offerId}", &offer, 200);
    hold(&mut seller, "POST", &inventory("/offer"), "/offer", &offer, 400);
    let mut other = offer.clone();
    other["sku"] = json!("NEW");
    hold(&mut seller, "POST", &inventory("/offer"), "/offer", &other, 201);
    let publish = "/offer/{offerId}/publish";
    hold(&mut seller, "POST", &format!("{offer_path}/publish"), publish, &none, 200);
    hold(&mut seller, "POST", &inventory("/offer/1/publish"), publish, &none, 404);
    let bulk = |id: &str| json!({ "requests": [{ "offerId": id }] });
    hold(&mut seller, "POST", &inventory("/bulk_publish_offer"), "/bulk_publish_offer", &bulk(id), 200);
    hold(&mut seller, "POST", &inventory("/bulk_publish_offer"), "/bulk_publish_offer", &bulk("1"), 207);
    let by_group = json!({ "inventoryItemGroupKey": "studio-one", "marketplaceId": "EBAY_US" });
    for (verb, status) in [("publish", 200), ("withdraw", 204)] {
        let path = format!("/offer/{verb}_by_inventory_item_group");
        hold(&mut seller, "POST", &inventory(&path), &path, &by_group, status);
    }
    let price = |id: &str| {
        let price = json!({ "currency": "USD", "value": "3.50" });
        json!({ "requests": [{ "sku": sku, "shipToLocationAvailability": { "quantity": 2 }, "offers": [{ "offerId": id, "price": price }] }] })
    };
    let update = "/bulk_update_price_quantity";
    hold(&mut seller, "POST", &inventory(update), update, &price(id), 200);
    hold(&mut seller, "POST", &inventory(update), update, &price("1"), 207);
    let withdraw = "/offer/{offerId}/withdraw";
    hold(&mut seller, "POST", &format!("{offer_path}/withdraw"), withdraw, &none, 200);
    hold(&mut seller, "DELETE", &offer_path, "/offer/{offerId}", &none, 204);
    hold(&mut seller, "DELETE", &item_path, "/inventory_item/{sku}", &none, 204);
    hold(&mut seller, "DELETE", &inventory("/inventory_item_group/studio-one"), group, &none, 204);

    let feed = |path: &str| format!("/sell/feed/v1{path}");
    let told = json!({ "feedType": "LMS_ADD_FIXED_PRICE_ITEM", "schemaVersion": "1487" });
    hold(&mut seller, "POST", &feed("/task"), "/task", &told, 202);
    let task = seller.task("LMS_ADD_FIXED_PRICE_ITEM");
    seller.upload(&task, &golden("lms.xml"));
    seller.wait(Duration::from_mins(11));
    hold(&mut seller, "GET", &feed(&format!("/task/{task}")), "/task/{task_id}", &none, 200);
    hold(&mut seller, "GET", &feed("/task?feed_type=LMS_ADD_FIXED_PRICE_ITEM&limit=1"), "/task", &none, 200);
    for call in ["download_input_file", "download_result_file"] {
        let template = format!("/task/{{task_id}}/{call}");
        hold(&mut seller, "GET", &feed(&format!("/task/{task}/{call}")), &template, &none, 200);
    }

    let taxonomy = |path: &str| format!("/commerce/taxonomy/v1{path}");
    let tree = "/category_tree/{category_tree_id}";
    let default = "/get_default_category_tree_id";
    hold(&mut seller, "GET", &taxonomy(&format!("{default}?marketplace_id=EBAY_US")), default, &none, 200);
    hold(&mut seller, "GET", &taxonomy("/category_tree/0"), tree, &none, 200);
    for (call, query) in [
        ("get_category_subtree", "category_id=15687"),
        ("get_category_suggestions", "q=mugs"),
        ("get_item_aspects_for_category", "category_id=15687"),
        ("get_expired_categories", ""),
    ] {
        let path = taxonomy(&format!("/category_tree/0/{call}?{query}"));
        hold(&mut seller, "GET", &path, &format!("{tree}/{call}"), &none, 200);
    }
    for call in
        ["get_item_condition_policies", "get_category_policies", "get_listing_structure_policies", "get_currencies"]
    {
        let path = format!("/sell/metadata/v1/marketplace/EBAY_US/{call}");
        hold(&mut seller, "GET", &path, &format!("/marketplace/{{marketplace_id}}/{call}"), &none, 200);
    }
    println!("{} operations held to their models", seen.len());
    official::hold(&found, TRAPS);
}

#[test]
fn the_elements_of_a_result_are_those_of_the_trading_api_and_in_its_order() {
    let Some(wsdl) = official::model("ebay/derived/trading_1487_types.json") else { return };
    let mut seller = Seller::with(Defects::new(400, 3));
    for (feed_type, file) in [
        ("LMS_ADD_FIXED_PRICE_ITEM", "lms.xml"),
        ("LMS_REVISE_FIXED_PRICE_ITEM", "lms_revise.xml"),
        ("LMS_REVISE_INVENTORY_STATUS", "lms_price.xml"),
        ("LMS_END_FIXED_PRICE_ITEM", "lms_end.xml"),
        ("LMS_REVISE_FIXED_PRICE_ITEM", "lms_drop.xml"),
    ] {
        let id = seller.task(feed_type);
        seller.upload(&id, &golden(file));
        seller.wait(Duration::from_mins(11));
        let account = &seller.ebay.accounts.get_mut("seller").unwrap();
        assert_eq!(account.tasks.len(), account.task_at.len());
        let path = format!("/sell/feed/v1/task/{id}/download_result_file");
        let request = seller.request("GET", &path, &Value::Null);
        let reply = seller.send(&request);
        let mut text = String::new();
        if std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(reply.body.as_slice()), &mut text).is_err() {
            text = String::from_utf8(reply.body).unwrap();
        }
        hold_to(&wsdl, &text);
    }
}

/// The type of an element that stands in another.
fn type_of<'wsdl>(wsdl: &'wsdl Value, holder: &str, name: &str) -> (usize, &'wsdl str) {
    let members = wsdl["types"][holder].as_array().unwrap_or_else(|| panic!("no type {holder}"));
    let at = members.iter().position(|member| member["element"] == name);
    let at = at.unwrap_or_else(|| panic!("{holder} has no {name}"));
    (at, members[at]["type"].as_str().unwrap())
}

fn hold_to(wsdl: &Value, text: &str) {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    // The open elements: the type of each, and how far in it we are.
    let mut open: Vec<(String, usize)> = Vec::new();
    let mut n_seen = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                let kind = match open.last_mut() {
                    None => "BulkDataExchangeResponses".to_owned(),
                    Some((holder, _)) if holder == "BulkDataExchangeResponses" => format!("{name}Type"),
                    Some((holder, last)) => {
                        let (at, kind) = type_of(wsdl, holder, &name);
                        assert!(at >= *last, "{name} stands too late in {holder}");
                        *last = at;
                        kind.to_owned()
                    }
                };
                n_seen += 1;
                open.push((kind, 0));
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(n_seen > 20, "{text}");
}
