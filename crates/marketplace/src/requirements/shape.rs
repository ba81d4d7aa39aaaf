//! What a document says an attribute looks like, apart from conditions: for templates, help texts and people.

use super::number::Number;
use super::schema;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// The structure of a document, `$ref`s followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Its label.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What it may be.
    pub kinds: Vec<Kind>,
    /// The members of an object.
    pub properties: BTreeMap<String, Shape>,
    /// The entries of a list.
    pub items: Option<Box<Shape>>,
    /// Members an object must have, whatever else holds.
    pub required: Vec<String>,
    /// Whether an object may have members that are not among its properties.
    pub extensible: bool,
    /// The allowed values, or the suggested ones if `open`.
    pub allowed: Vec<Scalar>,
    /// Labels of the allowed values, one each, or none at all.
    pub names: Vec<String>,
    /// Whether other values than the allowed ones are taken too.
    pub open: bool,
    /// What holds if it is left out.
    pub default: Option<Scalar>,
    /// Most characters.
    pub max_length: Option<u64>,
    /// Fewest characters.
    pub min_length: Option<u64>,
    /// Most bytes in UTF-8.
    pub max_bytes: Option<u64>,
    /// Fewest bytes in UTF-8.
    pub min_bytes: Option<u64>,
    /// The least number.
    pub minimum: Option<Decimal>,
    /// The greatest number.
    pub maximum: Option<Decimal>,
    /// A number must be above this.
    pub exclusive_minimum: Option<Decimal>,
    /// A number must be below this.
    pub exclusive_maximum: Option<Decimal>,
    /// What a number must be a whole number of times.
    pub multiple_of: Option<Decimal>,
    /// Fewest entries.
    pub min_items: Option<u64>,
    /// Most entries.
    pub max_items: Option<u64>,
    /// Most entries for one combination of selectors.
    pub max_unique_items: Option<u64>,
    /// The members that together tell the entries of a list apart.
    pub selectors: Vec<String>,
    /// How a text is to be written.
    pub format: Option<String>,
    /// A regular expression for a text.
    pub pattern: Option<String>,
    /// Allowed values that are about to be removed, with what to write instead if the document says so.
    pub deprecated: BTreeMap<String, Vec<String>>,
    /// Whether it can be changed later, if the document says so.
    pub editable: Option<bool>,
    /// Whether people need not see it.
    pub hidden: bool,
    /// Values the document gives as examples.
    pub examples: Vec<String>,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An object with named members.
    Object,
    /// A list.
    Array,
    /// A text.
    String,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
}

impl Kind {
    /// In words, with an article.
    pub fn words(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "a list",
            Self::String => "text",
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::Boolean => "`true` or `false`",
            Self::Null => "`null`",
        }
    }

    /// The kind a schema names.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "object" => Self::Object,
            "array" => Self::Array,
            "string" => Self::String,
            "number" => Self::Number,
            "integer" => Self::Integer,
            "boolean" => Self::Boolean,
            "null" => Self::Null,
            _ => return None,
        })
    }
}

/// A value without parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scalar {
    /// `null`.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// Text.
    Text(String),
}

impl Scalar {
    fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(decimal(number)?),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(_) | Value::Object(_) => return None,
        })
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Number(value) => write!(out, "{value}"),
            Self::Text(text) => out.write_str(text),
        }
    }
}

/// Depth and size where reading stops: only a document that refers to itself gets there.
const DEEPEST: usize = 40;
const MOST: usize = 100_000;

impl Shape {
    /// The shape of a document.
    pub fn of(document: &Value) -> Self {
        let mut shape = Self::default();
        Reader { document, left: MOST }.read(document, 0, &mut shape);
        shape
    }

    /// The shape at the end of a path of member names; lists are stepped into by themselves.
    pub fn get<'n>(&self, path: impl IntoIterator<Item = &'n str>) -> Option<&Self> {
        path.into_iter().try_fold(self, |shape, name| shape.inside().properties.get(name))
    }

    /// The shape at a JSON Pointer into a listing; a number steps into a list.
    pub fn at_pointer(&self, pointer: &str) -> Option<&Self> {
        pointer.split('/').skip(1).try_fold(self, |shape, token| match &shape.items {
            Some(items) if token.bytes().all(|byte| byte.is_ascii_digit()) => Some(&**items),
            Some(_) | None => shape.properties.get(&token.replace("~1", "/").replace("~0", "~")),
        })
    }

    /// What a list is made of, or the shape itself.
    pub fn inside(&self) -> &Self {
        let mut shape = self;
        while let Some(items) = &shape.items {
            shape = items;
        }
        shape
    }

    /// Whether any value in it is about to be removed.
    pub(super) fn has_deprecated(&self) -> bool {
        !self.deprecated.is_empty()
            || self.items.as_ref().is_some_and(|items| items.has_deprecated())
            || self.properties.values().any(Self::has_deprecated)
    }
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
        (Some(Value::Array(values)), _) => values.iter().filter_map(Scalar::of).collect(),
        (_, Some(value)) => Scalar::of(value).into_iter().collect(),
        (_, None) => Vec::new(),
    };
    if out.allowed.is_empty() && !allowed.is_empty() {
        let labels = names(schema, "enumNames");
        out.names = if labels.len() == allowed.len() { labels } else { Vec::new() };
        out.allowed = allowed;
    }
    fill(&mut out.default, schema.get("default").and_then(Scalar::of));
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
