//! Feed tasks and their files.

use super::Seller;
use super::body;
use super::error_ids;
use super::golden;
use super::text;
use crate::simulated::Simulated;
use crate::simulated::Trouble;
use crate::tokens::later;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

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
    assert!(result.contains("<CorrelationID>studio-one "));
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
fn a_revision_deletes_variations_as_long_as_one_is_left_to_buy() {
    let mut seller = Seller::new();
    seller.filed("LMS_ADD_FIXED_PRICE_ITEM", &golden("lms.xml"));
    let state = |seller: &mut Seller| {
        let state = seller.ebay.state(seller.now);
        let listings = state["accounts"]["seller"]["listings"].as_object().unwrap().clone();
        let of_family = |listing: &&(String, Value)| listing.1["group"] != Value::Null;
        listings.into_iter().collect::<Vec<_>>().iter().filter(of_family).cloned().collect::<Vec<_>>()
    };
    let family = state(&mut seller);
    let (first, listing) = family.first().unwrap().clone();
    let group = listing["group"].as_str().unwrap().to_owned();
    let members: Vec<String> =
        family.iter().filter(|(_, own)| own["group"] == listing["group"]).map(|(sku, _)| sku.clone()).collect();
    assert!(members.len() > 1, "{family:?}");
    let file = |skus: &[&str]| {
        let variation = |sku: &&str| format!("<Variation><SKU>{sku}</SKU><Delete>true</Delete></Variation>");
        let variations: String = skus.iter().map(variation).collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><BulkDataExchangeRequests xmlns=\"urn:ebay:apis:eBLBaseComponents\">\
             <Header><SiteID>0</SiteID><Version>1487</Version></Header><ReviseFixedPriceItemRequest \
             xmlns=\"urn:ebay:apis:eBLBaseComponents\"><MessageID>A</MessageID><Version>1487</Version><Item><SKU>{group}</SKU>\
             <InventoryTrackingMethod>SKU</InventoryTrackingMethod><Variations>{variations}</Variations></Item>\
             </ReviseFixedPriceItemRequest></BulkDataExchangeRequests>"
        )
    };
    let all: Vec<&str> = members.iter().map(String::as_str).collect();
    for wrong in [&all[..], &["NOBODY"]] {
        let (task, result) = seller.filed("LMS_REVISE_FIXED_PRICE_ITEM", file(wrong).as_bytes());
        assert_eq!(task["uploadSummary"]["failureCount"], 1, "{result}");
        assert_eq!(seller.listing(&first)["status"], "ACTIVE");
    }
    let other = members.iter().find(|sku| **sku != first).unwrap();
    let content = seller.listing(other)["content"].clone();
    let (task, result) = seller.filed("LMS_REVISE_FIXED_PRICE_ITEM", file(&[&first]).as_bytes());
    assert_eq!(task["status"], "COMPLETED", "{result}");
    assert_eq!(seller.told(&first)["ended"], 1);
    assert_ne!(seller.listing(&first)["status"], "ACTIVE");
    assert_eq!((&seller.listing(other)["status"], &seller.listing(other)["content"]), (&json!("ACTIVE"), &content));
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
