//! What `lint` says of files: nothing of complete ones, and of broken ones each mistake once, at its place.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use feedwright_marketplace::Marketplace;
use serde_json::Value;
use serde_json::json;
use support::Recipe;
use support::item;
use support::items;
use support::linted;
use support::linted_lines;
use support::short;

const HEADPHONES: &str = "/Visible/Headphones";

fn walmart() -> Box<dyn Marketplace> {
    Recipe::default().open().unwrap()
}

/// What is said of a file beyond notes.
fn said(feed: &str, file: &Value) -> Vec<String> {
    let mut lines = linted_lines(walmart().as_ref(), feed, file);
    lines.retain(|line| !line.starts_with("note"));
    lines.sort();
    lines
}

/// Changes a complete item and says what is found.
#[track_caller]
fn check(change: impl FnOnce(&mut Value, &mut Value), expected: &[&str]) {
    let mut item = single();
    let mut product = item["Visible"]["Headphones"].take();
    change(&mut item["Orderable"], &mut product);
    item["Visible"]["Headphones"] = product;
    let mut expected: Vec<String> =
        expected.iter().map(|line| line.replace("PT/", &format!("{HEADPHONES}/"))).collect();
    expected.sort();
    assert_eq!(said("mp_item", &items(&[item])), expected);
}

/// A complete item of no group.
fn single() -> Value {
    let mut item = item("Headphones");
    let product = item["Visible"]["Headphones"].as_object_mut().unwrap();
    for name in ["variantGroupId", "variantAttributeNames", "isPrimaryVariant"] {
        product.remove(name);
    }
    item
}

#[test]
fn every_complete_item_of_the_samples_passes() {
    for entry in walmart().taxonomy() {
        let rows = [item(&entry.id)];
        assert_eq!(said("mp_item", &items(&rows)), Vec::<String>::new(), "{}", entry.id);
        assert_eq!(said("mp_maintenance", &items(&rows)).len(), 1, "{}: the country cannot be changed", entry.id);
    }
}

#[test]
fn numbers_of_products() {
    let id = "/Orderable/productIdentifiers/productId";
    let with = |kind: &'static str, number: &'static str, expected: &[&str]| {
        let change = |offer: &mut Value, _: &mut Value| {
            offer["productIdentifiers"] = json!({ "productIdType": kind, "productId": number });
        };
        check(change, expected);
    };
    with("UPC", "614141000012", &[]);
    with("GTIN", "CUSTOM", &[]);
    with("ISBN", "080442957X", &[]);
    with("GTIN", "614141000012", &[&format!("error wrong-format {id}")]);
    with("GTIN", "00614141000013", &[&format!("error bad-check-digit {id}")]);
    with("UPC", "312345678906", &[&format!("error restricted-gtin {id}")]);
    with("EAN", "2012345678903", &[&format!("error restricted-gtin {id}")]);
    with("UPC", "123456789012", &[&format!("error suspect-gtin {id}")]);
    with("ASIN", "614141000012", &["error value-not-allowed /Orderable/productIdentifiers/productIdType"]);
}

#[test]
fn offers() {
    check(|offer, _| offer["price"] = json!(0), &["error value-out-of-range /Orderable/price"]);
    check(|offer, _| offer["ShippingWeight"] = json!(1.125), &["warning wrong-precision /Orderable/ShippingWeight"]);
    check(|offer, _| offer["fulfillmentLagTime"] = json!("2"), &["error wrong-type /Orderable/fulfillmentLagTime"]);
    check(|offer, _| offer["specProductType"] = json!("x"), &["warning unknown-attribute /Orderable"]);
    check(|offer, _| offer["sku"] = json!("S".repeat(51)), &["error value-too-long /Orderable/sku"]);
    let node = "error missing-required-field /Orderable/inventory/0/fulfillmentCenterID";
    check(|offer, _| offer["inventory"] = json!([{ "quantity": 3 }]), &[node]);
    check(|offer, _| offer["startDate"] = json!("2026-12-01"), &["error wrong-format /Orderable/startDate"]);
}

#[test]
fn titles_and_texts() {
    let title = |text: String, expected: &str| check(|_, product| product["productName"] = json!(text), &[expected]);
    title("Long ".repeat(31).trim().to_owned(), "warning title-too-long PT/productName");
    title("STUDIO ONE HEADPHONES".to_owned(), "warning wrong-format PT/productName");
    title("Studio One Headphones, Free Shipping".to_owned(), "warning promotional-text PT/productName");
    title("Studio One <b>Headphones</b>".to_owned(), "warning text-with-markup PT/productName");
    let features = |list: Value, expected: &[&str]| check(|_, product| product["keyFeatures"] = list, expected);
    features(json!(["a", "b"]), &["error too-few-values PT/keyFeatures"]);
    features(json!(["a", "b", "c".repeat(81)]), &["warning value-too-long PT/keyFeatures/2"]);
    features(json!(["a", "b", "see <br/>"]), &["warning text-with-markup PT/keyFeatures/2"]);
    features(json!(vec!["a"; 11]), &["warning too-many-values PT/keyFeatures"]);
    let few = "warning value-too-short PT/shortDescription";
    check(|_, product| product["shortDescription"] = json!("Short and good."), &[few]);
    check(|_, product| product["brand"] = json!(" "), &["error blank-value PT/brand"]);
}

#[test]
fn images() {
    let main = |url: &str, expected: &[&str]| check(|_, product| product["mainImageUrl"] = json!(url), expected);
    main("https://images.example.com/a.gif", &["warning wrong-format PT/mainImageUrl"]);
    main("https://images.example.com/a.jpg?width=9", &["warning wrong-format PT/mainImageUrl"]);
    main("images/a.jpg", &["error wrong-format PT/mainImageUrl"]);
    let without = |_: &mut Value, product: &mut Value| {
        product.as_object_mut().unwrap().remove("mainImageUrl");
    };
    check(without, &["error missing-required-field PT/mainImageUrl"]);
}

#[test]
fn conditions_of_the_spec() {
    let warranty = |_: &mut Value, product: &mut Value| product["has_written_warranty"] = json!("Yes - Warranty URL");
    check(warranty, &["error missing-required-field PT/warrantyURL"]);
    let warning = |_: &mut Value, product: &mut Value| product["isProp65WarningRequired"] = json!("Yes");
    check(warning, &["error missing-required-field PT/prop65WarningText"]);
    let unit = |_: &mut Value, product: &mut Value| product["assembledProductLength"]["unit"] = json!("yd");
    check(unit, &["error value-not-allowed PT/assembledProductLength/unit"]);
}

#[test]
fn variant_groups_of_one_item() {
    check(
        |_, product| product["variantGroupId"] = json!("g"),
        &["error bad-variant-group PT/isPrimaryVariant", "error bad-variant-group PT/variantAttributeNames"],
    );
    let named = |names: Value, expected: &[&str]| {
        let change = |_: &mut Value, product: &mut Value| {
            product["variantGroupId"] = json!("g");
            product["isPrimaryVariant"] = json!("Yes");
            product["variantAttributeNames"] = names;
        };
        check(change, expected);
    };
    named(json!(["color"]), &[]);
    named(json!(["color", "count"]), &["error bad-variant-group PT/count"]);
    named(json!(["color", "color"]), &["error duplicate-value PT/variantAttributeNames/1"]);
    named(
        json!(["color", "count", "countPerPack", "multipackQuantity"]),
        &["error bad-variant-group PT/count", "error too-many-axes PT/variantAttributeNames"],
    );
}

#[test]
fn variant_groups_of_a_file() {
    let variant = |sku: &str, color: &str, leads: &str| {
        let mut item = single();
        item["Orderable"]["sku"] = json!(sku);
        let product = &mut item["Visible"]["Headphones"];
        product["color"] = json!(color);
        product["variantGroupId"] = json!("g");
        product["isPrimaryVariant"] = json!(leads);
        product["variantAttributeNames"] = json!(["color"]);
        item
    };
    let (red, blue) = (variant("R", "Red", "Yes"), variant("B", "Blue", "No"));
    assert_eq!(said("mp_item", &items(&[red.clone(), blue.clone()])), Vec::<String>::new());
    let leads = format!("error bad-variant-group {HEADPHONES}/isPrimaryVariant");
    let names = format!("error bad-variant-group {HEADPHONES}/variantAttributeNames");
    let two = items(&[red.clone(), variant("B", "Blue", "Yes")]);
    assert_eq!(said("mp_item", &two), [leads.as_str()]);
    assert_eq!(said("mp_item", &items(&[variant("R", "Red", "No"), blue])), [leads.as_str()]);
    assert_eq!(said("mp_item", &items(&[red.clone(), variant("B", "Red", "No")])), [names.as_str()]);
    let mut other = variant("B", "Blue", "No");
    other["Visible"]["Headphones"]["variantAttributeNames"] = json!(["countPerPack"]);
    assert_eq!(said("mp_item", &items(&[red, other])), [names.as_str()]);
}

#[test]
fn frames() {
    let framed = |change: &dyn Fn(&mut Value)| {
        let mut file = items(&[single()]);
        change(&mut file);
        said("mp_item", &file)
    };
    let header = |name: &str, value: Value| framed(&|file| file["MPItemFeedHeader"][name] = value.clone());
    assert_eq!(header("version", json!("5.0")), ["error wrong-format /MPItemFeedHeader/version"]);
    assert_eq!(header("locale", json!("en_US")), ["error value-not-allowed /MPItemFeedHeader/locale"]);
    assert_eq!(header("sellingChannel", json!("marketplace")), ["error unknown-attribute /MPItemFeedHeader"]);
    assert_eq!(header("version", json!("4.8")), ["error bad-envelope /MPItemFeedHeader/version"]);
    assert_eq!(framed(&|file| file["MPItem"] = json!([])), ["error too-few-values /MPItem"]);
    let without = framed(&|file| {
        file.as_object_mut().unwrap().remove("MPItemFeedHeader");
    });
    assert_eq!(without, ["error missing-required-field /MPItemFeedHeader"]);
    let no_type = framed(&|file| file["MPItem"][0]["Visible"] = json!({}));
    assert_eq!(no_type, ["error missing-required-field /Visible"]);
    let unknown = framed(&|file| file["MPItem"][0]["Visible"] = json!({ "Hovercraft": {} }));
    assert_eq!(unknown, ["error missing-main-image /Visible/Hovercraft/mainImageUrl", "warning unknown-category -"]);
    let known_part = framed(&|file| {
        file["MPItem"][0]["Visible"] = json!({ "Hovercraft": { "mainImageUrl": "https://a.example/b.jpg" } });
        file["MPItem"][0]["Orderable"]["startDate"] = json!(1_716_229_202_987_i64);
    });
    assert_eq!(known_part, ["error wrong-type /Orderable/startDate", "warning unknown-category -"]);
    let rows: Vec<String> =
        linted(walmart().as_ref(), "mp_item", "{\"MPItemFeedHeader\":\n oops").iter().map(short).collect();
    assert_eq!(rows, ["error unreadable-file -"]);
    let case = json!({ "inventoryHeader": { "version": "1.4" }, "inventory": [] });
    assert_eq!(said("inventory", &case), ["error bad-envelope /inventory"]);
}

#[test]
fn prices() {
    let feed = |rows: Value| {
        let header = json!({ "businessUnit": "WALMART_US", "locale": "en", "version": "2.0.20240126-12_25_52-api" });
        said("price", &json!({ "MPItemFeedHeader": header, "MPItem": rows }))
    };
    let row = |sku: &str, more: Value| {
        let mut row = json!({ "sku": sku, "price": 20.00 });
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "Promo&Discount": row })
    };
    let promotion = |price: &str, start: &str, end: &str| {
        let price: Value = serde_json::from_str(price).unwrap();
        let promotion = json!({
            "promotionSettingAction": "Create", "promotionType": "Reduced", "promotionPrice": price,
            "promotionPriceStartDateTime": start, "promotionPriceEndDateTime": end,
        });
        feed(json!([row("A", json!({ "promotionInformation": promotion }))]))
    };
    let at = |name: &str| format!("/Promo&Discount/promotionInformation/{name}");
    let (start, end) = ("2026-12-01T08:00:00Z", "2026-12-24T08:00:00Z");
    assert_eq!(promotion("15.00", start, end), Vec::<String>::new());
    assert_eq!(promotion("20.00", start, end), [format!("error value-out-of-range {}", at("promotionPrice"))]);
    let late = format!("error value-out-of-range {}", at("promotionPriceEndDateTime"));
    assert_eq!(promotion("15.00", end, start), [late.as_str()]);
    assert_eq!(promotion("15.00", start, "2027-12-24T08:00:00Z"), [late.as_str()]);
    assert_eq!(promotion("15.005", start, end), [format!("error wrong-precision {}", at("promotionPrice"))]);
    assert_eq!(
        promotion("15.00", "2026-12-01", end),
        [format!("error wrong-format {}", at("promotionPriceStartDateTime"))]
    );
    let twice = feed(json!([row("A", json!({})), row("A", json!({}))]));
    assert_eq!(twice, ["error duplicate-sku /Promo&Discount/sku"]);
    let nothing = feed(json!([{ "Promo&Discount": { "sku": "A" } }]));
    assert_eq!(nothing, ["error missing-price /Promo&Discount/price"]);
    let legacy = |pricing: Value| {
        let rows = json!([{ "sku": "A", "pricing": [pricing] }]);
        said("price_legacy", &json!({ "PriceHeader": { "version": "1.7" }, "Price": rows }))
    };
    let money = |amount: i64, currency: &str| json!({ "amount": amount, "currency": currency });
    assert_eq!(legacy(json!({ "currentPrice": money(3, "USD") })), Vec::<String>::new());
    let other = legacy(json!({ "currentPrice": money(3, "CAD") }));
    assert_eq!(other, ["error currency-mismatch /pricing/0/currentPrice/currency"]);
    let above = legacy(json!({ "currentPrice": money(5, "USD"), "comparisonPrice": money(4, "USD") }));
    assert_eq!(above, ["error value-out-of-range /pricing/0/currentPrice/amount"]);
}

#[test]
fn stock_and_removal() {
    let node =
        |node: &str, amount: Value| json!({ "shipNode": node, "quantity": { "unit": "EACH", "amount": amount } });
    let nodes = |nodes: Value| {
        let rows = json!([{ "sku": "A", "shipNodes": nodes }]);
        said("mp_inventory", &json!({ "inventoryHeader": { "version": "1.5" }, "inventory": rows }))
    };
    assert_eq!(nodes(json!([node("1", json!(3)), node("2", json!(0))])), Vec::<String>::new());
    let twice = nodes(json!([node("1", json!(3)), node("1", json!(4))]));
    assert_eq!(twice, ["error duplicate-value /shipNodes/1/shipNode"]);
    let amount = "/shipNodes/0/quantity/amount";
    assert_eq!(nodes(json!([node("1", json!(-1))])), [format!("error value-out-of-range {amount}")]);
    assert_eq!(nodes(json!([node("1", json!("3"))])), [format!("error wrong-type {amount}")]);
    let lag = |value: Value| {
        let rows = json!([{ "sku": "A", "fulfillmentLagTime": value }]);
        said("lag_time", &json!({ "LagTimeHeader": { "version": "1.0" }, "lagTime": rows }))
    };
    assert_eq!(lag(json!("1")), Vec::<String>::new());
    assert_eq!(lag(json!(1)), ["error wrong-type /fulfillmentLagTime"]);
    let retire = |row: Value| said("retire", &json!({ "RetireItemHeader": { "version": "1.0" }, "RetireItem": [row] }));
    assert_eq!(retire(json!({ "sku": "A" })), Vec::<String>::new());
    assert_eq!(retire(json!({ "sku": "A", "why": "x" })), ["error unknown-attribute "]);
}

#[test]
fn limits_of_files() {
    let row = |n: usize| json!({ "Deletable": { "sku": format!("SKU-{n}-{}", "x".repeat(40)) } });
    let rows: Vec<Value> = (0..10_001).map(row).collect();
    let header = json!({ "businessUnit": "WALMART_US", "locale": "en", "version": "5.0.20250919-16_45_47-api" });
    let mut found = said("delete", &json!({ "ItemFeedHeader": header, "Item": rows }));
    found.dedup();
    let errors: Vec<&String> = found.iter().filter(|line| line.ends_with(" -")).collect();
    assert_eq!(errors, ["error feed-too-large -", "error too-many-records -"]);
}

#[test]
fn other_countries_say_what_can_be_written_there() {
    let canada = Recipe { site: "walmart.ca", ..Recipe::default() }.open().unwrap();
    let of = |feed: &str| canada.category(canada.profile().feed(feed).unwrap(), "").map(|_| ());
    assert!(of("inventory").is_ok() && of("price_legacy").is_ok());
    assert_eq!(
        of("price").unwrap_err().to_string(),
        "the feed PRICE_AND_PROMOTION is for the United States; in CA set `feeds.price = \"price_legacy\"`"
    );
}
