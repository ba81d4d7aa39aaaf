//! Amazon's keywords beyond JSON Schema for the `jsonschema` crate over `serde_json::Value`: lengths in bytes, and how many
//! items may share a combination of selectors.

use jsonschema::Keyword;
use jsonschema::ValidationError;
use jsonschema::ValidationOptions;
use jsonschema::json::SerdeJson;
use serde_json::Map;
use serde_json::Value;

type Made<'a> = Result<Box<dyn for<'i> Keyword<'i, SerdeJson>>, ValidationError<'a>>;

/// Adds them.
pub(crate) fn add(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    options
        .with_keyword("maxUtf8ByteLength", |_, value, _| bytes(value, Side::Most))
        .with_keyword("minUtf8ByteLength", |_, value, _| bytes(value, Side::Least))
        .with_keyword("maxUniqueItems", |parent, value, _| unique(parent, value, Side::Most))
        .with_keyword("minUniqueItems", |parent, value, _| unique(parent, value, Side::Least))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Least,
    Most,
}

impl Side {
    fn holds(self, value: usize, limit: usize) -> bool {
        match self {
            Self::Least => value >= limit,
            Self::Most => value <= limit,
        }
    }
}

struct Bytes {
    limit: usize,
    side: Side,
}

fn bytes(value: &Value, side: Side) -> Made<'_> {
    Ok(Box::new(Bytes { limit: limit(value)?, side }))
}

impl<'i> Keyword<'i, SerdeJson> for Bytes {
    fn validate(&self, node: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(node) { Ok(()) } else { Err(ValidationError::custom("a text has the wrong number of bytes")) }
    }

    fn is_valid(&self, node: &'i Value) -> bool {
        node.as_str().is_none_or(|text| self.side.holds(text.len(), self.limit))
    }
}

struct Unique {
    limit: usize,
    side: Side,
    selectors: Vec<String>,
}

fn unique<'a>(parent: &'a Map<String, Value>, value: &'a Value, side: Side) -> Made<'a> {
    let names = parent.get("selectors").and_then(Value::as_array).into_iter().flatten();
    let selectors = names.filter_map(Value::as_str).map(str::to_owned).collect();
    Ok(Box::new(Unique { limit: limit(value)?, side, selectors }))
}

impl<'i> Keyword<'i, SerdeJson> for Unique {
    fn validate(&self, node: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(node) { Ok(()) } else { Err(ValidationError::custom("too many items, or too few, of a kind")) }
    }

    fn is_valid(&self, node: &'i Value) -> bool {
        let Some(items) = node.as_array() else { return true };
        if self.side == Side::Most && items.len() <= self.limit || self.side == Side::Least && self.limit <= 1 {
            return true;
        }
        let mut seen: Vec<(Vec<Option<&Value>>, usize)> = Vec::new();
        for item in items.iter().filter(|item| item.is_object()) {
            let combination: Vec<_> = self.selectors.iter().map(|selector| item.get(selector)).collect();
            match seen.iter_mut().find(|(known, _)| *known == combination) {
                Some((_, count)) => *count += 1,
                None => seen.push((combination, 1)),
            }
        }
        seen.iter().all(|(_, count)| self.side.holds(*count, self.limit))
    }
}

fn limit(value: &Value) -> Result<usize, ValidationError<'static>> {
    let limit = value.as_u64().and_then(|limit| usize::try_from(limit).ok());
    limit.ok_or_else(|| ValidationError::schema(format!("{value} is not a whole number from 0")))
}
