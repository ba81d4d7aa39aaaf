//! What was sent at once, and what became of it.

use crate::standing::Ids;
use feedwright_catalog::Finding;
use feedwright_catalog::Place;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::digest::Lane;
use jiff::SignedDuration;
use jiff::Timestamp;
use std::fmt;

/// The number of a submission: that of its entry, so a later submission has a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmissionId(pub u64);

impl fmt::Display for SubmissionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

/// A submission to be [begun](crate::Ledger::begin).
#[derive(Clone, Debug)]
pub struct NewSubmission {
    /// The channel.
    pub channel: String,
    /// The marketplace account it goes to; submissions of one account are told apart by their receipts.
    pub account: String,
    /// The lane it is sent for.
    pub lane: Lane,
    /// The feed's id within the marketplace.
    pub feed: String,
    /// The run that made it.
    pub run: String,
    /// The quota it counts against, over all channels that share it.
    pub quota: Option<String>,
    /// Its files, in the order they are sent.
    pub files: Vec<NewFile>,
    /// What it says of each SKU. No SKU stands in it twice.
    pub rows: Vec<NewRow>,
}

/// A file to be sent.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// The part of the feed it belongs to; empty where there is only one.
    pub part: String,
    /// Its bytes, as they will be sent.
    pub bytes: Vec<u8>,
}

/// A record to be sent.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Its number among the records of its file, from 1.
    pub ordinal: u64,
    /// Its SKU.
    pub sku: Sku,
    /// Its category; empty where there is none.
    pub category: String,
    /// Where it came from in the source.
    pub place: Place,
    /// What it tells. A whole listing also tells price and stock; a parent record that is told along may tell nothing.
    pub tells: Vec<Tell>,
}

/// What a record tells in one lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tell {
    /// The lane.
    pub lane: Lane,
    /// The digest by which a later plan sees whether something changed.
    pub digest: Digest,
    /// What was said, in the caller's form, for a later plan to compare with.
    pub record: Vec<u8>,
}

/// How far a submission is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It may have been sent, or not: nobody wrote down a receipt.
    Sending,
    /// The marketplace has it and works on it.
    Queued,
    /// All is said.
    Settled,
    /// It was refused as a whole, or never arrived: nothing of it took effect.
    Refused,
    /// Nobody knows what became of it.
    Unknown,
}

impl State {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Sending, Self::Queued, Self::Settled, Self::Refused, Self::Unknown];

    /// Its name in the database and for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Queued => "queued",
            Self::Settled => "settled",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }

    /// The state with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether something is still to come of it.
    pub fn is_open(self) -> bool {
        match self {
            Self::Sending | Self::Queued => true,
            Self::Settled | Self::Refused | Self::Unknown => false,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// What became of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The marketplace took it.
    Accepted,
    /// It is looked at still, and must not be sent again meanwhile.
    Pending,
    /// It was not taken for no fault of its own: the same may be sent again.
    Failed,
    /// It was refused: the same will be refused again.
    Rejected,
    /// Nobody knows.
    Unknown,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 5] = [Self::Accepted, Self::Pending, Self::Failed, Self::Rejected, Self::Unknown];

    /// Its name in the database and for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
        }
    }

    /// The outcome with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// Whether a later report changes nothing about it any more.
    pub fn is_final(self) -> bool {
        match self {
            Self::Accepted | Self::Failed | Self::Rejected => true,
            Self::Pending | Self::Unknown => false,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// What a report says.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// Of each row, as far as it says something.
    pub verdicts: Vec<RowVerdict>,
    /// What is wrong, in the marketplace's words.
    pub findings: Vec<Finding>,
    /// The report itself.
    pub report: Vec<u8>,
    /// Whether no further report is worth asking for. Rows that have no verdict then, or are pending, become
    /// [`Outcome::Unknown`].
    pub is_last: bool,
}

/// What a report says of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowVerdict {
    /// The SKU.
    pub sku: Sku,
    /// What became of it.
    pub outcome: Outcome,
    /// What the marketplace calls things of this SKU, as far as it said so.
    pub ids: Ids,
}

/// What [settling](crate::Ledger::settle) did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Rows that have a new verdict.
    pub n_new: u64,
    /// SKUs whose verdict contradicts one that was final: the first one holds.
    pub contradicted: Vec<Sku>,
    /// SKUs in the report that the submission does not have.
    pub strangers: Vec<Sku>,
    /// Whether the submission is settled now, or was already.
    pub is_settled: bool,
}

/// Why no verdict will come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Nothing of it took effect: it was refused as a whole, or surely never arrived.
    Refused,
    /// It may have taken effect, and nobody will tell.
    Unknown,
}

/// How many rows have which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Accepted.
    pub accepted: u64,
    /// Looked at still.
    pub pending: u64,
    /// Not taken for no fault of their own.
    pub failed: u64,
    /// Refused.
    pub rejected: u64,
    /// Nobody knows.
    pub unknown: u64,
}

/// A submission without what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its number.
    pub id: SubmissionId,
    /// The channel.
    pub channel: String,
    /// The marketplace account.
    pub account: String,
    /// The lane it was sent for.
    pub lane: Lane,
    /// The feed.
    pub feed: String,
    /// The run that made it.
    pub run: String,
    /// The quota it counts against.
    pub quota: Option<String>,
    /// How far it is.
    pub state: State,
    /// The marketplace's id of it, once it has one.
    pub receipt: Option<String>,
    /// When it was written down.
    pub begun_at: Timestamp,
    /// When the marketplace had it.
    pub queued_at: Option<Timestamp>,
    /// When to ask after it next.
    pub next_look: Option<Timestamp>,
    /// When it was last asked after without a last word.
    pub looked_at: Option<Timestamp>,
    /// How often it was asked after without a last word.
    pub n_looks: u64,
    /// When nothing more was to come.
    pub ended_at: Option<Timestamp>,
    /// Why it was given up.
    pub why: Option<String>,
    /// How many rows it has.
    pub n_rows: u64,
    /// What became of them. Those without a verdict are in no count.
    pub counts: Counts,
}

impl Summary {
    /// How long it took, or has taken until now.
    pub fn waited(&self, now: Timestamp) -> SignedDuration {
        self.ended_at.unwrap_or(now).duration_since(self.begun_at)
    }
}

/// Which submissions. The default is all of them.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this channel.
    pub channel: Option<String>,
    /// Of this lane.
    pub lane: Option<Lane>,
    /// In one of these states; in any when there are none.
    pub states: Vec<State>,
    /// Begun at this time or later.
    pub since: Option<Timestamp>,
    /// The newest so many.
    pub limit: Option<u64>,
}

/// A file that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFile {
    /// The part of the feed it belongs to.
    pub part: String,
    /// Its bytes, as they are sent.
    pub bytes: Vec<u8>,
}

/// A row that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRow {
    /// Its number among the records of its file.
    pub ordinal: u64,
    /// Its SKU.
    pub sku: Sku,
    /// Its category.
    pub category: String,
    /// Where it came from.
    pub place: Place,
    /// What it tells, without the records.
    pub tells: Vec<(Lane, Digest)>,
    /// What became of it, once something is said.
    pub outcome: Option<Outcome>,
    /// What the marketplace calls things of this SKU, as far as it is known now.
    pub ids: Ids,
}

/// One SKU's way through one submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The submission.
    pub submission: Summary,
    /// The row.
    pub row: KeptRow,
}
