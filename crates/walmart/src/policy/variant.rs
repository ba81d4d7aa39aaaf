//! Variant groups, as far as one item tells: the API reference of items, read 2026-11-23. A group given in part fails the
//! item (05570905585050).

use super::Part;
use crate::kind::Kind;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::rules;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::Shape;
use feedwright_marketplace::requirements::Shape as Requirement;
use std::collections::BTreeSet;

/// The members that make an item one of a group.
pub(crate) const MEMBERS: [&str; 3] = ["variantGroupId", "variantAttributeNames", "isPrimaryVariant"];
/// Most attributes the items of a group differ by.
const MAX_ATTRIBUTES: usize = 3;

/// What an item says of its group.
pub(super) fn check(product: &Part<'_>, kind: Kind, shape: Option<&Requirement>, out: &mut Findings) {
    let missing: Vec<&str> = MEMBERS.into_iter().filter(|name| product.node.member(name).is_none()).collect();
    if missing.len() == MEMBERS.len() {
        return;
    }
    for name in missing {
        // What could not be written was said, and why.
        if out.list().iter().rev().any(|finding| is_about(finding, product, name)) {
            continue;
        }
        out.push(
            Finding::new(&rules::BAD_VARIANT_GROUP, format!("`{name}` is not given, and the item is in a group"))
                .help(
                    "give the group's id, what its items differ by, and which one stands for it, or none of the three",
                )
                .pointer(product.at(name)),
        );
    }
    let n_names = product.texts("variantAttributeNames").count();
    if n_names > MAX_ATTRIBUTES {
        let message = format!("variants differ by {n_names} attributes, {MAX_ATTRIBUTES} allowed");
        let help = "put several of them into one attribute, or make several products of it";
        let pointer = product.at("variantAttributeNames");
        out.push(Finding::new(&rules::TOO_MANY_AXES, message).help(help).pointer(pointer));
    }
    let mut seen = BTreeSet::new();
    for (at, name) in product.texts("variantAttributeNames") {
        if !seen.insert(name) {
            let message = format!("`{name}` stands among the attributes twice");
            let help = "name each attribute once";
            let pointer = product.at_entry("variantAttributeNames", at);
            out.push(Finding::new(&rules::DUPLICATE_VALUE, message).help(help).pointer(pointer));
        } else if kind == Kind::Item && may_have(shape, name) && !has_value(product, name) {
            // An update keeps what it does not name.
            let message = format!("variants differ by `{name}`, and the item has no `{name}`");
            let help = format!("give the item a value for `{name}`");
            let finding = Finding::new(&rules::BAD_VARIANT_GROUP, message).help(help);
            out.push(finding.pointer(product.at(name)));
        }
    }
}

/// Whether a finding of the mapping says that a member could not be written.
fn is_about(finding: &Finding, product: &Part<'_>, name: &str) -> bool {
    let pointer = finding.pointer.as_deref().unwrap_or_default();
    let is_same_item = finding.sku.as_ref().is_some_and(|sku| product.sku == Some(sku.as_str()));
    is_same_item
        && pointer.strip_prefix(product.at(name).as_str()).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Whether the product type has an attribute; one it does not have is not among those variants may differ by, and that is
/// said already.
fn may_have(shape: Option<&Requirement>, name: &str) -> bool {
    shape.is_none_or(|shape| shape.properties.is_empty() || shape.properties.contains_key(name))
}

fn has_value(product: &Part<'_>, name: &str) -> bool {
    product.node.member(name).is_some_and(|value| match value.shape() {
        Shape::Leaf(Leaf::Null) => false,
        Shape::Leaf(Leaf::Text(text)) => !text.trim().is_empty(),
        Shape::Leaf(Leaf::Bool(_) | Leaf::Number(_) | Leaf::BigNumber(_)) => true,
        Shape::Array | Shape::Object => !value.is_empty(),
    })
}
