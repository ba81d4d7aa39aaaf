//! Makes a plan: goes through the catalog once, and hands every record to the planner.

use super::LanePlan;
use super::Plan;
use super::decide::Patience;
use super::guards::Guard;
use super::planner::Planner;
use crate::channel::OpenChannel;
use crate::memory::Keeping;
use crate::memory::Memory;
use crate::pipeline;
use crate::pipeline::HandedOver;
use crate::pipeline::Job;
use crate::pipeline::Progress;
use crate::pipeline::RunError;
use crate::pipeline::SourceJob;
use crate::shop::Shop;
use blake3::Hasher;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::finding::Levels;
use feedwright_ledger::Ledger;
use feedwright_ledger::LedgerError;
use jiff::SignedDuration;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io;
use std::sync::Arc;

/// What is planned, and how.
#[derive(Debug)]
pub struct Planning<'a> {
    /// For whom.
    pub shops: &'a [Shop],
    /// What is read.
    pub sources: Vec<SourceJob>,
    /// How many threads check and encode.
    pub threads: usize,
    /// The levels of rules.
    pub levels: Arc<Levels>,
    /// Now.
    pub now: Timestamp,
    /// How long what was refused or failed is left alone; nothing where a person asks.
    pub repeat_after: SignedDuration,
    /// Guards that a person lets pass.
    pub accepted: BTreeSet<Guard>,
    /// Lanes that nothing is sent for, each with the reason.
    pub left_out: Vec<String>,
    /// Where it is kept what was settled, so that the next plan need not look at it again; nowhere if it is not.
    pub memory: Option<Keeping>,
    /// Whether digests of the sources are taken: for a plan that is saved or was.
    pub digests: bool,
}

/// Why there is no plan.
#[derive(Debug)]
pub enum PlanError {
    /// The run.
    Run(RunError),
    /// The ledger.
    Ledger(LedgerError),
    /// A temporary file.
    Spool(io::Error),
    /// A source, while its digest was taken.
    Source(String, io::Error),
}

impl fmt::Display for PlanError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(why) => fmt::Display::fmt(why, out),
            Self::Ledger(why) => fmt::Display::fmt(why, out),
            Self::Spool(why) => write!(out, "cannot keep the plan in a temporary file: {why}"),
            Self::Source(file, why) => write!(out, "{file} cannot be read: {why}"),
        }
    }
}

impl std::error::Error for PlanError {}

impl From<LedgerError> for PlanError {
    fn from(why: LedgerError) -> Self {
        Self::Ledger(why)
    }
}

/// Makes a plan.
///
/// # Errors
/// Why there is none.
pub fn plan(planning: Planning<'_>, ledger: &mut Ledger, progress: &dyn Progress) -> Result<Plan, PlanError> {
    // Before anything is read: what happens meanwhile makes the plan stale.
    let version = ledger.version()?;
    let mut sources = BTreeMap::new();
    for source in planning.sources.iter().filter(|_| planning.digests) {
        let digest = digest_of(source).map_err(|why| PlanError::Source(source.shown.clone(), why))?;
        sources.insert(source.name.clone(), digest);
    }
    let shops = planning.shops;
    let channels: Vec<_> = shops.iter().flat_map(|shop| &shop.lanes).map(OpenChannel::again).collect();
    let job = Job {
        sources: planning.sources,
        channels: &channels,
        threads: planning.threads,
        levels: Arc::clone(&planning.levels),
        names_ready_skus: false,
    };
    let mut memory = planning.memory.as_ref().map(|keeping| Memory::open(keeping, &job, ledger)).transpose()?;
    let patience = Patience { now: planning.now, rejected: planning.repeat_after };
    let mut made = go_through(&job, (shops, patience), ledger, memory.as_mut(), progress);
    if matches!(made, Err(PlanError::Run(RunError::Contradicted)))
        && let Some(memory) = &mut memory
    {
        memory.forget();
        made = go_through(&job, (shops, patience), ledger, Some(memory), progress);
    }
    let Through { mut lanes, handed, is_missing } = made?;
    for (at, (lane, blocked)) in lanes.iter_mut().zip(handed.blocked).enumerate() {
        lane.open = at;
        lane.n_blocked = blocked;
        let (accepted, stops) =
            std::mem::take(&mut lane.stops).into_iter().partition(|stop| planning.accepted.contains(&stop.guard));
        (lane.accepted, lane.stops) = (accepted, stops);
    }
    // A lane that revises has no line of its own: its records go with those of the lane before.
    for at in (1..lanes.len()).rev().filter(|at| channels[*at].is_revision) {
        let spool = lanes[at].spool.take();
        lanes[at - 1].revisions = spool.map(|spool| (lanes[at].open, spool));
        lanes[at - 1].n_blocked += lanes[at].n_blocked.saturating_sub(lanes[at - 1].n_blocked);
    }
    let mut is_shown = channels.iter().map(|open| open.is_sent && !open.is_revision);
    lanes.retain(|_| is_shown.next().unwrap_or(true));
    let mut left_out = planning.left_out;
    for (source, tally) in job.sources.iter().zip(&handed.tallies).filter(|(source, _)| source.is_full) {
        if tally.n_unreadable > 0 {
            left_out.push(format!(
                "{}: rows that cannot be read: {}; what the file lacks is not taken down",
                source.shown, tally.n_unreadable
            ));
        }
    }
    let n_known = memory.as_ref().map_or(0, Memory::n_known);
    if let Some(trouble) = memory.and_then(|memory| memory.keep(is_missing).err()) {
        left_out.push(format!(
            "what is settled cannot be kept for the next plan, which will look at everything: {trouble}"
        ));
    }
    Ok(Plan { lanes, run: handed.run, version, sources, n_known, left_out })
}

/// A catalog that was gone through.
struct Through {
    lanes: Vec<LanePlan>,
    handed: HandedOver,
    /// Whether something is listed that no source holds.
    is_missing: bool,
}

/// Goes through the catalog.
fn go_through(
    job: &Job<'_>,
    (shops, patience): (&[Shop], Patience),
    ledger: &mut Ledger,
    mut memory: Option<&mut Memory>,
    progress: &dyn Progress,
) -> Result<Through, PlanError> {
    let mut planner = Planner::new(shops, ledger, patience, job.sources.len())?;
    let handed = pipeline::hand_over(job, &mut planner, memory.as_deref_mut(), progress).map_err(|why| match why {
        // The planner's own errors come back as they went.
        RunError::Rows(why) => match why.downcast::<PlanError>() {
            Ok(why) => *why,
            Err(why) => PlanError::Run(RunError::Rows(why)),
        },
        why => PlanError::Run(why),
    })?;
    let may_miss = memory.as_ref().is_none_or(|memory| memory.may_be_missing());
    if let Some(memory) = memory.filter(|_| may_miss) {
        for (source, keys) in memory.used() {
            planner.see(&job.provenance(source), keys);
        }
    }
    let is_whole = |at: usize| handed.tallies.get(at).is_none_or(|tally| tally.n_unreadable == 0);
    let (lanes, is_missing) = planner.finish(&job.sources, is_whole, may_miss, &job.levels)?;
    Ok(Through { lanes, handed, is_missing })
}

fn digest_of(source: &SourceJob) -> io::Result<Digest> {
    let mut hash = Hasher::new();
    let file = File::open(&source.path)?;
    // A pipe can be read once only, and that is for the run.
    if file.metadata()?.is_file() {
        hash.update_reader(file)?;
    }
    Ok(Digest(hash.finalize().into()))
}
