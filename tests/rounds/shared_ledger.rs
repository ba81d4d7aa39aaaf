//! A ledger in PostgreSQL, which several machines share: named by the configuration, its address in the environment.

use crate::credentials::set;
use crate::seller::Shop;
use crate::seller::submissions;
use crate::server;
use crate::server::PASSWORD;
use crate::shared::Run;
use crate::shared::command;
use serde_json::Value;
use serde_json::json;
use std::process::Stdio;
use std::thread;

/// A shop whose ledger is a new database; none where there is no PostgreSQL.
fn shop() -> Option<Shop> {
    if !server::is_installed() {
        assert!(std::env::var_os("CI").is_none(), "there is no PostgreSQL here; install Debian's `postgresql`");
        say("NOT CHECKED: a ledger in PostgreSQL. Install Debian's `postgresql` to check it.");
        return None;
    }
    let mut shop = Shop::new();
    shop.configure("[sources.shop]", "[ledger]\npostgres = { env = \"SHOP_LEDGER\" }\n\n[sources.shop]");
    shop.environment.push(set("SHOP_LEDGER", &server::new_database()));
    Some(shop)
}

#[expect(clippy::print_stderr, reason = "what was not checked is said aloud")]
fn say(text: &str) {
    eprintln!("{text}");
}

#[test]
fn what_was_told_is_kept_in_the_database_of_the_configuration() {
    let Some(mut shop) = shop() else { return };
    let first = shop.apply(&["--trace", "trace.log"]);
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    assert!(first.stdout.contains("16 records to send"), "{}", first.stdout);
    assert_eq!(shop.planned(), [""; 0]);
    let before = shop.sandbox.requests();
    let second = shop.apply(&[]);
    assert_eq!(second.code, 0, "{}", second.stderr);
    assert!(second.stdout.ends_with("nothing to send\n"), "{}", second.stdout);
    assert_eq!(shop.sandbox.requests(), before);
    assert!(submissions(&shop).iter().all(|sent| sent["state"] == "settled"));
    let status = shop.run(&["status"]);
    assert!(status.stdout.contains("settled") && status.stdout.contains("walmart"), "{}", status.stdout);
    let why = shop.run(&["why", "ONE-A", "--channel", "walmart"]);
    assert_eq!(why.code, 0, "{}", why.stderr);
    assert!(why.stdout.contains("walmart, content: accepted"), "{}", why.stdout);
    shop.products[0]["variants"][1]["offers"][0]["price"]["amount"] = json!("84.50");
    shop.write();
    let planned = shop.planned();
    assert_eq!(planned, ["amazon price reprice ONE-B", "ebay price reprice ONE-B", "walmart price reprice ONE-B"]);
    // Nothing of it lies beside the configuration, and the password is nowhere.
    assert!(!shop.path("feedwright.ledger").exists());
    let trace = std::fs::read_to_string(shop.path("trace.log")).unwrap();
    for text in [&first.stdout, &first.stderr, &second.stderr, &status.stdout, &why.stdout, &trace] {
        assert!(!text.contains(PASSWORD), "{text}");
    }
}

#[test]
fn a_database_that_does_not_answer_ends_the_run_and_is_told_without_its_password() {
    let mut shop = Shop::new();
    shop.configure("[sources.shop]", "[ledger]\npostgres = { env = \"SHOP_LEDGER\" }\n\n[sources.shop]");
    let unset = shop.apply(&[]);
    assert_eq!(unset.code, 2);
    let told = "`ledger.postgres`: environment variable `SHOP_LEDGER` is not set";
    assert!(unset.stderr.contains(told), "{}", unset.stderr);
    // Nothing listens at the port of discarding.
    shop.environment.push(set("SHOP_LEDGER", &format!("postgres://seller:{PASSWORD}@127.0.0.1:9/shop")));
    for arguments in [&["status"][..], &["plan"], &["apply", "--sandbox", shop.sandbox.url()]] {
        let run = shop.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains("`postgres://seller@127.0.0.1:9/shop`"), "{}", run.stderr);
        assert!(!format!("{}{}", run.stdout, run.stderr).contains(PASSWORD), "{}", run.stderr);
    }
    let requests = shop.sandbox.requests();
    assert_eq!(requests["requests"], 0, "{requests}");
}

#[test]
fn two_processes_at_once_tell_every_record_once() {
    let Some(mut shop) = shop() else { return };
    both(&shop);
    let counted = counts(&shop);
    // Four SKUs, and on Amazon their two families too: content once, and nothing apart.
    let once = json!({ "created": 1, "content": 1, "price": 1, "stock": 1 });
    for (marketplace, sku) in ["ebay", "walmart"].into_iter().flat_map(|m| SKUS.map(|sku| (m, sku))) {
        assert_eq!(counted[marketplace][sku]["created"], once["created"], "{counted}");
    }
    let operations = &shop.sandbox.requests()["operations"];
    let sent = |marketplace: &str, operation: &str| operations[marketplace][operation]["requests"].clone();
    assert_eq!(sent("amazon", "createFeed"), 1, "{operations}");
    assert_eq!(sent("ebay", "publishOfferByInventoryItemGroup"), 2, "{operations}");
    assert_eq!(records(&shop), 16, "every record stands in one submission");

    for product in &mut shop.products {
        for variant in product["variants"].as_array_mut().unwrap() {
            variant["offers"][0]["price"]["amount"] = json!("85.00");
            variant["stock"][0]["quantity"] = json!(12);
        }
    }
    shop.write();
    both(&shop);
    assert_eq!(records(&shop), 16 + 2 * 3 * 4, "a price and a quantity of four SKUs on three marketplaces");
    assert_eq!(shop.planned(), [""; 0]);
    let requests = shop.sandbox.requests();
    assert_eq!(requests["double_submissions"], 0, "{requests}");
    assert_eq!(requests["limit_violations"], 0, "{requests}");
}

const SKUS: [&str; 4] = ["ONE-A", "ONE-B", "TWO-A", "TWO-B"];

/// Two processes on all channels, started at once.
fn both(shop: &Shop) {
    let arguments = ["run", "--sandbox", shop.sandbox.url(), "--wait", "24h"];
    let start = || {
        let mut command = command(shop.folder.path(), &arguments, &shop.environment);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let processes = [start(), start()];
    let ended = processes.map(|process| thread::spawn(move || Run::of(process.wait_with_output().unwrap())));
    let runs = ended.map(|thread| thread.join().unwrap());
    assert!(runs.iter().all(|run| run.code == 0), "{}\n---\n{}", runs[0].stderr, runs[1].stderr);
}

/// How many records all submissions hold.
fn records(shop: &Shop) -> u64 {
    let run = shop.run(&["status", "--format", "json", "--last", "100"]);
    let status: Value = serde_json::from_str(&run.stdout).unwrap();
    let sent = status["submissions"].as_array().unwrap().clone();
    assert!(sent.iter().all(|sent| sent["state"] == "settled" && sent["accepted"] == sent["records"]), "{sent:?}");
    sent.iter().map(|sent| sent["records"].as_u64().unwrap()).sum()
}

/// By marketplace and SKU: how often it was told of.
fn counts(shop: &Shop) -> Value {
    let state = shop.sandbox.state();
    let mut all = json!({});
    for marketplace in ["ebay", "walmart"] {
        let accounts = state[marketplace]["accounts"].as_object().unwrap();
        assert_eq!(accounts.len(), 1, "{state}");
        let account = accounts.values().next().unwrap();
        for sku in SKUS {
            let mut told = account["told"][sku].clone();
            told["created"] = account["listings"][sku]["created"].clone();
            all[marketplace][sku] = told;
        }
    }
    all
}
