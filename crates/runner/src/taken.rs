//! SKUs a channel's feed holds already: no second record may have one of them, whichever product or source it is from.

use crate::work::Kin;
use crate::work::Record;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::rules;
use feedwright_marketplace::contract::FamilyStyle;
use feedwright_marketplace::family::settle;
use std::collections::HashSet;

/// The SKUs of one channel, as they are [compared](feedwright_catalog::Sku::short_key).
#[derive(Debug, Default)]
pub(crate) struct Taken(HashSet<u64>);

impl Taken {
    /// Takes the SKUs of a family's records that are free. Says of each record whether it may be written, and pushes a
    /// finding for each that may not.
    /// Where a family's own record names its variants, they go together or not at all.
    pub(crate) fn claim(&mut self, kin: &Kin, out: &mut Findings) -> Vec<bool> {
        let family = kin.records.as_slice();
        let names_members = kin.category.family == FamilyStyle::GroupRecord;
        let mut may_go: Vec<bool> = family.iter().map(|record| !self.0.contains(&record.key)).collect();
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
        self.0.extend(family.iter().zip(&may_go).filter(|(_, may_go)| **may_go).map(|(record, _)| record.key));
        may_go
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
