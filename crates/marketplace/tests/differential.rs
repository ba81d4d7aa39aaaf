//! Our check of real documents against the plain engine over `serde_json` values, with the marketplace keywords written a
//! second time here: mutated listings must get the same places and keywords from both.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "a test may read files and its environment, and stop; the engine wants a result"
)]

use feedwright_marketplace::json;
use feedwright_marketplace::listing::Listing;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Document;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Vocabulary;
use jsonschema::Keyword;
use jsonschema::ValidationError;
use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest::test_runner::TestRunner;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

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

fn unique<'a>(parent: &'a Map<String, Value>, limit: &'a Value, fits: fn(usize, usize) -> bool) -> Made<'a> {
    let limit = usize::try_from(limit.as_u64().unwrap()).unwrap();
    let selectors: Option<Vec<String>> = parent
        .get("selectors")
        .map(|list| list.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect());
    // In the real documents these two have the same default wherever they stand.
    let defaults = [("marketplace_id", "ATVPDKIKX0DER"), ("language_tag", "en_US")];
    Ok(Box::new(Oracle(move |value: &Value| {
        let items: Vec<&Map<String, Value>> =
            value.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Value::as_object).collect();
        let key = |item: &Map<String, Value>| match &selectors {
            None => Value::Object(item.clone()),
            Some(selectors) => selectors
                .iter()
                .map(|name| {
                    let default =
                        defaults.iter().find(|(selector, _)| selector == name).map(|(_, value)| Value::from(*value));
                    Value::Array(item.get(name).cloned().or(default).into_iter().collect())
                })
                .collect(),
        };
        items.iter().all(|item| fits(items.iter().filter(|other| same(&key(other), &key(item))).count(), limit))
    })))
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

fn oracle(mut document: Value) -> Validator {
    let members = document.as_object_mut().unwrap();
    members.remove("$schema");
    members.remove("$id");
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft201909)
        .should_validate_formats(true)
        .with_keyword("maxUtf8ByteLength", |_, limit, _| bytes(limit, |have, limit| have <= limit))
        .with_keyword("minUtf8ByteLength", |_, limit, _| bytes(limit, |have, limit| have >= limit))
        .with_keyword("maxUniqueItems", |parent, limit, _| unique(parent, limit, |have, limit| have <= limit))
        .with_keyword("minUniqueItems", |parent, limit, _| unique(parent, limit, |have, limit| have >= limit))
        .build(&document)
        .unwrap()
}

type Found = BTreeSet<(String, String)>;

fn theirs(validator: &Validator, listing: &Value) -> Found {
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

fn ours(requirements: &Requirements, listing: &Value) -> Found {
    let mut tree = Listing::new();
    assert_eq!(json::read(listing.to_string().as_bytes(), &mut tree), Ok(Vec::new()));
    let violations = requirements.violations(tree.root(), Scope::Whole);
    violations.into_iter().filter_map(|violation| Some((violation.keyword?.into_owned(), violation.pointer))).collect()
}

#[derive(Clone, Debug)]
struct Mutation {
    at: prop::sample::Index,
    how: u8,
    size: u16,
}

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let one =
        (any::<prop::sample::Index>(), 0_u8..9, any::<u16>()).prop_map(|(at, how, size)| Mutation { at, how, size });
    prop::collection::vec(one, 1..6)
}

fn pointers(value: &Value, pointer: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                out.push(format!("{pointer}/{name}"));
                pointers(member, &format!("{pointer}/{name}"), out);
            }
        }
        Value::Array(entries) => {
            for (at, entry) in entries.iter().enumerate() {
                out.push(format!("{pointer}/{at}"));
                pointers(entry, &format!("{pointer}/{at}"), out);
            }
        }
        _ => {}
    }
}

fn mutate(listing: &mut Value, mutation: &Mutation) {
    let mut places = Vec::new();
    pointers(listing, "", &mut places);
    if places.is_empty() {
        return;
    }
    let place = mutation.at.get(&places);
    let (parent, name) = place.rsplit_once('/').unwrap();
    match mutation.how {
        0 => match listing.pointer_mut(parent).unwrap() {
            Value::Object(members) => drop(members.remove(name)),
            Value::Array(entries) => drop(entries.remove(name.parse().unwrap())),
            _ => {}
        },
        1 => match listing.pointer_mut(parent).unwrap() {
            Value::Array(entries) => entries.push(entries[name.parse::<usize>().unwrap()].clone()),
            Value::Object(members) => {
                let member = members[name].clone();
                members.insert(format!("{name}_2"), member);
            }
            _ => {}
        },
        how => {
            let value = listing.pointer_mut(place).unwrap();
            let size = u32::from(mutation.size);
            *value = match (how, &*value) {
                (2, _) => Value::from("x"),
                (3, _) => Value::from(size),
                (4, _) => [
                    Value::Null,
                    Value::Bool(true),
                    Value::Bool(false),
                    Value::Array(vec![]),
                    Value::Object(Map::new()),
                ][mutation.size as usize % 5]
                    .clone(),
                (5, Value::String(text)) => Value::from(text.repeat(1 + mutation.size as usize % 2_000)),
                (6, Value::String(text)) => {
                    Value::from(text.chars().take(mutation.size as usize % 4).collect::<String>())
                }
                // Few digits, where a float is as good as a decimal.
                (5, Value::Number(_)) => serde_json::from_str(&format!("-{}.{:03}", size % 100, size % 1000)).unwrap(),
                (6, Value::Number(_)) => serde_json::from_str(&format!("{}.{:02}", size, size % 100)).unwrap(),
                (7, _) => Value::from(
                    ["parent", "child", "DEFAULT", "OTHER", "ghs", "JPY", "US", "ATVPDKIKX0DER", "2026-02-30"]
                        [mutation.size as usize % 9],
                ),
                (_, value) => Value::Array(vec![value.clone(), value.clone()]),
            };
        }
    }
}

/// The folder of the marketplace whose documents come with cases.
fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("FEEDWRIGHT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let marketplaces = std::fs::read_dir(folder.join("data")).into_iter().flatten().flatten();
    let found =
        marketplaces.map(|entry| entry.path()).find(|path| path.join("cases/product-type-cases.json").is_file());
    if found.is_none() {
        println!("SKIPPED: no real documents in {}; set FEEDWRIGHT_SHARED", folder.display());
    }
    found
}

#[test]
fn mutated_listings_get_the_same_places_and_keywords_as_from_the_plain_engine() {
    let Some(folder) = shared() else { return };
    let cases = std::fs::read(folder.join("cases/product-type-cases.json")).unwrap();
    let cases: Value = serde_json::from_slice(&cases).unwrap();
    let dialect = Dialect { draft: Draft::Draft2019, vocabulary: Vocabulary::Marketplace };
    for name in ["HOME-us", "PRODUCT"] {
        let bytes = std::fs::read(folder.join(format!("ptd-schemas/{name}.json"))).unwrap();
        let origin = Origin::Given { name: name.to_owned() };
        let requirements = Requirements::compile(Document { name, bytes: &bytes }, &dialect, origin).unwrap();
        let plain = oracle(serde_json::from_slice(&bytes).unwrap());
        // Every listing against both documents: the wrong one breaks more of it.
        let listings: Vec<Value> =
            cases["cases"].as_array().unwrap().iter().map(|case| case["attributes"].clone()).collect();
        let strategy = (prop::sample::select(listings), mutations());
        let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
        runner
            .run(&strategy, |(mut listing, mutations)| {
                for mutation in &mutations {
                    mutate(&mut listing, mutation);
                }
                prop_assert_eq!(ours(&requirements, &listing), theirs(&plain, &listing), "{}", listing);
                Ok(())
            })
            .unwrap();
    }
}
