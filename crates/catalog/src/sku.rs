//! The seller's own number of a sellable thing.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;
use std::hash::Hasher as _;
use std::sync::Arc;

/// A SKU: not empty, no control characters, no space at either end; kept as the seller writes it.
/// Two SKUs that differ only by case are the same to [`Sku::key`], since several marketplaces cannot tell them apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Sku(#[schemars(with = "String")] Arc<str>);

/// Why a text is not a SKU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkuProblem {
    /// Nothing but space.
    Empty,
    /// A control character (tab, line break, NUL …) at this 1-based position.
    Control(usize),
}

impl fmt::Display for SkuProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => out.write_str("SKU is empty"),
            Self::Control(at) => write!(out, "SKU has a control character at position {at}"),
        }
    }
}

impl Sku {
    /// Takes the text without the space around it.
    pub fn parse(text: &str) -> Result<Self, SkuProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SkuProblem::Empty);
        }
        if let Some(at) = text.chars().position(char::is_control) {
            return Err(SkuProblem::Control(at + 1));
        }
        Ok(Self(Arc::from(text)))
    }

    /// As the seller writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form two SKUs are compared by.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// The same in eight bytes.
    pub fn short_key(&self) -> u64 {
        if self.0.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
            short_key(&self.key())
        } else {
            short_key(&self.0)
        }
    }
}

/// What a text is known by in eight bytes, never 0: the same in every run and on every machine. Two texts that have the
/// same are taken for one; with ten million texts that happens once in some four hundred thousand runs.
pub fn short_key(text: &str) -> u64 {
    // Keyed with nothing.
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish().max(1)
}

impl fmt::Display for Sku {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl TryFrom<String> for Sku {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|problem| problem.to_string())
    }
}

impl From<Sku> for String {
    fn from(sku: Sku) -> Self {
        sku.0.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_writing_and_refuses_what_no_file_can_carry() {
        assert_eq!(Sku::parse(" 05TPEA - 1001 ").unwrap().as_str(), "05TPEA - 1001");
        assert_eq!(Sku::parse("  "), Err(SkuProblem::Empty));
        assert_eq!(Sku::parse("A\tB"), Err(SkuProblem::Control(2)));
        assert_eq!(Sku::parse("MUG-é").unwrap().key(), Sku::parse("mug-É").unwrap().key());
    }
}
