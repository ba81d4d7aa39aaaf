//! The processing report of a feed: issues by message, and counts that have to add up before anything counts as taken.

use super::issue::Issue;
use super::issue::asin;
use super::issue::number;
use super::issue::said;
use super::unreadable;
use crate::exchange::Ended;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_marketplace::exchange::Ids;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::json::BYTE_ORDER_MARK;
use feedwright_marketplace::report::Outcome;
use feedwright_marketplace::report::Verdict;
use serde_json::Value;
use std::collections::HashMap;

/// The status of a feed that was never begun.
pub(crate) const CANCELLED: &str = "CANCELLED";
/// The status of a feed that was broken off.
pub(crate) const FATAL: &str = "FATAL";

/// The part of a report that counts; what is wrong with it is said under its name.
const SUMMARY: &str = "summary";

/// Reads a report, or the end of a feed that has none.
pub(super) fn read(
    marketplace_id: &str,
    report: &[u8],
    rows: &[Row],
    out: &mut Findings,
) -> Result<Vec<Verdict>, ProtocolError> {
    let report = document(report)?;
    match ended(&report) {
        Some(ended) => end(&ended, marketplace_id, rows, out),
        None => Ok(Tally::of(&report, marketplace_id, rows, out)?.verdicts(out)),
    }
}

/// Whether a report was asked for before there was anything in it: no issue, and not even counts.
pub(crate) fn is_too_early(report: &[u8]) -> bool {
    let Ok(report) = document(report) else { return false };
    let has_issues = report.get("issues").and_then(Value::as_array).is_some_and(|issues| !issues.is_empty());
    let is_report = report.is_object() && (report.get("issues").is_some() || report.get("header").is_some());
    let is_empty = report.as_object().is_some_and(serde_json::Map::is_empty);
    (is_report || is_empty) && !has_issues && count(&report, "messagesProcessed").is_none()
}

fn document(report: &[u8]) -> Result<Value, ProtocolError> {
    let report = report.strip_prefix(BYTE_ORDER_MARK).unwrap_or(report);
    serde_json::from_slice(report).map_err(|why| unreadable(format!("the report is not JSON: {why}")))
}

/// The end of a feed, as the exchange hands it over.
fn ended(report: &Value) -> Option<Ended> {
    let text = |name: &str| report.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Ended { feed: text("feed")?, report: text("report") })
}

fn end(ended: &Ended, marketplace_id: &str, rows: &[Row], out: &mut Findings) -> Result<Vec<Verdict>, ProtocolError> {
    let feed = document(ended.feed.as_bytes())?;
    let status = feed.get("processingStatus").and_then(Value::as_str).unwrap_or_default();
    let (text, outcome) = match status {
        CANCELLED => ("the feed was cancelled before it was begun", Outcome::Failed),
        FATAL => ("the feed was broken off: some of it, all or nothing may have taken effect", Outcome::Unknown),
        other => return Err(unreadable(format!("a feed does not end as `{other}`"))),
    };
    out.push(said(status, Severity::Error, text));
    match &ended.report {
        Some(report) => {
            let report = document(report.as_bytes())?;
            let mut tally = Tally::of(&report, marketplace_id, rows, out)?;
            tally.is_broken_off = true;
            Ok(tally.verdicts(out))
        }
        None => {
            let verdict = |row: &Row| Verdict { sku: row.sku.clone(), outcome, ids: row.ids.clone() };
            Ok(rows.iter().map(verdict).collect())
        }
    }
}

/// What a report says of rows.
struct Tally<'a> {
    rows: &'a [Row],
    /// What became of rows that have an error, by their place.
    own: Vec<Option<Outcome>>,
    ids: Vec<Ids>,
    /// An error of the whole, and what it makes of rows.
    whole: Option<Outcome>,
    /// Whether an error names a message or a SKU that was not sent, or two that do not belong together.
    is_astray: bool,
    is_broken_off: bool,
    counts: Option<Counts>,
}

/// What an issue names by its number or its SKU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Nothing,
    /// A row that was not sent.
    Stranger,
    /// The row at this place.
    Row(usize),
}

/// The summary, whole.
#[derive(Clone, Copy, Debug)]
struct Counts {
    processed: u64,
    accepted: u64,
    invalid: u64,
}

impl Named {
    fn of<T>(name: Option<T>, find: impl Fn(T) -> Option<usize>) -> Self {
        name.map_or(Self::Nothing, |name| find(name).map_or(Self::Stranger, Self::Row))
    }

    fn row(self) -> Option<usize> {
        match self {
            Self::Row(at) => Some(at),
            Self::Nothing | Self::Stranger => None,
        }
    }
}

impl<'a> Tally<'a> {
    fn of(report: &Value, marketplace_id: &str, rows: &'a [Row], out: &mut Findings) -> Result<Self, ProtocolError> {
        if !report.get("issues").is_some_and(Value::is_array) {
            return Err(unreadable("it has no list `issues`: it is not a processing report"));
        }
        if is_empty(report) {
            return Err(unreadable("it has neither issues nor counts: it was asked for too early"));
        }
        let by_ordinal: HashMap<u64, usize> = rows.iter().enumerate().map(|(at, row)| (row.ordinal, at)).collect();
        let by_sku: HashMap<&str, usize> = rows.iter().enumerate().map(|(at, row)| (row.sku.as_str(), at)).collect();
        let mut tally = Self {
            rows,
            own: vec![None; rows.len()],
            ids: rows.iter().map(|row| row.ids.clone()).collect(),
            whole: None,
            is_astray: false,
            is_broken_off: false,
            counts: counts(report),
        };
        for issue in report.get("issues").and_then(Value::as_array).into_iter().flatten() {
            let issue = Issue::read(issue);
            let by_message = Named::of(issue.message_id, |id| by_ordinal.get(&id).copied());
            let by_name = Named::of(issue.sku, |sku| by_sku.get(sku.trim()).copied());
            tally.take(&issue, by_message, by_name, out);
        }
        for item in report.get("items").and_then(Value::as_array).into_iter().flatten() {
            let sku = item.get("sku").and_then(Value::as_str).unwrap_or_default();
            let at = by_sku.get(sku.trim()).copied();
            if let Some(ids) = at.and_then(|at| tally.ids.get_mut(at)) {
                asin(item.get("summaries"), marketplace_id, ids);
            }
            let sku = Sku::parse(sku).ok();
            // What the listing suffers from need not come of this feed, and its message was counted above.
            for issue in item.get("issues").and_then(Value::as_array).into_iter().flatten() {
                Issue::read(issue).say(sku.as_ref(), out);
            }
        }
        Ok(tally)
    }

    /// Takes an issue: it belongs to the row of its message, or else of its SKU, or to the whole.
    fn take(&mut self, issue: &Issue<'_>, by_message: Named, by_name: Named, out: &mut Findings) {
        let at = by_message.row().or(by_name.row());
        let row = at.and_then(|at| self.rows.get(at));
        let named = issue.sku.and_then(|sku| Sku::parse(sku).ok());
        issue.say(row.map(|row| &row.sku).or(named.as_ref()), out);
        self.is_astray |= by_message != Named::Nothing && by_name != Named::Nothing && by_message != by_name;
        if !issue.is_error() {
            return;
        }
        let outcome = if issue.is_passing() { Outcome::Failed } else { Outcome::Rejected };
        match at.and_then(|at| self.own.get_mut(at)) {
            Some(own) => *own = (*own).max(Some(outcome)),
            None if by_message == Named::Nothing && by_name == Named::Nothing => {
                self.whole = self.whole.max(Some(outcome));
            }
            None => self.is_astray = true,
        }
    }

    fn verdicts(self, out: &mut Findings) -> Vec<Verdict> {
        let others = self.others();
        if others == Outcome::Unknown && self.own.iter().any(Option::is_none) {
            out.push(said(SUMMARY, Severity::Warning, &self.why_unknown()));
        }
        let rows = self.rows.iter().zip(self.own).zip(self.ids);
        rows.map(|((row, own), ids)| Verdict { sku: row.sku.clone(), outcome: own.unwrap_or(others), ids }).collect()
    }

    /// What became of rows that no error names. They are not listed, so only counts that add up say so.
    fn others(&self) -> Outcome {
        let Some(counts) = self.counts else { return self.without_counts() };
        let n_rows = self.rows.len() as u64;
        let n_refused = self.own.iter().flatten().count() as u64;
        let adds_up = !self.is_astray
            && counts.processed == n_rows
            && counts.invalid == n_refused
            && counts.accepted.checked_add(counts.invalid) == Some(n_rows);
        if adds_up {
            return Outcome::Accepted;
        }
        // What was broken off may have been at work, whatever was counted.
        if counts.accepted > 0 || self.is_broken_off {
            return Outcome::Unknown;
        }
        match self.whole {
            Some(whole) => whole,
            None if counts.processed == n_rows && counts.invalid == n_rows => Outcome::Rejected,
            // Nothing was taken since something was wrong with another one.
            None if n_refused > 0 => Outcome::Failed,
            None => Outcome::Unknown,
        }
    }

    fn why_unknown(&self) -> String {
        let n_refused = self.own.iter().flatten().count();
        let sent = format!("{} were sent, and {n_refused} of them have errors", self.rows.len());
        match self.counts {
            None => format!("it does not count messages: {sent}; what became of the others is not told"),
            Some(Counts { processed, accepted, invalid }) => format!(
                "it counts {processed} messages processed, {accepted} accepted and {invalid} invalid, but {sent}: what \
                 became of the others is not told"
            ),
        }
    }

    fn without_counts(&self) -> Outcome {
        self.whole.filter(|_| !self.is_broken_off).unwrap_or(Outcome::Unknown)
    }
}

fn counts(report: &Value) -> Option<Counts> {
    Some(Counts {
        processed: count(report, "messagesProcessed")?,
        accepted: count(report, "messagesAccepted")?,
        invalid: count(report, "messagesInvalid")?,
    })
}

fn count(report: &Value, name: &str) -> Option<u64> {
    report.get(SUMMARY)?.get(name).and_then(number)
}

fn is_empty(report: &Value) -> bool {
    let issues = report.get("issues").and_then(Value::as_array);
    issues.is_none_or(Vec::is_empty) && count(report, "messagesProcessed").is_none()
}
