//! Feeds arbitrary bytes to everything that reads a file, for some seconds each, from seeds written by hand.

use crate::shell::answers;
use crate::shell::cargo;
use crate::shell::root;
use crate::shell::run;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use clap::Args;
use std::fs;
use std::process::Command;

/// What is fuzzed, and for how long.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How long each target runs.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// The targets; all when left out.
    targets: Vec<String>,
}

/// Builds and runs the targets.
pub(crate) fn fuzz(arguments: &Arguments) -> Result<()> {
    if !answers(cargo().args(["fuzz", "--version"])) {
        println!("cargo-fuzz is missing: building it, once.");
        run(cargo().args(["install", "cargo-fuzz", "--locked", "--quiet"]))?;
    }
    let known = targets()?;
    if let Some(unknown) = arguments.targets.iter().find(|target| !known.contains(target)) {
        bail!("there is no target `{unknown}`; there are {}", known.join(", "));
    }
    let chosen = if arguments.targets.is_empty() { known } else { arguments.targets.clone() };
    for target in &chosen {
        run(cargo_fuzz("build").arg(target))?;
    }
    let mut failed = Vec::new();
    for target in chosen {
        let mut command = cargo_fuzz("run");
        command.arg(&target);
        // What is found goes to the first folder; the seeds stay as they are.
        let corpus = format!("fuzz/corpus/{target}");
        fs::create_dir_all(root().join(&corpus)).with_context(|| format!("cannot create {corpus}"))?;
        command.args([corpus, format!("fuzz/seeds/{target}")]);
        command
            .arg("--")
            .arg(format!("-max_total_time={}", arguments.seconds))
            .args(["-timeout=10", "-rss_limit_mb=2048"]);
        let dictionary = format!("fuzz/dictionaries/{target}.dict");
        if root().join(&dictionary).is_file() {
            command.arg(format!("-dict={dictionary}"));
        }
        if let Err(why) = run(&mut command) {
            println!("{why:#}");
            failed.push(target);
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!("found something: {}; what it was fed is in fuzz/artifacts", failed.join(", "));
}

fn cargo_fuzz(what: &str) -> Command {
    let mut command = cargo();
    // Without a sanitizer, which safe code has little use for, the stable compiler is enough.
    command.args(["fuzz", what, "--sanitizer", "none"]);
    command
}

fn targets() -> Result<Vec<String>> {
    let folder = root().join("fuzz/targets");
    let mut targets = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if let Some(name) = path.file_stem().and_then(|name| name.to_str()) {
            targets.push(name.to_owned());
        }
    }
    targets.sort();
    Ok(targets)
}
