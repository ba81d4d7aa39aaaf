//! From a checked record to what is sent.

pub(crate) mod fx;
mod inventory;
pub(crate) mod lms;

pub use inventory::bulk_publish;

use crate::Ebay;
use crate::kind::Kind;
use feedwright_marketplace::Category;
use feedwright_marketplace::Framing;
use feedwright_marketplace::Part;
use feedwright_marketplace::Ref;

/// What stands around the records of a file.
pub(crate) fn framing(ebay: &Ebay, kind: Kind, part: &Part, category: Option<&Category>) -> Framing {
    match kind {
        Kind::Inventory | Kind::InventoryPrice | Kind::InventoryStock | Kind::InventoryEnd => {
            inventory::framing(ebay, kind, part)
        }
        Kind::Lms | Kind::LmsRevise | Kind::LmsPrice | Kind::LmsStock | Kind::LmsEnd | Kind::LmsDrop => {
            lms::framing(ebay, kind)
        }
        Kind::Fx => category.map_or_else(Framing::default, |category| fx::framing(ebay, category)),
    }
}

/// Writes a record; nothing where the part does not concern it.
pub(crate) fn write(ebay: &Ebay, kind: Kind, part: &Part, category: &Category, record: Ref<'_>, out: &mut Vec<u8>) {
    match kind {
        Kind::Inventory | Kind::InventoryPrice | Kind::InventoryStock | Kind::InventoryEnd => {
            inventory::write(ebay, kind, part, record, out);
        }
        Kind::Lms | Kind::LmsRevise | Kind::LmsPrice | Kind::LmsStock | Kind::LmsEnd | Kind::LmsDrop => {
            lms::write(ebay, kind, record, out);
        }
        Kind::Fx => fx::write(category, record, out),
    }
}

/// The text at a pointer of a record; empty where there is none.
pub(crate) fn text<'a>(record: Ref<'a>, pointer: &str) -> &'a str {
    record.pointer(pointer).and_then(Ref::as_text).unwrap_or_default()
}

/// The texts of a list at a pointer of a record.
pub(crate) fn texts<'a>(record: Ref<'a>, pointer: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    record.pointer(pointer).into_iter().flat_map(Ref::elements).filter_map(Ref::as_text)
}

/// The aspects of a record: of a family's own, those its variants share; of a variant, all.
pub(crate) fn aspects(record: Ref<'_>) -> impl Iterator<Item = (&str, Ref<'_>)> + use<'_> {
    let own: Vec<&str> = texts(record, "/family/own").collect();
    let axes = record.pointer("/family/variesBy/specifications").into_iter().flat_map(Ref::elements);
    let axes: Vec<&str> = axes.filter_map(|axis| axis.member("name")?.as_text()).collect();
    let all = record.pointer(crate::family::ASPECTS).into_iter().flat_map(Ref::members);
    all.filter(move |(name, _)| !own.contains(name) && !axes.contains(name))
}
