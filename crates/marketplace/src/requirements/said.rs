//! The wording of single violations: rule, phrase and help for each way to miss a requirement.

use super::condition::Condition;
use super::engine::number;
use super::phrase;
use super::shape::Kind;
use super::shape::Shape;
use super::suggest;
use crate::listing;
use crate::listing::Leaf;
use crate::listing::Ref;
use feedwright_catalog::Rule;
use feedwright_catalog::rules;
use jsonschema::JsonType;
use jsonschema::error::TypeKind;
use serde_json::Value;
use std::borrow::Cow;

/// A violation, and how tight its limit is: of two of the same kind at the same place the tighter one is shown.
pub(super) struct Said {
    pub(super) keyword: Option<Cow<'static, str>>,
    pub(super) rule: &'static Rule,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// The name of what is missing; the pointer ends with it.
    pub(super) missing: Option<String>,
    pub(super) tightness: u64,
}

impl Said {
    pub(super) fn new(keyword: &'static str, rule: &'static Rule, message: String) -> Self {
        Self { keyword: Some(Cow::Borrowed(keyword)), rule, message, help: None, missing: None, tightness: 0 }
    }

    pub(super) fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }

    pub(super) fn tightness(self, tightness: u64) -> Self {
        Self { tightness, ..self }
    }
}

pub(super) fn not_allowed(
    keyword: &'static str,
    node: Option<Ref<'_>>,
    options: &[Value],
    shape: Option<&Shape>,
) -> Said {
    let value = node.map_or_else(String::new, phrase::value);
    let texts: Vec<Cow<'_, str>> = options
        .iter()
        .map(|option| match option {
            Value::String(text) => Cow::Borrowed(text.as_str()),
            other => Cow::Owned(other.to_string()),
        })
        .collect();
    let message = match texts.as_slice() {
        [only] => format!("{value} is not {}, the only allowed value", phrase::quoted(only)),
        many => format!("{value} is not one of the {} allowed values", many.len()),
    };
    let typed = node.and_then(|node| match node.shape() {
        listing::Shape::Leaf(Leaf::Text(text)) => Some(Cow::Borrowed(text)),
        listing::Shape::Leaf(Leaf::Bool(value)) => Some(Cow::Owned(value.to_string())),
        listing::Shape::Leaf(_) => number(node).map(|number| Cow::Owned(number.text().into_owned())),
        listing::Shape::Array | listing::Shape::Object => None,
    });
    let help = suggest::nearest(typed.as_deref().unwrap_or_default(), &texts, shape);
    Said::new(keyword, &rules::VALUE_NOT_ALLOWED, message).help(help).tightness(options.len() as u64)
}

pub(super) fn wrong_type(node: Option<Ref<'_>>, kind: &TypeKind) -> Said {
    let mut wanted: Vec<Kind> = match kind {
        TypeKind::Single(kind) => vec![kind_of(*kind)],
        TypeKind::Multiple(kinds) => kinds.iter().map(kind_of).collect(),
    };
    // "`true` or `false`" reads best at the end.
    wanted.sort_by_key(|kind| *kind == Kind::Boolean);
    let have = node.map_or("nothing", |node| match node.shape() {
        listing::Shape::Leaf(Leaf::Null) => "`null`",
        listing::Shape::Leaf(Leaf::Bool(_)) => "`true` or `false`",
        listing::Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_)) if wanted.contains(&Kind::Integer) => {
            "a number with a fraction"
        }
        listing::Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_)) => "a number",
        listing::Shape::Leaf(Leaf::Text(_)) => "text",
        listing::Shape::Array => "a list",
        listing::Shape::Object => "an object",
    });
    let words: Vec<String> = wanted.iter().map(|kind| kind.words().to_owned()).collect();
    let help = node.and_then(Ref::as_text).and_then(|text| {
        let bare = wanted.iter().any(|kind| match kind {
            Kind::Number | Kind::Integer => super::number::decimal(text).is_some(),
            Kind::Boolean => matches!(text, "true" | "false"),
            Kind::Object | Kind::Array | Kind::String | Kind::Null => false,
        });
        bare.then(|| format!("write {text} without quotes"))
    });
    let message = format!("value is {have}, {} needed", phrase::join(&words, " or"));
    Said::new("type", &rules::WRONG_TYPE, message).help(help)
}

fn kind_of(kind: JsonType) -> Kind {
    match kind {
        JsonType::Null => Kind::Null,
        JsonType::Boolean => Kind::Boolean,
        JsonType::Integer => Kind::Integer,
        JsonType::Number => Kind::Number,
        JsonType::String => Kind::String,
        JsonType::Array => Kind::Array,
        JsonType::Object => Kind::Object,
    }
}

/// What `not` forbids: mostly that some attributes are given.
pub(super) fn forbidden(schema: &Value, path: &str) -> String {
    match Condition::of(&Value::Null, schema, path) {
        Condition::Given(name) => format!("attribute `{name}` must not be given here"),
        Condition::All(parts) if parts.iter().all(|part| matches!(part, Condition::Given(_))) => {
            let names: Vec<String> = parts
                .iter()
                .filter_map(|part| match part {
                    Condition::Given(name) => Some(format!("`{name}`")),
                    _ => None,
                })
                .collect();
            format!("attributes {} must not be given together", phrase::join(&names, " and"))
        }
        Condition::Other => "value is one that is excluded".to_owned(),
        condition => format!("it must not be that {condition}"),
    }
}

/// The rule for a keyword of ours, or for one we only know by name.
pub(super) fn named(keyword: &str, message: String) -> Said {
    let (keyword, rule) = match keyword {
        "minimum" => ("minimum", &rules::VALUE_OUT_OF_RANGE),
        "maximum" => ("maximum", &rules::VALUE_OUT_OF_RANGE),
        "exclusiveMinimum" => ("exclusiveMinimum", &rules::VALUE_OUT_OF_RANGE),
        "exclusiveMaximum" => ("exclusiveMaximum", &rules::VALUE_OUT_OF_RANGE),
        "multipleOf" => ("multipleOf", &rules::WRONG_PRECISION),
        "maxUtf8ByteLength" => ("maxUtf8ByteLength", &rules::VALUE_TOO_LONG),
        "minUtf8ByteLength" => ("minUtf8ByteLength", &rules::VALUE_TOO_SHORT),
        "maxUniqueItems" => ("maxUniqueItems", &rules::TOO_MANY_VALUES),
        "minUniqueItems" => ("minUniqueItems", &rules::TOO_FEW_VALUES),
        other => {
            let said = Said::new("", &rules::RULE_BROKEN, message);
            return Said { keyword: Some(Cow::Owned(other.to_owned())), ..said };
        }
    };
    Said::new(keyword, rule, message)
}

pub(super) fn characters(node: Option<Ref<'_>>) -> u64 {
    node.and_then(Ref::as_text).map_or(0, |text| text.chars().count() as u64)
}

/// A pointer as people write a path: without the numbers of list entries.
pub(super) fn dotted(pointer: &str) -> String {
    let names: Vec<String> = pointer
        .split('/')
        .skip(1)
        .filter(|token| !token.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect();
    names.join(".")
}
