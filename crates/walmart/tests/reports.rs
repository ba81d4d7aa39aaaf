//! Reports become verdicts and findings: those of our samples, and all answers of Walmart's reference that are at hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use expect_test::expect_file;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Sku;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::report::Outcome;
use feedwright_marketplace::report::Verdict;
use feedwright_walmart::PROFILE;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::sync::OnceLock;
use support::Recipe;
use support::bytes;
use support::code;
use support::real_files;
use support::root;

fn rows(skus: &[String]) -> Vec<Row> {
    let row = |(at, sku): (usize, &String)| Row {
        ordinal: at as u64 + 1,
        sku: Sku::parse(sku).unwrap(),
        ids: BTreeMap::new(),
    };
    skus.iter().enumerate().map(row).collect()
}

/// `ABC` is three rows.
fn letters(skus: &str) -> Vec<String> {
    skus.chars().map(String::from).collect()
}

fn read(feed: &str, report: &[u8], skus: &[String]) -> (Result<Vec<Verdict>, ProtocolError>, Vec<Finding>) {
    static WALMART: OnceLock<Box<dyn Marketplace>> = OnceLock::new();
    let walmart = WALMART.get_or_init(|| Recipe::default().open().unwrap());
    let mut out = Findings::default();
    let verdicts = walmart.read_report(PROFILE.feed(feed).unwrap(), report, &rows(skus), &mut out);
    (verdicts, out.take())
}

fn said(feed: &str, report: &[u8], skus: &[String]) -> String {
    let (verdicts, findings) = read(feed, report, skus);
    let verdicts = match verdicts {
        Ok(verdicts) => verdicts,
        Err(why) => return format!("{:?}: {why}\n", why.trouble),
    };
    assert_eq!(verdicts.iter().map(|verdict| verdict.sku.as_str()).collect::<Vec<_>>(), skus);
    let mut lines = Vec::new();
    for verdict in &verdicts {
        let ids: Vec<String> = verdict.ids.iter().map(|(name, id)| format!(" {name}={id}")).collect();
        lines.push(format!("{} {}{}", verdict.sku, verdict.outcome.name(), ids.concat()));
    }
    for finding in &findings {
        let sku = finding.sku.as_ref().map_or("-", Sku::as_str);
        let pointer = finding.pointer.as_deref().unwrap_or("-");
        lines.push(format!("{} {:?} {sku} {pointer}: {}", finding.severity, code(finding), finding.message));
        if let Some(help) = &finding.help {
            lines.push(format!("  {help}"));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// What the samples are about.
#[derive(Deserialize)]
struct Listed {
    report: Vec<ListedReport>,
}

#[derive(Deserialize)]
struct ListedReport {
    file: String,
    feed: String,
    skus: Vec<String>,
}

#[test]
fn reports_of_every_shape_become_verdicts_and_findings() {
    let listed = bytes(&root().join("samples/walmart/reports.toml"));
    let listed: Listed = toml::from_str(std::str::from_utf8(&listed).unwrap()).unwrap();
    assert!(!listed.report.is_empty());
    // That every sample is listed is a law of the conformance kit.
    let folder = root().join("samples/walmart/reports");
    for ListedReport { file, feed, skus } in &listed.report {
        let path = folder.join(file);
        expect_file![path.with_extension("said.txt")].assert_eq(&said(feed, &bytes(&path), skus));
    }
}

#[test]
fn a_report_that_is_broken_off_anywhere_is_an_error() {
    let report = bytes(&root().join("samples/walmart/reports/shapes.json"));
    let whole = report.iter().rposition(|byte| *byte == b'}').unwrap();
    for end in 0..=whole {
        let (verdicts, findings) = read("mp_item", &report[..end], &letters("AB"));
        assert_eq!(verdicts.unwrap_err().trouble, Trouble::Unreadable, "{end} bytes");
        assert!(findings.is_empty());
    }
}

#[test]
fn what_is_no_report_is_an_error_that_says_what_it_is() {
    let error = |report: &str| read("mp_item", report.as_bytes(), &letters("A")).0.unwrap_err().to_string();
    let nothing = "getFeedItemStatus: the report does not say how the feed is getting on";
    for report in ["{}", "[]", "null", "7", r#"{"pages":[]}"#, r#"{"pages":[{}]}"#, r#"{"feedStatus":null}"#] {
        assert_eq!(error(report), nothing, "{report}");
    }
    assert_eq!(
        error(r#"{"error":[{"code":"CONTENT_NOT_FOUND","description":"no such feed"}]}"#),
        "getFeedItemStatus: the report is a refusal: CONTENT_NOT_FOUND: no such feed"
    );
    assert_eq!(
        error("<html></html>"),
        "getFeedItemStatus: the report cannot be read: expected value at line 1 column 1"
    );
}

/// Files below a folder, sorted.
#[expect(clippy::disallowed_methods, reason = "tests read real files")]
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(files(&path)) } else { out.push(path) }
    }
    out.sort();
    out
}

#[test]
fn every_answer_in_walmarts_reference_is_read_or_refused_without_a_panic() {
    let Some(data) = real_files() else { return };
    let (mut n_read, mut n_refused) = (0, 0);
    for path in files(&data.join("responses")) {
        let report = bytes(&path);
        for feed in PROFILE.feeds {
            let (verdicts, _) = read(feed.id, &report, &letters("AB"));
            match verdicts {
                Ok(verdicts) => {
                    n_read += 1;
                    assert_eq!(verdicts.len(), 2);
                    assert!(verdicts.iter().all(|verdict| verdict.outcome != Outcome::Accepted), "{}", path.display());
                }
                Err(why) => {
                    n_refused += 1;
                    assert_eq!(why.trouble, Trouble::Unreadable, "{}", path.display());
                }
            }
        }
    }
    assert!(n_refused > 100, "{n_read} read, {n_refused} refused");
}

#[test]
fn the_answers_about_feeds_in_walmarts_reference_give_verdicts() {
    let Some(data) = real_files() else { return };
    let folder = data.join("responses/openapi-examples");
    let check = |name: &str, feed: &str, expected: &str| {
        let report = bytes(&folder.join(name));
        let value: serde_json::Value = serde_json::from_slice(&report).unwrap();
        let details = value.get("itemDetails").or_else(|| value.get("itemsDetails")).unwrap();
        let sku = details["itemIngestionStatus"][0]["sku"].as_str().unwrap().to_owned();
        let (verdicts, findings) = read(feed, &report, &[sku]);
        let outcome = verdicts.unwrap()[0].outcome.name();
        let codes: Vec<String> =
            findings.iter().map(|finding| format!(" {} {}", finding.severity, code(finding))).collect();
        assert_eq!(format!("{outcome}{}", codes.concat()), expected);
    };
    check("feed-management.get.v3-feeds-feedId.200.example.json", "mp_item", "pending note INPROGRESS");
    check("price-management.post.v3-price.200.example.json", "price_legacy", "accepted");
}

#[test]
fn every_code_that_was_seen_somewhere_is_explained() {
    let Some(data) = real_files() else { return };
    let table = bytes(&data.join("errors/ingestion-error-codes.compiled.tsv"));
    let codes: Vec<&str> =
        std::str::from_utf8(&table).unwrap().lines().skip(1).map(|line| line.split('\t').next().unwrap()).collect();
    assert!(codes.len() > 30);
    for known in codes {
        let report = format!(
            r#"{{"feedStatus":"PROCESSED","itemDetails":{{"itemIngestionStatus":[{{"sku":"A","index":0,
                "ingestionStatus":"DATA_ERROR","ingestionErrors":{{"ingestionError":[{{"code":"{known}"}}]}}}}]}}}}"#
        );
        let (verdicts, findings) = read("mp_item", report.as_bytes(), &letters("A"));
        assert_ne!(verdicts.unwrap()[0].outcome, Outcome::Accepted);
        let [finding] = findings.as_slice() else { panic!("{known}: {findings:?}") };
        assert_eq!(code(finding), known);
        assert!(finding.help.is_some(), "{known}");
    }
}
