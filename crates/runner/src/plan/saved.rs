//! A plan that was saved to be looked at, and is applied later: only if it would still be the same.

use super::Action;
use super::Plan;
use blake3::Hasher;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// A saved plan: what it does, and what it was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// Version of this form.
    pub v: u8,
    /// The ledger's version.
    pub ledger: u64,
    /// The digests of the sources, by name.
    pub sources: BTreeMap<String, String>,
    /// The lanes it was made for.
    pub lanes: Vec<SavedLane>,
}

/// A lane of a saved plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedLane {
    /// The channel.
    pub channel: String,
    /// The lane.
    pub lane: String,
    /// What is done to which SKU.
    pub rows: Vec<(Action, Sku)>,
    /// The digest of everything it tells.
    pub digest: String,
}

impl Saved {
    /// What a plan would be saved as.
    pub fn new(plan: &Plan) -> Self {
        let lanes = plan.lanes.iter().map(|lane| {
            let mut hash = Hasher::new();
            for row in &lane.rows {
                hash.update(&row.digest.0);
            }
            SavedLane {
                channel: lane.channel.to_string(),
                lane: lane.lane.name().to_owned(),
                rows: lane.rows.iter().map(|row| (row.action, row.sku.clone())).collect(),
                digest: feedwright_catalog::digest::Digest(hash.finalize().into()).to_string(),
            }
        });
        Self {
            v: 1,
            ledger: plan.version,
            sources: plan.sources.iter().map(|(name, digest)| (name.clone(), digest.to_string())).collect(),
            lanes: lanes.collect(),
        }
    }

    /// Reads a saved plan.
    ///
    /// # Errors
    /// That it is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let saved: Self = serde_json::from_str(text).map_err(|why| format!("is no saved plan: {why}"))?;
        if saved.v == 1 {
            Ok(saved)
        } else {
            Err(format!("is a plan of form {}, and this program knows form 1", saved.v))
        }
    }

    /// The channels it is about.
    pub fn channels(&self) -> Vec<String> {
        let mut channels: Vec<String> = self.lanes.iter().map(|lane| lane.channel.clone()).collect();
        channels.dedup();
        channels
    }

    /// The lanes it is about.
    pub fn lanes(&self) -> Vec<Lane> {
        let mut lanes: Vec<Lane> = self.lanes.iter().filter_map(|lane| Lane::parse(&lane.lane)).collect();
        lanes.sort_unstable();
        lanes.dedup();
        lanes
    }

    /// Why it must not be applied any more, in the place of which `now` would be made: what moved since.
    pub fn moved(&self, now: &Self) -> Option<String> {
        if self.ledger != now.ledger {
            return Some(format!(
                "the ledger moved on since: something was sent, settled or forgotten (version {} then, {} now)",
                self.ledger, now.ledger
            ));
        }
        if let Some((name, _)) = now.sources.iter().find(|(name, digest)| self.sources.get(*name) != Some(digest)) {
            return Some(format!("the catalog moved on since: source `{name}` is not what it was"));
        }
        if let Some(name) = self.sources.keys().find(|name| !now.sources.contains_key(*name)) {
            return Some(format!("the configuration moved on since: source `{name}` is not read any more"));
        }
        let differs = self.lanes.iter().zip(&now.lanes).find(|(then, now)| then != now).map(|(then, _)| then);
        if let Some(lane) = differs {
            return Some(format!(
                "the configuration, templates or requirements moved on since: {} of `{}` would be something else",
                lane.lane, lane.channel
            ));
        }
        (self.lanes.len() != now.lanes.len())
            .then(|| "the configuration moved on since: there are other lanes".to_owned())
    }
}
