//! Sending: parcels out, receipts and reports in, everything written down before and after.
//!
//! One [`Sender`] works for one channel. It holds the lanes' leases while it plans and sends; between "written down" and
//! "receipt" it is alone with its account, so that what arrived of a lost submission can be told from everything else.

mod leases;
mod parcel;
mod settle;

use crate::plan::Families;
use crate::plan::Records;
use crate::render::visible;
use crate::shop::Shop;
use crate::wire::Wire;
use crate::wire::WireError;
use crate::wire::World;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::End;
use feedwright_ledger::KeptRow;
use feedwright_ledger::Ledger;
use feedwright_ledger::LedgerError;
use feedwright_ledger::NewSubmission;
use feedwright_ledger::State;
use feedwright_ledger::SubmissionId;
use feedwright_ledger::Summary;
use feedwright_marketplace::Feed;
use feedwright_marketplace::Sending;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ParcelFile;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Trouble;
use jiff::SignedDuration;
use jiff::Timestamp;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

pub use leases::Leases;
use parcel::Packed;
pub(crate) use parcel::Packing;
pub(crate) use settle::About;
pub use settle::Columns;
pub(crate) use settle::place;
pub(crate) use settle::read;

/// Hears what is done, line by line.
pub trait Listener: Send + Sync {
    /// Something was done.
    fn say(&self, line: &str);
}

/// Sends for one channel, and asks after what it sent.
pub struct Sender<'a> {
    shop: &'a Shop,
    wire: &'a Wire,
    means: Means<'a>,
    ledger: Ledger,
    run: String,
}

/// What senders of several channels share.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// The clock and the stop.
    pub world: &'a World,
    /// The lanes that may be sent in.
    pub leases: &'a Leases,
    /// Which columns feed which fields.
    pub columns: &'a Columns,
    /// Hears what is done.
    pub listener: &'a dyn Listener,
}

impl fmt::Debug for Means<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Means").field("leases", self.leases).finish_non_exhaustive()
    }
}

/// Why sending ended early. What was begun is written down, and the next run goes on with it.
#[derive(Debug)]
pub enum SendError {
    /// The ledger.
    Ledger(LedgerError),
    /// The marketplace cannot be reached, or nobody can go on from what it said.
    Wire(WireError),
    /// The plan's records.
    Spool(io::Error),
    /// A submission is of a feed that is not there.
    NoFeed(SubmissionId, String),
    /// It was told to stop.
    Stopped,
}

impl fmt::Display for SendError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ledger(why) => fmt::Display::fmt(why, out),
            Self::Wire(why) => write!(out, "{why}; what was begun is taken up by the next run"),
            Self::Spool(why) => write!(out, "cannot read the plan's temporary file: {why}"),
            Self::NoFeed(id, feed) => {
                write!(out, "submission {id} is of feed `{feed}`, which the adapter does not have")
            }
            Self::Stopped => out.write_str("stopped; what was begun is taken up by the next run"),
        }
    }
}

impl std::error::Error for SendError {}

impl From<LedgerError> for SendError {
    fn from(why: LedgerError) -> Self {
        Self::Ledger(why)
    }
}

/// How many submissions and records were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Submissions.
    pub submissions: u64,
    /// Records in them.
    pub records: u64,
}

/// What asking after submissions gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Submissions that are at their end now.
    pub settled: u64,
    /// Those that are still open.
    pub open: u64,
    /// When to look again, if something is open.
    pub again: Option<Timestamp>,
    /// Open ones that the marketplace did not answer about. They are asked after again.
    pub unasked: u64,
}

/// How long a report may be unreadable before somebody has to look.
const MOST_LOOKS_IN_VAIN: u64 = 12;

/// How long a submission may take: the longest that marketplaces speak of is two days.
const LONGEST: SignedDuration = SignedDuration::from_hours(96);

/// How long the door to an account is waited for before another try.
const DOOR: Duration = Duration::from_secs(2);

/// What is waited between two looks at most.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(4);

impl fmt::Debug for Sender<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sender").field("channel", &self.shop.name).finish_non_exhaustive()
    }
}

impl<'a> Sender<'a> {
    /// A sender for a channel, for a run of this name.
    pub fn new(shop: &'a Shop, wire: &'a Wire, means: Means<'a>, ledger: Ledger, run: impl Into<String>) -> Self {
        Self { shop, wire, means, ledger, run: run.into() }
    }

    /// Takes up what an earlier run began and has no receipt for.
    ///
    /// # Errors
    /// That it cannot be found out what became of it; nothing more may be sent then.
    pub fn recover(&mut self) -> Result<(), SendError> {
        for open in self.ledger.open_submissions(&self.shop.name)? {
            if open.state != State::Sending || !self.means.leases.has(&self.shop.name, open.lane) {
                continue;
            }
            self.say(&format!("taking up submission {} of {}, begun before", open.id, open.lane.name()));
            let feed = self.feed(&open)?;
            let memory = Memory {
                begun_at: Some(open.begun_at.as_second()),
                claimed: self.ledger.claimed(&open.account, open.id)?,
            };
            let files = self.ledger.files(open.id)?.into_iter();
            let files = files.filter_map(|file| parcel_file(feed, &file.part, file.bytes)).collect();
            let parcel = Parcel { feed, files, rows: self.rows(open.id)?, memory, is_preview: false };
            let door = self.door(feed)?;
            let done = self.hand_over(open.id, feed, parcel);
            self.close(door)?;
            done?;
        }
        Ok(())
    }

    /// Sends what a lane's plan says.
    ///
    /// # Errors
    /// Why it ended early.
    pub(crate) fn send(&mut self, records: Records) -> Result<Sent, SendError> {
        let mut sent = Sent::default();
        let Records { lane, open, spool } = records;
        let Some(open) = self.shop.lanes.get(open) else { return Ok(sent) };
        let families: Families = spool.read().map_err(SendError::Spool)?;
        let mut packing = Packing::new(open);
        for family in families {
            if let Some(packed) = packing.add(&family.map_err(SendError::Spool)?) {
                self.submit(lane, open.feed, packed, &mut sent)?;
            }
        }
        if let Some(packed) = packing.finish() {
            self.submit(lane, open.feed, packed, &mut sent)?;
        }
        Ok(sent)
    }

    fn submit(&mut self, lane: Lane, feed: &'static Feed, packed: Packed, sent: &mut Sent) -> Result<(), SendError> {
        let quota = self.quota(feed);
        self.wait_for_quota(feed, quota.as_deref())?;
        let door = self.door(feed)?;
        let done = self.begin(lane, feed, packed, quota, sent);
        self.close(door)?;
        done
    }

    fn begin(
        &mut self,
        lane: Lane,
        feed: &'static Feed,
        packed: Packed,
        quota: Option<String>,
        sent: &mut Sent,
    ) -> Result<(), SendError> {
        let new = NewSubmission {
            channel: self.shop.name.to_string(),
            account: self.shop.account(),
            lane,
            feed: feed.id.to_owned(),
            run: self.run.clone(),
            quota,
            files: packed.files,
            rows: packed.rows,
        };
        let now = self.now();
        let lease = self.means.leases.renewed(&mut self.ledger, &self.shop.name, lane, now)?;
        let id = self.ledger.begin(&new, &lease, now)?;
        sent.submissions += 1;
        sent.records += new.rows.len() as u64;
        // As they were written down: with the marketplace's ids of their SKUs.
        let rows = self.rows(id)?;
        let files = new.files.into_iter().filter_map(|file| parcel_file(feed, &file.part, file.bytes));
        // Should its answer be lost, it is looked for at once: what others left there is none of it.
        let memory = Memory { begun_at: None, claimed: self.ledger.claimed(&new.account, id)? };
        let parcel = Parcel { feed, files: files.collect(), rows, memory, is_preview: false };
        self.say(&format!("{}: sending {} by {}", lane.name(), records(parcel.rows.len()), feed.name));
        self.hand_over(id, feed, parcel)
    }

    /// Carries a parcel to the marketplace, and writes down what came of it.
    fn hand_over(&mut self, id: SubmissionId, feed: &'static Feed, parcel: Parcel) -> Result<(), SendError> {
        let rows = parcel.rows.clone();
        let marketplace = self.shop.lanes[0].marketplace.as_ref();
        let Some(mut exchange) = marketplace.submit(parcel) else {
            return Err(SendError::NoFeed(id, feed.id.to_owned()));
        };
        match self.wire.run(exchange.as_mut()) {
            Ok(Receipt::Queued(receipt)) => {
                let now = self.now();
                let first = match feed.sending {
                    Sending::ByApi { first_look, .. } => span(first_look),
                    Sending::ByHand => SignedDuration::ZERO,
                };
                let next = later(now, first);
                self.ledger.queued(id, &receipt, next, now)?;
                self.say(&format!("submission {id}: received as {receipt}"));
                Ok(())
            }
            Ok(Receipt::Answered(report)) => self.settle_report(id, feed, &report, &rows, true),
            Err(WireError::Protocol(why)) if is_refusal(why.trouble) => {
                // Nothing of it took effect: the records are free for the next plan.
                self.say(&format!("submission {id}: not taken: {why}"));
                self.ledger.give_up(id, End::Refused, &visible(&why.to_string()), self.now())?;
                match why.trouble {
                    // The next parcel would fare no better.
                    Trouble::Denied | Trouble::Unavailable => Err(SendError::Wire(WireError::Protocol(why))),
                    _ => Ok(()),
                }
            }
            Err(WireError::Protocol(why)) if why.trouble == Trouble::Unknown => {
                self.say(&format!("submission {id}: nobody can tell what became of it: {why}"));
                self.ledger.give_up(id, End::Unknown, &visible(&why.to_string()), self.now())?;
                Ok(())
            }
            Err(WireError::Stopped) => Err(SendError::Stopped),
            Err(why) => Err(SendError::Wire(why)),
        }
    }

    /// Asks after submissions that are due, or after all that are queued.
    ///
    /// # Errors
    /// That the marketplace or the ledger does not answer. One submission's trouble does not keep the others waiting.
    pub fn look(&mut self, is_all: bool) -> Result<Looked, SendError> {
        let mut looked = Looked::default();
        let mut trouble = None;
        for open in self.ledger.open_submissions(&self.shop.name)? {
            if open.state != State::Queued {
                continue;
            }
            let is_due = open.next_look.is_none_or(|next| next <= self.now());
            if is_due || is_all {
                match self.look_at(&open) {
                    Ok(()) => {}
                    Err(SendError::Wire(why)) => {
                        self.say(&format!("submission {}: {why}", open.id));
                        let next = later(self.now(), SignedDuration::from_mins(1));
                        self.ledger.looked(open.id, next, self.now())?;
                        looked.unasked += 1;
                        trouble = Some(why);
                    }
                    Err(why) => return Err(why),
                }
            }
            match self.ledger.submission(open.id)? {
                Some(now) if now.state.is_open() => {
                    looked.open += 1;
                    looked.again = [looked.again, now.next_look].into_iter().flatten().min();
                }
                _ => looked.settled += 1,
            }
        }
        match trouble {
            // A sign-in that is no good will be none in a minute.
            Some(why) if why.trouble() == Some(Trouble::Denied) => Err(SendError::Wire(why)),
            _ => Ok(looked),
        }
    }

    fn look_at(&mut self, summary: &Summary) -> Result<(), SendError> {
        let (id, feed) = (summary.id, self.feed(summary)?);
        let Some(receipt) = &summary.receipt else { return Ok(()) };
        let marketplace = self.shop.lanes[0].marketplace.as_ref();
        let Some(mut exchange) = marketplace.poll(feed, receipt) else {
            return Err(SendError::NoFeed(id, feed.id.to_owned()));
        };
        let polled = self.wire.run(exchange.as_mut());
        let now = self.now();
        let is_old = summary.waited(now) > LONGEST;
        match polled {
            Ok(Polled::Pending(after)) => {
                if is_old {
                    let why = format!("no verdict after {} hours", LONGEST.as_hours());
                    self.say(&format!("submission {id}: {why}"));
                    self.ledger.give_up(id, End::Unknown, &why, now)?;
                    return Ok(());
                }
                self.ledger.looked(id, later(now, pause(after, summary.n_looks)), now)?;
                Ok(())
            }
            Ok(Polled::Report(report, more)) => {
                let rows = self.rows(id)?;
                self.settle_report(id, feed, &report, &rows, more.is_none() || is_old)?;
                if let (Some(after), false) = (more, is_old) {
                    self.ledger.looked(id, later(now, pause(after, summary.n_looks)), now)?;
                }
                Ok(())
            }
            Err(WireError::Stopped) => Err(SendError::Stopped),
            Err(WireError::Protocol(why)) if matches!(why.trouble, Trouble::Unreadable | Trouble::Refused) => {
                if summary.n_looks >= MOST_LOOKS_IN_VAIN || is_old {
                    self.say(&format!("submission {id}: given up: {why}"));
                    self.ledger.give_up(id, End::Unknown, &visible(&why.to_string()), now)?;
                } else {
                    self.say(&format!("submission {id}: {why}; it is asked again"));
                    let wait = pause(Duration::from_mins(1), summary.n_looks);
                    self.ledger.looked(id, later(now, wait), now)?;
                }
                Ok(())
            }
            Err(WireError::Protocol(why)) if why.trouble == Trouble::Unknown => {
                self.say(&format!("submission {id}: given up: {why}"));
                self.ledger.give_up(id, End::Unknown, &visible(&why.to_string()), now)?;
                Ok(())
            }
            Err(why) => Err(SendError::Wire(why)),
        }
    }

    /// Looks again and again until nothing is open, or the time is up.
    ///
    /// # Errors
    /// As [`Sender::look`].
    pub fn wait(&mut self, until: Option<Timestamp>) -> Result<Looked, SendError> {
        let mut settled = 0;
        loop {
            let looked = self.look(false)?;
            settled += looked.settled;
            let now = self.now();
            let is_up = until.is_some_and(|until| now >= until);
            let Some(again) = looked.again.filter(|_| looked.open > 0 && !is_up) else {
                return Ok(Looked { settled, ..looked });
            };
            let wait = again.duration_since(now).max(SignedDuration::from_secs(1));
            self.means.world.clock.sleep(Duration::try_from(wait).unwrap_or_default(), &self.means.world.stop);
            if self.means.world.stop.is_stopped() {
                return Err(SendError::Stopped);
            }
        }
    }

    /// What was sent, in the order it was.
    fn rows(&mut self, id: SubmissionId) -> Result<Vec<Row>, SendError> {
        let row = |row: KeptRow| Row { ordinal: row.ordinal, sku: row.sku, ids: row.ids };
        Ok(self.ledger.rows(id)?.into_iter().map(row).collect())
    }

    fn feed(&self, summary: &Summary) -> Result<&'static Feed, SendError> {
        let profile = self.shop.lanes[0].marketplace.profile();
        profile.feed(&summary.feed).ok_or_else(|| SendError::NoFeed(summary.id, summary.feed.clone()))
    }

    /// The quota that submissions of a feed count against.
    fn quota(&self, feed: &Feed) -> Option<String> {
        match feed.sending {
            Sending::ByApi { quota: Some(quota), .. } => Some(format!("{}/{}", self.shop.account(), quota.shared)),
            Sending::ByApi { quota: None, .. } | Sending::ByHand => None,
        }
    }

    fn wait_for_quota(&mut self, feed: &Feed, name: Option<&str>) -> Result<(), SendError> {
        let (Some(name), Sending::ByApi { quota: Some(quota), .. }) = (name, feed.sending) else { return Ok(()) };
        loop {
            let now = self.now();
            let earlier = self.ledger.last_submissions(name, later(now, -span(quota.per)))?;
            let most = quota.submissions as usize;
            let Some(first) = earlier.len().checked_sub(most).and_then(|at| earlier.get(at)) else { return Ok(()) };
            let free = later(*first, span(quota.per) + SignedDuration::from_secs(1));
            self.say(&format!(
                "{} takes {} submissions in {} seconds: waiting until {}",
                feed.name,
                quota.submissions,
                quota.per.as_secs(),
                free.strftime("%H:%M:%S")
            ));
            let wait = Duration::try_from(free.duration_since(now)).unwrap_or_default();
            self.means.world.clock.sleep(wait, &self.means.world.stop);
            if self.means.world.stop.is_stopped() {
                return Err(SendError::Stopped);
            }
        }
    }

    /// Being alone with an account, for feeds whose lost submissions are looked for among all.
    fn door(&mut self, feed: &Feed) -> Result<Option<leases::Held>, SendError> {
        if matches!(feed.sending, Sending::ByApi { first_look, .. } if first_look.is_zero()) {
            return Ok(None);
        }
        let name = format!("door/{}", self.shop.account());
        loop {
            let now = self.now();
            if let Some(held) = self.means.leases.take(&mut self.ledger, &name, now)? {
                return Ok(Some(held));
            }
            self.means.world.clock.sleep(DOOR, &self.means.world.stop);
            if self.means.world.stop.is_stopped() {
                return Err(SendError::Stopped);
            }
        }
    }

    fn close(&mut self, door: Option<leases::Held>) -> Result<(), SendError> {
        if let Some(door) = door {
            self.means.leases.give_back(&mut self.ledger, &door)?;
        }
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.means.world.clock.now()
    }

    fn say(&self, line: &str) {
        self.means.listener.say(&format!("{}: {line}", self.shop.name));
    }
}

fn parcel_file(feed: &'static Feed, part: &str, bytes: Vec<u8>) -> Option<ParcelFile> {
    let part = feed.parts.iter().find(|own| own.id == part)?;
    Some(ParcelFile { part, bytes: Arc::from(bytes) })
}

fn is_refusal(trouble: Trouble) -> bool {
    match trouble {
        Trouble::Refused | Trouble::Denied | Trouble::Unavailable => true,
        Trouble::Unreadable | Trouble::Unknown => false,
    }
}

/// The longer it takes, the less often it is asked after.
fn pause(advised: Duration, n_looks: u64) -> SignedDuration {
    let times = i32::try_from(n_looks / 3 + 1).unwrap_or(i32::MAX).min(8);
    span(advised).saturating_mul(times).min(LONGEST_PAUSE).max(SignedDuration::from_secs(1))
}

fn span(time: Duration) -> SignedDuration {
    SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX)
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}

fn records(count: usize) -> String {
    crate::render::counted(count as u64, "record")
}
