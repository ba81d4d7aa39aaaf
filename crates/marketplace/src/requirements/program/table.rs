//! Tables of texts that are known when a document is compiled: names of members, and values of an enum.

use crate::listing;
use crate::listing::Key;
use crate::listing::Ref;

/// The names that schemas about one object read; the place in the list is the slot.
pub(super) struct Names {
    keys: Box<[Key]>,
    index: Index,
    /// How many answers about members are kept.
    pub(super) memos: u32,
}

impl Names {
    pub(super) fn new(keys: Vec<Key>, memos: u32) -> Self {
        let index = Index::new(keys.iter().map(Key::hash));
        Self { keys: keys.into(), index, memos }
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The slot of a member.
    pub(super) fn slot(&self, member: Ref<'_>) -> Option<usize> {
        let hash = member.name_hash();
        self.index.find(hash, |at| {
            self.keys.get(at).is_some_and(|key| key.hash() == hash && key.as_str() == member.name())
        })
    }
}

/// Texts that are allowed.
pub(super) struct Texts {
    texts: Box<[Box<str>]>,
    index: Index,
    longest: usize,
}

/// So few are compared one by one.
const FEW: usize = 4;

impl Texts {
    pub(super) fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let texts: Box<[Box<str>]> = texts.map(Box::from).collect();
        let index = Index::new(texts.iter().map(|text| listing::hash(text)));
        let longest = texts.iter().map(|text| text.len()).max().unwrap_or_default();
        Self { texts, index, longest }
    }

    pub(super) fn contain(&self, text: &str) -> bool {
        if text.len() > self.longest {
            return false;
        }
        if self.texts.len() <= FEW {
            return self.texts.iter().any(|allowed| **allowed == *text);
        }
        let is_it = |at: usize| self.texts.get(at).is_some_and(|allowed| **allowed == *text);
        self.index.find(listing::hash(text), is_it).is_some()
    }
}

/// Open addressing: at most half of the places are taken, 0 is a free one, and others hold a number from 1.
struct Index {
    places: Box<[u32]>,
}

impl Index {
    fn new(hashes: impl ExactSizeIterator<Item = u32>) -> Self {
        let size = (hashes.len() * 2).max(2).next_power_of_two();
        let mut places = vec![0; size];
        for (number, hash) in (1..).zip(hashes) {
            let mut at = hash as usize & (size - 1);
            while places[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            places[at] = number;
        }
        Self { places: places.into() }
    }

    fn find(&self, hash: u32, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let last = self.places.len() - 1;
        let mut at = hash as usize & last;
        loop {
            match self.places[at] {
                0 => return None,
                number if is_it(number as usize - 1) => return Some(number as usize - 1),
                _ => at = (at + 1) & last,
            }
        }
    }
}
