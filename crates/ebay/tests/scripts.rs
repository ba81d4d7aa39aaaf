//! Whatever eBay answers, a conversation ends: well or with an error, never with a panic, and never after endless steps.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use feedwright_catalog::Findings;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;
use std::sync::LazyLock;
use support::PROFILE;
use support::Recipe;
use support::sample;
use support::talk;
use support::talk::rows;
use support::written;

/// One answer of a script.
#[derive(Clone, Debug)]
enum Line {
    /// As a well-behaved eBay would.
    Well,
    Lost,
    /// This status, and one of the bodies below.
    Odd(u16, usize),
    /// Any bytes.
    Noise(u16, Vec<u8>),
}

/// Bodies that mean something somewhere.
fn bodies() -> Vec<String> {
    let error =
        |id: u32| json!({ "errors": [{ "errorId": id, "message": "Offer entity already exists." }] }).to_string();
    let row = json!({ "sku": "MD-C37-SLT", "statusCode": 200, "offerId": "81", "listingId": "91" });
    let busy = json!({ "sku": "MD-C37-SLT", "offerId": "81", "statusCode": 500, "errors": [{ "errorId": 25025 }] });
    vec![
        String::new(),
        "<html>away</html>".to_owned(),
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        error(25002),
        error(25025),
        error(25026),
        error(25713),
        error(160_023),
        error(160_026),
        json!({ "responses": [] }).to_string(),
        json!({ "responses": [row] }).to_string(),
        json!({ "responses": [busy] }).to_string(),
        json!({ "responses": [7, { "sku": 7 }], "errors": 7 }).to_string(),
        json!({ "offers": [] }).to_string(),
        json!({ "offers": [{ "offerId": "81", "status": "UNPUBLISHED" }] }).to_string(),
        json!({ "offers": [{ "offerId": "81", "status": "PUBLISHED", "listing": { "listingId": "91" } }] }).to_string(),
        json!({ "offers": [{ "offerId": "81" }, { "offerId": "82" }] }).to_string(),
        json!({ "listingId": "91" }).to_string(),
        json!({ "taskId": "t", "status": "CREATED", "tasks": [], "total": 9_000_000 }).to_string(),
        json!({ "taskId": "t", "status": "COMPLETED", "tasks": [{ "taskId": "t", "status": "QUEUED" }], "next": "x" })
            .to_string(),
        json!({ "categoryTreeId": "0", "categoryTreeVersion": "1", "aspects": [], "rootCategoryNode": {} }).to_string(),
    ]
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let status = prop::sample::select(vec![200_u16, 201, 202, 204, 207, 301, 400, 401, 403, 404, 409, 429, 500, 503]);
    let line = prop_oneof![
        3 => Just(Line::Well),
        1 => Just(Line::Lost),
        4 => (status.clone(), 0..bodies().len()).prop_map(|(status, at)| Line::Odd(status, at)),
        1 => (status, prop::collection::vec(any::<u8>(), 0..60)).prop_map(|(status, bytes)| Line::Noise(status, bytes)),
    ];
    prop::collection::vec(line, 1..12)
}

/// All goes well, whatever was said before.
fn well(request: &Request) -> Answer {
    let body: Value = serde_json::from_slice(talk::body(request)).unwrap_or_default();
    let row = |row: &Value| {
        let mut answer = json!({ "statusCode": 200, "offerId": "81", "listingId": "91", "sku": row["sku"] });
        if row.get("offerId").is_some() {
            answer["offerId"] = row["offerId"].clone();
        }
        answer
    };
    match body["requests"].as_array() {
        Some(rows) => talk::answer(207, json!({ "responses": rows.iter().map(row).collect::<Vec<_>>() })),
        None => talk::answer(200, json!({ "listingId": "91", "offers": [{ "offerId": "81", "status": "PUBLISHED" }] })),
    }
}

/// Most requests about two products, whatever is answered.
const MOST: usize = 1_500;

/// Drives a conversation by a script, which begins anew at its end.
fn drive<T>(mut exchange: Box<dyn Exchange<T>>, script: &[Line]) -> Option<T> {
    let bodies = bodies();
    let mut lines = script.iter().cycle();
    let mut reply = None;
    for _ in 0..MOST {
        match exchange.next(reply.take()) {
            Err(_) => return None,
            Ok(Step::Done(done)) => return Some(done),
            Ok(Step::Wait(wait)) => assert!(wait.as_secs() <= 300),
            Ok(Step::Send(request)) => {
                let odd = |status: u16, body: Vec<u8>| {
                    let location = ("location".to_owned(), "/sell/feed/v1/task/t".to_owned());
                    Reply::Answer(Answer { status, headers: vec![location], body })
                };
                reply = Some(match lines.next().unwrap() {
                    Line::Well if request.operation.path.starts_with("/sell/inventory") => {
                        Reply::Answer(well(&request))
                    }
                    Line::Well => odd(200, bodies[bodies.len() - 2].clone().into_bytes()),
                    Line::Lost => Reply::Lost("connection reset".to_owned()),
                    Line::Odd(status, at) => odd(*status, bodies[*at].clone().into_bytes()),
                    Line::Noise(status, bytes) => odd(*status, bytes.clone()),
                });
            }
        }
    }
    panic!("no end: {script:?}");
}

/// Opened once: scripts are many.
static EBAY: LazyLock<Box<dyn Marketplace>> = LazyLock::new(|| Recipe::default().open().unwrap());
static PARCELS: LazyLock<Vec<Parcel>> = LazyLock::new(|| parcels(EBAY.as_ref()));

fn parcels(ebay: &dyn Marketplace) -> Vec<Parcel> {
    let mut parcels = Vec::new();
    for (feed, category, product) in [
        ("inventory", "20695", "20695.family"),
        ("inventory", "16080", "16080"),
        ("inventory_price", "", "20695.family"),
        ("inventory_stock", "", "16080"),
        ("inventory_end", "", "20695.family"),
        ("lms", "16080", "16080"),
    ] {
        let (files, _) = written(ebay, feed, category, &[sample(product)]);
        let skus = if feed == "lms" { vec!["MD-C37-SLT".to_owned()] } else { talk::skus_of(&files) };
        let rows = rows(&skus.iter().map(String::as_str).collect::<Vec<_>>());
        parcels.push(talk::parcel(feed, &files, rows));
    }
    parcels
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_script_of_answers_ends(script in lines(), is_again: bool) {
        let ebay = EBAY.as_ref();
        for parcel in PARCELS.iter() {
            let mut parcel = parcel.clone();
            parcel.memory.begun_at = is_again.then_some(1_795_000_000);
            let (feed, rows) = (parcel.feed, parcel.rows.clone());
            if let Some(Receipt::Answered(report)) = drive(ebay.submit(parcel).unwrap(), &script) {
                let verdicts = ebay.read_report(feed, &report, &rows, &mut Findings::default()).unwrap();
                prop_assert_eq!(verdicts.len(), rows.len());
            }
        }
        let lms = PROFILE.feed("lms").unwrap();
        if let Some(Polled::Report(report, _)) = drive(ebay.poll(lms, "t").unwrap(), &script) {
            let read = ebay.read_report(lms, &report, &rows(&["A"]), &mut Findings::default());
            if let Ok(verdicts) = read {
                prop_assert_eq!(verdicts.len(), 1);
            }
        }
        drive(ebay.pull(&[]).unwrap(), &script);
        drive(ebay.pull(&["20695".to_owned(), "1".to_owned()]).unwrap(), &script);
    }

    #[test]
    fn any_bytes_are_a_report_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let ebay = EBAY.as_ref();
        for feed in PROFILE.feeds {
            if let Ok(verdicts) = ebay.read_report(feed, &bytes, &rows(&["A", "B"]), &mut Findings::default()) {
                prop_assert_eq!(verdicts.len(), 2);
            }
        }
    }
}
