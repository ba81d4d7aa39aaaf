//! What Feedwright is measured with and against. Started by `cargo xtask bench`, each measurement a process of its own.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a developer command talks to the developer")]

mod arena;
mod catalog;
mod document;
mod floor;
mod glue;
mod keywords;
mod message;
mod output;
mod read;
mod rows;

use anyhow::Result;
use clap::Parser;
use clap::Subcommand;
use std::process::ExitCode;

/// Programs to measure with.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes a catalog of any size: the same arguments give the same bytes.
    Catalog(catalog::Arguments),
    /// Writes our starter for a home product as one document.
    Document(document::Arguments),
    /// Reads a catalog, and does nothing with it.
    Read(read::Arguments),
    /// Reads a catalog and writes its messages unchecked.
    Floor(floor::Arguments),
    /// The obvious program: `serde_json::Value` and the `jsonschema` crate.
    Glue(glue::Arguments),
    /// Our arena and the `jsonschema` crate.
    Arena(arena::Arguments),
}

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<()> {
    match command {
        Command::Catalog(arguments) => catalog::write(arguments),
        Command::Document(arguments) => document::write(arguments),
        Command::Read(arguments) => read::read(arguments),
        Command::Floor(arguments) => floor::floor(arguments),
        Command::Glue(arguments) => glue::glue(arguments),
        Command::Arena(arguments) => arena::arena(arguments),
    }
}
