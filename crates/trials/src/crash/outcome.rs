//! What a run leaves behind, without what hangs on time and chance; and in what two runs differ.

use anyhow::Result;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::Filter;
use feedwright_ledger::Ledger;
use feedwright_sandbox::Sandbox;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

const CHANNELS: [&str; 4] = ["amazon", "ebay", "ebay-files", "walmart"];

/// How many differences are told.
const MOST_TOLD: usize = 8;

/// What the marketplaces hold, what they were told twice, and what the ledger believes.
pub(crate) fn of(sandbox: &Sandbox, ledger: &mut Ledger) -> Result<Value> {
    let state = sandbox.state();
    let mut marketplaces = Map::new();
    for (name, held) in state.as_object().into_iter().flatten() {
        let mut accounts = Map::new();
        for (account, held) in held["accounts"].as_object().into_iter().flatten() {
            accounts.insert(account.clone(), json!({ "listings": held["listings"], "told": told(name, held) }));
        }
        marketplaces.insert(name.clone(), Value::Object(accounts));
    }
    let mut standings = Map::new();
    for channel in CHANNELS {
        standings.insert(channel.to_owned(), standing(ledger, channel)?);
    }
    Ok(json!({ "marketplaces": marketplaces, "ledger": standings, "open": open(ledger)? }))
}

/// How often something was told that is no better for being told twice.
fn told(marketplace: &str, held: &Value) -> Value {
    match marketplace {
        "amazon" => {
            let mut by_kind: Map<String, Value> = Map::new();
            for feed in held["submissions"].as_array().into_iter().flatten() {
                let key = format!("{}, {} messages", feed["kind"].as_str().unwrap_or_default(), feed["messages"]);
                let count = by_kind.get(&key).and_then(Value::as_u64).unwrap_or_default();
                by_kind.insert(key, json!(count + 1));
            }
            json!({ "feeds": by_kind })
        }
        "walmart" => {
            let mut by_sku = held["told"].clone();
            for (_, counts) in by_sku.as_object_mut().into_iter().flatten() {
                // Names of feeds.
                counts.as_object_mut().map(|counts| counts.remove("by"));
            }
            json!({ "skus": by_sku, "files": sent(held), "rows_pending": held["rows_pending"] })
        }
        _ => {
            let mut by_sku = Map::new();
            for (sku, counts) in held["told"].as_object().into_iter().flatten() {
                let is_file = held["listings"][sku]["way"] == "file";
                // Calls of the Inventory API say what is to be, as often as one likes. An offer is made once.
                let counts = if is_file { counts.clone() } else { json!({ "offer": counts["offer"] }) };
                by_sku.insert(sku.clone(), counts);
            }
            json!({ "skus": by_sku, "files": sent(held), "files_pending": held["files_pending"] })
        }
    }
}

/// Files by kind and how often the same one was sent.
fn sent(held: &Value) -> Value {
    let files = held["submissions"].as_array().into_iter().flatten();
    let mut kinds: Vec<Value> = files.map(|file| json!([file["type"], file["sent"]])).collect();
    kinds.sort_by_key(Value::to_string);
    Value::Array(kinds)
}

fn standing(ledger: &mut Ledger, channel: &str) -> Result<Value> {
    let mut all = Map::new();
    for lane in Lane::ALL {
        ledger.standings(channel, lane, &mut |standing| {
            let value = json!({
                "accepted": standing.accepted.map(|told| told.digest.to_string()),
                "in_flight": standing.in_flight.is_some(),
                "refused": standing.refused.is_some(),
                "unknown": standing.unknown_since.is_some(),
                "retired": standing.retired_at.is_some(),
            });
            all.insert(format!("{} {}", standing.sku, lane.name()), value);
        })?;
    }
    Ok(Value::Object(all))
}

/// Submissions that are not at their end, and those nobody can tell of.
fn open(ledger: &mut Ledger) -> Result<Value> {
    let mut open = Vec::new();
    for submission in ledger.submissions(&Filter::default())? {
        if submission.state.is_open() {
            open.push(json!([submission.channel, submission.lane.name(), submission.state.name()]));
        }
    }
    Ok(Value::Array(open))
}

/// In what two outcomes differ, in words; not all of it, if it is much.
pub(crate) fn differences(expected: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", expected, actual, &mut found);
    let more = found.len().saturating_sub(MOST_TOLD);
    found.truncate(MOST_TOLD);
    if more > 0 {
        found.push(format!("and {more} more"));
    }
    found
}

fn compare(place: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(left), Value::Object(right)) => {
            for (key, value) in left {
                compare(&format!("{place}/{key}"), value, right.get(key).unwrap_or(&Value::Null), found);
            }
            for (key, value) in right.iter().filter(|(key, _)| !left.contains_key(*key)) {
                compare(&format!("{place}/{key}"), &Value::Null, value, found);
            }
        }
        (left, right) if left != right => found.push(format!("{place}: {right} instead of {left}")),
        _ => {}
    }
}
