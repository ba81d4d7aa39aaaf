//! Walmart's list of product types, as `GET /v3/items/taxonomy` answers: today's shape and the one before it.

use feedwright_marketplace::OpenError;
use feedwright_marketplace::TaxonomyEntry;
use feedwright_marketplace::contract::OwnedDocument;
use serde_json::Value;

/// The list.
#[derive(Debug)]
pub(crate) struct Taxonomy {
    /// Its entries, in Walmart's order.
    pub(crate) entries: Vec<TaxonomyEntry>,
    /// Whether the entries are product types. The older shape lists the categories of spec 4, which set nothing up any
    /// more.
    pub(crate) lists_product_types: bool,
}

impl Taxonomy {
    /// Reads the answer.
    pub(crate) fn read(document: &OwnedDocument) -> Result<Self, OpenError> {
        let error = |message: String| OpenError::Option {
            name: format!("documents.{}", crate::profile::TAXONOMY),
            message: format!("{} {message}", document.name),
        };
        let value: Value =
            serde_json::from_slice(&document.bytes).map_err(|why| error(format!("is not JSON: {why}")))?;
        if let Some(categories) = value.get("itemTaxonomy") {
            let entries = categories.as_array().into_iter().flatten().flat_map(product_types).collect();
            return Ok(Self { entries, lists_product_types: true });
        }
        if let Some(categories) = value.get("payload") {
            let entries = categories.as_array().into_iter().flatten().flat_map(sub_categories).collect();
            return Ok(Self { entries, lists_product_types: false });
        }
        Err(error("is not the answer of `GET /v3/items/taxonomy`: it has no `itemTaxonomy`".to_owned()))
    }

    /// Whether a product type is in the list; yes where the list is not about product types.
    pub(crate) fn may_hold(&self, id: &str) -> bool {
        !self.lists_product_types || self.entries.iter().any(|entry| entry.id == id)
    }
}

fn product_types(category: &Value) -> Vec<TaxonomyEntry> {
    let mut out = Vec::new();
    for group in list(category, "productTypeGroup") {
        for product_type in list(group, "productType") {
            let id = text(product_type, "productTypeName");
            out.push(TaxonomyEntry {
                path: vec![text(category, "category"), text(group, "productTypeGroupName"), id.clone()],
                definition: text(product_type, "description").split_whitespace().collect::<Vec<_>>().join(" "),
                id,
            });
        }
    }
    out
}

fn sub_categories(category: &Value) -> Vec<TaxonomyEntry> {
    let entry = |sub: &Value| {
        let id = text(sub, "subCategoryName");
        TaxonomyEntry { path: vec![text(category, "category"), id.clone()], definition: String::new(), id }
    };
    list(category, "subcategory").map(entry).collect()
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Taxonomy, String> {
        let document = OwnedDocument { name: "taxonomy.json".to_owned(), bytes: text.as_bytes().to_vec() };
        Taxonomy::read(&document).map_err(|why| why.to_string())
    }

    #[test]
    fn both_shapes_are_read() {
        let now = read(
            r#"{"itemTaxonomy":[{"category":"Home","productTypeGroup":[{"productTypeGroupName":"Bowls",
                "productType":[{"productTypeName":"Soup Bowls","description":"For  soup.\n"}]}]}]}"#,
        )
        .unwrap();
        let entry = TaxonomyEntry {
            id: "Soup Bowls".to_owned(),
            path: ["Home", "Bowls", "Soup Bowls"].map(str::to_owned).to_vec(),
            definition: "For soup.".to_owned(),
        };
        assert_eq!(now.entries, [entry]);
        assert!(now.may_hold("Soup Bowls") && !now.may_hold("Plates"));
        let before =
            read(r#"{"status":"SUCCESS","payload":[{"category":"Art","subcategory":[{"subCategoryName":"Craft"}]}]}"#);
        let before = before.unwrap();
        assert_eq!(before.entries[0].path, ["Art", "Craft"]);
        assert!(before.may_hold("Plates"));
        assert_eq!(
            read("{}").unwrap_err(),
            "`documents.taxonomy`: taxonomy.json is not the answer of `GET /v3/items/taxonomy`: it has no `itemTaxonomy`"
        );
    }
}
