//! One trial: a sentence, the group of its law, and what is to hold.

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::path::Path;

/// What a law says about one thing.
pub(super) type Law = Box<dyn FnOnce() -> Result<(), String> + Send>;

/// A law about one thing.
pub(super) struct Case {
    group: &'static str,
    name: String,
    holds: Holds,
}

enum Holds {
    /// To be found out.
    Perhaps(Law),
    /// It does not apply, and this is why.
    Skipped(String),
}

impl Case {
    /// A law that is to hold.
    pub(super) fn new(
        group: &'static str,
        name: String,
        law: impl FnOnce() -> Result<(), String> + Send + 'static,
    ) -> Self {
        Self { group, name, holds: Holds::Perhaps(Box::new(law)) }
    }

    /// One that was found broken while the cases were made.
    pub(super) fn broken(group: &'static str, name: String, why: String) -> Self {
        Self::new(group, name, move || Err(why))
    }

    /// One that does not apply.
    pub(super) fn skipped(group: &'static str, name: String, reason: impl Into<String>) -> Self {
        Self { group, name, holds: Holds::Skipped(reason.into()) }
    }

    /// Whether its sentence ends like this.
    pub(super) fn is_about(&self, law: &str) -> bool {
        self.name.ends_with(law)
    }

    /// Its name, and why it does not hold.
    pub(super) fn why_not(self) -> Option<(String, String)> {
        let Holds::Perhaps(law) = self.holds else { return None };
        match catch_unwind(AssertUnwindSafe(law)) {
            Ok(Ok(())) => None,
            Ok(Err(why)) => Some((self.name, why)),
            Err(_) => Some((self.name, "it panicked".to_owned())),
        }
    }

    fn trial(self, expected: &BTreeMap<String, String>) -> Trial {
        let kind = match &self.holds {
            Holds::Skipped(reason) => format!("{}: {reason}", self.group),
            Holds::Perhaps(_) if expected.contains_key(&self.name) => format!("{}, is to fail", self.group),
            Holds::Perhaps(_) => self.group.to_owned(),
        };
        let reason = expected.get(&self.name).cloned();
        match self.holds {
            Holds::Skipped(reason) => {
                Trial::test(self.name, || Err(Failed::from(reason))).with_kind(kind).with_ignored_flag(true)
            }
            Holds::Perhaps(law) => Trial::test(self.name, move || run(law, reason)).with_kind(kind),
        }
    }
}

fn run(law: Law, expected: Option<String>) -> Result<(), Failed> {
    let Some(reason) = expected else { return law().map_err(Failed::from) };
    match catch_unwind(AssertUnwindSafe(law)) {
        Ok(Ok(())) => Err(Failed::from(format!("it holds now; take it off the list of expected failures ({reason})"))),
        Ok(Err(_)) | Err(_) => Ok(()),
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedFailures {
    #[serde(default)]
    failure: Vec<ExpectedFailure>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedFailure {
    /// The trial's name.
    name: String,
    /// Why it fails, and what would change that.
    reason: String,
}

/// The trials of these cases. Those that a file lists have to fail, and each of its names has to be one of them.
pub(super) fn trials(mut cases: Vec<Case>, file: &Path, id: &str) -> Vec<Trial> {
    let name = format!("{id}: expected failures are trials, each with its reason");
    let expected = match read(file) {
        Ok(expected) => {
            let unknown: Vec<String> =
                expected.keys().filter(|name| !cases.iter().any(|case| case.name == **name)).cloned().collect();
            let silent = expected.values().any(|reason| reason.trim().is_empty());
            cases.push(Case::new("kit", name, move || match (unknown.as_slice(), silent) {
                ([], false) => Ok(()),
                ([], true) => Err("one of them has no reason".to_owned()),
                (names, _) => Err(format!("no trial is called {}", names.join("; "))),
            }));
            expected
        }
        Err(why) => {
            cases.push(Case::broken("kit", name, why));
            BTreeMap::new()
        }
    };
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for case in &mut cases {
        // A name stands once, or nobody could say which trial is meant.
        let times = seen.entry(case.name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            case.name = format!("{} ({times})", case.name);
        }
    }
    cases.into_iter().map(|case| case.trial(&expected)).collect()
}

fn read(file: &Path) -> Result<BTreeMap<String, String>, String> {
    let Some(text) = super::sample::text(file)? else { return Ok(BTreeMap::new()) };
    let listed: ExpectedFailures = toml::from_str(&text).map_err(|why| format!("{}: {why}", file.display()))?;
    Ok(listed.failure.into_iter().map(|failure| (failure.name, failure.reason)).collect())
}
