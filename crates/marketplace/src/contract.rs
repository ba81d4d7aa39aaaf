//! What an adapter is: what it says about its marketplace, and the few things it does. All of it pure.

use crate::check::Checked;
use crate::listing::Listing;
use crate::listing::Ref;
use crate::requirements::Requirements;
use crate::requirements::Scope;
use crate::template::Filled;
use crate::template::Plan;
use crate::template::TemplateError;
use crate::template::TemplateText;
use feedwright_catalog::Currency;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Language;
use feedwright_catalog::digest::Lane;
use std::fmt;
use std::sync::Arc;

/// A marketplace, opened for one channel. Everything it knows it was opened with.
pub trait Marketplace: fmt::Debug + Send + Sync {
    /// What the marketplace is: plain data.
    fn profile(&self) -> &'static Profile;

    /// The channel it was opened for.
    fn channel(&self) -> &Channel;

    /// The requirements and the compiled template of a category, for one feed.
    fn category(&self, feed: &Feed, id: &str) -> Result<Arc<Category>, CategoryError>;

    /// Fills a record from an item. Nothing is dropped in silence: it is written, a finding, or left over.
    fn map(
        &self,
        feed: &Feed,
        category: &Category,
        item: &Item<'_>,
        listing: &mut Listing,
        out: &mut Findings,
    ) -> Filled;

    /// The rules no schema says: price present, main image, titles, identifiers …
    fn policy(&self, feed: &Feed, category: &Category, record: Ref<'_>, out: &mut Findings);

    /// What stands before, between and after the records of a file.
    fn framing(&self, feed: &Feed) -> Framing;

    /// Writes what stands at the beginning of a record and depends on its place in the file; `ordinal` counts from 1.
    /// Records are encoded by many workers before anybody knows where they will stand.
    fn begin(&self, feed: &Feed, ordinal: u64, out: &mut Vec<u8>);

    /// Writes one checked record, without its beginning.
    fn encode(&self, feed: &Feed, listing: &Checked<'_>, out: &mut Vec<u8>);

    /// Checks a feed file that somebody else may have written, and says how many records it holds.
    fn lint(&self, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64;
}

/// What a marketplace is.
#[derive(Debug)]
pub struct Profile {
    /// Kebab-case id, in configuration and findings.
    pub id: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// Where it sells.
    pub sites: &'static [Site],
    /// What can be sent to it.
    pub feeds: &'static [Feed],
    /// How families of variants are told.
    pub family: FamilyStyle,
    /// Settings of a channel that only this marketplace has.
    pub options: &'static [OptionDef],
}

/// A country's shop of a marketplace.
#[derive(Debug)]
pub struct Site {
    /// The id in configuration, such as `amazon.com`.
    pub id: &'static str,
    /// ISO 3166 alpha-2.
    pub country: &'static str,
    /// ISO 4217.
    pub currency: &'static str,
    /// BCP 47, the site's own language first.
    pub languages: &'static [&'static str],
}

/// A kind of file a marketplace takes.
#[derive(Debug)]
pub struct Feed {
    /// The id within the marketplace; `marketplace/id` on the command line.
    pub id: &'static str,
    /// The marketplace's own name of it.
    pub name: &'static str,
    /// What it carries.
    pub lanes: &'static [Lane],
    /// The files' ending, without a dot.
    pub extension: &'static str,
    /// Most records in a file.
    pub max_records: Limit,
    /// Most bytes in a file.
    pub max_bytes: Limit,
}

/// A number a marketplace sets.
#[derive(Debug)]
pub struct Limit {
    /// The number.
    pub value: u64,
    /// Where it is written.
    pub source: &'static str,
    /// When it was read there.
    pub checked_on: &'static str,
}

/// How a marketplace wants families told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FamilyStyle {
    /// A record of its own for the family, before those of its variants.
    ParentRecord,
    /// Variants only, tied by a shared value.
    Flat,
}

/// A setting of a channel that one marketplace has.
#[derive(Debug)]
pub struct OptionDef {
    /// The key in the channel's table.
    pub name: &'static str,
    /// What it decides.
    pub docs: &'static str,
    /// The values it takes; empty when it is free text.
    pub values: &'static [&'static str],
}

/// One seller account on one site, as configured.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The seller's name for it.
    pub name: Arc<str>,
    /// The site.
    pub site: &'static Site,
    /// The seller account's id at the marketplace.
    pub seller: String,
    /// The language listings are written in.
    pub language: Language,
    /// The currency it sells in.
    pub currency: Currency,
}

/// What a marketplace is opened with.
#[derive(Debug)]
pub struct Setup {
    /// The channel.
    pub channel: Channel,
    /// The settings only this marketplace has, by name; checked against its profile.
    pub options: std::collections::BTreeMap<String, String>,
    /// The seller's own templates, over the built-in ones.
    pub templates: Vec<TemplateText>,
    /// The seller's own value tables by name, over the built-in ones.
    pub tables: Vec<TemplateText>,
    /// Where the marketplace's own requirement documents come from.
    pub documents: Arc<dyn Documents>,
    /// The categories the channel uses: their documents are read when opening, so that a template is checked whole.
    pub categories: Vec<String>,
}

/// Requirement documents given by the user. The runner reads files; an adapter only asks.
pub trait Documents: fmt::Debug + Send + Sync {
    /// The document of a category for a set of requirements, when the user gave one.
    ///
    /// # Errors
    /// Why the document cannot be read, naming it.
    fn find(&self, category: &str, set: &str) -> Result<Option<OwnedDocument>, String>;
}

/// A requirement document.
#[derive(Clone, Debug)]
pub struct OwnedDocument {
    /// Its name in messages.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// No documents but the built-in starters.
#[derive(Debug)]
pub struct NoDocuments;

impl Documents for NoDocuments {
    fn find(&self, _category: &str, _set: &str) -> Result<Option<OwnedDocument>, String> {
        Ok(None)
    }
}

/// A category as a feed needs it.
#[derive(Debug)]
pub struct Category {
    /// The marketplace's id of it.
    pub id: Arc<str>,
    /// What it requires.
    pub requirements: Requirements,
    /// How it is filled.
    pub plan: Plan,
    /// How families are told in it: an offer on an existing entry has no parent record anywhere.
    pub family: FamilyStyle,
    /// How much of the requirements a record is held to: a change of single attributes is not held to what the rest
    /// of the listing needs, and a deletion to nothing at all.
    pub scope: Option<Scope>,
}

/// Why a category cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CategoryError {
    /// No document is known for it.
    Unknown {
        /// Its id.
        id: String,
        /// Those that are built in.
        known: Vec<&'static str>,
    },
    /// Its document is no good.
    Broken(String),
}

impl fmt::Display for CategoryError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { id, known } => {
                write!(out, "there are no requirements for category `{id}`; built in are {}", known.join(", "))
            }
            Self::Broken(why) => out.write_str(why),
        }
    }
}

/// Why a marketplace cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// A template.
    Template(TemplateError),
    /// A value table.
    Table(String),
    /// A setting of the channel.
    Option {
        /// Its key.
        name: String,
        /// What is wrong with it.
        message: String,
    },
    /// A requirement document.
    Category(CategoryError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(why) => fmt::Display::fmt(why, out),
            Self::Table(why) => out.write_str(why),
            Self::Option { name, message } => write!(out, "`{name}`: {message}"),
            Self::Category(why) => fmt::Display::fmt(why, out),
        }
    }
}

impl std::error::Error for OpenError {}

/// What stands around the records of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Framing {
    /// Before the first record.
    pub before: Vec<u8>,
    /// Between two records.
    pub between: Vec<u8>,
    /// After the last record.
    pub after: Vec<u8>,
}

/// A feed file to be checked.
#[derive(Clone, Copy, Debug)]
pub struct FeedText<'a> {
    /// Its name in findings.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

impl Profile {
    /// The feed with this id.
    pub fn feed(&self, id: &str) -> Option<&'static Feed> {
        self.feeds.iter().find(|feed| feed.id == id)
    }

    /// The feed that carries a lane in full.
    pub fn feed_for(&self, lane: Lane) -> Option<&'static Feed> {
        self.feeds.iter().find(|feed| feed.lanes.contains(&lane))
    }

    /// The site with this id, or the one of this country.
    pub fn site(&self, id: &str) -> Option<&'static Site> {
        self.sites.iter().find(|site| site.id.eq_ignore_ascii_case(id) || site.country.eq_ignore_ascii_case(id))
    }
}
