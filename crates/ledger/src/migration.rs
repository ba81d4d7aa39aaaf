//! Brings a database to the form this version writes.

use crate::error::ErrorKind;
use crate::store::Intent;
use crate::store::Param;
use crate::store::Store;
use crate::store::Trouble;
use uuid::Uuid;

/// What was added, version by version. Only ever grows.
const SCRIPTS: [&str; 3] = [
    include_str!("../migrations/1-told.sql"),
    include_str!("../migrations/2-schedules.sql"),
    include_str!("../migrations/3-identity.sql"),
];

/// Makes what is missing. Several processes may do so at once: one does, the others wait.
pub(crate) fn migrate(store: &mut Store) -> Result<(), Trouble> {
    // Opening a ledger that is up to date waits for nobody who writes.
    if version(store)? == SCRIPTS.len() {
        return Ok(());
    }
    store.transaction(Intent::Write, |store| {
        store.lock_tables()?;
        let version = version(store)?;
        if version == 0 {
            let script = "CREATE TABLE ledger_version (version {integer} NOT NULL) {table}; INSERT INTO ledger_version \
                          (version) VALUES (0)";
            store.script(&store.in_own_words(script))?;
        }
        for script in SCRIPTS.iter().skip(version) {
            store.script(&store.in_own_words(script))?;
        }
        let identity = Uuid::new_v4().into_bytes();
        store.run("UPDATE ledger_head SET identity = ?1 WHERE identity IS NULL", &[Param::Bytes(&identity)])?;
        store.run("UPDATE ledger_version SET version = ?1", &[Param::number(SCRIPTS.len() as u64)])?;
        Ok(())
    })
}

fn version(store: &mut Store) -> Result<usize, Trouble> {
    if !store.has_table("ledger_version")? {
        return Ok(0);
    }
    let version = store.first("SELECT version FROM ledger_version", &[], |mut cells| cells.number())?;
    let version = version.ok_or_else(|| Trouble::broken("it does not say which version wrote it"))?;
    match usize::try_from(version) {
        Ok(version) if version <= SCRIPTS.len() => Ok(version),
        Ok(_) | Err(_) => Err(Trouble::new(
            ErrorKind::Newer,
            format!(
                "a newer version of this program wrote it (its tables have version {version}, {} is known); use that one",
                SCRIPTS.len()
            ),
        )),
    }
}
