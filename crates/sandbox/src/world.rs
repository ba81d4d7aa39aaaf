//! All that is behind the server: clock, marketplaces, limits, faults, counts; and what happens to one request.

use crate::clock::Clock;
use crate::counts::Counts;
use crate::defects::Defects;
use crate::faults::Fault;
use crate::faults::FaultKind;
use crate::faults::Faults;
use crate::faults::Strike;
use crate::limits::Limits;
use crate::limits::Taken;
use crate::settings::Settings;
use crate::simulated::Incoming;
use crate::simulated::Operation;
use crate::simulated::Outgoing;
use crate::simulated::Rate;
use crate::simulated::Simulated;
use jiff::Timestamp;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

/// A page as gateways show it.
const PAGE: &str = "<!DOCTYPE html><html><head><title>Sorry</title></head>\
    <body><h1>We will be right back</h1></body></html>\n";

/// Everything behind the server.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) clock: Clock,
    defects: Defects,
    marketplaces: Vec<Place>,
    faults: Mutex<Faults>,
    limits: Mutex<Limits>,
    counts: Mutex<Counts>,
}

struct Place {
    id: &'static str,
    simulated: Mutex<Box<dyn Simulated>>,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.id)
    }
}

/// A request whose operation is known, and what goes wrong with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    place: usize,
    operation: Operation,
    pub(crate) strike: Option<Strike>,
}

/// An answer, and how it gets there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Whole.
    Whole(Outgoing),
    /// Its head, and half of its body.
    Half(Outgoing),
    /// Not at all: the connection is reset.
    Reset,
}

impl World {
    /// A world at its beginning.
    pub(crate) fn new(settings: Settings, marketplaces: Vec<Box<dyn Simulated>>) -> Self {
        let clock = Clock::starting(settings.origin.unwrap_or_else(Timestamp::now), settings.speed);
        let mut faults = Faults::new(settings.seed);
        for fault in settings.faults {
            faults.add(fault);
        }
        let place = |simulated: Box<dyn Simulated>| Place { id: simulated.id(), simulated: Mutex::new(simulated) };
        Self {
            clock,
            defects: settings.defects,
            marketplaces: marketplaces.into_iter().map(place).collect(),
            faults: Mutex::new(faults),
            limits: Mutex::new(Limits::new(clock.fast(settings.leeway))),
            counts: Mutex::default(),
        }
    }

    /// Recognises a request, and decides what goes wrong with it.
    pub(crate) fn recognise(&self, marketplace: &str, request: &Incoming) -> Option<Known> {
        let found = self.marketplaces.iter().position(|place| place.id == marketplace);
        let known = found.and_then(|place| {
            let own = self.marketplaces.get(place)?;
            let operation = locked(&own.simulated).operation(request)?;
            locked(&self.counts).request(own.id, operation.id);
            let strike = locked(&self.faults).strike(own.id, operation.id);
            if strike.is_some() {
                locked(&self.counts).struck(own.id, operation.id);
            }
            Some(Known { place, operation, strike })
        });
        if known.is_none() {
            locked(&self.counts).unknown();
        }
        known
    }

    /// Answers a request that arrived at `now`.
    pub(crate) fn answer(&self, known: Known, mut request: Incoming, now: Timestamp) -> Answer {
        let Some(place) = self.marketplaces.get(known.place) else { return Answer::Reset };
        let operation = known.operation;
        let kind = known.strike.map(|strike| strike.kind);
        let answer = match kind {
            Some(FaultKind::ResetBefore) => return Answer::Reset,
            Some(FaultKind::ServerError) => locked(&place.simulated).unavailable(500),
            Some(FaultKind::Unavailable) => locked(&place.simulated).unavailable(503),
            Some(FaultKind::TooManyRequests) => {
                let again = operation.rate.map_or(Duration::from_secs(1), |rate| rate.interval());
                locked(&place.simulated).too_many(operation.id, again)
            }
            kind => {
                request.trouble = kind.and_then(FaultKind::trouble);
                if kind == Some(FaultKind::TokenEnded) {
                    locked(&place.simulated).end_tokens();
                }
                self.within_limits(place, operation, &request, now)
            }
        };
        locked(&self.counts).answered(place.id, operation.id, answer.status);
        match kind {
            Some(FaultKind::ResetAfter) => Answer::Reset,
            Some(FaultKind::Truncated) => Answer::Half(answer),
            Some(FaultKind::Html) => Answer::Whole(page(200)),
            Some(FaultKind::BadGateway) => Answer::Whole(page(502)),
            _ => Answer::Whole(answer),
        }
    }

    fn within_limits(&self, place: &Place, operation: Operation, request: &Incoming, now: Timestamp) -> Outgoing {
        let mut simulated = locked(&place.simulated);
        simulated.catch_up(now);
        let Some(rate) = operation.rate else { return simulated.handle(operation.id, request, now) };
        let taken = locked(&self.limits).take(place.id, &simulated.account(request, now), &rate, now);
        locked(&self.counts).taken(place.id, operation.id, taken);
        let (mut answer, left, again) = match taken {
            Taken::Within { left, again } => (simulated.handle(operation.id, request, now), left, again),
            Taken::Beyond { again, .. } => (simulated.too_many(operation.id, again), 0, again),
        };
        answer.headers.extend(headers(simulated.as_ref(), &rate, left, again, now));
        answer
    }

    /// What all marketplaces hold, or one.
    pub(crate) fn state(&self, marketplace: Option<&str>) -> Value {
        let now = self.clock.now();
        let wanted = |place: &&Place| marketplace.is_none_or(|wanted| wanted == place.id);
        let state = |place: &Place| {
            let mut simulated = locked(&place.simulated);
            simulated.catch_up(now);
            (place.id.to_owned(), simulated.state(now))
        };
        Value::Object(self.marketplaces.iter().filter(wanted).map(state).collect::<Map<String, Value>>())
    }

    /// What was asked.
    pub(crate) fn requests(&self) -> Value {
        let now = self.clock.now();
        let doubles = |place: &Place| {
            let mut simulated = locked(&place.simulated);
            simulated.catch_up(now);
            (place.id, simulated.double_submissions())
        };
        let doubles: BTreeMap<&'static str, u64> = self.marketplaces.iter().map(doubles).collect();
        let struck = locked(&self.faults).struck();
        locked(&self.counts).describe(&doubles, &struck)
    }

    /// Puts faults in force, in the place of those that are.
    pub(crate) fn set_faults(&self, faults: Vec<Fault>) {
        let mut standing = locked(&self.faults);
        standing.clear();
        for fault in faults {
            standing.add(fault);
        }
    }

    /// Takes their defects from SKUs.
    pub(crate) fn cure(&self, skus: &[String]) {
        for sku in skus {
            self.defects.cure(sku);
        }
    }

    /// Forgets everything but the time.
    pub(crate) fn reset(&self) {
        for place in &self.marketplaces {
            locked(&place.simulated).reset();
        }
        locked(&self.faults).clear();
        locked(&self.limits).reset();
        *locked(&self.counts) = Counts::default();
        self.defects.relapse();
    }

    /// How a request to nothing is answered.
    pub(crate) fn nowhere() -> Outgoing {
        let error = json!({ "code": "NotFound", "message": "there is nothing at this path of the sandbox" });
        Outgoing::json(404, &json!({ "errors": [error] }))
    }
}

fn headers(
    simulated: &dyn Simulated,
    rate: &Rate,
    left: u32,
    again: Duration,
    now: Timestamp,
) -> Vec<(String, String)> {
    simulated.limit_headers(rate, f64::from(left), again, now)
}

fn page(status: u16) -> Outgoing {
    let headers = vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
    Outgoing { status, headers, body: PAGE.as_bytes().to_vec() }
}

/// A poisoned lock guards nothing that a panic could have left half done for the next test to see.
fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
