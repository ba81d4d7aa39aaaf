//! What a build wrote, and what it left out: `manifest.json`.

use crate::publish::FileEntry;
use crate::render::SourceSummary;
use crate::render::Summary;
use feedwright_catalog::Severity;
use feedwright_catalog::digest::Lane;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The manifest of a build. It holds no time, so that equal input gives equal bytes.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// Version of this form.
    pub v: u8,
    /// What was read.
    pub sources: Vec<SourceSummary>,
    /// What was written, by channel.
    pub channels: Vec<ChannelEntry>,
    /// The list of what was left out and why, with its digest.
    pub left_out: Option<FileEntry>,
}

/// One channel of a manifest.
#[derive(Clone, Debug, Serialize)]
pub struct ChannelEntry {
    /// The channel.
    pub name: String,
    /// Its marketplace.
    pub marketplace: String,
    /// Its site.
    pub site: String,
    /// What was built.
    pub lane: &'static str,
    /// The marketplace's name of the feed.
    pub feed: String,
    /// The files, in order.
    pub files: Vec<FileEntry>,
    /// How the channel's records fared.
    pub counts: Counts,
    /// Why records were left out: how many findings of each rule blocked one.
    pub blocked_by: BTreeMap<String, u64>,
}

/// How records fared.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
pub struct Counts {
    /// Records there could be.
    pub items: u64,
    /// Written.
    pub ready: u64,
    /// Not written, because something must be mended.
    pub blocked: u64,
    /// Not written, because they are not for sale.
    pub left_out: u64,
}

impl ChannelEntry {
    /// A channel and its files.
    pub fn new(name: &str, marketplace: &str, site: &str, lane: Lane, feed: &str, files: Vec<FileEntry>) -> Self {
        Self {
            name: name.to_owned(),
            marketplace: marketplace.to_owned(),
            site: site.to_owned(),
            lane: lane.name(),
            feed: feed.to_owned(),
            files,
            counts: Counts::default(),
            blocked_by: BTreeMap::new(),
        }
    }
}

impl Manifest {
    /// A manifest with the totals of a run.
    pub fn new(summary: &Summary, mut channels: Vec<ChannelEntry>) -> Self {
        for entry in &mut channels {
            if let Some(channel) = summary.channels.iter().find(|channel| channel.name == entry.name) {
                entry.counts = Counts {
                    items: channel.n_items,
                    ready: channel.n_ready,
                    blocked: channel.n_blocked,
                    left_out: channel.n_left_out,
                };
            }
            entry.blocked_by = summary
                .by_code
                .iter()
                .filter(|count| count.severity == Severity::Error && count.channel.as_deref() == Some(&entry.name))
                .map(|count| (count.code.to_string(), count.count))
                .collect();
        }
        Self { v: 1, sources: summary.sources.clone(), channels, left_out: None }
    }

    /// The manifest as a file.
    pub fn to_json(&self) -> Vec<u8> {
        // Plain structs with text keys: serde_json has nothing to refuse.
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }
}
