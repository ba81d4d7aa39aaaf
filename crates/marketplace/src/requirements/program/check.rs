//! The parts of a program: one check for each place of a document, with a part for each kind of value.

use super::super::keywords::Side;
use super::super::step::Step;
use super::formula::Formula;
use super::logic::Logic;
use super::same::Selector;
use super::table::Table;
use rust_decimal::Decimal;

/// A check that everything passes.
pub(super) const ANYTHING: u32 = 0;
/// A check that nothing passes.
pub(super) const NOTHING: u32 = 1;

/// Instead of the number of a part: all values of the kind fit.
pub(super) const PASS: u32 = u32::MAX;
/// None fits.
pub(super) const FAIL: u32 = u32::MAX - 1;
/// It is being worked out: only a document that refers to itself meets one.
pub(super) const OPEN: u32 = u32::MAX - 2;

/// What holds at one place, by kind of value: so that `type` costs nothing, and no keyword is asked about a kind that it
/// says nothing of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Check {
    pub(super) object: u32,
    pub(super) array: u32,
    pub(super) text: u32,
    pub(super) number: u32,
    /// Which of `false`, `true` and `null` fit: [`FALSE`], [`TRUE`], [`NULL`].
    pub(super) constants: u8,
    /// What the engine decides, for values with parts, texts and numbers.
    pub(super) engines: Box<[u32]>,
}

pub(super) const FALSE: u8 = 1;
pub(super) const TRUE: u8 = 2;
pub(super) const NULL: u8 = 4;
pub(super) const CONSTANTS: u8 = 7;

impl Check {
    /// The same for every kind.
    pub(super) fn all(part: u32) -> Self {
        let constants = if part == FAIL { 0 } else { CONSTANTS };
        Self { object: part, array: part, text: part, number: part, constants, engines: Box::default() }
    }
}

/// What holds of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ObjectCheck {
    /// The names it speaks of; their numbers index `members`.
    pub(super) names: Table,
    pub(super) members: Box<[Member]>,
    /// Which must be there, by number.
    pub(super) required: Box<[u64]>,
    /// What members without a number must meet.
    pub(super) others: u32,
    /// The same where patterns decide.
    pub(super) patterned: Box<[Patterned]>,
    /// What the names without a number must meet.
    pub(super) other_names: Box<[u32]>,
    pub(super) at_least: u32,
    pub(super) at_most: u32,
    /// Sets of values, of each of which it must be one.
    pub(super) among: Box<[u32]>,
    pub(super) logic: Option<Box<Logic>>,
}

/// A member with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Member {
    pub(super) check: u32,
    /// Where its node is remembered for the logic, or [`UNTRACKED`].
    pub(super) tracked: u32,
}

/// Nobody asks for the node again.
pub(super) const UNTRACKED: u32 = u32::MAX;

/// `patternProperties` of one schema, with its `additionalProperties`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Patterned {
    /// Matcher and check.
    pub(super) patterns: Box<[(u32, u32)]>,
    pub(super) others: u32,
}

/// What holds of an array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ArrayCheck {
    pub(super) at_least: u32,
    pub(super) at_most: u32,
    /// All items after the first few that have checks of their own.
    pub(super) items: u32,
    /// With so many items nothing is compared or counted.
    pub(super) alone: u32,
    pub(super) more: Option<Box<More>>,
}

/// What holds of few arrays, or only of long ones.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub(super) struct More {
    /// The first items.
    pub(super) first: Box<[u32]>,
    pub(super) contains: Box<[Contains]>,
    pub(super) unique: bool,
    pub(super) combinations: Box<[Combinations]>,
    pub(super) among: Box<[u32]>,
    pub(super) formula: Option<Formula>,
}

/// `contains` with its counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Contains {
    pub(super) check: u32,
    pub(super) at_least: u32,
    pub(super) at_most: u32,
}

/// `maxUniqueItems` or `minUniqueItems`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Combinations {
    pub(super) limit: u32,
    pub(super) side: Side,
    /// Without any the whole item counts.
    pub(super) selectors: Box<[Selector]>,
}

/// What holds of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct TextCheck {
    pub(super) at_least: u64,
    pub(super) at_most: u64,
    pub(super) bytes_at_least: u64,
    pub(super) bytes_at_most: u64,
    pub(super) values: Option<Table>,
    pub(super) matchers: Box<[u32]>,
    pub(super) formula: Option<Formula>,
}

/// What holds of a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct NumberCheck {
    pub(super) whole: bool,
    pub(super) bounds: Box<[(Side, Limit)]>,
    pub(super) steps: Box<[Step]>,
    /// Sets of numbers, of each of which it must be one.
    pub(super) among: Box<[Box<[Limit]>]>,
    pub(super) formula: Option<Formula>,
}

/// A number of a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Limit {
    /// In a decimal's range.
    Decimal(Decimal),
    /// Beyond it.
    Written(Box<str>),
}

/// No lower limit.
pub(super) const NO_LEAST: u32 = 0;
/// No upper limit.
pub(super) const NO_MOST: u32 = u32::MAX;
