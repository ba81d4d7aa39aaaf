//! Names currencies by their ISO 4217 code.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use std::cmp::Ordering;
use std::fmt;

/// A currency of ISO 4217 in which prices are given. Ordered by its code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[A-Z]{3}$"))]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Reads an ISO 4217 code in either case. Codes without minor units (gold, `XXX`) are not currencies of a price.
    pub fn parse(text: &str) -> Result<Currency, CurrencyProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(CurrencyProblem::Empty);
        }
        let unknown = || CurrencyProblem::Unknown(text.to_owned());
        let currency = iso_currency::Currency::from_code(&text.to_ascii_uppercase()).ok_or_else(unknown)?;
        match currency.exponent() {
            Some(_) => Ok(Currency(currency)),
            None => Err(CurrencyProblem::NoPrices(currency.code())),
        }
    }

    /// The three capital letters of ISO 4217.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The sign used at home: `$` for CAD, `kr` for SEK.
    pub(super) fn symbol(self) -> String {
        self.0.symbol().symbol
    }

    /// How many decimals an amount may have: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn minor_units(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.code())
    }
}

// Not derived: the library declares its currencies in an order of its own.
impl Ord for Currency {
    fn cmp(&self, other: &Currency) -> Ordering {
        self.code().cmp(other.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Currency) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl TryFrom<String> for Currency {
    type Error = CurrencyProblem;

    fn try_from(text: String) -> Result<Currency, CurrencyProblem> {
        Currency::parse(&text)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

/// Why a text does not name a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CurrencyProblem {
    /// Nothing there.
    Empty,
    /// Neither a code of ISO 4217 nor a sign we know. The text as it was written.
    Unknown(String),
    /// A code of ISO 4217 for something no price is given in.
    NoPrices(&'static str),
}

impl fmt::Display for CurrencyProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CurrencyProblem::Empty => out.write_str("names no currency"),
            CurrencyProblem::Unknown(text) => {
                write!(out, "`{text}` is not a currency")
            }
            CurrencyProblem::NoPrices(code) => write!(out, "no price is given in `{code}`"),
        }
    }
}

impl std::error::Error for CurrencyProblem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_are_ordered_by_code_and_read_in_either_case() {
        let mut currencies: Vec<Currency> =
            ["usd", "EUR", " sek ", "AUD"].iter().map(|code| Currency::parse(code).unwrap()).collect();
        currencies.sort();
        assert_eq!(format!("{currencies:?}"), "[AUD, EUR, SEK, USD]");
        assert_eq!(Currency::parse("US"), Err(CurrencyProblem::Unknown("US".to_owned())));
    }
}
