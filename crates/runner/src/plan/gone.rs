//! The end of a listing that the catalog does not hold any more: all that is known of it is its SKU, and that of its family.

use super::SpooledRow;
use super::SpooledTell;
use crate::channel::OpenChannel;
use crate::kept;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Place;
use feedwright_catalog::Product;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::finding::Levels;
use feedwright_catalog::place::Origin;
use feedwright_catalog::product::Lifecycle;
use feedwright_catalog::product::Variant;
use feedwright_marketplace::Categories;
use feedwright_marketplace::Listing;
use feedwright_marketplace::check;
use feedwright_marketplace::told::told;
use std::sync::Arc;

/// A record that ends a listing.
#[derive(Debug)]
pub(crate) struct Made {
    /// What it tells.
    pub(crate) digest: Digest,
    /// The record.
    pub(crate) row: SpooledRow,
}

/// The record that ends the listing of a SKU, or its part in the listing of its family; of what stands alone the family is
/// the SKU itself. None where the marketplace must know more than these.
pub(crate) fn record(open: &OpenChannel, sku: &Sku, family: &Sku, levels: &Arc<Levels>) -> Option<Made> {
    if open.feed.categories != Categories::Unused {
        return None;
    }
    let marketplace = open.marketplace.as_ref();
    let category = marketplace.category(open.feed, "").ok()?;
    let variant = Variant::new(sku.clone(), Origin::default());
    let product = Product {
        key: Arc::from(family.as_str()),
        lifecycle: Lifecycle::Archived,
        variants: vec![variant],
        ..Product::default()
    };
    let item = Item {
        product: &product,
        variant: product.variants.first(),
        sku,
        parent_sku: None,
        members: &[],
        leads: None,
        scope: &open.scope,
        defaults: &[],
    };
    let mut listing = Listing::new();
    let mut findings = Findings::new(Arc::clone(levels));
    let (_, checked) = check(marketplace, open.feed, &category, &item, &mut listing, &mut findings);
    let checked = checked?;
    let parts = open.feed.parts.iter().map(|part| {
        let mut bytes = Vec::new();
        marketplace.encode(open.feed, part, &category, &checked, &mut bytes);
        bytes
    });
    let parts = parts.collect();
    let digest = told(&category, checked.record(), &[]).digest;
    let mut bytes = Vec::new();
    kept::write(&item, checked.record(), &mut bytes);
    let row = SpooledRow {
        sku: sku.clone(),
        is_parent: false,
        category: category.id.to_string(),
        place: Place::default(),
        parts,
        tells: vec![SpooledTell { lane: Lane::Retirement, digest, kept: bytes }],
    };
    Some(Made { digest, row })
}
