//! Limits.

/// How much of every limit is used up, for all accounts of a process.
#[derive(Debug, Default)]
pub struct Limits {}
