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
struct AsItIs(u64);

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
        met.keys.keys().any(|key| self.keys.get(*key).is_some())
            || met.skus.keys().any(|sku| self.skus.get(*sku).is_some())
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

/// A map from the hash of a text to the line it was first seen on. Twelve bytes an entry, at most 80 % full and
/// growing by half: 15 to 23 bytes a text. Two texts with the same 64-bit hash are taken for one; with ten million
/// texts that happens once in some four hundred thousand runs.
#[derive(Debug)]
struct Lines {
    shards: Vec<Shard>,
}

#[derive(Clone, Debug, Default)]
struct Shard {
    hashes: Vec<u64>, // 0 is an empty slot
    lines: Vec<u32>,
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
        let shard = self.shards.get(shard_of(hash))?;
        let slot = shard.find(hash)?;
        (shard.hashes.get(slot) == Some(&hash)).then(|| shard.lines.get(slot).copied())?
    }

    /// Notes one that is not there.
    fn insert(&mut self, hash: u64, line: u32) {
        if let Some(shard) = self.shards.get_mut(shard_of(hash)) {
            shard.insert(hash, line);
        }
    }
}

/// The low bits choose the shard, the high bits the slot.
fn shard_of(hash: u64) -> usize {
    usize::try_from(hash % SHARDS as u64).unwrap_or_default()
}

impl Shard {
    fn insert(&mut self, hash: u64, line: u32) {
        if (self.n_used + 1) * 5 > self.hashes.len() * 4 {
            self.grow();
        }
        let Some(slot) = self.find(hash).filter(|slot| self.hashes[*slot] == 0) else { return };
        self.hashes[slot] = hash;
        self.lines[slot] = line;
        self.n_used += 1;
    }

    /// The slot that holds the hash, or the empty one it would go to.
    fn find(&self, hash: u64) -> Option<usize> {
        let n_slots = self.hashes.len();
        let scaled = (u128::from(hash) * n_slots as u128) >> 64;
        let start = usize::try_from(scaled).unwrap_or_default();
        (start..n_slots).chain(0..start).find(|slot| self.hashes[*slot] == hash || self.hashes[*slot] == 0)
    }

    fn grow(&mut self) {
        let n_slots = (self.hashes.len() + self.hashes.len() / 2).max(FIRST);
        let old_hashes = std::mem::replace(&mut self.hashes, vec![0; n_slots]);
        let old_lines = std::mem::replace(&mut self.lines, vec![0; n_slots]);
        for (hash, line) in old_hashes.into_iter().zip(old_lines).filter(|(hash, _)| *hash != 0) {
            if let Some(slot) = self.find(hash) {
                self.hashes[slot] = hash;
                self.lines[slot] = line;
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
        let n_bytes: usize =
            seen.skus.shards.iter().map(|shard| shard.hashes.capacity() * 8 + shard.lines.capacity() * 4).sum();
        assert!(n_bytes <= 28 * 100_000, "{n_bytes} bytes");
    }
}
