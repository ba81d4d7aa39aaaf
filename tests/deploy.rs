//! What `docs/deploy` hands out works: systemd takes the unit, and the container's build finds what it copies.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod shared;

use shared::root;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::process::Command;

const UNIT: &str = "docs/deploy/feedwright.service";
const CONTAINERFILE: &str = "docs/deploy/Containerfile";
/// Where the unit expects the program.
const INSTALLED: &str = "/usr/local/bin/feedwright";
/// What is compiled into the program must be copied before it is built.
const COMPILED_IN: &[&str] = &["docs/rules", "samples", "schemas", "templates"];

#[test]
fn the_unit_is_hardened_stops_in_peace_and_holds_no_secret() {
    let unit = keys(&fs::read_to_string(root().join(UNIT)).unwrap());
    let service = |key: &str| unit.get(&("Service".to_owned(), key.to_owned())).map(String::as_str);
    for (key, expected) in [
        ("Restart", "on-failure"),
        ("KillSignal", "SIGTERM"),
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("CapabilityBoundingSet", ""),
        ("User", "feedwright"),
        ("EnvironmentFile", "-/etc/feedwright/secrets.env"),
    ] {
        assert_eq!(service(key), Some(expected), "{key}");
    }
    assert_eq!(service("Environment"), None, "a secret in a unit can be read by everybody");
    assert!(service("ExecStart").is_some_and(|command| command.starts_with(&format!("{INSTALLED} serve --config "))));
}

#[test]
fn systemd_takes_the_unit() {
    let unit = fs::read_to_string(root().join(UNIT)).unwrap();
    // It checks that the program is there, and the one that was built is.
    let built = unit.replace(INSTALLED, env!("CARGO_BIN_EXE_feedwright"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feedwright.service");
    fs::write(&path, built).unwrap();
    let verified = match Command::new("systemd-analyze").arg("verify").arg(&path).output() {
        Ok(verified) => verified,
        Err(why) if why.kind() == ErrorKind::NotFound => {
            eprintln!("systemd-analyze is not here: only the keys were looked at");
            return;
        }
        Err(why) => panic!("{why}"),
    };
    let said = String::from_utf8_lossy(&verified.stderr).into_owned();
    assert!(verified.status.success(), "{said}");
    // What it does not know it only warns of.
    assert!(!said.contains("feedwright.service"), "{said}");
}

#[test]
fn the_container_is_built_from_what_is_there_and_does_not_run_as_root() {
    let text = fs::read_to_string(root().join(CONTAINERFILE)).unwrap();
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    let mut copied = Vec::new();
    for words in lines.iter().filter(|words| words.first() == Some(&"COPY")) {
        if words.get(1).is_some_and(|word| word.starts_with("--from=")) {
            continue;
        }
        let (_, from) = words[1..].split_last().unwrap();
        for path in from {
            assert!(root().join(path).exists(), "{path} is copied and not there");
            copied.push(*path);
        }
    }
    for path in COMPILED_IN {
        assert!(copied.contains(path), "{path} is compiled in and not copied");
    }
    let last = |word: &str| lines.iter().rposition(|words| words.first() == Some(&word)).unwrap();
    assert!(lines.iter().filter(|words| words.first() == Some(&"FROM")).count() > 1, "the compiler stays behind");
    assert!(last("USER") > last("FROM"));
    assert_eq!(lines[last("USER")], ["USER", "feedwright"]);
    assert_eq!(lines[last("VOLUME")], ["VOLUME", "/data"]);
}

/// The keys of a unit with their last values, by section.
fn keys(unit: &str) -> BTreeMap<(String, String), String> {
    let mut section = String::new();
    let mut keys = BTreeMap::new();
    for line in unit.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
            continue;
        }
        let (key, value) = line.split_once('=').unwrap();
        keys.insert((section.clone(), key.to_owned()), value.to_owned());
    }
    keys
}
