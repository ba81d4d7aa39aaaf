//! Requirement documents: Amazon's own when the user gives them, else our starters, put together from their parts.

use feedwright_marketplace::CategoryError;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::contract::OwnedDocument;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Shape;
use feedwright_marketplace::requirements::Vocabulary;
use jiff::civil::Date;
use serde_json::Map;
use serde_json::Value;

/// The set of requirements a listing is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// Product and offer.
    Listing,
    /// An offer on an existing ASIN.
    OfferOnly,
    /// A product without an offer.
    ProductOnly,
}

impl Set {
    /// Amazon's name of it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Listing => "LISTING",
            Self::OfferOnly => "LISTING_OFFER_ONLY",
            Self::ProductOnly => "LISTING_PRODUCT_ONLY",
        }
    }

    /// The set with this name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Listing, Self::OfferOnly, Self::ProductOnly].into_iter().find(|set| set.name() == name)
    }
}

macro_rules! starter {
    ($path:literal) => {
        include_str!(concat!("../../../schemas/amazon/", $path))
    };
}

/// Categories we have starters for.
pub(crate) static STARTERS: &[&str] = &["HEADPHONES", "HOME", "LUGGAGE", "SHIRT", "SHOES"];

const ATTRIBUTES: &str = starter!("attributes.json");
const OFFER_ONLY: &str = starter!("offer_only.json");
const PRICE: &str = starter!("price.json");
const STOCK: &str = starter!("stock.json");
/// The frame of a listings feed.
pub(crate) const ENVELOPE: &str = starter!("listings-feed.json");
/// A single call.
pub(crate) const CALL: &str = starter!("listings-call.json");

/// The product type of changes that are about no product type: it is taken for offers and for parts of a listing.
pub(crate) const ANY: &str = "PRODUCT";

fn starter_text(category: &str) -> Option<&'static str> {
    match category {
        "HEADPHONES" => Some(starter!("HEADPHONES.json")),
        "HOME" => Some(starter!("HOME.json")),
        "LUGGAGE" => Some(starter!("LUGGAGE.json")),
        "SHIRT" => Some(starter!("SHIRT.json")),
        "SHOES" => Some(starter!("SHOES.json")),
        _ => None,
    }
}

fn site_text(country: &str) -> &'static str {
    match country {
        "CA" => starter!("sites/CA.json"),
        "MX" => starter!("sites/MX.json"),
        "GB" => starter!("sites/GB.json"),
        "DE" => starter!("sites/DE.json"),
        "FR" => starter!("sites/FR.json"),
        "IT" => starter!("sites/IT.json"),
        "ES" => starter!("sites/ES.json"),
        "JP" => starter!("sites/JP.json"),
        _ => starter!("sites/US.json"),
    }
}

/// The product types of the starters: Amazon's own list is asked for by keyword, and is no document.
pub(crate) fn taxonomy() -> Vec<TaxonomyEntry> {
    let definition = |category: &&str| {
        let document: Value = serde_json::from_str(starter_text(category)?).ok()?;
        Some(document.get("$feedwright")?.get("definition")?.as_str()?.to_owned())
    };
    let entry = |category: &&str| TaxonomyEntry {
        id: (*category).to_owned(),
        path: vec![(*category).to_owned()],
        definition: definition(category).unwrap_or_default(),
    };
    STARTERS.iter().map(entry).collect()
}

/// How Amazon writes JSON Schema: draft 2019-09 with its own keywords, formats meant.
pub(crate) const DIALECT: Dialect = Dialect { draft: Draft::Draft2019, vocabulary: Vocabulary::Marketplace };

/// Compiles a document the user gave.
pub(crate) fn given(category: &str, document: &OwnedDocument) -> Result<Requirements, CategoryError> {
    let value = read(category, document)?;
    let origin = Origin::Given { name: document.name.clone() };
    Requirements::compile_value(&document.name, value, &DIALECT, origin)
        .map_err(|why| CategoryError::Broken(why.to_string()))
}

/// The shape of a document the user gave, for templates; checking with it is not meant.
pub(crate) fn given_shape(category: &str, document: &OwnedDocument) -> Result<Shape, CategoryError> {
    read(category, document).map(|value| Shape::of(&value))
}

/// The shapes of all starters, those of other sites included: what a template may name.
pub(crate) fn starter_shapes() -> impl Iterator<Item = Shape> {
    let texts = STARTERS.iter().filter_map(|category| starter_text(category)).chain([OFFER_ONLY]);
    let documents = texts.flat_map(|text| ["US", "GB", "JP"].map(|country| assemble(country, text, Set::Listing)));
    documents.filter_map(Result::ok).map(|(value, _)| Shape::of(&value))
}

fn read(category: &str, document: &OwnedDocument) -> Result<Value, CategoryError> {
    let broken =
        |why: &dyn std::fmt::Display| CategoryError::Broken(format!("{} for {category}: {why}", document.name));
    let value: Value = serde_json::from_slice(&document.bytes)
        .map_err(|why| broken(&format!("is not JSON ({why}); give the schema of a product type as Amazon sends it")))?;
    // The answer of getDefinitionsProductType only links to the schema; people save the wrong one of the two.
    if value.get("schema").is_some_and(|schema| schema.get("link").is_some()) {
        return Err(broken(&"is the answer that links to a schema; download the schema it links to and give that"));
    }
    if !value.get("properties").is_some_and(Value::is_object) {
        return Err(broken(&"has no `properties`: it is not the schema of a product type"));
    }
    Ok(value)
}

/// Compiles our starter for a category, if there is one.
pub(crate) fn starter(country: &str, category: &str, set: Set) -> Option<Result<Requirements, CategoryError>> {
    let text = match set {
        Set::Listing | Set::ProductOnly => starter_text(category)?,
        Set::OfferOnly => OFFER_ONLY,
    };
    Some(assemble(country, text, set).and_then(|(value, written_on)| {
        let name = format!("starter {category}");
        Requirements::compile_value(&name, value, &DIALECT, Origin::Starter { written_on })
            .map_err(|why| CategoryError::Broken(why.to_string()))
    }))
}

/// An attribute that is sent for itself, and what is asked of it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Single {
    /// `purchasable_offer`.
    Price,
    /// `fulfillment_availability`.
    Stock,
}

/// The requirements of one attribute alone: a document of the user's for [`ANY`], or our offer, of which nothing else is
/// left.
pub(crate) fn single(
    country: &str,
    single: Single,
    document: Option<&OwnedDocument>,
) -> Result<Requirements, CategoryError> {
    let mut own = object(match single {
        Single::Price => PRICE,
        Single::Stock => STOCK,
    })?;
    let written_on = written_on(&mut own)?;
    let (source, name, origin) = match document {
        Some(document) => (read(ANY, document)?, document.name.clone(), Origin::Given { name: document.name.clone() }),
        None => {
            let (offer, _) = assemble(country, OFFER_ONLY, Set::OfferOnly)?;
            (offer, format!("starter {ANY}"), Origin::Starter { written_on })
        }
    };
    let wanted: Vec<&str> =
        own.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let mut properties = source.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    properties.retain(|name, _| wanted.contains(&name.as_str()));
    own.insert("properties".to_owned(), Value::Object(properties));
    own.insert("additionalProperties".to_owned(), Value::Bool(false));
    if let Some(definitions) = source.get("$defs") {
        own.insert("$defs".to_owned(), definitions.clone());
    }
    Requirements::compile_value(&name, Value::Object(own), &DIALECT, origin)
        .map_err(|why| CategoryError::Broken(why.to_string()))
}

/// The requirements of what asks for nothing: the end of a listing.
pub(crate) fn nothing() -> Result<Requirements, CategoryError> {
    let name = "the end of a listing";
    let schema = serde_json::json!({ "type": "object", "properties": {} });
    Requirements::compile_value(name, schema, &DIALECT, Origin::Given { name: name.to_owned() })
        .map_err(|why| CategoryError::Broken(why.to_string()))
}

fn object(text: &str) -> Result<Map<String, Value>, CategoryError> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(CategoryError::Broken("a starter document is not an object".to_owned())),
        Err(why) => Err(CategoryError::Broken(format!("a starter document cannot be read: {why}"))),
    }
}

/// Takes out what a starter says of itself, and gives the day it was written.
fn written_on(part: &mut Map<String, Value>) -> Result<Date, CategoryError> {
    let about = part.remove("$feedwright").unwrap_or_default();
    let text = about.get("written_on").and_then(Value::as_str).unwrap_or_default();
    text.parse().map_err(|_| CategoryError::Broken("a starter document does not say when it was written".to_owned()))
}

fn assemble(country: &str, category: &str, set: Set) -> Result<(Value, Date), CategoryError> {
    let mut document = Map::new();
    let mut day = Date::ZERO;
    for text in [ATTRIBUTES, site_text(country), category] {
        let mut part = object(text)?;
        if set == Set::OfferOnly && text == category {
            // What a site asks of products (where they are filed, warnings) an offer does not carry.
            document.remove("properties");
        }
        day = written_on(&mut part)?;
        merge_root(&mut document, part);
    }
    if set == Set::ProductOnly
        && let Some(Value::Array(conditions)) = document.get_mut("allOf")
    {
        // What only an offer needs, and what is asked of things that no merchant ships: without an offer nobody does.
        conditions.retain(|condition| {
            let name = condition.get("$ref").and_then(Value::as_str).unwrap_or_default();
            let is_about_offers = name.ends_with("_offer") || name.ends_with("condition.offer");
            !is_about_offers && !condition.to_string().contains("when.amazon_fulfilled")
        });
    }
    Ok((Value::Object(document), day))
}

/// `required` is united and `allOf` joined; definitions and properties are merged, the later part refining the earlier.
fn merge_root(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Array(list)), Value::Array(more)) if key == "required" || key == "allOf" => {
                for entry in more {
                    if !list.contains(&entry) {
                        list.push(entry);
                    }
                }
            }
            (Some(Value::Object(object)), Value::Object(more)) => merge(object, more),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(object)), Value::Object(more)) => merge(object, more),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}
