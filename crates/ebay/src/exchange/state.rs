//! What is known of each SKU and each group while a parcel is sent.

use super::calls::Json;
use feedwright_marketplace::exchange::Row;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All SKUs of a parcel.
#[derive(Debug, Default)]
pub(super) struct Goods {
    by_sku: BTreeMap<Arc<str>, Good>,
}

/// One SKU.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "facts that have nothing to do with each other")]
pub(super) struct Good {
    /// Nothing more is sent about it.
    pub(super) is_out: bool,
    /// The offer to be made.
    pub(super) body: Option<Json>,
    /// Its offer's id.
    pub(super) offer: Option<String>,
    /// The id was known before, and may be of yesterday.
    pub(super) is_remembered: bool,
    /// Buyers see it.
    pub(super) is_published: bool,
    /// It belongs to a group of the parcel.
    pub(super) is_grouped: bool,
}

impl Goods {
    /// Those of some rows.
    pub(super) fn of(rows: &[Row]) -> Self {
        let good = |row: &Row| {
            let offer = row.ids.get(OFFER).cloned();
            let good = Good { is_remembered: offer.is_some(), offer, ..Good::default() };
            (Arc::from(row.sku.as_str()), good)
        };
        Self { by_sku: rows.iter().map(good).collect() }
    }

    /// What is known of a SKU.
    pub(super) fn get(&self, sku: &str) -> Good {
        self.by_sku.get(sku).cloned().unwrap_or_default()
    }

    /// The same, to be changed.
    pub(super) fn at(&mut self, sku: &Arc<str>) -> &mut Good {
        self.by_sku.entry(Arc::clone(sku)).or_default()
    }
}

/// What an offer's id is called among a SKU's ids.
pub(crate) const OFFER: &str = "offer";
/// What a listing's id is called there.
pub(crate) const LISTING: &str = "listing";
