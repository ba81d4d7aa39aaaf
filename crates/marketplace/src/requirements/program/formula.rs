//! Conditions as formulas: `not` is pushed down to what is tested, constants are gone, and what is simple becomes clauses.

/// A formula over numbered tests.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Formula {
    /// It holds, or it does not.
    Constant(bool),
    /// A test comes out so.
    Test(Test),
    /// All hold.
    All(Box<[Formula]>),
    /// At least one holds.
    Any(Box<[Formula]>),
    /// Exactly one holds; or, if `holds` is off, none or several do.
    One { parts: Box<[Formula]>, holds: bool },
}

/// A test, and how it must come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Test {
    pub(super) number: u32,
    pub(super) holds: bool,
}

/// Tests of which at least one must come out as it says.
pub(super) type Clause = Vec<Test>;

/// More clauses than this for one condition are slower than its formula.
const MOST_CLAUSES: usize = 128;
/// Alternatives of which exactly one may hold are compared in pairs up to this number.
const MOST_PAIRED: usize = 6;

impl Formula {
    pub(super) fn test(number: u32) -> Self {
        Self::Test(Test { number, holds: true })
    }

    pub(super) fn all(parts: Vec<Self>) -> Self {
        let mut out: Vec<Self> = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::Constant(true) => {}
                Self::Constant(false) => return part,
                Self::All(parts) => out.extend(parts),
                part => out.push(part),
            }
        }
        dedup(&mut out);
        match out.len() {
            0 => Self::Constant(true),
            1 => out.swap_remove(0),
            _ => Self::All(out.into()),
        }
    }

    pub(super) fn any(parts: Vec<Self>) -> Self {
        let mut out: Vec<Self> = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::Constant(false) => {}
                Self::Constant(true) => return part,
                Self::Any(parts) => out.extend(parts),
                part => out.push(part),
            }
        }
        dedup(&mut out);
        match out.len() {
            0 => Self::Constant(false),
            1 => out.swap_remove(0),
            _ => Self::Any(out.into()),
        }
    }

    pub(super) fn one(parts: Vec<Self>) -> Self {
        let certain = parts.iter().filter(|part| **part == Self::Constant(true)).count();
        let mut parts: Vec<Self> = parts.into_iter().filter(|part| !matches!(part, Self::Constant(_))).collect();
        match (certain, parts.len()) {
            (0, 0) => Self::Constant(false),
            (0, 1) => parts.swap_remove(0),
            (0, 2..=MOST_PAIRED) => {
                let mut all = vec![Self::any(parts.clone())];
                for (at, left) in parts.iter().enumerate() {
                    for right in parts.iter().skip(at + 1) {
                        all.push(Self::any(vec![left.clone().not(), right.clone().not()]));
                    }
                }
                Self::all(all)
            }
            (0, _) => Self::One { parts: parts.into(), holds: true },
            (1, _) => Self::all(parts.into_iter().map(Self::not).collect()),
            (_, _) => Self::Constant(false),
        }
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(!value),
            Self::Test(Test { number, holds }) => Self::Test(Test { number, holds: !holds }),
            Self::All(parts) => Self::any(parts.into_iter().map(Self::not).collect()),
            Self::Any(parts) => Self::all(parts.into_iter().map(Self::not).collect()),
            Self::One { parts, holds } => Self::One { parts, holds: !holds },
        }
    }

    /// If the first holds, the second must.
    pub(super) fn implies(condition: Self, consequence: Self) -> Self {
        Self::any(vec![condition.not(), consequence])
    }

    /// Whether it holds, given how tests come out.
    pub(super) fn holds(&self, outcome: &mut impl FnMut(u32) -> bool) -> bool {
        match self {
            Self::Constant(value) => *value,
            Self::Test(test) => outcome(test.number) == test.holds,
            Self::All(parts) => parts.iter().all(|part| part.holds(outcome)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(outcome)),
            Self::One { parts, holds } => {
                let mut fitting = parts.iter().filter(|part| part.holds(outcome));
                (fitting.next().is_some() && fitting.next().is_none()) == *holds
            }
        }
    }

    /// Calls `visit` with the number of every test in it.
    pub(super) fn tests(&self, visit: &mut impl FnMut(u32)) {
        match self {
            Self::Constant(_) => {}
            Self::Test(test) => visit(test.number),
            Self::All(parts) | Self::Any(parts) | Self::One { parts, .. } => {
                for part in parts {
                    part.tests(visit);
                }
            }
        }
    }

    /// The same formula with other numbers for its tests.
    pub(super) fn renumbered(&self, number: &impl Fn(u32) -> u32) -> Self {
        let all = |parts: &[Self]| parts.iter().map(|part| part.renumbered(number)).collect();
        match self {
            Self::Constant(value) => Self::Constant(*value),
            Self::Test(test) => Self::Test(Test { number: number(test.number), ..*test }),
            Self::All(parts) => Self::All(all(parts)),
            Self::Any(parts) => Self::Any(all(parts)),
            Self::One { parts, holds } => Self::One { parts: all(parts), holds: *holds },
        }
    }

    /// Clauses that hold together exactly if it does, unless there are too many.
    pub(super) fn clauses(&self) -> Option<Vec<Clause>> {
        match self {
            Self::Constant(true) => Some(Vec::new()),
            Self::Constant(false) => Some(vec![Vec::new()]),
            Self::Test(test) => Some(vec![vec![*test]]),
            Self::All(parts) => {
                let mut out = Vec::new();
                for part in parts {
                    out.extend(part.clauses()?);
                    if out.len() > MOST_CLAUSES {
                        return None;
                    }
                }
                Some(out)
            }
            Self::Any(parts) => {
                let mut out: Vec<Clause> = vec![Vec::new()];
                for part in parts {
                    let more = part.clauses()?;
                    if out.len().saturating_mul(more.len()) > MOST_CLAUSES {
                        return None;
                    }
                    out = out
                        .iter()
                        .flat_map(|clause| more.iter().map(|other| clause.iter().chain(other).copied().collect()))
                        .filter_map(tidy)
                        .collect();
                }
                Some(out)
            }
            Self::One { .. } => None,
        }
    }
}

/// A clause without repetition; none if it always holds.
fn tidy(mut clause: Clause) -> Option<Clause> {
    clause.sort_unstable();
    clause.dedup();
    let both = clause.windows(2).any(|pair| matches!(pair, [left, right] if left.number == right.number));
    (!both).then_some(clause)
}

fn dedup(parts: &mut Vec<Formula>) {
    // Conditions are short; a long list of alternatives is left as it is.
    if parts.len() <= 64 {
        let mut at = 0;
        while at < parts.len() {
            if parts.iter().take(at).any(|part| *part == parts[at]) {
                parts.remove(at);
            } else {
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(number: u32) -> Formula {
        Formula::test(number)
    }

    /// Formulas of every form, over four tests.
    fn samples() -> Vec<Formula> {
        let yes = || Formula::Constant(true);
        let no = || Formula::Constant(false);
        vec![
            t(0),
            t(0).not(),
            Formula::all(vec![t(0), yes(), t(1)]),
            Formula::any(vec![t(0), no(), t(1).not()]),
            Formula::any(vec![Formula::all(vec![t(0), t(1)]), Formula::all(vec![t(2), t(3).not()])]),
            Formula::all(vec![Formula::any(vec![t(0), t(1)]), Formula::any(vec![t(0).not(), t(3)])]).not(),
            Formula::one(vec![t(0), t(1), t(2)]),
            Formula::one(vec![t(0), yes(), t(2)]),
            Formula::one(vec![yes(), yes(), t(2)]),
            Formula::one(vec![t(0), t(1), t(2), t(3), t(0), t(1), t(2)]),
            Formula::one(vec![t(0), t(1), t(2), t(3), t(0), t(1), t(2)]).not(),
            Formula::implies(Formula::any(vec![t(0), t(1)]), Formula::all(vec![t(2), t(3)])),
            Formula::any(vec![t(0), t(0).not()]),
        ]
    }

    #[test]
    fn clauses_hold_exactly_where_the_formula_does() {
        for formula in samples() {
            let Some(clauses) = formula.clauses() else {
                assert!(matches!(formula, Formula::One { .. }));
                continue;
            };
            for world in 0..16_u32 {
                let mut outcome = |number: u32| world >> number & 1 == 1;
                let expected = formula.holds(&mut outcome);
                let holds = clauses.iter().all(|clause| clause.iter().any(|test| outcome(test.number) == test.holds));
                assert_eq!(holds, expected, "{formula:?} {world:04b}");
            }
        }
    }

    #[test]
    fn the_opposite_holds_where_the_formula_does_not() {
        for formula in samples() {
            for world in 0..16_u32 {
                let mut outcome = |number: u32| world >> number & 1 == 1;
                assert_ne!(formula.holds(&mut outcome), formula.clone().not().holds(&mut outcome), "{formula:?}");
            }
        }
    }

    #[test]
    fn exactly_one_is_counted_with_what_is_certain() {
        assert_eq!(Formula::one(vec![]), Formula::Constant(false));
        assert_eq!(Formula::one(vec![Formula::Constant(true)]), Formula::Constant(true));
        assert_eq!(Formula::one(vec![Formula::Constant(true), t(1)]), t(1).not());
        assert_eq!(Formula::one(vec![Formula::Constant(true); 2]), Formula::Constant(false));
    }
}
