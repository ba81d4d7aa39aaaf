//! Schedules: which due time was last taken.

use crate::Ledger;
use crate::LedgerError;
use jiff::Timestamp;

impl Ledger {
    /// The due time of a schedule that was last taken.
    pub fn fired(&mut self, key: &str) -> Result<Option<Timestamp>, LedgerError> {
        let _ = key;
        Err(self.unwritten())
    }

    /// Takes a due time. No if it, or a later one, was taken already: of two servers only one is told yes.
    pub fn fire(&mut self, key: &str, due: Timestamp, who: &str, now: Timestamp) -> Result<bool, LedgerError> {
        let _ = (key, due, who, now);
        Err(self.unwritten())
    }
}
