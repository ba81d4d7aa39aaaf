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
    #[arg(long, default_value_t = 8)]
    jobs: usize,
    /// Only what the disk and the database's server do.
    #[arg(long)]
    disasters: bool,
}

/// About so many points of a run are tried when time is short, and so many with each disaster.
const SHORT_POINTS: usize = 4;
const SHORT_DISASTERS: usize = 1;
/// So many with each disaster when it is not.
const DISASTERS: usize = 24;

/// What a run without a crash is like.
struct Clean {
    points: Vec<(Point, String)>,
    outcome: Value,
    said: String,
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
    let mut databases = Vec::new();
    for database in Database::ALL.into_iter().filter(|own| arguments.database.is_none_or(|wanted| wanted == *own)) {
        if database == Database::Postgres && !server::is_installed() {
            println!("NOT CHECKED: the ledger in PostgreSQL. Install Debian's `postgresql` to check it.");
            anyhow::ensure!(std::env::var_os("CI").is_none(), "CI checks both databases");
            continue;
        }
        databases.push(database);
    }
    let jobs = arguments.jobs.div_ceil(databases.len().max(1)).max(1);
    let lines = thread::scope(|scope| {
        let threads: Vec<_> =
            databases.into_iter().map(|database| scope.spawn(move || of_database(arguments, database, jobs))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow!("a trial panicked"))?)
            .collect::<Result<Vec<_>>>()
    })?;
    lines.into_iter().flatten().for_each(|line| table.add(line));
    Ok(())
}

fn of_database(arguments: &Arguments, database: Database, jobs: usize) -> Result<Vec<Line>> {
    let is_wanted = |scenario: Scenario| arguments.scenario.is_none_or(|wanted| wanted == scenario);
    // The end that every run must come to, also one with faults.
    let (calm, lossy) = thread::scope(|scope| {
        let calm = scope.spawn(|| clean(&Ground::new(Scenario::Calm, database)?));
        let lossy = is_wanted(Scenario::Lossy).then(|| clean(&Ground::new(Scenario::Lossy, database)?)).transpose();
        (calm.join().map_err(|_| anyhow!("a trial panicked")), lossy)
    });
    let (calm, lossy) = (calm??, lossy?);
    let mut lines = Vec::new();
    if is_wanted(Scenario::Calm) && !arguments.disasters {
        let points = chosen(&calm.points, arguments, arguments.short.then_some(SHORT_POINTS));
        lines.push(kills(Scenario::Calm, database, &points, &calm.outcome, jobs)?);
    }
    if let Some(lossy) = &lossy {
        let differences = outcome::differences(&calm.outcome, &lossy.outcome);
        if !differences.is_empty() {
            let differences = differences.join("\n");
            return Err(anyhow!(
                "{}: lost answers alone make another end:\n{differences}\n{}",
                database.name(),
                lossy.said
            ));
        }
        if !arguments.disasters {
            let points = chosen(&lossy.points, arguments, arguments.short.then_some(SHORT_POINTS));
            lines.push(kills(Scenario::Lossy, database, &points, &calm.outcome, jobs)?);
        }
    }
    if is_wanted(Scenario::Calm) {
        let most = if arguments.short { SHORT_DISASTERS } else { DISASTERS };
        let points = chosen(&calm.points, arguments, Some(most));
        lines.extend(disasters(&Ground::new(Scenario::Calm, database)?, &points, &calm.outcome)?);
    }
    Ok(lines)
}

fn clean(ground: &Ground) -> Result<Clean> {
    let (passed, said) = trial::clean(ground)?;
    let outcome = ground.outcome()?;
    let about = || format!("{} with {}", ground.scenario.name(), ground.database.name());
    let counts: BTreeMap<&str, usize> = passed.iter().map(|(channel, own)| (channel.as_str(), own.len())).collect();
    println!("{}: boundaries {counts:?}", about());
    let mut points = Vec::new();
    for (channel, own) in passed {
        for (number, what) in (1..).zip(own) {
            points.push((Point { channel: channel.clone(), number }, what));
        }
    }
    Ok(Clean { points, outcome, said })
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
    expected: &Value,
    jobs: usize,
) -> Result<Line> {
    let line = Mutex::new(Line::new(scenario.name(), database.name()));
    let left = Mutex::new(points.iter());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        let work = || -> Result<()> {
            let ground = Ground::new(scenario, database)?;
            while let Some((point, what)) = next() {
                let tried = trial::killed(&ground, point, expected)
                    .with_context(|| format!("{}, {}, at {point}", scenario.name(), database.name()))?;
                line.lock().unwrap_or_else(PoisonError::into_inner).add(point, what, &tried);
            }
            Ok(())
        };
        let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow!("a trial panicked"))?)
    })?;
    Ok(line.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// What each database is afraid of.
fn disasters(ground: &Ground, points: &[(Point, String)], expected: &Value) -> Result<Option<Line>> {
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
            trial::struck(ground, point, disaster, expected).with_context(|| format!("{name}, at {point}"))?;
        line.add(point, what, &tried);
    }
    Ok(Some(line))
}
