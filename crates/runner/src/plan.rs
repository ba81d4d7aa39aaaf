//! The plan: what each marketplace would be told that it was not told before, and what stands in the way.

mod contents;
mod decide;
mod diff;
mod endings;
mod gone;
mod guards;
mod make;
mod planner;
mod retiring;
mod saved;
mod show;
mod spool;
mod stood;

use crate::render::Run;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::digest::Lane;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use decide::Action;
pub use decide::Again;
pub use decide::Held;
pub use diff::Change;
pub use diff::diff;
pub use guards::Guard;
pub use guards::Stop;
pub use guards::Thresholds;
pub use make::PlanError;
pub use make::Planning;
pub use make::plan;
pub use saved::Saved;
pub use show::Detail;
pub use show::show;
pub(crate) use spool::Families;
pub(crate) use spool::Spool;
pub(crate) use spool::SpooledRow;
pub(crate) use spool::SpooledTell;

/// What would be told, by channel and lane.
#[derive(Debug)]
pub struct Plan {
    /// A channel's lane each, in the order of channels, then of lanes.
    pub lanes: Vec<LanePlan>,
    /// What was found wrong with the catalog on the way.
    pub run: Run,
    /// The ledger's version it was made at.
    pub version: u64,
    /// The digests of the files it was made from, by source; only where they were asked for.
    pub sources: BTreeMap<String, Digest>,
    /// Products that an earlier plan found settled and that did not change since: they were not looked at again.
    pub n_known: u64,
    /// What nothing is sent for, each with the reason.
    pub left_out: Vec<String>,
}

/// What would be told in one lane of a channel.
#[derive(Debug)]
pub struct LanePlan {
    /// The channel.
    pub channel: Arc<str>,
    /// The lane.
    pub lane: Lane,
    /// The number of the channel among the shops, for whoever applies the plan.
    pub(crate) shop: usize,
    /// What is sent, in the order of the catalog.
    pub rows: Vec<PlannedRow>,
    /// SKUs that a record of another lane tells along.
    pub n_along: u64,
    /// SKUs that are not sent though something is to be said, by the reason.
    pub held: BTreeMap<Held, Vec<Sku>>,
    /// SKUs the marketplace knows as they are.
    pub n_same: u64,
    /// SKUs with an error.
    pub n_blocked: u64,
    /// Guards that stop it and that nobody has accepted.
    pub stops: Vec<Stop>,
    /// Guards that would stop it if they had not been accepted.
    pub accepted: Vec<Stop>,
    /// Their records.
    pub(crate) spool: Option<Spool>,
    /// Those that another feed has to tell, because that of the lane only adds; with its number among the lanes.
    pub(crate) revisions: Option<(usize, Spool)>,
    /// The lane's number among all lanes of all shops.
    pub(crate) open: usize,
}

/// One SKU that is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedRow {
    /// The SKU.
    pub sku: Sku,
    /// What is done.
    pub action: Action,
    /// Why the same is said again, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<Again>,
    /// Lanes it tells along.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub along: Vec<&'static str>,
    /// What is different from what was last accepted; empty for what was never.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// What it tells.
    #[serde(skip)]
    pub(crate) digest: Digest,
}

/// Records of one lane, to be sent by one feed.
#[derive(Debug)]
pub(crate) struct Records {
    /// The lane.
    pub(crate) lane: Lane,
    /// Its number among all lanes of all shops.
    pub(crate) open: usize,
    /// The records.
    pub(crate) spool: Spool,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.lanes.iter().all(|lane| lane.rows.is_empty())
    }

    /// Whether a guard stops a part of it.
    pub fn is_stopped(&self) -> bool {
        self.lanes.iter().any(LanePlan::is_stopped)
    }

    /// The records of lanes that nothing stops, by shop; the plan keeps the rest.
    pub(crate) fn take_records(&mut self, n_shops: usize) -> Vec<Vec<Records>> {
        let mut shops: Vec<Vec<Records>> = (0..n_shops).map(|_| Vec::new()).collect();
        for lane in self.lanes.iter_mut().filter(|lane| !lane.is_stopped() && !lane.rows.is_empty()) {
            let spools = lane.spool.take().map(|spool| (lane.open, spool)).into_iter().chain(lane.revisions.take());
            if let Some(own) = shops.get_mut(lane.shop) {
                own.extend(spools.map(|(open, spool)| Records { lane: lane.lane, open, spool }));
            }
        }
        shops
    }

    /// How many records it sends.
    pub fn n_rows(&self) -> usize {
        self.lanes.iter().map(|lane| lane.rows.len()).sum()
    }
}

impl LanePlan {
    /// Whether a guard stops it.
    pub fn is_stopped(&self) -> bool {
        !self.stops.is_empty()
    }

    /// How many records do what.
    pub fn counts(&self) -> BTreeMap<Action, u64> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(row.action).or_default() += 1;
        }
        counts
    }

    /// How many are held back.
    pub fn n_held(&self) -> usize {
        self.held.values().map(Vec::len).sum()
    }
}
