//! Records that were checked by less than the marketplace's own documents: one finding for each category, not for each.

use super::Document;
use super::File;
use super::Record;
use crate::contract::Category;
use crate::contract::CategoryError;
use crate::requirements::Origin;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Place;
use feedwright_catalog::Severity;
use feedwright_catalog::rules;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was counted so far.
#[derive(Debug, Default)]
pub struct Tally {
    unknown: BTreeMap<String, (u64, Place)>,
    starters: BTreeMap<String, u64>,
}

impl Tally {
    /// The category of a record, which says it at a pointer; counted where it has no document of the marketplace's own.
    pub fn category(
        &mut self,
        document: &Document<'_>,
        record: &Record,
        pointer: &str,
        found: Result<Arc<Category>, CategoryError>,
        out: &mut Findings,
    ) -> Option<Arc<Category>> {
        match found {
            Ok(category) => {
                if matches!(category.requirements.origin(), Origin::Starter { .. }) {
                    *self.starters.entry(category.id.to_string()).or_default() += 1;
                }
                Some(category)
            }
            Err(CategoryError::Unknown { id, .. }) => {
                let place = document.place(document.node(record));
                self.unknown.entry(id).or_insert((0, place)).0 += 1;
                None
            }
            Err(why) => {
                let rule = match &why {
                    CategoryError::Branch { .. } => &rules::CATEGORY_NOT_A_LEAF,
                    CategoryError::Retired { .. } => &rules::CATEGORY_RETIRED,
                    CategoryError::Broken(_) | CategoryError::Unknown { .. } => &rules::UNKNOWN_CATEGORY,
                };
                out.push(document.say(record, pointer, Finding::new(rule, why.to_string())));
                None
            }
        }
    }

    /// Says what was counted.
    pub fn report(self, file: &File<'_>, out: &mut Findings) {
        let terms = file.terms();
        for (id, (count, place)) in self.unknown {
            let message = format!(
                "the attributes of {} were not checked: there are no requirements for `{id}`",
                terms.counted(count)
            );
            let mut finding = Finding::new(&rules::UNKNOWN_CATEGORY, message)
                .help(format!("give the document of the {} with `{}`", terms.category, option(&id)))
                .at(place);
            finding.severity = Severity::Warning;
            out.push(file.say(finding));
        }
        for (id, count) in self.starters {
            let name = terms.profile.name;
            let counted = terms.counted(count);
            let message = format!("our starter document, not {name}'s own, checked {counted} of `{id}`");
            let help = format!("give {name}'s document of the {} with `{}`", terms.category, option(&id));
            out.push(file.say(Finding::new(&rules::STARTER_REQUIREMENTS, message).help(help)));
        }
    }
}

/// The option that gives a category's document, as a shell takes it.
fn option(id: &str) -> String {
    if id.contains(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))) {
        format!("--schema \"{id}=PATH\"")
    } else {
        format!("--schema {id}=PATH")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_whose_name_a_shell_would_cut_stands_in_quotes() {
        assert_eq!(option("HOME"), "--schema HOME=PATH");
        assert_eq!(option("Exterior Accessories"), "--schema \"Exterior Accessories=PATH\"");
        assert_eq!(option("Bits & Bobs"), "--schema \"Bits & Bobs=PATH\"");
    }
}
