//! Groups of inventory items: what they share when they become one listing.

use super::account::Account;
use super::errors;
use super::errors::Said;
use super::items;
use super::operations::after;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use serde_json::Value;
use serde_json::json;

/// `PUT /inventory_item_group/{key}`: whole. A member that is not told any more leaves the listing.
pub(super) fn put(account: &mut Account, request: &Incoming) -> Outgoing {
    let key = after(request, "/inventory_item_group/", "").to_owned();
    let Ok(told @ Value::Object(_)) = serde_json::from_slice::<Value>(&request.body) else {
        return errors::unreadable().answer();
    };
    let members: Vec<String> = told
        .get("variantSKUs")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|sku| Some(sku.as_str()?.to_owned()))
        .collect();
    let wrong = wrong(account, &key, &members);
    if !wrong.is_empty() {
        return errors::refuse(400, &wrong);
    }
    let left: Vec<String> = account
        .groups
        .get(&key)
        .map(|was| was.members.iter().filter(|member| !members.contains(member)).cloned().collect())
        .unwrap_or_default();
    for sku in left {
        for offer in account.offers_of(&sku) {
            account.unlist(&offer);
        }
        account.group_of.remove(&sku);
    }
    for sku in &members {
        account.group_of.insert(sku.clone(), key.clone());
    }
    let is_new = !account.groups.contains_key(&key);
    let group = account.groups.entry(key).or_default();
    group.told = told.to_string();
    group.members = members;
    if is_new { Outgoing::json(201, &json!({})) } else { errors::nothing(204) }
}

/// `GET /inventory_item_group/{key}`.
pub(super) fn get(account: &Account, request: &Incoming) -> Outgoing {
    let key = after(request, "/inventory_item_group/", "");
    let told = account.groups.get(key).and_then(|group| serde_json::from_str::<Value>(&group.told).ok());
    match told {
        Some(mut told) => {
            told["inventoryItemGroupKey"] = json!(key);
            Outgoing::json(200, &told)
        }
        None => errors::refuse(404, &[items::not_found()]),
    }
}

/// `DELETE /inventory_item_group/{key}`: its members stay, its listing ends.
pub(super) fn delete(account: &mut Account, request: &Incoming) -> Outgoing {
    let key = after(request, "/inventory_item_group/", "").to_owned();
    let Some(members) = account.groups.get(&key).map(|group| group.members.clone()) else {
        return errors::refuse(404, &[items::not_found()]);
    };
    for sku in members {
        for offer in account.offers_of(&sku) {
            account.unlist(&offer);
        }
        account.group_of.remove(&sku);
    }
    account.groups.remove(&key);
    errors::nothing(204)
}

/// There is no group of that key.
pub(super) fn no_group(key: &str) -> Said {
    Said::new(
        25_705,
        format!("The Inventory Item Group named {key} could not be found or is not available in the system."),
    )
}

fn wrong(account: &Account, key: &str, members: &[String]) -> Vec<Said> {
    if key.chars().count() > 50 {
        return vec![Said::new(25_709, "Invalid value for inventoryItemGroupKey. At most 50 characters.")];
    }
    if members.is_empty() {
        return vec![Said::new(25_709, "Invalid value for variantSKUs.").about("field", "variantSKUs")];
    }
    let wrong = |sku: &String| {
        if !account.items.contains_key(sku) {
            return Some(items::no_sku(sku));
        }
        match account.group_of.get(sku) {
            Some(other) if other != key => {
                let message =
                    format!("The following SKU is already a member of another group. SKU : {sku} groupId : {other}");
                Some(Said::new(25_703, message))
            }
            Some(_) => None,
            None => account.listing_of(sku).map(|listing| {
                let message = format!(
                    "The following SKU is already listed as a single SKU listing. SKU : {sku} Listing ID : {listing}"
                );
                Said::new(25_704, message)
            }),
        }
    };
    members.iter().filter_map(wrong).collect()
}
