//! The binary over the samples, as a user sees it: what it prints, where, and how it ends.
//!
//! Snapshots lie in `tests/golden` and, for feed files, in `samples/amazon/feeds`. `UPDATE_EXPECT=1` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

#[path = "shared/folder.rs"]
mod folder;
mod shared;

use expect_test::ExpectFile;
use expect_test::expect;
use expect_test::expect_file;
use serde_json::Value;
use shared::Run;
use shared::feedwright;
use shared::feedwright_in;
use shared::root;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const CONFIG: [&str; 2] = ["--config", "samples/feedwright.toml"];

const COMMANDS: [&str; 9] =
    ["check", "build", "lint", "requirements", "schemas", "explain", "profiles", "fields", "completions"];

/// Every key a finding in JSON may have.
const KEYS: [&str; 13] = [
    "v",
    "code",
    "severity",
    "message",
    "help",
    "marketplace",
    "channel",
    "sku",
    "pointer",
    "keyword",
    "file",
    "line",
    "column",
];

fn check_as(format: &str) -> Run {
    feedwright(&["check", CONFIG[0], CONFIG[1], "--format", format])
}

/// A command that says what it has to say on standard output alone.
fn shows(arguments: &[&str], code: i32, expected: &ExpectFile) {
    let run = feedwright(arguments);
    assert_eq!(run.stderr, "", "{arguments:?}");
    assert_eq!(run.code, code, "{arguments:?}");
    expected.assert_eq(&without_version(&run.stdout));
}

/// The version changes, and what is shown is not about it.
fn without_version(text: &str) -> String {
    text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

/// A command that could not do what was asked, and says why on standard error alone.
fn fails(arguments: &[&str], expected: &expect_test::Expect) {
    let run = feedwright(arguments);
    assert_eq!(run.stdout, "", "{arguments:?}");
    assert_eq!(run.code, 2, "{arguments:?}");
    expected.assert_eq(&run.stderr);
}

#[test]
fn check_shows_every_finding_and_what_they_add_up_to() {
    shows(&["check", CONFIG[0], CONFIG[1]], 1, &expect_file!["./golden/check.txt"]);
}

#[test]
fn check_gives_findings_as_json_lines() {
    shows(&["check", CONFIG[0], CONFIG[1], "--format", "json"], 1, &expect_file!["./golden/check.jsonl"]);
}

#[test]
fn check_gives_sarif_for_code_scanning() {
    shows(&["check", CONFIG[0], CONFIG[1], "--format", "sarif"], 1, &expect_file!["./golden/check.sarif"]);
    let report: Value = serde_json::from_str(&check_as("sarif").stdout).unwrap();
    let results = report["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), check_as("json").findings().len());
}

#[test]
fn check_gives_junit_for_build_servers() {
    shows(&["check", CONFIG[0], CONFIG[1], "--format", "junit"], 1, &expect_file!["./golden/check.junit.xml"]);
}

#[test]
fn check_gives_annotations_for_github() {
    shows(&["check", CONFIG[0], CONFIG[1], "--format", "github"], 1, &expect_file!["./golden/check.github.txt"]);
}

#[test]
fn the_page_for_people_is_complete_and_asks_for_nothing() {
    let run = check_as("html");
    let page = &run.stdout;
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert!(page.starts_with("<!doctype html>"));
    assert!(page.trim_end().ends_with("</html>"));
    assert!(page.contains("Content-Security-Policy"));
    for channel in ["amazon-us", "amazon-de"] {
        assert!(page.contains(channel), "{channel}");
    }
    for outside in ["src=\"http", "href=\"http", "url(http", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let (_, after) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    let (rows, _) = after.split_once("</script>").unwrap();
    let rows: Value = serde_json::from_str(rows).unwrap();
    assert_eq!(rows["findings"].as_array().unwrap().len(), check_as("json").findings().len());
}

#[test]
fn a_finding_in_json_has_known_keys_only_and_leaves_out_what_it_does_not_know() {
    let findings = check_as("json").findings();
    let mut seen = BTreeSet::new();
    for finding in &findings {
        let finding = finding.as_object().unwrap();
        for key in ["v", "code", "severity", "message"] {
            assert!(finding.contains_key(key), "{finding:?}");
        }
        assert_eq!(finding["v"], 1);
        for (key, value) in finding {
            assert!(KEYS.contains(&key.as_str()), "{key}");
            assert!(!value.is_null(), "{key} is null: {finding:?}");
            seen.insert(key.as_str());
        }
    }
    assert_eq!(seen, BTreeSet::from(KEYS), "the samples show every key");
}

#[test]
fn a_finding_in_json_is_what_its_schema_says() {
    let schema = fs::read(root().join("schemas/finding.schema.json")).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for finding in check_as("json").findings() {
        if let Err(why) = validator.validate(&finding) {
            panic!("{why}: {finding}");
        }
    }
}

#[test]
fn the_samples_show_mostly_ready_listings_and_some_to_mend() {
    let run = feedwright(&["check", CONFIG[0], CONFIG[1]]);
    let channels: Vec<Vec<u64>> = run
        .stdout
        .lines()
        .filter(|line| line.contains("  amazon.") && line.starts_with("amazon-"))
        .map(|line| line.split_whitespace().filter_map(|cell| cell.parse().ok()).collect())
        .collect();
    assert_eq!(channels.len(), 2, "{}", run.stdout);
    for numbers in channels {
        let [items, ready, blocked, left_out] = numbers[..] else { panic!("{numbers:?}") };
        assert_eq!(items, ready + blocked + left_out);
        assert!(ready > blocked && blocked > 0, "{numbers:?}");
    }
}

#[test]
fn build_writes_feeds_a_manifest_and_the_list_of_what_was_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("feeds");
    let run = feedwright(&["build", CONFIG[0], CONFIG[1], "--out", out.to_str().unwrap()]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let shown = run.stdout.replace(out.to_str().unwrap(), "FEEDS").replace('\\', "/");
    let (_, tail) = shown.split_once("\nwrote ").unwrap();
    expect_file!["./golden/build.txt"].assert_eq(&format!("wrote {tail}"));
    let read = |name: &str| fs::read_to_string(out.join(name)).unwrap();
    expect_file!["./golden/manifest.json"].assert_eq(&read("manifest.json"));
    expect_file!["./golden/left-out.csv"].assert_eq(&read("left-out.csv"));
    expect_file!["../samples/amazon/feeds/amazon-us.json"].assert_eq(&read("amazon-us/listings-0001.json"));
    expect_file!["../samples/amazon/feeds/amazon-de.json"].assert_eq(&read("amazon-de/listings-0001.json"));
    let mut files = names(&out);
    files.sort();
    let expected = ["amazon-de/listings-0001.json", "amazon-us/listings-0001.json", "left-out.csv", "manifest.json"];
    assert_eq!(files, expected);
}

#[test]
fn what_build_writes_passes_lint() {
    for channel in ["us", "de"] {
        let file = format!("samples/amazon/feeds/amazon-{channel}.json");
        let site = format!("amazon.{}", if channel == "us" { "com" } else { channel });
        let arguments = ["lint", "--feed", "amazon/listings", "--site", &site, "--format", "json", &file];
        let run = feedwright(&arguments);
        let errors: Vec<Value> = run.findings().into_iter().filter(|finding| finding["severity"] == "error").collect();
        assert_eq!(errors, Vec::<Value>::new(), "{channel}");
        assert_eq!(run.code, 0, "{channel}");
    }
}

#[test]
fn two_runs_and_any_number_of_threads_give_the_same_bytes() {
    let run = |threads: &str| {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("feeds");
        let arguments =
            ["build", CONFIG[0], CONFIG[1], "--threads", threads, "--format", "json", "--out", out.to_str().unwrap()];
        let run = feedwright(&arguments);
        let mut files = names(&out);
        files.sort();
        let files: Vec<(String, Vec<u8>)> =
            files.into_iter().map(|name| (name.clone(), fs::read(out.join(name)).unwrap())).collect();
        (run.stdout, files)
    };
    let first = run("1");
    for threads in ["1", "2", "7"] {
        assert_eq!(run(threads), first, "{threads} threads");
    }
}

#[test]
fn a_report_in_a_file_is_the_one_that_would_be_printed() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["text", "json", "sarif", "junit", "github", "html"] {
        let file = folder.path().join(format);
        let mut arguments = vec!["check", CONFIG[0], CONFIG[1], "--format", format];
        arguments.extend(["--output", file.to_str().unwrap()]);
        let run = feedwright(&arguments);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), ("", "", 1), "{format}");
        assert_eq!(fs::read_to_string(&file).unwrap(), check_as(format).stdout, "{format}");
    }
}

#[test]
fn a_pipe_gets_no_colour_and_no_progress() {
    for format in ["text", "json", "sarif", "junit", "github", "html"] {
        let run = check_as(format);
        assert!(!run.stdout.contains('\u{1b}'), "{format}");
        assert_eq!(run.stderr, "", "{format}");
    }
    let run = feedwright(&["check", CONFIG[0], CONFIG[1], "--color", "always"]);
    assert!(run.stdout.contains("\u{1b}["), "colour comes when it is asked for");
}

#[test]
fn a_catalog_without_errors_ends_with_zero() {
    let folder = mended();
    let run = feedwright_in(folder.path(), &["check", "--channel", "amazon-de", "catalog/plain.csv"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
}

#[test]
fn what_a_run_cannot_go_on_with_is_said_in_one_line() {
    fails(
        &["check"],
        &expect![[r#"
            error: there is no feedwright.toml here; write one, name one with --config, or give a catalog file and --channel (see feedwright check --help)
        "#]],
    );
    fails(
        &["check", "--config", "nowhere.toml"],
        &expect![[r#"
            error: nowhere.toml: cannot be read: No such file or directory (os error 2)
        "#]],
    );
    fails(
        &["check", CONFIG[0], CONFIG[1], "--channel", "amazon-uk"],
        &expect![[r#"
            error: samples/feedwright.toml: there is no channel `amazon-uk`; there are amazon-de, amazon-us; did you mean `amazon-us`?
        "#]],
    );
    fails(
        &["check", "nowhere.csv", "--channel", "amazon/US", "--category", "HOME"],
        &expect![[r#"
            error: cannot read nowhere.csv: No such file or directory (os error 2)
        "#]],
    );
    fails(
        &["check", "samples/catalog/shopify-mugs.csv", "--channel", "amazon/Mars"],
        &expect![[r#"
            error: the command line: Amazon has no site `Mars`; it has amazon.com, amazon.ca, amazon.com.mx, amazon.co.uk, amazon.de, amazon.fr, amazon.it, amazon.es, amazon.co.jp
        "#]],
    );
    fails(
        &["lint", "--feed", "amazon/prices", "samples/amazon/feeds/amazon-us.json"],
        &expect![[r#"
            error: there is no kind of feed `amazon/prices`; there are amazon/listings, amazon/price, amazon/stock, amazon/retirement, amazon/calls, amazon/calls_price, amazon/calls_stock, amazon/calls_retirement, amazon/flat, amazon/flat_xlsx, ebay/inventory, ebay/inventory_price, ebay/inventory_stock, ebay/inventory_end, ebay/lms, ebay/lms_revise, ebay/lms_price, ebay/lms_stock, ebay/lms_end, ebay/lms_drop, ebay/fx, google/products_tsv, google/products_rss, google/price_tsv, google/stock_tsv, walmart/mp_item, walmart/mp_maintenance, walmart/mp_item_match, walmart/price, walmart/price_legacy, walmart/inventory, walmart/mp_inventory, walmart/lag_time, walmart/retire, walmart/delete; did you mean `amazon/price`?
        "#]],
    );
    fails(
        &["requirements", "amazon", "HOMES"],
        &expect![[r#"
            error: there are no requirements for category `HOMES`; built in are HEADPHONES, HOME, LUGGAGE, SHIRT, SHOES
        "#]],
    );
    fails(
        &["explain", "missing-brand"],
        &expect![[r#"
            error: there is no rule `missing-brand`; did you mean `missing-gtin`?; `feedwright explain` lists all
        "#]],
    );
    fails(
        &["profiles", "shopfy"],
        &expect![[r#"
            error: there is no profile `shopfy`; did you mean `shopify`?; `feedwright profiles` lists all
        "#]],
    );
    let run = feedwright(&["check", CONFIG[0], CONFIG[1], "--format", "pdf"]);
    assert_eq!((run.stdout.as_str(), run.code), ("", 2));
    assert!(run.stderr.contains("there is no format `pdf`; there are text, json, sarif"), "{}", run.stderr);
}

#[test]
fn a_build_that_fails_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.json"), "before").unwrap();
    let out = folder.path().to_str().unwrap();
    let run = feedwright(&["build", "nowhere.csv", "--channel", "amazon/US", "--category", "HOME", "--out", out]);
    assert_eq!(run.code, 2);
    assert_eq!(names(folder.path()), ["manifest.json"]);
    assert_eq!(fs::read_to_string(folder.path().join("manifest.json")).unwrap(), "before");
}

#[test]
fn requirements_are_shown_for_people_programs_and_spreadsheets() {
    let offer = ["requirements", "amazon", "SHIRT", "--required", "--option", "requirements=LISTING_OFFER_ONLY"];
    let with = |format: &'static str| {
        let mut arguments = offer.to_vec();
        arguments.extend(["--format", format]);
        arguments
    };
    shows(&offer, 0, &expect_file!["./golden/requirements.txt"]);
    shows(&with("json"), 0, &expect_file!["./golden/requirements.jsonl"]);
    shows(&with("csv"), 0, &expect_file!["./golden/requirements.csv"]);
}

#[test]
fn how_a_document_is_checked_is_shown_with_what_the_engine_does() {
    shows(&["requirements", "amazon", "HOME", "--explain-plan"], 0, &expect_file!["./golden/requirements-plan.txt"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("HOME.json");
    let document = r#"{"type": "object", "properties": {"brand": {"type": "array"}}, "allOf": [
        {"properties": {"brand": {"items": {"properties": {"value": {"type": "string"}}, "unevaluatedProperties": false}}}}]}"#;
    fs::write(&path, document).unwrap();
    let schema = format!("HOME={}", path.display());
    let run = feedwright(&["requirements", "amazon", "HOME", "--explain-plan", "--schema", &schema]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let engine = "by engine    /allOf/0/properties/brand/items, for `unevaluatedProperties`";
    assert!(run.stdout.contains(engine), "{}", run.stdout);
}

#[test]
fn requirements_of_a_channel_are_those_of_its_site() {
    let run = feedwright(&["requirements", "amazon-de", "HOME", CONFIG[0], CONFIG[1], "--required"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.starts_with("HOME on amazon.de, from our starter document"), "{}", run.stdout);
}

#[test]
fn a_rule_is_explained_by_its_code_or_by_what_was_shown() {
    shows(&["explain", "missing-sku"], 0, &expect_file!["./golden/explain-missing-sku.txt"]);
    let by_code = feedwright(&["explain", "missing-sku"]).stdout;
    assert_eq!(feedwright(&["explain", "error[missing-sku]"]).stdout, by_code);
}

#[test]
fn lists_are_shown() {
    shows(&["explain"], 0, &expect_file!["./golden/explain.txt"]);
    shows(&["profiles"], 0, &expect_file!["./golden/profiles.txt"]);
    shows(&["fields"], 0, &expect_file!["./golden/fields.txt"]);
}

#[test]
fn a_profile_is_shown_as_it_is_written() {
    let text = fs::read_to_string(root().join("crates/sources/profiles/shopify.toml")).unwrap();
    assert_eq!(feedwright(&["profiles", "shopify"]).stdout, text);
}

#[test]
fn completions_name_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = feedwright(&["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{shell}");
        for command in COMMANDS {
            assert!(run.stdout.contains(command), "{shell}: {command}");
        }
    }
}

#[test]
fn help_says_what_a_command_takes() {
    shows(&["--help"], 0, &expect_file!["./golden/help.txt"]);
    shows(&["check", "--help"], 0, &expect_file!["./golden/help-check.txt"]);
    shows(&["build", "--help"], 0, &expect_file!["./golden/help-build.txt"]);
    shows(&["lint", "--help"], 0, &expect_file!["./golden/help-lint.txt"]);
    shows(&["requirements", "--help"], 0, &expect_file!["./golden/help-requirements.txt"]);
    shows(&["schemas", "diff", "--help"], 0, &expect_file!["./golden/help-schemas-diff.txt"]);
    shows(&["explain", "--help"], 0, &expect_file!["./golden/help-explain.txt"]);
    shows(&["profiles", "--help"], 0, &expect_file!["./golden/help-profiles.txt"]);
    shows(&["fields", "--help"], 0, &expect_file!["./golden/help-fields.txt"]);
    shows(&["completions", "--help"], 0, &expect_file!["./golden/help-completions.txt"]);
}

#[test]
fn every_example_of_a_help_text_runs() {
    let folder = newcomer();
    let mut n_examples = 0;
    for command in COMMANDS {
        let help = feedwright(&[command, "--help"]).stdout;
        let (_, examples) = help.split_once("Examples:\n").unwrap_or_default();
        for line in examples.lines() {
            let Some(arguments) = line.strip_prefix("  feedwright ") else { continue };
            let arguments: Vec<&str> = arguments.split_whitespace().collect();
            let run = feedwright_in(folder.path(), &arguments);
            assert!(matches!(run.code, 0 | 1), "{line}: {}", run.stderr);
            n_examples += 1;
        }
    }
    assert!(n_examples > 8, "the examples were found");
}

/// The files under a folder, with `/`.
fn names(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            found.extend(names(&entry.path()).into_iter().map(|inner| format!("{name}/{inner}")));
        } else {
            found.push(name);
        }
    }
    found
}

/// A folder as a newcomer has it who follows the help: a configuration, a shop's export, a feed, a document.
fn newcomer() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    folder::copy(&root().join("samples"), folder.path());
    let to = |name: &str| folder.path().join(name);
    fs::copy(to("catalog/shopify-mugs.csv"), to("export.csv")).unwrap();
    fs::copy(to("amazon/feeds/amazon-us.json"), to("feed.json")).unwrap();
    fs::write(to("HOME.json"), r#"{ "type": "object", "properties": {} }"#).unwrap();
    folder
}

/// The German sample with its two gaps filled.
fn mended() -> tempfile::TempDir {
    let folder = newcomer();
    let table = fs::read(folder.path().join("catalog/plain.csv")).unwrap();
    // The file is in Windows-1252: bytes above 127 are kept as they are.
    let text: String = table.iter().map(|byte| char::from(*byte)).collect();
    let mended = text.replace("4,90;;0,24", "4,90;55;0,24").replace("Massiv|Ge\u{f6}lt;;", "Massiv|Ge\u{f6}lt;Eiche;");
    assert_ne!(mended, text);
    let bytes: Vec<u8> = mended.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    fs::write(folder.path().join("catalog/plain.csv"), &bytes).unwrap();
    folder
}
