//! A marketplace's API as data: hosts, sign-in, operations with their limits. The runner's wire reads it, and no other
//! code of the runner knows a marketplace's habits.

use std::time::Duration;

/// The API of a marketplace.
#[derive(Debug)]
pub struct Api {
    /// Where it is.
    pub hosts: &'static [Host],
    /// How one signs in.
    pub tokens: &'static [TokenDef],
    /// What can be asked.
    pub operations: &'static [&'static Operation],
    /// What stands in every request to a host of it.
    pub headers: &'static [(&'static str, HeaderValue)],
    /// How its answers tell of limits.
    pub limit_headers: LimitHeaders,
}

/// A host.
#[derive(Debug)]
pub struct Host {
    /// The id in requests.
    pub id: &'static str,
    /// Its URL, without a path.
    pub url: &'static str,
    /// That of the marketplace's own sandbox, where it has one.
    pub sandbox: Option<&'static str>,
}

/// What stands in a header of every request.
#[derive(Clone, Copy, Debug)]
pub enum HeaderValue {
    /// This.
    Fixed(&'static str),
    /// A new UUID for each request.
    Uuid,
}

/// How a token is got and used.
#[derive(Debug)]
pub struct TokenDef {
    /// The id in operations.
    pub id: &'static str,
    /// The host that gives it.
    pub host: &'static str,
    /// The path there.
    pub path: &'static str,
    /// What is shown for it.
    pub grant: Grant,
    /// Where the client's id and secret stand in the request.
    pub client: ClientAuth,
    /// How it is shown in requests.
    pub shown_as: ShownAs,
    /// How long it holds where the answer does not say.
    pub lifetime: Duration,
    /// How long before its end it is renewed.
    pub renewed_before: Duration,
    /// Statuses that may mean that it has ended: it is renewed once, and the request sent again.
    pub ended_by: &'static [u16],
    /// Where this is written.
    pub source: &'static str,
    /// When it was read there.
    pub checked_on: &'static str,
}

/// What is shown for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// The seller's refresh token: credentials `client_id`, `client_secret`, `refresh_token`.
    RefreshToken {
        /// The scope asked for, if any.
        scope: Option<&'static str>,
    },
    /// The application itself: credentials `client_id`, `client_secret`.
    ClientCredentials {
        /// The scope asked for, if any.
        scope: Option<&'static str>,
    },
}

/// Where the client's id and secret stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// In the form.
    Form,
    /// In `Authorization: Basic`.
    Basic,
}

/// How a token is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownAs {
    /// `Authorization: Bearer`.
    Bearer,
    /// In a header of its own.
    Header(&'static str),
}

/// One thing that can be asked.
#[derive(Debug)]
pub struct Operation {
    /// Its name in the marketplace's reference.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path as the reference writes it, for people and for tests against the reference.
    pub path: &'static str,
    /// The token it needs; none for URLs that carry their own permission.
    pub token: Option<&'static str>,
    /// How often it may be asked.
    pub rate: Rate,
    /// Whether it may be sent again when nobody knows whether it took effect.
    pub repeat: Repeat,
    /// Most bytes of an answer; a longer one is an error.
    pub max_answer: u64,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

impl Method {
    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A limit of requests, as a bucket of tokens.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Operations with the same name here share one bucket; none for one of its own.
    pub shared: Option<&'static str>,
    /// So many requests …
    pub requests: u32,
    /// … in so long.
    pub per: Duration,
    /// So many at once after a pause.
    pub burst: u32,
    /// Where it is written.
    pub source: &'static str,
    /// When it was read there.
    pub checked_on: &'static str,
}

/// Whether a request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Always: twice does what once does.
    Safe,
    /// Only when it surely had no effect: it was refused for the limit, or never left. Otherwise the exchange is told
    /// that the answer was lost, and finds out.
    Never,
}

/// Headers by which answers tell of limits; where an answer has none, the table holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct LimitHeaders {
    /// The rate in force, requests a second as a decimal.
    pub rate: Option<&'static str>,
    /// How many requests are left.
    pub left: Option<&'static str>,
    /// When there are more again: seconds, a time in seconds or milliseconds since 1970, or an ISO time.
    pub replenished: Option<&'static str>,
}

impl Api {
    /// The host with this id.
    pub fn host(&self, id: &str) -> Option<&'static Host> {
        self.hosts.iter().find(|host| host.id == id)
    }

    /// The token with this id.
    pub fn token(&self, id: &str) -> Option<&'static TokenDef> {
        self.tokens.iter().find(|token| token.id == id)
    }
}

// Two operations are the same when they are the same piece of data.
impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Operation {}
