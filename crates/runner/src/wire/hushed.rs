//! Takes secrets out of texts that others wrote: marketplaces repeat what they were sent.

use super::secret::Secret;
use feedwright_marketplace::exchange::percent_encode;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;
use std::sync::PoisonError;

/// What is shorter is no secret, and would take letters out of words.
const FEWEST_BYTES: usize = 6;
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

    /// Remembers a secret that will be replaced by others.
    pub(super) fn add(&self, secret: &str) {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        for word in forms(secret) {
            if !words.passing.contains(&word) {
                words.passing.push_back(word);
            }
        }
        while words.passing.len() > MOST {
            words.passing.pop_front();
        }
    }

    /// Remembers what is secret of a URL that carries its own permission: the whole of it, and the values of its query.
    pub(super) fn add_url(&self, url: &str) {
        self.add(url);
        if let Ok(url) = reqwest::Url::parse(url) {
            for (_, value) in url.query_pairs() {
                self.add(&value);
            }
        }
    }

    /// A text without them.
    pub(super) fn hush(&self, text: &str) -> String {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let mut words: Vec<&str> = words.for_good.iter().chain(&words.passing).map(Secret::expose).collect();
        // The longest first: one may be part of another.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.into_iter().fold(text.to_owned(), |text, word| text.replace(word, "…"))
    }
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
        hushed.add("tok/en+1");
        hushed.add("tok/en+1-and-more");
        hushed.add("abc");
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
            hushed.add(&format!("secret-{number}-"));
        }
        assert_eq!(hushed.hush("the-first secret-1999-"), "… …");
        assert!(hushed.words.lock().unwrap().passing.len() <= MOST);
    }
}
