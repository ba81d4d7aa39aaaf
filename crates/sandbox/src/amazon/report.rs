//! The processing report of a listings feed.

use super::Account;
use super::issues::Issue;
use super::issues::Severity;
use super::listing::Listing;
use super::sites::Site;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// A report that is being written.
#[derive(Debug)]
pub(super) struct Report {
    header: Value,
    issues: Vec<Value>,
    n_errors: u64,
    n_warnings: u64,
    n_accepted: u64,
    n_invalid: u64,
    /// SKUs that were accepted, if the feed asked for their items.
    items: Option<Items>,
}

#[derive(Debug)]
struct Items {
    included: Vec<String>,
    skus: Vec<String>,
    described: Vec<Value>,
    n_errors: u64,
    n_warnings: u64,
}

impl Report {
    /// The beginning of a report.
    pub(super) fn new(feed: &str, header: Option<&Value>) -> Self {
        let seller = header.and_then(|header| header.get("sellerId")?.as_str()).unwrap_or_default();
        let mut own = json!({ "sellerId": seller, "version": "2.0", "feedId": feed });
        let asked = header.and_then(|header| header.get("report"));
        let included = asked.and_then(|report| report.get("includedData")?.as_array());
        let items = included.map(|names| Items {
            included: names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
            skus: Vec::new(),
            described: Vec::new(),
            n_errors: 0,
            n_warnings: 0,
        });
        if let (Some(asked), Some(own)) = (asked, own.as_object_mut()) {
            own.insert("report".to_owned(), asked.clone());
        }
        Self { header: own, issues: Vec::new(), n_errors: 0, n_warnings: 0, n_accepted: 0, n_invalid: 0, items }
    }

    /// Something is wrong with the whole feed: none of its messages was worked on.
    pub(super) fn of_feed(&mut self, issue: &Issue) {
        let own = json!({ "code": issue.code, "severity": issue.severity.name(), "message": issue.message });
        self.issues.push(own);
        self.n_errors += 1;
    }

    /// A message was worked on.
    pub(super) fn message(&mut self, id: u64, sku: &str, issues: &[Issue]) {
        for issue in issues {
            let mut own = issue.in_report(id, sku);
            if let (true, Some(own)) = (sku.is_empty(), own.as_object_mut()) {
                own.remove("sku");
            }
            self.issues.push(own);
            match issue.severity {
                Severity::Error => self.n_errors += 1,
                Severity::Warning => self.n_warnings += 1,
            }
        }
        if issues.iter().any(|issue| issue.severity == Severity::Error) {
            self.n_invalid += 1;
        } else {
            self.n_accepted += 1;
            if let Some(items) = &mut self.items {
                items.skus.push(sku.to_owned());
            }
        }
    }

    /// What the listings are now, if the feed asked for it.
    pub(super) fn add_items(
        &mut self,
        account: &Account,
        sites: &[&'static Site],
        describe: fn(&Listing, &'static Site, &str, &[String]) -> Value,
    ) {
        let Some(items) = &mut self.items else { return };
        for sku in &items.skus {
            for site in sites {
                let listing = account.listings.get(&(site.id, sku.clone()));
                let Some(listing) = listing.filter(|listing| listing.is_live) else { continue };
                items.described.push(describe(listing, site, sku, &items.included));
                items.n_warnings += listing.warnings.len() as u64;
            }
        }
    }

    /// The bytes of it.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut summary = json!({
            "errors": self.n_errors,
            "warnings": self.n_warnings,
            "messagesProcessed": self.n_accepted + self.n_invalid,
            "messagesAccepted": self.n_accepted,
            "messagesInvalid": self.n_invalid,
        });
        let mut report = Map::new();
        report.insert("header".to_owned(), self.header);
        report.insert("issues".to_owned(), Value::Array(self.issues));
        if let Some(items) = self.items {
            if let Some(summary) = summary.as_object_mut() {
                let counts = json!({
                    "items": items.described.len(),
                    "errors": items.n_errors,
                    "warnings": items.n_warnings,
                });
                summary.insert("itemSummary".to_owned(), counts);
            }
            report.insert("items".to_owned(), Value::Array(items.described));
        }
        report.insert("summary".to_owned(), summary);
        Value::Object(report).to_string().into_bytes()
    }
}

/// A report that says everything twice.
pub(super) fn twice(report: &[u8]) -> Vec<u8> {
    let Ok(mut report) = serde_json::from_slice::<Value>(report) else { return report.to_vec() };
    if let Some(Value::Array(issues)) = report.get_mut("issues") {
        issues.extend(issues.clone());
    }
    report.to_string().into_bytes()
}
