//! What a record told, as the ledger keeps it: the record itself, and the few facts that guards weigh, in words no
//! marketplace has a say in.

use feedwright_catalog::Field;
use feedwright_catalog::Item;
use feedwright_catalog::Known;
use feedwright_catalog::Money;
use feedwright_catalog::item::ValueRef;
use feedwright_marketplace::Ref;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// Facts about a SKU that guards weigh.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// What it costs the buyer, a sale not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) price: Option<Decimal>,
    /// The currency of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<String>,
}

/// What a record told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Facts.
    pub(crate) facts: Facts,
    /// The record.
    pub(crate) record: Value,
}

/// Writes what a record tells.
pub(crate) fn write(item: &Item<'_>, record: Ref<'_>, out: &mut Vec<u8>) {
    let price = match item.value(&Field::Known(Known::Price)) {
        Some(ValueRef::Money(money)) => Some(money),
        _ => None,
    };
    let facts = Facts { price: price.map(Money::amount), currency: price.map(|money| money.currency().to_string()) };
    out.extend_from_slice(b"{\"facts\":");
    let written = serde_json::to_writer(&mut *out, &facts);
    debug_assert!(written.is_ok(), "writing into memory cannot fail");
    out.extend_from_slice(b",\"record\":");
    record.write_json(out);
    out.push(b'}');
}

/// Reads what a record told.
pub(crate) fn read(bytes: &[u8]) -> Result<Kept, serde_json::Error> {
    serde_json::from_slice(bytes)
}
