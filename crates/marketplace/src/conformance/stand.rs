//! An adapter opened for one channel, with the complete items it is tried on.

use super::Home;
use super::Meet;
use super::Open;
use super::sample;
use super::sample::Sample;
use crate::contract::Channel;
use crate::contract::Feed;
use crate::contract::Marketplace;
use crate::contract::NoDocuments;
use crate::contract::Profile;
use crate::contract::Setup;
use crate::contract::Site;
use feedwright_catalog::Country;
use feedwright_catalog::Currency;
use feedwright_catalog::Language;
use feedwright_catalog::Scope;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// An adapter, open.
#[derive(Debug)]
pub(super) struct Stand {
    /// What trials say after the marketplace's id: nothing for the first channel.
    pub(super) label: String,
    /// The adapter.
    pub(super) marketplace: Box<dyn Marketplace>,
    /// The same, opened once more.
    pub(super) twin: Box<dyn Marketplace>,
    /// For whom values are asked.
    pub(super) scope: Scope,
    /// Complete items, at least one for each category if there are any.
    pub(super) samples: Vec<Sample>,
    /// How the other side of its conversations is met, if there is one.
    pub(super) meet: Option<Meet>,
}

impl Stand {
    /// How names of trials begin.
    pub(super) fn about(&self) -> String {
        format!("{}{}", self.marketplace.profile().id, self.label)
    }

    /// The samples that show everything: one product and one family; for the first feed of the profile also the first of
    /// each category. The others have the same fields to write, and trying them on all would take long.
    pub(super) fn some_samples(&self, feed: &Feed) -> Vec<usize> {
        let samples = &self.samples;
        let is_family = |at: usize| samples[at].product.variants.len() > 1;
        let is_main = self.marketplace.profile().feeds.first().is_some_and(|first| first.id == feed.id);
        let is_meant = |at: &usize| {
            let is_first_of_kind = !(0..*at).any(|before| is_family(before) == is_family(*at));
            let is_first_of_category = !(0..*at).any(|before| samples[before].category == samples[*at].category);
            is_first_of_kind || (is_main && is_first_of_category)
        };
        (0..samples.len()).filter(is_meant).collect()
    }
}

/// The channels an adapter is tried on: `samples/<id>/channels.toml`. Without it: each site, without settings, and the
/// samples for the first of them.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Channels {
    #[serde(default)]
    channel: Vec<ChannelText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelText {
    /// What trials say about it; nothing for the main one.
    #[serde(default)]
    name: String,
    /// The site; the first one if it is not said.
    site: Option<String>,
    /// The seller account.
    #[serde(default)]
    seller: Option<String>,
    /// Settings that only this marketplace has.
    #[serde(default)]
    options: BTreeMap<String, String>,
    /// The folder of its complete items, below `catalog`.
    #[serde(default)]
    catalog: String,
}

/// A channel to be opened.
struct Wanted {
    label: String,
    site: &'static Site,
    seller: String,
    options: BTreeMap<String, String>,
    catalog: Option<PathBuf>,
}

/// Opens every channel.
pub(super) fn all(
    profile: &'static Profile,
    open: Open,
    meet: Option<Meet>,
    home: &Home,
) -> Result<Vec<Arc<Stand>>, String> {
    wanted(profile, home)?.iter().map(|wanted| stand(wanted, open, meet).map(Arc::new)).collect()
}

/// The seller account of a channel that names none.
const SELLER: &str = "A2EXAMPLE";

fn wanted(profile: &'static Profile, home: &Home) -> Result<Vec<Wanted>, String> {
    let file = home.samples.join("channels.toml");
    let text = sample::text(&file)?.unwrap_or_default();
    let channels: Channels = toml::from_str(&text).map_err(|why| format!("{}: {why}", file.display()))?;
    let catalog = home.samples.join("catalog");
    let mut list = Vec::new();
    for channel in channels.channel {
        let site = match &channel.site {
            Some(id) => profile.site(id).ok_or_else(|| format!("{}: there is no site `{id}`", file.display()))?,
            None => first_site(profile)?,
        };
        list.push(Wanted {
            label: if channel.name.is_empty() { String::new() } else { format!(" ({})", channel.name) },
            site,
            seller: channel.seller.unwrap_or_else(|| SELLER.to_owned()),
            options: channel.options,
            catalog: Some(catalog.join(channel.catalog)),
        });
    }
    if list.is_empty() {
        list.push(Wanted {
            label: String::new(),
            site: first_site(profile)?,
            seller: SELLER.to_owned(),
            options: BTreeMap::new(),
            catalog: Some(catalog),
        });
    }
    let options = list.first().map(|first| first.options.clone()).unwrap_or_default();
    let missing: Vec<Wanted> = profile
        .sites
        .iter()
        .filter(|site| !list.iter().any(|wanted| wanted.site.id == site.id))
        .map(|site| Wanted {
            label: format!(" ({})", site.id),
            site,
            seller: SELLER.to_owned(),
            options: options.clone(),
            catalog: None,
        })
        .collect();
    list.extend(missing);
    Ok(list)
}

fn first_site(profile: &'static Profile) -> Result<&'static Site, String> {
    profile.sites.first().ok_or_else(|| "the profile has no site".to_owned())
}

fn stand(wanted: &Wanted, open: Open, meet: Option<Meet>) -> Result<Stand, String> {
    let language = wanted.site.languages.first().copied().unwrap_or_default();
    let language = Language::parse(language).map_err(|why| format!("site {}: {why}", wanted.site.id))?;
    let currency = Currency::parse(wanted.site.currency).map_err(|why| format!("site {}: {why}", wanted.site.id))?;
    let channel =
        || Channel { name: Arc::from("kit"), site: wanted.site, seller: wanted.seller.clone(), language, currency };
    let opened = || {
        open(Setup {
            channel: channel(),
            options: wanted.options.clone(),
            templates: Vec::new(),
            tables: Vec::new(),
            pages: Vec::new(),
            documents: Arc::new(NoDocuments),
            categories: Vec::new(),
            references: BTreeMap::new(),
        })
        .map_err(|why| format!("{}{}: {why}", wanted.site.id, wanted.label))
    };
    let samples = match &wanted.catalog {
        Some(folder) => sample::read(folder)?,
        None => Vec::new(),
    };
    Ok(Stand {
        label: wanted.label.clone(),
        marketplace: opened()?,
        twin: opened()?,
        scope: Scope {
            locale: Some(language),
            channel: Some(Arc::from("kit")),
            market: Country::parse(wanted.site.country).ok(),
        },
        samples,
        meet,
    })
}
