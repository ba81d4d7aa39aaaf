//! Amazon's own keywords in its schemas: lengths in bytes, and counts for each combination of selectors.

use super::sites::Site;
use jsonschema::Keyword;
use jsonschema::ValidationError;
use jsonschema::ValidationOptions;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeMap;

/// Teaches the engine these keywords, for documents of one site: what an item leaves out counts as the site's own.
pub(super) fn teach<'a>(options: ValidationOptions<'a>, site: &'static Site) -> ValidationOptions<'a> {
    options
        .with_keyword("maxUtf8ByteLength", |_, limit, _| bytes(limit, |have, limit| have <= limit))
        .with_keyword("minUtf8ByteLength", |_, limit, _| bytes(limit, |have, limit| have >= limit))
        .with_keyword("maxUniqueItems", move |parent, limit, _| per_combination(parent, limit, site))
}

type Made<'a> = Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>>;

/// Something that holds or not.
struct Holds<F: Fn(&Value) -> bool + Send + Sync>(F);

impl<'i, F: Fn(&Value) -> bool + Send + Sync> Keyword<'i> for Holds<F> {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.0(instance) { Ok(()) } else { Err(ValidationError::custom("not allowed")) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.0(instance)
    }
}

fn bytes(limit: &Value, fits: fn(usize, usize) -> bool) -> Made<'_> {
    let limit = count(limit)?;
    Ok(Box::new(Holds(move |value: &Value| value.as_str().is_none_or(|text| fits(text.len(), limit)))))
}

fn per_combination<'a>(parent: &'a Map<String, Value>, limit: &'a Value, site: &'static Site) -> Made<'a> {
    let limit = count(limit)?;
    let selectors: Vec<String> = parent
        .get("selectors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    Ok(Box::new(Holds(move |value: &Value| {
        let Some(items) = value.as_array().filter(|items| items.len() > limit) else { return true };
        let mut counts: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        items.iter().filter_map(Value::as_object).for_each(|item| {
            *counts.entry(combination(item, &selectors, site)).or_default() += 1;
        });
        counts.values().all(|count| *count <= limit)
    })))
}

/// What tells an item from its neighbours: the values of its selectors, or all of it when there are none.
pub(super) fn combination(item: &Map<String, Value>, selectors: &[String], site: &Site) -> Vec<String> {
    if selectors.is_empty() {
        return vec![Value::Object(item.clone()).to_string()];
    }
    let value = |name: &String| match (item.get(name), name.as_str()) {
        (Some(value), _) => value.to_string(),
        (None, "marketplace_id") => Value::from(site.id).to_string(),
        (None, "language_tag") => Value::from(site.language).to_string(),
        (None, "currency") => Value::from(site.currency).to_string(),
        (None, "audience") => Value::from("ALL").to_string(),
        (None, _) => String::new(),
    };
    selectors.iter().map(value).collect()
}

fn count(value: &Value) -> Result<usize, ValidationError<'static>> {
    let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
    count.ok_or_else(|| ValidationError::schema(format!("{value} is not a whole number from 0")))
}
