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
pub(super) fn build_part(
    compiled: &Value,
    pointer: &str,
    dialect: Dialect,
) -> Result<Validator<Arena>, ValidationError<'static>> {
    let registry = Registry::new().draft(draft(dialect)).add(DOCUMENT, compiled)?.prepare()?;
    let reference = Value::from(format!("{DOCUMENT}#{}", in_fragment(pointer)));
    let schema = Value::Object([("$ref".to_owned(), reference)].into_iter().collect());
    with_keywords(jsonschema::options_for::<Arena>().with_registry(&registry), dialect).build(&schema)
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
