//! What the marketplace said, and what that means for where SKUs stand.

use crate::Ledger;
use crate::LedgerError;
use crate::entry::EntryKind;
use crate::kept::pack;
use crate::standing::Ids;
use crate::store::Column;
use crate::store::Param;
use crate::store::Store;
use crate::store::Trouble;
use crate::submission::End;
use crate::submission::Outcome;
use crate::submission::Settled;
use crate::submission::Settlement;
use crate::submission::State;
use crate::submission::SubmissionId;
use crate::submission::Summary;
use crate::summaries::summary;
use crate::verdicts;
use crate::verdicts::Pronounced;
use crate::writing::About;
use crate::writing::Writing;
use feedwright_catalog::Finding;
use feedwright_catalog::Sku;
use feedwright_catalog::finding::FindingJson;
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;

/// A row of a submission, and what was said of it so far.
struct Known {
    n: u64,
    outcome: Option<Outcome>,
}

impl Ledger {
    /// Writes down what a report says. For each told lane of a row:
    /// - accepted: that is what the marketplace has; refusals and failures are forgotten;
    /// - rejected: the same need not be sent again;
    /// - failed: counted, and it may be sent again;
    /// - unknown: nobody knows what the marketplace has;
    /// - pending: it stays on its way.
    ///
    /// An accepted row of the lane of retirement means that the SKU's other lanes are accepted no more; an accepted row
    /// of another lane means that it is listed again. The first final verdict of a row holds, so the same report again,
    /// or an older one, changes nothing; a row nobody knew of may still be told. A verdict of an older submission never
    /// overwrites what a newer one, or [`Ledger::forget`], established.
    ///
    /// # Errors
    /// [`Misuse`](crate::ErrorKind::Misuse) when the submission is not there, or was refused as a whole.
    pub fn settle(
        &mut self,
        id: SubmissionId,
        settlement: &Settlement,
        now: Timestamp,
    ) -> Result<Settled, LedgerError> {
        self.write(&format!("settle submission {id}"), |writing| {
            let summary = summary(writing.store, id)?;
            if summary.state == State::Refused {
                return Err(Trouble::misuse("it was refused as a whole, and a report of its rows cannot be"));
            }
            let is_open = summary.state.is_open();
            let mut rows = known_rows(writing.store, id)?;
            let before: BTreeMap<u64, Option<Outcome>> = rows.values().map(|row| (row.n, row.outcome)).collect();
            let mut settled = Settled::default();
            let mut news = BTreeMap::new();
            let mut named: Vec<(&str, &Sku, &Ids)> = Vec::new();
            let keys: Vec<String> = settlement.verdicts.iter().map(|verdict| verdict.sku.key()).collect();
            for (verdict, key) in settlement.verdicts.iter().zip(&keys) {
                let Some(row) = rows.get_mut(key) else {
                    settled.strangers.push(verdict.sku.clone());
                    continue;
                };
                match (row.outcome, verdict.outcome) {
                    (Some(known), new) if known == new => {
                        if known.is_final() || !is_open {
                            continue;
                        }
                    }
                    // An older report that comes late.
                    (Some(known), Outcome::Pending | Outcome::Unknown) if known.is_final() => continue,
                    (Some(known), _) if known.is_final() => {
                        settled.contradicted.push(verdict.sku.clone());
                        continue;
                    }
                    // It is given up already.
                    (_, Outcome::Pending) if !is_open => continue,
                    (_, new) => {
                        row.outcome = Some(new);
                        news.insert(row.n, new);
                    }
                }
                named.push((key, &verdict.sku, &verdict.ids));
            }
            if settlement.is_last && is_open {
                news.extend(silent(&mut rows));
            }
            // What is pending in the last report is as unknown as it was.
            news.retain(|n, outcome| before.get(n) != Some(&Some(*outcome)));
            settled.n_new = news.len() as u64;
            settled.is_settled = settlement.is_last || !is_open;
            let ends = is_open && settlement.is_last;
            if is_open || !news.is_empty() {
                keep_report(writing.store, &summary, settlement)?;
                insert_ids(writing.store, &summary, &named)?;
            }
            if !news.is_empty() || ends {
                pronounce(writing, &summary, &news, now)?;
                let state = if ends { Some(State::Settled) } else { None };
                close(writing.store, id, state, None, now)?;
                let detail = json!({
                    "verdicts": counted(&news),
                    "last": settlement.is_last,
                    "findings": settlement.findings.len(),
                    "contradicted": settled.contradicted.len(),
                    "strangers": settled.strangers.len(),
                });
                writing.enter(EntryKind::Settled, &about(&summary), detail, now)?;
            }
            Ok(settled)
        })
    }

    /// No verdict will come for the rows that have no final one. Saying so of one that is at its end changes nothing.
    pub fn give_up(&mut self, id: SubmissionId, end: End, why: &str, now: Timestamp) -> Result<(), LedgerError> {
        self.write(&format!("give up submission {id}"), |writing| {
            let summary = summary(writing.store, id)?;
            if !summary.state.is_open() {
                return Ok(());
            }
            let mut rows = known_rows(writing.store, id)?;
            let news: BTreeMap<u64, Outcome> = silent(&mut rows).collect();
            let state = match end {
                End::Unknown => {
                    pronounce(writing, &summary, &news, now)?;
                    State::Unknown
                }
                End::Refused => {
                    verdicts::land(writing.store, &summary)?;
                    State::Refused
                }
            };
            close(writing.store, id, Some(state), Some(why), now)?;
            let detail = json!({ "end": state.name(), "why": why, "rows": news.len() });
            writing.enter(EntryKind::GaveUp, &about(&summary), detail, now)?;
            Ok(())
        })
    }
}

/// The rows without a last word: nobody knows what became of them.
fn silent(rows: &mut BTreeMap<String, Known>) -> impl Iterator<Item = (u64, Outcome)> {
    rows.values_mut().filter(|row| matches!(row.outcome, None | Some(Outcome::Pending))).map(|row| {
        row.outcome = Some(Outcome::Unknown);
        (row.n, Outcome::Unknown)
    })
}

fn about(summary: &Summary) -> About<'_> {
    About { channel: Some(&summary.channel), lane: Some(summary.lane), submission: Some(summary.id), who: None }
}

fn counted(news: &BTreeMap<u64, Outcome>) -> BTreeMap<&'static str, u64> {
    let mut counted = BTreeMap::new();
    for outcome in news.values() {
        *counted.entry(outcome.name()).or_default() += 1;
    }
    counted
}

fn known_rows(store: &mut Store, id: SubmissionId) -> Result<BTreeMap<String, Known>, Trouble> {
    let rows = store.all(
        "SELECT r.n, r.sku_key, v.outcome FROM ledger_row r LEFT JOIN ledger_verdict v ON v.submission = \
         r.submission AND v.n = r.n WHERE r.submission = ?1",
        &[Param::number(id.0)],
        |mut cells| {
            let n = cells.number()?;
            let key = cells.text()?;
            let outcome = verdicts::maybe_outcome(&mut cells)?;
            Ok((key, Known { n, outcome }))
        },
    )?;
    Ok(rows.into_iter().collect())
}

/// Writes down verdicts, and what they mean.
fn pronounce(
    writing: &mut Writing<'_>,
    summary: &Summary,
    news: &BTreeMap<u64, Outcome>,
    now: Timestamp,
) -> Result<(), Trouble> {
    let entry = writing.next_seq();
    verdicts::insert(writing.store, summary.id, entry, news)?;
    writing.store.weigh(news.len(), "ledger_verdict")?;
    verdicts::stand(writing.store, &Pronounced { summary, entry, now }, news)
}

/// Counts the verdicts anew, and ends the submission if it has a state to end in.
fn close(
    store: &mut Store,
    id: SubmissionId,
    state: Option<State>,
    why: Option<&str>,
    now: Timestamp,
) -> Result<(), Trouble> {
    let mut counts = [0_u64; Outcome::ALL.len()];
    let counted = store.all(
        "SELECT outcome, COUNT(*) FROM ledger_verdict WHERE submission = ?1 GROUP BY outcome",
        &[Param::number(id.0)],
        |mut cells| Ok((cells.parsed("an outcome", Outcome::parse)?, cells.number()?)),
    )?;
    for (outcome, n) in counted {
        for (count, _) in counts.iter_mut().zip(Outcome::ALL).filter(|(_, own)| *own == outcome) {
            *count = n;
        }
    }
    let [accepted, pending, failed, rejected, unknown] = counts.map(Param::number);
    store.run(
        "UPDATE ledger_submission SET n_accepted = ?1, n_pending = ?2, n_failed = ?3, n_rejected = ?4, n_unknown = ?5 \
         WHERE id = ?6",
        &[accepted, pending, failed, rejected, unknown, Param::number(id.0)],
    )?;
    if let Some(state) = state {
        store.run(
            "UPDATE ledger_submission SET state = ?1, ended_at = ?2, why = ?3, next_look = NULL WHERE id = ?4",
            &[Param::Text(state.name()), Param::time(now), Param::maybe_text(why), Param::number(id.0)],
        )?;
        // Nothing of it will be sent again.
        store.run("DELETE FROM ledger_file WHERE submission = ?1", &[Param::number(id.0)])?;
    }
    Ok(())
}

fn keep_report(store: &mut Store, summary: &Summary, settlement: &Settlement) -> Result<(), Trouble> {
    let id = Param::number(summary.id.0);
    store.run(
        "UPDATE ledger_submission SET report = ?1 WHERE id = ?2",
        &[Param::Bytes(&pack(&settlement.report)), id],
    )?;
    store.run("DELETE FROM ledger_finding WHERE submission = ?1", &[id])?;
    let texts: Vec<String> = settlement.findings.iter().map(text).collect::<Result<_, _>>()?;
    let keys: Vec<Option<String>> =
        settlement.findings.iter().map(|finding| finding.sku.as_ref().map(Sku::key)).collect();
    store.many(
        "INSERT INTO ledger_finding (submission, n, sku_key, finding) {rows}",
        &[
            Column::Same(i64::try_from(summary.id.0).unwrap_or(i64::MAX)),
            Column::Integers((0_i64..).take(texts.len()).map(Some).collect()),
            Column::Texts(keys.iter().map(Option::as_deref).collect()),
            Column::Texts(texts.iter().map(|text| Some(text.as_str())).collect()),
        ],
    )?;
    Ok(())
}

fn text(finding: &Finding) -> Result<String, Trouble> {
    serde_json::to_string(&FindingJson::from(finding))
        .map_err(|why| Trouble::misuse(format!("a finding cannot be written down: {why}")))
}

fn insert_ids(store: &mut Store, summary: &Summary, named: &[(&str, &Sku, &Ids)]) -> Result<(), Trouble> {
    // A report may speak of a SKU twice; its last word counts, and one statement takes each id once.
    let mut ids: BTreeMap<(&str, &str), (&Sku, &str)> = BTreeMap::new();
    for (key, sku, own) in named {
        for (name, value) in *own {
            ids.insert((key, name), (sku, value));
        }
    }
    store.many(
        "INSERT INTO ledger_id (channel, sku_key, name, sku, value, submission) {rows} ON CONFLICT (channel, sku_key, \
         name) DO UPDATE SET sku = excluded.sku, value = excluded.value, submission = excluded.submission WHERE \
         ledger_id.submission <= excluded.submission",
        &[
            Column::SameText(&summary.channel),
            Column::Texts(ids.keys().map(|(key, _)| Some(*key)).collect()),
            Column::Texts(ids.keys().map(|(_, name)| Some(*name)).collect()),
            Column::Texts(ids.values().map(|(sku, _)| Some(sku.as_str())).collect()),
            Column::Texts(ids.values().map(|(_, value)| Some(*value)).collect()),
            Column::Same(i64::try_from(summary.id.0).unwrap_or(i64::MAX)),
        ],
    )?;
    Ok(())
}
