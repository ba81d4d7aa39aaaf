//! One aspect after the other, from eBay's own words to JSON Schema.
//!
//! Source: Taxonomy API 1.1.1, `AspectConstraint`, read 2026-11-25. Live answers leave members out; what is not said is not
//! asked for.

use crate::profile::MAX_ASPECT_VALUE;
use crate::profile::MAX_ASPECT_VALUES;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

/// Aspects as a schema.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// `properties`, `required`, `allOf` of the object that holds aspects.
    pub(crate) schema: Map<String, Value>,
    /// The aspects variants may differ by; none where the document does not say.
    pub(crate) variation_enabled: Option<Vec<String>>,
}

/// Reads the aspects of a category.
pub(crate) fn read(aspects: &[Value]) -> Read {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut conditions = Vec::new();
    let mut variation_enabled = Vec::new();
    let mut says_variation = false;
    for aspect in aspects {
        let Some(name) = text(aspect, "localizedAspectName").filter(|name| !name.trim().is_empty()) else { continue };
        let constraint = aspect.get("aspectConstraint").unwrap_or(&Value::Null);
        let is = |member: &str| constraint.get(member).and_then(Value::as_bool);
        properties.insert(name.to_owned(), schema(aspect, constraint));
        if is("aspectRequired") == Some(true) {
            required.push(name.to_owned());
        }
        if let Some(enabled) = is("aspectEnabledForVariations") {
            says_variation = true;
            if enabled {
                variation_enabled.push(name.to_owned());
            }
        }
        conditions.extend(dependent(name, aspect));
    }
    let mut read = Map::new();
    read.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        read.insert("required".to_owned(), json!(required));
    }
    if !conditions.is_empty() {
        read.insert("allOf".to_owned(), Value::Array(conditions));
    }
    Read { schema: read, variation_enabled: says_variation.then_some(variation_enabled) }
}

/// What one aspect takes: a list of texts.
fn schema(aspect: &Value, constraint: &Value) -> Value {
    let said = |member: &str| text(constraint, member);
    let mut item = Map::new();
    item.insert("type".to_owned(), json!("string"));
    item.insert("minLength".to_owned(), json!(1));
    let most = constraint.get("aspectMaxLength").and_then(Value::as_u64).unwrap_or(MAX_ASPECT_VALUE);
    item.insert("maxLength".to_owned(), json!(most));
    let listed: Vec<&str> = values(aspect).filter_map(|value| text(value, "localizedValue")).collect();
    let is_closed = said("aspectMode") == Some("SELECTION_ONLY");
    if is_closed && !listed.is_empty() {
        item.insert("enum".to_owned(), json!(listed));
    } else if let Some(pattern) = pattern(said("aspectDataType"), said("aspectFormat"), said("aspectAdvancedDataType"))
    {
        item.insert("pattern".to_owned(), json!(pattern));
    }
    let most = if said("itemToAspectCardinality") == Some("SINGLE") { 1 } else { MAX_ASPECT_VALUES };
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("array"));
    schema.insert("minItems".to_owned(), json!(1));
    schema.insert("maxItems".to_owned(), json!(most));
    schema.insert("items".to_owned(), Value::Object(item));
    if let Some(advice) = advice(constraint) {
        schema.insert("$advice".to_owned(), advice);
    }
    Value::Object(schema)
}

/// Why an aspect that is not required should have a value all the same.
fn advice(constraint: &Value) -> Option<Value> {
    if constraint.get("aspectRequired").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    if let Some(date) = text(constraint, "expectedRequiredByDate") {
        let day = date.split('T').next().unwrap_or(date);
        return Some(json!({ "level": "warning", "because": format!("it is expected to be required from {day}") }));
    }
    (text(constraint, "aspectUsage") == Some("RECOMMENDED"))
        .then(|| json!({ "level": "note", "because": "buyers search by it" }))
}

/// How numbers and dates are written.
fn pattern(kind: Option<&str>, format: Option<&str>, advanced: Option<&str>) -> Option<&'static str> {
    match (kind, format) {
        (Some("NUMBER"), _) if advanced == Some("NUMERIC_RANGE") => {
            Some(r"^-?[0-9]+([.][0-9]+)?( *- *-?[0-9]+([.][0-9]+)?)?$")
        }
        (Some("NUMBER"), Some("int32")) => Some(r"^-?[0-9]{1,10}$"),
        (Some("NUMBER"), _) => Some(r"^-?[0-9]+([.][0-9]+)?$"),
        (Some("DATE"), Some("YYYY")) => Some(r"^[0-9]{4}$"),
        (Some("DATE"), Some("YYYYMM")) => Some(r"^[0-9]{4}(0[1-9]|1[0-2])$"),
        (Some("DATE"), Some("YYYYMMDD")) => Some(r"^[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$"),
        _ => None,
    }
}

/// Values that are taken only beside certain values of another aspect: what does not stand beside one of them is refused.
/// Values bound to the same ones are told together, so that the schema grows with the document and no faster.
fn dependent(name: &str, aspect: &Value) -> Vec<Value> {
    let mut bound: BTreeMap<(&str, Vec<&str>), Vec<&str>> = BTreeMap::new();
    for value in values(aspect) {
        let Some(own) = text(value, "localizedValue") else { continue };
        let mut fitting: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for constraint in list(value, "valueConstraints") {
            let Some(control) = text(constraint, "applicableForLocalizedAspectName") else { continue };
            let others = list(constraint, "applicableForLocalizedAspectValues").filter_map(Value::as_str);
            fitting.entry(control).or_default().extend(others);
        }
        // A constraint that names no value binds to nothing.
        fitting.retain(|_, others| !others.is_empty());
        for (control, mut others) in fitting {
            others.sort_unstable();
            bound.entry((control, others)).or_default().push(own);
        }
    }
    let condition = |((control, others), own): ((&str, Vec<&str>), Vec<&str>)| {
        let fits = json!({ "required": [control], "properties": { control: { "contains": { "enum": others } } } });
        let refused = json!({ "properties": { name: { "items": { "not": { "enum": own } } } } });
        json!({ "if": { "not": fits }, "then": refused })
    };
    bound.into_iter().map(condition).collect()
}

fn values(aspect: &Value) -> impl Iterator<Item = &Value> {
    list(aspect, "aspectValues")
}

fn list<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(member).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, member: &str) -> Option<&'a str> {
    value.get(member).and_then(Value::as_str)
}
