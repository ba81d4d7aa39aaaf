//! The official JSON Schema Test Suite, for the drafts our marketplaces write: what it says of a value, our program says.
//!
//! The suite is no part of the repository. `cargo xtask test` fetches it into `target`; without it this says so and passes.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may read files and its environment, say so, and stop"
)]

use feedwright_marketplace::json;
use feedwright_marketplace::listing::Listing;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Vocabulary;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Files left out, each with its reason. Optional tests and those of formats are folders of their own, and left out too:
/// a format is the engine's own code.
const LEFT_OUT: &[(&str, &str)] = &[
    ("refRemote.json", "nothing is ever fetched"),
    ("vocabulary.json", "meta-schemas of others are not read"),
    ("default.json", "a default is not inserted, and nothing is to be tested"),
];

/// What our documents are allowed to mean otherwise, by file: cases in which the engine itself does not say what the suite
/// says, because of how we use it.
const OTHERWISE: &[(&str, &str)] = &[("format.json", "formats are asserted, as marketplaces mean them")];

#[derive(Default)]
struct Counts {
    tests: usize,
    by_program: usize,
    refused: usize,
    left_out: usize,
}

#[test]
fn the_official_suite_is_passed_for_every_keyword() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/json-schema-test-suite/tests");
    if !folder.is_dir() {
        assert!(std::env::var_os("FEEDWRIGHT_REQUIRE_SUITE").is_none(), "no suite in {}", folder.display());
        println!("SKIPPED: no JSON Schema Test Suite in {}; `cargo xtask test` fetches it", folder.display());
        return;
    }
    for (name, draft) in [("draft7", Draft::Draft7), ("draft2019-09", Draft::Draft2019)] {
        let mut counts = Counts::default();
        let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for path in files.iter().filter(|path| path.is_file()) {
            let file = path.file_name().unwrap().to_str().unwrap();
            let cases: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            if LEFT_OUT.iter().any(|(left_out, _)| *left_out == file) {
                counts.left_out += cases.as_array().unwrap().len();
                continue;
            }
            for case in cases.as_array().unwrap() {
                run(file, case, draft, &mut counts, &mut wrong);
            }
        }
        println!(
            "{name}: {} tests, {} by the program alone; {} cases refused, {} left out",
            counts.tests, counts.by_program, counts.refused, counts.left_out
        );
        for (file, reason) in OTHERWISE.iter().filter(|(file, _)| wrong.contains_key(*file)) {
            println!("  {file}: {} tests mean otherwise: {reason}", wrong[*file].len());
        }
        wrong.retain(|file, _| !OTHERWISE.iter().any(|(known, _)| known == file));
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        assert!(counts.tests > 800, "the suite has tests");
    }
}

fn run(file: &str, case: &Value, draft: Draft, counts: &mut Counts, wrong: &mut BTreeMap<String, Vec<String>>) {
    let dialect = Dialect { draft, vocabulary: Vocabulary::Standard };
    let compile = |schema: &Value| {
        let origin = Origin::Given { name: file.to_owned() };
        Requirements::compile_value(file, schema.clone(), &dialect, origin)
    };
    let schema = &case["schema"];
    // A document of requirements is an object that says something; a schema that is neither is wrapped.
    let Ok(requirements) = compile(schema).or_else(|_| compile(&json!({ "allOf": [schema] }))) else {
        counts.refused += 1;
        println!("refused: {file}: {}", case["description"]);
        return;
    };
    let plan = requirements.plan(Scope::Whole);
    let alone = !plan.by_engine && plan.fallbacks.is_empty();
    for test in case["tests"].as_array().unwrap() {
        let mut tree = Listing::new();
        let (node, _) = json::read_value(test["data"].to_string().as_bytes(), &mut tree).unwrap();
        let ours = requirements.is_met(tree.node(node));
        let name = format!("{}: {}", case["description"], test["description"]);
        assert_eq!(requirements.is_met_to_the_engine(tree.node(node), Scope::Whole), Ok(ours), "{file}: {name}");
        counts.tests += 1;
        counts.by_program += usize::from(alone);
        if Value::Bool(ours) != test["valid"] {
            wrong.entry(file.to_owned()).or_default().push(name);
        }
    }
}
