//! What eBay holds, for people and for tests that compare two runs: nothing in `listings` hangs on when or how often
//! something was sent; that stands beside them. Ids of offers and listings are left out, since they hang on the order
//! things came in.

use super::Desk;
use super::account::Account;
use super::account::Told;
use super::tasks;
use crate::tokens::hex;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

/// All accounts.
pub(super) fn of(accounts: &BTreeMap<String, Account>, desk: &Desk<'_>) -> Value {
    let accounts: Map<String, Value> =
        accounts.iter().map(|(client, account)| (client.clone(), settled(account, desk))).collect();
    json!({ "accounts": accounts })
}

fn settled(account: &Account, desk: &Desk<'_>) -> Value {
    if account.due.first().is_none_or(|(time, _)| *time > desk.now) {
        return one(account);
    }
    let mut account = account.clone();
    tasks::due(&mut account, desk, desk.now);
    one(&account)
}

fn one(account: &Account) -> Value {
    let none = Told::default();
    let (mut listings, mut counts) = (Map::new(), Map::new());
    // Every SKU that was ever told of, those of items that were never offered too.
    let skus = account.told.keys().chain(account.items.keys());
    for sku in skus {
        let told = account.told.get(sku).unwrap_or(&none);
        let mut listing =
            if account.variation_of.contains_key(sku) { from_file(account, sku) } else { offered(account, sku) };
        listing["created"] = json!(told.created);
        counts.insert(
            sku.clone(),
            json!({
                "content": told.content,
                "offer": told.offered,
                "offer_replaced": told.offer_replaced,
                "published": told.published,
                "price": told.price,
                "stock": told.stock,
                "ended": told.ended,
            }),
        );
        listings.insert(sku.clone(), listing);
    }
    let mut seen: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for task in &account.tasks {
        if let Some(file) = &task.file {
            *seen.entry((task.feed_type.as_str(), file.digest.as_str())).or_default() += 1;
        }
    }
    let submissions: Vec<Value> = seen
        .into_iter()
        .map(|((kind, digest), n_sent)| json!({ "type": kind, "digest": digest, "sent": n_sent }))
        .collect();
    let n_active = account.listings.values().filter(|listing| listing.is_active).count()
        + account.listed.values().filter(|listed| listed.is_active).count();
    let n_pending =
        account.tasks.iter().filter_map(|task| task.file.as_ref()).filter(|file| file.done.is_none()).count();
    json!({
        "listings": listings,
        "told": counts,
        "submissions": submissions,
        "listings_active": n_active,
        "files_pending": n_pending,
    })
}

/// A SKU of the Inventory API.
fn offered(account: &Account, sku: &str) -> Value {
    let item = account.items.get(sku);
    let offers = account.offers_of(sku);
    let offer = offers.first().and_then(|id| account.offers.get(id));
    let group = account.group_of.get(sku);
    let shared = group.and_then(|key| account.groups.get(key)).map(|group| group.told.as_str()).unwrap_or_default();
    let digests = [item.map(|item| item.digest.as_str()), offer.map(|offer| offer.digest.as_str()), Some(shared)];
    let content = digests.into_iter().flatten().collect::<Vec<&str>>().join(" ");
    let price = offer.and_then(|offer| offer.price.as_ref());
    json!({
        "way": "inventory",
        "status": match (item, offer) {
            (None, _) => "DELETED",
            (Some(_), Some(offer)) if offer.listing.is_some() => "ACTIVE",
            (Some(_), _) => "UNPUBLISHED",
        },
        "title": item.map(|item| &item.title),
        "content": item.map(|_| hex(&content)),
        "price": price.map(|(price, _)| price.to_string()),
        "currency": price.map(|(_, currency)| currency),
        "stock": offer.map_or_else(|| item.and_then(|item| item.quantity), |offer| offer.shown(item)),
        "group": group,
    })
}

/// A SKU of a file.
fn from_file(account: &Account, sku: &str) -> Value {
    let parent = account.variation_of.get(sku);
    let listed = parent.and_then(|parent| account.listed.get(parent));
    let sold = listed.and_then(|listed| listed.sold.get(sku));
    json!({
        "way": "file",
        "status": if listed.is_some_and(|listed| listed.is_active) { "ACTIVE" } else { "ENDED" },
        "title": listed.map(|listed| &listed.title),
        "content": listed.map(super::lms::Listed::digest),
        "price": sold.and_then(|sold| sold.price).map(|price| price.to_string()),
        "currency": listed.map(|listed| &listed.currency),
        "stock": sold.and_then(|sold| sold.quantity),
        "group": parent.filter(|parent| *parent != sku),
    })
}
