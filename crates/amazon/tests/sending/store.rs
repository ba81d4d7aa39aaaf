//! The Feeds API in a few lines: what was put, what was submitted, and faults at chosen requests.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use crate::talk::answer;
use crate::talk::carried;
use crate::talk::place;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use jiff::SignedDuration;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It never gets there.
    LostBefore,
    /// It takes effect, and nobody hears of it.
    LostAfter,
    /// It takes effect, and the answer is a page for people.
    HtmlAfter,
    /// It takes effect, and the answer is broken off.
    BrokenAfter,
    /// It is turned away.
    Away,
    /// The process ends before it leaves.
    EndBefore,
    /// The process ends when it has taken effect.
    EndAfter,
}

impl Fault {
    pub(crate) const ALL: [Self; 7] = [
        Self::LostBefore,
        Self::LostAfter,
        Self::HtmlAfter,
        Self::BrokenAfter,
        Self::Away,
        Self::EndBefore,
        Self::EndAfter,
    ];
}

/// Amazon, as far as submitting goes.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) now: Timestamp,
    /// The marketplace that is asked for; none where it is whichever is asked for.
    pub(crate) marketplace: Option<&'static str>,
    /// What was put where.
    documents: BTreeMap<String, Option<Vec<u8>>>,
    /// Feeds: their listing, and what was in the file.
    pub(crate) feeds: Vec<(Value, Vec<u8>)>,
    n_requests: usize,
    /// What goes wrong with which request, counted from 0.
    faults: Vec<(usize, Fault)>,
}

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It is answered, or not.
    Replied(Reply),
    /// The process is over.
    Ended,
}

/// The type of all feeds here.
pub(crate) const FEED_TYPE: &str = "JSON_LISTINGS_FEED";
/// The marketplace of all feeds of ours.
pub(crate) const MARKETPLACE: &str = "ATVPDKIKX0DER";

impl Store {
    pub(crate) fn new(faults: &[(usize, Fault)]) -> Self {
        let now = "2026-11-26T14:00:00Z".parse().unwrap();
        let (documents, faults) = (BTreeMap::new(), faults.to_vec());
        Self { now, marketplace: Some(MARKETPLACE), documents, feeds: Vec::new(), n_requests: 0, faults }
    }

    /// Adds a feed of somebody else.
    pub(crate) fn add(&mut self, id: &str, feed_type: &str, marketplace: &str, seconds_ago: i64) {
        let created = self.now - SignedDuration::from_secs(seconds_ago);
        let feed = json!({
            "feedId": id, "feedType": feed_type, "marketplaceIds": [marketplace],
            "createdTime": created.to_string(), "processingStatus": "DONE",
        });
        self.feeds.push((feed, Vec::new()));
    }

    /// Answers a request, or does what the plan of faults says.
    pub(crate) fn handle(&mut self, request: &Request) -> Fate {
        let at = self.n_requests;
        self.n_requests += 1;
        self.now += SignedDuration::from_secs(1);
        let fault = self.faults.iter().find(|(number, _)| *number == at).map(|(_, fault)| *fault);
        let lost = || Fate::Replied(Reply::Lost("the connection was closed".to_owned()));
        match fault {
            Some(Fault::LostBefore) => return lost(),
            Some(Fault::EndBefore) => return Fate::Ended,
            Some(Fault::Away) => {
                return Fate::Replied(answer(503, r#"{"errors":[{"code":"InternalFailure","message":"away"}]}"#));
            }
            Some(Fault::LostAfter | Fault::HtmlAfter | Fault::BrokenAfter | Fault::EndAfter) | None => {}
        }
        let answered = self.answer(request);
        match (fault, answered) {
            (Some(Fault::LostAfter), _) => lost(),
            (Some(Fault::EndAfter), _) => Fate::Ended,
            (Some(Fault::HtmlAfter), _) => Fate::Replied(answer(200, "<html>please stand by</html>")),
            (Some(Fault::BrokenAfter), Reply::Answer(mut answered)) => {
                answered.body.truncate(answered.body.len() / 2);
                Fate::Replied(Reply::Answer(answered))
            }
            (_, answered) => Fate::Replied(answered),
        }
    }

    /// Answers a request.
    pub(crate) fn answer(&mut self, request: &Request) -> Reply {
        let body = carried(request).map(|(_, bytes)| bytes.to_vec()).unwrap_or_default();
        match request.operation.id {
            "createFeedDocument" => {
                let id = format!("document-{}", self.documents.len() + 1);
                let url = format!("https://store.example/{id}?signature=secret");
                self.documents.insert(id.clone(), None);
                answer(201, json!({ "feedDocumentId": id, "url": url }).to_string())
            }
            "uploadFeedDocument" => {
                let place = place(request);
                let (_, id) = place.split_once(".example/").unwrap();
                let (id, _) = id.split_once('?').unwrap();
                self.documents.insert(id.to_owned(), Some(body));
                answer(200, "")
            }
            "createFeed" => {
                let wanted: Value = serde_json::from_slice(&body).unwrap();
                let Some(Some(file)) = self.documents.get(wanted["inputFeedDocumentId"].as_str().unwrap()) else {
                    return answer(400, r#"{"errors":[{"code":"InvalidInput","message":"there is nothing in it"}]}"#);
                };
                let id = format!("feed-{}", self.feeds.len() + 1);
                let feed = json!({
                    "feedId": id, "feedType": wanted["feedType"], "marketplaceIds": wanted["marketplaceIds"],
                    "createdTime": self.now.to_string(), "processingStatus": "IN_QUEUE",
                });
                self.feeds.push((feed, file.clone()));
                answer(202, json!({ "feedId": id }).to_string())
            }
            "getFeeds" => self.list(&place(request)),
            other => panic!("{other} is not asked for when a feed is submitted"),
        }
    }

    /// Two feeds a page. Filters of the question are heard: a feed that they leave out is not shown.
    fn list(&self, place: &str) -> Reply {
        let value = |name: &str| {
            let (_, query) = place.split_once('?')?;
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
        };
        let (since, from) = match value("nextToken") {
            Some(token) => {
                assert!(!place.contains('&'), "the token stands alone: {place}");
                let (since, from) = token.split_once('_').unwrap();
                (since.replace("%3A", ":"), from.parse::<usize>().unwrap())
            }
            None => {
                assert_eq!(value("feedTypes").as_deref(), Some(FEED_TYPE));
                if let Some(marketplace) = self.marketplace {
                    assert_eq!(value("marketplaceIds").as_deref(), Some(marketplace));
                }
                (value("createdSince").unwrap().replace("%3A", ":"), 0)
            }
        };
        let start: Timestamp = since.parse().unwrap();
        let shown: Vec<&Value> = self
            .feeds
            .iter()
            .map(|(feed, _)| feed)
            .filter(|feed| feed["createdTime"].as_str().unwrap().parse::<Timestamp>().unwrap() >= start)
            .collect();
        let page: Vec<&&Value> = shown.iter().skip(from).take(2).collect();
        let mut answered = json!({ "feeds": page });
        if from + 2 < shown.len() {
            answered["nextToken"] = json!(format!("{since}_{}", from + 2));
        }
        answer(200, answered.to_string())
    }
}
