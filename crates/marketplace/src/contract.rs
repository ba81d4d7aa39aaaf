//! What an adapter is: what it says about its marketplace, and the few things it does. All of it pure.

use crate::api::Api;
use crate::check::Checked;
use crate::exchange::Exchange;
use crate::exchange::Parcel;
use crate::exchange::Polled;
use crate::exchange::ProtocolError;
use crate::exchange::Receipt;
use crate::exchange::Row;
use crate::exchange::Trouble;
use crate::listing::Listing;
use crate::listing::Ref;
use crate::report::Verdict;
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
use std::time::Duration;

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

    /// What stands around the records of a file. The category is given where each has files of its own.
    fn framing(&self, feed: &Feed, part: &Part, category: Option<&Category>) -> Framing;

    /// Writes what stands at the beginning of a record and depends on its place in the file; `ordinal` counts from 1.
    /// Records are encoded by many workers before anybody knows where they will stand.
    fn begin(&self, feed: &Feed, part: &Part, ordinal: u64, out: &mut Vec<u8>);

    /// Writes one checked record, without its beginning. Writes nothing where the part does not concern the record.
    fn encode(&self, feed: &Feed, part: &Part, category: &Category, listing: &Checked<'_>, out: &mut Vec<u8>);

    /// Checks a feed file that somebody else may have written, and says how many records it holds.
    fn lint(&self, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64;

    /// The categories it knows by name: from its taxonomy document when one was given, else those of the starters.
    fn taxonomy(&self) -> Vec<TaxonomyEntry>;

    /// How a parcel is submitted. The conversation may be begun anew after a crash at any point, with what the ledger
    /// then remembers: nothing is submitted twice, and what arrived is found again. None for feeds that people upload.
    fn submit(&self, _parcel: Parcel) -> Option<Box<dyn Exchange<Receipt>>> {
        None
    }

    /// How a submission is asked after, by the id of its receipt. None for feeds that people upload.
    fn poll(&self, _feed: &'static Feed, _id: &str) -> Option<Box<dyn Exchange<Polled>>> {
        None
    }

    /// Reads a report. There is a verdict for each row, in their order; findings come without a place in the source,
    /// and with the pointer into the record where the report names an attribute.
    ///
    /// # Errors
    /// That the report is not one: it says nothing of any row then. Always, where nothing is sent by API.
    fn read_report(
        &self,
        feed: &Feed,
        _report: &[u8],
        _rows: &[Row],
        _out: &mut Findings,
    ) -> Result<Vec<Verdict>, ProtocolError> {
        Err(ProtocolError::new("report", Trouble::Unreadable, format!("feed `{}` has no reports", feed.id)))
    }

    /// How the marketplace's own documents about these categories are got; about those of no category when there are
    /// none. None where it hands out no documents.
    fn pull(&self, _categories: &[String]) -> Option<Box<dyn Exchange<Vec<Pulled>>>> {
        None
    }
}

/// A document that a marketplace handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// What it is about.
    pub about: About,
    /// Its bytes, as this adapter reads them.
    pub bytes: Vec<u8>,
    /// The version it says it has, where it says so.
    pub version: Option<String>,
}

/// What a document is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The requirements of this category.
    Category(String),
    /// One of the profile's [references](Profile::references).
    Reference(&'static str),
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
    /// Documents beside requirements that it can read: a taxonomy, condition policies …
    pub references: &'static [ReferenceDef],
    /// Where one category stands in a document of all of them, if there are such documents.
    pub bulk: Option<Bulk>,
    /// How it is talked to; none where all files are uploaded by people.
    pub api: Option<&'static Api>,
}

/// A document of a marketplace that is not about one category.
#[derive(Debug)]
pub struct ReferenceDef {
    /// The key in the channel's table `documents`.
    pub name: &'static str,
    /// What it is and where it comes from.
    pub docs: &'static str,
}

/// How a document that holds the requirements of thousands of categories is cut down to a few while it is read.
#[derive(Clone, Copy, Debug)]
pub struct Bulk {
    /// The member the whole document may be wrapped in, as it is where an answer was stored as it came.
    pub wrapper: Option<&'static str>,
    /// The members that lead to where categories stand side by side.
    pub path: &'static [&'static str],
    /// How one of them is told from the others.
    pub told_by: ToldBy,
}

/// How a category is told in a document of many.
#[derive(Clone, Copy, Debug)]
pub enum ToldBy {
    /// It is a member of an object, and its id the name.
    Name,
    /// It is an entry of a list, and its id stands in it at this path.
    Entry(&'static [&'static str]),
}

/// A category of a marketplace's own tree, for people who look for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxonomyEntry {
    /// What the channel's map gives: a product type's name, a number.
    pub id: String,
    /// Where it stands, most general first.
    pub path: Vec<String>,
    /// What belongs into it, where the marketplace says so.
    pub definition: String,
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
    /// The lanes it is written for. The first feed of a profile that names a lane carries it unless a channel says
    /// otherwise.
    pub lanes: &'static [Lane],
    /// Lanes that a record of it tells along: a whole listing also says what it costs and how many there are.
    pub tells: &'static [Lane],
    /// What categories mean to it.
    pub categories: Categories,
    /// Its files, in the order they must be sent. Most feeds have one part.
    pub parts: &'static [Part],
    /// How its files get there.
    pub sending: Sending,
    /// The feed that tells what this one cannot: of changes, where this one only adds listings; of a family's member that
    /// is taken down, where this one only takes down families whole, by the family's SKU.
    pub revised_by: Option<&'static str>,
}

/// How the files of a feed get to the marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// People upload them.
    ByHand,
    /// Through the API.
    ByApi {
        /// Most submissions in so long, over all feeds that share the name.
        quota: Option<Quota>,
        /// Whether the marketplace can be asked what it would say, without an effect.
        previews: bool,
        /// When to ask after a submission for the first time.
        first_look: Duration,
    },
}

/// How often something may be submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Feeds with the same name here share it.
    pub shared: &'static str,
    /// So many submissions …
    pub submissions: u32,
    /// … in so long.
    pub per: Duration,
    /// Where it is written.
    pub source: &'static str,
    /// When it was read there.
    pub checked_on: &'static str,
}

/// One kind of file of a feed.
#[derive(Debug)]
pub struct Part {
    /// Tells its files from those of the feed's other parts; empty when there is only one.
    pub id: &'static str,
    /// The files' ending, without a dot.
    pub extension: &'static str,
    /// How a file's bytes are kept.
    pub container: Container,
    /// Most records in a file.
    pub max_records: Limit,
    /// Most bytes in a file.
    pub max_bytes: Limit,
    /// Most records in one call, when a file is a list of calls.
    pub max_batch: Option<Limit>,
}

/// What categories mean to a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Categories {
    /// Nothing: products need none, and the adapter is asked for a category without a name.
    Unused,
    /// Records of all categories stand in the same files.
    Mixed,
    /// Each category has files of its own, because its columns differ.
    Apart,
}

/// How the bytes of a file are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// As they are.
    Plain,
    /// Tab-separated rows, put into a workbook's sheet of this name.
    Workbook(&'static str),
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
    /// The same, and it names its variants: it is made last, from those that can be sent, and goes with all of them or
    /// not at all.
    GroupRecord,
    /// Variants only, tied by a shared value, of which exactly one stands for the others: the first that can be sent.
    Led,
    /// Variants only, each on its own.
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
    /// The seller's own HTML pages by name, over the built-in ones.
    pub pages: Vec<TemplateText>,
    /// Where the marketplace's own requirement documents come from.
    pub documents: Arc<dyn Documents>,
    /// The categories the channel uses, those it files products under first: their documents are read when opening, as
    /// far as that is needed to find what a template fills.
    pub categories: Vec<String>,
    /// Documents beside requirements, by the name the profile gives them.
    pub references: std::collections::BTreeMap<String, OwnedDocument>,
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
    /// It has others below it, and takes no listings itself.
    Branch {
        /// Its id.
        id: String,
        /// Some of those below it that do, as `id (name)`.
        below: Vec<String>,
    },
    /// The marketplace gave it up.
    Retired {
        /// Its id.
        id: String,
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
            Self::Branch { id, below } if below.is_empty() => {
                write!(out, "category `{id}` has others below it and takes no listings itself")
            }
            Self::Branch { id, below } => {
                write!(out, "category `{id}` takes no listings itself; below it are {}", below.join(", "))
            }
            Self::Retired { id } => write!(out, "category `{id}` is not in the marketplace's tree any more"),
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

impl From<TemplateError> for OpenError {
    fn from(why: TemplateError) -> Self {
        Self::Template(why)
    }
}

/// What stands around the records of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Framing {
    /// Around the file, and between its records; or between its batches, where it has some.
    pub file: Frame,
    /// Around each batch, and between its records, where a file is a list of calls.
    pub batch: Option<Frame>,
    /// Around the records of a family, and between them, where they are one record to the marketplace: its limits
    /// count them as one.
    pub family: Option<Frame>,
}

/// What stands around things in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Before the first.
    pub before: Vec<u8>,
    /// Between two.
    pub between: Vec<u8>,
    /// After the last.
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

impl Feed {
    /// Whether the marketplace can be asked what it would say of a file, without an effect.
    pub fn previews(&self) -> bool {
        matches!(self.sending, Sending::ByApi { previews: true, .. })
    }
}

impl Profile {
    /// The feed with this id.
    pub fn feed(&self, id: &str) -> Option<&'static Feed> {
        self.feeds.iter().find(|feed| feed.id == id)
    }

    /// The feed that carries a lane unless a channel says otherwise.
    pub fn feed_for(&self, lane: Lane) -> Option<&'static Feed> {
        self.feeds.iter().find(|feed| feed.lanes.contains(&lane))
    }

    /// The site with this id, or the one of this country.
    pub fn site(&self, id: &str) -> Option<&'static Site> {
        self.sites.iter().find(|site| site.id.eq_ignore_ascii_case(id) || site.country.eq_ignore_ascii_case(id))
    }
}
