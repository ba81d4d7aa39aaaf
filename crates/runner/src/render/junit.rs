//! JUnit XML, for build servers: a suite per channel, a case per SKU, so that there is something to divide by.
//!
//! What belongs to no SKU of a channel stands in a suite of its own, `catalog`, with a case per file.

use crate::render::Run;
use crate::render::Style;
use crate::render::counted;
use crate::render::text::write_finding;
use crate::render::visible;
use crate::store::Entry;
use crate::store::Outcome;
use crate::store::Sorted;
use crate::store::Standing;
use feedwright_catalog::Finding;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use quick_xml::Writer;
use quick_xml::events::BytesDecl;
use quick_xml::events::BytesEnd;
use quick_xml::events::BytesStart;
use quick_xml::events::BytesText;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// A file may have any number of findings; a case shows this many and says how many more there are.
const SHOWN_PER_FILE: usize = 100;

const CATALOG: &str = "catalog";

type Xml<'a> = Writer<&'a mut dyn io::Write>;

pub(super) fn render(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
    let counted = count(run)?;
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut total = Counts::default();
    for counts in counted.suites.iter().map(|(_, counts)| counts).chain([&counted.catalog_counts()]) {
        total.tests += counts.tests;
        total.failures += counts.failures;
        total.skipped += counts.skipped;
    }
    open_suite(&mut xml, "testsuites", "feedwright", &total)?;
    write_catalog(&counted, &mut xml)?;
    let mut suites = counted.suites.iter();
    let mut open = None;
    for case in Cases::new(&run.sorted)? {
        let Some((channel, sku, case)) = case?.of_channel() else { continue };
        if open.as_ref() != Some(&channel) {
            close_suite(&mut xml, open.is_some())?;
            let counts = suites.next().map(|(_, counts)| counts).copied().unwrap_or_default();
            open_suite(&mut xml, "testsuite", &channel, &counts)?;
            open = Some(channel.clone());
        }
        write_case(&channel, sku.as_str(), &case.findings, case.findings.len() as u64, case.standing(), &mut xml)?;
    }
    close_suite(&mut xml, open.is_some())?;
    for channel in &run.summary.channels {
        if !counted.suites.iter().any(|(name, _)| **name == channel.name) {
            open_suite(&mut xml, "testsuite", &channel.name, &Counts::default())?;
            close_suite(&mut xml, true)?;
        }
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    xml.get_mut().write_all(b"\n")
}

#[derive(Clone, Copy, Default)]
struct Counts {
    tests: u64,
    failures: u64,
    skipped: u64,
}

impl Counts {
    fn add(&mut self, standing: Standing) {
        self.tests += 1;
        match standing {
            Standing::Ready => {}
            Standing::Blocked => self.failures += 1,
            Standing::LeftOut => self.skipped += 1,
        }
    }
}

/// What the attributes of the suites need to know before the first case is written.
#[derive(Default)]
struct Counted {
    suites: Vec<(Arc<str>, Counts)>,
    files: BTreeMap<Arc<str>, FileCase>,
}

/// The findings of a file that belong to no SKU of a channel.
#[derive(Default)]
struct FileCase {
    n_findings: u64,
    is_failed: bool,
    first: Vec<Finding>,
}

impl FileCase {
    fn standing(&self) -> Standing {
        if self.is_failed { Standing::Blocked } else { Standing::Ready }
    }
}

impl Counted {
    fn catalog_counts(&self) -> Counts {
        let mut counts = Counts::default();
        for case in self.files.values() {
            counts.add(case.standing());
        }
        counts
    }
}

fn count(run: &Run) -> io::Result<Counted> {
    let mut counted = Counted::default();
    for source in &run.summary.sources {
        counted.files.entry(Arc::from(source.file.as_str())).or_default();
    }
    for case in Cases::new(&run.sorted)? {
        let case = case?;
        if case.channel.is_some() && case.sku.is_some() {
            let standing = case.standing();
            let Some((channel, ..)) = case.of_channel() else { continue };
            if counted.suites.last().is_none_or(|(name, _)| *name != channel) {
                counted.suites.push((channel, Counts::default()));
            }
            if let Some((_, counts)) = counted.suites.last_mut() {
                counts.add(standing);
            }
            continue;
        }
        for finding in case.findings {
            let name = match (&finding.place, &finding.channel) {
                (Some(place), _) => Arc::clone(&place.file),
                (None, Some(channel)) => Arc::clone(channel),
                (None, None) => Arc::from(CATALOG),
            };
            let case = counted.files.entry(name).or_default();
            case.n_findings += 1;
            case.is_failed |= finding.severity == Severity::Error;
            if case.first.len() < SHOWN_PER_FILE {
                case.first.push(finding);
            }
        }
    }
    Ok(counted)
}

fn write_catalog(counted: &Counted, xml: &mut Xml<'_>) -> io::Result<()> {
    if counted.files.is_empty() {
        return Ok(());
    }
    open_suite(xml, "testsuite", CATALOG, &counted.catalog_counts())?;
    for (name, case) in &counted.files {
        write_case(CATALOG, name, &case.first, case.n_findings, case.standing(), xml)?;
    }
    close_suite(xml, true)
}

fn open_suite(xml: &mut Xml<'_>, element: &str, name: &str, counts: &Counts) -> io::Result<()> {
    let mut start = BytesStart::new(element);
    start.push_attribute(("name", &*visible(name)));
    start.push_attribute(("tests", counts.tests.to_string().as_str()));
    start.push_attribute(("failures", counts.failures.to_string().as_str()));
    start.push_attribute(("errors", "0"));
    start.push_attribute(("skipped", counts.skipped.to_string().as_str()));
    xml.write_event(Event::Start(start))
}

fn close_suite(xml: &mut Xml<'_>, is_open: bool) -> io::Result<()> {
    if is_open { xml.write_event(Event::End(BytesEnd::new("testsuite"))) } else { Ok(()) }
}

fn write_case(
    suite: &str,
    name: &str,
    findings: &[Finding],
    n_findings: u64,
    standing: Standing,
    xml: &mut Xml<'_>,
) -> io::Result<()> {
    let (suite, name) = (visible(suite), visible(name));
    let mut start = BytesStart::new("testcase");
    start.push_attribute(("classname", &*suite));
    start.push_attribute(("name", &*name));
    if findings.is_empty() && standing == Standing::Ready {
        return xml.write_event(Event::Empty(start));
    }
    xml.write_event(Event::Start(start))?;
    let text = details(findings, n_findings)?;
    match standing {
        Standing::Ready => write_text("system-out", BytesStart::new("system-out"), &text, xml)?,
        Standing::Blocked => {
            let mut failure = BytesStart::new("failure");
            let worst = findings.iter().find(|finding| finding.severity == Severity::Error);
            let message = worst.map_or_else(|| "kept back".to_owned(), |finding| finding.message.clone());
            failure.push_attribute(("message", &*visible(&message)));
            if let Some(finding) = worst {
                failure.push_attribute(("type", &*visible(&finding.code.to_string())));
            }
            write_text("failure", failure, &text, xml)?;
        }
        Standing::LeftOut => {
            let mut skipped = BytesStart::new("skipped");
            let message = findings.first().map_or("not meant for this channel", |finding| &finding.message);
            skipped.push_attribute(("message", &*visible(message)));
            xml.write_event(Event::Empty(skipped))?;
        }
    }
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

fn write_text(name: &str, start: BytesStart<'_>, text: &str, xml: &mut Xml<'_>) -> io::Result<()> {
    xml.write_event(Event::Start(start))?;
    xml.write_event(Event::Text(BytesText::new(text)))?;
    xml.write_event(Event::End(BytesEnd::new(name)))
}

/// The findings as the text format shows them.
fn details(findings: &[Finding], n_findings: u64) -> io::Result<String> {
    let mut text = Vec::new();
    for finding in findings {
        write_finding(finding, Style::default(), &mut text)?;
    }
    let mut text = String::from_utf8(text).map_err(io::Error::other)?;
    let n_more = n_findings - findings.len() as u64;
    if n_more > 0 {
        text.push_str("… and ");
        text.push_str(&counted(n_more, "more finding"));
    }
    Ok(text)
}

/// The entries of one SKU on one channel.
struct Case {
    channel: Option<Arc<str>>,
    sku: Option<Sku>,
    outcome: Option<Outcome>,
    findings: Vec<Finding>,
}

impl Case {
    fn standing(&self) -> Standing {
        let is_failed = self.findings.iter().any(|finding| finding.severity == Severity::Error);
        match &self.outcome {
            Some(outcome) => outcome.standing,
            None if is_failed => Standing::Blocked,
            None => Standing::Ready,
        }
    }

    fn of_channel(mut self) -> Option<(Arc<str>, Sku, Self)> {
        Some((self.channel.take()?, self.sku.take()?, self))
    }
}

/// Goes through the entries case by case; one without a SKU is a single finding, since a file may have any number.
struct Cases<'a> {
    entries: crate::store::Entries<'a>,
    next: Option<Entry>,
}

impl<'a> Cases<'a> {
    fn new(sorted: &'a Sorted) -> io::Result<Self> {
        let mut entries = sorted.entries()?;
        let next = entries.next().transpose()?;
        Ok(Self { entries, next })
    }
}

impl Iterator for Cases<'_> {
    type Item = io::Result<Case>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.next.take()?;
        let (marketplace, channel, sku) = subject(&first);
        let mut case = Case { channel, sku, outcome: None, findings: Vec::new() };
        let mut entry = first;
        loop {
            match entry {
                Entry::Outcome(outcome) => case.outcome = Some(outcome),
                Entry::Finding(finding) => case.findings.push(finding),
            }
            match self.entries.next() {
                Some(Ok(next)) => {
                    let is_same = {
                        let (next_marketplace, channel, sku) = subject(&next);
                        (next_marketplace == marketplace) && channel == case.channel && sku == case.sku
                    };
                    if !is_same || case.sku.is_none() {
                        self.next = Some(next);
                        return Some(Ok(case));
                    }
                    entry = next;
                }
                Some(Err(error)) => return Some(Err(error)),
                None => return Some(Ok(case)),
            }
        }
    }
}

/// What an entry is about.
fn subject(entry: &Entry) -> (Option<Arc<str>>, Option<Arc<str>>, Option<Sku>) {
    match entry {
        Entry::Outcome(outcome) => {
            (Some(Arc::clone(&outcome.marketplace)), Some(Arc::clone(&outcome.channel)), Some(outcome.sku.clone()))
        }
        Entry::Finding(finding) => (finding.marketplace.clone(), finding.channel.clone(), finding.sku.clone()),
    }
}
