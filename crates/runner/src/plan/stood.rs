//! Where the SKUs at hand stand with one shop: looked up as they come, since a ledger holds more than memory may.

use crate::shop::Shop;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::Ledger;
use feedwright_ledger::LedgerError;
use feedwright_ledger::Standing;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

/// Where some SKUs of a shop stand, lane by lane.
#[derive(Debug)]
pub(super) struct Stood {
    by_lane: BTreeMap<Lane, HashMap<String, Standing>>,
    /// The lanes that make a listing.
    listing: &'static [Lane],
}

impl Stood {
    /// Looks up where these SKUs, by their keys, stand in these lanes. What is asked about another lane has no answer.
    pub(super) fn read(
        ledger: &mut Ledger,
        shop: &Shop,
        lanes: impl IntoIterator<Item = Lane>,
        keys: &BTreeSet<String>,
    ) -> Result<Self, LedgerError> {
        let mut by_lane: BTreeMap<Lane, HashMap<String, Standing>> = BTreeMap::new();
        let lanes: Vec<Lane> = lanes.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        ledger.standings_of(&shop.name, &lanes, &keys, &mut |lane, standing| {
            by_lane.entry(lane).or_default().insert(standing.sku.key(), standing);
        })?;
        Ok(Self { by_lane, listing: listing(shop) })
    }

    /// Where a SKU stands in a lane that was asked for, by its key.
    pub(super) fn of(&self, lane: Lane, key: &str) -> Option<&Standing> {
        self.by_lane.get(&lane)?.get(key)
    }

    /// Whether something of a SKU is on its way in a lane.
    pub(super) fn is_in_flight(&self, lane: Lane, key: &str) -> bool {
        self.of(lane, key).is_some_and(|standing| standing.in_flight.is_some())
    }

    /// Whether something of a SKU was accepted in a lane.
    pub(super) fn is_accepted(&self, lane: Lane, key: &str) -> bool {
        self.of(lane, key).is_some_and(|standing| standing.accepted.is_some())
    }

    /// Whether a SKU has a listing, where the [lanes that make one](listing) were asked for.
    pub(super) fn is_listed(&self, key: &str) -> bool {
        self.listing.iter().any(|lane| self.is_accepted(*lane, key))
    }
}

/// The lanes that make a listing: a SKU has one when its content was accepted; where others keep the content, when it was
/// told a price or a quantity.
pub(super) fn listing(shop: &Shop) -> &'static [Lane] {
    if shop.sends_content { &[Lane::Content] } else { &[Lane::Price, Lane::Stock] }
}
