//! The laws every adapter keeps, held against this one.

mod other_side;
#[expect(dead_code, reason = "faults are the kit's own here")]
#[path = "sending/store.rs"]
mod store;
#[expect(dead_code, reason = "files of records are other tests' concern")]
mod support;
#[expect(dead_code, reason = "conversations are driven by the kit here")]
#[path = "sending/talk.rs"]
mod talk;

fn main() {
    feedwright_marketplace::conformance::main_with(
        &feedwright_amazon::PROFILE,
        feedwright_amazon::open,
        other_side::meet,
        env!("CARGO_MANIFEST_DIR"),
    );
}
