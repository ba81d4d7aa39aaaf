//! Every rule of ours, in one table. A rule's documentation is `docs/rules/<code>.md`, shown by `feedwright explain <code>`.

use crate::finding::Rule;
use crate::finding::Severity;
use crate::gtin::GtinProblem;

macro_rules! rules {
    ($($name:ident $code:literal $severity:ident $summary:literal)*) => {
        $(
            #[doc = $summary]
            pub static $name: Rule = Rule {
                code: $code,
                severity: Severity::$severity,
                summary: $summary,
                docs: include_str!(concat!("../../../docs/rules/", $code, ".md")),
            };
        )*

        /// All rules, sorted by code.
        pub static RULES: &[&Rule] = &[$(&$name,)*];
    };
}

rules! {
    ATTRIBUTE_NOT_APPLICABLE "attribute-not-applicable" Error "an attribute is given where it must not be"
    BAD_CHECK_DIGIT "bad-check-digit" Warning "a barcode number's last digit does not fit the others; it is not sent"
    BAD_ENVELOPE "bad-envelope" Error "a feed file's frame is not what the marketplace expects"
    BAD_SKU "bad-sku" Error "a SKU holds what no feed can carry"
    BAD_VARIANT_GROUP "bad-variant-group" Error "the variants of a group do not fit together"
    BANNED_CHARACTER "banned-character" Error "a text holds a character the marketplace refuses"
    BLANK_VALUE "blank-value" Error "a value is given, and it is blank"
    BYTE_ORDER_MARK "byte-order-mark" Error "a feed file begins with a byte order mark"
    CATEGORY_NOT_A_LEAF "category-not-a-leaf" Error "a category has others below it and takes no listings"
    CATEGORY_RETIRED "category-retired" Error "a marketplace gave a category up"
    CELL_TOO_LONG "cell-too-long" Error "a cell is too long to be meant; its row is left out"
    COLUMN_NOT_READ "column-not-read" Note "a column of the source is read by nothing"
    COLUMN_WITHOUT_GTINS "column-without-gtins" Warning "most numbers of a barcode column are no barcode numbers; none is sent"
    CONTROL_CHARACTER "control-character" Warning "a cell holds control characters"
    CURRENCY_MISMATCH "currency-mismatch" Error "an amount is in another currency than the channel's"
    DAMAGED_NUMBER "damaged-number" Warning "a spreadsheet rounded a number; its digits are gone"
    DEPRECATED_VALUE "deprecated-value" Warning "a value is about to be removed by the marketplace"
    DUPLICATE_COLUMN "duplicate-column" Warning "two columns have the same header; the first is read"
    DUPLICATE_MESSAGE "duplicate-message" Error "two messages of a feed file have the same number"
    DUPLICATE_SKU "duplicate-sku" Error "two rows have the same SKU; the first is used"
    DUPLICATE_VALUE "duplicate-value" Error "a list holds the same value twice"
    DUPLICATE_VARIANT "duplicate-variant" Error "two variants of a family have the same options"
    EMPTY_SOURCE "empty-source" Error "a source has no products"
    FEED_TOO_LARGE "feed-too-large" Error "a feed file is over the marketplace's limit"
    FIELD_NOT_MAPPED "field-not-mapped" Note "a filled field goes nowhere on this channel"
    FORMULA_CELL "formula-cell" Error "a cell begins like a spreadsheet formula"
    INCOMPLETE_OFFER "incomplete-offer" Error "an offer lacks a part the marketplace needs"
    MISPLACED_VALUE "misplaced-value" Warning "a cell is filled on a row where it is not read"
    MISSING_ADVISED_FIELD "missing-advised-field" Warning "an attribute the marketplace advises has no value"
    MISSING_GTIN "missing-gtin" Error "there is no valid barcode number, exemption or existing catalog entry"
    MISSING_MAIN_IMAGE "missing-main-image" Error "there is no main image"
    MISSING_OPTION "missing-option" Error "a variant has no value for an option of its family"
    MISSING_PRICE "missing-price" Error "there is no price"
    MISSING_REQUIRED_FIELD "missing-required-field" Error "a required attribute has no value"
    MISSING_SKU "missing-sku" Error "a variant has no SKU"
    NO_ALTERNATIVE_FITS "no-alternative-fits" Error "a value fits none, or several, of the forms it may have"
    NOT_ACTIVE "not-active" Note "a product is not active at the source; it is left out"
    NOT_SELLABLE "not-sellable" Note "a product is not a physical thing; it is left out"
    NOT_SENT "not-sent" Warning "a record was not sent, or what became of it is not known"
    ORPHAN_ROW "orphan-row" Error "a row belongs to no product"
    ORPHAN_VARIATION "orphan-variation" Error "a family's records depend on one that is left out or missing"
    PARENT_SKU_TAKEN "parent-sku-taken" Error "a family's parent record would have the SKU of something else"
    PRICE_BELOW_FLOOR "price-below-floor" Error "a price is below its own lower bound"
    PRICE_WITHOUT_CURRENCY "price-without-currency" Error "an amount has no currency"
    PROMOTIONAL_TEXT "promotional-text" Warning "a text advertises or promises what the marketplace forbids"
    QUANTITY_NOT_TRACKED "quantity-not-tracked" Note "a quantity is given for what nobody counts; it is unknown"
    REPEATED_WORD "repeated-word" Error "a title holds a word more often than the marketplace allows"
    REPLACED_CHARACTERS "replaced-characters" Warning "bytes of a file are no text in its encoding"
    RESTRICTED_GTIN "restricted-gtin" Warning "a barcode number is from a range for use inside a shop; it is not sent"
    RULE_BROKEN "rule-broken" Error "a condition of the marketplace's schema is not met"
    SCATTERED_PRODUCT "scattered-product" Error "the rows of a product are not together in the file"
    SKU_MADE_UP "sku-made-up" Note "a SKU was made from the product's key and options, as configured"
    SKU_TOO_LONG "sku-too-long" Error "a SKU is longer than the marketplace allows"
    STARTER_REQUIREMENTS "starter-requirements" Note "a category is checked by our starter document, not by the marketplace's own"
    STILL_ACTIVE "still-active" Note "a product is still sold at the source; it is not retired"
    SUSPECT_GTIN "suspect-gtin" Warning "a barcode number looks made up; it is not sent"
    TEMPLATE_FAILED "template-failed" Error "a text template could not be filled"
    TEXT_WITH_MARKUP "text-with-markup" Error "a text holds HTML, an address or contact data"
    TITLE_TOO_LONG "title-too-long" Error "a title is longer than the marketplace's policy allows"
    TITLE_WILL_BE_SPLIT "title-will-be-split" Warning "the marketplace will cut a title in two by itself"
    TOO_FEW_VALUES "too-few-values" Error "a list has fewer values than needed"
    TOO_MANY_AXES "too-many-axes" Error "a family differs by more than the marketplace allows"
    TOO_MANY_RECORDS "too-many-records" Error "a feed file holds more records than the marketplace takes"
    TOO_MANY_VALUES "too-many-values" Error "a list has more values than allowed"
    UNCLOSED_QUOTE "unclosed-quote" Error "a quoted cell never ends; the rest of the file cannot be read"
    UNEVEN_ROW "uneven-row" Warning "a row has more or fewer cells than the header"
    UNIT_NOT_ACCEPTED "unit-not-accepted" Error "a measure has no unit the marketplace accepts"
    UNKNOWN_ATTRIBUTE "unknown-attribute" Error "an attribute does not exist in this category"
    UNKNOWN_CATEGORY "unknown-category" Error "there are no requirements for a category"
    UNKNOWN_FIELD "unknown-field" Error "a catalog line names a field that does not exist"
    UNMAPPED_CATEGORY "unmapped-category" Error "a catalog category has no counterpart on this channel"
    UNREADABLE_FILE "unreadable-file" Error "a feed file cannot be read"
    UNREADABLE_LINE "unreadable-line" Error "a line of a catalog file is no product; it is left out"
    UNREADABLE_VALUE "unreadable-value" Warning "a cell is not a value of its field; it is not sent"
    VALUE_NOT_ALLOWED "value-not-allowed" Error "a value is not in the marketplace's list"
    VALUE_NOT_IN_TABLE "value-not-in-table" Error "a value has no counterpart in a value table"
    VALUE_OUT_OF_RANGE "value-out-of-range" Error "a number is too small or too large"
    VALUE_TOO_LONG "value-too-long" Error "a text is longer than allowed"
    VALUE_TOO_SHORT "value-too-short" Error "a text is shorter than allowed"
    WRONG_FORMAT "wrong-format" Error "a text is not written as the marketplace wants it"
    WRONG_PRECISION "wrong-precision" Error "a number has more decimals than allowed"
    WRONG_TYPE "wrong-type" Error "a value is of the wrong type"
}

/// The rule a number breaks that is no barcode number; none for what says that there is none.
pub fn of_gtin(problem: &GtinProblem) -> Option<&'static Rule> {
    match problem {
        GtinProblem::Empty | GtinProblem::Placeholder(_) => None,
        GtinProblem::Scientific => Some(&DAMAGED_NUMBER),
        GtinProblem::NotDigits { .. } | GtinProblem::Length { .. } => Some(&UNREADABLE_VALUE),
        GtinProblem::CheckDigit { .. } => Some(&BAD_CHECK_DIGIT),
        GtinProblem::Restricted(_) => Some(&RESTRICTED_GTIN),
        GtinProblem::Suspect(_) => Some(&SUSPECT_GTIN),
    }
}

/// The rule with this code.
pub fn find(code: &str) -> Option<&'static Rule> {
    RULES.binary_search_by_key(&code, |rule| rule.code).ok().map(|at| RULES[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_rule_is_documented() {
        assert!(RULES.is_sorted_by_key(|rule| rule.code));
        for rule in RULES {
            assert_eq!(find(rule.code), Some(*rule));
            assert!(rule.code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", rule.code);
            let mut rest = rule.docs;
            assert!(rest.starts_with(&format!("# {}\n", rule.code)), "{}", rule.code);
            for section in ["## What it finds\n", "## Why it matters\n", "## Example\n", "## How to fix\n"] {
                let at = rest.find(section).unwrap_or_else(|| panic!("{} lacks {section:?}", rule.code));
                rest = rest.get(at + section.len()..).unwrap_or_default();
                let text = rest.split("\n## ").next().unwrap_or_default().trim();
                assert!(text.len() > 20, "{}: {section:?} says nothing", rule.code);
            }
        }
    }
}
