//! What is to be done in a parcel of calls.

use crate::exchange::calls::Entry;
use crate::exchange::calls::Group;
use crate::exchange::calls::Json;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// One thing to do.
#[derive(Debug)]
pub(super) enum Job {
    /// Wait.
    Pause(Duration),
    /// Make or replace items.
    Items { entries: Vec<Entry>, tries: u8 },
    /// Make or replace a group.
    Group { group: Group, tries: u8 },
    /// Now that items and groups are there: decide how offers get there.
    PlanOffers,
    /// Look which offers there are, one SKU after the other.
    Looks(Looks),
    /// Replace an offer.
    Update { sku: [Arc<str>; 1], tries: u8 },
    /// Make offers.
    Create { skus: Vec<Arc<str>>, sends: u8, tries: u8 },
    /// Now that offers are there: publish what stands alone.
    PlanPublication,
    /// Publish offers.
    Publish { skus: Vec<Arc<str>>, sends: u8, tries: u8 },
    /// Publish a group.
    PublishGroup { key: String, body: Json, sends: u8, tries: u8 },
    /// Change prices and quantities.
    Quantities { entries: Vec<Entry>, is_looked_up: bool, tries: u8 },
    /// Delete an item.
    Delete { sku: [Arc<str>; 1], tries: u8 },
}

/// A look at offers.
#[derive(Debug)]
pub(super) struct Looks {
    /// The SKUs that are looked at still, the next one first.
    pub(super) todo: VecDeque<Arc<str>>,
    /// Those for which there was not what is looked for.
    pub(super) missed: Vec<Arc<str>>,
    /// What is looked for.
    pub(super) why: Why,
    /// It is the second look at them, after a while.
    pub(super) is_second: bool,
    /// How often the next one was tried.
    pub(super) tries: u8,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub(super) enum Why {
    /// Offers of an earlier time.
    Before,
    /// Offers that eBay says exist.
    Exists,
    /// Offers that may have been made, after so many sends.
    Made(u8),
    /// Offers that may have been published, after so many sends.
    Published(u8),
    /// The offers of a group's members, published or not.
    GroupPublished {
        /// The group.
        key: String,
        /// What publishes it.
        body: Json,
        /// How often that was sent.
        sends: u8,
        /// eBay said that it is published.
        is_told: bool,
    },
    /// The ids of offers.
    Ids,
}

impl Job {
    /// Items of a file.
    pub(super) fn items(entries: Vec<Entry>) -> Self {
        Self::Items { entries, tries: 0 }
    }

    /// Prices and quantities of a file.
    pub(super) fn quantities(entries: Vec<Entry>) -> Self {
        Self::Quantities { entries, is_looked_up: false, tries: 0 }
    }

    /// A first look.
    pub(super) fn looks(todo: VecDeque<Arc<str>>, why: Why) -> Self {
        Self::Looks(Looks { todo, missed: Vec::new(), why, is_second: false, tries: 0 })
    }

    /// How often it was tried.
    pub(super) fn n_tries(&self) -> u8 {
        match self {
            Self::Pause(_) | Self::PlanOffers | Self::PlanPublication => 0,
            Self::Looks(looks) => looks.tries,
            Self::Items { tries, .. }
            | Self::Group { tries, .. }
            | Self::Update { tries, .. }
            | Self::Create { tries, .. }
            | Self::Publish { tries, .. }
            | Self::PublishGroup { tries, .. }
            | Self::Quantities { tries, .. }
            | Self::Delete { tries, .. } => *tries,
        }
    }

    /// Counts one more try.
    pub(super) fn count_try(&mut self) {
        match self {
            Self::Pause(_) | Self::PlanOffers | Self::PlanPublication => {}
            Self::Looks(looks) => looks.tries = looks.tries.saturating_add(1),
            Self::Items { tries, .. }
            | Self::Group { tries, .. }
            | Self::Update { tries, .. }
            | Self::Create { tries, .. }
            | Self::Publish { tries, .. }
            | Self::PublishGroup { tries, .. }
            | Self::Quantities { tries, .. }
            | Self::Delete { tries, .. } => *tries = tries.saturating_add(1),
        }
    }
}
