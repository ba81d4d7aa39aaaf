//! Checks a finished file, whoever wrote it.

mod calls;
mod elements;
mod fx;
mod inventory;
mod lms;
mod requests;
mod variants;

use crate::Ebay;
use crate::kind::Kind;
use crate::profile::PROFILE;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::lint::File;
use feedwright_marketplace::lint::Terms;

/// Checks a file, and says how many records it holds.
pub(crate) fn lint(ebay: &Ebay, kind: Kind, file: &FeedText<'_>, out: &mut Findings) -> u64 {
    let part =
        Kind::ALL.into_iter().zip(PROFILE.feeds).find(|(known, _)| *known == kind).map(|(_, feed)| &feed.parts[0]);
    let terms = match kind {
        Kind::Inventory | Kind::InventoryPrice | Kind::InventoryStock | Kind::InventoryEnd => &CALLS,
        Kind::Lms | Kind::LmsRevise | Kind::LmsPrice | Kind::LmsStock | Kind::LmsEnd | Kind::LmsDrop => &REQUESTS,
        Kind::Fx => &ROWS,
    };
    let file = File::new(terms, file);
    if let Some(part) = part {
        file.at_most_bytes(&part.max_bytes, Severity::Error, out);
    }
    match kind {
        Kind::Inventory | Kind::InventoryPrice | Kind::InventoryStock | Kind::InventoryEnd => {
            inventory::lint(ebay, &file, out)
        }
        Kind::Lms | Kind::LmsRevise | Kind::LmsPrice | Kind::LmsStock | Kind::LmsEnd | Kind::LmsDrop => {
            lms::lint(ebay, &file, out)
        }
        Kind::Fx => fx::lint(ebay, &file, out),
    }
}

static CALLS: Terms = terms("call", "calls", "a line with one is no JSON");
static REQUESTS: Terms = terms("request", "requests", "eBay's guide shows files without one");
static ROWS: Terms = terms("row", "rows", "the first column's name is read with it");

const fn terms(record: &'static str, records: &'static str, byte_order_mark: &'static str) -> Terms {
    Terms { profile: &PROFILE, record, records, category: "category", byte_order_mark }
}
