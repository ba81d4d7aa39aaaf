//! Goes through two versions of a document side by side.

use super::Change;
use super::ChangeKind;
use super::limits;
use super::needs::Needs;
use super::values;
use super::way::Way;
use super::words;
use crate::requirements::shape::Kind;
use crate::requirements::shape::Scalar;
use crate::requirements::shape::Shape;
use serde_json::Value;
use std::collections::BTreeSet;

/// What needs and shapes of attributes say of two versions, and what was said of whole attributes at once.
pub(super) fn walk(old: (&Value, &Shape), new: (&Value, &Shape)) -> (Vec<Change>, Whole) {
    let mut walk = Walk {
        old: Needs::of(old.0),
        new: Needs::of(new.0),
        out: Vec::new(),
        whole: Whole::default(),
        seen: BTreeSet::new(),
    };
    walk.shapes(&mut Way::default(), old.1, new.1);
    walk.undescribed();
    (walk.out, walk.whole)
}

/// Attributes that came, went or became something else: what is inside them is not compared.
#[derive(Default)]
pub(super) struct Whole(BTreeSet<String>);

impl Whole {
    /// Whether a path leads to or into one of them.
    pub(super) fn covers(&self, path: &str) -> bool {
        let leads_into = |whole: &String| path.strip_prefix(whole.as_str()).is_some_and(|rest| rest.starts_with('.'));
        self.0.contains(path) || self.0.iter().any(leads_into)
    }
}

struct Walk {
    old: Needs,
    new: Needs,
    out: Vec<Change>,
    whole: Whole,
    /// Paths whose needs were compared.
    seen: BTreeSet<String>,
}

impl Walk {
    fn shapes(&mut self, way: &mut Way, old: &Shape, new: &Shape) {
        let from = self.out.len();
        self.compare(way, old, new);
        let title = [new, old].into_iter().find_map(|shape| shape.title.as_ref().or(shape.inside().title.as_ref()));
        for change in self.out.iter_mut().skip(from).filter(|change| !way.path().is_empty() && change.title.is_none()) {
            change.title = title.cloned();
        }
    }

    fn compare(&mut self, way: &mut Way, old: &Shape, new: &Shape) {
        let (old_kinds, new_kinds) = (kinds(old), kinds(new));
        let is_wider = !old_kinds.is_empty() && old_kinds.iter().all(|kind| takes(&new_kinds, *kind));
        let breaks = !(new_kinds.is_empty() || is_wider);
        if old_kinds != new_kinds {
            let (before, after) = (words::kinds(&old_kinds), words::kinds(&new_kinds));
            let change = Change::new(way.path(), ChangeKind::TypeChanged, before, after);
            self.out.push(Change { keyword: Some("type"), breaks, ..change });
        }
        values::compare(way.path(), old, new, &mut self.out);
        limits::compare(way.path(), old, new, &mut self.out);
        let may_both_be = |kind| takes(&old_kinds, kind) && takes(&new_kinds, kind);
        if may_both_be(Kind::Array) && (old.items.is_some() || new.items.is_some()) {
            let anything = Shape { extensible: true, ..Shape::default() };
            let items = |shape: &Shape| shape.items.as_deref().cloned().unwrap_or_else(|| anything.clone());
            self.compare(way, &items(old), &items(new));
        }
        if may_both_be(Kind::Object) {
            self.members(way, old, new);
        } else if breaks {
            // What became something else altogether is said once.
            self.whole.0.insert(way.path().to_owned());
        }
    }

    fn members(&mut self, way: &mut Way, old: &Shape, new: &Shape) {
        let names: BTreeSet<&String> = old.properties.keys().chain(new.properties.keys()).collect();
        for name in names {
            way.enter(name);
            match (old.properties.get(name), new.properties.get(name)) {
                (Some(old), Some(new)) => {
                    self.need(way);
                    self.shapes(way, old, new);
                }
                (Some(gone), None) => {
                    // What is not described can be required all the same.
                    if self.new.words(way).is_some() {
                        self.need(way);
                    }
                    let before = Some(self.old.words_or_optional(way));
                    let change = Change::new(way.path(), ChangeKind::AttributeRemoved, before, None);
                    self.out.push(Change { title: gone.title.clone(), breaks: !new.extensible, ..change });
                    self.whole.0.insert(way.path().to_owned());
                }
                (None, Some(come)) => {
                    let breaks = self.new.words(way).is_some();
                    let kind = if breaks { ChangeKind::NowRequired } else { ChangeKind::AttributeAdded };
                    let change = Change::new(way.path(), kind, None, Some(self.new.words_or_optional(way)));
                    self.out.push(Change { title: come.title.clone(), breaks, ..change });
                    self.whole.0.insert(way.path().to_owned());
                }
                (None, None) => {}
            }
            way.leave();
        }
    }

    /// Whether an attribute of both versions must be given in other cases than before.
    fn need(&mut self, way: &Way) {
        self.seen.insert(way.path().to_owned());
        let (old, new) = (self.old.of_path(way.path()), self.new.of_path(way.path()));
        if old == new {
            return;
        }
        let (before, after) = (self.old.words_or_optional(way), self.new.words_or_optional(way));
        let breaks = !new.implies(&old);
        let kind = if breaks { ChangeKind::NowRequired } else { ChangeKind::NoLongerRequired };
        let change = Change::new(way.path(), kind, Some(before), Some(after));
        self.out.push(Change { keyword: Some("required"), breaks, ..change });
    }

    /// What must be given need not be among what is described.
    fn undescribed(&mut self) {
        let paths: BTreeSet<String> = self.old.paths().chain(self.new.paths()).map(str::to_owned).collect();
        for path in paths {
            if !self.seen.contains(&path) && !self.whole.covers(&path) {
                self.need(&Way::to(&path));
            }
        }
    }
}

/// What a value may be, where the document leaves it to be seen from the rest too; nothing for anything.
pub(super) fn kinds(shape: &Shape) -> Vec<Kind> {
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
