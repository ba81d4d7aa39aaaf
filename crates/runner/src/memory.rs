//! What a plan found settled, kept for the next one: a chunk of a source of which every record is what the marketplaces know
//! is not read again while its text is the same.
//!
//! One file, which may be lost without harm. It serves only the program, the configuration and the ledger it was written by,
//! and what moved in the ledger since is read again. What was found of a chunk, down to every finding, is taken over, so that
//! a plan says the same with it and without.

mod context;
mod file;

use crate::channel::OpenChannel;
use crate::pipeline::Job;
use crate::work::Done;
use crate::work::Times;
use crate::work::Unmapped;
use feedwright_catalog::Field;
use feedwright_catalog::Place;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::sku::short_key;
use feedwright_ledger::Ledger;
use feedwright_ledger::LedgerError;
use feedwright_sources::Print;
use feedwright_sources::Prints;
use feedwright_sources::Tally;
use file::Reader;
use file::Writer;
use serde::Deserialize;
use serde::Serialize;
use std::collections::HashSet;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// Where it is kept, and what it is good for.
#[derive(Clone, Debug)]
pub struct Keeping {
    /// Whether nothing is to be known: everything is looked at.
    pub is_fresh: bool,
    /// The file.
    pub path: PathBuf,
    /// A digest of all that decides what a plan says, beside the sources and the ledger: the program, the configuration,
    /// every file it names.
    pub context: Digest,
}

/// More SKUs than these moved: everything is read again.
const MOST_MOVED: u64 = 200_000;

/// What was found of a chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Found {
    /// How many SKUs and keys its source holds in it.
    pub(crate) n_keys: u64,
    /// What is counted over its source; lines are counted from the chunk's first.
    pub(crate) tally: Tally,
    /// By channel: records that may be sent, and those that are blocked.
    pub(crate) ready: Vec<u64>,
    pub(crate) blocked: Vec<u64>,
    /// By channel: records that are what the marketplace knows.
    pub(crate) same: Vec<u64>,
    /// Fields that go nowhere: the channel, the category, the field, how often, and the place of the first.
    unmapped: Vec<(usize, String, Field, u64, Place)>,
    /// Categories that are checked by our starter documents, with the channel.
    starters: Vec<(usize, String)>,
}

/// That nothing is to be said of the records of a batch before the catalog or the ledger moves.
#[derive(Debug)]
pub(crate) struct Settled {
    /// By channel: records that are what the marketplace knows.
    pub(crate) same: Vec<u64>,
    /// By channel: records that wait for their listing.
    pub(crate) waiting: Vec<Vec<Sku>>,
}

/// A chunk that was settled.
struct Memo {
    /// Of the keys.
    keys: Range<usize>,
    /// The number of what was found.
    found: usize,
    /// Of the encoded entries, and of the SKUs that wait.
    entries: Range<usize>,
    waiting: Range<usize>,
    is_usable: bool,
    is_used: bool,
}

/// What is known of a source.
#[derive(Default)]
struct Before {
    /// A digest of how its rows were read.
    way: Option<Digest>,
    prints: Arc<[Print]>,
    memos: Vec<Memo>,
    /// SKUs and product keys, as they are compared.
    keys: Vec<u64>,
    /// Keys of chunks that were not settled.
    others: Vec<u64>,
}

/// What is known, and what will be.
pub(crate) struct Memory {
    before: Vec<Before>,
    /// Findings and the fate of SKUs, encoded; SKUs that wait, by channel, as JSON, where there are some: the file.
    said: Vec<u8>,
    found: Vec<Found>,
    /// The numbers they are kept by for the next time, where they are already.
    kept: Vec<Option<u32>>,
    /// Whether something was listed that no source held.
    was_missing: bool,
    /// The channels, each with which sources it sells from.
    channels: Vec<(Arc<str>, Vec<bool>)>,
    /// SKUs that moved since, with the number of their channel.
    moved: Vec<(usize, u64)>,
    /// By source: SKUs and keys of chunks that are read anew.
    anew: Vec<HashSet<u64>>,
    writer: Writer,
    /// Products that were not read again.
    n_known: u64,
}

/// What whoever cuts a source has to know.
#[derive(Debug, Default)]
pub(crate) struct Recall {
    by_source: Vec<RecallOf>,
}

/// The same of one source.
#[derive(Debug)]
struct RecallOf {
    /// How its rows were read.
    way: Option<Digest>,
    prints: Arc<[Print]>,
    /// Which of them may be known.
    usable: Vec<bool>,
}

/// A chunk that is known.
#[derive(Debug)]
pub(crate) struct Known<'m> {
    /// What was found of it, and its number.
    pub(crate) found: &'m Found,
    pub(crate) number: usize,
    /// What was said, encoded.
    pub(crate) entries: file::Entries<'m>,
    /// By channel: SKUs that wait for their listing; nothing where none does.
    pub(crate) waiting: Vec<Vec<Sku>>,
}

impl Memory {
    /// Reads what is known; nothing where it was written under other circumstances, or cannot be read.
    ///
    /// # Errors
    /// Why the ledger cannot be read.
    pub(crate) fn open(keeping: &Keeping, job: &Job<'_>, ledger: &mut Ledger) -> Result<Self, LedgerError> {
        let version = ledger.version()?;
        let sources: Vec<String> = job.sources.iter().map(|source| source.name.clone()).collect();
        // Lanes that somebody else is at are left out of a plan.
        let channel = |open: &OpenChannel| (Arc::clone(&open.marketplace.channel().name), open.lane, open.feed.id);
        let channels: Vec<_> = job.channels.iter().map(channel).collect();
        // A ledger that was put back to an earlier state and went on from there is not what it was.
        let stamp = |ledger: &mut Ledger, version: u64| {
            let last = ledger.entries(version.saturating_sub(1), 1)?;
            let last = last.first().map(|last| (last.at, last.kind, last.submission));
            Ok::<_, LedgerError>(format!("{:032x} {version} {last:?} {channels:?}", ledger.identity()?))
        };
        let mut memory = Self {
            before: sources.iter().map(|_| Before::default()).collect(),
            said: Vec::new(),
            found: Vec::new(),
            kept: Vec::new(),
            was_missing: true,
            channels: job.channels.iter().map(|open| sold(job, open)).collect(),
            moved: Vec::new(),
            anew: sources.iter().map(|_| HashSet::new()).collect(),
            writer: Writer::new(keeping, version, &stamp(ledger, version)?),
            n_known: 0,
        };
        if keeping.is_fresh {
            return Ok(memory);
        }
        let Some((reader, then, stamped)) = Reader::open(keeping) else { return Ok(memory) };
        if then > version || stamp(ledger, then)? != stamped {
            return Ok(memory);
        }
        let Some(moved) = ledger.moved_since(then, MOST_MOVED)? else { return Ok(memory) };
        let doubtful = moved.iter().map(|(_, key)| short_key(key)).collect();
        for (name, key) in &moved {
            // What moved on a channel that is not planned matters to nobody here.
            if let Some(channel) = memory.channels.iter().position(|(own, _)| **own == **name) {
                memory.moved.push((channel, short_key(key)));
            }
        }
        if let Some(read) = reader.read(&sources) {
            memory.take_over(read, doubtful);
        }
        Ok(memory)
    }

    fn take_over(&mut self, read: file::Read, mut doubtful: HashSet<u64>) {
        self.was_missing = read.was_missing;
        self.kept = vec![None; read.found.len()];
        self.found = read.found;
        self.said = read.said;
        self.before = read.sources;
        // What moved, and what stood in two chunks, has to be looked at.
        doubtful.extend(read.double);
        for before in &mut self.before {
            let keys = &before.keys;
            for memo in &mut before.memos {
                let own = keys.get(memo.keys.clone()).unwrap_or_default();
                memo.is_usable = doubtful.is_empty() || !own.iter().any(|key| doubtful.contains(key));
            }
        }
    }

    /// Forgets what is known: everything is read.
    pub(crate) fn forget(&mut self) {
        self.before.iter_mut().for_each(|before| *before = Before::default());
        self.said = Vec::new();
        self.found.clear();
        self.was_missing = true;
        self.anew.iter_mut().for_each(HashSet::clear);
        self.writer.again();
        self.n_known = 0;
    }

    /// What whoever cuts has to know.
    pub(crate) fn recall(&self) -> Recall {
        let usable = |before: &Before| before.memos.iter().map(|memo| memo.is_usable).collect();
        let of =
            |before: &Before| RecallOf { way: before.way, prints: Arc::clone(&before.prints), usable: usable(before) };
        Recall { by_source: self.before.iter().map(of).collect() }
    }

    /// A chunk that is known, met on this line. It is kept for the next time.
    pub(crate) fn know(&mut self, source: usize, at: usize) -> Option<Known<'_>> {
        let before = self.before.get_mut(source)?;
        let memo = before.memos.get_mut(at)?;
        memo.is_used = true;
        let (found, kept) = (self.found.get(memo.found)?, self.kept.get_mut(memo.found)?);
        let number = *kept.get_or_insert_with(|| self.writer.found(found));
        self.n_known += found.tally.n_products;
        let keys = before.keys.get(memo.keys.clone())?;
        let (entries, waiting) = (self.said.get(memo.entries.clone())?, self.said.get(memo.waiting.clone())?);
        self.writer.memo((source, before.prints.get(at)?), keys, number, (entries, waiting));
        let entries = file::entries(entries);
        let waiting = if waiting.is_empty() { Vec::new() } else { serde_json::from_slice(waiting).ok()? };
        Some(Known { found, number: memo.found, entries, waiting })
    }

    /// What was found, by its number.
    pub(crate) fn found(&self, number: usize) -> Option<&Found> {
        self.found.get(number)
    }

    /// A chunk that was read.
    pub(crate) fn note(&mut self, print: Option<&Print>, done: &Done, settled: Option<Settled>) {
        let mut keys: Vec<u64> = done.met.keys().chain(done.met.skus()).chain(done.seen.keys.iter().copied()).collect();
        keys.sort_unstable();
        keys.dedup();
        let source = done.seen.from.source;
        // Where nothing is known, nothing is held against it.
        if let Some(anew) = self.anew.get_mut(source).filter(|_| !self.found.is_empty()) {
            anew.extend(&keys);
        }
        let (Some(print), Some(Settled { same, waiting })) = (print, settled) else {
            self.writer.others(source, &keys);
            return;
        };
        let first = print.line.unwrap_or_default();
        let mut entries = Vec::new();
        for entry in &done.entries {
            file::put(&mut entries, |out| crate::store::encode(entry, out));
        }
        let place = |place: &Place| Place { line: place.line.map(|line| line.saturating_sub(first)), ..place.clone() };
        let unmapped = done.unmapped.iter().map(|(key, times)| {
            (key.channel, key.category.to_string(), key.field.clone(), times.count, place(&times.first))
        });
        let found = Found {
            n_keys: done.seen.keys.len() as u64,
            tally: done.tally.counted_from(first),
            ready: done.channels.iter().map(|sheet| sheet.n_ready).collect(),
            blocked: done.channels.iter().map(|sheet| sheet.n_blocked).collect(),
            same,
            unmapped: unmapped.collect(),
            starters: done.starters.iter().map(|(at, category)| (*at, category.to_string())).collect(),
        };
        // What was said names lines.
        let print = Print { line: print.line.filter(|_| !entries.is_empty()), ..print.clone() };
        let is_waiting = waiting.iter().any(|waiting| !waiting.is_empty());
        let waiting = if is_waiting { serde_json::to_vec(&waiting).unwrap_or_default() } else { Vec::new() };
        let found = self.writer.found(&found);
        self.writer.memo((source, &print), &keys, found, (&entries, &waiting));
    }

    /// What stands in two chunks: both are read the next time.
    pub(crate) fn double(&mut self, keys: impl Iterator<Item = u64>) {
        self.writer.double(keys);
    }

    /// How the rows of a source are read.
    pub(crate) fn way(&mut self, source: usize, way: Digest) {
        self.writer.way(source, way);
    }

    /// Whether something that was read anew is also in a chunk that was not, of a source that is sold on the same channel:
    /// then what is known was no good.
    pub(crate) fn is_contradicted(&self) -> bool {
        let together = |one: usize, other: usize| {
            one == other
                || self
                    .channels
                    .iter()
                    .any(|(_, sells)| sells.get(one) == Some(&true) && sells.get(other) == Some(&true))
        };
        (0..self.before.len()).any(|source| {
            let anew = self.anew.iter().enumerate().filter(|(at, anew)| !anew.is_empty() && together(source, *at));
            let anew: Vec<&HashSet<u64>> = anew.map(|(_, anew)| anew).collect();
            self.used_of(source).any(|key| anew.iter().any(|anew| anew.contains(key)))
        })
    }

    /// Whether something that is listed may be in no source any more.
    pub(crate) fn may_be_missing(&self) -> bool {
        if self.was_missing || self.found.is_empty() {
            return true;
        }
        let is_gone = |(source, before): (usize, &Before)| {
            let unused = before.memos.iter().filter(|memo| !memo.is_used);
            let mut gone: HashSet<u64> = before.others.iter().copied().collect();
            gone.extend(unused.filter_map(|memo| before.keys.get(memo.keys.clone())).flatten());
            gone.retain(|key| !self.anew.get(source).is_some_and(|anew| anew.contains(key)));
            // Nearly always everything is there by now.
            !gone.is_empty() && {
                self.used_of(source).for_each(|key| {
                    gone.remove(key);
                });
                !gone.is_empty()
            }
        };
        if self.before.iter().enumerate().any(is_gone) {
            return true;
        }
        let mut moved: HashSet<(usize, u64)> = self.moved.iter().copied().collect();
        for (channel, (_, sells)) in self.channels.iter().enumerate() {
            for (source, _) in sells.iter().enumerate().filter(|(_, sells)| **sells) {
                let anew = self.anew.get(source);
                moved.retain(|(of, key)| *of != channel || !anew.is_some_and(|anew| anew.contains(key)));
                if moved.iter().any(|(of, _)| *of == channel) {
                    self.used_of(source).for_each(|key| {
                        moved.remove(&(channel, *key));
                    });
                }
            }
        }
        !moved.is_empty()
    }

    fn used_of(&self, source: usize) -> impl Iterator<Item = &u64> {
        let before = self.before.get(source);
        before.into_iter().flat_map(|before| {
            let used = before.memos.iter().filter(|memo| memo.is_used);
            used.filter_map(|memo| before.keys.get(memo.keys.clone())).flatten()
        })
    }

    /// The keys of chunks that were known, with their source.
    pub(crate) fn used(&self) -> impl Iterator<Item = (usize, &[u64])> {
        self.before.iter().enumerate().flat_map(|(at, before)| {
            let used = before.memos.iter().filter(|memo| memo.is_used);
            used.filter_map(move |memo| Some((at, before.keys.get(memo.keys.clone())?)))
        })
    }

    /// Products that were not read again.
    pub(crate) fn n_known(&self) -> u64 {
        self.n_known
    }

    /// Keeps what is known now.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub(crate) fn keep(self, is_missing: bool) -> io::Result<()> {
        self.writer.finish(is_missing)
    }
}

/// A channel, with which sources it sells from.
fn sold(job: &Job<'_>, open: &OpenChannel) -> (Arc<str>, Vec<bool>) {
    let sells = job.sources.iter().map(|source| open.sells(&source.name)).collect();
    (Arc::clone(&open.marketplace.channel().name), sells)
}

impl Found {
    /// Fields that go nowhere in a chunk that begins on this line.
    pub(crate) fn unmapped(&self, first: u64) -> impl Iterator<Item = (Unmapped, Times)> {
        self.unmapped.iter().map(move |(channel, category, field, count, place)| {
            let key = Unmapped { channel: *channel, category: Arc::from(category.as_str()), field: field.clone() };
            let place = Place { line: place.line.map(|line| line + first), ..place.clone() };
            (key, Times { count: *count, first: place })
        })
    }

    /// Categories checked by our starter documents.
    pub(crate) fn starters(&self) -> impl Iterator<Item = (usize, Arc<str>)> {
        self.starters.iter().map(|(at, category)| (*at, Arc::from(category.as_str())))
    }
}

impl Recall {
    /// The chunks that a source had, if its rows are read as they were.
    pub(crate) fn prints(&self, source: usize, way: Digest) -> Prints {
        match self.by_source.get(source).filter(|known| known.way == Some(way)) {
            Some(RecallOf { prints, usable, .. }) => {
                Prints::new(Arc::clone(prints), |at| usable.get(at).copied().unwrap_or_default())
            }
            None => Prints::default(),
        }
    }
}
