//! What is asked of Walmart stands in its own reference: methods, paths, parameters and bodies.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use feedwright_catalog::Sku;
use feedwright_marketplace::exchange::Address;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Body;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ParcelFile;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Step;
use feedwright_walmart::PROFILE;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use support::Recipe;
use support::bytes;
use support::real_files;
use support::root;

/// Operations of the reference, by method and path; several documents have one of the same path.
struct Reference(Vec<(String, String, Value)>);

impl Reference {
    #[expect(clippy::disallowed_methods, reason = "tests read real files")]
    fn read(folder: &Path) -> Self {
        let mut operations = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let document = support::json(&path);
            for (path, methods) in document["paths"].as_object().unwrap() {
                for (method, operation) in methods.as_object().unwrap() {
                    operations.push((method.to_uppercase(), path.clone(), operation.clone()));
                }
            }
        }
        Self(operations)
    }

    /// The operations of a method and a path as the reference writes it.
    fn of(&self, method: &str, path: &str) -> Vec<&Value> {
        let is_it = |(own, at, _): &&(String, String, Value)| own == method && at == path;
        self.0.iter().filter(is_it).map(|(.., operation)| operation).collect()
    }
}

/// What a feed's file looks like.
fn golden(feed: &str) -> Arc<[u8]> {
    Arc::from(bytes(&root().join(format!("samples/walmart/golden/{feed}.json"))))
}

/// The first request that is no look at the list.
fn asked<T>(mut exchange: Box<dyn Exchange<T>>) -> Request {
    let mut reply = None;
    loop {
        match exchange.next(reply.take()) {
            Ok(Step::Send(request)) if request.operation.id == "getAllFeedStatuses" => {
                let body = br#"{"totalResults":0}"#.to_vec();
                reply = Some(Reply::Answer(Answer { status: 200, headers: Vec::new(), body }));
            }
            Ok(Step::Send(request)) => return *request,
            Ok(Step::Wait(_) | Step::Done(_)) | Err(_) => panic!("it asks for nothing"),
        }
    }
}

/// Every request there is: a feed's look at the list, its post and its poll, and what is pulled.
fn requests() -> Vec<Request> {
    let walmart = Recipe::default().open().unwrap();
    let mut requests = Vec::new();
    for feed in PROFILE.feeds {
        let parcel = || Parcel {
            feed,
            files: vec![ParcelFile { part: &feed.parts[0], bytes: golden(feed.id) }],
            rows: vec![Row { ordinal: 1, sku: Sku::parse("A").unwrap(), ids: BTreeMap::new() }],
            memory: Memory::default(),
            is_preview: false,
        };
        let Ok(Step::Send(look)) = walmart.submit(parcel()).unwrap().next(None) else { panic!("it looks first") };
        requests.push(*look);
        requests.push(asked(walmart.submit(parcel()).unwrap()));
        requests.push(asked(walmart.poll(feed, "F129@AU8BAQA").unwrap()));
    }
    requests.push(asked(walmart.pull(&[]).unwrap()));
    requests.push(asked(walmart.pull(&["Candles".to_owned()]).unwrap()));
    requests
}

fn query(request: &Request) -> BTreeMap<String, String> {
    let Address::Host("api", path) = &request.to else { panic!("{request:?}") };
    let pairs = path.split_once('?').map_or("", |(_, query)| query).split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Whether a request is one that this operation of the reference describes.
fn describes(operation: &Value, request: &Request) -> Result<(), String> {
    let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
    let mut query = query(request);
    for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
        let name = parameter["name"].as_str().unwrap();
        let value = query.remove(name);
        if parameter["required"] == true && value.is_none() {
            return Err(format!("`{name}` is missing"));
        }
        let allowed = parameter["schema"]["enum"].as_array();
        if let (Some(value), Some(allowed)) = (value, allowed)
            && !allowed.contains(&json!(value))
        {
            return Err(format!("`{name}` is `{value}`"));
        }
    }
    if let Some((name, _)) = query.first_key_value() {
        return Err(format!("there is no `{name}`"));
    }
    let content = &operation["requestBody"]["content"];
    match &request.body {
        Body::Empty if operation.get("requestBody").is_some() => Err("a body is missing".to_owned()),
        Body::Empty => Ok(()),
        Body::File { field, .. } => {
            let file = &content["multipart/form-data"]["schema"]["properties"][*field];
            if file.is_object() { Ok(()) } else { Err(format!("no part is called `{field}`")) }
        }
        Body::Bytes { content_type, bytes } => {
            let schema = &content[*content_type]["schema"];
            if !schema.is_object() {
                return Err(format!("no {content_type} is taken"));
            }
            let validator = jsonschema::draft4::new(&without_xml(schema.clone())).unwrap();
            let body = serde_json::from_slice(bytes).unwrap();
            let errors: Vec<String> =
                validator.iter_errors(&body).map(|error| format!("{}: {error}", error.instance_path())).collect();
            let errors: Vec<&String> = errors.iter().filter(|error| !is_trap(request, error)).collect();
            if errors.is_empty() { Ok(()) } else { Err(format!("{errors:?}")) }
        }
    }
}

/// Where the reference contradicts itself.
fn is_trap(request: &Request, error: &str) -> bool {
    // The schema of lag times spells the header `lagTimeHeader` and has days as numbers; its own example has
    // `LagTimeHeader` and a text, and so have sellers who send it.
    request.operation.id == "updateLagTimeBulk"
        && (error.contains(r#""lagTimeHeader" is a required property"#) || error.contains("fulfillmentLagTime"))
}

/// Words that JSON Schema does not have.
fn without_xml(mut schema: Value) -> Value {
    if let Value::Object(members) = &mut schema {
        members.retain(|name, _| name != "xml" && name != "example");
        for (_, member) in members.iter_mut() {
            *member = without_xml(member.take());
        }
    }
    schema
}

#[test]
fn every_request_stands_in_walmarts_reference() {
    let Some(data) = real_files() else { return };
    let reference = Reference::read(&data.join("openapi/mcp-walmart-ads-0.5.1"));
    let mut wrong = Vec::new();
    for request in requests() {
        let (method, path) = (request.operation.method.name(), request.operation.path);
        let Address::Host("api", sent) = &request.to else { panic!("{request:?}") };
        let plain = path.split('?').next().unwrap().replace("{feedId}", "F129%40AU8BAQA");
        assert_eq!(sent.split('?').next().unwrap(), plain);
        let said: Vec<Result<(), String>> =
            reference.of(method, path).into_iter().map(|operation| describes(operation, &request)).collect();
        if !said.iter().any(Result::is_ok) {
            wrong.push(format!("{method} {sent}: {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_operation_has_the_name_and_the_path_of_walmarts_reference() {
    let Some(data) = real_files() else { return };
    let now = Reference::read(&data.join("openapi/mcp-walmart-ads-0.5.1"));
    let before = Reference::read(&data.join("openapi/highsidelabs-2023"));
    let api = PROFILE.api.unwrap();
    for operation in api.operations {
        let named = |reference: &Reference| {
            let found = reference.of(operation.method.name(), operation.path);
            found.iter().any(|known| known["operationId"] == operation.id)
        };
        // The newest document of stock has a path and no name for it; that of 2023 has.
        assert!(!now.of(operation.method.name(), operation.path).is_empty(), "{operation:?}");
        assert!(named(&now) || named(&before), "{operation:?}");
    }
    let token = &api.tokens[0];
    let [sign_in] = now.of("POST", token.path)[..] else { panic!("one operation gives tokens") };
    assert!(sign_in["requestBody"]["content"]["application/x-www-form-urlencoded"].is_object());
    let document = support::json(&data.join("openapi/mcp-walmart-ads-0.5.1/feed-management.openapi.json"));
    let urls: Vec<&str> =
        document["servers"].as_array().unwrap().iter().map(|at| at["url"].as_str().unwrap()).collect();
    assert_eq!(urls, [api.hosts[0].url, api.hosts[0].sandbox.unwrap()]);
}

#[test]
fn every_header_that_walmart_requires_is_sent() {
    let Some(data) = real_files() else { return };
    let reference = Reference::read(&data.join("openapi/mcp-walmart-ads-0.5.1"));
    let api = PROFILE.api.unwrap();
    let mut sent: Vec<&str> = api.headers.iter().map(|(name, _)| *name).collect();
    // The wire adds these: the token under the name the API gives, and what the body is.
    sent.extend(["WM_SEC.ACCESS_TOKEN", "Content-Type"]);
    for operation in api.operations {
        for known in reference.of(operation.method.name(), operation.path) {
            for parameter in known["parameters"].as_array().into_iter().flatten() {
                if parameter["in"] == "header" && parameter["required"] == true {
                    let name = parameter["name"].as_str().unwrap();
                    assert!(sent.contains(&name), "{}: `{name}`", operation.id);
                }
            }
        }
    }
}
