//! A listing as it is shown to its seller.

use super::attributes::OFFER;
use super::attributes::STOCK;
use super::feeds::time;
use super::listing::Listing;
use super::sites::Site;
use crate::defects::hash;
use rust_decimal::Decimal;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// The sets of data there are of a listing.
pub(super) static SETS: &[&str] = &[
    "summaries",
    "attributes",
    "issues",
    "offers",
    "fulfillmentAvailability",
    "procurement",
    "relationships",
    "productTypes",
];

/// A listing, with the sets of data that are asked for.
pub(super) fn describe(listing: &Listing, site: &'static Site, sku: &str, included: &[String]) -> Value {
    let mut item = Map::from_iter([("sku".to_owned(), sku.into())]);
    for set in SETS.iter().filter(|set| included.iter().any(|name| name == *set)) {
        let value = match *set {
            "summaries" => json!([summary(listing, site, sku)]),
            "attributes" => Value::Object(listing.attributes.all()),
            "issues" => listing.warnings.iter().map(|issue| issue.in_listing(site.id)).collect(),
            "offers" => offers(listing, site),
            "fulfillmentAvailability" => stock(listing),
            "relationships" => relationships(listing, site),
            "productTypes" => json!([{ "marketplaceId": site.id, "productType": listing.product_type }]),
            _ => json!([]),
        };
        item.insert((*set).to_owned(), value);
    }
    Value::Object(item)
}

/// The id of what a listing offers: the one it asks for, or one that stands for it.
pub(super) fn asin(attributes: &Map<String, Value>, sku: &str) -> String {
    let first = |name: &str| attributes.get(name)?.get(0)?.get("value")?.as_str();
    if let Some(asin) = first("merchant_suggested_asin") {
        return asin.to_owned();
    }
    let mut number = hash(0, first("externally_assigned_product_identifier").unwrap_or(sku));
    let mut asin = "B0".to_owned();
    for _ in 0..8 {
        let digit = u32::try_from(number % 36).unwrap_or_default();
        asin.push(char::from_digit(digit, 36).unwrap_or('0').to_ascii_uppercase());
        number /= 36;
    }
    asin
}

fn summary(listing: &Listing, site: &Site, sku: &str) -> Value {
    let attributes = listing.attributes.rest();
    let first = |name: &str, part: &str| attributes.get(name)?.get(0)?.get(part).cloned();
    let mut summary = json!({
        "marketplaceId": site.id,
        "asin": asin(&attributes, sku),
        "productType": listing.product_type,
        "status": listing.status(),
        "createdDate": time(listing.created_at),
        "lastUpdatedDate": time(listing.updated_at),
    });
    let Some(fields) = summary.as_object_mut() else { return summary };
    let optional = [("conditionType", "condition_type", "value"), ("itemName", "item_name", "value")];
    for (name, attribute, part) in optional {
        if let Some(value) = first(attribute, part) {
            fields.insert(name.to_owned(), value);
        }
    }
    if let Some(link) = first("main_product_image_locator", "media_location") {
        fields.insert("mainImage".to_owned(), json!({ "link": link, "height": 1000, "width": 1000 }));
    }
    summary
}

fn offers(listing: &Listing, site: &Site) -> Value {
    let offer = |item: &Value| {
        let price = item.get("our_price")?.get(0)?.get("schedule")?.get(0)?.get("value_with_tax")?;
        let audience = item.get("audience").and_then(Value::as_str).unwrap_or("ALL");
        let currency = item.get("currency").and_then(Value::as_str).unwrap_or(site.currency);
        let price: Decimal = price.to_string().parse().ok()?;
        Some(json!({
            "marketplaceId": site.id,
            "offerType": if audience == "B2B" { "B2B" } else { "B2C" },
            "price": { "currencyCode": currency, "amount": format!("{price:.2}") },
            "audience": { "value": audience },
        }))
    };
    items(listing, OFFER).iter().filter_map(offer).collect()
}

fn stock(listing: &Listing) -> Value {
    let entry = |item: &Value| {
        let mut entry = Map::new();
        entry.insert("fulfillmentChannelCode".to_owned(), item.get("fulfillment_channel_code")?.clone());
        if let Some(quantity) = item.get("quantity") {
            entry.insert("quantity".to_owned(), quantity.clone());
        }
        Some(Value::Object(entry))
    };
    items(listing, STOCK).iter().filter_map(entry).collect()
}

fn relationships(listing: &Listing, site: &Site) -> Value {
    let attributes = listing.attributes.rest();
    let parent = || attributes.get("child_parent_sku_relationship")?.get(0)?.get("parent_sku")?.as_str();
    let theme = || attributes.get("variation_theme")?.get(0)?.get("name")?.as_str();
    let Some(theme) = theme() else { return json!([{ "marketplaceId": site.id, "relationships": [] }]) };
    let names: Vec<String> = theme.split('/').map(str::to_ascii_lowercase).collect();
    let mut relationship = json!({
        "type": "VARIATION",
        "variationTheme": { "attributes": names, "theme": theme },
    });
    if let (Some(parent), Some(relationship)) = (parent(), relationship.as_object_mut()) {
        relationship.insert("parentSkus".to_owned(), json!([parent]));
    }
    json!([{ "marketplaceId": site.id, "relationships": [relationship] }])
}

fn items(listing: &Listing, attribute: &str) -> Vec<Value> {
    match listing.attributes.get(attribute) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}
