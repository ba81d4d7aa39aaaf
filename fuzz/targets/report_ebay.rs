//! Any bytes as a report of eBay's: the first line says of which feed, such as `lms`.
#![no_main]

use feedwright_catalog::Findings;
use feedwright_catalog::Sku;
use feedwright_fuzz::Market;
use feedwright_fuzz::first_line;
use feedwright_fuzz::markets;
use feedwright_marketplace::exchange::Ids;
use feedwright_marketplace::exchange::Row;
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

fuzz_target!(|bytes: &[u8]| {
    static MARKETS: OnceLock<Vec<Market>> = OnceLock::new();
    let markets = MARKETS.get_or_init(markets);
    let Some(market) = markets.iter().find(|market| market.adapter.profile.id == "ebay") else { return };
    let (id, report) = first_line(bytes);
    let Some(feed) = market.adapter.profile.feed(id) else { return };
    let sku = |sku: &str| Sku::parse(sku).expect("a SKU");
    let row = |(at, name): (usize, &str)| Row { ordinal: at as u64 + 1, sku: sku(name), ids: Ids::new() };
    let rows: Vec<Row> = ["A", "B", "C"].into_iter().enumerate().map(row).collect();
    let read = || {
        let mut findings = Findings::default();
        let verdicts = market.opened.read_report(feed, report, &rows, &mut findings);
        (verdicts, findings.take())
    };
    let (verdicts, findings) = read();
    if let Ok(verdicts) = &verdicts {
        assert_eq!(verdicts.len(), rows.len(), "there is a verdict for each row");
    }
    assert_eq!((verdicts, findings), read(), "the same report says the same");
});
