//! What all programs are run over: the catalogs, the requirement document, our configuration, and what we make of them.

use crate::bench::agree;
use crate::bench::agree::Made;
use crate::shell::cargo;
use crate::shell::program;
use crate::shell::root;
use crate::shell::run;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::rc::Rc;

/// Where the real document is, under the folder of what is not ours to give away.
const REAL: &str = "data/amazon/ptd-schemas/HOME-us.json";
/// The files of our configuration.
const SETUP: [(&str, &str); 4] = [
    ("one-channel.toml", include_str!("../../../bench/setup/one-channel.toml")),
    ("three-channels.toml", include_str!("../../../bench/setup/three-channels.toml")),
    ("amazon.toml", include_str!("../../../bench/setup/amazon.toml")),
    ("walmart.toml", include_str!("../../../bench/setup/walmart.toml")),
];

/// A requirement document.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Document {
    /// Its name for people.
    pub(crate) name: String,
    /// Whether it is the marketplace's own, and not our starter.
    pub(crate) is_real: bool,
    /// Its size.
    pub(crate) bytes: u64,
}

/// Everything programs are started with.
pub(crate) struct Stage {
    /// `target/bench`.
    pub(crate) folder: PathBuf,
    /// The requirement document.
    pub(crate) document: Document,
    /// What we made of catalogs of so many rows.
    made: RefCell<BTreeMap<u64, Rc<Made>>>,
}

impl Stage {
    /// Builds the programs, and puts the document and the configuration in place.
    pub(crate) fn set() -> Result<Self> {
        let mut build = cargo();
        build.args(["build", "--release", "--package", "feedwright", "--package", "feedwright-bench"]);
        run(build.stdout(io::stderr()))?;
        let folder = root().join("target/bench");
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        for (name, text) in SETUP {
            fs::write(folder.join(name), text).with_context(|| format!("cannot write {name}"))?;
        }
        let document = Self::document(&folder)?;
        Ok(Self { folder, document, made: RefCell::default() })
    }

    fn document(folder: &Path) -> Result<Document> {
        let shared = env::var_os("FEEDWRIGHT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
        let (real, used) = (shared.join(REAL), folder.join("requirements.json"));
        let is_real = real.is_file();
        if is_real {
            fs::copy(&real, &used).with_context(|| format!("cannot copy {}", real.display()))?;
        } else {
            eprintln!(
                "NOT MEASURED: Amazon's own document, which is no part of the repository. Our starter stands in."
            );
            run(bench_program().arg("document").arg("--out").arg(&used))?;
        }
        let name = if is_real { "HOME, amazon.com, Amazon's own" } else { "HOME, amazon.com, our starter" };
        Ok(Document { name: name.to_owned(), is_real, bytes: fs::metadata(&used)?.len() })
    }

    /// The requirement document's file.
    pub(crate) fn schema(&self) -> PathBuf {
        self.folder.join("requirements.json")
    }

    /// The catalog with so many rows; written when it is not there.
    pub(crate) fn catalog(&self, rows: u64) -> Result<PathBuf> {
        // The recipe is part of the name: with another one the old catalogs are no good.
        let out = self.folder.join(format!("catalog-2-{rows}.csv"));
        if !out.is_file() {
            let mut command = bench_program();
            run(command.args(["catalog", "--rows", &rows.to_string(), "--out"]).arg(&out).stdout(io::stderr()))?;
        }
        Ok(out)
    }

    /// Makes this the catalog that the configuration names, and reads it once so that nobody waits for the disk.
    pub(crate) fn use_catalog(&self, rows: u64) -> Result<()> {
        let (catalog, link) = (self.catalog(rows)?, self.folder.join("catalog.csv"));
        if link.exists() {
            fs::remove_file(&link)?;
        }
        fs::hard_link(&catalog, &link).or_else(|_| fs::copy(&catalog, &link).map(drop))?;
        io::copy(&mut fs::File::open(&link)?, &mut io::sink())?;
        Ok(())
    }

    /// What we make of a catalog with so many rows.
    pub(crate) fn reference(&self, rows: u64) -> Result<Rc<Made>> {
        if let Some(made) = self.made.borrow().get(&rows) {
            return Ok(Rc::clone(made));
        }
        let out = self.folder.join("reference");
        clear(&out)?;
        self.use_catalog(rows)?;
        let status = self.feedwright("build", 1, 1, &out).status().context("cannot start feedwright")?;
        if !matches!(status.code(), Some(0 | 1)) {
            bail!("feedwright build failed ({status})");
        }
        let made = Rc::new(agree::made_by_us(&out)?);
        clear(&out)?;
        self.made.borrow_mut().insert(rows, Rc::clone(&made));
        Ok(made)
    }

    /// How large a message is on average.
    pub(crate) fn message_bytes(&self, rows: u64) -> Result<u64> {
        let made = self.reference(rows)?;
        Ok(made.bytes / made.messages.max(1))
    }

    /// Feedwright as people run it.
    pub(crate) fn feedwright(&self, what: &str, channels: u16, threads: u16, out: &Path) -> Command {
        let config = if channels == 1 { "one-channel.toml" } else { "three-channels.toml" };
        let mut command = release("feedwright");
        command.arg(what).arg("--config").arg(self.folder.join(config));
        command.args(["--quiet", "--threads", &threads.to_string()]);
        command.arg("--output").arg(self.folder.join("report.txt"));
        if what == "build" {
            command.arg("--out").arg(out);
        }
        command.stdout(Stdio::null());
        command
    }
}

/// Removes what a program wrote.
pub(crate) fn clear(out: &Path) -> Result<()> {
    if out.exists() {
        fs::remove_dir_all(out).with_context(|| format!("cannot empty {}", out.display()))?;
    }
    Ok(())
}

/// The program with the floor, the baselines and the generator in it.
pub(crate) fn bench_program() -> Command {
    release("feedwright-bench")
}

/// A program of ours as people get it.
pub(crate) fn release(name: &str) -> Command {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    program(target.join("release").join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}
