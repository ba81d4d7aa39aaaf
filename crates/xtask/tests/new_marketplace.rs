//! `cargo xtask new-marketplace`: what it writes can be read, and what it refuses is said.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use proc_macro2::TokenStream;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;

const BANS: &str = "crates/catalog/clippy.toml";

/// A folder with no more of the workspace than the command reads.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(folder.join("crates/catalog")).unwrap();
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(BANS), folder.join(BANS)).unwrap();
    folder
}

fn run(root: &Path, id: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["new-marketplace", id, "--root"])
        .arg(root)
        .output()
        .expect("xtask starts")
}

fn written(root: &Path, folder: &Path, out: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            written(root, &path, out);
        } else {
            out.push(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
    out.sort();
}

#[test]
fn everything_it_writes_can_be_read_and_has_the_new_name() {
    let root = folder("new-marketplace");
    let output = run(&root, "big-shop2");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut files = Vec::new();
    written(&root, &root, &mut files);
    files.retain(|path| path != BANS);
    assert_eq!(
        files,
        [
            "crates/big-shop2/Cargo.toml",
            "crates/big-shop2/clippy.toml",
            "crates/big-shop2/src/builtin.rs",
            "crates/big-shop2/src/lib.rs",
            "crates/big-shop2/src/lint.rs",
            "crates/big-shop2/src/policy.rs",
            "crates/big-shop2/src/profile.rs",
            "crates/big-shop2/src/schema.rs",
            "crates/big-shop2/tests/conformance.rs",
            "samples/big-shop2/catalog/example.json",
            "schemas/big-shop2/README.md",
            "schemas/big-shop2/example.json",
            "templates/big-shop2/listings.toml",
            "templates/big-shop2/tables/conditions.csv",
        ]
    );
    for path in &files {
        let text = fs::read_to_string(root.join(path)).unwrap();
        for left in ["{{id}}", "{{Name}}", "{{Type}}", "{{crate}}"] {
            assert!(!text.contains(left), "{path} still holds {left}");
        }
        match Path::new(path).extension().and_then(|ending| ending.to_str()) {
            Some("rs") => {
                let tokens: Result<TokenStream, _> = text.parse();
                assert!(tokens.is_ok(), "{path}");
                assert!(text.starts_with("//! "), "{path} does not say first what it is for");
            }
            Some("toml") => {
                let table: Result<toml::Table, _> = text.parse();
                assert!(table.is_ok(), "{path}: {table:?}");
            }
            Some("json") => {
                let value: Result<serde_json::Value, _> = serde_json::from_str(&text);
                assert!(value.is_ok(), "{path}: {value:?}");
            }
            Some("csv") => assert!(text.lines().all(|line| line.split(',').count() == 2), "{path}"),
            Some("md") => assert!(text.starts_with("# Starter requirements for Big Shop2\n"), "{path}"),
            other => panic!("{path}: nobody looks at files that end in {other:?}"),
        }
    }
    let bans = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    assert_eq!(bans("crates/big-shop2/clippy.toml"), bans(BANS));
    let profile = bans("crates/big-shop2/src/profile.rs");
    assert!(profile.contains(r#"id: "big-shop2""#) && profile.contains(r#"name: "Big Shop2""#), "{profile}");
}

#[test]
fn it_says_which_two_lines_make_the_adapter_known() {
    let output = run(&folder("new-marketplace-lines"), "big-shop");
    let said = String::from_utf8(output.stdout).unwrap();
    for line in [
        r#"  feedwright-big-shop = { path = "../big-shop" }"#,
        "  Adapter { profile: &feedwright_big_shop::PROFILE, open: feedwright_big_shop::open },",
    ] {
        assert!(said.lines().any(|found| found == line), "{said}");
    }
}

#[test]
fn a_bad_name_or_one_that_is_taken_is_refused_and_nothing_is_written() {
    let root = folder("new-marketplace-refused");
    fs::create_dir_all(root.join("templates/report")).unwrap();
    let refused = |id: &str, why: &str| {
        let output = run(&root, id);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{id}: {said}");
        assert!(said.contains(why), "{id}: {said}");
    };
    for id in ["Shop", "big_shop", "big--shop", "2big", "shop-", "laden\u{e4}", "../out", ""] {
        refused(id, "cannot be an id");
    }
    refused("ot", "too short");
    refused("catalog", "crates/catalog is there already");
    refused("report", "templates/report is there already");
    let mut files = Vec::new();
    written(&root, &root, &mut files);
    assert_eq!(files, [BANS]);
}
