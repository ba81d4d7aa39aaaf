//! Laws of reports: one that is cut off says less and never more, there is a verdict for each row and for no other, and
//! the marketplace's codes stay as they came.
//!
//! Tried on the reports in `samples/<id>/reports`, of which `samples/<id>/reports.toml` says what they are about, and on
//! what the other side makes of the complete items.

use super::Home;
use super::case::Case;
use super::codes;
use super::once;
use super::sample;
use super::script::BODIES;
use super::stand::Stand;
use crate::contract::Feed;
use crate::contract::Profile;
use crate::contract::Sending;
use crate::exchange::Ids;
use crate::exchange::ProtocolError;
use crate::exchange::Row;
use crate::report::Outcome;
use crate::report::Verdict;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Sku;
use feedwright_catalog::finding::Code;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// A report is cut off at every byte up to this length; a longer one at its ends and at so many places between.
const SHORT: usize = 4_096;
const ENDS: usize = 256;
const PLACES: usize = 512;

/// What reports of an adapter's samples are about.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    /// The members, or elements, that hold the marketplace's codes.
    #[serde(default)]
    codes: Vec<String>,
    #[serde(default)]
    report: Vec<ListedReport>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListedReport {
    /// Its name in `samples/<id>/reports`.
    file: String,
    /// The feed.
    feed: String,
    /// What was sent, in order.
    skus: Vec<String>,
}

/// A report, and what was sent.
#[derive(Debug)]
struct Report {
    feed: &'static Feed,
    bytes: Vec<u8>,
    rows: Vec<Row>,
    codes: Vec<String>,
}

type Read = (Result<Vec<Verdict>, ProtocolError>, Vec<Finding>);

/// Laws of the reports in the samples, held against the first channel.
pub(super) fn of_samples(profile: &'static Profile, home: &Home, stands: &[Arc<Stand>], out: &mut Vec<Case>) {
    let Some(stand) = stands.first() else { return };
    let name = format!("{}: there are reports to be read, and it is said what each is about", profile.id);
    if !profile.feeds.iter().any(|feed| matches!(feed.sending, Sending::ByApi { .. })) {
        out.push(Case::skipped("report", name, "nothing of it is sent by API"));
        return;
    }
    let reports = match read(profile, home) {
        Ok(reports) => reports,
        Err(why) => return out.push(Case::broken("report", name, why)),
    };
    out.push(Case::new("report", name, || Ok(())));
    for (file, report) in reports {
        let report = Arc::new(report);
        let mut law = |what: &str, law: fn(&Stand, &Report) -> Result<(), String>| {
            let (of, report) = (Arc::clone(stand), Arc::clone(&report));
            let name = format!("{}: {file} as a report of {}: {what}", stand.about(), report.feed.id);
            out.push(Case::new("report", name, move || law(&of, &report)));
        };
        law("cut off anywhere it says less, or nothing", says_less_cut_off);
        law("there is a verdict for each row, in their order", is_about_rows);
        law("its codes stay as they came", keeps_codes);
    }
}

/// Laws of a feed's reports.
pub(super) fn of_feed(stand: &Arc<Stand>, feed: &'static Feed, out: &mut Vec<Case>) {
    let Sending::ByApi { .. } = feed.sending else { return };
    if stand.samples.is_empty() {
        return;
    }
    let about = format!("{}: {}", stand.about(), feed.id);
    let of = Arc::clone(stand);
    let name = format!("{about}: a report that says nothing accepts nothing");
    out.push(Case::new("report", name, move || nothing_is_accepted(&of, feed)));
    let (Some(meet), Some(api)) = (stand.meet, stand.marketplace.profile().api) else { return };
    let mut law = |what: &str, law: fn(&Stand, &Report) -> Result<(), String>| {
        let of = Arc::clone(stand);
        out.push(Case::new("report", format!("{about}: a report of all that was taken: {what}"), move || {
            let (bytes, rows) = once::good_report(&of, feed, api, meet)?;
            law(&of, &Report { feed, bytes, rows, codes: Vec::new() })
        }));
    };
    law("cut off anywhere it says less, or nothing", says_less_cut_off);
    law("there is a verdict for each row, in their order", is_about_rows);
    law("a row that it is not about is not accepted", accepts_no_other);
}

fn read(profile: &'static Profile, home: &Home) -> Result<Vec<(String, Report)>, String> {
    let file = home.samples.join("reports.toml");
    let text = sample::text(&file)?.ok_or_else(|| format!("there is no {}", file.display()))?;
    let wrong = |why: String| format!("{}: {why}", file.display());
    let listed: Listed = toml::from_str(&text).map_err(|why| wrong(why.to_string()))?;
    if listed.codes.is_empty() || listed.report.is_empty() {
        return Err(wrong("it names no report, or no member that holds codes".to_owned()));
    }
    let folder = home.samples.join("reports");
    for ending in ["json", "xml"] {
        for path in sample::files(&folder, ending)? {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if !listed.report.iter().any(|report| report.file == name) {
                return Err(wrong(format!("it does not say what `{name}` is about")));
            }
        }
    }
    let codes = listed.codes;
    let report = |listed: ListedReport| {
        let feed = profile.feed(&listed.feed).ok_or_else(|| wrong(format!("there is no feed `{}`", listed.feed)))?;
        let bytes = bytes(&folder.join(&listed.file))?;
        let rows = rows(&listed.skus).map_err(wrong)?;
        Ok((listed.file, Report { feed, bytes, rows, codes: codes.clone() }))
    };
    listed.report.into_iter().map(report).collect()
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let text = sample::text(path)?.ok_or_else(|| format!("there is no {}", path.display()))?;
    Ok(text.into_bytes())
}

fn rows(skus: &[String]) -> Result<Vec<Row>, String> {
    let row = |(ordinal, sku): (u64, &String)| {
        let sku = Sku::parse(sku).map_err(|why| format!("`{sku}` is no SKU: {why}"))?;
        Ok(Row { ordinal, sku, ids: Ids::new() })
    };
    (1..).zip(skus).map(row).collect()
}

fn ask(stand: &Stand, feed: &'static Feed, bytes: &[u8], rows: &[Row]) -> Read {
    let mut out = Findings::default();
    let verdicts = stand.marketplace.read_report(feed, bytes, rows, &mut out);
    (verdicts, out.take())
}

fn nothing_is_accepted(stand: &Stand, feed: &'static Feed) -> Result<(), String> {
    let rows = super::parcel::of_samples(stand, feed)?.rows;
    for body in BODIES {
        let (Ok(verdicts), _) = ask(stand, feed, body.as_bytes(), &rows) else { continue };
        is_of(&verdicts, &rows)?;
        if let Some(verdict) = verdicts.iter().find(|verdict| verdict.outcome == Outcome::Accepted) {
            return Err(format!("`{}` is accepted by {body:?}", verdict.sku));
        }
    }
    Ok(())
}

/// That verdicts are those of rows, in their order.
fn is_of(verdicts: &[Verdict], rows: &[Row]) -> Result<(), String> {
    let mut seen: BTreeSet<&Sku> = BTreeSet::new();
    for verdict in verdicts {
        if !rows.iter().any(|row| row.sku == verdict.sku) {
            return Err(format!("`{}` has a verdict and was not sent", verdict.sku));
        }
        if !seen.insert(&verdict.sku) {
            return Err(format!("`{}` has two verdicts", verdict.sku));
        }
    }
    if let Some(row) = rows.iter().find(|row| !seen.contains(&row.sku)) {
        return Err(format!("`{}` has no verdict", row.sku));
    }
    match verdicts.iter().zip(rows).find(|(verdict, row)| verdict.sku != row.sku) {
        Some((verdict, row)) => Err(format!("the verdict of `{}` stands in the place of `{}`", verdict.sku, row.sku)),
        None => Ok(()),
    }
}

/// Where a report of this length is cut off.
fn cuts(length: usize) -> Vec<usize> {
    if length <= SHORT {
        return (0..length).collect();
    }
    let between = (0..PLACES).map(|at| ENDS + at * (length - 2 * ENDS) / PLACES);
    (0..ENDS).chain(between).chain(length - ENDS..length).collect()
}

fn says_less_cut_off(stand: &Stand, report: &Report) -> Result<(), String> {
    let accepted = |verdicts: &[Verdict]| -> BTreeSet<Sku> {
        let taken = verdicts.iter().filter(|verdict| verdict.outcome == Outcome::Accepted);
        taken.map(|verdict| verdict.sku.clone()).collect()
    };
    let whole = ask(stand, report.feed, &report.bytes, &report.rows).0.unwrap_or_default();
    let whole = accepted(&whole);
    for length in cuts(report.bytes.len()) {
        let cut = report.bytes.get(..length).unwrap_or_default();
        let (Ok(verdicts), _) = ask(stand, report.feed, cut, &report.rows) else { continue };
        is_of(&verdicts, &report.rows).map_err(|why| format!("cut off after {length} bytes, {why}"))?;
        if let Some(sku) = accepted(&verdicts).difference(&whole).next() {
            return Err(format!("cut off after {length} bytes it accepts `{sku}`, which the whole does not"));
        }
    }
    Ok(())
}

/// Whichever rows are asked about, and in whichever order.
fn is_about_rows(stand: &Stand, report: &Report) -> Result<(), String> {
    let holds = |rows: &[Row], what: &str| match ask(stand, report.feed, &report.bytes, rows).0 {
        Ok(verdicts) => is_of(&verdicts, rows).map_err(|why| format!("{what}: {why}")),
        Err(_) => Ok(()),
    };
    let rows = &report.rows;
    holds(rows, "of all rows")?;
    let reversed: Vec<Row> = rows.iter().rev().cloned().collect();
    holds(&reversed, "of the rows from behind")?;
    for left_out in rows {
        let others: Vec<Row> = rows.iter().filter(|row| row.sku != left_out.sku).cloned().collect();
        holds(&others, &format!("of all rows but `{}`", left_out.sku))?;
    }
    holds(&[], "of no row")
}

/// A row more than was sent: neither what is named nor what is counted is about it. Not tried on samples, whose counts
/// may be wrong on purpose.
fn accepts_no_other(stand: &Stand, report: &Report) -> Result<(), String> {
    let mut rows = report.rows.clone();
    rows.extend(nobody(&report.rows)?);
    let (Ok(verdicts), _) = ask(stand, report.feed, &report.bytes, &rows) else { return Ok(()) };
    match verdicts.iter().rfind(|verdict| verdict.sku.as_str() == NOBODY) {
        Some(verdict) if verdict.outcome == Outcome::Accepted => Err(format!("`{NOBODY}` is accepted")),
        Some(_) | None => Ok(()),
    }
}

/// A SKU that no report names.
const NOBODY: &str = "NOBODY-SENT-THIS";

fn nobody(rows: &[Row]) -> Result<Option<Row>, String> {
    let Some(last) = rows.iter().map(|row| row.ordinal).max() else { return Ok(None) };
    let sku = Sku::parse(NOBODY).map_err(|why| why.to_string())?;
    Ok(Some(Row { ordinal: last + 1, sku, ids: Ids::new() }))
}

fn keeps_codes(stand: &Stand, report: &Report) -> Result<(), String> {
    let text = String::from_utf8_lossy(&report.bytes);
    let mut codes = BTreeSet::new();
    codes::collect(&text, &report.codes, &mut codes);
    is_said(stand, report, &report.bytes, &codes)?;
    for code in &codes {
        // One that nobody knows yet is kept as well as one that has a help text.
        let is_number = code.bytes().all(|byte| byte.is_ascii_digit());
        let strange = if is_number { "98765432109" } else { "Of_Tomorrow 7-x" };
        let changed = codes::renamed(&report.bytes, code, strange);
        let mut strange_codes = BTreeSet::new();
        codes::collect(&String::from_utf8_lossy(&changed), &report.codes, &mut strange_codes);
        strange_codes.retain(|code| code == strange);
        is_said(stand, report, &changed, &strange_codes)?;
    }
    Ok(())
}

/// That findings hold these codes as they are.
fn is_said(stand: &Stand, report: &Report, bytes: &[u8], codes: &BTreeSet<String>) -> Result<(), String> {
    let (Ok(_), findings) = ask(stand, report.feed, bytes, &report.rows) else { return Ok(()) };
    let id = stand.marketplace.profile().id;
    let said: BTreeSet<&str> = findings
        .iter()
        .filter_map(|finding| match &finding.code {
            Code::Theirs { marketplace, code } if **marketplace == *id => Some(&**code),
            Code::Theirs { .. } | Code::Ours(_) => None,
        })
        .collect();
    match codes.iter().find(|code| !said.contains(code.as_str())) {
        Some(code) => Err(format!("code `{code}` is in the report, and in no finding; these are: {said:?}")),
        None => Ok(()),
    }
}
