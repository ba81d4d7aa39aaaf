//! A few categories out of a document of thousands, cut out while it is read: such documents do not fit into memory.

use crate::contract::Bulk;
use crate::contract::ToldBy;
use serde::de::DeserializeSeed;
use serde::de::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;

/// Reads a document to its end and gives, for each wanted category that stands in it, a document of the same form that
/// holds this one only. At no time is more than one category in memory, beside those that are wanted.
///
/// # Errors
/// What is wrong with the document, with its line and column.
pub fn cut(
    document: impl Read,
    bulk: Bulk,
    wanted: &BTreeSet<String>,
) -> Result<BTreeMap<String, Vec<u8>>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_reader(document);
    let mut found = BTreeMap::new();
    let way = Way { wrapper: bulk.wrapper, rest: bulk.path, told_by: bulk.told_by, wanted, found: &mut found };
    let mut frame = way.deserialize(&mut reader)?;
    reader.end()?;
    if place(&mut frame, bulk).is_none() {
        // Otherwise the document would be taken for one without any of the categories.
        let message = format!("it has no `/{}`: it is not the document of all categories", bulk.path.join("/"));
        return Err(serde::de::Error::custom(message));
    }
    found
        .into_iter()
        .map(|(id, category)| {
            let mut document = frame.clone();
            put(&mut document, bulk, &id, category);
            serde_json::to_vec(&document).map(|bytes| (id, bytes))
        })
        .collect()
}

/// Where categories stand.
fn place(document: &mut Value, bulk: Bulk) -> Option<&mut Value> {
    let wrapper = bulk.wrapper.filter(|name| document.get(name).is_some());
    let place = wrapper.iter().chain(bulk.path).try_fold(document, |node, name| node.get_mut(*name))?;
    let is_right = match bulk.told_by {
        ToldBy::Name => place.is_object(),
        ToldBy::Entry(_) => place.is_array(),
    };
    is_right.then_some(place)
}

/// Puts a category back where it stood.
fn put(document: &mut Value, bulk: Bulk, id: &str, category: Value) {
    match place(document, bulk) {
        Some(Value::Object(members)) => {
            members.insert(id.to_owned(), category);
        }
        Some(Value::Array(entries)) => entries.push(category),
        // `cut` has looked.
        _ => {}
    }
}

/// The way to where categories stand; what lies beside it is kept.
struct Way<'a> {
    /// The member that does not count, as long as it was not met.
    wrapper: Option<&'static str>,
    rest: &'static [&'static str],
    told_by: ToldBy,
    wanted: &'a BTreeSet<String>,
    found: &'a mut BTreeMap<String, Value>,
}

impl Way<'_> {
    /// The way on from the next member.
    fn step(&mut self, rest: &'static [&'static str]) -> Way<'_> {
        Way { wrapper: None, rest, told_by: self.told_by, wanted: self.wanted, found: &mut *self.found }
    }
}

impl<'de> DeserializeSeed<'de> for Way<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Way<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rest.first() {
            Some(name) => write!(out, "an object with the member `{name}`"),
            None => out.write_str("the categories"),
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            match self.rest.split_first() {
                Some((next, rest)) if name == *next => {
                    let value = members.next_value_seed(self.step(rest))?;
                    kept.insert(name, value);
                }
                Some(_) if self.wrapper == Some(name.as_str()) => {
                    let rest = self.rest;
                    let value = members.next_value_seed(self.step(rest))?;
                    kept.insert(name, value);
                }
                Some(_) => {
                    kept.insert(name, members.next_value()?);
                }
                None if self.wanted.contains(&name) => {
                    let category = members.next_value()?;
                    self.found.insert(name, category);
                }
                None => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Value::Object(kept))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        while let Some(entry) = entries.next_element::<Value>()? {
            let id = match self.told_by {
                ToldBy::Entry(path) if self.rest.is_empty() => {
                    path.iter().try_fold(&entry, |node, name| node.get(*name))
                }
                ToldBy::Entry(_) | ToldBy::Name => None,
            };
            if let Some(id) = id.and_then(Value::as_str).filter(|id| self.wanted.contains(*id)) {
                self.found.insert(id.to_owned(), entry);
            }
        }
        Ok(Value::Array(Vec::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_text(text: &str, bulk: Bulk, wanted: &[&str]) -> Result<BTreeMap<String, String>, String> {
        let wanted = wanted.iter().map(|id| (*id).to_owned()).collect();
        cut(text.as_bytes(), bulk, &wanted)
            .map(|found| found.into_iter().map(|(id, bytes)| (id, String::from_utf8(bytes).unwrap())).collect())
            .map_err(|why| why.to_string())
    }

    const BY_NAME: Bulk = Bulk { wrapper: Some("whole"), path: &["a", "types"], told_by: ToldBy::Name };
    const BY_ENTRY: Bulk = Bulk { wrapper: Some("whole"), path: &["all"], told_by: ToldBy::Entry(&["category", "id"]) };

    #[test]
    fn each_wanted_category_keeps_the_frame_it_stood_in() {
        let text = r#"{"v":1,"a":{"x":[1],"types":{"B":{"n":1},"C":{"n":2},"D":{}}}}"#;
        let found = cut_text(text, BY_NAME, &["B", "C", "Z"]).unwrap();
        assert_eq!(found["B"], r#"{"a":{"types":{"B":{"n":1}},"x":[1]},"v":1}"#);
        assert_eq!(found.len(), 2);
        let text = r#"{"v":1,"all":[{"category":{"id":"7"}},{"category":{"id":"8"},"n":1},5]}"#;
        assert_eq!(cut_text(text, BY_ENTRY, &["8"]).unwrap()["8"], r#"{"all":[{"category":{"id":"8"},"n":1}],"v":1}"#);
    }

    #[test]
    fn an_answer_stored_as_it_came_is_read_within_its_wrapper() {
        let text = r#"{"status":"OK","whole":{"a":{"types":{"B":{"n":1},"C":{"whole":2}}}}}"#;
        let found = cut_text(text, BY_NAME, &["C"]).unwrap();
        assert_eq!(found["C"], r#"{"status":"OK","whole":{"a":{"types":{"C":{"whole":2}}}}}"#);
    }

    #[test]
    fn a_document_of_another_form_holds_no_category() {
        let why = cut_text("{}", BY_NAME, &["B"]).unwrap_err();
        assert!(why.contains("it has no `/a/types`"), "{why}");
        assert!(cut_text("{\"a\":5}", BY_NAME, &["B"]).unwrap_err().contains("the member `types`"));
        assert!(cut_text("{\"all\":[", BY_ENTRY, &["B"]).unwrap_err().contains("line 1"));
    }
}
