//! Amazon's own schemas, read by this test's own means: nothing here knows how the program reads them.

use jsonschema::Draft;
use jsonschema::Keyword;
use jsonschema::ValidationError;
use jsonschema::Validator;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// amazon.com: what an item without a `marketplace_id` is for.
const US: &str = "ATVPDKIKX0DER";

/// The schema of a whole listings feed.
pub(crate) fn feed_schema(data: &Path) -> Validator {
    let schema = read(&data.join("amazon/feed-schemas/listings-feed-schema-v2.json"));
    jsonschema::options().with_draft(Draft::Draft7).should_validate_formats(true).build(&schema).unwrap()
}

/// The schema of a product type, with the four keywords of Amazon's own and formats meant.
pub(crate) fn product_type(path: &Path) -> Validator {
    jsonschema::options()
        .with_draft(Draft::Draft201909)
        .should_validate_formats(true)
        .with_keyword("maxUniqueItems", |parent, limit, _| {
            let most = limit.as_u64().unwrap();
            Ok(Box::new(PerSelectors { selectors: selectors(parent), least: 0, most }))
        })
        .with_keyword("minUniqueItems", |parent, limit, _| {
            let least = limit.as_u64().unwrap();
            Ok(Box::new(PerSelectors { selectors: selectors(parent), least, most: u64::MAX }))
        })
        .with_keyword("maxUtf8ByteLength", |_, limit, _| {
            Ok(Box::new(Bytes { least: 0, most: limit.as_u64().unwrap() }))
        })
        .with_keyword("minUtf8ByteLength", |_, limit, _| {
            Ok(Box::new(Bytes { least: limit.as_u64().unwrap(), most: u64::MAX }))
        })
        .build(&read(path))
        .unwrap()
}

/// What a validator says against a document, a line each.
pub(crate) fn complaints(validator: &Validator, document: &Value) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// How many items there may be for one combination of selector values.
struct PerSelectors {
    selectors: Option<Vec<String>>,
    least: u64,
    most: u64,
}

fn selectors(parent: &Map<String, Value>) -> Option<Vec<String>> {
    let list = parent.get("selectors")?.as_array()?;
    Some(list.iter().map(|name| name.as_str().unwrap().to_owned()).collect())
}

impl PerSelectors {
    fn key(&self, item: &Map<String, Value>) -> String {
        let value = |name: &str| match item.get(name) {
            None if name == "marketplace_id" => Some(Value::from(US)),
            found => found.cloned(),
        };
        let names = self.selectors.clone().unwrap_or_else(|| item.keys().cloned().collect());
        let parts: BTreeMap<&str, Value> =
            names.iter().filter_map(|name| Some((name.as_str(), value(name)?))).collect();
        serde_json::to_string(&parts).unwrap()
    }
}

impl<'i> Keyword<'i> for PerSelectors {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        let mut counts = BTreeMap::<String, u64>::new();
        for item in instance.as_array().into_iter().flatten().filter_map(Value::as_object) {
            *counts.entry(self.key(item)).or_default() += 1;
        }
        match counts.into_iter().find(|(_, count)| !(self.least..=self.most).contains(count)) {
            Some((key, count)) => Err(ValidationError::custom(format!("{count} items for {key}"))),
            None => Ok(()),
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.validate(instance).is_ok()
    }
}

/// How many bytes a text may have in UTF-8.
struct Bytes {
    least: u64,
    most: u64,
}

impl<'i> Keyword<'i> for Bytes {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        match instance.as_str().map(|text| text.len() as u64) {
            Some(length) if !(self.least..=self.most).contains(&length) => {
                Err(ValidationError::custom(format!("{length} bytes")))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        self.validate(instance).is_ok()
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}
