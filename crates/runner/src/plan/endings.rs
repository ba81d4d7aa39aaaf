//! What is taken down, sorted by how: alone, a family whole, or a member out of its family.

use super::PlanError;
use super::gone;
use crate::channel::OpenChannel;
use crate::kept::Kept;
use crate::shop::Shop;
use feedwright_catalog::Place;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::finding::Levels;
use feedwright_ledger::Ledger;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

/// A SKU that is taken down.
#[derive(Clone, Debug)]
pub(super) struct Ending {
    /// The SKU.
    pub(super) sku: Sku,
    /// The row that says so; none where the catalog does not hold it any more.
    pub(super) place: Place,
}

/// The families of a shop as its listings were told: what the catalog says of them now may be another thing.
#[derive(Debug, Default)]
pub(super) struct Families {
    /// By member, as SKUs are compared: the family. A family's own record is among them.
    by_member: HashMap<String, Sku>,
    /// By family: its members.
    members: BTreeMap<String, Vec<Sku>>,
}

/// What stands alone; families that are taken down whole, their own SKU first; members that leave a family that stays.
pub(super) type Sorted = (Vec<Ending>, Vec<Vec<Ending>>, Vec<(Ending, Sku)>);

impl Ending {
    /// The record that says so.
    pub(super) fn record(&self, open: &OpenChannel, family: Option<&Sku>, levels: &Arc<Levels>) -> Option<gone::Made> {
        let mut made = gone::record(open, &self.sku, family.unwrap_or(&self.sku), levels)?;
        made.row.place = self.place.clone();
        Some(made)
    }
}

impl Families {
    /// Reads what was told of the listings that are there.
    pub(super) fn read(ledger: &mut Ledger, shop: &Shop) -> Result<Self, PlanError> {
        let mut families = Self::default();
        ledger.accepted_records(&shop.name, Lane::Content, &mut |sku, record| {
            if let Some(family) = Kept::read(&record).facts().family {
                families.add(&sku, family);
            }
        })?;
        Ok(families)
    }

    fn add(&mut self, sku: &Sku, family: Sku) {
        if sku.key() != family.key() {
            self.members.entry(family.key()).or_default().push(sku.clone());
        }
        self.by_member.insert(sku.key(), family);
    }

    /// The keys of the families that these belong to.
    pub(super) fn of(&self, endings: &[Ending]) -> BTreeSet<String> {
        let families = endings.iter().filter_map(|ending| self.by_member.get(&ending.sku.key()));
        families.map(Sku::key).collect()
    }

    /// Sorts what is taken down. A family that is not listed by a SKU of its own is none.
    pub(super) fn sort(&self, endings: Vec<Ending>, is_listed: impl Fn(&Sku) -> bool) -> Sorted {
        let gone: BTreeSet<String> = endings.iter().map(|ending| ending.sku.key()).collect();
        let is_whole = |family: &Sku| {
            let members = self.members.get(&family.key());
            gone.contains(&family.key())
                || members.is_some_and(|members| members.iter().all(|member| gone.contains(&member.key())))
        };
        let mut sorted: Sorted = (Vec::new(), Vec::new(), Vec::new());
        let mut whole: BTreeMap<String, Vec<Ending>> = BTreeMap::new();
        for ending in endings {
            match self.by_member.get(&ending.sku.key()).filter(|family| is_listed(family)) {
                None => sorted.0.push(ending),
                Some(family) if is_whole(family) => {
                    let own = Ending { sku: family.clone(), place: ending.place.clone() };
                    let group = whole.entry(family.key()).or_insert_with(|| vec![own]);
                    if ending.sku.key() != family.key() {
                        group.push(ending);
                    }
                }
                Some(family) => sorted.2.push((ending, family.clone())),
            }
        }
        sorted.1 = whole.into_values().collect();
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sku(text: &str) -> Sku {
        Sku::parse(text).unwrap()
    }

    /// What becomes of these, of a family of three and of one that stands alone.
    fn sorted(gone: &[&str], listed: &[&str]) -> String {
        let mut families = Families::default();
        for member in ["F", "F-1", "F-2", "F-3"] {
            families.add(&sku(member), sku("F"));
        }
        let endings = gone.iter().map(|gone| Ending { sku: sku(gone), place: Place::default() });
        let (alone, whole, members) = families.sort(endings.collect(), |sku| listed.contains(&sku.as_str()));
        let names = |endings: &[Ending]| {
            endings.iter().map(|ending| ending.sku.as_str().to_owned()).collect::<Vec<_>>().join(" ")
        };
        let whole: Vec<String> = whole.iter().map(|group| names(group)).collect();
        let members: Vec<String> = members.iter().map(|(ending, of)| format!("{} of {of}", ending.sku)).collect();
        format!("alone {} | whole {} | members {}", names(&alone), whole.join(", "), members.join(", "))
    }

    #[test]
    fn a_family_is_taken_down_whole_when_nobody_of_it_stays() {
        let listed = ["F", "F-1", "F-2", "F-3"];
        assert_eq!(sorted(&["A", "F-2"], &listed), "alone A | whole  | members F-2 of F");
        assert_eq!(sorted(&["F-1", "F-2", "F-3"], &listed), "alone  | whole F F-1 F-2 F-3 | members ");
        assert_eq!(sorted(&["F-1", "F", "F-3", "F-2"], &listed), "alone  | whole F F-1 F-3 F-2 | members ");
        // The family is known by another key now, and its old listing has to go.
        assert_eq!(sorted(&["F", "F-1"], &listed), "alone  | whole F F-1 | members ");
        assert_eq!(sorted(&["f-2", "f-1", "F-3"], &["F"]), "alone  | whole F f-2 f-1 F-3 | members ");
        assert_eq!(sorted(&["F-2"], &["F-2"]), "alone F-2 | whole  | members ");
    }
}
