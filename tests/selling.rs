//! The binary as a merchandiser uses it to sell: plan, apply, verdicts, and the next plan; against simulated marketplaces.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "shared/seller.rs"]
mod seller;
mod shared;

use feedwright_sandbox::Defects;
use feedwright_sandbox::Settings;
use seller::Shop;
use seller::submissions;
use serde_json::Value;
use serde_json::json;
use shared::Run;
use shared::feedwright_in;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

#[test]
fn a_second_run_without_changes_sends_nothing() {
    let shop = Shop::new();
    let first = shop.apply(&[]);
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    assert!(first.stdout.contains("16 records to send"), "{}", first.stdout);
    assert_eq!(shop.planned(), [""; 0]);
    let before = shop.sandbox.requests();
    let second = shop.apply(&[]);
    assert_eq!(second.code, 0, "{}", second.stderr);
    assert!(second.stdout.ends_with("nothing to send\n"), "{}", second.stdout);
    // Not even a sign-in.
    assert_eq!(shop.sandbox.requests(), before);
}

#[test]
fn one_price_that_changed_is_one_price_message_and_nothing_else() {
    let mut shop = Shop::new();
    assert_eq!(shop.apply(&[]).code, 0);
    shop.products[0]["variants"][1]["offers"][0]["price"]["amount"] = json!("84.50");
    shop.write();
    let planned = shop.planned();
    assert_eq!(planned, ["amazon price reprice ONE-B", "ebay price reprice ONE-B", "walmart price reprice ONE-B"]);
    let shown = shop.run(&["plan", "--channel", "walmart"]).stdout;
    assert!(shown.contains("reprice ONE-B\n"), "{shown}");
    assert!(shown.contains(": 89.00 → 84.50\n"), "{shown}");
    let feeds = shop.asked("amazon", "createFeed");
    let run = shop.apply(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("3 records to send"), "{}", run.stdout);
    assert_eq!(shop.asked("amazon", "createFeed"), feeds + 1);
    let sent: Vec<Value> = submissions(&shop).into_iter().filter(|sent| sent["lane"] == "price").collect();
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|sent| sent["records"] == 1 && sent["accepted"] == 1), "{sent:?}");
    assert_eq!(shop.planned(), [""; 0]);
    let state = shop.sandbox.state().to_string();
    assert!(state.contains("84.5"), "the marketplaces have the new price");
}

#[test]
fn a_rejected_sku_is_the_only_one_in_the_next_plan_and_is_accepted_when_it_is_mended() {
    // Of four SKUs and two families on three marketplaces this seed finds fault with some, and not with all.
    let settings = Settings { defects: Defects::new(250, 3), ..Settings::default() };
    let shop = Shop::with(settings, "partial");
    let first = shop.apply(&[]);
    assert_eq!(first.code, 1, "something is rejected: {}{}", first.stdout, first.stderr);
    let rejected: u64 = submissions(&shop).iter().map(|sent| sent["rejected"].as_u64().unwrap()).sum();
    assert!(rejected > 0 && rejected < 16, "{rejected} of 16");
    let plan = shop.plan();
    let again: Vec<&Value> =
        plan["lanes"].as_array().unwrap().iter().flat_map(|lane| lane["rows"].as_array().unwrap()).collect();
    assert!(!again.is_empty());
    assert!(again.iter().all(|row| row["again"].is_string()), "{again:?}");
    // Their codes are the marketplaces' own, and lead to a line of the catalog.
    let findings: Vec<Value> =
        submissions(&shop).iter().flat_map(|sent| sent["findings"].as_array().unwrap().clone()).collect();
    let errors: Vec<&Value> = findings.iter().filter(|finding| finding["severity"] == "error").collect();
    assert!(!errors.is_empty());
    for error in &errors {
        assert!(error["code"].as_str().unwrap().contains('('), "{error}");
        assert!(error["file"].is_string() || error["place"]["file"].is_string(), "{error}");
    }
    let sku = errors.iter().find_map(|error| error["sku"].as_str()).unwrap();
    let why = shop.run(&["why", sku]);
    assert_eq!(why.code, 1);
    assert!(why.stdout.contains("rejected") && why.stdout.contains("catalog.jsonl:"), "{}", why.stdout);
    let skus: Vec<String> = again.iter().map(|row| row["sku"].as_str().unwrap().to_owned()).collect();
    shop.sandbox.cure(&skus);
    // Families and prices may need another round.
    for _ in 0..3 {
        shop.apply(&[]);
    }
    assert_eq!(shop.planned(), [""; 0]);
}

#[test]
fn what_amazon_would_say_is_asked_without_making_anything() {
    let settings = Settings { defects: Defects::new(250, 3), ..Settings::default() };
    let shop = Shop::with(settings, "partial");
    let asks = |more: &[&str]| shop.run(&[&["preview", "--sandbox", shop.sandbox.url()][..], more].concat());
    let told: Value = serde_json::from_str(&asks(&["--format", "json"]).stdout).unwrap();
    let amazon = &told["channels"][0];
    let refused = |of: &Value| -> Vec<String> {
        let verdicts = of["verdicts"].as_array().unwrap().iter().filter(|verdict| verdict["outcome"] == "rejected");
        verdicts.map(|verdict| verdict["sku"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(amazon["channel"], "amazon");
    assert!(
        told["channels"].as_array().unwrap()[1..].iter().all(|other| other["feed"].is_null()),
        "nobody else offers it"
    );
    let finding = &amazon["findings"][0];
    assert!(finding["code"].as_str().unwrap().starts_with("amazon("), "{finding}");
    assert_eq!((&finding["file"], finding["line"].is_number()), (&Value::from("catalog.jsonl"), true), "{finding}");
    // Nothing was made, and nothing written down.
    assert_eq!(shop.sandbox.state()["amazon"].to_string().matches("ONE-A").count(), 0);
    assert!(!shop.path("feedwright.ledger").exists());
    // What was said beforehand is what is said then.
    let beforehand = refused(amazon);
    assert!(!beforehand.is_empty());
    assert_eq!(asks(&[]).code, 1);
    shop.apply(&["--channel", "amazon"]);
    let why = |sku: &str| shop.run(&["why", sku, "--channel", "amazon"]).stdout;
    assert!(beforehand.iter().all(|sku| why(sku).contains("rejected")), "{beforehand:?}");
    // One that is named is asked about, and one that is unknown is not kept quiet about.
    let fine = ["ONE-A", "ONE-B", "TWO-A", "TWO-B"].into_iter().find(|sku| !beforehand.iter().any(|b| b == sku));
    let named = asks(&[fine.unwrap(), "NOBODY"]);
    assert_eq!(named.code, 1, "{}", named.stderr);
    assert!(named.stdout.contains("NOBODY was not asked about"), "{}", named.stdout);
}

#[test]
fn a_saved_plan_is_applied_only_while_catalog_and_ledger_are_what_they_were() {
    let mut shop = Shop::new();
    let url = shop.sandbox.url().to_owned();
    let saved = shop.run(&["plan", "--save", "monday.plan"]);
    assert!(saved.stdout.contains("saved as monday.plan"), "{}", saved.stdout);
    shop.products[0]["variants"][0]["stock"][0]["quantity"] = json!(44);
    shop.write();
    let moved = shop.run(&["apply", "monday.plan", "--sandbox", &url]);
    assert_eq!(moved.code, 2);
    assert!(moved.stderr.contains("the catalog moved on since: source `shop`"), "{}", moved.stderr);
    assert_eq!(shop.asked("amazon", "createFeed"), 0);
    shop.run(&["plan", "--save", "tuesday.plan"]);
    let applied = shop.run(&["apply", "tuesday.plan", "--sandbox", &url, "--wait", "24h"]);
    assert_eq!(applied.code, 0, "{}", applied.stderr);
    let again = shop.run(&["apply", "tuesday.plan", "--sandbox", &url]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("the ledger moved on since"), "{}", again.stderr);
    let broken = shop.run(&["apply", "catalog.jsonl", "--sandbox", &url]);
    assert_eq!(broken.code, 2);
    assert!(broken.stderr.contains("catalog.jsonl is no saved plan"), "{}", broken.stderr);
}

#[test]
fn a_guard_stops_its_lane_until_somebody_accepts_it_by_name() {
    let mut shop = Shop::new();
    assert_eq!(shop.apply(&[]).code, 0);
    for product in &mut shop.products {
        for variant in product["variants"].as_array_mut().unwrap() {
            variant["offers"][0]["price"]["amount"] = json!("8.90");
            variant["stock"][0]["quantity"] = json!(7);
        }
    }
    shop.write();
    let stopped = shop.apply(&["--channel", "walmart"]);
    assert_eq!(stopped.code, 1, "{}", stopped.stderr);
    assert!(stopped.stdout.contains("guard `price-falls`: 4 prices of 4 listings would fall"), "{}", stopped.stdout);
    assert!(stopped.stdout.contains("--accept price-falls"), "{}", stopped.stdout);
    // Quantities are no business of that guard.
    let lanes: Vec<Value> = submissions(&shop).iter().map(|sent| sent["lane"].clone()).collect();
    assert!(lanes.contains(&json!("stock")) && !lanes.contains(&json!("price")), "{lanes:?}");
    let accepted = shop.apply(&["--channel", "walmart", "--accept", "price-falls", "--who", "Ada"]);
    assert_eq!(accepted.code, 0, "{}{}", accepted.stdout, accepted.stderr);
    let location = feedwright_ledger::Location::File(shop.path("feedwright.ledger"));
    let entries = feedwright_ledger::Ledger::open(&location).unwrap().entries(0, 1_000).unwrap();
    let guard = entries.iter().find(|entry| entry.kind == feedwright_ledger::EntryKind::GuardAccepted).unwrap();
    assert_eq!((guard.who.as_deref(), guard.detail["guard"].as_str()), (Some("Ada"), Some("price-falls")));
    let unknown = shop.apply(&["--accept", "prices"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("there is no guard `prices`"), "{}", unknown.stderr);
}

#[test]
fn what_is_gone_is_taken_down_only_where_the_source_holds_everything() {
    for (snapshot, expected) in [("partial", 0), ("full", 3)] {
        let mut shop = Shop::with(Settings::default(), snapshot);
        assert_eq!(shop.apply(&[]).code, 0);
        shop.products[1]["variants"].as_array_mut().unwrap().pop();
        shop.write();
        let planned = shop.planned();
        let retired = planned.iter().filter(|row| row.ends_with("retire TWO-B")).count();
        assert_eq!(retired, expected, "{snapshot}: {planned:?}");
    }
    // A source that is empty all of a sudden is an accident.
    let shop = Shop::with(Settings::default(), "full");
    assert_eq!(shop.apply(&[]).code, 0);
    fs::write(shop.path("catalog.jsonl"), "").unwrap();
    let run = shop.apply(&[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("catalog.jsonl is empty: export it again"), "{}", run.stderr);
    let config = fs::read_to_string(shop.path("feedwright.toml")).unwrap();
    fs::write(shop.path("feedwright.toml"), config.replace("\"catalog.jsonl\"", "\"catalog.csv\"")).unwrap();
    fs::write(shop.path("catalog.csv"), "sku,title,price,quantity,category\n").unwrap();
    let run = shop.apply(&[]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("guard `empty-source`"), "{}", run.stdout);
    assert!(run.stdout.contains("guard `retirements`"), "{}", run.stdout);
    assert!(submissions(&shop).iter().all(|sent| sent["lane"] == "content"));
}

#[test]
fn an_archived_product_is_taken_down_and_nothing_more_is_said_of_it() {
    let mut shop = Shop::new();
    assert_eq!(shop.apply(&[]).code, 0);
    shop.products[1]["lifecycle"] = json!("archived");
    shop.write();
    let planned = shop.planned();
    assert!(planned.contains(&"walmart retirement retire TWO-A".to_owned()), "{planned:?}");
    assert!(planned.iter().all(|row| row.contains(" retirement ")), "{planned:?}");
    let run = shop.apply(&[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(shop.planned(), [""; 0]);
}

#[test]
fn a_price_waits_for_its_listing_and_people_upload_what_has_no_api() {
    let mut shop = Shop::new();
    shop.products[0]["fields"]["title"] = json!("");
    shop.write();
    let run = shop.run(&["plan"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("wait for their listings: ONE-A, ONE-B"), "{}", run.stdout);
    assert!(run.stdout.contains("channel `google`, content: files of Google"), "{}", run.stdout);
    assert!(run.stdout.contains("`feedwright build` writes them"), "{}", run.stdout);
    // Looking makes no ledger.
    assert!(!shop.path("feedwright.ledger").exists());
}

#[test]
fn what_was_sent_is_asked_after_later() {
    let shop = Shop::new();
    let url = shop.sandbox.url().to_owned();
    let sent = shop.run(&["apply", "--sandbox", &url, "--channel", "amazon", "--channel", "walmart"]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    assert!(sent.stderr.contains("waiting for verdicts: feedwright poll"), "{}", sent.stderr);
    let waiting = shop.plan();
    let held = waiting["lanes"][0]["held"][0]["why"].as_str();
    assert_eq!(held, Some("in-flight"), "{waiting}");
    let polled = shop.run(&["poll", "--sandbox", &url, "--wait", "24h"]);
    assert_eq!(polled.code, 0, "{}", polled.stderr);
    assert!(polled.stderr.contains("accepted"), "{}", polled.stderr);
    assert!(submissions(&shop).iter().all(|sent| sent["state"] == "settled"));
    let status = shop.run(&["status"]);
    assert!(status.stdout.contains("settled") && status.stdout.contains("amazon"), "{}", status.stdout);
}

#[test]
fn why_tells_where_values_come_from_and_what_was_answered() {
    let shop = Shop::new();
    assert_eq!(shop.apply(&["--channel", "walmart"]).code, 0);
    let why = shop.run(&["why", "ONE-A", "--channel", "walmart"]);
    assert_eq!(why.code, 0, "{}", why.stderr);
    let says = |text: &str| assert!(why.stdout.contains(text), "{text} is not in {}", why.stdout);
    says("walmart, content: accepted");
    says("as it is now");
    says("Orderable.price");
    says("catalog.jsonl:1, column \"price\"");
    says("submission");
    says("received as");
    let nobody = shop.run(&["why", "NOBODY"]);
    assert_eq!(nobody.code, 2);
    assert!(nobody.stderr.contains("`NOBODY` is in none of the sources"), "{}", nobody.stderr);
}

#[test]
fn what_is_forgotten_is_told_anew() {
    let shop = Shop::new();
    assert_eq!(shop.apply(&["--channel", "walmart"]).code, 0);
    let forgot = shop.run(&["ledger", "forget", "--channel", "walmart", "ONE-A", "--who", "Ada"]);
    assert_eq!(forgot.code, 0, "{}", forgot.stderr);
    let planned = shop.planned();
    assert!(planned.contains(&"walmart content create ONE-A".to_owned()), "{planned:?}");
    assert!(!planned.contains(&"walmart content create ONE-B".to_owned()), "{planned:?}");
    let wrong = shop.run(&["ledger", "forget", "--channel", "walmrt", "ONE-A"]);
    assert_eq!(wrong.code, 2);
}

#[test]
fn a_feed_that_only_adds_has_its_changes_told_by_the_one_that_revises() {
    let mut shop = Shop::new();
    shop.sell_on_ebay_by_file();
    let first = shop.apply(&["--channel", "ebay"]);
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    shop.products[0]["fields"]["title"] = json!("Northlight Studio Headphones, Model one, new edition");
    shop.write();
    let planned: Vec<String> = shop.planned().into_iter().filter(|row| row.starts_with("ebay")).collect();
    // A family is one listing there: it goes whole.
    assert_eq!(planned, ["ebay content update family-one", "ebay content update ONE-A", "ebay content update ONE-B"]);
    let second = shop.apply(&["--channel", "ebay"]);
    assert_eq!(second.code, 0, "{}{}", second.stdout, second.stderr);
    // Both feeds are in one lane, and nobody waits for himself.
    assert!(!second.stderr.contains("another process"), "{}", second.stderr);
    let feeds: Vec<Value> = submissions(&shop).iter().map(|sent| sent["feed"].clone()).collect();
    assert_eq!(feeds, [json!("lms_revise"), json!("lms")]);
    assert!(shop.planned().iter().all(|row| !row.starts_with("ebay")));
}

#[test]
fn trouble_with_signing_in_is_told_with_what_to_look_at() {
    let shop = Shop::new();
    let config = fs::read_to_string(shop.path("feedwright.toml")).unwrap();
    let run = shop.run(&["apply", "--channel", "walmart"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`client_id`") && run.stderr.contains("env = \"NAME\""), "{}", run.stderr);
    let literal = format!("{config}\n[channels.walmart.credentials]\nclient_id = \"hunter2hunter2\"\n");
    fs::write(shop.path("feedwright.toml"), literal).unwrap();
    let run = shop.run(&["apply", "--channel", "walmart"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("a secret is never written here itself"), "{}", run.stderr);
    assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
    let nowhere = shop.run(&["apply", "--sandbox", "http://127.0.0.1:9", "--channel", "walmart"]);
    assert_eq!(nowhere.code, 2);
}

#[test]
fn what_is_traced_are_operations_and_no_secrets() {
    let shop = Shop::new();
    let run = shop.apply(&["--trace", "trace.log"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let trace = fs::read_to_string(shop.path("trace.log")).unwrap();
    assert!(trace.contains("createFeed try 1: status 202"), "{trace}");
    let ledger = fs::read(shop.path("feedwright.ledger")).unwrap();
    let ledger = String::from_utf8_lossy(&ledger).into_owned();
    for text in [&trace, &run.stdout, &run.stderr, &ledger] {
        for secret in ["sandbox-client_secret", "sandbox-refresh_token", "Atza|", "signature=", "Bearer "] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
}

#[test]
fn two_processes_at_once_send_everything_once() {
    let shop = Shop::new();
    let url = shop.sandbox.url().to_owned();
    let runs: Vec<Run> = thread::scope(|scope| {
        let run = || shop.run(&["run", "--sandbox", &url, "--wait", "24h", "--channel", "amazon"]);
        let threads = [scope.spawn(run), scope.spawn(run)];
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(runs.iter().all(|run| run.code == 0), "{}\n{}", runs[0].stderr, runs[1].stderr);
    assert_eq!(shop.asked("amazon", "createFeed"), 1);
    assert_eq!(shop.sandbox.requests()["double_submissions"], 0);
}

#[test]
fn a_server_fires_what_is_due_and_stops_when_it_is_told() {
    let shop = Shop::new();
    shop.configure(
        "marketplace = \"walmart\"\n",
        "marketplace = \"walmart\"\nschedule = { content = \"*/10 * * * *\" }\n",
    );
    shop.configure("[sources.shop]", "time_zone = \"Europe/Berlin\"\n\n[sources.shop]");
    let list = shop.run(&["serve", "--list"]);
    assert!(list.stdout.contains("walmart, content  (*/10 * * * *)"), "{}{}", list.stdout, list.stderr);
    let mut server = Command::new(env!("CARGO_BIN_EXE_feedwright"))
        .args(["serve", "--sandbox", shop.sandbox.url()])
        .current_dir(shop.folder.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while !is_listed(shop.folder.path()) && begun.elapsed() < Duration::from_mins(1) {
        thread::sleep(Duration::from_millis(200));
    }
    assert!(Command::new("kill").arg(server.id().to_string()).status().unwrap().success());
    let ended = server.wait_with_output_of();
    assert!(is_listed(shop.folder.path()), "{ended}");
    assert!(ended.contains("stopped"), "{ended}");
}

fn is_listed(folder: &Path) -> bool {
    let run = feedwright_in(folder, &["status", "--format", "json"]);
    let status: Value = serde_json::from_str(&run.stdout).unwrap_or_default();
    let sent = status["submissions"].as_array().cloned().unwrap_or_default();
    sent.iter().any(|sent| sent["state"] == "settled" && sent["accepted"] == 4)
}

/// The end of a process.
trait Ended {
    /// Waits for it, and gives what it said.
    fn wait_with_output_of(&mut self) -> String;
}

impl Ended for std::process::Child {
    fn wait_with_output_of(&mut self) -> String {
        use std::io::Read as _;
        let mut said = String::new();
        self.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(self.wait().unwrap().success(), "{said}");
        said
    }
}

#[test]
fn the_demo_shows_everything_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let run = feedwright_in(folder.path(), &["demo", "--out", "shop"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(begun.elapsed() < Duration::from_mins(1));
    let says = |text: &str| assert!(run.stdout.contains(text), "{text} is not in {}", run.stdout);
    says("records to send");
    says("accepted");
    says("rejected");
    says("error[amazon(");
    let second = run.stdout.split("== 4.").nth(1).unwrap();
    assert!(second.contains("(rejected before"), "{second}");
    assert!(folder.path().join("shop/feeds/manifest.json").is_file());
    assert!(folder.path().join("shop/feedwright.ledger").is_file());
}
