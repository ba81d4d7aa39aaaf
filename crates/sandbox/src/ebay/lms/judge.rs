//! What is wrong with an item of a file. Code 37 is eBay's for any field that is missing or not valid.

use super::element::Element;
use super::result::Response;
use crate::ebay::Desk;
use crate::ebay::account::Account;
use crate::ebay::categories;
use crate::ebay::flaws;
use crate::ebay::flaws::FLAWS;
use crate::ebay::flaws::Flaw;
use std::collections::BTreeSet;

/// Fields a listing needs: Trading API 1487, by way of the research; the codes of most are not known.
const NEEDED: [&str; 6] = ["SKU", "Title", "PrimaryCategory/CategoryID", "Country", "Currency", "ListingDuration"];

/// Judges a whole item.
pub(super) fn whole(item: &Element, response: &mut Response) {
    for path in NEEDED {
        if item.at(path).is_none() {
            invalid(response, path);
        }
    }
    let has_place = item.at("Location").is_some() || item.at("PostalCode").is_some();
    if !has_place {
        invalid(response, "Location");
    }
    let category = item.at("PrimaryCategory/CategoryID").unwrap_or_default();
    if item.at("ConditionID").is_none() {
        response.fails(21_916_884, "The condition is required for this category.", None);
    }
    if item.at("Title").is_some_and(|title| title.chars().count() > 80) {
        invalid(response, "Title");
    }
    let names = specifics(item);
    for name in categories::required(category).into_iter().filter(|name| !names.contains(name.as_str())) {
        specific_missing(response, &name);
    }
    if item.at("PictureDetails/PictureURL").is_none() {
        invalid(response, "PictureDetails.PictureURL");
    }
    match item.child("Variations") {
        None => amounts(item, response),
        Some(variations) => family(item, variations, response),
    }
}

/// Judges what a revision gives.
pub(super) fn part(item: &Element, response: &mut Response) {
    if item.at("Title").is_some_and(|title| title.chars().count() > 80) {
        invalid(response, "Title");
    }
    if let Some(variations) = item.child("Variations") {
        family(item, variations, response);
    }
}

/// The flaw of a listing: it fails, or says something beside.
pub(super) fn flaw(account: &mut Account, desk: &Desk<'_>, sku: &str, response: &mut Response) {
    let Some(flaw) = desk.defects.of(sku, FLAWS) else { return };
    let (code, text, specific) = flaw.in_file();
    match flaw {
        Flaw::Warned => response.warns(code, &text),
        Flaw::Busy if !account.failed_once.insert(format!("file {sku}")) => {}
        Flaw::Specific | Flaw::Picture | Flaw::Condition | Flaw::Words | Flaw::Busy => {
            response.fails(code, &text, specific);
        }
    }
}

/// A field is missing or not valid.
pub(super) fn invalid(response: &mut Response, path: &str) {
    let tag = path.replace('/', ".");
    response.fails(37, &format!("Input data for tag <Item.{tag}> is invalid or missing."), None);
}

/// A price or a quantity that is one.
pub(super) fn is_amount(text: &str) -> bool {
    text.parse::<rust_decimal::Decimal>().is_ok_and(|amount| amount > rust_decimal::Decimal::ZERO)
}

fn amounts(item: &Element, response: &mut Response) {
    if !item.at("StartPrice").is_some_and(is_amount) {
        invalid(response, "StartPrice");
    }
    if item.at("Quantity").is_none_or(|quantity| quantity.parse::<u64>().is_err()) {
        invalid(response, "Quantity");
    }
}

fn family(item: &Element, variations: &Element, response: &mut Response) {
    let mut skus = BTreeSet::new();
    let shared: BTreeSet<&str> = names_in(item.child("ItemSpecifics")).collect();
    for variation in variations.all("Variation") {
        if !is_deleted(variation) {
            amounts(variation, response);
        }
        let sku = variation.at("SKU").unwrap_or_default();
        if sku.is_empty() || !skus.insert(sku) {
            response.fails(21_916_585, "Duplicate custom variation label.", None);
        }
        if names_in(variation.child("VariationSpecifics")).any(|name| shared.contains(name)) {
            let text = "Variation specifics and item specifics entered for a multi-SKU item should be different.";
            response.fails(21_916_626, text, None);
        }
    }
    if skus.is_empty() {
        invalid(response, "Variations");
    }
}

/// Whether a variation is told to go.
pub(super) fn is_deleted(variation: &Element) -> bool {
    variation.at("Delete") == Some("true")
}

fn specific_missing(response: &mut Response, name: &str) {
    let text = format!(
        "The item specific {name} is missing. Add {name} to this listing, enter a valid value, and then try again."
    );
    // The same words as those of the Inventory API, which puts its own sentence before them.
    debug_assert!(flaws::specific_missing(name).message.ends_with(&text));
    response.fails(21_919_303, &text, Some(name));
}

/// Names of all specifics, of the item and of its variations.
fn specifics(item: &Element) -> BTreeSet<&str> {
    let own = names_in(item.child("ItemSpecifics"));
    let set = item.child("Variations").and_then(|variations| variations.child("VariationSpecificsSet"));
    own.chain(names_in(set)).collect()
}

fn names_in(list: Option<&Element>) -> impl Iterator<Item = &str> {
    list.into_iter().flat_map(|list| list.all("NameValueList")).filter_map(|pair| {
        let is_filled = pair.at("Value").is_some();
        pair.at("Name").filter(|_| is_filled)
    })
}
