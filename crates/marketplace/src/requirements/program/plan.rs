//! What a program does, for people who want to know.

use super::Program;
use super::check::Check;
use super::check::ObjectCheck;
use super::logic::Logic;

/// How a document is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Different checks.
    pub checks: usize,
    /// How often a check was there already when a schema was compiled.
    pub shared: usize,
    /// How often schemas were compiled at a place.
    pub(super) asked: usize,
    /// Conditions that always hold: the values they speak of are settled elsewhere.
    pub constant_conditions: usize,
    /// Conditions that only ask which attributes are there.
    pub presence_conditions: usize,
    /// Conditions that ask for values.
    pub value_conditions: usize,
    /// Clauses that the conditions of all objects became.
    pub clauses: usize,
    /// Those that are not looked at while the attributes they wait for are missing.
    pub waiting_clauses: usize,
    /// Conditions too large for clauses: worked out as they are.
    pub formulas: usize,
    /// Paths whose values are looked up once for all tests of them.
    pub projections: usize,
    /// Tests that are read off those paths.
    pub projected_tests: usize,
    /// Patterns and formats, each once: keyword and what it says. The engine's own code decides them.
    pub matchers: Vec<(String, String)>,
    /// What the engine checks.
    pub fallbacks: Vec<Fallback>,
    /// Whether the engine checks everything.
    pub by_engine: bool,
    /// About how many bytes the program takes.
    pub bytes: usize,
}

/// A schema that the engine checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// Where it is in the document; empty for all of it.
    pub pointer: String,
    /// The keyword for which that is so.
    pub keyword: String,
}

impl Plan {
    pub(crate) fn of_engine(fallback: Fallback) -> Self {
        Self { by_engine: true, fallbacks: vec![fallback], ..Self::default() }
    }
}

impl Program {
    /// Completes the plan and takes it out of the program.
    pub(super) fn planned(&mut self) -> Plan {
        let mut plan = std::mem::take(&mut self.plan);
        plan.checks = self.checks.len();
        plan.shared = plan.asked.saturating_sub(plan.checks);
        plan.matchers =
            self.matchers.iter().map(|matcher| (matcher.keyword.to_owned(), matcher.says.clone())).collect();
        for logic in self.objects.iter().filter_map(|object| object.logic.as_deref()) {
            plan.clauses += logic.ends.len();
            plan.waiting_clauses += logic.ends.len() - logic.always as usize;
            plan.formulas += logic.formulas.len();
            plan.projections += logic.projections.len();
        }
        plan.projected_tests = self.objects.iter().filter_map(|object| object.logic.as_deref()).map(projected).sum();
        plan.bytes = self.checks.len() * size_of::<Check>()
            + self.objects.iter().map(bytes_of_object).sum::<usize>()
            + size_of_val(self.arrays.as_slice())
            + size_of_val(self.numbers.as_slice())
            + size_of_val(self.texts.as_slice())
            + self.texts.iter().filter_map(|text| text.values.as_ref()).map(super::table::Table::bytes).sum::<usize>();
        plan
    }
}

fn projected(logic: &Logic) -> usize {
    let mut tests: Vec<u32> = logic.tests.iter().map(|test| test.number).collect();
    for guarded in &logic.formulas {
        guarded.formula.tests(&mut |test| tests.push(test));
    }
    tests.sort_unstable();
    tests.dedup();
    let of_projections = |test: &u32| {
        logic.projections.iter().any(|projection| {
            let first = projection.word * 64;
            (first..first + 64 * projection.any.len()).contains(&(*test as usize))
        })
    };
    tests.iter().filter(|test| of_projections(test)).count()
}

fn bytes_of_object(object: &ObjectCheck) -> usize {
    let logic = object.logic.as_deref().map_or(0, |logic| {
        let rows =
            logic.projections.iter().map(|projection| size_of_val(&*projection.rows) + projection.values.bytes());
        size_of::<Logic>() + size_of_val(&*logic.tests) + size_of_val(&*logic.ends) + rows.sum::<usize>()
    });
    size_of::<ObjectCheck>() + size_of_val(&*object.members) + object.names.bytes() + logic
}
