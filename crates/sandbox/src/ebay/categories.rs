//! What eBay says of categories: the Taxonomy and Metadata reads, from the starters in `schemas/ebay`.

use super::errors;
use super::errors::Said;
use super::tree;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::LazyLock;

macro_rules! schema {
    ($path:literal) => {
        include_str!(concat!("../../../../schemas/ebay/", $path))
    };
}

static TEXTS: [&str; 7] = [
    schema!("112529.json"),
    schema!("15687.json"),
    schema!("15709.json"),
    schema!("16080.json"),
    schema!("20695.json"),
    schema!("36019.json"),
    schema!("46782.json"),
];

/// A category.
struct Category {
    path: Vec<String>,
    aspects: Value,
    required: Vec<String>,
}

/// Categories by id.
static CATEGORIES: LazyLock<BTreeMap<String, Category>> =
    LazyLock::new(|| TEXTS.iter().filter_map(|text| category(text)).collect());

/// The tree's version. Another one tells readers to fetch anew.
const VERSION: &str = "sandbox-1";
/// A category that is gone, and where its items went.
const EXPIRED: (&str, &str) = ("11450", "15687");

/// Marketplaces, the tree of each and its currency: tree ids are the ids of sites. Read 2026-11-23.
const TREES: [(&str, &str, &str); 10] = [
    ("EBAY_US", "0", "USD"),
    ("EBAY_CA", "2", "CAD"),
    ("EBAY_GB", "3", "GBP"),
    ("EBAY_AU", "15", "AUD"),
    ("EBAY_FR", "71", "EUR"),
    ("EBAY_DE", "77", "EUR"),
    ("EBAY_MOTORS", "100", "USD"),
    ("EBAY_IT", "101", "EUR"),
    ("EBAY_ES", "186", "EUR"),
    ("EBAY_PL", "212", "PLN"),
];

/// Names of the aspects a category needs; none where it is not known.
pub(super) fn required(category: &str) -> Vec<String> {
    CATEGORIES.get(category).map(|known| known.required.clone()).unwrap_or_default()
}

/// Ids of the categories, each with its names from the root on.
pub(super) fn paths() -> impl Iterator<Item = (&'static str, &'static [String])> {
    CATEGORIES.iter().map(|(id, known)| (id.as_str(), known.path.as_slice()))
}

/// The answer of a read, if the operation is one.
pub(super) fn answer(operation: &str, request: &Incoming) -> Option<Outgoing> {
    Some(match operation {
        "getDefaultCategoryTreeId" => default_tree(request),
        "getCategoryTree" => whole_tree(request),
        "getCategorySubtree" => subtree(request),
        "getCategorySuggestions" => suggestions(request),
        "getItemAspectsForCategory" => aspects(request),
        "getExpiredCategories" => match known_tree(request) {
            Ok(_) => {
                let expired = json!({ "fromCategoryId": EXPIRED.0, "toCategoryId": EXPIRED.1 });
                Outgoing::json(200, &json!({ "expiredCategories": [expired] }))
            }
            Err(said) => refused(&said),
        },
        "getItemConditionPolicies" => policies(request, "itemConditionPolicies", &|id, tree| {
            json!({
                "categoryId": id,
                "categoryTreeId": tree,
                "itemConditionRequired": true,
                "itemConditions": conditions(),
            })
        }),
        "getCategoryPolicies" => policies(request, "categoryPolicies", &|id, tree| {
            json!({
                "categoryId": id,
                "categoryTreeId": tree,
                "expired": false,
                "virtual": false,
                "lsd": false,
                "upcSupport": "ENABLED",
                "eanSupport": "ENABLED",
                "isbnSupport": "DISABLED",
                "valueCategory": false,
            })
        }),
        "getListingStructurePolicies" => policies(
            request,
            "listingStructurePolicies",
            &|id, tree| json!({ "categoryId": id, "categoryTreeId": tree, "variationsSupported": true }),
        ),
        "getCurrencies" => currencies(request),
        _ => return None,
    })
}

fn category(text: &str) -> Option<(String, Category)> {
    let document: Value = serde_json::from_str(text).ok()?;
    let about = document.get("$feedwright")?;
    let id = about.get("category")?.as_str()?.to_owned();
    let path = about.get("path")?.as_array()?;
    let path = path.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect();
    let aspects = document.get("aspects")?.clone();
    let required = aspects
        .as_array()?
        .iter()
        .filter(|aspect| aspect.pointer("/aspectConstraint/aspectRequired") == Some(&Value::Bool(true)))
        .filter_map(|aspect| Some(aspect.get("localizedAspectName")?.as_str()?.to_owned()))
        .collect();
    Some((id, Category { path, aspects, required }))
}

fn default_tree(request: &Incoming) -> Outgoing {
    let Some(marketplace) = request.value("marketplace_id") else {
        return refused(&Said::new(62_002, "Missing marketplace ID."));
    };
    match TREES.iter().find(|(id, _, _)| *id == marketplace) {
        Some((_, tree, _)) => Outgoing::json(200, &json!({ "categoryTreeId": tree, "categoryTreeVersion": VERSION })),
        None => refused(&Said::new(62_003, "The specified marketplace ID was not found.")),
    }
}

fn whole_tree(request: &Incoming) -> Outgoing {
    let tree = match known_tree(request) {
        Ok(tree) => tree,
        Err(said) => return refused(&said),
    };
    let marketplaces: Vec<&str> = TREES.iter().filter(|(_, own, _)| *own == tree).map(|(id, _, _)| *id).collect();
    Outgoing::json(
        200,
        &json!({
            "applicableMarketplaceIds": marketplaces,
            "categoryTreeId": tree,
            "categoryTreeVersion": VERSION,
            "rootCategoryNode": tree::node("0", "Root", 0, &tree::whole()),
        }),
    )
}

fn subtree(request: &Incoming) -> Outgoing {
    let tree = match known_tree(request) {
        Ok(tree) => tree,
        Err(said) => return refused(&said),
    };
    let Some(id) = request.value("category_id") else { return refused(&Said::new(62_006, "Missing category ID.")) };
    let Some(known) = CATEGORIES.get(id) else {
        let message = "The specified category ID does not belong to the specified category tree.";
        return refused(&Said::new(62_005, message));
    };
    let name = known.path.last().map(String::as_str).unwrap_or_default();
    Outgoing::json(
        200,
        &json!({
            "categorySubtreeNode": tree::node(id, name, known.path.len(), &BTreeMap::new()),
            "categoryTreeId": tree,
            "categoryTreeVersion": VERSION,
        }),
    )
}

fn suggestions(request: &Incoming) -> Outgoing {
    let tree = match known_tree(request) {
        Ok(tree) => tree,
        Err(said) => return refused(&said),
    };
    let Some(words) = request.value("q").filter(|words| !words.is_empty()) else {
        let message = "Missing keyword 'q'. Please specify a valid set of keywords that best describes your item.";
        return refused(&Said::new(62_007, message));
    };
    let words = words.to_lowercase();
    let fits = |known: &Category| {
        let name = known.path.last().map(|name| name.to_lowercase()).unwrap_or_default();
        words.split_whitespace().any(|word| name.contains(word.trim_end_matches('s')))
    };
    let found: Vec<Value> = CATEGORIES
        .iter()
        .filter(|(_, known)| fits(known))
        .map(|(id, known)| {
            json!({
                "category": { "categoryId": id, "categoryName": known.path.last() },
                "categoryTreeNodeAncestors": [],
                "categoryTreeNodeLevel": known.path.len(),
            })
        })
        .collect();
    if found.is_empty() {
        return errors::nothing(204);
    }
    Outgoing::json(
        200,
        &json!({ "categorySuggestions": found, "categoryTreeId": tree, "categoryTreeVersion": VERSION }),
    )
}

fn aspects(request: &Incoming) -> Outgoing {
    if let Err(said) = known_tree(request) {
        return refused(&said);
    }
    let Some(id) = request.value("category_id") else { return refused(&Said::new(62_006, "Missing category ID.")) };
    if let Some(known) = CATEGORIES.get(id) {
        return Outgoing::json(200, &json!({ "aspects": known.aspects }));
    }
    if tree::branches(&tree::whole()).contains(&id.to_owned()) {
        return refused(&Said::new(62_009, "The specified category ID must be a leaf category."));
    }
    refused(&Said::new(62_005, "The specified category ID does not belong to specified category tree."))
}

fn currencies(request: &Incoming) -> Outgoing {
    let marketplace = marketplace(request);
    match TREES.iter().find(|(id, _, _)| *id == marketplace) {
        Some((_, _, currency)) => {
            let currency = json!({ "code": currency, "description": currency });
            Outgoing::json(200, &json!({ "defaultCurrency": currency, "marketplaceId": marketplace }))
        }
        None => refused(&Said::new(62_003, "The specified marketplace ID was not found.")),
    }
}

/// Policies of the categories that are asked for, or of all.
fn policies(request: &Incoming, name: &str, policy: &dyn Fn(&str, &str) -> Value) -> Outgoing {
    let marketplace = marketplace(request);
    let Some((_, tree, _)) = TREES.iter().find(|(id, _, _)| *id == marketplace) else {
        return refused(&Said::new(62_003, "The specified marketplace ID was not found."));
    };
    let filter = request.value("filter").and_then(|filter| filter.strip_prefix("categoryIds:{")?.strip_suffix('}'));
    let asked: Option<Vec<&str>> = filter.map(|ids| ids.split('|').collect());
    let is_meant = |id: &&String| asked.as_ref().is_none_or(|asked| asked.iter().take(50).any(|own| own == id));
    let found: Vec<Value> = CATEGORIES.keys().filter(is_meant).map(|id| policy(id, tree)).collect();
    let mut answer = json!({ name: found });
    if asked.is_some_and(|asked| asked.len() > 50) {
        let said = Said::new(62_100, "Only the first 50 categories of the filter were looked at.");
        answer["warnings"] = json!([said.json()]);
    }
    Outgoing::json(200, &answer)
}

/// Conditions every category here takes: ids of `ConditionEnum`.
fn conditions() -> Value {
    let known = [("1000", "New"), ("1500", "New other"), ("3000", "Used"), ("7000", "For parts or not working")];
    let conditions: Vec<Value> =
        known.iter().map(|(id, name)| json!({ "conditionId": id, "conditionDescription": name })).collect();
    json!(conditions)
}

fn marketplace(request: &Incoming) -> &str {
    let rest = request.path.split_once("/marketplace/").map(|(_, rest)| rest).unwrap_or_default();
    rest.split('/').next().unwrap_or_default()
}

fn known_tree(request: &Incoming) -> Result<&'static str, Said> {
    let rest = request.path.split_once("/category_tree/").map(|(_, rest)| rest).unwrap_or_default();
    let asked = rest.split('/').next().unwrap_or_default();
    let known = TREES.iter().find(|(_, tree, _)| *tree == asked);
    known.map(|(_, tree, _)| *tree).ok_or_else(|| Said::new(62_004, "The specified category tree ID was not found."))
}

fn refused(said: &Said) -> Outgoing {
    errors::refuse(400, std::slice::from_ref(said))
}
