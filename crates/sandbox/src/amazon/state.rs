//! What Amazon holds, in one order always: nothing in the listings hangs on when or how often they were sent.

use super::Account;
use super::attributes::OFFER;
use super::attributes::STOCK;
use super::feeds::Feed;
use super::listing::Listing;
use jiff::Timestamp;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

/// Every account, by its seller.
pub(super) fn describe(accounts: &BTreeMap<String, Account>, now: Timestamp) -> Value {
    let mut all = Map::new();
    for (name, account) in accounts {
        let mut listings: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for ((site, sku), listing) in &account.listings {
            listings.entry(site).or_default().insert(sku.clone(), of_listing(listing));
        }
        let mut feeds: Vec<&Feed> = account.feeds.values().collect();
        feeds.sort_by(|left, right| (left.created_at, &left.id).cmp(&(right.created_at, &right.id)));
        let feeds: Vec<Value> = feeds.into_iter().map(|feed| of_feed(feed, now)).collect();
        let seller = account.seller.clone().unwrap_or_else(|| name.clone());
        // One seller who signed in by two clients is two accounts here.
        let key = if all.contains_key(&seller) { format!("{seller} ({name})") } else { seller };
        all.insert(key, json!({ "listings": listings, "submissions": feeds, "calls": account.n_calls }));
    }
    json!({ "accounts": all })
}

fn of_listing(listing: &Listing) -> Value {
    let status = if listing.is_live { json!(listing.status()) } else { json!(["DELETED"]) };
    let codes: Vec<&str> = listing.warnings.iter().map(|issue| issue.code).collect();
    json!({
        "product_type": listing.product_type,
        "content": listing.attributes.rest(),
        "price": listing.attributes.get(OFFER),
        "stock": listing.attributes.get(STOCK),
        "status": status,
        "warnings": codes,
        "created": listing.n_created,
    })
}

fn of_feed(feed: &Feed, now: Timestamp) -> Value {
    let ids: Vec<&str> = feed.sites.iter().map(|site| site.id).collect();
    json!({
        "id": feed.id,
        "kind": feed.kind,
        "marketplaces": ids,
        "status": feed.status(now),
        "content": feed.outcome.content,
        "messages": feed.outcome.n_messages,
        "accepted": feed.outcome.n_accepted,
        "told_again": feed.outcome.n_again,
        "double": feed.outcome.is_double(),
    })
}
