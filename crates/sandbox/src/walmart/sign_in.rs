//! Signing in: the token for a client's id and secret, and what every other request must carry.

use super::Walmart;
use super::errors;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::tokens;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

/// Headers every request must carry.
const NEEDED: [(&str, &str); 2] = [("wm_qos.correlation_id", "WM_QOS.CORRELATION_ID"), ("wm_svc.name", "WM_SVC.NAME")];

/// The client of a request, or why it is refused.
pub(super) fn client(walmart: &Walmart, request: &Incoming, now: Timestamp) -> Result<String, Outgoing> {
    headers(request)?;
    let token = request.header("wm_sec.access_token").unwrap_or_default();
    let holder = walmart.tokens.holder(token, now).ok_or_else(errors::unauthorized)?;
    Ok(holder.account.clone())
}

/// `POST /v3/token`.
pub(super) fn token(walmart: &mut Walmart, request: &Incoming, now: Timestamp) -> Outgoing {
    if let Err(refused) = headers(request) {
        return refused;
    }
    let client = tokens::basic(request.header("authorization"));
    let Some((id, _)) = client.filter(|(_, secret)| tokens::is_right(secret)) else {
        return errors::unauthorized();
    };
    let form = tokens::form(&request.body);
    match form.get("grant_type").map(String::as_str) {
        Some("client_credentials") => {}
        Some("refresh_token") if form.get("refresh_token").is_some_and(|token| tokens::is_right(token)) => {}
        _ => return errors::flat(400, "INVALID_REQUEST", "the grant type is missing or not known", "grant_type"),
    }
    let token = walmart.tokens.give(&id, "seller", now);
    let seconds = walmart.tokens.seconds();
    // Who does not ask for JSON gets XML.
    if request.header("accept").is_some_and(|accept| accept.contains("json")) {
        return Outgoing::json(200, &json!({ "access_token": token, "token_type": "Bearer", "expires_in": seconds }));
    }
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><OAuthTokenDTO><accessToken>{token}</accessToken>\
         <tokenType>Bearer</tokenType><expiresIn>{seconds}</expiresIn></OAuthTokenDTO>"
    );
    let headers = vec![("content-type".to_owned(), "application/xml".to_owned())];
    Outgoing { status: 200, headers, body: body.into_bytes() }
}

/// `GET /v3/token/detail`.
pub(super) fn detail(walmart: &Walmart, request: &Incoming, now: Timestamp) -> Outgoing {
    let token = request.header("wm_sec.access_token").unwrap_or_default();
    let Some(holder) = walmart.tokens.holder(token, now) else { return errors::unauthorized() };
    let scopes: serde_json::Map<String, Value> = SCOPES
        .iter()
        .map(|name| {
            let access = if matches!(*name, "orders" | "returns") { "no_access" } else { "full_access" };
            ((*name).to_owned(), json!(access))
        })
        .collect();
    Outgoing::json(
        200,
        &json!({
            "scopes": scopes,
            "expire_at": holder.ends_at.to_string(),
            "issued_at": holder.given_at.to_string(),
            "is_valid": true,
            "is_channel_match": true,
        }),
    )
}

const SCOPES: [&str; 11] =
    ["reports", "item", "shipping", "price", "lagtime", "feeds", "returns", "orders", "rules", "inventory", "content"];

fn headers(request: &Incoming) -> Result<(), Outgoing> {
    match NEEDED.iter().find(|(name, _)| request.header(name).is_none_or(str::is_empty)) {
        Some((_, name)) => Err(errors::header_missing(name)),
        None => Ok(()),
    }
}
