//! What goes into a statement, and what comes back.

use super::Trouble;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::digest::Lane;
use jiff::Timestamp;

/// A parameter of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Param<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// A parameter for each of many rows.
#[derive(Debug)]
pub(crate) enum Column<'a> {
    /// The same number for all.
    Same(i64),
    /// The same text for all.
    SameText(&'a str),
    Integers(Vec<Option<i64>>),
    Texts(Vec<Option<&'a str>>),
    Bytes(Vec<Option<&'a [u8]>>),
}

/// A cell of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row of an answer. Cells are taken out one after the other.
#[derive(Debug)]
pub(crate) struct Cells(std::vec::IntoIter<Cell>);

impl<'a> Param<'a> {
    pub(crate) fn number(number: u64) -> Self {
        // Numbers of ours count from 1, one at a time.
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }

    pub(crate) fn time(time: Timestamp) -> Self {
        Self::Integer(time.as_microsecond())
    }

    pub(crate) fn maybe_text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }

    /// PostgreSQL keeps no text with a NUL in it; so that both databases say the same, SQLite is not given one either.
    pub(crate) fn fits(&self) -> Result<(), Trouble> {
        match self {
            Self::Text(text) => text_fits(text),
            Self::Null | Self::Integer(_) | Self::Bytes(_) => Ok(()),
        }
    }
}

impl Column<'_> {
    /// How many rows there are; the constant ones do not know.
    pub(crate) fn len(&self) -> Option<usize> {
        match self {
            Self::Same(_) | Self::SameText(_) => None,
            Self::Integers(list) => Some(list.len()),
            Self::Texts(list) => Some(list.len()),
            Self::Bytes(list) => Some(list.len()),
        }
    }

    pub(crate) fn fits(&self) -> Result<(), Trouble> {
        match self {
            Self::Same(_) | Self::Integers(_) | Self::Bytes(_) => Ok(()),
            Self::SameText(text) => text_fits(text),
            Self::Texts(list) => list.iter().flatten().try_for_each(|text| text_fits(text)),
        }
    }
}

fn text_fits(text: &str) -> Result<(), Trouble> {
    if text.contains('\0') {
        let text: String = text.chars().take(60).collect();
        return Err(Trouble::misuse(format!("text {text:?} holds the character NUL, which no database keeps")));
    }
    Ok(())
}

/// How many rows many are.
pub(crate) fn n_rows(columns: &[Column<'_>]) -> usize {
    columns.iter().find_map(Column::len).unwrap_or(0)
}

impl Cells {
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        Self(cells.into_iter())
    }

    fn next(&mut self) -> Result<Cell, Trouble> {
        self.0.next().ok_or_else(|| Trouble::broken("an answer has fewer columns than were asked for"))
    }

    pub(crate) fn maybe_integer(&mut self) -> Result<Option<i64>, Trouble> {
        match self.next()? {
            Cell::Null => Ok(None),
            Cell::Integer(number) => Ok(Some(number)),
            other @ (Cell::Text(_) | Cell::Bytes(_)) => Err(unexpected("a number", &other)),
        }
    }

    pub(crate) fn maybe_text(&mut self) -> Result<Option<String>, Trouble> {
        match self.next()? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            other @ (Cell::Integer(_) | Cell::Bytes(_)) => Err(unexpected("a text", &other)),
        }
    }

    pub(crate) fn maybe_bytes(&mut self) -> Result<Option<Vec<u8>>, Trouble> {
        match self.next()? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => Ok(Some(bytes)),
            other @ (Cell::Integer(_) | Cell::Text(_)) => Err(unexpected("bytes", &other)),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String, Trouble> {
        self.maybe_text()?.ok_or_else(|| unexpected("a text", &Cell::Null))
    }

    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, Trouble> {
        self.maybe_bytes()?.ok_or_else(|| unexpected("bytes", &Cell::Null))
    }

    pub(crate) fn number(&mut self) -> Result<u64, Trouble> {
        self.maybe_number()?.ok_or_else(|| unexpected("a number", &Cell::Null))
    }

    pub(crate) fn maybe_number(&mut self) -> Result<Option<u64>, Trouble> {
        let number = self.maybe_integer()?;
        number
            .map(|number| u64::try_from(number).map_err(|_| unexpected("a number from 0", &Cell::Integer(number))))
            .transpose()
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp, Trouble> {
        self.maybe_time()?.ok_or_else(|| unexpected("a time", &Cell::Null))
    }

    pub(crate) fn maybe_time(&mut self) -> Result<Option<Timestamp>, Trouble> {
        let number = self.maybe_integer()?;
        number
            .map(|number| Timestamp::from_microsecond(number).map_err(|_| unexpected("a time", &Cell::Integer(number))))
            .transpose()
    }

    pub(crate) fn lane(&mut self) -> Result<Lane, Trouble> {
        let name = self.text()?;
        Lane::parse(&name).ok_or_else(|| unexpected("a lane", &Cell::Text(name)))
    }

    pub(crate) fn maybe_lane(&mut self) -> Result<Option<Lane>, Trouble> {
        let name = self.maybe_text()?;
        name.map(|name| Lane::parse(&name).ok_or_else(|| unexpected("a lane", &Cell::Text(name)))).transpose()
    }

    pub(crate) fn digest(&mut self) -> Result<Digest, Trouble> {
        self.maybe_digest()?.ok_or_else(|| unexpected("a digest", &Cell::Null))
    }

    pub(crate) fn maybe_digest(&mut self) -> Result<Option<Digest>, Trouble> {
        let bytes = self.maybe_bytes()?;
        bytes
            .map(|bytes| {
                bytes.try_into().map(Digest).map_err(|bytes: Vec<u8>| unexpected("a digest", &Cell::Bytes(bytes)))
            })
            .transpose()
    }

    /// A text that one of our own enums knows.
    pub(crate) fn parsed<T>(&mut self, what: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Trouble> {
        let name = self.text()?;
        parse(&name).ok_or_else(|| unexpected(what, &Cell::Text(name)))
    }
}

fn unexpected(expected: &str, found: &Cell) -> Trouble {
    let found = match found {
        Cell::Null => "nothing".to_owned(),
        Cell::Integer(number) => format!("the number {number}"),
        Cell::Text(text) => format!("the text `{text}`"),
        Cell::Bytes(bytes) => format!("{} bytes", bytes.len()),
    };
    Trouble::broken(format!("it holds {found} where {expected} should be"))
}
