//! How many instructions a product costs, counted by valgrind: the same on a busy machine as on a quiet one, so that a change
//! for the worse is seen when it is made.

use crate::bench::machine::rustc;
use crate::bench::stage;
use crate::bench::stage::Stage;
use crate::shell::answers;
use crate::shell::install;
use crate::shell::program;
use crate::shell::root;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use anyhow::ensure;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Two catalogs: what the larger one costs more is what its products cost, and not what starting does.
const ROWS: [u64; 2] = [500, 1_500];
/// How much worse is still a coincidence, in percent.
const TOLERANCE: u64 = 5;

/// Instructions of one product.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Counted {
    /// What was run.
    pub(crate) what: String,
    /// How many for a product.
    pub(crate) per_product: u64,
    /// How many to start, and to end.
    pub(crate) around: u64,
}

/// The committed file.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Recorded {
    /// The compiler they were counted with: another one makes other instructions.
    toolchain: String,
    /// Instructions for a product.
    per_product: BTreeMap<String, u64>,
}

/// Counts, and compares with what is recorded, or records.
pub(crate) fn compare(is_recorded_anew: bool) -> Result<()> {
    let stage = Stage::set()?;
    let counted = count(&stage)?;
    ensure!(is_recorded_anew || !counted.is_empty() || std::env::var_os("CI").is_none(), "CI counts with valgrind");
    let path = root().join("crates/bench/instructions.json");
    let mut recorded: Recorded = match fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text).with_context(|| format!("cannot read {}", path.display()))?,
        Err(_) => Recorded::default(),
    };
    let toolchain = rustc()?;
    if is_recorded_anew {
        if recorded.toolchain != toolchain {
            recorded = Recorded { toolchain, ..Recorded::default() };
        }
        recorded.per_product.extend(counted.into_iter().map(|counted| (counted.what, counted.per_product)));
        let mut text = serde_json::to_string_pretty(&recorded)?;
        text.push('\n');
        return fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()));
    }
    if !counted.is_empty() && recorded.toolchain != toolchain {
        bail!(
            "instructions were recorded with {}, this is {toolchain}: count with the old one that nothing got worse, \
             then `cargo xtask bench --instructions --record`",
            recorded.toolchain
        );
    }
    let worse: Vec<String> = counted.iter().filter_map(|counted| verdict(counted, &recorded)).collect();
    ensure!(worse.is_empty(), "{}", worse.join("; "));
    Ok(())
}

/// What is wrong with a count, if something is. Says how it stands in any case.
fn verdict(counted: &Counted, recorded: &Recorded) -> Option<String> {
    let Counted { what, per_product: now, .. } = counted;
    let Some(then) = recorded.per_product.get(what) else {
        println!("{what}: {now} instructions a product, none recorded");
        return None;
    };
    println!("{what}: {now} instructions a product, {then} recorded");
    if *now > then + then * TOLERANCE / 100 {
        return Some(format!(
            "{what}: {now} instructions a product, more than {TOLERANCE} % over the {then} recorded; make it cheaper, or \
             say in the commit why it is worth that and run `cargo xtask bench --instructions --record`"
        ));
    }
    if *now < then - then * TOLERANCE / 100 {
        println!("that is a good deal better: keep it with `cargo xtask bench --instructions --record`");
    }
    None
}

/// Counts, where there is a valgrind or one can be installed.
pub(crate) fn count(stage: &Stage) -> Result<Vec<Counted>> {
    if !has_valgrind()? {
        println!("NOT CHECKED: instructions for a product. Install valgrind to count them.");
        return Ok(Vec::new());
    }
    let document = if stage.document.is_real { "HOME of amazon.com" } else { "our starter for HOME" };
    let mut all = Vec::new();
    for (channels, name) in [(1, "one channel"), (3, "three channels")] {
        let [small, large] = ROWS;
        let (less, more) = (collected(stage, channels, small)?, collected(stage, channels, large)?);
        let per_product = more.saturating_sub(less) / (large - small);
        let what = format!("{name}, {document}");
        all.push(Counted { what, per_product, around: less.saturating_sub(per_product * small) });
    }
    Ok(all)
}

fn collected(stage: &Stage, channels: u16, rows: u64) -> Result<u64> {
    stage.use_catalog(rows)?;
    let out = stage.folder.join("out");
    stage::clear(&out)?;
    let feedwright = stage.feedwright("build", channels, 1, &out);
    let log: PathBuf = stage.folder.join("callgrind.log");
    let mut valgrind = program("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(format!("--log-file={}", log.display())).arg(feedwright.get_program()).args(feedwright.get_args());
    eprintln!("counting the instructions of {channels} channel(s), {rows} rows");
    let status = valgrind.stdout(std::process::Stdio::null()).status().context("cannot start valgrind")?;
    ensure!(matches!(status.code(), Some(0 | 1)), "feedwright failed under valgrind ({status})");
    stage::clear(&out)?;
    let text = fs::read_to_string(&log).context("valgrind left no log")?;
    let collected = text.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim());
    collected.and_then(|count| count.parse().ok()).context("valgrind did not say how much it counted")
}

fn has_valgrind() -> Result<bool> {
    let asks = || answers(Command::new("valgrind").arg("--version"));
    if asks() {
        return Ok(true);
    }
    println!("Instructions are counted by valgrind, and there is none.");
    Ok(install(&["valgrind"])? && asks())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_clearly_worse_than_recorded_is_wrong() {
        let recorded = Recorded { toolchain: String::new(), per_product: BTreeMap::from([("one".to_owned(), 1_000)]) };
        let is_wrong = |what: &str, per_product| {
            verdict(&Counted { what: what.to_owned(), per_product, around: 0 }, &recorded).is_some()
        };
        assert!(!is_wrong("one", 1_050));
        assert!(is_wrong("one", 1_051));
        assert!(!is_wrong("one", 10));
        assert!(!is_wrong("another", 5_000));
    }
}
