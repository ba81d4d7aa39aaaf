//! What checking a finished feed file takes, whoever wrote it: opening it, saying where things stand in it, and holding
//! its records against requirements.
//!
//! A [`File`] is opened as one or several [`Document`]s: trees whose nodes know their line, or their column in a table.
//! A [`Record`] is a part of a document that a marketplace takes as one.

mod document;
mod tally;

pub use document::Document;
pub use document::Record;
pub use tally::Tally;

use crate::contract::FeedText;
use crate::contract::Limit;
use crate::contract::Profile;
use crate::json;
use crate::listing::Listing;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Place;
use feedwright_catalog::Severity;
use feedwright_catalog::rules;
use std::sync::Arc;

/// How a kind of feed file is spoken of in findings.
#[derive(Debug)]
pub struct Terms {
    /// Whose file it is.
    pub profile: &'static Profile,
    /// What the marketplace calls a record.
    pub record: &'static str,
    /// What it calls several.
    pub records: &'static str,
    /// What it calls a category.
    pub category: &'static str,
    /// What a byte order mark does to it.
    pub byte_order_mark: &'static str,
}

impl Terms {
    /// So many records, in words.
    pub fn counted(&self, count: u64) -> String {
        if count == 1 { format!("1 {}", self.record) } else { format!("{count} {}", self.records) }
    }
}

/// A feed file to be checked.
#[derive(Clone, Debug)]
pub struct File<'a> {
    terms: &'static Terms,
    name: Arc<str>,
    bytes: &'a [u8],
}

impl<'a> File<'a> {
    /// A file, spoken of in these terms.
    pub fn new(terms: &'static Terms, file: &FeedText<'a>) -> Self {
        Self { terms, name: Arc::from(file.name), bytes: file.bytes }
    }

    /// How it is spoken of.
    pub fn terms(&self) -> &'static Terms {
        self.terms
    }

    /// The place of a line, or of the file as a whole.
    pub fn place(&self, line: Option<u64>) -> Place {
        Place { file: Arc::clone(&self.name), line, column: None }
    }

    /// A finding about the file, at the place it has already or the file as a whole.
    pub fn say(&self, mut finding: Finding) -> Finding {
        finding.marketplace.get_or_insert_with(|| self.terms.profile.id.into());
        finding.place.get_or_insert_with(|| self.place(None));
        finding
    }

    /// What it may weigh: an error where the marketplace refuses more, a warning where it only advises.
    pub fn at_most_bytes(&self, limit: &Limit, severity: Severity, out: &mut Findings) {
        let (size, most) = (self.bytes.len() as u64, limit.value);
        if size <= most {
            return;
        }
        let message = match severity {
            Severity::Error => format!("file has {size} bytes, {most} allowed"),
            Severity::Warning | Severity::Note => {
                format!("file has {size} bytes; {} advises to stay below {most}", self.terms.profile.name)
            }
        };
        let mut finding = Finding::new(&rules::FEED_TOO_LARGE, message)
            .help(format!("split the {} over several files", self.terms.records));
        finding.severity = severity;
        out.push(self.say(finding));
    }

    /// How many records it may hold.
    pub fn at_most_records(&self, count: u64, limit: &Limit, out: &mut Findings) {
        if count > limit.value {
            let message = format!("file has {}, {} allowed", self.terms.counted(count), limit.value);
            let finding = Finding::new(&rules::TOO_MANY_RECORDS, message);
            out.push(self.say(finding.help(format!("split the {} over several files", self.terms.records))));
        }
    }

    /// Its bytes without a byte order mark, which is a finding.
    pub fn text(&self, out: &mut Findings) -> &'a [u8] {
        let Some(text) = self.bytes.strip_prefix(json::BYTE_ORDER_MARK) else { return self.bytes };
        let finding = Finding::new(&rules::BYTE_ORDER_MARK, "file begins with a byte order mark");
        let help = format!("save it as UTF-8 without a byte order mark: {}", self.terms.byte_order_mark);
        out.push(self.say(finding.help(help)));
        text
    }

    /// The file as one JSON document.
    pub fn json(&self, out: &mut Findings) -> Option<Document<'a>> {
        let text = self.text(out);
        let listing = self.read_json(text, None, out)?;
        Some(Document::in_text(self.clone(), listing, text))
    }

    /// The file as one JSON document a line; blank lines are none. Gives the documents it could read one by one, each with
    /// its line, and says how many there are.
    pub fn json_lines(&self, out: &mut Findings, mut each: impl FnMut(Document<'a>, u64, &mut Findings)) -> u64 {
        let mut count = 0;
        for (line, text) in (1..).zip(self.text(out).split(|byte| *byte == b'\n')) {
            if text.trim_ascii().is_empty() {
                continue;
            }
            count += 1;
            if let Some(listing) = self.read_json(text, Some(line), out) {
                each(Document::in_line(self.clone(), listing, text, line), line, out);
            }
        }
        count
    }

    /// Reads a document: the whole file, or one line of it. What is wrong with a line concerns no other.
    fn read_json(&self, text: &[u8], line: Option<u64>, out: &mut Findings) -> Option<Listing> {
        let say = |finding: Finding, inside: u64| {
            let mut finding = finding.at(self.place(Some(line.unwrap_or(1) - 1 + inside)));
            finding.pointer = line.map(|line| format!("/lines/{line}"));
            self.say(finding)
        };
        let mut listing = Listing::new();
        match json::read(text, &mut listing) {
            Ok(duplicates) => {
                for duplicate in duplicates {
                    let message = format!("member `{}` stands twice in one object", duplicate.name);
                    let finding = Finding::new(&rules::BAD_ENVELOPE, message)
                        .help("keep one of the two: readers differ on which one counts");
                    out.push(say(finding, duplicate.line));
                }
                Some(listing)
            }
            Err(problem) => {
                let what = if line.is_some() { "line" } else { "file" };
                let message = format!("{what} is not JSON: {}", problem.message);
                let finding = Finding::new(&rules::UNREADABLE_FILE, message).help("write the file with a JSON library");
                out.push(say(finding, problem.line));
                None
            }
        }
    }
}
