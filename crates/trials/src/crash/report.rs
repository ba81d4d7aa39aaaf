//! What is told of trials: each difference when it is found, and one table.

use super::boundary::Point;
use super::trial::Tried;
use std::time::Duration;

/// How many lines of what the processes said are shown with a difference.
const LAST_SAID: usize = 30;

/// After so many trials it is said how many there were.
const PROGRESS: usize = 50;

/// Trials of one kind.
#[derive(Debug)]
pub(crate) struct Line {
    scenario: &'static str,
    database: &'static str,
    tried: usize,
    /// Of them, those where the run had ended before the point: how often marketplaces are asked hangs on the time.
    missed: usize,
    /// How many processes it took at most.
    starts: usize,
    differences: usize,
}

/// All trials.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<Line>);

impl Line {
    pub(crate) fn new(scenario: &'static str, database: &'static str) -> Self {
        Self { scenario, database, tried: 0, missed: 0, starts: 0, differences: 0 }
    }

    /// Counts a trial, and tells of it if something differs.
    pub(crate) fn add(&mut self, point: &Point, what: &str, tried: &Tried) {
        self.tried += 1;
        self.missed += usize::from(!tried.was_reached);
        self.starts = self.starts.max(tried.starts);
        if self.tried.is_multiple_of(PROGRESS) {
            println!("{}, {}: {} tried", self.scenario, self.database, self.tried);
        }
        if tried.differences.is_empty() {
            return;
        }
        self.differences += 1;
        println!("\nDIFFERENT: --scenario {} --database {} --at {point} ({what})", self.scenario, self.database);
        for difference in &tried.differences {
            println!("  {difference}");
        }
        let lines: Vec<&str> = tried.said.lines().collect();
        for line in lines.iter().skip(lines.len().saturating_sub(LAST_SAID)) {
            println!("  | {line}");
        }
    }
}

impl Table {
    pub(crate) fn add(&mut self, line: Line) {
        self.0.push(line);
    }

    pub(crate) fn n_differences(&self) -> usize {
        self.0.iter().map(|line| line.differences).sum()
    }

    pub(crate) fn show(&self, took: Duration) {
        println!("\n{:<14} {:<9} {:>11} {:>7} {:>12}", "scenario", "database", "kill points", "missed", "differences");
        for Line { scenario, database, tried, missed, differences, .. } in &self.0 {
            println!("{scenario:<14} {database:<9} {tried:>11} {missed:>7} {differences:>12}");
        }
        let tried: usize = self.0.iter().map(|line| line.tried).sum();
        let starts = self.0.iter().map(|line| line.starts).max().unwrap_or_default();
        println!(
            "{tried} kill points, {} differences, at most {starts} processes for one, {} seconds",
            self.n_differences(),
            took.as_secs()
        );
    }
}
