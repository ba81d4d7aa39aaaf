//! Laws over generated catalogs: whatever a catalog holds, nothing panics, nothing is lost, and equal input gives equal
//! bytes whoever works on it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "shared/catalogs.rs"]
mod catalogs;
mod shared;

use catalogs::Product;
use catalogs::complete;
use catalogs::distinct;
use catalogs::jsonl;
use catalogs::wild;
use feedwright_catalog::finding::FindingJson;
use feedwright_runner::channel::OpenChannel;
use feedwright_runner::config::ConfigFile;
use feedwright_runner::pipeline;
use feedwright_runner::pipeline::Job;
use feedwright_runner::pipeline::RunError;
use feedwright_runner::pipeline::Silent;
use feedwright_runner::publish::OutDir;
use feedwright_runner::setup;
use feedwright_runner::setup::Overrides;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::Config;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::LazyLock;

/// The channel all catalogs are built for, opened once: what it takes from the catalog it takes anew each time.
struct Shop {
    file: ConfigFile,
    channels: Vec<OpenChannel>,
}

static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let text =
        "[channels.us]\nmarketplace = \"amazon\"\nseller = \"A2EXAMPLE\"\n[channels.us.categories]\n\"*\" = \"HOME\"\n";
    let file = ConfigFile::parse("feedwright.toml", text.to_owned()).unwrap();
    let channels = setup::channels(&file, Path::new(""), &Overrides::default()).unwrap().open;
    Shop { file, channels }
});

/// What a build made of a catalog.
struct Built {
    /// Every file of the output folder, by its path.
    files: BTreeMap<String, Vec<u8>>,
    /// The findings, a line each, in order.
    findings: Vec<Value>,
    manifest: Value,
    messages: Vec<Value>,
}

fn build(catalog: &[u8], threads: usize) -> Result<Built, RunError> {
    build_all(&[catalog], threads)
}

fn build_all(catalogs: &[&[u8]], threads: usize) -> Result<Built, RunError> {
    let folder = tempfile::tempdir().unwrap();
    let mut sources = Vec::new();
    for (at, catalog) in catalogs.iter().enumerate() {
        let path = folder.path().join(format!("{at}.jsonl"));
        fs::write(&path, catalog).unwrap();
        let profile = Some("catalog".to_owned());
        let overrides = Overrides { catalog: Some(path), profile, ..Overrides::default() };
        sources.extend(setup::sources(&SHOP.file, Path::new(""), &overrides).unwrap());
    }
    for (at, source) in sources.iter_mut().enumerate() {
        // The folder is another one each time, and no part of what a catalog says.
        source.shown = if at == 0 { "catalog.jsonl".to_owned() } else { format!("catalog-{}.jsonl", at + 1) };
    }
    let job = Job { sources, channels: &SHOP.channels, threads, levels: Arc::default(), names_ready_skus: false };
    let out = folder.path().join("out");
    let (run, _) = pipeline::build(&job, OutDir::open(&out).unwrap(), &Silent)?;
    let findings = run
        .sorted
        .findings()
        .unwrap()
        .map(|finding| serde_json::to_value(FindingJson::from(&finding.unwrap())).unwrap())
        .collect();
    let mut files = BTreeMap::new();
    collect(&out, "", &mut files);
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let mut messages = Vec::new();
    for file in manifest["channels"][0]["files"].as_array().unwrap() {
        let feed: Value = serde_json::from_slice(&files[file["file"].as_str().unwrap()]).unwrap();
        messages.extend(feed["messages"].as_array().unwrap().iter().cloned());
    }
    Ok(Built { files, findings, manifest, messages })
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read(path).unwrap());
        }
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn n_cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(n_cases(96))]

    #[test]
    fn any_catalog_is_read_to_its_end_and_its_counts_are_true(catalog in wild()) {
        let built = match build(&catalog.0, 2) {
            Ok(built) => built,
            // A file that is no catalog at all is said to be none.
            Err(RunError::Source(_)) => return Ok(()),
            Err(why) => return Err(TestCaseError::fail(why.to_string())),
        };
        let counts = &built.manifest["channels"][0]["counts"];
        let count = |key: &str| counts[key].as_u64().unwrap();
        prop_assert_eq!(count("items"), count("ready") + count("blocked") + count("left_out"));
        prop_assert_eq!(count("ready"), built.messages.len() as u64);
        let n_claims = claims(&catalog.0);
        let mut skus = BTreeSet::new();
        for message in &built.messages {
            prop_assert!(skus.insert(text(message, "/sku").to_lowercase()), "twice in the feed: {}", message);
        }
        for finding in &built.findings {
            let blocks = finding["severity"] == "error" && finding["channel"] == "us" && finding.get("sku").is_some();
            if blocks {
                let sku = text(finding, "/sku").to_lowercase();
                // Of several that want one SKU, the first that may have it is sent.
                let is_sent_by_mistake = skus.contains(&sku) && n_claims.get(&sku) == Some(&1);
                prop_assert!(!is_sent_by_mistake, "sent in spite of {}", finding);
            }
            prop_assert_ne!(text(finding, "/help"), "", "{}", finding);
            // Only what is said of the channel as a whole has no place.
            let is_of_channel = finding["code"] == "starter-requirements";
            prop_assert_eq!(text(finding, "/file") == "catalog.jsonl", !is_of_channel, "{}", finding);
        }
    }

    #[test]
    fn a_family_is_sent_with_its_parent_first_or_not_at_all(catalog in prop::collection::vec(distinct(), 1..6)) {
        let built = build(&jsonl(&catalog), 2).unwrap();
        let mut parents = BTreeMap::<String, usize>::new();
        for message in &built.messages {
            let attributes = &message["attributes"];
            match text(attributes, "/parentage_level/0/value") {
                "parent" => {
                    parents.insert(text(message, "/sku").to_owned(), 0);
                }
                "child" => {
                    let parent = text(attributes, "/child_parent_sku_relationship/0/parent_sku");
                    let n_children = parents.get_mut(parent);
                    prop_assert!(n_children.is_some(), "no parent `{}` before {}", parent, message);
                    *n_children.unwrap() += 1;
                }
                _ => prop_assert!(attributes["child_parent_sku_relationship"].is_null(), "{}", message),
            }
        }
        for (parent, n_children) in &parents {
            prop_assert!(*n_children > 0, "`{}` has no children", parent);
        }
        let sent: BTreeSet<&str> = built.messages.iter().map(|message| text(message, "/sku")).collect();
        for product in &catalog {
            let is_family = !product.axes.is_empty() && product.variants.len() > 1;
            let is_any_sent = product.variants.iter().any(|variant| sent.contains(variant.sku.as_str()));
            if is_family {
                prop_assert_eq!(sent.contains(product.key.as_str()), is_any_sent, "{}", product.key);
            }
        }
        // Everybody who is not sent has a reason.
        let blocked: BTreeSet<&str> = built
            .findings
            .iter()
            .filter(|finding| finding["severity"] == "error" || finding["code"] == "not-active" || finding["code"] == "not-sellable")
            .map(|finding| text(finding, "/sku"))
            .collect();
        for variant in catalog.iter().flat_map(|product| &product.variants) {
            let sku = variant.sku.as_str();
            prop_assert!(sent.contains(sku) != blocked.contains(sku), "`{}`: sent {}", sku, sent.contains(sku));
        }
    }

    #[test]
    fn every_filled_field_is_sent_or_said_not_to_be(catalog in prop::collection::vec(complete(), 1..4)) {
        let built = build(&jsonl(&catalog), 1).unwrap();
        let unmapped: BTreeSet<&str> = built
            .findings
            .iter()
            .filter(|finding| finding["code"] == "field-not-mapped")
            .filter_map(|finding| text(finding, "/message").split('`').nth(1))
            .collect();
        for product in &catalog {
            for variant in &product.variants {
                let message = built.messages.iter().find(|message| text(message, "/sku") == variant.sku);
                let Some(message) = message else {
                    let is_said = built.findings.iter().any(|finding| text(finding, "/sku") == variant.sku);
                    prop_assert!(is_said, "nothing is said of `{}`", variant.sku);
                    continue;
                };
                for (field, value) in filled(product, variant) {
                    let is_there = match field.as_str() {
                        // Through a table: the attribute is there.
                        "condition" => !message["attributes"]["condition_type"].is_null(),
                        _ => leaves(&value).iter().all(|leaf| occurs(leaf, message)),
                    };
                    prop_assert!(
                        is_there || unmapped.contains(field.as_str()) || IGNORED.contains(field.as_str()),
                        "`{}` = {} of `{}` is neither sent nor said not to be: {}", field, value, variant.sku, message
                    );
                }
            }
        }
    }
}

#[test]
fn the_generated_catalogs_are_worth_the_name() {
    let mut runner = TestRunner::deterministic();
    let mut sample = |strategy: &dyn Fn() -> BoxedStrategy<Product>| {
        let strategy = strategy();
        let catalog: Vec<Product> = (0..150).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
        let built = build(&jsonl(&catalog), 2).unwrap();
        let counts = &built.manifest["channels"][0]["counts"];
        (counts["ready"].as_u64().unwrap(), counts["blocked"].as_u64().unwrap())
    };
    let (ready, blocked) = sample(&|| complete().boxed());
    assert!(ready > 200 && ready > 4 * blocked, "complete: {ready} ready, {blocked} blocked");
    let (ready, blocked) = sample(&|| distinct().boxed());
    assert!(ready > 100 && blocked > 60, "harmed: {ready} ready, {blocked} blocked");
    let wild = (0..100).map(|_| wild().new_tree(&mut runner).unwrap().current());
    let n_messages: usize = wild.filter_map(|catalog| Some(build(&catalog.0, 1).ok()?.messages.len())).sum();
    assert!(n_messages > 20, "wild: {n_messages} messages");
}

proptest! {
    #![proptest_config(n_cases(6))]

    #[test]
    fn the_number_of_threads_changes_no_byte(catalog in prop::collection::vec(distinct(), 100..260)) {
        let catalog = jsonl(&catalog);
        let one = build(&catalog, 1).unwrap();
        for threads in [2, 5] {
            let many = build(&catalog, threads).unwrap();
            prop_assert_eq!(&one.findings, &many.findings);
            prop_assert_eq!(&one.files, &many.files);
        }
    }

}

proptest! {
    #![proptest_config(n_cases(16))]

    #[test]
    fn the_order_of_products_changes_no_finding_and_no_message(
        (catalog, shuffled) in prop::collection::vec(distinct(), 2..90)
            .prop_flat_map(|catalog| (Just(catalog.clone()), Just(catalog).prop_shuffle()))
    ) {
        let (first, second) = (build(&jsonl(&catalog), 2).unwrap(), build(&jsonl(&shuffled), 2).unwrap());
        prop_assert_eq!(without(&first.findings, "line"), without(&second.findings, "line"));
        prop_assert_eq!(without(&first.messages, "messageId"), without(&second.messages, "messageId"));
    }
}

/// How many records of a catalog want each SKU: variants by their own, families by their key.
fn claims(catalog: &[u8]) -> BTreeMap<String, usize> {
    let mut claims = BTreeMap::new();
    for line in catalog.split(|byte| *byte == b'\n') {
        let Ok(product) = serde_json::from_slice::<Value>(line) else { continue };
        let variants = product["variants"].as_array().into_iter().flatten();
        let skus = variants.map(|variant| text(variant, "/sku")).chain([text(&product, "/key")]);
        for sku in skus {
            *claims.entry(sku.trim().to_lowercase()).or_default() += 1;
        }
    }
    claims
}

/// The values, without what depends on where they stand, as a set.
fn without(values: &[Value], key: &str) -> BTreeSet<String> {
    let strip = |value: &Value| {
        let mut value = value.clone();
        value.as_object_mut().unwrap().remove(key);
        value.to_string()
    };
    values.iter().map(strip).collect()
}

/// Fields that go nowhere for a reason somebody wrote down, read from the templates as plain TOML lines.
static IGNORED: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let text = fs::read_to_string(shared::root().join("templates/amazon/listings.toml")).unwrap();
    let (_, ignored) = text.split_once("\n[ignored]\n").unwrap();
    ignored
        .lines()
        .filter_map(|line| line.split_once(" = \""))
        .map(|(name, _)| name.trim_matches('"').to_owned())
        .collect()
});

/// The fields of a variant in the names of the vocabulary, its own before its family's.
fn filled(product: &Product, variant: &catalogs::Variant) -> BTreeMap<String, Value> {
    let mut fields: BTreeMap<String, Value> = product.fields.clone();
    fields.extend(variant.fields.clone());
    fields.extend(variant.told.clone());
    let urls: Vec<Value> = product.images.iter().map(|url| Value::from(url.as_str())).collect();
    if let Some((main, others)) = urls.split_first() {
        fields.insert("image".to_owned(), main.clone());
        if !others.is_empty() {
            fields.insert("additional_images".to_owned(), Value::from(others.to_vec()));
        }
    }
    fields
}

/// The single values of a value; of a measure or amount the number, since its unit is said beside it.
fn leaves(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list.iter().flat_map(leaves).collect(),
        Value::Object(object) => vec![object["amount"].clone()],
        one => vec![one.clone()],
    }
}

/// Whether a value stands somewhere in a message: as it is, or as the number it writes.
fn occurs(value: &Value, message: &Value) -> bool {
    match message {
        Value::Array(list) => list.iter().any(|entry| occurs(value, entry)),
        Value::Object(object) => object.values().any(|entry| occurs(value, entry)),
        leaf => leaf == value || value.as_str().is_some_and(|text| is_number(text, leaf)),
    }
}

fn is_number(text: &str, leaf: &Value) -> bool {
    let plain = |text: &str| {
        let trimmed = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
        trimmed.to_owned()
    };
    leaf.as_number().is_some_and(|number| plain(&number.to_string()) == plain(text))
}

#[test]
fn a_family_whose_key_is_another_products_sku_is_not_sent_over_it() {
    let mut runner = TestRunner::deterministic();
    let mut product = |wants_family: bool| loop {
        let product = complete().new_tree(&mut runner).unwrap().current();
        if product.axes.is_empty() != wants_family {
            return product;
        }
    };
    let (family, mut single) = (product(true), product(false));
    single.variants[0].sku.clone_from(&family.key);
    for catalog in [[family.clone(), single.clone()], [single, family]] {
        let built = build(&jsonl(&catalog), 2).unwrap();
        let mut skus: Vec<&str> = built.messages.iter().map(|message| text(message, "/sku")).collect();
        let n_messages = skus.len();
        skus.sort_unstable();
        skus.dedup();
        assert_eq!(skus.len(), n_messages, "every SKU once: {skus:?} {:#?}", built.findings);
    }
}

#[test]
fn what_two_sources_both_sell_is_sent_once() {
    let mut runner = TestRunner::deterministic();
    let catalog: Vec<Product> = (0..20).map(|_| complete().new_tree(&mut runner).unwrap().current()).collect();
    let alone = build(&jsonl(&catalog), 2).unwrap();
    let both = build_all(&[&jsonl(&catalog), &jsonl(&catalog)], 2).unwrap();
    assert_eq!(alone.messages, both.messages);
    let count = |built: &Built, key: &str| built.manifest["channels"][0]["counts"][key].as_u64().unwrap();
    assert_eq!(count(&both, "ready"), count(&alone, "ready"));
    assert_eq!(count(&both, "blocked"), 2 * count(&alone, "blocked") + count(&alone, "ready"));
    for message in &alone.messages {
        let is_said = both.findings.iter().any(|finding| {
            finding["severity"] == "error" && finding["sku"] == message["sku"] && finding["file"] == "catalog-2.jsonl"
        });
        assert!(is_said, "{message}");
    }
}

#[test]
fn the_program_ends_in_order_whatever_it_reads() {
    let mut runner = TestRunner::deterministic();
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..12 {
        let catalog = wild().new_tree(&mut runner).unwrap().current();
        fs::write(folder.path().join("catalog.jsonl"), &catalog.0).unwrap();
        let run = shared::feedwright_in(
            folder.path(),
            &[
                "build",
                "catalog.jsonl",
                "--channel",
                "amazon/US",
                "--category",
                "HOME",
                "--out",
                "out",
                "--format",
                "json",
            ],
        );
        assert!((0..=2).contains(&run.code), "{}: {catalog:?}", run.code);
        assert!(run.stderr.lines().count() <= 1, "{}", run.stderr);
        assert_eq!(run.stderr.starts_with("error: "), run.code == 2, "{}", run.stderr);
    }
}
