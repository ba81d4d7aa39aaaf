//! The answers that say how a feed is getting on, as they come: with an error, several, or none where a list is meant, and
//! with the items under either of two names.

use crate::exchange::entries;
use crate::exchange::number;
use crate::exchange::text;
use crate::kind::Kind;
use serde_json::Value;
use std::collections::BTreeSet;

/// One answer.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// The feed's id, where it is named.
    pub(crate) feed_id: Option<String>,
    /// How far the feed is.
    pub(crate) status: Status,
    /// How many items came.
    pub(crate) received: Option<u64>,
    /// How many are settled, well or not.
    settled: u64,
    /// Errors of the whole feed.
    pub(crate) faults: Vec<Fault>,
    /// Errors of the answer itself, which may be a part of what was asked for.
    pub(crate) asides: Vec<Fault>,
    /// What is said of single items.
    pub(crate) rows: Vec<Item>,
}

/// How far a feed is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// It came.
    Received,
    /// It is worked on.
    InProgress,
    /// It is done, well or not.
    Processed,
    /// Its envelope was no good.
    Error,
    /// Something else; as it came.
    Other(String),
}

/// What is said of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Its position in the feed, from 0.
    pub(crate) index: Option<u64>,
    /// Its SKU.
    pub(crate) sku: Option<String>,
    /// What became of it, verbatim.
    pub(crate) status: String,
    /// Why it is open still.
    pub(crate) pending: Option<String>,
    /// Its errors, or warnings.
    pub(crate) faults: Vec<Fault>,
    /// Walmart's id of the product.
    pub(crate) wpid: Option<String>,
    /// Walmart's id of the page it is shown on.
    pub(crate) page: Option<String>,
}

/// An error, or a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Its type, such as `DATA_ERROR`.
    pub(crate) kind: Option<String>,
    /// Its code, verbatim.
    pub(crate) code: Option<String>,
    /// The field it is about.
    pub(crate) field: Option<String>,
    /// What it says.
    pub(crate) text: Option<String>,
    /// How much it weighs, where it says so.
    pub(crate) severity: Option<String>,
}

/// The pages of a report.
pub(super) fn read_pages(report: &[u8]) -> Result<Vec<Page>, String> {
    let value: Value = serde_json::from_slice(report).map_err(|why| format!("the report cannot be read: {why}"))?;
    let pages = match value.get("pages") {
        Some(Value::Array(pages)) if !pages.is_empty() => pages.as_slice(),
        _ => std::slice::from_ref(&value),
    };
    let pages: Option<Vec<Page>> = pages.iter().map(Page::read).collect();
    pages.ok_or_else(|| "the report does not say how the feed is getting on".to_owned())
}

/// Pages as they came, as one document.
pub(crate) fn join_pages(pages: &[Vec<u8>]) -> Vec<u8> {
    if let [page] = pages {
        return page.clone();
    }
    let mut out = b"{\"pages\":[".to_vec();
    out.extend(pages.join(b",\n".as_slice()));
    out.extend_from_slice(b"]}");
    out
}

/// How many items pages name, and how many there should be.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    named: BTreeSet<(Option<u64>, Option<String>)>,
    n_nameless: u64,
    n_entries: u64,
    received: u64,
}

impl Tally {
    /// Counts a page.
    pub(crate) fn add(&mut self, page: &Page) {
        self.received = self.received.max(page.received.unwrap_or(0));
        self.n_entries += page.rows.len() as u64;
        for row in &page.rows {
            if row.index.is_none() && row.sku.is_none() {
                self.n_nameless += 1;
            } else {
                self.named.insert((row.index, row.sku.clone()));
            }
        }
    }

    /// The items that were named, each once however often it was.
    pub(crate) fn n_items(&self) -> u64 {
        self.named.len() as u64 + self.n_nameless
    }

    /// Whether there should be more: they may follow.
    pub(crate) fn is_short(&self, kind: Kind) -> bool {
        // An item of several ship nodes may be counted, and named, for each.
        let n_told = if kind == Kind::NodeInventory { self.n_entries } else { self.n_items() };
        n_told < self.received
    }
}

impl Page {
    /// Reads an answer; none when it is not one.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let status = text(value.get("feedStatus"))?;
        let count = |name: &str| number(value.get(name));
        // One operation gives the items another name.
        let details = value.get("itemDetails").or_else(|| value.get("itemsDetails"));
        let items = details.and_then(|details| details.get("itemIngestionStatus"));
        Some(Self {
            feed_id: text(value.get("feedId")),
            status: Status::parse(&status),
            received: count("itemsReceived"),
            settled: count("itemsSucceeded").unwrap_or(0).saturating_add(count("itemsFailed").unwrap_or(0)),
            faults: faults(value.get("ingestionErrors")),
            asides: entries(value.get("errors")).iter().filter_map(Fault::read).collect(),
            rows: entries(items).iter().filter(|item| item.is_object()).map(Item::read).collect(),
        })
    }

    /// Whether it says more than that the feed is worked on. Nothing received and nothing said of any item is no result
    /// either: it was asked too early.
    pub(crate) fn has_news(&self) -> bool {
        let is_told = !self.faults.is_empty() || self.rows.iter().any(|row| !row.is_pending() || row.is_in_review());
        match self.status {
            Status::Error => true,
            Status::Processed => is_told || !self.rows.is_empty(),
            Status::Received | Status::InProgress => is_told || self.settled > 0,
            Status::Other(_) => is_told,
        }
    }
}

impl Status {
    fn parse(text: &str) -> Self {
        match text.trim().to_ascii_uppercase().as_str() {
            "RECEIVED" => Self::Received,
            "INPROGRESS" => Self::InProgress,
            "PROCESSED" => Self::Processed,
            "ERROR" => Self::Error,
            _ => Self::Other(text.to_owned()),
        }
    }
}

impl Item {
    fn read(item: &Value) -> Self {
        Self {
            index: number(item.get("index")),
            sku: text(item.get("sku")),
            status: text(item.get("ingestionStatus")).unwrap_or_default(),
            pending: text(item.get("pendingStatusDescription")),
            faults: faults(item.get("ingestionErrors")),
            wpid: text(item.get("wpid")),
            page: text(item.get("itemid")),
        }
    }

    /// Whether it is worked on still.
    pub(crate) fn is_pending(&self) -> bool {
        super::outcome(self) == feedwright_marketplace::report::Outcome::Pending
    }

    /// Whether somebody looks at it.
    pub(crate) fn is_in_review(&self) -> bool {
        self.is_pending() && (self.pending.is_some() || !self.faults.is_empty())
    }
}

impl Fault {
    /// Reads an error; none where nothing is said.
    fn read(value: &Value) -> Option<Self> {
        if let Some(text) = text(Some(value)) {
            return Some(Self { kind: None, code: None, field: None, text: Some(text), severity: None });
        }
        let member = |name: &str| text(value.get(name));
        let fault = Self {
            kind: member("type"),
            code: member("code"),
            field: member("field"),
            text: ["description", "message", "info"].into_iter().find_map(member),
            severity: member("severity"),
        };
        (fault.code.is_some() || fault.text.is_some() || fault.field.is_some()).then_some(fault)
    }
}

/// Errors under `ingestionError`; or where they should be under it and are not.
fn faults(value: Option<&Value>) -> Vec<Fault> {
    let inner = match value {
        Some(Value::Object(errors)) if errors.contains_key("ingestionError") => errors.get("ingestionError"),
        other => other,
    };
    let mut out = Vec::new();
    for fault in entries(inner).iter().filter_map(Fault::read) {
        if !out.contains(&fault) {
            out.push(fault);
        }
    }
    out
}
