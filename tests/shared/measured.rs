//! Runs the program and looks at the memory it takes.

use crate::shared::Run;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

/// Runs, and measures the most memory it held at once, in KiB.
#[expect(clippy::print_stderr, reason = "what was not checked is said aloud")]
pub(crate) fn run_measured(folder: &Path, arguments: &[&str], more: &[&str]) -> (Run, Option<u64>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_feedwright"))
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .args(arguments)
        .args(more)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        stdout.read_to_end(&mut text).unwrap();
        text
    });
    let mut peak = None;
    let status = loop {
        // The high-water mark only rises, so the last look is the one that counts.
        peak = high_water(&child).max(peak);
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => thread::sleep(Duration::from_millis(2)),
        }
    };
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    let stdout = String::from_utf8(reader.join().unwrap()).unwrap();
    if peak.is_none() {
        eprintln!("NOT CHECKED: memory: there is no /proc to read it from");
    }
    (Run { stdout, stderr, code: status.code().unwrap_or(-1) }, peak)
}

fn high_water(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
