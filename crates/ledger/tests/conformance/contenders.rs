//! Processes and threads that use one ledger at the same time.

use crate::ground::Ground;
use crate::samples::CHANNEL;
use crate::samples::at;
use crate::samples::begin;
use crate::samples::settle;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::Filter;
use feedwright_ledger::Ledger;
use feedwright_ledger::Location;
use feedwright_ledger::Outcome;
use jiff::SignedDuration;
use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// Says that this process is a contender, and what it is called.
const CONTENDER: &str = "FEEDWRIGHT_CONTENDER";
const FILE: &str = "FEEDWRIGHT_CONTENDER_FILE";
const URL: &str = "FEEDWRIGHT_CONTENDER_URL";
const ROUNDS: u64 = 12;

/// What a contender does. None in a process that is none.
pub(crate) fn contend() -> Option<ExitCode> {
    let owner = env::var(CONTENDER).ok()?;
    let location = match (env::var_os(FILE), env::var(URL)) {
        (Some(path), _) => Location::File(PathBuf::from(path)),
        (None, url) => Location::Postgres(url.unwrap()),
    };
    let mut ledger = Ledger::open(&location).unwrap();
    for round in 0..ROUNDS {
        let lease = loop {
            match ledger.lease("send", &owner, SignedDuration::from_hours(1), at(0)).unwrap() {
                Some(lease) => break lease,
                None => thread::sleep(Duration::from_millis(2)),
            }
        };
        // All tell the same lane of the same SKU: begun by two at once, one of them would be refused.
        let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
        ledger.queued(id, &format!("{owner}-{round}"), at(9), at(1)).unwrap();
        settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 2);
        ledger.release(&lease).unwrap();
        let due = i64::try_from(round).unwrap();
        if ledger.fire("nightly", at(due), &owner, at(due)).unwrap() {
            thread::sleep(Duration::from_millis(1));
        }
    }
    Some(ExitCode::SUCCESS)
}

pub(crate) fn two_processes_share_a_ledger(ground: &Ground) {
    // The ledger is not made yet: they also contend for that.
    let contenders: Vec<_> = ["one", "two", "three"]
        .into_iter()
        .map(|owner| {
            let mut command = Command::new(env::current_exe().unwrap());
            command.env(CONTENDER, owner);
            match &ground.location {
                Location::File(path) => command.env(FILE, path),
                Location::Postgres(url) => command.env(URL, url),
            };
            command.spawn().unwrap()
        })
        .collect();
    let n_contenders = contenders.len() as u64;
    for mut contender in contenders {
        assert!(contender.wait().unwrap().success());
    }
    let mut ledger = ground.open();
    let submissions = ledger.submissions(&Filter::default()).unwrap();
    assert_eq!(submissions.len() as u64, n_contenders * ROUNDS);
    assert!(submissions.iter().all(|summary| summary.counts.accepted == 1));
    assert_eq!(ledger.open_submissions(CHANNEL).unwrap().len(), 0);
    let entries = ledger.entries(0, 10_000).unwrap();
    assert!(entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq), "entries have no gaps");
    let fired = entries.len() as u64 - 3 * n_contenders * ROUNDS;
    assert!((1..=ROUNDS).contains(&fired), "each due time is taken once at most: {fired}");
    let lease = ledger.lease("send", "last", SignedDuration::from_secs(1), at(0)).unwrap().unwrap();
    assert!(lease.fence > n_contenders * ROUNDS);
}

pub(crate) fn threads_that_open_a_new_ledger_at_once_make_it_once(ground: &Ground) {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| ground.open().version().unwrap())).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), 0);
        }
    });
}
