//! Holds every record against what the ledger says of its SKU, batch by batch.

use super::LanePlan;
use super::PlanError;
use super::PlannedRow;
use super::Spool;
use super::SpooledRow;
use super::SpooledTell;
use super::decide::Action;
use super::decide::Decision;
use super::decide::Listing;
use super::decide::Patience;
use super::decide::decide;
use super::diff::diff;
use super::endings::Ending;
use super::endings::Families;
use super::gone;
use super::guards::Weighed;
use crate::channel::OpenChannel;
use crate::kept::Kept;
use crate::pipeline::FamilyRows;
use crate::pipeline::Rows;
use crate::pipeline::SourceJob;
use crate::shop::Shop;
use crate::work::Record;
use crate::work::Seen;
use crate::work::Sheet;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::finding::Levels;
use feedwright_ledger::Ledger;
use feedwright_ledger::LedgerError;
use feedwright_ledger::Standing;
use feedwright_marketplace::told::Told;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

/// Holds records against the ledger.
pub(super) struct Planner<'a> {
    shops: &'a [Shop],
    ledger: &'a mut Ledger,
    patience: Patience,
    /// By channel of the job: a shop's lane each.
    lanes: Vec<Lines>,
    /// By shop: the SKUs its sources hold, as they are compared.
    seen: Vec<HashSet<u64>>,
    /// By shop: the SKUs that have a listing; none where nobody asks.
    listed: Vec<HashMap<String, Sku>>,
    /// By shop: what the catalog says is to be taken down, where families are taken down whole.
    archived: Vec<Vec<Ending>>,
    /// By source: how many SKUs it holds.
    held_by: Vec<u64>,
}

/// One lane under way.
struct Lines {
    plan: LanePlan,
    standings: HashMap<String, Standing>,
    weighed: Weighed,
    /// Whether the records of a family are one record to the marketplace.
    is_nested: bool,
}

/// What was decided about the content of the SKUs of a batch, for the lanes that are about them.
#[derive(Default)]
struct Contents(HashMap<String, Content>);

struct Content {
    /// Where its record stands among those that are sent; none when it is not sent.
    at: Option<Place>,
    /// Its number among the rows of the plan, if it is sent.
    planned: usize,
    /// Lanes it tells along.
    along: Vec<Lane>,
    /// What it tells, where another feed than that of its lane has to: it only adds.
    revised: Option<SpooledTell>,
}

/// Where a record stands among those of a batch that are sent.
#[derive(Clone, Copy)]
struct Place {
    lane: usize,
    family: usize,
    row: usize,
}

impl<'a> Planner<'a> {
    /// Reads where everything stands.
    pub(super) fn new(
        shops: &'a [Shop],
        ledger: &'a mut Ledger,
        patience: Patience,
        n_sources: usize,
    ) -> Result<Self, PlanError> {
        let mut lanes = Vec::new();
        let mut listed = Vec::new();
        for (at, shop) in shops.iter().enumerate() {
            listed.push(listed_in(shop, ledger)?);
            let n_listed = listed[at].len() as u64;
            for open in &shop.lanes {
                let mut standings = HashMap::new();
                ledger.standings(&shop.name, open.lane, &mut |standing| {
                    standings.insert(standing.sku.key(), standing);
                })?;
                let plan = LanePlan {
                    channel: Arc::clone(&shop.name),
                    lane: open.lane,
                    shop: at,
                    rows: Vec::new(),
                    n_along: 0,
                    held: BTreeMap::new(),
                    n_same: 0,
                    n_blocked: 0,
                    stops: Vec::new(),
                    accepted: Vec::new(),
                    spool: Some(Spool::new().map_err(PlanError::Spool)?),
                    revisions: None,
                    open: 0,
                };
                let marketplace = open.marketplace.as_ref();
                let framing = |part| marketplace.framing(open.feed, part, None);
                let is_nested = open.feed.parts.iter().any(|part| framing(part).family.is_some());
                let weighed = Weighed { listed: n_listed, ..Weighed::default() };
                lanes.push(Lines { plan, standings, weighed, is_nested });
            }
        }
        let seen = shops.iter().map(|_| HashSet::new()).collect();
        let archived = shops.iter().map(|_| Vec::new()).collect();
        Ok(Self { shops, ledger, patience, lanes, seen, listed, archived, held_by: vec![0; n_sources] })
    }

    /// Decides about the records of one shop in a batch, its content before what is about it.
    fn shop(&mut self, at: usize, first: usize, channels: &[Vec<FamilyRows<'_>>]) -> Result<(), PlanError> {
        let shop = &self.shops[at];
        let mut contents = Contents::default();
        // Families that are sent by lane, before what they tell along is known.
        let mut sent: Vec<Vec<Vec<SpooledRow>>> = shop.lanes.iter().map(|_| Vec::new()).collect();
        for (offset, open) in shop.lanes.iter().enumerate() {
            let Some(families) = channels.get(first + offset) else { continue };
            for family in families {
                let mut rows = Vec::new();
                let whole = self.whole(first + offset, open.lane, family);
                for record in &family.records {
                    let Some((told, kept)) = &record.told else { continue };
                    let kept = family.sheet.kept(kept);
                    let place = Place { lane: offset, family: sent[offset].len(), row: rows.len() };
                    let one = One { record, told, kept, category: &family.category.id, sheet: family.sheet };
                    if open.is_revision {
                        rows.extend(contents.revise(&one, place));
                        continue;
                    }
                    match self.record(first + offset, open, (at, shop), &mut contents, &one, (place, whole))? {
                        Fate::Sent(row) => rows.push(row),
                        Fate::Along(place, tell) => {
                            // The content's lanes come first, and their families are all there.
                            let families = sent.get_mut(place.lane);
                            let rows = families.and_then(|families| families.get_mut(place.family));
                            if let Some(row) = rows.and_then(|rows| rows.get_mut(place.row)) {
                                row.tells.push(tell);
                            }
                        }
                        Fate::Not => {}
                    }
                }
                if !rows.is_empty() {
                    sent[offset].push(rows);
                }
            }
        }
        self.unrevised(first, &contents);
        for (offset, families) in sent.into_iter().enumerate() {
            let Some(spool) = &mut self.lanes[first + offset].plan.spool else { continue };
            for family in families {
                spool.add(&family).map_err(PlanError::Spool)?;
            }
        }
        Ok(())
    }

    /// What becomes of a family whose records are one record to the marketplace: all of them go, or none.
    fn whole(&self, at: usize, lane: Lane, family: &FamilyRows<'_>) -> Option<Decision> {
        let lines = &self.lanes[at];
        let parent = family.records.first().filter(|first| first.is_parent)?;
        if lane != Lane::Content || !lines.is_nested {
            return None;
        }
        let mut whole = Decision::Same;
        for record in &family.records {
            let Some((told, _)) = &record.told else { continue };
            let standing = lines.standings.get(&record.sku.key());
            match decide(lane, told.digest, standing, Listing::Listed, self.patience) {
                held @ Decision::Held(_) => return Some(held),
                Decision::Send(_, again) => {
                    let listed = lines.standings.get(&parent.sku.key());
                    let is_listed = listed.is_some_and(|standing| standing.accepted.is_some());
                    whole = Decision::Send(if is_listed { Action::Update } else { Action::Create }, again);
                }
                Decision::Same | Decision::Along => {}
            }
        }
        Some(whole)
    }

    /// Changes that the revising feed has no record for: what blocks it is among the findings.
    fn unrevised(&mut self, first: usize, contents: &Contents) {
        let is_lost = |sku: &Sku| {
            contents.0.get(&sku.key()).is_some_and(|content| content.revised.is_some() && content.at.is_none())
        };
        if let Some(lines) = self.lanes.get_mut(first)
            && contents.0.values().any(|content| content.revised.is_some() && content.at.is_none())
        {
            lines.plan.rows.retain(|row| !is_lost(&row.sku));
        }
    }

    fn record(
        &mut self,
        at: usize,
        open: &OpenChannel,
        shop: (usize, &Shop),
        contents: &mut Contents,
        one: &One<'_>,
        (place, whole): (Place, Option<Decision>),
    ) -> Result<Fate, PlanError> {
        let lane = open.lane;
        let key = one.record.sku.key();
        let listing = self.listing(lane, shop, &key, contents);
        if lane == Lane::Retirement && listing == Listing::Listed && open.feed.revised_by.is_some() {
            // Who goes with it is known when all of the catalog is.
            self.archived[shop.0].push(Ending { sku: one.record.sku.clone(), place: one.record.row.clone() });
            return Ok(Fate::Not);
        }
        let lines = &mut self.lanes[at];
        let standing = lines.standings.get(&key);
        let wanted = one.told.digest;
        let decided = || decide(lane, wanted, standing, listing, self.patience);
        let mut decision = whole.unwrap_or_else(decided);
        if let (Lane::Content, Decision::Send(..)) = (lane, decision) {
            // What it tells along must not be told twice at once.
            let is_told = |lane: &Lane| {
                // Content comes first among the lanes of a shop.
                let others = self.lanes.iter().skip(at).take(shop.1.lanes.len());
                others
                    .filter(|lines| lines.plan.lane == *lane)
                    .any(|lines| lines.standings.get(&key).is_some_and(|standing| standing.in_flight.is_some()))
            };
            if one.told.along.iter().any(is_told) {
                decision = Decision::Held(super::Held::InFlight);
            }
        }
        let lines = &mut self.lanes[at];
        let fate = match decision {
            Decision::Same => {
                lines.plan.n_same += 1;
                Fate::Not
            }
            Decision::Held(held) => {
                lines.plan.held.entry(held).or_default().push(one.record.sku.clone());
                Fate::Not
            }
            Decision::Along => {
                lines.plan.n_along += 1;
                match contents.0.get(&key).and_then(|content| Some((content.at?, content.planned))) {
                    Some((place, planned)) => {
                        // Content comes first among the lanes of a shop.
                        let first = at - shop.1.lanes.iter().position(|own| std::ptr::eq(own, open)).unwrap_or(0);
                        if let Some(row) = self.lanes[first].plan.rows.get_mut(planned) {
                            row.along.push(lane.name());
                        }
                        if lane == Lane::Price {
                            // Whatever tells a price is stopped when prices move too far.
                            let before = self.ledger.accepted_record(&shop.1.name, &one.record.sku, lane)?;
                            weigh(&mut self.lanes[first].weighed, shop.1, one, before.as_deref());
                        }
                        Fate::Along(place, one.tell(lane))
                    }
                    None => Fate::Not,
                }
            }
            // Made only for what another lane tells along.
            Decision::Send(..) if !open.is_sent => Fate::Not,
            Decision::Send(action, again) => {
                let before = match self.lanes[at].standings.get(&key) {
                    Some(standing) if standing.accepted.is_some() => {
                        self.ledger.accepted_record(&shop.1.name, &one.record.sku, lane)?
                    }
                    Some(_) | None => None,
                };
                let lines = &mut self.lanes[at];
                let changes = compare(&mut lines.weighed, one, before.as_deref());
                if lane == Lane::Price {
                    weigh(&mut lines.weighed, shop.1, one, before.as_deref());
                }
                lines.plan.rows.push(PlannedRow {
                    sku: one.record.sku.clone(),
                    action,
                    again,
                    along: Vec::new(),
                    changes,
                    digest: wanted,
                });
                Fate::Sent(one.row(lane))
            }
        };
        if lane == Lane::Content {
            let is_sent = matches!(fate, Fate::Sent(_));
            let is_revised = matches!(decision, Decision::Send(Action::Update, _)) && open.feed.revised_by.is_some();
            let along = if is_sent { one.told.along.clone() } else { Vec::new() };
            let planned = self.lanes[at].plan.rows.len().saturating_sub(1);
            let revised = (is_sent && is_revised).then(|| one.tell(lane));
            let place = (is_sent && !is_revised).then_some(place);
            contents.0.insert(key, Content { at: place, planned, along, revised });
            if is_revised {
                return Ok(Fate::Not);
            }
        }
        Ok(fate)
    }

    /// How the listing of a SKU stands, for a lane that is about it.
    fn listing(&self, lane: Lane, shop: (usize, &Shop), key: &str, contents: &Contents) -> Listing {
        if lane == Lane::Content || !shop.1.sends_content {
            return Listing::Listed;
        }
        if contents.0.get(key).is_some_and(|content| content.along.contains(&lane)) {
            return Listing::TellsAlong;
        }
        if self.listed[shop.0].contains_key(key) { Listing::Listed } else { Listing::None }
    }

    /// The lanes, with what stops them.
    pub(super) fn finish(mut self, sources: &[SourceJob], levels: &Arc<Levels>) -> Result<Vec<LanePlan>, PlanError> {
        let empty: Vec<&SourceJob> =
            sources.iter().zip(&self.held_by).filter(|(_, held)| **held == 0).map(|(source, _)| source).collect();
        let mut first = 0;
        for (at, shop) in self.shops.iter().enumerate() {
            let own: Vec<&SourceJob> = sources
                .iter()
                .filter(|source| shop.lanes.first().is_some_and(|open| open.sells(&source.name)))
                .collect();
            let is_full = !own.is_empty() && own.iter().all(|source| source.is_full);
            let range = first..first + shop.lanes.len();
            let mut endings = std::mem::take(&mut self.archived[at]);
            if is_full {
                let mut missing: Vec<Sku> = self.listed[at]
                    .values()
                    .filter(|sku| !self.seen[at].contains(&sku.short_key()))
                    .cloned()
                    .collect();
                missing.sort();
                let n_missing = missing.len() as u64;
                for lines in &mut self.lanes[range.clone()] {
                    lines.weighed.missing = n_missing;
                }
                endings
                    .extend(missing.into_iter().map(|sku| Ending { sku, place: feedwright_catalog::Place::default() }));
            }
            if let Some(offset) = shop.lanes.iter().position(|open| open.lane == Lane::Retirement) {
                self.retire(first + offset, (at, shop), offset, endings, levels)?;
            }
            for lines in &mut self.lanes[range] {
                lines.weighed.empty = empty
                    .iter()
                    .filter(|source| own.iter().any(|own| own.name == source.name))
                    .map(|s| s.shown.clone())
                    .collect();
                lines.weighed.retired =
                    if lines.plan.lane == Lane::Retirement { lines.plan.rows.len() as u64 } else { 0 };
                lines.plan.stops = lines.weighed.stops(&shop.guards);
            }
            first += shop.lanes.len();
        }
        Ok(self.lanes.into_iter().map(|lines| lines.plan).collect())
    }

    /// What full sources do not hold any more is taken down, and what the catalog says.
    fn retire(
        &mut self,
        at: usize,
        (number, shop): (usize, &Shop),
        offset: usize,
        endings: Vec<Ending>,
        levels: &Arc<Levels>,
    ) -> Result<(), PlanError> {
        let open = &shop.lanes[offset];
        let Some(dropping) = shop.lanes.get(offset + 1).filter(|next| next.is_revision) else {
            for ending in endings {
                let Some(made) = ending.record(open, None, levels) else { continue };
                self.end(at, at, vec![made])?;
            }
            return Ok(());
        };
        if endings.is_empty() {
            return Ok(());
        }
        let families = Families::read(self.ledger, shop)?;
        let is_listed = |sku: &Sku| self.listed[number].contains_key(&sku.key());
        let (alone, whole, members) = families.sort(endings, is_listed);
        for ending in alone {
            let Some(made) = ending.record(open, None, levels) else { continue };
            self.end(at, at, vec![made])?;
        }
        for group in whole {
            let made: Option<Vec<_>> = group.iter().map(|ending| ending.record(open, None, levels)).collect();
            let Some(mut made) = made else { continue };
            if let Some((first, others)) = made.split_first_mut() {
                first.row.is_parent = true;
                // They end with it, and nothing is said of them.
                others.iter_mut().flat_map(|made| &mut made.row.parts).for_each(Vec::clear);
            }
            self.end(at, at, made)?;
        }
        for (ending, family) in members {
            let Some(made) = ending.record(dropping, Some(&family), levels) else { continue };
            self.end(at, at + 1, vec![made])?;
        }
        Ok(())
    }

    /// Decides about records that are one to the marketplace: the first one's fate is that of all. They are planned in the
    /// lane `at`, and go with what is sent by `by`.
    fn end(&mut self, at: usize, by: usize, family: Vec<gone::Made>) -> Result<(), PlanError> {
        let lines = &mut self.lanes[at];
        let of = |made: &gone::Made| lines.standings.get(&made.row.sku.key());
        let Some(first) = family.first() else { return Ok(()) };
        let mut decision = decide(Lane::Retirement, first.digest, of(first), Listing::Listed, self.patience);
        if matches!(decision, Decision::Send(..))
            && family.iter().any(|made| of(made).is_some_and(|standing| standing.in_flight.is_some()))
        {
            decision = Decision::Held(super::Held::InFlight);
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
                lines.plan.rows.extend(planned);
                let rows: Vec<SpooledRow> = family.into_iter().map(|made| made.row).collect();
                if let Some(spool) = &mut self.lanes[by].plan.spool {
                    spool.add(&rows).map_err(PlanError::Spool)?;
                }
            }
            Decision::Held(held) => {
                lines.plan.held.entry(held).or_default().extend(family.into_iter().map(|made| made.row.sku));
            }
            Decision::Same | Decision::Along => lines.plan.n_same += family.len() as u64,
        }
        Ok(())
    }
}

impl Rows for Planner<'_> {
    fn batch(
        &mut self,
        seen: &Seen,
        channels: &[Vec<FamilyRows<'_>>],
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if let Some(held) = self.held_by.get_mut(seen.from.source) {
            *held += seen.keys.len() as u64;
        }
        let mut first = 0;
        for at in 0..self.shops.len() {
            if seen.from.is_sold_on.get(first).copied().unwrap_or(true) {
                self.seen[at].extend(&seen.keys);
            }
            self.shop(at, first, channels)?;
            first += self.shops[at].lanes.len();
        }
        Ok(())
    }
}

impl Contents {
    /// The record by which a change is told, if there is one: it tells what the adding feed's would have.
    fn revise(&mut self, one: &One<'_>, place: Place) -> Option<SpooledRow> {
        let content = self.0.get_mut(&one.record.sku.key())?;
        let tell = content.revised.clone()?;
        content.at = Some(place);
        Some(SpooledRow { tells: vec![tell], ..one.row(Lane::Content) })
    }
}

/// What became of a record.
enum Fate {
    Sent(SpooledRow),
    /// That of the content, and what it tells as well.
    Along(Place, SpooledTell),
    Not,
}

/// A record that is decided about.
struct One<'a> {
    record: &'a Record,
    told: &'a Told,
    kept: &'a [u8],
    category: &'a str,
    sheet: &'a Sheet,
}

impl One<'_> {
    fn tell(&self, lane: Lane) -> SpooledTell {
        SpooledTell { lane, digest: self.told.digest, kept: self.kept.to_vec() }
    }

    fn row(&self, lane: Lane) -> SpooledRow {
        SpooledRow {
            sku: self.record.sku.clone(),
            is_parent: self.record.is_parent,
            category: self.category.to_owned(),
            place: self.record.row.clone(),
            parts: self.sheet.parts(self.record).map(<[u8]>::to_vec).collect(),
            tells: vec![self.tell(lane)],
        }
    }
}

/// What is different from what was accepted; weighed by guards.
fn compare(weighed: &mut Weighed, one: &One<'_>, before: Option<&[u8]>) -> Vec<super::Change> {
    let Some(before) = before.map(Kept::read) else { return Vec::new() };
    let after = Kept::read(one.kept);
    let (Some(old), Some(new)) = (before.record(), after.record()) else { return Vec::new() };
    let changes = diff(old, new);
    if let Some(blank) = changes.iter().find(|change| change.after.is_none()) {
        weighed.blanks.add(|| format!("`{}` without `{}`", one.record.sku, blank.pointer));
    }
    changes
}

/// How a price moves; weighed by guards.
fn weigh(weighed: &mut Weighed, shop: &Shop, one: &One<'_>, before: Option<&[u8]>) {
    let Some(before) = before.map(Kept::read) else { return };
    let (before, after) = (before.facts(), Kept::read(one.kept).facts());
    let (Some(old), Some(new)) = (before.price, after.price) else { return };
    if before.currency == after.currency {
        weighed.price(one.record.sku.as_str(), old, new, &shop.guards);
        return;
    }
    let name = |currency: Option<String>| currency.unwrap_or_default();
    let (old, new) = (name(before.currency), name(after.currency));
    weighed.currencies.add(|| format!("`{}` from {old} to {new}", one.record.sku));
}

/// The SKUs of a shop that have a listing: those whose content was accepted; where others keep the content, those that
/// were told a price or a quantity.
fn listed_in(shop: &Shop, ledger: &mut Ledger) -> Result<HashMap<String, Sku>, LedgerError> {
    let lanes: &[Lane] = if shop.sends_content { &[Lane::Content] } else { &[Lane::Price, Lane::Stock] };
    let mut listed = HashMap::new();
    for lane in lanes {
        ledger.standings(&shop.name, *lane, &mut |standing| {
            if standing.accepted.is_some() {
                listed.insert(standing.sku.key(), standing.sku);
            }
        })?;
    }
    Ok(listed)
}
