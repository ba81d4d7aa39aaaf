//! Reads GTINs (UPC, EAN, ISBN-13), and says exactly why a text is not one that may be published.

pub use self::problem::GtinProblem;
pub use self::problem::RestrictedRange;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;
use std::str;

mod problem;
mod text;

/// A GTIN with a correct check digit, outside the ranges that must not be published.
///
/// Keeps the length it was written with: `036000291452` and `0036000291452` differ as `Gtin`; compare [`Gtin::to_14`] to
/// ask whether they name the same article. Eight digits are read as GTIN-8; a UPC-E has to be expanded first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^([0-9]{8}|[0-9]{12,14})$"))]
pub struct Gtin {
    // ASCII digits, left aligned, zero bytes after: the derived order is the order of the text.
    digits: [u8; 14],
    len: u8,
}

impl Gtin {
    /// Reads a GTIN as people write it: spaces and hyphens between digits are passed over.
    ///
    /// The first thing wrong is reported, what a person would say before what arithmetic says: `111111111111` is
    /// [`GtinProblem::Suspect`], not a wrong check digit.
    pub fn parse(text: &str) -> Result<Gtin, GtinProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(GtinProblem::Empty);
        }
        if text::is_placeholder(text) {
            return Err(GtinProblem::Placeholder(text.to_owned()));
        }
        if text::is_scientific(text) {
            return Err(GtinProblem::Scientific);
        }

        let mut digits = [0; 14];
        let mut found = 0;
        for letter in text.chars().filter(|letter| !is_filler(*letter)) {
            if !letter.is_ascii_digit() {
                return Err(GtinProblem::NotDigits { found: letter });
            }
            if let (Some(slot), Ok(digit)) = (digits.get_mut(found), u8::try_from(letter)) {
                *slot = digit;
            }
            found += 1;
        }
        let len = match found {
            8 => 8,
            12 => 12,
            13 => 13,
            14 => 14,
            _ => return Err(GtinProblem::Length { found }),
        };
        let gtin = Gtin { digits, len };
        if let Some(reason) = gtin.suspicion() {
            return Err(GtinProblem::Suspect(reason));
        }
        let (payload, last) = gtin.split();
        let expected = check_digit(payload);
        if last != expected {
            return Err(GtinProblem::CheckDigit { found: last - b'0', expected: expected - b'0' });
        }
        match gtin.restricted_range() {
            Some(range) => Err(GtinProblem::Restricted(range)),
            None => Ok(gtin),
        }
    }

    /// The digits as they were written, without spaces and hyphens.
    pub fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).expect("a GTIN holds ASCII digits")
    }

    /// Fourteen digits, padded with zeros on the left: the form under which the same article is the same text.
    pub fn to_14(&self) -> String {
        format!("{:0>14}", self.as_str())
    }

    /// Which of the four lengths this is.
    pub fn kind(&self) -> GtinKind {
        match self.len {
            8 => GtinKind::Gtin8,
            12 => GtinKind::Gtin12,
            13 => GtinKind::Gtin13,
            _ => GtinKind::Gtin14,
        }
    }

    /// Whether this names one sellable piece. A GTIN-14 that begins with 1 to 8 is a case of them, with 9 an article of
    /// variable measure; neither belongs on a listing for one piece.
    pub fn is_each(&self) -> bool {
        self.padded()[0] == b'0'
    }

    /// Whether this is an ISSN (977), or an ISBN or ISMN (978, 979): marketplaces treat these as books and serials.
    pub fn is_book_or_serial(&self) -> bool {
        matches!(self.padded(), [_, b'9', b'7', b'7' | b'8' | b'9', ..])
    }

    fn as_bytes(&self) -> &[u8] {
        &self.digits[..usize::from(self.len)]
    }

    fn padded(&self) -> [u8; 14] {
        let mut padded = [b'0'; 14];
        padded[14 - usize::from(self.len)..].copy_from_slice(self.as_bytes());
        padded
    }

    /// All digits but the last, and the last.
    fn split(&self) -> (&[u8], u8) {
        match self.as_bytes().split_last() {
            Some((last, payload)) => (payload, *last),
            None => (&[], b'0'),
        }
    }

    fn suspicion(&self) -> Option<&'static str> {
        // The check digit is left out: `1234567890128` counts up just as `123456789012` does.
        let (payload, _) = self.split();
        let n_zeros = payload.iter().take_while(|digit| **digit == b'0').count();
        // `012…` counts up from its zero, `00123…` was padded; both are looked at.
        [payload, &payload[n_zeros..]].into_iter().find_map(pattern)
    }

    fn restricted_range(&self) -> Option<RestrictedRange> {
        let padded = self.padded();
        // A number with six zeros in front is a GTIN-8, and those have a prefix table of their own.
        if padded.starts_with(b"000000") {
            return match padded[6] {
                b'0' | b'2' => Some(RestrictedRange::InStore),
                _ => None,
            };
        }
        // The prefix of the GTIN-13 inside, whatever the packaging level in front of it.
        match &padded[1..3] {
            b"02" | b"04" | [b'2', _] => Some(RestrictedRange::InStore),
            b"05" | b"98" | b"99" => Some(RestrictedRange::Coupon),
            _ => None,
        }
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl fmt::Debug for Gtin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Gtin({self})")
    }
}

impl TryFrom<String> for Gtin {
    type Error = GtinProblem;

    fn try_from(text: String) -> Result<Gtin, GtinProblem> {
        Gtin::parse(&text)
    }
}

impl From<Gtin> for String {
    fn from(gtin: Gtin) -> String {
        gtin.as_str().to_owned()
    }
}

/// The four lengths a GTIN comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GtinKind {
    /// Eight digits, for small packages.
    Gtin8,
    /// Twelve digits: UPC-A.
    Gtin12,
    /// Thirteen digits: EAN-13, and with it ISBN-13.
    Gtin13,
    /// Fourteen digits: a packaging level and twelve digits of what is inside.
    Gtin14,
}

/// The check digit for the digits before it, all of them ASCII, and itself ASCII: `check_digit(b"03600029145") == b'2'`.
///
/// The same rule for every length: weights 3 and 1 in turn, beginning with 3 at the right. Anything that is not an ASCII
/// digit counts as its low decimal digit, so the function is total; [`Gtin::parse`] never passes one.
pub fn check_digit(digits_without_check: &[u8]) -> u8 {
    let sum = digits_without_check.iter().rev().enumerate().fold(0_u8, |sum, (place, digit)| {
        let weight = if place % 2 == 0 { 3 } else { 1 };
        (sum + digit.wrapping_sub(b'0') % 10 * weight) % 10
    });
    b'0' + (10 - sum) % 10
}

/// Spaces and hyphens, also those that text programs put in their place.
fn is_filler(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '\u{2010}' | '\u{2011}' | '\u{2013}')
}

fn pattern(digits: &[u8]) -> Option<&'static str> {
    // Short runs occur by chance.
    if digits.len() < 6 {
        return None;
    }
    let every_step = |step: u8| digits.windows(2).all(|pair| (pair[0] - b'0' + step) % 10 == pair[1] - b'0');
    if digits.iter().all(|digit| *digit == b'0') {
        Some("is all zeros")
    } else if every_step(0) {
        Some("is the same digit throughout")
    } else if every_step(1) {
        Some("is a sequence counting up")
    } else if every_step(9) {
        Some("is a sequence counting down")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let actual = match Gtin::parse(text) {
            Ok(gtin) => format!("{gtin} {:?} {}", gtin.kind(), gtin.to_14()),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(actual, expected, "{text:?}");
    }

    #[test]
    fn reads_every_length() {
        check("96385074", "96385074 Gtin8 00000096385074");
        check("036000291452", "036000291452 Gtin12 00036000291452");
        check("4006381333931", "4006381333931 Gtin13 04006381333931");
        check("14006381333938", "14006381333938 Gtin14 14006381333938");
        check(" 978-3-16-148410-0 ", "9783161484100 Gtin13 09783161484100");
        check("0 36000\u{a0}29145\u{2011}2", "036000291452 Gtin12 00036000291452");
    }

    #[test]
    fn says_what_is_wrong() {
        check(" ", "is empty");
        check("N/A", "`N/A` stands for no number");
        check("#N/A", "`#N/A` stands for no number");
        check("Does not apply", "`Does not apply` stands for no number");
        check("--", "`--` stands for no number");
        check("8,72060E+12", "a spreadsheet rounded this number; the digits are gone");
        check("8.7206e12", "a spreadsheet rounded this number; the digits are gone");
        check("SKU-036000291452", "has `S` among the digits");
        check("'036000291452", "has `'` among the digits");
        check("8720605811234.0", "has `.` among the digits");
        check("٤006381333931", "has `٤` among the digits");
        check("316148410X", "has `X` among the digits");
        check("3161484100", "has 10 digits; 8, 12, 13 or 14 needed");
        check("106141412345678908", "has 18 digits; 8, 12, 13 or 14 needed");
        check("4006381333932", "ends in 2, but the check digit of the others is 1");
    }

    #[test]
    fn refuses_numbers_nobody_was_given() {
        check("00000000000000", "is all zeros");
        check("111111111111", "is the same digit throughout");
        check("9999999999994", "is the same digit throughout");
        check("123456789012", "is a sequence counting up");
        check("1234567890128", "is a sequence counting up");
        check("012345678905", "is a sequence counting up");
        check("00123456789012", "is a sequence counting up");
        check("9876543210982", "is a sequence counting down");
        check("12345670", "is a sequence counting up");
    }

    #[test]
    fn refuses_restricted_ranges_at_every_length() {
        let in_store = "is from the range for in-store numbers (restricted circulation)";
        let coupon = "is from the range for coupons and refund receipts";
        for (payload, expected) in [
            ("200000400172", in_store), // GTIN-13 2xx
            ("020000400172", in_store), // the same as a UPC of number system 2 with a zero in front
            ("20000400172", in_store),
            ("40000400172", in_store),
            ("0200000400172", in_store),
            ("1200000400172", in_store), // a case of them
            ("2012345", in_store),       // GTIN-8
            ("0123465", in_store),       // GTIN-8, or a UPC-E that should have been expanded
            ("50000400172", coupon),
            ("980000400172", coupon),
            ("990000400172", coupon),
        ] {
            check(&complete(payload), expected);
        }
    }

    #[test]
    fn knows_books_and_cases() {
        #[track_caller]
        fn check(text: &str, is_book: bool, is_each: bool) {
            let gtin = Gtin::parse(text).unwrap();
            assert_eq!((gtin.is_book_or_serial(), gtin.is_each()), (is_book, is_each), "{text}");
        }
        check("9783161484100", true, true);
        check("9771234567003", true, true);
        check("09783161484100", true, true);
        check("4006381333931", false, true);
        check("14006381333938", false, false);
        check("97712343", false, true);
    }

    #[test]
    fn is_a_string_in_json() {
        let gtin = Gtin::parse("4006381333931").unwrap();
        assert_eq!(serde_json::to_string(&gtin).unwrap(), r#""4006381333931""#);
        assert_eq!(serde_json::from_str::<Gtin>(r#""4006381333931""#).unwrap(), gtin);
        let problem = serde_json::from_str::<Gtin>(r#""4006381333930""#).unwrap_err().to_string();
        assert!(problem.contains("ends in 0"), "{problem}");
    }

    fn complete(payload: &str) -> String {
        format!("{payload}{}", char::from(check_digit(payload.as_bytes())))
    }

    fn oracle(text: &str) -> bool {
        match text.len() {
            8 => gtin_validate::gtin8::check(text),
            12 => gtin_validate::gtin12::check(text),
            13 => gtin_validate::gtin13::check(text),
            14 => gtin_validate::gtin14::check(text),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn agrees_with_gtin_validate(text in "[0-9]{7,15}") {
            match Gtin::parse(&text) {
                Ok(_) | Err(GtinProblem::Restricted(_)) => prop_assert!(oracle(&text)),
                Err(GtinProblem::Suspect(_)) => {}
                Err(_) => prop_assert!(!oracle(&text)),
            }
        }

        #[test]
        fn completes_what_gtin_validate_accepts(payload in "[0-9]{7}|[0-9]{11,13}") {
            prop_assert!(oracle(&complete(&payload)));
        }

        #[test]
        fn any_one_wrong_digit_is_noticed(payload in "[3-7][0-9]{11}", place in 0_usize..12, step in 1_u8..10) {
            let mut text = complete(&payload).into_bytes();
            text[place] = (text[place] - b'0' + step) % 10 + b'0';
            prop_assert!(Gtin::parse(str::from_utf8(&text).unwrap()).is_err());
        }

        #[test]
        fn never_panics_and_reads_itself(text in "\\PC{0,20}") {
            if let Ok(gtin) = Gtin::parse(&text) {
                prop_assert_eq!(Gtin::parse(gtin.as_str()), Ok(gtin));
            }
        }
    }
}
