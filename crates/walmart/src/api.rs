//! Walmart's API as data: hosts, sign-in, operations with their limits.
//!
//! Each feed has an operation of its own although all go to the same path: Walmart counts them apart, and its answers tell
//! what is left for that kind of feed alone.

use crate::kind::Kind;
use feedwright_marketplace::Quota;
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
use std::time::Duration;

/// The one host.
pub(crate) const HOST: &str = "api";
const TOKEN: &str = "access";

/// How Walmart is talked to.
pub(crate) static API: Api = Api {
    hosts: &[Host {
        id: HOST,
        url: "https://marketplace.walmartapis.com",
        sandbox: Some("https://sandbox.walmartapis.com"),
    }],
    tokens: &[TokenDef {
        id: TOKEN,
        host: HOST,
        path: "/v3/token",
        grant: Grant::ClientCredentials { scope: None },
        client: ClientAuth::Basic,
        shown_as: ShownAs::Header("WM_SEC.ACCESS_TOKEN"),
        lifetime: Duration::from_mins(15),
        renewed_before: Duration::from_mins(1),
        ended_by: &[401],
        source: "developer.walmart.com, us-marketplace/reference/tokenapi",
        checked_on: CHECKED_ON,
    }],
    operations: &[
        &ITEM,
        &MAINTENANCE,
        &MATCH,
        &PRICE,
        &LEGACY_PRICE,
        &INVENTORY,
        &NODE_INVENTORY,
        &LAG_TIME,
        &RETIRE,
        &DELETE,
        &FEEDS,
        &FEED,
        &SPEC,
        &TAXONOMY,
    ],
    headers: &[
        ("Accept", HeaderValue::Fixed("application/json")), // the token comes as XML without it
        ("WM_SVC.NAME", HeaderValue::Fixed("Walmart Marketplace")),
        ("WM_QOS.CORRELATION_ID", HeaderValue::Uuid),
    ],
    limit_headers: LimitHeaders {
        rate: None,
        left: Some("x-current-token-count"),
        replenished: Some("x-next-replenish-time"),
    },
};

/// What feeds of an account there were, newest first.
pub(crate) static FEEDS: Operation =
    get("getAllFeedStatuses", "/v3/feeds", rate(Some("feed statuses"), 5_000, MINUTE, 100, RATES), 4 * MIB);

/// How a feed is getting on, with its items.
pub(crate) static FEED: Operation =
    get("getFeedItemStatus", "/v3/feeds/{feedId}", rate(Some("feed statuses"), 5_000, MINUTE, 100, RATES), 16 * MIB);

/// Product types.
pub(crate) static TAXONOMY: Operation =
    get("getTaxonomyResponse", "/v3/items/taxonomy", rate(Some("taxonomy"), 200, MINUTE, 20, RATES), 64 * MIB);

/// What items of product types need. The page on rates says 10 a minute; an older guide said 3, and the smaller is safe.
pub(crate) static SPEC: Operation = Operation {
    id: "getSpec",
    method: Method::Post,
    path: "/v3/items/spec",
    token: Some(TOKEN),
    rate: rate(None, 3, MINUTE, 3, "developer.walmart.com, us-marketplace/docs, guide to Get Spec"),
    repeat: Repeat::Safe,
    max_answer: 128 * MIB,
};

static ITEM: Operation = post(Kind::Item, "itemBulkUploads", "/v3/feeds");
static MAINTENANCE: Operation = post(Kind::Maintenance, "itemBulkUploads", "/v3/feeds");
static MATCH: Operation = post(Kind::Match, "itemBulkUploads", "/v3/feeds");
static PRICE: Operation = post(Kind::Price, "priceBulkUploads", "/v3/feeds?feedType=PRICE_AND_PROMOTION");
static LEGACY_PRICE: Operation = post(Kind::LegacyPrice, "priceBulkUploads", "/v3/feeds");
static INVENTORY: Operation = post(Kind::Inventory, "updateBulkInventory", "/v3/feeds");
static NODE_INVENTORY: Operation = post(Kind::NodeInventory, "updateBulkInventory", "/v3/feeds");
static LAG_TIME: Operation = post(Kind::LagTime, "updateLagTimeBulk", "/v3/feeds");
static RETIRE: Operation = post(Kind::Retire, "itemBulkUploads", "/v3/feeds");
static DELETE: Operation = post(Kind::Delete, "itemBulkUploads", "/v3/feeds");

const RATES: &str = "developer.walmart.com, us-marketplace/docs/rate-limiting";
const CHECKED_ON: &str = "2026-11-26";
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const MIB: u64 = 1 << 20;

/// What a feed is posted by.
pub(crate) fn operation(kind: Kind) -> &'static Operation {
    match kind {
        Kind::Item => &ITEM,
        Kind::Maintenance => &MAINTENANCE,
        Kind::Match => &MATCH,
        Kind::Price => &PRICE,
        Kind::LegacyPrice => &LEGACY_PRICE,
        Kind::Inventory => &INVENTORY,
        Kind::NodeInventory => &NODE_INVENTORY,
        Kind::LagTime => &LAG_TIME,
        Kind::Retire => &RETIRE,
        Kind::Delete => &DELETE,
    }
}

/// How many feeds of a kind are taken.
pub(crate) const fn quota(kind: Kind) -> Quota {
    match kind {
        Kind::Item => hourly("MP_ITEM", 10),
        Kind::Maintenance => hourly("MP_MAINTENANCE", 10),
        Kind::Match => hourly("MP_ITEM_MATCH", 20),
        // The two share it, and the older one of promotions with them.
        Kind::Price | Kind::LegacyPrice => hourly("price", 10),
        Kind::Inventory => hourly("inventory", 10),
        Kind::NodeInventory => hourly("MP_INVENTORY", 50),
        Kind::LagTime => Quota { per: Duration::from_hours(24), ..hourly("lagtime", 6) },
        // No page gives a number for it: the one of the other item feeds.
        Kind::Retire => hourly("RETIRE_ITEM", 10),
        Kind::Delete => hourly("DELETE_ITEM", 10),
    }
}

const fn hourly(shared: &'static str, submissions: u32) -> Quota {
    Quota { shared, submissions, per: HOUR, source: RATES, checked_on: CHECKED_ON }
}

const fn post(kind: Kind, id: &'static str, path: &'static str) -> Operation {
    let quota = quota(kind);
    Operation {
        id,
        method: Method::Post,
        path,
        token: Some(TOKEN),
        rate: rate(Some(quota.shared), quota.submissions, quota.per, quota.submissions, quota.source),
        // There is no key by which Walmart would know a feed again.
        repeat: Repeat::Never,
        max_answer: MIB,
    }
}

const fn get(id: &'static str, path: &'static str, rate: Rate, max_answer: u64) -> Operation {
    Operation { id, method: Method::Get, path, token: Some(TOKEN), rate, repeat: Repeat::Safe, max_answer }
}

const fn rate(shared: Option<&'static str>, requests: u32, per: Duration, burst: u32, source: &'static str) -> Rate {
    Rate { shared, requests, per, burst, source, checked_on: CHECKED_ON }
}
