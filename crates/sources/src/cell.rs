//! Cells: cleaned, read into values, and reported when they cannot be.

use crate::plan::Plan;
use crate::plan::PlannedColumn;
use crate::rows::Row;
use crate::target::Target;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Money;
use feedwright_catalog::Value;
use feedwright_catalog::money::MoneyProblem;
use feedwright_catalog::money::parse_money;
use feedwright_catalog::rules;
use std::borrow::Cow;

/// A cell as it is shown in messages: at most some sixty characters, control characters made visible.
pub(crate) fn short(text: &str) -> String {
    const MOST: usize = 60;
    let mut out = String::new();
    for (n, c) in text.chars().enumerate() {
        if n == MOST {
            out.push('…');
            break;
        }
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '`' => out.push('\''),
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// What a thing costs the seller is never shown.
fn shown(column: &PlannedColumn, text: &str) -> String {
    if column.target == Target::Cost { "(confidential)".to_owned() } else { short(text) }
}

/// Whether the byte is a control character that no text needs.
fn is_control(byte: u8) -> bool {
    (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7F
}

/// Whether any cell of the row holds control characters; asked once a row, so that clean rows pay nothing.
pub(crate) fn has_control(row: Row<'_>) -> bool {
    holds_control(row.text())
}

fn holds_control(text: &str) -> bool {
    // Without a branch inside, the compiler looks at many bytes at once.
    text.bytes().fold(false, |any, byte| any | is_control(byte))
}

/// The text without the space around it.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        // Nearly all cells: nothing to take off, and seen without taking characters apart.
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

impl PlannedColumn {
    /// The cell of this column without the space around it; `None` when it is blank. Control characters are left out,
    /// and a cell with NUL is withheld: [`Plan::report_controls`] says so.
    pub(crate) fn cell<'r>(&self, row: Row<'r>) -> Option<Cow<'r, str>> {
        let text = trimmed(row.cell(self.at)?);
        if text.is_empty() || self.means_blank(text) {
            return None;
        }
        if !holds_control(text) {
            return Some(Cow::Borrowed(text));
        }
        if text.contains('\0') {
            return None;
        }
        // What is only control characters is blank.
        let clean: String = text.chars().filter(|c| !c.is_ascii() || !u8::try_from(*c).is_ok_and(is_control)).collect();
        let clean = clean.trim();
        (!clean.is_empty()).then(|| Cow::Owned(clean.to_owned()))
    }

    /// The SKU's or barcode's cell, with what spreadsheets are kept from changing it by taken off: `'0123`, `="0123"`.
    pub(crate) fn guarded<'r>(&self, row: Row<'r>) -> Option<&'r str> {
        let text = row.cell(self.at)?.trim();
        let text = match text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')) {
            Some(inner) => inner,
            None => text.strip_prefix('\'').unwrap_or(text),
        };
        let text = text.trim();
        (!text.is_empty() && !self.means_blank(text)).then_some(text)
    }

    fn means_blank(&self, text: &str) -> bool {
        !self.blank.is_empty() && self.blank.contains(&text.to_lowercase())
    }
}

impl Plan {
    /// Reports the control characters in a row's cells.
    pub(crate) fn report_controls(&self, row: Row<'_>, out: &mut Findings) {
        for (at, column) in self.columns.iter().enumerate() {
            let Some(text) = row.cell(column.at) else { continue };
            let n_controls = text.bytes().filter(|byte| is_control(*byte)).count();
            // A SKU is judged as it stands.
            if n_controls == 0 || self.sku == Some(at) {
                continue;
            }
            let text_shown = shown(column, text);
            let what = if text.contains('\0') { "it is not read" } else { "they are left out" };
            out.push(
                Finding::new(
                    &rules::CONTROL_CHARACTER,
                    format!("control characters in `{text_shown}`: {n_controls}; {what}"),
                )
                .help(format!("type the text of column \"{}\" again", column.name))
                .at(self.place(row.line, column)),
            );
        }
    }

    /// The cell read into its column's type, or a finding and nothing.
    pub(crate) fn value(&self, line: u64, column: &PlannedColumn, text: &str, out: &mut Findings) -> Option<Value> {
        match Value::parse(column.kind, text, &column.writing) {
            Ok(value) => Some(value),
            Err(why) => {
                self.unreadable(line, column, text, &why.message, &why.help, out);
                None
            }
        }
    }

    /// The amount in a cell, or a finding and nothing.
    pub(crate) fn money(&self, line: u64, column: &PlannedColumn, text: &str, out: &mut Findings) -> Option<Money> {
        match parse_money(text, column.writing.currency, column.writing.separator) {
            Ok(money) => Some(money),
            Err(MoneyProblem::NoCurrency | MoneyProblem::SharedSign(_)) => {
                out.push(
                    Finding::new(
                        &rules::PRICE_WITHOUT_CURRENCY,
                        format!("`{}` is {} without a currency", column.target, shown(column, text)),
                    )
                    .help(format!(
                        "write the currency behind the amount in column \"{}\", such as `12.50 USD`, or set the source's `currency`",
                        column.name
                    ))
                    .at(self.place(line, column)),
                );
                None
            }
            Err(why) => {
                // The reason may quote the cell.
                let why = if column.target == Target::Cost { "is no amount".to_owned() } else { why.to_string() };
                self.unreadable(line, column, text, &why, "write an amount such as `12.50`", out);
                None
            }
        }
    }

    /// Reports a cell that is not read, with why and what to write.
    pub(crate) fn unreadable(
        &self,
        line: u64,
        column: &PlannedColumn,
        text: &str,
        why: &str,
        help: &str,
        out: &mut Findings,
    ) {
        out.push(
            Finding::new(
                &rules::UNREADABLE_VALUE,
                format!("`{}` cannot be read from `{}`: {why}", column.target, shown(column, text)),
            )
            .help(format!("{help}, in column \"{}\"", column.name))
            .at(self.place(line, column)),
        );
    }

    /// Reports a cell that stands where nothing reads it.
    pub(crate) fn misplaced(
        &self,
        line: u64,
        column: &PlannedColumn,
        text: &str,
        why: &str,
        help: &str,
        out: &mut Findings,
    ) {
        out.push(
            Finding::new(&rules::MISPLACED_VALUE, format!("`{}` is not read here: {why}", shown(column, text)))
                .help(help)
                .at(self.place(line, column)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_strange_cells_are_shown_short_and_visible() {
        assert_eq!(short("a\tb\u{0}`c`"), "a\\tb\\u{0}'c'");
        assert_eq!(short(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
    }
}
