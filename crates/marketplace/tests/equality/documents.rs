//! The documents: our own starters, the marketplaces' own where they are at hand, and some written to have every keyword.

use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Vocabulary;
use serde_json::Value;
use serde_json::json;
use std::path::Path;
use std::path::PathBuf;

/// A document, with listings that are about it.
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) document: Value,
    pub(crate) draft: Draft,
    pub(crate) listings: Vec<Value>,
}

pub(crate) fn known() -> Vec<Known> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut out = written();
    add(&root.join("schemas"), &mut out);
    let shared =
        std::env::var_os("FEEDWRIGHT_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from).join("data");
    if !shared.is_dir() {
        println!("SKIPPED: no real documents in {}; set FEEDWRIGHT_SHARED", shared.display());
    }
    for marketplace in std::fs::read_dir(&shared).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let cases = marketplace.join("cases/product-type-cases.json");
        let listings = read(&cases).map(|cases| {
            let cases = cases["cases"].as_array().cloned().unwrap_or_default();
            cases
                .into_iter()
                .map(|case| case["attributes"].clone())
                .filter(|case| case.to_string().len() < 8_000)
                .collect()
        });
        let listings: Vec<Value> = listings.unwrap_or_default();
        for folder in ["ptd-schemas", "feed-schemas", "notification-schemas", "item-specs"] {
            let from = out.len();
            add(&marketplace.join(folder), &mut out);
            if folder == "ptd-schemas" {
                out.iter_mut().skip(from).for_each(|known| known.listings.clone_from(&listings));
            }
        }
    }
    out.retain(is_taken);
    // Files in an order that does not depend on the disk.
    out.sort_by(|left, right| left.name.cmp(&right.name));
    assert!(out.len() > 20, "there are documents: {}", out.len());
    out
}

/// Whether it is a document of requirements at all; other files lie beside them.
fn is_taken(known: &Known) -> bool {
    let dialect = Dialect { draft: known.draft, vocabulary: Vocabulary::Marketplace };
    let origin = Origin::Given { name: known.name.clone() };
    Requirements::compile_value(&known.name, known.document.clone(), &dialect, origin).is_ok()
}

fn read(path: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn add(folder: &Path, out: &mut Vec<Known>) {
    for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            add(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "json")
            && let Some(document) = read(&path).filter(Value::is_object)
        {
            let text = document["$schema"].as_str().unwrap_or_default();
            let draft = if text.contains("draft-07") || text.contains("draft-04") || text.contains("draft-06") {
                Draft::Draft7
            } else {
                Draft::Draft2019
            };
            out.push(Known { name: path.display().to_string(), document, draft, listings: Vec::new() });
        }
    }
}

/// Documents with every keyword, close together.
fn written() -> Vec<Known> {
    let conditions = json!({
        "type": "object",
        "properties": {
            "level": { "type": "array", "minItems": 1, "maxUniqueItems": 1, "selectors": ["site", "language"],
                "items": { "type": "object", "required": ["value"], "additionalProperties": false, "properties": {
                    "value": { "type": "string", "enum": ["parent", "child", "Größe"] },
                    "site": { "$ref": "#/$defs/site" }, "language": { "type": "string", "default": "en" } } } },
            "theme": { "type": "array", "items": { "type": "object", "properties": {
                "name": { "type": "string", "enum": ["COLOR", "SIZE", "COLOR/SIZE"] } } } },
            "color": { "type": "string", "minLength": 2, "maxLength": 5, "maxUtf8ByteLength": 6 },
            "size": { "anyOf": [{ "type": "string", "enum": ["S", "M"] }, { "type": "number", "minimum": 3, "multipleOf": 0.5 }] },
            "skip": { "type": ["boolean", "null"] },
            "count": { "type": "integer", "exclusiveMinimum": 0, "maximum": 9 }
        },
        "required": ["level"],
        "minProperties": 2,
        "allOf": [
            { "if": { "not": { "required": ["level"], "properties": { "level": { "contains": {
                "required": ["value"], "properties": { "value": { "enum": ["parent"] } } } } } } },
              "then": { "required": ["color"] } },
            { "if": { "allOf": [
                { "required": ["theme"], "properties": { "theme": { "contains": {
                    "required": ["name"], "properties": { "name": { "enum": ["SIZE", "COLOR/SIZE"] } } } } } },
                { "not": { "required": ["skip"], "properties": { "skip": { "enum": [true] } } } } ] },
              "then": { "required": ["size"] }, "else": { "not": { "required": ["size"] } } },
            { "anyOf": [{ "required": ["color"] }, { "required": ["count"], "properties": { "count": { "const": 3 } } }] },
            { "properties": { "theme": { "items": { "required": ["name"] }, "maxItems": 3 } } },
            { "oneOf": [{ "required": ["skip"] }, { "required": ["count"] }, { "required": ["size"], "minProperties": 4 }] }
        ],
        "dependentRequired": { "count": ["color"] },
        "dependentSchemas": { "skip": { "properties": { "color": { "enum": ["red", "blue"] } } } },
        "$defs": { "site": { "type": "string", "default": "US" } }
    });
    let arrays = json!({
        "properties": {
            "pair": { "items": [{ "type": "string" }, { "type": "number" }], "additionalItems": { "type": "boolean" } },
            "few": { "uniqueItems": true, "minItems": 1, "maxItems": 4, "contains": { "type": "integer" } },
            "counted": { "contains": { "const": 1 }, "minContains": 0, "maxContains": 2 },
            "all": { "items": { "not": { "type": "string", "pattern": "^a" } } },
            "values": { "enum": [[1, 2], { "a": 1 }, "x", null, false, 1.5] },
            "only": { "const": { "a": [1, { "b": null }] } },
            "when": { "type": "string", "format": "date" },
            "tree": { "$ref": "#/$defs/tree" },
            "half": { "items": { "if": { "type": "integer" }, "then": { "multipleOf": 2 }, "else": { "maxLength": 3 } } },
            "both": { "minUniqueItems": 2, "maxUniqueItems": 3, "selectors": ["a", "b"] }
        },
        "patternProperties": { "^x_": { "type": "string" }, "_n$": { "type": "number" } },
        "additionalProperties": { "type": "array" },
        "propertyNames": { "maxLength": 12, "not": { "enum": ["never"] } },
        "maxProperties": 7,
        "$defs": { "tree": { "type": "object", "required": ["value"], "additionalProperties": false, "properties": {
            "value": { "type": "integer" },
            "left": { "$ref": "#/$defs/tree" },
            "rest": { "type": "array", "items": { "$ref": "#/$defs/tree" } } } } }
    });
    let beyond = json!({
        "type": "object",
        "properties": {
            "a": { "properties": { "b": { "type": "string" } }, "unevaluatedProperties": false, "anyOf": [
                { "required": ["c"], "properties": { "c": true } }, { "required": ["d"], "properties": { "d": { "type": "null" } } }] },
            "b": { "items": [{ "$ref": "#/properties/a" }], "unevaluatedItems": { "type": "integer" } },
            "c": { "contentEncoding": "base64" },
            "d": { "not": { "$ref": "#/properties/b" } }
        },
        "if": { "properties": { "a": { "$ref": "#/properties/a" } } },
        "then": { "required": ["b"] }
    });
    let drafts = [Draft::Draft2019, Draft::Draft7];
    let documents = [("conditions", conditions), ("arrays", arrays), ("beyond", beyond)];
    let all = documents.into_iter().flat_map(|(name, document)| drafts.map(|draft| (name, document.clone(), draft)));
    all.map(|(name, document, draft)| Known {
        name: format!("{name} {draft:?}"),
        document,
        draft,
        listings: Vec::new(),
    })
    .collect()
}
