//! Where a trial is made: marketplaces of its own, a folder and an empty database.

use super::outcome;
use super::server;
use super::shop;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::anyhow;
use clap::ValueEnum;
use feedwright_ledger::Ledger;
use feedwright_ledger::Location;
use feedwright_sandbox::Fault;
use feedwright_sandbox::FaultKind;
use feedwright_sandbox::Processing;
use feedwright_sandbox::Sandbox;
use feedwright_sandbox::Settings;
use serde_json::Value;
use std::env;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

/// An hour of the marketplaces takes six seconds: a lease still outlives a machine that is busy elsewhere.
const SPEED: u32 = 600;
const SEED: u64 = 7;
/// Less than adapters wait before they look for the first time, for most submissions.
const PROCESSING: Processing = Processing { least: Duration::from_secs(10), most: Duration::from_secs(90) };

/// What cannot be repeated, by the marketplaces' own names.
const NOT_REPEATABLE: [&str; 9] = [
    "createFeed",
    "itemBulkUploads",
    "priceBulkUploads",
    "inventoryBulkUploads",
    "bulkCreateOffer",
    "bulkPublishOffer",
    "publishOfferByInventoryItemGroup",
    "createTask",
    "uploadFile",
];
/// It takes effect, and nobody hears of it.
const AFTER_THE_EFFECT: [FaultKind; 4] =
    [FaultKind::ResetAfter, FaultKind::Truncated, FaultKind::Html, FaultKind::BadGateway];

/// Which database the ledger is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Database {
    /// One file.
    Sqlite,
    /// A server, started for the trial.
    Postgres,
}

/// What the marketplaces do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// Nothing goes wrong with them.
    Calm,
    /// What cannot be repeated takes effect, and its answer is lost in every way there is.
    Lossy,
}

/// A ground, used for one trial after the other.
pub(crate) struct Ground {
    pub(crate) sandbox: Sandbox,
    pub(crate) database: Database,
    pub(crate) scenario: Scenario,
    location: Location,
    folder: tempfile::TempDir,
}

impl Database {
    pub(crate) const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// Where files are fastest: a process that is killed leaves to the machine what it wrote, flushed or not.
fn memory() -> PathBuf {
    let shared = Path::new("/dev/shm");
    if shared.is_dir() { shared.to_owned() } else { env::temp_dir() }
}

impl Scenario {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Lossy => "lossy",
        }
    }

    fn faults(self) -> Vec<Fault> {
        if self == Self::Calm {
            return Vec::new();
        }
        let mut faults = Vec::new();
        for (place, operation) in NOT_REPEATABLE.iter().enumerate() {
            for (nth, kind) in (1..).zip(AFTER_THE_EFFECT.iter().cycle().skip(place).take(AFTER_THE_EFFECT.len())) {
                faults.push(Fault::once(*kind, operation, nth));
            }
        }
        faults
    }
}

impl Ground {
    pub(crate) fn new(scenario: Scenario, database: Database) -> Result<Self> {
        let settings = Settings { speed: SPEED, seed: SEED, processing: PROCESSING, ..Settings::default() };
        let sandbox = Sandbox::start(settings).context("cannot start the sandbox")?;
        let folder = tempfile::Builder::new().prefix("feedwright-crash-").tempdir_in(memory())?;
        let location = match database {
            Database::Sqlite => Location::File(folder.path().join("disk/feedwright.ledger")),
            Database::Postgres => Location::Postgres(server::new_database()),
        };
        Ok(Self { sandbox, database, scenario, location, folder })
    }

    /// Everything is as if nothing had ever been sold.
    pub(crate) fn reset(&self) -> Result<()> {
        self.sandbox.reset();
        self.sandbox.set_faults(self.scenario.faults());
        match &self.location {
            Location::File(_) => {
                for entry in fs::read_dir(self.disk()).into_iter().flatten() {
                    fs::remove_file(entry?.path())?;
                }
            }
            Location::Postgres(url) => {
                // The killed process's connections may hold locks until the server notices.
                server::beside(url)
                    .batch_execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND \
                         pid <> pg_backend_pid(); DROP SCHEMA public CASCADE; CREATE SCHEMA public",
                    )
                    .context("cannot empty the database")?;
            }
        }
        shop::write(self.folder(), self.database)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder that holds nothing but the ledger.
    pub(crate) fn disk(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// The database's URL, if it is one.
    pub(crate) fn url(&self) -> Option<&str> {
        match &self.location {
            Location::File(_) => None,
            Location::Postgres(url) => Some(url),
        }
    }

    /// What the marketplaces and the ledger hold.
    pub(crate) fn outcome(&self) -> Result<Value> {
        let mut ledger = Ledger::open(&self.location).map_err(|why| anyhow!("{why}"))?;
        outcome::of(&self.sandbox, &mut ledger)
    }
}
