//! Feed tasks: made, given a file, worked on, and asked for what came of it.

use super::Desk;
use super::account::Account;
use super::errors;
use super::errors::Said;
use super::lms;
use super::operations::after;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::simulated::Trouble;
use crate::tokens::hex_of;
use crate::tokens::later;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use std::io::Read;
use std::io::Write;
use std::time::Duration;

/// A task.
#[derive(Clone, Debug)]
pub(super) struct Task {
    /// Its id.
    pub id: String,
    /// What its file is of.
    pub feed_type: String,
    /// The version of the Trading API its file is written for.
    pub version: String,
    /// When it was made.
    pub made: Timestamp,
    /// What is to go wrong with it.
    pub trouble: Option<Trouble>,
    /// Its file, once it is there.
    pub file: Option<File>,
}

/// The file of a task, and what comes of it.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// What was uploaded, compressed.
    pub input: Vec<u8>,
    /// 32 digits that stand for it.
    pub digest: String,
    /// When work on it begins …
    pub begins: Timestamp,
    /// … and ends.
    pub ends: Timestamp,
    /// What came of it, once work has ended.
    pub done: Option<Done>,
}

/// What came of a file.
#[derive(Clone, Debug)]
pub(super) enum Done {
    /// It could not be worked on; there is no result.
    Failed,
    /// It was worked on.
    Worked {
        /// So many requests succeeded …
        n_succeeded: usize,
        /// … and so many failed.
        n_failed: usize,
        /// The result, compressed.
        result: Vec<u8>,
    },
}

/// How long after a task is made its file must be there: error 160026.
const UPLOAD_WITHIN: Duration = Duration::from_hours(1);
/// Most bytes of a file: data-file-limits, read 2026-11-23.
const MAX_FILE: usize = 15 << 20;
/// How much longer work takes that is stuck.
const STUCK: Duration = Duration::from_hours(6);

/// `POST /task`.
pub(super) fn create(account: &mut Account, desk: &Desk<'_>, request: &Incoming) -> Outgoing {
    let told: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let text = |name: &str| told.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    if request.header("x-ebay-c-marketplace-id").is_none_or(|id| !id.starts_with("EBAY_")) {
        return Said::new(160_027, "The X-EBAY-C-MARKETPLACE-ID header is missing or invalid.").answer();
    }
    let (feed_type, version) = (text("feedType"), text("schemaVersion"));
    if lms::request_of(&feed_type).is_none() {
        return Said::new(160_017, "The 'feedType' is missing or invalid.").answer();
    }
    if !(3..=4).contains(&version.len()) || !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return Said::new(160_018, "The 'schemaVersion' is invalid.").answer();
    }
    let n_tasks = account.tasks.len();
    let id = format!("task-10-{}", 1_000_000_000 + n_tasks);
    account.task_at.insert(id.clone(), n_tasks);
    let trouble = request.trouble;
    account.tasks.push(Task { id: id.clone(), feed_type, version, made: desk.now, trouble, file: None });
    let location = format!("{}/ebay/api/sell/feed/v1/task/{id}", request.base);
    Outgoing { status: 202, headers: vec![("location".to_owned(), location)], body: Vec::new() }
}

/// `POST /task/{task_id}/upload_file`.
pub(super) fn upload(account: &mut Account, desk: &Desk<'_>, request: &Incoming) -> Outgoing {
    let id = after(request, "/task/", "/upload_file");
    let Some(at) = account.task_at.get(id).copied() else { return errors::refuse(404, &[no_task(id)]) };
    let Some(task) = account.tasks.get_mut(at) else { return errors::refuse(404, &[no_task(id)]) };
    let Some((_, _, bytes)) = request.form.iter().find(|(name, _, _)| name == "file") else {
        let message =
            "Payload not found. Make sure your file is uploaded inside the Request Body under the key name 'file'.";
        return Said::new(160_100, message).answer();
    };
    if task.file.is_some() {
        return Said::new(160_023, format!("Task {id} cannot upload a file.")).answer();
    }
    if later(task.made, UPLOAD_WITHIN) < desk.now {
        let message = "This task has expired and you cannot use it to upload a file. \
             You must upload a file within an hour of creating the task.";
        return Said::new(160_026, message).answer();
    }
    if bytes.len() > MAX_FILE {
        return Said::new(160_028, "The file you tried to upload is too large. Please try using a smaller file.")
            .answer();
    }
    let Some(text) = unpacked(bytes).filter(|text| text.trim_ascii_start().starts_with(b"<")) else {
        return Said::new(160_020, "The format of the file to be uploaded is invalid.").answer();
    };
    task.trouble = task.trouble.or(request.trouble);
    let mut taken = desk.processing.of(id, desk.seed);
    if task.trouble == Some(Trouble::Stuck) {
        taken += STUCK;
    }
    let (begins, ends) = (later(desk.now, taken / 4), later(desk.now, taken));
    task.file = Some(File { input: packed(&text), digest: hex_of(&text), begins, ends, done: None });
    account.due.insert((ends, at));
    Outgoing::json(200, &json!({}))
}

/// `GET /task/{task_id}`.
pub(super) fn get(account: &Account, request: &Incoming, now: Timestamp) -> Outgoing {
    let id = after(request, "/task/", "");
    match task(account, id) {
        Some(task) => Outgoing::json(200, &entry(task, request, now)),
        None => errors::refuse(404, &[no_task(id)]),
    }
}

/// `GET /task`.
pub(super) fn list(account: &Account, request: &Incoming, now: Timestamp) -> Outgoing {
    let Some(feed_type) = request.value("feed_type") else {
        return Said::new(160_004, "You must submit either a 'feed_type' or 'schedule_id'.").answer();
    };
    let (range, days) = (request.value("date_range"), request.value("look_back_days"));
    if range.is_some() && days.is_some() {
        let message = "Both 'look_back_days' and 'date_range' were provided. Please remove one of them.";
        return Said::new(160_008, message).answer();
    }
    let bounds = match range {
        Some(range) => match bounds(range) {
            Some((from, to)) if from <= to => (from, to),
            Some(_) => return Said::new(160_016, "The 'date_range' value is not valid.").answer(),
            None => return Said::new(160_009, "The format of the 'date_range' is invalid.").answer(),
        },
        None => (Timestamp::MIN, Timestamp::MAX),
    };
    let number = |name: &str, default: usize| request.value(name).map_or(Some(default), |text| text.parse().ok());
    let Some(limit) = number("limit", 10).filter(|limit| (1..=500).contains(limit)) else {
        let message = "The 'limit' value must be greater than zero and less than or equal to 500.";
        return Said::new(160_012, message).answer();
    };
    let Some(offset) = number("offset", 0).filter(|offset| offset % limit == 0) else {
        return Said::new(160_029, "The 'offset' value must be a multiple of the 'limit' value.").answer();
    };
    let is_meant = |task: &&Task| task.feed_type == feed_type && task.made >= bounds.0 && task.made <= bounds.1;
    let meant: Vec<&Task> = account.tasks.iter().rev().filter(is_meant).collect();
    let tasks: Vec<Value> = meant.iter().skip(offset).take(limit).map(|task| entry(task, request, now)).collect();
    let href = |offset: usize| format!("/sell/feed/v1/task?feed_type={feed_type}&limit={limit}&offset={offset}");
    let mut answer = json!({
        "href": href(offset),
        "limit": limit,
        "offset": offset,
        "tasks": tasks,
        "total": meant.len(),
    });
    let next = offset.saturating_add(limit);
    if next < meant.len() {
        answer["next"] = json!(href(next));
    }
    Outgoing::json(200, &answer)
}

/// `GET /task/{task_id}/download_input_file`.
pub(super) fn input(account: &Account, request: &Incoming) -> Outgoing {
    let id = after(request, "/task/", "/download_input_file");
    match task(account, id).map(|task| task.file.as_ref()) {
        None => errors::refuse(404, &[no_task(id)]),
        Some(None) => errors::refuse(404, &[no_file(id)]),
        Some(Some(file)) => attached(&format!("{id}.xml.gz"), file.input.clone()),
    }
}

/// `GET /task/{task_id}/download_result_file`: compressed for every second task.
pub(super) fn result(account: &Account, request: &Incoming, now: Timestamp) -> Outgoing {
    let id = after(request, "/task/", "/download_result_file");
    let Some(task) = task(account, id) else { return errors::refuse(404, &[no_task(id)]) };
    let file = task.file.as_ref().filter(|file| now >= file.ends);
    let Some(Done::Worked { result, .. }) = file.and_then(|file| file.done.as_ref()) else {
        return errors::refuse(404, &[no_file(id)]);
    };
    if request.trouble == Some(Trouble::Late) {
        return errors::refuse(404, &[no_file(id)]);
    }
    let mut text = unpacked(result).unwrap_or_default();
    if request.trouble == Some(Trouble::Twice) {
        text = lms::twice(&text);
    }
    if id.ends_with(['1', '3', '5', '7', '9']) {
        attached(&format!("{id}-result.xml.gz"), packed(&text))
    } else {
        attached(&format!("{id}-result.xml"), text)
    }
}

/// Works on what is due.
pub(super) fn due(account: &mut Account, desk: &Desk<'_>, now: Timestamp) {
    while let Some((time, at)) = account.due.first().copied().filter(|(time, _)| *time <= now) {
        account.due.remove(&(time, at));
        let Some(task) = account.tasks.get(at) else { continue };
        let text = task.file.as_ref().and_then(|file| unpacked(&file.input)).unwrap_or_default();
        let (feed_type, is_fatal) = (task.feed_type.clone(), task.trouble == Some(Trouble::Fatal));
        let worked = if is_fatal { None } else { lms::work(account, desk, &feed_type, &text, time) };
        let done = match worked {
            None => Done::Failed,
            Some(worked) => Done::Worked {
                n_succeeded: worked.n_succeeded,
                n_failed: worked.n_failed,
                result: packed(&worked.result),
            },
        };
        if let Some(file) = account.tasks.get_mut(at).and_then(|task| task.file.as_mut()) {
            file.done = Some(done);
        }
    }
}

impl Task {
    /// Its status.
    fn status(&self, now: Timestamp) -> &'static str {
        let Some(file) = &self.file else { return "CREATED" };
        if now < file.begins {
            return "QUEUED";
        }
        match file.done.as_ref().filter(|_| now >= file.ends) {
            None => "IN_PROCESS",
            Some(Done::Failed) => "FAILED",
            Some(Done::Worked { n_failed: 0, .. }) => "COMPLETED",
            Some(Done::Worked { .. }) => "COMPLETED_WITH_ERROR",
        }
    }
}

fn task<'account>(account: &'account Account, id: &str) -> Option<&'account Task> {
    account.tasks.get(*account.task_at.get(id)?)
}

fn entry(task: &Task, request: &Incoming, now: Timestamp) -> Value {
    let status = task.status(now);
    let mut entry = json!({
        "taskId": task.id,
        "status": status,
        "feedType": task.feed_type,
        "schemaVersion": task.version,
        "creationDate": date(task.made),
        "detailHref": format!("{}/ebay/api/sell/feed/v1/task/{}", request.base, task.id),
    });
    let file = task.file.as_ref().filter(|file| now >= file.ends);
    if let Some((file, done)) = file.and_then(|file| Some((file, file.done.as_ref()?))) {
        entry["completionDate"] = json!(date(file.ends));
        if let Done::Worked { n_succeeded, n_failed, .. } = done {
            entry["uploadSummary"] = json!({ "successCount": n_succeeded, "failureCount": n_failed });
        }
    }
    entry
}

/// `2026-11-23T10:00:00.000Z`.
pub(super) fn date(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn bounds(range: &str) -> Option<(Timestamp, Timestamp)> {
    let (from, to) = range.split_once("..")?;
    let to = if to.is_empty() { Timestamp::MAX } else { to.parse().ok()? };
    Some((from.parse().ok()?, to))
}

fn no_task(id: &str) -> Said {
    Said::new(160_003, format!("Task {id} does not exist."))
}

fn no_file(id: &str) -> Said {
    Said::new(160_014, format!("No file found for task ID {id}."))
}

fn attached(name: &str, body: Vec<u8>) -> Outgoing {
    let headers = vec![
        ("content-type".to_owned(), "application/octet-stream".to_owned()),
        ("content-disposition".to_owned(), format!("attachment; filename=\"{name}\"")),
    ];
    Outgoing { status: 200, headers, body }
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Memory takes everything.
    _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default()
}

/// The text of a file, compressed or not; none where it cannot be had or is far too long.
fn unpacked(file: &[u8]) -> Option<Vec<u8>> {
    if !file.starts_with(&[0x1f, 0x8b]) {
        return Some(file.to_vec());
    }
    let mut text = Vec::new();
    let most = (MAX_FILE as u64) * 16;
    GzDecoder::new(file).take(most + 1).read_to_end(&mut text).ok()?;
    (text.len() as u64 <= most).then_some(text)
}
