//! Reads a document's structure: where its subschemas are, what they mean by `$ref`, and what the engine need not see.

use super::Dialect;
use super::Vocabulary;
use super::keywords::SELECTOR_DEFAULTS;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeSet;

/// Members that hold one schema.
const ONE: &[&str] = &[
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Members that hold a list of schemas.
const LISTS: &[&str] = &["allOf", "anyOf", "items", "oneOf", "prefixItems"];
/// Members that hold schemas by name.
const BY_NAME: &[&str] =
    &["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"];
/// What else JSON Schema defines, and what our adapters add to any document.
const OTHERS: &[&str] = &[
    "$advice",
    "$group",
    "$anchor",
    "$comment",
    "$id",
    "$recursiveAnchor",
    "$recursiveRef",
    "$ref",
    "$schema",
    "$vocabulary",
    "const",
    "contentEncoding",
    "contentMediaType",
    "default",
    "dependentRequired",
    "deprecated",
    "description",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
];
/// What the marketplace vocabulary adds: the first few decide, the others inform.
const MARKETPLACE: &[&str] = &[
    "maxUniqueItems",
    "minUniqueItems",
    "maxUtf8ByteLength",
    "minUtf8ByteLength",
    SELECTORS,
    "$lifecycle",
    "editable",
    "enumNames",
    "hidden",
];
/// The members that tell the entries of a list apart.
const SELECTORS: &str = "selectors";
/// What only informs: read for people, and kept from the engine, which would store it with every node.
const INFORMS: &[&str] = &[
    "$advice",
    "$group",
    "$comment",
    "$lifecycle",
    "$schema",
    "default",
    "deprecated",
    "description",
    "editable",
    "enumNames",
    "examples",
    "hidden",
    "readOnly",
    "title",
    "writeOnly",
];

/// Calls `visit` for the schema and every schema in it, with the JSON Pointer to each.
pub(super) fn walk(schema: &Value, pointer: &mut String, visit: &mut impl FnMut(&str, &Map<String, Value>)) {
    let Value::Object(members) = schema else { return };
    visit(pointer, members);
    for (name, value) in members {
        let below = |token: &str, schema: &Value, pointer: &mut String, visit: &mut _| {
            let length = pointer.len();
            for token in [name.as_str(), token].into_iter().filter(|token| !token.is_empty()) {
                pointer.push('/');
                pointer.push_str(&crate::listing::escape(token));
            }
            walk(schema, pointer, visit);
            pointer.truncate(length);
        };
        match value {
            Value::Object(_) if ONE.contains(&name.as_str()) => below("", value, pointer, visit),
            Value::Object(schemas) if BY_NAME.contains(&name.as_str()) => {
                for (token, schema) in schemas {
                    below(token, schema, pointer, visit);
                }
            }
            Value::Array(schemas) if LISTS.contains(&name.as_str()) => {
                for (at, schema) in schemas.iter().enumerate() {
                    below(&at.to_string(), schema, pointer, visit);
                }
            }
            _ => {}
        }
    }
}

/// The same where nobody asks for the pointer: to write it takes longer than the rest.
pub(super) fn each<'d>(schema: &'d Value, visit: &mut impl FnMut(&'d Map<String, Value>)) {
    let Value::Object(members) = schema else { return };
    visit(members);
    for (name, value) in members {
        match value {
            Value::Object(_) if ONE.contains(&name.as_str()) => each(value, visit),
            Value::Object(schemas) if BY_NAME.contains(&name.as_str()) => {
                for schema in schemas.values() {
                    each(schema, visit);
                }
            }
            Value::Array(schemas) if LISTS.contains(&name.as_str()) => {
                for schema in schemas {
                    each(schema, visit);
                }
            }
            _ => {}
        }
    }
}

fn walk_mut(schema: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    let Value::Object(members) = schema else { return };
    visit(members);
    for (name, value) in members {
        match value {
            Value::Object(_) if ONE.contains(&name.as_str()) => walk_mut(value, visit),
            Value::Object(schemas) if BY_NAME.contains(&name.as_str()) => {
                for schema in schemas.values_mut() {
                    walk_mut(schema, visit);
                }
            }
            Value::Array(schemas) if LISTS.contains(&name.as_str()) => {
                for schema in schemas {
                    walk_mut(schema, visit);
                }
            }
            _ => {}
        }
    }
}

/// Keywords that no dialect of ours defines: they are read as remarks.
pub(super) fn unknown_keywords(document: &Value, dialect: Dialect) -> Vec<String> {
    let mut unknown = BTreeSet::new();
    each(document, &mut |members| {
        for name in members.keys() {
            let name = name.as_str();
            let known = [ONE, LISTS, BY_NAME, OTHERS].iter().any(|names| names.contains(&name));
            let added = dialect.vocabulary == Vocabulary::Marketplace && MARKETPLACE.contains(&name);
            if !known && !added {
                unknown.insert(name.to_owned());
            }
        }
    });
    unknown.into_iter().collect()
}

/// Whether an object looks like a schema at all, and not like the answer it came in or a file picked by mistake.
pub(super) fn is_schema(members: &Map<String, Value>) -> bool {
    const SAYS_SOMETHING: &[&str] =
        &["$ref", "allOf", "anyOf", "const", "enum", "if", "items", "not", "oneOf", "properties", "required", "type"];
    SAYS_SOMETHING.iter().any(|name| members.contains_key(*name))
}

/// What the engine compiles: without remarks, without the names of foreign meta-schemas, references kept inside the document,
/// and with the defaults of selectors beside them.
pub(super) fn for_engine(mut document: Value) -> Value {
    let id = document.get("$id").and_then(Value::as_str).map(|id| id.trim_end_matches('#').to_owned());
    // Looked up while all is there still, and put down by a second walk that meets the same schemas in the same order.
    let mut defaults = Vec::new();
    each(&document, &mut |members| {
        if members.contains_key(SELECTORS) {
            defaults.push(selector_defaults(&document, members));
        }
    });
    let mut defaults = defaults.into_iter();
    walk_mut(&mut document, &mut |members| {
        if members.contains_key(SELECTORS)
            && let Some(defaults) = defaults.next().flatten()
        {
            members.insert(SELECTOR_DEFAULTS.to_owned(), Value::Object(defaults));
        }
        if let (Some(Value::String(reference)), Some(id)) = (members.get_mut("$ref"), &id)
            && let Some(inside) = reference.strip_prefix(id.as_str())
            && (inside.is_empty() || inside.starts_with('#'))
        {
            *reference = if inside.is_empty() { "#".to_owned() } else { inside.to_owned() };
        }
        members.retain(|name, _| !INFORMS.contains(&name.as_str()));
    });
    if let Value::Object(members) = &mut document {
        members.remove("$id");
    }
    document
}

/// The part of a compiled document that also holds for an update of some attributes: no word about which must be there.
pub(super) fn for_update(compiled: &Value) -> Value {
    const ABOUT_THE_WHOLE: &[&str] = &[
        "allOf",
        "anyOf",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "else",
        "if",
        "minProperties",
        "oneOf",
        "required",
        "then",
    ];
    let mut partial = compiled.clone();
    if let Value::Object(members) = &mut partial {
        members.retain(|name, _| !ABOUT_THE_WHOLE.contains(&name.as_str()));
    }
    partial
}

/// The defaults of the selectors of an array's schema.
pub(super) fn selector_defaults(document: &Value, array: &Map<String, Value>) -> Option<Map<String, Value>> {
    let selectors = array.get(SELECTORS)?.as_array()?;
    let items = resolve(document, array.get("items")?);
    let properties = items.get("properties")?;
    let defaults: Map<String, Value> = selectors
        .iter()
        .filter_map(|selector| {
            let selector = selector.as_str()?;
            let default = default(document, properties.get(selector)?)?;
            Some((selector.to_owned(), default.clone()))
        })
        .collect();
    (!defaults.is_empty()).then_some(defaults)
}

fn default<'a>(document: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    schema.get("default").or_else(|| resolve(document, schema).get("default"))
}

/// The schema a `$ref` leads to, or the schema itself. A chain of references is followed for a few steps only.
pub(super) fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let mut schema = schema;
    for _ in 0..16 {
        let Some(target) = target(document, schema) else { break };
        schema = target;
    }
    schema
}

/// Where the schema's `$ref` leads, inside the document.
pub(super) fn target<'a>(document: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    let reference = schema.get("$ref")?.as_str()?;
    let (base, fragment) = reference.split_once('#')?;
    let own = base.is_empty()
        || document.get("$id").and_then(Value::as_str).is_some_and(|id| id.trim_end_matches('#') == base);
    own.then(|| document.pointer(fragment)).flatten()
}
