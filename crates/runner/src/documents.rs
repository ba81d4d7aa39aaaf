//! Requirement documents from files: given one by one, or in a folder.

use feedwright_marketplace::CategoryError;
use feedwright_marketplace::Documents;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::contract::OwnedDocument;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

/// Largest document that is read: the largest known to be real has some megabytes, and compiling one takes many times
/// its size.
const LARGEST: u64 = 64 << 20;

/// The set meant when a file does not name one.
const WHOLE_LISTING: &str = "LISTING";

/// Where documents are.
#[derive(Clone, Debug, Default)]
pub struct Files {
    by_key: BTreeMap<String, PathBuf>,
}

impl Files {
    /// Finds the documents: those of a folder first, then those given one by one over them. A key is a category, or
    /// `CATEGORY.SET`; a file in a folder is called after its key, and `CATEGORY-site.json` is for one site.
    ///
    /// # Errors
    /// Why a folder cannot be read.
    pub fn find(folder: Option<&Path>, single: &BTreeMap<String, PathBuf>, country: &str) -> Result<Self, String> {
        let mut files = Self::default();
        if let Some(folder) = folder {
            let entries = fs::read_dir(folder).map_err(|why| format!("cannot read {}: {why}", folder.display()))?;
            let mut names = Vec::new();
            for entry in entries {
                let entry = entry.map_err(|why| format!("cannot read {}: {why}", folder.display()))?;
                names.push(entry.path());
            }
            names.sort();
            // A file for the site is worth more than one for all.
            for wants_site in [false, true] {
                for path in &names {
                    if let Some((key, is_for_site)) = key_of(path, country)
                        && is_for_site == wants_site
                    {
                        files.by_key.insert(key, path.clone());
                    }
                }
            }
        }
        files.by_key.extend(single.iter().map(|(key, path)| (key.clone(), path.clone())));
        Ok(files)
    }

    /// The categories there are documents for.
    pub fn categories(&self) -> impl Iterator<Item = &str> {
        self.by_key.keys().map(|key| category_of(key))
    }
}

/// Whether the documents given one by one can be used: they are meant to be, so it is said before a run and not of
/// every product in it.
///
/// # Errors
/// What is wrong with the first that cannot.
pub fn are_usable<'a>(mut keys: impl Iterator<Item = &'a String>, marketplace: &dyn Marketplace) -> Result<(), String> {
    let feed = &marketplace.profile().feeds[0];
    let broken = keys.find_map(|key| match marketplace.category(feed, category_of(key)) {
        Err(CategoryError::Broken(why)) => Some(why),
        Err(CategoryError::Unknown { .. }) | Ok(_) => None,
    });
    broken.map_or(Ok(()), Err)
}

/// The category of a key, which may name a set of requirements too.
fn category_of(key: &str) -> &str {
    key.split('.').next().unwrap_or(key)
}

/// The key of a file in a folder, and whether it is for this site alone; none when it is for another site.
fn key_of(path: &Path, country: &str) -> Option<(String, bool)> {
    let name = path.file_name()?.to_str()?.strip_suffix(".json")?;
    match name.split_once('-') {
        None => Some((name.to_owned(), false)),
        Some((key, site)) => site.eq_ignore_ascii_case(country).then(|| (key.to_owned(), true)),
    }
}

impl Documents for Files {
    fn find(&self, category: &str, set: &str) -> Result<Option<OwnedDocument>, String> {
        let path = self
            .by_key
            .get(&format!("{category}.{set}"))
            .or_else(|| self.by_key.get(category).filter(|_| set == WHOLE_LISTING));
        let Some(path) = path else { return Ok(None) };
        let name = path.display().to_string();
        let error = |why: &dyn std::fmt::Display| format!("cannot read {name}: {why}");
        let file = fs::File::open(path).map_err(|why| error(&why))?;
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|why| error(&why))?;
        if bytes.len() as u64 > LARGEST {
            return Err(format!(
                "{name} has over {} MiB: it is not the document of one category; give one category's document",
                LARGEST >> 20
            ));
        }
        Ok(Some(OwnedDocument { name, bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_after_what_it_is_for() {
        let key = |name: &str| key_of(Path::new(name), "US");
        assert_eq!(key("HOME.json"), Some(("HOME".to_owned(), false)));
        assert_eq!(key("HOME-us.json"), Some(("HOME".to_owned(), true)));
        assert_eq!(key("HOME-gb.json"), None);
        assert_eq!(key("HOME.LISTING_OFFER_ONLY.json"), Some(("HOME.LISTING_OFFER_ONLY".to_owned(), false)));
        assert_eq!(key("README.md"), None);
    }
}
