//! A feed arrives once, whatever is lost on the way and wherever the program ends; and whatever is answered, every
//! conversation has an end.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use feedwright_catalog::Sku;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ParcelFile;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use feedwright_walmart::PROFILE;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::OnceLock;
use support::Recipe;
use support::account::Account;

/// Walmart, opened once for all cases.
fn walmart() -> &'static dyn Marketplace {
    static WALMART: OnceLock<Box<dyn Marketplace>> = OnceLock::new();
    WALMART.get_or_init(|| Recipe::default().open().unwrap()).as_ref()
}

fn parcel(feed: &str, n_rows: u64, memory: Memory) -> Parcel {
    let feed = PROFILE.feed(feed).unwrap();
    let row = |ordinal| Row { ordinal, sku: Sku::parse(&format!("S{ordinal}")).unwrap(), ids: BTreeMap::new() };
    let files = vec![ParcelFile { part: &feed.parts[0], bytes: Arc::from(b"{}".as_slice()) }];
    Parcel { feed, files, rows: (1..=n_rows).map(row).collect(), memory, is_preview: false }
}

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug)]
enum Mishap {
    None,
    /// It does not arrive.
    LostBefore,
    /// Its answer does not.
    LostAfter,
    /// The server fails, before or after it did what was asked.
    FailedBefore,
    FailedAfter,
    /// It is done, and the answer is somebody else's page.
    Html,
    /// It is done, and the answer is broken off.
    Truncated,
    /// The program ends before it is sent, or before the answer is read.
    EndsBefore,
    EndsAfter,
}

const MISHAPS: [Mishap; 9] = [
    Mishap::None,
    Mishap::LostBefore,
    Mishap::LostAfter,
    Mishap::FailedBefore,
    Mishap::FailedAfter,
    Mishap::Html,
    Mishap::Truncated,
    Mishap::EndsBefore,
    Mishap::EndsAfter,
];

const N_ROWS: u64 = 3;
const START: i64 = 1_790_000_000;

/// Submits with mishaps, beginning anew whenever the program ends, and says what came of it.
fn submitted(account: &mut Account, mishaps: &[Mishap], skew: i64) -> Result<String, Trouble> {
    let begin = |begun_at| {
        let memory = Memory { begun_at, claimed: vec!["CLAIMED".to_owned()] };
        walmart().submit(parcel("inventory", N_ROWS, memory)).unwrap()
    };
    let mut exchange = begin(None);
    let mut mishaps = mishaps.iter().copied();
    let mut reply = None;
    for _ in 0..10_000 {
        let request = match exchange.next(reply.take()) {
            Ok(Step::Send(request)) => request,
            Ok(Step::Wait(pause)) => {
                account.now += i64::try_from(pause.as_secs()).unwrap();
                continue;
            }
            Ok(Step::Done(Receipt::Queued(id))) => return Ok(id),
            Ok(Step::Done(Receipt::Answered(_))) => panic!("feeds are queued"),
            Err(why) => return Err(why.trouble),
        };
        account.now += 1;
        let answer = |status, body: &str| {
            Some(Reply::Answer(Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec() }))
        };
        let lost = || Some(Reply::Lost("connection reset".to_owned()));
        match mishaps.next().unwrap_or(Mishap::None) {
            Mishap::None => reply = answer(200, &account.does(&request).to_string()),
            Mishap::LostBefore => reply = lost(),
            Mishap::FailedBefore => reply = answer(503, "busy"),
            Mishap::LostAfter => {
                account.does(&request);
                reply = lost();
            }
            Mishap::FailedAfter => {
                account.does(&request);
                reply = answer(500, "oops");
            }
            Mishap::Html => {
                account.does(&request);
                reply = answer(200, "<html><body>Welcome to the café</body></html>");
            }
            Mishap::Truncated => {
                let body = account.does(&request).to_string();
                let half: String = body.chars().take(body.chars().count() / 2).collect();
                reply = answer(200, &half);
            }
            Mishap::EndsBefore => exchange = begin(Some(START + skew)),
            Mishap::EndsAfter => {
                account.does(&request);
                exchange = begin(Some(START + skew));
            }
        }
    }
    panic!("no end");
}

#[track_caller]
fn check(mishaps: &[Mishap], delay: i64, skew: i64) {
    let mut account = Account::new("inventory", N_ROWS, START, delay);
    match submitted(&mut account, mishaps, skew) {
        Ok(id) => {
            assert_eq!(account.n_posted, 1, "{mishaps:?}");
            assert_eq!(id, "OURS-1", "{mishaps:?}");
        }
        // Nothing took effect.
        Err(Trouble::Unavailable | Trouble::Unreadable) => assert_eq!(account.n_posted, 0, "{mishaps:?}"),
        Err(Trouble::Unknown) => assert!(account.n_posted <= 1, "{mishaps:?}"),
        Err(trouble @ (Trouble::Refused | Trouble::Denied)) => panic!("{mishaps:?}: {trouble:?}"),
    }
}

#[test]
fn a_feed_arrives_once_whatever_goes_wrong_at_up_to_four_requests() {
    let n_kinds = MISHAPS.len();
    for code in 0..n_kinds.pow(4) {
        let mishaps: Vec<Mishap> = (0..4u32).map(|place| MISHAPS[code / n_kinds.pow(place) % n_kinds]).collect();
        check(&mishaps, 0, 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_feed_arrives_once_although_lists_lag_and_clocks_differ(
        mishaps in prop::collection::vec(prop::sample::select(MISHAPS.to_vec()), 0..14),
        delay in 0..30_i64,
        skew in -240..240_i64,
    ) {
        check(&mishaps, delay, skew);
    }
}

const BODIES: [&str; 16] = [
    "",
    "{}",
    "[]",
    "<html>",
    r#"{"feedId":"F7"}"#,
    r#"{"totalResults":0}"#,
    r#"{"totalResults":900,"results":{"feed":[{"feedId":"F1","feedType":"inventory","feedDate":5,"itemsReceived":3},{"feedId":"F2","feedDate":9}]}}"#,
    r#"{"totalResults":1,"results":{"feed":[{"feedId":"F7","feedType":"inventory","itemsReceived":0,"feedStatus":"RECEIVED"}]}}"#,
    r#"{"results":{"feed":[{"feedId":"F9","feedType":"inventory","feedDate":99999999999999,"itemsReceived":3}]}}"#,
    r#"{"results":{"feed":[{"feedType":"inventory"}]}}"#,
    r#"{"feedStatus":"INPROGRESS","itemsReceived":9,"itemsSucceeded":1}"#,
    r#"{"feedStatus":"PROCESSED","itemsReceived":18446744073709551615,"itemDetails":{"itemIngestionStatus":[{"sku":"S1","index":18446744073709551615,"ingestionStatus":"SUCCESS"}]}}"#,
    r#"{"feedStatus":"PROCESSED","itemsReceived":2,"itemDetails":{"itemIngestionStatus":{"sku":"S2","ingestionErrors":[[7]]}}}"#,
    r#"{"feedStatus":"ERROR"}"#,
    r#"{"itemTaxonomy":[{"productTypeGroup":[{"productType":[{"productTypeName":"Mugs"}]}]}]}"#,
    r#"{"schema":{"properties":{"MPItem":{"items":{"properties":{"Orderable":{},"Visible":{"properties":{"Mugs":{},"Bowls":7}}}}}}},"errors":["no Bowls"]}"#,
];

const STATUSES: [u16; 12] = [200, 200, 200, 200, 206, 207, 302, 400, 401, 429, 500, 520];

fn any_reply() -> impl Strategy<Value = Reply> {
    let body = prop_oneof![
        4 => prop::sample::select(BODIES.to_vec()).prop_map(|body| body.as_bytes().to_vec()),
        1 => (prop::sample::select(BODIES.to_vec()), any::<prop::sample::Index>())
            .prop_map(|(body, at)| body.as_bytes()[..at.index(body.len() + 1)].to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ];
    let answer = (prop::sample::select(STATUSES.to_vec()), body)
        .prop_map(|(status, body)| Reply::Answer(Answer { status, headers: Vec::new(), body }));
    prop_oneof![8 => answer, 1 => Just(Reply::Lost("reset".to_owned()))]
}

/// Plays a script of replies over and over; what matters is that there is an end.
fn ends<T>(mut exchange: Box<dyn Exchange<T>>, script: &[Reply]) -> Option<T> {
    let mut replies = script.iter().cycle();
    let mut reply = None;
    for _ in 0..20_000 {
        reply = match exchange.next(reply) {
            Ok(Step::Send(request)) => {
                assert!(PROFILE.api.unwrap().operations.contains(&request.operation));
                assert!(request.headers.iter().all(|(name, _)| !name.eq_ignore_ascii_case("authorization")));
                replies.next().cloned()
            }
            Ok(Step::Wait(_)) => None,
            Ok(Step::Done(end)) => return Some(end),
            Err(why) => {
                assert!(!why.message.is_empty());
                return None;
            }
        };
    }
    panic!("no end");
}

fn everything_ends(script: &[Reply], begun_at: Option<i64>) {
    let walmart = walmart();
    let memory = Memory { begun_at, claimed: vec!["F1".to_owned()] };
    ends(walmart.submit(parcel("inventory", N_ROWS, memory)).unwrap(), script);
    ends(walmart.poll(PROFILE.feed("price").unwrap(), "F7@AQ").unwrap(), script);
    for categories in [&[][..], &["Mugs".to_owned(), "Bowls".to_owned()]] {
        ends(walmart.pull(categories).unwrap(), script);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_script_of_replies_comes_to_an_end(
        script in prop::collection::vec(any_reply(), 1..12),
        begun_at in prop::option::of(any::<i64>()),
    ) {
        everything_ends(&script, begun_at);
    }
}
