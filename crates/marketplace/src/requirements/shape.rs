//! What a document says an attribute looks like, apart from conditions: for templates, help texts and people.

use feedwright_catalog::Severity;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// The structure of a document, `$ref`s followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is what a keyword of its own says")]
pub struct Shape {
    /// Its label.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What it may be.
    pub kinds: Vec<Kind>,
    /// The members of an object.
    pub properties: BTreeMap<String, Shape>,
    /// The entries of a list.
    pub items: Option<Box<Shape>>,
    /// Members an object must have, whatever else holds.
    pub required: Vec<String>,
    /// Whether an object only holds attributes together: where it is missing, each of those it must have is. The keyword
    /// `$group`, which adapters put into the documents they read.
    pub group: bool,
    /// Whether an object may have members that are not among its properties.
    pub extensible: bool,
    /// The allowed values, or the suggested ones if `open`.
    pub allowed: Vec<Scalar>,
    /// Labels of the allowed values, one each, or none at all.
    pub names: Vec<String>,
    /// Whether other values than the allowed ones are taken too.
    pub open: bool,
    /// What holds if it is left out.
    pub default: Option<Scalar>,
    /// Most characters.
    pub max_length: Option<u64>,
    /// Fewest characters.
    pub min_length: Option<u64>,
    /// Most bytes in UTF-8.
    pub max_bytes: Option<u64>,
    /// Fewest bytes in UTF-8.
    pub min_bytes: Option<u64>,
    /// The least number.
    pub minimum: Option<Decimal>,
    /// The greatest number.
    pub maximum: Option<Decimal>,
    /// A number must be above this.
    pub exclusive_minimum: Option<Decimal>,
    /// A number must be below this.
    pub exclusive_maximum: Option<Decimal>,
    /// What a number must be a whole number of times.
    pub multiple_of: Option<Decimal>,
    /// Fewest entries.
    pub min_items: Option<u64>,
    /// Most entries.
    pub max_items: Option<u64>,
    /// Most entries for one combination of selectors.
    pub max_unique_items: Option<u64>,
    /// The members that together tell the entries of a list apart.
    pub selectors: Vec<String>,
    /// How a text is to be written.
    pub format: Option<String>,
    /// A regular expression for a text.
    pub pattern: Option<String>,
    /// Allowed values that are about to be removed, with what to write instead if the document says so.
    pub deprecated: BTreeMap<String, Vec<String>>,
    /// Whether it can be changed later, if the document says so.
    pub editable: Option<bool>,
    /// Whether people need not see it.
    pub hidden: bool,
    /// Values the document gives as examples.
    pub examples: Vec<String>,
    /// What is lost without it, though nobody insists on it.
    pub advice: Option<Advice>,
}

/// That a member should have a value, and why: the keyword `$advice`, which adapters put into the documents they read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// How much it matters: a warning, or worth knowing.
    pub severity: Severity,
    /// What is lost without it, as the end of a sentence: `without it the item is not shown`.
    pub because: String,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An object with named members.
    Object,
    /// A list.
    Array,
    /// A text.
    String,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
}

impl Kind {
    /// In words, with an article.
    pub fn words(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "a list",
            Self::String => "text",
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::Boolean => "`true` or `false`",
            Self::Null => "`null`",
        }
    }

    /// The kind a schema names.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "object" => Self::Object,
            "array" => Self::Array,
            "string" => Self::String,
            "number" => Self::Number,
            "integer" => Self::Integer,
            "boolean" => Self::Boolean,
            "null" => Self::Null,
            _ => return None,
        })
    }
}

/// A value without parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    /// `null`.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// Text.
    Text(String),
}

impl fmt::Display for Scalar {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(value) => write!(out, "{value}"),
            Self::Number(value) => write!(out, "{value}"),
            Self::Text(text) => out.write_str(text),
        }
    }
}

impl Shape {
    /// The shape of a document.
    pub fn of(document: &Value) -> Self {
        super::shaping::shape(document)
    }

    /// The shape at the end of a path of member names; lists are stepped into by themselves.
    pub fn get<'n>(&self, path: impl IntoIterator<Item = &'n str>) -> Option<&Self> {
        path.into_iter().try_fold(self, |shape, name| shape.inside().properties.get(name))
    }

    /// The shape at a JSON Pointer into a listing; a number steps into a list.
    pub fn at_pointer(&self, pointer: &str) -> Option<&Self> {
        pointer.split('/').skip(1).try_fold(self, |shape, token| match &shape.items {
            Some(items) if token.bytes().all(|byte| byte.is_ascii_digit()) => Some(&**items),
            Some(_) | None => shape.properties.get(&token.replace("~1", "/").replace("~0", "~")),
        })
    }

    /// What a list is made of, or the shape itself.
    pub fn inside(&self) -> &Self {
        let mut shape = self;
        while let Some(items) = &shape.items {
            shape = items;
        }
        shape
    }

    /// The members with a value somewhere in them that is about to be removed.
    pub(super) fn deprecated_members(&self) -> impl Iterator<Item = &str> {
        self.properties.iter().filter(|(_, member)| member.has_deprecated()).map(|(name, _)| name.as_str())
    }

    fn has_deprecated(&self) -> bool {
        !self.deprecated.is_empty()
            || self.items.as_ref().is_some_and(|items| items.has_deprecated())
            || self.properties.values().any(Self::has_deprecated)
    }
}
