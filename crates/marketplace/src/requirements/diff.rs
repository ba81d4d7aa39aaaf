//! What changed between two versions of a requirement document: what is needed now, what is gone, what became tighter.

mod limits;
mod needs;
mod rules;
#[cfg(test)]
mod tests;
mod values;
mod way;
mod words;

use super::Requirements;
use super::shape::Kind;
use super::shape::Scalar;
use super::shape::Shape;
use needs::Needs;
use serde::Serialize;
use std::collections::BTreeSet;
use way::Way;

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
pub fn diff(old: &Requirements, new: &Requirements) -> Vec<Change> {
    let mut out = Vec::new();
    let (old_document, new_document) = (old.document(), new.document());
    let walk = Walk { old: Needs::of(&old_document), new: Needs::of(&new_document) };
    walk.shapes(&mut Way::default(), old.shape(), new.shape(), &mut out);
    out.extend(rules::changed(&old_document, &new_document));
    out.sort_by(|left, right| {
        let order = |change: &Change| (!change.breaks, change.kind);
        (order(left), &left.path, left.keyword).cmp(&(order(right), &right.path, right.keyword))
    });
    out.dedup();
    out
}

/// Goes through two versions side by side.
struct Walk {
    old: Needs,
    new: Needs,
}

impl Walk {
    fn shapes(&self, way: &mut Way, old: &Shape, new: &Shape, out: &mut Vec<Change>) {
        let from = out.len();
        self.compare(way, old, new, out);
        let title = [new, old].into_iter().find_map(|shape| shape.title.as_ref().or(shape.inside().title.as_ref()));
        for change in out.iter_mut().skip(from).filter(|change| !way.path().is_empty() && change.title.is_none()) {
            change.title = title.cloned();
        }
    }

    fn compare(&self, way: &mut Way, old: &Shape, new: &Shape, out: &mut Vec<Change>) {
        let (old_kinds, new_kinds) = (kinds(old), kinds(new));
        if old_kinds != new_kinds {
            let (before, after) = (words::kinds(&old_kinds), words::kinds(&new_kinds));
            let is_wider = !old_kinds.is_empty() && old_kinds.iter().all(|kind| takes(&new_kinds, *kind));
            let breaks = !(new_kinds.is_empty() || is_wider);
            let change = Change::new(way.path(), ChangeKind::TypeChanged, before, after);
            out.push(Change { keyword: Some("type"), breaks, ..change });
        }
        values::compare(way.path(), old, new, out);
        limits::compare(way.path(), old, new, out);
        if let (Some(old), Some(new)) = (&old.items, &new.items) {
            self.compare(way, old, new, out);
        }
        // What became something else altogether is said once.
        if takes(&old_kinds, Kind::Object) && takes(&new_kinds, Kind::Object) {
            self.members(way, old, new, out);
        }
    }

    fn members(&self, way: &mut Way, old: &Shape, new: &Shape, out: &mut Vec<Change>) {
        // What must be given need not be among what is described.
        let names: BTreeSet<&String> =
            old.properties.keys().chain(new.properties.keys()).chain(&old.required).chain(&new.required).collect();
        for name in names {
            way.enter(name);
            match (old.properties.get(name), new.properties.get(name)) {
                (Some(old), Some(new)) => {
                    self.need(way, out);
                    self.shapes(way, old, new, out);
                }
                (Some(gone), None) => out.push(Change {
                    title: gone.title.clone(),
                    breaks: !new.extensible,
                    ..Change::new(way.path(), ChangeKind::AttributeRemoved, Some(self.old.words_or_optional(way)), None)
                }),
                (None, Some(come)) => {
                    let needed = self.new.words(way);
                    let kind = if needed.is_some() { ChangeKind::NowRequired } else { ChangeKind::AttributeAdded };
                    let after = Some(self.new.words_or_optional(way));
                    let change = Change::new(way.path(), kind, None, after);
                    out.push(Change { title: come.title.clone(), breaks: needed.is_some(), ..change });
                }
                (None, None) => self.need(way, out),
            }
            way.leave();
        }
    }

    /// Whether an attribute of both versions must be given in other cases than before.
    fn need(&self, way: &Way, out: &mut Vec<Change>) {
        let (old, new) = (self.old.of_path(way.path()), self.new.of_path(way.path()));
        if old == new {
            return;
        }
        let (before, after) = (self.old.words_or_optional(way), self.new.words_or_optional(way));
        let breaks = !new.implies(&old);
        let kind = if breaks { ChangeKind::NowRequired } else { ChangeKind::NoLongerRequired };
        let change = Change::new(way.path(), kind, Some(before), Some(after));
        out.push(Change { keyword: Some("required"), breaks, ..change });
    }
}

impl Change {
    fn new(path: &str, kind: ChangeKind, before: Option<String>, after: Option<String>) -> Self {
        let path = path.to_owned();
        Self { path, title: None, kind, keyword: None, before, after, values: Vec::new(), breaks: false }
    }
}

/// What a value may be, where the document leaves it to be seen from the rest too; nothing for anything.
fn kinds(shape: &Shape) -> Vec<Kind> {
    let mut kinds = shape.kinds.clone();
    if kinds.is_empty() {
        if !shape.properties.is_empty() {
            kinds.push(Kind::Object);
        } else if shape.items.is_some() {
            kinds.push(Kind::Array);
        } else if !shape.open {
            kinds.extend(shape.allowed.iter().map(|value| match value {
                Scalar::Null => Kind::Null,
                Scalar::Bool(_) => Kind::Boolean,
                Scalar::Number(_) => Kind::Number,
                Scalar::Text(_) => Kind::String,
            }));
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Whether a value of this kind is among these; nothing is for anything.
fn takes(kinds: &[Kind], kind: Kind) -> bool {
    kinds.is_empty() || kinds.contains(&kind) || kind == Kind::Integer && kinds.contains(&Kind::Number)
}
