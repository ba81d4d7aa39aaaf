//! What is taken down when all of the catalog is known: what it says, and what full sources do not hold any more.

use super::Held;
use super::LanePlan;
use super::PlanError;
use super::PlannedRow;
use super::SpooledRow;
use super::decide::Decision;
use super::decide::Listing;
use super::decide::decide;
use super::endings::Ending;
use super::endings::Families;
use super::gone::Made;
use super::planner::Planner;
use super::stood::Stood;
use super::stood::listing;
use crate::pipeline::SourceJob;
use crate::shop::Shop;
use feedwright_catalog::Place;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::finding::Levels;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

/// So many are looked up at once.
const AT_ONCE: usize = 1_000;

/// The lane that retires: its number among the lanes of all shops, and within its shop.
#[derive(Clone, Copy)]
struct Retiring<'a> {
    shop: &'a Shop,
    at: usize,
    offset: usize,
    levels: &'a Arc<Levels>,
}

impl Planner<'_> {
    /// The lanes, with what stops them. Sources of which not every row could be read do not say what is gone; `may_miss`
    /// says whether to look for what is. Says as well whether something was.
    pub(super) fn finish(
        mut self,
        sources: &[SourceJob],
        is_whole: impl Fn(usize) -> bool,
        may_miss: bool,
        levels: &Arc<Levels>,
    ) -> Result<(Vec<LanePlan>, bool), PlanError> {
        let mut is_missing = false;
        let empty: Vec<&SourceJob> =
            sources.iter().zip(&self.held_by).filter(|(_, held)| **held == 0).map(|(source, _)| source).collect();
        let mut first = 0;
        for (number, shop) in self.shops.iter().enumerate() {
            let sold = |source: &SourceJob| shop.lanes.first().is_some_and(|open| open.sells(&source.name));
            let own: Vec<(usize, &SourceJob)> = sources.iter().enumerate().filter(|(_, source)| sold(source)).collect();
            let is_full = !own.is_empty() && own.iter().all(|(at, source)| source.is_full && is_whole(*at));
            let range = first..first + shop.lanes.len();
            let mut endings = std::mem::take(&mut self.archived[number]);
            if is_full && may_miss {
                let missing = self.missing(number, shop)?;
                is_missing |= !missing.is_empty();
                let n_missing = missing.len() as u64;
                for lines in &mut self.lanes[range.clone()] {
                    lines.weighed.missing = n_missing;
                }
                endings.extend(missing.into_iter().map(|sku| Ending { sku, place: Place::default() }));
            }
            if let Some(offset) = shop.lanes.iter().position(|open| open.lane == Lane::Retirement) {
                self.retire(Retiring { shop, at: first + offset, offset, levels }, endings)?;
            }
            let mut n_listed = None;
            for lines in &mut self.lanes[range] {
                lines.weighed.empty = empty
                    .iter()
                    .filter(|source| own.iter().any(|(_, own)| own.name == source.name))
                    .map(|s| s.shown.clone())
                    .collect();
                lines.weighed.retired =
                    if lines.plan.lane == Lane::Retirement { lines.plan.rows.len() as u64 } else { 0 };
                // To count them takes a while in a large shop.
                if lines.weighed.asks_for_listed() {
                    let listed = match n_listed {
                        Some(listed) => listed,
                        None => *n_listed.insert(self.ledger.n_listed(&shop.name, listing(shop))?),
                    };
                    lines.weighed.listed = listed;
                }
                lines.plan.stops = lines.weighed.stops(&shop.guards);
            }
            first += shop.lanes.len();
        }
        Ok((self.lanes.into_iter().map(|lines| lines.plan).collect(), is_missing))
    }

    /// The SKUs that are listed, and that no source of the shop holds; sorted.
    fn missing(&mut self, number: usize, shop: &Shop) -> Result<Vec<Sku>, PlanError> {
        let seen = &self.seen[number];
        // Two lanes may have it, written in two ways: as the later one has it.
        let mut missing: HashMap<String, Sku> = HashMap::new();
        for lane in listing(shop) {
            self.ledger.listed(&shop.name, *lane, &mut |sku| {
                if !seen.contains(&sku.short_key()) {
                    missing.insert(sku.key(), sku);
                }
            })?;
        }
        let mut missing: Vec<Sku> = missing.into_values().collect();
        missing.sort();
        Ok(missing)
    }

    /// What full sources do not hold any more is taken down, and what the catalog says.
    fn retire(&mut self, retiring: Retiring<'_>, endings: Vec<Ending>) -> Result<(), PlanError> {
        let Retiring { shop, at, offset, levels } = retiring;
        let open = &shop.lanes[offset];
        let alone = |ending: Ending| Some(vec![ending.record(open, None, levels)?]);
        let Some(dropping) = shop.lanes.get(offset + 1).filter(|next| next.is_revision) else {
            return self.end(shop, (at, at), endings.into_iter().filter_map(alone));
        };
        if endings.is_empty() {
            return Ok(());
        }
        let families = Families::read(self.ledger, shop)?;
        let stood = Stood::read(self.ledger, shop, listing(shop).iter().copied(), &families.of(&endings))?;
        let (single, whole, members) = families.sort(endings, |family| stood.is_listed(&family.key()));
        self.end(shop, (at, at), single.into_iter().filter_map(alone))?;
        let whole = whole.into_iter().filter_map(|group| {
            let made: Option<Vec<_>> = group.iter().map(|ending| ending.record(open, None, levels)).collect();
            let mut made = made?;
            if let Some((first, others)) = made.split_first_mut() {
                first.row.is_parent = true;
                // They end with it, and nothing is said of them.
                others.iter_mut().flat_map(|made| &mut made.row.parts).for_each(Vec::clear);
            }
            Some(made)
        });
        self.end(shop, (at, at), whole)?;
        let members = members.into_iter();
        let members =
            members.filter_map(|(ending, family)| Some(vec![ending.record(dropping, Some(&family), levels)?]));
        self.end(shop, (at, at + 1), members)
    }

    /// Decides about families that end.
    fn end(
        &mut self,
        shop: &Shop,
        lanes: (usize, usize),
        mut families: impl Iterator<Item = Vec<Made>>,
    ) -> Result<(), PlanError> {
        loop {
            let some: Vec<Vec<Made>> = families.by_ref().take(AT_ONCE).collect();
            if some.is_empty() {
                return Ok(());
            }
            let keys: BTreeSet<String> = some.iter().flatten().map(|made| made.row.sku.key()).collect();
            let stood = Stood::read(self.ledger, shop, [Lane::Retirement], &keys)?;
            for family in some {
                self.end_one(&stood, lanes, family)?;
            }
        }
    }

    /// Decides about records that are one to the marketplace: the first one's fate is that of all. They are planned in the
    /// lane `at`, and go with what is sent by `by`.
    fn end_one(&mut self, stood: &Stood, (at, by): (usize, usize), family: Vec<Made>) -> Result<(), PlanError> {
        let plan = &mut self.lanes[at].plan;
        let Some(first) = family.first() else { return Ok(()) };
        let standing = stood.of(Lane::Retirement, &first.row.sku.key());
        let mut decision = decide(Lane::Retirement, first.digest, standing, Listing::Listed, self.patience);
        if matches!(decision, Decision::Send(..))
            && family.iter().any(|made| stood.is_in_flight(Lane::Retirement, &made.row.sku.key()))
        {
            decision = Decision::Held(Held::InFlight);
        }
        match decision {
            Decision::Send(action, again) => {
                let planned = family.iter().map(|made| PlannedRow {
                    sku: made.row.sku.clone(),
                    action,
                    again,
                    along: Vec::new(),
                    changes: Vec::new(),
                    digest: made.digest,
                });
                plan.rows.extend(planned);
                let rows: Vec<SpooledRow> = family.into_iter().map(|made| made.row).collect();
                if let Some(spool) = &mut self.lanes[by].plan.spool {
                    spool.add(&rows).map_err(PlanError::Spool)?;
                }
            }
            Decision::Held(held) => {
                plan.held.entry(held).or_default().extend(family.into_iter().map(|made| made.row.sku));
            }
            Decision::Same | Decision::Along => plan.n_same += family.len() as u64,
        }
        Ok(())
    }
}
