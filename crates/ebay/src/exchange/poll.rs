//! Asking after a task of the Feed API, and fetching what became of its file.
//!
//! Source: Sell Feed API 1.3.1, read 2026-11-26.

use super::unpack::unpack;
use crate::api;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::exchange::percent_encode;
use serde::Deserialize;
use serde::Serialize;
use serde_json::value::RawValue;
use std::time::Duration;

/// The conversation.
#[derive(Debug)]
pub(crate) struct Poll {
    id: String,
    state: State,
}

#[derive(Debug)]
enum State {
    Begin,
    Task,
    /// The task's own words are kept.
    Result {
        task: Box<RawValue>,
        is_failed: bool,
    },
    Over,
}

#[derive(Deserialize)]
struct Status {
    status: String,
}

/// The report: the task as eBay tells it, and the result file unpacked; none where eBay made none.
#[derive(Serialize)]
struct Report<'a> {
    task: &'a RawValue,
    result: Option<String>,
}

/// How long a task is left alone between two looks.
const PAUSE: Duration = Duration::from_mins(1);

impl Poll {
    /// Asks after the task of this id.
    pub(crate) fn new(id: &str) -> Self {
        Self { id: id.to_owned(), state: State::Begin }
    }

    fn request(&self, operation: &'static Operation) -> Request {
        Request::new(operation, api::HOST, operation.path.replace("{task_id}", &percent_encode(&self.id)))
    }

    fn told(&mut self, answer: &Answer) -> Result<Step<Polled>, ProtocolError> {
        let task: Box<RawValue> = answer.json(api::GET_TASK.id)?;
        let status: Status = answer.json(api::GET_TASK.id)?;
        let is_failed = match status.status.as_str() {
            "COMPLETED" | "COMPLETED_WITH_ERROR" | "PARTIALLY_PROCESSED" => false,
            "FAILED" => true,
            // Waiting, or a status that is new: it is not over.
            _ => return Ok(Step::Done(Polled::Pending(PAUSE))),
        };
        self.state = State::Result { task, is_failed };
        Ok(self.request(&api::RESULT).send())
    }
}

impl Exchange<Polled> for Poll {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Polled>, ProtocolError> {
        let (doing, answer) = match (std::mem::replace(&mut self.state, State::Over), reply) {
            (State::Begin, _) => {
                self.state = State::Task;
                return Ok(self.request(&api::GET_TASK).send());
            }
            (State::Task, Some(Reply::Answer(answer))) => return self.told(&answer),
            (State::Result { task, is_failed }, Some(Reply::Answer(answer))) => {
                return result(&task, is_failed, answer);
            }
            (State::Task, reply) => (api::GET_TASK.id, reply),
            (State::Result { .. } | State::Over, reply) => (api::RESULT.id, reply),
        };
        let why = match answer {
            Some(Reply::Lost(why)) => why,
            Some(Reply::Answer(_)) | None => "it was not answered".to_owned(),
        };
        Err(ProtocolError::new(doing, Trouble::Unavailable, why))
    }
}

fn result(task: &RawValue, is_failed: bool, answer: Answer) -> Result<Step<Polled>, ProtocolError> {
    let report = |result: Option<String>| {
        let report = serde_json::to_vec(&Report { task, result }).map_err(|why| unreadable(why.to_string()))?;
        Ok(Step::Done(Polled::Report(report, None)))
    };
    match answer.status {
        // A file that could not be begun with has no result.
        404 if is_failed => return report(None),
        // It is not there yet.
        404 => return Ok(Step::Done(Polled::Pending(PAUSE))),
        _ => answer.fine(api::RESULT.id)?,
    }
    if answer.body.is_empty() {
        return if is_failed { report(None) } else { Ok(Step::Done(Polled::Pending(PAUSE))) };
    }
    let excerpt = answer.excerpt();
    let plain = unpack(api::RESULT.id, answer.body)?;
    let text = String::from_utf8(plain).map_err(|_| unreadable("the result file is no text".to_owned()))?;
    if text.trim().is_empty() {
        return Ok(Step::Done(Polled::Pending(PAUSE)));
    }
    let head: String = text.trim_start_matches('\u{feff}').trim_start().chars().take(200).collect();
    let head = head.to_lowercase();
    if !head.starts_with('<') || head.starts_with("<!doctype") || head.starts_with("<html") {
        return Err(unreadable(format!("the result file is no XML of eBay's: {excerpt}")));
    }
    report(Some(text))
}

fn unreadable(message: String) -> ProtocolError {
    ProtocolError::new(api::RESULT.id, Trouble::Unreadable, message)
}
