//! The calls of the Inventory API that make, change, publish and end listings.
//!
//! Source: Sell Inventory API 1.18.5, read 2026-11-25.

/// Where the API stands.
pub(super) const BASE: &str = "/sell/inventory/v1/";
/// A step of a path that is a key.
const KEY: &str = "*";

/// A call.
#[derive(Debug)]
pub(super) struct Call {
    method: &'static str,
    path: &'static str,
    /// Whether it is refused without `Content-Language`.
    pub(super) has_language: bool,
    /// What it holds.
    pub(super) body: Body,
    /// What a request of it has to hold, by the name of the call that takes many of them.
    pub(super) schema: &'static str,
    /// What its requests leave out, because the path says it or because it cannot be changed.
    pub(super) told_elsewhere: &'static [&'static str],
}

/// What a call holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// Nothing.
    None,
    /// One request.
    One,
    /// A list of them.
    Batch,
}

/// What a method and a path are.
#[derive(Debug)]
pub(super) enum Found {
    /// A call.
    Call(&'static Call),
    /// The path of a call with other methods.
    OtherMethod(Vec<&'static str>),
    /// Nothing that is known.
    Nothing,
}

const ITEM: &str = "bulk_create_or_replace_inventory_item";
const GROUP: &str = "inventory_item_group";
const OFFER: &str = "bulk_create_offer";
const BY_GROUP: &str = "publish_by_inventory_item_group";

/// Paths with words stand before those with keys.
static CALLS: &[Call] = &[
    texts("POST", ITEM, Body::Batch, ITEM, &[]),
    texts("PUT", "inventory_item/*", Body::One, ITEM, &["/sku", "/locale"]),
    bare("DELETE", "inventory_item/*"),
    texts("PUT", "inventory_item_group/*", Body::One, GROUP, &[]),
    bare("DELETE", "inventory_item_group/*"),
    texts("POST", OFFER, Body::Batch, OFFER, &[]),
    texts("POST", "offer", Body::One, OFFER, &[]),
    plain("offer/publish_by_inventory_item_group", Body::One, BY_GROUP),
    plain("offer/withdraw_by_inventory_item_group", Body::One, BY_GROUP),
    texts("PUT", "offer/*", Body::One, OFFER, &["/sku", "/marketplaceId", "/format"]),
    bare("DELETE", "offer/*"),
    bare("POST", "offer/*/publish"),
    bare("POST", "offer/*/withdraw"),
    plain("bulk_publish_offer", Body::Batch, "bulk_publish_offer"),
    plain("bulk_update_price_quantity", Body::Batch, "bulk_update_price_quantity"),
];

impl Call {
    /// The call of a method and a path.
    pub(super) fn find(method: &str, path: &str) -> Found {
        let Some(path) = path.strip_prefix(BASE) else { return Found::Nothing };
        let Some(first) = CALLS.iter().find(|call| fits(call.path, path)) else { return Found::Nothing };
        let mut same = CALLS.iter().filter(|call| call.path == first.path);
        match same.clone().find(|call| call.method == method) {
            Some(call) => Found::Call(call),
            None => Found::OtherMethod(same.by_ref().map(|call| call.method).collect()),
        }
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut steps = path.split('/');
    let all = pattern
        .split('/')
        .all(|known| steps.next().is_some_and(|step| step == known || known == KEY && !step.is_empty()));
    all && steps.next().is_none()
}

const fn texts(
    method: &'static str,
    path: &'static str,
    body: Body,
    schema: &'static str,
    told_elsewhere: &'static [&'static str],
) -> Call {
    Call { method, path, has_language: true, body, schema, told_elsewhere }
}

const fn plain(path: &'static str, body: Body, schema: &'static str) -> Call {
    Call { method: "POST", path, has_language: false, body, schema, told_elsewhere: &[] }
}

const fn bare(method: &'static str, path: &'static str) -> Call {
    Call { method, path, has_language: false, body: Body::None, schema: "", told_elsewhere: &[] }
}
