//! A listing as the marketplace will read it: a tree in one arena, made once per record and used again for the next.
//!
//! Not `serde_json::Value`: building it is five times cheaper and checking twice as cheap, numbers stay decimal, and every
//! node remembers what it was made from, so that a finding about it can name a column.

mod node;
mod twig;
mod write;

pub use node::Elements;
pub(crate) use node::Kind;
pub use node::Ref;
pub use node::Shape;
pub use node::escape;
pub(crate) use twig::Twig;
pub use write::write_text;

use crate::scan::same;
use rust_decimal::Decimal;

/// Which node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// Its number in its listing.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// What a node was made from: a template rule's number, or an offset in the file that was read. 0 is nothing in particular.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source(pub u32);

/// The name of a member, with its hash worked out once, and how it stands in JSON: at load for templates and requirements.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    hash: u32,
    text: Box<str>,
    /// `,"name":`; none where the name has to be escaped, which no marketplace's has.
    written: Option<Box<str>>,
}

impl Key {
    /// Prepares a name.
    pub fn new(text: &str) -> Self {
        let mut written = Vec::with_capacity(text.len() + 3);
        write_text(text, &mut written);
        let is_plain = written.len() == text.len() + 2;
        let written = is_plain.then(|| format!(",\"{text}\":").into_boxed_str());
        Self { hash: hash(text), text: text.into(), written }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A value to be put into a listing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Leaf<'a> {
    /// Nothing: only ever read, or sent where a marketplace takes `null` for "end this".
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number; its scale is kept, `12.50` stays `12.50`.
    Number(Decimal),
    /// A number beyond a decimal's range, as it was written. Only ever read.
    BigNumber(&'a str),
    /// Text.
    Text(&'a str),
}

/// What comes later of a node that was [begun](Listing::begin).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Leaf(Leaf<'a>),
    Array,
    Object,
}

/// One record as a tree. The root is always an object.
#[derive(Clone, Debug)]
pub struct Listing {
    nodes: Vec<Node>,
    text: String,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    hash: u32,
    key: Span,
    /// Whether the name is kept with what JSON has around it.
    is_written: bool,
    next: u32,
    source: Source,
    body: Body,
}

#[derive(Clone, Copy, Debug)]
enum Body {
    Null,
    Bool(bool),
    Number(Decimal),
    BigNumber(Span),
    Text(Span),
    Array(Children),
    Object(Children),
}

#[derive(Clone, Copy, Debug)]
struct Children {
    first: u32,
    last: u32,
    len: u32,
}

/// No node. A listing has far fewer nodes: a feed file is at most some megabytes.
const NONE: u32 = u32::MAX;
const NO_CHILDREN: Children = Children { first: NONE, last: NONE, len: 0 };
const NO_KEY: Span = Span { start: 0, end: 0 };
/// A comma and a quote before a name that is kept as it is written; a quote and a colon behind it.
const BEFORE_KEY: u32 = 2;
const BEHIND_KEY: u32 = 2;

impl Default for Listing {
    fn default() -> Self {
        let mut listing = Self { nodes: Vec::new(), text: String::new() };
        listing.clear();
        listing
    }
}

impl Listing {
    /// An empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// The root's id, for building.
    pub const ROOT: NodeId = NodeId(0);

    /// Back to an empty object, keeping the memory for the next record.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.text.clear();
        self.nodes.push(Node {
            hash: 0,
            key: NO_KEY,
            is_written: false,
            next: NONE,
            source: Source::default(),
            body: Body::Object(NO_CHILDREN),
        });
    }

    /// The whole tree.
    pub fn root(&self) -> Ref<'_> {
        Ref { listing: self, id: Self::ROOT }
    }

    /// A node of this listing.
    pub fn node(&self, id: NodeId) -> Ref<'_> {
        Ref { listing: self, id }
    }

    /// Adds a leaf to an object. The caller makes sure that the key is new.
    pub fn add(&mut self, object: NodeId, key: &Key, leaf: Leaf<'_>, source: Source) -> NodeId {
        let body = self.body(leaf);
        self.append(object, Some(key), body, source)
    }

    /// Adds a leaf to an array.
    pub fn push(&mut self, array: NodeId, leaf: Leaf<'_>, source: Source) -> NodeId {
        let body = self.body(leaf);
        self.append(array, None, body, source)
    }

    /// Adds an empty object to an object.
    pub fn add_object(&mut self, object: NodeId, key: &Key, source: Source) -> NodeId {
        self.append(object, Some(key), Body::Object(NO_CHILDREN), source)
    }

    /// Adds an empty object to an array.
    pub fn push_object(&mut self, array: NodeId, source: Source) -> NodeId {
        self.append(array, None, Body::Object(NO_CHILDREN), source)
    }

    /// Adds an empty array to an object.
    pub fn add_array(&mut self, object: NodeId, key: &Key, source: Source) -> NodeId {
        self.append(object, Some(key), Body::Array(NO_CHILDREN), source)
    }

    /// Adds an empty array to an array.
    pub fn push_array(&mut self, array: NodeId, source: Source) -> NodeId {
        self.append(array, None, Body::Array(NO_CHILDREN), source)
    }

    /// The id that the next node will have.
    pub(crate) fn next(&self) -> NodeId {
        NodeId(index(self.nodes.len()))
    }

    /// The member of an object.
    pub fn get(&self, object: NodeId, key: &Key) -> Option<NodeId> {
        let Body::Object(children) = self.at(object).body else { return None };
        self.find(children, key)
    }

    /// The entry of an array.
    pub fn entry(&self, array: NodeId, index: usize) -> Option<NodeId> {
        self.node(array).elements().nth(index).map(Ref::id)
    }

    /// Replaces a leaf by another, in place. A node with children keeps them out of reach; used for few values per record.
    pub fn replace(&mut self, node: NodeId, leaf: Leaf<'_>, source: Source) {
        let body = self.body(leaf);
        if let Some(node) = self.nodes.get_mut(node.0 as usize) {
            node.body = body;
            node.source = source;
        }
    }

    /// Copies a node of another listing, with all below it, under this key of an object of ours.
    pub fn graft(&mut self, object: NodeId, key: &Key, from: Ref<'_>) -> NodeId {
        match from.shape() {
            Shape::Leaf(leaf) => self.add(object, key, leaf, from.source()),
            Shape::Array => {
                let array = self.add_array(object, key, from.source());
                self.graft_children(array, from);
                array
            }
            Shape::Object => {
                let node = self.add_object(object, key, from.source());
                self.graft_children(node, from);
                node
            }
        }
    }

    fn graft_children(&mut self, into: NodeId, from: Ref<'_>) {
        for (key, node) in from.members() {
            self.graft(into, &Key::new(key), node);
        }
        for node in from.elements() {
            match node.shape() {
                Shape::Leaf(leaf) => {
                    self.push(into, leaf, node.source());
                }
                Shape::Array => {
                    let array = self.push_array(into, node.source());
                    self.graft_children(array, node);
                }
                Shape::Object => {
                    let object = self.push_object(into, node.source());
                    self.graft_children(object, node);
                }
            }
        }
    }

    /// Adds a member whose value comes later, by its name; `None` when the object has one of that name.
    pub(crate) fn begin(&mut self, object: NodeId, name: &str) -> Option<NodeId> {
        let hash = hash(name);
        let Body::Object(children) = self.at(object).body else { return None };
        match self.named(children, hash, name) {
            Some(_) => None,
            None => Some(self.begin_new(object, name)),
        }
    }

    /// The same of a name that is known to be new.
    pub(crate) fn begin_new(&mut self, object: NodeId, name: &str) -> NodeId {
        let key = self.keep(name);
        self.put(object, (hash(name), key, false), Body::Null, Source::default())
    }

    /// Gives a node the value that comes later.
    pub(crate) fn end(&mut self, node: NodeId, value: Value<'_>, source: Source) {
        let body = match value {
            Value::Leaf(leaf) => self.body(leaf),
            Value::Array => Body::Array(NO_CHILDREN),
            Value::Object => Body::Object(NO_CHILDREN),
        };
        if let Some(node) = self.nodes.get_mut(node.0 as usize) {
            (node.body, node.source) = (body, source);
        }
    }

    fn body(&mut self, leaf: Leaf<'_>) -> Body {
        match leaf {
            Leaf::Null => Body::Null,
            Leaf::Bool(value) => Body::Bool(value),
            Leaf::Number(value) => Body::Number(value),
            Leaf::BigNumber(text) => Body::BigNumber(self.keep(text)),
            Leaf::Text(text) => Body::Text(self.keep(text)),
        }
    }

    fn keep(&mut self, text: &str) -> Span {
        let start = index(self.text.len());
        self.text.push_str(text);
        Span { start, end: index(self.text.len()) }
    }

    fn append(&mut self, parent: NodeId, key: Option<&Key>, body: Body, source: Source) -> NodeId {
        let name = match key {
            None => (0, NO_KEY, false),
            Some(Key { hash, text, written: None }) => (*hash, self.keep(text), false),
            Some(Key { hash, written: Some(written), .. }) => {
                let Span { start, end } = self.keep(written);
                (*hash, Span { start: start + BEFORE_KEY, end: end - BEHIND_KEY }, true)
            }
        };
        self.put(parent, name, body, source)
    }

    /// Puts a node behind the others of its parent.
    fn put(
        &mut self,
        parent: NodeId,
        (hash, key, is_written): (u32, Span, bool),
        body: Body,
        source: Source,
    ) -> NodeId {
        let id = index(self.nodes.len());
        self.nodes.push(Node { hash, key, is_written, next: NONE, source, body });
        self.hang(parent, id);
        NodeId(id)
    }

    /// Hangs a node behind the others of its parent.
    fn hang(&mut self, parent: NodeId, id: u32) {
        let parent = self.nodes.get_mut(parent.0 as usize).map(|parent| &mut parent.body);
        let Some(Body::Array(children) | Body::Object(children)) = parent else {
            // Only the builder of a listing can get here, by asking a leaf to hold something.
            debug_assert!(false, "a leaf has no children");
            return;
        };
        let last = std::mem::replace(&mut children.last, id);
        children.len += 1;
        if children.first == NONE {
            children.first = id;
        } else if let Some(last) = self.nodes.get_mut(last as usize) {
            last.next = id;
        }
    }

    fn find(&self, children: Children, key: &Key) -> Option<NodeId> {
        self.named(children, key.hash, &key.text)
    }

    fn named(&self, children: Children, hash: u32, name: &str) -> Option<NodeId> {
        let is_it = |node: &Node| node.hash == hash && same(self.bytes(node.key), name.as_bytes());
        // Rules for one place stand together: mostly it is the member that was added last.
        if children.last != NONE && is_it(&self.nodes[children.last as usize]) {
            return Some(NodeId(children.last));
        }
        let mut id = children.first;
        while id != NONE {
            let node = &self.nodes[id as usize];
            if is_it(node) {
                return Some(NodeId(id));
            }
            id = node.next;
        }
        None
    }

    fn at(&self, id: NodeId) -> &Node {
        // Ids are only made by `append`, and `clear` is only called between records.
        &self.nodes[id.0 as usize]
    }

    fn bytes(&self, span: Span) -> &[u8] {
        self.text.as_bytes().get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

// FNV-1a: names are short, and equal hashes are told apart by the text.
const fn hash(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut hash = 0x811c_9dc5_u32;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}

// A listing over 4 GiB cannot be built: the readers refuse files and cells long before.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Listing {
        let mut listing = Listing::new();
        let attributes = listing.add_object(Listing::ROOT, &Key::new("attributes"), Source(0));
        let brand = listing.add_array(attributes, &Key::new("brand"), Source(1));
        let first = listing.push_object(brand, Source(1));
        listing.add(first, &Key::new("value"), Leaf::Text("A \"b\"\n"), Source(1));
        listing.add(attributes, &Key::new("a/b~c"), Leaf::Number("12.50".parse().unwrap()), Source(2));
        listing.add(attributes, &Key::new("none"), Leaf::Null, Source(3));
        listing
    }

    #[test]
    fn writes_what_was_put_in_and_keeps_decimals() {
        let mut out = Vec::new();
        sample().root().write_json(&mut out);
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, r#"{"attributes":{"brand":[{"value":"A \"b\"\n"}],"a/b~c":12.50,"none":null}}"#);
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }

    #[test]
    fn pointers_lead_to_nodes_and_to_the_nearest_one() {
        let listing = sample();
        let root = listing.root();
        assert_eq!(root.pointer("/attributes/brand/0/value").unwrap().as_text(), Some("A \"b\"\n"));
        assert_eq!(root.pointer("/attributes/a~1b~0c").unwrap().source(), Source(2));
        assert!(root.pointer("/attributes/brand/1").is_none());
        assert_eq!(root.nearest("/attributes/brand/1/value").source(), Source(1));
        assert_eq!(root.pointer("").unwrap().len(), 1);
    }

    #[test]
    fn is_empty_again_after_clear() {
        let mut listing = sample();
        listing.clear();
        assert_eq!(format!("{:?}", listing.root()), "{}");
    }
}
