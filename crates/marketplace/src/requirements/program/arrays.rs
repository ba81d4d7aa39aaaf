//! Compiles what a document says of arrays.

use super::super::document::Draft;
use super::super::keywords::SELECTOR_DEFAULTS;
use super::super::keywords::Side;
use super::check::ANYTHING;
use super::check::ArrayCheck;
use super::check::Combinations;
use super::check::Contains;
use super::check::FAIL;
use super::check::More;
use super::check::NO_LEAST;
use super::check::NO_MOST;
use super::check::PASS;
use super::compile::Compiled;
use super::compile::Compiler;
use super::compile::Kind;
use super::compile::Schema;
use super::compile::array_of;
use super::compile::keep;
use super::compile::object_of;
use super::compile::value_sets;
use super::formula::Formula;
use super::same::Selector;
use serde_json::Value;

impl<'d> Compiler<'d> {
    pub(super) fn array(&mut self, schemas: &[Schema<'d>]) -> Compiled<u32> {
        let mut check =
            ArrayCheck { at_least: NO_LEAST, at_most: NO_MOST, items: ANYTHING, alone: NO_MOST, more: None };
        let mut more = More::default();
        let (mut contains, mut combinations, mut among) = (Vec::new(), Vec::new(), Vec::new());
        for schema in schemas {
            check.at_least = check.at_least.max(limit(schema, "minItems").unwrap_or(NO_LEAST));
            check.at_most = check.at_most.min(limit(schema, "maxItems").unwrap_or(NO_MOST));
            more.unique |= schema.get("uniqueItems") == Some(&Value::Bool(true));
            if let Some(wanted) = schema.get("contains") {
                contains.push(self.contains(schema, wanted)?);
            }
            if self.has_marketplace_vocabulary() {
                for (name, side) in [("maxUniqueItems", Side::AtMost), ("minUniqueItems", Side::AtLeast)] {
                    if let Some(limit) = limit(schema, name) {
                        match selectors(schema) {
                            Some(selectors) => combinations.push(Combinations { limit, side, selectors }),
                            None => return Err(self.not_understood(schema, name)),
                        }
                    }
                }
            }
            for set in value_sets(schema, Value::is_array) {
                if set.is_empty() {
                    return Ok(FAIL);
                }
                let set = set.into_iter().cloned().collect();
                among.push(self.keep_values(set));
            }
        }
        more.contains = contains.into();
        // One of a kind is what any list has.
        combinations.retain(|one| one.side != Side::AtLeast || one.limit > 1);
        more.combinations = combinations.into();
        more.among = among.into();
        more.first = self.items(schemas, &mut check)?;
        more.formula = match self.alternatives(schemas, Kind::Array)? {
            Formula::Constant(false) => return Ok(FAIL),
            Formula::Constant(true) => None,
            formula => Some(formula),
        };
        check.alone = alone(&more);
        check.more = (more != More::default()).then(|| Box::new(more));
        let says_nothing =
            check.at_least == NO_LEAST && check.at_most == NO_MOST && check.items == ANYTHING && check.more.is_none();
        let (program, known) = self.known();
        Ok(if says_nothing { PASS } else { keep(check, &mut program.arrays, &mut known.arrays) })
    }

    fn contains(&mut self, schema: Schema<'d>, wanted: &'d Value) -> Compiled<Contains> {
        let check = self.below(&[wanted])?;
        // Draft 7 does not count.
        let counts = self.dialect.draft == Draft::Draft2019;
        let count = |name| if counts { limit(schema, name) } else { None };
        Ok(Contains {
            check,
            at_least: count("minContains").unwrap_or(1),
            at_most: count("maxContains").unwrap_or(NO_MOST),
        })
    }

    /// One schema may speak of all items, another of the first few one by one.
    fn items(&mut self, schemas: &[Schema<'d>], check: &mut ArrayCheck) -> Compiled<Box<[u32]>> {
        let length = |schema: &Schema<'d>| array_of(schema, "items").map_or(0, Vec::len);
        let longest = schemas.iter().map(length).max().unwrap_or_default();
        let mut first = Vec::with_capacity(longest);
        for at in 0..=longest {
            let said = schemas.iter().filter_map(|schema| match schema.get("items") {
                Some(Value::Array(entries)) => entries.get(at).or_else(|| schema.get("additionalItems")),
                other => other,
            });
            let said: Vec<&'d Value> = said.collect();
            first.push(self.below(&said)?);
        }
        check.items = first.pop().unwrap_or(ANYTHING);
        Ok(first.into())
    }
}

/// How long a list may be without any need to look at more than its items.
fn alone(more: &More) -> u32 {
    let plain = more.first.is_empty() && more.contains.is_empty() && more.among.is_empty() && more.formula.is_none();
    if !plain {
        return 0;
    }
    let unique = if more.unique { 1 } else { NO_MOST };
    let limits = more.combinations.iter().map(|one| if one.side == Side::AtMost { one.limit } else { 0 });
    limits.min().unwrap_or(NO_MOST).min(unique)
}

fn selectors(schema: Schema<'_>) -> Option<Box<[Selector]>> {
    let defaults = object_of(schema, SELECTOR_DEFAULTS);
    let selector = |name: &Value| {
        let name = name.as_str()?;
        Selector::new(name, defaults.and_then(|defaults| defaults.get(name)))
    };
    match schema.get("selectors") {
        None => Some(Box::default()),
        Some(names) => names.as_array()?.iter().map(selector).collect(),
    }
}

/// A count; nothing we read has more than fits.
pub(super) fn limit(schema: Schema<'_>, name: &str) -> Option<u32> {
    let limit = schema.get(name)?.as_u64()?;
    Some(u32::try_from(limit).unwrap_or(NO_MOST - 1))
}
