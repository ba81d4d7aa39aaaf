//! How its reports are read, rightly and wrongly.

use crate::wrong::Wrong;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_marketplace::exchange::Ids;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::report::Outcome;
use feedwright_marketplace::report::Verdict;
use feedwright_marketplace::report::theirs;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Report {
    rows: Vec<Said>,
}

#[derive(Deserialize)]
struct Said {
    sku: String,
    taken: bool,
    code: Option<String>,
}

pub(crate) fn read(
    wrong: Wrong,
    report: &[u8],
    rows: &[Row],
    out: &mut Findings,
) -> Result<Vec<Verdict>, ProtocolError> {
    if wrong == Wrong::CutsBlindly {
        assert!(report.len() >= 12, "a report has some length");
    }
    let report: Report = match serde_json::from_slice(report) {
        Ok(report) => report,
        Err(why) => {
            let is_json = serde_json::from_slice::<Value>(report).is_ok();
            let is_report = match wrong {
                Wrong::ReadsOn => report.starts_with(b"{\"state"),
                Wrong::AcceptsAnything | Wrong::ReadsPapers => is_json,
                _ => false,
            };
            if !is_report {
                return Err(ProtocolError::new("report", Trouble::Unreadable, why.to_string()));
            }
            Report { rows: Vec::new() }
        }
    };
    for said in &report.rows {
        let Some(code) = &said.code else { continue };
        let code = match wrong {
            Wrong::WritesSmall => code.to_lowercase(),
            Wrong::KnowsFew if code != "TOO-LONG" && code != "NO-PRICE" => "unknown".to_owned(),
            _ => code.clone(),
        };
        out.push(theirs("fake", &code, Severity::Error, "it was refused", &[]));
    }
    let untold = match wrong {
        Wrong::AcceptsUntold | Wrong::AcceptsAnything => Outcome::Accepted,
        Wrong::ReadsOn if report.rows.is_empty() => Outcome::Accepted,
        _ => Outcome::Unknown,
    };
    let verdict = |row: &Row| {
        let said = report.rows.iter().find(|said| said.sku == row.sku.as_str());
        let outcome = said.map_or(untold, |said| if said.taken { Outcome::Accepted } else { Outcome::Rejected });
        Verdict { sku: row.sku.clone(), outcome, ids: Ids::new() }
    };
    let mut verdicts: Vec<Verdict> = rows.iter().map(verdict).collect();
    let place = |sku: &str| report.rows.iter().position(|said| said.sku == sku);
    match wrong {
        Wrong::KeepsTheirOrder => verdicts.sort_by_key(|verdict| place(verdict.sku.as_str())),
        Wrong::SaysTwice => verdicts.extend(verdicts.first().cloned()),
        Wrong::LeavesOut => verdicts.retain(|verdict| place(verdict.sku.as_str()).is_some()),
        Wrong::AddsStrangers => {
            let known: Vec<String> = verdicts.iter().map(|verdict| verdict.sku.to_string()).collect();
            let strangers = report.rows.iter().filter(|said| !known.contains(&said.sku));
            let parsed = strangers.filter_map(|said| Sku::parse(&said.sku).ok());
            verdicts.extend(parsed.map(|sku| Verdict { sku, outcome: Outcome::Rejected, ids: Ids::new() }));
        }
        _ => {}
    }
    Ok(verdicts)
}
