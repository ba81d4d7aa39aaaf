//! Patterns and formats, decided by the engine: only texts reach it, so that it needs no listing.
//!
//! Node and name are the same to a regular expression. The engine reads JSON through a trait; here a text is all there is.

#![expect(clippy::disallowed_types, reason = "the engine's trait asks for a float")]

use super::super::document::Dialect;
use super::super::validator;
use jsonschema::Draft;
use jsonschema::JsonType;
use jsonschema::Validator;
use jsonschema::json::Array;
use jsonschema::json::Json;
use jsonschema::json::JsonNumber;
use jsonschema::json::Node;
use jsonschema::json::NodeIdentity;
use jsonschema::json::Object;
use serde_json::Value;
use std::borrow::Cow;
use std::convert::Infallible;

/// A `pattern` or a `format`.
pub(super) struct Matcher {
    validator: Validator<Texts>,
    /// The keyword and what it says.
    pub(super) keyword: &'static str,
    pub(super) says: String,
}

impl Matcher {
    /// Compiles one; `None` where the engine refuses it.
    pub(super) fn new(keyword: &'static str, says: &str, dialect: Dialect) -> Option<Self> {
        let schema = Value::Object([(keyword.to_owned(), Value::from(says))].into_iter().collect());
        let build = |draft| {
            let options = jsonschema::options_for::<Texts>().with_draft(draft);
            options.should_validate_formats(true).offline().build(&schema).ok()
        };
        let draft = validator::draft(dialect);
        let simple = simplest(keyword, says, draft);
        // The simpler draft is stricter with patterns.
        let validator = build(simple).or_else(|| if simple == draft { None } else { build(draft) })?;
        Some(Self { validator, keyword, says: says.to_owned() })
    }

    /// Whether a text fits.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.validator.is_valid(Text(text))
    }
}

/// The draft in which the engine need do least to build a validator that says the same. It first builds one of the draft's
/// own schema: for Draft 7 that is a thirtieth of the work it is for the draft after it.
fn simplest(keyword: &str, says: &str, draft: Draft) -> Draft {
    let is_known = |draft| jsonschema::options_for::<Texts>().is_known_format(draft, says);
    let says_the_same = keyword == "pattern" || is_known(Draft::Draft7) == is_known(draft);
    if says_the_same { Draft::Draft7 } else { draft }
}

/// JSON that is nothing but texts.
struct Texts;

#[derive(Clone, Copy)]
struct Text<'a>(&'a str);

impl Json for Texts {
    type Node<'a> = Text<'a>;
    type PreparedKey = ();
    type StringBuffer = ();

    fn prepare_key(_: &str) {}

    fn with_string_node<T>(_buffer: &mut (), string: &str, f: impl FnOnce(Text<'_>) -> T) -> T {
        f(Text(string))
    }
}

impl<'a> Node<'a, Texts> for Text<'a> {
    type Object = Nothing<'a>;
    type Array = Nothing<'a>;
    type Number = Nothing<'a>;

    fn as_object(&self) -> Option<Nothing<'a>> {
        None
    }

    fn as_array(&self) -> Option<Nothing<'a>> {
        None
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        Some(Cow::Borrowed(self.0))
    }

    fn as_number(&self) -> Option<Nothing<'a>> {
        None
    }

    fn as_boolean(&self) -> Option<bool> {
        None
    }

    fn is_null(&self) -> bool {
        false
    }

    fn json_type(&self) -> JsonType {
        JsonType::String
    }

    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(Value::from(self.0))
    }

    fn identity(&self) -> Option<NodeIdentity> {
        None
    }
}

/// What no text is: an object, an array, a number. There is no value of it.
struct Nothing<'a>(Infallible, std::marker::PhantomData<&'a ()>);

impl<'a> Object<'a, Texts> for Nothing<'a> {
    type Node = Text<'a>;
    type MemberName = &'a str;
    type MembersIter = std::iter::Empty<(&'a str, Text<'a>)>;

    fn len(&self) -> usize {
        match self.0 {}
    }

    fn get(&self, (): &()) -> Option<Text<'a>> {
        match self.0 {}
    }

    fn members(&self) -> Self::MembersIter {
        match self.0 {}
    }
}

impl<'a> Array<'a, Texts> for Nothing<'a> {
    type Node = Text<'a>;
    type ElementsIter = std::iter::Empty<Text<'a>>;

    fn len(&self) -> usize {
        match self.0 {}
    }

    fn elements(&self) -> Self::ElementsIter {
        match self.0 {}
    }
}

impl JsonNumber for Nothing<'_> {
    fn as_u64(&self) -> Option<u64> {
        match self.0 {}
    }

    fn as_i64(&self) -> Option<i64> {
        match self.0 {}
    }

    fn as_f64(&self) -> Option<f64> {
        match self.0 {}
    }

    fn as_str(&self) -> Cow<'_, str> {
        match self.0 {}
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        match self.0 {}
    }
}
