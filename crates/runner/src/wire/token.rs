//! Signs in: gets tokens, keeps them, and renews them before they end. One thread renews, the others wait for it.

use super::WireError;
use super::carrier::Carrier;
use super::limit_headers::Told;
use super::secret::Credentials;
use super::secret::Secret;
use super::transport::Outcome;
use super::transport::Outgoing;
use super::transport::secret_value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use feedwright_marketplace::api::ClientAuth;
use feedwright_marketplace::api::Grant;
use feedwright_marketplace::api::Method;
use feedwright_marketplace::api::Repeat;
use feedwright_marketplace::api::TokenDef;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Body;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Trouble;
use feedwright_marketplace::exchange::percent_encode;
use jiff::SignedDuration;
use jiff::Timestamp;
use reqwest::header::ACCEPT;
use reqwest::header::AUTHORIZATION;
use reqwest::header::HeaderValue;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use zeroize::Zeroizing;

/// Most bytes of an answer with a token in it.
const MOST_BYTES: u64 = 1 << 20;
/// A sign-in that failed is not tried again so soon: with every request that waits for it, it would fail once more, and
/// marketplaces lock out who fails often.
const REST: SignedDuration = SignedDuration::from_secs(30);
/// Errors of RFC 6749, 4.1.2.1, after which later may be better.
const PASSING: &[&str] = &["server_error", "temporarily_unavailable"];

/// The tokens of a channel.
#[derive(Debug)]
pub(super) struct Tokens {
    kept: Vec<(&'static TokenDef, Mutex<Kept>)>,
}

#[derive(Debug, Default)]
struct Kept {
    token: Option<Token>,
    failed: Option<(WireError, Timestamp)>,
    renewals: u64,
}

/// A token.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) secret: Secret,
    /// Which one it is: the first, the second …
    pub(super) number: u64,
    renew_at: Timestamp,
    ends_at: Timestamp,
}

impl Tokens {
    pub(super) fn new(tokens: &'static [TokenDef]) -> Self {
        Self { kept: tokens.iter().map(|token| (token, Mutex::default())).collect() }
    }

    /// A token that holds. One with the number `ended` does not any more, whatever it said.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn get(
        &self,
        id: &str,
        ended: Option<u64>,
        carrier: &Carrier,
    ) -> Result<(&'static TokenDef, Token), WireError> {
        let Some((def, kept)) = self.kept.iter().find(|(def, _)| def.id == id) else {
            let message = format!("the API has no token `{id}`");
            return Err(WireError::Protocol(ProtocolError::new("sign-in", Trouble::Denied, message)));
        };
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.token.as_ref().is_some_and(|token| Some(token.number) == ended) {
            kept.token = None;
        }
        let now = carrier.world.clock.now();
        if let Some(token) = kept.token.as_ref().filter(|token| now < token.renew_at) {
            return Ok((def, token.clone()));
        }
        let rested = |failed_at: Timestamp| now.duration_since(failed_at) >= REST;
        let failed = kept.failed.clone().filter(|(_, failed_at)| !rested(*failed_at)).map(|(why, _)| why);
        let renewed = match failed {
            Some(why) => Err(why),
            None => renew(def, carrier),
        };
        let now = carrier.world.clock.now();
        let still_good = kept.token.clone().filter(|token| now < token.ends_at);
        match (renewed, still_good) {
            (Ok((secret, lifetime)), _) => {
                kept.renewals += 1;
                let early = def.renewed_before.min(lifetime / 2);
                let token = Token {
                    secret,
                    number: kept.renewals,
                    renew_at: now.checked_add(lifetime.saturating_sub(early)).unwrap_or(Timestamp::MAX),
                    ends_at: now.checked_add(lifetime).unwrap_or(Timestamp::MAX),
                };
                kept.failed = None;
                kept.token = Some(token.clone());
                Ok((def, token))
            }
            (Err(WireError::Stopped), _) => Err(WireError::Stopped),
            (Err(why), still_good) => {
                if kept.failed.as_ref().is_none_or(|(_, failed_at)| rested(*failed_at)) {
                    kept.failed = Some((why.clone(), now));
                }
                still_good.map(|token| (*def, token)).ok_or(why)
            }
        }
    }
}

/// Asks for a token, again and again while that may help.
fn renew(def: &'static TokenDef, carrier: &Carrier) -> Result<(Secret, Duration), WireError> {
    let patience = carrier.settings.patience;
    let form = form(def, carrier).map_err(WireError::Protocol)?;
    let body = Body::Bytes { content_type: "application/x-www-form-urlencoded", bytes: form.as_bytes().into() };
    for tries in 1.. {
        carrier.go_on()?;
        let outcome = carrier.carry(def.id, tries, || outgoing(def, &body, carrier))?;
        let (wait, error) = match outcome {
            Outcome::Answered(answer) if answer.is_fine() => match read(def, &answer) {
                Ok((secret, lifetime)) => {
                    carrier.hushed.add_token(secret.expose());
                    return Ok((secret, lifetime));
                }
                // A page for people, or half an answer: another token costs nothing.
                Err(why) => (None, WireError::Protocol(why)),
            },
            Outcome::Answered(answer) => {
                let error = match refusal(def, &answer, &carrier.settings.credentials) {
                    Refusal::Final(error) => return Err(carrier.hushed(WireError::Protocol(error))),
                    Refusal::Passing(message) => WireError::Unreachable { doing: def.id, message },
                };
                let told = Told::read(&answer, &carrier.settings.api.limit_headers, carrier.world.clock.now());
                (told.retry_after, error)
            }
            Outcome::BrokenOff(_, message) | Outcome::Lost(message) | Outcome::NeverOpened(message) => {
                (None, WireError::Unreachable { doing: def.id, message })
            }
            Outcome::TooLong(status) => {
                let message = format!("the answer with status {status} has more than {MOST_BYTES} bytes");
                return Err(WireError::Protocol(ProtocolError::new(def.id, Trouble::Unreadable, message)));
            }
            Outcome::Unsendable(message) => {
                return Err(WireError::Protocol(ProtocolError::new(def.id, Trouble::Refused, message)));
            }
        };
        let wait = wait.unwrap_or_else(|| carrier.backoff(tries));
        if tries >= patience.tries || wait > patience.longest_wait {
            return Err(carrier.hushed(error));
        }
        carrier.wait(wait)?;
    }
    Err(WireError::Stopped)
}

fn outgoing<'a>(def: &'static TokenDef, body: &'a Body, carrier: &Carrier) -> Result<Outgoing<'a>, ProtocolError> {
    let refused = |message| ProtocolError::new(def.id, Trouble::Refused, message);
    let url = carrier.addresses.at_host(def.host, def.path).map_err(refused)?;
    let mut headers = carrier.headers().map_err(refused)?;
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    match def.client {
        ClientAuth::Form => {}
        ClientAuth::Basic => {
            let id = credential(def, carrier, "client_id")?;
            let secret = credential(def, carrier, "client_secret")?;
            let pair = Zeroizing::new(format!("{}:{}", id.expose(), secret.expose()));
            let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
            carrier.hushed.add_for_good(&encoded);
            let value = Zeroizing::new(format!("Basic {}", *encoded));
            headers.insert(AUTHORIZATION, secret_value(&value).map_err(refused)?);
        }
    }
    Ok(Outgoing { method: Method::Post, url, headers, body, repeat: Repeat::Safe, max_answer: MOST_BYTES })
}

fn form(def: &'static TokenDef, carrier: &Carrier) -> Result<Zeroizing<String>, ProtocolError> {
    let mut form = Zeroizing::new(String::new());
    let mut add = |name: &str, value: &str| {
        if !form.is_empty() {
            form.push('&');
        }
        form.push_str(name);
        form.push('=');
        form.push_str(&Zeroizing::new(percent_encode(value)));
    };
    let scope = match def.grant {
        Grant::RefreshToken { scope } => {
            add("grant_type", "refresh_token");
            add("refresh_token", credential(def, carrier, "refresh_token")?.expose());
            scope
        }
        Grant::ClientCredentials { scope } => {
            add("grant_type", "client_credentials");
            scope
        }
    };
    if let Some(scope) = scope {
        add("scope", scope);
    }
    match def.client {
        ClientAuth::Basic => {}
        ClientAuth::Form => {
            add("client_id", credential(def, carrier, "client_id")?.expose());
            add("client_secret", credential(def, carrier, "client_secret")?.expose());
        }
    }
    Ok(form)
}

fn credential<'a>(def: &TokenDef, carrier: &'a Carrier, name: &str) -> Result<&'a Secret, ProtocolError> {
    carrier.settings.credentials.get(name).ok_or_else(|| {
        let message = format!("credential `{name}` is missing; name it among the channel's credentials");
        ProtocolError::new(def.id, Trouble::Denied, message)
    })
}

/// The token and how long it holds. What cannot be read is not shown: it may hold one.
fn read(def: &'static TokenDef, answer: &Answer) -> Result<(Secret, Duration), ProtocolError> {
    let unreadable = |what: &str| {
        let message = format!("the answer with status {} {what}", answer.status);
        ProtocolError::new(def.id, Trouble::Unreadable, message)
    };
    let json: serde_json::Value = serde_json::from_slice(&answer.body).map_err(|_| unreadable("is no JSON"))?;
    let token = json.get("access_token").and_then(serde_json::Value::as_str).map(str::trim).unwrap_or_default();
    if token.is_empty() {
        return Err(unreadable("has no `access_token`"));
    }
    let secret = Secret::new(token);
    if secret_value(secret.expose()).is_err() {
        return Err(unreadable("has an `access_token` that no header can hold"));
    }
    let lifetime = json.get("expires_in").and_then(|value| match value {
        serde_json::Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    });
    Ok((secret, lifetime.map_or(def.lifetime, Duration::from_secs)))
}

/// What a refused sign-in means.
enum Refusal {
    /// It will be refused again.
    Final(ProtocolError),
    /// Later may be better.
    Passing(String),
}

fn refusal(def: &'static TokenDef, answer: &Answer, credentials: &Credentials) -> Refusal {
    let json: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |name: &str| json.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let (error, description) = (text("error"), text("error_description"));
    let said = if error.is_empty() { answer.excerpt() } else { format!("{error}: {description}") };
    let said = said.trim_end_matches([':', ' ']);
    if PASSING.contains(&error) || answer.status == 429 || answer.status >= 500 {
        return Refusal::Passing(format!("cannot sign in now, answered with status {}: {said}", answer.status));
    }
    let [id, secret, token] = ["client_id", "client_secret", "refresh_token"].map(|name| credentials.shown(name));
    let advice = match (error, def.grant) {
        ("invalid_grant", Grant::RefreshToken { .. }) => format!(
            "look at {token}: it has ended or was taken back, or belongs to another application; the seller has to \
             authorize this one again"
        ),
        ("invalid_scope", _) => "the application or the seller's authorization lacks a permission".to_owned(),
        ("unauthorized_client" | "access_denied", _) => {
            format!("the application is not allowed to do this; look at {id} and its permissions")
        }
        ("unsupported_grant_type" | "invalid_request", Grant::RefreshToken { .. }) => {
            format!("look at {id}, {secret} and {token}")
        }
        _ => format!("look at {id} and {secret}"),
    };
    let message = format!("cannot sign in, answered with status {}: {said}; {advice}", answer.status);
    Refusal::Final(ProtocolError::new(def.id, Trouble::Denied, message))
}
