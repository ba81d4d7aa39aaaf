//! Changes in words.

use super::Change;
use super::ChangeKind;
use crate::requirements::phrase;
use crate::requirements::shape::Kind;
use std::fmt;

/// What must be given in any case.
pub(super) const ALWAYS: &str = "always";

/// What need not be given.
pub(super) const OPTIONAL: &str = "optional";

/// Values named before the rest is counted.
const NAMED: usize = 4;

/// Kinds of values; none for anything.
pub(super) fn kinds(kinds: &[Kind]) -> Option<String> {
    let words: Vec<String> = kinds.iter().map(|kind| kind.words().to_owned()).collect();
    (!words.is_empty()).then(|| phrase::join(&words, " or"))
}

/// What a list of values is; none for none.
pub(super) fn list(is_closed: bool, n_values: usize) -> Option<String> {
    let counted = phrase::counted(n_values as u64, "value");
    match (n_values, is_closed) {
        (0, _) => None,
        (1, true) => Some("1 value only".to_owned()),
        (_, true) => Some(format!("one of {counted}")),
        (_, false) => Some(format!("any value ({counted} suggested)")),
    }
}

/// Whether members are taken that are not described.
pub(super) fn others(are_taken: bool) -> &'static str {
    if are_taken { "any attributes" } else { "only the attributes described" }
}

/// Says what changed, without the path: `at most 100 characters, was at most 200 characters`.
impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (self.before.as_deref(), self.after.as_deref());
        match self.kind {
            ChangeKind::NowRequired => match (before, after) {
                (None, Some(ALWAYS)) => out.write_str("new, and required"),
                (None, after) => write!(out, "new, and required {}", after.unwrap_or(ALWAYS)),
                (Some(OPTIONAL), Some(ALWAYS) | None) => out.write_str("required now"),
                (Some(OPTIONAL), Some(after)) => write!(out, "required now {after}"),
                (Some(before), after) => write!(out, "required {}, was {before}", after.unwrap_or(ALWAYS)),
            },
            ChangeKind::NoLongerRequired => match (before, after) {
                (_, Some(OPTIONAL) | None) => out.write_str("no longer required"),
                (before, Some(after)) => write!(out, "required only {after}, was {}", before.unwrap_or(ALWAYS)),
            },
            ChangeKind::AttributeRemoved if self.breaks => out.write_str("not taken any more"),
            ChangeKind::AttributeRemoved => out.write_str("not described any more"),
            ChangeKind::AttributeAdded => out.write_str("new"),
            ChangeKind::ValuesRemoved if self.breaks => write!(out, "no longer takes {}", named(&self.values)),
            ChangeKind::ValuesRemoved => write!(out, "no longer suggests {}", named(&self.values)),
            ChangeKind::ValuesAdded => write!(out, "further values: {}", named(&self.values)),
            ChangeKind::ValuesDeprecated => write!(out, "about to be removed: {}", named(&self.values)),
            ChangeKind::TypeChanged
            | ChangeKind::Tightened
            | ChangeKind::FormChanged
            | ChangeKind::RulesChanged
            | ChangeKind::Loosened => match (before, after) {
                (Some(before), Some(after)) => write!(out, "{after}, was {before}"),
                (None, Some(after)) if self.kind == ChangeKind::RulesChanged => out.write_str(after),
                (None, Some(after)) => write!(out, "{after}; there was no such limit"),
                (Some(before), None) => write!(out, "no longer {before}"),
                (None, None) => Ok(()),
            },
        }
    }
}

/// Some values by name, and how many more there are.
fn named(values: &[String]) -> String {
    let shown =
        phrase::listed(values.iter().take(NAMED).map(String::as_str), if values.len() > NAMED { "," } else { " and" });
    match values.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
