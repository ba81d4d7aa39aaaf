//! Two versions of requirement documents: what changed, and which SKUs of the catalog would now fail.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod shared;

use serde_json::Value;
use serde_json::json;
use shared::Run;
use shared::feedwright_in;
use shared::shared_data;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Four bowls: the title of the second is long, the third has a colour that will go, the fourth one that never was.
const CATALOG: &str = "\
sku,title,brand,color,price,category
B-1,Bowl,Northlake,Blue,12.50,Bowls
B-2,A bowl with a rather long title,Northlake,Blue,12.50,Bowls
B-3,Bowl,Northlake,Teal,12.50,Bowls
B-4,A bowl with a rather long title,Northlake,Plum,12.50,Bowls
";

const CONFIG: &str = r#"
[sources.shop]
file = "catalog.csv"
currency = "USD"

[channels.us]
marketplace = "amazon"
site = "amazon.com"
seller = "A2EXAMPLE"

[channels.us.categories]
"Bowls" = "HOME"

# The documents of this test are about names and colours alone.
[rules]
missing-main-image = "off"
missing-price = "off"
field-not-mapped = "off"
"#;

/// A product type that wants a name and a colour.
fn product_type(longest: u64, colours: &[&str]) -> Value {
    let attribute = |value: Value| {
        json!({ "type": "array", "minUniqueItems": 1, "maxUniqueItems": 1, "items": {
            "type": "object", "required": ["value"], "properties": {
                "value": value, "language_tag": { "type": "string" }, "marketplace_id": { "type": "string" },
            },
        } })
    };
    json!({
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "type": "object",
        "required": ["item_name"],
        "properties": {
            "item_name": attribute(json!({ "title": "Item Name", "type": "string", "maxLength": longest })),
            "color": attribute(json!({ "title": "Color", "type": "string", "enum": colours })),
        },
    })
}

/// A shop whose documents became tighter.
fn shop() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("catalog.csv"), CATALOG).unwrap();
    fs::write(path.join("feedwright.toml"), CONFIG).unwrap();
    put(path, "old/HOME.json", &product_type(200, &["Blue", "Teal"]));
    put(path, "new/HOME.json", &product_type(20, &["Blue", "Sand"]));
    folder
}

fn put(folder: &Path, name: &str, document: &Value) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, document.to_string()).unwrap();
}

fn diff(folder: &Path, more: &[&str]) -> Run {
    let arguments: Vec<&str> = ["schemas", "diff"].iter().chain(more).copied().collect();
    feedwright_in(folder, &arguments)
}

/// The lines of one type, of a report for programs that ended with this code.
fn lines(run: &Run, code: i32, wanted: &str) -> Vec<Value> {
    assert_eq!((run.code, run.stderr.as_str()), (code, ""), "{}", run.stdout);
    run.findings().into_iter().filter(|line| line["type"] == wanted).collect()
}

/// Changes, as `category path kind breaks`.
fn changes(run: &Run, code: i32) -> Vec<String> {
    let short = |line: Value| {
        let mark = if line["breaks"].as_bool().unwrap() { "!" } else { "-" };
        let text = |key: &str| line[key].as_str().unwrap().to_owned();
        format!("{mark} {} {} {}", text("category"), text("path"), text("kind"))
    };
    lines(run, code, "change").into_iter().map(short).collect()
}

fn fails(run: &Run, expected: &str) {
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "one calm line: {}", run.stderr);
}

#[test]
fn changes_and_the_skus_they_break_are_shown_with_their_places() {
    let shop = shop();
    let run = diff(shop.path(), &["--channel", "us", "old", "new"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    expect_test::expect![[r#"
        HOME: 2 that may break a listing, 1 that cannot

        May break a listing that passed
          color.value      no longer takes `Teal`
          item_name.value  at most 20 characters, was at most 200 characters

        Breaks none
          color.value  further values: `Sand`

        error[value-too-long]: value has 31 characters, 20 allowed
          --> catalog.csv:3, column "title"
           = sku B-2, us, /attributes/item_name/0/value
           = help: shorten it by 11 characters; change column "title" (title)

        error[value-not-allowed]: `Teal` is not one of the 2 allowed values
          --> catalog.csv:4, column "color"
           = sku B-3, us, /attributes/color/0/value
           = help: write `Blue` or `Sand`; change column "color" (color)

        read catalog.csv as csv
        of 4 SKUs, 2 that pass now would fail
    "#]]
    .assert_eq(&run.stdout);
}

#[test]
fn a_sku_that_failed_before_is_not_said_to_fail_now() {
    let shop = shop();
    let run = diff(shop.path(), &["--channel", "us", "--format", "json", "old", "new"]);
    let found: Vec<(String, String, u64)> = lines(&run, 1, "finding")
        .iter()
        .map(|line| &line["finding"])
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            (text("sku"), text("code"), finding["line"].as_u64().unwrap())
        })
        .collect();
    let expected = [("B-2", "value-too-long", 3), ("B-3", "value-not-allowed", 4)];
    assert_eq!(found, expected.map(|(sku, code, line)| (sku.to_owned(), code.to_owned(), line)));
    let catalog = lines(&run, 1, "catalog");
    assert_eq!(catalog, [json!({ "type": "catalog", "v": 1, "items": 4, "failing": 2, "passing": 0 })]);
}

#[test]
fn a_sku_that_a_looser_version_would_let_pass_is_counted() {
    let shop = shop();
    let run = diff(shop.path(), &["--channel", "us", "--format", "json", "new", "old"]);
    // The other colour is gone in this direction, and nothing has it.
    assert_eq!(
        changes(&run, 1),
        ["! HOME color.value values-removed", "- HOME color.value values-added", "- HOME item_name.value loosened"]
    );
    let catalog = lines(&run, 1, "catalog");
    assert_eq!(catalog, [json!({ "type": "catalog", "v": 1, "items": 4, "failing": 0, "passing": 2 })]);
}

#[test]
fn the_same_documents_end_with_zero() {
    let shop = shop();
    let run = diff(shop.path(), &["--channel", "us", "old", "old"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.starts_with("HOME: no change\n"), "{}", run.stdout);
    assert!(run.stdout.ends_with("of 4 SKUs, 0 that pass now would fail\n"), "{}", run.stdout);
}

#[test]
fn two_versions_with_different_numbers_of_documents_are_compared_where_both_have_one() {
    let shop = shop();
    put(shop.path(), "old/SHIRT.json", &product_type(200, &["Blue"]));
    put(shop.path(), "new/SHOES.json", &product_type(200, &["Blue"]));
    let run = diff(shop.path(), &["--channel", "us", "--format", "json", "old", "new"]);
    let of = |wanted: &str| -> Vec<String> {
        lines(&run, 1, wanted).iter().map(|line| line["category"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((of("only-old"), of("only-new")), (vec!["SHIRT".to_owned()], vec!["SHOES".to_owned()]));
    assert!(changes(&run, 1).iter().all(|change| change.contains(" HOME ")));
    let run = diff(shop.path(), &["--channel", "us", "--category", "SHIRT", "--format", "json", "old", "old"]);
    assert_eq!(changes(&run, 0), Vec::<String>::new());
}

#[test]
fn what_the_new_version_has_no_document_of_is_checked_as_before() {
    let shop = shop();
    put(shop.path(), "part/SHIRT.json", &product_type(200, &["Blue"]));
    let run = diff(shop.path(), &["--channel", "us", "--format", "json", "old", "part"]);
    // With our starter for HOME every bowl would fail.
    let catalog = lines(&run, 0, "catalog");
    assert_eq!(catalog, [json!({ "type": "catalog", "v": 1, "items": 4, "failing": 0, "passing": 0 })]);
}

#[test]
fn without_a_catalog_that_part_is_skipped_and_said_to_be() {
    let shop = shop();
    let config = CONFIG.split("[channels.us]").nth(1).unwrap();
    fs::write(shop.path().join("feedwright.toml"), format!("[channels.us]{config}")).unwrap();
    let run = diff(shop.path(), &["--channel", "us", "old", "new"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let skipped = "No catalog was checked: the configuration names no source.\n";
    assert!(run.stdout.ends_with(skipped), "{}", run.stdout);
    fs::remove_file(shop.path().join("feedwright.toml")).unwrap();
    let run = diff(shop.path(), &["--channel", "amazon/US", "old", "new"]);
    assert!(run.code == 1 && run.stdout.ends_with(skipped), "{} {}", run.stdout, run.stderr);
    fails(&diff(shop.path(), &["--channel", "us", "old", "new"]), "give --channel as MARKETPLACE/SITE");
}

#[test]
fn single_documents_are_called_after_their_category_or_said_to_be_of_one() {
    let shop = shop();
    let run = diff(shop.path(), &["--channel", "us", "--format", "json", "old/HOME.json", "new/HOME.json"]);
    assert_eq!(lines(&run, 1, "finding").len(), 2);
    fs::copy(shop.path().join("new/HOME.json"), shop.path().join("home-of-today.json")).unwrap();
    let both = ["--channel", "us", "--format", "json", "old/HOME.json", "home-of-today.json"];
    fails(&diff(shop.path(), &both), "say with --category which category they are of");
    let run = diff(shop.path(), &[&both[..], &["--category", "HOME"]].concat());
    assert_eq!(lines(&run, 1, "finding").len(), 2);
}

#[test]
fn what_cannot_be_compared_is_said_in_one_line() {
    let shop = shop();
    fs::create_dir(shop.path().join("none")).unwrap();
    fs::write(shop.path().join("broken.json"), "{").unwrap();
    let with = |more: &[&str]| diff(shop.path(), &[&["--channel", "us"], more].concat());
    fails(&with(&["old", "nowhere"]), "nowhere");
    fails(&with(&["none", "none"]), "neither none nor none has a document");
    fails(&with(&["--category", "SHIRT", "old", "new"]), "for category `SHIRT`");
    fails(&with(&["--category", "HOME", "old/HOME.json", "broken.json"]), "broken.json");
    fails(&diff(shop.path(), &["--channel", "uk", "old", "new"]), "there is no channel `uk`");
}

#[test]
fn a_template_that_a_version_has_no_place_for_does_not_hide_what_changed() {
    let shop = shop();
    let config = CONFIG.replace("seller =", "templates = [\"own.toml\"]\nseller =");
    fs::write(shop.path().join("feedwright.toml"), config).unwrap();
    let own = "[[attribute]]\nto = \"glaze_of_ours\"\nconst = \"matt\"\n";
    fs::write(shop.path().join("own.toml"), own).unwrap();
    let mut with_glaze = product_type(200, &["Blue", "Teal"]);
    with_glaze["properties"]["glaze_of_ours"] = with_glaze["properties"]["item_name"].clone();
    put(shop.path(), "old/HOME.json", &with_glaze);
    let config = fs::read_to_string(shop.path().join("feedwright.toml")).unwrap();
    let config = config.replace("seller =", "schemas_dir = \"old\"\nseller =");
    fs::write(shop.path().join("feedwright.toml"), config).unwrap();
    let run = diff(shop.path(), &["--channel", "us", "old", "new"]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("glaze_of_ours"), "{}", run.stdout);
    assert!(run.stderr.contains("with new: own.toml:1"), "{}", run.stderr);
}

#[test]
fn every_example_of_the_help_text_runs() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("catalog.csv"), CATALOG).unwrap();
    fs::write(folder.path().join("feedwright.toml"), CONFIG.replace("channels.us", "channels.amazon-us")).unwrap();
    for (name, document) in [("", product_type(200, &["Blue"])), ("-new", product_type(20, &["Blue"]))] {
        put(folder.path(), &format!("HOME{name}.json"), &document);
        put(folder.path(), &format!("requirements{name}/HOME.json"), &document);
    }
    let help = diff(folder.path(), &["--help"]).stdout;
    let (_, examples) = help.split_once("Examples:\n").unwrap();
    let commands = examples.lines().filter_map(|line| line.strip_prefix("  feedwright "));
    let codes: Vec<i32> =
        commands.map(|line| feedwright_in(folder.path(), &line.split_whitespace().collect::<Vec<_>>()).code).collect();
    assert_eq!(codes, [1, 1, 1]);
}

/// The spec of two product types, as Walmart gives it out.
fn spec(hats_need: &[&str]) -> Value {
    let product_type = |needs: &[&str]| {
        json!({ "type": "object", "required": needs, "additionalProperties": false, "properties": {
            "brand": { "type": "string" }, "hatSize": { "type": "string" },
        } })
    };
    json!({ "properties": {
        "MPItemFeedHeader": { "properties": { "version": { "enum": ["5.0.20260803-17_50_56-api"] } } },
        "MPItem": { "items": { "required": ["Orderable", "Visible"], "properties": {
            "Orderable": { "type": "object", "properties": { "sku": { "type": "string" } } },
            "Visible": { "properties": { "Hats": product_type(hats_need), "Gloves": product_type(&[]) } },
        } } },
    } })
}

#[test]
fn product_types_in_one_document_of_all_are_compared_by_the_map_of_the_channel() {
    let folder = tempfile::tempdir().unwrap();
    let config =
        "[channels.w]\nmarketplace = \"walmart\"\n[channels.w.categories]\n\"a\" = \"Hats\"\n\"b\" = \"Gloves\"\n";
    fs::write(folder.path().join("feedwright.toml"), config).unwrap();
    put(folder.path(), "old.json", &spec(&["brand"]));
    put(folder.path(), "new.json", &spec(&["brand", "hatSize"]));
    let run = diff(folder.path(), &["--channel", "w", "--format", "json", "old.json", "new.json"]);
    assert_eq!(changes(&run, 1), ["! Hats Visible.Hats.hatSize now-required"]);
    assert_eq!(lines(&run, 1, "change")[0]["after"], "always");
    let one = ["--channel", "walmart/US", "--category", "Hats", "--format", "json", "old.json", "new.json"];
    assert_eq!(changes(&diff(folder.path(), &one), 1), ["! Hats Visible.Hats.hatSize now-required"]);
}

/// Aspects as eBay's taxonomy gives them out: names, whether they are required, and their values.
fn aspects(list: &[(&str, bool, &[&str])]) -> Value {
    let aspects: Vec<Value> = list
        .iter()
        .map(|(name, required, values)| {
            let values: Vec<Value> = values.iter().map(|value| json!({ "localizedValue": value })).collect();
            let mode = if values.is_empty() { "FREE_TEXT" } else { "SELECTION_ONLY" };
            json!({ "localizedAspectName": name, "aspectValues": values, "aspectConstraint": {
                "aspectDataType": "STRING", "itemToAspectCardinality": "SINGLE", "aspectMode": mode,
                "aspectRequired": required, "aspectUsage": "RECOMMENDED", "aspectEnabledForVariations": false,
                "aspectApplicableTo": ["PRODUCT"], "aspectMaxLength": 65,
            } })
        })
        .collect();
    json!({ "aspects": aspects })
}

#[test]
fn aspects_of_ebay_are_compared_too() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "old/20695.json", &aspects(&[("Brand", true, &[]), ("Glaze No. 1", false, &["Matt", "Clear"])]));
    put(folder.path(), "new/20695.json", &aspects(&[("Brand", true, &[]), ("Glaze No. 1", true, &["Matt"])]));
    let run = diff(folder.path(), &["--channel", "ebay/US", "--format", "json", "old", "new"]);
    let found = changes(&run, 1);
    let is_about_glaze = |change: &&String| change.contains("Glaze No. 1");
    assert_eq!(found.iter().filter(is_about_glaze).count(), found.len(), "{found:?}");
    let kinds: BTreeSet<&str> = found.iter().filter_map(|change| change.rsplit(' ').next()).collect();
    assert_eq!(kinds, BTreeSet::from(["now-required", "values-removed"]));
}

#[test]
fn two_real_versions_of_amazon_differ_in_what_a_reader_of_json_sees_too() {
    let Some(data) = shared_data() else { return };
    let folder = data.join("amazon/ptd-schemas");
    for (site, old, new) in
        [("US", "HOME-us.2024-11-08.json", "HOME-us.json"), ("GB", "HOME-gb.2025-01-09.json", "HOME-gb.json")]
    {
        let (old, new) = (folder.join(old), folder.join(new));
        let channel = format!("amazon/{site}");
        let documents = [old.to_str().unwrap(), new.to_str().unwrap()];
        let arguments = ["--channel", &channel, "--category", "HOME", "--format", "json", documents[0], documents[1]];
        let run = diff(&folder, &arguments);
        let found: BTreeSet<(String, bool)> = lines(&run, 1, "change")
            .iter()
            .filter(|change| matches!(change["kind"].as_str(), Some("attribute-added" | "attribute-removed")))
            .map(|change| (change["path"].as_str().unwrap().to_owned(), change["kind"] == "attribute-added"))
            .filter(|(path, _)| !path.contains('.'))
            .collect();
        let names = |path: &Path| -> BTreeSet<String> {
            let document: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
            document["properties"].as_object().unwrap().keys().cloned().collect()
        };
        let (before, after) = (names(&old), names(&new));
        let gone = before.difference(&after).map(|name| (name.clone(), false));
        let come = after.difference(&before).map(|name| (name.clone(), true));
        assert_eq!(found, gone.chain(come).collect::<BTreeSet<_>>());
        assert!(!found.is_empty(), "{site}");
        assert_eq!(lines(&run, 1, "skipped").len(), 1);
    }
}
