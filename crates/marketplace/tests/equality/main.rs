//! The program and the engine, asked the same: many documents, mutants of them, and many listings, each of which must be
//! met or missed by both; and where it is missed, places and keywords must be those of an engine that knows nothing of us.
//!
//! A short run is part of every test. `FEEDWRIGHT_EQUALITY=10000000`, best in release, makes a long one.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "a test may read files, its environment and the clock, say what it did, and stop"
)]

mod chance;
mod documents;
mod listings;
mod mutants;
#[path = "../plain/mod.rs"]
mod plain;

use chance::Chance;
use documents::Known;
use feedwright_marketplace::json;
use feedwright_marketplace::listing::Listing;
use feedwright_marketplace::requirements::Dialect;
use feedwright_marketplace::requirements::Document;
use feedwright_marketplace::requirements::Draft;
use feedwright_marketplace::requirements::Origin;
use feedwright_marketplace::requirements::Requirements;
use feedwright_marketplace::requirements::Scope;
use feedwright_marketplace::requirements::Vocabulary;
use listings::Maker;
use serde_json::Value;
use std::time::Instant;

/// Comparisons of a short run.
const SHORT: u64 = 4_000;
/// Listings for one document before it is changed.
const FOR_EACH: u64 = 1_000;

#[derive(Default)]
struct Counts {
    documents: u64,
    refused: u64,
    by_engine: u64,
    partly_by_engine: u64,
    compared: u64,
    met: u64,
    sets: u64,
}

#[test]
fn program_and_engine_agree_on_every_listing() {
    let wanted = std::env::var("FEEDWRIGHT_EQUALITY").map_or(SHORT, |text| text.parse().unwrap());
    let seed = std::env::var("FEEDWRIGHT_SEED").map_or(1, |text| text.parse().unwrap());
    let mut chance = Chance::new(seed);
    let known_documents = documents::known();
    // A short run is for many documents, a long one for many listings of each.
    let for_each = if wanted <= SHORT { 20 } else { FOR_EACH };
    let mut counts = Counts::default();
    let (started, mut said) = (Instant::now(), 0);
    while counts.compared < wanted {
        let known = &known_documents[usize::try_from(counts.documents).unwrap() % known_documents.len()];
        let mut document = known.document.clone();
        // Every document as it is, and after that mostly changed.
        if counts.documents >= u64::try_from(known_documents.len()).unwrap() && !chance.one_in(20) {
            for _ in 0..=chance.below(4) {
                mutants::mutate(&mut document, &mut chance);
            }
        }
        counts.documents += 1;
        compare(known, &document, for_each, &mut chance, &mut counts);
        if counts.compared / 500_000 > said {
            said = counts.compared / 500_000;
            report(&counts, started);
        }
    }
    report(&counts, started);
    assert!(counts.met * 100 > counts.compared, "some listings are fine");
    assert!((counts.compared - counts.met) * 10 > counts.compared, "many are not");
}

fn report(counts: &Counts, started: Instant) {
    println!(
        "{} comparisons in {} s, {} met; {} documents ({} refused, {} by the engine, {} partly); {} sets of findings; 0 differences",
        counts.compared,
        started.elapsed().as_secs(),
        counts.met,
        counts.documents,
        counts.refused,
        counts.by_engine,
        counts.partly_by_engine,
        counts.sets
    );
}

fn compare(known: &Known, document: &Value, for_each: u64, chance: &mut Chance, counts: &mut Counts) {
    let draft = if chance.one_in(8) {
        if known.draft == Draft::Draft7 { Draft::Draft2019 } else { Draft::Draft7 }
    } else {
        known.draft
    };
    let dialect = Dialect { draft, vocabulary: Vocabulary::Marketplace };
    let origin = Origin::Given { name: known.name.clone() };
    let text = document.to_string();
    let made = Requirements::compile(Document { name: &known.name, bytes: text.as_bytes() }, &dialect, origin);
    let Ok(requirements) = made else {
        counts.refused += 1;
        return;
    };
    let plan = requirements.plan(Scope::Whole);
    counts.by_engine += u64::from(plan.by_engine);
    counts.partly_by_engine += u64::from(!plan.by_engine && !plan.fallbacks.is_empty());
    // What our adapters add to a document makes findings the engine does not know.
    let plain = if text.contains("$group") { None } else { plain::oracle(document, draft) };
    let maker = Maker::new(document);
    let mut listing = maker.make(chance);
    let mut tree = Listing::new();
    for at in 0..for_each {
        // Now and then a new one, or one of the known ones; mostly the last one changed a little.
        if chance.one_in(12) {
            listing = maker.make(chance);
        } else if !known.listings.is_empty() && chance.one_in(12) {
            listing = known.listings[chance.below(known.listings.len())].clone();
        } else {
            maker.mutate(&mut listing, chance);
        }
        let json = listing.to_string();
        if json.len() > 200_000 {
            listing = maker.make(chance);
            continue;
        }
        let (node, _) = json::read_value(json.as_bytes(), &mut tree).unwrap();
        let part = tree.node(node);
        counts.compared += 1;
        for scope in [Scope::Whole, Scope::Partial] {
            if scope == Scope::Partial && at % 16 != 0 {
                continue;
            }
            let ours = requirements.is_met_in(part, scope);
            // An error would mean that the engine refuses a document that the program took.
            let theirs = requirements.is_met_to_the_engine(part, scope);
            assert_eq!(Ok(ours), theirs, "{} {draft:?} {scope:?}\n{}\n{json}", known.name, saved(document, &json));
            counts.met += u64::from(ours && scope == Scope::Whole);
        }
        if at % 8 == 0
            && let Some(plain) = &plain
            && comparable(&listing)
        {
            let (ours, theirs) = (plain::ours(&requirements, part), plain::theirs(plain, &listing));
            assert_eq!(ours, theirs, "{} {draft:?}\n{}\n{json}", known.name, saved(document, &json));
            counts.sets += 1;
        }
    }
}

/// Whether all numbers are short: the plain engine compares with floats.
fn comparable(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.to_string().len() <= 12,
        Value::Array(entries) => entries.iter().all(comparable),
        Value::Object(members) => members.values().all(comparable),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// Where the document that made a difference was put.
fn saved(document: &Value, listing: &str) -> String {
    let folder = std::env::temp_dir();
    let paths = [
        (folder.join("differs.document.json"), document.to_string()),
        (folder.join("differs.listing.json"), listing.to_owned()),
    ];
    for (path, text) in &paths {
        std::fs::write(path, text).unwrap();
    }
    format!("document and listing are in {}", folder.display())
}
