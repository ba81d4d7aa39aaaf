//! A channel as it is sold on: its lanes that are sent by API, and how that is done.

use crate::channel::OpenChannel;
use crate::config::ChannelConfig;
use crate::config::ConfigError;
use crate::config::ConfigFile;
use crate::config::GuardsConfig;
use crate::plan::Thresholds;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::Sending;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A channel and its lanes.
#[derive(Debug)]
pub struct Shop {
    /// The channel's name.
    pub name: Arc<str>,
    /// Its configuration.
    pub config: ChannelConfig,
    /// Its lanes, in the order of [`Lane::ALL`].
    pub lanes: Vec<OpenChannel>,
    /// Whether listings are made here too, so that prices and quantities wait for theirs.
    pub sends_content: bool,
    /// What stops a plan.
    pub guards: Thresholds,
}

/// The lanes of a channel that are sent by API, as configured; and, for people, those that are not. Of the former only the
/// `only` ones, where somebody asks for some.
///
/// # Errors
/// What is wrong with the channel's lanes, feeds or guards.
pub fn open(
    file: &ConfigFile,
    config: &ChannelConfig,
    base: &OpenChannel,
    only: &[Lane],
) -> Result<(Shop, Vec<String>), ConfigError> {
    let name = Arc::clone(&base.marketplace.channel().name);
    let profile = base.marketplace.profile();
    let wanted = wanted(file, config)?;
    let mut left_out = Vec::new();
    let mut lanes = Vec::new();
    for lane in Lane::ALL {
        if !wanted.as_ref().is_none_or(|wanted| wanted.contains(&lane)) {
            continue;
        }
        let Some(open) = base.lane(file, config, lane)? else { continue };
        match open.feed.sending {
            Sending::ByApi { .. } => {
                let revised_by = open.feed.revised_by.and_then(|id| profile.feed(id));
                let revision = revised_by.map(|feed| open.revision(feed));
                lanes.push(open);
                lanes.extend(revision);
            }
            Sending::ByHand => left_out.push(format!(
                "channel `{name}`, {}: files of {} `{}` are uploaded by people; `feedwright build` writes them",
                lane.name(),
                profile.name,
                open.feed.id,
            )),
        }
    }
    let own: Vec<_> = lanes.iter().filter(|open| !open.is_revision).map(|open| (open.lane, open.feed)).collect();
    for open in &mut lanes {
        open.apart = own.iter().filter(|(lane, _)| open.feed.tells.contains(lane)).copied().collect();
    }
    let sends_content = lanes.iter().any(|open| open.lane == Lane::Content);
    if !only.is_empty() {
        let is_told = |lane: Lane| {
            only.contains(&Lane::Content)
                && own.iter().any(|(own, feed)| *own == Lane::Content && feed.tells.contains(&lane))
        };
        lanes.retain(|open| only.contains(&open.lane) || is_told(open.lane));
        for open in &mut lanes {
            open.is_sent = only.contains(&open.lane);
        }
    }
    let guards = thresholds(&[file.config.guards, config.guards]);
    Ok((Shop { name, config: config.clone(), lanes, sends_content, guards }, left_out))
}

impl Shop {
    /// The marketplace; the same for all lanes.
    pub fn marketplace(&self) -> Option<&dyn Marketplace> {
        self.lanes.first().map(|open| open.marketplace.as_ref())
    }

    /// Without the lanes that somebody else is at.
    #[must_use]
    pub(crate) fn without(mut self, busy: &[Lane]) -> Self {
        self.lanes.retain(|open| !open.is_sent || !busy.contains(&open.lane));
        self
    }

    /// The account at the marketplace, to whose limits requests count.
    pub fn account(&self) -> String {
        let Some(marketplace) = self.marketplace() else { return String::new() };
        let seller = match self.config.seller.as_str() {
            // Without the seller's number a channel stands for itself.
            "" => &self.name,
            seller => seller,
        };
        format!("{}/{seller}", marketplace.profile().id)
    }
}

fn wanted(file: &ConfigFile, config: &ChannelConfig) -> Result<Option<Vec<Lane>>, ConfigError> {
    let Some(names) = &config.lanes else { return Ok(None) };
    let known = || Lane::ALL.iter().map(|lane| lane.name());
    let lane = |name: &toml::Spanned<String>| {
        Lane::parse(name.get_ref()).ok_or_else(|| {
            let near = did_you_mean(name.get_ref(), known());
            let all: Vec<&str> = known().collect();
            let message = format!("there is no lane `{}`; there are {}{near}", name.get_ref(), all.join(", "));
            file.error(Some(name.span()), message)
        })
    };
    names.iter().map(lane).collect::<Result<Vec<_>, _>>().map(Some)
}

/// What the later ones say goes over what the earlier ones say.
fn thresholds(said: &[GuardsConfig]) -> Thresholds {
    let mut out = Thresholds::default();
    for guards in said {
        for (to, from) in [
            (&mut out.retirements, guards.retirements),
            (&mut out.price_fall, guards.price_fall),
            (&mut out.price_rise, guards.price_rise),
            (&mut out.prices, guards.prices),
            (&mut out.blanks, guards.blanks),
            (&mut out.shrink, guards.shrink),
        ] {
            if let Some(from) = from {
                *to = Decimal::from(from);
            }
        }
        out.at_least = guards.at_least.unwrap_or(out.at_least);
    }
    out
}
