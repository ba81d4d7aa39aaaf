//! Any bytes as a feed file somebody else wrote: the first line says of which kind, such as `amazon/listings`.
#![no_main]

use feedwright_catalog::Findings;
use feedwright_fuzz::Market;
use feedwright_fuzz::first_line;
use feedwright_fuzz::markets;
use feedwright_marketplace::FeedText;
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

fuzz_target!(|bytes: &[u8]| {
    static MARKETS: OnceLock<Vec<Market>> = OnceLock::new();
    let markets = MARKETS.get_or_init(markets);
    let (kind, bytes) = first_line(bytes);
    for market in markets {
        let profile = market.adapter.profile;
        for feed in profile.feeds.iter().filter(|feed| kind == format!("{}/{}", profile.id, feed.id)) {
            let lint = || {
                let mut findings = Findings::default();
                let n_records = market.opened.lint(feed, &FeedText { name: "fuzz", bytes }, &mut findings);
                (n_records, findings.take())
            };
            let first = lint();
            assert_eq!(first, lint(), "the same file gets the same findings");
        }
    }
});
