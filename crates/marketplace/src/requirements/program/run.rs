//! Runs a program over a part of a listing. Nothing here asks for memory: scratch is on the stack, unless a document has
//! more members or conditions under one object than any we know.

use super::super::engine::number;
use super::super::number::Number;
use super::Program;
use super::check::ANYTHING;
use super::check::ArrayCheck;
use super::check::FAIL;
use super::check::FALSE;
use super::check::Limit;
use super::check::More;
use super::check::NO_MOST;
use super::check::NULL;
use super::check::NumberCheck;
use super::check::ObjectCheck;
use super::check::PASS;
use super::check::TRUE;
use super::check::TextCheck;
use super::check::UNTRACKED;
use super::formula::Formula;
use super::logic::Asked;
use super::logic::Logic;
use super::logic::Projection;
use super::logic::Row;
use super::same;
use crate::listing::Kind;
use crate::listing::Leaf;
use crate::listing::Ref;
use crate::listing::Shape;
use jsonschema::json::Node as _;
use std::borrow::Cow;
use std::cmp::Ordering;

impl Program {
    /// Whether a part meets the check.
    #[inline]
    pub(super) fn check(&self, check: u32, node: Ref<'_>) -> bool {
        let check = &self.checks[check as usize];
        let (kind, len) = node.kind();
        let fits = match kind {
            Kind::Text => {
                is_met(check.text, |at| node.as_text().is_some_and(|text| self.text(&self.texts[at], text, Some(node))))
            }
            Kind::Array => is_met(check.array, |at| self.array(&self.arrays[at], node, len)),
            Kind::Object => is_met(check.object, |at| self.object(&self.objects[at], node, len)),
            Kind::Number => is_met(check.number, |at| self.number(&self.numbers[at], node)),
            // The engine was asked about these when the program was made.
            Kind::False => return check.constants & FALSE != 0,
            Kind::True => return check.constants & TRUE != 0,
            Kind::Null => return check.constants & NULL != 0,
        };
        fits && (check.engines.is_empty() || self.engines_agree(&check.engines, node))
    }

    #[cold]
    fn engines_agree(&self, engines: &[u32], node: Ref<'_>) -> bool {
        engines.iter().all(|engine| self.engines[*engine as usize].is_valid(node))
    }

    #[inline(never)]
    fn object(&self, check: &ObjectCheck, node: Ref<'_>, len: u32) -> bool {
        if len < check.at_least || len > check.at_most {
            return false;
        }
        if !check.among.is_empty() && !self.is_among(&check.among, node) {
            return false;
        }
        match &check.logic {
            None if check.required.len() <= 1 => {
                let mut present = 0;
                self.members(check, node, |number, _, _| present |= 1 << (number % 64))
                    && check.required.first().is_none_or(|required| required & !present == 0)
            }
            None => {
                let mut some = [0; 8];
                let mut many;
                let present = if check.required.len() <= some.len() {
                    &mut some[..]
                } else {
                    many = vec![0; check.required.len()];
                    &mut many[..]
                };
                self.members(check, node, |number, _, _| set(present, number)) && has_all(present, &check.required)
            }
            Some(logic) if logic.empty.len() <= 4 && logic.tracked <= 8 => {
                self.conditions(check, logic, node, &mut [0; 4], &mut [node; 8])
            }
            Some(logic) if logic.empty.len() <= 64 && logic.tracked <= 64 => {
                self.conditions(check, logic, node, &mut [0; 64], &mut [node; 64])
            }
            Some(logic) => {
                let (mut row, mut nodes) = (vec![0; logic.empty.len()], vec![node; logic.tracked]);
                self.conditions(check, logic, node, &mut row, &mut nodes)
            }
        }
    }

    /// Walks the members once: tells which named ones are there, and checks each.
    #[inline]
    fn members<'a>(&self, check: &ObjectCheck, node: Ref<'a>, mut seen: impl FnMut(u32, u32, Ref<'a>)) -> bool {
        for member in node.children_in_order() {
            let (hash, name) = member.hashed_name();
            match check.names.find(hash, name) {
                Some(number) => {
                    let known = check.members[number as usize];
                    seen(number, known.tracked, member);
                    if known.check != ANYTHING && !self.check(known.check, member) {
                        return false;
                    }
                }
                None => {
                    let fits = check.others == ANYTHING || self.check(check.others, member);
                    if !fits || !self.other(check, member) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// What patterns and names say of a member without a number.
    fn other(&self, check: &ObjectCheck, member: Ref<'_>) -> bool {
        check.other_names.iter().all(|names| self.name_fits(*names, member.name()))
            && check.patterned.iter().all(|patterned| {
                let mut additional = true;
                for (matcher, check) in &patterned.patterns {
                    if self.matchers[*matcher as usize].fits(member.name()) {
                        additional = false;
                        if !self.check(*check, member) {
                            return false;
                        }
                    }
                }
                !additional || self.check(patterned.others, member)
            })
    }

    fn conditions<'a>(
        &self,
        check: &ObjectCheck,
        logic: &Logic,
        node: Ref<'a>,
        row: &mut [u64],
        nodes: &mut [Ref<'a>],
    ) -> bool {
        row[..logic.empty.len()].copy_from_slice(&logic.empty);
        let walked = self.members(check, node, |number, tracked, member| {
            set(row, number);
            if tracked != UNTRACKED {
                nodes[tracked as usize] = member;
            }
        });
        if !walked || !has_all(row, &check.required) {
            return false;
        }
        for projection in &logic.projections {
            if is_set(row, projection.member) {
                project(projection, nodes[projection.tracked as usize], row);
            }
        }
        let mut frame = Frame { logic, node, row, nodes };
        for clause in 0..logic.always {
            if !self.clause(&mut frame, clause) {
                return false;
            }
        }
        for (member, first, end) in &logic.watched {
            if is_set(frame.row, *member) && !(*first..*end).all(|clause| self.clause(&mut frame, clause)) {
                return false;
            }
        }
        logic.formulas.iter().all(|guarded| {
            !guarded.members.is_empty() && !guarded.members.iter().any(|member| is_set(frame.row, *member))
                || guarded.formula.holds(&mut |test| self.outcome(&mut frame, test))
        })
    }

    #[inline]
    fn clause(&self, frame: &mut Frame<'_, '_>, clause: u32) -> bool {
        let logic = frame.logic;
        let start = clause.checked_sub(1).map_or(0, |before| logic.ends[before as usize]);
        let tests = &logic.tests[start as usize..logic.ends[clause as usize] as usize];
        tests.iter().any(|test| self.outcome(frame, test.number) == test.holds)
    }

    #[inline]
    fn outcome(&self, frame: &mut Frame<'_, '_>, test: u32) -> bool {
        if test < frame.logic.first_asked { is_set(frame.row, test) } else { self.asked(frame, test) }
    }

    /// A test that is worked out now, if it was not before.
    fn asked(&self, frame: &mut Frame<'_, '_>, test: u32) -> bool {
        let at = test - frame.logic.first_asked;
        let known = (frame.logic.known + at as usize / 64, 1_u64 << (at % 64));
        if frame.row[known.0] & known.1 == 0 {
            frame.row[known.0] |= known.1;
            let Asked { member, check, absent } = frame.logic.asked[at as usize];
            let outcome = match member {
                None => self.check(check, frame.node),
                Some((tracked, number)) if is_set(frame.row, number) => {
                    self.check(check, frame.nodes[tracked as usize])
                }
                Some(_) => absent,
            };
            if outcome {
                frame.row[test as usize / 64] |= 1 << (test % 64);
            }
            return outcome;
        }
        is_set(frame.row, test)
    }

    #[inline(never)]
    fn array(&self, check: &ArrayCheck, node: Ref<'_>, len: u32) -> bool {
        if len < check.at_least || len > check.at_most {
            return false;
        }
        match &check.more {
            Some(more) if len > check.alone || check.alone == 0 => self.more(check, more, node),
            Some(_) | None => check.items == ANYTHING || node.elements().all(|item| self.check(check.items, item)),
        }
    }

    fn more(&self, check: &ArrayCheck, more: &More, node: Ref<'_>) -> bool {
        let mut items = node.elements();
        let first_fit = more.first.iter().zip(&mut items).all(|(check, item)| self.check(*check, item));
        if !first_fit || check.items != ANYTHING && !items.all(|item| self.check(check.items, item)) {
            return false;
        }
        more.combinations.iter().all(|combinations| same::counts_hold(combinations, node))
            && (!more.unique || same::all_differ(node))
            && more.contains.iter().all(|contains| {
                let needed = if contains.at_most == NO_MOST { contains.at_least } else { NO_MOST };
                let mut fitting = 0_u32;
                for item in node.elements() {
                    if fitting >= needed {
                        break;
                    }
                    fitting += u32::from(self.check(contains.check, item));
                }
                (contains.at_least..=contains.at_most).contains(&fitting)
            })
            && (more.among.is_empty() || self.is_among(&more.among, node))
            && formula_holds(more.formula.as_ref(), |test| self.check(test, node))
    }

    fn text(&self, check: &TextCheck, text: &str, node: Option<Ref<'_>>) -> bool {
        let bytes = text.len() as u64;
        if bytes < check.at_least || bytes < check.bytes_at_least || bytes > check.bytes_at_most {
            return false;
        }
        // A character has one to four bytes; mostly that decides without counting.
        if bytes > check.at_most || bytes.div_ceil(4) < check.at_least {
            let characters = text.chars().count() as u64;
            if characters > check.at_most || characters < check.at_least {
                return false;
            }
        }
        check.values.as_ref().is_none_or(|values| values.number_of(text).is_some())
            && check.matchers.iter().all(|matcher| self.matchers[*matcher as usize].fits(text))
            && formula_holds(check.formula.as_ref(), |test| match node {
                Some(node) => self.check(test, node),
                None => self.name_fits(test, text),
            })
    }

    /// Whether the name of a member meets a check. The engine has no part in it.
    pub(super) fn name_fits(&self, check: u32, name: &str) -> bool {
        is_met(self.checks[check as usize].text, |at| self.text(&self.texts[at], name, None))
    }

    fn number(&self, check: &NumberCheck, node: Ref<'_>) -> bool {
        let Some(value) = number(node) else { return false };
        if check.whole && !value.is_whole() {
            return false;
        }
        check.bounds.iter().all(|(side, limit)| side.holds(limit.compared_to(&value)))
            && check.steps.iter().all(|step| step.divides(&value))
            && check.among.iter().all(|set| set.iter().any(|limit| limit.compared_to(&value).is_eq()))
            && formula_holds(check.formula.as_ref(), |test| self.check(test, node))
    }

    fn is_among(&self, sets: &[u32], node: Ref<'_>) -> bool {
        sets.iter().all(|set| self.values[*set as usize].iter().any(|value| node.equals_value(value)))
    }
}

impl Limit {
    /// A value's size beside it.
    fn compared_to(&self, value: &Number<'_>) -> Ordering {
        match self {
            Self::Decimal(limit) => value.compare(&Number::Decimal(*limit)),
            Self::Written(limit) => value.compare(&Number::Written(Cow::Borrowed(limit))),
        }
    }
}

/// What the conditions of one object are worked out from.
struct Frame<'f, 'a> {
    logic: &'f Logic,
    node: Ref<'a>,
    row: &'f mut [u64],
    nodes: &'f [Ref<'a>],
}

#[inline]
fn is_met(part: u32, decide: impl FnOnce(usize) -> bool) -> bool {
    match part {
        PASS => true,
        FAIL => false,
        part => decide(part as usize),
    }
}

fn formula_holds(formula: Option<&Formula>, mut outcome: impl FnMut(u32) -> bool) -> bool {
    formula.is_none_or(|formula| formula.holds(&mut outcome))
}

#[inline]
fn is_set(row: &[u64], bit: u32) -> bool {
    row[bit as usize / 64] >> (bit % 64) & 1 == 1
}

#[inline]
fn set(row: &mut [u64], bit: u32) {
    row[bit as usize / 64] |= 1 << (bit % 64);
}

#[inline]
fn has_all(present: &[u64], required: &[u64]) -> bool {
    required.iter().zip(present).all(|(required, present)| required & !present == 0)
}

/// Looks up the values of a projection and writes how its tests come out.
fn project(projection: &Projection, node: Ref<'_>, row: &mut [u64]) {
    let width = projection.any.len();
    let Some(out) = row.get_mut(projection.word..projection.word + width) else { return };
    if !node.is_array() {
        // What is no list holds no items to ask.
        out.fill(u64::MAX);
        return;
    }
    // Of no items none is any, and all are.
    out.iter_mut().zip(&projection.any).for_each(|(out, any)| *out = !any);
    for item in node.elements() {
        let at = row_of(projection, item) * width;
        let of_item = projection.rows.get(at..at + width).unwrap_or_default();
        for ((out, any), of_item) in out.iter_mut().zip(&projection.any).zip(of_item) {
            *out = *out & *of_item & !any | (*out | *of_item) & any;
        }
    }
}

fn row_of(projection: &Projection, item: Ref<'_>) -> usize {
    if !item.is_object() {
        return Row::NoObject as usize;
    }
    let value = item.children_in_order().find(|member| {
        let (hash, name) = member.hashed_name();
        projection.key.find(hash, name).is_some()
    });
    let row = match value.map(Ref::shape) {
        None => Row::Absent,
        Some(Shape::Leaf(Leaf::Text(text))) => match projection.values.number_of(text) {
            Some(number) => return Row::Named as usize + number as usize,
            None => Row::OtherText,
        },
        Some(Shape::Leaf(Leaf::Bool(false))) => Row::False,
        Some(Shape::Leaf(Leaf::Bool(true))) => Row::True,
        Some(Shape::Leaf(Leaf::Null)) => Row::Null,
        Some(Shape::Leaf(Leaf::Number(_) | Leaf::BigNumber(_))) => Row::Number,
        Some(Shape::Array) => Row::Array,
        Some(Shape::Object) => Row::Object,
    };
    row as usize
}
