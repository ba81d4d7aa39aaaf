//! Walmart's requirement documents: what Get Spec answers, and what items are held to. They are put together from the
//! starters in `schemas/walmart`, which say of themselves how far they can be trusted.

use super::errors;
use super::kind::Kind;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use jsonschema::Validator;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::LazyLock;

macro_rules! schema {
    ($path:literal) => {
        include_str!(concat!("../../../../schemas/walmart/", $path))
    };
}

static PRODUCT_TYPES: [&str; 7] = [
    schema!("Athletic Shoes.json"),
    schema!("Candles.json"),
    schema!("Cups & Mugs.json"),
    schema!("Decorative Bowls.json"),
    schema!("Headphones.json"),
    schema!("Luggage & Luggage Sets.json"),
    schema!("T-Shirts.json"),
];

static FEEDS: [(Kind, &str); 10] = [
    (Kind::Item, schema!("feeds/mp_item.json")),
    (Kind::Maintenance, schema!("feeds/mp_item.json")),
    (Kind::Match, schema!("feeds/mp_item_match.json")),
    (Kind::Price, schema!("feeds/price.json")),
    (Kind::LegacyPrice, schema!("feeds/price_legacy.json")),
    (Kind::Inventory, schema!("feeds/inventory.json")),
    (Kind::NodeInventory, schema!("feeds/mp_inventory.json")),
    (Kind::LagTime, schema!("feeds/lag_time.json")),
    (Kind::Retire, schema!("feeds/retire.json")),
    (Kind::Delete, schema!("feeds/delete.json")),
];

const DRAFT_7: &str = "http://json-schema.org/draft-07/schema#";
/// Most product types of one Get Spec call.
const MAX_TYPES: usize = 20;

/// The documents, put together once for all accounts.
#[derive(Debug)]
pub(super) struct Specs {
    types: BTreeMap<String, ProductType>,
    headers: BTreeMap<Kind, Validator>,
    rows: BTreeMap<Kind, Validator>,
    orderable: Value,
}

/// What is known of a product type.
#[derive(Debug)]
pub(super) struct ProductType {
    definition: String,
    /// The schema of what stands under its name in `Visible`.
    schema: Value,
    /// What a whole item is held to …
    pub whole: Validator,
    /// … and what an update of one is.
    pub update: Validator,
    /// What only keeps an item from being shown.
    pub to_be_seen: Vec<String>,
}

impl Specs {
    /// Those that come with the program.
    pub(super) fn shared() -> &'static Self {
        static SHARED: LazyLock<Specs> = LazyLock::new(Specs::assemble);
        &SHARED
    }

    /// A product type.
    pub(super) fn product_type(&self, name: &str) -> Option<&ProductType> {
        self.types.get(name)
    }

    /// What the header of a feed is held to.
    pub(super) fn header(&self, kind: Kind) -> Option<&Validator> {
        self.headers.get(&kind)
    }

    /// What a row is held to, in feeds that know no product type.
    pub(super) fn row(&self, kind: Kind) -> Option<&Validator> {
        self.rows.get(&kind)
    }

    fn assemble() -> Self {
        let shared = document(schema!("attributes.json"));
        let mut orderable = document(schema!("orderable.json"));
        orderable.remove("$feedwright");
        let orderable = Value::Object(orderable);
        let types = PRODUCT_TYPES.iter().map(|text| product_type(text, &shared, &orderable)).collect();
        let part = |name: &str| {
            let with = |(kind, text): &(Kind, &str)| Some((*kind, compile(document(text).get(name)?)));
            FEEDS.iter().filter_map(with).collect()
        };
        Self { types, headers: part("header"), rows: part("row"), orderable }
    }
}

/// `POST /v3/items/spec`.
pub(super) fn get(specs: &Specs, request: &Incoming) -> Outgoing {
    let invalid =
        |description: String, field: &str| errors::flat(400, "INVALID_REQUEST.GMP_ITEM_QUERY_API", &description, field);
    let Ok(asked) = serde_json::from_slice::<Value>(&request.body) else {
        return invalid("the body is not JSON".to_owned(), "");
    };
    let text = |name: &str| asked.get(name).and_then(Value::as_str).unwrap_or_default();
    let (feed, version) = (text("feedType"), text("version"));
    let is_update = feed == "MP_MAINTENANCE";
    if !is_update && feed != "MP_ITEM" {
        return invalid(format!("no spec is served for the feed type `{feed}`"), "feedType");
    }
    if !is_stamp(version) {
        return invalid(format!("`{version}` is no version of {feed}"), "version");
    }
    let names: Vec<&str> =
        asked.get("productTypes").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    if names.is_empty() || names.len() > MAX_TYPES {
        return invalid(format!("give 1 to {MAX_TYPES} product types"), "productTypes");
    }
    let (known, unknown): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| specs.types.contains_key(**name));
    if known.is_empty() {
        return invalid(format!("invalid product types in the request for {feed}/{version}"), "productTypes");
    }
    let schema = spec(specs, &known, version, is_update);
    if unknown.is_empty() {
        return Outgoing::json(200, &json!({ "schema": schema }));
    }
    let said: Vec<String> =
        unknown.iter().map(|name| format!("{name} is not a valid PT for {feed}/{version}")).collect();
    Outgoing::json(207, &json!({ "schema": schema, "errors": said }))
}

/// `GET /v3/items/taxonomy`.
pub(super) fn taxonomy(specs: &Specs, request: &Incoming) -> Outgoing {
    let types: Vec<Value> = specs
        .types
        .iter()
        .map(|(name, known)| json!({ "productTypeName": name, "productTypeDescription": known.definition }))
        .collect();
    if request.value("version").is_none() {
        // Without a version the answer has the older form.
        let sub: Vec<Value> =
            specs.types.keys().map(|name| json!({ "subCategoryName": name, "subCategoryId": name })).collect();
        return Outgoing::json(
            200,
            &json!({ "status": "OK", "payload": [{ "category": "Sandbox", "subcategory": sub }] }),
        );
    }
    let group = json!({
        "productTypeGroupName": "Sandbox",
        "description": "Product types the sandbox knows.",
        "productType": types,
        "department": [{ "departmentName": "Sandbox", "departmentNumber": "1" }],
    });
    let category = json!({
        "category": "Sandbox",
        "description": "Product types the sandbox knows.",
        "productTypeGroup": [group],
    });
    Outgoing::json(200, &json!({ "itemTaxonomy": [category] }))
}

/// Whether a version is one of spec 5.0 written out: `5.0.20260803-17_50_56-api`.
fn is_stamp(version: &str) -> bool {
    let Some(stamp) = version.strip_prefix("5.0.").and_then(|rest| rest.strip_suffix("-api")) else { return false };
    stamp.len() == 17
        && stamp.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'-',
            11 | 14 => byte == b'_',
            _ => byte.is_ascii_digit(),
        })
}

fn spec(specs: &Specs, names: &[&str], version: &str, is_update: bool) -> Value {
    let known = || names.iter().filter_map(|name| Some((*name, specs.types.get(*name)?)));
    let one_of: Vec<Value> = known().map(|(name, _)| json!({ "type": "object", "required": [name] })).collect();
    let visible: Map<String, Value> = known()
        .map(|(name, known)| {
            let mut schema = known.schema.clone();
            if is_update {
                for_update(&mut schema, &[]);
            }
            (name.to_owned(), schema)
        })
        .collect();
    let mut orderable = specs.orderable.clone();
    let needed: &[&str] = if is_update {
        for_update(&mut orderable, &NEEDED_FOR_UPDATE);
        &["Orderable"]
    } else {
        &["Visible", "Orderable"]
    };
    json!({
        "$schema": DRAFT_7,
        "type": "object",
        "title": "MPItemFeed",
        "properties": {
            "MPItemFeedHeader": {
                "type": "object",
                "title": "MPItemFeedHeader",
                "properties": {
                    "businessUnit": { "type": "string", "title": "Business Unit", "enum": ["WALMART_US"] },
                    "locale": { "type": "string", "title": "Locale", "enum": ["en"] },
                    "version": { "type": "string", "title": "Spec Version", "enum": [version] },
                },
                "required": ["businessUnit", "locale", "version"],
                "additionalProperties": false,
            },
            "MPItem": {
                "type": "array",
                "title": "MPItem",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": needed,
                    "properties": {
                        "Orderable": orderable,
                        "Visible": {
                            "type": "object",
                            "title": "Visible",
                            "oneOf": one_of,
                            "properties": visible,
                            "additionalProperties": false,
                        },
                    },
                    "additionalProperties": false,
                },
            },
        },
        "required": ["MPItemFeedHeader", "MPItem"],
        "additionalProperties": false,
    })
}

/// What an update must say of the offer: the guide to `MP_MAINTENANCE`, read 2026-11-23.
const NEEDED_FOR_UPDATE: [&str; 2] = ["sku", "productIdentifiers"];

fn for_update(schema: &mut Value, needed: &[&str]) {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("required".to_owned(), json!(needed));
        // What one attribute makes necessary may be there already.
        schema.remove("allOf");
    }
}

fn product_type(text: &str, shared: &Map<String, Value>, orderable: &Value) -> (String, ProductType) {
    let category = document(text);
    let about = |name: &str| {
        let about = category.get("$feedwright").and_then(|about| about.get(name));
        about.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let name = about("category");
    let attributes = shared.get("properties").and_then(Value::as_object);
    let mut properties: Map<String, Value> = names(&category, "attributes")
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), attributes?.get(name)?.clone())))
        .collect();
    let own = category.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    properties.extend(own);
    let axes = json!(names(&category, "variant_attributes"));
    for pointer in ["/variantAttributeNames/items", "/swatchImages/items/properties/swatchVariantAttribute"] {
        let mut whole = Value::Object(std::mem::take(&mut properties));
        if let Some(Value::Object(names)) = whole.pointer_mut(pointer) {
            names.insert("enum".to_owned(), axes.clone());
        }
        if let Value::Object(whole) = whole {
            properties = whole;
        }
    }
    let to_sell = names(shared, "required_to_sell");
    let required: Vec<&str> = names(shared, "required").into_iter().chain(names(&category, "required")).collect();
    let to_be_seen: Vec<String> =
        required.iter().filter(|name| !to_sell.contains(*name)).map(|name| (*name).to_owned()).collect();
    for (attribute, schema) in &mut properties {
        let group = if to_sell.contains(&attribute.as_str()) {
            "Required to sell on Walmart website"
        } else if to_be_seen.contains(attribute) {
            "Required for the item to be visible on Walmart website"
        } else {
            "Recommended to improve search and browse on Walmart website"
        };
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("comments".to_owned(), json!(format!("@group={group}")));
        }
    }
    let schema = json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
        "allOf": shared.get("allOf").cloned().unwrap_or_else(|| json!([])),
    });
    let item = |orderable: &Value, schema: &Value, needed: &[&str]| {
        compile(&json!({
            "type": "object",
            "required": needed,
            "properties": {
                "Orderable": orderable,
                "Visible": {
                    "type": "object",
                    "required": [name],
                    "properties": { name.as_str(): schema },
                    "additionalProperties": false,
                },
            },
            "additionalProperties": false,
        }))
    };
    let whole = item(orderable, &schema, &["Orderable", "Visible"]);
    let (mut part_orderable, mut part) = (orderable.clone(), schema.clone());
    for_update(&mut part_orderable, &NEEDED_FOR_UPDATE);
    for_update(&mut part, &[]);
    let update = item(&part_orderable, &part, &["Orderable"]);
    let definition = about("definition");
    (name, ProductType { definition, schema, whole, update, to_be_seen })
}

fn names<'document>(document: &'document Map<String, Value>, list: &str) -> Vec<&'document str> {
    document.get(list).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

fn document(text: &str) -> Map<String, Value> {
    match serde_json::from_str(text) {
        Ok(Value::Object(document)) => document,
        Ok(_) | Err(_) => {
            unreachable!("the documents in `schemas/walmart` are objects: a test of theirs reads them all")
        }
    }
}

fn compile(schema: &Value) -> Validator {
    let mut options = jsonschema::options().with_draft(jsonschema::Draft::Draft7).should_validate_formats(true);
    options = options.should_ignore_unknown_formats(true);
    options.build(schema).expect("the documents in `schemas/walmart` are schemas: a test of theirs compiles them all")
}
