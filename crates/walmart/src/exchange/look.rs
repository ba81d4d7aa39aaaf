//! A look into an account's list of feeds, for one that may have arrived.

use super::Account;
use super::answer;
use super::entries;
use super::json;
use super::number;
use super::text;
use crate::api;
use crate::kind::Kind;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Trouble;
use serde_json::Value;
use std::collections::BTreeSet;

/// Entries of a page: the most Walmart gives. Source: developer.walmart.com, us-marketplace/reference/getallfeedstatuses,
/// read 2026-11-26.
const PAGE: u64 = 50;
/// Most pages of a look: 20,000 feeds.
const MOST_PAGES: u32 = 400;

/// A feed of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// Its id.
    pub(super) id: String,
    /// The type, by the name the list gives it.
    feed_type: String,
    /// When it came, in milliseconds since 1970; none when the list does not say.
    pub(super) came_at: Option<i64>,
    /// How many items were counted in it.
    received: Option<u64>,
    /// How far it is.
    status: String,
}

/// How much a feed looks like the one that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// It is of the type, and has as many items.
    Same,
    /// It is of the type, and nobody has counted its items yet; or nobody could.
    Uncounted,
    /// It is another.
    Other,
}

/// A look.
#[derive(Debug)]
pub(super) struct Look {
    /// Older feeds are of no interest; none to be content with the newest page.
    since: Option<i64>,
    /// How many entries were read.
    n_read: u64,
    n_pages: u32,
    /// Whether entries came newest first so far, so that older ones can be left unread.
    is_sorted: bool,
    /// What was found.
    found: Vec<Listed>,
    /// Its ids.
    ids: BTreeSet<String>,
}

/// What a look asks next.
#[derive(Debug)]
pub(super) enum Seen {
    /// This page.
    More(Request),
    /// Nothing: these feeds there are, each once.
    All(Vec<Listed>),
}

impl Look {
    /// For feeds that came since then.
    pub(super) fn since(since: Option<i64>) -> Self {
        Self { since, n_read: 0, n_pages: 0, is_sorted: true, found: Vec::new(), ids: BTreeSet::new() }
    }

    /// The request for its next page.
    pub(super) fn request(&self, account: &Account) -> Request {
        account.ask(&api::FEEDS, format!("/v3/feeds?offset={}&limit={PAGE}", self.n_read))
    }

    /// Reads a page.
    pub(super) fn page(&mut self, account: &Account, reply: Option<Reply>) -> Result<Seen, ProtocolError> {
        let doing = api::FEEDS.id;
        let answer = answer(doing, reply)?;
        let page = json(doing, &answer)?;
        if page.get("results").is_none() && page.get("totalResults").is_none() {
            let message = format!("the answer is no list of feeds: {}", answer.excerpt());
            return Err(ProtocolError::new(doing, Trouble::Unreadable, message));
        }
        let feeds = entries(page.get("results").and_then(|results| results.get("feed")));
        let mut oldest = self.found.last().and_then(|feed| feed.came_at);
        let mut is_past = false;
        for feed in feeds {
            let Some(feed) = Listed::read(feed) else {
                let message = format!("an entry of the list of feeds has no id: {}", answer.excerpt());
                return Err(ProtocolError::new(doing, Trouble::Unreadable, message));
            };
            self.is_sorted &= oldest.is_none() || feed.came_at.is_none() || feed.came_at <= oldest;
            oldest = feed.came_at.or(oldest);
            is_past |= self.since.is_some_and(|since| feed.came_at.is_some_and(|came_at| came_at < since));
            // A feed that comes while pages are read moves the others along, so that some are seen twice.
            if self.ids.insert(feed.id.clone()) {
                self.found.push(feed);
            }
        }
        self.n_read += feeds.len() as u64;
        self.n_pages += 1;
        let is_end = feeds.is_empty() || number(page.get("totalResults")).is_some_and(|total| self.n_read >= total);
        if is_end || (self.is_sorted && (is_past || self.since.is_none())) {
            return Ok(Seen::All(std::mem::take(&mut self.found)));
        }
        if self.n_pages == MOST_PAGES {
            let message = format!("the list of feeds has no end after {} of them", self.n_read);
            return Err(ProtocolError::new(doing, Trouble::Unreadable, message));
        }
        Ok(Seen::More(self.request(account)))
    }
}

impl Listed {
    fn read(feed: &Value) -> Option<Self> {
        Some(Self {
            id: text(feed.get("feedId"))?,
            feed_type: text(feed.get("feedType")).unwrap_or_default(),
            came_at: number(feed.get("feedDate")).and_then(|at| i64::try_from(at).ok()),
            received: number(feed.get("itemsReceived")),
            status: text(feed.get("feedStatus")).unwrap_or_default(),
        })
    }

    /// How much it looks like a feed of a kind with so many rows.
    pub(super) fn likeness(&self, kind: Kind, n_rows: u64) -> Likeness {
        if !kind.is_listed_as(&self.feed_type) {
            Likeness::Other
        } else if self.received == Some(n_rows) {
            Likeness::Same
        } else if self.received.unwrap_or(0) == 0 && !self.status.eq_ignore_ascii_case("PROCESSED") {
            // Just received, or its envelope was no good.
            Likeness::Uncounted
        } else {
            Likeness::Other
        }
    }
}
