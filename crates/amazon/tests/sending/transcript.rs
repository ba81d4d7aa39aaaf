//! Transcripts: conversations written down, request by request, and held against an exchange.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a test reads files and panics when it cannot go on, and serde's derive names floats"
)]

use crate::talk::AMAZON;
use crate::talk::carried;
use crate::talk::is_allowed;
use crate::talk::parcel;
use crate::talk::place;
use feedwright_amazon::PROFILE;
use feedwright_marketplace::contract::About;
use feedwright_marketplace::contract::Pulled;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use std::io::Write as _;
use std::path::PathBuf;

/// A file of transcripts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    transcript: Vec<Transcript>,
}

/// A conversation.
#[derive(Debug, Deserialize)]
pub(crate) struct Transcript {
    /// What it shows, as a sentence.
    pub(crate) about: String,
    #[serde(flatten)]
    subject: Subject,
    step: Vec<Exchanged>,
    /// How it ends: what comes of it, or the trouble and words of the error.
    end: Value,
}

/// What is talked about.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "doing")]
enum Subject {
    Submit {
        feed: String,
        file: String,
        skus: Vec<String>,
        #[serde(default)]
        is_preview: bool,
        begun_at: Option<i64>,
        #[serde(default)]
        claimed: Vec<String>,
    },
    Poll {
        feed: String,
        id: String,
    },
    Pull {
        categories: Vec<String>,
    },
}

/// A request and its reply, or a wait.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchanged {
    /// Seconds that are waited; nothing else stands beside it.
    wait: Option<u64>,
    operation: Option<String>,
    /// Method, host and path with the query; or `given` and a URL.
    request: Option<String>,
    /// What is sent, where it is JSON.
    json: Option<String>,
    /// What is sent, word for word.
    text: Option<String>,
    content_type: Option<String>,
    reply: Option<Replied>,
}

/// What comes back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replied {
    status: Option<u16>,
    #[serde(default)]
    body: String,
    /// Whether the body is compressed.
    #[serde(default)]
    gzip: bool,
    /// Only so many bytes of the body come.
    broken_after: Option<usize>,
    /// Why nothing comes.
    lost: Option<String>,
    date: Option<String>,
}

/// Where transcripts are.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples/amazon/transcripts")
}

/// All transcripts, with the names of their files.
pub(crate) fn all() -> Vec<(String, Transcript)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut transcripts = Vec::new();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
        let text = std::fs::read_to_string(path).unwrap();
        let file: File = toml::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        transcripts.extend(file.transcript.into_iter().map(|transcript| (name.clone(), transcript)));
    }
    transcripts
}

impl Transcript {
    /// Holds an exchange against the transcript, and gives what was sent.
    pub(crate) fn replay(&self) -> Vec<Request> {
        let mut sent = Vec::new();
        let end = match &self.subject {
            Subject::Submit { feed, file, skus, is_preview, begun_at, claimed } => {
                let skus: Vec<&str> = skus.iter().map(String::as_str).collect();
                let memory = Memory { begun_at: *begun_at, claimed: claimed.clone() };
                let mut parcel = parcel(feed, file, &skus, memory);
                parcel.is_preview = *is_preview;
                let mut exchange = AMAZON.submit(parcel).unwrap();
                self.talk(exchange.as_mut(), &mut sent).map(|receipt| match receipt {
                    Receipt::Queued(id) => json!({ "queued": id }),
                    Receipt::Answered(report) => {
                        json!({ "answered": serde_json::from_slice::<Value>(&report).unwrap() })
                    }
                })
            }
            Subject::Poll { feed, id } => {
                let mut exchange = AMAZON.poll(PROFILE.feed(feed).unwrap(), id).unwrap();
                self.talk(exchange.as_mut(), &mut sent).map(|polled| match polled {
                    Polled::Pending(after) => json!({ "pending": after.as_secs() }),
                    Polled::Report(report, None) => json!({ "report": String::from_utf8(report).unwrap() }),
                    Polled::Report(_, Some(_)) => panic!("a report of Amazon's is whole"),
                })
            }
            Subject::Pull { categories } => {
                let mut exchange = AMAZON.pull(categories).unwrap();
                self.talk(exchange.as_mut(), &mut sent).map(|pulled| {
                    let one = |one: &Pulled| {
                        let About::Category(about) = &one.about else { panic!("Amazon has no references to fetch") };
                        json!([about, one.version, String::from_utf8(one.bytes.clone()).unwrap()])
                    };
                    json!({ "pulled": pulled.iter().map(one).collect::<Vec<Value>>() })
                })
            }
        };
        self.is_end(end);
        sent
    }

    fn talk<T>(&self, exchange: &mut dyn Exchange<T>, sent: &mut Vec<Request>) -> Result<T, ProtocolError> {
        let mut reply = None;
        for (at, expected) in self.step.iter().enumerate() {
            let here = format!("{}, step {}", self.about, at + 1);
            match exchange.next(reply.take()) {
                Err(why) => panic!("{here}: ends with an error: {why}"),
                Ok(Step::Done(_)) => panic!("{here}: ends before"),
                Ok(Step::Wait(time)) => assert_eq!(Some(time.as_secs()), expected.wait, "{here}"),
                Ok(Step::Send(request)) => {
                    expected.is_it(&request, &here);
                    sent.push(*request);
                    reply = Some(expected.reply.as_ref().unwrap().reply());
                }
            }
        }
        match exchange.next(reply)? {
            Step::Done(done) => Ok(done),
            Step::Wait(time) => panic!("{}: waits for {time:?} at the end", self.about),
            Step::Send(request) => {
                panic!("{}: goes on with {} {}", self.about, request.operation.id, place(&request))
            }
        }
    }

    fn is_end(&self, end: Result<Value, ProtocolError>) {
        match end {
            Ok(end) => {
                let mut expected = self.end.clone();
                // A list of answers is written as JSON in the transcript.
                for name in ["answered", "pulled"] {
                    if let Some(text) = expected.get(name).and_then(Value::as_str) {
                        expected[name] =
                            serde_json::from_str(text).unwrap_or_else(|why| panic!("{}: {why}", self.about));
                    }
                }
                assert_eq!(end, expected, "{}", self.about);
            }
            Err(why) => {
                let trouble = format!("{:?}", why.trouble).to_lowercase();
                assert_eq!(Some(trouble.as_str()), self.end["trouble"].as_str(), "{}: {why}", self.about);
                let says = self.end["says"].as_str().unwrap();
                assert!(why.to_string().contains(says), "{}: {why}", self.about);
                assert!(!why.to_string().contains("signature="), "{}: {why}", self.about);
            }
        }
    }
}

impl Exchanged {
    fn is_it(&self, request: &Request, here: &str) {
        is_allowed(request);
        assert_eq!(Some(request.operation.id), self.operation.as_deref(), "{here}");
        let line = format!("{} {}", request.operation.method.name(), place(request));
        assert_eq!(Some(line.as_str()), self.request.as_deref(), "{here}");
        let (content_type, bytes) = carried(request).unzip();
        if let Some(json) = &self.json {
            let expected: Value = serde_json::from_str(json).unwrap_or_else(|why| panic!("{here}: {why}"));
            assert_eq!(serde_json::from_slice::<Value>(bytes.unwrap()).unwrap(), expected, "{here}");
            assert_eq!(content_type, Some("application/json"), "{here}");
        } else if let Some(text) = &self.text {
            assert_eq!(String::from_utf8_lossy(bytes.unwrap()), *text, "{here}");
            assert_eq!(content_type, self.content_type.as_deref(), "{here}");
        } else {
            assert_eq!(bytes, None, "{here}");
        }
        assert!(request.headers.is_empty(), "{here}: {:?}", request.headers);
    }
}

impl Replied {
    fn reply(&self) -> Reply {
        if let Some(why) = &self.lost {
            return Reply::Lost(why.clone());
        }
        let mut body = self.body.clone().into_bytes();
        if self.gzip {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            packed.write_all(&body).unwrap();
            body = packed.finish().unwrap();
        }
        if let Some(end) = self.broken_after {
            body.truncate(end);
        }
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        headers.extend(self.date.clone().map(|date| ("date".to_owned(), date)));
        Reply::Answer(Answer { status: self.status.unwrap(), headers, body })
    }
}
