//! Fills a listing from an item by a compiled template.

use super::document::Constant;
use super::document::Form;
use super::document::Rule;
use super::document::Subject;
use super::document::Test;
use super::document::When;
use super::document::WrittenAs;
use super::plain::plain_text;
use super::plain::single_spaced;
use super::plan::Operation;
use super::plan::Plan;
use super::target::At;
use super::target::Target;
use super::target::UnitPlace;
use super::wording::Given;
use crate::listing::Key;
use crate::listing::Leaf;
use crate::listing::Listing;
use crate::listing::NodeId;
use crate::listing::Source;
use crate::listing::escape;
use feedwright_catalog::Currency;
use feedwright_catalog::Field;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Measure;
use feedwright_catalog::Present;
use feedwright_catalog::Unit;
use feedwright_catalog::ValueRef;
use feedwright_catalog::decimal::DecimalSeparator;
use feedwright_catalog::decimal::parse_decimal;
use feedwright_catalog::rules;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Decimals kept when a unit is converted: a tenth of a millimetre in metres, a twentieth of a gram in pounds.
const CONVERSION_SCALE: u32 = 4;

/// What filling found out beside findings.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    /// List fields of which some values had no attribute to go to.
    pub left_over: Vec<Field>,
}

/// A value in the form it is written.
#[derive(Clone, Debug)]
enum Written<'a> {
    Bool(bool),
    Number(rust_decimal::Decimal),
    Text(Cow<'a, str>),
}

impl Written<'_> {
    fn leaf(&self) -> Leaf<'_> {
        match self {
            Written::Bool(value) => Leaf::Bool(*value),
            Written::Number(value) => Leaf::Number(*value),
            Written::Text(text) => Leaf::Text(text),
        }
    }
}

/// How a measure is written.
#[derive(Clone, Copy)]
struct Wanted {
    /// The unit it is converted to when its amount stands alone.
    unit: Option<Unit>,
    /// Decimals kept when it is converted.
    decimals: u32,
}

struct Pen<'a> {
    keys: &'a [Key],
    /// Whether there was nothing where attributes stand.
    is_blank: bool,
    listing: &'a mut Listing,
    out: &'a mut Findings,
    currency: Currency,
    /// The fields that may have a value.
    present: Present,
    /// By the number of its place, what stands there.
    places: Vec<Option<NodeId>>,
}

impl Plan {
    /// Writes every filled field of the item where the template says. What cannot be written is a finding.
    pub fn fill(&self, item: &Item<'_>, currency: Currency, listing: &mut Listing, out: &mut Findings) -> Filled {
        let mut filled = Filled::default();
        let mut base = Listing::ROOT;
        for key in &self.base {
            base = match listing.get(base, key) {
                Some(node) => node,
                None => listing.add_object(base, key, Source::default()),
            };
        }
        let is_blank = listing.node(base).is_empty();
        let present = item.present();
        let places = vec![None; self.n_places];
        let mut pen = Pen { keys: &self.base, is_blank, listing, out, currency, present, places };
        let may_write = |asks: &Option<Present>| asks.as_ref().is_none_or(|asks| asks.meets(&present));
        let runs = self.runs.iter().filter(|(asks, _)| may_write(asks));
        for (at, asks) in runs.flat_map(|(_, run)| run.clone().zip(self.asks.get(run.clone()).unwrap_or_default())) {
            let Some(operation) = self.operations.get(at).filter(|_| may_write(asks)) else { continue };
            if operation.rule.when.iter().all(|when| pen.holds(when, item)) {
                let source = Source(u32::try_from(at + 1).unwrap_or_default());
                pen.apply(operation, item, base, source, &mut filled);
            }
        }
        filled
    }
}

impl Pen<'_> {
    /// The value of a field; most that are asked for are not there.
    fn value<'i>(&self, field: &Field, item: &Item<'i>) -> Option<ValueRef<'i>> {
        if self.present.may_hold(field) { item.value(field) } else { None }
    }

    fn holds(&self, when: &When, item: &Item<'_>) -> bool {
        // Settings were put in when the plan was compiled.
        let Subject::Field(field) = &when.subject else { return true };
        let value = self.value(field, item);
        match &when.test {
            Test::Given(wanted) => value.is_some() == *wanted,
            Test::Is(wanted) => value.is_some_and(|value| text_of(&value) == wanted.as_str()),
            Test::IsNot(other) => value.is_none_or(|value| text_of(&value) != other.as_str()),
        }
    }

    fn apply(&mut self, operation: &Operation, item: &Item<'_>, base: NodeId, source: Source, filled: &mut Filled) {
        let rule = &operation.rule;
        let Some(first) = operation.targets.first() else { return };
        match &rule.form {
            Form::Const(constant) => {
                let written = match constant {
                    Constant::Text(text) => Written::Text(Cow::Borrowed(text)),
                    Constant::Bool(value) => Written::Bool(*value),
                    Constant::Integer(value) => Written::Number((*value).into()),
                };
                self.put(first, base, 0, &written, source);
            }
            Form::From { fields, shape, unit, decimals } => {
                let Some((field, value)) = fields.iter().find_map(|field| Some((field, self.value(field, item)?)))
                else {
                    return;
                };
                match (shape, &value) {
                    (WrittenAs::Measure, ValueRef::Measure(measure)) => {
                        let wanted = Wanted { unit: *unit, decimals: decimals.unwrap_or(CONVERSION_SCALE) };
                        self.measure(first, *measure, wanted, (rule, field, item), base, source);
                    }
                    (WrittenAs::Gtin14, ValueRef::Gtin(gtin)) => {
                        let padded = format!("{:0>14}", gtin.as_str());
                        self.put(first, base, 0, &Written::Text(Cow::Owned(padded)), source);
                    }
                    (WrittenAs::Plain, ValueRef::Text(html)) => {
                        let text = plain_text(html);
                        if !text.is_empty() {
                            self.put(first, base, 0, &Written::Text(Cow::Owned(text)), source);
                        }
                    }
                    (WrittenAs::Joined(between), ValueRef::List(list)) => {
                        let texts: Vec<String> = list.iter().map(|value| text_of(value).into_owned()).collect();
                        let joined = texts.join(between);
                        self.single(first, 0, &ValueRef::Text(&joined), (rule, field, item), base, source);
                    }
                    _ => self.single(first, 0, &value, (rule, field, item), base, source),
                }
            }
            Form::Each(fields) => {
                let mut n = 0;
                for field in fields {
                    let list = match self.value(field, item) {
                        None => continue,
                        Some(ValueRef::List(list)) => list,
                        Some(one) => vec![one],
                    };
                    for value in &list {
                        let target = if operation.is_numbered { operation.targets.get(n) } else { Some(first) };
                        match target {
                            Some(target) => self.single(target, n, value, (rule, field, item), base, source),
                            None => {
                                filled.left_over.push(field.clone());
                                break;
                            }
                        }
                        n += 1;
                    }
                }
            }
            // Put in when the plan was compiled.
            Form::Setting(_) => {}
            Form::Page { page } => match page.render(item) {
                Ok(html) if html.is_empty() => {}
                Ok(html) => {
                    self.put(first, base, 0, &Written::Text(Cow::Owned(html)), source);
                }
                Err(why) => self.failed(&why, rule, first, item),
            },
            Form::Text { text } => {
                let given =
                    |field| self.value(field, item).map_or(Given::Nothing, |value| Given::Text(text_of(&value)));
                match text.render(&text.fields().iter().map(given).collect::<Vec<_>>()) {
                    Ok(text) => {
                        let text = single_spaced(text);
                        if !text.is_empty() {
                            self.put(first, base, 0, &Written::Text(Cow::Owned(text)), source);
                        }
                    }
                    Err(why) => self.failed(&why, rule, first, item),
                }
            }
        }
    }

    fn failed(&mut self, why: &str, rule: &Rule, target: &Target, item: &Item<'_>) {
        self.out.push(
            Finding::new(&rules::TEMPLATE_FAILED, format!("the text for `{}` could not be filled: {why}", rule.to))
                .help(format!("mend the rule at {}", rule.written_at))
                .sku(item.sku)
                .pointer(pointer(self.keys, target, 0))
                .at(item.row()),
        );
    }

    /// Writes one value, through the rule's table if it has one.
    fn single(
        &mut self,
        target: &Target,
        n: usize,
        value: &ValueRef<'_>,
        (rule, field, item): (&Rule, &Field, &Item<'_>),
        base: NodeId,
        source: Source,
    ) {
        if let Some(table) = &rule.table {
            let key = text_of(value);
            let allowed = &target.leaf.allowed;
            let is_allowed = |value: &str| allowed.is_empty() || allowed.iter().any(|allowed| allowed == value);
            let found = table.get(&key).and_then(|values| {
                values.iter().find(|value| is_allowed(value)).or_else(|| values.first()).map(String::as_str)
            });
            // A value that is the marketplace's own already needs no table.
            let found = found.or_else(|| allowed.iter().map(String::as_str).find(|allowed| *allowed == key));
            match found {
                Some(found) => {
                    let written = for_leaf(&ValueRef::Text(found), target);
                    self.put(target, base, n, &written, source);
                }
                None => self.out.push(
                    Finding::new(
                        &rules::VALUE_NOT_IN_TABLE,
                        format!("`{key}` of `{field}` has no row in the table `{}`", table.name),
                    )
                    .help(format!(
                        "add a row for `{}` to the table `{}`, or write one of: {}",
                        key.to_lowercase(),
                        table.name,
                        table.keys().take(8).collect::<Vec<_>>().join(", ")
                    ))
                    .sku(item.sku)
                    .pointer(pointer(self.keys, target, n))
                    .at(item.place(field)),
                ),
            }
            return;
        }
        if let ValueRef::Money(money) = value
            && money.currency() != self.currency
        {
            self.out.push(
                Finding::new(
                    &rules::CURRENCY_MISMATCH,
                    format!("`{field}` is in {}, the channel sells in {}", money.currency(), self.currency),
                )
                .help(format!("give `{field}` in {}, or leave this product out of the channel", self.currency))
                .sku(item.sku)
                .pointer(pointer(self.keys, target, n))
                .at(item.place(field)),
            );
            return;
        }
        let written = for_leaf(value, target);
        self.put(target, base, n, &written, source);
    }

    fn measure(
        &mut self,
        target: &Target,
        measure: Measure,
        wanted: Wanted,
        (rule, field, item): (&Rule, &Field, &Item<'_>),
        base: NodeId,
        source: Source,
    ) {
        let alone = wanted.unit.map(|unit| UnitPlace { key: Key::new(""), accepted: vec![(unit, unit.to_string())] });
        let Some(place) = alone.as_ref().or(target.unit.as_ref()) else { return };
        match accepted(measure, place, wanted.decimals) {
            Some((amount, unit)) => {
                // The unit stands beside the amount.
                if let (Some(holder), None) = (self.put(target, base, 0, &Written::Number(amount), source), &alone) {
                    self.listing.add(holder, &place.key, Leaf::Text(unit), source);
                }
            }
            None => {
                let units: Vec<&str> = place.accepted.iter().map(|(_, name)| name.as_str()).collect();
                self.out.push(
                    Finding::new(
                        &rules::UNIT_NOT_ACCEPTED,
                        format!("`{field}` is in {}, and `{}` takes {}", measure.unit, rule.to, units.join(", ")),
                    )
                    .help(format!("give `{field}` in one of the accepted units, or in one that converts to them"))
                    .sku(item.sku)
                    .pointer(pointer(self.keys, target, 0))
                    .at(item.place(field)),
                );
            }
        }
    }

    /// Puts a value where the target says. Gives what holds it; none when there is one already.
    fn put(
        &mut self,
        target: &Target,
        base: NodeId,
        n: usize,
        written: &Written<'_>,
        source: Source,
    ) -> Option<NodeId> {
        target.put(self.listing, (base, &mut self.places), (n, self.is_blank), written.leaf(), source)
    }
}

/// The JSON Pointer of a target, for the value at this position.
fn pointer(base: &[Key], target: &Target, n: usize) -> String {
    let mut pointer = String::new();
    for key in base {
        let _infallible = write!(pointer, "/{}", escape(key.as_str()));
    }
    for step in &target.steps {
        let _infallible = match &step.at {
            At::Member(key) => write!(pointer, "/{}", escape(key.as_str())),
            At::Entry(at) => write!(pointer, "/{at}"),
            At::Each => write!(pointer, "/{n}"),
        };
    }
    pointer
}

/// The amount and the unit's name in a unit that is accepted: as given if it can be, else exactly converted if that is
/// possible, else rounded half to even.
fn accepted(measure: Measure, place: &UnitPlace, decimals: u32) -> Option<(rust_decimal::Decimal, &str)> {
    if let Some((_, name)) = place.accepted.iter().find(|(unit, _)| *unit == measure.unit) {
        return Some((measure.amount, name));
    }
    let converted = |(unit, name): &'_ (Unit, String)| -> Option<(rust_decimal::Decimal, bool, usize)> {
        let conversion = measure.convert(*unit, decimals)?;
        // A weight that rounds to nothing is no weight.
        let is_lost = conversion.amount.is_zero() && !measure.amount.is_zero();
        let at = place.accepted.iter().position(|(_, other)| other == name)?;
        (!is_lost).then_some((conversion.amount, conversion.exact, at))
    };
    let mut candidates: Vec<_> = place.accepted.iter().filter_map(converted).collect();
    candidates.sort_by_key(|(_, exact, at)| (!exact, *at));
    let (amount, _, at) = candidates.first()?;
    Some((amount.normalize(), place.accepted.get(*at)?.1.as_str()))
}

/// The value as the leaf takes it. What the leaf does not take is written as it is, and the check will say so.
fn for_leaf<'a>(value: &ValueRef<'a>, target: &Target) -> Written<'a> {
    let leaf = &target.leaf;
    match value {
        ValueRef::Bool(value) if leaf.takes_bool => Written::Bool(*value),
        ValueRef::Integer(value) if leaf.takes_number => Written::Number((*value).into()),
        ValueRef::Decimal(value) if leaf.takes_number => Written::Number(*value),
        ValueRef::Money(value) if leaf.takes_number => Written::Number(value.amount()),
        ValueRef::Measure(value) if leaf.takes_number => Written::Number(value.amount),
        ValueRef::Text(text) if !leaf.takes_text => {
            if leaf.takes_bool && matches!(*text, "true" | "false") {
                return Written::Bool(*text == "true");
            }
            match parse_decimal(text, DecimalSeparator::Point) {
                Ok(number) if leaf.takes_number => Written::Number(number),
                _ => Written::Text(Cow::Borrowed(text)),
            }
        }
        ValueRef::Text(text) => Written::Text(Cow::Borrowed(text)),
        other => Written::Text(Cow::Owned(text_of(other).into_owned())),
    }
}

/// The value as text.
pub(super) fn text_of<'a>(value: &ValueRef<'a>) -> Cow<'a, str> {
    match value {
        ValueRef::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
        ValueRef::Integer(value) => Cow::Owned(value.to_string()),
        ValueRef::Decimal(value) => Cow::Owned(value.to_string()),
        ValueRef::Measure(value) => Cow::Owned(value.to_string()),
        ValueRef::Money(value) => Cow::Owned(value.amount().to_string()),
        ValueRef::Text(value) => Cow::Borrowed(value),
        ValueRef::Date(value) => Cow::Owned(value.to_string()),
        ValueRef::Instant(value) => Cow::Owned(value.to_string()),
        ValueRef::Country(value) => Cow::Owned(value.alpha2().to_owned()),
        ValueRef::Gtin(value) => Cow::Owned(value.as_str().to_owned()),
        ValueRef::List(list) => {
            Cow::Owned(list.iter().map(|value| text_of(value).into_owned()).collect::<Vec<_>>().join(","))
        }
    }
}
