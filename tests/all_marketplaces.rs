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
