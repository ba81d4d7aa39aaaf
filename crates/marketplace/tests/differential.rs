//! Our check of real documents against the plain engine over `serde_json` values, with the marketplace keywords written a
//! second time here: mutated listings must get the same places and keywords from both.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "a test may read files and its environment, and stop; the engine wants a result"
)]

mod plain;

use feedwright_marketplace::json;
use feedwright_marketplace::listing::Listing;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Document;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Vocabulary;
use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest::test_runner::TestRunner;
use serde_json::Map;
use serde_json::Value;
use std::path::PathBuf;

#[derive(Clone, Debug)]
struct Mutation {
    at: prop::sample::Index,
    how: u8,
    size: u16,
}

fn ours(requirements: &Requirements, listing: &Value) -> plain::Found {
    let mut tree = Listing::new();
    assert_eq!(json::read(listing.to_string().as_bytes(), &mut tree), Ok(Vec::new()));
    let theirs = requirements.is_met_to_the_engine(tree.root(), Scope::Whole);
    assert_eq!(theirs, Ok(requirements.is_met(tree.root())), "{listing}");
    plain::ours(requirements, tree.root())
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
        let document = serde_json::from_slice(&bytes).unwrap();
        let plain = plain::oracle(&document, Draft::Draft2019).unwrap();
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
                prop_assert_eq!(ours(&requirements, &listing), plain::theirs(&plain, &listing), "{}", listing);
                Ok(())
            })
            .unwrap();
    }
}
