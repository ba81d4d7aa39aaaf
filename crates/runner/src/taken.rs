//! SKUs a channel's feed holds already: no second record may have one of them, whichever product or source it is from.

use crate::work::Kin;
use crate::work::Record;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::rules;
use feedwright_marketplace::contract::FamilyStyle;
use feedwright_marketplace::family::settle;
use feedwright_sources::Met;
use feedwright_sources::Seen;
use std::collections::HashSet;

/// The SKUs of one channel, as they are [compared](feedwright_catalog::Sku::short_key).
#[derive(Debug)]
pub(crate) enum Taken {
    /// Of a channel with several sources: all of them.
    All(HashSet<u64>),
    /// Of a channel with one source, which has no SKU twice: what its source does not tell.
    Rest {
        /// The SKUs of families' own records.
        parents: HashSet<u64>,
        /// SKUs of the source that the channel has no record of.
        free: HashSet<u64>,
    },
}

impl Taken {
    /// Nothing is taken yet, on a channel with so many sources.
    pub(crate) fn new(n_sources: usize) -> Self {
        if n_sources > 1 {
            Self::All(HashSet::new())
        } else {
            Self::Rest { parents: HashSet::new(), free: HashSet::new() }
        }
    }

    /// A batch begins: these of its source's SKUs have a record.
    pub(crate) fn begin(&mut self, met: &Met, families: &[Kin]) {
        if let Self::Rest { free, .. } = self {
            let records: HashSet<u64> = families.iter().flat_map(|kin| &kin.records).map(|record| record.key).collect();
            free.extend(met.skus().filter(|sku| !records.contains(sku)));
        }
    }

    /// Takes the SKUs of a family's records that are free. Says of each record whether it may be written, and pushes a
    /// finding for each that may not. `seen` are the SKUs of the source up to the end of the batch.
    /// Where a family's own record names its variants, they go together or not at all.
    pub(crate) fn claim(&mut self, kin: &Kin, seen: &Seen, out: &mut Findings) -> Vec<bool> {
        let family = kin.records.as_slice();
        let names_members = kin.category.family == FamilyStyle::GroupRecord;
        let mut may_go: Vec<bool> = family.iter().map(|record| self.is_free(record, seen)).collect();
        if may_go.contains(&false) {
            for (record, may_go) in family.iter().zip(&may_go) {
                if !may_go {
                    out.push(taken(record));
                }
            }
            settle(family, &mut may_go, out);
            if names_members {
                let lost = family.iter().zip(&may_go).find(|(_, may_go)| !**may_go).map(|(record, _)| record);
                if let Some(lost) = lost.filter(|_| may_go.contains(&true)) {
                    let lost = lost.sku.clone();
                    give_up(family, &mut may_go, &format!("the group names `{lost}`, which is blocked"), out);
                }
            }
        }
        for (record, may_go) in family.iter().zip(&may_go) {
            match (&mut *self, may_go, record.is_parent) {
                (Self::All(taken), true, _) | (Self::Rest { parents: taken, .. }, true, true) => {
                    taken.insert(record.key)
                }
                (Self::Rest { free, .. }, false, false) => free.insert(record.key),
                (Self::All(_), false, _) | (Self::Rest { .. }, true, false) | (Self::Rest { .. }, false, true) => {
                    continue;
                }
            };
        }
        may_go
    }

    fn is_free(&self, record: &Record, seen: &Seen) -> bool {
        match self {
            Self::All(taken) => !taken.contains(&record.key),
            Self::Rest { parents, free } => {
                // Of a SKU that an earlier product has, which has a record too. A family's own variants stand where it does.
                let is_earlier = || seen.line(record.key) < record.row.line && seen.line(record.key).is_some();
                let is_record = || record.is_parent && is_earlier() && !free.contains(&record.key);
                !parents.contains(&record.key) && !is_record()
            }
        }
    }
}

/// Blocks what is left of a family.
pub(crate) fn give_up(family: &[Record], may_go: &mut [bool], message: &str, out: &mut Findings) {
    for (record, may_go) in family.iter().zip(may_go) {
        if std::mem::take(may_go) {
            let finding = Finding::new(&rules::ORPHAN_VARIATION, message).help("mend what blocks that one first");
            out.push(finding.sku(&record.sku).at(record.row.clone()));
        }
    }
}

fn taken(record: &Record) -> Finding {
    let sku = &record.sku;
    let finding = if record.is_parent {
        Finding::new(
            &rules::PARENT_SKU_TAKEN,
            format!("the family's key `{sku}` is the SKU of another product's record already"),
        )
        .help("give the product another key: the parent record needs a SKU of its own")
    } else {
        Finding::new(
            &rules::DUPLICATE_SKU,
            format!("SKU `{sku}` is that of another product's record already; that one is used"),
        )
        .help("give one of the two another SKU, or leave one of the sources out of the channel")
    };
    finding.sku(sku).at(record.row.clone())
}
