//! Why a document cannot be used, and what to do about it.

use super::schema;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use std::fmt;

/// A document cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequirementsError {
    /// It is no JSON.
    NotJson {
        /// The document.
        name: String,
        /// Line of the fault.
        line: usize,
        /// Column of the fault.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// It is JSON, but no JSON Schema.
    NotASchema {
        /// The document.
        name: String,
        /// JSON Pointer to the fault.
        pointer: String,
        /// What is wrong.
        message: String,
    },
    /// It refers to another document, or to a place it does not have.
    OutsideReference {
        /// The document.
        name: String,
        /// The `$ref` that leads nowhere.
        reference: String,
    },
}

impl fmt::Display for RequirementsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { name, line, column, message } => write!(
                out,
                "cannot read requirements {name}: line {line}, column {column}: {message}; fetch the document again"
            ),
            Self::NotASchema { name, pointer, message } => write!(
                out,
                "cannot use requirements {name}: {}{message}; give the JSON Schema of one category",
                if pointer.is_empty() { String::new() } else { format!("at {pointer}: ") }
            ),
            Self::OutsideReference { name, reference } => write!(
                out,
                "cannot use requirements {name}: `$ref` to `{reference}` leads to no place in the document, and nothing is \
                 fetched; put what it refers to into the document"
            ),
        }
    }
}

impl std::error::Error for RequirementsError {}

pub(super) fn not_json(name: &str, error: &serde_json::Error) -> RequirementsError {
    RequirementsError::NotJson {
        name: name.to_owned(),
        line: error.line(),
        column: error.column().max(1),
        message: if error.is_eof() { "the text ends too early".to_owned() } else { without_place(error) },
    }
}

/// What the engine has against a document, in our terms.
pub(super) fn refused(name: &str, document: &Value, error: &ValidationError<'_>) -> RequirementsError {
    if matches!(error.kind(), ValidationErrorKind::Referencing(_)) {
        let mut outside = None;
        schema::each(document, &mut |members| {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str)
                && schema::target(document, &Value::Object(members.clone())).is_none()
            {
                outside.get_or_insert_with(|| reference.to_owned());
            }
        });
        if let Some(reference) = outside {
            return RequirementsError::OutsideReference { name: name.to_owned(), reference };
        }
    }
    // A schema that the meta-schema refuses is the instance there; our keywords name their own place.
    let place =
        [error.instance_path().as_str(), error.schema_path().as_str()].into_iter().find(|place| !place.is_empty());
    RequirementsError::NotASchema {
        name: name.to_owned(),
        pointer: place.unwrap_or_default().to_owned(),
        message: error.to_string(),
    }
}

fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}
