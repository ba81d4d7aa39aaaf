//! Amazon as a seller meets it: signing in, feeds and their reports, single listings, product types.

use crate::client::send;
use crate::seller::AGENT;
use crate::seller::GOOD;
use crate::seller::SELLER;
use crate::seller::Seller;
use crate::seller::US;
use crate::seller::feed;
use crate::seller::item;
use crate::seller::price;
use crate::seller::sign_in;
use crate::seller::update;
use base64::Engine;
use feedwright_sandbox::Defects;
use feedwright_sandbox::Fault;
use feedwright_sandbox::FaultKind;
use feedwright_sandbox::Processing;
use feedwright_sandbox::Sandbox;
use feedwright_sandbox::Settings;
use md5::Digest;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

/// Processing takes a tenth of a second of ours, tokens hold for half a minute, and there is no limit.
fn settings() -> Settings {
    settings_with(Duration::from_secs(12))
}

/// Processing takes so long on the sandbox's clock, a 120th of that on ours.
fn settings_with(processing: Duration) -> Settings {
    Settings {
        speed: 120,
        processing: Processing { least: processing, most: processing },
        leeway: Duration::from_hours(1),
        ..Settings::default()
    }
}

fn quick() -> (Sandbox, Seller) {
    started(settings())
}

fn started(settings: Settings) -> (Sandbox, Seller) {
    let sandbox = Sandbox::start(settings).unwrap();
    let seller = Seller::new(&sandbox);
    (sandbox, seller)
}

fn listing(sandbox: &Sandbox, sku: &str) -> Value {
    sandbox.state()["amazon"]["accounts"][SELLER]["listings"][US][sku].clone()
}

fn codes(report: &Value) -> Vec<&str> {
    report["issues"].as_array().unwrap().iter().map(|issue| issue["code"].as_str().unwrap()).collect()
}

#[test]
fn a_token_is_given_for_the_right_secrets_only_and_ends_after_an_hour() {
    let (sandbox, seller) = started(Settings { speed: 36_000, ..Settings::default() });
    let url = sandbox.url();
    let token = sign_in(url, GOOD).json();
    assert_eq!((&token["token_type"], &token["expires_in"]), (&json!("bearer"), &json!(3600)));
    for (form, status, error) in [
        (GOOD.replace("client_secret=s", "client_secret=wrong"), 401, "invalid_client"),
        (GOOD.replace("Atzr%7Cabc", "wrong-token"), 400, "invalid_grant"),
        (GOOD.replace("grant_type=refresh_token", "grant_type=password"), 400, "unsupported_grant_type"),
        ("grant_type=client_credentials&client_id=a&client_secret=s&scope=x".to_owned(), 400, "invalid_scope"),
        (String::new(), 400, "invalid_request"),
    ] {
        let answer = sign_in(url, &form);
        assert_eq!((answer.status, answer.json()["error"].as_str()), (status, Some(error)), "{form}");
    }
    let path = "/feeds/2021-06-30/feeds?feedTypes=JSON_LISTINGS_FEED";
    std::thread::sleep(Duration::from_millis(150));
    let ended = seller.call("GET", path, &Value::Null);
    assert_eq!((ended.status, ended.json()["errors"][0]["code"].as_str()), (403, Some("Unauthorized")));
    let grantless = "grant_type=client_credentials&client_id=a&client_secret=s&scope=sellingpartnerapi::notifications";
    let token = sign_in(url, grantless).json()["access_token"].as_str().unwrap().to_owned();
    let refused = Seller { url: url.to_owned(), token }.call("GET", path, &Value::Null);
    assert_eq!(refused.status, 403, "a token of no seller opens no seller's feeds");
    let silent = send("GET", &format!("{url}/amazon/na{path}"), &[("x-amz-access-token", &seller.token)], b"");
    assert_eq!(silent.unwrap().status, 400, "a user agent is required");
}

#[test]
fn a_feed_makes_listings_once_its_time_has_come_and_says_so_in_its_report() {
    let (sandbox, seller) = started(settings_with(Duration::from_mins(2)));
    let id = seller.submit(&feed(&[update(1, "A"), update(2, "B")]));
    assert_eq!(seller.feed(&id)["processingStatus"], "IN_QUEUE");
    assert_eq!(listing(&sandbox, "A"), Value::Null, "nothing happens before its time");
    let done = seller.wait(&id);
    assert_eq!(done["processingStatus"], "DONE");
    let report = seller.report(&done);
    assert_eq!(report["header"], json!({ "sellerId": SELLER, "version": "2.0", "feedId": id }));
    let summary = json!({ "errors": 0, "warnings": 0, "messagesProcessed": 2, "messagesAccepted": 2,
        "messagesInvalid": 0 });
    assert_eq!((&report["summary"], &report["issues"]), (&summary, &json!([])));
    let listing = listing(&sandbox, "A");
    assert_eq!((&listing["created"], &listing["product_type"]), (&json!(1), &json!("HOME")));
    assert_eq!(listing["content"]["item_name"], item("HOME")["item_name"]);
}

#[test]
fn what_is_held_is_up_to_date_although_nobody_asked_for_the_feed() {
    let (sandbox, seller) = quick();
    seller.submit(&feed(&[update(1, "A")]));
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(listing(&sandbox, "A")["created"], 1);
}

#[test]
fn a_listing_that_lacks_what_its_product_type_asks_for_is_refused_by_name_and_the_others_are_taken() {
    let (sandbox, seller) = quick();
    let mut broken = update(1, "A");
    broken["attributes"].as_object_mut().unwrap().remove("brand");
    broken["attributes"]["country_of_origin"] = json!([{ "marketplace_id": US, "value": "USA" }]);
    broken["attributes"]["colour"] = json!([{ "value": "red" }]);
    let id = seller.submit(&feed(&[broken, update(2, "B")]));
    let report = seller.report(&seller.wait(&id));
    let issue = |code: &str, name: &str| {
        let found = report["issues"].as_array().unwrap().iter();
        let found = found.filter(|issue| issue["code"] == code && issue["attributeName"] == name).count();
        assert_eq!(found, 1, "{code} {name}: {report}");
    };
    issue("90220", "brand");
    issue("4000001", "country_of_origin");
    issue("90000900", "colour");
    assert!(report["issues"].as_array().unwrap().iter().all(|issue| issue["sku"] == "A" && issue["messageId"] == 1));
    assert_eq!((&report["summary"]["messagesAccepted"], &report["summary"]["messagesInvalid"]), (&json!(1), &json!(1)));
    assert_eq!(listing(&sandbox, "A"), Value::Null);
    assert_eq!(listing(&sandbox, "B")["created"], 1);
}

#[test]
fn a_price_is_merged_into_what_is_there_and_an_offer_of_nothing_is_refused() {
    let (sandbox, seller) = quick();
    seller.submit(&feed(&[update(1, "A")]));
    let id = seller.submit(&feed(&[price(1, "A", &json!(12.5)), price(2, "NOWHERE", &json!(3))]));
    let report = seller.report(&seller.wait(&id));
    assert_eq!(codes(&report), ["13013"]);
    let listing = listing(&sandbox, "A");
    let offer = &listing["price"][0];
    assert_eq!(offer["our_price"][0]["schedule"][0]["value_with_tax"], 12.5);
    assert_eq!(listing["price"].as_array().unwrap().len(), 1, "same selectors, same offer");
    assert_eq!(listing["created"], 1);
}

#[test]
fn a_deleted_listing_that_is_made_again_was_made_twice() {
    let (sandbox, seller) = quick();
    seller.submit(&feed(&[update(1, "A")]));
    let id = seller.submit(&feed(&[json!({ "messageId": 1, "sku": "A", "operationType": "DELETE" })]));
    seller.wait(&id);
    assert_eq!(listing(&sandbox, "A")["status"], json!(["DELETED"]));
    seller.wait(&seller.submit(&feed(&[update(1, "A")])));
    assert_eq!(listing(&sandbox, "A")["created"], 2);
    assert_eq!(sandbox.requests()["double_submissions"], 0);
}

#[test]
fn the_same_feed_twice_is_a_double_submission_and_one_price_after_another_is_none() {
    let (sandbox, seller) = quick();
    seller.submit(&feed(&[update(1, "A")]));
    seller.wait(&seller.submit(&feed(&[update(1, "A")])));
    assert_eq!(sandbox.requests()["double_submissions"], 1);
    assert_eq!(listing(&sandbox, "A")["created"], 1);
    for cents in [10, 11, 10] {
        seller.wait(&seller.submit(&feed(&[price(1, "A", &json!(cents))])));
    }
    assert_eq!(sandbox.requests()["double_submissions"], 1, "a price that comes back is news");
    assert_eq!(sandbox.requests()["double_submissions_by_marketplace"]["amazon"], 1);
}

#[test]
fn what_is_wrong_with_a_whole_feed_stops_it() {
    let (_sandbox, seller) = quick();
    let message = update(1, "A");
    let blank = json!({ "messageId": 1, "sku": "A", "operationType": "UPDATE", "productType": " ",
        "attributes": { "brand": [] } });
    let header = json!({ "sellerId": SELLER, "version": "2.0" });
    for (document, code) in [
        (json!({ "messages": [message] }), "4002005"),
        (json!({ "header": { "sellerId": SELLER, "version": "1" }, "messages": [message] }), "4002006"),
        (json!({ "header": header, "messages": [blank, message] }), "4002010"),
        (json!({ "header": header, "messages": [] }), "4002007"),
    ] {
        let report = seller.report(&seller.wait(&seller.submit(&document.to_string())));
        assert_eq!((codes(&report), &report["summary"]["messagesProcessed"]), (vec![code], &json!(0)), "{code}");
    }
    let no_json = seller.wait(&seller.submit(r#"{"header""#));
    assert_eq!(no_json["processingStatus"], "FATAL");
    assert_eq!(no_json.get("resultFeedDocumentId"), None);
}

#[test]
fn messages_that_break_the_schema_of_feeds_or_are_another_sellers_are_refused_one_by_one() {
    let (_sandbox, seller) = quick();
    let mut both = update(1, "A");
    both["patches"] = json!([]);
    let double = update(3, "C");
    let messages = [both, json!({ "messageId": 2, "operationType": "DELETE" }), update(3, "B"), double];
    let report = seller.report(&seller.wait(&seller.submit(&feed(&messages))));
    assert_eq!(codes(&report), ["4002008", "4002008", "4002008"]);
    let numbers: Vec<&Value> = report["issues"].as_array().unwrap().iter().map(|issue| &issue["messageId"]).collect();
    assert_eq!(numbers, [&json!(1), &json!(2), &json!(3)]);
    let foreign = feed(&[update(1, "A")]).replace(SELLER, "SOMEBODY");
    let report = seller.report(&seller.wait(&seller.submit(&foreign)));
    assert_eq!((codes(&report), &report["summary"]["messagesInvalid"]), (vec!["BAD_REQUEST"], &json!(1)));
}

#[test]
fn a_signed_url_takes_no_token_no_other_content_type_and_ends_after_five_minutes() {
    let (_sandbox, seller) = started(Settings { speed: 300, ..settings() });
    let document = || {
        let body = json!({ "contentType": "application/json" });
        let answer = seller.call("POST", "/feeds/2021-06-30/documents", &body).json();
        answer["url"].as_str().unwrap().to_owned()
    };
    let url = document();
    let json = ("content-type", "application/json");
    let token = ("x-amz-access-token", seller.token.as_str());
    let refused = |headers: &[(&str, &str)], url: &str, status: u16, code: &str| {
        let answer = send("PUT", url, headers, b"{}").unwrap();
        assert!(answer.status == status && answer.text().contains(&format!("<Code>{code}</Code>")), "{answer:?}");
    };
    refused(&[json, token], &url, 400, "InvalidArgument");
    refused(&[("content-type", "text/xml")], &url, 403, "SignatureDoesNotMatch");
    refused(&[json], &url.replace("signature=", "signature=0"), 403, "SignatureDoesNotMatch");
    std::thread::sleep(Duration::from_millis(1100));
    refused(&[json], &url, 403, "AccessDenied");
    assert_eq!(send("PUT", &document(), &[json], b"{}").unwrap().status, 200);
}

#[test]
fn feeds_are_asked_for_page_by_page_and_one_that_waits_can_be_cancelled() {
    let (sandbox, seller) = started(settings_with(Duration::from_mins(1)));
    let ids: Vec<String> = (0..3).map(|n| seller.submit(&feed(&[update(1, &format!("S{n}"))]))).collect();
    let cancelled = seller.call("DELETE", &format!("/feeds/2021-06-30/feeds/{}", ids[2]), &Value::Null);
    assert_eq!(cancelled.status, 200);
    seller.wait(&ids[1]);
    let path = format!("/feeds/2021-06-30/feeds?feedTypes=JSON_LISTINGS_FEED&marketplaceIds={US}&pageSize=2");
    let first = seller.call("GET", &path, &Value::Null).json();
    let of = |page: &Value| -> Vec<(String, String)> {
        let feeds = page["feeds"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        feeds.map(|feed| (text(&feed["feedId"]), text(&feed["processingStatus"]))).collect()
    };
    let own = |n: usize, status: &str| (ids[n].clone(), status.to_owned());
    assert_eq!(of(&first), [own(2, "CANCELLED"), own(1, "DONE")], "the latest first");
    let token = first["nextToken"].as_str().unwrap();
    let second = seller.call("GET", &format!("/feeds/2021-06-30/feeds?nextToken={token}"), &Value::Null).json();
    assert_eq!((of(&second), second.get("nextToken")), (vec![own(0, "DONE")], None));
    let both = seller.call("GET", &format!("/feeds/2021-06-30/feeds?nextToken={token}&pageSize=2"), &Value::Null);
    assert_eq!(both.status, 400, "a token stands alone");
    let late = seller.call("DELETE", &format!("/feeds/2021-06-30/feeds/{}", ids[0]), &Value::Null);
    assert_eq!(late.status, 400, "what is done cannot be cancelled");
    assert_eq!(listing(&sandbox, "S2"), Value::Null);
}

#[test]
fn feeds_are_stuck_fail_halfway_and_their_reports_are_late_or_double() {
    let (sandbox, seller) = quick();
    let messages: Vec<Value> = (1..=4).map(|n| update(n, &format!("S{n}"))).collect();
    sandbox.set_faults(vec![Fault::once(FaultKind::Fatal, "createFeed", 1)]);
    let fatal = seller.wait(&seller.submit(&feed(&messages)));
    assert_eq!((&fatal["processingStatus"], fatal.get("resultFeedDocumentId")), (&json!("FATAL"), None));
    assert_eq!((&listing(&sandbox, "S2")["created"], listing(&sandbox, "S3")), (&json!(1), Value::Null));
    sandbox.set_faults(vec![Fault::once(FaultKind::Stuck, "createFeed", 1)]);
    let stuck = seller.submit(&feed(&messages));
    let mut broken = update(1, "B");
    broken["attributes"].as_object_mut().unwrap().remove("brand");
    let other = seller.wait(&seller.submit(&feed(&[broken])));
    assert_eq!(other["processingStatus"], "DONE", "what is stuck holds up no others");
    assert_eq!(seller.feed(&stuck)["processingStatus"], "IN_PROGRESS");
    sandbox.set_faults(vec![
        Fault::once(FaultKind::LateReport, "getFeed", 1),
        Fault::once(FaultKind::DoubleReport, "downloadFeedDocument", 1),
    ]);
    let late = seller.feed(other["feedId"].as_str().unwrap());
    assert_eq!((&late["processingStatus"], late.get("resultFeedDocumentId")), (&json!("DONE"), None));
    assert_eq!(codes(&seller.report(&other)), ["90220", "90220"]);
    assert_eq!(codes(&seller.report(&other)), ["90220"]);
}

#[test]
fn a_seeded_defect_rejects_a_sku_until_it_is_cured() {
    let (sandbox, seller) = started(Settings { defects: Defects::new(1000, 3), ..settings() });
    let messages: Vec<Value> = (1..=20).map(|n| update(n, &format!("S{n}"))).collect();
    let report = seller.report(&seller.wait(&seller.submit(&feed(&messages))));
    let known = ["8541", "5665", "8572", "20017", "18027", "18448"];
    assert_eq!(report["issues"].as_array().unwrap().len(), 20);
    assert!(codes(&report).iter().all(|code| known.contains(code)), "{report}");
    let rejected = |report: &Value| report["summary"]["messagesInvalid"].as_u64().unwrap();
    assert!((1..20).contains(&rejected(&report)), "some are warnings only: {report}");
    let skus: Vec<String> = (1..=20).map(|n| format!("S{n}")).collect();
    let cure = json!({ "skus": skus }).to_string();
    send("POST", &format!("{}/_sandbox/cure", sandbox.url()), &[], cure.as_bytes()).unwrap();
    let report = seller.report(&seller.wait(&seller.submit(&feed(&messages))));
    assert_eq!(report["issues"], json!([]));
}

#[test]
fn a_listing_is_put_looked_at_patched_and_deleted_by_single_calls() {
    let (sandbox, seller) = quick();
    let path = format!("/listings/2021-08-01/items/{SELLER}/MUG%2F1%20a?marketplaceIds={US}");
    let body = json!({ "productType": "HOME", "requirements": "LISTING", "attributes": item("HOME") });
    let preview = seller.call("PUT", &format!("{path}&mode=VALIDATION_PREVIEW&includedData=issues,identifiers"), &body);
    let preview = preview.json();
    assert_eq!((&preview["status"], &preview["sku"]), (&json!("VALID"), &json!("MUG/1 a")));
    assert_eq!(preview["identifiers"][0]["marketplaceId"], US);
    assert_eq!(listing(&sandbox, "MUG/1 a"), Value::Null, "a preview has no effect");
    let put = seller.call("PUT", &path, &body);
    assert_eq!((put.json()["status"].as_str(), put.header("x-amzn-RateLimit-Limit")), (Some("ACCEPTED"), Some("5.0")));
    assert!(put.header("x-amzn-RequestId").is_some());
    let stock = json!([{ "fulfillment_channel_code": "DEFAULT", "quantity": 7 }]);
    let patches = json!({ "productType": "PRODUCT",
        "patches": [{ "op": "replace", "path": "/attributes/fulfillment_availability", "value": stock }] });
    assert_eq!(seller.call("PATCH", &path, &patches).json()["status"], "ACCEPTED");
    let seen =
        seller.call("GET", &format!("{path}&includedData=summaries,offers,fulfillmentAvailability"), &Value::Null);
    let seen = seen.json();
    assert_eq!(seen["summaries"][0]["status"], json!(["BUYABLE", "DISCOVERABLE"]));
    assert_eq!(seen["fulfillmentAvailability"], json!([{ "fulfillmentChannelCode": "DEFAULT", "quantity": 7 }]));
    assert_eq!(seen.get("attributes"), None);
    let mut broken = body.clone();
    broken["attributes"].as_object_mut().unwrap().remove("brand");
    let invalid = seller.call("PUT", &path, &broken);
    assert_eq!((invalid.status, invalid.json()["status"].as_str()), (200, Some("INVALID")));
    assert_eq!(seller.call("DELETE", &path, &Value::Null).json()["status"], "ACCEPTED");
    assert_eq!(seller.call("GET", &path, &Value::Null).status, 404);
    let foreign = path.replace(SELLER, "SOMEBODY");
    assert_eq!(seller.call("GET", &foreign, &Value::Null).status, 403);
    let abroad = path.replace(US, "A1PA6795UKMFR9");
    assert_eq!(seller.call("GET", &abroad, &Value::Null).status, 400, "Germany is not of this endpoint");
}

#[test]
fn patches_replace_merge_and_delete_by_their_selectors() {
    let (sandbox, seller) = quick();
    let path = format!("/listings/2021-08-01/items/{SELLER}/A?marketplaceIds={US}");
    let body = json!({ "productType": "HOME", "requirements": "LISTING", "attributes": item("HOME") });
    seller.call("PUT", &path, &body);
    let patch = |op: &str, attribute: &str, value: Value| {
        let patch = json!({ "op": op, "path": format!("/attributes/{attribute}"), "value": value });
        seller.call("PATCH", &path, &json!({ "productType": "PRODUCT", "patches": [patch] })).json()
    };
    let schedule = |price: u32| {
        json!([{ "schedule": [{ "value_with_tax": price,
        "start_at": "2026-12-01", "end_at": "2026-12-24" }] }])
    };
    let selectors = json!({ "marketplace_id": US, "currency": "USD", "audience": "ALL" });
    let with = |name: &str, value: Value| {
        let mut item = selectors.clone();
        item[name] = value;
        json!([item])
    };
    assert_eq!(patch("merge", "purchasable_offer", with("discounted_price", schedule(9)))["status"], "ACCEPTED");
    let offer = listing(&sandbox, "A")["price"][0].clone();
    assert!(offer.get("our_price").is_some() && offer.get("discounted_price").is_some(), "{offer}");
    patch("merge", "purchasable_offer", with("discounted_price", Value::Null));
    let offer = listing(&sandbox, "A")["price"][0].clone();
    assert!(offer.get("our_price").is_some() && offer.get("discounted_price").is_none(), "{offer}");
    patch("merge", "purchasable_offer", with("discounted_price", schedule(9)));
    let plain = json!([{ "schedule": [{ "value_with_tax": 20 }] }]);
    assert_eq!(patch("replace", "purchasable_offer", with("our_price", plain))["status"], "ACCEPTED");
    let offer = listing(&sandbox, "A")["price"][0].clone();
    assert!(offer.get("our_price").is_some() && offer.get("discounted_price").is_none(), "{offer}");
    patch("delete", "purchasable_offer", json!([{ "marketplace_id": US, "currency": "USD" }]));
    assert_eq!(listing(&sandbox, "A")["price"], Value::Null, "what is left out is the site's own");
    let wrong = patch("replace", "country_of_origin", json!([{ "marketplace_id": US, "value": "Moon" }]));
    assert_eq!((&wrong["status"], &wrong["issues"][0]["code"]), (&json!("INVALID"), &json!("4000001")));
    let path_of_part = seller.call(
        "PATCH",
        &path,
        &json!({ "productType": "PRODUCT",
        "patches": [{ "op": "replace", "path": "/attributes/brand/0/value", "value": [{}] }] }),
    );
    assert_eq!(path_of_part.status, 400);
}

#[test]
fn a_product_type_links_to_its_schema_by_checksum() {
    let (_sandbox, seller) = quick();
    let path = format!("/definitions/2020-09-01/productTypes/SHIRT?marketplaceIds={US}&sellerId={SELLER}");
    let definition = seller.call("GET", &path, &Value::Null).json();
    for (name, is_amazons) in [("schema", true), ("metaSchema", false)] {
        let link = &definition[name];
        let schema = send("GET", link["link"]["resource"].as_str().unwrap(), &[], b"").unwrap();
        let checksum = base64::engine::general_purpose::STANDARD.encode(md5::Md5::digest(&schema.body));
        assert_eq!(link["checksum"], checksum);
        assert_eq!(schema.json().get("properties").is_some(), is_amazons);
    }
    let search = format!("/definitions/2020-09-01/productTypes?marketplaceIds={US}&keywords=shoes");
    let found = seller.call("GET", &search, &Value::Null).json();
    assert_eq!(found["productTypes"][0]["name"], "SHOES");
    let unknown = seller.call("GET", &path.replace("SHIRT", "TEAPOT"), &Value::Null);
    assert_eq!(unknown.status, 404);
    let silent = send("GET", &format!("{}/amazon/na{path}", seller.url), &[AGENT], b"").unwrap();
    assert_eq!(silent.status, 403);
}

#[test]
fn every_item_of_the_samples_passes_the_document_of_its_product_type() {
    let (sandbox, seller) = quick();
    let names = ["HEADPHONES", "HOME", "LUGGAGE", "SHIRT", "SHOES"];
    let message = |(n, name): (usize, &&str)| {
        let mut message = update(n as u64 + 1, name);
        message["productType"] = json!(name);
        message["attributes"] = item(name);
        message
    };
    let mut messages: Vec<Value> = names.iter().enumerate().map(message).collect();
    let mut offer = update(6, "OFFER");
    offer["requirements"] = json!("LISTING_OFFER_ONLY");
    offer["attributes"] = item("offer_only");
    messages.push(offer);
    let report = seller.report(&seller.wait(&seller.submit(&feed(&messages))));
    assert_eq!(report["issues"], json!([]));
    assert_eq!(sandbox.state()["amazon"]["accounts"][SELLER]["listings"][US].as_object().unwrap().len(), 6);
}

#[test]
fn what_our_own_samples_send_is_taken() {
    let (_sandbox, seller) = quick();
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/amazon/golden/");
    for name in ["listings", "price", "stock", "retirement"] {
        let document = std::fs::read_to_string(format!("{golden}{name}.json")).unwrap();
        let report = seller.report(&seller.wait(&seller.submit(&document)));
        assert_eq!(report["issues"], json!([]), "{name}");
        assert_ne!(report["summary"]["messagesAccepted"], json!(0), "{name}");
    }
}

/// What a value may be spoiled to.
fn spoiled(value: &Value) -> Vec<Value> {
    let mut places = Vec::new();
    collect(value, "", &mut places);
    let spoilers = [Value::Null, json!(-1), json!(""), json!([]), json!({}), json!([[null]]), json!("\u{0}é😀")];
    let spoil = |(n, place): (usize, &String)| {
        let mut copy = value.clone();
        *copy.pointer_mut(place).unwrap() = spoilers[n % spoilers.len()].clone();
        copy
    };
    places.iter().enumerate().map(spoil).collect()
}

fn collect(value: &Value, place: &str, places: &mut Vec<String>) {
    places.push(place.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                collect(member, &format!("{place}/{name}"), places);
            }
        }
        Value::Array(entries) => {
            for (n, entry) in entries.iter().enumerate() {
                collect(entry, &format!("{place}/{n}"), places);
            }
        }
        _ => {}
    }
}

#[test]
fn whatever_is_sent_is_answered_and_what_was_taken_can_be_read() {
    let (sandbox, seller) = quick();
    let path = format!("/listings/2021-08-01/items/{SELLER}/A?marketplaceIds={US}");
    let everything =
        "&includedData=summaries,attributes,issues,offers,fulfillmentAvailability,relationships,productTypes";
    let put = json!({ "productType": "HOME", "requirements": "LISTING", "attributes": item("HOME") });
    // Of a product type nobody knows, whatever it has is taken.
    let unknown = json!({ "productType": "TEAPOT", "attributes": item("HOME") });
    let patch = json!({ "productType": "TEAPOT", "patches": price(1, "A", &json!(5))["patches"] });
    let expected = [200, 400];
    for (method, body) in spoiled(&put)
        .iter()
        .map(|body| ("PUT", body))
        .chain(spoiled(&unknown).iter().map(|body| ("PUT", body)))
        .chain(spoiled(&patch).iter().map(|body| ("PATCH", body)))
    {
        let answer = seller.call(method, &path, body);
        assert!(expected.contains(&answer.status), "{} {body}: {}", answer.status, answer.text());
    }
    let seen = seller.call("GET", &format!("{path}{everything}"), &Value::Null);
    assert_eq!(seen.status, 200, "{}", seen.text());
    assert_eq!(listing(&sandbox, "A")["created"], 1);

    let messages = spoiled(&update(1, "B")).into_iter().chain(spoiled(&price(1, "B", &json!(5))));
    let mut messages: Vec<Value> = messages.collect();
    let n_messages = messages.len();
    for (n, message) in messages.iter_mut().enumerate() {
        // Product types that are no text stop the whole feed, which is tried elsewhere.
        if let Some(message) = message.as_object_mut() {
            message.insert("messageId".to_owned(), json!(n + 1));
            message.insert("productType".to_owned(), json!("HOME"));
        }
    }
    let messages: Vec<Value> = messages.into_iter().filter(Value::is_object).collect();
    assert!(n_messages > messages.len() && messages.len() > 100);
    let report = seller.report(&seller.wait(&seller.submit(&feed(&messages))));
    assert_eq!(report["summary"]["messagesProcessed"], messages.len());
    let whole = json!({ "header": { "sellerId": SELLER, "version": "2.0" }, "messages": [update(1, "C")] });
    let mut seller = seller;
    for document in [&b"null"[..], b"[]", b"", b"\xff\xfe", b"{\"header\":{},\"messages\":{}}"] {
        seller.renew();
        let document = String::from_utf8_lossy(document).into_owned();
        let ended = seller.wait(&seller.submit(&document));
        assert!(["DONE", "FATAL"].contains(&ended["processingStatus"].as_str().unwrap()), "{document}: {ended}");
    }
    for document in [json!({ "header": null, "messages": [] }), json!({ "header": 1, "messages": null }), whole] {
        seller.renew();
        assert_eq!(seller.wait(&seller.submit(&document.to_string()))["processingStatus"], "DONE", "{document}");
    }
}
