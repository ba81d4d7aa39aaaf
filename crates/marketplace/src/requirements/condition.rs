//! Reads the `if` of a schema as a statement about attributes, makes it short, and says it in words.

use super::phrase;
use super::schema;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// What must hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Condition {
    /// Nothing: it always holds.
    Always,
    /// It never holds.
    Never,
    /// An attribute is given.
    Given(String),
    /// An attribute is not given.
    Missing(String),
    /// An attribute has one of these values.
    Is(String, BTreeSet<String>),
    /// An attribute has none of these values, or is not given.
    IsNot(String, BTreeSet<String>),
    /// All of them hold.
    All(Vec<Condition>),
    /// At least one of them holds.
    Any(Vec<Condition>),
    /// Something that has no words here.
    Other,
}

/// Deeper or longer conditions are not put into words.
const DEEPEST: usize = 12;
const LONGEST: usize = 1_000;

impl Condition {
    /// Reads a schema for the object at a path (`item_weight`, or nothing for the root).
    pub(super) fn of(document: &Value, schema: &Value, path: &str) -> Self {
        Reader { document, left: LONGEST }.read(schema, path, 0).simple()
    }

    /// The opposite.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::Given(name) => Self::Missing(name),
            Self::Missing(name) => Self::Given(name),
            Self::Is(name, values) => Self::IsNot(name, values),
            Self::IsNot(name, values) => Self::Is(name, values),
            Self::All(parts) => Self::Any(parts.into_iter().map(Self::negated).collect()),
            Self::Any(parts) => Self::All(parts.into_iter().map(Self::negated).collect()),
            Self::Other => Self::Other,
        }
    }

    /// Whether anything in it was done, rather than left undone: "is not a parent" explains nothing to anybody.
    pub(super) fn names_a_cause(&self) -> bool {
        match self {
            Self::Given(_) | Self::Is(..) => true,
            Self::Always | Self::Never | Self::Missing(_) | Self::IsNot(..) | Self::Other => false,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::names_a_cause),
        }
    }

    /// Whether a part of it has no words here.
    pub(super) fn is_vague(&self) -> bool {
        match self {
            Self::Other => true,
            Self::Always | Self::Never | Self::Given(_) | Self::Missing(_) | Self::Is(..) | Self::IsNot(..) => false,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::is_vague),
        }
    }

    /// All of these, said as shortly as possible.
    pub(super) fn all(parts: Vec<Self>) -> Self {
        Self::All(parts).simple()
    }

    /// Any of these, said as shortly as possible.
    pub(super) fn any(parts: Vec<Self>) -> Self {
        Self::Any(parts).simple()
    }

    /// Whether `self` cannot hold without `other` holding too. A `false` may also mean that it is not known.
    pub(super) fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Other, _) | (_, Self::Other) => false,
            (Self::Never, _) | (_, Self::Always) => true,
            (Self::Any(parts), _) => parts.iter().all(|part| part.implies(other)),
            (_, Self::All(parts)) => parts.iter().all(|part| self.implies(part)),
            (Self::All(parts), Self::Any(others)) => {
                parts.iter().any(|part| part.implies(other)) || others.iter().any(|other| self.implies(other))
            }
            (Self::All(parts), _) => parts.iter().any(|part| part.implies(other)),
            (_, Self::Any(others)) => others.iter().any(|other| self.implies(other)),
            // What is given stands in something given, and in what is missing nothing is given.
            (Self::Is(inner, _) | Self::Given(inner), Self::Given(outer))
            | (Self::Missing(outer), Self::IsNot(inner, _) | Self::Missing(inner)) => within(inner, outer),
            (Self::Is(left, few), Self::Is(right, many)) | (Self::IsNot(left, many), Self::IsNot(right, few)) => {
                left == right && few.is_subset(many)
            }
            (left, right) => left == right,
        }
    }

    fn simple(self) -> Self {
        let (parts, all) = match self {
            Self::All(parts) => (parts, true),
            Self::Any(parts) => (parts, false),
            other => return other,
        };
        let mut flat = Vec::new();
        for part in parts {
            match (part.simple(), all) {
                (Self::All(inner), true) | (Self::Any(inner), false) => flat.extend(inner),
                (part, _) => flat.push(part),
            }
        }
        let neutral = if all { Self::Always } else { Self::Never };
        let mut kept = without_needless(flat, all);
        kept.retain(|part| *part != neutral);
        if all {
            drop_what_the_others_say(&mut kept);
        }
        match (kept.len(), all) {
            (0, _) => neutral,
            (1, _) => kept.remove(0),
            (_, true) => Self::All(kept),
            (_, false) => factored(kept),
        }
    }

    /// The parts of which all must hold.
    fn parts(&self) -> &[Self] {
        match self {
            Self::All(parts) => parts,
            other => std::slice::from_ref(other),
        }
    }
}

/// Of two parts of which one says all that the other says, one is enough. More than these are left as they are.
const COMPARED: usize = 64;

fn without_needless(parts: Vec<Condition>, all: bool) -> Vec<Condition> {
    let mut kept: Vec<Condition> = Vec::new();
    for mut part in parts {
        // `a` is x or `a` is y: `a` is x or y. Not x and not y: not x or y.
        if let Some(at) = kept.iter().position(|have| joinable(have, &part, all)) {
            let have = kept.swap_remove(at);
            part = joined(have, part);
        }
        let covered =
            |have: &Condition, new: &Condition| have == new || if all { have.implies(new) } else { new.implies(have) };
        if kept.len() < COMPARED {
            if kept.iter().any(|have| covered(have, &part)) {
                continue;
            }
            kept.retain(|have| !covered(&part, have));
        }
        kept.push(part);
    }
    kept
}

/// ((a and b) or c) and a and b: a and b.
fn drop_what_the_others_say(parts: &mut Vec<Condition>) {
    let mut at = 0;
    while at < parts.len() && parts.len() <= COMPARED {
        let part = parts.remove(at);
        let others = Condition::All(parts.clone());
        if !(matches!(part, Condition::Any(_)) && others.implies(&part)) {
            parts.insert(at, part);
            at += 1;
        }
    }
}

fn joinable(left: &Condition, right: &Condition, all: bool) -> bool {
    match (left, right) {
        (Condition::Is(left, _), Condition::Is(right, _)) => !all && left == right,
        (Condition::IsNot(left, _), Condition::IsNot(right, _)) => all && left == right,
        (_, _) => false,
    }
}

fn joined(left: Condition, right: Condition) -> Condition {
    match (left, right) {
        (Condition::Is(name, mut values), Condition::Is(_, more)) => {
            values.extend(more);
            Condition::Is(name, values)
        }
        (Condition::IsNot(name, mut values), Condition::IsNot(_, more)) => {
            values.extend(more);
            Condition::IsNot(name, values)
        }
        (_, right) => right,
    }
}

/// (a and b) or (a and c): a and (b or c).
fn factored(parts: Vec<Condition>) -> Condition {
    let Some((first, others)) = parts.split_first() else { return Condition::Never };
    let shared: Vec<Condition> =
        first.parts().iter().filter(|part| others.iter().all(|other| other.parts().contains(part))).cloned().collect();
    if shared.is_empty() {
        return Condition::Any(parts);
    }
    let rests = parts
        .iter()
        .map(|part| Condition::All(part.parts().iter().filter(|part| !shared.contains(part)).cloned().collect()));
    let rest = Condition::Any(rests.collect()).simple();
    Condition::All(shared.iter().cloned().chain([rest]).collect()).simple()
}

fn within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

struct Reader<'a> {
    document: &'a Value,
    left: usize,
}

impl Reader<'_> {
    fn read(&mut self, schema: &Value, path: &str, depth: usize) -> Condition {
        let members = match schema {
            Value::Bool(true) => return Condition::Always,
            Value::Bool(false) => return Condition::Never,
            Value::Object(members) => members,
            _ => return Condition::Other,
        };
        if depth > DEEPEST || self.left == 0 {
            return Condition::Other;
        }
        self.left -= 1;
        let mut parts = Vec::new();
        // Sorted, so that the words do not depend on how the map keeps its order.
        let mut sorted: Vec<_> = members.iter().collect();
        sorted.sort_by_key(|(name, _)| *name);
        for (name, value) in sorted {
            match (name.as_str(), value) {
                ("required", Value::Array(names)) => {
                    for name in names.iter().filter_map(Value::as_str) {
                        parts.push(Condition::Given(join(path, name)));
                    }
                }
                ("properties", Value::Object(properties)) => {
                    for (name, property) in properties {
                        let condition = self.read(property, &join(path, name), depth + 1);
                        // Said of an attribute that need not be there, it holds without it.
                        let needed = requires(members, name);
                        let condition = if needed { condition } else { or_missing(condition, join(path, name)) };
                        parts.push(condition);
                    }
                }
                ("items" | "contains", Value::Object(_)) => parts.push(self.read(value, path, depth + 1)),
                ("enum", Value::Array(values)) => parts.push(is(path, values)),
                ("const", value) => parts.push(is(path, std::slice::from_ref(value))),
                ("allOf", Value::Array(all)) => {
                    parts.extend(all.iter().map(|part| self.read(part, path, depth + 1)));
                }
                ("anyOf" | "oneOf", Value::Array(any)) => {
                    parts.push(Condition::Any(any.iter().map(|part| self.read(part, path, depth + 1)).collect()));
                }
                ("not", value) => parts.push(self.read(value, path, depth + 1).negated()),
                ("$ref", _) => match schema::target(self.document, schema) {
                    Some(target) => parts.push(self.read(target, path, depth + 1)),
                    None => parts.push(Condition::Other),
                },
                // What a value is, or how many there are at least, says nothing new beside the rest.
                ("type" | "title" | "description" | "$comment", _) => {}
                ("minItems" | "minLength" | "minProperties", Value::Number(least)) if least.as_u64() <= Some(1) => {}
                (_, _) => parts.push(Condition::Other),
            }
        }
        Condition::All(parts)
    }
}

fn requires(members: &Map<String, Value>, name: &str) -> bool {
    members
        .get("required")
        .and_then(Value::as_array)
        .is_some_and(|names| names.iter().any(|required| required.as_str() == Some(name)))
}

fn or_missing(condition: Condition, name: String) -> Condition {
    match condition.simple() {
        Condition::Always => Condition::Always,
        condition => Condition::Any(vec![condition, Condition::Missing(name)]),
    }
}

fn is(path: &str, values: &[Value]) -> Condition {
    let values = values
        .iter()
        .map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
        .collect();
    Condition::Is(path.to_owned(), values)
}

/// The name below a path; `value` names the attribute itself.
fn join(path: &str, name: &str) -> String {
    match (path, name) {
        ("", name) => name.to_owned(),
        (path, "value") => path.to_owned(),
        (path, name) => format!("{path}.{name}"),
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => out.write_str("always"),
            Self::Never => out.write_str("never"),
            Self::Given(name) => write!(out, "`{name}` is given"),
            Self::Missing(name) => write!(out, "`{name}` is not given"),
            Self::Is(name, values) => {
                write!(out, "`{name}` is {}", phrase::listed_briefly(values.iter().map(String::as_str), 3, " or"))
            }
            Self::IsNot(name, values) => {
                write!(out, "`{name}` is not {}", phrase::listed_briefly(values.iter().map(String::as_str), 3, " or"))
            }
            Self::All(parts) => {
                let parts: Vec<String> = parts
                    .iter()
                    .map(|part| match part {
                        Self::Any(_) => format!("({part})"),
                        part => part.to_string(),
                    })
                    .collect();
                // With alternatives among them, a comma shows where the last part begins.
                let last =
                    if parts.iter().any(|part| part.contains(" or ")) && parts.len() > 2 { ", and" } else { " and" };
                out.write_str(&phrase::join(&parts, last))
            }
            Self::Any(parts) => match parts.as_slice() {
                [Self::Is(name, _), Self::Missing(other)] | [Self::Missing(other), Self::Is(name, _)]
                    if name == other =>
                {
                    let is = parts.iter().find(|part| matches!(part, Self::Is(_, _))).unwrap_or(self);
                    write!(out, "{is} or not given")
                }
                parts => {
                    let parts: Vec<String> = parts
                        .iter()
                        .map(|part| match part {
                            Self::All(_) => format!("({part})"),
                            part => part.to_string(),
                        })
                        .collect();
                    out.write_str(&phrase::join(&parts, " or"))
                }
            },
            Self::Other => out.write_str("a further condition holds"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::Expect;
    use expect_test::expect;

    fn check(schema: &str, expect: &Expect) {
        let schema: Value = serde_json::from_str(schema).unwrap();
        let condition = Condition::of(&Value::Null, &schema, "");
        expect.assert_eq(&format!("{condition}\nnot: {}", condition.clone().negated()));
    }

    #[test]
    fn says_conditions_in_words() {
        check(
            r#"{"required":["a"],"properties":{"a":{"contains":{"required":["value"],"properties":{"value":{"enum":["x","y"]}}}}}}"#,
            &expect![[r"
            `a` is `x` or `y`
            not: `a` is not `x` or `y`"]],
        );
        check(
            r#"{"anyOf":[
                {"not":{"required":["a"],"properties":{"a":{"items":{"required":["value"]}}}}},
                {"not":{"required":["a"],"properties":{"a":{"contains":{"required":["value"],"properties":{"value":{"enum":["parent"]}}}}}}}]}"#,
            &expect![[r"
                `a` is not `parent`
                not: `a` is `parent`"]],
        );
        check(
            r#"{"properties":{"a":{"const":true}}}"#,
            &expect![[r"
            `a` is `true` or not given
            not: `a` is not `true` and `a` is given"]],
        );
        check(
            r#"{"required":["a","b"]}"#,
            &expect![[r"
            `a` is given and `b` is given
            not: `a` is not given or `b` is not given"]],
        );
        check(
            r#"{"required":["w"],"properties":{"w":{"items":{"required":["unit"],"properties":{"unit":{"enum":["a","b","c","d","e"]}}}}}}"#,
            &expect![[r"
            `w.unit` is one of 5 values (`a`, `b`, `c`, …)
            not: `w.unit` is not one of 5 values (`a`, `b`, `c`, …)"]],
        );
        check(
            r#"{"required":["a"],"maxProperties":4}"#,
            &expect![[r"
            a further condition holds and `a` is given
            not: a further condition holds or `a` is not given"]],
        );
        let shared = r#"{"anyOf":[{"required":["a","b"]},{"required":["a","c"]}]}"#;
        check(
            shared,
            &expect![[r"
            `a` is given and (`b` is given or `c` is given)
            not: `a` is not given or (`b` is not given and `c` is not given)"]],
        );
        check(
            "true",
            &expect![[r"
            always
            not: never"]],
        );
    }
}
