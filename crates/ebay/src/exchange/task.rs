//! A file as a task of the Feed API: make the task, hand in the file. A task without a file has no effect and ends by
//! itself after an hour; what takes effect is the file, so that is what is looked for when nobody answered.
//!
//! Source: Sell Feed API 1.3.1, read 2026-11-26.

use super::pace;
use crate::api;
use crate::profile::TRADING_VERSION;
use crate::report::rest;
use feedwright_marketplace::Channel;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::exchange::percent_encode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// The conversation.
#[derive(Debug)]
pub(super) struct Task {
    site: &'static str,
    /// Set for languages that a site has beside its own: those of Canada and Belgium in French.
    language: Option<String>,
    feed_type: &'static str,
    file: String,
    bytes: Option<Arc<[u8]>>,
    memory: Memory,
    state: State,
    /// How often the request under way was tried.
    tries: u8,
    /// How often the file was handed in.
    sends: u8,
    /// It may have arrived.
    is_unsure: bool,
}

#[derive(Debug)]
enum State {
    /// Nothing was said yet.
    Begin,
    /// It may have been handed in before: the tasks since then are looked at, page by page.
    Search {
        found: Vec<String>,
        offset: usize,
        is_second: bool,
    },
    /// The same once more, after a while.
    SearchAgain,
    Create,
    Upload {
        id: String,
    },
    /// Whether the file arrived is told by its task.
    Check {
        id: String,
        is_second: bool,
    },
    CheckAgain {
        id: String,
    },
}

#[derive(Deserialize)]
struct Page {
    tasks: Vec<Known>,
    #[serde(default)]
    next: Option<String>,
    #[serde(default)]
    total: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    task_id: String,
    #[serde(default)]
    feed_type: Option<String>,
    status: String,
}

/// A task that waits for its file.
const CREATED: &str = "CREATED";
/// Most tasks on a page.
const PAGE: usize = 500;
/// More pages of tasks are made by nobody in the time in question.
const MOST_PAGES: usize = 40;
/// How much eBay's clock and ours may differ.
const SKEW: i64 = 600;
/// No range of dates may be longer: 90 days, and a little less.
const LONGEST: i64 = 89 * 86_400;

impl Task {
    /// A conversation about a parcel.
    pub(super) fn new(channel: &Channel, feed_type: &'static str, parcel: Parcel) -> Self {
        let language = channel.language.to_string();
        Self {
            site: channel.site.id,
            language: matches!(language.as_str(), "fr-CA" | "fr-BE").then_some(language),
            feed_type,
            file: format!("{}.xml", parcel.feed.id),
            bytes: parcel.files.into_iter().next().map(|file| file.bytes),
            memory: parcel.memory,
            state: State::Begin,
            tries: 0,
            sends: 0,
            is_unsure: false,
        }
    }

    fn request(&self, bytes: &Arc<[u8]>) -> Request {
        match &self.state {
            State::Begin | State::Create | State::SearchAgain => {
                let body = json!({ "feedType": self.feed_type, "schemaVersion": TRADING_VERSION }).to_string();
                let request = Request::new(&api::CREATE_TASK, api::HOST, api::CREATE_TASK.path)
                    .header("X-EBAY-C-MARKETPLACE-ID", self.site)
                    .json(body.into_bytes());
                match &self.language {
                    Some(language) => request.header("Accept-Language", language.clone()),
                    None => request,
                }
            }
            State::Search { offset, .. } => {
                let path = format!(
                    "{}?feed_type={}&date_range={}&limit={PAGE}&offset={offset}",
                    api::GET_TASKS.path,
                    self.feed_type,
                    percent_encode(&range(self.memory.begun_at.unwrap_or_default())),
                );
                Request::new(&api::GET_TASKS, api::HOST, path)
            }
            State::Upload { id } => {
                let request = Request::new(&api::UPLOAD, api::HOST, at(&api::UPLOAD, id));
                request.file("file", self.file.clone(), "application/xml", Arc::clone(bytes))
            }
            State::Check { id, .. } | State::CheckAgain { id } => {
                Request::new(&api::GET_TASK, api::HOST, at(&api::GET_TASK, id))
            }
        }
    }

    /// What is asked first.
    fn begin(&mut self) {
        self.state = match self.memory.begun_at {
            Some(_) => State::Search { found: Vec::new(), offset: 0, is_second: false },
            None => State::Create,
        };
    }

    /// Asks again after a while; gives up after some times.
    fn again<T>(&mut self, doing: &Operation, why: &str) -> Result<Step<T>, ProtocolError> {
        self.tries += 1;
        if self.tries < pace::MOST_TRIES {
            return Ok(Step::Wait(pace::again(self.tries)));
        }
        // Of what was handed in and never seen again nobody knows.
        let trouble = if self.is_unsure { Trouble::Unknown } else { Trouble::Unavailable };
        Err(ProtocolError::new(doing.id, trouble, why))
    }

    /// Goes on after a reply: the receipt, a wait, or nothing where the state says what is asked next.
    fn heard(&mut self, reply: Reply) -> Result<Option<Step<Receipt>>, ProtocolError> {
        match std::mem::replace(&mut self.state, State::Begin) {
            State::Begin | State::SearchAgain | State::CheckAgain { .. } => Ok(None),
            State::Search { found, offset, is_second } => self.searched(found, offset, is_second, reply),
            State::Create => self.created(reply),
            State::Upload { id } => self.uploaded(id, reply),
            State::Check { id, is_second } => self.checked(id, is_second, reply),
        }
    }

    fn created(&mut self, reply: Reply) -> Result<Option<Step<Receipt>>, ProtocolError> {
        let answer = match reply {
            Reply::Answer(answer) => answer,
            // A task that may have been made has no effect: another one is.
            Reply::Lost(why) => {
                self.state = State::Create;
                return self.again(&api::CREATE_TASK, &why).map(Some);
            }
        };
        if answer.is_fine() {
            let id = answer.header("location").and_then(last_step);
            let Some(id) = id else {
                self.state = State::Create;
                return self.again(&api::CREATE_TASK, "the answer has no `Location` of the task").map(Some);
            };
            self.tries = 0;
            self.state = State::Upload { id };
            return Ok(None);
        }
        if is_absent(&answer) {
            self.state = State::Create;
            return self.again(&api::CREATE_TASK, &answer.refusal(api::CREATE_TASK.id).message).map(Some);
        }
        // So many tasks at once, or in this time: later.
        let is_full = has(&answer, &["160024", "160025"]) || answer.status == 409;
        Err(if is_full { unavailable(&answer, &api::CREATE_TASK) } else { answer.refusal(api::CREATE_TASK.id) })
    }

    fn uploaded(&mut self, id: String, reply: Reply) -> Result<Option<Step<Receipt>>, ProtocolError> {
        let answer = match reply {
            Reply::Answer(answer) => answer,
            Reply::Lost(_) => {
                self.is_unsure = true;
                self.state = State::Check { id, is_second: false };
                return Ok(None);
            }
        };
        if answer.is_fine() {
            return Ok(Some(Step::Done(Receipt::Queued(id))));
        }
        // The file was handed in before, or eBay does not know what became of it.
        if is_absent(&answer) || has(&answer, &["160023"]) {
            self.is_unsure = true;
            self.state = State::Check { id, is_second: false };
            return Ok(None);
        }
        // It came too late: the task is of no use any more.
        if has(&answer, &["160026", "160003"]) || answer.status == 404 {
            self.state = State::Create;
            return if self.sends < pace::MOST_SENDS { Ok(None) } else { Err(unavailable(&answer, &api::UPLOAD)) };
        }
        Err(answer.refusal(api::UPLOAD.id))
    }

    fn checked(&mut self, id: String, is_second: bool, reply: Reply) -> Result<Option<Step<Receipt>>, ProtocolError> {
        let again = |task: &mut Self, id: String, why: &str| {
            task.state = State::Check { id, is_second };
            task.again(&api::GET_TASK, why).map(Some)
        };
        let answer = match reply {
            Reply::Answer(answer) => answer,
            Reply::Lost(why) => return again(self, id, &why),
        };
        if is_absent(&answer) {
            let why = answer.refusal(api::GET_TASK.id).message;
            return again(self, id, &why);
        }
        let known: Known = match answer.json(api::GET_TASK.id) {
            Ok(known) => known,
            Err(why) if answer.is_fine() => return again(self, id, &why.message),
            Err(why) => return Err(ProtocolError { trouble: Trouble::Unknown, ..why }),
        };
        self.tries = 0;
        if known.status != CREATED {
            return Ok(Some(Step::Done(Receipt::Queued(id))));
        }
        if !is_second {
            self.state = State::CheckAgain { id };
            return Ok(Some(Step::Wait(pace::LOOK_AGAIN)));
        }
        self.is_unsure = false;
        if self.sends < pace::MOST_SENDS {
            self.state = State::Upload { id };
            return Ok(None);
        }
        let message = format!("task `{id}` waits for its file, which was handed in {} times", self.sends);
        Err(ProtocolError::new(api::UPLOAD.id, Trouble::Unavailable, message))
    }

    fn searched(
        &mut self,
        mut found: Vec<String>,
        offset: usize,
        is_second: bool,
        reply: Reply,
    ) -> Result<Option<Step<Receipt>>, ProtocolError> {
        let answer = match reply {
            Reply::Answer(answer) if !is_absent(&answer) => answer,
            other => {
                let why = match other {
                    Reply::Answer(answer) => answer.refusal(api::GET_TASKS.id).message,
                    Reply::Lost(why) => why,
                };
                self.state = State::Search { found, offset, is_second };
                return self.again(&api::GET_TASKS, &why).map(Some);
            }
        };
        let page: Page = match answer.json(api::GET_TASKS.id) {
            Ok(page) => page,
            Err(why) if answer.is_fine() => {
                self.state = State::Search { found, offset, is_second };
                return self.again(&api::GET_TASKS, &why.message).map(Some);
            }
            Err(why) => return Err(why),
        };
        self.tries = 0;
        let n_on_page = page.tasks.len();
        for task in page.tasks {
            let is_ours = task.feed_type.is_none_or(|own| own == self.feed_type)
                && task.status != CREATED
                && !self.memory.claimed.contains(&task.task_id)
                && !found.contains(&task.task_id);
            if is_ours {
                found.push(task.task_id);
            }
        }
        let next = offset + PAGE;
        let has_more = page.next.is_some_and(|next| !next.is_empty()) || page.total.is_some_and(|total| total > next);
        if has_more && n_on_page > 0 && next < MOST_PAGES * PAGE {
            self.state = State::Search { found, offset: next, is_second };
            return Ok(None);
        }
        match found.as_slice() {
            [id] => Ok(Some(Step::Done(Receipt::Queued(id.clone())))),
            [] if is_second => {
                self.state = State::Create;
                Ok(None)
            }
            [] => {
                self.state = State::SearchAgain;
                Ok(Some(Step::Wait(pace::LOOK_AGAIN)))
            }
            several => {
                let message = format!("{} tasks may be this one: {}", several.len(), several.join(", "));
                Err(ProtocolError::new(api::GET_TASKS.id, Trouble::Unknown, message))
            }
        }
    }
}

impl Exchange<Receipt> for Task {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Receipt>, ProtocolError> {
        let Some(bytes) = self.bytes.clone() else {
            return Err(ProtocolError::new("file", Trouble::Refused, "there is no file to be sent"));
        };
        if let Some(reply) = reply
            && let Some(step) = self.heard(reply)?
        {
            return Ok(step);
        }
        match std::mem::replace(&mut self.state, State::Begin) {
            State::Begin => self.begin(),
            State::SearchAgain => self.state = State::Search { found: Vec::new(), offset: 0, is_second: true },
            State::CheckAgain { id } => self.state = State::Check { id, is_second: true },
            other => self.state = other,
        }
        if matches!(self.state, State::Upload { .. }) {
            self.sends += 1;
        }
        Ok(self.request(&bytes).send())
    }
}

/// An operation's path for a task.
fn at(operation: &Operation, id: &str) -> String {
    operation.path.replace("{task_id}", &percent_encode(id))
}

/// The last step of a URL's path.
fn last_step(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?.trim_end_matches('/');
    path.rsplit('/').next().filter(|id| !id.is_empty() && *id != "task").map(str::to_owned)
}

/// That it may be taken later.
fn unavailable(answer: &Answer, doing: &Operation) -> ProtocolError {
    ProtocolError { trouble: Trouble::Unavailable, ..answer.refusal(doing.id) }
}

/// Whether eBay could not answer, so that nobody knows whether it did what was asked.
fn is_absent(answer: &Answer) -> bool {
    matches!(answer.status, 408 | 423 | 425 | 429 | 500..)
}

/// Whether one of these errors is in an answer.
fn has(answer: &Answer, ids: &[&str]) -> bool {
    let errors = serde_json::from_slice(&answer.body).map(|value| rest::errors(&value)).unwrap_or_default();
    errors.iter().any(|error| ids.contains(&error.id.trim()))
}

/// The time in which a task was made that was meant to be made then.
fn range(begun_at: i64) -> String {
    let from = begun_at.saturating_sub(SKEW);
    let time = |seconds: i64| {
        let time = Timestamp::from_second(seconds).unwrap_or_default();
        time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
    };
    format!("{}..{}", time(from), time(from.saturating_add(LONGEST)))
}
