//! Each constraint of an answer about aspects, broken once: what a record breaks is worked out from the document alone, so
//! that it can be held against what the adapter says.

use feedwright_marketplace::Category;
use feedwright_marketplace::Listing;
use feedwright_marketplace::json;
use feedwright_marketplace::requirements::Scope;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Where aspects stand in a record.
pub(crate) const ASPECTS: &str = "/item/product/aspects";

/// A way to break one constraint.
#[derive(Debug)]
pub(crate) struct Breakage {
    /// What is done, for people.
    pub(crate) what: String,
    /// The aspects of the record.
    pub(crate) aspects: Map<String, Value>,
    /// What has to be said of it, as `code pointer`.
    pub(crate) expected: String,
}

/// Aspects that meet every constraint of a document, each with a value.
pub(crate) fn complete(document: &Value) -> Map<String, Value> {
    list(document, "aspects").map(|aspect| (name(aspect).to_owned(), json!([value(aspect)]))).collect()
}

/// Every constraint of a document, broken once.
pub(crate) fn breakages(document: &Value) -> Vec<Breakage> {
    let whole = complete(document);
    let mut out = Vec::new();
    for aspect in list(document, "aspects") {
        let name = name(aspect);
        let pointer = format!("{ASPECTS}/{}", escape(name));
        let mut put = |what: &str, value: Option<Value>, expected: String| {
            let mut aspects = whole.clone();
            match value {
                Some(value) => aspects.insert(name.to_owned(), value),
                None => aspects.remove(name),
            };
            out.push(Breakage { what: format!("{name}: {what}"), aspects, expected });
        };
        let good = value(aspect);
        if constraint(aspect, "aspectRequired") == &Value::Bool(true) {
            put("left out", None, format!("missing-required-field {pointer}"));
        }
        let is_closed =
            constraint(aspect, "aspectMode") == "SELECTION_ONLY" && list(aspect, "aspectValues").count() > 0;
        if is_closed {
            put("a value of our own", Some(json!(["No Such Value"])), format!("value-not-allowed {pointer}/0"));
        }
        let most = if constraint(aspect, "itemToAspectCardinality") == "SINGLE" { 1 } else { 30 };
        let many = vec![good.clone(); most + 1];
        put("one value too many", Some(json!(many)), format!("too-many-values {pointer}"));
        let has_form = constraint(aspect, "aspectFormat").is_string()
            || constraint(aspect, "aspectDataType") == "NUMBER"
            || constraint(aspect, "aspectDataType") == "DATE";
        if !is_closed && !has_form {
            let longest = constraint(aspect, "aspectMaxLength").as_u64().unwrap_or(65);
            let text = "x".repeat(usize::try_from(longest).unwrap() + 1);
            put("one character too long", Some(json!([text])), format!("value-too-long {pointer}/0"));
        }
        for wrong in wrong_forms(aspect) {
            put(&format!("`{wrong}`"), Some(json!([wrong])), format!("wrong-format {pointer}/0"));
        }
    }
    out.extend(dependent(document, &whole));
    out
}

/// Each value that goes only with certain values of another aspect, beside one it does not go with.
fn dependent(document: &Value, whole: &Map<String, Value>) -> Vec<Breakage> {
    let mut out = Vec::new();
    for aspect in list(document, "aspects") {
        for own in list(aspect, "aspectValues") {
            for constraint in list(own, "valueConstraints") {
                let control = constraint["applicableForLocalizedAspectName"].as_str().unwrap();
                let fitting: Vec<&Value> = list(constraint, "applicableForLocalizedAspectValues").collect();
                let values = list(document, "aspects").find(|aspect| name(aspect) == control).unwrap();
                let others = list(values, "aspectValues").map(|value| &value["localizedValue"]);
                let own = own["localizedValue"].as_str().unwrap();
                let mut put = |what: String, other: Option<&Value>| {
                    let mut aspects = whole.clone();
                    match other {
                        Some(other) => aspects.insert(control.to_owned(), json!([other])),
                        None => aspects.remove(control),
                    };
                    aspects.insert(name(aspect).to_owned(), json!([own]));
                    let expected = format!("attribute-not-applicable {ASPECTS}/{}/0", escape(name(aspect)));
                    out.push(Breakage { what, aspects, expected });
                };
                for other in others.filter(|other| !fitting.contains(other)) {
                    put(format!("`{own}` beside {control} {other}"), Some(other));
                }
                put(format!("`{own}` without {control}"), None);
            }
        }
    }
    out
}

/// What a record with these aspects breaks, as `code pointer`.
pub(crate) fn broken(category: &Category, aspects: &Map<String, Value>) -> Vec<String> {
    let mut listing = Listing::new();
    json::read(record(aspects).to_string().as_bytes(), &mut listing).unwrap();
    let violations = category.requirements.violations(listing.root(), Scope::Whole);
    violations.iter().map(|violation| format!("{} {}", violation.rule.code, violation.pointer)).collect()
}

/// What is said of a record with these aspects, for people.
pub(crate) fn said(category: &Category, aspects: &Map<String, Value>) -> Vec<String> {
    let mut listing = Listing::new();
    json::read(record(aspects).to_string().as_bytes(), &mut listing).unwrap();
    let violations = category.requirements.violations(listing.root(), Scope::Whole);
    let words =
        |message: String, because: Option<String>| [message].into_iter().chain(because).collect::<Vec<_>>().join(", ");
    violations.into_iter().map(|violation| words(violation.message, violation.because)).collect()
}

/// What is advised about a record with these aspects, as `severity code pointer: message`.
pub(crate) fn advised(category: &Category, aspects: &Map<String, Value>) -> Vec<String> {
    let mut listing = Listing::new();
    json::read(record(aspects).to_string().as_bytes(), &mut listing).unwrap();
    let advice = category.requirements.advice(listing.root());
    let line = |violation: &feedwright_marketplace::requirements::Violation| {
        let level = violation.severity.map_or_else(String::new, |severity| severity.to_string());
        format!("{level} {} {}: {}", violation.rule.code, violation.pointer, violation.message)
    };
    advice.iter().map(line).collect()
}

/// A complete record of the Inventory API's feed with these aspects.
pub(crate) fn record(aspects: &Map<String, Value>) -> Value {
    json!({
        "sku": "S1",
        "item": {
            "condition": "NEW",
            "product": {
                "title": "A Card",
                "aspects": aspects,
                "imageUrls": ["https://images.example.com/card.jpg"],
            },
        },
        "offer": {
            "marketplaceId": "EBAY_US",
            "format": "FIXED_PRICE",
            "listingDuration": "GTC",
            "categoryId": "27386",
            "merchantLocationKey": "wh1",
            "availableQuantity": 5,
            "listingDescription": "<p>A card.</p>",
            "includeCatalogProductDetails": false,
            "pricingSummary": { "price": { "currency": "USD", "value": "19.99" } },
            "listingPolicies": { "fulfillmentPolicyId": "1", "paymentPolicyId": "2", "returnPolicyId": "3" },
        },
    })
}

/// A value that an aspect takes: one that is bound to no other aspect's, where some are listed.
fn value(aspect: &Value) -> Value {
    let free = list(aspect, "aspectValues").find(|value| list(value, "valueConstraints").count() == 0);
    if let Some(value) = free.and_then(|value| value.get("localizedValue")) {
        return value.clone();
    }
    let form = constraint(aspect, "aspectFormat").as_str().unwrap_or_default();
    json!(match (form, constraint(aspect, "aspectDataType").as_str()) {
        ("YYYY", _) => "2026",
        ("YYYYMM", _) => "202611",
        ("YYYYMMDD", _) => "20261125",
        (_, Some("NUMBER")) => "12",
        _ => "Text",
    })
}

/// Values that are not of an aspect's form.
fn wrong_forms(aspect: &Value) -> &'static [&'static str] {
    if list(aspect, "aspectValues").count() > 0 && constraint(aspect, "aspectMode") == "SELECTION_ONLY" {
        return &[];
    }
    let form = constraint(aspect, "aspectFormat").as_str().unwrap_or_default();
    let is_range = constraint(aspect, "aspectAdvancedDataType") == "NUMERIC_RANGE";
    match (constraint(aspect, "aspectDataType").as_str(), form) {
        (Some("NUMBER"), _) if is_range => &["about 4", "4-", "4 to 5"],
        (Some("NUMBER"), "int32") => &["1.5", "ten", "1e3", "12345678901", "99999999999"],
        (Some("NUMBER"), _) => &["1,5", "ten", "1.", ".5", "1e3"],
        (Some("DATE"), "YYYY") => &["26", "02026", "year"],
        (Some("DATE"), "YYYYMM") => &["2026-11", "202613", "2026"],
        (Some("DATE"), "YYYYMMDD") => &["2026-11-25", "20261332", "11252026x"],
        _ => &[],
    }
}

fn constraint<'a>(aspect: &'a Value, member: &str) -> &'a Value {
    &aspect["aspectConstraint"][member]
}

fn name(aspect: &Value) -> &str {
    aspect["localizedAspectName"].as_str().unwrap()
}

fn list<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(member).and_then(Value::as_array).into_iter().flatten()
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
