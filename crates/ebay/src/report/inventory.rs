//! The report of a parcel of Inventory API calls: the last answer to each step is what became of it.

use super::answer;
use super::answer::About;
use super::answer::RowAnswer;
use super::answer::State;
use super::codes;
use super::document::Document;
use super::document::Kept;
use super::rest::RestError;
use super::said;
use super::unreadable;
use crate::api;
use crate::exchange::LISTING;
use crate::exchange::OFFER;
use crate::kind::Form;
use crate::kind::Kind;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Severity;
use feedwright_catalog::Sku;
use feedwright_catalog::rules;
use feedwright_marketplace::exchange::Ids;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::report::Outcome;
use feedwright_marketplace::report::Verdict;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was said of a SKU, or of a group.
#[derive(Debug, Default)]
struct Said {
    /// The last answer to each step.
    steps: BTreeMap<Step, RowAnswer>,
    /// The group it is in.
    group: Option<Arc<str>>,
    /// The members, where it is a group.
    members: Vec<Arc<str>>,
    /// What was decided without eBay.
    skipped: Option<(Outcome, String)>,
    offer: Option<String>,
    listing: Option<String>,
}

/// The steps of a row, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Item,
    Group,
    Offer,
    Publication,
    Quantity,
    Deletion,
}

type All = BTreeMap<Arc<str>, Said>;

/// Reads a report.
pub(super) fn read(kind: Kind, report: &[u8], rows: &[Row], out: &mut Findings) -> Result<Vec<Verdict>, ProtocolError> {
    let document: Document =
        serde_json::from_slice(report).map_err(|why| unreadable(format!("the report cannot be read: {why}")))?;
    let mut all = All::new();
    for kept in &document.answers {
        take(kept, &mut all);
    }
    for skipped in document.skipped {
        let outcome = Outcome::parse(&skipped.outcome).unwrap_or(Outcome::Unknown);
        all.entry(Arc::from(skipped.sku)).or_default().skipped.get_or_insert((outcome, skipped.because));
    }
    if let Some(because) = &document.stopped {
        out.push(Finding {
            marketplace: Some(Arc::from(crate::PROFILE.id)),
            ..Finding::new(&rules::NOT_SENT, format!("the rest was not sent: {because}"))
                .help("what was not sent is planned again by itself; mend the cause first")
        });
    }
    let verdict = |row: &Row| {
        let said = all.get(row.sku.as_str());
        report_on(kind, row, said, out);
        let outcome = said.map_or(Outcome::Unknown, |said| said.outcome(kind, &all, document.stopped.is_some()));
        let outcome = if said.is_none() && document.stopped.is_some() { Outcome::Failed } else { outcome };
        Verdict { sku: row.sku.clone(), outcome, ids: ids(row, said) }
    };
    Ok(rows.iter().map(verdict).collect())
}

/// Takes an answer in. Each says more than the one before it.
fn take(kept: &Kept, all: &mut All) {
    let step = match kept.operation.as_str() {
        id if id == api::ITEMS.id => Step::Item,
        id if id == api::GROUP.id => Step::Group,
        id if id == api::OFFERS.id || id == api::UPDATE_OFFER.id => Step::Offer,
        id if id == api::PUBLISH.id || id == api::PUBLISH_GROUP.id => Step::Publication,
        id if id == api::QUANTITIES.id => Step::Quantity,
        id if id == api::DELETE_ITEM.id => Step::Deletion,
        id if id == api::GET_OFFERS.id => return look(kept, all),
        _ => return,
    };
    let body = body(kept);
    let group: Option<Arc<str>> = kept.group.as_deref().map(Arc::from);
    let subject: Vec<Arc<str>> = group.iter().cloned().collect();
    let skus = if group.is_some() { &subject } else { &kept.skus };
    let about = About { operation: &kept.operation, skus, offers: &kept.offers };
    let untold = || skus.iter().map(answer::untold).collect();
    let rows = answer::rows(about, kept.status, body.as_bytes()).unwrap_or_else(untold);
    for row in rows {
        if group.is_some() {
            // The same holds for its members, and is said once.
            for member in &kept.skus {
                let quiet =
                    RowAnswer { sku: Arc::clone(member), errors: Vec::new(), warnings: Vec::new(), ..row.clone() };
                note(step, quiet, all.entry(Arc::clone(member)).or_default(), group.as_ref());
            }
        }
        let said = all.entry(Arc::clone(&row.sku)).or_default();
        if step == Step::Group {
            said.members.clone_from(&kept.skus);
        }
        note(step, row, said, None);
    }
}

fn note(step: Step, row: RowAnswer, said: &mut Said, group: Option<&Arc<str>>) {
    if let Some(group) = group {
        said.group = Some(Arc::clone(group));
    }
    if row.offer.is_some() {
        said.offer.clone_from(&row.offer);
    }
    if row.listing.is_some() {
        said.listing.clone_from(&row.listing);
    }
    said.steps.insert(step, row);
}

/// Takes in what a look at offers showed.
fn look(kept: &Kept, all: &mut All) {
    let Some(sku) = kept.skus.first() else { return };
    let said = all.entry(Arc::clone(sku)).or_default();
    let body = body(kept);
    if !(200..300).contains(&kept.status) {
        let about = About { operation: &kept.operation, skus: &kept.skus, offers: &[] };
        for row in answer::rows(about, kept.status, body.as_bytes()).unwrap_or_default() {
            said.steps.insert(Step::Offer, row);
        }
        return;
    }
    let value: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    let site = value.pointer("/offers/0/marketplaceId").and_then(serde_json::Value::as_str).unwrap_or_default();
    let found = answer::offers(sku, site, body.as_bytes()).unwrap_or_default();
    let [found] = found.as_slice() else { return };
    said.offer = Some(found.id.clone());
    if found.is_published {
        said.listing.clone_from(&found.listing);
        said.steps.insert(Step::Publication, RowAnswer { state: State::Done, ..answer::untold(sku) });
    } else if said.steps.get(&Step::Publication).is_some_and(|row| row.state == State::Done) {
        // It was said to be published, and is not.
        said.steps.remove(&Step::Publication);
    }
}

fn body(kept: &Kept) -> Cow<'_, str> {
    // A body that was no JSON is kept as a text.
    match serde_json::from_str::<String>(kept.body.get()) {
        Ok(text) => Cow::Owned(text),
        Err(_) => Cow::Borrowed(kept.body.get()),
    }
}

impl Said {
    fn outcome(&self, kind: Kind, all: &All, is_stopped: bool) -> Outcome {
        if !self.members.is_empty() {
            return self.outcome_of_group(kind, all, is_stopped);
        }
        let needed: &[Step] = match kind.form() {
            Form::Listing(_) => &[Step::Offer, Step::Publication],
            Form::Price | Form::Stock => &[Step::Quantity],
            Form::End | Form::Member => &[Step::Deletion],
        };
        let worst = self.steps.values().map(|row| row.state.outcome()).max().unwrap_or(Outcome::Accepted);
        match (worst, &self.skipped) {
            // Where answers leave it open, what was found out afterwards holds.
            (Outcome::Accepted | Outcome::Unknown, Some((outcome, _))) => *outcome,
            (Outcome::Accepted, None) if needed.iter().all(|step| self.steps.contains_key(step)) => Outcome::Accepted,
            (Outcome::Accepted, None) if is_stopped => Outcome::Failed,
            (Outcome::Accepted, None) => Outcome::Unknown,
            (worst, _) => worst,
        }
    }

    /// A group is as well as the worst of its members, unless it was refused itself.
    fn outcome_of_group(&self, kind: Kind, all: &All, is_stopped: bool) -> Outcome {
        let own = self.steps.values().map(|row| row.state.outcome()).max().unwrap_or(Outcome::Accepted);
        let members = self.members.iter().map(|member| {
            all.get(member).map_or(Outcome::Unknown, |said| {
                // A group in itself is no group's member.
                if said.members.is_empty() { said.outcome(kind, all, is_stopped) } else { Outcome::Unknown }
            })
        });
        let of_members = members.max().unwrap_or(Outcome::Unknown);
        match (own, &self.skipped, of_members) {
            (Outcome::Accepted, Some((outcome, _)), _) => *outcome,
            (Outcome::Accepted, None, Outcome::Accepted) => Outcome::Accepted,
            (Outcome::Accepted, None, Outcome::Unknown) => Outcome::Unknown,
            // Its own data was not what was wrong: it is sent again with the member.
            (Outcome::Accepted, None, _) => Outcome::Failed,
            (own, _, _) => own,
        }
    }
}

fn ids(row: &Row, said: Option<&Said>) -> Ids {
    let mut ids = row.ids.clone();
    if let Some(said) = said {
        let offer = said.offer.clone().map(|id| (Cow::Borrowed(OFFER), id));
        let listing = said.listing.clone().map(|id| (Cow::Borrowed(LISTING), id));
        ids.extend(offer.into_iter().chain(listing));
    }
    ids
}

/// What is wrong with a row, in eBay's words; and that it was not sent, in ours.
fn report_on(kind: Kind, row: &Row, said: Option<&Said>, out: &mut Findings) {
    let Some(said) = said else { return };
    for (step, answer) in &said.steps {
        // What was refused and is as it was meant to be all the same is worth a look, no more.
        let weight = if answer.state == State::Done { Severity::Warning } else { Severity::Error };
        let errors = answer.errors.iter().map(|error| (error, weight));
        let warnings = answer.warnings.iter().map(|error| (error, Severity::Warning));
        for (error, severity) in errors.chain(warnings) {
            out.push(finding(kind, *step, error, severity, &row.sku));
        }
    }
    if let Some((_, because)) = &said.skipped {
        out.push(Finding {
            marketplace: Some(Arc::from(crate::PROFILE.id)),
            ..Finding::new(&rules::NOT_SENT, because.clone()).sku(&row.sku)
        });
    }
}

fn finding(kind: Kind, step: Step, error: &RestError, severity: Severity, sku: &Sku) -> Finding {
    let pointer = match kind.form() {
        Form::Listing(_) => codes::pointer(&error.id, &error.text, &error.parameters),
        Form::Price if step == Step::Quantity && error.id.trim() == "25003" => Some("/price/value".to_owned()),
        Form::Stock if step == Step::Quantity && error.id.trim() == "25004" => Some("/quantity".to_owned()),
        Form::Price | Form::Stock | Form::End | Form::Member => None,
    };
    let id = if error.id.is_empty() { "unnamed" } else { &error.id };
    Finding { pointer, ..said(id, severity, &error.text, Some(sku)) }
}
