//! Older ledgers are brought up to date, newer ones are left alone.

use crate::ground::Ground;
use crate::samples::accepted;
use crate::samples::at;
use crate::samples::begin;
use crate::samples::everything;
use crate::samples::lease;
use crate::samples::settle;
use crate::samples::sku;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::ErrorKind;
use feedwright_ledger::Ledger;
use feedwright_ledger::Outcome;

/// What later versions added, taken away again.
const FIRST_VERSION: &str = "DROP TABLE ledger_schedule; DROP INDEX ledger_row_sku; DROP INDEX ledger_finding_sku; ALTER \
                             TABLE ledger_head DROP COLUMN identity; UPDATE ledger_version SET version = 1";

pub(crate) fn a_ledger_of_the_first_version_is_brought_up_to_date(ground: &Ground) {
    let mut ledger = ground.open();
    let lease = lease(&mut ledger);
    let id = begin(&mut ledger, &lease, Lane::Price, &[("MUG-1", 1), ("MUG-2", 2)], 0);
    settle(&mut ledger, id, &[("MUG-1", Outcome::Accepted)], 1);
    let before = everything(&mut ledger);
    drop(ledger);
    ground.meddle(FIRST_VERSION);
    let mut ledger = ground.open();
    assert_eq!(everything(&mut ledger), before);
    assert!(ledger.fire("nightly", at(0), "server-1", at(1)).unwrap());
    let identity = ledger.identity().unwrap();
    assert_ne!(identity, 0);
    assert_eq!(ledger.history(&sku("MUG-1")).unwrap().len(), 1);
    drop(ledger);
    let mut ledger = ground.open();
    assert_eq!(accepted(&mut ledger, "MUG-1", Lane::Price), Some(1));
    assert_eq!(ledger.identity().unwrap(), identity);
}

pub(crate) fn a_ledger_of_a_newer_version_is_left_alone(ground: &Ground) {
    drop(ground.open());
    ground.meddle("UPDATE ledger_version SET version = 1000");
    let error = Ledger::open(&ground.location).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Newer);
    assert!(error.to_string().contains("version 1000"), "{error}");
    ground.meddle("UPDATE ledger_version SET version = 3");
    ground.open().version().unwrap();
}
