//! Amazon: what a listing there needs, how a catalog becomes one, and how a listings feed is written and read.
//!
//! Pure: no file, clock, environment or network. [`open`] takes all it needs.

mod builtin;
mod lint;
mod policy;
mod profile;
mod schema;

pub use profile::PROFILE;

use crate::schema::Set;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
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
use feedwright_marketplace::Profile;
use feedwright_marketplace::Ref;
use feedwright_marketplace::Setup;
use feedwright_marketplace::contract::FamilyStyle;
use feedwright_marketplace::library::Library;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::Source;
use feedwright_marketplace::listing::write_text;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::template::Filled;
use feedwright_marketplace::template::Layout;
use feedwright_marketplace::template::Plan;
use feedwright_marketplace::template::Table;
use feedwright_marketplace::template::Template;
use feedwright_marketplace::template::TemplateText;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;

/// What a message of a feed does.
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

    /// What of the requirements a message of this kind is held to.
    fn scope(self) -> Option<Scope> {
        match self {
            Self::Update => Some(Scope::Whole),
            Self::PartialUpdate | Self::Patch => Some(Scope::Partial),
            Self::Delete => None,
        }
    }
}

/// Amazon, opened for one channel.
#[derive(Debug)]
struct Amazon {
    channel: Channel,
    set: Set,
    operation: Operation,
    layout: Layout,
    template: Template,
    documents: Arc<dyn Documents>,
    library: Library,
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
    for (name, value) in &setup.options {
        let option = PROFILE.options.iter().find(|option| option.name == name);
        let error = |message: String| Err(OpenError::Option { name: name.clone(), message });
        match option {
            None => {
                let known: Vec<&str> = PROFILE.options.iter().map(|option| option.name).collect();
                return error(format!("Amazon has no such setting; it has {}", known.join(", ")));
            }
            Some(option) if !option.values.contains(&value.as_str()) => {
                return error(format!("`{value}` is not one of {}", option.values.join(", ")));
            }
            Some(_) => {}
        }
    }
    let option = |name: &str| setup.options.get(name).map(String::as_str);
    let set = option(profile::REQUIREMENTS).and_then(Set::parse).unwrap_or(Set::Listing);
    let operation = match option(profile::OPERATION) {
        Some("PARTIAL_UPDATE") => Operation::PartialUpdate,
        Some("PATCH") => Operation::Patch,
        Some("DELETE") => Operation::Delete,
        _ => Operation::Update,
    };
    let layout = layout(&setup.channel, option(profile::FULFILLMENT).unwrap_or("merchant"), set, operation);
    let mut tables = BTreeMap::new();
    for (name, text) in
        builtin::TABLES.iter().copied().chain(setup.tables.iter().map(|t| (t.name.as_str(), t.text.as_str())))
    {
        tables.insert(name.to_owned(), Arc::new(Table::read(name, text).map_err(OpenError::Table)?));
    }
    let mut files: Vec<TemplateText> = builtin::TEMPLATES
        .iter()
        .map(|(name, text)| TemplateText { name: (*name).to_owned(), text: (*text).to_owned() })
        .collect();
    files.extend(setup.templates.iter().cloned());
    let settings = [profile::FULFILLMENT, profile::FULFILLMENT_CHANNEL_CODE, profile::OPERATION, profile::REQUIREMENTS];
    let template = Template::read(&files, &tables, &settings).map_err(OpenError::Template)?;
    let amazon = Amazon {
        channel: setup.channel,
        set,
        operation,
        layout,
        template,
        documents: setup.documents,
        library: Library::default(),
        keys: Keys {
            sku: Key::new("sku"),
            operation: Key::new("operationType"),
            product_type: Key::new("productType"),
            requirements: Key::new("requirements"),
            attributes: Key::new("attributes"),
        },
    };
    if !setup.templates.is_empty() {
        let own = Template::read(&setup.templates, &tables, &settings).map_err(OpenError::Template)?;
        amazon.check_targets(&own, &setup.categories)?;
    }
    Ok(Box::new(amazon))
}

impl Amazon {
    /// A target that no schema has is a slip of the pen; better said when opening than never. Our own templates are
    /// checked by a test.
    fn check_targets(&self, own: &Template, categories: &[String]) -> Result<(), OpenError> {
        let mut shapes = schema::starter_shapes();
        for id in categories {
            for set in [Set::Listing, Set::OfferOnly, Set::ProductOnly] {
                let document = self.documents.find(id, set.name()).map_err(CategoryError::Broken);
                if let Some(document) = document.map_err(OpenError::Category)? {
                    shapes.push(schema::given_shape(id, &document).map_err(OpenError::Category)?);
                }
            }
        }
        own.check_targets(&shapes).map_err(OpenError::Template)
    }

    fn requirements_of(&self, id: &str, set: Set) -> Result<Requirements, CategoryError> {
        if let Some(document) = self.documents.find(id, set.name()).map_err(CategoryError::Broken)? {
            return schema::given(id, &document);
        }
        schema::starter(self.channel.site.country, id, set)
            .unwrap_or_else(|| Err(CategoryError::Unknown { id: id.to_owned(), known: schema::STARTERS.to_vec() }))
    }

    fn category_in(&self, id: &str, set: Set, scope: Option<Scope>) -> Result<Arc<Category>, CategoryError> {
        self.library.get(&format!("{id} {}", set.name()), || {
            let requirements = self.requirements_of(id, set)?;
            let plan = Plan::compile(&self.template, id, requirements.shape(), &self.layout);
            let family = match set {
                Set::Listing | Set::ProductOnly => PROFILE.family,
                Set::OfferOnly => FamilyStyle::Flat,
            };
            Ok(Category { id: Arc::from(id), requirements, plan, family, scope })
        })
    }
}

impl Marketplace for Amazon {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn category(&self, _feed: &Feed, id: &str) -> Result<Arc<Category>, CategoryError> {
        self.category_in(id, self.set, self.operation.scope())
    }

    fn map(
        &self,
        _feed: &Feed,
        category: &Category,
        item: &Item<'_>,
        listing: &mut Listing,
        out: &mut Findings,
    ) -> Filled {
        let keys = &self.keys;
        let mut put = |key: &Key, text: &str| {
            listing.add(Listing::ROOT, key, Leaf::Text(text), Source::default());
        };
        put(&keys.sku, item.sku.as_str());
        put(&keys.operation, self.operation.name());
        match self.operation {
            Operation::Delete => return Filled::default(),
            Operation::Update => {
                put(&keys.product_type, &category.id);
                put(&keys.requirements, self.set.name());
            }
            Operation::PartialUpdate | Operation::Patch => put(&keys.product_type, &category.id),
        }
        category.plan.fill(item, self.channel.currency, listing, out)
    }

    fn policy(&self, _feed: &Feed, category: &Category, record: Ref<'_>, out: &mut Findings) {
        policy::check(record, Some(category), &self.channel, out);
    }

    fn framing(&self, _feed: &Feed) -> Framing {
        let mut before = b"{\"header\":{\"sellerId\":".to_vec();
        write_text(&self.channel.seller, &mut before);
        before.extend_from_slice(b",\"version\":\"2.0\",\"issueLocale\":");
        write_text(&self.channel.language.with_underscore(), &mut before);
        before.extend_from_slice(b"},\"messages\":[\n");
        Framing { before, between: b",\n".to_vec(), after: b"\n]}\n".to_vec() }
    }

    fn begin(&self, _feed: &Feed, ordinal: u64, out: &mut Vec<u8>) {
        let written = write!(out, "{{\"messageId\":{ordinal},");
        debug_assert!(written.is_ok(), "writing into memory cannot fail");
    }

    fn encode(&self, _feed: &Feed, listing: &Checked<'_>, out: &mut Vec<u8>) {
        let record = listing.record();
        if self.operation != Operation::Patch {
            record.write_members(out);
            out.push(b'}');
            return;
        }
        for (name, node) in record.members() {
            if name == self.keys.attributes.as_str() {
                write_text("patches", out);
                out.push(b':');
                write_patches(node, out);
            } else {
                write_text(name, out);
                out.push(b':');
                node.write_json(out);
            }
            out.push(b',');
        }
        out.pop();
        out.push(b'}');
    }

    fn lint(&self, _feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
        lint::lint(self, file, out)
    }
}

/// Every attribute replaced as a whole: what a patch does not name stays as it is.
fn write_patches(attributes: Ref<'_>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (at, (name, value)) in attributes.members().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"op\":\"replace\",\"path\":");
        write_text(&format!("/attributes/{name}"), out);
        out.extend_from_slice(b",\"value\":");
        value.write_json(out);
        out.push(b'}');
    }
    out.push(b']');
}

fn layout(channel: &Channel, fulfillment: &str, set: Set, operation: Operation) -> Layout {
    let country = channel.site.country;
    let code = if fulfillment == "amazon" { profile::fulfillment_network(country) } else { "DEFAULT" };
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
        unit: "unit",
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
mod tests {
    use super::*;
    use feedwright_marketplace::contract::NoDocuments;

    fn setup() -> Setup {
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
            documents: Arc::new(NoDocuments),
            categories: Vec::new(),
        }
    }

    /// Attributes that real documents have and our starters leave out.
    const NOT_IN_STARTERS: &[&str] = &["flavor"];

    #[test]
    fn every_target_of_our_templates_exists() {
        let mut setup = setup();
        for (name, text) in builtin::TEMPLATES {
            setup.templates.push(TemplateText { name: (*name).to_owned(), text: (*text).to_owned() });
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
            "`fulfilment`: Amazon has no such setting; it has requirements, operation, fulfillment"
        );
        assert_eq!(error("fulfillment", "fba"), "`fulfillment`: `fba` is not one of merchant, amazon");
    }
}
