//! eBay's answers about aspects become requirements: every constraint in them is held, and each that is broken is found
//! once, at its place.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use feedwright_marketplace::Category;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use support::Recipe;
use support::aspects::advised;
use support::aspects::breakages;
use support::aspects::broken;
use support::aspects::complete;
use support::real_files;

/// A category as a document describes it.
fn category(id: &str, document: &Value) -> Result<Arc<Category>, String> {
    let documents = BTreeMap::from([(id.to_owned(), document.to_string().into_bytes())]);
    let ebay = Recipe { documents, ..Recipe::default() }.open()?;
    ebay.category(ebay.profile().feed("inventory").unwrap(), id).map_err(|why| why.to_string())
}

/// Holds a document's constraints, and gives how many there are.
#[track_caller]
fn every_constraint_is_held(id: &str, document: &Value) -> usize {
    let category = category(id, document).unwrap();
    assert_eq!(broken(&category, &complete(document)), Vec::<String>::new(), "complete");
    let all = breakages(document);
    for breakage in &all {
        assert_eq!(broken(&category, &breakage.aspects), std::slice::from_ref(&breakage.expected), "{}", breakage.what);
    }
    all.len()
}

fn aspect(name: &str, constraint: &Value, values: &[Value]) -> Value {
    json!({ "localizedAspectName": name, "aspectConstraint": constraint, "aspectValues": values })
}

fn plain(values: &[&str]) -> Vec<Value> {
    values.iter().map(|value| json!({ "localizedValue": value })).collect()
}

fn bound(value: &str, control: &str, to: &[&str]) -> Value {
    let constraint = json!({ "applicableForLocalizedAspectName": control, "applicableForLocalizedAspectValues": to });
    json!({ "localizedValue": value, "valueConstraints": [constraint] })
}

/// An answer with every kind of constraint.
fn answer() -> Value {
    let single = |more: Value| {
        let mut constraint = json!({ "itemToAspectCardinality": "SINGLE", "aspectDataType": "STRING" });
        constraint.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        constraint
    };
    let number = |form: Value| {
        let mut constraint = single(json!({ "aspectDataType": "NUMBER" }));
        constraint.as_object_mut().unwrap().extend(form.as_object().unwrap().clone());
        constraint
    };
    let date = |form: &str| single(json!({ "aspectDataType": "DATE", "aspectFormat": form }));
    let closed = single(json!({ "aspectMode": "SELECTION_ONLY" }));
    let models = [
        bound("Corolla", "Make", &["Toyota"]),
        bound("Civic", "Make", &["Honda"]),
        bound("Shared", "Make", &["Honda", "Toyota"]),
        json!({ "localizedValue": "Other" }),
    ];
    json!({ "aspects": [
        aspect("Brand", &single(json!({ "aspectRequired": true, "aspectMode": "FREE_TEXT" })), &plain(&["Larkfield"])),
        aspect("Make", &closed, &plain(&["Honda", "Toyota", "Volvo"])),
        aspect("Model/Type", &closed, &models),
        aspect("Trim", &json!({ "itemToAspectCardinality": "MULTI", "aspectMode": "FREE_TEXT" }), &[
            bound("Sport", "Make", &["Honda"]), json!({ "localizedValue": "Base" }),
        ]),
        aspect("Warning", &single(json!({ "aspectMaxLength": 800 })), &[]),
        aspect("Short", &single(json!({ "aspectMaxLength": 5 })), &[]),
        aspect("Wheels", &number(json!({ "aspectFormat": "int32" })), &[]),
        aspect("Weight", &number(json!({ "aspectFormat": "double" })), &[]),
        aspect("Amount", &number(json!({})), &[]),
        aspect("Range", &number(json!({ "aspectAdvancedDataType": "NUMERIC_RANGE" })), &[]),
        aspect("Year", &date("YYYY"), &[]),
        aspect("Month", &date("YYYYMM"), &[]),
        aspect("Day", &date("YYYYMMDD"), &[]),
        aspect("Bare", &json!({}), &[]),
    ] })
}

#[test]
fn every_kind_of_constraint_is_held() {
    assert!(every_constraint_is_held("27386", &answer()) > 50);
}

#[test]
fn a_value_goes_with_those_it_is_bound_to() {
    let category = category("27386", &answer()).unwrap();
    let with = |make: &[&str], model: &[&str]| {
        let mut aspects = complete(&answer());
        aspects.insert("Make".to_owned(), json!(make));
        aspects.insert("Model/Type".to_owned(), json!(model));
        aspects
    };
    let check = |make: &[&str], model: &[&str], expected: &[&str]| {
        assert_eq!(broken(&category, &with(make, model)), expected, "{make:?} {model:?}");
    };
    check(&["Toyota"], &["Corolla"], &[]);
    check(&["Honda"], &["Civic"], &[]);
    check(&["Honda"], &["Shared"], &[]);
    check(&["Volvo"], &["Other"], &[]);
    let wrong = "attribute-not-applicable /item/product/aspects/Model~1Type/0";
    check(&["Toyota"], &["Civic"], &[wrong]);
    check(&["Volvo"], &["Civic"], &[wrong]);
    let said = support::aspects::said(&category, &with(&["Toyota"], &["Civic"]));
    assert_eq!(said, ["it must not be that `item.product.aspects.Model/Type` is `Civic`"]);
    // One of several values is enough, as it is for an aspect that takes several.
    let mut aspects = complete(&answer());
    for (make, expected) in
        [("Honda", Vec::new()), ("Volvo", vec!["attribute-not-applicable /item/product/aspects/Trim/1"])]
    {
        aspects.insert("Make".to_owned(), json!([make]));
        aspects.insert("Trim".to_owned(), json!(["Base", "Sport"]));
        assert_eq!(broken(&category, &aspects), expected);
    }
}

#[test]
fn what_is_soon_required_is_a_warning_and_what_is_recommended_a_note() {
    let constraint = json!({ "aspectUsage": "RECOMMENDED", "expectedRequiredByDate": "2027-02-01T00:00:00.000Z" });
    let document = json!({ "aspects": [
        aspect("Size", &constraint, &[]),
        aspect("Style", &json!({ "aspectUsage": "RECOMMENDED" }), &[]),
        aspect("Theme", &json!({ "aspectUsage": "OPTIONAL" }), &[]),
        aspect("Brand", &json!({ "aspectUsage": "RECOMMENDED", "aspectRequired": true }), &[]),
    ] });
    let category = category("27386", &document).unwrap();
    let found = advised(&category, &serde_json::Map::from_iter([("Brand".to_owned(), json!(["Larkfield"]))]));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("warning missing-advised-field /item/product/aspects/Size: "), "{found:?}");
    assert!(found[0].contains("2027-02-01"), "{found:?}");
    assert!(found[1].starts_with("note missing-advised-field /item/product/aspects/Style: "), "{found:?}");
}

#[test]
fn a_category_is_found_among_many_and_told_when_it_is_not_there() {
    let entry = |id: &str, name: &str| {
        let aspects = [aspect(name, &json!({ "aspectRequired": true }), &[])];
        json!({ "category": { "categoryId": id, "categoryName": name }, "aspects": aspects })
    };
    let document = json!({
        "categoryTreeId": "0",
        "categoryTreeVersion": "130",
        "categoryAspects": [entry("1", "One"), entry("2", "Two")],
    });
    let two = category("2", &document).unwrap();
    assert_eq!(broken(&two, &serde_json::Map::new()), ["missing-required-field /item/product/aspects/Two"]);
    // A channel is opened with its categories, so what is wrong with a document is said then.
    assert_eq!(category("3", &document).unwrap_err(), "3.json holds no aspects of this category");
    assert!(category("3", &json!({ "errors": [] })).unwrap_err().contains("getItemAspectsForCategory"));
}

#[test]
fn the_real_answer_about_graphics_cards_is_held_to_the_letter() {
    let Some(data) = real_files() else { return };
    let document = support::json(&data.join("taxonomy/getItemAspectsForCategory_US_27386_graphics_cards.json"));
    let category = category("27386", &document).unwrap();
    let mut missing = broken(&category, &serde_json::Map::new());
    missing.sort();
    assert_eq!(
        missing,
        [
            "missing-required-field /item/product/aspects/Brand",
            "missing-required-field /item/product/aspects/Chipset Manufacturer",
            "missing-required-field /item/product/aspects/Chipset~1GPU Model",
        ]
    );
    // Three required, twenty lists that can be too long, one closed list, nineteen texts that can be.
    assert_eq!(every_constraint_is_held("27386", &document), 3 + 20 + 1 + 19);
}
