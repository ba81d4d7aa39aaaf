//! What commands that sell have in common: the configuration, the ledger, the way to the marketplaces, and what they say
//! while they work.

use crate::arguments::SchemaArguments;
use crate::arguments::SellingArguments;
use crate::arguments::WireArguments;
use anyhow::Context as _;
use anyhow::anyhow;
use feedwright_ledger::Ledger;
use feedwright_ledger::LedgerError;
use feedwright_ledger::Location;
use feedwright_runner::config::ConfigFile;
use feedwright_runner::selling;
use feedwright_runner::selling::Selling;
use feedwright_runner::send::Listener;
use feedwright_runner::setup;
use feedwright_runner::setup::Overrides;
use feedwright_runner::shop::Shop;
use feedwright_runner::wire::Stop;
use feedwright_runner::wire::Trace;
use feedwright_runner::wire::TraceLine;
use feedwright_runner::wire::Wire;
use feedwright_runner::wire::World;
use signal_hook::consts::TERM_SIGNALS;
use signal_hook::iterator::Signals;
use std::fs::File;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::thread;

/// A configuration that is sold by.
#[derive(Debug)]
pub(crate) struct Office {
    pub(crate) file: ConfigFile,
    pub(crate) folder: PathBuf,
    pub(crate) location: Location,
}

impl Office {
    /// Reads the configuration.
    pub(crate) fn open(config: Option<&Path>) -> anyhow::Result<Self> {
        let Some((file, folder)) = setup::read_config(config)? else {
            return Err(anyhow!("there is no {} here; write one, or name one with --config", setup::CONFIG));
        };
        let location = selling::ledger(&file, &folder)?;
        Ok(Self { file, folder, location })
    }

    /// The channels and lanes that are asked for.
    pub(crate) fn selling(
        &self,
        arguments: &SellingArguments,
        catalog: Option<&Path>,
        schemas: Option<&SchemaArguments>,
    ) -> anyhow::Result<Selling> {
        let overrides = Overrides {
            channels: arguments.channel.clone(),
            catalog: catalog.map(Path::to_owned),
            schemas: schemas.map(|schemas| schemas.single.iter().cloned().collect()).unwrap_or_default(),
            schemas_dir: schemas.and_then(|schemas| schemas.folder.clone()),
            ..Overrides::default()
        };
        Ok(selling::open(&self.file, &self.folder, &overrides, &arguments.lane)?)
    }

    /// The ledger.
    pub(crate) fn ledger(&self) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.location)
    }

    /// The ledger to look into: one that is not there is not made.
    pub(crate) fn existing_ledger(&self) -> anyhow::Result<Option<Ledger>> {
        match &self.location {
            Location::File(path) if !path.exists() => Ok(None),
            Location::File(_) | Location::Postgres(_) => Ok(Some(self.ledger()?)),
        }
    }

    /// The time and the stop: Ctrl-C and a service's end let what is under way come to its end.
    pub(crate) fn world(&self, arguments: &WireArguments) -> anyhow::Result<World> {
        let stop = Stop::new();
        stop_on_signals(&stop)?;
        let sandbox = selling::sandbox(&self.file, arguments.sandbox.as_deref());
        let mut world = selling::world(sandbox, stop).map_err(|why| anyhow!(why))?;
        if let Some(path) = &arguments.trace {
            let file = File::options().create(true).append(true).open(path);
            let file = file.with_context(|| format!("cannot write {}", path.display()))?;
            world.trace = Some(Arc::new(TraceFile(Mutex::new(file))));
        }
        Ok(world)
    }

    /// The way to each shop's marketplace.
    pub(crate) fn wires(
        &self,
        shops: Vec<Shop>,
        arguments: &WireArguments,
        world: &World,
    ) -> anyhow::Result<Vec<(Shop, Arc<Wire>)>> {
        let sandbox = selling::sandbox(&self.file, arguments.sandbox.as_deref());
        let wire = |shop: Shop| {
            let wire = selling::wire(&self.file, &self.folder, &shop, sandbox, world)?;
            Ok((shop, Arc::new(wire)))
        };
        shops.into_iter().map(wire).collect()
    }
}

/// How many threads check and encode.
pub(crate) fn threads(wanted: Option<u16>) -> usize {
    wanted.map_or_else(|| thread::available_parallelism().map_or(1, std::num::NonZero::get), usize::from)
}

/// Who does it.
pub(crate) fn who(given: Option<&str>) -> String {
    let user = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    given.map(ToOwned::to_owned).or_else(user).unwrap_or_else(|| "somebody".to_owned())
}

fn stop_on_signals(stop: &Stop) -> anyhow::Result<()> {
    let cannot = "cannot listen for signals";
    let was_asked = Arc::new(AtomicBool::new(false));
    for signal in TERM_SIGNALS {
        // Asked twice, somebody means it; everything is written down for the next run.
        signal_hook::flag::register_conditional_shutdown(*signal, 130, Arc::clone(&was_asked)).context(cannot)?;
        signal_hook::flag::register(*signal, Arc::clone(&was_asked)).context(cannot)?;
    }
    let mut signals = Signals::new(TERM_SIGNALS).context(cannot)?;
    let stop = stop.clone();
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            stop.stop();
        }
    });
    Ok(())
}

/// Lines on standard error, between those of the progress.
#[derive(Debug)]
pub(crate) struct Said {
    /// Whether nothing is said.
    pub(crate) is_quiet: bool,
}

impl Listener for Said {
    fn say(&self, line: &str) {
        if !self.is_quiet {
            // Nobody may be listening, and the work goes on.
            let _gone = writeln!(io::stderr(), "{line}");
        }
    }
}

/// A line for each request.
#[derive(Debug)]
struct TraceFile(Mutex<File>);

impl Trace for TraceFile {
    fn request(&self, line: &TraceLine<'_>) {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A full disk must not end what is under way.
        let _lost = writeln!(file, "{line}");
    }
}
