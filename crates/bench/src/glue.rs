//! The obvious program: rows to `serde_json::Value`, the `jsonschema` crate over that, what it finds no error in is written.

use crate::keywords;
use crate::message::Attributes;
use crate::message::Message;
use crate::output;
use crate::output::for_each_row;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::anyhow;
use clap::Args;
use jsonschema::Draft;
use jsonschema::Validator;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// What to run over.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    output: output::Arguments,
    /// The requirement document.
    #[arg(long, value_name = "FILE")]
    schema: PathBuf,
}

/// Reads a catalog and writes the messages of what meets the requirements.
pub(crate) fn glue(arguments: &Arguments) -> Result<()> {
    let validator = validator(&arguments.schema)?;
    for_each_row(&arguments.output, || {
        |row, output| {
            let attributes = serde_json::to_value(Attributes::of(row)?)?;
            // All errors, as somebody wants them who has to mend a row.
            if validator.iter_errors(&attributes).count() > 0 {
                return output.refuse(row.sku);
            }
            output.message(|number, out| Ok(serde_json::to_writer(out, &Message::new(number, row.sku, attributes))?))
        }
    })
}

fn validator(path: &Path) -> Result<Validator> {
    let shown = path.display();
    let text = fs::read(path).with_context(|| format!("cannot read {shown}"))?;
    let mut schema: Value = serde_json::from_slice(&text).with_context(|| format!("{shown} is not JSON"))?;
    if let Some(members) = schema.as_object_mut() {
        // The dialect is given below; the name of the marketplace's own would only be looked for in the network.
        members.remove("$schema");
    }
    let options = jsonschema::options().with_draft(Draft::Draft201909).should_validate_formats(true).offline();
    keywords::add(options).build(&schema).map_err(|why| anyhow!("{shown} is not a schema: {why}"))
}
