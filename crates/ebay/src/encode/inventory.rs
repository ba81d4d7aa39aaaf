//! The Inventory API's calls, a line each: `{"method": …, "path": …, "headers": …, "body": …}`.
//!
//! Source: Sell Inventory API 1.18.5, read 2026-11-25. Items, groups and offers are kept, nothing is shown before it is
//! published; so the parts are sent one after the other.

use super::aspects;
use super::text;
use crate::Ebay;
use crate::kind::Kind;
use crate::profile::GROUPS;
use crate::profile::PUBLISH;
use feedwright_marketplace::Frame;
use feedwright_marketplace::Framing;
use feedwright_marketplace::Part;
use feedwright_marketplace::Ref;
use feedwright_marketplace::listing::write_text;
use serde_json::json;
use std::fmt::Write as _;

/// Where the API stands.
const BASE: &str = "/sell/inventory/v1";
/// Most offers published in one call: error 25730.
const MOST: usize = 25;
/// What tells a line from the next.
const LINE: &[u8] = b"\n";

/// What stands around records: calls that take many of them, or lines that are calls already.
pub(crate) fn framing(ebay: &Ebay, kind: Kind, part: &Part) -> Framing {
    let file = Frame { before: Vec::new(), between: LINE.to_vec(), after: LINE.to_vec() };
    let call = match kind {
        Kind::Inventory if part.max_batch.is_some() && part.id == "items" => "bulk_create_or_replace_inventory_item",
        Kind::Inventory if part.max_batch.is_some() => "bulk_create_offer",
        Kind::InventoryPrice | Kind::InventoryStock => "bulk_update_price_quantity",
        Kind::Inventory
        | Kind::InventoryEnd
        | Kind::Lms
        | Kind::LmsRevise
        | Kind::LmsPrice
        | Kind::LmsStock
        | Kind::LmsEnd
        | Kind::LmsDrop
        | Kind::Fx => return Framing { file, ..Framing::default() },
    };
    let mut before = Vec::new();
    begin(ebay, "POST", &format!("{BASE}/{call}"), kind == Kind::Inventory, &mut before);
    before.extend_from_slice(b"{\"requests\":[");
    let batch = Frame { before, between: b",".to_vec(), after: b"]}}".to_vec() };
    Framing { file, batch: Some(batch), ..Framing::default() }
}

/// Writes a record of a part.
pub(crate) fn write(ebay: &Ebay, kind: Kind, part: &Part, record: Ref<'_>, out: &mut Vec<u8>) {
    let is_family = record.member("family").is_some();
    match (kind, part.id) {
        (Kind::Inventory, GROUPS) if is_family => group(ebay, record, out),
        (Kind::Inventory, PUBLISH) if is_family => publish(ebay, record, out),
        (Kind::Inventory, "items") if !is_family => item(ebay, record, out),
        (Kind::Inventory, "offers") if !is_family => offer(record, out),
        (Kind::InventoryPrice, _) => price(record, out),
        (Kind::InventoryStock, _) => stock(record, out),
        (Kind::InventoryEnd, _) => {
            begin(ebay, "DELETE", &format!("{BASE}/inventory_item/{}", encoded(text(record, "/sku"))), false, out);
            out.extend_from_slice(b"null}");
        }
        _ => {}
    }
}

/// The bodies of `bulkPublishOffer` for offers that are in no group, as many as it takes. Their ids are known only from
/// eBay's answers to the offers that were made.
pub fn bulk_publish<'a>(offer_ids: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let requests: Vec<_> = offer_ids.into_iter().map(|id| json!({ "offerId": id })).collect();
    requests.chunks(MOST).map(|batch| json!({ "requests": batch }).to_string()).collect()
}

/// A call up to its body.
fn begin(ebay: &Ebay, method: &str, path: &str, has_language: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"method\":");
    write_text(method, out);
    out.extend_from_slice(b",\"path\":");
    write_text(path, out);
    if has_language {
        out.extend_from_slice(b",\"headers\":{\"Content-Language\":");
        write_text(&ebay.channel.language.to_string(), out);
        out.push(b'}');
    }
    out.extend_from_slice(b",\"body\":");
}

/// One object, member after member.
struct Object<'o> {
    out: &'o mut Vec<u8>,
    is_empty: bool,
}

impl<'o> Object<'o> {
    fn begin(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, is_empty: true }
    }

    fn name(&mut self, name: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(b',');
        }
        write_text(name, self.out);
        self.out.push(b':');
        self.out
    }

    fn text(&mut self, name: &str, text: &str) {
        write_text(text, self.name(name));
    }

    /// A value, if it is there.
    fn copy(&mut self, name: &str, node: Option<Ref<'_>>) {
        if let Some(node) = node {
            node.write_json(self.name(name));
        }
    }

    fn object(&mut self, name: &str, write: impl FnOnce(&mut Object<'_>)) {
        let mut inner = Object::begin(self.name(name));
        write(&mut inner);
        inner.end();
    }

    fn end(self) {
        self.out.push(b'}');
    }
}

fn item(ebay: &Ebay, record: Ref<'_>, out: &mut Vec<u8>) {
    let about = |name: &str| record.member("item")?.member(name);
    let quantity = record.member("offer").and_then(|offer| offer.member("availableQuantity"));
    let mut item = Object::begin(out);
    item.copy("sku", record.member("sku"));
    item.text("locale", &ebay.channel.language.with_underscore());
    item.copy("condition", about("condition"));
    item.copy("conditionDescription", about("conditionDescription"));
    if quantity.is_some() {
        item.object("availability", |availability| {
            availability.object("shipToLocationAvailability", |stock| stock.copy("quantity", quantity));
        });
    }
    item.copy("packageWeightAndSize", about("packageWeightAndSize"));
    item.copy("product", about("product"));
    item.end();
}

fn offer(record: Ref<'_>, out: &mut Vec<u8>) {
    let mut offer = Object::begin(out);
    offer.copy("sku", record.member("sku"));
    for (name, node) in record.member("offer").into_iter().flat_map(Ref::members) {
        // Shown is the smaller of an offer's quantity and its item's: one that stays here would hold back every later
        // change of the other.
        if name != "availableQuantity" {
            node.write_json(offer.name(name));
        }
    }
    offer.end();
}

/// What the variants share, and what they differ by.
fn group(ebay: &Ebay, record: Ref<'_>, out: &mut Vec<u8>) {
    let path = format!("{BASE}/inventory_item_group/{}", encoded(text(record, "/sku")));
    begin(ebay, "PUT", &path, true, out);
    let mut group = Object::begin(out);
    group.copy("title", record.pointer("/item/product/title"));
    group.copy("subtitle", record.pointer("/item/product/subtitle"));
    group.copy("description", record.pointer("/offer/listingDescription"));
    group.object("aspects", |shared| {
        for (name, values) in aspects(record) {
            values.write_json(shared.name(name));
        }
    });
    group.copy("imageUrls", record.pointer("/item/product/imageUrls"));
    group.copy("variantSKUs", record.pointer("/family/variantSKUs"));
    group.copy("variesBy", record.pointer("/family/variesBy"));
    group.end();
    out.push(b'}');
}

fn publish(ebay: &Ebay, record: Ref<'_>, out: &mut Vec<u8>) {
    begin(ebay, "POST", &format!("{BASE}/offer/publish_by_inventory_item_group"), false, out);
    let mut body = Object::begin(out);
    body.copy("inventoryItemGroupKey", record.member("sku"));
    body.copy("marketplaceId", record.pointer("/offer/marketplaceId"));
    body.end();
    out.push(b'}');
}

/// A price by SKU and site. Which offer that is only eBay knows: its id is put in when the call is sent.
fn price(record: Ref<'_>, out: &mut Vec<u8>) {
    let mut row = Object::begin(out);
    row.copy("sku", record.member("sku"));
    let offers = row.name("offers");
    offers.push(b'[');
    let mut offer = Object::begin(offers);
    offer.copy("marketplaceId", record.member("marketplaceId"));
    offer.copy("price", record.member("price"));
    offer.end();
    offers.push(b']');
    row.end();
}

fn stock(record: Ref<'_>, out: &mut Vec<u8>) {
    let mut row = Object::begin(out);
    row.copy("sku", record.member("sku"));
    row.object("shipToLocationAvailability", |quantity| quantity.copy("quantity", record.member("quantity")));
    row.end();
}

/// A SKU as a step of a path.
pub(crate) fn encoded(step: &str) -> String {
    let mut out = String::with_capacity(step.len());
    for byte in step.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    out
}
