//! The laws every adapter keeps, held against this one.

fn main() {
    feedwright_marketplace::conformance::main(
        &feedwright_amazon::PROFILE,
        feedwright_amazon::open,
        env!("CARGO_MANIFEST_DIR"),
    );
}
