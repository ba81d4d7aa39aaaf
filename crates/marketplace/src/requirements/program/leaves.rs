//! Compiles what a document says of texts and numbers.

use super::super::keywords::BOUNDS;
use super::super::number::Number;
use super::super::step::Step;
use super::check::FAIL;
use super::check::Limit;
use super::check::NumberCheck;
use super::check::PASS;
use super::check::TextCheck;
use super::compile::Compiled;
use super::compile::Compiler;
use super::compile::Kind;
use super::compile::Schema;
use super::compile::keep;
use super::compile::types;
use super::compile::value_sets;
use super::formula::Formula;
use super::table::Table;
use serde_json::Value;
use std::collections::BTreeSet;

impl<'d> Compiler<'d> {
    pub(super) fn text(&mut self, schemas: &[Schema<'d>]) -> Compiled<u32> {
        let mut check = TextCheck {
            at_least: 0,
            at_most: u64::MAX,
            bytes_at_least: 0,
            bytes_at_most: u64::MAX,
            values: None,
            matchers: Box::default(),
            formula: None,
        };
        let mut values: Option<BTreeSet<&str>> = None;
        let mut matchers = Vec::new();
        for schema in schemas {
            let limit = |name: &str| schema.get(name).and_then(Value::as_u64);
            check.at_least = check.at_least.max(limit("minLength").unwrap_or_default());
            check.at_most = check.at_most.min(limit("maxLength").unwrap_or(u64::MAX));
            if self.has_marketplace_vocabulary() {
                check.bytes_at_least = check.bytes_at_least.max(limit("minUtf8ByteLength").unwrap_or_default());
                check.bytes_at_most = check.bytes_at_most.min(limit("maxUtf8ByteLength").unwrap_or(u64::MAX));
            }
            for set in value_sets(schema, Value::is_string) {
                let set: BTreeSet<&str> = set.into_iter().filter_map(Value::as_str).collect();
                values = Some(values.map_or_else(|| set.clone(), |known| known.intersection(&set).copied().collect()));
            }
            for keyword in ["pattern", "format"] {
                if let Some(says) = schema.get(keyword).and_then(Value::as_str) {
                    matchers.push(self.matcher(schema, keyword, says)?);
                }
            }
        }
        matchers.sort_unstable();
        matchers.dedup();
        check.matchers = matchers.into();
        check.formula = match self.alternatives(schemas, Kind::Text)? {
            Formula::Constant(false) => return Ok(FAIL),
            Formula::Constant(true) => None,
            formula => Some(formula),
        };
        if values.as_ref().is_some_and(BTreeSet::is_empty) {
            return Ok(FAIL);
        }
        check.values = values.map(|values| Table::of_values(values.into_iter()));
        let says_nothing = check.at_least == 0
            && check.at_most == u64::MAX
            && check.bytes_at_least == 0
            && check.bytes_at_most == u64::MAX
            && check.values.is_none()
            && check.matchers.is_empty()
            && check.formula.is_none();
        let (program, known) = self.known();
        Ok(if says_nothing { PASS } else { keep(check, &mut program.texts, &mut known.texts) })
    }

    pub(super) fn number(&mut self, schemas: &[Schema<'d>]) -> Compiled<u32> {
        let (mut whole, mut bounds, mut steps, mut among) = (false, Vec::new(), Vec::new(), Vec::new());
        for schema in schemas {
            whole |= types(schema).is_some_and(|mut types| !types.any(|name| name == "number"));
            for (name, side) in BOUNDS {
                if let Some(limit) = schema.get(name).and_then(limit) {
                    bounds.push((side, limit));
                }
            }
            if let Some(step) = schema.get("multipleOf").and_then(step) {
                steps.push(step);
            }
            for set in value_sets(schema, Value::is_number) {
                if set.is_empty() {
                    return Ok(FAIL);
                }
                among.push(set.into_iter().filter_map(limit).collect());
            }
        }
        let formula = match self.alternatives(schemas, Kind::Number)? {
            Formula::Constant(false) => return Ok(FAIL),
            Formula::Constant(true) => None,
            formula => Some(formula),
        };
        if !whole && bounds.is_empty() && steps.is_empty() && among.is_empty() && formula.is_none() {
            return Ok(PASS);
        }
        let check = NumberCheck { whole, bounds: bounds.into(), steps: steps.into(), among: among.into(), formula };
        let (program, known) = self.known();
        Ok(keep(check, &mut program.numbers, &mut known.numbers))
    }
}

/// A number of the document, to compare with.
pub(super) fn limit(value: &Value) -> Option<Limit> {
    Some(match Number::of_json(value.as_number()?)? {
        Number::Decimal(value) => Limit::Decimal(value),
        Number::Written(text) => Limit::Written(text.into()),
    })
}

/// A step of the document.
pub(super) fn step(value: &Value) -> Option<Step> {
    Step::new(&Number::of_json(value.as_number()?)?)
}
