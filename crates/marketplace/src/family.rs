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
use feedwright_catalog::product::Variant;
use feedwright_catalog::rules;

/// A product as a marketplace sees it.
#[derive(Debug)]
pub struct Family<'a> {
    product: &'a Product,
    parent_sku: Option<Sku>,
    is_led: bool,
}

impl<'a> Family<'a> {
    /// Works out whether the product needs a parent record, and what its SKU is: the product's own key. A product with
    /// a single variant offers no choice and stands alone.
    /// A key that is no SKU, or that one of the variants has already, is a finding about the whole family.
    pub fn of(product: &'a Product, style: FamilyStyle, out: &mut Findings) -> Option<Self> {
        let is_family = !product.axes.is_empty() && product.variants.len() > 1;
        match style {
            FamilyStyle::ParentRecord | FamilyStyle::GroupRecord if is_family => {}
            FamilyStyle::ParentRecord | FamilyStyle::GroupRecord | FamilyStyle::Led | FamilyStyle::Flat => {
                let is_led = style == FamilyStyle::Led && is_family;
                return Some(Self { product, parent_sku: None, is_led });
            }
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
        Some(Self { product, parent_sku: Some(sku), is_led: false })
    }

    /// The record of one variant. `is_first` says that no earlier variant of the family can be sent: where one has to
    /// stand for the others, that is the one.
    pub fn variant<'i>(
        &'i self,
        variant: &'i Variant,
        is_first: bool,
        scope: &'i Scope,
        defaults: &'i [(Field, Value)],
    ) -> Item<'i> {
        Item {
            product: self.product,
            variant: Some(variant),
            sku: &variant.sku,
            parent_sku: self.parent_sku.as_ref(),
            members: &[],
            leads: self.is_led.then_some(is_first),
            scope,
            defaults,
        }
    }

    /// The family's own record, for the variants that can be sent; none where the family has no record of its own.
    pub fn parent<'i>(
        &'i self,
        members: &'i [&'i Variant],
        scope: &'i Scope,
        defaults: &'i [(Field, Value)],
    ) -> Option<Item<'i>> {
        let sku = self.parent_sku.as_ref()?;
        Some(Item {
            product: self.product,
            variant: None,
            sku,
            parent_sku: Some(sku),
            members,
            leads: None,
            scope,
            defaults,
        })
    }
}

/// A record of a family, as far as the fate of the others depends on it.
pub trait Member {
    /// Its SKU.
    fn sku(&self) -> &Sku;
    /// Whether it is the family's parent record.
    fn is_parent(&self) -> bool;
    /// Whether it is the variant that stands for its family.
    fn leads(&self) -> bool;
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

    fn leads(&self) -> bool {
        self.leads == Some(true)
    }

    fn row(&self) -> Place {
        Item::row(self)
    }
}

/// A blocked parent blocks its variants, and a parent without a single variant left is blocked itself; so does a blocked
/// variant that stands for the others. Gives a finding for each record that `passed` and must not go. The parent is the
/// first record, if there is one.
pub fn settle(members: &[impl Member], passed: &mut [bool], out: &mut Findings) {
    let Some((parent, variants)) = members.split_first().filter(|(first, _)| first.is_parent()) else {
        settle_led(members, passed, out);
        return;
    };
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
        let message = format!("the parent record `{}` is blocked", parent.sku());
        block(variants, variants_passed, &message, parent.sku(), out);
    }
}

/// While variants are checked one after the other, one that is blocked never stands for the others. One that is blocked
/// afterwards did, and the others name it.
fn settle_led(members: &[impl Member], passed: &mut [bool], out: &mut Findings) {
    let has_leader = members.iter().zip(&*passed).any(|(member, passed)| member.leads() && *passed);
    if let (false, Some(leader)) = (has_leader, members.iter().find(|member| member.leads())) {
        let message = format!("`{}`, which stands for the family, is blocked", leader.sku());
        block(members, passed, &message, leader.sku(), out);
    }
}

fn block(members: &[impl Member], passed: &mut [bool], message: &str, first: &Sku, out: &mut Findings) {
    for (member, passed) in members.iter().zip(passed) {
        if std::mem::take(passed) {
            out.push(
                Finding::new(&rules::ORPHAN_VARIATION, message)
                    .help(format!("mend what blocks `{first}` first"))
                    .sku(member.sku())
                    .at(member.row()),
            );
        }
    }
}
