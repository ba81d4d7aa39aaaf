//! The laws every adapter keeps, held against this one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

fn main() {
    feedwright_marketplace::conformance::main_with(
        &feedwright_ebay::PROFILE,
        feedwright_ebay::open,
        support::other_side::meet,
        env!("CARGO_MANIFEST_DIR"),
    );
}
