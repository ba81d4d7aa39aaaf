//! Writes decimals into our JSON as text, `"12.50"`, and reads them back.
//!
//! Whole numbers are read too. Fractions outside quotes are not: between their digits and us there
//! would be a float. For `#[serde(with = "crate::decimal::as_text")]`.

use super::DecimalSeparator;
use super::parse_decimal;
use rust_decimal::Decimal;
use serde::Deserializer;
use serde::Serializer;
use serde::de;
use std::fmt;

pub(crate) fn serialize<S: Serializer>(amount: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(amount)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    deserializer.deserialize_any(Amount)
}

/// How it looks in a schema. For `#[schemars(schema_with = "crate::decimal::as_text::schema")]`.
pub(crate) fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["string", "integer"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$" })
}

struct Amount;

impl de::Visitor<'_> for Amount {
    type Value = Decimal;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a decimal in quotes, such as \"12.50\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
        match parse_decimal(text, DecimalSeparator::Point) {
            Ok(amount) if is_plain => Ok(amount),
            Ok(_) => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
            Err(problem) => Err(E::custom(format_args!("`{text}` {problem}"))),
        }
    }

    fn visit_u64<E: de::Error>(self, amount: u64) -> Result<Decimal, E> {
        Ok(Decimal::from(amount))
    }

    fn visit_i64<E: de::Error>(self, amount: i64) -> Result<Decimal, E> {
        Ok(Decimal::from(amount))
    }
}
