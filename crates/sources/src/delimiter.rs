//! Which character separates the cells of a CSV file: the one that gives rows of constant width.

use crate::rows::RowBuffer;
use crate::rows::Rows;

const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
const HEAD: usize = 64 << 10;

/// Reads the head of the text with each candidate; the steadiest width wins, then the wider header.
/// `is_whole` says that the text does not go on behind the head.
pub(crate) fn find_delimiter(head: &str, is_whole: bool) -> u8 {
    let end = head.floor_char_boundary(HEAD);
    let is_whole = is_whole && end == head.len();
    let head = head.get(..end).unwrap_or_default();
    let mut best = (0, 0, b',');
    for delimiter in CANDIDATES {
        let (steadiness, width) = judge(head, is_whole, delimiter);
        if (steadiness, width) > (best.0, best.1) {
            best = (steadiness, width, delimiter);
        }
    }
    best.2
}

/// Excel's first line `sep=;`: the delimiter it names, and the rest of the text behind it.
pub(crate) fn separator_line(head: &str) -> Option<(u8, usize)> {
    let line = head.split(['\n', '\r']).next()?;
    let [delimiter @ (b',' | b';' | b'\t' | b'|')] = line.trim_matches('"').strip_prefix("sep=")?.as_bytes() else {
        return None;
    };
    Some((*delimiter, line.len()))
}

fn judge(head: &str, is_whole: bool, delimiter: u8) -> (usize, usize) {
    let mut rows = Rows::over(head, delimiter);
    let mut buffer = RowBuffer::default();
    while matches!(rows.next(&mut buffer), Ok(true)) {}
    let mut widths: Vec<usize> = buffer.rows().map(|row| row.len()).collect();
    if !is_whole && widths.len() > 1 {
        // The head may end inside its last row.
        widths.pop();
    }
    let Some((&header, body)) = widths.split_first() else { return (0, 0) };
    if header < 2 {
        return (0, 0);
    }
    let n_even = body.iter().filter(|width| **width == header).count();
    (if body.is_empty() { 1 } else { 1 + n_even * 1000 / body.len() }, header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, expected: u8) {
        assert_eq!(char::from(find_delimiter(head, true)), char::from(expected), "{head:?}");
    }

    #[test]
    fn the_steadiest_width_wins() {
        check("a,b,c\n1,2,3\n", b',');
        check("a;b\n1,5;2,5\n", b';');
        check("a\tb, c\n1\t2\n", b'\t');
        check("a|b|c\n1|2,2|3\n", b'|');
        check("sku,tags;x\nA,\"a;b;c\"\nB,\"a\"\n", b',');
        check("sku\nA\nB\n", b',');
        check("a;b;c", b';');
        assert_eq!(separator_line("sep=;\r\na;b"), Some((b';', 5)));
        assert_eq!(separator_line("sep=;;\n"), None);
        assert_eq!(separator_line("separate,b\n"), None);
    }
}
