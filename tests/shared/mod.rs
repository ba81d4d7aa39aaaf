//! Runs the binary as a user runs it, and finds the real files tests are made against.

#![expect(dead_code, reason = "each test file uses its own part")]
#![expect(clippy::print_stderr, reason = "what was not checked is said aloud")]

use serde_json::Value;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;

/// What a command printed and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Run {
    /// What came of a command.
    pub(crate) fn of(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap_or(-1),
        }
    }

    /// The findings of a report in JSON lines.
    pub(crate) fn findings(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Runs `feedwright` in the project's root.
pub(crate) fn feedwright(arguments: &[&str]) -> Run {
    feedwright_in(&root(), arguments)
}

/// Runs `feedwright` in a folder.
pub(crate) fn feedwright_in(folder: &Path, arguments: &[&str]) -> Run {
    feedwright_with(folder, arguments, &[])
}

/// Runs `feedwright` in a folder, with these variables in its environment too.
pub(crate) fn feedwright_with(folder: &Path, arguments: &[&str], environment: &[(String, String)]) -> Run {
    Run::of(command(folder, arguments, environment).output().unwrap())
}

/// `feedwright` in a folder, not started yet.
pub(crate) fn command(folder: &Path, arguments: &[&str], environment: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedwright"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").env("COLUMNS", "100");
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command
}

/// The project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The folder of real files, which is no part of the project; says so aloud when it is not there.
pub(crate) fn shared_data() -> Option<PathBuf> {
    let folder = std::env::var_os("FEEDWRIGHT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let data = folder.join("data");
    if data.is_dir() {
        return Some(data);
    }
    eprintln!("NOT CHECKED: {} is not there; set FEEDWRIGHT_SHARED to the folder of real files", data.display());
    None
}
