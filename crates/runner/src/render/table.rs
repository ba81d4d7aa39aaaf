//! Aligned columns and wrapped lines, for everything that is read at a terminal.

use crate::render::Style;
use crate::render::visible;
use std::io;

/// Where a cell's text stands.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    /// At the left.
    Left,
    /// At the right, as numbers do.
    Right,
}

/// Aligned columns; a head, then rows.
pub(crate) struct Table<'a> {
    head: &'a [(&'a str, Side)],
    rows: Vec<Vec<String>>,
}

impl<'a> Table<'a> {
    /// An empty one.
    pub(crate) fn new(head: &'a [(&'a str, Side)]) -> Self {
        Self { head, rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|cell| visible(&cell).into_owned()).collect());
    }

    /// Writes it.
    pub(crate) fn write(&self, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
        let width = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
            cells.chain([self.head[at].0.chars().count()]).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let mut line = String::new();
            for ((cell, (_, side)), width) in cells.zip(self.head).zip(&widths) {
                let space = std::iter::repeat_n(' ', width - cell.chars().count());
                match side {
                    Side::Left => line.extend(cell.chars().chain(space)),
                    Side::Right => line.extend(space.chain(cell.chars())),
                }
                line.push_str("  ");
            }
            line.truncate(line.trim_end().len());
            line
        };
        // A last column of phrases goes on below itself where the terminal is narrow.
        let before_last: usize = widths.iter().rev().skip(1).map(|width| width + 2).sum();
        let room = match self.head.last() {
            Some((_, Side::Left)) => style.width,
            Some((_, Side::Right)) | None => 0,
        };
        writeln!(out, "{}", paint(&line(&mut self.head.iter().map(|(name, _)| *name)), BOLD, style))?;
        for row in &self.rows {
            writeln!(out, "{}", wrap_last(&line(&mut row.iter().map(String::as_str)), before_last, room))?;
        }
        Ok(())
    }
}

/// For what is to be found first.
pub(crate) const BOLD: &str = "1";
/// For what leads the eye.
pub(crate) const BLUE: &str = "1;34";
/// For what is fine.
pub(crate) const GREEN: &str = "32";

/// A text in a colour, if there are to be colours.
pub(crate) fn paint(text: &str, color: &str, style: Style) -> String {
    if style.color { format!("\u{1b}[{color}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Wraps what stands behind the first columns of a line.
fn wrap_last(line: &str, before_last: usize, width: usize) -> String {
    match line.char_indices().nth(before_last) {
        None => line.to_owned(),
        Some((at, _)) => {
            let (before, last) = line.split_at(at);
            format!("{before}{}", wrap(last, before_last, width))
        }
    }
}

/// Breaks a text between words so that it fits; the lines after the first stand under the first.
pub(crate) fn wrap(text: &str, indent: usize, width: usize) -> String {
    // A narrow terminal is better served by its own wrapping.
    if width < indent + 24 {
        return text.to_owned();
    }
    let mut wrapped = String::with_capacity(text.len() + 32);
    let mut at = indent;
    for word in text.split(' ') {
        let length = word.chars().count();
        if !wrapped.is_empty() {
            if at + 1 + length > width {
                wrapped.push('\n');
                wrapped.extend(std::iter::repeat_n(' ', indent));
                at = indent;
            } else {
                wrapped.push(' ');
                at += 1;
            }
        }
        wrapped.push_str(word);
        at += length;
    }
    wrapped
}
