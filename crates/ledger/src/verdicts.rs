//! What verdicts mean for where SKUs stand: for all rows of a submission at once, in the database.

use crate::store::Cells;
use crate::store::Column;
use crate::store::Param;
use crate::store::Store;
use crate::store::Trouble;
use crate::submission::Outcome;
use crate::submission::SubmissionId;
use crate::submission::Summary;
use feedwright_catalog::digest::Lane;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Verdicts that an entry is about to pronounce.
pub(crate) struct Pronounced<'a> {
    pub(crate) summary: &'a Summary,
    pub(crate) entry: u64,
    pub(crate) now: Timestamp,
}

/// Writes down verdicts.
pub(crate) fn insert(
    store: &mut Store,
    id: SubmissionId,
    entry: u64,
    news: &BTreeMap<u64, Outcome>,
) -> Result<(), Trouble> {
    store.many(
        "INSERT INTO ledger_verdict (submission, n, outcome, entry) {rows} ON CONFLICT (submission, n) DO UPDATE SET \
         outcome = excluded.outcome, entry = excluded.entry",
        &[
            Column::Same(i64::try_from(id.0).unwrap_or(i64::MAX)),
            Column::Integers(news.keys().map(|n| i64::try_from(*n).ok()).collect()),
            Column::Texts(news.values().map(|outcome| Some(outcome.name())).collect()),
            Column::Same(i64::try_from(entry).unwrap_or(i64::MAX)),
        ],
    )?;
    Ok(())
}

/// Moves standings to what the verdicts of an entry say.
pub(crate) fn stand(store: &mut Store, pronounced: &Pronounced<'_>) -> Result<(), Trouble> {
    let Pronounced { summary, entry, now } = pronounced;
    let id = Param::number(summary.id.0);
    let entry = Param::number(*entry);
    let channel = Param::Text(&summary.channel);
    let now = Param::time(*now);
    let end = Param::Text(Lane::Retirement.name());
    // In each: ?1 the submission, ?2 the entry, ?3 the outcome, ?4 the channel.
    let mut apply = |outcome: Outcome, set: &str, lanes: Lanes, and: &str, more: &[Param<'_>]| {
        let mut params = vec![id, entry, Param::Text(outcome.name()), channel];
        params.extend_from_slice(more);
        let tell_of_lane = match lanes {
            Lanes::Told => "ledger_standing.lane = told.lane",
            Lanes::OfTheSku => "ledger_standing.lane <> told.lane",
        };
        let sql = format!(
            "UPDATE ledger_standing SET {set} FROM ledger_verdict AS said JOIN ledger_tell AS told ON told.submission = \
             said.submission AND told.n = said.n WHERE said.submission = ?1 AND said.entry = ?2 AND said.outcome = ?3 AND \
             ledger_standing.channel = ?4 AND ledger_standing.sku_key = told.sku_key AND {tell_of_lane} AND {and}"
        );
        store.run(&sql, &params).map(|_| ())
    };
    // What a newer submission established stays.
    let newest = "ledger_standing.judged <= ?1";
    let accepted = "accepted_digest = told.digest, accepted_at = ?5, accepted_in = told.submission, accepted_n = told.n, \
                    refused_digest = NULL, refused_at = NULL, refused_in = NULL, failures = 0, unknown_since = NULL, \
                    judged = ?1, retired_at = ";
    let no_more = "accepted_digest = NULL, accepted_at = NULL, accepted_in = NULL, accepted_n = NULL, unknown_since = \
                   NULL, judged = ?1, retired_at = ";
    if summary.lane == Lane::Retirement {
        apply(Outcome::Accepted, &format!("{accepted} ?5"), Lanes::Told, newest, &[now])?;
        let ended = format!("told.lane = ?6 AND {newest}");
        apply(Outcome::Accepted, &format!("{no_more} ?5"), Lanes::OfTheSku, &ended, &[now, end])?;
    } else {
        apply(Outcome::Accepted, &format!("{accepted} NULL"), Lanes::Told, newest, &[now])?;
        let listed = format!("ledger_standing.lane = ?5 AND {newest}");
        apply(Outcome::Accepted, &format!("{no_more} NULL"), Lanes::OfTheSku, &listed, &[end])?;
    }
    let refused = "refused_digest = told.digest, refused_at = ?5, refused_in = told.submission, judged = ?1";
    apply(Outcome::Rejected, refused, Lanes::Told, newest, &[now])?;
    apply(Outcome::Failed, "failures = failures + 1, judged = ?1", Lanes::Told, newest, &[])?;
    let unknown = "unknown_since = COALESCE(unknown_since, ?5), judged = ?1";
    apply(Outcome::Unknown, unknown, Lanes::Told, newest, &[now])?;
    for outcome in [Outcome::Accepted, Outcome::Failed, Outcome::Rejected, Outcome::Unknown] {
        let landed = "flying_digest = NULL, flying_in = NULL";
        apply(outcome, landed, Lanes::Told, "ledger_standing.flying_in = ?1", &[])?;
    }
    Ok(())
}

/// Which standings of a told SKU.
#[derive(Clone, Copy, Debug)]
enum Lanes {
    /// Those in the lanes that were told.
    Told,
    /// Those in the others.
    OfTheSku,
}

/// Nothing of a submission is on its way any more, and nothing is expected of it.
pub(crate) fn land(store: &mut Store, summary: &Summary) -> Result<(), Trouble> {
    let id = Param::number(summary.id.0);
    store.run(
        "UPDATE ledger_standing SET flying_digest = NULL, flying_in = NULL FROM ledger_tell AS told WHERE told.submission = \
         ?1 AND ledger_standing.channel = ?2 AND ledger_standing.lane = told.lane AND ledger_standing.sku_key = \
         told.sku_key AND ledger_standing.flying_in = ?1",
        &[id, Param::Text(&summary.channel)],
    )?;
    store.run(
        "DELETE FROM ledger_verdict WHERE submission = ?1 AND outcome = ?2",
        &[id, Param::Text(Outcome::Pending.name())],
    )?;
    Ok(())
}

/// An outcome, once something is said.
pub(crate) fn maybe_outcome(cells: &mut Cells) -> Result<Option<Outcome>, Trouble> {
    let name = cells.maybe_text()?;
    name.map(|name| {
        Outcome::parse(&name)
            .ok_or_else(|| Trouble::broken(format!("it holds the text `{name}` where an outcome should be")))
    })
    .transpose()
}
