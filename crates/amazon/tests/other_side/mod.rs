//! Amazon as the conformance kit meets it: the Feeds API of [`Store`], with reports, and calls of items.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use crate::store::FEED_TYPE;
use crate::store::MARKETPLACE;
use crate::store::Store;
use crate::talk::carried;
use crate::talk::place;
use feedwright_marketplace::conformance::BEGIN;
use feedwright_marketplace::conformance::CLAIMED;
use feedwright_marketplace::conformance::Made;
use feedwright_marketplace::conformance::OtherSide;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

/// Amazon.
struct Amazon {
    store: Store,
    /// The last call of each item.
    items: BTreeMap<String, String>,
}

/// How long a feed is worked on, in seconds.
const WORKED_ON: i64 = 100;

pub(crate) fn meet(_parcel: &Parcel) -> Box<dyn OtherSide> {
    let mut store = Store::new(&[]);
    store.now = Timestamp::from_second(BEGIN).unwrap();
    store.marketplace = None;
    store.add(CLAIMED, FEED_TYPE, MARKETPLACE, 0);
    Box::new(Amazon { store, items: BTreeMap::new() })
}

impl OtherSide for Amazon {
    fn answer(&mut self, request: &Request, now: i64) -> Answer {
        self.store.now = Timestamp::from_second(now).unwrap();
        let place = place(request);
        let body = match request.operation.id {
            "getFeed" => self.status(last_step(&place)),
            "getFeedDocument" => {
                let id = last_step(&place);
                json!({ "feedDocumentId": id, "url": format!("https://store.example/{id}?signature=secret") })
            }
            "downloadFeedDocument" => self.report(last_step(&place)),
            "putListingsItem" | "patchListingsItem" | "deleteListingsItem" => self.call(request, &place),
            _ => return self.of_store(request),
        };
        Answer { status: 200, headers: Vec::new(), body: body.to_string().into_bytes() }
    }

    fn made(&self) -> Vec<Made> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let feeds = self.store.feeds.iter().filter(|(feed, _)| feed["feedId"] != CLAIMED);
        let feeds = feeds
            .map(|(feed, file)| Made { id: text(&feed["feedId"]), what: String::from_utf8(file.clone()).unwrap() });
        let items = self.items.values().map(|call| Made { id: String::new(), what: call.clone() });
        feeds.chain(items).collect()
    }
}

impl Amazon {
    fn of_store(&mut self, request: &Request) -> Answer {
        let place = place(request);
        if let Some((_, asked)) = place.split_once("marketplaceIds=") {
            // What is another's looks like ours on every site.
            let marketplace = asked.split('&').next().unwrap();
            let claimed = self.store.feeds.iter_mut().find(|(feed, _)| feed["feedId"] == CLAIMED);
            claimed.unwrap().0["marketplaceIds"] = json!([marketplace]);
        }
        let Reply::Answer(mut answer) = self.store.answer(request) else { return Answer::default() };
        let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&self.store.now).unwrap();
        answer.headers = vec![("date".to_owned(), date)];
        answer
    }

    fn feed(&self, id: &str) -> &(Value, Vec<u8>) {
        self.store.feeds.iter().find(|(feed, _)| feed["feedId"] == id).unwrap()
    }

    fn status(&self, id: &str) -> Value {
        let mut feed = self.feed(id).0.clone();
        let created: Timestamp = feed["createdTime"].as_str().unwrap().parse().unwrap();
        let is_done = self.store.now.as_second() - created.as_second() >= WORKED_ON;
        feed["processingStatus"] = json!(if is_done { "DONE" } else { "IN_PROGRESS" });
        if is_done {
            feed["resultFeedDocumentId"] = json!(format!("report.{id}"));
        }
        feed
    }

    fn report(&self, url: &str) -> Value {
        let id = url.strip_prefix("report.").unwrap().split('?').next().unwrap();
        let file: Value = serde_json::from_slice(&self.feed(id).1).unwrap();
        let n_messages = file["messages"].as_array().unwrap().len();
        json!({
            "header": { "sellerId": file["header"]["sellerId"], "version": "2.0", "feedId": id },
            "issues": [],
            "summary": { "errors": 0, "warnings": 0, "messagesProcessed": n_messages, "messagesAccepted": n_messages,
                "messagesInvalid": 0 },
        })
    }

    fn call(&mut self, request: &Request, place: &str) -> Value {
        let (path, query) = place.split_once('?').unwrap();
        let is_try = query.contains("mode=VALIDATION_PREVIEW");
        let sku = last_step(path).to_owned();
        if !is_try {
            let body = carried(request).map(|(_, bytes)| String::from_utf8(bytes.to_vec()).unwrap());
            let call = format!("{} {sku} {}", request.operation.id, body.unwrap_or_default());
            self.items.insert(sku.clone(), call);
        }
        let status = if is_try { "VALID" } else { "ACCEPTED" };
        json!({ "sku": sku, "status": status, "submissionId": "s-1", "issues": [] })
    }
}

fn last_step(place: &str) -> &str {
    place.rsplit('/').next().unwrap()
}
