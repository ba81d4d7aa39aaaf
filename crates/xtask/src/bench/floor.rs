//! The least any program must do: read the rows, write a message for each. No mapping, no check, one thread.

use crate::bench::FloorArguments;
use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use csv::ByteRecord;
use serde::Serialize;
use std::fs::File;
use std::io::BufWriter;
use std::io::Write as _;
use std::str;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listing<'a> {
    message_id: u64,
    sku: &'a str,
    operation_type: &'static str,
    product_type: &'static str,
    requirements: &'static str,
    attributes: Attributes<'a>,
    padding: &'a str,
}

#[derive(Serialize)]
struct Attributes<'a> {
    item_name: [Text<'a>; 1],
    brand: [Text<'a>; 1],
    part_number: [Text<'a>; 1],
    externally_assigned_product_identifier: [Text<'a>; 1],
    product_description: [Text<'a>; 1],
    bullet_point: [Text<'a>; 3],
    generic_keyword: [Text<'a>; 1],
    item_type_name: [Text<'a>; 1],
    color: [Text<'a>; 1],
    material: [Text<'a>; 1],
    style: [Text<'a>; 1],
    price: [Text<'a>; 1],
    list_price: [Text<'a>; 1],
    quantity: [Text<'a>; 1],
    country_of_origin: [Text<'a>; 1],
    item_weight: [Text<'a>; 1],
    item_length: [Text<'a>; 1],
    item_width: [Text<'a>; 1],
    item_height: [Text<'a>; 1],
    main_image: [Text<'a>; 1],
    other_image: [Text<'a>; 1],
    theme: [Text<'a>; 1],
}

#[derive(Serialize)]
struct Text<'a> {
    marketplace_id: &'static str,
    language_tag: &'static str,
    value: &'a str,
}

/// How far the size of a message may be from the one asked for, in percent.
const TOLERANCE: u64 = 2;
/// How many rows the padding is worked out from.
const SAMPLE: u64 = 2000;

/// Reads a catalog and writes its messages.
pub(crate) fn floor(arguments: &FloorArguments) -> Result<()> {
    let (rows, bytes) = loop_over(arguments, "", Some(SAMPLE))?;
    let own = bytes / rows.max(1);
    let Some(missing) = arguments.message_bytes.checked_sub(own) else {
        bail!("a bare message has {own} bytes already, {} wanted", arguments.message_bytes);
    };
    let padding = "x".repeat(usize::try_from(missing)?);
    let started = std::time::Instant::now();
    let (rows, bytes) = loop_over(arguments, &padding, None)?;
    let took = started.elapsed();
    let size = bytes / rows.max(1);
    if size.abs_diff(arguments.message_bytes) * 100 > arguments.message_bytes * TOLERANCE {
        bail!("a bare message has {size} bytes, {} wanted", arguments.message_bytes);
    }
    println!("{}", took.as_micros());
    Ok(())
}

fn loop_over(arguments: &FloorArguments, padding: &str, most: Option<u64>) -> Result<(u64, u64)> {
    let shown = arguments.catalog.display();
    let file = File::open(&arguments.catalog).with_context(|| format!("cannot open {shown}"))?;
    let mut table = csv::ReaderBuilder::new().buffer_capacity(64 << 10).from_reader(file);
    let file = File::create(&arguments.out).with_context(|| format!("cannot create {}", arguments.out.display()))?;
    let mut out = BufWriter::with_capacity(64 << 10, file);
    let mut record = ByteRecord::new();
    let mut rows = 0;
    while most.is_none_or(|most| rows < most) && table.read_byte_record(&mut record)? {
        rows += 1;
        let mut cells = record.iter().map(str::from_utf8);
        let mut text = || -> Result<Text<'_>> {
            let value = cells.next().context("a row is short")??;
            Ok(Text { marketplace_id: "ATVPDKIKX0DER", language_tag: "en_US", value })
        };
        let sku = text()?.value;
        // Fields of a literal are worked out in the order they are written: that of the columns.
        let attributes = Attributes {
            item_name: [text()?],
            brand: [text()?],
            part_number: [text()?],
            externally_assigned_product_identifier: [text()?],
            product_description: [text()?],
            bullet_point: [text()?, text()?, text()?],
            generic_keyword: [text()?],
            item_type_name: [text()?],
            color: [text()?],
            material: [text()?],
            style: [text()?],
            price: [text()?],
            list_price: [text()?],
            quantity: [text()?],
            country_of_origin: [text()?],
            item_weight: [text()?],
            item_length: [text()?],
            item_width: [text()?],
            item_height: [text()?],
            main_image: [text()?],
            other_image: [text()?],
            theme: [text()?],
        };
        let message = Listing {
            message_id: rows,
            sku,
            operation_type: "UPDATE",
            product_type: "HOME",
            requirements: "LISTING",
            attributes,
            padding,
        };
        serde_json::to_writer(&mut out, &message)?;
        out.write_all(b",\n")?;
    }
    let file = out.into_inner().context("cannot write the last messages")?;
    Ok((rows, file.metadata()?.len()))
}
