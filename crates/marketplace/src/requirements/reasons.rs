//! Why something is asked for: for each `then` and `else` of a document the condition it stands under, in words.

use super::condition::Condition;
use super::schema;
use serde_json::Value;
use std::collections::BTreeMap;

/// The conditions by the JSON Pointer of what they lead to.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    by_pointer: BTreeMap<String, String>,
}

/// Longer reasons explain nothing.
const LONGEST: usize = 160;

impl Reasons {
    pub(super) fn read(document: &Value) -> Self {
        let mut by_pointer = BTreeMap::new();
        schema::walk(document, &mut String::new(), &mut |pointer, members| {
            let Some(condition) = members.get("if") else { return };
            let condition = Condition::of(document, condition, &path_of(pointer));
            for (name, condition) in [("then", condition.clone()), ("else", condition.negated())] {
                let words = condition.to_string();
                let explains = condition.names_a_cause() && words.chars().count() <= LONGEST;
                if members.contains_key(name) && explains {
                    by_pointer.insert(format!("{pointer}/{name}"), words);
                }
            }
        });
        Self { by_pointer }
    }

    /// The innermost condition above a place in the document.
    pub(super) fn of(&self, pointer: &str) -> Option<&str> {
        let mut pointer = pointer;
        while !self.by_pointer.is_empty() {
            if let Some(reason) = self.by_pointer.get(pointer) {
                return Some(reason);
            }
            // A condition without words hides those around it: they would not tell the whole.
            if pointer.ends_with("/then") || pointer.ends_with("/else") {
                return None;
            }
            pointer = pointer.rsplit_once('/')?.0;
        }
        None
    }
}

/// The attribute path that a place in the document speaks about.
fn path_of(pointer: &str) -> String {
    let mut path: Vec<String> = Vec::new();
    let mut tokens = pointer.split('/').skip(1);
    while let Some(token) = tokens.next() {
        if token == "properties"
            && let Some(name) = tokens.next()
        {
            path.push(name.replace("~1", "/").replace("~0", "~"));
        }
    }
    path.join(".")
}
