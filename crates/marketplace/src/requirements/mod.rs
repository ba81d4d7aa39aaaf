//! What a category asks of a listing: one JSON Schema document, compiled once and shared by all threads.
//!
//! The document checks listings ([`Requirements::violations`]), says what an attribute looks like ([`Requirements::shape`])
//! and lists what to fill in ([`Requirements::fields`]). Nothing is ever fetched: a document stands for itself.

mod advice;
mod condition;
mod diff;
mod document;
mod engine;
mod error;
mod fields;
mod keywords;
pub(crate) mod number;
mod phrase;
mod reasons;
mod said;
mod schema;
mod shape;
mod shaping;
mod step;
mod suggest;
#[cfg(test)]
mod tests;
mod violation;

pub use diff::Change;
pub use diff::ChangeKind;
pub use diff::diff;
pub use document::Dialect;
pub use document::Document;
pub use document::Draft;
pub use document::Origin;
pub use document::Scope;
pub use document::Vocabulary;
pub use error::RequirementsError;
pub use fields::FieldRow;
pub use fields::Required;
pub use shape::Advice;
pub use shape::Kind;
pub use shape::Scalar;
pub use shape::Shape;
pub use violation::Violation;

use crate::listing::Key;
use crate::listing::Ref;
use advice::Advised;
use engine::Arena;
use feedwright_catalog::rules;
use jsonschema::ValidationError;
use jsonschema::Validator;
use keywords::Side;
use reasons::Reasons;
use serde_json::Value;
use std::fmt;
use std::sync::OnceLock;

/// The requirements of one category, ready to check listings.
pub struct Requirements {
    name: String,
    origin: Origin,
    dialect: Dialect,
    whole: Validator<Arena>,
    shape: Shape,
    unknown_keywords: Vec<String>,
    /// Attributes with values that are about to be removed; few, and looked at for every listing.
    deprecated: Vec<Key>,
    advised: Advised,
    // The compiled document as text: a tenth of the tree's size, and rarely needed again.
    text: Box<[u8]>,
    partial: OnceLock<Option<Validator<Arena>>>,
    reasons: OnceLock<Reasons>,
}

impl Requirements {
    /// Compiles a document.
    pub fn compile(document: Document<'_>, dialect: &Dialect, origin: Origin) -> Result<Self, RequirementsError> {
        let value = serde_json::from_slice(document.bytes).map_err(|error| error::not_json(document.name, &error))?;
        Self::compile_value(document.name, &value, dialect, origin)
    }

    /// Compiles a document that is JSON already: put together by an adapter, or a part of a larger one.
    pub fn compile_value(
        name: &str,
        document: &Value,
        dialect: &Dialect,
        origin: Origin,
    ) -> Result<Self, RequirementsError> {
        let not_a_schema =
            |message: String| RequirementsError::NotASchema { name: name.to_owned(), pointer: String::new(), message };
        let members = document.as_object().ok_or_else(|| not_a_schema("the top is no object".to_owned()))?;
        if !schema::is_schema(members) {
            let names: Vec<&str> = members.keys().map(String::as_str).collect();
            let found = phrase::listed(names.iter().take(5).copied(), " and");
            return Err(not_a_schema(format!("there is no `properties` or other schema keyword, only {found}")));
        }
        let compiled = schema::for_engine(document);
        let whole = build(&compiled, *dialect).map_err(|error| error::refused(name, document, &error))?;
        let shape = Shape::of(document);
        Ok(Self {
            name: name.to_owned(),
            origin,
            dialect: *dialect,
            whole,
            deprecated: shape.deprecated_members().map(Key::new).collect(),
            advised: Advised::of(&shape),
            unknown_keywords: schema::unknown_keywords(document, *dialect),
            shape,
            text: compiled.to_string().into_bytes().into(),
            partial: OnceLock::new(),
            reasons: OnceLock::new(),
        })
    }

    /// What errors call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it is from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What an attribute looks like.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Keywords the document uses and nobody here knows: they decide nothing.
    pub fn unknown_keywords(&self) -> &[String] {
        &self.unknown_keywords
    }

    /// Whether a complete part of a listing meets everything. Much faster than looking for violations.
    pub fn is_met(&self, part: Ref<'_>) -> bool {
        self.whole.is_valid(part)
    }

    /// Whether a part meets everything in this scope.
    pub fn is_met_in(&self, part: Ref<'_>, scope: Scope) -> bool {
        self.validator(scope).is_valid(part)
    }

    /// What a part does not meet, by place; then what the document advises against, as [`Requirements::deprecations`] does.
    pub fn violations(&self, part: Ref<'_>, scope: Scope) -> Vec<Violation> {
        let validator = self.validator(scope);
        let mut violations = if validator.is_valid(part) {
            Vec::new()
        } else {
            let reasons = self.reasons.get_or_init(|| Reasons::read(&self.document()));
            violation::Collector { part, shape: &self.shape, reasons }.violations(validator.iter_errors(part))
        };
        violations.extend(self.deprecations(part));
        violations
    }

    /// Values that the marketplace is about to remove. A part that uses some may meet all requirements.
    pub fn deprecations(&self, part: Ref<'_>) -> Vec<Violation> {
        let mut out = Vec::new();
        for key in &self.deprecated {
            if let (Some(member), Some(shape)) = (part.get(key), self.shape.properties.get(key.as_str())) {
                let mut pointer = format!("/{}", crate::listing::escape(key.as_str()));
                deprecations(member, shape, &mut pointer, &mut out);
            }
        }
        out
    }

    /// What a complete part should have though nobody insists on it.
    pub fn advice(&self, part: Ref<'_>) -> Vec<Violation> {
        self.advised.lacking(part)
    }

    /// What there is to fill in: what is needed first. Reads the document again; not for every listing.
    pub fn fields(&self) -> Vec<FieldRow> {
        fields::fields(&self.document(), &self.shape)
    }

    fn validator(&self, scope: Scope) -> &Validator<Arena> {
        match scope {
            Scope::Whole => &self.whole,
            // A document whose remaining part refers to what was taken out is checked whole: too strict, and never too lax.
            Scope::Partial => self
                .partial
                .get_or_init(|| build(&schema::for_update(&self.document()), self.dialect).ok())
                .as_ref()
                .unwrap_or(&self.whole),
        }
    }

    fn document(&self) -> Value {
        let document = serde_json::from_slice(&self.text);
        debug_assert!(document.is_ok(), "written by `to_string` from a value");
        document.unwrap_or_default()
    }
}

impl fmt::Debug for Requirements {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Requirements").field("name", &self.name).field("origin", &self.origin).finish_non_exhaustive()
    }
}

fn build(compiled: &Value, dialect: Dialect) -> Result<Validator<Arena>, ValidationError<'static>> {
    let draft = match dialect.draft {
        Draft::Draft7 => jsonschema::Draft::Draft7,
        Draft::Draft2019 => jsonschema::Draft::Draft201909,
    };
    let mut options = jsonschema::options_for::<Arena>().with_draft(draft).should_validate_formats(true).offline();
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
    options.build(compiled)
}

fn deprecations(node: Ref<'_>, shape: &Shape, pointer: &mut String, out: &mut Vec<Violation>) {
    if let Some(text) = node.as_text()
        && let Some(replacements) = shape.deprecated.get(text)
    {
        out.push(Violation {
            pointer: pointer.clone(),
            keyword: None,
            rule: &rules::DEPRECATED_VALUE,
            severity: None,
            message: format!("{} is about to be removed", phrase::quoted(text)),
            help: (!replacements.is_empty())
                .then(|| format!("write {}", phrase::listed(replacements.iter().map(String::as_str), " or"))),
            because: None,
        });
    }
    let length = pointer.len();
    if let Some(items) = &shape.items {
        for (at, item) in node.elements().enumerate() {
            pointer.push('/');
            pointer.push_str(&at.to_string());
            deprecations(item, items, pointer, out);
            pointer.truncate(length);
        }
    }
    for (name, member) in node.members() {
        if let Some(shape) = shape.properties.get(name) {
            pointer.push('/');
            pointer.push_str(&crate::listing::escape(name));
            deprecations(member, shape, pointer, out);
            pointer.truncate(length);
        }
    }
}
