//! Carries conversations to marketplaces: runs an [`Exchange`] against the network. It signs in, keeps to limits, waits
//! and repeats where repeating is safe, all by what the marketplace's [`Api`] says; it knows no marketplace.
//!
//! Blocking, and shared by as many threads as there are conversations.
//!
//! [`Api`]: feedwright_marketplace::api::Api

mod address;
mod carrier;
mod clock;
mod delivery;
mod hushed;
mod limit_headers;
mod limits;
mod secret;
mod settings;
mod token;
mod trace;
mod transport;

use carrier::Carrier;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use std::borrow::Cow;
use std::fmt;
use token::Tokens;

pub use clock::Clock;
pub use clock::RealClock;
pub use clock::ScaledClock;
pub use clock::Stop;
pub use limits::Limits;
pub use secret::Credentials;
pub use secret::Secret;
pub use settings::Hosts;
pub use settings::Patience;
pub use settings::Settings;
pub use settings::SettingsError;
pub use settings::Timeouts;
pub use settings::World;
pub use trace::Moment;
pub use trace::Trace;
pub use trace::TraceLine;
pub use trace::Watch;

/// The way to a marketplace for one channel.
#[derive(Debug)]
pub struct Wire {
    carrier: Carrier,
    tokens: Tokens,
}

/// Why a conversation did not come to its end. Whatever the reason, what its earlier requests did stands; one that is
/// begun anew finds it. No variant holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireError {
    /// The marketplace, or the adapter on its behalf, said so; or the sign-in is no good, or a request cannot be sent
    /// as it is.
    Protocol(ProtocolError),
    /// The marketplace cannot be reached, or does not answer what may be asked again, or said to stay away for long.
    /// Later may be better.
    Unreachable {
        /// The id of the operation, or of the token that was asked for.
        doing: &'static str,
        /// What went wrong at last.
        message: String,
    },
    /// It was told to stop.
    Stopped,
}

impl Wire {
    /// A way to a marketplace.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(settings: Settings, world: World) -> Result<Self, SettingsError> {
        let tokens = Tokens::new(settings.api.tokens);
        Ok(Self { carrier: Carrier::new(settings, world)?, tokens })
    }

    /// Holds a conversation to its end. Several threads may do so at once.
    ///
    /// # Errors
    /// Why it ended early.
    pub fn run<T>(&self, exchange: &mut dyn Exchange<T>) -> Result<T, WireError> {
        let mut reply = None;
        loop {
            match exchange.next(reply.take()).map_err(|why| self.carrier.hushed(WireError::Protocol(why)))? {
                Step::Send(request) => reply = Some(delivery::deliver(&request, &self.carrier, &self.tokens)?),
                Step::Wait(time) => self.carrier.wait(time)?,
                Step::Done(result) => return Ok(result),
            }
        }
    }

    /// A report as it may be kept and shown: marketplaces repeat what they were sent, and a credential or a token that
    /// stands in it goes.
    pub fn hushed_report<'r>(&self, report: &'r [u8]) -> Cow<'r, [u8]> {
        self.carrier.hushed.hush_report(report)
    }
}

impl WireError {
    /// What kind of trouble it is; none where somebody stopped it.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Protocol(error) => Some(error.trouble),
            Self::Unreachable { .. } => Some(Trouble::Unavailable),
            Self::Stopped => None,
        }
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol(error) => error.fmt(out),
            Self::Unreachable { doing, message } => write!(out, "{doing}: {message}"),
            Self::Stopped => out.write_str("stopped"),
        }
    }
}

impl std::error::Error for WireError {}
