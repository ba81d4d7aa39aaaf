//! Listings: made from a document so that much of it is met, and then changed.

use crate::chance::Chance;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeSet;

/// Makes listings for one document.
pub(crate) struct Maker<'d> {
    document: &'d Value,
    /// Every constant of the document, and numbers and texts around its limits.
    values: Vec<Value>,
    names: Vec<String>,
}

/// Deeper values are left out where they may be.
const DEEPEST: usize = 8;

impl<'d> Maker<'d> {
    pub(crate) fn new(document: &'d Value) -> Self {
        let (mut values, mut names) = (Vec::new(), BTreeSet::new());
        gather(document, &mut values, &mut names);
        Self { document, values, names: names.into_iter().collect() }
    }

    pub(crate) fn make(&self, chance: &mut Chance) -> Value {
        // How much of what is optional is there differs from listing to listing.
        let sparse = 1 + chance.below(9);
        self.value(self.document, chance, sparse, 0).unwrap_or_else(|| Value::Object(Map::new()))
    }

    fn value(&self, schema: &Value, chance: &mut Chance, sparse: usize, depth: usize) -> Option<Value> {
        let schema = schema.as_object()?;
        if depth > DEEPEST {
            return None;
        }
        if let Some(only) = schema.get("const") {
            return Some(only.clone());
        }
        if let Some(value) = schema.get("enum").and_then(Value::as_array).and_then(|values| chance.pick(values)) {
            return Some(value.clone());
        }
        let referred = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
        if let Some(target) = referred.and_then(|pointer| self.document.pointer(pointer)) {
            return self.value(target, chance, sparse, depth + 1);
        }
        for name in ["anyOf", "oneOf", "allOf"] {
            if !schema.contains_key("properties")
                && !schema.contains_key("type")
                && let Some(part) = schema.get(name).and_then(Value::as_array).and_then(|parts| chance.pick(parts))
            {
                return self.value(part, chance, sparse, depth + 1);
            }
        }
        let kinds = match schema.get("type") {
            Some(Value::Array(kinds)) => chance.pick(kinds).and_then(Value::as_str),
            other => other.and_then(Value::as_str),
        };
        let guess = if schema.contains_key("properties") {
            "object"
        } else if schema.contains_key("items") || schema.contains_key("contains") {
            "array"
        } else {
            ["string", "number", "boolean", "null", "object", "array"][chance.below(6)]
        };
        Some(match kinds.unwrap_or(guess) {
            "object" => self.object(schema, chance, sparse, depth),
            "array" => self.array(schema, chance, sparse, depth),
            "string" => text(schema, chance),
            "integer" => number(schema, chance, true),
            "number" => number(schema, chance, false),
            "boolean" => Value::Bool(chance.one_in(2)),
            _ => Value::Null,
        })
    }

    fn object(&self, schema: &Map<String, Value>, chance: &mut Chance, sparse: usize, depth: usize) -> Value {
        let mut out = Map::new();
        let required: BTreeSet<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if (required.contains(name.as_str()) || chance.one_in(1 + sparse * (1 + depth / 3)))
                && let Some(value) = self.value(property, chance, sparse, depth + 1)
            {
                out.insert(name.clone(), value);
            }
        }
        Value::Object(out)
    }

    fn array(&self, schema: &Map<String, Value>, chance: &mut Chance, sparse: usize, depth: usize) -> Value {
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1).min(20);
        let more = if chance.one_in(4) { chance.below(4) } else { 0 };
        let count = usize::try_from(least).unwrap() + more;
        let item = |at: usize, chance: &mut Chance| match schema.get("items") {
            Some(Value::Array(entries)) => {
                let entry = entries.get(at).or_else(|| schema.get("additionalItems"));
                entry.and_then(|entry| self.value(entry, chance, sparse, depth + 1))
            }
            Some(items) => self.value(items, chance, sparse, depth + 1),
            None => schema.get("contains").and_then(|wanted| self.value(wanted, chance, sparse, depth + 1)),
        };
        (0..count).filter_map(|at| item(at, chance)).collect()
    }

    /// Changes a listing in one to three places.
    pub(crate) fn mutate(&self, listing: &mut Value, chance: &mut Chance) {
        for _ in 0..=chance.below(3) {
            let mut places = Vec::new();
            pointers(listing, &mut String::new(), &mut places);
            match chance.pick(&places).cloned() {
                Some(place) => self.change(listing, &place, chance),
                None => *listing = self.make(chance),
            }
        }
    }

    fn change(&self, listing: &mut Value, place: &str, chance: &mut Chance) {
        let (parent, name) = place.rsplit_once('/').unwrap();
        let name = name.replace("~1", "/").replace("~0", "~");
        let constant = chance.pick(&self.values).cloned().unwrap_or_default();
        match (chance.below(12), listing.pointer_mut(parent).unwrap()) {
            (0, Value::Object(members)) => drop(members.remove(&name)),
            (0, Value::Array(entries)) => drop(entries.remove(name.parse().unwrap())),
            (1, Value::Object(members)) => {
                let name = chance.pick(&self.names).cloned().unwrap_or(name);
                let value = if chance.one_in(2) { constant } else { self.somewhere(&name, chance).unwrap_or(constant) };
                members.insert(name, value);
            }
            (1, Value::Array(entries)) => {
                let entry = entries[name.parse::<usize>().unwrap()].clone();
                let times = if chance.one_in(40) { 30 } else { 1 };
                entries.extend(std::iter::repeat_n(entry, times));
            }
            (2, Value::Object(members)) => {
                let member = members[&name].clone();
                members.insert(format!("{name}_2"), member);
            }
            (2, Value::Array(entries)) if chance.one_in(2) => entries.reverse(),
            (3, _) => {
                // A whole attribute anew, as the document has it.
                let top = place.split('/').nth(1).unwrap_or_default().replace("~1", "/").replace("~0", "~");
                if let (Some(value), Some(members)) = (self.somewhere(&top, chance), listing.as_object_mut()) {
                    members.insert(top, value);
                }
            }
            (how, _) => {
                let value = listing.pointer_mut(place).unwrap();
                *value = changed(value, how, constant, chance);
            }
        }
    }

    /// A value for an attribute of the listing.
    fn somewhere(&self, name: &str, chance: &mut Chance) -> Option<Value> {
        let property = self.document.get("properties")?.get(name)?;
        self.value(property, chance, 3, 1)
    }
}

fn changed(value: &Value, how: usize, constant: Value, chance: &mut Chance) -> Value {
    let odd = [
        "{}",
        "[]",
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1.0",
        "0.1",
        "1e2",
        "1e400",
        "123456789012345678901234567890",
        "\"\"",
        "\"é\"",
        "[[]]",
        "[null]",
        "{\"value\":1}",
        "\"2026-02-30\"",
        "19.990",
        "-0.0",
    ];
    match (how, value) {
        (6, _) => serde_json::from_str(odd[chance.below(odd.len())]).unwrap_or(Value::from(7)),
        (7, Value::String(text)) => {
            let most = if chance.one_in(50) { 400 } else { 6 };
            Value::from(text.repeat(1 + chance.below(most)))
        }
        (8, Value::String(text)) => Value::from(text.chars().take(chance.below(4)).collect::<String>()),
        (9, Value::String(text)) => Value::from(format!("{text}{}", ["é", "x", " ", "🦀", "\u{0}"][chance.below(5)])),
        (7, Value::Number(_)) => {
            serde_json::from_str(&format!("{}.{:02}", chance.below(100), chance.below(100))).unwrap()
        }
        (8, Value::Number(number)) => {
            number.as_i64().map_or(Value::from(1), |number| Value::from(number.saturating_add(1)))
        }
        (9, Value::Number(_)) => Value::from(chance.below(1000)),
        (10, value) => Value::Array(vec![value.clone(), value.clone()]),
        // 4 and 5, and whatever does not suit the value.
        (11, Value::Array(entries)) => entries.first().cloned().unwrap_or_default(),
        (_, _) => constant,
    }
}

fn pointers(value: &Value, pointer: &mut String, out: &mut Vec<String>) {
    let length = pointer.len();
    let mut enter = |token: &str, value: &Value| {
        pointer.push('/');
        pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
        out.push(pointer.clone());
        pointers(value, pointer, out);
        pointer.truncate(length);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| enter(name, member)),
        Value::Array(entries) => entries.iter().enumerate().for_each(|(at, entry)| enter(&at.to_string(), entry)),
        _ => {}
    }
}

fn text(schema: &Map<String, Value>, chance: &mut Chance) -> Value {
    match schema.get("format").and_then(Value::as_str) {
        Some("date") => return Value::from("2026-11-26"),
        Some("date-time") => return Value::from("2026-11-26T10:00:00Z"),
        Some("uri") => return Value::from("https://example.com/a.jpg"),
        _ => {}
    }
    let limit = |name: &str| schema.get(name).and_then(Value::as_u64).map(|limit| usize::try_from(limit).unwrap_or(0));
    let least = limit("minLength").unwrap_or(1);
    let length = match (chance.below(6), limit("maxLength").or(limit("maxUtf8ByteLength"))) {
        (0, Some(most)) if most < 300 => most + chance.below(2),
        (1, _) => least.saturating_sub(chance.below(2)),
        (_, _) => least.max(3),
    };
    Value::from(if chance.one_in(6) { "é" } else { "x" }.repeat(length.min(1_000)))
}

fn number(schema: &Map<String, Value>, chance: &mut Chance, whole: bool) -> Value {
    let limit = |name: &str| schema.get(name).and_then(Value::as_number);
    let any = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"][chance.below(5)];
    match (chance.below(4), limit(any)) {
        (0 | 1, Some(limit)) => Value::Number(limit.clone()),
        (2, _) if !whole => serde_json::from_str(&format!("{}.{}", chance.below(50), chance.below(10))).unwrap(),
        (_, _) => Value::from(chance.below(12)),
    }
}

/// All constants of a document, all names, and values around limits.
fn gather(schema: &Value, values: &mut Vec<Value>, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), value) {
                    ("enum", Value::Array(entries)) => values.extend(entries.iter().take(60).cloned()),
                    ("const" | "default", value) => values.push(value.clone()),
                    ("required", Value::Array(entries)) => {
                        names.extend(entries.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    ("properties", Value::Object(properties)) => names.extend(properties.keys().cloned()),
                    ("maxLength" | "minLength" | "maxUtf8ByteLength", Value::Number(limit)) => {
                        let limit = usize::try_from(limit.as_u64().unwrap_or(1)).unwrap_or(1).min(500);
                        values.extend(["x".repeat(limit), "x".repeat(limit + 1), "é".repeat(limit)].map(Value::from));
                    }
                    (_, Value::Number(number)) => {
                        values.push(value.clone());
                        values.extend(number.as_i64().map(|number| Value::from(number.saturating_add(1))));
                    }
                    _ => {}
                }
                gather(value, values, names);
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| gather(entry, values, names)),
        _ => {}
    }
}
