//! What the marketplace said, and what it means.

use crate::ground::Ground;
use crate::samples::accepted;
use crate::samples::at;
use crate::samples::begin;
use crate::samples::digest;
use crate::samples::everything;
use crate::samples::lease;
use crate::samples::settle;
use crate::samples::settlement;
use crate::samples::sku;
use crate::samples::standing;
use crate::samples::tell;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::Counts;
use feedwright_ledger::End;
use feedwright_ledger::ErrorKind;
use feedwright_ledger::Outcome;
use feedwright_ledger::Refused;
use feedwright_ledger::Settled;
use feedwright_ledger::Settlement;
use feedwright_ledger::State;
use feedwright_ledger::SubmissionId;
use feedwright_ledger::Told;

pub(crate) fn what_is_accepted_stands_with_its_record(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Content, &[("MUG-1", 1), ("MUG-2", 2)], 0);
    assert_eq!(accepted(&mut ledger, "MUG-1", Lane::Content), None);
    let settled = settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted), ("MUG-2", Outcome::Accepted)], 9);
    assert_eq!(settled, Settled { n_new: 2, is_settled: true, ..Settled::default() });
    let mut ledger = ground.open();
    let found = standing(&mut ledger, "MUG-2", Lane::Content).unwrap();
    assert_eq!(found.accepted, Some(Told { digest: digest(2), at: at(9) }));
    assert_eq!((found.in_flight, found.refused, found.failures), (None, None, 0));
    let record = ledger.accepted_record("shop-us", &sku("MUG-2"), Lane::Content).unwrap();
    assert_eq!(record, Some(tell(Lane::Content, 2).record));
    assert_eq!(ledger.accepted_record("shop-us", &sku("MUG-2"), Lane::Price).unwrap(), None);
    assert_eq!(
        ledger.report(id).unwrap(),
        Some(settlement(&[("MUG-1", Outcome::Accepted), ("MUG-2", Outcome::Accepted)]).report)
    );
    let summary = ledger.submission(id).unwrap().unwrap();
    assert_eq!((summary.state, summary.ended_at), (State::Settled, Some(at(9))));
    assert_eq!(summary.counts, Counts { accepted: 2, ..Counts::default() });
}

pub(crate) fn what_is_rejected_is_remembered_and_what_was_accepted_before_stays(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let first = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
    settle(&mut ledger, first, &[("MUG-1", Outcome::Accepted)], 1);
    let second = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 2)], 2);
    settle(&mut ledger, second, &[("MUG-1", Outcome::Rejected)], 3);
    let found = standing(&mut ledger, "MUG-1", Lane::Price).unwrap();
    assert_eq!(found.accepted, Some(Told { digest: digest(1), at: at(1) }));
    assert_eq!(found.refused, Some(Refused { digest: digest(2), at: at(3), submission: second }));
    let record = ledger.accepted_record("shop-us", &sku("MUG-1"), Lane::Price).unwrap();
    assert_eq!(record, Some(tell(Lane::Price, 1).record));
    // Once something is accepted the refusal is of no account.
    let third = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 3)], 4);
    settle(&mut ledger, third, &[("MUG-1", Outcome::Accepted)], 5);
    let found = standing(&mut ledger, "MUG-1", Lane::Price).unwrap();
    assert_eq!((found.accepted, found.refused), (Some(Told { digest: digest(3), at: at(5) }), None));
}

pub(crate) fn what_failed_is_counted_until_something_is_accepted(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    for failures in 1..=3 {
        let id = begin(&mut ledger, &lease, Lane::Stock, &[("MUG-1", 1)], 0);
        settle(&mut ledger, id, &[("MUG-1", Outcome::Failed)], 1);
        let found = standing(&mut ledger, "MUG-1", Lane::Stock).unwrap();
        assert_eq!((found.failures, found.accepted, found.in_flight), (failures, None, None));
    }
    let id = begin(&mut ledger, &lease, Lane::Stock, &[("MUG-1", 1)], 2);
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 3);
    assert_eq!(standing(&mut ledger, "MUG-1", Lane::Stock).unwrap().failures, 0);
}

pub(crate) fn what_is_pending_stays_on_its_way_until_the_last_report(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1), ("MUG-2", 2), ("MUG-3", 3)], 0);
    ledger.queued(id, "feed-1", at(60), at(1)).unwrap();
    let first = [("MUG-1", Outcome::Accepted), ("MUG-2", Outcome::Pending)];
    let settled = ledger.settle(id, &Settlement { is_last: false, ..settlement(&first) }, at(2)).unwrap();
    assert_eq!(settled, Settled { n_new: 2, is_settled: false, ..Settled::default() });
    assert_eq!(ledger.submission(id).unwrap().unwrap().state, State::Queued);
    assert!(standing(&mut ledger, "MUG-1", Lane::Price).unwrap().in_flight.is_none());
    assert!(standing(&mut ledger, "MUG-2", Lane::Price).unwrap().in_flight.is_some());
    assert!(standing(&mut ledger, "MUG-3", Lane::Price).unwrap().in_flight.is_some());
    let counts = ledger.submission(id).unwrap().unwrap().counts;
    assert_eq!(counts, Counts { accepted: 1, pending: 1, ..Counts::default() });
    // The last report leaves one pending and says nothing of the other: nobody will ever know.
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted), ("MUG-2", Outcome::Pending)], 3);
    for text in ["MUG-2", "MUG-3"] {
        let found = standing(&mut ledger, text, Lane::Price).unwrap();
        assert_eq!((found.in_flight, found.accepted, found.unknown_since), (None, None, Some(at(3))));
    }
    let summary = ledger.submission(id).unwrap().unwrap();
    assert_eq!(
        (summary.state, summary.counts),
        (State::Settled, Counts { accepted: 1, unknown: 2, ..Counts::default() })
    );
}

pub(crate) fn the_same_report_twice_changes_nothing(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let verdicts = [
        ("MUG-1", Outcome::Accepted),
        ("MUG-2", Outcome::Rejected),
        ("MUG-3", Outcome::Failed),
        ("MUG-4", Outcome::Unknown),
    ];
    let told = [("MUG-1", 1), ("MUG-2", 2), ("MUG-3", 3), ("MUG-4", 4)];
    let id = begin(&mut ledger, &lease, Lane::Price, &told, 0);
    settle(&mut ledger, id, &verdicts, 1);
    let before = everything(&mut ledger);
    let settled = settle(&mut ledger, id, &verdicts, 2);
    assert_eq!(settled, Settled { n_new: 0, is_settled: true, ..Settled::default() });
    assert_eq!(everything(&mut ledger), before);
    // Nor does one from before, when less was known.
    let settled = settle(&mut ledger, id, &[("MUG-1", Outcome::Pending), ("MUG-2", Outcome::Unknown)], 3);
    assert_eq!(settled, Settled { n_new: 0, is_settled: true, ..Settled::default() });
    assert_eq!(everything(&mut ledger), before);
}

pub(crate) fn the_first_final_verdict_holds(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1), ("MUG-2", 2)], 0);
    let verdicts = [("MUG-1", Outcome::Rejected), ("MUG-1", Outcome::Accepted), ("MUG-2", Outcome::Accepted)];
    let settled = settle(&mut ledger, id, &verdicts, 1);
    assert_eq!((settled.n_new, settled.contradicted), (2, vec![sku("MUG-1")]));
    assert_eq!(accepted(&mut ledger, "MUG-1", Lane::Price), None);
    let before = everything(&mut ledger);
    let settled = settle(&mut ledger, id, &[("MUG-2", Outcome::Rejected)], 2);
    assert_eq!((settled.n_new, settled.contradicted), (0, vec![sku("MUG-2")]));
    assert_eq!(everything(&mut ledger), before);
}

pub(crate) fn a_report_says_nothing_of_skus_it_was_not_asked_about(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
    let settled = settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted), ("CUP-1", Outcome::Accepted)], 1);
    assert_eq!((settled.n_new, settled.strangers), (1, vec![sku("CUP-1")]));
    assert!(standing(&mut ledger, "CUP-1", Lane::Price).is_none());
    let missing = ledger.settle(SubmissionId(99), &settlement(&[]), at(2)).unwrap_err();
    assert_eq!(missing.kind, ErrorKind::Misuse);
    assert_eq!(missing.message, "it is not there");
}

pub(crate) fn a_verdict_of_an_older_submission_does_not_overwrite_a_newer_one(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let older = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1), ("MUG-2", 1), ("MUG-3", 1)], 0);
    ledger.give_up(older, End::Unknown, "no answer", at(1)).unwrap();
    let newer = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 2), ("MUG-2", 2)], 2);
    settle(&mut ledger, newer, &[("MUG-1", Outcome::Accepted)], 3);
    let settled = settle(
        &mut ledger,
        older,
        &[("MUG-1", Outcome::Rejected), ("MUG-2", Outcome::Accepted), ("MUG-3", Outcome::Accepted)],
        4,
    );
    assert_eq!(settled.n_new, 3);
    let found = standing(&mut ledger, "MUG-1", Lane::Price).unwrap();
    assert_eq!((found.accepted, found.refused), (Some(Told { digest: digest(2), at: at(3) }), None));
    // That nobody knows is a word of the newer one, too.
    let found = standing(&mut ledger, "MUG-2", Lane::Price).unwrap();
    assert_eq!((found.accepted, found.unknown_since), (None, Some(at(1))));
    let found = standing(&mut ledger, "MUG-3", Lane::Price).unwrap();
    assert_eq!((found.accepted, found.unknown_since), (Some(Told { digest: digest(1), at: at(4) }), None));
}

pub(crate) fn what_was_given_up_as_refused_never_happened(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let first = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
    settle(&mut ledger, first, &[("MUG-1", Outcome::Accepted)], 1);
    let before = standing(&mut ledger, "MUG-1", Lane::Price);
    let second = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 2), ("MUG-2", 2)], 2);
    let pending = Settlement { is_last: false, ..settlement(&[("MUG-1", Outcome::Pending)]) };
    ledger.settle(second, &pending, at(3)).unwrap();
    ledger.give_up(second, End::Refused, "the feed is `FATAL`", at(4)).unwrap();
    assert_eq!(standing(&mut ledger, "MUG-1", Lane::Price), before);
    assert_eq!(standing(&mut ledger, "MUG-2", Lane::Price), None);
    let summary = ledger.submission(second).unwrap().unwrap();
    assert_eq!((summary.state, summary.why.as_deref()), (State::Refused, Some("the feed is `FATAL`")));
    assert_eq!(summary.counts, Counts::default());
    let everything_before = everything(&mut ledger);
    ledger.give_up(second, End::Unknown, "again", at(5)).unwrap();
    assert_eq!(everything(&mut ledger), everything_before);
    let report = ledger.settle(second, &settlement(&[("MUG-1", Outcome::Accepted)]), at(6));
    assert_eq!(report.unwrap_err().kind, ErrorKind::Misuse);
}

pub(crate) fn what_was_given_up_as_unknown_may_still_be_told(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1), ("MUG-2", 2)], 0);
    let half = Settlement { is_last: false, ..settlement(&[("MUG-1", Outcome::Accepted)]) };
    ledger.settle(id, &half, at(1)).unwrap();
    ledger.give_up(id, End::Unknown, "it is stuck", at(2)).unwrap();
    assert_eq!(accepted(&mut ledger, "MUG-1", Lane::Price), Some(1));
    let found = standing(&mut ledger, "MUG-2", Lane::Price).unwrap();
    assert_eq!((found.unknown_since, found.in_flight), (Some(at(2)), None));
    let before = everything(&mut ledger);
    settle(&mut ledger, id, &[("MUG-2", Outcome::Pending)], 3);
    assert_eq!(everything(&mut ledger), before, "what is given up does not fly again");
    settle(&mut ledger, id, &[("MUG-2", Outcome::Accepted)], 4);
    let found = standing(&mut ledger, "MUG-2", Lane::Price).unwrap();
    assert_eq!((found.accepted, found.unknown_since), (Some(Told { digest: digest(2), at: at(4) }), None));
    let summary = ledger.submission(id).unwrap().unwrap();
    assert_eq!((summary.state, summary.counts.accepted, summary.counts.unknown), (State::Unknown, 2, 0));
}

pub(crate) fn the_files_go_when_nothing_will_be_sent_again(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let told = [("MUG-1", 1)];
    let settled = begin(&mut ledger, &lease, Lane::Price, &told, 0);
    let refused = begin(&mut ledger, &lease, Lane::Stock, &told, 0);
    let unknown = begin(&mut ledger, &lease, Lane::Content, &told, 0);
    for id in [settled, refused, unknown] {
        ledger.queued(id, &format!("feed-{id}"), at(9), at(1)).unwrap();
        assert_eq!(ledger.files(id).unwrap().len(), 1);
    }
    settle(&mut ledger, settled, &[], 2);
    ledger.give_up(refused, End::Refused, "", at(2)).unwrap();
    ledger.give_up(unknown, End::Unknown, "", at(2)).unwrap();
    for id in [settled, refused, unknown] {
        assert_eq!(ledger.files(id).unwrap(), []);
        assert_eq!(ledger.rows(id).unwrap().len(), 1);
    }
}
