//! The soak: a large catalog through all marketplaces at once, while requests go wrong at random. Everything must be
//! settled in the end, and no limit exceeded.

use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use clap::Args;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::Filter;
use feedwright_ledger::Ledger;
use feedwright_runner::pipeline::Silent;
use feedwright_runner::plan;
use feedwright_runner::plan::Planning;
use feedwright_runner::round::Round;
use feedwright_runner::selling;
use feedwright_runner::send::Listener;
use feedwright_runner::setup;
use feedwright_runner::setup::Overrides;
use feedwright_runner::wire::Stop;
use feedwright_sandbox::Fault;
use feedwright_sandbox::FaultKind;
use feedwright_sandbox::Sandbox;
use feedwright_sandbox::Settings;
use jiff::SignedDuration;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::io::BufWriter;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

/// How the soak is run.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How many SKUs there are.
    #[arg(long, default_value_t = 100_000)]
    skus: u64,
    /// How many times as fast as the wall's the marketplaces' clock runs.
    #[arg(long, default_value_t = 200)]
    speed: u32,
    /// So many of a million requests go wrong.
    #[arg(long, default_value_t = 50_000)]
    faults: u32,
    /// What decides what goes wrong.
    #[arg(long, default_value_t = 11)]
    seed: u64,
    /// A small one, for every change.
    #[arg(long)]
    short: bool,
    /// Say what is done.
    #[arg(long)]
    verbose: bool,
}

/// What goes wrong: everything that a marketplace recovers from.
const FAULTS: [FaultKind; 13] = [
    FaultKind::TooManyRequests,
    FaultKind::ServerError,
    FaultKind::Unavailable,
    FaultKind::ResetBefore,
    FaultKind::ResetAfter,
    FaultKind::Truncated,
    FaultKind::Html,
    FaultKind::BadGateway,
    FaultKind::TokenEnded,
    FaultKind::UrlEnded,
    FaultKind::Fatal,
    FaultKind::LateReport,
    FaultKind::DoubleReport,
];

/// Rounds until everything must be settled.
const MOST_ROUNDS: u32 = 25;

/// How long a round waits for verdicts, on the marketplaces' clock.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

const CONFIG: &str = r#"
[sources.shop]
file = "catalog.jsonl"

[channels.amazon]
marketplace = "amazon"
seller = "A2SOAK"
categories = { "*" = "HEADPHONES" }
defaults = { shipping_group = "Standard", compliance_certificate = "Not Applicable", "custom.item_type_keyword" = "over-ear-headphones" }

[channels.ebay]
marketplace = "ebay"
categories = { "*" = "112529" }
options = { merchant_location = "main", fulfillment_policy = "F-1", payment_policy = "P-1", return_policy = "R-1" }
defaults = { "custom.Type" = "Other" }

[channels.walmart]
marketplace = "walmart"
seller = "W-SOAK"
categories = { "*" = "Headphones" }
options = { ship_node = "10001" }
defaults = { net_content = "1 ea", "custom.isProp65WarningRequired" = false }
"#;

const CHANNELS: [&str; 3] = ["amazon", "ebay", "walmart"];

/// Says what is done, if somebody wants to hear it.
pub(crate) struct Heard(pub(crate) bool);

impl Listener for Heard {
    fn say(&self, line: &str) {
        if self.0 {
            eprintln!("{line}");
        }
    }
}

/// Runs the soak.
pub(crate) fn soak(arguments: &Arguments) -> Result<ExitCode> {
    let skus = if arguments.short { arguments.skus.min(400) } else { arguments.skus };
    let begun = Instant::now();
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("feedwright.toml"), CONFIG)?;
    catalog(&folder.path().join("catalog.jsonl"), skus)?;
    let settings = Settings {
        speed: arguments.speed,
        seed: arguments.seed,
        faults: Fault::mix(&FAULTS, arguments.faults),
        ..Settings::default()
    };
    let sandbox = Sandbox::start(settings)?;
    let soak = Soak { folder: folder.path(), sandbox: &sandbox, heard: Heard(arguments.verbose) };
    let mut rounds = 0;
    loop {
        let left = soak.round()?;
        rounds += 1;
        println!("round {rounds}: {left} records are left to send, after {} s", begun.elapsed().as_secs());
        if left == 0 {
            break;
        }
        if rounds == MOST_ROUNDS {
            bail!("after {rounds} rounds {left} records are not settled");
        }
    }
    // What is planned at rest must be nothing.
    let n_unsettled = soak.unsettled(skus)?;
    let requests = sandbox.requests();
    let number = |name: &str| requests.get(name).and_then(serde_json::Value::as_u64);
    let violations = number("limit_violations").context("the sandbox counts limits")?;
    println!("\n{}", serde_json::to_string_pretty(&summary(&requests))?);
    println!(
        "\n{skus} SKUs over {} channels: {rounds} rounds, {n_unsettled} not settled, {violations} limits exceeded, {} s",
        CHANNELS.len(),
        begun.elapsed().as_secs()
    );
    Ok(if n_unsettled == 0 && violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The counts of requests without the statuses.
fn summary(requests: &serde_json::Value) -> serde_json::Value {
    let mut summary = requests.clone();
    if let Some(operations) = summary.get_mut("operations").and_then(serde_json::Value::as_object_mut) {
        for marketplace in operations.values_mut().filter_map(serde_json::Value::as_object_mut) {
            for operation in marketplace.values_mut().filter_map(serde_json::Value::as_object_mut) {
                operation.remove("statuses");
            }
        }
    }
    summary
}

struct Soak<'a> {
    folder: &'a Path,
    sandbox: &'a Sandbox,
    heard: Heard,
}

impl Soak<'_> {
    /// A round, waited for; how many records the next plan would send.
    fn round(&self) -> Result<usize> {
        let config = self.folder.join("feedwright.toml");
        let (file, folder) = setup::read_config(Some(&config))?.context("the configuration was written")?;
        let selling = selling::open(&file, &folder, &Overrides::default(), &[])?;
        let url = self.sandbox.url();
        let world = selling::world(Some(url), Stop::new()).map_err(anyhow::Error::msg)?;
        let columns = selling::columns(&selling.sources);
        let mut shops = Vec::new();
        for shop in selling.shops {
            let wire = selling::wire(&file, &folder, &shop, Some(url), &world)?;
            shops.push((shop, Arc::new(wire)));
        }
        let location = selling::ledger(&file, &folder)?;
        let open = || Ledger::open(&location);
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let round = Round {
            shops,
            sources: selling.sources,
            world: &world,
            open: &open,
            columns,
            threads,
            levels: selling.levels,
            repeat_after: SignedDuration::ZERO,
            accepted: BTreeSet::new(),
            who: "soak".to_owned(),
            left_out: Vec::new(),
            memory: Some(selling.memory),
            wait_until: Some(world.clock.now().saturating_add(PATIENCE)?),
        };
        let made = round.make(None, &Silent, &self.heard, &mut |_| {})?;
        for channel in made.channels {
            if let Some(why) = channel.trouble {
                println!("  {}: {why}", channel.name);
            }
        }
        let selling = selling::open(&file, &folder, &Overrides::default(), &[])?;
        let planning = Planning {
            shops: &selling.shops,
            sources: selling.sources,
            threads,
            levels: selling.levels,
            now: Timestamp::now(),
            repeat_after: SignedDuration::ZERO,
            accepted: BTreeSet::new(),
            left_out: Vec::new(),
            memory: None,
            digests: false,
        };
        let mut ledger = Ledger::open(&location)?;
        let plan = plan::plan(planning, &mut ledger, &Silent)?;
        if plan.run.summary.n_errors > 0 {
            bail!("the catalog of the soak has {} errors; it must have none", plan.run.summary.n_errors);
        }
        let held: usize = plan.lanes.iter().map(plan::LanePlan::n_held).sum();
        Ok(plan.n_rows() + held)
    }

    /// SKUs that some channel has not accepted in some lane, and submissions that are open still.
    fn unsettled(&self, skus: u64) -> Result<u64> {
        let location = feedwright_ledger::Location::File(self.folder.join(selling::LEDGER));
        let mut ledger = Ledger::open(&location)?;
        let mut unsettled = 0;
        for channel in CHANNELS {
            for lane in [Lane::Content, Lane::Price, Lane::Stock] {
                let mut accepted = 0;
                ledger.standings(channel, lane, &mut |standing| {
                    if standing.accepted.is_some() && standing.in_flight.is_none() && standing.refused.is_none() {
                        accepted += 1;
                    }
                })?;
                println!("{channel}, {}: {accepted} settled", lane.name());
                // Families have records of their own in the lane of content.
                unsettled += skus.saturating_sub(accepted);
            }
        }
        let open = Filter {
            states: vec![feedwright_ledger::State::Sending, feedwright_ledger::State::Queued],
            ..Filter::default()
        };
        unsettled += ledger.submissions(&open)?.len() as u64;
        Ok(unsettled)
    }
}

/// The table of one of the channels.
pub(crate) fn channel(name: &str) -> &'static str {
    let begin = CONFIG.find(&format!("[channels.{name}]")).unwrap_or(0);
    let rest = CONFIG.get(begin..).unwrap_or_default();
    let end = rest.find("\n\n").unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

/// Families of two, as many as are wanted.
pub(crate) fn catalog(path: &Path, skus: u64) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for family in 0..skus.div_ceil(2) {
        let variants: Vec<serde_json::Value> = (0..2)
            .filter(|nth| family * 2 + nth < skus)
            .map(|nth| {
                let number = family * 2 + nth;
                let color = if nth == 0 { "Graphite" } else { "Sand" };
                serde_json::json!({
                    "sku": format!("SOAK-{number:07}"),
                    "identifiers": [{ "gtin": gtin(number) }],
                    "fields": {
                        "color": color,
                        "mpn": format!("SOAK-{number:07}"),
                        "package_weight": { "amount": "1", "unit": "lb" },
                    },
                    "media": [{ "url": format!("https://images.example.com/{number}.jpg"), "role": "main" }],
                    "offers": [{
                        "price": { "amount": format!("{}.99", 20 + number % 80), "currency": "USD" },
                        "list_price": { "amount": "129.00", "currency": "USD" },
                    }],
                    "stock": [{ "quantity": 1 + number % 90, "lead_time_days": 2 }],
                })
            })
            .collect();
        let product = serde_json::json!({
            "key": format!("soak-family-{family:07}"),
            "categories": [{ "path": "Electronics > Headphones" }],
            "axes": [{ "field": "color", "label": "Color" }],
            "fields": {
                "title": format!("Northlight Studio Headphones No. {family}, Closed Back"),
                "description": "<p>Closed-back headphones with an even sound for long sessions.</p>",
                "bullet_points": ["Closed back for recording", "Detachable cable, 10 feet", "Folds flat"],
                "brand": "Northlight",
                "manufacturer": "Northlight Goods",
                "tags": ["headphones", "wired"],
                "condition": "new",
                "dangerous_goods": ["not_applicable"],
                "batteries_required": false,
                "batteries_included": false,
                "number_of_items": 1,
                "package_quantity": 1,
                "material": "Aluminum",
                "connectivity": ["Wired"],
                "ear_placement": "over_ear",
                "noise_control": "Sound Isolation",
                "impedance": "32",
                "compatible_devices": ["Laptops", "Tablets", "Audio Interfaces"],
                "included_components": ["Headphones", "Cable", "Case"],
                "country_of_origin": "MY",
                "item_length": { "amount": "7.9", "unit": "in" },
                "item_width": { "amount": "7.1", "unit": "in" },
                "item_height": { "amount": "3.5", "unit": "in" },
                "item_weight": { "amount": "0.6", "unit": "lb" },
                "package_length": { "amount": "9", "unit": "in" },
                "package_width": { "amount": "8", "unit": "in" },
                "package_height": { "amount": "4.5", "unit": "in" },
                "warranty": "2 years",
                "model_number": format!("ST{family}"),
                "model_name": format!("Studio {family}"),
            },
            "media": [{ "url": format!("https://images.example.com/family-{family}.jpg"), "role": "main" }],
            "variants": variants,
        });
        serde_json::to_writer(&mut out, &product)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// A barcode number of its own for each SKU.
fn gtin(number: u64) -> String {
    let body = format!("9520{number:08}");
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
