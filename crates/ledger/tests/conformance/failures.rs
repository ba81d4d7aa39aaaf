//! Disks that are full, servers that go away, others who take long.

use crate::ground::Database;
use crate::ground::Ground;
use crate::samples::CHANNEL;
use crate::samples::at;
use crate::samples::begin;
use crate::samples::everything;
use crate::samples::lease;
use crate::samples::new;
use crate::samples::row;
use crate::samples::settle;
use crate::say;
use crate::server;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::ErrorKind;
use feedwright_ledger::Ledger;
use feedwright_ledger::Location;
use feedwright_ledger::NewFile;
use feedwright_ledger::NewSubmission;
use feedwright_ledger::Outcome;
use std::fs;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

pub(crate) fn whoever_waits_too_long_is_told_that_somebody_else_is_writing(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    ledger.wait_at_most(Duration::from_millis(50)).unwrap();
    let price = new(Lane::Price, vec![row("MUG-1", &[(Lane::Price, 1)])]);
    let busy = match ground.database() {
        Database::Sqlite => {
            let Location::File(path) = &ground.location else { unreachable!("SQLite is a file") };
            let other = rusqlite::Connection::open(path).unwrap();
            other.execute_batch("BEGIN IMMEDIATE").unwrap();
            ledger.begin(&price, &lease, at(0))
        }
        Database::Postgres => {
            let mut other = server::beside(ground.url());
            other.batch_execute("BEGIN; SELECT * FROM ledger_head FOR UPDATE").unwrap();
            ledger.begin(&price, &lease, at(0))
        }
    };
    assert_eq!(busy.unwrap_err().kind, ErrorKind::Busy);
    // The other one is gone with its connection.
    ledger.reopen().unwrap();
    ledger.wait_at_most(Duration::from_secs(10)).unwrap();
    ledger.begin(&price, &lease, at(0)).unwrap();
}

pub(crate) fn a_ledger_survives_who_watches_and_panics(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
    let seen = catch_unwind(AssertUnwindSafe(|| {
        ledger.standings(CHANNEL, Lane::Price, &mut |_| panic!("whoever reads gives up: this is expected"))
    }));
    assert!(seen.is_err());
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 1);
    assert_eq!(ground.open().submission(id).unwrap().unwrap().counts.accepted, 1);
}

/// A disk of a few megabytes, as long as it is held.
struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    fn new(folder: &'a Path) -> Option<Self> {
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=6m", "tmpfs"]).arg(folder).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()) || thread::panicking(), "the disk stays mounted");
    }
}

pub(crate) fn a_full_disk_is_said_and_nothing_is_lost(_: &Ground) {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::new(folder.path()) else {
        say("NOT CHECKED: a disk that is full. Only root can make a small one.");
        return;
    };
    let location = Location::File(folder.path().join("ledger.db"));
    let mut ledger = Ledger::open(&location).unwrap();
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
    let before = everything(&mut ledger);
    // So large that it can never fit, and nothing that can be packed.
    let mut state = 1_u32;
    let noise = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    let large = NewSubmission {
        files: vec![NewFile { part: String::new(), bytes: (0..8 << 20).map(noise).collect() }],
        ..new(Lane::Stock, vec![row("MUG-1", &[(Lane::Stock, 1)])])
    };
    let error = ledger.begin(&large, &lease, at(1)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Full, "{error}");
    assert_eq!(everything(&mut ledger), before);
    // The same when something else fills the disk to the last byte.
    let ballast = folder.path().join("ballast");
    let mut size = 8 << 20;
    while size > 0 && fs::write(&ballast, vec![0_u8; size]).is_err() {
        size -= 4 << 10;
    }
    let mut error = None;
    for number in 0..1_000 {
        let told = new(Lane::Stock, vec![row(&format!("CUP-{number}"), &[(Lane::Stock, 1)])]);
        if let Err(full) = ledger.begin(&told, &lease, at(2)) {
            error = Some(full);
            break;
        }
    }
    let error = error.unwrap();
    assert_eq!(error.kind, ErrorKind::Full, "{error}");
    let before = everything(&mut ledger);
    let opened_while_full = Ledger::open(&location);
    if let Err(full) = &opened_while_full {
        assert_eq!(full.kind, ErrorKind::Full, "{full}");
    }
    drop(opened_while_full);
    fs::remove_file(ballast).unwrap();
    assert_eq!(everything(&mut ledger), before);
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 3);
    drop(ledger);
    let mut ledger = Ledger::open(&location).unwrap();
    assert_eq!(ledger.submission(id).unwrap().unwrap().counts.accepted, 1);
    drop(ledger);
    drop(disk);
}

pub(crate) fn a_file_that_is_something_else_is_left_alone(_: &Ground) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mugs.csv");
    let text = "SKU,Title\nMUG-1,Mug\n".repeat(100);
    fs::write(&path, &text).unwrap();
    let error = Ledger::open(&Location::File(path.clone())).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Broken);
    assert!(error.to_string().contains("mugs.csv"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    let error = Ledger::open(&Location::File(folder.path().join("missing/ledger.db"))).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Broken);
    assert!(error.to_string().contains("is the folder there"), "{error}");
}

pub(crate) fn no_name_of_a_file_means_anything_special(_: &Ground) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["file:ledger?mode=memory", " ", "'; --", "ledger%20.db"] {
        let path = folder.path().join(name);
        drop(Ledger::open(&Location::File(path.clone())).unwrap());
        assert!(path.is_file(), "{name}");
    }
    // To SQLite an empty name would be a file that vanishes.
    assert_eq!(Ledger::open(&Location::File("".into())).unwrap_err().kind, ErrorKind::Broken);
}

/// Ends all connections to the database but one's own.
const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> \
                   pg_backend_pid()";

pub(crate) fn a_connection_that_was_cut_is_said_and_a_new_one_works(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1)], 0);
    let before = everything(&mut ledger);
    ground.meddle(CUT);
    for _ in 0..2 {
        assert_eq!(ledger.version().unwrap_err().kind, ErrorKind::Gone);
    }
    let gone = ledger.queued(id, "feed-1", at(9), at(1)).unwrap_err();
    assert_eq!(gone.kind, ErrorKind::Gone);
    ledger.reopen().unwrap();
    assert_eq!(everything(&mut ledger), before);
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 1);
}

pub(crate) fn a_connection_cut_in_the_middle_of_a_change_leaves_nothing_of_it(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let before = everything(&mut ledger);
    let price = new(Lane::Price, vec![row("MUG-1", &[(Lane::Price, 1)])]);
    let mut other = server::beside(ground.url());
    // Holds the change up where it has written all but the standings.
    other.batch_execute("BEGIN; LOCK TABLE ledger_standing IN ACCESS EXCLUSIVE MODE").unwrap();
    let error = thread::scope(|scope| {
        let begun = scope.spawn(|| ledger.begin(&price, &lease, at(0)));
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = \
                       'Lock' AND query LIKE '%ledger_standing%'";
        let mut beside = server::beside(ground.url());
        for _ in 0..500 {
            if beside.query_one(waiting, &[]).unwrap().get::<_, i64>(0) > 0 {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND \
                   wait_event_type = 'Lock'";
        assert_eq!(beside.query(cut, &[]).unwrap().len(), 1);
        begun.join().unwrap().unwrap_err()
    });
    assert_eq!(error.kind, ErrorKind::Gone, "{error}");
    drop(other);
    ledger.reopen().unwrap();
    assert_eq!(everything(&mut ledger), before);
    ledger.begin(&price, &lease, at(0)).unwrap();
}

pub(crate) fn a_server_that_is_not_there_is_gone(_: &Ground) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://seller:{}@127.0.0.1:{port}/shop", server::PASSWORD);
    let error = Ledger::open(&Location::Postgres(url)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Gone);
    assert!(error.to_string().contains(&format!("`postgres://seller@127.0.0.1:{port}/shop`")), "{error}");
    assert!(!error.to_string().contains(server::PASSWORD), "{error}");
}
