//! Amazon as data: sites, feeds, limits, settings.

use feedwright_catalog::digest::Lane;
use feedwright_marketplace::Feed;
use feedwright_marketplace::Limit;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Site;
use feedwright_marketplace::contract::FamilyStyle;
use feedwright_marketplace::contract::OptionDef;

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
    feeds: &[LISTINGS],
    family: FamilyStyle::ParentRecord,
    options: &[
        OptionDef {
            name: REQUIREMENTS,
            docs: "What is sent: the whole listing, the offer on an existing ASIN, or the product without an offer.",
            values: &["LISTING", "LISTING_OFFER_ONLY", "LISTING_PRODUCT_ONLY"],
        },
        OptionDef {
            name: OPERATION,
            docs: "What is done: replace the listing, replace or patch single attributes, or delete the listing.",
            values: &["UPDATE", "PARTIAL_UPDATE", "PATCH", "DELETE"],
        },
        OptionDef { name: FULFILLMENT, docs: "Who ships: the merchant, or Amazon.", values: &["merchant", "amazon"] },
    ],
};

/// `JSON_LISTINGS_FEED`, version 2.0.
pub(crate) const LISTINGS: Feed = Feed {
    id: "listings",
    name: "JSON_LISTINGS_FEED",
    lanes: &[Lane::Content, Lane::Price, Lane::Stock],
    extension: "json",
    max_records: Limit {
        value: 25_000,
        source: "listings-feed-schema-v2.json, messages.maxItems",
        checked_on: "2026-11-23",
    },
    // No hard cap is published for this feed type; the best-practices page advises to stay below.
    max_bytes: Limit { value: 10 << 20, source: "SP-API, Feeds API best practices", checked_on: "2026-11-23" },
};

/// Which requirements a listing is held to.
pub(crate) const REQUIREMENTS: &str = "requirements";
/// What a message does.
pub(crate) const OPERATION: &str = "operation";
/// Who ships.
pub(crate) const FULFILLMENT: &str = "fulfillment";
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
