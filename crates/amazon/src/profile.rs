//! Amazon as data: sites, feeds, limits, settings.

use crate::api;
use feedwright_catalog::digest::Lane;
use feedwright_marketplace::Categories;
use feedwright_marketplace::Container;
use feedwright_marketplace::Feed;
use feedwright_marketplace::Limit;
use feedwright_marketplace::Part;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Sending;
use feedwright_marketplace::Site;
use feedwright_marketplace::contract::FamilyStyle;
use feedwright_marketplace::contract::OptionDef;
use feedwright_marketplace::contract::ReferenceDef;

/// The marketplace's id.
pub(crate) const ID: &str = "amazon";

/// Everything Amazon is to the rest of the program.
pub static PROFILE: Profile = Profile {
    id: ID,
    name: "Amazon",
    sites: &[
        site("amazon.com", "US", "USD", &["en-US", "es-US"]),
        site("amazon.ca", "CA", "CAD", &["en-CA", "fr-CA"]),
        site("amazon.com.mx", "MX", "MXN", &["es-MX"]),
        site("amazon.co.uk", "GB", "GBP", &["en-GB"]),
        site("amazon.de", "DE", "EUR", &["de-DE", "en-GB"]),
        site("amazon.fr", "FR", "EUR", &["fr-FR"]),
        site("amazon.it", "IT", "EUR", &["it-IT"]),
        site("amazon.es", "ES", "EUR", &["es-ES"]),
        site("amazon.co.jp", "JP", "JPY", &["ja-JP", "en-US"]),
    ],
    feeds: &[
        messages("listings", &[Lane::Content], Categories::Mixed),
        messages("price", &[Lane::Price], Categories::Unused),
        messages("stock", &[Lane::Stock], Categories::Unused),
        messages("retirement", &[Lane::Retirement], Categories::Unused),
        calls("calls", "putListingsItem, patchListingsItem", &[Lane::Content], Categories::Mixed),
        calls("calls_price", "patchListingsItem", &[Lane::Price], Categories::Unused),
        calls("calls_stock", "patchListingsItem", &[Lane::Stock], Categories::Unused),
        calls("calls_retirement", "deleteListingsItem", &[Lane::Retirement], Categories::Unused),
        rows("flat", &[rows_in("txt", Container::Plain)]),
        rows("flat_xlsx", &[rows_in("xlsx", Container::Workbook(SHEET))]),
    ],
    family: FamilyStyle::ParentRecord,
    options: &[
        OptionDef {
            name: REQUIREMENTS,
            docs: "What is sent: the whole listing, the offer on an existing ASIN, or the product without an offer.",
            values: &["LISTING", "LISTING_OFFER_ONLY", "LISTING_PRODUCT_ONLY"],
        },
        OptionDef {
            name: OPERATION,
            docs: "What content feeds do: replace the listing, or only the attributes the catalog gives.",
            values: &["UPDATE", "PARTIAL_UPDATE"],
        },
        OptionDef { name: FULFILLMENT, docs: "Who ships: the merchant, or Amazon.", values: &["merchant", "amazon"] },
        OptionDef {
            name: WITHOUT_SALE,
            docs: "What a product without a sale price says in price feeds: nothing, or that a sale is over.",
            values: &["keep", "end"],
        },
    ],
    references: &[ReferenceDef {
        name: FLAT_TEMPLATE,
        docs: "A listing template as Seller Central hands it out, saved as tab-delimited text: flat files take its header rows.",
    }],
    bulk: None,
    api: Some(&api::API),
};

/// What the records of a feed are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Messages of a `JSON_LISTINGS_FEED`, version 2.0.
    Messages,
    /// Calls of the Listings Items API, one a line.
    Calls,
    /// Rows of a file that is uploaded by hand.
    Rows,
}

/// What the records of a feed are.
pub(crate) fn form(feed: &Feed) -> Form {
    match feed.id.split('_').next() {
        Some("calls") => Form::Calls,
        Some("flat") => Form::Rows,
        Some(_) | None => Form::Messages,
    }
}

const fn messages(id: &'static str, lanes: &'static [Lane], categories: Categories) -> Feed {
    const PARTS: &[Part] = &[Part {
        id: "",
        extension: "json",
        container: Container::Plain,
        max_records: MAX_MESSAGES,
        max_bytes: MAX_BYTES,
        max_batch: None,
    }];
    let name = "JSON_LISTINGS_FEED";
    Feed { id, name, lanes, tells: told_along(lanes), categories, parts: PARTS, sending: api::FEED, revised_by: None }
}

const fn calls(id: &'static str, name: &'static str, lanes: &'static [Lane], categories: Categories) -> Feed {
    const PARTS: &[Part] = &[Part {
        id: "",
        extension: "jsonl",
        container: Container::Plain,
        max_records: MAX_CALLS,
        max_bytes: Limit {
            value: 256 << 20,
            source: "our own: nobody uploads the file, a program reads it line by line",
            checked_on: "2026-11-25",
        },
        max_batch: None,
    }];
    let tells = told_along(lanes);
    // Only what makes or changes content is worth trying, and an end cannot be tried.
    let sending = if tells.is_empty() { api::CALLS } else { api::CALLS_WITH_PREVIEW };
    Feed { id, name, lanes, tells, categories, parts: PARTS, sending, revised_by: None }
}

/// A whole listing also says what it costs and how many there are.
const fn told_along(lanes: &'static [Lane]) -> &'static [Lane] {
    match lanes {
        [Lane::Content] => &[Lane::Price, Lane::Stock],
        _ => &[],
    }
}

const fn rows(id: &'static str, parts: &'static [Part]) -> Feed {
    Feed {
        id,
        name: "Listing template (TemplateType=unified)",
        lanes: &[Lane::Content],
        tells: &[],
        categories: Categories::Apart,
        parts,
        sending: Sending::ByHand,
        revised_by: None,
    }
}

const fn rows_in(extension: &'static str, container: Container) -> Part {
    Part { id: "", extension, container, max_records: MAX_ROWS, max_bytes: MAX_BYTES, max_batch: None }
}

/// The sheet of a template that holds the rows, on sites in English; the name is translated elsewhere.
const SHEET: &str = "Template";

/// Most bytes of a listings feed: no hard cap is published for this feed type; the best-practices page advises to stay
/// below.
pub(crate) const MAX_BYTES: Limit =
    Limit { value: 10 << 20, source: "SP-API, Feeds API best practices", checked_on: "2026-11-23" };

/// Most messages of a listings feed.
pub(crate) const MAX_MESSAGES: Limit =
    Limit { value: 25_000, source: "listings-feed-schema-v2.json, messages.maxItems", checked_on: "2026-11-23" };

/// Most calls in a file: an hour's work at 5 calls a second.
const MAX_CALLS: Limit =
    Limit { value: 18_000, source: "Listings Items API, usage plan: 5 calls a second", checked_on: "2026-11-25" };

/// Most rows of a flat file: no number is published, and what is uploaded by hand becomes messages like any other.
pub(crate) const MAX_ROWS: Limit = Limit {
    value: 25_000,
    source: "our own: what a listings feed takes; none is published for templates",
    checked_on: "2026-11-25",
};

/// Which requirements a listing is held to.
pub(crate) const REQUIREMENTS: &str = "requirements";
/// What a message does.
pub(crate) const OPERATION: &str = "operation";
/// Who ships.
pub(crate) const FULFILLMENT: &str = "fulfillment";
/// What the absence of a sale price says.
pub(crate) const WITHOUT_SALE: &str = "without_sale";
/// A template of the seller's.
pub(crate) const FLAT_TEMPLATE: &str = "flat_template";
/// Worked out from `fulfillment` and the site; templates may ask for it.
pub(crate) const FULFILLMENT_CHANNEL_CODE: &str = "fulfillment_channel_code";

/// Most characters of a SKU: `parent_sku` has `maxLength` 40 in the product type BRACELET, read 2026-11-23.
pub(crate) const MAX_SKU: usize = 40;

/// Amazon's own id of a site.
pub(crate) fn marketplace_id(country: &str) -> &'static str {
    match country {
        "CA" => "A2EUQ1WTGCTBG2",
        "MX" => "A1AM78C64UM0Y8",
        "GB" => "A1F83G8C2ARO7P",
        "DE" => "A1PA6795UKMFR9",
        "FR" => "A13V1IB3VIYZZH",
        "IT" => "APJ6JRA9NG5V4",
        // Not confirmed by a primary source: taken from general knowledge on 2026-11-23.
        "ES" => "A1RKKUPIHCS9HS",
        "JP" => "A1VC38T7YXB528",
        _ => "ATVPDKIKX0DER",
    }
}

/// The fulfilment channel of what the merchant ships.
pub(crate) const MERCHANT_CHANNEL: &str = "DEFAULT";

/// The fulfilment network of a site's region.
pub(crate) fn fulfillment_network(country: &str) -> &'static str {
    match country {
        "US" | "CA" | "MX" => "AMAZON_NA",
        "JP" => "AMAZON_JP",
        _ => "AMAZON_EU",
    }
}

const fn site(
    id: &'static str,
    country: &'static str,
    currency: &'static str,
    languages: &'static [&'static str],
) -> Site {
    Site { id, country, currency, languages }
}
