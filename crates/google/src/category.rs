//! Google's categories: numbers or paths, and what things in them need.

use crate::builtin;
use crate::profile;
use crate::schema;
use feedwright_marketplace::OpenError;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::contract::OwnedDocument;
use serde_json::Value;
use std::collections::BTreeMap;

/// What stands between the steps of a path.
const STEP: &str = " > ";
/// The category of things that need nothing in particular; it is not written.
pub(crate) const GENERAL: &str = "general";

/// What things of a category need beyond every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    /// Nothing more.
    Nothing,
    /// What is worn needs color, gender and age group.
    Apparel,
    /// Clothing and shoes need a size too.
    Clothing,
}

/// The categories that are known.
#[derive(Debug)]
pub(crate) struct Tree {
    /// By number, or by our own name.
    entries: Vec<TaxonomyEntry>,
    /// Paths whose things need something, the longest first.
    needs: Vec<(String, Needs)>,
}

impl Tree {
    /// Our own categories, and Google's list when it is given.
    pub(crate) fn read(documents: &BTreeMap<String, OwnedDocument>) -> Result<Self, OpenError> {
        let mut tree = Self::own();
        if let Some(document) = documents.get(profile::TAXONOMY) {
            tree.entries = given(document)?;
        }
        Ok(tree)
    }

    fn own() -> Self {
        let document = schema::parse(builtin::CATEGORIES).unwrap_or_default();
        let list = document.get("categories").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut tree = Self { entries: Vec::new(), needs: Vec::new() };
        for category in &list {
            let text = |name: &str| category.get(name).and_then(Value::as_str).unwrap_or_default();
            let steps = category.get("path").and_then(Value::as_array).into_iter().flatten();
            let path: Vec<String> = steps.filter_map(Value::as_str).map(str::to_owned).collect();
            let needs = match text("needs") {
                "apparel" => Needs::Apparel,
                "clothing" => Needs::Clothing,
                _ => Needs::Nothing,
            };
            tree.needs.push((path.join(STEP), needs));
            tree.entries.push(TaxonomyEntry {
                id: text("id").to_owned(),
                path,
                definition: text("definition").to_owned(),
            });
        }
        tree.needs.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        tree
    }

    /// What things of a category need: by its path, or by that of its number. A number nobody knows needs nothing more.
    pub(crate) fn needs(&self, id: &str) -> Needs {
        let known = self.entries.iter().find(|entry| entry.id == id).map(|entry| entry.path.join(STEP));
        let own = || Self::own().entries.into_iter().find(|entry| entry.id == id).map(|entry| entry.path.join(STEP));
        let path = known.or_else(own).unwrap_or_else(|| id.to_owned());
        let is_below =
            |known: &str| path == known || path.strip_prefix(known).is_some_and(|rest| rest.starts_with(STEP));
        self.needs.iter().find(|(known, _)| is_below(known)).map_or(Needs::Nothing, |(_, needs)| *needs)
    }

    /// The categories, for people who look for one.
    pub(crate) fn entries(&self) -> Vec<TaxonomyEntry> {
        self.entries.clone()
    }
}

/// Google's list: a line each, behind remarks.
fn given(document: &OwnedDocument) -> Result<Vec<TaxonomyEntry>, OpenError> {
    let error = |message: String| OpenError::Option {
        name: format!("documents.{}", profile::TAXONOMY),
        message: format!("{} {message}", document.name),
    };
    let text = std::str::from_utf8(&document.bytes).map_err(|_| error("is not in UTF-8".to_owned()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let entries = lines.map(|(at, line)| {
        let entry = line.split_once(" - ").filter(|(id, _)| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()));
        let (id, path) = entry.ok_or_else(|| {
            error(format!(
                "is not Google's list with numbers: line {} is not `187 - Apparel & Accessories > Shoes`",
                at + 1
            ))
        })?;
        let path = path.split(STEP).map(|step| step.trim().to_owned()).collect();
        Ok(TaxonomyEntry { id: id.to_owned(), path, definition: String::new() })
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_paths_lead_to_the_same_needs() {
        let tree = Tree::own();
        for (id, expected) in [
            ("187", Needs::Clothing),
            ("Apparel & Accessories > Shoes", Needs::Clothing),
            ("Apparel & Accessories > Jewelry > Rings", Needs::Apparel),
            ("Apparel & Accessories", Needs::Apparel),
            ("Home & Garden > Decor", Needs::Nothing),
            ("2169", Needs::Nothing),
            (GENERAL, Needs::Nothing),
        ] {
            assert_eq!(tree.needs(id), expected, "{id}");
        }
    }

    #[test]
    fn googles_own_list_is_read_and_other_files_are_named() {
        let read = |text: &str| {
            let document = OwnedDocument { name: "list.txt".to_owned(), bytes: text.as_bytes().to_vec() };
            Tree::read(&BTreeMap::from([("taxonomy".to_owned(), document)])).map_err(|why| why.to_string())
        };
        let tree = read("# a remark\n188 - Apparel & Accessories > Jewelry\n\n2169 - Home & Garden > Mugs\n").unwrap();
        assert_eq!(tree.needs("188"), Needs::Apparel);
        assert_eq!(tree.entries()[1].path, ["Home & Garden", "Mugs"]);
        assert!(read("{}").unwrap_err().contains("line 1"));
    }
}
