//! One at a time, and who was away too long finds out.

use crate::ground::Ground;
use crate::samples::at;
use crate::samples::new;
use crate::samples::row;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::ErrorKind;
use jiff::SignedDuration;
use std::thread;

const TTL: SignedDuration = SignedDuration::from_secs(60);

pub(crate) fn a_lease_is_had_by_one_and_taken_over_when_it_ran_out(ground: &Ground) {
    let mut ledger = ground.open();
    let mut other = ground.open();
    let first = ledger.lease("shop-us price", "one", TTL, at(0)).unwrap().unwrap();
    assert_eq!((first.fence, first.until, first.owner.as_str()), (1, at(60), "one"));
    assert_eq!(other.lease("shop-us price", "two", TTL, at(59)).unwrap(), None);
    assert_eq!(other.lease("shop-us price", "one", TTL, at(59)).unwrap(), None);
    assert!(other.lease("shop-us stock", "two", TTL, at(59)).unwrap().is_some());
    let second = other.lease("shop-us price", "two", TTL, at(60)).unwrap().unwrap();
    assert_eq!((second.fence, second.until), (2, at(120)));
}

pub(crate) fn an_owner_that_was_away_too_long_cannot_begin(ground: &Ground) {
    let mut ledger = ground.open();
    let mut old = ledger.lease("send", "one", TTL, at(0)).unwrap().unwrap();
    let new_one = ground.open().lease("send", "two", TTL, at(60)).unwrap().unwrap();
    let price = new(Lane::Price, vec![row("MUG-1", &[(Lane::Price, 1)])]);
    // Its clock may even be behind.
    let error = ledger.begin(&price, &old, at(30)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::LeaseLost);
    assert_eq!(ledger.renew(&mut old, TTL, at(61)).unwrap_err().kind, ErrorKind::LeaseLost);
    ledger.release(&old).unwrap();
    ledger.begin(&price, &new_one, at(61)).unwrap();
}

pub(crate) fn a_lease_that_was_given_back_is_gone_for_its_old_owner(ground: &Ground) {
    let mut ledger = ground.open();
    let mut lease = ledger.lease("send", "one", TTL, at(0)).unwrap().unwrap();
    ledger.release(&lease).unwrap();
    assert_eq!(ledger.renew(&mut lease, TTL, at(1)).unwrap_err().kind, ErrorKind::LeaseLost);
    let price = new(Lane::Price, vec![row("MUG-1", &[(Lane::Price, 1)])]);
    assert_eq!(ledger.begin(&price, &lease, at(1)).unwrap_err().kind, ErrorKind::LeaseLost);
    let next = ledger.lease("send", "one", TTL, at(1)).unwrap().unwrap();
    assert!(next.fence > lease.fence);
}

pub(crate) fn of_many_threads_one_gets_the_lease(ground: &Ground) {
    drop(ground.open());
    for round in 0..5 {
        let n_taken: usize = thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|number| {
                    scope.spawn(move || {
                        let owner = format!("{number}");
                        ground.open().lease("send", &owner, TTL, at(60 * round)).unwrap().is_some()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
        });
        assert_eq!(n_taken, 1);
    }
}

pub(crate) fn a_due_time_is_taken_once(ground: &Ground) {
    let mut ledger = ground.open();
    assert_eq!(ledger.fired("nightly").unwrap(), None);
    let n_taken: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|number| {
                let fire = move || ground.open().fire("nightly", at(0), &format!("server-{number}"), at(1)).unwrap();
                scope.spawn(fire)
            })
            .collect();
        threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
    });
    assert_eq!(n_taken, 1);
    assert_eq!(ledger.fired("nightly").unwrap(), Some(at(0)));
    assert!(ledger.fire("nightly", at(60), "server-1", at(61)).unwrap());
    assert!(!ledger.fire("nightly", at(30), "server-1", at(62)).unwrap(), "an earlier one is over");
    assert!(ledger.fire("hourly", at(30), "server-1", at(62)).unwrap());
    assert_eq!(ledger.entries(0, 100).unwrap().len(), 3);
}
