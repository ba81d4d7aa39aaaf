//! The desk: where finished batches come together in order, and their records go where they are to go.

use super::Ended;
use super::FamilyRows;
use super::Job;
use super::Out;
use super::RunError;
use crate::channel::OpenChannel;
use crate::manifest::ChannelEntry;
use crate::memory::Memory;
use crate::memory::Settled;
use crate::publish::PartWriter;
use crate::render::ChannelSummary;
use crate::render::Run;
use crate::render::SourceSummary;
use crate::render::Summary;
use crate::store::Entry;
use crate::store::Standing;
use crate::store::Store;
use crate::taken::Taken;
use crate::work;
use crate::work::Batch;
use crate::work::Done;
use crate::work::Kin;
use crate::work::Paper;
use crate::work::Provenance;
use crate::work::Record;
use crate::work::Sheet;
use crate::work::Unmapped;
use crate::work::Wants;
use crate::work::Worker;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::rules;
use feedwright_marketplace::Categories;
use feedwright_marketplace::Category;
use feedwright_marketplace::Part;
use feedwright_marketplace::packing::Group;
use feedwright_sources::Chunk;
use feedwright_sources::Tally;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Where finished batches come together, in order.
pub(super) struct Desk<'a, 'o> {
    pub(super) job: &'a Job<'a>,
    pub(super) out: Out<'o>,
    /// By channel; by category where each has files of its own.
    writers: Vec<BTreeMap<Arc<str>, Vec<PartWriter>>>,
    store: Store,
    /// What an earlier run knew.
    pub(super) memory: Option<&'o mut Memory>,
    /// By source, and by the number of what was found: how many chunks were known of which it was.
    known: Vec<Vec<u64>>,
    /// For the workers.
    pub(super) paper: Arc<Paper>,
    /// Reads batches again that have what an earlier one has.
    pub(super) worker: Worker<'a>,
    /// What is known of the source that batches come from.
    seen: (usize, feedwright_sources::Seen),
    /// By source.
    pub(super) tallies: Vec<Tally>,
    pub(super) sources: Vec<SourceSummary>,
    ready: Vec<u64>,
    pub(super) blocked: Vec<u64>,
    taken: Vec<Taken>,
    unmapped: BTreeMap<Unmapped, work::Times>,
    starters: BTreeMap<usize, BTreeSet<Arc<str>>>,
}

impl<'a, 'o> Desk<'a, 'o> {
    pub(super) fn new(job: &'a Job<'a>, out: Out<'o>, store: Store) -> Self {
        let writers = job.channels.iter().map(|_| BTreeMap::new()).collect();
        let paper = Arc::<Paper>::default();
        let told = matches!(out, Out::Rows(_));
        let wants = Wants { ready_skus: job.names_ready_skus, told, traces: false };
        Self {
            job,
            worker: Worker::new(job.channels, Arc::clone(&job.levels), wants, Arc::clone(&paper)),
            paper,
            seen: (0, feedwright_sources::Seen::default()),
            tallies: job.sources.iter().map(|_| Tally::default()).collect(),
            out,
            writers,
            store,
            memory: None,
            known: vec![Vec::new(); job.sources.len()],
            sources: Vec::new(),
            ready: vec![0; job.channels.len()],
            blocked: vec![0; job.channels.len()],
            taken: job.channels.iter().map(|channel| Taken::new(job.n_sources(channel))).collect(),
            unmapped: BTreeMap::new(),
            starters: BTreeMap::new(),
        }
    }

    /// Takes a batch that was worked on. Gives its chunk back.
    pub(super) fn take(&mut self, mut batch: Batch, mut done: Done) -> Result<Chunk, RunError> {
        let source = batch.from.source;
        if self.seen.0 != source {
            self.seen = (source, feedwright_sources::Seen::default());
        }
        if self.seen.1.has_any(&done.met) {
            if let Some(memory) = &mut self.memory {
                memory.double(self.seen.1.common(&done.met));
            }
            batch.print = None;
            // It was worked on without knowing what was before.
            done = self.worker.work(&batch, Some(&self.seen.1));
        }
        self.seen.1.add(&done.met);
        if let Some(tally) = self.tallies.get_mut(source) {
            tally.add(&done.tally);
        }
        let settled = self.settle(&mut done)?;
        if let Some(memory) = &mut self.memory {
            memory.note(batch.print.as_ref(), &done, settled);
        }
        for entry in &done.entries {
            self.store.add(entry).map_err(RunError::Findings)?;
        }
        self.paper.give_back(done.channels);
        Ok(batch.chunk)
    }

    /// Takes chunks that an earlier run knew, each with the line it begins on. Says how many products are in them. What is
    /// only counted waits for [`Desk::add_known`]: of most chunks the same was found.
    pub(super) fn know(&mut self, from: &Provenance, known: &[(usize, u64)]) -> Result<u64, RunError> {
        let mut n_products = 0;
        for (at, line) in known {
            let known = self.memory.as_mut().and_then(|memory| memory.know(from.source, *at));
            let Some(known) = known else { return Err(RunError::Contradicted) };
            let found = known.found;
            n_products += found.tally.n_products;
            let by_number = &mut self.known[from.source];
            if by_number.len() <= known.number {
                by_number.resize(known.number + 1, 0);
            }
            let times = &mut by_number[known.number];
            *times += 1;
            if *times == 1 {
                // Where each thing was met first.
                if let Some(tally) = self.tallies.get_mut(from.source) {
                    tally.add(&found.tally.counted_to(*line));
                }
                for (key, times) in found.unmapped(*line) {
                    met(&mut self.unmapped, key, times);
                }
                for (at, category) in found.starters() {
                    self.starters.entry(at).or_default().insert(category);
                }
            }
            for entry in known.entries {
                self.store.add_encoded(entry).map_err(RunError::Findings)?;
            }
            if let Out::Rows(rows) = &mut self.out {
                rows.waits(&known.waiting);
            }
        }
        Ok(n_products)
    }

    /// Adds what was found of the chunks that were known.
    pub(super) fn add_known(&mut self) {
        let Some(memory) = &self.memory else { return };
        let known = std::mem::take(&mut self.known);
        let known = known.iter().enumerate().flat_map(|(source, by_number)| {
            by_number.iter().enumerate().map(move |(number, times)| (source, number, *times))
        });
        for (source, number, times) in known.filter(|(_, _, times)| *times > 0) {
            let Some(found) = memory.found(number) else { continue };
            if let Some(tally) = self.tallies.get_mut(source) {
                tally.add_again(&found.tally, times - 1);
            }
            let ready = self.ready.iter_mut().zip(&found.ready);
            for (all, own) in ready.chain(self.blocked.iter_mut().zip(&found.blocked)) {
                *all += own * times;
            }
            for (key, again) in found.unmapped(0) {
                met(&mut self.unmapped, key, work::Times { count: again.count * (times - 1), ..again });
            }
            if let Out::Rows(rows) = &mut self.out {
                rows.known(source, found, times);
            }
        }
    }

    /// What can be said of a source only when all of it was read.
    pub(super) fn end(&mut self, at: usize, ended: Ended) -> Result<(), RunError> {
        let Some(tally) = self.tallies.get(at) else { return Ok(()) };
        let mut findings = Findings::new(Arc::clone(&self.job.levels));
        ended.source.report(tally, &mut findings);
        for finding in ended.findings.into_iter().chain(findings.take()) {
            self.store.add(&Entry::Finding(finding)).map_err(RunError::Findings)?;
        }
        if let Some(memory) = &mut self.memory {
            memory.way(at, ended.way);
        }
        let info = ended.source.info();
        self.sources.push(SourceSummary {
            file: info.file,
            profile: info.profile,
            n_products: tally.n_products,
            n_variants: tally.n_variants,
        });
        Ok(())
    }

    /// Puts the records of a batch where they go. Says whether they are settled.
    fn settle(&mut self, batch: &mut Done) -> Result<Option<Settled>, RunError> {
        let mut is_whole = true;
        let mut families = Vec::with_capacity(batch.channels.len());
        for (at, sheet) in batch.channels.iter().enumerate() {
            self.ready[at] += sheet.n_ready;
            self.blocked[at] += sheet.n_blocked;
            let channel = &self.job.channels[at];
            let marketplace = channel.marketplace.as_ref();
            let mut rows = Vec::new();
            self.taken[at].begin(&batch.met, &sheet.families);
            for kin in &sheet.families {
                let may_go = self.claim(at, sheet, kin, &mut batch.entries);
                is_whole &= !may_go.contains(&false);
                if let Out::Rows(_) = self.out {
                    let kept = kin.records.iter().zip(may_go).filter(|(_, may_go)| *may_go);
                    rows.push(FamilyRows {
                        category: &kin.category,
                        sheet,
                        records: kept.map(|(kept, _)| kept).collect(),
                    });
                    continue;
                }
                let Out::Files(out) = &mut self.out else { continue };
                let kept: Vec<&Record> =
                    kin.records.iter().zip(may_go).filter(|(_, may_go)| *may_go).map(|(record, _)| record).collect();
                for (part, writer) in writers(&mut self.writers[at], channel, &kin.category).iter_mut().enumerate() {
                    let bytes = sheet.part(part, &kept);
                    writer.write(group(&kept, &bytes), marketplace, out)?;
                }
            }
            families.push(rows);
        }
        let mut settled = None;
        if let Out::Rows(rows) = &mut self.out {
            settled = rows.batch(&batch.seen, &families).map_err(RunError::Rows)?;
        }
        for (key, times) in &batch.unmapped {
            met(&mut self.unmapped, key.clone(), times.clone());
        }
        for (at, category) in &batch.starters {
            self.starters.entry(*at).or_default().insert(Arc::clone(category));
        }
        Ok(settled.filter(|_| is_whole))
    }

    /// Which records of a family have a SKU that no earlier record has, and fit into a file together; the others are
    /// blocked.
    fn claim(&mut self, at: usize, sheet: &Sheet, kin: &Kin, entries: &mut Vec<Entry>) -> Vec<bool> {
        let mut findings = Findings::new(Arc::clone(&self.job.levels));
        let mut may_go = self.taken[at].claim(kin, &self.seen.1, &mut findings);
        let channel = &self.job.channels[at];
        let kept: Vec<&Record> =
            kin.records.iter().zip(&may_go).filter(|(_, may_go)| **may_go).map(|(record, _)| record).collect();
        for (part, writer) in writers(&mut self.writers[at], channel, &kin.category).iter().enumerate() {
            let bytes = sheet.part(part, &kept);
            if !writer.takes(group(&kept, &bytes)) {
                too_large(&kept, &bytes, &channel.feed.parts[part], &mut findings);
                may_go.fill(false);
                break;
            }
        }
        for (record, _) in kin.records.iter().zip(&may_go).filter(|(_, may_go)| !**may_go) {
            if let Some(memory) = &mut self.memory {
                memory.double(std::iter::once(record.key));
            }
            self.ready[at] -= 1;
            self.blocked[at] += 1;
            let ready = work::outcome(channel, &record.sku, Standing::Ready, record.row.clone());
            entries.retain(|entry| *entry != ready);
            entries.push(work::outcome(channel, &record.sku, Standing::Blocked, record.row.clone()));
        }
        work::hand_over(channel, &mut findings, entries);
        may_go
    }

    pub(super) fn finish(mut self) -> Result<(Run, Vec<ChannelEntry>), RunError> {
        let mut last = Findings::new(Arc::clone(&self.job.levels));
        for (key, seen) in std::mem::take(&mut self.unmapped) {
            last.push(self.unmapped_finding(&key, seen));
        }
        for (at, categories) in std::mem::take(&mut self.starters) {
            last.push(self.starter_finding(at, &categories));
        }
        for finding in last.take() {
            self.store.add(&Entry::Finding(finding)).map_err(RunError::Findings)?;
        }
        let mut files = Vec::new();
        for writers in self.writers {
            let mut written = Vec::new();
            if let Out::Files(out) = &mut self.out {
                for writer in writers.into_values().flatten() {
                    written.extend(writer.finish(out)?);
                }
            }
            files.push(written);
        }
        let sorted = self.store.finish().map_err(RunError::Findings)?;
        let channels = self.job.channels.iter().map(|channel| {
            let about = channel.marketplace.channel();
            ChannelSummary {
                name: about.name.to_string(),
                marketplace: channel.marketplace.profile().id.to_owned(),
                site: about.site.id.to_owned(),
                ..ChannelSummary::default()
            }
        });
        let levels = &self.job.levels.0;
        let mut summary = Summary {
            channels: channels.collect(),
            sources: self.sources,
            levels: levels.iter().map(|(code, level)| ((*code).to_owned(), *level)).collect(),
            ..Summary::default()
        };
        summary.count(&sorted).map_err(RunError::Findings)?;
        if !self.job.names_ready_skus {
            for (channel, ready) in summary.channels.iter_mut().zip(&self.ready) {
                channel.n_ready += ready;
                channel.n_items += ready;
            }
        }
        let entries = self
            .job
            .channels
            .iter()
            .zip(files)
            .map(|(channel, files)| {
                let about = channel.marketplace.channel();
                ChannelEntry::new(
                    &about.name,
                    channel.marketplace.profile().id,
                    about.site.id,
                    channel.lane,
                    channel.feed.name,
                    files,
                )
            })
            .collect();
        Ok((Run { summary, sorted }, entries))
    }

    fn unmapped_finding(&self, key: &Unmapped, seen: work::Times) -> Finding {
        let channel = &self.job.channels[key.channel];
        let mut finding = Finding::new(
            &rules::FIELD_NOT_MAPPED,
            format!("`{}` is filled for {} records of `{}` and goes nowhere", key.field, seen.count, key.category),
        )
        .help(format!("map `{}` in a template of the channel, or name it under `[ignored]` with a reason", key.field))
        .at(seen.first);
        finding.marketplace = Some(Arc::from(channel.marketplace.profile().id));
        finding.channel = Some(Arc::clone(&channel.marketplace.channel().name));
        finding
    }

    fn starter_finding(&self, at: usize, categories: &BTreeSet<Arc<str>>) -> Finding {
        let channel = &self.job.channels[at];
        let marketplace = channel.marketplace.profile();
        let name = &channel.marketplace.channel().name;
        let are = if categories.len() == 1 { "is" } else { "are" };
        let list = categories.iter().map(|category| format!("`{category}`")).collect::<Vec<_>>().join(", ");
        let first = categories.first().map_or("", |category| category);
        let mut finding = Finding::new(
            &rules::STARTER_REQUIREMENTS,
            format!("{list} {are} checked by our starter documents, not by {}'s own", marketplace.name),
        )
        .help(format!("give the marketplace's documents: `channels.{name}.schemas.{} = \"…\"`", work::toml_key(first)));
        finding.marketplace = Some(Arc::from(marketplace.id));
        finding.channel = Some(Arc::clone(name));
        finding
    }
}

/// Adds how often a field was met that goes nowhere.
fn met(all: &mut BTreeMap<Unmapped, work::Times>, key: Unmapped, times: work::Times) {
    all.entry(key).and_modify(|earlier| earlier.count += times.count).or_insert(times);
}

/// The writers of a channel, one for each part of its feed; of the category, where each has files of its own.
fn writers<'w>(
    by_category: &'w mut BTreeMap<Arc<str>, Vec<PartWriter>>,
    channel: &OpenChannel,
    category: &Arc<Category>,
) -> &'w mut Vec<PartWriter> {
    let own = match channel.feed.categories {
        Categories::Apart => Some(category.as_ref()),
        Categories::Mixed | Categories::Unused => None,
    };
    let key = own.map_or_else(|| Arc::from(""), |category| Arc::clone(&category.id));
    by_category.entry(key).or_insert_with(|| {
        let marketplace = channel.marketplace.as_ref();
        channel.feed.parts.iter().map(|part| PartWriter::new(marketplace, channel.feed, part, own)).collect()
    })
}

/// The bytes of records as they are packed.
fn group<'b>(records: &[&Record], bytes: &'b [&'b [u8]]) -> Group<'b> {
    if records.first().is_some_and(|first| first.is_parent) { Group::UnderFirst(bytes) } else { Group::Apart(bytes) }
}

fn too_large(records: &[&Record], bytes: &[&[u8]], part: &Part, out: &mut Findings) {
    let size: usize = bytes.iter().map(|bytes| bytes.len()).sum();
    let (records_most, bytes_most) = (part.max_records.value, part.max_bytes.value);
    let message = match records.len() {
        1 => format!("the record has {size} bytes, and a file takes {bytes_most}"),
        n => format!(
            "the {n} records of the family have {size} bytes; they stay together, and a file takes {records_most} records \
             and {bytes_most} bytes"
        ),
    };
    let help =
        if records.len() == 1 { "shorten its texts" } else { "shorten its texts, or split the family at the source" };
    for record in records {
        out.push(
            Finding::new(&rules::FEED_TOO_LARGE, message.clone()).help(help).sku(&record.sku).at(record.row.clone()),
        );
    }
}
