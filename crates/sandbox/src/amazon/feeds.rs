//! Feeds: submitted, waiting, worked on, done; and asked for one by one or by what they are.

use super::Amazon;
use super::answers::Refusal;
use super::operations::Host;
use super::operations::LISTINGS_FEED;
use super::sites::Site;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::simulated::Trouble;
use crate::tokens::hex;
use crate::tokens::later;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

/// How long a feed that is stuck is stuck. A reply of Amazon's names up to 8 hours, issue 657 of
/// amzn/selling-partner-api-models.
const STUCK: Duration = Duration::from_hours(6);

/// How long feeds can be asked for. Model feeds_2021-06-30, read 2026-11-23.
const KEPT: Duration = Duration::from_hours(90 * 24);

/// Kinds that were taken away: a feed of them ends without effect. Changelog of the SP-API, 2025-06-23.
static REMOVED: &[&str] = &[
    "POST_PRODUCT_DATA",
    "POST_INVENTORY_AVAILABILITY_DATA",
    "POST_PRODUCT_OVERRIDES_DATA",
    "POST_PRODUCT_PRICING_DATA",
    "POST_PRODUCT_IMAGE_DATA",
    "POST_PRODUCT_RELATIONSHIP_DATA",
    "POST_FLAT_FILE_INVLOADER_DATA",
    "POST_FLAT_FILE_LISTINGS_DATA",
    "POST_FLAT_FILE_BOOKLOADER_DATA",
    "POST_FLAT_FILE_CONVERGENCE_LISTINGS_DATA",
    "POST_FLAT_FILE_PRICEANDQUANTITYONLY_UPDATE_DATA",
    "POST_UIEE_BOOKLOADER_DATA",
];

/// A feed.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) sites: Vec<&'static Site>,
    pub(super) document: String,
    pub(super) created_at: Timestamp,
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
    pub(super) fate: Fate,
    pub(super) result: Option<String>,
    pub(super) outcome: Outcome,
}

/// How a feed ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// With a report.
    Done,
    /// Halfway, without one.
    Fatal,
    /// Before it began.
    Cancelled,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// What stands for the bytes that were uploaded.
    pub(super) content: String,
    pub(super) n_messages: u64,
    pub(super) n_accepted: u64,
    /// Of those, which told a listing only what it had just been told.
    pub(super) n_again: u64,
}

impl Feed {
    /// Its status at a time.
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        match self.fate {
            Fate::Cancelled => "CANCELLED",
            _ if now < self.starts_at => "IN_QUEUE",
            _ if now < self.ends_at => "IN_PROGRESS",
            Fate::Done => "DONE",
            Fate::Fatal => "FATAL",
        }
    }

    fn describe(&self, now: Timestamp) -> Value {
        let status = self.status(now);
        let ids: Vec<&str> = self.sites.iter().map(|site| site.id).collect();
        let mut feed = json!({
            "feedId": self.id,
            "feedType": self.kind,
            "marketplaceIds": ids,
            "createdTime": time(self.created_at),
            "processingStatus": status,
        });
        let Some(fields) = feed.as_object_mut() else { return feed };
        if !matches!(status, "IN_QUEUE" | "CANCELLED") {
            fields.insert("processingStartTime".to_owned(), time(self.starts_at).into());
        }
        if matches!(status, "DONE" | "FATAL") {
            fields.insert("processingEndTime".to_owned(), time(self.ends_at).into());
            if let Some(result) = &self.result {
                fields.insert("resultFeedDocumentId".to_owned(), result.clone().into());
            }
        }
        feed
    }
}

/// A time as Amazon writes it.
pub(super) fn time(time: Timestamp) -> String {
    format!("{time:.3}")
}

impl Amazon {
    pub(super) fn create_feed(
        &mut self,
        account: &str,
        request: &Incoming,
        now: Timestamp,
    ) -> Result<Outgoing, Refusal> {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let kind = text("feedType").ok_or_else(|| Refusal::input("feedType is missing."))?;
        let is_removed = REMOVED.contains(&kind);
        if kind != LISTINGS_FEED && !is_removed {
            return Err(Refusal::input("feedType is not known."));
        }
        let document = text("inputFeedDocumentId").filter(|id| self.documents.has(account, id));
        let document = document.ok_or_else(|| Refusal::input("inputFeedDocumentId is not that of a document."))?;
        let sites = sites(body.get("marketplaceIds"), request)?;
        let seed = self.seed;
        let processing = self.processing;
        let own = self.account_of(account);
        own.n_feeds += 1;
        let id = (50_000_000_000 + own.n_feeds * 1009 + seed % 1000).to_string();
        let mut work = processing.of(&format!("{account} {id}"), seed);
        let mut starts_at = later(now, work / 4);
        if request.trouble == Some(Trouble::Stuck) {
            // What is stuck holds up no others.
            work = STUCK;
        } else {
            // Feeds of a kind are worked on one after the other, as they came.
            starts_at = own.busy_until.get(kind).map_or(starts_at, |busy| starts_at.max(*busy));
            own.busy_until.insert(kind.to_owned(), later(starts_at, work));
        }
        let ends_at = later(starts_at, work);
        let fate = match request.trouble {
            Some(Trouble::Fatal) => Fate::Fatal,
            _ if is_removed => Fate::Fatal,
            _ => Fate::Done,
        };
        let feed = Feed {
            id: id.clone(),
            kind: kind.to_owned(),
            sites,
            document: document.to_owned(),
            created_at: now,
            starts_at,
            ends_at,
            fate,
            result: None,
            outcome: Outcome::default(),
        };
        own.feeds.insert(id.clone(), feed);
        self.pending.insert((ends_at, account.to_owned(), id.clone()));
        Ok(Outgoing::json(202, &json!({ "feedId": id })))
    }

    pub(super) fn get_feed(&mut self, account: &str, request: &Incoming, now: Timestamp) -> Result<Outgoing, Refusal> {
        let mut feed = self.feed(account, request)?.describe(now);
        if let (Some(Trouble::Late), Some(fields)) = (request.trouble, feed.as_object_mut()) {
            fields.remove("resultFeedDocumentId");
        }
        Ok(Outgoing::json(200, &feed))
    }

    pub(super) fn cancel_feed(
        &mut self,
        account: &str,
        request: &Incoming,
        now: Timestamp,
    ) -> Result<Outgoing, Refusal> {
        let feed = self.feed(account, request)?;
        if feed.status(now) != "IN_QUEUE" {
            return Err(Refusal::input("Only a feed that is IN_QUEUE can be cancelled."));
        }
        feed.fate = Fate::Cancelled;
        let key = (feed.ends_at, account.to_owned(), feed.id.clone());
        self.pending.remove(&key);
        Ok(Outgoing::json(200, &json!({})))
    }

    pub(super) fn get_feeds(&mut self, account: &str, request: &Incoming, now: Timestamp) -> Result<Outgoing, Refusal> {
        let mut query: Vec<(String, String)> = request.query.clone();
        let mut skip = 0;
        if let Some(token) = request.value("nextToken") {
            if query.len() > 1 {
                return Err(Refusal::input("nextToken must be the only parameter."));
            }
            let (at, rest) = read_token(token).ok_or_else(|| Refusal::input("nextToken is not one of ours."))?;
            skip = at;
            query = rest;
        }
        let filter = Filter::read(&query, now)?;
        let empty = std::collections::BTreeMap::new();
        let feeds = self.accounts.get(account).map_or(&empty, |account| &account.feeds);
        let mut found: Vec<&Feed> = feeds.values().filter(|feed| filter.takes(feed, now)).collect();
        found.sort_by(|left, right| (right.created_at, &right.id).cmp(&(left.created_at, &left.id)));
        let page: Vec<Value> = found.iter().skip(skip).take(filter.page_size).map(|feed| feed.describe(now)).collect();
        let mut body = json!({ "feeds": page });
        let next = skip + filter.page_size;
        if let (true, Some(body)) = (next < found.len(), body.as_object_mut()) {
            body.insert("nextToken".to_owned(), write_token(next, &query).into());
        }
        Ok(Outgoing::json(200, &body))
    }

    fn feed(&mut self, account: &str, request: &Incoming) -> Result<&mut Feed, Refusal> {
        let id = request.path.rsplit('/').next().unwrap_or_default();
        let feeds = self.accounts.get_mut(account).map(|account| &mut account.feeds);
        feeds.and_then(|feeds| feeds.get_mut(id)).ok_or_else(|| Refusal::nothing("There is no such feed."))
    }
}

/// Which feeds are asked for.
struct Filter {
    kinds: Vec<String>,
    sites: Vec<String>,
    statuses: Vec<String>,
    since: Timestamp,
    until: Timestamp,
    page_size: usize,
}

impl Filter {
    fn read(query: &[(String, String)], now: Timestamp) -> Result<Self, Refusal> {
        let list = |name: &str| {
            let values = query.iter().filter(|(own, _)| own == name).flat_map(|(_, value)| value.split(','));
            values.filter(|value| !value.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        let moment = |name: &str, otherwise: Timestamp| match list(name).first() {
            None => Ok(otherwise),
            Some(text) => text.parse().map_err(|_| Refusal::input(&format!("{name} is not a date and time."))),
        };
        let kinds = list("feedTypes");
        if kinds.is_empty() || kinds.len() > 10 {
            return Err(Refusal::input("1 to 10 feedTypes are needed."));
        }
        let statuses = list("processingStatuses");
        let known = ["CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE"];
        if statuses.iter().any(|status| !known.contains(&status.as_str())) {
            return Err(Refusal::input("processingStatuses has an unknown one."));
        }
        let page_size = match list("pageSize").first() {
            None => 10,
            Some(text) => text
                .parse()
                .ok()
                .filter(|size| (1..=100).contains(size))
                .ok_or_else(|| Refusal::input("pageSize is not 1 to 100."))?,
        };
        let oldest = now.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
        Ok(Self {
            kinds,
            sites: list("marketplaceIds"),
            statuses,
            since: moment("createdSince", oldest)?,
            until: moment("createdUntil", now)?,
            page_size,
        })
    }

    fn takes(&self, feed: &Feed, now: Timestamp) -> bool {
        self.kinds.contains(&feed.kind)
            && (self.sites.is_empty() || feed.sites.iter().any(|site| self.sites.iter().any(|id| id == site.id)))
            && (self.statuses.is_empty() || self.statuses.iter().any(|status| status == feed.status(now)))
            && (self.since..=self.until).contains(&feed.created_at)
    }
}

/// The rest of a list, in a form nobody is meant to read.
fn write_token(skip: usize, query: &[(String, String)]) -> String {
    use base64::Engine;
    let text = json!([skip, query]).to_string();
    let mark = hex(&text);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{mark}{text}"))
}

fn read_token(token: &str) -> Option<(usize, Vec<(String, String)>)> {
    use base64::Engine;
    let text = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token).ok()?;
    let text = String::from_utf8(text).ok()?;
    let (mark, text) = text.split_at_checked(32)?;
    if hex(text) != mark {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// The sites of a list of marketplace ids, all of which must belong to the endpoint.
pub(super) fn sites(ids: Option<&Value>, request: &Incoming) -> Result<Vec<&'static Site>, Refusal> {
    let Some(Host::Api(region)) = Host::of(request) else { return Err(Refusal::nothing("There is no such host.")) };
    let ids = ids.and_then(Value::as_array).filter(|ids| (1..=25).contains(&ids.len()));
    let ids = ids.ok_or_else(|| Refusal::input("1 to 25 marketplaceIds are needed."))?;
    let site = |id: &Value| id.as_str().and_then(|id| Site::in_region(id, region));
    ids.iter()
        .map(|id| site(id).ok_or_else(|| Refusal::input(&format!("marketplaceIds: {id} is not of this endpoint."))))
        .collect()
}
