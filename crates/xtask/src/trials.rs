//! Runs the long trials, which are a program of their own: one of them gets killed, and all are only built when wanted.

use crate::shell::cargo;
use crate::shell::run;
use anyhow::Result;
use clap::Args;

/// What is tried.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The short form, for every change.
    #[arg(long)]
    short: bool,
    /// Built as it is given to people: worth it for the full form.
    #[arg(long)]
    release: bool,
    /// Passed on: `-- --help` tells what else there is.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Runs one of the trials.
pub(crate) fn trial(name: &str, arguments: &Arguments) -> Result<()> {
    let mut trials = cargo();
    trials.args(["run", "-q", "-p", "feedwright-trials"]);
    if arguments.release {
        trials.arg("--release");
    }
    trials.args(["--", name]);
    if arguments.short {
        trials.arg("--short");
    }
    run(trials.args(&arguments.rest))
}

/// The short form of one of them.
pub(crate) fn short(name: &str) -> Result<()> {
    trial(name, &Arguments { short: true, release: false, rest: Vec::new() })
}
