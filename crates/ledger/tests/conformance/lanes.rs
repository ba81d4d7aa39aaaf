//! Lanes that are told together, ended together, and forgotten together.

use crate::ground::Ground;
use crate::samples::CHANNEL;
use crate::samples::accepted;
use crate::samples::at;
use crate::samples::begin;
use crate::samples::lease;
use crate::samples::new;
use crate::samples::row;
use crate::samples::settle;
use crate::samples::sku;
use crate::samples::standing;
use crate::samples::standings;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::End;
use feedwright_ledger::Lease;
use feedwright_ledger::Ledger;
use feedwright_ledger::Outcome;
use feedwright_ledger::SubmissionId;
use feedwright_ledger::Which;

const WHOLE: [(Lane, u8); 3] = [(Lane::Content, 1), (Lane::Price, 2), (Lane::Stock, 3)];

fn list(ledger: &mut Ledger, lease: &Lease, text: &str, now: i64) -> SubmissionId {
    ledger.begin(&new(Lane::Content, vec![row(text, &WHOLE)]), lease, at(now)).unwrap()
}

/// What is accepted in each lane.
fn all_lanes(ledger: &mut Ledger, text: &str) -> [Option<u8>; 4] {
    Lane::ALL.map(|lane| accepted(ledger, text, lane))
}

pub(crate) fn a_record_that_tells_several_lanes_is_judged_in_all_of_them(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let id = list(&mut ledger, &lease, "MUG-1", 0);
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 1);
    assert_eq!(all_lanes(&mut ledger, "MUG-1"), [Some(1), Some(2), Some(3), None]);
    let record = ledger.accepted_record(CHANNEL, &sku("MUG-1"), Lane::Stock).unwrap();
    assert_eq!(record.as_deref(), Some(&b"stock 3"[..]));
    // A price of its own moves the price alone.
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 9)], 2);
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 3);
    assert_eq!(all_lanes(&mut ledger, "MUG-1"), [Some(1), Some(9), Some(3), None]);
    let id = list(&mut ledger, &lease, "MUG-2", 4);
    settle(&mut ledger, id, &[("MUG-2", Outcome::Rejected)], 5);
    for (lane, _) in WHOLE {
        assert_eq!(standing(&mut ledger, "MUG-2", lane).unwrap().refused.unwrap().submission, id);
    }
}

pub(crate) fn a_listing_that_was_retired_is_not_listed_in_any_lane(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    for text in ["MUG-1", "MUG-2"] {
        let id = list(&mut ledger, &lease, text, 0);
        settle(&mut ledger, id, &[(text, Outcome::Accepted)], 1);
    }
    let id = begin(&mut ledger, &lease, Lane::Retirement, &[("MUG-1", 7), ("MUG-2", 7)], 2);
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted), ("MUG-2", Outcome::Rejected)], 3);
    assert_eq!(all_lanes(&mut ledger, "MUG-1"), [None, None, None, Some(7)]);
    assert_eq!(all_lanes(&mut ledger, "MUG-2"), [Some(1), Some(2), Some(3), None]);
    for lane in Lane::ALL {
        assert_eq!(standing(&mut ledger, "MUG-1", lane).unwrap().retired_at, Some(at(3)));
        assert_eq!(standing(&mut ledger, "MUG-2", lane).unwrap().retired_at, None);
    }
    assert_eq!(ledger.accepted_record(CHANNEL, &sku("MUG-1"), Lane::Content).unwrap(), None);
}

pub(crate) fn a_listing_that_comes_back_can_be_retired_again(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    for round in 0..2 {
        let id = list(&mut ledger, &lease, "MUG-1", 10 * round);
        settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 10 * round + 1);
        assert_eq!(all_lanes(&mut ledger, "MUG-1"), [Some(1), Some(2), Some(3), None]);
        assert!(Lane::ALL.iter().all(|lane| {
            standing(&mut ledger, "MUG-1", *lane).is_none_or(|standing| standing.retired_at.is_none())
        }));
        let id = begin(&mut ledger, &lease, Lane::Retirement, &[("MUG-1", 7)], 10 * round + 2);
        settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 10 * round + 3);
        assert_eq!(all_lanes(&mut ledger, "MUG-1"), [None, None, None, Some(7)]);
    }
}

pub(crate) fn what_was_told_before_a_retirement_does_not_bring_the_listing_back(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let listing = list(&mut ledger, &lease, "MUG-1", 0);
    let retirement = begin(&mut ledger, &lease, Lane::Retirement, &[("MUG-1", 7)], 1);
    settle(&mut ledger, retirement, &[("MUG-1", Outcome::Accepted)], 2);
    assert!(standing(&mut ledger, "MUG-1", Lane::Content).unwrap().in_flight.is_some());
    settle(&mut ledger, listing, &[("MUG-1", Outcome::Accepted)], 3);
    assert_eq!(all_lanes(&mut ledger, "MUG-1"), [None, None, None, Some(7)]);
    assert!(standing(&mut ledger, "MUG-1", Lane::Content).unwrap().in_flight.is_none());
    // And the other way round: a retirement from before does not end what was listed since.
    let retirement = begin(&mut ledger, &lease, Lane::Retirement, &[("MUG-2", 7)], 4);
    ledger.give_up(retirement, End::Unknown, "no answer", at(5)).unwrap();
    let listing = list(&mut ledger, &lease, "MUG-2", 6);
    settle(&mut ledger, listing, &[("MUG-2", Outcome::Accepted)], 7);
    settle(&mut ledger, retirement, &[("MUG-2", Outcome::Accepted)], 8);
    assert_eq!(all_lanes(&mut ledger, "MUG-2"), [Some(1), Some(2), Some(3), None]);
}

pub(crate) fn what_is_forgotten_is_unknown_and_what_is_on_its_way_stays_so(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    for text in ["MUG-1", "MUG-2", "MUG-3"] {
        let id = list(&mut ledger, &lease, text, 0);
        settle(&mut ledger, id, &[(text, Outcome::Accepted)], 1);
    }
    let flying = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 5)], 2);
    let (one, two) = (sku("mug-1"), sku("MUG-2"));
    let forgotten = ledger.forget(CHANNEL, Which::These(&[one, two, sku("never told")]), "Åsa", at(3)).unwrap();
    assert_eq!(forgotten, 2);
    assert_eq!(standings(&mut ledger, CHANNEL, Lane::Content).len(), 1);
    assert_eq!(standing(&mut ledger, "MUG-2", Lane::Price), None);
    let found = standing(&mut ledger, "MUG-1", Lane::Price).unwrap();
    assert_eq!((found.accepted, found.in_flight.unwrap().submission), (None, flying));
    settle(&mut ledger, flying, &[("MUG-1", Outcome::Accepted)], 4);
    assert_eq!(standing(&mut ledger, "MUG-1", Lane::Price), None, "it says nothing of the shop as it is now");
    // What is told afterwards counts.
    let id = list(&mut ledger, &lease, "MUG-1", 5);
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 6);
    assert_eq!(all_lanes(&mut ledger, "MUG-1"), [Some(1), Some(2), Some(3), None]);
    assert_eq!(ledger.forget(CHANNEL, Which::All, "Åsa", at(7)).unwrap(), 2);
    assert!(Lane::ALL.iter().all(|lane| standings(&mut ledger, CHANNEL, *lane).is_empty()));
    let entry = ledger.entries(0, 100).unwrap().pop().unwrap();
    assert_eq!((entry.who.as_deref(), entry.detail.to_string().as_str()), (Some("Åsa"), r#"{"known":2,"skus":"all"}"#));
}

pub(crate) fn standings_come_sorted_by_sku_whatever_the_language(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let mut texts = ["b", "A 1", "a-2", "Ä", "B", "z", "10", "9", "_", "😀", "\u{ffee}"];
    let rows = texts.iter().filter(|text| **text != "B").map(|text| row(text, &[(Lane::Stock, 1)])).collect();
    ledger.begin(&new(Lane::Stock, rows), &lease, at(0)).unwrap();
    let found = standings(&mut ledger, CHANNEL, Lane::Stock);
    texts.sort_unstable();
    let expected: Vec<_> = texts.into_iter().filter(|text| *text != "B").map(sku).collect();
    assert_eq!(found.into_iter().map(|standing| standing.sku).collect::<Vec<_>>(), expected);
}
