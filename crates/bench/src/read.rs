//! Reading alone: what a run in which nothing changed is compared with.

use anyhow::Context as _;
use anyhow::Result;
use clap::Args;
use csv::ByteRecord;
use std::fs::File;
use std::path::PathBuf;

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The catalog.
    #[arg(long, value_name = "FILE")]
    catalog: PathBuf,
}

/// Reads every row, and says how many there are.
pub(crate) fn read(arguments: &Arguments) -> Result<()> {
    let file =
        File::open(&arguments.catalog).with_context(|| format!("cannot open {}", arguments.catalog.display()))?;
    let mut table = csv::ReaderBuilder::new().buffer_capacity(256 << 10).from_reader(file);
    let mut record = ByteRecord::new();
    let mut rows = 0_u64;
    while table.read_byte_record(&mut record)? {
        rows += 1;
    }
    println!("{rows}");
    Ok(())
}
