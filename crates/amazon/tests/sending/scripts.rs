//! Whatever comes back, a conversation ends, and a report is read or refused.

use crate::talk::AMAZON;
use crate::talk::parcel;
use crate::talk::rows;
use crate::talk::run;
use feedwright_amazon::PROFILE;
use feedwright_catalog::Findings;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use proptest::prelude::*;

/// More than any conversation takes: looks of a hundred pages, each asked for three times.
const MOST_STEPS: usize = 5000;

const LINES: &str = concat!(
    r#"{"method":"DELETE","path":"/listings/2021-08-01/items/A2EXAMPLE/MUG-1","query":{}}"#,
    "\n",
    r#"{"method":"PUT","path":"/listings/2021-08-01/items/A2EXAMPLE/MUG-2","query":{},"body":{"productType":"HOME"}}"#,
);

/// Bodies that mean something to one question or another, and others.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let meant = prop::sample::select(vec![
        r#"{"feedDocumentId":"d","url":"https://store.example/d"}"#,
        r#"{"feedId":"7"}"#,
        r#"{"feedId":""}"#,
        r#"{"feeds":[]}"#,
        r#"{"feeds":[],"nextToken":"again"}"#,
        r#"{"feeds":[{"feedId":"7","feedType":"JSON_LISTINGS_FEED","createdTime":"2026-11-26T14:00:00Z"}]}"#,
        r#"{"feeds":[{"feedId":"8","feedType":"JSON_LISTINGS_FEED","createdTime":"never"}],"nextToken":"more"}"#,
        r#"{"feedId":"7","processingStatus":"IN_QUEUE"}"#,
        r#"{"feedId":"7","processingStatus":"DONE","resultFeedDocumentId":"r"}"#,
        r#"{"feedId":"7","processingStatus":"FATAL","resultFeedDocumentId":"r"}"#,
        r#"{"feedId":"7","processingStatus":"CANCELLED"}"#,
        r#"{"issues":[],"summary":{"messagesProcessed":2,"messagesAccepted":2,"messagesInvalid":0}}"#,
        r#"{"issues":[{"messageId":1,"severity":"ERROR"}],"summary":{}}"#,
        r#"{"issues":[]}"#,
        r#"{"sku":"MUG-1","status":"ACCEPTED","submissionId":"s"}"#,
        r#"{"errors":[{"code":"InvalidInput","message":"no"}]}"#,
        r#"{"schema":{"link":{"resource":"https://store.example/s","verb":"GET"},"checksum":"x"},"productType":"HOME","requirements":"LISTING","productTypeVersion":{"version":"1"}}"#,
        "<html></html>",
        "",
        "null",
        "[]",
    ]);
    prop_oneof![
        6 => meant.clone().prop_map(|text| text.as_bytes().to_vec()),
        2 => (meant, 0..200_usize).prop_map(|(text, end)| text.bytes().take(end).collect()),
        1 => prop::collection::vec(any::<u8>(), 0..60),
        1 => Just(vec![0x1f, 0x8b, 8, 0, 0]),
    ]
}

fn reply() -> impl Strategy<Value = Reply> {
    let statuses =
        prop::sample::select(vec![200, 201, 202, 204, 302, 400, 401, 403, 404, 408, 413, 415, 429, 500, 503]);
    let date = prop::option::of(Just(("date".to_owned(), "Thu, 26 Nov 2026 14:00:00 GMT".to_owned())));
    prop_oneof![
        1 => Just(Reply::Lost("gone".to_owned())),
        6 => (prop_oneof![3 => Just(200_u16), 2 => statuses, 1 => any::<u16>()], body(), date).prop_map(
            |(status, body, date)| Reply::Answer(Answer { status, headers: date.into_iter().collect(), body })
        ),
    ]
}

/// Answers one after the other, and again from the beginning.
fn teller(script: &[Reply]) -> impl FnMut(&Request) -> Reply {
    let mut told = script.iter().cloned().cycle();
    move |_| told.next().unwrap_or_else(|| Reply::Lost("the script is empty".to_owned()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_submission_ends_whatever_comes_back(
        script in prop::collection::vec(reply(), 0..40),
        begun_at in prop::option::of(any::<i64>()),
        claimed in prop::collection::vec("[789]", 0..2),
    ) {
        let memory = Memory { begun_at, claimed };
        if let Some(mut exchange) = AMAZON.submit(parcel("stock", "{}", &["MUG-1"], memory)) {
            if let Ok(receipt) = run(exchange.as_mut(), MOST_STEPS, teller(&script)) {
                prop_assert!(matches!(receipt, Receipt::Queued(id) if !id.is_empty()));
            }
            prop_assert!(exchange.next(None).is_err(), "a conversation that is over does not go on");
        }
    }

    #[test]
    fn calls_end_whatever_comes_back(script in prop::collection::vec(reply(), 0..20), is_preview in any::<bool>()) {
        let mut parcel = parcel("calls", LINES, &["MUG-1", "MUG-2"], Memory::default());
        parcel.is_preview = is_preview;
        let (feed, rows) = (parcel.feed, parcel.rows.clone());
        if let Some(mut exchange) = AMAZON.submit(parcel)
            && let Ok(Receipt::Answered(report)) = run(exchange.as_mut(), MOST_STEPS, teller(&script))
        {
            let verdicts = AMAZON.read_report(feed, &report, &rows, &mut Findings::default());
            prop_assert_eq!(verdicts.map(|verdicts| verdicts.len()), Ok(2));
        }
    }

    #[test]
    fn asking_after_a_feed_ends_whatever_comes_back(script in prop::collection::vec(reply(), 0..20)) {
        let feed = PROFILE.feed("listings").ok_or_else(|| TestCaseError::fail("no such feed"))?;
        if let Some(mut exchange) = AMAZON.poll(feed, "7") {
            drop(run(exchange.as_mut(), MOST_STEPS, teller(&script)));
        }
    }

    #[test]
    fn fetching_schemas_ends_whatever_comes_back(script in prop::collection::vec(reply(), 0..20)) {
        if let Some(mut exchange) = AMAZON.pull(&["HOME".to_owned(), "SHOES".to_owned()]) {
            drop(run(exchange.as_mut(), MOST_STEPS, teller(&script)));
        }
    }

    #[test]
    fn a_report_is_read_or_refused(report in body(), is_call in any::<bool>()) {
        let feed = PROFILE.feed(if is_call { "calls" } else { "price" });
        let feed = feed.ok_or_else(|| TestCaseError::fail("no such feed"))?;
        let rows = rows(&["MUG-1", "MUG-2"]);
        if let Ok(verdicts) = AMAZON.read_report(feed, &report, &rows, &mut Findings::default()) {
            prop_assert_eq!(verdicts.len(), rows.len());
        }
    }
}
