//! What happened stays written.

use crate::ground::Ground;
use crate::samples::CHANNEL;
use crate::samples::at;
use crate::samples::begin;
use crate::samples::lease;
use crate::samples::settle;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::Entry;
use feedwright_ledger::EntryKind;
use feedwright_ledger::ErrorKind;
use feedwright_ledger::Ledger;
use feedwright_ledger::NewEntry;
use feedwright_ledger::Outcome;
use feedwright_ledger::Which;
use serde_json::json;
use std::sync::Arc;
use std::sync::Mutex;

fn accepted_guard(text: &str) -> NewEntry {
    NewEntry {
        kind: EntryKind::GuardAccepted,
        channel: Some(CHANNEL.to_owned()),
        lane: Some(Lane::Price),
        who: Some("Åsa".to_owned()),
        detail: json!({ "guard": text }),
    }
}

pub(crate) fn what_is_noted_is_still_there_when_the_ledger_is_opened_again(ground: &Ground) {
    let seq = ground.open().note(&accepted_guard("price-drop \u{0} 😀"), at(5)).unwrap();
    let found = ground.open().entries(0, 10).unwrap();
    let expected = Entry {
        seq,
        at: at(5),
        kind: EntryKind::GuardAccepted,
        channel: Some(CHANNEL.to_owned()),
        lane: Some(Lane::Price),
        submission: None,
        who: Some("Åsa".to_owned()),
        detail: json!({ "guard": "price-drop \u{0} 😀" }),
    };
    assert_eq!(found, [expected]);
}

pub(crate) fn entries_have_no_gaps_and_are_read_on_from_where_one_was(ground: &Ground) {
    let mut ledger = ground.open();
    for number in 0..5 {
        ledger.note(&accepted_guard(&number.to_string()), at(number)).unwrap();
    }
    let seqs = |entries: Vec<Entry>| entries.into_iter().map(|entry| entry.seq).collect::<Vec<_>>();
    assert_eq!(seqs(ledger.entries(0, 2).unwrap()), [1, 2]);
    assert_eq!(seqs(ledger.entries(2, 100).unwrap()), [3, 4, 5]);
    assert_eq!(seqs(ledger.entries(5, 100).unwrap()), [0_u64; 0]);
}

pub(crate) fn a_ledger_is_told_from_others_and_stays_the_same(ground: &Ground) {
    let identity = ground.open().identity().unwrap();
    ground.open().note(&accepted_guard("price-drop"), at(0)).unwrap();
    assert_eq!(ground.open().identity().unwrap(), identity);
    assert_ne!(Ground::new(ground.database()).open().identity().unwrap(), identity);
}

pub(crate) fn whoever_watches_is_told_after_the_entry_is_durable(ground: &Ground) {
    let told: Arc<Mutex<Vec<(u64, u64)>>> = Arc::default();
    let mut ledger = ground.open();
    let mut other = Ledger::open(&ground.location).unwrap();
    let list = Arc::clone(&told);
    ledger.watch(Box::new(move |entry| {
        let visible = other.entries(0, 100).unwrap().len() as u64;
        list.lock().unwrap().push((entry.seq, visible));
        assert_eq!(other.entries(entry.seq - 1, 1).unwrap(), std::slice::from_ref(entry));
    }));
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
    ledger.queued(id, "feed-1", at(2), at(1)).unwrap();
    ledger.reopen().unwrap();
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 2);
    assert_eq!(*told.lock().unwrap(), [(1, 1), (2, 2), (3, 3)]);
}

pub(crate) fn only_what_a_plan_depends_on_moves_the_version(ground: &Ground) {
    let mut ledger = ground.open();
    let versions = |ledger: &mut Ledger| {
        (ledger.version().unwrap(), ledger.version_of(CHANNEL).unwrap(), ledger.version_of("other").unwrap())
    };
    assert_eq!(versions(&mut ledger), (0, 0, 0));
    ledger.note(&accepted_guard("price-drop"), at(0)).unwrap();
    assert!(ledger.fire("nightly", at(0), "server-1", at(0)).unwrap());
    assert_eq!(versions(&mut ledger), (0, 0, 0));
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
    assert_eq!(versions(&mut ledger), (3, 3, 0));
    ledger.queued(id, "feed-1", at(2), at(1)).unwrap();
    assert_eq!(versions(&mut ledger), (3, 3, 0));
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 2);
    assert_eq!(versions(&mut ledger), (5, 5, 0));
    ledger.forget("other", Which::All, "Åsa", at(3)).unwrap();
    assert_eq!(versions(&mut ledger), (6, 5, 6));
}

pub(crate) fn what_the_ledger_writes_itself_cannot_be_noted(ground: &Ground) {
    let mut ledger = ground.open();
    for kind in EntryKind::ALL {
        let noted = ledger.note(&NewEntry { kind, ..accepted_guard("x") }, at(0));
        match kind {
            EntryKind::GuardAccepted | EntryKind::PlanSaved | EntryKind::PlanApplied => assert!(noted.is_ok()),
            EntryKind::Begun
            | EntryKind::Queued
            | EntryKind::Settled
            | EntryKind::GaveUp
            | EntryKind::Forgotten
            | EntryKind::ScheduleFired => assert_eq!(noted.unwrap_err().kind, ErrorKind::Misuse),
        }
    }
    assert_eq!(ledger.entries(0, 100).unwrap().len(), 3);
}
