//! Amazon's answers are held to Amazon's own models: every operation, and every status it answers with. The models lie outside
//! the repository; without them nothing is tried.

use crate::client::Answer;
use crate::seller::SELLER;
use crate::seller::Seller;
use crate::seller::US;
use crate::seller::feed;
use crate::seller::item;
use crate::seller::update;
use feedwright_sandbox::Fault;
use feedwright_sandbox::FaultKind;
use feedwright_sandbox::Processing;
use feedwright_sandbox::Sandbox;
use feedwright_sandbox::Settings;
use jsonschema::Draft;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

const MODELS: &[&str] = &["feeds_2021-06-30", "listingsItems_2021-08-01", "definitionsProductTypes_2020-09-01"];

/// Operations of the models that the sandbox does not have, and why.
const LEFT_OUT: &[(&str, &str)] = &[("searchListingsItems", "nothing of ours asks for it")];

/// Answers no model has, and why they are given all the same.
const TRAPS: &[(&str, u16, &str)] = &[];

/// Where the real files are.
fn real_files() -> Option<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("FEEDWRIGHT_SHARED").map_or_else(|| "../shared".into(), PathBuf::from);
    let files = here.join("../..").join(shared).join("data/amazon");
    files.is_dir().then_some(files)
}

fn json_of(path: PathBuf) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The operations of the models.
struct Models {
    operations: Vec<(String, Value, Value)>,
    seen: BTreeSet<(String, u16)>,
}

impl Models {
    fn read() -> Option<Self> {
        let files = real_files()?;
        let mut operations = Vec::new();
        for name in MODELS {
            let model = json_of(files.join(format!("api-models/{name}.json")));
            for path in model["paths"].as_object().unwrap().values() {
                for operation in path.as_object().unwrap().values() {
                    if let Some(id) = operation["operationId"].as_str() {
                        let responses = operation["responses"].clone();
                        operations.push((id.to_owned(), responses, model["definitions"].clone()));
                    }
                }
            }
        }
        Some(Self { operations, seen: BTreeSet::new() })
    }

    /// Holds an answer to the model of its operation.
    #[track_caller]
    fn check(&mut self, operation: &str, status: u16, answer: &Answer) {
        assert_eq!(answer.status, status, "{operation}: {}", answer.text());
        self.seen.insert((operation.to_owned(), status));
        let (_, responses, definitions) = self.operations.iter().find(|(id, ..)| id == operation).unwrap();
        let response = &responses[status.to_string()];
        let is_trap = TRAPS.iter().any(|(own, code, _)| *own == operation && *code == status);
        assert_eq!(response.is_null(), is_trap, "{operation} answers with {status}, which its model does not have");
        let mut headers = response["headers"].as_object().into_iter().flat_map(|headers| headers.keys());
        assert!(headers.all(|name| answer.header(name).is_some()), "{operation} {status}: {:?}", answer.headers);
        if let Some(reference) = response["schema"]["$ref"].as_str() {
            let schema = json!({ "$ref": reference, "definitions": definitions });
            let validator =
                jsonschema::options().with_draft(Draft::Draft4).should_validate_formats(true).build(&schema).unwrap();
            let body = answer.json();
            let errors: Vec<String> = validator.iter_errors(&body).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{operation} {status}: {errors:?}: {body}");
        }
    }
}

fn started() -> (Sandbox, Seller) {
    let minute = Duration::from_mins(1);
    let processing = Processing { least: minute, most: minute };
    let settings = Settings { speed: 120, processing, leeway: Duration::from_hours(1), ..Settings::default() };
    let sandbox = Sandbox::start(settings).unwrap();
    let seller = Seller::new(&sandbox);
    (sandbox, seller)
}

#[test]
fn an_answer_of_every_operation_is_as_its_model_says() {
    let Some(mut models) = Models::read() else { return };
    let (sandbox, seller) = started();
    let nothing = Value::Null;
    let get = |path: &str| seller.call("GET", path, &nothing);

    let document = json!({ "contentType": "application/json; charset=UTF-8" });
    models.check("createFeedDocument", 201, &seller.call("POST", "/feeds/2021-06-30/documents", &document));
    models.check("createFeedDocument", 400, &seller.call("POST", "/feeds/2021-06-30/documents", &json!({})));
    let mut broken = update(2, "B");
    broken["attributes"].as_object_mut().unwrap().remove("brand");
    let document = seller.upload(&feed(&[update(1, "A"), broken]));
    let created = seller.create(&document);
    models.check("createFeed", 202, &created);
    models.check("createFeed", 400, &seller.create("nothing"));
    let id = created.json()["feedId"].as_str().unwrap().to_owned();
    let path = format!("/feeds/2021-06-30/feeds/{id}");
    models.check("getFeed", 200, &get(&path));
    let other = seller.create(&document).json()["feedId"].as_str().unwrap().to_owned();
    let cancelled = seller.call("DELETE", &format!("/feeds/2021-06-30/feeds/{other}"), &nothing);
    models.check("cancelFeed", 200, &cancelled);
    let done = seller.wait(&id);
    models.check("getFeed", 200, &get(&path));
    models.check("getFeed", 404, &get("/feeds/2021-06-30/feeds/1"));
    models.check("cancelFeed", 400, &seller.call("DELETE", &path, &nothing));
    models.check("cancelFeed", 404, &seller.call("DELETE", "/feeds/2021-06-30/feeds/1", &nothing));
    let feeds = "/feeds/2021-06-30/feeds?feedTypes=JSON_LISTINGS_FEED&pageSize=1";
    models.check("getFeeds", 200, &get(feeds));
    models.check("getFeeds", 400, &get("/feeds/2021-06-30/feeds"));
    let result = format!("/feeds/2021-06-30/documents/{}", done["resultFeedDocumentId"].as_str().unwrap());
    models.check("getFeedDocument", 200, &get(&result));
    models.check("getFeedDocument", 404, &get("/feeds/2021-06-30/documents/none"));

    let listing = |sku: &str| format!("/listings/2021-08-01/items/{SELLER}/{sku}?marketplaceIds={US}");
    let put = json!({ "productType": "HOME", "attributes": item("HOME") });
    let preview = format!("{}&mode=VALIDATION_PREVIEW&includedData=identifiers,issues", listing("C"));
    models.check("putListingsItem", 200, &seller.call("PUT", &preview, &put));
    models.check("putListingsItem", 200, &seller.call("PUT", &listing("C"), &put));
    let invalid = json!({ "productType": "HOME", "attributes": { "brand": [] } });
    models.check("putListingsItem", 200, &seller.call("PUT", &listing("D"), &invalid));
    models.check("putListingsItem", 400, &seller.call("PUT", &listing("D"), &json!({})));
    let everything =
        "summaries,attributes,issues,offers,fulfillmentAvailability,procurement,relationships,productTypes";
    models.check("getListingsItem", 200, &get(&format!("{}&includedData={everything}", listing("C"))));
    models.check("getListingsItem", 404, &get(&listing("NONE")));
    models.check("getListingsItem", 400, &get(&format!("{}&includedData=secrets", listing("C"))));
    let patch = |path: &str, value: Value| {
        let patch = json!({ "op": "merge", "path": path, "value": value });
        json!({ "productType": "PRODUCT", "patches": [patch] })
    };
    let stock = json!([{ "fulfillment_channel_code": "DEFAULT", "quantity": 3 }]);
    let stock = patch("/attributes/fulfillment_availability", stock);
    models.check("patchListingsItem", 200, &seller.call("PATCH", &listing("C"), &stock));
    models.check("patchListingsItem", 200, &seller.call("PATCH", &listing("NONE"), &stock));
    models.check("patchListingsItem", 400, &seller.call("PATCH", &listing("C"), &patch("/brand", json!([{}]))));
    models.check("deleteListingsItem", 200, &seller.call("DELETE", &listing("C"), &nothing));
    let two = format!("{},A2EUQ1WTGCTBG2", listing("C"));
    models.check("deleteListingsItem", 400, &seller.call("DELETE", &two, &nothing));

    let definition = format!("/definitions/2020-09-01/productTypes/HOME?marketplaceIds={US}");
    models.check("getDefinitionsProductType", 200, &get(&definition));
    models.check("getDefinitionsProductType", 404, &get(&definition.replace("HOME", "TEAPOT")));
    models.check("getDefinitionsProductType", 400, &get("/definitions/2020-09-01/productTypes/HOME"));
    let search = format!("/definitions/2020-09-01/productTypes?marketplaceIds={US}");
    models.check("searchDefinitionsProductTypes", 200, &get(&search));
    models.check("searchDefinitionsProductTypes", 400, &get("/definitions/2020-09-01/productTypes"));

    let token = Seller { url: seller.url.clone(), token: "none".to_owned() };
    for kind in [FaultKind::TooManyRequests, FaultKind::ServerError, FaultKind::Unavailable] {
        let status = match kind {
            FaultKind::TooManyRequests => 429,
            FaultKind::ServerError => 500,
            _ => 503,
        };
        sandbox.set_faults(vec![Fault::new(kind)]);
        models.check("createFeed", status, &seller.create(&document));
        models.check("putListingsItem", status, &seller.call("PUT", &listing("C"), &put));
        models.check("getDefinitionsProductType", status, &get(&definition));
    }
    sandbox.set_faults(Vec::new());
    models.check("getFeed", 403, &token.call("GET", &path, &nothing));
    models.check("putListingsItem", 403, &token.call("PUT", &listing("C"), &put));
    models.check("searchDefinitionsProductTypes", 403, &token.call("GET", &search, &nothing));

    for (operation, ..) in &models.operations {
        let is_seen = models.seen.iter().any(|(seen, _)| seen == operation);
        let is_left_out = LEFT_OUT.iter().any(|(own, _)| own == operation);
        assert_ne!(is_seen, is_left_out, "{operation}");
    }
}

#[test]
fn a_processing_report_is_as_its_schema_says_with_items_and_without() {
    let Some(files) = real_files() else { return };
    let schema = json_of(files.join("feed-schemas/listings-feed-processing-report-schema-v2.json"));
    let validator = jsonschema::options().with_draft(Draft::Draft7).build(&schema).unwrap();
    let (_sandbox, seller) = started();
    let mut broken = update(2, "B");
    broken["attributes"].as_object_mut().unwrap().remove("brand");
    let messages = [update(1, "A"), broken];
    let mut with_items: Value = serde_json::from_str(&feed(&messages)).unwrap();
    with_items["header"]["report"] = json!({ "includedData": ["summaries", "issues"], "apiVersion": "2021-08-01" });
    for (document, has_items) in [(feed(&messages), false), (with_items.to_string(), true)] {
        let report = seller.report(&seller.wait(&seller.submit(&document)));
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}: {report}");
        assert_eq!(report.get("items").is_some(), has_items);
        if has_items {
            assert_eq!(report["items"][0]["sku"], "A");
            assert_eq!(report["summary"]["itemSummary"]["items"], 1);
        }
    }
}
