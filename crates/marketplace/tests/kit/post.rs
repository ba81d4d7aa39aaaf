//! The same marketplace with an API: how it is talked to, and every way of doing that wrong.

use crate::api;
use crate::fake;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Severity;
use feedwright_marketplace::Category;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Checked;
use feedwright_marketplace::Feed;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Framing;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::OpenError;
use feedwright_marketplace::Part;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Ref;
use feedwright_marketplace::Setup;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::contract::Pulled;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Ids;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::report::Outcome;
use feedwright_marketplace::report::Verdict;
use feedwright_marketplace::report::theirs;
use feedwright_marketplace::template::Filled;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// How talking goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Not at all.
    Nothing,
    /// It cannot be submitted.
    IsMute,
    /// It cannot be asked after.
    IsForgotten,
    /// What people upload has conversations.
    SendsPapers,
    /// What people upload has reports.
    ReadsPapers,
    /// Submitting never ends.
    SubmitsForever,
    /// Asking after never ends.
    PollsForever,
    /// Fetching documents never ends.
    PullsForever,
    /// It asks a host that is not its API's.
    AsksStrangers,
    /// It asks what is not in its API.
    AsksMore,
    /// Its path leads to another host.
    AsksBeside,
    /// Its files go to a URL that nobody gave.
    MakesUpUrls,
    /// A token goes to a given URL.
    ShowsToken,
    /// It signs in by itself.
    SignsIn,
    /// What is lost is sent again.
    Repeats,
    /// It is looked for, and sent again whatever was found.
    LooksAway,
    /// What was begun before is sent as if for the first time.
    ForgetsBeginning,
    /// What is found is taken for its own.
    AdoptsAny,
    /// Whatever is lost is given up.
    GivesUp,
    /// Whatever is lost is said to be refused.
    SaysRefused,
    /// What is only tried is sent.
    SendsTries,
    /// The first report counts, even if nothing is in it yet.
    IsHasty,
    /// What the report does not name is accepted.
    AcceptsUntold,
    /// Whatever is JSON is a good report.
    AcceptsAnything,
    /// A report that is broken off is read as far as it goes, and the rest accepted.
    ReadsOn,
    /// Reports have some length.
    CutsBlindly,
    /// Verdicts come as the report has them.
    KeepsTheirOrder,
    /// A row has two verdicts.
    SaysTwice,
    /// What the report does not name has no verdict.
    LeavesOut,
    /// Whatever the report names has a verdict.
    AddsStrangers,
    /// Codes are written small.
    WritesSmall,
    /// Codes that are not known are all the same.
    KnowsFew,
}

#[derive(Debug)]
struct Post {
    inner: Box<dyn Marketplace>,
    wrong: Wrong,
}

pub(crate) fn open(setup: Setup, wrong: Wrong) -> Result<Box<dyn Marketplace>, OpenError> {
    Ok(Box::new(Post { inner: fake::open(setup, fake::Fault::None)?, wrong }))
}

impl Marketplace for Post {
    fn profile(&self) -> &'static Profile {
        &api::PROFILE
    }

    fn channel(&self) -> &Channel {
        self.inner.channel()
    }

    fn category(&self, feed: &Feed, id: &str) -> Result<Arc<Category>, CategoryError> {
        self.inner.category(feed, id)
    }

    fn map(
        &self,
        feed: &Feed,
        category: &Category,
        item: &Item<'_>,
        listing: &mut Listing,
        out: &mut Findings,
    ) -> Filled {
        self.inner.map(feed, category, item, listing, out)
    }

    fn policy(&self, feed: &Feed, category: &Category, record: Ref<'_>, out: &mut Findings) {
        self.inner.policy(feed, category, record, out);
    }

    fn framing(&self, feed: &Feed, part: &Part, category: Option<&Category>) -> Framing {
        self.inner.framing(feed, part, category)
    }

    fn begin(&self, feed: &Feed, part: &Part, ordinal: u64, out: &mut Vec<u8>) {
        self.inner.begin(feed, part, ordinal, out);
    }

    fn encode(&self, feed: &Feed, part: &Part, category: &Category, listing: &Checked<'_>, out: &mut Vec<u8>) {
        self.inner.encode(feed, part, category, listing, out);
    }

    fn lint(&self, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
        self.inner.lint(feed, file, out)
    }

    fn taxonomy(&self) -> Vec<TaxonomyEntry> {
        self.inner.taxonomy()
    }

    fn submit(&self, parcel: Parcel) -> Option<Box<dyn Exchange<Receipt>>> {
        let is_sent = parcel.feed.id == "posts" || self.wrong == Wrong::SendsPapers;
        (is_sent && self.wrong != Wrong::IsMute).then(|| {
            let bytes = parcel.files.into_iter().next().map_or_else(|| Arc::from([]), |file| file.bytes);
            let (wrong, memory) = (self.wrong, parcel.memory);
            let is_preview = parcel.is_preview && wrong != Wrong::SendsTries;
            Box::new(Submit { wrong, bytes, memory, is_preview, stage: Stage::Begin, n_looks: 0, n_posts: 0 })
                as Box<dyn Exchange<Receipt>>
        })
    }

    fn poll(&self, feed: &'static Feed, id: &str) -> Option<Box<dyn Exchange<Polled>>> {
        (feed.id == "posts" && self.wrong != Wrong::IsForgotten)
            .then(|| Box::new(Poll { wrong: self.wrong, id: id.to_owned(), is_asked: false }) as Box<_>)
    }

    fn read_report(
        &self,
        feed: &Feed,
        report: &[u8],
        rows: &[Row],
        out: &mut Findings,
    ) -> Result<Vec<Verdict>, ProtocolError> {
        if feed.id != "posts" && self.wrong != Wrong::ReadsPapers {
            return Err(unreadable("papers have no reports"));
        }
        read(self.wrong, report, rows, out)
    }

    fn pull(&self, _categories: &[String]) -> Option<Box<dyn Exchange<Vec<Pulled>>>> {
        Some(Box::new(Pull { wrong: self.wrong, is_asked: false }))
    }
}

#[derive(Debug)]
struct Submit {
    wrong: Wrong,
    bytes: Arc<[u8]>,
    memory: Memory,
    is_preview: bool,
    stage: Stage,
    n_looks: u32,
    n_posts: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Begin,
    Try,
    Place,
    Put,
    Post,
    Look,
    Rest,
}

#[derive(Deserialize)]
struct Place {
    url: String,
}

#[derive(Deserialize)]
struct Posted {
    id: String,
}

#[derive(Deserialize)]
struct Posts {
    posts: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    at: i64,
}

impl Submit {
    fn ask<T>(&mut self, stage: Stage, request: Request) -> Step<T> {
        self.stage = stage;
        request.send()
    }

    fn place<T>(&mut self) -> Step<T> {
        self.ask(Stage::Place, request(&api::MAKE_PLACE, "/places"))
    }

    fn put<T>(&mut self, url: String) -> Step<T> {
        let url = if self.wrong == Wrong::MakesUpUrls { "https://elsewhere.example/".to_owned() } else { url };
        let operation = if self.wrong == Wrong::ShowsToken { &api::PUT_WITH_TOKEN } else { &api::PUT_FILE };
        let bytes = Arc::clone(&self.bytes);
        self.ask(Stage::Put, Request::given(operation, url).bytes("application/json", bytes))
    }

    fn post<T>(&mut self) -> Result<Step<T>, ProtocolError> {
        self.n_posts += 1;
        if self.n_posts > 3 {
            return Err(ProtocolError::new("makePost", Trouble::Unavailable, "it does not arrive"));
        }
        Ok(self.ask(Stage::Post, request(&api::MAKE_POST, "/posts").json(b"{}".to_vec())))
    }

    fn look<T>(&mut self) -> Step<T> {
        self.n_looks += 1;
        self.ask(Stage::Look, request(&api::LIST_POSTS, "/posts"))
    }

    fn begin<T>(&mut self) -> Step<T> {
        match self.wrong {
            Wrong::AsksStrangers => self.ask(Stage::Look, Request::new(&api::LIST_POSTS, "stranger", "/posts")),
            Wrong::AsksMore => self.ask(Stage::Look, request(&api::UNLISTED, "/posts")),
            Wrong::AsksBeside => self.ask(Stage::Look, request(&api::LIST_POSTS, "//elsewhere.example/posts")),
            Wrong::SignsIn => {
                self.ask(Stage::Look, request(&api::LIST_POSTS, "/posts").header("Authorization", "Bearer secret"))
            }
            _ if self.is_preview => {
                let bytes = Arc::clone(&self.bytes);
                self.ask(Stage::Try, request(&api::TRY_FILE, "/tries").json(bytes))
            }
            _ if self.memory.begun_at.is_some() && self.wrong != Wrong::ForgetsBeginning => self.look(),
            _ => self.place(),
        }
    }

    /// Nobody knows whether it arrived.
    fn lost<T>(&mut self) -> Result<Step<T>, ProtocolError> {
        match self.wrong {
            Wrong::Repeats => self.post(),
            Wrong::GivesUp => Err(ProtocolError::new("makePost", Trouble::Unknown, "look yourself")),
            Wrong::SaysRefused => Err(ProtocolError::new("makePost", Trouble::Refused, "no")),
            _ => Ok(self.look()),
        }
    }

    fn looked(&mut self, posts: Posts) -> Step<Receipt> {
        let since = self.memory.begun_at.unwrap_or(i64::MIN);
        let is_own = |post: &Listed| {
            self.wrong == Wrong::AdoptsAny || !self.memory.claimed.contains(&post.id) && post.at >= since
        };
        let found = posts.posts.into_iter().find(is_own).filter(|_| self.wrong != Wrong::LooksAway);
        match found {
            Some(post) => Step::Done(Receipt::Queued(post.id)),
            None if self.n_looks < 2 => {
                self.stage = Stage::Rest;
                Step::Wait(Duration::from_secs(30))
            }
            None => {
                self.n_looks = 0;
                self.place()
            }
        }
    }
}

impl Exchange<Receipt> for Submit {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Receipt>, ProtocolError> {
        if self.wrong == Wrong::SubmitsForever {
            return Ok(Step::Wait(Duration::from_secs(1)));
        }
        match self.stage {
            Stage::Begin => return Ok(self.begin()),
            Stage::Rest => return Ok(self.look()),
            Stage::Try | Stage::Place | Stage::Put | Stage::Post | Stage::Look => {}
        }
        let is_post = self.stage == Stage::Post;
        let answer = match reply {
            Some(Reply::Answer(answer)) if answer.status < 500 => answer,
            _ if is_post => return self.lost(),
            _ => return Err(unreadable("no answer came")),
        };
        match self.stage {
            Stage::Try => Ok(Step::Done(Receipt::Answered(answer.body))),
            Stage::Place => Ok(self.put(said::<Place>(&answer)?.url)),
            Stage::Put => {
                answer.fine("putFile")?;
                self.post()
            }
            Stage::Post => match said::<Posted>(&answer) {
                Ok(posted) => Ok(Step::Done(Receipt::Queued(posted.id))),
                Err(why) if why.trouble == Trouble::Unreadable => self.lost(),
                Err(why) => Err(why),
            },
            Stage::Look => Ok(self.looked(said(&answer).map_err(|why| unreadable(&why.message))?)),
            Stage::Begin | Stage::Rest => Err(unreadable("nothing was asked")),
        }
    }
}

#[derive(Debug)]
struct Poll {
    wrong: Wrong,
    id: String,
    is_asked: bool,
}

impl Exchange<Polled> for Poll {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Polled>, ProtocolError> {
        let is_asked = std::mem::replace(&mut self.is_asked, true);
        if !is_asked || self.wrong == Wrong::PollsForever {
            return Ok(request(&api::ASK_AFTER, &format!("/posts/{}", self.id)).send());
        }
        let Some(Reply::Answer(answer)) = reply else { return Err(unreadable("no answer came")) };
        let report: Value = said(&answer)?;
        match report.get("state").and_then(Value::as_str) {
            Some("waits") if self.wrong != Wrong::IsHasty => Ok(Step::Done(Polled::Pending(Duration::from_mins(1)))),
            Some(_) => Ok(Step::Done(Polled::Report(answer.body, None))),
            None => Err(unreadable("it has no state")),
        }
    }
}

#[derive(Debug)]
struct Pull {
    wrong: Wrong,
    is_asked: bool,
}

impl Exchange<Vec<Pulled>> for Pull {
    fn next(&mut self, _reply: Option<Reply>) -> Result<Step<Vec<Pulled>>, ProtocolError> {
        if std::mem::replace(&mut self.is_asked, self.wrong != Wrong::PullsForever) {
            return Ok(Step::Done(Vec::new()));
        }
        Ok(request(&api::LIST_FIELDS, "/fields").send())
    }
}

#[derive(Deserialize)]
struct Report {
    rows: Vec<Said>,
}

#[derive(Deserialize)]
struct Said {
    sku: String,
    taken: bool,
    code: Option<String>,
}

fn read(wrong: Wrong, report: &[u8], rows: &[Row], out: &mut Findings) -> Result<Vec<Verdict>, ProtocolError> {
    if wrong == Wrong::CutsBlindly {
        assert!(report.len() >= 12, "a report has some length");
    }
    let report: Report = match serde_json::from_slice(report) {
        Ok(report) => report,
        Err(why) => {
            let is_json = serde_json::from_slice::<Value>(report).is_ok();
            let is_report = match wrong {
                Wrong::ReadsOn => report.starts_with(b"{\"state"),
                Wrong::AcceptsAnything | Wrong::ReadsPapers => is_json,
                _ => false,
            };
            if !is_report {
                return Err(unreadable(&why.to_string()));
            }
            Report { rows: Vec::new() }
        }
    };
    for said in &report.rows {
        let Some(code) = &said.code else { continue };
        let code = match wrong {
            Wrong::WritesSmall => code.to_lowercase(),
            Wrong::KnowsFew if code != "TOO-LONG" && code != "NO-PRICE" => "unknown".to_owned(),
            _ => code.clone(),
        };
        out.push(theirs("fake", &code, Severity::Error, "it was refused", &[]));
    }
    let untold = match wrong {
        Wrong::AcceptsUntold | Wrong::AcceptsAnything => Outcome::Accepted,
        Wrong::ReadsOn if report.rows.is_empty() => Outcome::Accepted,
        _ => Outcome::Unknown,
    };
    let verdict = |row: &Row| {
        let said = report.rows.iter().find(|said| said.sku == row.sku.as_str());
        let outcome = said.map_or(untold, |said| if said.taken { Outcome::Accepted } else { Outcome::Rejected });
        Verdict { sku: row.sku.clone(), outcome, ids: Ids::new() }
    };
    let mut verdicts: Vec<Verdict> = rows.iter().map(verdict).collect();
    let place = |sku: &str| report.rows.iter().position(|said| said.sku == sku);
    match wrong {
        Wrong::KeepsTheirOrder => verdicts.sort_by_key(|verdict| place(verdict.sku.as_str())),
        Wrong::SaysTwice => verdicts.extend(verdicts.first().cloned()),
        Wrong::LeavesOut => verdicts.retain(|verdict| place(verdict.sku.as_str()).is_some()),
        Wrong::AddsStrangers => {
            let known: Vec<String> = verdicts.iter().map(|verdict| verdict.sku.to_string()).collect();
            let strangers = report.rows.iter().filter(|said| !known.contains(&said.sku));
            let parsed = strangers.filter_map(|said| feedwright_catalog::Sku::parse(&said.sku).ok());
            verdicts.extend(parsed.map(|sku| Verdict { sku, outcome: Outcome::Rejected, ids: Ids::new() }));
        }
        _ => {}
    }
    Ok(verdicts)
}

fn request(operation: &'static Operation, path: &str) -> Request {
    Request::new(operation, "api", path)
}

fn said<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, ProtocolError> {
    answer.json("answer")
}

fn unreadable(message: &str) -> ProtocolError {
    ProtocolError::new("answer", Trouble::Unreadable, message)
}
