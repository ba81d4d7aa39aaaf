//! Stock by ship node: the catalog's locations, told in Walmart's ids.

use crate::profile;
use crate::settings::Settings;
use feedwright_catalog::Field;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Known;
use feedwright_catalog::offer::sellable;
use feedwright_catalog::rules;
use feedwright_marketplace::Category;
use feedwright_marketplace::Listing;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::Source;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The members of a ship node, prepared.
#[derive(Debug)]
pub(crate) struct Keys {
    nodes: Key,
    node: Key,
    quantity: Key,
    unit: Key,
    amount: Key,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            nodes: Key::new("shipNodes"),
            node: Key::new("shipNode"),
            quantity: Key::new("quantity"),
            unit: Key::new("unit"),
            amount: Key::new("amount"),
        }
    }
}

/// Writes the stock of an item by ship node, in the order of the nodes' ids. What has no node is a finding; what knows no
/// location at all is left to the template, which puts it into the channel's one node.
pub(crate) fn write(
    keys: &Keys,
    settings: &Settings,
    category: &Category,
    item: &Item<'_>,
    listing: &mut Listing,
    out: &mut Findings,
) {
    let stock = item.variant.map_or(&[][..], |variant| &variant.stock);
    let known = || stock.iter().filter(|stock| stock.quantity.is_some());
    if known().all(|stock| stock.location.is_none()) {
        return;
    }
    let mut amounts: BTreeMap<&str, i64> = BTreeMap::new();
    for line in known() {
        let Some(node) = settings.node_of(line.location.as_deref()) else {
            let (message, help) = match &line.location {
                Some(location) => (
                    format!("stock location `{location}` has no ship node"),
                    format!("add `{location}=…` to `options.{}` of the channel", profile::SHIP_NODES),
                ),
                None => (
                    "stock without a location has no ship node".to_owned(),
                    format!("set `options.{}` of the channel", profile::SHIP_NODE),
                ),
            };
            let finding = Finding::new(&rules::VALUE_NOT_IN_TABLE, message).help(help).sku(item.sku);
            out.push(finding.pointer("/shipNodes").at(item.place(&Field::Known(Known::Quantity))));
            continue;
        };
        let amount = sellable(std::slice::from_ref(line)).unwrap_or_default();
        let total = amounts.entry(node).or_default();
        *total = total.saturating_add(amount);
    }
    if amounts.is_empty() {
        return;
    }
    let source = source(category);
    let nodes = listing.add_array(Listing::ROOT, &keys.nodes, source);
    for (node, amount) in amounts {
        let entry = listing.push_object(nodes, source);
        listing.add(entry, &keys.node, Leaf::Text(node), source);
        let quantity = listing.add_object(entry, &keys.quantity, source);
        listing.add(quantity, &keys.unit, Leaf::Text("EACH"), source);
        listing.add(quantity, &keys.amount, Leaf::Number(Decimal::from(amount)), source);
    }
}

/// The template's own rule for quantities: whoever asks where a quantity came from is led to the same column.
fn source(category: &Category) -> Source {
    let quantity = Field::Known(Known::Quantity);
    let rule = category.plan.rules().position(|rule| rule.fields() == [quantity.clone()]);
    Source(rule.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or_default())
}
