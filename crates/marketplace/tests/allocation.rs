//! A listing that meets everything is checked without asking for memory.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test may read files and its environment, say so, and stop"
)]

use feedwright_marketplace::json;
use feedwright_marketplace::listing::Listing;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Vocabulary;
use serde_json::Value;
use serde_json::json;
use std::path::PathBuf;

fn asks_for_nothing(name: &str, document: &Value, listing: &Value) {
    let dialect = Dialect { draft: Draft::Draft2019, vocabulary: Vocabulary::Marketplace };
    let origin = Origin::Given { name: name.to_owned() };
    let requirements = Requirements::compile_value(name, document.clone(), &dialect, origin).unwrap();
    let plan = requirements.plan(Scope::Whole);
    assert!(!plan.by_engine && plan.fallbacks.is_empty(), "{name}: {plan:?}");
    let mut tree = Listing::new();
    json::read(listing.to_string().as_bytes(), &mut tree).unwrap();
    // The engine's patterns make room for themselves when they are first used.
    assert!(requirements.is_met(tree.root()), "{name}");
    let mut is_met = false;
    let asked = allocation_counter::measure(|| is_met = requirements.is_met(tree.root()));
    assert!(is_met);
    assert_eq!((asked.count_total, asked.bytes_total), (0, 0), "{name}");
}

#[test]
fn a_listing_with_conditions_uniqueness_and_patterns_is_checked_without_memory() {
    let names: Vec<String> = (0..60).map(|at| format!("attribute_{at}")).collect();
    let list = json!({
        "type": "array", "minItems": 1, "maxItems": 30, "uniqueItems": true, "maxUniqueItems": 2, "selectors": ["site"],
        "contains": { "required": ["value"] },
        "items": { "type": "object", "required": ["value"], "additionalProperties": false, "properties": {
            "site": { "type": "string", "default": "US" },
            "value": { "anyOf": [
                { "type": "string", "maxLength": 20, "maxUtf8ByteLength": 30, "pattern": "^[a-zé]+$" },
                { "type": "number", "minimum": 0, "multipleOf": 0.01, "enum": [19.99, 5] } ] } } }
    });
    let properties: Value =
        names.iter().map(|name| (name.clone(), list.clone())).collect::<serde_json::Map<_, _>>().into();
    let conditions: Vec<Value> = names
        .windows(3)
        .map(|names| {
            json!({ "if": { "required": [names[0]], "properties": { names[0].clone(): { "contains": {
                        "required": ["value"], "properties": { "value": { "enum": ["never", names[0]] } } } } } },
                    "then": { "required": [names[1]], "oneOf": [{ "required": [names[2]] }, { "minProperties": 2 }] } })
        })
        .collect();
    let document =
        json!({ "type": "object", "properties": properties, "allOf": conditions, "additionalProperties": false });
    let items = json!([{ "value": "größe".replace('ö', "é").replace('ß', "s"), "site": "US" }, { "value": "b" }, { "value": 19.990, "site": "CA" }]);
    let listing: Value =
        names.iter().step_by(3).map(|name| (name.clone(), items.clone())).collect::<serde_json::Map<_, _>>().into();
    asks_for_nothing("conditions", &document, &listing);
}

#[test]
fn the_cases_of_real_documents_are_checked_without_memory() {
    let folder = std::env::var_os("FEEDWRIGHT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let marketplaces = std::fs::read_dir(folder.join("data")).into_iter().flatten().flatten();
    let mut found =
        marketplaces.map(|entry| entry.path()).filter(|path| path.join("cases/product-type-cases.json").is_file());
    let Some(folder) = found.next() else {
        println!("SKIPPED: no real documents in {}; set FEEDWRIGHT_SHARED", folder.display());
        return;
    };
    let read = |path: PathBuf| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let cases = read(folder.join("cases/product-type-cases.json"));
    for case in cases["cases"].as_array().unwrap() {
        if case["expected"].as_array().unwrap().is_empty() {
            let document = read(folder.join(format!("ptd-schemas/{}.json", case["schema"].as_str().unwrap())));
            asks_for_nothing(case["name"].as_str().unwrap(), &document, &case["attributes"]);
        }
    }
}
