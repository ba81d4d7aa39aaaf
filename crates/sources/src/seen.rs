//! Which SKUs and product keys were read already, in a few bytes each: a hash and the line it stood on.

use std::hash::Hasher as _;

const SHARDS: usize = 64; // one shard grows at a time, so growing never doubles the whole
const FIRST: usize = 16;

/// A map from the hash of a text to the line it was first seen on. Twelve bytes an entry, at most 80 % full and
/// growing by half: 15 to 23 bytes a text. Two texts with the same 64-bit hash are taken for one; with ten million
/// texts that happens once in some four hundred thousand runs.
#[derive(Debug)]
pub(crate) struct Seen {
    shards: Vec<Shard>,
}

#[derive(Clone, Debug, Default)]
struct Shard {
    hashes: Vec<u64>, // 0 is an empty slot
    lines: Vec<u32>,
    n_used: usize,
}

impl Seen {
    /// Nothing seen yet.
    pub(crate) fn new() -> Self {
        Self { shards: vec![Shard::default(); SHARDS] }
    }

    /// Notes that `text` stands on this line. The line it was seen on before, if it was.
    pub(crate) fn insert(&mut self, text: &str, line: u64) -> Option<u64> {
        let hash = hash(text);
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        // The low bits choose the shard, the high bits the slot.
        self.shards[usize::try_from(hash % SHARDS as u64).unwrap_or_default()].insert(hash, line).map(u64::from)
    }
}

impl Shard {
    fn insert(&mut self, hash: u64, line: u32) -> Option<u32> {
        if (self.n_used + 1) * 5 > self.hashes.len() * 4 {
            self.grow();
        }
        let slot = self.find(hash)?;
        if self.hashes[slot] == hash {
            return Some(self.lines[slot]);
        }
        self.hashes[slot] = hash;
        self.lines[slot] = line;
        self.n_used += 1;
        None
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

/// The same for every run and machine: keyed with nothing.
fn hash(text: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_the_first_line_within_its_budget() {
        let mut seen = Seen::new();
        for line in 1..=100_000_u64 {
            assert_eq!(seen.insert(&format!("SKU-{line}"), line), None);
        }
        for line in (1..=100_000_u64).step_by(7) {
            assert_eq!(seen.insert(&format!("SKU-{line}"), 5), Some(line));
        }
        assert_eq!(seen.insert("other", 7), None);
        let n_bytes: usize =
            seen.shards.iter().map(|shard| shard.hashes.capacity() * 8 + shard.lines.capacity() * 4).sum();
        assert!(n_bytes <= 28 * 100_000, "{n_bytes} bytes");
    }
}
