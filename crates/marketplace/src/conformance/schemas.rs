//! Laws of requirement documents: every category of every site opens, and what it asks for exists in it.

use super::case::Case;
use super::stand::Stand;
use crate::contract::Categories;
use crate::contract::Feed;
use crate::requirements::Required;
use crate::requirements::Shape;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) fn cases(stand: &Arc<Stand>, out: &mut Vec<Case>) {
    let about = stand.about();
    let taxonomy = stand.marketplace.taxonomy();
    let of = Arc::clone(stand);
    out.push(Case::new("schemas", format!("{about}: categories have ids and paths, and stand once"), move || {
        taxonomy_is_sound(&of)
    }));
    for feed in stand.marketplace.profile().feeds {
        let categories: Vec<String> = match feed.categories {
            Categories::Unused => vec![String::new()],
            Categories::Mixed | Categories::Apart => taxonomy.iter().map(|entry| entry.id.clone()).collect(),
        };
        for id in categories {
            let shown = if id.is_empty() { String::new() } else { format!(" {id}:") };
            let of = Arc::clone(stand);
            let name = format!("{about}: {}:{shown} its requirements open, and name what exists", feed.id);
            let category = id.clone();
            out.push(Case::new("schemas", name, move || opens(&of, feed, &category)));
            let has_sample = stand.samples.iter().any(|sample| sample.category == id);
            // Further channels are there for what they do otherwise; the first one has a complete item of everything.
            if !id.is_empty() && stand.label.is_empty() && !has_sample {
                let name = format!("{about}: {}:{shown} there is a complete item", feed.id);
                out.push(Case::broken("check", name, format!("write `{id}.json` among the samples")));
            }
        }
    }
}

fn taxonomy_is_sound(stand: &Stand) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for entry in stand.marketplace.taxonomy() {
        if entry.id.trim().is_empty() || entry.path.is_empty() || !seen.insert(entry.id.clone()) {
            return Err(format!("`{}` has no id, no path, or stands twice", entry.id));
        }
    }
    Ok(())
}

fn opens(stand: &Stand, feed: &'static Feed, id: &str) -> Result<(), String> {
    let category = stand.marketplace.category(feed, id).map_err(|why| why.to_string())?;
    if *category.id != *id && !id.is_empty() {
        return Err(format!("asked for `{id}`, got `{}`", category.id));
    }
    let requirements = &category.requirements;
    if let [first, ..] = requirements.unknown_keywords() {
        return Err(format!("it uses the keyword `{first}`, which decides nothing here"));
    }
    let mut missing = Vec::new();
    required_exists(requirements.shape(), "", &mut missing);
    let fields = requirements.fields();
    let mut paths = BTreeSet::new();
    for field in &fields {
        if !paths.insert(&field.path) {
            return Err(format!("`{}` is listed twice", field.path));
        }
        let is_asked = match field.required {
            Required::Always | Required::When(_) => true,
            Required::No => false,
        };
        // A name with a dot in it cannot be told from a path.
        if is_asked && requirements.shape().get(field.path.split('.')).is_none() && !has_dots(requirements.shape()) {
            missing.push(field.path.clone());
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(format!("it asks for what it does not have: {}", missing.join(", "))) }
}

fn has_dots(shape: &Shape) -> bool {
    let inside = shape.inside();
    inside.properties.iter().any(|(name, below)| name.contains('.') || has_dots(below))
}

fn required_exists(shape: &Shape, path: &str, missing: &mut Vec<String>) {
    let inside = shape.inside();
    for name in &inside.required {
        if !inside.properties.contains_key(name) && !inside.extensible {
            missing.push(format!("{path}/{name}"));
        }
    }
    for (name, below) in &inside.properties {
        required_exists(below, &format!("{path}/{name}"), missing);
    }
}
