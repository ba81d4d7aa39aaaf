//! Why the ledger could not do something.

use std::fmt;

/// Why the ledger could not do something. Nothing of it was done, unless the [kind](ErrorKind::Gone) says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerError {
    /// The file, or the database without the password.
    pub location: String,
    /// What was being done: a phrase that follows `cannot`.
    pub doing: String,
    /// What kind of trouble it is.
    pub kind: ErrorKind,
    /// What is wrong, and what helps.
    pub message: String,
}

/// Kinds of trouble, by what helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorKind {
    /// Somebody else is writing for longer than we wait. Try again later.
    Busy,
    /// The database went away. [Reopen](crate::Ledger::reopen) and look: what was being written may be there whole, or
    /// not at all.
    Gone,
    /// The disk is full. Make room, and try again.
    Full,
    /// The ledger was written by a newer version of this program.
    Newer,
    /// The file or database cannot be opened or is not what we wrote. Only a person can look.
    Broken,
    /// The lease ran out, or somebody else has it: do not go on.
    LeaseLost,
    /// Something is on its way already in this channel and lane for one of the SKUs.
    InFlight,
    /// It was asked for something that cannot be: a submission that is not there, a SKU twice in one.
    Misuse,
}

impl fmt::Display for LedgerError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ledger {}: cannot {}: {}", self.location, self.doing, self.message)
    }
}

impl std::error::Error for LedgerError {}
