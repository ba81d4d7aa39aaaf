//! One catalog for all marketplaces in one run.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod shared;

use serde_json::Value;
use shared::feedwright_in;
use shared::root;
use shared::shared_data;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use tempfile::TempDir;

/// Builds all channels of a configuration out of a catalog that comes through a pipe: who reads it twice finds it empty.
/// Gives the records each channel wrote.
fn written_from_a_pipe(folder: &Path, name: &str, catalog: Vec<u8>) -> Vec<(String, u64)> {
    let pipe = folder.join(name);
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = thread::spawn(move || fs::write(pipe, catalog));
    let run = feedwright_in(folder, &["build", "--out", "out"]);
    writer.join().unwrap().unwrap();
    assert_eq!(run.code, 1, "some listings are blocked: {}", run.stderr);
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join("out/manifest.json")).unwrap()).unwrap();
    let channels = manifest["channels"].as_array().unwrap().iter().map(|channel| {
        let files = channel["files"].as_array().unwrap();
        let records = files.iter().map(|file| file["records"].as_u64().unwrap()).sum();
        (channel["name"].as_str().unwrap().to_owned(), records)
    });
    channels.collect()
}

/// The samples' configuration, over a catalog of this folder's own.
fn sample_shop() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let samples = root().join("samples");
    fs::copy(samples.join("categories.csv"), folder.path().join("categories.csv")).unwrap();
    let config = fs::read_to_string(samples.join("all-marketplaces.toml")).unwrap();
    let own = "file = \"catalog.jsonl\"\nprofile = \"catalog\"";
    let config = config.replace("file = \"catalog/catalog.jsonl\"", own);
    fs::write(folder.path().join("feedwright.toml"), config).unwrap();
    folder
}

fn is_on_all(written: &[(String, u64)]) {
    let names: Vec<&str> = written.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["amazon-us", "ebay-us", "google-us", "walmart-us"]);
    assert!(written.iter().all(|(_, records)| *records > 0), "{written:?}");
}

#[test]
fn one_catalog_read_once_becomes_the_files_of_four_marketplaces() {
    let folder = sample_shop();
    let catalog = fs::read(root().join("samples/catalog/catalog.jsonl")).unwrap();
    is_on_all(&written_from_a_pipe(folder.path(), "catalog.jsonl", catalog));
}

#[test]
fn a_real_export_read_once_becomes_the_files_of_four_marketplaces() {
    let Some(data) = shared_data() else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::copy(root().join("tests/fixtures/real-shop.toml"), folder.path().join("feedwright.toml")).unwrap();
    let catalog = fs::read(data.join("sources/shopify/procure-impact-dwc.products.csv")).unwrap();
    is_on_all(&written_from_a_pipe(folder.path(), "products.csv", catalog));
}

/// A whole catalog is given every day; retiring what is still sold would take down the shop.
#[test]
fn only_archived_products_are_retired() {
    let folder = sample_shop();
    let product = |sku: &str, lifecycle: &str| {
        serde_json::json!({"key": sku, "lifecycle": lifecycle, "categories": [{"path": "Home > Candles"}],
            "variants": [{"sku": sku}]})
    };
    let catalog: String = [("GONE", "archived"), ("SOLD", "active"), ("IDEA", "draft")]
        .map(|(sku, lifecycle)| format!("{}\n", product(sku, lifecycle)))
        .concat();
    fs::write(folder.path().join("catalog.jsonl"), catalog).unwrap();
    let run = feedwright_in(folder.path(), &["build", "--lane", "retirement", "--out", "out"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    for file in ["amazon-us/retirement-0001.json", "ebay-us/inventory_end-0001.jsonl", "walmart-us/retire-0001.json"] {
        let text = fs::read_to_string(folder.path().join("out").join(file)).unwrap();
        assert!(text.contains("GONE") && !text.contains("SOLD") && !text.contains("IDEA"), "{file}: {text}");
    }
    let left_out = fs::read_to_string(folder.path().join("out/left-out.csv")).unwrap();
    assert!(left_out.contains("SOLD") && left_out.contains("still-active"), "{left_out}");
    assert!(
        run.stderr.contains("Google has no feed for retirement"),
        "what has no feed for it is said: {}",
        run.stderr
    );
}
