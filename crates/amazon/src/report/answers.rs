//! The answers to calls, put together by the exchange that made them.

use super::issue::Issue;
use super::issue::asin;
use super::issue::said;
use super::unreadable;
use crate::exchange::Called;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Ids;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::report::Outcome;
use feedwright_marketplace::report::Verdict;
use serde_json::Value;
use std::collections::BTreeMap;

/// Reads the answers.
pub(super) fn read(
    marketplace_id: &str,
    report: &[u8],
    rows: &[Row],
    out: &mut Findings,
) -> Result<Vec<Verdict>, ProtocolError> {
    let called: Vec<Called> = serde_json::from_slice(report)
        .map_err(|why| unreadable(format!("the list of answers cannot be read: {why}")))?;
    let by_ordinal: BTreeMap<u64, &Called> = called.iter().map(|called| (called.ordinal, called)).collect();
    let by_sku: BTreeMap<&str, &Called> = called.iter().map(|called| (called.sku.as_str(), called)).collect();
    let verdict = |row: &Row| {
        let sku = row.sku.as_str();
        let own = by_ordinal.get(&row.ordinal).copied().filter(|called| called.sku.trim() == sku);
        let mut ids = row.ids.clone();
        let outcome = match own.or_else(|| by_sku.get(sku).copied()) {
            Some(called) => outcome(called, marketplace_id, &row.sku, &mut ids, out),
            None => Outcome::Unknown,
        };
        Verdict { sku: row.sku.clone(), outcome, ids }
    };
    Ok(rows.iter().map(verdict).collect())
}

/// What became of one call.
fn outcome(called: &Called, marketplace_id: &str, sku: &Sku, ids: &mut Ids, out: &mut Findings) -> Outcome {
    let Some(status) = called.status else {
        let why = called.unsent.as_deref().unwrap_or("there is no answer");
        out.push(Finding { sku: Some(sku.clone()), ..said("no-answer", Severity::Error, why) });
        return Outcome::Failed;
    };
    match serde_json::from_str::<Value>(&called.answer) {
        Ok(answer) if (200..300).contains(&status) && answer.get("status").is_some_and(Value::is_string) => {
            submitted(called, &answer, marketplace_id, sku, ids, out)
        }
        Ok(answer) if answer.get("errors").and_then(Value::as_array).is_some_and(|errors| !errors.is_empty()) => {
            refused(status, &answer, sku, out)
        }
        Ok(_) | Err(_) => {
            // The same call does the same again, so it may be made again, whatever became of it.
            let answer = Answer { status, body: called.answer.clone().into_bytes(), ..Answer::default() };
            let text = format!("answered with status {status}: {}", answer.excerpt());
            out.push(Finding { sku: Some(sku.clone()), ..said(&status.to_string(), Severity::Error, &text) });
            by_status(status)
        }
    }
}

fn submitted(
    called: &Called,
    answer: &Value,
    marketplace_id: &str,
    sku: &Sku,
    ids: &mut Ids,
    out: &mut Findings,
) -> Outcome {
    asin(answer.get("identifiers"), marketplace_id, ids);
    for issue in answer.get("issues").and_then(Value::as_array).into_iter().flatten() {
        Issue::read(issue).say(Some(sku), out);
    }
    let status = answer.get("status").and_then(Value::as_str).unwrap_or_default();
    let is_other = answer.get("sku").and_then(Value::as_str).is_some_and(|other| other.trim() != sku.as_str());
    let outcome = match status {
        "ACCEPTED" if !called.is_preview => Outcome::Accepted,
        "VALID" if called.is_preview => Outcome::Accepted,
        "INVALID" => Outcome::Rejected,
        _ => Outcome::Unknown,
    };
    if outcome == Outcome::Unknown || is_other {
        let text = format!("the answer tells of {}, with status `{status}`", answer.get("sku").unwrap_or(&Value::Null));
        out.push(Finding { sku: Some(sku.clone()), ..said(status, Severity::Error, &text) });
        return Outcome::Unknown;
    }
    outcome
}

fn refused(status: u16, answer: &Value, sku: &Sku, out: &mut Findings) -> Outcome {
    let mut is_passing = true;
    for error in answer.get("errors").and_then(Value::as_array).into_iter().flatten() {
        let issue = Issue::read(error);
        issue.say(Some(sku), out);
        is_passing &= issue.is_passing();
    }
    if is_passing { Outcome::Failed } else { by_status(status) }
}

/// What a status says of a row. A fine one without the answer that belongs to it says nothing; the call may be made again.
fn by_status(status: u16) -> Outcome {
    match status {
        400 | 402 | 404..=407 | 409..=422 | 424 | 426..=428 | 430..=499 => Outcome::Rejected,
        _ => Outcome::Failed,
    }
}
