//! The process that is killed: it sells until nothing is left to send, twice, with a change of the catalog in between.

use super::boundary::Act;
use super::boundary::Boundaries;
use super::boundary::Point;
use super::boundary::Post;
use super::shop;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::anyhow;
use anyhow::bail;
use clap::Args;
use feedwright_ledger::Ledger;
use feedwright_runner::pipeline::Silent;
use feedwright_runner::plan::Guard;
use feedwright_runner::round::Round;
use feedwright_runner::selling;
use feedwright_runner::send::Listener;
use feedwright_runner::setup;
use feedwright_runner::setup::Overrides;
use feedwright_runner::wire::Stop;
use jiff::SignedDuration;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// What the process that is killed is to do.
#[derive(Debug, Args)]
pub(crate) struct ChildArguments {
    /// The folder with the configuration.
    #[arg(long)]
    folder: PathBuf,
    /// Where the sandbox is.
    #[arg(long)]
    sandbox: String,
    /// Where it is to be killed.
    #[arg(long)]
    kill_at: Option<Point>,
    /// Where it is to wait until it is told to go on.
    #[arg(long)]
    pause_at: Option<Point>,
}

/// How many rounds it may take until nothing is left to send.
const MOST_ROUNDS: usize = 16;

/// How long verdicts are waited for, on the sandbox's clock.
const PATIENCE: SignedDuration = SignedDuration::from_hours(120);

pub(crate) fn child(arguments: &ChildArguments) -> Result<ExitCode> {
    let kill = arguments.kill_at.clone().map(|point| (point, Act::Kill));
    let pause = arguments.pause_at.clone().map(|point| (point, Act::Pause));
    let boundaries = Arc::new(Boundaries::new(kill.or(pause)));
    let folder = &arguments.folder;
    if !shop::has_changed(folder)? {
        sell_all(arguments, &boundaries)?;
        shop::change_catalog(folder)?;
    }
    sell_all(arguments, &boundaries)?;
    serde_json::to_writer(io::stdout().lock(), &boundaries.passed())?;
    Ok(ExitCode::SUCCESS)
}

/// Rounds, until a plan is empty and nothing has gone wrong.
fn sell_all(arguments: &ChildArguments, boundaries: &Arc<Boundaries>) -> Result<()> {
    let mut trouble = None;
    for _ in 0..MOST_ROUNDS {
        let made = round(&arguments.folder, &arguments.sandbox, boundaries)?;
        match made {
            Ok(0) => return Ok(()),
            Ok(_) => trouble = None,
            Err(why) => {
                Said.say(&why);
                trouble = Some(why);
            }
        }
    }
    bail!(trouble.unwrap_or_else(|| format!("after {MOST_ROUNDS} rounds there is still something to send")))
}

/// Makes a round, and says how many records there were to send, or what went wrong on a channel.
fn round(folder: &Path, sandbox: &str, boundaries: &Arc<Boundaries>) -> Result<Result<usize, String>> {
    let (file, folder) = setup::read_config(Some(&folder.join("feedwright.toml")))?.context("no configuration")?;
    let selling = selling::open(&file, &folder, &Overrides::default(), &[])?;
    let world = selling::world(Some(sandbox), Stop::new()).map_err(|why| anyhow!(why))?;
    let columns = selling::columns(&selling.sources);
    let mut shops = Vec::new();
    for shop in selling.shops {
        let post = Post { channel: shop.name.to_string(), boundaries: Arc::clone(boundaries) };
        let mut own = world.clone();
        own.watch = Some(Arc::new(post));
        let wire = selling::wire(&file, &folder, &shop, Some(sandbox), &own)?;
        shops.push((shop, Arc::new(wire)));
    }
    let location = selling::ledger(&file, &folder)?;
    let open = || {
        let mut ledger = Ledger::open(&location)?;
        let boundaries = Arc::clone(boundaries);
        ledger.watch(Box::new(move |entry| {
            let channel = entry.channel.as_deref().unwrap_or("none");
            boundaries.pass(channel, format!("entry {} {}", entry.kind, entry.lane.map_or("", |lane| lane.name())));
        }));
        Ok(ledger)
    };
    let round = Round {
        shops,
        sources: selling.sources,
        world: &world,
        open: &open,
        columns,
        threads: 1,
        levels: selling.levels,
        repeat_after: SignedDuration::ZERO,
        accepted: Guard::ALL.into_iter().collect(),
        who: "trial".to_owned(),
        left_out: selling.left_out,
        memory: Some(selling.memory),
        wait_until: Some(world.clock.now().saturating_add(PATIENCE)?),
    };
    let mut rows = 0;
    let made = round.make(None, &Silent, &Said, &mut |plan| rows = plan.n_rows())?;
    for channel in &made.channels {
        if let Some(why) = &channel.trouble {
            return Ok(Err(format!("{}: {why}", channel.name)));
        }
        if channel.looked.open > 0 {
            return Ok(Err(format!("{}: {} submissions stay open", channel.name, channel.looked.open)));
        }
    }
    // Whoever sells nothing passes every trial.
    anyhow::ensure!(made.plan.run.summary.n_errors == 0, "something in the trial's catalog cannot be sold");
    match made.plan.left_out.iter().find(|why| why.contains("another process")) {
        Some(why) => Ok(Err(why.clone())),
        None => Ok(Ok(rows)),
    }
}

/// Lines on standard error, where the trial keeps them for when something differs.
struct Said;

impl Listener for Said {
    fn say(&self, line: &str) {
        let _nobody_listens = writeln!(io::stderr(), "{line}");
    }
}
