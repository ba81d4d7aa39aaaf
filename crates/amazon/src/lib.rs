//! Amazon: what a listing there needs, how a catalog becomes one, how feeds, calls and flat files are written and read,
//! and how they get there.
//!
//! Pure: no file, clock, environment or network. [`open`] takes all it needs.

mod api;
mod builtin;
mod encode;
mod exchange;
mod flat;
mod lint;
mod policy;
mod profile;
mod report;
mod schema;

pub use profile::PROFILE;

use crate::flat::Flat;
use crate::profile::Form;
use crate::schema::Set;
use crate::schema::Single;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::digest::Lane;
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
use std::io::Write as _;
use std::sync::Arc;

/// What a record does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Update,
    PartialUpdate,
    Patch,
    Delete,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Update => "UPDATE",
            Self::PartialUpdate => "PARTIAL_UPDATE",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The operation with this name.
    fn parse(name: &str) -> Option<Self> {
        [Self::Update, Self::PartialUpdate, Self::Patch, Self::Delete].into_iter().find(|own| own.name() == name)
    }
}

/// What the absence of a sale price says in a price feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WithoutSale {
    /// Nothing.
    Keep,
    /// That a sale is over.
    End,
}

/// Amazon, opened for one channel.
#[derive(Debug)]
struct Amazon {
    channel: Channel,
    set: Set,
    /// What content feeds do.
    operation: Operation,
    without_sale: WithoutSale,
    /// Whose stock is sold: the merchant's, or what lies in one of Amazon's networks.
    fulfillment_channel: &'static str,
    layout: Layout,
    template: Template,
    documents: Arc<dyn Documents>,
    library: Library,
    flat: Flat,
    keys: Keys,
}

/// The members of a message, prepared.
#[derive(Debug)]
struct Keys {
    sku: Key,
    operation: Key,
    product_type: Key,
    requirements: Key,
    attributes: Key,
}

/// Opens Amazon for a channel.
///
/// # Errors
/// A template, a table, a setting or a document that cannot be used, with its place.
pub fn open(setup: Setup) -> Result<Box<dyn Marketplace>, OpenError> {
    Ok(Box::new(Amazon::open(setup)?))
}

impl Amazon {
    fn open(setup: Setup) -> Result<Self, OpenError> {
        PROFILE.check_options(&setup.options)?;
        let option = |name: &str| setup.options.get(name).map(String::as_str);
        let set = option(profile::REQUIREMENTS).and_then(Set::parse).unwrap_or(Set::Listing);
        let operation = option(profile::OPERATION).and_then(Operation::parse).unwrap_or(Operation::Update);
        let without_sale = match option(profile::WITHOUT_SALE) {
            Some("end") => WithoutSale::End,
            Some(_) | None => WithoutSale::Keep,
        };
        let fulfillment = option(profile::FULFILLMENT).unwrap_or(MERCHANT);
        let fulfillment_channel = match fulfillment {
            MERCHANT => profile::MERCHANT_CHANNEL,
            _ => profile::fulfillment_network(setup.channel.site.country),
        };
        let layout = layout(&setup.channel, fulfillment, fulfillment_channel, set, operation);
        let flat = Flat::open(setup.references.get(profile::FLAT_TEMPLATE))?;
        let settings =
            [profile::FULFILLMENT, profile::FULFILLMENT_CHANNEL_CODE, profile::OPERATION, profile::REQUIREMENTS];
        let rules = builtin::BUILTIN.rules(&setup, &settings)?;
        let amazon = Self {
            channel: setup.channel,
            set,
            operation,
            without_sale,
            fulfillment_channel,
            layout,
            template: rules.all,
            documents: setup.documents,
            library: Library::default(),
            flat,
            keys: Keys {
                sku: Key::new("sku"),
                operation: Key::new("operationType"),
                product_type: Key::new("productType"),
                requirements: Key::new("requirements"),
                attributes: Key::new("attributes"),
            },
        };
        if let Some(own) = rules.own {
            own.check_targets(amazon.shapes(&setup.categories))?;
        }
        Ok(amazon)
    }

    /// The shapes of everything a template may name. A target that none has is a slip of the pen; better said when opening
    /// than never. Our own templates are checked by a test.
    ///
    /// Those come first that are needed anyway, and mostly they are enough.
    fn shapes<'a>(&'a self, categories: &'a [String]) -> impl Iterator<Item = Result<Arc<Shape>, OpenError>> + 'a {
        let used = categories.iter().filter_map(|id| self.category_in(id, self.set).ok());
        let used = used.map(|category| Ok(category.requirements.shared_shape()));
        let sets = [Set::Listing, Set::OfferOnly, Set::ProductOnly].into_iter().filter(|set| *set != self.set);
        let given =
            sets.flat_map(move |set| categories.iter().filter_map(move |id| self.given_shape(id, set).transpose()));
        let starters = schema::starter_shapes().map(|shape| Ok(Arc::new(shape)));
        // A document that cannot be used is told of where it is used; here only if a target may stand in it.
        let broken = categories.iter().filter_map(|id| match self.category_in(id, self.set) {
            Err(why @ CategoryError::Broken(_)) => Some(Err(OpenError::Category(why))),
            Err(CategoryError::Unknown { .. } | CategoryError::Branch { .. } | CategoryError::Retired { .. })
            | Ok(_) => None,
        });
        used.chain(given).chain(starters).chain(broken)
    }

    fn given_shape(&self, id: &str, set: Set) -> Result<Option<Arc<Shape>>, OpenError> {
        let document = self.documents.find(id, set.name()).map_err(CategoryError::Broken);
        let shape = document.and_then(|document| document.map(|given| schema::given_shape(id, &given)).transpose());
        shape.map(|shape| shape.map(Arc::new)).map_err(OpenError::Category)
    }

    fn requirements_of(&self, id: &str, set: Set) -> Result<Requirements, CategoryError> {
        if let Some(document) = self.documents.find(id, set.name()).map_err(CategoryError::Broken)? {
            return schema::given(id, &document);
        }
        schema::starter(self.channel.site.country, id, set)
            .unwrap_or_else(|| Err(CategoryError::Unknown { id: id.to_owned(), known: schema::STARTERS.to_vec() }))
    }

    fn category_in(&self, id: &str, set: Set) -> Result<Arc<Category>, CategoryError> {
        self.library.get(&format!("{id} {}", set.name()), || {
            let requirements = self.requirements_of(id, set)?;
            let plan = Plan::compile(&self.template, id, requirements.shape(), &self.layout);
            let scope = Some(if self.operation == Operation::Update { Scope::Whole } else { Scope::Partial });
            let family = match set {
                Set::Listing | Set::ProductOnly => PROFILE.family,
                Set::OfferOnly => FamilyStyle::Flat,
            };
            Ok(Category { id: Arc::from(id), requirements, plan, family, scope })
        })
    }

    /// What is sent of one attribute alone, of any product type.
    fn single(&self, single: Single) -> Result<Arc<Category>, CategoryError> {
        self.library.get(&format!("{single:?}"), || {
            let set = Set::OfferOnly.name();
            let document = self.documents.find(schema::ANY, set).map_err(CategoryError::Broken)?;
            let requirements = schema::single(self.channel.site.country, single, document.as_ref())?;
            let plan = Plan::compile(&self.template, schema::ANY, requirements.shape(), &self.layout);
            // A parent record has neither a price nor stock.
            let (family, scope) = (FamilyStyle::Flat, Some(Scope::Whole));
            Ok(Category { id: Arc::from(schema::ANY), requirements, plan, family, scope })
        })
    }

    /// The end of a listing, of whatever product type.
    fn retirement(&self) -> Result<Arc<Category>, CategoryError> {
        self.library.get("retirement", || {
            let requirements = schema::nothing()?;
            let plan = Plan::compile(&self.template, schema::ANY, requirements.shape(), &self.layout);
            Ok(Category { id: Arc::from(schema::ANY), requirements, plan, family: PROFILE.family, scope: None })
        })
    }

    /// The host of the channel's region.
    fn host(&self) -> &'static str {
        api::host(self.channel.site.country)
    }

    fn marketplace_id(&self) -> &'static str {
        profile::marketplace_id(self.channel.site.country)
    }

    /// What the records of a feed do.
    fn operation(&self, feed: &Feed) -> Operation {
        match lane(feed) {
            Lane::Content => self.operation,
            Lane::Price | Lane::Stock => Operation::Patch,
            Lane::Retirement => Operation::Delete,
        }
    }
}

impl Marketplace for Amazon {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn category(&self, feed: &Feed, id: &str) -> Result<Arc<Category>, CategoryError> {
        match lane(feed) {
            Lane::Content => self.category_in(id, self.set),
            Lane::Price => self.single(Single::Price),
            Lane::Stock => self.single(Single::Stock),
            Lane::Retirement => self.retirement(),
        }
    }

    fn map(
        &self,
        feed: &Feed,
        category: &Category,
        item: &Item<'_>,
        listing: &mut Listing,
        out: &mut Findings,
    ) -> Filled {
        let keys = &self.keys;
        let operation = self.operation(feed);
        let mut put = |key: &Key, text: &str| {
            listing.add(Listing::ROOT, key, Leaf::Text(text), Source::default());
        };
        put(&keys.sku, item.sku.as_str());
        put(&keys.operation, operation.name());
        match operation {
            Operation::Delete => return Filled::default(),
            Operation::Update => {
                put(&keys.product_type, &category.id);
                put(&keys.requirements, self.set.name());
            }
            Operation::PartialUpdate | Operation::Patch => put(&keys.product_type, &category.id),
        }
        category.plan.fill(item, self.channel.currency, listing, out)
    }

    fn policy(&self, feed: &Feed, category: &Category, record: Ref<'_>, out: &mut Findings) {
        policy::check(record, Some(category), &self.channel, out);
        match profile::form(feed) {
            Form::Messages | Form::Calls => {}
            Form::Rows => self.flat.fits(self, category, record, out),
        }
    }

    fn framing(&self, feed: &Feed, _part: &Part, category: Option<&Category>) -> Framing {
        let file = match profile::form(feed) {
            Form::Messages => encode::messages(&self.channel),
            Form::Calls => encode::lines(),
            Form::Rows => self.flat.frame(self, category),
        };
        Framing { file, ..Framing::default() }
    }

    fn begin(&self, feed: &Feed, _part: &Part, ordinal: u64, out: &mut Vec<u8>) {
        match profile::form(feed) {
            Form::Messages => {
                let written = write!(out, "{{\"messageId\":{ordinal},");
                debug_assert!(written.is_ok(), "writing into memory cannot fail");
            }
            Form::Calls | Form::Rows => {}
        }
    }

    fn encode(&self, feed: &Feed, part: &Part, category: &Category, listing: &Checked<'_>, out: &mut Vec<u8>) {
        // Amazon counts what lies in its own warehouses, and a quantity would make the seller ship it.
        if lane(feed) == Lane::Stock && self.fulfillment_channel != profile::MERCHANT_CHANNEL {
            return;
        }
        let record = listing.record();
        match profile::form(feed) {
            Form::Messages => encode::message(self, lane(feed), record, out),
            Form::Calls => encode::call(self, lane(feed), record, out),
            Form::Rows => self.flat.write(self, part, category, record, out),
        }
    }

    fn lint(&self, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
        match profile::form(feed) {
            Form::Messages => lint::messages(self, file, out),
            Form::Calls => lint::calls(self, file, out),
            Form::Rows => flat::lint(self, file, out),
        }
    }

    fn taxonomy(&self) -> Vec<TaxonomyEntry> {
        schema::taxonomy()
    }

    fn submit(&self, parcel: Parcel) -> Option<Box<dyn Exchange<Receipt>>> {
        let (host, feed) = (self.host(), parcel.feed);
        if parcel.is_preview && !feed.previews() {
            return None;
        }
        let bytes = parcel.files.into_iter().next().map_or_else(|| Arc::from([]), |file| file.bytes);
        match profile::form(feed) {
            Form::Messages => {
                let submit = exchange::Submit::new(host, feed.name, self.marketplace_id(), bytes, parcel.memory);
                Some(Box::new(submit))
            }
            Form::Calls => {
                let locale = self.channel.language.with_underscore();
                Some(Box::new(exchange::Calls::new(host, locale, bytes, parcel.rows, parcel.is_preview)))
            }
            Form::Rows => None,
        }
    }

    fn poll(&self, feed: &'static Feed, id: &str) -> Option<Box<dyn Exchange<Polled>>> {
        match profile::form(feed) {
            Form::Messages => Some(Box::new(exchange::Poll::new(self.host(), id))),
            // Calls are answered at once.
            Form::Calls | Form::Rows => None,
        }
    }

    fn read_report(
        &self,
        feed: &Feed,
        report: &[u8],
        rows: &[Row],
        out: &mut Findings,
    ) -> Result<Vec<Verdict>, ProtocolError> {
        report::read(feed, self.marketplace_id(), report, rows, out)
    }

    fn pull(&self, categories: &[String]) -> Option<Box<dyn Exchange<Vec<Pulled>>>> {
        let locale = self.channel.language.with_underscore();
        let from = (self.host(), self.marketplace_id());
        Some(Box::new(exchange::Pull::new(from.0, from.1, &self.channel.seller, &locale, self.set, categories)))
    }
}

/// Who ships unless a channel says otherwise.
const MERCHANT: &str = "merchant";

/// The lane a feed of ours is for: each has one.
fn lane(feed: &Feed) -> Lane {
    feed.lanes.first().copied().unwrap_or(Lane::Content)
}

fn layout(channel: &Channel, fulfillment: &str, code: &str, set: Set, operation: Operation) -> Layout {
    let country = channel.site.country;
    let selector = |name: &str, value: &str| (Key::new(name), value.to_owned());
    Layout {
        base: vec![Key::new("attributes")],
        selectors: vec![
            selector("marketplace_id", profile::marketplace_id(country)),
            selector("language_tag", &channel.language.with_underscore()),
            selector("currency", channel.currency.code()),
            selector("audience", "ALL"),
            selector("fulfillment_channel_code", code),
        ],
        leaves: &["value", "value_with_tax"],
        units: &["unit"],
        alternatives: &[
            &["/externally_assigned_product_identifier", "/merchant_suggested_asin"],
            &["/fulfillment_availability/0/quantity", "/fulfillment_availability/0/is_inventory_available"],
        ],
        settings: BTreeMap::from([
            (profile::FULFILLMENT, fulfillment.to_owned()),
            (profile::FULFILLMENT_CHANNEL_CODE, code.to_owned()),
            (profile::REQUIREMENTS, set.name().to_owned()),
            (profile::OPERATION, operation.name().to_owned()),
        ]),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use feedwright_marketplace::contract::NoDocuments;

    pub(crate) fn setup() -> Setup {
        Setup {
            channel: Channel {
                name: Arc::from("test"),
                site: &PROFILE.sites[0],
                seller: "A2EXAMPLE".to_owned(),
                language: feedwright_catalog::Language::parse("en-US").unwrap(),
                currency: feedwright_catalog::Currency::parse("USD").unwrap(),
            },
            options: BTreeMap::new(),
            templates: Vec::new(),
            tables: Vec::new(),
            pages: Vec::new(),
            documents: Arc::new(NoDocuments),
            categories: Vec::new(),
            references: BTreeMap::new(),
        }
    }

    /// Attributes that real documents have and our starters leave out.
    const NOT_IN_STARTERS: &[&str] = &["flavor"];

    #[test]
    fn every_target_of_our_templates_exists() {
        let mut setup = setup();
        for (name, text) in builtin::BUILTIN.templates {
            setup.templates.push(feedwright_marketplace::template::TemplateText {
                name: (*name).to_owned(),
                text: (*text).to_owned(),
            });
        }
        for name in NOT_IN_STARTERS {
            let rule = format!("[[attribute]]\nto = \"{name}\"");
            for template in &mut setup.templates {
                template.text = template.text.replace(&rule, "[[attribute]]\nto = \"brand\"");
            }
        }
        open(setup).unwrap();
    }

    #[test]
    fn every_starter_compiles_for_every_site() {
        for site in PROFILE.sites {
            for category in schema::STARTERS {
                for set in [Set::Listing, Set::OfferOnly, Set::ProductOnly] {
                    schema::starter(site.country, category, set).unwrap().unwrap();
                }
            }
        }
    }

    #[test]
    fn a_wrong_setting_says_what_there_is() {
        let error = |name: &str, value: &str| {
            let mut setup = setup();
            setup.options.insert(name.to_owned(), value.to_owned());
            open(setup).err().unwrap().to_string()
        };
        assert_eq!(
            error("fulfilment", "x"),
            "`fulfilment`: Amazon has no such setting; it has requirements, operation, fulfillment, without_sale"
        );
        assert_eq!(error("fulfillment", "fba"), "`fulfillment`: `fba` is not one of merchant, amazon");
    }
}
