//! Requirements of a category: eBay's aspects, as its Taxonomy API answers, made into a JSON Schema of a listing.

use crate::aspect;
use crate::builtin;
use crate::kind::Form;
use crate::kind::Way;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::contract::OwnedDocument;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Vocabulary;
use jiff::civil::Date;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// What our schemas are written in.
pub(crate) const DIALECT: Dialect = Dialect { draft: Draft::Draft7, vocabulary: Vocabulary::Standard };

/// Compiles a document the user gave, for one category.
pub(crate) fn given(way: Way, id: &str, document: &OwnedDocument) -> Result<Requirements, CategoryError> {
    let listing = given_listing(way, id, document)?;
    compile(&document.name, listing, Origin::Given { name: document.name.clone() })
}

/// The schema of a listing in a category, from a document the user gave.
pub(crate) fn given_listing(way: Way, id: &str, document: &OwnedDocument) -> Result<Value, CategoryError> {
    let broken = |why: &str| CategoryError::Broken(format!("{} {why}", document.name));
    let value: Value = serde_json::from_slice(&document.bytes)
        .map_err(|why| broken(&format!("is not JSON ({why}); give the answer of `getItemAspectsForCategory`")))?;
    let aspects = aspects_of(&value, id).ok_or_else(|| {
        broken(if value.get("categoryAspects").is_some() {
            "holds no aspects of this category"
        } else {
            "has no `aspects`: give the answer of `getItemAspectsForCategory`, or that of `fetchItemAspects`"
        })
    })?;
    listing(way, aspects)
}

/// Compiles our starter for a category, if there is one.
pub(crate) fn starter(way: Way, id: &str) -> Option<Result<Requirements, CategoryError>> {
    let (_, text) = builtin::STARTERS.iter().find(|(known, _)| *known == id)?;
    Some(parse(text).and_then(|document| {
        let listing = listing(way, aspects_of(&document, id).unwrap_or_default())?;
        compile(&format!("starter {id}"), listing, Origin::Starter { written_on: written_on(&document)? })
    }))
}

/// The ids of the categories there are starters for.
pub(crate) fn starters() -> Vec<&'static str> {
    builtin::STARTERS.iter().map(|(id, _)| *id).collect()
}

/// The categories of the starters, for people who look for one.
pub(crate) fn taxonomy() -> Vec<TaxonomyEntry> {
    let entry = |(id, text): &(&str, &str)| {
        let about = parse(text).ok()?.get("$feedwright")?.clone();
        let path = about.get("path")?.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let definition = about.get("definition").and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(TaxonomyEntry { id: (*id).to_owned(), path, definition })
    };
    builtin::STARTERS.iter().filter_map(entry).collect()
}

/// What a row of a feed that knows no categories must hold.
pub(crate) fn row(form: Form) -> Result<Requirements, CategoryError> {
    let name = match form {
        Form::Price => "price",
        Form::Stock => "stock",
        Form::Member => "member",
        Form::End | Form::Listing(_) => "end",
    };
    let mut document = parse(builtin::LISTING)?;
    let row = document.get_mut(name).map(Value::take).unwrap_or_default();
    // Not a starter that a document of the user's would replace: it is what is known of the feed.
    let name = format!("rows of {name}");
    compile(&name, row, Origin::Given { name: name.clone() })
}

/// What a change of a price, a quantity or both must hold.
pub(crate) fn status() -> Result<Requirements, CategoryError> {
    let mut document = parse(builtin::LISTING)?;
    let quantity = document.pointer("/stock/properties/quantity").cloned().unwrap_or_default();
    let row = document.get_mut("price").map(Value::take).unwrap_or_default();
    let mut row = with(row, &[], json!({ "quantity": quantity }));
    if let Value::Object(row) = &mut row {
        row.insert("required".to_owned(), json!(["sku"]));
        row.insert("anyOf".to_owned(), json!([{ "required": ["price"] }, { "required": ["quantity"] }]));
    }
    let name = "rows of prices and quantities";
    compile(name, row, Origin::Given { name: name.to_owned() })
}

/// What a request of one of the Inventory API's calls must hold, as far as no category is needed to say it.
pub(crate) fn call(name: &str) -> Result<Option<Requirements>, CategoryError> {
    let mut document = parse(builtin::LISTING)?;
    let availability = document.get_mut("availability").map(Value::take).unwrap_or_default();
    let listing = listing(Way::Inventory, &[])?;
    let part = |pointer: &str| listing.pointer(pointer).cloned().unwrap_or_default();
    let text = json!({ "type": "string", "minLength": 1 });
    let request = match name {
        "bulk_create_or_replace_inventory_item" => with(
            part("/properties/item"),
            &["sku"],
            json!({ "sku": part("/properties/sku"), "locale": text, "availability": availability }),
        ),
        "bulk_create_offer" => with(part("/properties/offer"), &["sku"], json!({ "sku": part("/properties/sku") })),
        "inventory_item_group" => {
            let product = "/properties/item/properties/product/properties";
            let family = "/properties/family/properties";
            json!({
                "type": "object",
                "required": ["title", "description", "aspects", "imageUrls", "variantSKUs", "variesBy"],
                "properties": {
                    "title": part(&format!("{product}/title")),
                    "subtitle": part(&format!("{product}/subtitle")),
                    "description": part("/properties/offer/properties/listingDescription"),
                    "aspects": part(&format!("{product}/aspects")),
                    "imageUrls": part(&format!("{product}/imageUrls")),
                    "variantSKUs": part(&format!("{family}/variantSKUs")),
                    "variesBy": part(&format!("{family}/variesBy")),
                },
                "additionalProperties": false,
            })
        }
        "bulk_update_price_quantity" => json!({
            "type": "object",
            "required": ["sku"],
            "properties": {
                "sku": part("/properties/sku"),
                "shipToLocationAvailability": {
                    "type": "object", "required": ["quantity"], "properties": { "quantity": { "type": "integer", "minimum": 0 } },
                },
                "offers": { "type": "array", "maxItems": 25, "items": { "type": "object", "properties": {
                    "offerId": text, "marketplaceId": text, "availableQuantity": { "type": "integer", "minimum": 0 },
                    "price": part("/properties/offer/properties/pricingSummary/properties/price"),
                }, "additionalProperties": false } },
            },
            "additionalProperties": false,
        }),
        "publish_by_inventory_item_group" => json!({
            "type": "object",
            "required": ["inventoryItemGroupKey", "marketplaceId"],
            "properties": { "inventoryItemGroupKey": text, "marketplaceId": text },
        }),
        "bulk_publish_offer" => {
            json!({ "type": "object", "required": ["offerId"], "properties": { "offerId": text } })
        }
        _ => return Ok(None),
    };
    let name = format!("requests of {name}");
    compile(&name, request, Origin::Given { name: name.clone() }).map(Some)
}

/// An object's schema with further members.
fn with(mut schema: Value, required: &[&str], properties: Value) -> Value {
    if let Some(Value::Array(list)) = schema.get_mut("required") {
        list.extend(required.iter().map(|name| json!(name)));
    }
    if let (Some(Value::Object(all)), Value::Object(more)) = (schema.get_mut("properties"), properties) {
        all.extend(more);
    }
    schema
}

/// The schema of a whole listing in a category with these aspects.
pub(crate) fn listing(way: Way, aspects: &[Value]) -> Result<Value, CategoryError> {
    let mut document = parse(builtin::LISTING)?;
    let about = document.pointer(&format!("/ways/{}", way.name())).cloned().unwrap_or_default();
    let mut listing = document.get_mut("listing").map(Value::take).unwrap_or_default();
    for (pointer, key) in
        [("offer", "without"), ("item", "item_without"), ("item/properties/product", "product_without")]
    {
        let properties = listing.pointer_mut(&format!("/properties/{pointer}/properties"));
        if let (Some(Value::Object(properties)), Some(names)) = (properties, about.get(key).and_then(Value::as_array)) {
            names.iter().filter_map(Value::as_str).for_each(|name| {
                properties.remove(name);
            });
        }
    }
    if let (Some(Value::Array(required)), Some(Value::Array(more))) =
        (listing.pointer_mut("/properties/offer/required"), about.get("required"))
    {
        required.extend(more.iter().cloned());
    }
    let read = aspect::read(aspects);
    if let Some(Value::Object(schema)) = listing.pointer_mut("/properties/item/properties/product/properties/aspects") {
        schema.extend(read.schema);
    }
    let specifications = "/properties/family/properties/variesBy/properties/specifications/items/properties/name";
    if let (Some(Value::Object(name)), Some(names)) = (listing.pointer_mut(specifications), read.variation_enabled) {
        name.insert("enum".to_owned(), json!(names));
    }
    Ok(listing)
}

/// The aspects of a category: in an answer about it alone, or among those of others.
fn aspects_of<'a>(document: &'a Value, id: &str) -> Option<&'a [Value]> {
    if let Some(aspects) = document.get("aspects").and_then(Value::as_array) {
        return Some(aspects);
    }
    let categories = document.get("categoryAspects")?.as_array()?;
    let found =
        categories.iter().find(|entry| entry.pointer("/category/categoryId").and_then(Value::as_str) == Some(id));
    found?.get("aspects")?.as_array().map(Vec::as_slice)
}

fn compile(name: &str, value: Value, origin: Origin) -> Result<Requirements, CategoryError> {
    Requirements::compile_value(name, value, &DIALECT, origin).map_err(|why| CategoryError::Broken(why.to_string()))
}

fn written_on(document: &Value) -> Result<Date, CategoryError> {
    let text = document.pointer("/$feedwright/written_on").and_then(Value::as_str).unwrap_or_default();
    text.parse().map_err(|_| CategoryError::Broken("a starter document does not say when it was written".to_owned()))
}

fn parse(text: &str) -> Result<Value, CategoryError> {
    let value: Map<String, Value> = serde_json::from_str(text)
        .map_err(|why| CategoryError::Broken(format!("a document of ours cannot be read: {why}")))?;
    Ok(Value::Object(value))
}
