//! Conversations as transcripts: what is asked, what is answered, and what comes of it. They lie in
//! `samples/ebay/transcripts`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![expect(clippy::disallowed_methods, reason = "tests read the samples")]

mod support;

use feedwright_marketplace::contract::About;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Ids;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Step;
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use support::PROFILE;
use support::Recipe;
use support::root;
use support::talk;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Transcripts {
    /// Files that several cases send, by name.
    #[serde(default)]
    files: BTreeMap<String, String>,
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    site: Option<String>,
    /// The feed that is submitted to, or whose submission is asked after.
    #[serde(default)]
    feed: Option<String>,
    /// The names of the files that are sent.
    #[serde(default)]
    sent: Vec<String>,
    /// SKUs, each with what is known of its ids: `MUG offer=1`.
    #[serde(default)]
    rows: Vec<String>,
    #[serde(default)]
    begun_at: Option<i64>,
    #[serde(default)]
    claimed: Vec<String>,
    /// The submission that is asked after.
    #[serde(default)]
    poll: Option<String>,
    /// The categories whose documents are pulled.
    #[serde(default)]
    pull: Option<Vec<String>>,
    step: Vec<Said>,
    end: End,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    /// Seconds that are waited.
    #[serde(default)]
    wait: Option<u64>,
    /// A request, as `METHOD path`.
    #[serde(default)]
    ask: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// What the request holds, as JSON.
    #[serde(default)]
    holds: Option<String>,
    /// What stands in it somewhere.
    #[serde(default)]
    with: Vec<String>,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    reply_headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
    /// No answer came.
    #[serde(default)]
    lost: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    #[serde(default)]
    queued: Option<String>,
    #[serde(default)]
    verdicts: Vec<String>,
    #[serde(default)]
    findings: Vec<String>,
    /// `Trouble: some words of the message`.
    #[serde(default)]
    error: Option<String>,
    /// Seconds until it is worth asking again.
    #[serde(default)]
    pending: Option<u64>,
    /// What was pulled, with its version.
    #[serde(default)]
    pulled: Vec<String>,
}

#[test]
fn conversations_go_as_they_are_written_down() {
    let folder = root().join("samples/ebay/transcripts");
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut n_cases = 0;
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let transcripts: Transcripts = toml::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        for case in &transcripts.case {
            n_cases += 1;
            check(case, &transcripts.files);
        }
    }
    assert!(n_cases > 40, "{n_cases}");
}

fn check(case: &Case, files: &BTreeMap<String, String>) {
    let site = PROFILE.site(case.site.as_deref().unwrap_or("EBAY_US")).unwrap().id;
    let ebay = Recipe { site, ..Recipe::default() }.open().unwrap();
    if let Some(categories) = &case.pull {
        let end = converse(case, ebay.pull(categories).unwrap()).map(|pulled| {
            let name = |about: &About| match about {
                About::Category(id) => format!("category {id}"),
                About::Reference(name) => (*name).to_owned(),
            };
            let line = |pulled: &feedwright_marketplace::contract::Pulled| {
                let text = String::from_utf8_lossy(&pulled.bytes);
                format!("{} {} {text}", name(&pulled.about), pulled.version.as_deref().unwrap_or("-"))
            };
            pulled.iter().map(line).collect::<Vec<_>>()
        });
        return ended(case, end, |pulled| assert_eq!(*pulled, case.end.pulled, "{}", case.name));
    }
    let id = case.feed.as_deref().unwrap();
    let feed = PROFILE.feed(id).unwrap();
    let rows = rows(case);
    let judge = |report: &[u8]| {
        let (verdicts, findings) = talk::read(ebay.as_ref(), id, report, &rows);
        assert_eq!(verdicts, case.end.verdicts, "{}", case.name);
        let mut expected = case.end.findings.clone();
        expected.sort();
        assert_eq!(findings, expected, "{}", case.name);
    };
    if let Some(task) = &case.poll {
        let end = converse(case, ebay.poll(feed, task).unwrap());
        return ended(case, end, |polled| match polled {
            Polled::Pending(after) => assert_eq!(Some(after.as_secs()), case.end.pending, "{}", case.name),
            Polled::Report(report, after) => {
                assert_eq!(after.map(|after| after.as_secs()), case.end.pending, "{}", case.name);
                judge(report);
            }
        });
    }
    let sent: Vec<String> = case.sent.iter().map(|name| files[name].clone()).collect();
    let mut parcel = talk::parcel(id, &sent, rows.clone());
    parcel.memory.begun_at = case.begun_at;
    parcel.memory.claimed.clone_from(&case.claimed);
    ended(case, converse(case, ebay.submit(parcel).unwrap()), |receipt| match receipt {
        Receipt::Queued(id) => assert_eq!(Some(id), case.end.queued.as_ref(), "{}", case.name),
        Receipt::Answered(report) => judge(report),
    });
}

fn rows(case: &Case) -> Vec<Row> {
    let row = |(at, line): (usize, &String)| {
        let mut words = line.split(' ');
        let sku = feedwright_catalog::Sku::parse(words.next().unwrap()).unwrap();
        let id = |word: &str| {
            let (name, id) = word.split_once('=').unwrap();
            (Cow::Owned(name.to_owned()), id.to_owned())
        };
        Row { ordinal: at as u64 + 1, sku, ids: words.map(id).collect::<Ids>() }
    };
    case.rows.iter().enumerate().map(row).collect()
}

fn converse<T>(case: &Case, mut exchange: Box<dyn Exchange<T>>) -> Result<T, ProtocolError> {
    let mut reply = None;
    let mut steps = case.step.iter();
    let name = &case.name;
    loop {
        match exchange.next(reply.take())? {
            Step::Done(done) => {
                let left: Vec<&Said> = steps.collect();
                assert!(left.is_empty(), "{name}: it is over before {left:?}");
                return Ok(done);
            }
            Step::Wait(wait) => {
                let step = steps.next().unwrap_or_else(|| panic!("{name}: waits {wait:?} at the end"));
                assert_eq!(Some(wait.as_secs()), step.wait, "{name}: {step:?}");
            }
            Step::Send(request) => {
                let step = steps.next().unwrap_or_else(|| panic!("{name}: asks {} at the end", talk::line(&request)));
                compare(name, step, &request);
                reply = Some(if step.lost {
                    Reply::Lost("connection reset".to_owned())
                } else {
                    let headers = step.reply_headers.iter().map(|(name, value)| (name.clone(), value.clone()));
                    let body = step.body.clone().into_bytes();
                    Reply::Answer(Answer { status: step.status.unwrap(), headers: headers.collect(), body })
                });
            }
        }
    }
}

fn compare(name: &str, step: &Said, request: &Request) {
    assert_eq!(Some(talk::line(request)), step.ask, "{name}");
    let body = String::from_utf8_lossy(talk::body(request)).into_owned();
    if let Some(holds) = &step.holds {
        let read =
            |text: &str| -> Value { serde_json::from_str(text).unwrap_or_else(|why| panic!("{name}: {why}: {text}")) };
        assert_eq!(read(&body), read(holds), "{name}: {}", talk::line(request));
    }
    for part in &step.with {
        assert!(body.contains(part), "{name}: `{part}` is not in {body}");
    }
    for (header, value) in &step.headers {
        let found = request.headers.iter().find(|(own, _)| own == header).map(|(_, value)| value);
        assert_eq!(found, Some(value), "{name}: {header}");
    }
}

fn ended<T>(case: &Case, end: Result<T, ProtocolError>, judge: impl FnOnce(&T)) {
    match (end, &case.end.error) {
        (Ok(done), None) => judge(&done),
        (Ok(_), Some(error)) => panic!("{}: it ends well, and not with {error}", case.name),
        (Err(why), Some(error)) => {
            let (trouble, words) = error.split_once(": ").unwrap();
            assert_eq!(format!("{:?}", why.trouble), trouble, "{}: {why}", case.name);
            assert!(why.to_string().contains(words), "{}: `{words}` is not in: {why}", case.name);
        }
        (Err(why), None) => panic!("{}: {why}", case.name),
    }
}
