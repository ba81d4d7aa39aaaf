//! Compiles what a document says of objects: names, members, and conditions on which members there are.

use super::Program;
use super::arrays::limit;
use super::check::ANYTHING;
use super::check::Check;
use super::check::FAIL;
use super::check::Member;
use super::check::NO_LEAST;
use super::check::NO_MOST;
use super::check::NOTHING;
use super::check::OPEN;
use super::check::ObjectCheck;
use super::check::PASS;
use super::check::Patterned;
use super::check::UNTRACKED;
use super::compile::Compiled;
use super::compile::Compiler;
use super::compile::Kind;
use super::compile::Schema;
use super::compile::array;
use super::compile::keep;
use super::compile::object_of;
use super::compile::value_sets;
use super::formula::Formula;
use super::logic;
use super::logic::Atom;
use super::logic::Simple;
use super::logic::SimpleValue;
use super::table::Table;
use super::table::number;
use serde_json::Value;
use std::collections::HashMap;

/// The named members and the tests of one object, while they are found.
#[derive(Default)]
struct Found<'d> {
    names: Vec<&'d str>,
    by_name: HashMap<&'d str, u32>,
    atoms: Vec<Atom>,
    by_atom: HashMap<Atom, u32>,
}

impl<'d> Found<'d> {
    fn name(&mut self, name: &'d str) -> u32 {
        let names = &mut self.names;
        *self.by_name.entry(name).or_insert_with(|| {
            names.push(name);
            number(names.len() - 1)
        })
    }

    fn test(&mut self, atom: Atom) -> Formula {
        let atoms = &mut self.atoms;
        Formula::test(*self.by_atom.entry(atom).or_insert_with(|| {
            atoms.push(atom);
            number(atoms.len() - 1)
        }))
    }

    fn present(&mut self, name: &'d str) -> Formula {
        let member = self.name(name);
        self.test(Atom::Present(member))
    }

    fn present_all(&mut self, names: &'d [Value]) -> Formula {
        Formula::all(names.iter().filter_map(Value::as_str).map(|name| self.present(name)).collect())
    }
}

/// What says something of an object beyond presence and single members: a condition with one is checked as a whole.
const WHOLE: &[&str] =
    &["additionalProperties", "const", "enum", "maxProperties", "minProperties", "patternProperties", "propertyNames"];

impl<'d> Compiler<'d> {
    pub(super) fn object(&mut self, schemas: &[Schema<'d>]) -> Compiled<u32> {
        let mut found = Found::default();
        let mut among = Vec::new();
        let (mut at_least, mut at_most) = (NO_LEAST, NO_MOST);
        let mut conditions = Vec::new();
        for schema in schemas {
            for set in value_sets(schema, Value::is_object) {
                if set.is_empty() {
                    return Ok(FAIL);
                }
                let set = set.into_iter().cloned().collect();
                among.push(self.keep_values(set));
            }
            at_least = at_least.max(limit(schema, "minProperties").unwrap_or(NO_LEAST));
            at_most = at_most.min(limit(schema, "maxProperties").unwrap_or(NO_MOST));
            for name in object_of(schema, "properties").into_iter().flat_map(|properties| properties.keys()) {
                found.name(name);
            }
            let mut of_schema = vec![found.present_all(array(schema, "required"))];
            self.dependencies(schema, &mut found, &mut of_schema)?;
            let before = of_schema.len();
            self.applied(schema, &mut |compiler, part| compiler.condition(part, &mut found), &mut of_schema)?;
            self.count_conditions(of_schema.get(before..).unwrap_or_default(), &found);
            conditions.extend(of_schema);
        }
        let all = Formula::all(conditions);
        if all == Formula::Constant(false) {
            return Ok(FAIL);
        }
        let (required, conditions) = required(&found, all);
        let (others, patterned, other_names) = self.others(schemas)?;
        let members = self.members(schemas, &found.names, &other_names)?;
        let says_nothing = members.iter().all(|member| *member == ANYTHING)
            && required.iter().all(|word| *word == 0)
            && conditions.is_empty()
            && others == ANYTHING
            && patterned.is_empty()
            && other_names.is_empty()
            && among.is_empty()
            && (at_least, at_most) == (NO_LEAST, NO_MOST);
        if says_nothing {
            return Ok(PASS);
        }
        let (logic, tracked) = if conditions.is_empty() {
            (None, vec![None; found.names.len()])
        } else {
            let program = &self.program;
            let (logic, tracked) =
                logic::lay_out(found.names.len(), &found.atoms, conditions, |check| simple(program, check));
            (Some(Box::new(logic)), tracked)
        };
        let members = members.into_iter().zip(tracked);
        let check = ObjectCheck {
            names: Table::of_names(found.names.iter().copied()),
            members: members.map(|(check, tracked)| Member { check, tracked: tracked.unwrap_or(UNTRACKED) }).collect(),
            required,
            others,
            patterned,
            other_names,
            at_least,
            at_most,
            among: among.into(),
            logic,
        };
        let (program, known) = self.known();
        Ok(keep(check, &mut program.objects, &mut known.objects))
    }

    /// `dependentRequired`, `dependentSchemas` and `dependencies`.
    fn dependencies(&mut self, schema: Schema<'d>, found: &mut Found<'d>, out: &mut Vec<Formula>) -> Compiled<()> {
        let newer = self.dialect.draft == super::super::document::Draft::Draft2019;
        let keywords = ["dependencies", "dependentRequired", "dependentSchemas"];
        for keyword in keywords.into_iter().filter(|keyword| newer || *keyword == "dependencies") {
            for (name, needs) in object_of(schema, keyword).into_iter().flatten() {
                let needs = match needs {
                    Value::Array(names) => found.present_all(names),
                    schema => self.condition(schema, found)?,
                };
                out.push(Formula::implies(found.present(name), needs));
            }
        }
        Ok(())
    }

    /// A schema as a formula over the object's members.
    fn condition(&mut self, schema: &'d Value, found: &mut Found<'d>) -> Compiled<Formula> {
        let members = match schema {
            Value::Object(members) => members,
            other => return Ok(Formula::Constant(*other != Value::Bool(false))),
        };
        let by_itself = self.by_engine(members).is_some() || WHOLE.iter().any(|name| members.contains_key(*name));
        // What refers may refer to where it is: as a check of its own that is noticed.
        if by_itself || members.contains_key("$ref") {
            return Ok(match self.as_test(schema, Kind::Object)? {
                Formula::Test(test) => found.test(Atom::Itself(test.number)),
                constant => constant,
            });
        }
        let is_object = super::compile::types(members).is_none_or(|mut types| types.any(|name| name == "object"));
        if !is_object {
            return Ok(Formula::Constant(false));
        }
        let required: Vec<&'d str> = array(members, "required").iter().filter_map(Value::as_str).collect();
        let properties = object_of(members, "properties");
        let mut all = Vec::new();
        for name in &required {
            if properties.is_none_or(|properties| !properties.contains_key(*name)) {
                all.push(found.present(name));
            }
        }
        for (name, value) in properties.into_iter().flatten() {
            let check = self.below(&[value])?;
            let is_required = required.contains(&name.as_str());
            all.push(match (check, is_required) {
                (ANYTHING, true) => found.present(name),
                (ANYTHING, false) => Formula::Constant(true),
                (NOTHING, true) => Formula::Constant(false),
                (NOTHING, false) => found.present(name).not(),
                (check, required) => {
                    let member = found.name(name);
                    found.test(Atom::Fits { member, check, absent: !required })
                }
            });
        }
        self.dependencies(members, found, &mut all)?;
        for part in array(members, "allOf") {
            all.push(self.condition(part, found)?);
        }
        self.applied(members, &mut |compiler, part| compiler.condition(part, found), &mut all)?;
        Ok(Formula::all(all))
    }

    /// What must hold of members that no `properties` names.
    #[expect(clippy::type_complexity, reason = "three lists of the same check")]
    fn others(&mut self, schemas: &[Schema<'d>]) -> Compiled<(u32, Box<[Patterned]>, Box<[u32]>)> {
        let (mut others, mut patterned, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for schema in schemas {
            let additional = schema.get("additionalProperties");
            match object_of(schema, "patternProperties").filter(|patterns| !patterns.is_empty()) {
                None => others.extend(additional),
                Some(by_pattern) => {
                    let mut patterns = Vec::new();
                    for (pattern, value) in by_pattern {
                        let check = self.below(&[value])?;
                        patterns.push((self.matcher(schema, "pattern", pattern)?, check));
                    }
                    let others = additional.map_or(Ok(ANYTHING), |value| self.below(&[value]))?;
                    patterned.push(Patterned { patterns: patterns.into(), others });
                }
            }
            if let Some(name) = schema.get("propertyNames") {
                let check = self.below(&[name])?;
                if uses_engine(&self.program, check) {
                    return Err(self.not_understood(schema, "propertyNames"));
                }
                names.push(check);
            }
        }
        names.retain(|check| *check != ANYTHING);
        Ok((self.below(&others)?, patterned.into(), names.into()))
    }

    /// The check of each named member, by all that speaks of it.
    fn members(&mut self, schemas: &[Schema<'d>], names: &[&'d str], name_checks: &[u32]) -> Compiled<Vec<u32>> {
        let mut out = Vec::with_capacity(names.len());
        for name in names {
            let mut said: Vec<&'d Value> = Vec::new();
            for schema in schemas {
                let mut is_named = false;
                if let Some(value) = object_of(schema, "properties").and_then(|properties| properties.get(*name)) {
                    said.push(value);
                    is_named = true;
                }
                for (pattern, value) in object_of(schema, "patternProperties").into_iter().flatten() {
                    let matcher = self.matcher(schema, "pattern", pattern)?;
                    if self.program.matchers[matcher as usize].fits(name) {
                        said.push(value);
                        is_named = true;
                    }
                }
                if !is_named {
                    said.extend(schema.get("additionalProperties"));
                }
            }
            let check = self.below(&said)?;
            let may_be = name_checks.iter().all(|check| self.program.name_fits(*check, name));
            out.push(if may_be { check } else { NOTHING });
        }
        Ok(out)
    }

    fn count_conditions(&mut self, conditions: &[Formula], found: &Found<'d>) {
        let plan = &mut self.program.plan;
        for condition in conditions {
            let mut by_presence = true;
            condition.tests(&mut |test| by_presence &= matches!(found.atoms[test as usize], Atom::Present(_)));
            let is_constant = matches!(condition, Formula::Constant(_));
            plan.constant_conditions += usize::from(is_constant);
            plan.presence_conditions += usize::from(by_presence && !is_constant);
            plan.value_conditions += usize::from(!by_presence);
        }
    }
}

/// What must be there in any case, by number, and the conditions that are left.
fn required(found: &Found<'_>, all: Formula) -> (Box<[u64]>, Vec<Formula>) {
    let mut required = vec![0_u64; found.names.len().div_ceil(64)];
    let mut left = Vec::new();
    let parts = match all {
        Formula::Constant(true) => Vec::new(),
        Formula::All(parts) => parts.into_vec(),
        one => vec![one],
    };
    for part in parts {
        match part {
            Formula::Test(test) if test.holds => match found.atoms[test.number as usize] {
                Atom::Present(member) => required[member as usize / 64] |= 1 << (member % 64),
                Atom::Fits { .. } | Atom::Itself(_) => left.push(part),
            },
            part => left.push(part),
        }
    }
    (required.into(), left)
}

/// Whether a check only asks for one member of its items, and that only for its presence or a set of values.
fn simple(program: &Program, check: u32) -> Option<Simple<'_>> {
    let list = &program.checks[check as usize];
    let only = |check: &Check, object: bool| {
        check.engines.is_empty()
            && check.constants == super::check::CONSTANTS
            && [check.text, check.number].into_iter().all(|part| part == PASS)
            && (if object { check.array } else { check.object }) == PASS
    };
    let array = program.arrays.get(list.array as usize).filter(|_| only(list, false))?;
    let counts = (array.at_least, array.at_most) == (NO_LEAST, NO_MOST);
    let (all, item) = match array.more.as_deref() {
        None => (true, array.items),
        Some(more) => match &*more.contains {
            [one] if array.items == ANYTHING && (one.at_least, one.at_most) == (1, NO_MOST) && says_only_that(more) => {
                (false, one.check)
            }
            [..] => return None,
        },
    };
    if !counts {
        return None;
    }
    let item = program.checks.get(item as usize).filter(|item| only(item, true))?;
    let object = program.objects.get(item.object as usize)?;
    let (name, _) = object.names.texts().next().filter(|_| object.names.len() == 1)?;
    let plain = object.others == ANYTHING
        && object.patterned.is_empty()
        && object.other_names.is_empty()
        && object.among.is_empty()
        && object.logic.is_none()
        && (object.at_least, object.at_most) == (NO_LEAST, NO_MOST);
    let value = program.checks.get(object.members.first()?.check as usize).filter(|_| plain)?;
    let settled = [value.object, value.array, value.number].into_iter().all(|part| part == PASS || part == FAIL);
    if !settled || !value.engines.is_empty() {
        return None;
    }
    let named = match value.text {
        PASS | FAIL => None,
        text => {
            let text = program.texts.get(text as usize)?;
            let bare = super::check::TextCheck { values: None, ..text.clone() };
            if bare != nothing_of_texts() {
                return None;
            }
            text.values.as_ref()
        }
    };
    let required = object.required.first().is_some_and(|word| *word != 0);
    Some(Simple { all, name: name.to_owned(), required, value: SimpleValue { check: value, named } })
}

/// Whether `contains` is all there is.
fn says_only_that(more: &super::check::More) -> bool {
    super::check::More { contains: Box::default(), ..more.clone() } == super::check::More::default()
}

fn nothing_of_texts() -> super::check::TextCheck {
    super::check::TextCheck {
        at_least: 0,
        at_most: u64::MAX,
        bytes_at_least: 0,
        bytes_at_most: u64::MAX,
        values: None,
        matchers: Box::default(),
        formula: None,
    }
}

/// Whether the engine has a part in checking a text, or what is checked is not known yet: a schema that is being compiled
/// refers to itself for the names of its members.
fn uses_engine(program: &Program, check: u32) -> bool {
    let check = &program.checks[check as usize];
    let formula = program.texts.get(check.text as usize).and_then(|text| text.formula.as_ref());
    let mut uses = !check.engines.is_empty() || check.text == OPEN;
    if let Some(formula) = formula {
        formula.tests(&mut |test| uses |= uses_engine(program, test));
    }
    uses
}
