//! Equality of values where they stand, and what is counted by it: unique items, and items per combination of selectors.

use super::super::engine;
use super::super::engine::number;
use super::check::Combinations;
use super::table;
use crate::json;
use crate::listing::Key;
use crate::listing::Leaf;
use crate::listing::Listing;
use crate::listing::Ref;
use crate::listing::Shape;
use rust_decimal::Decimal;
use serde_json::Value;
use std::fmt;
use std::hash::Hash;
use std::hash::Hasher;

/// A member that tells items apart.
#[derive(Clone)]
pub(super) struct Selector {
    key: Key,
    /// What stands for it where an item leaves it out: as a listing, and in the form that all equal values share.
    default: Option<(Listing, String)>,
}

impl Selector {
    pub(super) fn new(name: &str, default: Option<&Value>) -> Option<Self> {
        let default = match default {
            None => None,
            Some(value) => {
                let mut listing = Listing::new();
                json::read_value(value.to_string().as_bytes(), &mut listing).ok()?;
                let mut form = String::new();
                engine::write_canonical_value(value, &mut form);
                Some((listing, form))
            }
        };
        Some(Self { key: Key::new(name), default })
    }

    fn of<'a>(&'a self, item: Ref<'a>) -> Option<Ref<'a>> {
        let default = || self.default.as_ref().and_then(|(listing, _)| listing.root().children_in_order().next());
        item.get(&self.key).or_else(default)
    }
}

impl PartialEq for Selector {
    fn eq(&self, other: &Self) -> bool {
        let form = |selector: &Self| selector.default.as_ref().map(|(_, form)| form.clone());
        self.key == other.key && form(self) == form(other)
    }
}

impl Eq for Selector {}

impl Hash for Selector {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
        self.default.as_ref().map(|(_, form)| form).hash(state);
    }
}

impl fmt::Debug for Selector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Selector").field(&self.key.as_str()).finish()
    }
}

/// Up to this many items are compared each with each.
const FEW: usize = 16;
/// Up to this many are sorted without asking for memory.
const SOME: usize = 256;

/// Whether no two items are equal.
pub(super) fn all_differ(array: Ref<'_>) -> bool {
    match array.len() {
        0 | 1 => true,
        2..=FEW => {
            let mut rest = array.elements();
            while let Some(item) = rest.next() {
                if rest.clone().any(|other| same(item, other)) {
                    return false;
                }
            }
            true
        }
        _ => by_hash(
            array,
            |_| true,
            digest,
            |run| run.iter().enumerate().all(|(at, item)| run.iter().skip(at + 1).all(|other| !same(*item, *other))),
        ),
    }
}

/// Whether each combination is there as often as it may or must be. Items that are no objects do not count.
pub(super) fn counts_hold(combinations: &Combinations, array: Ref<'_>) -> bool {
    let limit = combinations.limit as usize;
    let at_most = combinations.side == super::super::keywords::Side::AtMost;
    if at_most && array.len() <= limit || !at_most && limit <= 1 {
        return true;
    }
    let selectors = &*combinations.selectors;
    let together = |left: Ref<'_>, right: Ref<'_>| {
        if selectors.is_empty() {
            return same(left, right);
        }
        selectors.iter().all(|selector| match (selector.of(left), selector.of(right)) {
            (Some(left), Some(right)) => same(left, right),
            (left, right) => left.is_none() && right.is_none(),
        })
    };
    let holds = |count: usize| combinations.side.holds(count.cmp(&limit));
    if array.len() <= FEW {
        let objects = || array.elements().filter(|item| item.is_object());
        return objects().all(|item| holds(objects().filter(|other| together(item, *other)).count()));
    }
    let digest = |item: Ref<'_>| {
        if selectors.is_empty() {
            return digest(item);
        }
        selectors.iter().fold(0, |mixed, selector| mix(mixed, selector.of(item).map_or(0, digest)))
    };
    by_hash(array, Ref::is_object, digest, |run| {
        run.iter().all(|item| holds(run.iter().filter(|other| together(*item, **other)).count()))
    })
}

/// Sorts the chosen items by hash, and asks `fine` of each run of equal ones.
fn by_hash<'a>(
    array: Ref<'a>,
    chosen: impl Fn(Ref<'a>) -> bool,
    digest: impl Fn(Ref<'a>) -> u32,
    fine: impl Fn(&[Ref<'a>]) -> bool,
) -> bool {
    let mut some = [(0_u32, array); SOME];
    let mut many;
    let hashed = if array.len() <= SOME {
        &mut some[..]
    } else {
        many = vec![(0_u32, array); array.len()];
        &mut many[..]
    };
    let mut count = 0;
    for (slot, item) in hashed.iter_mut().zip(array.elements().filter(|item| chosen(*item))) {
        *slot = (digest(item), item);
        count += 1;
    }
    let hashed = &mut hashed[..count];
    hashed.sort_unstable_by_key(|(hash, _)| *hash);
    let mut items = [array; FEW];
    hashed.chunk_by(|left, right| left.0 == right.0).all(|run| match items.get_mut(..run.len()) {
        Some(items) => {
            for (slot, (_, item)) in items.iter_mut().zip(run) {
                *slot = *item;
            }
            fine(items)
        }
        None => fine(&run.iter().map(|(_, item)| *item).collect::<Vec<_>>()),
    })
}

/// Whether two values are equal as JSON Schema has it: numbers by value, members in any order.
pub(super) fn same(left: Ref<'_>, right: Ref<'_>) -> bool {
    match (left.shape(), right.shape()) {
        (Shape::Leaf(Leaf::Text(left)), Shape::Leaf(Leaf::Text(right))) => left == right,
        (Shape::Leaf(Leaf::Null), Shape::Leaf(Leaf::Null)) => true,
        (Shape::Leaf(Leaf::Bool(left)), Shape::Leaf(Leaf::Bool(right))) => left == right,
        (Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_)), Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_))) => {
            match (number(left), number(right)) {
                (Some(left), Some(right)) => left.compare(&right).is_eq(),
                (_, _) => false,
            }
        }
        (Shape::Array, Shape::Array) => {
            left.len() == right.len() && left.elements().zip(right.elements()).all(|(left, right)| same(left, right))
        }
        (Shape::Object, Shape::Object) => {
            let member = |name: Ref<'_>| {
                let mut members = right.children_in_order();
                members.find(|other| other.hashed_name() == name.hashed_name())
            };
            left.len() == right.len()
                && left.children_in_order().all(|left| member(left).is_some_and(|right| same(left, right)))
        }
        (Shape::Leaf(_) | Shape::Array | Shape::Object, _) => false,
    }
}

/// A hash that equal values share.
fn digest(node: Ref<'_>) -> u32 {
    match node.shape() {
        Shape::Leaf(Leaf::Null) => 1,
        Shape::Leaf(Leaf::Bool(value)) => 2 + u32::from(value),
        Shape::Leaf(Leaf::Number(value)) => of_number(value),
        // Rarely met: all have one hash, and are compared.
        Shape::Leaf(Leaf::BigNumber(_)) => 4,
        Shape::Leaf(Leaf::Text(text)) => mix(5, table::hash(text)),
        Shape::Array => node.elements().fold(6, |mixed, item| mix(mixed, digest(item))),
        // In any order.
        Shape::Object => node
            .children_in_order()
            .fold(7_u32, |sum, member| sum.wrapping_add(mix(member.hashed_name().0, digest(member)))),
    }
}

fn of_number(value: Decimal) -> u32 {
    let parts = value.normalize().unpack();
    mix(mix(parts.lo, parts.mid), mix(parts.hi, parts.scale << 1 | u32::from(parts.negative)))
}

fn mix(left: u32, right: u32) -> u32 {
    (left.rotate_left(5) ^ right).wrapping_mul(0x9e37_79b1) ^ (left >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Listing {
        let mut listing = Listing::new();
        json::read_value(json.as_bytes(), &mut listing).unwrap();
        listing
    }

    fn value(listing: &Listing) -> Ref<'_> {
        listing.root().children_in_order().next().unwrap()
    }

    #[test]
    fn equal_is_by_value_and_equal_values_share_their_hash() {
        for (left, right) in [
            ("1", "1.0"),
            ("100", "1e2"),
            ("0", "-0.00"),
            ("1e400", "10e399"),
            (r#"{"a":1,"b":[true,null]}"#, r#"{"b":[true,null],"a":1.00}"#),
            (r#""é""#, r#""\u00e9""#),
        ] {
            let (left, right) = (read(left), read(right));
            assert!(same(value(&left), value(&right)), "{left:?} {right:?}");
            assert_eq!(digest(value(&left)), digest(value(&right)), "{left:?} {right:?}");
        }
        for (left, right) in [
            ("1", "true"),
            ("0", "false"),
            ("0", "null"),
            ("1", r#""1""#),
            ("[]", "{}"),
            ("[1,2]", "[2,1]"),
            (r#"{"a":1}"#, r#"{"a":1,"b":1}"#),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            ("9007199254740992", "9007199254740993"),
        ] {
            assert!(!same(value(&read(left)), value(&read(right))), "{left} {right}");
        }
    }

    #[test]
    fn unique_is_told_for_few_items_and_for_many() {
        for count in [2, 16, 17, 256, 257, 600] {
            let items: Vec<String> = (0..count).map(|at| format!(r#"{{"n":{at}}}"#)).collect();
            let all = read(&format!("[{}]", items.join(",")));
            assert!(all_differ(value(&all)), "{count}");
            let twice = read(&format!(r#"[{},{{"n":{}.0}}]"#, items.join(","), count / 2));
            assert!(!all_differ(value(&twice)), "{count}");
        }
    }
}
