//! Documents of marketplaces that are broken, foreign or enormous, and feed files that are traps: each gets a clear answer.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "shared/measured.rs"]
mod measured;
mod shared;

use serde_json::Value;
use serde_json::json;
use shared::Run;
use shared::feedwright_in;
use std::fs;
use std::fs::File;
use std::io::BufWriter;
use std::io::Write as _;
use std::path::Path;
use tempfile::TempDir;

const CATALOG: &str = "sku,title,brand,price,category\nA-1,Bowl,Northlake,12.50,Bowls\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("catalog.csv"), CATALOG).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Checks the catalog for a channel made up on the spot.
fn check(folder: &Path, channel: &str, category: &str, more: &[&str]) -> Run {
    let arguments = ["check", "catalog.csv", "--channel", channel, "--category", category, "--currency", "USD"];
    let arguments: Vec<&str> = arguments.iter().chain(&["--format", "json"]).chain(more).copied().collect();
    feedwright_in(folder, &arguments)
}

fn fails(run: &Run, expected: &[&str]) {
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    for part in expected {
        assert!(run.stderr.contains(part), "`{part}` is not in: {}", run.stderr);
    }
    assert_eq!(run.stderr.lines().count(), 1, "one calm line: {}", run.stderr);
}

/// Findings of a code, as `line column message`.
fn of_code(run: &Run, code: &str) -> Vec<String> {
    let found = run.findings().into_iter().filter(|finding| finding["code"] == code);
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("-").to_owned();
    found
        .map(|finding| format!("{} {} {}", finding["line"], text(&finding, "column"), text(&finding, "message")))
        .collect()
}

/// A product type's schema as Walmart sends it, and one by eBay's taxonomy, each with one attribute to fill.
fn spec(types: &Value) -> Value {
    json!({"schema": {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {
        "MPItemFeedHeader": {"type": "object", "properties": {
            "version": {"type": "string", "enum": ["5.0.20260803-17_50_56-api"]}
        }},
        "MPItem": {"type": "array", "items": {"type": "object", "properties": {
            "Orderable": {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}}},
            "Visible": {"type": "object", "properties": types}
        }}}
    }}})
}

fn aspects(id: &str, filling: &str) -> Value {
    json!({"category": {"categoryId": id}, "aspects": [
        {
            "localizedAspectName": "Glaze",
            "aspectConstraint": {
                "aspectDataType": "STRING", "itemToAspectCardinality": "SINGLE", "aspectMode": "FREE_TEXT",
                "aspectRequired": true, "aspectEnabledForVariations": false
            },
            "aspectValues": [{"localizedValue": filling}]
        }
    ]})
}

#[test]
fn a_document_that_is_no_schema_is_named_with_what_to_give_instead() {
    let folder = folder(&[
        ("list.json", "[1, 2]"),
        ("torn.json", "{\"schema\": {\"type\": "),
        ("answer.json", "{\"metaData\": {}, \"schema\": {\"link\": {\"resource\": \"https://example.com\"}}}"),
        ("error.json", "{\"errors\": [{\"code\": \"INVALID_REQUEST\"}]}"),
    ]);
    for (channel, category) in [("amazon/US", "HOME"), ("walmart/US", "Cups & Mugs"), ("ebay/US", "20625")] {
        for file in ["list.json", "torn.json", "answer.json", "error.json"] {
            let run = check(folder.path(), channel, category, &["--schema", &format!("{category}={file}")]);
            fails(&run, &[file]);
        }
    }
}

#[test]
fn keywords_nobody_knows_are_shown_and_decide_nothing() {
    let types = json!({"Cups & Mugs": {"type": "object", "required": ["brand"], "properties": {
        "brand": {"type": "string", "mustRhyme": true}
    }}});
    let folder = folder(&[("mugs.json", &spec(&types).to_string())]);
    let schema = ["--schema", "Cups & Mugs=mugs.json"];
    let run = feedwright_in(folder.path(), &[&["requirements", "walmart", "Cups & Mugs"][..], &schema].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("Not understood in the document, and not checked: mustRhyme"), "{}", run.stdout);
}

#[test]
fn a_spec_of_all_product_types_is_refused_as_one_and_read_in_a_stream_as_all() {
    let folder = folder(&[]);
    // 450 MB, as Walmart's own has: where it is taken for one type it is refused long before its end.
    let path = folder.path().join("all.json");
    File::create(&path).unwrap().set_len(450_000_000).unwrap();
    let run = check(folder.path(), "walmart/US", "Cups & Mugs", &["--schema", "Cups & Mugs=all.json"]);
    fails(&run, &["all.json has over 64 MiB", "under the key `*`"]);
    fails(&check(folder.path(), "walmart/US", "Cups & Mugs", &["--schema", "*=all.json"]), &["all.json", "line 1"]);
    // A whole one of 60 MB is cut down to the type in use while it is read.
    let mut file = BufWriter::new(File::create(&path).unwrap());
    let whole = spec(&json!({})).to_string();
    let (before, after) = whole.split_once("\"Visible\":{\"properties\":{").unwrap();
    let filling = "x".repeat(100_000);
    write!(file, "{before}\"Visible\":{{\"properties\":{{").unwrap();
    for n in 0..600 {
        write!(file, "\"Type {n}\":{{\"type\":\"object\",\"description\":\"{filling}\",\"properties\":{{}}}},")
            .unwrap();
    }
    let glaze = r#""Cups & Mugs":{"type":"object","required":["glaze"],"properties":{"glaze":{"type":"string"}}}"#;
    write!(file, "{glaze}{after}").unwrap();
    drop(file);
    let arguments = ["check", "catalog.csv", "--channel", "walmart/US", "--category", "Cups & Mugs"];
    let more = ["--schema", "*=all.json", "--format", "json", "--currency", "USD"];
    let (run, peak) = measured::run_measured(folder.path(), &arguments, &more);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let missing = of_code(&run, "missing-required-field");
    assert!(missing.iter().any(|message| message.contains("glaze")), "{missing:?}");
    assert!(peak.is_none_or(|kib| kib < 64 << 10), "{peak:?} KiB for a document of 60 MB");
    let unknown = check(folder.path(), "walmart/US", "Mugs of Clay", &["--schema", "*=all.json"]);
    assert_eq!(of_code(&unknown, "unknown-category").len(), 1, "{}", unknown.stdout);
}

#[test]
fn aspects_of_all_categories_are_read_in_a_stream_compressed_or_not() {
    let folder = folder(&[]);
    let path = folder.path().join("aspects.json");
    let filling = "y".repeat(100_000);
    let mut file = BufWriter::new(File::create(&path).unwrap());
    write!(file, "{{\"categoryTreeId\":\"0\",\"categoryTreeVersion\":\"130\",\"categoryAspects\":[").unwrap();
    for n in 0..1_100 {
        write!(file, "{},", aspects(&n.to_string(), &filling)).unwrap();
    }
    write!(file, "{}]}}", aspects("20625", "Matte")).unwrap();
    drop(file);
    assert!(fs::metadata(&path).unwrap().len() > 100 << 20);
    let arguments = ["check", "catalog.csv", "--channel", "ebay/US", "--category", "20625"];
    let asks_for_glaze = |file: &str| {
        let schema = format!("*={file}");
        let more = ["--schema", schema.as_str(), "--format", "json", "--currency", "USD"];
        let (run, peak) = measured::run_measured(folder.path(), &arguments, &more);
        assert_eq!(run.code, 1, "{}", run.stderr);
        let missing = of_code(&run, "missing-required-field");
        assert!(missing.iter().any(|message| message.contains("Glaze")), "{missing:?}");
        assert!(peak.is_none_or(|kib| kib < 64 << 10), "{peak:?} KiB for a document of over 100 MB");
    };
    asks_for_glaze("aspects.json");
    let zipped = std::process::Command::new("gzip").arg("-1").arg(&path).status().unwrap();
    assert!(zipped.success());
    asks_for_glaze("aspects.json.gz");
}

#[test]
fn a_template_with_a_target_no_document_has_is_refused_with_its_line() {
    let rule = "[[attribute]]\nto = \"colour_of_the_handle\"\nfrom = \"color\"\n";
    let folder = folder(&[("mine.toml", rule)]);
    for marketplace in ["amazon", "walmart", "ebay", "google"] {
        let config = format!("[channels.shop]\nmarketplace = \"{marketplace}\"\ntemplates = [\"mine.toml\"]\n");
        fs::write(folder.path().join("feedwright.toml"), config).unwrap();
        let run = feedwright_in(folder.path(), &["check", "catalog.csv", "--currency", "USD"]);
        fails(&run, &["mine.toml:1: no category has the attribute `colour_of_the_handle`"]);
    }
}

#[test]
fn a_category_that_is_a_branch_or_gone_is_said_as_such() {
    let tree = json!({"categoryTreeId": "0", "categoryTreeVersion": "130", "rootCategoryNode": {
        "category": {"categoryId": "0", "categoryName": "Root"}, "childCategoryTreeNodes": [{
            "category": {"categoryId": "100", "categoryName": "Pottery"}, "childCategoryTreeNodes": [
                {"category": {"categoryId": "101", "categoryName": "Bowls"}, "leafCategoryTreeNode": true},
                {"category": {"categoryId": "102", "categoryName": "Vases"}, "leafCategoryTreeNode": true}
            ]
        }]
    }});
    let expired = json!({"expiredCategories": [{"fromCategoryId": "98", "toCategoryId": "101"}]});
    let document =
        json!({"categoryTreeId": "0", "categoryTreeVersion": "130", "categoryAspects": [aspects("101", "Matte")]});
    let folder = folder(&[
        ("tree.json", &tree.to_string()),
        ("expired.json", &expired.to_string()),
        ("aspects.json", &document.to_string()),
    ]);
    let found = |category: &str, code: &str| {
        let config = format!(
            "[channels.shop]\nmarketplace = \"ebay\"\ncategories = {{ \"*\" = \"{category}\" }}\n\
             schemas = {{ \"*\" = \"aspects.json\" }}\n\
             documents = {{ taxonomy = \"tree.json\", expired = \"expired.json\" }}\n"
        );
        fs::write(folder.path().join("feedwright.toml"), config).unwrap();
        let run = feedwright_in(folder.path(), &["check", "catalog.csv", "--currency", "USD", "--format", "json"]);
        assert_eq!((run.code, run.stderr.as_str()), (1, ""));
        of_code(&run, code)
    };
    let branch = found("100", "category-not-a-leaf");
    assert!(branch.len() == 1 && branch[0].contains("Bowls"), "{branch:?}");
    let gone = found("99", "category-retired");
    assert!(gone.len() == 1 && gone[0].contains("99"), "{gone:?}");
    let followed = found("98", "missing-required-field");
    assert!(followed.iter().any(|message| message.contains("Glaze")), "{followed:?}");
}

#[test]
fn xml_that_is_a_trap_is_refused_at_once() {
    let bomb =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n<x>&b;</x>\n";
    let outside = "<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/hostname\">]>\n<x>&f;</x>\n";
    let entity = "<?xml version=\"1.0\"?>\n<x>\n&nbsp;</x>\n";
    let deep = format!("<?xml version=\"1.0\"?>\n{}{}", "<x>".repeat(100_000), "</x>".repeat(100_000));
    let torn = "<?xml version=\"1.0\"?>\n<x><y></x>\n";
    let folder = folder(&[
        ("bomb.xml", bomb),
        ("outside.xml", outside),
        ("entity.xml", entity),
        ("deep.xml", &deep),
        ("torn.xml", torn),
    ]);
    for kind in ["ebay/lms", "google/products_rss"] {
        for (file, line) in [("bomb.xml", 2), ("outside.xml", 2), ("entity.xml", 3), ("deep.xml", 2), ("torn.xml", 2)] {
            let run = feedwright_in(folder.path(), &["lint", "--feed", kind, file, "--format", "json"]);
            assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{kind} {file}");
            let found = of_code(&run, "unreadable-file");
            assert!(found.len() == 1 && found[0].starts_with(&format!("{line} ")), "{kind} {file}: {}", run.stdout);
            assert!(!run.stdout.contains("hostname\n"), "nothing outside is read");
        }
    }
}

#[test]
fn a_table_with_too_many_specifics_and_formulas_is_told_cell_by_cell() {
    let aspects: String = (1..=46).fold(String::new(), |all, n| format!("{all},C:Aspect {n}"));
    let values = ",x".repeat(46);
    let header = "*Action(SiteID=US|Country=US|Currency=USD|Version=1193|CC=UTF-8),CustomLabel,*Category,*Title,*Description,\
                  *ConditionID,PicURL,*Format,*Duration,*StartPrice,*Quantity,*Location";
    let row = |sku: &str, title: &str| {
        format!(
            "Add,{sku},20625,{title},A bowl.,1000,https://images.example.com/a.jpg,FixedPrice,GTC,12.50,3,Portland{values}"
        )
    };
    let link = "\"=HYPERLINK(\"\"https://example.com\"\",\"\"Mug\"\")\"";
    let text = format!("{header}{aspects}\n{}\n{}\n", row("A-1", "Bowl"), row("A-2", link));
    let folder = folder(&[("fx.csv", &text)]);
    let run = feedwright_in(folder.path(), &["lint", "--feed", "ebay/fx", "fx.csv", "--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let formulas = of_code(&run, "formula-cell");
    assert!(formulas.len() == 1 && formulas[0].starts_with("3 *Title"), "{}", run.stdout);
    let many = of_code(&run, "too-many-values");
    assert!(many.iter().any(|message| message.contains("46") && message.contains("45")), "{}", run.stdout);
}
