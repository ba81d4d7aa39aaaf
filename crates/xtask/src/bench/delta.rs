//! A plan in which nearly nothing changed: everything is listed in a simulated marketplace first, then one row of a thousand
//! has another price.

use crate::bench::measure;
use crate::bench::stage::Stage;
use crate::bench::stage::bench_program;
use crate::bench::stage::clear;
use crate::bench::stage::release;
use crate::shell::run;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::ensure;
use serde::Serialize;
use std::fs;
use std::fs::File;
use std::io;
use std::io::BufRead as _;
use std::io::BufReader;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;

/// What came of it.
#[derive(Debug, Serialize)]
pub(crate) struct Delta {
    /// How many rows the catalog has.
    pub(crate) rows: u64,
    /// How many of them changed.
    pub(crate) changed: u64,
    /// How many products the plan did not look at again.
    pub(crate) taken_over: u64,
    /// Seconds of each plan.
    pub(crate) plans: Vec<f64>,
    /// Seconds of each plan that looks at everything.
    pub(crate) fresh: f64,
    /// Seconds to read the catalog and do nothing with it.
    pub(crate) bare_read: Vec<f64>,
}

/// How many times as fast as the wall's the marketplace's clock runs: its waiting is not what is measured.
const SPEED: &str = "2000";

/// With fewer rows more of them change.
const FEW: u64 = 10_000;

/// Plans a catalog of so many rows, so many times, each in turn with reading it.
pub(crate) fn delta(stage: &Stage, rows: u64, runs: u64) -> Result<Delta> {
    let folder = stage.folder.join("delta");
    clear(&folder)?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    for name in ["amazon.toml", "requirements.json"] {
        fs::copy(stage.folder.join(name), folder.join(name))?;
    }
    fs::copy(stage.folder.join("one-channel.toml"), folder.join("feedwright.toml"))?;
    let catalog = folder.join("catalog.csv");
    fs::copy(stage.catalog(rows)?, &catalog)?;
    eprint!("delta, {rows} rows: listing everything");
    list(&folder)?;
    eprintln!();
    // What is remembered is what this plan finds settled.
    let (_, fresh) = measure::watch(plan(&folder).stdout(Stdio::null()))?;
    let changed = folder.join("changed.csv");
    let mut command = bench_program();
    // Of few rows one of a thousand is none.
    let per_mille = if rows < FEW { "10" } else { "1" };
    command.args(["catalog", "--changed", per_mille, "--rows", &rows.to_string(), "--out"]).arg(&changed);
    run(command.stdout(io::stderr()))?;
    let n_changed = differing(&catalog, &changed)?;
    fs::rename(&changed, &catalog)?;
    let memory = folder.join(".feedwright");
    let kept = folder.join("kept");
    copy(&memory, &kept)?;
    let mut delta = Delta {
        rows,
        changed: n_changed,
        taken_over: 0,
        plans: Vec::new(),
        fresh: fresh.seconds,
        bare_read: Vec::new(),
    };
    for at in 0..runs {
        delta.bare_read.push(measure::bare_read(&catalog)?);
        copy(&kept, &memory)?;
        let (status, lap) = measure::watch(plan(&folder).stdout(Stdio::null()))?;
        ensure!(matches!(status.code(), Some(0 | 1)), "feedwright plan failed ({status})");
        eprintln!(
            "delta, run {} of {runs}: {:>8.2} s, reading alone {:.2} s",
            at + 1,
            lap.seconds,
            delta.bare_read[delta.plans.len()]
        );
        delta.plans.push(lap.seconds);
    }
    copy(&kept, &memory)?;
    let said = plan(&folder).output().context("cannot start feedwright")?;
    let said: serde_json::Value = serde_json::from_slice(&said.stdout).context("a plan that is no JSON")?;
    let n_rows = said["lanes"].as_array().into_iter().flatten().map(|lane| lane["rows"].as_array().map_or(0, Vec::len));
    let n_rows = n_rows.sum::<usize>() as u64;
    // Rows that are refused are not sent, whatever their price.
    ensure!(n_rows > 0 && n_rows <= n_changed, "{n_changed} rows changed, and {n_rows} records are planned");
    delta.taken_over = said["taken_over"].as_u64().unwrap_or_default();
    ensure!(delta.taken_over > rows / 2, "only {} products were taken over", delta.taken_over);
    clear(&folder)?;
    Ok(delta)
}

fn plan(folder: &Path) -> Command {
    let mut command = release("feedwright");
    command
        .args(["plan", "--quiet", "--threads", "2", "--format", "json", "--config"])
        .arg(folder.join("feedwright.toml"));
    command
}

/// Lists the whole catalog.
fn list(folder: &Path) -> Result<()> {
    let mut sandbox = release("feedwright");
    sandbox.args(["sandbox", "--port", "0", "--speed", SPEED]).stdout(Stdio::piped());
    let mut sandbox = Ended(sandbox.spawn().context("cannot start the sandbox")?);
    let out = sandbox.0.stdout.take().context("the sandbox says nothing")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    let url = line
        .split_whitespace()
        .find_map(|word| Some(word.trim_end_matches(';')).filter(|word| word.starts_with("http")));
    let url = url.context("the sandbox does not say where it is")?;
    let mut apply = release("feedwright");
    apply
        .args(["apply", "--quiet", "--wait", "240h", "--sandbox", url, "--config"])
        .arg(folder.join("feedwright.toml"));
    let log = File::create(folder.join("apply.log"))?;
    let status = apply.stdout(log.try_clone()?).stderr(log).status().context("cannot start feedwright")?;
    ensure!(matches!(status.code(), Some(0 | 1)), "feedwright apply failed ({status})");
    Ok(())
}

/// A process that is ended when nobody needs it any more.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// How many lines of two files differ.
fn differing(one: &Path, other: &Path) -> Result<u64> {
    let lines = |path: &Path| Ok::<_, io::Error>(BufReader::new(File::open(path)?).split(b'\n'));
    let mut differ = 0;
    for (one, other) in lines(one)?.zip(lines(other)?) {
        differ += u64::from(one? != other?);
    }
    Ok(differ)
}

fn copy(from: &Path, to: &PathBuf) -> Result<()> {
    clear(to)?;
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        fs::copy(&path, to.join(path.file_name().context("a file without a name")?))?;
    }
    Ok(())
}
