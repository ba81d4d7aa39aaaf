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
use super::flaws::FLAWS;
use super::flaws::Flaw;
use super::kind::Kind;
use super::spec::Specs;
use crate::Defects;
use crate::tokens::hex_of;
use crate::tokens::later;
use jiff::Timestamp;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
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
const NO_SUCH_SKU: &str = "EXT_DATA_ERROR_54055672686268";
/// The SKU belongs to another product.
const OTHER_PRODUCT: &str = "ERR_EXT_DATA_0101211";
/// Nothing new is said.
const STALE: &str = "ERR_EXT_DATA_0101198";

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
            let is_new = issue.code != STALE;
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
        return take_content(account, kind, from, sku, told, is_unseen).map(|()| true);
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

/// Members of the offer that are no content: they have feeds of their own.
const OFFER: [&str; 3] = ["price", "inventory", "fulfillmentLagTime"];

fn take_content(
    account: &mut Account,
    kind: Kind,
    from: &str,
    sku: &str,
    told: &Value,
    is_unseen: bool,
) -> Result<(), Issue> {
    let holder = kind.wrapper().and_then(|name| told.get(name)).and_then(Value::as_object);
    let Some(holder) = holder else {
        return Err(Issue::data(check::INVALID, "sku", "the row says nothing"));
    };
    let partner = account.partner.clone();
    let was = account.items.get(sku);
    let is_live = was.is_some_and(Item::is_live);
    if kind == Kind::Maintenance && !is_live {
        return Err(Issue::data(NO_SUCH_SKU, "sku", format!("the SKU {sku} was not found")));
    }
    let number = {
        let text = |name: &str| {
            let identifiers = holder.get("productIdentifiers");
            identifiers.and_then(|ids| ids.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        (text("productId"), text("productIdType"))
    };
    let may_change = holder.get("ProductIdUpdate").is_some_and(|may| may == "Yes");
    if was.is_some_and(|was| was.life != Life::Deleted && was.number != number) && !may_change {
        let description = format!("the SKU {sku} is tied to another product id");
        return Err(Issue::data(OTHER_PRODUCT, "productIdentifiers", description));
    }
    let content = content(kind, was.filter(|_| kind == Kind::Maintenance), holder, told);
    let text = content.to_string();
    let digest = hex_of(text.as_bytes());
    let price = holder.get("price").and_then(decimal);
    let stock: Vec<(String, u64)> = stock(holder, &partner);
    let lag_time = holder.get("fulfillmentLagTime").and_then(Value::as_u64);
    if let Some(was) = was.filter(|_| is_live) {
        let is_same = was.digest == digest
            && price.is_none_or(|price| was.price == Some(price.normalize()))
            && stock.iter().all(|(node, quantity)| was.stock.get(node) == Some(quantity))
            && lag_time.is_none_or(|days| was.lag_time == Some(days));
        if is_same {
            let description = "an equal or newer update of this item is there already";
            return Err(Issue::data(STALE, "sku", description));
        }
    }
    let item = account.items.entry(sku.to_owned()).or_default();
    if !is_live {
        item.told.created += 1;
        item.stock.clear();
        item.promotion = None;
    }
    let (product_type, title) = headline(&content);
    item.life = if is_unseen { Life::Unpublished } else { Life::Published };
    (item.content, item.digest, item.number) = (text, digest, number);
    (item.product_type, item.title) = (product_type, title);
    item.told.content += 1;
    item.told.by.insert("content", from.to_owned());
    if let Some(price) = price {
        item.take_price(price, from);
    }
    for (node, quantity) in stock {
        item.take_stock(&node, quantity, from);
    }
    if lag_time.is_some() {
        item.lag_time = lag_time;
    }
    Ok(())
}

/// What an item is told to be: the row without its offer, laid over what was there where it is an update.
fn content(kind: Kind, was: Option<&Item>, holder: &Map<String, Value>, told: &Value) -> Value {
    let mut offer = holder.clone();
    offer.retain(|name, _| !OFFER.contains(&name.as_str()));
    let visible = told.get("Visible").and_then(Value::as_object).cloned().unwrap_or_default();
    let Some(was) = was.and_then(|was| serde_json::from_str::<Value>(&was.content).ok()) else {
        let name = kind.wrapper().unwrap_or("Orderable");
        let mut content = Map::new();
        content.insert(name.to_owned(), Value::Object(offer));
        if kind != Kind::Match {
            content.insert("Visible".to_owned(), Value::Object(visible));
        }
        return Value::Object(content);
    };
    let mut content = was;
    if let Some(Value::Object(old)) = content.get_mut("Orderable") {
        old.extend(offer);
    }
    for (product_type, attributes) in visible {
        let Some(Value::Object(types)) = content.get_mut("Visible") else { break };
        match (types.get_mut(&product_type), attributes) {
            (Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
            // Another product type takes the place of the old one.
            (_, new) => *types = Map::from_iter([(product_type, new)]),
        }
    }
    content
}

fn stock(holder: &Map<String, Value>, partner: &str) -> Vec<(String, u64)> {
    let entries = holder.get("inventory").and_then(Value::as_array);
    let read = |entry: &Value| {
        let node = entry.get("fulfillmentCenterID").and_then(Value::as_str).unwrap_or(partner);
        Some((node.to_owned(), entry.get("quantity")?.as_u64()?))
    };
    entries.into_iter().flatten().filter_map(read).collect()
}

fn headline(content: &Value) -> (String, String) {
    let visible = content.get("Visible").and_then(Value::as_object).and_then(|types| types.iter().next());
    let nothing = json!(null);
    let (product_type, attributes) = visible.map_or(("", &nothing), |(name, attributes)| (name.as_str(), attributes));
    let title = attributes.get("productName").or_else(|| content.pointer("/Item/productName"));
    (product_type.to_owned(), title.and_then(Value::as_str).unwrap_or_default().to_owned())
}
