//! One request to one URL, and what became of it. Nothing is repeated here, and no redirect is followed.

use super::address::Addresses;
use super::settings::Settings;
use super::settings::SettingsError;
use super::settings::Timeouts;
use feedwright_marketplace::api::Method;
use feedwright_marketplace::api::Repeat;
use feedwright_marketplace::exchange::Answer;
use feedwright_marketplace::exchange::Body;
use reqwest::Proxy;
use reqwest::Url;
use reqwest::blocking::Client;
use reqwest::blocking::ClientBuilder;
use reqwest::blocking::RequestBuilder;
use reqwest::blocking::Response;
use reqwest::blocking::multipart::Form;
use reqwest::blocking::multipart::Part;
use reqwest::header::CONTENT_LENGTH;
use reqwest::header::CONTENT_TYPE;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use std::error::Error;
use std::io::Read as _;
use std::time::Duration;
use std::time::Instant;

/// A piece of an answer.
const PIECE: usize = 64 << 10;

/// Connections to hosts.
#[derive(Debug)]
pub(super) struct Transport {
    /// Keeps connections open between requests.
    kept: Client,
    /// Opens one for each request. One that was kept may be closed from over there just when a request leaves, and
    /// then nobody knows what became of it; that is bad where it must not be sent again.
    fresh: Client,
    total: Duration,
}

/// What is sent.
#[derive(Debug)]
pub(super) struct Outgoing<'a> {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: &'a Body,
    pub(super) repeat: Repeat,
    pub(super) max_answer: u64,
}

/// What became of a request.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It was answered.
    Answered(Answer),
    /// It was answered, and the answer broke off.
    BrokenOff(Answer, String),
    /// It was answered with more bytes than anybody should read.
    TooLong(u16),
    /// No answer came.
    Lost(String),
    /// There was never a connection: it had no effect.
    NeverOpened(String),
    /// It could not even be written down.
    Unsendable(String),
}

impl Transport {
    /// Connections as the settings say.
    pub(super) fn new(settings: &Settings, addresses: &Addresses) -> Result<Self, SettingsError> {
        // A second wire finds it installed.
        drop(rustls::crypto::ring::default_provider().install_default());
        let Timeouts { connect, silence, total } = settings.timeouts;
        let builder = || -> Result<ClientBuilder, SettingsError> {
            let builder = Client::builder()
                .user_agent(user_agent(env!("CARGO_PKG_VERSION"), std::env::consts::OS))
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .gzip(true)
                .connect_timeout(connect)
                .timeout(silence);
            Ok(match &settings.proxy {
                // The URL may hold a password.
                Some(url) => builder.proxy(
                    Proxy::all(url.expose()).map_err(|_| SettingsError("the proxy's URL cannot be read".to_owned()))?,
                ),
                // Proxies cannot reach this machine.
                None if addresses.is_here => builder.no_proxy(),
                None => builder,
            })
        };
        let build = |builder: ClientBuilder| {
            builder.build().map_err(|why| SettingsError(format!("cannot set up connections: {}", root(&why))))
        };
        Ok(Self { kept: build(builder()?)?, fresh: build(builder()?.pool_max_idle_per_host(0))?, total })
    }

    /// Sends a request, and reads its answer to the end.
    pub(super) fn send(&self, outgoing: Outgoing<'_>) -> Outcome {
        let Outgoing { method, url, headers, body, repeat, max_answer } = outgoing;
        let begun = Instant::now();
        let client = match repeat {
            Repeat::Safe => &self.kept,
            Repeat::Never => &self.fresh,
        };
        let Ok(method) = reqwest::Method::from_bytes(method.name().as_bytes()) else {
            return Outcome::Unsendable(format!("no method is called `{}`", method.name()));
        };
        let request = match with_body(client.request(method.clone(), url).headers(headers), &method, body) {
            Ok(request) => request,
            Err(why) => return Outcome::Unsendable(why),
        };
        match request.send() {
            Ok(response) => self.read(response, max_answer, begun),
            Err(why) if why.is_builder() => Outcome::Unsendable(root(&why)),
            Err(why) if why.is_connect() => Outcome::NeverOpened(format!("cannot connect: {}", root(&why))),
            Err(why) if why.is_timeout() => Outcome::Lost("no answer in time".to_owned()),
            Err(why) => Outcome::Lost(format!("no answer: {}", root(&why))),
        }
    }

    fn read(&self, mut response: Response, max_answer: u64, begun: Instant) -> Outcome {
        let headers = response.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let mut answer = Answer { status: response.status().as_u16(), headers: headers.collect(), body: Vec::new() };
        let mut piece = vec![0; PIECE];
        loop {
            if begun.elapsed() > self.total {
                return Outcome::BrokenOff(answer, format!("not whole after {} s", self.total.as_secs()));
            }
            match response.read(&mut piece) {
                Ok(0) => return Outcome::Answered(answer),
                Ok(read) => answer.body.extend_from_slice(piece.get(..read).unwrap_or_default()),
                Err(why) if why.kind() == std::io::ErrorKind::Interrupted => {}
                Err(why) => {
                    let why = why.get_ref().map_or_else(|| why.to_string(), |inner| root(inner));
                    return Outcome::BrokenOff(answer, format!("the answer broke off: {why}"));
                }
            }
            if answer.body.len() as u64 > max_answer {
                return Outcome::TooLong(answer.status);
            }
        }
    }
}

fn with_body(request: RequestBuilder, method: &reqwest::Method, body: &Body) -> Result<RequestBuilder, String> {
    Ok(match body {
        Body::Empty if matches!(*method, reqwest::Method::GET | reqwest::Method::DELETE) => request,
        // RFC 9110, 8.6: servers ask for it where a body is usual.
        Body::Empty => request.header(CONTENT_LENGTH, 0),
        Body::Bytes { content_type, bytes } => request.header(CONTENT_TYPE, *content_type).body(bytes.to_vec()),
        Body::File { field, name, content_type, bytes } => {
            let part = Part::bytes(bytes.to_vec()).file_name(name.clone());
            let part = part.mime_str(content_type).map_err(|why| root(&why))?;
            let form = Form::new().part(*field, part);
            let content_type = format!("multipart/form-data; boundary={}", form.boundary());
            // Whole, not piece by piece: a marketplace may answer before it has read all, and then there is an answer.
            let mut bytes = Vec::new();
            form.into_reader().read_to_end(&mut bytes).map_err(|why| why.to_string())?;
            request.header(CONTENT_TYPE, content_type).body(bytes)
        }
    })
}

/// `Feedwright/0.1.0 (Language=Rust; Platform=linux)`: a form that one marketplace asks for and all take. Within it some
/// signs have to be escaped, see <https://developer-docs.amazon.com/sp-api/docs/include-a-user-agent-header-in-all-requests>,
/// read 2026-08-20.
fn user_agent(version: &str, platform: &str) -> String {
    let escaped = |value: &str| {
        let mut out = String::new();
        for letter in value.chars().filter(|letter| letter.is_ascii_graphic() || *letter == ' ') {
            if matches!(letter, '\\' | '/' | '(' | ')' | ';') {
                out.push('\\');
            }
            out.push(letter);
        }
        out
    };
    format!("Feedwright/{} (Language=Rust; Platform={})", escaped(version), escaped(platform))
}

/// A header's value that is a secret.
pub(super) fn secret_value(text: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_str(text).map_err(|_| "it has letters that no header can hold".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

/// What lies at the bottom of an error. What lies above may show URLs.
fn root(error: &(dyn Error + 'static)) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    match deepest.downcast_ref::<reqwest::Error>() {
        Some(error) if error.is_timeout() => "it took too long".to_owned(),
        Some(error) if error.is_body() || error.is_decode() => "its body cannot be read".to_owned(),
        Some(_) => "it failed".to_owned(),
        None => deepest.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_escapes_what_would_end_a_value() {
        assert_eq!(user_agent("0.1.0", "linux"), "Feedwright/0.1.0 (Language=Rust; Platform=linux)");
        assert_eq!(user_agent("1/2", "a;b(c)\\d\n"), "Feedwright/1\\/2 (Language=Rust; Platform=a\\;b\\(c\\)\\\\d)");
    }
}
