//! Runs the trials of crashes, which are a program of their own: it is what gets killed.

use crate::shell::cargo;
use crate::shell::run;
use anyhow::Result;
use clap::Args;

/// What is tried.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only some of the points of each run.
    #[arg(long)]
    short: bool,
    /// Passed on: `-- --help` tells what else there is.
    #[arg(last = true)]
    rest: Vec<String>,
}

pub(crate) fn crash(arguments: &Arguments) -> Result<()> {
    let mut trials = cargo();
    trials.args(["run", "-q", "-p", "feedwright-trials", "--", "crash"]);
    if arguments.short {
        trials.arg("--short");
    }
    run(trials.args(&arguments.rest))
}

/// Some of the points.
pub(crate) fn short() -> Result<()> {
    crash(&Arguments { short: true, rest: Vec::new() })
}
