//! eBay as data: sites, feeds, limits, settings.

use crate::api::API;
use feedwright_catalog::digest::Lane;
use feedwright_marketplace::Categories;
use feedwright_marketplace::Container;
use feedwright_marketplace::Feed;
use feedwright_marketplace::Limit;
use feedwright_marketplace::Part;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Quota;
use feedwright_marketplace::Sending;
use feedwright_marketplace::Site;
use feedwright_marketplace::contract::Bulk;
use feedwright_marketplace::contract::FamilyStyle;
use feedwright_marketplace::contract::OptionDef;
use feedwright_marketplace::contract::ReferenceDef;
use feedwright_marketplace::contract::ToldBy;
use std::time::Duration;

/// Everything eBay is to the rest of the program. Feeds stand in the order of `Kind::ALL`.
pub static PROFILE: Profile = Profile {
    id: "ebay",
    name: "eBay",
    sites: &[
        site("EBAY_US", "US", "USD", &["en-US"]),
        site("EBAY_GB", "GB", "GBP", &["en-GB"]),
        site("EBAY_DE", "DE", "EUR", &["de-DE"]),
        site("EBAY_CA", "CA", "CAD", &["en-CA"]),
        site("EBAY_AU", "AU", "AUD", &["en-AU"]),
        site("EBAY_FR", "FR", "EUR", &["fr-FR"]),
        site("EBAY_IT", "IT", "EUR", &["it-IT"]),
        site("EBAY_ES", "ES", "EUR", &["es-ES"]),
    ],
    feeds: &[
        Feed {
            id: "inventory",
            name: "Sell Inventory API",
            lanes: &[Lane::Content],
            tells: TOLD_ALONG,
            categories: Categories::Mixed,
            parts: &[
                calls("items", Some(BATCH)),
                calls(GROUPS, None),
                calls("offers", Some(BATCH)),
                calls(PUBLISH, None),
            ],
            sending: AT_ONCE,
            revised_by: None,
        },
        rows("inventory_price", "bulkUpdatePriceQuantity, prices", &[Lane::Price], &[calls("", Some(BATCH))]),
        rows("inventory_stock", "bulkUpdatePriceQuantity, quantities", &[Lane::Stock], &[calls("", Some(BATCH))]),
        rows("inventory_end", "deleteInventoryItem", &[Lane::Retirement], &[calls("", None)]),
        Feed {
            revised_by: Some("lms_revise"),
            ..listings("lms", "LMS_ADD_FIXED_PRICE_ITEM", quota("LMS_ADD_FIXED_PRICE_ITEM", 400))
        },
        listings("lms_revise", "LMS_REVISE_FIXED_PRICE_ITEM", REVISION_QUOTA),
        xml("lms_price", "LMS_REVISE_INVENTORY_STATUS, prices", &[Lane::Price], STATUS_QUOTA),
        xml("lms_stock", "LMS_REVISE_INVENTORY_STATUS, quantities", &[Lane::Stock], STATUS_QUOTA),
        Feed {
            revised_by: Some("lms_drop"),
            ..xml("lms_end", "LMS_END_FIXED_PRICE_ITEM", &[Lane::Retirement], quota("LMS_END_FIXED_PRICE_ITEM", 100))
        },
        xml("lms_drop", "LMS_REVISE_FIXED_PRICE_ITEM, variants deleted", &[Lane::Retirement], REVISION_QUOTA),
        Feed {
            id: "fx",
            name: "FX_LISTING",
            lanes: &[Lane::Content],
            tells: &[],
            categories: Categories::Apart,
            parts: &[Part { extension: "csv", max_bytes: MAX_FILE, ..calls("", None) }],
            sending: Sending::ByHand,
            revised_by: None,
        },
    ],
    family: FamilyStyle::GroupRecord,
    options: &[
        option(MERCHANT_LOCATION, "The key of the inventory location that ships; Inventory API."),
        option("fulfillment_policy", "The id of the fulfilment policy; Inventory API and LMS."),
        option("payment_policy", "The id of the payment policy; Inventory API and LMS."),
        option("return_policy", "The id of the return policy; Inventory API and LMS."),
        option("item_location", "Where items lie, in words: `Portland, OR`; LMS and FX."),
        option("postal_code", "The postal code of where items lie; LMS and FX."),
        option("dispatch_days", "Most working days between payment and dispatch; LMS and FX."),
        option("shipping_profile", "The name of the shipping profile; FX."),
        option("return_profile", "The name of the return profile; FX."),
        option("payment_profile", "The name of the payment profile; FX."),
    ],
    references: &[
        ReferenceDef {
            name: TAXONOMY,
            docs: "The answer of `getCategoryTree`: every category, and which take listings.",
        },
        ReferenceDef {
            name: EXPIRED,
            docs: "The answer of `getExpiredCategories`: which category took the place of one that is gone.",
        },
        ReferenceDef {
            name: CONDITIONS,
            docs: "The answer of `getItemConditionPolicies`: which conditions a category takes.",
        },
    ],
    bulk: Some(Bulk { wrapper: None, path: &["categoryAspects"], told_by: ToldBy::Entry(&["category", "categoryId"]) }),
    api: Some(&API),
};

/// What a whole listing also says.
const TOLD_ALONG: &[Lane] = &[Lane::Price, Lane::Stock];
/// Calls that are answered while one waits.
const AT_ONCE: Sending = Sending::ByApi { quota: None, previews: false, first_look: Duration::ZERO };

/// The part of the Inventory feed that holds groups.
pub(crate) const GROUPS: &str = "groups";
/// The part that publishes groups.
pub(crate) const PUBLISH: &str = "publish";
/// The setting that names the location.
pub(crate) const MERCHANT_LOCATION: &str = "merchant_location";
/// The category tree.
pub(crate) const TAXONOMY: &str = "taxonomy";
/// Successors of categories.
pub(crate) const EXPIRED: &str = "expired";
/// Conditions by category.
pub(crate) const CONDITIONS: &str = "conditions";

/// Most aspects of one listing: merchant data guide, `NameValueListArrayType`.
pub(crate) const MAX_ASPECTS: usize = 45;
/// Most values of one aspect: Taxonomy API, itemToAspectCardinality MULTI.
pub(crate) const MAX_ASPECT_VALUES: u64 = 30;
/// Most characters of an aspect's name and value, where the category says nothing: Inventory API, and `aspectMaxLength`
/// as real answers have it. The text of the Inventory API says 50 for values; real answers and `brand` allow 65.
pub(crate) const MAX_ASPECT_NAME: u64 = 40;
/// See [`MAX_ASPECT_NAME`].
pub(crate) const MAX_ASPECT_VALUE: u64 = 65;
/// Most variants of a family, from a page of others of 2020: a warning.
pub(crate) const MAX_VARIANTS: usize = 250;
/// Most images of a variant in a family: Inventory API, imageUrls.
pub(crate) const MAX_VARIANT_IMAGES: usize = 12;
/// The version of the Trading API whose types are written: WSDL 1487 of October 2026.
pub(crate) const TRADING_VERSION: &str = "1487";
/// The version in the first cell of a Seller Hub file, as templates of 2026 have it.
pub(crate) const FX_VERSION: &str = "1193";

const CHECKED_ON: &str = "2026-11-25";
/// Most rows in one call: errors 25727 and 25730. The text on bulkUpdatePriceQuantity says both one SKU and 25 items; the
/// schema of its body says 25.
const BATCH: Limit = limit(25, "Sell Inventory API 1.18.5, bulkCreateOrReplaceInventoryItem and bulkCreateOffer");
/// What a file of calls holds is our own measure: each call is sent alone.
const MAX_CALLS: Limit = limit(100_000, "none of eBay's: a file of calls is sent call by call");
/// 15 MB, plain or compressed: counted before compression, to be safe.
const MAX_FILE: Limit = limit(15_000_000, "eBay, Merchant Data user guide, data file limits");
const MAX_REQUESTS: Limit = limit(50_000, "none of eBay's: its guide speaks of thousands of objects in a file");

const fn limit(value: u64, source: &'static str) -> Limit {
    Limit { value, source, checked_on: CHECKED_ON }
}

const fn site(
    id: &'static str,
    country: &'static str,
    currency: &'static str,
    languages: &'static [&'static str],
) -> Site {
    Site { id, country, currency, languages }
}

const fn calls(id: &'static str, max_batch: Option<Limit>) -> Part {
    let max_bytes = limit(64 << 20, "none of eBay's: a file of calls is sent call by call");
    Part { id, extension: "jsonl", container: Container::Plain, max_records: MAX_CALLS, max_bytes, max_batch }
}

const fn rows(id: &'static str, name: &'static str, lanes: &'static [Lane], parts: &'static [Part]) -> Feed {
    Feed { id, name, lanes, tells: &[], categories: Categories::Unused, parts, sending: AT_ONCE, revised_by: None }
}

/// Prices and quantities go the same way, and count together. What is said of this kind alone is not known; the guide's
/// note on all kinds allows 400.
const STATUS_QUOTA: Quota = quota("LMS_REVISE_INVENTORY_STATUS", 400);

/// Changes of listings and variants deleted from them count together.
const REVISION_QUOTA: Quota = quota("LMS_REVISE_FIXED_PRICE_ITEM", 150);

/// The guide says so many files of a kind in 24 hours, and 400 of any kind.
const fn quota(feed_type: &'static str, submissions: u32) -> Quota {
    Quota {
        shared: feed_type,
        submissions,
        per: Duration::from_hours(24),
        source: "eBay, Merchant Data user guide, data file limits",
        checked_on: "2026-11-26",
    }
}

const fn listings(id: &'static str, name: &'static str, quota: Quota) -> Feed {
    Feed { tells: TOLD_ALONG, categories: Categories::Mixed, ..xml(id, name, &[Lane::Content], quota) }
}

const fn xml(id: &'static str, name: &'static str, lanes: &'static [Lane], quota: Quota) -> Feed {
    const PARTS: &[Part] = &[Part {
        id: "",
        extension: "xml",
        container: Container::Plain,
        max_records: MAX_REQUESTS,
        max_bytes: MAX_FILE,
        max_batch: None,
    }];
    let first_look = Duration::from_mins(1);
    let sending = Sending::ByApi { quota: Some(quota), previews: false, first_look };
    Feed { id, name, lanes, tells: &[], categories: Categories::Unused, parts: PARTS, sending, revised_by: None }
}

const fn option(name: &'static str, docs: &'static str) -> OptionDef {
    OptionDef { name, docs, values: &[] }
}

/// A site's number and name in the Trading API and in Seller Hub files: category tree ids equal site ids.
pub(crate) fn trading_site(country: &str) -> (&'static str, &'static str) {
    match country {
        "GB" => ("3", "UK"),
        "DE" => ("77", "Germany"),
        "CA" => ("2", "Canada"),
        "AU" => ("15", "Australia"),
        "FR" => ("71", "France"),
        "IT" => ("101", "Italy"),
        "ES" => ("186", "Spain"),
        _ => ("0", "US"),
    }
}
