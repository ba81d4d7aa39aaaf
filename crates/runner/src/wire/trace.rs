//! What can be told of requests without telling a secret.

use std::fmt;
use std::time::Duration;

/// Is told of every request that left.
pub trait Trace: fmt::Debug + Send + Sync {
    /// One was answered, or was not.
    fn request(&self, line: &TraceLine<'_>);
}

/// Stands at the boundaries of requests: tests of crashes end the process there.
pub trait Watch: fmt::Debug + Send + Sync {
    /// A request is at this boundary.
    fn at(&self, moment: Moment, operation: &str);
}

/// A boundary of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It is about to leave.
    Leaving,
    /// Its answer is here, or it is known that none will come.
    Came,
}

/// What is told of a request. Neither its URL nor a header is part of it: both can hold secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceLine<'a> {
    /// Whose it is.
    pub account: &'a str,
    /// The operation's id, or the token's that was asked for.
    pub operation: &'a str,
    /// Which try it was, from 1.
    pub tries: u32,
    /// The status of the answer; none where there was no answer.
    pub status: Option<u16>,
    /// Bytes of the answer's body, unpacked, as far as it came.
    pub bytes: u64,
    /// How long it took, in the world's time.
    pub took: Duration,
}

impl fmt::Display for TraceLine<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, operation, tries, status, bytes, took } = self;
        write!(out, "{account} {operation} try {tries}: ")?;
        match status {
            Some(status) => write!(out, "status {status}, ")?,
            None => out.write_str("no answer, ")?,
        }
        write!(out, "{bytes} bytes, {} ms", took.as_millis())
    }
}
