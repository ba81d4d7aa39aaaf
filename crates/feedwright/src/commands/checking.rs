//! Shows how listings are checked against a document: what was compiled, what a listing skips, what the engine does.

use feedwright_runner::requirements::Plan;
use std::io;

/// Shows a plan as a list of labels and counts.
pub(crate) fn show(plan: &Plan, out: &mut impl io::Write) -> io::Result<()> {
    let mut line = |label: &str, text: String| writeln!(out, "  {label:<12} {text}");
    if plan.by_engine {
        line("checks", "none of our own: the schema engine checks the whole document".to_owned())?;
    } else {
        line("checks", format!("{}, used {} times more", plan.checks, plan.shared))?;
        line("memory", format!("about {} KB", plan.bytes.div_ceil(1000)))?;
        line(
            "conditions",
            format!(
                "{}: {} on which attributes are given, {} on their values, {} settled beforehand",
                plan.presence_conditions + plan.value_conditions + plan.constant_conditions,
                plan.presence_conditions,
                plan.value_conditions,
                plan.constant_conditions
            ),
        )?;
        line("clauses", format!("{}, {} of them skipped by an empty listing", plan.clauses, plan.waiting_clauses))?;
        line("formulas", format!("{} conditions too large for clauses", plan.formulas))?;
        line(
            "paths",
            format!("{}, each looked up once for all of its {} tests", plan.projections, plan.projected_tests),
        )?;
    }
    for (at, (keyword, says)) in plan.matchers.iter().enumerate() {
        line(if at == 0 { "patterns" } else { "" }, format!("{keyword} {says}"))?;
    }
    if plan.fallbacks.is_empty() {
        line("by engine", "nothing".to_owned())?;
    }
    for (at, fallback) in plan.fallbacks.iter().enumerate() {
        let place = if fallback.pointer.is_empty() { "the whole document" } else { &fallback.pointer };
        line(if at == 0 { "by engine" } else { "" }, format!("{place}, for `{}`", fallback.keyword))?;
    }
    Ok(())
}
