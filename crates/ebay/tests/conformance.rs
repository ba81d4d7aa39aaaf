//! The laws every adapter keeps, held against this one.

fn main() {
    feedwright_marketplace::conformance::main(
        &feedwright_ebay::PROFILE,
        feedwright_ebay::open,
        env!("CARGO_MANIFEST_DIR"),
    );
}
