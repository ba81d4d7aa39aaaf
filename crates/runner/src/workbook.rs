//! Rows into a spreadsheet's file and back, for feeds that people open before they upload them.

use calamine::Data;
use calamine::Reader as _;
use calamine::Xlsx;
use rust_xlsxwriter::DocProperties;
use rust_xlsxwriter::ExcelDateTime;
use rust_xlsxwriter::Workbook;
use std::io;
use std::io::Cursor;
use std::io::Read;

/// What a workbook begins with: it is an archive.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// Whether a file is a workbook by its first bytes.
pub(crate) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(ARCHIVE)
}

/// Puts tab-separated rows into a workbook with one sheet. Every cell is text: a spreadsheet takes zeros from the front
/// of numbers and turns some into dates. The workbook holds no time of its making, so that equal rows give equal bytes.
pub(crate) fn write(rows: impl Read, sheet: &str) -> io::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let epoch = ExcelDateTime::from_ymd(2000, 1, 1).map_err(io::Error::other)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&epoch));
    let worksheet = workbook.add_worksheet();
    worksheet.set_name(sheet).map_err(io::Error::other)?;
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').has_headers(false).flexible(true).from_reader(rows);
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(io::Error::other)?;
        let row = u32::try_from(row).map_err(io::Error::other)?;
        for (column, cell) in record.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let column = u16::try_from(column).map_err(io::Error::other)?;
            worksheet.write_string(row, column, cell).map_err(io::Error::other)?;
        }
    }
    workbook.save_to_buffer().map_err(io::Error::other)
}

/// The rows of a workbook's sheet, separated by tabs: that of the given name, else the first. A row keeps its number.
pub(crate) fn read(bytes: &[u8], sheet: &str) -> io::Result<Vec<u8>> {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes))
        .map_err(|why: calamine::XlsxError| io::Error::other(why))?;
    let names = workbook.sheet_names();
    let name = names
        .iter()
        .find(|name| *name == sheet)
        .or(names.first())
        .cloned()
        .ok_or_else(|| io::Error::other("it has no sheet"))?;
    let range = workbook.worksheet_range(&name).map_err(io::Error::other)?;
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').flexible(true).from_writer(Vec::new());
    let (first_row, first_column) = range.start().unwrap_or_default();
    for _ in 0..first_row {
        writer.write_record([""])?;
    }
    for row in range.rows() {
        let before = (0..first_column).map(|_| String::new());
        let cells = row.iter().map(|cell| match cell {
            Data::Empty => String::new(),
            cell => cell.to_string(),
        });
        writer.write_record(before.chain(cells))?;
    }
    writer.into_inner().map_err(|why| io::Error::other(why.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_and_equal_rows_make_equal_files() {
        let rows = "settings=1\t\t\n\"\"\nsku\ttitle\tprice\n0012\t\"a \"\"b\"\"\"\t12.50\n";
        let once = write(rows.as_bytes(), "Template").unwrap();
        assert!(is_one(&once));
        assert_eq!(once, write(rows.as_bytes(), "Template").unwrap());
        let back = read(&once, "Template").unwrap();
        let cells = |bytes: &[u8]| -> Vec<Vec<String>> {
            let mut reader =
                csv::ReaderBuilder::new().delimiter(b'\t').has_headers(false).flexible(true).from_reader(bytes);
            let row = |row: csv::StringRecord| {
                let mut cells: Vec<String> = row.iter().map(str::to_owned).collect();
                while cells.last().is_some_and(String::is_empty) {
                    cells.pop();
                }
                cells
            };
            reader.records().map(|record| row(record.unwrap())).collect()
        };
        assert_eq!(cells(&back), cells(rows.as_bytes()));
        assert!(read(b"PK\x03\x04 and nothing more", "Template").is_err());
    }
}
