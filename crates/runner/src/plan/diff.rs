//! What is different between what was told and what would be, value by value.

use serde::Serialize;
use serde_json::Value;

/// One value that is different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// JSON Pointer into the record.
    pub pointer: String,
    /// What was told; none when it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What would be; none when it is not there any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// The differences, in the order of the record.
pub fn diff(before: &Value, after: &Value) -> Vec<Change> {
    let mut out = Vec::new();
    walk(&mut String::new(), Some(before), Some(after), &mut out);
    out
}

fn walk(pointer: &mut String, before: Option<&Value>, after: Option<&Value>, out: &mut Vec<Change>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let gone = old.keys().filter(|key| !new.contains_key(*key));
            for key in new.keys().chain(gone) {
                step(pointer, &key.replace('~', "~0").replace('/', "~1"), old.get(key), new.get(key), out);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for at in 0..old.len().max(new.len()) {
                step(pointer, &at.to_string(), old.get(at), new.get(at), out);
            }
        }
        _ if is_same_number(before, after) => {}
        _ => out.push(Change { pointer: pointer.clone(), before: before.cloned(), after: after.cloned() }),
    }
}

fn step(pointer: &mut String, token: &str, before: Option<&Value>, after: Option<&Value>, out: &mut Vec<Change>) {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(token);
    walk(pointer, before, after, out);
    pointer.truncate(length);
}

/// `12.5` and `12.50` are one number, and their digests are one digest.
fn is_same_number(before: Option<&Value>, after: Option<&Value>) -> bool {
    let number = |value: Option<&Value>| match value {
        Some(Value::Number(number)) => number.to_string().parse::<rust_decimal::Decimal>().ok(),
        _ => None,
    };
    number(before).is_some_and(|before| number(after) == Some(before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_that_came_went_and_changed_are_told_by_their_pointers() {
        let before = json!({"a": {"b": 1, "gone": "x"}, "list": [1, 2]});
        let after = json!({"a": {"b": 2}, "list": [1, 2, 3], "new/": true});
        let told: Vec<_> =
            diff(&before, &after).into_iter().map(|c| (c.pointer, c.before.is_some(), c.after.is_some())).collect();
        let expected =
            [("/a/b", true, true), ("/a/gone", true, false), ("/list/2", false, true), ("/new~1", false, true)];
        assert_eq!(told.iter().map(|(p, b, a)| (p.as_str(), *b, *a)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_number_with_another_scale_is_the_same_number() {
        let numbers = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(diff(&numbers("{\"price\": 12.5}"), &numbers("{\"price\": 12.50}")), []);
        assert_eq!(diff(&json!({"a": 1}), &json!({"a": 1})), []);
    }
}
