//! What the Feeds API lists, looked through for a submission whose answer was lost.

use super::question::Heard;
use super::question::Question;
use super::with_query;
use crate::api;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Most pages of a hundred feeds: an account that submits as often as it may makes some seven thousand in a day.
const MOST_PAGES: u32 = 100;

/// Which feeds are looked for.
#[derive(Debug)]
pub(super) struct Sought {
    pub(super) host: &'static str,
    pub(super) feed_type: &'static str,
    pub(super) marketplace_id: &'static str,
    /// Feeds that are known to be other submissions.
    pub(super) claimed: BTreeSet<String>,
}

/// One look through all pages.
#[derive(Debug)]
pub(super) struct Look {
    question: Question,
    since: Timestamp,
    found: BTreeSet<String>,
    n_pages: u32,
}

/// What a look has come to.
#[derive(Debug)]
pub(super) enum Looked<T> {
    /// There is more to look at.
    More(Step<T>),
    /// These feeds may be the one.
    Found(BTreeSet<String>),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    feeds: Vec<Listed>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    feed_id: String,
    feed_type: String,
    marketplace_ids: Option<Vec<String>>,
    created_time: String,
}

impl Sought {
    /// Begins to look through the feeds made since then.
    pub(super) fn look<T>(&self, since: Timestamp) -> (Look, Step<T>) {
        let created_since = since.to_string();
        let pairs = [
            ("feedTypes", self.feed_type),
            ("marketplaceIds", self.marketplace_id),
            ("createdSince", created_since.as_str()),
            ("pageSize", "100"),
        ];
        let request = Request::new(&api::GET_FEEDS, self.host, with_query(api::FEEDS, &pairs));
        let mut look = Look { question: Question::new(request), since, found: BTreeSet::new(), n_pages: 1 };
        let step = look.question.ask();
        (look, step)
    }

    /// Goes on looking.
    ///
    /// # Errors
    /// Always as unreadable: the submission may have arrived, so it is neither free nor given up, but looked for again.
    pub(super) fn go_on<T>(&self, look: &mut Look, reply: Option<Reply>) -> Result<Looked<T>, ProtocolError> {
        let blind = |why: &str| {
            let message = format!("whether the feed arrived cannot be seen now: {why}");
            ProtocolError::new(api::GET_FEEDS.id, Trouble::Unreadable, message)
        };
        let page: Page = match look.question.hear(reply).map_err(|why| blind(&why.message))? {
            Heard::Said(page, _) => page,
            Heard::Nothing => return Ok(Looked::More(look.question.ask())),
        };
        look.found.extend(page.feeds.into_iter().filter(|feed| self.may_be(feed, look.since)).map(|feed| feed.feed_id));
        let Some(token) = page.next_token.filter(|token| !token.is_empty()) else {
            return Ok(Looked::Found(std::mem::take(&mut look.found)));
        };
        if look.n_pages >= MOST_PAGES {
            return Err(blind(&format!("there are more than {MOST_PAGES} pages of feeds")));
        }
        look.n_pages += 1;
        // Nothing else may stand beside it.
        let path = with_query(api::FEEDS, &[("nextToken", &token)]);
        look.question = Question::new(Request::new(&api::GET_FEEDS, self.host, path));
        Ok(Looked::More(look.question.ask()))
    }

    /// Whether this may be the feed. The filters of the question are not trusted, and what is not said is no reason
    /// against it: a feed too many is asked about, one too few is sent twice.
    fn may_be(&self, feed: &Listed, since: Timestamp) -> bool {
        let is_late = feed.created_time.parse::<Timestamp>().is_ok_and(|created| created < since);
        let is_here = feed.marketplace_ids.as_ref().is_none_or(|ids| {
            let ids: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
            ids == BTreeSet::from([self.marketplace_id])
        });
        !is_late && is_here && feed.feed_type == self.feed_type && !self.claimed.contains(&feed.feed_id)
    }
}
