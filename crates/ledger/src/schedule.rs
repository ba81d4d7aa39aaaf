//! Schedules: which due time was last taken.

use crate::Ledger;
use crate::LedgerError;
use crate::entry::EntryKind;
use crate::store::Param;
use crate::writing::About;
use jiff::Timestamp;
use serde_json::json;

impl Ledger {
    /// The due time of a schedule that was last taken.
    pub fn fired(&mut self, key: &str) -> Result<Option<Timestamp>, LedgerError> {
        self.read("read a schedule", |store| {
            let sql = "SELECT due FROM ledger_schedule WHERE name = ?1";
            store.first(sql, &[Param::Text(key)], |mut cells| cells.time())
        })
    }

    /// Takes a due time. No if it, or a later one, was taken already: of two servers only one is told yes.
    pub fn fire(&mut self, key: &str, due: Timestamp, who: &str, now: Timestamp) -> Result<bool, LedgerError> {
        self.write("take a due time", |writing| {
            let n_changed = writing.store.run(
                "INSERT INTO ledger_schedule (name, due) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET due = \
                 excluded.due WHERE ledger_schedule.due < excluded.due",
                &[Param::Text(key), Param::time(due)],
            )?;
            if n_changed == 0 {
                return Ok(false);
            }
            let about = About { who: Some(who), ..About::default() };
            let detail = json!({ "schedule": key, "due": due.to_string() });
            writing.enter(EntryKind::ScheduleFired, &about, detail, now)?;
            Ok(true)
        })
    }
}
