//! One table from the catalog's categories to those of all channels: a row a category, a column a channel.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Read;

/// The first column's header.
const CATEGORY: &str = "category";

/// What each column of the table says, by its header: catalog category in lower case to the channel's category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CategoryMap {
    columns: BTreeMap<String, BTreeMap<String, String>>,
}

/// What is wrong with the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapProblem {
    /// The 1-based line; 0 when it is about the whole table.
    pub line: u64,
    /// What is wrong and what to do.
    pub message: String,
}

impl CategoryMap {
    /// Reads the table: CSV in UTF-8, `category` first, then columns called after channels or marketplaces. A cell that
    /// is empty maps nothing.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn read(table: impl Read, known: impl Fn(&str) -> bool) -> Result<Self, MapProblem> {
        let problem = |line: u64, message: String| MapProblem { line, message };
        let unreadable = |why: &csv::Error| problem(why.position().map_or(0, csv::Position::line), said(why));
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(table);
        let header = reader.headers().map_err(|why| unreadable(&why))?.clone();
        // Spreadsheets put a mark before the first header.
        if header.get(0).map(|first| first.trim_start_matches('\u{feff}')) != Some(CATEGORY) {
            return Err(problem(1, format!("the first column must be called `{CATEGORY}`")));
        }
        let mut map = Self::default();
        for name in header.iter().skip(1) {
            if !known(name) {
                return Err(problem(1, format!("column `{name}` is neither a channel nor a marketplace")));
            }
            if map.columns.insert(name.to_owned(), BTreeMap::new()).is_some() {
                return Err(problem(1, format!("two columns are called `{name}`")));
            }
        }
        for record in reader.records() {
            let record = record.map_err(|why| unreadable(&why))?;
            let line = record.position().map_or(0, csv::Position::line);
            let path = record.get(0).unwrap_or_default();
            if path.is_empty() {
                return Err(problem(line, "the row names no category".to_owned()));
            }
            for (name, cell) in header.iter().zip(&record).skip(1).filter(|(_, cell)| !cell.is_empty()) {
                let column = map.columns.entry(name.to_owned()).or_default();
                if column.insert(path.to_lowercase(), cell.to_owned()).is_some() {
                    return Err(problem(line, format!("`{path}` stands in the table twice")));
                }
            }
        }
        Ok(map)
    }

    /// What it says for a channel: the channel's own column, else its marketplace's.
    pub fn of(&self, channel: &str, marketplace: &str) -> impl Iterator<Item = (&str, &str)> {
        let column = self.columns.get(channel).or_else(|| self.columns.get(marketplace));
        column.into_iter().flatten().map(|(path, id)| (path.as_str(), id.as_str()))
    }
}

fn said(why: &csv::Error) -> String {
    match why.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} cells, and the header {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "the row is not in UTF-8".to_owned(),
        _ => (why as &dyn Display).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<CategoryMap, MapProblem> {
        CategoryMap::read(text.as_bytes(), |name| ["one", "two", "shop"].contains(&name))
    }

    #[test]
    fn a_channels_own_column_comes_before_its_marketplaces() {
        let map = read("\u{feff}category,one,two,shop\nHome > Mugs,HOME,\"Mugs, Cups\",\nToys,,Toys,9\n").unwrap();
        let of = |channel: &str, marketplace: &str| map.of(channel, marketplace).collect::<Vec<_>>();
        assert_eq!(of("a", "one"), [("home > mugs", "HOME")]);
        assert_eq!(of("a", "two"), [("home > mugs", "Mugs, Cups"), ("toys", "Toys")]);
        assert_eq!(of("shop", "two"), [("toys", "9")]);
        assert_eq!(of("a", "b"), []);
    }

    #[test]
    fn what_is_wrong_has_a_line() {
        let check = |text: &str, line: u64, expected: &str| {
            let problem = read(text).unwrap_err();
            assert_eq!((problem.line, problem.message.as_str()), (line, expected), "{text}");
        };
        check("path,one\n", 1, "the first column must be called `category`");
        check("category,three\n", 1, "column `three` is neither a channel nor a marketplace");
        check("category,one,one\n", 1, "two columns are called `one`");
        check("category,one\nA,1\nB\n", 3, "the row has 1 cells, and the header 2");
        check("category,one\nA,1\na,2\n", 3, "`a` stands in the table twice");
        check("category,one\n,1\n", 2, "the row names no category");
    }
}
