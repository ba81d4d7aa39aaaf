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
mod judge;
mod keywords;
pub(crate) mod number;
mod phrase;
mod program;
mod reasons;
mod said;
mod schema;
mod shape;
mod shaping;
mod step;
mod suggest;
#[cfg(test)]
mod tests;
mod validator;
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
pub use program::Fallback;
pub use program::Plan;
pub use shape::Advice;
pub use shape::Kind;
pub use shape::Scalar;
pub use shape::Shape;
pub use violation::Violation;

use crate::listing::Key;
use crate::listing::Ref;
use advice::Advised;
use feedwright_catalog::rules;
use judge::Judge;
use reasons::Reasons;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::LazyCell;
use std::fmt;
use std::sync::Arc;
use std::sync::OnceLock;

/// The requirements of one category, ready to check listings.
pub struct Requirements {
    name: String,
    origin: Origin,
    dialect: Dialect,
    whole: Judge,
    shape: Arc<Shape>,
    unknown_keywords: Vec<String>,
    /// Attributes with values that are about to be removed; few, and looked at for every listing.
    deprecated: Vec<Key>,
    advised: Advised,
    // The compiled document as text: a tenth of the tree's size, and rarely needed again.
    text: Box<[u8]>,
    partial: OnceLock<Option<Judge>>,
    reasons: OnceLock<Reasons>,
}

impl Requirements {
    /// Compiles a document.
    pub fn compile(document: Document<'_>, dialect: &Dialect, origin: Origin) -> Result<Self, RequirementsError> {
        let value = serde_json::from_slice(document.bytes).map_err(|error| error::not_json(document.name, &error))?;
        Self::compile_value(document.name, value, dialect, origin)
    }

    /// Compiles a document that is JSON already: put together by an adapter, or a part of a larger one.
    pub fn compile_value(
        name: &str,
        document: Value,
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
        let shape = Arc::new(Shape::of(&document));
        let unknown_keywords = schema::unknown_keywords(&document, *dialect);
        let compiled = schema::for_engine(document);
        let whole = Judge::new(&compiled, *dialect).map_err(|error| error::refused(name, &compiled, &error))?;
        Ok(Self {
            name: name.to_owned(),
            origin,
            dialect: *dialect,
            whole,
            deprecated: shape.deprecated_members().map(Key::new).collect(),
            advised: Advised::of(&shape),
            unknown_keywords,
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

    /// The same for somebody who keeps it: a shape is some megabytes.
    pub fn shared_shape(&self) -> Arc<Shape> {
        Arc::clone(&self.shape)
    }

    /// Keywords the document uses and nobody here knows: they decide nothing.
    pub fn unknown_keywords(&self) -> &[String] {
        &self.unknown_keywords
    }

    /// Whether a complete part of a listing meets everything. Much faster than looking for violations.
    pub fn is_met(&self, part: Ref<'_>) -> bool {
        self.is_met_in(part, Scope::Whole)
    }

    /// Whether a part meets everything in this scope.
    pub fn is_met_in(&self, part: Ref<'_>, scope: Scope) -> bool {
        let judge = self.judge(scope);
        let document = LazyCell::new(|| self.document());
        judge.is_met(part, self.dialect, || self.document_of(judge, &document))
    }

    /// The same by the engine alone, for tests: it must not make a difference.
    #[doc(hidden)]
    pub fn is_met_to_the_engine(&self, part: Ref<'_>, scope: Scope) -> Result<bool, &str> {
        let judge = self.judge(scope);
        let document = LazyCell::new(|| self.document());
        Ok(judge.engine(self.dialect, || self.document_of(judge, &document))?.is_valid(part))
    }

    /// What a part does not meet, by place; then what the document advises against, as [`Requirements::deprecations`] does.
    pub fn violations(&self, part: Ref<'_>, scope: Scope) -> Vec<Violation> {
        let mut violations = if self.is_met_in(part, scope) { Vec::new() } else { self.broken(part, scope) };
        violations.extend(self.deprecations(part));
        violations
    }

    fn broken(&self, part: Ref<'_>, scope: Scope) -> Vec<Violation> {
        let judge = self.judge(scope);
        // Read once for both, and only where this is the first part with something wrong.
        let document = LazyCell::new(|| self.document());
        let Ok(engine) = judge.engine(self.dialect, || self.document_of(judge, &document)) else {
            return vec![violation::unexplained()];
        };
        let reasons = self.reasons.get_or_init(|| Reasons::read(&document));
        let collector = violation::Collector { part, shape: &self.shape, reasons };
        let violations = collector.violations(engine.iter_errors(part));
        // Nothing passes that our program refused: should the two ever differ, that is seen.
        if violations.is_empty() { vec![violation::unexplained()] } else { violations }
    }

    /// How the document is checked in a scope.
    pub fn plan(&self, scope: Scope) -> &Plan {
        self.judge(scope).plan()
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

    /// What judges in a scope.
    fn judge(&self, scope: Scope) -> &Judge {
        let partial = match scope {
            Scope::Whole => None,
            // A document whose remaining part refers to what was taken out is checked whole: too strict, and never too lax.
            Scope::Partial => {
                let make = || Judge::new(&schema::for_update(&self.document()), self.dialect).ok();
                self.partial.get_or_init(make).as_ref()
            }
        };
        partial.unwrap_or(&self.whole)
    }

    /// The document that a judge was made of.
    fn document_of<'d>(&self, judge: &Judge, whole: &'d Value) -> Cow<'d, Value> {
        if std::ptr::eq(judge, &raw const self.whole) {
            Cow::Borrowed(whole)
        } else {
            Cow::Owned(schema::for_update(whole))
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
