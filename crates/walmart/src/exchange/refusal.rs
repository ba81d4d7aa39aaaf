//! Answers that say no. Walmart has at least five shapes for them; all hold objects with a code and a text.

use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::listing::Listing;
use feedwright_marketplace::xml;
use serde_json::Map;
use serde_json::Value;

/// Most errors that are told of one answer.
const MOST: usize = 5;

/// What an answer that is not fine means, in Walmart's codes and words where there are some.
pub(super) fn refusal(doing: &'static str, answer: &Answer) -> ProtocolError {
    let plain = answer.refusal(doing);
    match told(&answer.body) {
        Some(told) => ProtocolError { message: format!("answered with status {}: {told}", answer.status), ..plain },
        None => plain,
    }
}

/// The codes and texts in a body, of JSON or XML, as one line; none when there are none.
pub(crate) fn told(body: &[u8]) -> Option<String> {
    let mut errors = Vec::new();
    collect(&document(body)?, &mut errors);
    let n_more = errors.len().saturating_sub(MOST);
    errors.truncate(MOST);
    let more = if n_more == 0 { String::new() } else { format!("; and {n_more} more") };
    (!errors.is_empty()).then(|| format!("{}{more}", errors.join("; ")))
}

fn document(body: &[u8]) -> Option<Value> {
    if let Ok(value) = serde_json::from_slice(body) {
        return Some(value);
    }
    let mut listing = Listing::new();
    xml::read(body, &mut listing).ok()?;
    let mut json = Vec::new();
    listing.root().write_json(&mut json);
    serde_json::from_slice(&json).ok()
}

fn collect(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if let Some(error) = error(object)
                && !out.contains(&error)
            {
                out.push(error);
            }
            object.values().for_each(|value| collect(value, out));
        }
        Value::Array(entries) => entries.iter().for_each(|value| collect(value, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// An object's code with its text and the field it is about: `CODE (field): text`.
fn error(object: &Map<String, Value>) -> Option<String> {
    // XML puts a prefix before names.
    let member = |name: &str| {
        let found = object.iter().find(|(own, _)| own.rsplit(':').next().is_some_and(|own| own == name));
        super::text(found.map(|(_, value)| value)).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let code = member("code")?;
    let field = member("field").map_or_else(String::new, |field| format!(" ({field})"));
    let said = ["description", "message", "info"].into_iter().find_map(member);
    Some(format!("{code}{field}{}", said.map_or_else(String::new, |said| format!(": {said}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: Option<&str>) {
        assert_eq!(told(body.as_bytes()).as_deref(), expected);
    }

    #[test]
    fn every_shape_of_a_refusal_is_read() {
        check(r#"{"errors":[{"code":"A","message":"no  file"}]}"#, Some("A: no file"));
        check(r#"{"error":[{"code":"A","field":"f","description":"d","info":"i"},{"code":7}]}"#, Some("A (f): d; 7"));
        check(r#"{"code":"A","description":null,"info":"i"}"#, Some("A: i"));
        check(r#"{"errors":{"error":{"code":"A"}}}"#, Some("A"));
        check(r#"{"status":"FORBIDDEN","errors":[{"code":"403","info":"i"}]}"#, Some("403: i"));
        check(
            r#"<ns2:errors xmlns:ns2="x"><ns2:error><ns2:code>A</ns2:code><ns2:info>i</ns2:info></ns2:error></ns2:errors>"#,
            Some("A: i"),
        );
        check("<html><body>Bad Gateway</body></html>", None);
        check("", None);
        check(r#"{"message":"no code"}"#, None);
    }

    #[test]
    fn a_refusal_of_many_errors_tells_some_and_how_many_more() {
        let errors: Vec<String> = (0..7).map(|n| format!(r#"{{"code":"E{n}"}}"#)).collect();
        check(&format!("[{}]", errors.join(",")), Some("E0; E1; E2; E3; E4; and 2 more"));
    }
}
