//! What a compiled document consists of, for people.

/// What a document was compiled to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanSummary {
    /// Schemas that differ, each with a piece of the program.
    pub schemas: usize,
    /// Single checks.
    pub checks: usize,
    /// How often a schema was met that had its piece already.
    pub shared: usize,
    /// Conditions: `if` with `then` or `else`.
    pub conditions: usize,
    /// Those among them that are asked only when an attribute they need is given.
    pub guarded: usize,
    /// Names that are looked up, over all objects.
    pub names: usize,
    /// What the schema engine decides, in the order of the document.
    pub fallbacks: Vec<Fallback>,
}

/// A place that the schema engine decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// JSON Pointer to the schema; empty when the engine decides the whole document.
    pub pointer: String,
    /// The keyword that is not compiled.
    pub keyword: &'static str,
}
