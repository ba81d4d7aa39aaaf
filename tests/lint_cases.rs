//! `lint` agrees with the cases checked against Amazon's own schemas, and catches what a pre-check can see.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod shared;

use serde_json::Value;
use serde_json::json;
use shared::Run;
use shared::feedwright;
use shared::shared_data;
use std::collections::BTreeSet;
use std::fs;

/// A feed of one message.
fn feed(attributes: &Value, product_type: &str) -> Value {
    json!({
        "header": { "sellerId": "A2EXAMPLE", "version": "2.0", "issueLocale": "en_US" },
        "messages": [{
            "messageId": 1, "sku": "CASE-1", "operationType": "UPDATE",
            "productType": product_type, "requirements": "LISTING", "attributes": attributes,
        }],
    })
}

fn lint(feed: &Value, schema: Option<&str>) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.json");
    fs::write(&file, serde_json::to_vec_pretty(feed).unwrap()).unwrap();
    let mut arguments = vec!["lint", "--feed", "amazon/listings", "--format", "json"];
    if let Some(schema) = schema {
        arguments.extend(["--schema", schema]);
    }
    arguments.push(file.to_str().unwrap());
    feedwright(&arguments)
}

fn codes(run: &Run) -> BTreeSet<String> {
    run.findings().iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_case_gives_exactly_the_expected_keywords_and_paths() {
    let Some(data) = shared_data() else { return };
    let text = fs::read(data.join("amazon/cases/product-type-cases.json")).unwrap();
    let cases: Value = serde_json::from_slice(&text).unwrap();
    let cases = cases["cases"].as_array().unwrap();
    assert!(cases.len() >= 22, "the cases are there");
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let schema = case["schema"].as_str().unwrap();
        let product_type = schema.split('-').next().unwrap();
        let path = data.join(format!("amazon/ptd-schemas/{schema}.json"));
        let run = lint(&feed(&case["attributes"], product_type), Some(&format!("{product_type}={}", path.display())));
        let mut found: Vec<(String, String)> = run
            .findings()
            .iter()
            .filter_map(|finding| {
                let keyword = finding.get("keyword")?.as_str()?.to_owned();
                let pointer = finding["pointer"].as_str()?.strip_prefix("/attributes")?;
                Some((keyword, pointer.trim_start_matches('/').to_owned()))
            })
            .collect();
        found.sort();
        let pair = |pair: &Value| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned());
        let expected: Vec<_> = case["expected"].as_array().unwrap().iter().map(pair).collect();
        assert_eq!(found, expected, "{name}");
        let is_blocked = run.findings().iter().any(|finding| finding["severity"] == "error");
        assert_eq!(run.code, i32::from(is_blocked), "{name}");
    }
}

#[test]
fn the_official_example_has_no_envelope_finding() {
    let Some(data) = shared_data() else { return };
    let file = data.join("amazon/feed-schemas/listings-feed-schema-v2.example.json");
    let run = feedwright(&["lint", "--feed", "amazon/listings", "--format", "json", file.to_str().unwrap()]);
    for finding in run.findings() {
        let pointer = finding.get("pointer").and_then(Value::as_str).unwrap_or("/attributes");
        assert!(pointer.starts_with("/attributes"), "{finding}");
    }
}

#[test]
fn feed_level_mistakes_that_amazon_answered_with_a_code_are_caught_before() {
    let attributes = json!({ "item_name": [{ "value": "Mug", "language_tag": "en_US" }] });
    let good = feed(&attributes, "NOT_KNOWN_HERE");
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut feed = good.clone();
        change(&mut feed);
        lint(&feed, None)
    };
    let check = |name: &str, run: &Run, code: &str, pointer: &str, keyword: Option<&str>| {
        let hit = run.findings().into_iter().any(|finding| {
            finding["code"] == code
                && finding.get("pointer").and_then(Value::as_str) == Some(pointer)
                && finding.get("keyword").and_then(Value::as_str) == keyword
                && finding["severity"] == "error"
        });
        assert!(hit, "{name}: {}", run.stdout);
        assert_eq!(run.code, 1, "{name}");
    };
    let run = changed(&|feed| feed["header"]["version"] = json!("2.1"));
    check("4002006: another version", &run, "value-not-allowed", "/header/version", Some("const"));
    let run = changed(&|feed| {
        feed.as_object_mut().unwrap().remove("header");
    });
    check("4002005: no header", &run, "missing-required-field", "/header", Some("required"));
    let run = changed(&|feed| feed["header"]["sellerId"] = json!(" "));
    check("no seller", &run, "wrong-format", "/header/sellerId", Some("pattern"));
    let run = changed(&|feed| feed["messages"][0]["productType"] = json!(" "));
    check("4002010: a blank product type", &run, "wrong-format", "/productType", Some("pattern"));
    let run = changed(&|feed| {
        feed["messages"][0].as_object_mut().unwrap().remove("attributes");
    });
    check("4002008: an update without attributes", &run, "missing-required-field", "/attributes", Some("required"));
    let run = changed(&|feed| {
        let second = feed["messages"][0].clone();
        feed["messages"].as_array_mut().unwrap().push(second);
    });
    check("the same messageId twice", &run, "duplicate-message", "/messageId", None);
    let run = changed(&|feed| {
        feed["messages"][0] = json!({
            "messageId": 1, "sku": "CASE-1", "operationType": "PATCH", "productType": "PRODUCT",
            "patches": [{ "op": "replace", "path": "/attributes/brand", "value": [{ "value": " " }] }],
        });
    });
    check("an empty value in a patch", &run, "blank-value", "/patches/0/value/0/value", None);
    let run = changed(&|feed| feed["messages"][0]["operationType"] = json!("UPSERT"));
    check("an operation there is not", &run, "value-not-allowed", "/operationType", Some("enum"));
    let run = changed(&|feed| feed["messages"] = json!([]));
    check("no messages", &run, "too-few-values", "/messages", Some("minItems"));
}

#[test]
fn a_feed_behind_a_byte_order_mark_and_one_that_is_no_json_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.json");
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    bytes.extend(serde_json::to_vec(&feed(&json!({ "x": [] }), "NOT_KNOWN_HERE")).unwrap());
    fs::write(&file, bytes).unwrap();
    let arguments = ["lint", "--feed", "amazon/listings", "--format", "json", file.to_str().unwrap()];
    assert!(codes(&feedwright(&arguments)).contains("byte-order-mark"));
    fs::write(&file, "{ \"header\": {\n oops").unwrap();
    let run = feedwright(&arguments);
    assert_eq!(codes(&run), BTreeSet::from(["unreadable-file".to_owned()]));
    assert_eq!(run.findings()[0]["line"], 2);
    assert_eq!(run.code, 1);
}

#[test]
fn a_finding_of_lint_names_the_line_of_the_file() {
    let run = lint(&feed(&json!({ "item_name": [{ "value": "Mug", "language_tag": "en_US" }] }), "HOME"), None);
    let missing = run.findings().into_iter().find(|finding| finding["pointer"] == "/attributes/brand").unwrap();
    assert_eq!(missing["sku"], "CASE-1");
    assert!(missing["line"].as_u64().unwrap() > 5, "{missing}");
}
