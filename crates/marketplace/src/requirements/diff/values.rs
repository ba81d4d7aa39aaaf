//! Values that are allowed, suggested, or about to go.

use super::Change;
use super::ChangeKind;
use super::words;
use crate::requirements::shape::Scalar;
use crate::requirements::shape::Shape;
use std::collections::BTreeMap;

/// Compares the values that are allowed, suggested, or about to go.
pub(super) fn compare(path: &str, old: &Shape, new: &Shape, out: &mut Vec<Change>) {
    const KEYWORD: Option<&str> = Some("enum");
    let names = |shape: &Shape| -> BTreeMap<Scalar, String> {
        shape.allowed.iter().map(|value| (value.clone(), value.to_string())).collect()
    };
    let (before, after) = (names(old), names(new));
    let is_closed = |shape: &Shape| !shape.allowed.is_empty() && !shape.open;
    let missing = |from: &BTreeMap<Scalar, String>, there: &BTreeMap<Scalar, String>| -> Vec<String> {
        there.iter().filter(|(value, _)| !from.contains_key(value)).map(|(_, name)| name.clone()).collect()
    };
    let said = |shape: &Shape, names: &BTreeMap<Scalar, String>| words::list(is_closed(shape), names.len());
    let (held, holds) = (said(old, &before), said(new, &after));
    let mut add = |kind, values: Vec<String>, breaks| {
        let change = Change::new(path, kind, held.clone(), holds.clone());
        out.push(Change { keyword: KEYWORD, values, breaks, ..change });
    };
    match (is_closed(old), is_closed(new)) {
        (false, true) => add(ChangeKind::Tightened, missing(&before, &after), true),
        (true, false) => add(ChangeKind::Loosened, Vec::new(), false),
        (closed, _) => {
            let (gone, come) = (missing(&after, &before), missing(&before, &after));
            if !gone.is_empty() {
                add(ChangeKind::ValuesRemoved, gone, closed);
            }
            if !come.is_empty() {
                add(ChangeKind::ValuesAdded, come, false);
            }
        }
    }
    let deprecated: Vec<String> =
        new.deprecated.keys().filter(|value| !old.deprecated.contains_key(*value)).cloned().collect();
    if !deprecated.is_empty() {
        let change = Change::new(path, ChangeKind::ValuesDeprecated, None, None);
        out.push(Change { keyword: Some("$lifecycle"), values: deprecated, ..change });
    }
}
