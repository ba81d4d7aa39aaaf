//! The sample catalogs: complete where they should be, and wrong where they show what wrong looks like.

#[expect(dead_code, reason = "shared by several tests")]
mod support;

use expect_test::expect;
use support::read;

#[test]
fn the_sample_catalog_has_nothing_to_say() {
    let read = read(include_bytes!("../../../samples/catalog/catalog.jsonl"));
    assert_eq!(read.said(), "");
    assert_eq!((read.products.len(), read.n_variants()), (12, 25));
    let variants = || read.products.iter().flat_map(|product| &product.variants);
    assert!(
        variants()
            .all(|variant| matches!(variant.identifiers[0].kind, feedwright_catalog::product::IdentifierKind::Gtin(_)))
    );
    assert!(variants().all(|variant| variant.offers[0].price.is_some() && variant.stock[0].quantity.is_some()));
}

#[test]
fn the_sample_export_has_the_usual_defects() {
    let read = read(include_bytes!("../../../samples/catalog/shopify-mugs.csv"));
    expect![[r#"
        a.csv:3, column "Variant Barcode" [HL-EM12-BLU]
          warning bad-check-digit: barcode number `9520004100179` ends in 9, but the check digit of the others is 5
          help: compare column "Variant Barcode" with the package; a digit is wrong or two are swapped
        a.csv:10, column "Variant SKU"
          error missing-sku: a variant of product `oak-board` has no SKU: column "Variant SKU" is empty
          help: fill in column "Variant SKU" with a number of your own, such as `oak-board-large`, or set `missing_sku = "derive"`
        a.csv:14, column "Variant SKU"
          error duplicate-sku: SKU `HL-OX-W-BLU-S` stands on line 13 already; that row is used
          help: give one of the two rows another number in column "Variant SKU"
        a.csv:19, column "Option1 Value" [HL-TR-W-SLA-9]
          error duplicate-variant: product `trail-shoe` has `8` on line 18 already
          help: give it another value in column "Option1 Value", or remove the row
        a.csv:22, column "Variant Price" [NL-ST1-SND]
          warning unreadable-value: `price` cannot be read from `on request`: has `o`, which is not part of a number
          help: write an amount such as `12.50`, in column "Variant Price"
        a.csv:26, column "Variant Barcode" [MD-C21-SIL]
          warning damaged-number: barcode number `9.52E+12` was rounded by a spreadsheet; its digits are gone
          help: format column "Variant Barcode" as text and type the number from the package again
        a.csv:27, column "Image Src"
          warning unreadable-value: `image` cannot be read from `soy-candle.jpg`: is not an http or https address
          help: write the whole address, beginning with `https://`, in column "Image Src"
        a.csv:5
          note quantity-not-tracked: variants with a quantity that nobody counts: 1, the first here; it is unknown, not zero
          help: turn on inventory tracking in the shop, or give the quantity by another source
        a.csv:1, column "Variant Fulfillment Service"
          note column-not-read: column "Variant Fulfillment Service" is read by nothing; filled cells: 25, the first on line 2
          help: to read it, name the column in a profile of your own
        a.csv:1, column "Variant Taxable"
          note column-not-read: column "Variant Taxable" is read by nothing; filled cells: 25, the first on line 2
          help: to read it, name the column in a profile of your own
        a.csv:1, column "Image Alt Text"
          note column-not-read: column "Image Alt Text" is read by nothing; filled cells: 12, the first on line 2
          help: to read it, name the column in a profile of your own
    "#]].assert_eq(&read.said());
    assert_eq!((read.products.len(), read.n_variants()), (12, 22));
}
