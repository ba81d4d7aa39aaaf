//! The laws every adapter keeps, held against this one.

fn main() {
    feedwright_marketplace::conformance::main(
        &feedwright_walmart::PROFILE,
        feedwright_walmart::open,
        env!("CARGO_MANIFEST_DIR"),
    );
}
