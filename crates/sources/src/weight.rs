//! Weights as people typed them: a shop that keeps grams turned `0.2 lb` into `90.718474`, and this turns it back.

use feedwright_catalog::Measure;
use feedwright_catalog::Unit;

const MOST_DECIMALS: u32 = 4; // shops let people type no more

/// The measure in the unit it was typed in, when the fewest decimals that give it back exactly, to the decimals it
/// was stored with, are few enough to have been typed. Otherwise the measure as it is.
pub(crate) fn as_typed(stored: Measure, unit: Unit) -> Measure {
    if unit == stored.unit {
        return stored;
    }
    let wanted = stored.amount.normalize();
    for scale in 0..=MOST_DECIMALS {
        let Some(typed) = stored.convert(unit, scale) else { return stored };
        let typed = Measure { amount: typed.amount, unit };
        if typed.convert(stored.unit, stored.amount.scale()).is_some_and(|back| back.amount == wanted) {
            return typed;
        }
    }
    stored
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(grams: &str, unit: &str, expected: &str) {
        let stored = Measure { amount: grams.parse().unwrap(), unit: Unit::Gram };
        assert_eq!(as_typed(stored, Unit::parse(unit).unwrap()).to_string(), expected, "{grams} g in {unit}");
    }

    #[test]
    fn what_was_typed_is_found_again_and_nothing_else() {
        check("90.718474", "lb", "0.2 lb");
        check("91", "lb", "0.2 lb");
        check("500.0", "kg", "0.5 kg");
        check("340.19428", "oz", "12 oz");
        check("1500", "g", "1500 g");
        // No number with few decimals gives these.
        check("90.718475", "lb", "90.718475 g");
        check("100", "cm", "100 g");
    }
}
