//! What an item is told to be: made, replaced, or changed in parts.

use super::account::Account;
use super::account::Issue;
use super::account::Item;
use super::account::Life;
use super::account::decimal;
use super::check;
use super::kind::Kind;
use super::settle::NO_SUCH_SKU;
use crate::tokens::hex_of;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// The SKU belongs to another product.
const OTHER_PRODUCT: &str = "ERR_EXT_DATA_0101211";
/// Nothing new is said.
pub(super) const STALE: &str = "ERR_EXT_DATA_0101198";
/// Members of the offer that are no content: they have feeds of their own.
const OFFER: [&str; 3] = ["price", "inventory", "fulfillmentLagTime"];

/// Takes what a row says its item is.
pub(super) fn take(
    account: &mut Account,
    kind: Kind,
    from: &str,
    sku: &str,
    told: &Value,
    is_unseen: bool,
) -> Result<(), Issue> {
    let holder = kind.wrapper().and_then(|name| told.get(name)).and_then(Value::as_object);
    let Some(holder) = holder else {
        return Err(Issue::data(check::INVALID, "sku", "the row says nothing"));
    };
    let partner = account.partner.clone();
    let was = account.items.get(sku);
    let is_live = was.is_some_and(Item::is_live);
    if kind == Kind::Maintenance && !is_live {
        return Err(Issue::data(NO_SUCH_SKU, "sku", format!("the SKU {sku} was not found")));
    }
    let number = {
        let text = |name: &str| {
            let identifiers = holder.get("productIdentifiers");
            identifiers.and_then(|ids| ids.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        (text("productId"), text("productIdType"))
    };
    let may_change = holder.get("ProductIdUpdate").is_some_and(|may| may == "Yes");
    if was.is_some_and(|was| was.life != Life::Deleted && was.number != number) && !may_change {
        let description = format!("the SKU {sku} is tied to another product id");
        return Err(Issue::data(OTHER_PRODUCT, "productIdentifiers", description));
    }
    let content = content(kind, was.filter(|_| kind == Kind::Maintenance), holder, told);
    let text = content.to_string();
    let digest = hex_of(text.as_bytes());
    let price = holder.get("price").and_then(decimal);
    let stock: Vec<(String, u64)> = stock(holder, &partner);
    let lag_time = holder.get("fulfillmentLagTime").and_then(Value::as_u64);
    if let Some(was) = was.filter(|_| is_live) {
        let is_same = was.digest == digest
            && price.is_none_or(|price| was.price == Some(price.normalize()))
            && stock.iter().all(|(node, quantity)| was.stock.get(node) == Some(quantity))
            && lag_time.is_none_or(|days| was.lag_time == Some(days));
        if is_same {
            let description = "an equal or newer update of this item is there already";
            return Err(Issue::data(STALE, "sku", description));
        }
    }
    let item = account.items.entry(sku.to_owned()).or_default();
    if !is_live {
        item.told.created += 1;
        item.stock.clear();
        item.promotion = None;
    }
    let (product_type, title) = headline(&content);
    item.life = if is_unseen { Life::Unpublished } else { Life::Published };
    (item.content, item.digest, item.number) = (text, digest, number);
    (item.product_type, item.title) = (product_type, title);
    item.told.content += 1;
    item.told.by.insert("content", from.to_owned());
    if let Some(price) = price {
        item.take_price(price, from);
    }
    for (node, quantity) in stock {
        item.take_stock(&node, quantity, from);
    }
    if lag_time.is_some() {
        item.lag_time = lag_time;
    }
    Ok(())
}

/// What an item is told to be: the row without its offer, laid over what was there where it is an update.
fn content(kind: Kind, was: Option<&Item>, holder: &Map<String, Value>, told: &Value) -> Value {
    let mut offer = holder.clone();
    offer.retain(|name, _| !OFFER.contains(&name.as_str()));
    let visible = told.get("Visible").and_then(Value::as_object).cloned().unwrap_or_default();
    let Some(was) = was.and_then(|was| serde_json::from_str::<Value>(&was.content).ok()) else {
        let name = kind.wrapper().unwrap_or("Orderable");
        let mut content = Map::new();
        content.insert(name.to_owned(), Value::Object(offer));
        if kind != Kind::Match {
            content.insert("Visible".to_owned(), Value::Object(visible));
        }
        return Value::Object(content);
    };
    let mut content = was;
    if let Some(Value::Object(old)) = content.get_mut("Orderable") {
        old.extend(offer);
    }
    for (product_type, attributes) in visible {
        let Some(Value::Object(types)) = content.get_mut("Visible") else { break };
        match (types.get_mut(&product_type), attributes) {
            (Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
            // Another product type takes the place of the old one.
            (_, new) => *types = Map::from_iter([(product_type, new)]),
        }
    }
    content
}

fn stock(holder: &Map<String, Value>, partner: &str) -> Vec<(String, u64)> {
    let entries = holder.get("inventory").and_then(Value::as_array);
    let read = |entry: &Value| {
        let node = entry.get("fulfillmentCenterID").and_then(Value::as_str).unwrap_or(partner);
        Some((node.to_owned(), entry.get("quantity")?.as_u64()?))
    };
    entries.into_iter().flatten().filter_map(read).collect()
}

fn headline(content: &Value) -> (String, String) {
    let visible = content.get("Visible").and_then(Value::as_object).and_then(|types| types.iter().next());
    let nothing = json!(null);
    let (product_type, attributes) = visible.map_or(("", &nothing), |(name, attributes)| (name.as_str(), attributes));
    let title = attributes.get("productName").or_else(|| content.pointer("/Item/productName"));
    (product_type.to_owned(), title.and_then(Value::as_str).unwrap_or_default().to_owned())
}
