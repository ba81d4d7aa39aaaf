//! The open map of fields in JSON: `code: value`, or a value and for whom it holds.

use super::tree::Json;
use super::tree::entries;
use crate::country::Country;
use crate::decimal::DecimalSeparator;
use crate::decimal::parse_decimal;
use crate::field::Field;
use crate::field::Group;
use crate::field::Kind;
use crate::field::VOCABULARY;
use crate::fields::Fields;
use crate::language::Language;
use crate::money::Currency;
use crate::money::Money;
use crate::nearest::did_you_mean;
use crate::scope::Scope;
use crate::scope::ScopedValue;
use crate::unit::Measure;
use crate::unit::Unit;
use crate::value::Value;
use crate::value::ValueProblem;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use serde::de;
use serde_json::json;
use std::fmt;
use std::sync::Arc;

/// Fields as they stand in the file. A field is written `"title": "Mug"`, or for somebody
/// `"title": {"value": "Tasse", "locale": "de"}`, or several of those in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldsJson(pub Vec<(String, Json)>);

/// What is wrong with one field.
pub(super) enum FieldProblem {
    /// No field has this name, or it does not stand here.
    Name(ValueProblem),
    /// Its value is none of its type.
    Value(ValueProblem),
}

impl FieldsJson {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields of the model; each problem with the name of its field.
    pub(super) fn read(self, mut report: impl FnMut(&str, FieldProblem)) -> Fields {
        let mut fields = Fields::new();
        for (code, json) in self.0 {
            let field = match content_field(&code) {
                Ok(field) => field,
                Err(problem) => {
                    report(&code, FieldProblem::Name(problem));
                    continue;
                }
            };
            let mut values: Vec<ScopedValue> = Vec::new();
            for (scope, json) in match scoped(json) {
                Ok(scoped) => scoped,
                Err(problem) => {
                    report(&code, FieldProblem::Value(problem));
                    continue;
                }
            } {
                match value(&field, json) {
                    Ok(_) if values.iter().any(|given| given.scope == scope) => {
                        report(&code, FieldProblem::Value(problem("has two values for the same scope", "remove one")));
                    }
                    Ok(value) => values.push(ScopedValue { scope, value }),
                    Err(problem) => report(&code, FieldProblem::Value(problem)),
                }
            }
            fields.replace(&field, values);
        }
        fields
    }
}

impl From<&Fields> for FieldsJson {
    fn from(fields: &Fields) -> Self {
        let one = |scoped: &ScopedValue| {
            let mut entry = vec![("value".to_owned(), Json::from(&scoped.value))];
            let mut add = |key: &str, text: Option<String>| {
                entry.extend(text.map(|text| (key.to_owned(), Json::Text(text))));
            };
            add("locale", scoped.scope.locale.map(|locale| locale.to_string()));
            add("channel", scoped.scope.channel.as_deref().map(str::to_owned));
            add("market", scoped.scope.market.map(|market| market.to_string()));
            Json::Object(entry)
        };
        let field = |(field, values): (&Field, &[ScopedValue])| {
            let json = match values {
                [] => return None,
                [only] if only.scope == Scope::default() => Json::from(&only.value),
                [only] => one(only),
                several => Json::List(several.iter().map(one).collect()),
            };
            Some((field.to_string(), json))
        };
        Self(fields.iter().filter_map(field).collect())
    }
}

fn content_field(code: &str) -> Result<Field, ValueProblem> {
    let field = Field::parse(code).map_err(|_| {
        let codes = VOCABULARY.iter().filter(|def| def.group == Group::Content).map(|def| def.code);
        let near = did_you_mean(code, codes);
        let help = if near.is_empty() {
            format!("a field of your own is written `custom.{code}`")
        } else {
            "write the field's name as it stands in the vocabulary".to_owned()
        };
        ValueProblem { message: format!("there is no field `{code}`{near}"), help }
    })?;
    let home = match field.group() {
        Group::Content => return Ok(field),
        Group::Identity => "`sku` and `identifiers` of the variant",
        Group::Offer => "`offers` of the variant",
        Group::Stock => "`stock` of the variant",
        Group::Media => "`media`",
        Group::Family => "`axes` and `categories` of the product",
    };
    Err(ValueProblem {
        message: format!("`{code}` does not stand among the fields"),
        help: format!("write it in {home}"),
    })
}

/// One value for everybody, or values with their scopes.
fn scoped(json: Json) -> Result<Vec<(Scope, Json)>, ValueProblem> {
    let is_scoped =
        |json: &Json| matches!(json, Json::Object(entries) if entries.iter().any(|(key, _)| key == "value"));
    match json {
        Json::List(list) if !list.is_empty() && list.iter().all(is_scoped) => {
            list.into_iter().map(one_scoped).collect()
        }
        json if is_scoped(&json) => Ok(vec![one_scoped(json)?]),
        json => Ok(vec![(Scope::default(), json)]),
    }
}

fn one_scoped(json: Json) -> Result<(Scope, Json), ValueProblem> {
    let Json::Object(entries) = json else { return Ok((Scope::default(), json)) };
    let mut scope = Scope::default();
    let mut found = Json::Null;
    for (key, json) in entries {
        match (key.as_str(), json) {
            ("value", json) => found = json,
            ("locale", Json::Text(text)) => {
                scope.locale =
                    Some(Language::parse(&text).map_err(|why| problem(why, "write a language such as `de`"))?);
            }
            ("market", Json::Text(text)) => {
                scope.market = Some(Country::parse(&text).map_err(|why| problem(why, "write a country such as `DE`"))?);
            }
            ("channel", Json::Text(text)) => scope.channel = Some(Arc::from(text)),
            ("locale" | "market" | "channel", _) => {
                return Err(problem(format!("`{key}` is not text"), "write it in quotes"));
            }
            _ => {
                return Err(problem(
                    format!("has a key `{key}` beside `value`"),
                    "write `locale`, `channel` or `market`",
                ));
            }
        }
    }
    Ok((scope, found))
}

fn value(field: &Field, json: Json) -> Result<Value, ValueProblem> {
    let value = plain(json)?;
    match field {
        Field::Known(_) => value.coerce(field.kind()),
        // A field of the seller's own has the type it is written in.
        Field::Custom(_) => Ok(value),
    }
}

fn plain(json: Json) -> Result<Value, ValueProblem> {
    match json {
        Json::Null => Err(problem("is null", "write a value, or leave the field out")),
        Json::Bool(value) => Ok(Value::Bool(value)),
        Json::Integer(value) => Ok(Value::Integer(value)),
        Json::Fraction => Err(problem(
            "is a number with a fraction, which JSON readers round",
            "write it in quotes, such as \"12.50\"",
        )),
        Json::Text(text) => Ok(Value::Text(text)),
        Json::List(list) => list.into_iter().map(plain).collect::<Result<_, _>>().map(Value::List),
        Json::Object(entries) => measure_or_money(entries),
    }
}

fn measure_or_money(entries: Vec<(String, Json)>) -> Result<Value, ValueProblem> {
    let help = "write {\"amount\": \"12.5\", \"unit\": \"cm\"} or {\"amount\": \"12.50\", \"currency\": \"USD\"}";
    let (mut amount, mut unit, mut currency) = (None, None, None);
    for (key, json) in entries {
        match (key.as_str(), json) {
            ("amount", Json::Integer(whole)) => amount = Some(Decimal::from(whole)),
            ("amount", Json::Text(text)) => {
                let parsed = parse_decimal(&text, DecimalSeparator::Point);
                amount = Some(parsed.map_err(|why| problem(format!("`{text}` {why}"), help))?);
            }
            ("amount", Json::Fraction) => {
                return Err(problem(
                    "has an amount with a fraction, which JSON readers round",
                    "write the amount in quotes",
                ));
            }
            ("unit", Json::Text(text)) => {
                unit =
                    Some(Unit::parse(&text).ok_or_else(|| {
                        problem(format!("`{text}` is not a unit"), "write a unit such as `cm` or `kg`")
                    })?);
            }
            ("currency", Json::Text(text)) => {
                currency = Some(Currency::parse(&text).map_err(|why| problem(why, "write a currency such as `USD`"))?);
            }
            _ => return Err(problem(format!("has a key `{key}` that is not read"), help)),
        }
    }
    match (amount, unit, currency) {
        (Some(amount), Some(unit), None) => Ok(Value::Measure(Measure { amount, unit })),
        (Some(amount), None, Some(currency)) => {
            Money::new(amount, currency).map(Value::Money).map_err(|why| problem(why, help))
        }
        _ => Err(problem("is neither a measure nor an amount of money", help)),
    }
}

fn problem(why: impl fmt::Display, help: &str) -> ValueProblem {
    ValueProblem { message: why.to_string(), help: help.to_owned() }
}

impl Serialize for FieldsJson {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(code, json)| (code, json)))
    }
}

impl<'de> Deserialize<'de> for FieldsJson {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = FieldsJson;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object of fields, such as {\"title\": \"Mug\"}")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<FieldsJson, A::Error> {
                entries(map).map(FieldsJson)
            }
        }

        deserializer.deserialize_map(Visitor)
    }
}

impl JsonSchema for FieldsJson {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fields".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let measure = generator.subschema_for::<Measure>();
        let money = generator.subschema_for::<Money>();
        let country = generator.subschema_for::<Country>();
        let language = generator.subschema_for::<Language>();
        let of_kind = |kind: Kind| match kind {
            Kind::Text | Kind::Html => json!({"type": "string"}),
            Kind::Url => json!({"type": "string", "pattern": "^https?://"}),
            Kind::Bool => json!({"type": "boolean"}),
            Kind::Integer => json!({"type": "integer"}),
            Kind::Decimal => json!({"type": ["string", "integer"]}),
            Kind::Measure => json!(measure),
            Kind::Money => json!(money),
            Kind::Date => json!({"type": "string", "format": "date"}),
            Kind::Instant => json!({"type": "string", "format": "date-time"}),
            Kind::Country => json!(country),
            Kind::List => json!({"type": ["array", "string"], "items": {"type": "string"}}),
        };
        let scoped = |value: &serde_json::Value| {
            json!({
                "type": "object",
                "properties": {"value": value, "locale": language, "channel": {"type": "string"}, "market": country},
                "required": ["value"],
                "additionalProperties": false,
            })
        };
        let properties: serde_json::Map<String, serde_json::Value> = VOCABULARY
            .iter()
            .filter(|def| def.group == Group::Content)
            .map(|def| {
                let value = of_kind(def.kind);
                let scoped = scoped(&value);
                let any = json!({
                    "description": def.docs,
                    "anyOf": [value, scoped, {"type": "array", "items": scoped, "minItems": 1}],
                });
                (def.code.to_owned(), any)
            })
            .collect();
        schemars::json_schema!({
            "description": "Fields of the vocabulary, and the seller's own as `custom.<name>`.",
            "type": "object",
            "properties": properties,
            "patternProperties": {"^custom\\..+": true},
            "additionalProperties": false,
        })
    }
}
