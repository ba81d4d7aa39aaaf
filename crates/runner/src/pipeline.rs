//! The run: every source is read once, each product goes to every channel while it is at hand, and everything comes
//! back in the order of the catalog, whatever the number of threads.

mod desk;
mod read;

use crate::channel::OpenChannel;
use crate::left_out;
use crate::manifest::Manifest;
use crate::memory::Found;
use crate::memory::Memory;
use crate::memory::Settled;
use crate::publish::OutDir;
use crate::publish::PublishError;
use crate::render::Run;
use crate::store::DEFAULT_MEMORY_LIMIT;
use crate::store::Store;
use crate::work::Batch;
use crate::work::Done;
use crate::work::Provenance;
use crate::work::Record;
use crate::work::Seen;
use crate::work::Sheet;
use crate::work::Worker;
use desk::Desk;
use feedwright_catalog::Finding;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::finding::Levels;
use feedwright_marketplace::Category;
use feedwright_sources::Chunk;
use feedwright_sources::ProfileChoice;
use feedwright_sources::Source;
use feedwright_sources::SourceError;
use feedwright_sources::SourceOptions;
use feedwright_sources::Tally;
use std::collections::BTreeMap;
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
const BATCHES_PER_THREAD: usize = 8;
/// The same where most are known. They are small, and while one waits for what is needed to say what is wrong with a record,
/// much may be stepped over.
const BATCHES_PER_THREAD_REMEMBERED: usize = 32;

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
    desk.add_known();
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

    /// So many batches of a source of which this was found were settled, and still are.
    fn known(&mut self, _source: usize, _found: &Found, _times: u64) {}

    /// By channel, SKUs of such a batch that wait for their listing.
    fn waits(&mut self, _waiting: &[Vec<Sku>]) {}
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
    let per_thread = if desk.memory.is_some() { BATCHES_PER_THREAD_REMEMBERED } else { BATCHES_PER_THREAD };
    for _ in 0..threads * per_thread {
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
    Source(Box<Ended>),
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
            message @ (Message::Done(Batch { number, .. }, _) | Message::Known { number, .. }) => {
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
    ended.into_iter().enumerate().try_for_each(|(at, ended)| desk.end(at, *ended))
}
