//! What the user gives beside a catalog: lists of product types, documents of all of them, templates.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use feedwright_marketplace::bulk;
use feedwright_marketplace::template::TemplateText;
use feedwright_walmart::PROFILE;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use support::Recipe;
use support::items;
use support::linted_lines;
use support::taxonomy;

/// The spec of two product types, as Walmart's file of all of them is: one attribute each.
fn spec_of_two() -> Value {
    let product_type = |name: &str| json!({ "type": "object", "required": [name], "properties": { name: { "type": "string" } }, "additionalProperties": false });
    json!({
        "properties": {
            "MPItemFeedHeader": { "properties": { "version": { "enum": ["5.0.20260803-17_50_56-api"] } } },
            "MPItem": { "items": { "required": ["Orderable", "Visible"], "properties": {
                "Orderable": { "type": "object", "properties": { "sku": { "type": "string" } } },
                "Visible": {
                    "oneOf": [{ "required": ["Hats"] }, { "required": ["Gloves"] }],
                    "properties": { "Hats": product_type("hatSize"), "Gloves": product_type("gloveSize") },
                },
            } } },
        },
    })
}

#[test]
fn one_product_type_is_cut_out_of_a_document_of_all() {
    let all = spec_of_two().to_string();
    let wanted = BTreeSet::from(["Gloves".to_owned()]);
    let cut = bulk::cut(all.as_bytes(), PROFILE.bulk.unwrap(), &wanted).unwrap();
    assert!(!String::from_utf8_lossy(&cut["Gloves"]).contains("hatSize"));
    let walmart = Recipe { documents: cut, ..Recipe::default() }.open().unwrap();
    let row = json!({ "Orderable": { "sku": "A" }, "Visible": { "Gloves": {} } });
    let found = linted_lines(walmart.as_ref(), "mp_item", &items(&[row]));
    assert!(found.contains(&"error missing-required-field /Visible/Gloves/gloveSize".to_owned()), "{found:?}");
}

#[test]
fn a_reply_is_taken_with_its_outer_member_and_of_a_document_of_old_the_reason_is_said() {
    let open = |spec: Value| {
        let documents = BTreeMap::from([("Hats".to_owned(), spec.to_string().into_bytes())]);
        let walmart = Recipe { documents, ..Recipe::default() }.open().unwrap();
        walmart.category(&PROFILE.feeds[0], "Hats").map(|_| ()).map_err(|why| why.to_string())
    };
    assert_eq!(open(json!({ "schema": spec_of_two() })), Ok(()));
    let mut old = spec_of_two();
    old["properties"]["MPItemFeedHeader"]["properties"]["subCategory"] = json!({ "type": "string" });
    assert_eq!(
        open(old).unwrap_err(),
        "Hats.json is a spec of version 4, which Walmart takes no more; fetch that of version 5.0"
    );
    assert_eq!(
        open(json!({ "errors": [] })).unwrap_err(),
        "Hats.json is not the spec of a product type: give the answer of `POST /v3/items/spec`"
    );
}

#[test]
fn a_product_type_that_was_is_retired_and_one_that_never_was_is_a_slip() {
    let list = json!({ "itemTaxonomy": [{ "category": "Fashion", "productTypeGroup": [{
        "productTypeGroupName": "Tops", "productType": [{ "productTypeName": "T-Shirts" }] }] }] });
    let walmart = Recipe { references: taxonomy(list.to_string().into_bytes()), ..Recipe::default() }.open().unwrap();
    let category = |id: &str| walmart.category(&PROFILE.feeds[0], id).map(|_| ()).map_err(|why| why.to_string());
    assert_eq!(category("T-Shirts"), Ok(()));
    assert_eq!(category("Headphones").unwrap_err(), "category `Headphones` is not in the marketplace's tree any more");
    assert_eq!(
        category("T-Shrits").unwrap_err(),
        "`T-Shrits` is not among the product types of the taxonomy; did you mean `T-Shirts`?"
    );
}

#[test]
fn a_target_that_nothing_has_is_said_when_opening() {
    let with = |to: &str| {
        let text = format!("[[attribute]]\nto = \"{to}\"\nfrom = \"title\"\n");
        let templates = vec![TemplateText { name: "own.toml".to_owned(), text }];
        Recipe { templates, ..Recipe::default() }.open().map(|_| ())
    };
    assert_eq!(with("Visible.{category}.productName"), Ok(()));
    assert_eq!(with("Promo&Discount.price"), Ok(()));
    assert_eq!(
        with("Visible.{category}.productNmae").unwrap_err(),
        "own.toml:1: no category has the attribute `Visible.{category}.productNmae`"
    );
}
