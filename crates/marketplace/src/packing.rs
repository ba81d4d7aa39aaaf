//! Which record goes into which file: limits of records, bytes and batches kept, families never torn apart.

use crate::contract::Frame;
use crate::contract::Framing;
use crate::contract::Part;

/// Where files are written. Only the runner has real ones.
pub trait Shelf {
    /// Why writing fails.
    type Error;

    /// Begins the next file.
    ///
    /// # Errors
    /// That it cannot be begun.
    fn open(&mut self) -> Result<(), Self::Error>;

    /// Writes on.
    ///
    /// # Errors
    /// That it cannot be written.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Ends the file, which holds so many records.
    ///
    /// # Errors
    /// That it cannot be ended.
    fn close(&mut self, records: u64) -> Result<(), Self::Error>;
}

/// The records of a product, in order.
#[derive(Clone, Copy, Debug)]
pub enum Group<'a> {
    /// Each on its own.
    Apart(&'a [&'a [u8]]),
    /// The first is the family's own, and the others may stand inside it, if the framing has a frame for families.
    UnderFirst(&'a [&'a [u8]]),
}

/// The files of one part, filled one after the other.
#[derive(Debug)]
pub struct Packer {
    framing: Framing,
    max_records: u64,
    max_bytes: u64,
    max_batch: u64,
    file: Option<Open>,
    beginning: Vec<u8>,
}

/// The file under way.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    records: u64,
    bytes: u64,
    in_batch: u64,
}

/// What the beginning of a record may take at most: a member name and a number.
const LONGEST_BEGINNING: usize = 64;

impl Packer {
    /// Files of this part, framed like this.
    pub fn new(part: &Part, framing: Framing) -> Self {
        Self {
            max_records: part.max_records.value,
            max_bytes: part.max_bytes.value,
            max_batch: part.max_batch.as_ref().map_or(u64::MAX, |limit| limit.value.max(1)),
            framing,
            file: None,
            beginning: Vec::new(),
        }
    }

    /// Whether a product's records fit into a file at all: they are never torn apart.
    pub fn takes(&self, group: Group<'_>) -> bool {
        self.fits(Open { bytes: self.framing.file.before.len() as u64, ..Open::default() }, group)
    }

    /// Whether a product's records fit into the file under way; always where none is.
    pub fn has_room(&self, group: Group<'_>) -> bool {
        self.file.is_none_or(|file| self.fits(file, group))
    }

    /// Adds a product's records, which [`Packer::takes`]; begins the next file where they do not fit into this one.
    /// `begin` writes the beginning of a record by its number in the file.
    ///
    /// # Errors
    /// The shelf's.
    pub fn add<S: Shelf>(
        &mut self,
        group: Group<'_>,
        mut begin: impl FnMut(u64, &mut Vec<u8>),
        shelf: &mut S,
    ) -> Result<(), S::Error> {
        let (Group::Apart(records) | Group::UnderFirst(records)) = group;
        if records.is_empty() {
            return Ok(());
        }
        if self.file.is_some_and(|file| !self.fits(file, group)) {
            self.finish(shelf)?;
        }
        let mut file = match self.file {
            Some(file) => file,
            None => {
                shelf.open()?;
                let mut file = Open::default();
                write(&self.framing.file.before, &mut file, shelf)?;
                file
            }
        };
        let nested = self.family(group).cloned();
        for (at, record) in records.iter().enumerate() {
            match &nested {
                Some(frame) if at > 0 => {
                    if at > 1 {
                        write(&frame.between, &mut file, shelf)?;
                    }
                }
                Some(_) | None => {
                    self.separate(&mut file, shelf)?;
                    file.records += 1;
                    file.in_batch += 1;
                    self.beginning.clear();
                    begin(file.records, &mut self.beginning);
                    write(&self.beginning, &mut file, shelf)?;
                    if let Some(frame) = &nested {
                        write(&frame.before, &mut file, shelf)?;
                    }
                }
            }
            write(record, &mut file, shelf)?;
        }
        if let Some(frame) = &nested {
            write(&frame.after, &mut file, shelf)?;
        }
        self.file = Some(file);
        Ok(())
    }

    /// Ends the file under way.
    ///
    /// # Errors
    /// The shelf's.
    pub fn finish<S: Shelf>(&mut self, shelf: &mut S) -> Result<(), S::Error> {
        let Some(mut file) = self.file.take() else { return Ok(()) };
        if let Some(batch) = &self.framing.batch {
            write(&batch.after, &mut file, shelf)?;
        }
        write(&self.framing.file.after, &mut file, shelf)?;
        shelf.close(file.records)
    }

    /// What stands between the last record and the next: a full batch is ended and another begun.
    fn separate<S: Shelf>(&self, file: &mut Open, shelf: &mut S) -> Result<(), S::Error> {
        let Some(batch) = &self.framing.batch else {
            return if file.records > 0 { write(&self.framing.file.between, file, shelf) } else { Ok(()) };
        };
        if file.in_batch > 0 && file.in_batch < self.max_batch {
            return write(&batch.between, file, shelf);
        }
        if file.in_batch > 0 {
            write(&batch.after, file, shelf)?;
            write(&self.framing.file.between, file, shelf)?;
            file.in_batch = 0;
        }
        write(&batch.before, file, shelf)
    }

    fn family<'s>(&'s self, group: Group<'_>) -> Option<&'s Frame> {
        match group {
            Group::Apart(_) => None,
            Group::UnderFirst(_) => self.framing.family.as_ref(),
        }
    }

    /// Counted so that it never comes out too small.
    fn fits(&self, file: Open, group: Group<'_>) -> bool {
        let (Group::Apart(records) | Group::UnderFirst(records)) = group;
        let nested = self.family(group);
        let counted = if nested.is_some() { 1 } else { records.len() as u64 };
        let length = |frame: &Frame| frame.before.len() + frame.between.len() + frame.after.len();
        let batches = self.framing.batch.as_ref().map_or(0, |frame| {
            let begun = counted / self.max_batch + 2;
            usize::try_from(begun).unwrap_or(usize::MAX).saturating_mul(length(frame) + self.framing.file.between.len())
        });
        let between = self.framing.file.between.len()
            + self.framing.batch.as_ref().map_or(0, |frame| frame.between.len())
            + nested.map_or(0, |frame| frame.between.len())
            + LONGEST_BEGINNING;
        let more: usize = records.iter().map(|record| record.len() + between).sum();
        let around = nested.map_or(0, length) + batches + self.framing.file.after.len();
        file.records + counted <= self.max_records && file.bytes + (more + around) as u64 <= self.max_bytes
    }
}

fn write<S: Shelf>(bytes: &[u8], file: &mut Open, shelf: &mut S) -> Result<(), S::Error> {
    if bytes.is_empty() {
        return Ok(());
    }
    file.bytes += bytes.len() as u64;
    shelf.write(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Container;
    use crate::contract::Limit;
    use std::convert::Infallible;

    #[derive(Default)]
    struct Files(Vec<(String, u64)>);

    impl Shelf for Files {
        type Error = Infallible;

        fn open(&mut self) -> Result<(), Infallible> {
            self.0.push((String::new(), 0));
            Ok(())
        }

        fn write(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
            self.0.last_mut().unwrap().0.push_str(std::str::from_utf8(bytes).unwrap());
            Ok(())
        }

        fn close(&mut self, records: u64) -> Result<(), Infallible> {
            self.0.last_mut().unwrap().1 = records;
            Ok(())
        }
    }

    fn limit(value: u64) -> Limit {
        Limit { value, source: "a test", checked_on: "2026-11-25" }
    }

    fn part(max_records: u64, max_bytes: u64, max_batch: Option<u64>) -> Part {
        Part {
            id: "",
            extension: "txt",
            container: Container::Plain,
            max_records: limit(max_records),
            max_bytes: limit(max_bytes),
            max_batch: max_batch.map(limit),
        }
    }

    fn frame(before: &str, between: &str, after: &str) -> Frame {
        Frame { before: before.into(), between: between.into(), after: after.into() }
    }

    fn pack(part: &Part, framing: Framing, groups: &[&[&str]], nest: bool) -> Vec<(String, u64)> {
        let mut packer = Packer::new(part, framing);
        let mut files = Files::default();
        for group in groups {
            let records: Vec<&[u8]> = group.iter().map(|record| record.as_bytes()).collect();
            let group = if nest { Group::UnderFirst(&records) } else { Group::Apart(&records) };
            assert!(packer.takes(group));
            let begin = |ordinal: u64, out: &mut Vec<u8>| out.extend_from_slice(ordinal.to_string().as_bytes());
            packer.add(group, begin, &mut files).unwrap();
        }
        packer.finish(&mut files).unwrap();
        files.0
    }

    #[test]
    fn a_family_stays_in_one_file() {
        let framing = Framing { file: frame("[", ",", "]"), ..Framing::default() };
        let files = pack(&part(3, 9000, None), framing, &[&["a", "b"], &["c", "d"], &["e"]], false);
        assert_eq!(files, [("[1a,2b]".to_owned(), 2), ("[1c,2d,3e]".to_owned(), 3)]);
    }

    #[test]
    fn a_file_of_calls_holds_full_batches() {
        let framing = Framing { file: frame("", "\n", "\n"), batch: Some(frame("{", ",", "}")), ..Framing::default() };
        let files = pack(&part(9, 9000, Some(2)), framing, &[&["a", "b", "c"], &["d"], &["e"]], false);
        assert_eq!(files, [("{1a,2b}\n{3c,4d}\n{5e}\n".to_owned(), 5)]);
    }

    #[test]
    fn a_family_in_its_own_record_counts_once() {
        let framing = Framing { file: frame("<", "", ">"), family: Some(frame("", "|", ")")), ..Framing::default() };
        let files = pack(&part(2, 9000, None), framing, &[&["p(", "a", "b"], &["q(", "c"], &["r("]], true);
        assert_eq!(files, [("<1p(a|b)2q(c)>".to_owned(), 2), ("<1r()>".to_owned(), 1)]);
    }

    #[test]
    fn no_file_is_over_its_limit_and_what_fits_into_none_is_not_taken() {
        let framing = Framing { file: frame("[", ",", "]"), ..Framing::default() };
        let part = part(100, 200, None);
        let record = "x".repeat(40);
        let groups: Vec<&[&str]> = vec![&[]; 0];
        let mut groups = groups;
        let one = [record.as_str()];
        groups.extend([&one[..]; 5]);
        let files = pack(&part, framing.clone(), &groups, false);
        assert!(files.len() > 1 && files.iter().all(|(text, _)| text.len() <= 200), "{files:?}");
        assert_eq!(files.iter().map(|(_, records)| records).sum::<u64>(), 5);
        let packer = Packer::new(&part, framing);
        assert!(!packer.takes(Group::Apart(&[&[b'x'; 190][..]])));
        assert!(!packer.takes(Group::Apart(&[&[b'x'; 9][..]; 101])));
    }
}
