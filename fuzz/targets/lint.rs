//! Any bytes as a feed file somebody else wrote.
#![no_main]

use feedwright_catalog::Findings;
use feedwright_fuzz::amazon;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Marketplace;
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

fuzz_target!(|bytes: &[u8]| {
    static AMAZON: OnceLock<Box<dyn Marketplace>> = OnceLock::new();
    let amazon = AMAZON.get_or_init(amazon);
    let feed = &amazon.profile().feeds[0];
    let lint = || {
        let mut findings = Findings::default();
        let n_records = amazon.lint(feed, &FeedText { name: "fuzz.json", bytes }, &mut findings);
        (n_records, findings.take())
    };
    let first = lint();
    assert_eq!(first, lint(), "the same file gets the same findings");
});
