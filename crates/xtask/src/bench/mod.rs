//! How fast feeds are built: against the least any program must do, against programs made of other libraries, in memory and
//! in instructions. Everything in one run.

mod agree;
mod bars;
mod delta;
mod instructions;
mod machine;
mod measure;
mod opponents;
mod page;
mod program;
mod results;
mod stage;

use crate::shell::root;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::ensure;
use clap::Args;
use measure::Lap;
use program::Kind;
use program::Program;
use results::Results;
use stage::Stage;
use std::fs;

/// What is to be measured.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch on the command line")]
pub(crate) struct Arguments {
    /// How many rows the catalog has that most programs are timed over; slow ones get fewer, and are compared by product.
    #[arg(long, default_value_t = 200_000)]
    rows: u64,
    /// How often each program runs, in turn with the others; the median counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    runs: u64,
    /// Catalogs that memory is watched over, by their rows.
    #[arg(long, value_delimiter = ',', default_values_t = MEMORY_ROWS)]
    sizes: Vec<u64>,
    /// A small catalog, one run, nothing installed: shows that everything works and that all find the same.
    #[arg(long, conflicts_with_all = ["rows", "runs", "sizes"])]
    short: bool,
    /// Leaves out the programs in Python and JavaScript.
    #[arg(long)]
    no_opponents: bool,
    /// Counts instructions instead, and compares with the recorded figures.
    #[arg(long, conflicts_with_all = ["rows", "runs", "sizes", "short"])]
    instructions: bool,
    /// Records the figures that were counted.
    #[arg(long, requires = "instructions")]
    record: bool,
}

const SHORT_ROWS: u64 = 2_000;
/// The most rows for programs in Python and JavaScript.
const SLOW_ROWS: u64 = 50_000;
/// The rows of the plan in which nearly nothing changed: all of them are listed in the sandbox first, which takes a while.
/// With fewer it is the start of the program that is measured.
const DELTA_ROWS: u64 = 1_000_000;
/// Catalogs that memory is watched over.
const MEMORY_ROWS: [u64; 3] = [100_000, 1_000_000, 5_000_000];

/// Measures, compares, and writes down what came out.
pub(crate) fn bench(arguments: &Arguments) -> Result<()> {
    if arguments.instructions {
        return instructions::compare(arguments.record);
    }
    let (rows, runs) = if arguments.short { (SHORT_ROWS, 1) } else { (arguments.rows, arguments.runs) };
    let has_opponents = !arguments.short && !arguments.no_opponents;
    let stage = Stage::set()?;
    let opponents = has_opponents.then(opponents::install).transpose()?;
    let programs = program::all(rows, rows.min(SLOW_ROWS), opponents.as_ref());
    let sizes: &[u64] = if arguments.short { &[SHORT_ROWS] } else { &arguments.sizes };
    for rows in programs.iter().map(|program| program.rows).chain(sizes.iter().copied()) {
        stage.catalog(rows)?;
    }
    let laps = take_turns(&stage, &programs, runs)?;
    // Starting is part of a plan's time, and says nothing of a large shop.
    let delta_rows = if arguments.short { SHORT_ROWS } else { DELTA_ROWS };
    let results = Results {
        v: 1,
        machine: machine::machine()?,
        versions: machine::versions(opponents.as_ref())?,
        document: stage.document.clone(),
        rows,
        runs,
        catalog_bytes_per_row: fs::metadata(stage.catalog(rows)?)?.len() / rows,
        message_bytes: stage.message_bytes(rows)?,
        refused: stage.reference(rows)?.refused.len() as u64,
        programs: results::of_programs(&programs, &laps),
        memory: measure::memory(&stage, sizes)?,
        delta: delta::delta(&stage, delta_rows, runs)?,
        // CI counts them by themselves, and few rows say nothing of the bars.
        instructions: if arguments.short { Vec::new() } else { instructions::count(&stage)? },
        bars: Vec::new(),
    };
    let bars = if arguments.short { Vec::new() } else { bars::bars(&results) };
    let results = Results { bars, ..results };
    results::print(&results);
    let path = stage.folder.join("results.json");
    fs::write(&path, results::to_json(&results)?).with_context(|| format!("cannot write {}", path.display()))?;
    eprintln!("written to {}", path.strip_prefix(root()).unwrap_or(&path).display());
    if has_opponents {
        page::rewrite(&results)?;
    }
    Ok(())
}

/// Everything a change must pass: all programs agree on a small catalog, and no product costs more instructions than before.
pub(crate) fn short() -> Result<()> {
    bench(&Arguments {
        rows: SHORT_ROWS,
        runs: 1,
        sizes: Vec::new(),
        short: true,
        no_opponents: true,
        instructions: false,
        record: false,
    })?;
    instructions::compare(false)
}

/// Runs the programs in turn, so that a machine that slows down slows all of them. Each one's first output is held against
/// ours, and all of them must agree.
fn take_turns(stage: &Stage, programs: &[Program], runs: u64) -> Result<Vec<Vec<Lap>>> {
    let mut laps = vec![Vec::new(); programs.len()];
    let out = stage.folder.join("out");
    for run in 0..runs {
        for (program, laps) in programs.iter().zip(&mut laps) {
            eprint!("run {} of {runs}: {:<52}", run + 1, program.name());
            stage::clear(&out)?;
            let lap = measure::lap(stage, program, &out)?;
            eprintln!(" {:>8.2} s", lap.seconds);
            if run == 0 && !matches!(program.kind, Kind::Ours { channels: 3 }) {
                agree::with_ours(stage, program, &out).with_context(|| {
                    format!("`{}` does not do the same as feedwright, so the two cannot be compared", program.name())
                })?;
            }
            laps.push(lap);
        }
    }
    stage::clear(&out)?;
    ensure!(laps.iter().all(|laps| !laps.is_empty()), "nothing was measured");
    Ok(laps)
}
