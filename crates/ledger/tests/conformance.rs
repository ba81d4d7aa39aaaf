//! The laws of the ledger, held against each database.

fn main() {}
