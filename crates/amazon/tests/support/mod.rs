//! An opened channel, files made of the sample catalog, and Amazon's own documents where they are at hand.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test reads files, says what it did not test, and panics when it cannot go on"
)]

use feedwright_amazon::PROFILE;
use feedwright_catalog::Currency;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Language;
use feedwright_catalog::Origin;
use feedwright_catalog::Scope;
use feedwright_catalog::json::ProductJson;
use feedwright_marketplace::Channel;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::Setup;
use feedwright_marketplace::check;
use feedwright_marketplace::contract::Documents;
use feedwright_marketplace::contract::NoDocuments;
use feedwright_marketplace::contract::OwnedDocument;
use feedwright_marketplace::family::Family;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// A document for one category.
#[derive(Debug)]
struct One {
    category: String,
    document: OwnedDocument,
}

impl Documents for One {
    fn find(&self, category: &str, _set: &str) -> Result<Option<OwnedDocument>, String> {
        Ok((category == self.category).then(|| self.document.clone()))
    }
}

/// A channel on the first site.
pub(crate) fn open(options: &[(&str, &str)]) -> Box<dyn Marketplace> {
    open_with(options, None)
}

/// A channel on the first site, with a document for a category.
pub(crate) fn open_with(options: &[(&str, &str)], document: Option<(&str, &Value)>) -> Box<dyn Marketplace> {
    let documents: Arc<dyn Documents> = match document {
        None => Arc::new(NoDocuments),
        Some((category, document)) => Arc::new(One {
            category: category.to_owned(),
            document: OwnedDocument { name: "given".to_owned(), bytes: serde_json::to_vec(document).unwrap() },
        }),
    };
    let setup = Setup {
        channel: Channel {
            name: Arc::from("test"),
            site: &PROFILE.sites[0],
            seller: "A2EXAMPLE".to_owned(),
            language: Language::parse("en-US").unwrap(),
            currency: Currency::parse("USD").unwrap(),
        },
        options: options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        templates: Vec::new(),
        tables: Vec::new(),
        pages: Vec::new(),
        documents,
        categories: Vec::new(),
        references: BTreeMap::new(),
    };
    feedwright_amazon::open(setup).unwrap()
}

/// A product of the sample catalog, changed.
pub(crate) fn sample(name: &str, change: impl Fn(&mut Value)) -> ProductJson {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples/amazon/catalog").join(name);
    let mut json: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    change(&mut json);
    serde_json::from_value(json).unwrap()
}

/// A file of a feed with the records of one product.
pub(crate) fn write(amazon: &dyn Marketplace, feed: &str, category: &str, product: ProductJson) -> String {
    let feed = PROFILE.feed(feed).unwrap();
    let product = product.into_product(&Origin::default(), &mut Findings::default()).unwrap();
    let category = amazon.category(feed, category).unwrap();
    let framing = amazon.framing(feed, &feed.parts[0], Some(&category)).file;
    let scope = Scope::default();
    let family = Family::of(&product, category.family, &mut Findings::default()).unwrap();
    let members: Vec<_> = product.variants.iter().collect();
    let parent = family.parent(&members, &scope, &[]);
    let variants = product.variants.iter().map(|variant| family.variant(variant, false, &scope, &[]));
    let mut bytes = framing.before;
    let mut ordinal = 0;
    for item in parent.into_iter().chain(variants) {
        let mut listing = Listing::new();
        let mut out = Findings::default();
        let (_, checked) = check(amazon, feed, &category, &item, &mut listing, &mut out);
        let checked = checked.unwrap_or_else(|| panic!("{out:?}"));
        let mut record = Vec::new();
        amazon.encode(feed, &feed.parts[0], &category, &checked, &mut record);
        if record.is_empty() {
            continue;
        }
        if ordinal > 0 {
            bytes.extend_from_slice(&framing.between);
        }
        ordinal += 1;
        amazon.begin(feed, &feed.parts[0], ordinal, &mut bytes);
        bytes.extend_from_slice(&record);
    }
    bytes.extend_from_slice(&framing.after);
    String::from_utf8(bytes).unwrap()
}

/// What `lint` finds, and how many records it counts.
pub(crate) fn lint(feed: &str, text: &str) -> (Vec<Finding>, u64) {
    lint_with(open(&[]).as_ref(), feed, text)
}

/// The same, on this channel.
pub(crate) fn lint_with(amazon: &dyn Marketplace, feed: &str, text: &str) -> (Vec<Finding>, u64) {
    let mut out = Findings::default();
    let count = amazon.lint(PROFILE.feed(feed).unwrap(), &FeedText { name: "feed", bytes: text.as_bytes() }, &mut out);
    (out.take(), count)
}

/// Findings as lines: code, place, SKU, pointer, message.
pub(crate) fn said(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        format!(
            "{}[{}] {}, {} {}: {}\n",
            finding.severity,
            finding.code,
            finding.place.as_ref().unwrap(),
            finding.sku.as_ref().map_or("", |sku| sku.as_str()),
            finding.pointer.as_deref().unwrap_or_default(),
            finding.message
        )
    };
    let mut lines: Vec<String> = findings.iter().map(line).collect();
    lines.sort();
    lines.concat()
}

/// A document that is not part of the repository. Absent, its test says so loudly and passes.
pub(crate) fn shared(path: &str) -> Option<Value> {
    let root = std::env::var_os("FEEDWRIGHT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join("data/amazon").join(path);
    if let Ok(bytes) = std::fs::read(&path) {
        return Some(serde_json::from_slice(&bytes).unwrap());
    }
    eprintln!(
        "NOT TESTED: {} is not there; set FEEDWRIGHT_SHARED to the folder that holds data/amazon",
        path.display()
    );
    None
}
