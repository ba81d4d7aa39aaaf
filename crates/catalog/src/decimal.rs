//! Reads numbers as people write them in catalogs, exactly or not at all.

use rust_decimal::Decimal;
use std::fmt;

pub(crate) mod as_text;

/// Which character stands before the fraction. A file has one; a cell that disagrees is a problem, never a guess.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DecimalSeparator {
    /// `1,234.50`
    #[default]
    Point,
    /// `1.234,50`
    Comma,
}

impl DecimalSeparator {
    /// The character itself.
    pub fn as_char(self) -> char {
        match self {
            DecimalSeparator::Point => '.',
            DecimalSeparator::Comma => ',',
        }
    }

    fn other(self) -> char {
        match self {
            DecimalSeparator::Point => ',',
            DecimalSeparator::Comma => '.',
        }
    }
}

/// Reads a number and keeps its scale: `12.50` stays `12.50`.
///
/// Digits may stand in groups of three, parted by spaces, apostrophes or the other separator. One group parted by the
/// other separator and no fraction (`1,234`) can be read in two ways, a thousand apart, and is refused; `1,234.50`,
/// `1,234,567` and `1 234` cannot, and are read.
pub fn parse_decimal(text: &str, separator: DecimalSeparator) -> Result<Decimal, DecimalProblem> {
    parse_grouped(text, separator, LoneGroup::Ambiguous)
}

/// Why a text was not read as a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecimalProblem {
    /// Nothing there.
    Empty,
    /// A character that has no place in a number.
    NotANumber {
        /// The first such character.
        found: char,
    },
    /// A sign or a separator, but no digit.
    NoDigits,
    /// `1.5E+3`: written by a spreadsheet that may have rounded.
    Exponent,
    /// `9,70` where the point is the separator: the digits are not in groups of three.
    Separator {
        /// What parts the digits.
        found: char,
        /// The decimal separator asked for.
        expected: char,
    },
    /// `1,234` where the point is the separator: one and a bit, or more than a thousand.
    Ambiguous {
        /// What parts the digits.
        found: char,
    },
    /// More than one decimal separator.
    Repeated {
        /// The separator.
        found: char,
    },
    /// More digits than can be kept exactly.
    TooManyDigits {
        /// How many digits there are, without zeros in front.
        found: usize,
    },
}

impl fmt::Display for DecimalProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecimalProblem::Empty => out.write_str("is empty"),
            DecimalProblem::NotANumber { found } => write!(out, "has `{found}`, which is not part of a number"),
            DecimalProblem::NoDigits => out.write_str("has no digits"),
            DecimalProblem::Exponent => out.write_str("has an exponent; a spreadsheet may have rounded it"),
            DecimalProblem::Separator { found, expected } => {
                write!(out, "has `{found}` where the decimal separator is `{expected}`")
            }
            DecimalProblem::Ambiguous { found } => {
                write!(out, "has one `{found}` before three digits, which can mean a fraction or thousands")
            }
            DecimalProblem::Repeated { found } => write!(out, "has more than one `{found}`"),
            DecimalProblem::TooManyDigits { found } => {
                write!(out, "has {found} digits, {MAX_DIGITS} allowed")
            }
        }
    }
}

impl std::error::Error for DecimalProblem {}

/// What a single group after the other separator means; see [`parse_decimal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoneGroup {
    /// A fraction or thousands: refused.
    Ambiguous,
    /// Thousands: something else rules out three digits of fraction.
    Thousands,
}

pub(crate) fn parse_grouped(
    text: &str,
    separator: DecimalSeparator,
    lone_group: LoneGroup,
) -> Result<Decimal, DecimalProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DecimalProblem::Empty);
    }
    let (is_negative, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    reject_foreign(unsigned)?;

    let point = separator.as_char();
    let (whole, fraction) = match unsigned.split_once(point) {
        Some((_, rest)) if rest.contains(point) => {
            return Err(DecimalProblem::Repeated { found: point });
        }
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    if let Some(found) = fraction.and_then(|fraction| fraction.chars().find(|letter| !letter.is_ascii_digit())) {
        return Err(DecimalProblem::Separator { found, expected: point });
    }
    if let Some(mark) = whole.chars().find(|letter| !letter.is_ascii_digit()) {
        let n_marks = check_groups(whole, mark).ok_or(DecimalProblem::Separator { found: mark, expected: point })?;
        if mark == separator.other() && n_marks == 1 && fraction.is_none() && lone_group == LoneGroup::Ambiguous {
            return Err(DecimalProblem::Ambiguous { found: mark });
        }
    }
    assemble(is_negative, whole, fraction.unwrap_or_default())
}

/// The largest count of digits for which every number fits a [`Decimal`].
const MAX_DIGITS: usize = 28;

fn reject_foreign(unsigned: &str) -> Result<(), DecimalProblem> {
    if !unsigned.contains(|letter: char| letter.is_ascii_digit()) {
        return match unsigned.chars().find(|letter| !is_mark(*letter)) {
            Some(found) => Err(DecimalProblem::NotANumber { found }),
            None => Err(DecimalProblem::NoDigits),
        };
    }
    match unsigned.char_indices().find(|(_, letter)| !letter.is_ascii_digit() && !is_mark(*letter)) {
        None => Ok(()),
        Some((at, 'e' | 'E')) if is_exponent(unsigned, at) => Err(DecimalProblem::Exponent),
        Some((_, found)) => Err(DecimalProblem::NotANumber { found }),
    }
}

/// What may part digits: the two separators, and the spaces and apostrophes put between groups.
fn is_mark(letter: char) -> bool {
    matches!(letter, '.' | ',' | ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '\u{2019}')
}

fn is_exponent(text: &str, at: usize) -> bool {
    text.get(at + 1..).is_some_and(|rest| {
        let digits = rest.strip_prefix(['+', '-', '\u{2212}']).unwrap_or(rest);
        at > 0 && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// How many marks part the groups, if they are groups: one to three digits not beginning with zero, then threes.
fn check_groups(whole: &str, mark: char) -> Option<usize> {
    let mut groups = whole.split(mark);
    let first = groups.next()?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=3).contains(&first.len()) || first.starts_with('0') || !is_digits(first) {
        return None;
    }
    let mut n_marks = 0;
    for group in groups {
        if group.len() != 3 || !is_digits(group) {
            return None;
        }
        n_marks += 1;
    }
    Some(n_marks)
}

fn assemble(is_negative: bool, whole: &str, fraction: &str) -> Result<Decimal, DecimalProblem> {
    let digits = || whole.bytes().chain(fraction.bytes()).filter(u8::is_ascii_digit);
    let n_significant = digits().skip_while(|digit| *digit == b'0').count();
    // Zeros behind the separator take up scale even when nothing significant follows them.
    let n_digits = n_significant.max(fraction.len());
    let too_many = DecimalProblem::TooManyDigits { found: n_digits };
    if n_digits > MAX_DIGITS {
        return Err(too_many);
    }
    let magnitude = digits().fold(0_i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
    let mantissa = if is_negative { -magnitude } else { magnitude };
    let scale = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
    Decimal::try_from_i128_with_scale(mantissa, scale).map_err(|_| too_many)
}

#[cfg(test)]
mod tests {
    use super::DecimalSeparator::Comma;
    use super::DecimalSeparator::Point;
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, separator: DecimalSeparator, expected: &str) {
        let actual = match parse_decimal(text, separator) {
            Ok(amount) => amount.to_string(),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(actual, expected, "{text:?} with {separator:?}");
    }

    #[test]
    fn keeps_what_is_written() {
        check("30", Point, "30");
        check(" 30.00 ", Point, "30.00");
        check("12.50", Point, "12.50");
        check("12,50", Comma, "12.50");
        check(".5", Point, "0.5");
        check("30.", Point, "30");
        check("-1", Point, "-1");
        check("\u{2212}1.0", Point, "-1.0");
        check("+7", Point, "7");
        check("-0.00", Point, "0.00");
        check("007", Point, "7");
        check("0.0000000000000000000000000001", Point, "0.0000000000000000000000000001");
        check("9999999999999999999999999999", Point, "9999999999999999999999999999");
    }

    #[test]
    fn reads_groups_that_mean_one_thing() {
        check("1,234.50", Point, "1234.50");
        check("1.234,50", Comma, "1234.50");
        check("1,234,567", Point, "1234567");
        check("1.234.567", Comma, "1234567");
        check("1 234", Point, "1234");
        check("1\u{202f}234,5", Comma, "1234.5");
        check("1'234.50", Point, "1234.50");
    }

    #[test]
    fn does_not_guess() {
        check("1,234", Point, "has one `,` before three digits, which can mean a fraction or thousands");
        check("1.234", Comma, "has one `.` before three digits, which can mean a fraction or thousands");
        check("9,70", Point, "has `,` where the decimal separator is `.`");
        check("30.00", Comma, "has `.` where the decimal separator is `,`");
        check("0,234", Point, "has `,` where the decimal separator is `.`");
        check("1234,567.0", Point, "has `,` where the decimal separator is `.`");
        check("1,23,456", Point, "has `,` where the decimal separator is `.`");
        check("1,234 567", Point, "has `,` where the decimal separator is `.`");
        check("1.234,567", Point, "has `,` where the decimal separator is `.`");
        check("1.234.567", Point, "has more than one `.`");
        check("12 34", Point, "has ` ` where the decimal separator is `.`");
    }

    #[test]
    fn says_what_is_wrong() {
        check("  ", Point, "is empty");
        check(".", Point, "has no digits");
        check("-", Point, "has no digits");
        check("1.5E+3", Point, "has an exponent; a spreadsheet may have rounded it");
        check("2e8", Point, "has an exponent; a spreadsheet may have rounded it");
        check("2each", Point, "has `e`, which is not part of a number");
        check("$15", Point, "has `$`, which is not part of a number");
        check("15%", Point, "has `%`, which is not part of a number");
        check("1 1/2", Point, "has `/`, which is not part of a number");
        check("1-2", Point, "has `-`, which is not part of a number");
        check("--1", Point, "has `-`, which is not part of a number");
        check("١٢", Point, "has `١`, which is not part of a number");
        check("n/a", Point, "has `n`, which is not part of a number");
        check("99999999999999999999999999999", Point, "has 29 digits, 28 allowed");
        check("0.00000000000000000000000000000", Point, "has 29 digits, 28 allowed");
    }

    proptest! {
        #[test]
        fn reads_back_what_it_writes(mantissa in -(10_i128.pow(28) - 1)..10_i128.pow(28), scale in 0_u32..=28) {
            let amount = Decimal::from_i128_with_scale(mantissa, scale);
            let read = parse_decimal(&amount.to_string(), Point).unwrap();
            prop_assert_eq!((read, read.scale()), (amount, amount.scale()));
            let with_comma = amount.to_string().replace('.', ",");
            prop_assert_eq!(parse_decimal(&with_comma, Comma), Ok(amount));
        }

        #[test]
        fn never_panics(text in "[-+0-9., 'eE$\\PC]{0,40}") {
            for separator in [Point, Comma] {
                if let Ok(amount) = parse_decimal(&text, separator) {
                    prop_assert_eq!(parse_decimal(&amount.to_string(), Point), Ok(amount));
                }
            }
        }
    }
}
