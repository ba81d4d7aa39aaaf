//! Any bytes as the documents a marketplace hands out: requirements of a category, of all categories, and the others.
//! The first line is the marketplace's id and the name of a document, or `requirements`.
#![no_main]

use feedwright_catalog::Language;
use feedwright_fuzz::first_line;
use feedwright_fuzz::usd;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Documents;
use feedwright_marketplace::Setup;
use feedwright_marketplace::bulk;
use feedwright_marketplace::contract::OwnedDocument;
use feedwright_runner::marketplaces;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A category that documents in the seeds are about.
const CATEGORY: &str = "27386";

#[derive(Debug)]
struct One(OwnedDocument);

impl Documents for One {
    fn find(&self, category: &str, _set: &str) -> Result<Option<OwnedDocument>, String> {
        Ok((category == CATEGORY).then(|| self.0.clone()))
    }
}

#[derive(Debug)]
struct None;

impl Documents for None {
    fn find(&self, _category: &str, _set: &str) -> Result<Option<OwnedDocument>, String> {
        Ok(Option::None)
    }
}

fuzz_target!(|bytes: &[u8]| {
    let (line, bytes) = first_line(bytes);
    let Some((id, name)) = line.split_once(' ') else { return };
    let Some(adapter) = marketplaces::find(id) else { return };
    let document = OwnedDocument { name: "fuzz.json".to_owned(), bytes: bytes.to_vec() };
    if let Some(bulk) = adapter.profile.bulk.filter(|_| name == "requirements") {
        let wanted = BTreeSet::from([CATEGORY.to_owned()]);
        if let Ok(cut) = bulk::cut(bytes, bulk, &wanted) {
            assert!(cut.keys().all(|id| id == CATEGORY), "nothing is cut out that was not asked for");
        }
    }
    let site = &adapter.profile.sites[0];
    let references = BTreeMap::from([(name.to_owned(), document.clone())]);
    let is_reference = adapter.profile.references.iter().any(|reference| reference.name == name);
    let setup = Setup {
        channel: Channel {
            name: Arc::from("fuzz"),
            site,
            seller: "FUZZ".to_owned(),
            language: Language::parse("en-US").expect("a language"),
            currency: usd(),
        },
        options: BTreeMap::new(),
        templates: Vec::new(),
        tables: Vec::new(),
        pages: Vec::new(),
        documents: if is_reference { Arc::new(None) } else { Arc::new(One(document)) },
        categories: vec![CATEGORY.to_owned()],
        references: if is_reference { references } else { BTreeMap::new() },
    };
    let Ok(opened) = (adapter.open)(setup) else { return };
    let _names = opened.taxonomy();
    for feed in adapter.profile.feeds {
        if let Ok(category) = opened.category(feed, CATEGORY) {
            let _rows = category.requirements.fields();
        }
    }
});
