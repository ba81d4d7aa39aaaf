//! A document as a program of our own: a flat table of checks that says of a part of a listing whether it meets
//! everything, without asking for memory.
//!
//! The engine stays the judge: it says what is wrong with a part that does not meet everything, and the program must say
//! yes and no exactly where the engine does. What the program does not understand, the engine checks: one schema in the
//! middle of the program, or the whole document.

mod arrays;
mod check;
mod compile;
mod formula;
mod leaves;
mod logic;
mod matcher;
mod objects;
mod plan;
mod run;
mod same;
mod table;
#[cfg(test)]
mod tests;
mod wellformed;

pub use plan::Fallback;
pub use plan::Plan;

use super::document::Dialect;
use super::engine::Arena;
use crate::listing::Ref;
use check::ArrayCheck;
use check::Check;
use check::NumberCheck;
use check::ObjectCheck;
use check::TextCheck;
use jsonschema::Validator;
use matcher::Matcher;
use serde_json::Value;

/// A compiled document.
#[derive(Default)]
pub(super) struct Program {
    checks: Vec<Check>,
    objects: Vec<ObjectCheck>,
    arrays: Vec<ArrayCheck>,
    texts: Vec<TextCheck>,
    numbers: Vec<NumberCheck>,
    /// Values of which one must be one.
    values: Vec<Box<[Value]>>,
    matchers: Vec<Matcher>,
    engines: Vec<Validator<Arena>>,
    root: u32,
    plan: Plan,
}

impl Program {
    /// Compiles a document that is ready for the engine. Where that cannot be, says why.
    pub(super) fn compile(document: &Value, dialect: Dialect) -> Result<(Self, Plan), Fallback> {
        let made = wellformed::look(document, dialect).and_then(|()| {
            let mut compiler = compile::Compiler::new(document, dialect);
            let root = compiler.below(&[document])?;
            Ok(Self { root, ..compiler.program })
        });
        match made {
            Ok(mut program) => {
                let plan = program.planned();
                Ok((program, plan))
            }
            Err(compile::NotUnderstood(fallback)) => Err(fallback),
        }
    }

    /// Whether a part meets everything.
    pub(super) fn is_met(&self, part: Ref<'_>) -> bool {
        self.check(self.root, part)
    }
}
