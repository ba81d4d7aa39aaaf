//! Brings one request to its answer: signs in, keeps to the limit, and repeats what may be repeated.

use super::WireError;
use super::carrier::Carrier;
use super::carrier::put;
use super::limit_headers::Told;
use super::limits::Limit;
use super::token::Token;
use super::token::Tokens;
use super::transport::Outcome;
use super::transport::Outgoing;
use super::transport::secret_value;
use feedwright_marketplace::api::Repeat;
use feedwright_marketplace::api::ShownAs;
use feedwright_marketplace::api::TokenDef;
use feedwright_marketplace::exchange::Address;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::GivenUrl;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Trouble;
use reqwest::header::AUTHORIZATION;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderName;
use std::time::Duration;
use zeroize::Zeroizing;

/// Statuses of a server that is away, or stumbled: another try may find it better.
const PASSING: &[u16] = &[500, 502, 503, 504, 520];
const TOO_MANY: u16 = 429;

/// What was tried already.
#[derive(Default)]
struct Tries {
    all: u32,
    failed: u32,
    limited: u32,
    ended_token: Option<u64>,
}

/// What comes after a try.
enum After {
    Reply(Reply),
    Again,
}

/// Brings a request to its answer.
///
/// # Errors
/// Why there is none that the exchange could go on with.
pub(super) fn deliver(request: &Request, carrier: &Carrier, tokens: &Tokens) -> Result<Reply, WireError> {
    let operation = request.operation;
    if let Address::Given(GivenUrl(url)) = &request.to {
        carrier.hushed.add_url(url);
    }
    let (world, settings) = (&carrier.world, &carrier.settings);
    let limit = world.limits.of(settings.marketplace, &settings.account, operation, world.clock.now());
    let mut tries = Tries::default();
    loop {
        carrier.go_on()?;
        // A token that is asked for while the request waits for its turn may have ended when it is there.
        let turn = limit.take(operation.id, settings.patience.longest_wait, &*world.clock, &world.stop)?;
        let sent = signed_in(request, carrier, tokens, tries.ended_token).and_then(|token| {
            tries.all += 1;
            let outcome = carrier.carry(operation.id, tries.all, || outgoing(request, carrier, token.as_ref()))?;
            Ok((token, outcome))
        });
        limit.came(turn, world.clock.now());
        let (token, outcome) = sent?;
        match after(request, carrier, &limit, token, outcome, &mut tries)? {
            After::Reply(reply) => return Ok(reply),
            After::Again => {}
        }
    }
}

/// The token that a request needs. URLs that were given out get none, whatever the operation says.
fn signed_in(
    request: &Request,
    carrier: &Carrier,
    tokens: &Tokens,
    ended: Option<u64>,
) -> Result<Option<(&'static TokenDef, Token)>, WireError> {
    match (&request.to, request.operation.token) {
        (Address::Host(..), Some(id)) => tokens.get(id, ended, carrier).map(Some),
        (Address::Host(..), None) | (Address::Given(_), _) => Ok(None),
    }
}

fn outgoing<'a>(
    request: &'a Request,
    carrier: &Carrier,
    token: Option<&(&'static TokenDef, Token)>,
) -> Result<Outgoing<'a>, ProtocolError> {
    let operation = request.operation;
    let refused = |message| ProtocolError::new(operation.id, Trouble::Refused, message);
    let (url, mut headers) = match &request.to {
        Address::Host(id, path) => {
            (carrier.addresses.at_host(id, path).map_err(refused)?, carrier.headers().map_err(refused)?)
        }
        Address::Given(GivenUrl(url)) => (carrier.addresses.given(url).map_err(refused)?, HeaderMap::new()),
    };
    for (name, value) in &request.headers {
        put(&mut headers, name, value).map_err(refused)?;
    }
    if let Some((def, token)) = token {
        let (name, value) = match def.shown_as {
            ShownAs::Bearer => (AUTHORIZATION, Zeroizing::new(format!("Bearer {}", token.secret.expose()))),
            ShownAs::Header(name) => {
                let key = HeaderName::from_bytes(name.as_bytes());
                let key = key.map_err(|_| refused(format!("`{name}` cannot be a header's name")))?;
                (key, Zeroizing::new(token.secret.expose().to_owned()))
            }
        };
        headers.insert(name, secret_value(&value).map_err(refused)?);
    }
    Ok(Outgoing {
        method: operation.method,
        url,
        headers,
        body: &request.body,
        repeat: operation.repeat,
        max_answer: operation.max_answer,
    })
}

/// Whether what came is handed on, or the request sent again; the wait before that is over then.
fn after(
    request: &Request,
    carrier: &Carrier,
    limit: &Limit,
    token: Option<(&'static TokenDef, Token)>,
    outcome: Outcome,
    tries: &mut Tries,
) -> Result<After, WireError> {
    let operation = request.operation;
    let lost = |why: String| Ok(After::Reply(Reply::Lost(why)));
    match (outcome, operation.repeat) {
        (Outcome::Answered(answer), _) => after_answer(request, carrier, limit, token, answer, tries),
        // Its status is here, and tells more than nothing. Only where the body matters is it as good as lost.
        (Outcome::BrokenOff(answer, _), repeat) if repeat == Repeat::Never || !answer.is_fine() => {
            after_answer(request, carrier, limit, token, answer, tries)
        }
        (Outcome::Lost(message), Repeat::Never) => lost(message),
        (Outcome::NeverOpened(message) | Outcome::Lost(message) | Outcome::BrokenOff(_, message), _) => {
            failed(carrier, tries)?.map_or_else(
                || Err(WireError::Unreachable { doing: operation.id, message: after_tries(message, tries.failed) }),
                |wait| carrier.wait(wait).map(|()| After::Again),
            )
        }
        (Outcome::TooLong(status), repeat) => {
            let message = format!("the answer with status {status} has more than {} bytes", operation.max_answer);
            match repeat {
                Repeat::Never => lost(message),
                Repeat::Safe => {
                    Err(WireError::Protocol(ProtocolError::new(operation.id, Trouble::Unreadable, message)))
                }
            }
        }
        (Outcome::Unsendable(message), _) => {
            Err(WireError::Protocol(ProtocolError::new(operation.id, Trouble::Refused, message)))
        }
    }
}

fn after_answer(
    request: &Request,
    carrier: &Carrier,
    limit: &Limit,
    token: Option<(&'static TokenDef, Token)>,
    answer: Answer,
    tries: &mut Tries,
) -> Result<After, WireError> {
    let (patience, now) = (carrier.settings.patience, carrier.world.clock.now());
    let told = Told::read(&answer, &carrier.settings.api.limit_headers, now);
    limit.adopt(&told, now);
    if answer.status == TOO_MANY {
        tries.limited += 1;
        let chance = carrier.backoff(tries.limited);
        let wait = limit.refused(&told).unwrap_or_else(|| limit.interval().saturating_add(chance));
        limit.close(wait, now);
        let is_enough = tries.limited >= patience.limited_tries || wait > patience.longest_wait;
        return Ok(if is_enough { After::Reply(Reply::Answer(answer)) } else { After::Again });
    }
    if let Some((def, token)) = token
        && def.ended_by.contains(&answer.status)
        && tries.ended_token.is_none()
    {
        tries.ended_token = Some(token.number);
        return Ok(After::Again);
    }
    match request.operation.repeat {
        Repeat::Never if answer.status >= 500 => {
            let message = format!("answered with status {}: {}", answer.status, answer.excerpt());
            Ok(After::Reply(Reply::Lost(carrier.hushed.hush(&message))))
        }
        Repeat::Safe if PASSING.contains(&answer.status) => match failed(carrier, tries)? {
            None => Ok(After::Reply(Reply::Answer(answer))),
            Some(wait) => {
                let wait = told.retry_after.unwrap_or(wait);
                if wait > patience.longest_wait {
                    return Ok(After::Reply(Reply::Answer(answer)));
                }
                carrier.wait(wait).map(|()| After::Again)
            }
        },
        Repeat::Never | Repeat::Safe => Ok(After::Reply(Reply::Answer(answer))),
    }
}

/// Counts a try that failed, and says how long to wait before the next; none when it was the last.
fn failed(carrier: &Carrier, tries: &mut Tries) -> Result<Option<Duration>, WireError> {
    carrier.go_on()?;
    tries.failed += 1;
    Ok((tries.failed < carrier.settings.patience.tries).then(|| carrier.backoff(tries.failed)))
}

fn after_tries(message: String, tries: u32) -> String {
    if tries > 1 { format!("{message} ({tries} tries)") } else { message }
}
