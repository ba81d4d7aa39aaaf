//! Requests: what they must carry, what is asked, and what nobody should send.

use super::Seller;
use super::body;
use super::golden;
use super::item;
use super::item_feed;
use super::n_golden;
use super::rows;
use super::sign_in_request;
use super::start;
use crate::Defects;
use crate::Processing;
use crate::simulated::Simulated;
use crate::simulated::Trouble;
use crate::tokens::later;
use crate::walmart::Walmart;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

#[test]
fn feeds_are_listed_under_their_other_names_newest_first_and_page_by_page() {
    let mut seller = Seller::new();
    seller.feed("MP_ITEM", &golden("mp_item"));
    seller.wait(Duration::from_secs(1));
    seller.feed("PRICE_AND_PROMOTION", &golden("price"));
    let list = body(&seller.get("/v3/feeds", &[("limit", "1")]));
    assert_eq!((&list["totalResults"], &list["limit"]), (&json!(2), &json!(1)));
    assert_eq!(list["results"]["feed"][0]["feedType"], "MP_ITEM_PRICE_UPDATE");
    let list = body(&seller.get("/v3/feeds", &[("limit", "1"), ("offset", "1")]));
    assert_eq!(list["results"]["feed"][0]["feedType"], "item");
    assert_eq!(seller.get("/v3/feeds", &[("limit", "51")]).status, 400);
}

#[test]
fn a_request_needs_its_headers_and_a_token_that_holds() {
    let mut seller = Seller::new();
    let mut request = seller.request("GET", "/v3/feeds", &[]);
    request.headers.remove("wm_qos.correlation_id");
    assert_eq!(seller.send(&request).status, 400);
    seller.now = later(seller.now, Duration::from_secs(899));
    assert_eq!(seller.get("/v3/feeds", &[]).status, 200);
    seller.now = later(seller.now, Duration::from_secs(1));
    let ended = seller.get("/v3/feeds", &[]);
    assert_eq!(ended.status, 401);
    assert_eq!(body(&ended)["error"][0]["code"], "UNAUTHORIZED.GMP_GATEWAY_API");
    seller.sign_in();
    seller.walmart.end_tokens();
    assert_eq!(seller.get("/v3/feeds", &[]).status, 401);
}

#[test]
fn a_wrong_secret_is_refused_and_who_does_not_ask_for_json_gets_xml() {
    let mut walmart = Walmart::new(Defects::default(), Processing::default(), 1);
    // seller:wrong-secret
    let refused = walmart.handle("tokenAPI", &sign_in_request("Basic c2VsbGVyOndyb25nLXNlY3JldA=="), start());
    assert_eq!(refused.status, 401);
    let mut request = sign_in_request("Basic c2VsbGVyOnNlY3JldA==");
    request.headers.remove("accept");
    let answer = walmart.handle("tokenAPI", &request, start());
    assert!(String::from_utf8(answer.body).unwrap().contains("<accessToken>"));
}

#[test]
fn a_feed_comes_in_the_way_its_reference_says() {
    let mut seller = Seller::new();
    let mut as_body = seller.request("POST", "/v3/feeds", &[("feedType", "inventory")]);
    as_body.body = golden("inventory");
    let refused = seller.send(&as_body);
    assert_eq!((refused.status, &body(&refused)["errors"][0]["code"]), (400, &json!("MISSING_FILE")));
    let mut as_part = seller.request("POST", "/v3/feeds", &[("feedType", "lagtime")]);
    as_part.form = vec![("file".to_owned(), None, golden("lag_time"))];
    assert_eq!(seller.send(&as_part).status, 415);
    assert_eq!(seller.feed("NO_SUCH_FEED", b"{}").status, 400);
    assert_eq!(seller.feed("MP_INVENTORY", &vec![b' '; (1 << 20) + 1]).status, 400, "blanks are no file");
    assert_eq!(seller.feed("MP_INVENTORY", &vec![b'{'; (1 << 20) + 1]).status, 413);
}

#[test]
fn feed_types_have_limits_of_their_own_and_prices_share_one() {
    let seller = Seller::new();
    let bucket = |kind: &str| {
        let operation = seller.walmart.operation(&seller.request("POST", "/v3/feeds", &[("feedType", kind)])).unwrap();
        let rate = operation.rate.unwrap();
        (rate.bucket, rate.requests)
    };
    assert_eq!(bucket("price"), bucket("PRICE_AND_PROMOTION"));
    assert_ne!(bucket("MP_ITEM").0, bucket("MP_MAINTENANCE").0);
    assert_eq!(bucket("MP_INVENTORY").1, 50);
    assert!(seller.walmart.operation(&seller.request("POST", "/v3/orders", &[])).is_none());
}

#[test]
fn get_spec_gives_a_schema_its_own_items_meet_and_names_the_types_it_does_not_know() {
    let mut seller = Seller::new();
    let mut request = seller.request("POST", "/v3/items/spec", &[]);
    let ask = |types: Value| {
        json!({ "feedType": "MP_ITEM", "version": "5.0.20260803-17_50_56-api", "productTypes": types }).to_string()
    };
    request.body = ask(json!(["Cups & Mugs", "Teapots"])).into_bytes();
    let answer = seller.send(&request);
    assert_eq!(answer.status, 207);
    let answer = body(&answer);
    assert!(answer["errors"][0].as_str().unwrap().starts_with("Teapots is not a valid PT"));
    let schema = jsonschema::draft7::new(&answer["schema"]).unwrap();
    let feed: Value = serde_json::from_slice(&item_feed(&[item("A")])).unwrap();
    assert!(schema.is_valid(&feed));
    request.body = ask(json!(["Teapots"])).into_bytes();
    assert_eq!(seller.send(&request).status, 400);
    request.body = ask(json!(["Candles"])).into_bytes();
    assert_eq!(seller.send(&request).status, 200);
}

#[test]
fn the_state_does_not_hang_on_when_it_is_asked_for() {
    let mut seller = Seller::new();
    seller.feed("MP_ITEM", &golden("mp_item"));
    let before = seller.walmart.state(seller.now);
    assert_eq!(before["accounts"]["seller"]["rows_pending"], n_golden());
    let later = later(seller.now, Duration::from_mins(30));
    let looked = seller.walmart.state(later);
    assert_eq!(looked["accounts"]["seller"]["rows_pending"], 0);
    seller.now = later;
    seller.sign_in();
    seller.get("/v3/feeds", &[]);
    assert_eq!(seller.walmart.state(later), looked);
}

#[test]
fn a_feed_that_told_nothing_new_counts_as_sent_twice() {
    let mut seller = Seller::new();
    seller.settled("MP_ITEM", &golden("mp_item"));
    seller.settled("PRICE_AND_PROMOTION", &golden("price"));
    let known = seller.walmart.double_submissions();
    seller.settled("MP_ITEM", &golden("mp_item"));
    assert_eq!(seller.walmart.double_submissions(), known + 1);
    let cheaper = String::from_utf8(golden("price")).unwrap().replace("14.50", "9.99").into_bytes();
    seller.settled("PRICE_AND_PROMOTION", &cheaper);
    assert_eq!(seller.walmart.double_submissions(), known + 1, "one price is another one");
    seller.settled("PRICE_AND_PROMOTION", &cheaper);
    assert_eq!(seller.walmart.double_submissions(), known + 2);
}

#[test]
fn troubles_are_feeds_that_are_stuck_or_fail_and_reports_that_are_empty_or_say_all_twice() {
    let mut seller = Seller::new();
    let mut send = |trouble| {
        let mut request = seller.request("POST", "/v3/feeds", &[("feedType", "MP_ITEM")]);
        request.form = vec![("file".to_owned(), None, item_feed(&[item("A")]))];
        request.trouble = Some(trouble);
        body(&seller.send(&request))["feedId"].as_str().unwrap().to_owned()
    };
    let (stuck, failed) = (send(Trouble::Stuck), send(Trouble::Fatal));
    seller.wait(Duration::from_mins(90));
    assert_eq!(seller.status(&stuck)["feedStatus"], "RECEIVED");
    assert_eq!(seller.status(&failed)["feedStatus"], "ERROR");
    seller.wait(Duration::from_hours(6));
    assert_eq!(seller.status(&stuck)["feedStatus"], "PROCESSED");
    let mut request = seller.request("GET", &format!("/v3/feeds/{stuck}"), &[("includeDetails", "true")]);
    for (trouble, n_rows) in [(Trouble::Late, 0), (Trouble::Twice, 2)] {
        request.trouble = Some(trouble);
        assert_eq!(rows(&body(&seller.send(&request))).len(), n_rows);
    }
}

#[test]
fn whatever_a_row_holds_it_is_settled_and_what_was_taken_can_be_read() {
    let mut seller = Seller::new();
    let whole = item("J");
    let mut items = Vec::new();
    for (part, members) in whole.as_object().unwrap() {
        let members = members.as_object().unwrap();
        let inner = if part == "Visible" { members["Cups & Mugs"].as_object().unwrap() } else { members };
        for name in inner.keys() {
            for other in [json!(null), json!(-7), json!("x"), json!([]), json!([7]), json!({}), json!({ "a": 1 })] {
                let mut spoiled = whole.clone();
                let place = if part == "Visible" { &mut spoiled[part]["Cups & Mugs"] } else { &mut spoiled[part] };
                place[name.as_str()] = other;
                items.push(spoiled);
            }
        }
        for other in [json!(null), json!("x"), json!([]), json!({})] {
            let mut spoiled = whole.clone();
            spoiled[part] = other;
            items.push(spoiled);
        }
    }
    items.extend([json!(null), json!(7), json!([]), json!({})]);
    for kind in ["MP_ITEM", "MP_MAINTENANCE", "MP_ITEM_MATCH"] {
        let status = seller.settled(kind, &item_feed(&items));
        assert_eq!(status["feedStatus"], "PROCESSED");
        assert_eq!(status["itemsProcessing"], 0);
    }
    for path in ["/v3/items", "/v3/items/J", "/v3/feeds"] {
        seller.get(path, &[]);
    }
}
