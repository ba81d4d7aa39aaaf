//! What Walmart holds, for people and for tests that compare two runs: nothing in `listings` hangs on when or how often
//! something was sent; that stands beside them.

use super::account::Account;
use super::account::Item;
use super::settle;
use super::settle::Rules;
use jiff::Timestamp;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

/// All accounts.
pub(super) fn of(accounts: &BTreeMap<String, Account>, rules: &Rules<'_>, now: Timestamp) -> Value {
    let accounts: Map<String, Value> =
        accounts.iter().map(|(client, account)| (client.clone(), settled(account, rules, now))).collect();
    json!({ "accounts": accounts })
}

fn settled(account: &Account, rules: &Rules<'_>, now: Timestamp) -> Value {
    if account.due.first().is_none_or(|(time, _)| *time > now) {
        return one(account);
    }
    let mut account = account.clone();
    settle::due(&mut account, rules, now);
    one(&account)
}

fn one(account: &Account) -> Value {
    let listings: Map<String, Value> = account.items.iter().map(|(sku, item)| (sku.clone(), listing(item))).collect();
    let mut seen: BTreeMap<(&str, &str), (usize, u32)> = BTreeMap::new();
    for feed in &account.feeds {
        let entry = seen.entry((feed.kind.name(), feed.digest.as_str())).or_insert((feed.rows.len(), 0));
        entry.1 += 1;
    }
    let submissions: Vec<Value> = seen
        .into_iter()
        .map(|((kind, digest), (n_rows, n_sent))| {
            json!({ "type": kind, "digest": digest, "rows": n_rows, "sent": n_sent })
        })
        .collect();
    let n_pending: usize = account.feeds.iter().map(|feed| feed.rows.len() - feed.n_settled()).sum();
    let told: Map<String, Value> = account.items.iter().map(|(sku, item)| (sku.clone(), told(item))).collect();
    json!({ "listings": listings, "told": told, "submissions": submissions, "rows_pending": n_pending })
}

fn listing(item: &Item) -> Value {
    json!({
        "status": item.life.name(),
        "title": item.title,
        "product_type": item.product_type,
        "product_id": item.number.0,
        "content": item.digest,
        "price": item.price.map(|price| price.to_string()),
        "promotion": item.promotion,
        "stock": item.stock,
        "lag_time": item.lag_time,
        "created": item.told.created,
    })
}

/// How often an item was told of, and by which files last.
fn told(item: &Item) -> Value {
    let told = &item.told;
    json!({
        "content": told.content,
        "price": told.price,
        "stock": told.stock,
        "lag_time": told.lag_time,
        "ended": told.ended,
        "by": told.by,
    })
}
