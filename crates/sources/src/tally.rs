//! What is counted over a whole source, chunk by chunk.

use serde::Deserialize;
use serde::Serialize;

/// What is counted over a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows, without the header.
    pub n_rows: u64,
    /// Products that were delivered.
    pub n_products: u64,
    /// Their variants.
    pub n_variants: u64,
    /// Rows that could not be read. What is absent from a file with such rows is not gone.
    pub n_unreadable: u64,
    /// Quantities left out because nobody counts them.
    pub(crate) untracked: Times,
    /// Filled cells of columns that are not read, in the order of those columns.
    pub(crate) unread: Vec<Times>,
}

/// How often something was met, and on which line first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Times {
    pub(crate) count: u64,
    /// Says nothing where the count is 0.
    pub(crate) first_line: u64,
}

impl Times {
    /// Once more, on this line.
    pub(crate) fn on(&mut self, line: u64) {
        self.add(Self { count: 1, first_line: line });
    }

    fn add(&mut self, later: Self) {
        if self.count == 0 {
            self.first_line = later.first_line;
        }
        self.count += later.count;
    }
}

impl Tally {
    /// Adds that of a later chunk.
    pub fn add(&mut self, later: &Self) {
        self.n_rows += later.n_rows;
        self.n_products += later.n_products;
        self.n_variants += later.n_variants;
        self.n_unreadable += later.n_unreadable;
        self.untracked.add(later.untracked);
        if self.unread.len() < later.unread.len() {
            self.unread.resize(later.unread.len(), Times::default());
        }
        for (times, later) in self.unread.iter_mut().zip(&later.unread) {
            times.add(*later);
        }
    }

    /// Adds that of so many more chunks of which the same was counted; one of them was added before, for its lines.
    pub fn add_again(&mut self, later: &Self, times: u64) {
        self.n_rows += later.n_rows * times;
        self.n_products += later.n_products * times;
        self.n_variants += later.n_variants * times;
        self.n_unreadable += later.n_unreadable * times;
        self.untracked.count += later.untracked.count * times;
        for (own, later) in self.unread.iter_mut().zip(&later.unread) {
            own.count += later.count * times;
        }
    }

    /// The same with lines counted from this one on.
    #[must_use]
    pub fn counted_from(&self, first: u64) -> Self {
        self.with_lines(|line| line.saturating_sub(first))
    }

    /// The same with lines that were counted from this one on.
    #[must_use]
    pub fn counted_to(&self, first: u64) -> Self {
        self.with_lines(|line| line + first)
    }

    fn with_lines(&self, moved: impl Fn(u64) -> u64) -> Self {
        let times = |times: &Times| match times.count {
            0 => Times::default(),
            count => Times { count, first_line: moved(times.first_line) },
        };
        Self { untracked: times(&self.untracked), unread: self.unread.iter().map(times).collect(), ..self.clone() }
    }
}
