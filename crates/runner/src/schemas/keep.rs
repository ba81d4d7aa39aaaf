//! Keeps fetched documents in a folder that channels read: each whole or not there, the version before beside it, and a
//! manifest that says what is there and since when.
//!
//! ```text
//! requirements/HOME.json              what `schemas_dir` reads
//! requirements/references/tree.json   a document of no category, for `documents`
//! requirements/previous/HOME.json     the last version that was another one
//! requirements/manifest.json          versions, digests and times
//! ```

use crate::documents;
use feedwright_marketplace::contract::About;
use feedwright_marketplace::contract::Pulled;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

/// The folder of the versions before, in the folder of documents.
const PREVIOUS: &str = "previous";

/// The folder of documents that are about no category, in the folder of documents.
const REFERENCES: &str = "references";

/// A document as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What it is about.
    pub about: About,
    /// The version it says it has, where it says so.
    pub version: Option<String>,
    /// Its file.
    pub path: PathBuf,
    /// Whether it is another one than before.
    pub state: State,
}

/// Whether a document is another one than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// There was none.
    New,
    /// There was another, which is here now.
    Changed(PathBuf),
    /// It was the same, byte for byte.
    Unchanged,
}

/// Why documents cannot be kept.
#[derive(Debug)]
pub enum StoreError {
    /// One of them is none; nothing was written.
    Document {
        /// Its file's name.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// The folder.
    File {
        /// What was being done, and to what.
        doing: String,
        /// What the operating system said.
        why: io::Error,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document { name, why } => write!(out, "what was fetched as {name} is not kept: {why}"),
            Self::File { doing, why } => write!(out, "cannot {doing}: {why}"),
        }
    }
}

// What the operating system said is in the message already.
impl std::error::Error for StoreError {}

/// What is in a folder of documents, and since when.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    v: u8,
    /// By file.
    documents: BTreeMap<String, Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    /// The version the document says it has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    version: Option<String>,
    blake3: String,
    bytes: u64,
    /// When this version was first fetched.
    since: Timestamp,
    /// When it was last fetched.
    fetched: Timestamp,
}

/// The version of the manifest's form.
const FORM: u8 = 1;

/// Writes documents into a folder, made if it is not there. A document that is the same as before is left alone; of one
/// that is not, the version before is kept. When this fails half way, every file is still whole, and doing it again
/// mends the rest.
///
/// # Errors
/// [`StoreError::Document`] before anything is written, [`StoreError::File`] on the way.
pub fn store(folder: &Path, pulled: Vec<Pulled>, now: Timestamp) -> Result<Vec<Stored>, StoreError> {
    let mut named: BTreeMap<String, Pulled> = BTreeMap::new();
    for document in pulled {
        let name = name_of(&document.about);
        are_json(&document.bytes).map_err(|why| StoreError::Document { name: name.clone(), why })?;
        // Some file systems take two names that differ in case for one.
        if let Some(other) = named.keys().find(|other| other.to_lowercase() == name.to_lowercase()) {
            let why = format!("there is another that would be called {other}");
            return Err(StoreError::Document { name, why });
        }
        named.insert(name, document);
    }
    let mut manifest = read_manifest(folder)?;
    let mut stored = Vec::new();
    for (name, document) in named {
        let path = folder.join(&name);
        let state = match fs::read(&path) {
            Ok(bytes) if bytes == document.bytes => State::Unchanged,
            Ok(bytes) => {
                let previous = folder.join(PREVIOUS).join(&name);
                write_whole(&previous, &bytes)?;
                State::Changed(previous)
            }
            Err(why) if why.kind() == io::ErrorKind::NotFound => State::New,
            Err(why) => return Err(failing("read", &path)(why)),
        };
        if state != State::Unchanged {
            write_whole(&path, &document.bytes)?;
        }
        let blake3 = blake3::hash(&document.bytes).to_string();
        let since =
            manifest.documents.get(&name).filter(|entry| entry.blake3 == blake3).map_or(now, |entry| entry.since);
        let (version, bytes) = (document.version.clone(), document.bytes.len() as u64);
        manifest.documents.insert(name, Entry { version, blake3, bytes, since, fetched: now });
        stored.push(Stored { about: document.about, version: document.version, path, state });
    }
    let mut text = serde_json::to_vec_pretty(&manifest).map_err(|why| failing("write", folder)(why.into()))?;
    text.push(b'\n');
    write_whole(&folder.join(documents::MANIFEST), &text)?;
    Ok(stored)
}

/// Where a document stands in the folder, with `/`.
fn name_of(about: &About) -> String {
    match about {
        About::Category(category) => documents::file_name(category),
        About::Reference(name) => format!("{REFERENCES}/{}", documents::file_name(name)),
    }
}

/// What is no JSON is an error page, or was broken off; it must not take the place of a document.
fn are_json(bytes: &[u8]) -> Result<(), String> {
    if bytes.first().is_some_and(|first| !matches!(first, b'{' | b'[' | b' ' | b'\t' | b'\r' | b'\n')) {
        return Err("it does not begin like JSON".to_owned());
    }
    serde_json::from_slice::<IgnoredAny>(bytes).map(|_| ()).map_err(|why| format!("it is not JSON: {why}"))
}

fn read_manifest(folder: &Path) -> Result<Manifest, StoreError> {
    let path = folder.join(documents::MANIFEST);
    let empty = || Manifest { v: FORM, documents: BTreeMap::new() };
    match fs::read(&path) {
        Ok(bytes) => match serde_json::from_slice::<Manifest>(&bytes) {
            Ok(manifest) if manifest.v == FORM => Ok(manifest),
            Ok(manifest) => {
                let why = format!("it is in form {}, and this program knows form {FORM}", manifest.v);
                Err(failing("read", &path)(io::Error::new(io::ErrorKind::InvalidData, why)))
            }
            Err(why) => Err(failing("read", &path)(why.into())),
        },
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(empty()),
        Err(why) => Err(failing("read", &path)(why)),
    }
}

/// Writes a file that is there whole or as it was before.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failing("make the folder", folder))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".feedwright-");
    // Private by default; documents are for whoever may read the folder's other files.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let write = || {
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|why| why.error)
    };
    write().map(|_file| ()).map_err(failing("write", path))
}

fn failing(doing: &str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let doing = format!("{doing} {}", path.display());
    move |why| StoreError::File { doing, why }
}
