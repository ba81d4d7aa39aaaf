//! How `run`, `apply` and `poll` end, for whoever scripts them: 0 all is well, 1 something is blocked or was rejected, 2 not
//! everything could be done.

use crate::seller::Shop;
use crate::seller::submissions;
use crate::shared::Run;
use feedwright_sandbox::Defects;
use feedwright_sandbox::Fault;
use feedwright_sandbox::FaultKind;
use feedwright_sandbox::Settings;
use serde_json::Value;
use serde_json::json;
use std::fs;

/// Sends by this command, and waits for verdicts.
fn sent_by(command: &str, shop: &Shop, more: &[&str]) -> Run {
    let url = shop.sandbox.url().to_owned();
    shop.run(&[&[command, "--sandbox", &url, "--wait", "24h"], more].concat())
}

fn ends(run: &Run, code: i32) {
    assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
}

/// A shop some of whose SKUs every marketplace rejects, and not all.
fn with_defects() -> Shop {
    Shop::with(Settings { defects: Defects::new(250, 3), ..Settings::default() }, "partial")
}

#[test]
fn nothing_is_blocked() {
    for command in ["run", "apply"] {
        let shop = Shop::new();
        ends(&sent_by(command, &shop, &[]), 0);
        // With nothing to do it is as well.
        ends(&sent_by(command, &shop, &[]), 0);
        let url = shop.sandbox.url().to_owned();
        ends(&shop.run(&["poll", "--sandbox", &url]), 0);
    }
    let shop = Shop::new();
    let url = shop.sandbox.url().to_owned();
    let nothing = shop.run(&["poll", "--sandbox", &url]);
    ends(&nothing, 0);
    assert!(nothing.stderr.contains("nothing was sent yet"), "{}", nothing.stderr);
}

#[test]
fn a_sku_that_cannot_be_sent_is_blocked_in_every_run() {
    let mut shop = Shop::new();
    shop.products[0]["fields"]["title"] = json!("");
    shop.write();
    for command in ["run", "run", "apply"] {
        ends(&sent_by(command, &shop, &[]), 1);
    }
    // What is not blocked was sent all the same.
    let rows = shop.planned();
    assert!(rows.iter().all(|row| !row.contains("TWO-")), "{rows:?}");
    let plan = shop.run(&["plan", "--format", "json"]);
    ends(&plan, 1);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let blocked = |lane: &Value| lane["blocked"].as_u64().unwrap_or_else(|| panic!("{lane}"));
    assert!(plan["lanes"].as_array().unwrap().iter().map(blocked).sum::<u64>() >= 6, "{plan}");
    shop.products[0]["fields"]["title"] = json!("Northlight Studio Headphones, Model one");
    shop.write();
    ends(&sent_by("run", &shop, &[]), 0);
}

#[test]
fn what_a_marketplace_rejected_is_rejected_until_it_is_mended() {
    for command in ["run", "apply"] {
        let shop = with_defects();
        ends(&sent_by(command, &shop, &[]), 1);
        let rejected: u64 = submissions(&shop).iter().map(|sent| sent["rejected"].as_u64().unwrap()).sum();
        assert!(rejected > 0);
        // A run leaves it alone for a day, and it is not well for that.
        let before = submissions(&shop).len();
        ends(&sent_by(command, &shop, &[]), 1);
        if command == "run" {
            let again = submissions(&shop).len() - before;
            assert!(again <= 2, "only what failed for no fault of its own: {again}");
        }
    }
}

#[test]
fn a_rejection_counts_in_the_run_that_hears_of_it() {
    let shop = with_defects();
    let url = shop.sandbox.url().to_owned();
    let only = ["--channel", "amazon", "--channel", "walmart"];
    let sent = shop.run(&[&["run", "--sandbox", &url][..], &only].concat());
    ends(&sent, 0);
    let polled = shop.run(&[&["poll", "--sandbox", &url, "--wait", "24h"][..], &only].concat());
    ends(&polled, 1);
    // Those who only ask once more hear nothing new.
    ends(&shop.run(&[&["poll", "--sandbox", &url][..], &only].concat()), 0);

    let shop = with_defects();
    let url = shop.sandbox.url().to_owned();
    ends(&shop.run(&["run", "--sandbox", &url, "--channel", "amazon"]), 0);
    // Long after by its clock; the next run, which plans anew, asks first.
    std::thread::sleep(std::time::Duration::from_secs(2));
    let next = shop.run(&["run", "--sandbox", &url, "--channel", "amazon"]);
    assert!(next.stderr.contains("rejected"), "{}", next.stderr);
    ends(&next, 1);
}

#[test]
fn a_marketplace_that_cannot_be_reached_fails_the_run_and_no_other_channel() {
    for command in ["run", "apply"] {
        let shop = Shop::new();
        let away = Fault { marketplace: Some("amazon".to_owned()), ..Fault::new(FaultKind::ResetBefore) };
        shop.sandbox.set_faults(vec![away]);
        let run = sent_by(command, &shop, &[]);
        ends(&run, 2);
        let told = run.stderr.lines().find(|line| line.starts_with("error: amazon: "));
        assert!(told.is_some_and(|told| told.contains("no answer") && told.contains("next run")), "{}", run.stderr);
        assert!(run.stderr.contains("error: not everything was sent"), "{}", run.stderr);
        let accepted = |channel: &str| {
            let own = submissions(&shop).into_iter().filter(|sent| sent["channel"] == channel);
            own.map(|sent| sent["accepted"].as_u64().unwrap()).sum::<u64>()
        };
        assert!(accepted("amazon") == 0 && accepted("ebay") > 0 && accepted("walmart") > 0, "{}", run.stderr);
        shop.sandbox.set_faults(Vec::new());
        ends(&sent_by(command, &shop, &[]), 0);
        assert_eq!(shop.planned(), [""; 0]);
        assert_eq!(shop.asked("amazon", "createFeed"), 1);
    }
}

#[test]
fn a_marketplace_that_cannot_be_asked_fails_the_poll() {
    let shop = Shop::new();
    let url = shop.sandbox.url().to_owned();
    ends(&shop.run(&["apply", "--sandbox", &url, "--channel", "amazon", "--channel", "walmart"]), 0);
    let away = Fault { marketplace: Some("walmart".to_owned()), ..Fault::new(FaultKind::ResetBefore) };
    shop.sandbox.set_faults(vec![away]);
    let polled = shop.run(&["poll", "--sandbox", &url, "--now"]);
    ends(&polled, 2);
    assert!(polled.stderr.contains("error: not everything could be asked"), "{}", polled.stderr);
    shop.sandbox.set_faults(Vec::new());
    ends(&shop.run(&["poll", "--sandbox", &url, "--wait", "24h"]), 0);
}

#[test]
fn a_sandbox_that_is_not_there_is_said_and_nothing_is_begun() {
    let shop = Shop::new();
    for command in ["run", "apply"] {
        let run = shop.run(&[command, "--sandbox", "http://127.0.0.1:9"]);
        ends(&run, 2);
        assert!(run.stderr.contains("no sandbox answers at http://127.0.0.1:9"), "{}", run.stderr);
        assert!(!shop.path("feedwright.ledger").exists());
    }
}

#[test]
fn a_ledger_that_cannot_be_written_fails_the_run_before_anything_is_sent() {
    let shop = Shop::new();
    fs::create_dir(shop.path("folder")).unwrap();
    fs::write(shop.path("notes.txt"), "these are notes, and no ledger at all: they stay as they are").unwrap();
    shop.configure("[sources.shop]", "[ledger]\nfile = \"nowhere/feedwright.ledger\"\n\n[sources.shop]");
    let mut was = "nowhere/feedwright.ledger";
    for place in ["nowhere/feedwright.ledger", "folder", "notes.txt"] {
        shop.configure(&format!("file = \"{was}\""), &format!("file = \"{place}\""));
        was = place;
        for command in ["run", "apply"] {
            let run = sent_by(command, &shop, &[]);
            ends(&run, 2);
            assert!(run.stderr.contains(place), "{}", run.stderr);
        }
    }
    assert!(fs::read_to_string(shop.path("notes.txt")).unwrap().starts_with("these are notes"));
    let requests = shop.sandbox.requests();
    assert_eq!(requests["requests"], 0, "{requests}");
}
