//! What the README and the guide show is what happens: every command is run, every file in them is read, every link leads
//! somewhere. `UPDATE_EXPECT=1` writes what commands print, and the tables made from the code, into the pages.
//!
//! - A block marked `console` holds commands behind `$ ` and what they print, both streams together. A line that is only
//!   `…` stands for any number of lines. A block marked `sh` holds commands alone.
//! - `# exit 1` behind a command is how it ends; without it, it ends with 0.
//! - A page is one sitting: its commands run one after the other in a folder that begins as a copy of the project's.
//! - A block marked `toml feedwright.toml`, `toml template` or `toml profile` is read as one; `toml template` and a
//!   marketplace as a template for that.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "shared/folder.rs"]
mod folder;
mod shared;

use feedwright_runner::config;
use feedwright_runner::config::ConfigFile;
use serde_json::Value;
use shared::root;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Commands that are shown and not run, with the reason.
const NOT_RUN: &[(&str, &str)] = &[
    ("cargo xtask test", "it would run this test again"),
    ("mdbook", "the guide is read without it; only its pages are tested"),
];

const ELLIPSIS: &str = "…";

/// Two tests write pages.
static PAGES: Mutex<()> = Mutex::new(());

/// A fenced block of a page.
#[derive(Debug)]
struct Block {
    /// What stands behind the opening fence.
    mark: String,
    /// The number of its first line in the page, from 0.
    from: usize,
    lines: Vec<String>,
}

/// A command and what is shown below it.
#[derive(Debug)]
struct Shown {
    /// The number of its line in the page, from 0.
    line: usize,
    command: String,
    code: i32,
    output: Vec<String>,
}

#[test]
fn every_command_prints_what_is_shown() {
    let _mine = PAGES.lock().unwrap_or_else(PoisonError::into_inner);
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let world = world();
        let mut fresh: Vec<String> = Vec::new();
        let mut n_copied = 0;
        let lines: Vec<&str> = text.lines().collect();
        for block in blocks(&text) {
            let has_output = match block.mark.as_str() {
                "console" => true,
                "sh" => false,
                _ => continue,
            };
            for shown in commands(&block, has_output) {
                let place = format!("{}:{}: {}", page.display(), shown.line + 1, shown.command);
                if NOT_RUN.iter().any(|(command, _)| shown.command.starts_with(command)) {
                    continue;
                }
                let (output, code) = run(&shown.command, world.path());
                assert_eq!(code, shown.code, "{place}\n{output}");
                if !has_output {
                    continue;
                }
                let printed: Vec<String> = output.lines().map(|line| line.trim_end().to_owned()).collect();
                if updates() {
                    fresh.extend(lines[n_copied..=shown.line].iter().map(|line| (*line).to_owned()));
                    fresh.extend(refreshed(&shown.output, &printed, &place));
                    n_copied = shown.line + 1 + shown.output.len();
                } else {
                    let expected = shown.output.join("\n");
                    assert!(agrees(&shown.output, &printed), "{place}\nprints\n{output}\nshown\n{expected}");
                }
            }
        }
        if updates() {
            fresh.extend(lines[n_copied..].iter().map(|line| (*line).to_owned()));
            write(&page, &format!("{}\n", fresh.join("\n")));
        }
    }
}

#[test]
fn every_file_shown_is_read_by_its_reader() {
    let world = world();
    let mut n_read = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for block in blocks(&text) {
            let place = format!("{}:{}", page.display(), block.from);
            let written = format!("{}\n", block.lines.join("\n"));
            match block.mark.as_str() {
                "toml feedwright.toml" => {
                    let file = ConfigFile::parse(&place, written).unwrap_or_else(|why| panic!("{why}"));
                    file.levels().unwrap_or_else(|why| panic!("{why}"));
                    for channel in file.config.channels.values() {
                        file.defaults(&channel.defaults).unwrap_or_else(|why| panic!("{why}"));
                    }
                }
                "toml template" => {
                    fs::write(world.path().join("samples/templates/shop.toml"), written).unwrap();
                    let (output, code) =
                        run("feedwright requirements amazon-us HOME --config samples/feedwright.toml", world.path());
                    assert_eq!(code, 0, "{place}: {output}");
                }
                mark if mark.starts_with("toml template ") => {
                    // For another marketplace than the first.
                    let channel = format!("{}-us", mark.trim_start_matches("toml template "));
                    let samples = world.path().join("samples");
                    fs::write(samples.join("shown-template.toml"), written).unwrap();
                    let config = fs::read_to_string(samples.join("all-marketplaces.toml")).unwrap();
                    let table = format!("[channels.{channel}]\n");
                    assert!(config.contains(&table), "{place}: the sample has no channel `{channel}`");
                    let with = config.replace(&table, &format!("{table}templates = [\"shown-template.toml\"]\n"));
                    fs::write(samples.join("shown-shop.toml"), with).unwrap();
                    let command = format!("feedwright check --config samples/shown-shop.toml --channel {channel}");
                    let (output, code) = run(&command, world.path());
                    assert_ne!(code, 2, "{place}: {output}");
                }
                "toml profile" => {
                    fs::write(world.path().join("shown.toml"), written).unwrap();
                    let (output, code) = run(
                        "feedwright check samples/catalog/plain.csv --profile shown.toml --channel amazon/US",
                        world.path(),
                    );
                    assert_ne!(code, 2, "{place}: {output}");
                }
                mark => {
                    assert!(!mark.starts_with("toml"), "{place}: say which file it is: `{mark}`");
                    continue;
                }
            }
            n_read += 1;
        }
    }
    assert!(n_read > 5, "the blocks were found");
}

#[test]
fn every_link_leads_somewhere() {
    let mut all = pages();
    for name in ["ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        all.extend(Some(root().join(name)).filter(|path| path.exists()));
    }
    all.extend(markdown(&root().join("docs")));
    all.sort();
    all.dedup();
    for page in all {
        let text = fs::read_to_string(&page).unwrap();
        for (number, line) in text.lines().enumerate() {
            for target in links(line) {
                if target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
                let file = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
                assert!(file.exists(), "{}:{}: `{target}` leads nowhere", page.display(), number + 1);
                if !anchor.is_empty() && file.extension().is_some_and(|ending| ending == "md") {
                    let there = fs::read_to_string(&file).unwrap();
                    let anchors: BTreeSet<String> =
                        there.lines().filter(|line| line.starts_with('#')).map(anchor_of).collect();
                    assert!(anchors.contains(anchor), "{}:{}: no heading `#{anchor}`", page.display(), number + 1);
                }
            }
        }
    }
}

#[test]
fn every_page_of_the_guide_stands_in_its_summary() {
    let folder = root().join("docs/guide/src");
    let summary = fs::read_to_string(folder.join("SUMMARY.md")).unwrap();
    let listed: BTreeSet<&str> = summary.lines().flat_map(links).collect();
    for page in markdown(&folder) {
        let name = page.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name == "SUMMARY.md" || listed.contains(name.as_str()), "{name}");
    }
}

/// The tables between `<!-- table: NAME -->` and `<!-- end -->` are written by this test.
#[test]
fn tables_of_keys_say_what_the_code_says() {
    let _mine = PAGES.lock().unwrap_or_else(PoisonError::into_inner);
    let tables = tables();
    let mut used = BTreeSet::new();
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let mut fresh = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("<!-- table: ") {
            let (name, after) = after.split_once(" -->\n").unwrap();
            let (_, after) = after.split_once("<!-- end -->").unwrap();
            let table = tables.get(name).unwrap_or_else(|| panic!("{}: no table `{name}`", page.display()));
            fresh.extend([before, "<!-- table: ", name, " -->\n", table, "<!-- end -->"]);
            used.insert(name.to_owned());
            rest = after;
        }
        fresh.push_str(rest);
        if updates() {
            write(&page, &fresh);
        } else {
            assert_eq!(text, fresh, "{}", page.display());
        }
    }
    let all: BTreeSet<String> = tables.into_keys().collect();
    assert_eq!(used, all, "every table is shown");
}

#[test]
fn a_profile_page_names_every_key_of_a_profile() {
    let schema = fs::read(root().join("schemas/profile.schema.json")).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let page = fs::read_to_string(root().join("docs/guide/src/sources.md")).unwrap();
    let mut keys: BTreeSet<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
    for definition in schema["$defs"].as_object().unwrap().values() {
        keys.extend(definition["properties"].as_object().into_iter().flat_map(|keys| keys.keys().cloned()));
    }
    for key in keys {
        assert!(page.contains(&format!("`{key}`")) || page.contains(&format!("`[{key}]`")), "{key}");
    }
}

/// The README, and the guide page by page.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md")];
    pages.extend(markdown(&root().join("docs/guide/src")));
    pages
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(markdown(&path));
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        match (open.take(), line.strip_prefix("```")) {
            (None, Some(mark)) => {
                open = Some(Block { mark: mark.trim().to_owned(), from: number + 1, lines: Vec::new() });
            }
            (None, None) => {}
            (Some(block), Some("")) => found.push(block),
            (Some(mut block), _) => {
                block.lines.push(line.to_owned());
                open = Some(block);
            }
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

fn commands(block: &Block, has_output: bool) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    for (at, text) in block.lines.iter().enumerate() {
        let command = if has_output { text.strip_prefix("$ ") } else { Some(text.as_str()) };
        match command {
            Some(command) => {
                let (command, code) = match command.rsplit_once("# exit ") {
                    Some((command, code)) => (command.trim_end(), code.trim().parse().unwrap()),
                    None => (command, 0),
                };
                let line = block.from + at;
                found.push(Shown { line, command: command.to_owned(), code, output: Vec::new() });
            }
            None => found.last_mut().expect("a command comes first").output.push(text.trim_end().to_owned()),
        }
    }
    found
}

/// A folder that looks like the project's to somebody who reads the README.
fn world() -> tempfile::TempDir {
    let world = tempfile::tempdir().unwrap();
    folder::copy(&root().join("samples"), &world.path().join("samples"));
    world
}

/// Both streams, in the order they are flushed, and the exit code.
fn run(command: &str, folder: &Path) -> (String, i32) {
    let command = command.replace("cargo run --release -- ", "feedwright ");
    assert!(!command.contains("cargo "), "{command}: say in `NOT_RUN` why it is not run");
    let binary = Path::new(env!("CARGO_BIN_EXE_feedwright")).parent().unwrap();
    let mut path = vec![binary.to_owned()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(folder)
        .env("PATH", std::env::join_paths(path).unwrap())
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap_or(-1))
}

/// Whether a command prints what is shown, with `…` for any lines.
fn agrees(shown: &[String], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line == ELLIPSIS => (0..=printed.len()).any(|skipped| agrees(rest, &printed[skipped..])),
        Some((line, rest)) => printed.split_first().is_some_and(|(first, after)| first == line && agrees(rest, after)),
    }
}

/// What is shown, with what is printed now: passages between `…` keep their length and their first line.
fn refreshed(shown: &[String], printed: &[String], place: &str) -> Vec<String> {
    if agrees(shown, printed) {
        return shown.to_vec();
    }
    if !shown.iter().any(|line| line == ELLIPSIS) {
        return printed.to_vec();
    }
    let mut fresh = Vec::new();
    let mut at = 0;
    for (number, passage) in shown.split(|line| line == ELLIPSIS).enumerate() {
        if number > 0 {
            fresh.push(ELLIPSIS.to_owned());
        }
        let Some(first) = passage.first() else { continue };
        let likeness = |from: &usize| printed[*from..].iter().zip(passage).filter(|(new, old)| new == old).count();
        let candidates = (at..printed.len()).filter(|from| printed[*from] == *first);
        // The first of the best.
        let from = candidates.rev().max_by_key(likeness);
        let from = from.unwrap_or_else(|| panic!("{place}\n`{first}` is not printed any more; mend it by hand"));
        let to = (from + passage.len()).min(printed.len());
        fresh.extend_from_slice(&printed[from..to]);
        at = to;
    }
    fresh
}

/// Where the links of a line lead: `[words](target)`.
fn links(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((_, after)) = rest.split_once("](") {
        let Some((target, after)) = after.split_once(')') else { break };
        found.push(target);
        rest = after;
    }
    found
}

/// The anchor that a heading gets.
fn anchor_of(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).collect::<String>().replace(' ', "-")
}

/// Tables made from the code, by name.
fn tables() -> BTreeMap<String, String> {
    let schema = serde_json::to_value(config::schema()).unwrap();
    let mut tables = BTreeMap::new();
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        let words = definition["oneOf"].as_array().map(|words| table_of(WORDS, words.iter().map(word_row)));
        let forms = definition["anyOf"].as_array().into_iter().flatten().chain([definition]);
        tables.insert(name.clone(), words.unwrap_or_else(|| table_of(KEYS, forms.flat_map(key_rows))));
    }
    tables
}

const KEYS: &[&str] = &["key", "takes", "what it is"];
const WORDS: &[&str] = &["word", "what it means"];

fn table_of(head: &[&str], rows: impl Iterator<Item = String>) -> String {
    let line = format!("|{}\n", "---|".repeat(head.len()));
    format!("| {} |\n{line}{}", head.join(" | "), rows.collect::<String>())
}

fn word_row(word: &Value) -> String {
    format!("| `{}` | {} |\n", word["const"].as_str().unwrap(), word["description"].as_str().unwrap_or_default())
}

/// The keys of a table, those that must be there first.
fn key_rows(definition: &Value) -> Vec<String> {
    let required: BTreeSet<&str> =
        definition["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut keys: Vec<(&String, &Value)> = definition["properties"].as_object().into_iter().flatten().collect();
    keys.sort_by_key(|(key, _)| !required.contains(key.as_str()));
    keys.into_iter()
        .map(|(key, of)| {
            let needed = if required.contains(key.as_str()) { "; needed" } else { "" };
            format!("| `{key}` | {}{needed} | {} |\n", takes(of), of["description"].as_str().unwrap_or_default())
        })
        .collect()
}

/// What a key takes, in words.
fn takes(schema: &Value) -> String {
    let names: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect(),
        _ => Vec::new(),
    };
    match names.first() {
        Some(&"string") => "text".to_owned(),
        Some(&"array") => "list of texts".to_owned(),
        Some(&"object") => "table".to_owned(),
        Some(name) => (*name).to_owned(),
        None => "a word".to_owned(),
    }
}

fn updates() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some()
}

fn write(page: &Path, text: &str) {
    if fs::read_to_string(page).unwrap() != text {
        fs::write(page, text).unwrap();
    }
}
