//! XML as a tree, request by request.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::BytesStart;
use quick_xml::events::Event;

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name, without a prefix.
    pub name: String,
    /// Its attributes but for namespaces.
    pub attributes: Vec<(String, String)>,
    /// Its text.
    pub text: String,
    /// What stands in it.
    pub children: Vec<Element>,
}

/// Deepest nesting of a request.
const MAX_DEPTH: usize = 32;

/// The requests of a file; none where it is no such file.
pub(super) fn requests(text: &str) -> Option<Vec<Element>> {
    let mut reader = Reader::from_str(text);
    // The open elements, the outermost first.
    let mut open: Vec<Element> = Vec::new();
    let mut requests = Vec::new();
    let mut is_closed = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                if is_closed || open.len() >= MAX_DEPTH {
                    return None;
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => close(element(&start)?, &mut open, &mut requests),
            Event::End(_) => {
                let done = open.pop()?;
                if open.is_empty() {
                    if done.name != "BulkDataExchangeRequests" {
                        return None;
                    }
                    is_closed = true;
                } else {
                    close(done, &mut open, &mut requests);
                }
            }
            Event::Text(more) => append(&mut open, &more.xml10_content()),
            Event::CData(more) => append(&mut open, &more.xml10_content()),
            Event::GeneralRef(entity) => {
                let character = entity.resolve_char_ref().ok()?;
                match character {
                    Some(character) => append(&mut open, character.encode_utf8(&mut [0; 4])),
                    None => append(&mut open, resolve_predefined_entity(&entity.xml10_content())?),
                }
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
        }
    }
    is_closed.then_some(requests)
}

fn element(start: &BytesStart<'_>) -> Option<Element> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let name = attribute.key.as_ref();
        if !name.starts_with("xmlns") {
            attributes.push((name.to_owned(), attribute.value.clone().into_owned()));
        }
    }
    Some(Element { name: start.local_name().as_ref().to_owned(), attributes, ..Element::default() })
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// Puts a finished element where it belongs: into its parent, or among the requests.
fn close(done: Element, open: &mut [Element], requests: &mut Vec<Element>) {
    match open {
        [_root] if done.name != "Header" => requests.push(done),
        [.., parent] => parent.children.push(done),
        [] => {}
    }
}

impl Element {
    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of this name.
    pub(super) fn all<'element>(&'element self, name: &'element str) -> impl Iterator<Item = &'element Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text at the end of this path; none where it is empty.
    pub(super) fn at(&self, path: &str) -> Option<&str> {
        let mut at = self;
        for name in path.split('/') {
            at = at.child(name)?;
        }
        let text = at.text.trim();
        (!text.is_empty()).then_some(text)
    }

    /// It as one line, the same for the same content, without the children of these names wherever they stand.
    pub(super) fn line(&self, without: &[&str]) -> String {
        let mut line = String::new();
        self.write(without, &mut line);
        line
    }

    fn write(&self, without: &[&str], line: &mut String) {
        line.push('<');
        line.push_str(&self.name);
        for (name, value) in &self.attributes {
            line.push(' ');
            line.push_str(name);
            line.push('=');
            line.push_str(value);
        }
        line.push('>');
        let text = if self.children.is_empty() { self.text.as_str() } else { self.text.trim() };
        line.push_str(text);
        for child in self.children.iter().filter(|child| !without.contains(&child.name.as_str())) {
            child.write(without, line);
        }
        line.push('/');
    }
}
