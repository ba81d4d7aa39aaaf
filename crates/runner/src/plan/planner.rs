//! Holds every record against what the ledger says of its SKU, batch by batch.

use super::Held;
use super::LanePlan;
use super::PlanError;
use super::PlannedRow;
use super::Spool;
use super::SpooledRow;
use super::SpooledTell;
use super::contents::Content;
use super::contents::Contents;
use super::contents::One;
use super::contents::Place;
use super::decide::Action;
use super::decide::Again;
use super::decide::Decision;
use super::decide::Listing;
use super::decide::Patience;
use super::decide::decide;
use super::diff::diff;
use super::endings::Ending;
use super::guards::Weighed;
use super::stood::Stood;
use super::stood::listing;
use crate::channel::OpenChannel;
use crate::kept::Kept;
use crate::memory::Found;
use crate::memory::Settled;
use crate::pipeline::FamilyRows;
use crate::pipeline::Rows;
use crate::shop::Shop;
use crate::work::Provenance;
use crate::work::Seen;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::Ledger;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashSet;
use std::sync::Arc;

/// Holds records against the ledger.
pub(super) struct Planner<'a> {
    pub(super) shops: &'a [Shop],
    pub(super) ledger: &'a mut Ledger,
    pub(super) patience: Patience,
    /// By channel of the job: a shop's lane each.
    pub(super) lanes: Vec<Lines>,
    /// By shop: the SKUs its sources hold, as they are compared.
    pub(super) seen: Vec<HashSet<u64>>,
    /// By shop: what the catalog says is to be taken down, where families are taken down whole.
    pub(super) archived: Vec<Vec<Ending>>,
    /// By source: how many SKUs it holds.
    pub(super) held_by: Vec<u64>,
}

/// One lane under way.
pub(super) struct Lines {
    pub(super) plan: LanePlan,
    pub(super) weighed: Weighed,
    /// Whether the records of a family are one record to the marketplace.
    is_nested: bool,
}

/// A batch of one shop under way.
struct Turn<'a> {
    shop: &'a Shop,
    /// The shop's number.
    number: usize,
    /// The number of its first lane among the lanes of all shops; that is its content's, where it has one.
    first: usize,
    stood: Stood,
    contents: Contents,
}

/// What became of a record.
enum Fate {
    Sent(SpooledRow),
    /// That of the content, and what it tells as well.
    Along(Place, SpooledTell),
    Not,
}

impl<'a> Planner<'a> {
    /// Begins the lanes.
    pub(super) fn new(
        shops: &'a [Shop],
        ledger: &'a mut Ledger,
        patience: Patience,
        n_sources: usize,
    ) -> Result<Self, PlanError> {
        let mut lanes = Vec::new();
        for (at, shop) in shops.iter().enumerate() {
            for open in &shop.lanes {
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
                lanes.push(Lines { plan, weighed: Weighed::default(), is_nested });
            }
        }
        let seen = shops.iter().map(|_| HashSet::new()).collect();
        let archived = shops.iter().map(|_| Vec::new()).collect();
        Ok(Self { shops, ledger, patience, lanes, seen, archived, held_by: vec![0; n_sources] })
    }

    /// Decides about the records of one shop in a batch, its content before what is about it.
    fn shop(&mut self, number: usize, first: usize, channels: &[Vec<FamilyRows<'_>>]) -> Result<(), PlanError> {
        let shop = &self.shops[number];
        let own = channels.get(first..).unwrap_or_default();
        let stood = self.stood(shop, own)?;
        let mut turn = Turn { shop, number, first, stood, contents: Contents::default() };
        // Families that are sent by lane, before what they tell along is known.
        let mut sent: Vec<Vec<Vec<SpooledRow>>> = shop.lanes.iter().map(|_| Vec::new()).collect();
        for (offset, (open, families)) in shop.lanes.iter().zip(own).enumerate() {
            for family in families {
                let mut rows = Vec::new();
                let whole = self.whole(&turn, first + offset, family);
                for record in &family.records {
                    let Some((told, kept)) = &record.told else { continue };
                    let one = One {
                        record,
                        key: record.sku.key(),
                        told,
                        kept: family.sheet.kept(kept),
                        category: &family.category.id,
                        sheet: family.sheet,
                        place: Place { lane: offset, family: sent[offset].len(), row: rows.len() },
                    };
                    if open.is_revision {
                        rows.extend(turn.contents.revise(&one));
                        continue;
                    }
                    match self.record(&mut turn, open, &one, whole)? {
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
        self.unrevised(&turn);
        for (offset, families) in sent.into_iter().enumerate() {
            let Some(spool) = &mut self.lanes[first + offset].plan.spool else { continue };
            for family in families {
                spool.add(&family).map_err(PlanError::Spool)?;
            }
        }
        Ok(())
    }

    /// Where the SKUs of a batch stand with a shop.
    fn stood(&mut self, shop: &Shop, own: &[Vec<FamilyRows<'_>>]) -> Result<Stood, PlanError> {
        let own = || shop.lanes.iter().zip(own);
        let records = own().flat_map(|(_, families)| families).flat_map(|family| &family.records);
        let keys: BTreeSet<String> = records.map(|record| record.sku.key()).collect();
        // Whether something was taken down matters only to what is taken down.
        let matters = |lane: Lane, families: &[FamilyRows<'_>]| lane != Lane::Retirement || !families.is_empty();
        let lanes = own().filter(|(open, families)| matters(open.lane, families)).map(|(open, _)| open.lane);
        Ok(Stood::read(self.ledger, shop, lanes.chain(listing(shop).iter().copied()), &keys)?)
    }

    /// What becomes of a family whose records are one record to the marketplace: all of them go, or none.
    fn whole(&self, turn: &Turn<'_>, at: usize, family: &FamilyRows<'_>) -> Option<Decision> {
        let lines = &self.lanes[at];
        let lane = lines.plan.lane;
        let parent = family.records.first().filter(|first| first.is_parent)?;
        if lane != Lane::Content || !lines.is_nested {
            return None;
        }
        let mut whole = Decision::Same;
        for record in &family.records {
            let Some((told, _)) = &record.told else { continue };
            let standing = turn.stood.of(lane, &record.sku.key());
            match decide(lane, told.digest, standing, Listing::Listed, self.patience) {
                held @ Decision::Held(_) => return Some(held),
                Decision::Send(_, again) => {
                    let is_listed = turn.stood.is_accepted(lane, &parent.sku.key());
                    whole = Decision::Send(if is_listed { Action::Update } else { Action::Create }, again);
                }
                Decision::Same | Decision::Along => {}
            }
        }
        Some(whole)
    }

    /// Changes that the revising feed has no record for: what blocks it is among the findings.
    fn unrevised(&mut self, turn: &Turn<'_>) {
        if let Some(lines) = self.lanes.get_mut(turn.first)
            && turn.contents.has_lost()
        {
            lines.plan.rows.retain(|row| !turn.contents.is_lost(&row.sku));
        }
    }

    /// Decides about a record; of what is sent or held back it is written down.
    fn record(
        &mut self,
        turn: &mut Turn<'_>,
        open: &OpenChannel,
        one: &One<'_>,
        whole: Option<Decision>,
    ) -> Result<Fate, PlanError> {
        let lane = open.lane;
        let at = turn.first + one.place.lane;
        let listing = turn.listing(lane, &one.key);
        if lane == Lane::Retirement && listing == Listing::Listed && open.feed.revised_by.is_some() {
            // Who goes with it is known when all of the catalog is.
            let ending = Ending { sku: one.record.sku.clone(), place: one.record.row.clone() };
            self.archived[turn.number].push(ending);
            return Ok(Fate::Not);
        }
        let decision = self.decision(turn, lane, listing, one, whole);
        let plan = &mut self.lanes[at].plan;
        let fate = match decision {
            Decision::Same => {
                plan.n_same += 1;
                Fate::Not
            }
            Decision::Held(held) => {
                plan.held.entry(held).or_default().push(one.record.sku.clone());
                Fate::Not
            }
            Decision::Along => self.along(turn, lane, one)?,
            // Made only for what another lane tells along.
            Decision::Send(..) if !open.is_sent => Fate::Not,
            Decision::Send(action, again) => self.send(turn, lane, one, (action, again))?,
        };
        if lane != Lane::Content {
            return Ok(fate);
        }
        let is_sent = matches!(fate, Fate::Sent(_));
        let is_revised = matches!(decision, Decision::Send(Action::Update, _)) && open.feed.revised_by.is_some();
        let content = Content {
            at: (is_sent && !is_revised).then_some(one.place),
            planned: self.lanes[at].plan.rows.len().saturating_sub(1),
            along: if is_sent { one.told.along.clone() } else { Vec::new() },
            revised: (is_sent && is_revised).then(|| one.tell(lane)),
        };
        turn.contents.note(&one.key, content);
        Ok(if is_revised { Fate::Not } else { fate })
    }

    /// What becomes of a record, or of the whole that it is a part of.
    fn decision(
        &self,
        turn: &Turn<'_>,
        lane: Lane,
        listing: Listing,
        one: &One<'_>,
        whole: Option<Decision>,
    ) -> Decision {
        let standing = turn.stood.of(lane, &one.key);
        let decision = whole.unwrap_or_else(|| decide(lane, one.told.digest, standing, listing, self.patience));
        // What it tells along must not be told twice at once.
        let is_told = || one.told.along.iter().any(|lane| turn.stood.is_in_flight(*lane, &one.key));
        match decision {
            Decision::Send(..) if lane == Lane::Content && is_told() => Decision::Held(Held::InFlight),
            Decision::Send(..) | Decision::Same | Decision::Held(_) | Decision::Along => decision,
        }
    }

    /// The record of the content tells it as well.
    fn along(&mut self, turn: &Turn<'_>, lane: Lane, one: &One<'_>) -> Result<Fate, PlanError> {
        self.lanes[turn.first + one.place.lane].plan.n_along += 1;
        let Some((place, planned)) = turn.contents.sent(&one.key) else { return Ok(Fate::Not) };
        let content = &mut self.lanes[turn.first];
        if let Some(row) = content.plan.rows.get_mut(planned) {
            row.along.push(lane.name());
        }
        if lane == Lane::Price {
            // Whatever tells a price is stopped when prices move too far.
            if let Some(before) = self.ledger.accepted_record(&turn.shop.name, &one.record.sku, lane)? {
                weigh(&mut content.weighed, turn.shop, one, (&Kept::read(&before), &Kept::read(one.kept)));
            }
        }
        Ok(Fate::Along(place, one.tell(lane)))
    }

    /// It is sent by itself.
    fn send(
        &mut self,
        turn: &Turn<'_>,
        lane: Lane,
        one: &One<'_>,
        (action, again): (Action, Option<Again>),
    ) -> Result<Fate, PlanError> {
        let mut before = None;
        if turn.stood.is_accepted(lane, &one.key) {
            before = self.ledger.accepted_record(&turn.shop.name, &one.record.sku, lane)?;
        }
        let lines = &mut self.lanes[turn.first + one.place.lane];
        let mut changes = Vec::new();
        if let Some(before) = before {
            let (before, after) = (Kept::read(&before), Kept::read(one.kept));
            changes = compare(&mut lines.weighed, one, (&before, &after));
            if lane == Lane::Price {
                weigh(&mut lines.weighed, turn.shop, one, (&before, &after));
            }
        }
        let (sku, along) = (one.record.sku.clone(), Vec::new());
        lines.plan.rows.push(PlannedRow { sku, action, again, along, changes, digest: one.told.digest });
        Ok(Fate::Sent(one.row(lane)))
    }
}

impl Turn<'_> {
    /// How the listing of a SKU stands, for a lane that is about it.
    fn listing(&self, lane: Lane, key: &str) -> Listing {
        if lane == Lane::Content || !self.shop.sends_content {
            return Listing::Listed;
        }
        if self.contents.tells(lane, key) {
            return Listing::TellsAlong;
        }
        if self.stood.is_listed(key) { Listing::Listed } else { Listing::None }
    }
}

impl Rows for Planner<'_> {
    fn batch(
        &mut self,
        seen: &Seen,
        channels: &[Vec<FamilyRows<'_>>],
    ) -> Result<Option<Settled>, Box<dyn std::error::Error + Send + Sync>> {
        let stand = |lines: &Lines| (lines.plan.n_same, lines.waiting().len());
        let before: Vec<(u64, usize)> = self.lanes.iter().map(stand).collect();
        self.hold(&seen.from, &seen.keys);
        let mut first = 0;
        for at in 0..self.shops.len() {
            self.shop(at, first, channels)?;
            first += self.shops[at].lanes.len();
        }
        let lanes = || self.lanes.iter().zip(&before);
        let same: Vec<u64> = lanes().map(|(lines, (same, _))| lines.plan.n_same - same).collect();
        let waiting = lanes().map(|(lines, (_, waiting))| lines.waiting().get(*waiting..).unwrap_or_default().to_vec());
        let waiting: Vec<Vec<Sku>> = waiting.collect();
        let opens = self.shops.iter().flat_map(|shop| &shop.lanes);
        let is_settled =
            opens.zip(channels).zip(same.iter().zip(&waiting)).all(|((open, families), (same, waiting))| {
                let n_records = families.iter().map(|family| family.records.len() as u64).sum::<u64>();
                // A feed that revises tells what the one before it would have, and only when that is not the same.
                open.is_revision || n_records == same + waiting.len() as u64
            });
        Ok(is_settled.then_some(Settled { same, waiting }))
    }

    fn known(&mut self, source: usize, found: &Found, times: u64) {
        if let Some(held) = self.held_by.get_mut(source) {
            *held += found.n_keys * times;
        }
        for (lines, same) in self.lanes.iter_mut().zip(&found.same) {
            lines.plan.n_same += same * times;
        }
    }

    fn waits(&mut self, waiting: &[Vec<Sku>]) {
        for (lines, waiting) in self.lanes.iter_mut().zip(waiting).filter(|(_, waiting)| !waiting.is_empty()) {
            lines.plan.held.entry(Held::NoListing).or_default().extend_from_slice(waiting);
        }
    }
}

impl Lines {
    /// The SKUs that wait for their listings.
    fn waiting(&self) -> &[Sku] {
        self.plan.held.get(&Held::NoListing).map_or(&[], Vec::as_slice)
    }
}

impl Planner<'_> {
    /// A source holds these SKUs.
    fn hold(&mut self, from: &Provenance, keys: &[u64]) {
        if let Some(held) = self.held_by.get_mut(from.source) {
            *held += keys.len() as u64;
        }
        self.see(from, keys);
    }

    /// The shops that sell from a source see these SKUs.
    pub(super) fn see(&mut self, from: &Provenance, keys: &[u64]) {
        let mut first = 0;
        for (shop, seen) in self.shops.iter().zip(&mut self.seen) {
            if from.is_sold_on.get(first).copied().unwrap_or(true) {
                seen.extend(keys);
            }
            first += shop.lanes.len();
        }
    }
}

/// What is different from what was accepted; weighed by guards.
fn compare(weighed: &mut Weighed, one: &One<'_>, (before, after): (&Kept, &Kept)) -> Vec<super::Change> {
    let (Some(old), Some(new)) = (before.record(), after.record()) else { return Vec::new() };
    let changes = diff(old, new);
    if let Some(blank) = changes.iter().find(|change| change.after.is_none()) {
        weighed.blanks.add(|| format!("`{}` without `{}`", one.record.sku, blank.pointer));
    }
    changes
}

/// How a price moves; weighed by guards.
fn weigh(weighed: &mut Weighed, shop: &Shop, one: &One<'_>, (before, after): (&Kept, &Kept)) {
    let (before, after) = (before.facts(), after.facts());
    let (Some(old), Some(new)) = (before.price, after.price) else { return };
    if before.currency == after.currency {
        weighed.price(one.record.sku.as_str(), old, new, &shop.guards);
        return;
    }
    let name = |currency: Option<String>| currency.unwrap_or_default();
    let (old, new) = (name(before.currency), name(after.currency));
    weighed.currencies.add(|| format!("`{}` from {old} to {new}", one.record.sku));
}
