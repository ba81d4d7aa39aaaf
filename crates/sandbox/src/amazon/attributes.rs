//! The attributes of a listing, and how they are patched.

use super::keywords::combination;
use super::sites::Site;
use crate::defects::hash;
use serde_json::Map;
use serde_json::Value;

/// The attribute with the price.
pub(super) const OFFER: &str = "purchasable_offer";
/// The attribute with the stock.
pub(super) const STOCK: &str = "fulfillment_availability";

/// Attributes, kept as text: a hundred thousand trees would take ten times the memory. Price and stock stand by
/// themselves, so that changing them leaves the rest alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    rest: String,
    offer: Option<String>,
    stock: Option<String>,
}

/// One operation of a patch.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Patch {
    pub(super) op: Op,
    /// The attribute it is about.
    pub(super) attribute: String,
    /// Items of the attribute.
    pub(super) value: Vec<Value>,
}

/// What a patch does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// `add` or `replace`: the attribute is what is sent, whatever it was.
    Replace,
    /// `merge`: parts that are not sent stay; what is sent as null goes.
    Merge,
    /// `delete`: the items go whose selectors are sent.
    Delete,
}

impl Attributes {
    pub(super) fn new(mut all: Map<String, Value>) -> Self {
        let mut take = |name: &str| all.remove(name).map(|value| value.to_string());
        let (offer, stock) = (take(OFFER), take(STOCK));
        Self { rest: Value::Object(all).to_string(), offer, stock }
    }

    pub(super) fn get(&self, name: &str) -> Option<Value> {
        match name {
            OFFER => self.offer.as_deref().map(parsed),
            STOCK => self.stock.as_deref().map(parsed),
            name => self.rest().remove(name),
        }
    }

    pub(super) fn set(&mut self, name: &str, value: Option<Value>) {
        match name {
            OFFER => self.offer = value.map(|value| value.to_string()),
            STOCK => self.stock = value.map(|value| value.to_string()),
            name => {
                let mut rest = self.rest();
                match value {
                    Some(value) => rest.insert(name.to_owned(), value),
                    None => rest.remove(name),
                };
                self.rest = Value::Object(rest).to_string();
            }
        }
    }

    /// A number that stands for them.
    pub(super) fn hash(&self, seed: u64) -> u64 {
        let parts = [Some(&self.rest), self.offer.as_ref(), self.stock.as_ref()];
        parts.into_iter().fold(seed, |seed, part| hash(seed, part.map_or("", String::as_str)))
    }

    /// All but price and stock.
    pub(super) fn rest(&self) -> Map<String, Value> {
        serde_json::from_str(&self.rest).unwrap_or_default()
    }

    /// All.
    pub(super) fn all(&self) -> Map<String, Value> {
        let mut all = self.rest();
        for (name, text) in [(OFFER, &self.offer), (STOCK, &self.stock)] {
            if let Some(text) = text {
                all.insert(name.to_owned(), parsed(text));
            }
        }
        all
    }
}

/// What was written by us a moment ago.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

impl Patch {
    /// An operation as the API and feeds have it; why not, when it is none.
    pub(super) fn read(patch: &Value) -> Result<Self, String> {
        let text = |name: &str| patch.get(name).and_then(Value::as_str);
        let op = match text("op") {
            Some("add" | "replace") => Op::Replace,
            Some("merge") => Op::Merge,
            Some("delete") => Op::Delete,
            _ => return Err("op is none of add, replace, merge, delete".to_owned()),
        };
        let path = text("path").unwrap_or_default();
        let attribute = path
            .strip_prefix("/attributes/")
            .filter(|name| !name.is_empty() && !name.contains('/'))
            .ok_or_else(|| format!("path '{path}' is not that of an attribute"))?;
        let value = match patch.get("value") {
            Some(Value::Array(items)) if items.iter().all(Value::is_object) => items.clone(),
            _ => return Err(format!("value of '{path}' is not a list of objects")),
        };
        if value.is_empty() {
            return Err(format!("value of '{path}' is empty"));
        }
        Ok(Self { op, attribute: attribute.to_owned(), value })
    }

    /// What the attribute is afterwards; none when nothing of it is left.
    pub(super) fn apply(&self, current: Option<Value>, selectors: &[String], site: &Site) -> Option<Value> {
        let same = |left: &Value, right: &Value| match (left.as_object(), right.as_object()) {
            (Some(left), Some(right)) => combination(left, selectors, site) == combination(right, selectors, site),
            _ => false,
        };
        let mut items = match current {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        };
        match self.op {
            Op::Replace => items.clone_from(&self.value),
            Op::Delete => items.retain(|item| !self.value.iter().any(|gone| same(item, gone))),
            Op::Merge => {
                for sent in &self.value {
                    match items.iter().position(|item| same(item, sent)).and_then(|at| items.get_mut(at)) {
                        Some(item) => merge(item, sent),
                        None => items.push(without_nulls(sent)),
                    }
                }
            }
        }
        (!items.is_empty()).then_some(Value::Array(items))
    }
}

fn merge(item: &mut Value, sent: &Value) {
    let (Some(item), Some(sent)) = (item.as_object_mut(), sent.as_object()) else { return };
    for (name, value) in sent {
        match value {
            Value::Null => item.remove(name),
            value => item.insert(name.clone(), value.clone()),
        };
    }
}

fn without_nulls(sent: &Value) -> Value {
    let mut item = Value::Object(Map::new());
    merge(&mut item, sent);
    item
}
