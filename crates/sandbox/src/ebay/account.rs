//! What eBay holds of one seller: what the Inventory API was told, what files told, and the listings of both.

use super::lms::Listed;
use super::tasks::Task;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A seller.
#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    /// Inventory items by SKU.
    pub items: BTreeMap<String, Item>,
    /// Groups of items by key.
    pub groups: BTreeMap<String, Group>,
    /// Which group an item is in.
    pub group_of: BTreeMap<String, String>,
    /// Offers by id.
    pub offers: BTreeMap<String, Offer>,
    /// The offer of a SKU on a marketplace in a format.
    pub offer_of: BTreeMap<OfferKey, String>,
    /// Listings the Inventory API made, by id.
    pub listings: BTreeMap<String, Listing>,
    /// Listings files made, by the SKU of the listing.
    pub listed: BTreeMap<String, Listed>,
    /// The listing a variation of it is in, by the SKU of the variation.
    pub variation_of: BTreeMap<String, String>,
    /// Ids of adds that files gave.
    pub uuids: BTreeSet<String>,
    /// Tasks in the order they were made.
    pub tasks: Vec<Task>,
    /// Where a task is.
    pub task_at: BTreeMap<String, usize>,
    /// What is to happen, and when: the task that is done then.
    pub due: BTreeSet<(Timestamp, usize)>,
    /// How often each SKU was told of. It stays when the item goes.
    pub told: BTreeMap<String, Told>,
    /// SKUs at which the system failed once; it does not fail again.
    pub failed_once: BTreeSet<String>,
    /// So many offers and listings were made until now.
    pub n_made: u64,
    /// So many calls and files told only what had been told.
    pub n_doubled: u64,
}

/// SKU, marketplace, format.
pub(super) type OfferKey = (String, String, String);

/// An inventory item.
#[derive(Clone, Debug, Default)]
pub(super) struct Item {
    /// What was told, as compact JSON, without the quantity.
    pub told: String,
    /// 32 digits that stand for it.
    pub digest: String,
    /// Its title.
    pub title: String,
    /// How many can be shipped, if that was told.
    pub quantity: Option<u64>,
    /// The language it was told in, with an underscore.
    pub locale: String,
}

/// A group of items that become one listing.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    /// What was told, as compact JSON.
    pub told: String,
    /// Its members, in the order told.
    pub members: Vec<String>,
    /// The listing it is, if it was published.
    pub listing: Option<String>,
}

/// An offer.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    /// What it is of, where, and how.
    pub key: OfferKey,
    /// What was told, as compact JSON, without price and quantity.
    pub told: String,
    /// 32 digits that stand for it.
    pub digest: String,
    /// The price and its currency.
    pub price: Option<(Decimal, String)>,
    /// How many of them are for this marketplace, if that was told.
    pub available: Option<u64>,
    /// The listing it is in, when it is published.
    pub listing: Option<String>,
}

/// A listing.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    /// Whether buyers see it.
    pub is_active: bool,
    /// How often it was revised on the day it was revised last.
    pub revised: (Option<Date>, u32),
    /// How often it was revised.
    pub n_revised: u32,
}

/// How often a SKU was told of with effect.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Its item, or its row of a file.
    pub content: u32,
    /// Its offer was made.
    pub offered: u32,
    /// Its offer was replaced.
    pub offer_replaced: u32,
    /// It was published, by calls that said so.
    pub published: u32,
    /// It came to be in a new listing.
    pub created: u32,
    /// Its price.
    pub price: u32,
    /// Its stock.
    pub stock: u32,
    /// It left its listing.
    pub ended: u32,
}

/// Most revisions of a listing on one day: the texts of the Inventory API, read 2026-11-23.
pub(super) const MAX_REVISIONS: u32 = 250;

impl Account {
    /// How often a SKU was told of.
    pub(super) fn told(&mut self, sku: &str) -> &mut Told {
        if !self.told.contains_key(sku) {
            self.told.insert(sku.to_owned(), Told::default());
        }
        self.told.entry(sku.to_owned()).or_default()
    }

    /// A number nothing else has.
    pub(super) fn number(&mut self) -> u64 {
        self.n_made += 1;
        self.n_made
    }

    /// The offers of a SKU, by id.
    pub(super) fn offers_of(&self, sku: &str) -> Vec<String> {
        let from = (sku.to_owned(), String::new(), String::new());
        self.offer_of.range(from..).take_while(|((own, _, _), _)| own == sku).map(|(_, id)| id.clone()).collect()
    }

    /// Whether a SKU is for sale through the Inventory API, and in which listing.
    pub(super) fn listing_of(&self, sku: &str) -> Option<String> {
        self.offers_of(sku).iter().find_map(|id| self.offers.get(id)?.listing.clone())
    }

    /// Counts a revision of a listing; false when it was revised too often today.
    pub(super) fn revise(&mut self, listing: &str, now: Timestamp) -> bool {
        let Some(listing) = self.listings.get_mut(listing) else { return true };
        let today = Some(TimeZone::UTC.to_datetime(now).date());
        let n_today = if listing.revised.0 == today { listing.revised.1 } else { 0 };
        if n_today >= MAX_REVISIONS {
            return false;
        }
        listing.revised = (today, n_today + 1);
        listing.n_revised += 1;
        true
    }

    /// Takes an offer out of its listing, which ends with its last one.
    pub(super) fn unlist(&mut self, offer: &str) -> Option<String> {
        let offer = self.offers.get_mut(offer)?;
        let listing = offer.listing.take()?;
        let sku = offer.key.0.clone();
        self.told(&sku).ended += 1;
        let is_left =
            self.group_of.get(&sku).and_then(|key| self.groups.get(key)).is_some_and(|group| {
                group.members.iter().any(|member| self.listing_of(member).as_ref() == Some(&listing))
            });
        if !is_left {
            if let Some(ended) = self.listings.get_mut(&listing) {
                ended.is_active = false;
            }
            if let Some(group) = self.group_of.get(&sku).and_then(|key| self.groups.get_mut(key)) {
                group.listing = None;
            }
        }
        Some(listing)
    }
}

impl Offer {
    /// How many buyers see: the smaller of the item's quantity and the offer's.
    pub(super) fn shown(&self, item: Option<&Item>) -> Option<u64> {
        let quantity = item.and_then(|item| item.quantity);
        match (quantity, self.available) {
            (Some(item), Some(offer)) => Some(item.min(offer)),
            (one, other) => one.or(other),
        }
    }
}

/// The price of an offer, from `{currency, value}`.
pub(super) fn amount(value: &Value) -> Option<(Decimal, String)> {
    let number = value.get("value")?.as_str()?.parse::<Decimal>().ok()?;
    Some((number.normalize(), value.get("currency")?.as_str()?.to_owned()))
}
