//! Where fetched documents are kept, and what is said of those that changed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use feedwright_catalog::Currency;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Language;
use feedwright_marketplace::Category;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Checked;
use feedwright_marketplace::Feed;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Framing;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::Part;
use feedwright_marketplace::Profile;
use feedwright_marketplace::Ref;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::api::Api;
use feedwright_marketplace::api::LimitHeaders;
use feedwright_marketplace::contract::About;
use feedwright_marketplace::contract::Pulled;
use feedwright_marketplace::exchange::Exchange;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::template::Filled;
use feedwright_runner::config::ConfigFile;
use feedwright_runner::marketplaces;
use feedwright_runner::schemas;
use feedwright_runner::schemas::Compared;
use feedwright_runner::schemas::PullError;
use feedwright_runner::schemas::State;
use feedwright_runner::schemas::StoreError;
use feedwright_runner::schemas::Stored;
use feedwright_runner::wire::Credentials;
use feedwright_runner::wire::RealClock;
use feedwright_runner::wire::Settings;
use feedwright_runner::wire::Stop;
use feedwright_runner::wire::Wire;
use feedwright_runner::wire::World;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::sync::Arc;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn pulled(category: &str, document: &Value) -> Pulled {
    let about = About::Category(category.to_owned());
    Pulled { about, bytes: document.to_string().into_bytes(), version: Some("v1".to_owned()) }
}

fn with_longest(longest: u64) -> Value {
    json!({ "type": "object", "properties": { "item_name": { "type": "string", "maxLength": longest } } })
}

fn store(folder: &Path, document: Pulled, second: i64) -> Stored {
    schemas::store(folder, vec![document], at(second)).unwrap().remove(0)
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_document_is_kept_as_it_came_and_its_version_before_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("requirements");
    assert_eq!(store(&folder, pulled("HOME", &with_longest(1)), 10).state, State::New);
    assert_eq!(store(&folder, pulled("HOME", &with_longest(1)), 20).state, State::Unchanged);
    assert_eq!(names(&folder), ["HOME.json", "manifest.json"]);
    let previous = folder.join("previous/HOME.json");
    assert_eq!(store(&folder, pulled("HOME", &with_longest(2)), 30).state, State::Changed(previous.clone()));
    // The same again does not push the version before out.
    assert_eq!(store(&folder, pulled("HOME", &with_longest(2)), 40).state, State::Unchanged);
    let read = |path: &Path| serde_json::from_slice::<Value>(&fs::read(path).unwrap()).unwrap();
    assert_eq!((read(&previous), read(&folder.join("HOME.json"))), (with_longest(1), with_longest(2)));
    assert_eq!(names(&folder), ["HOME.json", "manifest.json", "previous"]);
}

#[test]
fn the_manifest_says_which_version_is_there_and_since_when() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), pulled("HOME", &with_longest(1)), 10);
    store(folder.path(), pulled("SHIRT", &with_longest(1)), 15);
    store(folder.path(), pulled("HOME", &with_longest(1)), 20);
    let blake3 = "34be8ddfa796c50553cd79ff9e6b157d1e2df7ddf2d3827cacc392d1607e0bed";
    let entry = |since: &str, fetched: &str| json!({ "version": "v1", "bytes": 76, "blake3": blake3, "since": since, "fetched": fetched });
    let expected = json!({ "v": 1, "documents": {
        "HOME.json": entry("1970-01-01T00:00:10Z", "1970-01-01T00:00:20Z"),
        "SHIRT.json": entry("1970-01-01T00:00:15Z", "1970-01-01T00:00:15Z"),
    } });
    assert_eq!(manifest(folder.path()), expected);
    store(folder.path(), pulled("HOME", &with_longest(2)), 30);
    let found = manifest(folder.path());
    assert_eq!(found["documents"]["HOME.json"]["since"], "1970-01-01T00:00:30Z");
    assert_ne!(found["documents"]["HOME.json"]["blake3"], blake3);
}

#[test]
fn a_category_with_an_odd_name_stays_in_the_folder_and_is_read_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    for category in ["../outside", "Audio/Video Cables", "Wi-Fi", "manifest"] {
        store(&inner, pulled(category, &with_longest(1)), 10);
    }
    assert_eq!(names(folder.path()), ["inner"]);
    let found = feedwright_runner::documents::in_folder(&inner, "US").unwrap();
    let keys: Vec<&String> = found.keys().collect();
    assert_eq!(keys, ["../outside", "Audio/Video Cables", "Wi-Fi", "manifest"]);
}

#[test]
fn a_document_of_no_category_does_not_look_like_one() {
    let folder = tempfile::tempdir().unwrap();
    let tree = Pulled { about: About::Reference("taxonomy"), bytes: b"{}".to_vec(), version: None };
    let stored = store(folder.path(), tree, 10);
    assert_eq!(stored.path, folder.path().join("references/taxonomy.json"));
    store(folder.path(), pulled("HOME", &with_longest(1)), 10);
    store(folder.path(), pulled("HOME", &with_longest(2)), 10);
    let found = feedwright_runner::documents::in_folder(folder.path(), "US").unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), ["HOME"]);
}

#[test]
fn what_is_no_document_takes_the_place_of_none() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), pulled("HOME", &with_longest(1)), 10);
    let before = fs::read(folder.path().join("manifest.json")).unwrap();
    for body in ["<html>busy</html>", "", "{\"type\":", "7"] {
        let about = About::Category("HOME".to_owned());
        let good = pulled("SHIRT", &with_longest(1));
        let bad = Pulled { about, bytes: body.as_bytes().to_vec(), version: None };
        let failed = schemas::store(folder.path(), vec![good, bad], at(20)).unwrap_err();
        assert!(matches!(&failed, StoreError::Document { name, .. } if name == "HOME.json"), "{body}: {failed}");
    }
    assert_eq!(names(folder.path()), ["HOME.json", "manifest.json"]);
    assert_eq!(fs::read(folder.path().join("manifest.json")).unwrap(), before);
    let twice = vec![pulled("home", &with_longest(1)), pulled("HOME", &with_longest(1))];
    assert!(
        schemas::store(folder.path(), twice, at(20)).unwrap_err().to_string().contains("would be called home.json")
    );
}

#[test]
fn a_store_that_was_interrupted_is_mended_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    store(folder.path(), pulled("HOME", &with_longest(1)), 10);
    // The document was replaced, and then the machine went away.
    fs::write(folder.path().join("HOME.json"), with_longest(2).to_string()).unwrap();
    fs::write(folder.path().join(".feedwright-half"), "{").unwrap();
    assert_eq!(store(folder.path(), pulled("HOME", &with_longest(2)), 20).state, State::Unchanged);
    let entry = &manifest(folder.path())["documents"]["HOME.json"];
    assert_eq!((&entry["since"], &entry["fetched"]), (&json!("1970-01-01T00:00:20Z"), &json!("1970-01-01T00:00:20Z")));
}

#[test]
fn a_manifest_of_another_form_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.json"), r#"{ "v": 2, "documents": {} }"#).unwrap();
    let failed = schemas::store(folder.path(), vec![pulled("HOME", &with_longest(1))], at(1)).unwrap_err();
    assert!(failed.to_string().contains("form 2"), "{failed}");
    assert_eq!(names(folder.path()), ["manifest.json"]);
}

/// A marketplace that hands out what it holds, or nothing at all; for the rest it is no marketplace.
#[derive(Debug)]
struct Library {
    channel: Channel,
    documents: Option<Vec<Pulled>>,
}

/// A conversation without a word.
#[derive(Debug)]
struct Handed(Vec<Pulled>);

impl Exchange<Vec<Pulled>> for Handed {
    fn next(&mut self, _reply: Option<Reply>) -> Result<Step<Vec<Pulled>>, ProtocolError> {
        match std::mem::take(&mut self.0) {
            documents if documents.is_empty() => Err(ProtocolError::new("read", Trouble::Refused, "no such category")),
            documents => Ok(Step::Done(documents)),
        }
    }
}

impl Marketplace for Library {
    fn profile(&self) -> &'static Profile {
        marketplaces::MARKETPLACES[0].profile
    }

    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn category(&self, _: &Feed, id: &str) -> Result<Arc<Category>, CategoryError> {
        Err(CategoryError::Unknown { id: id.to_owned(), known: Vec::new() })
    }

    fn map(&self, _: &Feed, _: &Category, _: &Item<'_>, _: &mut Listing, _: &mut Findings) -> Filled {
        Filled::default()
    }

    fn policy(&self, _: &Feed, _: &Category, _: Ref<'_>, _: &mut Findings) {}

    fn framing(&self, _: &Feed, _: &Part, _: Option<&Category>) -> Framing {
        Framing::default()
    }

    fn begin(&self, _: &Feed, _: &Part, _: u64, _: &mut Vec<u8>) {}

    fn encode(&self, _: &Feed, _: &Part, _: &Category, _: &Checked<'_>, _: &mut Vec<u8>) {}

    fn lint(&self, _: &Feed, _: &FeedText<'_>, _: &mut Findings) -> u64 {
        0
    }

    fn taxonomy(&self) -> Vec<TaxonomyEntry> {
        Vec::new()
    }

    fn pull(&self, categories: &[String]) -> Option<Box<dyn Exchange<Vec<Pulled>>>> {
        let named = |document: &&Pulled| matches!(&document.about, About::Category(id) if categories.contains(id));
        let documents = self.documents.as_ref()?.iter().filter(named).cloned().collect();
        Some(Box::new(Handed(documents)))
    }
}

static API: Api = Api {
    hosts: &[],
    tokens: &[],
    operations: &[],
    headers: &[],
    limit_headers: LimitHeaders { rate: None, left: None, replenished: None },
};

fn pull(documents: Option<Vec<Pulled>>, category: &str, folder: &Path) -> Result<Vec<Stored>, PullError> {
    let site = &marketplaces::MARKETPLACES[0].profile.sites[0];
    let channel = Channel {
        name: Arc::from("test"),
        site,
        seller: String::new(),
        language: Language::parse(site.languages[0]).unwrap(),
        currency: Currency::parse(site.currency).unwrap(),
    };
    let settings = Settings::new("library", &API, "account", Credentials::default());
    let wire = Wire::new(settings, World::new(Arc::new(RealClock), Stop::default())).unwrap();
    schemas::pull(&Library { channel, documents }, &wire, &[category.to_owned()], folder, at(10))
}

#[test]
fn what_a_marketplace_hands_out_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let documents = vec![pulled("HOME", &with_longest(1)), pulled("SHIRT", &with_longest(1))];
    let stored = pull(Some(documents.clone()), "HOME", folder.path()).unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!(names(folder.path()), ["HOME.json", "manifest.json"]);
    let refused = pull(Some(documents), "HAT", folder.path()).unwrap_err();
    assert_eq!(refused.to_string(), "read: no such category");
    let none = pull(None, "HOME", folder.path()).unwrap_err();
    assert!(none.to_string().contains("give them by hand"), "{none}");
}

#[test]
fn what_changed_with_a_document_that_was_fetched_anew_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let first = vec![pulled("HOME", &with_longest(200)), pulled("SHIRT", &with_longest(200))];
    let second = vec![pulled("HOME", &with_longest(100)), pulled("SHIRT", &with_longest(200))];
    let stored = schemas::store(folder.path(), first, at(10)).unwrap();
    let config = "[channels.us]\nmarketplace = \"amazon\"\n".to_owned();
    let file = ConfigFile::parse("feedwright.toml", config).unwrap();
    let changed = |stored: &[Stored]| schemas::changed(&file, folder.path(), "us", stored).unwrap();
    assert_eq!(changed(&stored).len(), 0, "there was none before");
    let stored = schemas::store(folder.path(), second, at(20)).unwrap();
    let found = changed(&stored);
    let Some(Compared::Changes(changes)) = found.get("HOME") else { panic!("{found:?}") };
    assert_eq!(found.len(), 1);
    let said: Vec<String> = changes.iter().map(|change| format!("{}: {change}", change.path)).collect();
    assert_eq!(said, ["item_name: at most 100 characters, was at most 200 characters"]);
}
