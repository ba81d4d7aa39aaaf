//! What a record tells a marketplace: a digest to know it again by, and which lanes it tells along.
//!
//! A whole listing also says what it costs and how many there are. Where these have feeds of their own, they are no part
//! of the listing's digest: a new price is a new price, and no new listing.

use crate::contract::Category;
use crate::listing::Leaf;
use crate::listing::Ref;
use crate::listing::Shape;
use crate::template::Rule;
use feedwright_catalog::Field;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::digest::Lane;
use std::fmt::Write as _;

/// What a record tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The digest of what it tells in its own lane: equal for records that say the same.
    pub digest: Digest,
    /// The lanes with feeds of their own that it tells along, sorted.
    pub along: Vec<Lane>,
}

/// A lane with a feed of its own, and how that feed fills its records.
#[derive(Clone, Copy, Debug)]
pub struct Apart<'a> {
    /// The lane.
    pub lane: Lane,
    /// The category of its feed.
    pub category: &'a Category,
}

/// What a record tells. Values that a lane `apart` tells as well are left to that lane.
pub fn told(category: &Category, record: Ref<'_>, apart: &[Apart<'_>]) -> Told {
    let mut walk = Walk {
        category,
        apart,
        said: Vec::new(),
        along: Vec::new(),
        path: Vec::new(),
        n_said: 0,
        number: String::new(),
    };
    text(&mut walk.said, &category.id);
    walk.node(record);
    walk.along.sort_unstable();
    walk.along.dedup();
    Told { digest: Digest(blake3::hash(&walk.said).into()), along: walk.along }
}

struct Walk<'a, 'r> {
    category: &'a Category,
    apart: &'a [Apart<'a>],
    /// What is told, to be hashed in one go.
    said: Vec<u8>,
    along: Vec<Lane>,
    /// The way to where the walk is.
    path: Vec<Step<'r>>,
    /// How much of that way was said already, with the leaf before.
    n_said: usize,
    number: String,
}

/// A step on the way to a leaf.
#[derive(Clone, Copy)]
enum Step<'r> {
    Member(&'r str),
    Entry(usize),
}

impl<'r> Walk<'_, 'r> {
    fn node(&mut self, node: Ref<'r>) {
        match node.shape() {
            Shape::Leaf(leaf) => self.leaf(node, leaf),
            Shape::Array | Shape::Object => {
                let is_array = node.is_array();
                for (at, child) in node.children_in_order().enumerate() {
                    self.path.push(if is_array { Step::Entry(at) } else { Step::Member(child.name()) });
                    self.node(child);
                    self.path.pop();
                    self.n_said = self.n_said.min(self.path.len());
                }
            }
        }
    }

    // Containers are told by the leaves in them, so that one which only holds a price leaves no trace.
    fn leaf(&mut self, node: Ref<'_>, leaf: Leaf<'_>) {
        let rule = self.category.plan.rule(node.source());
        if let Some(lane) = rule.and_then(|rule| self.lane_of(rule)) {
            self.along.push(lane);
            return;
        }
        // How far the way is that of the leaf before, and then the rest of it.
        self.said.extend((self.n_said as u64).to_le_bytes());
        for step in self.path.get(self.n_said..).unwrap_or_default() {
            match step {
                Step::Member(name) => {
                    self.said.push(b'm');
                    text(&mut self.said, name);
                }
                Step::Entry(at) => {
                    self.said.push(b'e');
                    self.said.extend((*at as u64).to_le_bytes());
                }
            }
        }
        self.n_said = self.path.len();
        let (kind, value) = match leaf {
            Leaf::Null => (b'0', ""),
            Leaf::Bool(value) => (b'b', if value { "true" } else { "false" }),
            // However many zeros stand behind the point.
            Leaf::Number(value) => {
                self.number.clear();
                let _infallible = write!(self.number, "{}", value.normalize());
                (b'n', self.number.as_str())
            }
            Leaf::BigNumber(value) => (b'n', value),
            Leaf::Text(value) => (b't', value),
        };
        self.said.push(kind);
        text(&mut self.said, value);
    }

    /// The lane apart that tells everything this rule reads.
    fn lane_of(&self, rule: &Rule) -> Option<Lane> {
        let first = rule.fields().first()?;
        let apart = self.apart.iter().find(|apart| tells(apart, first))?;
        rule.fields().iter().all(|field| tells(apart, field)).then_some(apart.lane)
    }
}

fn tells(apart: &Apart<'_>, field: &Field) -> bool {
    let is_of_lane = match field {
        Field::Known(known) => Lane::of(known.def().group) == apart.lane,
        Field::Custom(_) => false,
    };
    is_of_lane && apart.category.plan.writes(field)
}

// Length first, so that no two different sequences of texts run together to the same bytes.
fn text(said: &mut Vec<u8>, text: &str) {
    said.extend((text.len() as u64).to_le_bytes());
    said.extend(text.as_bytes());
}
