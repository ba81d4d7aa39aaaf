//! Every format over one run, as people and programs get it. Update the snapshots with `UPDATE_EXPECT=1`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod fixture;

use expect_test::ExpectFile;
use expect_test::expect;
use expect_test::expect_file;
use feedwright_catalog::Finding;
use feedwright_catalog::Severity;
use feedwright_catalog::finding::FindingJson;
use feedwright_catalog::rules;
use feedwright_runner::render::Format;
use feedwright_runner::render::Run;
use feedwright_runner::render::Style;
use feedwright_runner::render::Summary;
use feedwright_runner::render::render;
use feedwright_runner::store::Standing;
use fixture::WEIRD;
use fixture::channel;
use fixture::on;
use fixture::outcome;
use fixture::run;
use fixture::run_of;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;

fn rendered(run: &Run, format: Format, style: Style) -> String {
    let mut out = Vec::new();
    render(run, format, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn check(format: Format, style: Style, expected: &ExpectFile) -> String {
    let report = rendered(&run(), format, style);
    assert_eq!(report, rendered(&run(), format, style), "same input, same bytes");
    expected.assert_eq(&report);
    report
}

#[test]
fn text() {
    let report = check(Format::Text, Style::default(), &expect_file!["./render/report.txt"]);
    assert!(!report.contains('\u{1b}') && !report.contains('\u{202E}'), "a catalog must not steer the terminal");
}

#[test]
fn text_for_a_narrow_terminal_in_colour() {
    let style = Style { color: true, width: 60 };
    let report = check(Format::Text, style, &expect_file!["./render/report.color.txt"]);
    let plain = report.replace("\u{1b}[0m", "");
    let plain = ["1", "1;31", "1;33", "1;34", "1;36", "32"]
        .iter()
        .fold(plain, |plain, color| plain.replace(&format!("\u{1b}[{color}m"), ""));
    assert!(!plain.contains('\u{1b}'));
}

#[test]
fn text_shows_many_of_one_kind_by_example() {
    let mut entries = Vec::new();
    for n in 1..=1234 {
        let sku = format!("MUG-{n:04}");
        entries.push(on(Finding::new(&rules::MISSING_PRICE, "there is no price"), "amazon-us", &sku));
        entries.push(outcome("amazon-us", &sku, Standing::Blocked));
    }
    let run = run_of(&entries, Summary { channels: vec![channel("amazon-us", "amazon.com")], ..Summary::default() });
    expect![[r"
        error[missing-price]: there is no price
           = sku MUG-0001, amazon-us

        error[missing-price]: there is no price
           = sku MUG-0002, amazon-us

        error[missing-price]: there is no price
           = sku MUG-0003, amazon-us

        error[missing-price]: there is no price
           = sku MUG-0004, amazon-us
           … and 1,230 more like this (feedwright explain missing-price; --format json lists all)

        findings  level  code           channel
           1,234  error  missing-price  amazon-us  there is no price

        channel    site        items  ready  blocked  left out
        amazon-us  amazon.com  1,234      0    1,234         0

        1,234 errors; 1,234 SKUs are blocked
    "]]
    .assert_eq(&rendered(&run, Format::Text, Style::default()));
}

#[test]
fn text_says_calmly_that_nothing_was_found() {
    let summary = Summary { channels: vec![channel("amazon-us", "amazon.com")], ..Summary::default() };
    let run = run_of(&[outcome("amazon-us", "MUG-1", Standing::Ready)], summary);
    expect![[r"
        channel    site        items  ready  blocked  left out
        amazon-us  amazon.com      1      1        0         0

        no findings
    "]]
    .assert_eq(&rendered(&run, Format::Text, Style::default()));
    let page = rendered(&run, Format::Html, Style::default());
    assert!(page.contains("Nothing to mend") && !page.contains("id=\"rows\""));
}

#[test]
fn json_lines_read_back() {
    let report = check(Format::Json, Style::default(), &expect_file!["./render/report.jsonl"]);
    let back: Vec<Finding> = report
        .lines()
        .map(|line| Finding::try_from(serde_json::from_str::<FindingJson<'_>>(line).unwrap()).unwrap())
        .collect();
    assert!(run().sorted.findings().unwrap().map(Result::unwrap).eq(back));
}

#[test]
fn sarif() {
    let report = rendered(&run(), Format::Sarif, Style::default());
    assert_eq!(report, rendered(&run(), Format::Sarif, Style::default()), "same input, same bytes");
    let log: serde_json::Value = serde_json::from_str(&report).unwrap();
    // The snapshot holds neither the version nor the rules' documentation, which have owners of their own.
    let mut shown = log.clone();
    assert_eq!(shown["runs"][0]["tool"]["driver"]["semanticVersion"].take(), env!("CARGO_PKG_VERSION"));
    for rule in shown["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        if let Some(known) = rules::find(rule["id"].as_str().unwrap()) {
            assert_eq!(rule["help"]["text"].take(), known.docs);
            assert_eq!(rule["help"]["markdown"].take(), known.docs);
        }
    }
    let mut shown = serde_json::to_string_pretty(&shown).unwrap();
    shown.push('\n');
    expect_file!["./render/report.sarif"].assert_eq(&shown);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    for result in results {
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[at]["id"], result["ruleId"]);
    }
    let mut fingerprints: Vec<String> =
        results.iter().map(|result| result["partialFingerprints"].to_string()).collect();
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), results.len(), "no two findings are taken for one");
    assert_eq!(results.len(), 11);
}

#[test]
fn junit() {
    let report = check(Format::Junit, Style::default(), &expect_file!["./render/report.junit.xml"]);
    let mut reader = Reader::from_str(&report);
    let mut promised = BTreeMap::new();
    let mut found = BTreeMap::<(String, &str), u64>::new();
    let mut suite = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(start) | Event::Empty(start) => {
                let attributes: BTreeMap<String, String> = start
                    .attributes()
                    .map(|attribute| {
                        let attribute = attribute.unwrap();
                        let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap();
                        (attribute.key.as_ref().to_owned(), value.into_owned())
                    })
                    .collect();
                match start.name().as_ref() {
                    "testsuites" => {
                        for kind in ["tests", "failures", "skipped"] {
                            promised.insert((String::new(), kind), attributes[kind].parse::<u64>().unwrap());
                        }
                    }
                    "testsuite" => {
                        suite.clone_from(&attributes["name"]);
                        for kind in ["tests", "failures", "skipped"] {
                            promised.insert((suite.clone(), kind), attributes[kind].parse::<u64>().unwrap());
                        }
                    }
                    "testcase" => {
                        *found.entry((suite.clone(), "tests")).or_default() += 1;
                        *found.entry((String::new(), "tests")).or_default() += 1;
                    }
                    "failure" => {
                        *found.entry((suite.clone(), "failures")).or_default() += 1;
                        *found.entry((String::new(), "failures")).or_default() += 1;
                    }
                    "skipped" => {
                        *found.entry((suite.clone(), "skipped")).or_default() += 1;
                        *found.entry((String::new(), "skipped")).or_default() += 1;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    promised.retain(|_, count| *count > 0);
    assert_eq!(promised, found);
    assert_eq!(found[&("amazon-us".to_owned(), "tests")], 5);
}

#[test]
fn github() {
    let report = check(Format::Github, Style::default(), &expect_file!["./render/report.github.txt"]);
    for line in report.lines() {
        assert!(
            line.starts_with("::error ") || line.starts_with("::warning ") || line.starts_with("::notice "),
            "{line}"
        );
    }
    assert!(!report.contains('\r'));
}

#[test]
fn github_shows_ten_of_a_level() {
    let mut entries = Vec::new();
    for n in 1..=30 {
        let sku = format!("MUG-{n:02}");
        let mut note = Finding::new(&rules::MISSING_GTIN, "b");
        note.severity = Severity::Note;
        entries.push(on(Finding::new(&rules::MISSING_PRICE, "a"), "amazon-us", &sku));
        entries.push(on(Finding::new(&rules::BAD_CHECK_DIGIT, "c"), "amazon-us", &sku));
        entries.push(on(note, "amazon-us", &sku));
    }
    let report = rendered(&run_of(&entries, Summary::default()), Format::Github, Style::default());
    assert_eq!(report.matches("::error ").count(), 10);
    assert_eq!(report.matches("::warning ").count(), 10);
    assert!(report.ends_with("::notice title=Feedwright::30 errors, 30 warnings, 30 notes; 20 shown here\n"));
    assert_eq!(report.lines().count(), 21);
}

#[test]
fn html_escapes_everything_and_asks_for_nothing() {
    let page = rendered(&run(), Format::Html, Style::default());
    assert_eq!(page, rendered(&run(), Format::Html, Style::default()), "same input, same bytes");
    assert_eq!(page.matches("</script>").count(), 2);
    assert!(!page.contains("<!--") && !page.contains("http://") && !page.contains("https://"));
    assert!(page.contains("default-src 'none'"));
    let (_, data) = page.split_once(r#"id="data">"#).unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    assert!(!data.contains(['<', '>', '&']));
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    let findings = data["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 11);
    assert!(findings.iter().any(|finding| finding[4] == format!("value is `{WEIRD}`")));
    for finding in findings {
        let code = finding[1].as_str().unwrap();
        assert!(code.starts_with("amazon(") || data["rules"][code]["docs"].is_string(), "{code}");
    }
}

#[test]
fn a_format_is_found_by_its_name() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    expect!["there is no format `pdf`; there are text, json, sarif, junit, github, html"]
        .assert_eq(&"pdf".parse::<Format>().unwrap_err().to_string());
}
