//! What can be typed behind the commands that sell.

use super::Color;
use super::SchemaArguments;
use super::TextFormat;
use super::lane;
use clap::Args;
use feedwright_runner::Lane;
use feedwright_runner::plan::Guard;
use feedwright_sandbox::Fault;
use feedwright_sandbox::FaultKind;
use jiff::SignedDuration;
use std::path::PathBuf;

/// Which channels and lanes, and by which configuration.
#[derive(Debug, Args)]
pub(crate) struct SellingArguments {
    /// The configuration; ./feedwright.toml if there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A channel of the configuration; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) channel: Vec<String>,
    /// Content, price, stock or retirement; may be repeated; all that are configured when left out
    #[arg(long, value_name = "LANE", value_parser = lane)]
    pub(crate) lane: Vec<Lane>,
    /// Threads that check and encode; as many as there are cores when left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// How marketplaces are reached.
#[derive(Debug, Args)]
pub(crate) struct WireArguments {
    /// The URL of a `feedwright sandbox`: nothing real changes
    #[arg(long, value_name = "URL")]
    pub(crate) sandbox: Option<String>,
    /// Write a line for each request to this file: operation, status, size, time; never a secret
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
}

/// What a person lets pass.
#[derive(Debug, Args)]
pub(crate) struct AcceptArguments {
    /// Let a guard pass that stops the plan; may be repeated. Who and when is written into the ledger
    #[arg(long, value_name = "GUARD", value_parser = guard)]
    pub(crate) accept: Vec<Guard>,
    /// Who does it; the name of the user when left out
    #[arg(long, value_name = "NAME")]
    pub(crate) who: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// A catalog file instead of the configured sources
    pub(crate) catalog: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) selling: SellingArguments,
    #[command(flatten)]
    pub(crate) accept: AcceptArguments,
    #[command(flatten)]
    pub(crate) schemas: SchemaArguments,
    /// Look at every product, also at those that are as they were in an earlier plan that found them settled
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Save the plan, to be looked at and applied
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,
    /// Show every SKU and every value
    #[arg(long)]
    pub(crate) all: bool,
    /// For people, or one JSON object for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextFormat,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Debug, Args)]
pub(crate) struct ApplyArguments {
    /// A saved plan; refused if the catalog or the ledger moved on since
    pub(crate) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) selling: SellingArguments,
    #[command(flatten)]
    pub(crate) accept: AcceptArguments,
    #[command(flatten)]
    pub(crate) wire: WireArguments,
    /// Look at every product, also at those that are as they were in an earlier plan that found them settled
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Wait for verdicts, at most so long: 30m, 2h
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) wait: Option<SignedDuration>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) selling: SellingArguments,
    #[command(flatten)]
    pub(crate) wire: WireArguments,
    /// Look at every product, also at those that are as they were in an earlier plan that found them settled
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Wait for verdicts, at most so long: 30m, 2h
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) wait: Option<SignedDuration>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Debug, Args)]
pub(crate) struct PollArguments {
    #[command(flatten)]
    pub(crate) selling: SellingArguments,
    #[command(flatten)]
    pub(crate) wire: WireArguments,
    /// Ask after all that is open, due or not
    #[arg(long)]
    pub(crate) now: bool,
    /// Wait for verdicts, at most so long: 30m, 2h
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) wait: Option<SignedDuration>,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArguments {
    /// The configuration; ./feedwright.toml if there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A channel of the configuration
    #[arg(long, value_name = "NAME")]
    pub(crate) channel: Option<String>,
    /// Only what is open
    #[arg(long)]
    pub(crate) open: bool,
    /// Show what marketplaces found wrong, too
    #[arg(long)]
    pub(crate) findings: bool,
    /// The newest so many
    #[arg(long, value_name = "N", default_value = "20")]
    pub(crate) last: u64,
    /// For people, or one JSON object for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextFormat,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Debug, Args)]
pub(crate) struct PreviewArguments {
    /// SKUs to ask about; the first ones of the catalog that pass our check when left out
    pub(crate) skus: Vec<String>,
    /// The configuration; ./feedwright.toml if there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A channel of the configuration; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) channel: Vec<String>,
    /// About how many SKUs to ask about where none are named: each is a call, and Amazon takes five a second
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) limit: u16,
    #[command(flatten)]
    pub(crate) wire: WireArguments,
    /// Threads that check and encode; as many as there are cores when left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    /// For people, or one JSON object for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: TextFormat,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Show no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WhyArguments {
    /// The SKU
    pub(crate) sku: String,
    /// The configuration; ./feedwright.toml if there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// A channel of the configuration; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) channel: Vec<String>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    #[command(flatten)]
    pub(crate) selling: SellingArguments,
    #[command(flatten)]
    pub(crate) wire: WireArguments,
    /// Show when each schedule is due next, and end
    #[arg(long)]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SandboxArguments {
    /// The port on this machine; any that is free when it is 0
    #[arg(long, value_name = "PORT", default_value = "8090")]
    pub(crate) port: u16,
    /// How many times as fast as the wall's its clock runs; feedwright keeps to the same clock
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) speed: u32,
    /// So many of a thousand SKUs are rejected, the same ones for the same seed
    #[arg(long, value_name = "N", default_value = "0", value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub(crate) defects: u32,
    /// What decides everything that looks like chance
    #[arg(long, value_name = "N", default_value = "0")]
    pub(crate) seed: u64,
    /// A fault, as KIND, KIND@OPERATION or KIND:SHARE with a share in per cent; may be repeated
    #[arg(long, value_name = "FAULT", value_parser = fault)]
    pub(crate) fault: Vec<Fault>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// Where its files are left; a temporary folder that is removed when left out
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Debug, Args)]
pub(crate) struct ForgetArguments {
    /// The channel
    #[arg(long, value_name = "NAME")]
    pub(crate) channel: String,
    /// SKUs to forget
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub(crate) sku: Vec<String>,
    /// Forget all SKUs of the channel
    #[arg(long)]
    pub(crate) all: bool,
    /// The configuration; ./feedwright.toml if there is one
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Who does it; the name of the user when left out
    #[arg(long, value_name = "NAME")]
    pub(crate) who: Option<String>,
}

fn guard(text: &str) -> Result<Guard, String> {
    Guard::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Guard::ALL.iter().map(|guard| guard.name()).collect();
        format!("there is no guard `{text}`; there are {}", known.join(", "))
    })
}

fn fault(text: &str) -> Result<Fault, String> {
    let (rest, share) = match text.split_once(':') {
        None => (text, None),
        Some((rest, share)) => (rest, Some(share)),
    };
    let (kind, operation) = match rest.split_once('@') {
        None => (rest, None),
        Some((kind, operation)) => (kind, Some(operation.to_owned())),
    };
    let name = |kind: &FaultKind| {
        serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(ToOwned::to_owned)).unwrap_or_default()
    };
    let kind = FaultKind::ALL.into_iter().find(|known| name(known) == kind).ok_or_else(|| {
        let known: Vec<String> = FaultKind::ALL.iter().map(name).collect();
        format!("there is no fault `{kind}`; there are {}", known.join(", "))
    })?;
    let mut fault = Fault::new(kind);
    fault.operation = operation;
    if let Some(share) = share {
        let share: u32 = share.parse().map_err(|_| format!("`{share}` is no share in per cent"))?;
        fault.per_million = share.min(100) * 10_000;
    }
    Ok(fault)
}

fn time(text: &str) -> Result<SignedDuration, String> {
    let time: SignedDuration = text.parse().map_err(|_| format!("`{text}` is no time; write it as 90s, 30m or 2h"))?;
    if time.is_negative() { Err("a time is not negative".to_owned()) } else { Ok(time) }
}
