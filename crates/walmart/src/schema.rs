//! Requirement documents of product types: Walmart's own, as its Get Spec call answers, made ready for checking items.

use crate::groups;
use crate::kind::Kind;
use crate::settings::Settings;
use crate::starter;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::contract::OwnedDocument;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Vocabulary;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// How Walmart writes JSON Schema: draft 7, formats meant; `$advice` is put in by us.
pub(crate) const DIALECT: Dialect = Dialect { draft: Draft::Draft7, vocabulary: Vocabulary::Marketplace };

/// The country of origin. It cannot be changed once an item is set up: the item has to be deleted and made anew.
pub(crate) const COUNTRY: &str = "country_of_origin_substantial_transformation";

/// Compiles a document the user gave, for one product type.
pub(crate) fn given(
    kind: Kind,
    id: &str,
    document: &OwnedDocument,
    settings: &Settings,
) -> Result<Requirements, CategoryError> {
    let value = item(kind, id, document, settings)?;
    compile(&document.name, value, Origin::Given { name: document.name.clone() })
}

/// Compiles our starter for a product type, if there is one.
pub(crate) fn starter(kind: Kind, id: &str, settings: &Settings) -> Option<Result<Requirements, CategoryError>> {
    let starter = starter::assemble(id, settings)?;
    Some(starter.and_then(|(mut value, written_on)| {
        if kind == Kind::Maintenance {
            for_update(&mut value, id);
        }
        compile(&format!("starter {id}"), value, Origin::Starter { written_on })
    }))
}

/// Compiles a schema, saying its name when it is no good.
pub(crate) fn compile(name: &str, value: Value, origin: Origin) -> Result<Requirements, CategoryError> {
    Requirements::compile_value(name, value, &DIALECT, origin).map_err(|why| CategoryError::Broken(why.to_string()))
}

/// The part of a document that is about one item of one product type.
pub(crate) fn item(
    kind: Kind,
    id: &str,
    document: &OwnedDocument,
    settings: &Settings,
) -> Result<Value, CategoryError> {
    let name = &document.name;
    let broken = |why: String| CategoryError::Broken(format!("{name} {why}"));
    let value: Value = serde_json::from_slice(&document.bytes)
        .map_err(|why| broken(format!("is not JSON ({why}); give the answer of `POST /v3/items/spec`")))?;
    let root = value.get("schema").unwrap_or(&value);
    let parts = root.pointer("/properties/MPItem/items/properties");
    let (Some(orderable), Some(visible)) =
        (parts.and_then(|parts| parts.get("Orderable")), parts.and_then(|parts| parts.get("Visible")))
    else {
        return Err(broken(if root.get("itemTaxonomy").is_some() {
            "is the list of product types and no spec: give it as `documents.taxonomy`".to_owned()
        } else {
            "is not the spec of a product type: give the answer of `POST /v3/items/spec`".to_owned()
        }));
    };
    let header = root.pointer("/properties/MPItemFeedHeader/properties");
    if header.is_some_and(|header| header.get("subCategory").is_some()) {
        return Err(broken(
            "is a spec of version 4, which Walmart takes no more; fetch that of version 5.0".to_owned(),
        ));
    }
    let versions: Vec<&str> = header
        .and_then(|header| header.pointer("/version/enum"))
        .and_then(Value::as_array)
        .map(|versions| versions.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let stamp = settings.spec_version.as_str();
    if !versions.is_empty() && !versions.contains(&stamp) {
        return Err(broken(format!(
            "is of the spec {}, and the channel sends {stamp}: fetch the spec of that stamp, or set `options.spec_version`",
            versions.join(", ")
        )));
    }
    let product_types = visible.get("properties").and_then(Value::as_object);
    let Some(product_type) = product_types.and_then(|types| types.get(id)) else {
        let known = || product_types.into_iter().flatten().map(|(name, _)| name.as_str());
        let some: Vec<&str> = known().take(3).collect();
        let near = did_you_mean(id, known());
        return Err(broken(format!("has no product type `{id}`{near}; it has {}", some.join(", "))));
    };
    if parts.is_some_and(|parts| parts.get("TradeItem").is_some()) {
        return Err(broken("is the spec of MP_WFS_ITEM; fetch that of MP_ITEM".to_owned()));
    }
    let (Value::Object(mut orderable), Value::Object(mut product_type)) = (orderable.clone(), product_type.clone())
    else {
        return Err(broken("is not the spec of a product type: give the answer of `POST /v3/items/spec`".to_owned()));
    };
    for object in [&mut orderable, &mut product_type] {
        let groups = groups::read(&Value::Object(object.clone()));
        without_remarks(object);
        groups::apply(object, &groups, settings.unseen);
    }
    let mut item = framed(id, &orderable, &product_type);
    // A spec of MP_MAINTENANCE says itself what an update needs; that of MP_ITEM is for whole items.
    let says_what_is_needed = root.pointer("/properties/MPItem/items/required").and_then(Value::as_array);
    let is_whole = says_what_is_needed.is_some_and(|names| names.iter().any(|name| name == "Visible"));
    if kind == Kind::Maintenance && is_whole {
        for_update(&mut item, id);
    }
    Ok(item)
}

/// An item of one product type. Sellers fill attributes, not what holds them together.
pub(crate) fn framed(id: &str, orderable: &Map<String, Value>, product_type: &Map<String, Value>) -> Value {
    let group = |schema: &Map<String, Value>| {
        let mut schema = schema.clone();
        schema.insert("$group".to_owned(), json!(true));
        schema
    };
    let (orderable, product_type) = (group(orderable), group(product_type));
    json!({
        "type": "object",
        "required": ["Orderable", "Visible"],
        "properties": {
            "Orderable": orderable,
            "Visible": {
                "$group": true,
                "type": "object",
                "required": [id],
                "properties": { id: product_type },
                "additionalProperties": false,
            },
        },
        "additionalProperties": false,
    })
}

/// What an item is held to, made into what an update is held to: the SKU and the number it belongs to, and whatever else
/// it gives in the right form. From the guide to `MP_MAINTENANCE`, read 2026-11-23; its spec was not to be found.
fn for_update(item: &mut Value, id: &str) {
    if let Some(root) = item.as_object_mut() {
        root.insert("required".to_owned(), json!(["Orderable"]));
    }
    if let Some(Value::Object(orderable)) = item.pointer_mut("/properties/Orderable") {
        orderable.insert("required".to_owned(), json!(["sku", "productIdentifiers"]));
        if let Some(Value::Object(properties)) = orderable.get_mut("properties") {
            properties.remove(COUNTRY);
            without_advice(properties);
        }
    }
    let visible = item.pointer_mut("/properties/Visible/properties").and_then(|types| types.get_mut(id));
    if let Some(Value::Object(product_type)) = visible {
        // What another attribute makes necessary may be there already.
        product_type.retain(|name, _| !matches!(name.as_str(), "required" | "allOf"));
        if let Some(Value::Object(properties)) = product_type.get_mut("properties") {
            without_advice(properties);
        }
    }
}

fn without_advice(properties: &mut Map<String, Value>) {
    for attribute in properties.values_mut().filter_map(Value::as_object_mut) {
        attribute.remove("$advice");
    }
}

/// Takes Walmart's remarks out of a schema: the names of meta-schemas in every part, and examples that are not even lists,
/// so that the reply does not meet the meta-schema it names.
fn without_remarks(schema: &mut Map<String, Value>) {
    schema.retain(|name, _| !matches!(name.as_str(), "$schema" | "comments" | "examples"));
    for (name, value) in schema {
        match (name.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().filter_map(Value::as_object_mut).for_each(without_remarks);
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                schemas.iter_mut().filter_map(Value::as_object_mut).for_each(without_remarks);
            }
            ("items" | "contains" | "not" | "if" | "then" | "else", Value::Object(schema)) => without_remarks(schema),
            _ => {}
        }
    }
}
