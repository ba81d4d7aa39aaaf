//! What every request needs, whether it asks for a token or carries a feed: a way out, its headers, patience, and
//! somebody who is told.

use super::WireError;
use super::address::Addresses;
use super::hushed::Hushed;
use super::settings::Settings;
use super::settings::SettingsError;
use super::settings::World;
use super::trace::Moment;
use super::trace::TraceLine;
use super::transport::Outcome;
use super::transport::Outgoing;
use super::transport::Transport;
use feedwright_marketplace::api;
use feedwright_marketplace::exchange::ProtocolError;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderName;
use reqwest::header::HeaderValue;
use std::time::Duration;
use std::time::Instant;
use uuid::Uuid;

/// The longest of the waits that double.
const LONGEST_BACKOFF: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(super) struct Carrier {
    pub(super) settings: Settings,
    pub(super) world: World,
    pub(super) addresses: Addresses,
    pub(super) hushed: Hushed,
    transport: Transport,
}

impl Carrier {
    pub(super) fn new(settings: Settings, world: World) -> Result<Self, SettingsError> {
        let addresses = Addresses::new(&settings)?;
        let transport = Transport::new(&settings, &addresses)?;
        let hushed = Hushed::default();
        for (_, secret) in settings.credentials.iter() {
            hushed.add_for_good(secret.expose());
        }
        if let Some(proxy) = &settings.proxy {
            hushed.add_for_good(proxy.expose());
        }
        Ok(Self { settings, world, addresses, hushed, transport })
    }

    /// Sends one request, with those who look on told.
    ///
    /// # Errors
    /// That it cannot be put together.
    pub(super) fn carry<'a>(
        &self,
        operation: &'static str,
        tries: u32,
        outgoing: impl FnOnce() -> Result<Outgoing<'a>, ProtocolError>,
    ) -> Result<Outcome, WireError> {
        let outgoing = outgoing().map_err(|why| self.hushed(WireError::Protocol(why)))?;
        self.watch(Moment::Leaving, operation);
        let begun = Instant::now();
        let outcome = match self.transport.send(outgoing) {
            Outcome::Lost(why) => Outcome::Lost(self.hushed.hush(&why)),
            Outcome::NeverOpened(why) => Outcome::NeverOpened(self.hushed.hush(&why)),
            Outcome::Unsendable(why) => Outcome::Unsendable(self.hushed.hush(&why)),
            Outcome::BrokenOff(answer, why) => Outcome::BrokenOff(answer, self.hushed.hush(&why)),
            outcome @ (Outcome::Answered(_) | Outcome::TooLong(_)) => outcome,
        };
        let (status, bytes) = match &outcome {
            Outcome::Answered(answer) | Outcome::BrokenOff(answer, _) => {
                (Some(answer.status), answer.body.len() as u64)
            }
            Outcome::TooLong(status) => (Some(*status), 0),
            Outcome::Lost(_) | Outcome::NeverOpened(_) | Outcome::Unsendable(_) => (None, 0),
        };
        if let Some(trace) = &self.world.trace {
            let account = &self.settings.account;
            trace.request(&TraceLine { account, operation, tries, status, bytes, took: begun.elapsed() });
        }
        self.watch(Moment::Came, operation);
        Ok(outcome)
    }

    /// The headers of every request to the marketplace.
    pub(super) fn headers(&self) -> Result<HeaderMap, String> {
        let mut headers = HeaderMap::new();
        for (name, value) in self.settings.api.headers {
            match value {
                api::HeaderValue::Fixed(text) => put(&mut headers, name, text)?,
                api::HeaderValue::Uuid => put(&mut headers, name, &Uuid::new_v4().to_string())?,
            }
        }
        Ok(headers)
    }

    /// An error without a secret.
    pub(super) fn hushed(&self, error: WireError) -> WireError {
        match error {
            WireError::Protocol(ProtocolError { doing, trouble, message }) => {
                WireError::Protocol(ProtocolError { doing, trouble, message: self.hushed.hush(&message) })
            }
            WireError::Unreachable { doing, message } => {
                WireError::Unreachable { doing, message: self.hushed.hush(&message) }
            }
            WireError::Stopped => WireError::Stopped,
        }
    }

    /// # Errors
    /// That it was told to stop.
    pub(super) fn go_on(&self) -> Result<(), WireError> {
        if self.world.stop.is_stopped() { Err(WireError::Stopped) } else { Ok(()) }
    }

    /// # Errors
    /// That it was told to stop.
    pub(super) fn wait(&self, time: Duration) -> Result<(), WireError> {
        self.go_on()?;
        self.world.clock.sleep(time, &self.world.stop);
        self.go_on()
    }

    /// How long to wait after so many tries that failed: by chance between nothing and a time that doubles, so that
    /// those who failed together do not come back together.
    pub(super) fn backoff(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let most = self.settings.patience.first_wait.saturating_mul(doubled).min(LONGEST_BACKOFF);
        Duration::from_millis(fastrand::u64(0..=u64::try_from(most.as_millis()).unwrap_or(u64::MAX)))
    }

    fn watch(&self, moment: Moment, operation: &str) {
        if let Some(watch) = &self.world.watch {
            watch.at(moment, operation);
        }
    }
}

/// Sets a header.
pub(super) fn put(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), String> {
    let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("`{name}` cannot be a header's name"))?;
    let value = HeaderValue::from_str(value).map_err(|_| format!("header `{name}` cannot hold its value"))?;
    headers.insert(key, value);
    Ok(())
}
