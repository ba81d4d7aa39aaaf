//! The files of calls, read back: what is to be sent about which SKU, each request kept as it stands in the file.

use feedwright_marketplace::exchange::ParcelFile;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Trouble;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;

/// One call of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// Many rows in one request.
    Batch(Vec<Entry>),
    /// A group.
    Group(Group),
    /// The publication of a group of this key.
    Publish(String, Json),
    /// A deletion.
    Delete(String),
}

/// A request about one SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The SKU.
    pub(super) sku: Arc<str>,
    /// The request as it stands in the file.
    pub(super) body: Json,
}

/// A group and its members.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Its key.
    pub(super) key: String,
    /// The SKUs in it.
    pub(super) members: Vec<Arc<str>>,
    /// The request as it stands in the file.
    pub(super) body: Json,
}

/// JSON as it stands in a file.
pub(super) type Json = Arc<str>;

#[derive(Deserialize)]
struct Line<'a> {
    method: Cow<'a, str>,
    path: Cow<'a, str>,
    #[serde(borrow)]
    body: &'a RawValue,
}

#[derive(Deserialize)]
struct Requests<'a> {
    #[serde(borrow)]
    requests: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct About<'a> {
    #[serde(borrow)]
    sku: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Published<'a> {
    #[serde(borrow)]
    inventory_item_group_key: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, rename = "variantSKUs")]
    skus: Vec<Cow<'a, str>>,
}

const BASE: &str = "/sell/inventory/v1/";

/// The calls of a file.
///
/// # Errors
/// [`Trouble::Refused`] for a file that holds something else.
pub(super) fn read(file: &ParcelFile) -> Result<Vec<Call>, ProtocolError> {
    let mut calls = Vec::new();
    for (at, line) in file.bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let part = file.part.id;
        let wrong =
            |why: &str| ProtocolError::new("file", Trouble::Refused, format!("line {} of part `{part}` {why}", at + 1));
        calls.push(call(line).map_err(|why| wrong(&format!("is no call: {why}")))?.ok_or_else(|| {
            wrong("is a call that is not sent from files: write the file anew with `feedwright build`")
        })?);
    }
    Ok(calls)
}

fn call(line: &[u8]) -> serde_json::Result<Option<Call>> {
    let line: Line<'_> = serde_json::from_slice(line)?;
    let Some(path) = line.path.strip_prefix(BASE) else { return Ok(None) };
    let body = line.body.get();
    Ok(match (&*line.method, path.split_once('/')) {
        ("POST", None) => Some(Call::Batch(entries(body)?)),
        ("PUT", Some(("inventory_item_group", key))) => {
            let members: Members<'_> = serde_json::from_str(body)?;
            let members = members.skus.iter().map(|sku| Arc::from(&**sku)).collect();
            Some(Call::Group(Group { key: decoded(key), members, body: Arc::from(body) }))
        }
        ("POST", Some(("offer", "publish_by_inventory_item_group"))) => {
            let published: Published<'_> = serde_json::from_str(body)?;
            Some(Call::Publish(published.inventory_item_group_key.into_owned(), Arc::from(body)))
        }
        ("DELETE", Some(("inventory_item", sku))) => Some(Call::Delete(decoded(sku))),
        _ => None,
    })
}

fn entries(body: &str) -> serde_json::Result<Vec<Entry>> {
    let requests: Requests<'_> = serde_json::from_str(body)?;
    let entry = |request: &&RawValue| {
        let about: About<'_> = serde_json::from_str(request.get())?;
        Ok(Entry { sku: Arc::from(&*about.sku), body: Arc::from(request.get()) })
    };
    requests.requests.iter().map(entry).collect()
}

/// A step of a path as the text it stands for.
fn decoded(step: &str) -> String {
    let mut bytes = Vec::with_capacity(step.len());
    let mut rest = step.as_bytes();
    while let [first, after @ ..] = rest {
        let pair = (*first == b'%').then(|| after.get(..2)).flatten();
        let byte = pair.and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A request about many rows.
pub(super) fn batch<'e>(bodies: impl Iterator<Item = &'e str>) -> Vec<u8> {
    let mut out = b"{\"requests\":[".to_vec();
    for (at, body) in bodies.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(body.as_bytes());
    }
    out.extend_from_slice(b"]}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_kept_as_they_stand_and_keys_are_read_out_of_paths() {
        let batch = br#"{"method":"POST","path":"/sell/inventory/v1/bulk_create_offer","body":{"requests":[{"sku":"A\"1","n":1.50}, {"sku":"B"}]}}"#;
        let entry = |sku: &str, body: &str| Entry { sku: Arc::from(sku), body: Arc::from(body) };
        let expected = vec![entry("A\"1", r#"{"sku":"A\"1","n":1.50}"#), entry("B", r#"{"sku":"B"}"#)];
        assert_eq!(call(batch).unwrap(), Some(Call::Batch(expected)));
        let delete = br#"{"method":"DELETE","path":"/sell/inventory/v1/inventory_item/A%2FB%C3%A9%","body":null}"#;
        assert_eq!(call(delete).unwrap(), Some(Call::Delete("A/Bé%".to_owned())));
        let other = br#"{"method":"GET","path":"/sell/inventory/v1/offer","body":null}"#;
        assert_eq!(call(other).unwrap(), None);
        assert!(call(b"{}").is_err());
    }
}
