//! One SKU, told whole: where its values come from, what was sent, what was answered, and what blocks it now.

use crate::channel::OpenChannel;
use crate::pipeline::SourceJob;
use crate::render::Style;
use crate::render::table::BOLD;
use crate::render::table::Side;
use crate::render::table::Table;
use crate::render::table::paint;
use crate::render::text::write_finding;
use crate::render::visible;
use crate::shop::Shop;
use crate::store::Entry;
use crate::work::Provenance;
use crate::work::Traced;
use crate::work::Wants;
use crate::work::Worker;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Product;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::finding::Levels;
use feedwright_ledger::Ledger;
use feedwright_ledger::LedgerError;
use feedwright_ledger::Passage;
use feedwright_ledger::Standing;
use jiff::Timestamp;
use std::fs::File;
use std::io;
use std::sync::Arc;

/// What is known of a SKU.
#[derive(Debug)]
pub struct Known {
    /// The SKU as it was asked for.
    pub sku: Sku,
    /// Whether some source holds it.
    pub is_in_catalog: bool,
    /// By channel and lane.
    lanes: Vec<KnownLane>,
}

#[derive(Debug)]
struct KnownLane {
    channel: Arc<str>,
    lane: Lane,
    traced: Option<Traced>,
    digest: Option<Digest>,
    findings: Vec<Finding>,
    standing: Option<Standing>,
    passages: Vec<Passage>,
    answers: Vec<Finding>,
}

impl Known {
    /// Whether something was ever sent of it.
    pub fn is_known(&self) -> bool {
        self.lanes.iter().any(|lane| lane.standing.is_some() || !lane.passages.is_empty())
    }

    /// Whether something blocks it, here or at a marketplace.
    pub fn is_blocked(&self) -> bool {
        let is_error = |finding: &Finding| finding.severity == feedwright_catalog::Severity::Error;
        self.lanes.iter().any(|lane| {
            lane.findings.iter().any(is_error)
                || lane.standing.as_ref().is_some_and(|standing| standing.refused.is_some())
        })
    }
}

/// Why nothing can be told.
#[derive(Debug)]
pub enum WhyError {
    /// A source.
    Source(String),
    /// The ledger.
    Ledger(LedgerError),
}

impl std::fmt::Display for WhyError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Source(why) => out.write_str(why),
            Self::Ledger(why) => std::fmt::Display::fmt(why, out),
        }
    }
}

impl std::error::Error for WhyError {}

impl From<LedgerError> for WhyError {
    fn from(why: LedgerError) -> Self {
        Self::Ledger(why)
    }
}

/// Finds out what is known of a SKU.
///
/// # Errors
/// That a source or the ledger cannot be read.
pub fn know(
    sku: &Sku,
    shops: &[Shop],
    sources: &[SourceJob],
    levels: &Arc<Levels>,
    ledger: Option<&mut Ledger>,
) -> Result<Known, WhyError> {
    let found = find(sku, sources, levels)?;
    // A feed that tells the changes of another one tells nothing of its own.
    let lanes = shops.iter().flat_map(|shop| &shop.lanes).filter(|open| !open.is_revision);
    let channels: Vec<_> = lanes.map(OpenChannel::again).collect();
    let mut lanes: Vec<KnownLane> = channels
        .iter()
        .map(|open| KnownLane {
            channel: Arc::clone(&open.marketplace.channel().name),
            lane: open.lane,
            traced: None,
            digest: None,
            findings: Vec::new(),
            standing: None,
            passages: Vec::new(),
            answers: Vec::new(),
        })
        .collect();
    let is_in_catalog = found.is_some();
    if let Some((source, product, findings)) = found {
        let is_sold_on: Arc<[bool]> = channels.iter().map(|open| open.sells(&sources[source].name)).collect();
        // A lane at a time, so that it is known whose findings they are.
        for (at, lane) in lanes.iter_mut().enumerate() {
            let wants = Wants { ready_skus: false, told: true, traces: true };
            let only: Arc<[bool]> = is_sold_on.iter().enumerate().map(|(n, sold)| *sold && n == at).collect();
            let from = Provenance { source, is_sold_on: only };
            let mut done = Worker::new(&channels, Arc::clone(levels), wants, Arc::default()).work_on(&product, &from);
            let is_it = |own: &Sku| own.key() == sku.key();
            let at_traced = done.traces.iter().position(|traced| is_it(&traced.sku));
            lane.traced = at_traced.map(|at| done.traces.swap_remove(at));
            let records = done.channels[at].families.iter().flat_map(|kin| &kin.records);
            let record = records.into_iter().find(|record| is_it(&record.sku));
            lane.digest = record.and_then(|record| record.told.as_ref()).map(|(told, _)| told.digest);
            lane.findings = done
                .entries
                .into_iter()
                .filter_map(|entry| match entry {
                    Entry::Finding(finding) => Some(finding),
                    Entry::Outcome(_) => None,
                })
                .filter(|finding| finding.sku.as_ref().is_none_or(is_it))
                .collect();
        }
        if let Some(first) = lanes.first_mut() {
            first.findings.splice(0..0, findings);
        }
    }
    if let Some(ledger) = ledger {
        let history = ledger.history(sku)?;
        for lane in &mut lanes {
            lane.standing = ledger.standing(&lane.channel, sku, lane.lane)?;
            let is_own = |passage: &&Passage| {
                *passage.submission.channel == *lane.channel
                    && passage.row.tells.iter().any(|(told, _)| *told == lane.lane)
            };
            lane.passages = history.iter().filter(is_own).cloned().collect();
            let answers = ledger.findings(&lane.channel, sku)?;
            lane.answers =
                answers.into_iter().filter(|(of, _, _)| *of == lane.lane).map(|(_, _, finding)| finding).collect();
        }
    }
    Ok(Known { sku: sku.clone(), is_in_catalog, lanes })
}

/// The product that holds a SKU, or whose key it is; with the source's number and what was found about it.
fn find(
    sku: &Sku,
    sources: &[SourceJob],
    levels: &Arc<Levels>,
) -> Result<Option<(usize, Product, Vec<Finding>)>, WhyError> {
    for (at, source) in sources.iter().enumerate() {
        let unreadable = |why: io::Error| WhyError::Source(format!("{} cannot be read: {why}", source.shown));
        let file = File::open(&source.path).map_err(unreadable)?;
        let mut findings = Findings::new(Arc::clone(levels));
        let wrong = |why: feedwright_sources::SourceError| WhyError::Source(why.to_string());
        let mut open = crate::open_source(source, Box::new(file), &mut findings).map_err(wrong)?;
        let is_own = |own: &Sku| own.key() == sku.key();
        let mut own = Vec::new();
        while let Some(product) = open.next(&mut findings).map_err(wrong)? {
            let of_it = |finding: &Finding| finding.sku.as_ref().is_some_and(is_own);
            own.extend(findings.take().into_iter().filter(of_it));
            let is_key = Sku::parse(&product.key).is_ok_and(|key| is_own(&key));
            if is_key || product.variants.iter().any(|variant| is_own(&variant.sku)) {
                return Ok(Some((at, product, own)));
            }
        }
    }
    Ok(None)
}

/// Tells it.
///
/// # Errors
/// That it cannot be written.
pub fn tell(known: &Known, now: Timestamp, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let sku = visible(known.sku.as_str());
    if !known.is_in_catalog {
        writeln!(out, "{sku} is in none of the sources")?;
    }
    for lane in &known.lanes {
        tell_lane(lane, now, style, out)?;
    }
    Ok(())
}

fn tell_lane(lane: &KnownLane, now: Timestamp, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let is_silent = lane.traced.is_none() && lane.standing.is_none() && lane.findings.is_empty();
    if is_silent {
        return Ok(());
    }
    writeln!(out, "{}", paint(&format!("{}, {}: {}", lane.channel, lane.lane.name(), standing(lane)), BOLD, style))?;
    if let Some(traced) = &lane.traced
        && !traced.values.is_empty()
    {
        let mut table = Table::new(&[
            ("  attribute", Side::Left),
            ("value", Side::Left),
            ("field", Side::Left),
            ("from", Side::Left),
        ]);
        for value in &traced.values {
            let (field, place) = match &value.from {
                Some((field, place)) => (field.clone(), place.to_string()),
                None => ("-".to_owned(), "the template".to_owned()),
            };
            let pointer = value.pointer.trim_start_matches('/').replace('/', ".");
            table.row([format!("  {pointer}"), short(&value.value), field, place]);
        }
        table.write(style, out)?;
    }
    for passage in &lane.passages {
        let submission = &passage.submission;
        let receipt = submission.receipt.as_deref().map(|receipt| format!(", received as {receipt}"));
        let outcome = match (passage.row.outcome, submission.state.is_open()) {
            (Some(outcome), _) => outcome.to_string(),
            (None, true) => {
                let waited = submission.waited(now).as_secs() / 60;
                format!("no answer for {waited} min")
            }
            (None, false) => submission.why.clone().unwrap_or_else(|| submission.state.to_string()),
        };
        writeln!(
            out,
            "  sent {} in submission {} ({}){}: {}",
            submission.begun_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
            submission.id,
            submission.feed,
            visible(&receipt.unwrap_or_default()),
            visible(&outcome),
        )?;
    }
    if !lane.answers.is_empty() {
        writeln!(out, "  the marketplace found:")?;
        for finding in &lane.answers {
            write_finding(finding, style, out)?;
        }
    }
    let (blocking, others): (Vec<_>, Vec<_>) =
        lane.findings.iter().partition(|finding| finding.severity == feedwright_catalog::Severity::Error);
    if !blocking.is_empty() {
        writeln!(out, "  what blocks it now:")?;
    }
    for finding in blocking.into_iter().chain(others) {
        write_finding(finding, style, out)?;
    }
    writeln!(out)
}

/// How it stands, in a few words.
fn standing(lane: &KnownLane) -> String {
    let date = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let is_blocked = lane.findings.iter().any(|finding| finding.severity == feedwright_catalog::Severity::Error);
    let now = if is_blocked {
        "blocked"
    } else if lane.digest.is_some() {
        "ready"
    } else {
        "nothing to send"
    };
    let Some(standing) = &lane.standing else { return format!("{now}, never sent") };
    if let Some(flying) = &standing.in_flight {
        return format!("waits for a verdict in submission {}", flying.submission);
    }
    if standing.unknown_since.is_some() {
        return format!("{now}; nobody knows what became of what was sent");
    }
    if let Some(refused) = &standing.refused {
        let same =
            if lane.digest == Some(refused.digest) { ", and nothing changed since" } else { ", and changed since" };
        return format!("{now}; rejected {}{same}", date(refused.at));
    }
    match (&standing.accepted, standing.retired_at) {
        (Some(told), _) if lane.digest == Some(told.digest) => format!("accepted {}, as it is now", date(told.at)),
        (Some(told), _) => format!("{now}; accepted {}, and changed since", date(told.at)),
        (None, Some(retired)) => format!("{now}; taken down {}", date(retired)),
        (None, None) if standing.failures > 0 => format!("{now}; failed {} times", standing.failures),
        (None, None) => now.to_owned(),
    }
}

/// Longest value that is shown whole, in characters.
const LONGEST: usize = 60;

fn short(value: &str) -> String {
    if value.chars().count() <= LONGEST {
        value.to_owned()
    } else {
        value.chars().take(LONGEST).chain("…".chars()).collect()
    }
}
