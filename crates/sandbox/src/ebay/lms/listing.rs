//! Listings that files make, revise and end.

use super::element::Element;
use super::judge;
use super::result::Response;
use crate::ebay::Desk;
use crate::ebay::account::Account;
use crate::tokens::hex;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A listing a file made.
#[derive(Clone, Debug, Default)]
pub(in crate::ebay) struct Listed {
    /// eBay's number of it.
    pub item_id: String,
    /// Whether buyers see it.
    pub is_active: bool,
    /// Its title.
    pub title: String,
    /// Its currency.
    pub currency: String,
    /// What was told of it, element by element, without prices and quantities.
    pub parts: BTreeMap<String, String>,
    /// What is for sale: the listing itself by its own SKU, or its variations.
    pub sold: BTreeMap<String, Sold>,
    /// How often it was revised.
    pub n_revised: u32,
}

/// Something for sale.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::ebay) struct Sold {
    /// Its price.
    pub price: Option<Decimal>,
    /// How many there are.
    pub quantity: Option<u64>,
}

impl Listed {
    /// 32 digits that stand for what was told of it.
    pub(in crate::ebay) fn digest(&self) -> String {
        hex(&self.parts.values().map(String::as_str).collect::<Vec<&str>>().join("\n"))
    }
}

/// Elements that name the listing.
const NAMES: [&str; 3] = ["SKU", "ItemID", "InventoryTrackingMethod"];
/// Elements that are not content: they are told again by other files, or name the listing.
const AMOUNTS: [&str; 5] = ["StartPrice", "Quantity", "UUID", "SKU", "ItemID"];
/// The same inside a variation, where the SKU is content.
const INNER_AMOUNTS: [&str; 2] = ["StartPrice", "Quantity"];

/// `AddFixedPriceItem`. Tells whether anything was new.
pub(super) fn add(account: &mut Account, desk: &Desk<'_>, request: &Element, response: &mut Response) -> bool {
    let Some(item) = request.child("Item") else {
        judge::invalid(response, "Item");
        return true;
    };
    judge::whole(item, response);
    let sku = item.at("SKU").unwrap_or_default();
    let uuid = item.at("UUID").map(str::to_uppercase);
    if uuid.as_ref().is_some_and(|uuid| uuid.len() != 32 || !uuid.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        judge::invalid(response, "UUID");
    }
    if uuid.as_ref().is_some_and(|uuid| account.uuids.contains(uuid)) {
        response.fails(488, "Duplicate UUID used.", None);
        return false;
    }
    let is_listed = account.listed.get(sku).is_some_and(|listed| listed.is_active) || account.listing_of(sku).is_some();
    if is_listed && !response.is_failure() {
        response.fails(21_919_067, "Listing violates the Duplicate listing policy.", None);
        return false;
    }
    if !response.is_failure() {
        judge::flaw(account, desk, sku, response);
    }
    if response.is_failure() {
        return true;
    }
    let item_id = (110_600_000_000 + account.number()).to_string();
    let mut listed = Listed { item_id: item_id.clone(), is_active: true, ..Listed::default() };
    take(&mut listed, item);
    account.uuids.extend(uuid);
    for sold in listed.sold.keys() {
        account.variation_of.insert(sold.clone(), sku.to_owned());
    }
    let skus: Vec<String> = listed.sold.keys().cloned().collect();
    account.listed.insert(sku.to_owned(), listed);
    for sold in skus {
        let told = account.told(&sold);
        told.created += 1;
        told.content += 1;
        told.price += 1;
        told.stock += 1;
    }
    answer(response, sku, &item_id, item);
    true
}

/// `VerifyAddFixedPriceItem`: what an add would say.
pub(super) fn verify(account: &Account, request: &Element, response: &mut Response) {
    let Some(item) = request.child("Item") else { return judge::invalid(response, "Item") };
    judge::whole(item, response);
    let sku = item.at("SKU").unwrap_or_default();
    if account.listed.get(sku).is_some_and(|listed| listed.is_active) {
        response.fails(21_919_067, "Listing violates the Duplicate listing policy.", None);
    }
    answer(response, sku, "0", item);
}

/// `ReviseFixedPriceItem`: what is given is replaced, the rest stays.
pub(super) fn revise(account: &mut Account, desk: &Desk<'_>, request: &Element, response: &mut Response) -> bool {
    let Some(item) = request.child("Item") else {
        judge::invalid(response, "Item");
        return true;
    };
    judge::part(item, response);
    let Some(sku) = find(account, item, response) else { return true };
    if let Some(listed) = account.listed.get(&sku) {
        deletions(listed, item, response);
    }
    // What is wrong with the rest of a listing keeps nobody from deleting variations of it.
    let tells_more = item.children.iter().any(|part| part.name != "Variations" && !NAMES.contains(&part.name.as_str()));
    if !response.is_failure() && tells_more {
        judge::flaw(account, desk, &sku, response);
    }
    if response.is_failure() {
        return true;
    }
    let Some(listed) = account.listed.get_mut(&sku) else { return true };
    let before = (listed.parts.clone(), listed.sold.clone());
    take(listed, item);
    listed.n_revised += 1;
    let is_new = before != (listed.parts.clone(), listed.sold.clone());
    let (item_id, sold) = (listed.item_id.clone(), listed.sold.clone());
    for gone in before.1.keys().filter(|own| !sold.contains_key(*own)) {
        account.variation_of.remove(gone);
        account.told(gone).ended += 1;
    }
    for (own, amounts) in sold {
        account.variation_of.insert(own.clone(), sku.clone());
        let was = before.1.get(&own);
        let told = account.told(&own);
        told.content += 1;
        told.created += u32::from(was.is_none());
        told.price += u32::from(was.is_none_or(|was| was.price != amounts.price));
        told.stock += u32::from(was.is_none_or(|was| was.quantity != amounts.quantity));
    }
    answer(response, &sku, &item_id, item);
    is_new
}

/// `RelistFixedPriceItem`: an ended listing under a new number.
pub(super) fn relist(account: &mut Account, request: &Element, response: &mut Response) -> bool {
    let item = request.child("Item");
    let sku = item.and_then(|item| item.at("SKU")).unwrap_or_default().to_owned();
    let item_id = (110_600_000_000 + account.number()).to_string();
    match account.listed.get_mut(&sku) {
        Some(listed) if !listed.is_active => {
            listed.is_active = true;
            listed.item_id.clone_from(&item_id);
            if let Some(item) = item {
                take(listed, item);
                answer(response, &sku, &item_id, item);
            }
        }
        Some(_) => response.fails(21_919_067, "Listing violates the Duplicate listing policy.", None),
        None => no_item(response),
    }
    let sold: Vec<String> =
        account.listed.get(&sku).map(|listed| listed.sold.keys().cloned().collect()).unwrap_or_default();
    if !response.is_failure() {
        for own in sold {
            account.told(&own).created += 1;
        }
    }
    true
}

/// `ReviseInventoryStatus`: prices and quantities of up to four.
pub(super) fn revise_status(account: &mut Account, request: &Element, response: &mut Response) -> bool {
    let statuses: Vec<&Element> = request.all("InventoryStatus").collect();
    if statuses.is_empty() || statuses.len() > 4 {
        response.fails(37, "Input data for tag <InventoryStatus> is invalid or missing.", None);
        return true;
    }
    let mut found = Vec::new();
    for status in statuses {
        let own = status.at("SKU").unwrap_or_default();
        let listing = account.variation_of.get(own).filter(|sku| is_active(account, sku)).cloned();
        let Some(listing) = listing else {
            no_item(response);
            continue;
        };
        let price = status.at("StartPrice");
        let quantity = status.at("Quantity");
        let is_bad = price.is_some_and(|price| !judge::is_amount(price))
            || quantity.is_some_and(|quantity| quantity.parse::<u64>().is_err())
            || (price.is_none() && quantity.is_none());
        if is_bad {
            response.fails(37, "Input data for tag <InventoryStatus> is invalid or missing.", None);
        }
        found.push((own.to_owned(), listing, price, quantity));
    }
    if response.is_failure() {
        return true;
    }
    let mut is_new = false;
    for (own, listing, price, quantity) in found {
        let Some(listed) = account.listed.get_mut(&listing) else { continue };
        let (item_id, currency) = (listed.item_id.clone(), listed.currency.clone());
        let sold = listed.sold.entry(own.clone()).or_default();
        let before = sold.clone();
        amounts(sold, price, quantity);
        is_new |= before != *sold;
        let told = account.told(&own);
        told.price += u32::from(price.is_some());
        told.stock += u32::from(quantity.is_some());
        let price = price.map(|price| (price.to_owned(), currency));
        response.statuses.push((own, item_id, price, quantity.map(str::to_owned)));
    }
    is_new
}

/// `EndFixedPriceItem`: by the SKU of the listing; that of a variation names no listing.
pub(super) fn end(account: &mut Account, request: &Element, response: &mut Response) -> bool {
    let Some(sku) = find(account, request, response) else { return true };
    if request.at("EndingReason").is_none() {
        response.fails(37, "Input data for tag <EndingReason> is invalid or missing.", None);
        return true;
    }
    let Some(listed) = account.listed.get_mut(&sku) else { return true };
    listed.is_active = false;
    let sold: Vec<String> = listed.sold.keys().cloned().collect();
    for own in sold {
        account.told(&own).ended += 1;
    }
    response.sku = Some(sku);
    response.is_end = true;
    true
}

/// Variations that are to go: they must be there, and one that has a quantity must be left, else there is nothing to buy.
/// Merchant data guide, `VariationType`, read 2026-11-26; the codes are not known.
fn deletions(listed: &Listed, item: &Element, response: &mut Response) {
    let Some(variations) = item.child("Variations") else { return };
    let gone: Vec<&str> =
        variations.all("Variation").filter(|one| judge::is_deleted(one)).filter_map(|one| one.at("SKU")).collect();
    if gone.is_empty() {
        return;
    }
    let is_left = |own: &&String| !gone.contains(&own.as_str());
    let has_some = |own: &String| listed.sold.get(own).is_some_and(|sold| sold.quantity.is_some_and(|left| left > 0));
    let is_there = gone.iter().all(|own| listed.sold.contains_key(*own));
    if !is_there || !listed.sold.keys().filter(is_left).any(has_some) {
        judge::invalid(response, "Variations/Variation/Delete");
    }
}

fn is_active(account: &Account, sku: &str) -> bool {
    account.listed.get(sku).is_some_and(|listed| listed.is_active)
}

/// The active listing an element names, by its number or its SKU.
fn find(account: &Account, named: &Element, response: &mut Response) -> Option<String> {
    let by_number = named
        .at("ItemID")
        .and_then(|id| account.listed.iter().find(|(_, listed)| listed.item_id == id).map(|(sku, _)| sku.clone()));
    let sku = by_number.or_else(|| named.at("SKU").map(str::to_owned)).unwrap_or_default();
    match account.listed.get(&sku) {
        Some(listed) if listed.is_active => Some(sku),
        Some(_) => {
            response.fails(1047, "The auction has already been closed.", None);
            None
        }
        None => {
            no_item(response);
            None
        }
    }
}

fn no_item(response: &mut Response) {
    response.fails(17, "This item cannot be accessed because the listing has been deleted or is not yours.", None);
}

fn answer(response: &mut Response, sku: &str, item_id: &str, item: &Element) {
    response.item_id = Some(item_id.to_owned());
    response.sku = Some(sku.to_owned());
    response.category = item.at("PrimaryCategory/CategoryID").map(str::to_owned);
}

/// Takes what an item tells.
fn take(listed: &mut Listed, item: &Element) {
    let deletes = |part: &Element| part.all("Variation").all(judge::is_deleted) && part.child("Variation").is_some();
    let told = item.children.iter().filter(|part| !AMOUNTS.contains(&part.name.as_str()));
    // Those that only go say nothing of what stays.
    for part in told.filter(|part| part.name != "Variations" || !deletes(part)) {
        listed.parts.insert(part.name.clone(), part.line(&INNER_AMOUNTS));
    }
    if let Some(title) = item.at("Title") {
        title.clone_into(&mut listed.title);
    }
    if let Some(currency) = item.at("Currency") {
        currency.clone_into(&mut listed.currency);
    }
    match item.child("Variations") {
        Some(variations) => {
            for variation in variations.all("Variation") {
                let own = variation.at("SKU").unwrap_or_default();
                if judge::is_deleted(variation) {
                    listed.sold.remove(own);
                    continue;
                }
                let sold = listed.sold.entry(own.to_owned()).or_default();
                amounts(sold, variation.at("StartPrice"), variation.at("Quantity"));
            }
        }
        None if listed.parts.contains_key("Variations") => {}
        None => {
            let own = item.at("SKU").unwrap_or_default();
            let sold = listed.sold.entry(own.to_owned()).or_default();
            amounts(sold, item.at("StartPrice"), item.at("Quantity"));
        }
    }
}

fn amounts(sold: &mut Sold, price: Option<&str>, quantity: Option<&str>) {
    if let Some(price) = price.and_then(|price| price.parse::<Decimal>().ok()) {
        sold.price = Some(price.normalize());
    }
    if let Some(quantity) = quantity.and_then(|quantity| quantity.parse().ok()) {
        sold.quantity = Some(quantity);
    }
}
