//! What each marketplace was last told, and what it said to that.
//!
//! A [`Ledger`] is one SQLite file, or a PostgreSQL database that several machines share. It holds
//! - **entries**: what happened, in the order it happened, never changed afterwards;
//! - **submissions**: what was meant to be sent, written down before the first byte leaves, with its files and rows;
//! - **standings**: for each channel, SKU and lane what the marketplace last accepted, what is on its way, what it
//!   refused;
//! - **leases**, so that several processes do not do the same thing at once, and **schedules**, so that none is missed
//!   or run twice.
//!
//! Every call that changes something is one transaction: when it returns, the change is on disk; when it fails, nothing
//! of it is. Writers go one after the other, so entries are numbered without gaps in the order in which they can be
//! seen. The ledger asks no clock: times come from the caller and are kept to the microsecond.
//!
//! A SKU is found by its [key](feedwright_catalog::Sku::key): a marketplace that cannot tell `mug-1` from `MUG-1` is
//! not told both.

mod entry;
mod error;
mod forgetting;
mod kept;
mod lease;
mod ledger;
mod location;
mod migration;
mod moved;
mod schedule;
mod settling;
mod standing;
mod standings;
mod store;
mod submission;
mod submissions;
mod summaries;
mod telling;
mod verdicts;
mod writing;

pub use entry::Entry;
pub use entry::EntryKind;
pub use entry::NewEntry;
pub use error::ErrorKind;
pub use error::LedgerError;
pub use lease::Lease;
pub use ledger::Ledger;
pub use ledger::Watch;
pub use location::Location;
pub use standing::Ids;
pub use standing::InFlight;
pub use standing::Refused;
pub use standing::Standing;
pub use standing::Told;
pub use standing::Which;
pub use submission::Counts;
pub use submission::End;
pub use submission::Filter;
pub use submission::KeptFile;
pub use submission::KeptRow;
pub use submission::NewFile;
pub use submission::NewRow;
pub use submission::NewSubmission;
pub use submission::Outcome;
pub use submission::Passage;
pub use submission::RowVerdict;
pub use submission::Settled;
pub use submission::Settlement;
pub use submission::State;
pub use submission::SubmissionId;
pub use submission::Summary;
pub use submission::Tell;
