//! A question that may be asked again: when no answer came, or one that nobody can read.

use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::ProtocolError;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Request;
use feedwright_marketplace::exchange::Step;
use feedwright_marketplace::exchange::Trouble;
use serde::de::DeserializeOwned;

/// How often something is tried that has no effect, or the same effect each time.
pub(super) const MOST_TRIES: u32 = 3;

/// A question without an effect.
#[derive(Debug)]
pub(super) struct Question {
    request: Request,
    tries: u32,
}

/// What came of asking.
#[derive(Debug)]
pub(super) enum Heard<A> {
    /// The answer as it is meant, and as it came.
    Said(A, Answer),
    /// Nothing that can be read: it is to be asked again.
    Nothing,
}

impl Question {
    pub(super) fn new(request: Request) -> Self {
        Self { request, tries: 0 }
    }

    /// Asks, once more.
    pub(super) fn ask<T>(&mut self) -> Step<T> {
        self.tries += 1;
        self.request.clone().send()
    }

    /// Reads what came.
    ///
    /// # Errors
    /// That it was refused, or that it was asked often enough.
    pub(super) fn hear<A: DeserializeOwned>(&self, reply: Option<Reply>) -> Result<Heard<A>, ProtocolError> {
        let doing = self.request.operation.id;
        let read = match answer(doing, reply) {
            Ok(answer) => {
                answer.fine(doing)?;
                read(doing, &answer).map(|meant| Heard::Said(meant, answer))
            }
            Err(why) => Err(why),
        };
        match read {
            Err(_) if self.tries < MOST_TRIES => Ok(Heard::Nothing),
            read => read,
        }
    }
}

/// The answer, or that there was none.
pub(super) fn answer(doing: &'static str, reply: Option<Reply>) -> Result<Answer, ProtocolError> {
    let none = |why: &str| ProtocolError::new(doing, Trouble::Unavailable, format!("no answer came: {why}"));
    match reply {
        Some(Reply::Answer(answer)) => Ok(answer),
        Some(Reply::Lost(why)) => Err(none(&why)),
        None => Err(none("nobody asked")),
    }
}

/// The body as what it is meant to be. The error shows nothing of it: such answers hold URLs that carry their own
/// permission.
pub(super) fn read<A: DeserializeOwned>(doing: &'static str, answer: &Answer) -> Result<A, ProtocolError> {
    serde_json::from_slice(&answer.body).map_err(|why| {
        let what = if answer.body.is_empty() {
            "is empty".to_owned()
        } else {
            let kind = answer.header("content-type").unwrap_or("no content type");
            let (n_bytes, line, column) = (answer.body.len(), why.line(), why.column());
            format!("is not what the reference says at line {line}, column {column} ({n_bytes} bytes of {kind})")
        };
        ProtocolError::new(doing, Trouble::Unreadable, format!("the answer with status {} {what}", answer.status))
    })
}

/// What a store said that a document is put into or taken out of: only its status and its code, since the rest may
/// repeat the signature of the URL.
pub(super) fn refused_by_store(doing: &'static str, answer: &Answer) -> ProtocolError {
    let text = String::from_utf8_lossy(&answer.body);
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map(|(code, _)| code);
    let code = code.filter(|code| code.len() <= 60 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let code = code.unwrap_or("no code");
    ProtocolError::new(
        doing,
        Trouble::Unavailable,
        format!("the store answered with status {} ({code})", answer.status),
    )
}

/// That a conversation is asked to go on after its end.
pub(super) fn over(doing: &'static str) -> ProtocolError {
    ProtocolError::new(doing, Trouble::Refused, "the conversation is over")
}
