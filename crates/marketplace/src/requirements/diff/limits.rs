//! Lengths, ranges, numbers of entries and forms: which became narrower, and which wider.

use super::Change;
use super::ChangeKind;
use super::words;
use crate::requirements::phrase;
use crate::requirements::shape::Kind;
use crate::requirements::shape::Shape;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// Compares what two versions allow at a path.
pub(super) fn compare(path: &str, old: &Shape, new: &Shape, out: &mut Vec<Change>) {
    let mut add = |keyword, found: Option<Difference>| {
        if let Some(Difference { kind, before, after }) = found {
            let breaks = matches!(kind, ChangeKind::Tightened | ChangeKind::FormChanged);
            out.push(Change { keyword: Some(keyword), breaks, ..Change::new(path, kind, before, after) });
        }
    };
    add("maxLength", most(old.max_length, new.max_length, "character"));
    add("minLength", least(old.min_length, new.min_length, "character"));
    add("maxUtf8ByteLength", most(old.max_bytes, new.max_bytes, "byte"));
    add("minUtf8ByteLength", least(old.min_bytes, new.min_bytes, "byte"));
    add("maxItems", most(old.max_items, new.max_items, "value"));
    add("minItems", least(old.min_items, new.min_items, "value"));
    add("maxUniqueItems", most(old.max_unique_items, new.max_unique_items, "value"));
    add("maximum", range(upper(old), upper(new), Ordering::Less));
    add("minimum", range(lower(old), lower(new), Ordering::Greater));
    add("multipleOf", step(old.multiple_of, new.multiple_of));
    add(
        "pattern",
        form(old.pattern.as_deref(), new.pattern.as_deref(), |pattern| {
            format!("in the form {}", phrase::quoted(pattern))
        }),
    );
    add("format", form(old.format.as_deref(), new.format.as_deref(), |format| phrase::format(format).0));
    add("selectors", selectors(old, new));
    add("additionalProperties", others(old, new));
}

struct Difference {
    kind: ChangeKind,
    before: Option<String>,
    after: Option<String>,
}

/// A difference of two bounds, of which the new one is narrower or not.
fn difference(is_narrower: bool, before: Option<String>, after: Option<String>) -> Option<Difference> {
    let kind = if is_narrower { ChangeKind::Tightened } else { ChangeKind::Loosened };
    (before != after).then_some(Difference { kind, before, after })
}

fn most(old: Option<u64>, new: Option<u64>, noun: &str) -> Option<Difference> {
    let words = |most: u64| format!("at most {}", phrase::counted(most, noun));
    let is_narrower = new.is_some_and(|new| old.is_none_or(|old| new < old));
    difference(is_narrower, old.map(words), new.map(words))
}

fn least(old: Option<u64>, new: Option<u64>, noun: &str) -> Option<Difference> {
    // At least nothing is no limit.
    let (old, new) = (old.filter(|least| *least > 0), new.filter(|least| *least > 0));
    let words = |least: u64| format!("at least {}", phrase::counted(least, noun));
    let is_narrower = new.is_some_and(|new| old.is_none_or(|old| new > old));
    difference(is_narrower, old.map(words), new.map(words))
}

/// A bound of numbers, and whether the number itself is outside.
type Bound = (Decimal, bool);

fn upper(shape: &Shape) -> Option<(Bound, String)> {
    match (shape.maximum, shape.exclusive_maximum) {
        (most, Some(below)) if most.is_none_or(|most| below <= most) => {
            Some(((below, true), format!("less than {below}")))
        }
        (Some(most), _) => Some(((most, false), format!("at most {most}"))),
        (None, _) => None,
    }
}

fn lower(shape: &Shape) -> Option<(Bound, String)> {
    match (shape.minimum, shape.exclusive_minimum) {
        (least, Some(above)) if least.is_none_or(|least| above >= least) => {
            Some(((above, true), format!("more than {above}")))
        }
        (Some(least), _) => Some(((least, false), format!("at least {least}"))),
        (None, _) => None,
    }
}

/// Compares bounds on one side; `narrower` is how a narrower one lies to the other.
fn range(old: Option<(Bound, String)>, new: Option<(Bound, String)>, narrower: Ordering) -> Option<Difference> {
    let is_narrower = match (&old, &new) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(((old, is_old_outside), _)), Some(((new, is_new_outside), _))) => match new.cmp(old) {
            Ordering::Equal => *is_new_outside && !is_old_outside,
            order => order == narrower,
        },
    };
    difference(is_narrower, old.map(|(_, words)| words), new.map(|(_, words)| words))
}

fn step(old: Option<Decimal>, new: Option<Decimal>) -> Option<Difference> {
    let fits = |old: Decimal, new: Decimal| old.checked_rem(new).is_some_and(|rest| rest.is_zero());
    let is_narrower = new.is_some_and(|new| old.is_none_or(|old| !fits(old, new)));
    let words = |step: Decimal| format!("a multiple of {step}");
    difference(is_narrower, old.map(words), new.map(words))
}

fn form(old: Option<&str>, new: Option<&str>, words: impl Fn(&str) -> String) -> Option<Difference> {
    let kind = match (old, new) {
        (old, new) if old == new => return None,
        (Some(_), Some(_)) => ChangeKind::FormChanged,
        (None, _) => ChangeKind::Tightened,
        (_, None) => ChangeKind::Loosened,
    };
    Some(Difference { kind, before: old.map(&words), after: new.map(&words) })
}

/// What tells the entries of a list apart: with less of it, fewer entries are different ones.
fn selectors(old: &Shape, new: &Shape) -> Option<Difference> {
    let words = |shape: &Shape| {
        let names = shape.selectors.iter().map(String::as_str);
        (!shape.selectors.is_empty()).then(|| format!("values told apart by {}", phrase::listed(names, " and")))
    };
    let is_counted = new.max_unique_items.is_some();
    let is_narrower = is_counted && old.selectors.iter().any(|name| !new.selectors.contains(name));
    difference(is_narrower, words(old), words(new)).filter(|_| old.items.is_some() && new.items.is_some())
}

/// Whether members are taken that are not described.
fn others(old: &Shape, new: &Shape) -> Option<Difference> {
    let is_object = |shape: &Shape| super::walk::kinds(shape) == [Kind::Object];
    let words = |shape: &Shape| Some(words::others(shape.extensible).to_owned());
    difference(!new.extensible, words(old), words(new)).filter(|_| is_object(old) && is_object(new))
}
