//! A profile made ready to be asked about many headers.

use crate::header::match_pattern;
use crate::header::normalize;
use crate::profile::Aim;
use crate::profile::Column;
use crate::profile::Profile;
use crate::target::Target;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A profile made ready to be asked about many headers.
pub(crate) struct Lookup<'p> {
    exact: BTreeMap<String, (&'p Target, &'p Column)>,
    patterns: Vec<(String, &'p Aim, &'p Column)>,
    ignored: BTreeSet<String>,
}

impl<'p> Lookup<'p> {
    pub(crate) fn new(profile: &'p Profile) -> Self {
        let mut lookup = Self {
            exact: BTreeMap::new(),
            patterns: Vec::new(),
            ignored: profile.ignored.keys().map(|header| normalize(header)).collect(),
        };
        for (header, column) in &profile.columns {
            let normal = normalize(header);
            match &column.to {
                Aim::Target(target) if !normal.contains('{') => {
                    lookup.exact.insert(normal, (target, column));
                }
                aim => lookup.patterns.push((normal, aim, column)),
            }
        }
        lookup
    }

    /// What the column with this normalized header feeds.
    pub(crate) fn column(&self, header: &str) -> Option<(Target, &'p Column)> {
        // `Item Weight` is `item_weight` to people.
        let joined = header.replace([' ', '-'], "_");
        for header in [header, joined.as_str()] {
            if let Some((target, column)) = self.exact.get(header) {
                return Some(((*target).clone(), column));
            }
        }
        for header in [header, joined.as_str()] {
            for (pattern, aim, column) in &self.patterns {
                let Some(gaps) = match_pattern(pattern, header) else { continue };
                match aim {
                    Aim::Target(target) => return Some((target.clone(), column)),
                    Aim::Pattern(to) => {
                        let fill = |to: String, (name, value): &(&str, &str)| to.replace(&format!("{{{name}}}"), value);
                        let filled = gaps.iter().fold(to.clone(), fill);
                        if let Ok(target) = Target::parse(&filled) {
                            return Some((target, column));
                        }
                    }
                }
            }
        }
        None
    }

    /// Whether the column with this normalized header is left out on purpose.
    pub(crate) fn ignores(&self, header: &str) -> bool {
        self.ignored.contains(header)
    }
}
