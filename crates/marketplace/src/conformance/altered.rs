//! An adapter whose records are changed between mapping and check: what no catalog could leave out or write can be
//! tried all the same, and goes through the real check.

use crate::check::Checked;
use crate::contract::Category;
use crate::contract::CategoryError;
use crate::contract::Channel;
use crate::contract::Feed;
use crate::contract::FeedText;
use crate::contract::Framing;
use crate::contract::Marketplace;
use crate::contract::Part;
use crate::contract::Profile;
use crate::contract::Pulled;
use crate::contract::TaxonomyEntry;
use crate::exchange::Exchange;
use crate::exchange::Parcel;
use crate::exchange::Polled;
use crate::exchange::ProtocolError;
use crate::exchange::Receipt;
use crate::exchange::Row;
use crate::listing::Key;
use crate::listing::Leaf;
use crate::listing::Listing;
use crate::listing::NodeId;
use crate::listing::Ref;
use crate::listing::Shape;
use crate::listing::escape;
use crate::report::Verdict;
use crate::template::Filled;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What is changed in a record.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Nothing.
    Nothing,
    /// The node at this pointer is left out.
    Without(String),
    /// The leaf at this pointer is another text.
    Text(String, String),
    /// The leaf at this pointer is another number.
    Number(String, Decimal),
    /// The list at this pointer holds its first entry so many times.
    Times(String, usize),
}

/// An adapter with changed records.
#[derive(Debug)]
pub(super) struct Altered<'a> {
    pub(super) inner: &'a dyn Marketplace,
    pub(super) change: &'a Change,
}

#[deny(clippy::missing_trait_methods)]
impl Marketplace for Altered<'_> {
    fn profile(&self) -> &'static Profile {
        self.inner.profile()
    }

    fn channel(&self) -> &Channel {
        self.inner.channel()
    }

    fn category(&self, feed: &Feed, id: &str) -> Result<Arc<Category>, CategoryError> {
        self.inner.category(feed, id)
    }

    fn map(
        &self,
        feed: &Feed,
        category: &Category,
        item: &Item<'_>,
        listing: &mut Listing,
        out: &mut Findings,
    ) -> Filled {
        if let Change::Nothing = self.change {
            return self.inner.map(feed, category, item, listing, out);
        }
        let mut whole = Listing::new();
        let filled = self.inner.map(feed, category, item, &mut whole, out);
        let mut copy = Copy { change: self.change, pointer: String::new(), into: listing };
        copy.members(whole.root(), Listing::ROOT);
        filled
    }

    fn policy(&self, feed: &Feed, category: &Category, record: Ref<'_>, out: &mut Findings) {
        self.inner.policy(feed, category, record, out);
    }

    fn framing(&self, feed: &Feed, part: &Part, category: Option<&Category>) -> Framing {
        self.inner.framing(feed, part, category)
    }

    fn begin(&self, feed: &Feed, part: &Part, ordinal: u64, out: &mut Vec<u8>) {
        self.inner.begin(feed, part, ordinal, out);
    }

    fn encode(&self, feed: &Feed, part: &Part, category: &Category, listing: &Checked<'_>, out: &mut Vec<u8>) {
        self.inner.encode(feed, part, category, listing, out);
    }

    fn lint(&self, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
        self.inner.lint(feed, file, out)
    }

    fn taxonomy(&self) -> Vec<TaxonomyEntry> {
        self.inner.taxonomy()
    }

    fn submit(&self, parcel: Parcel) -> Option<Box<dyn Exchange<Receipt>>> {
        self.inner.submit(parcel)
    }

    fn poll(&self, feed: &'static Feed, id: &str) -> Option<Box<dyn Exchange<Polled>>> {
        self.inner.poll(feed, id)
    }

    fn read_report(
        &self,
        feed: &Feed,
        report: &[u8],
        rows: &[Row],
        out: &mut Findings,
    ) -> Result<Vec<Verdict>, ProtocolError> {
        self.inner.read_report(feed, report, rows, out)
    }

    fn pull(&self, categories: &[String]) -> Option<Box<dyn Exchange<Vec<Pulled>>>> {
        self.inner.pull(categories)
    }
}

struct Copy<'a> {
    change: &'a Change,
    pointer: String,
    into: &'a mut Listing,
}

impl Copy<'_> {
    fn members(&mut self, from: Ref<'_>, into: NodeId) {
        for (name, node) in from.members() {
            self.below(&escape(name), |copy| copy.node(node, into, Some(&Key::new(name))));
        }
    }

    fn elements(&mut self, from: Ref<'_>, into: NodeId) {
        if let (Change::Times(pointer, times), Some(first)) = (self.change, from.elements().next())
            && *pointer == self.pointer
        {
            for _ in 0..*times {
                self.node(first, into, None);
            }
            return;
        }
        for (at, node) in from.elements().enumerate() {
            self.below(&at.to_string(), |copy| copy.node(node, into, None));
        }
    }

    fn below(&mut self, token: &str, copy: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(token);
        copy(self);
        self.pointer.truncate(length);
    }

    fn node(&mut self, node: Ref<'_>, into: NodeId, key: Option<&Key>) {
        let source = node.source();
        let leaf = match (self.change, node.shape()) {
            (Change::Without(pointer), _) if *pointer == self.pointer => return,
            (Change::Text(pointer, text), _) if *pointer == self.pointer => Leaf::Text(text),
            (Change::Number(pointer, number), _) if *pointer == self.pointer => Leaf::Number(*number),
            (_, Shape::Leaf(leaf)) => leaf,
            (_, Shape::Array) => {
                let array = match key {
                    Some(key) => self.into.add_array(into, key, source),
                    None => self.into.push_array(into, source),
                };
                self.elements(node, array);
                return;
            }
            (_, Shape::Object) => {
                let object = match key {
                    Some(key) => self.into.add_object(into, key, source),
                    None => self.into.push_object(into, source),
                };
                self.members(node, object);
                return;
            }
        };
        match key {
            Some(key) => self.into.add(into, key, leaf, source),
            None => self.into.push(into, leaf, source),
        };
    }
}
