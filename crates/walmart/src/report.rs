//! What Walmart made of a feed: a verdict for each row, and its errors as findings.

mod codes;
mod field;
mod page;

pub(crate) use page::Item;
pub(crate) use page::Page;
pub(crate) use page::Status;
pub(crate) use page::Tally;
pub(crate) use page::join_pages;

use crate::api;
use crate::exchange::told;
use crate::kind::Kind;
use crate::profile::ID;
use codes::Class;
use codes::HELP;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_marketplace::exchange::Ids;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::report::Outcome;
use feedwright_marketplace::report::Verdict;
use feedwright_marketplace::report::theirs;
use field::Fields;
use page::Fault;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What findings go by where Walmart gives neither a code nor a status: the member that should hold it.
const STATUS: &str = "ingestionStatus";

/// Reads a report: a verdict for each row, in their order.
pub(crate) fn read(kind: Kind, report: &[u8], rows: &[Row], out: &mut Findings) -> Result<Vec<Verdict>, ProtocolError> {
    let unreadable = |message: String| ProtocolError::new(api::FEED.id, Trouble::Unreadable, message);
    let pages = page::read_pages(report).map_err(|why| match told(report) {
        Some(told) => unreadable(format!("the report is a refusal: {told}")),
        None => unreadable(why),
    })?;
    let fields = Fields::of(kind);
    let places = Places::of(rows);
    let mut fates: Vec<Fate> = rows.iter().map(|_| Fate::default()).collect();
    let mut strangers = Vec::new();
    let mut n_joined = 0_usize;
    for item in pages.iter().flat_map(|page| &page.rows) {
        let Some(at) = places.find(item, rows) else {
            strangers.push(item);
            continue;
        };
        n_joined += 1;
        let fate = &mut fates[at];
        fate.add(item);
        for finding in findings_of(item, &fields) {
            let finding = finding.sku(&rows[at].sku);
            // Walmart says some things twice.
            if !fate.findings.contains(&finding) {
                fate.findings.push(finding);
            }
        }
    }
    if let (0, [first, ..]) = (n_joined, strangers.as_slice()) {
        let sku = first.sku.as_deref().unwrap_or("(none)");
        return Err(unreadable(format!("the report is about other items, such as `{sku}`")));
    }
    let rest = rest(kind, &pages, out);
    for item in strangers {
        stranger(item, &fields, out);
    }
    for (row, fate) in rows.iter().zip(&mut fates) {
        if fate.outcome.is_none() && rest == Outcome::Unknown {
            let message = "the report says nothing of this item";
            fate.findings.push(theirs(ID, STATUS, Severity::Warning, message, HELP).sku(&row.sku));
        }
        for finding in std::mem::take(&mut fate.findings) {
            out.push(finding);
        }
    }
    let verdict = |(row, fate): (&Row, Fate)| Verdict {
        sku: row.sku.clone(),
        outcome: fate.outcome.unwrap_or(rest),
        ids: fate.ids,
    };
    Ok(rows.iter().zip(fates).map(verdict).collect())
}

/// What is known of one row so far.
#[derive(Debug, Default)]
struct Fate {
    outcome: Option<Outcome>,
    ids: Ids,
    findings: Vec<Finding>,
}

impl Fate {
    /// Of several items with the same SKU, as of several ship nodes, the worst counts.
    fn add(&mut self, item: &Item) {
        let outcome = outcome(item);
        self.outcome = Some(self.outcome.map_or(outcome, |known| worse(known, outcome)));
        for (name, id) in [("wpid", &item.wpid), ("item", &item.page)] {
            if let Some(id) = id {
                self.ids.insert(Cow::Borrowed(name), id.clone());
            }
        }
    }
}

fn worse(one: Outcome, other: Outcome) -> Outcome {
    let weight = |outcome: Outcome| match outcome {
        Outcome::Accepted => 0,
        Outcome::Pending => 1,
        Outcome::Unknown => 2,
        Outcome::Failed => 3,
        Outcome::Rejected => 4,
    };
    if weight(other) > weight(one) { other } else { one }
}

/// Where rows stand, by what a report calls them.
struct Places {
    by_ordinal: BTreeMap<u64, usize>,
    by_sku: BTreeMap<String, usize>,
}

impl Places {
    fn of(rows: &[Row]) -> Self {
        let mut by_sku = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            by_sku.entry(row.sku.key()).or_insert(at);
        }
        Self { by_ordinal: rows.iter().enumerate().map(|(at, row)| (row.ordinal, at)).collect(), by_sku }
    }

    /// The row an item is about. Its position tells first; where it names another SKU than stands there, the SKU does. An
    /// item that names a SKU nobody sent is about none.
    fn find(&self, item: &Item, rows: &[Row]) -> Option<usize> {
        let by_index = item.index.and_then(|index| self.by_ordinal.get(&index.checked_add(1)?)).copied();
        let Some(sku) = item.sku.as_deref().and_then(|sku| Sku::parse(sku).ok()) else { return by_index };
        let key = sku.key();
        by_index.filter(|at| rows[*at].sku.key() == key).or_else(|| self.by_sku.get(&key).copied())
    }
}

fn outcome(item: &Item) -> Outcome {
    match item.status.trim().to_ascii_uppercase().as_str() {
        "SUCCESS" => Outcome::Accepted,
        "INPROGRESS" => Outcome::Pending,
        "DATA_ERROR" => by_faults(&item.faults).unwrap_or(Outcome::Rejected),
        "SYSTEM_ERROR" | "TIMEOUT_ERROR" => match by_faults(&item.faults) {
            Some(Outcome::Pending) => Outcome::Pending,
            _ => Outcome::Failed,
        },
        "" => by_faults(&item.faults).unwrap_or(Outcome::Unknown),
        _ => Outcome::Unknown,
    }
}

/// What errors mean together: a fault of the data outweighs all others, and what is under review is not sent again.
fn by_faults(faults: &[Fault]) -> Option<Outcome> {
    let has = |wanted: Class| faults.iter().any(|fault| Class::of(fault) == wanted);
    if has(Class::Data) {
        Some(Outcome::Rejected)
    } else if has(Class::Review) {
        Some(Outcome::Pending)
    } else if has(Class::Passing) {
        Some(Outcome::Failed)
    } else {
        None
    }
}

/// What becomes of rows the report does not name, and what it says of the feed as a whole.
fn rest(kind: Kind, pages: &[Page], out: &mut Findings) -> Outcome {
    let mut said: Vec<Finding> = Vec::new();
    let faults = || pages.iter().flat_map(|page| &page.faults);
    for fault in faults() {
        let finding = finding(fault, "ERROR", Severity::Error);
        if !said.contains(&finding) {
            said.push(finding);
        }
    }
    // What answers say beside the feed's own errors: some of it could not be had.
    for fault in pages.iter().flat_map(|page| &page.asides) {
        let finding = finding(fault, "ERROR", Severity::Warning);
        if !said.contains(&finding) {
            said.push(finding);
        }
    }
    let Some(first) = pages.first() else { return Outcome::Unknown };
    let rest = match &first.status {
        Status::Received | Status::InProgress => Outcome::Pending,
        // The report is asked for again then.
        Status::Processed if is_short(kind, pages) => Outcome::Pending,
        Status::Processed => Outcome::Unknown,
        Status::Error => {
            if faults().next().is_none() {
                let message =
                    format!("Walmart could not read the feed, and counted {} items in it", first.received.unwrap_or(0));
                said.push(theirs(ID, "ERROR", Severity::Error, &message, HELP));
            }
            let all: Vec<Fault> = faults().cloned().collect();
            by_faults(&all).unwrap_or(Outcome::Rejected)
        }
        Status::Other(status) => {
            let message = format!("the feed has the status `{status}`, which is not known");
            said.push(theirs(ID, status, Severity::Warning, &message, HELP));
            Outcome::Unknown
        }
    };
    for finding in said {
        out.push(finding);
    }
    rest
}

fn is_short(kind: Kind, pages: &[Page]) -> bool {
    let mut tally = Tally::default();
    for page in pages {
        tally.add(page);
    }
    tally.is_short(kind)
}

/// An item nobody sent: what is said of it is told, and it is no verdict.
fn stranger(item: &Item, fields: &Fields, out: &mut Findings) {
    let name = item.sku.clone().or_else(|| item.index.map(|index| format!("number {index}"))).unwrap_or_default();
    let message = format!("the report also names item `{name}`, which was not sent: {}", item.status);
    out.push(theirs(ID, &item.status, Severity::Warning, &message, HELP));
    let sku = item.sku.as_deref().and_then(|sku| Sku::parse(sku).ok());
    for finding in findings_of(item, fields) {
        out.push(Finding { sku: sku.clone(), ..finding });
    }
}

/// What is said of an item.
fn findings_of(item: &Item, fields: &Fields) -> Vec<Finding> {
    let outcome = outcome(item);
    let severity = match outcome {
        Outcome::Accepted | Outcome::Pending => Severity::Warning,
        Outcome::Failed | Outcome::Rejected | Outcome::Unknown => Severity::Error,
    };
    let mut findings: Vec<Finding> = Vec::new();
    for fault in &item.faults {
        let severity = if Class::of(fault) == Class::Review { Severity::Note } else { severity };
        let mut finding = finding(fault, &item.status, severity);
        match fault.field.as_deref().map(|field| (field, fields.pointer(field))) {
            Some((_, Some(pointer))) => finding = finding.pointer(pointer),
            Some((field, None)) => finding.message = format!("{} (field `{}`)", finding.message, field.trim()),
            None => {}
        }
        findings.push(finding);
    }
    if let Some(pending) = &item.pending {
        findings.push(theirs(ID, &item.status, Severity::Note, pending.trim(), HELP));
    }
    let is_told = !findings.is_empty() || matches!(outcome, Outcome::Accepted | Outcome::Pending);
    if !is_told {
        let status = item.status.as_str();
        let (code, message) = match outcome {
            Outcome::Unknown if status.is_empty() => {
                (STATUS, "the report does not say what became of the item".to_owned())
            }
            Outcome::Unknown => (status, format!("the item has the status `{status}`, which is not known")),
            Outcome::Accepted | Outcome::Pending | Outcome::Failed | Outcome::Rejected => {
                (status, "Walmart gives no reason".to_owned())
            }
        };
        findings.push(theirs(ID, code, severity, &message, HELP));
    }
    findings
}

/// An error, as a finding without its SKU. One without a code goes by its type, or by the status it came with.
fn finding(fault: &Fault, status: &str, severity: Severity) -> Finding {
    let status = if status.is_empty() { STATUS } else { status };
    let code = fault.code.as_deref().or(fault.kind.as_deref()).unwrap_or(status);
    let severity = match fault.severity.as_deref().map(str::trim) {
        Some(word) if word.eq_ignore_ascii_case("INFO") => Severity::Note,
        Some(word) if word.to_ascii_uppercase().starts_with("WARN") => Severity::Warning,
        _ => severity,
    };
    let message = fault.text.as_deref().map_or("Walmart says no more about it", str::trim);
    theirs(ID, code, severity, message, HELP)
}
