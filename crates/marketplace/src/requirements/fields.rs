//! The flat list of what a category takes, for people: what must be given, when, and in which form.

use super::condition::Condition;
use super::schema;
use super::shape::Kind;
use super::shape::Shape;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One thing to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldRow {
    /// Names from the attribute down, joined by dots: `item_weight.value`.
    pub path: String,
    /// The document's label.
    pub title: Option<String>,
    /// The document's explanation.
    pub description: Option<String>,
    /// Whether it must be given.
    pub required: Required,
    /// What a value is.
    pub kind: Option<Kind>,
    /// Whether several values may be given.
    pub many: bool,
    /// The allowed values, or the suggested ones if `open`.
    pub allowed: Vec<String>,
    /// Labels of the allowed values, one each, or none at all.
    pub names: Vec<String>,
    /// Whether other values are taken too.
    pub open: bool,
    /// Limits in short: `≤ 200 characters`.
    pub limits: String,
    /// The units a number may have; empty if it has none.
    pub units: Vec<String>,
    /// A value the document gives as an example.
    pub example: Option<String>,
}

/// Whether something must be given. The order is the one people look for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Required {
    /// In any case.
    Always,
    /// When this holds.
    When(String),
    /// Never by the schema.
    No,
}

impl Required {
    fn rank(&self) -> u8 {
        match self {
            Self::Always => 0,
            Self::When(_) => 1,
            Self::No => 2,
        }
    }
}

/// When each path must be given, said of the object it stands in; paths that need not be are left out.
pub(super) fn needs(document: &Value) -> BTreeMap<String, Condition> {
    let mut needs = Needs { document, by_path: BTreeMap::new(), left: MOST };
    needs.read(document, "", &[], 0);
    needs.by_path.into_iter().map(|(path, list)| (path, Condition::any(list))).collect()
}

/// Lists what a document asks for.
pub(super) fn fields(document: &Value, shape: &Shape) -> Vec<FieldRow> {
    let mut needs = Needs { document, by_path: BTreeMap::new(), left: MOST };
    needs.read(document, "", &[], 0);
    let mut rows = Rows { needs: &needs, list: Vec::new() };
    for (name, property) in &shape.properties {
        rows.add(name, property, needs.when(name), false);
    }
    let mut list = rows.list;
    list.sort_by(|left, right| (left.required.rank(), &left.path).cmp(&(right.required.rank(), &right.path)));
    list
}

/// When each path must be given, said of the object it stands in.
struct Needs<'a> {
    document: &'a Value,
    by_path: BTreeMap<String, Vec<Condition>>,
    left: usize,
}

/// Deeper than any real document nests its conditions; one of a document's `else if` chains takes one step per link.
const DEEPEST: usize = 100;
/// Only a document that refers to itself is longer.
const MOST: usize = 100_000;

impl Needs<'_> {
    fn read(&mut self, schema: &Value, path: &str, conditions: &[Condition], depth: usize) {
        let Value::Object(members) = schema else { return };
        if depth > DEEPEST || self.left == 0 {
            return;
        }
        self.left -= 1;
        for name in names(members.get("required")) {
            let when = Condition::all(conditions.to_vec());
            let list = self.by_path.entry(join(path, name)).or_default();
            if !list.contains(&when) {
                list.push(when);
            }
        }
        for (name, property) in members.get("properties").and_then(Value::as_object).into_iter().flatten() {
            self.read(property, &join(path, name), conditions, depth + 1);
        }
        if let Some(items) = members.get("items") {
            self.read(items, path, conditions, depth + 1);
        }
        for part in members.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.read(part, path, conditions, depth + 1);
        }
        for name in ["anyOf", "oneOf"] {
            self.read_alternatives(members.get(name), path, conditions, depth);
        }
        for name in ["dependentRequired", "dependencies"] {
            for (given, dependents) in members.get(name).and_then(Value::as_object).into_iter().flatten() {
                let conditions = with(conditions, Condition::Given(join(path, given)));
                let list = serde_json::json!({ "required": dependents });
                self.read(&list, path, &conditions, depth + 1);
            }
        }
        if let Some(condition) = members.get("if") {
            let condition = Condition::of(self.document, condition, path);
            if let Some(then) = members.get("then") {
                self.read(then, path, &with(conditions, condition.clone()), depth + 1);
            }
            if let Some(otherwise) = members.get("else") {
                self.read(otherwise, path, &with(conditions, condition.negated()), depth + 1);
            }
        }
        if let Some(target) = schema::target(self.document, schema) {
            self.read(target, path, conditions, depth + 10);
        }
    }

    /// What one alternative requires is needed when no other one holds.
    fn read_alternatives(&mut self, list: Option<&Value>, path: &str, conditions: &[Condition], depth: usize) {
        let Some(Value::Array(alternatives)) = list else { return };
        // Long lists are lists of forms, not of attributes.
        if alternatives.len() > 6 || !alternatives.iter().any(|alternative| alternative.get("required").is_some()) {
            return;
        }
        for (at, alternative) in alternatives.iter().enumerate() {
            let others = alternatives.iter().enumerate().filter(|(other, _)| *other != at);
            let mut conditions = conditions.to_vec();
            conditions.extend(others.map(|(_, other)| Condition::of(self.document, other, path).negated()));
            self.read(alternative, path, &conditions, depth + 1);
        }
    }

    fn when(&self, path: &str) -> Condition {
        self.by_path.get(path).map_or(Condition::Never, |list| Condition::any(list.clone()))
    }
}

fn with(conditions: &[Condition], condition: Condition) -> Vec<Condition> {
    let mut conditions = conditions.to_vec();
    conditions.push(condition);
    conditions
}

struct Rows<'a> {
    needs: &'a Needs<'a>,
    list: Vec<FieldRow>,
}

impl Rows<'_> {
    /// Adds the leaves below a path, which must be given when `when` holds. A leaf without words of its own has those of
    /// the attribute it is a part of.
    fn add(&mut self, path: &str, shape: &Shape, when: Condition, many: bool) {
        let from = self.list.len();
        self.add_parts(path, shape, when, many);
        for row in self.list.iter_mut().skip(from) {
            row.title = row.title.take().or_else(|| shape.title.clone());
            row.description = row.description.take().or_else(|| shape.description.clone());
        }
    }

    fn add_parts(&mut self, path: &str, shape: &Shape, when: Condition, many: bool) {
        let many = many || shape.items.is_some() && most(shape) != Some(1);
        let inside = shape.inside();
        if inside.properties.is_empty() {
            self.list.push(row(path, shape, inside, when, many, Vec::new()));
            return;
        }
        let unit = inside.properties.get("unit").filter(|unit| !unit.allowed.is_empty());
        let shown = |name: &str, part: &Shape| {
            let told_apart_by_default =
                shape.selectors.iter().any(|selector| selector == name) && part.default.is_some();
            let with_its_number = unit.is_some() && name == "unit" && measure(inside).is_some();
            !told_apart_by_default && !with_its_number
        };
        let parts: Vec<_> = inside.properties.iter().filter(|(name, part)| shown(name, part)).collect();
        let needed = |name: &str| Condition::all(vec![when.clone(), self.needs.when(&join(path, name))]);
        // Something must be given, but the document does not say which part: then it is the attribute itself.
        if when != Condition::Never && parts.iter().all(|(name, _)| needed(name) == Condition::Never) {
            let whole = parts.iter().find(|(name, _)| *name == "value");
            match whole {
                Some((name, part)) => self.add(&join(path, name), part, when.clone(), many),
                None => self.list.push(row(path, shape, inside, when.clone(), many, Vec::new())),
            }
            for (name, part) in parts.iter().filter(|(name, _)| whole.is_none_or(|(whole, _)| whole != name)) {
                self.add(&join(path, name), part, Condition::Never, many);
            }
            return;
        }
        for (name, part) in parts {
            let needed = needed(name);
            let path = join(path, name);
            match unit {
                Some(unit) if part.properties.is_empty() && measure(inside) == Some(name.as_str()) => {
                    let units = unit.allowed.iter().map(ToString::to_string).collect();
                    self.list.push(row(&path, part, part.inside(), needed, many, units));
                }
                Some(_) | None => self.add(&path, part, needed, many),
            }
        }
    }
}

/// The member that the `unit` beside it belongs to.
fn measure(shape: &Shape) -> Option<&str> {
    let number = |part: &Shape| part.kinds.iter().any(|kind| matches!(kind, Kind::Number | Kind::Integer));
    ["value", "measure"].into_iter().find(|name| shape.properties.get(*name).is_some_and(number))
}

fn most(shape: &Shape) -> Option<u64> {
    match (shape.max_items, shape.max_unique_items) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (most, None) | (None, most) => most,
    }
}

fn row(path: &str, outer: &Shape, inside: &Shape, when: Condition, many: bool, units: Vec<String>) -> FieldRow {
    FieldRow {
        path: path.to_owned(),
        title: inside.title.clone().or_else(|| outer.title.clone()),
        description: inside.description.clone().or_else(|| outer.description.clone()),
        required: match when {
            Condition::Always => Required::Always,
            Condition::Never => Required::No,
            when => Required::When(when.to_string()),
        },
        kind: inside.kinds.first().copied(),
        many,
        allowed: inside.allowed.iter().map(ToString::to_string).collect(),
        names: inside.names.clone(),
        open: inside.open,
        limits: limits(outer, inside),
        units,
        example: inside.examples.first().or_else(|| outer.examples.first()).cloned(),
    }
}

fn limits(outer: &Shape, inside: &Shape) -> String {
    let mut parts = Vec::new();
    let mut add = |words: String| parts.push(words);
    let length = !inside.kinds.iter().any(|kind| matches!(kind, Kind::Number | Kind::Integer | Kind::Boolean));
    match (inside.min_length.filter(|least| *least > 1 && length), inside.max_length.filter(|_| length)) {
        (Some(least), Some(most)) if least == most => add(format!("{most} characters")),
        (Some(least), Some(most)) => add(format!("{least} to {most} characters")),
        (Some(least), None) => add(format!("≥ {least} characters")),
        (None, Some(most)) => add(format!("≤ {most} characters")),
        (None, None) => {}
    }
    // A character has at most four bytes.
    let narrow = |most: &u64| length && inside.max_length.is_none_or(|characters| *most < characters.saturating_mul(4));
    if let Some(most) = inside.max_bytes.filter(narrow) {
        add(format!("≤ {most} bytes"));
    }
    // The tighter of two lower bounds is enough, and so is that of two upper ones.
    match (inside.minimum, inside.exclusive_minimum) {
        (least, Some(above)) if least.is_none_or(|least| least <= above) => add(format!("> {above}")),
        (Some(least), _) => add(format!("≥ {least}")),
        (None, _) => {}
    }
    match (inside.maximum, inside.exclusive_maximum) {
        (most, Some(below)) if most.is_none_or(|most| most >= below) => add(format!("< {below}")),
        (Some(most), _) => add(format!("≤ {most}")),
        (None, _) => {}
    }
    if let Some(step) = inside.multiple_of {
        match (step.mantissa(), step.scale()) {
            (1, 0) => add("whole".to_owned()),
            (1, 1) => add("≤ 1 decimal".to_owned()),
            (1, decimals) => add(format!("≤ {decimals} decimals")),
            (_, _) => add(format!("multiples of {step}")),
        }
    }
    if let Some(format) = &inside.format {
        add(format.clone());
    }
    match (outer.min_items.filter(|least| *least > 1), most(outer).filter(|most| *most > 1)) {
        (Some(least), Some(most)) => add(format!("{least} to {most} values")),
        (Some(least), None) => add(format!("≥ {least} values")),
        (None, Some(most)) => add(format!("≤ {most} values")),
        (None, None) => {}
    }
    parts.join(", ")
}

fn names(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
