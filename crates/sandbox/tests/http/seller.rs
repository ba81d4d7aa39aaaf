//! A seller on Amazon who speaks plain HTTP.

use crate::client::Answer;
use crate::client::send;
use feedwright_sandbox::Sandbox;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

pub(crate) const US: &str = "ATVPDKIKX0DER";
pub(crate) const SELLER: &str = "A2EXAMPLE";
pub(crate) const AGENT: (&str, &str) = ("user-agent", "Test/1 (Language=Rust)");
const JSON: &str = "application/json; charset=UTF-8";

/// A seller who has signed in.
#[derive(Debug)]
pub(crate) struct Seller {
    pub(crate) url: String,
    pub(crate) token: String,
}

/// Asks for a token.
pub(crate) fn sign_in(url: &str, form: &str) -> Answer {
    let kind = ("content-type", "application/x-www-form-urlencoded");
    send("POST", &format!("{url}/amazon/lwa/auth/o2/token"), &[kind], form.as_bytes()).unwrap()
}

pub(crate) const GOOD: &str = "grant_type=refresh_token&refresh_token=Atzr%7Cabc&client_id=app&client_secret=s";

impl Seller {
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        let mut seller = Self { url: sandbox.url().to_owned(), token: String::new() };
        seller.renew();
        seller
    }

    pub(crate) fn renew(&mut self) {
        let answer = sign_in(&self.url, GOOD).json();
        answer["access_token"].as_str().unwrap().clone_into(&mut self.token);
    }

    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.raw(method, path, &body).unwrap()
    }

    pub(crate) fn raw(&self, method: &str, path: &str, body: &str) -> std::io::Result<Answer> {
        let headers = [AGENT, ("x-amz-access-token", self.token.as_str()), ("content-type", "application/json")];
        send(method, &format!("{}/amazon/na{path}", self.url), &headers, body.as_bytes())
    }

    pub(crate) fn upload(&self, feed: &str) -> String {
        let document = self.call("POST", "/feeds/2021-06-30/documents", &json!({ "contentType": JSON }));
        assert_eq!(document.status, 201, "{}", document.text());
        let document = document.json();
        let put = send("PUT", document["url"].as_str().unwrap(), &[("content-type", JSON)], feed.as_bytes()).unwrap();
        assert_eq!(put.status, 200, "{}", put.text());
        document["feedDocumentId"].as_str().unwrap().to_owned()
    }

    pub(crate) fn create(&self, document: &str) -> Answer {
        let body = json!({
            "feedType": "JSON_LISTINGS_FEED",
            "marketplaceIds": [US],
            "inputFeedDocumentId": document,
        });
        self.call("POST", "/feeds/2021-06-30/feeds", &body)
    }

    pub(crate) fn submit(&self, feed: &str) -> String {
        let answer = self.create(&self.upload(feed));
        assert_eq!(answer.status, 202, "{}", answer.text());
        answer.json()["feedId"].as_str().unwrap().to_owned()
    }

    pub(crate) fn feed(&self, id: &str) -> Value {
        self.call("GET", &format!("/feeds/2021-06-30/feeds/{id}"), &Value::Null).json()
    }

    /// Waits until it is done, and gives what it ended as.
    pub(crate) fn wait(&self, id: &str) -> Value {
        for _ in 0..1500 {
            let feed = self.feed(id);
            let status = feed["processingStatus"].as_str().unwrap_or_else(|| panic!("{feed}"));
            if !status.starts_with("IN_") {
                return feed;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("feed {id} is never done");
    }

    pub(crate) fn report(&self, feed: &Value) -> Value {
        let id = feed["resultFeedDocumentId"].as_str().unwrap();
        let document = self.call("GET", &format!("/feeds/2021-06-30/documents/{id}"), &Value::Null).json();
        assert_eq!(document["compressionAlgorithm"], "GZIP");
        let answer = send("GET", document["url"].as_str().unwrap(), &[], b"").unwrap();
        serde_json::from_slice(&answer.ungzipped()).unwrap()
    }
}

/// A complete item of the samples.
pub(crate) fn item(name: &str) -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/amazon/items/");
    serde_json::from_slice(&std::fs::read(format!("{path}{name}.us.json")).unwrap()).unwrap()
}

/// A feed of these messages.
pub(crate) fn feed(messages: &[Value]) -> String {
    json!({ "header": { "sellerId": SELLER, "version": "2.0" }, "messages": messages }).to_string()
}

/// A message that makes a listing.
pub(crate) fn update(id: u64, sku: &str) -> Value {
    json!({
        "messageId": id,
        "sku": sku,
        "operationType": "UPDATE",
        "productType": "HOME",
        "requirements": "LISTING",
        "attributes": item("HOME"),
    })
}

/// A message that merges into the price.
pub(crate) fn price(id: u64, sku: &str, price: &Value) -> Value {
    let offer = json!({
        "marketplace_id": US,
        "currency": "USD",
        "audience": "ALL",
        "our_price": [{ "schedule": [{ "value_with_tax": price }] }],
    });
    json!({
        "messageId": id,
        "sku": sku,
        "operationType": "PATCH",
        "productType": "PRODUCT",
        "patches": [{ "op": "merge", "path": "/attributes/purchasable_offer", "value": [offer] }],
    })
}
