//! Reports come home: verdicts into the ledger, findings to the row and column they are about.

use super::SendError;
use super::Sender;
use crate::render::counted;
use crate::render::visible;
use feedwright_catalog::Field;
use feedwright_catalog::Finding;
use feedwright_catalog::Findings;
use feedwright_catalog::Place;
use feedwright_catalog::finding::Levels;
use feedwright_catalog::place;
use feedwright_ledger::End;
use feedwright_ledger::RowVerdict;
use feedwright_ledger::Settlement;
use feedwright_ledger::SubmissionId;
use feedwright_marketplace::Feed;
use feedwright_marketplace::Marketplace;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::listing::escape;
use feedwright_marketplace::report;
use feedwright_marketplace::report::Verdict;
use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

/// Which column of a file feeds which field.
#[derive(Clone, Debug, Default)]
pub struct Columns(pub BTreeMap<Arc<str>, Arc<place::Columns>>);

impl Columns {
    fn of(&self, file: &str, field: &Field) -> Option<Arc<str>> {
        Some(Arc::clone(&self.0.get(file)?.by_field.get(field)?.name))
    }
}

impl Sender<'_> {
    pub(super) fn settle_report(
        &mut self,
        id: SubmissionId,
        feed: &Feed,
        report: &[u8],
        rows: &[Row],
        is_last: bool,
    ) -> Result<(), SendError> {
        let marketplace = self.shop.lanes[0].marketplace.as_ref();
        let report = self.wire.hushed_report(report);
        let (verdicts, mut findings) = match read(marketplace, feed, &report, rows) {
            Ok(told) => told,
            Err(why) => {
                self.say(&format!("submission {id}: its report cannot be read: {why}"));
                if is_last {
                    self.ledger.give_up(id, End::Unknown, &visible(&why.to_string()), self.now())?;
                }
                return Ok(());
            }
        };
        if !findings.is_empty() {
            let kept = self.ledger.rows(id)?;
            let about = kept.iter().map(|row| (row.sku.key(), About { category: &row.category, place: &row.place }));
            place(marketplace, feed, self.means.columns, &about.collect(), &mut findings);
        }
        let settlement = Settlement { verdicts, findings, report: report.into_owned(), is_last };
        let told = tally(&settlement);
        let settled = self.ledger.settle(id, &settlement, self.now())?;
        if settled.n_new > 0 || is_last {
            self.say(&format!("submission {id}: {told}"));
        }
        for sku in settled.strangers.iter().take(3) {
            self.say(&format!("submission {id}: the report speaks of `{sku}`, which was not in it"));
        }
        for sku in settled.contradicted.iter().take(3) {
            self.say(&format!("submission {id}: a later report contradicts what was said of `{sku}`; the first holds"));
        }
        Ok(())
    }
}

/// Verdicts and findings of a report, as they can be kept.
///
/// # Errors
/// That it cannot be read.
pub(crate) fn read(
    marketplace: &dyn Marketplace,
    feed: &Feed,
    report: &[u8],
    rows: &[Row],
) -> Result<(Vec<RowVerdict>, Vec<Finding>), ProtocolError> {
    let mut findings = Findings::new(Arc::new(Levels::default()));
    let verdicts = marketplace.read_report(feed, report, rows, &mut findings)?;
    let mut findings = findings.take();
    findings.iter_mut().for_each(storable);
    Ok((verdicts.into_iter().map(row_verdict).collect(), findings))
}

/// What was sent of a SKU.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    /// In which category.
    pub(crate) category: &'a str,
    /// The row it was made from.
    pub(crate) place: &'a Place,
}

/// A template read backwards tells which field, and the source's head which column, a finding is about.
pub(crate) fn place(
    marketplace: &dyn Marketplace,
    feed: &Feed,
    columns: &Columns,
    sent: &HashMap<String, About<'_>>,
    findings: &mut [Finding],
) {
    for finding in findings {
        finding.channel = Some(Arc::clone(&marketplace.channel().name));
        finding.marketplace.get_or_insert_with(|| Arc::from(marketplace.profile().id));
        let Some(about) = finding.sku.as_ref().and_then(|sku| sent.get(&sku.key())) else { continue };
        // Where a report does not say the category, the row does.
        if let Some(pointer) = &mut finding.pointer {
            *pointer = pointer.replace("/*/", &format!("/{}/", escape(about.category)));
        }
        let mut place = about.place.clone();
        let category = marketplace.category(feed, about.category).ok();
        let rule = finding
            .pointer
            .as_deref()
            .zip(category.as_ref())
            .and_then(|(pointer, category)| category.plan.rule_for(pointer));
        if let Some(rule) = rule {
            let column = rule.fields().iter().find_map(|field| Some((field, columns.of(&place.file, field)?)));
            let how = match (column, rule.fields().first()) {
                (Some((field, column)), _) => {
                    place.column = Some(Arc::clone(&column));
                    Some(format!("change column \"{column}\" ({field})"))
                }
                (None, Some(field)) => Some(format!("change `{field}`")),
                (None, None) => Some(format!("it is written by the rule at {}", rule.written_at)),
            };
            finding.help = match (finding.help.take(), how) {
                (Some(help), Some(how)) => Some(format!("{help}; {how}")),
                (help, how) => help.or(how),
            };
        }
        if place != Place::default() {
            finding.place = Some(place);
        }
    }
}

/// No database keeps the character NUL, and a report may hold anything.
fn storable(finding: &mut Finding) {
    let texts = [Some(&mut finding.message), finding.help.as_mut(), finding.pointer.as_mut()];
    for text in texts.into_iter().flatten().filter(|text| text.contains('\0')) {
        *text = text.replace('\0', "\\0");
    }
}

fn row_verdict(verdict: Verdict) -> RowVerdict {
    let outcome = match verdict.outcome {
        report::Outcome::Accepted => feedwright_ledger::Outcome::Accepted,
        report::Outcome::Pending => feedwright_ledger::Outcome::Pending,
        report::Outcome::Failed => feedwright_ledger::Outcome::Failed,
        report::Outcome::Rejected => feedwright_ledger::Outcome::Rejected,
        report::Outcome::Unknown => feedwright_ledger::Outcome::Unknown,
    };
    RowVerdict { sku: verdict.sku, outcome, ids: verdict.ids }
}

/// How many rows fared how, as one line.
fn tally(settlement: &Settlement) -> String {
    let mut counts: BTreeMap<_, u64> = BTreeMap::new();
    for verdict in &settlement.verdicts {
        *counts.entry(verdict.outcome).or_default() += 1;
    }
    let told: Vec<String> = counts.into_iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    let findings = settlement.findings.len() as u64;
    match (told.is_empty(), findings) {
        (true, _) => "nothing is said of any record yet".to_owned(),
        (false, 0) => told.join(", "),
        (false, findings) => format!("{}; {}", told.join(", "), counted(findings, "finding")),
    }
}
