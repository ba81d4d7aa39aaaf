//! Any bytes as a report of Walmart's: the first line says of which feed, such as `mp_item`.
#![no_main]

use feedwright_catalog::Findings;
use feedwright_catalog::Sku;
use feedwright_fuzz::Market;
use feedwright_fuzz::first_line;
use feedwright_fuzz::markets;
use feedwright_marketplace::exchange::Row;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use std::sync::OnceLock;

fuzz_target!(|bytes: &[u8]| {
    static MARKET: OnceLock<Market> = OnceLock::new();
    let market = MARKET.get_or_init(|| {
        markets().into_iter().find(|market| market.adapter.profile.id == "walmart").expect("Walmart is there")
    });
    let (feed, report) = first_line(bytes);
    let Some(feed) = market.adapter.profile.feed(feed) else { return };
    let row = |(at, sku): (u64, &str)| Row { ordinal: at, sku: Sku::parse(sku).expect("a SKU"), ids: BTreeMap::new() };
    let rows: Vec<Row> = (1..).zip(["A", "B", "C"]).map(row).collect();
    let read = || {
        let mut findings = Findings::default();
        let verdicts = market.opened.read_report(feed, report, &rows, &mut findings);
        (verdicts, findings.take())
    };
    let first = read();
    assert_eq!(first, read(), "the same report gets the same verdicts");
    if let (Ok(verdicts), _) = first {
        assert!(
            verdicts.iter().map(|verdict| &verdict.sku).eq(rows.iter().map(|row| &row.sku)),
            "a verdict for each row"
        );
    }
});
