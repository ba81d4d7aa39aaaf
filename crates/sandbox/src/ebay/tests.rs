//! eBay as a seller meets it.

use super::Ebay;
use crate::Defects;
use crate::Processing;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::simulated::Simulated;
use crate::simulated::Trouble;
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
fn items_groups_and_offers_become_listings_when_they_are_published() {
    let seller = Seller::published();
    let listing = seller.listing("LF-S1-GRA");
    assert_eq!((&listing["status"], &listing["group"]), (&json!("ACTIVE"), &json!("studio-one")));
    assert_eq!((&listing["price"], &listing["stock"]), (&json!("89"), &json!(45)));
    assert_eq!((&listing["created"], &seller.told("LF-S1-GRA")["published"]), (&json!(1), &json!(1)));
}

#[test]
fn an_offer_is_made_once_and_the_second_try_says_which_one_there_is() {
    let mut seller = Seller::new();
    let id = offered(&mut seller, "A");
    let mut offer = first("inventory-offers");
    offer["sku"] = json!("A");
    let answer = seller.inventory("POST", "bulk_create_offer", json!({ "requests": [offer] }));
    assert_eq!(answer.status, 207);
    let row = &body(&answer)["responses"][0];
    assert_eq!((&row["statusCode"], error_ids(row)), (&json!(400), vec![25_002]));
    assert!(row["errors"][0]["message"].as_str().unwrap().contains("Offer entity already exists"));
    assert_eq!(row["errors"][0]["parameters"][0], json!({ "name": "offerId", "value": id }));
    assert_eq!(seller.told("A")["offer"], 1);
}

#[test]
fn an_offer_needs_an_item_and_a_sku_without_offers_is_not_found() {
    let mut seller = Seller::new();
    let answer = seller.inventory("POST", "bulk_create_offer", json!({ "requests": [first("inventory-offers")] }));
    assert_eq!(error_ids(&body(&answer)["responses"][0]), [25_702]);
    let answer = seller.inventory("GET", "offer?sku=NOPE", Value::Null);
    assert_eq!((answer.status, error_ids(&body(&answer))), (404, vec![25_713]));
}

#[test]
fn publishing_twice_keeps_the_listing_and_is_counted() {
    let mut seller = Seller::new();
    let id = offered(&mut seller, "A");
    let publish = |seller: &mut Seller| body(&seller.inventory("POST", &format!("offer/{id}/publish"), Value::Null));
    let once = publish(&mut seller);
    assert_eq!(seller.ebay.double_submissions(), 0);
    let twice = publish(&mut seller);
    assert_eq!(once["listingId"], twice["listingId"]);
    let listing = seller.listing("A");
    assert_eq!((&listing["created"], &seller.told("A")["published"]), (&json!(1), &json!(2)));
    assert_eq!(seller.ebay.double_submissions(), 1);
}

#[test]
fn what_a_listing_lacks_shows_when_it_is_published_and_not_before() {
    let mut seller = Seller::new();
    let lacks = |seller: &mut Seller, spoil: &dyn Fn(&mut Value, &mut Value)| {
        let (mut item, mut offer) = (first("inventory-items"), first("inventory-offers"));
        spoil(&mut item, &mut offer);
        let sku = format!("L-{}", seller.ebay.accounts.get("seller").map_or(0, |account| account.items.len()));
        item["sku"] = json!(sku);
        offer["sku"] = json!(sku);
        let made = seller.inventory("POST", "bulk_create_or_replace_inventory_item", json!({ "requests": [item] }));
        assert_eq!(made.status, 200, "{}", text(&made.body));
        let made = body(&seller.inventory("POST", "bulk_create_offer", json!({ "requests": [offer] })));
        let id = made["responses"][0]["offerId"].clone();
        let answer = seller.inventory("POST", "bulk_publish_offer", json!({ "requests": [{ "offerId": id }] }));
        assert_eq!(answer.status, 207);
        error_ids(&body(&answer)["responses"][0])
    };
    let without = |value: &mut Value, name: &str| {
        value.as_object_mut().unwrap().remove(name);
    };
    assert_eq!(lacks(&mut seller, &|item, _| without(item, "condition")), [25_021]);
    assert_eq!(lacks(&mut seller, &|item, _| without(&mut item["product"], "imageUrls")), [25_014]);
    assert_eq!(
        lacks(&mut seller, &|item, _| item["product"]["imageUrls"] = json!(["http://a.example/x.jpg"])),
        [25_015]
    );
    assert_eq!(lacks(&mut seller, &|item, _| without(&mut item["product"]["aspects"], "Brand")), [25_002]);
    assert_eq!(lacks(&mut seller, &|_, offer| without(offer, "merchantLocationKey")), [25_012]);
    assert_eq!(lacks(&mut seller, &|_, offer| without(offer, "categoryId")), [25_005]);
    assert_eq!(lacks(&mut seller, &|_, offer| without(offer, "listingPolicies")), [25_007, 25_008, 25_009]);
    assert_eq!(lacks(&mut seller, &|_, offer| without(offer, "pricingSummary")), [25_016]);
}

#[test]
fn an_offer_is_replaced_whole_and_what_is_not_told_is_gone() {
    let mut seller = Seller::new();
    let id = offered(&mut seller, "A");
    let answer = seller.inventory("PUT", &format!("offer/{id}"), json!({ "categoryId": "112529" }));
    assert_eq!(answer.status, 200);
    let offer = seller.offer_of("A");
    assert_eq!((&offer["sku"], &offer["marketplaceId"]), (&json!("A"), &json!("EBAY_US")), "its key stays");
    assert!(offer.get("merchantLocationKey").is_none());
    assert_eq!(offer["pricingSummary"], json!({}));
}

#[test]
fn a_live_listing_is_not_revised_to_what_could_not_be_published() {
    let mut seller = Seller::new();
    let id = offered(&mut seller, "A");
    seller.inventory("POST", &format!("offer/{id}/publish"), Value::Null);
    let before = seller.listing("A");
    let answer = seller.inventory("PUT", &format!("offer/{id}"), json!({ "categoryId": "112529" }));
    assert_eq!(answer.status, 400);
    let mut item = first("inventory-items");
    item.as_object_mut().unwrap().remove("condition");
    let answer = seller.inventory("PUT", "inventory_item/A", item);
    assert_eq!((answer.status, error_ids(&body(&answer))), (400, vec![25_021]));
    assert_eq!(seller.listing("A"), before);
}

#[test]
fn price_and_stock_of_live_listings_are_told_by_offer_and_by_sku() {
    let mut seller = Seller::published();
    let id = seller.offer_of("LF-S1-GRA")["offerId"].clone();
    let update = json!({ "requests": [
        { "sku": "LF-S1-GRA", "offers": [{ "offerId": id, "price": { "currency": "USD", "value": "79.50" } }] },
        { "sku": "LF-S1-SND", "shipToLocationAvailability": { "quantity": 3 } },
    ]});
    let answer = seller.inventory("POST", "bulk_update_price_quantity", update);
    assert_eq!(answer.status, 200);
    assert_eq!(body(&answer)["responses"][0], json!({ "offerId": id, "sku": "LF-S1-GRA", "statusCode": 200 }));
    assert_eq!(seller.listing("LF-S1-GRA")["price"], "79.5");
    assert_eq!(seller.listing("LF-S1-SND")["stock"], 3);
    // What the reference does not know is not guessed: an offer is named by its id.
    let unnamed = json!({ "requests": [{ "sku": "LF-S1-GRA", "offers": [
        { "marketplaceId": "EBAY_US", "price": { "currency": "USD", "value": "1.00" } }
    ]}]});
    let answer = seller.inventory("POST", "bulk_update_price_quantity", unnamed);
    assert_eq!((answer.status, error_ids(&body(&answer)["responses"][0])), (207, vec![25_709]));
}

#[test]
fn what_buyers_see_is_the_smaller_of_the_two_quantities() {
    let mut seller = Seller::new();
    let id = offered(&mut seller, "A");
    seller.inventory("POST", &format!("offer/{id}/publish"), Value::Null);
    let more = json!({ "requests": [{ "sku": "A", "shipToLocationAvailability": { "quantity": 900 } }] });
    seller.inventory("POST", "bulk_update_price_quantity", more);
    let offer = seller.offer_of("A");
    assert_eq!(seller.listing("A")["stock"], offer["availableQuantity"]);
}

#[test]
fn prices_of_offers_that_are_not_published_are_refused() {
    let mut seller = Seller::new();
    let id = offered(&mut seller, "A");
    let update = json!({ "requests": [{ "sku": "A", "offers": [{ "offerId": id, "price": { "currency": "USD", "value": "1.00" } }] }] });
    let answer = seller.inventory("POST", "bulk_update_price_quantity", update);
    assert_eq!((answer.status, error_ids(&body(&answer)["responses"][0])), (207, vec![25_713]));
}

#[test]
fn a_deleted_item_leaves_its_listing_and_its_group() {
    let mut seller = Seller::published();
    for answer in seller.golden("inventory_end") {
        assert_eq!(answer.status, 204);
    }
    let listing = seller.listing("LF-S1-GRA");
    assert_eq!((&listing["status"], &seller.told("LF-S1-GRA")["ended"]), (&json!("DELETED"), &json!(1)));
    assert_eq!(seller.inventory("GET", "inventory_item/LF-S1-GRA", Value::Null).status, 404);
    assert_eq!(seller.inventory("DELETE", "inventory_item/LF-S1-GRA", Value::Null).status, 404);
    assert!(seller.ebay.accounts["seller"].groups["studio-one"].members.is_empty());
}

#[test]
fn a_withdrawn_offer_stays_and_comes_back_in_a_new_listing() {
    let mut seller = Seller::new();
    let id = offered(&mut seller, "A");
    let publish = |seller: &mut Seller| body(&seller.inventory("POST", &format!("offer/{id}/publish"), Value::Null));
    let first = publish(&mut seller)["listingId"].clone();
    let answer = seller.inventory("POST", &format!("offer/{id}/withdraw"), Value::Null);
    assert_eq!((answer.status, &body(&answer)["listingId"]), (200, &first));
    assert_eq!(seller.listing("A")["status"], "UNPUBLISHED");
    assert_ne!(publish(&mut seller)["listingId"], first);
    assert_eq!(seller.listing("A")["created"], 2);
}

#[test]
fn a_group_takes_its_members_from_no_other_and_leaves_out_those_without_an_offer() {
    let mut seller = Seller::new();
    seller.golden("inventory-items");
    seller.golden("inventory-groups");
    let other = json!({ "title": "x", "variantSKUs": ["LF-S1-GRA"] });
    let answer = seller.inventory("PUT", "inventory_item_group/other", other);
    assert_eq!((answer.status, error_ids(&body(&answer))), (400, vec![25_703]));
    let mut offer = first("inventory-offers");
    offer["sku"] = json!("LF-S1-SND");
    seller.inventory("POST", "bulk_create_offer", json!({ "requests": [offer] }));
    let publish = json!({ "inventoryItemGroupKey": "studio-one", "marketplaceId": "EBAY_US" });
    let answer = seller.inventory("POST", "offer/publish_by_inventory_item_group", publish.clone());
    assert_eq!(answer.status, 200, "{}", text(&answer.body));
    assert_eq!(body(&answer)["warnings"][0]["parameters"][0]["value"], "LF-S1-GRA");
    assert_eq!(seller.listing("LF-S1-SND")["status"], "ACTIVE");
    assert_eq!(seller.listing("LF-S1-GRA")["status"], "UNPUBLISHED");
    // Once it has an offer it joins the listing there is.
    offered(&mut seller, "LF-S1-GRA");
    let again = seller.inventory("POST", "offer/publish_by_inventory_item_group", publish);
    assert_eq!(body(&again)["listingId"], body(&answer)["listingId"]);
    assert_eq!(seller.listing("LF-S1-GRA")["status"], "ACTIVE");
}

#[test]
fn bulk_calls_take_25_rows_and_none_twice() {
    let mut seller = Seller::new();
    let item = first("inventory-items");
    let rows = |n: usize| json!({ "requests": vec![item.clone(); n] });
    let answer = seller.inventory("POST", "bulk_create_or_replace_inventory_item", rows(26));
    assert_eq!(error_ids(&body(&answer)), [25_727]);
    let answer = seller.inventory("POST", "bulk_create_or_replace_inventory_item", rows(2));
    assert_eq!(error_ids(&body(&answer)), [25_728]);
    let answer =
        seller.inventory("POST", "bulk_publish_offer", json!({ "requests": [{ "offerId": "1" }, { "offerId": "1" }] }));
    assert_eq!(error_ids(&body(&answer)), [25_731]);
}

#[test]
fn a_listing_is_revised_250_times_a_day_and_no_more() {
    let mut seller = Seller::new();
    let id = offered(&mut seller, "A");
    seller.inventory("POST", &format!("offer/{id}/publish"), Value::Null);
    let tell = |seller: &mut Seller, quantity: u32| {
        let update = json!({ "requests": [{ "sku": "A", "shipToLocationAvailability": { "quantity": quantity } }] });
        seller.inventory("POST", "bulk_update_price_quantity", update).status
    };
    for quantity in 0..250 {
        assert_eq!(tell(&mut seller, quantity), 200);
    }
    assert_eq!(tell(&mut seller, 1), 207);
    seller.wait(Duration::from_hours(24));
    assert_eq!(tell(&mut seller, 1), 200);
}

#[test]
fn flaws_show_when_a_listing_is_published_and_go_when_they_are_cured() {
    let defects = Defects::new(1000, 3);
    let mut seller = Seller::with(defects.clone());
    let mut seen = BTreeMap::new();
    for n in 0..40 {
        let sku = format!("F-{n}");
        let id = offered(&mut seller, &sku);
        let answer = seller.inventory("POST", &format!("offer/{id}/publish"), Value::Null);
        let ids = error_ids(&body(&answer));
        if ids == [25_025] {
            assert_eq!(answer.status, 500);
            assert_eq!(seller.inventory("POST", &format!("offer/{id}/publish"), Value::Null).status, 200);
        }
        if answer.status == 400 {
            defects.cure(&sku);
            assert_eq!(seller.inventory("POST", &format!("offer/{id}/publish"), Value::Null).status, 200);
        }
        *seen.entry((answer.status, ids)).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 6, "all kinds come up: {seen:?}");
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
fn a_file_of_adds_is_queued_then_worked_on_and_each_request_is_answered() {
    let mut seller = Seller::new();
    let id = seller.task("LMS_ADD_FIXED_PRICE_ITEM");
    let path = format!("/sell/feed/v1/task/{id}");
    let status = |seller: &mut Seller| body(&seller.call("GET", &path, &Value::Null))["status"].clone();
    assert_eq!(status(&mut seller), "CREATED");
    assert_eq!(seller.upload(&id, &golden("lms.xml")).status, 200);
    assert_eq!(status(&mut seller), "QUEUED");
    let result = format!("{path}/download_result_file");
    assert_eq!(seller.call("GET", &result, &Value::Null).status, 404);
    seller.wait(Duration::from_mins(11));
    let task = body(&seller.call("GET", &path, &Value::Null));
    let result = text(&seller.call("GET", &result, &Value::Null).body);
    assert_eq!(task["status"], "COMPLETED", "{result}");
    assert_eq!(task["uploadSummary"]["failureCount"], 0);
    assert!(result.contains("<CorrelationID>studio-one</CorrelationID>"));
    let listing = seller.listing("LF-S1-GRA");
    assert_eq!((&listing["status"], &listing["group"]), (&json!("ACTIVE"), &json!("studio-one")));
    assert_eq!((&listing["price"], &listing["stock"], &listing["created"]), (&json!("89"), &json!(45), &json!(1)));
}

#[test]
fn a_file_of_adds_sent_twice_is_refused_by_its_uuids_and_lists_nothing_anew() {
    let mut seller = Seller::new();
    seller.filed("LMS_ADD_FIXED_PRICE_ITEM", &golden("lms.xml"));
    let (task, result) = seller.filed("LMS_ADD_FIXED_PRICE_ITEM", &golden("lms.xml"));
    assert_eq!((&task["status"], &task["uploadSummary"]["successCount"]), (&json!("COMPLETED_WITH_ERROR"), &json!(0)));
    assert!(result.contains("<ErrorCode>488</ErrorCode>"));
    assert_eq!(seller.listing("LF-S1-GRA")["created"], 1);
    assert_eq!(seller.ebay.double_submissions(), 1);
    let state = seller.ebay.state(seller.now);
    assert_eq!(state["accounts"]["seller"]["submissions"][0]["sent"], 2);
}

#[test]
fn files_revise_price_stock_and_content_and_end_listings() {
    let mut seller = Seller::new();
    seller.filed("LMS_ADD_FIXED_PRICE_ITEM", &golden("lms.xml"));
    let told =
        |name: &str, from: &str, to: &str| String::from_utf8(golden(name)).unwrap().replace(from, to).into_bytes();
    let (task, result) = seller.filed("LMS_REVISE_INVENTORY_STATUS", &told("lms_price.xml", "59.00", "49.50"));
    assert_eq!(task["status"], "COMPLETED", "{result}");
    let (task, _) =
        seller.filed("LMS_REVISE_INVENTORY_STATUS", &told("lms_stock.xml", "<Quantity>25<", "<Quantity>2<"));
    assert_eq!(task["status"], "COMPLETED");
    let listing = seller.listing("HL-MT-M-M");
    assert_eq!(
        (&listing["price"], &listing["stock"], &seller.told("HL-MT-M-M")["content"]),
        (&json!("49.5"), &json!(2), &json!(1))
    );
    let before = listing["content"].clone();
    let (task, result) =
        seller.filed("LMS_REVISE_FIXED_PRICE_ITEM", &told("lms_revise.xml", "Merino Wool Crew", "Merino Wool V"));
    assert_eq!(task["status"], "COMPLETED", "{result}");
    assert_ne!(seller.listing("HL-MT-M-M")["content"], before);
    let (task, result) = seller.filed("LMS_END_FIXED_PRICE_ITEM", &golden("lms_end.xml"));
    // A listing ends by its own SKU; those of variations name none.
    assert_eq!(task["uploadSummary"], json!({ "successCount": 1, "failureCount": 2 }), "{result}");
    assert!(result.contains("<ErrorCode>17</ErrorCode>"));
    assert_eq!(seller.listing("HL-MT-M-M")["status"], "ENDED");
    assert_eq!(seller.listing("LF-S1-GRA")["status"], "ACTIVE");
}

#[test]
fn a_request_of_a_file_fails_for_what_it_lacks() {
    let mut seller = Seller::new();
    let file = String::from_utf8(golden("lms.xml")).unwrap();
    let brand = "<NameValueList>\n<Name>Brand</Name>\n<Value>Larkfield</Value>\n</NameValueList>\n";
    assert!(file.contains(brand));
    let (task, result) = seller.filed("LMS_ADD_FIXED_PRICE_ITEM", file.replacen(brand, "", 1).as_bytes());
    assert_eq!(task["uploadSummary"]["failureCount"], 1);
    assert!(result.contains("<ErrorCode>21919303</ErrorCode>"));
    assert!(result.contains("<ErrorParameters ParamID=\"2\">"));
    assert_eq!(seller.listing("LF-S1-GRA"), Value::Null);
}

#[test]
fn a_file_that_is_none_fails_without_a_result() {
    let mut seller = Seller::new();
    let id = seller.task("LMS_ADD_FIXED_PRICE_ITEM");
    assert_eq!(error_ids(&body(&seller.upload(&id, b"sku,price"))), [160_020]);
    let (task, result) = seller.filed("LMS_ADD_FIXED_PRICE_ITEM", b"<BulkDataExchangeRequests><Header>");
    assert_eq!(task["status"], "FAILED");
    assert!(result.contains("160014"));
}

#[test]
fn a_task_takes_one_file_within_the_hour() {
    let mut seller = Seller::new();
    let id = seller.task("LMS_END_FIXED_PRICE_ITEM");
    let mut empty = seller.request("POST", &format!("/sell/feed/v1/task/{id}/upload_file"), &Value::Null);
    assert_eq!(error_ids(&body(&seller.send(&empty))), [160_100]);
    empty.form = vec![("file".to_owned(), None, golden("lms_end.xml"))];
    assert_eq!(seller.send(&empty).status, 200);
    assert_eq!(error_ids(&body(&seller.send(&empty))), [160_023]);
    let id = seller.task("LMS_END_FIXED_PRICE_ITEM");
    seller.wait(Duration::from_secs(3601));
    assert_eq!(error_ids(&body(&seller.upload(&id, &golden("lms_end.xml")))), [160_026]);
    let tasks = body(&seller.call("GET", "/sell/feed/v1/task?feed_type=LMS_END_FIXED_PRICE_ITEM", &Value::Null));
    assert_eq!((&tasks["total"], &tasks["tasks"][0]["status"]), (&json!(2), &json!("CREATED")));
    let range = "2026-11-23T10:30:00.000Z..2026-11-23T12:00:00.000Z";
    let path = format!("/sell/feed/v1/task?feed_type=LMS_END_FIXED_PRICE_ITEM&date_range={range}");
    assert_eq!(body(&seller.call("GET", &path, &Value::Null))["total"], 0);
}

#[test]
fn troubles_are_files_that_are_stuck_or_fail_and_results_that_are_late_or_say_all_twice() {
    let mut seller = Seller::new();
    let mut send = |trouble| {
        let id = seller.task("LMS_ADD_FIXED_PRICE_ITEM");
        let mut request = seller.request("POST", &format!("/sell/feed/v1/task/{id}/upload_file"), &Value::Null);
        request.form = vec![("file".to_owned(), None, golden("lms.xml"))];
        request.trouble = Some(trouble);
        assert_eq!(seller.send(&request).status, 200);
        id
    };
    let (failed, stuck) = (send(Trouble::Fatal), send(Trouble::Stuck));
    seller.wait(Duration::from_hours(1));
    let status = |seller: &mut Seller, id: &str| {
        body(&seller.call("GET", &format!("/sell/feed/v1/task/{id}"), &Value::Null))["status"].clone()
    };
    assert_eq!(status(&mut seller, &failed), "FAILED");
    assert_eq!(status(&mut seller, &stuck), "QUEUED");
    seller.wait(Duration::from_hours(6));
    assert_eq!(status(&mut seller, &stuck), "COMPLETED");
    let mut request = seller.request("GET", &format!("/sell/feed/v1/task/{stuck}/download_result_file"), &Value::Null);
    let once = text(&seller.send(&request).body).matches("<CorrelationID>").count();
    request.trouble = Some(Trouble::Twice);
    assert_eq!(text(&seller.send(&request).body).matches("<CorrelationID>").count(), 2 * once);
    request.trouble = Some(Trouble::Late);
    assert_eq!(seller.send(&request).status, 404);
}

#[test]
fn tasks_are_counted_by_feed_type_and_too_many_are_a_conflict() {
    let seller = Seller::new();
    let rate = |feed_type: &str| {
        let request = seller.request("POST", "/sell/feed/v1/task", &json!({ "feedType": feed_type }));
        seller.ebay.operation(&request).unwrap().rate.unwrap().requests
    };
    assert_eq!(rate("LMS_ADD_FIXED_PRICE_ITEM"), 500);
    assert_eq!(rate("LMS_END_FIXED_PRICE_ITEM"), 100);
    assert_eq!(seller.ebay.too_many("createTask", Duration::from_secs(1)).status, 409);
    assert_eq!(seller.ebay.too_many("createOffer", Duration::from_secs(1)).status, 429);
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

#[test]
fn the_state_does_not_hang_on_when_it_is_asked_for() {
    let mut seller = Seller::new();
    let id = seller.task("LMS_ADD_FIXED_PRICE_ITEM");
    seller.upload(&id, &golden("lms.xml"));
    assert_eq!(seller.ebay.state(seller.now)["accounts"]["seller"]["files_pending"], 1);
    let later = later(seller.now, Duration::from_mins(30));
    let looked = seller.ebay.state(later);
    assert_eq!(looked["accounts"]["seller"]["files_pending"], 0);
    seller.now = later;
    seller.sign_in();
    seller.inventory("GET", "inventory_item", Value::Null);
    assert_eq!(seller.ebay.state(later), looked);
}
