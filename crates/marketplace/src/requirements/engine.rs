//! Lets the schema engine read a listing where it stands, and builds validators of it.
//!
//! The engine compares numbers through floats. None of them may decide here: bounds and steps are keywords of ours
//! ([`super::keywords`]), and for equality a number gives its float only if that float stands for nothing else.

#![expect(clippy::disallowed_types, reason = "the engine's trait asks for a float")]

use super::number::Digits;
use super::number::Number;
use crate::listing::Elements;
use crate::listing::Key;
use crate::listing::Leaf;
use crate::listing::Listing;
use crate::listing::Ref;
use crate::listing::Shape;
use crate::listing::Source;
use jsonschema::JsonType;
use jsonschema::json::Array;
use jsonschema::json::Json;
use jsonschema::json::JsonNumber;
use jsonschema::json::Node;
use jsonschema::json::NodeIdentity;
use jsonschema::json::Object;
use serde_json::Value;
use std::borrow::Cow;

/// The listing's tree as the engine's idea of JSON.
pub(crate) struct Arena;

impl Json for Arena {
    type Node<'a> = Ref<'a>;
    type PreparedKey = Key;
    type StringBuffer = Listing;

    // Walking the members is as cheap as a lookup, which walks them too.
    const KEYS_PER_LOOKUP: usize = 2;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> Key {
        Key::new(key)
    }

    fn with_string_node<T>(buffer: &mut Listing, string: &str, f: impl FnOnce(Ref<'_>) -> T) -> T {
        buffer.clear();
        let id = buffer.add(Listing::ROOT, &Key::new(""), Leaf::Text(string), Source::default());
        f(buffer.node(id))
    }
}

impl<'a> Node<'a, Arena> for Ref<'a> {
    type Object = Members<'a>;
    type Array = Entries<'a>;
    type Number = Number<'a>;

    fn as_object(&self) -> Option<Members<'a>> {
        self.is_object().then_some(Members(*self))
    }

    fn as_array(&self) -> Option<Entries<'a>> {
        self.is_array().then_some(Entries(*self))
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.as_text().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<Number<'a>> {
        number(*self)
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.shape() {
            Shape::Leaf(Leaf::Bool(value)) => Some(value),
            Shape::Leaf(_) | Shape::Array | Shape::Object => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self.shape(), Shape::Leaf(Leaf::Null))
    }

    fn is_number(&self) -> bool {
        matches!(self.shape(), Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_)))
    }

    fn is_string(&self) -> bool {
        self.as_text().is_some()
    }

    fn json_type(&self) -> JsonType {
        match self.shape() {
            Shape::Leaf(Leaf::Null) => JsonType::Null,
            Shape::Leaf(Leaf::Bool(_)) => JsonType::Boolean,
            Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_)) => JsonType::Number,
            Shape::Leaf(Leaf::Text(_)) => JsonType::String,
            Shape::Array => JsonType::Array,
            Shape::Object => JsonType::Object,
        }
    }

    fn string_length_within(&self, min: u64, max: u64) -> Option<bool> {
        let text = self.as_text()?;
        let bytes = text.len() as u64;
        // A character has one to four bytes; mostly that decides without counting.
        Some(bytes <= max && bytes.div_ceil(4) >= min || (min..=max).contains(&(text.chars().count() as u64)))
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match (self.shape(), expected) {
            (Shape::Leaf(Leaf::Null), Value::Null) => true,
            (Shape::Leaf(Leaf::Bool(left)), Value::Bool(right)) => left == *right,
            (Shape::Leaf(Leaf::Text(left)), Value::String(right)) => left == right,
            (Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_)), Value::Number(right)) => {
                match (number(*self), Number::of_json(right)) {
                    (Some(left), Some(right)) => left.compare(&right).is_eq(),
                    (_, _) => false,
                }
            }
            (Shape::Array, Value::Array(right)) => {
                self.len() == right.len() && self.elements().zip(right).all(|(left, right)| left.equals_value(right))
            }
            (Shape::Object, Value::Object(right)) => {
                self.len() == right.len()
                    && self.members().all(|(name, left)| right.get(name).is_some_and(|right| left.equals_value(right)))
            }
            (_, _) => false,
        }
    }

    // Only the engine's own texts show it, and we write ours: what holds others is left empty, or each finding about the
    // root would copy the whole listing.
    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(match self.shape() {
            Shape::Leaf(Leaf::Null) => Value::Null,
            Shape::Leaf(Leaf::Bool(value)) => Value::Bool(value),
            Shape::Leaf(Leaf::Text(text)) => Value::String(text.to_owned()),
            Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_)) => {
                number(*self).map_or(Value::Null, |number| Value::Number(number.to_number().into_owned()))
            }
            Shape::Array => Value::Array(Vec::new()),
            Shape::Object => Value::Object(serde_json::Map::new()),
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::tagged(std::ptr::from_ref(self.listing()) as usize, self.id().number()))
    }
}

/// A node's number, if it is one.
pub(crate) fn number(node: Ref<'_>) -> Option<Number<'_>> {
    match node.shape() {
        Shape::Leaf(Leaf::Number(value)) => Some(Number::Decimal(value)),
        Shape::Leaf(Leaf::BigNumber(text)) => Some(Number::Written(Cow::Borrowed(text))),
        Shape::Leaf(Leaf::Null | Leaf::Bool(_) | Leaf::Text(_)) | Shape::Array | Shape::Object => None,
    }
}

/// Appends the one form that all equal values share: members sorted, numbers by value.
pub(crate) fn write_canonical(node: Ref<'_>, out: &mut String) {
    match node.shape() {
        Shape::Leaf(Leaf::Null) => out.push('0'),
        Shape::Leaf(Leaf::Bool(value)) => out.push(if value { 't' } else { 'f' }),
        Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_)) => {
            if let Some(number) = number(node) {
                out.push('#');
                number.write_canonical(out);
            }
        }
        Shape::Leaf(Leaf::Text(text)) => write_canonical_text(text, out),
        Shape::Array => {
            out.push('[');
            for entry in node.elements() {
                write_canonical(entry, out);
                out.push(',');
            }
            out.push(']');
        }
        Shape::Object => {
            let mut members: Vec<_> = node.members().collect();
            members.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (name, member) in members {
                write_canonical_text(name, out);
                write_canonical(member, out);
            }
            out.push('}');
        }
    }
}

/// The same for a value of a document.
pub(crate) fn write_canonical_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push('0'),
        Value::Bool(value) => out.push(if *value { 't' } else { 'f' }),
        Value::Number(number) => {
            if let Some(number) = Number::of_json(number) {
                out.push('#');
                number.write_canonical(out);
            }
        }
        Value::String(text) => write_canonical_text(text, out),
        Value::Array(entries) => {
            out.push('[');
            for entry in entries {
                write_canonical_value(entry, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (name, member) in members {
                write_canonical_text(name, out);
                write_canonical_value(member, out);
            }
            out.push('}');
        }
    }
}

// The length goes first, so that no text can end another's.
fn write_canonical_text(text: &str, out: &mut String) {
    out.push_str(&text.len().to_string());
    out.push('"');
    out.push_str(text);
}

/// An object, to the engine.
#[derive(Clone, Copy)]
pub(crate) struct Members<'a>(Ref<'a>);

impl<'a> Object<'a, Arena> for Members<'a> {
    type Node = Ref<'a>;
    type MemberName = &'a str;
    type MembersIter = MembersIter<'a>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, key: &Key) -> Option<Ref<'a>> {
        self.0.get(key)
    }

    fn members(&self) -> MembersIter<'a> {
        MembersIter(self.0.children_in_order())
    }
}

/// The members of an object, to the engine.
pub(crate) struct MembersIter<'a>(Elements<'a>);

impl<'a> Iterator for MembersIter<'a> {
    type Item = (&'a str, Ref<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|node| (node.name(), node))
    }
}

/// An array, to the engine.
#[derive(Clone, Copy)]
pub(crate) struct Entries<'a>(Ref<'a>);

impl<'a> Array<'a, Arena> for Entries<'a> {
    type Node = Ref<'a>;
    type ElementsIter = Elements<'a>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn elements(&self) -> Elements<'a> {
        self.0.elements()
    }

    fn is_unique(&self) -> bool {
        let mut forms: Vec<String> = self
            .0
            .elements()
            .map(|entry| {
                let mut form = String::new();
                write_canonical(entry, &mut form);
                form
            })
            .collect();
        forms.sort_unstable();
        forms.windows(2).all(|pair| pair.first() != pair.last())
    }
}

impl JsonNumber for Number<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.whole().and_then(|whole| u64::try_from(whole).ok())
    }

    fn as_i64(&self) -> Option<i64> {
        self.whole().and_then(|whole| i64::try_from(whole).ok())
    }

    // Only if the float stands for this number and no other; a number of a document is always such a float.
    fn as_f64(&self) -> Option<f64> {
        let float: f64 = self.text().parse().ok()?;
        let same = float.is_finite() && Digits::parse(&float.to_string())? == self.digits();
        same.then_some(float)
    }

    fn as_str(&self) -> Cow<'_, str> {
        self.text()
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        Cow::Owned(serde_json::from_str(&self.text()).unwrap_or_else(|_| 0.into()))
    }

    fn is_integer(&self) -> bool {
        self.is_whole()
    }
}
