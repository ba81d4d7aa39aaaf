//! Runs the bare loop and Feedwright over one catalog, watches time and memory, and checks that threads change no byte.
#![expect(clippy::float_arithmetic, reason = "speeds are for people; no catalog value comes near")]
#![expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]

use crate::bench::CatalogArguments;
use crate::bench::RunArguments;
use crate::bench::catalog;
use crate::shell::cargo;
use crate::shell::root;
use crate::shell::run;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use anyhow::ensure;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

const SHORT_ROWS: u64 = 20_000;
const THREADS: [u16; 2] = [1, 2];
/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(20);

#[derive(Serialize)]
struct Report {
    rows: u64,
    catalog_bytes: u64,
    defects_percent: u64,
    runs: usize,
    cores: usize,
    schema: Vec<String>,
    records: u64,
    record_bytes: u64,
    floor: Measured,
    feedwright: Vec<Measured>,
    /// SHA-256 over every file of the output, equal for every number of threads.
    output_sha256: String,
}

#[derive(Serialize)]
struct Measured {
    threads: u16,
    /// Medians.
    seconds: f64,
    rows_per_second: f64,
    /// How many times the floor's time; 1 for the floor itself.
    times_the_floor: f64,
    /// The most of all runs; none where the system does not tell.
    peak_megabytes: Option<u64>,
}

#[derive(Clone, Copy)]
struct Lap {
    seconds: f64,
    peak_kilobytes: Option<u64>,
}

/// Measures, prints and keeps the result.
pub(crate) fn compare(arguments: &RunArguments) -> Result<()> {
    let folder = root().join("target/bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let rows = if arguments.short { SHORT_ROWS } else { arguments.rows };
    let runs = if arguments.short { 1 } else { arguments.runs.max(1) };
    let catalog = catalog_of(rows, arguments.defects, &folder)?;
    let config = folder.join("feedwright.toml");
    fs::write(&config, include_str!("feedwright.toml"))
        .with_context(|| format!("cannot write {}", config.display()))?;
    run(cargo().args(["build", "--release", "--package", "feedwright"]))?;
    run(cargo().args(["build", "--release", "--package", "xtask"]))?;

    let mut laps: Vec<Vec<Lap>> = vec![Vec::new(); THREADS.len()];
    let mut outputs = Vec::new();
    // In turn, so that a machine that slows down slows all of them.
    for _ in 0..runs {
        for (threads, laps) in THREADS.iter().zip(&mut laps) {
            let out = folder.join(format!("out-{threads}"));
            laps.push(feedwright(arguments, &catalog, &config, *threads, &out)?);
        }
    }
    for threads in THREADS {
        outputs.push(digest(&folder.join(format!("out-{threads}")))?);
    }
    for (threads, output) in THREADS.iter().zip(&outputs) {
        println!("output of {threads} thread(s): sha256 {output}");
    }
    ensure!(outputs.iter().all(|output| *output == outputs[0]), "the number of threads changed the output");

    let (records, record_bytes) = records(&folder.join("out-1"))?;
    let mut floors = Vec::new();
    for _ in 0..runs {
        floors.push(floor(&catalog, record_bytes, &folder)?);
    }
    let floor_seconds = median(&floors);
    let measured = |threads, laps: &[Lap]| {
        let seconds = median(laps);
        Measured {
            threads,
            seconds,
            rows_per_second: rows as f64 / seconds,
            times_the_floor: seconds / floor_seconds,
            peak_megabytes: laps.iter().filter_map(|lap| lap.peak_kilobytes).max().map(|peak| peak.div_ceil(1024)),
        }
    };
    let report = Report {
        rows,
        catalog_bytes: fs::metadata(&catalog)?.len(),
        defects_percent: arguments.defects,
        runs,
        cores: thread::available_parallelism().map_or(1, std::num::NonZero::get),
        schema: arguments.schema.iter().map(|schema| schema.split('=').next().unwrap_or_default().to_owned()).collect(),
        records,
        record_bytes,
        floor: measured(1, &floors),
        feedwright: THREADS.iter().zip(&laps).map(|(threads, laps)| measured(*threads, laps)).collect(),
        output_sha256: outputs.swap_remove(0),
    };
    print(&report);
    let path = folder.join("result.json");
    let mut text = serde_json::to_string_pretty(&report)?;
    text.push('\n');
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    println!("written to target/bench/result.json");
    Ok(())
}

fn catalog_of(rows: u64, defects: u64, folder: &Path) -> Result<PathBuf> {
    let out = folder.join(format!("catalog-{}-{rows}-{defects}.csv", catalog::VERSION));
    if !out.is_file() {
        catalog::write(&CatalogArguments { rows, out: out.clone(), defects })?;
    }
    // Read once, so that the first program measured does not wait for the disk alone.
    std::io::copy(&mut fs::File::open(&out)?, &mut std::io::sink())?;
    Ok(out)
}

fn binary(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn feedwright(arguments: &RunArguments, catalog: &Path, config: &Path, threads: u16, out: &Path) -> Result<Lap> {
    if out.exists() {
        fs::remove_dir_all(out).with_context(|| format!("cannot empty {}", out.display()))?;
    }
    let mut command = Command::new(binary("feedwright"));
    command.arg("build").arg(catalog).args(["--profile", "csv", "--currency", "USD", "--quiet"]);
    command.arg("--config").arg(config).arg("--out").arg(out).args(["--threads", &threads.to_string()]);
    for schema in &arguments.schema {
        command.args(["--schema", schema]);
    }
    let report = out.with_extension("txt");
    command.arg("--output").arg(&report).stdout(Stdio::null());
    let started = Instant::now();
    let child = command.spawn().context("cannot start feedwright")?;
    let (status, peak_kilobytes) = watch(child)?;
    let seconds = started.elapsed().as_secs_f64();
    // 1 says that something is blocked, which defects are for.
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("feedwright build failed ({status})");
    }
    ensure!(arguments.defects > 0 || status.success(), "rows without a defect are blocked: see {}", report.display());
    Ok(Lap { seconds, peak_kilobytes })
}

fn floor(catalog: &Path, message_bytes: u64, folder: &Path) -> Result<Lap> {
    let out = folder.join("floor.json");
    let mut command = Command::new(binary("xtask"));
    command.args(["bench", "floor", "--catalog"]).arg(catalog).arg("--out").arg(&out);
    command.args(["--message-bytes", &message_bytes.to_string()]).stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot start the bare loop")?;
    let said = child.stdout.take();
    let (status, peak_kilobytes) = watch(child)?;
    ensure!(status.success(), "the bare loop failed ({status})");
    let said = said.map(std::io::read_to_string).transpose()?.unwrap_or_default();
    let micros: u64 = said.trim().parse().context("the bare loop did not say how long it took")?;
    Ok(Lap { seconds: Duration::from_micros(micros).as_secs_f64(), peak_kilobytes })
}

/// Waits for the end, and says the most memory it was seen to hold.
fn watch(mut child: Child) -> Result<(ExitStatus, Option<u64>)> {
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak = None;
    loop {
        let now = fs::read_to_string(&status).ok().and_then(|text| {
            text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok())
        });
        peak = peak.max(now);
        if let Some(status) = child.try_wait()? {
            return Ok((status, peak));
        }
        thread::sleep(LOOK);
    }
}

fn median(laps: &[Lap]) -> f64 {
    let mut seconds: Vec<f64> = laps.iter().map(|lap| lap.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let middle = seconds.len() / 2;
    if seconds.len().is_multiple_of(2) { f64::midpoint(seconds[middle - 1], seconds[middle]) } else { seconds[middle] }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(self::files(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Over names and contents of all files of a folder.
fn digest(folder: &Path) -> Result<String> {
    let mut all = Sha256::new();
    for path in files(folder)? {
        // Feed files are some megabytes each: a marketplace sees to that.
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        all.update(path.strip_prefix(folder)?.to_string_lossy().as_bytes());
        all.update(Sha256::digest(&bytes));
    }
    Ok(all.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat())
}

/// How many records were written, and how large they are on average.
fn records(folder: &Path) -> Result<(u64, u64)> {
    let manifest = fs::read_to_string(folder.join("manifest.json")).context("cannot read the manifest")?;
    let manifest: serde_json::Value = serde_json::from_str(&manifest)?;
    let files = manifest["channels"][0]["files"].as_array().context("the manifest lists no files")?;
    let sum = |key: &str| files.iter().filter_map(|file| file[key].as_u64()).sum::<u64>();
    let (records, bytes) = (sum("records"), sum("bytes"));
    ensure!(records > 0 && bytes > 0, "nothing was written");
    Ok((records, bytes / records))
}

fn print(report: &Report) {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "\n{} rows, {:.0} MB; {} records of {} bytes; median of {} runs on {} cores",
        report.rows,
        megabytes(report.catalog_bytes),
        report.records,
        report.record_bytes,
        report.runs,
        report.cores
    );
    println!("{:<24} {:>9} {:>12} {:>10} {:>9}", "", "seconds", "rows/s", "x floor", "peak MB");
    let line = |name: String, measured: &Measured| {
        println!(
            "{name:<24} {:>9.2} {:>12.0} {:>10.2} {:>9}",
            measured.seconds,
            measured.rows_per_second,
            measured.times_the_floor,
            measured.peak_megabytes.map_or_else(|| "?".to_owned(), |peak| peak.to_string())
        );
    };
    line("bare loop, 1 thread".to_owned(), &report.floor);
    for measured in &report.feedwright {
        line(format!("feedwright, {} thread(s)", measured.threads), measured);
    }
}
