//! A value that may be computed with but never printed, logged, serialised or sent: what a thing costs the seller.

use std::fmt;

/// Wraps a confidential value. It has no `Serialize` and no `Display`, and its `Debug` shows nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Confidential<T>(T);

impl<T> Confidential<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for a computation whose result does not give it away.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Confidential<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(confidential)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Confidential::new("12.50")), "(confidential)");
    }
}
