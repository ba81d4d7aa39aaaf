//! What a chunk is known by in a later run, so that what did not change need not be read again.

use crate::rows::Mark;
use crate::seen::AsItIs;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;
use twox_hash::XxHash3_64;
use twox_hash::XxHash3_128;

/// How much of a chunk's text it is looked up by.
pub(crate) const HEAD: usize = 64;

/// What a chunk is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Print {
    /// The digest of its text.
    pub digest: [u8; 16],
    /// The digest of the first bytes of its text.
    pub head: u64,
    /// Bytes of its text.
    pub length: u32,
    /// Lines of its text.
    pub n_lines: u32,
    /// The line it begins on, where it may be found on no other: what is said about it names lines.
    pub line: Option<u64>,
    /// Whether the text before it ends with CR, and whether its own does.
    pub returns: (bool, bool),
    /// Whether nothing stands behind it that would be another line.
    pub ends: bool,
    /// What its last product is known by.
    pub last: String,
}

/// The chunks of an earlier run, in their order.
#[derive(Debug, Default)]
pub struct Prints {
    chunks: Arc<[Print]>,
    /// By the digest of the first bytes, the first that has it.
    by_head: HashMap<u64, usize, BuildHasherDefault<AsItIs>>,
    state: Vec<State>,
    /// The one behind the last that was met.
    behind: usize,
    /// How many chunks were cut since that are not known.
    n_unknown: usize,
}

/// How far behind the last chunk that was met others are looked for: where all rows begin alike their heads tell nothing.
const NEAR: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Not met yet.
    Free,
    /// Met, or not to be met.
    Done,
}

impl Prints {
    /// The chunks of an earlier run. Those that `is_usable` denies have to be read again.
    pub fn new(prints: Arc<[Print]>, is_usable: impl Fn(usize) -> bool) -> Self {
        let mut by_head = HashMap::with_capacity_and_hasher(prints.len(), BuildHasherDefault::default());
        for (at, print) in prints.iter().enumerate() {
            by_head.entry(print.head).or_insert(at);
        }
        let state = (0..prints.len()).map(|at| if is_usable(at) { State::Free } else { State::Done }).collect();
        Self { chunks: prints, by_head, state, behind: 0, n_unknown: 0 }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The chunk that begins with this head and `fits`: `next` before any other, then those near the last that was met.
    pub(crate) fn find(&self, head: u64, next: Option<usize>, mut fits: impl FnMut(&Print) -> bool) -> Option<usize> {
        let first = self.by_head.get(&head).copied()?;
        let near = self.behind..self.behind + (self.n_unknown + 2).min(NEAR);
        next.into_iter().chain(near).chain([first]).find(|at| {
            self.state.get(*at) == Some(&State::Free)
                && self.get(*at).is_some_and(|print| print.head == head && fits(print))
        })
    }

    /// One of them.
    pub(crate) fn get(&self, at: usize) -> Option<&Print> {
        self.chunks.get(at)
    }

    /// It was met.
    pub(crate) fn meet(&mut self, at: usize) {
        if let Some(state) = self.state.get_mut(at) {
            *state = State::Done;
        }
        (self.behind, self.n_unknown) = (at + 1, 0);
    }

    /// A chunk was cut that is not known.
    pub(crate) fn pass(&mut self) {
        self.n_unknown += 1;
    }
}

impl Print {
    /// What a text between two places is known by. None where it cannot be told by its text alone what stands in it.
    pub(crate) fn new(text: &[u8], (from, to): (Mark, Mark), last: &str) -> Option<Self> {
        // A byte that was no text has to be counted again.
        if memchr::memmem::find(text, "\u{FFFD}".as_bytes()).is_some() {
            return None;
        }
        Some(Self {
            digest: digest(text),
            head: head(text),
            length: u32::try_from(text.len()).ok()?,
            n_lines: u32::try_from(to.line - from.line).ok()?,
            line: Some(from.line),
            returns: (from.after_return, to.after_return),
            ends: !text.ends_with(b"\n") && !text.ends_with(b"\r"),
            last: last.to_owned(),
        })
    }

    /// Whether a text from this place on begins with it: a byte more of it than is compared, where there is one.
    pub(crate) fn begins(&self, text: &[u8], from: Mark) -> bool {
        self.returns.0 == from.after_return
            && !(self.ends && text.len() > self.length as usize)
            && self.line.is_none_or(|line| line == from.line)
            && text.get(..self.length as usize).is_some_and(|text| digest(text) == self.digest)
    }
}

/// The digest of a text's first bytes.
pub(crate) fn head(text: &[u8]) -> u64 {
    XxHash3_64::oneshot(text.get(..HEAD).unwrap_or(text))
}

/// The digest of a text. It need not withstand anybody: nobody gains by two chunks that are taken for one.
fn digest(text: &[u8]) -> [u8; 16] {
    XxHash3_128::oneshot(text).to_le_bytes()
}
