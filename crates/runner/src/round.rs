//! One round: what was begun is taken up, what is due is asked after, the catalog is planned and sent, channel by channel
//! at once.

use crate::memory::Keeping;
use crate::pipeline::Progress;
use crate::pipeline::SourceJob;
use crate::plan;
use crate::plan::Guard;
use crate::plan::Plan;
use crate::plan::PlanError;
use crate::plan::Planning;
use crate::plan::Saved;
use crate::send::Columns;
use crate::send::Leases;
use crate::send::Listener;
use crate::send::Looked;
use crate::send::Means;
use crate::send::SendError;
use crate::send::Sender;
use crate::send::Sent;
use crate::shop::Shop;
use crate::wire::Stop;
use crate::wire::Wire;
use crate::wire::World;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::finding::Levels;
use feedwright_ledger::EntryKind;
use feedwright_ledger::Ledger;
use feedwright_ledger::LedgerError;
use feedwright_ledger::NewEntry;
use jiff::SignedDuration;
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Opens the ledger once more: each thread has its own.
pub type OpenLedger<'a> = &'a (dyn Fn() -> Result<Ledger, LedgerError> + Sync);

/// A round to be made.
pub struct Round<'a> {
    /// The channels, with the way to each marketplace.
    pub shops: Vec<(Shop, Arc<Wire>)>,
    /// What is read.
    pub sources: Vec<SourceJob>,
    /// The clock and the stop.
    pub world: &'a World,
    /// Opens the ledger.
    pub open: OpenLedger<'a>,
    /// The columns of the sources, for findings.
    pub columns: Columns,
    /// How many threads check and encode.
    pub threads: usize,
    /// The levels of rules.
    pub levels: Arc<Levels>,
    /// How long what was refused is left alone.
    pub repeat_after: SignedDuration,
    /// Guards a person lets pass.
    pub accepted: BTreeSet<Guard>,
    /// Who asks for it.
    pub who: String,
    /// Lanes that nothing is sent for, each with the reason.
    pub left_out: Vec<String>,
    /// Where it is kept what plans found settled.
    pub memory: Option<Keeping>,
    /// Until when verdicts are waited for; not at all when there is none.
    pub wait_until: Option<Timestamp>,
}

/// What came of a round.
#[derive(Debug)]
pub struct Made {
    /// The plan that was sent; its records are gone.
    pub plan: Plan,
    /// By channel: what was sent, and what asking gave.
    pub channels: Vec<ChannelMade>,
}

/// What came of a round on one channel.
#[derive(Debug)]
pub struct ChannelMade {
    /// The channel.
    pub name: Arc<str>,
    /// What was sent.
    pub sent: Sent,
    /// What asking gave.
    pub looked: Looked,
    /// Why it ended early, if it did.
    pub trouble: Option<SendError>,
}

/// Why there was no round.
#[derive(Debug)]
pub enum RoundError {
    /// There is no plan.
    Plan(PlanError),
    /// The ledger.
    Ledger(LedgerError),
    /// A saved plan must not be applied any more.
    Moved(String),
    /// A thread that died: our bug.
    Worker,
}

impl fmt::Display for RoundError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan(why) => fmt::Display::fmt(why, out),
            Self::Ledger(why) => fmt::Display::fmt(why, out),
            Self::Moved(why) => write!(out, "the saved plan is not applied: {why}; make a new one"),
            Self::Worker => {
                out.write_str("a sender stopped by itself; this is a mistake in feedwright, please report it")
            }
        }
    }
}

impl std::error::Error for RoundError {}

impl From<LedgerError> for RoundError {
    fn from(why: LedgerError) -> Self {
        Self::Ledger(why)
    }
}

impl From<PlanError> for RoundError {
    fn from(why: PlanError) -> Self {
        Self::Plan(why)
    }
}

/// Prices and quantities first: they are few bytes, and what is sold out is sold out now.
const ORDER: [Lane; 4] = [Lane::Stock, Lane::Price, Lane::Retirement, Lane::Content];

/// How long another process is waited for that has a lane: a dead one's lease has run out by then.
const PATIENCE: SignedDuration = SignedDuration::from_secs(150);

impl fmt::Debug for Round<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Round").field("who", &self.who).finish_non_exhaustive()
    }
}

impl Round<'_> {
    /// Makes the round. With a saved plan, only if that would still be the plan.
    ///
    /// # Errors
    /// Why nothing was sent. What goes wrong on one channel does not keep the others, and stands with the channel.
    pub fn make(
        mut self,
        saved: Option<&Saved>,
        progress: &dyn Progress,
        listener: &dyn Listener,
        planned: &mut dyn FnMut(&Plan),
    ) -> Result<Made, RoundError> {
        let leases = Leases::new();
        let mut ledger = (self.open)()?;
        self.take_lanes(&mut ledger, &leases, listener)?;
        let keeper = (self.open)()?;
        let done = Stop::new();
        let (world, leases_kept) = (self.world, &leases);
        thread::scope(|scope| {
            let kept = done.clone();
            scope.spawn(move || leases_kept.keep(keeper, world, &kept));
            let made = self.with_leases(&mut ledger, &leases, saved, progress, listener, planned);
            done.stop();
            let released = leases.release(&mut ledger);
            let made = made?;
            // What was sent is written down; a lease that is not given back runs out.
            if let Err(why) = released {
                listener.say(&why.to_string());
            }
            Ok(made)
        })
    }

    fn take_lanes(&mut self, ledger: &mut Ledger, leases: &Leases, listener: &dyn Listener) -> Result<(), RoundError> {
        let begun = self.world.clock.now();
        let mut shops = Vec::new();
        for (shop, wire) in std::mem::take(&mut self.shops) {
            let mut busy = Vec::new();
            // A feed that tells what another cannot is in that one's lane.
            for open in shop.lanes.iter().filter(|open| open.is_sent && !open.is_revision) {
                let mut said = false;
                while !leases.take_lane(ledger, &shop.name, open.lane, self.world.clock.now())? {
                    let waited = self.world.clock.now().duration_since(begun);
                    if waited > PATIENCE || self.world.stop.is_stopped() {
                        busy.push(open.lane);
                        break;
                    }
                    if !said {
                        said = true;
                        listener.say(&format!(
                            "{}, {}: another process is at it, or died at it; waiting for it to end",
                            shop.name,
                            open.lane.name()
                        ));
                    }
                    self.world.clock.sleep(Duration::from_secs(5), &self.world.stop);
                }
            }
            for lane in &busy {
                let name = lane.name();
                self.left_out.push(format!("channel `{}`, {name}: another process is at it", shop.name));
            }
            let shop = shop.without(&busy);
            if !shop.lanes.is_empty() {
                shops.push((shop, wire));
            }
        }
        self.shops = shops;
        Ok(())
    }

    fn with_leases(
        self,
        ledger: &mut Ledger,
        leases: &Leases,
        saved: Option<&Saved>,
        progress: &dyn Progress,
        listener: &dyn Listener,
        planned: &mut dyn FnMut(&Plan),
    ) -> Result<Made, RoundError> {
        let run = format!("{}", self.world.clock.now().strftime("%Y%m%dT%H%M%SZ"));
        // A saved plan is compared with how things stand before anything is taken up.
        let mut taken_up: Vec<Result<Looked, SendError>> = self.shops.iter().map(|_| Ok(Looked::default())).collect();
        if saved.is_none() {
            taken_up = self.take_up(leases, &run, listener)?;
        }
        let (shops, wires): (Vec<Shop>, Vec<Arc<Wire>>) = self.shops.into_iter().unzip();
        let planning = Planning {
            shops: &shops,
            sources: self.sources,
            threads: self.threads,
            levels: self.levels,
            now: self.world.clock.now(),
            repeat_after: self.repeat_after,
            accepted: self.accepted,
            left_out: self.left_out,
            memory: self.memory,
            digests: saved.is_some(),
        };
        let mut plan = plan::plan(planning, ledger, progress)?;
        if let Some(saved) = saved
            && let Some(why) = saved.moved(&Saved::new(&plan))
        {
            return Err(RoundError::Moved(why));
        }
        planned(&plan);
        let now = self.world.clock.now();
        note(ledger, &plan, saved, &self.who, now)?;
        let mut records = plan.take_records(shops.len());
        // From a number among all lanes to one among those of the shop.
        let mut before = 0;
        for (shop, own) in shops.iter().zip(&mut records) {
            for records in own.iter_mut() {
                records.open -= before;
            }
            before += shop.lanes.len();
        }
        let (world, open, columns, wait_until) = (self.world, self.open, &self.columns, self.wait_until);
        let is_saved = saved.is_some();
        let made: Vec<Result<ChannelMade, LedgerError>> = thread::scope(|scope| {
            let threads: Vec<_> = shops
                .iter()
                .zip(&wires)
                .zip(records.drain(..).zip(taken_up))
                .map(|((shop, wire), (mut own, taken_up))| {
                    let run = run.clone();
                    scope.spawn(move || {
                        let mut made = ChannelMade {
                            name: Arc::clone(&shop.name),
                            sent: Sent::default(),
                            looked: Looked::default(),
                            trouble: None,
                        };
                        let before = match taken_up {
                            Ok(looked) => looked,
                            Err(why) => {
                                made.trouble = Some(why);
                                return Ok(made);
                            }
                        };
                        own.sort_by_key(|own| ORDER.iter().position(|next| *next == own.lane));
                        let means = Means { world, leases, columns, listener };
                        let mut sender = Sender::new(shop, wire, means, open()?, run);
                        made.trouble = send(&mut sender, own, is_saved, wait_until, &mut made).err();
                        if wait_until.is_none() {
                            // They are not due again so soon.
                            made.looked.unasked += before.unasked;
                        }
                        Ok(made)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().map_err(|_| RoundError::Worker)).collect::<Result<_, _>>()
        })?;
        let channels = made.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Made { plan, channels })
    }

    /// What was begun is taken up, and what is due is asked after, before anything is planned.
    fn take_up(
        &self,
        leases: &Leases,
        run: &str,
        listener: &dyn Listener,
    ) -> Result<Vec<Result<Looked, SendError>>, RoundError> {
        thread::scope(|scope| {
            let threads: Vec<_> = self
                .shops
                .iter()
                .map(|(shop, wire)| {
                    scope.spawn(move || {
                        let ledger = (self.open)()?;
                        let means = Means { world: self.world, leases, columns: &self.columns, listener };
                        let mut sender = Sender::new(shop, wire, means, ledger, run);
                        sender.recover()?;
                        sender.look(false)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().map_err(|_| RoundError::Worker)).collect()
        })
    }
}

fn send(
    sender: &mut Sender<'_>,
    lanes: Vec<plan::Records>,
    is_saved: bool,
    wait_until: Option<Timestamp>,
    made: &mut ChannelMade,
) -> Result<(), SendError> {
    if is_saved {
        sender.recover()?;
    }
    for records in lanes {
        let sent = sender.send(records)?;
        made.sent.submissions += sent.submissions;
        made.sent.records += sent.records;
    }
    made.looked = match wait_until {
        Some(until) => sender.wait(Some(until))?,
        None => sender.look(false)?,
    };
    Ok(())
}

/// Who let a guard pass, and that a saved plan was applied.
fn note(ledger: &mut Ledger, plan: &Plan, saved: Option<&Saved>, who: &str, now: Timestamp) -> Result<(), LedgerError> {
    for lane in &plan.lanes {
        for stop in &lane.accepted {
            let entry = NewEntry {
                kind: EntryKind::GuardAccepted,
                channel: Some(lane.channel.to_string()),
                lane: Some(lane.lane),
                who: Some(who.to_owned()),
                detail: json!({ "guard": stop.guard.name(), "saw": stop.message }),
            };
            ledger.note(&entry, now)?;
        }
    }
    if saved.is_some() {
        let detail = json!({ "records": plan.n_rows() });
        let who = Some(who.to_owned());
        ledger.note(&NewEntry { kind: EntryKind::PlanApplied, channel: None, lane: None, who, detail }, now)?;
    }
    Ok(())
}
