//! Writes feed files so that nobody ever sees half of one: into a hidden folder first, under the final names at the end.

use crate::workbook;
use blake3::Hasher;
use feedwright_catalog::digest::Digest;
use feedwright_marketplace::Category;
use feedwright_marketplace::Container;
use feedwright_marketplace::Feed;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::Part;
use feedwright_marketplace::packing::Group;
use feedwright_marketplace::packing::Packer;
use feedwright_marketplace::packing::Shelf;
use serde::Deserialize;
use serde::Serialize;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::thread::JoinHandle;
use tempfile::TempDir;

/// The manifest's name in the output folder.
pub const MANIFEST: &str = "manifest.json";
/// Rows on their way into a workbook, in the folder for temporary files.
const ROWS: &str = ".rows";
/// How many bytes are hashed and written at once.
const BUFFER: usize = 1 << 18;
/// The list of what was left out, in the output folder.
pub const LEFT_OUT: &str = "left-out.csv";

/// The output folder of a build. Dropped before [`OutDir::publish`], it leaves what was there before.
#[derive(Debug)]
pub struct OutDir {
    path: PathBuf,
    staging: TempDir,
    files: Vec<PathBuf>,
    disk: Disk,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its path in the output folder, with `/`.
    pub file: String,
    /// How many records it holds.
    pub records: u64,
    /// Its size.
    pub bytes: u64,
    /// Its BLAKE3 digest.
    pub blake3: String,
}

/// What went wrong with which file.
#[derive(Debug)]
pub struct PublishError {
    /// What was being done, and to what.
    pub doing: String,
    /// What the operating system said.
    pub why: io::Error,
}

impl std::fmt::Display for PublishError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "cannot {}: {}", self.doing, self.why)
    }
}

// What the operating system said is in the message already.
impl std::error::Error for PublishError {}

fn failing(doing: &str, path: &Path) -> impl FnOnce(io::Error) -> PublishError {
    let doing = format!("{doing} {}", path.display());
    move |why| PublishError { doing, why }
}

impl OutDir {
    /// Opens an output folder, making it if it is not there.
    pub fn open(path: &Path) -> Result<Self, PublishError> {
        fs::create_dir_all(path).map_err(failing("make the folder", path))?;
        // In the folder itself: a rename does not cross file systems.
        let staging = tempfile::Builder::new()
            .prefix(".feedwright-")
            .tempdir_in(path)
            .map_err(failing("write into the folder", path))?;
        Ok(Self { path: path.to_owned(), staging, files: Vec::new(), disk: Disk::open() })
    }

    /// The folder for temporary files of this build.
    pub fn staging(&self) -> &Path {
        self.staging.path()
    }

    /// Opens a file under its final name within the folder.
    pub fn create(&mut self, name: &str) -> Result<OutFile, PublishError> {
        let relative = PathBuf::from(name);
        let path = self.staging.path().join(&relative);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failing("make the folder", folder))?;
        }
        let file = File::create(&path).map_err(failing("create", &path))?;
        self.files.push(relative);
        Ok(OutFile::new(name, self.path.join(name), file))
    }

    /// Opens a file of rows that will be packed into a workbook of this name.
    fn create_rows(&mut self, name: &str) -> Result<OutFile, PublishError> {
        let path = self.staging.path().join(ROWS);
        let file = File::create(&path).map_err(failing("create", &path))?;
        Ok(OutFile::new(name, self.path.join(name), file))
    }

    /// Packs finished rows into a workbook, under the name the rows were opened with.
    fn pack(&mut self, rows: OutFile, sheet: &str) -> Result<FileEntry, PublishError> {
        // They are read again at once, and never by anybody else.
        let FileEntry { file: name, records, .. } = rows.finish()?.1;
        let path = self.staging.path().join(ROWS);
        let bytes = File::open(&path)
            .and_then(|file| workbook::write(io::BufReader::new(file), sheet))
            .map_err(failing("pack", &self.path.join(&name)))?;
        let mut file = self.create(&name)?;
        file.write(&bytes)?;
        file.records = records;
        self.close(file)
    }

    /// Closes a file and says what it holds. It is on the disk at the latest when all is published.
    pub fn close(&mut self, file: OutFile) -> Result<FileEntry, PublishError> {
        let path = file.path.clone();
        let (file, entry) = file.finish()?;
        self.disk.sync(path, file)?;
        Ok(entry)
    }

    /// Puts all files under their final names, the manifest last; files of an earlier build that this one did not
    /// write again are removed, so that nobody uploads them by mistake.
    pub fn publish(mut self, manifest: &[u8]) -> Result<(), PublishError> {
        self.disk.wait()?;
        let stale = self.stale();
        let manifest_path = self.staging.path().join(MANIFEST);
        let written = File::create(&manifest_path).and_then(|mut file| {
            file.write_all(manifest)?;
            file.sync_all()
        });
        written.map_err(failing("write", &self.path.join(MANIFEST)))?;
        // Without a manifest a half-replaced folder cannot be taken for a finished one.
        match fs::remove_file(self.path.join(MANIFEST)) {
            Ok(()) => {}
            Err(why) if why.kind() == io::ErrorKind::NotFound => {}
            Err(why) => return Err(failing("replace", &self.path.join(MANIFEST))(why)),
        }
        for file in stale {
            match fs::remove_file(self.path.join(&file)) {
                Ok(()) => {}
                Err(why) if why.kind() == io::ErrorKind::NotFound => {}
                Err(why) => return Err(failing("remove", &self.path.join(&file))(why)),
            }
        }
        for file in self.files.iter().map(PathBuf::as_path).chain([Path::new(MANIFEST)]) {
            let target = self.path.join(file);
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder).map_err(failing("make the folder", folder))?;
            }
            fs::rename(self.staging.path().join(file), &target).map_err(failing("write", &target))?;
        }
        Ok(())
    }

    /// Files the manifest of an earlier build names and this one did not write.
    fn stale(&self) -> Vec<PathBuf> {
        #[derive(Deserialize)]
        struct Earlier {
            channels: Vec<EarlierChannel>,
        }
        #[derive(Deserialize)]
        struct EarlierChannel {
            files: Vec<FileEntry>,
        }
        let Ok(text) = fs::read(self.path.join(MANIFEST)) else { return Vec::new() };
        let Ok(earlier) = serde_json::from_slice::<Earlier>(&text) else { return Vec::new() };
        let files = earlier.channels.into_iter().flat_map(|channel| channel.files);
        files
            .map(|entry| PathBuf::from(entry.file))
            // A manifest somebody wrote by hand must not lead out of the folder.
            .filter(|file| file.components().all(|part| matches!(part, std::path::Component::Normal(_))))
            .filter(|file| !self.files.contains(file))
            .collect()
    }
}

/// A file being written.
#[derive(Debug)]
pub struct OutFile {
    name: String,
    path: PathBuf,
    file: File,
    /// What is neither hashed nor written yet.
    buffer: Vec<u8>,
    hash: Hasher,
    bytes: u64,
    records: u64,
}

impl OutFile {
    fn new(name: &str, path: PathBuf, file: File) -> Self {
        Self {
            name: name.to_owned(),
            path,
            file,
            buffer: Vec::with_capacity(BUFFER),
            hash: Hasher::new(),
            bytes: 0,
            records: 0,
        }
    }

    /// Writes bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), PublishError> {
        self.bytes += bytes.len() as u64;
        if self.buffer.len() + bytes.len() > BUFFER {
            self.flush()?;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), PublishError> {
        // All of it at once: the hash works on many blocks together.
        self.hash.update(&self.buffer);
        self.file.write_all(&self.buffer).map_err(failing("write", &self.path))?;
        self.buffer.clear();
        Ok(())
    }

    /// Writes a record, all of it, and counts it.
    pub fn write_record(&mut self, bytes: &[u8]) -> Result<(), PublishError> {
        self.records += 1;
        self.write(bytes)
    }

    /// Writes the rest, and says what the file holds.
    fn finish(mut self) -> Result<(File, FileEntry), PublishError> {
        self.flush()?;
        let blake3 = Digest(self.hash.finalize().into()).to_string();
        Ok((self.file, FileEntry { file: self.name, records: self.records, bytes: self.bytes, blake3 }))
    }
}

/// So many files wait for the disk: with more of them whoever writes waits too.
const WAIT_FOR_DISK: usize = 16;

/// Sees files onto the disk, on a thread of its own: the next are written meanwhile.
#[derive(Debug)]
struct Disk {
    files: Option<SyncSender<(PathBuf, File)>>,
    syncing: Option<JoinHandle<Result<(), PublishError>>>,
}

impl Disk {
    fn open() -> Self {
        let (files, written) = sync_channel::<(PathBuf, File)>(WAIT_FOR_DISK);
        let sync = move || written.iter().try_for_each(|(path, file)| file.sync_all().map_err(failing("write", &path)));
        Self { files: Some(files), syncing: Some(thread::spawn(sync)) }
    }

    fn sync(&mut self, path: PathBuf, file: File) -> Result<(), PublishError> {
        match self.files.as_ref().map(|files| files.send((path, file))) {
            Some(Ok(())) => Ok(()),
            // It stopped at a file before.
            Some(Err(_)) | None => self.wait(),
        }
    }

    /// Waits until all of them are there.
    fn wait(&mut self) -> Result<(), PublishError> {
        self.files = None;
        let stopped = |_| PublishError { doing: "write files".to_owned(), why: io::Error::other("a thread stopped") };
        self.syncing.take().map_or(Ok(()), |syncing| syncing.join().map_err(stopped)?)
    }
}

/// Writes the records of one part of a feed, file after file.
#[derive(Debug)]
pub struct PartWriter {
    /// The part's files, without their number.
    stem: String,
    feed: &'static Feed,
    part: &'static Part,
    packer: Packer,
    current: Option<OutFile>,
    entries: Vec<FileEntry>,
}

impl PartWriter {
    /// A writer for one channel's feed. No file is made before the first record. The category is given where each has
    /// files of its own.
    pub fn new(
        marketplace: &dyn Marketplace,
        feed: &'static Feed,
        part: &'static Part,
        category: Option<&Category>,
    ) -> Self {
        let mut stem = format!("{}/{}", marketplace.channel().name, feed.id);
        for name in [Some(part.id), category.map(|category| &*category.id)].into_iter().flatten() {
            if !name.is_empty() {
                stem.push('-');
                stem.extend(name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }));
            }
        }
        let packer = Packer::new(part, marketplace.framing(feed, part, category));
        Self { stem, feed, part, packer, current: None, entries: Vec::new() }
    }

    /// Whether a product's records fit into one file.
    pub fn takes(&self, group: Group<'_>) -> bool {
        self.packer.takes(group)
    }

    /// Writes a product's records, which it takes, into one file.
    pub fn write(
        &mut self,
        group: Group<'_>,
        marketplace: &dyn Marketplace,
        out: &mut OutDir,
    ) -> Result<(), PublishError> {
        let Self { stem, feed, part, packer, current, entries } = self;
        let mut shelf = Files { stem, part, current, entries, out };
        packer.add(group, |ordinal, bytes| marketplace.begin(feed, part, ordinal, bytes), &mut shelf)
    }

    /// Closes the last file.
    pub fn finish(mut self, out: &mut OutDir) -> Result<Vec<FileEntry>, PublishError> {
        let Self { stem, part, packer, current, entries, .. } = &mut self;
        packer.finish(&mut Files { stem, part, current, entries, out })?;
        Ok(self.entries)
    }
}

/// The output folder as a packer sees it.
struct Files<'a> {
    stem: &'a str,
    part: &'static Part,
    current: &'a mut Option<OutFile>,
    entries: &'a mut Vec<FileEntry>,
    out: &'a mut OutDir,
}

impl Shelf for Files<'_> {
    type Error = PublishError;

    fn open(&mut self) -> Result<(), PublishError> {
        let name = format!("{}-{:04}.{}", self.stem, self.entries.len() + 1, self.part.extension);
        let file = match self.part.container {
            Container::Plain => self.out.create(&name)?,
            Container::Workbook(_) => self.out.create_rows(&name)?,
        };
        *self.current = Some(file);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), PublishError> {
        match self.current {
            Some(file) => file.write(bytes),
            None => Ok(()),
        }
    }

    fn close(&mut self, records: u64) -> Result<(), PublishError> {
        let Some(mut file) = self.current.take() else { return Ok(()) };
        file.records = records;
        let entry = match self.part.container {
            Container::Plain => self.out.close(file)?,
            Container::Workbook(sheet) => self.out.pack(file, sheet)?,
        };
        self.entries.push(entry);
        Ok(())
    }
}
