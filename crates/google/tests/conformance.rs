//! The laws every adapter keeps, held against this one.

use feedwright_marketplace::conformance;

fn main() {
    conformance::main(&feedwright_google::PROFILE, feedwright_google::open, env!("CARGO_MANIFEST_DIR"));
}
