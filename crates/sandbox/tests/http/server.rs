//! What the server does to any marketplace: time, faults, limits, counts, and what it is told.

use crate::client::Answer;
use crate::client::send;
use crate::seller::Seller;
use crate::seller::US;
use feedwright_sandbox::Fault;
use feedwright_sandbox::FaultKind;
use feedwright_sandbox::Sandbox;
use feedwright_sandbox::Settings;
use serde_json::Value;
use serde_json::json;
use std::io::ErrorKind;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use std::time::Instant;

const FEEDS: &str = "/feeds/2021-06-30/feeds?feedTypes=JSON_LISTINGS_FEED";

fn sandbox(faults: Vec<Fault>) -> Sandbox {
    Sandbox::start(Settings { faults, ..Settings::default() }).unwrap()
}

fn post(sandbox: &Sandbox, name: &str, body: &Value) -> Answer {
    send("POST", &format!("{}/_sandbox/{name}", sandbox.url()), &[], body.to_string().as_bytes()).unwrap()
}

fn get(sandbox: &Sandbox, name: &str) -> Value {
    send("GET", &format!("{}/_sandbox/{name}", sandbox.url()), &[], b"").unwrap().json()
}

#[test]
fn its_clock_says_how_fast_it_runs_and_runs_so() {
    let origin = "2026-12-01T00:00:00Z";
    let settings = Settings { speed: 10_000, origin: Some(origin.parse().unwrap()), ..Settings::default() };
    let sandbox = Sandbox::start(settings).unwrap();
    std::thread::sleep(Duration::from_millis(20));
    let clock = get(&sandbox, "clock");
    assert_eq!((&clock["origin"], &clock["speed"]), (&json!(origin), &json!(10_000)));
    let now: jiff::Timestamp = clock["now"].as_str().unwrap().parse().unwrap();
    let origin: jiff::Timestamp = origin.parse().unwrap();
    assert!(now.duration_since(origin).as_secs() >= 200, "{now}");
}

#[test]
fn a_connection_is_reset_before_and_after_the_effect() {
    let sandbox = sandbox(vec![
        Fault::once(FaultKind::ResetBefore, "createFeedDocument", 1),
        Fault::once(FaultKind::ResetAfter, "createFeed", 1),
    ]);
    let seller = Seller::new(&sandbox);
    let broken = seller.raw("POST", "/feeds/2021-06-30/documents", r#"{"contentType":"text/plain"}"#).unwrap_err();
    assert_eq!(broken.kind(), ErrorKind::ConnectionReset);
    let document = seller.upload("{}");
    let body = json!({ "feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [US],
        "inputFeedDocumentId": document });
    let broken = seller.raw("POST", "/feeds/2021-06-30/feeds", &body.to_string()).unwrap_err();
    assert_eq!(broken.kind(), ErrorKind::ConnectionReset);
    let feeds = seller.call("GET", FEEDS, &Value::Null).json();
    assert_eq!(feeds["feeds"].as_array().unwrap().len(), 1, "it took effect: {feeds}");
    let requests = sandbox.requests();
    assert_eq!(requests["faults_struck"], json!({ "reset-before": 1, "reset-after": 1 }));
    assert_eq!(requests["operations"]["amazon"]["createFeedDocument"]["requests"], 2);
    assert_eq!(requests["operations"]["amazon"]["createFeedDocument"]["statuses"], json!({ "201": 1 }));
}

#[test]
fn an_answer_ends_halfway_is_a_page_or_an_error_or_late() {
    let sandbox = sandbox(Vec::new());
    let seller = Seller::new(&sandbox);
    let strike = |kind: FaultKind| sandbox.set_faults(vec![Fault::once(kind, "getFeeds", 1)]);
    strike(FaultKind::Truncated);
    assert_eq!(seller.raw("GET", FEEDS, "").unwrap_err().to_string(), "half a body");
    strike(FaultKind::Html);
    let page = seller.call("GET", FEEDS, &Value::Null);
    assert!(page.status == 200 && page.text().starts_with("<!DOCTYPE html>"), "{page:?}");
    for (kind, status, code) in [
        (FaultKind::ServerError, 500, "InternalFailure"),
        (FaultKind::Unavailable, 503, "ServiceUnavailable"),
        (FaultKind::TooManyRequests, 429, "QuotaExceeded"),
        (FaultKind::TokenEnded, 403, "Unauthorized"),
    ] {
        strike(kind);
        let answer = seller.call("GET", FEEDS, &Value::Null);
        assert_eq!((answer.status, answer.json()["errors"][0]["code"].as_str()), (status, Some(code)), "{kind:?}");
    }
    strike(FaultKind::BadGateway);
    assert_eq!(seller.call("GET", FEEDS, &Value::Null).status, 502);
    strike(FaultKind::Latency);
    let start = Instant::now();
    seller.call("GET", FEEDS, &Value::Null);
    assert!(start.elapsed() >= Duration::from_millis(200));
}

#[test]
fn what_is_beyond_a_limit_is_refused_and_counted_and_who_does_not_wait_too() {
    let sandbox = sandbox(Vec::new());
    let seller = Seller::new(&sandbox);
    for _ in 0..10 {
        let answer = seller.call("GET", FEEDS, &Value::Null);
        assert_eq!((answer.status, answer.header("x-amzn-RateLimit-Limit")), (200, Some("0.0222")));
    }
    for _ in 0..2 {
        let refused = seller.call("GET", FEEDS, &Value::Null);
        assert_eq!((refused.status, refused.json()["errors"][0]["code"].as_str()), (429, Some("QuotaExceeded")));
    }
    let requests = get(&sandbox, "requests");
    assert_eq!(requests["requests_beyond_limits"], 2);
    assert_eq!(requests["limit_violations"], 1, "the second came although the first was refused");
}

#[test]
fn it_is_told_of_faults_and_of_a_new_beginning_over_http() {
    let sandbox = sandbox(Vec::new());
    let seller = Seller::new(&sandbox);
    let faults = json!([{ "kind": "unavailable", "operation": "getFeeds", "count": 1 }]);
    assert_eq!(post(&sandbox, "faults", &faults).status, 204);
    assert_eq!(seller.call("GET", FEEDS, &Value::Null).status, 503);
    assert_eq!(seller.call("GET", FEEDS, &Value::Null).status, 200);
    let refused = post(&sandbox, "faults", &json!([{ "kind": "flood" }]));
    assert_eq!(refused.status, 400);
    assert!(refused.json()["error"].as_str().unwrap().contains("unknown variant `flood`"), "{}", refused.text());
    assert_eq!(post(&sandbox, "reset", &Value::Null).status, 204);
    assert_eq!(get(&sandbox, "requests")["requests"], 0);
    assert_eq!(get(&sandbox, "state")["amazon"], json!({ "accounts": {} }));
    assert_eq!(seller.call("GET", FEEDS, &Value::Null).status, 403, "tokens are forgotten too");
}

#[test]
fn what_nobody_knows_is_not_found() {
    let sandbox = sandbox(Vec::new());
    for path in ["/", "/amazon", "/amazon/na/orders/v0/orders", "/etsy/api/v1", "/_sandbox/secrets"] {
        let answer = send("GET", &format!("{}{path}", sandbox.url()), &[], b"").unwrap();
        assert_eq!((answer.status, answer.json()["errors"][0]["code"].as_str()), (404, Some("NotFound")), "{path}");
    }
    assert_eq!(get(&sandbox, "requests")["unknown_requests"], 4);
}

#[test]
fn serving_ends_when_it_is_told_to() {
    let stop = AtomicBool::new(true);
    let mut url = String::new();
    feedwright_sandbox::serve(Settings::default(), &stop, |own| own.clone_into(&mut url)).unwrap();
    assert!(url.starts_with("http://127.0.0.1:"));
    assert!(send("GET", &format!("{url}/_sandbox/clock"), &[], b"").is_err());
}
