//! A feed is submitted: a place for the file, the file, the feed.
//!
//! Only the last of the three has an effect, and Amazon knows no key by which it could tell a second one. So when its
//! answer is lost, or when the conversation is begun anew, the feeds that are there are looked through first.

use super::list::Look;
use super::list::Looked;
use super::list::Sought;
use super::question::Heard;
use super::question::MOST_TRIES;
use super::question::Question;
use super::question::answer;
use super::question::over;
use super::question::read;
use super::question::refused_by_store;
use crate::api;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::Deserialize;
use serde::Serialize;
use serde::de::IgnoredAny;
use std::sync::Arc;
use std::time::Duration;

/// What is uploaded; the same is said when the place is asked for, or the store refuses it.
const CONTENT_TYPE: &str = "application/json; charset=UTF-8";
/// How long after a look that found nothing another one is worth it.
const BEFORE_SECOND_LOOK: Duration = Duration::from_secs(30);
/// How far the clock that wrote down the beginning may be ahead of Amazon's.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// How far two of Amazon's own clocks may be apart.
const OWN_SKEW: SignedDuration = SignedDuration::from_mins(1);

/// Submits a feed.
#[derive(Debug)]
pub(crate) struct Submit {
    sought: Sought,
    bytes: Arc<[u8]>,
    /// Since when the feed may be there.
    since: Option<Timestamp>,
    stage: Stage,
    /// How often in a row the file did not get there.
    n_uploads: u32,
    n_feeds: u32,
    /// What the last attempt to make the feed came to.
    lost: Option<ProtocolError>,
}

#[derive(Debug)]
enum Stage {
    Begin { is_anew: bool },
    Place(Question),
    Upload { document: String },
    Create,
    Look { look: Look, is_second: bool },
    Pause,
    Over,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    feed_document_id: String,
    url: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    feed_id: String,
}

/// How Amazon refuses: anything else behind a refusing status was said by somebody in between.
#[derive(Debug, Deserialize)]
struct Refusal {
    #[serde(rename = "errors")]
    _errors: Vec<IgnoredAny>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PlaceWanted {
    content_type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FeedWanted<'a> {
    feed_type: &'static str,
    marketplace_ids: [&'static str; 1],
    input_feed_document_id: &'a str,
}

impl Submit {
    pub(crate) fn new(
        host: &'static str,
        feed_type: &'static str,
        marketplace_id: &'static str,
        bytes: Arc<[u8]>,
        memory: Memory,
    ) -> Self {
        let begun_at = memory.begun_at.map(|seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::MIN));
        Self {
            sought: Sought { host, feed_type, marketplace_id, claimed: memory.claimed.into_iter().collect() },
            bytes,
            since: begun_at.map(|begun_at| earlier(begun_at, SKEW)),
            stage: Stage::Begin { is_anew: begun_at.is_some() },
            n_uploads: 0,
            n_feeds: 0,
            lost: None,
        }
    }

    /// Asks for a place for the file.
    fn ask_for_place(&mut self) -> Result<Step<Receipt>, ProtocolError> {
        let body = json(api::CREATE_DOCUMENT.id, &PlaceWanted { content_type: CONTENT_TYPE })?;
        let request = Request::new(&api::CREATE_DOCUMENT, self.sought.host, api::DOCUMENTS).json(body);
        let mut question = Question::new(request);
        let step = question.ask();
        self.stage = Stage::Place(question);
        Ok(step)
    }

    fn placed(&mut self, mut question: Question, reply: Option<Reply>) -> Result<Step<Receipt>, ProtocolError> {
        match question.hear::<Place>(reply)? {
            Heard::Said(place, answer) => {
                // The first time nobody wrote down when it began: Amazon's own clock tells.
                self.since = self.since.or_else(|| date(&answer).map(|date| earlier(date, OWN_SKEW)));
                self.stage = Stage::Upload { document: place.feed_document_id };
                Ok(Request::given(&api::UPLOAD, place.url).bytes(CONTENT_TYPE, Arc::clone(&self.bytes)).send())
            }
            Heard::Nothing => {
                let step = question.ask();
                self.stage = Stage::Place(question);
                Ok(step)
            }
        }
    }

    /// A place lives for five minutes: when the file did not get there, another one is asked for.
    fn uploaded(&mut self, document: &str, reply: Option<Reply>) -> Result<Step<Receipt>, ProtocolError> {
        let why = match answer(api::UPLOAD.id, reply) {
            Ok(answer) if answer.is_fine() => {
                self.n_uploads = 0;
                return self.create(document);
            }
            Ok(answer) => refused_by_store(api::UPLOAD.id, &answer),
            Err(why) => why,
        };
        self.n_uploads += 1;
        if self.n_uploads >= MOST_TRIES { Err(why) } else { self.ask_for_place() }
    }

    fn create(&mut self, document: &str) -> Result<Step<Receipt>, ProtocolError> {
        let wanted = FeedWanted {
            feed_type: self.sought.feed_type,
            marketplace_ids: [self.sought.marketplace_id],
            input_feed_document_id: document,
        };
        let body = json(api::CREATE_FEED.id, &wanted)?;
        self.n_feeds += 1;
        self.stage = Stage::Create;
        Ok(Request::new(&api::CREATE_FEED, self.sought.host, api::FEEDS).json(body).send())
    }

    fn created(&mut self, reply: Option<Reply>) -> Result<Step<Receipt>, ProtocolError> {
        let doing = api::CREATE_FEED.id;
        let lost = match answer(doing, reply) {
            Ok(answer) if answer.is_fine() => match read::<Created>(doing, &answer) {
                Ok(created) if !created.feed_id.is_empty() => return Ok(Step::Done(Receipt::Queued(created.feed_id))),
                Ok(_) => ProtocolError::new(doing, Trouble::Unreadable, "the answer has an empty `feedId`"),
                Err(why) => why,
            },
            Ok(answer) if answer.status >= 500 || answer.status == 408 => answer.refusal(doing),
            Ok(answer) if read::<Refusal>(doing, &answer).is_ok() => return Err(answer.refusal(doing)),
            Ok(answer) => answer.refusal(doing),
            Err(why) => why,
        };
        let since = self.since.ok_or_else(|| {
            let message = format!("it may have arrived, which is looked for when it is begun anew: {}", lost.message);
            ProtocolError::new(doing, Trouble::Unreadable, message)
        })?;
        self.lost = Some(lost);
        Ok(self.look(since, false))
    }

    fn look(&mut self, since: Timestamp, is_second: bool) -> Step<Receipt> {
        let (look, step) = self.sought.look(since);
        self.stage = Stage::Look { look, is_second };
        step
    }

    fn looked(
        &mut self,
        mut look: Look,
        is_second: bool,
        reply: Option<Reply>,
    ) -> Result<Step<Receipt>, ProtocolError> {
        let mut found = match self.sought.go_on(&mut look, reply)? {
            Looked::Found(found) => found,
            Looked::More(step) => {
                self.stage = Stage::Look { look, is_second };
                return Ok(step);
            }
        };
        match (found.pop_first(), found.is_empty()) {
            (Some(feed), true) => Ok(Step::Done(Receipt::Queued(feed))),
            (Some(first), false) => {
                let others: Vec<String> = found.into_iter().collect();
                let message = format!(
                    "one of several feeds may be the one whose answer was lost: {first}, {}; look in Seller Central \
                     which it is",
                    others.join(", ")
                );
                Err(ProtocolError::new(api::GET_FEEDS.id, Trouble::Unknown, message))
            }
            (None, _) if !is_second => {
                self.stage = Stage::Pause;
                Ok(Step::Wait(BEFORE_SECOND_LOOK))
            }
            (None, _) => match self.lost.take() {
                // It was looked for twice, so it is sure that nothing arrived.
                Some(mut why) if self.n_feeds >= MOST_TRIES => {
                    if why.trouble == Trouble::Unreadable {
                        why.trouble = Trouble::Unavailable;
                    }
                    Err(why)
                }
                Some(_) | None => self.ask_for_place(),
            },
        }
    }
}

impl Exchange<Receipt> for Submit {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Receipt>, ProtocolError> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Begin { .. } if self.bytes.is_empty() => {
                Err(ProtocolError::new(api::CREATE_FEED.id, Trouble::Refused, "there is no file to submit"))
            }
            Stage::Begin { is_anew } => match self.since {
                Some(since) if is_anew => Ok(self.look(since, false)),
                Some(_) | None => self.ask_for_place(),
            },
            Stage::Place(question) => self.placed(question, reply),
            Stage::Upload { document } => self.uploaded(&document, reply),
            Stage::Create => self.created(reply),
            Stage::Look { look, is_second } => self.looked(look, is_second, reply),
            Stage::Pause => match self.since {
                Some(since) => Ok(self.look(since, true)),
                None => Err(over(api::GET_FEEDS.id)),
            },
            Stage::Over => Err(over(api::CREATE_FEED.id)),
        }
    }
}

/// What the answering server's clock said.
fn date(answer: &Answer) -> Option<Timestamp> {
    rfc2822::parse(answer.header("date")?).ok().map(|date| date.timestamp())
}

/// Whole seconds, as everybody writes them in a query.
fn earlier(time: Timestamp, by: SignedDuration) -> Timestamp {
    let earlier = time.checked_sub(by).unwrap_or(Timestamp::MIN);
    Timestamp::from_second(earlier.as_second()).unwrap_or(earlier)
}

/// A body.
pub(super) fn json(doing: &'static str, body: &impl Serialize) -> Result<Vec<u8>, ProtocolError> {
    serde_json::to_vec(body)
        .map_err(|why| ProtocolError::new(doing, Trouble::Refused, format!("the request cannot be written: {why}")))
}
