//! What a record told, as the ledger keeps it: the record itself, and the few facts that guards weigh, in words no
//! marketplace has a say in.

use feedwright_catalog::Field;
use feedwright_catalog::Item;
use feedwright_catalog::Known;
use feedwright_catalog::Money;
use feedwright_catalog::Sku;
use feedwright_catalog::item::ValueRef;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Ref;
use feedwright_marketplace::json;
use rust_decimal::Decimal;
use serde::Serialize;

/// Facts about a SKU that guards weigh.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Facts {
    /// What it costs the buyer, a sale not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) price: Option<Decimal>,
    /// The currency of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<String>,
    /// The SKU of the family it belongs to; its own, of a family's record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) family: Option<Sku>,
}

/// What a record told. Its numbers keep their digits.
#[derive(Debug, Default)]
pub(crate) struct Kept(Listing);

impl Kept {
    /// Reads what a record told. What cannot be read was written by an older version, and tells nothing.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut listing = Listing::new();
        match json::read(bytes, &mut listing) {
            Ok(_) => Self(listing),
            Err(_) => Self::default(),
        }
    }

    /// Facts about it.
    pub(crate) fn facts(&self) -> Facts {
        let facts = self.0.root().member("facts");
        let text = |name: &str| facts.and_then(|facts| facts.member(name)).and_then(Ref::as_text);
        Facts {
            price: text("price").and_then(|price| price.parse().ok()),
            currency: text("currency").map(ToOwned::to_owned),
            family: text("family").and_then(|family| Sku::parse(family).ok()),
        }
    }

    /// The record.
    pub(crate) fn record(&self) -> Option<Ref<'_>> {
        self.0.root().member("record")
    }
}

/// Writes what a record tells.
pub(crate) fn write(item: &Item<'_>, record: Ref<'_>, out: &mut Vec<u8>) {
    let price = match item.value(&Field::Known(Known::Price)) {
        Some(ValueRef::Money(money)) => Some(money),
        _ => None,
    };
    let facts = Facts {
        price: price.map(Money::amount),
        currency: price.map(|money| money.currency().to_string()),
        family: item.parent_sku.cloned(),
    };
    out.extend_from_slice(b"{\"facts\":");
    let written = serde_json::to_writer(&mut *out, &facts);
    debug_assert!(written.is_ok(), "writing into memory cannot fail");
    out.extend_from_slice(b",\"record\":");
    record.write_json(out);
    out.push(b'}');
}
