//! Any bytes as a report of Amazon's: the first line is the feed it is about. It is read or refused, and counts that do
//! not add up accept nothing.
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
    let (id, report) = first_line(bytes);
    let Some(market) = markets.iter().find(|market| market.adapter.profile.id == "amazon") else { return };
    let Some(feed) = market.adapter.profile.feed(id) else { return };
    let row = |(ordinal, sku): (u64, &str)| Row { ordinal, sku: Sku::parse(sku).expect("a SKU"), ids: Ids::new() };
    let rows: Vec<Row> = [(1, "MUG-1"), (2, "MUG-2")].into_iter().map(row).collect();
    let read = || {
        let mut findings = Findings::default();
        let verdicts = market.opened.read_report(feed, report, &rows, &mut findings);
        (verdicts, findings.take())
    };
    let first = read();
    assert_eq!(first, read(), "the same report says the same");
    if let (Ok(verdicts), _) = first {
        let named = verdicts.iter().zip(&rows).all(|(verdict, row)| verdict.sku == row.sku);
        assert!(named && verdicts.len() == rows.len(), "there is a verdict for each row, in their order");
    }
});
