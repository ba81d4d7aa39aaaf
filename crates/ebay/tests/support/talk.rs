//! Conversations in tests: parcels, and exchanges driven to their end.

use super::PROFILE;
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
use feedwright_marketplace::report::Verdict;
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// More steps than any conversation of these tests takes.
pub(crate) const MOST_STEPS: usize = 20_000;

/// Rows of SKUs, in order.
pub(crate) fn rows(skus: &[&str]) -> Vec<Row> {
    let row =
        |(at, sku): (usize, &&str)| Row { ordinal: at as u64 + 1, sku: Sku::parse(sku).unwrap(), ids: Ids::new() };
    skus.iter().enumerate().map(row).collect()
}

/// A row with an id.
pub(crate) fn with_id(mut row: Row, name: &'static str, id: &str) -> Row {
    row.ids.insert(Cow::Borrowed(name), id.to_owned());
    row
}

/// A parcel of a feed's files. Which part one belongs to its first call tells.
pub(crate) fn parcel(feed: &str, files: &[String], rows: Vec<Row>) -> Parcel {
    let feed = PROFILE.feed(feed).unwrap();
    let part = |text: &str| {
        let first = text.lines().next().unwrap_or_default();
        let told = [
            ("bulk_create_or_replace_inventory_item", "items"),
            ("publish_by_inventory_item_group", "publish"),
            ("inventory_item_group", "groups"),
            ("bulk_create_offer", "offers"),
        ];
        let id = told.iter().find(|(path, _)| first.contains(path)).map_or("", |(_, id)| id);
        feed.parts.iter().find(|part| part.id == id).unwrap()
    };
    let files = files.iter().map(|text| ParcelFile { part: part(text), bytes: Arc::from(text.as_bytes()) }).collect();
    Parcel { feed, files, rows, memory: Memory::default(), is_preview: false }
}

/// The SKUs a file of calls is about, and the keys of its groups.
pub(crate) fn skus_of(files: &[String]) -> Vec<String> {
    let mut skus: Vec<String> = Vec::new();
    for call in files.iter().flat_map(|file| super::calls(file)) {
        let body = &call["body"];
        let mut add = |sku: &Value| {
            let sku = sku.as_str().unwrap().to_owned();
            if !skus.contains(&sku) {
                skus.push(sku);
            }
        };
        match body.get("requests") {
            Some(requests) => requests.as_array().unwrap().iter().for_each(|request| add(&request["sku"])),
            None if body.get("inventoryItemGroupKey").is_some() => add(&body["inventoryItemGroupKey"]),
            None if body.is_null() => add(&Value::from(call["path"].as_str().unwrap().rsplit('/').next().unwrap())),
            None => {}
        }
    }
    skus
}

/// A request, as `METHOD path`.
pub(crate) fn line(request: &Request) -> String {
    let path = match &request.to {
        Address::Host(host, path) => {
            assert!(api().host(host).is_some(), "`{host}` is a host");
            path.clone()
        }
        Address::Given(url) => url.0.clone(),
    };
    format!("{} {path}", request.operation.method.name())
}

/// The bytes a request carries.
pub(crate) fn body(request: &Request) -> &[u8] {
    match &request.body {
        Body::Empty => &[],
        Body::Bytes { bytes, .. } | Body::File { bytes, .. } => bytes,
    }
}

/// The profile's API.
pub(crate) fn api() -> &'static Api {
    PROFILE.api.unwrap()
}

/// An answer with a body.
#[expect(clippy::needless_pass_by_value, reason = "answers are written where they are given")]
pub(crate) fn answer(status: u16, body: impl ToString) -> Answer {
    Answer { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}

/// Drives a conversation to its end with what `other` answers.
pub(crate) fn drive<T>(
    mut exchange: Box<dyn Exchange<T>>,
    mut other: impl FnMut(&Request) -> Reply,
) -> Result<T, ProtocolError> {
    let mut reply = None;
    for _ in 0..MOST_STEPS {
        reply = match exchange.next(reply.take())? {
            Step::Send(request) => Some(other(&request)),
            Step::Wait(_) => None,
            Step::Done(done) => return Ok(done),
        };
    }
    panic!("the conversation has no end");
}

/// Verdicts, as `SKU outcome id=…`.
pub(crate) fn told(verdicts: &[Verdict]) -> Vec<String> {
    let told = |verdict: &Verdict| {
        let said = [verdict.sku.to_string(), verdict.outcome.name().to_owned()];
        let ids = verdict.ids.iter().map(|(name, id)| format!("{name}={id}"));
        said.into_iter().chain(ids).collect::<Vec<_>>().join(" ")
    };
    verdicts.iter().map(told).collect()
}

/// Reads a report, and gives its verdicts and findings as texts, these in order.
pub(crate) fn read(ebay: &dyn Marketplace, feed: &str, report: &[u8], rows: &[Row]) -> (Vec<String>, Vec<String>) {
    let mut out = feedwright_catalog::Findings::default();
    let verdicts = ebay.read_report(PROFILE.feed(feed).unwrap(), report, rows, &mut out).unwrap();
    assert_eq!(verdicts.len(), rows.len(), "a verdict for each row");
    let said = |finding: &feedwright_catalog::Finding| {
        let sku = finding.sku.as_ref().map_or("-", Sku::as_str);
        let pointer = finding.pointer.as_deref().unwrap_or("-");
        format!("{sku} {} {} {pointer}: {}", finding.severity, finding.code, finding.message)
    };
    let mut findings: Vec<String> = out.take().iter().map(said).collect();
    findings.sort();
    (told(&verdicts), findings)
}
