//! What can be typed behind `schemas`.

use super::Color;
use super::WireArguments;
use clap::Args;
use clap::Subcommand;
use clap::ValueEnum;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum SchemasCommand {
    /// Show what changed between two versions of documents, and which SKUs of the catalog would now fail
    #[command(after_help = SCHEMAS_DIFF_EXAMPLES)]
    Diff(SchemasDiffArguments),
    /// Fetch a channel's documents from its marketplace, keep the versions before, and say what changed
    #[command(after_help = SCHEMAS_PULL_EXAMPLES)]
    Pull(SchemasPullArguments),
}

const SCHEMAS_PULL_EXAMPLES: &str = include_str!("../../help/schemas-pull.txt");

#[derive(Debug, Args)]
pub(crate) struct SchemasPullArguments {
    /// A channel of the configuration
    pub(crate) channel: String,
    /// Categories of the marketplace; all that the channel's map leads to when left out
    pub(crate) category: Vec<String>,
    /// Fetch the documents of no category instead: category trees, conditions
    #[arg(long, conflicts_with = "category")]
    pub(crate) references: bool,
    /// The folder they are kept in; the channel's `schemas_dir` when left out
    #[arg(long, value_name = "DIR")]
    pub(crate) into: Option<PathBuf>,
    /// The configuration; ./feedwright.toml if there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) wire: WireArguments,
}

const SCHEMAS_DIFF_EXAMPLES: &str = include_str!("../../help/schemas-diff.txt");

#[derive(Debug, Args)]
pub(crate) struct SchemasDiffArguments {
    /// The documents as they were: a folder as --schemas takes it elsewhere, or one document
    pub(crate) old: PathBuf,
    /// The documents as they are now
    pub(crate) new: PathBuf,
    /// A channel of the configuration, or MARKETPLACE/SITE for one made up on the spot
    #[arg(long, value_name = "NAME")]
    pub(crate) channel: String,
    /// The category a single document is of, or the only one of a folder to look at
    #[arg(long, value_name = "ID")]
    pub(crate) category: Option<String>,
    /// The configuration; ./feedwright.toml if there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DiffFormat,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people
    Text,
    /// One object a line: changes, findings, and what they add up to
    Json,
}
