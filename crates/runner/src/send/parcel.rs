//! Records that are to be sent become parcels: the files of one feed, within its limits, families never torn apart, and
//! the list of what stands in them at which place.

use crate::channel::OpenChannel;
use crate::plan::SpooledRow;
use feedwright_ledger::NewFile;
use feedwright_ledger::NewRow;
use feedwright_ledger::Tell;
use feedwright_marketplace::Categories;
use feedwright_marketplace::Sending;
use feedwright_marketplace::packing::Group;
use feedwright_marketplace::packing::Packer;
use feedwright_marketplace::packing::Shelf;
use std::convert::Infallible;
use std::mem;

/// Most records of a parcel that is answered at once: what a crash loses is asked again call by call.
const MOST_CALLS: usize = 500;

/// What is sent at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packed {
    /// A file for each part of the feed that has something to say.
    pub(crate) files: Vec<NewFile>,
    /// What stands in them.
    pub(crate) rows: Vec<NewRow>,
}

/// Packs records of one lane.
#[derive(Debug)]
pub(crate) struct Packing<'a> {
    open: &'a OpenChannel,
    category: Option<String>,
    parts: Vec<Part>,
    rows: Vec<NewRow>,
}

#[derive(Debug)]
struct Part {
    packer: Packer,
    bytes: Vec<u8>,
    is_nested: bool,
}

impl<'a> Packing<'a> {
    /// Begins.
    pub(crate) fn new(open: &'a OpenChannel) -> Self {
        Self { open, category: None, parts: Vec::new(), rows: Vec::new() }
    }

    /// Adds a family. Gives the parcel before it, if it has no room for the family.
    pub(crate) fn add(&mut self, family: &[SpooledRow]) -> Option<Packed> {
        let first = family.first()?;
        let is_elsewhere = self.open.feed.categories == Categories::Apart
            && self.category.as_deref().is_some_and(|category| category != first.category);
        let full = (is_elsewhere || !self.has_room(family)).then(|| self.finish()).flatten();
        if self.parts.is_empty() {
            self.begin(&first.category);
        }
        self.put(family);
        full
    }

    /// The last parcel, if something is in it.
    pub(crate) fn finish(&mut self) -> Option<Packed> {
        let rows = mem::take(&mut self.rows);
        let parts = mem::take(&mut self.parts);
        self.category = None;
        if rows.is_empty() {
            return None;
        }
        let files = parts.into_iter().zip(self.open.feed.parts).filter_map(|(mut part, about)| {
            let Ok(()) = part.packer.finish(&mut Memory(&mut part.bytes));
            (!part.bytes.is_empty()).then(|| NewFile { part: about.id.to_owned(), bytes: part.bytes })
        });
        Some(Packed { files: files.collect(), rows })
    }

    fn begin(&mut self, category: &str) {
        let (feed, marketplace) = (self.open.feed, self.open.marketplace.as_ref());
        let own = match feed.categories {
            // Its records were made with it.
            Categories::Apart => marketplace.category(feed, category).ok(),
            Categories::Mixed | Categories::Unused => None,
        };
        self.category = Some(category.to_owned());
        self.parts = feed
            .parts
            .iter()
            .map(|part| {
                let framing = marketplace.framing(feed, part, own.as_deref());
                let is_nested = framing.family.is_some();
                Part { packer: Packer::new(part, framing), bytes: Vec::new(), is_nested }
            })
            .collect();
    }

    fn has_room(&self, family: &[SpooledRow]) -> bool {
        if is_answered_at_once(self.open) && !self.rows.is_empty() && self.rows.len() + family.len() > MOST_CALLS {
            return false;
        }
        self.parts.iter().enumerate().all(|(at, part)| {
            let (bytes, _) = of_part(family, at);
            part.packer.has_room(group(family, &bytes))
        })
    }

    fn put(&mut self, family: &[SpooledRow]) {
        let mut ordinals = vec![None; family.len()];
        let (feed, marketplace) = (self.open.feed, self.open.marketplace.as_ref());
        for (at, part) in self.parts.iter_mut().enumerate() {
            let (bytes, whose) = of_part(family, at);
            let group = group(family, &bytes);
            let is_one = part.is_nested && matches!(group, Group::UnderFirst(_));
            let mut begun = Vec::new();
            let begin = |ordinal: u64, out: &mut Vec<u8>| {
                begun.push(ordinal);
                marketplace.begin(feed, &feed.parts[at], ordinal, out);
            };
            let Ok(()) = part.packer.add(group, begin, &mut Memory(&mut part.bytes));
            for (nth, row) in whose.into_iter().enumerate() {
                let ordinal = if is_one { begun.first() } else { begun.get(nth) };
                // A record is known by its place in the first file that holds it.
                if let (None, Some(ordinal)) = (ordinals[row], ordinal) {
                    ordinals[row] = Some(*ordinal);
                }
            }
            if let (true, Some(first)) = (is_one, begun.first()) {
                // What says nothing of its own in one record of them all is told by it.
                for ordinal in &mut ordinals {
                    *ordinal = ordinal.or(Some(*first));
                }
            }
        }
        for (row, ordinal) in family.iter().zip(ordinals) {
            let tells =
                row.tells.iter().map(|tell| Tell { lane: tell.lane, digest: tell.digest, record: tell.kept.clone() });
            self.rows.push(NewRow {
                ordinal: ordinal.unwrap_or_default(),
                sku: row.sku.clone(),
                category: row.category.clone(),
                place: row.place.clone(),
                tells: tells.collect(),
            });
        }
    }
}

/// Whether what is sent is answered at once, call by call.
pub(crate) fn is_answered_at_once(open: &OpenChannel) -> bool {
    matches!(open.feed.sending, Sending::ByApi { first_look, .. } if first_look.is_zero())
}

/// The bytes of a part, and whose they are.
fn of_part(family: &[SpooledRow], part: usize) -> (Vec<&[u8]>, Vec<usize>) {
    let bytes = family.iter().map(|row| row.parts.get(part).map_or(&[][..], Vec::as_slice));
    let (whose, bytes) = bytes.enumerate().filter(|(_, bytes)| !bytes.is_empty()).unzip();
    (bytes, whose)
}

fn group<'b>(family: &[SpooledRow], bytes: &'b [&'b [u8]]) -> Group<'b> {
    if family.first().is_some_and(|first| first.is_parent) { Group::UnderFirst(bytes) } else { Group::Apart(bytes) }
}

/// A file in memory: a parcel is sent whole. A second one is never begun, since there was room.
struct Memory<'a>(&'a mut Vec<u8>);

impl Shelf for Memory<'_> {
    type Error = Infallible;

    fn open(&mut self) -> Result<(), Infallible> {
        debug_assert!(self.0.is_empty(), "a parcel has one file of each part");
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn close(&mut self, _records: u64) -> Result<(), Infallible> {
        Ok(())
    }
}
