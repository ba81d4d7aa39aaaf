//! Any script of replies from Walmart: the first line says which conversation, `submit inventory`, `poll price` or `pull
//! Candles`; each further one is a reply, its status and its body, or `lost`. It is played over and over, and must end.
#![no_main]

use feedwright_catalog::Sku;
use feedwright_fuzz::Market;
use feedwright_fuzz::first_line;
use feedwright_fuzz::markets;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ParcelFile;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Step;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::OnceLock;

fuzz_target!(|bytes: &[u8]| {
    static MARKET: OnceLock<Market> = OnceLock::new();
    let market = MARKET.get_or_init(|| {
        markets().into_iter().find(|market| market.adapter.profile.id == "walmart").expect("Walmart is there")
    });
    let (what, script) = first_line(bytes);
    let replies: Vec<Reply> = script.split(|byte| *byte == b'\n').map(reply).collect();
    let (does, about) = what.split_once(' ').unwrap_or((what, ""));
    match (does, market.adapter.profile.feed(about)) {
        ("submit" | "resume", Some(feed)) => {
            let row = Row { ordinal: 1, sku: Sku::parse("A").expect("a SKU"), ids: BTreeMap::new() };
            let begun_at = (does == "resume").then_some(1_790_000_000);
            let parcel = Parcel {
                feed,
                files: vec![ParcelFile { part: &feed.parts[0], bytes: Arc::from(b"{}".as_slice()) }],
                rows: vec![row],
                memory: Memory { begun_at, claimed: vec!["F1".to_owned()] },
                is_preview: false,
            };
            ends(market.opened.submit(parcel), &replies);
        }
        ("poll", Some(feed)) => ends(market.opened.poll(feed, "F7@AQ"), &replies),
        ("pull", None) => {
            let categories: Vec<String> = about.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
            ends(market.opened.pull(&categories), &replies);
        }
        _ => {}
    }
});

fn reply(line: &[u8]) -> Reply {
    let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
    let status = std::str::from_utf8(&line[..end]).ok().and_then(|status| status.parse().ok());
    let body = line.get(end + 1..).unwrap_or_default().to_vec();
    match status {
        Some(status) => Reply::Answer(Answer { status, headers: Vec::new(), body }),
        None => Reply::Lost("reset".to_owned()),
    }
}

fn ends<T>(exchange: Option<Box<dyn Exchange<T>>>, script: &[Reply]) {
    let Some(mut exchange) = exchange else { return };
    let mut replies = script.iter().cycle();
    let mut reply = None;
    for _ in 0..20_000 {
        reply = match exchange.next(reply) {
            Ok(Step::Send(_)) => replies.next().cloned(),
            Ok(Step::Wait(_)) => None,
            Ok(Step::Done(_)) | Err(_) => return,
        };
    }
    panic!("the conversation has no end");
}
