//! Trials of crashes: the process ends in the middle of things, and what comes after it comes to the same end.
//!
//! A run is made once without a crash. Then it is made once for each boundary it passed (an entry of the ledger, a
//! request that leaves, an answer that comes), is killed there, and is started again until it is done. What the
//! marketplaces and the ledger hold must be what they hold after the run without a crash.

mod boundary;
mod child;
mod disaster;
mod ground;
mod outcome;
mod report;
mod shop;
mod trial;

#[expect(clippy::unwrap_used, dead_code, reason = "made for the ledger's tests, where whoever cannot go on panics")]
#[path = "../../ledger/tests/conformance/server.rs"]
mod server;

use anyhow::Context as _;
use anyhow::Result;
use anyhow::anyhow;
use boundary::Point;
pub(crate) use child::ChildArguments;
pub(crate) use child::child;
use clap::Args;
use disaster::AwayDatabase;
use disaster::Disk;
use disaster::FullDisk;
use ground::Database;
use ground::Ground;
use ground::Scenario;
use report::Line;
use report::Table;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::time::Instant;
use trial::Disaster;
use trial::Tried;

/// What is tried.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only some of the points, for a machine that has no hour.
    #[arg(long)]
    short: bool,
    /// Only this scenario.
    #[arg(long)]
    scenario: Option<Scenario>,
    /// Only this database.
    #[arg(long)]
    database: Option<Database>,
    /// Only this point, as `CHANNEL:NUMBER`.
    #[arg(long)]
    at: Option<Point>,
    /// Every so-manieth point.
    #[arg(long)]
    every: Option<usize>,
    /// How many trials at once.
    #[arg(long, default_value_t = 4)]
    jobs: usize,
    /// Only what the disk and the database's server do.
    #[arg(long)]
    disasters: bool,
}

/// About so many points of a run are tried when time is short, and so many with each disaster.
const SHORT_POINTS: usize = 6;
const SHORT_DISASTERS: usize = 2;
/// So many with each disaster when it is not.
const DISASTERS: usize = 24;

/// What a run without a crash is like.
struct Clean {
    points: Vec<(Point, String)>,
    outcome: Value,
}

pub(crate) fn crash(arguments: &Arguments) -> Result<ExitCode> {
    let begun = Instant::now();
    let mut table = Table::default();
    let done = all(arguments, &mut table);
    server::stop();
    done?;
    table.show(begun.elapsed());
    Ok(if table.n_differences() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn all(arguments: &Arguments, table: &mut Table) -> Result<()> {
    for database in Database::ALL.into_iter().filter(|own| arguments.database.is_none_or(|wanted| wanted == *own)) {
        if database == Database::Postgres && !server::is_installed() {
            println!("NOT CHECKED: the ledger in PostgreSQL. Install Debian's `postgresql` to check it.");
            anyhow::ensure!(std::env::var_os("CI").is_none(), "CI checks both databases");
            continue;
        }
        // The end that every run must come to, also one with faults.
        let calm = Ground::new(Scenario::Calm, database)?;
        let clean = clean(&calm, None)?;
        for scenario in Scenario::ALL.into_iter().filter(|own| arguments.scenario.is_none_or(|wanted| wanted == *own)) {
            if arguments.disasters {
                continue;
            }
            let own = match scenario {
                Scenario::Calm => Clean { points: clean.points.clone(), outcome: clean.outcome.clone() },
                Scenario::Lossy => self::clean(&Ground::new(scenario, database)?, Some(&clean.outcome))?,
            };
            let points = chosen(&own.points, arguments, if arguments.short { Some(SHORT_POINTS) } else { None });
            table.add(kills(scenario, database, &points, &own, arguments)?);
        }
        if arguments.scenario.is_none_or(|wanted| wanted == Scenario::Calm) {
            let most = if arguments.short { SHORT_DISASTERS } else { DISASTERS };
            let points = chosen(&clean.points, arguments, Some(most));
            if let Some(line) = disasters(&calm, &points, &clean)? {
                table.add(line);
            }
        }
    }
    Ok(())
}

fn clean(ground: &Ground, expected: Option<&Value>) -> Result<Clean> {
    let passed = trial::clean(ground)?;
    let outcome = ground.outcome()?;
    let about = || format!("{} with {}", ground.scenario.name(), ground.database.name());
    if let Some(expected) = expected {
        let differences = outcome::differences(expected, &outcome);
        if !differences.is_empty() {
            let said = std::fs::read_to_string(ground.folder().join("said")).unwrap_or_default();
            return Err(anyhow!(
                "{said}\n{}: without any crash it ends otherwise:\n{}",
                about(),
                differences.join("\n")
            ));
        }
    }
    let counts: BTreeMap<&str, usize> = passed.iter().map(|(channel, own)| (channel.as_str(), own.len())).collect();
    println!("{}: boundaries {counts:?}", about());
    let mut points = Vec::new();
    for (channel, own) in passed {
        for (number, what) in (1..).zip(own) {
            points.push((Point { channel: channel.clone(), number }, what));
        }
    }
    Ok(Clean { points, outcome })
}

/// The points that are tried: all, or about so many, spread over the run.
fn chosen(points: &[(Point, String)], arguments: &Arguments, most: Option<usize>) -> Vec<(Point, String)> {
    if let Some(at) = &arguments.at {
        return vec![(at.clone(), "as asked for".to_owned())];
    }
    let most = most.unwrap_or(points.len()).max(1);
    let step = arguments.every.unwrap_or_else(|| points.len().div_ceil(most)).max(1);
    points.iter().skip(step / 2).step_by(step).cloned().collect()
}

fn kills(
    scenario: Scenario,
    database: Database,
    points: &[(Point, String)],
    clean: &Clean,
    arguments: &Arguments,
) -> Result<Line> {
    let line = Mutex::new(Line::new(scenario.name(), database.name()));
    let left = Mutex::new(points.iter());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        let work = || -> Result<()> {
            let ground = Ground::new(scenario, database)?;
            while let Some((point, what)) = next() {
                let tried = trial::killed(&ground, point, &clean.outcome)
                    .with_context(|| format!("{}, {}, at {point}", scenario.name(), database.name()))?;
                line.lock().unwrap_or_else(PoisonError::into_inner).add(point, what, tried);
            }
            Ok(())
        };
        let threads: Vec<_> = (0..arguments.jobs.max(1)).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow!("a trial panicked"))?)
    })?;
    Ok(line.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// What each database is afraid of.
fn disasters(ground: &Ground, points: &[(Point, String)], clean: &Clean) -> Result<Option<Line>> {
    let disk = ground.disk();
    let (name, disaster, _mounted): (_, &dyn Disaster, _) = match ground.database {
        Database::Sqlite => match Disk::mount(&disk)? {
            Some(mounted) => ("full disk", &FullDisk, Some(mounted)),
            None => {
                println!("NOT CHECKED: a disk that is full. Only root can make a small one.");
                return Ok(None);
            }
        },
        Database::Postgres => ("database away", &AwayDatabase, None),
    };
    let mut line = Line::new(name, ground.database.name());
    for (point, what) in points {
        let tried: Tried =
            trial::struck(ground, point, disaster, &clean.outcome).with_context(|| format!("{name}, at {point}"))?;
        line.add(point, what, tried);
    }
    Ok(Some(line))
}
