//! Boundaries: every entry of the ledger, every request that leaves, every answer that comes. The process is ended at
//! one of them, or waits there until it is told to go on.

use anyhow::Context as _;
use anyhow::Result;
use feedwright_runner::wire::Moment;
use feedwright_runner::wire::Watch;
use serde::Serialize;
use signal_hook::consts::SIGKILL;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::io::Write as _;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

/// What the process that waits says, and what it is told.
pub(crate) const HERE: &str = "here";

/// A boundary: the so-manieth of a channel, from 1. Channels work at once, so that only within one is there an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Point {
    pub(crate) channel: String,
    pub(crate) number: usize,
}

/// What happens at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// The process is gone at once.
    Kill,
    /// It says where it is, and waits.
    Pause,
}

/// What passes, by channel, and where that ends.
#[derive(Debug)]
pub(crate) struct Boundaries {
    passed: Mutex<BTreeMap<String, Vec<String>>>,
    stop: Option<(Point, Act)>,
}

/// Stands at the requests of one channel.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) channel: String,
    pub(crate) boundaries: Arc<Boundaries>,
}

impl Boundaries {
    pub(crate) fn new(stop: Option<(Point, Act)>) -> Self {
        Self { passed: Mutex::default(), stop }
    }

    /// One is reached. At the one where it ends this does not come back, or not soon.
    pub(crate) fn pass(&self, channel: &str, what: String) {
        // Who waits holds the others up as well: the process stands still.
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        let own = passed.entry(channel.to_owned()).or_default();
        own.push(what);
        let number = own.len();
        match &self.stop {
            Some((point, act)) if point.channel == channel && point.number == number => act.happen(),
            _ => {}
        }
    }

    /// What has passed, by channel.
    pub(crate) fn passed(&self) -> BTreeMap<String, Vec<String>> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Act {
    fn happen(self) {
        let done = match self {
            Self::Kill => signal_hook::low_level::raise(SIGKILL),
            Self::Pause => wait(),
        };
        done.unwrap_or_else(|why| panic!("the trial cannot go on at its boundary: {why}"));
    }
}

fn wait() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{HERE}")?;
    out.flush()?;
    io::stdin().read_line(&mut String::new()).map(|_| ())
}

impl Watch for Post {
    fn at(&self, moment: Moment, operation: &str) {
        let what = match moment {
            Moment::Leaving => format!("{operation} leaves"),
            Moment::Came => format!("{operation} came"),
        };
        self.boundaries.pass(&self.channel, what);
    }
}

impl fmt::Display for Point {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.channel, self.number)
    }
}

impl FromStr for Point {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (channel, number) = text.split_once(':').context("a point is written CHANNEL:NUMBER")?;
        Ok(Self { channel: channel.to_owned(), number: number.parse().context("a point ends with its number")? })
    }
}
