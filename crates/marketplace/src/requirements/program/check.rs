//! What a program consists of: positions, blocks and checks.

use super::super::keywords::Side;
use super::super::number::Number;
use super::super::step::Step;
use super::equal::Combinations;
use super::table::Texts;
use crate::listing::Leaf;
use crate::listing::Ref;
use crate::listing::Shape;
use serde_json::Value;

/// A kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

impl Kind {
    pub(super) const ALL: [Self; 6] = [Self::Null, Self::Bool, Self::Number, Self::Text, Self::Array, Self::Object];

    pub(super) fn of(node: Ref<'_>) -> Self {
        match node.shape() {
            Shape::Leaf(Leaf::Null) => Self::Null,
            Shape::Leaf(Leaf::Bool(_)) => Self::Bool,
            Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_)) => Self::Number,
            Shape::Leaf(Leaf::Text(_)) => Self::Text,
            Shape::Array => Self::Array,
            Shape::Object => Self::Object,
        }
    }

    pub(super) fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Bool,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }
}

/// Which position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PositionId(pub(super) u32);

impl PositionId {
    /// Where anything may stand.
    pub(super) const ANY: Self = Self(0);
    /// Where nothing may stand.
    pub(super) const NONE: Self = Self(1);
}

/// Which block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct BlockId(pub(super) u32);

impl BlockId {
    /// Always holds.
    pub(super) const ALWAYS: Self = Self(0);
    /// Never holds.
    pub(super) const NEVER: Self = Self(1);
}

/// What a schema asks of a value at a place of its own: a block for each kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    pub(super) blocks: [BlockId; 6],
    /// The table of names, if the block for objects needs it.
    pub(super) frame: Option<u32>,
}

/// Checks that must all hold, as a range of the program's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// One bit for each slot, as words that are not zero.
pub(super) type Mask = Box<[(u32, u64)]>;

/// One check.
pub(super) enum Check {
    /// Fails.
    Never,
    /// This bool.
    Bool(bool),
    /// A number without a fraction.
    Whole,
    /// One of these numbers.
    NumberIn(Box<[Number<'static>]>),
    Bound(Number<'static>, Side),
    Step(Step),
    /// One of these texts.
    TextIn(Texts),
    Characters {
        least: u64,
        most: u64,
    },
    Bytes {
        least: usize,
        most: usize,
    },
    /// One of these arrays or objects.
    ValueIn(Box<[Value]>),
    Entries {
        least: u64,
        most: u64,
    },
    /// Every entry of an array, from an index on.
    Each {
        from: usize,
        position: PositionId,
    },
    /// The first entries of an array, one by one.
    Prefix(Box<[PositionId]>),
    Contains {
        position: PositionId,
        least: u64,
        most: u64,
    },
    Unique,
    Combinations(Box<Combinations>),
    Members {
        least: u64,
        most: u64,
    },
    /// All these members are there.
    Given(Mask),
    /// Not all these members are there.
    NotGiven(Mask),
    /// A member, if it is there. With a number, the answer is kept.
    Member {
        slot: u32,
        position: PositionId,
        memo: u32,
    },
    /// All members by slot, and those that have no slot or none here.
    Route {
        routes: Box<[Option<PositionId>]>,
        others: PositionId,
    },
    /// A block, if a member is there.
    Depends {
        slot: u32,
        block: BlockId,
    },
    Not(BlockId),
    Any(Box<[BlockId]>),
    One(Box<[BlockId]>),
    If(Condition),
    /// Conditions by the slot of a member without which they do not apply: `starts` has one entry more than slots.
    Guarded {
        starts: Box<[u32]>,
        conditions: Box<[Condition]>,
    },
    /// The schema engine decides.
    Engine(u32),
}

/// `if` with `then` and `else`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition {
    pub(super) test: BlockId,
    pub(super) then: BlockId,
    pub(super) otherwise: BlockId,
}

impl Check {
    /// Cheap ones first.
    pub(super) fn cost(&self) -> u8 {
        match self {
            Self::Never | Self::Bool(_) | Self::Whole | Self::Entries { .. } | Self::Members { .. } => 0,
            Self::Given(_) | Self::NotGiven(_) | Self::Bytes { .. } | Self::Characters { .. } => 1,
            Self::Bound(..) | Self::Step(_) | Self::NumberIn(_) | Self::TextIn(_) | Self::ValueIn(_) => 2,
            Self::Member { .. } => 3,
            Self::Not(_) | Self::Any(_) | Self::One(_) | Self::Depends { .. } => 4,
            Self::Each { .. } | Self::Prefix(_) | Self::Contains { .. } | Self::Route { .. } => 5,
            Self::Unique | Self::Combinations(_) | Self::If(_) | Self::Guarded { .. } => 6,
            Self::Engine(_) => 7,
        }
    }
}
