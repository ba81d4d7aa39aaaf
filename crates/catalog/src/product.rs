//! Products and variants: the content lane of the catalog.

use crate::field::Field;
use crate::fields::Fields;
use crate::gtin::Gtin;
use crate::gtin::GtinProblem;
use crate::offer::Offer;
use crate::offer::Stock;
use crate::place::Origin;
use crate::scope::Scope;
use crate::sku::Sku;
use std::sync::Arc;

/// A family: what its variants share. It is sold only through its variants, of which there is always one at least.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Product {
    /// The seller's own stable key of the family; never a marketplace's.
    pub key: Arc<str>,
    /// What kind of thing it is.
    pub kind: ProductKind,
    /// Where it stands in its life at the source.
    pub lifecycle: Lifecycle,
    /// Its place in category trees, the seller's own first.
    pub categories: Vec<CategoryRef>,
    /// What the variants differ by, in the order buyers choose; empty for a product without a choice.
    pub axes: Vec<Axis>,
    /// What all variants share unless they say otherwise.
    pub fields: Fields,
    /// Images of the family, main image first.
    pub media: Vec<Media>,
    /// What is sold.
    pub variants: Vec<Variant>,
    /// The row it was read from.
    pub origin: Origin,
}

/// What is sold. It owns the SKU.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The seller's own number; unique in the catalog.
    pub sku: Sku,
    /// Barcodes and other numbers, with what is known of their worth.
    pub identifiers: Vec<Identifier>,
    /// What sets it apart, and what it overrides.
    pub fields: Fields,
    /// Its own images, main image first; the product's follow.
    pub media: Vec<Media>,
    /// Its prices.
    pub offers: Vec<Offer>,
    /// Its stock, by location.
    pub stock: Vec<Stock>,
    /// The row it was read from.
    pub origin: Origin,
}

/// What kind of thing a product is. Only `Standard` and `Bundle` are sold through product feeds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProductKind {
    /// A physical thing.
    #[default]
    Standard,
    /// Several things sold as one.
    Bundle,
    /// A download, a gift card, a licence.
    Digital,
    /// A service.
    Service,
    /// A kind of the source's that we do not know, as it was written.
    Unsupported(String),
}

/// Where a product stands in its life at the source. Whether a marketplace lists it is another question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lifecycle {
    /// Not ready to be sold.
    Draft,
    /// Sold.
    #[default]
    Active,
    /// No longer sold.
    Archived,
}

/// A place in some category tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CategoryRef {
    /// Whose tree: `own`, `google`, `shopify`, or a marketplace's id.
    pub taxonomy: Arc<str>,
    /// The path, most general first, joined by ` > `; or the tree's own code.
    pub path: Arc<str>,
}

/// What the variants of a family differ by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The field that holds each variant's value.
    pub field: Field,
    /// What buyers see.
    pub label: Arc<str>,
}

/// A number that says what a thing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// Whose number.
    pub kind: IdentifierKind,
    /// As it was written.
    pub raw: Arc<str>,
}

/// Whose number it is, and for barcodes what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentifierKind {
    /// A valid barcode number.
    Gtin(Gtin),
    /// It stands where a barcode should, and is none. It is kept, and never sent.
    NotAGtin(GtinProblem),
    /// Amazon's number of an existing catalog entry: ten letters and digits.
    Asin,
}

/// An image or document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Where it is; http or https.
    pub url: Arc<str>,
    /// What it is for.
    pub role: MediaRole,
    /// For whom it holds.
    pub scope: Scope,
    /// The line it was read from.
    pub line: u64,
}

/// What an image is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MediaRole {
    /// Shown first.
    Main,
    /// Shown after the main one, in order.
    Additional,
    /// The small picture of a colour or pattern.
    Swatch,
}

impl Variant {
    /// A variant with nothing but its SKU.
    pub fn new(sku: Sku, origin: Origin) -> Self {
        Self {
            sku,
            identifiers: Vec::new(),
            fields: Fields::new(),
            media: Vec::new(),
            offers: Vec::new(),
            stock: Vec::new(),
            origin,
        }
    }
}
