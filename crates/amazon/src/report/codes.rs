//! What we know of Amazon's codes: how to mend what they complain of.
//!
//! Amazon publishes no list. These are codes seen in reports, answers and public threads up to 2026-11-23; the texts are
//! ours.

use feedwright_marketplace::report::CodeHelp;

/// Codes by which a whole feed or call is refused for a reason that passes: the same may be sent again.
pub(super) static PASSING: &[&str] = &[
    // The header was seen not to be found now and then, in feeds that had one.
    "4002005",
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "QuotaExceeded",
    "ServiceUnavailable",
    "TooManyRequests",
];

/// How to mend it.
pub(super) static CODES: &[CodeHelp] = &[
    help("100476", "make the item name 75 characters or shorter, or leave out title_differentiation"),
    help("13006", "write the number without a currency sign, with a point before the decimals"),
    help("13013", "mend the errors of the product first: an offer needs a product in Amazon's catalog"),
    help("18027", "give a main image on plain white, without text, logo, border or watermark"),
    help("18155", "lower the minimum price below the selling price, or raise the selling price"),
    help("18448", "fill in the attributes it names: they are recommended, not required"),
    help("18742", "check whether the product may be sold on Amazon; ask for approval, or end the listing"),
    help("20005", "check that the image can be fetched without signing in, and is a JPEG, PNG, GIF or TIFF"),
    help("20017", "let Amazon's servers fetch the image: the host that serves it turns them away"),
    help("4000001", "give a value that Amazon's document for the product type allows"),
    help("4002005", "send the feed again; if it comes back, see that `header` is the first thing in the file"),
    help("4002006", "send the feed with version 2.0 in its header"),
    help("4002008", "check the file with `feedwright lint`: the message has not the form of a message"),
    help("4002010", "give every product a product type"),
    help("5461", "ask for approval to sell the brand, or to add products to it"),
    help("5665", "ask for approval of the brand, or write its name as it was approved"),
    help("6024", "ask for approval to sell the brand in this category"),
    help("8007", "send the parent in the same feed, with the same variation theme as its variants"),
    help("8008", "send the variant it names, or take it out of the family"),
    help("8015", "give a value that Amazon's document for the product type allows"),
    help("8016", "fill in the attributes that tell the variants apart"),
    help("8032", "take the variant out of its other family first: it can belong to one only"),
    help("8058", "give the value it asks for"),
    help("8105", "give a condition that Amazon allows for the product"),
    help("8115", "give a value in the form Amazon asks for"),
    help("8541", "compare the product with the one Amazon has under this barcode; mend what differs, or the barcode"),
    help("8560", "give a barcode or an ASIN, or what a new product needs"),
    help("8566", "give a barcode or an ASIN that Amazon knows: this product type takes no new products from you"),
    help("8567", "give a barcode or an ASIN that Amazon knows: this product type takes no new products from you"),
    help("8571", "wait a day: Amazon limits how many new products a seller makes in a week"),
    help("8572", "give the barcode that GS1 registered for the product and its brand"),
    help("90000900", "leave the attribute out: the product type has no such attribute"),
    help("90205", "give a value in the form Amazon asks for"),
    help("90220", "fill in the attribute: it is required"),
    help("99022", "fill in the part of the attribute that is missing"),
    help("99300", "bring title, images and text in line with Amazon's rules for product pages"),
    help("BAD_REQUEST", "check the channel's seller id: it has to be that of the account that signed in"),
    help("CANCELLED", "send the feed again: Amazon did not begin to work on it"),
    help(
        "FATAL",
        "look in Seller Central what became of the listings: Amazon broke the feed off, and does not say where",
    ),
    help("InvalidInput", "mend what the text names, and send the listing again"),
    help("QuotaExceeded", "send again later: too many requests were made"),
    help("Unauthorized", "check that the application has the role Product Listing, and sign in anew"),
    help("summary", "look in Seller Central what became of the listings, or send them again"),
];

const fn help(code: &'static str, help: &'static str) -> CodeHelp {
    CodeHelp { code, help }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_in_order_and_only_once() {
        assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
    }
}
