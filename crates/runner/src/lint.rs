//! Checks one feed file, whoever wrote it.

use crate::documents::Files;
use crate::marketplaces;
use crate::marketplaces::Adapter;
use crate::render::ChannelSummary;
use crate::render::Run;
use crate::render::Summary;
use crate::store::DEFAULT_MEMORY_LIMIT;
use crate::store::Entry;
use crate::store::Store;
use crate::workbook;
use feedwright_catalog::Currency;
use feedwright_catalog::Findings;
use feedwright_catalog::Language;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::finding::Levels;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_marketplace::Channel;
use feedwright_marketplace::Container;
use feedwright_marketplace::Feed;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::Setup;
use feedwright_marketplace::Site;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

/// Largest feed file that is read: well over what any marketplace takes, well under what fits in memory as a tree.
const LARGEST: u64 = 512 << 20;

/// A kind of feed: `marketplace/feed`.
#[derive(Clone, Copy, Debug)]
pub struct FeedKind {
    /// The adapter.
    pub adapter: &'static Adapter,
    /// The feed.
    pub feed: &'static Feed,
}

impl FeedKind {
    /// The kind with this name.
    ///
    /// # Errors
    /// That there is none, and which there are.
    pub fn parse(name: &str) -> Result<Self, String> {
        let kinds = || {
            marketplaces::MARKETPLACES
                .iter()
                .flat_map(|adapter| adapter.profile.feeds.iter().map(move |feed| Self { adapter, feed }))
        };
        kinds().find(|kind| kind.to_string() == name).ok_or_else(|| {
            let known: Vec<String> = kinds().map(|kind| kind.to_string()).collect();
            let near = did_you_mean(name, known.iter().map(String::as_str));
            format!("there is no kind of feed `{name}`; there are {}{near}", known.join(", "))
        })
    }
}

impl std::fmt::Display for FeedKind {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.adapter.profile.id, self.feed.id)
    }
}

/// Whether a pointer into a document leads into one of a list's entries: `/messages/3/sku`, but not `/header`.
fn is_in_record(pointer: Option<&str>) -> bool {
    let second = pointer.and_then(|pointer| pointer.split('/').nth(2));
    second.is_some_and(|token| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Opens a marketplace for a site alone, for what needs no seller: `lint` and `requirements`.
///
/// # Errors
/// What does not fit together.
pub fn open_site(
    adapter: &Adapter,
    site: &'static Site,
    documents: Files,
    options: BTreeMap<String, String>,
) -> Result<Box<dyn Marketplace>, String> {
    let channel = Channel {
        name: Arc::from(adapter.profile.id),
        site,
        seller: String::new(),
        language: Language::parse(site.languages[0]).map_err(|why| why.to_string())?,
        currency: Currency::parse(site.currency).map_err(|why| why.to_string())?,
    };
    let categories = documents.categories().map(str::to_owned).collect();
    let setup = Setup {
        channel,
        options,
        templates: Vec::new(),
        tables: Vec::new(),
        pages: Vec::new(),
        documents: Arc::new(documents),
        categories,
        references: BTreeMap::new(),
    };
    (adapter.open)(setup).map_err(|why| why.to_string())
}

/// Checks a feed file.
///
/// # Errors
/// Why it cannot be read, or the findings cannot be kept.
pub fn lint(
    kind: FeedKind,
    marketplace: &dyn Marketplace,
    path: &Path,
    shown: &str,
    levels: &Arc<Levels>,
) -> Result<Run, String> {
    let unreadable = |why: &dyn std::fmt::Display| format!("cannot read {shown}: {why}");
    let file = fs::File::open(path).map_err(|why| unreadable(&why))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|why| unreadable(&why))?;
    if bytes.len() as u64 > LARGEST {
        return Err(unreadable(&format!("it has over {} MiB, and no marketplace takes as much", LARGEST >> 20)));
    }
    if workbook::is_one(&bytes) {
        let sheet = kind.feed.parts.iter().find_map(|part| match part.container {
            Container::Plain => None,
            Container::Workbook(sheet) => Some(sheet),
        });
        bytes = workbook::read(&bytes, sheet.unwrap_or_default()).map_err(|why| unreadable(&why))?;
    }
    let mut findings = Findings::new(Arc::clone(levels));
    let n_records = marketplace.lint(kind.feed, &FeedText { name: shown, bytes: &bytes }, &mut findings);
    let blocked: BTreeSet<(Option<Sku>, Option<u64>)> = findings
        .list()
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| match &finding.sku {
            Some(sku) => (Some(sku.clone()), None),
            None => (None, finding.place.as_ref().and_then(|place| place.line)),
        })
        .collect();
    // What is wrong with the file as a whole keeps every record back.
    let is_whole_file = |finding: &feedwright_catalog::Finding| {
        finding.severity == Severity::Error && finding.sku.is_none() && !is_in_record(finding.pointer.as_deref())
    };
    let n_blocked =
        if findings.list().iter().any(is_whole_file) { n_records } else { (blocked.len() as u64).min(n_records) };
    let failing = |why: std::io::Error| format!("cannot write a temporary file for findings: {why}");
    let mut store = Store::new(DEFAULT_MEMORY_LIMIT);
    for finding in findings.take() {
        store.add(&Entry::Finding(finding)).map_err(failing)?;
    }
    let sorted = store.finish().map_err(failing)?;
    let mut summary = Summary {
        levels: levels.0.iter().map(|(code, level)| ((*code).to_owned(), *level)).collect(),
        ..Summary::default()
    };
    summary.count(&sorted).map_err(failing)?;
    summary.channels = vec![ChannelSummary {
        name: kind.to_string(),
        marketplace: kind.adapter.profile.id.to_owned(),
        site: marketplace.channel().site.id.to_owned(),
        n_items: n_records,
        n_ready: n_records - n_blocked,
        n_blocked,
        n_left_out: 0,
    }];
    Ok(Run { summary, sorted })
}
