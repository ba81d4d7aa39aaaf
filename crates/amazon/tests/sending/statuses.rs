//! Every refusing status at every request: what kind of trouble it is, or that the conversation goes on.

use crate::store::Fate;
use crate::store::Store;
use crate::talk::AMAZON;
use crate::talk::answer;
use crate::talk::is_allowed;
use crate::talk::parcel;
use feedwright_amazon::PROFILE;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use std::fmt::Debug;

/// The statuses that the models name.
const STATUSES: [u16; 9] = [400, 401, 403, 404, 413, 415, 429, 500, 503];
const ERROR: &str = r#"{"errors":[{"code":"Some","message":"said so","details":""}]}"#;
const FILE: &str = r#"{"header":{},"messages":[]}"#;

/// Answers as all goes well.
fn well(request: &Request, store: &mut Store) -> Reply {
    match request.operation.id {
        "getFeed" => answer(200, r#"{"feedId":"7","processingStatus":"DONE","resultFeedDocumentId":"r"}"#),
        "getFeedDocument" => answer(200, r#"{"url":"https://store.example/r?signature=x"}"#),
        "downloadFeedDocument" => answer(200, r#"{"issues":[],"summary":{"messagesProcessed":1}}"#),
        "getDefinitionsProductType" => answer(
            200,
            r#"{"schema":{"link":{"resource":"https://store.example/s","verb":"GET"},"checksum":"SkjZtIEx7vSbNvhlsH67Fg=="},
               "productType":"HOME","requirements":"LISTING","productTypeVersion":{"version":"1"}}"#,
        ),
        "downloadProductTypeSchema" => answer(200, r#"{"properties":{}}"#),
        "deleteListingsItem" => answer(200, r#"{"sku":"MUG-1","status":"ACCEPTED","submissionId":"1"}"#),
        _ => match store.handle(request) {
            Fate::Replied(reply) => reply,
            Fate::Ended => panic!("there are no faults here"),
        },
    }
}

/// The trouble that comes of answering the first request of an operation with this, and whether all goes on otherwise.
fn trouble<T: Debug>(mut exchange: Box<dyn Exchange<T>>, operation: &str, status: u16, body: &str) -> Option<Trouble> {
    let mut store = Store::new(&[]);
    let (mut reply, mut is_asked) = (None, false);
    for _ in 0..50 {
        match exchange.next(reply.take()) {
            Err(why) => {
                assert!(why.to_string().contains(&status.to_string()), "{operation}, {status}: {why}");
                return Some(why.trouble);
            }
            Ok(Step::Done(_)) => {
                assert!(is_asked, "{operation} was not asked for");
                return None;
            }
            Ok(Step::Wait(_)) => {}
            Ok(Step::Send(request)) => {
                is_allowed(&request);
                let is_it = request.operation.id == operation && !is_asked;
                is_asked |= is_it;
                reply = Some(if is_it { answer(status, body) } else { well(&request, &mut store) });
            }
        }
    }
    panic!("no end after 50 steps");
}

fn by_status(status: u16) -> Trouble {
    match status {
        401 | 403 => Trouble::Denied,
        429 | 500 | 503 => Trouble::Unavailable,
        _ => Trouble::Refused,
    }
}

fn submitting(operation: &str, begun_at: Option<i64>, status: u16, body: &str) -> Option<Trouble> {
    let memory = Memory { begun_at, claimed: Vec::new() };
    let exchange = AMAZON.submit(parcel("retirement", FILE, &["MUG-1"], memory)).expect("a feed of the API");
    trouble(exchange, operation, status, body)
}

fn polling(operation: &str, status: u16, body: &str) -> Option<Trouble> {
    let feed = PROFILE.feed("listings").expect("a feed");
    trouble(AMAZON.poll(feed, "7").expect("a feed of the API"), operation, status, body)
}

fn pulling(operation: &str, status: u16, body: &str) -> Option<Trouble> {
    let exchange = AMAZON.pull(&["HOME".to_owned()]).expect("documents");
    trouble(exchange, operation, status, body)
}

#[test]
fn a_question_that_is_refused_is_trouble_by_its_status() {
    for status in STATUSES {
        for body in [ERROR, "<html></html>", ""] {
            assert_eq!(submitting("createFeedDocument", None, status, body), Some(by_status(status)), "{status}");
            assert_eq!(polling("getFeed", status, body), Some(by_status(status)), "{status}");
            assert_eq!(polling("getFeedDocument", status, body), Some(by_status(status)), "{status}");
            assert_eq!(pulling("getDefinitionsProductType", status, body), Some(by_status(status)), "{status}");
        }
    }
}

#[test]
fn a_store_that_refuses_once_is_asked_again() {
    for status in STATUSES {
        for body in [ERROR, "<html></html>", ""] {
            assert_eq!(submitting("uploadFeedDocument", None, status, body), None, "{status}");
            assert_eq!(polling("downloadFeedDocument", status, body), None, "{status}");
            assert_eq!(pulling("downloadProductTypeSchema", status, body), None, "{status}");
        }
    }
}

#[test]
fn a_feed_is_refused_only_in_amazons_own_words() {
    for status in STATUSES {
        let expected = (status < 500).then(|| by_status(status));
        assert_eq!(submitting("createFeed", None, status, ERROR), expected, "{status}");
        // Somebody in between may have said it after the feed had passed: it is looked for, and then made again.
        for body in ["<html></html>", "", "{", r#"{"errors":3}"#] {
            assert_eq!(submitting("createFeed", None, status, body), None, "{status}");
        }
    }
}

#[test]
fn a_look_that_is_refused_leaves_everything_as_it_was() {
    for status in STATUSES {
        for body in [ERROR, "<html></html>", ""] {
            let found = submitting("getFeeds", Some(1_795_701_603), status, body);
            assert_eq!(found, Some(Trouble::Unreadable), "{status}");
        }
    }
}

#[test]
fn a_call_that_is_refused_is_reported_unless_the_account_is_meant() {
    let line = r#"{"method":"DELETE","path":"/listings/2021-08-01/items/A2EXAMPLE/MUG-1","query":{"marketplaceIds":"ATVPDKIKX0DER"}}"#;
    for status in STATUSES {
        for body in [ERROR, "<html></html>", ""] {
            let parcel = parcel("calls_retirement", line, &["MUG-1"], Memory::default());
            let exchange = AMAZON.submit(parcel).expect("a feed of the API");
            let expected = matches!(status, 401 | 403).then_some(Trouble::Denied);
            assert_eq!(trouble(exchange, "deleteListingsItem", status, body), expected, "{status}");
        }
    }
}
