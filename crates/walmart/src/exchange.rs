//! How Walmart is talked to: feeds are posted and asked after, documents are fetched.

mod account;
mod look;
mod poll;
mod pull;
mod refusal;
mod submit;

pub(crate) use account::Account;
pub(crate) use poll::Poll;
pub(crate) use poll::first_look;
pub(crate) use pull::Pull;
pub(crate) use refusal::told;
pub(crate) use submit::Submit;

use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Trouble;
use serde_json::Value;

/// The answer to a request that may be sent again at will; none of it is none of the effect.
fn answer(doing: &'static str, reply: Option<Reply>) -> Result<Answer, ProtocolError> {
    match reply {
        Some(Reply::Answer(answer)) => Ok(answer),
        Some(Reply::Lost(why)) => Err(ProtocolError::new(doing, Trouble::Unavailable, format!("no answer: {why}"))),
        None => Err(ProtocolError::new(doing, Trouble::Unavailable, "no answer".to_owned())),
    }
}

/// The JSON of a fine answer.
fn json(doing: &'static str, answer: &Answer) -> Result<Value, ProtocolError> {
    if answer.is_fine() { answer.json_of_any_status(doing) } else { Err(refusal::refusal(doing, answer)) }
}

/// A number that may be written as a text.
pub(crate) fn number(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A text that says something, as it came; a number is its digits.
pub(crate) fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The entries of what may be a list, one entry without a list, or nothing.
pub(crate) fn entries(value: Option<&Value>) -> &[Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(entries)) => entries,
        Some(one) => std::slice::from_ref(one),
    }
}
