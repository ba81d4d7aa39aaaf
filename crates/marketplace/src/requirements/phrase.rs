//! Words for values and lists of them, the same in every message.

use super::engine::number;
use crate::listing::Leaf;
use crate::listing::Ref;
use crate::listing::Shape;

/// Longer values are cut: a message is one line.
const SHOWN: usize = 60;

/// A value of a listing, in backticks.
pub(crate) fn value(node: Ref<'_>) -> String {
    match node.shape() {
        Shape::Leaf(Leaf::Null) => "`null`".to_owned(),
        Shape::Leaf(Leaf::Bool(value)) => format!("`{value}`"),
        Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_)) => {
            number(node).map_or_else(String::new, |number| quoted(&number.text()))
        }
        Shape::Leaf(Leaf::Text(text)) => quoted(text),
        Shape::Array => "a list".to_owned(),
        Shape::Object => "an object".to_owned(),
    }
}

/// A value of a listing as JSON without quotes around it, in backticks.
pub(crate) fn json(node: Ref<'_>) -> String {
    match node.shape() {
        Shape::Leaf(_) => value(node),
        Shape::Array | Shape::Object => quoted(&format!("{node:?}")),
    }
}

/// A text in backticks, cut where it gets long.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(SHOWN).and_then(|(at, _)| text.get(..at)) {
        Some(start) => format!("`{start}…`"),
        None => format!("`{text}`"),
    }
}

/// `a`, `b` or `c`; the last separator is ` or` or ` and`.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let names: Vec<String> = names.into_iter().map(quoted).collect();
    join(&names, last)
}

/// The first few of many, and how many there are.
pub(crate) fn listed_briefly<'a>(names: impl ExactSizeIterator<Item = &'a str>, most: usize, last: &str) -> String {
    let count = names.len();
    if count <= most {
        return listed(names, last);
    }
    let names: Vec<String> = names.take(most).map(quoted).collect();
    format!("one of {count} values ({}, …)", names.join(", "))
}

/// Phrases with commas between, and ` and` or ` or` before the last.
pub(crate) fn join(phrases: &[String], last: &str) -> String {
    match phrases {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., end] => format!("{}{last} {end}", first.join(", ")),
    }
}

/// What a `format` asks for, and an example of it.
pub(crate) fn format(format: &str) -> (String, Option<&'static str>) {
    let (words, example) = match format {
        "date" => ("a date", "2026-05-31"),
        "date-time" => ("a date with a time", "2026-05-31T14:30:00Z"),
        "time" => ("a time", "14:30:00Z"),
        "duration" => ("a duration", "P3D"),
        "uri" => ("a web address", "https://example.com/page"),
        "uri-reference" => ("a web address", "/page"),
        "email" => ("an e-mail address", "name@example.com"),
        "hostname" => ("a host name", "example.com"),
        "ipv4" => ("an IPv4 address", "192.0.2.1"),
        "ipv6" => ("an IPv6 address", "2001:db8::1"),
        "uuid" => ("a UUID", "123e4567-e89b-12d3-a456-426614174000"),
        other => return (format!("in the format `{other}`"), None),
    };
    (words.to_owned(), Some(example))
}

/// 1 value, 2 values.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
