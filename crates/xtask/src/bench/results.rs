//! What came out, as data: the JSON file, and what is printed.
#![expect(clippy::float_arithmetic, reason = "speeds are for people; no catalog value comes near")]
#![expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]

use crate::bench::bars::Bar;
use crate::bench::delta::Delta;
use crate::bench::instructions::Counted;
use crate::bench::machine::Machine;
use crate::bench::measure::Lap;
use crate::bench::measure::Memory;
use crate::bench::measure::median;
use crate::bench::program::Kind;
use crate::bench::program::Program;
use crate::bench::stage::Document;
use anyhow::Result;
use serde::Serialize;

/// Everything that was measured in one run.
#[derive(Debug, Serialize)]
pub(crate) struct Results {
    /// Changes when the members do.
    pub(crate) v: u32,
    /// Where.
    pub(crate) machine: Machine,
    /// With what.
    pub(crate) versions: Vec<String>,
    /// Against which requirements.
    pub(crate) document: Document,
    /// How many rows most programs had.
    pub(crate) rows: u64,
    /// How often each ran.
    pub(crate) runs: u64,
    /// The size of a row.
    pub(crate) catalog_bytes_per_row: u64,
    /// The size of a message.
    pub(crate) message_bytes: u64,
    /// How many products all programs refused.
    pub(crate) refused: u64,
    /// The programs.
    pub(crate) programs: Vec<Timed>,
    /// Memory at several sizes.
    pub(crate) memory: Vec<Memory>,
    /// A plan in which nearly nothing changed, beside reading alone.
    pub(crate) delta: Delta,
    /// Instructions for a product; empty where there is no valgrind.
    pub(crate) instructions: Vec<Counted>,
    /// What is aimed at.
    pub(crate) bars: Vec<Bar>,
}

/// The runs of one program.
#[derive(Debug, Serialize)]
pub(crate) struct Timed {
    /// Its name.
    pub(crate) name: String,
    /// How many threads it worked with.
    pub(crate) threads: u16,
    /// How many rows it had.
    pub(crate) rows: u64,
    /// Each run.
    pub(crate) seconds: Vec<f64>,
    /// The median of them for one product.
    pub(crate) microseconds_per_product: f64,
    /// The most memory of all runs.
    pub(crate) peak_kilobytes: Option<u64>,
    #[serde(skip)]
    kind: Kind,
}

/// The programs with their runs.
pub(crate) fn of_programs(programs: &[Program], laps: &[Vec<Lap>]) -> Vec<Timed> {
    let timed = |(program, laps): (&Program, &Vec<Lap>)| {
        let seconds: Vec<f64> = laps.iter().map(|lap| lap.seconds).collect();
        Timed {
            name: program.name(),
            threads: program.threads,
            rows: program.rows,
            microseconds_per_product: median(seconds.iter().copied()) * 1e6 / program.rows as f64,
            seconds,
            peak_kilobytes: laps.iter().filter_map(|lap| lap.peak_kilobytes).max(),
            kind: program.kind,
        }
    };
    programs.iter().zip(laps).map(timed).collect()
}

impl Timed {
    /// How many products a second.
    pub(crate) fn per_second(&self) -> f64 {
        1e6 / self.microseconds_per_product
    }
}

impl Results {
    /// Microseconds for a product, of a program with so many threads.
    pub(crate) fn microseconds(&self, kind: Kind, threads: u16) -> Option<f64> {
        let timed = self.programs.iter().find(|timed| timed.kind == kind && timed.threads == threads)?;
        Some(timed.microseconds_per_product)
    }

    /// How many times as long as we take with as many threads, for one channel.
    pub(crate) fn times_ours(&self, timed: &Timed) -> Option<f64> {
        let ours = self.microseconds(Kind::Ours { channels: 1 }, timed.threads)?;
        Some(timed.microseconds_per_product / ours)
    }

    /// How many times as long as the floor with as many threads.
    pub(crate) fn times_the_floor(&self, timed: &Timed) -> Option<f64> {
        let floor = self.microseconds(Kind::Floor, timed.threads)?;
        Some(timed.microseconds_per_product / floor)
    }
}

/// The results as a file.
pub(crate) fn to_json(results: &Results) -> Result<String> {
    let mut text = serde_json::to_string_pretty(results)?;
    text.push('\n');
    Ok(text)
}

/// A ratio for people.
pub(crate) fn times(ratio: Option<f64>) -> String {
    ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"))
}

/// Shows them.
pub(crate) fn print(results: &Results) {
    println!(
        "\n{} rows of {} bytes, {} refused by all; messages of {} bytes; {}; median of {} runs",
        results.rows,
        results.catalog_bytes_per_row,
        results.refused,
        results.message_bytes,
        results.document.name,
        results.runs
    );
    println!("{:<52} {:>8} {:>12} {:>8} {:>8} {:>8}", "", "rows", "products/s", "x floor", "x ours", "peak MB");
    for timed in &results.programs {
        println!(
            "{:<52} {:>8} {:>12.0} {:>8} {:>8} {:>8}",
            timed.name,
            timed.rows,
            timed.per_second(),
            times(results.times_the_floor(timed)),
            times(results.times_ours(timed)),
            timed.peak_kilobytes.map_or_else(String::new, |peak| peak.div_ceil(1024).to_string())
        );
    }
    println!();
    for bar in &results.bars {
        println!("{:<8} {}: {} wanted, {}", bar.word(), bar.what, bar.wanted, bar.found);
    }
}
