//! Two ways to the same answer: our program says yes or no in no time, the engine says what is wrong.

use super::document::Dialect;
use super::engine::Arena;
use super::program::Plan;
use super::program::Program;
use super::validator;
use crate::listing::Ref;
use jsonschema::ValidationError;
use jsonschema::Validator;
use serde_json::Value;
use std::borrow::Cow;
use std::sync::OnceLock;

/// A document, ready to judge parts of listings.
pub(super) struct Judge {
    /// None where the engine must decide everything.
    program: Option<Program>,
    plan: Plan,
    /// Built when first something is wrong: it takes more memory and time than all else.
    engine: OnceLock<Result<Validator<Arena>, String>>,
}

impl Judge {
    /// Compiles a document that is ready for the engine.
    pub(super) fn new(compiled: &Value, dialect: Dialect) -> Result<Self, ValidationError<'static>> {
        match Program::compile(compiled, dialect) {
            Ok((program, plan)) => Ok(Self { program: Some(program), plan, engine: OnceLock::new() }),
            // The engine also refuses what is no schema, and says why.
            Err(fallback) => {
                let engine = OnceLock::from(Ok(validator::build(compiled, dialect)?));
                Ok(Self { program: None, plan: Plan::of_engine(fallback), engine })
            }
        }
    }

    /// Whether a part meets everything. `document` gives the document that this was made of.
    pub(super) fn is_met<'d>(
        &self,
        part: Ref<'_>,
        dialect: Dialect,
        document: impl FnOnce() -> Cow<'d, Value>,
    ) -> bool {
        match &self.program {
            Some(program) => program.is_met(part),
            None => self.engine(dialect, document).is_ok_and(|engine| engine.is_valid(part)),
        }
    }

    /// The engine, which knows what is wrong. An error where it refuses what our program understood: a fault of ours.
    pub(super) fn engine<'d>(
        &self,
        dialect: Dialect,
        document: impl FnOnce() -> Cow<'d, Value>,
    ) -> Result<&Validator<Arena>, &str> {
        // A judge without a program was made with an engine: this document was understood.
        let build = || validator::build_part(&document(), "", dialect).map_err(|why| why.to_string());
        self.engine.get_or_init(build).as_ref().map_err(String::as_str)
    }

    /// What the program does.
    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }
}
