//! The store of documents: what is uploaded and downloaded by signed URLs, which carry their own permission.

use super::Amazon;
use super::answers::Refusal;
use super::answers::storage;
use super::definitions;
use super::report;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::simulated::Trouble;
use crate::tokens::hex;
use crate::tokens::later;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Read;
use std::io::Write;
use std::time::Duration;

/// How long a URL of a feed document holds. Model feeds_2021-06-30, read 2026-11-23.
const URL_LIFETIME: Duration = Duration::from_mins(5);
/// How long a link to a schema holds. "Product Type Definitions API", read 2026-11-23.
pub(super) const LINK_LIFETIME: Duration = Duration::from_hours(7 * 24);

/// Documents, by id.
#[derive(Debug)]
pub(super) struct Documents {
    seed: u64,
    n_made: u64,
    by_id: BTreeMap<String, Document>,
}

/// A document.
#[derive(Debug)]
pub(super) struct Document {
    account: String,
    content_type: String,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// It was asked for, and nothing was uploaded yet.
    Awaited,
    /// As it was uploaded.
    Plain(Vec<u8>),
    /// Compressed.
    Gzip(Vec<u8>),
}

impl Documents {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, n_made: 0, by_id: BTreeMap::new() }
    }

    /// A place for what will be uploaded.
    fn await_upload(&mut self, account: &str, content_type: &str) -> String {
        self.add(account, content_type, Content::Awaited)
    }

    /// A report, which is kept compressed.
    pub(super) fn add_report(&mut self, account: &str, report: &[u8]) -> String {
        self.add(account, "application/json; charset=UTF-8", Content::Gzip(gzip(report)))
    }

    /// What was uploaded, if something was.
    pub(super) fn uploaded(&mut self, id: &str) -> Option<Vec<u8>> {
        let document = self.by_id.get_mut(id)?;
        match std::mem::replace(&mut document.content, Content::Awaited) {
            Content::Awaited => None,
            Content::Plain(bytes) => {
                // Kept, for it may be asked for again, but smaller.
                document.content = Content::Gzip(gzip(&bytes));
                Some(bytes)
            }
            Content::Gzip(bytes) => {
                let plain = ungzip(&bytes);
                document.content = Content::Gzip(bytes);
                Some(plain)
            }
        }
    }

    /// Whether an account has such a document.
    pub(super) fn has(&self, account: &str, id: &str) -> bool {
        self.by_id.get(id).is_some_and(|document| document.account == account)
    }

    fn add(&mut self, account: &str, content_type: &str, content: Content) -> String {
        self.n_made += 1;
        let mark = hex(&format!("document {} {}", self.seed, self.n_made));
        let id = format!("amzn1.tortuga.4.na.{mark}.{:06}", self.n_made);
        let content_type = content_type.to_owned();
        self.by_id.insert(id.clone(), Document { account: account.to_owned(), content_type, content });
        id
    }

    /// A URL that is permission enough for one method on one path, for a while.
    pub(super) fn sign(&self, (base, method, path): (&str, &str, &str), lifetime: Duration, now: Timestamp) -> String {
        let ends = later(now, lifetime).as_millisecond();
        let signature = self.signature(method, path, ends);
        format!("{base}/amazon/storage{path}?expires={ends}&signature={signature}")
    }

    fn signature(&self, method: &str, path: &str, ends: i64) -> String {
        hex(&format!("{} {method} {path} {ends}", self.seed))
    }

    /// Why a request to the store is refused, if it is.
    fn refusal(&self, request: &Incoming, now: Timestamp) -> Option<Outgoing> {
        if request.header("x-amz-access-token").is_some() || request.header("authorization").is_some() {
            return Some(storage(400, "InvalidArgument", "Only one auth mechanism allowed."));
        }
        let ends: i64 = request.value("expires").and_then(|ends| ends.parse().ok()).unwrap_or_default();
        if request.value("signature") != Some(&self.signature(&request.method, &request.path, ends)) {
            let message = "The request signature we calculated does not match the signature you provided.";
            return Some(storage(403, "SignatureDoesNotMatch", message));
        }
        if now.as_millisecond() >= ends || request.trouble == Some(Trouble::UrlEnded) {
            return Some(storage(403, "AccessDenied", "Request has expired"));
        }
        None
    }
}

impl Amazon {
    pub(super) fn create_feed_document(
        &mut self,
        account: &str,
        request: &Incoming,
        now: Timestamp,
    ) -> Result<Outgoing, Refusal> {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let content_type = body
            .get("contentType")
            .and_then(Value::as_str)
            .filter(|kind| !kind.is_empty())
            .ok_or_else(|| Refusal::input("contentType is missing."))?;
        let id = self.documents.await_upload(account, content_type);
        let url = self.documents.sign((&request.base, "PUT", &format!("/documents/{id}")), URL_LIFETIME, now);
        Ok(Outgoing::json(201, &json!({ "feedDocumentId": id, "url": url })))
    }

    pub(super) fn get_feed_document(
        &mut self,
        account: &str,
        request: &Incoming,
        now: Timestamp,
    ) -> Result<Outgoing, Refusal> {
        let id = request.path.rsplit('/').next().unwrap_or_default();
        let document = self.documents.by_id.get(id).filter(|document| document.account == account);
        let document = document.ok_or_else(|| Refusal::nothing("There is no such feed document."))?;
        let mut path = format!("/documents/{id}");
        if request.value("enableContentEncodingUrlHeader") == Some("true") {
            path.push_str("/encoded");
        }
        let url = self.documents.sign((&request.base, "GET", &path), URL_LIFETIME, now);
        let mut body = json!({ "feedDocumentId": id, "url": url });
        if let (Content::Gzip(_), Some(body)) = (&document.content, body.as_object_mut()) {
            body.insert("compressionAlgorithm".to_owned(), "GZIP".into());
        }
        Ok(Outgoing::json(200, &body))
    }

    pub(super) fn upload(&mut self, request: &Incoming, now: Timestamp) -> Outgoing {
        if let Some(refusal) = self.documents.refusal(request, now) {
            return refusal;
        }
        let id = request.path.strip_prefix("/documents/").unwrap_or_default();
        let Some(document) = self.documents.by_id.get_mut(id) else {
            return storage(404, "NoSuchKey", "The specified key does not exist.");
        };
        if request.header("content-type") != Some(document.content_type.as_str()) {
            // The content type is part of what is signed.
            let message = "The request signature we calculated does not match the signature you provided.";
            return storage(403, "SignatureDoesNotMatch", message);
        }
        document.content = Content::Plain(request.body.clone());
        Outgoing { status: 200, ..Outgoing::default() }
    }

    pub(super) fn download(&mut self, request: &Incoming, now: Timestamp) -> Outgoing {
        if let Some(refusal) = self.documents.refusal(request, now) {
            return refusal;
        }
        if let Some(name) = request.path.strip_prefix("/schemas/") {
            return definitions::schema(name)
                .unwrap_or_else(|| storage(404, "NoSuchKey", "The specified key does not exist."));
        }
        let id = request.path.strip_prefix("/documents/").unwrap_or_default();
        let (id, is_encoded) = id.strip_suffix("/encoded").map_or((id, false), |id| (id, true));
        let Some(document) = self.documents.by_id.get(id) else {
            return storage(404, "NoSuchKey", "The specified key does not exist.");
        };
        let mut headers = vec![("content-type".to_owned(), document.content_type.clone())];
        let body = match (&document.content, request.trouble) {
            (_, Some(Trouble::Late)) => Vec::new(),
            (Content::Gzip(bytes), Some(Trouble::Twice)) => gzip(&report::twice(&ungzip(bytes))),
            (Content::Plain(bytes) | Content::Gzip(bytes), _) => bytes.clone(),
            (Content::Awaited, _) => return storage(404, "NoSuchKey", "The specified key does not exist."),
        };
        if is_encoded && matches!(document.content, Content::Gzip(_)) {
            headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
        }
        Outgoing { status: 200, headers, body }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(bytes);
    debug_assert!(written.is_ok(), "writing into memory cannot fail");
    encoder.finish().unwrap_or_default()
}

fn ungzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let read = GzDecoder::new(bytes).read_to_end(&mut plain);
    debug_assert!(read.is_ok(), "what is read was compressed above");
    plain
}
