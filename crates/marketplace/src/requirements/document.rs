//! What a document is, where it is from, and in which dialect it is written.

/// A document as it was found.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// What errors call it: a path, or `starter HOME`.
    pub name: &'a str,
    /// Its text.
    pub bytes: &'a [u8],
}

/// How a marketplace writes its documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// The version of JSON Schema, whatever the document itself names.
    pub draft: Draft,
    /// The keywords beyond it.
    pub vocabulary: Vocabulary,
}

/// A version of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draft {
    /// Draft 7.
    Draft7,
    /// Draft 2019-09.
    Draft2019,
}

/// Keywords beyond JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vocabulary {
    /// None.
    Standard,
    /// `maxUtf8ByteLength`, `minUtf8ByteLength`, and `maxUniqueItems`, `minUniqueItems` with `selectors`.
    Marketplace,
}

/// Where a document is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Ours, written from public knowledge for a start.
    Starter {
        /// When.
        written_on: jiff::civil::Date,
    },
    /// The marketplace's own, as given to us.
    Given {
        /// Its file or other name.
        name: String,
    },
}

/// What of a document is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it: the listing is complete.
    Whole,
    /// Only what holds for the attributes that are given: the listing updates some of them.
    Partial,
}
