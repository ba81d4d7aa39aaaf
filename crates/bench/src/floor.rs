//! The least any program must do: read the rows, write a message for each. No mapping, no check. What has to be left out it
//! knows beforehand, from the recipe of the catalog.

use crate::catalog;
use crate::message::Attributes;
use crate::message::Message;
use crate::output;
use crate::output::for_each_row;
use anyhow::Result;
use clap::Args;

/// What to run over.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    output: output::Arguments,
    /// What the catalog was written with.
    #[arg(long, default_value_t = catalog::DEFECTS_PER_MILLE)]
    defects: u64,
}

/// Reads a catalog and writes its messages.
pub(crate) fn floor(arguments: &Arguments) -> Result<()> {
    for_each_row(&arguments.output, || {
        |row, output| {
            if catalog::defect(row.number()?, arguments.defects).is_some() {
                return output.refuse(row.sku);
            }
            let attributes = Attributes::of(row)?;
            output.message(|number, out| Ok(serde_json::to_writer(out, &Message::new(number, row.sku, attributes))?))
        }
    })
}
