//! How feeds stand: `GET /v3/feeds` and `GET /v3/feeds/{feedId}`.

use super::account::Account;
use super::account::Feed;
use super::account::Issue;
use super::account::Row;
use super::errors;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::simulated::Trouble;
use jiff::Timestamp;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Most entries of a page: the texts of both parameters, read 2026-11-23.
const MAX_PAGE: usize = 50;

/// `GET /v3/feeds`: the newest first.
pub(super) fn list(account: &Account, request: &Incoming, now: Timestamp) -> Outgoing {
    let (offset, limit) = match page(request) {
        Ok(page) => page,
        Err(refused) => return refused,
    };
    let id = request.value("feedId");
    let kind = request.value("feedType");
    let is_meant = |feed: &&Feed| {
        id.is_none_or(|id| feed.id == id)
            && kind.is_none_or(|kind| {
                feed.kind.listed().eq_ignore_ascii_case(kind) || feed.kind.name().eq_ignore_ascii_case(kind)
            })
    };
    let meant: Vec<&Feed> = account.feeds.iter().rev().filter(is_meant).collect();
    let feeds: Vec<Value> =
        meant.iter().skip(offset).take(limit).map(|feed| entry(feed, &account.partner, now)).collect();
    Outgoing::json(
        200,
        &json!({ "totalResults": meant.len(), "offset": offset, "limit": limit, "results": { "feed": feeds } }),
    )
}

/// `GET /v3/feeds/{feedId}`.
pub(super) fn one(account: &Account, request: &Incoming, now: Timestamp) -> Outgoing {
    let (offset, limit) = match page(request) {
        Ok(page) => page,
        Err(refused) => return refused,
    };
    let id = request.path.rsplit('/').next().unwrap_or_default();
    let Some(feed) = account.by_id.get(id).and_then(|at| account.feeds.get(*at)) else {
        return errors::not_found("there is no feed of that id");
    };
    let is_broken = !feed.broken.is_empty();
    let mut answer = json!({
        "feedId": feed.id,
        "feedStatus": feed.status(now),
        "feedSubmissionDate": feed.came.as_millisecond(),
        "feedType": feed.kind.name(),
        "ingestionErrors": if is_broken && now >= feed.ends { list_of(&feed.broken) } else { json!({ "ingestionError": null }) },
        "itemsReceived": n_received(feed, now),
        "itemsSucceeded": feed.n_succeeded,
        "itemsFailed": feed.n_failed.iter().sum::<usize>(),
        "itemsProcessing": n_received(feed, now).saturating_sub(feed.n_settled()),
        "offset": offset,
        "limit": limit,
    });
    let with_details = request.value("includeDetails").is_some_and(|wanted| wanted == "true");
    if with_details && let Some(answer) = answer.as_object_mut() {
        let rows = if is_broken || now < feed.begins { &[] } else { feed.rows.as_slice() };
        // A report that is late is empty though the feed is said to be done.
        let limit = if request.trouble == Some(Trouble::Late) { 0 } else { limit };
        let mut details: Vec<Value> =
            rows.iter().enumerate().skip(offset).take(limit).map(|(at, row)| detail(at, row, feed, now)).collect();
        if request.trouble == Some(Trouble::Twice) {
            details = [details.clone(), details].concat();
        }
        answer.insert("itemDetails".to_owned(), json!({ "itemIngestionStatus": details }));
    }
    Outgoing::json(200, &answer)
}

/// A feed that was not looked at yet, or that is none, has no rows.
fn n_received(feed: &Feed, now: Timestamp) -> usize {
    if now < feed.begins { 0 } else { feed.rows.len() }
}

fn page(request: &Incoming) -> Result<(usize, usize), Outgoing> {
    let number = |name: &str, default: usize| {
        request.value(name).map_or(Ok(default), |text| {
            let invalid = || errors::flat(400, "INVALID_REQUEST_PARAM.GMP_FEED_QUERY_API", "not a number", name);
            text.parse().map_err(|_| invalid())
        })
    };
    let (offset, limit) = (number("offset", 0)?, number("limit", MAX_PAGE)?);
    if limit == 0 || limit > MAX_PAGE {
        let said = "a page has 1 to 50 entries";
        return Err(errors::flat(400, "INVALID_REQUEST_PARAM.GMP_FEED_QUERY_API", said, "limit"));
    }
    Ok((offset, limit))
}

fn entry(feed: &Feed, partner: &str, now: Timestamp) -> Value {
    let [n_data, n_system, n_timeout] = feed.n_failed;
    let mut entry = json!({
        "feedId": feed.id,
        "feedSource": "MARKETPLACE_PARTNER",
        "feedType": feed.kind.listed(),
        "partnerId": partner,
        "itemsReceived": feed.rows.len(),
        "itemsSucceeded": feed.n_succeeded,
        "itemsFailed": n_data + n_system + n_timeout,
        "itemsProcessing": feed.rows.len().saturating_sub(feed.n_settled()),
        "feedStatus": feed.status(now),
        "feedDate": feed.came.as_millisecond(),
        "modifiedDtm": now.min(feed.ends).as_millisecond(),
        "itemDataErrorCount": n_data,
        "itemSystemErrorCount": n_system,
        "itemTimeoutErrorCount": n_timeout,
        "channelType": "0f3e4dd4-0514-4346-b39d-af0e00ea066d",
    });
    if let (Some(name), Some(entry)) = (&feed.file_name, entry.as_object_mut()) {
        entry.insert("fileName".to_owned(), json!(name));
    }
    entry
}

/// What people who look at an item say of it meanwhile: the words of the example in the API document, shortened.
const UNDER_REVIEW: &str = "This item is under review for compliance. The review may take up to 24 hours.";

/// A row. It has every shape that was seen: no errors as none, as `null` or as no member at all, one error as a list or as
/// itself, and codes with a tab after them.
fn detail(at: usize, row: &Row, feed: &Feed, now: Timestamp) -> Value {
    let mut detail = Map::new();
    detail.insert("martId".to_owned(), json!(0));
    detail.insert("sku".to_owned(), json!(row.sku));
    detail.insert("index".to_owned(), json!(at));
    let Some(verdict) = &row.verdict else {
        detail.insert("ingestionStatus".to_owned(), json!("INPROGRESS"));
        if now >= feed.ends {
            detail.insert("pendingStatusDescription".to_owned(), json!(UNDER_REVIEW));
        }
        return Value::Object(detail);
    };
    if let Some(wpid) = &verdict.wpid {
        detail.insert("wpid".to_owned(), json!(wpid));
    }
    let status = verdict.failure.map_or("SUCCESS", super::account::Severity::name);
    detail.insert("ingestionStatus".to_owned(), json!(status));
    let said = match (verdict.issues.as_slice(), at % 5) {
        ([], 0 | 1) => Some(json!({ "ingestionError": null })),
        ([], 2) => Some(json!({ "ingestionError": [] })),
        ([], _) => None,
        ([one], 3) => Some(json!({ "ingestionError": error(one, false) })),
        ([one], 4) => Some(json!({ "ingestionError": [error(one, true)] })),
        (issues, _) => Some(list_of(issues)),
    };
    if let Some(said) = said {
        detail.insert("ingestionErrors".to_owned(), said);
    }
    Value::Object(detail)
}

fn list_of(issues: &[Issue]) -> Value {
    let errors: Vec<Value> = issues.iter().map(|issue| error(issue, false)).collect();
    json!({ "ingestionError": errors })
}

fn error(issue: &Issue, with_tab: bool) -> Value {
    let tab = if with_tab { "\t" } else { "" };
    json!({
        "type": issue.severity.name(),
        "code": format!("{}{tab}", issue.code),
        "field": issue.field,
        "description": issue.description,
    })
}
