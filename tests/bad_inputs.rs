//! What goes wrong is said in one calm line, or as a finding at its place; and nothing half-done is left behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[path = "shared/measured.rs"]
mod measured;
mod shared;
#[path = "shared/world.rs"]
mod world;

use serde_json::Value;
use serde_json::json;
use shared::Run;
use shared::feedwright_in;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A channel made up on the spot, and findings a line each.
const US: &[&str] = &["--channel", "amazon/US", "--category", "HOME", "--currency", "USD", "--format", "json"];

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn check(folder: &Path, catalog: &str, more: &[&str]) -> Run {
    let mut arguments = vec!["check", catalog];
    arguments.extend(US);
    arguments.extend(more);
    let run = feedwright_in(folder, &arguments);
    assert!(run.code == 1 || run.code == 2, "{catalog}: {}", run.code);
    run
}

/// The run failed with this line; `…` stands for what the operating system says.
fn fails(run: &Run, expected: &str) {
    assert_eq!(run.code, 2, "{expected}: {}", run.stderr);
    assert_eq!(run.stdout, "", "{expected}");
    let (before, after) = expected.split_once('…').unwrap_or((expected, ""));
    let line = run.stderr.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'), "one line: {line}");
    let is_whole = !expected.contains('…');
    assert!(
        line.starts_with(&format!("error: {before}")) && line.ends_with(after),
        "expected: error: {expected}\nfound:    {line}"
    );
    assert!(!is_whole || line == format!("error: {expected}"), "expected: error: {expected}\nfound:    {line}");
}

/// The findings of this code, as `line column severity message`.
fn of_code(run: &Run, code: &str) -> Vec<String> {
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let found = run.findings().into_iter().filter(|finding| finding["code"] == code);
    found
        .map(|finding| {
            let column = finding.get("column").and_then(Value::as_str).unwrap_or("-");
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            format!("{} {column} {}: {}", finding["line"], text("severity"), text("message"))
        })
        .collect()
}

#[test]
fn a_file_that_cannot_be_read_at_all_is_named() {
    let zip = b"PK\x03\x04\x14\x00\x06\x00".repeat(20);
    let folder = folder(&[("empty.csv", b""), ("list.jsonl", b"[{\"key\":\"a\"}]\n"), ("book.xlsx", &zip)]);
    fs::create_dir(folder.path().join("products")).unwrap();
    let cases = [
        ("empty.csv", "empty.csv is empty: export it again"),
        ("missing.csv", "cannot read missing.csv: …"),
        ("products", "cannot read products: …directory"),
        ("list.jsonl", "list.jsonl is a JSON array: write one product a line, without brackets and commas around them"),
        ("book.xlsx", "book.xlsx is not text but …: save it as CSV in UTF-8"),
    ];
    for (file, expected) in cases {
        fails(&check(folder.path(), file, &[]), expected);
    }
}

#[test]
fn a_file_nobody_let_us_read_or_write_is_named() {
    let folder = folder(&[("secret.csv", b"sku,title\nA,Bowl\n"), ("open.csv", b"sku,title\nA,Bowl\n")]);
    fs::create_dir(folder.path().join("locked")).unwrap();
    world::forbid(&folder.path().join("secret.csv"));
    world::forbid(&folder.path().join("locked"));
    let Some(run) = world::run_as_nobody(folder.path(), &["check", "secret.csv"], US) else { return };
    fails(&run, "cannot read secret.csv: …");
    let Some(run) = world::run_as_nobody(folder.path(), &["build", "open.csv", "--out", "locked"], US) else { return };
    fails(&run, "cannot write into the folder locked: …");
    world::allow(&folder.path().join("locked"));
    assert_eq!(fs::read_dir(folder.path().join("locked")).unwrap().count(), 0);
}

#[test]
fn a_header_without_rows_is_an_empty_source() {
    let folder = folder(&[("header.csv", b"sku,title,price\n")]);
    let run = check(folder.path(), "header.csv", &[]);
    assert_eq!(of_code(&run, "empty-source"), ["1 - error: the file has a header and no rows"]);
    assert_eq!(run.findings().len(), 1);
}

#[test]
fn delimiters_and_encodings_make_no_difference() {
    let text = "sku,title,price,brand\nK\u{e4}se-1,Teller f\u{fc}r gro\u{df}e St\u{fc}cke,12.50,N\u{e4}geli\n\
                K\u{e4}se-2,\u{201c}Sch\u{fc}ssel\u{201d} \u{2013} 5 \u{20ac},oops,N\u{e4}geli\n";
    let latin = text.replace(['\u{201c}', '\u{201d}', '\u{2013}', '\u{20ac}'], "x");
    let one_byte = |text: &str| -> Vec<u8> {
        text.chars()
            .map(|c| match c {
                '\u{201c}' => 0x93,
                '\u{201d}' => 0x94,
                '\u{2013}' => 0x96,
                '\u{20ac}' => 0x80,
                c => u8::try_from(u32::from(c)).unwrap(),
            })
            .collect()
    };
    let utf16 = |text: &str| -> Vec<u8> {
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let read = |text: &str, bytes: Vec<u8>| {
        let folder = folder(&[("plain.csv", text.as_bytes()), ("other.csv", &bytes)]);
        let plain = check(folder.path(), "plain.csv", &[]);
        assert!(plain.stdout.contains("K\u{e4}se-1") && plain.findings().len() > 5, "{}", plain.stdout);
        let other = check(folder.path(), "other.csv", &[]);
        assert_eq!(plain.stdout.replace("plain.csv", "file"), other.stdout.replace("other.csv", "file"));
    };
    for delimiter in [";", "\t", "|"] {
        read(text, text.replace(',', delimiter).into_bytes());
    }
    read(text, utf16(text));
    read(text, format!("\u{feff}{text}").into_bytes());
    read(text, one_byte(text));
    read(&latin, one_byte(&latin));
    read(text, text.replace('\n', "\r\n").into_bytes());
    read(text, text.replace('\n', "\r").into_bytes());
}

#[test]
fn bytes_that_no_text_holds_are_found_where_they_are() {
    // Two in a text are a slip; many make it no text at all.
    let mut text = b"sku,title,brand\nA\x001,Bowl,B\nA-2,Bo\x00wl,B\n".to_vec();
    (3..100).for_each(|n| text.extend(format!("A-{n},Stoneware Fruit Bowl,Northlake\n").bytes()));
    let folder = folder(&[("nul.csv", &text), ("noise.csv", &b"\x7FELF\x00\x00\x00\x07".repeat(40))]);
    fails(&check(folder.path(), "noise.csv", &[]), "noise.csv is not text but binary data: save it as CSV in UTF-8");
    let run = check(folder.path(), "nul.csv", &[]);
    assert_eq!(
        of_code(&run, "bad-sku"),
        ["2 sku error: `A\\u{0}1` is no SKU: SKU has a control character at position 2"]
    );
    let controls = of_code(&run, "control-character");
    assert!(controls.iter().any(|found| found.starts_with("3 title warning: ")), "{controls:?}");
    assert!(!run.stdout.contains('\0'));
}

#[test]
fn a_cell_of_fifty_megabytes_costs_its_row_and_no_memory() {
    let folder = folder(&[]);
    let mut text = String::from("sku,title,price\nA,\"");
    text.push_str(&"x".repeat(50 << 20));
    text.push_str("\",1\nB,Bowl,2\n");
    fs::write(folder.path().join("big.csv"), text).unwrap();
    let (run, peak) = measured::run_measured(folder.path(), &["check", "big.csv"], US);
    assert_eq!(
        of_code(&run, "cell-too-long"),
        ["2 title error: cell 2 has more than 1048576 bytes; the row is left out"]
    );
    assert!(run.findings().iter().any(|finding| finding["sku"] == "B"), "the next row is read");
    if let Some(peak) = peak {
        println!("peak memory: {} MiB", peak >> 10);
        assert!(peak < 80 << 10, "{peak} KiB at the peak");
    }
}

#[test]
fn ten_thousand_columns_are_read_and_reported_in_a_few_lines() {
    let mut text = String::from("sku,title,price");
    (0..9_997).for_each(|n| write!(text, ",extra {n}").unwrap());
    writeln!(text, "\nA,Bowl,1{}", ",v".repeat(9_997)).unwrap();
    let folder = folder(&[("wide.csv", text.as_bytes())]);
    let run = check(folder.path(), "wide.csv", &[]);
    assert_eq!(of_code(&run, "column-not-read").len(), 9_997);
    let run = feedwright_in(folder.path(), &["check", "wide.csv", "--channel", "amazon/US", "--category", "HOME"]);
    assert!(run.stdout.lines().count() < 200, "{} lines", run.stdout.lines().count());
}

#[test]
fn what_stands_twice_is_read_once() {
    let folder = folder(&[("twice.csv", b"sku,title,price,Title\nA,T,1,U\nA,V,2,W\na,X,3,Y\nB,Z,4,Z\n")]);
    let run = check(folder.path(), "twice.csv", &[]);
    assert_eq!(
        of_code(&run, "duplicate-sku"),
        [
            "3 sku error: SKU `A` stands on line 2 already; that row is used",
            "4 sku error: SKU `a` stands on line 2 already; that row is used",
        ]
    );
    let columns = of_code(&run, "duplicate-column");
    assert_eq!(columns, ["1 Title warning: column \"Title\" stands twice in the header; the first is read"]);
}

#[test]
fn a_quote_that_is_never_closed_is_named_by_the_line_it_opens_on() {
    let folder = folder(&[("quote.csv", b"sku,title,price\nA,T,1\nB,\"open,2\nC,V,3\nD,W,4\n")]);
    let run = check(folder.path(), "quote.csv", &[]);
    assert_eq!(
        of_code(&run, "unclosed-quote"),
        [
            "3 title error: a quote opened here is never closed; nothing is read from here to line 6; the row is left out"
        ]
    );
    assert!(run.findings().iter().any(|finding| finding["sku"] == "A"), "what stands before is read");
}

#[test]
fn every_bad_line_of_a_catalog_is_named_and_the_good_ones_are_read() {
    let lines = [
        r#"{"key":"a","variants":[{"sku":"A"}]}"#,
        r#"{"key":"b","#,
        "",
        r#"{"key":"c","varants":[]}"#,
        r#"{"key":"d","variants":[{"sku":"D","fields":{"colour":"red"}}]}"#,
        r#"{"key":"e","variants":[{"sku":"E","offers":[{"price":{"amount":12.5,"currency":"USD"}}]}]}"#,
        r#"{"key":"a","variants":[{"sku":"A-2"}]}"#,
        r#"{"key":"f","variants":[{"sku":"F"}]}"#,
    ];
    let folder = folder(&[("catalog.jsonl", lines.join("\n").as_bytes())]);
    let run = check(folder.path(), "catalog.jsonl", &[]);
    let lines = |code: &str| -> Vec<String> {
        of_code(&run, code).iter().map(|found| found.split(' ').next().unwrap().to_owned()).collect()
    };
    assert_eq!(lines("unreadable-line"), ["2", "4", "6", "7"], "{}", run.stdout);
    assert_eq!(lines("unknown-field"), ["5"]);
    assert!(run.stdout.contains("did you mean `variants`?") && run.stdout.contains("did you mean `color`?"));
    for sku in ["A", "F"] {
        let found = run.findings().into_iter().find(|finding| finding["sku"] == sku).unwrap();
        assert_eq!(found["file"], "catalog.jsonl");
    }
}

#[test]
fn a_configuration_that_makes_no_sense_is_shown_with_its_line_and_the_nearest_right_word() {
    let source = "[sources.shop]\nfile = \"shop.csv\"\n";
    let channel = "[channels.us]\nmarketplace = \"amazon\"\n";
    let cases = [
        (format!("{source}curency = \"USD\"\n{channel}"), "3: unknown field `curency`, …; did you mean `currency`?"),
        (format!("{source}currency = 5\n{channel}"), "3: invalid type: integer `5`, expected a string"),
        (format!("{source}currency = \"DOLLAR\"\n{channel}"), "3: `DOLLAR` is not a currency"),
        (format!("{source}missing_sku = \"guess\"\n{channel}"), "3: unknown variant `guess`, …"),
        (format!("{source}weight_unit = \"stoness\"\n{channel}"), "3: there is no unit `stoness`"),
        (format!("{source}{channel}[channels.us]\n"), "5: duplicate key"),
        (
            format!("{source}{channel}[rules]\nmising-price = \"off\"\n"),
            "6: there is no rule `mising-price`; did you mean `missing-price`?",
        ),
        (format!("{source}{channel}[rules]\nmissing-price = \"loud\"\n"), "6: unknown variant `loud`, …"),
        (
            format!("{source}[channels.us]\nmarketplace = \"amazn\"\n"),
            "4: channel `us`: there is no marketplace `amazn`; there are amazon, ebay, google, walmart; did you mean `amazon`?",
        ),
        (
            format!("{source}{channel}site = \"amazon.con\"\n"),
            "5: Amazon has no site `amazon.con`; …; did you mean `amazon.com`?",
        ),
        (
            format!("{source}{channel}language = \"klingon!\"\n"),
            "5: `klingon!` is not a language such as `de` or `en-US`",
        ),
        (format!("{source}{channel}sources = [\"shpo\"]\n"), "5: there is no source `shpo`; did you mean `shop`?"),
        (
            format!("{source}{channel}[channels.us.defaults]\ncolour = \"red\"\n"),
            "6: there is no field `colour`; a field of your own is written `custom.colour`; did you mean `color`?",
        ),
        (
            format!("{source}{channel}[channels.us.defaults]\nnumber_of_items = 1.5\n"),
            "6: default of `number_of_items` is a float: write it in quotes, so that no digit is lost",
        ),
        (
            format!("{source}{channel}[channels.us.options]\noperation = \"UPSERT\"\n"),
            "4: channel `us`: `options.operation`: `UPSERT` is not one of UPDATE, PARTIAL_UPDATE",
        ),
        (
            format!("{source}{channel}[channels.us.options]\noperatoin = \"PATCH\"\n"),
            "4: channel `us`: `options.operatoin`: Amazon has no such setting; it has …",
        ),
        ("[sources.shop\n".to_owned(), "1: unclosed table, …"),
        (format!("{source}{channel}templates = [\"none.toml\"]\n"), "4: channel `us`: cannot read none.toml: …"),
        (format!("{source}{channel}schemas_dir = \"nowhere\"\n"), "4: channel `us`: cannot read nowhere: …"),
        (
            format!("{source}{channel}[channels.us.schemas]\nHOME = \"none.json\"\n"),
            "4: channel `us`: cannot read none.json: …",
        ),
    ];
    for (text, expected) in cases {
        let folder = folder(&[("shop.csv", b"sku,title\nA,Bowl\n"), ("feedwright.toml", text.as_bytes())]);
        fails(&feedwright_in(folder.path(), &["check"]), &format!("feedwright.toml:{expected}"));
    }
    let secret = format!("{source}{channel}[channels.us.credentials]\nclient_secret = \"hunter2\"\n");
    let folder = folder(&[("feedwright.toml", secret.as_bytes())]);
    let run = feedwright_in(folder.path(), &["check"]);
    fails(&run, "feedwright.toml:6: …: a secret is never written here itself");
    assert!(!run.stderr.contains("hunter2"));
}

#[test]
fn a_name_nobody_knows_is_answered_with_the_nearest_one() {
    let folder = folder(&[("shop.csv", b"sku,title\nA,Bowl\n"), ("feed.json", b"{}")]);
    let cases: &[(&[&str], &str)] = &[
        (
            &["check", "shop.csv", "--channel", "amazn/US"],
            "the command line: channel `amazn-US`: there is no marketplace `amazn`; there are amazon, ebay, google, walmart; did you mean `amazon`?",
        ),
        (
            &["check", "shop.csv", "--channel", "amazon/amazon.fi"],
            "the command line: Amazon has no site `amazon.fi`; …; did you mean `amazon.fr`?",
        ),
        (
            &["check", "shop.csv", "--channel", "us"],
            "the command line: there is no channel `us`; add [channels.us] to the configuration, or give `--channel amazon/US`",
        ),
        (
            &["check", "shop.csv", "--channel", "amazon/US", "--currency", "USDD"],
            "the command line: `USDD` is not a currency",
        ),
        (
            &["check", "shop.csv", "--channel", "amazon/US", "--profile", "shopfy"],
            "there is no profile `shopfy`: did you mean `shopify`?",
        ),
        (
            &["lint", "--feed", "amazon/listing", "feed.json"],
            "there is no kind of feed `amazon/listing`; …; did you mean `amazon/listings`?",
        ),
        (
            &["lint", "--feed", "amazon/listings", "--site", "amazon.fi", "feed.json"],
            "Amazon has no site `amazon.fi`; …; did you mean `amazon.fr`?",
        ),
        (&["explain", "mising-sku"], "there is no rule `mising-sku`; did you mean `missing-sku`?; …"),
        (&["profiles", "shopfy"], "there is no profile `shopfy`; did you mean `shopify`?; …"),
        (&["check"], "there is no feedwright.toml here; …"),
    ];
    for (arguments, expected) in cases {
        fails(&feedwright_in(folder.path(), arguments), expected);
    }
}

#[test]
fn a_template_that_makes_no_sense_is_shown_with_its_line() {
    let cases = [
        (
            "\n[[attribute]]\nto = \"item_name\"\nfrom = \"titel\"\n",
            "own.toml:4: there is no field `titel`; …; did you mean `title`?",
        ),
        (
            "\n[[attribute]]\nto = \"item_nam\"\nfrom = \"title\"\n",
            "own.toml:2: no category has the attribute `item_nam`; did you mean `item_name`?",
        ),
        (
            "[[attribute]]\nto = \"item_name\"\nfrom = \"title\"\ntable = \"condition\"\n",
            "own.toml:4: there is no table `condition`; did you mean `conditions`?",
        ),
        (
            "[[attribute]]\nto = \"item_name\"\nsetting = \"fulfilment\"\n",
            "own.toml:3: there is no setting `fulfilment`; did you mean `fulfillment`?",
        ),
        (
            "[[attribute]]\nto = \"item_name\"\nfrom = \"title\"\nshap = \"plain\"\n",
            "own.toml:4: unknown field `shap`, …; did you mean `shape`?",
        ),
        (
            "[[attribute]]\nto = \"item_name\"\ntext = \"{{ titel }}\"\n",
            "own.toml:3: there is no field `titel`; …; did you mean `title`?",
        ),
        ("[[attribute]]\nto = \"item_name\"\ntext = \"{{ title\"\n", "own.toml:3: …"),
        (
            "[[attribute]]\nto = \"item_name\"\n",
            "own.toml:1: a rule needs exactly one of `from`, `each`, `const`, `setting`, `text` and `page`",
        ),
        ("[ignored]\ntags = \"\"\n", "own.toml: `tags` is ignored without a reason: say why it goes nowhere"),
        ("these are words\n", "own.toml:1: …"),
    ];
    let config =
        "[sources.shop]\nfile = \"shop.csv\"\n[channels.us]\nmarketplace = \"amazon\"\ntemplates = [\"own.toml\"]\n";
    for (template, expected) in cases {
        let folder = folder(&[
            ("shop.csv", b"sku,title\nA,Bowl\n"),
            ("feedwright.toml", config.as_bytes()),
            ("own.toml", template.as_bytes()),
        ]);
        fails(&feedwright_in(folder.path(), &["check"]), expected);
    }
}

#[test]
fn a_requirement_document_that_is_none_stops_the_run_before_it_begins() {
    let folder = folder(&[
        ("shop.csv", b"sku,title\nA,Bowl\n"),
        ("feed.json", b"{}"),
        ("words.json", b"these are words"),
        ("other.json", b"{\"colour\":\"red\"}"),
        ("answer.json", b"{\"schema\":{\"link\":{\"resource\":\"https://example.com\"}},\"productType\":\"HOME\"}"),
        ("wrong.json", b"{\"properties\":{\"brand\":{}},\"required\":\"brand\"}"),
        ("words-in-a-list.json", b"{\"properties\":{\"brand\":{\"maxUniqueItems\":\"one\",\"selectors\":[\"x\"]}}}"),
    ]);
    let huge = fs::File::create(folder.path().join("huge.json")).unwrap();
    huge.set_len((64 << 20) + 1).unwrap();
    let cases = [
        ("missing.json", "cannot read …"),
        ("words.json", "…give the schema of a product type as Amazon sends it"),
        ("other.json", "…has no `properties`: it is not the schema of a product type"),
        ("answer.json", "…is the answer that links to a schema; download the schema it links to and give that"),
        ("wrong.json", "cannot use requirements …"),
        ("words-in-a-list.json", "cannot use requirements …"),
        (
            "huge.json",
            "…has over 64 MiB: it is not the document of one category; give one category's document, or this one under the key `*`",
        ),
    ];
    for (file, expected) in cases {
        let schema = format!("HOME={file}");
        let run = check(folder.path(), "shop.csv", &["--schema", &schema]);
        fails(&run, &format!("the command line: channel `amazon-US`: {expected}"));
        assert!(run.stderr.contains(file), "{}", run.stderr);
        let run =
            feedwright_in(folder.path(), &["lint", "--feed", "amazon/listings", "--schema", &schema, "feed.json"]);
        fails(&run, expected);
    }
}

#[test]
fn a_reader_who_has_seen_enough_changes_nothing_about_how_the_run_ends() {
    let mut text = String::from("sku,title,price\n");
    (0..2_000).for_each(|n| writeln!(text, "A-{n},Bowl,1").unwrap());
    let folder = folder(&[("shop.csv", text.as_bytes())]);
    for format in ["json", "sarif", "junit", "html", "github"] {
        let arguments = ["check", "shop.csv", "--channel", "amazon/US", "--category", "HOME", "--format", format];
        let (code, stderr) = world::run_and_stop_reading(folder.path(), &arguments);
        assert_eq!((code, stderr.as_str()), (1, ""), "{format}: the SKUs are blocked, whoever reads it");
    }
    for arguments in [&["explain"][..], &["fields"], &["requirements", "amazon", "HOME"], &["completions", "bash"]] {
        let (code, stderr) = world::run_and_stop_reading(folder.path(), arguments);
        assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
    }
}

#[test]
fn an_output_that_is_no_folder_or_is_full_is_named() {
    let folder = folder(&[("shop.csv", b"sku,title\nA,Bowl\n"), ("taken", b"a file")]);
    let mut arguments = vec!["build", "shop.csv", "--out", "taken"];
    arguments.extend(US);
    fails(&feedwright_in(folder.path(), &arguments), "cannot make the folder taken: …");
    assert_eq!(fs::read(folder.path().join("taken")).unwrap(), b"a file");
    if Path::new("/dev/full").exists() {
        fails(&check(folder.path(), "shop.csv", &["--output", "/dev/full"]), "cannot write /dev/full: …");
    }
    fails(
        &check(folder.path(), "shop.csv", &["--output", "nowhere/report.json"]),
        "cannot write nowhere/report.json: …",
    );
}

/// A catalog of products that all pass.
fn passing(n_products: usize) -> String {
    let mut text = String::new();
    for n in 0..n_products {
        let product = json!({
            "key": format!("bowl-{n}"),
            "fields": {
                "title": format!("Stoneware Fruit Bowl {n}"), "brand": "Northlake", "manufacturer": "Northlake Pottery",
                "description": "A bowl with a sand glaze. ".repeat(20), "bullet_points": ["Thrown by hand"],
                "keywords": "fruit kitchen", "model_name": "Bowl", "model_number": "NL-FB", "mpn": "NL-FB-S",
                "color": "Sand", "number_of_items": 1, "country_of_origin": "PT", "dangerous_goods": ["not_applicable"],
                "batteries_required": false, "compliance_certificate": "Not Applicable", "gtin_exempt": true,
                "custom.item_type_keyword": "decorative-bowls", "condition": "new", "shipping_group": "template",
            },
            "media": [{ "url": "https://images.example.com/bowl.jpg", "role": "main" }],
            "variants": [{
                "sku": format!("BOWL-{n}"),
                "offers": [{
                    "price": { "amount": "34.50", "currency": "USD" },
                    "list_price": { "amount": "39.00", "currency": "USD" },
                }],
                "stock": [{ "quantity": 12 }],
            }],
        });
        writeln!(text, "{product}").unwrap();
    }
    text
}

fn build(folder: &Path, catalog: &str, out: &str) -> Run {
    let mut arguments = vec!["build", catalog, "--out", out];
    arguments.extend(US);
    feedwright_in(folder, &arguments)
}

#[test]
fn a_full_disk_leaves_the_earlier_build_as_it_was_and_nothing_else() {
    let folder = folder(&[("few.jsonl", passing(3).as_bytes()), ("many.jsonl", passing(400).as_bytes())]);
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    let Some(_disk) = world::tiny_disk(&out, "96k") else { return };
    let run = build(folder.path(), "few.jsonl", "out");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    let before = world::tree(&out);
    assert_eq!(before.keys().collect::<Vec<_>>(), ["amazon-US/listings-0001.json", "manifest.json"]);
    let run = build(folder.path(), "many.jsonl", "out");
    fails(&run, "cannot write out/amazon-US/listings-0001.json: …");
    assert_eq!(world::tree(&out), before);
    assert!(world::hidden(&out).is_empty(), "nothing half-done is left behind");
}

#[test]
fn a_build_that_is_killed_changes_nothing_and_the_next_one_takes_no_notice() {
    let folder = folder(&[("few.jsonl", passing(3).as_bytes()), ("many.jsonl", passing(4_000).as_bytes())]);
    let out = folder.path().join("out");
    assert_eq!(build(folder.path(), "few.jsonl", "out").code, 0);
    let before = world::tree(&out);
    let mut arguments = vec!["build", "many.jsonl", "--out", "out"];
    arguments.extend(US);
    let is_under_way = || {
        let staged = world::hidden(&out);
        staged.iter().any(|(_, bytes)| bytes.len() > 100 << 10)
    };
    let Some(()) = world::run_and_kill(folder.path(), &arguments, &is_under_way) else { return };
    assert_eq!(world::tree(&out), before, "no file under a final name has changed");
    let left_behind = world::hidden(&out).len();
    assert!(left_behind > 0, "it was killed while it wrote");
    let run = build(folder.path(), "few.jsonl", "out");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(world::tree(&out), before, "the same input gives the same build");
}
