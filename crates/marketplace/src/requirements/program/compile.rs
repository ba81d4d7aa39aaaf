//! Turns a document into a program. What holds at one place is compiled together: `allOf` and `$ref` are opened, and a set
//! of schemas becomes one check. The same set is compiled once, and checks that came out the same are one check.

use super::super::document::Dialect;
use super::super::document::Draft;
use super::super::document::Vocabulary;
use super::super::validator;
use super::Fallback;
use super::Program;
use super::check::ANYTHING;
use super::check::CONSTANTS;
use super::check::Check;
use super::check::FAIL;
use super::check::FALSE;
use super::check::NOTHING;
use super::check::NULL;
use super::check::OPEN;
use super::check::PASS;
use super::check::TRUE;
use super::formula::Formula;
use super::matcher::Matcher;
use super::table::number;
use crate::json;
use crate::listing::Listing;
use serde_json::Map;
use serde_json::Value;
use std::collections::HashMap;
use std::collections::HashSet;
use std::hash::DefaultHasher;
use std::hash::Hash;
use std::hash::Hasher as _;

/// A schema that is an object.
pub(super) type Schema<'d> = &'d Map<String, Value>;

/// Why there is no program: the engine checks the whole document.
#[derive(Debug)]
pub(super) struct NotUnderstood(pub(super) Fallback);

pub(super) type Compiled<T> = Result<T, NotUnderstood>;

/// A kind of value that has a part of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    Text,
    Number,
}

/// More checks than any document needs: merging what refers to itself can go on for long.
const MOST_CHECKS: usize = 200_000;

/// A document being compiled.
pub(super) struct Compiler<'d> {
    pub(super) document: &'d Value,
    pub(super) dialect: Dialect,
    pub(super) program: Program,
    /// What became of each set of schemas, by their addresses.
    memo: HashMap<Box<[usize]>, Fate>,
    /// The sets that are being compiled for the same place.
    chain: Vec<Box<[usize]>>,
    /// The checks of which not even the constants are known yet.
    unsettled: HashSet<u32>,
    known: Known,
    matchers: HashMap<(&'static str, &'d str), u32>,
}

/// What was made already, to be used again.
#[derive(Default)]
pub(super) struct Known {
    pub(super) checks: ByHash,
    pub(super) objects: ByHash,
    pub(super) arrays: ByHash,
    pub(super) texts: ByHash,
    pub(super) numbers: ByHash,
    pub(super) values: HashMap<String, u32>,
}

/// The numbers of parts by their hash: what is large is neither copied nor hashed twice.
pub(super) type ByHash = HashMap<u64, Vec<u32>>;

enum Fate {
    Done(u32),
    /// Not done; with the number it will have, if something within refers to it, and the constants that fit, once they are
    /// known.
    Open(Option<u32>, Option<u8>),
}

impl<'d> Compiler<'d> {
    pub(super) fn new(document: &'d Value, dialect: Dialect) -> Self {
        let mut compiler = Self {
            document,
            dialect,
            program: Program::default(),
            memo: HashMap::new(),
            chain: Vec::new(),
            unsettled: HashSet::new(),
            known: Known::default(),
            matchers: HashMap::new(),
        };
        for (number, part) in [(ANYTHING, PASS), (NOTHING, FAIL)] {
            let kept = keep(Check::all(part), &mut compiler.program.checks, &mut compiler.known.checks);
            debug_assert_eq!(kept, number, "the first two have fixed numbers");
        }
        compiler
    }

    /// The check of values below the present place.
    pub(super) fn below(&mut self, schemas: &[&'d Value]) -> Compiled<u32> {
        let chain = std::mem::take(&mut self.chain);
        let check = self.at(schemas);
        self.chain = chain;
        check
    }

    /// The check of the present place by some schemas.
    pub(super) fn at(&mut self, schemas: &[&'d Value]) -> Compiled<u32> {
        let mut flat = Vec::new();
        for schema in schemas {
            if !self.open(schema, &mut Vec::new(), &mut flat)? {
                return Ok(NOTHING);
            }
        }
        if flat.is_empty() {
            return Ok(ANYTHING);
        }
        let mut key: Box<[usize]> = flat.iter().map(|schema| address(schema)).collect();
        key.sort_unstable();
        self.program.plan.asked += 1;
        match self.memo.get(&key) {
            Some(Fate::Open(..)) if self.chain.contains(&key) => {
                return Err(self.not_understood(flat[0], "$ref"));
            }
            Some(Fate::Done(check) | Fate::Open(Some(check), _)) => return Ok(*check),
            Some(Fate::Open(None, constants)) => {
                let check = number(self.program.checks.len());
                if constants.is_none() {
                    self.unsettled.insert(check);
                }
                let constants = *constants;
                self.program.checks.push(Check { constants: constants.unwrap_or_default(), ..Check::all(OPEN) });
                self.memo.insert(key, Fate::Open(Some(check), constants));
                return Ok(check);
            }
            None => {}
        }
        if self.program.checks.len() > MOST_CHECKS {
            return Err(self.not_understood(flat[0], "$ref"));
        }
        self.memo.insert(key.clone(), Fate::Open(None, None));
        self.chain.push(key.clone());
        let made = self.make(&flat, &key);
        self.chain.pop();
        let made = made?;
        let check = match self.memo.get(&key) {
            Some(Fate::Open(Some(check), _)) => {
                self.program.checks[*check as usize] = made;
                *check
            }
            Some(_) | None => keep(made, &mut self.program.checks, &mut self.known.checks),
        };
        self.memo.insert(key, Fate::Done(check));
        Ok(check)
    }

    /// Opens `$ref` and `allOf`; whether anything can fit at all.
    fn open(&self, schema: &'d Value, way: &mut Vec<usize>, flat: &mut Vec<Schema<'d>>) -> Compiled<bool> {
        let members = match schema {
            Value::Object(members) => members,
            other => return Ok(*other != Value::Bool(false)),
        };
        let at = address(members);
        if way.contains(&at) {
            return Err(self.not_understood(members, "$ref"));
        }
        if flat.iter().any(|known| address(known) == at) {
            return Ok(true);
        }
        way.push(at);
        let mut possible = true;
        if let Some(target) = self.target(members) {
            possible &= self.open(target, way, flat)?;
        }
        if !self.is_reference_only(members) {
            if members.keys().any(|name| name != "$ref" && name != "allOf") {
                flat.push(members);
            }
            if self.by_engine(members).is_none() {
                for part in array(members, "allOf") {
                    possible &= self.open(part, way, flat)?;
                }
            }
        }
        way.pop();
        Ok(possible)
    }

    /// Draft 7 reads nothing beside a `$ref`.
    pub(super) fn is_reference_only(&self, schema: Schema<'d>) -> bool {
        self.dialect.draft == Draft::Draft7 && schema.contains_key("$ref")
    }

    pub(super) fn target(&self, schema: Schema<'d>) -> Option<&'d Value> {
        super::wellformed::target(self.document, schema.get("$ref")?.as_str()?)
    }

    /// The keyword for which the engine checks this schema.
    pub(super) fn by_engine(&self, schema: Schema<'d>) -> Option<&'static str> {
        let newer: &[&str] = &["unevaluatedItems", "unevaluatedProperties"];
        let older: &[&str] = &["contentEncoding", "contentMediaType"];
        let beyond = match self.dialect.draft {
            Draft::Draft7 => older,
            Draft::Draft2019 => newer,
        };
        beyond.iter().find(|name| schema.contains_key(**name)).copied()
    }

    fn make(&mut self, flat: &[Schema<'d>], key: &[usize]) -> Compiled<Check> {
        let mut engines = Vec::new();
        let mut schemas = Vec::with_capacity(flat.len());
        for schema in flat {
            match self.by_engine(schema) {
                Some(keyword) => engines.push(self.engine(schema, keyword)?),
                None => schemas.push(*schema),
            }
        }
        let mut constants = self.constants(&schemas)?;
        for engine in &engines {
            constants &= self.constants_of_engine(*engine);
        }
        // Whatever is within and refers to this knows them from here on.
        if let Some(Fate::Open(check, known)) = self.memo.get_mut(key) {
            *known = Some(constants);
            if let Some(check) = check {
                self.program.checks[*check as usize].constants = constants;
                self.unsettled.remove(check);
            }
        }
        let mut part = |kind, make: fn(&mut Self, &[Schema<'d>]) -> Compiled<u32>| {
            if schemas.iter().all(|schema| allows(schema, kind)) { make(self, &schemas) } else { Ok(FAIL) }
        };
        Ok(Check {
            object: part(Kind::Object, Self::object)?,
            array: part(Kind::Array, Self::array)?,
            text: part(Kind::Text, Self::text)?,
            number: part(Kind::Number, Self::number)?,
            constants,
            engines: engines.into(),
        })
    }

    /// Which of `false`, `true` and `null` fit: that is known now.
    fn constants(&mut self, schemas: &[Schema<'d>]) -> Compiled<u8> {
        let mut fit = CONSTANTS;
        for schema in schemas {
            for (constant, value, kind) in [
                (FALSE, Value::Bool(false), "boolean"),
                (TRUE, Value::Bool(true), "boolean"),
                (NULL, Value::Null, "null"),
            ] {
                let is_kind = types(schema).is_none_or(|mut types| types.any(|name| name == kind));
                let is_value = array_of(schema, "enum").is_none_or(|values| values.contains(&value))
                    && schema.get("const").is_none_or(|only| *only == value);
                if !(is_kind && is_value) {
                    fit &= !constant;
                }
            }
        }
        for schema in schemas {
            if fit == 0 {
                return Ok(0);
            }
            if let Some(not) = schema.get("not") {
                fit &= !self.constants_at(not)?;
            }
            if let Some(alternatives) = array_of(schema, "anyOf") {
                let mut any = 0;
                for alternative in alternatives {
                    any |= self.constants_at(alternative)?;
                }
                fit &= any;
            }
            if let Some(alternatives) = array_of(schema, "oneOf") {
                let (mut once, mut more) = (0, 0);
                for alternative in alternatives {
                    let one = self.constants_at(alternative)?;
                    more |= once & one;
                    once |= one;
                }
                fit &= once & !more;
            }
            if let Some((condition, then, otherwise)) = conditional(schema) {
                let condition = self.constants_at(condition)?;
                let then = then.map_or(Ok(CONSTANTS), |then| self.constants_at(then))?;
                let otherwise = otherwise.map_or(Ok(CONSTANTS), |otherwise| self.constants_at(otherwise))?;
                fit &= condition & then | !condition & otherwise;
            }
        }
        Ok(fit)
    }

    fn constants_at(&mut self, schema: &'d Value) -> Compiled<u8> {
        let check = self.at(&[schema])?;
        match schema {
            Value::Object(schema) if self.unsettled.contains(&check) => Err(self.not_understood(schema, "$ref")),
            _ => Ok(self.program.checks[check as usize].constants),
        }
    }

    fn constants_of_engine(&self, engine: u32) -> u8 {
        let engine = &self.program.engines[engine as usize];
        let fits = |(constant, text): (u8, &str)| {
            let mut listing = Listing::new();
            let read = json::read_value(text.as_bytes(), &mut listing);
            let holds = read.is_ok_and(|(node, _)| engine.is_valid(listing.node(node)));
            if holds { constant } else { 0 }
        };
        [(FALSE, "false"), (TRUE, "true"), (NULL, "null")].into_iter().map(fits).fold(0, |all, one| all | one)
    }

    /// What `anyOf`, `oneOf`, `not` and `if` say of a kind of value, each alternative being a test of its own.
    pub(super) fn alternatives(&mut self, schemas: &[Schema<'d>], kind: Kind) -> Compiled<Formula> {
        let mut all = Vec::new();
        for schema in schemas {
            self.applied(schema, &mut |compiler, part| compiler.as_test(part, kind), &mut all)?;
        }
        Ok(Formula::all(all))
    }

    /// Adds what `anyOf`, `oneOf`, `not` and `if` of one schema say, given what their parts say.
    pub(super) fn applied(
        &mut self,
        schema: Schema<'d>,
        formula: &mut impl FnMut(&mut Self, &'d Value) -> Compiled<Formula>,
        out: &mut Vec<Formula>,
    ) -> Compiled<()> {
        for (name, join) in [("anyOf", Formula::any as fn(Vec<Formula>) -> Formula), ("oneOf", Formula::one)] {
            if let Some(parts) = array_of(schema, name) {
                let parts: Compiled<Vec<_>> = parts.iter().map(|part| formula(self, part)).collect();
                out.push(join(parts?));
            }
        }
        if let Some(not) = schema.get("not") {
            out.push(formula(self, not)?.not());
        }
        if let Some((condition, then, otherwise)) = conditional(schema) {
            let condition = formula(self, condition)?;
            if let Some(then) = then {
                let then = formula(self, then)?;
                out.push(Formula::implies(condition.clone(), then));
            }
            if let Some(otherwise) = otherwise {
                let otherwise = formula(self, otherwise)?;
                out.push(Formula::implies(condition.not(), otherwise));
            }
        }
        Ok(())
    }

    /// A schema as a test of the present value; the test's number is the check's.
    pub(super) fn as_test(&mut self, schema: &'d Value, kind: Kind) -> Compiled<Formula> {
        let number = self.at(&[schema])?;
        let check = &self.program.checks[number as usize];
        let part = match kind {
            Kind::Object => check.object,
            Kind::Array => check.array,
            Kind::Text => check.text,
            Kind::Number => check.number,
        };
        Ok(match part {
            FAIL => Formula::Constant(false),
            PASS if check.engines.is_empty() => Formula::Constant(true),
            _ => Formula::test(number),
        })
    }

    /// A `pattern` or `format`, compiled once.
    pub(super) fn matcher(&mut self, schema: Schema<'d>, keyword: &'static str, says: &'d str) -> Compiled<u32> {
        if let Some(known) = self.matchers.get(&(keyword, says)) {
            return Ok(*known);
        }
        let Some(matcher) = Matcher::new(keyword, says, self.dialect) else {
            return Err(self.not_understood(schema, keyword));
        };
        let at = number(self.program.matchers.len());
        self.program.matchers.push(matcher);
        self.matchers.insert((keyword, says), at);
        Ok(at)
    }

    /// The engine's own validator of one schema, references still leading into the document.
    fn engine(&mut self, schema: Schema<'d>, keyword: &'static str) -> Compiled<u32> {
        let fallback = self.not_understood(schema, keyword);
        let Ok(validator) = validator::build_part(self.document, &fallback.0.pointer, self.dialect) else {
            return Err(fallback);
        };
        self.program.engines.push(validator);
        self.program.plan.fallbacks.push(fallback.0);
        Ok(number(self.program.engines.len() - 1))
    }

    pub(super) fn not_understood(&self, schema: Schema<'d>, keyword: &str) -> NotUnderstood {
        let mut pointer = String::new();
        find(self.document, address(schema), &mut pointer);
        NotUnderstood(Fallback { pointer, keyword: keyword.to_owned() })
    }

    pub(super) fn keep_values(&mut self, values: Vec<Value>) -> u32 {
        let text = Value::Array(values.clone()).to_string();
        let program = &mut self.program;
        *self.known.values.entry(text).or_insert_with(|| {
            program.values.push(values.into());
            number(program.values.len() - 1)
        })
    }

    pub(super) fn known(&mut self) -> (&mut Program, &mut Known) {
        (&mut self.program, &mut self.known)
    }

    pub(super) fn has_marketplace_vocabulary(&self) -> bool {
        self.dialect.vocabulary == Vocabulary::Marketplace
    }
}

/// The number of a part, which is kept unless an equal one was kept before.
pub(super) fn keep<T: Eq + Hash>(part: T, parts: &mut Vec<T>, known: &mut ByHash) -> u32 {
    let mut hasher = DefaultHasher::new();
    part.hash(&mut hasher);
    let same_hash = known.entry(hasher.finish()).or_default();
    if let Some(at) = same_hash.iter().find(|at| parts[**at as usize] == part) {
        return *at;
    }
    let at = number(parts.len());
    parts.push(part);
    same_hash.push(at);
    at
}

/// Whether `type` allows a kind of value at all.
fn allows(schema: Schema<'_>, kind: Kind) -> bool {
    types(schema).is_none_or(|mut types| {
        types.any(|name| match kind {
            Kind::Object => name == "object",
            Kind::Array => name == "array",
            Kind::Text => name == "string",
            Kind::Number => name == "number" || name == "integer",
        })
    })
}

/// The types a schema names.
pub(super) fn types(schema: Schema<'_>) -> Option<impl Iterator<Item = &str>> {
    let named = match schema.get("type")? {
        Value::Array(names) => names.as_slice(),
        one => std::slice::from_ref(one),
    };
    Some(named.iter().filter_map(Value::as_str))
}

pub(super) fn array_of<'d>(schema: Schema<'d>, name: &str) -> Option<&'d Vec<Value>> {
    schema.get(name).and_then(Value::as_array)
}

pub(super) fn array<'d>(schema: Schema<'d>, name: &str) -> &'d [Value] {
    array_of(schema, name).map_or(&[], Vec::as_slice)
}

pub(super) fn object_of<'d>(schema: Schema<'d>, name: &str) -> Option<Schema<'d>> {
    schema.get(name).and_then(Value::as_object)
}

type Conditional<'d> = (&'d Value, Option<&'d Value>, Option<&'d Value>);

fn conditional(schema: Schema<'_>) -> Option<Conditional<'_>> {
    Some((schema.get("if")?, schema.get("then"), schema.get("else")))
}

/// The values of an `enum` or `const` of one kind, for each of these keywords.
pub(super) fn value_sets<'d>(schema: Schema<'d>, is_kind: fn(&Value) -> bool) -> Vec<Vec<&'d Value>> {
    let listed = array_of(schema, "enum").map(Vec::as_slice);
    let only = schema.get("const").map(std::slice::from_ref);
    let of_kind = |values: &'d [Value]| values.iter().filter(|value| is_kind(value)).collect();
    listed.into_iter().chain(only).map(of_kind).collect()
}

/// Where a schema is: an address is a name that lasts as long as the document.
fn address(schema: Schema<'_>) -> usize {
    std::ptr::from_ref(schema) as usize
}

fn find(value: &Value, wanted: usize, pointer: &mut String) -> bool {
    let length = pointer.len();
    let mut enter = |token: &str, value: &Value| {
        pointer.push('/');
        pointer.push_str(&crate::listing::escape(token));
        let found = find(value, wanted, pointer);
        if !found {
            pointer.truncate(length);
        }
        found
    };
    match value {
        Value::Object(members) if address(members) == wanted => true,
        Value::Object(members) => members.iter().any(|(name, member)| enter(name, member)),
        Value::Array(entries) => entries.iter().enumerate().any(|(at, entry)| enter(&at.to_string(), entry)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
