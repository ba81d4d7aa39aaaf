//! Reports become verdicts and findings: ours of `samples/amazon/reports`, and those that Amazon really made.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads files and panics when it cannot go on"
)]

use crate::support::shared;
use crate::talk::AMAZON;
use crate::talk::rows;
use expect_test::expect_file;
use feedwright_amazon::PROFILE;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::finding::Code;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::report::Outcome;
use feedwright_marketplace::report::Verdict;
use serde_json::Value;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What was sent in all samples.
const SKUS: [&str; 4] = ["MUG-1", "MUG-2", "MUG-3", "MUG-4"];

fn read(feed: &str, report: &[u8], rows: &[Row]) -> (Result<Vec<Verdict>, ProtocolError>, Vec<Finding>) {
    let mut out = Findings::default();
    let verdicts = AMAZON.read_report(PROFILE.feed(feed).unwrap(), report, rows, &mut out);
    (verdicts, out.take())
}

/// A report of a feed, as text.
fn told(feed: &str, report: &[u8]) -> String {
    let (verdicts, findings) = read(feed, report, &rows(&SKUS));
    let mut text = String::new();
    match verdicts {
        Ok(verdicts) => {
            assert_eq!(verdicts.len(), SKUS.len());
            for (verdict, sku) in verdicts.iter().zip(SKUS) {
                assert_eq!(verdict.sku.as_str(), sku);
                let ids: Vec<String> = verdict.ids.iter().map(|(name, id)| format!(" {name}={id}")).collect();
                writeln!(text, "{sku}: {}{}", verdict.outcome.name(), ids.concat()).unwrap();
            }
        }
        Err(why) => writeln!(text, "error, {:?}: {why}", why.trouble).unwrap(),
    }
    for finding in findings {
        let sku = finding.sku.as_ref().map_or("all", |sku| sku.as_str());
        let pointer = finding.pointer.as_deref().unwrap_or_default();
        writeln!(text, "{}[{}] {sku} {pointer}: {}", finding.severity, finding.code, finding.message).unwrap();
        if let Some(help) = &finding.help {
            writeln!(text, "  help: {help}").unwrap();
        }
    }
    text
}

#[test]
fn every_sample_is_read_as_the_text_beside_it_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples/amazon/reports");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let is_call = path.file_name().unwrap().to_string_lossy().starts_with("calls.");
        let text = told(if is_call { "calls" } else { "listings" }, &std::fs::read(&path).unwrap());
        expect_file![path.with_extension("txt")].assert_eq(&text);
    }
}

#[test]
fn a_report_cut_anywhere_is_an_error_and_no_verdict() {
    let report = json!({
        "header": { "sellerId": "A2EXAMPLE", "version": "2.0", "feedId": "7" },
        "issues": [{ "messageId": 1, "sku": "MÜG", "code": "90220", "severity": "ERROR", "message": "no" }],
        "summary": { "messagesProcessed": 4, "messagesAccepted": 3, "messagesInvalid": 1, "errors": 1, "warnings": 0 },
    });
    let report = serde_json::to_vec(&report).unwrap();
    for end in 0..report.len() {
        let (verdicts, findings) = read("price", &report[..end], &rows(&SKUS));
        assert_eq!(verdicts.unwrap_err().trouble, Trouble::Unreadable, "{end} bytes");
        assert!(findings.is_empty(), "{end} bytes");
    }
}

#[test]
fn a_row_is_accepted_only_when_all_counts_agree() {
    let issue = json!([{ "messageId": 1, "severity": "ERROR", "message": "no" }]);
    for processed in 0..6_u64 {
        for accepted in 0..6_u64 {
            for invalid in 0..6_u64 {
                let summary = json!({
                    "messagesProcessed": processed, "messagesAccepted": accepted, "messagesInvalid": invalid,
                });
                let report = serde_json::to_vec(&json!({ "issues": issue, "summary": summary })).unwrap();
                let (verdicts, _) = read("stock", &report, &rows(&SKUS));
                let outcomes: Vec<Outcome> = verdicts.unwrap().iter().map(|verdict| verdict.outcome).collect();
                assert_eq!(outcomes[0], Outcome::Rejected);
                let agrees = (processed, accepted, invalid) == (4, 3, 1);
                for outcome in &outcomes[1..] {
                    assert_eq!(
                        *outcome == Outcome::Accepted,
                        agrees,
                        "{processed}, {accepted}, {invalid}: {outcomes:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_file_that_is_uploaded_by_hand_has_no_report() {
    let (verdicts, _) = read("flat", b"{}", &rows(&SKUS));
    assert_eq!(verdicts.unwrap_err().trouble, Trouble::Unreadable);
}

/// Rows for all messages and SKUs that a report names, so that each issue belongs to one.
fn rows_named(report: &Value) -> Vec<Row> {
    let named = |issue: &Value| issue["sku"].as_str().map(str::to_owned);
    let mut skus: Vec<String> = Vec::new();
    for issue in report["issues"].as_array().into_iter().flatten() {
        let at = usize::try_from(issue["messageId"].as_u64().unwrap_or(1)).unwrap();
        while skus.len() < at {
            skus.push(format!("sku-{}", skus.len() + 1));
        }
        if let Some(sku) = named(issue) {
            skus[at - 1] = sku;
        }
    }
    let skus: Vec<&str> = skus.iter().map(String::as_str).collect();
    rows(&skus)
}

/// Each issue of a report is a finding with its code, as it was sent.
fn all_are_said(issues: &Value, findings: &[Finding]) {
    for issue in issues.as_array().into_iter().flatten() {
        let (code, message) = (issue["code"].as_str().unwrap(), issue["message"].as_str().unwrap());
        let said = |finding: &&Finding| {
            matches!(&finding.code, Code::Theirs { marketplace, code: own } if &**marketplace == "amazon" && **own == *code)
                && finding.message.starts_with(message)
        };
        let found: Vec<&Finding> = findings.iter().filter(said).collect();
        assert!(!found.is_empty(), "{code}: {message}");
        for name in issue["attributeNames"].as_array().into_iter().flatten() {
            let pointer = format!("/attributes/{}", name.as_str().unwrap());
            assert!(found.iter().any(|finding| finding.pointer.as_deref() == Some(&pointer)), "{code}: {pointer}");
        }
    }
}

#[test]
fn every_report_that_amazon_made_is_read() {
    let Some(observed) = shared("reports/processing-reports-observed-in-public-threads.json") else { return };
    for entry in observed["reports"].as_array().unwrap() {
        let (kind, report) = (entry["kind"].as_str().unwrap(), &entry["report"]);
        let named = rows_named(report);
        let named = if named.is_empty() { rows(&["sku-1"]) } else { named };
        let (verdicts, findings) = read("listings", &serde_json::to_vec(report).unwrap(), &named);
        let verdicts = verdicts.unwrap_or_else(|why| panic!("{kind}: {why}"));
        all_are_said(&report["issues"], &findings);
        let is_taken = report["summary"]["messagesAccepted"].as_u64() == Some(named.len() as u64)
            && report["issues"].as_array().is_some_and(Vec::is_empty);
        for verdict in verdicts {
            assert_eq!(verdict.outcome == Outcome::Accepted, is_taken, "{kind}: {}", verdict.sku);
        }
    }
}

#[test]
fn amazons_own_examples_of_reports_are_read() {
    let names = [
        "feed-schemas/listings-feed-processing-report-schema-v2.example.json",
        "feed-schemas/2024-docs-repo.listings-feed-processing-report-schema-v2.example.json",
    ];
    for name in names {
        let Some(report) = shared(name) else { return };
        // Four messages were processed, and the numbers of those that were refused are 4 and 5.
        let mut sent = rows(&["My-SKU-A", "My-SKU-A2", "My-SKU-B", "My-SKU-C"]);
        for (row, ordinal) in sent.iter_mut().zip([1, 3, 4, 5]) {
            row.ordinal = ordinal;
        }
        let (verdicts, findings) = read("listings", &serde_json::to_vec(&report).unwrap(), &sent);
        let outcomes: Vec<&str> = verdicts.unwrap().iter().map(|verdict| verdict.outcome.name()).collect();
        assert_eq!(outcomes, ["accepted", "accepted", "rejected", "rejected"], "{name}");
        all_are_said(&report["issues"], &findings);
        let missing =
            findings.iter().any(|finding| finding.pointer.as_deref() == Some("/attributes/batteries_required"));
        assert!(missing, "{name}: {findings:?}");
    }
}
