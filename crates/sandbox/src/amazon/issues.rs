//! What Amazon finds fault with, in its own codes and words.

use crate::defects::Defects;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

/// Something Amazon finds fault with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Issue {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) severity: Severity,
    pub(super) attribute: Option<String>,
    pub(super) category: Option<&'static str>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// The message is not applied.
    Error,
    /// It is.
    Warning,
}

impl Severity {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warning => "WARNING",
        }
    }
}

impl Issue {
    /// An error of an attribute.
    pub(super) fn error(code: &'static str, message: String, attribute: &str, category: &'static str) -> Self {
        let attribute = Some(attribute.to_owned());
        Self { code, message, severity: Severity::Error, attribute, category: Some(category) }
    }

    /// An error of a message of a feed, which names no attribute.
    pub(super) fn of_message(code: &'static str, message: &str) -> Self {
        Self { code, message: message.to_owned(), severity: Severity::Error, attribute: None, category: None }
    }

    /// As the answer to a call has it, and a listing that is asked for.
    pub(super) fn in_listing(&self, marketplace: &str) -> Value {
        let mut issue = json!({
            "code": self.code,
            "message": self.message,
            "severity": self.severity.name(),
            "categories": self.category.into_iter().collect::<Vec<_>>(),
            "marketplaceIds": [marketplace],
        });
        if let (Some(attribute), Some(issue)) = (&self.attribute, issue.as_object_mut()) {
            issue.insert("attributeNames".to_owned(), json!([attribute]));
        }
        issue
    }

    /// As the report of a feed has it: the name of the attribute both ways, as real reports have been seen with.
    pub(super) fn in_report(&self, message: u64, sku: &str) -> Value {
        let mut issue = Map::new();
        let mut put = |name: &str, value: Value| issue.insert(name.to_owned(), value);
        put("messageId", message.into());
        put("sku", sku.into());
        put("code", self.code.into());
        put("severity", self.severity.name().into());
        put("message", self.message.clone().into());
        if let Some(attribute) = &self.attribute {
            put("attributeName", attribute.clone().into());
            put("attributeNames", json!([attribute]));
        }
        if let Some(category) = self.category {
            put("categories", json!([category]));
        }
        Value::Object(issue)
    }
}

/// What breaks a document, in the codes that were seen in public for such things: each attribute once for each code.
pub(super) fn of_violations<'a>(violations: impl Iterator<Item = ValidationError<'a>>) -> Vec<Issue> {
    violations.flat_map(|violation| of_violation(&violation)).collect::<BTreeSet<_>>().into_iter().collect()
}

fn of_violation(violation: &ValidationError<'_>) -> Vec<Issue> {
    let path = violation.instance_path().as_str().to_owned();
    let attribute = path.split('/').nth(1).unwrap_or_default();
    match violation.kind() {
        ValidationErrorKind::Required { property } => {
            let property = property.as_str().unwrap_or_default();
            if attribute.is_empty() {
                let message = format!("'{property}' is required but not supplied.");
                return vec![Issue::error("90220", message, property, "MISSING_ATTRIBUTE")];
            }
            vec![too_few(property, attribute)]
        }
        ValidationErrorKind::MinItems { .. } => vec![too_few("value", attribute)],
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let names = match attribute {
                "" => unexpected.iter().map(String::as_str).collect(),
                attribute => vec![attribute],
            };
            let invalid = |name: &str| {
                Issue::error("90000900", "The attributes are invalid.".to_owned(), name, "INVALID_ATTRIBUTE")
            };
            names.into_iter().map(invalid).collect()
        }
        _ => {
            let message = format!("The provided value for '{attribute}' is invalid.");
            vec![Issue::error("4000001", message, attribute, "INVALID_ATTRIBUTE")]
        }
    }
}

fn too_few(field: &str, attribute: &str) -> Issue {
    let message = format!(
        "The field '{field}' for the attribute '{attribute}' does not have enough values. \
         The required minimum is '1' value(s)."
    );
    Issue::error("99022", message, attribute, "INVALID_ATTRIBUTE")
}

/// An offer of something that is not there.
pub(super) fn not_in_catalogue() -> Issue {
    Issue {
        code: "13013",
        message: "The offer for this SKU cannot be added because the product is not in the catalogue.".to_owned(),
        severity: Severity::Error,
        attribute: None,
        category: None,
    }
}

/// Defects nobody can see in a listing: the catalogue's own view of it.
static DEFECTS: &[(&str, Severity, &str, &str, &str)] = &[
    (
        "8541",
        Severity::Error,
        "item_name",
        "INVALID_ATTRIBUTE",
        "The SKU data provided is different from what's already in the Amazon catalog.",
    ),
    ("5665", Severity::Error, "brand", "QUALIFICATION_REQUIRED", "Brand name needs approval before it can be used."),
    (
        "8572",
        Severity::Error,
        "externally_assigned_product_identifier",
        "INVALID_ATTRIBUTE",
        "The product id does not match the product that is to be listed.",
    ),
    (
        "20017",
        Severity::Error,
        "main_product_image_locator",
        "INVALID_IMAGE",
        "The media content at this URL is blocked by the site that hosts it.",
    ),
    (
        "18027",
        Severity::Warning,
        "main_product_image_locator",
        "INVALID_IMAGE",
        "The main image has text, a logo, a graphic or a watermark.",
    ),
    (
        "18448",
        Severity::Warning,
        "bullet_point",
        "MISSING_ATTRIBUTE",
        "Attributes that are relevant for this product are incomplete.",
    ),
];

/// The defect of a SKU, if it has one.
pub(super) fn of_defect(defects: &Defects, sku: &str) -> Option<Issue> {
    let (code, severity, attribute, category, message) = *defects.of(sku, DEFECTS)?;
    Some(Issue {
        code,
        message: message.to_owned(),
        severity,
        attribute: Some(attribute.to_owned()),
        category: Some(category),
    })
}
