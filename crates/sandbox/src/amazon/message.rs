//! A message of a listings feed.

use super::attributes::Op;
use super::attributes::Patch;
use super::issues::Issue;
use super::listing::Change;
use super::requirements::Set;
use serde_json::Map;
use serde_json::Value;

/// The largest number of a message, and how many there may be. Schema of `JSON_LISTINGS_FEED` v2, read 2026-11-23.
const MAX_ID: u64 = 2_147_483_647;
/// How many messages a feed may have.
pub(super) const MAX_MESSAGES: usize = 25_000;

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Message {
    pub(super) id: u64,
    pub(super) sku: String,
    /// What it asks for; why it asks for nothing, when it breaks the schema of feeds.
    pub(super) change: Result<Change, Issue>,
}

impl Message {
    /// A message as it stands in the feed. One without a number of its own is told by its place.
    pub(super) fn read(place: u64, message: Value) -> Self {
        let Value::Object(mut message) = message else {
            return Self { id: place, sku: String::new(), change: Err(breaks_schema()) };
        };
        let id = message.get("messageId").and_then(Value::as_u64).filter(|id| (1..=MAX_ID).contains(id));
        let sku = message.get("sku").and_then(Value::as_str).unwrap_or_default().to_owned();
        let change = match id {
            Some(_) if !sku.is_empty() => change(&mut message).ok_or_else(breaks_schema),
            _ => Err(breaks_schema()),
        };
        Self { id: id.unwrap_or(place), sku, change }
    }
}

/// Which fields an operation must have, and which it must not.
fn change(message: &mut Map<String, Value>) -> Option<Change> {
    let operation = message.get("operationType")?.as_str()?.to_owned();
    let must_not: &[&str] = match operation.as_str() {
        "UPDATE" => &["patches"],
        "PARTIAL_UPDATE" => &["requirements", "patches"],
        "PATCH" => &["requirements", "attributes"],
        "DELETE" => &["requirements", "attributes", "productType", "patches"],
        _ => return None,
    };
    if must_not.iter().any(|name| message.contains_key(*name)) {
        return None;
    }
    if operation == "DELETE" {
        return Some(Change::Delete);
    }
    let product_type = message.get("productType")?.as_str().filter(|name| !name.is_empty())?.to_owned();
    if operation == "PATCH" {
        let patches = message.get("patches")?.as_array().filter(|patches| !patches.is_empty())?;
        let patches = patches.iter().map(Patch::read).collect::<Result<_, _>>().ok()?;
        return Some(Change::Patch { product_type, patches });
    }
    let set = match message.get("requirements") {
        None => Set::Listing,
        Some(name) => Set::named(name.as_str()?)?,
    };
    let attributes = match message.remove("attributes") {
        Some(Value::Object(attributes)) if !attributes.is_empty() => attributes,
        _ => return None,
    };
    if operation == "UPDATE" {
        return Some(Change::Update { product_type, set, attributes });
    }
    // Like a patch made of a `replace` for each attribute.
    let patch = |(attribute, value)| match value {
        Value::Array(value) => Some(Patch { op: Op::Replace, attribute, value }),
        _ => None,
    };
    let patches = attributes.into_iter().map(patch).collect::<Option<_>>()?;
    Some(Change::Patch { product_type, patches })
}

/// Seen in public: issue 1098 of amzn/selling-partner-api-docs.
fn breaks_schema() -> Issue {
    Issue::of_message(
        "4002008",
        "The provided message did not meet the schema validation requirements for a feed message.",
    )
}
