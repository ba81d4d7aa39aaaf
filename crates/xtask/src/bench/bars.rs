//! What is aimed at, and whether it was reached. A bar that is missed is shown and stops nothing: a measurement is no test.
#![expect(clippy::float_arithmetic, reason = "ratios of times; no catalog value comes near")]

use crate::bench::measure::median;
use crate::bench::program::Keywords;
use crate::bench::program::Kind;
use crate::bench::results::Results;
use serde::Serialize;

/// A bar.
#[derive(Debug, Serialize)]
pub(crate) struct Bar {
    /// What is compared.
    pub(crate) what: String,
    /// Where the bar is.
    pub(crate) wanted: String,
    /// Where we are.
    pub(crate) found: String,
    /// None where it could not be seen.
    pub(crate) is_met: Option<bool>,
}

impl Bar {
    /// How it stands, in a word.
    pub(crate) fn word(&self) -> &'static str {
        match self.is_met {
            Some(true) => "met",
            Some(false) => "missed",
            None => "not seen",
        }
    }
}

/// Memory that does not grow, and what each product may add.
const FLAT_KILOBYTES: u64 = 64 * 1024;
const BYTES_PER_PRODUCT: u64 = 10;

/// All of them.
pub(crate) fn bars(results: &Results) -> Vec<Bar> {
    let (one, three) = (Kind::Ours { channels: 1 }, Kind::Ours { channels: 3 });
    let ratio = |dividend: (Kind, u16), divisor: (Kind, u16)| {
        Some(results.microseconds(dividend.0, dividend.1)? / results.microseconds(divisor.0, divisor.1)?)
    };
    let mut bars = vec![
        at_most("time of one channel, as a multiple of the floor, 2 threads", 3.0, ratio((one, 2), (Kind::Floor, 2))),
        at_least("faster than arena + jsonschema crate, 2 threads", 2.0, ratio((Kind::Arena, 2), (one, 2))),
        at_least("faster than plain Rust glue, 2 threads", 4.0, ratio((Kind::Glue, 2), (one, 2))),
    ];
    for (name, kind) in [("Python", Kind::Python(Keywords::Checked)), ("Node", Kind::Node(Keywords::Checked))] {
        let what = format!("faster than {name}, 2 threads against its one process");
        bars.push(at_least(&what, 15.0, ratio((kind, 1), (one, 2))));
    }
    bars.push(at_most("time of three channels, as a multiple of one, 2 threads", 2.2, ratio((three, 2), (one, 2))));
    for memory in &results.memory {
        let allowed = FLAT_KILOBYTES + memory.rows * BYTES_PER_PRODUCT / 1024;
        bars.push(Bar {
            what: format!("peak memory of `{}` over {} rows", memory.command, memory.rows),
            wanted: format!("at most {} MB", allowed / 1024),
            found: memory.peak_kilobytes.map_or_else(|| "not told".to_owned(), |peak| format!("{} MB", peak / 1024)),
            is_met: memory.peak_kilobytes.map(|peak| peak <= allowed),
        });
    }
    let delta = &results.delta;
    let what = format!("plan with 0.1 % of {} rows changed, as a multiple of a bare read", delta.rows);
    let seconds = |all: &[f64]| median(all.iter().copied());
    bars.push(at_most(&what, 1.3, Some(seconds(&delta.plans) / seconds(&delta.bare_read))));
    bars
}

fn at_most(what: &str, wanted: f64, found: Option<f64>) -> Bar {
    bar(what, format!("at most {wanted:.2}"), found, found.map(|found| found <= wanted))
}

fn at_least(what: &str, wanted: f64, found: Option<f64>) -> Bar {
    bar(what, format!("at least {wanted:.2}"), found, found.map(|found| found >= wanted))
}

fn bar(what: &str, wanted: String, found: Option<f64>, is_met: Option<bool>) -> Bar {
    let found = found.map_or_else(|| "not measured".to_owned(), |found| format!("{found:.2}"));
    Bar { what: what.to_owned(), wanted, found, is_met }
}
