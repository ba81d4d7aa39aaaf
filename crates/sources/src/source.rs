//! What every source offers: products one after the other, and what is known of the file.

use crate::error::SourceError;
use crate::profile::Profile;
use feedwright_catalog::Currency;
use feedwright_catalog::Findings;
use feedwright_catalog::Product;
use feedwright_catalog::Unit;
use feedwright_catalog::decimal::DecimalSeparator;

/// A stream of products.
///
/// What is wrong with a row goes to `out`, and reading goes on. A row or variant that an error is reported about is
/// left out of its product; a product of which no variant is left is not delivered. An error ends the stream.
pub trait Source: Send {
    /// The next product; `None` at the end.
    fn next(&mut self, out: &mut Findings) -> Result<Option<Product>, SourceError>;

    /// What is known of the file so far.
    fn info(&self) -> SourceInfo;
}

/// What is known of a source: how it is being read, and how far it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceInfo {
    /// As the user named it.
    pub file: String,
    /// The profile in use.
    pub profile: String,
    /// The encoding found.
    pub encoding: &'static str,
    /// What separates its cells; none in JSON.
    pub delimiter: Option<char>,
    /// Rows read, without the header.
    pub n_rows: u64,
    /// Whether every row could be read. What is absent from an incomplete file is not gone.
    pub is_complete: bool,
}

/// Which profile a source is read with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProfileChoice {
    /// The one that fits its columns best.
    #[default]
    Detect,
    /// One that comes with the program.
    Named(String),
    /// The user's own.
    Own(Box<Profile>),
}

/// What the file itself does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceOptions {
    /// The currency of amounts that name none.
    pub currency: Option<Currency>,
    /// What to do with a variant without SKU.
    pub missing_sku: MissingSku,
    /// What stands between whole and fraction; the profile's when absent.
    pub decimal: Option<DecimalSeparator>,
    /// The unit of weights that name none.
    pub weight_unit: Option<Unit>,
    /// The unit of lengths that name none.
    pub length_unit: Option<Unit>,
    /// The encoding by name, when the file is guessed wrong.
    pub encoding: Option<String>,
}

/// What to do with a variant without SKU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingSku {
    /// Report it, and leave the variant out.
    #[default]
    Report,
    /// Make one from the product's key and the variant's options, and say so. A renamed option makes a new SKU.
    Derive,
}
