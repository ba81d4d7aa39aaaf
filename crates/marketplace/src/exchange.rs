//! How a marketplace is talked to: conversations as state machines. An [`Exchange`] says the next request and is told
//! the answer; the runner sends, waits, signs in, repeats and keeps to limits. So a protocol is tested by transcripts,
//! and no adapter touches a socket, a clock or a secret.

mod reply;

use crate::api::Operation;
use crate::contract::Feed;
use crate::contract::Part;
use feedwright_catalog::Sku;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use reply::Answer;
pub use reply::Reply;
pub use reply::gunzip;
pub use reply::percent_encode;

/// A conversation that ends in a `T`.
pub trait Exchange<T>: fmt::Debug + Send {
    /// What to do next. The first call has no reply; each later one has that to the request before, or none after a
    /// wait.
    ///
    /// # Errors
    /// That the marketplace refused, or answered in a way nobody can go on from. The conversation is over then.
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<T>, ProtocolError>;
}

/// What an exchange wants done.
#[derive(Debug)]
pub enum Step<T> {
    /// Send this, and come back with what was answered.
    Send(Box<Request>),
    /// Come back after so long, or later.
    Wait(Duration),
    /// It is over, and this came of it.
    Done(T),
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What it does: its method, limits, and whether it may be repeated.
    pub operation: &'static Operation,
    /// Where it goes.
    pub to: Address,
    /// Headers of this request alone; those of all requests and the token are the wire's.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent.
    pub body: Body,
}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// To the host of this id in the [`Api`](crate::api::Api), and this path with its query, percent-encoded.
    Host(&'static str, String),
    /// To a whole URL that an answer gave out. It carries its own permission: no token is ever sent with it, and it is
    /// as secret as a token.
    Given(GivenUrl),
}

/// A URL that carries its own permission. It is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct GivenUrl(pub String);

impl fmt::Debug for GivenUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("GivenUrl(…)")
    }
}

/// What a request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// Bytes of a content type.
    Bytes {
        /// The content type.
        content_type: &'static str,
        /// The bytes; shared, since a file is sent again when an upload fails.
        bytes: Arc<[u8]>,
    },
    /// A form with one file in it.
    File {
        /// The form's name for the file.
        field: &'static str,
        /// The file's name.
        name: String,
        /// The content type of the file.
        content_type: &'static str,
        /// The bytes.
        bytes: Arc<[u8]>,
    },
}

/// What is submitted at once: the files of one feed for some SKUs, one for each of its parts that has something to say.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The feed.
    pub feed: &'static Feed,
    /// The files, in the order of the feed's parts.
    pub files: Vec<ParcelFile>,
    /// What was sent, in the order of the records in the first file that holds them.
    pub rows: Vec<Row>,
    /// What is known of earlier submissions.
    pub memory: Memory,
    /// Only asks whether the marketplace would take it; for feeds that [preview](Feed::previews).
    pub is_preview: bool,
}

/// One file of a parcel.
#[derive(Clone, Debug)]
pub struct ParcelFile {
    /// Which part of the feed it is.
    pub part: &'static Part,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

/// A record that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number among the records of its file, from 1.
    pub ordinal: u64,
    /// Its SKU.
    pub sku: Sku,
    /// What the marketplace calls the things of this SKU, as far as it said so: an offer's id, a listing's.
    pub ids: Ids,
}

/// A marketplace's own ids of what belongs to a SKU, by what they are ids of.
pub type Ids = BTreeMap<Cow<'static, str>, String>;

/// What the ledger knows that helps to find out whether a submission arrived.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// When it was first meant to be sent, in seconds since 1970; none when it is sent for the first time, now.
    pub begun_at: Option<i64>,
    /// The marketplace's ids of other submissions of this account: none of these is the one that is looked for.
    pub claimed: Vec<String>,
}

/// That a submission arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It is worked on, and can be asked after by this id.
    Queued(String),
    /// It was answered at once: the report.
    Answered(Vec<u8>),
}

/// What asking after a submission gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Polled {
    /// It is worked on still. Ask again after so long.
    Pending(Duration),
    /// The report. What it says of rows may still be open; then it is worth asking again after so long.
    Report(Vec<u8>, Option<Duration>),
}

/// Why a conversation could not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolError {
    /// What was being done: the operation's id.
    pub doing: &'static str,
    /// What kind of trouble it is.
    pub trouble: Trouble,
    /// What the marketplace said, or what was wrong with how it said it. Holds no secret.
    pub message: String,
}

/// Kinds of trouble, by what helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The marketplace refused the request as it is: sending it again changes nothing.
    Refused,
    /// The account may not do this, or the sign-in is no good.
    Denied,
    /// The answer is not what the marketplace's own reference says.
    Unreadable,
    /// It did not answer, or says it cannot now: later may be better. Nothing of the submission took effect.
    Unavailable,
    /// It may or may not have taken effect, and asking did not tell. Only a person can look.
    Unknown,
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.doing, self.message)
    }
}

impl std::error::Error for ProtocolError {}

impl Request {
    /// A request without a body.
    pub fn new(operation: &'static Operation, host: &'static str, path: impl Into<String>) -> Self {
        Self { operation, to: Address::Host(host, path.into()), headers: Vec::new(), body: Body::Empty }
    }

    /// A request to a URL that was given out.
    pub fn given(operation: &'static Operation, url: String) -> Self {
        Self { operation, to: Address::Given(GivenUrl(url)), headers: Vec::new(), body: Body::Empty }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With JSON.
    #[must_use]
    pub fn json(self, json: impl Into<Arc<[u8]>>) -> Self {
        self.bytes("application/json", json)
    }

    /// With bytes.
    #[must_use]
    pub fn bytes(mut self, content_type: &'static str, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.body = Body::Bytes { content_type, bytes: bytes.into() };
        self
    }

    /// With a form that holds one file.
    #[must_use]
    pub fn file(
        mut self,
        field: &'static str,
        name: impl Into<String>,
        content_type: &'static str,
        bytes: Arc<[u8]>,
    ) -> Self {
        self.body = Body::File { field, name: name.into(), content_type, bytes };
        self
    }

    /// As a step.
    pub fn send<T>(self) -> Step<T> {
        Step::Send(Box::new(self))
    }
}

impl ProtocolError {
    /// Trouble while doing something.
    pub fn new(doing: &'static str, trouble: Trouble, message: impl Into<String>) -> Self {
        Self { doing, trouble, message: message.into() }
    }
}
