//! What no schema says: numbers of products, variant groups, prices, titles, texts, images.
//!
//! Sources, read 2026-11-23: Marketplace Learn, product details policy of 2026-05-21 (titles, texts, images; warnings
//! here, since Walmart rewrites or hides rather than refuses); the API reference of items (variant groups) and prices
//! (promotions); codes of ingestion errors seen in production, named beside each rule.

mod content;
mod identifier;
mod offer;
mod variant;

pub(crate) use self::variant::MEMBERS as GROUP;

use crate::kind::Kind;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::finding::Rule;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Ref;
use feedwright_marketplace::listing::escape;
use feedwright_marketplace::requirements::Shape;

/// Checks one row of a feed. `shape` is what its product type, or the feed, says of it, where that is known.
pub(crate) fn check(kind: Kind, record: Ref<'_>, shape: Option<&Shape>, channel: &Channel, out: &mut Findings) {
    match kind {
        Kind::Item | Kind::Maintenance => item(kind, record, shape, out),
        Kind::Match => {
            if let Some(item) = Part::of(record, "", "Item") {
                identifier::check(&item, out);
                offer::weight(&item, out);
                offer::price_is_above_zero(&item, "price", out);
                content::images(&item, out);
            }
        }
        Kind::Price => {
            if let Some(row) = Part::of(record, "", "Promo&Discount") {
                offer::promotion(&row, out);
            }
        }
        Kind::LegacyPrice => offer::pricing(record, channel, out),
        Kind::NodeInventory => offer::ship_nodes(record, out),
        // The schema of the row says all there is to say.
        Kind::Inventory | Kind::LagTime | Kind::Retire | Kind::Delete => {}
    }
}

fn item(kind: Kind, record: Ref<'_>, shape: Option<&Shape>, out: &mut Findings) {
    if let Some(orderable) = Part::of(record, "", "Orderable") {
        identifier::check(&orderable, out);
        offer::price_is_above_zero(&orderable, "price", out);
        offer::weight(&orderable, out);
    }
    let Some(visible) = record.member("Visible") else { return };
    let sku = record.pointer(kind.sku()).and_then(Ref::as_text);
    for (name, _) in visible.members() {
        let Some(mut product) = Part::of(visible, "/Visible", name) else { continue };
        product.sku = sku;
        let shape = shape.and_then(|shape| shape.get(["Visible", name]));
        if kind == Kind::Item {
            content::main_image(&product, shape, out);
        }
        content::title(&product, out);
        content::description(&product, out);
        content::key_features(&product, out);
        content::images(&product, out);
        variant::check(&product, kind, shape, out);
    }
}

/// An object within a record, and where it stands. Pointers are put together when something is said about one.
struct Part<'a> {
    node: Ref<'a>,
    /// The pointer to what holds it.
    within: &'static str,
    name: &'a str,
    /// The SKU of the record.
    sku: Option<&'a str>,
}

impl<'a> Part<'a> {
    fn of(holder: Ref<'a>, within: &'static str, name: &'a str) -> Option<Self> {
        let node = holder.member(name)?;
        Some(Self { node, within, name, sku: None })
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.node.member(name)?.as_text()
    }

    /// The texts of a list, each with its position.
    fn texts(&self, name: &str) -> impl Iterator<Item = (usize, &'a str)> + use<'a> {
        let entries = self.node.member(name).into_iter().flat_map(Ref::elements).enumerate();
        entries.filter_map(|(at, entry)| Some((at, entry.as_text()?)))
    }

    fn at(&self, rest: &str) -> String {
        format!("{}/{}/{rest}", self.within, escape(self.name))
    }

    fn at_entry(&self, name: &str, at: usize) -> String {
        self.at(&format!("{name}/{at}"))
    }
}

/// A finding at a level of its own.
fn finding(rule: &'static Rule, severity: Severity, message: String, help: &str, pointer: String) -> Finding {
    let mut finding = Finding::new(rule, message).help(help).pointer(pointer);
    finding.severity = severity;
    finding
}
