//! Real files, which are not part of the repository: what is known of them must come out.

mod support;

use expect_test::expect;
use feedwright_catalog::product::IdentifierKind;
use feedwright_catalog::product::ProductKind;
use feedwright_sources::Profile;
use feedwright_sources::ProfileChoice;
use std::collections::BTreeSet;
use support::Read;
use support::derive;
use support::options;
use support::read;
use support::read_own;
use support::read_with;
use support::shared;

/// Products, variants, images, valid barcodes.
fn count(read: &Read) -> [usize; 4] {
    let variants = || read.products.iter().flat_map(|product| &product.variants);
    let is_gtin = |variant: &&feedwright_catalog::Variant| {
        variant.identifiers.iter().any(|identifier| matches!(identifier.kind, IdentifierKind::Gtin(_)))
    };
    [
        read.products.len(),
        read.n_variants(),
        read.products.iter().map(|product| product.media.len()).sum(),
        variants().filter(is_gtin).count(),
    ]
}

#[test]
fn a_hand_edited_export_is_read_whole() {
    let Some(bytes) = shared("shopify/procure-impact-dwc.products.csv") else { return };
    let read = read(&bytes);
    assert_eq!(count(&read), [29, 75, 178, 0]);
    expect![[r#"{"column-not-read": 9, "duplicate-sku": 2}"#]].assert_eq(&format!("{:?}", read.counts()));
    assert_eq!(read.tally.n_rows, 179);
}

#[test]
fn the_demo_shops_are_read_whole() {
    let cases = [
        ("shopify/shopifypartners-apparel.csv", [20, 22, 20, 0]),
        ("shopify/shopifypartners-jewelery.csv", [20, 23, 41, 0]),
        ("shopify/shopifypartners-home-and-garden.csv", [20, 21, 21, 0]),
    ];
    for (path, expected) in cases {
        let Some(bytes) = shared(path) else { return };
        let made = derive(&bytes);
        assert_eq!(count(&made), expected, "{path}");
        let reported = read(&bytes);
        assert_eq!(reported.products.len(), 0, "{path}: no row has a SKU");
        assert_eq!(reported.counts()["missing-sku"], expected[1], "{path}");
    }
}

#[test]
fn line_ends_make_no_difference_to_a_real_file() {
    let (Some(with), Some(without)) =
        (shared("shopify/shopifypartners-jewelery.csv"), shared("derived/shopifypartners-jewelery.cr-only.csv"))
    else {
        return;
    };
    let (with, without) = (derive(&with), derive(&without));
    assert_eq!(with.catalog(), without.catalog());
    assert_eq!(with.said(), without.said());
}

#[test]
fn guarded_barcodes_are_valid_and_damaged_ones_are_gone() {
    let (Some(good), Some(damaged)) = (
        shared("shopify/prijsgarantie-inventory-subset.excerpt.csv"),
        shared("derived/prijsgarantie.excel-damaged.cp1252.csv"),
    ) else {
        return;
    };
    let (good, damaged) = (read(&good), read(&damaged));
    assert_eq!(count(&good), [62, 62, 0, 61]);
    assert_eq!(count(&damaged), [62, 62, 0, 0]);
    assert_eq!(damaged.counts()["damaged-number"], 61);
    assert_eq!((damaged.info.encoding, damaged.info.delimiter), ("windows-1252", Some(';')));
    // Without a tracker nobody knows how many there are.
    let with_stock = good.products.iter().filter(|product| !product.variants[0].stock.is_empty());
    assert_eq!((with_stock.count(), good.counts()["quantity-not-tracked"]), (14, 1));
    let titles = |read: &Read| -> Vec<_> {
        let title = |product: &feedwright_catalog::Product| {
            format!("{:?}", product.fields.iter().next().map(|(_, values)| values))
        };
        read.products.iter().map(title).collect()
    };
    assert_eq!(titles(&good), titles(&damaged), "letters survive the code page");
}

#[test]
fn the_new_template_is_known_by_its_header() {
    let Some(bytes) = shared("shopify/shopify-new-template.header-only.csv") else { return };
    let read = read(&bytes);
    assert_eq!(read.info.profile, "shopify");
    expect![[r#"{"empty-source": 1}"#]].assert_eq(&format!("{:?}", read.counts()));
}

const ICECAT: &str = r#"
name = "icecat"
description = "Akeneo's import form, the parts that a flat table has"
layout = "flat"
[columns]
"sku" = "sku"
"name-de_DE" = { to = "title", locale = "de-DE" }
"name-en_US" = "title"
"name" = "title"
"categories" = "category"
"#;

#[test]
fn encodings_of_real_files_come_out_right() {
    let cases = [
        ("akeneo-icecat/pc_monitors.csv", "derived/icecat-pc_monitors.utf16le-bom.tsv", "UTF-16LE", 500),
        ("akeneo-icecat/loudspeakers.csv", "derived/icecat-loudspeakers.cp1252.crlf.csv", "windows-1252", 494),
        ("akeneo-icecat/tablets.csv", "derived/icecat-tablets.utf8-bom.semicolon.csv", "UTF-8", 25),
        ("akeneo-icecat/webcams.csv", "derived/icecat-webcams.latin1.lf.csv", "windows-1252", 208),
    ];
    for (original, derived, encoding, n_rows) in cases {
        let (Some(original), Some(bytes)) = (shared(original), shared(derived)) else { return };
        let (original, read) = (read_own(&original, ICECAT), read_own(&bytes, ICECAT));
        assert_eq!((read.info.encoding, read.tally.n_rows), (encoding, n_rows), "{derived}");
        assert_eq!(read.counts().get("replaced-characters"), None, "{derived}");
        // The derived files hold the rows that the encoding can hold.
        let expected: BTreeSet<_> = original.catalog().lines().map(str::to_owned).collect();
        let found: BTreeSet<_> = read.catalog().lines().map(str::to_owned).collect();
        assert_eq!(found.difference(&expected).next(), None, "{derived}");
        assert_eq!(read.products.len() as u64, n_rows, "{derived}");
    }
}

#[test]
fn other_shops_exports_are_refused_with_the_scores() {
    for path in [
        "woocommerce/sample_products.csv",
        "magento/configurable-products.import-export.csv",
        "akeneo-icecat/tablets.csv",
    ] {
        let Some(bytes) = shared(path) else { return };
        let why = read_with(&bytes, &ProfileChoice::Detect, &options()).unwrap_err().to_string();
        assert!(why.starts_with("no profile fits a.csv (csv "), "{path}: {why}");
    }
    let Some(bytes) = shared("derived/prijsgarantie.xlsx") else { return };
    let why = read_with(&bytes, &ProfileChoice::Detect, &options()).unwrap_err().to_string();
    assert_eq!(why, "a.csv is not text but an XLSX or ZIP file: save it as CSV in UTF-8");
}

#[test]
fn a_foreign_table_is_read_by_naming_its_columns() {
    let Some(bytes) = shared("magento/configurable-products.import-export.csv") else { return };
    let profile = "name = \"m\"\ndescription = \"m\"\nlayout = \"flat\"\n[columns]\nsku = \"sku\"\nname = \"title\"\nprice = \"price\"\ndescription = \"description\"\nqty = \"quantity\"\nweight = { to = \"package_weight\", unit = \"lb\" }\n";
    let profile = Profile::parse("m.toml", profile).unwrap();
    let read = read_with(&bytes, &ProfileChoice::Own(Box::new(profile)), &options()).unwrap();
    assert_eq!(count(&read)[..2], [1994, 1994]);
    assert_eq!(read.counts().keys().filter(|code| *code != "column-not-read").count(), 0, "{:?}", read.counts());
    assert!(read.products.iter().all(|product| product.kind == ProductKind::Standard));
}
