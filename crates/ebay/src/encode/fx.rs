//! Seller Hub CSV (`FX_LISTING`): a row for each listing, one for each variant below that of its family.
//!
//! Source: header lines of templates and of sellers' own files of 2026, read 2026-11-25; the grammar of variations is known
//! from sellers' files only. The classic dialect is written; `lint` reads both.

use super::aspects;
use super::text;
use super::texts;
use crate::Ebay;
use crate::policy;
use crate::profile::FX_VERSION;
use crate::profile::trading_site;
use feedwright_marketplace::Category;
use feedwright_marketplace::Frame;
use feedwright_marketplace::Framing;
use feedwright_marketplace::Ref;
use feedwright_marketplace::requirements::Shape;
use feedwright_marketplace::rows;

/// What stands before the name of an aspect.
pub(crate) const ASPECT: &str = "C:";
/// What a variant's row says of itself.
pub(crate) const VARIATION: &str = "Variation";

/// The columns before aspects, behind the action. A star marks those that every listing needs.
pub(crate) const COLUMNS: &[&str] = &[
    "CustomLabel",
    "*Category",
    "*Title",
    "Subtitle",
    "Relationship",
    "RelationshipDetails",
    "*Description",
    "*ConditionID",
    "ConditionDescription",
    "PicURL",
    "*Format",
    "*Duration",
    "*StartPrice",
    "*Quantity",
    "*Location",
    "PostalCode",
    "DispatchTimeMax",
    "ShippingProfileName",
    "ReturnProfileName",
    "PaymentProfileName",
    "P:UPC",
    "P:EAN",
    "P:ISBN",
];

/// The header: the action, whose name carries what holds for all rows, the columns, and the aspects of the category.
pub(crate) fn framing(ebay: &Ebay, category: &Category) -> Framing {
    let site = ebay.channel.site;
    let action = format!(
        "*Action(SiteID={}|Country={}|Currency={}|Version={FX_VERSION}|CC=UTF-8)",
        trading_site(site.country).1,
        site.country,
        ebay.channel.currency.code()
    );
    let shape = shape(category);
    let aspects = names(category).map(|name| {
        let star = if shape.is_some_and(|shape| shape.required.iter().any(|known| known == name)) { "*" } else { "" };
        format!("{star}{ASPECT}{name}")
    });
    let mut before = Vec::new();
    let cells: Vec<String> =
        std::iter::once(action).chain(COLUMNS.iter().map(|column| (*column).to_owned())).chain(aspects).collect();
    rows::write(cells.iter().map(String::as_str), b',', &mut before);
    Framing { file: Frame { before, ..Frame::default() }, ..Framing::default() }
}

/// Writes a row.
pub(crate) fn write(category: &Category, record: Ref<'_>, out: &mut Vec<u8>) {
    let is_family = record.member("family").is_some();
    let is_variant = record.member("group").is_some();
    let axes = axes(record);
    let price = text(record, "/offer/pricingSummary/price/value");
    let quantity = number(record, "/offer/availableQuantity");
    let pictures = texts(record, "/item/product/imageUrls").collect::<Vec<_>>().join("|");
    let dispatch = number(record, "/offer/dispatchDays");
    let mut cells: Vec<&str> = vec![if is_variant { "" } else { "Add" }];
    for column in COLUMNS {
        // A variant says what is its own; the rest stands in the row of its family.
        let own = match *column {
            "CustomLabel" => text(record, "/sku"),
            "Relationship" if is_variant => VARIATION,
            "RelationshipDetails" => &axes,
            "*StartPrice" if !is_family => price,
            "*Quantity" if !is_family => &quantity,
            "PicURL" => &pictures,
            "P:UPC" if !is_family => text(record, "/item/product/upc/0"),
            "P:EAN" if !is_family => text(record, "/item/product/ean/0"),
            "P:ISBN" if !is_family => text(record, "/item/product/isbn/0"),
            _ if is_variant => "",
            "*Category" => text(record, "/offer/categoryId"),
            "*Title" => text(record, "/item/product/title"),
            "Subtitle" => text(record, "/item/product/subtitle"),
            "*Description" => text(record, "/offer/listingDescription"),
            "*ConditionID" => policy::condition_id(text(record, "/item/condition")).unwrap_or_default(),
            "ConditionDescription" => text(record, "/item/conditionDescription"),
            "*Format" => "FixedPrice",
            "*Duration" => text(record, "/offer/listingDuration"),
            "*Location" => text(record, "/offer/location"),
            "PostalCode" => text(record, "/offer/postalCode"),
            "DispatchTimeMax" => &dispatch,
            "ShippingProfileName" => text(record, "/offer/profiles/shipping"),
            "ReturnProfileName" => text(record, "/offer/profiles/return"),
            "PaymentProfileName" => text(record, "/offer/profiles/payment"),
            _ => "",
        };
        cells.push(own);
    }
    let given: Vec<(&str, String)> = if is_variant {
        Vec::new()
    } else {
        let joined = |values: Ref<'_>| values.elements().filter_map(Ref::as_text).collect::<Vec<_>>().join("|");
        aspects(record).map(|(name, values)| (name, joined(values))).collect()
    };
    for name in names(category) {
        cells.push(given.iter().find(|(given, _)| *given == name).map_or("", |(_, value)| value.as_str()));
    }
    rows::write(cells.iter().copied(), b',', out);
}

/// `Color=Red;Blue|Size=S;M` of a family, `Color=Red|Size=S` of a variant.
fn axes(record: Ref<'_>) -> String {
    let of_family = record.pointer("/family/variesBy/specifications").into_iter().flat_map(Ref::elements).map(|axis| {
        let values = texts(axis, "/values").collect::<Vec<_>>().join(";");
        (text(axis, "/name"), values)
    });
    let of_variant = record.pointer("/axes").into_iter().flat_map(Ref::elements);
    let of_variant = of_variant.map(|axis| (text(axis, "/name"), text(axis, "/value").to_owned()));
    of_family.chain(of_variant).map(|(name, value)| [name, &value].join("=")).collect::<Vec<_>>().join("|")
}

fn number(record: Ref<'_>, pointer: &str) -> String {
    let node = record.pointer(pointer);
    let number = node.and_then(Ref::as_number).map(|number| number.to_string());
    number.or_else(|| node.and_then(Ref::as_text).map(str::to_owned)).unwrap_or_default()
}

/// The aspects of a category, in the order of their names.
pub(crate) fn names(category: &Category) -> impl Iterator<Item = &str> {
    shape(category).into_iter().flat_map(|shape| shape.properties.keys().map(String::as_str))
}

fn shape(category: &Category) -> Option<&Shape> {
    category.requirements.shape().at_pointer(crate::family::ASPECTS)
}
