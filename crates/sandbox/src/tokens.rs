//! Tokens a marketplace gave out: to whom, for what, until when. And what signing in looks like on the wire.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use md5::Digest;
use md5::Md5;
use std::collections::BTreeMap;
use std::time::Duration;

/// Tokens given out by one marketplace.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    prefix: &'static str,
    lifetime: Duration,
    seed: u64,
    n_given: u64,
    given: BTreeMap<String, Token>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// The client it was given to: the seller's account.
    pub account: String,
    /// What it is for, in the marketplace's words.
    pub kind: &'static str,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
}

impl Tokens {
    /// None yet. Tokens begin with `prefix` and hold for `lifetime`.
    pub(crate) fn new(prefix: &'static str, lifetime: Duration, seed: u64) -> Self {
        Self { prefix, lifetime, seed, n_given: 0, given: BTreeMap::new() }
    }

    /// How long one holds, in seconds.
    pub(crate) fn seconds(&self) -> u64 {
        self.lifetime.as_secs()
    }

    /// Gives one out.
    pub(crate) fn give(&mut self, account: &str, kind: &'static str, now: Timestamp) -> String {
        self.n_given += 1;
        let text = format!("{}{}", self.prefix, hex(&format!("token {} {} {account}", self.seed, self.n_given)));
        let token = Token { account: account.to_owned(), kind, given_at: now, ends_at: later(now, self.lifetime) };
        self.given.insert(text.clone(), token);
        text
    }

    /// Whose a token is, if it still holds.
    pub(crate) fn holder(&self, token: &str, now: Timestamp) -> Option<&Token> {
        self.given.get(token).filter(|token| now < token.ends_at)
    }

    /// Ends them all.
    pub(crate) fn end_all(&mut self) {
        self.given.clear();
    }
}

/// Whether a secret, or a refresh token, is taken. Any is, so that nobody has to tell the sandbox of accounts first; one that
/// begins with `wrong` never is, so that it can be tried what happens then.
pub(crate) fn is_right(secret: &str) -> bool {
    !secret.is_empty() && !secret.starts_with("wrong")
}

/// Id and secret of a client from `Authorization: Basic`.
pub(crate) fn basic(header: Option<&str>) -> Option<(String, String)> {
    let encoded = header?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    (!id.is_empty()).then(|| (id.to_owned(), secret.to_owned()))
}

/// The pairs of a form, the first of each name.
pub(crate) fn form(body: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(body);
    let mut pairs = BTreeMap::new();
    for pair in text.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.entry(decoded(name)).or_insert_with(|| decoded(value));
    }
    pairs
}

/// The time so much later; the end of time at most.
pub(crate) fn later(time: Timestamp, by: Duration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// 32 hexadecimal digits that stand for a text.
pub(crate) fn hex(text: &str) -> String {
    hex_of(text.as_bytes())
}

/// 32 hexadecimal digits that stand for bytes.
pub(crate) fn hex_of(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Md5::digest(bytes).iter().fold(String::with_capacity(32), |mut text, byte| {
        // Writing into a string cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}

/// Text of a form or query, decoded: `%20` and `+` are a space.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                let pair = (digit(rest.next()), digit(rest.next()));
                if let (Some(high), Some(low)) = pair {
                    bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                }
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_holds_until_its_end_and_not_at_it() {
        let mut tokens = Tokens::new("t-", Duration::from_mins(15), 1);
        let now = Timestamp::UNIX_EPOCH;
        let token = tokens.give("seller", "any", now);
        let just_before = later(now, Duration::from_secs(899));
        assert_eq!(tokens.holder(&token, just_before).map(|token| token.account.as_str()), Some("seller"));
        assert_eq!(tokens.holder(&token, later(now, Duration::from_mins(15))), None);
        assert_ne!(token, tokens.give("seller", "any", now), "each is a new one");
        tokens.end_all();
        assert_eq!(tokens.holder(&token, now), None);
    }

    #[test]
    fn a_client_is_read_from_basic_and_a_form_from_its_body() {
        assert_eq!(basic(Some("Basic aWQ6c2VjOnJldA==")), Some(("id".to_owned(), "sec:ret".to_owned())));
        assert_eq!(basic(Some("Bearer aWQ6c2VjcmV0")), None);
        assert_eq!(basic(None), None);
        let pairs = form(b"grant_type=client_credentials&scope=a%2Fb+c%");
        assert_eq!(pairs.get("grant_type").map(String::as_str), Some("client_credentials"));
        assert_eq!(pairs.get("scope").map(String::as_str), Some("a/b c"));
    }
}
