//! Walmart opened for tests, items to write, and files to check.

#![expect(dead_code, reason = "each test file uses its own part")]
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests read real files, and say when there are none"
)]

use feedwright_catalog::Currency;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Language;
use feedwright_catalog::Origin;
use feedwright_catalog::Product;
use feedwright_catalog::Scope;
use feedwright_catalog::finding::Code;
use feedwright_catalog::json::ProductJson;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Documents;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::Setup;
use feedwright_marketplace::check;
use feedwright_marketplace::contract::NoDocuments;
use feedwright_marketplace::contract::OwnedDocument;
use feedwright_marketplace::family::Family;
use feedwright_marketplace::template::TemplateText;
use feedwright_walmart::PROFILE;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// How a channel is set up.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) site: &'static str,
    pub(crate) options: Vec<(&'static str, &'static str)>,
    pub(crate) documents: BTreeMap<String, Vec<u8>>,
    pub(crate) taxonomy: Option<Vec<u8>>,
    pub(crate) templates: Vec<TemplateText>,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            site: "walmart.com",
            options: Vec::new(),
            documents: BTreeMap::new(),
            taxonomy: None,
            templates: Vec::new(),
        }
    }
}

impl Recipe {
    pub(crate) fn open(&self) -> Result<Box<dyn Marketplace>, String> {
        let site = PROFILE.site(self.site).unwrap();
        let documents: Arc<dyn Documents> =
            if self.documents.is_empty() { Arc::new(NoDocuments) } else { Arc::new(Given(self.documents.clone())) };
        let taxonomy = self.taxonomy.clone().map(|bytes| OwnedDocument { name: "taxonomy.json".to_owned(), bytes });
        feedwright_walmart::open(Setup {
            channel: Channel {
                name: Arc::from("test"),
                site,
                seller: String::new(),
                language: Language::parse(site.languages[0]).unwrap(),
                currency: Currency::parse(site.currency).unwrap(),
            },
            options: self.options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            templates: self.templates.clone(),
            tables: Vec::new(),
            pages: Vec::new(),
            documents,
            categories: self.documents.keys().cloned().collect(),
            references: taxonomy.into_iter().map(|document| ("taxonomy".to_owned(), document)).collect(),
        })
        .map_err(|why| why.to_string())
    }
}

/// Documents by category.
#[derive(Debug)]
struct Given(BTreeMap<String, Vec<u8>>);

impl Documents for Given {
    fn find(&self, category: &str, set: &str) -> Result<Option<OwnedDocument>, String> {
        let bytes = self.0.get(category).filter(|_| set == "LISTING").cloned();
        Ok(bytes.map(|bytes| OwnedDocument { name: format!("{category}.json"), bytes }))
    }
}

/// A product of a catalog line.
pub(crate) fn product(json: &Value) -> Product {
    let json: ProductJson = serde_json::from_value(json.clone()).unwrap();
    let mut out = Findings::default();
    let product = json.into_product(&Origin::default(), &mut out).unwrap();
    assert!(out.list().is_empty(), "{:?}", out.list());
    product
}

/// A feed's file for these products, with what was found on the way.
pub(crate) fn written(
    walmart: &dyn Marketplace,
    feed: &str,
    category: &str,
    products: &[Value],
) -> (String, Vec<Finding>) {
    let feed = PROFILE.feed(feed).unwrap();
    let part = &feed.parts[0];
    let category = walmart.category(feed, category).unwrap();
    let mut out = Findings::default();
    let mut listing = Listing::new();
    let scope = Scope::default();
    let mut rows: Vec<Vec<u8>> = Vec::new();
    for json in products {
        let product = product(json);
        let family = Family::of(&product, category.family, &mut out).unwrap();
        let mut is_first = true;
        for variant in &product.variants {
            let item = family.variant(variant, is_first, &scope, &[]);
            let (_, checked) = check(walmart, feed, &category, &item, &mut listing, &mut out);
            if let Some(checked) = checked {
                let mut row = Vec::new();
                walmart.encode(feed, part, &category, &checked, &mut row);
                rows.push(row);
                is_first = false;
            }
        }
    }
    let frame = walmart.framing(feed, part, None).file;
    let mut bytes = frame.before;
    bytes.extend(rows.join(frame.between.as_slice()));
    bytes.extend(frame.after);
    (String::from_utf8(bytes).unwrap(), out.take())
}

/// Findings of a file, as `severity code pointer`.
pub(crate) fn linted(walmart: &dyn Marketplace, feed: &str, file: &Value) -> Vec<String> {
    linted_text(walmart, feed, &file.to_string())
}

/// Findings of a file's text, as `severity code pointer`, without what says that a starter was used.
pub(crate) fn linted_text(walmart: &dyn Marketplace, feed: &str, text: &str) -> Vec<String> {
    let mut out = Findings::default();
    let file = FeedText { name: "feed.json", bytes: text.as_bytes() };
    walmart.lint(PROFILE.feed(feed).unwrap(), &file, &mut out);
    out.take().iter().filter(|finding| code(finding) != "starter-requirements").map(short).collect()
}

/// A finding, as `severity code pointer`.
pub(crate) fn short(finding: &Finding) -> String {
    format!("{} {} {}", finding.severity, code(finding), finding.pointer.as_deref().unwrap_or("-"))
}

fn code(finding: &Finding) -> &str {
    match &finding.code {
        Code::Ours(rule) => rule.code,
        Code::Theirs { code, .. } => code,
    }
}

/// A complete item of the samples.
pub(crate) fn item(product_type: &str) -> Value {
    let path = root().join(format!("samples/walmart/items/{product_type}.us.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A file of items.
pub(crate) fn items(rows: &[Value]) -> Value {
    let header = json!({ "businessUnit": "WALMART_US", "locale": "en", "version": "5.0.20260803-17_50_56-api" });
    json!({ "MPItemFeedHeader": header, "MPItem": rows })
}

/// The project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The folder of real files of Walmart, which is no part of the project; says so aloud when it is not there.
pub(crate) fn real_files() -> Option<PathBuf> {
    let folder = std::env::var_os("FEEDWRIGHT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let data = folder.join("data/walmart");
    if data.is_dir() {
        return Some(data);
    }
    eprintln!("NOT CHECKED: {} is not there; set FEEDWRIGHT_SHARED to the folder of real files", data.display());
    None
}

/// A real file.
pub(crate) fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}
