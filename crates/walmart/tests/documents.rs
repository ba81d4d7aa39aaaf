//! What the user gives beside a catalog: lists of product types, documents of all of them, templates.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use feedwright_marketplace::bulk;
use feedwright_marketplace::contract::About;
use feedwright_marketplace::contract::Pulled;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::template::TemplateText;
use feedwright_walmart::PROFILE;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use support::Recipe;
use support::items;
use support::linted_lines;
use support::real_files;
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

/// What is pulled when Walmart answers so.
fn pulled(categories: &[&str], body: Vec<u8>) -> Result<Vec<Pulled>, String> {
    let categories: Vec<String> = categories.iter().map(|id| (*id).to_owned()).collect();
    let walmart = Recipe::default().open().unwrap();
    let mut exchange = walmart.pull(&categories).unwrap();
    assert!(matches!(exchange.next(None), Ok(Step::Send(_))));
    match exchange.next(Some(Reply::Answer(Answer { status: 200, headers: Vec::new(), body }))) {
        Ok(Step::Done(pulled)) => Ok(pulled),
        Ok(Step::Send(_) | Step::Wait(_)) => panic!("one answer is all"),
        Err(why) => Err(why.to_string()),
    }
}

#[test]
fn what_is_pulled_is_what_a_channel_takes() {
    let Some(data) = real_files() else { return };
    let sleeves = "Trading Card Sleeves & Holders";
    let reply = support::bytes(&data.join("item-specs/cardshellz/walmart-listing-sleeves.schema.json"));
    let [spec] = &pulled(&[sleeves], reply).unwrap()[..] else { panic!("one document") };
    assert_eq!(spec.about, About::Category(sleeves.to_owned()));
    assert_eq!(spec.version.as_deref(), Some("5.0.20260803-17_50_56-api"));
    let documents = BTreeMap::from([(sleeves.to_owned(), spec.bytes.clone())]);
    let list = support::bytes(&data.join("taxonomy/items-taxonomy.TAXONOMY_PT_RESPONSE.json"));
    let [types] = &pulled(&[], list.clone()).unwrap()[..] else { panic!("one document") };
    assert_eq!((&types.about, &types.bytes), (&About::Reference("taxonomy"), &list));
    let walmart = Recipe { documents, references: taxonomy(types.bytes.clone()), ..Recipe::default() }.open().unwrap();
    assert!(walmart.category(&PROFILE.feeds[0], sleeves).is_ok());
    assert!(walmart.taxonomy().len() > 6_000);
    let of_wfs = support::bytes(&data.join("item-specs/getspec-example.MP_WFS_ITEM.extracted-from-openapi.json"));
    let why = pulled(&["Baby Blankets"], of_wfs).unwrap_err();
    assert!(why.starts_with("getSpec: the spec of `Baby Blankets` is of the spec 5.0.20241118"), "{why}");
}
