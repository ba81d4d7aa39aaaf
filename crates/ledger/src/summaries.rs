//! Submissions without what is in them.

use crate::store::Cells;
use crate::store::Param;
use crate::store::Store;
use crate::store::Trouble;
use crate::submission::Counts;
use crate::submission::Filter;
use crate::submission::State;
use crate::submission::SubmissionId;
use crate::submission::Summary;
use feedwright_catalog::digest::Lane;

/// What [`made`] reads, of a table named `s`.
pub(crate) const SUMMARY: &str = "s.id, s.channel, s.account, s.lane, s.feed, s.run, s.quota, s.state, s.receipt, s.begun_at, \
                                  s.queued_at, s.next_look, s.looked_at, s.n_looks, s.ended_at, s.why, s.n_rows, \
                                  s.n_accepted, s.n_pending, s.n_failed, s.n_rejected, s.n_unknown";

/// The submission of a number.
///
/// # Errors
/// That there is none.
pub(crate) fn summary(store: &mut Store, id: SubmissionId) -> Result<Summary, Trouble> {
    maybe_summary(store, id)?.ok_or_else(|| Trouble::misuse("it is not there"))
}

pub(crate) fn maybe_summary(store: &mut Store, id: SubmissionId) -> Result<Option<Summary>, Trouble> {
    let sql = format!("SELECT {SUMMARY} FROM ledger_submission s WHERE s.id = ?1");
    store.first(&sql, &[Param::number(id.0)], |mut cells| made(&mut cells))
}

/// The submissions that a filter lets through, newest first.
pub(crate) fn filtered(store: &mut Store, filter: &Filter) -> Result<Vec<Summary>, Trouble> {
    let mut conditions = vec!["1 = 1".to_owned()];
    let mut params = Vec::new();
    if let Some(channel) = &filter.channel {
        params.push(Param::Text(channel));
        conditions.push(format!("s.channel = ?{}", params.len()));
    }
    if let Some(lane) = filter.lane {
        params.push(Param::Text(lane.name()));
        conditions.push(format!("s.lane = ?{}", params.len()));
    }
    if !filter.states.is_empty() {
        let mut places = Vec::new();
        for state in &filter.states {
            params.push(Param::Text(state.name()));
            places.push(format!("?{}", params.len()));
        }
        conditions.push(format!("s.state IN ({})", places.join(", ")));
    }
    if let Some(since) = filter.since {
        params.push(Param::time(since));
        conditions.push(format!("s.begun_at >= ?{}", params.len()));
    }
    let limit = filter.limit.map_or_else(String::new, |limit| {
        params.push(Param::number(limit));
        format!(" LIMIT ?{}", params.len())
    });
    let sql = format!(
        "SELECT {SUMMARY} FROM ledger_submission s WHERE {} ORDER BY s.id DESC{limit}",
        conditions.join(" AND ")
    );
    store.all(&sql, &params, |mut cells| made(&mut cells))
}

pub(crate) fn made(cells: &mut Cells) -> Result<Summary, Trouble> {
    Ok(Summary {
        id: SubmissionId(cells.number()?),
        channel: cells.text()?,
        account: cells.text()?,
        lane: cells.parsed("a lane", Lane::parse)?,
        feed: cells.text()?,
        run: cells.text()?,
        quota: cells.maybe_text()?,
        state: cells.parsed("a state", State::parse)?,
        receipt: cells.maybe_text()?,
        begun_at: cells.time()?,
        queued_at: cells.maybe_time()?,
        next_look: cells.maybe_time()?,
        looked_at: cells.maybe_time()?,
        n_looks: cells.number()?,
        ended_at: cells.maybe_time()?,
        why: cells.maybe_text()?,
        n_rows: cells.number()?,
        counts: Counts {
            accepted: cells.number()?,
            pending: cells.number()?,
            failed: cells.number()?,
            rejected: cells.number()?,
            unknown: cells.number()?,
        },
    })
}
