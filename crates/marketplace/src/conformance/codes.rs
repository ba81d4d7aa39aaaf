//! A marketplace's codes in its reports: found by the names of what holds them, and put in place of each other.

use quick_xml::events::Event;
use serde_json::Value;
use std::collections::BTreeSet;

/// A report with a code in place of another, wherever it stands as a word.
pub(super) fn renamed(report: &[u8], code: &str, strange: &str) -> Vec<u8> {
    let is_of_word = |at: Option<usize>| at.and_then(|at| report.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let mut out = Vec::with_capacity(report.len());
    let mut at = 0;
    while let Some(byte) = report.get(at) {
        let is_here = report.get(at..).is_some_and(|rest| rest.starts_with(code.as_bytes()));
        if is_here && !is_of_word(at.checked_sub(1)) && !is_of_word(Some(at + code.len())) {
            out.extend_from_slice(strange.as_bytes());
            at += code.len();
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    out
}

/// The codes in a document, and in the documents that stand in it as texts.
pub(super) fn collect(text: &str, names: &[String], out: &mut BTreeSet<String>) {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('<') {
        collect_from_xml(text, names, out);
    } else if text.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str(text)
    {
        collect_from_json(&value, names, out);
    }
}

fn collect_from_json(value: &Value, names: &[String], out: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(code) if names.contains(name) && !code.trim().is_empty() => {
                        out.insert(code.clone());
                    }
                    Value::Number(code) if names.contains(name) => {
                        out.insert(code.to_string());
                    }
                    _ => collect_from_json(value, names, out),
                }
            }
        }
        Value::Array(entries) => entries.iter().for_each(|value| collect_from_json(value, names, out)),
        Value::String(text) => collect(text, names, out),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn collect_from_xml(text: &str, names: &[String], out: &mut BTreeSet<String>) {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut here = String::new();
    // What is broken off is told by the law about that.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(_) => here.clear(),
            Event::Text(text) => here.push_str(&text.xml10_content()),
            Event::End(tag) => {
                let name = tag.local_name();
                if names.iter().any(|own| own == name.as_ref()) && !here.trim().is_empty() {
                    out.insert(here.clone());
                }
                here.clear();
            }
            Event::Eof => return,
            _ => {}
        }
    }
}
