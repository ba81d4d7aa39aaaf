//! Walmart opened for tests, and items of the samples.

#![expect(dead_code, reason = "each test file uses its own part")]
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests read real files, and say when there are none"
)]

pub(crate) mod account;
#[path = "../../../../tests/shared/adapter.rs"]
mod adapter;

pub(crate) use adapter::*;
use feedwright_marketplace::Marketplace;
use feedwright_walmart::PROFILE;
use feedwright_walmart::open;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

impl Default for Recipe {
    fn default() -> Self {
        Self::on("walmart.com")
    }
}

/// Findings of a file, as `severity code pointer`.
pub(crate) fn linted_lines(walmart: &dyn Marketplace, feed: &str, file: &Value) -> Vec<String> {
    linted(walmart, feed, &file.to_string()).iter().map(short).collect()
}

/// A complete item of the samples.
pub(crate) fn item(product_type: &str) -> Value {
    let path = root().join(format!("samples/walmart/items/{product_type}.us.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A file of items.
pub(crate) fn items(rows: &[Value]) -> Value {
    let header = json!({ "businessUnit": "WALMART_US", "locale": "en", "version": "5.0.20260803-17_50_56-api" });
    json!({ "MPItemFeedHeader": header, "MPItem": rows })
}

/// The list of product types, as a channel is given it.
pub(crate) fn taxonomy(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    BTreeMap::from([("taxonomy".to_owned(), bytes)])
}
