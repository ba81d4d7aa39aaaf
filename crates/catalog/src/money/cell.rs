//! Reads prices from catalog cells, as people and shop systems write them.

use super::Currency;
use super::Money;
use super::MoneyProblem;
use crate::decimal;
use crate::decimal::DecimalProblem;
use crate::decimal::DecimalSeparator;
use crate::decimal::LoneGroup;

/// Reads a price from a cell: `30.00`, `$15.00`, `€ 9,70`, `249 SEK`, `USD 15`.
///
/// A code, or a sign that only one currency has, decides, whatever `default` says. A sign that several currencies share
/// (`$`, `kr`, `¥`) means `default` if that is one of them and is refused otherwise. `£` without such a default is the
/// pound sterling.
///
/// `1,234` is read as thousands, other than by [`decimal::parse_decimal`], unless the currency has three decimals.
pub fn parse_money(text: &str, default: Option<Currency>, separator: DecimalSeparator) -> Result<Money, MoneyProblem> {
    let cell = Cell::cut(text)?;
    let currency = match (mark(cell.before, default)?, mark(cell.after, default)?) {
        (Mark::None, Mark::None) => default.ok_or(MoneyProblem::NoCurrency)?,
        (Mark::One(first), Mark::One(second)) if first != second => {
            return Err(MoneyProblem::TwoCurrencies { first, second });
        }
        (Mark::One(currency), Mark::None | Mark::One(_)) | (Mark::None, Mark::One(currency)) => currency,
        (Mark::Shared(sign), Mark::One(currency)) | (Mark::One(currency), Mark::Shared(sign)) => {
            settle(sign, Some(currency))?
        }
        (Mark::Shared(sign), Mark::None | Mark::Shared(_)) | (Mark::None, Mark::Shared(sign)) => settle(sign, default)?,
    };
    let lone_group = if currency.minor_units() < 3 { LoneGroup::Thousands } else { LoneGroup::Ambiguous };
    let amount = decimal::parse_grouped(cell.number, separator, lone_group).map_err(MoneyProblem::Number)?;
    Money::new(if cell.is_negative { -amount.abs() } else { amount }, currency)
}

/// A cell cut into the number and what stands on either side.
struct Cell<'a> {
    is_negative: bool,
    before: &'a str,
    number: &'a str,
    after: &'a str,
}

impl<'a> Cell<'a> {
    fn cut(text: &'a str) -> Result<Cell<'a>, MoneyProblem> {
        let text = text.trim();
        let first = text.chars().next().ok_or(MoneyProblem::Empty)?;
        // A sign may stand in front of the currency: `-$5`.
        let unsigned = text.strip_prefix(['-', '\u{2212}']).unwrap_or(text);
        let is_negative = unsigned.len() < text.len();

        let not_a_number = || MoneyProblem::Number(DecimalProblem::NotANumber { found: first });
        let is_digit = |letter: char| letter.is_ascii_digit();
        let start = unsigned.find(is_digit).ok_or_else(not_a_number)?;
        let end = unsigned.rfind(is_digit).ok_or_else(not_a_number)? + 1;
        let (up_to_end, after) = unsigned.split_at_checked(end).ok_or_else(not_a_number)?;
        let (before, _) = unsigned.split_at_checked(start).ok_or_else(not_a_number)?;

        // What the number keeps of the text before its first digit: a sign, and the separator of `.5`. In `Rs.249` the
        // point belongs to the word.
        let before = before.trim_end_matches(['-', '\u{2212}', '+']);
        let before = match before.strip_suffix(['.', ',']) {
            Some(rest) if !rest.ends_with(char::is_alphabetic) => rest,
            Some(_) | None => before,
        };
        let number = up_to_end.strip_prefix(before).unwrap_or(up_to_end);
        Ok(Cell { is_negative, before: before.trim(), number, after: without_dash(after).trim() })
    }
}

/// `15,-` and `15.–` are ways to write that there are no cents.
fn without_dash(after: &str) -> &str {
    match after.strip_prefix(['.', ',']) {
        Some(rest) => rest.strip_prefix(['-', '\u{2013}', '\u{2014}']).unwrap_or(rest),
        None => after,
    }
}

/// What stands on one side of the number.
enum Mark<'a> {
    None,
    One(Currency),
    Shared(&'a str),
}

/// Signs and words that name one currency whatever the default.
static SIGNS: &[(&str, &str)] = &[
    ("€", "EUR"),
    ("£", "GBP"),
    ("US$", "USD"),
    ("U$S", "USD"),
    ("CA$", "CAD"),
    ("C$", "CAD"),
    ("MX$", "MXN"),
    ("AU$", "AUD"),
    ("A$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("S$", "SGD"),
    ("NT$", "TWD"),
    ("R$", "BRL"),
    ("zł", "PLN"),
    ("Kč", "CZK"),
    ("Ft", "HUF"),
    ("₹", "INR"),
    ("₩", "KRW"),
    ("₺", "TRY"),
    ("₪", "ILS"),
    ("₫", "VND"),
    ("₴", "UAH"),
];

/// Signs that mean nothing without a default.
static SHARED_SIGNS: &[&str] = &["$", "¥", "￥", "kr"];

fn mark(text: &str, default: Option<Currency>) -> Result<Mark<'_>, MoneyProblem> {
    if text.is_empty() {
        return Ok(Mark::None);
    }
    // Tried first: most cells that name a currency at all hold `15.00 USD`.
    if let Ok(currency) = Currency::parse(text) {
        return Ok(Mark::One(currency));
    }
    let sign = text.trim_end_matches('.');
    if SHARED_SIGNS.iter().any(|shared| is_same(sign, shared)) {
        return Ok(Mark::Shared(sign));
    }
    if let Some(default) = default.filter(|default| has_sign(*default, sign)) {
        return Ok(Mark::One(default));
    }
    let code = SIGNS.iter().find(|(known, _)| is_same(sign, known)).map_or(text, |(_, code)| code);
    Currency::parse(code).map(Mark::One).map_err(MoneyProblem::Currency)
}

/// A shared sign means `currency`, if it is a sign of that at all.
fn settle(sign: &str, currency: Option<Currency>) -> Result<Currency, MoneyProblem> {
    let shared = || MoneyProblem::SharedSign(sign.to_owned());
    currency.filter(|currency| has_sign(*currency, sign)).ok_or_else(shared)
}

fn has_sign(currency: Currency, sign: &str) -> bool {
    let own = currency.symbol();
    // Every dollar is `$` at home, whatever it is called abroad.
    is_same(sign, &own) || (sign == "$" && own.contains('$')) || (sign == "￥" && own == "¥")
}

fn is_same(sign: &str, known: &str) -> bool {
    sign.to_lowercase() == known.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::DecimalSeparator::Comma;
    use super::DecimalSeparator::Point;
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    #[track_caller]
    fn check(text: &str, default: &str, separator: DecimalSeparator, expected: &str) {
        let actual = match parse_money(text, Currency::parse(default).ok(), separator) {
            Ok(money) => money.to_string(),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(actual, expected, "{text:?} with {default:?}, {separator:?}");
    }

    #[test]
    fn reads_prices_as_written() {
        check("30.00", "USD", Point, "30.00 USD");
        check("30", "USD", Point, "30.00 USD");
        check("$15.00", "USD", Point, "15.00 USD");
        check("€ 9,70", "", Comma, "9.70 EUR");
        check("9,70\u{a0}€", "EUR", Comma, "9.70 EUR");
        check("249 SEK", "", Point, "249.00 SEK");
        check("15.00 usd", "", Point, "15.00 USD");
        check("USD15", "", Point, "15.00 USD");
        check("£.99", "", Point, "0.99 GBP");
        check("kr. 249", "DKK", Comma, "249.00 DKK");
        check("249 kr", "SEK", Comma, "249.00 SEK");
        check("15,-", "EUR", Comma, "15.00 EUR");
        check("zł 12,50", "", Comma, "12.50 PLN");
        check("34.0000", "USD", Point, "34.00 USD");
        check("0", "USD", Point, "0.00 USD");
        check("1500", "JPY", Point, "1500 JPY");
        check("1.250 KWD", "", Point, "1.250 KWD");
    }

    #[test]
    fn a_shared_sign_follows_the_default() {
        check("$15", "CAD", Point, "15.00 CAD");
        check("$15", "TWD", Point, "15.00 TWD");
        check("$15 USD", "CAD", Point, "15.00 USD");
        check("US$15", "CAD", Point, "15.00 USD");
        check("￥1500", "JPY", Point, "1500 JPY");
        check("$15", "", Point, "`$` is the sign of several currencies");
        check("$15", "EUR", Point, "`$` is the sign of several currencies");
        check("249 kr", "EUR", Point, "`kr` is the sign of several currencies");
        check("kr 15 USD", "SEK", Point, "`kr` is the sign of several currencies");
    }

    #[test]
    fn a_sure_sign_or_code_is_stronger_than_the_default() {
        check("€15", "USD", Point, "15.00 EUR");
        check("£15", "USD", Point, "15.00 GBP");
        check("£15", "EGP", Point, "15.00 EGP");
        check("15 SEK", "USD", Point, "15.00 SEK");
        check("€15 USD", "USD", Point, "names two currencies, EUR and USD");
        check("EUR 15 EUR", "USD", Point, "15.00 EUR");
    }

    #[test]
    fn thousands_are_sure_where_three_decimals_cannot_be() {
        check("$1,299", "USD", Point, "1299.00 USD");
        check("1.299 €", "EUR", Comma, "1299.00 EUR");
        check("1,299.00", "USD", Point, "1299.00 USD");
        check("1,299 KWD", "", Point, "has one `,` before three digits, which can mean a fraction or thousands");
    }

    #[test]
    fn says_what_is_wrong() {
        check("  ", "USD", Point, "is empty");
        check("15", "", Point, "names no currency, and there is no default");
        check("Call us", "USD", Point, "has `C`, which is not part of a number");
        check("9,70", "EUR", Point, "has `,` where the decimal separator is `.`");
        check("15.00 - 20.00", "USD", Point, "has `-`, which is not part of a number");
        check("15 USD / 12 EUR", "USD", Point, "has `U`, which is not part of a number");
        check("15 coins", "USD", Point, "`coins` is not a currency");
        check("15 XAU", "USD", Point, "no price is given in `XAU`");
        check("-5", "USD", Point, "is -5, less than zero");
        check("-$5", "USD", Point, "is -5, less than zero");
        check("$ -5", "USD", Point, "is -5, less than zero");
        check("12.345", "USD", Point, "has more decimals (3) than USD has (2)");
        check("1500.5", "JPY", Point, "has more decimals (1) than JPY has (0)");
        check(
            "9999999999999999999999999999",
            "USD",
            Point,
            "is 9999999999999999999999999999, too many digits to be kept exactly",
        );
    }

    proptest! {
        #[test]
        fn reads_back_what_it_writes(cents in 0_i64..i64::MAX, code in prop::sample::select(vec!["USD", "JPY", "KWD", "CLF"])) {
            let currency = Currency::parse(code).unwrap();
            let money = Money::new(Decimal::new(cents, currency.minor_units()), currency).unwrap();
            prop_assert_eq!(parse_money(&money.to_string(), None, Point), Ok(money));
            prop_assert_eq!(serde_json::from_str::<Money>(&serde_json::to_string(&money).unwrap()).unwrap(), money);
        }

        #[test]
        fn never_panics(text in "[-$€krUSD0-9., \\PC]{0,20}") {
            let default = Currency::parse("SEK").ok();
            for separator in [Point, Comma] {
                if let Ok(money) = parse_money(&text, default, separator) {
                    prop_assert!(money.amount() >= Decimal::ZERO);
                }
            }
        }
    }
}
