//! What can be typed behind `feedwright`.

mod schemas;
mod selling;

use clap::Args;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use feedwright_runner::Lane;
use feedwright_runner::render::Format;
use std::path::PathBuf;

pub(crate) use schemas::DiffFormat;
pub(crate) use schemas::SchemasCommand;
pub(crate) use schemas::SchemasDiffArguments;
pub(crate) use schemas::SchemasPullArguments;
pub(crate) use selling::AcceptArguments;
pub(crate) use selling::ApplyArguments;
pub(crate) use selling::DemoArguments;
pub(crate) use selling::ForgetArguments;
pub(crate) use selling::PlanArguments;
pub(crate) use selling::PollArguments;
pub(crate) use selling::PreviewArguments;
pub(crate) use selling::RunArguments;
pub(crate) use selling::SandboxArguments;
pub(crate) use selling::SellingArguments;
pub(crate) use selling::ServeArguments;
pub(crate) use selling::StatusArguments;
pub(crate) use selling::WhyArguments;
pub(crate) use selling::WireArguments;

/// Checks a catalog against what marketplaces require, and writes the feed files they accept.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 nothing is blocked, 1 at least one SKU is blocked, 2 the run itself failed.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a catalog for every channel, and say what to mend where
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArguments),
    /// Check a catalog and write the feed files of what passed
    #[command(after_help = BUILD_EXAMPLES)]
    Build(BuildArguments),
    /// Show what each marketplace would be told that it was not told before, and what stands in the way
    #[command(after_help = PLAN_EXAMPLES)]
    Plan(PlanArguments),
    /// Ask marketplaces what they would say to listings, without making them: Amazon's own validation
    #[command(after_help = PREVIEW_EXAMPLES)]
    Preview(PreviewArguments),
    /// Send what changed: a saved plan, or what is planned now
    #[command(after_help = APPLY_EXAMPLES)]
    Apply(ApplyArguments),
    /// Make one round unattended, for an outer scheduler: ask after submissions, plan, send
    #[command(after_help = RUN_EXAMPLES)]
    Run(RunArguments),
    /// Ask marketplaces after what was sent, and write down their verdicts
    Poll(PollArguments),
    /// Show what was sent, how long it waits, and how it fared
    Status(StatusArguments),
    /// Tell of one SKU where its values come from, what was sent, what was answered, and what blocks it now
    #[command(after_help = WHY_EXAMPLES)]
    Why(WhyArguments),
    /// Make rounds by the schedules of the configuration until it is told to stop
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(ServeArguments),
    /// Simulate Amazon, Walmart and eBay on this machine, with faults on demand
    #[command(after_help = SANDBOX_EXAMPLES)]
    Sandbox(SandboxArguments),
    /// See it all at once: build the samples, send them to a sandbox, read the verdicts, plan again
    Demo(DemoArguments),
    /// Mend what the ledger knows
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Check an existing feed file, whoever wrote it
    #[command(after_help = LINT_EXAMPLES)]
    Lint(LintArguments),
    /// Show what a category requires: fields, allowed values, limits, units
    #[command(after_help = REQUIREMENTS_EXAMPLES)]
    Requirements(RequirementsArguments),
    /// Find the marketplace's category for what the catalog calls its own
    #[command(subcommand)]
    Categories(CategoriesCommand),
    /// Follow the documents in which marketplaces say what they require
    #[command(subcommand)]
    Schemas(SchemasCommand),
    /// Explain a rule: what it finds, why it matters, how to fix it
    Explain {
        /// The rule's code, as shown in brackets behind `error`; all rules when left out
        code: Option<String>,
    },
    /// List the source profiles: which exports can be read
    Profiles {
        /// Show this profile in full, as a pattern for one of your own
        name: Option<String>,
    },
    /// List the fields a catalog can fill, with their types
    Fields,
    /// Write a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum CategoriesCommand {
    /// Propose categories for those of the catalog that the channel does not map; nothing is changed
    #[command(after_help = SUGGEST_EXAMPLES)]
    Suggest(SuggestArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Drop what is known of SKUs of a channel, because its shop was changed by hand: the next plan tells it anew
    Forget(ForgetArguments),
}

const PLAN_EXAMPLES: &str = include_str!("../help/plan.txt");
const PREVIEW_EXAMPLES: &str = include_str!("../help/preview.txt");
const APPLY_EXAMPLES: &str = include_str!("../help/apply.txt");
const RUN_EXAMPLES: &str = include_str!("../help/run.txt");
const SERVE_EXAMPLES: &str = include_str!("../help/serve.txt");
const SANDBOX_EXAMPLES: &str = include_str!("../help/sandbox.txt");
const WHY_EXAMPLES: &str = include_str!("../help/why.txt");

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

const SUGGEST_EXAMPLES: &str = include_str!("../help/suggest.txt");

#[derive(Debug, Args)]
pub(crate) struct SuggestArguments {
    /// A channel of the configuration
    pub(crate) channel: String,
    /// A category to look for instead of those of the catalog; may be repeated
    #[arg(long, value_name = "PATH")]
    pub(crate) name: Vec<String>,
    /// Most proposals for a category
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) most: u16,
    /// The configuration; ./feedwright.toml if there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The form of the list
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ListFormat,
}

// Examples name a marketplace; texts may.
const CHECK_EXAMPLES: &str = include_str!("../help/check.txt");

const BUILD_EXAMPLES: &str = include_str!("../help/build.txt");

const LINT_EXAMPLES: &str = include_str!("../help/lint.txt");

const REQUIREMENTS_EXAMPLES: &str = include_str!("../help/requirements.txt");

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) input: InputArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

#[derive(Debug, Args)]
pub(crate) struct BuildArguments {
    #[command(flatten)]
    pub(crate) input: InputArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
    /// The folder for feed files, the manifest and the list of what was left out
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct InputArguments {
    /// A catalog file instead of the configured sources
    pub(crate) catalog: Option<PathBuf>,
    /// The configuration; ./feedwright.toml if there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A channel of the configuration, or MARKETPLACE/SITE for one made up on the spot; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) channel: Vec<String>,
    /// The profile the catalog file is read with: a name, or a file ending in .toml
    #[arg(long, value_name = "NAME", requires = "catalog")]
    pub(crate) profile: Option<String>,
    /// The currency of amounts that name none
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<String>,
    /// The marketplace's category for everything the configuration does not map
    #[arg(long, value_name = "ID")]
    pub(crate) category: Option<String>,
    /// What is made: whole listings, or prices, quantities, the end of listings alone
    #[arg(long, value_name = "LANE", default_value = "content", value_parser = lane)]
    pub(crate) lane: Lane,
    #[command(flatten)]
    pub(crate) schemas: SchemaArguments,
    /// Threads that check and encode; as many as there are cores when left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArguments {
    /// A requirement document of the marketplace's own, as CATEGORY=PATH, or *=PATH for one of all; may be repeated
    #[arg(long = "schema", value_name = "CATEGORY=PATH", value_parser = schema)]
    pub(crate) single: Vec<(String, PathBuf)>,
    /// A folder of requirement documents: CATEGORY.json, CATEGORY-site.json, CATEGORY.SET.json
    #[arg(long = "schemas", value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format)]
    pub(crate) format: Format,
    /// Write the report to a file instead of the terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// In any case
    Always,
    /// Never
    Never,
}

#[derive(Debug, Args)]
pub(crate) struct LintArguments {
    /// The feed file
    pub(crate) file: PathBuf,
    /// The kind of feed: MARKETPLACE/FEED
    #[arg(long, value_name = "KIND")]
    pub(crate) feed: String,
    /// The site it is for; the marketplace's first one when left out
    #[arg(long, value_name = "SITE")]
    pub(crate) site: Option<String>,
    /// A configuration, for the levels of rules
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) schemas: SchemaArguments,
    #[command(flatten)]
    pub(crate) report: ReportArguments,
}

#[derive(Debug, Args)]
pub(crate) struct RequirementsArguments {
    /// A channel of the configuration, or a marketplace
    pub(crate) channel: String,
    /// The marketplace's category
    pub(crate) category: String,
    /// The site, when a marketplace is given
    #[arg(long, value_name = "SITE")]
    pub(crate) site: Option<String>,
    /// A setting of the marketplace, as NAME=VALUE; may be repeated
    #[arg(long = "option", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) options: Vec<(String, String)>,
    /// The configuration; ./feedwright.toml if there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) schemas: SchemaArguments,
    /// The form of the list
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ListFormat,
    /// Leave out what is not required
    #[arg(long)]
    pub(crate) required: bool,
    /// Show how listings are checked against the document, and what only the schema engine understands
    #[arg(long, conflicts_with_all = ["format", "required"])]
    pub(crate) explain_plan: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Table,
    /// One object a field
    Json,
    /// For spreadsheets
    Csv,
}

fn format(text: &str) -> Result<Format, String> {
    text.parse().map_err(|why: feedwright_runner::render::UnknownFormat| why.to_string())
}

fn lane(text: &str) -> Result<Lane, String> {
    Lane::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Lane::ALL.iter().map(|lane| lane.name()).collect();
        format!("there is no lane `{text}`; there are {}", known.join(", "))
    })
}

fn schema(text: &str) -> Result<(String, PathBuf), String> {
    pair(text).map(|(category, path)| (category, PathBuf::from(path)))
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("`{text}` has no `=` with something on both sides")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }
}
