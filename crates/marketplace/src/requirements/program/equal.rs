//! When values are equal, and when the entries of an array differ enough; without a text made for it.

use super::super::engine::Arena;
use super::super::engine::number;
use super::super::keywords::Side;
use crate::listing::Key;
use crate::listing::Leaf;
use crate::listing::Ref;
use crate::listing::Shape;
use jsonschema::Keyword;
use jsonschema::json::Array as _;
use jsonschema::json::Node as _;
use serde_json::Value;

/// Arrays up to this size are compared entry by entry; others as the engine does it, by sorted texts.
const SMALL: usize = 16;

/// Whether two values are equal: members in any order, numbers by value.
pub(super) fn equal(left: Ref<'_>, right: Ref<'_>) -> bool {
    match (left.shape(), right.shape()) {
        (Shape::Leaf(Leaf::Null), Shape::Leaf(Leaf::Null)) => true,
        (Shape::Leaf(Leaf::Bool(left)), Shape::Leaf(Leaf::Bool(right))) => left == right,
        (Shape::Leaf(Leaf::Text(left)), Shape::Leaf(Leaf::Text(right))) => left == right,
        (Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_)), Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_))) => {
            match (number(left), number(right)) {
                (Some(left), Some(right)) => left.compare(&right).is_eq(),
                (_, _) => false,
            }
        }
        (Shape::Array, Shape::Array) => {
            left.len() == right.len() && left.elements().zip(right.elements()).all(|(left, right)| equal(left, right))
        }
        (Shape::Object, Shape::Object) => {
            left.len() == right.len()
                && left
                    .children_in_order()
                    .all(|member| namesake(member, right).is_some_and(|other| equal(member, other)))
        }
        (Shape::Leaf(_) | Shape::Array | Shape::Object, _) => false,
    }
}

/// The member of another object that has the same name.
fn namesake<'a>(member: Ref<'_>, object: Ref<'a>) -> Option<Ref<'a>> {
    let hash = member.name_hash();
    object.children_in_order().find(|other| other.name_hash() == hash && other.name() == member.name())
}

/// `uniqueItems`.
pub(super) fn unique(array: Ref<'_>) -> bool {
    if array.len() > SMALL {
        return array.as_array().is_none_or(|entries| entries.is_unique());
    }
    let mut entries = array.elements();
    while let Some(entry) = entries.next() {
        if entries.clone().any(|other| equal(entry, other)) {
            return false;
        }
    }
    true
}

/// `maxUniqueItems` and `minUniqueItems`, with their selectors.
pub(super) struct Combinations {
    pub(super) limit: usize,
    pub(super) side: Side,
    pub(super) selectors: Box<[Selector]>,
    /// The keyword itself, for large arrays.
    pub(super) keyword: Box<dyn for<'i> Keyword<'i, Arena>>,
}

pub(super) struct Selector {
    pub(super) key: Key,
    pub(super) default: Option<Value>,
}

impl Combinations {
    pub(super) fn hold(&self, array: Ref<'_>) -> bool {
        if self.side == Side::AtMost && array.len() <= self.limit {
            return true;
        }
        if array.len() > SMALL {
            return self.keyword.is_valid(array);
        }
        let objects = || array.elements().filter(|entry| entry.is_object());
        objects().all(|entry| {
            let count = objects().filter(|other| self.same(entry, *other)).count();
            self.side.holds(count.cmp(&self.limit))
        })
    }

    fn same(&self, left: Ref<'_>, right: Ref<'_>) -> bool {
        if left.id() == right.id() {
            return true;
        }
        if self.selectors.is_empty() {
            return equal(left, right);
        }
        self.selectors.iter().all(|selector| {
            match (left.get(&selector.key), right.get(&selector.key), &selector.default) {
                (Some(left), Some(right), _) => equal(left, right),
                (Some(given), None, Some(default)) | (None, Some(given), Some(default)) => given.equals_value(default),
                (None, None, _) => true,
                (Some(_), None, None) | (None, Some(_), None) => false,
            }
        })
    }
}
