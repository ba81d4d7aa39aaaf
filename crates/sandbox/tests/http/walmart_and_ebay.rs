//! Walmart and eBay over real HTTP: signed in to, sent to, asked, and looked at from outside.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use crate::client::Answer;
use crate::client::send;
use feedwright_sandbox::Processing;
use feedwright_sandbox::Sandbox;
use feedwright_sandbox::Settings;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

fn ask(sandbox: &Sandbox, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    send(method, &format!("{}{path}", sandbox.url()), headers, body).unwrap()
}

fn golden(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../samples/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A form with one file.
fn form(file: &[u8]) -> Vec<u8> {
    let head = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"feed\"\r\n\
                content-type: application/octet-stream\r\n\r\n";
    [head.as_bytes(), file, b"\r\n--x--\r\n"].concat()
}

const FORM: (&str, &str) = ("content-type", "multipart/form-data; boundary=x");
const JSON: (&str, &str) = ("content-type", "application/json");
const CLIENT: (&str, &str) = ("authorization", "Basic c2VsbGVyOnNlY3JldA==");

/// A sandbox in which processing takes a second of its own time, which is a hundredth of ours.
fn sandbox() -> Sandbox {
    let second = Duration::from_secs(1);
    let processing = Processing { least: second, most: second };
    Sandbox::start(Settings { speed: 100, processing, ..Settings::default() }).unwrap()
}

#[test]
fn a_walmart_feed_goes_in_as_a_form_and_comes_out_as_rows() {
    let sandbox = sandbox();
    let own = [("wm_svc.name", "test"), ("wm_qos.correlation_id", "1"), ("accept", "application/json")];
    let token = {
        let headers = [&own[..], &[CLIENT]].concat();
        let answer = ask(&sandbox, "POST", "/walmart/api/v3/token", &headers, b"grant_type=client_credentials");
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["access_token"].as_str().unwrap().to_owned()
    };
    let own = [&own[..], &[("wm_sec.access_token", token.as_str())]].concat();
    let headers = [&own[..], &[FORM]].concat();
    let file = form(&golden("walmart/golden/mp_item.json"));
    let answer = ask(&sandbox, "POST", "/walmart/api/v3/feeds?feedType=MP_ITEM", &headers, &file);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("x-current-token-count") == Some("9"), "{}", answer.text());
    let id = answer.json()["feedId"].as_str().unwrap().replace('@', "%40");
    std::thread::sleep(Duration::from_millis(50));
    let path = format!("/walmart/api/v3/feeds/{id}?includeDetails=true");
    let status = ask(&sandbox, "GET", &path, &own, b"").json();
    assert_eq!(status["feedStatus"], "PROCESSED", "{status}");
    assert_eq!(status["itemsSucceeded"], status["itemsReceived"]);
    let headers = [&own[..], &[JSON]].concat();
    let file = golden("walmart/golden/price.json");
    let answer = ask(&sandbox, "POST", "/walmart/api/v3/feeds?feedType=PRICE_AND_PROMOTION", &headers, &file);
    assert_eq!(answer.status, 200);
    let state = ask(&sandbox, "GET", "/_sandbox/state", &[], b"").json();
    let text = state.to_string();
    assert!(text.contains("RW-TR-W-7"), "{text}");
    assert!(!text.contains("secret"));
}

#[test]
fn walmart_says_how_long_to_wait_when_feeds_come_too_fast() {
    let sandbox = Sandbox::start(Settings::default()).unwrap();
    let own = [("wm_svc.name", "test"), ("wm_qos.correlation_id", "1"), ("accept", "application/json")];
    let headers = [&own[..], &[CLIENT]].concat();
    let answer = ask(&sandbox, "POST", "/walmart/api/v3/token", &headers, b"grant_type=client_credentials");
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let headers = [&own[..], &[("wm_sec.access_token", token.as_str()), JSON]].concat();
    let path = "/walmart/api/v3/feeds?feedType=lagtime";
    let send = || ask(&sandbox, "POST", path, &headers, &golden("walmart/golden/lag_time.json"));
    for _ in 0..6 {
        assert_eq!(send().status, 200);
    }
    let answer = send();
    assert_eq!(answer.status, 429);
    assert!(answer.header("x-next-replenish-time").is_some_and(|time| time.len() == 13), "{}", answer.text());
    assert_eq!(answer.json()["error"][0]["code"], "REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API");
}

#[test]
fn an_ebay_item_is_offered_and_published_and_a_file_is_worked_on() {
    let sandbox = sandbox();
    let form_of_token = b"grant_type=refresh_token&refresh_token=r&scope=s";
    let answer = ask(&sandbox, "POST", "/ebay/api/identity/v1/oauth2/token", &[CLIENT], form_of_token);
    let bearer = format!("Bearer {}", answer.json()["access_token"].as_str().unwrap());
    let own = [("authorization", bearer.as_str()), ("content-language", "en-US")];
    let headers = [&own[..], &[JSON, ("x-ebay-c-marketplace-id", "EBAY_US")]].concat();
    let call = |method: &str, path: &str, told: &Value| {
        let body = if told.is_null() { Vec::new() } else { told.to_string().into_bytes() };
        ask(&sandbox, method, &format!("/ebay/api{path}"), &headers, &body)
    };
    let first = |name: &str| {
        let lines = String::from_utf8(golden(&format!("ebay/golden/{name}.jsonl"))).unwrap();
        let call: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        let mut row = call["body"]["requests"][0].clone();
        row["sku"] = json!("A B");
        row
    };
    let inventory = "/sell/inventory/v1";
    assert_eq!(call("PUT", &format!("{inventory}/inventory_item/A%20B"), &first("inventory-items")).status, 201);
    let offer = call("POST", &format!("{inventory}/offer"), &first("inventory-offers")).json();
    let path = format!("{inventory}/offer/{}/publish", offer["offerId"].as_str().unwrap());
    let published = call("POST", &path, &Value::Null).json();
    assert!(published["listingId"].is_string(), "{published}");

    let task =
        call("POST", "/sell/feed/v1/task", &json!({ "feedType": "LMS_ADD_FIXED_PRICE_ITEM", "schemaVersion": "1487" }));
    assert_eq!(task.status, 202);
    let location = task.header("location").unwrap();
    let id = location.rsplit('/').next().unwrap();
    let headers = [&own[..], &[FORM]].concat();
    let path = format!("/ebay/api/sell/feed/v1/task/{id}/upload_file");
    let answer = ask(&sandbox, "POST", &path, &headers, &form(&golden("ebay/golden/lms.xml")));
    assert_eq!(answer.status, 200, "{}", answer.text());
    std::thread::sleep(Duration::from_millis(50));
    let task = call("GET", &format!("/sell/feed/v1/task/{id}"), &Value::Null).json();
    assert_eq!(task["status"], "COMPLETED", "{task}");
    let state = ask(&sandbox, "GET", "/_sandbox/state", &[], b"").json().to_string();
    assert!(state.contains("\"A B\"") && state.contains("studio-one"));
}
