//! eBay's category tree, the successors of categories that are gone, and the conditions a category takes.
//!
//! Sources: Taxonomy API 1.1.1 (`getCategoryTree`, `getExpiredCategories`) and Metadata API 1.13.0
//! (`getItemConditionPolicies`), read 2026-11-25.

use crate::profile;
use feedwright_marketplace::CategoryError;
use feedwright_marketplace::OpenError;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::contract::OwnedDocument;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// What is known of categories beside their aspects.
#[derive(Debug, Default)]
pub(crate) struct Taxonomy {
    tree: Option<Tree>,
    successors: BTreeMap<String, String>,
    conditions: BTreeMap<String, Conditions>,
}

/// A category tree.
#[derive(Debug, Default)]
struct Tree {
    version: String,
    /// By id: the path of names, and whether it takes listings.
    nodes: BTreeMap<String, Node>,
}

#[derive(Debug)]
struct Node {
    path: Vec<String>,
    is_leaf: bool,
}

/// The conditions of a category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    /// Whether one must be given.
    pub(crate) is_required: bool,
    /// The ids that are taken.
    pub(crate) ids: BTreeSet<String>,
}

/// Categories below a branch that are named.
const NAMED: usize = 3;
/// Deeper trees are no trees: eBay's has six levels.
const DEEPEST: usize = 32;
/// A chain of successors that is longer leads in a circle.
const LONGEST_CHAIN: usize = 16;

impl Taxonomy {
    /// Reads the documents that are given.
    pub(crate) fn read(documents: &BTreeMap<String, OwnedDocument>) -> Result<Self, OpenError> {
        let mut taxonomy = Self::default();
        if let Some(value) = parsed(documents, profile::TAXONOMY)? {
            let root = value.get("rootCategoryNode").or_else(|| value.get("categorySubtreeNode"));
            let root = root.ok_or_else(|| {
                wrong(documents, profile::TAXONOMY, "has no `rootCategoryNode`: give the answer of `getCategoryTree`")
            })?;
            let version = value.get("categoryTreeVersion").and_then(Value::as_str).unwrap_or_default().to_owned();
            let mut tree = Tree { version, nodes: BTreeMap::new() };
            tree.add(root, &mut Vec::new());
            taxonomy.tree = Some(tree);
        }
        if let Some(value) = parsed(documents, profile::EXPIRED)? {
            let list = value.get("expiredCategories").and_then(Value::as_array);
            let list = list.ok_or_else(|| {
                wrong(
                    documents,
                    profile::EXPIRED,
                    "has no `expiredCategories`: give the answer of `getExpiredCategories`",
                )
            })?;
            let id = |entry: &Value, member: &str| entry.get(member).and_then(Value::as_str).map(str::to_owned);
            let pairs =
                list.iter().filter_map(|entry| Some((id(entry, "fromCategoryId")?, id(entry, "toCategoryId")?)));
            taxonomy.successors = pairs.collect();
        }
        if let Some(value) = parsed(documents, profile::CONDITIONS)? {
            let list = value.get("itemConditionPolicies").and_then(Value::as_array);
            let list = list.ok_or_else(|| {
                wrong(
                    documents,
                    profile::CONDITIONS,
                    "has no `itemConditionPolicies`: give the answer of `getItemConditionPolicies`",
                )
            })?;
            taxonomy.conditions = list.iter().filter_map(conditions).collect();
        }
        Ok(taxonomy)
    }

    /// The category that is meant: itself, or the one that took its place.
    pub(crate) fn resolve(&self, id: &str) -> Result<String, CategoryError> {
        let mut current = id;
        for _ in 0..LONGEST_CHAIN {
            match self.successors.get(current) {
                Some(next) if next != current => current = next,
                Some(_) | None => break,
            }
        }
        let Some(tree) = &self.tree else { return Ok(current.to_owned()) };
        match tree.nodes.get(current) {
            Some(node) if node.is_leaf => Ok(current.to_owned()),
            Some(node) => Err(CategoryError::Branch { id: current.to_owned(), below: tree.below(&node.path) }),
            None => Err(CategoryError::Retired { id: id.to_owned() }),
        }
    }

    /// The conditions of a category, where they are known.
    pub(crate) fn conditions(&self, id: &str) -> Option<&Conditions> {
        self.conditions.get(id)
    }

    /// The version of the tree, where there is one.
    pub(crate) fn version(&self) -> Option<&str> {
        self.tree.as_ref().map(|tree| tree.version.as_str()).filter(|version| !version.is_empty())
    }

    /// The categories that take listings; none where no tree is given.
    pub(crate) fn entries(&self) -> Option<Vec<TaxonomyEntry>> {
        let nodes = &self.tree.as_ref()?.nodes;
        let leaves = nodes.iter().filter(|(_, node)| node.is_leaf);
        let entry = |(id, node): (&String, &Node)| TaxonomyEntry {
            id: id.clone(),
            path: node.path.clone(),
            definition: String::new(),
        };
        Some(leaves.map(entry).collect())
    }
}

impl Tree {
    fn add(&mut self, node: &Value, path: &mut Vec<String>) {
        if path.len() > DEEPEST {
            return;
        }
        let text = |member: &str| node.pointer(&format!("/category/{member}")).and_then(Value::as_str);
        let id = text("categoryId").unwrap_or_default().to_owned();
        let is_root = path.is_empty() && matches!(id.as_str(), "" | "0");
        if !is_root {
            path.push(text("categoryName").unwrap_or(&id).to_owned());
        }
        let children = node.get("childCategoryTreeNodes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let says_leaf = node.get("leafCategoryTreeNode").and_then(Value::as_bool) == Some(true);
        for child in children {
            self.add(child, path);
        }
        if !is_root {
            let is_leaf = says_leaf || children.is_empty();
            self.nodes.insert(id, Node { path: path.clone(), is_leaf });
            path.pop();
        }
    }

    /// Some of the categories below a path that take listings.
    fn below(&self, path: &[String]) -> Vec<String> {
        let leaves = self.nodes.iter().filter(|(_, node)| node.is_leaf && node.path.starts_with(path));
        let mut named: Vec<(&[String], String)> = leaves
            .map(|(id, node)| (&node.path[..], format!("{id} ({})", node.path.last().map_or("", String::as_str))))
            .collect();
        named.sort();
        named.into_iter().take(NAMED).map(|(_, name)| name).collect()
    }
}

fn conditions(policy: &Value) -> Option<(String, Conditions)> {
    let id = policy.get("categoryId")?.as_str()?.to_owned();
    let is_required = policy.get("itemConditionRequired").and_then(Value::as_bool) == Some(true);
    let list = policy.get("itemConditions").and_then(Value::as_array).into_iter().flatten();
    let ids = list.filter_map(|condition| condition.get("conditionId")?.as_str()).map(str::to_owned).collect();
    Some((id, Conditions { is_required, ids }))
}

fn parsed(documents: &BTreeMap<String, OwnedDocument>, name: &str) -> Result<Option<Value>, OpenError> {
    let Some(document) = documents.get(name) else { return Ok(None) };
    serde_json::from_slice(&document.bytes)
        .map(Some)
        .map_err(|why| wrong(documents, name, &format!("is not JSON: {why}")))
}

fn wrong(documents: &BTreeMap<String, OwnedDocument>, name: &str, message: &str) -> OpenError {
    let file = documents.get(name).map_or("", |document| &document.name);
    OpenError::Option { name: format!("documents.{name}"), message: format!("{file} {message}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(documents: &[(&str, &str)]) -> Result<Taxonomy, String> {
        let owned = documents.iter().map(|(name, text)| {
            let document = OwnedDocument { name: format!("{name}.json"), bytes: text.as_bytes().to_vec() };
            ((*name).to_owned(), document)
        });
        Taxonomy::read(&owned.collect()).map_err(|why| why.to_string())
    }

    const TREE: &str = r#"{"categoryTreeVersion":"130","rootCategoryNode":{"category":{"categoryId":"0","categoryName":"Root"},
        "childCategoryTreeNodes":[{"category":{"categoryId":"1","categoryName":"Pottery"},"childCategoryTreeNodes":[
            {"category":{"categoryId":"3","categoryName":"Vases"},"leafCategoryTreeNode":true},
            {"category":{"categoryId":"2","categoryName":"Bowls"},"leafCategoryTreeNode":true}]}]}}"#;
    const EXPIRED: &str = r#"{"expiredCategories":[{"fromCategoryId":"9","toCategoryId":"8"},
        {"fromCategoryId":"8","toCategoryId":"2"},{"fromCategoryId":"6","toCategoryId":"7"},
        {"fromCategoryId":"7","toCategoryId":"6"}]}"#;

    #[test]
    fn what_is_gone_is_followed_and_what_is_no_leaf_is_said() {
        let taxonomy = read(&[("taxonomy", TREE), ("expired", EXPIRED)]).unwrap();
        let check = |id: &str, expected: &str| {
            let found = taxonomy.resolve(id).unwrap_or_else(|why| why.to_string());
            assert_eq!(found, expected);
        };
        check("2", "2");
        check("9", "2");
        check("1", "category `1` takes no listings itself; below it are 2 (Bowls), 3 (Vases)");
        check("5", "category `5` is not in the marketplace's tree any more");
        check("6", "category `6` is not in the marketplace's tree any more");
        assert_eq!(taxonomy.version(), Some("130"));
        let paths: Vec<String> = taxonomy.entries().unwrap().iter().map(|entry| entry.path.join(" > ")).collect();
        assert_eq!(paths, ["Pottery > Bowls", "Pottery > Vases"]);
    }

    #[test]
    fn without_a_tree_every_id_is_taken() {
        let taxonomy = read(&[("expired", EXPIRED)]).unwrap();
        assert_eq!(taxonomy.resolve("5"), Ok("5".to_owned()));
        assert_eq!(taxonomy.resolve("9"), Ok("2".to_owned()));
        assert!(taxonomy.entries().is_none());
    }

    #[test]
    fn conditions_are_known_by_category_and_wrong_documents_are_named() {
        let policies = r#"{"itemConditionPolicies":[{"categoryId":"2","itemConditionRequired":true,
            "itemConditions":[{"conditionId":"1000"},{"conditionId":"3000"}]}]}"#;
        let taxonomy = read(&[("conditions", policies)]).unwrap();
        let two = taxonomy.conditions("2").unwrap();
        assert!(two.is_required && two.ids.contains("3000") && !two.ids.contains("4000"));
        assert_eq!(taxonomy.conditions("3"), None);
        for name in ["taxonomy", "expired", "conditions"] {
            let problem = read(&[(name, "{}")]).unwrap_err();
            assert!(problem.starts_with(&format!("`documents.{name}`: {name}.json has no ")), "{problem}");
        }
    }
}
