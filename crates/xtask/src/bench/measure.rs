//! Runs a program once: how long it took, and the most memory it was seen to hold.

use crate::bench::program::Program;
use crate::bench::stage;
use crate::bench::stage::Stage;
use crate::bench::stage::bench_program;
use crate::shell::program;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use anyhow::ensure;
use serde::Serialize;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// What the files of one product need on the disk, and then some.
const BYTES_PER_PRODUCT: u64 = 4_400;

/// One run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lap {
    /// From start to end.
    pub(crate) seconds: f64,
    /// None where the system does not tell.
    pub(crate) peak_kilobytes: Option<u64>,
}

/// Memory at one size.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Memory {
    /// How many rows.
    pub(crate) rows: u64,
    /// What was run.
    pub(crate) command: String,
    /// How long it took.
    pub(crate) seconds: f64,
    /// The most it held.
    pub(crate) peak_kilobytes: Option<u64>,
}

/// Runs a program.
pub(crate) fn lap(stage: &Stage, program: &Program, out: &Path) -> Result<Lap> {
    let mut command = program.command(stage, out)?;
    let (status, lap) = watch(&mut command)?;
    // Our 1 says that something is blocked, which defects are for. Others have no such code.
    let is_ours = matches!(program.kind, crate::bench::program::Kind::Ours { .. });
    if !(status.success() || is_ours && status.code() == Some(1)) {
        bail!("`{}` failed ({status})", program.name());
    }
    Ok(lap)
}

/// Builds catalogs of these sizes with two threads. Where the disk is too small for the files, they are only checked.
pub(crate) fn memory(stage: &Stage, sizes: &[u64]) -> Result<Vec<Memory>> {
    let out = stage.folder.join("out");
    let mut all = Vec::new();
    for rows in sizes {
        stage.use_catalog(*rows)?;
        let what = if free_bytes(&stage.folder)? > rows * BYTES_PER_PRODUCT { "build" } else { "check" };
        let command = format!("feedwright {what}, one channel, 2 threads");
        eprint!("memory, {rows} rows: {command:<38}");
        let (status, lap) = watch(&mut stage.feedwright(what, 1, 2, &out))?;
        stage::clear(&out)?;
        ensure!(matches!(status.code(), Some(0 | 1)), "feedwright {what} failed ({status})");
        eprintln!(" {:>8.2} s {:>7} KB", lap.seconds, lap.peak_kilobytes.unwrap_or_default());
        all.push(Memory { rows: *rows, command, seconds: lap.seconds, peak_kilobytes: lap.peak_kilobytes });
    }
    Ok(all)
}

/// Seconds to read a catalog and do nothing with it.
pub(crate) fn bare_read(catalog: &Path) -> Result<f64> {
    let (status, lap) = watch(bench_program().arg("read").arg("--catalog").arg(catalog).stdout(Stdio::null()))?;
    ensure!(status.success(), "reading failed ({status})");
    Ok(lap.seconds)
}

/// Runs a command to its end.
pub(crate) fn watch(command: &mut Command) -> Result<(ExitStatus, Lap)> {
    let started = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let peak = scope.spawn(|| {
            let mut peak = None;
            while !is_over.load(Ordering::Relaxed) {
                peak = peak.max(most_held(&status));
                thread::sleep(LOOK);
            }
            peak
        });
        // Waited for without looking: a look takes time, and the fastest program has none to spare.
        let ended = child.wait();
        let seconds = started.elapsed().as_secs_f64();
        is_over.store(true, Ordering::Relaxed);
        let peak_kilobytes = peak.join().unwrap_or_default();
        Ok((ended?, Lap { seconds, peak_kilobytes }))
    })
}

fn most_held(status: &Path) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}

fn free_bytes(folder: &Path) -> Result<u64> {
    let output = program("df").args(["--output=avail", "-B1"]).arg(folder).output().context("cannot start df")?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().nth(1).and_then(|line| line.trim().parse().ok()).context("df does not say how much room there is")
}

/// The middle one.
pub(crate) fn median(seconds: impl Iterator<Item = f64>) -> f64 {
    let mut seconds: Vec<f64> = seconds.collect();
    seconds.sort_by(f64::total_cmp);
    let middle = seconds.len() / 2;
    if seconds.len().is_multiple_of(2) { f64::midpoint(seconds[middle - 1], seconds[middle]) } else { seconds[middle] }
}
