//! The end of a product: axes settled, images ordered, and for flat rows what the family shares.

use crate::family::Family;
use crate::plan::Plan;
use crate::profile::Layout;
use feedwright_catalog::Field;
use feedwright_catalog::Fields;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Product;
use feedwright_catalog::Scope;
use feedwright_catalog::Value;
use feedwright_catalog::Variant;
use feedwright_catalog::place::Level;
use feedwright_catalog::product::Axis;
use feedwright_catalog::product::MediaRole;
use feedwright_catalog::product::ProductKind;
use feedwright_catalog::rules;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The product, when a variant of it is left.
pub(crate) fn close(plan: &Plan, mut family: Family, out: &mut Findings) -> Option<Product> {
    family.settle_images();
    if family.n_variant_rows > 1 {
        family.product.axes = family.options.iter().map(|option| option.axis.clone()).collect();
        if plan.layout == Layout::Flat {
            family.product.axes = find_axes(&plan.axes, &family.product.variants);
            let axes = family.product.axes.clone();
            drop_alike(&mut family.product, &axes, out);
            share(plan, &mut family.product);
        }
    }
    if family.n_not_shipped > 0 && family.n_shipped == 0 && family.product.kind == ProductKind::Standard {
        family.product.kind = ProductKind::Digital;
    }
    for variant in &mut family.product.variants {
        // The first image that is not a swatch is the main one.
        if let Some(first) = variant.media.iter_mut().find(|media| media.role != MediaRole::Swatch) {
            first.role = MediaRole::Main;
        }
    }
    (!family.product.variants.is_empty()).then_some(family.product)
}

/// Of the fields that may set variants apart, those that do: each one taken tells some apart that were alike before.
fn find_axes(candidates: &[Field], variants: &[Variant]) -> Vec<Axis> {
    let mut axes = Vec::new();
    let mut told_apart: Vec<Vec<String>> = vec![Vec::new(); variants.len()];
    let mut n_kinds = 1;
    for field in candidates {
        let values: Vec<Option<String>> = variants.iter().map(|variant| plain(&variant.fields, field)).collect();
        let n_values = values.iter().flatten().collect::<BTreeSet<_>>().len();
        if n_values < 2 {
            continue;
        }
        let tried: Vec<Vec<String>> = told_apart
            .iter()
            .zip(&values)
            .map(|(before, value)| before.iter().cloned().chain([value.clone().unwrap_or_default()]).collect())
            .collect();
        let n_now = tried.iter().collect::<BTreeSet<_>>().len();
        if n_now > n_kinds {
            n_kinds = n_now;
            told_apart = tried;
            axes.push(Axis { field: field.clone(), label: Arc::from(label(field)) });
        }
    }
    axes
}

/// Leaves out variants that lack a value of an axis, and those that are like an earlier one on all axes.
pub(crate) fn drop_alike(product: &mut Product, axes: &[Axis], out: &mut Findings) {
    let mut by_values: BTreeMap<Vec<String>, u64> = BTreeMap::new();
    let key = Arc::clone(&product.key);
    product.variants.retain(|variant| {
        let mark = out.len();
        let line = variant.origin.line;
        let mut values = Vec::new();
        for axis in axes {
            if let Some(value) = plain(&variant.fields, &axis.field) {
                values.push(value);
                continue;
            }
            let message = format!("the variant has no `{}`, and others of product `{key}` have one", axis.field);
            let place = variant.origin.place_of(&axis.field);
            let help = format!("fill in column \"{}\"", place.column.as_deref().unwrap_or_default());
            out.push(Finding::new(&rules::MISSING_OPTION, message).help(help).sku(&variant.sku).at(place));
        }
        if values.len() == axes.len() {
            if let Some(first) = by_values.get(&values) {
                let names: Vec<_> = axes.iter().map(|axis| axis.field.to_string()).collect();
                let message = match names.as_slice() {
                    [] => format!("nothing sets the variant apart from the one of product `{key}` on line {first}"),
                    names => {
                        format!("product `{key}` has a variant of the same `{}` on line {first}", names.join("`, `"))
                    }
                };
                let help = "say what sets it apart, such as `color` or `size`, or give it a product key of its own";
                out.push(
                    Finding::new(&rules::DUPLICATE_VARIANT, message)
                        .help(help)
                        .sku(&variant.sku)
                        .at(variant.origin.place()),
                );
            } else {
                by_values.insert(values, line);
            }
        }
        !out.blocked_since(mark)
    });
}

/// What all variants say, the family says too, in the words of the first: its parent record needs a title. The
/// variants keep theirs, so that a finding names the row it stands in, and nobody inherits what his row left blank.
fn share(plan: &Plan, product: &mut Product) {
    let Some((first, others)) = product.variants.split_first() else { return };
    // Who stands alone has no parent record, and says everything himself.
    if others.is_empty() && product.axes.is_empty() {
        return;
    }
    for (field, values) in first.fields.iter() {
        let is_axis = product.axes.iter().any(|axis| axis.field == *field);
        let is_own = plan.columns.iter().any(|column| {
            column.is_own && column.level == Level::Variant && column.target.field().as_ref() == Some(field)
        });
        if !is_axis
            && !is_own
            && others.iter().all(|variant| variant.fields.contains(field))
            && !product.fields.contains(field)
        {
            product.fields.replace(field, values.to_vec());
        }
    }
}

fn plain(fields: &Fields, field: &Field) -> Option<String> {
    match &fields.get(field).iter().find(|scoped| scoped.scope == Scope::default())?.value {
        Value::Text(text) => Some(text.to_lowercase()),
        other => serde_json::to_string(other).ok(),
    }
}

/// `shoe_size` as people read it: `Shoe size`.
fn label(field: &Field) -> String {
    let code = match field {
        Field::Known(known) => known.def().code.to_owned(),
        Field::Custom(name) => name.to_string(),
    };
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
