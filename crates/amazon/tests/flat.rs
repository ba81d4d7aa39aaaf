//! `lint` of flat files: what is wrong is named with its line and its column.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod support;

use expect_test::Expect;
use expect_test::expect;
use serde_json::Value;
use support::lint;
use support::lint_with;
use support::open;
use support::open_with;
use support::said;
use support::sample;
use support::shared;
use support::write;

/// A file of the sample catalog, with its cells changed: (row, column, text).
fn changed(cells: &[(usize, &str, &str)]) -> String {
    let amazon = open(&[]);
    let file = write(amazon.as_ref(), "flat", "HOME", sample("HOME.json", |_| {}));
    let mut rows: Vec<Vec<String>> = file.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect();
    let header = rows[4].clone();
    for (row, column, text) in cells {
        let column = header.iter().position(|name| name.contains(column)).unwrap();
        (*text).clone_into(&mut rows[*row - 1][column]);
    }
    rows.iter().map(|row| row.join("\t") + "\n").collect()
}

fn check(file: &str, expect: &Expect) {
    let (findings, _) = lint("flat", file);
    let mut findings = findings;
    findings.retain(|finding| finding.code.to_string() != "starter-requirements");
    expect.assert_eq(&said(&findings));
}

#[test]
fn our_own_file_has_nothing_wrong() {
    check(&changed(&[]), &expect![""]);
    assert_eq!(lint("flat", &changed(&[])).1, 1);
}

#[test]
fn a_wrong_value_is_named_with_line_column_and_pointer() {
    let cells = [
        (7, "item_package_weight[marketplace_id=ATVPDKIKX0DER]#1.value", "heavy"),
        (7, "item_package_weight[marketplace_id=ATVPDKIKX0DER]#1.unit", "stones"),
        (7, "our_price", "0"),
        (7, "brand[", ""),
        (7, "bullet_point[marketplace_id=ATVPDKIKX0DER][language_tag=en_US]#2", "=SUM(A1)"),
    ];
    check(
        &changed(&cells),
        &expect![[r#"
            error[formula-cell] feed:7, column "bullet_point[marketplace_id=ATVPDKIKX0DER][language_tag=en_US]#2.value", HL-TP34-MOS : value begins with '=', and a spreadsheet would run it
            error[missing-required-field] feed:7, column "brand[marketplace_id=ATVPDKIKX0DER][language_tag=en_US]#1.value", HL-TP34-MOS /attributes/brand: required attribute `brand` has no value
            error[price-below-floor] feed:7, column "purchasable_offer[marketplace_id=ATVPDKIKX0DER][audience=ALL]#1.minimum_seller_allowed_price#1.schedule#1.value_with_tax", HL-TP34-MOS /attributes/purchasable_offer/0/minimum_seller_allowed_price/0/schedule/0/value_with_tax: price 0 is below its own lower bound 31.00
            error[value-not-allowed] feed:7, column "item_package_weight[marketplace_id=ATVPDKIKX0DER]#1.unit", HL-TP34-MOS /attributes/item_package_weight/0/unit: `stones` is not `pounds`, the only allowed value
            error[value-out-of-range] feed:7, column "purchasable_offer[marketplace_id=ATVPDKIKX0DER][audience=ALL]#1.our_price#1.schedule#1.value_with_tax", HL-TP34-MOS /attributes/purchasable_offer/0/our_price/0/schedule/0/value_with_tax: price is 0
            error[wrong-type] feed:7, column "item_package_weight[marketplace_id=ATVPDKIKX0DER]#1.value", HL-TP34-MOS /attributes/item_package_weight/0/value: value is text, a number needed
        "#]],
    );
}

#[test]
fn header_rows_that_are_none_are_named() {
    check(
        "sku\tprice\nA\t1\n",
        &expect![[r#"
        error[bad-envelope] feed,  : there is no row 5, which has to name the columns
        error[bad-envelope] feed:1,  : the first row does not begin with `settings=`
    "#]],
    );
    check(
        "TemplateType=fptcustom\tVersion=2025\n",
        &expect![[r#"
        error[bad-envelope] feed:1,  : file is a template of the older kind (`fptcustom`)
    "#]],
    );
    check(
        &changed(&[(1, "contribution_sku", "x")]),
        &expect![[r#"
        error[bad-envelope] feed:1,  : the first row does not begin with `settings=`
    "#]],
    );
    check(
        &changed(&[
            (5, "color[", "color[#"),
            (5, "size[", "brand[marketplace_id=ATVPDKIKX0DER][language_tag=en_US]#1.value"),
        ]),
        &expect![[r#"
            error[bad-envelope] feed:5, column "color[#",  : `color[#` is not an attribute path: write names joined by `.`, each with `#1`, `#2` … where needed; a name with a space or another mark in it stands in quotes
            error[bad-envelope] feed:7, column "brand[marketplace_id=ATVPDKIKX0DER][language_tag=en_US]#1.value", HL-TP34-MOS : the place of this column is taken by another one
            error[missing-required-field] feed:7, HL-TP34-MOS /attributes/color: required attribute `color` has no value
            warning[duplicate-column] feed:5, column "brand[marketplace_id=ATVPDKIKX0DER][language_tag=en_US]#1.value",  : columns 10 and 33 have the same name
        "#]],
    );
    check(
        &changed(&[(5, "contribution_sku", "sku")]),
        &expect![[r#"
        error[bad-envelope] feed:5,  : there is no column `contribution_sku#1.value`
    "#]],
    );
    check(
        "",
        &expect![[r#"
        error[bad-envelope] feed,  : file has no rows that can be read
    "#]],
    );
}

#[test]
fn rows_without_a_sku_or_with_one_that_was_there_are_named() {
    let file = changed(&[]);
    let row = file.lines().last().unwrap();
    let again = format!("{file}\n{row}\n{}\n", row.split_once('\t').map(|(_, rest)| format!("\t{rest}")).unwrap());
    check(
        &again,
        &expect![[r#"
        error[missing-sku] feed:10, column "contribution_sku#1.value",  /lines/10/sku: row has no SKU
        warning[duplicate-sku] feed:9, column "contribution_sku#1.value", HL-TP34-MOS /sku: SKU `HL-TP34-MOS` also stands on line 7
    "#]],
    );
    check(
        &format!("{file}\"open\t"),
        &expect![[r#"
        error[unclosed-quote] feed:8,  : a quote opens in this row and never closes
    "#]],
    );
}

/// The header rows of a template as Seller Central hands it out, which has no data yet.
fn real_header(header: &Value) -> String {
    let rows = &header["sheetRows"];
    let cells = |row: &Value| -> String {
        let cells: Vec<&str> = row.as_array().unwrap().iter().map(|cell| cell.as_str().unwrap()).collect();
        cells.join("\t")
    };
    let text = |row: &Value| row.as_str().unwrap().to_owned();
    [
        text(&rows["1_settings"]),
        text(&rows["2_instruction"]),
        cells(&rows["3_groups"]),
        cells(&rows["4_labels"]),
        cells(&rows["5_attributes"]),
        String::new(),
    ]
    .map(|row| row + "\n")
    .concat()
}

#[test]
fn a_real_price_template_is_read_by_its_own_settings() {
    let Some(header) = shared("flat-files/unified-price-quantity.US.2026-06-30.header.json") else { return };
    let columns = header["sheetRows"]["5_attributes"].as_array().unwrap();
    let row = |cells: &[(&str, &str)]| -> String {
        let cell = |column: &Value| {
            let hit = cells.iter().find(|(name, _)| column.as_str().unwrap().contains(name));
            hit.map_or("", |(_, text)| text)
        };
        columns.iter().map(cell).collect::<Vec<_>>().join("\t") + "\n"
    };
    let head = real_header(&header);
    let good = row(&[
        ("contribution_sku", "MUG-1"),
        ("fulfillment_channel_code", "DEFAULT"),
        ("fulfillment_availability#1.quantity", "5"),
        ("[audience=ALL]#1.our_price", "9.90"),
    ]);
    check(&format!("{head}{good}"), &expect![""]);
    let bad = row(&[
        ("contribution_sku", "MUG-2"),
        ("fulfillment_channel_code", "DEFAULT"),
        ("is_inventory_available", "perhaps"),
        ("[audience=B2B]#1.our_price", "9.905"),
    ]);
    check(
        &format!("{head}{good}{bad}"),
        &expect![[r#"
            error[wrong-precision] feed:8, column "purchasable_offer[marketplace_id=ATVPDKIKX0DER][audience=B2B]#1.our_price#1.schedule#1.value_with_tax", MUG-2 /attributes/purchasable_offer/0/our_price/0/schedule/0/value_with_tax: value is 9.905, at most 2 decimals allowed
            error[wrong-type] feed:8, column "fulfillment_availability#1.is_inventory_available", MUG-2 /attributes/fulfillment_availability/0/is_inventory_available: value is text, `true` or `false` needed
        "#]],
    );
}

#[test]
fn columns_of_a_real_category_template_are_paths() {
    let Some(header) = shared("flat-files/unified-category-template.IT-COAT.header-subset.json") else { return };
    let columns: Vec<&str> =
        header["row5_attributes_subset"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let settings = header["settings"].as_str().unwrap();
    let mut row = vec![""; columns.len()];
    row[0] = "CFI-1";
    row[1] = "COAT";
    let file = format!("{settings}\nwords\ngroups\nlabels\n{}\n\n{}\n", columns.join("\t"), row.join("\t"));
    check(
        &file,
        &expect![[r#"
        warning[unknown-category] feed:7,  : the attributes of 1 row were not checked: there are no requirements for `COAT`
    "#]],
    );
}

#[test]
fn a_real_document_gives_columns_and_labels_that_are_read_again() {
    let Some(document) = shared("ptd-schemas/HOME-us.json") else { return };
    let amazon = open_with(&[], Some(("HOME", &document)));
    for name in ["HOME.json", "HOME.family.json"] {
        let file = write(amazon.as_ref(), "flat", "HOME", sample(name, |_| {}));
        let (findings, count) = lint_with(amazon.as_ref(), "flat", &file);
        assert_eq!(said(&findings), "", "{name}");
        assert_eq!(count, if name == "HOME.json" { 1 } else { 3 });
        // The document calls `new_new` so, and so does a template made of it.
        assert!(file.lines().nth(7 - 1).is_some_and(|row| row.contains("\tNew\t")) || count > 1, "{file}");
    }
}
