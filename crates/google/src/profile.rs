//! Google as data: countries, feeds, limits, settings.

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

/// Everything Google is to the rest of the program. No feed ends a listing: what a full file leaves out is taken off by
/// Google itself.
pub static PROFILE: Profile = Profile {
    id: "google",
    name: "Google",
    sites: &[
        site("US", "USD", &["en-US"]),
        site("CA", "CAD", &["en-CA", "fr-CA"]),
        site("GB", "GBP", &["en-GB"]),
        site("DE", "EUR", &["de-DE"]),
        site("FR", "EUR", &["fr-FR"]),
        site("IT", "EUR", &["it-IT"]),
        site("ES", "EUR", &["es-ES"]),
        site("AU", "AUD", &["en-AU"]),
        site("JP", "JPY", &["ja-JP"]),
        site("MX", "MXN", &["es-MX"]),
    ],
    feeds: &[
        feed(TSV, "Product data, tab-separated", &[Lane::Content], Categories::Mixed, TABLE),
        feed(RSS, "Product data, RSS 2.0", &[Lane::Content], Categories::Mixed, MARKUP),
        feed(PRICE, "Supplemental data: prices", &[Lane::Price], Categories::Unused, TABLE),
        feed(STOCK, "Supplemental data: availability", &[Lane::Stock], Categories::Unused, TABLE),
    ],
    family: FamilyStyle::Flat,
    options: &[
        OptionDef { name: SHOP_NAME, docs: "The name of the shop, for the head of an RSS file.", values: &[] },
        OptionDef { name: SHOP_LINK, docs: "The address of the shop, for the head of an RSS file.", values: &[] },
    ],
    references: &[ReferenceDef {
        name: TAXONOMY,
        docs: "Google's list of product categories with their numbers, a line each: `187 - Apparel & Accessories > Shoes`.",
    }],
    bulk: None,
    api: None,
};

/// The feed in tab-separated rows.
pub(crate) const TSV: &str = "products_tsv";
/// The feed in RSS.
pub(crate) const RSS: &str = "products_rss";
/// The feed of prices.
pub(crate) const PRICE: &str = "price_tsv";
/// The feed of availability.
pub(crate) const STOCK: &str = "stock_tsv";
/// The name of the shop.
pub(crate) const SHOP_NAME: &str = "shop_name";
/// The address of the shop.
pub(crate) const SHOP_LINK: &str = "shop_link";
/// The list of categories.
pub(crate) const TAXONOMY: &str = "taxonomy";

/// Google names no number of products in a file, only of bytes: ours keeps a file within what people can open.
const MAX_PRODUCTS: Limit = Limit {
    value: 1_000_000,
    source: "none of Google's: its page on file sizes limits bytes",
    checked_on: "2026-11-25",
};
/// 4 GB, not compressed.
const MAX_BYTES: Limit = Limit {
    value: 4_000_000_000,
    source: "Google Merchant Center help, file size guidelines [unsure: from general knowledge]",
    checked_on: "2026-11-25",
};

const TABLE: &[Part] = &[part("tsv")];
const MARKUP: &[Part] = &[part("xml")];

const fn part(extension: &'static str) -> Part {
    Part {
        id: "",
        extension,
        container: Container::Plain,
        max_records: MAX_PRODUCTS,
        max_bytes: MAX_BYTES,
        max_batch: None,
    }
}

const fn feed(
    id: &'static str,
    name: &'static str,
    lanes: &'static [Lane],
    categories: Categories,
    parts: &'static [Part],
) -> Feed {
    Feed { id, name, lanes, tells: &[], categories, parts, sending: Sending::ByHand, revised_by: None }
}

const fn site(country: &'static str, currency: &'static str, languages: &'static [&'static str]) -> Site {
    Site { id: country, country, currency, languages }
}
