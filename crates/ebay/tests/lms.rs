//! LMS files: what is written passes and survives, and each mistake in one of somebody else is found once, with the path of
//! its element and its line.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use feedwright_marketplace::Listing;
use feedwright_marketplace::Ref;
use feedwright_marketplace::xml;
use serde_json::json;
use std::fmt::Write as _;
use support::Recipe;
use support::linted;
use support::linted_bytes;
use support::one_file;
use support::placed;
use support::real_files;
use support::sample;

const ADD: &str = "/BulkDataExchangeRequests/AddFixedPriceItemRequest";

#[track_caller]
fn check(file: &str, expected: &[&str]) {
    let ebay = Recipe::default().open().unwrap();
    let found = linted(ebay.as_ref(), "lms", file);
    let mut found: Vec<String> = found.iter().map(placed).filter(|line| !line.contains(" note ")).collect();
    let mut expected: Vec<String> = expected.iter().map(|line| line.replace("ADD", ADD)).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

/// The file of a sample, its lines changed: what `from` stands in becomes `to`.
fn changed(name: &str, from: &str, to: &str) -> String {
    let ebay = Recipe::default().open().unwrap();
    let category = name.split('.').next().unwrap();
    let (text, _) = one_file(ebay.as_ref(), "lms", category, &[sample(name)]);
    assert!(text.contains(from), "{from} is in the file");
    text.replacen(from, to, 1)
}

/// The line on which a text first stands.
fn line(file: &str, text: &str) -> usize {
    lines(file, text)[0]
}

/// The lines on which a text stands.
fn lines(file: &str, text: &str) -> Vec<usize> {
    (1..).zip(file.lines()).filter(|(_, line)| line.contains(text)).map(|(at, _)| at).collect()
}

#[test]
fn what_is_written_passes() {
    let ebay = Recipe::default().open().unwrap();
    for name in ["15687.family", "20695.family", "16080", "46782"] {
        let category = name.split('.').next().unwrap();
        for feed in ["lms", "lms_revise", "lms_price", "lms_stock", "lms_end", "lms_drop"] {
            let category = if matches!(feed, "lms" | "lms_revise") { category } else { "" };
            let (text, _) = one_file(ebay.as_ref(), feed, category, &[sample(name)]);
            check(&text, &[]);
        }
    }
}

#[test]
fn texts_survive() {
    let ebay = Recipe::default().open().unwrap();
    let torture = "]]> <&>\"' \u{1f375} e\u{301} \u{5d0}";
    let mut product = sample("16080");
    product["fields"]["title"] = json!(torture);
    product["fields"]["custom.Theme"] = json!(torture);
    let (text, findings) = one_file(ebay.as_ref(), "lms", "16080", &[product]);
    assert_eq!(support::errors(&findings), Vec::<String>::new());
    let mut listing = Listing::new();
    xml::read(text.as_bytes(), &mut listing).unwrap();
    let title = listing.root().pointer(&format!("{ADD}/Item/Title")).and_then(Ref::as_text);
    assert_eq!(title, Some(torture));
}

#[test]
fn the_same_listing_has_the_same_uuid_and_another_seller_another() {
    let ebay = Recipe::default().open().unwrap();
    let uuid = |site: &'static str| {
        let ebay = Recipe { site, ..Recipe::default() }.open().unwrap();
        let mut product = sample("16080");
        product["variants"][0]["offers"][0]["price"]["currency"] = json!(ebay.channel().currency.code());
        let (text, _) = one_file(ebay.as_ref(), "lms", "16080", &[product]);
        text.lines().find(|line| line.starts_with("<UUID>")).unwrap().to_owned()
    };
    let ours = uuid("EBAY_US");
    assert_eq!(ours, uuid("EBAY_US"));
    assert_ne!(ours, uuid("EBAY_CA"));
    let digits = ours.trim_start_matches("<UUID>").trim_end_matches("</UUID>");
    assert!(digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{digits}");
    let (revised, _) = one_file(ebay.as_ref(), "lms_revise", "16080", &[sample("16080")]);
    assert!(!revised.contains("<UUID>"), "it is for new listings");
}

#[test]
fn what_is_missing_is_named_by_path_and_line() {
    let file = changed("16080", "<ConditionID>1000</ConditionID>\n", "");
    check(&file, &[&format!("feed:{} error missing-required-field ADD/Item/ConditionID", line(&file, "<Item>"))]);
    let file = changed("16080", "<CategoryID>16080</CategoryID>\n", "");
    let item = line(&file, "<Item>");
    check(&file, &[&format!("feed:{item} error missing-required-field ADD/Item/PrimaryCategory/CategoryID")]);
    let brand = "<NameValueList>\n<Name>Brand</Name>\n<Value>Meridian</Value>\n</NameValueList>\n";
    let file = changed("16080", brand, "");
    let place = line(&file, "<NameValueList>");
    check(
        &file,
        &[&format!("feed:{place} error missing-required-field ADD/Item/ItemSpecifics/NameValueList[Name=\"Brand\"]")],
    );
}

#[test]
fn the_frame_is_the_channels() {
    check(
        &changed("16080", "<SiteID>0</SiteID>", "<SiteID>77</SiteID>"),
        &["feed:4 error bad-envelope /BulkDataExchangeRequests/Header/SiteID"],
    );
    check(
        &changed("16080", "<SiteID>0</SiteID>\n", ""),
        &["feed:3 error bad-envelope /BulkDataExchangeRequests/Header"],
    );
    let file = changed("16080", "currencyID=\"USD\"", "currencyID=\"EUR\"");
    check(&file, &[&format!("feed:{} error value-not-allowed ADD/Item/StartPrice", line(&file, "<StartPrice"))]);
    let file = changed("16080", "<Currency>USD</Currency>", "<Currency>GBP</Currency>");
    check(&file, &[&format!("feed:{} error value-not-allowed ADD/Item/Currency", line(&file, "<Currency>"))]);
    check(&changed("16080", "<MessageID>MD-C37-SLT</MessageID>\n", ""), &["feed:7 warning bad-envelope ADD/MessageID"]);
    let two = changed("16080", "</AddFixedPriceItemRequest>\n", "");
    let request = two.split_once("</Header>\n").unwrap().1.trim_end_matches("</BulkDataExchangeRequests>\n").to_owned();
    let two = two.replace(
        "</BulkDataExchangeRequests>",
        &format!("</AddFixedPriceItemRequest>\n{request}</AddFixedPriceItemRequest>\n</BulkDataExchangeRequests>"),
    );
    let place = lines(&two, "<MessageID>")[1];
    let of_sku = lines(&two, "<SKU>")[1];
    check(
        &two,
        &[
            &format!("feed:{place} warning bad-envelope ADD[2]/MessageID"),
            &format!("feed:{of_sku} error duplicate-sku /sku"),
        ],
    );
    let file = changed("16080", "<Country>US</Country>", "<Country>JP</Country>");
    let found = linted(Recipe::default().open().unwrap().as_ref(), "lms", &file);
    let place = line(&file, "<Country>");
    assert!(
        found
            .iter()
            .map(placed)
            .any(|found| found == format!("feed:{place} note value-not-allowed {ADD}/Item/Country"))
    );
    let file = changed("16080", "<InventoryTrackingMethod>", "<InventoryTrackingMethods>")
        .replace("</InventoryTrackingMethod>", "</InventoryTrackingMethods>");
    let place = line(&file, "<InventoryTrackingMethods>");
    check(&file, &[&format!("feed:{place} warning unknown-attribute ADD/Item/InventoryTrackingMethods")]);
}

#[test]
fn variants_fit_together() {
    let variation = |at: usize, rest: &str| format!("ADD/Item/Variations/Variation[{at}]/{rest}");
    let file = changed("15687.family", "<SKU>HL-PT-M-WHT-L</SKU>", "<SKU>HL-PT-M-WHT-M</SKU>");
    let place = lines(&file, "<SKU>HL-PT-M-WHT-M</SKU>")[1];
    check(&file, &[&format!("feed:{place} error duplicate-sku {}", variation(2, "SKU"))]);

    let same = "<Name>Size</Name>\n<Value>M</Value>\n</NameValueList>\n</VariationSpecifics>";
    let file = changed("15687.family", &same.replace(">M<", ">L<"), same);
    let found = linted(Recipe::default().open().unwrap().as_ref(), "lms", &file);
    let found: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
    let first = line(&file, "<Variation>");
    assert_eq!(found, [format!("line {first} is the same variant")]);

    let file = changed("15687.family", &same.replace(">M<", ">L<"), &same.replace(">M<", ">XS<"));
    check_code(&file, "bad-variant-group", &variation(2, "VariationSpecifics"));
    let file = changed("15687.family", "<Quantity>28</Quantity>\n", "");
    check_code(&file, "incomplete-offer", &variation(2, "Quantity"));
    let file = changed("15687.family", "<Quantity>28</Quantity>", "<Quantity>-1</Quantity>");
    check_code(&file, "wrong-format", &variation(2, "Quantity"));
    let file = changed("15687.family", "<SKU>HL-PT-M-WHT-L</SKU>\n", "");
    check_code(&file, "missing-required-field", &variation(2, "SKU"));
    let shared = "<ItemSpecifics>\n<NameValueList>\n<Name>Color</Name>\n<Value>White</Value>\n</NameValueList>";
    let file = changed("15687.family", "<ItemSpecifics>", shared);
    check_code(&file, "bad-variant-group", "ADD/Item/ItemSpecifics");
}

/// One finding with this code and path.
#[track_caller]
fn check_code(file: &str, code: &str, pointer: &str) {
    let ebay = Recipe::default().open().unwrap();
    let found = linted(ebay.as_ref(), "lms", file);
    let found: Vec<String> = found.iter().map(support::short).filter(|line| !line.starts_with("note")).collect();
    assert_eq!(found, [format!("error {code} {}", pointer.replace("ADD", ADD))]);
}

#[test]
fn one_request_changes_several_listings() {
    let status = |sku: &str, rest: &str| format!("<InventoryStatus><SKU>{sku}</SKU>{rest}</InventoryStatus>\n");
    let file = |statuses: &str| {
        format!(
            "<BulkDataExchangeRequests>\n<Header><SiteID>0</SiteID><Version>1487</Version></Header>\n\
             <ReviseInventoryStatusRequest>\n<MessageID>1</MessageID>\n{statuses}</ReviseInventoryStatusRequest>\n\
             </BulkDataExchangeRequests>\n"
        )
    };
    let good = status("A", "<Quantity>3</Quantity><StartPrice currencyID=\"USD\">2.50</StartPrice>");
    check(&file(&(good.clone() + &status("B", "<Quantity>0</Quantity>"))), &[]);
    let here = "/BulkDataExchangeRequests/ReviseInventoryStatusRequest/InventoryStatus";
    let bad = status("B", "<StartPrice>0</StartPrice>") + &status("C", "<Quantity>-2</Quantity>") + &status("D", "");
    check(
        &file(&(good.clone() + &bad)),
        &[
            &format!("feed:6 error value-out-of-range {here}[2]/StartPrice"),
            &format!("feed:7 error value-out-of-range {here}[3]/Quantity"),
            &format!("feed:8 error no-alternative-fits {here}[4]"),
        ],
    );
    let twice = file(&(good.clone() + &good));
    check(&twice, &["feed:6 error duplicate-sku /sku"]);
}

#[test]
fn what_is_no_file_of_requests_is_told_where_it_ends() {
    let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY b \"x\"><!ENTITY c \"&b;&b;\">]>\n<a>&c;</a>";
    check(bomb, &["feed:2 error unreadable-file -"]);
    check(&"<a>".repeat(200_000), &["feed:1 error unreadable-file -"]);
    check("<html><body>502</body></html>", &["feed:1 error bad-envelope -"]);
    check("", &["feed:1 error unreadable-file -"]);
    let mut wide = String::from("<BulkDataExchangeRequests><Header><SiteID>0</SiteID><Version>1</Version></Header>\n");
    for _ in 0..3 {
        writeln!(wide, "<NoSuchRequest/>").unwrap();
    }
    wide.push_str("</BulkDataExchangeRequests>");
    check(&wide, &["feed:2 error bad-envelope /BulkDataExchangeRequests/NoSuchRequest", "feed:1 error bad-envelope -"]);
    let ebay = Recipe::default().open().unwrap();
    let found = linted_bytes(ebay.as_ref(), "lms", b"\xff\xfe<\0a\0");
    assert_eq!(found.iter().map(placed).collect::<Vec<_>>(), ["feed:1 error unreadable-file -"]);
}

#[test]
fn every_element_of_the_trading_apis_item_is_known() {
    let Some(data) = real_files() else { return };
    let types = support::json(&data.join("derived/trading_1487_types.json"));
    let mut file = String::from("<BulkDataExchangeRequests><AddFixedPriceItemRequest><Item>\n");
    for element in types["types"]["ItemType"].as_array().unwrap() {
        writeln!(file, "<{0}></{0}>", element["element"].as_str().unwrap()).unwrap();
    }
    file.push_str("</Item></AddFixedPriceItemRequest></BulkDataExchangeRequests>");
    let found = linted(Recipe::default().open().unwrap().as_ref(), "lms", &file);
    assert!(found.iter().all(|finding| support::code(finding) != "unknown-attribute"), "{found:?}");
}

#[test]
fn requests_others_wrote_are_read() {
    let Some(data) = real_files() else { return };
    let read = |name: &str| String::from_utf8(support::bytes(&data.join(name))).unwrap();
    check(&read("constructed/lms_ReviseInventoryStatus_request.xml"), &[]);
    let add = read("constructed/lms_AddFixedPriceItem_request.xml");
    let specific = |name: &str| format!("{ADD}[2]/Item/ItemSpecifics/NameValueList[Name=\"{name}\"]");
    let place = 59;
    let policy =
        |name: &str, id: &str| format!("feed:47 error missing-required-field {ADD}[2]/Item/SellerProfiles/{name}/{id}");
    let mut expected = vec![
        policy("SellerPaymentProfile", "PaymentProfileID"),
        policy("SellerReturnProfile", "ReturnProfileID"),
        policy("SellerShippingProfile", "ShippingProfileID"),
    ];
    let specifics = ["Department", "Size Type", "Type"]
        .iter()
        .map(|name| format!("feed:{place} error missing-required-field {}", specific(name)));
    expected.extend(specifics);
    expected.push("feed:8 warning unknown-category -".to_owned());
    check(&add, &expected.iter().map(String::as_str).collect::<Vec<_>>());
    // A report of what is listed is no file of requests.
    check(&read("lms_xml/ActiveInventoryReport_real_excerpt_2026-09-22.xml"), &["feed:2 error bad-envelope -"]);
}
