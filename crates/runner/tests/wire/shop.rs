//! A marketplace that exists in these tests only, and what it takes to talk to it.

use crate::server::Server;
use feedwright_marketplace::api::Api;
use feedwright_marketplace::api::ClientAuth;
use feedwright_marketplace::api::Grant;
use feedwright_marketplace::api::HeaderValue;
use feedwright_marketplace::api::Host;
use feedwright_marketplace::api::LimitHeaders;
use feedwright_marketplace::api::Method;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::api::Rate;
use feedwright_marketplace::api::Repeat;
use feedwright_marketplace::api::ShownAs;
use feedwright_marketplace::api::TokenDef;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_runner::wire::Clock;
use feedwright_runner::wire::Credentials;
use feedwright_runner::wire::Hosts;
use feedwright_runner::wire::Moment;
use feedwright_runner::wire::Secret;
use feedwright_runner::wire::Settings;
use feedwright_runner::wire::Stop;
use feedwright_runner::wire::Trace;
use feedwright_runner::wire::TraceLine;
use feedwright_runner::wire::Watch;
use feedwright_runner::wire::Wire;
use feedwright_runner::wire::WireError;
use feedwright_runner::wire::World;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

const fn rate(shared: Option<&'static str>, requests: u32, per: u64, burst: u32) -> Rate {
    Rate { shared, requests, per: Duration::from_secs(per), burst, source: "these tests", checked_on: "2026-11-26" }
}

const fn operation(
    id: &'static str,
    method: Method,
    token: Option<&'static str>,
    repeat: Repeat,
    rate: Rate,
) -> Operation {
    Operation { id, method, path: "", token, rate, repeat, max_answer: 100_000 }
}

const PLENTY: Rate = rate(None, 1000, 1, 1000);

pub(crate) static READ: Operation = operation("read", Method::Get, Some("seller"), Repeat::Safe, PLENTY);
pub(crate) static OPEN: Operation = operation("open", Method::Get, None, Repeat::Safe, PLENTY);
pub(crate) static SEND: Operation = operation("send", Method::Post, Some("seller"), Repeat::Never, PLENTY);
pub(crate) static SEND_OPEN: Operation = operation("sendOpen", Method::Post, None, Repeat::Never, PLENTY);
pub(crate) static AS_APP: Operation = operation("asApp", Method::Get, Some("app"), Repeat::Safe, PLENTY);
/// Names a token though it goes to URLs that need none.
pub(crate) static DOWNLOAD: Operation = operation("download", Method::Get, Some("seller"), Repeat::Safe, PLENTY);
pub(crate) static RARE: Operation = operation("rare", Method::Get, None, Repeat::Safe, rate(None, 1, 60, 2));
pub(crate) static HOURLY: Operation = operation("hourly", Method::Get, None, Repeat::Safe, rate(None, 10, 3600, 10));
pub(crate) static ONE: Operation = operation("one", Method::Get, None, Repeat::Safe, rate(Some("both"), 20, 1, 2));
pub(crate) static OTHER: Operation = operation("other", Method::Get, None, Repeat::Safe, rate(Some("both"), 20, 1, 2));

pub(crate) static SHOP: Api = Api {
    hosts: &[
        Host { id: "api", url: "https://api.shop.example", sandbox: None },
        Host { id: "sign-in", url: "https://id.shop.example", sandbox: None },
    ],
    tokens: &[
        TokenDef {
            id: "seller",
            host: "sign-in",
            path: "/token",
            grant: Grant::RefreshToken { scope: None },
            client: ClientAuth::Form,
            shown_as: ShownAs::Header("x-access-token"),
            lifetime: Duration::from_hours(1),
            renewed_before: Duration::from_mins(1),
            ended_by: &[401, 403],
            source: "these tests",
            checked_on: "2026-11-26",
        },
        TokenDef {
            id: "app",
            host: "sign-in",
            path: "/app-token",
            grant: Grant::ClientCredentials { scope: Some("all of it") },
            client: ClientAuth::Basic,
            shown_as: ShownAs::Bearer,
            lifetime: Duration::from_hours(1),
            renewed_before: Duration::from_mins(1),
            ended_by: &[401],
            source: "these tests",
            checked_on: "2026-11-26",
        },
    ],
    operations: &[&READ, &OPEN, &SEND, &SEND_OPEN, &AS_APP, &DOWNLOAD, &RARE, &HOURLY, &ONE, &OTHER],
    headers: &[("x-service", HeaderValue::Fixed("shop")), ("x-correlation", HeaderValue::Uuid)],
    limit_headers: LimitHeaders { rate: Some("x-rate"), left: Some("x-left"), replenished: Some("x-more-at") },
};

pub(crate) const CLIENT_ID: &str = "client-id-6b1d";
pub(crate) const CLIENT_SECRET: &str = "client+secret/77f0";
pub(crate) const REFRESH_TOKEN: &str = "Atzr|refresh-9c41";

/// A clock that does not wait: whoever sleeps wakes up later at once.
#[derive(Debug)]
pub(crate) struct QuickClock {
    now: Mutex<Timestamp>,
    slept: Mutex<Vec<Duration>>,
}

impl QuickClock {
    pub(crate) fn pass(&self, time: Duration) {
        let mut now = self.now.lock().unwrap();
        *now = now.checked_add(time).unwrap();
    }

    /// The waits so far.
    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }

    pub(crate) fn slept_in_all(&self) -> Duration {
        self.slept().iter().sum()
    }
}

impl Clock for QuickClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn sleep(&self, time: Duration, stop: &Stop) {
        if !stop.is_stopped() {
            self.pass(time);
            self.slept.lock().unwrap().push(time);
        }
    }
}

/// Everything that was told to those who look on.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) lines: Mutex<Vec<String>>,
    pub(crate) moments: Mutex<Vec<String>>,
}

impl Trace for Notes {
    fn request(&self, line: &TraceLine<'_>) {
        self.lines.lock().unwrap().push(format!("{line} {line:?}"));
    }
}

impl Watch for Notes {
    fn at(&self, moment: Moment, operation: &str) {
        self.moments.lock().unwrap().push(format!("{moment:?} {operation}"));
    }
}

/// A wire to a server, and what can be seen of it.
pub(crate) struct Bench {
    pub(crate) wire: Wire,
    pub(crate) world: World,
    pub(crate) clock: Arc<QuickClock>,
    pub(crate) notes: Arc<Notes>,
}

pub(crate) fn credentials() -> Credentials {
    Credentials::default()
        .with("client_id", Secret::new(CLIENT_ID))
        .with("client_secret", Secret::new(CLIENT_SECRET))
        .with("refresh_token", Secret::new(REFRESH_TOKEN))
}

pub(crate) fn settings(base: &str) -> Settings {
    Settings { hosts: Hosts::At(base.to_owned()), ..Settings::new("shop", &SHOP, "account", credentials()) }
}

impl Bench {
    pub(crate) fn new(server: &Server) -> Self {
        Self::with(settings(&server.base))
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let begun = "2026-11-26T10:00:00Z".parse().unwrap();
        let clock = Arc::new(QuickClock { now: Mutex::new(begun), slept: Mutex::default() });
        let notes = Arc::new(Notes::default());
        let mut world = World::new(Arc::<QuickClock>::clone(&clock), Stop::new());
        world.trace = Some(Arc::<Notes>::clone(&notes));
        world.watch = Some(Arc::<Notes>::clone(&notes));
        Self { wire: Wire::new(settings, world.clone()).unwrap(), world, clock, notes }
    }

    /// Holds a conversation of one request.
    pub(crate) fn ask(&self, request: Request) -> Result<Reply, WireError> {
        self.wire.run(&mut Talk::of([request])).map(|mut replies| replies.remove(0))
    }

    /// The answer to one request.
    pub(crate) fn answer(&self, request: Request) -> Answer {
        match self.ask(request).unwrap() {
            Reply::Answer(answer) => answer,
            Reply::Lost(why) => panic!("lost: {why}"),
        }
    }

    /// How many tries left the house.
    pub(crate) fn tries(&self) -> usize {
        self.notes.lines.lock().unwrap().len()
    }
}

/// A request to the shop.
pub(crate) fn to(operation: &'static Operation, path: &str) -> Request {
    Request::new(operation, "api", path)
}

/// A conversation that does these steps, and ends with all replies.
#[derive(Debug)]
pub(crate) struct Talk {
    steps: VecDeque<Step<Vec<Reply>>>,
    replies: Vec<Reply>,
    fails: Option<ProtocolError>,
}

impl Talk {
    pub(crate) fn of(requests: impl IntoIterator<Item = Request>) -> Self {
        let steps = requests.into_iter().map(Request::send).collect();
        Self { steps, replies: Vec::new(), fails: None }
    }

    pub(crate) fn wait(mut self, time: Duration) -> Self {
        self.steps.push_front(Step::Wait(time));
        self
    }

    pub(crate) fn fail(mut self, why: ProtocolError) -> Self {
        self.fails = Some(why);
        self
    }
}

impl Exchange<Vec<Reply>> for Talk {
    fn next(&mut self, reply: Option<Reply>) -> Result<Step<Vec<Reply>>, ProtocolError> {
        self.replies.extend(reply);
        match (self.steps.pop_front(), self.fails.take()) {
            (Some(step), fails) => {
                self.fails = fails;
                Ok(step)
            }
            (None, Some(why)) => Err(why),
            (None, None) => Ok(Step::Done(std::mem::take(&mut self.replies))),
        }
    }
}
