//! Amazon's Selling Partner API: sign-in, feeds with their documents, single listings, product types.

mod answers;
mod attributes;
mod calls;
mod definitions;
mod documents;
mod feeds;
mod issues;
mod item;
mod keywords;
mod listing;
mod message;
mod operations;
mod processing;
mod report;
mod requirements;
mod sign_in;
mod sites;
mod state;

use self::answers::Refusal;
use self::documents::Documents;
use self::feeds::Feed;
use self::listing::Listings;
use self::operations::Host;
use self::requirements::Library;
use crate::defects::Defects;
use crate::defects::Processing;
use crate::simulated::Incoming;
use crate::simulated::Operation;
use crate::simulated::Outgoing;
use crate::simulated::Rate;
use crate::simulated::Simulated;
use crate::tokens::Tokens;
use crate::tokens::hex;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long a token holds. The brief's source: "Connect to the SP-API", read 2026-11-23.
const TOKEN_LIFETIME: Duration = Duration::from_hours(1);

/// Amazon.
pub(crate) struct Amazon {
    seed: u64,
    processing: Processing,
    defects: Defects,
    library: Library,
    tokens: Tokens,
    accounts: BTreeMap<String, Account>,
    documents: Documents,
    /// Feeds that are not done, by when they will be: moment, account, feed.
    pending: BTreeSet<(Timestamp, String, String)>,
    double_submissions: u64,
    /// Answers so far: each has an id of its own.
    n_answers: AtomicU64,
}

/// A seller's account.
#[derive(Debug, Default)]
struct Account {
    /// The seller it belongs to: the first that is named with its tokens.
    seller: Option<String>,
    listings: Listings,
    feeds: BTreeMap<String, Feed>,
    n_feeds: u64,
    /// When the last feed of a kind will be done: the next of that kind waits for it.
    busy_until: BTreeMap<String, Timestamp>,
    n_calls: u64,
}

impl Amazon {
    /// Amazon with no account yet.
    pub(crate) fn new(defects: Defects, processing: Processing, seed: u64) -> Self {
        Self {
            seed,
            processing,
            defects,
            library: Library::default(),
            tokens: Tokens::new("Atza|", TOKEN_LIFETIME, seed),
            accounts: BTreeMap::new(),
            documents: Documents::new(seed),
            pending: BTreeSet::new(),
            double_submissions: 0,
            n_answers: AtomicU64::new(0),
        }
    }

    /// Whose token a request carries.
    fn holder(&self, request: &Incoming, now: Timestamp) -> Result<String, Refusal> {
        match request.header("user-agent") {
            None | Some("") => return Err(Refusal::input("The User-Agent header is missing.")),
            Some(agent) if agent.len() > 500 => {
                return Err(Refusal::input("The User-Agent header is longer than 500 characters."));
            }
            Some(_) => {}
        }
        let token = request
            .header("x-amz-access-token")
            .ok_or_else(|| Refusal::denied("Access token is missing in the request header."))?;
        match self.tokens.holder(token, now) {
            Some(token) if token.kind == sign_in::SELLER => Ok(token.account.clone()),
            Some(_) => Err(Refusal::denied("The operation needs the authorization of a seller.")),
            None => {
                Err(Refusal::denied("The access token you provided is revoked, malformed or invalid, or has expired."))
            }
        }
    }

    fn account_of(&mut self, account: &str) -> &mut Account {
        self.accounts.entry(account.to_owned()).or_default()
    }

    fn dispatch(&mut self, operation: &str, request: &Incoming, now: Timestamp) -> Result<Outgoing, Refusal> {
        match operation {
            operations::TOKEN => return Ok(self.sign_in(request, now)),
            operations::UPLOAD => return Ok(self.upload(request, now)),
            operations::DOWNLOAD | operations::DOWNLOAD_SCHEMA => return Ok(self.download(request, now)),
            _ => {}
        }
        let account = self.holder(request, now)?;
        match operation {
            operations::CREATE_FEED_DOCUMENT => self.create_feed_document(&account, request, now),
            operations::CREATE_FEED => self.create_feed(&account, request, now),
            operations::GET_FEED => self.get_feed(&account, request, now),
            operations::GET_FEEDS => self.get_feeds(&account, request, now),
            operations::CANCEL_FEED => self.cancel_feed(&account, request, now),
            operations::GET_FEED_DOCUMENT => self.get_feed_document(&account, request, now),
            operations::PUT_LISTING => self.put_listing(&account, request, now),
            operations::PATCH_LISTING => self.patch_listing(&account, request, now),
            operations::DELETE_LISTING => self.delete_listing(&account, request, now),
            operations::GET_LISTING => self.get_listing(&account, request),
            operations::SEARCH_DEFINITIONS => Self::search_definitions(request),
            operations::GET_DEFINITION => self.get_definition(request, now),
            _ => Err(Refusal::nothing("There is no such operation.")),
        }
    }

    /// An answer with an id of its own.
    fn with_id(&self, mut answer: Outgoing) -> Outgoing {
        let n_answers = self.n_answers.fetch_add(1, Ordering::Relaxed);
        let id = hex(&format!("request {} {n_answers}", self.seed));
        let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
        let id = groups.map(|group| id.get(group).unwrap_or_default().to_owned()).join("-");
        answer.headers.push(("x-amzn-RequestId".to_owned(), id));
        answer
    }
}

impl Simulated for Amazon {
    fn id(&self) -> &'static str {
        "amazon"
    }

    fn operation(&self, request: &Incoming) -> Option<Operation> {
        operations::recognise(request)
    }

    fn catch_up(&mut self, now: Timestamp) {
        self.settle(now);
    }

    fn handle(&mut self, operation: &'static str, request: &Incoming, now: Timestamp) -> Outgoing {
        let answer = self.dispatch(operation, request, now).unwrap_or_else(|refusal| refusal.answer());
        if Host::of(request) == Some(Host::Storage) { answer } else { self.with_id(answer) }
    }

    fn account(&self, request: &Incoming, now: Timestamp) -> String {
        let holder = request.header("x-amz-access-token").and_then(|token| self.tokens.holder(token, now));
        holder.map(|token| token.account.clone()).unwrap_or_default()
    }

    fn double_submissions(&self) -> u64 {
        self.double_submissions
    }

    fn too_many(&self, _operation: &'static str, _again: Duration) -> Outgoing {
        self.with_id(Refusal::too_many().answer())
    }

    fn unavailable(&self, status: u16) -> Outgoing {
        self.with_id(Refusal::unavailable(status).answer())
    }

    fn limit_headers(&self, rate: &Rate, _left: f64, _again: Duration, _now: Timestamp) -> Vec<(String, String)> {
        vec![("x-amzn-RateLimit-Limit".to_owned(), operations::per_second(rate))]
    }

    fn end_tokens(&mut self) {
        self.tokens.end_all();
    }

    fn state(&self, now: Timestamp) -> Value {
        state::describe(&self.accounts, now)
    }

    fn reset(&mut self) {
        let library = std::mem::take(&mut self.library);
        *self = Self { library, ..Self::new(self.defects.clone(), self.processing, self.seed) };
    }
}
