//! Reads the shape of a document: what its schemas say apart from conditions, `$ref`s followed.

use super::number::Number;
use super::schema;
use super::shape::Kind;
use super::shape::Scalar;
use super::shape::Shape;
use rust_decimal::Decimal;
use serde_json::Value;

/// The keyword of an object that only holds attributes together.
const GROUP: &str = "$group";

/// Depth and size where reading stops: only a document that refers to itself gets there.
const DEEPEST: usize = 40;
const MOST: usize = 100_000;

/// The shape of a whole document.
pub(super) fn shape(document: &Value) -> Shape {
    let mut shape = Shape::default();
    Reader { document, left: MOST }.read(document, 0, &mut shape);
    shape
}

struct Reader<'a> {
    document: &'a Value,
    left: usize,
}

impl Reader<'_> {
    /// Adds what a schema says to a shape. The schema itself goes first: what it refers to only fills gaps.
    fn read(&mut self, schema: &Value, depth: usize, out: &mut Shape) {
        let Value::Object(members) = schema else { return };
        if depth > DEEPEST || self.left == 0 {
            return;
        }
        self.left -= 1;
        read_own(schema, out);
        if let Some(items) = members.get("items").filter(|items| items.is_object()) {
            let mut inner = out.items.take().map_or_else(Shape::default, |items| *items);
            self.read(items, depth + 1, &mut inner);
            out.items = Some(Box::new(inner));
        }
        if let Some(Value::Object(properties)) = members.get("properties") {
            for (name, property) in properties {
                let mut inner = out.properties.remove(name).unwrap_or_default();
                self.read(property, depth + 1, &mut inner);
                out.properties.insert(name.clone(), inner);
            }
        }
        if let Some(target) = schema::target(self.document, schema) {
            self.read(target, depth + 1, out);
        }
        if let Some(Value::Array(all)) = members.get("allOf") {
            for part in all.iter().filter(|part| part.get("if").is_none()) {
                self.read(part, depth + 1, out);
            }
        }
        for name in ["anyOf", "oneOf"] {
            if let Some(Value::Array(alternatives)) = members.get(name) {
                self.read_alternatives(alternatives, depth, out);
            }
        }
    }

    /// What any of the alternatives allows is allowed; what one of them requires is not required.
    fn read_alternatives(&mut self, alternatives: &[Value], depth: usize, out: &mut Shape) {
        let (mut closed, mut free) = (false, false);
        for alternative in alternatives {
            let mut inner = Shape::default();
            self.read(alternative, depth + 1, &mut inner);
            if inner.allowed.is_empty() {
                free |= !inner.kinds.is_empty() && inner.properties.is_empty();
            } else {
                closed = true;
                let named = inner.names.len() == inner.allowed.len() && out.names.len() == out.allowed.len();
                for (at, value) in inner.allowed.into_iter().enumerate() {
                    if !out.allowed.contains(&value) {
                        out.allowed.push(value);
                        if named {
                            out.names.extend(inner.names.get(at).cloned());
                        }
                    }
                }
                free |= inner.open;
                out.deprecated.append(&mut inner.deprecated);
            }
            for kind in inner.kinds {
                add(&mut out.kinds, kind);
            }
            for (name, property) in inner.properties {
                out.properties.entry(name).or_insert(property);
            }
            if out.items.is_none() {
                out.items = inner.items;
            }
            out.extensible |= inner.extensible;
        }
        out.open |= closed && free;
    }
}

fn read_own(schema: &Value, out: &mut Shape) {
    fill(&mut out.title, text(schema, "title"));
    fill(&mut out.description, text(schema, "description"));
    fill(&mut out.format, text(schema, "format"));
    fill(&mut out.pattern, text(schema, "pattern"));
    out.group |= schema.get(GROUP) == Some(&Value::Bool(true));
    fill(&mut out.advice, schema.get(super::advice::ADVICE).and_then(super::advice::read));
    for kind in names(schema, "type").iter().filter_map(|name| Kind::parse(name)) {
        add(&mut out.kinds, kind);
    }
    for name in names(schema, "required") {
        add(&mut out.required, name);
    }
    for name in names(schema, "selectors") {
        add(&mut out.selectors, name);
    }
    if schema.get("properties").is_some() || out.kinds.contains(&Kind::Object) {
        out.extensible = schema.get("additionalProperties") != Some(&Value::Bool(false));
    }
    let allowed = match (schema.get("enum"), schema.get("const")) {
        (Some(Value::Array(values)), _) => values.iter().filter_map(scalar).collect(),
        (_, Some(value)) => scalar(value).into_iter().collect(),
        (_, None) => Vec::new(),
    };
    if out.allowed.is_empty() && !allowed.is_empty() {
        let labels = names(schema, "enumNames");
        out.names = if labels.len() == allowed.len() { labels } else { Vec::new() };
        out.allowed = allowed;
    }
    fill(&mut out.default, schema.get("default").and_then(scalar));
    fill(&mut out.editable, schema.get("editable").and_then(Value::as_bool));
    out.hidden |= schema.get("hidden").and_then(Value::as_bool).unwrap_or(false);
    for (slot, name) in [
        (&mut out.max_length, "maxLength"),
        (&mut out.min_length, "minLength"),
        (&mut out.max_bytes, "maxUtf8ByteLength"),
        (&mut out.min_bytes, "minUtf8ByteLength"),
        (&mut out.min_items, "minItems"),
        (&mut out.max_items, "maxItems"),
        (&mut out.max_unique_items, "maxUniqueItems"),
    ] {
        fill(slot, schema.get(name).and_then(Value::as_u64));
    }
    for (slot, name) in [
        (&mut out.minimum, "minimum"),
        (&mut out.maximum, "maximum"),
        (&mut out.exclusive_minimum, "exclusiveMinimum"),
        (&mut out.exclusive_maximum, "exclusiveMaximum"),
        (&mut out.multiple_of, "multipleOf"),
    ] {
        fill(slot, schema.get(name).and_then(Value::as_number).and_then(decimal));
    }
    if out.examples.is_empty() {
        out.examples = names(schema, "examples");
    }
    read_lifecycle(schema, out);
}

fn read_lifecycle(schema: &Value, out: &mut Shape) {
    let Some(lifecycle) = schema.get("$lifecycle") else { return };
    for value in names(lifecycle, "enumDeprecated") {
        out.deprecated.entry(value).or_default();
    }
    for replacement in lifecycle.get("enumReplacement").and_then(Value::as_array).into_iter().flatten() {
        if let Some(value) = text(replacement, "value") {
            out.deprecated.insert(value, names(replacement, "replacements"));
        }
    }
}

fn scalar(value: &Value) -> Option<Scalar> {
    Some(match value {
        Value::Null => Scalar::Null,
        Value::Bool(value) => Scalar::Bool(*value),
        Value::Number(number) => Scalar::Number(decimal(number)?),
        Value::String(text) => Scalar::Text(text.clone()),
        Value::Array(_) | Value::Object(_) => return None,
    })
}

fn add<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

fn fill<T>(slot: &mut Option<T>, value: Option<T>) {
    if slot.is_none() {
        *slot = value;
    }
}

fn text(schema: &Value, name: &str) -> Option<String> {
    schema.get(name)?.as_str().map(str::to_owned)
}

/// A text or a list of texts.
fn names(schema: &Value, name: &str) -> Vec<String> {
    match schema.get(name) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(entries)) => entries.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(_) | None => Vec::new(),
    }
}

fn decimal(number: &serde_json::Number) -> Option<Decimal> {
    match Number::of_json(number)? {
        Number::Decimal(value) => Some(value.normalize()),
        Number::Written(_) => None,
    }
}
