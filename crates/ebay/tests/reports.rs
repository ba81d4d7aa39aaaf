//! Reports read: ours, and everything of eBay's that is at hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![expect(clippy::disallowed_methods, reason = "tests read the samples")]

mod support;

use feedwright_catalog::Findings;
use feedwright_marketplace::exchange::Polled;
use feedwright_marketplace::exchange::Receipt;
use feedwright_marketplace::exchange::Reply;
use feedwright_marketplace::exchange::Row;
use feedwright_marketplace::exchange::Trouble;
use serde_json::Value;
use serde_json::json;
use std::path::Path;
use std::path::PathBuf;
use support::PROFILE;
use support::Recipe;
use support::real_files;
use support::root;
use support::sample;
use support::talk;
use support::talk::answer;
use support::talk::rows;
use support::written;

fn sample_report(name: &str) -> String {
    std::fs::read_to_string(root().join("samples/ebay/reports").join(name)).unwrap()
}

/// The number and digest of a family's members, as a file of ours has them.
fn message_id(text: &str) -> &str {
    text.lines().find_map(|line| line.strip_prefix("<MessageID>")?.strip_suffix("</MessageID>")).unwrap()
}

fn read(feed: &str, report: &str, rows: &[Row]) -> (Vec<String>, Vec<String>) {
    talk::read(Recipe::default().open().unwrap().as_ref(), feed, report.as_bytes(), rows)
}

#[test]
fn each_response_is_for_the_row_it_names() {
    let ebay = Recipe::default().open().unwrap();
    let (files, _) = written(ebay.as_ref(), "lms", "112529", &[sample("112529")]);
    let id = message_id(&files[0]);
    assert!(id.starts_with("studio-one (+2 "), "{id}");
    let report = sample_report("lms.xml").replace("FAMILY (+2 DIGEST)", id);
    let rows =
        rows(&["PLAIN", "studio-one", "LF-S1-GRA", "LF-S1-SND", "SENT-TWICE", "LIMITED", "REFUSED", "FORGOTTEN"]);
    let (verdicts, findings) = read("lms", &report, &rows);
    assert_eq!(
        verdicts,
        [
            "PLAIN accepted listing=110000000001",
            "studio-one accepted listing=110000000002",
            "LF-S1-GRA accepted listing=110000000002",
            "LF-S1-SND accepted listing=110000000002",
            "SENT-TWICE accepted",
            "LIMITED failed",
            "REFUSED rejected",
            "FORGOTTEN unknown",
        ]
    );
    assert_eq!(
        findings,
        [
            "- error ebay(17) -: request `NOBODY`: Nobody asked for this one.",
            "LIMITED error ebay(21919188) -: The account can list no more this month.",
            "REFUSED error ebay(240) -: The item cannot be listed or changed. (The account has to confirm its address.)",
            "REFUSED error ebay(99 99) -: A code of tomorrow.",
            "SENT-TWICE warning ebay(488) -: The identifier of this request was used before.",
            "studio-one warning ebay(21917091) -: Something was left out of the listing.",
        ]
    );
}

#[test]
fn the_members_of_a_family_are_known_wherever_their_rows_stand() {
    let ebay = Recipe::default().open().unwrap();
    let (files, _) = written(ebay.as_ref(), "lms", "112529", &[sample("112529")]);
    let report = sample_report("lms.xml").replace("FAMILY (+2 DIGEST)", message_id(&files[0]));
    let verdicts = |skus: &[&str]| read("lms", &report, &rows(skus)).0.join(", ");
    let listed = "accepted listing=110000000002";
    assert_eq!(
        verdicts(&["LF-S1-GRA", "LF-S1-SND", "studio-one"]),
        format!("LF-S1-GRA {listed}, LF-S1-SND {listed}, studio-one {listed}")
    );
    assert_eq!(verdicts(&["LF-S1-GRA", "LF-S1-SND"]), format!("LF-S1-GRA {listed}, LF-S1-SND {listed}"));
    assert_eq!(
        verdicts(&["studio-one", "LF-S1-GRA", "OTHER"]),
        format!("studio-one {listed}, LF-S1-GRA unknown, OTHER unknown"),
        "rows that are not the family's members are not taken for them"
    );
}

#[test]
fn quantities_are_told_by_what_stands_in_their_status() {
    let (verdicts, findings) = read("lms_stock", &sample_report("status.xml"), &rows(&["A", "B", "C", "D", "E"]));
    assert_eq!(
        verdicts,
        ["A accepted listing=110000000001", "B rejected", "C failed", "D rejected listing=110000000004", "E unknown"]
    );
    assert_eq!(
        findings,
        [
            "B error ebay(21916750) -: The listing is over.",
            "C error ebay(10007) -: Internal error to the application.",
            "D warning not-sent -: eBay answers `PartialFailure` and gives no reason",
            "E warning not-sent -: eBay answers `Perhaps` and gives no reason",
        ]
    );
}

#[test]
fn a_result_file_that_is_cut_off_anywhere_is_an_error() {
    let ebay = Recipe::default().open().unwrap();
    let feed = PROFILE.feed("lms").unwrap();
    let whole = sample_report("lms.xml");
    let end = whole.trim_end().len();
    for length in (0..end).step_by(7).chain([end - 1]) {
        let report = json!({ "task": { "status": "COMPLETED" }, "result": whole.get(..length).unwrap() }).to_string();
        let why = ebay.read_report(feed, report.as_bytes(), &rows(&["PLAIN"]), &mut Findings::default()).unwrap_err();
        assert_eq!(why.trouble, Trouble::Unreadable, "{length}");
    }
    for (feed, report) in [
        ("lms", "{\"task\":{}"),
        ("lms", "[]"),
        ("lms", "<html><body>hello</body></html>"),
        ("lms", "<!DOCTYPE html><html/>"),
        ("inventory", "{\"answers\":[{}],\"skipped\":[]}"),
        ("inventory", "{\"answers\":[]"),
        ("inventory", "<html/>"),
        ("fx", "Action"),
    ] {
        let feed = PROFILE.feed(feed).unwrap();
        let why = ebay.read_report(feed, report.as_bytes(), &rows(&["A"]), &mut Findings::default()).unwrap_err();
        assert_eq!(why.trouble, Trouble::Unreadable, "{report}");
    }
}

#[test]
fn a_report_that_says_nothing_accepts_nothing() {
    for feed in ["inventory", "inventory_price", "inventory_stock", "inventory_end"] {
        let (verdicts, _) = read(feed, r#"{"answers":[],"skipped":[]}"#, &rows(&["A"]));
        assert_eq!(verdicts, ["A unknown"], "{feed}");
    }
    let empty = "<BulkDataExchangeResponses/>";
    assert_eq!(read("lms", empty, &rows(&["A"])).0, ["A unknown"]);
}

/// Every file below a folder.
fn files_below(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files_below(&path, out) } else { out.push(path) }
    }
}

#[test]
fn everything_of_ebays_is_read_as_a_result_file_or_as_an_answer() {
    let Some(data) = real_files() else { return };
    let ebay = Recipe::default().open().unwrap();
    let mut paths = Vec::new();
    for folder in ["constructed", "lms_xml", "errors", "inventory_json", "taxonomy"] {
        files_below(&data.join(folder), &mut paths);
    }
    paths.sort();
    assert!(paths.len() > 10, "{paths:?}");
    let mut n_read = 0;
    for path in &paths {
        let bytes = support::bytes(path);
        let text = String::from_utf8(bytes.clone()).unwrap();
        for feed in PROFILE.feeds {
            // As a report, whole and cut in two; never a panic.
            let reports = [
                bytes.clone(),
                bytes[..bytes.len() / 2].to_vec(),
                json!({ "task": {}, "result": text }).to_string().into_bytes(),
            ];
            for report in reports {
                let mut out = Findings::default();
                if let Ok(verdicts) = ebay.read_report(feed, &report, &rows(&["SKU-SINGLE-1", "GROUP-1"]), &mut out) {
                    assert_eq!(verdicts.len(), 2);
                    n_read += 1;
                }
            }
        }
        // As an answer to each request of a conversation, with any status.
        for status in [200, 207, 400, 409, 500] {
            for (feed, product) in [("inventory", "20695.family"), ("inventory_price", "16080"), ("lms", "16080")] {
                let (files, _) = written(ebay.as_ref(), feed, product.split('.').next().unwrap(), &[sample(product)]);
                let skus = if feed == "lms" { vec!["A".to_owned()] } else { talk::skus_of(&files) };
                let skus: Vec<&str> = skus.iter().map(String::as_str).collect();
                let parcel = talk::parcel(feed, &files, rows(&skus));
                let end = talk::drive(ebay.submit(parcel).unwrap(), |_| Reply::Answer(answer(status, &text)));
                if let Ok(Receipt::Answered(report)) = end {
                    let (verdicts, _) = read(feed, std::str::from_utf8(&report).unwrap(), &rows(&skus));
                    assert!(
                        verdicts.iter().all(|verdict| !verdict.contains(" accepted")),
                        "{}: {verdicts:?}",
                        path.display()
                    );
                }
            }
        }
    }
    assert!(n_read > 10, "{n_read}");
}

#[test]
fn ebays_responses_become_verdicts_and_findings() {
    let Some(data) = real_files() else { return };
    let text = |name: &str| String::from_utf8(support::bytes(&data.join(name))).unwrap();
    let (verdicts, findings) =
        read("lms", &text("constructed/lms_AddFixedPriceItem_responses.xml"), &rows(&["SKU-SINGLE-1", "GROUP-1"]));
    assert_eq!(verdicts, ["SKU-SINGLE-1 accepted listing=110586279507", "GROUP-1 rejected"]);
    let codes: Vec<&str> = findings.iter().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(
        codes,
        ["GROUP-1 error ebay(21919303) /item/product/aspects/Size Type", "SKU-SINGLE-1 warning ebay(99999999) -"]
    );
    let alone = text("lms_xml/AddItemResponse_failure_21916884_testfixture.xml");
    let (verdicts, findings) = read("lms", &alone, &rows(&["ONLY"]));
    assert_eq!(verdicts, ["ONLY rejected"]);
    assert!(findings[0].starts_with("ONLY error ebay(21916884) /item/condition: "), "{findings:?}");
    assert_eq!(read("lms", &alone, &rows(&["ONE", "OTHER"])).0, ["ONE unknown", "OTHER unknown"]);
    let inventory = text("lms_xml/ActiveInventoryReport_real_excerpt_2026-09-22.xml");
    assert_eq!(read("lms", &inventory, &rows(&["A"])).0, ["A unknown"], "it is a report of something else");
}

#[test]
fn ebays_error_objects_keep_their_codes_and_words() {
    let Some(data) = real_files() else { return };
    let known = support::json(&data.join("errors/hendt_errors_trading_and_rest.json"));
    let mut n_objects = 0;
    for body in [&known["restful"], &known["oauth"], &known["postOrder"], &known["plain"], &json!("")] {
        let report = json!({ "skipped": [], "answers": [
            { "operation": "deleteInventoryItem", "skus": ["A"], "status": 400, "body": body }] });
        let (verdicts, findings) = read("inventory_end", &report.to_string(), &rows(&["A"]));
        assert_eq!(verdicts, ["A rejected"]);
        assert!(!findings.is_empty(), "{body}");
        n_objects += findings.len();
        for error in ["errors", "error"].iter().filter_map(|name| body.get(*name)?.as_array()).flatten() {
            let code = format!("ebay({})", error["errorId"]);
            let said = findings.iter().find(|line| line.contains(&code)).unwrap();
            assert!(said.contains(error["message"].as_str().unwrap()), "{said}");
        }
    }
    assert_eq!(n_objects, 7);
}

#[test]
fn documents_that_were_pulled_are_what_the_adapter_reads() {
    let Some(data) = real_files() else { return };
    let ebay = Recipe::default().open().unwrap();
    let file = |name: &str| String::from_utf8(support::bytes(&data.join(name))).unwrap();
    let tree = file("derived/CategoryTree_US_restshape_from_v989_2017.json");
    let pull = |categories: &[String]| {
        talk::drive(ebay.pull(categories).unwrap(), |request| {
            let path = talk::line(request);
            Reply::Answer(if path.contains("get_default_category_tree_id") {
                answer(200, file("taxonomy/getDefaultCategoryTreeId_US_v130.json"))
            } else if path.contains("get_item_aspects_for_category") {
                answer(200, file("taxonomy/getItemAspectsForCategory_US_27386_graphics_cards.json"))
            } else if path.contains("get_expired_categories") {
                answer(200, json!({ "expiredCategories": [{ "fromCategoryId": "999999", "toCategoryId": "27386" }] }))
            } else if path.contains("get_item_condition_policies") {
                let policy = json!({ "categoryTreeId": "0", "categoryId": "27386", "itemConditionRequired": true,
                    "itemConditions": [{ "conditionId": "1000", "conditionDescription": "New" }] });
                answer(200, json!({ "itemConditionPolicies": [policy] }))
            } else {
                answer(200, &tree)
            })
        })
        .unwrap()
    };
    let mut recipe = Recipe::default();
    for pulled in pull(&[]).into_iter().chain(pull(&["27386".to_owned()])) {
        assert_eq!(pulled.version.as_deref(), Some("130"));
        match pulled.about {
            feedwright_marketplace::contract::About::Category(id) => recipe.documents.insert(id, pulled.bytes),
            feedwright_marketplace::contract::About::Reference(name) => {
                recipe.references.insert(name.to_owned(), pulled.bytes)
            }
        };
    }
    assert_eq!(recipe.references.len(), PROFILE.references.len());
    let opened = recipe.open().unwrap();
    let feed = PROFILE.feed("inventory").unwrap();
    let category = opened.category(feed, "27386").unwrap();
    assert_eq!(&*opened.category(feed, "999999").unwrap().id, "27386", "what took its place is known");
    assert!(category.requirements.fields().iter().any(|field| field.path.contains("Brand")));
    assert!(opened.taxonomy().len() > 5000);
}

#[test]
fn what_is_polled_is_what_is_read() {
    let ebay = Recipe::default().open().unwrap();
    let feed = PROFILE.feed("lms_stock").unwrap();
    let polled = talk::drive(ebay.poll(feed, "task-1").unwrap(), |request| {
        Reply::Answer(if talk::line(request).ends_with("/download_result_file") {
            answer(200, sample_report("status.xml"))
        } else {
            answer(200, json!({ "taskId": "task-1", "status": "COMPLETED_WITH_ERROR", "other": [1.50] }))
        })
    });
    let Polled::Report(report, None) = polled.unwrap() else { panic!("no report") };
    let kept: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(kept["result"], json!(sample_report("status.xml")), "verbatim");
    assert_eq!(kept["task"]["status"], "COMPLETED_WITH_ERROR");
    assert_eq!(
        read("lms_stock", std::str::from_utf8(&report).unwrap(), &rows(&["A"])).0,
        ["A accepted listing=110000000001"]
    );
}
