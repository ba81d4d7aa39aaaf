//! Walmart as a seller meets it.

mod requests;

use super::Walmart;
use crate::Defects;
use crate::Processing;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::simulated::Simulated;
use crate::tokens::later;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// A seller who is signed in.
pub(super) struct Seller {
    pub walmart: Walmart,
    pub now: Timestamp,
    pub token: String,
}

impl Seller {
    pub(super) fn new() -> Self {
        Self::with(Defects::default())
    }

    pub(super) fn with(defects: Defects) -> Self {
        let processing = Processing { least: Duration::from_mins(2), most: Duration::from_mins(10) };
        let mut seller = Self { walmart: Walmart::new(defects, processing, 7), now: start(), token: String::new() };
        seller.sign_in();
        seller
    }

    pub(super) fn sign_in(&mut self) {
        let answer = self.walmart.handle("tokenAPI", &sign_in_request("Basic c2VsbGVyOnNlY3JldA=="), self.now);
        let body = body(&answer);
        body["access_token"].as_str().unwrap().clone_into(&mut self.token);
    }

    /// Sends a request as the server does.
    pub(super) fn send(&mut self, request: &Incoming) -> Outgoing {
        let operation = self.walmart.operation(request).expect("the request is an operation");
        self.walmart.handle(operation.id, request, self.now)
    }

    pub(super) fn request(&self, method: &str, path: &str, query: &[(&str, &str)]) -> Incoming {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Incoming {
            method: method.to_owned(),
            host: "api".to_owned(),
            path: path.to_owned(),
            query: query.iter().map(pair).collect(),
            headers: headers(&[("wm_sec.access_token", &self.token), ("content-type", "application/json")]),
            ..Incoming::default()
        }
    }

    pub(super) fn get(&mut self, path: &str, query: &[(&str, &str)]) -> Outgoing {
        let request = self.request("GET", path, query);
        self.send(&request)
    }

    pub(super) fn feed(&mut self, kind: &str, file: &[u8]) -> Outgoing {
        let mut request = self.request("POST", "/v3/feeds", &[("feedType", kind)]);
        if matches!(kind, "PRICE_AND_PROMOTION" | "lagtime") {
            request.body = file.to_vec();
        } else {
            request.headers.insert("content-type".to_owned(), "multipart/form-data; boundary=x".to_owned());
            request.form = vec![("file".to_owned(), Some("feed.json".to_owned()), file.to_vec())];
        }
        self.send(&request)
    }

    /// Sends a feed, waits until it is done, and tells its status with all rows.
    fn settled(&mut self, kind: &str, file: &[u8]) -> Value {
        let answer = body(&self.feed(kind, file));
        let id = answer["feedId"].as_str().unwrap().to_owned();
        self.wait(Duration::from_mins(11));
        self.status(&id)
    }

    fn status(&mut self, id: &str) -> Value {
        body(&self.get(&format!("/v3/feeds/{id}"), &[("includeDetails", "true")]))
    }

    pub(super) fn wait(&mut self, time: Duration) {
        self.now = later(self.now, time);
        self.sign_in();
    }

    fn told(&self, sku: &str) -> Value {
        self.walmart.state(self.now)["accounts"]["seller"]["told"][sku].clone()
    }

    fn listing(&self, sku: &str) -> Value {
        self.walmart.state(self.now)["accounts"]["seller"]["listings"][sku].clone()
    }
}

fn start() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

pub(super) fn headers(more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let all = [("wm_svc.name", "Walmart Marketplace"), ("wm_qos.correlation_id", "1"), ("accept", "application/json")];
    all.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn sign_in_request(authorization: &str) -> Incoming {
    Incoming {
        method: "POST".to_owned(),
        host: "api".to_owned(),
        path: "/v3/token".to_owned(),
        headers: headers(&[("authorization", authorization)]),
        body: b"grant_type=client_credentials".to_vec(),
        ..Incoming::default()
    }
}

pub(super) fn body(answer: &Outgoing) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

pub(super) fn golden(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../samples/walmart/golden/{name}.json", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn rows(status: &Value) -> Vec<(&str, &str)> {
    let rows = status["itemDetails"]["itemIngestionStatus"].as_array().unwrap();
    rows.iter().map(|row| (row["sku"].as_str().unwrap(), row["ingestionStatus"].as_str().unwrap())).collect()
}

/// The codes of a row, whatever the shape they come in.
fn codes(row: &Value) -> Vec<&str> {
    let said = &row["ingestionErrors"]["ingestionError"];
    let list = said.as_array().map_or_else(|| vec![said], |list| list.iter().collect());
    list.into_iter().filter_map(|error| error["code"].as_str()).map(str::trim_end).collect()
}

/// A whole item that is right, to be spoiled.
fn item(sku: &str) -> Value {
    let feed: Value = serde_json::from_slice(&golden("mp_item")).unwrap();
    let items = feed["MPItem"].as_array().unwrap();
    let mut item = items.iter().find(|item| item["Orderable"]["sku"] == "NL-EM12-BLU").unwrap().clone();
    item["Orderable"]["sku"] = json!(sku);
    item
}

fn item_feed(items: &[Value]) -> Vec<u8> {
    let header = json!({ "businessUnit": "WALMART_US", "locale": "en", "version": "5.0.20260803-17_50_56-api" });
    json!({ "MPItemFeedHeader": header, "MPItem": items }).to_string().into_bytes()
}

#[test]
fn a_feed_is_received_then_worked_on_then_processed_and_its_items_are_for_sale() {
    let mut seller = Seller::new();
    let answer = body(&seller.feed("MP_ITEM", &golden("mp_item")));
    let id = answer["feedId"].as_str().unwrap().to_owned();
    assert!(id.contains('@'));
    let status = seller.status(&id);
    assert_eq!((&status["feedStatus"], &status["itemsReceived"]), (&json!("RECEIVED"), &json!(0)));
    let begins = seller.walmart.accounts["seller"].feeds[0].begins;
    seller.now = begins;
    let status = seller.status(&id);
    assert_eq!(status["feedStatus"], "INPROGRESS");
    assert_eq!(status["itemsProcessing"], status["itemsReceived"]);
    assert_eq!(seller.listing("RW-TR-W-7"), Value::Null, "nothing took effect yet");
    seller.wait(Duration::from_mins(10));
    let status = seller.status(&id);
    assert_eq!(status["feedStatus"], "PROCESSED");
    for (sku, verdict) in rows(&status) {
        assert_eq!(verdict, "SUCCESS", "{sku}: {status}");
    }
    let listing = seller.listing("RW-TR-W-7");
    assert_eq!(listing["status"], "PUBLISHED");
    assert_eq!(listing["price"], "119");
    assert_eq!(listing["stock"], json!({ "10001": 8 }));
    assert_eq!(listing["created"], 1);
}

#[test]
fn the_same_file_sent_twice_creates_nothing_and_shows_as_sent_twice() {
    let mut seller = Seller::new();
    seller.settled("MP_ITEM", &golden("mp_item"));
    let again = seller.settled("MP_ITEM", &golden("mp_item"));
    assert_eq!(again["itemsSucceeded"], 0);
    let row = &again["itemDetails"]["itemIngestionStatus"][0];
    assert_eq!(codes(row), ["ERR_EXT_DATA_0101198"]);
    assert_eq!(seller.listing("RW-TR-W-7")["created"], 1);
    let state = seller.walmart.state(seller.now);
    let submissions = state["accounts"]["seller"]["submissions"].as_array().unwrap();
    assert_eq!(submissions.len(), 1);
    assert_eq!(submissions[0]["sent"], 2);
}

#[test]
fn price_stock_and_lag_time_are_told_by_feeds_of_their_own() {
    let mut seller = Seller::new();
    seller.settled("MP_ITEM", &golden("mp_item"));
    let told =
        |file: &str, from: &str, to: &str| String::from_utf8(golden(file)).unwrap().replace(from, to).into_bytes();
    for (kind, file, from, to) in [
        ("PRICE_AND_PROMOTION", "price", "14.50", "13.37"),
        ("inventory", "inventory", ":120}", ":119}"),
        (
            "MP_INVENTORY",
            "mp_inventory",
            "\"10001\",\"quantity\":{\"unit\":\"EACH\",\"amount\":120",
            "\"10002\",\"quantity\":{\"unit\":\"EACH\",\"amount\":3",
        ),
        ("lagtime", "lag_time", "\"2\"}", "\"5\"}"),
    ] {
        let status = seller.settled(kind, &told(file, from, to));
        assert_eq!(
            (&status["feedStatus"], &status["itemsFailed"]),
            (&json!("PROCESSED"), &json!(0)),
            "{kind}: {status}"
        );
    }
    let listing = seller.listing("NL-EM12-BLU");
    assert_eq!(listing["price"], "13.37");
    let partner = seller.walmart.accounts["seller"].partner.clone();
    assert_eq!(listing["stock"], json!({ partner: 119, "10001": 120, "10002": 3 }));
    assert_eq!(listing["lag_time"], 5);
    assert_eq!(seller.told("NL-EM12-BLU")["content"], 1, "what it is was told once");
    let status = seller.settled("price", &told("price_legacy", "14.50", "12.00"));
    assert_eq!(status["itemsFailed"], 0);
    assert_eq!(seller.listing("NL-EM12-BLU")["price"], "12");
}

#[test]
fn an_update_replaces_what_it_gives_and_keeps_the_rest() {
    let mut seller = Seller::new();
    seller.settled("MP_ITEM", &item_feed(&[item("A")]));
    let update = json!({
        "Orderable": { "sku": "A", "productIdentifiers": item("A")["Orderable"]["productIdentifiers"] },
        "Visible": { "Cups & Mugs": { "productName": "A mug that is called something else" } },
    });
    let status = seller.settled("MP_MAINTENANCE", &item_feed(&[update]));
    assert_eq!(status["itemsSucceeded"], 1, "{status}");
    let listing = seller.listing("A");
    assert_eq!(listing["title"], "A mug that is called something else");
    assert_eq!((&listing["price"], &listing["created"]), (&json!("14.5"), &json!(1)));
    let content: Value = serde_json::from_str(&seller.walmart.accounts["seller"].items["A"].content).unwrap();
    assert_eq!(content["Visible"]["Cups & Mugs"]["brand"], item("A")["Visible"]["Cups & Mugs"]["brand"]);
    let unknown =
        json!({ "Orderable": { "sku": "B", "productIdentifiers": item("B")["Orderable"]["productIdentifiers"] } });
    let status = seller.settled("MP_MAINTENANCE", &item_feed(&[unknown]));
    assert_eq!(codes(&status["itemDetails"]["itemIngestionStatus"][0]), ["EXT_DATA_ERROR_54055672686268"]);
}

#[test]
fn a_row_is_refused_for_what_is_wrong_with_it_and_the_others_are_not() {
    let spoil = |change: &dyn Fn(&mut Value)| {
        let mut item = item("BAD");
        change(&mut item);
        let mut seller = Seller::new();
        let status = seller.settled("MP_ITEM", &item_feed(&[self::item("GOOD"), item]));
        let rows = &status["itemDetails"]["itemIngestionStatus"];
        assert_eq!(rows[0]["ingestionStatus"], "SUCCESS");
        assert_eq!(rows[1]["ingestionStatus"], "DATA_ERROR", "{status}");
        codes(&rows[1]).first().map(|code| (*code).to_owned()).unwrap()
    };
    let product = "Cups & Mugs";
    let without_name = spoil(&|item| {
        item["Visible"][product].as_object_mut().unwrap().remove("productName");
    });
    assert_eq!(without_name, "EXT_DATA_ERROR_72600149546850");
    assert_eq!(spoil(&|item| item["Visible"][product]["colour"] = json!("red")), "EXT_DATA_ERROR_60670554076755");
    assert_eq!(spoil(&|item| item["Visible"][product]["brand"] = json!(7)), "EXT_DATA_ERROR_50716566635066");
    assert_eq!(
        spoil(&|item| item["Visible"][product]["brand"] = json!("x".repeat(61))),
        "EXT_DATA_ERROR_01076067496949"
    );
    assert_eq!(spoil(&|item| item["Visible"][product]["brand"] = json!("")), "EXT_DATA_ERROR_74086950555651");
    assert_eq!(
        spoil(&|item| item["Visible"][product]["keyFeatures"] = json!(["one"])),
        "EXT_DATA_ERROR_55506974520167"
    );
    assert_eq!(spoil(&|item| item["Orderable"]["price"] = json!(1.005)), "EXT_DATA_ERROR_68050064665065");
    assert_eq!(
        spoil(&|item| item["Orderable"]["productIdentifiers"]["productId"] = json!("09520004071513")),
        "ERR_PDI_0047"
    );
    assert_eq!(
        spoil(&|item| item["Visible"][product]["mainImageUrl"] = json!("no url")),
        "EXT_DATA_ERROR_49505365506868"
    );
}

#[test]
fn an_item_that_lacks_what_only_keeps_it_from_being_shown_is_taken_and_not_shown() {
    let mut seller = Seller::new();
    let mut item = item("A");
    item["Visible"]["Cups & Mugs"].as_object_mut().unwrap().remove("mainImageUrl");
    let status = seller.settled("MP_ITEM", &item_feed(&[item]));
    assert_eq!(status["itemsSucceeded"], 1, "{status}");
    assert_eq!(seller.listing("A")["status"], "UNPUBLISHED");
}

#[test]
fn prices_that_binary_fractions_cannot_hold_are_taken() {
    let prices = [json!(19.99), json!(0.57), json!(4.35), json!(8.2), json!(0.29), json!(0.07), json!(1.15)];
    let mut seller = Seller::new();
    let items: Vec<Value> = prices
        .iter()
        .enumerate()
        .map(|(n, price)| {
            let mut item = item(&format!("P-{n}"));
            item["Orderable"]["price"] = price.clone();
            item
        })
        .collect();
    let status = seller.settled("MP_ITEM", &item_feed(&items));
    assert_eq!(status["itemsSucceeded"], prices.len(), "{status}");
    for (n, price) in prices.iter().enumerate() {
        assert_eq!(seller.listing(&format!("P-{n}"))["price"], price.to_string());
    }
}

#[test]
fn a_broken_envelope_ends_in_an_error_of_the_feed_without_rows() {
    let mut seller = Seller::new();
    let short = String::from_utf8(item_feed(&[item("A")])).unwrap().replace("5.0.20260803-17_50_56-api", "5.0");
    for (kind, file, code) in [
        ("MP_ITEM", short.as_bytes(), "EXT_DATA_ERROR_74597363510508"),
        ("MP_ITEM", b"{\"MPItemFeedHeader\":", "ERR_PDI_0001"),
        ("inventory", b"{\"inventoryHeader\":{\"version\":\"1.4\"},\"inventory\":[]}", "ERR_EXT_DATA_0503009"),
    ] {
        let status = seller.settled(kind, file);
        assert_eq!((&status["feedStatus"], &status["itemsReceived"]), (&json!("ERROR"), &json!(0)));
        assert_eq!(status["ingestionErrors"]["ingestionError"][0]["code"], code);
    }
}

#[test]
fn flaws_are_refused_reviewed_or_passing_and_what_the_system_failed_at_is_taken_the_second_time() {
    let mut seller = Seller::with(Defects::new(1000, 3));
    let skus: Vec<String> = (0..40).map(|n| format!("F-{n}")).collect();
    let items: Vec<Value> = skus.iter().map(|sku| item(sku)).collect();
    let answer = body(&seller.feed("MP_ITEM", &item_feed(&items)));
    let id = answer["feedId"].as_str().unwrap().to_owned();
    let ends = seller.walmart.accounts["seller"].feeds[0].ends;
    seller.now = ends;
    seller.sign_in();
    let status = seller.status(&id);
    assert_eq!(status["feedStatus"], "INPROGRESS", "items in review keep the feed open");
    let of = |status: &Value, verdict: &str| {
        rows(status).iter().filter(|(_, own)| *own == verdict).map(|(sku, _)| (*sku).to_owned()).collect::<Vec<_>>()
    };
    let in_review = of(&status, "INPROGRESS");
    assert!(!in_review.is_empty());
    assert!(!of(&status, "DATA_ERROR").is_empty());
    let failed: Vec<String> = [of(&status, "SYSTEM_ERROR"), of(&status, "TIMEOUT_ERROR")].concat();
    assert!(!failed.is_empty());
    assert_eq!(seller.listing(&failed[0]), Value::Null);
    seller.wait(Duration::from_hours(1));
    let status = seller.status(&id);
    assert_eq!(status["feedStatus"], "PROCESSED");
    assert!(of(&status, "SUCCESS").contains(&in_review[0]));
    let again: Vec<Value> = failed.iter().map(|sku| item(sku)).collect();
    let status = seller.settled("MP_ITEM", &item_feed(&again));
    assert_eq!(status["itemsSucceeded"], failed.len());
}

#[test]
fn a_cured_sku_passes() {
    let defects = Defects::new(1000, 3);
    let mut seller = Seller::with(defects.clone());
    let status = seller.settled("MP_ITEM", &item_feed(&(0..20).map(|n| item(&format!("F-{n}"))).collect::<Vec<_>>()));
    let rows = status["itemDetails"]["itemIngestionStatus"].as_array().unwrap();
    let refused = rows.iter().find(|row| row["ingestionStatus"] == "DATA_ERROR").unwrap();
    let sku = refused["sku"].as_str().unwrap();
    defects.cure(sku);
    assert_eq!(seller.settled("MP_ITEM", &item_feed(&[item(sku)]))["itemsSucceeded"], 1);
}

#[test]
fn retired_items_take_no_price_and_can_be_made_anew() {
    let mut seller = Seller::new();
    seller.settled("MP_ITEM", &golden("mp_item"));
    assert_eq!(seller.settled("RETIRE_ITEM", &golden("retire"))["itemsSucceeded"], 3);
    assert_eq!(seller.listing("RW-TR-W-7")["status"], "RETIRED");
    let status = seller.settled("PRICE_AND_PROMOTION", &golden("price"));
    assert_eq!(status["itemsFailed"], 3);
    seller.settled("MP_ITEM", &golden("mp_item"));
    let listing = seller.listing("RW-TR-W-7");
    assert_eq!((&listing["status"], &listing["created"]), (&json!("PUBLISHED"), &json!(2)));
    assert_eq!(seller.settled("DELETE_ITEM", &golden("delete"))["itemsSucceeded"], 3);
    assert_eq!(seller.listing("RW-TR-W-7")["status"], "DELETED");
    assert_eq!(seller.settled("DELETE_ITEM", &golden("delete"))["itemsSucceeded"], 0);
}

#[test]
fn an_offer_on_an_item_walmart_knows_is_an_item_too() {
    let mut seller = Seller::new();
    let status = seller.settled("MP_ITEM_MATCH", &golden("mp_item_match"));
    assert_eq!(status["itemsFailed"], 0, "{status}");
    assert_eq!(seller.listing("NL-EM12-BLU")["price"], "14.5");
}

#[test]
fn a_sku_is_not_moved_to_another_product() {
    let mut seller = Seller::new();
    seller.settled("MP_ITEM", &item_feed(&[item("A")]));
    let mut other = item("A");
    other["Orderable"]["productIdentifiers"]["productId"] = json!("09520004072366");
    let status = seller.settled("MP_ITEM", &item_feed(&[other]));
    assert_eq!(codes(&status["itemDetails"]["itemIngestionStatus"][0]), ["ERR_EXT_DATA_0101211"]);
}

/// Rows of the golden file.
fn n_golden() -> usize {
    let feed: Value = serde_json::from_slice(&golden("mp_item")).unwrap();
    feed["MPItem"].as_array().unwrap().len()
}
