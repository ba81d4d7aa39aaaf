//! Records as messages of a feed and as single calls, straight from the listing.

use crate::Amazon;
use crate::Operation;
use crate::WithoutSale;
use crate::api;
use crate::profile;
use feedwright_catalog::digest::Lane;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Frame;
use feedwright_marketplace::Ref;
use feedwright_marketplace::exchange::percent_encode;
use feedwright_marketplace::listing::write_text;

/// The attribute that holds prices.
const OFFER: &str = "purchasable_offer";
/// Its part that is a sale.
const SALE: &str = "discounted_price";

/// What stands around messages.
pub(crate) fn messages(channel: &Channel) -> Frame {
    let mut before = b"{\"header\":{\"sellerId\":".to_vec();
    write_text(&channel.seller, &mut before);
    before.extend_from_slice(b",\"version\":\"2.0\",\"issueLocale\":");
    write_text(&channel.language.with_underscore(), &mut before);
    before.extend_from_slice(b"},\"messages\":[\n");
    Frame { before, between: b",\n".to_vec(), after: b"\n]}\n".to_vec() }
}

/// What stands around lines.
pub(crate) fn lines() -> Frame {
    Frame { before: Vec::new(), between: b"\n".to_vec(), after: b"\n".to_vec() }
}

/// Writes a message behind its number.
pub(crate) fn message(amazon: &Amazon, lane: Lane, record: Ref<'_>, out: &mut Vec<u8>) {
    let is_patch = operation(record) == Some(Operation::Patch);
    let mut message = Members::of(out);
    for (name, node) in record.members() {
        if is_patch && name == amazon.keys.attributes.as_str() {
            patches(amazon, lane, node, message.name("patches"));
        } else {
            node.write_json(message.name(name));
        }
    }
    out.push(b'}');
}

/// Writes a call. A partial update is a patch here: the API knows no other.
pub(crate) fn call(amazon: &Amazon, lane: Lane, record: Ref<'_>, out: &mut Vec<u8>) {
    let method = match operation(record) {
        Some(Operation::Update) | None => Method::Put,
        Some(Operation::PartialUpdate | Operation::Patch) => Method::Patch,
        Some(Operation::Delete) => Method::Delete,
    };
    let sku = record.get(&amazon.keys.sku).and_then(Ref::as_text).unwrap_or_default();
    let path = format!("{}{}/{}", api::ITEMS, percent_encode(&amazon.channel.seller), percent_encode(sku));
    out.push(b'{');
    let mut call = Members::of(out);
    call.text("method", method.name());
    call.text("path", &path);
    let query = call.name("query");
    query.push(b'{');
    Members::of(query).text("marketplaceIds", profile::marketplace_id(amazon.channel.site.country));
    query.push(b'}');
    if method != Method::Delete {
        let body = call.name("body");
        body.push(b'{');
        write_body(amazon, lane, method, record, body);
        body.push(b'}');
    }
    out.push(b'}');
}

fn write_body(amazon: &Amazon, lane: Lane, method: Method, record: Ref<'_>, out: &mut Vec<u8>) {
    let mut body = Members::of(out);
    for key in [&amazon.keys.product_type, &amazon.keys.requirements] {
        if let Some(node) = record.get(key) {
            node.write_json(body.name(key.as_str()));
        }
    }
    let Some(attributes) = record.get(&amazon.keys.attributes) else { return };
    match method {
        Method::Patch => patches(amazon, lane, attributes, body.name("patches")),
        Method::Put | Method::Delete => attributes.write_json(body.name(amazon.keys.attributes.as_str())),
    }
}

/// How an item is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Put,
    Patch,
    Delete,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The method with this name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Put, Self::Patch, Self::Delete].into_iter().find(|own| own.name() == name)
    }

    /// What a message would do that does the same.
    pub(crate) fn operation(self) -> Operation {
        match self {
            Self::Put => Operation::Update,
            Self::Patch => Operation::Patch,
            Self::Delete => Operation::Delete,
        }
    }
}

fn operation(record: Ref<'_>) -> Option<Operation> {
    record.member("operationType").and_then(Ref::as_text).and_then(Operation::parse)
}

/// Each attribute as a patch of its own. Content replaces an attribute as a whole. Price and stock are merged: what the
/// catalog does not know stays as it is, such as business prices and, where it has none, the lead time.
fn patches(amazon: &Amazon, lane: Lane, attributes: Ref<'_>, out: &mut Vec<u8>) {
    let op = match lane {
        Lane::Content | Lane::Retirement => "replace",
        Lane::Price | Lane::Stock => "merge",
    };
    out.push(b'[');
    for (at, (name, value)) in attributes.members().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.push(b'{');
        let mut patch = Members::of(out);
        patch.text("op", op);
        patch.text("path", &format!("/attributes/{name}"));
        let out_value = patch.name("value");
        if lane == Lane::Price && name == OFFER && amazon.without_sale == WithoutSale::End {
            with_sales_ended(value, out_value);
        } else {
            value.write_json(out_value);
        }
        out.push(b'}');
    }
    out.push(b']');
}

/// Only `null` that is merged ends a sale: `replace` does not, and `delete` would take the whole offer.
fn with_sales_ended(offers: Ref<'_>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (at, offer) in offers.elements().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.push(b'{');
        offer.write_members(out);
        if offer.member(SALE).is_none() {
            out.push(b',');
            write_text(SALE, out);
            out.extend_from_slice(b":null");
        }
        out.push(b'}');
    }
    out.push(b']');
}

/// The members of an object under way, with commas between.
struct Members<'a> {
    out: &'a mut Vec<u8>,
    count: usize,
}

impl<'a> Members<'a> {
    fn of(out: &'a mut Vec<u8>) -> Self {
        Self { out, count: 0 }
    }

    /// Begins a member: its value comes next.
    fn name(&mut self, name: &str) -> &mut Vec<u8> {
        if self.count > 0 {
            self.out.push(b',');
        }
        self.count += 1;
        write_text(name, self.out);
        self.out.push(b':');
        self.out
    }

    fn text(&mut self, name: &str, text: &str) {
        write_text(text, self.name(name));
    }
}

/// Reads a segment of a path; none if it is not written as one.
pub(crate) fn percent_decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sku_survives_as_a_segment_of_a_path() {
        for (sku, segment) in [("MUG-1", "MUG-1"), ("a/b c?#%", "a%2Fb%20c%3F%23%25"), ("Krüge", "Kr%C3%BCge")] {
            assert_eq!(percent_encode(sku), segment);
            assert_eq!(percent_decode(segment).as_deref(), Some(sku));
        }
        for segment in ["%", "%2", "%zz", "%FF"] {
            assert_eq!(percent_decode(segment), None, "{segment}");
        }
    }
}
