//! Google Merchant: what a product there needs, how a catalog becomes product data, and how files of it are written and
//! read, as tab-separated rows or as RSS.
//!
//! Pure: no file, clock, environment or network. [`open`] takes all it needs.

mod builtin;
mod category;
mod encode;
mod lint;
mod policy;
mod profile;
mod schema;

pub use profile::PROFILE;

use crate::category::GENERAL;
use crate::category::Tree;
use crate::schema::Form;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_marketplace::Category;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Checked;
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
use feedwright_marketplace::library::Library;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::Source;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::template::Filled;
use feedwright_marketplace::template::Layout;
use feedwright_marketplace::template::Plan;
use feedwright_marketplace::template::Template;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Google, opened for one channel.
#[derive(Debug)]
struct Google {
    channel: Channel,
    options: BTreeMap<String, String>,
    template: Template,
    tree: Tree,
    library: Library,
    filed_under: Key,
}

/// Opens Google for a channel.
///
/// # Errors
/// A template, a table, a setting or a document that cannot be used, with its place.
pub fn open(setup: Setup) -> Result<Box<dyn Marketplace>, OpenError> {
    PROFILE.check_options(&setup.options)?;
    let rules = builtin::BUILTIN.rules(&setup, &[])?;
    let google = Google {
        tree: Tree::read(&setup.references)?,
        channel: setup.channel,
        options: setup.options,
        template: rules.all,
        library: Library::default(),
        filed_under: Key::new("google_product_category"),
    };
    if let Some(own) = &rules.own {
        let any = schema::requirements(Form::Product(category::Needs::Nothing), google.channel.site.country);
        own.check_targets([any.map(|any| any.shared_shape()).map_err(OpenError::Category)])?;
    }
    Ok(Box::new(google))
}

impl Google {
    fn form(&self, feed: &Feed, id: &str) -> Form {
        match feed.id {
            profile::PRICE => Form::Price,
            profile::STOCK => Form::Stock,
            _ => Form::Product(self.tree.needs(id)),
        }
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
            let requirements = schema::requirements(self.form(feed, id), self.channel.site.country)?;
            let layout = Layout {
                selectors: vec![(Key::new("currency"), self.channel.currency.code().to_owned())],
                leaves: &["value"],
                units: &["unit"],
                ..Layout::default()
            };
            let plan = Plan::compile(&self.template, id, requirements.shape(), &layout);
            let scope = Some(Scope::Whole);
            Ok(Category { id: Arc::from(id), requirements, plan, family: PROFILE.family, scope })
        })
    }

    fn map(
        &self,
        feed: &Feed,
        category: &Category,
        item: &Item<'_>,
        listing: &mut Listing,
        out: &mut Findings,
    ) -> Filled {
        if matches!(self.form(feed, ""), Form::Product(_)) && &*category.id != GENERAL {
            listing.add(Listing::ROOT, &self.filed_under, Leaf::Text(&category.id), Source::default());
        }
        category.plan.fill(item, self.channel.currency, listing, out)
    }

    fn policy(&self, feed: &Feed, _category: &Category, record: Ref<'_>, out: &mut Findings) {
        policy::check(feed.id, record, out);
    }

    fn framing(&self, feed: &Feed, _part: &Part, _category: Option<&Category>) -> Framing {
        encode::framing(self, feed)
    }

    fn begin(&self, _feed: &Feed, _part: &Part, _ordinal: u64, _out: &mut Vec<u8>) {}

    fn encode(&self, feed: &Feed, _part: &Part, category: &Category, listing: &Checked<'_>, out: &mut Vec<u8>) {
        encode::write(feed, category, listing.record(), out);
    }

    fn lint(&self, feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
        lint::lint(self, feed, file, out)
    }

    fn taxonomy(&self) -> Vec<TaxonomyEntry> {
        self.tree.entries()
    }
}
