//! One batch of products through every channel: the unit of work. Pure and deterministic, whoever does it.

mod places;
mod refusal;

use crate::channel::OpenChannel;
use crate::kept;
use crate::store::Entry;
use crate::store::Outcome;
use crate::store::Standing;
use feedwright_catalog::Field;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Place;
use feedwright_catalog::Product;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::finding::Levels;
use feedwright_catalog::product::Variant;
use feedwright_marketplace::Category;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Ref;
use feedwright_marketplace::check;
use feedwright_marketplace::family::Family;
use feedwright_marketplace::family::Member;
use feedwright_marketplace::family::settle;
use feedwright_marketplace::listing::escape;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::told::Apart;
use feedwright_marketplace::told::Told;
use feedwright_marketplace::told::told;
use feedwright_sources::Chunk;
use feedwright_sources::Hand;
use feedwright_sources::Met;
use feedwright_sources::Print;
use feedwright_sources::Reader;
use feedwright_sources::Tally;
use places::Places;
use refusal::no_requirements;
use refusal::not_for_sale;
use refusal::not_to_retire;
use refusal::unmapped_category;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

/// A batch to be worked on.
#[derive(Debug)]
pub(crate) struct Batch {
    /// Its place in the run.
    pub(crate) number: u64,
    /// The rows of its products.
    pub(crate) chunk: Chunk,
    /// What they are known by in a later run, if they are.
    pub(crate) print: Option<Print>,
    /// What reads them.
    pub(crate) reader: Arc<Reader>,
    /// From where.
    pub(crate) from: Provenance,
}

/// Where products are from.
#[derive(Clone, Debug)]
pub(crate) struct Provenance {
    /// The source's number in the job.
    pub(crate) source: usize,
    /// For each channel, whether it sells from this source.
    pub(crate) is_sold_on: Arc<[bool]>,
}

/// A batch that was worked on.
#[derive(Debug)]
pub(crate) struct Done {
    /// The SKUs and product keys in it.
    pub(crate) met: Met,
    /// What is counted over its source.
    pub(crate) tally: Tally,
    /// What each channel made of it.
    pub(crate) channels: Vec<Sheet>,
    /// Findings, and the fate of SKUs.
    pub(crate) entries: Vec<Entry>,
    /// Filled fields that go nowhere.
    pub(crate) unmapped: BTreeMap<Unmapped, Times>,
    /// Categories checked by a starter document.
    pub(crate) starters: BTreeSet<(usize, Arc<str>)>,
    /// What the source holds, whatever became of it.
    pub(crate) seen: Seen,
    /// Where the values of records come from; only when it is asked for.
    pub(crate) traces: Vec<Traced>,
}

/// A record, and where its values come from.
#[derive(Debug)]
pub(crate) struct Traced {
    /// The record's SKU.
    pub(crate) sku: Sku,
    /// Its values.
    pub(crate) values: Vec<TracedValue>,
}

/// A value of a record, and where it comes from.
#[derive(Clone, Debug)]
pub(crate) struct TracedValue {
    /// JSON Pointer into the record.
    pub(crate) pointer: String,
    /// The value as JSON.
    pub(crate) value: String,
    /// What filled it, and where that stands.
    pub(crate) from: Option<(String, Place)>,
}

/// What a batch's source holds: for what is planned by what is no longer there.
#[derive(Debug)]
pub(crate) struct Seen {
    /// From where.
    pub(crate) from: Provenance,
    /// The SKUs of variants, also of those that cannot be read, and the keys of families, as they are
    /// [compared](Sku::short_key).
    pub(crate) keys: Vec<u64>,
}

/// A field that goes nowhere in a category of a channel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unmapped {
    /// The channel's number.
    pub(crate) channel: usize,
    /// The category.
    pub(crate) category: Arc<str>,
    /// The field.
    pub(crate) field: Field,
}

/// How often something was met, and where first.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    /// How often.
    pub(crate) count: u64,
    /// Where first.
    pub(crate) first: Place,
}

/// The records a channel got out of a batch.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// By part of the feed.
    bytes: Vec<Vec<u8>>,
    /// What records tell, as it is kept; only when it is planned.
    kept: Vec<u8>,
    /// Each family's records, a parent first.
    pub(crate) families: Vec<Kin>,
    /// How many records there are.
    pub(crate) n_ready: u64,
    /// How many there are not, because something must be mended.
    pub(crate) n_blocked: u64,
}

/// The records of a product that passed, and where they are filed.
#[derive(Debug)]
pub(crate) struct Kin {
    /// Their category.
    pub(crate) category: Arc<Category>,
    /// A parent first.
    pub(crate) records: Vec<Record>,
}

/// A record that passed.
#[derive(Debug)]
pub(crate) struct Record {
    /// By part of the feed; empty where the part does not concern it.
    bytes: Vec<Range<usize>>,
    /// Its SKU.
    pub(crate) sku: Sku,
    /// What its SKU is compared by.
    pub(crate) key: u64,
    /// Whether it is its family's parent record.
    pub(crate) is_parent: bool,
    /// Whether it is the variant that stands for its family.
    pub(crate) leads: bool,
    /// The row it was made from.
    pub(crate) row: Place,
    /// What it tells, and where that stands as it is kept; only when it is planned.
    pub(crate) told: Option<(Told, Range<usize>)>,
}

impl Member for Record {
    fn sku(&self) -> &Sku {
        &self.sku
    }

    fn is_parent(&self) -> bool {
        self.is_parent
    }

    fn leads(&self) -> bool {
        self.leads
    }

    fn row(&self) -> Place {
        self.row.clone()
    }
}

impl Sheet {
    /// Forgets what is on it.
    fn clear(&mut self) {
        self.bytes.iter_mut().for_each(Vec::clear);
        self.kept.clear();
        self.families.clear();
        (self.n_ready, self.n_blocked) = (0, 0);
    }

    /// What a record tells, as it is kept.
    pub(crate) fn kept(&self, range: &Range<usize>) -> &[u8] {
        self.kept.get(range.clone()).unwrap_or_default()
    }

    /// The bytes of one record by part of the feed; empty where the part does not concern it.
    pub(crate) fn parts<'s>(&'s self, record: &'s Record) -> impl Iterator<Item = &'s [u8]> {
        let bytes = record.bytes.iter().zip(&self.bytes);
        bytes.map(|(range, part)| part.get(range.clone()).unwrap_or_default())
    }

    /// The bytes of records in a part of the feed, without those it does not concern.
    pub(crate) fn part(&self, part: usize, records: &[&Record]) -> Vec<&[u8]> {
        let bytes = self.bytes.get(part).map_or(&[][..], Vec::as_slice);
        let ranges = records.iter().filter_map(|record| record.bytes.get(part));
        ranges.filter(|range| !range.is_empty()).filter_map(|range| bytes.get(range.clone())).collect()
    }
}

/// Sheets that were used and can be written on again: their memory is as large as a batch needs, and it is shared by all
/// workers.
#[derive(Debug, Default)]
pub(crate) struct Paper(Mutex<Vec<Vec<Sheet>>>);

impl Paper {
    fn take(&self) -> Option<Vec<Sheet>> {
        // Whoever panicked with it in hand left whole sheets.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Gives sheets back that nobody reads any more.
    pub(crate) fn give_back(&self, mut sheets: Vec<Sheet>) {
        sheets.iter_mut().for_each(Sheet::clear);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(sheets);
    }
}

/// Works on batches, keeping its memory from one to the next.
#[derive(Debug)]
pub(crate) struct Worker<'a> {
    paper: Arc<Paper>,
    channels: &'a [OpenChannel],
    levels: Arc<Levels>,
    wants: Wants,
    listing: Listing,
    /// For reading the source of this number.
    hand: (usize, Hand),
    places: Places,
}

/// What a worker is to tell of records, beside their bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wants {
    /// The SKUs that are fine, by name.
    pub(crate) ready_skus: bool,
    /// What records tell.
    pub(crate) told: bool,
    /// Where their values come from.
    pub(crate) traces: bool,
}

impl<'a> Worker<'a> {
    /// A worker for these channels.
    pub(crate) fn new(channels: &'a [OpenChannel], levels: Arc<Levels>, wants: Wants, paper: Arc<Paper>) -> Self {
        let places = Places::new(channels.len(), wants.told);
        Self { paper, channels, levels, wants, listing: Listing::new(), hand: (0, Hand::default()), places }
    }

    /// What it tells of records.
    pub(crate) fn wants(&self) -> Wants {
        self.wants
    }

    /// Reads the products of a batch, and maps, checks and encodes each for every channel that sells it. Where the batches
    /// before are not known, the same SKU may be in one of them.
    pub(crate) fn work(&mut self, batch: &Batch, seen: Option<&feedwright_sources::Seen>) -> Done {
        if self.hand.0 != batch.from.source {
            self.hand = (batch.from.source, Hand::default());
        }
        let mut hand = std::mem::take(&mut self.hand.1);
        let (mut read, mut found) = (Findings::new(Arc::clone(&self.levels)), Findings::new(Arc::clone(&self.levels)));
        let mut done = self.begin(&batch.from);
        // One product at a time: the next finds the memory of the one before still near the processor.
        let mut each = |product| self.one(&product, &mut found, &mut done);
        let contents = batch.reader.read(&batch.chunk, seen, &mut hand, &mut read, &mut each);
        self.hand.1 = hand;
        done.entries.extend(read.take().into_iter().map(Entry::Finding));
        if self.wants.told {
            done.seen.keys.extend(contents.met.skus());
        }
        Done { met: contents.met, tally: contents.tally, ..done }
    }

    /// The same of a product that was read.
    pub(crate) fn work_on(&mut self, product: &Product, from: &Provenance) -> Done {
        let mut done = self.begin(from);
        self.one(product, &mut Findings::new(Arc::clone(&self.levels)), &mut done);
        done
    }

    fn begin(&self, from: &Provenance) -> Done {
        Done {
            met: Met::default(),
            tally: Tally::default(),
            channels: self.paper.take().unwrap_or_else(|| self.channels.iter().map(|_| Sheet::default()).collect()),
            entries: Vec::new(),
            unmapped: BTreeMap::new(),
            starters: BTreeSet::new(),
            traces: Vec::new(),
            seen: Seen { from: from.clone(), keys: Vec::new() },
        }
    }

    /// A product for every channel that sells it.
    fn one(&mut self, product: &Product, out: &mut Findings, done: &mut Done) {
        if self.wants.told
            && let Ok(key) = Sku::parse(&product.key)
        {
            // Where it may be a SKU.
            done.seen.keys.push(key.short_key());
        }
        for (at, channel) in self.channels.iter().enumerate() {
            if done.seen.from.is_sold_on.get(at).copied().unwrap_or(true) {
                self.product(product, at, channel, out, done);
            }
        }
    }

    fn product(&mut self, product: &Product, at: usize, channel: &OpenChannel, out: &mut Findings, done: &mut Done) {
        let left_out = match channel.lane {
            Lane::Retirement => not_to_retire(product),
            Lane::Content | Lane::Price | Lane::Stock => not_for_sale(product),
        };
        if let Some(finding) = left_out {
            if self.wants.told && channel.lane == Lane::Retirement {
                // A plan asks every product whether it is to be taken down, and nobody is to read who is not.
                return;
            }
            out.push(finding);
            all_variants(product, channel, Standing::LeftOut, out, done);
            return;
        }
        let marketplace = channel.marketplace.as_ref();
        let Some((target, placed)) = self.places.of(at, channel, &product.categories) else {
            out.push(unmapped_category(product, &channel.scope, &marketplace.channel().name));
            all_variants(product, channel, Standing::Blocked, out, done);
            done.channels[at].n_blocked += product.variants.len() as u64;
            return;
        };
        let apart = placed.apart.as_slice();
        let category = match &placed.category {
            Ok(category) => category,
            Err(why) => {
                out.push(no_requirements(product, &target, why, &marketplace.channel().name));
                all_variants(product, channel, Standing::Blocked, out, done);
                done.channels[at].n_blocked += product.variants.len() as u64;
                return;
            }
        };
        if matches!(category.requirements.origin(), Origin::Starter { .. }) {
            done.starters.insert((at, Arc::clone(&category.id)));
        }
        let Some(family) = Family::of(product, category.family, out) else {
            all_variants(product, channel, Standing::Blocked, out, done);
            done.channels[at].n_blocked += product.variants.len() as u64;
            return;
        };
        let wants = self.wants;
        let mut desk = Bench { channel, category, at, wants, apart, listing: &mut self.listing, out, done };
        let mut made: Vec<Made<'_>> = Vec::with_capacity(product.variants.len() + 1);
        for variant in &product.variants {
            let is_first = !made.iter().any(|made| made.passed);
            made.push(desk.record(family.variant(variant, is_first, &channel.scope, &target.defaults)));
        }
        // A family's own record speaks for the variants that can be sent; where there is none, what is wrong with it is
        // worth saying all the same.
        let sendable: Vec<&Variant> =
            made.iter().filter(|made| made.passed).filter_map(|made| made.item.variant).collect();
        let members = if sendable.is_empty() { product.variants.iter().collect() } else { sendable };
        if let Some(parent) = family.parent(&members, &channel.scope, &target.defaults) {
            let parent = desk.record(parent);
            made.insert(0, parent);
        }
        let items: Vec<Item<'_>> = made.iter().map(|made| made.item).collect();
        let mut passed: Vec<bool> = made.iter().map(|made| made.passed).collect();
        settle(&items, &mut passed, out);
        let kept: Vec<Record> = made
            .into_iter()
            .zip(&passed)
            .filter(|(_, passed)| **passed)
            .map(|(made, _)| Record {
                bytes: made.bytes,
                sku: made.item.sku.clone(),
                key: made.item.sku.short_key(),
                is_parent: made.item.is_parent(),
                leads: made.item.leads(),
                row: made.item.row(),
                told: made.told,
            })
            .collect();
        let sheet = &mut done.channels[at];
        sheet.n_ready += kept.len() as u64;
        if !kept.is_empty() {
            sheet.families.push(Kin { category: Arc::clone(category), records: kept });
        }
        sheet.n_blocked += passed.iter().filter(|passed| !**passed).count() as u64;
        for (item, passed) in items.iter().zip(passed) {
            if passed && !wants.ready_skus {
                continue;
            }
            let standing = if passed { Standing::Ready } else { Standing::Blocked };
            done.entries.push(outcome(channel, item.sku, standing, item.row()));
        }
        hand_over(channel, out, &mut done.entries);
    }
}

/// A record that was made, whatever became of it.
struct Made<'i> {
    item: Item<'i>,
    bytes: Vec<Range<usize>>,
    told: Option<(Told, Range<usize>)>,
    passed: bool,
}

/// Where the records of one product are made for one channel.
struct Bench<'a> {
    channel: &'a OpenChannel,
    category: &'a Category,
    at: usize,
    wants: Wants,
    apart: &'a [(Lane, Arc<Category>)],
    listing: &'a mut Listing,
    out: &'a mut Findings,
    done: &'a mut Done,
}

impl Bench<'_> {
    fn record<'i>(&mut self, item: Item<'i>) -> Made<'i> {
        let Self { channel, category, at, wants, apart, listing, out, done } = self;
        let (channel, at) = (*channel, *at);
        let marketplace = channel.marketplace.as_ref();
        let (filled, checked) = check(marketplace, channel.feed, category, &item, listing, out);
        let sheet = &mut done.channels[at];
        sheet.bytes.resize_with(channel.feed.parts.len(), Vec::new);
        let mut bytes = Vec::with_capacity(channel.feed.parts.len());
        for (part, written) in channel.feed.parts.iter().zip(&mut sheet.bytes) {
            let start = written.len();
            if let Some(checked) = &checked {
                marketplace.encode(channel.feed, part, category, checked, written);
            }
            bytes.push(start..written.len());
        }
        if wants.traces {
            // A record that is blocked is not given out, and is wanted here all the same.
            let mut record = Listing::new();
            marketplace.map(channel.feed, category, &item, &mut record, &mut Findings::default());
            done.traces.push(Traced { sku: item.sku.clone(), values: trace(record.root(), category, &item) });
        }
        let told = checked.as_ref().filter(|_| wants.told).map(|checked| {
            let apart: Vec<Apart<'_>> =
                apart.iter().map(|(lane, category)| Apart { lane: *lane, category: category.as_ref() }).collect();
            let start = sheet.kept.len();
            kept::write(&item, checked.record(), &mut sheet.kept);
            (told(category, checked.record(), &apart), start..sheet.kept.len())
        });
        // A file of prices is meant to say nothing of the rest.
        let is_whole = channel.feed.lanes.contains(&Lane::Content);
        for field in category.plan.unmapped(&item).filter(|_| is_whole).chain(&filled.left_over) {
            let key = Unmapped { channel: at, category: Arc::clone(&category.id), field: field.clone() };
            let met = done.unmapped.entry(key).or_insert_with(|| Times { count: 0, first: item.place(field) });
            met.count += 1;
        }
        Made { item, bytes, told, passed: checked.is_some() }
    }
}

/// Findings about the whole product hold for each of its variants, so that every SKU left out says why.
fn all_variants(product: &Product, channel: &OpenChannel, standing: Standing, out: &mut Findings, done: &mut Done) {
    let findings = out.take();
    for variant in &product.variants {
        for finding in &findings {
            let mut finding = finding.clone();
            finding.sku = Some(variant.sku.clone());
            out.push(finding);
        }
        done.entries.push(outcome(channel, &variant.sku, standing, variant.origin.place()));
    }
    hand_over(channel, out, &mut done.entries);
}

/// Findings to a channel's entries, marked with the channel.
pub(crate) fn hand_over(channel: &OpenChannel, out: &mut Findings, entries: &mut Vec<Entry>) {
    for mut finding in out.take() {
        finding.marketplace.get_or_insert_with(|| Arc::from(channel.marketplace.profile().id));
        finding.channel.get_or_insert_with(|| Arc::clone(&channel.marketplace.channel().name));
        entries.push(Entry::Finding(finding));
    }
}

/// A category's id as a key in the configuration.
pub(crate) fn toml_key(id: &str) -> String {
    let is_bare = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_bare { id.to_owned() } else { toml::Value::from(id).to_string() }
}

/// What became of a SKU on a channel.
pub(crate) fn outcome(channel: &OpenChannel, sku: &Sku, standing: Standing, place: Place) -> Entry {
    Entry::Outcome(Outcome {
        marketplace: Arc::from(channel.marketplace.profile().id),
        channel: Arc::clone(&channel.marketplace.channel().name),
        sku: sku.clone(),
        standing,
        place: Some(place),
    })
}

/// Where the values of a record come from.
fn trace(record: Ref<'_>, category: &Category, item: &Item<'_>) -> Vec<TracedValue> {
    let mut out = Vec::new();
    trace_into(record, &mut String::new(), category, item, &mut out);
    out
}

fn trace_into(node: Ref<'_>, pointer: &mut String, category: &Category, item: &Item<'_>, out: &mut Vec<TracedValue>) {
    if node.is_array() || node.is_object() {
        let is_array = node.is_array();
        for (at, child) in node.children_in_order().enumerate() {
            let length = pointer.len();
            pointer.push('/');
            if is_array {
                pointer.push_str(&at.to_string());
            } else {
                pointer.push_str(&escape(child.name()));
            }
            trace_into(child, pointer, category, item, out);
            pointer.truncate(length);
        }
        return;
    }
    let mut value = Vec::new();
    node.write_json(&mut value);
    let rule = category.plan.rule(node.source());
    let from = rule.and_then(|rule| {
        let filled = rule.fields().iter().find(|field| item.value(field).is_some());
        filled.or(rule.fields().first()).map(|field| (field.to_string(), item.place(field)))
    });
    let value = String::from_utf8_lossy(&value).into_owned();
    out.push(TracedValue { pointer: pointer.clone(), value, from });
}
