//! The real documents of a marketplace, against the hand-made cases beside them. They are not part of the repository:
//! without them the tests say so and pass.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may read files and its environment, say so, and stop"
)]

use feedwright_marketplace::json;
use feedwright_marketplace::listing::Listing;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Document;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Required;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Vocabulary;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

const DIALECT: Dialect = Dialect { draft: Draft::Draft2019, vocabulary: Vocabulary::Marketplace };

type Expected = BTreeSet<(String, String)>;

/// The folder of the marketplace whose documents come with cases.
fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("FEEDWRIGHT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let marketplaces = std::fs::read_dir(folder.join("data")).into_iter().flatten().flatten();
    let found =
        marketplaces.map(|entry| entry.path()).find(|path| path.join("cases/product-type-cases.json").is_file());
    if found.is_none() {
        println!("SKIPPED: no real documents in {}; set FEEDWRIGHT_SHARED", folder.display());
    }
    found
}

fn read(folder: &std::path::Path, path: &str) -> Vec<u8> {
    std::fs::read(folder.join(path)).unwrap()
}

fn compile(folder: &std::path::Path, name: &str) -> Requirements {
    let bytes = read(folder, &format!("ptd-schemas/{name}.json"));
    let origin = Origin::Given { name: name.to_owned() };
    Requirements::compile(Document { name, bytes: &bytes }, &DIALECT, origin).unwrap()
}

fn listing(value: &Value) -> Listing {
    let mut listing = Listing::new();
    assert_eq!(json::read(value.to_string().as_bytes(), &mut listing), Ok(Vec::new()));
    listing
}

fn found(requirements: &Requirements, listing: &Listing) -> Expected {
    let violations = requirements.violations(listing.root(), Scope::Whole);
    let found: Vec<_> = violations
        .iter()
        .filter_map(|violation| {
            let keyword = violation.keyword.as_deref()?;
            Some((keyword.to_owned(), violation.pointer.trim_start_matches('/').to_owned()))
        })
        .collect();
    let set: Expected = found.iter().cloned().collect();
    assert_eq!(set.len(), found.len(), "no place and keyword twice");
    assert_eq!(requirements.is_met(listing.root()), set.is_empty());
    set
}

#[test]
fn the_cases_have_exactly_the_expected_violations() {
    let Some(folder) = shared() else { return };
    let cases: Value = serde_json::from_slice(&read(&folder, "cases/product-type-cases.json")).unwrap();
    let mut documents = BTreeMap::new();
    let cases = cases["cases"].as_array().unwrap();
    for case in cases {
        let name = case["schema"].as_str().unwrap();
        let requirements = documents.entry(name).or_insert_with(|| compile(&folder, name));
        let expected: Expected = serde_json::from_value(case["expected"].clone()).unwrap();
        let listing = listing(&case["attributes"]);
        assert_eq!(found(requirements, &listing), expected, "{}", case["name"]);
    }
    assert!(cases.len() >= 22);
}

#[test]
fn the_fields_needed_for_a_home_listing_are_shown_as_needed() {
    let Some(folder) = shared() else { return };
    let requirements = compile(&folder, "HOME-us");
    let fields = requirements.fields();
    let needed: BTreeSet<&str> = fields
        .iter()
        .filter(|row| row.required != Required::No)
        .map(|row| row.path.split('.').next().unwrap())
        .collect();
    for name in [
        "brand",
        "bullet_point",
        "color",
        "condition_type",
        "country_of_origin",
        "externally_assigned_product_identifier",
        "fulfillment_availability",
        "generic_keyword",
        "item_name",
        "item_type_keyword",
        "list_price",
        "manufacturer",
        "merchant_shipping_group",
        "model_name",
        "model_number",
        "number_of_items",
        "part_number",
        "product_description",
        "required_product_compliance_certificate",
        "supplier_declared_dg_hz_regulation",
    ] {
        assert!(needed.contains(name), "{name}");
    }
}

#[test]
fn a_partial_update_is_not_asked_for_the_rest() {
    let Some(folder) = shared() else { return };
    let requirements = compile(&folder, "HOME-us");
    let update = listing(&serde_json::json!({ "list_price": [{ "currency": "USD", "value": 19.999 }] }));
    let violations = requirements.violations(update.root(), Scope::Partial);
    let found: Vec<_> = violations.iter().map(|violation| (&*violation.pointer, violation.rule.code)).collect();
    assert_eq!(found, [("/list_price/0/value", "wrong-precision")]);
}

#[test]
fn every_real_document_compiles_and_lists_its_fields() {
    let Some(folder) = shared() else { return };
    let mut documents = 0;
    for entry in std::fs::read_dir(folder.join("ptd-schemas")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if path.extension().is_some_and(|extension| extension == "json") && !name.contains("meta-schema") {
            let requirements = compile(&folder, name);
            assert_eq!(requirements.unknown_keywords(), [""; 0], "{name}");
            assert!(requirements.fields().len() > requirements.shape().properties.len(), "{name}");
            documents += 1;
        }
    }
    assert!(documents > 1);
}
