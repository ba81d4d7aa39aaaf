//! Builds the engine's validators: of a whole document, or of one schema in it.

use super::document::Dialect;
use super::document::Draft;
use super::document::Vocabulary;
use super::engine::Arena;
use super::keywords;
use super::keywords::Side;
use jsonschema::Registry;
use jsonschema::Retrieve;
use jsonschema::ValidationError;
use jsonschema::ValidationOptions;
use jsonschema::Validator;
use serde_json::Value;
use std::sync::Arc;

/// The engine's name for a dialect's draft.
pub(super) fn draft(dialect: Dialect) -> jsonschema::Draft {
    match dialect.draft {
        Draft::Draft7 => jsonschema::Draft::Draft7,
        Draft::Draft2019 => jsonschema::Draft::Draft201909,
    }
}

/// The validator of a document that is ready for the engine.
pub(super) fn build(compiled: &Value, dialect: Dialect) -> Result<Validator<Arena>, ValidationError<'static>> {
    with_keywords(jsonschema::options_for::<Arena>(), dialect).build(compiled)
}

/// Where a document stands while one of its schemas is built.
const DOCUMENT: &str = "json-schema:///document";

/// The validator of the schema at a pointer into such a document; its references lead into the document.
///
/// The document must be one that its draft takes, as the program's are: the engine does not look. To look it first builds a
/// validator of the draft's own schema, which for Draft 2019-09 is as much work as the one that is wanted.
pub(super) fn build_part(
    compiled: &Value,
    pointer: &str,
    dialect: Dialect,
) -> Result<Validator<Arena>, ValidationError<'static>> {
    let registry = Registry::new().draft(draft(dialect)).add(DOCUMENT, compiled)?.prepare()?;
    let reference = Value::from(format!("{DOCUMENT}#{}", in_fragment(pointer)));
    let schema = Value::Object([("$ref".to_owned(), reference)].into_iter().collect());
    let options = with_keywords(jsonschema::options_for::<Arena>().with_registry(&registry), dialect);
    // The reference alone is held against the schema of this draft, a small one; what it leads to is of its own draft.
    options.with_draft(jsonschema::Draft::Draft7).build(&schema)
}

type Options<'r> = ValidationOptions<'r, Arc<dyn Retrieve>, Arena>;

fn with_keywords(options: Options<'_>, dialect: Dialect) -> Options<'_> {
    let mut options = options.with_draft(draft(dialect)).should_validate_formats(true).offline();
    for (name, side) in keywords::BOUNDS {
        options = options.with_keyword(name, move |_, value, _| keywords::bound(value, side));
    }
    options = options.with_keyword("multipleOf", |_, value, _| keywords::multiple_of(value));
    if dialect.vocabulary == Vocabulary::Marketplace {
        options = options
            .with_keyword("maxUtf8ByteLength", |_, value, _| keywords::byte_length(value, Side::AtMost))
            .with_keyword("minUtf8ByteLength", |_, value, _| keywords::byte_length(value, Side::AtLeast))
            .with_keyword("maxUniqueItems", |parent, value, _| keywords::per_combination(parent, value, Side::AtMost))
            .with_keyword("minUniqueItems", |parent, value, _| keywords::per_combination(parent, value, Side::AtLeast));
    }
    options
}

/// A pointer as it is written in a URI.
fn in_fragment(pointer: &str) -> String {
    let mut out = String::with_capacity(pointer.len());
    for byte in pointer.bytes() {
        if byte.is_ascii_alphanumeric() || b"/~-._".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    out
}

fn hex(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;
    use crate::listing::Listing;
    use serde_json::json;

    /// What is wrong with a value to a validator: place, place in the document, what it is.
    fn errors(validator: &Validator<Arena>, value: &Value) -> Vec<(String, String, String)> {
        let mut listing = Listing::new();
        json::read(value.to_string().as_bytes(), &mut listing).unwrap();
        let errors = validator.iter_errors(listing.root());
        errors
            .map(|error| {
                let [place, schema] = [error.instance_path(), error.schema_path()].map(|path| path.as_str().to_owned());
                (place, schema, format!("{:?}", error.kind()))
            })
            .collect()
    }

    #[test]
    fn a_document_says_the_same_whether_its_draft_was_asked_or_not() {
        let document = json!({
            "type": "object",
            "required": ["level"],
            "properties": {
                "level": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/item" } },
                "price": { "minimum": 1, "multipleOf": 0.01 },
                "name": { "type": "string", "maxUtf8ByteLength": 3, "format": "date" },
                "pair": { "items": [{ "type": "string" }], "additionalItems": false },
                "many": { "contains": { "const": 1 }, "minContains": 2, "maxUniqueItems": 1, "selectors": ["a"] },
                "same": { "$ref": "#/$defs/item", "maxProperties": 1 }
            },
            "allOf": [
                { "if": { "required": ["price"] }, "then": { "required": ["name"] }, "else": { "not": { "required": ["name"] } } },
                { "anyOf": [{ "required": ["level"] }, { "required": ["same"] }] },
                { "oneOf": [{ "required": ["level"] }, { "properties": { "level": { "type": "array" } } }] },
                { "dependentRequired": { "pair": ["many"] }, "dependentSchemas": { "many": { "required": ["pair"] } } }
            ],
            "additionalProperties": false,
            "$defs": { "item": { "type": "object", "required": ["value"], "properties": { "value": { "enum": ["a", 1] } } } }
        });
        let values = [
            json!({}),
            json!({ "level": [], "price": 0.5, "other": 1 }),
            json!({ "level": [{ "value": "b" }, {}, 7], "price": 1.001, "name": "abcd" }),
            json!({ "name": "2026-02-30", "pair": [1, 2], "same": { "value": "a", "more": 1 } }),
            json!({ "many": [{ "a": 1 }, { "a": 1 }, 1], "same": { "value": 2, "more": 1 } }),
            json!({ "pair": ["x", "y"], "level": [{ "value": 1 }] }),
        ];
        for draft in [Draft::Draft7, Draft::Draft2019] {
            let dialect = Dialect { draft, vocabulary: Vocabulary::Marketplace };
            let asked = build(&document, dialect).unwrap();
            let not_asked = build_part(&document, "", dialect).unwrap();
            for value in &values {
                let expected = errors(&asked, value);
                assert!(!expected.is_empty(), "{value}");
                assert_eq!(errors(&not_asked, value), expected, "{value}");
            }
        }
    }
}
