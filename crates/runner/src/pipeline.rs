//! The run: every source is read once, each product goes to every channel while it is at hand, and everything comes
//! back in the order of the catalog, whatever the number of threads.

mod read;

use crate::channel::OpenChannel;
use crate::left_out;
use crate::manifest::ChannelEntry;
use crate::manifest::Manifest;
use crate::memory::Known;
use crate::memory::Memory;
use crate::memory::Settled;
use crate::publish::OutDir;
use crate::publish::PartWriter;
use crate::publish::PublishError;
use crate::render::ChannelSummary;
use crate::render::Run;
use crate::render::SourceSummary;
use crate::render::Summary;
use crate::store::DEFAULT_MEMORY_LIMIT;
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
use crate::work::Seen;
use crate::work::Sheet;
use crate::work::Unmapped;
use crate::work::Wants;
use crate::work::Worker;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::finding::Levels;
use feedwright_catalog::rules;
use feedwright_marketplace::Categories;
use feedwright_marketplace::Category;
use feedwright_marketplace::Part;
use feedwright_marketplace::packing::Group;
use feedwright_sources::Chunk;
use feedwright_sources::ProfileChoice;
use feedwright_sources::Source;
use feedwright_sources::SourceError;
use feedwright_sources::SourceOptions;
use feedwright_sources::Tally;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::Sender;
use std::sync::mpsc::channel;
use std::thread;

/// What is to be done.
#[derive(Debug)]
pub struct Job<'a> {
    /// What is read, in order.
    pub sources: Vec<SourceJob>,
    /// For whom.
    pub channels: &'a [OpenChannel],
    /// How many threads check and encode; one more reads.
    pub threads: usize,
    /// The levels of rules.
    pub levels: Arc<Levels>,
    /// Whether the report names SKUs that are fine.
    pub names_ready_skus: bool,
}

impl Job<'_> {
    /// How many sources a channel sells from.
    fn n_sources(&self, channel: &OpenChannel) -> usize {
        self.sources.iter().filter(|source| channel.sells(&source.name)).count()
    }

    /// Where products of a source are from.
    pub(crate) fn provenance(&self, source: usize) -> Provenance {
        let name = self.sources.get(source).map_or("", |source| &source.name);
        Provenance { source, is_sold_on: self.channels.iter().map(|channel| channel.sells(name)).collect() }
    }
}

/// A source to be read.
#[derive(Debug)]
pub struct SourceJob {
    /// Its name in the configuration.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// The file as it is shown.
    pub shown: String,
    /// Whether it holds everything that is sold.
    pub is_full: bool,
    /// How it is read.
    pub choice: ProfileChoice,
    /// What the file does not say.
    pub options: SourceOptions,
}

/// Hears how far a run is.
pub trait Progress: Sync {
    /// A source is begun; its size when it is known.
    fn begin(&self, source: &str, bytes: Option<u64>);
    /// So many more bytes of it were read.
    fn read(&self, bytes: u64);
    /// So many more products were finished.
    fn finished(&self, products: u64);
}

/// Nobody listens.
#[derive(Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _source: &str, _bytes: Option<u64>) {}
    fn read(&self, _bytes: u64) {}
    fn finished(&self, _products: u64) {}
}

/// Why a run could not go on.
#[derive(Debug)]
pub enum RunError {
    /// A source.
    Source(SourceError),
    /// An output file.
    Publish(PublishError),
    /// A temporary file for findings.
    Findings(io::Error),
    /// Whoever takes the records.
    Rows(Box<dyn std::error::Error + Send + Sync>),
    /// What was remembered does not go together with what is there: it has to be run again without.
    Contradicted,
    /// A thread that died: our bug.
    Worker,
}

impl fmt::Display for RunError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(why) => fmt::Display::fmt(why, out),
            Self::Publish(why) => fmt::Display::fmt(why, out),
            Self::Rows(why) => fmt::Display::fmt(why, out),
            Self::Findings(why) => write!(out, "cannot write a temporary file for findings: {why}"),
            Self::Contradicted => out.write_str("what an earlier plan kept does not go together with the sources"),
            Self::Worker => {
                out.write_str("a worker stopped by itself; this is a mistake in feedwright, please report it")
            }
        }
    }
}

impl std::error::Error for RunError {}

impl From<PublishError> for RunError {
    fn from(why: PublishError) -> Self {
        Self::Publish(why)
    }
}

/// Batches under way at once, for each thread: enough that nobody waits, few enough that memory stays flat.
const BATCHES_PER_THREAD: usize = 3;

/// Checks every product for every channel.
pub fn check(job: &Job<'_>, progress: &dyn Progress) -> Result<Run, RunError> {
    let mut desk = Desk::new(job, Out::Nowhere, Store::new(DEFAULT_MEMORY_LIMIT));
    drive(job, progress, &mut desk)?;
    let (run, _) = desk.finish()?;
    Ok(run)
}

/// Checks every product for every channel, writes what passed into feed files, and publishes them together with a
/// manifest and the list of what was left out.
pub fn build(job: &Job<'_>, mut out: OutDir, progress: &dyn Progress) -> Result<(Run, Manifest), RunError> {
    let store = Store::new_in(out.staging(), DEFAULT_MEMORY_LIMIT);
    let mut desk = Desk::new(job, Out::Files(&mut out), store);
    drive(job, progress, &mut desk)?;
    let (run, channels) = desk.finish()?;
    let mut manifest = Manifest::new(&run.summary, channels);
    manifest.left_out = left_out::write(&run.sorted, &mut out)?;
    out.publish(&manifest.to_json())?;
    Ok((run, manifest))
}

/// Checks every product for every channel, and hands over what passed, batch by batch in the order of the catalog. What the
/// memory knows is not checked again.
pub(crate) fn hand_over(
    job: &Job<'_>,
    rows: &mut dyn Rows,
    memory: Option<&mut Memory>,
    progress: &dyn Progress,
) -> Result<HandedOver, RunError> {
    let mut desk = Desk::new(job, Out::Rows(rows), Store::new(DEFAULT_MEMORY_LIMIT));
    desk.memory = memory;
    drive(job, progress, &mut desk)?;
    if desk.memory.as_ref().is_some_and(|memory| memory.is_contradicted()) {
        return Err(RunError::Contradicted);
    }
    let (blocked, tallies) = (std::mem::take(&mut desk.blocked), std::mem::take(&mut desk.tallies));
    let (run, _) = desk.finish()?;
    Ok(HandedOver { run, blocked, tallies })
}

/// What came of handing over.
#[derive(Debug)]
pub(crate) struct HandedOver {
    /// What was found.
    pub(crate) run: Run,
    /// How many records each channel blocked.
    pub(crate) blocked: Vec<u64>,
    /// By source, what was counted.
    pub(crate) tallies: Vec<Tally>,
}

/// Takes what passed.
pub(crate) trait Rows {
    /// What a batch of one source became: by channel, each family's records. Says whether they are settled.
    ///
    /// # Errors
    /// Why nothing more can be taken: the run ends.
    fn batch(
        &mut self,
        seen: &Seen,
        channels: &[Vec<FamilyRows<'_>>],
    ) -> Result<Option<Settled>, Box<dyn std::error::Error + Send + Sync>>;

    /// A batch was settled, and still is.
    fn known(&mut self, _from: &Provenance, _known: &Known<'_>) {}
}

/// The records of a family that passed.
#[derive(Debug)]
pub(crate) struct FamilyRows<'a> {
    /// Their category.
    pub(crate) category: &'a Arc<Category>,
    /// Where their bytes stand.
    pub(crate) sheet: &'a Sheet,
    /// A parent first.
    pub(crate) records: Vec<&'a Record>,
}

/// Where records go.
enum Out<'o> {
    /// They are only counted.
    Nowhere,
    /// Into feed files.
    Files(&'o mut OutDir),
    /// To somebody who decides about each.
    Rows(&'o mut dyn Rows),
}

/// Reads, hands out, and takes back in order.
fn drive(job: &Job<'_>, progress: &dyn Progress, desk: &mut Desk<'_, '_>) -> Result<(), RunError> {
    let threads = job.threads.max(1);
    // Whoever cuts waits for a chunk to come back: so many are under way at once.
    let (give_back, free) = channel::<Chunk>();
    for _ in 0..threads * BATCHES_PER_THREAD {
        let _open = give_back.send(Chunk::default());
    }
    let (to_workers, batches) = channel::<Batch>();
    let batches = Mutex::new(batches);
    let (to_desk, done) = channel::<Message>();
    let (wants, paper) = (desk.worker.wants(), Arc::clone(&desk.paper));
    let recall = desk.memory.as_ref().map(|memory| memory.recall());
    let recall = recall.as_ref();
    thread::scope(|scope| {
        let reader_to_desk = to_desk.clone();
        scope.spawn(move || read::read(job, &free, &to_workers, &reader_to_desk, recall, progress));
        for _ in 0..threads {
            let to_desk = to_desk.clone();
            let (batches, paper) = (&batches, Arc::clone(&paper));
            scope.spawn(move || {
                let mut worker = Worker::new(job.channels, Arc::clone(&job.levels), wants, paper);
                loop {
                    // A worker that panicked while waiting left nothing half done.
                    let next = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(batch) = next else { break };
                    let done = Box::new(worker.work(&batch, None));
                    if to_desk.send(Message::Done(batch, done)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(to_desk);
        // When the desk gives up, dropping `done` and `give_back` stops everybody else.
        let result = take_back(&done, &give_back, desk, progress);
        drop(done);
        drop(give_back);
        result
    })
}

enum Message {
    Done(Batch, Box<Done>),
    /// Chunks that an earlier run knew, each with the line it begins on: a batch of their own.
    Known {
        number: u64,
        from: Provenance,
        known: Vec<(usize, u64)>,
    },
    /// A source was cut to its end.
    Source(Ended),
    /// All of them were: so many batches there are.
    End(u64),
    Failed(RunError),
}

/// A source that was cut to its end.
struct Ended {
    source: Source,
    /// A digest of how its rows are read.
    way: Digest,
    /// What was found when it was opened.
    findings: Vec<Finding>,
}

fn take_back(
    done: &Receiver<Message>,
    give_back: &Sender<Chunk>,
    desk: &mut Desk<'_, '_>,
    progress: &dyn Progress,
) -> Result<(), RunError> {
    let mut waiting: BTreeMap<u64, Message> = BTreeMap::new();
    let mut next = 0;
    let mut end = None;
    let mut ended = Vec::new();
    while end.is_none_or(|end| next < end) {
        match done.recv().map_err(|_| RunError::Worker)? {
            Message::Source(source) => ended.push(source),
            Message::End(batches) => end = Some(batches),
            Message::Failed(why) => return Err(why),
            message @ Message::Done(Batch { number, .. }, _) | message @ Message::Known { number, .. } => {
                waiting.insert(number, message);
            }
        }
        while let Some(message) = waiting.remove(&next) {
            next += 1;
            match message {
                Message::Done(batch, done) => {
                    progress.finished(done.tally.n_products);
                    let chunk = desk.take(batch, *done)?;
                    // The reader may be through and gone.
                    let _gone = give_back.send(chunk);
                }
                Message::Known { from, known, .. } => progress.finished(desk.know(&from, &known)?),
                Message::Source(_) | Message::End(_) | Message::Failed(_) => {}
            }
        }
    }
    ended.into_iter().enumerate().try_for_each(|(at, ended)| desk.end(at, ended))
}

/// Where finished batches come together, in order.
struct Desk<'a, 'o> {
    job: &'a Job<'a>,
    out: Out<'o>,
    /// By channel; by category where each has files of its own.
    writers: Vec<BTreeMap<Arc<str>, Vec<PartWriter>>>,
    store: Store,
    /// What an earlier run knew.
    memory: Option<&'o mut Memory>,
    /// For the workers.
    paper: Arc<Paper>,
    /// Reads batches again that have what an earlier one has.
    worker: Worker<'a>,
    /// What is known of the source that batches come from.
    seen: (usize, feedwright_sources::Seen),
    /// By source.
    tallies: Vec<Tally>,
    sources: Vec<SourceSummary>,
    ready: Vec<u64>,
    blocked: Vec<u64>,
    taken: Vec<Taken>,
    unmapped: BTreeMap<Unmapped, work::Times>,
    starters: BTreeMap<usize, BTreeSet<Arc<str>>>,
}

impl<'a, 'o> Desk<'a, 'o> {
    fn new(job: &'a Job<'a>, out: Out<'o>, store: Store) -> Self {
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
            sources: Vec::new(),
            ready: vec![0; job.channels.len()],
            blocked: vec![0; job.channels.len()],
            taken: job.channels.iter().map(|channel| Taken::new(job.n_sources(channel))).collect(),
            unmapped: BTreeMap::new(),
            starters: BTreeMap::new(),
        }
    }

    /// Takes a batch that was worked on. Gives its chunk back.
    fn take(&mut self, mut batch: Batch, mut done: Done) -> Result<Chunk, RunError> {
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

    /// Takes chunks that an earlier run knew, each with the line it begins on. Says how many products are in them.
    fn know(&mut self, from: &Provenance, known: &[(usize, u64)]) -> Result<u64, RunError> {
        let mut n_products = 0;
        for (at, line) in known {
            let known = self.memory.as_mut().and_then(|memory| memory.know(from.source, *at));
            let Some(known) = known else { return Err(RunError::Contradicted) };
            let found = known.found;
            n_products += found.tally.n_products;
            if let Some(tally) = self.tallies.get_mut(from.source) {
                tally.add(&found.tally.counted_to(*line));
            }
            for (all, own) in self.ready.iter_mut().zip(&found.ready).chain(self.blocked.iter_mut().zip(&found.blocked))
            {
                *all += own;
            }
            for (key, times) in found.unmapped(*line) {
                met(&mut self.unmapped, key, times);
            }
            for (at, category) in found.starters() {
                self.starters.entry(at).or_default().insert(category);
            }
            for entry in &known.entries {
                self.store.add_encoded(entry).map_err(RunError::Findings)?;
            }
            if let Out::Rows(rows) = &mut self.out {
                rows.known(from, &known);
            }
        }
        Ok(n_products)
    }

    /// What can be said of a source only when all of it was read.
    fn end(&mut self, at: usize, ended: Ended) -> Result<(), RunError> {
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

    fn finish(mut self) -> Result<(Run, Vec<ChannelEntry>), RunError> {
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
