//! Where products belong on each channel, remembered by their categories.

use crate::channel::OpenChannel;
use crate::channel::Target;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::product::CategoryRef;
use feedwright_marketplace::Category;
use feedwright_marketplace::CategoryError;
use std::collections::HashMap;
use std::sync::Arc;

/// Of so many categories it is remembered: more than a catalog has, unless each product has its own.
const KEPT: usize = 4096;

/// Where products of some categories belong.
#[derive(Debug)]
pub(super) struct Placed {
    /// The category of the marketplace, and what its products get.
    pub(super) target: Target,
    /// Its requirements, or why there are none.
    pub(super) category: Result<Arc<Category>, CategoryError>,
    /// The categories of what other lanes tell of them; only when it is planned.
    pub(super) apart: Vec<(Lane, Arc<Category>)>,
}

/// By channel, where products of some categories belong: a catalog has many of each.
#[derive(Debug)]
pub(super) struct Places {
    by_channel: Vec<HashMap<Vec<CategoryRef>, Option<Arc<Placed>>>>,
    told: bool,
}

impl Places {
    /// For so many channels. When it is `told` what records say, other lanes' categories are wanted too.
    pub(super) fn new(channels: usize, told: bool) -> Self {
        Self { by_channel: (0..channels).map(|_| HashMap::new()).collect(), told }
    }

    /// Where products of these categories belong on a channel; none where nobody said.
    pub(super) fn of(&mut self, at: usize, channel: &OpenChannel, categories: &[CategoryRef]) -> Option<Arc<Placed>> {
        let known = self.by_channel.get_mut(at)?;
        if let Some(placed) = known.get(categories) {
            return placed.clone();
        }
        if known.len() == KEPT {
            known.clear();
        }
        let placed = channel.target(categories).map(|target| {
            let category = channel.marketplace.category(channel.feed, &target.id);
            let apart = if self.told { channel.apart(&target.id) } else { Vec::new() };
            Arc::new(Placed { target, category, apart })
        });
        known.insert(categories.to_vec(), placed.clone());
        placed
    }
}
