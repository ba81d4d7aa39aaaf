//! What no schema says. FIXME Which pages these rules are from, and the day they were read.

use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::rules;
use feedwright_marketplace::Ref;

/// Checks one record. What the marketplace refuses is an error; what it merely dislikes is a warning.
pub(crate) fn check(record: Ref<'_>, out: &mut Findings) {
    // FIXME An example: a listing without a price. Rules stand in `crates/catalog/src/rules.rs`.
    if record.member("price").is_none() {
        out.push(
            Finding::new(&rules::MISSING_PRICE, "there is no price")
                .help("a listing without a price cannot be sold")
                .pointer("/price"),
        );
    }
}
