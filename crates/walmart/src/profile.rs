//! Walmart as data: sites, feeds, limits, settings.

use crate::api;
use crate::api::API;
use crate::exchange;
use crate::kind::Kind;
use feedwright_catalog::digest::Lane;
use feedwright_marketplace::Categories;
use feedwright_marketplace::Container;
use feedwright_marketplace::Feed;
use feedwright_marketplace::Limit;
use feedwright_marketplace::Part;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Sending;
use feedwright_marketplace::Site;
use feedwright_marketplace::contract::Bulk;
use feedwright_marketplace::contract::FamilyStyle;
use feedwright_marketplace::contract::OptionDef;
use feedwright_marketplace::contract::ReferenceDef;
use feedwright_marketplace::contract::ToldBy;

/// The marketplace's id.
pub(crate) const ID: &str = "walmart";

/// The site whose feeds are all known.
pub(crate) const UNITED_STATES: &str = "US";

/// Everything Walmart is to the rest of the program.
pub static PROFILE: Profile = Profile {
    id: ID,
    name: "Walmart",
    sites: &[
        Site { id: "walmart.com", country: UNITED_STATES, currency: "USD", languages: &["en-US"] },
        Site { id: "walmart.ca", country: "CA", currency: "CAD", languages: &["en-CA", "fr-CA"] },
        Site { id: "walmart.com.mx", country: "MX", currency: "MXN", languages: &["es-MX"] },
    ],
    feeds: &[
        feed(Kind::Item, MP_ITEM, "MP_ITEM", &[Lane::Content], Categories::Mixed, &[ITEM_PART]),
        feed(Kind::Maintenance, "mp_maintenance", "MP_MAINTENANCE", &[Lane::Content], Categories::Mixed, &[ITEM_PART]),
        feed(Kind::Match, "mp_item_match", "MP_ITEM_MATCH", &[Lane::Content], Categories::Unused, &[ITEM_PART]),
        feed(Kind::Price, "price", "PRICE_AND_PROMOTION", &[Lane::Price], Categories::Unused, &[PRICE_PART]),
        feed(Kind::LegacyPrice, "price_legacy", "price", &[Lane::Price], Categories::Unused, &[PRICE_PART]),
        feed(Kind::Inventory, "inventory", "inventory", &[Lane::Stock], Categories::Unused, &[INVENTORY_PART]),
        feed(Kind::NodeInventory, "mp_inventory", "MP_INVENTORY", &[Lane::Stock], Categories::Unused, &[NODES_PART]),
        feed(Kind::LagTime, "lag_time", "lagtime", &[Lane::Stock], Categories::Unused, &[LAG_TIME_PART]),
        // It is among Walmart's feed types and examples, and not in its table of limits. Where it is not taken any more
        // the items stay, and the report says so; the way by `DELETE /v3/items/{sku}` goes SKU by SKU.
        feed(Kind::Retire, "retire", "RETIRE_ITEM", &[Lane::Retirement], Categories::Unused, &[ITEM_PART]),
        feed(Kind::Delete, "delete", "DELETE_ITEM", &[Lane::Retirement], Categories::Unused, &[DELETE_PART]),
    ],
    family: FamilyStyle::Led,
    options: &[
        OptionDef {
            name: SPEC_VERSION,
            docs: "The stamp of the item spec, as Walmart's page of versions gives it; it stands in the header, and the \
                   requirements must be of the same stamp.",
            values: &[],
        },
        OptionDef { name: MATCH_VERSION, docs: "The stamp of the spec of MP_ITEM_MATCH.", values: &[] },
        OptionDef {
            name: UNSEEN_ITEMS,
            docs: "What becomes of an item that lacks only what Walmart needs to show it: held back, or sent with a \
                   warning.",
            values: &["hold", "send"],
        },
        OptionDef {
            name: SHIP_NODE,
            docs: "The ship node all stock lies at: the fulfilment centre's id, or the partner id of a seller with one.",
            values: &[],
        },
        OptionDef {
            name: SHIP_NODES,
            docs: "Which ship node each stock location of the catalog is: `warehouse=123,berlin=456`.",
            values: &[],
        },
    ],
    references: &[ReferenceDef {
        name: TAXONOMY,
        docs: "The answer of `GET /v3/items/taxonomy?version=5.0&feedType=MP_ITEM`: every product type with its \
               definition.",
    }],
    bulk: Some(Bulk {
        wrapper: Some("schema"),
        path: &["properties", "MPItem", "items", "properties", "Visible", "properties"],
        told_by: ToldBy::Name,
    }),
    api: Some(&API),
};

/// The feed that sets items up.
pub(crate) const MP_ITEM: &str = "mp_item";

/// The stamp of the item spec.
pub(crate) const SPEC_VERSION: &str = "spec_version";
/// The stamp of the spec of `MP_ITEM_MATCH`.
pub(crate) const MATCH_VERSION: &str = "match_version";
/// What becomes of items that would not be shown.
pub(crate) const UNSEEN_ITEMS: &str = "unseen_items";
/// The one ship node.
pub(crate) const SHIP_NODE: &str = "ship_node";
/// The ship nodes by stock location.
pub(crate) const SHIP_NODES: &str = "ship_nodes";
/// The list of product types.
pub(crate) const TAXONOMY: &str = "taxonomy";

/// The newest stamp found: page "New item spec 5.0 version", release of 2026-09-15, read 2026-11-23.
pub(crate) const NEWEST_SPEC: &str = "5.0.20260803-17_50_56-api";
/// The newest stamp of `MP_ITEM_MATCH` found, read 2026-11-23.
pub(crate) const NEWEST_MATCH: &str = "5.0.20260607-22_38_54-api";
/// The stamp of `PRICE_AND_PROMOTION`: the API reference of price management, read 2026-11-23.
pub(crate) const PRICE_VERSION: &str = "2.0.20240126-12_25_52-api";
/// The stamp of `DELETE_ITEM`, known from one seller's production only, read 2026-11-23.
pub(crate) const DELETE_VERSION: &str = "5.0.20250919-16_45_47-api";

const RATES: &str = "developer.walmart.com, us-marketplace/docs/rate-limiting";
const BULK_UPLOADS: &str = "developer.walmart.com, global-marketplace/reference/itembulkuploads";
const PRICES: &str = "developer.walmart.com, us-marketplace/reference, update pricing for multiple items in bulk";
const CHECKED_ON: &str = "2026-11-25";

/// Most rows of any feed: item feeds, prices and inventory say so; the pages of the others give no number of their own.
const MAX_ROWS: Limit = limit(10_000, BULK_UPLOADS);
/// Below 25 MB. Walmart writes MB and not MiB: the smaller of the two is meant to be safe.
const MAX_ITEM_BYTES: Limit = limit(25_000_000, BULK_UPLOADS);

const ITEM_PART: Part = part(MAX_ROWS, MAX_ITEM_BYTES);
/// 10,000 rows and 10 MB are taken; 1,000 rows are recommended for speed.
const PRICE_PART: Part = part(limit(10_000, PRICES), limit(10_000_000, RATES));
/// The page on rates says 10 MB, a page of Seller Center 5 MB and 50,000 rows: the smaller of each.
const INVENTORY_PART: Part = part(MAX_ROWS, limit(5_000_000, "Walmart Seller Center, bulk inventory update"));
const NODES_PART: Part = part(MAX_ROWS, limit(1_000_000, RATES));
const LAG_TIME_PART: Part = part(MAX_ROWS, limit(5_000_000, RATES));
/// 400 KB.
const DELETE_PART: Part = part(MAX_ROWS, limit(400_000, RATES));

const fn limit(value: u64, source: &'static str) -> Limit {
    Limit { value, source, checked_on: CHECKED_ON }
}

const fn part(max_records: Limit, max_bytes: Limit) -> Part {
    Part { id: "", extension: "json", container: Container::Plain, max_records, max_bytes, max_batch: None }
}

const fn feed(
    kind: Kind,
    id: &'static str,
    name: &'static str,
    lanes: &'static [Lane],
    categories: Categories,
    parts: &'static [Part],
) -> Feed {
    let sending =
        Sending::ByApi { quota: Some(api::quota(kind)), previews: false, first_look: exchange::first_look(kind) };
    Feed { id, name, lanes, tells: tells(kind), categories, parts, sending, revised_by: None }
}

/// What items also say: what they cost, and how many lie at the channel's ship node where one is set.
const fn tells(kind: Kind) -> &'static [Lane] {
    match kind {
        Kind::Item | Kind::Maintenance | Kind::Match => &[Lane::Price, Lane::Stock],
        Kind::Price
        | Kind::LegacyPrice
        | Kind::Inventory
        | Kind::NodeInventory
        | Kind::LagTime
        | Kind::Retire
        | Kind::Delete => &[],
    }
}
