//! What was asked: counted for each operation, so that a test can see what a client did and did not do.

use crate::faults::FaultKind;
use crate::limits::Taken;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;

/// Requests, by marketplace and operation.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    by_operation: BTreeMap<(&'static str, &'static str), Count>,
    /// Requests to nothing that is known.
    n_unknown: u64,
}

#[derive(Debug, Default)]
struct Count {
    n_requests: u64,
    /// Of them, refused because the limit was reached.
    n_beyond: u64,
    /// Of those, sent although the sender had been told to wait.
    n_impatient: u64,
    /// Requests that something went wrong with on demand.
    n_struck: u64,
    by_status: BTreeMap<u16, u64>,
}

impl Counts {
    /// A request came.
    pub(crate) fn request(&mut self, marketplace: &'static str, operation: &'static str) {
        self.count(marketplace, operation).n_requests += 1;
    }

    /// A request came that nobody knows.
    pub(crate) fn unknown(&mut self) {
        self.n_unknown += 1;
    }

    /// Something went wrong with it on demand.
    pub(crate) fn struck(&mut self, marketplace: &'static str, operation: &'static str) {
        self.count(marketplace, operation).n_struck += 1;
    }

    /// What its bucket said.
    pub(crate) fn taken(&mut self, marketplace: &'static str, operation: &'static str, taken: Taken) {
        if let Taken::Beyond { was_told, .. } = taken {
            let count = self.count(marketplace, operation);
            count.n_beyond += 1;
            count.n_impatient += u64::from(was_told);
        }
    }

    /// It was answered.
    pub(crate) fn answered(&mut self, marketplace: &'static str, operation: &'static str, status: u16) {
        *self.count(marketplace, operation).by_status.entry(status).or_default() += 1;
    }

    /// Everything, for people and tests.
    pub(crate) fn describe(
        &self,
        double_submissions: &BTreeMap<&'static str, u64>,
        struck: &BTreeMap<FaultKind, u64>,
    ) -> Value {
        let mut operations: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for ((marketplace, operation), count) in &self.by_operation {
            let by_status: BTreeMap<String, u64> =
                count.by_status.iter().map(|(status, n)| (status.to_string(), *n)).collect();
            let described = json!({
                "requests": count.n_requests,
                "beyond_limit": count.n_beyond,
                "while_told_to_wait": count.n_impatient,
                "struck": count.n_struck,
                "statuses": by_status,
            });
            operations.entry(marketplace).or_default().insert((*operation).to_owned(), described);
        }
        let sum = |of: fn(&Count) -> u64| self.by_operation.values().map(of).sum::<u64>();
        json!({
            "requests": sum(|count| count.n_requests),
            "requests_beyond_limits": sum(|count| count.n_beyond),
            "limit_violations": sum(|count| count.n_impatient),
            "double_submissions": double_submissions.values().sum::<u64>(),
            "double_submissions_by_marketplace": double_submissions,
            "unknown_requests": self.n_unknown,
            "faults_struck": struck,
            "operations": operations,
        })
    }

    fn count(&mut self, marketplace: &'static str, operation: &'static str) -> &mut Count {
        self.by_operation.entry((marketplace, operation)).or_default()
    }
}
