//! Trials of crashes: the process ends in the middle of things, and what comes after it comes to the same end.

use anyhow::Result;
use clap::Args;
use std::process::ExitCode;

/// What is tried.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only some of the points, for a machine that has no hours.
    #[arg(long)]
    short: bool,
}

/// What the process that is killed is to do.
#[derive(Debug, Args)]
pub(crate) struct ChildArguments {}

pub(crate) fn crash(arguments: &Arguments) -> Result<ExitCode> {
    println!("{arguments:?}");
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn child(arguments: &ChildArguments) -> Result<ExitCode> {
    println!("{arguments:?}");
    Ok(ExitCode::SUCCESS)
}
