//! From a checked record to a row, or to an item of RSS.
//!
//! Source: Google Merchant Center help, file formats and attribute pages named in schemas/google; read 2026-11-25.

use crate::Google;
use crate::profile;
use crate::schema;
use feedwright_marketplace::Category;
use feedwright_marketplace::Feed;
use feedwright_marketplace::Frame;
use feedwright_marketplace::Framing;
use feedwright_marketplace::Marketplace as _;
use feedwright_marketplace::Ref;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::Shape;
use feedwright_marketplace::rows;
use quick_xml::Writer;
use quick_xml::events::BytesDecl;
use quick_xml::events::BytesEnd;
use quick_xml::events::BytesStart;
use quick_xml::events::BytesText;
use quick_xml::events::Event;

/// The namespace of Google's elements.
pub(crate) const NAMESPACE: &str = "http://base.google.com/ns/1.0";
/// What stands before their names.
pub(crate) const PREFIX: &str = "g:";

/// What stands around the records of a file.
pub(crate) fn framing(google: &Google, feed: &Feed) -> Framing {
    let mut file = Frame::default();
    if feed.id == profile::RSS {
        let mut xml = Writer::new(&mut file.before);
        let option = |name: &str, other: &str| google.options.get(name).map_or(other, String::as_str).to_owned();
        put(&mut xml, Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        let mut rss = BytesStart::new("rss");
        rss.push_attribute(("version", "2.0"));
        rss.push_attribute(("xmlns:g", NAMESPACE));
        line(&mut xml);
        put(&mut xml, Event::Start(rss));
        line(&mut xml);
        put(&mut xml, Event::Start(BytesStart::new("channel")));
        line(&mut xml);
        leaf(&mut xml, "title", &option(profile::SHOP_NAME, &google.channel.name));
        leaf(&mut xml, "link", &option(profile::SHOP_LINK, ""));
        leaf(&mut xml, "description", "Product data");
        let mut xml = Writer::new(&mut file.after);
        for name in ["channel", "rss"] {
            put(&mut xml, Event::End(BytesEnd::new(name)));
            line(&mut xml);
        }
    } else if let Ok(any) = google.category(feed, crate::category::GENERAL) {
        rows::write(schema::names(&any.requirements), b'\t', &mut file.before);
    }
    Framing { file, ..Framing::default() }
}

/// Writes a record.
pub(crate) fn write(feed: &Feed, category: &Category, record: Ref<'_>, out: &mut Vec<u8>) {
    if feed.id != profile::RSS {
        let cells =
            schema::names(&category.requirements).map(|name| record.member(name).map_or_else(String::new, cell));
        let cells: Vec<String> = cells.collect();
        rows::write(cells.iter().map(String::as_str), b'\t', out);
        return;
    }
    let mut xml = Writer::new(out);
    put(&mut xml, Event::Start(BytesStart::new("item")));
    line(&mut xml);
    for (name, node) in record.members() {
        let element = [PREFIX, name].concat();
        match node.shape() {
            Shape::Array => node.elements().for_each(|entry| leaf(&mut xml, &element, &value(entry))),
            Shape::Leaf(_) | Shape::Object => leaf(&mut xml, &element, &value(node)),
        }
    }
    put(&mut xml, Event::End(BytesEnd::new("item")));
    line(&mut xml);
}

/// A value in a cell: the entries of a list with commas between. One that holds a comma stands in quotes; that it holds
/// no quote then, policy sees to.
fn cell(node: Ref<'_>) -> String {
    match node.shape() {
        Shape::Array => {
            let entries = node.elements().map(|entry| {
                let text = value(entry);
                if needs_quotes(&text) { ["\"", &text, "\""].concat() } else { text }
            });
            entries.collect::<Vec<_>>().join(",")
        }
        Shape::Leaf(_) | Shape::Object => value(node),
    }
}

/// Whether an entry of a list would be taken apart without quotes around it.
pub(crate) fn needs_quotes(entry: &str) -> bool {
    entry.contains([',', '\n', '\r']) || entry.starts_with(['"', ' ']) || entry.ends_with(' ')
}

/// A value in words: `12.50 USD`, `1.2 lb`, `start/end`.
fn value(node: Ref<'_>) -> String {
    match node.shape() {
        Shape::Leaf(Leaf::Text(text) | Leaf::BigNumber(text)) => text.to_owned(),
        Shape::Leaf(Leaf::Number(number)) => number.to_string(),
        Shape::Leaf(Leaf::Bool(value)) => (if value { "yes" } else { "no" }).to_owned(),
        Shape::Leaf(Leaf::Null) => String::new(),
        Shape::Object => {
            let part = |name: &str| node.member(name).map(value);
            let join = |first: &str, between: &str, second: &str| Some([part(first)?, part(second)?].join(between));
            join("value", " ", "currency")
                .or_else(|| join("value", " ", "unit"))
                .or_else(|| join("start", "/", "end"))
                .unwrap_or_default()
        }
        Shape::Array => node.elements().map(value).collect::<Vec<_>>().join(","),
    }
}

fn put(xml: &mut Writer<&mut Vec<u8>>, event: Event<'_>) {
    let written = xml.write_event(event);
    debug_assert!(written.is_ok(), "writing into memory cannot fail");
}

fn line(xml: &mut Writer<&mut Vec<u8>>) {
    xml.get_mut().push(b'\n');
}

fn leaf(xml: &mut Writer<&mut Vec<u8>>, name: &str, text: &str) {
    put(xml, Event::Start(BytesStart::new(name)));
    put(xml, Event::Text(BytesText::new(text)));
    put(xml, Event::End(BytesEnd::new(name)));
    line(xml);
}
