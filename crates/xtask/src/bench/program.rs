//! The programs that are timed.

use crate::bench::opponents::Opponents;
use crate::bench::stage::Stage;
use crate::bench::stage::bench_program;
use crate::shell::program;
use anyhow::Context as _;
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// A program, and what it is run over.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// What it is.
    pub(crate) kind: Kind,
    /// How many threads it works with.
    pub(crate) threads: u16,
    /// How many rows its catalog has.
    pub(crate) rows: u64,
    /// How it is started, where it had to be installed.
    installed: Option<Vec<String>>,
}

/// What a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Read and write, nothing else.
    Floor,
    /// Feedwright, for so many channels.
    Ours {
        /// How many.
        channels: u16,
    },
    /// Our arena, and the `jsonschema` crate.
    Arena,
    /// `serde_json::Value`, and the `jsonschema` crate.
    Glue,
    /// Python.
    Python(Keywords),
    /// JavaScript.
    Node(Keywords),
}

/// Whether Amazon's own keywords are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keywords {
    /// As the document says.
    Checked,
    /// They are left out: less is checked than by the others.
    LeftOut,
}

/// All of them.
pub(crate) fn all(rows: u64, slow_rows: u64, opponents: Option<&Opponents>) -> Vec<Program> {
    let mut all = Vec::new();
    for kind in [Kind::Floor, Kind::Ours { channels: 1 }, Kind::Ours { channels: 3 }, Kind::Arena, Kind::Glue] {
        for threads in [1, 2] {
            all.push(Program { kind, threads, rows, installed: None });
        }
    }
    if let Some(opponents) = opponents {
        for keywords in [Keywords::Checked, Keywords::LeftOut] {
            for (kind, start) in [(Kind::Python(keywords), &opponents.python), (Kind::Node(keywords), &opponents.node)]
            {
                all.push(Program { kind, threads: 1, rows: slow_rows, installed: Some(start.clone()) });
            }
        }
    }
    all
}

impl Program {
    /// What it is called in tables.
    pub(crate) fn name(&self) -> String {
        let threads = if self.threads == 1 { "1 thread" } else { "2 threads" };
        match self.kind {
            Kind::Ours { channels: 1 } => format!("feedwright build, one channel, {threads}"),
            Kind::Ours { channels: _ } => format!("feedwright build, three channels, {threads}"),
            Kind::Floor | Kind::Arena | Kind::Glue => format!("{}, {threads}", self.kind.what()),
            Kind::Python(_) | Kind::Node(_) => self.kind.what().to_owned(),
        }
    }

    /// The command that runs it.
    pub(crate) fn command(&self, stage: &Stage, out: &Path) -> Result<Command> {
        let catalog = stage.catalog(self.rows)?;
        let mut command = match self.kind {
            Kind::Ours { channels } => {
                stage.use_catalog(self.rows)?;
                return Ok(stage.feedwright("build", channels, self.threads, out));
            }
            Kind::Floor | Kind::Arena | Kind::Glue => {
                let mut command = bench_program();
                let name = match self.kind {
                    Kind::Floor => "floor",
                    Kind::Arena => "arena",
                    _ => "glue",
                };
                command.args([name, "--threads", &self.threads.to_string()]);
                command
            }
            Kind::Python(keywords) | Kind::Node(keywords) => {
                let (first, rest) =
                    self.installed.as_deref().and_then(<[String]>::split_first).context("it was not installed")?;
                let mut command = program(first);
                command.args(rest);
                if keywords == Keywords::LeftOut {
                    command.arg("--without-keywords");
                }
                command
            }
        };
        command.arg("--catalog").arg(catalog).arg("--out").arg(out);
        if self.kind != Kind::Floor {
            command.arg("--schema").arg(stage.schema());
        }
        Ok(command)
    }
}

impl Kind {
    /// What it is made of.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Floor => "floor: csv, serde_json, no check",
            Self::Ours { .. } => "feedwright build",
            Self::Arena => "Rust: our arena, jsonschema crate",
            Self::Glue => "Rust: serde_json::Value, jsonschema crate",
            Self::Python(Keywords::Checked) => "Python: polars, jsonschema-rs, orjson",
            Self::Python(Keywords::LeftOut) => "Python, Amazon's keywords left out",
            Self::Node(Keywords::Checked) => "Node: csv-parse, ajv",
            Self::Node(Keywords::LeftOut) => "Node, Amazon's keywords left out",
        }
    }
}
