//! Answers to calls that Amazon really gave, and those of its own models, become verdicts and findings.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use crate::support::shared;
use crate::talk::AMAZON;
use crate::talk::rows;
use feedwright_amazon::PROFILE;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_marketplace::report::Outcome;
use serde_json::Value;
use serde_json::json;

/// What one answer makes of the row it belongs to.
fn read(sku: &str, status: u16, answer: &Value, is_preview: bool) -> (Outcome, Vec<Finding>) {
    let report = json!([{
        "ordinal": 1, "sku": sku, "status": status, "answer": answer.to_string(), "is_preview": is_preview,
    }]);
    let mut out = Findings::default();
    let feed = PROFILE.feed("calls").unwrap();
    let verdicts = AMAZON.read_report(feed, report.to_string().as_bytes(), &rows(&[sku]), &mut out).unwrap();
    (verdicts[0].outcome, out.take())
}

#[test]
fn every_issue_that_amazon_gave_is_said_with_its_code() {
    let Some(observed) = shared("reports/issue-objects-observed-in-public-threads.json") else { return };
    let mut n_issues = 0;
    for entry in observed.as_array().unwrap() {
        let status = u16::try_from(entry["http"].as_u64().unwrap_or(200)).unwrap();
        // Issues of a listing that was asked for stand for those of a call that was refused.
        let answer = match entry.get("errors") {
            Some(errors) => json!({ "errors": errors }),
            None => json!({ "sku": "MUG-1", "status": "INVALID", "submissionId": "s", "issues": entry["issues"] }),
        };
        let (outcome, findings) = read("MUG-1", status, &answer, false);
        let expected = if status == 429 { Outcome::Failed } else { Outcome::Rejected };
        assert_eq!(outcome, expected, "{entry}");
        let issues = entry.get("errors").unwrap_or(&entry["issues"]);
        for issue in issues.as_array().unwrap() {
            let code = format!("amazon({})", issue["code"].as_str().unwrap());
            let found = findings.iter().filter(|finding| finding.code.to_string() == code);
            let found = found.filter(|finding| finding.message.starts_with(issue["message"].as_str().unwrap()));
            let names = issue["attributeNames"].as_array().map_or(1, |names| names.len().max(1));
            assert!(found.count() >= names, "{code}: {issue}");
            n_issues += 1;
        }
        assert!(findings.iter().all(|finding| finding.sku.as_ref().is_some_and(|sku| sku.as_str() == "MUG-1")));
    }
    assert!(n_issues >= 20, "{n_issues} issues");
}

#[test]
fn every_example_of_the_model_is_read() {
    let Some(examples) = shared("listings-payloads/listingsItems_2021-08-01.sandbox-examples.json") else { return };
    let mut n_read = 0;
    for example in examples.as_array().unwrap() {
        let answer = example.get("response").or_else(|| example.get("example")).unwrap();
        let status: u16 = example["http"].as_str().unwrap().parse().unwrap();
        let is_call = answer.get("submissionId").is_some() || answer.get("errors").is_some();
        if !is_call || example["operation"].as_str().unwrap().starts_with("get") {
            continue;
        }
        let sku = answer["sku"].as_str().unwrap_or("MUG-1");
        let expected = match answer["status"].as_str() {
            Some("ACCEPTED" | "VALID") => Outcome::Accepted,
            Some(_) | None => Outcome::Rejected,
        };
        let (outcome, findings) = read(sku, status, answer, answer["status"] == "VALID");
        assert_eq!(outcome, expected, "{example}");
        assert_eq!(findings.is_empty(), expected == Outcome::Accepted, "{example}");
        n_read += 1;
    }
    assert!(n_read >= 8, "{n_read} examples");
}
