//! What holds for every file: nothing panics, nothing is lost, and the way it is written down makes no difference.

#[expect(dead_code, reason = "shared by several tests")]
mod support;

use feedwright_sources::ProfileChoice;
use proptest::prelude::*;
use std::collections::BTreeSet;
use support::Read;
use support::options;
use support::read;
use support::read_with;

const COLUMNS: &[(&str, &str)] = &[
    ("Handle", "URL handle"),
    ("Title", "Title"),
    ("Body (HTML)", "Description"),
    ("Vendor", "Vendor"),
    ("Type", "Type"),
    ("Tags", "Tags"),
    ("Status", "Status"),
    ("Published", "Published on online store"),
    ("Option1 Name", "Option1 name"),
    ("Option1 Value", "Option1 value"),
    ("Option2 Name", "Option2 name"),
    ("Option2 Value", "Option2 value"),
    ("Variant SKU", "SKU"),
    ("Variant Barcode", "Barcode"),
    ("Variant Price", "Price"),
    ("Variant Compare At Price", "Compare-at price"),
    ("Variant Grams", "Weight value (grams)"),
    ("Variant Inventory Policy", "Continue selling when out of stock"),
    ("Image Src", "Product image URL"),
    ("Image Position", "Image position"),
    ("Variant Image", "Variant image URL"),
    ("SEO Title", "SEO title"),
    ("Google Shopping / MPN", "Google Shopping / Manufacturer part number (MPN)"),
    ("Farbe (product.metafields.a.b)", "Farbe (product.metafields.a.b)"),
];

fn new_header(csv: &str) -> String {
    let (header, rest) = csv.split_once('\n').unwrap_or((csv, ""));
    let renamed: Vec<_> = header
        .split(',')
        .map(|old| COLUMNS.iter().find(|(name, _)| *name == old).map_or(old, |(_, new)| new))
        .collect();
    format!("{}\n{rest}", renamed.join(","))
}

/// A table of cells, each blank or a text that stands nowhere else.
fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell = prop_oneof![2 => Just(0_u8), 3 => Just(1), 1 => Just(2)];
    let row = ("[abc]?", prop::collection::vec(cell, COLUMNS.len() - 1));
    prop::collection::vec(row, 1..8).prop_map(|rows| {
        let mut n = 100;
        let mut text = |kind: u8, column: &str| {
            n += 1;
            match kind {
                0 => String::new(),
                // Of the right type where the column has one.
                1 => match column {
                    "Variant Price" | "Variant Compare At Price" => format!("{n}.25"),
                    "Variant Grams" | "Image Position" => n.to_string(),
                    "Image Src" | "Variant Image" => format!("https://i.example/{n}.jpg"),
                    "Published" => "true".to_owned(),
                    "Status" => "active".to_owned(),
                    "Variant Inventory Policy" => "deny".to_owned(),
                    _ => format!("word{n}"),
                },
                _ => format!("word{n}"),
            }
        };
        let cells = |(key, kinds): (String, Vec<u8>)| {
            let names = COLUMNS.iter().skip(1).map(|(name, _)| *name);
            std::iter::once(key).chain(kinds.into_iter().zip(names).map(|(kind, name)| text(kind, name))).collect()
        };
        rows.into_iter().map(cells).collect()
    })
}

fn csv(rows: &[Vec<String>]) -> String {
    let header = COLUMNS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",");
    let mut csv = header + "\n";
    for row in rows {
        csv += &(row.join(",") + "\n");
    }
    csv
}

/// The findings without the places, whose columns have other names.
fn what_is_wrong(read: &Read) -> Vec<(String, Option<u64>)> {
    let line = |finding: &feedwright_catalog::Finding| finding.place.as_ref().and_then(|place| place.line);
    read.findings.iter().map(|finding| (finding.code.to_string(), line(finding))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for choice in [ProfileChoice::Detect, ProfileChoice::Named("shopify".into()), ProfileChoice::Named("csv".into())] {
            let _read = read_with(&bytes, &choice, &options());
        }
    }

    #[test]
    fn no_table_makes_it_panic(text in r#"(Handle,Title|sku,price,image|Option1 Name,|"|,|;|\n|\r|a|é|\x00|-1|99999999999999999999|1e9|=|'|https://){0,60}"#) {
        for choice in [ProfileChoice::Detect, ProfileChoice::Named("shopify".into()), ProfileChoice::Named("csv".into())] {
            let _read = read_with(text.as_bytes(), &choice, &options());
        }
    }

    #[test]
    fn every_filled_cell_is_in_a_product_or_in_a_finding(rows in table()) {
        let read = read(csv(&rows).as_bytes());
        let catalog = read.catalog();
        let delivered: BTreeSet<&str> = read.products.iter().map(|product| product.key.as_ref()).collect();
        for (n, row) in rows.iter().enumerate() {
            let line = n as u64 + 2;
            let at_line: Vec<_> = read.findings.iter().filter(|finding| finding.place.as_ref().is_some_and(|place| place.line == Some(line))).collect();
            if at_line.iter().any(|finding| finding.severity == feedwright_catalog::Severity::Error) {
                continue;
            }
            let key = if row[0].is_empty() { &row[1] } else { &row[0] };
            if !delivered.contains(key.as_str()) {
                continue;
            }
            for (cell, (name, _)) in row.iter().zip(COLUMNS).filter(|(cell, _)| !cell.is_empty()) {
                let is_said = at_line.iter().any(|finding| {
                    finding.place.as_ref().and_then(|place| place.column.as_deref()) == Some(name)
                });
                // What says nothing but what is so anyway leaves no trace.
                let is_usual = matches!(cell.as_str(), "true" | "active" | "deny");
                // The position of an image is its place in the list; the name of an option is its field.
                let is_order = *name == "Image Position" && cell.parse::<u32>().is_ok();
                prop_assert!(
                    is_said || is_usual || is_order || catalog.contains(cell.as_str()),
                    "{cell} of column {name}, line {line}\n{catalog}\n{}",
                    read.said()
                );
            }
        }
    }

    #[test]
    fn both_generations_of_the_header_mean_the_same(rows in table()) {
        let old = csv(&rows);
        let (old, new) = (read(old.as_bytes()), read(new_header(&old).as_bytes()));
        prop_assert_eq!(old.catalog(), new.catalog());
        prop_assert_eq!(what_is_wrong(&old), what_is_wrong(&new));
    }

    #[test]
    fn what_was_read_reads_back_from_our_own_format(rows in table()) {
        let first = read(csv(&rows).as_bytes());
        if first.products.is_empty() {
            return Ok(());
        }
        let second = read(first.catalog().as_bytes());
        prop_assert_eq!(first.catalog(), second.catalog());
        prop_assert!(second.findings.is_empty(), "{}", second.said());
    }

    #[test]
    fn the_order_of_variant_rows_changes_nothing_but_the_order(order in Just((0..6).collect::<Vec<_>>()).prop_shuffle()) {
        let row = |n: &usize| format!("mug,,,{n},M-{n},{n}.00,https://i.example/{n}.jpg,{}\n", n + 2);
        let rows: String = order.iter().map(row).collect();
        let csv = format!("Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Image Position\nmug,Mug,Size,first,M,9.00,https://i.example/m.jpg,1\n{rows}");
        let read = read(csv.as_bytes());
        prop_assert_eq!(read.said(), "");
        let product = &read.products[0];
        let mut skus: Vec<_> = product.variants.iter().map(|variant| variant.sku.as_str()).collect();
        skus.sort_unstable();
        prop_assert_eq!(skus, ["M", "M-0", "M-1", "M-2", "M-3", "M-4", "M-5"]);
        let images: Vec<_> = product.media.iter().map(|media| media.url.as_ref().trim_start_matches("https://i.example/")).collect();
        prop_assert_eq!(images, ["m.jpg", "0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"]);
    }
}
