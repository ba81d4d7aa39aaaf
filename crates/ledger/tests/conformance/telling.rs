//! What is about to be told is written down first, whole or not at all.

use crate::ground::Ground;
use crate::samples::CHANNEL;
use crate::samples::at;
use crate::samples::begin;
use crate::samples::digest;
use crate::samples::everything;
use crate::samples::lease;
use crate::samples::new;
use crate::samples::row;
use crate::samples::settle;
use crate::samples::sku;
use crate::samples::standing;
use crate::samples::tell;
use feedwright_catalog::Place;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::End;
use feedwright_ledger::ErrorKind;
use feedwright_ledger::Filter;
use feedwright_ledger::Ids;
use feedwright_ledger::InFlight;
use feedwright_ledger::KeptFile;
use feedwright_ledger::KeptRow;
use feedwright_ledger::Ledger;
use feedwright_ledger::NewFile;
use feedwright_ledger::NewRow;
use feedwright_ledger::NewSubmission;
use feedwright_ledger::Outcome;
use feedwright_ledger::State;
use jiff::SignedDuration;
use std::sync::Arc;

pub(crate) fn a_submission_is_kept_as_it_was_given(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let noise: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let told = NewSubmission {
        files: vec![
            NewFile { part: "items".to_owned(), bytes: noise.clone() },
            NewFile { part: "offers".to_owned(), bytes: Vec::new() },
        ],
        rows: vec![
            NewRow {
                ordinal: 7,
                place: Place {
                    file: Arc::from("Tassen ☕.csv"),
                    line: Some(1_000_000),
                    column: Some(Arc::from("Größe")),
                },
                ..row("TASSE \"É\" 1", &[(Lane::Stock, 3), (Lane::Content, 1)])
            },
            NewRow { ordinal: 1, place: Place::default(), category: String::new(), ..row("A parent", &[]) },
        ],
        quota: Some("feeds".to_owned()),
        ..new(Lane::Content, Vec::new())
    };
    let id = ledger.begin(&told, &lease, at(3)).unwrap();
    let mut later = ground.open();
    let open = later.open_submissions(CHANNEL).unwrap();
    assert_eq!(open.len(), 1);
    let summary = &open[0];
    assert_eq!((summary.id, summary.state, summary.lane), (id, State::Sending, Lane::Content));
    assert_eq!((summary.feed.as_str(), summary.run.as_str()), ("items", "run-1"));
    assert_eq!((summary.account.as_str(), summary.quota.as_deref()), ("seller-1", Some("feeds")));
    assert_eq!((summary.begun_at, summary.n_rows), (at(3), 2));
    assert_eq!((summary.receipt.as_deref(), summary.next_look, summary.queued_at), (None, None, None));
    assert_eq!(
        later.files(id).unwrap(),
        [
            KeptFile { part: "items".to_owned(), bytes: noise },
            KeptFile { part: "offers".to_owned(), bytes: Vec::new() },
        ]
    );
    assert_eq!(
        later.rows(id).unwrap(),
        [
            KeptRow {
                ordinal: 7,
                sku: sku("TASSE \"É\" 1"),
                category: "MUG".to_owned(),
                place: Place {
                    file: Arc::from("Tassen ☕.csv"),
                    line: Some(1_000_000),
                    column: Some(Arc::from("Größe"))
                },
                tells: vec![(Lane::Content, digest(1)), (Lane::Stock, digest(3))],
                outcome: None,
                ids: Ids::new(),
            },
            KeptRow {
                ordinal: 1,
                sku: sku("A parent"),
                category: String::new(),
                place: Place::default(),
                tells: Vec::new(),
                outcome: None,
                ids: Ids::new(),
            },
        ]
    );
    assert_eq!(
        standing(&mut ledger, "TASSE \"É\" 1", Lane::Stock).unwrap().in_flight,
        Some(InFlight { submission: id, digest: digest(3) })
    );
    let record = ledger.told_record(id, &sku("TASSE \"É\" 1"), Lane::Stock).unwrap();
    assert_eq!(record, Some(tell(Lane::Stock, 3).record));
}

pub(crate) fn what_is_on_its_way_is_not_begun_again_and_the_attempt_leaves_nothing(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let first = begin(&mut ledger, &lease, Lane::Price, &[("MUG-7", 1)], 0);
    let before = everything(&mut ledger);
    let mut rows: Vec<NewRow> = (0..20).map(|n| row(&format!("MUG-{n}"), &[(Lane::Content, 1)])).collect();
    rows[7].tells.push(tell(Lane::Price, 2));
    let refused = ledger.begin(&new(Lane::Content, rows.clone()), &lease, at(1)).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::InFlight);
    let expected = format!("the price of SKU `MUG-7` is on its way in submission {first}; wait for its verdict");
    assert_eq!(refused.message, expected);
    assert_eq!(everything(&mut ledger), before);
    assert_eq!(everything(&mut ground.open()), before);
    // The lane is free again after the verdict, and other lanes always were.
    begin(&mut ledger, &lease, Lane::Stock, &[("MUG-7", 1)], 2);
    settle(&mut ledger, first, &[("MUG-7", Outcome::Failed)], 3);
    ledger.begin(&new(Lane::Content, rows), &lease, at(4)).unwrap();
}

pub(crate) fn a_sku_that_differs_by_case_only_is_the_same(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let first = begin(&mut ledger, &lease, Lane::Price, &[("mug-é", 1)], 0);
    let again = ledger.begin(&new(Lane::Price, vec![row("MUG-É", &[(Lane::Price, 2)])]), &lease, at(1));
    assert_eq!(again.unwrap_err().kind, ErrorKind::InFlight);
    settle(&mut ledger, first, &[("Mug-É", Outcome::Accepted)], 2);
    begin(&mut ledger, &lease, Lane::Price, &[("MUG-É", 2)], 3);
    let found = standing(&mut ledger, "mug-é", Lane::Price).unwrap();
    assert_eq!(found.sku.as_str(), "MUG-É", "as it was written when it was last told");
    assert_eq!(found.accepted.unwrap().digest, digest(1));
}

pub(crate) fn a_submission_with_a_sku_twice_is_refused(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let twice = vec![row("MUG-1", &[(Lane::Price, 1)]), row("mug-1", &[(Lane::Stock, 1)])];
    let error = ledger.begin(&new(Lane::Price, twice), &lease, at(0)).unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Misuse, "SKU `mug-1` stands in it twice"));
    let twice = vec![row("MUG-1", &[(Lane::Price, 1), (Lane::Price, 2)])];
    let error = ledger.begin(&new(Lane::Price, twice), &lease, at(0)).unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Misuse, "SKU `MUG-1` tells a lane twice"));
    assert_eq!(ledger.entries(0, 10).unwrap(), []);
}

pub(crate) fn a_submission_needs_a_lease_that_holds(ground: &Ground) {
    let mut ledger = ground.open();
    let mut lease = ledger.lease("send", "one", SignedDuration::from_secs(10), at(0)).unwrap().unwrap();
    let price = new(Lane::Price, vec![row("MUG-1", &[(Lane::Price, 1)])]);
    let late = ledger.begin(&price, &lease, at(10)).unwrap_err();
    assert_eq!(late.kind, ErrorKind::LeaseLost);
    assert_eq!(ledger.entries(0, 10).unwrap(), []);
    ledger.renew(&mut lease, SignedDuration::from_secs(10), at(10)).unwrap();
    ledger.begin(&price, &lease, at(19)).unwrap();
    assert_eq!(ledger.entries(0, 10).unwrap()[0].who.as_deref(), Some("one"));
}

pub(crate) fn a_receipt_is_written_once(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
    ledger.queued(id, "feed-1", at(60), at(1)).unwrap();
    let before = everything(&mut ledger);
    ledger.queued(id, "feed-1", at(90), at(2)).unwrap();
    assert_eq!(everything(&mut ledger), before);
    let summary = ledger.submission(id).unwrap().unwrap();
    assert_eq!((summary.state, summary.receipt.as_deref()), (State::Queued, Some("feed-1")));
    assert_eq!((summary.queued_at, summary.next_look), (Some(at(1)), Some(at(60))));
    assert_eq!(ledger.queued(id, "feed-2", at(90), at(2)).unwrap_err().kind, ErrorKind::Misuse);
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 3);
    ledger.queued(id, "feed-1", at(90), at(4)).unwrap();
    assert_eq!(ledger.submission(id).unwrap().unwrap().state, State::Settled);
    let other = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 2)], 5);
    ledger.give_up(other, End::Refused, "refused", at(6)).unwrap();
    assert_eq!(ledger.queued(other, "feed-3", at(90), at(7)).unwrap_err().kind, ErrorKind::Misuse);
}

pub(crate) fn a_look_moves_the_next_one_and_makes_no_entry(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
    ledger.queued(id, "feed-1", at(60), at(1)).unwrap();
    ledger.looked(id, at(120), at(61)).unwrap();
    ledger.looked(id, at(240), at(121)).unwrap();
    let summary = ledger.submission(id).unwrap().unwrap();
    assert_eq!((summary.n_looks, summary.looked_at, summary.next_look), (2, Some(at(121)), Some(at(240))));
    assert_eq!(summary.waited(at(300)), SignedDuration::from_secs(300));
    assert_eq!(ledger.entries(0, 10).unwrap().len(), 2);
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 200);
    let summary = ledger.submission(id).unwrap().unwrap();
    assert_eq!((summary.next_look, summary.waited(at(300))), (None, SignedDuration::from_secs(200)));
    assert_eq!(ledger.looked(id, at(400), at(300)).unwrap_err().kind, ErrorKind::Misuse);
}

pub(crate) fn a_text_that_no_database_keeps_is_refused_by_both(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let told =
        NewSubmission { feed: "it\0ems".to_owned(), ..new(Lane::Price, vec![row("MUG-1", &[(Lane::Price, 1)])]) };
    let error = ledger.begin(&told, &lease, at(0)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Misuse);
    let mut told = new(Lane::Price, vec![row("MUG-1", &[(Lane::Price, 1)])]);
    told.rows[0].category = String::from("\0");
    assert_eq!(ledger.begin(&told, &lease, at(0)).unwrap_err().kind, ErrorKind::Misuse);
    assert_eq!(ledger.entries(0, 10).unwrap(), []);
    assert!(standing(&mut ledger, "MUG-1", Lane::Price).is_none());
}

pub(crate) fn receipts_and_times_are_found_by_account_and_quota(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let tell = |ledger: &mut Ledger, account: &str, sku: &str, now: i64| {
        let told = NewSubmission {
            account: account.to_owned(),
            quota: Some("feeds".to_owned()),
            ..new(Lane::Price, vec![row(sku, &[(Lane::Price, 1)])])
        };
        ledger.begin(&told, &lease, at(now)).unwrap()
    };
    let ids = [
        tell(&mut ledger, "a", "MUG-1", 0),
        tell(&mut ledger, "a", "MUG-2", 10),
        tell(&mut ledger, "a", "MUG-3", 20),
        tell(&mut ledger, "b", "MUG-4", 30),
    ];
    ledger.queued(ids[0], "feed-1", at(99), at(25)).unwrap();
    ledger.queued(ids[1], "feed-2", at(99), at(11)).unwrap();
    ledger.queued(ids[3], "feed-4", at(99), at(31)).unwrap();
    ledger.give_up(ids[1], End::Unknown, "it is stuck", at(50)).unwrap();
    assert_eq!(ledger.claimed("a", ids[2]).unwrap(), ["feed-1", "feed-2"]);
    assert_eq!(ledger.claimed("a", ids[0]).unwrap(), ["feed-2"]);
    assert_eq!(ledger.claimed("c", ids[0]).unwrap(), [""; 0]);
    assert_eq!(ledger.last_submissions("feeds", at(11)).unwrap(), [at(11), at(20), at(25), at(31)]);
    assert_eq!(ledger.last_submissions("feeds", at(12)).unwrap(), [at(20), at(25), at(31)]);
    assert_eq!(ledger.last_submissions("others", at(0)).unwrap(), []);
}

pub(crate) fn submissions_are_found_by_what_they_are(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let price = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
    let stock = begin(&mut ledger, &lease, Lane::Stock, &[("MUG-1", 1)], 10);
    let told =
        NewSubmission { channel: "other".to_owned(), ..new(Lane::Price, vec![row("MUG-1", &[(Lane::Price, 1)])]) };
    let other = ledger.begin(&told, &lease, at(20)).unwrap();
    settle(&mut ledger, price, &[("MUG-1", Outcome::Accepted)], 30);
    let mut found =
        |filter: Filter| ledger.submissions(&filter).unwrap().into_iter().map(|summary| summary.id).collect::<Vec<_>>();
    assert_eq!(found(Filter::default()), [other, stock, price]);
    assert_eq!(found(Filter { limit: Some(2), ..Filter::default() }), [other, stock]);
    assert_eq!(found(Filter { channel: Some(CHANNEL.to_owned()), ..Filter::default() }), [stock, price]);
    assert_eq!(found(Filter { lane: Some(Lane::Price), since: Some(at(1)), ..Filter::default() }), [other]);
    assert_eq!(found(Filter { states: vec![State::Settled, State::Unknown], ..Filter::default() }), [price]);
    assert_eq!(ground.open().open_submissions(CHANNEL).unwrap().len(), 1);
}
