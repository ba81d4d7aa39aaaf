//! What helps against eBay's codes, and what of a record they are about.
//!
//! Written from the error lists of Sell Inventory 1.18.5 and from accounts of sellers; read 2026-11-26.

use feedwright_marketplace::listing::escape;
use feedwright_marketplace::report::CodeHelp;

/// The codes we know something about.
pub(super) static HELP: &[CodeHelp] = &[
    help("240", "look for words eBay forbids in title and description; the account itself may be restricted, too"),
    help("488", "nothing: this very listing was made before, from a file that was sent twice"),
    help("1047", "nothing: the listing was over already"),
    help("21915469", "add a shipping service to the fulfilment policy"),
    help("21916250", "set the return policy of the channel"),
    help("21916582", "give each variant its own combination of options"),
    help("21916585", "give the variants different options: two are the same"),
    help("21916603", "leave the options of a live listing as they are, or end it and list it anew"),
    help("21916626", "leave attributes that variants differ by out of those the family shares"),
    help("21916664", "give every variant a value for each option of its family"),
    help("21916672", "let variants differ by something else than a part number"),
    help("21916884", "give a condition that the category takes: `feedwright schemas pull` gets the list"),
    help("21919067", "end the other listing of the same thing, or revise it instead"),
    help("21919144", "wait: too many listings were made in a short time"),
    help("21919188", "ask eBay for higher selling limits, or end listings; the rest waits"),
    help("21919301", "give the product identifier, or eBay's words for a thing that has none"),
    help("21919303", "give the attribute that is named a value"),
    help("25001", "nothing: the trouble is eBay's, and it is sent again"),
    help("25002", "read the details: eBay uses this code for whatever a seller can mend"),
    help("25003", "give a price that the site's minimum allows"),
    help("25004", "give a whole number of pieces, 0 or more"),
    help("25005", "choose a category that takes listings: `feedwright suggest` proposes one"),
    help("25007", "check the channel's `fulfillment_policy`"),
    help("25008", "check the channel's `payment_policy`"),
    help("25009", "check the channel's `return_policy`"),
    help("25012", "check the channel's `merchant_location`: the location must exist and be enabled"),
    help("25013", "check what the variants of the family share and differ by"),
    help("25014", "check the pictures: https, reachable, and not too many"),
    help("25015", "check that eBay can open the picture's address"),
    help("25017", "fill in what is missing"),
    help("25018", "complete the seller account at eBay"),
    help("25019", "look at the listing: eBay does not let it be changed now"),
    help("25020", "give weight and all three dimensions of the package, or no dimension at all"),
    help("25021", "give a condition that the category takes"),
    help("25022", "mend the attribute that is named"),
    help("25025", "nothing: something else changed the item at the same moment, and it is sent again"),
    help("25026", "ask eBay for higher selling limits, or end listings; the rest waits"),
    help("25028", "leave the field out: eBay drops it"),
    help("25029", "give the field that is named a value: the category asks for it"),
    help("25030", "leave the field out: eBay drops it for this condition"),
    help("25035", "check the channel's policies: they must be of this site"),
    help("25036", "check the channel's policies: one stands in another's place"),
    help("25080", "shorten the text that is named"),
    help("25109", "give safety statements or pictograms"),
    help("25110", "give the manufacturer's whole address, or none of it"),
    help("25111", "give the manufacturer's name"),
    help("25113", "give the responsible person's whole address, or none of it"),
    help("25114", "give the responsible person's name"),
    help("25115", "name a manufacturer or a responsible person in the European Union"),
    help("25118", "give a way to reach the manufacturer"),
    help("25119", "give a way to reach the responsible person"),
    help("25120", "give the product's number at eBay's catalog, and leave these fields blank"),
    help("25121", "give the product's number at eBay's catalog"),
    help("25123", "use a return policy of 30 days with returns paid by the seller"),
    help("25127", "use one of eBay's own values for the attribute"),
    help("25128", "use one of eBay's own values for the attribute before the day that is named"),
    help("25501", "check the pictures of the listing"),
    help("25502", "mend the attribute that is named"),
    help("25601", "mend the attribute that is named"),
    help("25702", "send the listing first: eBay knows no item of this SKU"),
    help("25703", "take the SKU out of its other group"),
    help("25704", "end the SKU's own listing before it joins a family"),
    help("25707", "use a SKU of at most 50 letters and digits"),
    help("25713", "send the listing first: eBay knows no such offer"),
    help("25715", "give positive weight and dimensions of the package"),
    help("25732", "publish variants through their family"),
    help("25756", "sell variants at a fixed price"),
];

/// What of a record a code is about, where it is about one thing.
const ABOUT: &[(&str, &str)] = &[
    ("25003", "/offer/pricingSummary/price/value"),
    ("25004", "/offer/availableQuantity"),
    ("25005", "/offer/categoryId"),
    ("25007", "/offer/listingPolicies/fulfillmentPolicyId"),
    ("25008", "/offer/listingPolicies/paymentPolicyId"),
    ("25009", "/offer/listingPolicies/returnPolicyId"),
    ("25012", "/offer/merchantLocationKey"),
    ("25014", "/item/product/imageUrls"),
    ("25015", "/item/product/imageUrls"),
    ("25020", "/item/packageWeightAndSize"),
    ("25021", "/item/condition"),
    ("25501", "/item/product/imageUrls"),
    ("25707", "/sku"),
    ("25715", "/item/packageWeightAndSize"),
    ("21916884", "/item/condition"),
];

/// Codes that name an attribute of the category among their parameters.
const NAMES_ASPECT: &[&str] = &["21919303", "25022", "25127", "25128", "25502", "25601"];

const fn help(code: &'static str, help: &'static str) -> CodeHelp {
    CodeHelp { code, help }
}

/// The pointer into a whole listing to what an error is about, where it says so.
pub(super) fn pointer(code: &str, text: &str, parameters: &[(String, String)]) -> Option<String> {
    let code = code.trim();
    let aspect = |name: &str| format!("{}/{}", crate::family::ASPECTS, escape(name));
    let is_aspect = |value: &str| {
        !value.is_empty() && text.to_lowercase().contains(&format!("item specific {}", value.to_lowercase()))
    };
    // Of several parameters the one that the text calls an attribute, or the second: the first is a number.
    let named = parameters.iter().find(|(_, value)| is_aspect(value));
    let second = parameters.iter().find(|(name, value)| name == "2" && !value.is_empty());
    let of_name = parameters.iter().find(|(name, value)| {
        !value.is_empty() && ["fieldname", "productaspectname", "aspectname"].contains(&name.to_lowercase().as_str())
    });
    if let Some((_, name)) = named {
        return Some(aspect(name));
    }
    if NAMES_ASPECT.contains(&code)
        && let Some((_, name)) = of_name.or(second)
    {
        return Some(aspect(name));
    }
    ABOUT.iter().find(|(known, _)| *known == code).map(|(_, pointer)| (*pointer).to_owned())
}
