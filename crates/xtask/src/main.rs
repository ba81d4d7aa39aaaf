//! The commands builders use: check everything, write what is generated, measure, fuzz. `cargo xtask help` lists them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a developer command talks to the developer")]

mod bench;
mod ci;
mod codegen;
mod deny;
mod fuzz;
mod new_marketplace;
mod shell;
mod test;
mod trials;

use anyhow::Result;
use clap::Parser;
use clap::Subcommand;
use std::process::ExitCode;

/// Developer commands of Feedwright.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything a change must pass: format, lints, docs, generated files, tests, licences. Stops at the first failure.
    Ci,
    /// Sets up what the tests need and runs them all.
    Test,
    /// Writes the schemas and reference pages that are made from the code.
    Codegen {
        /// Writes nothing, and fails when a file is not what it should be.
        #[arg(long)]
        check: bool,
    },
    /// Checks licences, banned crates and where crates come from. Installs cargo-deny when it is missing.
    Deny,
    /// Measures how fast feeds are built, against other programs that do the same.
    Bench(bench::Arguments),
    /// Feeds arbitrary bytes to everything that reads a file. Installs cargo-fuzz when it is missing.
    Fuzz(fuzz::Arguments),
    /// Kills the process at every boundary in turn, and looks whether it comes to the same end.
    Crash(trials::Arguments),
    /// Sends a large catalog to all marketplaces at once, while requests go wrong at random.
    Soak(trials::Arguments),
    /// Holds requests, and the sandbox's replies, against the marketplaces' own models.
    Contract(trials::Arguments),
    /// Writes the adapter of a new marketplace, to be filled in.
    NewMarketplace(new_marketplace::Arguments),
}

fn main() -> ExitCode {
    let result = run(Arguments::parse().command);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Ci => ci::ci(),
        Command::Test => test::test(),
        Command::Codegen { check: true } => codegen::check(),
        Command::Codegen { check: false } => codegen::write(),
        Command::Deny => deny::deny(),
        Command::Bench(arguments) => bench::bench(&arguments),
        Command::Fuzz(arguments) => fuzz::fuzz(&arguments),
        Command::Crash(arguments) => trials::trial("crash", &arguments),
        Command::Soak(arguments) => trials::trial("soak", &arguments),
        Command::Contract(arguments) => trials::trial("contract", &arguments),
        Command::NewMarketplace(arguments) => new_marketplace::new_marketplace(&arguments),
    }
}
