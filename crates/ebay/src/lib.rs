//! eBay: what a listing there needs, how a catalog becomes one, and how the Inventory API's calls, LMS XML and Seller Hub
//! files are written and read. One tree of a record serves all three.
//!
//! Pure: no file, clock, environment or network. [`open`] takes all it needs.

mod api;
mod aspect;
mod builtin;
mod encode;
mod exchange;
mod family;
mod kind;
mod lint;
mod policy;
mod profile;
mod report;
mod schema;
mod taxonomy;

pub use encode::bulk_publish;
pub use profile::PROFILE;

use crate::kind::Form;
use crate::kind::Kind;
use crate::kind::Way;
use crate::taxonomy::Taxonomy;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Sku;
use feedwright_marketplace::Category;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Checked;
use feedwright_marketplace::Documents;
use feedwright_marketplace::Feed;
use feedwright_marketplace::FeedText;
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
use feedwright_marketplace::contract::Pulled;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::Parcel;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::library::Library;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::Source;
use feedwright_marketplace::report::Verdict;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Shape;
use feedwright_marketplace::template::Filled;
use feedwright_marketplace::template::Layout;
use feedwright_marketplace::template::Plan;
use feedwright_marketplace::template::Template;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The set of requirements a document without one is for.
const WHOLE_LISTING: &str = "LISTING";
/// Whether measures are metric; templates may ask for it.
const SYSTEM: &str = "system";
/// The way a listing is sent; templates may ask for it.
const WAY: &str = "way";

/// eBay, opened for one channel.
#[derive(Debug)]
struct Ebay {
    channel: Channel,
    options: BTreeMap<String, String>,
    template: Template,
    taxonomy: Taxonomy,
    documents: Arc<dyn Documents>,
    library: Library,
    keys: Keys,
}

/// The members that code writes, prepared.
#[derive(Debug)]
struct Keys {
    sku: Key,
    listing: Key,
    offer: Key,
    marketplace: Key,
    format: Key,
    duration: Key,
    category: Key,
    catalog: Key,
}

/// Opens eBay for a channel.
///
/// # Errors
/// A template, a table, a page, a setting or a document that cannot be used, with its place.
pub fn open(setup: Setup) -> Result<Box<dyn Marketplace>, OpenError> {
    Ebay::open(setup).map(|ebay| Box::new(ebay) as Box<dyn Marketplace>)
}

impl Ebay {
    fn open(setup: Setup) -> Result<Self, OpenError> {
        PROFILE.check_options(&setup.options)?;
        let mut settings: Vec<&str> = PROFILE.options.iter().map(|option| option.name).collect();
        settings.extend([SYSTEM, WAY]);
        let rules = builtin::BUILTIN.rules(&setup, &settings)?;
        let taxonomy = Taxonomy::read(&setup.references)?;
        let ebay = Self {
            channel: setup.channel,
            options: setup.options,
            template: rules.all,
            taxonomy,
            documents: setup.documents,
            library: Library::default(),
            keys: Keys {
                sku: Key::new("sku"),
                listing: Key::new("listing"),
                offer: Key::new("offer"),
                marketplace: Key::new("marketplaceId"),
                format: Key::new("format"),
                duration: Key::new("listingDuration"),
                category: Key::new("categoryId"),
                catalog: Key::new("includeCatalogProductDetails"),
            },
        };
        if let Some(own) = rules.own {
            own.check_targets(ebay.shapes(&setup.categories))?;
        }
        Ok(ebay)
    }

    /// The shapes of everything a template may name. Those come first that are needed anyway, and mostly they are enough.
    fn shapes<'a>(&'a self, categories: &'a [String]) -> impl Iterator<Item = Result<Arc<Shape>, OpenError>> + 'a {
        let used = categories.iter().filter_map(|id| self.category(&PROFILE.feeds[0], id).ok());
        let used = used.map(|category| Ok(category.requirements.shared_shape()));
        let rows = [Form::Price, Form::Stock, Form::End, Form::Member]
            .into_iter()
            .map(|form| schema::row(form).map(|row| row.shared_shape()).map_err(OpenError::Category));
        let listings = [Way::Inventory, Way::Lms, Way::Fx].into_iter().flat_map(move |way| {
            let starters = schema::starters().into_iter().filter_map(move |id| schema::starter(way, id));
            let starters = starters.map(|starter| starter.map(|starter| starter.shared_shape()));
            let given = categories.iter().filter_map(move |id| self.given_shape(way, id).transpose());
            starters.chain(given).map(|shape| shape.map_err(OpenError::Category))
        });
        used.chain(rows).chain(listings)
    }

    fn given_shape(&self, way: Way, id: &str) -> Result<Option<Arc<Shape>>, CategoryError> {
        let Some(document) = self.documents.find(id, WHOLE_LISTING).map_err(CategoryError::Broken)? else {
            return Ok(None);
        };
        schema::given_listing(way, id, &document).map(|listing| Some(Arc::new(Shape::of(&listing))))
    }

    fn requirements(&self, form: Form, id: &str) -> Result<Requirements, CategoryError> {
        let Form::Listing(way) = form else { return schema::row(form) };
        if let Some(document) = self.documents.find(id, WHOLE_LISTING).map_err(CategoryError::Broken)? {
            return schema::given(way, id, &document);
        }
        schema::starter(way, id)
            .unwrap_or_else(|| Err(CategoryError::Unknown { id: id.to_owned(), known: schema::starters() }))
    }

    /// A category in the form of a feed; one that is gone is followed to the one that took its place.
    fn category_in(&self, form: Form, id: &str) -> Result<Arc<Category>, CategoryError> {
        let (id, family) = match form {
            Form::Listing(_) => (self.taxonomy.resolve(id)?, PROFILE.family),
            Form::Price | Form::Stock | Form::End | Form::Member => (String::new(), FamilyStyle::Flat),
        };
        self.library.get(&format!("{form:?} {id}"), || {
            let requirements = self.requirements(form, &id)?;
            let plan = Plan::compile(&self.template, &id, requirements.shape(), &self.layout(form));
            Ok(Category { id: Arc::from(id.as_str()), requirements, plan, family, scope: Some(Scope::Whole) })
        })
    }

    fn layout(&self, form: Form) -> Layout {
        let system = if self.channel.site.country == "US" { "imperial" } else { "metric" };
        let options = PROFILE.options.iter().filter_map(|option| Some((option.name, self.options.get(option.name)?)));
        let mut settings: BTreeMap<&'static str, String> =
            options.map(|(name, value)| (name, value.trim().to_owned())).collect();
        settings.insert(SYSTEM, system.to_owned());
        if let Form::Listing(way) = form {
            settings.insert(WAY, way.name().to_owned());
        }
        Layout {
            base: Vec::new(),
            selectors: vec![(Key::new("currency"), self.channel.currency.code().to_owned())],
            leaves: &["value"],
            units: &["unit"],
            settings,
            alternatives: &[],
        }
    }

    /// What every offer says in the same way.
    fn begin_offer(&self, form: Form, category: &Category, listing: &mut Listing) {
        let keys = &self.keys;
        let mut put = |object, key: &Key, leaf: Leaf<'_>| {
            listing.add(object, key, leaf, Source::default());
        };
        match form {
            Form::Listing(way) => {
                let offer = listing.add_object(Listing::ROOT, &keys.offer, Source::default());
                let mut put = |key: &Key, leaf: Leaf<'_>| {
                    listing.add(offer, key, leaf, Source::default());
                };
                put(&keys.marketplace, Leaf::Text(self.channel.site.id));
                put(&keys.format, Leaf::Text("FIXED_PRICE"));
                put(&keys.duration, Leaf::Text("GTC"));
                put(&keys.category, Leaf::Text(&category.id));
                if way == Way::Inventory {
                    // What eBay's own catalog says would take the place of what the seller says.
                    put(&keys.catalog, Leaf::Bool(false));
                }
            }
            Form::Price => put(Listing::ROOT, &keys.marketplace, Leaf::Text(self.channel.site.id)),
            Form::Stock | Form::End | Form::Member => {}
        }
    }
}

impl Marketplace for Ebay {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn category(&self, feed: &Feed, id: &str) -> Result<Arc<Category>, CategoryError> {
        self.category_in(Kind::of(feed).form(), id)
    }

    fn map(
        &self,
        feed: &Feed,
        category: &Category,
        item: &Item<'_>,
        listing: &mut Listing,
        out: &mut Findings,
    ) -> Filled {
        let form = Kind::of(feed).form();
        listing.add(Listing::ROOT, &self.keys.sku, Leaf::Text(item.sku.as_str()), Source::default());
        self.begin_offer(form, category, listing);
        if form == Form::Member {
            // The key of a family is the SKU of its listing.
            let family = item.parent_sku.map_or(&*item.product.key, Sku::as_str);
            listing.add(Listing::ROOT, &self.keys.listing, Leaf::Text(family), Source::default());
        }
        // A family's record is filled as its first variant is, and says what is that one's own.
        let filled_as = match (item.variant, item.members.first()) {
            (None, Some(first)) => Item { variant: Some(first), ..*item },
            _ => *item,
        };
        let filled = category.plan.fill(&filled_as, self.channel.currency, listing, out);
        match (item.variant, item.parent_sku) {
            (None, _) => family::write(category, item, listing),
            (Some(_), Some(_)) => family::write_axes(category, item, listing),
            (Some(_), None) => {}
        }
        filled
    }

    fn policy(&self, feed: &Feed, category: &Category, record: Ref<'_>, out: &mut Findings) {
        policy::check(self, Kind::of(feed), &category.id, record, out);
    }

    fn framing(&self, feed: &Feed, part: &Part, category: Option<&Category>) -> Framing {
        encode::framing(self, Kind::of(feed), part, category)
    }

    fn begin(&self, _feed: &Feed, _part: &Part, _ordinal: u64, _out: &mut Vec<u8>) {}

    fn encode(&self, feed: &Feed, part: &Part, category: &Category, listing: &Checked<'_>, out: &mut Vec<u8>) {
        encode::write(self, Kind::of(feed), part, category, listing.record(), out);
    }

    fn lint(&self, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
        lint::lint(self, Kind::of(feed), file, out)
    }

    fn taxonomy(&self) -> Vec<TaxonomyEntry> {
        self.taxonomy.entries().unwrap_or_else(schema::taxonomy)
    }

    fn submit(&self, parcel: Parcel) -> Option<Box<dyn Exchange<Receipt>>> {
        exchange::submit(&self.channel, parcel)
    }

    fn poll(&self, feed: &'static Feed, id: &str) -> Option<Box<dyn Exchange<Polled>>> {
        Kind::of(feed).feed_type().map(|_| Box::new(exchange::Poll::new(id)) as Box<dyn Exchange<Polled>>)
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
        Some(Box::new(exchange::Pull::new(self.channel.site.id, categories)))
    }
}
