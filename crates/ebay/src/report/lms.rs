//! The report of a task: the responses of its result file, each to the request of a SKU or of a family.

use super::codes;
use super::said;
use super::trading;
use super::trading::Error;
use super::trading::Response;
use super::unreadable;
use crate::encode::lms::members_digest;
use crate::encode::lms::of_message;
use crate::exchange::LISTING;
use crate::kind::Form;
use crate::kind::Kind;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::rules;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::report::Outcome;
use feedwright_marketplace::report::Verdict;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Deserialize)]
struct Report {
    task: Task,
    result: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Task {
    #[serde(default)]
    status: String,
    #[serde(default)]
    upload_summary: Option<Summary>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    #[serde(default)]
    success_count: Option<u64>,
}

/// A UUID that was used before: the very same request was taken already.
const SENT_BEFORE: &str = "488";
/// A listing that is over already, where it is to be ended; seen with sellers, in no document at hand.
const OVER: &str = "1047";

/// Reads a report: what our exchange made of it, or a result file as it came.
pub(super) fn read(kind: Kind, report: &[u8], rows: &[Row], out: &mut Findings) -> Result<Vec<Verdict>, ProtocolError> {
    let text = std::str::from_utf8(report).map_err(|_| unreadable("the report is no text"))?;
    let report = if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        Report { task: Task { status: String::new(), upload_summary: None }, result: Some(text.to_owned()) }
    } else {
        serde_json::from_str(text).map_err(|why| unreadable(format!("the report cannot be read: {why}")))?
    };
    let Some(result) = &report.result else {
        let message = format!("eBay gave the file up with status `{}` and says no more", report.task.status);
        let help = "look at the task in Seller Hub; what was in it is planned again";
        out.push(ours(Finding::new(&rules::NOT_SENT, message).help(help)));
        return Ok(rows.iter().map(|row| verdict(row, Outcome::Failed, None)).collect());
    };
    let responses =
        trading::read(result).map_err(|why| unreadable(format!("the result file cannot be read: {why}")))?;
    let mut verdicts: BTreeMap<usize, (Outcome, Option<String>)> = BTreeMap::new();
    for (at, response) in responses.iter().enumerate() {
        let places = with_family(kind, places(response, at, responses.len(), rows), rows);
        let outcome = outcome(kind, response);
        for place in &places {
            verdicts.insert(*place, (outcome, (!response.item.is_empty()).then(|| response.item.clone())));
        }
        let sku = places.first().and_then(|place| rows.get(*place)).map(|row| &row.sku);
        report_on(kind, response, outcome, sku, out);
    }
    let n_accepted = responses.iter().filter(|response| outcome(kind, response) == Outcome::Accepted).count() as u64;
    let told = report.task.upload_summary.and_then(|summary| summary.success_count);
    let is_short = told.filter(|told| *told < n_accepted);
    if let Some(told) = is_short {
        let message = format!("eBay counts {told} records as taken, and its result file {n_accepted}");
        out.push(ours(Finding::new(&rules::NOT_SENT, message).help("look at the listings in Seller Hub")));
    }
    let read = rows.iter().enumerate().map(|(place, row)| match verdicts.remove(&place) {
        Some((Outcome::Accepted, _)) if is_short.is_some() => verdict(row, Outcome::Unknown, None),
        Some((outcome, listing)) => verdict(row, outcome, listing),
        None => verdict(row, Outcome::Unknown, None),
    });
    Ok(read.collect())
}

/// The rows a response is about: by what it was told by, then by its SKU, then, where no response names anything and
/// there is one for each row, by their order.
fn places(response: &Response, at: usize, n_responses: usize, rows: &[Row]) -> Vec<usize> {
    let of_sku = |sku: &str| rows.iter().position(|row| !sku.is_empty() && row.sku.as_str() == sku);
    if let Some(place) = of_sku(&response.correlation) {
        return vec![place];
    }
    let (sku, family) = of_message(&response.correlation);
    if let Some((n_members, digest)) = family {
        return family_places(of_sku(sku), n_members, digest, rows);
    }
    match of_sku(&response.sku) {
        Some(place) => vec![place],
        None if response.correlation.is_empty() && response.sku.is_empty() && n_responses == rows.len() => vec![at],
        None => Vec::new(),
    }
}

/// Whoever ends a family's listing ends its members with it: their rows stand behind the one request, at its place.
fn with_family(kind: Kind, places: Vec<usize>, rows: &[Row]) -> Vec<usize> {
    let [place] = places[..] else { return places };
    match rows.get(place) {
        Some(own) if kind == Kind::LmsEnd => {
            let members = (place + 1..rows.len()).take_while(|at| rows[*at].ordinal == own.ordinal);
            std::iter::once(place).chain(members).collect()
        }
        _ => places,
    }
}

/// A family's rows: its own, if it has one, and those of its members, which stand together and have this digest.
fn family_places(own: Option<usize>, n_members: usize, digest: &str, rows: &[Row]) -> Vec<usize> {
    let begins = |begin: usize| {
        let members = rows.get(begin..begin.checked_add(n_members)?)?;
        let skus: Vec<&str> = members.iter().map(|row| row.sku.as_str()).collect();
        (members_digest(&skus) == digest).then_some(begin)
    };
    // After the family's own row, before it, or anywhere.
    let near = own.and_then(|own| begins(own + 1).or_else(|| begins(own.checked_sub(n_members)?)));
    let begin = near.or_else(|| (0..rows.len()).find_map(begins));
    own.into_iter().chain(begin.into_iter().flat_map(|begin| begin..begin + n_members)).collect()
}

fn outcome(kind: Kind, response: &Response) -> Outcome {
    let has = |code: &str| response.errors.iter().any(|error| error.code.trim() == code);
    match response.ack.as_str() {
        "Success" | "Warning" => Outcome::Accepted,
        "PartialFailure" if !response.item.is_empty() && !matches!(kind.form(), Form::Price | Form::Stock) => {
            Outcome::Accepted
        }
        "Failure" | "PartialFailure" => {
            let mut errors = response.errors.iter().filter(|error| !error.is_warning).peekable();
            if is_as_meant(kind, &has) {
                Outcome::Accepted
            } else if errors.peek().is_some() && errors.all(is_passing) {
                Outcome::Failed
            } else {
                Outcome::Rejected
            }
        }
        // A word that is new.
        _ => Outcome::Unknown,
    }
}

/// Refused because it is so already.
fn is_as_meant(kind: Kind, has: &dyn Fn(&str) -> bool) -> bool {
    kind == Kind::Lms && has(SENT_BEFORE) || matches!(kind, Kind::LmsEnd | Kind::LmsDrop) && has(OVER)
}

/// Not the listing's fault.
fn is_passing(error: &Error) -> bool {
    let code = error.code.trim();
    error.is_of_system || super::rest::LIMITS.contains(&code) || super::rest::PASSING.contains(&code)
}

fn report_on(kind: Kind, response: &Response, outcome: Outcome, sku: Option<&Sku>, out: &mut Findings) {
    let unknown = || {
        let told = if response.correlation.is_empty() { &response.sku } else { &response.correlation };
        if sku.is_some() || told.is_empty() { String::new() } else { format!("request `{told}`: ") }
    };
    for error in &response.errors {
        let severity =
            if error.is_warning || outcome == Outcome::Accepted { Severity::Warning } else { Severity::Error };
        let mut message = format!("{}{}", unknown(), error.text);
        if error.code.trim() == "240" && !response.message.is_empty() {
            // The real reason stands there.
            message = format!("{message} ({})", response.message);
        }
        let pointer = match kind.form() {
            Form::Listing(_) => codes::pointer(&error.code, &error.text, &error.parameters),
            Form::Price | Form::Stock | Form::End | Form::Member => None,
        };
        let code = if error.code.is_empty() { "unnamed" } else { &error.code };
        out.push(Finding { pointer, ..said(code, severity, &message, sku) });
    }
    if response.errors.is_empty() && outcome != Outcome::Accepted {
        let message = format!("{}eBay answers `{}` and gives no reason {}", unknown(), response.ack, response.message);
        let finding = Finding::new(&rules::NOT_SENT, message.trim());
        out.push(ours(Finding { sku: sku.cloned(), ..finding }));
    }
}

fn ours(finding: Finding) -> Finding {
    Finding { marketplace: Some(Arc::from(crate::PROFILE.id)), ..finding }
}

fn verdict(row: &Row, outcome: Outcome, listing: Option<String>) -> Verdict {
    let mut ids = row.ids.clone();
    ids.extend(listing.map(|id| (Cow::Borrowed(LISTING), id)));
    Verdict { sku: row.sku.clone(), outcome, ids }
}
