//! From a configuration to what a round needs: shops, sources, the ledger, the way to each marketplace.

use crate::config::ConfigError;
use crate::config::ConfigFile;
use crate::config::SecretConfig;
use crate::memory::Keeping;
use crate::pipeline::SourceJob;
use crate::send::Columns;
use crate::setup;
use crate::setup::Overrides;
use crate::shop;
use crate::shop::Shop;
use crate::wire::Clock;
use crate::wire::Credentials;
use crate::wire::Hosts;
use crate::wire::RealClock;
use crate::wire::ScaledClock;
use crate::wire::Secret;
use crate::wire::Settings;
use crate::wire::Stop;
use crate::wire::Wire;
use crate::wire::World;
use feedwright_catalog::Findings;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::finding::Levels;
use feedwright_ledger::Location;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::api::Api;
use feedwright_marketplace::api::Grant;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The usual name of the ledger, beside the configuration.
pub const LEDGER: &str = "feedwright.ledger";

/// What a round is about.
#[derive(Debug)]
pub struct Selling {
    /// The channels.
    pub shops: Vec<Shop>,
    /// What is read: what some channel sells.
    pub sources: Vec<SourceJob>,
    /// Lanes that nothing is sent for, each with the reason.
    pub left_out: Vec<String>,
    /// The levels of rules.
    pub levels: Arc<Levels>,
    /// Where it is kept what plans found settled.
    pub memory: Keeping,
}

/// Opens the channels of a configuration with the lanes that are sent; of these only the `only` ones, if there are some.
///
/// # Errors
/// What is wrong with the configuration.
pub fn open(file: &ConfigFile, folder: &Path, overrides: &Overrides, only: &[Lane]) -> Result<Selling, ConfigError> {
    let channels = setup::channels(file, folder, overrides)?;
    let mut left_out = channels.left_out;
    let (mut shops, mut configs) = (Vec::new(), Vec::new());
    for (base, config) in channels.open.iter().zip(&channels.configs) {
        let (shop, by_hand) = shop::open(file, config, base, only)?;
        left_out.extend(by_hand);
        if !shop.lanes.is_empty() {
            shops.push(shop);
            configs.push(config.clone());
        }
    }
    let mut sources = setup::sources(file, folder, overrides)?;
    let sells = |source: &SourceJob| shops.iter().flat_map(|shop| &shop.lanes).any(|open| open.sells(&source.name));
    sources.retain(sells);
    let levels = Arc::new(file.levels()?);
    let memory = Keeping::new((file, folder), overrides, &configs, &shops, &sources, &levels);
    Ok(Selling { shops, sources, left_out, levels, memory })
}

/// Where the ledger is.
///
/// # Errors
/// That two are given, or that the database's URL is not where it is said to be.
pub fn ledger(file: &ConfigFile, folder: &Path) -> Result<Location, ConfigError> {
    let config = &file.config.ledger;
    match (&config.file, &config.postgres) {
        (Some(_), Some(_)) => {
            Err(file.error(None, "`ledger` names a file and a database: what was told is kept in one of them"))
        }
        (Some(path), None) => Ok(Location::File(folder.join(path))),
        (None, None) => Ok(Location::File(folder.join(LEDGER))),
        (None, Some(secret)) => {
            let url = Secret::read(&reference(secret, folder))
                .map_err(|why| file.error(None, format!("`ledger.postgres`: {why}")))?;
            Ok(Location::Postgres(url.expose().to_owned()))
        }
    }
}

/// Which columns of the sources feed which fields, from their heads.
///
/// What cannot be read tells nothing: findings then name fields instead of columns, and whoever reads the source whole
/// says what is wrong with it.
pub fn columns(sources: &[SourceJob]) -> Columns {
    let mut columns = BTreeMap::new();
    for source in sources {
        let Ok(file) = File::open(&source.path) else { continue };
        // A pipe can be read once only.
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            continue;
        }
        let mut findings = Findings::new(Arc::new(Levels::default()));
        let open = crate::open_source(source, Box::new(file), &mut findings);
        let Ok(Some(product)) = open.and_then(|mut open| open.next(&mut findings)) else { continue };
        for origin in product.variants.iter().map(|variant| &variant.origin).chain([&product.origin]) {
            columns.insert(Arc::clone(&origin.columns.file), Arc::clone(&origin.columns));
        }
    }
    Columns(columns)
}

/// The time as the marketplaces have it: the world's, or a sandbox's.
///
/// # Errors
/// That the sandbox does not answer.
pub fn world(sandbox: Option<&str>, stop: Stop) -> Result<World, String> {
    let clock: Arc<dyn Clock> = match sandbox {
        None => Arc::new(RealClock),
        Some(url) => Arc::new(sandbox_clock(url)?),
    };
    Ok(World::new(clock, stop))
}

/// The URL of the sandbox that is to be used, if any: the command line's before the configuration's.
pub fn sandbox<'a>(file: &'a ConfigFile, given: Option<&'a str>) -> Option<&'a str> {
    given.or(file.config.network.sandbox.as_deref())
}

/// The way to the marketplace of a shop.
///
/// # Errors
/// That it has no API, or that its credentials are not where they are said to be.
pub fn wire(
    file: &ConfigFile,
    folder: &Path,
    shop: &Shop,
    sandbox: Option<&str>,
    world: &World,
) -> Result<Wire, ConfigError> {
    let error = |message: String| {
        let span = Some(shop.config.marketplace.span()).filter(|span| !span.is_empty());
        file.error(span, format!("channel `{}`: {message}", shop.name))
    };
    let profile = shop.marketplace().map(Marketplace::profile);
    let (profile, api) = profile
        .and_then(|profile| Some((profile, profile.api?)))
        .ok_or_else(|| error("its marketplace has no API that we know".to_owned()))?;
    let given = &shop.config.credentials;
    are_known(given, api).map_err(&error)?;
    let credentials = match sandbox {
        // A sandbox takes anybody, and what is real has no business there.
        Some(_) if !shop.config.test_account || given.is_empty() => made_up(api),
        Some(_) | None => credentials(given, folder, api).map_err(&error)?,
    };
    let mut settings = Settings::new(profile.id, api, shop.account(), credentials);
    settings.hosts = match sandbox {
        Some(url) => Hosts::At(url.trim_end_matches('/').to_owned()),
        None if shop.config.test_account => Hosts::Sandbox,
        None => Hosts::Live,
    };
    if let Some(proxy) = &file.config.network.proxy {
        let url = Secret::read(&reference(proxy, folder))
            .map_err(|why| file.error(None, format!("`network.proxy`: {why}")))?;
        settings.proxy = Some(url);
    }
    Wire::new(settings, world.clone()).map_err(|why| error(why.to_string()))
}

/// The names of the credentials an API signs in with.
pub fn signs_in_with(api: &Api) -> Vec<&'static str> {
    let mut names = Vec::new();
    for token in api.tokens {
        names.extend(["client_id", "client_secret"]);
        if matches!(token.grant, Grant::RefreshToken { .. }) {
            names.push("refresh_token");
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn are_known(given: &BTreeMap<String, SecretConfig>, api: &Api) -> Result<(), String> {
    let wanted = signs_in_with(api);
    match given.keys().find(|name| !wanted.contains(&name.as_str())) {
        Some(name) => Err(format!("there is no credential `{name}`; it signs in with {}", wanted.join(", "))),
        None => Ok(()),
    }
}

fn made_up(api: &Api) -> Credentials {
    let secret = |name: &str| Secret::new(format!("sandbox-{name}"));
    signs_in_with(api).into_iter().fold(Credentials::default(), |all, name| all.with(name, secret(name)))
}

fn credentials(given: &BTreeMap<String, SecretConfig>, folder: &Path, api: &Api) -> Result<Credentials, String> {
    let wanted = signs_in_with(api);
    let references: Vec<(&str, String)> =
        given.iter().map(|(name, secret)| (name.as_str(), reference(secret, folder))).collect();
    let missing: Vec<String> =
        wanted.iter().filter(|name| !given.contains_key(**name)).map(|name| format!("`{name}`")).collect();
    if !missing.is_empty() {
        return Err(format!(
            "its credentials lack {}; say where each is found, as in `credentials.client_id = {{ env = \"NAME\" }}`",
            missing.join(", ")
        ));
    }
    Credentials::read(references.iter().map(|(name, reference)| (*name, reference.as_str())))
        .map_err(|why| why.to_string())
}

/// Where a secret is found, in one text.
fn reference(secret: &SecretConfig, folder: &Path) -> String {
    match secret {
        SecretConfig::Env { env } => format!("env:{env}"),
        SecretConfig::File { file } => format!("file:{}", in_folder(folder, file).display()),
    }
}

fn in_folder(folder: &Path, file: &Path) -> PathBuf {
    folder.join(file)
}

/// How long a sandbox may take to say what time it is.
const SANDBOX_ANSWERS: Duration = Duration::from_secs(10);

fn sandbox_clock(url: &str) -> Result<ScaledClock, String> {
    #[derive(Deserialize)]
    struct Told {
        speed: u32,
        now: Timestamp,
    }
    let wrong = |why: String| format!("no sandbox answers at {url}: {why}; start one with `feedwright sandbox`");
    // As for every other connection; a second time changes nothing.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::blocking::Client::builder()
        .no_proxy()
        .timeout(SANDBOX_ANSWERS)
        .build()
        .map_err(|why| wrong(why.to_string()))?;
    let answer = client
        .get(format!("{}/_sandbox/clock", url.trim_end_matches('/')))
        .send()
        .and_then(reqwest::blocking::Response::error_for_status)
        .and_then(reqwest::blocking::Response::text)
        .map_err(|why| wrong(why.without_url().to_string()))?;
    let told: Told = serde_json::from_str(&answer).map_err(|why| wrong(format!("its clock says {why}")))?;
    Ok(ScaledClock::new(told.now, told.speed))
}
