//! Barcode cells: read, judged one by one, and judged as a column, since made-up numbers come by the column.

use crate::cell::short;
use crate::plan::Plan;
use crate::plan::PlannedColumn;
use crate::rows::Row;
use crate::target::Target;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Gtin;
use feedwright_catalog::gtin::GtinProblem;
use feedwright_catalog::product::Identifier;
use feedwright_catalog::product::IdentifierKind;
use feedwright_catalog::rules;
use std::sync::Arc;

/// How many numbers of a column are looked at before the first product is given out.
pub(crate) const SAMPLE: usize = 2_000;
/// With fewer, each number is judged for itself.
const FEWEST: usize = 5;

/// What the head of the file says about each barcode column, in the order of the plan's columns.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    columns: Vec<Verdict>,
}

#[derive(Debug)]
struct Verdict {
    column: usize,
    n_judged: usize,
    n_failed: usize,
}

impl Verdict {
    fn is_bad(&self) -> bool {
        self.n_judged >= FEWEST && self.n_failed * 2 > self.n_judged
    }
}

impl Verdicts {
    /// Nothing looked at yet.
    pub(crate) fn new(plan: &Plan) -> Self {
        let is_gtin = |(at, column): (usize, &PlannedColumn)| (column.target == Target::Gtin).then_some(at);
        let columns = plan.columns.iter().enumerate().filter_map(is_gtin);
        Self { columns: columns.map(|column| Verdict { column, n_judged: 0, n_failed: 0 }).collect() }
    }

    /// Whether there is anything left to look at.
    pub(crate) fn wants_more(&self) -> bool {
        self.columns.iter().any(|verdict| verdict.n_judged < SAMPLE)
    }

    /// Looks at a row of the head.
    pub(crate) fn look(&mut self, plan: &Plan, row: Row<'_>) {
        for verdict in &mut self.columns {
            let Some(text) = plan.columns.get(verdict.column).and_then(|column| column.guarded(row)) else {
                continue;
            };
            let failed = match Gtin::parse(text) {
                Ok(_) => false,
                // These say nothing about the numbers that were meant.
                Err(GtinProblem::Empty | GtinProblem::Placeholder(_) | GtinProblem::Scientific) => continue,
                Err(GtinProblem::Length { .. }) if with_zeros(text).is_some() => continue,
                Err(
                    GtinProblem::NotDigits { .. }
                    | GtinProblem::Length { .. }
                    | GtinProblem::CheckDigit { .. }
                    | GtinProblem::Restricted(_)
                    | GtinProblem::Suspect(_),
                ) => true,
            };
            verdict.n_judged += 1;
            verdict.n_failed += usize::from(failed);
        }
    }

    /// The columns that hold no barcode numbers, by their place in the plan.
    pub(crate) fn bad(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().filter(|verdict| verdict.is_bad()).map(|verdict| verdict.column)
    }

    /// Reports the columns that hold no barcode numbers.
    pub(crate) fn report(&self, plan: &Plan, out: &mut Findings) {
        for verdict in self.columns.iter().filter(|verdict| verdict.is_bad()) {
            let Some(column) = plan.columns.get(verdict.column) else { continue };
            let Verdict { n_judged, n_failed, .. } = verdict;
            out.push(
                Finding::new(
                    &rules::COLUMN_WITHOUT_GTINS,
                    format!(
                        "{n_failed} of the first {n_judged} numbers in column \"{}\" are no barcode numbers; none of the column is sent",
                        column.name
                    ),
                )
                .help(format!("put the numbers GS1 gave you into column \"{}\", or leave it empty", column.name))
                .at(plan.place(plan.header_line, column)),
            );
        }
    }

    /// Reads a barcode cell. What is no barcode number is kept and never sent.
    pub(crate) fn read(&self, plan: &Plan, at: usize, row: Row<'_>, out: &mut Findings) -> Option<Identifier> {
        let column = plan.columns.get(at)?;
        let text = column.guarded(row)?;
        let raw: Arc<str> = Arc::from(text);
        if self.columns.iter().any(|verdict| verdict.column == at && verdict.is_bad()) {
            let problem = GtinProblem::Suspect("stands in a column of which most numbers are no barcode numbers");
            return Some(Identifier { kind: IdentifierKind::NotAGtin(problem), raw });
        }
        let kind = match Gtin::parse(text) {
            Ok(gtin) => IdentifierKind::Gtin(gtin),
            Err(GtinProblem::Empty) => return None,
            Err(problem) => {
                report(plan, column, row.line, text, &problem, out);
                IdentifierKind::NotAGtin(problem)
            }
        };
        Some(Identifier { kind, raw })
    }
}

fn report(plan: &Plan, column: &PlannedColumn, line: u64, text: &str, problem: &GtinProblem, out: &mut Findings) {
    let name = &column.name;
    let shown = short(text);
    let said = format!("barcode number `{shown}` {problem}");
    let (rule, message, help) = match problem {
        // It says that there is none, and that is what is kept.
        GtinProblem::Empty | GtinProblem::Placeholder(_) => return,
        GtinProblem::Scientific => (
            &rules::DAMAGED_NUMBER,
            format!("barcode number `{shown}` was rounded by a spreadsheet; its digits are gone"),
            format!("format column \"{name}\" as text and type the number from the package again"),
        ),
        GtinProblem::Length { .. } => match with_zeros(text) {
            Some(whole) => (
                &rules::DAMAGED_NUMBER,
                format!("{said}; a spreadsheet may have dropped zeros in front"),
                format!(
                    "compare with the package, and if it fits type `{whole}` into column \"{name}\", formatted as text"
                ),
            ),
            None => (&rules::UNREADABLE_VALUE, said, format!("type the number under the bars into column \"{name}\"")),
        },
        GtinProblem::NotDigits { .. } => (
            &rules::UNREADABLE_VALUE,
            said,
            format!("type the number under the bars into column \"{name}\", digits only"),
        ),
        GtinProblem::CheckDigit { .. } => (
            &rules::BAD_CHECK_DIGIT,
            said,
            format!("compare column \"{name}\" with the package; a digit is wrong or two are swapped"),
        ),
        GtinProblem::Restricted(_) => (
            &rules::RESTRICTED_GTIN,
            said,
            format!("put the number GS1 gave you into column \"{name}\", or leave it empty"),
        ),
        GtinProblem::Suspect(_) => (
            &rules::SUSPECT_GTIN,
            said,
            format!("put the number GS1 gave you into column \"{name}\", or leave it empty"),
        ),
    };
    out.push(Finding::new(rule, message).help(help).at(plan.place(line, column)));
}

/// The number with zeros in front, when those make it a valid one: what a spreadsheet takes off a UPC or EAN.
fn with_zeros(text: &str) -> Option<String> {
    if !(9..=11).contains(&text.len()) {
        return None;
    }
    let whole = format!("{text:0>12}");
    Gtin::parse(&whole).is_ok().then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_zero_is_told_from_a_wrong_length() {
        assert_eq!(with_zeros("36000291452"), Some("036000291452".to_owned()));
        assert_eq!(with_zeros("36000291453"), None);
        assert_eq!(with_zeros("12345"), None);
    }
}
