//! How the marketplace that does not exist is talked to, rightly and wrongly.

use crate::api;
use crate::wrong::Wrong;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::contract::Pulled;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct Submit {
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
    pub(crate) fn new(wrong: Wrong, parcel: Parcel) -> Self {
        let bytes = parcel.files.into_iter().next().map_or_else(|| Arc::from([]), |file| file.bytes);
        let is_preview = parcel.is_preview && wrong != Wrong::SendsTries;
        Self { wrong, bytes, memory: parcel.memory, is_preview, stage: Stage::Begin, n_looks: 0, n_posts: 0 }
    }

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
pub(crate) struct Poll {
    wrong: Wrong,
    id: String,
    is_asked: bool,
}

impl Poll {
    pub(crate) fn new(wrong: Wrong, id: &str) -> Self {
        Self { wrong, id: id.to_owned(), is_asked: false }
    }
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
pub(crate) struct Pull {
    wrong: Wrong,
    is_asked: bool,
}

impl Pull {
    pub(crate) fn new(wrong: Wrong) -> Self {
        Self { wrong, is_asked: false }
    }
}

impl Exchange<Vec<Pulled>> for Pull {
    fn next(&mut self, _reply: Option<Reply>) -> Result<Step<Vec<Pulled>>, ProtocolError> {
        if std::mem::replace(&mut self.is_asked, self.wrong != Wrong::PullsForever) {
            return Ok(Step::Done(Vec::new()));
        }
        Ok(request(&api::LIST_FIELDS, "/fields").send())
    }
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
