//! The HTTP server: bytes to requests and answers to bytes. It runs on a thread of its own.

use crate::admin;
use crate::connection::Breaker;
use crate::connection::Listening;
use crate::simulated::Incoming;
use crate::simulated::Outgoing;
use crate::tokens::decoded;
use crate::world::Answer;
use crate::world::World;
use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::ConnectInfo;
use axum::extract::DefaultBodyLimit;
use axum::extract::FromRequest;
use axum::extract::Multipart;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::http::header::HOST;
use axum::response::Response;
use jiff::Timestamp;
use std::io;
use std::net::Ipv4Addr;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// More than any feed may have: Amazon's are the largest with somewhat above 100 MB for the old kinds.
const MAX_BODY: usize = 256 << 20;

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on the loopback address, and answers from then on.
    pub(crate) fn start(port: u16, world: &Arc<World>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        // The sandbox and what is tried on it share a machine: two threads keep it answering while one computes.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let router = Router::new().fallback(answer).with_state(Arc::clone(world));
        let thread = std::thread::Builder::new().name("sandbox".to_owned()).spawn(move || {
            runtime.block_on(async move {
                if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                    let service = router.into_make_service_with_connect_info::<Breaker>();
                    tokio::spawn(async move { axum::serve(Listening(listener), service).await });
                    // Dropping the other end says to stop as well.
                    stopped.await.unwrap_or_default();
                }
            });
            runtime.shutdown_timeout(Duration::from_secs(5));
        })?;
        Ok(Self { port, stop: Some(stop), thread: Some(thread) })
    }

    /// Stops, and waits until it has.
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has stopped too.
            thread.join().unwrap_or_default();
        }
    }
}

async fn answer(
    State(world): State<Arc<World>>,
    ConnectInfo(breaker): ConnectInfo<Breaker>,
    request: Request,
) -> Response {
    let arrived = world.clock.now();
    let path = request.uri().path().to_owned();
    let Some(path) = path.strip_prefix('/') else { return response(World::nowhere()) };
    let (marketplace, rest) = path.split_once('/').unwrap_or((path, ""));
    let (host, rest) = rest.split_once('/').map_or((rest, "/".to_owned()), |(host, rest)| (host, format!("/{rest}")));
    let Some(incoming) = incoming(host, &rest, request).await else {
        let text = b"the body cannot be read, or is too large".to_vec();
        return response(Outgoing { status: 413, headers: Vec::new(), body: text });
    };
    if marketplace == admin::PREFIX {
        let host = host.to_owned();
        return blocking(move || admin::answer(&world, &host, &incoming)).await.map_or_else(failed, response);
    }
    let marketplace = marketplace.to_owned();
    taken(world, marketplace, incoming, arrived, &breaker).await
}

async fn taken(
    world: Arc<World>,
    marketplace: String,
    incoming: Incoming,
    arrived: Timestamp,
    breaker: &Breaker,
) -> Response {
    let recognising = Arc::clone(&world);
    // Marketplaces compute under a lock: never on the threads that carry the connections.
    let recognised = blocking(move || (recognising.recognise(&marketplace, &incoming), incoming)).await;
    let Some((known, incoming)) = recognised else { return failed() };
    let Some(known) = known else { return response(World::nowhere()) };
    if let Some(strike) = known.strike.filter(|strike| strike.kind == crate::faults::FaultKind::Latency) {
        tokio::time::sleep(strike.latency).await;
    }
    match blocking(move || world.answer(known, incoming, arrived)).await {
        None => failed(),
        Some(Answer::Whole(outgoing)) => response(outgoing),
        Some(Answer::Half(outgoing)) if outgoing.body.len() > 1 => {
            breaker.end_after(outgoing.body.len() / 2);
            response(outgoing)
        }
        Some(Answer::Half(_) | Answer::Reset) => {
            breaker.reset();
            response(Outgoing::default())
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}

/// A request as marketplaces see it. None when its body cannot be read.
async fn incoming(host: &str, path: &str, request: Request) -> Option<Incoming> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = request.headers();
    let base = headers.get(HOST).map_or_else(|| "127.0.0.1".to_owned(), text);
    let is_form = headers.get(CONTENT_TYPE).is_some_and(|value| text(value).starts_with("multipart/form-data"));
    let mut incoming = Incoming {
        method: request.method().as_str().to_owned(),
        host: decoded(host),
        // A plus is a plus in a path.
        path: decoded(&path.replace('+', "%2B")),
        query: request.uri().query().map(pairs).unwrap_or_default(),
        headers: headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        base: format!("http://{base}"),
        ..Incoming::default()
    };
    if is_form {
        // A form is cut off at two megabytes otherwise, and the sender hears of it by a broken pipe.
        let mut request = request;
        DefaultBodyLimit::max(MAX_BODY).apply(&mut request);
        let mut form = Multipart::from_request(request, &()).await.ok()?;
        while let Some(field) = form.next_field().await.ok()? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            incoming.form.push((name, file, field.bytes().await.ok()?.to_vec()));
        }
    } else {
        incoming.body = to_bytes(request.into_body(), MAX_BODY).await.ok()?.to_vec();
    }
    Some(incoming)
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    };
    query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect()
}

fn response(outgoing: Outgoing) -> Response {
    let mut builder = Response::builder().status(outgoing.status.max(100));
    for (name, value) in &outgoing.headers {
        builder = builder.header(name, value);
    }
    builder.body(Body::from(outgoing.body)).unwrap_or_else(|_| failed())
}

/// The sandbox itself has failed: nothing that a marketplace would say.
fn failed() -> Response {
    let mut response = Response::new(Body::from("the sandbox failed to answer"));
    *response.status_mut() = axum::http::StatusCode::IM_A_TEAPOT;
    response
}
