//! From a configuration and what the command line says over it to a job.

use crate::category_map::CategoryMap;
use crate::channel::ALL_OTHERS;
use crate::channel::OpenChannel;
use crate::config::CategoryConfig;
use crate::config::ChannelConfig;
use crate::config::ConfigError;
use crate::config::ConfigFile;
use crate::config::GuardsConfig;
use crate::config::MissingSkuConfig;
use crate::config::SnapshotConfig;
use crate::config::SourceConfig;
use crate::marketplaces;
use crate::pipeline::SourceJob;
use feedwright_catalog::Unit;
use feedwright_catalog::decimal::DecimalSeparator;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_sources::MissingSku;
use feedwright_sources::Profile;
use feedwright_sources::ProfileChoice;
use feedwright_sources::SourceOptions;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use toml::Spanned;

/// The configuration's usual name.
pub const CONFIG: &str = "feedwright.toml";

/// What the command line says over the configuration.
#[derive(Clone, Debug)]
pub struct Overrides {
    /// The channels to run: names of the configuration, or `marketplace/site` for one made up on the spot.
    pub channels: Vec<String>,
    /// A catalog file instead of the configured sources.
    pub catalog: Option<PathBuf>,
    /// The profile it is read with.
    pub profile: Option<String>,
    /// The currency of its amounts.
    pub currency: Option<String>,
    /// The category of everything that is not mapped.
    pub category: Option<String>,
    /// Requirement documents, by category.
    pub schemas: BTreeMap<String, PathBuf>,
    /// A folder of them.
    pub schemas_dir: Option<PathBuf>,
    /// What is built.
    pub lane: Lane,
}

impl Default for Overrides {
    fn default() -> Self {
        Self {
            channels: Vec::new(),
            catalog: None,
            profile: None,
            currency: None,
            category: None,
            schemas: BTreeMap::new(),
            schemas_dir: None,
            lane: Lane::Content,
        }
    }
}

/// Reads a configuration file; `None` when no path was given and there is no file of the usual name.
///
/// # Errors
/// That it cannot be read, or what is wrong with it.
pub fn read_config(path: Option<&Path>) -> Result<Option<(ConfigFile, PathBuf)>, ConfigError> {
    let wanted = path.unwrap_or(Path::new(CONFIG));
    let shown = wanted.display().to_string();
    let text = match fs::read_to_string(wanted) {
        Ok(text) => text,
        Err(why) if path.is_none() && why.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(ConfigError { file: shown, line: 0, message: format!("cannot be read: {why}") }),
    };
    let folder = wanted.parent().unwrap_or(Path::new("")).to_owned();
    Ok(Some((ConfigFile::parse(&shown, text)?, folder)))
}

/// The sources to read.
pub fn sources(file: &ConfigFile, folder: &Path, overrides: &Overrides) -> Result<Vec<SourceJob>, ConfigError> {
    if let Some(catalog) = &overrides.catalog {
        // A configured source of the same file keeps its settings.
        let configured = file.config.sources.iter().find(|(_, source)| folder.join(&source.file) == *catalog);
        let (name, mut config) = match configured {
            Some((name, source)) => (name.clone(), source.clone()),
            None => (String::new(), bare_source(catalog)),
        };
        config.file.clone_from(catalog);
        // A file given for once says nothing of what it leaves out.
        config.snapshot = SnapshotConfig::Partial;
        if overrides.profile.is_some() {
            config.profile.clone_from(&overrides.profile);
        }
        return Ok(vec![source(file, Path::new(""), name, &config, overrides)?]);
    }
    if file.config.sources.is_empty() {
        let message = "there is nothing to read: name a catalog file, or add [sources.NAME] to the configuration";
        return Err(file.error(None, message));
    }
    let sources = file.config.sources.iter();
    sources.map(|(name, config)| source(file, folder, name.clone(), config, overrides)).collect()
}

/// The channels of a run.
#[derive(Debug)]
pub struct Channels {
    /// Those that are run.
    pub open: Vec<OpenChannel>,
    /// What is said of each of them.
    pub configs: Vec<ChannelConfig>,
    /// Those that have no feed for the lane, each with the reason.
    pub left_out: Vec<String>,
}

/// Opens the channels to run. One that has no feed for the lane is left out, unless it was asked for by name.
pub fn channels(file: &ConfigFile, folder: &Path, overrides: &Overrides) -> Result<Channels, ConfigError> {
    let configured = &file.config.channels;
    let wanted: Vec<String> =
        if overrides.channels.is_empty() { configured.keys().cloned().collect() } else { overrides.channels.clone() };
    if wanted.is_empty() {
        let message = format!(
            "there is no channel: add [channels.NAME] to the configuration, or give `--channel {}`",
            made_up_on_the_spot()
        );
        return Err(file.error(None, message));
    }
    let map = category_map(file, folder)?;
    let mut left_out = Vec::new();
    let open = wanted
        .iter()
        .filter(|name| {
            let config = configured.get(*name).filter(|_| overrides.channels.is_empty());
            let reason = config.and_then(|config| without_lane(name, config, overrides.lane));
            left_out.extend(reason.clone());
            reason.is_none()
        })
        .map(|name| {
            let (config, own_folder) = match (configured.get(name), name.split_once('/')) {
                (Some(config), _) => (config.clone(), folder),
                (None, Some((marketplace, site))) => (bare_channel(marketplace, site), Path::new("")),
                (None, None) => {
                    let near = did_you_mean(name, configured.keys().map(String::as_str));
                    let known: Vec<&str> = configured.keys().map(String::as_str).collect();
                    let others = match known.as_slice() {
                        [] => format!(
                            "add [channels.{name}] to the configuration, or give `--channel {}`",
                            made_up_on_the_spot()
                        ),
                        known => format!("there are {}{near}", known.join(", ")),
                    };
                    return Err(file.error(None, format!("there is no channel `{name}`; {others}")));
                }
            };
            let config = with_overrides(config, own_folder, overrides);
            let open = OpenChannel::open(file, &name.replace('/', "-"), &config, own_folder, &map, overrides.lane)?;
            Ok((open, config))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let (open, configs): (Vec<_>, Vec<_>) = open.into_iter().unzip();
    if open.is_empty() {
        return Err(file.error(None, left_out.join("; ")));
    }
    Ok(Channels { open, configs, left_out })
}

fn category_map(file: &ConfigFile, folder: &Path) -> Result<CategoryMap, ConfigError> {
    let Some(path) = file.config.category_map.as_ref().map(|path| folder.join(path)) else {
        return Ok(CategoryMap::default());
    };
    let shown = path.display().to_string();
    let table = fs::File::open(&path).map_err(|why| file.error(None, format!("cannot read {shown}: {why}")))?;
    let known = |name: &str| file.config.channels.contains_key(name) || marketplaces::find(name).is_some();
    CategoryMap::read(table, known).map_err(|why| ConfigError {
        file: shown,
        line: usize::try_from(why.line).unwrap_or_default(),
        message: why.message,
    })
}

/// A channel as it can be typed without a configuration.
fn made_up_on_the_spot() -> String {
    let profile = marketplaces::MARKETPLACES.first().map(|adapter| adapter.profile);
    profile.map_or_else(String::new, |profile| format!("{}/{}", profile.id, profile.sites[0].country))
}

/// Why a channel has nothing to do with a lane, if so.
fn without_lane(name: &str, config: &ChannelConfig, lane: Lane) -> Option<String> {
    let profile = marketplaces::find(config.marketplace.get_ref())?.profile;
    let is_named = config.feeds.keys().any(|key| key.get_ref() == lane.name());
    (!is_named && profile.feed_for(lane).is_none())
        .then(|| format!("channel `{name}` is left out: {} has no feed for {}", profile.name, lane.name()))
}

fn with_overrides(mut config: ChannelConfig, folder: &Path, overrides: &Overrides) -> ChannelConfig {
    // Paths of the configuration are relative to it, those of the command line to where it is run.
    let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    for (key, path) in &overrides.schemas {
        config.schemas.insert(key.clone(), absolute(path));
    }
    if let Some(folder) = &overrides.schemas_dir {
        config.schemas_dir = Some(absolute(folder));
    }
    if let Some(category) = &overrides.category {
        config.categories.insert(ALL_OTHERS.to_owned(), Spanned::new(0..0, CategoryConfig::Id(category.clone())));
    }
    if overrides.catalog.is_some() {
        // The file given takes the place of all sources.
        config.sources = None;
    }
    debug_assert!(folder.as_os_str().is_empty() || folder.exists(), "the configuration was read from there");
    config
}

fn bare_source(file: &Path) -> SourceConfig {
    SourceConfig {
        file: file.to_owned(),
        profile: None,
        currency: None,
        snapshot: SnapshotConfig::Partial,
        missing_sku: MissingSkuConfig::Report,
        decimal: None,
        weight_unit: None,
        length_unit: None,
        encoding: None,
    }
}

fn bare_channel(marketplace: &str, site: &str) -> ChannelConfig {
    ChannelConfig {
        marketplace: Spanned::new(0..0, marketplace.to_owned()),
        site: Some(Spanned::new(0..0, site.to_owned())),
        seller: String::new(),
        language: None,
        currency: None,
        sources: None,
        categories: BTreeMap::new(),
        defaults: BTreeMap::new(),
        schemas: BTreeMap::new(),
        schemas_dir: None,
        templates: Vec::new(),
        tables: BTreeMap::new(),
        feeds: BTreeMap::new(),
        pages: BTreeMap::new(),
        documents: BTreeMap::new(),
        options: BTreeMap::new(),
        credentials: BTreeMap::new(),
        lanes: None,
        schedule: BTreeMap::new(),
        guards: GuardsConfig::default(),
        test_account: false,
    }
}

fn source(
    file: &ConfigFile,
    folder: &Path,
    name: String,
    config: &SourceConfig,
    overrides: &Overrides,
) -> Result<SourceJob, ConfigError> {
    let unit = |unit: &Option<Spanned<String>>| {
        unit.as_ref()
            .map(|unit| {
                let problem = || file.error(Some(unit.span()), format!("there is no unit `{}`", unit.get_ref()));
                Unit::parse(unit.get_ref()).ok_or_else(problem)
            })
            .transpose()
    };
    let currency = match (&overrides.currency, &config.currency) {
        (Some(code), _) => Some(file.currency(&Spanned::new(0..0, code.clone()))?),
        (None, Some(code)) => Some(file.currency(code)?),
        (None, None) => None,
    };
    let choice = match &config.profile {
        None => ProfileChoice::Detect,
        Some(profile) if Path::new(profile).extension().is_some_and(|ending| ending == "toml") => {
            let path = folder.join(profile);
            let shown = path.display().to_string();
            let text = fs::read_to_string(&path)
                .map_err(|why| file.error(None, format!("profile {shown} cannot be read: {why}")))?;
            let profile = Profile::parse(&shown, &text).map_err(|why| file.error(None, why.to_string()))?;
            ProfileChoice::Own(Box::new(profile))
        }
        Some(name) => ProfileChoice::Named(name.clone()),
    };
    let path = folder.join(&config.file);
    Ok(SourceJob {
        name,
        shown: path.display().to_string(),
        path,
        is_full: config.snapshot == SnapshotConfig::Full,
        choice,
        options: SourceOptions {
            currency,
            missing_sku: match config.missing_sku {
                MissingSkuConfig::Report => MissingSku::Report,
                MissingSkuConfig::Derive => MissingSku::Derive,
            },
            decimal: config.decimal.map(DecimalSeparator::from),
            weight_unit: unit(&config.weight_unit)?,
            length_unit: unit(&config.length_unit)?,
            encoding: config.encoding.clone(),
        },
    })
}
