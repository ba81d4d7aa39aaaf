//! Amazon's sending side: conversations by transcript, by fault and by any script, and reports.

mod answers;
mod exchanges;
mod models;
mod recovery;
mod reports;
mod scripts;
mod statuses;
mod store;
#[expect(dead_code, reason = "files of records are other tests' concern")]
#[path = "../support/mod.rs"]
mod support;
mod talk;
mod transcript;
