//! Which operation a request is, and how often it may be asked.

use super::sites::Region;
use crate::simulated::Incoming;
use crate::simulated::Operation;
use crate::simulated::Rate;
use serde_json::Value;
use std::time::Duration;

pub(super) const TOKEN: &str = "token";
pub(super) const UPLOAD: &str = "uploadFeedDocument";
pub(super) const DOWNLOAD: &str = "downloadFeedDocument";
pub(super) const DOWNLOAD_SCHEMA: &str = "downloadProductTypeSchema";
pub(super) const CREATE_FEED_DOCUMENT: &str = "createFeedDocument";
pub(super) const GET_FEED_DOCUMENT: &str = "getFeedDocument";
pub(super) const CREATE_FEED: &str = "createFeed";
pub(super) const GET_FEED: &str = "getFeed";
pub(super) const GET_FEEDS: &str = "getFeeds";
pub(super) const CANCEL_FEED: &str = "cancelFeed";
pub(super) const PUT_LISTING: &str = "putListingsItem";
pub(super) const PATCH_LISTING: &str = "patchListingsItem";
pub(super) const DELETE_LISTING: &str = "deleteListingsItem";
pub(super) const GET_LISTING: &str = "getListingsItem";
pub(super) const SEARCH_DEFINITIONS: &str = "searchDefinitionsProductTypes";
pub(super) const GET_DEFINITION: &str = "getDefinitionsProductType";

/// The only kind of feed that is left for listings.
pub(super) const LISTINGS_FEED: &str = "JSON_LISTINGS_FEED";

pub(super) const FEEDS: &str = "/feeds/2021-06-30/feeds";
pub(super) const DOCUMENTS: &str = "/feeds/2021-06-30/documents";
pub(super) const LISTINGS: &str = "/listings/2021-08-01/items/";
pub(super) const DEFINITIONS: &str = "/definitions/2020-09-01/productTypes";

/// Which of Amazon's hosts a request went to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// Login with Amazon.
    SignIn,
    /// The Selling Partner API of a region.
    Api(Region),
    /// Where documents lie, reached by signed URLs.
    Storage,
}

impl Host {
    /// The host of a request.
    pub(super) fn of(request: &Incoming) -> Option<Self> {
        match request.host.as_str() {
            "lwa" => Some(Self::SignIn),
            "storage" => Some(Self::Storage),
            name => Region::named(name).map(Self::Api),
        }
    }
}

/// Which operation a request is.
pub(super) fn recognise(request: &Incoming) -> Option<Operation> {
    let method = request.method.as_str();
    let path = request.path.as_str();
    let id = match Host::of(request)? {
        Host::SignIn => (method == "POST" && path == "/auth/o2/token").then_some(TOKEN)?,
        Host::Storage => match method {
            "PUT" => UPLOAD,
            "GET" if path.starts_with("/schemas/") => DOWNLOAD_SCHEMA,
            "GET" => DOWNLOAD,
            _ => return None,
        },
        Host::Api(_) => api(method, path)?,
    };
    let is_effect = !matches!(
        id,
        TOKEN
            | DOWNLOAD
            | DOWNLOAD_SCHEMA
            | GET_FEED_DOCUMENT
            | GET_FEED
            | GET_FEEDS
            | GET_LISTING
            | SEARCH_DEFINITIONS
            | GET_DEFINITION
    );
    Some(Operation { id, rate: rate(id, request), is_effect })
}

fn api(method: &str, path: &str) -> Option<&'static str> {
    if path == DOCUMENTS || path == FEEDS || path == DEFINITIONS {
        return match (method, path) {
            ("POST", DOCUMENTS) => Some(CREATE_FEED_DOCUMENT),
            ("POST", FEEDS) => Some(CREATE_FEED),
            ("GET", FEEDS) => Some(GET_FEEDS),
            ("GET", DEFINITIONS) => Some(SEARCH_DEFINITIONS),
            _ => None,
        };
    }
    let is_below = |parent: &str| path.strip_prefix(parent).is_some_and(|rest| rest.len() > 1 && rest.starts_with('/'));
    match method {
        "GET" if is_below(DOCUMENTS) => Some(GET_FEED_DOCUMENT),
        "GET" if is_below(FEEDS) => Some(GET_FEED),
        "DELETE" if is_below(FEEDS) => Some(CANCEL_FEED),
        "GET" if is_below(DEFINITIONS) => Some(GET_DEFINITION),
        _ => {
            let (seller, sku) = path.strip_prefix(LISTINGS)?.split_once('/')?;
            match method {
                _ if seller.is_empty() || sku.is_empty() => None,
                "PUT" => Some(PUT_LISTING),
                "PATCH" => Some(PATCH_LISTING),
                "DELETE" => Some(DELETE_LISTING),
                "GET" => Some(GET_LISTING),
                _ => None,
            }
        }
    }
}

/// Rates and bursts as the models give them (feeds_2021-06-30, listingsItems_2021-08-01,
/// definitionsProductTypes_2020-09-01, read 2026-11-23).
fn rate(id: &'static str, request: &Incoming) -> Option<Rate> {
    let per_second = |requests, burst| Some(Rate { bucket: id, requests, per: Duration::from_secs(1), burst });
    match id {
        CREATE_FEED if feed_type(request).as_deref() == Some(LISTINGS_FEED) => {
            // 5 in 5 minutes, changelog of the SP-API of 2025-05-06: of this kind of feed, for itself.
            Some(Rate { bucket: LISTINGS_FEED, requests: 5, per: Duration::from_mins(5), burst: 5 })
        }
        // 0.0083 a second is one in two minutes, 0.0222 is one in 45 seconds.
        CREATE_FEED => Some(Rate { bucket: id, requests: 1, per: Duration::from_mins(2), burst: 15 }),
        GET_FEEDS | GET_FEED_DOCUMENT => {
            Some(Rate { bucket: id, requests: 1, per: Duration::from_secs(45), burst: 10 })
        }
        CREATE_FEED_DOCUMENT => Some(Rate { bucket: id, requests: 1, per: Duration::from_secs(2), burst: 15 }),
        GET_FEED | CANCEL_FEED => per_second(2, 15),
        PUT_LISTING | GET_LISTING | SEARCH_DEFINITIONS | GET_DEFINITION => per_second(5, 10),
        PATCH_LISTING | DELETE_LISTING => per_second(5, 5),
        _ => None,
    }
}

fn feed_type(request: &Incoming) -> Option<String> {
    let body: Value = serde_json::from_slice(&request.body).ok()?;
    Some(body.get("feedType")?.as_str()?.to_owned())
}

/// A rate as its header gives it: requests in a second, as a decimal.
pub(super) fn per_second(rate: &Rate) -> String {
    let interval = rate.interval().as_millis().max(1);
    // Ten thousandths, cut off and not rounded: 0.0083, as the models write it.
    let parts = 10_000_000 / interval;
    let decimals = format!("{:04}", parts % 10_000);
    let decimals = decimals.trim_end_matches('0');
    format!("{}.{}", parts / 10_000, if decimals.is_empty() { "0" } else { decimals })
}
