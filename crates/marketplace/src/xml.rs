//! Reads XML documents into listings: elements as members, repeated ones as lists, every node with its place. What makes
//! XML dangerous is refused: document types, entities of somebody's own, depth without end.

use crate::json;
use crate::listing::Key;
use crate::listing::Leaf;
use crate::listing::Listing;
use crate::listing::NodeId;
use crate::listing::Ref;
use crate::listing::Source;
use crate::listing::escape;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::rules;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::fmt;

/// Deeper documents are refused: no feed nests this far.
pub const DEEPEST: usize = 64;

/// What stands before an attribute's name.
pub const ATTRIBUTE: &str = "@";
/// The text of an element that also has attributes or children.
pub const TEXT: &str = "#text";

/// A document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlProblem {
    /// Bytes before the fault.
    pub offset: usize,
    /// Its line, from 1.
    pub line: u64,
    /// Its column in bytes, from 1.
    pub column: u64,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for XmlProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for XmlProblem {}

/// Reads a document into a listing, replacing what is in it; the root element becomes its one member. A node's
/// [`Source`] is its offset and 1; 0 beyond 4 GiB.
///
/// An element with nothing but text is that text. One with attributes or children is an object: attributes are members
/// behind `@`, children members by name, several of one name a list, and text beside them the member `#text`.
///
/// # Errors
/// What is wrong with the document, with its place.
pub fn read(bytes: &[u8], out: &mut Listing) -> Result<(), XmlProblem> {
    out.clear();
    let problem = |offset: usize, message: String| {
        let before = bytes.get(..offset).unwrap_or(bytes);
        let begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let column = (before.len() - begin) as u64 + 1;
        XmlProblem { offset, line: json::line_of(bytes, offset), column, message }
    };
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(why) => return Err(problem(why.valid_up_to(), "text is not in UTF-8".to_owned())),
    };
    let skipped = if bytes.starts_with(json::BYTE_ORDER_MARK) { json::BYTE_ORDER_MARK.len() } else { 0 };
    let root = elements(text.get(skipped..).unwrap_or_default())
        .map_err(|(offset, message)| problem(offset + skipped, message))?;
    let key = Key::new(&root.name);
    root.add_to(Parent::Object(Listing::ROOT, &key), skipped, out);
    Ok(())
}

/// Texts of a record with characters that XML has no way to write, not even as an entity.
pub fn unwritable(record: Ref<'_>, out: &mut Findings) {
    unwritable_below(record, &mut String::new(), out);
}

fn unwritable_below(node: Ref<'_>, pointer: &mut String, out: &mut Findings) {
    let length = pointer.len();
    if let Some(text) = node.as_text() {
        let is_bad = |c: &char| {
            (c.is_control() && *c < '\u{80}' && *c != '\u{7f}' && !matches!(*c, '\t' | '\n' | '\r'))
                || matches!(*c, '\u{fffe}' | '\u{ffff}')
        };
        if let Some(c) = text.chars().find(is_bad) {
            let message = format!("text holds the character U+{:04X}, which XML cannot carry", u32::from(c));
            let finding = Finding::new(&rules::BANNED_CHARACTER, message).help("take it out of the text");
            out.push(finding.pointer(pointer.as_str()));
        }
    }
    for (name, member) in node.members() {
        pointer.push('/');
        pointer.push_str(&escape(name));
        unwritable_below(member, pointer, out);
        pointer.truncate(length);
    }
    for (at, entry) in node.elements().enumerate() {
        pointer.push('/');
        pointer.push_str(&at.to_string());
        unwritable_below(entry, pointer, out);
        pointer.truncate(length);
    }
}

/// An element as it was read.
#[derive(Debug, Default)]
struct Element {
    name: String,
    offset: usize,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

/// Where a node goes.
#[derive(Clone, Copy)]
enum Parent<'k> {
    Array(NodeId),
    Object(NodeId, &'k Key),
}

impl Element {
    fn add_to(&self, parent: Parent<'_>, skipped: usize, out: &mut Listing) {
        let source = Source(u32::try_from(self.offset + skipped + 1).unwrap_or(0));
        if self.attributes.is_empty() && self.children.is_empty() {
            let leaf = Leaf::Text(&self.text);
            match parent {
                Parent::Array(array) => out.push(array, leaf, source),
                Parent::Object(object, key) => out.add(object, key, leaf, source),
            };
            return;
        }
        let node = match parent {
            Parent::Array(array) => out.push_object(array, source),
            Parent::Object(object, key) => out.add_object(object, key, source),
        };
        for (name, value) in &self.attributes {
            out.add(node, &Key::new(&format!("{ATTRIBUTE}{name}")), Leaf::Text(value), source);
        }
        if !self.text.trim().is_empty() {
            out.add(node, &Key::new(TEXT), Leaf::Text(&self.text), source);
        }
        let mut by_name: BTreeMap<&str, Vec<&Self>> = BTreeMap::new();
        for child in &self.children {
            by_name.entry(&child.name).or_default().push(child);
        }
        for child in &self.children {
            // Where the first of a name stands, all of that name are written.
            let Some(same) = by_name.remove(child.name.as_str()) else { continue };
            let key = Key::new(&child.name);
            match same.as_slice() {
                [one] => one.add_to(Parent::Object(node, &key), skipped, out),
                several => {
                    let source = Source(u32::try_from(child.offset + skipped + 1).unwrap_or(0));
                    let array = out.add_array(node, &key, source);
                    for one in several {
                        one.add_to(Parent::Array(array), skipped, out);
                    }
                }
            }
        }
    }
}

/// The root element of a document, or where and why it cannot be read.
fn elements(text: &str) -> Result<Element, (usize, String)> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    loop {
        let before = offset(reader.buffer_position());
        let event =
            reader.read_event().map_err(|why| (offset(reader.error_position()).max(before), why.to_string()))?;
        let at = |message: &str| (before, message.to_owned());
        match event {
            Event::Start(start) => {
                if root.is_some() {
                    return Err(at("a second element stands beside the root"));
                }
                if open.len() >= DEEPEST {
                    return Err((before, format!("elements stand more than {DEEPEST} deep")));
                }
                open.push(element(&start, before)?);
            }
            Event::End(_) => {
                let Some(done) = open.pop() else { return Err(at("an element ends that did not begin")) };
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => root = Some(done),
                }
            }
            Event::Text(text) => put(&mut open, &text.xml10_content(), before)?,
            Event::CData(text) => put(&mut open, &text.xml10_content(), before)?,
            Event::GeneralRef(reference) => {
                let name: &str = &reference;
                let known = match reference.resolve_char_ref() {
                    Ok(Some(c)) => Some(c),
                    Ok(None) => predefined(name),
                    Err(why) => return Err((before, why.to_string())),
                };
                let Some(c) = known else {
                    return Err((before, format!("entity `&{name};` is not one of XML's own five")));
                };
                put(&mut open, c.encode_utf8(&mut [0; 4]), before)?;
            }
            Event::DocType(_) => {
                return Err(at("a document type is declared; feeds have none, and it can stand for anything"));
            }
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => {
                if let Some(unfinished) = open.last() {
                    return Err((before, format!("element `{}` never ends", unfinished.name)));
                }
                return root.ok_or_else(|| at("there is no element"));
            }
        }
    }
}

fn element(start: &BytesStart<'_>, offset: usize) -> Result<Element, (usize, String)> {
    let name: &str = start.name().into_inner();
    let mut element = Element { name: name.to_owned(), offset, ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|why| (offset, why.to_string()))?;
        let name: &str = attribute.key.into_inner();
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|why| (offset, why.to_string()))?;
        element.attributes.push((name.to_owned(), value.into_owned()));
    }
    Ok(element)
}

/// Adds text to the element it stands in.
fn put(open: &mut [Element], text: &str, offset: usize) -> Result<(), (usize, String)> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err((offset, "text stands outside every element".to_owned())),
    }
    Ok(())
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json_of(text: &str) -> String {
        let mut listing = Listing::new();
        read(text.as_bytes(), &mut listing).unwrap();
        let mut out = Vec::new();
        listing.root().write_json(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn elements_become_members_and_repeated_ones_lists() {
        let text = "\u{feff}<?xml version=\"1.0\"?>\n<a xmlns=\"u\"><b>1</b><c>x</c><b>2</b><d n=\"&lt;\">t<![CDATA[<&]]>&amp;&#65;</d><e/></a>";
        assert_eq!(
            json_of(text),
            r##"{"a":{"@xmlns":"u","b":["1","2"],"c":"x","d":{"@n":"<","#text":"t<&&A"},"e":""}}"##
        );
        let mut listing = Listing::new();
        read(text.as_bytes(), &mut listing).unwrap();
        let source = listing.root().pointer("/a/b/1").unwrap().source();
        assert_eq!(text.get(source.0 as usize - 1..source.0 as usize + 3), Some("<b>2"));
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        let check = |text: &str, line: u64, expected: &str| {
            let problem = read(text.as_bytes(), &mut Listing::new()).unwrap_err();
            assert_eq!(problem.line, line, "{problem}");
            assert!(problem.message.contains(expected), "{problem}");
        };
        check("", 1, "there is no element");
        check("<a>\n<b></a>", 2, "");
        check("<a>\n<b>", 2, "never ends");
        check("<a/>\n<b/>", 2, "second element");
        check("\nx<a/>", 1, "outside every element");
        check("<!DOCTYPE a [<!ENTITY x \"y\">]>\n<a>&x;</a>", 1, "document type");
        check("<a>\n&nbsp;</a>", 2, "`&nbsp;` is not one of XML's own five");
        check("<a>&#xD800;</a>", 1, "");
        check("<a b=\"&x;\"/>", 1, "");
        check("<a b=\"1\" b=\"2\"/>", 1, "");
        check(&format!("{}{}", "<x>".repeat(70), "</x>".repeat(70)), 1, "more than 64 deep");
        assert_eq!(read(b"<a>\n\xff</a>", &mut Listing::new()).unwrap_err().line, 2);
    }
}
