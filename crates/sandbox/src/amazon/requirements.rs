//! The product-type documents: put together from their parts, compiled once, and what breaks them as Amazon would say it.

use super::issues::Issue;
use super::issues::of_violations;
use super::keywords;
use super::sites::Site;
use jsonschema::Draft;
use jsonschema::Validator;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeMap;

macro_rules! part {
    ($path:literal) => {
        include_str!(concat!("../../../../schemas/amazon/", $path))
    };
}

/// The product types there are documents of.
pub(super) static PRODUCT_TYPES: &[(&str, &str, &str)] = &[
    ("HEADPHONES", "Headphones", part!("HEADPHONES.json")),
    ("HOME", "Home", part!("HOME.json")),
    ("LUGGAGE", "Luggage", part!("LUGGAGE.json")),
    ("SHIRT", "Shirt", part!("SHIRT.json")),
    ("SHOES", "Shoes", part!("SHOES.json")),
];

/// The product type of changes that are about no product type.
pub(super) const ANY: &str = "PRODUCT";

const ATTRIBUTES: &str = part!("attributes.json");
const OFFER_ONLY: &str = part!("offer_only.json");

const META_SCHEMA: &str = "https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1";

/// Which requirements a listing is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Set {
    /// `LISTING`.
    Listing,
    /// `LISTING_PRODUCT_ONLY`.
    ProductOnly,
    /// `LISTING_OFFER_ONLY`.
    OfferOnly,
    /// What each attribute looks like, and that it is known: nothing is required.
    Structure,
}

impl Set {
    /// The set Amazon calls so.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "LISTING" => Some(Self::Listing),
            "LISTING_PRODUCT_ONLY" => Some(Self::ProductOnly),
            "LISTING_OFFER_ONLY" => Some(Self::OfferOnly),
            _ => None,
        }
    }
}

/// Documents that were compiled, by site, product type and set.
#[derive(Default)]
pub(super) struct Library {
    compiled: BTreeMap<(&'static str, String, Set), Option<Compiled>>,
}

struct Compiled {
    validator: Validator,
    document: Value,
}

impl Library {
    /// What is wrong with attributes. Nothing is, for a product type there is no document of: sellers have documents
    /// of their own, and the sandbox cannot know them.
    pub(super) fn check(
        &mut self,
        site: &'static Site,
        product_type: &str,
        set: Set,
        attributes: &Value,
    ) -> Vec<Issue> {
        match self.compiled(site, product_type, set) {
            Some(compiled) if !compiled.validator.is_valid(attributes) => {
                of_violations(compiled.validator.iter_errors(attributes))
            }
            _ => Vec::new(),
        }
    }

    /// What tells the items of an attribute apart.
    pub(super) fn selectors(&mut self, site: &'static Site, attribute: &str) -> Vec<String> {
        let defined = self
            .compiled(site, ANY, Set::Structure)
            .and_then(|compiled| compiled.document.get("$defs")?.get(attribute)?.get("selectors")?.as_array());
        let names = |list: &Vec<Value>| list.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        // An attribute of a document of the seller's own: the selectors that nearly all have.
        defined.map_or_else(|| vec!["marketplace_id".to_owned(), "language_tag".to_owned()], names)
    }

    fn compiled(&mut self, site: &'static Site, product_type: &str, set: Set) -> Option<&Compiled> {
        let key = (site.country, product_type.to_owned(), set);
        let compile = || {
            let document = document(site, product_type, set)?;
            let options = jsonschema::options().with_draft(Draft::Draft201909).should_validate_formats(true);
            // The documents are part of the program, and tests compile all of them.
            let validator = keywords::teach(options, site).build(&document).ok()?;
            Some(Compiled { validator, document })
        };
        self.compiled.entry(key).or_insert_with(compile).as_ref()
    }
}

/// The document of a product type, without what Amazon puts around it.
fn document(site: &Site, product_type: &str, set: Set) -> Option<Value> {
    let own = PRODUCT_TYPES.iter().find(|(name, ..)| *name == product_type).map(|(_, _, text)| *text);
    match set {
        Set::OfferOnly if own.is_some() || product_type == ANY => Some(assemble(site, OFFER_ONLY, set)),
        Set::OfferOnly => None,
        Set::Listing | Set::ProductOnly => own.map(|text| assemble(site, text, set)),
        Set::Structure if product_type == ANY => {
            let texts = PRODUCT_TYPES.iter().map(|(_, _, text)| *text).chain([OFFER_ONLY]);
            let mut all = Map::new();
            for text in texts {
                // Themes differ between product types; which are meant is not known here.
                let mut part = object(&assemble(site, text, set));
                if let Some(Value::Object(definitions)) = part.get_mut("$defs") {
                    definitions.remove("variation_theme_name");
                }
                merge_root(&mut all, part);
            }
            if let Some(Value::Object(definitions)) = all.get_mut("$defs") {
                definitions.insert("variation_theme_name".to_owned(), serde_json::json!({ "type": "string" }));
            }
            Some(Value::Object(all))
        }
        Set::Structure => own.map(|text| assemble(site, text, set)),
    }
}

/// The document of a product type as Amazon would hand it out.
pub(super) fn published(site: &Site, product_type: &str, set: Set) -> Option<Value> {
    let mut document = object(&document(site, product_type, set)?);
    let id = format!("https://schemas.amazon.com/selling-partners/definitions/product-types/schema/v1/{product_type}");
    document.insert("$schema".to_owned(), META_SCHEMA.into());
    document.insert("$id".to_owned(), id.into());
    Some(Value::Object(document))
}

/// `attributes.json`, then the site, then the category, as schemas/amazon/README.md says.
fn assemble(site: &Site, category: &str, set: Set) -> Value {
    let mut document = Map::new();
    for (at, text) in [ATTRIBUTES, site_part(site.country), category].into_iter().enumerate() {
        if at == 2 && category == OFFER_ONLY {
            // What a site asks of products an offer does not carry.
            document.remove("properties");
        }
        let mut part = parse(text);
        part.remove("$feedwright");
        merge_root(&mut document, part);
    }
    match set {
        Set::Listing | Set::OfferOnly => {}
        Set::ProductOnly => {
            if let Some(Value::Array(conditions)) = document.get_mut("allOf") {
                conditions.retain(|condition| {
                    let name = condition.get("$ref").and_then(Value::as_str).unwrap_or_default();
                    !name.ends_with("_offer")
                        && !name.ends_with("condition.offer")
                        && !condition.to_string().contains("when.amazon_fulfilled")
                });
            }
        }
        Set::Structure => {
            document.remove("required");
            document.remove("allOf");
        }
    }
    Value::Object(document)
}

fn site_part(country: &str) -> &'static str {
    match country {
        "CA" => part!("sites/CA.json"),
        "MX" => part!("sites/MX.json"),
        "GB" => part!("sites/GB.json"),
        "DE" => part!("sites/DE.json"),
        "FR" => part!("sites/FR.json"),
        "IT" => part!("sites/IT.json"),
        "ES" => part!("sites/ES.json"),
        "JP" => part!("sites/JP.json"),
        _ => part!("sites/US.json"),
    }
}

/// The parts are part of the program: one that cannot be read is found by the tests, and asks for nothing.
fn parse(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// `required` is united and `allOf` joined; the rest is merged, what comes later refining what came before.
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
