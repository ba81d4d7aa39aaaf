//! Whose requests they are: the market a seller's account belongs to, which headers name outside the United States.

use crate::api;
use crate::profile::UNITED_STATES;
use feedwright_marketplace::Channel;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::exchange::Request;

/// The version of the surface that all markets share. Source: developer.walmart.com, global-marketplace/reference, read
/// 2026-11-23.
const GLOBAL_VERSION: &str = "3.1";

/// An account, as its requests name it.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// The market in a header; none in the United States, where it may be left out.
    market: Option<String>,
}

impl Account {
    /// That of a channel.
    pub(crate) fn of(channel: &Channel) -> Self {
        let country = channel.site.country;
        Self { market: (country != UNITED_STATES).then(|| country.to_lowercase()) }
    }

    /// A request for this account.
    pub(crate) fn ask(&self, operation: &'static Operation, path: impl Into<String>) -> Request {
        let request = Request::new(operation, api::HOST, path);
        match &self.market {
            Some(market) => {
                request.header("WM_MARKET", market.clone()).header("WM_GLOBAL_VERSION", GLOBAL_VERSION.to_owned())
            }
            None => request,
        }
    }
}
