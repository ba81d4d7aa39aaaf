//! Reads the sorted runs of one file as a single sorted sequence.

use crate::store::Run;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::io::Write;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Bytes of the length in front of a record.
const LENGTH: usize = size_of::<u32>();

/// A run's read buffer is its share of the memory limit, within these bounds: below, the disk is asked too often; above, nothing
/// is gained.
const BUFFER_BYTES: std::ops::RangeInclusive<usize> = (4 << 10)..=(256 << 10);

/// Writes a record, and says how many bytes it took.
pub(super) fn write_record(record: &[u8], out: &mut impl Write) -> io::Result<u64> {
    let length = u32::try_from(record.len())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a finding is larger than 4 GiB"))?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(record)?;
    Ok(u64::from(length) + LENGTH as u64)
}

/// A k-way merge that drops equal records.
#[derive(Debug)]
pub(super) struct Merge<'a> {
    readers: Vec<Reader<'a>>,
    heads: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
    last: Option<Vec<u8>>,
}

impl<'a> Merge<'a> {
    /// Opens every run. Several merges may read the same file, also at the same time.
    pub(super) fn new(file: &'a Mutex<File>, runs: &[Run], memory_limit: usize) -> io::Result<Self> {
        let share = (memory_limit / runs.len().max(1)).clamp(*BUFFER_BYTES.start(), *BUFFER_BYTES.end());
        let mut readers: Vec<Reader<'_>> = runs
            .iter()
            .map(|run| Reader { file, at: run.start, end: run.end, share, buffer: Vec::new(), read: 0 })
            .collect();
        let mut heads = BinaryHeap::with_capacity(readers.len());
        for (index, reader) in readers.iter_mut().enumerate() {
            let mut record = Vec::new();
            if reader.next_record(&mut record)? {
                heads.push(Reverse((record, index)));
            }
        }
        Ok(Self { readers, heads, last: None })
    }

    /// The next record, or none at the end. After an error there is no next one.
    pub(super) fn next_record(&mut self) -> io::Result<Option<&[u8]>> {
        while let Some(Reverse((record, index))) = self.heads.pop() {
            let is_repeated = self.last.as_ref() == Some(&record);
            // The buffer of the record before last is used again.
            let mut next = self.last.replace(record).unwrap_or_default();
            match self.readers[index].next_record(&mut next) {
                Ok(true) => self.heads.push(Reverse((next, index))),
                Ok(false) => {}
                Err(error) => {
                    self.heads.clear();
                    return Err(error);
                }
            }
            if !is_repeated {
                return Ok(self.last.as_deref());
            }
        }
        Ok(None)
    }
}

/// Reads one run. It remembers where it is, since the file's own position belongs to nobody.
#[derive(Debug)]
struct Reader<'a> {
    file: &'a Mutex<File>,
    at: u64,
    end: u64,
    share: usize,
    buffer: Vec<u8>,
    read: usize,
}

impl Reader<'_> {
    fn next_record(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        if self.read == self.buffer.len() && self.at == self.end {
            return Ok(false);
        }
        self.ensure(LENGTH)?;
        let mut length = [0; LENGTH];
        length.copy_from_slice(&self.buffer[self.read..self.read + LENGTH]);
        self.read += LENGTH;
        let length = usize::try_from(u32::from_le_bytes(length)).map_err(io::Error::other)?;
        self.ensure(length)?;
        out.clear();
        out.extend_from_slice(&self.buffer[self.read..self.read + length]);
        self.read += length;
        Ok(true)
    }

    /// Makes `n` unread bytes stand in the buffer.
    fn ensure(&mut self, n: usize) -> io::Result<()> {
        let unread = self.buffer.len() - self.read;
        if unread >= n {
            return Ok(());
        }
        self.buffer.drain(..self.read);
        self.read = 0;
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let wanted = self.share.max(n).saturating_sub(unread).min(left);
        self.buffer.resize(unread + wanted, 0);
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(self.at))?;
            file.read_exact(&mut self.buffer[unread..])?;
        }
        self.at += wanted as u64;
        if self.buffer.len() < n {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a stored entry is cut off"));
        }
        Ok(())
    }
}
