//! Where a value came from: file, line, column. Kept once per file and per row, worked out per value only when asked.

use crate::field::Field;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A spot a person can open and mend.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// 1-based line on which the row, or the value, begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column's header (CSV), or the key (JSON).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<Arc<str>>,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        if let Some(column) = &self.column {
            write!(out, ", column \"{column}\"")?;
        }
        Ok(())
    }
}

/// Which row of a family a column is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The product's own row (the first of a group).
    Product,
    /// The variant's row.
    Variant,
}

/// One column of a source and the row it is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The header as written in the file.
    pub name: Arc<str>,
    /// The row it is read from.
    pub level: Level,
}

/// What the columns of one source file feed: made once when the file is opened, shared by all its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// The column that feeds each field.
    pub by_field: BTreeMap<Field, Column>,
}

/// The row a product, a variant or an image was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The file's columns.
    pub columns: Arc<Columns>,
    /// 1-based line on which the row begins; 0 when it was not read from a file.
    pub line: u64,
}

impl Origin {
    /// The place of this row itself.
    pub fn place(&self) -> Place {
        Place { file: Arc::clone(&self.columns.file), line: (self.line > 0).then_some(self.line), column: None }
    }

    /// The place of a field in this row.
    pub fn place_of(&self, field: &Field) -> Place {
        let column = self.columns.by_field.get(field).map(|column| Arc::clone(&column.name));
        Place { column, ..self.place() }
    }
}
