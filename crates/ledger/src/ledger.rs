//! The ledger: opening it, and its entries.

use crate::entry::Entry;
use crate::entry::EntryKind;
use crate::entry::NewEntry;
use crate::error::ErrorKind;
use crate::error::LedgerError;
use crate::location::Location;
use crate::migration::migrate;
use crate::store::Cells;
use crate::store::Param;
use crate::store::Store;
use crate::store::Trouble;
use crate::submission::SubmissionId;
use crate::writing::About;
use jiff::Timestamp;
use std::fmt;
use std::time::Duration;

/// Called with each entry right after it is durable, before the call that made it returns.
pub type Watch = Box<dyn FnMut(&Entry) + Send>;

/// What each marketplace was last told, and what it said to that.
pub struct Ledger {
    location: Location,
    /// None after it could not be reopened.
    store: Option<Store>,
    watch: Option<Watch>,
    /// How long to wait for others, where that was said.
    patience: Option<Duration>,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Ledger").field("location", &self.location).finish_non_exhaustive()
    }
}

impl Ledger {
    /// Opens a ledger, makes it when it is not there, and brings an older one up to date.
    pub fn open(location: &Location) -> Result<Self, LedgerError> {
        let mut ledger = Self { location: location.clone(), store: None, watch: None, patience: None };
        ledger.reopen()?;
        Ok(ledger)
    }

    /// Opens the same ledger anew, after it was [gone](ErrorKind::Gone). Who watches goes on watching.
    pub fn reopen(&mut self) -> Result<(), LedgerError> {
        self.store = None;
        let opened = Store::open(&self.location).and_then(|mut store| {
            if let Some(patience) = self.patience {
                store.wait_at_most(patience)?;
            }
            migrate(&mut store)?;
            Ok(store)
        });
        self.store = Some(opened.map_err(|trouble| self.error("open it", trouble))?);
        Ok(())
    }

    /// Waits at most so long for others who write, instead of half a minute; then it is [busy](ErrorKind::Busy).
    pub fn wait_at_most(&mut self, patience: Duration) -> Result<(), LedgerError> {
        self.patience = Some(patience);
        let told = self.store().and_then(|store| store.wait_at_most(patience));
        told.map_err(|trouble| self.error("set how long to wait", trouble))
    }

    /// Where it is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Has this called with each entry that this ledger makes, right after it is durable.
    pub fn watch(&mut self, watch: Watch) {
        self.watch = Some(watch);
    }

    /// Writes an entry that changes nothing else, and gives its number.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] for a kind that is the ledger's own to write.
    pub fn note(&mut self, entry: &NewEntry, now: Timestamp) -> Result<u64, LedgerError> {
        self.write("write an entry", |writing| {
            match entry.kind {
                EntryKind::GuardAccepted | EntryKind::PlanSaved | EntryKind::PlanApplied => {}
                EntryKind::Begun
                | EntryKind::Queued
                | EntryKind::Settled
                | EntryKind::GaveUp
                | EntryKind::Forgotten
                | EntryKind::ScheduleFired => {
                    let message = format!("`{}` is written by the call that does it", entry.kind);
                    return Err(Trouble::misuse(message));
                }
            }
            let about = About {
                channel: entry.channel.as_deref(),
                lane: entry.lane,
                submission: None,
                who: entry.who.as_deref(),
            };
            writing.enter(entry.kind, &about, entry.detail.clone(), now)
        })
    }

    /// The entries after a number, in their order, at most so many.
    pub fn entries(&mut self, since_seq: u64, limit: u64) -> Result<Vec<Entry>, LedgerError> {
        self.read("read its entries", |store| {
            store.all(
                "SELECT seq, at, kind, channel, lane, submission, who, detail FROM ledger_entry WHERE seq > ?1 ORDER BY \
                 seq LIMIT ?2",
                &[Param::number(since_seq), Param::number(limit)],
                entry,
            )
        })
    }

    /// Which ledger it is: random, made with it, and never another. What somebody remembers of one ledger says nothing of
    /// another. A copy of a ledger is the same.
    pub fn identity(&mut self) -> Result<u128, LedgerError> {
        self.read("read which ledger it is", |store| {
            let bytes = store.first("SELECT identity FROM ledger_head WHERE id = 1", &[], |mut cells| cells.bytes())?;
            let bytes: Option<[u8; 16]> = bytes.and_then(|bytes| bytes.try_into().ok());
            bytes.map(u128::from_be_bytes).ok_or_else(|| Trouble::broken("it does not say which ledger it is"))
        })
    }

    /// The number of the last entry that changed what a plan would say; 0 when there is none.
    pub fn version(&mut self) -> Result<u64, LedgerError> {
        self.read("read its version", |store| {
            let version =
                store.first("SELECT version FROM ledger_head WHERE id = 1", &[], |mut cells| cells.number())?;
            version.ok_or_else(|| Trouble::broken("the number of its last entry is gone"))
        })
    }

    /// The same of one channel.
    pub fn version_of(&mut self, channel: &str) -> Result<u64, LedgerError> {
        self.read("read a channel's version", |store| {
            let version = store.first(
                "SELECT seq FROM ledger_entry WHERE channel = ?1 AND moves_plans = 1 ORDER BY seq DESC LIMIT 1",
                &[Param::Text(channel)],
                |mut cells| cells.number(),
            )?;
            Ok(version.unwrap_or(0))
        })
    }

    pub(crate) fn store(&mut self) -> Result<&mut Store, Trouble> {
        self.store.as_mut().ok_or_else(|| Trouble::new(ErrorKind::Gone, "it could not be opened again"))
    }

    pub(crate) fn error(&self, doing: &str, trouble: Trouble) -> LedgerError {
        LedgerError {
            location: self.location.to_string(),
            doing: doing.to_owned(),
            kind: trouble.kind,
            message: trouble.message,
        }
    }

    pub(crate) fn tell(&mut self, entry: &Entry) {
        if let Some(watch) = &mut self.watch {
            watch(entry);
        }
    }
}

fn entry(mut cells: Cells) -> Result<Entry, Trouble> {
    Ok(Entry {
        seq: cells.number()?,
        at: cells.time()?,
        kind: cells.parsed("a kind of entry", EntryKind::parse)?,
        channel: cells.maybe_text()?,
        lane: cells.maybe_lane()?,
        submission: cells.maybe_number()?.map(SubmissionId),
        who: cells.maybe_text()?,
        detail: serde_json::from_str(&cells.text()?)
            .map_err(|why| Trouble::broken(format!("what an entry says is no JSON: {why}")))?,
    })
}
