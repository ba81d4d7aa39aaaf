//! A tiny HTTP server that does as a test says: answers, breaks off, stays silent, or never ends.

use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) at: Instant,
    pub(crate) connection: usize,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What the server does.
#[derive(Clone, Debug)]
pub(crate) enum Says {
    /// These bytes, and the connection is kept.
    Bytes(Vec<u8>),
    /// These bytes, and the connection is closed.
    Last(Vec<u8>),
    /// These bytes again and again, after this head, each after a pause.
    Endless(Vec<u8>, Vec<u8>, Duration),
    /// Nothing, and the connection stays open.
    Silence,
    /// Closes the connection.
    Reset,
}

/// An answer.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Says {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status} Said\r\ncontent-length: {}\r\n", body.len()).into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    Says::Bytes(bytes)
}

/// An answer that breaks off within its body.
pub(crate) fn broken_off(status: u16, body: &str) -> Says {
    Says::Last(format!("HTTP/1.1 {status} Said\r\ncontent-length: {}\r\n\r\n{body}", body.len() + 10).into_bytes())
}

/// A token.
pub(crate) fn token(text: &str, expires_in: u32) -> Says {
    answer(200, &[], format!(r#"{{"access_token":"{text}","token_type":"bearer","expires_in":{expires_in}}}"#))
}

pub(crate) struct Server {
    pub(crate) base: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// A server. What it says depends on the request and on how many with its path came before.
    pub(crate) fn new(says: impl Fn(&Asked, usize) -> Says + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (says, seen) = (Arc::new(says), Arc::clone(&asked));
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let (says, seen) = (Arc::clone(&says), Arc::clone(&seen));
                thread::spawn(move || serve(&stream.unwrap(), number, &*says, &seen));
            }
        });
        Self { base, asked }
    }

    /// What was asked so far, but for tokens.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.all().into_iter().filter(|asked| !asked.path.contains("/sign-in/")).collect()
    }

    /// The tokens asked for so far.
    pub(crate) fn sign_ins(&self) -> Vec<Asked> {
        self.all().into_iter().filter(|asked| asked.path.contains("/sign-in/")).collect()
    }

    fn all(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(stream: &TcpStream, connection: usize, says: &dyn Fn(&Asked, usize) -> Says, seen: &Mutex<Vec<Asked>>) {
    let mut reader = BufReader::new(stream);
    while let Some(asked) = read(&mut reader, connection) {
        let before = {
            let mut seen = seen.lock().unwrap();
            let before = seen.iter().filter(|own| own.path == asked.path).count();
            seen.push(asked.clone());
            before
        };
        let mut out = stream;
        // The other side may have gone: that is what some tests are about.
        match says(&asked, before) {
            Says::Bytes(bytes) => {
                if out.write_all(&bytes).is_err() {
                    return;
                }
            }
            Says::Last(bytes) => {
                let _gone = out.write_all(&bytes);
                return;
            }
            Says::Endless(head, piece, pause) => {
                let mut went = out.write_all(&head);
                while went.is_ok() {
                    thread::sleep(pause);
                    went = out.write_all(&piece);
                }
                return;
            }
            Says::Silence => thread::sleep(Duration::from_mins(1)),
            Says::Reset => return,
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>, connection: usize) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_owned(), value.to_owned()));
    }
    let mut asked = Asked { method, path, headers, body: Vec::new(), at: Instant::now(), connection };
    let length: usize = asked.header("content-length").map_or(0, |length| length.parse().unwrap());
    asked.body = vec![0; length];
    reader.read_exact(&mut asked.body).ok()?;
    Some(asked)
}
