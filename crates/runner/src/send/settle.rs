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
        let mut findings = Findings::new(Arc::new(Levels::default()));
        let verdicts = match marketplace.read_report(feed, &report, rows, &mut findings) {
            Ok(verdicts) => verdicts,
            Err(why) => {
                self.say(&format!("submission {id}: its report cannot be read: {why}"));
                if is_last {
                    self.ledger.give_up(id, End::Unknown, &visible(&why.to_string()), self.now())?;
                }
                return Ok(());
            }
        };
        let mut findings = findings.take();
        findings.iter_mut().for_each(storable);
        self.place(id, feed, &mut findings)?;
        let settlement = Settlement {
            verdicts: verdicts.into_iter().map(row_verdict).collect(),
            findings,
            report: report.into_owned(),
            is_last,
        };
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

    /// A template read backwards tells which field, and the source's head which column, a finding is about.
    fn place(&mut self, id: SubmissionId, feed: &Feed, findings: &mut [Finding]) -> Result<(), SendError> {
        if findings.is_empty() {
            return Ok(());
        }
        let marketplace = self.shop.lanes[0].marketplace.as_ref();
        let rows = self.ledger.rows(id)?;
        let rows: HashMap<String, _> = rows.into_iter().map(|row| (row.sku.key(), row)).collect();
        for finding in findings {
            finding.channel = Some(Arc::clone(&self.shop.name));
            finding.marketplace.get_or_insert_with(|| Arc::from(marketplace.profile().id));
            let Some(row) = finding.sku.as_ref().and_then(|sku| rows.get(&sku.key())) else { continue };
            // Where a report does not say the category, the row does.
            if let Some(pointer) = &mut finding.pointer {
                *pointer = pointer.replace("/*/", &format!("/{}/", escape(&row.category)));
            }
            let mut place = row.place.clone();
            let category = marketplace.category(feed, &row.category).ok();
            let rule = finding
                .pointer
                .as_deref()
                .zip(category.as_ref())
                .and_then(|(pointer, category)| category.plan.rule_for(pointer));
            if let Some(rule) = rule {
                let column =
                    rule.fields().iter().find_map(|field| Some((field, self.means.columns.of(&place.file, field)?)));
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
        Ok(())
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
