//! What eBay finds in listings that have nothing wrong with them: codes of the research, read 2026-11-23. The words are
//! ours.

use super::errors::Said;

/// A flaw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A required specific is said to be missing.
    Specific,
    /// A picture cannot be had.
    Picture,
    /// The condition is not for this category.
    Condition,
    /// Words that are not allowed.
    Words,
    /// The same item is worked on elsewhere: once, then not any more.
    Busy,
    /// Listed, and something said about it.
    Warned,
}

/// The flaws there are.
pub(super) static FLAWS: &[Flaw] =
    &[Flaw::Specific, Flaw::Picture, Flaw::Busy, Flaw::Condition, Flaw::Warned, Flaw::Words];

/// What the Specific flaw misses.
pub(super) const SPECIFIC: &str = "California Prop 65 Warning";

impl Flaw {
    /// What the Inventory API says.
    pub(super) fn said(self) -> Said {
        match self {
            Self::Specific => specific_missing(SPECIFIC),
            Self::Picture => Said::new(25_015, "Invalid picture URL. The picture could not be downloaded."),
            Self::Condition => {
                Said::new(25_021, "Invalid condition information. The condition is not for this category.")
            }
            Self::Words => {
                Said::new(25_019, "Cannot revise listing. The title or description has words that are not allowed.")
            }
            Self::Busy => {
                let message = "Concurrent access of Inventory or InventoryItemGroup. Please try again later";
                let mut said = Said::new(25_025, message);
                said.is_system = true;
                said
            }
            Self::Warned => Said::new(25_401, "Invalid listing options. An option was dropped from the listing."),
        }
    }

    /// What the result of a file says: code, short text, and the specific it is about.
    pub(super) fn in_file(self) -> (u32, String, Option<&'static str>) {
        match self {
            Self::Specific => (21_919_303, specific_missing(SPECIFIC).message, Some(SPECIFIC)),
            Self::Picture => (21_919_137, "A picture could not be downloaded.".to_owned(), None),
            Self::Condition => (21_916_884, "The condition value is not valid for the category.".to_owned(), None),
            Self::Words => (240, "The item cannot be listed or modified.".to_owned(), None),
            Self::Busy => (10_007, "Internal error to the application.".to_owned(), None),
            Self::Warned => (21_917_236, "An option of the listing was dropped.".to_owned(), None),
        }
    }
}

/// A required specific is missing.
pub(super) fn specific_missing(name: &str) -> Said {
    let message = format!(
        "A user error has occurred. The item specific {name} is missing. Add {name} to this listing, enter a valid value, \
         and then try again."
    );
    Said::new(25_002, message).about("2", name).missing()
}
