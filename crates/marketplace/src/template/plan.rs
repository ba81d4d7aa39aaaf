//! A template compiled for one category: every target resolved against the requirements, once.

use super::document::Constant;
use super::document::Form;
use super::document::Rule;
use super::document::Subject;
use super::document::Template;
use super::document::Test;
use super::document::WrittenAs;
use super::path::AttributePath;
use super::path::CATEGORY;
use super::path::EVERY;
use super::path::Step as PathStep;
use super::target::At;
use super::target::Container;
use super::target::Target;
use super::target::targets;
use crate::listing::Key;
use crate::listing::escape;
use crate::requirements::Shape;
use feedwright_catalog::Field;
use feedwright_catalog::FieldSet;
use feedwright_catalog::Fields;
use feedwright_catalog::Item;
use feedwright_catalog::Known;
use feedwright_catalog::Present;
use feedwright_catalog::field::Group;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::Range;

/// What an adapter says about the form of its records, as data.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The members from the record's root down to where attributes stand.
    pub base: Vec<Key>,
    /// Put into every object of a list whose requirements know the member: site, language, currency …
    pub selectors: Vec<(Key, String)>,
    /// The member that holds the value when a path ends at an object, best first.
    pub leaves: &'static [&'static str],
    /// The members that may hold a measure's unit.
    pub units: &'static [&'static str],
    /// The channel's settings, for rules that ask for them.
    pub settings: BTreeMap<&'static str, String>,
    /// Groups of pointers below `base` of which one is enough, while the requirements name all of them as missing.
    /// The one most people have comes first.
    pub alternatives: &'static [&'static [&'static str]],
}

/// A template for one category.
#[derive(Debug)]
pub struct Plan {
    pub(super) base: Vec<Key>,
    pub(super) operations: Vec<Operation>,
    /// The fields of which one must be there for each of them to write anything; none where that is not so.
    pub(super) asks: Vec<Option<Present>>,
    /// The same of some at a time.
    pub(super) runs: Vec<(Option<Present>, Range<usize>)>,
    /// How many places of containers have a number.
    pub(super) n_places: usize,
    /// Fields that are written somewhere in this category.
    used: FieldSet,
    /// Fields that go nowhere on purpose.
    ignored: FieldSet,
    /// Fields outside the open map that are neither: they are looked for item by item.
    unheard: Vec<Field>,
    alternatives: &'static [&'static [&'static str]],
    /// Rules that write a setting the channel does not have: nothing is written, and a finding says what to set.
    unset: Vec<Rule>,
}

/// One rule, resolved.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) rule: Rule,
    /// One target; several for `name_{n}`, one a value.
    pub(super) targets: Vec<Target>,
    /// Whether it is `name_{n}`.
    pub(super) is_numbered: bool,
}

impl Plan {
    /// Resolves a template against a category's requirements. Rules whose target the category does not have are left
    /// out; their fields count as unused here, unless another rule writes them.
    pub fn compile(template: &Template, category: &str, shape: &Shape, layout: &Layout) -> Self {
        let mut plan = Self {
            base: layout.base.clone(),
            operations: Vec::new(),
            asks: Vec::new(),
            runs: Vec::new(),
            n_places: 0,
            used: FieldSet::default(),
            ignored: template.ignored.keys().cloned().collect(),
            unheard: Vec::new(),
            alternatives: layout.alternatives,
            unset: Vec::new(),
        };
        // A rule for this category takes the place of a general one with the same target.
        let special: BTreeSet<&AttributePath> = template
            .rules
            .iter()
            .filter(|rule| rule.category.as_deref() == Some(category))
            .map(|rule| &rule.to)
            .collect();
        for rule in &template.rules {
            let is_for_us = match &rule.category {
                Some(wanted) => wanted == category,
                None => !special.contains(&rule.to),
            };
            if !is_for_us {
                continue;
            }
            let mut rule = match settled(rule, layout) {
                Settled::Rule(rule) => rule,
                Settled::Unset => {
                    plan.unset.push(Rule { to: rule.to.in_category(category), ..rule.clone() });
                    continue;
                }
                Settled::NotForUs => continue,
            };
            rule.to = rule.to.in_category(category);
            match rule.to.before_every() {
                None => plan.add(rule, shape, layout),
                Some(before) => {
                    for rule in plan.rules_for_the_rest(&rule, before, shape) {
                        plan.add(rule, shape, layout);
                    }
                }
            }
        }
        let told = |known: &Known| {
            // Worked out from the rest of the catalog, which is told elsewhere.
            matches!(
                known,
                Known::Sku
                    | Known::GtinKind
                    | Known::Category
                    | Known::FamilyKey
                    | Known::LeadsFamily
                    | Known::VariantSkus
            )
        };
        plan.unheard = Known::all()
            .iter()
            // The most a buyer may order is content to people, and stands in the offer all the same.
            .filter(|known| known.def().group != Group::Content || **known == Known::MaxOrderQuantity)
            .filter(|known| !told(known))
            .map(|known| Field::Known(*known))
            .filter(|field| !plan.knows(field))
            .collect();
        plan.mark_steps();
        plan.runs = runs(&plan.asks);
        plan
    }

    /// Marks the steps that no earlier operation takes, and numbers the places of containers.
    fn mark_steps(&mut self) {
        let mut taken = BTreeSet::new();
        let mut places = BTreeMap::new();
        for operation in &mut self.operations {
            let mut own = Vec::new();
            for target in &mut operation.targets {
                let (mut path, mut place) = (String::new(), Some(String::new()));
                for step in &mut target.steps {
                    // Which value of a list is at hand is not known before, nor where what is below it stands.
                    place = place.filter(|_| !matches!(step.at, At::Each));
                    if let (Some(place), Some(_)) = (&mut place, &step.container) {
                        match &step.at {
                            At::Member(key) => place.push_str(&escape(key.as_str())),
                            At::Entry(at) => place.push_str(&at.to_string()),
                            At::Each => {}
                        }
                        place.push('/');
                        let next = places.len();
                        step.place = Some(*places.entry(place.clone()).or_insert(next));
                    }
                    let before = path.len();
                    match &step.at {
                        At::Member(key) => path.push_str(&escape(key.as_str())),
                        // Each value of a list takes an entry, and which ones is not known before.
                        At::Entry(_) | At::Each => path.push('*'),
                    }
                    path.push('/');
                    step.is_new = !taken.contains(&path);
                    own.push(path.clone());
                    let selectors = match &step.container {
                        Some(Container::Object(selectors)) => selectors.as_slice(),
                        Some(Container::Array) | None => &[],
                    };
                    // The object is made with them, before the next step is taken.
                    taken.extend(selectors.iter().map(|(key, _)| format!("{path}{}/", escape(key.as_str()))));
                    if let (None, Some(unit)) = (&step.container, &target.unit) {
                        own.push(format!("{}{}/", &path.get(..before).unwrap_or_default(), escape(unit.key.as_str())));
                    }
                }
            }
            // Of its own places it takes the first value's unasked, and looks before the others.
            taken.extend(own);
        }
        self.n_places = places.len();
    }

    fn add(&mut self, rule: Rule, shape: &Shape, layout: &Layout) {
        let targets = targets(&rule, shape, layout);
        if targets.is_empty() {
            return;
        }
        self.used.extend(rule.fields().iter().cloned());
        self.used.extend(rule.when.iter().filter_map(|when| match &when.subject {
            Subject::Field(field) => Some(field.clone()),
            Subject::Setting(_) => None,
        }));
        let asks = match &rule.form {
            Form::From { fields, .. } | Form::Each(fields) => {
                let mut asks = Present::default();
                for field in fields {
                    asks.add(field);
                }
                Some(asks)
            }
            Form::Const(_) | Form::Setting(_) | Form::Text { .. } | Form::Page { .. } => {
                rule.when.iter().find_map(|when| match (&when.subject, &when.test) {
                    (Subject::Field(field), Test::Given(true) | Test::Is(_)) => Some(Present::only(field)),
                    (Subject::Field(_), Test::Given(false) | Test::IsNot(_)) | (Subject::Setting(_), _) => None,
                })
            }
        };
        let is_numbered = rule.to.is_numbered();
        self.asks.push(asks);
        self.operations.push(Operation { rule, targets, is_numbered });
    }

    /// For every attribute in a place that no rule so far fills: one that fills it from the seller's own field of its
    /// name.
    fn rules_for_the_rest(&self, every: &Rule, before: &[PathStep], shape: &Shape) -> Vec<Rule> {
        let Some(place) = shape.get(before.iter().map(|step| step.name.as_str())) else { return Vec::new() };
        let depth = before.len();
        let is_filled = |name: &String| {
            self.operations.iter().any(|operation| {
                let steps = &operation.rule.to.steps;
                steps.len() > depth
                    && steps[..depth].iter().zip(before).all(|(own, step)| own.name == step.name)
                    && operation.rule.to.touches(before.iter().map(|step| step.name.as_str()).chain([name.as_str()]))
            })
        };
        let free = place.inside().properties.keys().filter(|name| !is_filled(name));
        free.map(|name| {
            let mut to = AttributePath { steps: before.to_vec() };
            to.steps.push(PathStep { name: name.clone(), selectors: Vec::new(), position: None });
            let snake = snake_case(name);
            let mut fields = vec![Field::Custom(name.as_str().into())];
            if snake != *name {
                fields.push(Field::Custom(snake.as_str().into()));
            }
            let form = Form::From { fields, shape: WrittenAs::Value, unit: None, decimals: None };
            Rule { to, form, ..every.clone() }
        })
        .collect()
    }

    /// The setting that would have filled what is missing at a pointer.
    pub fn unset_setting(&self, pointer: &str) -> Option<&str> {
        let tokens = || pointer.split('/').skip(1 + self.base.len());
        tokens().next()?;
        let rule = self.unset.iter().find(|rule| rule.to.touches(tokens()))?;
        match &rule.form {
            Form::Setting(name) => Some(name),
            Form::From { .. } | Form::Each(_) | Form::Const(_) | Form::Text { .. } | Form::Page { .. } => None,
        }
    }

    /// The filled fields of an item that go nowhere in this category, and for no reason anybody gave.
    pub fn unmapped<'a>(&'a self, item: &'a Item<'_>) -> impl Iterator<Item = &'a Field> {
        let own = item.variant.map(|variant| &variant.fields);
        let content = own.into_iter().chain([&item.product.fields]).flat_map(Fields::names);
        let content = content.filter(|field| !self.knows(field));
        let given = item.given();
        let unheard = self.unheard.iter().filter(move |field| !given.may_hold(field) || item.content(field).is_none());
        content.chain(unheard).filter(|field| item.value(field).is_some())
    }

    /// The members from the record's root down to where attributes stand.
    pub fn base(&self) -> &[Key] {
        &self.base
    }

    /// Groups of pointers below the base of which one is enough.
    pub fn alternatives(&self) -> &'static [&'static [&'static str]] {
        self.alternatives
    }

    /// The rules in force, in the order their attributes are written.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.operations.iter().map(|operation| &operation.rule)
    }

    /// Whether a field goes nowhere on purpose.
    pub fn ignores(&self, field: &Field) -> bool {
        self.ignored.contains(field)
    }

    /// Whether a field is written somewhere.
    pub fn writes(&self, field: &Field) -> bool {
        self.used.contains(field)
    }

    /// Whether a field is written somewhere, or goes nowhere on purpose.
    pub fn knows(&self, field: &Field) -> bool {
        self.used.contains(field) || self.ignored.contains(field)
    }

    /// The rule that made, or would make, what stands at a pointer; the one that says most about it first.
    pub fn rule_for(&self, pointer: &str) -> Option<&Rule> {
        let tokens: Vec<&str> = pointer.split('/').skip(1 + self.base.len()).collect();
        tokens.first()?;
        self.operations
            .iter()
            .map(|operation| &operation.rule)
            .filter(|rule| rule.to.touches(tokens.iter().copied()))
            // Of rules that say equally much the one written first: a template begins with what matters most.
            .rev()
            // A rule with a field is worth more than a constant; a longer path is nearer.
            .max_by_key(|rule| (!rule.fields().is_empty(), rule.to.steps.len() <= tokens.len(), rule.to.steps.len()))
    }

    /// The rule a node's source number names.
    pub fn rule(&self, source: crate::listing::Source) -> Option<&Rule> {
        let at = usize::try_from(source.0).ok()?.checked_sub(1)?;
        self.operations.get(at).map(|operation| &operation.rule)
    }
}

/// Rules that stand together and ask for something, and each that does not: most are for what a product does not have, and
/// are passed over some at a time.
fn runs(asks: &[Option<Present>]) -> Vec<(Option<Present>, Range<usize>)> {
    const MOST: usize = 8;
    let mut runs: Vec<(Option<Present>, Range<usize>)> = Vec::new();
    for (at, asks) in asks.iter().enumerate() {
        match (runs.last_mut(), asks) {
            (Some((Some(all), run)), Some(asks)) if run.len() < MOST => {
                *all = all.and(asks);
                run.end = at + 1;
            }
            (_, asks) => runs.push((*asks, at..at + 1)),
        }
    }
    runs
}

/// What the channel's settings make of a rule.
enum Settled {
    /// The rule, with the settings put in.
    Rule(Rule),
    /// It writes a setting the channel does not have.
    Unset,
    /// A condition on the settings does not hold.
    NotForUs,
}

fn settled(rule: &Rule, layout: &Layout) -> Settled {
    let mut rule = rule.clone();
    let setting = |name: &str| layout.settings.get(name).map(String::as_str).filter(|value| !value.is_empty());
    for when in &rule.when {
        if let Subject::Setting(name) = &when.subject {
            let value = setting(name);
            let holds = match &when.test {
                Test::Is(wanted) => value == Some(wanted),
                Test::IsNot(other) => value != Some(other),
                Test::Given(wanted) => value.is_some() == *wanted,
            };
            if !holds {
                return Settled::NotForUs;
            }
        }
    }
    rule.when.retain(|when| matches!(when.subject, Subject::Field(_)));
    if let Form::Setting(name) = &rule.form {
        match setting(name) {
            Some(value) => rule.form = Form::Const(Constant::Text(value.to_owned())),
            None => return Settled::Unset,
        }
    }
    Settled::Rule(rule)
}

/// `Chipset Manufacturer` and `chipsetManufacturer` as sellers write column names: `chipset_manufacturer`.
fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for c in name.chars() {
        if c.is_alphanumeric() {
            if c.is_uppercase() && was_lower {
                out.push('_');
            }
            was_lower = !c.is_uppercase();
            out.extend(c.to_lowercase());
        } else {
            was_lower = false;
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
        }
    }
    out.trim_end_matches('_').to_owned()
}

/// Whether some category has this target. Where a category's own id stands any will do.
pub(crate) fn exists(path: &AttributePath, shape: &Shape) -> bool {
    let path = if path.is_numbered() { path.numbered(1) } else { path.clone() };
    stands(&path.steps, shape)
}

fn stands(steps: &[PathStep], shape: &Shape) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    let shape = shape.inside();
    match step.name.as_str() {
        EVERY => true,
        CATEGORY => shape.properties.values().any(|next| stands(rest, next)),
        name => shape.properties.get(name).is_some_and(|next| stands(rest, next)),
    }
}
