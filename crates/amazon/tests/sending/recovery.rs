//! A feed is submitted once, whatever goes wrong where: faults at every request, alone and in pairs, with and without the
//! end of the process, beside submissions of others.

use crate::store::FEED_TYPE;
use crate::store::Fate;
use crate::store::Fault;
use crate::store::MARKETPLACE;
use crate::store::Store;
use crate::talk::AMAZON;
use crate::talk::is_allowed;
use crate::talk::parcel;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use jiff::SignedDuration;

const FILE: &str = r#"{"header":{"sellerId":"A2EXAMPLE","version":"2.0"},"messages":[{"messageId":1,"sku":"MUG-1","operationType":"DELETE"}]}"#;
/// Feeds of others that are there from the beginning.
const N_OTHERS: usize = 4;
/// Requests that a way through may take before its faults are all behind it.
const FURTHEST: usize = 12;

/// How a conversation went.
enum Way {
    Done(Receipt),
    Failed(ProtocolError),
    Ended,
}

fn go(exchange: &mut dyn Exchange<Receipt>, store: &mut Store) -> Way {
    let mut reply = None;
    for _ in 0..200 {
        match exchange.next(reply.take()) {
            Err(why) => return Way::Failed(why),
            Ok(Step::Done(receipt)) => return Way::Done(receipt),
            Ok(Step::Wait(time)) => store.now += SignedDuration::try_from(time).unwrap_or_default(),
            Ok(Step::Send(request)) => {
                is_allowed(&request);
                match store.handle(&request) {
                    Fate::Replied(replied) => reply = Some(replied),
                    Fate::Ended => return Way::Ended,
                }
            }
        }
    }
    panic!("no end after 200 steps");
}

/// What a ledger's owner does: a conversation that ended in the middle is begun anew, one that is refused is forgotten and
/// the records are sent again. Its clock is off by so much.
fn arrives_once(faults: &[(usize, Fault)], clock: SignedDuration) {
    let mut store = Store::new(faults);
    store.add("other-1", FEED_TYPE, MARKETPLACE, 0);
    store.add("other-2", FEED_TYPE, "A2EUQ1WTGCTBG2", 0);
    store.add("other-3", "POST_ORDER_ACKNOWLEDGEMENT_DATA", MARKETPLACE, 0);
    store.add("other-4", FEED_TYPE, MARKETPLACE, 60 * 60);
    let mut begun_at = None;
    for _ in 0..20 {
        let now = (store.now + clock).as_second();
        let memory = Memory { begun_at, claimed: vec!["other-1".to_owned()] };
        let mut exchange = AMAZON.submit(parcel("retirement", FILE, &["MUG-1"], memory)).expect("a feed of the API");
        match go(exchange.as_mut(), &mut store) {
            Way::Done(receipt) => {
                let ours: Vec<_> = store.feeds.iter().skip(N_OTHERS).collect();
                assert_eq!(ours.len(), 1, "{faults:?}: submitted {} times", ours.len());
                assert_eq!(receipt, Receipt::Queued(format!("feed-{}", N_OTHERS + 1)), "{faults:?}");
                assert_eq!(ours[0].1, FILE.as_bytes(), "{faults:?}");
                return;
            }
            Way::Ended => begun_at = begun_at.or(Some(now)),
            Way::Failed(why) => match why.trouble {
                Trouble::Unreadable => begun_at = begun_at.or(Some(now)),
                Trouble::Unavailable | Trouble::Refused | Trouble::Denied => {
                    assert_eq!(store.feeds.len(), N_OTHERS, "{faults:?}: it had an effect, and says: {why}");
                    begun_at = None;
                }
                Trouble::Unknown => panic!("{faults:?}: {why}"),
            },
        }
    }
    panic!("{faults:?}: no receipt after 20 conversations");
}

#[test]
fn a_feed_is_submitted_once_whatever_one_request_comes_to() {
    for at in 0..FURTHEST {
        for fault in Fault::ALL {
            for minutes in [-4, 0, 4] {
                arrives_once(&[(at, fault)], SignedDuration::from_mins(minutes));
            }
        }
    }
}

#[test]
fn a_feed_is_submitted_once_whatever_two_requests_come_to() {
    for first in 0..FURTHEST {
        for second in first + 1..FURTHEST {
            for one in Fault::ALL {
                for other in Fault::ALL {
                    arrives_once(&[(first, one), (second, other)], SignedDuration::ZERO);
                }
            }
        }
    }
}

#[test]
fn a_feed_is_submitted_once_when_every_second_answer_is_lost() {
    for fault in Fault::ALL {
        for start in 0..4 {
            let faults: Vec<(usize, Fault)> = (start..20).step_by(2).map(|at| (at, fault)).collect();
            arrives_once(&faults, SignedDuration::ZERO);
        }
    }
}
