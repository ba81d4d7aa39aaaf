//! A feed comes in: `POST /v3/feeds`. What is wrong with the request is said at once, what is wrong with the file or its
//! rows only when the feed is worked on.

use super::account::Account;
use super::account::Feed;
use super::account::Issue;
use super::account::Row;
use super::account::Severity;
use super::check;
use super::errors;
use super::kind::Carried;
use super::kind::Kind;
use super::spec::Specs;
use crate::Processing;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::simulated::Trouble;
use crate::tokens::hex;
use crate::tokens::hex_of;
use crate::tokens::later;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

/// Who takes feeds in.
pub(super) struct Desk {
    /// How long work takes.
    pub processing: Processing,
    /// What ids and times hang on.
    pub seed: u64,
}

/// How much longer a feed takes that is stuck.
const STUCK: Duration = Duration::from_hours(6);
/// Most rows of a feed.
const MAX_ROWS: usize = 10_000;
/// The file cannot be read.
const UNREADABLE: &str = "ERR_PDI_0001";
/// No stock in a file of stock.
const NO_INVENTORY: &str = "ERR_EXT_DATA_0503009";

/// `POST /v3/feeds`.
pub(super) fn receive(account: &mut Account, desk: &Desk, request: &Incoming, now: Timestamp) -> Outgoing {
    let Some(kind) = request.value("feedType").and_then(Kind::named) else {
        return errors::flat(400, "INVALID_REQUEST.GMP_RECEIVER_API", "the feed type is not valid", "");
    };
    let (file, file_name) = match file(kind, request) {
        Ok(file) => file,
        Err(refused) => return refused,
    };
    if file.len() > kind.max_bytes() {
        return errors::flat(413, "REQUEST_ENTITY_TOO_LARGE", "the file is larger than the feed type allows", "");
    }
    let n_feeds = account.feeds.len();
    let id = format!("{}@AXkBCgA", hex(&format!("feed {} {} {n_feeds}", desk.seed, account.partner)).to_uppercase());
    let mut taken = desk.processing.of(&id, desk.seed);
    if request.trouble == Some(Trouble::Stuck) {
        taken += STUCK;
    }
    let (begins, ends) = (later(now, taken / 4), later(now, taken));
    let read = if request.trouble == Some(Trouble::Fatal) { Err(vec![fatal()]) } else { read(kind, file) };
    let (told, digest, broken) = match read {
        Ok(rows) => {
            let digest = hex_of(Value::Array(rows.clone()).to_string().as_bytes());
            (rows, digest, Vec::new())
        }
        Err(issues) => (Vec::new(), hex_of(file), issues),
    };
    let row = |told: Value| Row { sku: sku(kind, &told), told: Some(told), settles: ends, verdict: None };
    account.by_id.insert(id.clone(), n_feeds);
    account.due.insert((ends, n_feeds));
    account.feeds.push(Feed {
        id: id.clone(),
        kind,
        digest,
        file_name,
        came: now,
        begins,
        ends,
        broken,
        rows: told.into_iter().map(row).collect(),
        n_succeeded: 0,
        n_failed: [0; 3],
        n_new: 0,
    });
    Outgoing::json(200, &json!({ "feedId": id }))
}

fn fatal() -> Issue {
    Issue {
        severity: Severity::System,
        code: "ERR_INT_SYS_01010010".to_owned(),
        field: String::new(),
        description: "the feed could not be worked on".to_owned(),
    }
}

type File<'request> = (&'request [u8], Option<String>);

/// The file of a request, in the way its feed type wants it.
fn file(kind: Kind, request: &Incoming) -> Result<File<'_>, Outgoing> {
    let part = request.form.iter().find(|(name, _, _)| name == "file");
    let is_json = request.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let as_part = kind.carried() != Carried::AsBody;
    let as_body = kind.carried() != Carried::AsPart;
    let file = match part {
        Some((_, name, bytes)) if as_part => (bytes.as_slice(), name.clone()),
        None if as_body && is_json => (request.body.as_slice(), None),
        None if as_part => return Err(missing()),
        Some(_) | None => return Err(unsupported()),
    };
    match file.0.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(missing()),
        // Walmart takes XML for the older feeds; the sandbox does not.
        Some(b'<') => Err(unsupported()),
        Some(_) => Ok(file),
    }
}

fn missing() -> Outgoing {
    errors::short(400, "MISSING_FILE", "the part `file` of the form is required")
}

fn unsupported() -> Outgoing {
    errors::short(415, "UNSUPPORTED_MEDIA_TYPE", "the feed type takes JSON, in the way its reference says")
}

/// The rows of a file, or what is wrong with its envelope.
fn read(kind: Kind, file: &[u8]) -> Result<Vec<Value>, Vec<Issue>> {
    let broken = |code: &str, description: String| Err(vec![Issue::data(code, "", description)]);
    let (header, rows) = kind.parts();
    let mut envelope = match serde_json::from_slice(file) {
        Ok(Value::Object(envelope)) => envelope,
        Ok(_) => return broken(UNREADABLE, "the feed is no object".to_owned()),
        Err(why) => return broken(UNREADABLE, format!("the feed could not be parsed: {why}")),
    };
    let not_there = match kind {
        Kind::Inventory | Kind::NodeInventory => NO_INVENTORY,
        _ => UNREADABLE,
    };
    let Some(Value::Array(told)) = envelope.remove(rows) else {
        return broken(not_there, format!("no valid `{rows}` was found in the feed"));
    };
    let Some(head) = envelope.remove(header) else {
        return broken(UNREADABLE, format!("no `{header}` was found in the feed"));
    };
    if let Some(other) = envelope.keys().next() {
        return broken(not_there, format!("`{other}` does not belong into the feed"));
    }
    let issues = check::header(Specs::shared(), kind, &head);
    if !issues.is_empty() {
        return Err(issues);
    }
    if told.is_empty() || told.len() > MAX_ROWS {
        return broken(UNREADABLE, format!("the feed has {} rows; 1 to {MAX_ROWS} are taken", told.len()));
    }
    Ok(told)
}

fn sku(kind: Kind, row: &Value) -> String {
    let holder = kind.wrapper().map_or(Some(row), |name| row.get(name));
    holder.and_then(|holder| holder.get("sku")).and_then(Value::as_str).unwrap_or_default().to_owned()
}
