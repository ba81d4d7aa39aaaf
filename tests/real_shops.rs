//! Exports of real shops become feeds that Amazon's own schemas accept, and every variant is accounted for: it is in a
//! feed, or it is said where it stands and what to type.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "shared/official.rs"]
mod official;
mod shared;
#[path = "shared/shop.rs"]
mod shop;

use official::complaints;
use serde_json::Value;
use serde_json::json;
use shared::feedwright_in;
use shared::shared_data;
use shop::Built;
use shop::Export;
use shop::LeftOut;
use shop::Recipe;
use shop::build;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// What one file gives: variants and messages, with SKUs made up where there is none. Counted in the files by hand
/// once; a change here is a change of what sellers get.
const KNOWN: &[(&str, usize)] = &[
    ("prijsgarantie-inventory-subset.excerpt.csv", 62),
    ("procure-impact-dwc.products.csv", 77),
    ("shopify-new-template.header-only.csv", 0),
    ("shopifypartners-apparel.csv", 22),
    ("shopifypartners-home-and-garden.csv", 21),
    ("shopifypartners-jewelery.csv", 23),
];

/// The columns that feed attributes of a home product, by the attribute; the first that the file has.
const FED_BY: &[(&str, &[&str])] = &[
    ("item_name", &["Title"]),
    ("brand", &["Vendor"]),
    ("manufacturer", &["Vendor"]),
    ("product_description", &["Body (HTML)"]),
    ("main_product_image_locator", &["Image Src"]),
    ("purchasable_offer", &["Variant Price"]),
    ("list_price", &["Variant Compare At Price"]),
    ("item_package_weight", &["Variant Grams"]),
    ("fulfillment_availability", &["Variant Inventory Qty"]),
    ("item_package_dimensions", &[]),
];

/// Every real export; none when they are not there.
fn exports(data: &Path) -> Vec<Export> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(data.join("sources/shopify")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let exports: Vec<Export> = paths.iter().map(|path| Export::read(path)).collect();
    let found: Vec<(&str, usize)> =
        exports.iter().map(|export| (export.name.as_str(), export.variants.len())).collect();
    assert_eq!(found, KNOWN, "the files are those this test was written against");
    exports
}

fn home(data: &Path) -> PathBuf {
    data.join("amazon/ptd-schemas/HOME-us.json")
}

#[test]
fn every_real_export_can_be_checked_without_a_configuration() {
    let Some(data) = shared_data() else { return };
    for export in exports(&data) {
        let catalog = export.path.to_str().unwrap();
        let run = feedwright_in(
            &shared::root(),
            &[
                "check",
                catalog,
                "--channel",
                "amazon/US",
                "--category",
                "HOME",
                "--currency",
                "USD",
                "--format",
                "json",
            ],
        );
        assert!(run.code == 0 || run.code == 1, "{catalog}: {} {}", run.code, run.stderr);
        assert_eq!(run.stderr, "", "{catalog}");
        let codes: BTreeSet<String> =
            run.findings().iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect();
        assert_eq!(codes.contains("empty-source"), export.variants.is_empty(), "{catalog}: {codes:?}");
    }
}

#[test]
fn every_message_made_from_a_real_export_is_valid_by_amazons_own_schemas() {
    let Some(data) = shared_data() else { return };
    let (envelope, product_type) = (official::feed_schema(&data), official::product_type(&home(&data)));
    let mut most = 0;
    for export in exports(&data) {
        for (missing_sku, more) in [("derive", ""), ("report", ""), ("derive", "always_available = true\n")] {
            let built = build(&Recipe { catalog: &export.path, missing_sku, more, schema: Some(&home(&data)) });
            let name = format!("{} {missing_sku} {more}", export.name);
            check_files(&built, &envelope, &name);
            let messages = built.messages();
            for message in &messages {
                assert_eq!(message["productType"], "HOME", "{name}");
                let found = complaints(&product_type, &message["attributes"]);
                assert_eq!(found, Vec::<String>::new(), "{name}: {message}");
            }
            check_coverage(&export, &built, missing_sku, &name);
            println!(
                "{name}: {} variants, {} messages, counts {}",
                export.variants.len(),
                messages.len(),
                built.channel()["counts"]
            );
            most = most.max(messages.len());
        }
    }
    assert!(most > 20, "at least one real shop gives a feed worth the name, not {most} messages");
}

/// The files of a build: valid frames, true digests and counts, limits kept, numbers and SKUs unique, parents first.
fn check_files(built: &Built, envelope: &jsonschema::Validator, name: &str) {
    let files = built.channel()["files"].as_array().unwrap();
    let mut skus = BTreeSet::new();
    let mut n_records = 0;
    for (file, bytes) in files.iter().zip(built.feeds()) {
        let feed: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(complaints(envelope, &feed), Vec::<String>::new(), "{name}");
        assert_eq!(file["blake3"], blake3::hash(&bytes).to_string(), "{name}");
        assert_eq!(file["bytes"], bytes.len(), "{name}");
        assert!(bytes.len() <= 10 << 20, "{name}: {} bytes", bytes.len());
        assert_eq!(feed["header"], json!({ "sellerId": "A2EXAMPLE", "version": "2.0", "issueLocale": "en_US" }));
        let messages = feed["messages"].as_array().unwrap();
        assert!((1..=25_000).contains(&messages.len()), "{name}");
        assert_eq!(file["records"], messages.len(), "{name}");
        n_records += messages.len();
        for (at, message) in messages.iter().enumerate() {
            assert_eq!(message["messageId"], at + 1, "{name}");
            let sku = message["sku"].as_str().unwrap().to_lowercase();
            let parent = message["attributes"]["child_parent_sku_relationship"][0]["parent_sku"].as_str();
            if let Some(parent) = parent {
                assert!(skus.contains(&parent.to_lowercase()), "{name}: `{parent}` must stand before `{sku}`");
            }
            assert!(skus.insert(sku), "{name}: {message}");
        }
    }
    let counts = &built.channel()["counts"];
    let count = |key: &str| counts[key].as_u64().unwrap();
    assert_eq!(count("ready"), n_records as u64, "{name}");
    assert_eq!(count("items"), count("ready") + count("blocked") + count("left_out"), "{name}");
    let left_out = &built.manifest["left_out"];
    if left_out.is_null() {
        assert!(!built.out().join("left-out.csv").exists());
    } else {
        let bytes = fs::read(built.out().join("left-out.csv")).unwrap();
        assert_eq!(left_out["blake3"], blake3::hash(&bytes).to_string(), "{name}");
        assert_eq!(left_out["bytes"], bytes.len(), "{name}");
        assert_eq!(left_out["records"], built.left_out().len(), "{name}");
    }
    let is_blocked = built.run.findings().iter().any(|finding| finding["severity"] == "error");
    assert_eq!(built.run.code, i32::from(is_blocked), "{name}");
    let mut names: Vec<String> = fs::read_dir(built.out())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned())
        .filter(|name| name != "us" && name != "left-out.csv")
        .collect();
    names.sort();
    assert_eq!(names, ["manifest.json"], "{name}: nothing else is left behind");
}

/// Every variant of the export is in a feed, or said to be left out with the place and what to do there.
fn check_coverage(export: &Export, built: &Built, missing_sku: &str, name: &str) {
    let sent: BTreeSet<String> =
        built.messages().iter().map(|message| message["sku"].as_str().unwrap().to_owned()).collect();
    let left_out = built.left_out();
    for row in &left_out {
        assert_eq!(row.file, export.path.display().to_string(), "{name}: {row:?}");
        assert_ne!(row.line, "", "{name}: {row:?}");
        assert_ne!(row.help, "", "{name}: {row:?}");
        assert!(row.column.is_empty() || export.header.contains(&row.column), "{name}: {row:?}");
        check_help(export, row, name);
    }
    let mut seen = BTreeSet::new();
    for variant in &export.variants {
        let is_repeated = !seen.insert(variant.sku.to_lowercase());
        if sent.contains(&variant.sku) && !is_repeated {
            continue;
        }
        let line = variant.line.to_string();
        let by_line = |row: &&LeftOut| row.line == line;
        let reasons: Vec<&LeftOut> = if is_repeated || (!variant.has_sku && missing_sku == "report") {
            left_out.iter().filter(by_line).collect()
        } else {
            left_out.iter().filter(|row| row.sku == variant.sku).collect()
        };
        assert!(!reasons.is_empty(), "{name}: nothing says why {variant:?} is not sent");
        let code = if is_repeated { "duplicate-sku" } else { "missing-sku" };
        if is_repeated || (!variant.has_sku && missing_sku == "report") {
            assert!(reasons.iter().any(|row| row.code == code && row.column == "Variant SKU"), "{name}: {reasons:?}");
        }
        let lines = [variant.line.to_string(), variant.product_line.to_string()];
        for row in reasons {
            assert!(lines.contains(&row.line), "{name}: {row:?} is not about {variant:?}");
        }
    }
}

/// What is missing is named by the column that feeds it, and the column is empty there; or it is said that there is none.
fn check_help(export: &Export, row: &LeftOut, name: &str) {
    if !matches!(row.code.as_str(), "missing-required-field" | "missing-price" | "missing-main-image") {
        return;
    }
    let attribute = row.pointer.split('/').nth(2).unwrap();
    let fed_by = FED_BY.iter().find(|(fed, _)| *fed == attribute);
    let (_, columns) = fed_by.unwrap_or_else(|| panic!("{name}: which column feeds {row:?}?"));
    match columns.iter().find(|column| export.header.iter().any(|name| name == *column)) {
        Some(column) => {
            assert_eq!(row.column, *column, "{name}: {row:?}");
            assert!(row.help.contains(&format!("fill column \"{column}\"")), "{name}: {row:?}");
            let cell = export.cell(row.line.parse().unwrap(), column);
            // A weight of 0 was never filled in; a quantity nobody tracks is none.
            let is_none = cell.is_empty()
                || matches!(cell, "0" | "0.0")
                || (*column == "Variant Inventory Qty"
                    && export.cell(row.line.parse().unwrap(), "Variant Inventory Tracker").is_empty());
            assert!(is_none, "{name}: {row:?} asks for what stands there: `{cell}`");
        }
        None => {
            assert_eq!(row.column, "", "{name}: {row:?}");
            assert!(row.help.contains("no column of") && row.help.contains("defaults."), "{name}: {row:?}");
        }
    }
}

#[test]
fn the_new_header_gives_the_same_feed_as_the_old_one() {
    const RENAMED: &[(&str, &str)] = &[
        ("Handle", "URL handle"),
        ("Body (HTML)", "Description"),
        ("Product Category", "Product category"),
        ("Published", "Published on online store"),
        ("Option1 Name", "Option1 name"),
        ("Option1 Value", "Option1 value"),
        ("Option2 Name", "Option2 name"),
        ("Option2 Value", "Option2 value"),
        ("Option3 Name", "Option3 name"),
        ("Option3 Value", "Option3 value"),
        ("Variant SKU", "SKU"),
        ("Variant Barcode", "Barcode"),
        ("Variant Price", "Price"),
        ("Variant Compare At Price", "Compare-at price"),
        ("Variant Taxable", "Charge tax"),
        ("Variant Tax Code", "Tax code"),
        ("Variant Grams", "Weight value (grams)"),
        ("Variant Weight Unit", "Weight unit for display"),
        ("Variant Inventory Tracker", "Inventory tracker"),
        ("Variant Inventory Qty", "Inventory quantity"),
        ("Variant Inventory Policy", "Continue selling when out of stock"),
        ("Variant Requires Shipping", "Requires shipping"),
        ("Variant Fulfillment Service", "Fulfillment service"),
        ("Image Src", "Product image URL"),
        ("Image Position", "Image position"),
        ("Image Alt Text", "Image alt text"),
        ("Variant Image", "Variant image URL"),
        ("Gift Card", "Gift card"),
        ("SEO Title", "SEO title"),
        ("SEO Description", "SEO description"),
        ("Google Shopping / Google Product Category", "Google Shopping / Google product category"),
        ("Google Shopping / Age Group", "Google Shopping / Age group"),
        ("Google Shopping / MPN", "Google Shopping / Manufacturer part number (MPN)"),
        ("Compare At Price / International", "Compare-at price / International"),
    ];
    let Some(data) = shared_data() else { return };
    let mut n_messages = 0;
    for export in exports(&data).iter().filter(|export| !export.variants.is_empty()) {
        let folder = tempfile::tempdir().unwrap();
        let renamed = folder.path().join("products.csv");
        let text = fs::read_to_string(&export.path).unwrap();
        let (header, rows) = text.split_once('\n').unwrap();
        let new_name = |name: &str| {
            let bare = name.trim_end_matches('\r');
            RENAMED.iter().find(|(old, _)| *old == bare).map_or(name.to_owned(), |(_, new)| (*new).to_owned())
        };
        let header: Vec<String> = header.split(',').map(new_name).collect();
        fs::write(&renamed, format!("{}\n{rows}", header.join(","))).unwrap();
        let more = "always_available = true\n";
        let made = |catalog: &Path| build(&Recipe { catalog, missing_sku: "derive", more, schema: Some(&home(&data)) });
        let (old, new) = (made(&export.path), made(&renamed));
        assert_eq!(old.feeds(), new.feeds(), "{}", export.name);
        let told = |built: &Built| -> Vec<(String, String, String, String)> {
            let rows = built.left_out().into_iter();
            rows.map(|row| (row.sku, row.code, row.line, row.pointer)).collect()
        };
        assert_eq!(told(&old), told(&new), "{}", export.name);
        assert_eq!(old.channel()["counts"], new.channel()["counts"], "{}", export.name);
        n_messages += new.messages().len();
    }
    assert!(n_messages > 20, "{n_messages} messages compared");
}

#[test]
fn the_schemas_as_this_test_reads_them_refuse_what_amazon_refuses() {
    let Some(data) = shared_data() else { return };
    let (envelope, product_type) = (official::feed_schema(&data), official::product_type(&home(&data)));
    let built =
        build(&Recipe { catalog: &catalog_file(), missing_sku: "report", more: "", schema: Some(&home(&data)) });
    let feed: Value = serde_json::from_slice(&built.feeds()[0]).unwrap();
    let good = feed["messages"].as_array().unwrap().last().unwrap()["attributes"].clone();
    assert_eq!(complaints(&product_type, &good), Vec::<String>::new());
    let refuses = |what: &str, change: &dyn Fn(&mut Value)| {
        let mut bad = good.clone();
        change(&mut bad);
        assert_ne!(complaints(&product_type, &bad), Vec::<String>::new(), "{what}");
    };
    refuses("no brand", &|bad| {
        bad.as_object_mut().unwrap().remove("brand");
    });
    refuses("two brands for one site, one of them without saying so", &|bad| {
        let mut second = bad["brand"][0].clone();
        second.as_object_mut().unwrap().remove("marketplace_id");
        bad["brand"].as_array_mut().unwrap().push(second);
    });
    refuses("too many bytes in few enough characters", &|bad| {
        bad["product_description"][0]["value"] = Value::from("é".repeat(5_001));
    });
    refuses("a day that does not exist", &|bad| {
        bad["merchant_release_date"] = json!([{ "value": "2026-02-30", "marketplace_id": "ATVPDKIKX0DER" }]);
    });
    let mut bad = feed;
    bad["messages"][0]["patches"] = json!([]);
    assert_ne!(complaints(&envelope, &bad), Vec::<String>::new());
}

/// A family of two and a single product, complete for a home product; the single one is in Amazon's catalog already.
fn catalog_file() -> PathBuf {
    shared::root().join("tests/fixtures/two-products.jsonl")
}

#[test]
fn every_operation_and_set_of_requirements_gives_messages_of_its_own_form() {
    let Some(data) = shared_data() else { return };
    let envelope = official::feed_schema(&data);
    let product_type = official::product_type(&home(&data));
    let made = |options: &str| {
        let more = format!("\n[channels.us.options]\n{options}\n");
        let built =
            build(&Recipe { catalog: &catalog_file(), missing_sku: "report", more: &more, schema: Some(&home(&data)) });
        check_files(&built, &envelope, options);
        assert_eq!(built.channel()["counts"]["blocked"], 0, "{options}: {}", built.run.stdout);
        let messages = built.messages();
        let skus: Vec<&str> = messages.iter().map(|message| message["sku"].as_str().unwrap()).collect();
        assert_eq!(skus, ["bowl", "BOWL-S", "BOWL-B", "VASE-1"], "{options}");
        messages
    };
    let members = |message: &Value| -> BTreeSet<String> { message.as_object().unwrap().keys().cloned().collect() };
    let names = |names: &[&str]| -> BTreeSet<String> { names.iter().map(|name| (*name).to_owned()).collect() };

    let updates = made("operation = \"UPDATE\"");
    for message in &updates {
        assert_eq!(
            members(message),
            names(&["messageId", "sku", "operationType", "productType", "requirements", "attributes"])
        );
        assert_eq!(complaints(&product_type, &message["attributes"]), Vec::<String>::new());
    }
    for (update, partial) in updates.iter().zip(made("operation = \"PARTIAL_UPDATE\"")) {
        assert_eq!(members(&partial), names(&["messageId", "sku", "operationType", "productType", "attributes"]));
        assert_eq!(partial["operationType"], "PARTIAL_UPDATE");
        assert_eq!(partial["attributes"], update["attributes"]);
    }
    for message in made("fulfillment = \"amazon\"") {
        assert_eq!(complaints(&product_type, &message["attributes"]), Vec::<String>::new());
        let is_parent = message["attributes"]["parentage_level"][0]["value"] == "parent";
        let availability = &message["attributes"]["fulfillment_availability"];
        assert_eq!(availability.is_null(), is_parent, "{message}");
        if !is_parent {
            assert_eq!(*availability, json!([{ "fulfillment_channel_code": "AMAZON_NA" }]));
            assert!(message["attributes"]["merchant_shipping_group"].is_null());
        }
    }
    for message in made("requirements = \"LISTING_PRODUCT_ONLY\"") {
        assert_eq!(message["requirements"], "LISTING_PRODUCT_ONLY");
    }
}

#[test]
fn an_offer_on_an_existing_catalog_entry_holds_the_entry_and_the_offer_and_has_no_parent() {
    let Some(data) = shared_data() else { return };
    let built = build(&Recipe {
        catalog: &catalog_file(),
        missing_sku: "report",
        more: "\n[channels.us.options]\nrequirements = \"LISTING_OFFER_ONLY\"\n",
        schema: None,
    });
    check_files(&built, &official::feed_schema(&data), "offers");
    let messages = built.messages();
    let skus: Vec<&str> = messages.iter().map(|message| message["sku"].as_str().unwrap()).collect();
    assert_eq!(skus, ["BOWL-S", "VASE-1"]);
    for message in &messages {
        assert_eq!(message["requirements"], "LISTING_OFFER_ONLY");
        let attributes: Vec<&str> = message["attributes"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = vec![
            "batteries_required",
            "condition_type",
            "fulfillment_availability",
            "list_price",
            "merchant_shipping_group",
            "merchant_suggested_asin",
            "purchasable_offer",
            "supplier_declared_dg_hz_regulation",
        ];
        if message["sku"] == "BOWL-S" {
            expected.push("externally_assigned_product_identifier");
            expected.sort_unstable();
        }
        assert_eq!(attributes, expected, "{message}");
    }
    let left_out: Vec<(String, String, String)> =
        built.left_out().into_iter().map(|row| (row.sku, row.code, row.column)).collect();
    let reason = |code: &str, column: &str| ("BOWL-B".to_owned(), code.to_owned(), column.to_owned());
    assert_eq!(left_out, [reason("missing-required-field", "asin")], "only what has no entry yet is left out");
}
