//! How Walmart says no. Its bodies have several shapes; each is used where it was seen.

use crate::simulated::Outgoing;
use serde_json::Value;
use serde_json::json;

/// From the gateway: one error in a list called `error`.
fn gateway(status: u16, code: &str, description: &str) -> Outgoing {
    let field = code.split('.').next().unwrap_or(code);
    let error = json!({
        "code": code,
        "field": field,
        "description": description,
        "info": description,
        "severity": "ERROR",
        "category": "DATA",
        "causes": [],
        "errorIdentifiers": {},
    });
    Outgoing::json(status, &json!({ "error": [error] }))
}

/// No token, a false one or one that ended.
pub(super) fn unauthorized() -> Outgoing {
    gateway(401, "UNAUTHORIZED.GMP_GATEWAY_API", "unauthorized token or incorrect authorization header")
}

/// A header that every request needs is not there.
pub(super) fn header_missing(name: &str) -> Outgoing {
    gateway(400, "INVALID_REQUEST_HEADER.GMP_GATEWAY_API", &format!("the header {name} is required"))
}

/// Too many requests.
pub(super) fn too_many() -> Outgoing {
    gateway(429, "REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API", "the request threshold of this operation is reached")
}

/// Walmart cannot answer.
pub(super) fn unavailable(status: u16) -> Outgoing {
    gateway(status, "SYSTEM_ERROR.GMP_GATEWAY_API", "the system met an internal error")
}

/// One flat error, as the item operations have it.
pub(super) fn flat(status: u16, code: &str, description: &str, field: &str) -> Outgoing {
    Outgoing::json(status, &object(code, description, field))
}

/// There is nothing of that name.
pub(super) fn not_found(description: &str) -> Outgoing {
    Outgoing::json(404, &json!({ "errors": [object("CONTENT_NOT_FOUND.GMP_ITEM_QUERY_API", description, "")] }))
}

/// A short error of the inventory operations.
pub(super) fn short(status: u16, code: &str, message: &str) -> Outgoing {
    Outgoing::json(status, &json!({ "errors": [{ "code": code, "message": message }] }))
}

fn object(code: &str, description: &str, field: &str) -> Value {
    let mut error = json!({
        "code": code,
        "description": description,
        "info": "Request invalid.",
        "severity": "ERROR",
        "category": "DATA",
        "causes": [],
        "errorIdentifiers": {},
    });
    if !field.is_empty() {
        error["field"] = json!(field);
    }
    error
}
