//! Barcode numbers: lengths by type, check digits (`ERR_PDI_0047`), ranges Walmart refuses (54514906640101).

use super::Part;
use super::finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::finding::Rule;
use feedwright_catalog::gtin::Gtin;
use feedwright_catalog::gtin::GtinProblem;
use feedwright_catalog::rules;
use feedwright_marketplace::Ref;

/// What sellers with an exemption write in place of a number.
const EXEMPT: &str = "CUSTOM";
/// First digits of 12-digit numbers that Walmart refuses: goods by weight, drugs, numbers within a shop, coupons.
const REFUSED: &[char] = &['2', '3', '4', '5'];

type Problem = (&'static Rule, String, &'static str);

/// The number of a product and its type.
pub(super) fn check(offer: &Part<'_>, out: &mut Findings) {
    let Some(identifiers) = offer.node.member("productIdentifiers") else { return };
    let text = |name: &str| identifiers.member(name).and_then(Ref::as_text);
    let (Some(kind), Some(number)) = (text("productIdType"), text("productId")) else { return };
    if kind == "GTIN" && number == EXEMPT {
        return;
    }
    if let Some((rule, message, help)) = problem(kind, number) {
        // In a feed the number is there to be sent: what a source only withholds is wrong here.
        out.push(finding(rule, Severity::Error, message, help, offer.at("productIdentifiers/productId")));
    }
}

fn problem(kind: &str, number: &str) -> Option<Problem> {
    let lengths: &[usize] = match kind {
        "UPC" => &[12],
        "EAN" => &[13],
        "GTIN" => &[14],
        "ISBN" => &[10, 13],
        // An ISSN is no barcode number, and an unknown type is the schema's to name.
        _ => return None,
    };
    let n_digits = number.len();
    let may_end_in_x = kind == "ISBN" && n_digits == 10;
    if !may_end_in_x && !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some((
            &rules::WRONG_FORMAT,
            format!("`{number}` is not digits alone"),
            "give the digits of the barcode",
        ));
    }
    if !lengths.contains(&n_digits) {
        return Some((
            &rules::WRONG_FORMAT,
            format!("`{number}` has {n_digits} digits, and `{kind}` is said"),
            "give the type that fits: `UPC` 12, `EAN` 13, `GTIN` 14 with zeros before it, `ISBN` 10 or 13",
        ));
    }
    if n_digits == 10 {
        return isbn_problem(number);
    }
    match Gtin::parse(number) {
        Ok(gtin) => {
            let padded = gtin.to_14();
            let first = padded.strip_prefix("00").and_then(|upc| upc.chars().next())?;
            REFUSED.contains(&first).then(|| {
                (
                    &rules::RESTRICTED_GTIN,
                    format!("`{number}` begins with {first}, a range Walmart refuses"),
                    "give the number GS1 assigned to the product",
                )
            })
        }
        Err(GtinProblem::Restricted(range)) => Some((
            &rules::RESTRICTED_GTIN,
            format!("`{number}` is from a range for {}", range.as_str()),
            "give the number GS1 assigned to the product",
        )),
        Err(why @ GtinProblem::CheckDigit { .. }) => {
            Some((&rules::BAD_CHECK_DIGIT, format!("`{number}` {why}"), "compare it with the barcode on the product"))
        }
        Err(why @ GtinProblem::Suspect(_)) => {
            Some((&rules::SUSPECT_GTIN, format!("`{number}` {why}"), "give the number GS1 assigned to the product"))
        }
        Err(why) => Some((&rules::WRONG_FORMAT, format!("`{number}` {why}"), "give the digits of the barcode")),
    }
}

/// An ISBN of ten: digits weighted from 10 down to 1, where a last X is ten, sum up to a multiple of 11.
fn isbn_problem(number: &str) -> Option<Problem> {
    let mut sum = 0;
    for (weight, c) in (1..=10_u32).rev().zip(number.chars()) {
        let value = match c {
            'X' | 'x' if weight == 1 => 10,
            _ => match c.to_digit(10) {
                Some(digit) => digit,
                None => {
                    let message = format!("`{number}` is not digits alone");
                    return Some((&rules::WRONG_FORMAT, message, "give the digits of the ISBN"));
                }
            },
        };
        sum += weight * value;
    }
    (sum % 11 != 0).then(|| {
        let message = format!("the check digit of `{number}` does not fit the others");
        (&rules::BAD_CHECK_DIGIT, message, "compare it with the ISBN in the book")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, number: &str, expected: Option<(&str, &str)>) {
        let found = problem(kind, number).map(|(rule, message, _)| (rule.code, message));
        let found = found.as_ref().map(|(code, message)| (*code, message.as_str()));
        assert_eq!(found, expected, "{kind} {number}");
    }

    #[test]
    fn numbers_are_of_their_type_and_not_refused() {
        check("GTIN", "00614141000012", None);
        check("UPC", "614141000012", None);
        check("EAN", "4006381333931", None);
        check("ISBN", "0306406152", None);
        check("ISBN", "080442957X", None);
        check("ISBN", "9780306406157", None);
        let wrong = "`614141000012` has 12 digits, and `GTIN` is said";
        check("GTIN", "614141000012", Some(("wrong-format", wrong)));
        let digit = "`614141000013` ends in check digit 3, 2 fits the other digits";
        let found = problem("UPC", "614141000013").unwrap();
        assert_eq!(found.0.code, "bad-check-digit", "{digit}");
        let refused = "`00312345678906` begins with 3, a range Walmart refuses";
        check("GTIN", "00312345678906", Some(("restricted-gtin", refused)));
        check(
            "ISBN",
            "0306406153",
            Some(("bad-check-digit", "the check digit of `0306406153` does not fit the others")),
        );
        check("UPC", "61414100001X", Some(("wrong-format", "`61414100001X` is not digits alone")));
        assert_eq!(problem("UPC", "212345678909").unwrap().0.code, "restricted-gtin");
    }
}
