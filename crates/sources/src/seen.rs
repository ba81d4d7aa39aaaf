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

const SHARDS: usize = 1 << 16;
/// Bytes that tell a hash from others of its shard.
const HASH: usize = 6;
/// Hashes of a block, which is one line of the processor's cache.
const IN_BLOCK: usize = 6;
/// Blocks that memory is asked for at once.
const IN_PAGE: usize = 1024;
/// No block.
const NONE: u32 = u32::MAX;

/// A map from the hash of a text to the line it was first seen on: eleven bytes a text once there are millions. Nothing in it
/// ever moves: tables that grow leave holes behind, a fifth of all.
#[derive(Debug)]
struct Lines {
    /// By shard, the block that was begun last.
    heads: Vec<u32>,
    pages: Vec<Vec<Block>>,
}

#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Block {
    /// Filled from the first on.
    hashes: [[u8; HASH]; IN_BLOCK],
    /// The line of each; 0 where there is none yet.
    lines: [u32; IN_BLOCK],
    /// The block of the shard that was begun before, which is full.
    before: u32,
}

impl Default for Lines {
    fn default() -> Self {
        Self { heads: vec![NONE; SHARDS], pages: Vec::new() }
    }
}

impl Lines {
    /// The line it was noted with.
    fn get(&self, hash: u64) -> Option<u32> {
        let part = part(hash);
        let mut next = self.heads.get(shard_of(hash)).copied()?;
        while let Some(block) = self.block(next) {
            let mut entries = block.hashes.iter().zip(&block.lines).take_while(|(_, line)| **line > 0);
            if let Some((_, line)) = entries.find(|(own, _)| **own == part) {
                return Some(*line);
            }
            next = block.before;
        }
        None
    }

    /// Notes one that is not there.
    fn insert(&mut self, hash: u64, line: u32) {
        if self.get(hash).is_some() {
            return;
        }
        // Lines are counted from 1.
        let (part, line) = (part(hash), line.max(1));
        let Some(head) = self.heads.get(shard_of(hash)).copied() else { return };
        if let Some(Block { hashes, lines, .. }) = self.block_mut(head)
            && let Some((own, of_line)) = hashes.iter_mut().zip(lines).find(|(_, line)| **line == 0)
        {
            (*own, *of_line) = (part, line);
            return;
        }
        let mut block = Block { hashes: [[0; HASH]; IN_BLOCK], lines: [0; IN_BLOCK], before: head };
        (block.hashes[0], block.lines[0]) = (part, line);
        if self.pages.last().is_none_or(|page| page.len() == IN_PAGE) {
            self.pages.push(Vec::with_capacity(IN_PAGE));
        }
        let n_pages = self.pages.len();
        if let (Some(page), Some(own)) = (self.pages.last_mut(), self.heads.get_mut(shard_of(hash))) {
            // Four thousand million blocks would be more than any memory.
            *own = u32::try_from((n_pages - 1) * IN_PAGE + page.len()).unwrap_or(NONE);
            page.push(block);
        }
    }

    fn block(&self, number: u32) -> Option<&Block> {
        let number = number as usize;
        self.pages.get(number / IN_PAGE)?.get(number % IN_PAGE)
    }

    fn block_mut(&mut self, number: u32) -> Option<&mut Block> {
        let number = number as usize;
        self.pages.get_mut(number / IN_PAGE)?.get_mut(number % IN_PAGE)
    }
}

/// The low bits choose the shard.
fn shard_of(hash: u64) -> usize {
    usize::try_from(hash % SHARDS as u64).unwrap_or_default()
}

/// What tells a hash from others of its shard: all other bits.
fn part(hash: u64) -> [u8; HASH] {
    let [part @ .., _, _] = hash.to_be_bytes();
    part
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
        let n_bytes = seen.skus.pages.len() * IN_PAGE * size_of::<Block>();
        assert!(size_of::<Block>() == 64 && n_bytes <= 4 << 20, "{n_bytes} bytes");
        for number in 100_000..1_000_000_u64 {
            seen.skus.insert(short_key(&format!("SKU-{number}")), 7);
        }
        let n_bytes = seen.skus.pages.len() * IN_PAGE * size_of::<Block>();
        assert!(n_bytes <= 13 * 1_000_000, "{n_bytes} bytes");
    }
}
