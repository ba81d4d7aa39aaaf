//! How eBay says no, and what it says beside a yes. Ids and messages: the documentation of each operation's errors in the
//! API documents, read 2026-11-23.

use crate::simulated::Outgoing;
use serde_json::Value;
use serde_json::json;

/// An error or a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// Its id.
    pub id: u32,
    /// Whether eBay itself failed.
    pub is_system: bool,
    /// What it says.
    pub message: String,
    /// What it is about, by name.
    pub parameters: Vec<(String, String)>,
    /// Whether something is missing, where other errors mean that something is wrong.
    pub is_missing: bool,
}

impl Said {
    /// Something wrong with a request.
    pub(super) fn new(id: u32, message: impl Into<String>) -> Self {
        Self { id, is_system: false, message: message.into(), parameters: Vec::new(), is_missing: false }
    }

    /// The same, about this.
    pub(super) fn about(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same; what is wrong is that something is missing.
    pub(super) fn missing(mut self) -> Self {
        self.is_missing = true;
        self
    }

    /// As JSON.
    pub(super) fn json(&self) -> Value {
        let domain = match self.id {
            62_000..=62_999 => "API_TAXONOMY",
            160_000..=160_999 => "API_FEED",
            _ => "API_INVENTORY",
        };
        let mut said = json!({
            "errorId": self.id,
            "domain": domain,
            "category": if self.is_system { "APPLICATION" } else { "REQUEST" },
            "message": self.message,
        });
        if domain == "API_INVENTORY" {
            said["subdomain"] = json!("Selling");
        }
        if !self.parameters.is_empty() {
            let parameters: Vec<Value> =
                self.parameters.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
            said["parameters"] = json!(parameters);
        }
        said
    }

    /// The status of an answer that says this.
    pub(super) fn status(&self) -> u16 {
        if self.is_system { 500 } else { 400 }
    }

    /// An answer that says this.
    pub(super) fn answer(&self) -> Outgoing {
        refuse(self.status(), std::slice::from_ref(self))
    }
}

/// An answer that says these.
pub(super) fn refuse(status: u16, said: &[Said]) -> Outgoing {
    Outgoing::json(status, &json!({ "errors": list(said) }))
}

/// As a list.
pub(super) fn list(said: &[Said]) -> Vec<Value> {
    said.iter().map(Said::json).collect()
}

/// A row of a bulk answer that failed: `errors` and `statusCode` beside what the row is about.
pub(super) fn row(mut about: Value, said: &[Said]) -> Value {
    about["statusCode"] = json!(said.first().map_or(400, Said::status));
    about["errors"] = json!(list(said));
    about
}

/// The answer of a bulk call: 200 when all rows went well, 207 otherwise.
pub(super) fn rows(rows: &[Value]) -> Outgoing {
    let is_well = rows.iter().all(|row| row["statusCode"].as_u64().is_some_and(|status| status < 300));
    Outgoing::json(if is_well { 200 } else { 207 }, &json!({ "responses": rows }))
}

/// A body that is none.
pub(super) fn nothing(status: u16) -> Outgoing {
    Outgoing { status, ..Outgoing::default() }
}

fn gate(status: u16, id: u32, domain: &str, category: &str, message: &str) -> Outgoing {
    let error = json!({
        "errorId": id,
        "domain": domain,
        "category": category,
        "message": message,
        "longMessage": message,
    });
    Outgoing::json(status, &json!({ "errors": [error] }))
}

/// No token, a false one or one that ended.
pub(super) fn unauthorized() -> Outgoing {
    gate(401, 1001, "OAuth", "REQUEST", "Invalid access token")
}

/// A token that is not for this.
pub(super) fn forbidden() -> Outgoing {
    gate(403, 1100, "ACCESS", "REQUEST", "Access denied")
}

/// Too many requests.
pub(super) fn too_many() -> Outgoing {
    gate(429, 2001, "ACCESS", "REQUEST", "Too many requests.")
}

/// Too many files of a feed type.
pub(super) fn too_many_tasks() -> Outgoing {
    let message = "You have exceeded the maximum number of records or tasks of the period.";
    let mut said = Said::new(160_025, message).json();
    said["category"] = json!("BUSINESS");
    Outgoing::json(409, &json!({ "errors": [said] }))
}

/// eBay cannot answer.
pub(super) fn unavailable(status: u16) -> Outgoing {
    let mut said = Said::new(25_001, "A system error has occurred.");
    said.is_system = true;
    refuse(status, &[said])
}

/// There is no such path.
pub(super) fn no_such_resource() -> Outgoing {
    gate(404, 2002, "ACCESS", "REQUEST", "Resource not found")
}

/// A body that cannot be read.
pub(super) fn unreadable() -> Said {
    Said::new(25_709, "Invalid request. The body is not valid JSON for this call.")
}
