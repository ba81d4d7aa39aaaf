//! Records that are to be sent, kept in a file without a name until they are: a plan of a whole catalog does not fit into
//! memory.

use feedwright_catalog::Place;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::digest::Lane;
use std::fs::File;
use std::io;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Read as _;
use std::io::Seek as _;

/// A record that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SpooledRow {
    /// Its SKU.
    pub(crate) sku: Sku,
    /// Whether it is its family's parent record.
    pub(crate) is_parent: bool,
    /// Its category.
    pub(crate) category: String,
    /// The row it was made from.
    pub(crate) place: Place,
    /// Its bytes by part of the feed; empty where the part does not concern it.
    pub(crate) parts: Vec<Vec<u8>>,
    /// What it tells.
    pub(crate) tells: Vec<SpooledTell>,
}

/// What it tells in one lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SpooledTell {
    /// The lane.
    pub(crate) lane: Lane,
    /// The digest.
    pub(crate) digest: Digest,
    /// What is kept of it.
    pub(crate) kept: Vec<u8>,
}

/// Families of records, in order.
#[derive(Debug)]
pub(crate) struct Spool {
    file: BufWriter<File>,
    families: u64,
}

impl Spool {
    /// An empty one, in the system's temporary folder.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::with_capacity(1 << 16, tempfile::tempfile()?), families: 0 })
    }

    /// Adds a family's records.
    pub(crate) fn add(&mut self, family: &[SpooledRow]) -> io::Result<()> {
        self.families += 1;
        let out = &mut self.file;
        number(out, family.len())?;
        for row in family {
            let head = (&row.sku, row.is_parent, &row.category, &row.place);
            bytes(out, &serde_json::to_vec(&head)?)?;
            number(out, row.parts.len())?;
            row.parts.iter().try_for_each(|part| bytes(out, part))?;
            number(out, row.tells.len())?;
            for tell in &row.tells {
                bytes(out, tell.lane.name().as_bytes())?;
                bytes(out, &tell.digest.0)?;
                bytes(out, &tell.kept)?;
            }
        }
        Ok(())
    }

    /// Reads them from the beginning.
    pub(crate) fn read(self) -> io::Result<Families> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(Families { file: BufReader::with_capacity(1 << 16, file), left: self.families })
    }
}

/// Families, one after the other.
#[derive(Debug)]
pub(crate) struct Families {
    file: BufReader<File>,
    left: u64,
}

impl Iterator for Families {
    type Item = io::Result<Vec<SpooledRow>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        Some(self.family())
    }
}

impl Families {
    fn family(&mut self) -> io::Result<Vec<SpooledRow>> {
        let n_rows = self.number()?;
        let mut rows = Vec::new();
        for _ in 0..n_rows {
            let (sku, is_parent, category, place) = serde_json::from_slice(&self.bytes()?)?;
            let n_parts = self.number()?;
            let parts = (0..n_parts).map(|_| self.bytes()).collect::<io::Result<_>>()?;
            let n_tells = self.number()?;
            let tells = (0..n_tells).map(|_| self.tell()).collect::<io::Result<_>>()?;
            rows.push(SpooledRow { sku, is_parent, category, place, parts, tells });
        }
        Ok(rows)
    }

    fn tell(&mut self) -> io::Result<SpooledTell> {
        let name = self.bytes()?;
        let lane = std::str::from_utf8(&name).ok().and_then(Lane::parse).ok_or_else(broken)?;
        let digest = Digest(self.bytes()?.try_into().map_err(|_| broken())?);
        Ok(SpooledTell { lane, digest, kept: self.bytes()? })
    }

    fn number(&mut self) -> io::Result<u32> {
        let mut number = [0; 4];
        self.file.read_exact(&mut number)?;
        Ok(u32::from_le_bytes(number))
    }

    fn bytes(&mut self) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let length = u64::from(self.number()?);
        let read = self.file.by_ref().take(length).read_to_end(&mut out)? as u64;
        if read == length { Ok(out) } else { Err(io::Error::from(io::ErrorKind::UnexpectedEof)) }
    }
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the temporary file of a plan is not what was written")
}

fn number(out: &mut impl io::Write, number: usize) -> io::Result<()> {
    let number = u32::try_from(number).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
    out.write_all(&number.to_le_bytes())
}

fn bytes(out: &mut impl io::Write, bytes: &[u8]) -> io::Result<()> {
    number(out, bytes.len())?;
    out.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_come_out_as_they_went_in() {
        let row = |sku: &str, is_parent| SpooledRow {
            sku: Sku::parse(sku).unwrap(),
            is_parent,
            category: "MUG".to_owned(),
            place: Place { file: "a.csv".into(), line: Some(7), column: None },
            parts: vec![b"{}".to_vec(), Vec::new()],
            tells: vec![SpooledTell { lane: Lane::Price, digest: Digest([7; 32]), kept: b"kept".to_vec() }],
        };
        let families = vec![vec![row("P", true), row("A", false)], vec![row("B", false)]];
        let mut spool = Spool::new().unwrap();
        for family in &families {
            spool.add(family).unwrap();
        }
        assert_eq!(spool.read().unwrap().collect::<io::Result<Vec<_>>>().unwrap(), families);
    }
}
