//! The one thread that cuts: sources in their order, into batches, no faster than they are worked on.

use super::Ended;
use super::Job;
use super::Message;
use super::Progress;
use super::RunError;
use crate::memory::Recall;
use crate::work::Batch;
use feedwright_catalog::Findings;
use feedwright_catalog::digest::Digest;
use feedwright_sources::Chunk;
use feedwright_sources::Cut;
use feedwright_sources::SourceError;
use std::fs::File;
use std::io;
use std::io::Read;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::Sender;
use std::sync::mpsc::channel;

/// Chunks that are known are told in so many at once.
const KNOWN_AT_ONCE: usize = 64;

/// Cuts all sources, and hands them out in batches.
pub(super) fn read(
    job: &Job<'_>,
    free: &Receiver<Chunk>,
    to_workers: &Sender<Batch>,
    to_desk: &Sender<Message>,
    recall: Option<&Recall>,
    progress: &dyn Progress,
) {
    let mut number = 0;
    let mut spare = None;
    for at in 0..job.sources.len() {
        let message =
            match cut_source(at, job, &mut number, (free, &mut spare), (to_workers, to_desk), recall, progress) {
                Ok(Some(ended)) => Message::Source(Box::new(ended)),
                // The desk gave up.
                Ok(None) => return,
                Err(why) => Message::Failed(why),
            };
        let is_over = matches!(message, Message::Failed(_));
        if to_desk.send(message).is_err() || is_over {
            return;
        }
    }
    let _gone = to_desk.send(Message::End(number));
}

/// Cuts one source to its end; `None` when nobody takes batches any more.
fn cut_source(
    at: usize,
    job: &Job<'_>,
    number: &mut u64,
    (free, spare): (&Receiver<Chunk>, &mut Option<Chunk>),
    (to_workers, to_desk): (&Sender<Batch>, &Sender<Message>),
    recall: Option<&Recall>,
    progress: &dyn Progress,
) -> Result<Option<Ended>, RunError> {
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
    let from = job.provenance(at);
    let way = Digest(blake3::hash(open.way().as_bytes()).into());
    if let Some(recall) = recall {
        open.remember(recall.prints(at, way));
    }
    let mut known = Vec::new();
    loop {
        let Some(mut chunk) = spare.take().or_else(|| free.recv().ok()) else { return Ok(None) };
        let cut = open.cut(&mut chunk).map_err(RunError::Source)?;
        progress.read(counted.try_iter().sum());
        if let Cut::Known { at, line } = cut {
            known.push((at, line));
        }
        let is_due = !matches!(cut, Cut::Known { .. }) || known.len() == KNOWN_AT_ONCE;
        if is_due && !known.is_empty() {
            let known = std::mem::take(&mut known);
            if to_desk.send(Message::Known { number: *number, from: from.clone(), known }).is_err() {
                return Ok(None);
            }
            *number += 1;
        }
        let Cut::Chunk(print) = cut else {
            *spare = Some(chunk);
            if cut == Cut::End {
                return Ok(Some(Ended { source: open, way, findings: findings.take() }));
            }
            continue;
        };
        let batch = Batch { number: *number, chunk, print, reader: open.reader(), from: from.clone() };
        *number += 1;
        if to_workers.send(batch).is_err() {
            return Ok(None);
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
