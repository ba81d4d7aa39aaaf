//! Many rows at once.

use crate::ground::Ground;
use crate::samples::CHANNEL;
use crate::samples::at;
use crate::samples::lease;
use crate::samples::new;
use crate::samples::row;
use crate::samples::settlement;
use crate::samples::sku;
use crate::samples::standings;
use crate::samples::verdict;
use crate::say;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::NewFile;
use feedwright_ledger::NewRow;
use feedwright_ledger::NewSubmission;
use feedwright_ledger::Outcome;
use feedwright_ledger::RowVerdict;
use feedwright_ledger::Settlement;
use feedwright_ledger::Which;
use std::time::Instant;

/// How many rows, when it is to be measured.
const ROWS: &str = "FEEDWRIGHT_LEDGER_ROWS";

pub(crate) fn many_rows_are_begun_and_settled(ground: &Ground) {
    let n_rows: usize = std::env::var(ROWS).ok().and_then(|text| text.parse().ok()).unwrap_or(6_000);
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let record = "{\"title\":\"Mug with a handle\",\"bullets\":[\"Holds tea\",\"Holds coffee\"]}".repeat(12);
    let rows: Vec<NewRow> = (0..n_rows)
        .map(|number| {
            let lanes = [(Lane::Content, 1), (Lane::Price, 2), (Lane::Stock, 3)];
            let mut row = row(&format!("MUG-{number}"), &lanes);
            row.ordinal = number as u64 + 1;
            row.tells[0].record = format!("{record}{number}").into_bytes();
            row
        })
        .collect();
    let file = NewFile { part: String::new(), bytes: record.repeat(n_rows).into_bytes() };
    let told = NewSubmission { files: vec![file], ..new(Lane::Content, rows) };
    let clock = Instant::now();
    let id = ledger.begin(&told, &lease, at(0)).unwrap();
    let begun = clock.elapsed();
    let outcomes = [Outcome::Accepted, Outcome::Accepted, Outcome::Accepted, Outcome::Rejected, Outcome::Failed];
    let verdicts: Vec<RowVerdict> = (0..n_rows)
        .map(|number| {
            let mut verdict = verdict(&format!("MUG-{number}"), outcomes[number % outcomes.len()]);
            verdict.ids.insert("asin".into(), format!("B{number}"));
            verdict
        })
        .collect();
    let report = record.repeat(n_rows / 10).into_bytes();
    let clock = Instant::now();
    let settled = ledger.settle(id, &Settlement { verdicts, report, ..settlement(&[]) }, at(1)).unwrap();
    let done = clock.elapsed();
    assert_eq!(settled.n_new, n_rows as u64);
    let clock = Instant::now();
    let found = standings(&mut ledger, CHANNEL, Lane::Content);
    let read = clock.elapsed();
    assert_eq!(found.len(), n_rows);
    let keys: Vec<String> = found.iter().map(|standing| standing.sku.key()).collect();
    let batches: Vec<Vec<&str>> = keys.chunks(64).map(|keys| keys.iter().map(String::as_str).collect()).collect();
    let mut n_asked = 0;
    let clock = Instant::now();
    for keys in &batches {
        ledger.standings_of(CHANNEL, &[Lane::Content], keys, &mut |_, _| n_asked += 1).unwrap();
    }
    let asked = clock.elapsed();
    assert_eq!(n_asked, n_rows);
    // More than one statement takes.
    let all: Vec<&str> = keys.iter().map(String::as_str).collect();
    ledger.standings_of(CHANNEL, &[Lane::Price], &all, &mut |_, _| n_asked += 1).unwrap();
    assert_eq!(n_asked, 2 * n_rows);
    let clock = Instant::now();
    let n_listed = ledger.n_listed(CHANNEL, &[Lane::Content]).unwrap();
    let counted = clock.elapsed();
    let clock = Instant::now();
    assert_eq!(ledger.n_listed(CHANNEL, &[Lane::Price, Lane::Stock]).unwrap(), n_listed);
    let counted_in_two = clock.elapsed();
    let clock = Instant::now();
    assert_eq!(ledger.moved_since(0, n_rows as u64).unwrap().map(|moved| moved.len()), Some(n_rows));
    let moved = clock.elapsed();
    let n_accepted = found.iter().filter(|standing| standing.accepted.is_some()).count();
    let summary = ledger.submission(id).unwrap().unwrap();
    assert_eq!(n_listed, n_accepted as u64);
    assert_eq!((summary.counts.accepted, summary.counts.rejected), (n_accepted as u64, (n_rows / 5) as u64));
    let clock = Instant::now();
    assert_eq!(ledger.rows(id).unwrap().len(), n_rows);
    let rows = clock.elapsed();
    // What looks for each row through all standings would not come to an end here.
    let retired = (0..n_rows).map(|number| row(&format!("MUG-{number}"), &[(Lane::Retirement, 4)])).collect();
    let id = ledger.begin(&new(Lane::Retirement, retired), &lease, at(2)).unwrap();
    let verdicts = (0..n_rows).map(|number| verdict(&format!("MUG-{number}"), Outcome::Accepted)).collect();
    let clock = Instant::now();
    ledger.settle(id, &Settlement { verdicts, ..settlement(&[]) }, at(3)).unwrap();
    let retired = clock.elapsed();
    assert!(standings(&mut ledger, CHANNEL, Lane::Content).iter().all(|standing| standing.accepted.is_none()));
    let some: Vec<Sku> = (0..n_rows.min(1_000)).map(|number| sku(&format!("MUG-{number}"))).collect();
    let clock = Instant::now();
    assert_eq!(ledger.forget(CHANNEL, Which::These(&some), "tester", at(4)).unwrap(), some.len() as u64);
    let forgotten = clock.elapsed();
    if std::env::var_os(ROWS).is_some() {
        say(&format!(
            "{}: {n_rows} rows that tell three lanes each: begin {begun:.1?}, settle {done:.1?}, standings of one lane \
             {read:.1?}, the same by 64 {asked:.1?}, count listed {counted:.1?}, in two lanes {counted_in_two:.1?}, moved \
             {moved:.1?}, rows {rows:.1?}, settle their retirement {retired:.1?}, forget 1000 {forgotten:.1?}",
            ground.database().name()
        ));
    }
}
