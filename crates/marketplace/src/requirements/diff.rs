//! What changed between two versions of a requirement document: what is needed now, what is gone, what became tighter.

mod limits;
mod needs;
mod rules;
#[cfg(test)]
mod tests;
mod values;
mod walk;
mod way;
mod words;

use super::Requirements;
use serde::Serialize;

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Names from the attribute down, joined by dots, as [`FieldRow`](super::FieldRow) has them; empty for the record.
    pub path: String,
    /// The document's label of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// The keyword of the schema that says it, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyword: Option<&'static str>,
    /// What held, in words; none where nothing did.
    pub before: Option<String>,
    /// What holds, in words; none where nothing does.
    pub after: Option<String>,
    /// The values it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Whether a record that met the old document may fail the new one because of it.
    pub breaks: bool,
}

/// What kind of change it is. The order is the one they are shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It must be given, or must be given in more cases than before. Without `before` it is also new.
    NowRequired,
    /// It is not taken any more, or no longer described where anything is taken.
    AttributeRemoved,
    /// A value is something else: a number instead of text.
    TypeChanged,
    /// Some allowed or suggested values are gone.
    ValuesRemoved,
    /// A limit became narrower, or there is one where there was none.
    Tightened,
    /// A text is to be written in another way, and whether that is narrower cannot be told.
    FormChanged,
    /// Conditions that have no words here differ: only checking records tells what they do.
    RulesChanged,
    /// Some allowed values are about to be removed.
    ValuesDeprecated,
    /// It need not be given any more, or in fewer cases than before.
    NoLongerRequired,
    /// It is new, and need not be given.
    AttributeAdded,
    /// There are further allowed or suggested values.
    ValuesAdded,
    /// A limit became wider, or is gone.
    Loosened,
}

/// What changed from one version of a document to another: what breaks first, then by kind and path.
///
/// Records are taken to give only what the old version describes, as templates write them: where a document also takes
/// what it does not describe, describing it is no break.
pub fn diff(old: &Requirements, new: &Requirements) -> Vec<Change> {
    let (old_document, new_document) = (old.document(), new.document());
    let (mut out, whole) = walk::walk((&old_document, old.shape()), (&new_document, new.shape()));
    out.extend(rules::changed(&old_document, &new_document).filter(|change| !whole.covers(&change.path)));
    out.sort_by(|left, right| {
        let order = |change: &Change| (!change.breaks, change.kind);
        (order(left), &left.path, left.keyword).cmp(&(order(right), &right.path, right.keyword))
    });
    out.dedup();
    out
}

impl Change {
    fn new(path: &str, kind: ChangeKind, before: Option<String>, after: Option<String>) -> Self {
        let path = path.to_owned();
        Self { path, title: None, kind, keyword: None, before, after, values: Vec::new(), breaks: false }
    }
}
