//! Login with Amazon: tokens for refresh tokens, and tokens that belong to no seller.

use super::Amazon;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::tokens::form;
use crate::tokens::hex;
use crate::tokens::is_right;
use jiff::Timestamp;
use serde_json::json;

/// What a token is for: a seller's listings.
pub(super) const SELLER: &str = "seller";
/// What needs no seller.
const GRANTLESS: &str = "grantless";

impl Amazon {
    pub(super) fn sign_in(&mut self, request: &Incoming, now: Timestamp) -> Outgoing {
        let is_form =
            request.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if !is_form {
            return refused(400, "invalid_request", "The request has an unsupported content type.");
        }
        let form = form(&request.body);
        let given = |name: &str| form.get(name).map(String::as_str).filter(|value| !value.is_empty());
        let Some(grant) = given("grant_type") else {
            return refused(400, "invalid_request", "The request is missing a required parameter : grant_type");
        };
        let (Some(client), Some(secret)) = (given("client_id"), given("client_secret")) else {
            return refused(401, "invalid_client", "Client authentication failed");
        };
        if !is_right(secret) {
            return refused(401, "invalid_client", "Client authentication failed");
        }
        let (account, kind) = match grant {
            "refresh_token" => match given("refresh_token") {
                None => {
                    return refused(
                        400,
                        "invalid_request",
                        "The request is missing a required parameter : refresh_token",
                    );
                }
                Some(token) if !is_right(token) => {
                    return refused(400, "invalid_grant", "The request has an invalid grant parameter : refresh_token");
                }
                // The refresh token itself is a secret: what it belongs to is told by what stands for it.
                Some(token) => {
                    let mark = hex(token);
                    (format!("{client}.{}", mark.get(..8).unwrap_or_default()), SELLER)
                }
            },
            "client_credentials" => match given("scope") {
                Some(scope) if scope.starts_with("sellingpartnerapi::") => (client.to_owned(), GRANTLESS),
                _ => return refused(400, "invalid_scope", "The requested scope is invalid, unknown or malformed"),
            },
            _ => return refused(400, "unsupported_grant_type", "The authorization grant type is not supported"),
        };
        let token = self.tokens.give(&account, kind, now);
        let mut body = json!({ "access_token": token, "token_type": "bearer", "expires_in": self.tokens.seconds() });
        if let (Some(refresh), Some(body)) = (given("refresh_token"), body.as_object_mut()) {
            body.insert("refresh_token".to_owned(), refresh.into());
        }
        let mut answer = Outgoing::json(200, &body);
        answer.headers.push(("cache-control".to_owned(), "no-store".to_owned()));
        answer
    }
}

fn refused(status: u16, error: &str, description: &str) -> Outgoing {
    Outgoing::json(status, &json!({ "error": error, "error_description": description }))
}
