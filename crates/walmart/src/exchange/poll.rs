//! A feed is asked after: how far it is, and what became of its items, page by page.
//!
//! The report that comes of it is the pages as Walmart sent them: one alone, or `{"pages":[…]}`.

use super::Account;
use super::answer;
use super::json;
use crate::api;
use crate::kind::Kind;
use crate::report::Item;
use crate::report::Page;
use crate::report::Status;
use crate::report::Tally;
use crate::report::join_pages;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::exchange::percent_encode;
use std::time::Duration;

/// Items of a page: a parameter's text says 50 at most, an answer's 1,000. Source: developer.walmart.com,
/// us-marketplace/reference/getfeeditemstatus, read 2026-11-26.
const PAGE: u64 = 50;
/// Most pages: a feed has 10,000 items at most, and pages may come smaller than asked for.
const MOST_PAGES: u64 = 1_000;

/// When to ask again, at the earliest: prices are done in 15 minutes, and 5 are to pass before the first look; the others
/// go from 15 minutes over one hour to two and four. Source: developer.walmart.com, us-marketplace/docs/rate-limiting, read
/// 2026-11-23.
const PRICE_PAUSE: Duration = Duration::from_mins(5);
const PAUSE: Duration = Duration::from_mins(15);
const LATER_PAUSE: Duration = Duration::from_hours(1);
/// A review takes about a day.
const REVIEW_PAUSE: Duration = Duration::from_hours(4);

/// How long a feed is left alone before it is asked after for the first time.
pub(crate) const fn first_look(kind: Kind) -> Duration {
    if matches!(kind, Kind::Price | Kind::LegacyPrice) { PRICE_PAUSE } else { PAUSE }
}

/// Asking after a feed.
#[derive(Debug)]
pub(crate) struct Poll {
    account: Account,
    kind: Kind,
    id: String,
    /// The pages as they came.
    pages: Vec<Vec<u8>>,
    /// The same, read.
    read: Vec<Page>,
    tally: Tally,
    is_asked: bool,
}

impl Poll {
    /// Of a feed by its id.
    pub(crate) fn new(account: Account, kind: Kind, id: &str) -> Self {
        Self {
            account,
            kind,
            id: id.to_owned(),
            pages: Vec::new(),
            read: Vec::new(),
            tally: Tally::default(),
            is_asked: false,
        }
    }

    fn request(&self) -> Request {
        let (id, offset) = (percent_encode(&self.id), self.tally.n_items());
        let path = format!("/v3/feeds/{id}?includeDetails=true&offset={offset}&limit={PAGE}");
        self.account.ask(&api::FEED, path)
    }

    fn page(&mut self, reply: Option<Reply>) -> Result<Step<Polled>, ProtocolError> {
        let answer = answer(api::FEED.id, reply)?;
        let page = Page::read(&json(api::FEED.id, &answer)?).ok_or_else(|| {
            unreadable(format!("the answer does not say how the feed is getting on: {}", answer.excerpt()))
        })?;
        if let Some(id) = page.feed_id.as_ref().filter(|id| !id.eq_ignore_ascii_case(&self.id)) {
            return Err(unreadable(format!("asked after feed `{}`, and the answer is about `{id}`", self.id)));
        }
        if self.read.is_empty() && !page.has_news() {
            return Ok(Step::Done(Polled::Pending(self.pause())));
        }
        // Items may be named twice, and must not make others be skipped.
        let before = self.tally.n_items();
        self.tally.add(&page);
        self.pages.push(answer.body);
        self.read.push(page);
        if self.tally.n_items() == before || !self.tally.is_short(self.kind) {
            return Ok(Step::Done(self.report()));
        }
        if self.pages.len() as u64 == MOST_PAGES {
            return Err(unreadable(format!("the items have no end after {} of them", self.tally.n_items())));
        }
        Ok(self.request().send())
    }

    fn report(&mut self) -> Polled {
        let again = self.again();
        Polled::Report(join_pages(&std::mem::take(&mut self.pages)), again)
    }

    /// When to ask again, if anything is open.
    fn again(&self) -> Option<Duration> {
        let rows = || self.read.iter().flat_map(|page| &page.rows);
        match self.read.first()?.status {
            Status::Received | Status::InProgress if rows().any(|row| !row.is_pending()) => Some(LATER_PAUSE),
            Status::Received | Status::InProgress if rows().any(Item::is_in_review) => Some(REVIEW_PAUSE),
            Status::Received | Status::InProgress | Status::Other(_) => Some(self.pause()),
            Status::Processed if rows().any(Item::is_pending) => Some(REVIEW_PAUSE),
            Status::Processed if self.tally.is_short(self.kind) => Some(LATER_PAUSE),
            Status::Processed | Status::Error => None,
        }
    }

    fn pause(&self) -> Duration {
        if self.kind.is_price() { PRICE_PAUSE } else { PAUSE }
    }
}

impl Exchange<Polled> for Poll {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Polled>, ProtocolError> {
        if !self.is_asked {
            self.is_asked = true;
            return Ok(self.request().send());
        }
        self.page(reply)
    }
}

fn unreadable(message: String) -> ProtocolError {
    ProtocolError::new(api::FEED.id, Trouble::Unreadable, message)
}
