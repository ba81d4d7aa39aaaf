//! Laws of files: equal input gives equal bytes, whoever makes them in whatever order; they are as they were, parse, and
//! pass the adapter's own `lint`; and numbers stand in them as they were given.

use super::Home;
use super::case::Case;
use super::edit;
use super::edit::New;
use super::mapping::leaves;
use super::output;
use super::output::Kin;
use super::stand::Stand;
use super::subject::said;
use crate::contract::Feed;
use crate::listing::Leaf;
use crate::listing::Shape;
use expect_test::expect_file;
use feedwright_catalog::Field;
use feedwright_catalog::Finding;
use feedwright_catalog::Known;
use feedwright_catalog::Severity;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// The law of golden files.
pub(super) const GOLDEN: &str = "the file is as it was";

pub(super) fn cases(stand: &Arc<Stand>, feed: &'static Feed, home: &Home, out: &mut Vec<Case>) {
    if stand.samples.is_empty() {
        return;
    }
    let about = format!("{}: {}", stand.about(), feed.id);
    let mut law = |group, name: &str, law: fn(&Stand, &'static Feed) -> Result<(), String>| {
        let of = Arc::clone(stand);
        out.push(Case::new(group, format!("{about}: {name}"), move || law(&of, feed)));
    };
    law("check", "the order of items and the number of threads change nothing", order_and_threads);
    law("encode", "opened twice, it writes the same bytes", twice);
    law("encode", "numbers stand in the file as they were given", numbers);
    for (at, part) in feed.parts.iter().enumerate() {
        let of = Arc::clone(stand);
        let tail = if part.id.is_empty() { String::new() } else { format!("-{}", part.id) };
        let name = format!("{}: {}{tail}: the file parses, and passes lint", stand.about(), feed.id);
        out.push(Case::new("encode", name, move || parses(&of, feed, at)));
        let folder = home.samples.join("golden");
        let of = Arc::clone(stand);
        let name = format!("{}: {}{tail}: {GOLDEN}", stand.about(), feed.id);
        out.push(Case::new("encode", name, move || is_golden(&of, feed, at, &folder)));
    }
}

/// What a run brings for one sample.
#[derive(PartialEq)]
struct Brought {
    sample: usize,
    bytes: Vec<Vec<u8>>,
    findings: Vec<Finding>,
}

/// What a run over these samples brings, in the order it was asked for.
fn run(stand: &Stand, feed: &'static Feed, samples: &[usize]) -> Result<Vec<Brought>, String> {
    let brought = samples.iter().map(|at| {
        let sample = &stand.samples[*at];
        let kin = output::kin(stand, feed, &sample.category, &sample.product)?;
        let mut brought = Brought { sample: *at, bytes: Vec::new(), findings: Vec::new() };
        for record in kin.records {
            brought.bytes.extend(record.bytes);
            brought.findings.extend(record.checkup.findings);
        }
        Ok(brought)
    });
    brought.collect()
}

fn order_and_threads(stand: &Stand, feed: &'static Feed) -> Result<(), String> {
    let forwards: Vec<usize> = (0..stand.samples.len()).collect();
    let backwards: Vec<usize> = forwards.iter().rev().copied().collect();
    let expected = run(stand, feed, &forwards)?;
    let mut reversed = run(stand, feed, &backwards)?;
    reversed.reverse();
    if reversed != expected {
        return Err("from the last to the first it gives something else".to_owned());
    }
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| run(stand, feed, &forwards))).collect();
        threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    for result in results {
        let found = result.map_err(|_| "a thread panicked")??;
        if found != expected {
            return Err("on several threads it gives something else".to_owned());
        }
    }
    Ok(())
}

fn twice(stand: &Stand, feed: &'static Feed) -> Result<(), String> {
    for sample in &stand.samples {
        let first = output::kin(stand, feed, &sample.category, &sample.product)?;
        let second = output::kin_by(stand.twin.as_ref(), &stand.scope, feed, &sample.category, &sample.product)?;
        let bytes = |kin: Kin| kin.records.into_iter().map(|record| record.bytes).collect::<Vec<_>>();
        if bytes(first) != bytes(second) {
            return Err(format!("the records of {} differ", sample.name));
        }
    }
    Ok(())
}

fn parses(stand: &Stand, feed: &'static Feed, at: usize) -> Result<(), String> {
    let part = &feed.parts[at];
    let mut written = 0;
    for (category, set) in output::sets(stand, feed)? {
        for file in output::pack(stand, feed, at, part, &set)? {
            written += file.records;
            output::values(part, &file.bytes).map_err(|why| format!("{category}: {why}"))?;
            let (findings, records) = output::lint(stand, feed, part, &file.bytes);
            let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
            if !errors.is_empty() {
                return Err(format!("{category}: lint finds{}", said(errors)));
            }
            if records != file.records {
                return Err(format!("{category}: lint counts {records} records, {} were written", file.records));
            }
        }
    }
    if written > 0 { Ok(()) } else { Err("no sample writes a record".to_owned()) }
}

fn is_golden(stand: &Stand, feed: &'static Feed, at: usize, folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|why| format!("cannot make {}: {why}", folder.display()))?;
    let part = &feed.parts[at];
    let tail = if part.id.is_empty() { String::new() } else { format!("-{}", part.id) };
    let words = stand.label.split(|c: char| !c.is_alphanumeric() && c != '.').filter(|word| !word.is_empty());
    let channel: String = words.flat_map(|word| [word, "-"]).collect();
    for (category, set) in output::few(stand, feed)? {
        let category = if category.is_empty() { String::new() } else { format!(".{category}") };
        for (number, file) in output::pack(stand, feed, at, part, &set)?.into_iter().enumerate() {
            let number = if number == 0 { String::new() } else { format!(".{number}") };
            let text = String::from_utf8(file.bytes).map_err(|why| why.to_string())?;
            let ending = match part.container {
                crate::contract::Container::Plain => part.extension,
                crate::contract::Container::Workbook(_) => "tsv",
            };
            let path = folder.join(format!("{channel}{}{tail}{category}{number}.{ending}", feed.id));
            expect_file![path].assert_eq(&text);
        }
    }
    Ok(())
}

/// Amounts that a float could not keep.
const AMOUNTS: &[(i64, u32)] = &[(123_450, 2), (1_010, 2), (9_999_990, 2)];

fn numbers(stand: &Stand, feed: &'static Feed) -> Result<(), String> {
    for sample in &stand.samples {
        let kin = output::kin(stand, feed, &sample.category, &sample.product)?;
        stand_as_given(feed, &kin).map_err(|why| format!("{}: {why}", sample.name))?;
        for price in [Known::Price, Known::SalePrice, Known::ListPrice] {
            for (mantissa, scale) in AMOUNTS {
                let amount = Decimal::new(*mantissa, *scale);
                let mut product = sample.product.clone();
                let field = Field::Known(price);
                let number = New::Number(amount);
                if !edit::rewrite(&mut product, Some(0), &field, &number, &number) {
                    continue;
                }
                let kin = output::kin(stand, feed, &sample.category, &product)?;
                stand_as_given(feed, &kin).map_err(|why| format!("{}, {field} {amount}: {why}", sample.name))?;
            }
        }
    }
    Ok(())
}

/// Every number of a record that reaches a file stands there digit by digit.
fn stand_as_given(feed: &'static Feed, kin: &Kin) -> Result<(), String> {
    for record in &kin.records {
        let mut tokens = BTreeSet::new();
        for (part, bytes) in feed.parts.iter().zip(&record.bytes).filter(|(_, bytes)| !bytes.is_empty()) {
            // A record is a piece of its file; what stands between marks is a value all the same.
            let text = String::from_utf8_lossy(bytes);
            let mark = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
            tokens.extend(text.split(mark).map(str::to_owned));
            // Tables are written as the country's people write them, and some write a comma before the cents.
            if matches!(part.extension, "csv" | "tsv" | "txt" | "xlsx") {
                tokens.extend(output::values(part, bytes)?.iter().map(|cell| cell.replace(',', ".")));
            }
            if let Some(float) = floats(part.extension, &tokens) {
                return Err(format!("`{float}` is written like a float"));
            }
        }
        let mut lost = Vec::new();
        let root = record.checkup.listing.root();
        leaves(root, &mut String::new(), &mut |pointer, node| {
            if let Shape::Leaf(Leaf::Number(number)) = node.shape()
                && kin.category.plan.rule(node.source()).is_some()
                && !tokens.contains(&number.to_string())
            {
                lost.push(format!("{number} at {pointer}"));
            }
        });
        if !lost.is_empty() {
            return Err(format!("not in the file as given: {}", lost.join(", ")));
        }
    }
    Ok(())
}

/// A number as only floats are written: with an exponent, or with more digits than anybody gives.
fn floats(extension: &str, tokens: &BTreeSet<String>) -> Option<String> {
    let is_float = |token: &&String| {
        let token = token.trim_start_matches('-');
        let (number, exponent) = token.split_once(['e', 'E']).unwrap_or((token, ""));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let has_exponent = !exponent.is_empty() && is_number(exponent.trim_start_matches(['-', '+']));
        let fraction = number.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        extension == "json" && is_number(number) && number.contains('.') && (has_exponent || fraction > 10)
    };
    tokens.iter().find(is_float).cloned()
}

/// Whether a text stands in one of a file's values.
pub(super) fn holds(values: &[String], text: &str) -> bool {
    values.iter().any(|value| value.contains(text))
}
