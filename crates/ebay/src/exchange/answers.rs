//! What was answered, kept for the report: one JSON document of all answers as they came, of what was not sent and why,
//! and of what stopped the rest.

use crate::report::document::Skipped;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::report::Outcome;
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;

/// The answers so far.
#[derive(Debug, Default)]
pub(super) struct Answers {
    kept: Vec<u8>,
    n_kept: usize,
    skipped: Vec<Skipped>,
    stopped: Option<String>,
}

/// What an answer is about.
#[derive(Debug, Serialize)]
pub(super) struct Asked<'a> {
    /// The call.
    pub(super) operation: &'static str,
    /// The SKUs it is about, in the order of the request.
    pub(super) skus: &'a [Arc<str>],
    /// Their offers, where the request names these.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) offers: &'a [String],
    /// The group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<&'a str>,
}

#[derive(Serialize)]
struct Kept<'a> {
    #[serde(flatten)]
    asked: Asked<'a>,
    status: u16,
    body: Body<'a>,
}

/// JSON as it came; anything else as a text.
#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Json(&'a RawValue),
    Text(String),
}

#[derive(Serialize)]
struct Document<'a> {
    answers: &'a RawValue,
    skipped: &'a [Skipped],
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// About these SKUs.
    pub(super) fn about(operation: &Operation, skus: &'a [Arc<str>]) -> Self {
        Self { operation: operation.id, skus, offers: &[], group: None }
    }
}

impl Answers {
    /// Keeps an answer.
    pub(super) fn keep(&mut self, asked: Asked<'_>, answer: &Answer) {
        self.keep_body(asked, answer.status, &answer.body);
    }

    /// Keeps an answer with a body that was cut down.
    pub(super) fn keep_body(&mut self, asked: Asked<'_>, status: u16, body: &[u8]) {
        let body = match serde_json::from_slice(body) {
            Ok(json) => Body::Json(json),
            Err(_) => Body::Text(String::from_utf8_lossy(body).into_owned()),
        };
        if self.n_kept > 0 {
            self.kept.push(b',');
        }
        self.n_kept += 1;
        let written = serde_json::to_writer(&mut self.kept, &Kept { asked, status, body });
        debug_assert!(written.is_ok(), "writing into memory cannot fail");
    }

    /// Whether nothing was answered yet.
    pub(super) fn is_empty(&self) -> bool {
        self.n_kept == 0
    }

    /// Notes that a SKU, or a group, is not spoken of any more.
    pub(super) fn skip(&mut self, sku: &str, outcome: Outcome, because: &str) {
        self.skipped.push(Skipped {
            sku: sku.to_owned(),
            outcome: outcome.name().to_owned(),
            because: because.to_owned(),
        });
    }

    /// Notes that nothing more is sent.
    pub(super) fn stop(&mut self, because: String) {
        self.stopped.get_or_insert(because);
    }

    /// All of it.
    pub(super) fn document(&self) -> Vec<u8> {
        let mut kept = Vec::with_capacity(self.kept.len() + 2);
        kept.push(b'[');
        kept.extend_from_slice(&self.kept);
        kept.push(b']');
        let kept: Result<&RawValue, _> = serde_json::from_slice(&kept);
        let document = kept.and_then(|answers| {
            let stopped = self.stopped.as_deref();
            serde_json::to_vec(&Document { answers, skipped: &self.skipped, stopped })
        });
        debug_assert!(document.is_ok(), "what was written is JSON");
        document.unwrap_or_default()
    }
}
