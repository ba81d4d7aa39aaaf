//! Whether an item with its offer and its group may be for sale.

use super::account::Account;
use super::account::Offer;
use super::categories;
use super::errors::Said;
use super::flaws;
use serde_json::Value;

/// What keeps a SKU from being for sale, with another item or another offer than there is.
pub(super) fn unready(account: &Account, sku: &str, item: Option<&Value>, offer: Option<&Offer>) -> Vec<Said> {
    let own_item = || serde_json::from_str::<Value>(&account.items.get(sku)?.told).ok();
    let item = item.cloned().or_else(own_item).unwrap_or_default();
    let own_offer = || account.offers_of(sku).first().and_then(|id| account.offers.get(id));
    let Some(offer) = offer.or_else(own_offer) else { return Vec::new() };
    let told: Value = serde_json::from_str(&offer.told).unwrap_or_default();
    let group = account.group_of.get(sku).and_then(|key| account.groups.get(key));
    let group: Value = group.and_then(|group| serde_json::from_str(&group.told).ok()).unwrap_or_default();

    let is_in_group = group.is_object();
    let text =
        |from: &Value, pointer: &str| from.pointer(pointer).and_then(Value::as_str).is_some_and(|it| !it.is_empty());
    let missing = |field: &str| {
        Said::new(25_016, format!("Invalid {field}. A value for it is required to publish."))
            .about("field", field)
            .missing()
    };
    let mut wrong = Vec::new();
    for (is_there, field) in [
        (text(&item, "/product/title") || text(&group, "/title"), "title"),
        (
            text(&item, "/product/description") || text(&told, "/listingDescription") || text(&group, "/description"),
            "description",
        ),
        (text(&told, "/listingDuration"), "listingDuration"),
        (offer.price.is_some(), "price"),
        (account.items.get(sku).is_some_and(|item| item.quantity.is_some()) || offer.available.is_some(), "quantity"),
    ] {
        if !is_there {
            wrong.push(missing(field));
        }
    }
    if !text(&item, "/condition") {
        wrong.push(Said::new(25_021, "Invalid condition information. The condition is required.").missing());
    }
    if !text(&told, "/merchantLocationKey") {
        wrong.push(Said::new(25_012, "Invalid location. An inventory location is required.").missing());
    }
    for (id, field, name) in [
        (25_007, "fulfillmentPolicyId", "Invalid Shipping policy information."),
        (25_008, "paymentPolicyId", "Invalid Payment policy information."),
        (25_009, "returnPolicyId", "Invalid Return policy information."),
    ] {
        if !text(&told, &format!("/listingPolicies/{field}")) {
            wrong.push(Said::new(id, format!("{name} {field} is required.")).missing());
        }
    }
    wrong.extend(pictures(&item, &group, is_in_group));
    let category = told.get("categoryId").and_then(Value::as_str).unwrap_or_default();
    if category.is_empty() || !category.bytes().all(|byte| byte.is_ascii_digit()) {
        wrong.push(Said::new(25_005, "Invalid category. A leaf category is required."));
    } else {
        wrong.extend(specifics(category, &item, &group));
    }
    wrong
}

/// What is wrong with a group, whoever its members are.
pub(super) fn shared_wrong(told: &str) -> Vec<Said> {
    let told: Value = serde_json::from_str(told).unwrap_or_default();
    let is_list = |pointer: &str| told.pointer(pointer).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if is_list("/variesBy/specifications") {
        return Vec::new();
    }
    vec![Said::new(25_013, "Invalid data in the Inventory Item Group. variesBy.specifications is required.")]
}

/// The pictures: there must be some, and buyers must be able to load them safely.
fn pictures(item: &Value, group: &Value, is_in_group: bool) -> Option<Said> {
    let of = |from: &Value, pointer: &str| from.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default();
    let own = of(item, "/product/imageUrls");
    let most = if is_in_group { 12 } else { 24 };
    let all = [own.clone(), of(group, "/imageUrls")].concat();
    if all.is_empty() {
        return Some(Said::new(25_014, "Invalid pictures. At least one picture is required.").missing());
    }
    if own.len() > most {
        return Some(Said::new(25_014, format!("Invalid pictures. At most {most} pictures are taken.")));
    }
    let is_safe = |url: &Value| url.as_str().is_some_and(|url| url.starts_with("https://"));
    (!all.iter().all(is_safe)).then(|| Said::new(25_015, "Invalid picture URL. Only https is taken."))
}

/// The item specifics the category needs.
fn specifics(category: &str, item: &Value, group: &Value) -> Vec<Said> {
    let given = |name: &str| {
        let in_map = |aspects: Option<&Value>| {
            let values = aspects.and_then(|aspects| aspects.get(name)).and_then(Value::as_array);
            values.is_some_and(|values| !values.is_empty())
        };
        in_map(item.pointer("/product/aspects")) || in_map(group.get("aspects"))
    };
    categories::required(category)
        .into_iter()
        .filter(|name| !given(name))
        .map(|name| flaws::specific_missing(&name))
        .collect()
}
