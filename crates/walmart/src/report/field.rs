//! The fields that errors name, as pointers into the records we write.

use crate::builtin;
use crate::kind::Kind;
use feedwright_marketplace::listing::escape;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The fields of a kind's records.
#[derive(Debug)]
pub(super) struct Fields {
    kind: Kind,
    /// What stands in `Orderable`, for the kinds that have it.
    orderable: BTreeSet<String>,
}

impl Fields {
    /// Those of a kind.
    pub(super) fn of(kind: Kind) -> Self {
        let orderable = if kind.has_categories() { orderable() } else { BTreeSet::new() };
        Self { kind, orderable }
    }

    /// The pointer to a field; none when its name is none of a field's, such as `QARTH`. A report does not say an item's
    /// product type: `*` stands for it.
    pub(super) fn pointer(&self, field: &str) -> Option<String> {
        let mut tokens: Vec<String> = tokens(field);
        let envelope = self.kind.envelope();
        if tokens.first().is_some_and(|token| token == envelope.rows) {
            tokens.remove(0);
            if tokens.first().is_some_and(|token| is_number(token)) {
                tokens.remove(0);
            }
        }
        let first = tokens.first()?;
        let is_name =
            first.chars().any(char::is_lowercase) && first.chars().all(|c| c.is_alphanumeric() || "_-&".contains(c));
        // These stand below many fields, and nothing says which.
        if !is_name || matches!(first.as_str(), "unit" | "measure") {
            return None;
        }
        let before: &[&str] = match self.kind {
            Kind::Item | Kind::Maintenance if first == "Orderable" || first == "Visible" => &[],
            Kind::Item | Kind::Maintenance if self.orderable.contains(first) => &["Orderable"],
            Kind::Item | Kind::Maintenance if is_of_identifier(first) => &["Orderable", "productIdentifiers"],
            Kind::Match if is_of_identifier(first) => &["Item", "productIdentifiers"],
            Kind::Item | Kind::Maintenance => &["Visible", "*"],
            Kind::Match if first != "Item" => &["Item"],
            Kind::Price if first != "Promo&Discount" => &["Promo&Discount"],
            Kind::Delete if first != "Deletable" => &["Deletable"],
            Kind::Match
            | Kind::Price
            | Kind::Delete
            | Kind::LegacyPrice
            | Kind::Inventory
            | Kind::NodeInventory
            | Kind::LagTime
            | Kind::Retire => &[],
        };
        let all = before.iter().copied().chain(tokens.iter().map(String::as_str));
        Some(all.flat_map(|token| [Cow::Borrowed("/"), escape(token)]).collect())
    }
}

/// The names a field's name is made of: `inventory[0].quantity`, `productIdentifiers/productId`.
fn tokens(field: &str) -> Vec<String> {
    let parts = field.trim().trim_start_matches(['$', '#']).split(['.', '/', '[', ']']);
    parts.map(str::trim).filter(|token| !token.is_empty()).map(str::to_owned).collect()
}

fn is_of_identifier(token: &str) -> bool {
    matches!(token, "productId" | "productIdType")
}

fn is_number(token: &str) -> bool {
    token.bytes().all(|byte| byte.is_ascii_digit())
}

fn orderable() -> BTreeSet<String> {
    let schema: Option<Value> = serde_json::from_str(builtin::ORDERABLE).ok();
    let properties = schema.as_ref().and_then(|schema| schema.get("properties")).and_then(Value::as_object);
    properties.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: Kind, field: &str, expected: Option<&str>) {
        assert_eq!(Fields::of(kind).pointer(field).as_deref(), expected);
    }

    #[test]
    fn a_field_is_found_in_the_records_of_its_kind() {
        check(Kind::Item, "price", Some("/Orderable/price"));
        check(Kind::Item, "mainImageUrl", Some("/Visible/*/mainImageUrl"));
        check(Kind::Item, "MPItem[3].Orderable.sku", Some("/Orderable/sku"));
        check(Kind::Item, "productIdentifiers/productId", Some("/Orderable/productIdentifiers/productId"));
        check(Kind::Item, "productId", Some("/Orderable/productIdentifiers/productId"));
        check(Kind::Match, "productId", Some("/Item/productIdentifiers/productId"));
        check(Kind::Match, "condition", Some("/Item/condition"));
        check(Kind::Price, "Promo&Discount.price", Some("/Promo&Discount/price"));
        check(Kind::Inventory, "Inventory[0].quantity.amount", Some("/quantity/amount"));
        check(Kind::NodeInventory, "inventory[0].sku", Some("/sku"));
        check(Kind::Delete, "sku", Some("/Deletable/sku"));
    }

    #[test]
    fn what_is_no_field_points_nowhere() {
        check(Kind::Item, "QARTH", None);
        check(Kind::Item, "", None);
        check(Kind::Item, "see the guide", None);
        check(Kind::Item, "..[]", None);
        check(Kind::Item, "unit", None);
    }
}
