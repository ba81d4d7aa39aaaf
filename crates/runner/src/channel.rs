//! A channel of the configuration, opened: its marketplace, its categories, its defaults.

use crate::category_map::CategoryMap;
use crate::config::CategoryConfig;
use crate::config::ChannelConfig;
use crate::config::ConfigError;
use crate::config::ConfigFile;
use crate::documents;
use crate::documents::Files;
use crate::marketplaces;
use feedwright_catalog::Country;
use feedwright_catalog::Currency;
use feedwright_catalog::Field;
use feedwright_catalog::Language;
use feedwright_catalog::Scope;
use feedwright_catalog::Value;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_catalog::product::CategoryRef;
use feedwright_marketplace::Categories;
use feedwright_marketplace::Category;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Feed;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::OpenError;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Setup;
use feedwright_marketplace::template::TemplateText;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use toml::Spanned;

/// The key of `categories` that stands for all others.
pub const ALL_OTHERS: &str = "*";

/// A channel ready to be run.
#[derive(Debug)]
pub struct OpenChannel {
    /// Its marketplace.
    pub marketplace: Arc<dyn Marketplace>,
    /// What is made.
    pub lane: Lane,
    /// The feed that carries it.
    pub feed: &'static Feed,
    /// For whom values are asked.
    pub scope: Scope,
    /// The sources it sells from, by name; none for all.
    pub sources: Option<Vec<String>>,
    /// Whether its records are sent by themselves; else they are made for what other lanes tell along.
    pub is_sent: bool,
    /// Whether it tells changes of what the lane before it adds.
    pub is_revision: bool,
    /// Lanes that a record of this one tells along and that have feeds of their own.
    pub apart: Vec<(Lane, &'static Feed)>,
    categories: Arc<BTreeMap<String, Target>>,
    defaults: Arc<[(Field, Value)]>,
}

/// A category of the marketplace and what its products get.
#[derive(Clone, Debug)]
pub struct Target {
    /// The category's id.
    pub id: Arc<str>,
    /// Values for fields that the catalog leaves out: the category's before the channel's.
    pub defaults: Arc<[(Field, Value)]>,
}

impl OpenChannel {
    /// Opens a channel of a configuration. `folder` is what its paths are relative to.
    pub fn open(
        file: &ConfigFile,
        name: &str,
        config: &ChannelConfig,
        folder: &Path,
        map: &CategoryMap,
        lane: Lane,
    ) -> Result<Self, ConfigError> {
        let span = config.marketplace.span();
        let error = |message: String| file.error(Some(span.clone()), format!("channel `{name}`: {message}"));
        let id = config.marketplace.get_ref();
        let adapter = marketplaces::find(id).ok_or_else(|| {
            let known: Vec<&str> = marketplaces::ids().collect();
            let near = did_you_mean(id, known.iter().copied());
            error(format!("there is no marketplace `{id}`; there are {}{near}", known.join(", ")))
        })?;
        let profile = adapter.profile;
        let site = match &config.site {
            None => &profile.sites[0],
            Some(site) => profile.site(site.get_ref()).ok_or_else(|| {
                let known: Vec<&str> = profile.sites.iter().map(|site| site.id).collect();
                let near = did_you_mean(site.get_ref(), known.iter().copied());
                let message =
                    format!("{} has no site `{}`; it has {}{near}", profile.name, site.get_ref(), known.join(", "));
                file.error(Some(site.span()), message)
            })?,
        };
        let language = match &config.language {
            Some(language) => file.language(language)?,
            None => Language::parse(site.languages[0]).map_err(|why| error(why.to_string()))?,
        };
        let currency = match &config.currency {
            Some(currency) => file.currency(currency)?,
            None => Currency::parse(site.currency).map_err(|why| error(why.to_string()))?,
        };
        let feed = feed(file, name, profile, config, lane)?;
        let defaults = file.defaults(&config.defaults)?;
        let mut categories = targets(file, &config.categories, &defaults)?;
        for (path, id) in map.of(name, profile.id) {
            let target = || Target { id: Arc::from(id), defaults: Arc::from(defaults.as_slice()) };
            categories.entry(path.to_owned()).or_insert_with(target);
        }
        let used: Vec<String> = categories.values().map(|target| target.id.to_string()).collect();
        let documents = Files::find(
            config.schemas_dir.as_ref().map(|path| folder.join(path)).as_deref(),
            &config.schemas.iter().map(|(key, path)| (key.clone(), folder.join(path))).collect(),
            site.country,
            profile.bulk,
            &used,
        )
        .map_err(&error)?;
        let read = |path: &PathBuf| {
            let path = folder.join(path);
            let name = path.display().to_string();
            fs::read_to_string(&path)
                .map_err(|why| error(format!("cannot read {name}: {why}")))
                .map(|text| (name, text))
        };
        let mut templates = Vec::new();
        for path in &config.templates {
            let (name, text) = read(path)?;
            templates.push(TemplateText { name, text });
        }
        let mut tables = Vec::new();
        for (table, path) in &config.tables {
            let (_, text) = read(path)?;
            tables.push(TemplateText { name: table.clone(), text });
        }
        let mut pages = Vec::new();
        for (page, path) in &config.pages {
            let (_, text) = read(path)?;
            pages.push(TemplateText { name: page.clone(), text });
        }
        let mut references = BTreeMap::new();
        for (reference, path) in &config.documents {
            let known = || profile.references.iter().map(|known| known.name);
            if !known().any(|known| known == reference) {
                let list: Vec<&str> = known().collect();
                let near = did_you_mean(reference, list.iter().copied());
                let has = if list.is_empty() { "none".to_owned() } else { list.join(", ") };
                return Err(error(format!("{} has no document `{reference}`; it has {has}{near}", profile.name)));
            }
            let document = documents::read(&folder.join(path)).map_err(&error)?;
            references.insert(reference.clone(), document);
        }
        let channel = Channel { name: Arc::from(name), site, seller: config.seller.clone(), language, currency };
        let scope = Scope {
            locale: Some(channel.language),
            channel: Some(Arc::clone(&channel.name)),
            market: Country::parse(site.country).ok(),
        };
        let (filed_under, mut others) = (BTreeSet::from_iter(used), BTreeSet::new());
        others.extend(documents.categories().filter(|id| !filed_under.contains(*id)).map(str::to_owned));
        let setup = Setup {
            channel,
            options: config.options.clone(),
            templates,
            tables,
            pages,
            documents: Arc::new(documents),
            categories: filed_under.into_iter().chain(others).collect(),
            references,
        };
        let marketplace = (adapter.open)(setup).map_err(|why| match why {
            // A template names its own file and line.
            OpenError::Template(why) => {
                ConfigError { file: why.file.clone(), line: why.line, message: why.message.clone() }
            }
            OpenError::Option { name, message } => error(format!("`options.{name}`: {message}")),
            why @ (OpenError::Table(_) | OpenError::Category(_)) => error(why.to_string()),
        })?;
        documents::are_usable(config.schemas.keys(), marketplace.as_ref()).map_err(&error)?;
        let sources = config
            .sources
            .as_ref()
            .map(|names| {
                names
                    .iter()
                    .map(|source| {
                        let known = file.config.sources.keys().map(String::as_str);
                        if file.config.sources.contains_key(source.get_ref()) {
                            return Ok(source.get_ref().clone());
                        }
                        let near = did_you_mean(source.get_ref(), known);
                        Err(file.error(Some(source.span()), format!("there is no source `{}`{near}", source.get_ref())))
                    })
                    .collect::<Result<Vec<_>, _>>()
            })
            .transpose()?;
        Ok(Self {
            marketplace: Arc::from(marketplace),
            lane,
            feed,
            scope,
            sources,
            is_sent: true,
            is_revision: false,
            apart: Vec::new(),
            categories: Arc::new(categories),
            defaults: Arc::from(defaults),
        })
    }

    /// The same channel for another lane. None when the marketplace has no feed for it.
    ///
    /// # Errors
    /// What is wrong with the channel's `feeds`.
    pub fn lane(&self, file: &ConfigFile, config: &ChannelConfig, lane: Lane) -> Result<Option<Self>, ConfigError> {
        let profile = self.marketplace.profile();
        let is_named = config.feeds.keys().any(|key| key.get_ref() == lane.name());
        if !is_named && profile.feed_for(lane).is_none() {
            return Ok(None);
        }
        let feed = feed(file, &self.marketplace.channel().name, profile, config, lane)?;
        Ok(Some(self.with(lane, feed)))
    }

    /// The same channel and lane, told by the feed that revises.
    #[must_use]
    pub(crate) fn revision(&self, feed: &'static Feed) -> Self {
        Self { is_revision: true, ..self.with(self.lane, feed) }
    }

    /// The same channel and lane once more.
    #[must_use]
    pub(crate) fn again(&self) -> Self {
        let Self { is_sent, is_revision, .. } = *self;
        Self { is_sent, is_revision, apart: self.apart.clone(), ..self.with(self.lane, self.feed) }
    }

    /// The same channel for another feed.
    #[must_use]
    pub fn with(&self, lane: Lane, feed: &'static Feed) -> Self {
        Self {
            marketplace: Arc::clone(&self.marketplace),
            lane,
            feed,
            scope: self.scope.clone(),
            sources: self.sources.clone(),
            is_sent: true,
            is_revision: false,
            apart: Vec::new(),
            categories: Arc::clone(&self.categories),
            defaults: Arc::clone(&self.defaults),
        }
    }

    /// The categories of the lanes apart, for a product of this category.
    pub(crate) fn apart(&self, category: &str) -> Vec<(Lane, Arc<Category>)> {
        let of = |feed: &'static Feed| {
            let id = if feed.categories == Categories::Unused { "" } else { category };
            // A lane whose category cannot be had tells nothing.
            self.marketplace.category(feed, id).ok()
        };
        self.apart.iter().filter_map(|(lane, feed)| Some((*lane, of(feed)?))).collect()
    }

    /// Whether it sells from this source.
    pub fn sells(&self, source: &str) -> bool {
        self.sources.as_ref().is_none_or(|sources| sources.iter().any(|name| name == source))
    }

    /// The categories its map leads to.
    pub fn categories(&self) -> impl Iterator<Item = &str> {
        self.categories.values().map(|target| &*target.id)
    }

    /// What a product of these categories is: the marketplace's own if the catalog names it, else by the channel's map, longest
    /// path first, else the one for all others.
    pub fn target(&self, categories: &[CategoryRef]) -> Option<Target> {
        if self.feed.categories == Categories::Unused {
            return Some(Target { id: Arc::from(""), defaults: Arc::clone(&self.defaults) });
        }
        self.mapped(categories).or_else(|| self.categories.get(ALL_OTHERS).cloned())
    }

    /// What was mapped for a product of these categories: [`OpenChannel::target`] without the one for all others.
    pub fn mapped(&self, categories: &[CategoryRef]) -> Option<Target> {
        let own = categories.iter().find(|category| &*category.taxonomy == self.marketplace.profile().id);
        if let Some(category) = own {
            let mapped = self.categories.values().find(|target| target.id == category.path).cloned();
            let defaults = || Arc::clone(&self.defaults);
            return Some(mapped.unwrap_or_else(|| Target { id: Arc::clone(&category.path), defaults: defaults() }));
        }
        categories
            .iter()
            .find_map(|category| {
                let mut path = category.path.to_lowercase();
                loop {
                    if let Some(target) = self.categories.get(&path) {
                        return Some(target);
                    }
                    path.truncate(path.rfind(" > ")?);
                }
            })
            .cloned()
    }
}

/// The feed that carries a lane: the one the channel names, else the marketplace's first.
fn feed(
    file: &ConfigFile,
    name: &str,
    profile: &'static Profile,
    config: &ChannelConfig,
    lane: Lane,
) -> Result<&'static Feed, ConfigError> {
    let mut chosen = None;
    for (key, id) in &config.feeds {
        let lanes: Vec<&str> = Lane::ALL.iter().map(|lane| lane.name()).collect();
        let wanted = Lane::parse(key.get_ref()).ok_or_else(|| {
            let near = did_you_mean(key.get_ref(), lanes.iter().copied());
            file.error(
                Some(key.span()),
                format!("there is no lane `{}`; there are {}{near}", key.get_ref(), lanes.join(", ")),
            )
        })?;
        let carries: Vec<&Feed> = profile.feeds.iter().filter(|feed| feed.lanes.contains(&wanted)).collect();
        let feed = profile.feed(id.get_ref()).filter(|feed| feed.lanes.contains(&wanted)).ok_or_else(|| {
            let known: Vec<&str> = carries.iter().map(|feed| feed.id).collect();
            let near = did_you_mean(id.get_ref(), known.iter().copied());
            let message = format!(
                "no feed `{}` of {} carries {}; {} do{near}",
                id.get_ref(),
                profile.name,
                wanted.name(),
                known.join(", ")
            );
            file.error(Some(id.span()), message)
        })?;
        if wanted == lane {
            chosen = Some(feed);
        }
    }
    chosen.or_else(|| profile.feed_for(lane)).ok_or_else(|| {
        let message = format!("channel `{name}`: {} has no feed for {}", profile.name, lane.name());
        file.error(Some(config.marketplace.span()), message)
    })
}

fn targets(
    file: &ConfigFile,
    categories: &BTreeMap<String, Spanned<CategoryConfig>>,
    channel: &[(Field, Value)],
) -> Result<BTreeMap<String, Target>, ConfigError> {
    categories
        .iter()
        .map(|(path, category)| {
            let span = category.span();
            let category = category.get_ref();
            let mut defaults = match category {
                CategoryConfig::Id(_) => Vec::new(),
                CategoryConfig::Full { defaults, .. } => {
                    let located = defaults.iter().map(|(name, value)| {
                        (Spanned::new(span.clone(), name.clone()), Spanned::new(span.clone(), value.clone()))
                    });
                    file.defaults(&located.collect())?
                }
            };
            defaults.extend(channel.iter().cloned());
            Ok((path.to_lowercase(), Target { id: Arc::from(category.id()), defaults: Arc::from(defaults) }))
        })
        .collect()
}
