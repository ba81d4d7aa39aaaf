//! eBay opened for tests.

#![expect(dead_code, reason = "each test file uses its own part")]
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests read real files, and say when there are none"
)]

#[path = "../../../../tests/shared/adapter.rs"]
mod adapter;
pub(crate) mod aspects;
pub(crate) mod fake;
pub(crate) mod other_side;
pub(crate) mod talk;

pub(crate) use adapter::*;
pub(crate) use feedwright_ebay::PROFILE;
use feedwright_ebay::open;
use serde_json::Value;

impl Default for Recipe {
    fn default() -> Self {
        let options = vec![
            ("merchant_location", "wh1"),
            ("fulfillment_policy", "6001"),
            ("payment_policy", "6002"),
            ("return_policy", "6003"),
            ("item_location", "Portland, OR"),
            ("postal_code", "97201"),
            ("dispatch_days", "2"),
            ("shipping_profile", "Flat rate"),
            ("return_profile", "30 days"),
            ("payment_profile", "Managed"),
        ];
        Self { options, ..Self::on("EBAY_US") }
    }
}

/// The calls of a file, a line each.
pub(crate) fn calls(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A product of the samples.
pub(crate) fn sample(name: &str) -> Value {
    let path = root().join(format!("samples/ebay/catalog/{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}
