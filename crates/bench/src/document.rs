//! Our starter for a home product as one document, for checkers that know nothing of starters.

use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use clap::Args;
use serde_json::Map;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// The parts, in the order in which they refine each other; the adapter puts them together in the same way.
const PARTS: [&str; 3] = [
    include_str!("../../../schemas/amazon/attributes.json"),
    include_str!("../../../schemas/amazon/sites/US.json"),
    include_str!("../../../schemas/amazon/HOME.json"),
];

/// Where to.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The file.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Writes the document.
pub(crate) fn write(arguments: &Arguments) -> Result<()> {
    let mut document = Map::new();
    for part in PARTS {
        let Value::Object(mut part) = serde_json::from_str(part).context("a starter cannot be read")? else {
            bail!("a starter is no object");
        };
        part.remove("$feedwright");
        merge_top(&mut document, part);
    }
    fs::write(&arguments.out, serde_json::to_vec_pretty(&document)?)
        .with_context(|| format!("cannot write {}", arguments.out.display()))
}

/// Lists are joined, objects merged.
fn merge_top(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Array(list)), Value::Array(more)) => {
                for entry in more {
                    if !list.contains(&entry) {
                        list.push(entry);
                    }
                }
            }
            (Some(Value::Object(object)), Value::Object(more)) => merge(object, more),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// Objects are merged; of everything else the later part has the last word.
fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(object)), Value::Object(more)) => merge(object, more),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}
