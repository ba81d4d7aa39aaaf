//! Where products belong on each channel, remembered by their categories.

use crate::channel::OpenChannel;
use crate::channel::Target;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::product::CategoryRef;
use feedwright_marketplace::Category;
use feedwright_marketplace::CategoryError;
use std::collections::HashMap;
use std::sync::Arc;

/// For so many categories it is remembered what they are called on a channel: more than a catalog has, unless each product has
/// its own.
const KEPT: usize = 4096;

/// A category of the marketplace.
#[derive(Debug)]
pub(super) struct Placed {
    id: Arc<str>,
    /// Its requirements, or why there are none.
    pub(super) category: Result<Arc<Category>, CategoryError>,
    /// The categories of what other lanes tell of it; only when it is planned.
    pub(super) apart: Vec<(Lane, Arc<Category>)>,
}

/// By channel, where products of some categories belong: a catalog has many of each.
#[derive(Debug)]
pub(super) struct Places {
    by_channel: Vec<Place>,
    told: bool,
}

#[derive(Debug, Default)]
struct Place {
    targets: HashMap<Vec<CategoryRef>, Option<Target>>,
    /// The one of the product before, and no more of them: a compiled document is some megabytes, and it is for the adapter's
    /// library to say how many are kept.
    last: Option<Arc<Placed>>,
}

impl Places {
    /// For so many channels. When it is `told` what records say, other lanes' categories are wanted too.
    pub(super) fn new(channels: usize, told: bool) -> Self {
        Self { by_channel: (0..channels).map(|_| Place::default()).collect(), told }
    }

    /// Where products of these categories belong on a channel, and what they get; none where nobody said.
    pub(super) fn of(
        &mut self,
        at: usize,
        channel: &OpenChannel,
        categories: &[CategoryRef],
    ) -> Option<(Target, Arc<Placed>)> {
        let Place { targets, last } = self.by_channel.get_mut(at)?;
        let target = match targets.get(categories) {
            Some(known) => known.clone(),
            None => {
                if targets.len() == KEPT {
                    targets.clear();
                }
                let found = channel.target(categories);
                targets.insert(categories.to_vec(), found.clone());
                found
            }
        }?;
        if let Some(placed) = last.as_ref().filter(|placed| placed.id == target.id) {
            return Some((target, Arc::clone(placed)));
        }
        let category = channel.marketplace.category(channel.feed, &target.id);
        let apart = if self.told { channel.apart(&target.id) } else { Vec::new() };
        let placed = Arc::new(Placed { id: Arc::clone(&target.id), category, apart });
        *last = Some(Arc::clone(&placed));
        Some((target, placed))
    }
}
