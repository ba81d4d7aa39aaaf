//! The HTML report in a real browser: what its script shows for an address, read back from the page.
//!
//! Needs `chromium` (or `google-chrome`) on the `PATH`. Without one these tests say so and check nothing, unless
//! `FEEDWRIGHT_REQUIRE_BROWSER` is set, as it is in CI.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![expect(clippy::print_stderr, reason = "a test that checks nothing has to say so")]

mod fixture;

use feedwright_catalog::Finding;
use feedwright_catalog::rules;
use feedwright_runner::render::Format;
use feedwright_runner::render::Run;
use feedwright_runner::render::Style;
use feedwright_runner::render::Summary;
use feedwright_runner::render::render;
use feedwright_runner::store::Standing;
use fixture::channel;
use fixture::on;
use fixture::outcome;
use fixture::run;
use fixture::run_of;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// A report on disk, and the browser to open it with.
struct Opened {
    browser: PathBuf,
    directory: TempDir,
}

/// None where there is no browser.
fn open(run: &Run) -> Option<Opened> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let browser = std::env::split_paths(&path)
        .flat_map(|directory| ["chromium", "chromium-browser", "google-chrome"].map(|name| directory.join(name)))
        .find(|browser| browser.is_file());
    let Some(browser) = browser else {
        assert!(std::env::var_os("FEEDWRIGHT_REQUIRE_BROWSER").is_none(), "there is no browser on the PATH");
        eprintln!("NOT CHECKED: there is no browser on the PATH");
        return None;
    };
    let directory = tempfile::tempdir().unwrap();
    let mut page = Vec::new();
    render(run, Format::Html, Style::default(), &mut page).unwrap();
    fs::write(directory.path().join("report.html"), page).unwrap();
    Some(Opened { browser, directory })
}

impl Opened {
    /// The page as it is after its script ran.
    fn dom(&self, hash: &str) -> String {
        let profile = tempfile::tempdir().unwrap();
        let output = Command::new(&self.browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(["--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom"])
            .arg(format!("file://{}{hash}", self.directory.path().join("report.html").display()))
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{log}");
        let complaints: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
        assert!(complaints.is_empty(), "{complaints:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The text of the element with this id.
fn text_of<'a>(dom: &'a str, id: &str) -> &'a str {
    let (_, rest) = dom.split_once(&format!("id=\"{id}\"")).unwrap();
    let (_, rest) = rest.split_once('>').unwrap();
    rest.split('<').next().unwrap()
}

/// The SKUs of the rows shown, in order.
fn skus(dom: &str) -> Vec<&str> {
    let cells = dom.split("<td class=\"sku\"><bdi>").skip(1);
    cells.map(|cell| cell.split("</bdi>").next().unwrap()).collect()
}

#[test]
fn the_address_filters_and_sorts() {
    let Some(page) = open(&run()) else { return };

    let all = page.dom("");
    assert_eq!(text_of(&all, "status"), "11 findings");
    assert_eq!(
        skus(&all),
        ["", "", "MUG-1", "MUG-1", "MUG-1", "T-漢 &amp; &lt;b&gt;", "MUG-1", "MUG-2", "", "", "MUG-3"],
        "what blocks comes first"
    );

    let mug = page.dom("#q=MUG-1&severity=error");
    assert_eq!(text_of(&mug, "status"), "3 of 11 findings");
    assert_eq!(skus(&mug), ["MUG-1", "MUG-1", "MUG-1"]);

    assert_eq!(skus(&page.dom("#q=mug-1+barcode")), ["MUG-1"]);
    assert_eq!(text_of(&page.dom("#channel=-"), "status"), "4 of 11 findings");
    assert_eq!(skus(&page.dom("#code=missing-required-field&channel=amazon-de")), ["MUG-1"]);
    assert_eq!(skus(&page.dom("#code=amazon(90220)")), ["MUG-1"]);

    let sorted = page.dom("#channel=amazon-us&sort=-sku");
    assert_eq!(skus(&sorted), ["T-漢 &amp; &lt;b&gt;", "MUG-3", "MUG-2", "MUG-1", "MUG-1", ""]);
    assert!(sorted.contains(r#"data-sort="sku" aria-sort="descending""#));

    let none = page.dom("#q=nothing+like+this");
    assert_eq!(text_of(&none, "status"), "0 of 11 findings");
    assert!(none.contains("Nothing matches this filter."));
}

#[test]
fn text_of_a_catalog_stays_text() {
    let Some(page) = open(&run()) else { return };
    let dom = page.dom("#code=banned-character");
    let (_, rows) = dom.split_once("id=\"rows\"").unwrap();
    let (rows, _) = rows.split_once("</tbody>").unwrap();
    assert!(rows.contains("]]&gt;&lt;/script&gt;&lt;!--"), "{rows}");
    assert!(!rows.contains("<b>") && !rows.contains("<script"));
}

#[test]
fn fifty_thousand_findings_are_paged_and_the_rest_is_counted() {
    let entries: Vec<_> = (1..=50_001)
        .flat_map(|n| {
            let sku = format!("MUG-{n:05}");
            let finding = Finding::new(&rules::MISSING_PRICE, "there is no price").help("fill column \"Price\"");
            [on(finding, "amazon-us", &sku), outcome("amazon-us", &sku, Standing::Blocked)]
        })
        .collect();
    let summary = Summary { channels: vec![channel("amazon-us", "amazon.com")], ..Summary::default() };
    let Some(page) = open(&run_of(&entries, summary)) else { return };
    let dom = page.dom("#page=250");
    assert_eq!(text_of(&dom, "status"), "50,000 findings; rows 49,801 to 50,000");
    assert_eq!(text_of(&dom, "page"), "Page 250 of 250");
    assert_eq!(skus(&dom).len(), 200);
    assert!(dom.contains("50,000 of 50,001 findings are on this page"));
    assert_eq!(skus(&page.dom("#q=mug-00042")), ["MUG-00042"]);
}
