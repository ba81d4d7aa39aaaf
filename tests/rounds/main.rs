//! Whole rounds by the binary, as the people who run a shop meet them: secrets, refused credentials, a ledger that machines
//! share, exit codes, verdicts of every marketplace, and what of a family is taken down.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod credentials;
mod exit_codes;
mod families;
mod memory;
mod refused;
mod secrets;
#[path = "../shared/seller.rs"]
mod seller;
#[path = "../../crates/ledger/tests/conformance/server.rs"]
#[expect(dead_code, reason = "the ledger's own tests send the server away and bring it back")]
mod server;
#[path = "../shared/mod.rs"]
mod shared;
mod shared_ledger;
mod verdicts;
