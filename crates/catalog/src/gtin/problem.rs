//! Says why a text cannot be published as a GTIN.

use std::fmt;

/// Why a text cannot be published as a GTIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GtinProblem {
    /// Nothing there.
    Empty,
    /// Words that say there is none: `N/A`, `Does not apply`. The text as it was written.
    Placeholder(String),
    /// `8.7206E+12`: a spreadsheet rounded the number and the digits are gone.
    Scientific,
    /// A character that is neither a digit nor a space or hyphen.
    NotDigits {
        /// The first such character.
        found: char,
    },
    /// Not 8, 12, 13 or 14 digits.
    Length {
        /// How many digits there are.
        found: usize,
    },
    /// The last digit does not follow from the others.
    CheckDigit {
        /// The last digit, 0 to 9.
        found: u8,
        /// What it would have to be, 0 to 9.
        expected: u8,
    },
    /// A correct number from a range that no trade item has.
    Restricted(RestrictedRange),
    /// A number nobody was given; the text says what is odd about it.
    Suspect(&'static str),
}

impl fmt::Display for GtinProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GtinProblem::Empty => out.write_str("is empty"),
            GtinProblem::Placeholder(text) => write!(out, "`{text}` stands for no number"),
            GtinProblem::Scientific => out.write_str("a spreadsheet rounded this number; the digits are gone"),
            GtinProblem::NotDigits { found } => {
                write!(out, "has `{found}` among the digits")
            }
            GtinProblem::Length { found } => {
                write!(out, "has {found} digits; 8, 12, 13 or 14 needed")
            }
            GtinProblem::CheckDigit { found, expected } => {
                write!(out, "ends in {found}, but the check digit of the others is {expected}")
            }
            GtinProblem::Restricted(range) => write!(out, "is from the range for {}", range.as_str()),
            GtinProblem::Suspect(reason) => out.write_str(reason),
        }
    }
}

impl std::error::Error for GtinProblem {}

/// Prefixes that GS1 keeps for other things than trade items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RestrictedRange {
    /// 02, 04 and 2 (read as GTIN-13), and GTIN-8 that begin with 0 or 2: numbers a shop or company gives for itself.
    InStore,
    /// 05, 98 and 99: coupons and refund receipts.
    Coupon,
}

impl RestrictedRange {
    /// What the range is for, as it reads after "is from the range for".
    pub fn as_str(self) -> &'static str {
        match self {
            RestrictedRange::InStore => "in-store numbers (restricted circulation)",
            RestrictedRange::Coupon => "coupons and refund receipts",
        }
    }
}
