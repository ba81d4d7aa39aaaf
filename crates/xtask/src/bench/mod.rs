//! How fast a feed is built: a catalog to measure with, the least any program must do with it, and what Feedwright does.

mod catalog;
mod compare;
mod floor;

use anyhow::Result;
use clap::Args;
use clap::Subcommand;
use std::path::PathBuf;

/// What is to be measured, or made to measure with.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Writes a catalog of any size: the same arguments give the same bytes.
    Catalog(CatalogArguments),
    /// Builds feeds of a large catalog and compares with a bare loop over the same file.
    Run(RunArguments),
    /// The bare loop alone; started by `run` as a program of its own, so that its memory can be told.
    #[command(hide = true)]
    Floor(FloorArguments),
}

/// A catalog to be written.
#[derive(Debug, Args)]
pub(crate) struct CatalogArguments {
    /// How many rows.
    #[arg(long)]
    rows: u64,
    /// The file.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// How many of a hundred rows lack a brand or come from a country that does not exist.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=100))]
    defects: u64,
}

/// A comparison.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// How many rows the catalog has.
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// A small catalog and one run: shows that everything works, says little about speed.
    #[arg(long, conflicts_with = "rows")]
    short: bool,
    /// How many of a hundred rows have a defect.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=100))]
    defects: u64,
    /// How often each program runs; the median counts.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// A requirement document of the marketplace's own instead of the starter, as CATEGORY=PATH.
    #[arg(long, value_name = "CATEGORY=PATH")]
    schema: Vec<String>,
}

/// The bare loop.
#[derive(Debug, Args)]
pub(crate) struct FloorArguments {
    #[arg(long)]
    catalog: PathBuf,
    #[arg(long)]
    out: PathBuf,
    /// How many bytes a message shall have on average.
    #[arg(long)]
    message_bytes: u64,
}

/// Makes or measures.
pub(crate) fn bench(command: &Command) -> Result<()> {
    match command {
        Command::Catalog(arguments) => catalog::write(arguments),
        Command::Run(arguments) => compare::compare(arguments),
        Command::Floor(arguments) => floor::floor(arguments),
    }
}
