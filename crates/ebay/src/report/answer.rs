//! One answer of the Inventory API, read into what it says of each SKU. The exchange goes on by it, and the report is read
//! by it: both see the same.

use super::rest;
use super::rest::RestError;
use crate::api;
use feedwright_marketplace::report::Outcome;
use serde_json::Value;
use std::sync::Arc;

/// What an answer says of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowAnswer {
    /// The SKU; the key of the group where the call is about one.
    pub(crate) sku: Arc<str>,
    /// What became of it.
    pub(crate) state: State,
    /// What is wrong.
    pub(crate) errors: Vec<RestError>,
    /// What else is said.
    pub(crate) warnings: Vec<RestError>,
    /// Its offer.
    pub(crate) offer: Option<String>,
    /// Its listing.
    pub(crate) listing: Option<String>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// It is done.
    Done,
    /// Not now: somebody else changes it at the moment.
    Busy,
    /// Not now, for a reason of eBay's.
    Failed,
    /// Not at all, nor anything else: the account may list no more.
    Limited,
    /// What was to be made is there already.
    Exists,
    /// It was refused.
    Rejected,
    /// The answer does not say.
    Untold,
}

impl State {
    /// As a verdict.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self::Done => Outcome::Accepted,
            Self::Busy | Self::Failed | Self::Limited => Outcome::Failed,
            Self::Rejected => Outcome::Rejected,
            Self::Exists | Self::Untold => Outcome::Unknown,
        }
    }
}

/// What a call was about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    /// The call.
    pub(crate) operation: &'a str,
    /// The SKUs, in the order of the request.
    pub(crate) skus: &'a [Arc<str>],
    /// Their offers, where the request names these.
    pub(crate) offers: &'a [String],
}

/// Reads an answer. None for one that says that all went well and cannot be read.
pub(crate) fn rows(about: About<'_>, status: u16, body: &[u8]) -> Option<Vec<RowAnswer>> {
    let value: Option<Value> = serde_json::from_slice(body).ok();
    if !(200..300).contains(&status) {
        let value = value.unwrap_or_default();
        let mut errors = rest::errors(&value);
        if errors.is_empty() {
            errors.push(untitled(status, body));
        }
        let row = |sku: &Arc<str>| row(about, sku, status, errors.clone(), rest::warnings(&value));
        return Some(about.skus.iter().map(row).collect());
    }
    if is_batch(about.operation) {
        let value = value?;
        let responses = value.get("responses")?.as_array()?;
        return Some(about.skus.iter().enumerate().map(|(at, sku)| of_batch(about, at, sku, responses)).collect());
    }
    let value = match value {
        Some(value) => value,
        // 204 has no body; a page of HTML is no answer of eBay's.
        None if body.iter().all(u8::is_ascii_whitespace) => Value::Null,
        None => return None,
    };
    let listing = text(&value, "listingId");
    let is_publication = about.operation == api::PUBLISH_GROUP.id;
    if is_publication && listing.is_none() && rest::errors(&value).is_empty() {
        return None;
    }
    let row = |sku: &Arc<str>| {
        let row = row(about, sku, status, rest::errors(&value), rest::warnings(&value));
        RowAnswer { listing: listing.clone(), ..row }
    };
    Some(about.skus.iter().map(row).collect())
}

/// Whether a call takes many rows and answers each.
fn is_batch(operation: &str) -> bool {
    [&api::ITEMS, &api::OFFERS, &api::PUBLISH, &api::QUANTITIES].iter().any(|batch| batch.id == operation)
}

/// The answer about one SKU of many. There may be several, one for each of its offers: the worst counts.
fn of_batch(about: About<'_>, at: usize, sku: &Arc<str>, responses: &[Value]) -> RowAnswer {
    let is_it = |response: &&Value| match about.offers.get(at) {
        Some(offer) => text(response, "offerId").as_ref() == Some(offer),
        None => text(response, "sku").as_deref() == Some(&**sku),
    };
    let answers = responses.iter().filter(is_it).map(|response| {
        let status = response.get("statusCode").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
        let errors = rest::errors(response);
        let mut answer = row(about, sku, status.unwrap_or_default(), errors, rest::warnings(response));
        answer.offer = text(response, "offerId");
        answer.listing = text(response, "listingId");
        let lacks = |operation: &str, id: &Option<String>| about.operation == operation && id.is_none();
        if answer.state == State::Done
            && (status.is_none() || lacks(api::OFFERS.id, &answer.offer) || lacks(api::PUBLISH.id, &answer.listing))
        {
            answer.state = State::Untold;
        }
        answer
    });
    answers.reduce(together).unwrap_or_else(|| untold(sku))
}

fn together(mut one: RowAnswer, other: RowAnswer) -> RowAnswer {
    one.state = one.state.max(other.state);
    one.errors.extend(other.errors);
    one.warnings.extend(other.warnings);
    one.offer = one.offer.or(other.offer);
    one.listing = one.listing.or(other.listing);
    one
}

/// A row of which nothing is said.
pub(crate) fn untold(sku: &Arc<str>) -> RowAnswer {
    let sku = Arc::clone(sku);
    RowAnswer { sku, state: State::Untold, errors: Vec::new(), warnings: Vec::new(), offer: None, listing: None }
}

fn row(about: About<'_>, sku: &Arc<str>, status: u16, errors: Vec<RestError>, warnings: Vec<RestError>) -> RowAnswer {
    let has = |ids: &[&str]| errors.iter().any(|error| ids.contains(&error.id.trim()));
    let says = |words: &[&str]| {
        errors.iter().any(|error| {
            let text = error.text.to_lowercase();
            words.iter().all(|word| text.contains(word))
        })
    };
    let is = |operation: &str| about.operation == operation;
    let state = if is(api::DELETE_ITEM.id) && (status == 404 || has(rest::NO_ITEM)) {
        // What was to be deleted is not there: that is how it was to be.
        State::Done
    } else if has(&[rest::BUSY]) {
        State::Busy
    } else if has(rest::LIMITS) {
        State::Limited
    } else if is(api::OFFERS.id) && says(&["offer", "already exists"])
        || is(api::PUBLISH.id) && says(&["already published"])
    {
        State::Exists
    } else if matches!(status, 401 | 403 | 408 | 423 | 425 | 429 | 500..)
        || has(rest::PASSING)
        || is(api::UPDATE_OFFER.id) && (status == 404 || has(&[rest::NO_OFFER]))
    {
        State::Failed
    } else if status >= 400 || !errors.is_empty() {
        State::Rejected
    } else {
        State::Done
    };
    RowAnswer { state, errors, warnings, ..untold(sku) }
}

/// What is said where an answer that is not fine holds no error object.
fn untitled(status: u16, body: &[u8]) -> RestError {
    let answer = feedwright_marketplace::exchange::Answer { status, headers: Vec::new(), body: body.to_vec() };
    let text = format!("answered with status {status}: {}", answer.excerpt());
    RestError { id: format!("http-{status}"), text, parameters: Vec::new() }
}

/// A member as a text: ids stand as texts, and as numbers in some answers.
fn text(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An offer as `getOffers` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundOffer {
    /// Its id.
    pub(crate) id: String,
    /// Whether buyers see it.
    pub(crate) is_published: bool,
    /// Its listing.
    pub(crate) listing: Option<String>,
}

/// The offers at a fixed price of a SKU on a site in an answer of `getOffers`; none where it cannot be read.
pub(crate) fn offers(sku: &str, site: &str, body: &[u8]) -> Option<Vec<FoundOffer>> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let is_it = |offer: &&Value| {
        let is = |name: &str, wanted: &str| offer.get(name).and_then(Value::as_str).is_none_or(|own| own == wanted);
        is("sku", sku) && is("marketplaceId", site) && is("format", "FIXED_PRICE")
    };
    let found = value.get("offers")?.as_array()?.iter().filter(is_it).map(|offer| {
        Some(FoundOffer {
            id: text(offer, "offerId")?,
            is_published: offer.get("status").and_then(Value::as_str) == Some("PUBLISHED"),
            listing: offer.get("listing").and_then(|listing| text(listing, "listingId")),
        })
    });
    found.collect()
}
