//! Conditions that have no words here: that they changed is said, and how many of them.

use super::Change;
use super::ChangeKind;
use crate::requirements::condition::Condition;
use crate::requirements::phrase;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// How many rules came and went at each place, beyond what the needs and shapes of attributes say.
pub(super) fn changed(old: &Value, new: &Value) -> impl Iterator<Item = Change> {
    let (old, new) = (rules(old), rules(new));
    let mut by_path: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (path, _) in old.difference(&new) {
        by_path.entry(path.clone()).or_default().0 += 1;
    }
    for (path, _) in new.difference(&old) {
        by_path.entry(path.clone()).or_default().1 += 1;
    }
    let change = |(path, (gone, come)): (String, (u64, u64))| {
        let words = match (gone, come) {
            (gone, 0) => format!("{} gone that this list cannot tell", phrase::counted(gone, "condition")),
            (0, come) => format!("{} new that this list cannot tell", phrase::counted(come, "condition")),
            (gone, come) => {
                format!("{} gone and {come} new that this list cannot tell", phrase::counted(gone, "condition"))
            }
        };
        let change = Change::new(&path, ChangeKind::RulesChanged, None, Some(words));
        Change { breaks: come > 0, ..change }
    };
    by_path.into_iter().map(change)
}

/// Keywords whose meaning is told by shape and needs where they stand in one of a few alternatives.
const TOLD: &[&str] = &["const", "enum", "required", "type"];

/// Keywords that neither shape nor needs tell of, here those that are not looked into.
const UNTOLD: &[&str] = &[
    "additionalItems",
    "additionalProperties",
    "contains",
    "dependencies",
    "dependentSchemas",
    "items",
    "maxContains",
    "maxProperties",
    "minContains",
    "minProperties",
    "minUniqueItems",
    "not",
    "oneOf",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
];

/// Longer lists of alternatives are lists of forms.
const FEW: usize = 6;

/// Keywords that say no more than what must be given, or lead to what does.
const NEEDS: &[&str] = &["allOf", "else", "if", "items", "properties", "required", "then", "type"];

/// Deeper than any real document; only one that refers to itself has more, and references are not followed.
const DEEPEST: usize = 100;

/// Every rule of a document that is told nowhere else: where it stands, and its text.
fn rules(document: &Value) -> BTreeSet<(String, String)> {
    let mut reader = Reader { document, found: BTreeSet::new() };
    reader.read(document, "", 0);
    reader.found
}

struct Reader<'a> {
    document: &'a Value,
    found: BTreeSet<(String, String)>,
}

impl Reader<'_> {
    fn read(&mut self, schema: &Value, path: &str, depth: usize) {
        let Value::Object(members) = schema else { return };
        if depth > DEEPEST {
            return;
        }
        let is_told = !members.contains_key("if") || self.is_about_needs(members);
        if !is_told {
            let parts = ["if", "then", "else"].into_iter();
            self.add(path, parts.filter_map(|name| Some((name.to_owned(), members.get(name)?.clone()))).collect());
        }
        for (name, value) in members {
            match (name.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    for (name, property) in properties {
                        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                        self.read(property, &path, depth + 1);
                        self.read_flat(&path, property);
                    }
                }
                ("$defs" | "definitions", Value::Object(schemas)) => {
                    schemas.values().for_each(|schema| self.read(schema, path, depth + 1));
                }
                ("allOf", Value::Array(parts)) => parts.iter().for_each(|part| self.read(part, path, depth + 1)),
                ("items", Value::Object(_)) => self.read(value, path, depth + 1),
                ("then" | "else", schema) if is_told => self.read(schema, path, depth + 1),
                ("anyOf", Value::Array(alternatives)) => {
                    let is_required = |alternative: &Value| alternative.get("required").is_some();
                    let has_words = alternatives.len() <= FEW || !alternatives.iter().any(is_required);
                    if !(has_words && alternatives.iter().all(is_told_alternative)) {
                        self.add_member(path, name, value);
                    }
                }
                ("dependencies", Value::Object(dependents)) if dependents.values().all(Value::is_array) => {}
                ("additionalProperties", Value::Bool(_)) => {}
                (name, value) if UNTOLD.contains(&name) => self.add_member(path, name, value),
                (_, _) => {}
            }
        }
    }

    /// A schema that is `true` or `false` has no keywords.
    fn read_flat(&mut self, path: &str, schema: &Value) {
        if *schema == Value::Bool(false) {
            self.add_member(path, "not", &Value::Bool(true));
        }
    }

    fn add_member(&mut self, path: &str, name: &str, value: &Value) {
        self.add(path, Map::from_iter([(name.to_owned(), value.clone())]));
    }

    fn add(&mut self, path: &str, rule: Map<String, Value>) {
        self.found.insert((path.to_owned(), Value::Object(rule).to_string()));
    }

    /// Whether an `if` only decides what must be given, and there are words for when.
    fn is_about_needs(&self, members: &Map<String, Value>) -> bool {
        let condition = members.get("if").map(|condition| Condition::of(self.document, condition, ""));
        condition.is_some_and(|condition| !condition.is_vague())
            && ["then", "else"].into_iter().filter_map(|name| members.get(name)).all(says_needs)
    }
}

fn says_needs(schema: &Value) -> bool {
    let Value::Object(members) = schema else { return true };
    members.iter().all(|(name, value)| match (name.as_str(), value) {
        ("properties", Value::Object(properties)) => properties.values().all(says_needs),
        ("allOf", Value::Array(parts)) => parts.iter().all(says_needs),
        // What it decides is looked at as a rule of its own.
        ("if", _) => true,
        (name, value) => NEEDS.contains(&name) && says_needs(value),
    })
}

fn is_told_alternative(alternative: &Value) -> bool {
    let Value::Object(members) = alternative else { return true };
    members.keys().all(|name| TOLD.contains(&name.as_str()))
}
