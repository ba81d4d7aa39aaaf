//! Which operation a request is, by eBay's own names, and how often it may be asked.
//!
//! Daily quotas: the Account page of API call limits gives some; those of Inventory and Feed are from general knowledge and
//! not confirmed. Files a day: data-file-limits, read 2026-11-23; the line of `REVISE_INVENTORY_STATUS` was cut off, 400 is
//! the note for all types.

use crate::simulated::Incoming;
use crate::simulated::Operation;
use crate::simulated::Rate;
use serde_json::Value;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// Where each API begins.
const INVENTORY: &str = "/sell/inventory/v1/";
const FEED: &str = "/sell/feed/v1/";
const TAXONOMY: &str = "/commerce/taxonomy/v1/";
const METADATA: &str = "/sell/metadata/v1/";

/// The operation a request is.
pub(super) fn of(request: &Incoming) -> Option<Operation> {
    if request.host != "api" {
        return None;
    }
    let (method, path) = (request.method.as_str(), request.path.as_str());
    if path == "/identity/v1/oauth2/token" {
        return (method == "POST").then_some(Operation { id: "token", rate: None, is_effect: false });
    }
    if let Some(rest) = path.strip_prefix(INVENTORY) {
        let (id, is_effect) = inventory(method, rest)?;
        return Some(Operation { id, rate: Some(daily("inventory", 2_000_000)), is_effect });
    }
    if let Some(rest) = path.strip_prefix(FEED) {
        let (id, is_effect) = feed(method, rest)?;
        let rate = if id == "createTask" { files(request) } else { daily("feed", 100_000) };
        return Some(Operation { id, rate: Some(rate), is_effect });
    }
    if let Some(rest) = path.strip_prefix(TAXONOMY) {
        let id = taxonomy(method, rest)?;
        return Some(Operation { id, rate: Some(daily("taxonomy", 5_000)), is_effect: false });
    }
    let id = metadata(method, path.strip_prefix(METADATA)?)?;
    Some(Operation { id, rate: Some(daily("metadata", 5_000)), is_effect: false })
}

/// The last part of a path, or the one before a verb.
pub(super) fn after<'request>(request: &'request Incoming, prefix: &str, suffix: &str) -> &'request str {
    let (_, rest) = request.path.split_once(prefix).unwrap_or_default();
    rest.strip_suffix(suffix).unwrap_or(rest)
}

fn inventory(method: &str, path: &str) -> Option<(&'static str, bool)> {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    Some(match (method, first, rest) {
        ("POST", "bulk_create_or_replace_inventory_item", "") => ("bulkCreateOrReplaceInventoryItem", true),
        ("POST", "bulk_get_inventory_item", "") => ("bulkGetInventoryItem", false),
        ("POST", "bulk_update_price_quantity", "") => ("bulkUpdatePriceQuantity", true),
        ("POST", "bulk_create_offer", "") => ("bulkCreateOffer", true),
        ("POST", "bulk_publish_offer", "") => ("bulkPublishOffer", true),
        ("GET", "inventory_item", "") => ("getInventoryItems", false),
        ("GET", "inventory_item", _) => ("getInventoryItem", false),
        ("PUT", "inventory_item", sku) if !sku.is_empty() => ("createOrReplaceInventoryItem", true),
        ("DELETE", "inventory_item", sku) if !sku.is_empty() => ("deleteInventoryItem", true),
        ("GET", "inventory_item_group", key) if !key.is_empty() => ("getInventoryItemGroup", false),
        ("PUT", "inventory_item_group", key) if !key.is_empty() => ("createOrReplaceInventoryItemGroup", true),
        ("DELETE", "inventory_item_group", key) if !key.is_empty() => ("deleteInventoryItemGroup", true),
        ("POST", "offer", "publish_by_inventory_item_group") => ("publishOfferByInventoryItemGroup", true),
        ("POST", "offer", "withdraw_by_inventory_item_group") => ("withdrawOfferByInventoryItemGroup", true),
        ("POST", "offer", "") => ("createOffer", true),
        ("POST", "offer", rest) if rest.ends_with("/publish") => ("publishOffer", true),
        ("POST", "offer", rest) if rest.ends_with("/withdraw") => ("withdrawOffer", true),
        ("GET", "offer", "") => ("getOffers", false),
        ("GET", "offer", _) => ("getOffer", false),
        ("PUT", "offer", id) if !id.is_empty() => ("updateOffer", true),
        ("DELETE", "offer", id) if !id.is_empty() => ("deleteOffer", true),
        _ => return None,
    })
}

fn feed(method: &str, path: &str) -> Option<(&'static str, bool)> {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    Some(match (method, first, rest) {
        ("POST", "task", "") => ("createTask", true),
        ("GET", "task", "") => ("getTasks", false),
        ("POST", "task", rest) if rest.ends_with("/upload_file") => ("uploadFile", true),
        ("GET", "task", rest) if rest.ends_with("/download_input_file") => ("getInputFile", false),
        ("GET", "task", rest) if rest.ends_with("/download_result_file") => ("getResultFile", false),
        ("GET", "task", _) => ("getTask", false),
        _ => return None,
    })
}

fn taxonomy(method: &str, path: &str) -> Option<&'static str> {
    if method != "GET" {
        return None;
    }
    if path == "get_default_category_tree_id" {
        return Some("getDefaultCategoryTreeId");
    }
    let rest = path.strip_prefix("category_tree/")?;
    Some(match rest.split_once('/') {
        None => "getCategoryTree",
        Some((_, "get_category_subtree")) => "getCategorySubtree",
        Some((_, "get_category_suggestions")) => "getCategorySuggestions",
        Some((_, "get_item_aspects_for_category")) => "getItemAspectsForCategory",
        Some((_, "get_expired_categories")) => "getExpiredCategories",
        Some(_) => return None,
    })
}

fn metadata(method: &str, path: &str) -> Option<&'static str> {
    let (_, call) = path.strip_prefix("marketplace/").filter(|_| method == "GET")?.split_once('/')?;
    Some(match call {
        "get_item_condition_policies" => "getItemConditionPolicies",
        "get_category_policies" => "getCategoryPolicies",
        "get_listing_structure_policies" => "getListingStructurePolicies",
        "get_currencies" => "getCurrencies",
        _ => return None,
    })
}

fn daily(bucket: &'static str, requests: u32) -> Rate {
    Rate { bucket, requests, per: DAY, burst: requests }
}

/// Tasks are counted by feed type.
fn files(request: &Incoming) -> Rate {
    let told: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    match told.get("feedType").and_then(Value::as_str).unwrap_or_default() {
        "LMS_ADD_FIXED_PRICE_ITEM" => daily("LMS_ADD_FIXED_PRICE_ITEM", 500),
        "LMS_REVISE_FIXED_PRICE_ITEM" => daily("LMS_REVISE_FIXED_PRICE_ITEM", 150),
        "LMS_RELIST_FIXED_PRICE_ITEM" => daily("LMS_RELIST_FIXED_PRICE_ITEM", 200),
        "LMS_END_FIXED_PRICE_ITEM" => daily("LMS_END_FIXED_PRICE_ITEM", 100),
        "LMS_REVISE_INVENTORY_STATUS" => daily("LMS_REVISE_INVENTORY_STATUS", 400),
        _ => daily("other feeds", 400),
    }
}
