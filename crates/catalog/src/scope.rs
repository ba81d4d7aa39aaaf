//! For whom a value holds, and in which order scopes are tried.

use crate::country::Country;
use crate::language::Language;
use crate::value::Value;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use std::sync::Arc;

/// For whom a value holds. All parts absent: for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The language it is written in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub locale: Option<Language>,
    /// The channel it was made for, by the seller's own name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "Option<String>")]
    pub channel: Option<Arc<str>>,
    /// The country it is meant for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub market: Option<Country>,
}

/// A value and for whom it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopedValue {
    /// For whom.
    pub scope: Scope,
    /// The value.
    pub value: Value,
}

impl Scope {
    /// Whether it leaves nobody out.
    pub fn is_everybody(&self) -> bool {
        self.locale.is_none() && self.channel.is_none() && self.market.is_none()
    }

    /// The value that holds for this scope: exact, then without the channel, then without the market, then the
    /// language's parent (`de-AT`, `de`), then the one for everybody. A value made for somebody else never holds.
    pub fn pick<'a, T>(&self, values: &'a [T], scope_of: impl Fn(&'a T) -> &'a Scope) -> Option<&'a T> {
        match values {
            [] => return None,
            // Most values are for everybody.
            [only] if scope_of(only).is_everybody() => return Some(only),
            _ => {}
        }
        let find = |wanted: &Self| values.iter().find(|value| scope_of(value) == wanted);
        let mut locale = self.locale;
        loop {
            let exact = Self { locale, channel: self.channel.clone(), market: self.market };
            let no_channel = Self { channel: None, ..exact.clone() };
            let no_market = Self { market: None, ..exact.clone() };
            let neither = Self { locale, ..Self::default() };
            for wanted in [exact, no_channel, no_market, neither] {
                if let Some(value) = find(&wanted) {
                    return Some(value);
                }
            }
            locale = locale?.parent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        let mut parts = text.split('/');
        let mut part = || parts.next().filter(|part| !part.is_empty());
        Scope {
            locale: part().map(|part| Language::parse(part).unwrap()),
            channel: part().map(Arc::from),
            market: part().map(|part| Country::parse(part).unwrap()),
        }
    }

    fn check(wanted: &str, given: &[&str], expected: Option<&str>) {
        let given: Vec<_> = given.iter().map(|text| (scope(text), *text)).collect();
        assert_eq!(scope(wanted).pick(&given, |value| &value.0).map(|value| value.1), expected, "{wanted}");
    }

    #[test]
    fn the_nearest_scope_wins_and_foreign_ones_never_hold() {
        check("de-AT/shop/AT", &["", "de", "de-AT", "de-AT//AT", "de-AT/shop/AT"], Some("de-AT/shop/AT"));
        check("de-AT/shop/AT", &["", "de", "de-AT", "de-AT//AT"], Some("de-AT//AT"));
        check("de-AT/shop/AT", &["", "de", "de-AT/shop"], Some("de-AT/shop"));
        check("de-AT/shop/AT", &["", "de", "de-AT"], Some("de-AT"));
        check("de-AT/shop/AT", &["", "de"], Some("de"));
        check("de-AT/shop/AT", &["", "/shop/AT"], Some("/shop/AT"));
        check("de-AT/shop/AT", &["", "fr"], Some(""));
        check("de-AT/shop/AT", &["fr", "de/other", "de//CH"], None);
        check("", &["fr", ""], Some(""));
    }
}
