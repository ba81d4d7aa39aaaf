//! Walmart works: rows whose time has come are judged, and those that are accepted take effect.

use super::account::Account;
use super::account::Feed;
use super::account::Issue;
use super::account::Item;
use super::account::Life;
use super::account::Severity;
use super::account::Verdict;
use super::account::decimal;
use super::check;
use super::content;
use super::flaws::FLAWS;
use super::flaws::Flaw;
use super::kind::Kind;
use super::spec::Specs;
use crate::Defects;
use crate::tokens::later;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

/// What rows are judged by.
pub(super) struct Rules<'walmart> {
    /// SKUs with a flaw.
    pub defects: &'walmart Defects,
    /// The documents items are held to.
    pub specs: &'walmart Specs,
}

/// How many times longer than the rest of the feed people take who look at an item.
const REVIEW: u32 = 3;
/// The SKU is not known, or not any more.
pub(super) const NO_SUCH_SKU: &str = "EXT_DATA_ERROR_54055672686268";

/// Settles what is due.
pub(super) fn due(account: &mut Account, rules: &Rules<'_>, now: Timestamp) {
    while let Some((time, at)) = account.due.first().copied().filter(|(time, _)| *time <= now) {
        account.due.remove(&(time, at));
        settle(account, rules, at, time);
    }
}

fn settle(account: &mut Account, rules: &Rules<'_>, at: usize, time: Timestamp) {
    let Some(feed) = account.feeds.get_mut(at) else { return };
    let (kind, digest) = (feed.kind, feed.digest.clone());
    let is_first = time == feed.ends;
    let review_ends = later(feed.ends, feed.ends.duration_since(feed.came).unsigned_abs() * REVIEW);
    let mut rows = std::mem::take(&mut feed.rows);
    let mut seen = BTreeSet::new();
    let (mut n_succeeded, mut n_failed, mut n_new, mut is_late) = (0, [0; 3], 0, false);
    for row in &mut rows {
        let is_repeated = kind.is_content() && !row.sku.is_empty() && !seen.insert(row.sku.clone());
        if row.verdict.is_some() || row.settles > time {
            continue;
        }
        if is_first && goes_to_review(rules, kind, row.told.as_ref(), &row.sku) && !is_repeated {
            row.settles = review_ends;
            is_late = true;
            continue;
        }
        let told = row.told.take().unwrap_or_default();
        let (verdict, is_new) = if is_repeated {
            let description = format!("the SKU {} is in the feed twice", row.sku);
            (refused(vec![Issue::data(check::INVALID, "sku", description)]), true)
        } else {
            judge(account, rules, kind, &digest, &row.sku, &told)
        };
        n_new += usize::from(is_new);
        match verdict.failure {
            None => n_succeeded += 1,
            Some(Severity::Data) => n_failed[0] += 1,
            Some(Severity::System) => n_failed[1] += 1,
            Some(Severity::Timeout) => n_failed[2] += 1,
        }
        row.verdict = Some(verdict);
    }
    if is_late {
        account.due.insert((review_ends, at));
    }
    if let Some(feed) = account.feeds.get_mut(at) {
        feed.rows = rows;
        feed.n_succeeded += n_succeeded;
        feed.n_new += n_new;
        for (sum, more) in feed.n_failed.iter_mut().zip(n_failed) {
            *sum += more;
        }
    }
}

impl Feed {
    /// Its status.
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        if now < self.begins {
            "RECEIVED"
        } else if now < self.ends || self.n_settled() < self.rows.len() {
            "INPROGRESS"
        } else if self.broken.is_empty() {
            "PROCESSED"
        } else {
            "ERROR"
        }
    }

    /// Whether it is settled, and all it said was known.
    pub(super) fn told_nothing_new(&self) -> bool {
        !self.rows.is_empty() && self.n_settled() == self.rows.len() && self.n_new == 0
    }

    /// How many rows are settled.
    pub(super) fn n_settled(&self) -> usize {
        self.n_succeeded + self.n_failed.iter().sum::<usize>()
    }
}

/// Whether people look at it first. Only what is right in itself gets that far.
fn goes_to_review(rules: &Rules<'_>, kind: Kind, told: Option<&Value>, sku: &str) -> bool {
    kind.is_content()
        && matches!(rules.defects.of(sku, FLAWS), Some(Flaw::Reviewed))
        && told.is_some_and(|told| check::row(rules.specs, kind, told).issues.is_empty())
}

/// What becomes of a row, and whether it said anything that was not known.
fn judge(account: &mut Account, rules: &Rules<'_>, kind: Kind, from: &str, sku: &str, told: &Value) -> (Verdict, bool) {
    let looked = check::row(rules.specs, kind, told);
    if !looked.issues.is_empty() {
        return (refused(looked.issues), true);
    }
    let mut warnings = Vec::new();
    if kind.is_content() {
        match rules.defects.of(sku, FLAWS) {
            Some(flaw @ Flaw::Refused { .. }) => return (refused(flaw.issue().into_iter().collect()), true),
            Some(flaw @ Flaw::Failed { .. }) if account.failed_once.insert((sku.to_owned(), kind)) => {
                return (refused(flaw.issue().into_iter().collect()), true);
            }
            Some(flaw @ Flaw::Warned { .. }) => warnings.extend(flaw.issue()),
            Some(Flaw::Failed { .. } | Flaw::Reviewed) | None => {}
        }
    }
    match apply(account, kind, from, sku, told, looked.is_unseen) {
        Ok(is_new) => {
            let wpid = account.items.get(sku).map(|item| item.wpid(sku));
            (Verdict { failure: None, issues: warnings, wpid }, is_new)
        }
        Err(issue) => {
            let is_new = issue.code != content::STALE;
            (refused(vec![issue]), is_new)
        }
    }
}

fn refused(issues: Vec<Issue>) -> Verdict {
    Verdict { failure: Some(issues.first().map_or(Severity::Data, |issue| issue.severity)), issues, wpid: None }
}

/// Lets a row take effect, and tells whether it said anything that was not known.
fn apply(
    account: &mut Account,
    kind: Kind,
    from: &str,
    sku: &str,
    told: &Value,
    is_unseen: bool,
) -> Result<bool, Issue> {
    if kind.is_content() {
        return content::take(account, kind, from, sku, told, is_unseen).map(|()| true);
    }
    let partner = account.partner.clone();
    let no_such = || Issue::data(NO_SUCH_SKU, "sku", format!("the SKU {sku} was not found"));
    if kind == Kind::Delete {
        let item = account.items.get_mut(sku).filter(|item| item.life != Life::Deleted).ok_or_else(no_such)?;
        item.life = Life::Deleted;
        item.told.ended += 1;
        return Ok(true);
    }
    let item = account.live(sku).ok_or_else(no_such)?;
    let number = |value: Option<&Value>| value.and_then(Value::as_u64);
    let mut is_new = false;
    match kind {
        Kind::Price => {
            let offer = told.get("Promo&Discount");
            let promotion = offer.and_then(|offer| offer.get("promotionInformation"));
            if let Some(promotion) = promotion {
                is_new |= item.promotion.replace(promotion.clone()).as_ref() != Some(promotion);
            }
            if let Some(price) = offer.and_then(|offer| decimal(offer.get("price")?)) {
                is_new |= item.take_price(price, from);
            }
        }
        Kind::LegacyPrice => {
            for pricing in told.get("pricing").and_then(Value::as_array).into_iter().flatten() {
                if pricing.get("currentPriceType").is_some_and(|kind| kind != "BASE") {
                    is_new |= item.promotion.replace(pricing.clone()).as_ref() != Some(pricing);
                }
                if let Some(price) = pricing.pointer("/currentPrice/amount").and_then(decimal) {
                    is_new |= item.take_price(price, from);
                }
            }
        }
        Kind::Inventory => {
            if let Some(amount) = number(told.pointer("/quantity/amount")) {
                is_new |= item.take_stock(&partner, amount, from);
            }
        }
        Kind::NodeInventory => {
            for node in told.get("shipNodes").and_then(Value::as_array).into_iter().flatten() {
                let name = node.get("shipNode").and_then(Value::as_str);
                if let (Some(name), Some(amount)) = (name, number(node.pointer("/quantity/amount"))) {
                    is_new |= item.take_stock(name, amount, from);
                }
            }
        }
        Kind::LagTime => {
            let days = told.get("fulfillmentLagTime").and_then(Value::as_str).and_then(|days| days.parse().ok());
            is_new = item.lag_time != days;
            item.lag_time = days;
            item.told.lag_time += 1;
        }
        Kind::Retire => {
            item.retire();
            is_new = true;
        }
        Kind::Delete | Kind::Item | Kind::Maintenance | Kind::Match => {}
    }
    Ok(is_new)
}

impl Item {
    /// Takes it off.
    pub(super) fn retire(&mut self) {
        self.life = Life::Retired;
        self.told.ended += 1;
    }
}
