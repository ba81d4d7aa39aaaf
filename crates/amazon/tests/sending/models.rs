//! Requests are what Amazon's own models take, and the operations are theirs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use crate::support::shared;
use crate::talk::api;
use crate::talk::carried;
use crate::transcript::all;
use feedwright_marketplace::exchange::Address;
use feedwright_marketplace::exchange::Request;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

const MODELS: [&str; 3] = [
    "api-models/feeds_2021-06-30.json",
    "api-models/listingsItems_2021-08-01.json",
    "api-models/definitionsProductTypes_2020-09-01.json",
];

/// An operation of a model: its path, method and what is written of it.
struct Modelled<'a> {
    model: &'a Value,
    path: &'a str,
    method: &'a str,
    operation: &'a Value,
}

fn find<'a>(models: &'a [Value], id: &str) -> Modelled<'a> {
    for model in models {
        for (path, methods) in model["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                if operation["operationId"] == id {
                    return Modelled { model, path, method, operation };
                }
            }
        }
    }
    panic!("no model has {id}");
}

fn models() -> Option<Vec<Value>> {
    MODELS.into_iter().map(shared).collect()
}

#[test]
fn every_operation_with_a_token_is_one_of_the_models_with_its_rate() {
    let Some(models) = models() else { return };
    for operation in api().operations.iter().filter(|operation| operation.token.is_some()) {
        let found = find(&models, operation.id);
        assert_eq!(operation.path, found.path, "{}", operation.id);
        assert_eq!(operation.method.name().to_lowercase(), found.method, "{}", operation.id);
        let described = found.operation["description"].as_str().unwrap();
        let seconds = u32::try_from(operation.rate.per.as_secs()).unwrap();
        let rate = rust_decimal::Decimal::from(operation.rate.requests) / rust_decimal::Decimal::from(seconds);
        // The last two columns, whatever stands before them.
        let row = format!("| {} | {} |", rate.normalize(), operation.rate.burst);
        assert!(described.lines().any(|line| line.ends_with(&row)), "{}: {row}", operation.id);
    }
}

#[test]
fn every_request_of_every_transcript_is_one_that_the_models_take() {
    let Some(models) = models() else { return };
    let mut covered: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, transcript) in all() {
        for request in transcript.replay() {
            if let Address::Host(_, path) = &request.to {
                is_taken(&find(&models, request.operation.id), &request, path);
                *covered.entry(request.operation.id).or_default() += 1;
            }
        }
    }
    println!("requests by operation: {covered:?}");
    for operation in api().operations.iter().filter(|operation| operation.token.is_some()) {
        assert!(covered.contains_key(operation.id), "no transcript asks for {}", operation.id);
    }
}

fn is_taken(found: &Modelled<'_>, request: &Request, path: &str) {
    let id = request.operation.id;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let templated: Vec<&str> = found.path.split('/').collect();
    let steps: Vec<&str> = path.split('/').collect();
    assert_eq!(templated.len(), steps.len(), "{id}: {path}");
    for (step, template) in steps.iter().zip(templated) {
        assert!(template.starts_with('{') && !step.is_empty() || *step == template, "{id}: {path}");
    }
    let parameters = found.operation["parameters"].as_array().unwrap();
    let in_query = || parameters.iter().filter(|one| one["in"] == "query");
    let pairs: Vec<(&str, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (name, decoded(value)))
        .collect();
    for (name, value) in &pairs {
        let parameter = in_query().find(|one| one["name"] == *name).unwrap_or_else(|| panic!("{id}: {name}"));
        let values: Vec<&str> =
            if parameter["type"] == "array" { value.split(',').collect() } else { vec![value.as_str()] };
        let allowed = parameter["enum"].as_array().or_else(|| parameter["items"]["enum"].as_array());
        for value in values {
            assert!(allowed.is_none_or(|allowed| allowed.contains(&json!(value))), "{id}: {name}={value}");
        }
    }
    // The token of a further page stands alone, as its description says.
    for required in in_query().filter(|one| one["required"] == true) {
        assert!(pairs.iter().any(|(name, _)| required["name"] == *name), "{id}: {required}");
    }
    let body = parameters.iter().find(|one| one["in"] == "body");
    let sent = carried(request);
    assert_eq!(body.is_some(), sent.is_some(), "{id}");
    if let (Some(body), Some((_, bytes))) = (body, sent) {
        let schema = json!({ "$ref": body["schema"]["$ref"], "definitions": found.model["definitions"] });
        let schema = jsonschema::options().with_draft(jsonschema::Draft::Draft4).build(&schema).unwrap();
        let sent: Value = serde_json::from_slice(bytes).unwrap();
        let complaints: Vec<String> = schema.iter_errors(&sent).map(|error| error.to_string()).collect();
        assert_eq!(complaints, Vec::<String>::new(), "{id}: {sent}");
    }
}

fn decoded(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}
