//! One catalog for all marketplaces in one run.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod shared;

use serde_json::Value;
use shared::feedwright_in;
use shared::root;
use std::fs;
use std::process::Command;
use std::thread;

/// The catalog comes through a pipe: who reads it twice finds it empty.
#[test]
fn one_catalog_read_once_becomes_the_files_of_four_marketplaces() {
    let folder = tempfile::tempdir().unwrap();
    let samples = root().join("samples");
    let catalog = fs::read(samples.join("catalog/catalog.jsonl")).unwrap();
    fs::copy(samples.join("categories.csv"), folder.path().join("categories.csv")).unwrap();
    let config = fs::read_to_string(samples.join("all-marketplaces.toml")).unwrap();
    let config = config.replace("file = \"catalog/catalog.jsonl\"", "file = \"catalog.jsonl\"\nprofile = \"catalog\"");
    fs::write(folder.path().join("feedwright.toml"), config).unwrap();
    let pipe = folder.path().join("catalog.jsonl");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = thread::spawn(move || fs::write(pipe, catalog));
    let run = feedwright_in(folder.path(), &["build", "--out", "out"]);
    writer.join().unwrap().unwrap();
    assert_eq!(run.code, 1, "some listings of the sample are blocked: {}", run.stderr);
    let manifest: Value = serde_json::from_slice(&fs::read(folder.path().join("out/manifest.json")).unwrap()).unwrap();
    let channels = manifest["channels"].as_array().unwrap();
    let names: Vec<&str> = channels.iter().map(|channel| channel["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["amazon-us", "ebay-us", "google-us", "walmart-us"]);
    for channel in channels {
        let files = channel["files"].as_array().unwrap();
        let written: u64 = files.iter().map(|file| file["records"].as_u64().unwrap()).sum();
        assert!(written > 0, "{channel}");
    }
}

/// A whole catalog is given every day; retiring what is still sold would take down the shop.
#[test]
fn only_archived_products_are_retired() {
    let folder = tempfile::tempdir().unwrap();
    let samples = root().join("samples");
    fs::copy(samples.join("categories.csv"), folder.path().join("categories.csv")).unwrap();
    let config = fs::read_to_string(samples.join("all-marketplaces.toml")).unwrap();
    let config = config.replace("file = \"catalog/catalog.jsonl\"", "file = \"catalog.jsonl\"\nprofile = \"catalog\"");
    fs::write(folder.path().join("feedwright.toml"), config).unwrap();
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
