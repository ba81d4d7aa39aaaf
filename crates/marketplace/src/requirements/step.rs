//! Whole multiples, decided exactly: 19.99 is a multiple of 0.01.

use super::number::Number;

/// What a number must be a whole number of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Step {
    mantissa: u128,
    exponent: i64,
}

impl Step {
    /// A step above zero.
    pub(super) fn new(number: &Number<'_>) -> Option<Self> {
        let digits = number.digits();
        let mantissa: u128 = digits.text.parse().ok()?;
        // Below 2^64 all products of the remainders fit; documents hold no longer ones.
        let short = u64::try_from(mantissa).is_ok();
        (!digits.negative && short).then_some(Self { mantissa, exponent: digits.exponent })
    }

    /// How many decimals it allows, if that is all it says.
    pub(super) fn decimals(self) -> Option<u32> {
        if self.mantissa == 1 { u32::try_from(-self.exponent.min(0)).ok() } else { None }
    }

    /// Whether the number is a whole number of steps.
    pub(super) fn divides(self, number: &Number<'_>) -> bool {
        match number {
            Number::Decimal(value) => {
                let mantissa = value.mantissa().unsigned_abs();
                // How many digits the number has below the step's last one.
                let finer = self.exponent + i64::from(value.scale());
                // Nearly all numbers are short, and dividing those is much cheaper.
                if finer == 0
                    && let (Ok(mantissa), Ok(step)) = (u64::try_from(mantissa), u64::try_from(self.mantissa))
                {
                    return mantissa.is_multiple_of(step);
                }
                if finer < 0 {
                    return self.product(mantissa % self.mantissa, finer.unsigned_abs());
                }
                match u32::try_from(finer).ok().and_then(|finer| 10_u128.checked_pow(finer)) {
                    Some(power) => mantissa.is_multiple_of(power) && (mantissa / power).is_multiple_of(self.mantissa),
                    None => mantissa == 0,
                }
            }
            Number::Written(_) => {
                let digits = number.digits();
                let places = digits.exponent - self.exponent;
                if places < 0 {
                    return digits.text.is_empty();
                }
                let rest =
                    digits.text.bytes().fold(0, |rest, digit| (rest * 10 + u128::from(digit - b'0')) % self.mantissa);
                self.product(rest, places.unsigned_abs())
            }
        }
    }

    /// Whether `rest × 10^places` is a whole number of mantissas.
    fn product(self, rest: u128, places: u64) -> bool {
        let mut power = 1 % self.mantissa;
        let mut base = 10 % self.mantissa;
        let mut left = places;
        while left > 0 {
            if left & 1 == 1 {
                power = power * base % self.mantissa;
            }
            base = base * base % self.mantissa;
            left >>= 1;
        }
        (rest % self.mantissa * power).is_multiple_of(self.mantissa)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divides_exactly() {
        for (value, step, fits) in [
            ("19.99", "0.01", true),
            ("5.01", "0.01", true),
            ("25.001", "0.01", false),
            ("1.0", "1", true),
            ("0", "7", true),
            ("0.00", "1e30", true),
            ("21", "7", true),
            ("22", "7", false),
            ("0.3", "0.1", true),
            ("1e400", "7", false),
            ("7e400", "7", true),
            ("1e-400", "0.01", false),
            ("79228162514264337593543950336", "2", true),
            ("79228162514264337593543950337", "2", false),
            ("12345678901234567890123456789.5", "0.5", true),
            ("3e30", "1e30", true),
            ("35e29", "1e30", false),
            ("2.5", "1.25", true),
        ] {
            assert_eq!(
                Step::new(&Number::parse(step).unwrap()).unwrap().divides(&Number::parse(value).unwrap()),
                fits,
                "{value} {step}"
            );
        }
        for step in ["0", "-1", "0.0"] {
            assert!(Step::new(&Number::parse(step).unwrap()).is_none(), "{step}");
        }
    }
}
