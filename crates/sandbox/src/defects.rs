//! Which SKUs a marketplace finds fault with although nothing is wrong with them, and how long it takes to work.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::time::Duration;

/// A share of SKUs that are rejected, the same ones for the same seed. Copies share what was cured.
#[derive(Clone, Debug, Default)]
pub struct Defects {
    /// So many of a thousand SKUs have a defect.
    pub share: u32,
    /// Another seed makes other SKUs defective.
    pub seed: u64,
    /// SKUs that have a defect no longer.
    cured: Arc<RwLock<BTreeSet<String>>>,
}

impl Defects {
    /// So many of a thousand, chosen by this seed.
    pub fn new(share: u32, seed: u64) -> Self {
        Self { share, seed, cured: Arc::default() }
    }

    /// The defect of a SKU, one of those its marketplace knows; none for most SKUs.
    pub fn of<'kinds, T>(&self, sku: &str, kinds: &'kinds [T]) -> Option<&'kinds T> {
        if self.share == 0 || kinds.is_empty() {
            return None;
        }
        let hash = hash(self.seed, sku);
        if hash % 1000 >= u64::from(self.share) || self.is_cured(sku) {
            return None;
        }
        let n_kinds = kinds.len() as u64;
        kinds.get(usize::try_from((hash / 1000) % n_kinds).unwrap_or_default())
    }

    /// Takes the defect from a SKU, as if the seller had mended what cannot be seen here.
    pub fn cure(&self, sku: &str) {
        self.cured.write().unwrap_or_else(PoisonError::into_inner).insert(sku.to_owned());
    }

    /// Gives every SKU its defect back.
    pub fn relapse(&self) {
        self.cured.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn is_cured(&self, sku: &str) -> bool {
        self.cured.read().unwrap_or_else(PoisonError::into_inner).contains(sku)
    }
}

/// How long a marketplace works on what it was sent, on the sandbox's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Processing {
    /// At least so long …
    pub least: Duration,
    /// … and at most so long.
    pub most: Duration,
}

impl Processing {
    /// How long it works on this submission: the same for the same name and seed.
    pub fn of(&self, submission: &str, seed: u64) -> Duration {
        let width = u64::try_from(self.most.saturating_sub(self.least).as_millis()).unwrap_or(u64::MAX);
        let extra = if width == 0 { 0 } else { hash(seed, submission) % width.saturating_add(1) };
        self.least + Duration::from_millis(extra)
    }
}

impl Default for Processing {
    /// Minutes, as feeds take on a good day.
    fn default() -> Self {
        Self { least: Duration::from_mins(2), most: Duration::from_mins(10) }
    }
}

/// A number that is the same on every machine for the same seed and text: FNV-1a, then mixed so that near texts end
/// far apart.
pub(crate) fn hash(seed: u64, text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_the_share_that_was_asked_for_has_a_defect_and_every_kind_comes_up() {
        let defects = Defects::new(50, 7);
        let found: Vec<&u8> = (0..10_000).filter_map(|n| defects.of(&format!("SKU-{n}"), &[1, 2, 3])).collect();
        assert!((400..600).contains(&found.len()), "{}", found.len());
        for kind in [1, 2, 3] {
            assert!(found.contains(&&kind));
        }
    }

    #[test]
    fn a_defect_belongs_to_its_sku_until_it_is_cured() {
        let defects = Defects::new(1000, 7);
        let copy = defects.clone();
        assert_eq!(defects.of("A", &[1, 2, 3]), copy.of("A", &[1, 2, 3]));
        copy.cure("A");
        assert_eq!(defects.of("A", &[1, 2, 3]), None);
        assert!(defects.of("B", &[1, 2, 3]).is_some());
        defects.relapse();
        assert!(defects.of("A", &[1, 2, 3]).is_some());
    }

    #[test]
    fn processing_takes_as_long_as_its_bounds_allow_and_as_long_each_time() {
        let processing = Processing { least: Duration::from_mins(1), most: Duration::from_secs(90) };
        for n in 0..100 {
            let taken = processing.of(&format!("feed-{n}"), 1);
            assert!(taken >= processing.least && taken <= processing.most);
            assert_eq!(taken, processing.of(&format!("feed-{n}"), 1));
        }
    }
}
