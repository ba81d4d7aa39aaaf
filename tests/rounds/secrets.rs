//! No secret and no token is seen after a whole round: not in what is printed, not in the trace, not in any file of the
//! folder, not in the ledger's bytes nor in what is packed in them.

use crate::credentials;
use crate::credentials::encoded;
use crate::seller::Shop;
use crate::seller::submissions;
use crate::shared::Run;
use crate::shared::command;
use feedwright_catalog::Sku;
use feedwright_catalog::digest::Lane;
use feedwright_ledger::Filter;
use feedwright_ledger::Ledger;
use feedwright_ledger::Location;
use feedwright_sandbox::Defects;
use feedwright_sandbox::Fault;
use feedwright_sandbox::FaultKind;
use feedwright_sandbox::Settings;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// How the tokens of each marketplace begin: `the_tokens_that_are_handed_out_begin_as_they_are_looked_for` holds them to it.
const TOKENS: [(&str, &str); 3] = [("amazon", "Atza|"), ("ebay", "v^1.1#i^1#"), ("walmart", "eyJraWQiOiJzYW5kYm94.")];
/// How headers and given URLs show a permission.
const SHOWN: [&str; 3] = ["Bearer ", "Basic ", "signature="];

/// Places that are searched, by name.
#[derive(Default)]
struct Searched(BTreeMap<String, String>);

impl Searched {
    fn add(&mut self, place: &str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        self.0.entry(place.to_owned()).or_default().push_str(&text);
    }

    fn add_run(&mut self, name: &str, run: &Run) {
        self.add(&format!("{name}: stdout"), run.stdout.as_bytes());
        self.add(&format!("{name}: stderr"), run.stderr.as_bytes());
    }

    /// Every file of a folder, and of the folders in it.
    fn add_folder(&mut self, folder: &Path, moment: &str) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.add_folder(&path, moment);
            } else {
                let name = path.file_name().unwrap().to_str().unwrap();
                self.add(&format!("{moment}: {name}"), &fs::read(&path).unwrap());
            }
        }
    }

    /// What the ledger keeps packed: files, reports and records.
    fn add_packed(&mut self, path: &Path) {
        let mut ledger = Ledger::open(&Location::File(path.to_owned())).unwrap();
        for submission in ledger.submissions(&Filter::default()).unwrap() {
            for file in ledger.files(submission.id).unwrap() {
                self.add("packed files", &file.bytes);
            }
            for row in ledger.rows(submission.id).unwrap() {
                for lane in Lane::ALL {
                    let sku = Sku::parse(row.sku.as_str()).unwrap();
                    let record = ledger.accepted_record(&submission.channel, &sku, lane).unwrap();
                    self.add("packed records", &record.unwrap_or_default());
                }
            }
            self.add("packed reports", &ledger.report(submission.id).unwrap().unwrap_or_default());
        }
    }

    /// Where one of these texts stands.
    fn with(&self, texts: &[String]) -> BTreeSet<(&str, String)> {
        let stands = |place: &String| self.0[place].as_str();
        let found = self.0.keys().flat_map(|place| {
            texts.iter().filter(move |text| stands(place).contains(*text)).map(|text| (place.as_str(), text.clone()))
        });
        found.collect()
    }

    /// A control: this text has to be found in these places, or nobody looked there.
    fn must_show(&self, text: &str, places: &[&str]) {
        let found = self.with(&[text.to_owned()]);
        for place in places {
            assert!(found.contains(&(*place, text.to_owned())), "{text} is not in {place}, of {:?}", self.0.keys());
        }
    }

    fn must_hide(&self, secrets: &[String]) {
        assert!(secrets.len() > 20 && secrets.iter().all(|secret| secret.len() >= 5), "{secrets:?}");
        let found = self.with(secrets);
        assert!(found.is_empty(), "{found:#?}");
    }
}

fn secrets() -> Vec<String> {
    let mut all = credentials::forms();
    all.extend(TOKENS.iter().flat_map(|(_, token)| [(*token).to_owned(), encoded(token)]));
    all.extend(SHOWN.map(str::to_owned));
    all
}

#[test]
fn a_whole_round_shows_no_secret_anywhere() {
    let settings = Settings { defects: Defects::new(250, 3), ..Settings::default() };
    let mut shop = Shop::with(settings, "partial");
    let _secrets = credentials::give(&mut shop);
    let temporary = shop.path("temporary");
    fs::create_dir(&temporary).unwrap();
    shop.environment.push(credentials::set("TMPDIR", temporary.to_str().unwrap()));
    shop.configure("[channels.walmart]\n", "[channels.walmart]\nschedule = { stock = \"* * * * *\" }\n");
    // Tokens end, answers are pages for people or break off, and everything is asked again.
    let often = |kind, nth| Fault { nth, per_million: 200_000, count: Some(4), ..Fault::new(kind) };
    shop.sandbox.set_faults(vec![
        often(FaultKind::TokenEnded, 2),
        often(FaultKind::ServerError, 1),
        often(FaultKind::Html, 2),
        often(FaultKind::Truncated, 3),
    ]);
    let url = shop.sandbox.url().to_owned();
    let mut searched = Searched::default();
    for (name, arguments) in [
        ("apply", &["apply", "--sandbox", &url, "--trace", "trace.log"][..]),
        ("poll", &["poll", "--sandbox", &url, "--trace", "trace.log", "--wait", "24h"]),
        ("plan", &["plan", "--save", "saved.plan", "--all"]),
        ("status", &["status", "--findings", "--format", "json"]),
        ("why", &["why", "ONE-A"]),
    ] {
        searched.add_run(name, &shop.run(arguments));
    }
    shop.sandbox.set_faults(Vec::new());
    for product in &mut shop.products {
        product["variants"][0]["stock"][0]["quantity"] = json!(31);
    }
    shop.write();
    let serve = ["serve", "--sandbox", &url, "--trace", "trace.log"];
    let mut server = command(shop.folder.path(), &serve, &shop.environment)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let is_restocked = || {
        let of_stock = |sent: &Value| sent["channel"] == "walmart" && sent["lane"] == "stock" && sent["feed"] != "";
        submissions(&shop).iter().any(|sent| of_stock(sent) && sent["state"] == "settled")
    };
    let begun = Instant::now();
    while !is_restocked() {
        assert!(begun.elapsed() < Duration::from_mins(1), "the server does not send");
        thread::sleep(Duration::from_millis(200));
    }
    // Beside the ledger lies what is not in it yet.
    searched.add_folder(shop.folder.path(), "serving");
    assert!(std::process::Command::new("kill").arg(server.id().to_string()).status().unwrap().success());
    server.wait().unwrap();
    searched.add_run("serve", &Run::of(server.wait_with_output().unwrap()));
    searched.add_folder(shop.folder.path(), "afterwards");
    searched.add_packed(&shop.path("feedwright.ledger"));

    searched.must_show("records to send", &["apply: stdout"]);
    searched.must_show("received as", &["apply: stderr"]);
    searched.must_show("accepted", &["poll: stderr", "serve: stderr"]);
    searched.must_show("walmart", &["plan: stdout", "afterwards: saved.plan"]);
    searched.must_show("ONE-A", &["why: stdout"]);
    searched.must_show("createFeed try 1", &["afterwards: trace.log"]);
    searched.must_show("\"submissions\"", &["status: stdout"]);
    searched.must_show("ONE-A", &["serving: feedwright.ledger", "serving: feedwright.ledger-wal"]);
    searched.must_show("ONE-A", &["afterwards: feedwright.ledger", "packed records", "packed reports"]);
    // The configuration names the variables, so a text that leaked there would be found as well.
    searched.must_show("WALMART_CLIENT_SECRET", &["afterwards: feedwright.toml"]);
    let signed_in = |marketplace: &str| {
        let requests = shop.sandbox.requests();
        let operations = requests["operations"][marketplace].as_object().unwrap().clone();
        operations
            .iter()
            .any(|(name, count)| name.to_lowercase().contains("token") && count["statuses"]["200"] != json!(null))
    };
    assert!(TOKENS.iter().all(|(marketplace, _)| signed_in(marketplace)), "{}", shop.sandbox.requests());
    searched.must_hide(&secrets());

    // And whoever looks finds one that is there.
    fs::write(shop.path("careless.log"), format!("token: {}", credentials::forms()[0])).unwrap();
    searched.add_folder(shop.folder.path(), "careless");
    assert_eq!(searched.with(&secrets()).len(), 1);
}

#[test]
fn the_tokens_that_are_handed_out_begin_as_they_are_looked_for() {
    let shop = Shop::new();
    let form = |grant: &str| format!("grant_type={grant}&client_id=a&client_secret=b&refresh_token=c");
    let basic =
        "authorization: Basic YTpi\r\naccept: application/json\r\nwm_svc.name: a\r\nwm_qos.correlation_id: b\r\n";
    for (marketplace, path, grant) in [
        ("amazon", "/amazon/lwa/auth/o2/token", "refresh_token"),
        ("ebay", "/ebay/api/identity/v1/oauth2/token", "refresh_token"),
        ("walmart", "/walmart/api/v3/token", "client_credentials"),
    ] {
        let answer = asked(shop.sandbox.url(), path, basic, &form(grant));
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let answer: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{marketplace}: {answer}"));
        let (_, begins) = TOKENS.iter().find(|(name, _)| *name == marketplace).unwrap();
        let token = answer["access_token"].as_str().unwrap();
        assert!(token.starts_with(begins) && token.len() > begins.len() + 20, "{marketplace}: {token}");
    }
}

/// The answer to a form, head and body.
fn asked(url: &str, path: &str, headers: &str, form: &str) -> String {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    let length = form.len();
    let kind = "application/x-www-form-urlencoded";
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: here\r\n{headers}content-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(format!("{head}{form}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// What the parrot hands out.
const TOKEN: &str = "t0ken/of-the+parrot=4242";
const SIGNATURE: &str = "s1gnature/of-the+parrot=4343";

#[test]
fn a_marketplace_that_repeats_what_it_was_sent_is_not_repeated() {
    let refused = ["apply: stderr", "status: stdout", "why: stdout", "packed reports", "afterwards: feedwright.ledger"];
    for (is_fine, shown) in [(false, &refused[..]), (true, &["apply: stderr"])] {
        let mut shop = Shop::new();
        let _secrets = credentials::give(&mut shop);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        // It ends with this process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                thread::spawn(move || parrot(stream, is_fine));
            }
        });
        let run = shop.run(&["apply", "--sandbox", &url, "--trace", "trace.log", "--wait", "1h"]);
        let mut searched = Searched::default();
        searched.add_run("apply", &run);
        searched.add_run("status", &shop.run(&["status", "--findings", "--format", "json"]));
        searched.add_run("why", &shop.run(&["why", "ONE-A"]));
        searched.add_folder(shop.folder.path(), "afterwards");
        searched.add_packed(&shop.path("feedwright.ledger"));
        // It did repeat things, and they came through.
        searched.must_show("the parrot heard", shown);
        let mut hidden = secrets();
        hidden.retain(|secret| !SHOWN.contains(&secret.as_str()));
        hidden.extend([TOKEN, SIGNATURE].iter().flat_map(|secret| [(*secret).to_owned(), encoded(secret)]));
        searched.must_hide(&hidden);
    }
}

/// Answers one request after the other: clocks and sign-ins as they are asked for, all else by repeating it.
fn parrot(stream: TcpStream, is_fine: bool) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or_default() == 0 {
                return;
            }
        }
        let lower = head.to_lowercase();
        let length = lower.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
        reader.read_exact(&mut body).unwrap();
        let host = lower.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned();
        let (status, answer) = said(&head, &host, is_fine);
        let text = answer.to_string();
        let length = text.len();
        let head =
            format!("HTTP/1.1 {status} So\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
        if writer.write_all(format!("{head}{text}").as_bytes()).is_err() {
            return;
        }
    }
}

fn said(head: &str, host: &str, is_fine: bool) -> (u16, Value) {
    let first = head.lines().next().unwrap();
    let heard = format!("the parrot heard {head}");
    if first.contains("/_sandbox/clock") {
        return (200, json!({ "speed": 1_000, "now": jiff::Timestamp::now().to_string() }));
    }
    if first.contains("/token ") {
        return (200, json!({ "access_token": TOKEN, "expires_in": 3_600, "token_type": "Bearer" }));
    }
    if first.contains("/documents ") {
        let url = format!("http://{host}/amazon/storage/x?signature={}", encoded(SIGNATURE));
        return (201, json!({ "feedDocumentId": "amzn1.document", "url": url }));
    }
    let error = json!({ "errorId": 25_001, "code": "InvalidInput", "message": heard, "longMessage": heard });
    (if is_fine { 200 } else { 400 }, json!({ "errors": [error], "responses": [], "message": heard }))
}
