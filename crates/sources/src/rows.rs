//! CSV text to rows: every row with the line it begins on, cells bounded, an unclosed quote named.
//!
//! Reads what the `csv` crate reads (a test compares the two), and three things more: physical lines whatever ends
//! them, a bound on what one cell may hold, and where a quote was opened.

use crate::text::Text;
use memchr::memchr;
use memchr::memchr2_iter;
use memchr::memchr3;
use std::io;

/// The most bytes of one cell, in UTF-8.
pub(crate) const MAX_CELL: usize = 1 << 20;
/// The most bytes of one row.
pub(crate) const MAX_ROW: usize = 16 << 20;
/// The most cells of one row.
pub(crate) const MAX_CELLS: usize = 1 << 16;

/// One row. It is reused from row to row, so reading allocates nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    text: String,
    ends: Vec<u32>,
    /// 1-based line on which it begins.
    pub(crate) line: u64,
    /// What keeps it from being read.
    pub(crate) damage: Option<Damage>,
}

/// Why a row has no cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// This cell (counted from 0) is over [`MAX_CELL`].
    CellTooLong(usize),
    /// All cells together are over [`MAX_ROW`].
    RowTooLong,
    /// There are more than [`MAX_CELLS`].
    TooManyCells,
    /// A quote opened on this line is never closed; the rest of the file is inside it.
    UnclosedQuote {
        /// Where it opens.
        line: u64,
        /// The last line of the file.
        last: u64,
    },
}

impl Row {
    /// How many cells it has.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cell, when the row is long enough.
    pub(crate) fn cell(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)? as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.text.get(start..end)
    }

    /// All cells.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.cell(at).unwrap_or_default())
    }

    /// All its text, cell after cell.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.damage = None;
    }

    fn cell_start(&self) -> usize {
        self.ends.last().map_or(0, |end| *end as usize)
    }

    fn push(&mut self, piece: &str) {
        if self.damage.is_some() {
            return;
        }
        if self.text.len() - self.cell_start() + piece.len() > MAX_CELL {
            self.damage = Some(Damage::CellTooLong(self.ends.len()));
        } else if self.text.len() + piece.len() > MAX_ROW {
            self.damage = Some(Damage::RowTooLong);
        } else {
            self.text.push_str(piece);
        }
    }

    fn end_cell(&mut self) {
        if self.damage.is_some() {
            return;
        }
        if self.ends.len() == MAX_CELLS {
            self.damage = Some(Damage::TooManyCells);
        } else {
            // Within MAX_ROW, so it always fits.
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first cell of a row.
    RowStart,
    /// Before a cell.
    CellStart,
    /// In a cell without quotes.
    Plain,
    /// In a cell with quotes.
    Quoted,
    /// Behind a quote in a quoted cell: the end, or the first half of a doubled quote.
    AfterQuote,
}

/// The rows of a text.
pub(crate) struct Rows {
    text: Text,
    piece: String,
    at: usize,
    /// How much text came before `piece`.
    before: u64,
    delimiter: u8,
    line: u64,
    after_return: bool,
    replaced_line: Option<u64>,
}

impl Rows {
    /// Rows of a text of which the first piece was already taken.
    pub(crate) fn new(text: Text, piece: String, delimiter: u8) -> Self {
        Self { text, piece, at: 0, before: 0, delimiter, line: 1, after_return: false, replaced_line: None }
    }

    /// Rows of a string.
    pub(crate) fn over(text: &str, delimiter: u8) -> Self {
        Self::new(Text::over(text), String::new(), delimiter)
    }

    /// The text beneath.
    pub(crate) fn text(&self) -> &Text {
        &self.text
    }

    /// The first row that holds a byte that was no text.
    pub(crate) fn replaced_line(&self) -> Option<u64> {
        self.replaced_line
    }

    /// Reads the next row that is not an empty line. False at the end.
    pub(crate) fn next(&mut self, row: &mut Row) -> io::Result<bool> {
        row.clear();
        let mut state = State::RowStart;
        let mut quote_line = 0;
        loop {
            if self.at == self.piece.len() && !self.refill()? {
                return Ok(self.finish(row, state, quote_line));
            }
            let rest = self.piece.get(self.at..).unwrap_or_default();
            let bytes = rest.as_bytes();
            let Some(&first) = bytes.first() else { continue };
            match state {
                State::RowStart => match first {
                    b'\n' => {
                        if !self.after_return {
                            self.line += 1;
                        }
                        self.after_return = false;
                        self.at += 1;
                    }
                    b'\r' => {
                        self.line += 1;
                        self.after_return = true;
                        self.at += 1;
                    }
                    _ => {
                        self.after_return = false;
                        row.line = self.line;
                        state = State::CellStart;
                    }
                },
                State::CellStart if first == b'"' => {
                    quote_line = self.line;
                    self.at += 1;
                    state = State::Quoted;
                }
                State::CellStart | State::Plain => match memchr3(self.delimiter, b'\n', b'\r', bytes) {
                    None => {
                        row.push(rest);
                        self.at += rest.len();
                        state = State::Plain;
                    }
                    Some(end) => {
                        row.push(rest.get(..end).unwrap_or_default());
                        let byte = bytes[end];
                        self.at += end;
                        state = self.end(byte, row);
                        if state == State::RowStart {
                            return Ok(true);
                        }
                    }
                },
                State::Quoted => {
                    let end = memchr(b'"', bytes).unwrap_or(bytes.len());
                    row.push(rest.get(..end).unwrap_or_default());
                    (self.line, self.after_return) = count_lines(&bytes[..end], self.line, self.after_return);
                    self.at += end;
                    if end < bytes.len() {
                        self.at += 1;
                        self.after_return = false;
                        state = State::AfterQuote;
                    }
                }
                State::AfterQuote => {
                    if first == b'"' {
                        row.push("\"");
                        self.at += 1;
                        state = State::Quoted;
                    } else if first == self.delimiter || first == b'\n' || first == b'\r' {
                        state = self.end(first, row);
                        if state == State::RowStart {
                            return Ok(true);
                        }
                    } else {
                        // `"a"b`: what follows the closing quote belongs to the cell.
                        state = State::Plain;
                    }
                }
            }
        }
    }

    /// Ends the cell, and the row when `byte` ends a line.
    fn end(&mut self, byte: u8, row: &mut Row) -> State {
        row.end_cell();
        self.at += 1;
        if byte == self.delimiter {
            return State::CellStart;
        }
        self.line += 1;
        self.after_return = byte == b'\r';
        self.note_replacement(row);
        State::RowStart
    }

    fn finish(&mut self, row: &mut Row, state: State, quote_line: u64) -> bool {
        match state {
            State::RowStart => return false,
            State::CellStart | State::Plain | State::AfterQuote => row.end_cell(),
            State::Quoted => row.damage = Some(Damage::UnclosedQuote { line: quote_line, last: self.line }),
        }
        self.note_replacement(row);
        true
    }

    fn note_replacement(&mut self, row: &Row) {
        if self.replaced_line.is_none()
            && let Some(at) = self.text.first_replaced_at()
            && at < self.before.saturating_add(self.at as u64)
        {
            self.replaced_line = Some(row.line);
        }
    }

    fn refill(&mut self) -> io::Result<bool> {
        self.before = self.before.saturating_add(self.piece.len() as u64);
        self.at = 0;
        self.text.read(&mut self.piece)
    }
}

/// Counts line ends inside quotes: LF, CRLF and lone CR are one each, also across two pieces.
fn count_lines(bytes: &[u8], mut line: u64, after_return: bool) -> (u64, bool) {
    if bytes.is_empty() {
        return (line, after_return);
    }
    for at in memchr2_iter(b'\n', b'\r', bytes) {
        let follows_return = match at.checked_sub(1) {
            Some(before) => bytes[before] == b'\r',
            None => after_return,
        };
        if bytes[at] == b'\r' || !follows_return {
            line += 1;
        }
    }
    (line, bytes.last() == Some(&b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, delimiter: u8) -> Vec<(u64, Vec<String>, Option<Damage>)> {
        let mut rows = Rows::over(text, delimiter);
        let mut row = Row::default();
        let mut all = Vec::new();
        while rows.next(&mut row).unwrap() {
            all.push((row.line, row.cells().map(str::to_owned).collect(), row.damage));
        }
        all
    }

    fn check(text: &str, expected: &[(u64, &[&str])]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(line, cells)| (*line, cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>(), None))
            .collect();
        assert_eq!(read(text, b','), expected, "{text:?}");
    }

    #[test]
    fn rows_know_the_line_they_begin_on() {
        check("a,b\n1,2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check("a\r\n\r\nb\r\n", &[(1, &["a"]), (3, &["b"])]);
        check("a\rb\r\"x\ny\r\nz\rw\"\rc", &[(1, &["a"]), (2, &["b"]), (3, &["x\ny\r\nz\rw"]), (7, &["c"])]);
        check("a,\"x\n\ny\",b\nc", &[(1, &["a", "x\n\ny", "b"]), (4, &["c"])]);
        check("a,", &[(1, &["a", ""])]);
        check("\"a\"\"b\"c,d\"e\"", &[(1, &["a\"bc", "d\"e\""])]);
        check("\n\n", &[]);
        check("\"\"", &[(1, &[""])]);
    }

    #[test]
    fn an_unclosed_quote_is_named_by_the_line_it_opens_on() {
        let found = read("a,b\n1,\"2\n3,4\n5,6\n", b',');
        assert_eq!(found[1].2, Some(Damage::UnclosedQuote { line: 2, last: 5 }));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_cell_that_is_too_long_costs_its_row_and_no_memory() {
        let long = "x".repeat(MAX_CELL + 1);
        let fits = "y".repeat(MAX_CELL);
        let found = read(&format!("a,{long},b\n1,\"{fits}\",2\n"), b',');
        assert_eq!(found[0].2, Some(Damage::CellTooLong(1)));
        assert_eq!((found[1].0, found[1].1[1].len(), found[1].1.len()), (2, MAX_CELL, 3));
        let wide = ",".repeat(MAX_CELLS);
        assert_eq!(read(&wide, b',')[0].2, Some(Damage::TooManyCells));
    }

    proptest! {
        #[test]
        fn agrees_with_the_csv_crate(text in r#"([ab,;"]|\n|\r|\r\n|é|"x,y"){0,40}"#) {
            let ours: Vec<Vec<String>> = read(&text, b',').into_iter().filter(|row| row.2.is_none()).map(|row| row.1).collect();
            let has_unclosed = read(&text, b',').iter().any(|row| row.2.is_some());
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let mut theirs: Vec<Vec<String>> =
                reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            if has_unclosed {
                theirs.pop();
            }
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn pieces_make_no_difference(text in r#"([ab,"]|\n|\r|\r\n|é){0,60}"#, cut in 0_usize..60) {
            let cut = text.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(text.len());
            let (first, second) = text.split_at(cut);
            let mut rows = Rows::new(Text::over(second), first.to_owned(), b',');
            let mut row = Row::default();
            let mut all = Vec::new();
            while rows.next(&mut row).unwrap() {
                all.push((row.line, row.cells().map(str::to_owned).collect::<Vec<_>>(), row.damage));
            }
            prop_assert_eq!(all, read(&text, b','));
        }
    }
}
