//! When each attribute of a document must be given, said of the record as far as that can be told.

use super::way::Way;
use super::words;
use crate::requirements::condition::Condition;
use crate::requirements::fields;
use serde_json::Value;
use std::collections::BTreeMap;

/// What must be given, by path.
pub(super) struct Needs(BTreeMap<String, Condition>);

impl Needs {
    pub(super) fn of(document: &Value) -> Self {
        Self(fields::needs(document))
    }

    /// Every path that must be given at times.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// When the object an attribute stands in must hold it.
    pub(super) fn of_path(&self, path: &str) -> Condition {
        self.0.get(path).cloned().unwrap_or(Condition::Never)
    }

    /// When a record must hold it, in words; none where it need not.
    pub(super) fn words(&self, way: &Way) -> Option<String> {
        let own = self.of_path(way.path());
        if own == Condition::Never {
            return None;
        }
        // What stands in something that need not be there is needed where that is given.
        let outer = way.around().find(|path| self.of_path(path) != Condition::Always);
        let parts = outer.map(|path| Condition::Given(path.to_owned())).into_iter().chain([own]);
        Some(match Condition::all(parts.collect()) {
            Condition::Always => words::ALWAYS.to_owned(),
            condition => format!("when {condition}"),
        })
    }

    /// The same, with a word for what need not be there.
    pub(super) fn words_or_optional(&self, way: &Way) -> String {
        self.words(way).unwrap_or_else(|| words::OPTIONAL.to_owned())
    }
}
