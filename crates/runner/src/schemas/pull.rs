//! Fetches a marketplace's own documents into a folder, and says what changed with them.

use super::keep;
use super::keep::State;
use super::keep::StoreError;
use super::keep::Stored;
use super::versions::Compared;
use super::versions::Question;
use super::versions::Versions;
use crate::channel::OpenChannel;
use crate::config::ConfigFile;
use crate::documents;
use crate::wire::Wire;
use crate::wire::WireError;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::contract::About;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// Why documents were not fetched.
#[derive(Debug)]
pub enum PullError {
    /// The marketplace hands out none.
    NoDocuments {
        /// Its name.
        marketplace: &'static str,
    },
    /// The conversation did not come to its end; nothing was written.
    Wire(WireError),
    /// What came cannot be kept.
    Store(StoreError),
}

impl fmt::Display for PullError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDocuments { marketplace } => {
                write!(out, "{marketplace} hands out no documents that Feedwright can fetch: give them by hand")
            }
            Self::Wire(why) => fmt::Display::fmt(why, out),
            Self::Store(why) => fmt::Display::fmt(why, out),
        }
    }
}

impl std::error::Error for PullError {}

/// The categories to fetch documents of: those that were named, else all that the channel's map leads to, each once.
pub fn wanted(channel: &OpenChannel, named: &[String]) -> Vec<String> {
    let mut wanted: Vec<String> =
        if named.is_empty() { channel.categories().map(str::to_owned).collect() } else { named.to_vec() };
    wanted.sort();
    wanted.dedup();
    wanted
}

/// Fetches the documents of these categories, or with none those of no category, into a folder that `schemas_dir` may
/// name. `now` is what the manifest says of when.
///
/// # Errors
/// Why nothing was fetched, or not everything kept.
pub fn pull(
    marketplace: &dyn Marketplace,
    wire: &Wire,
    categories: &[String],
    folder: &Path,
    now: Timestamp,
) -> Result<Vec<Stored>, PullError> {
    let name = marketplace.profile().name;
    let mut exchange = marketplace.pull(categories).ok_or(PullError::NoDocuments { marketplace: name })?;
    let pulled = wire.run(exchange.as_mut()).map_err(PullError::Wire)?;
    keep::store(folder, pulled, now).map_err(PullError::Store)
}

/// What changed with documents that took the place of others, by category.
///
/// # Errors
/// Which document is no good.
pub fn changed(
    file: &ConfigFile,
    folder: &Path,
    channel: &str,
    stored: &[Stored],
) -> Result<BTreeMap<String, Compared>, String> {
    let mut found = BTreeMap::new();
    for document in stored {
        let (About::Category(key), State::Changed(previous)) = (&document.about, &document.state) else { continue };
        let category = Some(documents::category_of(key));
        let question = Question { file, folder, channel, old: previous, new: &document.path, category };
        found.append(&mut Versions::find(&question)?.compare(&question)?);
    }
    Ok(found)
}
