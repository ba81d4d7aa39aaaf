//! One change: a transaction that holds the head of the ledger, and the entries it makes.

use crate::Ledger;
use crate::LedgerError;
use crate::entry::Entry;
use crate::entry::EntryKind;
use crate::store::Intent;
use crate::store::Param;
use crate::store::Store;
use crate::store::Trouble;
use crate::submission::SubmissionId;
use feedwright_catalog::digest::Lane;
use jiff::Timestamp;
use serde_json::Value;

/// A change under way.
pub(crate) struct Writing<'a> {
    pub(crate) store: &'a mut Store,
    head: u64,
    entries: Vec<Entry>,
}

/// What an entry is about.
#[derive(Debug, Default)]
pub(crate) struct About<'a> {
    pub(crate) channel: Option<&'a str>,
    pub(crate) lane: Option<Lane>,
    pub(crate) submission: Option<SubmissionId>,
    pub(crate) who: Option<&'a str>,
}

impl Writing<'_> {
    /// The number the next entry will have.
    pub(crate) fn next_seq(&self) -> u64 {
        self.head + 1
    }

    /// Writes the next entry.
    pub(crate) fn enter(
        &mut self,
        kind: EntryKind,
        about: &About<'_>,
        detail: Value,
        now: Timestamp,
    ) -> Result<u64, Trouble> {
        let seq = self.next_seq();
        self.store.run(
            "INSERT INTO ledger_entry (seq, at, kind, moves_plans, channel, lane, submission, who, detail) VALUES (?1, \
             ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            &[
                Param::number(seq),
                Param::time(now),
                Param::Text(kind.name()),
                Param::Integer(i64::from(kind.moves_plans())),
                Param::maybe_text(about.channel),
                Param::maybe_text(about.lane.map(Lane::name)),
                about.submission.map_or(Param::Null, |id| Param::number(id.0)),
                Param::maybe_text(about.who),
                Param::Text(&detail.to_string()),
            ],
        )?;
        let head = if kind.moves_plans() {
            "UPDATE ledger_head SET seq = ?1, version = ?1 WHERE id = 1"
        } else {
            "UPDATE ledger_head SET seq = ?1 WHERE id = 1"
        };
        self.store.run(head, &[Param::number(seq)])?;
        self.head = seq;
        self.entries.push(Entry {
            seq,
            at: as_kept(now),
            kind,
            channel: about.channel.map(str::to_owned),
            lane: about.lane,
            submission: about.submission,
            who: about.who.map(str::to_owned),
            detail,
        });
        Ok(seq)
    }
}

impl Ledger {
    /// Changes something, wholly or not at all, while nobody else does; then tells who watches.
    pub(crate) fn write<T>(
        &mut self,
        doing: &str,
        action: impl FnOnce(&mut Writing<'_>) -> Result<T, Trouble>,
    ) -> Result<T, LedgerError> {
        let done = self.store().and_then(|store| {
            store.transaction(Intent::Write, |store| {
                let lock = store.for_update("SELECT seq FROM ledger_head WHERE id = 1");
                let head = store.first(&lock, &[], |mut cells| cells.number())?;
                let head = head.ok_or_else(|| Trouble::broken("the number of its last entry is gone"))?;
                let mut writing = Writing { store, head, entries: Vec::new() };
                let done = action(&mut writing)?;
                Ok((done, writing.entries))
            })
        });
        let (done, entries) = done.map_err(|trouble| self.error(doing, trouble))?;
        for entry in &entries {
            self.tell(entry);
        }
        Ok(done)
    }

    /// Reads several things that belong together.
    pub(crate) fn read<T>(
        &mut self,
        doing: &str,
        action: impl FnOnce(&mut Store) -> Result<T, Trouble>,
    ) -> Result<T, LedgerError> {
        let done = self.store().and_then(|store| store.transaction(Intent::Read, action));
        done.map_err(|trouble| self.error(doing, trouble))
    }
}

/// A time as it comes back.
fn as_kept(time: Timestamp) -> Timestamp {
    // Within range, since it came from a time.
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}
