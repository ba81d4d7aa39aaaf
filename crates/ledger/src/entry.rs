//! What happened, in the order it happened.

use crate::submission::SubmissionId;
use feedwright_catalog::digest::Lane;
use jiff::Timestamp;
use std::fmt;

/// Something that happened. It is never changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its number: from 1, without gaps, in the order in which entries became visible.
    pub seq: u64,
    /// When, as the caller said.
    pub at: Timestamp,
    /// What.
    pub kind: EntryKind,
    /// The channel it is about.
    pub channel: Option<String>,
    /// The lane it is about.
    pub lane: Option<Lane>,
    /// The submission it is about.
    pub submission: Option<SubmissionId>,
    /// Who did it: a person, or the owner of a lease.
    pub who: Option<String>,
    /// What else there is to say; never a secret.
    pub detail: serde_json::Value,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A submission was written down, and may be sent from now on.
    Begun,
    /// The marketplace has it, and gave a receipt.
    Queued,
    /// A report was read: verdicts changed.
    Settled,
    /// No verdict will come.
    GaveUp,
    /// A person let something pass that a guard had stopped.
    GuardAccepted,
    /// A plan was saved.
    PlanSaved,
    /// A saved plan was applied.
    PlanApplied,
    /// What was known of some SKUs was dropped.
    Forgotten,
    /// A schedule fell due, and somebody took it.
    ScheduleFired,
}

impl EntryKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Begun,
        Self::Queued,
        Self::Settled,
        Self::GaveUp,
        Self::GuardAccepted,
        Self::PlanSaved,
        Self::PlanApplied,
        Self::Forgotten,
        Self::ScheduleFired,
    ];

    /// Its name in the database and for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Queued => "queued",
            Self::Settled => "settled",
            Self::GaveUp => "gave-up",
            Self::GuardAccepted => "guard-accepted",
            Self::PlanSaved => "plan-saved",
            Self::PlanApplied => "plan-applied",
            Self::Forgotten => "forgotten",
            Self::ScheduleFired => "schedule-fired",
        }
    }

    /// The kind with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a plan made before it may say something else afterwards.
    pub fn moves_plans(self) -> bool {
        match self {
            Self::Begun | Self::Settled | Self::GaveUp | Self::Forgotten => true,
            Self::Queued | Self::GuardAccepted | Self::PlanSaved | Self::PlanApplied | Self::ScheduleFired => false,
        }
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// An entry to be [noted](crate::Ledger::note) that changes nothing else: a guard that was accepted, a plan that was
/// saved.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEntry {
    /// What happened.
    pub kind: EntryKind,
    /// The channel it is about.
    pub channel: Option<String>,
    /// The lane it is about.
    pub lane: Option<Lane>,
    /// Who did it.
    pub who: Option<String>,
    /// What else there is to say; never a secret.
    pub detail: serde_json::Value,
}
