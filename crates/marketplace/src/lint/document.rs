//! A feed file, or one line or row of it, as a tree: where its nodes stand, and what is wrong with its records.

use super::File;
use crate::json::Lines;
use crate::listing::Leaf;
use crate::listing::Listing;
use crate::listing::NodeId;
use crate::listing::Ref;
use crate::listing::Shape;
use crate::listing::Source;
use crate::listing::escape;
use crate::requirements::Origin;
use crate::requirements::Requirements;
use crate::requirements::Scope;
use crate::requirements::Violation;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Place;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::rules;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A tree read from a feed file.
#[derive(Debug)]
pub struct Document<'a> {
    file: File<'a>,
    /// The pointer to it in the whole file.
    base: String,
    listing: Listing,
    places: Places,
}

/// How a node's source becomes a place.
#[derive(Debug)]
enum Places {
    /// It is an offset and 1 into a text: the whole file, or a line of it.
    Text { lines: Lines, line: Option<u64> },
    /// It is the number of a column, counted from 1.
    Row { line: u64, columns: Arc<[Arc<str>]> },
}

/// What a marketplace takes as one: a message, an item, a row.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its number among the others, from 1.
    pub number: usize,
    /// Its SKU, where it says one that can be read.
    pub sku: Option<Sku>,
    pointer: String,
    node: NodeId,
}

impl<'a> Document<'a> {
    /// A whole file, whose nodes know their offset in a text, counted from 1.
    pub fn in_text(file: File<'a>, listing: Listing, text: &[u8]) -> Self {
        Self { file, base: String::new(), listing, places: Places::Text { lines: Lines::of(text), line: None } }
    }

    /// One line of a file, whose nodes know their offset in it, counted from 1.
    pub fn in_line(file: File<'a>, listing: Listing, text: &[u8], line: u64) -> Self {
        let places = Places::Text { lines: Lines::of(text), line: Some(line) };
        Self { file, base: format!("/lines/{line}"), listing, places }
    }

    /// A row of a file that begins on this line, whose nodes know their column, counted from 1.
    pub fn in_row(file: File<'a>, listing: Listing, line: u64, columns: &Arc<[Arc<str>]>) -> Self {
        let places = Places::Row { line, columns: Arc::clone(columns) };
        Self { file, base: format!("/lines/{line}"), listing, places }
    }

    /// The same text or row as another tree, whose nodes have kept their sources: what a file says in a roundabout way.
    #[must_use]
    pub fn with(self, listing: Listing) -> Self {
        Self { listing, ..self }
    }

    /// The file it stands in.
    pub fn file(&self) -> &File<'a> {
        &self.file
    }

    /// All of it.
    pub fn root(&self) -> Ref<'_> {
        self.listing.root()
    }

    /// The place of a node.
    pub fn place(&self, node: Ref<'_>) -> Place {
        let Source(source) = node.source();
        let at = usize::try_from(source).ok().and_then(|at| at.checked_sub(1));
        match &self.places {
            Places::Text { lines, line } => {
                let inside = at.map(|at| lines.line(at) + line.unwrap_or(1) - 1);
                self.file.place(inside.or(*line))
            }
            Places::Row { line, columns } => {
                let column = at.and_then(|at| columns.get(at)).cloned();
                Place { column, ..self.file.place(Some(*line)) }
            }
        }
    }

    /// The records of a list, and the SKU that each has at a pointer of its own. What is no object is none.
    pub fn records(&self, list: &str, sku: &str) -> Vec<Record> {
        let nodes = self.root().pointer(list).into_iter().flat_map(Ref::elements).enumerate();
        nodes
            .filter(|(_, node)| node.is_object())
            .map(|(at, node)| Record {
                number: at + 1,
                sku: sku_at(node, sku),
                pointer: format!("{list}/{at}"),
                node: node.id(),
            })
            .collect()
    }

    /// The record at a pointer, and the SKU it has at a pointer of its own.
    pub fn record(&self, number: usize, pointer: &str, sku: &str) -> Option<Record> {
        let node = self.root().pointer(pointer).filter(|node| node.is_object())?;
        Some(Record { number, sku: sku_at(node, sku), pointer: pointer.to_owned(), node: node.id() })
    }

    /// The whole document as a record: a line, a row.
    pub fn whole(&self, number: usize, sku: Option<Sku>) -> Record {
        Record { number, sku, pointer: String::new(), node: Listing::ROOT }
    }

    /// The tree of a record.
    pub fn node(&self, record: &Record) -> Ref<'_> {
        self.listing.node(record.node)
    }

    /// A finding of something in a record: its pointer begins at the record when a SKU says which one it is.
    pub fn say(&self, record: &Record, pointer: &str, finding: Finding) -> Finding {
        let place = self.place(self.node(record).nearest(pointer));
        let mut finding = self.file.say(finding.at(place));
        match &record.sku {
            Some(sku) => {
                finding.sku = Some(sku.clone());
                finding.pointer = Some(pointer.to_owned());
            }
            None => finding.pointer = Some(format!("{}{}{pointer}", self.base, record.pointer)),
        }
        finding
    }

    /// Findings that have their pointer from a record already, as policy gives them.
    pub fn say_all(&self, record: &Record, mut found: Findings, out: &mut Findings) {
        for finding in found.take() {
            let pointer = finding.pointer.clone().unwrap_or_default();
            out.push(self.say(record, &pointer, finding));
        }
    }

    /// Holds the document against the schema of its frame. What is wrong inside a record is said of the record.
    pub fn frame(&self, schema: &Requirements, records: &[Record], out: &mut Findings) {
        let by_pointer: BTreeMap<&str, &Record> =
            records.iter().map(|record| (record.pointer.as_str(), record)).collect();
        for violation in schema.violations(self.root(), Scope::Whole) {
            let inside = violation.pointer.match_indices('/').find_map(|(at, _)| {
                let (before, rest) = violation.pointer.split_at(at);
                Some((*by_pointer.get(before)?, rest.to_owned()))
            });
            let mut finding = Finding::new(violation.rule, violation.message);
            finding.keyword = violation.keyword;
            finding.help = violation.help;
            out.push(match inside {
                Some((record, pointer)) => self.say(record, &pointer, finding),
                None => {
                    let place = self.place(self.root().nearest(&violation.pointer));
                    let pointer = format!("{}{}", self.base, violation.pointer);
                    self.file.say(finding.pointer(pointer).at(place))
                }
            });
        }
    }

    /// Holds a part of a record against requirements.
    pub fn check(&self, record: &Record, part: &str, requirements: &Requirements, scope: Scope, out: &mut Findings) {
        let Some(node) = self.node(record).pointer(part).filter(|node| node.is_object()) else { return };
        let advice = match scope {
            Scope::Whole => requirements.advice(node),
            Scope::Partial => Vec::new(),
        };
        for violation in requirements.violations(node, scope).into_iter().chain(advice) {
            let pointer = format!("{part}{}", violation.pointer);
            out.push(self.violation(record, requirements, violation, &pointer));
        }
    }

    /// The finding of a violation at a pointer of a record.
    pub fn violation(
        &self,
        record: &Record,
        requirements: &Requirements,
        violation: Violation,
        pointer: &str,
    ) -> Finding {
        let text = match &violation.because {
            Some(because) => format!("{}, {because}", violation.message),
            None => violation.message,
        };
        let mut finding = Finding::new(violation.rule, text);
        finding.keyword = violation.keyword;
        finding.help = violation.help;
        finding.severity = violation.severity.unwrap_or(finding.severity);
        // A starter knows the common attributes only: one it does not know may well exist.
        let is_starter = matches!(requirements.origin(), Origin::Starter { .. });
        if is_starter && violation.rule.code == rules::UNKNOWN_ATTRIBUTE.code {
            finding.severity = Severity::Warning;
        }
        self.say(record, pointer, finding)
    }

    /// The blank texts of a part of a record.
    pub fn blanks(&self, record: &Record, part: &str, out: &mut Findings) {
        let Some(node) = self.node(record).pointer(part) else { return };
        let mut found = Vec::new();
        blank(node, &mut part.to_owned(), &mut found);
        for pointer in found {
            let finding = Finding::new(&rules::BLANK_VALUE, "value is blank");
            out.push(self.say(record, &pointer, finding.help("leave the attribute out, or give it a value")));
        }
    }

    /// Values at a pointer that an earlier record has already: `say` makes the finding from the value and the number of
    /// that record.
    pub fn duplicates(
        &self,
        records: &[Record],
        pointer: &str,
        say: impl Fn(&str, usize) -> Finding,
        out: &mut Findings,
    ) {
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        for record in records {
            let Some(value) = self.node(record).pointer(pointer).and_then(plain) else { continue };
            match first.get(&value) {
                Some(number) => out.push(self.say(record, pointer, say(&value, *number))),
                None => {
                    first.insert(value, record.number);
                }
            }
        }
    }
}

/// The SKU at a pointer of a record.
fn sku_at(record: Ref<'_>, pointer: &str) -> Option<Sku> {
    record.pointer(pointer).and_then(Ref::as_text).and_then(|sku| Sku::parse(sku).ok())
}

/// A text or a number, so that equal ones are equal texts.
fn plain(node: Ref<'_>) -> Option<String> {
    match node.shape() {
        Shape::Leaf(Leaf::Text(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Shape::Leaf(Leaf::Number(number)) => Some(number.normalize().to_string()),
        Shape::Leaf(Leaf::BigNumber(text)) => Some(text.to_owned()),
        Shape::Leaf(Leaf::Null | Leaf::Bool(_)) | Shape::Array | Shape::Object => None,
    }
}

/// The pointers of all blank texts below a node.
fn blank(node: Ref<'_>, pointer: &mut String, found: &mut Vec<String>) {
    let length = pointer.len();
    match node.shape() {
        Shape::Leaf(Leaf::Text(text)) if text.trim().is_empty() => found.push(pointer.clone()),
        Shape::Leaf(_) => {}
        Shape::Array => {
            for (at, entry) in node.elements().enumerate() {
                pointer.push('/');
                pointer.push_str(&at.to_string());
                blank(entry, pointer, found);
                pointer.truncate(length);
            }
        }
        Shape::Object => {
            for (key, member) in node.members() {
                pointer.push('/');
                pointer.push_str(&escape(key));
                blank(member, pointer, found);
                pointer.truncate(length);
            }
        }
    }
}
