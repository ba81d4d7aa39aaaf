//! Checks a catalog against what marketplaces require, and writes the feed files they accept.

mod arguments;
mod commands;
mod progress;

use arguments::Arguments;
use clap::Parser as _;
use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match commands::run(arguments) {
        Ok(outcome) => outcome.into(),
        Err(why) => {
            // The reader of a pipe went away: it has what it wanted.
            if why.chain().any(is_broken_pipe) {
                return ExitCode::SUCCESS;
            }
            let _nobody_listens = writeln!(std::io::stderr(), "error: {why:#}");
            ExitCode::from(2)
        }
    }
}

/// How a command ended, for people who script it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing is blocked.
    Fine,
    /// At least one SKU is blocked.
    Blocked,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::Blocked => Self::from(1),
        }
    }
}

fn is_broken_pipe(why: &(dyn std::error::Error + 'static)) -> bool {
    why.downcast_ref::<std::io::Error>().is_some_and(|why| why.kind() == std::io::ErrorKind::BrokenPipe)
}
