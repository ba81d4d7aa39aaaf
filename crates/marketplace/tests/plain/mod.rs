//! The plain engine over `serde_json` values, with the marketplace keywords written a second time: it knows nothing of our
//! tree, our numbers or our program.

use feedwright_marketplace::listing::Ref;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use jsonschema::Keyword;
use jsonschema::ValidationError;
use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A count that a keyword allows.
struct Oracle<F: Fn(&Value) -> bool + Send + Sync>(F);

impl<'i, F: Fn(&Value) -> bool + Send + Sync> Keyword<'i> for Oracle<F> {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.0(instance) { Ok(()) } else { Err(ValidationError::custom("broken")) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.0(instance)
    }
}

type Made<'a> = Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>>;

fn bytes(limit: &Value, fits: fn(usize, usize) -> bool) -> Made<'_> {
    let limit = usize::try_from(limit.as_u64().unwrap()).unwrap();
    Ok(Box::new(Oracle(move |value: &Value| value.as_str().is_none_or(|text| fits(text.len(), limit)))))
}

fn unique<'a>(
    document: &Value,
    parent: &'a Map<String, Value>,
    limit: &'a Value,
    fits: fn(usize, usize) -> bool,
) -> Made<'a> {
    let limit = usize::try_from(limit.as_u64().unwrap()).unwrap();
    let selectors: Option<Vec<(String, Option<Value>)>> = parent.get("selectors").map(|list| {
        let names = list.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
        names.map(|name| (name.clone(), default(document, parent, &name))).collect()
    });
    Ok(Box::new(Oracle(move |value: &Value| {
        let items: Vec<&Map<String, Value>> =
            value.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Value::as_object).collect();
        let key = |item: &Map<String, Value>| match &selectors {
            None => Value::Object(item.clone()),
            Some(selectors) => selectors
                .iter()
                .map(|(name, default)| Value::Array(item.get(name).or(default.as_ref()).cloned().into_iter().collect()))
                .collect(),
        };
        items.iter().all(|item| fits(items.iter().filter(|other| same(&key(other), &key(item))).count(), limit))
    })))
}

/// What stands for a selector that an item leaves out.
fn default(document: &Value, array: &Map<String, Value>, name: &str) -> Option<Value> {
    let follow = |schema: &Value| {
        let mut schema = schema.clone();
        for _ in 0..16 {
            let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'))
            else {
                break;
            };
            schema = document.pointer(target)?.clone();
        }
        Some(schema)
    };
    let items = follow(array.get("items")?)?;
    let property = items.get("properties")?.get(name)?;
    property.get("default").cloned().or_else(|| follow(property)?.get("default").cloned())
}

/// Equal as JSON Schema has it: 1 is 1.0.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, left)| right.get(name).is_some_and(|right| same(left, right)))
        }
        (left, right) => left == right,
    }
}

/// The engine for a document; none where it is refused.
pub(crate) fn oracle(document: &Value, draft: Draft) -> Option<Validator> {
    let mut plain = document.clone();
    plain.as_object_mut()?.remove("$id");
    strip(&mut plain);
    let document = Arc::new(document.clone());
    let of = |document: &Arc<Value>| Arc::clone(document);
    let (most, least) = (of(&document), of(&document));
    jsonschema::options()
        .with_draft(match draft {
            Draft::Draft7 => jsonschema::Draft::Draft7,
            Draft::Draft2019 => jsonschema::Draft::Draft201909,
        })
        .should_validate_formats(true)
        .with_keyword("maxUtf8ByteLength", |_, limit, _| bytes(limit, |have, limit| have <= limit))
        .with_keyword("minUtf8ByteLength", |_, limit, _| bytes(limit, |have, limit| have >= limit))
        .with_keyword("maxUniqueItems", move |parent, limit, _| {
            unique(&most, parent, limit, |have, limit| have <= limit)
        })
        .with_keyword("minUniqueItems", move |parent, limit, _| {
            unique(&least, parent, limit, |have, limit| have >= limit)
        })
        .build(&plain)
        .ok()
}

/// Takes out the names of meta-schemas: nothing here is fetched.
fn strip(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, value| name != "$schema" || !value.is_string());
            members.values_mut().for_each(strip);
        }
        Value::Array(entries) => entries.iter_mut().for_each(strip),
        _ => {}
    }
}

pub(crate) type Found = BTreeSet<(String, String)>;

/// Places and keywords by the plain engine.
pub(crate) fn theirs(validator: &Validator, listing: &Value) -> Found {
    validator
        .iter_errors(listing)
        .map(|error| {
            let mut pointer = error.instance_path().as_str().to_owned();
            if let ValidationErrorKind::Required { property } = error.kind() {
                pointer = format!("{pointer}/{}", property.as_str().unwrap());
            }
            (error.kind().keyword().to_owned(), pointer)
        })
        .filter(|(keyword, _)| keyword != "falseSchema")
        .collect()
}

/// Places and keywords by ours.
pub(crate) fn ours(requirements: &Requirements, part: Ref<'_>) -> Found {
    let violations = requirements.violations(part, Scope::Whole);
    violations.into_iter().filter_map(|violation| Some((violation.keyword?.into_owned(), violation.pointer))).collect()
}
