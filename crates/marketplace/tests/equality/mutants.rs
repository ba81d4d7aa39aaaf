//! Documents changed a little: limits moved, keywords taken away, turned round, moved, or put where none were.

use crate::chance::Chance;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Changes a document in one place.
pub(crate) fn mutate(document: &mut Value, chance: &mut Chance) {
    let mut places = Vec::new();
    schemas(document, &mut String::new(), &mut places);
    let Some(place) = chance.pick(&places).cloned() else { return };
    let other = chance.pick(&places).and_then(|place| document.pointer(place)).cloned().unwrap_or(Value::Bool(true));
    let Some(Value::Object(schema)) = document.pointer_mut(&place) else { return };
    match chance.below(14) {
        0 => {
            let names: Vec<String> = schema.keys().cloned().collect();
            if let Some(name) = chance.pick(&names) {
                schema.remove(name);
            }
        }
        1 | 2 => limits(schema, chance),
        3 => {
            let turned = json!({ "not": Value::Object(std::mem::take(schema)) });
            if let Some(place) = document.pointer_mut(&place) {
                *place = turned;
            }
        }
        4 => match (schema.remove("then"), schema.remove("else")) {
            (None, None) => drop(schema.insert("if".to_owned(), other)),
            (then, otherwise) => {
                schema.extend(then.map(|then| ("else".to_owned(), then)));
                schema.extend(otherwise.map(|otherwise| ("then".to_owned(), otherwise)));
            }
        },
        5 => values(schema, chance),
        6 => {
            let name = ["anyOf", "oneOf", "allOf"][chance.below(3)];
            let entry = schema.entry(name).or_insert_with(|| Value::Array(Vec::new()));
            if let Some(entries) = entry.as_array_mut() {
                entries.push(if other.to_string().len() > 4_000 { Value::Bool(chance.one_in(2)) } else { other });
            }
        }
        7 => {
            let flag = if chance.one_in(3) { other } else { Value::Bool(chance.one_in(2)) };
            let name = ["additionalProperties", "additionalItems", "items", "contains", "propertyNames", "not"]
                [chance.below(6)];
            schema.insert(name.to_owned(), flag);
        }
        8 => members(schema, chance),
        9 => counted(schema, chance),
        10 => {
            if let Some(Value::Array(parts)) = schema.get_mut("allOf") {
                parts.reverse();
                parts.truncate(1 + chance.below(parts.len().max(1)));
            }
        }
        11 => drop(schema.insert("type".to_owned(), random_type(chance))),
        12 => {
            let target = chance.pick(&places).cloned().unwrap_or_default();
            schema.insert("$ref".to_owned(), Value::from(format!("#{target}")));
        }
        _ => rare(schema, other, chance),
    }
}

/// What makes an object look like a schema.
const WORDS: &[&str] = &[
    "allOf",
    "anyOf",
    "contains",
    "enum",
    "if",
    "items",
    "maxLength",
    "minimum",
    "not",
    "properties",
    "required",
    "type",
];

/// The pointers of all objects that look like schemas.
fn schemas(value: &Value, pointer: &mut String, out: &mut Vec<String>) {
    let length = pointer.len();
    let mut enter = |token: &str, value: &Value| {
        pointer.push('/');
        pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
        schemas(value, pointer, out);
        pointer.truncate(length);
    };
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| enter(name, member));
            if members.keys().any(|name| WORDS.contains(&name.as_str())) {
                out.push(pointer.clone());
            }
        }
        Value::Array(entries) => entries.iter().enumerate().for_each(|(at, entry)| enter(&at.to_string(), entry)),
        _ => {}
    }
}

fn limits(schema: &mut Map<String, Value>, chance: &mut Chance) {
    let names: Vec<String> =
        schema.iter().filter(|(_, value)| value.is_number()).map(|(name, _)| name.clone()).collect();
    let Some(name) = chance.pick(&names) else {
        let name =
            ["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties", "maxUtf8ByteLength"];
        schema.insert(name[chance.below(name.len())].to_owned(), Value::from(chance.below(5)));
        return;
    };
    let changed = match schema[name].as_i64() {
        Some(limit) => Value::from([limit + 1, (limit - 1).max(0), limit / 2, 2][chance.below(4)]),
        None => serde_json::from_str(["0.1", "2.5", "1e3", "0.01"][chance.below(4)]).unwrap(),
    };
    schema.insert(name.clone(), changed);
}

fn values(schema: &mut Map<String, Value>, chance: &mut Chance) {
    match schema.get_mut("enum") {
        Some(Value::Array(entries)) => match chance.below(4) {
            0 => entries.truncate(1 + entries.len() / 2),
            1 => entries.push(json!([1.0, { "a": null }])),
            2 => entries.extend([json!(true), json!(1), json!("x")]),
            _ => entries.reverse(),
        },
        Some(_) => {}
        None => {
            let value = [json!("x"), json!(1), json!(false), json!(null), json!([]), json!({ "value": 1.0 })]
                [chance.below(6)]
            .clone();
            schema.insert(
                ["enum", "const"][chance.below(2)].to_owned(),
                if chance.one_in(2) { json!([value]) } else { value },
            );
        }
    }
}

fn members(schema: &mut Map<String, Value>, chance: &mut Chance) {
    let names: Vec<String> = schema
        .get("properties")
        .and_then(Value::as_object)
        .map(|members| members.keys().cloned().collect())
        .unwrap_or_default();
    let (Some(one), Some(two)) = (chance.pick(&names).cloned(), chance.pick(&names).cloned()) else { return };
    match chance.below(6) {
        0 => drop(schema.insert("required".to_owned(), json!([one]))),
        1 => drop(schema.insert("dependentRequired".to_owned(), json!({ one: [two] }))),
        2 => drop(
            schema.insert("dependentSchemas".to_owned(), json!({ one: { "required": [two], "maxProperties": 12 } })),
        ),
        3 => {
            let dependencies = json!({ one: [two.clone()], two: { "not": { "required": ["x"] } } });
            schema.insert("dependencies".to_owned(), dependencies);
        }
        4 => drop(schema.insert("patternProperties".to_owned(), json!({ "_2$": true, "^[a-f]": { "minItems": 1 } }))),
        _ => drop(schema.insert("propertyNames".to_owned(), json!({ "maxLength": 20, "pattern": "^[a-z]" }))),
    }
}

fn counted(schema: &mut Map<String, Value>, chance: &mut Chance) {
    match chance.below(5) {
        0 => drop(schema.insert("uniqueItems".to_owned(), Value::Bool(true))),
        1 => {
            schema.insert(
                "contains".to_owned(),
                json!({ "required": ["value"], "properties": { "value": { "type": "string" } } }),
            );
            schema.insert(["minContains", "maxContains"][chance.below(2)].to_owned(), Value::from(chance.below(3)));
        }
        2 => drop(schema.insert("maxUniqueItems".to_owned(), Value::from(1 + chance.below(2)))),
        3 => drop(schema.insert("minUniqueItems".to_owned(), Value::from(chance.below(4)))),
        _ => {
            if let Some(items) = schema.get("items").filter(|items| items.is_object()).cloned() {
                schema.insert("items".to_owned(), json!([items, { "type": "string" }]));
            }
        }
    }
}

fn random_type(chance: &mut Chance) -> Value {
    let names = ["object", "array", "string", "number", "integer", "boolean", "null"];
    let (one, two) = (chance.below(7), chance.below(7));
    if chance.one_in(2) || one == two { json!(names[one]) } else { json!([names[one], names[two]]) }
}

/// What the program leaves to the engine, or to its patterns.
fn rare(schema: &mut Map<String, Value>, other: Value, chance: &mut Chance) {
    let (name, value) = match chance.below(8) {
        0 => ("unevaluatedProperties", Value::Bool(false)),
        1 => ("unevaluatedItems", other),
        2 => ("pattern", json!(["^x", "é$", "^[A-Z_/]+$", "^(?!x)"][chance.below(4)])),
        3 => ("format", json!(["date", "uri", "email", "uuid", "no-such-format"][chance.below(5)])),
        4 => ("contentEncoding", json!("base64")),
        5 => ("$anchor", json!("here")),
        6 => ("minLength", json!("no number")),
        _ => ("$recursiveRef", json!("#")),
    };
    schema.insert(name.to_owned(), value);
}
