//! What goes wrong on demand: which requests, how often, in which way. The same seed makes the same things go wrong.

use crate::defects::hash;
use crate::simulated::Trouble;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// Something that is to go wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// With which marketplace; with any, when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marketplace: Option<String>,
    /// With which operation, by the marketplace's own name; with any, when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// From which request on, of each operation it may strike: 1 is the first.
    #[serde(default = "first")]
    pub nth: u32,
    /// How likely it strikes then, in a million.
    #[serde(default = "always")]
    pub per_million: u32,
    /// How often at most; without end, when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// How long a latency is, in milliseconds of real time.
    #[serde(default = "a_while")]
    pub milliseconds: u64,
}

/// A way in which things go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The answer takes longer.
    Latency,
    /// Too many requests, whatever the count says. It has no effect.
    TooManyRequests,
    /// 500 in the marketplace's own form. It has no effect.
    ServerError,
    /// 503 in the marketplace's own form. It has no effect.
    Unavailable,
    /// The connection is reset before anything happened.
    ResetBefore,
    /// It takes effect, then the connection is reset.
    ResetAfter,
    /// It takes effect, and the answer ends halfway.
    Truncated,
    /// It takes effect, and the answer is a page for people, with status 200.
    Html,
    /// It takes effect, and a gateway answers with 502 and a page for people.
    BadGateway,
    /// Every token given so far has ended.
    TokenEnded,
    /// The URL given earlier has ended.
    UrlEnded,
    /// What is submitted is worked on for hours.
    Stuck,
    /// What is submitted fails halfway, and there is no report.
    Fatal,
    /// It is said to be done, but its report is not there yet.
    LateReport,
    /// The report says everything twice.
    DoubleReport,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Latency,
        Self::TooManyRequests,
        Self::ServerError,
        Self::Unavailable,
        Self::ResetBefore,
        Self::ResetAfter,
        Self::Truncated,
        Self::Html,
        Self::BadGateway,
        Self::TokenEnded,
        Self::UrlEnded,
        Self::Stuck,
        Self::Fatal,
        Self::LateReport,
        Self::DoubleReport,
    ];

    /// What of it happens inside the marketplace.
    pub(crate) fn trouble(self) -> Option<Trouble> {
        match self {
            Self::UrlEnded => Some(Trouble::UrlEnded),
            Self::Stuck => Some(Trouble::Stuck),
            Self::Fatal => Some(Trouble::Fatal),
            Self::LateReport => Some(Trouble::Late),
            Self::DoubleReport => Some(Trouble::Twice),
            Self::Latency
            | Self::TooManyRequests
            | Self::ServerError
            | Self::Unavailable
            | Self::ResetBefore
            | Self::ResetAfter
            | Self::Truncated
            | Self::Html
            | Self::BadGateway
            | Self::TokenEnded => None,
        }
    }
}

impl Fault {
    /// It strikes every request of every operation.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            marketplace: None,
            operation: None,
            nth: first(),
            per_million: always(),
            count: None,
            milliseconds: a_while(),
        }
    }

    /// It strikes one request: the nth of an operation.
    pub fn once(kind: FaultKind, operation: &str, nth: u32) -> Self {
        Self { operation: Some(operation.to_owned()), nth, count: Some(1), ..Self::new(kind) }
    }

    /// All these kinds, so that together they strike about so many of a million requests.
    pub fn mix(kinds: &[FaultKind], per_million: u32) -> Vec<Self> {
        let share = per_million / u32::try_from(kinds.len()).unwrap_or(u32::MAX).max(1);
        kinds.iter().map(|kind| Self { per_million: share, ..Self::new(*kind) }).collect()
    }
}

fn first() -> u32 {
    1
}

fn always() -> u32 {
    1_000_000
}

fn a_while() -> u64 {
    200
}

/// The faults in force, and how far each has come.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    seed: u64,
    standing: Vec<Standing>,
}

#[derive(Debug)]
struct Standing {
    fault: Fault,
    /// Requests it might have struck, by marketplace and operation: what strikes which does not hang on how
    /// different operations follow each other.
    seen: BTreeMap<(&'static str, &'static str), u32>,
    struck: u32,
}

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Strike {
    /// What.
    pub kind: FaultKind,
    /// How long, for a latency.
    pub latency: Duration,
}

impl Faults {
    /// None yet.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, standing: Vec::new() }
    }

    /// Puts one in force, after those that are.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.standing.push(Standing { fault, seen: BTreeMap::new(), struck: 0 });
    }

    /// Puts none in force.
    pub(crate) fn clear(&mut self) {
        self.standing.clear();
    }

    /// What goes wrong with the next request of this operation: the first fault that strikes. All that might have
    /// count it.
    pub(crate) fn strike(&mut self, marketplace: &'static str, operation: &'static str) -> Option<Strike> {
        let mut strike = None;
        for (place, standing) in self.standing.iter_mut().enumerate() {
            let fault = &standing.fault;
            let is_other = |wanted: &Option<String>, own: &str| wanted.as_deref().is_some_and(|wanted| wanted != own);
            if is_other(&fault.marketplace, marketplace) || is_other(&fault.operation, operation) {
                continue;
            }
            let seen = standing.seen.entry((marketplace, operation)).or_default();
            *seen = seen.saturating_add(1);
            let draw = hash(self.seed, &format!("{place} {marketplace} {operation} {seen}")) % 1_000_000;
            let is_spent = fault.count.is_some_and(|count| standing.struck >= count);
            if strike.is_none() && !is_spent && *seen >= fault.nth && draw < u64::from(fault.per_million) {
                standing.struck += 1;
                strike = Some(Strike { kind: fault.kind, latency: Duration::from_millis(fault.milliseconds) });
            }
        }
        strike
    }

    /// How often each kind struck.
    pub(crate) fn struck(&self) -> BTreeMap<FaultKind, u64> {
        let mut struck = BTreeMap::new();
        for standing in self.standing.iter().filter(|standing| standing.struck > 0) {
            *struck.entry(standing.fault.kind).or_default() += u64::from(standing.struck);
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(faults: &mut Faults, operation: &'static str, n_requests: u32) -> Vec<u32> {
        (1..=n_requests).filter(|_| faults.strike("amazon", operation).is_some()).collect()
    }

    #[test]
    fn a_fault_strikes_the_request_it_is_meant_for_and_no_other() {
        let mut faults = Faults::new(1);
        faults.add(Fault::once(FaultKind::ResetAfter, "createFeed", 3));
        assert_eq!(struck(&mut faults, "getFeed", 5), Vec::<u32>::new());
        assert_eq!(struck(&mut faults, "createFeed", 5), [3]);
        assert_eq!(faults.struck().get(&FaultKind::ResetAfter), Some(&1));
        faults.clear();
        assert_eq!(struck(&mut faults, "createFeed", 5), Vec::<u32>::new());
    }

    #[test]
    fn a_share_of_requests_is_struck_and_the_same_ones_for_the_same_seed() {
        let run = |seed| {
            let mut faults = Faults::new(seed);
            for fault in Fault::mix(&FaultKind::ALL, 50_000) {
                faults.add(fault);
            }
            struck(&mut faults, "getFeed", 10_000)
        };
        let first = run(1);
        assert!((350..650).contains(&first.len()), "{}", first.len());
        assert_eq!(first, run(1));
        assert_ne!(first, run(2));
    }

    #[test]
    fn a_fault_is_written_as_people_would_and_what_is_misspelt_is_refused() {
        let fault: Fault =
            serde_json::from_str(r#"{"kind":"reset-after","operation":"createFeed","count":1}"#).unwrap();
        assert_eq!(fault, Fault::once(FaultKind::ResetAfter, "createFeed", 1));
        assert!(serde_json::from_str::<Fault>(r#"{"kind":"reset-after","operations":"createFeed"}"#).is_err());
    }
}
