//! Requirements: Google's published list of attributes, which holds for everybody, put together for a category and country.

use crate::builtin;
use crate::category::Needs;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Vocabulary;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

const DIALECT: Dialect = Dialect { draft: Draft::Draft7, vocabulary: Vocabulary::Standard };

/// What a record is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// A product of a category that needs this.
    Product(Needs),
    /// A price.
    Price,
    /// Availability.
    Stock,
}

/// The requirements of a form in a country.
pub(crate) fn requirements(form: Form, country: &str) -> Result<Requirements, CategoryError> {
    let (about, asked) = match form {
        Form::Product(Needs::Nothing) => (builtin::PRODUCTS, None),
        Form::Product(Needs::Apparel) => (builtin::PRODUCTS, Some(builtin::APPAREL)),
        Form::Product(Needs::Clothing) => (builtin::PRODUCTS, Some(builtin::CLOTHING)),
        Form::Price => (builtin::PRICE, None),
        Form::Stock => (builtin::STOCK, None),
    };
    let mut schema = parse(about)?;
    schema.remove("$feedwright");
    let mut shared = parse(builtin::ATTRIBUTES)?;
    let mut properties = match shared.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    if let Some(Value::Array(names)) = schema.remove("attributes") {
        properties.retain(|name, _| names.iter().any(|known| known == name));
    }
    if let Some(asked) = asked {
        ask(&parse(asked)?, country, &mut schema, &mut properties);
    }
    schema.insert("properties".to_owned(), Value::Object(properties));
    if let Some(definitions) = shared.remove("$defs") {
        schema.insert("$defs".to_owned(), definitions);
    }
    // Not a starter that a document of the user's would replace: Google gives everybody the same list.
    let name = "Google's product data specification".to_owned();
    Requirements::compile_value(&name, Value::Object(schema), &DIALECT, Origin::Given { name: name.clone() })
        .map_err(|why| CategoryError::Broken(why.to_string()))
}

/// The names of all attributes, the SKU first.
pub(crate) fn names(requirements: &Requirements) -> impl Iterator<Item = &str> {
    let all = requirements.shape().properties.keys().map(String::as_str);
    std::iter::once("id").chain(all.filter(|name| *name != "id"))
}

/// What a kind of product needs beside: in some countries it is required, elsewhere advised.
fn ask(
    about: &Map<String, Value>,
    country: &str,
    schema: &mut Map<String, Value>,
    properties: &mut Map<String, Value>,
) {
    let list = |name: &str| about.get(name).and_then(Value::as_array).into_iter().flatten();
    let is_required = list("required_in").any(|known| known == country);
    let because = about.get("elsewhere").and_then(Value::as_str).unwrap_or_default();
    for name in list("asked") {
        match (schema.get_mut("required"), name.as_str().and_then(|name| properties.get_mut(name))) {
            (Some(Value::Array(required)), _) if is_required => required.push(name.clone()),
            (_, Some(Value::Object(attribute))) => {
                attribute.insert("$advice".to_owned(), json!({ "level": "warning", "because": because }));
            }
            _ => {}
        }
    }
}

/// A document of ours.
pub(crate) fn parse(text: &str) -> Result<Map<String, Value>, CategoryError> {
    serde_json::from_str(text).map_err(|why| CategoryError::Broken(format!("a document of ours cannot be read: {why}")))
}
