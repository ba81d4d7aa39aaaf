//! Conversations played to their end. Whatever is asked is held against the API: an adapter asks nothing else, nowhere
//! else, and shows no secret to anybody.

use crate::api::Api;
use crate::exchange::Address;
use crate::exchange::Answer;
use crate::exchange::Exchange;
use crate::exchange::ProtocolError;
use crate::exchange::Reply;
use crate::exchange::Request;
use crate::exchange::Step;
use std::time::Duration;

/// Steps after which a conversation must have ended, whatever was answered.
const MOST_STEPS: usize = 4_000;

/// Who is talked to.
pub(super) trait Party {
    /// What comes back for a request; none when the program ends here.
    fn asked(&mut self, request: &Request) -> Option<Reply>;

    /// Time passes.
    fn rests(&mut self, time: Duration);
}

/// How a conversation ended.
#[derive(Debug)]
pub(super) enum End<T> {
    /// With this.
    Done(T),
    /// With an error.
    Failed(ProtocolError),
    /// The program ended in the middle.
    Broken,
}

/// Plays a conversation to its end.
///
/// # Errors
/// That it has none, or asks what no adapter may ask.
pub(super) fn play<T>(
    api: &'static Api,
    exchange: &mut dyn Exchange<T>,
    party: &mut dyn Party,
) -> Result<End<T>, String> {
    let mut last = None;
    let mut given = Given::default();
    for _ in 0..MOST_STEPS {
        match exchange.next(last.take()) {
            Ok(Step::Done(done)) => return Ok(End::Done(done)),
            Err(why) => return Ok(End::Failed(why)),
            Ok(Step::Wait(time)) => party.rests(time),
            Ok(Step::Send(request)) => {
                may_be_asked(api, &request, &given)?;
                last = party.asked(&request);
                match &last {
                    Some(Reply::Answer(answer)) => given.hear(answer),
                    Some(Reply::Lost(_)) => {}
                    None => return Ok(End::Broken),
                }
            }
        }
    }
    Err(format!("it has not ended after {MOST_STEPS} steps"))
}

/// What was answered so far: the only place URLs may come from.
#[derive(Default)]
struct Given(Vec<Vec<u8>>);

impl Given {
    fn hear(&mut self, answer: &Answer) {
        self.0.push(answer.body.clone());
        self.0.extend(answer.headers.iter().map(|(_, value)| value.clone().into_bytes()));
    }

    fn holds(&self, url: &str) -> bool {
        !url.is_empty() && self.0.iter().any(|text| text.windows(url.len()).any(|window| window == url.as_bytes()))
    }
}

/// That a request is one that the API knows, and goes where the API or an answer says.
fn may_be_asked(api: &'static Api, request: &Request, given: &Given) -> Result<(), String> {
    let operation = request.operation;
    let id = operation.id;
    if !api.operations.contains(&operation) {
        return Err(format!("`{id}` is none of the operations of its API"));
    }
    match &request.to {
        Address::Given(_) if operation.token.is_some() => {
            return Err(format!("`{id}` would send a token to a given URL"));
        }
        Address::Given(url) if !given.holds(&url.0) => {
            return Err(format!("`{id}` goes to a URL that no answer gave"));
        }
        Address::Host(host, _) if api.host(host).is_none() => {
            return Err(format!("`{id}` goes to host `{host}`, which its API does not name"));
        }
        Address::Host(_, path) if !is_path(path) => {
            return Err(format!("`{id}` goes to `{path}`, which is no path"));
        }
        Address::Given(_) | Address::Host(..) => {}
    }
    let is_of_wire = |name: &str| name.eq_ignore_ascii_case("authorization") || name.eq_ignore_ascii_case("host");
    match request.headers.iter().find(|(name, _)| is_of_wire(name)) {
        Some((name, _)) => Err(format!("`{id}` sets the header `{name}`, which is the wire's")),
        None => Ok(()),
    }
}

/// Two slashes at the beginning would name another host.
fn is_path(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && path.bytes().all(|byte| byte.is_ascii_graphic())
}
