//! Files of Inventory API calls, a line each. Aspects depend on a category, which stands in another call: they are checked
//! when the catalog is.

use super::calls::Body;
use super::calls::Call;
use super::calls::Found;
use crate::Ebay;
use crate::kind::Kind;
use crate::schema;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::rules;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Ref;
use feedwright_marketplace::lint::Document;
use feedwright_marketplace::lint::File;
use feedwright_marketplace::lint::Record;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::NodeId;
use feedwright_marketplace::listing::Shape;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use std::collections::BTreeMap;

/// Most requests in one call: errors 25727 and 25730.
const MOST: usize = 25;

/// Checks a file, and says how many requests its calls hold.
pub(crate) fn lint(ebay: &Ebay, file: &File<'_>, out: &mut Findings) -> u64 {
    let mut desk = Desk { ebay, schemas: BTreeMap::new() };
    let mut count = 0;
    let lines = file.json_lines(out, |document, _line, out| {
        desk.call(&document, out);
        let requests = document.root().pointer("/body/requests");
        count += requests.map_or(1, |requests| requests.len() as u64);
    });
    if lines == 0 {
        let finding = Finding::new(&rules::BAD_ENVELOPE, "file holds no call").help("write a call a line");
        out.push(file.say(finding));
    }
    count
}

struct Desk<'a> {
    ebay: &'a Ebay,
    /// By call.
    schemas: BTreeMap<&'static str, Option<Requirements>>,
}

impl Desk<'_> {
    fn call(&mut self, document: &Document<'_>, out: &mut Findings) {
        let root = document.root();
        let whole = document.whole(1, None);
        let mut envelope = |pointer: &str, message: String, help: String| {
            let finding = Finding::new(&rules::BAD_ENVELOPE, message).help(help);
            out.push(document.say(&whole, pointer, finding));
        };
        let text = |member: &str| root.member(member).and_then(Ref::as_text).unwrap_or_default();
        let call = match Call::find(text("method"), text("path")) {
            Found::Call(call) => call,
            Found::OtherMethod(methods) => {
                let message = format!("`{}` is not the method of this call", text("method"));
                envelope("/method", message, format!("write {}", methods.join(" or ")));
                return;
            }
            Found::Nothing if root.member("path").is_none() => {
                envelope("/path", "the call has no `path`".to_owned(), "say which call it is".to_owned());
                return;
            }
            Found::Nothing => {
                let message = format!("`{}` is no call of the Inventory API that is known here", text("path"));
                envelope("/path", message, format!("begin paths with `{}`", super::calls::BASE));
                return;
            }
        };
        if call.has_language && root.pointer("/headers/Content-Language").is_none() {
            let message = "the call has no header `Content-Language`".to_owned();
            envelope("/headers", message, "name the language of its texts: `en-US`".to_owned());
        }
        let records = match call.body {
            Body::None => return,
            Body::Batch => document.records("/body/requests", "/sku"),
            Body::One => document.record(1, "/body", "/inventoryItemGroupKey").into_iter().collect(),
        };
        if records.is_empty() {
            let (what, pointer) = if call.body == Body::Batch {
                ("`requests` in its body", "/body/requests")
            } else {
                ("`body`", "/body")
            };
            envelope(pointer, format!("the call has no {what}"), format!("give it {what}"));
        }
        if records.len() > MOST {
            let message = format!("the call holds {} requests, {MOST} allowed", records.len());
            let finding = Finding::new(&rules::TOO_MANY_RECORDS, message).help("split it over several calls");
            out.push(document.say(&whole, "/body/requests", finding));
        }
        self.requests(call, document, &records, out);
    }

    fn requests(&mut self, call: &'static Call, document: &Document<'_>, records: &[Record], out: &mut Findings) {
        let schema = self.schemas.entry(call.schema).or_insert_with(|| schema::call(call.schema).ok().flatten());
        for record in records {
            document.blanks(record, "", out);
            if let Some(schema) = schema {
                let mut found = Findings::default();
                document.check(record, "", schema, Scope::Whole, &mut found);
                let is_told = |finding: &Finding| {
                    call.told_elsewhere
                        .iter()
                        .any(|told| finding.pointer.as_deref().is_some_and(|at| at.ends_with(told)))
                };
                found.take().into_iter().filter(|finding| !is_told(finding)).for_each(|finding| out.push(finding));
            }
            policy(self.ebay, call, document, record, out);
        }
        let pointer = if call.schema == "bulk_publish_offer" { "/offerId" } else { "/sku" };
        let twice = |key: &str, first: usize| {
            let (what, help) = match pointer {
                "/offerId" => ("offer", "publish each offer once (error 25731)"),
                _ => ("SKU", "keep one request for each SKU in a call (error 25728)"),
            };
            Finding::new(&rules::DUPLICATE_SKU, format!("{what} `{key}` also stands in request {first}")).help(help)
        };
        document.duplicates(records, pointer, twice, out);
    }
}

/// What no schema says: a request is put where it stands in the tree of a listing.
fn policy(ebay: &Ebay, call: &Call, document: &Document<'_>, record: &Record, out: &mut Findings) {
    let body = document.node(record);
    let mut check = |kind: Kind, body: Ref<'_>, inside: &[&str], from: &str| {
        let prefix = inside.iter().fold(String::new(), |path, name| format!("{path}/{name}"));
        let tree = inside_of(body, inside);
        let mut found = Findings::default();
        crate::policy::check(ebay, kind, "", tree.root(), &mut found);
        for finding in found.take() {
            let pointer = finding.pointer.clone().unwrap_or_default();
            // What stands elsewhere in a listing is no matter of this request.
            if let Some(own) = pointer.strip_prefix(&prefix) {
                out.push(document.say(record, &format!("{from}{own}"), finding));
            }
        }
    };
    match call.schema {
        "bulk_create_or_replace_inventory_item" => check(Kind::Inventory, body, &["item"], ""),
        "inventory_item_group" => check(Kind::Inventory, body, &["item", "product"], ""),
        "bulk_create_offer" if body.member("pricingSummary").is_some() => {
            let priced = body.pointer("/pricingSummary").unwrap_or(body);
            check(Kind::Inventory, priced, &["offer", "pricingSummary"], "/pricingSummary");
        }
        "bulk_update_price_quantity" => {
            for (at, offer) in body.member("offers").into_iter().flat_map(Ref::elements).enumerate() {
                if let Some(price) = offer.member("price") {
                    check(Kind::InventoryPrice, price, &["price"], &format!("/offers/{at}/price"));
                }
            }
        }
        _ => {}
    }
}

/// A tree in which the members of an object stand where a listing has them.
fn inside_of(body: Ref<'_>, path: &[&str]) -> Listing {
    let mut tree = Listing::new();
    let holder = path.iter().fold(Listing::ROOT, |node, name| tree.add_object(node, &Key::new(name), body.source()));
    for (name, node) in body.members() {
        copy(node, holder, &Key::new(name), &mut tree);
    }
    tree
}

fn copy(node: Ref<'_>, parent: NodeId, key: &Key, out: &mut Listing) {
    match node.shape() {
        Shape::Leaf(leaf) => {
            out.add(parent, key, leaf, node.source());
        }
        Shape::Object => {
            let object = out.add_object(parent, key, node.source());
            node.members().for_each(|(name, member)| copy(member, object, &Key::new(name), out));
        }
        Shape::Array => {
            let array = out.add_array(parent, key, node.source());
            for entry in node.elements() {
                push(entry, array, out);
            }
        }
    }
}

fn push(node: Ref<'_>, array: NodeId, out: &mut Listing) {
    match node.shape() {
        Shape::Leaf(leaf) => {
            out.push(array, leaf, node.source());
        }
        Shape::Object => {
            let object = out.push_object(array, node.source());
            node.members().for_each(|(name, member)| copy(member, object, &Key::new(name), out));
        }
        // Nothing in a request nests lists.
        Shape::Array => {}
    }
}
