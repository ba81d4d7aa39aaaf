//! The keywords we check ourselves: exact bounds and steps for numbers, and the marketplace vocabulary of byte lengths and
//! counts per combination of selectors.

use super::engine::Arena;
use super::engine::number;
use super::engine::write_canonical;
use super::engine::write_canonical_value;
use super::number::Number;
use super::phrase;
use super::step::Step;
use crate::listing::Key;
use crate::listing::Ref;
use jsonschema::Keyword;
use jsonschema::ValidationError;
use serde_json::Map;
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Beside `selectors`: what stands for a selector that an item leaves out. Put there before compiling, where `$ref` is resolved.
pub(super) const SELECTOR_DEFAULTS: &str = "feedwright:selector-defaults";

type Made<'a> = Result<Box<dyn for<'i> Keyword<'i, Arena>>, ValidationError<'a>>;

/// `minimum` and its kin.
struct Bound {
    limit: Number<'static>,
    side: Side,
}

/// On which side of a limit a number must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    AtLeast,
    MoreThan,
    AtMost,
    LessThan,
}

impl Side {
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::AtLeast => ordering.is_ge(),
            Self::MoreThan => ordering.is_gt(),
            Self::AtMost => ordering.is_le(),
            Self::LessThan => ordering.is_lt(),
        }
    }

    fn words(self, limit: impl std::fmt::Display) -> String {
        match self {
            Self::AtLeast => format!("at least {limit} needed"),
            Self::MoreThan => format!("more than {limit} needed"),
            Self::AtMost => format!("at most {limit} allowed"),
            Self::LessThan => format!("less than {limit} needed"),
        }
    }
}

/// The four bounds, by keyword.
pub(super) const BOUNDS: [(&str, Side); 4] = [
    ("minimum", Side::AtLeast),
    ("maximum", Side::AtMost),
    ("exclusiveMinimum", Side::MoreThan),
    ("exclusiveMaximum", Side::LessThan),
];

pub(super) fn bound(value: &Value, side: Side) -> Made<'_> {
    let limit = value.as_number().and_then(Number::of_json).ok_or_else(|| wrong(value, "a number"))?;
    Ok(Box::new(Bound { limit, side }))
}

impl<'i> Keyword<'i, Arena> for Bound {
    fn validate(&self, node: Ref<'i>) -> Result<(), ValidationError<'i>> {
        match number(node) {
            Some(value) if !self.side.holds(value.compare(&self.limit)) => Err(ValidationError::custom(format!(
                "value is {}, {}",
                value.text(),
                self.side.words(self.limit.text())
            ))),
            Some(_) | None => Ok(()),
        }
    }

    fn is_valid(&self, node: Ref<'i>) -> bool {
        number(node).is_none_or(|value| self.side.holds(value.compare(&self.limit)))
    }
}

/// `multipleOf`.
struct MultipleOf {
    step: Step,
    written: String,
}

pub(super) fn multiple_of(value: &Value) -> Made<'_> {
    let number = value.as_number().and_then(Number::of_json).ok_or_else(|| wrong(value, "a number"))?;
    let step = Step::new(&number).ok_or_else(|| wrong(value, "a number above 0"))?;
    Ok(Box::new(MultipleOf { step, written: number.text().into_owned() }))
}

impl<'i> Keyword<'i, Arena> for MultipleOf {
    fn validate(&self, node: Ref<'i>) -> Result<(), ValidationError<'i>> {
        match number(node) {
            Some(value) if !self.step.divides(&value) => Err(ValidationError::custom(match self.step.decimals() {
                Some(0) => format!("value is {}, a whole number needed", value.text()),
                Some(1) => format!("value is {}, at most 1 decimal allowed", value.text()),
                Some(decimals) => format!("value is {}, at most {decimals} decimals allowed", value.text()),
                None => format!("value is {}, a multiple of {} needed", value.text(), self.written),
            })),
            Some(_) | None => Ok(()),
        }
    }

    fn is_valid(&self, node: Ref<'i>) -> bool {
        number(node).is_none_or(|value| self.step.divides(&value))
    }
}

/// `maxUtf8ByteLength` and `minUtf8ByteLength`.
struct ByteLength {
    limit: usize,
    side: Side,
}

pub(super) fn byte_length(value: &Value, side: Side) -> Made<'_> {
    Ok(Box::new(ByteLength { limit: count(value)?, side }))
}

impl<'i> Keyword<'i, Arena> for ByteLength {
    fn validate(&self, node: Ref<'i>) -> Result<(), ValidationError<'i>> {
        match node.as_text() {
            Some(text) if !self.side.holds(text.len().cmp(&self.limit)) => Err(ValidationError::custom(format!(
                "value has {} bytes in UTF-8, {}",
                text.len(),
                self.side.words(self.limit)
            ))),
            Some(_) | None => Ok(()),
        }
    }

    fn is_valid(&self, node: Ref<'i>) -> bool {
        node.as_text().is_none_or(|text| self.side.holds(text.len().cmp(&self.limit)))
    }
}

/// `maxUniqueItems` and `minUniqueItems`: how many items may, or must, share one combination of selector values.
///
/// Items that are no objects do not count. Without selectors the whole item is the combination. A selector that an item
/// leaves out counts as its default, if the document gives one.
struct PerCombination {
    limit: usize,
    side: Side,
    selectors: Vec<Selector>,
}

struct Selector {
    key: Key,
    default: Option<String>,
}

pub(super) fn per_combination<'a>(parent: &'a Map<String, Value>, value: &'a Value, side: Side) -> Made<'a> {
    let defaults = parent.get(SELECTOR_DEFAULTS);
    let selectors = match parent.get("selectors") {
        None => Vec::new(),
        Some(Value::Array(names)) => names
            .iter()
            .map(|name| {
                let name = name.as_str().ok_or_else(|| wrong(name, "a name in `selectors`"))?;
                let default = defaults.and_then(|defaults| defaults.get(name)).map(|default| {
                    let mut form = String::new();
                    write_canonical_value(default, &mut form);
                    form
                });
                Ok(Selector { key: Key::new(name), default })
            })
            .collect::<Result<_, ValidationError<'static>>>()?,
        Some(other) => return Err(wrong(other, "a list of names in `selectors`")),
    };
    Ok(Box::new(PerCombination { limit: count(value)?, side, selectors }))
}

impl PerCombination {
    fn combination(&self, item: Ref<'_>) -> String {
        let mut form = String::new();
        if self.selectors.is_empty() {
            write_canonical(item, &mut form);
            return form;
        }
        for selector in &self.selectors {
            match (item.get(&selector.key), &selector.default) {
                (Some(value), _) => write_canonical(value, &mut form),
                (None, Some(default)) => form.push_str(default),
                (None, None) => {}
            }
            form.push(';');
        }
        form
    }

    /// The first combination that is there too often, or not often enough.
    fn offender<'i>(&self, array: Ref<'i>) -> Option<(Ref<'i>, usize)> {
        if !array.is_array()
            || self.side == Side::AtMost && array.len() <= self.limit
            || self.side == Side::AtLeast && self.limit <= 1
        {
            return None;
        }
        let mut counts: BTreeMap<String, (usize, Ref<'i>, usize)> = BTreeMap::new();
        for (at, item) in array.elements().enumerate().filter(|(_, item)| item.is_object()) {
            counts.entry(self.combination(item)).or_insert((at, item, 0)).2 += 1;
        }
        counts
            .into_values()
            .filter(|(_, _, count)| !self.side.holds(count.cmp(&self.limit)))
            .min_by_key(|(at, _, _)| *at)
            .map(|(_, item, count)| (item, count))
    }
}

impl<'i> Keyword<'i, Arena> for PerCombination {
    fn validate(&self, node: Ref<'i>) -> Result<(), ValidationError<'i>> {
        let Some((item, count)) = self.offender(node) else { return Ok(()) };
        let names: Vec<String> = self
            .selectors
            .iter()
            .filter_map(|selector| {
                let value = item.get(&selector.key)?;
                Some(format!("`{}` {}", selector.key.as_str(), phrase::json(value)))
            })
            .collect();
        let of = match names.as_slice() {
            [] => String::new(),
            names => format!(" for {}", names.join(", ")),
        };
        Err(ValidationError::custom(format!(
            "{}{of} given, {}",
            phrase::counted(count as u64, "value"),
            self.side.words(self.limit)
        )))
    }

    fn is_valid(&self, node: Ref<'i>) -> bool {
        self.offender(node).is_none()
    }
}

fn count(value: &Value) -> Result<usize, ValidationError<'static>> {
    value.as_u64().and_then(|count| usize::try_from(count).ok()).ok_or_else(|| wrong(value, "a whole number from 0"))
}

fn wrong(value: &Value, needed: &str) -> ValidationError<'static> {
    ValidationError::schema(format!("{value} is not {needed}"))
}
