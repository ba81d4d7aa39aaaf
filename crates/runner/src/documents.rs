//! Requirement documents from files: given one by one, or in a folder.

use feedwright_marketplace::CategoryError;
use feedwright_marketplace::Documents;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::bulk;
use feedwright_marketplace::contract::Bulk;
use feedwright_marketplace::contract::OwnedDocument;
use flate2::bufread::MultiGzDecoder;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

/// Largest document that is read: the largest known to be real has some megabytes, and compiling one takes many times
/// its size.
const LARGEST: u64 = 64 << 20;

/// The set meant when a file does not name one.
const WHOLE_LISTING: &str = "LISTING";

/// The key of a document that holds all categories.
pub const ALL: &str = "*";

/// What stands in a folder of documents and is none: what was fetched, and when.
pub const MANIFEST: &str = "manifest.json";

/// Where documents are.
#[derive(Clone, Debug, Default)]
pub struct Files {
    by_key: BTreeMap<String, PathBuf>,
    /// A document of all categories, and those that were cut out of it.
    all: Option<Whole>,
}

/// A document that holds the requirements of all categories: too large to be read whole.
#[derive(Clone, Debug)]
struct Whole {
    path: PathBuf,
    bulk: Bulk,
    cut: BTreeMap<String, Vec<u8>>,
}

impl Files {
    /// Finds the documents: those of a folder first, then those given one by one over them. A key is a category, or
    /// `CATEGORY.SET`; a file in a folder is called after its key, and `CATEGORY-site.json` is for one site.
    ///
    /// The document under `*` holds all categories; the `used` ones are cut out of it in one go.
    ///
    /// # Errors
    /// Why a folder or the document of all categories cannot be read.
    pub fn find(
        folder: Option<&Path>,
        single: &BTreeMap<String, PathBuf>,
        country: &str,
        bulk: Option<Bulk>,
        used: &[String],
    ) -> Result<Self, String> {
        let mut files = Self::default();
        if let Some(folder) = folder {
            files.by_key = in_folder(folder, country)?;
        }
        files.by_key.extend(single.iter().map(|(key, path)| (key.clone(), path.clone())));
        if let Some(path) = files.by_key.remove(ALL) {
            let bulk = bulk.ok_or_else(|| {
                format!("{}: this marketplace has no document of all categories; give one for each", path.display())
            })?;
            let cut = cut(&path, bulk, &used.iter().cloned().collect())?;
            files.all = Some(Whole { path, bulk, cut });
        }
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
pub fn are_usable<'a>(keys: impl Iterator<Item = &'a String>, marketplace: &dyn Marketplace) -> Result<(), String> {
    let feed = &marketplace.profile().feeds[0];
    let broken = keys.filter(|key| *key != ALL).find_map(|key| match marketplace.category(feed, category_of(key)) {
        Err(CategoryError::Broken(why)) => Some(why),
        Err(CategoryError::Unknown { .. } | CategoryError::Branch { .. } | CategoryError::Retired { .. }) | Ok(_) => {
            None
        }
    });
    broken.map_or(Ok(()), Err)
}

/// The documents of a folder by their keys, for the site in this country.
///
/// # Errors
/// Why the folder cannot be read.
pub fn in_folder(folder: &Path, country: &str) -> Result<BTreeMap<String, PathBuf>, String> {
    let unreadable = |why: io::Error| format!("cannot read {}: {why}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        names.push(entry.map_err(unreadable)?.path());
    }
    names.sort();
    let mut by_key = BTreeMap::new();
    // A file for the site is worth more than one for all.
    for wants_site in [false, true] {
        for path in &names {
            if let Some((key, is_for_site)) = key_of(path, country)
                && is_for_site == wants_site
            {
                by_key.insert(key, path.clone());
            }
        }
    }
    Ok(by_key)
}

/// The category of a key, which may name a set of requirements too. Categories may have dots of their own; a set's name is
/// in capitals.
pub fn category_of(key: &str) -> &str {
    let is_set = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    key.rsplit_once('.').filter(|(_, set)| is_set(set)).map_or(key, |(category, _)| category)
}

/// The key of a file in a folder, and whether it is for this site alone; none when it is for another site.
pub(crate) fn key_of(path: &Path, country: &str) -> Option<(String, bool)> {
    let name = path.file_name()?.to_str().filter(|name| *name != MANIFEST)?.strip_suffix(".json")?;
    match site_of(name) {
        None => Some((unescaped(name), false)),
        Some((key, site)) => site.eq_ignore_ascii_case(country).then(|| (unescaped(key), true)),
    }
}

/// What a file in a folder is called for a key: [`in_folder`] finds it under this key. What no name of a file may have
/// on some system stands as `%` and two digits.
pub(crate) fn file_name(key: &str) -> String {
    let mut name = String::with_capacity(key.len() + 5);
    let ends_like_site = site_of(key).map(|(before, _)| before.len());
    for (at, c) in key.char_indices() {
        let is_odd = c.is_ascii_control() || "%/\\:*?\"<>|".contains(c) || at == 0 && c == '.';
        if is_odd || Some(at) == ends_like_site {
            name.push_str(&percent_encode_byte(c));
        } else {
            name.push(c);
        }
    }
    name.push_str(".json");
    if name == MANIFEST { name.replacen('m', "%6D", 1) } else { name }
}

/// A name and the site behind it. Two letters are a country; `T-Shirts` is a category.
fn site_of(name: &str) -> Option<(&str, &str)> {
    let is_site = |site: &str| site.len() == 2 && site.bytes().all(|byte| byte.is_ascii_alphabetic());
    name.rsplit_once('-').filter(|(_, site)| is_site(site))
}

/// A character of one byte, which all that names of files must not have are.
fn percent_encode_byte(c: char) -> String {
    format!("%{:02X}", u32::from(c))
}

/// A name with `%` and two digits read as the character they stand for; anything else behind `%` stands for itself.
fn unescaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(u8::is_ascii);
        match byte.zip(after.get(2..)) {
            Some((byte, behind)) => {
                out.push(char::from(byte));
                rest = behind;
            }
            None => {
                out.push('%');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

impl Documents for Files {
    fn find(&self, category: &str, set: &str) -> Result<Option<OwnedDocument>, String> {
        let path = self
            .by_key
            .get(&format!("{category}.{set}"))
            .or_else(|| self.by_key.get(category).filter(|_| set == WHOLE_LISTING));
        match (path, &self.all) {
            (Some(path), _) => read(path).map(Some),
            (None, Some(all)) if set == WHOLE_LISTING => all.find(category),
            (None, _) => Ok(None),
        }
    }
}

impl Whole {
    /// The part about one category; the document is read once more for one that nobody named before.
    fn find(&self, category: &str) -> Result<Option<OwnedDocument>, String> {
        let name = format!("{}, category {category}", self.path.display());
        if let Some(bytes) = self.cut.get(category) {
            return Ok(Some(OwnedDocument { name, bytes: bytes.clone() }));
        }
        let found = cut(&self.path, self.bulk, &BTreeSet::from([category.to_owned()]))?;
        Ok(found.into_values().next().map(|bytes| OwnedDocument { name, bytes }))
    }
}

/// Reads a document whole.
///
/// # Errors
/// Why it cannot be read.
pub fn read(path: &Path) -> Result<OwnedDocument, String> {
    let name = path.display().to_string();
    let error = |why: &dyn std::fmt::Display| format!("cannot read {name}: {why}");
    let file = open(path).map_err(|why| error(&why))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|why| error(&why))?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!(
            "{name} has over {} MiB: it is not the document of one category; give one category's document, or this one \
             under the key `*`",
            LARGEST >> 20
        ));
    }
    Ok(OwnedDocument { name, bytes })
}

/// The categories' parts of a document of all.
fn cut(path: &Path, bulk: Bulk, wanted: &BTreeSet<String>) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let error = |why: &dyn std::fmt::Display| format!("cannot read {}: {why}", path.display());
    let file = open(path).map_err(|why| error(&why))?;
    bulk::cut(file, bulk, wanted).map_err(|why| error(&why))
}

/// A document as a stream, out of gzip if it is in it.
fn open(path: &Path) -> io::Result<Box<dyn io::Read>> {
    let mut file = BufReader::with_capacity(1 << 18, fs::File::open(path)?);
    let is_compressed = file.fill_buf()?.starts_with(&GZIP);
    Ok(if is_compressed { Box::new(BufReader::new(MultiGzDecoder::new(file))) } else { Box::new(file) })
}

/// What a file in gzip begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

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
        assert_eq!(key("manifest.json"), None);
        assert_eq!(key("100% Cotton.json"), Some(("100% Cotton".to_owned(), false)));
    }

    #[test]
    fn a_key_is_found_under_the_name_its_file_gets() {
        let keys = [
            "HOME",
            "HOME.LISTING_OFFER_ONLY",
            "Decorative Bowls",
            "Cups & Mugs",
            "Audio/Video Cables",
            "../secrets",
            "Wi-Fi",
            "100%20 Cotton",
            "manifest",
            "Käsereiben",
            "a:b*c?",
        ];
        for key in keys {
            let name = file_name(key);
            assert!(!name.contains(['/', '\\', ':', '*', '?']) && !name.starts_with('.'), "{name}");
            assert_eq!(key_of(Path::new(&name), "US"), Some((key.to_owned(), false)), "{name}");
        }
    }
}
