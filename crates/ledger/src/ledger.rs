//! The ledger: opening it, and its entries.

use crate::entry::Entry;
use crate::entry::NewEntry;
use crate::error::ErrorKind;
use crate::error::LedgerError;
use crate::location::Location;
use jiff::Timestamp;
use std::fmt;

/// Called with each entry right after it is durable, before the call that made it returns.
pub type Watch = Box<dyn FnMut(&Entry) + Send>;

/// What each marketplace was last told, and what it said to that.
pub struct Ledger {
    location: Location,
    watch: Option<Watch>,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Ledger").field("location", &self.location).finish_non_exhaustive()
    }
}

impl Ledger {
    /// Opens a ledger, makes it when it is not there, and brings an older one up to date.
    pub fn open(location: &Location) -> Result<Self, LedgerError> {
        Ok(Self { location: location.clone(), watch: None })
    }

    /// Opens the same ledger anew, after it was [gone](ErrorKind::Gone). Who watches goes on watching.
    pub fn reopen(&mut self) -> Result<(), LedgerError> {
        Err(self.unwritten())
    }

    /// Has this called with each entry that this ledger makes, right after it is durable.
    pub fn watch(&mut self, watch: Watch) {
        self.watch = Some(watch);
    }

    /// Writes an entry that changes nothing else.
    pub fn note(&mut self, entry: &NewEntry, now: Timestamp) -> Result<u64, LedgerError> {
        let _ = (entry, now);
        Err(self.unwritten())
    }

    /// The entries after a number, in their order, at most so many.
    pub fn entries(&mut self, since_seq: u64, limit: u64) -> Result<Vec<Entry>, LedgerError> {
        let _ = (since_seq, limit);
        Err(self.unwritten())
    }

    /// The number of the last entry that changed what a plan would say; 0 when there is none.
    pub fn version(&mut self) -> Result<u64, LedgerError> {
        Err(self.unwritten())
    }

    /// The same of one channel.
    pub fn version_of(&mut self, channel: &str) -> Result<u64, LedgerError> {
        let _ = channel;
        Err(self.unwritten())
    }

    pub(crate) fn unwritten(&self) -> LedgerError {
        LedgerError {
            location: format!("{:?}", self.location),
            doing: "do this".to_owned(),
            kind: ErrorKind::Broken,
            message: "it is not written yet".to_owned(),
        }
    }
}
