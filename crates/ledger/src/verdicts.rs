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
use std::collections::BTreeSet;

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
pub(crate) fn stand(
    store: &mut Store,
    pronounced: &Pronounced<'_>,
    news: &BTreeMap<u64, Outcome>,
) -> Result<(), Trouble> {
    let Pronounced { summary, entry, now } = pronounced;
    let id = Param::number(summary.id.0);
    let entry = Param::number(*entry);
    let channel = Param::Text(&summary.channel);
    let now = Param::time(*now);
    // In each: ?1 the submission, ?2 the entry, ?3 the outcome, ?4 the channel. The lane is always given, since it comes
    // before the SKU in the key of standings.
    let mut apply = |set: &str, said: &str, outcome: Outcome, standing: &str, more: &[Param<'_>]| {
        let mut params = vec![id, entry, Param::Text(outcome.name()), channel];
        params.extend_from_slice(more);
        let sql = format!(
            "UPDATE ledger_standing SET {set} FROM ledger_verdict AS said JOIN ledger_tell AS told ON told.submission = \
             said.submission AND told.n = said.n WHERE said.submission = ?1 AND said.entry = ?2 AND said.outcome {said} ?3 \
             AND ledger_standing.channel = ?4 AND ledger_standing.sku_key = told.sku_key AND {standing}"
        );
        store.run(&sql, &params).map(|_| ())
    };
    // What a newer submission established stays.
    let told = "ledger_standing.lane = told.lane AND ledger_standing.judged <= ?1";
    let outcomes: BTreeSet<Outcome> = news.values().copied().collect();
    for outcome in outcomes {
        match outcome {
            Outcome::Accepted => {
                let accepted = "accepted_digest = told.digest, accepted_at = ?5, accepted_in = told.submission, accepted_n = \
                                told.n, refused_digest = NULL, refused_at = NULL, refused_in = NULL, failures = 0, \
                                unknown_since = NULL, judged = ?1, retired_at = ";
                let no_more = "accepted_digest = NULL, accepted_at = NULL, accepted_in = NULL, accepted_n = NULL, \
                               unknown_since = NULL, judged = ?1, retired_at = ";
                let other = "ledger_standing.lane = ?5 AND ledger_standing.judged <= ?1";
                if summary.lane == Lane::Retirement {
                    apply(&format!("{accepted} ?5"), "=", outcome, told, &[now])?;
                    for lane in Lane::ALL.into_iter().filter(|lane| *lane != Lane::Retirement) {
                        apply(&format!("{no_more} ?6"), "=", outcome, other, &[Param::Text(lane.name()), now])?;
                    }
                } else {
                    apply(&format!("{accepted} NULL"), "=", outcome, told, &[now])?;
                    let retirement = Param::Text(Lane::Retirement.name());
                    apply(&format!("{no_more} NULL"), "=", outcome, other, &[retirement])?;
                }
            }
            Outcome::Rejected => {
                let refused =
                    "refused_digest = told.digest, refused_at = ?5, refused_in = told.submission, judged = ?1";
                apply(refused, "=", outcome, told, &[now])?;
            }
            Outcome::Failed => apply("failures = failures + 1, judged = ?1", "=", outcome, told, &[])?,
            Outcome::Unknown => {
                let unknown = "unknown_since = COALESCE(unknown_since, ?5), judged = ?1";
                apply(unknown, "=", outcome, told, &[now])?;
            }
            Outcome::Pending => {}
        }
    }
    let landed = "flying_digest = NULL, flying_in = NULL";
    let flying = "ledger_standing.lane = told.lane AND ledger_standing.flying_in = ?1";
    apply(landed, "<>", Outcome::Pending, flying, &[])
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
