//! Walmart's codes that are known, and what to do about them. There is no complete list: what is not here goes by its type.
//!
//! From Walmart's pages on error codes and troubleshooting, and from what sellers saw in production; read 2026-11-23.

use super::page::Fault;
use feedwright_marketplace::report::CodeHelp;

/// What kind of trouble an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// The data has to be mended.
    Data,
    /// Somebody looks at it still.
    Review,
    /// It passes by itself.
    Passing,
}

impl Class {
    /// That of an error: by its code, else by its type.
    pub(super) fn of(fault: &Fault) -> Self {
        let code = fault.code.as_deref().map_or("", str::trim);
        if IN_REVIEW.contains(&code) {
            Self::Review
        } else if PASSING.contains(&code) {
            Self::Passing
        } else {
            match fault.kind.as_deref().map(|kind| kind.trim().to_ascii_uppercase()).as_deref() {
                Some("SYSTEM_ERROR" | "TIMEOUT_ERROR") => Self::Passing,
                _ => Self::Data,
            }
        }
    }
}

const IN_REVIEW: [&str; 2] = ["EXT_DATA_ERROR_56026862530206", "EXT_DATA_ERROR_66547201695750"];

/// Errors of Walmart's own, and an offer for an item that is not set up yet.
const PASSING: [&str; 4] = ["ERR_PDI_0005", "ERR_INT_SYS_01010010", "ERR_OFFER_2020", "EXT_DATA_ERROR_54055672686268"];

const fn help(code: &'static str, help: &'static str) -> CodeHelp {
    CodeHelp { code, help }
}

/// What to do.
pub(super) static HELP: &[CodeHelp] = &[
    help("ERROR", "check the file with `feedwright lint`: its envelope was not understood"),
    help("INPROGRESS", "wait: it must not be sent again meanwhile"),
    help("SYSTEM_ERROR", "nothing: it is sent again later"),
    help("TIMEOUT_ERROR", "nothing: it is sent again later"),
    help(
        "ERR_PDI_0001",
        "check the file with `feedwright lint`; for an item that Walmart lists already use `mp_item_match`",
    ),
    help("ERR_PDI_0003", "give one of the values Walmart allows, and all that it asks for"),
    help("ERR_PDI_0004", "retire the item in Seller Center: Walmart fulfils it"),
    help("ERR_PDI_0005", "nothing: it is sent again later"),
    help("ERR_PDI_0034", "fill what is missing, or correct the value"),
    help("ERR_PDI_0047", "correct the barcode: its check digit does not fit"),
    help("ERR_EXT_DATA_0101116", "check the barcode: Walmart's item of this number has another title or price"),
    help(
        "ERR_EXT_DATA_0101119",
        "check the barcode, or offer the item by the feed `mp_item_match`: Walmart has another under this number",
    ),
    help("ERR_EXT_DATA_0101149", "see that the main image can be fetched without a sign-in, and send it again"),
    help("ERR_EXT_DATA_0101171", "put the images on another host: Walmart does not fetch from this one"),
    help("ERR_EXT_DATA_0101198", "nothing: Walmart has the same or a newer version"),
    help("ERR_EXT_DATA_0101211", "give the SKU the barcode it had, or the item a new SKU"),
    help(
        "ERR_EXT_DATA_0503009",
        "write the envelope as Walmart does, with the same letter case; check the file with `feedwright lint`",
    ),
    help("ERR_OFFER_2020", "nothing: it is sent again later"),
    help("ERR_INT_SYS_01010010", "nothing: it is sent again later"),
    help("IB.VALIDATION.DATA.001", "give one of the values or units Walmart allows"),
    help("EXT_DATA_ERROR_00030257670757", "give the date in the form Walmart asks for: a day, or a day and a time"),
    help("EXT_DATA_ERROR_01076067496949", "shorten the text"),
    help(
        "EXT_DATA_ERROR_05570905585050",
        "give a family's id, the attributes that differ and the main variant together, or none of them",
    ),
    help(
        "EXT_DATA_ERROR_07705958490105",
        "rewrite title, description and features: plain words about the product, no lists of keywords",
    ),
    help("EXT_DATA_ERROR_49505365506868", "give a URL, or leave the field empty"),
    help("EXT_DATA_ERROR_50716566635066", "give a value of the type Walmart asks for"),
    help("EXT_DATA_ERROR_54055672686268", "nothing: it is sent again when the item is set up"),
    help("EXT_DATA_ERROR_54514906640101", "give another barcode: this one is from a range for use inside shops"),
    help("EXT_DATA_ERROR_55506974520167", "give more entries: features and images have a least number"),
    help("EXT_DATA_ERROR_56026862530206", "wait for the review: it must not be sent again meanwhile"),
    help(
        "EXT_DATA_ERROR_60670554076755",
        "fetch the product type's requirements anew: this field is not in the version that is sent",
    ),
    help("EXT_DATA_ERROR_61020366035308", "do not offer it: Walmart does not allow such products"),
    help("EXT_DATA_ERROR_61696573580701", "do not offer it: Walmart does not allow such products"),
    help("EXT_DATA_ERROR_66547201695750", "wait for the review: it must not be sent again meanwhile"),
    help("EXT_DATA_ERROR_68050064665065", "round to two decimals"),
    help("EXT_DATA_ERROR_71666506605865", "do not offer it: Walmart does not allow such products"),
    help(
        "EXT_DATA_ERROR_72600149546850",
        "fill the field: Walmart needs it, perhaps because of what another field says",
    ),
    help("EXT_DATA_ERROR_74086950555651", "fill the field: it is empty"),
    help("EXT_DATA_ERROR_74597363510508", "set `options.spec_version` to the newest stamp of the spec"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_code_goes_by_its_type_and_a_known_one_by_itself() {
        let class = |code: &str, kind: Option<&str>| {
            Class::of(&Fault {
                kind: kind.map(str::to_owned),
                code: Some(code.to_owned()),
                field: None,
                text: None,
                severity: None,
            })
        };
        assert_eq!(class("NEW_1", Some("DATA_ERROR")), Class::Data);
        assert_eq!(class("NEW_1", Some("TIMEOUT_ERROR")), Class::Passing);
        assert_eq!(class("NEW_1", None), Class::Data);
        assert_eq!(class("EXT_DATA_ERROR_56026862530206\t", Some("DATA_ERROR")), Class::Review);
        assert_eq!(class("ERR_PDI_0005", Some("DATA_ERROR")), Class::Passing);
    }

    #[test]
    fn every_code_is_explained_once() {
        let mut codes: Vec<&str> = HELP.iter().map(|help| help.code).collect();
        let n_codes = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), n_codes);
    }
}
