//! Numbers as they are written: compared, divided and put in one form exactly, at any size.

use rust_decimal::Decimal;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A number of a listing or of a document.
#[derive(Clone, Debug)]
pub(crate) enum Number<'a> {
    /// In a decimal's range.
    Decimal(Decimal),
    /// Beyond it, as it was written.
    Written(Cow<'a, str>),
}

impl<'a> Number<'a> {
    /// Reads a JSON number, or what `serde_json` prints for one.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        match decimal(text) {
            Some(value) => Some(Self::Decimal(value)),
            None => Digits::parse(text).map(|_| Self::Written(Cow::Borrowed(text))),
        }
    }

    /// Reads a number of a JSON document.
    ///
    /// Such a number is an integer of 64 bits or a float; a float prints as the shortest text that reads back as the same
    /// float, which is what stood in the document for up to fifteen digits. `0.01` is exactly 0.01 here.
    pub(crate) fn of_json(number: &serde_json::Number) -> Option<Number<'static>> {
        match Number::parse(&number.to_string())? {
            Number::Decimal(value) => Some(Number::Decimal(value)),
            Number::Written(text) => Some(Number::Written(Cow::Owned(text.into_owned()))),
        }
    }

    /// The digits, without zeros around them.
    pub(crate) fn digits(&self) -> Digits {
        match self {
            Self::Decimal(value) => Digits::of(*value),
            Self::Written(text) => Digits::parse(text).unwrap_or_else(Digits::zero),
        }
    }

    /// Whether it has no fraction; `1.0` has none.
    pub(crate) fn is_whole(&self) -> bool {
        match self {
            Self::Decimal(value) => value.is_integer(),
            Self::Written(_) => self.digits().exponent >= 0,
        }
    }

    /// Its size beside another's.
    pub(crate) fn compare(&self, other: &Number<'_>) -> Ordering {
        match (self, other) {
            (Self::Decimal(left), Number::Decimal(right)) => left.cmp(right),
            (Self::Decimal(_) | Self::Written(_), _) => self.digits().compare(&other.digits()),
        }
    }

    /// As people write it.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Decimal(value) => Cow::Owned(value.normalize().to_string()),
            Self::Written(text) => Cow::Borrowed(text),
        }
    }

    /// The whole number it is, if it is one of 128 bits.
    pub(crate) fn whole(&self) -> Option<i128> {
        match self {
            Self::Decimal(value) if value.is_integer() => Some(value.trunc().mantissa()),
            Self::Decimal(_) | Self::Written(_) => None,
        }
    }

    /// Appends the one form that all equal numbers share.
    pub(crate) fn write_canonical(&self, out: &mut String) {
        let digits = self.digits();
        if digits.negative {
            out.push('-');
        }
        out.push_str(&digits.text);
        out.push('e');
        out.push_str(&digits.exponent.to_string());
    }
}

/// `±text × 10^exponent`; no zero leads or trails, and zero has no digit at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digits {
    pub(super) negative: bool,
    pub(super) text: String,
    pub(super) exponent: i64,
}

/// Exponents stop here: nothing that is counted or measured comes near.
const FAR: i64 = 1 << 60;

impl Digits {
    fn zero() -> Self {
        Self { negative: false, text: String::new(), exponent: 0 }
    }

    fn of(value: Decimal) -> Self {
        Self::new(value.is_sign_negative(), &value.mantissa().unsigned_abs().to_string(), -i64::from(value.scale()))
    }

    /// Reads `-12.5e-3` and the like; `None` for what is no number.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let written = Written::split(text)?;
        let mut digits = String::with_capacity(written.whole.len() + written.fraction.len());
        digits.push_str(written.whole);
        digits.push_str(written.fraction);
        let decimals = i64::try_from(written.fraction.len()).ok()?;
        Some(Self::new(written.negative, &digits, written.exponent - decimals))
    }

    fn new(negative: bool, digits: &str, exponent: i64) -> Self {
        let without = digits.trim_end_matches('0');
        let trailing = i64::try_from(digits.len() - without.len()).unwrap_or(FAR);
        let digits = without.trim_start_matches('0');
        if digits.is_empty() {
            return Self::zero();
        }
        Self { negative, text: digits.to_owned(), exponent: exponent.saturating_add(trailing).clamp(-FAR, FAR) }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (left, right) if left != right => left.cmp(&right),
            (-1, _) => other.size(self),
            (_, _) => self.size(other),
        }
    }

    fn sign(&self) -> i8 {
        match (self.text.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    fn size(&self, other: &Self) -> Ordering {
        let magnitude = |it: &Self| it.exponent.saturating_add(i64::try_from(it.text.len()).unwrap_or(FAR));
        // Of equal magnitude: the digits decide from the left, and a longer run of them is more.
        magnitude(self).cmp(&magnitude(other)).then_with(|| self.text.cmp(&other.text))
    }
}

/// The parts of a number's text.
struct Written<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

impl<'a> Written<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        (!whole.is_empty() && digits(whole) && digits(fraction)).then_some(Self { negative, whole, fraction, exponent })
    }
}

fn read_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().map_or(FAR, |size| size.min(FAR));
    Some(if negative { -size } else { size })
}

/// The decimal a text stands for, exactly and with the decimals it was written with; `None` beyond a decimal's range.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let written = Written::split(text)?;
    if written.exponent == 0
        && let Some(value) = assemble(written.negative, written.whole, written.fraction)
    {
        return Some(value);
    }
    // With an exponent, or with more decimals than a decimal keeps: perhaps zeros are all that is too much.
    let digits = Digits::parse(text)?;
    let mantissa: i128 = if digits.text.is_empty() { 0 } else { digits.text.parse().ok()? };
    let mantissa = if digits.negative { -mantissa } else { mantissa };
    if digits.exponent >= 0 {
        let power = 10_i128.checked_pow(u32::try_from(digits.exponent).ok()?)?;
        Decimal::try_from_i128_with_scale(mantissa.checked_mul(power)?, 0).ok()
    } else {
        Decimal::try_from_i128_with_scale(mantissa, u32::try_from(-digits.exponent).ok()?).ok()
    }
}

fn assemble(negative: bool, whole: &str, fraction: &str) -> Option<Decimal> {
    let mut mantissa: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
    }
    let scale = u32::try_from(fraction.len()).ok()?;
    Decimal::try_from_i128_with_scale(if negative { -mantissa } else { mantissa }, scale).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number<'_> {
        Number::parse(text).unwrap()
    }

    #[test]
    fn reads_what_it_can_hold_and_keeps_the_rest_as_written() {
        for (text, read) in [
            ("12.50", "12.50"),
            ("-0.10", "-0.10"),
            ("1e5", "100000"),
            ("1.50E1", "15"),
            ("25e-3", "0.025"),
            ("0.10000000000000000000000000000000000", "0.1"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
            ("0e999999999999999999999999", "0"),
        ] {
            assert_eq!(decimal(text).unwrap().to_string(), read, "{text}");
        }
        for text in ["79228162514264337593543950336", "1e-29", "1e400", "0.12345678901234567890123456789"] {
            assert!(matches!(number(text), Number::Written(_)), "{text}");
        }
        for text in ["", "-", "1e", ".5", "1.2.3", "0x10", "NaN", "1e+", "--1", "1 "] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn compares_exactly() {
        for (less, more) in [
            ("1", "1.0000000000000000000000000001"),
            ("9007199254740992", "9007199254740993"),
            ("-1e400", "-79228162514264337593543950335"),
            ("-2", "-1"),
            ("-1", "0"),
            ("1e-400", "0.01"),
            ("79228162514264337593543950335", "79228162514264337593543950335.5"),
            ("99e30", "1e32"),
        ] {
            assert_eq!(number(less).compare(&number(more)), Ordering::Less, "{less} {more}");
            assert_eq!(number(more).compare(&number(less)), Ordering::Greater, "{less} {more}");
        }
        assert_eq!(number("1.0").compare(&number("1")), Ordering::Equal);
        assert_eq!(number("100e30").compare(&number("1e32")), Ordering::Equal);
    }

    #[test]
    fn equal_numbers_have_one_form() {
        let form = |text: &str| {
            let mut out = String::new();
            number(text).write_canonical(&mut out);
            out
        };
        for (left, right) in [("1", "1.0"), ("100", "1e2"), ("0", "-0.00"), ("1e400", "10e399"), ("-1.50", "-1.5")] {
            assert_eq!(form(left), form(right), "{left} {right}");
        }
        assert_ne!(form("1"), form("10"));
        assert_ne!(form("-1"), form("1"));
    }
}
