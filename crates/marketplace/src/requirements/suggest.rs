//! What to write instead: the nearest allowed values and names.

use super::phrase;
use super::shape::Shape;
use std::borrow::Cow;

/// How many values are worth reading.
const SHOWN: usize = 8;

/// The allowed values nearest to what was written, with their labels.
pub(super) fn nearest(written: &str, options: &[Cow<'_, str>], shape: Option<&Shape>) -> Option<String> {
    if options.is_empty() {
        return None;
    }
    let written = short(written);
    let label = |option: &str| {
        let shape = shape?;
        let at = shape.allowed.iter().position(|allowed| allowed.to_string() == option)?;
        shape.names.get(at).filter(|name| !name.eq_ignore_ascii_case(option)).map(String::as_str)
    };
    let mut ranked: Vec<_> = options
        .iter()
        .enumerate()
        .map(|(at, option)| {
            let label = label(option);
            let distance = distance(&written, option).min(label.map_or(usize::MAX, |label| distance(&written, label)));
            (distance, at, option, label)
        })
        .collect();
    ranked.sort_by_key(|(distance, at, _, _)| (*distance, *at));
    let shown: Vec<String> = ranked
        .iter()
        .take(SHOWN)
        .map(|(_, _, option, label)| match label {
            Some(label) => format!("{} ({label})", phrase::quoted(option)),
            None => phrase::quoted(option),
        })
        .collect();
    let more = options.len().saturating_sub(SHOWN);
    Some(if more > 0 {
        format!("write {}, or one of {more} more", shown.join(", "))
    } else {
        format!("write {}", phrase::join(&shown, " or"))
    })
}

/// Attributes that exist and have a similar name.
pub(super) fn similar_names<'a>(unknown: &[String], known: &(impl Iterator<Item = &'a str> + Clone)) -> Option<String> {
    let found: Vec<String> = unknown
        .iter()
        .filter_map(|name| {
            let (distance, similar) = known
                .clone()
                .map(|other| (distance(&short(name), other), other))
                .min_by_key(|(distance, _)| *distance)?;
            (distance <= name.len() / 3 + 2).then(|| format!("`{similar}` instead of {}", phrase::quoted(name)))
        })
        .collect();
    (!found.is_empty()).then(|| format!("write {}, or leave it out", phrase::join(&found, " and")))
}

/// What to put into an attribute that has no value.
pub(super) fn to_fill(shape: &Shape) -> Option<String> {
    let inside = shape.inside();
    let leaf = inside.properties.get("value").map_or(inside, Shape::inside);
    let title = shape.title.as_deref().or(leaf.title.as_deref())?;
    let example = leaf.examples.first().or_else(|| shape.examples.first());
    let allowed: Vec<String> = leaf.allowed.iter().map(ToString::to_string).collect();
    let labelled = |at: usize| match leaf.names.get(at).zip(allowed.get(at)) {
        Some((label, value)) if !label.eq_ignore_ascii_case(value) => format!("{} ({label})", phrase::quoted(value)),
        Some((_, value)) => phrase::quoted(value),
        None => allowed.get(at).map_or_else(String::new, |value| phrase::quoted(value)),
    };
    let what = match (allowed.len(), example) {
        (1..=SHOWN, _) if !leaf.open => phrase::join(&(0..allowed.len()).map(labelled).collect::<Vec<_>>(), " or"),
        (1.., example) if !leaf.open => {
            // Examples are often labels, and a label is not what is to be written.
            let at = example.and_then(|example| {
                allowed
                    .iter()
                    .position(|value| value == example)
                    .or_else(|| leaf.names.iter().position(|name| name == example))
            });
            format!("one of {} values, for example {}", allowed.len(), labelled(at.unwrap_or(0)))
        }
        (_, Some(example)) => return Some(format!("fill in {title}, for example {}", phrase::quoted(example))),
        (_, None) => return Some(format!("fill in {title}")),
    };
    Some(format!("fill in {title}: {what}"))
}

/// How far two texts are from each other: case does not count, and the beginning of the other is near.
fn distance(written: &str, other: &str) -> usize {
    let (left, right) = (written.to_lowercase(), short(other).to_lowercase());
    if left == right {
        0
    } else if !left.is_empty() && (right.starts_with(&left) || left.starts_with(&right)) {
        1
    } else {
        strsim::osa_distance(&left, &right).max(1) + 1
    }
}

/// Comparing takes time with the square of the length.
fn short(text: &str) -> Cow<'_, str> {
    Cow::Owned(text.chars().take(80).collect())
}
