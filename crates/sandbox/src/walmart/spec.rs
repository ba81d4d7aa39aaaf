//! Walmart's requirement documents, which items are held to. They are put together from the starters in
//! `schemas/walmart`, which say of themselves how far they can be trusted.

use super::kind::Kind;
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

/// The documents, put together once for all accounts.
#[derive(Debug)]
pub(super) struct Specs {
    /// Product types by name.
    pub types: BTreeMap<String, ProductType>,
    headers: BTreeMap<Kind, Validator>,
    rows: BTreeMap<Kind, Validator>,
    /// The schema of the offer.
    pub orderable: Value,
}

/// What is known of a product type.
#[derive(Debug)]
pub(super) struct ProductType {
    /// What it is.
    pub definition: String,
    /// The schema of what stands under its name in `Visible`.
    pub schema: Value,
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

/// What an update must say of the offer: the guide to `MP_MAINTENANCE`, read 2026-11-23.
pub(super) const NEEDED_FOR_UPDATE: [&str; 2] = ["sku", "productIdentifiers"];

/// What whole items are held to, made into what updates are held to.
pub(super) fn for_update(schema: &mut Value, needed: &[&str]) {
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
