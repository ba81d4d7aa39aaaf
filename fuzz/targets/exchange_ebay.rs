//! Any script of answers to a parcel for eBay: the first line says of which feed, each further one is an answer, a status
//! and a body; one without a status is no answer.
#![no_main]

use feedwright_catalog::Findings;
use feedwright_catalog::Sku;
use feedwright_fuzz::Market;
use feedwright_fuzz::first_line;
use feedwright_fuzz::markets;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Ids;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ParcelFile;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Step;
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use std::sync::OnceLock;

/// Files of each feed that can be sent, in the order of its parts.
const FILES: &[(&str, &[&str])] = &[
    (
        "inventory",
        &[
            include_str!("../../samples/ebay/golden/inventory-items.jsonl"),
            include_str!("../../samples/ebay/golden/inventory-groups.jsonl"),
            include_str!("../../samples/ebay/golden/inventory-offers.jsonl"),
            include_str!("../../samples/ebay/golden/inventory-publish.jsonl"),
        ],
    ),
    ("inventory_price", &[include_str!("../../samples/ebay/golden/inventory_price.jsonl")]),
    ("inventory_stock", &[include_str!("../../samples/ebay/golden/inventory_stock.jsonl")]),
    ("inventory_end", &[include_str!("../../samples/ebay/golden/inventory_end.jsonl")]),
    ("lms", &[include_str!("../../samples/ebay/golden/lms.xml")]),
];

/// More steps than any conversation about these files takes.
const MOST: usize = 50_000;

fuzz_target!(|bytes: &[u8]| {
    static MARKETS: OnceLock<Vec<Market>> = OnceLock::new();
    let markets = MARKETS.get_or_init(markets);
    let Some(market) = markets.iter().find(|market| market.adapter.profile.id == "ebay") else { return };
    let (id, script) = first_line(bytes);
    let Some((id, files)) = FILES.iter().find(|(known, _)| *known == id) else { return };
    let Some(feed) = market.adapter.profile.feed(id) else { return };
    let files =
        feed.parts.iter().zip(*files).map(|(part, text)| ParcelFile { part, bytes: Arc::from(text.as_bytes()) });
    let sku = Sku::parse("LF-S1-GRA").expect("a SKU");
    let rows = vec![Row { ordinal: 1, sku, ids: Ids::new() }];
    let parcel =
        Parcel { feed, files: files.collect(), rows: rows.clone(), memory: Memory::default(), is_preview: false };
    let Some(mut exchange) = market.opened.submit(parcel) else { return };
    let mut answers = script.split(|byte| *byte == b'\n');
    let mut reply = None;
    for _ in 0..MOST {
        match exchange.next(reply.take()) {
            Ok(Step::Wait(_)) => {}
            Ok(Step::Send(_)) => reply = Some(answer(answers.next().unwrap_or_default())),
            Err(_) | Ok(Step::Done(Receipt::Queued(_))) => return,
            Ok(Step::Done(Receipt::Answered(report))) => {
                let read = market.opened.read_report(feed, &report, &rows, &mut Findings::default());
                assert!(read.is_ok_and(|verdicts| verdicts.len() == 1), "what an exchange reports can be read");
                return;
            }
        }
    }
    panic!("the conversation has no end");
});

fn answer(line: &[u8]) -> Reply {
    let (status, body) = line.split_at(line.len().min(3));
    match std::str::from_utf8(status).ok().and_then(|status| status.parse().ok()) {
        Some(status) => {
            let headers = vec![("location".to_owned(), "/sell/feed/v1/task/1".to_owned())];
            Reply::Answer(Answer { status, headers, body: body.to_vec() })
        }
        None => Reply::Lost("nothing came".to_owned()),
    }
}
