//! A document as a program over the arena: whether a listing meets it, without a search and without memory.
//!
//! Each schema is compiled once for each kind of value, so that what does not concern a kind is not there. The members of
//! an object are looked up once, in the table of all names that any schema about this object reads; afterwards a
//! requirement of presence is a test of bits, and a condition asks for members by their slot. What is asked of the same
//! member twice is answered once. Equal schemas are one piece of the program.
//!
//! The engine remains the judge: keywords that are not compiled run in it, and what is broken is found by it. Equality
//! with it is tested over generated documents and listings (`tests.rs` here, `tests/program.rs`, `fuzz`).

mod array;
mod check;
mod compile;
mod engine;
mod equal;
mod leaf;
mod logic;
mod object;
mod plan;
mod run;
mod table;
#[cfg(test)]
mod tests;

pub use plan::Fallback;
pub use plan::PlanSummary;

use super::document::Dialect;
use super::engine::Arena;
use crate::listing::Ref;
use check::Block;
use check::Check;
use check::Position;
use check::PositionId;
use compile::Compiler;
use jsonschema::Validator;
use serde_json::Value;
use table::Names;

/// A compiled document.
pub(super) struct Program {
    root: PositionId,
    positions: Box<[Position]>,
    blocks: Box<[Block]>,
    checks: Box<[Check]>,
    frames: Box<[Names]>,
    engines: Box<[Validator<Arena>]>,
    plan: PlanSummary,
}

impl Program {
    /// Compiles what [`super::schema::for_engine`] made; or says what makes a program of the document impossible.
    pub(super) fn compile(document: &Value, dialect: Dialect) -> Result<Self, Fallback> {
        Compiler::new(document, dialect).program()
    }

    /// Whether a part of a listing meets the document.
    pub(super) fn holds(&self, part: Ref<'_>) -> bool {
        self.position(self.root, part)
    }

    /// What it consists of.
    pub(super) fn plan(&self) -> &PlanSummary {
        &self.plan
    }
}
