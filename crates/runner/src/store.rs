//! Keeps what a run found in one order, whatever the order of arrival, in bounded memory.
//!
//! An external merge sort: entries are encoded so that comparing their bytes is comparing their order, kept in memory up to a
//! limit, then written as sorted runs to one temporary file without a name, and merged while they are read.

mod merge;
mod record;

pub(crate) use record::Counted;
pub(crate) use record::encode;

use feedwright_catalog::Finding;
use feedwright_catalog::Place;
use feedwright_catalog::Sku;
use std::fs::File;
use std::io;
use std::io::BufWriter;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;

/// The bytes of encoded entries held in memory unless told otherwise.
pub const DEFAULT_MEMORY_LIMIT: usize = 4 << 20;

/// What the index costs per entry, counted against the limit.
const INDEX_BYTES: usize = size_of::<Span>();

/// One thing a run has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Something is wrong.
    Finding(Finding),
    /// What became of a SKU on a channel.
    Outcome(Outcome),
}

/// What became of a SKU on a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The channel's marketplace.
    pub marketplace: Arc<str>,
    /// The channel, as configured.
    pub channel: Arc<str>,
    /// The SKU.
    pub sku: Sku,
    /// How it stands.
    pub standing: Standing,
    /// The row it was read from.
    pub place: Option<Place>,
}

/// How a SKU stands on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Checked, and in a feed file.
    Ready,
    /// Kept back because of an error.
    Blocked,
    /// Not meant for the channel, such as an inactive product; no fault.
    LeftOut,
}

/// Where an encoded entry lies in the arena.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
}

/// A sorted run in the temporary file.
#[derive(Clone, Copy, Debug)]
struct Run {
    start: u64,
    end: u64,
}

/// Collects entries in any order.
#[derive(Debug)]
pub struct Store {
    memory_limit: usize,
    directory: Option<PathBuf>,
    arena: Vec<u8>,
    spans: Vec<Span>,
    spilled: Option<Spilled>,
}

/// The runs written so far.
#[derive(Debug)]
struct Spilled {
    file: BufWriter<File>,
    runs: Vec<Run>,
    end: u64,
}

impl Default for Store {
    fn default() -> Self {
        Self::new(DEFAULT_MEMORY_LIMIT)
    }
}

impl Store {
    /// An empty store that spills to the system's temporary directory once it holds more than `memory_limit` bytes.
    pub fn new(memory_limit: usize) -> Self {
        Self { memory_limit, directory: None, arena: Vec::new(), spans: Vec::new(), spilled: None }
    }

    /// The same, spilling to a directory of the caller's choice.
    pub fn new_in(directory: &Path, memory_limit: usize) -> Self {
        Self { directory: Some(directory.to_owned()), ..Self::new(memory_limit) }
    }

    /// Adds an entry. The order of adding has no influence on the result.
    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        let start = self.arena.len();
        record::encode(entry, &mut self.arena);
        self.added(start)
    }

    fn added(&mut self, start: usize) -> io::Result<()> {
        self.spans.push(Span { start, end: self.arena.len() });
        if self.arena.len() + self.spans.len() * INDEX_BYTES > self.memory_limit {
            self.spill()?;
        }
        Ok(())
    }

    /// Adds one that was [encoded](encode).
    pub(crate) fn add_encoded(&mut self, entry: &[u8]) -> io::Result<()> {
        let start = self.arena.len();
        self.arena.extend_from_slice(entry);
        self.added(start)
    }

    /// Ends collecting. Equal entries have become one.
    pub fn finish(mut self) -> io::Result<Sorted> {
        if self.spilled.is_some() && !self.spans.is_empty() {
            self.spill()?;
        }
        if let Some(Spilled { file, runs, .. }) = self.spilled {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            return Ok(Sorted { kept: Kept::File { file: Mutex::new(file), runs, memory_limit: self.memory_limit } });
        }
        sort(&self.arena, &mut self.spans);
        Ok(Sorted { kept: Kept::Memory { arena: self.arena, spans: self.spans } })
    }

    fn spill(&mut self) -> io::Result<()> {
        if self.spilled.is_none() {
            let file = match &self.directory {
                Some(directory) => tempfile::tempfile_in(directory)?,
                None => tempfile::tempfile()?,
            };
            self.spilled = Some(Spilled { file: BufWriter::with_capacity(1 << 16, file), runs: Vec::new(), end: 0 });
        }
        let Some(spilled) = &mut self.spilled else { return Ok(()) };
        sort(&self.arena, &mut self.spans);
        let start = spilled.end;
        for span in &self.spans {
            spilled.end += merge::write_record(&self.arena[span.start..span.end], &mut spilled.file)?;
        }
        spilled.runs.push(Run { start, end: spilled.end });
        self.arena.clear();
        self.spans.clear();
        Ok(())
    }
}

/// Sorts the spans by the bytes they stand for, and drops equal ones.
fn sort(arena: &[u8], spans: &mut Vec<Span>) {
    let bytes = |span: &Span| &arena[span.start..span.end];
    spans.sort_unstable_by(|a, b| bytes(a).cmp(bytes(b)));
    spans.dedup_by(|a, b| bytes(a) == bytes(b));
}

/// The entries of a run in their order; can be read any number of times.
#[derive(Debug)]
pub struct Sorted {
    kept: Kept,
}

#[derive(Debug)]
enum Kept {
    Memory { arena: Vec<u8>, spans: Vec<Span> },
    File { file: Mutex<File>, runs: Vec<Run>, memory_limit: usize },
}

impl Sorted {
    /// All entries, by marketplace, channel, SKU (the outcome before the findings), pointer, code, keyword, place, message.
    /// What has no SKU stands before what has one, by its place, so that a report follows the file.
    pub fn entries(&self) -> io::Result<Entries<'_>> {
        Ok(Entries {
            inner: match &self.kept {
                Kept::Memory { arena, spans } => Inner::Memory { arena, spans: spans.iter() },
                Kept::File { file, runs, memory_limit } => Inner::File(merge::Merge::new(file, runs, *memory_limit)?),
            },
        })
    }

    /// What of each entry is counted, in the same order.
    pub(crate) fn each_counted(&self, each: &mut dyn FnMut(Counted<'_>)) -> io::Result<()> {
        match &self.kept {
            Kept::Memory { arena, spans } => {
                for span in spans {
                    each(record::counted(&arena[span.start..span.end])?);
                }
            }
            Kept::File { file, runs, memory_limit } => {
                let mut merge = merge::Merge::new(file, runs, *memory_limit)?;
                while let Some(bytes) = merge.next_record()? {
                    each(record::counted(bytes)?);
                }
            }
        }
        Ok(())
    }

    /// The findings alone, in the same order.
    pub fn findings(&self) -> io::Result<impl Iterator<Item = io::Result<Finding>> + '_> {
        Ok(self.entries()?.filter_map(|entry| match entry {
            Ok(Entry::Finding(finding)) => Some(Ok(finding)),
            Ok(Entry::Outcome(_)) => None,
            Err(error) => Some(Err(error)),
        }))
    }
}

/// Goes through the entries of a [`Sorted`].
#[derive(Debug)]
pub struct Entries<'a> {
    inner: Inner<'a>,
}

#[derive(Debug)]
enum Inner<'a> {
    Memory { arena: &'a [u8], spans: std::slice::Iter<'a, Span> },
    File(merge::Merge<'a>),
}

impl Iterator for Entries<'_> {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.inner {
            Inner::Memory { arena, spans } => spans.next().map(|span| record::decode(&arena[span.start..span.end])),
            Inner::File(merge) => match merge.next_record() {
                Ok(Some(bytes)) => Some(record::decode(bytes)),
                Ok(None) => None,
                Err(error) => Some(Err(error)),
            },
        }
    }
}

#[cfg(test)]
mod tests;
