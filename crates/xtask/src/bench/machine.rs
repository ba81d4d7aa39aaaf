//! Where and with what was measured: enough to judge the figures by, nothing that names anybody.

use crate::bench::opponents::Opponents;
use crate::bench::opponents::said;
use crate::shell::program;
use anyhow::Result;
use serde::Serialize;
use std::fs;
use std::thread;

/// A machine.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    /// The day, UTC.
    pub(crate) date: String,
    /// The processor's name.
    pub(crate) processor: String,
    /// How many of its cores there are.
    pub(crate) cores: usize,
    /// Its memory.
    pub(crate) gibibytes: u64,
    /// How busy it was when the last measurement had ended, over a minute.
    pub(crate) load: String,
}

/// This one.
pub(crate) fn machine() -> Result<Machine> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let processor = read("/proc/cpuinfo");
    let processor = processor.lines().find_map(|line| line.strip_prefix("model name")?.split(':').nth(1));
    let memory = read("/proc/meminfo");
    let kilobytes = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    Ok(Machine {
        date: said(program("date").args(["-u", "+%Y-%m-%d"]))?,
        processor: processor.unwrap_or("unknown").trim().to_owned(),
        cores: thread::available_parallelism().map_or(1, std::num::NonZero::get),
        gibibytes: kilobytes.unwrap_or_default() >> 20,
        load: read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned(),
    })
}

/// The compiler, and what opponents are made of.
pub(crate) fn versions(opponents: Option<&Opponents>) -> Result<Vec<String>> {
    let mut versions = vec![rustc()?, format!("feedwright {}", env!("CARGO_PKG_VERSION"))];
    versions.extend(opponents.into_iter().flat_map(|opponents| opponents.versions.iter().cloned()));
    Ok(versions)
}

/// The compiler's name and version.
pub(crate) fn rustc() -> Result<String> {
    let told = said(program("rustc").arg("--version"))?;
    Ok(told.split(' ').take(2).collect::<Vec<_>>().join(" "))
}
