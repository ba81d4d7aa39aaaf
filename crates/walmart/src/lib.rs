//! Walmart: what an item there needs, how a catalog becomes items, prices and stock, and how its feeds are written and
//! read.
//!
//! Pure: no file, clock, environment or network. [`open`] takes all it needs.

mod api;
mod builtin;
mod exchange;
mod groups;
mod kind;
mod lint;
mod nodes;
mod policy;
mod profile;
mod report;
mod schema;
mod settings;
mod short_lists;
mod starter;
mod taxonomy;

pub use profile::PROFILE;

use crate::exchange::Account;
use crate::exchange::Poll;
use crate::exchange::Pull;
use crate::exchange::Submit;
use crate::kind::Kind;
use crate::settings::Settings;
use crate::taxonomy::Taxonomy;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_marketplace::Category;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Checked;
use feedwright_marketplace::Documents;
use feedwright_marketplace::Feed;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Frame;
use feedwright_marketplace::Framing;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::OpenError;
use feedwright_marketplace::Part;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Ref;
use feedwright_marketplace::Setup;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::contract::FamilyStyle;
use feedwright_marketplace::contract::OwnedDocument;
use feedwright_marketplace::contract::Pulled;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::library::Library;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::write_text;
use feedwright_marketplace::report::Verdict;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Shape;
use feedwright_marketplace::template::Filled;
use feedwright_marketplace::template::Layout;
use feedwright_marketplace::template::Plan;
use feedwright_marketplace::template::Template;
use serde_json::json;
use std::sync::Arc;

/// The set of requirements a document without one is for.
const WHOLE_LISTING: &str = "LISTING";

/// Walmart, opened for one channel.
#[derive(Debug)]
struct Walmart {
    channel: Channel,
    settings: Settings,
    template: Template,
    taxonomy: Option<Taxonomy>,
    documents: Arc<dyn Documents>,
    library: Library,
    keys: nodes::Keys,
}

/// Opens Walmart for a channel.
///
/// # Errors
/// A template, a table, a setting or a document that cannot be used, with its place.
pub fn open(setup: Setup) -> Result<Box<dyn Marketplace>, OpenError> {
    Walmart::open(setup).map(|walmart| Box::new(walmart) as Box<dyn Marketplace>)
}

impl Walmart {
    fn open(setup: Setup) -> Result<Self, OpenError> {
        let settings = Settings::read(&setup.options)?;
        let taxonomy = setup.references.get(profile::TAXONOMY).map(Taxonomy::read).transpose()?;
        let rules = builtin::BUILTIN.rules(&setup, &[profile::SHIP_NODE])?;
        let walmart = Self {
            channel: setup.channel,
            settings,
            template: rules.all,
            taxonomy,
            documents: setup.documents,
            library: Library::default(),
            keys: nodes::Keys::default(),
        };
        if let Some(own) = rules.own {
            own.check_targets(walmart.shapes(&setup.categories))?;
        }
        Ok(walmart)
    }

    /// The shapes of everything a template may name: rows, starters and the documents of the channel's categories.
    /// A target that none has is a slip of the pen; better said when opening than never. Our own templates are checked by
    /// a test.
    ///
    /// Those come first that are needed anyway, and mostly they are enough.
    fn shapes<'a>(&'a self, categories: &'a [String]) -> impl Iterator<Item = Result<Arc<Shape>, OpenError>> + 'a {
        let used = categories.iter().filter_map(|id| self.category(&PROFILE.feeds[0], id).ok());
        let used = used.map(|category| Ok(category.requirements.shared_shape()));
        let rows = Kind::ALL.into_iter().filter(|kind| !kind.has_categories());
        let rows = rows.map(|kind| starter::row(kind).map(|row| row.shared_shape()));
        let starters = starter::names().into_iter().filter_map(|id| starter::assemble(id, &self.settings));
        let starters = starters.map(|starter| starter.map(|(item, _)| Arc::new(Shape::of(&item))));
        let given = categories.iter().filter_map(|id| self.given_shape(id).transpose());
        used.chain(rows.chain(starters).chain(given).map(|shape| shape.map_err(OpenError::Category)))
    }

    fn given_shape(&self, id: &str) -> Result<Option<Arc<Shape>>, CategoryError> {
        let Some(document) = self.document(Kind::Item, id)? else { return Ok(None) };
        let item = schema::item(Kind::Item, id, &document, &self.settings)?;
        Ok(Some(Arc::new(Shape::of(&item))))
    }

    /// The user's document for a product type: the feed's own, else the one for whole items.
    fn document(&self, kind: Kind, id: &str) -> Result<Option<OwnedDocument>, CategoryError> {
        for set in [kind.feed().name, Kind::Item.feed().name, WHOLE_LISTING] {
            if let Some(document) = self.documents.find(id, set).map_err(CategoryError::Broken)? {
                return Ok(Some(document));
            }
        }
        Ok(None)
    }

    fn requirements(&self, kind: Kind, id: &str, stamp: &str) -> Result<Requirements, CategoryError> {
        if !kind.has_categories() {
            return starter::row(kind);
        }
        let document = self.document(kind, id)?;
        self.is_in_taxonomy(id, document.is_some())?;
        if let Some(document) = document {
            let settings = Settings { spec_version: stamp.to_owned(), ..self.settings.clone() };
            return schema::given(kind, id, &document, &settings);
        }
        schema::starter(kind, id, &self.settings)
            .unwrap_or_else(|| Err(CategoryError::Unknown { id: id.to_owned(), known: starter::names() }))
    }

    /// The requirements of a product type as of a stamp of the spec: the channel's, or that of a file to be checked.
    fn category_at(&self, feed: &Feed, id: &str, stamp: &str) -> Result<Arc<Category>, CategoryError> {
        let kind = Kind::of(feed);
        if let Some(why) = kind.refusal(self.channel.site.country) {
            return Err(CategoryError::Broken(why));
        }
        self.library.get(&format!("{} {stamp} {id}", feed.id), || {
            let requirements = self.requirements(kind, id, stamp)?;
            let plan = Plan::compile(&self.template, id, requirements.shape(), &self.layout(kind));
            let family = if kind.has_categories() { PROFILE.family } else { FamilyStyle::Flat };
            Ok(Category { id: Arc::from(id), requirements, plan, family, scope: Some(Scope::Whole) })
        })
    }

    /// A product type that there was and that Walmart's list does not name any more is retired; one that never was is
    /// a slip of the pen.
    fn is_in_taxonomy(&self, id: &str, has_document: bool) -> Result<(), CategoryError> {
        let Some(taxonomy) = self.taxonomy.as_ref().filter(|taxonomy| !taxonomy.may_hold(id)) else { return Ok(()) };
        if has_document || starter::names().contains(&id) {
            return Err(CategoryError::Retired { id: id.to_owned() });
        }
        let near = did_you_mean(id, taxonomy.entries.iter().map(|entry| entry.id.as_str()));
        Err(CategoryError::Broken(format!("`{id}` is not among the product types of the taxonomy{near}")))
    }

    fn layout(&self, kind: Kind) -> Layout {
        // An item may bring its stock along, but not for several nodes: that is what MP_INVENTORY is for.
        let is_told = !kind.has_categories() || self.settings.ship_nodes.is_empty();
        let ship_node = self.settings.ship_node.clone().filter(|_| is_told);
        Layout {
            base: Vec::new(),
            // Legacy prices alone have a currency; everywhere else it follows from the business unit.
            selectors: vec![(Key::new("currency"), self.channel.currency.code().to_owned())],
            leaves: &["measure", "productNetContentMeasure"],
            units: &["unit", "productNetContentUnit"],
            alternatives: &[],
            settings: ship_node.map(|node| (profile::SHIP_NODE, node)).into_iter().collect(),
        }
    }

    /// The header of a feed's files.
    fn header(&self, kind: Kind) -> serde_json::Value {
        let of_unit = |version: &str| json!({ "businessUnit": "WALMART_US", "locale": "en", "version": version });
        match kind {
            Kind::Item | Kind::Maintenance => of_unit(&self.settings.spec_version),
            Kind::Match => of_unit(&self.settings.match_version),
            Kind::Price => of_unit(profile::PRICE_VERSION),
            Kind::Delete => of_unit(profile::DELETE_VERSION),
            Kind::LegacyPrice => json!({ "version": "1.7" }),
            Kind::Inventory => json!({ "version": "1.4" }),
            Kind::NodeInventory => json!({ "version": "1.5" }),
            Kind::LagTime | Kind::Retire => json!({ "version": "1.0" }),
        }
    }
}

impl Marketplace for Walmart {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn category(&self, feed: &Feed, id: &str) -> Result<Arc<Category>, CategoryError> {
        self.category_at(feed, id, &self.settings.spec_version)
    }

    fn map(
        &self,
        feed: &Feed,
        category: &Category,
        item: &Item<'_>,
        listing: &mut Listing,
        out: &mut Findings,
    ) -> Filled {
        let kind = Kind::of(feed);
        if kind == Kind::NodeInventory {
            nodes::write(&self.keys, &self.settings, category, item, listing, out);
        }
        let filled = category.plan.fill(item, self.channel.currency, listing, out);
        if kind.has_categories() {
            short_lists::drop(category, item, listing, out);
        }
        filled
    }

    fn policy(&self, feed: &Feed, category: &Category, record: Ref<'_>, out: &mut Findings) {
        policy::check(Kind::of(feed), record, Some(category.requirements.shape()), &self.channel, out);
    }

    fn framing(&self, feed: &Feed, _part: &Part, _category: Option<&Category>) -> Framing {
        let kind = Kind::of(feed);
        let envelope = kind.envelope();
        let mut before = b"{".to_vec();
        write_text(envelope.header, &mut before);
        before.push(b':');
        before.extend_from_slice(self.header(kind).to_string().as_bytes());
        before.push(b',');
        write_text(envelope.rows, &mut before);
        before.extend_from_slice(b":[\n");
        let file = Frame { before, between: b",\n".to_vec(), after: b"\n]}\n".to_vec() };
        Framing { file, ..Framing::default() }
    }

    fn begin(&self, _feed: &Feed, _part: &Part, _ordinal: u64, _out: &mut Vec<u8>) {}

    fn encode(&self, _feed: &Feed, _part: &Part, _category: &Category, listing: &Checked<'_>, out: &mut Vec<u8>) {
        listing.record().write_json(out);
    }

    fn lint(&self, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
        lint::lint(self, feed, file, out)
    }

    fn taxonomy(&self) -> Vec<TaxonomyEntry> {
        // Where no items can be set up nobody needs to look for a product type.
        if Kind::Item.refusal(self.channel.site.country).is_some() {
            return Vec::new();
        }
        self.taxonomy.as_ref().map_or_else(starter::taxonomy, |taxonomy| taxonomy.entries.clone())
    }

    fn submit(&self, parcel: Parcel) -> Option<Box<dyn Exchange<Receipt>>> {
        let submit = Submit::new(Account::of(&self.channel), parcel)?;
        Some(Box::new(submit))
    }

    fn poll(&self, feed: &'static Feed, id: &str) -> Option<Box<dyn Exchange<Polled>>> {
        Some(Box::new(Poll::new(Account::of(&self.channel), Kind::of(feed), id)))
    }

    fn read_report(
        &self,
        feed: &Feed,
        report: &[u8],
        rows: &[Row],
        out: &mut Findings,
    ) -> Result<Vec<Verdict>, ProtocolError> {
        report::read(Kind::of(feed), report, rows, out)
    }

    fn pull(&self, categories: &[String]) -> Option<Box<dyn Exchange<Vec<Pulled>>>> {
        // Specs of product types are handed out for the United States alone, and so is their list.
        Kind::Item.refusal(self.channel.site.country).is_none().then(|| {
            let pull = Pull::new(Account::of(&self.channel), self.settings.clone(), categories);
            Box::new(pull) as Box<dyn Exchange<Vec<Pulled>>>
        })
    }
}
