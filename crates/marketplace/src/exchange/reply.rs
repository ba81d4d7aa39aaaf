//! What came back, and how exchanges read it.

use super::ProtocolError;
use super::Trouble;
use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use std::fmt::Write as _;
use std::io::Read as _;

/// What came back for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// An answer, whatever its status; what the wire can settle by itself (a limit, an ended token, a server that is
    /// away, where repeating is safe) is settled already.
    Answer(Answer),
    /// None: the request may or may not have taken effect.
    Lost(String),
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body, decompressed if the transport compressed it.
    pub body: Vec<u8>,
}

/// Most characters of an answer's text in an error.
const MOST_TEXT: usize = 300;

impl Answer {
    /// Whether the status says that it went well.
    pub fn is_fine(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body of a fine answer, as JSON.
    ///
    /// # Errors
    /// [`Trouble::Refused`], [`Trouble::Denied`] or [`Trouble::Unavailable`] by the status when it is not fine;
    /// [`Trouble::Unreadable`] when it is, and the body is something else.
    pub fn json<T: DeserializeOwned>(&self, doing: &'static str) -> Result<T, ProtocolError> {
        self.fine(doing)?;
        self.json_of_any_status(doing)
    }

    /// The body as JSON, whatever the status.
    ///
    /// # Errors
    /// [`Trouble::Unreadable`] when it is something else.
    pub fn json_of_any_status<T: DeserializeOwned>(&self, doing: &'static str) -> Result<T, ProtocolError> {
        serde_json::from_slice(&self.body).map_err(|why| {
            let message = format!("the answer with status {} cannot be read: {why}: {}", self.status, self.excerpt());
            ProtocolError::new(doing, Trouble::Unreadable, message)
        })
    }

    /// That the answer is fine.
    ///
    /// # Errors
    /// By the status, with what the marketplace said.
    pub fn fine(&self, doing: &'static str) -> Result<(), ProtocolError> {
        if self.is_fine() { Ok(()) } else { Err(self.refusal(doing)) }
    }

    /// What an answer that is not fine means.
    pub fn refusal(&self, doing: &'static str) -> ProtocolError {
        let trouble = match self.status {
            401 | 403 => Trouble::Denied,
            408 | 423 | 425 | 429 | 500.. => Trouble::Unavailable,
            _ => Trouble::Refused,
        };
        ProtocolError::new(doing, trouble, format!("answered with status {}: {}", self.status, self.excerpt()))
    }

    /// The beginning of the body as one line.
    pub fn excerpt(&self) -> String {
        let text = String::from_utf8_lossy(self.body.get(..self.body.len().min(4 * MOST_TEXT)).unwrap_or_default());
        let mut line = String::new();
        for word in text.split_whitespace() {
            if line.chars().count() + word.chars().count() > MOST_TEXT {
                line.push('…');
                break;
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        if line.is_empty() { "(nothing)".to_owned() } else { line }
    }
}

/// What a document says that may be compressed: told by its first bytes, since headers and flags lie.
///
/// # Errors
/// [`Trouble::Unreadable`] for one that is broken off, or that unpacks to more than `max` bytes.
pub fn gunzip(doing: &'static str, bytes: Vec<u8>, max: u64) -> Result<Vec<u8>, ProtocolError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut plain = Vec::new();
    let read = GzDecoder::new(bytes.as_slice()).take(max + 1).read_to_end(&mut plain);
    let unreadable = |message: String| ProtocolError::new(doing, Trouble::Unreadable, message);
    read.map_err(|why| unreadable(format!("the document cannot be unpacked: {why}")))?;
    if plain.len() as u64 > max {
        return Err(unreadable(format!("the document unpacks to more than {max} bytes")));
    }
    Ok(plain)
}

/// A text as a segment of a path or a value of a query: all but RFC 3986's unreserved characters stand as `%` and two
/// digits.
pub fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let written = write!(out, "%{byte:02X}");
            debug_assert!(written.is_ok(), "writing into a text cannot fail");
        }
    }
    out
}
