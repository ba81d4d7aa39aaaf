//! eBay as a seller meets it.

mod files;
mod inventory;
mod junk;

use super::Ebay;
use crate::Defects;
use crate::Processing;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::simulated::Simulated;
use crate::tokens::later;
use flate2::read::GzDecoder;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Read;
use std::time::Duration;

/// A seller who is signed in.
pub(super) struct Seller {
    pub ebay: Ebay,
    pub now: Timestamp,
    pub token: String,
}

impl Seller {
    pub(super) fn new() -> Self {
        Self::with(Defects::default())
    }

    pub(super) fn with(defects: Defects) -> Self {
        let processing = Processing { least: Duration::from_mins(2), most: Duration::from_mins(10) };
        let mut seller = Self { ebay: Ebay::new(defects, processing, 7), now: start(), token: String::new() };
        seller.sign_in();
        seller
    }

    fn sign_in(&mut self) {
        let request = sign_in_request("Basic c2VsbGVyOnNlY3JldA==", "grant_type=refresh_token&refresh_token=r");
        let answer = self.ebay.handle("token", &request, self.now);
        body(&answer)["access_token"].as_str().unwrap().clone_into(&mut self.token);
    }

    /// Sends a request as the server does.
    pub(super) fn send(&mut self, request: &Incoming) -> Outgoing {
        let operation = self.ebay.operation(request).expect("the request is an operation");
        self.ebay.handle(operation.id, request, self.now)
    }

    pub(super) fn request(&self, method: &str, path: &str, told: &Value) -> Incoming {
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("content-language", "en-US"),
            ("x-ebay-c-marketplace-id", "EBAY_US"),
        ];
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        Incoming {
            method: method.to_owned(),
            host: "api".to_owned(),
            path: path.to_owned(),
            query: query.split('&').filter_map(pair).collect(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: if told.is_null() { Vec::new() } else { told.to_string().into_bytes() },
            base: "http://127.0.0.1:1".to_owned(),
            ..Incoming::default()
        }
    }

    pub(super) fn call(&mut self, method: &str, path: &str, told: &Value) -> Outgoing {
        let request = self.request(method, path, told);
        self.send(&request)
    }

    #[expect(clippy::needless_pass_by_value, reason = "what is told is written at the call, and used once")]
    fn inventory(&mut self, method: &str, path: &str, told: Value) -> Outgoing {
        self.call(method, &format!("/sell/inventory/v1/{path}"), &told)
    }

    /// Sends every call of a golden file, and tells the answers.
    pub(super) fn golden(&mut self, name: &str) -> Vec<Outgoing> {
        let text = String::from_utf8(golden(&format!("{name}.jsonl"))).unwrap();
        let calls = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let calls: Vec<Value> = calls.collect();
        let mut answers = Vec::new();
        for call in calls {
            answers.push(self.call(call["method"].as_str().unwrap(), call["path"].as_str().unwrap(), &call["body"]));
        }
        answers
    }

    /// Items, groups and offers of the golden files, published.
    fn published() -> Self {
        let mut seller = Self::new();
        for name in ["inventory-items", "inventory-groups", "inventory-offers", "inventory-publish"] {
            for answer in seller.golden(name) {
                assert!(answer.status < 207, "{name}: {}", String::from_utf8_lossy(&answer.body));
            }
        }
        seller
    }

    pub(super) fn task(&mut self, feed_type: &str) -> String {
        let told = json!({ "feedType": feed_type, "schemaVersion": "1487" });
        let answer = self.call("POST", "/sell/feed/v1/task", &told);
        assert_eq!(answer.status, 202);
        let location = &answer.headers.iter().find(|(name, _)| name == "location").unwrap().1;
        location.rsplit('/').next().unwrap().to_owned()
    }

    pub(super) fn upload(&mut self, id: &str, file: &[u8]) -> Outgoing {
        let mut request = self.request("POST", &format!("/sell/feed/v1/task/{id}/upload_file"), &Value::Null);
        request.form = vec![("file".to_owned(), Some("f.xml".to_owned()), file.to_vec())];
        self.send(&request)
    }

    /// Sends a file, waits until it is done, and tells the task and its result.
    fn filed(&mut self, feed_type: &str, file: &[u8]) -> (Value, String) {
        let id = self.task(feed_type);
        assert_eq!(self.upload(&id, file).status, 200);
        self.wait(Duration::from_mins(11));
        let task = body(&self.call("GET", &format!("/sell/feed/v1/task/{id}"), &Value::Null));
        let result = self.call("GET", &format!("/sell/feed/v1/task/{id}/download_result_file"), &Value::Null);
        (task, text(&result.body))
    }

    pub(super) fn wait(&mut self, time: Duration) {
        self.now = later(self.now, time);
        self.sign_in();
    }

    fn told(&self, sku: &str) -> Value {
        self.ebay.state(self.now)["accounts"]["seller"]["told"][sku].clone()
    }

    fn listing(&self, sku: &str) -> Value {
        self.ebay.state(self.now)["accounts"]["seller"]["listings"][sku].clone()
    }

    fn offer_of(&mut self, sku: &str) -> Value {
        body(&self.inventory("GET", &format!("offer?sku={sku}"), Value::Null))["offers"][0].clone()
    }
}

fn start() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

fn sign_in_request(authorization: &str, form: &str) -> Incoming {
    Incoming {
        method: "POST".to_owned(),
        host: "api".to_owned(),
        path: "/identity/v1/oauth2/token".to_owned(),
        headers: BTreeMap::from([("authorization".to_owned(), authorization.to_owned())]),
        body: form.as_bytes().to_vec(),
        ..Incoming::default()
    }
}

pub(super) fn body(answer: &Outgoing) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|why| panic!("{}: {why}", text(&answer.body)))
}

pub(super) fn golden(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../samples/ebay/golden/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A file's text, compressed or not.
fn text(file: &[u8]) -> String {
    let mut text = String::new();
    if GzDecoder::new(file).read_to_string(&mut text).is_ok() {
        return text;
    }
    String::from_utf8_lossy(file).into_owned()
}

/// The first row of a bulk call, which may be spoiled.
fn first(name: &str) -> Value {
    let lines = String::from_utf8(golden(&format!("{name}.jsonl"))).unwrap();
    let call: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    call["body"]["requests"][0].clone()
}

/// A single item with an offer, unpublished; its offer id.
fn offered(seller: &mut Seller, sku: &str) -> String {
    let mut item = first("inventory-items");
    item["sku"] = json!(sku);
    let answer = seller.inventory("POST", "bulk_create_or_replace_inventory_item", json!({ "requests": [item] }));
    assert_eq!(answer.status, 200, "{}", text(&answer.body));
    let mut offer = first("inventory-offers");
    offer["sku"] = json!(sku);
    let answer = body(&seller.inventory("POST", "bulk_create_offer", json!({ "requests": [offer] })));
    answer["responses"][0]["offerId"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

fn error_ids(answer: &Value) -> Vec<u64> {
    answer["errors"].as_array().into_iter().flatten().filter_map(|error| error["errorId"].as_u64()).collect()
}

#[test]
fn a_request_needs_a_token_of_the_right_kind_and_the_language() {
    let mut seller = Seller::new();
    let mut request = seller.request("POST", "/sell/inventory/v1/offer", &json!({}));
    request.headers.remove("content-language");
    assert_eq!(error_ids(&body(&seller.send(&request))), [25_709]);
    request.headers.insert("content-language".to_owned(), "en_US".to_owned());
    assert_eq!(error_ids(&body(&seller.send(&request))), [25_709]);
    let form = "grant_type=client_credentials&scope=https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope";
    let answer = seller.ebay.handle("token", &sign_in_request("Basic c2VsbGVyOnNlY3JldA==", form), seller.now);
    assert_eq!(body(&answer)["token_type"], "Application Access Token");
    body(&answer)["access_token"].as_str().unwrap().clone_into(&mut seller.token);
    assert_eq!(seller.inventory("GET", "inventory_item", Value::Null).status, 403);
    let tree = "/commerce/taxonomy/v1/get_default_category_tree_id?marketplace_id=EBAY_US";
    assert_eq!(body(&seller.call("GET", tree, &Value::Null))["categoryTreeId"], "0");
    seller.now = later(seller.now, Duration::from_hours(2));
    assert_eq!(seller.call("GET", tree, &Value::Null).status, 401);
}

#[test]
fn wrong_secrets_and_refresh_tokens_are_refused_as_oauth_says() {
    let mut ebay = Ebay::new(Defects::default(), Processing::default(), 1);
    let mut ask = |authorization: &str, form: &str| {
        let answer = ebay.handle("token", &sign_in_request(authorization, form), start());
        (answer.status, body(&answer)["error"].as_str().unwrap().to_owned())
    };
    let right = "Basic c2VsbGVyOnNlY3JldA==";
    let refresh = "grant_type=refresh_token&refresh_token=";
    assert_eq!(ask("Basic c2VsbGVyOndyb25nLXNlY3JldA==", &format!("{refresh}r")), (401, "invalid_client".to_owned()));
    assert_eq!(ask(right, &format!("{refresh}wrong-r")), (400, "invalid_grant".to_owned()));
    assert_eq!(ask(right, "grant_type=client_credentials"), (400, "invalid_scope".to_owned()));
    assert_eq!(ask(right, "grant_type=password"), (400, "unsupported_grant_type".to_owned()));
}

#[test]
fn only_leaves_have_aspects() {
    let mut seller = Seller::new();
    let base = "/commerce/taxonomy/v1/category_tree/0";
    let tree = body(&seller.call("GET", base, &Value::Null));
    let branch = &tree["rootCategoryNode"]["childCategoryTreeNodes"][0]["category"]["categoryId"];
    let mut aspects =
        |id: &str| seller.call("GET", &format!("{base}/get_item_aspects_for_category?category_id={id}"), &Value::Null);
    assert_eq!(error_ids(&body(&aspects(branch.as_str().unwrap()))), [62_009]);
    assert_eq!(error_ids(&body(&aspects("1"))), [62_005]);
    assert!(body(&aspects("15687"))["aspects"].as_array().unwrap().len() > 5);
}
