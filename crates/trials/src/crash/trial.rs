//! One trial: the process is started, ends where it is told to, and is started again until it is done.

use super::boundary::Act;
use super::boundary::HERE;
use super::boundary::Point;
use super::ground::Ground;
use super::outcome;
use super::shop;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::anyhow;
use serde_json::Value;
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// How often a process may end with trouble before the trial is lost.
const MOST_STARTS: usize = 10;

/// How long a process may take, in real time.
const LONGEST: Duration = Duration::from_mins(2);

/// The file of what a process says.
const SAID: &str = "said";

/// What is done to the world while the process waits at its boundary, and what undoes it.
pub(crate) trait Disaster {
    /// It strikes.
    fn strike(&self, ground: &Ground) -> Result<()>;
    /// It is over.
    fn cure(&self, ground: &Ground) -> Result<()>;
    /// What the process must say of it, if it ends by it.
    fn is_named(&self, said: &str) -> bool;
}

/// The end of a process.
struct Ended {
    status: ExitStatus,
    out: String,
    said: String,
}

/// What a trial gave.
#[derive(Debug)]
pub(crate) struct Tried {
    /// In what its end differs from that of a clean run.
    pub(crate) differences: Vec<String>,
    /// Whether the point was reached.
    pub(crate) was_reached: bool,
    /// How many processes it took.
    pub(crate) starts: usize,
    /// What they said, for when something differs.
    pub(crate) said: String,
}

/// The boundaries of a run that nobody ends, by channel, and what it said; what it leaves is on the ground.
pub(crate) fn clean(ground: &Ground) -> Result<(BTreeMap<String, Vec<String>>, String)> {
    ground.reset()?;
    let ended = run(ground, None)?;
    if !ended.status.success() {
        return Err(anyhow!("a run that nobody ends does not come to its end:\n{}", ended.said));
    }
    Ok((serde_json::from_str(&ended.out)?, ended.said))
}

/// Ends the process at a point, and looks whether the next ones come to the same end.
pub(crate) fn killed(ground: &Ground, point: &Point, expected: &Value) -> Result<Tried> {
    ground.reset()?;
    let first = run(ground, Some((point, Act::Kill)))?;
    let was_reached = first.status.signal() == Some(signal_hook::consts::SIGKILL);
    finish(ground, first, was_reached, expected)
}

/// Lets a disaster strike at a point, and looks whether the process says so and the next ones come to the same end.
pub(crate) fn struck(ground: &Ground, point: &Point, disaster: &dyn Disaster, expected: &Value) -> Result<Tried> {
    ground.reset()?;
    let mut child = start(ground, Some((point, Act::Pause)))?;
    let mut out = BufReader::new(child.stdout.take().context("its output is a pipe")?);
    let mut line = String::new();
    out.read_line(&mut line)?;
    let was_reached = line.trim_end() == HERE;
    let mut cured = Ok(());
    let first = if was_reached {
        let struck = disaster.strike(ground);
        let told = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(b"\n"));
        let ended = end(ground, child, out);
        cured = disaster.cure(ground);
        struck?;
        told?;
        ended?
    } else {
        end(ground, child, out)?
    };
    cured?;
    let is_silent = was_reached && !first.status.success() && !disaster.is_named(&first.said);
    let mut tried = finish(ground, first, was_reached, expected)?;
    if is_silent {
        tried.differences.push("the process ended without saying what had happened".to_owned());
    }
    Ok(tried)
}

fn finish(ground: &Ground, first: Ended, was_reached: bool, expected: &Value) -> Result<Tried> {
    let mut said = first.said;
    let mut is_done = first.status.success();
    let mut starts = 1;
    while !is_done && starts < MOST_STARTS {
        let next = run(ground, None)?;
        starts += 1;
        is_done = next.status.success();
        said.push_str("\n-- started again --\n");
        said.push_str(&next.said);
    }
    let mut differences = outcome::differences(expected, &ground.outcome()?);
    if !is_done {
        differences.insert(0, format!("it is not at its end after {starts} starts"));
    }
    Ok(Tried { differences, was_reached, starts, said })
}

fn start(ground: &Ground, stop: Option<(&Point, Act)>) -> Result<Child> {
    let mut command = Command::new(env::current_exe().context("where is this program?")?);
    command.arg("crash-child").arg("--folder").arg(ground.folder()).args(["--sandbox", ground.sandbox.url()]);
    if let Some((point, act)) = stop {
        let option = match act {
            Act::Kill => "--kill-at",
            Act::Pause => "--pause-at",
        };
        command.args([option, &point.to_string()]);
    }
    if let Some(url) = ground.url() {
        command.env(shop::DATABASE, url);
    }
    // Into a file: nobody has to read it while the process runs.
    let said = fs::File::create(ground.folder().join(SAID))?;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(said);
    let child = command.spawn().context("cannot start the process that is to be ended")?;
    Ok(child)
}

fn run(ground: &Ground, stop: Option<(&Point, Act)>) -> Result<Ended> {
    let mut child = start(ground, stop)?;
    let out = BufReader::new(child.stdout.take().context("its output is a pipe")?);
    end(ground, child, out)
}

/// Waits until it is at its end; one that hangs is ended.
fn end(ground: &Ground, mut child: Child, mut out: BufReader<std::process::ChildStdout>) -> Result<Ended> {
    let reader = thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).map(|_| text)
    });
    let begun = Instant::now();
    let mut hung = "";
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begun.elapsed() > LONGEST && hung.is_empty() {
            child.kill()?;
            hung = "it hung and was ended\n";
        }
        thread::sleep(Duration::from_millis(5));
    };
    let out = reader.join().map_err(|_| anyhow!("its output cannot be read"))??;
    let said = fs::read_to_string(ground.folder().join(SAID)).unwrap_or_default();
    Ok(Ended { status, out, said: format!("{said}{hung}") })
}
