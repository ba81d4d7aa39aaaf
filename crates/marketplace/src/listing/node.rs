//! Reading a listing: nodes, their children, and the way of a JSON Pointer.

use super::Body;
use super::Children;
use super::Key;
use super::Leaf;
use super::Listing;
use super::NO_CHILDREN;
use super::NodeId;
use super::Source;
use crate::scan;
use rust_decimal::Decimal;
use std::fmt;

/// A node of a listing, to read.
#[derive(Clone, Copy)]
pub struct Ref<'a> {
    pub(super) listing: &'a Listing,
    pub(super) id: NodeId,
}

/// What a node is.
#[derive(Clone, Copy)]
pub enum Shape<'a> {
    /// A leaf.
    Leaf(Leaf<'a>),
    /// An array.
    Array,
    /// An object.
    Object,
}

/// What kind of value a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    False,
    True,
    Number,
    Text,
    Array,
    Object,
}

impl<'a> Ref<'a> {
    /// The node's id in its listing.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// The listing it stands in.
    pub fn listing(self) -> &'a Listing {
        self.listing
    }

    /// What it was made from.
    pub fn source(self) -> Source {
        self.listing.at(self.id).source
    }

    /// What it is.
    #[inline]
    pub fn shape(self) -> Shape<'a> {
        match self.listing.at(self.id).body {
            Body::Null => Shape::Leaf(Leaf::Null),
            Body::Bool(value) => Shape::Leaf(Leaf::Bool(value)),
            Body::Number(value) => Shape::Leaf(Leaf::Number(value)),
            Body::BigNumber(span) => Shape::Leaf(Leaf::BigNumber(self.listing.slice(span))),
            Body::Text(span) => Shape::Leaf(Leaf::Text(self.listing.slice(span))),
            Body::Array(_) => Shape::Array,
            Body::Object(_) => Shape::Object,
        }
    }

    /// Its text, if it is one.
    pub fn as_text(self) -> Option<&'a str> {
        match self.listing.at(self.id).body {
            Body::Text(span) => Some(self.listing.slice(span)),
            _ => None,
        }
    }

    /// Its number, if it is one in a decimal's range.
    pub fn as_number(self) -> Option<Decimal> {
        match self.listing.at(self.id).body {
            Body::Number(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        matches!(self.listing.at(self.id).body, Body::Object(_))
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        matches!(self.listing.at(self.id).body, Body::Array(_))
    }

    /// How many entries or members it has; 0 for a leaf.
    pub fn len(self) -> usize {
        self.children().len as usize
    }

    /// Whether it has none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The member with this name.
    pub fn get(self, key: &Key) -> Option<Self> {
        let Body::Object(children) = self.listing.at(self.id).body else { return None };
        self.listing.find(children, key).map(|id| Ref { id, ..self })
    }

    /// The member with this name, for the few places where preparing a [`Key`] is not worth it.
    pub fn member(self, name: &str) -> Option<Self> {
        let Body::Object(children) = self.listing.at(self.id).body else { return None };
        let mut nodes = Elements { listing: self.listing, next: children.first };
        nodes.find(|node| scan::same(node.hashed_name().1, name.as_bytes()))
    }

    /// The name it has in its object; empty for an entry of an array.
    pub fn name(self) -> &'a str {
        self.listing.slice(self.listing.at(self.id).key)
    }

    /// The hash of that name, as [`Key::name_hash`] works it out, and its bytes: cheaper to compare than text.
    #[inline]
    pub(crate) fn hashed_name(self) -> (u32, &'a [u8]) {
        let node = self.listing.at(self.id);
        let bytes = self.listing.text.as_bytes().get(node.key.start as usize..node.key.end as usize);
        (node.hash, bytes.unwrap_or_default())
    }

    /// What kind of value it is, and how many entries or members it has.
    #[inline]
    pub(crate) fn kind(self) -> (Kind, u32) {
        match self.listing.at(self.id).body {
            Body::Null => (Kind::Null, 0),
            Body::Bool(false) => (Kind::False, 0),
            Body::Bool(true) => (Kind::True, 0),
            Body::Number(_) | Body::BigNumber(_) => (Kind::Number, 0),
            Body::Text(_) => (Kind::Text, 0),
            Body::Array(children) => (Kind::Array, children.len),
            Body::Object(children) => (Kind::Object, children.len),
        }
    }

    /// The entries of an array or the values of an object, in order.
    pub fn children_in_order(self) -> Elements<'a> {
        Elements { listing: self.listing, next: self.children().first }
    }

    /// The entries of an array, in order.
    pub fn elements(self) -> Elements<'a> {
        let children = match self.listing.at(self.id).body {
            Body::Array(children) => children,
            _ => NO_CHILDREN,
        };
        Elements { listing: self.listing, next: children.first }
    }

    /// The members of an object, in the order they were added.
    pub fn members(self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        let children = match self.listing.at(self.id).body {
            Body::Object(children) => children,
            _ => NO_CHILDREN,
        };
        let listing = self.listing;
        Elements { listing, next: children.first }.map(move |node| (listing.slice(listing.at(node.id).key), node))
    }

    /// The node a JSON Pointer leads to.
    pub fn pointer(self, pointer: &str) -> Option<Self> {
        let mut tokens = tokens(pointer);
        tokens.try_fold(self, |node, token| {
            if node.is_array() { node.elements().nth(token.parse().ok()?) } else { node.member(&unescape(token)) }
        })
    }

    /// The deepest node that exists on the way to where a JSON Pointer leads.
    #[must_use]
    pub fn nearest(self, pointer: &str) -> Self {
        let mut node = self;
        for token in tokens(pointer) {
            let next = if node.is_array() {
                token.parse().ok().and_then(|index| node.elements().nth(index))
            } else {
                node.member(&unescape(token))
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    fn children(self) -> Children {
        match self.listing.at(self.id).body {
            Body::Array(children) | Body::Object(children) => children,
            Body::Null | Body::Bool(_) | Body::Number(_) | Body::BigNumber(_) | Body::Text(_) => NO_CHILDREN,
        }
    }
}

impl Key {
    /// The hash of the name, the same that nodes under this name carry.
    pub(crate) fn name_hash(&self) -> u32 {
        self.hash
    }
}

impl fmt::Debug for Ref<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut json = Vec::new();
        self.write_json(&mut json);
        out.write_str(&String::from_utf8_lossy(&json))
    }
}

/// The entries of an array.
#[derive(Clone)]
pub struct Elements<'a> {
    pub(super) listing: &'a Listing,
    pub(super) next: u32,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Ref<'a>;

    #[inline]
    fn next(&mut self) -> Option<Ref<'a>> {
        let node = self.listing.nodes.get(self.next as usize)?;
        let id = NodeId(std::mem::replace(&mut self.next, node.next));
        Some(Ref { listing: self.listing, id })
    }
}

/// A pointer's token with `~` and `/` escaped, as RFC 6901 has it.
pub fn escape(token: &str) -> std::borrow::Cow<'_, str> {
    if token.contains(['~', '/']) { token.replace('~', "~0").replace('/', "~1").into() } else { token.into() }
}

/// A pointer's tokens, as they are written.
fn tokens(pointer: &str) -> impl Iterator<Item = &str> {
    let mut rest = scan::split_once(pointer, b'/').map(|(_, rest)| rest);
    std::iter::from_fn(move || {
        let (token, others) = scan::split_once(rest?, b'/').map_or((rest?, None), |(token, rest)| (token, Some(rest)));
        rest = others;
        Some(token)
    })
}

fn unescape(token: &str) -> std::borrow::Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}
