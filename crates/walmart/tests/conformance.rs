//! The laws every adapter keeps, held against this one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

fn main() {
    feedwright_marketplace::conformance::main_with(
        &feedwright_walmart::PROFILE,
        feedwright_walmart::open,
        support::account::meet,
        env!("CARGO_MANIFEST_DIR"),
    );
}
