//! The rules of the house that no compiler knows: who may depend on whom, who may name whom, and how files look.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use cargo_metadata::DependencyKind;
use cargo_metadata::Metadata;
use cargo_metadata::MetadataCommand;
use cargo_metadata::PackageId;
use proc_macro2::Delimiter;
use proc_macro2::TokenStream;
use proc_macro2::TokenTree;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// The crates that are no adapters, and those of ours each may use. Whatever is not named here is an adapter, and
/// stands between `marketplace` and `runner`.
const ARROWS: &[(&str, &[&str])] = &[
    ("feedwright-catalog", &[]),
    ("feedwright-sources", &["feedwright-catalog"]),
    ("feedwright-marketplace", &["feedwright-catalog"]),
    ("feedwright-ledger", &["feedwright-catalog"]),
    (
        "feedwright-runner",
        &["feedwright-catalog", "feedwright-sources", "feedwright-marketplace", "feedwright-ledger", ADAPTERS],
    ),
    // The other side: what it knows of marketplaces it does not know from us.
    ("feedwright-sandbox", &[]),
    (
        "feedwright",
        &[
            "feedwright-catalog",
            "feedwright-sources",
            "feedwright-marketplace",
            "feedwright-ledger",
            "feedwright-runner",
            "feedwright-sandbox",
        ],
    ),
];
/// Stands for every adapter.
const ADAPTERS: &str = "adapters";
const ADAPTERS_MAY_USE: &[&str] = &["feedwright-catalog", "feedwright-marketplace"];
/// May use everything, because nothing uses them.
const DEVELOPERS: &[&str] = &["xtask", "feedwright-trials", "feedwright-bench"];

/// Pure besides the adapters: no file, network, clock or thread, not even through a crate.
const PURE: &[&str] = &["feedwright-catalog", "feedwright-sources", "feedwright-marketplace"];
/// Crates that touch the world.
const WORLDLY: &[&str] = &[
    "actix-web",
    "async-io",
    "async-std",
    "attohttpc",
    "axum",
    "chrono",
    "crossbeam-channel",
    "curl",
    "dirs",
    "fs-err",
    "futures",
    "hyper",
    "isahc",
    "memmap2",
    "minreq",
    "mio",
    "native-tls",
    "notify",
    "num_cpus",
    "openssl",
    "openssl-sys",
    "polling",
    "postgres",
    "rayon",
    "reqwest",
    "rusqlite",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "surf",
    "tempfile",
    "time",
    "tokio",
    "tokio-postgres",
    "tungstenite",
    "ureq",
    "walkdir",
];

/// Files outside an adapter that name its crate: the registration, in two lines.
const REGISTRATION: &[&str] = &["crates/runner/Cargo.toml", "crates/runner/src/marketplaces.rs"];

const MOST_LINES: usize = 600;
/// Names that say nothing of what is inside.
const ROOMS_WITHOUT_PURPOSE: &[&str] =
    &["common", "helper", "helpers", "manager", "misc", "prelude", "type", "types", "util", "utils"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every file of the repository, committed or about to be, relative to the root.
fn files() -> Vec<String> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files of the repository");
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let listed = String::from_utf8(listed.stdout).unwrap();
    let files: BTreeSet<&str> = listed.split('\0').filter(|path| root().join(path).is_file()).collect();
    assert!(!files.is_empty());
    files.into_iter().map(str::to_owned).collect()
}

fn sources() -> Vec<(String, String)> {
    let sources = files().into_iter().filter(|path| Path::new(path).extension().is_some_and(|ending| ending == "rs"));
    sources
        .map(|path| {
            let text = fs::read_to_string(root().join(&path)).unwrap();
            (path, text)
        })
        .collect()
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(vec!["--locked".into()])
        .exec()
        .unwrap()
}

fn core(name: &str) -> Option<&'static [&'static str]> {
    ARROWS.iter().find(|(crate_name, _)| *crate_name == name).map(|(_, may_use)| *may_use)
}

/// What the marketplaces are called: the adapters' crates, without what all our crates begin with.
fn marketplaces(metadata: &Metadata) -> Vec<String> {
    let packages = metadata.workspace_packages();
    let adapters = packages.iter().map(|package| package.name.as_str()).filter(|name| is_adapter(name));
    adapters.map(|name| name.trim_start_matches("feedwright-").to_owned()).collect()
}

fn is_adapter(name: &str) -> bool {
    core(name).is_none() && !DEVELOPERS.contains(&name)
}

#[test]
fn crates_depend_on_each_other_in_one_direction_only() {
    let metadata = metadata();
    let ours: BTreeSet<&str> = metadata.workspace_packages().into_iter().map(|package| package.name.as_str()).collect();
    for (name, may_use) in ARROWS {
        assert!(ours.contains(name), "{name} is gone: take it out of ARROWS");
        assert!(
            may_use.iter().all(|used| *used == ADAPTERS || ours.contains(used)),
            "{name} may use a crate that is gone"
        );
    }
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        for used in package.dependencies.iter().map(|used| used.name.as_str()).filter(|used| ours.contains(used)) {
            let may_use = core(name).unwrap_or(ADAPTERS_MAY_USE);
            let allowed = may_use.contains(&used) || (is_adapter(used) && may_use.contains(&ADAPTERS));
            if !DEVELOPERS.contains(&name) && !allowed {
                wrong.push(format!("{name} must not depend on {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_that_touches_the_world_stands_under_a_pure_crate() {
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().unwrap();
    let uses: BTreeMap<&PackageId, Vec<&PackageId>> = resolve
        .nodes
        .iter()
        .map(|node| {
            let normal =
                node.deps.iter().filter(|used| used.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
            (&node.id, normal.map(|used| &used.pkg).collect())
        })
        .collect();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        if !PURE.contains(&name) && !is_adapter(name) {
            continue;
        }
        let mut seen = BTreeSet::from([&package.id]);
        let mut open = vec![&package.id];
        while let Some(next) = open.pop() {
            let new: Vec<_> = uses[next].iter().filter(|used| seen.insert(used)).copied().collect();
            open.extend(new);
        }
        let worldly = seen.iter().map(|id| metadata[id].name.as_str()).filter(|used| WORLDLY.contains(used));
        wrong.extend(worldly.map(|used| format!("{name} stands on {used}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_pure_crate_is_held_to_the_same_bans() {
    let metadata = metadata();
    let bans = fs::read_to_string(root().join("crates/catalog/clippy.toml")).unwrap();
    for banned in [
        "f64",
        "f32",
        "std::fs::File",
        "std::net::TcpStream",
        "std::time::SystemTime",
        "std::time::Instant",
        "std::env::var",
        "std::thread::spawn",
        "std::fs::read_to_string",
    ] {
        assert!(bans.contains(&format!("\"{banned}\"")), "crates/catalog/clippy.toml does not ban {banned}");
    }
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        if PURE.contains(&name) || is_adapter(name) {
            let path = package.manifest_path.with_file_name("clippy.toml");
            let own = fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(own, bans, "{path} is not the same as that of crates/catalog");
        }
    }
}

#[test]
fn every_crate_inherits_the_lints_of_the_workspace() {
    for package in metadata().workspace_packages() {
        let manifest: toml::Table = fs::read_to_string(&package.manifest_path).unwrap().parse().unwrap();
        let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
        assert_eq!(inherits, Some(true), "{}", package.name);
    }
}

#[test]
fn two_lines_register_an_adapter_and_nothing_else_names_its_crate() {
    let metadata = metadata();
    let mut wrong = Vec::new();
    for name in marketplaces(&metadata) {
        let names = [format!("feedwright-{name}"), format!("feedwright_{name}")];
        for path in files() {
            let is_own = path.starts_with(&format!("crates/{name}/")) || path.starts_with("fuzz/");
            let is_code =
                ["rs", "toml"].iter().any(|ending| Path::new(&path).extension().is_some_and(|own| own == *ending));
            if is_own || !is_code {
                continue;
            }
            let text = fs::read_to_string(root().join(&path)).unwrap();
            let lines = text.lines().filter(|line| names.iter().any(|name| line.contains(name.as_str()))).count();
            let expected = usize::from(REGISTRATION.contains(&path.as_str()));
            if lines != expected {
                wrong.push(format!("{path} names feedwright-{name} in {lines} lines, {expected} expected"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn code_outside_an_adapter_does_not_know_a_marketplace_by_name() {
    let marketplaces = marketplaces(&metadata());
    assert!(marketplaces.len() > 1, "{marketplaces:?}");
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let is_adapter = marketplaces.iter().any(|name| path.starts_with(&format!("crates/{name}/")));
        let is_for_developers =
            ["crates/xtask/", "crates/trials/", "crates/bench/", "fuzz/"].iter().any(|room| path.starts_with(room));
        let is_test = path.split('/').any(|part| part == "tests" || part == "tests.rs");
        // The other side plays the marketplaces: it names them as they name themselves.
        let is_other_side = path.starts_with("crates/sandbox/");
        if is_adapter || is_other_side || is_for_developers || is_test || REGISTRATION.contains(&path.as_str()) {
            continue;
        }
        let tokens: TokenStream = text.parse().unwrap_or_else(|why| panic!("{path}: {why}"));
        let mut words = Vec::new();
        code_words(tokens, &mut words);
        for (line, word) in words {
            let lower = word.to_lowercase();
            if marketplaces.iter().any(|name| lower.contains(name.as_str())) {
                wrong.push(format!("{path}:{line}: {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "data of an adapter, or a template, should say this: {wrong:#?}");
}

/// Names and literals of code: no comments, no documentation, nothing that only tests are built from.
fn code_words(tokens: TokenStream, out: &mut Vec<(usize, String)>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                // `#![…]` is about the file.
                tokens.next_if(|next| matches!(next, TokenTree::Punct(mark) if mark.as_char() == '!'));
                let Some(TokenTree::Group(attribute)) = tokens
                    .next_if(|next| matches!(next, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket))
                else {
                    continue;
                };
                let text: String = attribute.stream().to_string().split_whitespace().collect();
                if text == "cfg(test)" {
                    skip_item(&mut tokens);
                } else if !text.starts_with("doc=") {
                    code_words(attribute.stream(), out);
                }
            }
            TokenTree::Group(group) => code_words(group.stream(), out),
            TokenTree::Ident(name) => out.push((name.span().start().line, name.to_string())),
            TokenTree::Literal(literal) => out.push((literal.span().start().line, literal.to_string())),
            TokenTree::Punct(_) => {}
        }
    }
}

/// Past an item: to its block, or to its semicolon.
fn skip_item(tokens: &mut impl Iterator<Item = TokenTree>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
            TokenTree::Punct(mark) if mark.as_char() == ';' => return,
            _ => {}
        }
    }
}

#[test]
fn comments_documentation_and_tests_do_not_count_as_code() {
    let text = r#"
        //! amazon
        /// amazon
        #[serde(rename = "ebay")]
        struct Code; // amazon
        #[cfg(test)]
        mod tests { const X: &str = "amazon"; }
        #[cfg(test)]
        use amazon::X;
        static Y: &str = "walmart";
    "#;
    let mut words = Vec::new();
    code_words(text.parse().unwrap(), &mut words);
    let words: Vec<_> = words.iter().map(|(line, word)| format!("{line} {word}")).collect();
    let expected =
        ["4 serde", "4 rename", "4 \"ebay\"", "5 struct", "5 Code", "10 static", "10 Y", "10 str", "10 \"walmart\""];
    assert_eq!(words, expected);
}

#[test]
fn every_source_file_says_first_what_it_is_for() {
    let silent: Vec<String> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "these do not begin with `//! `: {silent:#?}");
}

#[test]
fn no_source_file_is_longer_than_a_reader_bears() {
    let long: Vec<String> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| format!("{path}: {lines} lines, {MOST_LINES} allowed; split it by concept"))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn no_room_is_without_a_purpose() {
    let rooms: Vec<String> = sources()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| {
            let mut parts = Path::new(path).iter().filter_map(|part| part.to_str());
            parts.any(|part| ROOMS_WITHOUT_PURPOSE.contains(&part.trim_end_matches(".rs")))
        })
        .collect();
    assert!(rooms.is_empty(), "these names say nothing: {rooms:#?}");
}

#[test]
fn no_adapter_has_gaps_of_its_scaffold_left() {
    let gap = concat!("FIX", "ME");
    let rooms = ["crates/", "templates/", "schemas/", "samples/"];
    let is_filled =
        |path: &String| rooms.iter().any(|room| path.starts_with(room)) && !path.starts_with("crates/xtask/");
    let texts = files().into_iter().filter(is_filled);
    let left: Vec<String> =
        texts.filter(|path| fs::read_to_string(root().join(path)).is_ok_and(|text| text.contains(gap))).collect();
    assert_eq!(left, Vec::<String>::new(), "fill them in");
}

#[test]
fn no_file_holds_a_path_of_somebodys_machine() {
    // In parts, so that this file is not found itself.
    let homes = ["work", "root", "farm", "tmp", "home", "Users"].map(|name| format!("/{name}/"));
    let mut found = Vec::new();
    for path in files() {
        // Names of packages and their digests; and what fuzzers made up.
        if path.ends_with("Cargo.lock") || path.starts_with("fuzz/seeds/") {
            continue;
        }
        let Ok(text) = fs::read_to_string(root().join(&path)) else { continue };
        for (at, line) in text.lines().enumerate() {
            let is_path = |home: &String| {
                line.match_indices(home.as_str()).any(|(at, _)| {
                    let before = line.get(..at).and_then(|before| before.chars().next_back());
                    before
                        .is_none_or(|before| !(before.is_alphanumeric() || ['.', '-', '_', '}', '*'].contains(&before)))
                })
            };
            if homes.iter().any(is_path) {
                found.push(format!("{path}:{}: {line}", at + 1));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
