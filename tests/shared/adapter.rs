//! What tests of an adapter share: a channel opened from a recipe, products written as the runner writes them, and files
//! checked. The adapter's own `support` says which adapter it is.

use super::PROFILE;
use super::open;
use feedwright_catalog::Currency;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Language;
use feedwright_catalog::Origin;
use feedwright_catalog::Product;
use feedwright_catalog::Scope;
use feedwright_catalog::Variant;
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
use feedwright_marketplace::packing::Group;
use feedwright_marketplace::packing::Packer;
use feedwright_marketplace::packing::Shelf;
use feedwright_marketplace::template::TemplateText;
use serde_json::Value;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// How a channel is set up.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) site: &'static str,
    pub(crate) options: Vec<(&'static str, &'static str)>,
    pub(crate) documents: BTreeMap<String, Vec<u8>>,
    pub(crate) references: BTreeMap<String, Vec<u8>>,
    pub(crate) templates: Vec<TemplateText>,
}

impl Recipe {
    /// A channel on a site.
    pub(crate) fn on(site: &'static str) -> Self {
        Self {
            site,
            options: Vec::new(),
            documents: BTreeMap::new(),
            references: BTreeMap::new(),
            templates: Vec::new(),
        }
    }

    pub(crate) fn open(&self) -> Result<Box<dyn Marketplace>, String> {
        let site = PROFILE.site(self.site).unwrap();
        let documents: Arc<dyn Documents> =
            if self.documents.is_empty() { Arc::new(NoDocuments) } else { Arc::new(Given(self.documents.clone())) };
        let reference = |(name, bytes): (&String, &Vec<u8>)| {
            (name.clone(), OwnedDocument { name: format!("{name}.json"), bytes: bytes.clone() })
        };
        open(Setup {
            channel: Channel {
                name: Arc::from("test"),
                site,
                seller: "larkfield".to_owned(),
                language: Language::parse(site.languages[0]).unwrap(),
                currency: Currency::parse(site.currency).unwrap(),
            },
            options: self.options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            templates: self.templates.clone(),
            tables: Vec::new(),
            pages: Vec::new(),
            documents,
            categories: self.documents.keys().cloned().collect(),
            references: self.references.iter().map(reference).collect(),
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

/// The files of a feed's parts in their order, as the runner makes them, with what was found on the way. Parts without a
/// record have no file.
pub(crate) fn written(
    marketplace: &dyn Marketplace,
    feed: &str,
    category: &str,
    products: &[Value],
) -> (Vec<String>, Vec<Finding>) {
    let feed = PROFILE.feed(feed).unwrap();
    let category = marketplace.category(feed, category).unwrap();
    let mut out = Findings::default();
    let scope = Scope::default();
    let mut listing = Listing::new();
    let mut packed: Vec<(Packer, Shelves)> = Vec::new();
    for part in feed.parts {
        packed.push((Packer::new(part, marketplace.framing(feed, part, Some(&category))), Shelves::default()));
    }
    for json in products {
        let product = product(json);
        let family = Family::of(&product, category.family, &mut out).unwrap();
        let mut records: Vec<Vec<Vec<u8>>> = Vec::new();
        let mut members: Vec<&Variant> = Vec::new();
        let mut encoded = |item, out: &mut Findings| {
            let (_, checked) = check(marketplace, feed, &category, &item, &mut listing, out);
            let checked = checked?;
            let bytes = feed.parts.iter().map(|part| {
                let mut bytes = Vec::new();
                marketplace.encode(feed, part, &category, &checked, &mut bytes);
                bytes
            });
            Some(bytes.collect::<Vec<_>>())
        };
        for variant in &product.variants {
            if let Some(record) = encoded(family.variant(variant, members.is_empty(), &scope, &[]), &mut out) {
                records.push(record);
                members.push(variant);
            }
        }
        let parent = family.parent(&members, &scope, &[]).filter(|_| !members.is_empty());
        let has_parent = parent.is_some();
        match parent.map(|parent| encoded(parent, &mut out)) {
            Some(Some(parent)) => records.insert(0, parent),
            Some(None) => records.clear(),
            None => {}
        }
        for (at, (packer, shelf)) in packed.iter_mut().enumerate() {
            let of_part: Vec<&[u8]> =
                records.iter().map(|record| &record[at][..]).filter(|row| !row.is_empty()).collect();
            let group = if has_parent { Group::UnderFirst(&of_part) } else { Group::Apart(&of_part) };
            let begin = |ordinal, row: &mut Vec<u8>| marketplace.begin(feed, &feed.parts[at], ordinal, row);
            packer.add(group, begin, shelf).unwrap();
        }
    }
    let files = packed.into_iter().flat_map(|(mut packer, mut shelf)| {
        packer.finish(&mut shelf).unwrap();
        shelf.0
    });
    (files.map(|bytes| String::from_utf8(bytes).unwrap()).collect(), out.take())
}

/// The one file of a feed without parts.
pub(crate) fn one_file(
    marketplace: &dyn Marketplace,
    feed: &str,
    category: &str,
    products: &[Value],
) -> (String, Vec<Finding>) {
    let (mut files, findings) = written(marketplace, feed, category, products);
    assert_eq!(files.len(), 1, "{findings:?}");
    (files.remove(0), findings)
}

#[derive(Default)]
struct Shelves(Vec<Vec<u8>>);

impl Shelf for Shelves {
    type Error = Infallible;

    fn open(&mut self) -> Result<(), Infallible> {
        self.0.push(Vec::new());
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        if let Some(file) = self.0.last_mut() {
            file.extend_from_slice(bytes);
        }
        Ok(())
    }

    fn close(&mut self, _records: u64) -> Result<(), Infallible> {
        Ok(())
    }
}

/// What is found in a file, without what says that a starter was used.
pub(crate) fn linted(marketplace: &dyn Marketplace, feed: &str, text: &str) -> Vec<Finding> {
    linted_bytes(marketplace, feed, text.as_bytes())
}

/// The same for what may be no text.
pub(crate) fn linted_bytes(marketplace: &dyn Marketplace, feed: &str, bytes: &[u8]) -> Vec<Finding> {
    let mut out = Findings::default();
    marketplace.lint(PROFILE.feed(feed).unwrap(), &FeedText { name: "feed", bytes }, &mut out);
    let mut found = out.take();
    found.retain(|finding| code(finding) != "starter-requirements");
    found
}

/// A finding, as `severity code pointer`.
pub(crate) fn short(finding: &Finding) -> String {
    format!("{} {} {}", finding.severity, code(finding), finding.pointer.as_deref().unwrap_or("-"))
}

/// The same with the place in the file before it: `line:column` or `line`.
pub(crate) fn placed(finding: &Finding) -> String {
    let place = finding.place.as_ref().map_or_else(String::new, ToString::to_string);
    format!("{place} {}", short(finding))
}

/// The findings that keep a record from being sent.
pub(crate) fn errors(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(short).filter(|line| line.starts_with("error")).collect()
}

/// The code of a finding.
pub(crate) fn code(finding: &Finding) -> &str {
    match &finding.code {
        Code::Ours(rule) => rule.code,
        Code::Theirs { code, .. } => code,
    }
}

/// The project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The folder of this marketplace's real files, which is no part of the project; says so aloud when it is not there.
pub(crate) fn real_files() -> Option<PathBuf> {
    let folder = std::env::var_os("FEEDWRIGHT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let data = folder.join("data").join(PROFILE.id);
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

/// A real JSON document.
pub(crate) fn json(path: &Path) -> Value {
    serde_json::from_slice(&bytes(path)).unwrap()
}
