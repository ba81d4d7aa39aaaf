//! What is said about rows and about the file as a whole.

use crate::plan::Plan;
use crate::rows::Damage;
use crate::rows::MAX_CELL;
use crate::rows::MAX_CELLS;
use crate::rows::MAX_ROW;
use crate::rows::Row;
use crate::tally::Tally;
use crate::tally::Times;
use crate::target::Target;
use crate::text::Text;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Place;
use feedwright_catalog::place::Level;
use feedwright_catalog::rules;
use std::sync::Arc;

impl Plan {
    /// Reports a row that cannot be read, and what is left out with it.
    pub(crate) fn report_damage(&self, row: Row<'_>, damage: Damage, left_out: &str, out: &mut Findings) {
        let (rule, what, help) = match damage {
            Damage::CellTooLong(at) => (
                &rules::CELL_TOO_LONG,
                format!("cell {} has more than {MAX_CELL} bytes", at + 1),
                "look for a quote that is never closed, or shorten the text",
            ),
            Damage::RowTooLong => (
                &rules::CELL_TOO_LONG,
                format!("the row has more than {MAX_ROW} bytes"),
                "look for a quote that is never closed",
            ),
            Damage::TooManyCells => (
                &rules::CELL_TOO_LONG,
                format!("the row has more than {MAX_CELLS} cells"),
                "look for line breaks that were lost",
            ),
            Damage::UnclosedQuote { last, .. } => (
                &rules::UNCLOSED_QUOTE,
                format!("a quote opened here is never closed; nothing is read from here to line {last}"),
                "close the quote, or double it if it belongs to the text",
            ),
        };
        let (line, column) = match damage {
            Damage::CellTooLong(at) => (row.line, self.name(at)),
            Damage::UnclosedQuote { line, .. } => (line, self.name(row.len())),
            Damage::RowTooLong | Damage::TooManyCells => (row.line, None),
        };
        let place = Place { column, ..self.row(line) };
        out.push(Finding::new(rule, format!("{what}; {left_out}")).help(help).at(place));
    }

    /// Reports a row that has not as many cells as the header.
    pub(crate) fn report_width(&self, row: Row<'_>, out: &mut Findings) {
        let n_cells = row.len();
        let is_over = n_cells > self.n_columns && row.cells().skip(self.n_columns).any(|cell| !cell.trim().is_empty());
        if n_cells >= self.n_columns && !is_over {
            return;
        }
        let (what, mark) = if is_over {
            ("those behind the last column are not read", "delimiter")
        } else {
            ("those that are missing are taken for empty", "line break")
        };
        out.push(
            Finding::new(
                &rules::UNEVEN_ROW,
                format!("the row has {n_cells} cells, and the header {}; {what}", self.n_columns),
            )
            .help(format!("look for a {mark} inside a text, and put quotes around that text"))
            .at(self.row(row.line)),
        );
    }

    /// Reports what a row that is no variant says about one.
    pub(crate) fn report_strays(&self, row: Row<'_>, out: &mut Findings) {
        for column in self.columns.iter().filter(|column| column.level == Level::Variant) {
            // A unit without a number says nothing.
            if !matches!(column.target, Target::UnitOf(_))
                && let Some(text) = column.cell(row)
            {
                let help = "fill in the variant's options and price, or remove the value";
                self.misplaced(row.line, column, &text, "the row is an image, not a variant", help, out);
            }
        }
    }

    /// Reports what can be said only when all rows were read.
    pub(crate) fn report_end(&self, tally: &Tally, out: &mut Findings) {
        if tally.n_rows == 0 {
            let finding = Finding::new(&rules::EMPTY_SOURCE, "the file has a header and no rows");
            out.push(finding.help("export it again, with products").at(self.row(self.header_line)));
        }
        self.report_untracked(tally, out);
        self.report_unread(tally, out);
    }

    /// Reports the columns that nothing reads, where they hold anything.
    fn report_unread(&self, tally: &Tally, out: &mut Findings) {
        for (column, filled) in self.unread.iter().zip(&tally.unread).filter(|(_, filled)| filled.count > 0) {
            out.push(
                Finding::new(
                    &rules::COLUMN_NOT_READ,
                    format!(
                        "column \"{}\" is read by nothing; filled cells: {}, the first on line {}",
                        column.name, filled.count, filled.first_line
                    ),
                )
                .help("to read it, name the column in a profile of your own")
                .at(Place { column: Some(Arc::clone(&column.name)), ..self.row(self.header_line) }),
            );
        }
    }

    /// Reports the quantities that were left out because nobody counts them.
    fn report_untracked(&self, tally: &Tally, out: &mut Findings) {
        let Times { count: n_variants, first_line } = tally.untracked;
        if n_variants == 0 {
            return;
        }
        out.push(
            Finding::new(
                &rules::QUANTITY_NOT_TRACKED,
                format!(
                    "variants with a quantity that nobody counts: {n_variants}, the first here; it is unknown, not zero"
                ),
            )
            .help("turn on inventory tracking in the shop, or give the quantity by another source")
            .at(self.row(first_line)),
        );
    }
}

/// Reports the bytes that were no text.
pub(crate) fn report_replaced(text: &Text, file: &Arc<str>, line: Option<u64>, out: &mut Findings) {
    if text.n_replaced() == 0 {
        return;
    }
    let name = text.encoding().name();
    out.push(
        Finding::new(
            &rules::REPLACED_CHARACTERS,
            format!("places where bytes are no text in {name}: {}, the first here", text.n_replaced()),
        )
        .help("save the file as UTF-8, or name its encoding")
        .at(Place { file: Arc::clone(file), line, column: None }),
    );
}
