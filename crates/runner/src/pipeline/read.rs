//! The one thread that reads: sources in their order, products in batches, no faster than they are worked on.

use super::Job;
use super::Message;
use super::Progress;
use super::RunError;
use crate::render::SourceSummary;
use crate::work;
use crate::work::Batch;
use feedwright_catalog::Findings;
use feedwright_sources::SourceError;
use std::fs::File;
use std::io;
use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::channel;

/// Reads all sources, and hands out their products in batches.
pub(super) fn read(
    job: &Job<'_>,
    tickets: &SyncSender<()>,
    to_workers: &Sender<Batch>,
    to_desk: &Sender<Message>,
    progress: &dyn Progress,
) {
    let mut number = 0;
    for at in 0..job.sources.len() {
        match read_source(at, job, &mut number, tickets, to_workers, progress) {
            Ok(Some(summary)) => {
                if to_desk.send(Message::Source(summary)).is_err() {
                    return;
                }
            }
            // The desk gave up.
            Ok(None) => return,
            Err(why) => {
                let _gone = to_desk.send(Message::Failed(why));
                return;
            }
        }
    }
    let _gone = to_desk.send(Message::End(number));
}

/// Reads one source to its end; `None` when nobody takes batches any more.
fn read_source(
    at: usize,
    job: &Job<'_>,
    number: &mut u64,
    tickets: &SyncSender<()>,
    to_workers: &Sender<Batch>,
    progress: &dyn Progress,
) -> Result<Option<SourceSummary>, RunError> {
    let source = &job.sources[at];
    let unreadable = |why: &io::Error| {
        RunError::Source(SourceError::Unreadable { file: source.shown.clone(), why: why.to_string() })
    };
    let file = File::open(&source.path).map_err(|why| unreadable(&why))?;
    let metadata = file.metadata().map_err(|why| unreadable(&why))?;
    if metadata.is_dir() {
        return Err(unreadable(&io::Error::from(io::ErrorKind::IsADirectory)));
    }
    progress.begin(&source.shown, metadata.is_file().then_some(metadata.len()));
    let (count, counted) = channel();
    let reader = Counting { file, count };
    let mut findings = Findings::new(Arc::clone(&job.levels));
    let mut open =
        feedwright_sources::open(&source.shown, Box::new(reader), &source.choice, &source.options, &mut findings)
            .map_err(RunError::Source)?;
    let mut summary =
        SourceSummary { file: source.shown.clone(), profile: open.info().profile, n_products: 0, n_variants: 0 };
    let is_sold_on: Arc<[bool]> = job.channels.iter().map(|channel| channel.sells(&source.name)).collect();
    loop {
        let mut products = Vec::with_capacity(work::PRODUCTS_PER_BATCH);
        let mut is_end = false;
        while products.len() < work::PRODUCTS_PER_BATCH {
            match open.next(&mut findings).map_err(RunError::Source)? {
                Some(product) => {
                    summary.n_products += 1;
                    summary.n_variants += product.variants.len() as u64;
                    products.push(product);
                }
                None => {
                    is_end = true;
                    break;
                }
            }
        }
        progress.read(counted.try_iter().sum());
        let findings = findings.take();
        let batch = Batch { number: *number, products, findings, source: at, is_sold_on: Arc::clone(&is_sold_on) };
        *number += 1;
        if tickets.send(()).is_err() || to_workers.send(batch).is_err() {
            return Ok(None);
        }
        if is_end {
            return Ok(Some(summary));
        }
    }
}

/// Says how much was read.
struct Counting {
    file: File,
    count: Sender<u64>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        // Progress is a courtesy: reading goes on when nobody listens.
        let _gone = self.count.send(read as u64);
        Ok(read)
    }
}
