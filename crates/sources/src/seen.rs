//! Which SKUs and product keys were read already, in a few bytes each: a hash and the line it stood on.

use feedwright_catalog::Sku;
use feedwright_catalog::sku::short_key;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::hash::Hasher;

/// The SKUs and product keys of all chunks read so far.
#[derive(Debug, Default)]
pub struct Seen {
    keys: Lines,
    skus: Lines,
}

/// The SKUs and product keys of one chunk, each as it is [compared](short_key), with the line it stands on first.
#[derive(Debug, Default)]
pub struct Met {
    keys: HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
    skus: HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
}

/// A number that is as good as random already.
#[derive(Debug, Default)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Seen {
    /// Whether any of these is there already.
    pub fn has_any(&self, met: &Met) -> bool {
        self.common(met).next().is_some()
    }

    /// The line a SKU stands on first.
    pub fn line(&self, sku: u64) -> Option<u64> {
        self.skus.get(sku).map(u64::from)
    }

    /// Those of them that are there already.
    pub fn common<'m>(&'m self, met: &'m Met) -> impl Iterator<Item = u64> + 'm {
        let keys = met.keys.keys().filter(|key| self.keys.get(**key).is_some());
        keys.chain(met.skus.keys().filter(|sku| self.skus.get(**sku).is_some())).copied()
    }

    /// Adds those of a chunk.
    pub fn add(&mut self, met: &Met) {
        met.keys.iter().for_each(|(key, line)| self.keys.insert(*key, *line));
        met.skus.iter().for_each(|(sku, line)| self.skus.insert(*sku, *line));
    }
}

impl Met {
    /// Notes a product's key. The line it stood on before, if it did.
    pub(crate) fn key(&mut self, seen: Option<&Seen>, key: &str, line: u64) -> Option<u64> {
        meet(&mut self.keys, seen.map(|seen| &seen.keys), short_key(key), line)
    }

    /// Notes a SKU. The line it stood on before, if it did.
    pub(crate) fn sku(&mut self, seen: Option<&Seen>, sku: &Sku, line: u64) -> Option<u64> {
        meet(&mut self.skus, seen.map(|seen| &seen.skus), sku.short_key(), line)
    }

    /// The product keys, as they are compared.
    pub fn keys(&self) -> impl Iterator<Item = u64> {
        self.keys.keys().copied()
    }

    /// The SKUs, as they are compared.
    pub fn skus(&self) -> impl Iterator<Item = u64> {
        self.skus.keys().copied()
    }
}

fn meet(
    own: &mut HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
    seen: Option<&Lines>,
    short: u64,
    line: u64,
) -> Option<u64> {
    if let Some(first) = seen.and_then(|seen| seen.get(short)).or_else(|| own.get(&short).copied()) {
        return Some(u64::from(first));
    }
    own.insert(short, u32::try_from(line).unwrap_or(u32::MAX));
    None
}

const SHARDS: usize = 64; // one shard grows at a time, so growing never doubles the whole
const FIRST: usize = 16;
/// Bytes of a slot: what tells a hash from others of its shard, and the line; without a line it is empty.
const HASH: usize = 7;
const SLOT: usize = HASH + size_of::<u32>();

/// A map from the hash of a text to the line it was first seen on. Eleven bytes a slot, 80 to 90 % of them full: thirteen
/// bytes a text.
#[derive(Debug)]
struct Lines {
    shards: Vec<Shard>,
}

#[derive(Clone, Debug, Default)]
struct Shard {
    /// Hashes next to each other, in the order of where they would go; one that finds its slot taken goes to the next.
    slots: Vec<u8>,
    n_used: usize,
}

impl Default for Lines {
    fn default() -> Self {
        Self { shards: vec![Shard::default(); SHARDS] }
    }
}

impl Lines {
    /// The line it was noted with.
    fn get(&self, hash: u64) -> Option<u32> {
        self.shards.get(shard_of(hash))?.find(part(hash))?.1
    }

    /// Notes one that is not there.
    fn insert(&mut self, hash: u64, line: u32) {
        if let Some(shard) = self.shards.get_mut(shard_of(hash)) {
            shard.insert(part(hash), line);
        }
    }
}

/// The low bits choose the shard.
fn shard_of(hash: u64) -> usize {
    usize::try_from(hash % SHARDS as u64).unwrap_or_default()
}

/// What tells a hash from others of its shard: all bits but two, which are lost.
fn part(hash: u64) -> [u8; HASH] {
    let [part @ .., _] = hash.to_be_bytes();
    part
}

impl Shard {
    fn insert(&mut self, part: [u8; HASH], line: u32) {
        if (self.n_used + 1) * 10 > self.slots.len() / SLOT * 9 {
            self.grow();
        }
        // A line of 0 would be an empty slot; lines are counted from 1.
        self.put(part, line.max(1));
    }

    fn put(&mut self, part: [u8; HASH], line: u32) {
        if let Some((slot, None)) = self.find(part)
            && let Some(slot) = self.slots.get_mut(slot * SLOT..(slot + 1) * SLOT)
        {
            let (hash, of_line) = slot.split_at_mut(HASH);
            hash.copy_from_slice(&part);
            of_line.copy_from_slice(&line.to_le_bytes());
            self.n_used += 1;
        }
    }

    /// The slot that holds the hash, with its line; or the empty one it would go to.
    fn find(&self, part: [u8; HASH]) -> Option<(usize, Option<u32>)> {
        let n_slots = self.slots.len() / SLOT;
        // The high bits choose the slot.
        let high = part.first_chunk().map_or(0, |high| u32::from_be_bytes(*high));
        let start = usize::try_from((u64::from(high) * n_slots as u64) >> 32).unwrap_or_default();
        let (front, back) = self.slots.split_at_checked(start * SLOT)?;
        let slots = (start..).zip(back.chunks_exact(SLOT)).chain((0..).zip(front.chunks_exact(SLOT)));
        for (at, slot) in slots {
            let (hash, line) = slot.split_at(HASH);
            let line = line.first_chunk().map_or(0, |line| u32::from_le_bytes(*line));
            if line == 0 {
                return Some((at, None));
            }
            if hash == part {
                return Some((at, Some(line)));
            }
        }
        None
    }

    fn grow(&mut self) {
        let n_slots = (self.slots.len() / SLOT * 9 / 8).max(FIRST);
        let old = std::mem::replace(&mut self.slots, vec![0; n_slots * SLOT]);
        self.n_used = 0;
        for slot in old.chunks_exact(SLOT) {
            let (hash, line) = slot.split_at(HASH);
            let line = line.first_chunk().map_or(0, |line| u32::from_le_bytes(*line));
            if let Some(part) = hash.first_chunk().filter(|_| line > 0) {
                self.put(*part, line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_the_first_line_within_its_budget() {
        let sku = |number: u64| Sku::parse(&format!("SKU-{number}")).unwrap();
        let mut seen = Seen::default();
        for line in 1..=100_000_u64 {
            let mut met = Met::default();
            assert_eq!(met.sku(None, &sku(line), line), None);
            assert_eq!(met.key(None, "SKU-1", line), None);
            assert_eq!(seen.has_any(&met), line > 1);
            seen.add(&met);
        }
        for line in (1..=100_000_u64).step_by(7) {
            let mut met = Met::default();
            assert_eq!(met.sku(Some(&seen), &sku(line), 5), Some(line));
            assert_eq!(met.sku(Some(&seen), &sku(line + 200_000), 7), None);
            assert_eq!(met.sku(Some(&seen), &sku(line + 200_000), 9), Some(7));
            assert_eq!(met.key(Some(&seen), "SKU-1", 5), Some(1));
        }
        let n_bytes: usize = seen.skus.shards.iter().map(|shard| shard.slots.capacity()).sum();
        assert!(n_bytes <= 14 * 100_000, "{n_bytes} bytes");
    }
}
