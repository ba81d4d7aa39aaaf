//! How a wire is set up: whose it is, where it leads, and how patient it is.

use super::clock::Clock;
use super::clock::Stop;
use super::limits::Limits;
use super::secret::Credentials;
use super::secret::Secret;
use super::trace::Trace;
use super::trace::Watch;
use feedwright_marketplace::api::Api;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What is particular to one channel.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The marketplace's id.
    pub marketplace: &'static str,
    /// Its API.
    pub api: &'static Api,
    /// Whose limits requests count against: channels of one seller account give the same text.
    pub account: String,
    /// What it signs in with.
    pub credentials: Credentials,
    /// Where the hosts are.
    pub hosts: Hosts,
    /// A proxy's URL for all requests; without one, those that the environment names.
    pub proxy: Option<Secret>,
    /// How long requests may take.
    pub timeouts: Timeouts,
    /// How often requests are repeated.
    pub patience: Patience,
}

/// Where an API's hosts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// Where real listings change.
    Live,
    /// The marketplace's own sandbox.
    Sandbox,
    /// All of them at this URL, the marketplace's id and the host's as the first segments of each path.
    At(String),
}

/// How long a request may take, in the world's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection stands.
    pub connect: Duration,
    /// From the request's first byte to the first of its answer, and between two pieces of the answer.
    pub silence: Duration,
    /// Until the answer is whole.
    pub total: Duration,
}

/// How often a request is repeated, and how long is waited in between, before somebody else has to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Most tries of a request that the marketplace does not answer, or cannot.
    pub tries: u32,
    /// Most tries of a request that is refused for a limit.
    pub limited_tries: u32,
    /// Longest wait before one repetition; where more is asked for, the refusal is handed on.
    pub longest_wait: Duration,
    /// The mean of the first wait where the marketplace names none is half of this; it doubles with each.
    pub first_wait: Duration,
}

/// What all channels of a process share.
#[derive(Clone, Debug)]
pub struct World {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Tells when to stop.
    pub stop: Stop,
    /// How much of each limit is used up.
    pub limits: Arc<Limits>,
    /// Is told of every request.
    pub trace: Option<Arc<dyn Trace>>,
    /// Stands at the boundary of every request.
    pub watch: Option<Arc<dyn Watch>>,
}

/// Why settings are no good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError(pub String);

impl Settings {
    /// Settings for a channel of this marketplace, live, as patient as usual.
    pub fn new(
        marketplace: &'static str,
        api: &'static Api,
        account: impl Into<String>,
        credentials: Credentials,
    ) -> Self {
        Self {
            marketplace,
            api,
            account: account.into(),
            credentials,
            hosts: Hosts::Live,
            proxy: None,
            timeouts: Timeouts::default(),
            patience: Patience::default(),
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(15), silence: Duration::from_mins(2), total: Duration::from_mins(10) }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self { tries: 5, limited_tries: 10, longest_wait: Duration::from_mins(15), first_wait: Duration::from_secs(2) }
    }
}

impl World {
    /// A world with this clock, fresh limits, and nobody who looks on.
    pub fn new(clock: Arc<dyn Clock>, stop: Stop) -> Self {
        Self { clock, stop, limits: Arc::new(Limits::default()), trace: None, watch: None }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for SettingsError {}
