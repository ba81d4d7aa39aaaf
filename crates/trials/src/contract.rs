//! The contract: what we send, and what the sandbox answers, held against the marketplaces' own models by somebody else's
//! program. Every request of a whole life of listings goes through Prism, which validates it and the answer to it.

mod gateway;
mod models;

use crate::soak::Heard;
use anyhow::Context as _;
use anyhow::Result;
use clap::Args;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::Ledger;
use feedwright_runner::marketplaces;
use feedwright_runner::pipeline::Silent;
use feedwright_runner::round::Round;
use feedwright_runner::schemas;
use feedwright_runner::selling;
use feedwright_runner::setup;
use feedwright_runner::setup::Overrides;
use feedwright_runner::wire::Stop;
use feedwright_runner::wire::Trace;
use feedwright_runner::wire::TraceLine;
use feedwright_runner::wire::Wire;
use feedwright_runner::wire::World;
use feedwright_sandbox::Fault;
use feedwright_sandbox::FaultKind;
use feedwright_sandbox::Sandbox;
use feedwright_sandbox::Settings;
use gateway::Gateway;
use jiff::SignedDuration;
use models::MODELS;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

/// How the contract is held.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only the feeds that channels use unless told otherwise.
    #[arg(long)]
    short: bool,
    /// Say what is done.
    #[arg(long)]
    verbose: bool,
}

/// Feeds by lane, so that each is used once: content, price, stock, retirement; of each marketplace.
const FEEDS: &[(&str, &[[&str; 4]])] = &[
    (
        "amazon",
        &[["listings", "price", "stock", "retirement"], ["calls", "calls_price", "calls_stock", "calls_retirement"]],
    ),
    (
        "ebay",
        &[
            ["inventory", "inventory_price", "inventory_stock", "inventory_end"],
            ["lms", "lms_price", "lms_stock", "lms_end"],
        ],
    ),
    (
        "walmart",
        &[
            ["mp_item", "price", "inventory", "retire"],
            ["mp_item_match", "price_legacy", "mp_inventory", "delete"],
            ["mp_maintenance", "price", "lag_time", "retire"],
        ],
    ),
];

/// Operations that no life of a listing asks for here, each with the reason.
const NOT_ASKED: &[(&str, &str, &str)] = &[
    (
        "ebay",
        "bulkPublishOffer",
        "all listings of the catalog are families, which are published as groups; see its transcripts",
    ),
    ("ebay", "getTasks", "the answers that were lost came again; see its transcripts"),
    ("walmart", "updateLagTimeBulk", "the sample's lane of stock takes quantities"),
];

/// Holds the contract.
pub(crate) fn contract(arguments: &Arguments) -> Result<ExitCode> {
    let Some(data) = models::data() else { return Ok(ExitCode::SUCCESS) };
    let prism = models::install()?;
    let sandbox = Sandbox::start(Settings { speed: 500, seed: 5, ..Settings::default() })?;
    let gateway = Gateway::start(&prism, &data, sandbox.url())?;
    let asked = Arc::new(Asked::default());
    for (marketplace, sets) in FEEDS {
        let sets = if arguments.short { &sets[..1] } else { sets };
        for (nth, feeds) in sets.iter().enumerate() {
            sandbox.reset();
            let life = Life { marketplace, feeds, url: gateway.url(), asked: &asked, heard: Heard(arguments.verbose) };
            life.live(&sandbox, nth == 0)?;
        }
    }
    let report = gateway.stop();
    let mut failures = 0;
    println!("{:<10} {:<34} {:>8} {:>10}  model", "", "operation", "requests", "violations");
    let asked = asked.counts();
    for (marketplace, _) in FEEDS {
        let adapter = marketplaces::find(marketplace).context("a marketplace")?;
        let api = adapter.profile.api.context("a marketplace with an API")?;
        for operation in api.operations.iter().map(|operation| operation.id).chain(api.tokens.iter().map(|t| t.id)) {
            let requests = asked.get(&((*marketplace).to_owned(), operation.to_owned())).copied().unwrap_or_default();
            let path = api.operations.iter().find(|own| own.id == operation).map_or("", |own| own.path);
            let violations = report.violations_at(marketplace, path);
            let model =
                models::of(marketplace, path).map_or("none: a given URL, or no model of it", |model| model.file);
            println!("{marketplace:<10} {operation:<34} {requests:>8} {violations:>10}  {model}");
            let excused = NOT_ASKED.iter().find(|(of, id, _)| of == marketplace && *id == operation);
            match (requests, excused) {
                (0, Some((_, _, why))) => println!("{:<10}   not asked: {why}", ""),
                (0, None) if !arguments.short => {
                    failures += 1;
                    println!("{:<10}   NOT ASKED", "");
                }
                _ => {}
            }
        }
    }
    println!("\n{} requests went through the models of {} documents", report.validated, MODELS.len());
    for (what, count) in &report.violations {
        match models::trap(what) {
            Some(why) => println!("known: {count} × {what}\n       {why}"),
            None => {
                failures += 1;
                println!("VIOLATION: {count} × {what}");
            }
        }
    }
    if !arguments.short {
        for (pattern, _) in models::TRAPS {
            if !report.violations.keys().any(|what| models::is_trap(pattern, what)) {
                failures += 1;
                println!("no longer seen, and to be taken off the list: {pattern}");
            }
        }
    }
    println!("{failures} failures");
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Operations that were asked, by marketplace.
#[derive(Debug, Default)]
struct Asked(Mutex<BTreeMap<(String, String), u64>>);

impl Asked {
    fn counts(&self) -> BTreeMap<(String, String), u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Trace for Asked {
    fn request(&self, line: &TraceLine<'_>) {
        let marketplace = line.account.split('/').next().unwrap_or_default().to_owned();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((marketplace, line.operation.to_owned())).or_default() += 1;
    }
}

/// A life of some listings on one marketplace, by one set of feeds.
struct Life<'a> {
    marketplace: &'static str,
    feeds: &'static [&'static str; 4],
    url: &'a str,
    asked: &'a Arc<Asked>,
    heard: Heard,
}

impl Life<'_> {
    /// Listings are made, changed, priced, stocked and ended; answers are lost on the way; documents are fetched.
    fn live(&self, sandbox: &Sandbox, is_first: bool) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path();
        let lanes = ["content", "price", "stock", "retirement"].iter().zip(self.feeds);
        let feeds: Vec<String> = lanes.map(|(lane, feed)| format!("{lane} = \"{feed}\"")).collect();
        let more = crate::soak::channel(self.marketplace);
        let config =
            format!("[sources.shop]\nfile = \"catalog.jsonl\"\n\n{more}\nfeeds = {{ {} }}\n", feeds.join(", "));
        let config = config.replace(
            "return_policy = \"R-1\"",
            "return_policy = \"R-1\", item_location = \"Portland, OR\", postal_code = \"97201\", dispatch_days = \"2\"",
        );
        fs::write(path.join("feedwright.toml"), config)?;
        crate::soak::catalog(&path.join("catalog.jsonl"), 4)?;
        self.round(path)?;
        let text = fs::read_to_string(path.join("catalog.jsonl"))?;
        let text = text
            .replace("Headphones No. 0", "Headphones Number 0")
            .replace("\"22.99\"", "\"23.49\"")
            .replace("\"quantity\":4", "\"quantity\":41");
        fs::write(path.join("catalog.jsonl"), &text)?;
        // Lost answers are what recovery is for.
        let lost = ["createFeed", "itemBulkUploads", "bulkCreateOffer", "createTask", "publishOffer"];
        sandbox.set_faults(lost.iter().map(|name| Fault::once(FaultKind::ResetAfter, name, 1)).collect());
        self.round(path)?;
        sandbox.set_faults(Vec::new());
        self.round(path)?;
        let last = text.lines().last().context("a catalog has lines")?;
        let archived = last.replacen('{', "{\"lifecycle\":\"archived\",", 1);
        fs::write(path.join("catalog.jsonl"), text.replace(last, &archived))?;
        self.round(path)?;
        if is_first {
            self.pull(path)?;
        }
        Ok(())
    }

    fn world(&self) -> Result<World> {
        let mut world = selling::world(Some(self.url), Stop::new()).map_err(anyhow::Error::msg)?;
        world.trace = Some(Arc::clone(self.asked) as Arc<dyn Trace>);
        Ok(world)
    }

    fn round(&self, path: &Path) -> Result<()> {
        let (file, folder) =
            setup::read_config(Some(&path.join("feedwright.toml")))?.context("the configuration was written")?;
        let selling = selling::open(&file, &folder, &Overrides::default(), &[])?;
        let world = self.world()?;
        let columns = selling::columns(&selling.sources);
        let mut shops = Vec::new();
        for shop in selling.shops {
            let wire = selling::wire(&file, &folder, &shop, Some(self.url), &world)?;
            shops.push((shop, Arc::new(wire)));
        }
        let location = selling::ledger(&file, &folder)?;
        let open = || Ledger::open(&location);
        let round = Round {
            shops,
            sources: selling.sources,
            world: &world,
            open: &open,
            columns,
            threads: 2,
            levels: selling.levels,
            repeat_after: SignedDuration::ZERO,
            accepted: BTreeSet::new(),
            who: "contract".to_owned(),
            left_out: Vec::new(),
            memory: Some(selling.memory),
            wait_until: Some(world.clock.now().saturating_add(SignedDuration::from_hours(48))?),
        };
        let made = round.make(None, &Silent, &self.heard, &mut |_| {})?;
        for channel in made.channels {
            if let Some(why) = channel.trouble {
                println!("  {}: {why}", channel.name);
            }
        }
        Ok(())
    }

    fn pull(&self, path: &Path) -> Result<()> {
        let (file, folder) =
            setup::read_config(Some(&path.join("feedwright.toml")))?.context("the configuration was written")?;
        let selling = selling::open(&file, &folder, &Overrides::default(), &[Lane::Content])?;
        let world = self.world()?;
        let shop = selling.shops.first().context("a shop")?;
        let wire: Wire = selling::wire(&file, &folder, shop, Some(self.url), &world)?;
        let open = shop.lanes.first().context("a lane")?;
        let into: PathBuf = path.join("pulled");
        for categories in [schemas::wanted(open, &[]), Vec::new()] {
            let categories: Vec<String> = categories.into_iter().filter(|category| category != "*").collect();
            match schemas::pull(open.marketplace.as_ref(), &wire, &categories, &into, world.clock.now()) {
                Ok(_) | Err(schemas::PullError::NoDocuments { .. }) => {}
                Err(why) => println!("  {}: {why}", self.marketplace),
            }
        }
        Ok(())
    }
}
