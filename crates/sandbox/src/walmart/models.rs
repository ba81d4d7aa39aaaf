//! Walmart's replies, held to its API documents.

use super::tests::Seller;
use super::tests::golden;
use crate::Defects;
use crate::official;
use crate::official::Trap;
use crate::simulated::Incoming;
use crate::simulated::Simulated;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// Where Walmart itself leaves its models, by its own examples or by what sellers met.
const TRAPS: &[Trap] = &[
    (
        "getFeedItemStatus",
        "additionalProperties feedSubmissionDate,feedType",
        "the first is in the document's own example, the second was seen",
    ),
    (
        "getFeedItemStatus",
        "/ingestionErrors/ingestionError type",
        "`null` was seen in production, in `D/responses` too",
    ),
    (
        "getFeedItemStatus",
        "/ingestionErrors/ingestionError/* additionalProperties field",
        "real replies name the field",
    ),
    (
        "getFeedItemStatus",
        "/itemDetails/itemIngestionStatus/*/ingestionErrors/ingestionError type",
        "`null` and one error as itself were seen in production",
    ),
    (
        "getFeedItemStatus",
        "/itemDetails/itemIngestionStatus/*/ingestionErrors/ingestionError/* additionalProperties field",
        "real replies name the field",
    ),
    (
        "getAllFeedStatuses",
        "/results/feed/* additionalProperties channelType,fileName,itemDataErrorCount,itemSystemErrorCount,itemTimeoutErrorCount",
        "members of the document's own example",
    ),
    (
        "getAllFeedStatuses",
        "/results/feed/* additionalProperties channelType,itemDataErrorCount,itemSystemErrorCount,itemTimeoutErrorCount",
        "members of the document's own example",
    ),
    ("getSpec", "additionalProperties schema", "the schema stands in `schema`, as in the document's own example"),
    ("getSpec", "required \"$schema\"", "see above"),
    ("getSpec", "required \"type\"", "see above"),
    ("getSpec", "required \"properties\"", "see above"),
    ("getSpec", "required \"title\"", "see above"),
    ("getSpec", "required \"required\"", "see above"),
    ("getSpec", "required \"additionalProperties\"", "see above"),
    ("getTaxonomyResponse", "/itemTaxonomy type", "a list of categories in the document's own example"),
    ("getAnItem", "additionalProperties ItemResponse,totalItems", "the document's own example has `ItemResponse`"),
    ("updatePrice", "additionalProperties ItemPriceResponse", "the document's own example has `ItemPriceResponse`"),
];

#[test]
fn replies_of_every_operation_meet_the_official_models() {
    let document = |name: &str| official::model(&format!("walmart/openapi/mcp-walmart-ads-0.5.1/{name}.openapi.json"));
    let names = [
        "authentication",
        "feed-management",
        "item-management",
        "price-management",
        "inventory-management",
        "lag-time",
        "settings-management",
    ];
    let Some(models) = names.iter().map(|name| document(name)).collect::<Option<Vec<Value>>>() else { return };
    let model = |name: &str| &models[names.iter().position(|own| *own == name).unwrap()];

    let mut seller = Seller::with(Defects::new(600, 3));
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut hold = |seller: &mut Seller, name: &str, path: &str, request: &Incoming, status: u16| {
        let operation = seller.walmart.operation(request).unwrap().id;
        let reply = seller.walmart.handle(operation, request, seller.now);
        assert_eq!(reply.status, status, "{operation}: {}", String::from_utf8_lossy(&reply.body));
        seen.insert(operation);
        for difference in official::differences(model(name), &request.method, path, &reply) {
            found.insert((operation.to_owned(), difference));
        }
        serde_json::from_slice::<Value>(&reply.body).unwrap()
    };

    let mut token = seller.request("POST", "/v3/token", &[]);
    token.headers.insert("authorization".to_owned(), "Basic c2VsbGVyOnNlY3JldA==".to_owned());
    token.body = b"grant_type=client_credentials".to_vec();
    hold(&mut seller, "authentication", "/v3/token", &token, 200);
    let detail = seller.request("GET", "/v3/token/detail", &[]);
    hold(&mut seller, "authentication", "/v3/token/detail", &detail, 200);

    let feed = |seller: &Seller, kind: &str, file: Vec<u8>| {
        let mut request = seller.request("POST", "/v3/feeds", &[("feedType", kind)]);
        if matches!(kind, "PRICE_AND_PROMOTION" | "lagtime") {
            request.body = file;
        } else {
            request.form = vec![("file".to_owned(), (kind == "MP_ITEM").then(|| "f.json".to_owned()), file)];
        }
        request
    };
    let many: Vec<Value> = {
        let golden: Value = serde_json::from_slice(&golden("mp_item")).unwrap();
        let items = golden["MPItem"].as_array().unwrap().clone();
        let renamed = items.iter().cycle().take(60).enumerate().map(|(n, item)| {
            let mut item = item.clone();
            item["Orderable"]["sku"] = json!(format!("M-{n}"));
            item
        });
        items.iter().cloned().chain(renamed).collect()
    };
    let header = json!({ "businessUnit": "WALMART_US", "locale": "en", "version": "5.0.20260803-17_50_56-api" });
    let items = json!({ "MPItemFeedHeader": header, "MPItem": many }).to_string().into_bytes();
    for (kind, file, name) in [
        ("MP_ITEM", items, "item-management"),
        ("PRICE_AND_PROMOTION", golden("price"), "price-management"),
        ("inventory", golden("inventory"), "inventory-management"),
        ("lagtime", golden("lag_time"), "lag-time"),
        ("MP_ITEM", b"{}".to_vec(), "item-management"),
    ] {
        let request = feed(&seller, kind, file);
        let answer = hold(&mut seller, name, "/v3/feeds", &request, 200);
        let id = answer["feedId"].as_str().unwrap().to_owned();
        let path = format!("/v3/feeds/{id}");
        for minutes in [0, 10, 60] {
            seller.wait(Duration::from_mins(minutes));
            for offset in ["0", "50"] {
                let request = seller.request("GET", &path, &[("includeDetails", "true"), ("offset", offset)]);
                hold(&mut seller, "feed-management", "/v3/feeds/{feedId}", &request, 200);
            }
            let request = seller.request("GET", "/v3/feeds", &[]);
            hold(&mut seller, "feed-management", "/v3/feeds", &request, 200);
        }
    }
    let mut without = feed(&seller, "inventory", Vec::new());
    without.form.clear();
    hold(&mut seller, "inventory-management", "/v3/feeds", &without, 400);
    let unknown = feed(&seller, "MP_NOTHING", b"{}".to_vec());
    hold(&mut seller, "item-management", "/v3/feeds", &unknown, 400);

    let mut spec = seller.request("POST", "/v3/items/spec", &[]);
    for (types, status) in [(json!(["Candles"]), 200), (json!(["Candles", "Soup"]), 207), (json!(["Soup"]), 400)] {
        spec.body = json!({ "feedType": "MP_ITEM", "version": "5.0.20260803-17_50_56-api", "productTypes": types })
            .to_string()
            .into_bytes();
        hold(&mut seller, "item-management", "/v3/items/spec", &spec, status);
    }
    let taxonomy = seller.request("GET", "/v3/items/taxonomy", &[("version", "5.0"), ("feedType", "MP_ITEM")]);
    hold(&mut seller, "item-management", "/v3/items/taxonomy", &taxonomy, 200);

    let sku = seller.walmart.accounts["seller"].items.iter().find(|(_, item)| item.is_live()).unwrap().0.clone();
    let of = |path: &str| path.replace("{sku}", &sku);
    let read = |seller: &Seller, path: &str| seller.request("GET", &of(path), &[("sku", &sku)]);
    let change = |seller: &Seller, method: &str, path: &str, told: Value| {
        let mut request = seller.request(method, &of(path), &[("sku", &sku)]);
        request.body = told.to_string().into_bytes();
        request
    };
    for (path, model_path, name) in [
        ("/v3/items", "/v3/items", "item-management"),
        ("/v3/items/{sku}", "/v3/items/{id}", "item-management"),
        ("/v3/inventory", "/v3/inventory", "inventory-management"),
        ("/v3/inventories/{sku}", "/v3/inventories/{sku}", "inventory-management"),
        ("/v3/lagtime", "/v3/lagtime", "lag-time"),
        ("/v3/settings/partnerprofile", "/v3/settings/partnerprofile", "settings-management"),
    ] {
        let request = read(&seller, path);
        hold(&mut seller, name, model_path, &request, 200);
    }
    let stock = json!({ "sku": sku, "quantity": { "unit": "EACH", "amount": 4 } });
    let request = change(&seller, "PUT", "/v3/inventory", stock);
    hold(&mut seller, "inventory-management", "/v3/inventory", &request, 200);
    let nodes =
        json!({ "inventories": { "nodes": [{ "shipNode": "1", "inputQty": { "unit": "EACH", "amount": 4 } }] } });
    let request = change(&seller, "PUT", "/v3/inventories/{sku}", nodes);
    hold(&mut seller, "inventory-management", "/v3/inventories/{sku}", &request, 200);
    let price = json!({ "sku": sku, "pricing": [{ "currentPriceType": "BASE", "currentPrice": { "currency": "USD", "amount": 9.5 } }] });
    let request = change(&seller, "PUT", "/v3/price", price);
    hold(&mut seller, "price-management", "/v3/price", &request, 200);
    let request = change(&seller, "DELETE", "/v3/items/{sku}", json!(null));
    hold(&mut seller, "item-management", "/v3/items/{sku}", &request, 200);

    println!("{} operations held to their models", seen.len());
    official::hold(&found, TRAPS);
}
