//! Answers that mean nothing, or something else: scripts of them that every conversation comes to an end with.

use super::other_side::BEGIN;
use super::other_side::OtherSide;
use super::talk::Party;
use crate::api::Repeat;
use crate::exchange::Answer;
use crate::exchange::Reply;
use crate::exchange::Request;
use std::time::Duration;

/// Scripts that each conversation is tried with.
pub(super) const SCRIPTS: u64 = 24;

/// Somebody who answers by chance; or another side that answers well, as a rule: chance alone seldom comes far.
pub(super) struct Script {
    dice: Dice,
    other: Option<Box<dyn OtherSide>>,
    now: i64,
}

impl Script {
    /// The script of this number.
    pub(super) fn new(number: u64, other: Option<Box<dyn OtherSide>>) -> Self {
        Self { dice: Dice::of(number + 1), other, now: BEGIN }
    }
}

impl Party for Script {
    fn asked(&mut self, request: &Request) -> Option<Reply> {
        self.now += 1;
        if request.operation.repeat == Repeat::Never && self.dice.up_to(3) == 0 {
            return Some(Reply::Lost("no answer".to_owned()));
        }
        let Some(other) = &mut self.other else { return Some(Reply::Answer(answer(&mut self.dice))) };
        Some(Reply::Answer(match self.dice.up_to(6) {
            // Where there is another side nobody else says that all is well.
            0 => Answer { status: REFUSALS[self.dice.up_to(REFUSALS.len())], ..answer(&mut self.dice) },
            1 => {
                let mut answer = other.answer(request, self.now);
                answer.body.truncate(self.dice.up_to(answer.body.len() + 1));
                answer
            }
            _ => other.answer(request, self.now),
        }))
    }

    fn rests(&mut self, time: Duration) {
        self.now = self.now.saturating_add(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    }
}

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn up_to(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % below.max(1)
    }
}

const STATUSES: [u16; 14] = [200, 200, 200, 201, 202, 204, 207, 400, 401, 404, 409, 429, 500, 503];

const REFUSALS: [u16; 7] = [400, 401, 404, 409, 429, 500, 503];

/// Bodies that mean something to one marketplace or another, and none of which says what became of anything that was sent.
pub(super) const BODIES: [&str; 14] = [
    "",
    "{}",
    "[]",
    "null",
    "\u{0}",
    "<html><body>Service Unavailable</body></html>",
    "{\"feedId\":\"1\",\"feedDocumentId\":\"d\",\"url\":\"https://storage.example.com/x?signature=y\"}",
    "{\"feedStatus\":\"PROCESSED\",\"itemsReceived\":1,\"results\":{\"feed\":[]},\"itemDetails\":null}",
    "{\"processingStatus\":\"DONE\",\"resultFeedDocumentId\":\"d\",\"feeds\":[]}",
    "{\"responses\":[{\"statusCode\":200,\"sku\":\"A\",\"offerId\":\"1\"}],\"offers\":[{\"offerId\":\"1\"}]}",
    "{\"status\":\"COMPLETED\",\"taskId\":\"1\",\"tasks\":[],\"total\":0}",
    "{\"errors\":[{\"code\":\"X\",\"errorId\":25002,\"message\":\"no\"}]}",
    "{\"feedId\":",
    "<?xml version=\"1.0\"?><a><b>",
];

fn answer(dice: &mut Dice) -> Answer {
    let headers = match dice.up_to(3) {
        0 => Vec::new(),
        1 => vec![("date".to_owned(), "Thu, 26 Nov 2026 12:00:00 GMT".to_owned())],
        _ => vec![("location".to_owned(), "https://api.example.com/sell/feed/v1/task/task-1".to_owned())],
    };
    let body = BODIES[dice.up_to(BODIES.len())].as_bytes().to_vec();
    Answer { status: STATUSES[dice.up_to(STATUSES.len())], headers, body }
}
