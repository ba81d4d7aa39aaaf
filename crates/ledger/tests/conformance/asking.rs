//! Asking about some SKUs: where they stand, which of them are listed, which moved.

use crate::ground::Ground;
use crate::samples::CHANNEL;
use crate::samples::at;
use crate::samples::begin;
use crate::samples::lease;
use crate::samples::new;
use crate::samples::row;
use crate::samples::settle;
use crate::samples::settlement;
use crate::samples::sku;
use crate::samples::standing;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::End;
use feedwright_ledger::EntryKind;
use feedwright_ledger::Ledger;
use feedwright_ledger::NewEntry;
use feedwright_ledger::NewSubmission;
use feedwright_ledger::Outcome;
use feedwright_ledger::Settlement;
use feedwright_ledger::Standing;
use feedwright_ledger::Which;
use serde_json::Value;

/// Where some SKUs stand in a lane, sorted.
fn some(ledger: &mut Ledger, channel: &str, lane: Lane, keys: &[&str]) -> Vec<Standing> {
    let mut found = Vec::new();
    ledger.standings_of(channel, &[lane], keys, &mut |_, standing| found.push(standing)).unwrap();
    found.sort_by(|one, other| one.sku.cmp(&other.sku));
    found
}

/// The keys that moved, with the channel before them where it is another one.
fn moved(ledger: &mut Ledger, version: u64) -> String {
    let moved = ledger.moved_since(version, 1_000).unwrap();
    let Some(moved) = moved else { return "cannot be said".to_owned() };
    let shown =
        moved.into_iter().map(|(channel, key)| if channel == CHANNEL { key } else { format!("{channel}/{key}") });
    shown.collect::<Vec<_>>().join(" ")
}

pub(crate) fn some_skus_are_found_by_their_keys_and_unknown_ones_left_out(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1), ("MUG-2", 2), ("MUG-3", 3)], 0);
    begin(&mut ledger, &lease, Lane::Stock, &[("CUP-1", 4)], 1);
    ledger.forget(CHANNEL, Which::These(&[sku("MUG-3")]), "tester", at(2)).unwrap();
    let found = some(&mut ledger, CHANNEL, Lane::Price, &["mug-2", "cup-1", "mug-1", "never told"]);
    let one_by_one = ["MUG-1", "MUG-2"].map(|text| standing(&mut ledger, text, Lane::Price).unwrap());
    assert_eq!(found, one_by_one);
    let mut of_lanes = Vec::new();
    let mut note = |lane, standing: Standing| of_lanes.push((lane, standing.sku));
    ledger.standings_of(CHANNEL, &[Lane::Price, Lane::Stock], &["cup-1", "mug-1"], &mut note).unwrap();
    of_lanes.sort();
    assert_eq!(of_lanes, [(Lane::Price, sku("MUG-1")), (Lane::Stock, sku("CUP-1"))]);
    assert_eq!(some(&mut ledger, CHANNEL, Lane::Price, &[]), []);
    assert_eq!(some(&mut ledger, "another", Lane::Price, &["mug-1"]), []);
    assert_eq!(some(&mut ledger, CHANNEL, Lane::Content, &["mug-1"]), []);
}

pub(crate) fn whoever_asks_about_some_skus_may_panic(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
    let gives_up = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut panics = |_, _| panic!("whoever reads gives up: this is expected");
        ledger.standings_of(CHANNEL, &[Lane::Price], &["mug-1"], &mut panics)
    }));
    assert!(gives_up.is_err());
    begin(&mut ledger, &lease, Lane::Stock, &[("MUG-1", 2)], 1);
    assert_eq!(some(&mut ledger, CHANNEL, Lane::Stock, &["mug-1"]).len(), 1);
}

pub(crate) fn what_is_listed_is_counted_once_however_many_lanes_say_so(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let told = [(Lane::Price, &["MUG-1", "MUG-2", "MUG-3"][..]), (Lane::Stock, &["mug-2", "CUP-1"][..])];
    for (lane, texts) in told {
        let rows: Vec<_> = texts.iter().map(|text| (*text, 1)).collect();
        let id = begin(&mut ledger, &lease, lane, &rows, 0);
        let verdicts: Vec<_> = texts.iter().map(|text| (*text, Outcome::Accepted)).collect();
        settle(&mut ledger, id, &verdicts, 1);
    }
    // On its way, or refused, it is not listed.
    let refused = begin(&mut ledger, &lease, Lane::Price, &[("CUP-2", 1)], 2);
    settle(&mut ledger, refused, &[("CUP-2", Outcome::Rejected)], 3);
    begin(&mut ledger, &lease, Lane::Content, &[("CUP-3", 1)], 4);
    let mut counted = |lanes: &[Lane]| ledger.n_listed(CHANNEL, lanes).unwrap();
    assert_eq!((counted(&[Lane::Price]), counted(&[Lane::Stock]), counted(&[Lane::Content])), (3, 2, 0));
    assert_eq!((counted(&[Lane::Price, Lane::Stock]), counted(&Lane::ALL), counted(&[])), (4, 4, 0));
    let mut listed = Vec::new();
    ledger.listed(CHANNEL, Lane::Price, &mut |sku| listed.push(sku)).unwrap();
    listed.sort();
    // As they were written last, in any lane of their own.
    assert_eq!(listed, ["MUG-1", "MUG-2", "MUG-3"].map(sku));
    assert_eq!(ledger.n_listed("another", &Lane::ALL).unwrap(), 0);
}

pub(crate) fn what_moved_since_a_version_is_named(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    assert_eq!(moved(&mut ledger, 0), "");
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1), ("MUG-2", 2), ("MUG-3", 3)], 0);
    let begun = ledger.version().unwrap();
    let elsewhere =
        NewSubmission { channel: "another".to_owned(), ..new(Lane::Stock, vec![row("Cup-1", &[(Lane::Stock, 1)])]) };
    let other = ledger.begin(&elsewhere, &lease, at(1)).unwrap();
    assert_eq!(moved(&mut ledger, 0), "another/cup-1 mug-1 mug-2 mug-3");
    assert_eq!(moved(&mut ledger, begun), "another/cup-1");
    // Of a submission that was begun before, only those of which something was said.
    let before = ledger.version().unwrap();
    let first =
        Settlement { is_last: false, ..settlement(&[("MUG-2", Outcome::Pending), ("MUG-3", Outcome::Accepted)]) };
    ledger.settle(id, &first, at(2)).unwrap();
    assert_eq!(moved(&mut ledger, before), "mug-2 mug-3");
    let between = ledger.version().unwrap();
    settle(&mut ledger, id, &[("MUG-1", Outcome::Rejected)], 3);
    assert_eq!(moved(&mut ledger, between), "mug-1 mug-2", "the last report leaves nothing pending");
    let settled = ledger.version().unwrap();
    settle(&mut ledger, id, &[("MUG-2", Outcome::Accepted)], 4);
    assert_eq!(moved(&mut ledger, settled), "mug-2", "what nobody knew may still be told");
    assert_eq!(moved(&mut ledger, before), "mug-1 mug-2 mug-3");
    // What lands without a verdict moves too, whatever was said of others.
    let known = ledger.version().unwrap();
    let rows = vec![row("Cup-2", &[(Lane::Stock, 1)]), row("Cup-3", &[(Lane::Stock, 1)])];
    let half = ledger.begin(&new(Lane::Stock, rows), &lease, at(5)).unwrap();
    let unsaid = ledger.version().unwrap();
    let said = Settlement { is_last: false, ..settlement(&[("Cup-2", Outcome::Accepted)]) };
    ledger.settle(half, &said, at(5)).unwrap();
    assert_eq!(moved(&mut ledger, unsaid), "cup-2");
    ledger.give_up(half, End::Refused, "it was cancelled", at(5)).unwrap();
    assert_eq!(moved(&mut ledger, unsaid), "cup-2 cup-3");
    ledger.give_up(other, End::Refused, "it never arrived", at(5)).unwrap();
    assert_eq!(moved(&mut ledger, known), "another/cup-1 cup-2 cup-3");
    let given_up = ledger.version().unwrap();
    ledger.forget(CHANNEL, Which::These(&[sku("Mug-3"), sku("MUG-9")]), "tester", at(6)).unwrap();
    assert_eq!(moved(&mut ledger, given_up), "mug-3 mug-9");
    let forgotten = ledger.version().unwrap();
    let noted = NewEntry { kind: EntryKind::PlanSaved, channel: None, lane: None, who: None, detail: Value::Null };
    ledger.note(&noted, at(7)).unwrap();
    assert_eq!(moved(&mut ledger, forgotten), "");
}

pub(crate) fn what_moved_is_not_said_where_it_cannot_be(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1), ("MUG-2", 2)], 0);
    begin(&mut ledger, &lease, Lane::Stock, &[("MUG-2", 1), ("MUG-3", 2)], 1);
    // Too many, of one submission or of all together; the same SKU counts once.
    let counted = [1, 2, 3].map(|most| ledger.moved_since(0, most).unwrap().map(|moved| moved.len()));
    assert_eq!(counted, [None, None, Some(3)]);
    // A version that this ledger has not come to: it was put back from a copy.
    let version = ledger.version().unwrap();
    assert_eq!(moved(&mut ledger, version), "");
    assert_eq!(moved(&mut ledger, version + 1), "cannot be said");
    ledger.forget(CHANNEL, Which::All, "tester", at(2)).unwrap();
    assert_eq!(moved(&mut ledger, version), "cannot be said");
    assert_eq!(moved(&mut ledger, version + 1), "");
}
