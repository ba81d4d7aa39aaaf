//! A feed is asked after: its status, where its report is, and the report.

use super::question::Heard;
use super::question::MOST_TRIES;
use super::question::Question;
use super::question::answer;
use super::question::over;
use super::question::refused_by_store;
use super::submit::json;
use crate::api;
use crate::report;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::exchange::gunzip;
use feedwright_marketplace::exchange::percent_encode;
use serde::Deserialize;
use serde::Serialize;
use serde::de::IgnoredAny;
use std::time::Duration;

/// How long to wait before a feed is asked after again. Our own: getFeed allows two a second, and minutes are the rule.
const AGAIN: Duration = Duration::from_mins(1);

/// Asks after a feed.
#[derive(Debug)]
pub(crate) struct Poll {
    host: &'static str,
    id: String,
    stage: Stage,
    n_downloads: u32,
}

#[derive(Debug)]
enum Stage {
    Begin,
    Status(Question),
    Place { question: Question, feed: Status, document: String },
    Download { feed: Status, document: String },
    Over,
}

/// A feed that came to another end than Amazon's reports tell of: handed over as the report, with theirs inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ended {
    /// What getFeed said, verbatim.
    pub(crate) feed: String,
    /// The report, verbatim, if there is one.
    pub(crate) report: Option<String>,
}

#[derive(Debug, Default)]
struct Status {
    is_fatal: bool,
    verbatim: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    feed_id: String,
    processing_status: String,
    result_feed_document_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Place {
    url: String,
}

impl Poll {
    pub(crate) fn new(host: &'static str, id: &str) -> Self {
        Self { host, id: id.to_owned(), stage: Stage::Begin, n_downloads: 0 }
    }

    fn begin(&mut self) -> Step<Polled> {
        let path = format!("{}/{}", api::FEEDS, percent_encode(&self.id));
        let mut question = Question::new(Request::new(&api::GET_FEED, self.host, path));
        let step = question.ask();
        self.stage = Stage::Status(question);
        step
    }

    fn told(&mut self, mut question: Question, reply: Option<Reply>) -> Result<Step<Polled>, ProtocolError> {
        let (feed, answer) = match question.hear::<Told>(reply)? {
            Heard::Said(feed, answer) => (feed, answer),
            Heard::Nothing => {
                let step = question.ask();
                self.stage = Stage::Status(question);
                return Ok(step);
            }
        };
        let unreadable = |message: String| Err(ProtocolError::new(api::GET_FEED.id, Trouble::Unreadable, message));
        if feed.feed_id != self.id {
            return unreadable(format!("asked after feed {}, and told of {}", self.id, feed.feed_id));
        }
        let document = feed.result_feed_document_id.filter(|id| !id.is_empty());
        let status = |is_fatal| Status { is_fatal, verbatim: verbatim(&answer) };
        match (feed.processing_status.as_str(), document) {
            // A report follows the end by a little.
            ("IN_QUEUE" | "IN_PROGRESS", _) | ("DONE", None) => Ok(pending()),
            ("DONE", Some(document)) => Ok(self.ask_for_place(status(false), document)),
            (report::FATAL, Some(document)) => Ok(self.ask_for_place(status(true), document)),
            (report::FATAL, None) | (report::CANCELLED, _) => ended(status(true), None),
            (other, _) => unreadable(format!("feed {} has a status nobody knows: {other}", self.id)),
        }
    }

    fn ask_for_place(&mut self, feed: Status, document: String) -> Step<Polled> {
        let path = format!("{}/{}", api::DOCUMENTS, percent_encode(&document));
        let mut question = Question::new(Request::new(&api::GET_DOCUMENT, self.host, path));
        let step = question.ask();
        self.stage = Stage::Place { question, feed, document };
        step
    }

    fn placed(
        &mut self,
        mut question: Question,
        feed: Status,
        document: String,
        reply: Option<Reply>,
    ) -> Result<Step<Polled>, ProtocolError> {
        match question.hear::<Place>(reply)? {
            Heard::Said(place, _) => {
                self.n_downloads += 1;
                self.stage = Stage::Download { feed, document };
                Ok(Request::given(&api::DOWNLOAD, place.url).send())
            }
            Heard::Nothing => {
                let step = question.ask();
                self.stage = Stage::Place { question, feed, document };
                Ok(step)
            }
        }
    }

    fn downloaded(
        &mut self,
        feed: Status,
        document: String,
        reply: Option<Reply>,
    ) -> Result<Step<Polled>, ProtocolError> {
        match report_of(reply) {
            Ok(Some(report)) if feed.is_fatal => ended(feed, Some(String::from_utf8_lossy(&report).into_owned())),
            Ok(Some(report)) => Ok(Step::Done(Polled::Report(report, None))),
            Ok(None) => Ok(pending()),
            // The URL lives for five minutes, and downloads break off: a new one is asked for.
            Err(_) if self.n_downloads < MOST_TRIES => Ok(self.ask_for_place(feed, document)),
            Err(why) => Err(why),
        }
    }
}

impl Exchange<Polled> for Poll {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Polled>, ProtocolError> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Begin => Ok(self.begin()),
            Stage::Status(question) => self.told(question, reply),
            Stage::Place { question, feed, document } => self.placed(question, feed, document, reply),
            Stage::Download { feed, document } => self.downloaded(feed, document, reply),
            Stage::Over => Err(over(api::GET_FEED.id)),
        }
    }
}

/// The report that was downloaded; none when it was asked for too early.
fn report_of(reply: Option<Reply>) -> Result<Option<Vec<u8>>, ProtocolError> {
    let doing = api::DOWNLOAD.id;
    let answer = answer(doing, reply)?;
    if !answer.is_fine() {
        return Err(refused_by_store(doing, &answer));
    }
    let report = gunzip(doing, answer.body, api::LONGEST_REPORT)?;
    if report.trim_ascii().is_empty() {
        return Ok(None);
    }
    if let Err(why) = serde_json::from_slice::<IgnoredAny>(report.trim_ascii()) {
        let message = format!("the report of {} bytes is not JSON: {why}", report.len());
        return Err(ProtocolError::new(doing, Trouble::Unreadable, message));
    }
    Ok(if report::is_too_early(&report) { None } else { Some(report) })
}

fn pending() -> Step<Polled> {
    Step::Done(Polled::Pending(AGAIN))
}

fn ended(feed: Status, report: Option<String>) -> Result<Step<Polled>, ProtocolError> {
    let report = json(api::GET_FEED.id, &Ended { feed: feed.verbatim, report })?;
    Ok(Step::Done(Polled::Report(report, None)))
}

fn verbatim(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}
