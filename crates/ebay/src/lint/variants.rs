//! What is wrong between the variants of a family, in whatever file they stand.

use feedwright_catalog::Finding;
use feedwright_catalog::decimal::DecimalSeparator;
use feedwright_catalog::decimal::parse_decimal;
use feedwright_catalog::rules;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A variant as a file tells it.
#[derive(Debug)]
pub(super) struct Variant<'a> {
    /// Where it stands, for the others.
    pub(super) line: u64,
    /// What tells it from the others: names and values.
    pub(super) axes: Vec<(String, String)>,
    /// Its price.
    pub(super) price: Option<&'a str>,
    /// Its quantity.
    pub(super) quantity: Option<&'a str>,
}

/// What of a variant a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// What tells it from the others.
    Axes,
    /// Its price.
    Price,
    /// Its quantity.
    Quantity,
}

/// Holds the variants against what the family says they differ by. A finding comes with the variant's number, from 0. What
/// is new needs a price and a quantity; an update may leave them as they are.
pub(super) fn check(
    axes: &[(String, Vec<String>)],
    variants: &[Variant<'_>],
    is_new: bool,
    mut say: impl FnMut(usize, Of, Finding),
) {
    let mut seen: BTreeMap<Vec<(String, String)>, u64> = BTreeMap::new();
    for (at, variant) in variants.iter().enumerate() {
        // A change may leave out what the family differs by.
        let problems = if axes.is_empty() && !is_new { Vec::new() } else { problems(axes, variant) };
        for problem in problems {
            let finding = Finding::new(&rules::BAD_VARIANT_GROUP, problem);
            say(
                at,
                Of::Axes,
                finding.help("give the family and its variants the same names and values (error 21916664)"),
            );
        }
        let mut values = variant.axes.clone();
        values.sort();
        match seen.get(&values) {
            Some(line) => {
                let finding = Finding::new(&rules::BAD_VARIANT_GROUP, format!("line {line} is the same variant"));
                say(at, Of::Axes, finding.help("give each variant its own values (error 21916585)"));
            }
            None => {
                seen.insert(values, variant.line);
            }
        }
        offer(variant, is_new, |of, finding| say(at, of, finding));
    }
}

/// Names and values that the family does not know, and names it knows and the variant does not.
fn problems(axes: &[(String, Vec<String>)], variant: &Variant<'_>) -> Vec<String> {
    let names = || axes.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    let mut problems = Vec::new();
    for (name, value) in &variant.axes {
        match axes.iter().find(|(axis, _)| axis == name) {
            None => problems.push(format!("`{name}` is not among what the family differs by: {}", names())),
            Some((_, values)) if !values.contains(value) => {
                problems.push(format!("`{value}` is not among the values the family gives for `{name}`"));
            }
            Some(_) => {}
        }
    }
    let is_given = |name: &str| variant.axes.iter().any(|(own, _)| own == name);
    let missing = axes.iter().filter(|(name, _)| !is_given(name));
    problems.extend(missing.map(|(name, _)| format!("the variant gives no `{name}`")));
    problems
}

fn offer(variant: &Variant<'_>, is_new: bool, mut say: impl FnMut(Of, Finding)) {
    for (of, what, given) in [(Of::Price, "price", variant.price), (Of::Quantity, "quantity", variant.quantity)] {
        match (of, given) {
            (_, None) if is_new => {
                let finding = Finding::new(&rules::INCOMPLETE_OFFER, format!("the variant has no {what}"));
                say(of, finding.help("give each variant its own"));
            }
            (Of::Price, Some(text)) => match parse_decimal(text, DecimalSeparator::Point) {
                Ok(price) if price > Decimal::ZERO => {}
                Ok(price) => {
                    let finding = Finding::new(&rules::VALUE_OUT_OF_RANGE, format!("price is {price}"));
                    say(of, finding.help("give a price above 0 (error 25003)"));
                }
                Err(_) => {
                    let finding = Finding::new(&rules::WRONG_FORMAT, format!("`{text}` is no price"));
                    say(of, finding.help("write it as 12.50"));
                }
            },
            (Of::Quantity, Some(text)) if text.trim().parse::<u32>().is_err() => {
                let finding = Finding::new(&rules::WRONG_FORMAT, format!("`{text}` is no number of pieces"));
                say(of, finding.help("give a whole number, 0 or more (error 25004)"));
            }
            (Of::Axes | Of::Price | Of::Quantity, _) => {}
        }
    }
}
