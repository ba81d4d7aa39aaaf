//! Asks marketplaces what they would say to a listing, without making it: the check after ours, where one is offered.

use crate::channel::OpenChannel;
use crate::memory::Settled;
use crate::pipeline;
use crate::pipeline::FamilyRows;
use crate::pipeline::Job;
use crate::pipeline::Progress;
use crate::pipeline::Rows;
use crate::pipeline::RunError;
use crate::pipeline::SourceJob;
use crate::plan::SpooledRow;
use crate::render::Run;
use crate::render::Style;
use crate::render::counted;
use crate::render::text::write_finding;
use crate::render::visible;
use crate::send::About;
use crate::send::Columns;
use crate::send::Packing;
use crate::send::place;
use crate::send::read;
use crate::shop::Shop;
use crate::wire::Wire;
use crate::wire::WireError;
use crate::work::Seen;
use feedwright_catalog::Finding;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::finding::Levels;
use feedwright_ledger::Outcome;
use feedwright_ledger::RowVerdict;
use feedwright_marketplace::Feed;
use feedwright_marketplace::exchange::Memory;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::ParcelFile;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Row;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::Arc;

/// What is asked, of whom.
pub struct Previewing<'a> {
    /// The channels, with the way to each marketplace.
    pub shops: &'a [(Shop, Arc<Wire>)],
    /// What is read.
    pub sources: Vec<SourceJob>,
    /// The SKUs it is about, as they are compared; empty for the first ones of the catalog.
    pub skus: BTreeSet<String>,
    /// About how many SKUs of a channel to ask: each is a call.
    pub most: usize,
    /// The columns of the sources, for findings.
    pub columns: &'a Columns,
    /// How many threads check and encode.
    pub threads: usize,
    /// The levels of rules.
    pub levels: Arc<Levels>,
}

impl fmt::Debug for Previewing<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Previewing").field("most", &self.most).finish_non_exhaustive()
    }
}

/// What marketplaces would say.
#[derive(Debug)]
pub struct Previewed {
    /// By channel, in the order of the shops.
    pub channels: Vec<ChannelPreview>,
    /// What our own check found of the whole catalog on the way.
    pub run: Run,
}

/// What the marketplace of one channel would say.
#[derive(Debug)]
pub struct ChannelPreview {
    /// The channel.
    pub name: Arc<str>,
    /// The feed that was tried; none where the marketplace offers no preview.
    pub feed: Option<&'static Feed>,
    /// What it would say of each SKU.
    pub verdicts: Vec<RowVerdict>,
    /// What it would find.
    pub findings: Vec<Finding>,
    /// SKUs that passed our check and were not asked about.
    pub n_not_asked: u64,
}

/// Why nothing can be told.
#[derive(Debug)]
pub enum PreviewError {
    /// The catalog.
    Run(RunError),
    /// A channel's marketplace does not answer.
    Wire(Arc<str>, WireError),
    /// What it answered cannot be read.
    Report(Arc<str>, ProtocolError),
}

impl fmt::Display for PreviewError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(why) => fmt::Display::fmt(why, out),
            Self::Wire(channel, why) => write!(out, "channel `{channel}`: {why}"),
            Self::Report(channel, why) => write!(out, "channel `{channel}`: its answer cannot be read: {why}"),
        }
    }
}

impl std::error::Error for PreviewError {}

/// Checks the catalog, and asks the marketplaces that offer it what they would say to listings that passed. Nothing is
/// made or changed there, and nothing is written down.
///
/// # Errors
/// That the catalog cannot be read, or that a marketplace does not answer.
pub fn preview(previewing: Previewing<'_>, progress: &dyn Progress) -> Result<Previewed, PreviewError> {
    let channels: Vec<Option<OpenChannel>> = previewing.shops.iter().map(|(shop, _)| trial(shop)).collect();
    let open: Vec<OpenChannel> = channels.iter().flatten().map(OpenChannel::again).collect();
    let mut chosen = Chosen {
        skus: &previewing.skus,
        most: previewing.most,
        channels: open.iter().map(|_| ChosenOf::default()).collect(),
    };
    let job = Job {
        sources: previewing.sources,
        channels: &open,
        threads: previewing.threads,
        levels: Arc::clone(&previewing.levels),
        names_ready_skus: false,
    };
    let run = pipeline::hand_over(&job, &mut chosen, None, progress).map_err(PreviewError::Run)?.run;
    let mut chosen = chosen.channels.into_iter();
    let mut out = Vec::new();
    for ((shop, wire), open) in previewing.shops.iter().zip(&channels) {
        let mut told = ChannelPreview {
            name: Arc::clone(&shop.name),
            feed: open.as_ref().map(|open| open.feed),
            verdicts: Vec::new(),
            findings: Vec::new(),
            n_not_asked: 0,
        };
        if let Some((open, chosen)) = open.as_ref().and_then(|open| Some((open, chosen.next()?))) {
            told.n_not_asked = chosen.n_left;
            ask(open, wire, &chosen.families, previewing.columns, &mut told)?;
        }
        out.push(told);
    }
    Ok(Previewed { channels: out, run })
}

/// Tells it. `silent` are SKUs that somebody named and that no marketplace was asked about.
///
/// # Errors
/// That it cannot be written.
pub fn tell(told: &Previewed, silent: &[&Sku], style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    for channel in &told.channels {
        writeln!(out, "{}: {}", channel.name, summary(channel))?;
        for finding in &channel.findings {
            write_finding(finding, style, out)?;
        }
    }
    for sku in silent {
        let sku = visible(sku.as_str());
        writeln!(out, "{sku} was not asked about: feedwright why {sku} tells what blocks it here")?;
    }
    Ok(())
}

fn summary(channel: &ChannelPreview) -> String {
    let Some(feed) = channel.feed else {
        return "its marketplace does not say beforehand what it would say".to_owned();
    };
    let asked = counted(channel.verdicts.len() as u64, "SKU");
    let mut counts: BTreeMap<Outcome, u64> = BTreeMap::new();
    for verdict in &channel.verdicts {
        *counts.entry(verdict.outcome).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    let would = if counts.is_empty() { String::new() } else { format!(": {} if it were sent now", counts.join(", ")) };
    let rest = match channel.n_not_asked {
        0 => String::new(),
        rest => format!("; {} more passed our check and were not asked about", counted(rest, "SKU")),
    };
    format!("asked {} about {asked}{would}{rest}", feed.name)
}

/// The channel for the feed that can be tried.
fn trial(shop: &Shop) -> Option<OpenChannel> {
    let open = shop.lanes.iter().find(|open| open.lane == Lane::Content)?;
    let feeds = open.marketplace.profile().feeds;
    let feed = feeds.iter().find(|feed| feed.previews() && feed.lanes.contains(&Lane::Content))?;
    Some(open.with(Lane::Content, feed))
}

fn ask(
    open: &OpenChannel,
    wire: &Wire,
    families: &[Vec<SpooledRow>],
    columns: &Columns,
    told: &mut ChannelPreview,
) -> Result<(), PreviewError> {
    let mut packing = Packing::new(open);
    let mut packed: Vec<_> = families.iter().filter_map(|family| packing.add(family)).collect();
    packed.extend(packing.finish());
    let about: HashMap<String, About<'_>> = families
        .iter()
        .flatten()
        .map(|row| (row.sku.key(), About { category: &row.category, place: &row.place }))
        .collect();
    for packed in packed {
        let files = packed.files.into_iter().filter_map(|file| {
            let part = open.feed.parts.iter().find(|part| part.id == file.part)?;
            Some(ParcelFile { part, bytes: Arc::from(file.bytes) })
        });
        let rows: Vec<Row> = packed
            .rows
            .iter()
            .map(|row| Row { ordinal: row.ordinal, sku: row.sku.clone(), ids: BTreeMap::default() })
            .collect();
        let parcel = Parcel {
            feed: open.feed,
            files: files.collect(),
            rows: rows.clone(),
            memory: Memory::default(),
            is_preview: true,
        };
        let Some(mut exchange) = open.marketplace.submit(parcel) else { continue };
        let receipt = wire.run(exchange.as_mut()).map_err(|why| PreviewError::Wire(Arc::clone(&told.name), why))?;
        // What can be tried is answered at once.
        let Receipt::Answered(report) = receipt else { continue };
        let report = wire.hushed_report(&report);
        let (verdicts, mut findings) = read(open.marketplace.as_ref(), open.feed, &report, &rows)
            .map_err(|why| PreviewError::Report(Arc::clone(&told.name), why))?;
        place(open.marketplace.as_ref(), open.feed, columns, &about, &mut findings);
        told.verdicts.extend(verdicts);
        told.findings.extend(findings);
    }
    Ok(())
}

/// Records that marketplaces are asked about.
struct Chosen<'a> {
    skus: &'a BTreeSet<String>,
    most: usize,
    channels: Vec<ChosenOf>,
}

#[derive(Default)]
struct ChosenOf {
    families: Vec<Vec<SpooledRow>>,
    n_rows: usize,
    n_left: u64,
}

impl Rows for Chosen<'_> {
    fn batch(
        &mut self,
        _seen: &Seen,
        channels: &[Vec<FamilyRows<'_>>],
    ) -> Result<Option<Settled>, Box<dyn std::error::Error + Send + Sync>> {
        for (chosen, families) in self.channels.iter_mut().zip(channels) {
            for family in families {
                let is_asked = |sku: &Sku| self.skus.is_empty() || self.skus.contains(&sku.key());
                // A family is asked about together: a child without its parent is not what would be sent.
                let is_wanted = family.records.iter().any(|record| is_asked(&record.sku));
                if family.records.is_empty() || !is_wanted || chosen.n_rows >= self.most {
                    chosen.n_left += if is_wanted { family.records.len() as u64 } else { 0 };
                    continue;
                }
                chosen.n_rows += family.records.len();
                let row = |record: &&crate::work::Record| SpooledRow {
                    sku: record.sku.clone(),
                    is_parent: record.is_parent,
                    category: family.category.id.to_string(),
                    place: record.row.clone(),
                    parts: family.sheet.parts(record).map(<[u8]>::to_vec).collect(),
                    tells: Vec::new(),
                };
                chosen.families.push(family.records.iter().map(row).collect());
            }
        }
        Ok(None)
    }
}
