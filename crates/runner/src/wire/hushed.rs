//! Takes secrets out of texts that others wrote: marketplaces repeat what they were sent.

use super::secret::Secret;
use feedwright_marketplace::exchange::percent_encode;
use memchr::memmem;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;
use std::sync::PoisonError;

/// What is shorter is no secret, and would take letters out of words.
const FEWEST_BYTES: usize = 6;
/// What is taken out of a report is longer still: a report is full of numbers and words that somebody's SKUs are. No
/// credential and no token of a marketplace is that short.
const FEWEST_IN_REPORTS: usize = 16;
/// Tokens and URLs come and go; the oldest are forgotten beyond so many. None of them holds that long.
const MOST: usize = 512;

/// The secrets of a wire.
#[derive(Default)]
pub(super) struct Hushed {
    words: Mutex<Words>,
}

#[derive(Default)]
struct Words {
    for_good: Vec<Secret>,
    tokens: VecDeque<Secret>,
    passing: VecDeque<Secret>,
}

impl Hushed {
    /// Remembers a secret for as long as the wire stands, also as it stands in a form or a URL.
    pub(super) fn add_for_good(&self, secret: &str) {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        for word in forms(secret) {
            if !words.for_good.contains(&word) {
                words.for_good.push(word);
            }
        }
    }

    /// Remembers a token, which will be replaced by others.
    pub(super) fn add_token(&self, token: &str) {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        add(&mut words.tokens, token);
    }

    /// Remembers what is secret of a URL that carries its own permission: the whole of it, and the values of its query.
    pub(super) fn add_url(&self, url: &str) {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        add(&mut words.passing, url);
        if let Ok(url) = reqwest::Url::parse(url) {
            for (_, value) in url.query_pairs() {
                add(&mut words.passing, &value);
            }
        }
    }

    /// A text without them.
    pub(super) fn hush(&self, text: &str) -> String {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let words = words.for_good.iter().chain(&words.tokens).chain(&words.passing);
        longest_first(words).into_iter().fold(text.to_owned(), |text, word| text.replace(word, "…"))
    }

    /// A report without the credentials and tokens it repeats; not a copy where it repeats none.
    pub(super) fn hush_report<'r>(&self, report: &'r [u8]) -> Cow<'r, [u8]> {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let words = longest_first(words.for_good.iter().chain(&words.tokens));
        let mut report = Cow::Borrowed(report);
        for word in words.into_iter().filter(|word| word.len() >= FEWEST_IN_REPORTS) {
            if memmem::find(&report, word.as_bytes()).is_some() {
                report = Cow::Owned(without(&report, word.as_bytes()));
            }
        }
        report
    }
}

fn add(to: &mut VecDeque<Secret>, secret: &str) {
    for word in forms(secret) {
        if !to.contains(&word) {
            to.push_back(word);
        }
    }
    while to.len() > MOST {
        to.pop_front();
    }
}

/// One may be part of another.
fn longest_first<'w>(words: impl Iterator<Item = &'w Secret>) -> Vec<&'w str> {
    let mut words: Vec<&str> = words.map(Secret::expose).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

fn without(bytes: &[u8], word: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for at in memmem::find_iter(bytes, word) {
        out.extend_from_slice(bytes.get(from..at).unwrap_or_default());
        out.extend_from_slice("…".as_bytes());
        from = at + word.len();
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or_default());
    out
}

/// A secret as it is, and as it is written in forms and URLs.
fn forms(secret: &str) -> Vec<Secret> {
    let encoded = Secret::new(percent_encode(secret));
    [Secret::new(secret), encoded].into_iter().filter(|word| word.expose().len() >= FEWEST_BYTES).collect()
}

impl fmt::Debug for Hushed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Hushed(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_in_every_form_and_other_words_stay() {
        let hushed = Hushed::default();
        hushed.add_token("tok/en+1");
        hushed.add_token("tok/en+1-and-more");
        hushed.add_token("abc");
        hushed.add_url("https://bucket.example/file?X-Signature=0f0f0f0f&X-Expires=300");
        let text = "abc: tok/en+1 tok%2Fen%2B1 tok/en+1-and-more 0f0f0f0f 300 \
                    https://bucket.example/file?X-Signature=0f0f0f0f&X-Expires=300";
        assert_eq!(hushed.hush(text), "abc: … … … … 300 …");
    }

    #[test]
    fn old_ones_make_room() {
        let hushed = Hushed::default();
        hushed.add_for_good("the-first");
        for number in 0..2000 {
            hushed.add_token(&format!("secret-{number}-"));
        }
        assert_eq!(hushed.hush("the-first secret-1999-"), "… …");
        assert!(hushed.words.lock().unwrap().tokens.len() <= MOST);
    }

    #[test]
    fn a_report_keeps_all_but_what_can_only_be_a_secret() {
        let hushed = Hushed::default();
        hushed.add_for_good("client-secret/0123456789");
        hushed.add_for_good("MUG-12");
        hushed.add_token("Atza|0123456789abcdef");
        hushed.add_url("https://bucket.example/file?X-Signature=0123456789abcdef0123&X-Expires=300000");
        let report = b"\xff MUG-12 300000 0123456789abcdef0123";
        assert!(matches!(hushed.hush_report(report), Cow::Borrowed(same) if same == report));
        let told = b"\xffBearer Atza|0123456789abcdef, client-secret%2F0123456789, client-secret/0123456789!";
        assert_eq!(*hushed.hush_report(told), *b"\xffBearer \xe2\x80\xa6, \xe2\x80\xa6, \xe2\x80\xa6!");
    }
}
