//! Google: what a listing there needs, how a catalog becomes one, and how its feeds are written and read.
//!
//! Pure: no file, clock, environment or network. [`open`] takes all it needs.

mod builtin;
mod lint;
mod policy;
mod profile;
mod schema;

pub use profile::PROFILE;

use feedwright_catalog::Findings;
use feedwright_catalog::Item;
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
use feedwright_marketplace::library::Library;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Shape;
use feedwright_marketplace::template::Filled;
use feedwright_marketplace::template::Layout;
use feedwright_marketplace::template::Plan;
use feedwright_marketplace::template::Template;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The set of requirements under which a user's document is looked for. FIXME More than one if the marketplace holds
/// listings to several sets.
const SET: &str = "LISTING";

/// Google, opened for one channel.
#[derive(Debug)]
struct Google {
    channel: Channel,
    layout: Layout,
    template: Template,
    documents: Arc<dyn Documents>,
    library: Library,
}

/// Opens Google for a channel.
///
/// # Errors
/// A template, a table, a setting or a document that cannot be used, with its place.
pub fn open(setup: Setup) -> Result<Box<dyn Marketplace>, OpenError> {
    PROFILE.check_options(&setup.options)?;
    // FIXME Settings that templates may ask for: their names here, their values in `layout`.
    let rules = builtin::BUILTIN.rules(&setup, &[])?;
    if let Some(own) = &rules.own {
        own.check_targets(&shapes(&setup)?).map_err(OpenError::Template)?;
    }
    Ok(Box::new(Google {
        layout: layout(&setup.channel),
        channel: setup.channel,
        template: rules.all,
        documents: setup.documents,
        library: Library::default(),
    }))
}

/// The shapes of the starters and of the user's documents: what a template may name.
fn shapes(setup: &Setup) -> Result<Vec<Shape>, OpenError> {
    let mut shapes = schema::starter_shapes();
    for id in &setup.categories {
        let document = setup.documents.find(id, SET).map_err(CategoryError::Broken).map_err(OpenError::Category)?;
        if let Some(document) = document {
            shapes.push(schema::given(&document).map_err(OpenError::Category)?.shape().clone());
        }
    }
    Ok(shapes)
}

/// The form of a record, as data. FIXME `base`: the members that lead to where attributes stand; `leaves`: the member
/// that holds a value when a path ends at an object; `units`: the one that holds a measure's unit; `selectors`: what is
/// put into every object that knows the member.
fn layout(channel: &Channel) -> Layout {
    Layout {
        base: Vec::new(),
        selectors: vec![(Key::new("currency"), channel.currency.code().to_owned())],
        leaves: &["value"],
        units: &["unit"],
        alternatives: &[],
        settings: BTreeMap::new(),
    }
}

impl Google {
    fn requirements(&self, id: &str) -> Result<Requirements, CategoryError> {
        if let Some(document) = self.documents.find(id, SET).map_err(CategoryError::Broken)? {
            return schema::given(&document);
        }
        let unknown = || CategoryError::Unknown { id: id.to_owned(), known: schema::STARTERS.to_vec() };
        schema::starter(id).ok_or_else(unknown)?
    }
}

impl Marketplace for Google {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn category(&self, feed: &Feed, id: &str) -> Result<Arc<Category>, CategoryError> {
        self.library.get(&format!("{} {id}", feed.id), || {
            let requirements = self.requirements(id)?;
            let plan = Plan::compile(&self.template, id, requirements.shape(), &self.layout);
            Ok(Category {
                id: Arc::from(id),
                requirements,
                plan,
                family: PROFILE.family,
                // FIXME `Partial` where a feed changes single attributes, `None` where it deletes.
                scope: Some(Scope::Whole),
            })
        })
    }

    fn map(
        &self,
        _feed: &Feed,
        category: &Category,
        item: &Item<'_>,
        listing: &mut Listing,
        out: &mut Findings,
    ) -> Filled {
        category.plan.fill(item, self.channel.currency, listing, out)
    }

    fn policy(&self, _feed: &Feed, _category: &Category, record: Ref<'_>, out: &mut Findings) {
        policy::check(record, out);
    }

    fn framing(&self, _feed: &Feed, _part: &Part, _category: Option<&Category>) -> Framing {
        // FIXME What stands before, between and after the records of a file.
        let file = Frame { before: b"[\n".to_vec(), between: b",\n".to_vec(), after: b"\n]\n".to_vec() };
        Framing { file, ..Framing::default() }
    }

    fn begin(&self, _feed: &Feed, _part: &Part, _ordinal: u64, _out: &mut Vec<u8>) {
        // FIXME Only what depends on a record's place in its file, such as its number.
    }

    fn encode(&self, _feed: &Feed, _part: &Part, _category: &Category, listing: &Checked<'_>, out: &mut Vec<u8>) {
        // FIXME JSON as it stands. XML goes through `quick-xml`, rows through `feedwright_marketplace::rows`.
        listing.record().write_json(out);
    }

    fn lint(&self, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
        lint::lint(self, feed, file, out)
    }

    fn taxonomy(&self) -> Vec<TaxonomyEntry> {
        schema::taxonomy()
    }
}
