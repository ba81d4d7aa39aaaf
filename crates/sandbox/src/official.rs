//! Replies held to the official models: API documents outside this repository, found through `FEEDWRIGHT_SHARED`.

use crate::simulated::Outgoing;
use jsonschema::Draft;
use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A model, if it is there.
pub(crate) fn model(path: &str) -> Option<Value> {
    let folder = std::env::var_os("FEEDWRIGHT_SHARED")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")), PathBuf::from);
    let file = folder.join("data").join(path);
    let Ok(text) = std::fs::read(&file) else {
        println!("SKIPPED: there is no {}; set FEEDWRIGHT_SHARED", file.display());
        return None;
    };
    Some(serde_json::from_slice(&text).expect("the model is JSON"))
}

/// Where a reply and its model differ, each as the place, the keyword and what it is about. Objects of the model are taken
/// as closed, so that a member it does not name is a difference too.
pub(crate) fn differences(model: &Value, method: &str, path: &str, reply: &Outgoing) -> BTreeSet<String> {
    let status = reply.status.to_string();
    let responses = &model["paths"][path][method.to_lowercase()]["responses"];
    let response = &responses[status.as_str()];
    assert!(response.is_object(), "{method} {path} has no answer {status} in its model");
    let Some(schema) = response.pointer("/content/application~1json/schema") else {
        return BTreeSet::new();
    };
    let body: Value =
        serde_json::from_slice(&reply.body).unwrap_or_else(|why| panic!("{method} {path} {status} is not JSON: {why}"));
    let rules = validator(model, schema);
    // eBay's documents give the model of one error where the wire has a list of them.
    let is_one = schema["$ref"].as_str().is_some_and(|name| name.ends_with("/Error"));
    let parts: Vec<&Value> = match body["errors"].as_array() {
        Some(errors) if is_one => errors.iter().collect(),
        _ => vec![&body],
    };
    let found = parts.into_iter().flat_map(|part| rules.iter_errors(part)).map(|error| {
        let place: Vec<String> = error
            .instance_path()
            .to_string()
            .split('/')
            .map(|token| if token.parse::<usize>().is_ok() { "*".to_owned() } else { token.to_owned() })
            .collect();
        let about = match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => unexpected.join(","),
            ValidationErrorKind::Required { property } => property.to_string(),
            _ => String::new(),
        };
        format!("{} {} {about}", place.join("/"), error.kind().keyword()).trim().to_owned()
    });
    found.collect()
}

fn validator(model: &Value, schema: &Value) -> Validator {
    let is_new = model["openapi"].as_str().is_some_and(|version| version.starts_with("3.1"));
    let mut root = json!({ "allOf": [schema], "components": model["components"] });
    if let Some(parts) = root["allOf"].as_array_mut() {
        parts.iter_mut().for_each(close);
    }
    if let Some(schemas) = root["components"]["schemas"].as_object_mut() {
        schemas.iter_mut().for_each(|(name, schema)| list_values(name, schema));
    }
    close(&mut root["components"]["schemas"]);
    let draft = if is_new { Draft::Draft202012 } else { Draft::Draft4 };
    jsonschema::options().with_draft(draft).build(&root).expect("the model is a schema")
}

/// eBay's documents give types of listed values as objects, and the values in their description: `**VALUE**`.
fn list_values(name: &str, schema: &mut Value) {
    let said = schema["description"].as_str().unwrap_or_default();
    if !name.ends_with("Enum") || schema.get("properties").is_some() || schema["type"] != "object" {
        return;
    }
    let values: Vec<&str> = said.split("**").skip(1).step_by(2).collect();
    *schema = if values.is_empty() { json!({ "type": "string" }) } else { json!({ "enum": values }) };
}

/// Takes objects as closed and what may be null as null too.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("properties").is_some_and(Value::is_object) && !object.contains_key("additionalProperties") {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            if object.get("nullable") == Some(&json!(true))
                && let Some(Value::String(kind)) = object.get("type").cloned()
            {
                object.insert("type".to_owned(), json!([kind, "null"]));
            }
            object
                .iter_mut()
                .filter(|(name, _)| !matches!(name.as_str(), "example" | "examples"))
                .for_each(|(_, part)| close(part));
        }
        Value::Array(parts) => parts.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Known differences: of which operation, where, and why it is not a fault of ours.
pub(crate) type Trap = (&'static str, &'static str, &'static str);

/// Fails unless the differences of the replies are the known ones, all of them and no other.
pub(crate) fn hold(found: &BTreeSet<(String, String)>, traps: &[Trap]) {
    let known: BTreeSet<(String, String)> =
        traps.iter().map(|(operation, place, _)| ((*operation).to_owned(), (*place).to_owned())).collect();
    let unknown: Vec<_> = found.difference(&known).collect();
    let gone: Vec<_> = known.difference(found).collect();
    assert!(unknown.is_empty(), "replies differ from their models: {unknown:#?}");
    assert!(gone.is_empty(), "these no longer differ, take them off the list: {gone:#?}");
}
