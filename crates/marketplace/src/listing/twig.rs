//! Small trees that are the same for every record but for one leaf: made once, and put in as a whole.

use super::Body;
use super::Children;
use super::Key;
use super::Leaf;
use super::Listing;
use super::NO_KEY;
use super::NONE;
use super::Node;
use super::NodeId;
use super::Source;
use super::Span;
use super::index;

/// A tree that waits for its leaf, which was put in last.
#[derive(Clone, Debug)]
pub(crate) struct Twig {
    /// As in a listing, counted from the first.
    nodes: Vec<Node>,
    text: String,
    /// What holds the leaf.
    holder: u32,
}

/// Instead of the rule's number, while a twig is made.
const RULE: Source = Source(u32::MAX);

impl Twig {
    /// What `grow` puts into an object or an array, with the source it is to be marked with; it gives what holds the leaf.
    pub(crate) fn of(
        is_member: bool,
        grow: impl FnOnce(&mut Listing, NodeId, Source) -> Option<NodeId>,
    ) -> Option<Self> {
        let mut listing = Listing::new();
        let parent =
            if is_member { Listing::ROOT } else { listing.add_array(Listing::ROOT, &Key::new(""), Source::default()) };
        let (first, text) = (listing.nodes.len(), listing.text.len());
        let holder = grow(&mut listing, parent, RULE)?;
        let back = |at: u32, by: usize| at.wrapping_sub(index(by));
        let nodes = listing.nodes.get(first..)?.iter();
        let nodes = nodes.map(|node| node.moved(|at| back(at, first), |at| back(at, text), node.source)).collect();
        let text = listing.text.get(text..)?.to_owned();
        Some(Self { nodes, text, holder: holder.0.checked_sub(index(first))? })
    }
}

impl Listing {
    /// Puts a twig with its leaf into an object or an array. Gives what holds the leaf. The caller makes sure that the key is
    /// new.
    pub(crate) fn graft_twig(&mut self, parent: NodeId, twig: &Twig, leaf: Leaf<'_>, source: Source) -> NodeId {
        let body = self.body(leaf);
        let (first, text) = (index(self.nodes.len()), index(self.text.len()));
        self.text.push_str(&twig.text);
        let source_of = |node: &Node| if node.source == RULE { source } else { node.source };
        let on = |by: u32| move |at: u32| at.wrapping_add(by);
        self.nodes.extend(twig.nodes.iter().map(|node| node.moved(on(first), on(text), source_of(node))));
        if let Some(leaf) = self.nodes.last_mut() {
            leaf.body = body;
        }
        self.hang(parent, first);
        NodeId(first.wrapping_add(twig.holder))
    }
}

impl Node {
    /// The same in another place: nodes and texts are elsewhere.
    #[inline]
    fn moved(&self, node: impl Fn(u32) -> u32, text: impl Fn(u32) -> u32, source: Source) -> Self {
        let other = |at: u32| if at == NONE { NONE } else { node(at) };
        let span = |span: Span| Span { start: text(span.start), end: text(span.end) };
        let children = |children: Children| Children {
            first: other(children.first),
            last: other(children.last),
            len: children.len,
        };
        Self {
            hash: self.hash,
            key: if self.key.end == 0 { NO_KEY } else { span(self.key) },
            is_written: self.is_written,
            next: other(self.next),
            source,
            body: match self.body {
                body @ (Body::Null | Body::Bool(_) | Body::Number(_)) => body,
                Body::BigNumber(text) => Body::BigNumber(span(text)),
                Body::Text(text) => Body::Text(span(text)),
                Body::Array(all) => Body::Array(children(all)),
                Body::Object(all) => Body::Object(children(all)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list with an object of two texts and the leaf.
    fn grow(listing: &mut Listing, parent: NodeId, source: Source, leaf: Leaf<'_>) -> NodeId {
        let list = listing.add_array(parent, &Key::new("brand"), source);
        let entry = listing.push_object(list, source);
        listing.add(entry, &Key::new("language"), Leaf::Text("en_US"), Source::default());
        listing.add(entry, &Key::new("a \"b\""), Leaf::Text("c"), Source::default());
        listing.add(entry, &Key::new("value"), leaf, source);
        entry
    }

    #[test]
    fn a_twig_is_what_would_have_been_made_step_by_step() {
        let twig = Twig::of(true, |listing, parent, source| Some(grow(listing, parent, source, Leaf::Null))).unwrap();
        let (mut grafted, mut grown) = (Listing::new(), Listing::new());
        for (leaf, source) in [(Leaf::Text("A"), Source(3)), (Leaf::Bool(true), Source(4))] {
            for listing in [&mut grafted, &mut grown] {
                listing.add(Listing::ROOT, &Key::new("first"), Leaf::Text("one"), Source(1));
            }
            let holder = grafted.graft_twig(Listing::ROOT, &twig, leaf, source);
            assert_eq!(holder, grow(&mut grown, Listing::ROOT, source, leaf));
            grafted.add(holder, &Key::new("unit"), Leaf::Text("g"), source);
            grown.add(holder, &Key::new("unit"), Leaf::Text("g"), source);
        }
        assert_eq!(format!("{:?}", grafted.root()), format!("{:?}", grown.root()));
        let sources = |listing: &Listing| listing.nodes.iter().map(|node| node.source).collect::<Vec<_>>();
        assert_eq!(sources(&grafted), sources(&grown));
    }

    #[test]
    fn a_twig_of_a_list_goes_into_a_list() {
        let push = |listing: &mut Listing, parent: NodeId, source: Source| {
            let entry = listing.push_object(parent, source);
            listing.add(entry, &Key::new("value"), Leaf::Null, source);
            Some(entry)
        };
        let twig = Twig::of(false, push).unwrap();
        let mut listing = Listing::new();
        let list = listing.add_array(Listing::ROOT, &Key::new("list"), Source(1));
        listing.graft_twig(list, &twig, Leaf::Text("a"), Source(1));
        listing.graft_twig(list, &twig, Leaf::Text("b"), Source(1));
        assert_eq!(format!("{:?}", listing.root()), r#"{"list":[{"value":"a"},{"value":"b"}]}"#);
        assert_eq!(listing.root().pointer("/list").unwrap().len(), 2);
    }
}
