//! Seller Hub files: one dialect is written, both are read, and each mistake is found once, at its line and column.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use serde_json::json;
use support::Recipe;
use support::linted;
use support::one_file;
use support::placed;
use support::sample;

const ACTION: &str = "*Action(SiteID=US|Country=US|Currency=USD|Version=1193|CC=UTF-8)";
const CLASSIC: &str = "CustomLabel,*Category,*Title,*Description,*ConditionID,PicURL,*Format,*Duration,*StartPrice,\
                       *Quantity,*Location,ShippingProfileName,ReturnProfileName,PaymentProfileName";
const DISPLAY: &str = "Custom label (SKU),Category ID,Title,Relationship,Relationship details,P:UPC,Start price,Quantity,\
                       Item photo URL,Condition ID,Description,Format,Duration,Item location,Shipping profile name,\
                       Return profile name,Payment profile name,C:Brand,C:Type,C:Department,C:Size Type";

/// What is found beyond notes.
fn found(file: &str) -> Vec<String> {
    let ebay = Recipe::default().open().unwrap();
    let found = linted(ebay.as_ref(), "fx", file);
    let mut found: Vec<String> = found.iter().map(placed).filter(|line| !line.contains(" note ")).collect();
    found.sort();
    found
}

#[track_caller]
fn check(file: &str, expected: &[&str]) {
    assert_eq!(found(file), expected);
}

/// A row of the classic dialect.
fn row(sku: &str, title: &str, aspects: &str) -> String {
    format!(
        "Add,{sku},20695,{title},Text,1000,https://images.example.com/mug.jpg,FixedPrice,GTC,12.50,3,\
         \"Portland, OR\",Flat,30 days,Managed{aspects}\n"
    )
}

#[test]
fn what_is_written_passes_and_is_of_the_classic_dialect() {
    let ebay = Recipe::default().open().unwrap();
    for (category, name) in [("15687", "15687.family"), ("20695", "20695.family"), ("16080", "16080")] {
        let (text, findings) = one_file(ebay.as_ref(), "fx", category, &[sample(name)]);
        assert_eq!(support::errors(&findings), Vec::<String>::new(), "{name}");
        assert!(text.starts_with(&format!("{ACTION},CustomLabel,*Category,*Title,")), "{text}");
        check(&text, &[]);
    }
}

#[test]
fn texts_survive() {
    let ebay = Recipe::default().open().unwrap();
    let torture = "a, \"b\"; <c> ]]> \u{1f375} e\u{301} \u{5d0}";
    let mut product = sample("16080");
    product["fields"]["title"] = json!(torture);
    let (text, findings) = one_file(ebay.as_ref(), "fx", "16080", &[product]);
    assert_eq!(support::errors(&findings), Vec::<String>::new());
    assert!(text.contains("\"a, \"\"b\"\"; <c> ]]> \u{1f375} e\u{301} \u{5d0}\""), "{text}");
    check(&text, &[]);
}

#[test]
fn both_dialects_are_read_and_lines_before_the_header_are_skipped() {
    let family = "P1,20695,A Mug,,Color=Red;Blue,,,,https://images.example.com/mug.jpg,1000,Text,FixedPrice,GTC,Portland,\
                  Flat,30 days,Managed,Larkfield,Mug,,";
    let variant = |sku: &str, color: &str| format!(",{sku},,,Variation,Color={color},,12.50,3{}\n", ",".repeat(13));
    let display = format!(
        "Info,Version=1.0.0,Template=fx{}\n{ACTION},{DISPLAY}\nAdd,{family}\n{}{}",
        ",".repeat(19),
        variant("S1", "Red"),
        variant("S2", "Blue")
    );
    check(&display, &[]);
    check(&format!("{ACTION},{CLASSIC},*C:Brand\n{}", row("S1", "A Mug", ",Larkfield")), &[]);
    check(&format!("Action,{CLASSIC},C:Brand\n{}", row("S1", "A Mug", ",Larkfield")), &[]);
}

#[test]
fn formulas_are_refused_in_every_cell() {
    let file = format!(
        "{ACTION},{CLASSIC},C:Brand\n{}{}",
        row("S1", "\"=HYPERLINK(\"\"http://x.example\"\",\"\"A Mug\"\")\"", ",+Larkfield"),
        row("S2", "=\"123\"", ",Larkfield"),
    );
    check(
        &file,
        &[
            "feed:2, column \"*Title\" error formula-cell -",
            "feed:2, column \"C:Brand\" error formula-cell -",
            "feed:3, column \"*Title\" error formula-cell -",
        ],
    );
    // From a catalog too: the finding stands at the field, and nothing is written.
    let ebay = Recipe::default().open().unwrap();
    let mut product = sample("16080");
    product["fields"]["title"] = json!("=HYPERLINK(\"http://x.example\",\"A Case\")");
    let (files, findings) = support::written(ebay.as_ref(), "fx", "16080", &[product]);
    assert_eq!(support::errors(&findings), ["error formula-cell /item/product/title"]);
    assert_eq!(files, Vec::<String>::new());
}

#[test]
fn aspects_are_counted() {
    let columns = |n: usize| (1..n).map(|at| [",C:Aspect ", &at.to_string()].concat()).collect::<String>();
    let file = |n: usize| {
        let aspects = format!(",Larkfield{}", ",Value".repeat(n - 1));
        format!("{ACTION},{CLASSIC},C:Brand{}\n{}", columns(n), row("S1", "A Mug", &aspects))
    };
    check(&file(45), &[]);
    let over = found(&file(46));
    assert_eq!(over.len(), 1, "{over:?}");
    assert!(
        over[0].starts_with("feed:2") && over[0].ends_with("error too-many-values /item/product/aspects"),
        "{over:?}"
    );
}

#[test]
fn variants_fit_together() {
    let head = format!("{ACTION},{DISPLAY}\n");
    let family = |axes: &str| {
        format!(
            "Add,P1,20695,A Mug,,{axes},,,,https://images.example.com/mug.jpg,1000,Text,FixedPrice,GTC,Portland,Flat,\
             30 days,Managed,Larkfield,Mug,,\n"
        )
    };
    let variant =
        |sku: &str, axes: &str, price: &str| format!(",{sku},,,Variation,{axes},,{price},3{}\n", ",".repeat(13));
    let details = |line: usize| format!("feed:{line}, column \"Relationship details\" error bad-variant-group -");
    let two = |second: &str| head.clone() + &family("Color=Red;Blue") + &variant("S1", "Color=Red", "9.50") + second;
    check(&two(&variant("S2", "Color=Red", "9.50")), &[&details(4)]);
    check(&two(&variant("S2", "Color=Green", "9.50")), &[&details(4)]);
    let orphan = head.clone() + &variant("S1", "Color=Red", "9.50");
    check(&orphan, &["feed:2 error orphan-variation -"]);
    check(&two(&variant("S2", "Color=Blue", "")), &["feed:4, column \"Start price\" error incomplete-offer -"]);
    check(&two(&variant("S2", "Color=Blue", "0")), &["feed:4, column \"Start price\" error value-out-of-range -"]);
    check(&two(&variant("S1", "Color=Blue", "9.50")), &["feed:4, column \"Custom label (SKU)\" error duplicate-sku -"]);
}

#[test]
fn files_that_are_none() {
    check("", &["feed error unreadable-file -"]);
    let other = found("a,b\n1,2\n");
    assert!(other.iter().any(|line| line == "feed:1 error bad-envelope -"), "{other:?}");
    let action =
        found(&format!("{ACTION},{CLASSIC},C:Brand\n{}", row("S1", "A Mug", ",Larkfield").replacen("Add", "Make", 1)));
    assert_eq!(action, [format!("feed:2, column \"{ACTION}\" error value-not-allowed -")]);
}
