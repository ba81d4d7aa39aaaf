//! Parcels to send, answers to send them through, and what a conversation may ask for at all.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use crate::support::open;
use feedwright_amazon::PROFILE;
use feedwright_catalog::Sku;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::api::Api;
use feedwright_marketplace::exchange::Address;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Body;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Ids;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ParcelFile;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Step;
use std::sync::Arc;
use std::sync::LazyLock;

/// A channel on the first site, opened once.
pub(crate) static AMAZON: LazyLock<Box<dyn Marketplace>> = LazyLock::new(|| open(&[]));

/// Amazon's API.
pub(crate) fn api() -> &'static Api {
    PROFILE.api.unwrap()
}

/// A parcel of a feed.
pub(crate) fn parcel(feed: &str, file: &str, skus: &[&str], memory: Memory) -> Parcel {
    let feed = PROFILE.feed(feed).unwrap();
    let files = vec![ParcelFile { part: &feed.parts[0], bytes: Arc::from(file.as_bytes()) }];
    Parcel { feed, files, rows: rows(skus), memory, is_preview: false }
}

/// Rows in this order.
pub(crate) fn rows(skus: &[&str]) -> Vec<Row> {
    let row =
        |(at, sku): (usize, &&str)| Row { ordinal: at as u64 + 1, sku: Sku::parse(sku).unwrap(), ids: Ids::new() };
    skus.iter().enumerate().map(row).collect()
}

/// An answer.
pub(crate) fn answer(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    let headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("date".to_owned(), "Thu, 26 Nov 2026 14:00:00 GMT".to_owned()),
    ];
    Reply::Answer(Answer { status, headers, body: body.into() })
}

/// Where a request goes, as transcripts write it.
pub(crate) fn place(request: &Request) -> String {
    match &request.to {
        Address::Host(host, path) => format!("{host} {path}"),
        Address::Given(url) => format!("given {}", url.0),
    }
}

/// What it carries, and of which type.
pub(crate) fn carried(request: &Request) -> Option<(&'static str, &[u8])> {
    match &request.body {
        Body::Empty => None,
        Body::Bytes { content_type, bytes } => Some((content_type, bytes)),
        Body::File { .. } => panic!("Amazon takes no forms"),
    }
}

/// Runs a conversation to its end with somebody who answers. A request has to be one that the API knows, and a URL that
/// was given out is never sent a token.
pub(crate) fn run<T>(
    exchange: &mut dyn Exchange<T>,
    most_steps: usize,
    mut answered: impl FnMut(&Request) -> Reply,
) -> Result<T, ProtocolError> {
    let mut reply = None;
    for _ in 0..most_steps {
        match exchange.next(reply.take())? {
            Step::Done(done) => return Ok(done),
            Step::Wait(_) => {}
            Step::Send(request) => {
                is_allowed(&request);
                reply = Some(answered(&request));
            }
        }
    }
    panic!("no end after {most_steps} steps");
}

/// Whether the API knows the request.
pub(crate) fn is_allowed(request: &Request) {
    let operation = request.operation;
    assert!(api().operations.iter().any(|own| std::ptr::eq(*own, operation)), "{} is not in the API", operation.id);
    match &request.to {
        Address::Host(host, path) => {
            assert!(api().host(host).is_some(), "{host}");
            assert!(path.starts_with('/'), "{path}");
            assert!(operation.token.is_some_and(|token| api().token(token).is_some()), "{}", operation.id);
        }
        Address::Given(_) => assert!(operation.token.is_none(), "{}: a token would be sent", operation.id),
    }
}
