//! The tree of categories.

use super::categories::paths;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

/// A branch of the tree: names below it, each with its own branch; a leaf with its id.
#[derive(Default)]
pub(super) struct Branch {
    leaf: Option<String>,
    below: BTreeMap<String, Branch>,
}

/// The whole tree, as far as it is known.
pub(super) fn whole() -> BTreeMap<String, Branch> {
    let mut root = BTreeMap::new();
    for (id, path) in paths() {
        let mut below = &mut root;
        let last = path.len().saturating_sub(1);
        for (at, name) in path.iter().enumerate() {
            let branch: &mut Branch = below.entry(name.clone()).or_default();
            if at == last {
                branch.leaf = Some(id.to_owned());
            }
            below = &mut branch.below;
        }
    }
    root
}

/// The id of a branch: the starters have none of their own, so that it is made from the name.
fn branch_id(name: &str) -> String {
    (crate::defects::hash(0, name) % 900_000 + 1_000_000).to_string()
}

/// Ids of all that are no leaves.
pub(super) fn branches(below: &BTreeMap<String, Branch>) -> Vec<String> {
    let mut ids = Vec::new();
    for (name, branch) in below {
        if branch.leaf.is_none() {
            ids.push(branch_id(name));
            ids.extend(branches(&branch.below));
        }
    }
    ids
}

/// As JSON, with all below.
pub(super) fn node(id: &str, name: &str, level: usize, below: &BTreeMap<String, Branch>) -> Value {
    let children: Vec<Value> = below
        .iter()
        .map(|(name, branch)| {
            let id = branch.leaf.clone().unwrap_or_else(|| branch_id(name));
            node(&id, name, level + 1, &branch.below)
        })
        .collect();
    let mut node = json!({
        "category": { "categoryId": id, "categoryName": name },
        "categoryTreeNodeLevel": level,
    });
    if children.is_empty() {
        node["leafCategoryTreeNode"] = json!(true);
    } else {
        node["childCategoryTreeNodes"] = json!(children);
    }
    node
}
