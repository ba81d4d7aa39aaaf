//! Shopify's export: its grammar of rows, its traps, and both generations of its header.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

#[expect(dead_code, reason = "shared by several tests")]
mod support;

use expect_test::Expect;
use expect_test::expect;
use feedwright_sources::MissingSku;
use feedwright_sources::ProfileChoice;
use support::options;
use support::read;
use support::read_with;

fn check(csv: &str, catalog: &Expect, said: &Expect) {
    let read = read(csv.as_bytes());
    catalog.assert_eq(&read.catalog());
    said.assert_eq(&read.said());
}

#[test]
fn rows_are_variants_images_or_both() {
    check(
        "\
Handle,Title,Vendor,Type,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price,Image Src,Image Position,Variant Image
mug,Enamel mug,Ostwind,Kitchen > Mugs,Colour,Red,Size,S,M-R-S,9.5,https://i.example/2.jpg,2,https://i.example/red.jpg?v=1
mug,,,,,Blue,,S,M-B-S,9.5,https://i.example/1.jpg?v=7,1,
mug,,,,,,,,,,https://i.example/3.jpg,3,
mug,,,,,Blue,,L,M-B-L,11,,,
bag,Tote bag,Ostwind,,Title,Default Title,,,B-1,20.00,,,
",
        &expect![[r#"
            {"key":"mug","categories":[{"path":"Kitchen > Mugs"}],"axes":[{"field":"color","label":"Colour"},{"field":"size","label":"Size"}],"fields":{"title":"Enamel mug","brand":"Ostwind"},"media":[{"url":"https://i.example/1.jpg?v=7","role":"main"},{"url":"https://i.example/2.jpg","role":"additional"},{"url":"https://i.example/3.jpg","role":"additional"}],"variants":[{"sku":"M-R-S","fields":{"color":"Red","size":"S"},"media":[{"url":"https://i.example/red.jpg?v=1","role":"main"}],"offers":[{"price":{"amount":"9.50","currency":"USD"}}]},{"sku":"M-B-S","fields":{"color":"Blue","size":"S"},"offers":[{"price":{"amount":"9.50","currency":"USD"}}]},{"sku":"M-B-L","fields":{"color":"Blue","size":"L"},"offers":[{"price":{"amount":"11.00","currency":"USD"}}]}]}
            {"key":"bag","fields":{"title":"Tote bag","brand":"Ostwind"},"variants":[{"sku":"B-1","offers":[{"price":{"amount":"20.00","currency":"USD"}}]}]}
        "#]],
        &expect![""],
    );
}

#[test]
fn weights_stock_and_status_are_read_as_shopify_means_them() {
    check(
        "\
Handle,Title,Status,Published,Gift Card,Variant SKU,Variant Grams,Variant Weight Unit,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Requires Shipping,Cost per item,Variant Price,Variant Compare At Price
a,A,active,TRUE,FALSE,'007,90.718474,lb,shopify,-3,deny,true,2.50,9.00,0.00
b,B,draft,true,false,B,0.0,kg,,5,continue,true,,9.00,12
c,C,active,false,false,C,1500,kg,shopify,,deny,true,,,
d,D,archived,true,false,D,100,,,,deny,false,,,
e,E,sleeping,true,true,E,100,stone,,,maybe,,,,
",
        &expect![[r#"
            {"key":"a","fields":{"title":"A"},"variants":[{"sku":"007","fields":{"package_weight":{"amount":"0.2","unit":"lb"}},"offers":[{"price":{"amount":"9.00","currency":"USD"}}],"stock":[{"quantity":-3}]}]}
            {"key":"b","lifecycle":"draft","fields":{"title":"B"},"variants":[{"sku":"B","offers":[{"price":{"amount":"9.00","currency":"USD"},"compare_at_price":{"amount":"12.00","currency":"USD"}}],"stock":[{"always_available":true}]}]}
            {"key":"c","lifecycle":"draft","fields":{"title":"C"},"variants":[{"sku":"C","fields":{"package_weight":{"amount":"1.5","unit":"kg"}}}]}
            {"key":"d","kind":"digital","lifecycle":"archived","fields":{"title":"D"},"variants":[{"sku":"D","fields":{"package_weight":{"amount":"100","unit":"g"}}}]}
            {"key":"e","kind":"digital","lifecycle":"draft","fields":{"title":"E"},"variants":[{"sku":"E","fields":{"package_weight":{"amount":"100","unit":"g"}}}]}
        "#]],
        &expect![[r#"
            a.csv:6, column "Status"
              warning unreadable-value: `status` cannot be read from `sleeping`: is no status; the product is taken for a draft
              help: write `active`, `draft` or `archived`, in column "Status"
            a.csv:6, column "Variant Weight Unit" [E]
              warning unreadable-value: `unit.package_weight` cannot be read from `stone`: is not a unit
              help: write a unit such as `kg` or `lb`, in column "Variant Weight Unit"
            a.csv:6, column "Variant Inventory Policy" [E]
              warning unreadable-value: `sell_when_out_of_stock` cannot be read from `maybe`: is neither `continue` nor `deny`
              help: write `continue` or `deny`, in column "Variant Inventory Policy"
            a.csv:3
              note quantity-not-tracked: variants with a quantity that nobody counts: 1, the first here; it is unknown, not zero
              help: turn on inventory tracking in the shop, or give the quantity by another source
        "#]],
    );
}

#[test]
fn what_is_wrong_with_rows_is_said_at_its_place() {
    check(
        "\
Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Variant Grams
mug,Mug,Ostwind,Size,S,M-1,9.00,,
mug,,Westwind,,M,,9.00,,
mug,,,,S,M-2,9.00,,
mug,,,,,M-3,9.00,,
mug,,,,XL,m-1,9.00,,
mug,,,,XXL,M-4,nine,mug.jpg,
mug,,,,,,,https://i.example/1.jpg,500
,,,,,,,https://i.example/2.jpg,
bag,Bag,,,Large,\"B\t1\",9.00,,
mug,,,,3XL,M-5,9.00,,
cap,Cap,,,,C-1,9.00,,100,extra
hat,Hat,,,,H-1
",
        &expect![[r#"
            {"key":"mug","axes":[{"field":"size","label":"Size"}],"fields":{"title":"Mug","brand":"Ostwind"},"media":[{"url":"https://i.example/1.jpg","role":"main"}],"variants":[{"sku":"M-1","fields":{"size":"S"},"offers":[{"price":{"amount":"9.00","currency":"USD"}}]},{"sku":"M-4","fields":{"size":"XXL"}}]}
            {"key":"cap","fields":{"title":"Cap"},"variants":[{"sku":"C-1","fields":{"package_weight":{"amount":"100","unit":"g"}},"offers":[{"price":{"amount":"9.00","currency":"USD"}}]}]}
            {"key":"hat","fields":{"title":"Hat"},"variants":[{"sku":"H-1"}]}
        "#]],
        &expect![[r#"
            a.csv:3, column "Vendor"
              warning misplaced-value: `Westwind` is not read here: what the whole product shares is read from its first row, line 2
              help: move it to column "Vendor" of line 2, or remove it
            a.csv:3, column "Variant SKU"
              error missing-sku: a variant of product `mug` has no SKU: column "Variant SKU" is empty
              help: fill in column "Variant SKU" with a number of your own, such as `mug-m`, or set `missing_sku = "derive"`
            a.csv:4, column "Option1 Value" [M-2]
              error duplicate-variant: product `mug` has `S` on line 2 already
              help: give it another value in column "Option1 Value", or remove the row
            a.csv:5, column "Option1 Value" [M-3]
              error missing-option: the variant has no `Size`, and the others of product `mug` have one
              help: fill in column "Option1 Value"
            a.csv:6, column "Variant SKU"
              error duplicate-sku: SKU `m-1` stands on line 2 already; that row is used
              help: give one of the two rows another number in column "Variant SKU"
            a.csv:7, column "Variant Price" [M-4]
              warning unreadable-value: `price` cannot be read from `nine`: has `n`, which is not part of a number
              help: write an amount such as `12.50`, in column "Variant Price"
            a.csv:7, column "Image Src"
              warning unreadable-value: `image` cannot be read from `mug.jpg`: is not an http or https address
              help: write the whole address, beginning with `https://`, in column "Image Src"
            a.csv:8, column "Variant Grams"
              warning misplaced-value: `500` is not read here: the row is an image, not a variant
              help: fill in the variant's options and price, or remove the value
            a.csv:9, column "Handle"
              error orphan-row: column "Handle" is empty, so the row belongs to no product
              help: fill in column "Handle", or remove the row
            a.csv:10, column "Option1 Value"
              warning misplaced-value: `Large` is not read here: the option has no name
              help: fill in the option's name, such as `Size`
            a.csv:10, column "Variant SKU"
              error bad-sku: `B\t1` is no SKU: SKU has a control character at position 2
              help: type the SKU again in column "Variant SKU"
            a.csv:11, column "Handle"
              error scattered-product: product `mug` began on line 2, and other products stand between
              help: sort the file by column "Handle", keeping the order of the rows within a product
            a.csv:12
              warning uneven-row: the row has 10 cells, and the header 9; those behind the last column are not read
              help: look for a delimiter inside a text, and put quotes around that text
            a.csv:13
              warning uneven-row: the row has 6 cells, and the header 9; those that are missing are taken for empty
              help: look for a line break inside a text, and put quotes around that text
        "#]],
    );
}

#[test]
fn barcodes_are_judged_one_by_one() {
    check(
        "\
Handle,Title,Variant SKU,Variant Barcode
a,A,A,'4006381333931
b,B,B,4006381333932
c,C,C,2000000000008
d,D,D,123456789012
e,E,E,\"4,00638E+12\"
f,F,F,36000291452
g,G,G,n/a
h,H,H,\"=\"\"036000291452\"\"\"
i,I,I,ABC-12
j,J,J,4006381333931
k,K,K,4006381333931
l,L,L,4006381333931
",
        &expect![[r#"
            {"key":"a","fields":{"title":"A"},"variants":[{"sku":"A","identifiers":[{"gtin":"4006381333931"}]}]}
            {"key":"b","fields":{"title":"B"},"variants":[{"sku":"B","identifiers":[{"not_a_gtin":"4006381333932"}]}]}
            {"key":"c","fields":{"title":"C"},"variants":[{"sku":"C","identifiers":[{"not_a_gtin":"2000000000008"}]}]}
            {"key":"d","fields":{"title":"D"},"variants":[{"sku":"D","identifiers":[{"not_a_gtin":"123456789012"}]}]}
            {"key":"e","fields":{"title":"E"},"variants":[{"sku":"E","identifiers":[{"not_a_gtin":"4,00638E+12"}]}]}
            {"key":"f","fields":{"title":"F"},"variants":[{"sku":"F","identifiers":[{"not_a_gtin":"36000291452"}]}]}
            {"key":"g","fields":{"title":"G"},"variants":[{"sku":"G","identifiers":[{"not_a_gtin":"n/a"}]}]}
            {"key":"h","fields":{"title":"H"},"variants":[{"sku":"H","identifiers":[{"gtin":"036000291452"}]}]}
            {"key":"i","fields":{"title":"I"},"variants":[{"sku":"I","identifiers":[{"not_a_gtin":"ABC-12"}]}]}
            {"key":"j","fields":{"title":"J"},"variants":[{"sku":"J","identifiers":[{"gtin":"4006381333931"}]}]}
            {"key":"k","fields":{"title":"K"},"variants":[{"sku":"K","identifiers":[{"gtin":"4006381333931"}]}]}
            {"key":"l","fields":{"title":"L"},"variants":[{"sku":"L","identifiers":[{"gtin":"4006381333931"}]}]}
        "#]],
        &expect![[r#"
            a.csv:3, column "Variant Barcode" [B]
              warning bad-check-digit: barcode number `4006381333932` ends in 2, but the check digit of the others is 1
              help: compare column "Variant Barcode" with the package; a digit is wrong or two are swapped
            a.csv:4, column "Variant Barcode" [C]
              warning restricted-gtin: barcode number `2000000000008` is from the range for in-store numbers (restricted circulation)
              help: put the number GS1 gave you into column "Variant Barcode", or leave it empty
            a.csv:5, column "Variant Barcode" [D]
              warning suspect-gtin: barcode number `123456789012` is a sequence counting up
              help: put the number GS1 gave you into column "Variant Barcode", or leave it empty
            a.csv:6, column "Variant Barcode" [E]
              warning damaged-number: barcode number `4,00638E+12` was rounded by a spreadsheet; its digits are gone
              help: format column "Variant Barcode" as text and type the number from the package again
            a.csv:7, column "Variant Barcode" [F]
              warning damaged-number: barcode number `36000291452` has 11 digits; 8, 12, 13 or 14 needed; a spreadsheet may have dropped zeros in front
              help: compare with the package, and if it fits type `036000291452` into column "Variant Barcode", formatted as text
            a.csv:10, column "Variant Barcode" [I]
              warning unreadable-value: barcode number `ABC-12` has `A` among the digits
              help: type the number under the bars into column "Variant Barcode", digits only
        "#]],
    );
}

#[test]
fn a_column_of_made_up_numbers_is_used_by_nobody() {
    // Every tenth number of eight digits has a fitting check digit by chance.
    let rows: Vec<_> = (0..30).map(|n| format!("p{n},P,S{n},{}", 10_000_013 + n * 7)).collect();
    let rows = rows.join("\n");
    let read = read(format!("Handle,Title,Variant SKU,Variant Barcode\n{rows}").as_bytes());
    expect![[r#"
        a.csv:1, column "Variant Barcode"
          warning column-without-gtins: 26 of the first 30 numbers in column "Variant Barcode" are no barcode numbers; none of the column is sent
          help: put the numbers GS1 gave you into column "Variant Barcode", or leave it empty
    "#]]
    .assert_eq(&read.said());
    let items = read.products.iter().flat_map(|product| &product.variants);
    assert_eq!(
        items
            .filter(|variant| matches!(
                variant.identifiers[0].kind,
                feedwright_catalog::product::IdentifierKind::NotAGtin(_)
            ))
            .count(),
        30
    );
}

#[test]
fn metafields_are_known_by_what_stands_in_the_brackets() {
    check(
        "\
URL handle,Title,SKU,Farbe (product.metafields.shopify.color-pattern),Länge (variant.metafields.custom.length),Price / International
mug,Mug,M-1,black; silver,12 cm,9.00
",
        &expect![[r#"
            {"key":"mug","fields":{"title":"Mug","custom.shopify.color-pattern":"black; silver"},"variants":[{"sku":"M-1","fields":{"custom.custom.length":"12 cm"}}]}
        "#]],
        &expect![[r#"
            a.csv:1, column "Price / International"
              note column-not-read: column "Price / International" is read by nothing; filled cells: 1, the first on line 2
              help: to read it, name the column in a profile of your own
        "#]],
    );
}

#[test]
fn skus_are_made_up_only_when_asked_for() {
    let csv = "Handle,Title,Option1 Name,Option1 Value\nmug,Mug,Size,Extra large\nbag,Bag,,\n";
    expect![[r#"
        a.csv:2
          error missing-sku: a variant of product `mug` has no SKU: the file has no column for it
          help: add column "Variant SKU" with a number of your own, such as `mug-extra-large`, or set `missing_sku = "derive"`
        a.csv:3
          error missing-sku: a variant of product `bag` has no SKU: the file has no column for it
          help: add column "Variant SKU" with a number of your own, such as `bag`, or set `missing_sku = "derive"`
    "#]]
    .assert_eq(&read(csv.as_bytes()).said());
    let derive = feedwright_sources::SourceOptions { missing_sku: MissingSku::Derive, ..options() };
    let read = read_with(csv.as_bytes(), &ProfileChoice::Detect, &derive).unwrap();
    expect![[r#"
        {"key":"mug","fields":{"title":"Mug"},"variants":[{"sku":"mug-extra-large","fields":{"size":"Extra large"}}]}
        {"key":"bag","fields":{"title":"Bag"},"variants":[{"sku":"bag"}]}
    "#]]
    .assert_eq(&read.catalog());
    expect![[r#"
        a.csv:2 [mug-extra-large]
          note sku-made-up: there is no SKU; `mug-extra-large` was made up
          help: a renamed option makes another SKU: type one of your own to keep it
        a.csv:3 [bag]
          note sku-made-up: there is no SKU; `bag` was made up
          help: a renamed option makes another SKU: type one of your own to keep it
    "#]]
    .assert_eq(&read.said());
}
