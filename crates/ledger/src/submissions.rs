//! What was sent, and what was answered: for going on, for people who ask, for keeping to quotas.

use crate::Ledger;
use crate::LedgerError;
use crate::kept::unpack;
use crate::standing::Ids;
use crate::standings::ids;
use crate::standings::sku;
use crate::store::Cells;
use crate::store::Param;
use crate::store::Store;
use crate::store::Trouble;
use crate::submission::Filter;
use crate::submission::KeptFile;
use crate::submission::KeptRow;
use crate::submission::Passage;
use crate::submission::State;
use crate::submission::SubmissionId;
use crate::submission::Summary;
use crate::summaries::SUMMARY;
use crate::summaries::filtered;
use crate::summaries::made;
use crate::summaries::maybe_summary;
use crate::verdicts::maybe_outcome;
use feedwright_catalog::Finding;
use feedwright_catalog::Place;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::finding::FindingJson;
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What [`row`] reads, of a row `r` and its verdict `v`.
const ROW: &str = "r.ordinal, r.sku, r.category, r.file, r.line, r.heading, v.outcome";

impl Ledger {
    /// The submissions of a channel that are not at their end, oldest first. What is in them is read one by one, when
    /// somebody goes on with it: together they may be gigabytes.
    pub fn open_submissions(&mut self, channel: &str) -> Result<Vec<Summary>, LedgerError> {
        self.read("read what is under way", |store| {
            let filter = Filter {
                channel: Some(channel.to_owned()),
                states: State::ALL.into_iter().filter(|state| state.is_open()).collect(),
                ..Filter::default()
            };
            let mut open = filtered(store, &filter)?;
            open.reverse();
            Ok(open)
        })
    }

    /// Submissions without what is in them, newest first.
    pub fn submissions(&mut self, filter: &Filter) -> Result<Vec<Summary>, LedgerError> {
        self.read("list submissions", |store| filtered(store, filter))
    }

    /// One submission without what is in it.
    pub fn submission(&mut self, id: SubmissionId) -> Result<Option<Summary>, LedgerError> {
        self.read(&format!("read submission {id}"), |store| maybe_summary(store, id))
    }

    /// The rows of a submission, in the order they were given.
    pub fn rows(&mut self, id: SubmissionId) -> Result<Vec<KeptRow>, LedgerError> {
        self.read(&format!("read the rows of submission {id}"), |store| rows(store, id))
    }

    /// The files of a submission; none once it is at its end.
    pub fn files(&mut self, id: SubmissionId) -> Result<Vec<KeptFile>, LedgerError> {
        self.read(&format!("read the files of submission {id}"), |store| files(store, id))
    }

    /// The last report of a submission that said something new.
    pub fn report(&mut self, id: SubmissionId) -> Result<Option<Vec<u8>>, LedgerError> {
        self.read(&format!("read the report on submission {id}"), |store| {
            let sql = "SELECT report FROM ledger_submission WHERE id = ?1";
            let kept = store.first(sql, &[Param::number(id.0)], |mut cells| cells.maybe_bytes())?.flatten();
            kept.map(|kept| unpack(&kept)).transpose()
        })
    }

    /// What that report found, those about no SKU first.
    pub fn findings_of(&mut self, id: SubmissionId) -> Result<Vec<Finding>, LedgerError> {
        self.read(&format!("read what was found in submission {id}"), |store| {
            store.all(
                "SELECT finding FROM ledger_finding WHERE submission = ?1 ORDER BY CASE WHEN sku_key IS NULL THEN 0 ELSE 1 \
                 END, n",
                &[Param::number(id.0)],
                |mut cells| finding(&mut cells),
            )
        })
    }

    /// What the marketplace found about a SKU: for each lane, in the latest submission that has a verdict of it.
    pub fn findings(&mut self, channel: &str, sku: &Sku) -> Result<Vec<(Lane, SubmissionId, Finding)>, LedgerError> {
        self.read(&format!("read what was found about SKU `{sku}`"), |store| {
            let key = sku.key();
            let latest = store.all(
                "SELECT s.lane, MAX(s.id) FROM ledger_row r JOIN ledger_submission s ON s.id = r.submission JOIN \
                 ledger_verdict v ON v.submission = r.submission AND v.n = r.n WHERE r.sku_key = ?1 AND s.channel = ?2 \
                 GROUP BY s.lane",
                &[Param::Text(&key), Param::Text(channel)],
                |mut cells| Ok((cells.lane()?, SubmissionId(cells.number()?))),
            )?;
            let latest: BTreeMap<Lane, SubmissionId> = latest.into_iter().collect();
            let mut all = Vec::new();
            for (lane, id) in latest {
                let found = store.all(
                    "SELECT finding FROM ledger_finding WHERE submission = ?1 AND sku_key = ?2 ORDER BY n",
                    &[Param::number(id.0), Param::Text(&key)],
                    |mut cells| finding(&mut cells),
                )?;
                all.extend(found.into_iter().map(|finding| (lane, id, finding)));
            }
            Ok(all)
        })
    }

    /// All submissions a SKU was in, over channels and lanes, oldest first.
    pub fn history(&mut self, sku: &Sku) -> Result<Vec<Passage>, LedgerError> {
        self.read(&format!("read the history of SKU `{sku}`"), |store| {
            let key = sku.key();
            let key = Param::Text(&key);
            let sql = format!(
                "SELECT {SUMMARY}, {ROW} FROM ledger_row r JOIN ledger_submission s ON s.id = r.submission LEFT JOIN \
                 ledger_verdict v ON v.submission = r.submission AND v.n = r.n WHERE r.sku_key = ?1 ORDER BY s.id"
            );
            let mut passages = store
                .all(&sql, &[key], |mut cells| Ok(Passage { submission: made(&mut cells)?, row: row(&mut cells)? }))?;
            let tells = store.all(
                "SELECT t.submission, t.lane, t.digest FROM ledger_row r JOIN ledger_tell t ON t.submission = \
                 r.submission AND t.n = r.n WHERE r.sku_key = ?1",
                &[key],
                |mut cells| Ok((cells.number()?, (cells.lane()?, cells.digest()?))),
            )?;
            let mut tells = grouped(tells);
            for passage in &mut passages {
                passage.row.tells = in_order(tells.remove(&passage.submission.id.0));
                passage.row.ids = ids(store, &passage.submission.channel, sku)?;
            }
            Ok(passages)
        })
    }

    /// The receipts of all other submissions to a marketplace account.
    pub fn claimed(&mut self, account: &str, except: SubmissionId) -> Result<Vec<String>, LedgerError> {
        self.read("read the receipts of other submissions", |store| {
            store.all(
                "SELECT receipt FROM ledger_submission WHERE account = ?1 AND id <> ?2 AND receipt IS NOT NULL ORDER BY id",
                &[Param::Text(account), Param::number(except.0)],
                |mut cells| cells.text(),
            )
        })
    }

    /// When submissions were made against a quota, at this time or later, oldest first: when they were queued, or else
    /// begun.
    pub fn last_submissions(&mut self, quota: &str, since: Timestamp) -> Result<Vec<Timestamp>, LedgerError> {
        self.read("read when was submitted", |store| {
            store.all(
                "SELECT COALESCE(queued_at, begun_at) FROM ledger_submission WHERE quota = ?1 AND COALESCE(queued_at, \
                 begun_at) >= ?2 ORDER BY COALESCE(queued_at, begun_at)",
                &[Param::Text(quota), Param::time(since)],
                |mut cells| cells.time(),
            )
        })
    }
}

fn files(store: &mut Store, id: SubmissionId) -> Result<Vec<KeptFile>, Trouble> {
    store.all(
        "SELECT part, bytes FROM ledger_file WHERE submission = ?1 ORDER BY n",
        &[Param::number(id.0)],
        |mut cells| Ok(KeptFile { part: cells.text()?, bytes: unpack(&cells.bytes()?)? }),
    )
}

fn rows(store: &mut Store, id: SubmissionId) -> Result<Vec<KeptRow>, Trouble> {
    let own = Param::number(id.0);
    let sql = format!(
        "SELECT r.n, {ROW} FROM ledger_row r LEFT JOIN ledger_verdict v ON v.submission = r.submission AND v.n = r.n WHERE \
         r.submission = ?1 ORDER BY r.n"
    );
    let rows = store.all(&sql, &[own], |mut cells| Ok((cells.number()?, row(&mut cells)?)))?;
    let tells = store.all("SELECT n, lane, digest FROM ledger_tell WHERE submission = ?1", &[own], |mut cells| {
        Ok((cells.number()?, (cells.lane()?, cells.digest()?)))
    })?;
    let mut tells = grouped(tells);
    let ids = store.all(
        "SELECT r.n, i.name, i.value FROM ledger_row r JOIN ledger_submission s ON s.id = r.submission JOIN ledger_id i \
         ON i.channel = s.channel AND i.sku_key = r.sku_key WHERE r.submission = ?1",
        &[own],
        |mut cells| Ok((cells.number()?, (Cow::Owned(cells.text()?), cells.text()?))),
    )?;
    let mut ids = grouped(ids);
    Ok(rows
        .into_iter()
        .map(|(n, mut row)| {
            row.tells = in_order(tells.remove(&n));
            row.ids = ids.remove(&n).unwrap_or_default().into_iter().collect();
            row
        })
        .collect())
}

fn row(cells: &mut Cells) -> Result<KeptRow, Trouble> {
    Ok(KeptRow {
        ordinal: cells.number()?,
        sku: sku(cells)?,
        category: cells.text()?,
        place: Place {
            file: Arc::from(cells.text()?),
            line: cells.maybe_number()?,
            column: cells.maybe_text()?.map(Arc::from),
        },
        outcome: maybe_outcome(cells)?,
        tells: Vec::new(),
        ids: Ids::new(),
    })
}

fn in_order(tells: Option<Vec<(Lane, Digest)>>) -> Vec<(Lane, Digest)> {
    let mut tells = tells.unwrap_or_default();
    tells.sort_unstable();
    tells
}

fn grouped<K: Ord, V>(pairs: Vec<(K, V)>) -> BTreeMap<K, Vec<V>> {
    let mut grouped: BTreeMap<K, Vec<V>> = BTreeMap::new();
    for (key, value) in pairs {
        grouped.entry(key).or_default().push(value);
    }
    grouped
}

fn finding(cells: &mut Cells) -> Result<Finding, Trouble> {
    let text = cells.text()?;
    let json: FindingJson<'_> = serde_json::from_str(&text)
        .map_err(|why| Trouble::broken(format!("it holds a finding that cannot be read: {why}: {text}")))?;
    Finding::try_from(json)
        .map_err(|why| Trouble::broken(format!("it holds a finding that cannot be read: {why}: {text}")))
}
