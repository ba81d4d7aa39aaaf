//! Credentials that a marketplace refuses.

use crate::credentials;
use crate::credentials::set;
use crate::seller::Shop;
use crate::seller::submissions;
use crate::shared::Run;
use serde_json::Value;
use std::collections::BTreeSet;

const WRONG: &str = "wrong-s3cret-8899";

/// Sends with one of the variables set to something that is refused.
fn with_wrong(shop: &mut Shop, variable: &str, arguments: &[&str]) -> Run {
    let right = shop.environment.clone();
    for (name, value) in &mut shop.environment {
        if name == variable {
            WRONG.clone_into(value);
        }
    }
    let url = shop.sandbox.url().to_owned();
    let run = shop.run(&[arguments, &["--sandbox", &url]].concat());
    shop.environment = right;
    run
}

/// What was asked of a marketplace.
fn operations(shop: &Shop, marketplace: &str) -> BTreeSet<String> {
    let requests = shop.sandbox.requests();
    requests["operations"][marketplace].as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn a_refused_sign_in_is_told_and_sends_nothing_and_keeps_no_other_channel() {
    for (channel, credential, variable) in [
        ("amazon", "client_secret", "AMAZON_CLIENT_SECRET"),
        ("ebay", "client_secret", "EBAY_CLIENT_SECRET"),
        ("ebay", "refresh_token", "EBAY_REFRESH_TOKEN"),
        ("walmart", "client_secret", "WALMART_CLIENT_SECRET"),
    ] {
        let mut shop = Shop::new();
        let _secrets = credentials::give(&mut shop);
        let all = shop.planned();
        let run = with_wrong(&mut shop, variable, &["apply", "--wait", "24h"]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        let told = run.stderr.lines().find(|line| line.starts_with(&format!("error: {channel}: ")));
        let told = told.unwrap_or_else(|| panic!("{}", run.stderr));
        assert!(told.contains("cannot sign in"), "{told}");
        assert!(told.contains("look at "), "{told}");
        assert!(told.contains(&format!("`{credential}` (environment variable `{variable}`)")), "{told}");
        assert!(!format!("{}{}", run.stdout, run.stderr).contains(WRONG), "{}", run.stderr);

        // Nobody asked for anything but a token, and that only once.
        let asked = operations(&shop, channel);
        assert!(asked.iter().all(|name| name.to_lowercase().contains("token")), "{asked:?}");
        let token = asked.first().unwrap();
        assert_eq!(shop.asked(channel, token), 1);
        // Nothing counts as sent there, and everything as accepted elsewhere.
        for sent in submissions(&shop) {
            let counts =
                ["accepted", "rejected", "failed", "pending", "unknown"].map(|name| sent[name].as_u64().unwrap());
            if sent["channel"] == channel {
                assert_eq!((sent["state"].as_str(), counts), (Some("refused"), [0; 5]), "{sent}");
            } else {
                assert_eq!((sent["state"].as_str(), counts[0]), (Some("settled"), sent["records"].as_u64().unwrap()));
            }
        }
        let of_channel: Vec<String> = all.iter().filter(|row| row.starts_with(channel)).cloned().collect();
        assert!(!of_channel.is_empty());
        assert_eq!(shop.planned(), of_channel);
        let again = shop.plan();
        let rows = again["lanes"].as_array().unwrap().iter().flat_map(|lane| lane["rows"].as_array().unwrap());
        assert!(rows.clone().all(|row| row["again"] == Value::Null), "they were never said: {again}");

        let right = shop.apply(&[]);
        assert_eq!(right.code, 0, "{}{}", right.stdout, right.stderr);
        assert!(right.stdout.contains(&format!("{} records to send", of_channel.len())), "{}", right.stdout);
        assert_eq!(shop.planned(), [""; 0]);
        assert_eq!(shop.sandbox.requests()["double_submissions"], 0);
    }
}

#[test]
fn a_sign_in_that_is_refused_while_verdicts_are_open_leaves_them_open() {
    let mut shop = Shop::new();
    let _secrets = credentials::give(&mut shop);
    let url = shop.sandbox.url().to_owned();
    let sent = shop.run(&["apply", "--sandbox", &url, "--channel", "amazon", "--channel", "walmart"]);
    assert_eq!(sent.code, 0, "{}", sent.stderr);
    let open = |shop: &Shop| submissions(shop).iter().filter(|sent| sent["state"] == "queued").count();
    let was_open = open(&shop);
    assert!(was_open >= 2);
    let of_amazon = submissions(&shop).iter().filter(|sent| sent["channel"] == "amazon").count();
    let run = with_wrong(&mut shop, "AMAZON_CLIENT_SECRET", &["poll", "--wait", "24h"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let told = run.stderr.lines().find(|line| line.starts_with("error: amazon: ")).unwrap();
    assert!(told.contains("environment variable `AMAZON_CLIENT_SECRET`"), "{told}");
    assert_eq!(open(&shop), of_amazon, "the other channel's are settled: {}", run.stderr);
    let right = shop.run(&["poll", "--sandbox", &url, "--wait", "24h"]);
    assert_eq!(right.code, 0, "{}", right.stderr);
    assert_eq!(open(&shop), 0);
}

#[test]
fn a_variable_that_is_not_set_is_named_before_anything_is_sent() {
    let mut shop = Shop::new();
    let _secrets = credentials::give(&mut shop);
    shop.environment.retain(|(name, _)| name != "WALMART_CLIENT_ID");
    let run = shop.apply(&[]);
    assert_eq!(run.code, 2);
    let told = "channel `walmart`: credential `client_id`: environment variable `WALMART_CLIENT_ID` is not set";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert!(!shop.path("feedwright.ledger").exists());
    shop.environment.push(set("WALMART_CLIENT_ID", "walmart"));
    assert_eq!(shop.apply(&[]).code, 0);
}

#[test]
fn credentials_of_a_real_account_have_no_business_in_a_sandbox() {
    let mut shop = Shop::new();
    let _secrets = credentials::give(&mut shop);
    shop.configure("test_account = true\n", "");
    // They are not even read.
    shop.environment.clear();
    assert_eq!(shop.apply(&[]).code, 0);
}
