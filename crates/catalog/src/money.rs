//! Holds prices as exact amounts of a known currency, and reads them from catalog cells.

pub use self::cell::parse_money;
pub use self::currency::Currency;
pub use self::currency::CurrencyProblem;
use crate::decimal;
use crate::decimal::DecimalProblem;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

mod cell;
mod currency;

/// A price: zero or more, with exactly as many decimals as its currency has.
///
/// `30` and `30.0` USD both become `30.00`, so that an equal price is equal to the byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

impl Money {
    /// Refuses negative amounts, and decimals the currency does not have; zeros at the end are fine.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Money, MoneyProblem> {
        let allowed = currency.minor_units();
        let found = amount.normalize().scale();
        if amount < Decimal::ZERO {
            return Err(MoneyProblem::Negative(amount));
        }
        if found > allowed {
            return Err(MoneyProblem::TooManyDecimals { found, allowed, currency });
        }
        let mut scaled = amount.abs();
        scaled.rescale(allowed);
        if scaled.scale() == allowed {
            Ok(Money { amount: scaled, currency })
        } else {
            Err(MoneyProblem::TooLarge(amount))
        }
    }

    /// The amount in major units (euros, not cents).
    pub fn amount(self) -> Decimal {
        self.amount
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.amount, self.currency)
    }
}

/// Why something is not a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MoneyProblem {
    /// Nothing there.
    Empty,
    /// A number alone, and no default currency.
    NoCurrency,
    /// What stands beside the number is not a currency.
    Currency(CurrencyProblem),
    /// A sign that several currencies share, and no default currency that has it. The sign.
    SharedSign(String),
    /// A different currency on either side of the number.
    TwoCurrencies {
        /// Before the number.
        first: Currency,
        /// After the number.
        second: Currency,
    },
    /// The number is not one.
    Number(DecimalProblem),
    /// Less than zero.
    Negative(Decimal),
    /// More decimals than the currency has.
    TooManyDecimals {
        /// Decimals of the amount, without zeros at the end.
        found: u32,
        /// Decimals of the currency.
        allowed: u32,
        /// The currency.
        currency: Currency,
    },
    /// More digits than can be kept exactly.
    TooLarge(Decimal),
}

impl fmt::Display for MoneyProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MoneyProblem::Empty => out.write_str("is empty"),
            MoneyProblem::NoCurrency => out.write_str("names no currency, and there is no default"),
            MoneyProblem::Currency(problem) => problem.fmt(out),
            MoneyProblem::SharedSign(sign) => {
                write!(out, "`{sign}` is the sign of several currencies")
            }
            MoneyProblem::TwoCurrencies { first, second } => {
                write!(out, "names two currencies, {first} and {second}")
            }
            MoneyProblem::Number(problem) => problem.fmt(out),
            MoneyProblem::Negative(amount) => write!(out, "is {amount}, less than zero"),
            MoneyProblem::TooManyDecimals { found, allowed, currency } => {
                write!(out, "has more decimals ({found}) than {currency} has ({allowed})")
            }
            MoneyProblem::TooLarge(amount) => {
                write!(out, "is {amount}, too many digits to be kept exactly")
            }
        }
    }
}

impl std::error::Error for MoneyProblem {}

/// The form of [`Money`] in files.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct Parts {
    #[serde(with = "decimal::as_text")]
    #[schemars(schema_with = "decimal::as_text::schema")]
    amount: Decimal,
    currency: Currency,
}

impl TryFrom<Parts> for Money {
    type Error = MoneyProblem;

    fn try_from(parts: Parts) -> Result<Money, MoneyProblem> {
        Money::new(parts.amount, parts.currency)
    }
}

impl From<Money> for Parts {
    fn from(money: Money) -> Parts {
        Parts { amount: money.amount, currency: money.currency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_one_form_in_json() {
        let money = Money::new(Decimal::new(125, 1), Currency::parse("USD").unwrap()).unwrap();
        let text = r#"{"amount":"12.50","currency":"USD"}"#;
        assert_eq!(serde_json::to_string(&money).unwrap(), text);
        assert_eq!(serde_json::from_str::<Money>(text).unwrap(), money);
        let whole: Money = serde_json::from_str(r#"{"amount":12,"currency":"usd"}"#).unwrap();
        assert_eq!(whole.to_string(), "12.00 USD");
        for (refused, why) in [
            (r#"{"amount":12.5,"currency":"USD"}"#, "a decimal in quotes"),
            (r#"{"amount":"1 200","currency":"USD"}"#, "a decimal in quotes"),
            (r#"{"amount":"-1","currency":"USD"}"#, "less than zero"),
            (r#"{"amount":"1.005","currency":"USD"}"#, "more decimals (3) than USD has (2)"),
            (r#"{"amount":"1","currency":"USD","tax":1}"#, "unknown field `tax`"),
        ] {
            let problem = serde_json::from_str::<Money>(refused).unwrap_err().to_string();
            assert!(problem.contains(why), "{refused}: {problem}");
        }
    }
}
