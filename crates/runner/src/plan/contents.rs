//! What was decided about the content of the SKUs of a batch, for the lanes that are about them.

use super::SpooledRow;
use super::SpooledTell;
use crate::work::Record;
use crate::work::Sheet;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use feedwright_marketplace::told::Told;
use std::collections::HashMap;

/// What was decided about content, by the SKUs' keys.
#[derive(Default)]
pub(super) struct Contents(HashMap<String, Content>);

/// What was decided about the content of a SKU.
pub(super) struct Content {
    /// Where its record stands among those that are sent; none when it is not sent.
    pub(super) at: Option<Place>,
    /// Its number among the rows of the plan, if it is sent.
    pub(super) planned: usize,
    /// Lanes it tells along.
    pub(super) along: Vec<Lane>,
    /// What it tells, where another feed than that of its lane has to: it only adds.
    pub(super) revised: Option<SpooledTell>,
}

/// Where a record stands among those of a batch that are sent.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) lane: usize,
    pub(super) family: usize,
    pub(super) row: usize,
}

/// A record that is decided about.
pub(super) struct One<'a> {
    pub(super) record: &'a Record,
    /// How its SKU is compared.
    pub(super) key: String,
    pub(super) told: &'a Told,
    pub(super) kept: &'a [u8],
    pub(super) category: &'a str,
    pub(super) sheet: &'a Sheet,
    /// Where it stands, if it is sent.
    pub(super) place: Place,
}

impl Contents {
    /// Notes what was decided.
    pub(super) fn note(&mut self, key: &str, content: Content) {
        self.0.insert(key.to_owned(), content);
    }

    /// Whether the record of the content, which is sent now, tells this lane along.
    pub(super) fn tells(&self, lane: Lane, key: &str) -> bool {
        self.0.get(key).is_some_and(|content| content.along.contains(&lane))
    }

    /// Where the record of the content stands, and its number among the rows of the plan.
    pub(super) fn sent(&self, key: &str) -> Option<(Place, usize)> {
        self.0.get(key).and_then(|content| Some((content.at?, content.planned)))
    }

    /// The record by which a change is told, if there is one: it tells what the adding feed's would have.
    pub(super) fn revise(&mut self, one: &One<'_>) -> Option<SpooledRow> {
        let content = self.0.get_mut(&one.key)?;
        let tell = content.revised.clone()?;
        content.at = Some(one.place);
        Some(SpooledRow { tells: vec![tell], ..one.row(Lane::Content) })
    }

    /// Whether there are changes that the revising feed has no record for.
    pub(super) fn has_lost(&self) -> bool {
        self.0.values().any(Content::is_lost)
    }

    /// Whether this SKU's is one of them.
    pub(super) fn is_lost(&self, sku: &Sku) -> bool {
        self.0.get(&sku.key()).is_some_and(Content::is_lost)
    }
}

impl Content {
    fn is_lost(&self) -> bool {
        self.revised.is_some() && self.at.is_none()
    }
}

impl One<'_> {
    /// What it tells in its lane.
    pub(super) fn tell(&self, lane: Lane) -> SpooledTell {
        SpooledTell { lane, digest: self.told.digest, kept: self.kept.to_vec() }
    }

    /// As it is sent.
    pub(super) fn row(&self, lane: Lane) -> SpooledRow {
        SpooledRow {
            sku: self.record.sku.clone(),
            is_parent: self.record.is_parent,
            category: self.category.to_owned(),
            place: self.record.row.clone(),
            parts: self.sheet.parts(self.record).map(<[u8]>::to_vec).collect(),
            tells: vec![self.tell(lane)],
        }
    }
}
