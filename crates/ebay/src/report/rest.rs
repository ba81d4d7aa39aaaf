//! Errors and warnings as eBay's REST interfaces tell them. Domains differ in small ways, so they are read leniently, and
//! what is unknown is kept.

use serde_json::Value;
use std::fmt::Write as _;

/// An error, or a warning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RestError {
    /// Its code, verbatim.
    pub(crate) id: String,
    /// What it says, with its parameters: often the useful part is in them alone.
    pub(crate) text: String,
    /// Its parameters, names and values.
    pub(crate) parameters: Vec<(String, String)>,
}

/// Concurrent access to an item or a group: the same call is taken a little later.
pub(crate) const BUSY: &str = "25025";
/// The account may list no more: in the Inventory API, and in the Trading API's words.
pub(crate) const LIMITS: &[&str] = &["25026", "21919188"];
/// Trouble of eBay's own, or too many calls: the same is taken later.
pub(crate) const PASSING: &[&str] = &["25001", "20500", "21919144"];
/// What the offer of an update is when it is gone.
pub(crate) const NO_OFFER: &str = "25713";
/// A SKU that is not there.
pub(crate) const NO_ITEM: &[&str] = &["25702", "25710"];

/// The errors of an answer, or of a row in one.
pub(crate) fn errors(value: &Value) -> Vec<RestError> {
    // Some domains nest them, and some write the singular.
    ["/errors", "/error", "/errorMessage/error"].iter().flat_map(|pointer| list(value.pointer(pointer))).collect()
}

/// Its warnings.
pub(crate) fn warnings(value: &Value) -> Vec<RestError> {
    list(value.get("warnings"))
}

fn list(value: Option<&Value>) -> Vec<RestError> {
    match value {
        Some(Value::Array(all)) => all.iter().filter_map(one).collect(),
        Some(Value::Null) | None => Vec::new(),
        // Where a sign-in failed, the error is a word and stands beside its description.
        Some(other) => one(other).into_iter().collect(),
    }
}

fn one(value: &Value) -> Option<RestError> {
    if let Value::String(word) = value {
        return Some(RestError { id: word.clone(), text: word.clone(), parameters: Vec::new() });
    }
    let object = value.as_object()?;
    let text_of = |name: &str| object.get(name).map(plain).unwrap_or_default();
    let (short, long) = (text_of("message"), text_of("longMessage"));
    let parameters: Vec<(String, String)> = ["parameters", "parameter"]
        .iter()
        .filter_map(|name| object.get(*name)?.as_array())
        .flatten()
        .map(|entry| {
            let text = |name: &str| entry.get(name).map(plain).unwrap_or_default();
            (text("name"), text("value"))
        })
        .collect();
    let mut text = match (short.is_empty(), long.is_empty()) {
        (true, true) => "eBay gives no message".to_owned(),
        (false, true) => short,
        (true, false) => long,
        (false, false) if long.contains(&short) => long,
        (false, false) if short.contains(&long) => short,
        (false, false) => format!("{short} {long}"),
    };
    let told: Vec<String> = parameters
        .iter()
        .filter(|(_, value)| !value.is_empty() && !text.contains(value.as_str()))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    if !told.is_empty() {
        let _infallible = write!(text, " ({})", told.join("; "));
    }
    Some(RestError { id: text_of("errorId"), text, parameters })
}

/// A value as a text: numbers as they stand.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}
