//! An account at Walmart, as far as feeds go.

use feedwright_marketplace::conformance::BEGIN;
use feedwright_marketplace::conformance::CLAIMED;
use feedwright_marketplace::conformance::Made;
use feedwright_marketplace::conformance::OtherSide;
use feedwright_marketplace::exchange::Address;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Body;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::Request;
use serde_json::Value;
use serde_json::json;

/// The account. It takes feeds of one type.
pub(crate) struct Account {
    pub(crate) now: i64,
    /// How long a feed takes to be listed.
    delay: i64,
    feed_type: String,
    /// How many items are in a feed of ours.
    n_rows: u64,
    feeds: Vec<Listed>,
    pub(crate) n_posted: usize,
}

/// A feed of the list, which has the newest first.
struct Listed {
    id: String,
    feed_type: String,
    came_at: i64,
    n_items: u64,
    file: String,
}

/// How long a feed is worked on, in seconds.
const WORKED_ON: i64 = 400;

impl Account {
    /// With older feeds that look like the one to come, and others. Times are seconds since 1970.
    pub(crate) fn new(feed_type: &str, n_rows: u64, now: i64, delay: i64) -> Self {
        let feed = |id: &str, feed_type: &str, came_at| Listed {
            id: id.to_owned(),
            feed_type: feed_type.to_owned(),
            came_at,
            n_items: n_rows,
            file: String::new(),
        };
        let feeds = vec![
            feed("CLAIMED", feed_type, now - 10),
            feed("OTHER", "other", now - 20),
            feed("OLD", feed_type, now - 1000),
        ];
        Self { now, delay, feed_type: feed_type.to_owned(), n_rows, feeds, n_posted: 0 }
    }

    /// Does what is asked.
    pub(crate) fn does(&mut self, request: &Request) -> Value {
        let Address::Host(_, path) = &request.to else { panic!("{request:?}") };
        if path.starts_with(&format!("/v3/feeds?feedType={}", self.feed_type)) {
            self.n_posted += 1;
            let id = format!("OURS-{}", self.n_posted);
            let file = match &request.body {
                Body::Empty => String::new(),
                Body::Bytes { bytes, .. } | Body::File { bytes, .. } => String::from_utf8(bytes.to_vec()).unwrap(),
            };
            let (feed_type, came_at, n_items) = (self.feed_type.clone(), self.now, self.n_rows);
            self.feeds.insert(0, Listed { id: id.clone(), feed_type, came_at, n_items, file });
            return json!({ "feedId": id });
        }
        let offset = path.split("offset=").nth(1).unwrap().split('&').next().unwrap().parse::<usize>().unwrap();
        if let Some(asked) = path.strip_prefix("/v3/feeds/") {
            return self.page(asked.split('?').next().unwrap(), offset);
        }
        let is_seen = |feed: &&Listed| !feed.id.starts_with("OURS") || feed.came_at + self.delay <= self.now;
        let feeds: Vec<Value> = self
            .feeds
            .iter()
            .filter(is_seen)
            .map(|feed| {
                json!({ "feedId": feed.id, "feedType": feed.feed_type, "feedDate": feed.came_at * 1000,
                    "itemsReceived": feed.n_items })
            })
            .collect();
        // Pages of two, so that some looks take several.
        let page: Vec<&Value> = feeds.iter().skip(offset).take(2).collect();
        json!({ "totalResults": feeds.len(), "offset": offset, "limit": 2, "results": { "feed": page } })
    }

    /// How a feed is getting on: two items a page, all of them taken.
    fn page(&self, id: &str, offset: usize) -> Value {
        let feed = self.feeds.iter().find(|feed| feed.id == id).unwrap();
        let mut skus = Vec::new();
        collect_skus(&serde_json::from_str(&feed.file).unwrap(), &mut skus);
        let is_done = self.now - feed.came_at >= WORKED_ON;
        let item = |(at, sku): (usize, &String)| {
            let status = if is_done { "SUCCESS" } else { "INPROGRESS" };
            json!({ "martId": 0, "sku": sku, "index": at, "ingestionStatus": status,
                "ingestionErrors": { "ingestionError": null } })
        };
        let items: Vec<Value> = skus.iter().enumerate().skip(offset).take(2).map(item).collect();
        let (status, n_done) = if is_done { ("PROCESSED", skus.len()) } else { ("INPROGRESS", 0) };
        json!({ "feedId": id, "feedStatus": status, "itemsReceived": skus.len(), "itemsSucceeded": n_done,
            "itemsFailed": 0, "itemsProcessing": skus.len() - n_done, "offset": offset, "limit": 2,
            "itemDetails": { "itemIngestionStatus": items } })
    }
}

/// The SKUs of a file, in their order. In no kind of row do two members have this name.
fn collect_skus(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| match value {
            Value::String(sku) if name == "sku" => out.push(sku.clone()),
            _ => collect_skus(value, out),
        }),
        Value::Array(rows) => rows.iter().for_each(|row| collect_skus(row, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The account as the conformance kit meets it.
pub(crate) fn meet(parcel: &Parcel) -> Box<dyn OtherSide> {
    let mut account = Account::new(parcel.feed.name, parcel.rows.len() as u64, BEGIN, 5);
    CLAIMED.clone_into(&mut account.feeds[0].id);
    account.feeds[0].came_at = BEGIN;
    Box::new(account)
}

impl OtherSide for Account {
    fn answer(&mut self, request: &Request, now: i64) -> Answer {
        self.now = now;
        Answer { status: 200, headers: Vec::new(), body: self.does(request).to_string().into_bytes() }
    }

    fn made(&self) -> Vec<Made> {
        let ours = self.feeds.iter().filter(|feed| feed.id.starts_with("OURS"));
        ours.map(|feed| Made { id: feed.id.clone(), what: feed.file.clone() }).collect()
    }
}
