//! A marketplace that does not exist: files that people upload, and how to write them wrong.

use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::digest::Lane;
use feedwright_catalog::rules;
use feedwright_marketplace::Categories;
use feedwright_marketplace::Category;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Checked;
use feedwright_marketplace::Container;
use feedwright_marketplace::Feed;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Frame;
use feedwright_marketplace::Framing;
use feedwright_marketplace::Limit;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::OpenError;
use feedwright_marketplace::Part;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Ref;
use feedwright_marketplace::Sending;
use feedwright_marketplace::Setup;
use feedwright_marketplace::Site;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::contract::FamilyStyle;
use feedwright_marketplace::json;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::Source;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Document;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::RequirementsError;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Vocabulary;
use feedwright_marketplace::template::Filled;
use feedwright_marketplace::template::Layout;
use feedwright_marketplace::template::Plan;
use feedwright_marketplace::template::Template;
use feedwright_marketplace::template::TemplateText;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

/// How the marketplace breaks a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not at all.
    None,
    /// A filled field is not in the record.
    Forgets,
    /// Long titles are cut in silence.
    Cuts,
    /// What is missing is said twice.
    Repeats,
    /// What is missing is made up.
    Hushes,
    /// A value is from nowhere, and different each time.
    Wavers,
    /// Texts are written without a serialiser.
    Raw,
    /// Numbers are written like floats.
    Floats,
    /// A record is written twice.
    Doubles,
    /// Findings name another column.
    Misplaces,
}

const SCHEMA: &str = r#"{
  "type": "object",
  "required": ["name", "brand", "price", "weight"],
  "properties": {
    "name": { "type": "string", "maxLength": 30 },
    "brand": { "type": "string", "minLength": 2, "maxLength": 60 },
    "color": { "type": "string", "enum": ["Red", "Blue"] },
    "material": { "type": "string" },
    "points": { "type": "array", "maxItems": 3, "items": { "type": "string", "maxLength": 60 } },
    "weight": {
      "type": "object",
      "required": ["value", "unit"],
      "properties": { "value": { "type": "number", "minimum": 0 }, "unit": { "enum": ["lb"] } }
    },
    "price": { "type": "number", "exclusiveMinimum": 0, "multipleOf": 0.01 },
    "state": { "type": "string" }
  },
  "additionalProperties": false
}"#;

pub(crate) const fn limit(value: u64) -> Limit {
    Limit { value, source: "made up", checked_on: "2026-11-25" }
}

pub(crate) static PROFILE: Profile = Profile {
    id: "fake",
    name: "Fake",
    sites: &[Site { id: "fake.example", country: "US", currency: "USD", languages: &["en-US"] }],
    feeds: &[Feed {
        id: "items",
        name: "ITEMS",
        lanes: &[Lane::Content, Lane::Price],
        tells: &[],
        categories: Categories::Mixed,
        parts: &[Part {
            id: "",
            extension: "json",
            container: Container::Plain,
            max_records: limit(100),
            max_bytes: limit(100_000),
            max_batch: None,
        }],
        sending: Sending::ByHand,
        revised_by: None,
    }],
    family: FamilyStyle::Flat,
    options: &[],
    references: &[],
    bulk: None,
    api: None,
};

#[derive(Debug)]
struct Fake {
    channel: Channel,
    category: Arc<Category>,
    fault: Fault,
    asked: AtomicU64,
}

pub(crate) fn open(setup: Setup, fault: Fault) -> Result<Box<dyn Marketplace>, OpenError> {
    let text = include_str!("templates/fake/items.toml").to_owned();
    let files = [TemplateText { name: "items.toml".to_owned(), text }];
    let none = BTreeMap::new();
    let template = Template::read(&files, &none, &BTreeMap::new(), &[]).map_err(OpenError::Template)?;
    let dialect = Dialect { draft: Draft::Draft2019, vocabulary: Vocabulary::Marketplace };
    let document = Document { name: "MUG", bytes: SCHEMA.as_bytes() };
    let origin = Origin::Given { name: "MUG".to_owned() };
    let broken = |why: RequirementsError| OpenError::Category(CategoryError::Broken(why.to_string()));
    let requirements = Requirements::compile(document, &dialect, origin).map_err(broken)?;
    let layout = Layout { leaves: &["value"], units: &["unit"], ..Layout::default() };
    let plan = Plan::compile(&template, "MUG", requirements.shape(), &layout);
    let category =
        Category { id: Arc::from("MUG"), requirements, plan, family: FamilyStyle::Flat, scope: Some(Scope::Whole) };
    Ok(Box::new(Fake { channel: setup.channel, category: Arc::new(category), fault, asked: AtomicU64::new(0) }))
}

impl Marketplace for Fake {
    fn profile(&self) -> &'static Profile {
        &PROFILE
    }

    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn category(&self, _feed: &Feed, id: &str) -> Result<Arc<Category>, CategoryError> {
        if id == "MUG" {
            Ok(Arc::clone(&self.category))
        } else {
            Err(CategoryError::Unknown { id: id.to_owned(), known: vec!["MUG"] })
        }
    }

    fn map(
        &self,
        _feed: &Feed,
        category: &Category,
        item: &Item<'_>,
        listing: &mut Listing,
        out: &mut Findings,
    ) -> Filled {
        let mut whole = Listing::new();
        let filled = category.plan.fill(item, self.channel.currency, &mut whole, out);
        for (name, node) in whole.root().members() {
            let key = Key::new(name);
            match (self.fault, name) {
                (Fault::Forgets, "material") => {}
                (Fault::Cuts, "name") => {
                    let cut: String = node.as_text().unwrap_or_default().chars().take(30).collect();
                    listing.add(Listing::ROOT, &key, Leaf::Text(&cut), node.source());
                }
                (Fault::Misplaces, "brand") => {
                    let other = whole.root().member("price").map_or(Source::default(), Ref::source);
                    listing.add(Listing::ROOT, &key, Leaf::Text(node.as_text().unwrap_or_default()), other);
                }
                _ => {
                    listing.graft(Listing::ROOT, &key, node);
                }
            }
        }
        if self.fault == Fault::Hushes && whole.root().member("brand").is_none() {
            listing.add(Listing::ROOT, &Key::new("brand"), Leaf::Text("no brand"), Source::default());
        }
        if self.fault == Fault::Wavers {
            let asked = self.asked.fetch_add(1, Ordering::Relaxed);
            listing.add(Listing::ROOT, &Key::new("wavers"), Leaf::Number(asked.into()), Source::default());
        }
        filled
    }

    fn policy(&self, _feed: &Feed, _category: &Category, record: Ref<'_>, out: &mut Findings) {
        if self.fault == Fault::Repeats && record.member("brand").is_none() {
            out.push(Finding::new(&rules::MISSING_REQUIRED_FIELD, "there is no brand").pointer("/brand"));
        }
    }

    fn framing(&self, _feed: &Feed, _part: &Part, _category: Option<&Category>) -> Framing {
        let file = Frame { before: b"[".to_vec(), between: b",\n".to_vec(), after: b"]\n".to_vec() };
        Framing { file, ..Framing::default() }
    }

    fn begin(&self, _feed: &Feed, _part: &Part, _ordinal: u64, _out: &mut Vec<u8>) {}

    fn encode(&self, _feed: &Feed, _part: &Part, _category: &Category, listing: &Checked<'_>, out: &mut Vec<u8>) {
        let record = listing.record();
        match self.fault {
            Fault::Raw => {
                let text = |name: &str| record.member(name).and_then(Ref::as_text).unwrap_or_default();
                let price = record.member("price").and_then(Ref::as_number).unwrap_or_default();
                let weight = record.pointer("/weight/value").and_then(Ref::as_number).unwrap_or_default();
                let line = format!(
                    "{{\"name\":\"{}\",\"brand\":\"{}\",\"price\":{price},\"weight\":{weight}}}",
                    text("name"),
                    text("brand")
                );
                out.extend_from_slice(line.as_bytes());
            }
            Fault::Floats => {
                let mut json = Vec::new();
                record.write_json(&mut json);
                out.extend_from_slice(String::from_utf8_lossy(&json).replace("12.50", "12.5").as_bytes());
            }
            Fault::Doubles => {
                record.write_json(out);
                out.push(b',');
                record.write_json(out);
            }
            _ => record.write_json(out),
        }
    }

    fn lint(&self, _feed: &Feed, file: &FeedText<'_>, out: &mut Findings) -> u64 {
        let mut listing = Listing::new();
        match json::read_value(file.bytes, &mut listing) {
            Ok((root, _)) => listing.node(root).len() as u64,
            Err(why) => {
                out.push(Finding::new(&rules::UNREADABLE_FILE, why.message));
                0
            }
        }
    }

    fn taxonomy(&self) -> Vec<TaxonomyEntry> {
        vec![TaxonomyEntry { id: "MUG".to_owned(), path: vec!["Mugs".to_owned()], definition: String::new() }]
    }
}
