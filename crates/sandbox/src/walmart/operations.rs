//! Which operation a request is, by Walmart's own names, and how often it may be asked: developer.walmart.com, rate
//! limiting, checked 2026-04-15 and for feeds 2026-08-05.

use super::kind::Kind;
use crate::simulated::Incoming;
use crate::simulated::Operation;
use crate::simulated::Rate;
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// The operation a request is.
pub(super) fn of(request: &Incoming) -> Option<Operation> {
    if request.host != "api" {
        return None;
    }
    let rest = request.path.strip_prefix("/v3/")?;
    let (first, second) = rest.split_once('/').unwrap_or((rest, ""));
    let read = |id, rate| Some(Operation { id, rate, is_effect: false });
    let effect = |id, rate| Some(Operation { id, rate, is_effect: true });
    match (request.method.as_str(), first, second) {
        ("POST", "token", "") => read("tokenAPI", None),
        ("GET", "token", "detail") => read("getTokenDetail", None),
        ("POST", "feeds", "") => effect(feed_operation(request), feed_rate(request)),
        ("GET", "feeds", "") => read("getAllFeedStatuses", rate("feed statuses", 5000, MINUTE)),
        ("GET", "feeds", _) => read("getFeedItemStatus", rate("feed statuses", 5000, MINUTE)),
        ("POST", "items", "spec") => read("getSpec", rate("getSpec", 10, MINUTE)),
        ("GET", "items", "taxonomy") => read("getTaxonomyResponse", rate("getTaxonomyResponse", 200, MINUTE)),
        ("GET", "items", "") => read("getAllItems", rate("getAllItems", 300, MINUTE)),
        ("GET", "items", _) => read("getAnItem", rate("getAnItem", 900, MINUTE)),
        ("DELETE", "items", sku) if !sku.is_empty() => effect("retireAnItem", rate("retireAnItem", 900, MINUTE)),
        ("PUT", "price", "") => effect("updatePrice", rate("updatePrice", 100, HOUR)),
        ("GET", "inventory", "") => read("getInventory", rate("getInventory", 200, MINUTE)),
        ("PUT", "inventory", "") => effect("updateInventoryForAnItem", rate("updateInventoryForAnItem", 200, MINUTE)),
        ("GET", "inventories", sku) if !sku.is_empty() => {
            read("getMultiNodeInventoryForSkuAndAllShipnodes", rate("inventories", 200, MINUTE))
        }
        ("PUT", "inventories", sku) if !sku.is_empty() => {
            effect("updateMultiNodeInventory", rate("updateMultiNodeInventory", 200, MINUTE))
        }
        ("GET", "lagtime", "") => read("getLagTime", rate("getLagTime", 20, HOUR)),
        ("GET", "settings", "partnerprofile") => {
            read("getPartnerConfigurations", rate("getPartnerConfigurations", 50, MINUTE))
        }
        _ => None,
    }
}

fn feed_operation(request: &Incoming) -> &'static str {
    match request.value("feedType").and_then(Kind::named) {
        Some(Kind::Price | Kind::LegacyPrice) => "priceBulkUploads",
        // The OpenAPI document of inventory gives its operation no name; this one follows the others.
        Some(Kind::Inventory | Kind::NodeInventory) => "inventoryBulkUploads",
        Some(Kind::LagTime) => "updateLagTimeBulk",
        Some(Kind::Item | Kind::Maintenance | Kind::Match | Kind::Retire | Kind::Delete) | None => "itemBulkUploads",
    }
}

/// Feeds are counted by feed type; the two of prices together. `RETIRE_ITEM` is in no table: as `MP_ITEM`.
fn feed_rate(request: &Incoming) -> Option<Rate> {
    match request.value("feedType").and_then(Kind::named)? {
        Kind::Item => rate("MP_ITEM", 10, HOUR),
        Kind::Maintenance => rate("MP_MAINTENANCE", 10, HOUR),
        Kind::Match => rate("MP_ITEM_MATCH", 20, HOUR),
        Kind::Price | Kind::LegacyPrice => rate("prices", 10, HOUR),
        Kind::Inventory => rate("inventory", 10, HOUR),
        Kind::NodeInventory => rate("MP_INVENTORY", 50, HOUR),
        Kind::LagTime => rate("lagtime", 6, DAY),
        Kind::Retire => rate("RETIRE_ITEM", 10, HOUR),
        Kind::Delete => rate("DELETE_ITEM", 10, HOUR),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an operation's limit is an option, and each line above says one")]
fn rate(bucket: &'static str, requests: u32, per: Duration) -> Option<Rate> {
    Some(Rate { bucket, requests, per, burst: requests })
}
