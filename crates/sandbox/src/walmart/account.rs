//! What Walmart holds of one seller: items, and the feeds that told of them.

use super::kind::Kind;
use crate::tokens::hex;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A seller.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// The number Walmart gave the seller, which is the place its stock is at when it names none.
    pub partner: String,
    /// Items by SKU, retired and deleted ones too.
    pub items: BTreeMap<String, Item>,
    /// Feeds in the order they came.
    pub feeds: Vec<Feed>,
    /// Where a feed is.
    pub by_id: BTreeMap<String, usize>,
    /// What is to happen, and when: the feed whose rows are settled then.
    pub due: BTreeSet<(Timestamp, usize)>,
    /// SKUs and feed types of which the system failed once; it does not fail again.
    pub failed_once: BTreeSet<(String, Kind)>,
}

/// An item.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// Where it is in its life.
    pub life: Life,
    /// What it is told to be, as compact JSON: `Orderable` without price and stock, and `Visible`.
    pub content: String,
    /// 32 digits that stand for the content.
    pub digest: String,
    /// Its name.
    pub title: String,
    /// Its product type; empty for an offer on an item of others.
    pub product_type: String,
    /// The number it belongs to, and what kind of number that is.
    pub number: (String, String),
    /// Its price in dollars.
    pub price: Option<Decimal>,
    /// What it costs for a time, as told.
    pub promotion: Option<Value>,
    /// How many there are, by place.
    pub stock: BTreeMap<String, u64>,
    /// Days until it ships.
    pub lag_time: Option<u64>,
    /// How often each was told with effect.
    pub told: Told,
}

/// How often an item was told of.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// It came to be.
    pub created: u32,
    /// What it is.
    pub content: u32,
    /// Its price.
    pub price: u32,
    /// Its stock.
    pub stock: u32,
    /// Its lag time.
    pub lag_time: u32,
    /// It was retired or deleted.
    pub ended: u32,
    /// The digest of the file that told its content last, and those of price and stock.
    pub by: BTreeMap<&'static str, String>,
}

/// Where an item is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Life {
    /// For sale.
    #[default]
    Published,
    /// There, but something is missing for it to be shown.
    Unpublished,
    /// Taken off.
    Retired,
    /// Gone for good.
    Deleted,
}

impl Life {
    /// Walmart's name of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Published => "PUBLISHED",
            Self::Unpublished => "UNPUBLISHED",
            Self::Retired => "RETIRED",
            Self::Deleted => "DELETED",
        }
    }
}

/// A feed.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    /// Its id: 32 digits, `@` and a suffix.
    pub id: String,
    /// What it is of.
    pub kind: Kind,
    /// 32 digits that stand for the file.
    pub digest: String,
    /// The name of the file, if it had one.
    pub file_name: Option<String>,
    /// When it came.
    pub came: Timestamp,
    /// When work on it begins to show.
    pub begins: Timestamp,
    /// When most rows are settled.
    pub ends: Timestamp,
    /// Why the file is no feed; its rows are not looked at then.
    pub broken: Vec<Issue>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// So many rows are settled and accepted …
    pub n_succeeded: usize,
    /// … and so many refused, by the type of their errors: data, system, timeout.
    pub n_failed: [usize; 3],
    /// So many rows said what was not known before, or were refused for another reason than that.
    pub n_new: usize,
}

/// A row of a feed.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Its SKU, if it has one.
    pub sku: String,
    /// What it says, until it is settled.
    pub told: Option<Value>,
    /// When it is settled.
    pub settles: Timestamp,
    /// What became of it.
    pub verdict: Option<Verdict>,
}

/// What became of a row.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// The worst of its errors; none when it was accepted.
    pub failure: Option<Severity>,
    /// What was said of it, warnings too.
    pub issues: Vec<Issue>,
    /// The number of the item.
    pub wpid: Option<String>,
}

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    /// The seller's.
    Data,
    /// Walmart's.
    System,
    /// It took too long.
    Timeout,
}

impl Severity {
    /// Walmart's name of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Data => "DATA_ERROR",
            Self::System => "SYSTEM_ERROR",
            Self::Timeout => "TIMEOUT_ERROR",
        }
    }
}

/// One thing that is said of a row or a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Issue {
    /// Whose fault.
    pub severity: Severity,
    /// The code.
    pub code: String,
    /// The field.
    pub field: String,
    /// What is wrong.
    pub description: String,
}

impl Issue {
    /// A fault in the data.
    pub(super) fn data(code: &str, field: &str, description: impl Into<String>) -> Self {
        Self {
            severity: Severity::Data,
            code: code.to_owned(),
            field: field.to_owned(),
            description: description.into(),
        }
    }
}

impl Account {
    /// A seller without items.
    pub(super) fn new(client: &str) -> Self {
        // Five digits, the same for the same client.
        let number = crate::defects::hash(0, client) % 90_000 + 10_000;
        Self {
            partner: number.to_string(),
            items: BTreeMap::new(),
            feeds: Vec::new(),
            by_id: BTreeMap::new(),
            due: BTreeSet::new(),
            failed_once: BTreeSet::new(),
        }
    }

    /// An item that is there: neither retired nor deleted.
    pub(super) fn live(&mut self, sku: &str) -> Option<&mut Item> {
        self.items.get_mut(sku).filter(|item| item.is_live())
    }
}

impl Item {
    /// Whether it can be told anything.
    pub(super) fn is_live(&self) -> bool {
        matches!(self.life, Life::Published | Life::Unpublished)
    }

    /// Takes a price, and tells whether it is another one.
    pub(super) fn take_price(&mut self, price: Decimal, from: &str) -> bool {
        let was = self.price.replace(price.normalize());
        self.told.price += 1;
        self.told.by.insert("price", from.to_owned());
        was != self.price
    }

    /// Takes a quantity at a place, and tells whether it is another one.
    pub(super) fn take_stock(&mut self, node: &str, quantity: u64, from: &str) -> bool {
        let was = self.stock.insert(node.to_owned(), quantity);
        self.told.stock += 1;
        self.told.by.insert("stock", from.to_owned());
        was != Some(quantity)
    }

    /// Walmart's own number of it: twelve letters and digits.
    pub(super) fn wpid(&self, sku: &str) -> String {
        hex(&format!("wpid {sku} {}", self.number.1)).to_uppercase().chars().take(12).collect()
    }
}

/// A number of JSON, exactly.
pub(super) fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
        }
        _ => None,
    }
}
