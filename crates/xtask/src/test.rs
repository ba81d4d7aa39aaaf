//! Sets up what the tests need, says what cannot be tested here, and runs them all.

use crate::shell::answers;
use crate::shell::cargo;
use crate::shell::find;
use crate::shell::install;
use crate::shell::root;
use crate::shell::run;
use anyhow::Context as _;
use anyhow::Result;
use std::env;
use std::path::PathBuf;

/// The browsers the report's test knows to drive.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Runs every test of the workspace and every example of its documentation.
pub(crate) fn test() -> Result<()> {
    let has_browser = browser()?;
    postgres()?;
    documents();
    let mut tests = cargo();
    let has_nextest = answers(cargo().args(["nextest", "--version"]));
    if has_nextest {
        tests.args(["nextest", "run", "--workspace", "--no-fail-fast", "-E", "not binary(conformance)"]);
    } else {
        tests.args(["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]);
    }
    if has_browser {
        // Otherwise a test that cannot find it would say so and pass.
        tests.env("FEEDWRIGHT_REQUIRE_BROWSER", "1");
    }
    run(&mut tests)?;
    if has_nextest {
        // The kit makes thousands of trials when it starts: a process for each would make all of them thousands of times.
        run(cargo().args(["test", "--workspace", "--test", "conformance", "--no-fail-fast", "--", "--quiet"]))?;
    }
    run(cargo().args(["test", "--workspace", "--doc"]))
}

/// A PostgreSQL for the ledger; its tests start it. Installed where that is ours to do.
fn postgres() -> Result<()> {
    let of_debian = std::fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| versions.next().is_some());
    if of_debian || find("initdb").is_some() {
        return Ok(());
    }
    println!("The ledger is tested on PostgreSQL, and there is none.");
    install(&["postgresql", "openssl"])?;
    Ok(())
}

/// A browser for the HTML report. Installed where that is ours to do; otherwise its absence is said aloud.
fn browser() -> Result<bool> {
    if BROWSERS.iter().any(|name| find(name).is_some()) {
        return Ok(true);
    }
    println!("The HTML report is tested in a real browser, and there is none.");
    match install(&["chromium"]) {
        Ok(true) => return Ok(true),
        Ok(false) => {}
        Err(why) if env::var_os("CI").is_some() => return Err(why).context("CI tests the report in a browser"),
        Err(why) => println!("{why:#}"),
    }
    println!("NOT CHECKED: the HTML report in a browser. Install chromium or Google Chrome to check it.");
    Ok(false)
}

/// Marketplaces' own documents are no part of the repository.
fn documents() {
    let folder = env::var_os("FEEDWRIGHT_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    if !folder.join("data").is_dir() {
        println!(
            "NOT CHECKED: real documents of marketplaces and shops. They are not part of the repository; tests that need \
             them look in ../shared or where FEEDWRIGHT_SHARED points, find nothing, and pass."
        );
    }
}
