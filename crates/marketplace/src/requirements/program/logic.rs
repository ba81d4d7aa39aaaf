//! The conditions of an object: what they test, laid out so that a listing pays only for what it touches.
//!
//! A test asks whether a member is there, or whether its value fits a check. All outcomes are bits of one row: first the
//! presence of each named member, then the projections, then the other tests, which are worked out when somebody asks.
//! A *projection* is a path like `parentage_level[].value`: its value is looked up once, and the table says for each value
//! how every test on that path comes out. Conditions become clauses, of which at least one test must come out as it says.
//! A clause that an absent member satisfies is only looked at where that member is present.

use super::check::Check;
use super::check::PASS;
use super::formula::Clause;
use super::formula::Formula;
use super::formula::Test;
use super::table::Table;

/// The conditions of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Logic {
    /// The row of an object without any member.
    pub(super) empty: Box<[u64]>,
    pub(super) projections: Box<[Projection]>,
    /// The number of the first test that is worked out on demand; a multiple of 64.
    pub(super) first_asked: u32,
    pub(super) asked: Box<[Asked]>,
    /// The word where the bits begin that say which of those were worked out.
    pub(super) known: usize,
    /// How many nodes are remembered.
    pub(super) tracked: usize,
    /// The tests of all clauses, one after the other, and where each clause ends.
    pub(super) tests: Box<[Test]>,
    pub(super) ends: Box<[u32]>,
    /// Clauses up to here are always looked at; after them those of each watched member.
    pub(super) always: u32,
    /// The members whose presence some clauses need: number, first clause, end.
    pub(super) watched: Box<[(u32, u32, u32)]>,
    /// Conditions that are no clauses.
    pub(super) formulas: Box<[Guarded]>,
}

/// A formula, and the members without which it holds anyway; without any it is always worked out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Guarded {
    pub(super) formula: Formula,
    pub(super) members: Box<[u32]>,
}

/// A test that is worked out on demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    /// The remembered node, with the member's number, or the object itself.
    pub(super) member: Option<(u32, u32)>,
    pub(super) check: u32,
    /// How it comes out where the member is absent.
    pub(super) absent: bool,
}

/// Tests of one member of the items of one member.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Projection {
    /// The member, where its node is remembered, and its number.
    pub(super) tracked: u32,
    pub(super) member: u32,
    /// The member of the items: a table of one name.
    pub(super) key: Table,
    /// Where its words are in the row.
    pub(super) word: usize,
    /// The bits of tests on any item, by word; the others are of tests on all items.
    pub(super) any: Box<[u64]>,
    /// The values that tests name.
    pub(super) values: Table,
    /// A row of outcomes for each kind of item, then for each value.
    pub(super) rows: Box<[u64]>,
}

/// Rows of a projection for what is no named text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    NoObject,
    Absent,
    False,
    True,
    Null,
    Number,
    Array,
    Object,
    OtherText,
    /// The first of the named texts.
    Named,
}

/// What a condition tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Atom {
    /// The member is there.
    Present(u32),
    /// The member is there, or not if `absent`, and fits the check.
    Fits { member: u32, check: u32, absent: bool },
    /// The object itself fits the check.
    Itself(u32),
}

/// A check of items that asks for one of their members only.
pub(super) struct Simple<'c> {
    /// Whether all items are asked, or any.
    pub(super) all: bool,
    pub(super) name: String,
    pub(super) required: bool,
    pub(super) value: SimpleValue<'c>,
}

/// What such a check asks of the value.
pub(super) struct SimpleValue<'c> {
    pub(super) check: &'c Check,
    pub(super) named: Option<&'c Table>,
}

impl SimpleValue<'_> {
    fn row(&self, row: Row) -> bool {
        let constant = |bit: u8| self.check.constants & bit != 0;
        match row {
            Row::False => constant(super::check::FALSE),
            Row::True => constant(super::check::TRUE),
            Row::Null => constant(super::check::NULL),
            Row::Number => self.check.number == PASS,
            Row::Array => self.check.array == PASS,
            Row::Object => self.check.object == PASS,
            Row::OtherText => self.check.text == PASS,
            Row::NoObject | Row::Absent | Row::Named => true,
        }
    }
}

/// Lays out the conditions of an object with so many named members.
///
/// `simple` says for a check whether it can be part of a projection. Gives the logic and, by member, where its node is
/// remembered.
pub(super) fn lay_out<'c>(
    members: usize,
    atoms: &[Atom],
    conditions: Vec<Formula>,
    simple: impl Fn(u32) -> Option<Simple<'c>>,
) -> (Logic, Vec<Option<u32>>) {
    let mut layout = Layout { tracked: vec![None; members], n_tracked: 0, number: vec![0; atoms.len()] };
    let mut groups: Vec<Group<'c>> = Vec::new();
    let mut asked = Vec::new();
    for (at, atom) in atoms.iter().enumerate() {
        match *atom {
            Atom::Present(member) => layout.number[at] = member,
            Atom::Itself(check) => asked.push((at, Asked { member: None, check, absent: false })),
            Atom::Fits { member, check, absent } => {
                let tracked = layout.track(member);
                match simple(check) {
                    Some(simple) => group(&mut groups, member, tracked, Grouped { at, absent, simple }),
                    None => asked.push((at, Asked { member: Some((tracked, member)), check, absent })),
                }
            }
        }
    }
    let mut empty = vec![0; members.div_ceil(64)];
    let projections: Vec<Projection> =
        groups.into_iter().map(|group| group.project(&mut empty, &mut layout.number)).collect();
    let word = empty.len();
    let first_asked = word * 64;
    for (at, (atom, _)) in asked.iter().enumerate() {
        layout.number[*atom] = super::table::number(first_asked + at);
    }
    let asked_words = asked.len().div_ceil(64);
    empty.resize(word + 2 * asked_words, 0);
    let mut logic = Logic {
        empty: empty.into(),
        projections: projections.into(),
        first_asked: super::table::number(first_asked),
        asked: asked.into_iter().map(|(_, asked)| asked).collect(),
        known: word + asked_words,
        tracked: layout.n_tracked as usize,
        tests: Box::default(),
        ends: Box::default(),
        always: 0,
        watched: Box::default(),
        formulas: Box::default(),
    };
    Arranged::of(atoms, conditions).into_logic(&layout.number, &mut logic);
    (logic, layout.tracked)
}

struct Layout {
    tracked: Vec<Option<u32>>,
    n_tracked: u32,
    /// The bit of each atom.
    number: Vec<u32>,
}

impl Layout {
    fn track(&mut self, member: u32) -> u32 {
        let slot = &mut self.tracked[member as usize];
        *slot.get_or_insert_with(|| {
            self.n_tracked += 1;
            self.n_tracked - 1
        })
    }
}

/// Tests on one path.
struct Group<'c> {
    member: u32,
    tracked: u32,
    name: String,
    tests: Vec<Grouped<'c>>,
}

struct Grouped<'c> {
    /// Which atom.
    at: usize,
    absent: bool,
    simple: Simple<'c>,
}

fn group<'c>(groups: &mut Vec<Group<'c>>, member: u32, tracked: u32, test: Grouped<'c>) {
    match groups.iter_mut().find(|group| group.member == member && group.name == test.simple.name) {
        Some(group) => group.tests.push(test),
        None => groups.push(Group { member, tracked, name: test.simple.name.clone(), tests: vec![test] }),
    }
}

impl Group<'_> {
    fn project(self, empty: &mut Vec<u64>, number: &mut [u32]) -> Projection {
        let (word, width) = (empty.len(), self.tests.len().div_ceil(64));
        empty.resize(word + width, 0);
        let mut texts: Vec<&str> = Vec::new();
        for test in &self.tests {
            texts.extend(test.simple.value.named.iter().flat_map(|table| table.texts()).map(|(text, _)| text));
        }
        texts.sort_unstable();
        texts.dedup();
        let values = Table::of_values(texts.iter().copied());
        let mut rows = vec![0_u64; width * (Row::Named as usize + texts.len())];
        let mut any = vec![0_u64; width];
        for (bit, test) in self.tests.iter().enumerate() {
            number[test.at] = super::table::number(word * 64 + bit);
            let (at, mask) = (bit / 64, 1_u64 << (bit % 64));
            if test.absent {
                empty[word + at] |= mask;
            }
            if !test.simple.all {
                any[at] |= mask;
            }
            let kinds = [
                (Row::NoObject, true),
                (Row::Absent, !test.simple.required),
                (Row::False, test.simple.value.row(Row::False)),
                (Row::True, test.simple.value.row(Row::True)),
                (Row::Null, test.simple.value.row(Row::Null)),
                (Row::Number, test.simple.value.row(Row::Number)),
                (Row::Array, test.simple.value.row(Row::Array)),
                (Row::Object, test.simple.value.row(Row::Object)),
                (Row::OtherText, test.simple.value.row(Row::OtherText)),
            ];
            for (row, holds) in kinds {
                if holds {
                    rows[row as usize * width + at] |= mask;
                }
            }
            let mut name = |row: u32| rows[(Row::Named as usize + row as usize) * width + at] |= mask;
            match test.simple.value.named {
                Some(named) => named.texts().filter_map(|(text, _)| values.number_of(text)).for_each(name),
                None if test.simple.value.row(Row::OtherText) => values.texts().for_each(|(_, row)| name(row)),
                None => {}
            }
        }
        Projection {
            tracked: self.tracked,
            member: self.member,
            key: Table::of_names([self.name.as_str()].into_iter()),
            word,
            any: any.into(),
            values,
            rows: rows.into(),
        }
    }
}

/// Conditions as clauses, each under the member it waits for.
struct Arranged<'a> {
    atoms: &'a [Atom],
    always: Vec<Clause>,
    waiting: Vec<(u32, Clause)>,
    formulas: Vec<Guarded>,
}

impl<'a> Arranged<'a> {
    fn of(atoms: &'a [Atom], conditions: Vec<Formula>) -> Self {
        let mut out = Self { atoms, always: Vec::new(), waiting: Vec::new(), formulas: Vec::new() };
        for condition in conditions {
            match condition.clauses() {
                Some(clauses) => clauses.into_iter().for_each(|clause| out.clause(clause)),
                None => out.formula(condition),
            }
        }
        out.always.sort();
        out.always.dedup();
        out.waiting.sort();
        out.waiting.dedup();
        out
    }

    fn clause(&mut self, mut clause: Clause) {
        let settled_by_absence = clause.iter().filter(|test| self.absent(test.number) == Some(test.holds));
        // A value that is tested is rarer than one that is only there.
        let waits_for =
            settled_by_absence.max_by_key(|test| self.weight(**test)).and_then(|test| self.member(test.number));
        // The test most likely to come out as it should goes first.
        clause.sort_by_key(|test| (std::cmp::Reverse(self.weight(*test)), *test));
        match waits_for {
            Some(member) => {
                let is_met = |test: &Test| self.atoms[test.number as usize] == Atom::Present(member) && test.holds;
                if !clause.iter().any(is_met) {
                    clause.retain(|test| self.atoms[test.number as usize] != Atom::Present(member));
                    self.waiting.push((member, clause));
                }
            }
            None => self.always.push(clause),
        }
    }

    fn formula(&mut self, formula: Formula) {
        let mut members = Vec::new();
        let mut certain = true;
        formula.tests(&mut |number| {
            members.extend(self.member(number));
            certain &= self.absent(number).is_some();
        });
        members.sort_unstable();
        members.dedup();
        let holds = certain && formula.holds(&mut |number| self.absent(number).unwrap_or_default());
        let members = if holds { members.into() } else { Box::default() };
        self.formulas.push(Guarded { formula, members });
    }

    /// How a test comes out where its member is absent.
    fn absent(&self, number: u32) -> Option<bool> {
        match self.atoms[number as usize] {
            Atom::Present(_) => Some(false),
            Atom::Fits { absent, .. } => Some(absent),
            Atom::Itself(_) => None,
        }
    }

    fn member(&self, number: u32) -> Option<u32> {
        match self.atoms[number as usize] {
            Atom::Present(member) | Atom::Fits { member, .. } => Some(member),
            Atom::Itself(_) => None,
        }
    }

    fn weight(&self, test: Test) -> u8 {
        match (self.atoms[test.number as usize], test.holds) {
            (Atom::Fits { absent: false, .. }, false) => 3,
            (Atom::Present(_), _) => 2,
            (Atom::Fits { .. }, _) => 1,
            (Atom::Itself(_), _) => 0,
        }
    }

    fn into_logic(self, number: &[u32], logic: &mut Logic) {
        let renumber = |test: &Test| Test { number: number[test.number as usize], ..*test };
        let (mut tests, mut ends) = (Vec::new(), Vec::new());
        let mut add = |clause: &Clause| {
            tests.extend(clause.iter().map(renumber));
            ends.push(super::table::number(tests.len()));
            super::table::number(ends.len())
        };
        for clause in &self.always {
            logic.always = add(clause);
        }
        let mut watched: Vec<(u32, u32, u32)> = Vec::new();
        for (member, clause) in &self.waiting {
            let end = add(clause);
            match watched.last_mut() {
                Some((last, _, last_end)) if last == member => *last_end = end,
                Some(_) | None => watched.push((*member, end - 1, end)),
            }
        }
        logic.tests = tests.into();
        logic.ends = ends.into();
        logic.watched = watched.into();
        let formulas = self
            .formulas
            .into_iter()
            .map(|guarded| Guarded { formula: guarded.formula.renumbered(&|at| number[at as usize]), ..guarded });
        logic.formulas = formulas.collect();
    }
}
