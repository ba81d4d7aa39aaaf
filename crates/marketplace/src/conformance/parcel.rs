//! What is sent when sending is tried: the files of the complete items, with a row for each record.

use super::output;
use super::output::Kin;
use super::stand::Stand;
use crate::contract::Feed;
use crate::exchange::Ids;
use crate::exchange::Memory;
use crate::exchange::Parcel;
use crate::exchange::ParcelFile;
use crate::exchange::Row;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A parcel of nothing.
pub(super) fn empty(feed: &'static Feed) -> Parcel {
    Parcel { feed, files: Vec::new(), rows: Vec::new(), memory: Memory::default(), is_preview: false }
}

/// A parcel of the complete items that show everything.
pub(super) fn of_samples(stand: &Stand, feed: &'static Feed) -> Result<Parcel, String> {
    let mut parcel = empty(feed);
    let Some((_, kin)) = output::few(stand, feed)?.into_iter().next() else { return Ok(parcel) };
    for (at, part) in feed.parts.iter().enumerate() {
        if let Some(file) = output::pack(stand, feed, at, part, &kin)?.into_iter().next() {
            parcel.files.push(ParcelFile { part, bytes: Arc::from(file.bytes) });
        }
    }
    parcel.rows = rows(&kin);
    Ok(parcel)
}

/// Each record by its place in the first file that holds it.
fn rows(kin: &[Kin]) -> Vec<Row> {
    let mut next: BTreeMap<usize, u64> = BTreeMap::new();
    let mut rows: Vec<Row> = Vec::new();
    for record in kin.iter().flat_map(|kin| &kin.records) {
        let Some(part) = record.bytes.iter().position(|bytes| !bytes.is_empty()) else { continue };
        let ordinal = next.entry(part).or_default();
        *ordinal += 1;
        rows.push(Row { ordinal: *ordinal, sku: record.sku.clone(), ids: Ids::new() });
    }
    rows
}
