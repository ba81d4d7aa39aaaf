//! The report of a parcel of calls: every answer as it came, with what it was about, and what was not sent.

use serde::Deserialize;
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;

/// The whole of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Document {
    /// The answers, in the order in which they came.
    pub(crate) answers: Vec<Kept>,
    /// What was not sent, or given up.
    pub(crate) skipped: Vec<Skipped>,
    /// Why nothing more was sent, if something stopped it.
    pub(crate) stopped: Option<String>,
}

/// An answer.
#[derive(Debug, Deserialize)]
pub(crate) struct Kept {
    /// The call.
    pub(crate) operation: String,
    /// The SKUs it is about.
    pub(crate) skus: Vec<Arc<str>>,
    /// Their offers, where the request named these.
    #[serde(default)]
    pub(crate) offers: Vec<String>,
    /// The group, if it is about one.
    #[serde(default)]
    pub(crate) group: Option<String>,
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body; a text where it was no JSON.
    pub(crate) body: Box<RawValue>,
}

/// A SKU, or a group, that was not spoken of any more.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub(crate) struct Skipped {
    /// Which.
    pub(crate) sku: String,
    /// What that makes of it.
    pub(crate) outcome: String,
    /// Why.
    pub(crate) because: String,
}
