//! `feedwright.toml`: sources, channels, rule levels. Everything wrong with it has a line and, if possible, the right key.

use feedwright_catalog::Currency;
use feedwright_catalog::Field;
use feedwright_catalog::Language;
use feedwright_catalog::Severity;
use feedwright_catalog::Value;
use feedwright_catalog::decimal::DecimalSeparator;
use feedwright_catalog::field::Kind;
use feedwright_catalog::finding::Levels;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_catalog::nearest::with_nearest;
use feedwright_catalog::rules;
use feedwright_catalog::value::Writing;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use toml::Spanned;

/// What stands for the file where there is none.
pub const COMMAND_LINE: &str = "the command line";

/// A configuration file as written. Paths in it are relative to the file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where catalogs come from, by a name of your own.
    #[serde(default)]
    pub sources: BTreeMap<String, SourceConfig>,
    /// Where listings go to, by a name of your own.
    #[serde(default)]
    pub channels: BTreeMap<String, ChannelConfig>,
    /// A table from the catalog's categories to those of all channels: CSV, a row a category; its columns are called
    /// `category` and after channels or marketplaces.
    pub category_map: Option<PathBuf>,
    /// Levels of rules: `error`, `warning`, `note` or `off`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, LevelConfig>")]
    pub rules: BTreeMap<Spanned<String>, LevelConfig>,
    /// Where it is kept what each marketplace was told.
    #[serde(default)]
    pub ledger: LedgerConfig,
    /// What looks like an accident and stops a plan. A channel may say otherwise.
    #[serde(default)]
    pub guards: GuardsConfig,
    /// How marketplaces are reached.
    #[serde(default)]
    pub network: NetworkConfig,
    /// The time zone of all schedules, such as `Europe/Berlin`. UTC when left out.
    #[schemars(with = "Option<String>")]
    pub time_zone: Option<Spanned<String>>,
}

/// Where the ledger is.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerConfig {
    /// One file; `feedwright.ledger` beside the configuration when nothing is said.
    pub file: Option<PathBuf>,
    /// A PostgreSQL database that several machines share: where its URL is found.
    pub postgres: Option<SecretConfig>,
}

/// How marketplaces are reached.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// Where the URL of a proxy is found. Without one, those that the environment names are used.
    pub proxy: Option<SecretConfig>,
    /// The URL of a `feedwright sandbox`: all marketplaces are simulated there, and nothing real changes.
    pub sandbox: Option<String>,
}

/// When guards stop a plan. Shares are in per cent of what is listed.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GuardsConfig {
    /// Most listings taken down at once. 10 when left out.
    pub retirements: Option<u32>,
    /// A price may fall by so much. 50 when left out.
    pub price_fall: Option<u32>,
    /// A price may rise by so much. 100 when left out.
    pub price_rise: Option<u32>,
    /// Most prices that may fall or rise by more. 5 when left out.
    pub prices: Option<u32>,
    /// Most listings that may lose a value they have. 20 when left out.
    pub blanks: Option<u32>,
    /// A full source may hold so much less than is listed from it. 30 when left out.
    pub shrink: Option<u32>,
    /// So many listings are let through whatever their share. 3 when left out.
    pub at_least: Option<u64>,
}

/// A catalog file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// The file.
    pub file: PathBuf,
    /// The profile it is read with: the name of a built-in one, or a file ending in `.toml`. Found out when left out.
    pub profile: Option<String>,
    /// The currency of amounts that name none.
    #[schemars(with = "Option<String>")]
    pub currency: Option<Spanned<String>>,
    /// Whether the file holds everything that is sold, so that what it does not hold any more is taken down.
    #[serde(default)]
    pub snapshot: SnapshotConfig,
    /// What to do with a variant without SKU.
    #[serde(default)]
    pub missing_sku: MissingSkuConfig,
    /// What stands between whole and fraction: `point` or `comma`.
    pub decimal: Option<DecimalConfig>,
    /// The unit of weights that name none.
    #[schemars(with = "Option<String>")]
    pub weight_unit: Option<Spanned<String>>,
    /// The unit of lengths that name none.
    #[schemars(with = "Option<String>")]
    pub length_unit: Option<Spanned<String>>,
    /// The encoding, when the file is guessed wrong: `utf-8`, `windows-1252` …
    pub encoding: Option<String>,
}

/// What a source says by what it does not hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SnapshotConfig {
    /// Nothing: what is not in it stays as it is.
    #[default]
    Partial,
    /// It is not sold any more.
    Full,
}

/// What to do with a variant without SKU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MissingSkuConfig {
    /// Report it and leave the variant out.
    #[default]
    Report,
    /// Make one from the product's key and the variant's options. A renamed option makes a new SKU.
    Derive,
}

/// What stands between whole and fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DecimalConfig {
    /// `12.50`
    Point,
    /// `12,50`
    Comma,
}

impl From<DecimalConfig> for DecimalSeparator {
    fn from(decimal: DecimalConfig) -> Self {
        match decimal {
            DecimalConfig::Point => Self::Point,
            DecimalConfig::Comma => Self::Comma,
        }
    }
}

/// One seller account on one site.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelConfig {
    /// The marketplace's id.
    #[schemars(with = "String")]
    pub marketplace: Spanned<String>,
    /// The site, or its country. The marketplace's first one when left out.
    #[schemars(with = "Option<String>")]
    pub site: Option<Spanned<String>>,
    /// The seller account's id at the marketplace.
    #[serde(default)]
    pub seller: String,
    /// The language listings are written in. The site's own when left out.
    #[schemars(with = "Option<String>")]
    pub language: Option<Spanned<String>>,
    /// The currency it sells in. The site's own when left out.
    #[schemars(with = "Option<String>")]
    pub currency: Option<Spanned<String>>,
    /// The sources it sells from, by name. All when left out.
    #[schemars(with = "Option<Vec<String>>")]
    pub sources: Option<Vec<Spanned<String>>>,
    /// From the catalog's categories to the marketplace's, before what `category_map` says. `*` is for all others.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, CategoryConfig>")]
    pub categories: BTreeMap<String, Spanned<CategoryConfig>>,
    /// What every product gets that has no value of its own, by field.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub defaults: BTreeMap<Spanned<String>, Spanned<toml::Value>>,
    /// Which feed carries a lane (`content`, `price`, `stock`, `retirement`), where the marketplace has several.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub feeds: BTreeMap<Spanned<String>, Spanned<String>>,
    /// Requirement documents of the marketplace's own, by category or `CATEGORY.SET`; `*` is one that holds all
    /// categories, read in a stream, and may be compressed with gzip.
    #[serde(default)]
    pub schemas: BTreeMap<String, PathBuf>,
    /// A folder of them: `CATEGORY.json`, `CATEGORY-site.json`, `CATEGORY.SET.json`.
    pub schemas_dir: Option<PathBuf>,
    /// Templates of your own, over the built-in ones.
    #[serde(default)]
    pub templates: Vec<PathBuf>,
    /// Value tables of your own, by name, over the built-in ones.
    #[serde(default)]
    pub tables: BTreeMap<String, PathBuf>,
    /// HTML pages of your own, by name, over the built-in ones.
    #[serde(default)]
    pub pages: BTreeMap<String, PathBuf>,
    /// Documents of the marketplace's that are not about one category, by the marketplace's name for them: `taxonomy` …
    #[serde(default)]
    pub documents: BTreeMap<String, PathBuf>,
    /// Settings only this marketplace has.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// Where secrets are found. They are read only when something is sent.
    #[serde(default)]
    pub credentials: BTreeMap<String, SecretConfig>,
    /// The lanes that are sent, of `content`, `price`, `stock` and `retirement`; all the marketplace has when left out.
    /// Without content, prices and quantities are sent for listings that others keep.
    #[schemars(with = "Option<Vec<String>>")]
    pub lanes: Option<Vec<Spanned<String>>>,
    /// When lanes are sent by `feedwright serve`: a cron expression a lane.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub schedule: BTreeMap<Spanned<String>, Spanned<String>>,
    /// What looks like an accident on this channel.
    #[serde(default)]
    pub guards: GuardsConfig,
    /// The marketplace's own sandbox instead of where real listings change.
    #[serde(default)]
    pub test_account: bool,
}

/// A category of the marketplace.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a category's id, or { category = \"…\", defaults = { … } }")]
pub enum CategoryConfig {
    /// Its id.
    Id(String),
    /// Its id, and what products of it get that have no value of their own.
    Full {
        /// Its id.
        category: String,
        /// Values by field.
        #[serde(default)]
        #[schemars(with = "BTreeMap<String, serde_json::Value>")]
        defaults: BTreeMap<String, toml::Value>,
    },
}

impl CategoryConfig {
    /// The category's id.
    pub fn id(&self) -> &str {
        match self {
            Self::Id(id) | Self::Full { category: id, .. } => id,
        }
    }
}

/// Where a secret is found. It is never written into the configuration itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "{ env = \"NAME\" } or { file = \"PATH\" }: a secret is never written here itself")]
pub enum SecretConfig {
    /// In an environment variable.
    Env {
        /// Its name.
        env: String,
    },
    /// In a file of its own.
    File {
        /// Its path.
        file: PathBuf,
    },
}

/// The level of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LevelConfig {
    /// The SKU is left out.
    Error,
    /// The SKU is sent.
    Warning,
    /// Worth knowing.
    Note,
    /// Not reported.
    Off,
}

/// What is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file as the user named it.
    pub file: String,
    /// The 1-based line; 0 when it is about the whole file.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.file, self.message),
            line => write!(out, "{}:{line}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for ConfigError {}

/// A configuration and the text it was read from, for errors found later.
#[derive(Debug, Default)]
pub struct ConfigFile {
    /// The file as the user named it.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What it says.
    pub config: Config,
}

impl ConfigFile {
    /// Reads a configuration.
    pub fn parse(name: &str, text: String) -> Result<Self, ConfigError> {
        let config = toml::from_str(&text).map_err(|why| ConfigError {
            file: name.to_owned(),
            line: why.span().map_or(0, |span| line_of(&text, span.start)),
            message: with_nearest(why.message()),
        })?;
        Ok(Self { name: name.to_owned(), text, config })
    }

    /// An error at a span of the file; an empty span is that of what was typed on the command line.
    pub fn error(&self, span: Option<Range<usize>>, message: impl Into<String>) -> ConfigError {
        let message = message.into();
        match span {
            Some(span) if span.is_empty() => ConfigError { file: COMMAND_LINE.to_owned(), line: 0, message },
            Some(span) => ConfigError { file: self.name.clone(), line: line_of(&self.text, span.start), message },
            None => ConfigError { file: self.name.clone(), line: 0, message },
        }
    }

    /// The levels of rules.
    pub fn levels(&self) -> Result<Levels, ConfigError> {
        let mut levels = Levels::default();
        for (code, level) in &self.config.rules {
            let Some(rule) = rules::find(code.get_ref()) else {
                let near = did_you_mean(code.get_ref(), rules::RULES.iter().map(|rule| rule.code));
                return Err(self.error(Some(code.span()), format!("there is no rule `{}`{near}", code.get_ref())));
            };
            let severity = match level {
                LevelConfig::Error => Some(Severity::Error),
                LevelConfig::Warning => Some(Severity::Warning),
                LevelConfig::Note => Some(Severity::Note),
                LevelConfig::Off => None,
            };
            levels.0.insert(rule.code, severity);
        }
        Ok(levels)
    }

    /// A currency by its code.
    pub fn currency(&self, code: &Spanned<String>) -> Result<Currency, ConfigError> {
        Currency::parse(code.get_ref()).map_err(|why| self.error(Some(code.span()), why.to_string()))
    }

    /// A language by its tag.
    pub fn language(&self, tag: &Spanned<String>) -> Result<Language, ConfigError> {
        Language::parse(tag.get_ref()).map_err(|why| self.error(Some(tag.span()), why.to_string()))
    }

    /// Values by field.
    pub fn defaults(
        &self,
        defaults: &BTreeMap<Spanned<String>, Spanned<toml::Value>>,
    ) -> Result<Vec<(Field, Value)>, ConfigError> {
        defaults
            .iter()
            .map(|(name, value)| {
                let field = Field::parse(name.get_ref()).map_err(|why| {
                    let known = feedwright_catalog::field::VOCABULARY.iter().map(|field| field.code);
                    let near = did_you_mean(name.get_ref(), known);
                    self.error(Some(name.span()), format!("{why}{near}"))
                })?;
                let value = default_value(field.kind(), value.get_ref())
                    .map_err(|message| self.error(Some(value.span()), format!("default of `{field}` {message}")))?;
                Ok((field, value))
            })
            .collect()
    }
}

fn default_value(kind: Kind, value: &toml::Value) -> Result<Value, String> {
    let parse = |text: &str| {
        Value::parse(kind, text, &Writing::default()).map_err(|why| format!("{}: {}", why.message, why.help))
    };
    match value {
        toml::Value::String(text) if text.trim().is_empty() => Err("is blank: leave it out".to_owned()),
        toml::Value::String(text) => parse(text),
        toml::Value::Boolean(value) => parse(&value.to_string()),
        toml::Value::Integer(value) => parse(&value.to_string()),
        toml::Value::Array(list) if kind == Kind::List => list
            .iter()
            .map(|entry| match entry {
                toml::Value::String(text) => Ok(Value::Text(text.clone())),
                _ => Err("takes a list of texts".to_owned()),
            })
            .collect::<Result<_, _>>()
            .map(Value::List),
        toml::Value::Float(_) => Err("is a float: write it in quotes, so that no digit is lost".to_owned()),
        toml::Value::Array(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => {
            Err(format!("takes {}", feedwright_catalog::value::kind_name(kind)))
        }
    }
}

/// The JSON Schema of the configuration, for editors.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Config)
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        match ConfigFile::parse("feedwright.toml", text.to_owned()) {
            Err(why) => why.to_string(),
            Ok(file) => match file.levels() {
                Err(why) => why.to_string(),
                Ok(_) => file
                    .config
                    .channels
                    .values()
                    .find_map(|channel| file.defaults(&channel.defaults).err())
                    .map_or_else(String::new, |why| why.to_string()),
            },
        }
    }

    #[test]
    fn errors_have_a_line_and_the_nearest_right_key() {
        let check = |text: &str, expected: &str| {
            let found = error(text);
            assert!(found.contains(expected), "{found}");
        };
        check("[chanels.a]\n", "feedwright.toml:1: unknown field `chanels`");
        check("[chanels.a]\n", "did you mean `channels`?");
        check("[channels.a]\nmarketplace = \"amazon\"\nsit = \"x\"\n", "feedwright.toml:3: unknown field `sit`");
        check("[rules]\nmissing-brand = \"off\"\n", "feedwright.toml:2: there is no rule `missing-brand`");
        check("[rules]\nmising-price = \"off\"\n", "did you mean `missing-price`?");
        check("[rules]\nmissing-price = \"loud\"\n", "feedwright.toml:2: unknown variant `loud`");
        let defaults = |line: &str| format!("[channels.a]\nmarketplace = \"amazon\"\n[channels.a.defaults]\n{line}\n");
        check(&defaults("colour = \"red\""), "feedwright.toml:4: there is no field `colour`");
        check(&defaults("colour = \"red\""), "did you mean `color`?");
        check(&defaults("item_weight = 1.5"), "write it in quotes");
        check(&defaults("country_of_origin = \"Narnia\""), "feedwright.toml:4: default of `country_of_origin`");
        let secret = "[channels.a]\nmarketplace = \"amazon\"\n[channels.a.credentials]\nclient_secret = \"hunter2\"\n";
        check(secret, "a secret is never written here itself");
        assert!(!error(secret).contains("hunter2"));
    }
}
