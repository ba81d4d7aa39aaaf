//! What is different between what was told and what would be, value by value.

use feedwright_marketplace::Ref;
use feedwright_marketplace::listing::Leaf;
use feedwright_marketplace::listing::Shape;
use feedwright_marketplace::listing::escape;
use serde::Serialize;

/// One value that is different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// JSON Pointer into the record.
    pub pointer: String,
    /// What was told, as text; none when it was not there. Decimals keep their digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What would be; none when it is not there any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// The differences, in the order of the record.
pub fn diff(before: Ref<'_>, after: Ref<'_>) -> Vec<Change> {
    let mut out = Vec::new();
    walk(&mut String::new(), Some(before), Some(after), &mut out);
    out
}

fn walk(pointer: &mut String, before: Option<Ref<'_>>, after: Option<Ref<'_>>, out: &mut Vec<Change>) {
    match (before, after) {
        (Some(old), Some(new)) if old.is_object() && new.is_object() => {
            let gone = old.members().filter(|(key, _)| new.member(key).is_none());
            for (key, _) in new.members().chain(gone) {
                step(pointer, &escape(key), old.member(key), new.member(key), out);
            }
        }
        (Some(old), Some(new)) if old.is_array() && new.is_array() => {
            let (mut old, mut new) = (old.elements(), new.elements());
            for at in 0_usize.. {
                let (before, after) = (old.next(), new.next());
                if before.is_none() && after.is_none() {
                    break;
                }
                step(pointer, &at.to_string(), before, after, out);
            }
        }
        (Some(old), Some(new)) if is_same(old, new) => {}
        _ => out.push(Change { pointer: pointer.clone(), before: before.map(text), after: after.map(text) }),
    }
}

fn step(pointer: &mut String, token: &str, before: Option<Ref<'_>>, after: Option<Ref<'_>>, out: &mut Vec<Change>) {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(token);
    walk(pointer, before, after, out);
    pointer.truncate(length);
}

/// `12.5` and `12.50` are one number, and their digests are one digest.
fn is_same(before: Ref<'_>, after: Ref<'_>) -> bool {
    match (before.as_number(), after.as_number()) {
        (Some(before), Some(after)) => before == after,
        _ => text(before) == text(after) && before.as_text().is_some() == after.as_text().is_some(),
    }
}

fn text(node: Ref<'_>) -> String {
    match node.shape() {
        Shape::Leaf(Leaf::Text(text)) => text.to_owned(),
        Shape::Leaf(_) | Shape::Array | Shape::Object => {
            let mut json = Vec::new();
            node.write_json(&mut json);
            String::from_utf8_lossy(&json).into_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use feedwright_marketplace::Listing;
    use feedwright_marketplace::json;

    fn told(before: &str, after: &str) -> Vec<(String, Option<String>, Option<String>)> {
        let read = |text: &str| {
            let mut listing = Listing::new();
            json::read(text.as_bytes(), &mut listing).unwrap();
            listing
        };
        let (before, after) = (read(before), read(after));
        let changes = diff(before.root(), after.root());
        changes.into_iter().map(|change| (change.pointer, change.before, change.after)).collect()
    }

    #[test]
    fn values_that_came_went_and_changed_are_told_by_their_pointers() {
        let told = told(
            r#"{"a": {"b": 89.00, "gone": "x"}, "list": [1, 2]}"#,
            r#"{"a": {"b": 84.50}, "list": [1, 2, 3], "new/": true}"#,
        );
        let some = |text: &str| Some(text.to_owned());
        let expected = [
            ("/a/b", some("89.00"), some("84.50")),
            ("/a/gone", some("x"), None),
            ("/list/2", None, some("3")),
            ("/new~1", None, some("true")),
        ];
        assert_eq!(told, expected.map(|(pointer, before, after)| (pointer.to_owned(), before, after)));
    }

    #[test]
    fn a_number_with_another_scale_is_the_same_number_and_a_text_is_none() {
        assert_eq!(told(r#"{"price": 12.5}"#, r#"{"price": 12.50}"#), []);
        assert_eq!(told(r#"{"price": "12"}"#, r#"{"price": 12}"#).len(), 1);
    }
}
