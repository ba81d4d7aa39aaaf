//! What Walmart finds wrong with a row, with the codes sellers met: `errors/ingestion-error-codes` of the research, read
//! 2026-11-23.

use super::account::Issue;
use super::kind::Kind;
use super::spec::ProductType;
use super::spec::Specs;
use jsonschema::ValidationError;
use jsonschema::Validator;
use serde_json::Value;

/// A required attribute is missing.
const MISSING: &str = "EXT_DATA_ERROR_72600149546850";
/// A text that must say something is empty.
const EMPTY: &str = "EXT_DATA_ERROR_74086950555651";
/// A field the spec does not know.
const UNKNOWN_FIELD: &str = "EXT_DATA_ERROR_60670554076755";
/// Another kind of value than the spec's.
const WRONG_TYPE: &str = "EXT_DATA_ERROR_50716566635066";
/// Too long a text.
const TOO_LONG: &str = "EXT_DATA_ERROR_01076067496949";
/// Too few values in a list.
const TOO_FEW: &str = "EXT_DATA_ERROR_55506974520167";
/// A value that is not in the list.
const NOT_LISTED: &str = "IB.VALIDATION.DATA.001";
/// More digits after the point than are taken.
const TOO_PRECISE: &str = "EXT_DATA_ERROR_68050064665065";
/// A date or time in another form.
const BAD_DATE: &str = "EXT_DATA_ERROR_00030257670757";
/// A URL that is none.
const BAD_URL: &str = "EXT_DATA_ERROR_49505365506868";
/// A check digit that is wrong.
const BAD_NUMBER: &str = "ERR_PDI_0047";
/// A number from a range that is not for products.
const RESTRICTED_NUMBER: &str = "EXT_DATA_ERROR_54514906640101";
/// What says which variants belong together is not whole.
const BROKEN_GROUP: &str = "EXT_DATA_ERROR_05570905585050";
/// Anything else in the data.
pub(super) const INVALID: &str = "ERR_PDI_0034";
/// The stamp of the spec is not one that is taken.
const BAD_VERSION: &str = "EXT_DATA_ERROR_74597363510508";

/// What came of looking at a row.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// What is wrong.
    pub issues: Vec<Issue>,
    /// Whether something is missing without which the item is not shown.
    pub is_unseen: bool,
}

/// Looks at a row.
pub(super) fn row(specs: &Specs, kind: Kind, row: &Value) -> Looked {
    let mut looked = match kind {
        Kind::Item | Kind::Maintenance => item(specs, kind, row),
        Kind::Match
        | Kind::Price
        | Kind::LegacyPrice
        | Kind::Inventory
        | Kind::NodeInventory
        | Kind::LagTime
        | Kind::Retire
        | Kind::Delete => {
            let found = specs.row(kind).map(|rules| held_to(rules, row)).unwrap_or_default();
            Looked { issues: found, is_unseen: false }
        }
    };
    if kind.is_content() {
        let holder = kind.wrapper().and_then(|name| row.get(name));
        looked.issues.extend(holder.and_then(|holder| holder.get("productIdentifiers")).and_then(number));
        looked.issues.extend(too_precise(holder, "price"));
        looked.issues.extend(too_precise(holder, "ShippingWeight"));
    }
    looked
}

/// Looks at the header of a feed.
pub(super) fn header(specs: &Specs, kind: Kind, header: &Value) -> Vec<Issue> {
    let Some(rules) = specs.header(kind) else { return Vec::new() };
    let mut found = held_to(rules, header);
    for issue in &mut found {
        if issue.field == "version" {
            BAD_VERSION.clone_into(&mut issue.code);
        }
    }
    found
}

fn item(specs: &Specs, kind: Kind, row: &Value) -> Looked {
    let visible = row.get("Visible").and_then(Value::as_object);
    let name = visible.and_then(|visible| visible.keys().next());
    let Some(name) = name else {
        // An update may leave out what the product is; a whole item may not.
        let issues = if kind == Kind::Maintenance && visible.is_none() {
            specs.product_type("Headphones").map(|any| held_to(&any.update, row)).unwrap_or_default()
        } else {
            vec![Issue::data(MISSING, "Visible", "the attribute `Visible` with one product type is required")]
        };
        return Looked { issues, is_unseen: false };
    };
    let Some(known) = specs.product_type(name) else {
        let description = format!("`{name}` is not a valid product type");
        return Looked { issues: vec![Issue::data(UNKNOWN_FIELD, name, description)], is_unseen: false };
    };
    if kind == Kind::Maintenance {
        return Looked { issues: held_to(&known.update, row), is_unseen: false };
    }
    let mut looked = whole(known, row);
    looked.issues.extend(visible.and_then(|visible| group(visible.get(name)?)));
    looked
}

/// A whole item: what only keeps it from being shown is no error.
fn whole(known: &ProductType, row: &Value) -> Looked {
    let mut looked = Looked::default();
    for issue in held_to(&known.whole, row) {
        if issue.code == MISSING && known.to_be_seen.contains(&issue.field) {
            looked.is_unseen = true;
        } else {
            looked.issues.push(issue);
        }
    }
    looked
}

fn held_to(rules: &Validator, value: &Value) -> Vec<Issue> {
    rules.iter_errors(value).map(|error| issue(&error)).collect()
}

fn issue(error: &ValidationError<'_>) -> Issue {
    use jsonschema::error::ValidationErrorKind as Found;
    let path = error.instance_path().to_string();
    let field = path.rsplit('/').find(|token| token.parse::<usize>().is_err()).unwrap_or_default();
    let is_empty = error.instance().as_str().is_some_and(str::is_empty);
    let (code, field) = match error.kind() {
        Found::Required { property } => (MISSING, property.as_str().unwrap_or(field)),
        Found::AdditionalProperties { unexpected } => (UNKNOWN_FIELD, unexpected.first().map_or(field, String::as_str)),
        Found::Type { .. } => (WRONG_TYPE, field),
        Found::MaxLength { .. } => (TOO_LONG, field),
        Found::MinLength { .. } if is_empty => (EMPTY, field),
        Found::MinItems { .. } => (TOO_FEW, field),
        Found::Enum { .. } | Found::Constant { .. } => (NOT_LISTED, field),
        Found::MultipleOf { .. } => (TOO_PRECISE, field),
        Found::Format { format } if format.starts_with("date") => (BAD_DATE, field),
        Found::Format { .. } => (BAD_URL, field),
        _ => (INVALID, field),
    };
    let description = match error.kind() {
        Found::Required { .. } => format!("the attribute `{field}` is required"),
        Found::AdditionalProperties { .. } => format!("the attribute `{field}` is not in the specification"),
        _ => format!("the value of `{field}` is not valid: {}", cut(&error.to_string())),
    };
    Issue::data(code, field, description)
}

/// Error texts quote what they found; a quotation of a description would be long.
fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(160).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Prices and weights have two digits after the point, whatever the spec says of thousandths.
fn too_precise(holder: Option<&Value>, field: &str) -> Option<Issue> {
    let number = super::account::decimal(holder?.get(field)?)?;
    (number.normalize().scale() > 2)
        .then(|| Issue::data(TOO_PRECISE, field, format!("`{field}` has more than 2 digits after the point")))
}

/// The number a product has on its package.
fn number(identifiers: &Value) -> Option<Issue> {
    let text = |name: &str| identifiers.get(name).and_then(Value::as_str).unwrap_or_default();
    let (id, kind) = (text("productId"), text("productIdType"));
    // Brands that need no number send this word in its place.
    if id == "CUSTOM" {
        return None;
    }
    if !has_check_digit(id, kind) {
        return Some(Issue::data(BAD_NUMBER, "productId", format!("the check digit of the {kind} {id} is not valid")));
    }
    let is_restricted = kind == "UPC" && id.len() == 12 && id.starts_with(['2', '3', '4', '5']);
    is_restricted
        .then(|| Issue::data(RESTRICTED_NUMBER, "productId", format!("the {kind} {id} is from a restricted range")))
}

fn has_check_digit(id: &str, kind: &str) -> bool {
    if kind == "ISSN" {
        return true;
    }
    if kind == "ISBN" && id.len() == 10 {
        let digit = |at: usize, character: char| match character {
            'X' | 'x' if at == 9 => Some(10),
            other => other.to_digit(10),
        };
        let sum = id.chars().enumerate().try_fold(0, |sum, (at, character)| {
            let weight = u32::try_from(10 - at).ok()?;
            Some(sum + digit(at, character)? * weight)
        });
        return sum.is_some_and(|sum| sum % 11 == 0);
    }
    let lengths: &[usize] = match kind {
        "UPC" => &[12],
        "EAN" => &[8, 13],
        "ISBN" => &[13],
        _ => &[8, 12, 13, 14],
    };
    let sum = id.chars().rev().enumerate().try_fold(0, |sum, (at, character)| {
        let weight = if at % 2 == 0 { 1 } else { 3 };
        Some(sum + character.to_digit(10)? * weight)
    });
    lengths.contains(&id.len()) && sum.is_some_and(|sum| sum % 10 == 0)
}

/// What says which variants belong together: all of it or none.
fn group(product: &Value) -> Option<Issue> {
    let given = ["variantGroupId", "variantAttributeNames", "isPrimaryVariant"].map(|name| product.get(name).is_some());
    let n_given = given.iter().filter(|given| **given).count();
    if n_given != 0 && n_given != given.len() {
        let description = "variantGroupId, variantAttributeNames and isPrimaryVariant must be given together";
        return Some(Issue::data(BROKEN_GROUP, "variantGroupId", description));
    }
    let names = product.get("variantAttributeNames").and_then(Value::as_array);
    let missing = names.into_iter().flatten().filter_map(Value::as_str).find(|name| product.get(name).is_none())?;
    Some(Issue::data(MISSING, missing, format!("the variant attribute `{missing}` has no value")))
}
