//! From a product to the records it becomes on one marketplace, and what one record's fate means for the others.

use crate::contract::FamilyStyle;
use feedwright_catalog::Field;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Place;
use feedwright_catalog::Product;
use feedwright_catalog::Scope;
use feedwright_catalog::Sku;
use feedwright_catalog::Value;
use feedwright_catalog::rules;

/// A product as a marketplace sees it.
#[derive(Debug)]
pub struct Family<'a> {
    product: &'a Product,
    parent_sku: Option<Sku>,
}

impl<'a> Family<'a> {
    /// Works out whether the product needs a parent record, and what its SKU is: the product's own key. A product with
    /// a single variant offers no choice and stands alone.
    /// A key that is no SKU, or that one of the variants has already, is a finding about the whole family.
    pub fn of(product: &'a Product, style: FamilyStyle, out: &mut Findings) -> Option<Self> {
        let needs_parent = style == FamilyStyle::ParentRecord && !product.axes.is_empty() && product.variants.len() > 1;
        if !needs_parent {
            return Some(Self { product, parent_sku: None });
        }
        let sku = match Sku::parse(&product.key) {
            Ok(sku) => sku,
            Err(why) => {
                out.push(
                    Finding::new(&rules::BAD_SKU, format!("the product's key cannot be the parent's SKU: {why}"))
                        .help("give the product a key that can be a SKU")
                        .at(product.origin.place()),
                );
                return None;
            }
        };
        if let Some(variant) = product.variants.iter().find(|variant| variant.sku.key() == sku.key()) {
            out.push(
                Finding::new(
                    &rules::PARENT_SKU_TAKEN,
                    format!("the family's key `{sku}` is also the SKU of its variant `{}`", variant.sku),
                )
                .help("give the product another key: the parent record needs a SKU of its own")
                .sku(&variant.sku)
                .at(product.origin.place()),
            );
            return None;
        }
        Some(Self { product, parent_sku: Some(sku) })
    }

    /// The records, the parent first.
    pub fn items<'i>(&'i self, scope: &'i Scope, defaults: &'i [(Field, Value)]) -> impl Iterator<Item = Item<'i>> {
        let parent = self.parent_sku.as_ref();
        let product: &'i Product = self.product;
        let record = move |variant, sku| Item { product, variant, sku, parent_sku: parent, scope, defaults };
        parent
            .map(move |sku| record(None, sku))
            .into_iter()
            .chain(product.variants.iter().map(move |variant| record(Some(variant), &variant.sku)))
    }

    /// Whether the first record is a parent.
    pub fn has_parent(&self) -> bool {
        self.parent_sku.is_some()
    }
}

/// A record of a family, as far as the fate of the others depends on it.
pub trait Member {
    /// Its SKU.
    fn sku(&self) -> &Sku;
    /// Whether it is the family's parent record.
    fn is_parent(&self) -> bool;
    /// The row it was made from.
    fn row(&self) -> Place;
}

impl Member for Item<'_> {
    fn sku(&self) -> &Sku {
        self.sku
    }

    fn is_parent(&self) -> bool {
        self.variant.is_none()
    }

    fn row(&self) -> Place {
        Item::row(self)
    }
}

/// A blocked parent blocks its variants, and a parent without a single variant left is blocked itself. Gives a finding
/// for each record that `passed` and must not go. The parent is the first record, if there is one.
pub fn settle(members: &[impl Member], passed: &mut [bool], out: &mut Findings) {
    let Some((parent, variants)) = members.split_first().filter(|(first, _)| first.is_parent()) else { return };
    let Some((parent_passed, variants_passed)) = passed.split_first_mut() else { return };
    if *parent_passed && !variants_passed.contains(&true) {
        *parent_passed = false;
        let message = format!("none of the {} variants of `{}` can be sent", variants.len(), parent.sku());
        out.push(
            Finding::new(&rules::ORPHAN_VARIATION, message)
                .help("mend at least one variant; the parent record is sent with it")
                .sku(parent.sku())
                .at(parent.row()),
        );
    } else if !*parent_passed {
        for (variant, passed) in variants.iter().zip(variants_passed) {
            if std::mem::take(passed) {
                out.push(
                    Finding::new(&rules::ORPHAN_VARIATION, format!("the parent record `{}` is blocked", parent.sku()))
                        .help(format!("mend what blocks `{}` first", parent.sku()))
                        .sku(variant.sku())
                        .at(variant.row()),
                );
            }
        }
    }
}
