//! What moved since: for whoever knows how things stood, and asks about the rest only.

use crate::Ledger;
use crate::LedgerError;
use crate::entry::EntryKind;
use crate::store::Param;
use crate::store::Store;
use crate::store::Trouble;
use feedwright_catalog::Sku;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// An entry that moves plans.
struct Move {
    kind: EntryKind,
    channel: Option<String>,
    submission: Option<u64>,
    detail: Value,
}

/// Which rows of a submission moved.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moved {
    /// Those of which something was said since.
    Judged,
    /// All of them.
    All,
}

impl Ledger {
    /// The SKUs whose standing in any lane may be another than it was at a [version](Ledger::version), sorted: their
    /// channel and [key](Sku::key). None when that cannot be said: everything of a channel was forgotten, more than so
    /// many SKUs moved, or the ledger never had that version.
    ///
    /// It is about standings only. A plan also depends on the catalog, on the time that went by since something was
    /// refused, and on what an earlier plan left unsent.
    pub fn moved_since(&mut self, version: u64, most: u64) -> Result<Option<Vec<(String, String)>>, LedgerError> {
        self.read("read what moved", |store| {
            let known = store.first("SELECT version FROM ledger_head WHERE id = 1", &[], |mut cells| cells.number())?;
            if known.is_none_or(|known| known < version) {
                return Ok(None);
            }
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            let mut skus = BTreeSet::new();
            // Neither entries nor rows are ever deleted, so each of these still says whom it was about.
            let mut submissions: BTreeMap<u64, (String, Moved)> = BTreeMap::new();
            for entry in moves(store, version)? {
                let Some(channel) = entry.channel else { return Ok(None) };
                let moved = match entry.kind {
                    EntryKind::Forgotten => {
                        let Some(keys) = forgotten(&entry.detail) else { return Ok(None) };
                        skus.extend(keys.into_iter().map(|key| (channel.clone(), key)));
                        continue;
                    }
                    // What was given up as refused lands without a verdict.
                    EntryKind::Begun | EntryKind::GaveUp => Moved::All,
                    EntryKind::Settled => Moved::Judged,
                    EntryKind::Queued
                    | EntryKind::GuardAccepted
                    | EntryKind::PlanSaved
                    | EntryKind::PlanApplied
                    | EntryKind::ScheduleFired => continue,
                };
                let Some(id) = entry.submission else { return Ok(None) };
                let known = &mut submissions.entry(id).or_insert((channel, moved)).1;
                *known = moved.max(*known);
            }
            for (id, (channel, moved)) in submissions {
                // A SKU stands in a submission once, so more rows than these are too many SKUs.
                for key in keys(store, id, moved, version, most)? {
                    skus.insert((channel.clone(), key));
                }
                if skus.len() > most {
                    return Ok(None);
                }
            }
            Ok((skus.len() <= most).then(|| skus.into_iter().collect()))
        })
    }
}

/// The entries after a version that move plans.
fn moves(store: &mut Store, version: u64) -> Result<Vec<Move>, Trouble> {
    store.all(
        "SELECT kind, channel, submission, detail FROM ledger_entry WHERE seq > ?1 AND moves_plans = 1 ORDER BY seq",
        &[Param::number(version)],
        |mut cells| {
            Ok(Move {
                kind: cells.parsed("a kind of entry", EntryKind::parse)?,
                channel: cells.maybe_text()?,
                submission: cells.maybe_number()?,
                detail: serde_json::from_str(&cells.text()?)
                    .map_err(|why| Trouble::broken(format!("what an entry says is no JSON: {why}")))?,
            })
        },
    )
}

/// The keys of the SKUs that an entry of forgetting names; none when it names none of them.
fn forgotten(detail: &Value) -> Option<Vec<String>> {
    let skus = detail.get("skus")?.as_array()?;
    skus.iter().map(|sku| Some(Sku::parse(sku.as_str()?).ok()?.key())).collect()
}

/// The keys of a submission's rows that moved since a version; of too many, one more than those.
fn keys(store: &mut Store, id: u64, moved: Moved, version: u64, most: usize) -> Result<Vec<String>, Trouble> {
    let id = Param::number(id);
    let limit = Param::number((most as u64).saturating_add(1));
    match moved {
        Moved::All => {
            let sql = "SELECT sku_key FROM ledger_row WHERE submission = ?1 LIMIT ?2";
            store.all(sql, &[id, limit], |mut cells| cells.text())
        }
        Moved::Judged => store.all(
            "SELECT r.sku_key FROM ledger_verdict v JOIN ledger_row r ON r.submission = v.submission AND r.n = v.n WHERE \
             v.submission = ?1 AND v.entry > ?2 LIMIT ?3",
            &[id, Param::number(version), limit],
            |mut cells| cells.text(),
        ),
    }
}
