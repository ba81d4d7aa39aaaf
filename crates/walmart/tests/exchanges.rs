//! Conversations with Walmart, as transcripts: what is asked for each answer, and what comes of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod support;

use feedwright_catalog::Findings;
use feedwright_catalog::Sku;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::contract::About;
use feedwright_marketplace::contract::Pulled;
use feedwright_marketplace::exchange::Address;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Body;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ParcelFile;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Step;
use feedwright_walmart::PROFILE;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use support::Recipe;
use support::code;
use support::root;

/// A file of transcripts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    transcript: Vec<Transcript>,
}

/// A conversation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Transcript {
    /// What it shows, as a sentence.
    shows: String,
    #[serde(default = "united_states")]
    site: String,
    does: Does,
    #[serde(default)]
    feed: String,
    /// The rows of the parcel, or of the feed that is asked after.
    #[serde(default)]
    skus: Vec<String>,
    /// The feed that is asked after.
    #[serde(default)]
    id: String,
    /// What is pulled.
    #[serde(default)]
    categories: Vec<String>,
    begun_at: Option<i64>,
    #[serde(default)]
    claimed: Vec<String>,
    step: Vec<Told>,
    /// What comes of it.
    end: String,
    /// What the report that comes of it says: `SKU outcome`, then findings as `severity code SKU`.
    #[serde(default)]
    verdicts: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Does {
    Submit,
    Poll,
    Pull,
}

/// A step: a wait, or a request with its answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    wait: Option<u64>,
    request: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// `file NAME` or a body of JSON; nothing for none.
    #[serde(default)]
    carries: String,
    status: Option<u16>,
    #[serde(default)]
    body: String,
    lost: Option<String>,
}

fn united_states() -> String {
    "walmart.com".to_owned()
}

/// What is submitted in every transcript.
const FILE: &str = r#"{"Price":[]}"#;

fn rows(skus: &[String]) -> Vec<Row> {
    let row = |(at, sku): (usize, &String)| Row {
        ordinal: at as u64 + 1,
        sku: Sku::parse(sku).unwrap(),
        ids: BTreeMap::new(),
    };
    skus.iter().enumerate().map(row).collect()
}

fn request_line(request: &Request) -> String {
    assert!(PROFILE.api.unwrap().operations.contains(&request.operation), "{request:?}");
    let Address::Host("api", path) = &request.to else { panic!("{request:?}") };
    format!("{} {path}", request.operation.method.name())
}

fn carried(body: &Body) -> String {
    match body {
        Body::Empty => String::new(),
        Body::Bytes { content_type, bytes } => {
            assert_eq!(*content_type, "application/json");
            String::from_utf8(bytes.to_vec()).unwrap()
        }
        Body::File { field, name, content_type, bytes } => {
            assert_eq!((*field, *content_type, &**bytes), ("file", "application/json", FILE.as_bytes()));
            format!("file {name}")
        }
    }
}

/// Plays a transcript, and says how it ended.
fn play<T>(transcript: &Transcript, mut exchange: Box<dyn Exchange<T>>, done: impl Fn(T) -> String) -> String {
    let shows = &transcript.shows;
    let mut reply = None;
    for (at, told) in transcript.step.iter().enumerate() {
        let step = match exchange.next(reply.take()) {
            Ok(step) => step,
            Err(why) => panic!("{shows}: step {at}: {:?} {why}", why.trouble),
        };
        match (step, told) {
            (Step::Wait(pause), Told { wait: Some(seconds), .. }) => {
                assert_eq!(pause.as_secs(), *seconds, "{shows}: step {at}");
            }
            (Step::Send(request), Told { request: Some(line), .. }) => {
                assert_eq!(request_line(&request), *line, "{shows}: step {at}");
                assert_eq!(carried(&request.body), told.carries, "{shows}: step {at}");
                let headers = request.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
                assert_eq!(headers.collect::<BTreeMap<_, _>>(), told.headers, "{shows}: step {at}");
                reply = Some(match (&told.lost, told.status) {
                    (Some(why), None) => Reply::Lost(why.clone()),
                    (None, Some(status)) => {
                        Reply::Answer(Answer { status, headers: Vec::new(), body: told.body.clone().into_bytes() })
                    }
                    _ => panic!("{shows}: step {at} is either lost or has a status"),
                });
            }
            (Step::Done(end), _) => panic!("{shows}: step {at}: it is over already: {}", done(end)),
            (step @ (Step::Wait(_) | Step::Send(_)), told) => {
                let step = match step {
                    Step::Wait(pause) => format!("wait {}", pause.as_secs()),
                    Step::Send(request) => request_line(&request),
                    Step::Done(_) => String::new(),
                };
                panic!("{shows}: step {at}: expected {told:?}, and it is {step}");
            }
        }
    }
    match exchange.next(reply) {
        Ok(Step::Done(end)) => done(end),
        Ok(Step::Send(request)) => format!("goes on: {}", request_line(&request)),
        Ok(Step::Wait(pause)) => format!("goes on: wait {}", pause.as_secs()),
        Err(why) => format!("{:?}: {why}", why.trouble),
    }
}

fn submitted(walmart: &dyn Marketplace, transcript: &Transcript) -> String {
    let feed = PROFILE.feed(&transcript.feed).unwrap();
    let parcel = Parcel {
        feed,
        files: vec![ParcelFile { part: &feed.parts[0], bytes: Arc::from(FILE.as_bytes()) }],
        rows: rows(&transcript.skus),
        memory: Memory { begun_at: transcript.begun_at, claimed: transcript.claimed.clone() },
        is_preview: false,
    };
    play(transcript, walmart.submit(parcel).unwrap(), |receipt| match receipt {
        Receipt::Queued(id) => format!("queued {id}"),
        Receipt::Answered(_) => "answered".to_owned(),
    })
}

fn polled(walmart: &dyn Marketplace, transcript: &Transcript) -> String {
    let feed = PROFILE.feed(&transcript.feed).unwrap();
    let exchange = walmart.poll(feed, &transcript.id).unwrap();
    play(transcript, exchange, |polled| match polled {
        Polled::Pending(again) => format!("pending, again in {}", again.as_secs()),
        Polled::Report(report, again) => {
            let mut out = Findings::default();
            let verdicts = walmart.read_report(feed, &report, &rows(&transcript.skus), &mut out).unwrap();
            let mut said: Vec<String> =
                verdicts.iter().map(|verdict| format!("{} {}", verdict.sku, verdict.outcome.name())).collect();
            said.extend(out.list().iter().map(|finding| {
                let sku = finding.sku.as_ref().map_or("-", Sku::as_str);
                format!("{} {} {sku}", finding.severity, code(finding))
            }));
            assert_eq!(said, transcript.verdicts, "{}", transcript.shows);
            again.map_or_else(|| "report".to_owned(), |again| format!("report, again in {}", again.as_secs()))
        }
    })
}

fn pulled(walmart: &dyn Marketplace, transcript: &Transcript) -> String {
    let exchange = walmart.pull(&transcript.categories).unwrap();
    play(transcript, exchange, |documents| {
        let name = |document: &Pulled| {
            let version = document.version.as_deref().unwrap_or("-");
            match &document.about {
                About::Category(id) => format!("{id} {version}"),
                About::Reference(name) => format!("reference {name} {version}"),
            }
        };
        documents.iter().map(name).collect::<Vec<_>>().join(", ")
    })
}

fn check(file: &str) {
    let path = root().join("samples/walmart/transcripts").join(file);
    let file: File = toml::from_str(std::str::from_utf8(&support::bytes(&path)).unwrap()).unwrap();
    assert!(!file.transcript.is_empty());
    let mut wrong = Vec::new();
    for transcript in &file.transcript {
        let site = PROFILE.site(&transcript.site).unwrap().id;
        let walmart = Recipe::on(site).open().unwrap();
        let end = match transcript.does {
            Does::Submit => submitted(walmart.as_ref(), transcript),
            Does::Poll => polled(walmart.as_ref(), transcript),
            Does::Pull => pulled(walmart.as_ref(), transcript),
        };
        if end != transcript.end {
            wrong.push(format!("{}\n  expected: {}\n  it is:    {end}", transcript.shows, transcript.end));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_feed_is_posted_and_its_id_kept() {
    check("post.toml");
}

#[test]
fn a_feed_whose_fate_is_unknown_is_looked_for() {
    check("lost.toml");
}

#[test]
fn a_feed_that_was_begun_before_is_looked_for_first() {
    check("begun.toml");
}

#[test]
fn a_refusal_ends_the_conversation_with_what_was_said() {
    check("refused.toml");
}

#[test]
fn a_feed_is_asked_after_until_it_is_done() {
    check("poll.toml");
}

#[test]
fn documents_are_fetched_and_looked_through() {
    check("pull.toml");
}
