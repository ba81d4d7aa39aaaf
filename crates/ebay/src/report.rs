//! What eBay made of what it was sent, read into a verdict for each row and findings with eBay's own codes.

pub(crate) mod answer;
mod codes;
pub(crate) mod document;
mod inventory;
mod lms;
pub(crate) mod rest;
mod trading;

use crate::kind::Kind;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::report::Verdict;
use feedwright_marketplace::report::theirs;

/// Reads the report of a feed.
pub(crate) fn read(kind: Kind, report: &[u8], rows: &[Row], out: &mut Findings) -> Result<Vec<Verdict>, ProtocolError> {
    match kind {
        Kind::Inventory | Kind::InventoryPrice | Kind::InventoryStock | Kind::InventoryEnd => {
            inventory::read(kind, report, rows, out)
        }
        Kind::Lms | Kind::LmsRevise | Kind::LmsPrice | Kind::LmsStock | Kind::LmsEnd | Kind::LmsDrop => {
            lms::read(kind, report, rows, out)
        }
        Kind::Fx => Err(unreadable("feed `fx` has no reports")),
    }
}

/// That a report is none.
fn unreadable(message: impl Into<String>) -> ProtocolError {
    ProtocolError::new("report", Trouble::Unreadable, message)
}

/// A finding in eBay's words about a SKU, or about all of them.
fn said(code: &str, severity: Severity, message: &str, sku: Option<&Sku>) -> Finding {
    Finding { sku: sku.cloned(), ..theirs(crate::PROFILE.id, code, severity, message, codes::HELP) }
}
