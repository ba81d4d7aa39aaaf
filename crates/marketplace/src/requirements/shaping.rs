//! Reads the shape of a document: what its schemas say apart from conditions, `$ref`s followed.

use super::advice::ADVICE;
use super::number::Number;
use super::schema;
use super::shape::Kind;
use super::shape::Scalar;
use super::shape::Shape;
use rust_decimal::Decimal;
use serde_json::Map;
use serde_json::Value;
use std::collections::HashSet;

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
        let below = read_own(members, out);
        if let Some(items) = below.items {
            self.read(items, depth + 1, out.items.get_or_insert_default());
        }
        for (name, property) in below.properties.into_iter().flatten() {
            self.read(property, depth + 1, out.properties.entry(name.clone()).or_default());
        }
        if below.refers
            && let Some(target) = schema::target(self.document, schema)
        {
            self.read(target, depth + 1, out);
        }
        for part in below.all_of.iter().filter(|part| part.get("if").is_none()) {
            self.read(part, depth + 1, out);
        }
        for alternatives in [below.any_of, below.one_of].into_iter().flatten() {
            self.read_alternatives(alternatives, depth, out);
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
                let is_new = are_new(&inner.allowed, &out.allowed);
                for ((at, value), is_new) in inner.allowed.into_iter().enumerate().zip(is_new) {
                    if !is_new {
                        continue;
                    }
                    out.allowed.push(value);
                    if named {
                        out.names.extend(inner.names.get(at).cloned());
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

/// Which values are not among the known ones, nor before among themselves.
fn are_new(values: &[Scalar], known: &[Scalar]) -> Vec<bool> {
    match values {
        [one] => vec![!known.contains(one)],
        values => {
            let mut known: HashSet<&Scalar> = known.iter().collect();
            values.iter().map(|value| known.insert(value)).collect()
        }
    }
}

/// What of a schema leads to other schemas.
#[derive(Default)]
struct Below<'a> {
    items: Option<&'a Value>,
    properties: Option<&'a Map<String, Value>>,
    refers: bool,
    all_of: &'a [Value],
    any_of: Option<&'a [Value]>,
    one_of: Option<&'a [Value]>,
}

/// One walk over the members: a document has tens of thousands of schemas, each with few of all the keywords there are.
fn read_own<'a>(members: &'a Map<String, Value>, out: &mut Shape) -> Below<'a> {
    let mut below = Below::default();
    let (mut listed, mut only, mut labels) = (None, None, None);
    let mut is_closed = false;
    for (name, value) in members {
        match name.as_str() {
            "items" => below.items = Some(value).filter(|items| items.is_object()),
            "properties" => below.properties = value.as_object(),
            "$ref" => below.refers = true,
            "allOf" => below.all_of = value.as_array().map_or(&[], Vec::as_slice),
            "anyOf" => below.any_of = value.as_array().map(Vec::as_slice),
            "oneOf" => below.one_of = value.as_array().map(Vec::as_slice),
            "title" => fill(&mut out.title, || text(value)),
            "description" => fill(&mut out.description, || text(value)),
            "format" => fill(&mut out.format, || text(value)),
            "pattern" => fill(&mut out.pattern, || text(value)),
            GROUP => out.group |= *value == Value::Bool(true),
            ADVICE => fill(&mut out.advice, || super::advice::read(value)),
            "type" => names(value).filter_map(Kind::parse).for_each(|kind| add(&mut out.kinds, kind)),
            "required" => add_names(&mut out.required, value),
            "selectors" => add_names(&mut out.selectors, value),
            "additionalProperties" => is_closed = *value == Value::Bool(false),
            "enum" => listed = value.as_array(),
            "const" => only = Some(value),
            "enumNames" => labels = Some(value),
            "default" => fill(&mut out.default, || scalar(value)),
            "editable" => fill(&mut out.editable, || value.as_bool()),
            "hidden" => out.hidden |= *value == Value::Bool(true),
            "maxLength" => fill(&mut out.max_length, || value.as_u64()),
            "minLength" => fill(&mut out.min_length, || value.as_u64()),
            "maxUtf8ByteLength" => fill(&mut out.max_bytes, || value.as_u64()),
            "minUtf8ByteLength" => fill(&mut out.min_bytes, || value.as_u64()),
            "minItems" => fill(&mut out.min_items, || value.as_u64()),
            "maxItems" => fill(&mut out.max_items, || value.as_u64()),
            "maxUniqueItems" => fill(&mut out.max_unique_items, || value.as_u64()),
            "minimum" => fill(&mut out.minimum, || decimal(value)),
            "maximum" => fill(&mut out.maximum, || decimal(value)),
            "exclusiveMinimum" => fill(&mut out.exclusive_minimum, || decimal(value)),
            "exclusiveMaximum" => fill(&mut out.exclusive_maximum, || decimal(value)),
            "multipleOf" => fill(&mut out.multiple_of, || decimal(value)),
            "examples" if out.examples.is_empty() => out.examples = names(value).map(str::to_owned).collect(),
            "$lifecycle" => read_lifecycle(value, out),
            _ => {}
        }
    }
    if members.contains_key("properties") || out.kinds.contains(&Kind::Object) {
        out.extensible = !is_closed;
    }
    if out.allowed.is_empty() {
        let allowed: Vec<Scalar> = match (listed, only) {
            (Some(values), _) => values.iter().filter_map(scalar).collect(),
            (None, only) => only.and_then(scalar).into_iter().collect(),
        };
        if !allowed.is_empty() {
            let labels: Vec<String> = labels.into_iter().flat_map(names).map(str::to_owned).collect();
            out.names = if labels.len() == allowed.len() { labels } else { Vec::new() };
            out.allowed = allowed;
        }
    }
    below
}

fn read_lifecycle(lifecycle: &Value, out: &mut Shape) {
    for value in lifecycle.get("enumDeprecated").into_iter().flat_map(names) {
        out.deprecated.entry(value.to_owned()).or_default();
    }
    for replacement in lifecycle.get("enumReplacement").and_then(Value::as_array).into_iter().flatten() {
        if let Some(value) = replacement.get("value").and_then(text) {
            let replacements = replacement.get("replacements").into_iter().flat_map(names);
            out.deprecated.insert(value, replacements.map(str::to_owned).collect());
        }
    }
}

fn scalar(value: &Value) -> Option<Scalar> {
    Some(match value {
        Value::Null => Scalar::Null,
        Value::Bool(value) => Scalar::Bool(*value),
        Value::Number(number) => Scalar::Number(decimal_of(number)?),
        Value::String(text) => Scalar::Text(text.clone()),
        Value::Array(_) | Value::Object(_) => return None,
    })
}

fn add<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

fn add_names(list: &mut Vec<String>, value: &Value) {
    for name in names(value) {
        if !list.iter().any(|known| known == name) {
            list.push(name.to_owned());
        }
    }
}

fn fill<T>(slot: &mut Option<T>, value: impl FnOnce() -> Option<T>) {
    if slot.is_none() {
        *slot = value();
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// A text or a list of texts.
fn names(value: &Value) -> impl Iterator<Item = &str> {
    let list = match value {
        Value::Array(entries) => entries.as_slice(),
        one => std::slice::from_ref(one),
    };
    list.iter().filter_map(Value::as_str)
}

fn decimal(value: &Value) -> Option<Decimal> {
    decimal_of(value.as_number()?)
}

fn decimal_of(number: &serde_json::Number) -> Option<Decimal> {
    match Number::of_json(number)? {
        Number::Decimal(value) => Some(value.normalize()),
        Number::Written(_) => None,
    }
}
