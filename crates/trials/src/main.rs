//! Long trials of the whole, against marketplaces that are simulated: `cargo xtask crash` and its like run them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a developer command talks to the developer")]

mod contract;
mod crash;
mod soak;

use anyhow::Result;
use clap::Parser;
use clap::Subcommand;
use std::process::ExitCode;

/// Trials of Feedwright.
#[derive(Debug, Parser)]
#[command(name = "trials")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Kills the process at every ledger entry and every request boundary, and looks whether it comes to the same end.
    Crash(crash::Arguments),
    /// The process that is killed.
    #[command(hide = true)]
    CrashChild(crash::ChildArguments),
    /// Holds requests, and the sandbox's replies, against the marketplaces' own models.
    Contract(contract::Arguments),
    /// Sends a large catalog to all marketplaces at once, while requests go wrong at random.
    Soak(soak::Arguments),
}

fn main() -> ExitCode {
    let result = run(Arguments::parse().command);
    match result {
        Ok(code) => code,
        Err(why) => {
            eprintln!("error: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Crash(arguments) => crash::crash(&arguments),
        Command::CrashChild(arguments) => crash::child(&arguments),
        Command::Contract(arguments) => contract::contract(&arguments),
        Command::Soak(arguments) => soak::soak(&arguments),
    }
}
