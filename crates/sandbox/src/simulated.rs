//! What a simulated marketplace is: a machine that is told a request and the time, and answers. The server around it
//! speaks HTTP, keeps to limits, breaks things on demand, and knows no marketplace.

use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// A marketplace.
pub(crate) trait Simulated: Send {
    /// The first segment of every path to it.
    fn id(&self) -> &'static str;

    /// Which operation a request is: the marketplace's own name of it and its limit. None for what it does not know.
    fn operation(&self, request: &Incoming) -> Option<Operation>;

    /// Does what is due by now. It is called before anything else is asked of it.
    fn catch_up(&mut self, now: Timestamp);

    /// Takes effect, and answers. It is called for requests within the limits only.
    fn handle(&mut self, operation: &'static str, request: &Incoming, now: Timestamp) -> Outgoing;

    /// How it says that there were too many requests; `again` is how long until there may be one more.
    fn too_many(&self, operation: &'static str, again: Duration) -> Outgoing;

    /// How it says, in its own form, that it cannot answer now.
    fn unavailable(&self, status: u16) -> Outgoing;

    /// Headers by which it tells of the limit: so many requests a second are allowed, so many are left now, and there
    /// are more again after so long.
    fn limit_headers(&self, rate: &Rate, left: f64, again: Duration, now: Timestamp) -> Vec<(String, String)>;

    /// Whose request it is: limits are counted for each account. One name for all requests that say nothing of it.
    fn account(&self, request: &Incoming, now: Timestamp) -> String;

    /// How many submissions told nothing but what had just been told, of those worked on.
    fn double_submissions(&self) -> u64;

    /// Ends every token it gave out.
    fn end_tokens(&mut self);

    /// What it holds, in one order always: listings with what they are told, how often each was created, submissions.
    fn state(&self, now: Timestamp) -> Value;

    /// Forgets everything.
    fn reset(&mut self);
}

/// An operation as limits and faults know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    /// The marketplace's own name of it.
    pub id: &'static str,
    /// How often it may be asked; none for what has no limit.
    pub rate: Option<Rate>,
    /// Whether a request of it changes anything.
    pub is_effect: bool,
}

/// A limit, as a bucket of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// Operations with the same name here share one bucket.
    pub bucket: &'static str,
    /// So many requests …
    pub requests: u32,
    /// … in so long.
    pub per: Duration,
    /// So many at once after a pause.
    pub burst: u32,
}

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Incoming {
    /// `GET`, `POST` …
    pub method: String,
    /// Which of its hosts it went to: the second segment of the path.
    pub host: String,
    /// The rest of the path with its leading slash, decoded.
    pub path: String,
    /// The query's pairs, decoded, in their order.
    pub query: Vec<(String, String)>,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body; empty for a form with files.
    pub body: Vec<u8>,
    /// The fields of a form with files: name, file name, bytes.
    pub form: Vec<(String, Option<String>, Vec<u8>)>,
    /// Where the server is reached, for URLs that are given out: `http://127.0.0.1:8080`.
    pub base: String,
    /// What is to go wrong with it inside the marketplace. What a marketplace has no use for it lets pass.
    pub trouble: Option<Trouble>,
}

/// What goes wrong inside a marketplace, on demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The URL given earlier has ended.
    UrlEnded,
    /// What is submitted is worked on for hours.
    Stuck,
    /// What is submitted fails halfway, and there is no report.
    Fatal,
    /// It is said to be done, but its report is not there yet.
    Late,
    /// The report says everything twice.
    Twice,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outgoing {
    /// The status.
    pub status: u16,
    /// Headers beside length and date.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Outgoing {
    /// JSON.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { status, headers, body: body.to_string().into_bytes() }
    }
}

impl Incoming {
    /// A header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// A value of the query.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}
