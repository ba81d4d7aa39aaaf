//! What Walmart answers when it is asked for its requirements: Get Spec and the taxonomy.

use super::errors;
use super::spec::NEEDED_FOR_UPDATE;
use super::spec::Specs;
use super::spec::for_update;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

const DRAFT_7: &str = "http://json-schema.org/draft-07/schema#";
/// Most product types of one Get Spec call.
const MAX_TYPES: usize = 20;

/// `POST /v3/items/spec`.
pub(super) fn get(specs: &Specs, request: &Incoming) -> Outgoing {
    let invalid =
        |description: String, field: &str| errors::flat(400, "INVALID_REQUEST.GMP_ITEM_QUERY_API", &description, field);
    let Ok(asked) = serde_json::from_slice::<Value>(&request.body) else {
        return invalid("the body is not JSON".to_owned(), "");
    };
    let text = |name: &str| asked.get(name).and_then(Value::as_str).unwrap_or_default();
    let (feed, version) = (text("feedType"), text("version"));
    let is_update = feed == "MP_MAINTENANCE";
    if !is_update && feed != "MP_ITEM" {
        return invalid(format!("no spec is served for the feed type `{feed}`"), "feedType");
    }
    if !is_stamp(version) {
        return invalid(format!("`{version}` is no version of {feed}"), "version");
    }
    let names: Vec<&str> =
        asked.get("productTypes").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    if names.is_empty() || names.len() > MAX_TYPES {
        return invalid(format!("give 1 to {MAX_TYPES} product types"), "productTypes");
    }
    let (known, unknown): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| specs.types.contains_key(**name));
    if known.is_empty() {
        return invalid(format!("invalid product types in the request for {feed}/{version}"), "productTypes");
    }
    let schema = spec(specs, &known, version, is_update);
    if unknown.is_empty() {
        return Outgoing::json(200, &json!({ "schema": schema }));
    }
    let said: Vec<String> =
        unknown.iter().map(|name| format!("{name} is not a valid PT for {feed}/{version}")).collect();
    Outgoing::json(207, &json!({ "schema": schema, "errors": said }))
}

/// `GET /v3/items/taxonomy`.
pub(super) fn taxonomy(specs: &Specs, request: &Incoming) -> Outgoing {
    let types: Vec<Value> = specs
        .types
        .iter()
        .map(|(name, known)| json!({ "productTypeName": name, "productTypeDescription": known.definition }))
        .collect();
    if request.value("version").is_none() {
        // Without a version the answer has the older form.
        let sub: Vec<Value> =
            specs.types.keys().map(|name| json!({ "subCategoryName": name, "subCategoryId": name })).collect();
        return Outgoing::json(
            200,
            &json!({ "status": "OK", "payload": [{ "category": "Sandbox", "subcategory": sub }] }),
        );
    }
    let group = json!({
        "productTypeGroupName": "Sandbox",
        "description": "Product types the sandbox knows.",
        "productType": types,
        "department": [{ "departmentName": "Sandbox", "departmentNumber": "1" }],
    });
    let category = json!({
        "category": "Sandbox",
        "description": "Product types the sandbox knows.",
        "productTypeGroup": [group],
    });
    Outgoing::json(200, &json!({ "itemTaxonomy": [category] }))
}

/// Whether a version is one of spec 5.0 written out: `5.0.20260803-17_50_56-api`.
fn is_stamp(version: &str) -> bool {
    let Some(stamp) = version.strip_prefix("5.0.").and_then(|rest| rest.strip_suffix("-api")) else { return false };
    stamp.len() == 17
        && stamp.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'-',
            11 | 14 => byte == b'_',
            _ => byte.is_ascii_digit(),
        })
}

fn spec(specs: &Specs, names: &[&str], version: &str, is_update: bool) -> Value {
    let known = || names.iter().filter_map(|name| Some((*name, specs.types.get(*name)?)));
    let one_of: Vec<Value> = known().map(|(name, _)| json!({ "type": "object", "required": [name] })).collect();
    let visible: Map<String, Value> = known()
        .map(|(name, known)| {
            let mut schema = known.schema.clone();
            if is_update {
                for_update(&mut schema, &[]);
            }
            (name.to_owned(), schema)
        })
        .collect();
    let mut orderable = specs.orderable.clone();
    let needed: &[&str] = if is_update {
        for_update(&mut orderable, &NEEDED_FOR_UPDATE);
        &["Orderable"]
    } else {
        &["Visible", "Orderable"]
    };
    json!({
        "$schema": DRAFT_7,
        "type": "object",
        "title": "MPItemFeed",
        "properties": {
            "MPItemFeedHeader": {
                "type": "object",
                "title": "MPItemFeedHeader",
                "properties": {
                    "businessUnit": { "type": "string", "title": "Business Unit", "enum": ["WALMART_US"] },
                    "locale": { "type": "string", "title": "Locale", "enum": ["en"] },
                    "version": { "type": "string", "title": "Spec Version", "enum": [version] },
                },
                "required": ["businessUnit", "locale", "version"],
                "additionalProperties": false,
            },
            "MPItem": {
                "type": "array",
                "title": "MPItem",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": needed,
                    "properties": {
                        "Orderable": orderable,
                        "Visible": {
                            "type": "object",
                            "title": "Visible",
                            "oneOf": one_of,
                            "properties": visible,
                            "additionalProperties": false,
                        },
                    },
                    "additionalProperties": false,
                },
            },
        },
        "required": ["MPItemFeedHeader", "MPItem"],
        "additionalProperties": false,
    })
}
