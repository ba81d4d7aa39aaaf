//! What of an eBay family is taken down by file: a variant out of its listing, or the listing whole.

use crate::seller::Shop;
use crate::seller::product;
use crate::seller::submissions;
use feedwright_sandbox::Settings;
use serde_json::Value;
use serde_json::json;

/// A family of three and one of two, listed by file. The others of the shop's channels have no part in it.
fn listed(snapshot: &str) -> Shop {
    let mut shop = Shop::with(Settings::default(), snapshot);
    shop.sell_on_ebay_by_file();
    shop.products[0] = product("one", &["ONE-A", "ONE-B", "ONE-C"], 10);
    shop.products[1] = product("two", &["TWO-A", "TWO-B"], 20);
    shop.write();
    let run = shop.apply(&["--channel", "ebay"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(states(&shop), ["ACTIVE"; 5]);
    shop
}

/// How the SKUs stand at eBay, in their order.
fn states(shop: &Shop) -> Vec<String> {
    let state = shop.sandbox.state();
    let account = state["ebay"]["accounts"].as_object().unwrap().values().next().unwrap().clone();
    let status = |sku: &str| account["listings"][sku]["status"].as_str().unwrap_or("NONE").to_owned();
    ["ONE-A", "ONE-B", "ONE-C", "TWO-A", "TWO-B"].map(status).to_vec()
}

fn planned(shop: &Shop, lane: &str) -> Vec<String> {
    let of_lane = format!("ebay {lane} ");
    shop.planned().into_iter().filter_map(|row| Some(row.strip_prefix(&of_lane)?.to_owned())).collect()
}

/// Sends it, and sees that every record of the lane was accepted, by these feeds.
fn retired(shop: &Shop, feeds: &[(&str, u64)]) {
    let run = shop.apply(&["--channel", "ebay"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let sent: Vec<Value> = submissions(shop).into_iter().filter(|sent| sent["lane"] == "retirement").collect();
    let told: Vec<(&str, u64)> =
        sent.iter().map(|sent| (sent["feed"].as_str().unwrap(), sent["accepted"].as_u64().unwrap())).collect();
    assert_eq!(told, feeds, "{sent:?}{}{}", run.stdout, run.stderr);
    assert!(sent.iter().all(|sent| sent["accepted"] == sent["records"]), "{sent:?}");
    assert_eq!(shop.planned().iter().filter(|row| row.starts_with("ebay")).count(), 0, "{:?}", shop.planned());
    assert_eq!(shop.sandbox.requests()["double_submissions"], 0);
}

#[test]
fn a_variant_that_is_gone_leaves_its_listing_and_the_others_stay() {
    let mut shop = listed("full");
    shop.products[0]["variants"].as_array_mut().unwrap().pop();
    shop.write();
    assert_eq!(planned(&shop, "retirement"), ["retire ONE-C"]);
    retired(&shop, &[("lms_drop", 1)]);
    assert_eq!(states(&shop), ["ACTIVE", "ACTIVE", "DELETED", "ACTIVE", "ACTIVE"]);
    // It is nobody's listing any more, and a price of the others is a price.
    let why = shop.run(&["why", "ONE-C", "--channel", "ebay"]);
    assert!(why.stdout.contains("ebay, retirement: "), "{}", why.stdout);
    shop.products[0]["variants"][1]["offers"][0]["price"]["amount"] = json!("84.50");
    shop.write();
    assert_eq!(planned(&shop, "price"), ["reprice ONE-B"]);
    // One that comes back is added to the listing of its family.
    shop.products[0] = product("one", &["ONE-A", "ONE-B", "ONE-C"], 10);
    shop.write();
    let run = shop.apply(&["--channel", "ebay"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(states(&shop), ["ACTIVE"; 5]);
}

#[test]
fn a_family_that_is_gone_is_ended_by_its_own_sku_and_once() {
    let mut shop = listed("full");
    shop.products.pop();
    shop.write();
    assert_eq!(planned(&shop, "retirement"), ["retire family-two", "retire TWO-A", "retire TWO-B"]);
    retired(&shop, &[("lms_end", 3)]);
    assert_eq!(states(&shop), ["ACTIVE", "ACTIVE", "ACTIVE", "ENDED", "ENDED"]);
}

#[test]
fn a_family_that_is_archived_is_ended_whole_and_listed_anew_when_it_is_sold_again() {
    let mut shop = listed("partial");
    shop.products[1]["lifecycle"] = json!("archived");
    shop.write();
    assert_eq!(planned(&shop, "retirement"), ["retire family-two", "retire TWO-A", "retire TWO-B"]);
    retired(&shop, &[("lms_end", 3)]);
    assert_eq!(states(&shop), ["ACTIVE", "ACTIVE", "ACTIVE", "ENDED", "ENDED"]);
    shop.products[1]["lifecycle"] = json!("active");
    shop.products[1]["fields"]["title"] = json!("Northlight Studio Headphones, Model two, again");
    shop.write();
    let created = ["create family-two", "create TWO-A", "create TWO-B"];
    assert_eq!(planned(&shop, "content"), created);
    let run = shop.apply(&["--channel", "ebay"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(states(&shop), ["ACTIVE"; 5]);
}

#[test]
fn what_stands_alone_is_ended_by_its_sku() {
    let mut shop = listed("full");
    shop.products.push(product("three", &["THREE"], 30));
    shop.write();
    assert_eq!(shop.apply(&["--channel", "ebay"]).code, 0);
    shop.products.pop();
    shop.write();
    assert_eq!(planned(&shop, "retirement"), ["retire THREE"]);
    retired(&shop, &[("lms_end", 1)]);
}
