//! Items are called one by one, in the order of the file. Each call does the same however often it is made, so a
//! conversation that was broken off is simply begun anew.

use super::question::MOST_TRIES;
use super::question::answer;
use super::question::over;
use super::submit::json;
use super::with_query;
use crate::api;
use crate::encode::Method;
use crate::encode::percent_decode;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Ref;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::json::read as read_json;
use serde::Deserialize;
use serde::Serialize;
use std::fmt::Display;
use std::sync::Arc;

/// After so many calls in a row that came to nothing by no fault of their own, the others are left for later.
const MOST_FAILURES: u32 = 5;

/// What came of one call: a line of the report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Called {
    /// The number of the row.
    pub(crate) ordinal: u64,
    /// Its SKU.
    pub(crate) sku: String,
    /// The status of the answer; none where there was none, or where the call was not made.
    pub(crate) status: Option<u16>,
    /// The answer, verbatim.
    pub(crate) answer: String,
    /// Why there is no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unsent: Option<String>,
    /// Whether it was only tried.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) is_preview: bool,
}

/// Calls items, one after the other.
#[derive(Debug)]
pub(crate) struct Calls {
    settings: Settings,
    bytes: Arc<[u8]>,
    /// Where the next line begins.
    at: usize,
    n_lines: u64,
    rows: Vec<Row>,
    stage: Stage,
    done: Vec<Called>,
    n_failures: u32,
}

#[derive(Debug)]
struct Settings {
    host: &'static str,
    issue_locale: String,
    is_preview: bool,
}

#[derive(Debug)]
enum Stage {
    Begin,
    Call { request: Request, row: u64, sku: String, tries: u32 },
    Over,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// The part of every fine answer by which it is known to be one.
#[derive(Debug, Deserialize)]
struct Submitted {
    #[serde(rename = "status")]
    _status: String,
}

impl Calls {
    pub(crate) fn new(
        host: &'static str,
        issue_locale: String,
        bytes: Arc<[u8]>,
        rows: Vec<Row>,
        is_preview: bool,
    ) -> Self {
        Self {
            settings: Settings { host, issue_locale, is_preview },
            bytes,
            at: 0,
            n_lines: 0,
            rows,
            stage: Stage::Begin,
            done: Vec::new(),
            n_failures: 0,
        }
    }

    /// The next line that says something.
    fn line(&mut self) -> Option<Vec<u8>> {
        loop {
            let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let line = rest.get(..end).unwrap_or_default().to_vec();
            self.at += end + 1;
            if !line.trim_ascii().is_empty() {
                self.n_lines += 1;
                return Some(line);
            }
        }
    }

    /// Reads the whole file before anything is called: what is wrong with a later line would be found when earlier ones
    /// have taken effect. The report is joined by numbers, so the lines have to be those of the rows.
    fn begin(&mut self) -> Result<Step<Receipt>, ProtocolError> {
        let refused = |message: String| ProtocolError::new(api::PUT_ITEM.id, Trouble::Refused, message);
        let lines = || self.bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        let (n_calls, n_rows) = (lines().count(), self.rows.len());
        if n_calls != n_rows {
            return Err(refused(format!("the file has {n_calls} calls for {n_rows} rows")));
        }
        for (at, (line, row)) in lines().zip(&self.rows).enumerate() {
            let (_, sku) = self.settings.request(line).map_err(|why| no_call(at + 1, &why))?;
            if sku.trim() != row.sku.as_str() {
                return Err(refused(format!(
                    "line {} of the file calls `{sku}`, and its row is `{}`",
                    at + 1,
                    row.sku
                )));
            }
        }
        self.call_next()
    }

    fn call_next(&mut self) -> Result<Step<Receipt>, ProtocolError> {
        let Some(line) = self.line() else { return self.report() };
        let (request, sku) = self.settings.request(&line).map_err(|why| no_call(self.n_lines, &why))?;
        let step = request.clone().send();
        self.stage = Stage::Call { request, row: self.n_lines, sku, tries: 1 };
        Ok(step)
    }

    fn called(
        &mut self,
        request: Request,
        row: u64,
        sku: String,
        tries: u32,
        reply: Option<Reply>,
    ) -> Result<Step<Receipt>, ProtocolError> {
        let doing = request.operation.id;
        let mut called = Called { ordinal: row, sku, is_preview: self.settings.is_preview, ..Called::default() };
        let (why, is_failure) = match answer(doing, reply) {
            Ok(answer) => {
                called.status = Some(answer.status);
                called.answer = String::from_utf8_lossy(&answer.body).into_owned();
                (answer.refusal(doing), is_passing(&answer))
            }
            Err(why) => {
                called.unsent = Some(why.message.clone());
                (why, true)
            }
        };
        let is_garbled = called.status.is_none_or(|status| (200..300).contains(&status))
            && serde_json::from_str::<Submitted>(&called.answer).is_err();
        if is_garbled && tries < MOST_TRIES {
            let step = request.clone().send();
            self.stage = Stage::Call { request, row, sku: called.sku, tries: tries + 1 };
            return Ok(step);
        }
        self.n_failures = if is_failure || is_garbled { self.n_failures + 1 } else { 0 };
        // Where nothing was taken yet, there is nothing to report.
        let is_hopeless = matches!(called.status, Some(401 | 403)) || self.n_failures >= MOST_FAILURES;
        if is_failure && is_hopeless && self.done.iter().all(is_unanswered) {
            return Err(why);
        }
        self.done.push(called);
        if self.n_failures >= MOST_FAILURES {
            self.leave(&why)?;
            return self.report();
        }
        self.call_next()
    }

    /// Says of the calls that are left that they were not made.
    fn leave(&mut self, why: &ProtocolError) -> Result<(), ProtocolError> {
        while let Some(line) = self.line() {
            let (_, sku) = self.settings.request(&line).map_err(|why| no_call(self.n_lines, &why))?;
            let message = format!("not called, since {MOST_FAILURES} calls before came to nothing: {}", why.message);
            self.done.push(Called {
                ordinal: self.n_lines,
                sku,
                unsent: Some(message),
                is_preview: self.settings.is_preview,
                ..Called::default()
            });
        }
        Ok(())
    }

    fn report(&mut self) -> Result<Step<Receipt>, ProtocolError> {
        json(api::PUT_ITEM.id, &self.done).map(|report| Step::Done(Receipt::Answered(report)))
    }
}

impl Settings {
    /// A line as the request it stands for, and its SKU.
    fn request(&self, line: &[u8]) -> Result<(Request, String), String> {
        let mut listing = Listing::new();
        read_json(line, &mut listing).map_err(|why| why.to_string())?;
        let call = listing.root();
        let text = |node: Ref<'_>, name: &str| node.member(name).and_then(Ref::as_text).map(str::to_owned);
        let method = text(call, "method").as_deref().and_then(Method::parse).ok_or("it has no method that we know")?;
        let path =
            text(call, "path").filter(|path| path.starts_with(api::ITEMS)).ok_or("its path is not one of an item")?;
        let sku = path.rsplit('/').next().and_then(percent_decode).ok_or("its path does not end in a SKU")?;
        let operation = match method {
            Method::Put => &api::PUT_ITEM,
            Method::Patch => &api::PATCH_ITEM,
            Method::Delete if self.is_preview => return Err("the end of a listing cannot be tried".to_owned()),
            Method::Delete => &api::DELETE_ITEM,
        };
        let query = call.member("query").into_iter().flat_map(Ref::members);
        let mut pairs: Vec<(&str, &str)> =
            query.filter_map(|(name, value)| value.as_text().map(|value| (name, value))).collect();
        pairs.push(("issueLocale", &self.issue_locale));
        if self.is_preview {
            // The identifiers say which ASIN it would become part of.
            pairs.extend([("mode", "VALIDATION_PREVIEW"), ("includedData", "issues,identifiers")]);
        }
        let request = Request::new(operation, self.host, with_query(&path, &pairs));
        match call.member("body") {
            None => Ok((request, sku)),
            Some(body) => {
                let mut bytes = Vec::new();
                body.write_json(&mut bytes);
                Ok((request.json(bytes), sku))
            }
        }
    }
}

impl Exchange<Receipt> for Calls {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Receipt>, ProtocolError> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Begin => self.begin(),
            Stage::Call { request, row, sku, tries } => self.called(request, row, sku, tries, reply),
            Stage::Over => Err(over(api::PUT_ITEM.id)),
        }
    }
}

fn no_call(number: impl Display, why: &str) -> ProtocolError {
    ProtocolError::new(api::PUT_ITEM.id, Trouble::Refused, format!("line {number} of the file is no call: {why}"))
}

/// Whether the answer says nothing of the call, but of the account or of Amazon.
fn is_passing(answer: &Answer) -> bool {
    matches!(answer.status, 401 | 403 | 408 | 423 | 425 | 429 | 500..)
}

fn is_unanswered(called: &Called) -> bool {
    called.status.is_none_or(|status| matches!(status, 401 | 403 | 408 | 423 | 425 | 429 | 500..))
}
