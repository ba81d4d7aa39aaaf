//! What is written meets Walmart's own schemas, as a validator of this test's own reads them, and Walmart's own documents
//! are read or refused with a reason.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use jsonschema::Draft;
use jsonschema::Keyword;
use jsonschema::ValidationError;
use jsonschema::Validator;
use rust_decimal::Decimal;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use support::Recipe;
use support::bytes;
use support::one_file;
use support::real_files;
use support::short;
use support::taxonomy;
use support::written;

const SLEEVES: &str = "Trading Card Sleeves & Holders";
const SLEEVES_SPEC: &str = "item-specs/cardshellz/walmart-listing-sleeves.schema.json";
const BLANKETS: &str = "Baby Blankets";
const BLANKETS_SPEC: &str = "item-specs/getspec-example.MP_WFS_ITEM.extracted-from-openapi.json";

/// `multipleOf` by decimals: 19.99 is a multiple of 0.01, whatever a float says.
struct Step(Decimal);

impl<'i> Keyword<'i> for Step {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        let Value::Number(number) = instance else { return Ok(()) };
        let value: Decimal = number.to_string().parse().unwrap();
        if (value % self.0).is_zero() {
            Ok(())
        } else {
            Err(ValidationError::custom(format!("{value} is no multiple of {}", self.0)))
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.validate(instance).is_ok()
    }
}

fn validator(schema: &Value, draft: Draft) -> Validator {
    jsonschema::options()
        .with_draft(draft)
        .should_validate_formats(true)
        .with_keyword("multipleOf", |_, step, _| Ok(Box::new(Step(step.to_string().parse().unwrap()))))
        .build(schema)
        .unwrap()
}

fn complaints(validator: &Validator, document: &Value) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn money(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

/// A product of card sleeves: complete, with a price and a weight of its own.
fn sleeves(at: usize, price: &str, weight: &Value) -> Value {
    let sku = format!("SLV-{at}");
    json!({
        "key": sku,
        "fields": {
            "title": "Clear Sleeves for Trading Cards, Pack of 100",
            "description": "Clear sleeves of a soft film that keep cards from scratches and dust.",
            "bullet_points": ["Clear on both sides", "No acid, no softeners", "Open at the short side"],
            "brand": "Northlake",
            "condition": "new",
            "package_quantity": 100,
            "number_of_items": 1,
            "number_of_pieces": 100,
            "net_content": { "amount": "100", "unit": "ea" },
            "country_of_origin": "KR",
            "package_weight": weight,
            "item_length": { "amount": "66", "unit": "mm" },
            "item_height": { "amount": "0.333333", "unit": "yd" },
            "custom.isProp65WarningRequired": false,
            "custom.trading_card_size": "Standard",
            "custom.certification_type": "Neither of these applies",
        },
        "media": [{ "url": "https://images.example.com/sleeves.jpg", "role": "main" }],
        "variants": [{
            "sku": sku,
            "identifiers": [{ "gtin": "614141000012" }],
            "offers": [{ "price": money(price), "list_price": money("999.99") }],
            "stock": [{ "quantity": 7, "lead_time_days": 1 }],
        }],
    })
}

/// A family that differs by color and count.
fn family() -> Value {
    let mut product = sleeves(0, "9.99", &json!({ "amount": "120", "unit": "g" }));
    product["key"] = json!("sleeves");
    product["axes"] = json!([{ "field": "color" }, { "field": "number_of_items" }]);
    let variant = |sku: &str, color: &str, count: i64, gtin: &str| {
        json!({
            "sku": sku,
            "identifiers": [{ "gtin": gtin }],
            "fields": { "color": color, "number_of_items": count },
            "offers": [{ "price": money("9.99") }],
        })
    };
    product["variants"] = json!([
        variant("SLV-BLK-1", "Black", 1, "614141000029"),
        variant("SLV-BLK-2", "Black", 2, "614141000036"),
        variant("SLV-RED-1", "Red", 1, "614141000043"),
    ]);
    product
}

fn with_sleeves(options: &[(&'static str, &'static str)]) -> Option<Recipe> {
    let data = real_files()?;
    let documents = BTreeMap::from([(SLEEVES.to_owned(), bytes(&data.join(SLEEVES_SPEC)))]);
    Some(Recipe { options: options.to_vec(), documents, ..Recipe::default() })
}

#[test]
fn every_item_written_meets_the_spec_of_its_product_type() {
    let Some(recipe) = with_sleeves(&[("ship_node", "10001")]) else { return };
    let official: Value = serde_json::from_slice(&recipe.documents[SLEEVES]).unwrap();
    let official = validator(&official, Draft::Draft7);
    let walmart = recipe.open().unwrap();
    // Prices that binary floats take for no multiple of a cent, and weights in units people have.
    let prices = ["19.99", "0.57", "4.35", "8.2", "0.29", "0.07", "1.15", "12", "1234567.89"];
    let weights = [("120", "g"), ("0.333", "kg"), ("3.5", "oz"), ("0.5", "lb"), ("1", "kg")];
    let mut products = vec![family()];
    for (at, price) in prices.iter().enumerate() {
        let (amount, unit) = weights[at % weights.len()];
        products.push(sleeves(at + 1, price, &json!({ "amount": amount, "unit": unit })));
    }
    let mut used = sleeves(50, "3.00", &json!({ "amount": "1", "unit": "lb" }));
    used["fields"]["condition"] = json!("used_like_new");
    used["fields"]["warranty"] = json!("Thirty days.");
    used["fields"]["gtin_exempt"] = json!(true);
    used["variants"][0]["identifiers"] = json!([]);
    products.push(used);
    let (text, findings) = one_file(walmart.as_ref(), "mp_item", SLEEVES, &products);
    let errors: Vec<_> = findings.iter().map(short).filter(|line| line.starts_with("error")).collect();
    assert_eq!(errors, Vec::<String>::new());
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(complaints(&official, &file), Vec::<String>::new());
    let rows = file["MPItem"].as_array().unwrap();
    assert_eq!(rows.len(), products.len() + 2);
    for (row, price) in rows[3..].iter().zip(prices) {
        let written: Decimal = row["Orderable"]["price"].to_string().parse().unwrap();
        assert_eq!(written, price.parse().unwrap());
        let weight: Decimal = row["Orderable"]["ShippingWeight"].to_string().parse().unwrap();
        assert!(weight.scale() <= 2, "{weight} pounds");
    }
    let group = |at: usize| &rows[at]["Visible"][SLEEVES];
    let leading: Vec<&Value> = (0..3).map(|at| &group(at)["isPrimaryVariant"]).collect();
    assert_eq!(leading, ["Yes", "No", "No"]);
    assert_eq!(group(1)["variantAttributeNames"], json!(["color", "multipackQuantity"]));
    assert_eq!(group(2)["variantGroupId"], "sleeves");
    assert_eq!(rows[3]["Orderable"]["productIdentifiers"]["productId"], "00614141000012");
    assert_eq!(rows.last().unwrap()["Orderable"]["productIdentifiers"]["productId"], "CUSTOM");
}

#[test]
fn a_file_is_checked_by_the_spec_of_its_own_stamp() {
    let Some(recipe) = with_sleeves(&[("spec_version", "5.0.20260703-18_22_27-api")]) else { return };
    let walmart = recipe.open().unwrap();
    let file = |stamp: &str| {
        let mut file = support::items(&[json!({ "Orderable": {}, "Visible": { SLEEVES: {} } })]);
        file["MPItemFeedHeader"]["version"] = json!(stamp);
        support::linted_lines(walmart.as_ref(), "mp_item", &file)
    };
    let newest = file("5.0.20260803-17_50_56-api");
    assert!(newest.iter().any(|line| line.ends_with("/Visible/Trading Card Sleeves & Holders/brand")), "{newest:?}");
    assert_eq!(file("5.0.20260608-18_15_07-api")[0], "error unknown-category /MPItem/0/Visible");
}

#[test]
fn an_update_holds_what_it_changes_in_the_form_of_the_spec() {
    let Some(recipe) = with_sleeves(&[]) else { return };
    let walmart = recipe.open().unwrap();
    let mut product = sleeves(1, "19.99", &json!({ "amount": "120", "unit": "g" }));
    for name in ["title", "net_content", "custom.isProp65WarningRequired", "package_weight"] {
        product["fields"].as_object_mut().unwrap().remove(name);
    }
    let (text, findings) = one_file(walmart.as_ref(), "mp_maintenance", SLEEVES, &[product.clone()]);
    let file: Value = serde_json::from_str(&text).unwrap();
    assert!(findings.iter().all(|finding| !short(finding).starts_with("error")), "{findings:?}");
    let row = &file["MPItem"][0];
    assert!(row["Orderable"]["country_of_origin_substantial_transformation"].is_null(), "it cannot be changed");
    assert!(row["Visible"][SLEEVES]["productName"].is_null());
    product["variants"][0]["identifiers"] = json!([]);
    let (_, findings) = written(walmart.as_ref(), "mp_maintenance", SLEEVES, &[product]);
    let found: Vec<_> = findings.iter().map(short).collect();
    assert!(found.contains(&"error missing-required-field /Orderable/productIdentifiers".to_owned()), "{found:?}");
}

#[test]
fn a_few_further_images_are_left_out_where_more_are_needed() {
    let Some(recipe) = with_sleeves(&[]) else { return };
    let walmart = recipe.open().unwrap();
    let mut product = sleeves(1, "19.99", &json!({ "amount": "120", "unit": "g" }));
    for name in ["back", "side"] {
        let image = json!({ "url": format!("https://images.example.com/{name}.jpg"), "role": "additional" });
        product["media"].as_array_mut().unwrap().push(image);
    }
    let (text, findings) = one_file(walmart.as_ref(), "mp_item", SLEEVES, &[product]);
    assert!(!text.contains("productSecondaryImageURL") && text.contains("SLV-1"));
    let found: Vec<_> = findings.iter().map(short).collect();
    let pointer = "/Visible/Trading Card Sleeves & Holders/productSecondaryImageURL";
    assert!(found.contains(&format!("warning too-few-values {pointer}")), "{found:?}");
}

#[test]
fn what_is_needed_to_be_seen_is_an_error_or_a_warning_as_the_seller_says() {
    let Some(data) = real_files() else { return };
    // The only spec with Walmart's remarks in it is one for Walmart's own fulfilment; without that part it is one for ours.
    let mut spec: Value = serde_json::from_slice(&bytes(&data.join(BLANKETS_SPEC))).unwrap();
    let item = spec.pointer_mut("/properties/MPItem/items").unwrap();
    item["properties"].as_object_mut().unwrap().remove("TradeItem");
    item["required"] = json!(["Orderable", "Visible"]);
    let documents = BTreeMap::from([(BLANKETS.to_owned(), spec.to_string().into_bytes())]);
    let mut product = sleeves(1, "19.99", &json!({ "amount": "120", "unit": "g" }));
    for name in ["custom.trading_card_size", "custom.certification_type"] {
        product["fields"].as_object_mut().unwrap().remove(name);
    }
    let found = |unseen: &'static str| {
        let options = vec![("spec_version", "5.0.20241118-04_39_24-api"), ("unseen_items", unseen)];
        let walmart = Recipe { options, documents: documents.clone(), ..Recipe::default() }.open().unwrap();
        let (_, findings) = written(walmart.as_ref(), "mp_item", BLANKETS, &[product.clone()]);
        findings.iter().map(short).collect::<Vec<String>>()
    };
    let (held, sent) = (found("hold"), found("send"));
    let color = "/Visible/Baby Blankets/color";
    assert!(held.contains(&format!("error missing-required-field {color}")), "{held:?}");
    assert!(sent.contains(&format!("warning missing-advised-field {color}")), "{sent:?}");
    assert!(!sent.iter().any(|line| line.ends_with(color) && line.starts_with("error")), "{sent:?}");
    let is_advice = |line: &String| line.starts_with("note missing-advised-field /Visible/Baby Blankets/");
    assert_eq!(held.iter().filter(|line| is_advice(line)).count(), 1, "one note for all that is advised: {held:?}");
}

#[test]
fn documents_that_cannot_be_meant_say_why() {
    let Some(data) = real_files() else { return };
    let refused = |id: &str, file: &str, options: &[(&'static str, &'static str)]| {
        let documents = BTreeMap::from([(id.to_owned(), bytes(&data.join(file)))]);
        let recipe = Recipe { options: options.to_vec(), documents, ..Recipe::default() };
        let walmart = recipe.open().unwrap();
        walmart.category(&walmart.profile().feeds[0], id).unwrap_err().to_string()
    };
    assert_eq!(
        refused(SLEEVES, SLEEVES_SPEC, &[("spec_version", "5.0.20260703-18_22_27-api")]),
        "Trading Card Sleeves & Holders.json is of the spec 5.0.20260803-17_50_56-api, and the channel sends \
         5.0.20260703-18_22_27-api: fetch the spec of that stamp, or set `options.spec_version`"
    );
    assert_eq!(
        refused(BLANKETS, BLANKETS_SPEC, &[("spec_version", "5.0.20241118-04_39_24-api")]),
        "Baby Blankets.json is the spec of MP_WFS_ITEM; fetch that of MP_ITEM"
    );
    assert_eq!(
        refused("Baby Blanket", BLANKETS_SPEC, &[("spec_version", "5.0.20241118-04_39_24-api")]),
        "Baby Blanket.json has no product type `Baby Blanket`; did you mean `Baby Blankets`?; it has Baby Blankets"
    );
    assert_eq!(
        refused("T-Shirts", "taxonomy/items-taxonomy.TAXONOMY_PT_RESPONSE.json", &[]),
        "T-Shirts.json is the list of product types and no spec: give it as `documents.taxonomy`"
    );
}

#[test]
fn the_list_of_product_types_knows_the_starters_and_refuses_others() {
    let Some(data) = real_files() else { return };
    let references = taxonomy(bytes(&data.join("taxonomy/items-taxonomy.TAXONOMY_PT_RESPONSE.json")));
    let starters: Vec<String> =
        Recipe::default().open().unwrap().taxonomy().into_iter().map(|entry| entry.id).collect();
    let walmart = Recipe { references, ..Recipe::default() }.open().unwrap();
    let entries = walmart.taxonomy();
    assert_eq!(entries.len(), 6781);
    let feed = &walmart.profile().feeds[0];
    for starter in starters {
        assert!(entries.iter().any(|entry| entry.id == starter), "{starter}");
        walmart.category(feed, &starter).unwrap();
    }
    assert_eq!(
        walmart.category(feed, "T-Shirt").unwrap_err().to_string(),
        "`T-Shirt` is not among the product types of the taxonomy; did you mean `T-Shirts`?"
    );
    let references = taxonomy(bytes(&data.join("taxonomy/items-taxonomy.TAXONOMY_CATEGORY_RESPONSE.json")));
    let walmart = Recipe { references, ..Recipe::default() }.open().unwrap();
    assert!(walmart.taxonomy().iter().any(|entry| entry.path == ["Animal", "Animal Food"]));
}

#[test]
fn older_prices_and_inventory_meet_the_public_schemas_of_their_feeds() {
    let Some(data) = real_files() else { return };
    let schemas = data.join("feed-schemas/whitebox");
    let of = |file: &str| {
        let schema: Value = serde_json::from_slice(&bytes(&schemas.join(file))).unwrap();
        validator(&schema, Draft::Draft6)
    };
    let walmart = Recipe::default().open().unwrap();
    let products = [sleeves(1, "19.99", &json!({ "amount": "120", "unit": "g" })), family()];
    for (feed, list, header, row) in [
        ("price_legacy", "Price", "price-schemas/PriceHeader.json", "price-schemas/Price.json"),
        ("inventory", "Inventory", "inventory-schemas/InventoryHeader.json", "inventory-schemas/Inventory.json"),
    ] {
        let (text, _) = one_file(walmart.as_ref(), feed, "", &products);
        let file: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(complaints(&of(header), &file[format!("{list}Header")]), Vec::<String>::new(), "{feed}");
        let row = of(row);
        let rows = file[list].as_array().unwrap();
        assert!(!rows.is_empty(), "{feed}");
        for written in rows {
            assert_eq!(complaints(&row, written), Vec::<String>::new(), "{feed}");
        }
    }
}

#[test]
fn walmarts_own_examples_of_the_frames_are_taken() {
    let Some(data) = real_files() else { return };
    let walmart = Recipe::default().open().unwrap();
    let example = |name: &str| -> Value {
        serde_json::from_slice(&bytes(&data.join(format!("bodies/openapi-examples/{name}.json")))).unwrap()
    };
    let inventory = "inventory-management.post.v3-feeds.json";
    for (feed, file) in [
        ("retire", example("item-management.post.v3-feeds.RETIRE-ITEM")),
        ("lag_time", example("lag-time.post.v3-feeds.json1")),
        ("price_legacy", example("price-management.post.v3-feeds.json1")),
        // The member `file` of these two is the name of a part of the request, and no part of the feed.
        ("inventory", example(&format!("{inventory}-singleNode-spec-1-4"))["file"].clone()),
        ("mp_inventory", example(&format!("{inventory}-multiNode-spec-1-5"))["file"].clone()),
    ] {
        assert_eq!(support::linted_lines(walmart.as_ref(), feed, &file), Vec::<String>::new(), "{feed}");
    }
    let wrapped =
        support::linted_lines(walmart.as_ref(), "inventory", &example(&format!("{inventory}-singleNode-spec-1-4")));
    assert_eq!(wrapped, ["error bad-envelope /file"]);
    let old =
        support::linted_lines(walmart.as_ref(), "mp_item", &example("item-management.post.v3-feeds.V4.8-MP-ITEM"));
    assert_eq!(old, ["error bad-envelope /MPItemFeedHeader/version"]);
}
