//! An issue as Amazon words it, in reports and in answers, becomes findings.

use super::codes;
use crate::profile;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_marketplace::exchange::Ids;
use feedwright_marketplace::listing::escape;
use feedwright_marketplace::report::theirs;
use serde_json::Value;
use std::borrow::Cow;

/// Where Amazon gives no code.
const NO_CODE: &str = "no-code";
/// The code that says that an attribute is missing. Its text names it, in every language between straight quotes.
const MISSING: &str = "90220";

/// An issue, as far as it could be read. What it lacks is said as it came.
#[derive(Debug)]
pub(super) struct Issue<'a> {
    /// The number of the message, where there is one.
    pub(super) message_id: Option<u64>,
    pub(super) sku: Option<&'a str>,
    pub(super) severity: Severity,
    code: Cow<'a, str>,
    text: String,
    attributes: Vec<&'a str>,
}

impl<'a> Issue<'a> {
    /// Reads an issue, or an error of a call, which is one without a severity.
    pub(super) fn read(value: &'a Value) -> Self {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let attributes = match text("attributeName") {
            Some(name) => vec![name],
            None => {
                let names = value.get("attributeNames").and_then(Value::as_array);
                names.into_iter().flatten().filter_map(Value::as_str).collect()
            }
        };
        let code = plain(value.get("code")).unwrap_or(Cow::Borrowed(NO_CODE));
        let mut issue = Self {
            message_id: value.get("messageId").and_then(number),
            sku: text("sku"),
            severity: severity(text("severity")),
            text: words(value),
            attributes,
            code,
        };
        if issue.attributes.is_empty() && issue.code.trim() == MISSING {
            issue.attributes = text("message").and_then(quoted).into_iter().collect();
        }
        issue
    }

    pub(super) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether it passes by itself.
    pub(super) fn is_passing(&self) -> bool {
        codes::PASSING.contains(&self.code.trim())
    }

    /// Says it of a SKU, once for each attribute it names, or of the whole.
    pub(super) fn say(&self, sku: Option<&Sku>, out: &mut Findings) {
        let finding = |pointer: Option<String>| {
            let finding = said(&self.code, self.severity, &self.text);
            Finding { sku: sku.cloned(), pointer, ..finding }
        };
        if self.attributes.is_empty() {
            out.push(finding(None));
        }
        for attribute in &self.attributes {
            out.push(finding(Some(pointer(attribute))));
        }
    }
}

/// A finding with a code of Amazon's.
pub(super) fn said(code: &str, severity: Severity, text: &str) -> Finding {
    theirs(profile::ID, code, severity, text, codes::CODES)
}

/// Amazon's catalog number of a row, from a list of what belongs to which marketplace.
pub(super) fn asin(entries: Option<&Value>, marketplace_id: &str, ids: &mut Ids) {
    let here =
        |entry: &&Value| entry.get("marketplaceId").and_then(Value::as_str).is_none_or(|id| id == marketplace_id);
    let asin = |entry: &Value| entry.get("asin").and_then(Value::as_str).map(str::to_owned);
    let found = entries.and_then(Value::as_array).into_iter().flatten().filter(here).find_map(asin);
    if let Some(found) = found.filter(|found| !found.is_empty()) {
        ids.insert(Cow::Borrowed("asin"), found);
    }
}

/// A number, also one that was written as text.
pub(super) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A severity that nobody knows weighs most.
fn severity(name: Option<&str>) -> Severity {
    match name {
        Some("WARNING") => Severity::Warning,
        Some("INFO") => Severity::Note,
        Some(_) | None => Severity::Error,
    }
}

/// The issue's text, and what else it says that a seller has to know. One without a text is shown as it came.
fn words(value: &Value) -> String {
    let Some(message) = value.get("message").and_then(Value::as_str).filter(|text| !text.trim().is_empty()) else {
        return value.to_string();
    };
    let mut words = message.to_owned();
    if let Some(details) = value.get("details").and_then(Value::as_str)
        && !details.trim().is_empty()
        && details != message
    {
        words.push_str(": ");
        words.push_str(details);
    }
    let actions = value.pointer("/enforcements/actions").and_then(Value::as_array);
    let actions = actions.into_iter().flatten().filter_map(|action| action.get("action")?.as_str());
    for (at, action) in actions.enumerate() {
        words.push_str(if at == 0 { " (enforced: " } else { ", " });
        words.push_str(action);
    }
    if words.contains(" (enforced: ") && !message.contains(" (enforced: ") {
        words.push(')');
    }
    if let Some(severity) = value.get("severity").and_then(Value::as_str)
        && !matches!(severity, "ERROR" | "WARNING" | "INFO")
    {
        words.push_str(" (severity: ");
        words.push_str(severity);
        words.push(')');
    }
    words
}

/// A code is text; one that came as a number is written as it stands.
fn plain(code: Option<&Value>) -> Option<Cow<'_, str>> {
    match code? {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Null => None,
        other => Some(Cow::Owned(other.to_string())),
    }
}

/// The attribute that stands first between quotes, if it is written as one: `'[battery]' is …`, `'battery' is …`.
fn quoted(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('\'')?;
    let (inside, _) = rest.split_once('\'')?;
    let name = inside.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')).unwrap_or(inside);
    let is_name = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.'));
    is_name.then_some(name)
}

/// The place of an attribute in a record. A part of one is looked for in its first value.
fn pointer(attribute: &str) -> String {
    let mut parts = attribute.split('.');
    let mut pointer = "/attributes/".to_owned();
    pointer.push_str(&escape(parts.next().unwrap_or_default()));
    for part in parts.filter(|part| !part.is_empty()) {
        pointer.push_str("/0/");
        pointer.push_str(&escape(part));
    }
    pointer
}
