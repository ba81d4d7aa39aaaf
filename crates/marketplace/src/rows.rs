//! Delimited feed files: read with line and column for `lint`, and written row by row.

use crate::json::Lines;
use crate::lint::File;
use csv::ByteRecord;
use csv::ReaderBuilder;
use csv::StringRecord;
use csv::WriterBuilder;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Place;
use feedwright_catalog::rules;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::str::FromStr as _;
use std::sync::Arc;

/// Most bytes of one cell: no marketplace takes texts of this size, and an unclosed quote makes one of half a file.
const MAX_CELL: usize = 1 << 20;

/// A row of a feed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number in a spreadsheet, from 1: empty lines count.
    pub number: u64,
    /// The line it begins on, from 1.
    pub line: u64,
    cells: StringRecord,
}

impl Row {
    /// Its cells, in order.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter()
    }

    /// The cell of a column counted from 0; empty where the row is shorter.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or_default()
    }

    /// Whether all its cells are blank.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// The names of columns.
#[derive(Clone, Debug)]
pub struct Header {
    columns: Arc<[Arc<str>]>,
}

impl Header {
    /// Takes a row for the header. A name that stands twice is a finding.
    pub fn new(file: &File<'_>, row: &Row, out: &mut Findings) -> Self {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, name) in row.cells().map(str::trim).enumerate().filter(|(_, name)| !name.is_empty()) {
            match first.get(name) {
                Some(before) => {
                    let message = format!("columns {} and {} have the same name", before + 1, at + 1);
                    let place = Place { column: Some(Arc::from(name)), ..file.place(Some(row.line)) };
                    let finding = Finding::new(&rules::DUPLICATE_COLUMN, message);
                    out.push(file.say(finding.help("keep one of the two").at(place)));
                }
                None => {
                    first.insert(name, at);
                }
            }
        }
        Self { columns: row.cells().map(|name| Arc::from(name.trim())).collect() }
    }

    /// The names, in order.
    pub fn columns(&self) -> &Arc<[Arc<str>]> {
        &self.columns
    }

    /// The first column with this name, counted from 0.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| &**column == name)
    }

    /// The place of a cell, its column counted from 0.
    pub fn place(&self, file: &File<'_>, row: &Row, column: usize) -> Place {
        Place { column: self.columns.get(column).cloned(), ..file.place(Some(row.line)) }
    }

    /// Looks whether a row has as many cells as there are columns. Blank cells behind the last one harm nobody.
    pub fn fits(&self, file: &File<'_>, row: &Row, out: &mut Findings) {
        let (wanted, found) = (self.columns.len(), row.cells.len());
        let is_blank_behind = || row.cells().skip(wanted).all(|cell| cell.trim().is_empty());
        if found < wanted || (found > wanted && !is_blank_behind()) {
            let finding = Finding::new(&rules::UNEVEN_ROW, format!("row has {found} cells and the header {wanted}"))
                .help("put quotes around texts that hold the delimiter or a line break")
                .at(file.place(Some(row.line)));
            out.push(file.say(finding));
        }
    }
}

/// Reads a file's rows; empty lines are none. What cannot be read is a finding: a row with a cell that is too long is
/// left out, and what an unclosed quote swallowed as well.
pub fn read(file: &File<'_>, delimiter: u8, out: &mut Findings) -> Vec<Row> {
    let bytes = file.text(out);
    let lines = Lines::of(bytes);
    let Ok(text) = std::str::from_utf8(bytes).map_err(|why| {
        let finding = Finding::new(&rules::UNREADABLE_FILE, "file holds bytes that are no UTF-8 text")
            .help("save it as UTF-8")
            .at(file.place(Some(lines.line(why.valid_up_to()))));
        out.push(file.say(finding));
    }) else {
        return Vec::new();
    };
    let mut reader = builder(delimiter).from_reader(text.as_bytes());
    let mut rows: Vec<Row> = Vec::new();
    let mut record = ByteRecord::new();
    let mut number = 0;
    loop {
        let from = at(&reader);
        // Bytes from memory are always read.
        if !reader.read_byte_record(&mut record).unwrap_or(false) {
            return rows;
        }
        let begin = from + skipped(text, from);
        number += 1 + empty_lines(text, from, begin);
        let place = file.place(Some(lines.line(begin)));
        if at(&reader) == text.len() && is_unclosed(text.get(begin..).unwrap_or_default(), delimiter) {
            let finding = Finding::new(&rules::UNCLOSED_QUOTE, "a quote opens in this row and never closes")
                .help("double quotes that belong to a text: `\"7\"\" pan\"`")
                .at(place);
            out.push(file.say(finding));
            return rows;
        }
        if let Some((cell, size)) = record.iter().map(<[u8]>::len).enumerate().find(|(_, size)| *size > MAX_CELL) {
            let message = format!("cell {} has {size} bytes, {MAX_CELL} are read", cell + 1);
            let finding =
                Finding::new(&rules::CELL_TOO_LONG, message).help("look for a quote that is not closed").at(place);
            out.push(file.say(finding));
            continue;
        }
        // The text was UTF-8, and cells are cut at delimiters.
        let cells = StringRecord::from_byte_record_lossy(std::mem::take(&mut record));
        rows.push(Row { number, line: lines.line(begin), cells });
    }
}

/// Writes one row. Texts that hold the delimiter, a quote or a line break stand in quotes.
pub fn write<C: AsRef<[u8]>>(cells: impl IntoIterator<Item = C>, delimiter: u8, out: &mut Vec<u8>) {
    let mut writer = WriterBuilder::new().delimiter(delimiter).buffer_capacity(1 << 10).flexible(true).from_writer(out);
    let written = writer.write_record(cells).and_then(|()| Ok(writer.flush()?));
    debug_assert!(written.is_ok(), "writing into memory cannot fail");
}

/// Whether a spreadsheet would run a cell: it begins as formulas do, and is no number.
pub fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && Decimal::from_str(cell.trim()).is_err()
}

fn builder(delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true);
    builder
}

fn at(reader: &csv::Reader<&[u8]>) -> usize {
    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
}

/// How many bytes of line breaks stand before the next row.
fn skipped(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.len() - rest.trim_start_matches(['\r', '\n']).len()
}

/// How many empty lines were skipped. Behind `\r\n` the reader stops between the two.
fn empty_lines(text: &str, from: usize, to: usize) -> u64 {
    let skipped = text.get(from..to).unwrap_or_default();
    let is_half = from > 0 && text.as_bytes().get(from - 1) == Some(&b'\r');
    let skipped = if is_half { skipped.strip_prefix('\n').unwrap_or(skipped) } else { skipped };
    skipped.lines().count() as u64
}

/// Whether the last row ends inside a quote: then more text would still belong to it.
fn is_unclosed(last: &str, delimiter: u8) -> bool {
    let more = format!("{}\n.", last.trim_end_matches(['\r', '\n']));
    let rows = builder(delimiter).from_reader(more.as_bytes()).into_byte_records().count();
    rows < 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::FamilyStyle;
    use crate::contract::FeedText;
    use crate::contract::Profile;
    use crate::lint::Terms;

    static PROFILE: Profile = Profile {
        id: "somewhere",
        name: "Somewhere",
        sites: &[],
        feeds: &[],
        family: FamilyStyle::Flat,
        options: &[],
        references: &[],
        bulk: None,
        api: None,
    };
    static TERMS: Terms =
        Terms { profile: &PROFILE, record: "row", records: "rows", category: "category", byte_order_mark: "it stops" };

    fn rows(bytes: &[u8]) -> (Vec<Row>, Vec<String>) {
        let mut out = Findings::default();
        let file = File::new(&TERMS, &FeedText { name: "f.csv", bytes });
        let rows = read(&file, b',', &mut out);
        if let Some(first) = rows.first() {
            let header = Header::new(&file, first, &mut out);
            for row in &rows {
                header.fits(&file, row, &mut out);
            }
        }
        let said = |finding: Finding| format!("{} {}: {}", finding.code, finding.place.unwrap(), finding.message);
        (rows, out.take().into_iter().map(said).collect())
    }

    #[test]
    fn rows_know_their_number_and_their_line() {
        for text in ["a,b\n\n\"1\n2\",3\n4,5", "a,b\r\n\r\n\"1\r\n2\",3\r\n4,5\r\n"] {
            let (rows, said) = rows(text.as_bytes());
            let places: Vec<(u64, u64)> = rows.iter().map(|row| (row.number, row.line)).collect();
            assert_eq!(places, [(1, 1), (3, 3), (4, 5)], "{text:?}");
            assert_eq!(rows[2].cell(1), "5");
            assert_eq!(rows[2].cell(2), "");
            assert_eq!(said, Vec::<String>::new());
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_line() {
        let said = |bytes: &[u8]| rows(bytes).1;
        assert_eq!(
            said(b"a,b,a\n1\n1,2,3,\n1,2,3,4\n"),
            [
                "duplicate-column f.csv:1, column \"a\": columns 1 and 3 have the same name",
                "uneven-row f.csv:2: row has 1 cells and the header 3",
                "uneven-row f.csv:4: row has 4 cells and the header 3",
            ]
        );
        assert_eq!(
            said(b"\xEF\xBB\xBFa\n\"b\nc\n"),
            [
                "byte-order-mark f.csv: file begins with a byte order mark",
                "unclosed-quote f.csv:2: a quote opens in this row and never closes",
            ]
        );
        assert_eq!(said(b"a\n\"b\"\"\"\n"), Vec::<String>::new());
        assert_eq!(said(b"a\nb\xFF\n"), ["unreadable-file f.csv:2: file holds bytes that are no UTF-8 text"]);
        let long = format!("a\n{}\nb\n", "x".repeat(MAX_CELL + 1));
        let (rows, said) = rows(long.as_bytes());
        assert_eq!(rows.len(), 2);
        assert_eq!(said, ["cell-too-long f.csv:2: cell 1 has 1048577 bytes, 1048576 are read"]);
        assert_eq!(self::rows(b"").0, []);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let cells = ["", "a,b", "say \"x\"", "two\r\nlines", "täb\tbed", "-1"];
        let mut bytes = Vec::new();
        write(cells, b',', &mut bytes);
        write([""], b',', &mut bytes);
        let mut out = Findings::default();
        let rows = read(&File::new(&TERMS, &FeedText { name: "f", bytes: &bytes }), b',', &mut out);
        assert_eq!(rows[0].cells().collect::<Vec<_>>(), cells);
        assert!(rows[1].is_blank());
        assert!(out.is_empty());
    }

    #[test]
    fn a_formula_is_no_number() {
        for formula in ["=1+1", "+cmd", "-x", "@SUM(A1)", "\tx", "\nx"] {
            assert!(is_formula(formula), "{formula:?}");
        }
        for text in ["-1", "+4.50", "a=b", "", "x"] {
            assert!(!is_formula(text), "{text:?}");
        }
    }
}
