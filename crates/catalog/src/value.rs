//! The value of a field, and how a cell of text or a JSON value is read into its field's type.

use crate::country::Country;
use crate::decimal::DecimalSeparator;
use crate::decimal::parse_decimal;
use crate::field::Kind;
use crate::money::Currency;
use crate::money::Money;
use crate::money::parse_money;
use crate::unit::Measure;
use crate::unit::Unit;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a unit.
    Measure(Measure),
    /// An amount with a currency.
    Money(Money),
    /// Text; in JSON also decimals, dates and instants, until their field's type is known.
    Text(String),
    /// Several values.
    List(Vec<Value>),
    /// A decimal number.
    #[serde(skip_deserializing)]
    Decimal(#[schemars(with = "String")] Decimal),
    /// A calendar date.
    #[serde(skip_deserializing)]
    Date(#[schemars(with = "String")] Date),
    /// A point in time.
    #[serde(skip_deserializing)]
    Instant(#[schemars(with = "String")] Timestamp),
    /// A country.
    #[serde(skip_deserializing)]
    Country(Country),
}

/// How the cells of one column are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Writing {
    /// What stands between whole and fraction.
    pub separator: DecimalSeparator,
    /// The currency of amounts that name none.
    pub currency: Option<Currency>,
    /// The unit of measures that name none.
    pub unit: Option<Unit>,
    /// What stands between the entries of a list.
    pub list: ListSeparator,
}

/// What stands between the entries of a list in one cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ListSeparator {
    /// `,`
    #[default]
    Comma,
    /// `;`
    Semicolon,
    /// `|`
    Pipe,
    /// A line break.
    Line,
}

impl ListSeparator {
    fn as_char(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Pipe => '|',
            Self::Line => '\n',
        }
    }
}

/// Why a text is not a value of a type: what was expected, and what to type instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueProblem {
    /// A phrase: what is wrong with the text.
    pub message: String,
    /// A command: what to type.
    pub help: String,
}

impl fmt::Display for ValueProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl Value {
    /// Reads a cell that is not blank. Nothing is repaired: what cannot be read exactly is a problem.
    pub fn parse(kind: Kind, text: &str, writing: &Writing) -> Result<Self, ValueProblem> {
        let text = text.trim();
        match kind {
            Kind::Text | Kind::Html => Ok(Self::Text(text.to_owned())),
            Kind::Url => url(text),
            Kind::Bool => boolean(text),
            Kind::Integer => integer(text, writing.separator),
            Kind::Decimal => decimal(text, writing.separator).map(Self::Decimal),
            Kind::Measure => measure(text, *writing),
            Kind::Money => match parse_money(text, writing.currency, writing.separator) {
                Ok(money) => Ok(Self::Money(money)),
                Err(why) => Err(problem(why, "write an amount such as `12.50`, or `12.50 USD`")),
            },
            Kind::Date => date(text).map(Self::Date),
            Kind::Instant => instant(text).map(Self::Instant),
            Kind::Country => match Country::parse(text) {
                Ok(country) => Ok(Self::Country(country)),
                Err(why) => Err(problem(why, "write a country as two letters, such as `US`")),
            },
            Kind::List => Ok(Self::List(
                text.split(writing.list.as_char())
                    .map(str::trim)
                    .filter(|entry| !entry.is_empty())
                    .map(|entry| Self::Text(entry.to_owned()))
                    .collect(),
            )),
        }
    }

    /// Brings a value read from JSON to its field's type.
    pub fn coerce(self, kind: Kind) -> Result<Self, ValueProblem> {
        match (kind, self) {
            (Kind::Text | Kind::Html, value @ Self::Text(_))
            | (Kind::Bool, value @ Self::Bool(_))
            | (Kind::Integer, value @ Self::Integer(_))
            | (Kind::Measure, value @ Self::Measure(_))
            | (Kind::Money, value @ Self::Money(_))
            | (Kind::List, value @ Self::List(_)) => Ok(value),
            (Kind::Decimal, Self::Integer(whole)) => Ok(Self::Decimal(Decimal::from(whole))),
            (Kind::List, Self::Text(text)) => Ok(Self::List(vec![Self::Text(text)])),
            (
                Kind::Url
                | Kind::Bool
                | Kind::Integer
                | Kind::Decimal
                | Kind::Measure
                | Kind::Money
                | Kind::Date
                | Kind::Instant
                | Kind::Country,
                Self::Text(text),
            ) => Self::parse(kind, &text, &Writing::default()),
            (kind, other) => Err(ValueProblem {
                message: format!("is {}, not {}", other.type_name(), kind_name(kind)),
                help: format!("write {}", kind_name(kind)),
            }),
        }
    }

    /// The type in words.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Integer(_) => "a whole number",
            Self::Measure(_) => "a measure with a unit",
            Self::Money(_) => "an amount with a currency",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Decimal(_) => "a decimal number",
            Self::Date(_) => "a date",
            Self::Instant(_) => "a point in time",
            Self::Country(_) => "a country",
        }
    }

    /// Whether there is nothing in it: blank text or an empty list.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.chars().all(char::is_whitespace),
            Self::List(list) => list.iter().all(Self::is_blank),
            Self::Bool(_)
            | Self::Integer(_)
            | Self::Measure(_)
            | Self::Money(_)
            | Self::Decimal(_)
            | Self::Date(_)
            | Self::Instant(_)
            | Self::Country(_) => false,
        }
    }
}

/// What a value of this type looks like, for help texts.
pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Html => "text",
        Kind::Url => "an address such as `https://images.example.com/mug.jpg`",
        Kind::Bool => "`true` or `false`",
        Kind::Integer => "a whole number",
        Kind::Decimal => "a decimal number such as \"12.5\"",
        Kind::Measure => "a measure such as {\"amount\": \"12.5\", \"unit\": \"cm\"}",
        Kind::Money => "an amount such as {\"amount\": \"12.50\", \"currency\": \"USD\"}",
        Kind::Date => "a date such as `2026-11-23`",
        Kind::Instant => "a time such as `2026-11-23T08:00:00Z`",
        Kind::Country => "a country such as `US`",
        Kind::List => "a list of texts",
    }
}

fn problem(why: impl fmt::Display, help: &str) -> ValueProblem {
    ValueProblem { message: why.to_string(), help: help.to_owned() }
}

fn url(text: &str) -> Result<Value, ValueProblem> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    if host.is_empty() || host.contains(char::is_whitespace) || text.contains(['\n', '\r', '\t', '"', '<', '>']) {
        return Err(problem("is not an http or https address", "write the whole address, beginning with `https://`"));
    }
    Ok(Value::Text(text.to_owned()))
}

fn boolean(text: &str) -> Result<Value, ValueProblem> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Ok(Value::Bool(true)),
        "false" | "no" | "n" | "0" => Ok(Value::Bool(false)),
        _ => Err(problem("is neither true nor false", "write `true` or `false`")),
    }
}

fn integer(text: &str, separator: DecimalSeparator) -> Result<Value, ValueProblem> {
    let number = decimal(text, separator)?.normalize();
    match (number.scale(), i64::try_from(number)) {
        (0, Ok(whole)) => Ok(Value::Integer(whole)),
        _ => Err(problem(format!("`{number}` is not a whole number"), "write a whole number")),
    }
}

fn decimal(text: &str, separator: DecimalSeparator) -> Result<Decimal, ValueProblem> {
    parse_decimal(text, separator).map_err(|why| problem(why, "write a plain number such as `12.5`"))
}

fn measure(text: &str, writing: Writing) -> Result<Value, ValueProblem> {
    if let Some(unit) = writing.unit
        && let Ok(amount) = parse_decimal(text, writing.separator)
    {
        return Ok(Value::Measure(Measure { amount, unit }));
    }
    match Measure::parse_in(text, writing.separator, None) {
        Ok(measure) => Ok(Value::Measure(measure)),
        Err(why) => Err(problem(why, "write a number and a unit, such as `12.5 cm`")),
    }
}

fn date(text: &str) -> Result<Date, ValueProblem> {
    // A time behind the date is accepted: the date is what was asked for, and it is given in full.
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    day.parse().map_err(|_| problem("is not a date", "write a date as year-month-day, such as `2026-11-23`"))
}

fn instant(text: &str) -> Result<Timestamp, ValueProblem> {
    let help = "write a date, a time and a zone, such as `2026-11-23T08:00:00Z`";
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    if text.parse::<Date>().is_ok() {
        return Err(problem("is a date without a time and a zone", help));
    }
    Err(problem("is not a point in time", help))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, text: &str, expected: &str) {
        let writing = Writing { unit: Unit::parse("g"), ..Writing::default() };
        let found = match Value::parse(kind, text, &writing) {
            Ok(value) => serde_json::to_string(&value).unwrap(),
            Err(why) => format!("problem: {why}"),
        };
        assert_eq!(found, expected, "{kind:?} {text:?}");
    }

    #[test]
    fn cells_are_read_into_their_fields_type_or_refused() {
        check(Kind::Text, "  Mug ", "\"Mug\"");
        check(Kind::Bool, "TRUE", "true");
        check(Kind::Bool, "maybe", "problem: is neither true nor false");
        check(Kind::Integer, "12.0", "12");
        check(Kind::Integer, "12.5", "problem: `12.5` is not a whole number");
        check(Kind::Decimal, "12.50", "\"12.50\"");
        check(Kind::Measure, "90.718474", r#"{"amount":"90.718474","unit":"g"}"#);
        check(Kind::Measure, "1.5 oz", r#"{"amount":"1.5","unit":"oz"}"#);
        check(Kind::Date, "2026-02-30", "problem: is not a date");
        check(Kind::Instant, "2026-11-23", "problem: is a date without a time and a zone");
        check(Kind::Instant, "2026-11-23T09:00:00+01:00", "\"2026-11-23T08:00:00Z\"");
        check(Kind::Country, "usa", "\"US\"");
        check(Kind::List, "a, b ,,c", r#"["a","b","c"]"#);
        check(Kind::Url, "https://images.example.com/a b.jpg", "\"https://images.example.com/a b.jpg\"");
        check(Kind::Url, "images.example.com/a.jpg", "problem: is not an http or https address");
    }

    #[test]
    fn json_values_are_brought_to_their_fields_type() {
        let read = |kind, json: &str| serde_json::from_str::<Value>(json).unwrap().coerce(kind);
        assert_eq!(read(Kind::Decimal, "\"12.50\"").unwrap(), Value::Decimal("12.50".parse().unwrap()));
        assert_eq!(read(Kind::List, "\"one\"").unwrap(), Value::List(vec![Value::Text("one".into())]));
        assert_eq!(read(Kind::Text, "12").unwrap_err().message, "is a whole number, not text");
        assert!(serde_json::from_str::<Value>("12.5").is_err(), "a JSON float is refused");
    }
}
