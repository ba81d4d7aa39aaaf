//! Small things to tell, and ways to look at all that is known.

use feedwright_catalog::Place;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::Filter;
use feedwright_ledger::Ids;
use feedwright_ledger::Lease;
use feedwright_ledger::Ledger;
use feedwright_ledger::NewFile;
use feedwright_ledger::NewRow;
use feedwright_ledger::NewSubmission;
use feedwright_ledger::Outcome;
use feedwright_ledger::RowVerdict;
use feedwright_ledger::Settled;
use feedwright_ledger::Settlement;
use feedwright_ledger::Standing;
use feedwright_ledger::SubmissionId;
use feedwright_ledger::Tell;
use jiff::SignedDuration;
use jiff::Timestamp;
use std::sync::Arc;

pub(crate) const CHANNEL: &str = "shop-us";

/// So many seconds after some day.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + seconds).unwrap()
}

pub(crate) fn sku(text: &str) -> Sku {
    Sku::parse(text).unwrap()
}

pub(crate) fn digest(number: u8) -> Digest {
    Digest([number; 32])
}

/// What is told in a lane: the record says which digest it has.
pub(crate) fn tell(lane: Lane, number: u8) -> Tell {
    Tell { lane, digest: digest(number), record: format!("{} {number}", lane.name()).into_bytes() }
}

pub(crate) fn row(text: &str, tells: &[(Lane, u8)]) -> NewRow {
    NewRow {
        ordinal: 1,
        sku: sku(text),
        category: "MUG".to_owned(),
        place: Place { file: Arc::from("mugs.csv"), line: Some(2), column: None },
        tells: tells.iter().map(|(lane, number)| tell(*lane, *number)).collect(),
    }
}

pub(crate) fn new(lane: Lane, rows: Vec<NewRow>) -> NewSubmission {
    NewSubmission {
        channel: CHANNEL.to_owned(),
        account: "seller-1".to_owned(),
        lane,
        feed: "items".to_owned(),
        run: "run-1".to_owned(),
        quota: None,
        files: vec![NewFile { part: String::new(), bytes: b"a file".to_vec() }],
        rows,
    }
}

/// A lease that outlives each law.
pub(crate) fn lease(ledger: &mut Ledger) -> Lease {
    ledger.lease("send", "tester", SignedDuration::from_hours(10_000), at(-1)).unwrap().unwrap()
}

/// Begins a submission of one lane that tells each SKU one digest.
pub(crate) fn begin(ledger: &mut Ledger, lease: &Lease, lane: Lane, told: &[(&str, u8)], now: i64) -> SubmissionId {
    let rows = told.iter().map(|(sku, number)| row(sku, &[(lane, *number)])).collect();
    ledger.begin(&new(lane, rows), lease, at(now)).unwrap()
}

pub(crate) fn verdict(text: &str, outcome: Outcome) -> RowVerdict {
    RowVerdict { sku: sku(text), outcome, ids: Ids::new() }
}

pub(crate) fn settlement(verdicts: &[(&str, Outcome)]) -> Settlement {
    Settlement {
        verdicts: verdicts.iter().map(|(sku, outcome)| verdict(sku, *outcome)).collect(),
        findings: Vec::new(),
        report: format!("{verdicts:?}").into_bytes(),
        is_last: true,
    }
}

pub(crate) fn settle(ledger: &mut Ledger, id: SubmissionId, verdicts: &[(&str, Outcome)], now: i64) -> Settled {
    ledger.settle(id, &settlement(verdicts), at(now)).unwrap()
}

pub(crate) fn standing(ledger: &mut Ledger, text: &str, lane: Lane) -> Option<Standing> {
    ledger.standing(CHANNEL, &sku(text), lane).unwrap()
}

/// The number of the digest that was last accepted.
pub(crate) fn accepted(ledger: &mut Ledger, text: &str, lane: Lane) -> Option<u8> {
    standing(ledger, text, lane)?.accepted.map(|told| told.digest.0[0])
}

pub(crate) fn standings(ledger: &mut Ledger, channel: &str, lane: Lane) -> Vec<Standing> {
    let mut all = Vec::new();
    ledger.standings(channel, lane, &mut |standing| all.push(standing)).unwrap();
    all
}

/// All that can be asked about a channel, as text: two that are equal differ in nothing.
pub(crate) fn everything(ledger: &mut Ledger) -> String {
    let mut all = vec![format!("{:#?}", ledger.entries(0, 1_000).unwrap())];
    all.push(format!("{} {}", ledger.version().unwrap(), ledger.version_of(CHANNEL).unwrap()));
    for lane in Lane::ALL {
        all.push(format!("{:#?}", standings(ledger, CHANNEL, lane)));
        ledger.accepted_records(CHANNEL, lane, &mut |sku, record| all.push(format!("{sku} {record:?}"))).unwrap();
    }
    ledger.all_ids(CHANNEL, &mut |sku, ids| all.push(format!("{sku} {ids:?}"))).unwrap();
    for summary in ledger.submissions(&Filter::default()).unwrap() {
        all.push(format!("{summary:#?}"));
        all.push(format!("{:#?}", ledger.rows(summary.id).unwrap()));
        all.push(format!("{:#?}", ledger.files(summary.id).unwrap()));
        all.push(format!("{:#?}", ledger.report(summary.id).unwrap()));
        all.push(format!("{:#?}", ledger.findings_of(summary.id).unwrap()));
    }
    all.join("\n")
}
