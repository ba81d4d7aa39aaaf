//! What is about to be told: written down before the first byte leaves.

use crate::Ledger;
use crate::LedgerError;
use crate::entry::EntryKind;
use crate::error::ErrorKind;
use crate::kept::pack;
use crate::lease;
use crate::lease::Lease;
use crate::store::Column;
use crate::store::Param;
use crate::store::Store;
use crate::store::Trouble;
use crate::submission::NewSubmission;
use crate::submission::State;
use crate::submission::SubmissionId;
use crate::summaries::summary;
use crate::writing::About;
use feedwright_catalog::digest::Lane;
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeSet;

impl Ledger {
    /// Writes down a submission with its files and rows, and that what it tells is on its way.
    ///
    /// # Errors
    /// [`LeaseLost`](ErrorKind::LeaseLost) when the lease ran out or somebody else has it;
    /// [`InFlight`](ErrorKind::InFlight) when one of the SKUs has something on its way in a told lane;
    /// [`Misuse`](ErrorKind::Misuse) when a SKU stands in it twice, or tells a lane twice.
    pub fn begin(&mut self, new: &NewSubmission, lease: &Lease, now: Timestamp) -> Result<SubmissionId, LedgerError> {
        let doing = format!("begin a submission of feed `{}` to channel `{}`", new.feed, new.channel);
        self.write(&doing, |writing| {
            let keys = keys(new)?;
            lease::holds(writing.store, lease, now)?;
            let id = SubmissionId(writing.next_seq());
            insert_submission(writing.store, id, new, now)?;
            insert_files(writing.store, id, new)?;
            insert_rows(writing.store, id, new, &keys)?;
            insert_tells(writing.store, id, new, &keys)?;
            writing.store.weigh(new.rows.len(), "ledger_row, ledger_tell, ledger_standing")?;
            let about = About {
                channel: Some(&new.channel),
                lane: Some(new.lane),
                submission: Some(id),
                who: Some(&lease.owner),
            };
            let n_bytes: usize = new.files.iter().map(|file| file.bytes.len()).sum();
            let detail = json!({
                "feed": new.feed,
                "run": new.run,
                "rows": new.rows.len(),
                "files": new.files.len(),
                "bytes": n_bytes,
            });
            writing.enter(EntryKind::Begun, &about, detail, now)?;
            Ok(id)
        })
    }

    /// The marketplace has it, by this receipt. Saying so twice changes nothing.
    ///
    /// # Errors
    /// [`Misuse`](ErrorKind::Misuse) when it has another receipt, or is at its end.
    pub fn queued(
        &mut self,
        id: SubmissionId,
        receipt: &str,
        next_look: Timestamp,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(&format!("write down the receipt of submission {id}"), |writing| {
            let known = summary(writing.store, id)?;
            match (&known.receipt, known.state) {
                (Some(known), _) if known == receipt => return Ok(()),
                (Some(known), _) => return Err(Trouble::misuse(format!("it has the receipt `{known}` already"))),
                (None, State::Sending | State::Queued) => {}
                (None, state @ (State::Settled | State::Refused | State::Unknown)) => {
                    return Err(Trouble::misuse(format!("it is at its end: `{state}`")));
                }
            }
            writing.store.run(
                "UPDATE ledger_submission SET state = ?1, receipt = ?2, queued_at = ?3, next_look = ?4 WHERE id = ?5",
                &[
                    Param::Text(State::Queued.name()),
                    Param::Text(receipt),
                    Param::time(now),
                    Param::time(next_look),
                    Param::number(id.0),
                ],
            )?;
            let about =
                About { channel: Some(&known.channel), lane: Some(known.lane), submission: Some(id), who: None };
            writing.enter(EntryKind::Queued, &about, json!({ "receipt": receipt }), now)?;
            Ok(())
        })
    }

    /// It was asked after, and is worked on still. There is no entry of it.
    ///
    /// # Errors
    /// [`Misuse`](ErrorKind::Misuse) when it is at its end, or not there.
    pub fn looked(&mut self, id: SubmissionId, next_look: Timestamp, now: Timestamp) -> Result<(), LedgerError> {
        self.write(&format!("write down a look at submission {id}"), |writing| {
            let n_changed = writing.store.run(
                "UPDATE ledger_submission SET next_look = ?1, looked_at = ?2, n_looks = n_looks + 1 WHERE id = ?3 AND \
                 ended_at IS NULL",
                &[Param::time(next_look), Param::time(now), Param::number(id.0)],
            )?;
            if n_changed == 0 { Err(Trouble::misuse("it is at its end, or not there")) } else { Ok(()) }
        })
    }
}

/// The keys of the rows' SKUs.
fn keys(new: &NewSubmission) -> Result<Vec<String>, Trouble> {
    let keys: Vec<String> = new.rows.iter().map(|row| row.sku.key()).collect();
    let mut seen = BTreeSet::new();
    for (row, key) in new.rows.iter().zip(&keys) {
        if !seen.insert(key.as_str()) {
            return Err(Trouble::misuse(format!("SKU `{}` stands in it twice", row.sku)));
        }
        let lanes: BTreeSet<Lane> = row.tells.iter().map(|tell| tell.lane).collect();
        if lanes.len() < row.tells.len() {
            return Err(Trouble::misuse(format!("SKU `{}` tells a lane twice", row.sku)));
        }
    }
    Ok(keys)
}

fn insert_submission(store: &mut Store, id: SubmissionId, new: &NewSubmission, now: Timestamp) -> Result<(), Trouble> {
    store.run(
        "INSERT INTO ledger_submission (id, channel, account, lane, feed, run, quota, state, begun_at, n_looks, n_rows, \
         n_accepted, n_pending, n_failed, n_rejected, n_unknown) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, 0, \
         0, 0, 0, 0)",
        &[
            Param::number(id.0),
            Param::Text(&new.channel),
            Param::Text(&new.account),
            Param::Text(new.lane.name()),
            Param::Text(&new.feed),
            Param::Text(&new.run),
            Param::maybe_text(new.quota.as_deref()),
            Param::Text(State::Sending.name()),
            Param::time(now),
            Param::number(new.rows.len() as u64),
        ],
    )?;
    Ok(())
}

fn insert_files(store: &mut Store, id: SubmissionId, new: &NewSubmission) -> Result<(), Trouble> {
    // One after the other: a file may be as large as a marketplace takes.
    for (n, file) in new.files.iter().enumerate() {
        store.run(
            "INSERT INTO ledger_file (submission, n, part, bytes) VALUES (?1, ?2, ?3, ?4)",
            &[Param::number(id.0), Param::number(n as u64), Param::Text(&file.part), Param::Bytes(&pack(&file.bytes))],
        )?;
    }
    Ok(())
}

fn insert_rows(store: &mut Store, id: SubmissionId, new: &NewSubmission, keys: &[String]) -> Result<(), Trouble> {
    let rows = &new.rows;
    store.many(
        "INSERT INTO ledger_row (submission, n, ordinal, sku_key, sku, category, file, line, heading) {rows}",
        &[
            Column::Same(integer(id.0)),
            Column::Integers((0..rows.len() as u64).map(|n| Some(integer(n))).collect()),
            Column::Integers(rows.iter().map(|row| Some(integer(row.ordinal))).collect()),
            Column::Texts(keys.iter().map(|key| Some(key.as_str())).collect()),
            Column::Texts(rows.iter().map(|row| Some(row.sku.as_str())).collect()),
            Column::Texts(rows.iter().map(|row| Some(row.category.as_str())).collect()),
            Column::Texts(rows.iter().map(|row| Some(row.place.file.as_ref())).collect()),
            Column::Integers(rows.iter().map(|row| row.place.line.map(integer)).collect()),
            Column::Texts(rows.iter().map(|row| row.place.column.as_deref()).collect()),
        ],
    )?;
    Ok(())
}

/// How many tells are packed at once: their records stand in memory twice meanwhile.
const AT_ONCE: usize = 5_000;

fn insert_tells(store: &mut Store, id: SubmissionId, new: &NewSubmission, keys: &[String]) -> Result<(), Trouble> {
    let rows = new.rows.iter().zip(keys).enumerate();
    let tells: Vec<_> =
        rows.flat_map(|(n, (row, key))| row.tells.iter().map(move |tell| (n, &row.sku, key, tell))).collect();
    for tells in tells.chunks(AT_ONCE) {
        let records: Vec<Vec<u8>> = tells.iter().map(|(_, _, _, tell)| pack(&tell.record)).collect();
        store.many(
            "INSERT INTO ledger_tell (submission, n, lane, sku_key, digest, record) {rows}",
            &[
                Column::Same(integer(id.0)),
                Column::Integers(tells.iter().map(|(n, ..)| Some(integer(*n as u64))).collect()),
                Column::Texts(tells.iter().map(|(_, _, _, tell)| Some(tell.lane.name())).collect()),
                Column::Texts(tells.iter().map(|(_, _, key, _)| Some(key.as_str())).collect()),
                Column::Bytes(tells.iter().map(|(_, _, _, tell)| Some(tell.digest.0.as_slice())).collect()),
                Column::Bytes(records.iter().map(|record| Some(record.as_slice())).collect()),
            ],
        )?;
        let n_changed = store.many(
            "INSERT INTO ledger_standing (channel, lane, sku_key, sku, flying_digest, flying_in, failures, judged) \
             {rows} ON CONFLICT (channel, lane, sku_key) DO UPDATE SET sku = excluded.sku, flying_digest = \
             excluded.flying_digest, flying_in = excluded.flying_in WHERE ledger_standing.flying_in IS NULL",
            &[
                Column::SameText(&new.channel),
                Column::Texts(tells.iter().map(|(_, _, _, tell)| Some(tell.lane.name())).collect()),
                Column::Texts(tells.iter().map(|(_, _, key, _)| Some(key.as_str())).collect()),
                Column::Texts(tells.iter().map(|(_, sku, _, _)| Some(sku.as_str())).collect()),
                Column::Bytes(tells.iter().map(|(_, _, _, tell)| Some(tell.digest.0.as_slice())).collect()),
                Column::Same(integer(id.0)),
                Column::Same(0),
                Column::Same(0),
            ],
        )?;
        if n_changed < tells.len() as u64 {
            return Err(in_flight(store, id, &new.channel, tells.len() as u64 - n_changed)?);
        }
    }
    Ok(())
}

/// Which SKU it is that has something on its way.
fn in_flight(store: &mut Store, id: SubmissionId, channel: &str, n: u64) -> Result<Trouble, Trouble> {
    let found = store.first(
        "SELECT s.sku, s.lane, s.flying_in FROM ledger_tell t JOIN ledger_standing s ON s.lane = t.lane AND s.sku_key = \
         t.sku_key WHERE t.submission = ?1 AND s.channel = ?2 AND s.flying_in <> ?1 ORDER BY t.n LIMIT 1",
        &[Param::number(id.0), Param::Text(channel)],
        |mut cells| Ok((cells.text()?, cells.lane()?, cells.number()?)),
    )?;
    let message = match found {
        Some((sku, lane, submission)) => {
            let others = if n > 1 { format!(", and {} more are", n - 1) } else { String::new() };
            format!(
                "the {} of SKU `{sku}` is on its way in submission {submission}{others}; wait for its verdict",
                lane.name()
            )
        }
        None => "something is on its way already".to_owned(),
    };
    Ok(Trouble::new(ErrorKind::InFlight, message))
}

fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
