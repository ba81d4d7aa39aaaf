//! Chunks that an earlier run had too are known again, and nothing else is: what is read of a file that was edited, with what
//! is remembered of the file before, is what is read of it alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[expect(dead_code, reason = "shared by several tests")]
mod support;

use feedwright_catalog::Findings;
use feedwright_catalog::json::ProductJson;
use feedwright_sources::Chunk;
use feedwright_sources::Cut;
use feedwright_sources::Hand;
use feedwright_sources::Print;
use feedwright_sources::Prints;
use feedwright_sources::ProfileChoice;
use feedwright_sources::open;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::io::Cursor;
use support::options;

/// What was read of a chunk.
#[derive(Clone)]
struct Piece {
    print: Option<Print>,
    products: Vec<String>,
    findings: Vec<String>,
    keys: Vec<u64>,
}

/// Reads a file with what is remembered of another; says how many chunks were known.
fn read(text: &str, before: &[Piece]) -> (Vec<Piece>, usize) {
    let mut out = Findings::default();
    let file = Box::new(Cursor::new(text.as_bytes().to_vec()));
    let mut source = open("a.csv", file, &ProfileChoice::Detect, &options(), &mut out).unwrap();
    let kept: Vec<&Piece> = before.iter().filter(|piece| piece.print.is_some()).collect();
    let bound = |piece: &&Piece| {
        let print = piece.print.clone().unwrap();
        Print { line: print.line.filter(|_| !piece.findings.is_empty()), ..print }
    };
    source.remember(Prints::new(kept.iter().map(bound).collect(), |_| true));
    let reader = source.reader();
    let (mut chunk, mut hand) = (Chunk::default(), Hand::default());
    let (mut pieces, mut n_known) = (Vec::new(), 0);
    loop {
        match source.cut(&mut chunk).unwrap() {
            Cut::End => return (pieces, n_known),
            Cut::Known { at, .. } => {
                n_known += 1;
                pieces.push(kept[at].clone());
            }
            Cut::Chunk(print) => {
                let mut products = Vec::new();
                let mut each = |product| products.push(serde_json::to_string(&ProductJson::from(&product)).unwrap());
                let contents = reader.read(&chunk, None, &mut hand, &mut out, &mut each);
                let shown = |finding: feedwright_catalog::Finding| {
                    format!("{:?} {}", finding.place.map(|place| place.to_string()), finding.message)
                };
                pieces.push(Piece {
                    print,
                    products,
                    findings: out.take().into_iter().map(shown).collect(),
                    keys: contents.met.keys().chain(contents.met.skus()).collect(),
                });
            }
        }
    }
}

fn all(pieces: &[Piece]) -> (Vec<&String>, Vec<&String>) {
    (
        pieces.iter().flat_map(|piece| &piece.products).collect(),
        pieces.iter().flat_map(|piece| &piece.findings).collect(),
    )
}

/// A catalog of families of one to four variants; a price that is none here and there.
fn rows(families: &[(u8, bool)], is_grouped: bool) -> Vec<String> {
    let mut rows = Vec::new();
    for (at, (size, is_wrong)) in families.iter().enumerate() {
        for n in 0..=size % 4 {
            let price = if *is_wrong && n == 0 { "x".to_owned() } else { format!("{at}.{n}0") };
            let title = if n == 0 { format!("Mug {at}") } else { String::new() };
            rows.push(match is_grouped {
                true => format!("h{at},{title},Size,{n},H{at}-{n},{price}"),
                false if size % 4 == 0 => format!(",\"Mug\n{at}\",,{n},F{at},{price}"),
                false => format!("f{at},Mug {at},,{n},F{at}-{n},{price}"),
            });
        }
    }
    rows
}

const GROUPED: &str = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price";
const FLAT: &str = "product_key,title,brand,size,sku,price";

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edited_file_reads_as_it_does_alone(
        families in prop::collection::vec((any::<u8>(), prop::bool::weighted(0.1)), 1..80),
        edits in prop::collection::vec((0_u8..6, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..5),
        is_grouped in any::<bool>(),
        ends in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        is_ended in any::<bool>(),
    ) {
        let before = rows(&families, is_grouped);
        let mut after = before.clone();
        for (edit, at, to) in edits {
            let (at, to) = (at.index(after.len()), to.index(after.len()));
            match edit {
                0 => after[at] = after[at].replace("Mug", "Cup"),
                1 if after.len() > 1 => { after.remove(at); }
                2 => { let row = after[at].clone(); after.insert(to, row); }
                3 => after.swap(at, to),
                4 => { let moved = after.split_off(at); after.splice(0..0, moved); }
                _ => after.insert(at, ",,,,,".to_owned()),
            }
        }
        let text = |rows: &[String]| {
            let header = if is_grouped { GROUPED } else { FLAT };
            let end = if is_ended { ends } else { "" };
            format!("{header}{ends}{}{end}", rows.join(ends))
        };
        let (first, _) = read(&text(&before), &[]);
        let (alone, _) = read(&text(&after), &[]);
        let (remembered, _) = read(&text(&after), &first);
        // Whoever reads chunks one by one looks himself for what stands in two of them.
        for pieces in [&remembered, &alone] {
            let keys: Vec<u64> = pieces.iter().flat_map(|piece| piece.keys.iter().copied()).collect();
            prop_assume!(keys.iter().collect::<BTreeSet<_>>().len() == keys.len());
        }
        prop_assert_eq!(all(&remembered), all(&alone));
    }
}

#[test]
fn only_what_changed_is_read_again() {
    let families: Vec<(u8, bool)> = (0..200).map(|at| (at, at % 50 == 7)).collect();
    for (is_grouped, header) in [(true, GROUPED), (false, FLAT)] {
        let before = rows(&families, is_grouped);
        let text = |rows: &[String]| format!("{header}\n{}\n", rows.join("\n"));
        let (first, n_known) = read(&text(&before), &[]);
        assert_eq!((first.len(), n_known), (50, 0));
        assert_eq!(read(&text(&before), &first).1, 50);
        let mut changed = before.clone();
        changed[120] = changed[120].replace('.', "9.");
        assert_eq!(read(&text(&changed), &first).1, 49);
        // Lines move: what was said about a chunk names some.
        let mut shorter = before.clone();
        shorter.remove(40);
        assert_eq!(read(&text(&shorter), &first).1, 49 - 3);
    }
}

#[test]
fn rows_that_all_begin_alike_are_known_behind_a_change_too() {
    let shared = "m".repeat(80);
    let row = |at: usize, price: u32| format!("{shared},SKU-{at},Mug {at},{price}.00");
    let text = |rows: &[String]| format!("material,sku,title,price\n{}\n", rows.join("\n"));
    let before: Vec<String> = (0..200).map(|at| row(at, 5)).collect();
    let (first, _) = read(&text(&before), &[]);
    let mut after = before.clone();
    after[30] = row(30, 6);
    // Several chunks in a row, and a row that is gone.
    (90..110).for_each(|at| after[at] = row(at, 7));
    after.remove(150);
    let n_known = read(&text(&after), &first).1;
    assert_eq!(n_known, 50 - 1 - 6 - 1, "of {}", first.len());
}

#[test]
fn what_is_left_out_for_an_error_is_there_all_the_same() {
    // The second is like the first in everything that tells variants apart.
    let (pieces, _) = read("product_key,title,color,sku,price\nf,Mug,Red,A-1,1.00\nf,Mug,Red,A-2,2.00\n", &[]);
    assert!(!pieces[0].products[0].contains("A-2"), "{}", pieces[0].products[0]);
    let sku = |text: &str| feedwright_catalog::Sku::parse(text).unwrap().short_key();
    assert!([sku("A-1"), sku("A-2")].iter().all(|sku| pieces[0].keys.contains(sku)), "neither is gone");
}
