//! Walmart's requirement groups as levels: what is needed to sell, what is needed to be seen, what is advised.
//!
//! Walmart writes them into a remark on each attribute, `comments: "@group=…"`, and lists what is needed for either purpose
//! as `required`. Seen in Get Spec replies of 2024-11; read 2026-11-23.

use crate::settings::Unseen;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

/// What an attribute is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Without it the item is not shown.
    Visible,
    /// With it the item is found more often.
    Advised,
    /// Anything else, needed or not.
    Other,
}

/// Attributes and what they are for.
pub(crate) type Groups = BTreeMap<String, Group>;

impl Group {
    /// Reads the remark.
    fn parse(comments: &str) -> Self {
        let name = comments.split(';').find_map(|part| part.trim().strip_prefix("@group=")).unwrap_or_default();
        let name = name.to_lowercase();
        if name.contains("to be visible") {
            Self::Visible
        } else if name.starts_with("recommended to improve") {
            Self::Advised
        } else {
            Self::Other
        }
    }
}

/// The groups of an object's attributes, by their remarks.
pub(crate) fn read(object: &Value) -> Groups {
    let properties = object.get("properties").and_then(Value::as_object);
    let group = |(name, attribute): (&String, &Value)| {
        let comments = attribute.get("comments")?.as_str()?;
        Some((name.clone(), Group::parse(comments)))
    };
    properties.into_iter().flatten().filter_map(group).collect()
}

/// Puts the levels into an object's schema. What is `required` stays so, except for what is needed to be seen alone where
/// the seller sends such items all the same.
pub(crate) fn apply(object: &mut Map<String, Value>, groups: &Groups, unseen: Unseen) {
    let is_in = |name: &str, wanted: Group| groups.get(name) == Some(&wanted);
    let mut needed: Vec<String> = Vec::new();
    let mut unneeded: Vec<String> = Vec::new();
    if let Some(Value::Array(required)) = object.get_mut("required") {
        required.retain(|name| {
            let name = name.as_str().unwrap_or_default();
            let stays = unseen == Unseen::Hold || !is_in(name, Group::Visible);
            let list = if stays { &mut needed } else { &mut unneeded };
            list.push(name.to_owned());
            stays
        });
    }
    let Some(Value::Object(properties)) = object.get_mut("properties") else { return };
    for (name, attribute) in properties {
        let Value::Object(attribute) = attribute else { continue };
        let advice = if unneeded.contains(name) {
            json!({ "level": "warning", "because": "without it Walmart sets the item up and does not show it" })
        } else if is_in(name, Group::Advised) && !needed.contains(name) {
            json!({ "level": "note", "because": "with it buyers find the item more easily" })
        } else {
            continue;
        };
        attribute.insert("$advice".to_owned(), advice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object() -> Value {
        let group = |name: &str| json!({ "type": "string", "comments": format!("@minimumWordCount=60;@group={name}") });
        json!({
            "required": ["brand", "image"],
            "properties": {
                "brand": group("Required to sell on Walmart website"),
                "image": group("Required for the item to be visible on Walmart website"),
                "color": group("Recommended to improve search and browse on Walmart website"),
                "size": group("Optional"),
            },
        })
    }

    fn applied(unseen: Unseen) -> Value {
        let object = object();
        let groups = read(&object);
        let Value::Object(mut object) = object else { panic!("an object") };
        apply(&mut object, &groups, unseen);
        Value::Object(object)
    }

    #[test]
    fn what_is_needed_to_be_seen_holds_an_item_back_unless_the_seller_says_otherwise() {
        let held = applied(Unseen::Hold);
        assert_eq!(held["required"], json!(["brand", "image"]));
        assert_eq!(held["properties"]["image"].get("$advice"), None);
        assert_eq!(held["properties"]["color"]["$advice"]["level"], "note");
        let sent = applied(Unseen::Send);
        assert_eq!(sent["required"], json!(["brand"]));
        assert_eq!(sent["properties"]["image"]["$advice"]["level"], "warning");
        assert_eq!(sent["properties"]["size"].get("$advice"), None);
    }
}
