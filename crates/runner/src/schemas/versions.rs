//! Two versions of a channel's requirement documents side by side, read by the channel's own adapter.

use crate::channel::OpenChannel;
use crate::config::ConfigFile;
use crate::documents;
use crate::documents::ALL;
use crate::documents::Files;
use crate::lint::open_site;
use crate::marketplaces;
use crate::setup;
use crate::setup::Overrides;
use feedwright_marketplace::Category;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::requirements;
use feedwright_marketplace::requirements::Change;
use feedwright_marketplace::requirements::Origin;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The configuration.
    pub file: &'a ConfigFile,
    /// What its paths are relative to.
    pub folder: &'a Path,
    /// A channel of it, or `marketplace/site` for one made up on the spot.
    pub channel: &'a str,
    /// The documents as they were: a folder, or a single one.
    pub old: &'a Path,
    /// The documents as they are now.
    pub new: &'a Path,
    /// The one category that is looked at; all when there is none.
    pub category: Option<&'a str>,
}

/// The documents of both versions, by key.
#[derive(Debug)]
pub struct Versions {
    /// The channel as it is configured.
    channel: OpenChannel,
    pub(super) old: BTreeMap<String, PathBuf>,
    pub(super) new: BTreeMap<String, PathBuf>,
}

/// What became of a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    /// What changed; nothing, maybe.
    Changes(Vec<Change>),
    /// There is a document in the old version only.
    OnlyOld,
    /// There is a document in the new version only.
    OnlyNew,
}

impl Compared {
    /// Whether a listing that met the old version may fail the new one.
    pub fn breaks(&self) -> bool {
        match self {
            Self::Changes(changes) => changes.iter().any(|change| change.breaks),
            Self::OnlyOld | Self::OnlyNew => false,
        }
    }
}

impl Versions {
    /// Finds the documents of both versions.
    ///
    /// # Errors
    /// What cannot be read, or what a single document is of.
    pub fn find(question: &Question<'_>) -> Result<Self, String> {
        let channel = channel(question, &BTreeMap::new())?;
        let find = |path: &Path| given(path, question.category, &channel);
        let (old, new) = (find(question.old)?, find(question.new)?);
        let are_single = !question.old.is_dir() && !question.new.is_dir();
        if are_single && !old.keys().eq(new.keys()) {
            let name = |keys: &BTreeMap<String, PathBuf>| keys.keys().next().cloned().unwrap_or_default();
            return Err(format!(
                "one document is called `{}` and the other `{}`: say with --category which category they are of",
                name(&old),
                name(&new)
            ));
        }
        Ok(Self { channel, old, new })
    }

    /// What changed, by category.
    ///
    /// # Errors
    /// Which document is no good.
    pub fn compare(&self, question: &Question<'_>) -> Result<BTreeMap<String, Compared>, String> {
        let (old, new) = (alone(question, &self.channel, &self.old)?, alone(question, &self.channel, &self.new)?);
        let mut found = BTreeMap::new();
        for id in self.categories(question) {
            let before = document(old.as_ref(), &self.channel, &id, question.old)?;
            let after = document(new.as_ref(), &self.channel, &id, question.new)?;
            let compared = match (before, after) {
                (Some(before), Some(after)) => {
                    Compared::Changes(requirements::diff(&before.requirements, &after.requirements))
                }
                (Some(_), None) => Compared::OnlyOld,
                (None, Some(_)) => Compared::OnlyNew,
                (None, None) => continue,
            };
            found.insert(id, compared);
        }
        if found.is_empty() {
            let of = question.category.map_or_else(|| "any category of it".to_owned(), |id| format!("category `{id}`"));
            return Err(format!(
                "neither {} nor {} has a document that channel `{}` takes for {of}",
                question.old.display(),
                question.new.display(),
                question.channel
            ));
        }
        Ok(found)
    }

    fn categories(&self, question: &Question<'_>) -> BTreeSet<String> {
        if let Some(category) = question.category {
            return BTreeSet::from([category.to_owned()]);
        }
        let keys = self.old.keys().chain(self.new.keys()).filter(|key| *key != ALL);
        let named = keys.map(|key| documents::category_of(key).to_owned());
        named.chain(self.channel.categories().map(str::to_owned)).collect()
    }
}

/// The channel, with these documents before those it is configured with.
///
/// # Errors
/// Why it cannot be opened.
pub(super) fn channel(question: &Question<'_>, given: &BTreeMap<String, PathBuf>) -> Result<OpenChannel, String> {
    let failed = |why: crate::config::ConfigError| why.to_string();
    let mut file = ConfigFile::parse(&question.file.name, question.file.text.clone()).map_err(failed)?;
    // One document of all categories stands for all that is configured.
    if let Some(config) = file.config.channels.get_mut(question.channel).filter(|_| given.contains_key(ALL)) {
        config.schemas.clear();
        config.schemas_dir = None;
    }
    let overrides =
        Overrides { channels: vec![question.channel.to_owned()], schemas: given.clone(), ..Overrides::default() };
    let channels = setup::channels(&file, question.folder, &overrides).map_err(failed)?;
    channels.open.into_iter().next().ok_or_else(|| format!("there is no channel `{}`", question.channel))
}

/// The documents at a path, by key.
fn given(path: &Path, category: Option<&str>, channel: &OpenChannel) -> Result<BTreeMap<String, PathBuf>, String> {
    let country = channel.marketplace.channel().site.country;
    if path.is_dir() {
        let mut found = documents::in_folder(path, country)?;
        found.retain(|key, _| category.is_none_or(|category| key == ALL || documents::category_of(key) == category));
        return Ok(found);
    }
    let key = match (category, channel.marketplace.profile().bulk) {
        (Some(category), _) => category.to_owned(),
        (None, Some(_)) => ALL.to_owned(),
        (None, None) => documents::key_of(path, country).map(|(key, _)| key).ok_or_else(|| {
            let shown = path.display();
            format!("the name of {shown} does not say of which category it is for this site: say it with --category")
        })?,
    };
    Ok(BTreeMap::from([(key, path.to_owned())]))
}

/// The marketplace with one version's documents alone: without the seller's templates, which may name what a version
/// does not have.
fn alone(
    question: &Question<'_>,
    channel: &OpenChannel,
    given: &BTreeMap<String, PathBuf>,
) -> Result<Box<dyn Marketplace>, String> {
    let profile = channel.marketplace.profile();
    let site = channel.marketplace.channel().site;
    let used: Vec<String> = match question.category {
        Some(category) => vec![category.to_owned()],
        None => channel.categories().map(str::to_owned).collect(),
    };
    let files = Files::find(None, given, site.country, profile.bulk, &used).map_err(|why| {
        if given.contains_key(ALL) {
            format!("{why}; say with --category what a document of one category is of")
        } else {
            why
        }
    })?;
    let adapter = marketplaces::find(profile.id).ok_or_else(|| format!("there is no marketplace `{}`", profile.id))?;
    let options = question.file.config.channels.get(question.channel).map(|config| config.options.clone());
    open_site(adapter, site, files, options.unwrap_or_default())
}

/// The category by its document; none where there is no document of the marketplace's own.
fn document(
    marketplace: &dyn Marketplace,
    channel: &OpenChannel,
    id: &str,
    path: &Path,
) -> Result<Option<Arc<Category>>, String> {
    match marketplace.category(channel.feed, id) {
        Ok(category) => Ok(match category.requirements.origin() {
            Origin::Given { .. } => Some(category),
            Origin::Starter { .. } => None,
        }),
        Err(CategoryError::Unknown { .. }) => Ok(None),
        Err(why @ (CategoryError::Branch { .. } | CategoryError::Retired { .. } | CategoryError::Broken(_))) => {
            Err(format!("{}: {why}", path.display()))
        }
    }
}
