//! Our starters: documents that stand in until the seller gives Walmart's own, put together from their parts.

use crate::builtin;
use crate::groups;
use crate::groups::Group;
use crate::groups::Groups;
use crate::kind::Kind;
use crate::schema;
use crate::settings::Settings;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::template::Table;
use jiff::civil::Date;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Names of attributes in a list.
type Names = Vec<String>;

/// The product types there are starters for.
pub(crate) fn names() -> Vec<&'static str> {
    builtin::STARTERS.iter().map(|(name, _)| *name).collect()
}

/// The product types of the starters, for people who look for one.
pub(crate) fn taxonomy() -> Vec<TaxonomyEntry> {
    let definition = |text: &str| {
        let document: Value = serde_json::from_str(text).ok()?;
        Some(document.pointer("/$feedwright/definition")?.as_str()?.to_owned())
    };
    let entry = |(name, text): &(&str, &str)| TaxonomyEntry {
        id: (*name).to_owned(),
        path: vec![(*name).to_owned()],
        definition: definition(text).unwrap_or_default(),
    };
    builtin::STARTERS.iter().map(entry).collect()
}

/// The schema of an item of a product type and the day it was written, if there is a starter for it.
pub(crate) fn assemble(id: &str, settings: &Settings) -> Option<Result<(Value, Date), CategoryError>> {
    let (name, text) = builtin::STARTERS.iter().find(|(name, _)| *name == id)?;
    Some(put_together(name, text, settings))
}

/// The offer of an item, whatever its product type: what can be checked where that is not known.
pub(crate) fn offer(kind: Kind) -> Result<Requirements, CategoryError> {
    let mut offer = offer_object()?;
    if kind == Kind::Maintenance {
        offer.insert("required".to_owned(), json!(["sku", "productIdentifiers"]));
    }
    let written_on = written_on(&object(builtin::ORDERABLE)?)?;
    schema::compile("starter of the offer", Value::Object(offer), Origin::Starter { written_on })
}

/// The schema of the offer, with the countries there are.
fn offer_object() -> Result<Map<String, Value>, CategoryError> {
    let mut offer = object(builtin::ORDERABLE)?;
    offer.remove("$feedwright");
    let properties = offer.get_mut("properties");
    if let Some(Value::Object(country)) = properties.and_then(|properties| properties.get_mut(schema::COUNTRY)) {
        country.insert("enum".to_owned(), json!(countries()?));
    }
    Ok(offer)
}

fn put_together(id: &str, text: &str, settings: &Settings) -> Result<(Value, Date), CategoryError> {
    let mut category = object(text)?;
    let mut shared = object(builtin::ATTRIBUTES)?;
    let offer = offer_object()?;
    let written_on = written_on(&category)?;
    let attributes = shared.remove("properties").unwrap_or_default();
    let mut properties = Map::new();
    for name in names_in(&category, "attributes") {
        let attribute = attributes.get(&name).ok_or_else(|| broken(&format!("`{id}` has an unknown `{name}`")))?;
        properties.insert(name, attribute.clone());
    }
    if let Some(Value::Object(own)) = category.remove("properties") {
        properties.extend(own);
    }
    let variant_attributes = json!(names_in(&category, "variant_attributes"));
    for pointer in ["variantAttributeNames/items", "swatchImages/items/properties/swatchVariantAttribute"] {
        let mut tokens = pointer.split('/');
        let first = tokens.next().and_then(|name| properties.get_mut(name));
        if let Some(Value::Object(names)) = tokens.try_fold(first, |node, token| Some(node?.get_mut(token))).flatten() {
            names.insert("enum".to_owned(), variant_attributes.clone());
        }
    }
    let required: Names = names_in(&shared, "required").into_iter().chain(names_in(&category, "required")).collect();
    let to_sell = names_in(&shared, "required_to_sell");
    let to_be_seen = required.iter().filter(|name| !to_sell.contains(name)).map(|name| (name.clone(), Group::Visible));
    let advised = names_in(&category, "recommended").into_iter().map(|name| (name, Group::Advised));
    let groups: Groups = advised.chain(to_be_seen).collect();
    let Value::Object(mut product_type) = json!({
        "title": id,
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
        "allOf": shared.remove("allOf").unwrap_or_else(|| json!([])),
    }) else {
        return Err(broken("a product type is no object"));
    };
    groups::apply(&mut product_type, &groups, settings.unseen);
    Ok((schema::framed(id, &offer, &product_type), written_on))
}

/// The names of countries Walmart knows: the table of templates gives them.
fn countries() -> Result<Names, CategoryError> {
    let table = Table::read("countries", builtin::COUNTRIES).map_err(|why| broken(&why))?;
    Ok(table.keys().filter_map(|code| table.get(code)?.first().cloned()).collect())
}

/// What a row of a feed that knows no product types must hold.
pub(crate) fn row(kind: Kind) -> Result<Requirements, CategoryError> {
    let feed = kind.feed().name;
    let row = part(kind, "row").ok_or_else(|| broken(&format!("the rows of {feed} are not told")))?;
    // Not a starter that a document of the user's would replace: it is what is known of the feed.
    let name = format!("the rows of {feed}");
    schema::compile(&name, row, Origin::Given { name: name.clone() })
}

/// The schema of a feed's header.
pub(crate) fn header(kind: Kind) -> Option<Value> {
    part(kind, "header")
}

fn part(kind: Kind, name: &str) -> Option<Value> {
    let text = match kind {
        Kind::Item | Kind::Maintenance => builtin::feeds::ITEM,
        Kind::Match => builtin::feeds::MATCH,
        Kind::Price => builtin::feeds::PRICE,
        Kind::LegacyPrice => builtin::feeds::LEGACY_PRICE,
        Kind::Inventory => builtin::feeds::INVENTORY,
        Kind::NodeInventory => builtin::feeds::NODE_INVENTORY,
        Kind::LagTime => builtin::feeds::LAG_TIME,
        Kind::Retire => builtin::feeds::RETIRE,
        Kind::Delete => builtin::feeds::DELETE,
    };
    object(text).ok()?.remove(name)
}

fn object(text: &str) -> Result<Map<String, Value>, CategoryError> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(broken("it is no object")),
        Err(why) => Err(broken(&why.to_string())),
    }
}

fn written_on(document: &Map<String, Value>) -> Result<Date, CategoryError> {
    let about = document.get("$feedwright").and_then(|about| about.get("written_on"));
    let text = about.and_then(Value::as_str).unwrap_or_default();
    text.parse().map_err(|_| broken("it does not say when it was written"))
}

fn names_in(document: &Map<String, Value>, member: &str) -> Names {
    let list = document.get(member).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn broken(why: &str) -> CategoryError {
    CategoryError::Broken(format!("a document of the program's own cannot be used: {why}"))
}
