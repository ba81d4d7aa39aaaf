//! A JSON value as it was written: no float, no key lost.

use crate::value::Value;
use serde::Deserialize;
use serde::Serialize;
use serde::de;
use serde::ser::SerializeMap as _;
use std::fmt;

/// A JSON value. A number with a fraction is known to have been one, and nothing more: its digits passed through a
/// float, so they are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or an exponent, or too large.
    Fraction,
    /// Text.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, in the order of the file; no key twice.
    Object(Vec<(String, Json)>),
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        let pair = |name: &str, text: String| (name.to_owned(), Self::Text(text));
        match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::Integer(value) => Self::Integer(*value),
            Value::Decimal(value) => Self::Text(value.to_string()),
            Value::Text(value) => Self::Text(value.clone()),
            Value::Date(value) => Self::Text(value.to_string()),
            Value::Instant(value) => Self::Text(value.to_string()),
            Value::Country(value) => Self::Text(value.alpha2().to_owned()),
            Value::List(list) => Self::List(list.iter().map(Self::from).collect()),
            Value::Measure(measure) => {
                Self::Object(vec![pair("amount", measure.amount.to_string()), pair("unit", measure.unit.to_string())])
            }
            Value::Money(money) => Self::Object(vec![
                pair("amount", money.amount().to_string()),
                pair("currency", money.currency().to_string()),
            ]),
        }
    }
}

impl Serialize for Json {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // A fraction was refused when it was read; there is nothing to write.
            Self::Null | Self::Fraction => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(list) => serializer.collect_seq(list),
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> de::Visitor<'de> for Visitor {
    type Value = Json;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or(Json::Fraction, Json::Integer))
    }

    #[expect(clippy::disallowed_types, reason = "serde hands fractions over as floats; the float is not looked at")]
    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Fraction)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Json, A::Error> {
        entries(map).map(Json::Object)
    }
}

/// The entries of an object; a key that stands twice is an error, since one of the two would be lost.
pub(super) fn entries<'de, A: de::MapAccess<'de>>(mut map: A) -> Result<Vec<(String, Json)>, A::Error> {
    let mut entries = Vec::<(String, Json)>::new();
    let mut keys = std::collections::BTreeSet::new();
    while let Some((key, value)) = map.next_entry::<String, Json>()? {
        if !keys.insert(key.clone()) {
            return Err(de::Error::custom(format_args!("key `{key}` stands twice")));
        }
        entries.push((key, value));
    }
    Ok(entries)
}
