//! What the tests of this crate share: reading a source to its end, and showing what came out.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests read files, talk and fail loudly; the crate does not"
)]

use feedwright_catalog::Currency;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Product;
use feedwright_catalog::json::ProductJson;
use feedwright_sources::MissingSku;
use feedwright_sources::Profile;
use feedwright_sources::ProfileChoice;
use feedwright_sources::SourceError;
use feedwright_sources::SourceInfo;
use feedwright_sources::SourceOptions;
use feedwright_sources::Tally;
use feedwright_sources::open;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;
use std::path::PathBuf;

/// All that a source gave.
#[derive(Debug)]
pub(crate) struct Read {
    /// Its products.
    pub(crate) products: Vec<Product>,
    /// Its findings, in the order they came.
    pub(crate) findings: Vec<Finding>,
    /// How it was read.
    pub(crate) info: SourceInfo,
    /// What was counted.
    pub(crate) tally: Tally,
}

/// Dollars, and nothing else.
pub(crate) fn options() -> SourceOptions {
    SourceOptions { currency: Currency::parse("USD").ok(), ..SourceOptions::default() }
}

/// Reads a source to its end.
pub(crate) fn read_with(bytes: &[u8], choice: &ProfileChoice, options: &SourceOptions) -> Result<Read, SourceError> {
    let mut out = Findings::default();
    let source = open("a.csv", Box::new(Cursor::new(bytes.to_vec())), choice, options, &mut out)?;
    let mut source = source.products();
    let mut products = Vec::new();
    while let Some(product) = source.next(&mut out)? {
        products.push(product);
    }
    Ok(Read { products, findings: out.take(), info: source.info(), tally: source.tally().clone() })
}

/// Reads a source that can be read.
pub(crate) fn read(bytes: &[u8]) -> Read {
    read_with(bytes, &ProfileChoice::Detect, &options()).unwrap()
}

/// Reads a source, with SKUs made up where there is none.
pub(crate) fn derive(bytes: &[u8]) -> Read {
    let options = SourceOptions { missing_sku: MissingSku::Derive, ..options() };
    read_with(bytes, &ProfileChoice::Detect, &options).unwrap()
}

/// Reads a source with a profile of the user's own.
pub(crate) fn read_own(bytes: &[u8], profile: &str) -> Read {
    let profile = Profile::parse("own.toml", profile).unwrap();
    read_with(bytes, &ProfileChoice::Own(Box::new(profile)), &options()).unwrap()
}

impl Read {
    /// The catalog in our own format, one product a line.
    pub(crate) fn catalog(&self) -> String {
        let line = |product| serde_json::to_string(&ProductJson::from(product)).unwrap() + "\n";
        self.products.iter().map(line).collect()
    }

    /// The findings, one a line.
    pub(crate) fn said(&self) -> String {
        let mut out = String::new();
        for finding in &self.findings {
            let place = finding.place.as_ref().map(ToString::to_string).unwrap_or_default();
            let sku = finding.sku.as_ref().map(|sku| format!(" [{sku}]")).unwrap_or_default();
            let help = finding.help.as_deref().unwrap_or_default();
            writeln!(out, "{place}{sku}\n  {} {}: {}\n  help: {help}", finding.severity, finding.code, finding.message)
                .unwrap();
        }
        out
    }

    /// How often each rule was broken.
    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for finding in &self.findings {
            *counts.entry(finding.code.to_string()).or_default() += 1;
        }
        counts
    }

    /// How many variants there are.
    pub(crate) fn n_variants(&self) -> usize {
        self.products.iter().map(|product| product.variants.len()).sum()
    }
}

/// A real file that is not part of the repository. Absent, its test says so loudly and passes.
pub(crate) fn shared(path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("FEEDWRIGHT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join("data/sources").join(path);
    if let Ok(bytes) = std::fs::read(&path) {
        return Some(bytes);
    }
    println!(
        "NOT TESTED: {} is not there; set FEEDWRIGHT_SHARED to the folder that holds data/sources",
        path.display()
    );
    None
}
