//! Holds amounts with their unit, reads them from catalog cells, and converts them exactly or says that it rounded.

use super::Dimension;
use super::Unit;
use crate::decimal;
use crate::decimal::DecimalProblem;
use crate::decimal::DecimalSeparator;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// An amount of a unit: `12.5 cm`. Equal when both are written the same; `1 kg` does not equal `1000 g`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// How much, as written: `12.50` keeps its zero.
    #[serde(with = "decimal::as_text")]
    #[schemars(schema_with = "decimal::as_text::schema")]
    pub amount: Decimal,
    /// Of what.
    pub unit: Unit,
}

impl Measure {
    /// Reads a number with a decimal point and its unit: `1.5 oz`, `3 KILOGRAM`, `12in`.
    pub fn parse(text: &str) -> Result<Measure, MeasureProblem> {
        Measure::parse_in(text, DecimalSeparator::Point, None)
    }

    /// Reads a number and its unit where the separator, and perhaps the dimension, are known: of a volume, `oz` is the
    /// fluid ounce.
    pub fn parse_in(
        text: &str,
        separator: DecimalSeparator,
        dimension: Option<Dimension>,
    ) -> Result<Measure, MeasureProblem> {
        let (number, name) = cut(text)?;
        let amount = decimal::parse_decimal(number, separator).map_err(MeasureProblem::Number)?;
        if name.is_empty() {
            return Err(MeasureProblem::NoUnit);
        }
        let found = match dimension {
            Some(dimension) => Unit::parse_in(name, dimension).or_else(|| Unit::parse(name)),
            None => Unit::parse(name),
        };
        let unit = found.ok_or_else(|| MeasureProblem::UnknownUnit(name.to_owned()))?;
        match dimension {
            Some(expected) if unit.dimension() != expected => Err(MeasureProblem::Dimension { found: unit, expected }),
            Some(_) | None => Ok(Measure { amount, unit }),
        }
    }

    /// The same in another unit, rounded half to even where it needs more than `scale` decimals (28 at most).
    ///
    /// None when the units measure different things, or the result has more digits than can be kept.
    pub fn convert(self, to: Unit, scale: u32) -> Option<Conversion> {
        if self.unit.dimension() != to.dimension() {
            return None;
        }
        let (numerator, denominator) = ratio(self.unit, to)?;
        let scale = scale.min(Decimal::MAX_SCALE);
        // amount · numerator / denominator as a count of the last decimal place, all in whole numbers.
        let (mut dividend, mut divisor) = (self.amount.mantissa().checked_mul(numerator)?, denominator);
        match scale.checked_sub(self.amount.scale()) {
            Some(more) => dividend = dividend.checked_mul(10_i128.checked_pow(more)?)?,
            None => divisor = divisor.checked_mul(10_i128.checked_pow(self.amount.scale() - scale)?)?,
        }
        let (count, exact) = divide_half_even(dividend, divisor);
        let amount = Decimal::try_from_i128_with_scale(count, scale).ok()?.normalize();
        Some(Conversion { amount, exact })
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.amount, self.unit)
    }
}

/// What a conversion came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// How much it is in the other unit, without zeros at the end.
    pub amount: Decimal,
    /// Whether nothing was rounded.
    pub exact: bool,
}

/// Why a text is not an amount of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeasureProblem {
    /// Nothing there.
    Empty,
    /// A unit alone.
    NoNumber,
    /// What stands in front is not a number.
    Number(DecimalProblem),
    /// A number alone.
    NoUnit,
    /// What stands behind is not a unit we know. The text as it was written.
    UnknownUnit(String),
    /// A unit of something else.
    Dimension {
        /// The unit that is there.
        found: Unit,
        /// What it should measure.
        expected: Dimension,
    },
}

impl fmt::Display for MeasureProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MeasureProblem::Empty => out.write_str("is empty"),
            MeasureProblem::NoNumber => out.write_str("has no number"),
            MeasureProblem::Number(problem) => problem.fmt(out),
            MeasureProblem::NoUnit => out.write_str("has no unit"),
            MeasureProblem::UnknownUnit(name) => write!(out, "`{name}` is not a unit"),
            MeasureProblem::Dimension { found, expected } => {
                write!(out, "`{found}` is a unit of {}, not of {expected}", found.dimension())
            }
        }
    }
}

impl std::error::Error for MeasureProblem {}

/// The text of the number and the text of the unit.
fn cut(text: &str) -> Result<(&str, &str), MeasureProblem> {
    let text = text.trim();
    let is_of_unit = |letter: char| {
        !letter.is_ascii_digit() && !letter.is_whitespace() && !matches!(letter, '.' | ',' | '+' | '-' | '\u{2212}')
    };
    let start = text.find(is_of_unit).unwrap_or(text.len());
    match text.split_at_checked(start) {
        Some(("", "")) | None => Err(MeasureProblem::Empty),
        Some(("", _)) => Err(MeasureProblem::NoNumber),
        Some(parts) => Ok(parts),
    }
}

/// The factor between two units of one dimension, in lowest terms.
fn ratio(from: Unit, to: Unit) -> Option<(i128, i128)> {
    let ((from_numerator, from_denominator), (to_numerator, to_denominator)) = (from.factor(), to.factor());
    let numerator = i128::from(from_numerator).checked_mul(i128::from(to_denominator))?;
    let denominator = i128::from(from_denominator).checked_mul(i128::from(to_numerator))?;
    let divisor = greatest_common_divisor(numerator, denominator);
    Some((numerator / divisor, denominator / divisor))
}

fn greatest_common_divisor(mut left: i128, mut right: i128) -> i128 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

/// The quotient, and whether there was no remainder. The divisor is positive.
fn divide_half_even(dividend: i128, divisor: i128) -> (i128, bool) {
    let (quotient, remainder) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    // `remainder` against `divisor - remainder` is twice the remainder against the divisor, without overflow.
    let is_up = match remainder.cmp(&(divisor - remainder)) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => quotient % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    (quotient + i128::from(is_up), remainder == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let actual = match Measure::parse(text) {
            Ok(measure) => measure.to_string(),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(actual, expected, "{text:?}");
    }

    #[test]
    fn reads_what_catalogs_write() {
        check("1.5 oz", "1.5 oz");
        check("3 KILOGRAM", "3 kg");
        check("12in", "12 in");
        check("12.50\u{a0}cm", "12.50 cm");
        check("16 fl. oz.", "16 fl oz");
        check("7\"", "7 in");
        check(".5 lbs", "0.5 lb");
        check("1,234.5 g", "1234.5 g");
    }

    #[test]
    fn says_what_is_wrong() {
        check("", "is empty");
        check("12", "has no unit");
        check("kg", "has no number");
        check("9,70 kg", "has `,` where the decimal separator is `.`");
        check("1,234 kg", "has one `,` before three digits, which can mean a fraction or thousands");
        check("12 x 10 cm", "`x 10 cm` is not a unit");
        check("5' 10\"", "`' 10\"` is not a unit");
        check("1/2 in", "`/2 in` is not a unit");
        check("10-12 cm", "has `-`, which is not part of a number");
    }

    #[test]
    fn the_dimension_and_the_separator_can_be_told() {
        let volume = Measure::parse_in("8,5 oz", DecimalSeparator::Comma, Some(Dimension::Volume)).unwrap();
        assert_eq!(volume.to_string(), "8.5 fl oz");
        let problem = Measure::parse_in("8.5 kg", DecimalSeparator::Point, Some(Dimension::Volume)).unwrap_err();
        assert_eq!(problem.to_string(), "`kg` is a unit of mass, not of volume");
    }

    #[test]
    fn converts_exactly_or_says_that_it_rounded() {
        #[track_caller]
        fn check(from: &str, to: &str, scale: u32, expected: &str) {
            let conversion = Measure::parse(from).unwrap().convert(Unit::parse(to).unwrap(), scale);
            let actual = match conversion {
                Some(Conversion { amount, exact: true }) => amount.to_string(),
                Some(Conversion { amount, exact: false }) => format!("about {amount}"),
                None => "none".to_owned(),
            };
            assert_eq!(actual, expected, "{from} in {to}, {scale} decimals");
        }
        check("1 in", "cm", 4, "2.54");
        check("1 lb", "kg", 8, "0.45359237");
        check("1 lb", "kg", 4, "about 0.4536");
        check("16 oz", "lb", 4, "1");
        check("2.54 cm", "in", 4, "1");
        check("1 cm", "in", 4, "about 0.3937");
        check("1 ft", "in", 0, "12");
        check("1 gal", "fl oz", 0, "128");
        check("1 gal", "ml", 6, "3785.411784");
        check("1 cu ft", "l", 9, "28.316846592");
        check("1500 mAh", "Ah", 4, "1.5");
        check("2 years", "months", 0, "24");
        check("500 GB", "TB", 4, "0.5");
        check("0.5 mm", "cm", 1, "about 0"); // 0.05, half to even
        check("1.5 mm", "cm", 1, "about 0.2");
        check("-1.5 mm", "cm", 1, "about -0.2");
        check("1.23456 kg", "kg", 2, "about 1.23");
        check("1 kg", "cm", 4, "none");
        check("1 year", "days", 4, "none");
        check("9999999999999999999999999999 mile", "mm", 4, "none");
    }

    #[test]
    fn has_one_form_in_json() {
        let measure = Measure::parse("12.50 centimeters").unwrap();
        assert_eq!(serde_json::to_string(&measure).unwrap(), r#"{"amount":"12.50","unit":"cm"}"#);
        let whole: Measure = serde_json::from_str(r#"{"amount":12,"unit":"KGM"}"#).unwrap();
        assert_eq!(whole.to_string(), "12 kg");
        for (refused, why) in [
            (r#"{"amount":12.5,"unit":"cm"}"#, "a decimal in quotes"),
            (r#"{"amount":"12","unit":"stone"}"#, "`stone` is not a unit"),
            (r#"{"amount":"12","unit":"cm","depth":1}"#, "unknown field `depth`"),
        ] {
            let problem = serde_json::from_str::<Measure>(refused).unwrap_err().to_string();
            assert!(problem.contains(why), "{refused}: {problem}");
        }
    }

    #[test]
    fn a_measure_has_a_schema() {
        let schema = serde_json::to_string(&schemars::schema_for!(Measure)).unwrap();
        assert!(schema.contains(r#""type":["string","integer"]"#), "{schema}");
        assert!(schema.contains(r#""fl oz""#), "{schema}");
    }

    fn any_unit() -> impl Strategy<Value = Unit> {
        prop::sample::select(Unit::ALL)
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_when_exact(count in -1_000_000_i64..1_000_000, scale in 0_u32..3, from in any_unit(), to in any_unit()) {
            let measure = Measure { amount: Decimal::new(count, scale), unit: from };
            if let Some(there) = measure.convert(to, 12).filter(|there| there.exact) {
                let back = Measure { amount: there.amount, unit: to }.convert(from, scale).unwrap();
                prop_assert_eq!(back, Conversion { amount: measure.amount.normalize(), exact: true });
            }
        }

        #[test]
        fn a_rounded_result_is_within_half_a_step(count in -1_000_000_i64..1_000_000, from in any_unit(), to in any_unit()) {
            let measure = Measure { amount: Decimal::new(count, 2), unit: from };
            if let (Some(coarse), Some(fine)) = (measure.convert(to, 4), measure.convert(to, 10)) {
                prop_assert!((coarse.amount - fine.amount).abs() <= Decimal::new(500_001, 10));
                prop_assert!(fine.exact || !coarse.exact);
            }
        }

        #[test]
        fn every_spelling_is_read(count in 0_i64..1000, unit in any_unit(), pick in any::<prop::sample::Index>()) {
            let read = Measure::parse(&format!("{count} {}", pick.get(unit.names())));
            prop_assert_eq!(read, Ok(Measure { amount: Decimal::from(count), unit }));
        }

        #[test]
        fn never_panics(text in "[-0-9., a-z\"'\\PC]{0,20}", scale in 0_u32..40, to in any_unit()) {
            if let Ok(measure) = Measure::parse(&text) {
                prop_assert!(measure.convert(to, scale).is_none() || to.dimension() == measure.unit.dimension());
            }
        }
    }
}
