//! The figures in `docs/performance.md`: between two marks the page is written from the results.

use crate::bench::measure::median;
use crate::bench::results::Results;
use crate::bench::results::times;
use crate::shell::root;
use anyhow::Context as _;
use anyhow::Result;
use std::fmt::Write as _;
use std::fs;

const BEGIN: &str = "<!-- written by `cargo xtask bench` from here -->\n";
const END: &str = "<!-- to here -->\n";

/// Puts the results into the page.
pub(crate) fn rewrite(results: &Results) -> Result<()> {
    let path = root().join("docs/performance.md");
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let page = replaced(&page, &tables(results)?)?;
    fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))
}

fn replaced(page: &str, between: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).context("docs/performance.md has lost the mark where figures begin")?;
    let (_, after) = rest.split_once(END).context("docs/performance.md has lost the mark where figures end")?;
    Ok([before, BEGIN, between, END, after].concat())
}

fn tables(results: &Results) -> Result<String> {
    let mut out = String::new();
    let machine = &results.machine;
    writeln!(
        out,
        "Measured on {} on {} with {} cores and {} GiB of memory, load {} at the end. {}.\n",
        machine.date,
        machine.processor,
        machine.cores,
        machine.gibibytes,
        machine.load,
        results.versions.join(", ")
    )?;
    writeln!(
        out,
        "Requirements: {}, {} KB. {} rows of {} bytes, of which every program refuses the same {}; messages of {} bytes. \
         Medians of {} runs, in turn.\n",
        results.document.name,
        results.document.bytes / 1000,
        results.rows,
        results.catalog_bytes_per_row,
        results.refused,
        results.message_bytes,
        results.runs
    )?;
    writeln!(out, "| program | rows | products a second | times the floor | times ours | peak memory |")?;
    writeln!(out, "|---|--:|--:|--:|--:|--:|")?;
    for timed in &results.programs {
        writeln!(
            out,
            "| {} | {} | {:.0} | {} | {} | {} |",
            timed.name,
            timed.rows,
            timed.per_second(),
            times(results.times_the_floor(timed)),
            times(results.times_ours(timed)),
            timed.peak_kilobytes.map_or_else(String::new, |peak| format!("{} MB", peak.div_ceil(1024)))
        )?;
    }
    let delta = &results.delta;
    writeln!(
        out,
        "\nPlanning {} rows of which {} changed since they were listed takes {:.2} s, with {} products taken over from the plan \
         before; {:.2} s when everything is looked at. Reading them and doing nothing with them takes {:.2} s.\n",
        delta.rows,
        delta.changed,
        median(delta.plans.iter().copied()),
        delta.taken_over,
        delta.fresh,
        median(delta.bare_read.iter().copied())
    )?;
    writeln!(out, "| memory | rows | seconds | peak |")?;
    writeln!(out, "|---|--:|--:|--:|")?;
    for memory in &results.memory {
        let peak = memory.peak_kilobytes.map_or_else(String::new, |peak| format!("{} MB", peak.div_ceil(1024)));
        writeln!(out, "| {} | {} | {:.1} | {peak} |", memory.command, memory.rows, memory.seconds)?;
    }
    if !results.instructions.is_empty() {
        writeln!(out, "\n| instructions | for a product | to start and to end |")?;
        writeln!(out, "|---|--:|--:|")?;
        for counted in &results.instructions {
            writeln!(out, "| {} | {} | {} |", counted.what, counted.per_product, counted.around)?;
        }
    }
    writeln!(out, "\n| aim | wanted | found | |")?;
    writeln!(out, "|---|---|---|---|")?;
    for bar in &results.bars {
        writeln!(out, "| {} | {} | {} | {} |", bar.what, bar.wanted, bar.found, bar.word())?;
    }
    writeln!(out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_around_the_figures_stays() {
        let page = format!("before\n\n{BEGIN}old\n{END}\nafter\n");
        let page = replaced(&page, "new\n").unwrap();
        assert_eq!(page, format!("before\n\n{BEGIN}new\n{END}\nafter\n"));
        replaced("no marks", "new").unwrap_err();
    }
}
