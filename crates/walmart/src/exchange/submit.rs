//! A feed is posted, once.
//!
//! Walmart has no key by which it would know a feed again. So what the account's list of feeds holds is noted before the
//! feed is posted, and when nobody knows whether it arrived the list is read again: what is new there, of the same type
//! and with as many items, is the one. A feed that was begun before is looked for by the time it was begun.

use super::Account;
use super::look::Likeness;
use super::look::Listed;
use super::look::Look;
use super::look::Seen;
use super::refusal::refusal;
use super::text;
use crate::api;
use crate::kind::Kind;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::listing::Listing;
use feedwright_marketplace::xml;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// How much our clock and Walmart's may differ, in milliseconds.
const SKEW: i64 = 5 * 60 * 1000;
/// How long a feed may take to appear in the list: seen in one seller's production, read 2026-11-23.
const REST: Duration = Duration::from_secs(30);
/// How long to wait when the list itself cannot be had.
const LIST_REST: Duration = Duration::from_mins(1);
/// How often the list is asked for before only a person can tell.
const MOST_LIST_TRIES: u32 = 10;
/// How often a feed that surely did not arrive is posted.
const MOST_POSTS: u32 = 3;

/// A submission under way.
#[derive(Debug)]
pub(crate) struct Submit {
    account: Account,
    kind: Kind,
    bytes: Arc<[u8]>,
    n_rows: u64,
    /// Feeds that are not this one: of other submissions, and what was in the list before.
    others: BTreeSet<String>,
    /// When it can have come at the earliest, in milliseconds since 1970, once that is known.
    since: Option<i64>,
    state: State,
    n_posts: u32,
    n_list_failures: u32,
    /// Why the last post is in doubt.
    doubt: String,
}

#[derive(Debug)]
enum State {
    /// Nothing was done yet.
    New,
    /// The list is read, to know what is in it before.
    Noting(Look),
    /// The feed is posted.
    Posting,
    /// The list is read for the feed, for the first time or again.
    Looking(Look, Round),
    /// It is waited for the list.
    Resting(Round),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    First,
    Again,
}

impl Submit {
    /// Of a parcel; none when it is empty.
    pub(crate) fn new(account: Account, parcel: Parcel) -> Option<Self> {
        let kind = Kind::of(parcel.feed);
        // Walmart's feeds have one part, hence one file.
        let bytes = parcel.files.into_iter().next()?.bytes;
        Some(Self {
            account,
            kind,
            bytes,
            n_rows: parcel.rows.len() as u64,
            others: parcel.memory.claimed.into_iter().collect(),
            since: parcel.memory.begun_at.map(|at| at.saturating_mul(1000).saturating_sub(SKEW)),
            state: State::New,
            n_posts: 0,
            n_list_failures: 0,
            doubt: "it was begun before".to_owned(),
        })
    }

    fn operation(&self) -> &'static Operation {
        api::operation(self.kind)
    }

    fn note(&mut self) -> Step<Receipt> {
        let look = Look::since(None);
        let request = look.request(&self.account);
        self.state = State::Noting(look);
        request.send()
    }

    fn look(&mut self, round: Round) -> Step<Receipt> {
        let look = Look::since(self.since);
        let request = look.request(&self.account);
        self.state = State::Looking(look, round);
        request.send()
    }

    fn rest(&mut self, round: Round, pause: Duration) -> Step<Receipt> {
        self.state = State::Resting(round);
        Step::Wait(pause)
    }

    fn post(&mut self) -> Step<Receipt> {
        self.state = State::Posting;
        self.n_posts += 1;
        let name = self.kind.feed().name;
        let request: Request = self.account.ask(self.operation(), format!("/v3/feeds?feedType={name}"));
        // Which of the two a feed takes is said in the reference of each; the item feeds take both.
        let request = match self.kind {
            Kind::Price | Kind::LagTime => request.json(Arc::clone(&self.bytes)),
            Kind::Item
            | Kind::Maintenance
            | Kind::Match
            | Kind::LegacyPrice
            | Kind::Inventory
            | Kind::NodeInventory
            | Kind::Retire
            | Kind::Delete => {
                let file = format!("{}.json", self.kind.feed().id);
                request.file("file", file, "application/json", Arc::clone(&self.bytes))
            }
        };
        request.send()
    }

    fn noting(&mut self, mut look: Look, reply: Option<Reply>) -> Result<Step<Receipt>, ProtocolError> {
        match look.page(&self.account, reply)? {
            Seen::More(request) => {
                self.state = State::Noting(look);
                Ok(request.send())
            }
            Seen::All(before) => {
                self.since = Some(before.iter().filter_map(|feed| feed.came_at).max().unwrap_or(i64::MIN));
                self.others.extend(before.into_iter().map(|feed| feed.id));
                Ok(self.post())
            }
        }
    }

    fn posted(&mut self, reply: Option<Reply>) -> Result<Step<Receipt>, ProtocolError> {
        let doubt = match reply {
            Some(Reply::Answer(answer)) if answer.is_fine() => match feed_id(&answer) {
                Some(id) => return Ok(Step::Done(Receipt::Queued(id))),
                None => format!("answered with status {} and no feed id: {}", answer.status, answer.excerpt()),
            },
            // An error of a server says nothing about what had been done before it.
            Some(Reply::Answer(answer)) if matches!(answer.status, 408 | 500..) => {
                refusal(self.operation().id, &answer).message
            }
            Some(Reply::Answer(answer)) => return Err(refusal(self.operation().id, &answer)),
            Some(Reply::Lost(why)) => format!("no answer: {why}"),
            None => "no answer".to_owned(),
        };
        self.doubt = doubt;
        Ok(self.look(Round::First))
    }

    fn looked(&mut self, mut look: Look, round: Round, reply: Option<Reply>) -> Result<Step<Receipt>, ProtocolError> {
        let found = match look.page(&self.account, reply) {
            Ok(Seen::More(request)) => {
                self.state = State::Looking(look, round);
                return Ok(request.send());
            }
            Ok(Seen::All(found)) => found,
            Err(why) => return self.unseen(round, &why),
        };
        self.decide(round, &found)
    }

    /// The list could not be read. As long as that is so, nobody knows whether the feed arrived.
    fn unseen(&mut self, round: Round, why: &ProtocolError) -> Result<Step<Receipt>, ProtocolError> {
        self.n_list_failures += 1;
        let is_hopeless = match why.trouble {
            Trouble::Refused | Trouble::Denied => true,
            Trouble::Unreadable | Trouble::Unavailable | Trouble::Unknown => self.n_list_failures >= MOST_LIST_TRIES,
        };
        if is_hopeless {
            return Err(self.unknown(&format!("the list of feeds cannot be read: {why}")));
        }
        Ok(self.rest(round, LIST_REST))
    }

    fn decide(&mut self, round: Round, found: &[Listed]) -> Result<Step<Receipt>, ProtocolError> {
        let since = self.since.unwrap_or(i64::MIN);
        let mut same = Vec::new();
        let mut uncounted = Vec::new();
        for feed in found {
            let is_earlier = feed.came_at.is_some_and(|came_at| came_at < since);
            if is_earlier || self.others.contains(&feed.id) {
                continue;
            }
            match feed.likeness(self.kind, self.n_rows) {
                Likeness::Same => same.push(feed.id.as_str()),
                Likeness::Uncounted => uncounted.push(feed.id.as_str()),
                Likeness::Other => {}
            }
        }
        match (same.as_slice(), uncounted.as_slice(), round) {
            ([id], [], _) | ([], [id], Round::Again) => Ok(Step::Done(Receipt::Queued((*id).to_owned()))),
            ([], _, Round::First) | ([_], [_, ..], Round::First) => Ok(self.rest(Round::Again, REST)),
            ([], [], Round::Again) if self.n_posts < MOST_POSTS => Ok(self.post()),
            ([], [], Round::Again) => {
                let message =
                    format!("posted {} times, and none is in the list of feeds: {}", self.n_posts, self.doubt);
                Err(ProtocolError::new(self.operation().id, Trouble::Unavailable, message))
            }
            (same, uncounted, _) => {
                let ids = [same, uncounted].concat().join("`, `");
                Err(self.unknown(&format!("any of the feeds `{ids}` may be it")))
            }
        }
    }

    fn unknown(&self, why: &str) -> ProtocolError {
        let message = format!("it may or may not have arrived ({}), and {why}", self.doubt);
        ProtocolError::new(self.operation().id, Trouble::Unknown, message)
    }
}

impl Exchange<Receipt> for Submit {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Receipt>, ProtocolError> {
        match std::mem::replace(&mut self.state, State::New) {
            State::New if self.since.is_some() => Ok(self.look(Round::First)),
            State::New => Ok(self.note()),
            State::Noting(look) => self.noting(look, reply),
            State::Posting => self.posted(reply),
            State::Looking(look, round) => self.looked(look, round, reply),
            State::Resting(round) => Ok(self.look(round)),
        }
    }
}

/// The id in the answer to a post; XML is read too, since what is asked for is not always given.
fn feed_id(answer: &Answer) -> Option<String> {
    if let Ok(value) = serde_json::from_slice::<Value>(&answer.body) {
        return text(value.get("feedId"));
    }
    let mut listing = Listing::new();
    xml::read(&answer.body, &mut listing).ok()?;
    let (_, acknowledgement) = listing.root().members().next()?;
    let (_, id) = acknowledgement.members().find(|(name, _)| name.rsplit(':').next() == Some("feedId"))?;
    id.as_text().map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned)
}
