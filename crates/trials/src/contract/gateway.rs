//! Between the wire and the sandbox: what a model is about goes through Prism, the rest straight on; and what Prism says of
//! it is kept.

use super::models::MODELS;
use super::models::Model;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::extract::State;
use axum::response::Response;
use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::time::Duration;
use tokio::runtime::Runtime;

/// The gateway, and a Prism for each model.
#[derive(Debug)]
pub(crate) struct Gateway {
    url: String,
    shared: Arc<Shared>,
    runtime: Runtime,
    prisms: Vec<Child>,
}

/// What was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    /// Requests that went through a model.
    pub(crate) validated: u64,
    /// Violations, each with how often it was seen.
    pub(crate) violations: BTreeMap<String, u64>,
    /// Violations by marketplace and path.
    at: Vec<(&'static str, String)>,
}

#[derive(Debug)]
struct Shared {
    sandbox: String,
    ports: Vec<u16>,
    client: reqwest::Client,
    report: Mutex<Report>,
}

/// Longest body.
const MOST: usize = 64 << 20;

impl Report {
    /// How many violations there are at a path as the reference writes it.
    pub(crate) fn violations_at(&self, marketplace: &str, path: &str) -> usize {
        self.at.iter().filter(|(own, at)| *own == marketplace && is_at(path, at)).count()
    }
}

fn is_at(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(&path).all(|(template, path)| template.starts_with('{') || template == path)
}

impl Gateway {
    /// Starts a Prism for each model in front of the sandbox, and the gateway in front of them.
    pub(crate) fn start(prism: &Path, data: &Path, sandbox: &str) -> Result<Self> {
        let mut ports = Vec::new();
        let mut prisms = Vec::new();
        for model in MODELS {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let host = if model.marketplace == "amazon" { "na" } else { "api" };
            let prefix = if model.is_relative { model.prefix } else { "" };
            let upstream = format!("{sandbox}/{}/{host}{prefix}", model.marketplace);
            let log = fs::File::create(format!("target/trials/prism-{port}.log"))?;
            let child = Command::new(prism)
                .arg("proxy")
                .arg(data.join(model.file))
                .args([&upstream, "--port", &port.to_string(), "--host", "127.0.0.1"])
                .stdout(Stdio::from(log.try_clone()?))
                .stderr(Stdio::from(log))
                .spawn()
                .context("Prism does not start")?;
            ports.push(port);
            prisms.push(child);
        }
        for (port, model) in ports.iter().zip(MODELS) {
            let is_up = (0..3_000).any(|_| {
                thread::sleep(Duration::from_millis(100));
                TcpStream::connect(("127.0.0.1", *port)).is_ok()
            });
            if !is_up {
                bail!("Prism does not serve {}", model.file);
            }
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        // The wire installs it as well; whoever comes second changes nothing.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client =
            reqwest::Client::builder().no_proxy().gzip(false).redirect(reqwest::redirect::Policy::none()).build()?;
        let shared =
            Arc::new(Shared { sandbox: sandbox.to_owned(), ports, client, report: Mutex::new(Report::default()) });
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, shared, runtime, prisms })
    }

    /// Where it is reached.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Ends it, and gives what was seen.
    pub(crate) fn stop(mut self) -> Report {
        for prism in &mut self.prisms {
            // One that ended by itself cannot be ended.
            let _gone = prism.kill();
            let _gone = prism.wait();
        }
        self.runtime.shutdown_background();
        self.shared.report.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The model of a request, with its number and the path that Prism knows.
fn model(method: &str, path: &str, query: &str) -> Option<(usize, &'static Model, String)> {
    let (marketplace, rest) = path.strip_prefix('/')?.split_once('/')?;
    let (_, rest) = rest.split_once('/')?;
    let rest = format!("/{rest}");
    if rest.ends_with("/download_result_file") {
        // Prism takes every body for text, and a compressed one comes out broken.
        return None;
    }
    MODELS.iter().enumerate().find_map(|(at, model)| {
        let fits = model.marketplace == marketplace
            && rest.starts_with(model.prefix)
            && model.method.is_none_or(|own| own == method)
            && (model.query.is_empty() || model.query.iter().any(|own| asks(query, own)));
        fits.then(|| {
            let path = if model.is_relative { rest.strip_prefix(model.prefix).unwrap_or(&rest) } else { &rest };
            (at, model, path.to_owned())
        })
    })
}

/// Whether a query has a pair, in whatever case.
fn asks(query: &str, pair: &str) -> bool {
    query.trim_start_matches('?').to_lowercase().split('&').any(|own| own == pair)
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    match handed_on(&shared, request).await {
        Ok(response) => response,
        // As a connection that breaks would be seen: the wire asks again.
        Err(why) => {
            eprintln!("the gateway: {why:#}");
            Response::builder().status(502).body(Body::empty()).unwrap_or_default()
        }
    }
}

async fn handed_on(shared: &Shared, request: Request) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST).await?;
    let (path, query) = (parts.uri.path().to_owned(), parts.uri.query().map(|query| format!("?{query}")));
    let query = query.unwrap_or_default();
    let method = parts.method.as_str().to_owned();
    let found = model(&method, &path, &query);
    let url = match &found {
        Some((at, _, path)) => format!("http://127.0.0.1:{}{path}{query}", shared.ports[*at]),
        None => format!("{}{path}{query}", shared.sandbox),
    };
    let mut headers = parts.headers;
    headers.remove("host");
    headers.remove("content-length");
    let answer = shared.client.request(parts.method, &url).headers(headers).body(body).send().await?;
    if let Some((_, model, path)) = &found {
        let violations = answer.headers().get("sl-violations").and_then(|value| value.to_str().ok()).unwrap_or("[]");
        let violations: Vec<serde_json::Value> = serde_json::from_str(violations)
            .unwrap_or_else(|_| vec![serde_json::json!({ "message": "Prism says something that cannot be read" })]);
        let mut report = shared.report.lock().unwrap_or_else(PoisonError::into_inner);
        report.validated += 1;
        for violation in violations.iter().filter(|violation| violation["severity"] != "Warning") {
            let place = violation["location"].as_array().map(|place| {
                let steps = place.iter().map(|step| match step.as_str() {
                    // Which entry of a list it was is no matter.
                    Some(text) if !text.bytes().all(|byte| byte.is_ascii_digit()) => text.to_owned(),
                    Some(_) | None => "*".to_owned(),
                });
                steps.collect::<Vec<_>>().join(".")
            });
            let what = format!(
                "{} {method} {} status {}: {}: {}",
                model.marketplace,
                shape(path),
                answer.status().as_u16(),
                place.unwrap_or_default(),
                without_numbers(violation["message"].as_str().unwrap_or_default())
            );
            *report.violations.entry(what).or_default() += 1;
            let prefix = if model.is_relative { model.prefix } else { "" };
            report.at.push((model.marketplace, format!("{prefix}{path}")));
        }
    }
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if !matches!(name.as_str(), "transfer-encoding" | "content-length" | "connection" | "sl-violations") {
            response = response.header(name, value);
        }
    }
    Ok(response.body(Body::from(answer.bytes().await?))?)
}

/// A message without the places in lists, which the place has already.
fn without_numbers(message: &str) -> String {
    let words = message.split(' ').map(|word| {
        let steps = word.split('.').map(|step| match step {
            "" => "",
            step if step.bytes().all(|byte| byte.is_ascii_digit()) => "*",
            step => step,
        });
        steps.collect::<Vec<_>>().join(".")
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A path without the ids in it, so that equal violations are one.
fn shape(path: &str) -> String {
    let is_id = |part: &&str| {
        let is_version = part.len() == 10 && part.starts_with("20");
        part.bytes().any(|byte| byte.is_ascii_digit()) && part.len() > 3 && !is_version
    };
    path.split('/').map(|part| if is_id(&part) { "{}" } else { part }).collect::<Vec<_>>().join("/")
}
