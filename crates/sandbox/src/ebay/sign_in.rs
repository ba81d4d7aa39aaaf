//! Signing in: tokens of users and of applications, and what every other request must carry.

use super::Ebay;
use super::errors;
use super::errors::Said;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::tokens;
use jiff::Timestamp;
use serde_json::json;

const USER: &str = "User Access Token";
const APPLICATION: &str = "Application Access Token";

/// Operations that must be told the language of what they are given: the parameters in the API document.
const NEED_LANGUAGE: [&str; 6] = [
    "createOrReplaceInventoryItem",
    "bulkCreateOrReplaceInventoryItem",
    "createOrReplaceInventoryItemGroup",
    "createOffer",
    "bulkCreateOffer",
    "updateOffer",
];

/// Operations with a JSON body.
const NEED_JSON: [&str; 6] = [
    "bulkGetInventoryItem",
    "bulkUpdatePriceQuantity",
    "bulkPublishOffer",
    "publishOfferByInventoryItemGroup",
    "withdrawOfferByInventoryItemGroup",
    "createTask",
];

/// The token a request shows.
pub(super) fn bearer(request: &Incoming) -> Option<&str> {
    request.header("authorization")?.strip_prefix("Bearer ")
}

/// The client of a request, or why it is refused.
pub(super) fn client(ebay: &Ebay, operation: &str, request: &Incoming, now: Timestamp) -> Result<String, Outgoing> {
    let holder = bearer(request).and_then(|token| ebay.tokens.holder(token, now)).ok_or_else(errors::unauthorized)?;
    let is_about_accounts = !request.path.starts_with("/commerce/") && !request.path.starts_with("/sell/metadata/");
    if is_about_accounts && holder.kind != USER {
        return Err(errors::forbidden());
    }
    let needs_language = NEED_LANGUAGE.contains(&operation);
    if needs_language && request.header("content-language").is_none_or(|language| !is_language(language)) {
        return Err(header("Content-Language"));
    }
    let is_json = request.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    if (needs_language || NEED_JSON.contains(&operation)) && !is_json {
        return Err(header("Content-Type"));
    }
    Ok(holder.account.clone())
}

fn header(name: &str) -> Outgoing {
    Said::new(25_709, format!("Invalid value for header {name}.")).about("header", name).answer()
}

/// `en-US`: a hyphen, where the bodies of bulk calls have an underscore.
fn is_language(text: &str) -> bool {
    let is = |part: &str, upper: bool| {
        part.len() == 2
            && part.bytes().all(|byte| if upper { byte.is_ascii_uppercase() } else { byte.is_ascii_lowercase() })
    };
    text.split_once('-').is_some_and(|(language, country)| is(language, false) && is(country, true))
}

/// `POST /identity/v1/oauth2/token`.
pub(super) fn token(ebay: &mut Ebay, request: &Incoming, now: Timestamp) -> Outgoing {
    let refuse = |status: u16, error: &str, description: &str| {
        Outgoing::json(status, &json!({ "error": error, "error_description": description }))
    };
    let client = tokens::basic(request.header("authorization"));
    let Some((id, _)) = client.filter(|(_, secret)| tokens::is_right(secret)) else {
        return refuse(401, "invalid_client", "client authentication failed");
    };
    let form = tokens::form(&request.body);
    let kind = match form.get("grant_type").map(String::as_str) {
        Some("refresh_token") if form.get("refresh_token").is_some_and(|token| tokens::is_right(token)) => USER,
        Some("refresh_token") => {
            return refuse(
                400,
                "invalid_grant",
                "the provided refresh token is invalid or was issued to another client",
            );
        }
        Some("client_credentials") if form.get("scope").is_some_and(|scope| !scope.is_empty()) => APPLICATION,
        Some("client_credentials") => {
            return refuse(400, "invalid_scope", "The requested scope is invalid, unknown or malformed");
        }
        _ => {
            return refuse(
                400,
                "unsupported_grant_type",
                "grant type in request is not supported by the authorization server",
            );
        }
    };
    let token = ebay.tokens.give(&id, kind, now);
    Outgoing::json(200, &json!({ "access_token": token, "expires_in": ebay.tokens.seconds(), "token_type": kind }))
}
