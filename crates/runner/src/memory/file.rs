//! The file: records, each with a byte before it that says what it is; numbers are little-endian. Its end is the digest of
//! the rest, so that half a file is none.

use super::Before;
use super::Found;
use super::Keeping;
use super::Memo;
use blake3::Hasher;
use feedwright_catalog::digest::Digest;
use feedwright_sources::Print;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::NamedTempFile;

/// What it begins with; another number for another form.
const MAGIC: &[u8] = b"feedwright memory 2\n";
const DIGEST: usize = 32;
/// So much is written at once.
const PIECE: usize = 1 << 20;

/// A file that nobody wrote for so long is of no use.
const OLD: Duration = Duration::from_hours(30 * 24);

const MEMO: u8 = 1;
/// What a memo takes beside what is of any length.
const MEMO_BYTES: usize = 63;
const OTHERS: u8 = 2;
const DOUBLE: u8 = 3;
const WAY: u8 = 4;
const FOUND: u8 = 5;
const END: u8 = 6;

/// Writes a file, and has it there whole or not at all.
pub(super) struct Writer {
    path: PathBuf,
    head: Vec<u8>,
    buffer: Vec<u8>,
    file: Option<NamedTempFile>,
    hash: Hasher,
    /// The number of everything that was found, as JSON: of most chunks it is the same.
    found: HashMap<Vec<u8>, u32>,
    /// Why it could not be written.
    trouble: Option<io::Error>,
}

/// A file that was read.
pub(super) struct Reader {
    bytes: Vec<u8>,
    at: usize,
}

/// What was in it.
pub(super) struct Read {
    pub(super) sources: Vec<Before>,
    /// The file, of which each memo says where its entries stand.
    pub(super) said: Vec<u8>,
    pub(super) found: Vec<Found>,
    pub(super) double: Vec<u64>,
    pub(super) was_missing: bool,
}

impl Writer {
    pub(super) fn new(keeping: &Keeping, version: u64, stamp: &str) -> Self {
        let mut head = MAGIC.to_vec();
        head.extend(keeping.context.0);
        head.extend(version.to_le_bytes());
        put(&mut head, |out| out.extend(stamp.as_bytes()));
        Self {
            path: keeping.path.clone(),
            buffer: head.clone(),
            head,
            file: None,
            hash: Hasher::new(),
            found: HashMap::new(),
            trouble: None,
        }
    }

    /// Forgets what was written.
    pub(super) fn again(&mut self) {
        self.buffer.clone_from(&self.head);
        self.file = None;
        self.hash = Hasher::new();
        self.found.clear();
    }

    /// The number of what was found.
    pub(super) fn found(&mut self, found: &Found) -> u32 {
        match serde_json::to_vec(found) {
            Ok(json) => {
                let next = u32::try_from(self.found.len()).unwrap_or(u32::MAX);
                *self.found.entry(json).or_insert(next)
            }
            Err(why) => {
                self.trouble.get_or_insert(why.into());
                u32::MAX
            }
        }
    }

    pub(super) fn memo(
        &mut self,
        (source, print): (usize, &Print),
        keys: &[u64],
        found: u32,
        (entries, waiting): (&[u8], &[u8]),
    ) {
        let out = self.record(MEMO, source);
        out.reserve(MEMO_BYTES + print.last.len() + size_of_val(keys) + entries.len() + waiting.len());
        out.extend_from_slice(&print.digest);
        out.extend_from_slice(&print.head.to_le_bytes());
        out.extend_from_slice(&print.length.to_le_bytes());
        out.extend_from_slice(&print.n_lines.to_le_bytes());
        out.extend_from_slice(&print.line.unwrap_or_default().to_le_bytes());
        out.extend_from_slice(&[print.returns.0, print.returns.1, print.ends].map(u8::from));
        put(out, |out| out.extend_from_slice(print.last.as_bytes()));
        numbers(out, keys.iter().copied());
        out.extend_from_slice(&found.to_le_bytes());
        put(out, |out| out.extend_from_slice(entries));
        put(out, |out| out.extend_from_slice(waiting));
        self.flush(PIECE);
    }

    pub(super) fn others(&mut self, source: usize, keys: &[u64]) {
        numbers(self.record(OTHERS, source), keys.iter().copied());
        self.flush(PIECE);
    }

    pub(super) fn double(&mut self, keys: impl Iterator<Item = u64>) {
        numbers(self.record(DOUBLE, 0), keys);
    }

    pub(super) fn way(&mut self, source: usize, way: Digest) {
        self.record(WAY, source).extend(way.0);
    }

    /// Ends the file and puts it into its place.
    pub(super) fn finish(mut self, is_missing: bool) -> io::Result<()> {
        let mut found: Vec<(u32, Vec<u8>)> =
            std::mem::take(&mut self.found).into_iter().map(|(json, n)| (n, json)).collect();
        found.sort_unstable();
        for (_, json) in found {
            put(self.record(FOUND, 0), |out| out.extend(json));
        }
        self.record(END, usize::from(is_missing));
        self.flush(0);
        self.buffer.extend(self.hash.finalize().as_bytes());
        self.flush(0);
        match (self.trouble, self.file) {
            (Some(trouble), _) => Err(trouble),
            (None, Some(file)) => {
                file.persist(&self.path).map_err(|why| why.error)?;
                sweep(self.path.parent().unwrap_or(Path::new(".")));
                Ok(())
            }
            (None, None) => Ok(()),
        }
    }

    fn record(&mut self, kind: u8, source: usize) -> &mut Vec<u8> {
        self.buffer.push(kind);
        self.buffer.extend(u32::try_from(source).unwrap_or(u32::MAX).to_le_bytes());
        &mut self.buffer
    }

    /// Writes what is there, if it is more than that.
    fn flush(&mut self, most: usize) {
        if self.buffer.len() <= most || self.trouble.is_some() {
            return;
        }
        self.hash.update(&self.buffer);
        self.trouble = self.write().err();
        self.buffer.clear();
    }

    fn write(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let folder = self.path.parent().unwrap_or(Path::new("."));
                fs::create_dir_all(folder)?;
                none.insert(NamedTempFile::new_in(folder)?)
            }
        };
        file.write_all(&self.buffer)
    }
}

impl Reader {
    /// Opens a file, if it is whole and was written under these circumstances. With the ledger's version it was written at,
    /// and what was said of the ledger.
    pub(super) fn open(keeping: &Keeping) -> Option<(Self, u64, String)> {
        let mut bytes = fs::read(&keeping.path).ok()?;
        let end = bytes.len().checked_sub(DIGEST)?;
        if *bytes.get(end..)? != *blake3::hash(bytes.get(..end)?).as_bytes() {
            return None;
        }
        bytes.truncate(end);
        let mut reader = Self { bytes, at: 0 };
        if reader.take(MAGIC.len())? != MAGIC || reader.take(DIGEST)? != keeping.context.0 {
            return None;
        }
        let version = reader.u64()?;
        let stamp = reader.text()?;
        Some((reader, version, stamp))
    }

    /// Reads it for these sources.
    pub(super) fn read(mut self, sources: &[String]) -> Option<Read> {
        let mut read = Read {
            sources: sources.iter().map(|_| Before::default()).collect(),
            said: Vec::new(),
            found: Vec::new(),
            double: Vec::new(),
            was_missing: true,
        };
        let mut prints: Vec<Vec<Print>> = sources.iter().map(|_| Vec::new()).collect();
        loop {
            let kind = *self.take(1)?.first()?;
            let source = self.u32()? as usize;
            match kind {
                MEMO => self.memo(read.sources.get_mut(source)?, prints.get_mut(source)?)?,
                OTHERS => self.numbers(&mut read.sources.get_mut(source)?.others)?,
                DOUBLE => self.numbers(&mut read.double)?,
                WAY => read.sources.get_mut(source)?.way = Some(Digest(*self.take(DIGEST)?.first_chunk()?)),
                FOUND => {
                    let found = self.bytes()?;
                    read.found.push(serde_json::from_slice(&found).ok()?);
                }
                END => {
                    read.was_missing = source != 0;
                    break;
                }
                _ => return None,
            }
        }
        for (source, prints) in read.sources.iter_mut().zip(prints) {
            source.prints = prints.into();
        }
        read.said = self.bytes;
        Some(read)
    }

    fn memo(&mut self, before: &mut Before, prints: &mut Vec<Print>) -> Option<()> {
        let print = Print {
            digest: *self.take(16)?.first_chunk()?,
            head: self.u64()?,
            length: self.u32()?,
            n_lines: self.u32()?,
            line: Some(self.u64()?).filter(|line| *line > 0),
            returns: (self.flag()?, self.flag()?),
            ends: self.flag()?,
            last: self.text()?,
        };
        let first = before.keys.len();
        self.numbers(&mut before.keys)?;
        let found = self.u32()? as usize;
        let entries = self.said()?;
        let waiting = self.said()?;
        before.memos.push(Memo {
            keys: first..before.keys.len(),
            found,
            entries,
            waiting,
            is_usable: false,
            is_used: false,
        });
        prints.push(print);
        Some(())
    }

    fn said(&mut self) -> Option<Range<usize>> {
        let length = self.u32()? as usize;
        self.take(length)?;
        Some(self.at - length..self.at)
    }

    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let end = self.at.checked_add(length)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn flag(&mut self) -> Option<bool> {
        Some(*self.take(1)?.first()? != 0)
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(*self.take(4)?.first_chunk()?))
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(*self.take(8)?.first_chunk()?))
    }

    fn bytes(&mut self) -> Option<Vec<u8>> {
        let length = self.u32()? as usize;
        Some(self.take(length)?.to_vec())
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?).ok()
    }

    fn numbers(&mut self, out: &mut Vec<u64>) -> Option<()> {
        let length = self.u32()? as usize;
        let bytes = self.take(length.checked_mul(8)?)?;
        let (numbers, _) = bytes.as_chunks();
        out.extend(numbers.iter().map(|bytes| u64::from_le_bytes(*bytes)));
        Some(())
    }
}

/// Removes what nobody wrote for long: of a choice of channels, lanes or catalogs that was made once.
fn sweep(folder: &Path) {
    let is_old = |path: &Path| {
        let age = path.metadata().and_then(|metadata| metadata.modified()).map(|written| written.elapsed());
        matches!(age, Ok(Ok(age)) if age > OLD)
    };
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    for path in files.filter(|path| path.extension().is_some_and(|ending| ending == "memory") && is_old(path)) {
        // It is only in the way, and may be somebody else's to remove.
        let _left = fs::remove_file(path);
    }
}

/// Something with its length before it.
pub(super) fn put(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend([0; 4]);
    write(out);
    // A chunk's text has a few megabytes at most, and what is said about it no more than a few times that.
    let length = u32::try_from(out.len() - start - 4).unwrap_or(u32::MAX);
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&length.to_le_bytes());
    }
}

/// Entries that were put one after the other.
pub(super) fn entries(bytes: &[u8]) -> Entries<'_> {
    Entries(bytes)
}

/// Goes through entries that were put one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Entries<'m>(&'m [u8]);

impl<'m> Iterator for Entries<'m> {
    type Item = &'m [u8];

    fn next(&mut self) -> Option<&'m [u8]> {
        let (length, rest) = self.0.split_first_chunk()?;
        let (entry, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        self.0 = rest;
        Some(entry)
    }
}

fn numbers(out: &mut Vec<u8>, numbers: impl Iterator<Item = u64>) {
    let start = out.len();
    out.extend([0; 4]);
    let mut count = 0_u32;
    for number in numbers {
        out.extend(number.to_le_bytes());
        count += 1;
    }
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&count.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keeping(folder: &Path) -> Keeping {
        Keeping { is_fresh: false, path: folder.join("a/b.memory"), context: Digest([7; 32]) }
    }

    fn print(last: &str) -> Print {
        Print {
            digest: [1; 16],
            head: 2,
            length: 3,
            n_lines: 4,
            line: Some(5),
            returns: (true, false),
            ends: true,
            last: last.to_owned(),
        }
    }

    #[test]
    fn what_was_kept_is_there_and_nothing_of_half_a_file_or_of_other_circumstances() {
        let folder = tempfile::tempdir().unwrap();
        let keeping = keeping(folder.path());
        let mut writer = Writer::new(&keeping, 11, "stamp");
        let found = Found { n_keys: 9, ready: vec![1, 2], ..Found::default() };
        let number = writer.found(&found);
        writer.memo((1, &print("a")), &[10, 20], number, (b"entries", b""));
        writer.others(0, &[30]);
        assert_eq!(writer.found(&found), number);
        writer.memo((1, &print("b")), &[40], number, (b"", b"waiting"));
        writer.double([50].into_iter());
        writer.way(1, Digest([8; 32]));
        writer.finish(true).unwrap();
        let (reader, version, stamp) = Reader::open(&keeping).unwrap();
        assert_eq!((version, stamp.as_str()), (11, "stamp"));
        let read = reader.read(&["one".to_owned(), "two".to_owned()]).unwrap();
        assert_eq!((read.found, read.double, read.was_missing), (vec![found], vec![50], true));
        assert_eq!((&read.sources[0].others[..], read.sources[1].way), (&[30][..], Some(Digest([8; 32]))));
        let two = &read.sources[1];
        assert_eq!(two.prints.to_vec(), [print("a"), print("b")]);
        let said = |range: &Range<usize>| &read.said[range.clone()];
        assert_eq!(two.keys, [10, 20, 40]);
        assert_eq!((said(&two.memos[0].entries), said(&two.memos[0].waiting)), (&b"entries"[..], &b""[..]));
        assert_eq!(
            (two.memos[1].keys.clone(), two.memos[1].found, said(&two.memos[1].waiting)),
            (2..3, 0, &b"waiting"[..])
        );
        assert!(Reader::open(&Keeping { context: Digest([6; 32]), ..keeping.clone() }).is_none());
        // Of a source that is not there any more nothing can be used, and of the rest neither.
        assert!(Reader::open(&keeping).unwrap().0.read(&["one".to_owned()]).is_none());
        let bytes = fs::read(&keeping.path).unwrap();
        fs::write(&keeping.path, &bytes[..bytes.len() - 1]).unwrap();
        assert!(Reader::open(&keeping).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(prop_oneof![0_u8..8, any::<u8>()], 0..200)) {
            let reader = Reader { bytes, at: 0 };
            drop(reader.read(&["one".to_owned(), "two".to_owned()]));
        }
    }
}
