//! Which SKUs of a catalog pass one version of the requirements and fail the next.

use super::versions::Question;
use super::versions::Versions;
use super::versions::channel;
use crate::channel::OpenChannel;
use crate::documents::ALL;
use crate::pipeline;
use crate::pipeline::Job;
use crate::pipeline::Progress;
use crate::pipeline::SourceJob;
use crate::render::Run;
use crate::render::Summary;
use crate::setup;
use crate::setup::Overrides;
use crate::store::DEFAULT_MEMORY_LIMIT;
use crate::store::Entry;
use crate::store::Outcome;
use crate::store::Sorted;
use crate::store::Standing;
use crate::store::Store;
use feedwright_catalog::Finding;
use feedwright_catalog::Sku;
use feedwright_catalog::finding::Levels;
use std::cmp::Ordering;
use std::io;
use std::iter::Peekable;
use std::sync::Arc;

/// What a new version means for a catalog.
#[derive(Debug)]
pub enum Impact {
    /// There is no catalog to look at, and why.
    Skipped(String),
    /// There is one.
    Checked(Box<Checked>),
}

/// A catalog, held against both versions.
#[derive(Debug)]
pub struct Checked {
    /// SKUs the channel sells.
    pub n_items: u64,
    /// Those that pass the old version and fail the new one.
    pub n_failing: u64,
    /// Those that fail the old version and pass the new one.
    pub n_passing: u64,
    /// The SKUs that would fail, and what is found in them that was not found before.
    pub failing: Run,
}

/// Checks the channel's configured catalog against both versions.
///
/// # Errors
/// Why a channel cannot be opened with a version, or a source not be read.
pub fn impact(
    question: &Question<'_>,
    versions: &Versions,
    threads: usize,
    progress: &dyn Progress,
) -> Result<Impact, String> {
    let file = question.file;
    if file.config.sources.is_empty() {
        return Ok(Impact::Skipped("the configuration names no source".to_owned()));
    }
    let before = channel(question, &versions.old).map_err(|why| format!("with {}: {why}", question.old.display()))?;
    // What the new version says nothing of is as it was.
    let mut given = versions.new.clone();
    if !given.contains_key(ALL) {
        for (key, path) in &versions.old {
            given.entry(key.clone()).or_insert_with(|| path.clone());
        }
    }
    let after = channel(question, &given).map_err(|why| format!("with {}: {why}", question.new.display()))?;
    let levels = Arc::new(file.levels().map_err(|why| why.to_string())?);
    let run = |channel: &OpenChannel| {
        let sources = setup::sources(file, question.folder, &Overrides::default()).map_err(|why| why.to_string())?;
        let sources: Vec<SourceJob> = sources.into_iter().filter(|source| channel.sells(&source.name)).collect();
        check(channel, sources, threads, &levels, progress)
    };
    let (old, new) = (run(&before)?, run(&after)?);
    compare(&old, &new).map(|checked| Impact::Checked(Box::new(checked))).map_err(|why| kept(&why))
}

fn check(
    channel: &OpenChannel,
    sources: Vec<SourceJob>,
    threads: usize,
    levels: &Arc<Levels>,
    progress: &dyn Progress,
) -> Result<Run, String> {
    let channels = std::slice::from_ref(channel);
    let job = Job { sources, channels, threads, levels: Arc::clone(levels), names_ready_skus: true };
    pipeline::check(&job, progress).map_err(|why| why.to_string())
}

fn kept(why: &io::Error) -> String {
    format!("cannot keep what was found in a temporary file: {why}")
}

/// Goes through two runs over the same catalog side by side; neither is ever held whole.
fn compare(old: &Run, new: &Run) -> io::Result<Checked> {
    let (mut before, mut after) = (Skus::of(&old.sorted)?, Skus::of(&new.sorted)?);
    let mut store = Store::new(DEFAULT_MEMORY_LIMIT);
    let (mut n_items, mut n_failing, mut n_passing) = (0, 0, 0);
    let (mut left, mut right) = (before.next()?, after.next()?);
    loop {
        // A record that one version does not even have, such as a family's own, stands on its side alone.
        let order = match (&left, &right) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(left), Some(right)) => left.sku.as_str().cmp(right.sku.as_str()),
        };
        let old = if order.is_le() { std::mem::replace(&mut left, before.next()?) } else { None };
        let new = if order.is_ge() { std::mem::replace(&mut right, after.next()?) } else { None };
        n_items += 1;
        let (passed, passes) = (old.as_ref().is_some_and(About::passes), new.as_ref().is_some_and(About::passes));
        if !passed && passes {
            n_passing += 1;
        }
        if passed && !passes {
            n_failing += 1;
            let known = old.map(|old| old.findings).unwrap_or_default();
            let new = new.into_iter().flat_map(|new| {
                let findings = new.findings.into_iter().map(Entry::Finding);
                new.outcomes.into_iter().map(Entry::Outcome).chain(findings).collect::<Vec<_>>()
            });
            let is_new = |entry: &Entry| match entry {
                Entry::Finding(finding) => !known.contains(finding),
                Entry::Outcome(_) => true,
            };
            for entry in new.filter(is_new) {
                store.add(&entry)?;
            }
        }
    }
    let sorted = store.finish()?;
    let mut summary = Summary {
        channels: new.summary.channels.clone(),
        sources: new.summary.sources.clone(),
        levels: new.summary.levels.clone(),
        ..Summary::default()
    };
    summary.count(&sorted)?;
    Ok(Checked { n_items, n_failing, n_passing, failing: Run { summary, sorted } })
}

/// All that a run says of one SKU.
struct About {
    sku: Sku,
    outcomes: Vec<Outcome>,
    findings: Vec<Finding>,
}

impl About {
    /// Whether all of it goes into a feed file.
    fn passes(&self) -> bool {
        !self.outcomes.is_empty() && self.outcomes.iter().all(|outcome| outcome.standing == Standing::Ready)
    }
}

/// A run's entries, SKU by SKU; what is about no SKU of the channel is passed over: it does not hang on requirements.
struct Skus<I: Iterator<Item = io::Result<Entry>>> {
    entries: Peekable<I>,
}

impl<'a> Skus<crate::store::Entries<'a>> {
    fn of(sorted: &'a Sorted) -> io::Result<Self> {
        Ok(Self { entries: sorted.entries()?.peekable() })
    }

    fn next(&mut self) -> io::Result<Option<About>> {
        let mut about: Option<About> = None;
        while let Some(next) = self.entries.peek() {
            if let (Ok(entry), Some(about)) = (next, &about)
                && sku_of(entry) != Some(&about.sku)
            {
                break;
            }
            let Some(entry) = self.entries.next().transpose()? else { break };
            let Some(sku) = sku_of(&entry).cloned() else { continue };
            let about = about.get_or_insert_with(|| About { sku, outcomes: Vec::new(), findings: Vec::new() });
            match entry {
                Entry::Finding(finding) => about.findings.push(finding),
                Entry::Outcome(outcome) => about.outcomes.push(outcome),
            }
        }
        Ok(about)
    }
}

/// The SKU that an entry of a channel is about.
fn sku_of(entry: &Entry) -> Option<&Sku> {
    match entry {
        Entry::Finding(finding) => finding.sku.as_ref().filter(|_| finding.channel.is_some()),
        Entry::Outcome(outcome) => Some(&outcome.sku),
    }
}
