//! Where a SKU stands with a marketplace, lane by lane.

use crate::submission::SubmissionId;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Digest;
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A marketplace's own ids of what belongs to a SKU, by what they are ids of.
pub type Ids = BTreeMap<Cow<'static, str>, String>;

/// Where a SKU stands in one lane of one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The SKU, as it was written when it was last told.
    pub sku: Sku,
    /// What the marketplace last accepted. None when it never did, or the listing was retired since.
    pub accepted: Option<Told>,
    /// What is on its way. It must not be told again meanwhile.
    pub in_flight: Option<InFlight>,
    /// What was last refused since something was accepted: the same will be refused again.
    pub refused: Option<Refused>,
    /// How often in a row it failed for no fault of its own.
    pub failures: u32,
    /// Since when nobody knows what the marketplace has, because something was sent and nothing came back. `accepted`
    /// is then only what was known before.
    pub unknown_since: Option<Timestamp>,
    /// When the listing was retired, if nothing was accepted in this lane since.
    pub retired_at: Option<Timestamp>,
}

/// Something that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its digest.
    pub digest: Digest,
    /// When the verdict came.
    pub at: Timestamp,
}

/// Something that is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InFlight {
    /// In this submission.
    pub submission: SubmissionId,
    /// Its digest.
    pub digest: Digest,
}

/// Something that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its digest.
    pub digest: Digest,
    /// When the verdict came.
    pub at: Timestamp,
    /// In this submission.
    pub submission: SubmissionId,
}

/// Which SKUs of a channel.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// All of them.
    All,
    /// These.
    These(&'a [Sku]),
}
