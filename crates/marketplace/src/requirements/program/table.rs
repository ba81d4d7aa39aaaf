//! Tables that tell which of some texts a text is: names of members, and allowed values.

use crate::listing::Key;
use crate::scan::same;
use std::hash::Hash;
use std::hash::Hasher;

/// Texts to be found by a hash and told apart by themselves. Each stands for a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    /// A power of two, at least four times the number of texts: most are found at once.
    slots: Box<[Slot]>,
    text: Box<str>,
    len: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    hash: u32,
    start: u32,
    end: u32,
    number: u32,
}

/// No text is here.
const FREE: u32 = u32::MAX;

impl Table {
    /// Names of members, found by the hash that nodes carry; numbered in this order.
    pub(super) fn of_names<'t>(names: impl ExactSizeIterator<Item = &'t str>) -> Self {
        Self::new(names, |name| Key::new(name).name_hash())
    }

    /// Values, found by [`hash`]; numbered in this order, which should not repeat any.
    pub(super) fn of_values<'t>(values: impl ExactSizeIterator<Item = &'t str>) -> Self {
        Self::new(values, hash)
    }

    fn new<'t>(texts: impl ExactSizeIterator<Item = &'t str>, hash: impl Fn(&str) -> u32) -> Self {
        let size = (texts.len() * 4).next_power_of_two();
        let mut slots = vec![Slot { hash: 0, start: 0, end: 0, number: FREE }; size].into_boxed_slice();
        let mut text = String::new();
        let mut len = 0;
        for entry in texts {
            let start = number(text.len());
            text.push_str(entry);
            let slot = Slot { hash: hash(entry), start, end: number(text.len()), number: len };
            let mut at = slot.hash as usize & (size - 1);
            while slots[at].number != FREE {
                at = (at + 1) & (size - 1);
            }
            slots[at] = slot;
            len += 1;
        }
        Self { slots, text: text.into(), len }
    }

    /// The number of a text whose hash is known.
    #[inline]
    pub(super) fn find(&self, hash: u32, text: &[u8]) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize;
        loop {
            // A slot is always free: the table is mostly free.
            let slot = self.slots.get(at & mask)?;
            if slot.hash == hash {
                if slot.number == FREE {
                    return None;
                }
                let known = self.text.as_bytes().get(slot.start as usize..slot.end as usize)?;
                if same(known, text) {
                    return Some(slot.number);
                }
            } else if slot.number == FREE {
                return None;
            }
            at += 1;
        }
    }

    /// The number of a value.
    #[inline]
    pub(super) fn number_of(&self, value: &str) -> Option<u32> {
        self.find(hash(value), value.as_bytes())
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    /// All of them, in no particular order, with their numbers.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, u32)> {
        let used = self.slots.iter().filter(|slot| slot.number != FREE);
        used.map(|slot| (self.text.get(slot.start as usize..slot.end as usize).unwrap_or_default(), slot.number))
    }

    /// The bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.slots.len() * size_of::<Slot>() + self.text.len()
    }
}

// The slots follow from the texts, and are many times as large.
impl Hash for Table {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
        self.len.hash(state);
    }
}

/// A hash of a value: its length and three pieces of eight bytes. Values that only differ between them are told apart by
/// themselves.
#[inline]
pub(super) fn hash(text: &str) -> u32 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let bytes = text.as_bytes();
    let len = bytes.len();
    let piece = |at: usize| {
        bytes.get(at..at + 8).and_then(|piece| piece.try_into().ok()).map_or(0, u64::from_le_bytes).wrapping_mul(ODD)
    };
    let mixed = if len >= 8 {
        piece(0) ^ piece(len - 8).rotate_left(21) ^ piece(len / 2 - 4).rotate_left(42)
    } else {
        bytes.iter().fold(0_u64, |mixed, byte| mixed << 8 | u64::from(*byte)).wrapping_mul(ODD)
    };
    let mixed = (mixed ^ len as u64).wrapping_mul(ODD);
    u32::try_from(mixed >> 32).unwrap_or_default()
}

/// Tables hold far fewer; a document is some megabytes.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(FREE - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_by_itself_and_no_other_is() {
        let values = ["", "a", "ab", "COLOR_NAME", "COLOR_NAME/SIZE_NAME", "ünïcödé", "12345678", "123456789"];
        let table = Table::of_values(values.into_iter());
        for (at, value) in values.into_iter().enumerate() {
            assert_eq!(table.number_of(value), Some(number(at)), "{value}");
        }
        for other in ["b", "COLOR_NAM", "COLOR_NAME/SIZE_NAMF", "1234567", "\0"] {
            assert_eq!(table.number_of(other), None, "{other}");
        }
        assert_eq!(Table::of_values([].into_iter()).number_of(""), None);
    }

    #[test]
    fn texts_of_every_length_are_compared_to_the_last_byte() {
        for len in 0..40 {
            let text = vec![b'a'; len];
            assert!(same(&text, &text.clone()));
            assert!(!same(&text, &vec![b'a'; len + 1]));
            for at in 0..len {
                let mut other = text.clone();
                other[at] = b'b';
                assert!(!same(&text, &other), "{len} {at}");
            }
        }
    }

    #[test]
    fn values_with_one_hash_are_told_apart() {
        // They differ only where the hash does not look.
        let values: Vec<String> = (0..40).map(|at| format!("{:<20}{at:02}{:<40}", "same", "same")).collect();
        assert_eq!(hash(&values[0]), hash(&values[1]));
        let table = Table::of_values(values.iter().map(String::as_str));
        assert!(values.iter().enumerate().all(|(at, value)| table.number_of(value) == Some(number(at))));
    }

    #[test]
    fn names_are_found_by_the_hash_of_a_key() {
        let table = Table::of_names(["brand", "color"].into_iter());
        assert_eq!(table.find(Key::new("color").name_hash(), b"color"), Some(1));
        assert_eq!(table.find(Key::new("size").name_hash(), b"size"), None);
        assert_eq!(table.find(Key::new("color").name_hash(), b"colour"), None);
    }
}
