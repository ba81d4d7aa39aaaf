//! Any script of replies to a conversation with Amazon: it ends. The first line is the conversation; each further one is
//! a reply, `STATUS BODY` or nothing for one that was lost, told in turn and again from the beginning.
#![no_main]

use feedwright_catalog::Sku;
use feedwright_fuzz::Market;
use feedwright_fuzz::first_line;
use feedwright_fuzz::markets;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Ids;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ParcelFile;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Step;
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use std::sync::OnceLock;

/// More than any conversation takes: looks of a hundred pages, each asked for three times.
const MOST_STEPS: usize = 5000;
const CALL: &[u8] = br#"{"method":"DELETE","path":"/listings/2021-08-01/items/FUZZ/MUG-1","query":{}}"#;

fuzz_target!(|bytes: &[u8]| {
    static MARKETS: OnceLock<Vec<Market>> = OnceLock::new();
    let markets = MARKETS.get_or_init(markets);
    let Some(market) = markets.iter().find(|market| market.adapter.profile.id == "amazon") else { return };
    let (what, script) = first_line(bytes);
    let script: Vec<Reply> = script.split(|byte| *byte == b'\n').map(reply).collect();
    let feed = |id: &str| market.adapter.profile.feed(id).expect("a feed of Amazon's");
    let parcel = |id: &str, begun_at: Option<i64>| {
        let feed = feed(id);
        Parcel {
            feed,
            files: vec![ParcelFile { part: &feed.parts[0], bytes: Arc::from(CALL) }],
            rows: vec![Row { ordinal: 1, sku: Sku::parse("MUG-1").expect("a SKU"), ids: Ids::new() }],
            memory: Memory { begun_at, claimed: vec!["6".to_owned()] },
            is_preview: false,
        }
    };
    match what {
        "submit" => ends(market.opened.submit(parcel("stock", None)), &script),
        "anew" => ends(market.opened.submit(parcel("stock", Some(1_795_701_603))), &script),
        "calls" => ends(market.opened.submit(parcel("calls_retirement", None)), &script),
        "poll" => ends(market.opened.poll(feed("stock"), "7"), &script),
        "pull" => ends(market.opened.pull(&["HOME".to_owned()]), &script),
        _ => {}
    }
});

fn reply(line: &[u8]) -> Reply {
    let (status, body) = line.split_at(line.len().min(3));
    match std::str::from_utf8(status).ok().and_then(|status| status.parse().ok()) {
        Some(status) => Reply::Answer(Answer { status, headers: Vec::new(), body: body.trim_ascii_start().to_vec() }),
        None => Reply::Lost("fuzz".to_owned()),
    }
}

fn ends<T>(exchange: Option<Box<dyn Exchange<T>>>, script: &[Reply]) {
    let mut exchange = exchange.expect("Amazon has an API");
    let mut told = script.iter().cloned().cycle();
    let mut reply = None;
    for _ in 0..MOST_STEPS {
        match exchange.next(reply.take()) {
            Err(_) | Ok(Step::Done(_)) => return,
            Ok(Step::Wait(_)) => {}
            Ok(Step::Send(_)) => reply = told.next(),
        }
    }
    panic!("no end after {MOST_STEPS} steps");
}
