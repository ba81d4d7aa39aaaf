//! How a source is to be read, and how it is being read.

use crate::profile::Profile;
use feedwright_catalog::Currency;
use feedwright_catalog::Unit;
use feedwright_catalog::decimal::DecimalSeparator;

/// How a source is being read.
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
