//! Files as they come: encodings, delimiters, damage.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

#[expect(dead_code, reason = "shared by several tests")]
mod support;

use expect_test::Expect;
use expect_test::expect;
use feedwright_sources::ProfileChoice;
use feedwright_sources::SourceOptions;
use support::options;
use support::read;
use support::read_with;

const MUGS: &str = "Handle,Title,Variant SKU,Variant Price\na,Größe,A,1.00\nb,Tasse,B,2.00\n";

#[test]
fn encodings_delimiters_and_line_ends_make_no_difference() {
    let expected = read(MUGS.as_bytes()).catalog();
    let wide = |bytes: fn(u16) -> [u8; 2], text: &str| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let files: [Vec<u8>; 9] = [
        format!("\u{FEFF}{MUGS}").into_bytes(),
        wide(u16::to_le_bytes, &format!("\u{FEFF}{}", MUGS.replace(',', "\t"))),
        wide(u16::to_be_bytes, &format!("\u{FEFF}{MUGS}")),
        latin(MUGS),
        MUGS.replace(',', ";").into_bytes(),
        MUGS.replace(',', "|").into_bytes(),
        MUGS.replace('\n', "\r\n").into_bytes(),
        MUGS.replace('\n', "\r").into_bytes(),
        format!("sep=;\r\n{}", MUGS.replace(',', ";")).into_bytes(),
    ];
    for (n, file) in files.iter().enumerate() {
        let read = read(file);
        assert_eq!((read.catalog(), read.said()), (expected.clone(), String::new()), "file {n}");
    }
    // A guess can be overruled.
    let options = SourceOptions { encoding: Some("latin1".to_owned()), ..options() };
    assert_eq!(read_with(&latin(MUGS), &ProfileChoice::Detect, &options).unwrap().catalog(), expected);
}

#[test]
fn damage_is_named_and_reading_goes_on_where_it_can() {
    let check = |csv: &[u8], catalog: Expect, said: Expect| {
        let read = read(csv);
        catalog.assert_eq(&read.catalog());
        said.assert_eq(&read.said());
        read.tally.n_unreadable == 0
    };
    let long = "x".repeat(2 << 20);
    assert!(!check(
        format!("Handle,Variant SKU,Title\na,A,\"{long}\"\na,A2,\nb,B,Bag\n").as_bytes(),
        expect![[r#"
            {"key":"b","fields":{"title":"Bag"},"variants":[{"sku":"B"}]}
        "#]],
        expect![[r#"
            a.csv:2, column "Title"
              error cell-too-long: cell 3 has more than 1048576 bytes; product `a` is left out
              help: look for a quote that is never closed, or shorten the text
        "#]],
    ));
    assert!(!check(
        b"Handle,Variant SKU,Title\na,A,Mug\nb,B,\"Bag\nc,C,Cap\nd,D,Dish\n",
        expect![[r#"
            {"key":"a","fields":{"title":"Mug"},"variants":[{"sku":"A"}]}
        "#]],
        expect![[r#"
            a.csv:3, column "Title"
              error unclosed-quote: a quote opened here is never closed; nothing is read from here to line 6; product `b` is left out
              help: close the quote, or double it if it belongs to the text
        "#]],
    ));
    assert!(check(
        b"\xEF\xBB\xBFHandle,Variant SKU,Title,Vendor,Type\na,A,M\x0Bug,Ost\0wind,\x01\nb,B,B\xFFg\xFE,Ostwind,\n",
        expect![[r#"
            {"key":"a","fields":{"title":"Mug"},"variants":[{"sku":"A"}]}
            {"key":"b","fields":{"title":"B�g�","brand":"Ostwind"},"variants":[{"sku":"B"}]}
        "#]],
        expect![[r#"
            a.csv:2, column "Title"
              warning control-character: control characters in `M\u{b}ug`: 1; they are left out
              help: type the text of column "Title" again
            a.csv:2, column "Vendor"
              warning control-character: control characters in `Ost\u{0}wind`: 1; it is not read
              help: type the text of column "Vendor" again
            a.csv:2, column "Type"
              warning control-character: control characters in `\u{1}`: 1; they are left out
              help: type the text of column "Type" again
            a.csv:3
              warning replaced-characters: places where bytes are no text in UTF-8: 2, the first here
              help: save the file as UTF-8, or name its encoding
        "#]],
    ));
    assert!(check(
        b"Handle,Title,Variant SKU,title,SKU,,\na,Mug,A,Other,B,,x\n,,,,,,\n",
        expect![[r#"
            {"key":"a","fields":{"title":"Mug"},"variants":[{"sku":"A"}]}
        "#]],
        expect![[r#"
            a.csv:1, column "title"
              warning duplicate-column: column "title" stands twice in the header; the first is read
              help: rename or remove column 4 of the file
            a.csv:1, column "SKU"
              warning duplicate-column: columns "Variant SKU" and "SKU" both feed `sku`; the first is read
              help: rename or remove column 5 of the file
            a.csv:1, column "(column 7)"
              note column-not-read: column "(column 7)" is read by nothing; filled cells: 1, the first on line 2
              help: to read it, name the column in a profile of your own
        "#]],
    ));
    assert!(check(
        b"Handle,Title,Variant SKU\n",
        expect![[r#""#]],
        expect![[r#"
        a.csv:1
          error empty-source: the file has a header and no rows
          help: export it again, with products
    "#]]
    ));
    assert!(check(
        b"Handle,Variant SKU,Variant Price,Cost per item\na,A,9.00,secret 4.10\n",
        expect![[r#"
            {"key":"a","variants":[{"sku":"A","offers":[{"price":{"amount":"9.00","currency":"USD"}}]}]}
        "#]],
        expect![[r#"
            a.csv:2, column "Cost per item" [A]
              warning unreadable-value: `cost` cannot be read from `(confidential)`: is no amount
              help: write an amount such as `12.50`, in column "Cost per item"
        "#]],
    ));
}

#[test]
fn ten_thousand_columns_are_read_like_ten() {
    let names: Vec<_> = (0..10_000).map(|n| format!("Column {n}")).collect();
    let cells: Vec<_> = (0..10_000).map(|n| n.to_string()).collect();
    let csv = format!("Handle,Title,{},Variant SKU\na,Mug,{},A\n", names.join(","), cells.join(","));
    let read = read(csv.as_bytes());
    assert_eq!(read.catalog(), "{\"key\":\"a\",\"fields\":{\"title\":\"Mug\"},\"variants\":[{\"sku\":\"A\"}]}\n");
    assert_eq!(read.counts()["column-not-read"], 10_000);
}

#[test]
fn a_price_needs_a_currency_from_somewhere() {
    let read = read_with(
        b"Handle,Variant SKU,Variant Price\na,A,9.00\nb,B,9.00 EUR\nc,C,\xE2\x82\xAC 9\n",
        &ProfileChoice::Detect,
        &SourceOptions::default(),
    )
    .unwrap();
    expect![[r#"
        {"key":"b","variants":[{"sku":"B","offers":[{"price":{"amount":"9.00","currency":"EUR"}}]}]}
        {"key":"c","variants":[{"sku":"C","offers":[{"price":{"amount":"9.00","currency":"EUR"}}]}]}
    "#]]
    .assert_eq(&read.catalog());
    expect![[r#"
        a.csv:2, column "Variant Price" [A]
          error price-without-currency: `price` is 9.00 without a currency
          help: write the currency behind the amount in column "Variant Price", such as `12.50 USD`, or set the source's `currency`
    "#]].assert_eq(&read.said());
}

#[test]
fn what_cannot_be_read_at_all_is_an_error_that_says_what_to_do() {
    let check = |bytes: &[u8], choice: ProfileChoice, expected: Expect| {
        expected.assert_eq(&read_with(bytes, &choice, &options()).unwrap_err().to_string());
    };
    check(b"", ProfileChoice::Detect, expect!["a.csv is empty: export it again"]);
    check(b" \n\n", ProfileChoice::Detect, expect!["a.csv is empty: export it again"]);
    check(
        b"PK\x03\x04",
        ProfileChoice::Detect,
        expect!["a.csv is not text but an XLSX or ZIP file: save it as CSV in UTF-8"],
    );
    check(
        b"[{\"key\":\"a\"}]",
        ProfileChoice::Detect,
        expect!["a.csv is a JSON array: write one product a line, without brackets and commas around them"],
    );
    check(
        b"Artikel;Preis\n1;2\n",
        ProfileChoice::Detect,
        expect![[
            r#"no profile fits a.csv (csv 0 (no column "sku|item_sku|seller_sku"), shopify 0 (no column "Handle|URL handle")): name one, or describe its columns in a profile of your own"#
        ]],
    );
    check(
        b"Artikel;Preis\n1;2\n",
        ProfileChoice::Named("shopfy".to_owned()),
        expect!["there is no profile `shopfy`: did you mean `shopify`?"],
    );
    check(
        b"Artikel;Preis\n1;2\n",
        ProfileChoice::Named("shopify".to_owned()),
        expect![[
            r#"a.csv does not fit profile `shopify`: it has none of the profile's columns; its columns are "Artikel", "Preis""#
        ]],
    );
    check(
        b"Title,Vendor\na,b\n",
        ProfileChoice::Named("shopify".to_owned()),
        expect![[
            r#"a.csv does not fit profile `shopify`: it has no column for the product's key; its columns are "Title", "Vendor""#
        ]],
    );
    check(
        b"\"Handle,Title\na,b\n",
        ProfileChoice::Detect,
        expect!["cannot read the header of a.csv: the quote opened on line 1 is never closed: close it"],
    );
    let unknown = SourceOptions { encoding: Some("klingon".to_owned()), ..options() };
    expect!["there is no encoding `klingon`: write `utf-8`, `utf-16le` or `windows-1252`, for example"]
        .assert_eq(&read_with(b"a", &ProfileChoice::Detect, &unknown).unwrap_err().to_string());
}

#[test]
fn our_own_format_reads_line_by_line() {
    let lines = "\
{\"key\":\"mug\",\"axes\":[{\"field\":\"color\"}],\"variants\":[{\"sku\":\"M-1\",\"fields\":{\"color\":\"Red\"}},{\"sku\":\"M-2\",\"fields\":{\"colour\":\"Blue\"}},{\"sku\":\"M-3\",\"fields\":{\"color\":\"red\"}},{\"sku\":\"M-4\"}]}
not json

{\"key\":\"bag\",\"varaints\":[]}
{\"key\":\"mug\",\"variants\":[{\"sku\":\"M-9\"}]}
{\"key\":\"cap\",\"variants\":[{\"sku\":\"m-1\"},{\"sku\":\"C-1\"}]}
";
    let first = read(lines.as_bytes());
    assert_eq!((first.info.profile.as_str(), first.tally.n_rows, first.tally.n_unreadable == 0), ("catalog", 5, false));
    expect![[r#"
        {"key":"mug","axes":[{"field":"color","label":"color"}],"variants":[{"sku":"M-1","fields":{"color":"Red"}}]}
        {"key":"cap","variants":[{"sku":"C-1"}]}
    "#]]
    .assert_eq(&first.catalog());
    expect![[r#"
        a.csv:1, column "variants[1].fields.colour" [M-2]
          error unknown-field: there is no field `colour`; did you mean `color`?
          help: write the field's name as it stands in the vocabulary
        a.csv:1 [M-3]
          error duplicate-variant: product `mug` has a variant of the same `color` on line 1
          help: say what sets it apart, such as `color` or `size`, or give it a product key of its own
        a.csv:1, column "color" [M-4]
          error missing-option: the variant has no `color`, and others of product `mug` have one
          help: fill in column "color"
        a.csv:2
          error unreadable-line: expected ident (column 2)
          help: mend the line; one product a line, without a comma behind it
        a.csv:4
          error unreadable-line: unknown field `varaints`, expected one of `key`, `kind`, `lifecycle`, `categories`, `axes`, `fields`, `media`, `variants`; did you mean `variants`? (column 23)
          help: mend the line; one product a line, without a comma behind it
        a.csv:5
          error unreadable-line: product `mug` stands on line 1 already; that line is used
          help: give one of the two another `key`, or put their variants together
        a.csv:6, column "sku"
          error duplicate-sku: SKU `m-1` stands on line 1 already; that one is used
          help: give one of the two another `sku`
    "#]].assert_eq(&first.said());
    for other in [lines.replace('\n', "\r\n"), lines.replace('\n', "\r"), lines.trim_end().to_owned()] {
        let other = read(other.as_bytes());
        assert_eq!((other.catalog(), other.said()), (first.catalog(), first.said()));
    }
}
