//! Amazon's Selling Partner API as data: hosts by region, sign-in, and every operation that is used, with its limits.
//!
//! The numbers are those of the official models (`x-amzn-api-rate` tables of the operations' descriptions), unless a line
//! says otherwise. Amazon tells the rate in force in a header of its answers, which the wire adopts.

use feedwright_marketplace::Quota;
use feedwright_marketplace::api::Api;
use feedwright_marketplace::api::ClientAuth;
use feedwright_marketplace::api::Grant;
use feedwright_marketplace::api::Host;
use feedwright_marketplace::api::LimitHeaders;
use feedwright_marketplace::api::Method;
use feedwright_marketplace::api::Operation;
use feedwright_marketplace::api::Rate;
use feedwright_marketplace::api::Repeat;
use feedwright_marketplace::api::ShownAs;
use feedwright_marketplace::api::TokenDef;
use feedwright_marketplace::contract::Sending;
use std::time::Duration;

/// Amazon's API.
pub(crate) static API: Api = Api {
    hosts: &[
        Host {
            id: NORTH_AMERICA,
            url: "https://sellingpartnerapi-na.amazon.com",
            sandbox: Some("https://sandbox.sellingpartnerapi-na.amazon.com"),
        },
        Host {
            id: EUROPE,
            url: "https://sellingpartnerapi-eu.amazon.com",
            sandbox: Some("https://sandbox.sellingpartnerapi-eu.amazon.com"),
        },
        Host {
            id: FAR_EAST,
            url: "https://sellingpartnerapi-fe.amazon.com",
            sandbox: Some("https://sandbox.sellingpartnerapi-fe.amazon.com"),
        },
        // Amazon's sandbox has no sign-in of its own.
        Host { id: SIGN_IN, url: "https://api.amazon.com", sandbox: Some("https://api.amazon.com") },
    ],
    tokens: &[TokenDef {
        id: TOKEN,
        host: SIGN_IN,
        path: "/auth/o2/token",
        grant: Grant::RefreshToken { scope: None },
        client: ClientAuth::Form,
        shown_as: ShownAs::Header("x-amz-access-token"),
        lifetime: Duration::from_hours(1),
        // As Amazon's own client for Java does.
        renewed_before: Duration::from_mins(1),
        // 403 says both that a token has ended and that a role is missing.
        ended_by: &[401, 403],
        source: "SP-API, Connect to the Selling Partner API",
        checked_on: "2026-11-23",
    }],
    operations: &[
        &CREATE_DOCUMENT,
        &UPLOAD,
        &CREATE_FEED,
        &GET_FEED,
        &GET_FEEDS,
        &GET_DOCUMENT,
        &DOWNLOAD,
        &PUT_ITEM,
        &PATCH_ITEM,
        &DELETE_ITEM,
        &GET_DEFINITION,
        &DOWNLOAD_SCHEMA,
    ],
    // The form of `User-Agent` that Amazon asks for is the wire's.
    headers: &[],
    limit_headers: LimitHeaders { rate: Some("x-amzn-RateLimit-Limit"), left: None, replenished: None },
};

const NORTH_AMERICA: &str = "na";
const EUROPE: &str = "eu";
const FAR_EAST: &str = "fe";
const SIGN_IN: &str = "lwa";
const TOKEN: &str = "lwa";

/// The host of a site's region.
pub(crate) fn host(country: &str) -> &'static str {
    match country {
        "CA" | "MX" | "US" => NORTH_AMERICA,
        "JP" => FAR_EAST,
        _ => EUROPE,
    }
}

/// The path of feeds.
pub(crate) const FEEDS: &str = "/feeds/2021-06-30/feeds";
/// The path of feeds' documents.
pub(crate) const DOCUMENTS: &str = "/feeds/2021-06-30/documents";
/// The path of product types' definitions.
pub(crate) const DEFINITIONS: &str = "/definitions/2020-09-01/productTypes";
/// The path of an item, before the seller and the SKU.
pub(crate) const ITEMS: &str = "/listings/2021-08-01/items/";

const FEEDS_MODEL: &str = "feeds_2021-06-30.json";
const ITEMS_MODEL: &str = "listingsItems_2021-08-01.json";
const DEFINITIONS_MODEL: &str = "definitionsProductTypes_2020-09-01.json";
/// No number is published for the stores that documents are put into and taken out of.
const STORE: &str = "our own: none is published for URLs that are given out";

/// Most bytes of an answer that holds no document; none of them comes near.
const SHORT: u64 = 4 << 20;
/// Most bytes of a processing report, compressed or not: 25,000 messages with ten issues of 400 bytes each are 100 MB.
pub(crate) const LONGEST_REPORT: u64 = 256 << 20;
/// Most bytes of a product type's schema: the largest known has 1.4 MB.
const LONGEST_SCHEMA: u64 = 64 << 20;

/// Asks for a place to put a file. Places that are not used vanish.
pub(crate) static CREATE_DOCUMENT: Operation = Operation {
    id: "createFeedDocument",
    method: Method::Post,
    path: "/feeds/2021-06-30/documents",
    token: Some(TOKEN),
    rate: rate(1, 2, 15, FEEDS_MODEL),
    repeat: Repeat::Safe,
    max_answer: SHORT,
};

/// Puts a file into its place.
pub(crate) static UPLOAD: Operation = Operation {
    id: "uploadFeedDocument",
    method: Method::Put,
    path: "",
    token: None,
    rate: rate(10, 1, 10, STORE),
    repeat: Repeat::Safe,
    max_answer: SHORT,
};

/// Submits a file. Twice makes two feeds.
pub(crate) static CREATE_FEED: Operation = Operation {
    id: "createFeed",
    method: Method::Post,
    path: "/feeds/2021-06-30/feeds",
    token: Some(TOKEN),
    // 0.0083 a second.
    rate: rate(83, 10_000, 15, FEEDS_MODEL),
    repeat: Repeat::Never,
    max_answer: SHORT,
};

/// Asks how a feed is doing.
pub(crate) static GET_FEED: Operation = Operation {
    id: "getFeed",
    method: Method::Get,
    path: "/feeds/2021-06-30/feeds/{feedId}",
    token: Some(TOKEN),
    rate: rate(2, 1, 15, FEEDS_MODEL),
    repeat: Repeat::Safe,
    max_answer: SHORT,
};

/// Asks for the feeds there are.
pub(crate) static GET_FEEDS: Operation = Operation {
    id: "getFeeds",
    method: Method::Get,
    path: "/feeds/2021-06-30/feeds",
    token: Some(TOKEN),
    // 0.0222 a second.
    rate: rate(222, 10_000, 10, FEEDS_MODEL),
    repeat: Repeat::Safe,
    max_answer: SHORT,
};

/// Asks where a report is.
pub(crate) static GET_DOCUMENT: Operation = Operation {
    id: "getFeedDocument",
    method: Method::Get,
    path: "/feeds/2021-06-30/documents/{feedDocumentId}",
    token: Some(TOKEN),
    // 0.0222 a second.
    rate: rate(222, 10_000, 10, FEEDS_MODEL),
    repeat: Repeat::Safe,
    max_answer: SHORT,
};

/// Takes a report out of its place.
pub(crate) static DOWNLOAD: Operation = Operation {
    id: "downloadFeedDocument",
    method: Method::Get,
    path: "",
    token: None,
    rate: rate(10, 1, 10, STORE),
    repeat: Repeat::Safe,
    max_answer: LONGEST_REPORT,
};

/// Makes or replaces a listing.
pub(crate) static PUT_ITEM: Operation = item("putListingsItem", Method::Put, 10);
/// Changes attributes of a listing.
pub(crate) static PATCH_ITEM: Operation = item("patchListingsItem", Method::Patch, 5);
/// Ends a listing.
pub(crate) static DELETE_ITEM: Operation = item("deleteListingsItem", Method::Delete, 5);

/// Asks for what a product type requires.
pub(crate) static GET_DEFINITION: Operation = Operation {
    id: "getDefinitionsProductType",
    method: Method::Get,
    path: "/definitions/2020-09-01/productTypes/{productType}",
    token: Some(TOKEN),
    rate: rate(5, 1, 10, DEFINITIONS_MODEL),
    repeat: Repeat::Safe,
    max_answer: SHORT,
};

/// Takes a schema out of its place.
pub(crate) static DOWNLOAD_SCHEMA: Operation = Operation {
    id: "downloadProductTypeSchema",
    method: Method::Get,
    path: "",
    token: None,
    rate: rate(10, 1, 10, STORE),
    repeat: Repeat::Safe,
    max_answer: LONGEST_SCHEMA,
};

/// How messages are sent.
pub(crate) const FEED: Sending = Sending::ByApi {
    quota: Some(Quota {
        shared: "JSON_LISTINGS_FEED",
        submissions: 5,
        per: Duration::from_mins(5),
        source: "SP-API changelog, 2025-05-06: feed size and rate limit changes for the JSON_LISTINGS_FEED",
        checked_on: "2026-11-23",
    }),
    previews: false,
    // Our own: minutes are the rule, and no interval is published.
    first_look: Duration::from_mins(1),
};

/// How calls are sent: there is nothing to ask after.
pub(crate) const CALLS: Sending = Sending::ByApi { quota: None, previews: false, first_look: Duration::ZERO };

/// The same for those that can be tried without an effect.
pub(crate) const CALLS_WITH_PREVIEW: Sending =
    Sending::ByApi { quota: None, previews: true, first_look: Duration::ZERO };

const fn item(id: &'static str, method: Method, burst: u32) -> Operation {
    Operation {
        id,
        method,
        path: "/listings/2021-08-01/items/{sellerId}/{sku}",
        token: Some(TOKEN),
        rate: rate(5, 1, burst, ITEMS_MODEL),
        repeat: Repeat::Safe,
        max_answer: SHORT,
    }
}

const fn rate(requests: u32, seconds: u64, burst: u32, source: &'static str) -> Rate {
    Rate { shared: None, requests, per: Duration::from_secs(seconds), burst, source, checked_on: "2026-11-23" }
}
