//! CSV text to rows: every row with the line it begins on, cells bounded, an unclosed quote named.
//!
//! Reads what the `csv` crate reads (a test compares the two), and three things more: physical lines whatever ends
//! them, a bound on what one cell may hold, and where a quote was opened.

use crate::text::Text;
use memchr::memchr;
use memchr::memchr2;
use memchr::memchr2_iter;
use memchr::memchr3;
use std::io;

/// The most bytes of one cell, in UTF-8.
pub(crate) const MAX_CELL: usize = 1 << 20;
/// The most bytes of one row.
pub(crate) const MAX_ROW: usize = 16 << 20;
/// The most cells of one row.
pub(crate) const MAX_CELLS: usize = 1 << 16;

/// Rows, one after the other in one piece of memory that is used again and again, so that reading allocates nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowBuffer {
    text: String,
    /// Where cells end, counted from the beginning of their row.
    ends: Vec<u32>,
    rows: Vec<Head>,
}

/// A row of a buffer.
#[derive(Clone, Copy, Debug, Default)]
struct Head {
    text: usize,
    ends: usize,
    line: u64,
    damage: Option<Damage>,
}

/// One row.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Row<'b> {
    text: &'b str,
    ends: &'b [u32],
    /// 1-based line on which it begins.
    pub(crate) line: u64,
    /// What keeps it from being read.
    pub(crate) damage: Option<Damage>,
}

impl<'b> Row<'b> {
    /// A row of which nothing is known but where it stands.
    pub(crate) fn blank(line: u64) -> Self {
        Self { line, ..Self::default() }
    }

    /// How many cells it has.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cell, when the row is long enough.
    pub(crate) fn cell(&self, at: usize) -> Option<&'b str> {
        let end = *self.ends.get(at)? as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.text.get(start..end)
    }

    /// All cells.
    pub(crate) fn cells(self) -> impl Iterator<Item = &'b str> {
        (0..self.len()).map(move |at| self.cell(at).unwrap_or_default())
    }

    /// All its text, cell after cell.
    pub(crate) fn text(&self) -> &'b str {
        self.text
    }
}

impl RowBuffer {
    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Bytes of text in them.
    pub(crate) fn n_bytes(&self) -> usize {
        self.text.len()
    }

    /// The rows, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).filter_map(|at| self.row(at))
    }

    /// One of them.
    pub(crate) fn row(&self, at: usize) -> Option<Row<'_>> {
        let head = self.rows.get(at)?;
        let (text, ends) = match self.rows.get(at + 1) {
            Some(next) => (next.text, next.ends),
            None => (self.text.len(), self.ends.len()),
        };
        Some(Row {
            text: self.text.get(head.text..text)?,
            ends: self.ends.get(head.ends..ends)?,
            line: head.line,
            damage: head.damage,
        })
    }

    /// The last of them.
    pub(crate) fn last(&self) -> Option<Row<'_>> {
        self.row(self.len().checked_sub(1)?)
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.rows.clear();
    }

    /// Takes the last row away, and puts it alone into another buffer.
    pub(crate) fn move_last(&mut self, to: &mut Self) {
        to.clear();
        let Some(last) = self.rows.pop() else { return };
        to.text.push_str(self.text.get(last.text..).unwrap_or_default());
        to.ends.extend_from_slice(self.ends.get(last.ends..).unwrap_or_default());
        to.rows.push(Head { text: 0, ends: 0, ..last });
        self.text.truncate(last.text);
        self.ends.truncate(last.ends);
    }

    /// Begins a row.
    pub(crate) fn open(&mut self, line: u64) {
        self.rows.push(Head { text: self.text.len(), ends: self.ends.len(), line, damage: None });
    }

    /// More of the row's last cell.
    pub(crate) fn push(&mut self, piece: &str, most: usize) {
        let n_cells = self.ends.len();
        let Some(head) = self.rows.last_mut().filter(|head| head.damage.is_none()) else { return };
        let n_row = self.text.len() - head.text;
        let cell = if n_cells > head.ends { self.ends.last().map_or(0, |end| *end as usize) } else { 0 };
        let damage = if n_row - cell + piece.len() > most {
            Damage::CellTooLong(n_cells - head.ends)
        } else if n_row + piece.len() > MAX_ROW {
            Damage::RowTooLong
        } else {
            self.text.push_str(piece);
            return;
        };
        self.damage(damage);
    }

    /// Ends the row's last cell.
    pub(crate) fn end_cell(&mut self) {
        let Some(head) = self.rows.last_mut().filter(|head| head.damage.is_none()) else { return };
        if self.ends.len() - head.ends == MAX_CELLS {
            self.damage(Damage::TooManyCells);
        } else {
            // Within MAX_ROW, so it always fits.
            self.ends.push(u32::try_from(self.text.len() - head.text).unwrap_or(u32::MAX));
        }
    }

    /// Says that the last row cannot be read. The cells before the damage stay.
    pub(crate) fn damage(&mut self, damage: Damage) {
        let Some(head) = self.rows.last_mut() else { return };
        head.damage.get_or_insert(damage);
        let whole = self.ends.get(head.ends..).and_then(<[u32]>::last).map_or(0, |end| *end as usize);
        self.text.truncate(head.text + whole);
    }
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
    /// Text that is not forgotten yet.
    piece: String,
    at: usize,
    /// How much text came before `piece`.
    before: u64,
    /// From where on text is held, counted from the beginning of all.
    held: Option<u64>,
    delimiter: u8,
    line: u64,
    after_return: bool,
    replaced_line: Option<u64>,
}

/// A place between two rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    at: u64,
    pub(crate) line: u64,
    pub(crate) after_return: bool,
    replaced_line: Option<u64>,
}

impl Rows {
    /// Rows of a text of which the first piece was already taken.
    pub(crate) fn new(text: Text, piece: String, delimiter: u8) -> Self {
        Self { text, piece, at: 0, before: 0, held: None, delimiter, line: 1, after_return: false, replaced_line: None }
    }

    /// Rows of a string.
    pub(crate) fn over(text: &str, delimiter: u8) -> Self {
        Self::new(Text::over(text), String::new(), delimiter)
    }

    /// The text beneath.
    pub(crate) fn text(&self) -> &Text {
        &self.text
    }

    /// What separates cells.
    pub(crate) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The first row that holds a byte that was no text.
    pub(crate) fn replaced_line(&self) -> Option<u64> {
        self.replaced_line
    }

    /// The place before the next row.
    pub(crate) fn mark(&self) -> Mark {
        let Self { line, after_return, replaced_line, .. } = *self;
        Mark { at: self.before.saturating_add(self.at as u64), line, after_return, replaced_line }
    }

    /// Holds the text from a place on, so that one can go back to it. The text held before is let go.
    pub(crate) fn hold(&mut self, from: Mark) {
        self.held = Some(from.at);
    }

    /// Lets go of the text that was held.
    pub(crate) fn let_go(&mut self) {
        self.held = None;
    }

    /// Goes back to a place from which on text is held.
    pub(crate) fn back_to(&mut self, mark: Mark) {
        self.at = usize::try_from(mark.at.saturating_sub(self.before)).unwrap_or(self.at).min(self.piece.len());
        (self.line, self.after_return, self.replaced_line) = (mark.line, mark.after_return, mark.replaced_line);
    }

    /// The text from a place on that is held, as many bytes as there are up to `most`.
    pub(crate) fn peek(&mut self, from: Mark, most: usize) -> io::Result<&[u8]> {
        loop {
            let start = usize::try_from(from.at.saturating_sub(self.before)).unwrap_or(usize::MAX);
            if self.piece.len().saturating_sub(start) >= most || !self.refill()? {
                break;
            }
        }
        let start = usize::try_from(from.at.saturating_sub(self.before)).unwrap_or(usize::MAX);
        let text = self.piece.as_bytes().get(start..).unwrap_or_default();
        Ok(text.get(..most).unwrap_or(text))
    }

    /// The text between two places that is held.
    pub(crate) fn between(&self, from: Mark, to: Mark) -> &[u8] {
        let at = |mark: Mark| usize::try_from(mark.at.saturating_sub(self.before)).unwrap_or(usize::MAX);
        self.piece.as_bytes().get(at(from)..at(to)).unwrap_or_default()
    }

    /// Steps over whole lines of text that was [looked at](Self::peek).
    pub(crate) fn step(&mut self, n_bytes: usize, n_lines: u64, ends_with_return: bool) {
        self.at = self.at.saturating_add(n_bytes).min(self.piece.len());
        self.line += n_lines;
        self.after_return = ends_with_return;
    }

    /// Reads the next row that is not an empty line, and puts it behind the others. False at the end.
    pub(crate) fn next(&mut self, rows: &mut RowBuffer) -> io::Result<bool> {
        let mut state = State::RowStart;
        let mut quote_line = 0;
        loop {
            if self.at == self.piece.len() && !self.refill()? {
                return Ok(self.finish(rows, state, quote_line));
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
                        rows.open(self.line);
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
                        rows.push(rest, MAX_CELL);
                        self.at += rest.len();
                        state = State::Plain;
                    }
                    Some(end) => {
                        rows.push(rest.get(..end).unwrap_or_default(), MAX_CELL);
                        let byte = bytes[end];
                        self.at += end;
                        state = self.end(byte, rows);
                        if state == State::RowStart {
                            return Ok(true);
                        }
                    }
                },
                State::Quoted => {
                    let end = memchr(b'"', bytes).unwrap_or(bytes.len());
                    rows.push(rest.get(..end).unwrap_or_default(), MAX_CELL);
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
                        rows.push("\"", MAX_CELL);
                        self.at += 1;
                        state = State::Quoted;
                    } else if first == self.delimiter || first == b'\n' || first == b'\r' {
                        state = self.end(first, rows);
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

    /// Reads the next line, whatever is in it, as a row of one cell. False at the end.
    pub(crate) fn next_line(&mut self, rows: &mut RowBuffer) -> io::Result<bool> {
        let mut is_open = false;
        loop {
            if self.at == self.piece.len() && !self.refill()? {
                if is_open {
                    rows.end_cell();
                    self.note_replacement(rows);
                }
                return Ok(is_open);
            }
            let rest = self.piece.get(self.at..).unwrap_or_default();
            // The second half of CRLF.
            if std::mem::take(&mut self.after_return) && rest.starts_with('\n') {
                self.at += 1;
                continue;
            }
            if !is_open {
                rows.open(self.line);
                is_open = true;
            }
            let end = memchr2(b'\n', b'\r', rest.as_bytes());
            rows.push(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default(), MAX_ROW);
            self.at += end.unwrap_or(rest.len());
            if let Some(byte) = end.and_then(|end| rest.as_bytes().get(end)) {
                rows.end_cell();
                self.at += 1;
                self.end_line(*byte, rows);
                return Ok(true);
            }
        }
    }

    /// Ends the cell, and the row when `byte` ends a line.
    fn end(&mut self, byte: u8, rows: &mut RowBuffer) -> State {
        rows.end_cell();
        self.at += 1;
        if byte == self.delimiter {
            return State::CellStart;
        }
        self.end_line(byte, rows);
        State::RowStart
    }

    /// Behind the `byte` that ends a row.
    fn end_line(&mut self, byte: u8, rows: &RowBuffer) {
        self.line += 1;
        self.after_return = byte == b'\r';
        self.note_replacement(rows);
    }

    fn finish(&mut self, rows: &mut RowBuffer, state: State, quote_line: u64) -> bool {
        match state {
            State::RowStart => return false,
            State::CellStart | State::Plain | State::AfterQuote => rows.end_cell(),
            State::Quoted => rows.damage(Damage::UnclosedQuote { line: quote_line, last: self.line }),
        }
        self.note_replacement(rows);
        true
    }

    fn note_replacement(&mut self, rows: &RowBuffer) {
        if self.replaced_line.is_none()
            && let Some(at) = self.text.first_replaced_at()
            && at < self.before.saturating_add(self.at as u64)
        {
            self.replaced_line = rows.last().map(|row| row.line);
        }
    }

    fn refill(&mut self) -> io::Result<bool> {
        let held = self.held.map_or(self.at, |held| usize::try_from(held.saturating_sub(self.before)).unwrap_or(0));
        let done = held.min(self.at);
        self.piece.drain(..done);
        self.before = self.before.saturating_add(done as u64);
        self.at -= done;
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
        let mut buffer = RowBuffer::default();
        while rows.next(&mut buffer).unwrap() {}
        shown(&buffer)
    }

    fn shown(buffer: &RowBuffer) -> Vec<(u64, Vec<String>, Option<Damage>)> {
        buffer.rows().map(|row| (row.line, row.cells().map(str::to_owned).collect(), row.damage)).collect()
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
            let mut buffer = RowBuffer::default();
            while rows.next(&mut buffer).unwrap() {}
            prop_assert_eq!(shown(&buffer), read(&text, b','));
        }

        #[test]
        fn one_can_go_back_to_where_text_is_held(text in r#"([ab,"]|\n|\r|\r\n|é){0,60}"#, cut in 0_usize..60, skip in 0_usize..4) {
            let cut = text.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(text.len());
            let (first, second) = text.split_at(cut);
            let mut rows = Rows::new(Text::over(second), first.to_owned(), b',');
            let mut buffer = RowBuffer::default();
            for _ in 0..skip {
                rows.next(&mut buffer).unwrap();
            }
            let mark = rows.mark();
            rows.hold(mark);
            let mut ahead = RowBuffer::default();
            while rows.next(&mut ahead).unwrap() {}
            rows.back_to(mark);
            while rows.next(&mut buffer).unwrap() {}
            prop_assert_eq!(shown(&buffer), read(&text, b','));
        }

        #[test]
        fn lines_are_what_stands_between_line_ends(text in r"([ab,]|\n|\r|\r\n|é){0,60}", cut in 0_usize..60) {
            let cut = text.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(text.len());
            let (first, second) = text.split_at(cut);
            let mut rows = Rows::new(Text::over(second), first.to_owned(), b',');
            let mut buffer = RowBuffer::default();
            while rows.next_line(&mut buffer).unwrap() {}
            let ours: Vec<_> = buffer.rows().map(|row| (row.line, row.text().to_owned())).collect();
            let plain = text.replace("\r\n", "\n").replace('\r', "\n");
            let theirs: Vec<_> = (1..).zip(plain.lines()).map(|(line, text)| (line, text.to_owned())).collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}
