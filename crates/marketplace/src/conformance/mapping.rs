//! Laws of a complete item: it passes, nothing of it is lost, and everything in its record comes from somewhere.

use super::altered::Change;
use super::case::Case;
use super::edit;
use super::required::base;
use super::required::touches;
use super::subject::Checkup;
use super::subject::Role;
use super::subject::Subject;
use super::subject::matters;
use super::subject::said;
use crate::listing::Ref;
use crate::listing::Shape;
use crate::template::Rule;
use feedwright_catalog::Field;
use feedwright_catalog::Known;
use feedwright_catalog::Product;
use feedwright_catalog::Value;
use std::collections::BTreeSet;

pub(super) fn cases(subject: &Subject, out: &mut Vec<Case>) {
    let about = subject.about();
    let of = subject.clone();
    out.push(Case::new("check", format!("{about}: a complete item has no findings"), move || has_no_findings(&of)));
    let of = subject.clone();
    out.push(Case::new("map", format!("{about}: mapping twice gives the same"), move || is_deterministic(&of)));
    let of = subject.clone();
    out.push(Case::new("map", format!("{about}: every leaf has a source or is a constant"), move || {
        every_leaf_has_a_source(&of)
    }));
    if subject.role == Role::Variant(0) {
        let of = subject.clone();
        out.push(Case::new("map", format!("{about}: nothing is lost"), move || nothing_is_lost(&of)));
    }
}

fn has_no_findings(subject: &Subject) -> Result<(), String> {
    let checkup = subject.check(subject.product(), &Change::Nothing)?;
    let findings: Vec<_> = checkup.findings.iter().filter(|finding| matters(finding)).collect();
    if findings.is_empty() && checkup.passed { Ok(()) } else { Err(said(findings)) }
}

fn is_deterministic(subject: &Subject) -> Result<(), String> {
    let first = subject.check(subject.product(), &Change::Nothing)?;
    let second = subject.check(subject.product(), &Change::Nothing)?;
    if written(&first) == written(&second) && first.findings == second.findings {
        Ok(())
    } else {
        Err("two records of one item differ".to_owned())
    }
}

pub(super) fn written(checkup: &Checkup) -> Vec<u8> {
    let mut bytes = Vec::new();
    checkup.listing.root().write_json(&mut bytes);
    bytes
}

/// A leaf comes from the rule of its attribute, which has fields or is a constant; what the adapter writes itself is the same in every
/// record, or the SKU or the category's id, which are no rules' business, or says of a family what its variants differ by: an
/// attribute's name, and values of the variants.
fn every_leaf_has_a_source(subject: &Subject) -> Result<(), String> {
    let checkup = subject.check(subject.product(), &Change::Nothing)?;
    let category = subject.category()?;
    let base = base(&category);
    let other = other_record(subject)?;
    let sku = subject.with(subject.product(), |_, item| item.sku.to_string())?;
    let names: Vec<&str> =
        category.plan.rules().filter_map(|rule| rule.to.steps.last()).map(|step| step.name.as_str()).collect();
    let values = values_of_variants(subject.product());
    let mut unfounded = Vec::new();
    leaves(checkup.listing.root(), &mut String::new(), &mut |pointer, node| {
        let is_known = match category.plan.rule(node.source()) {
            Some(rule) => touches(&rule.to, &base, pointer),
            None => {
                let text = node.as_text();
                let is_same = other.as_ref().and_then(|other| other.listing.root().pointer(pointer));
                // The key of a product is the SKU of its family.
                text == Some(sku.as_str())
                    || text == Some(&*subject.product().key)
                    || text == Some(&*category.id)
                    || text.is_some_and(|text| names.contains(&text) || values.iter().any(|value| value == text))
                    || is_same.is_none_or(|same| format!("{same:?}") == format!("{node:?}"))
            }
        };
        if !is_known {
            unfounded.push(format!("{pointer} = {node:?}"));
        }
    });
    if unfounded.is_empty() {
        Ok(())
    } else {
        Err(format!("nobody knows where this is from: {}", unfounded.join("; ")))
    }
}

/// The texts that variants have where they differ.
fn values_of_variants(product: &Product) -> Vec<String> {
    let of_axes = product.variants.iter().flat_map(|variant| {
        let values = product.axes.iter().flat_map(|axis| variant.fields.get(&axis.field));
        values.map(|scoped| match &scoped.value {
            Value::Text(text) => text.clone(),
            other => format!("{other:?}"),
        })
    });
    of_axes.collect()
}

/// The record of another product in the same category, or of another variant.
fn other_record(subject: &Subject) -> Result<Option<Checkup>, String> {
    let samples = &subject.stand.samples;
    let own = subject.sample;
    let is_alike = |at: usize| at != own && (subject.feed_is_unused() || samples[at].category == samples[own].category);
    let Some(other) = (0..samples.len()).find(|at| is_alike(*at)) else { return Ok(None) };
    let other = Subject { sample: other, role: Role::Variant(0), ..subject.clone() };
    other.check(other.product(), &Change::Nothing).map(Some)
}

impl Subject {
    fn feed_is_unused(&self) -> bool {
        self.feed.categories == crate::contract::Categories::Unused
    }
}

/// Visits every leaf with its pointer.
pub(super) fn leaves<'a>(node: Ref<'a>, pointer: &mut String, visit: &mut impl FnMut(&str, Ref<'a>)) {
    if let Shape::Leaf(_) = node.shape() {
        visit(pointer, node);
    }
    nodes_below(node, pointer, &mut |pointer, node| leaves(node, pointer, visit));
}

/// Visits the children of a node with their pointers.
pub(super) fn nodes_below<'a>(node: Ref<'a>, pointer: &mut String, visit: &mut impl FnMut(&mut String, Ref<'a>)) {
    let length = pointer.len();
    for (at, child) in node.children_in_order().enumerate() {
        pointer.push('/');
        if node.is_array() {
            pointer.push_str(&at.to_string());
        } else {
            pointer.push_str(&crate::listing::escape(child.name()));
        }
        visit(pointer, child);
        pointer.truncate(length);
    }
}

/// What a field holds is in one of the product's records at least, or the template says why not, or it is reported.
/// Written is what changes a record when it is gone.
fn nothing_is_lost(subject: &Subject) -> Result<(), String> {
    let product = subject.product();
    let mut roles: Vec<Role> = (0..product.variants.len()).map(Role::Variant).collect();
    roles.push(Role::Parent);
    let mut lost: BTreeSet<Field> = edit::filled(product).into_iter().collect();
    // The number's kind goes with the number, and where a product stands in a tree decides its category.
    lost.retain(|field| !matches!(field, Field::Known(Known::GtinKind | Known::Category)));
    for role in roles {
        let of = Subject { role, ..subject.clone() };
        let Ok(whole) = of.check(product, &Change::Nothing) else { continue };
        let category = of.category()?;
        let mut left = BTreeSet::new();
        for field in &lost {
            let mut without = product.clone();
            edit::clear(&mut without, field);
            let is_reported = whole.unmapped.contains(field)
                || whole.left_over.contains(field)
                || category.plan.ignores(field)
                || whole.findings.iter().any(|finding| names(finding, field));
            let changes = || match of.check(&without, &Change::Nothing) {
                Ok(without) => written(&without) != written(&whole),
                Err(_) => true,
            };
            if !is_reported && !changes() && !is_taken(&of, &whole, field)? {
                left.insert(field.clone());
            }
        }
        lost = left;
    }
    if lost.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = lost.iter().map(ToString::to_string).collect();
    Err(format!("neither written, nor ignored with a reason, nor reported: {}", names.join(", ")))
}

/// Whether something in the record was written by a rule that took this field: another one that would be taken instead
/// may hold the same.
fn is_taken(subject: &Subject, whole: &Checkup, field: &Field) -> Result<bool, String> {
    subject.with(subject.product(), |category, item| {
        let mut is_taken = false;
        leaves(whole.listing.root(), &mut String::new(), &mut |_, node| {
            let rule = category.plan.rule(node.source());
            let mut fields = rule.into_iter().flat_map(Rule::fields);
            is_taken |= fields.find(|field| item.value(field).is_some()) == Some(field);
        });
        is_taken
    })
}

/// Whether a finding is about a field's column.
pub(super) fn names(finding: &feedwright_catalog::Finding, field: &Field) -> bool {
    let column = finding.place.as_ref().and_then(|place| place.column.as_deref());
    column == Some(field.to_string().as_str())
}
