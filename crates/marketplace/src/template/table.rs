//! Value tables: what the seller writes, and what the marketplace wants to read.

use std::collections::BTreeMap;

/// A table from catalog values to marketplace values. Keys are compared without case and outer space.
/// A row may give several values in order of preference; the first one the category accepts is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The table's name, for findings.
    pub name: String,
    rows: BTreeMap<String, Vec<String>>,
}

impl Table {
    /// Reads a CSV table: a header row, then a key and one or more values a row.
    ///
    /// # Errors
    /// What is wrong, with the line.
    pub fn read(name: &str, text: &str) -> Result<Self, String> {
        let mut rows = BTreeMap::new();
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        for record in reader.records() {
            let record = record.map_err(|why| format!("table `{name}`: {why}"))?;
            let line = record.position().map_or(0, csv::Position::line);
            let mut cells = record.iter();
            let key = cells.next().unwrap_or_default().to_lowercase();
            let values: Vec<String> = cells.filter(|cell| !cell.is_empty()).map(str::to_owned).collect();
            if key.is_empty() || values.is_empty() {
                return Err(format!("table `{name}`, line {line}: a row needs a key and a value"));
            }
            if rows.insert(key.clone(), values).is_some() {
                return Err(format!("table `{name}`, line {line}: `{key}` stands in the table twice"));
            }
        }
        Ok(Self { name: name.to_owned(), rows })
    }

    /// The values for a key, best first.
    pub fn get(&self, key: &str) -> Option<&[String]> {
        let key = key.trim();
        if key.chars().any(char::is_uppercase) {
            return self.rows.get(&key.to_lowercase()).map(Vec::as_slice);
        }
        self.rows.get(key).map(Vec::as_slice)
    }

    /// All keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_without_case_and_stand_once() {
        let table = Table::read("colors", "ours,theirs\nNavy Blue, Blue ,Navy\nred,Red\n").unwrap();
        assert_eq!(table.get(" navy BLUE "), Some(&["Blue".to_owned(), "Navy".to_owned()][..]));
        assert_eq!(table.get("green"), None);
        assert_eq!(
            Table::read("colors", "ours,theirs\nred,Red\nRED,Rouge\n").unwrap_err(),
            "table `colors`, line 3: `red` stands in the table twice"
        );
        assert!(Table::read("colors", "ours,theirs\nred\n").is_err());
    }
}
