//! A plain CSV catalog of any size, as the built-in profile `csv` reads it. Everything in it is made up.

use crate::bench::CatalogArguments;
use anyhow::Context as _;
use anyhow::Result;
use std::fs;
use std::fs::File;
use std::io::BufWriter;
use std::io::Write;

/// Changes whenever the same arguments would give other bytes.
pub(crate) const VERSION: u32 = 1;

/// The header of a catalog.
pub(crate) const COLUMNS: [&str; 25] = [
    "sku",
    "title",
    "brand",
    "manufacturer_part_number",
    "gtin",
    "description",
    "bullet_point_1",
    "bullet_point_2",
    "bullet_point_3",
    "keywords",
    "category",
    "color",
    "material",
    "style",
    "price",
    "list_price",
    "quantity",
    "country_of_origin",
    "item_weight",
    "item_length",
    "item_width",
    "item_height",
    "image",
    "additional_image_1",
    "theme",
];

const BRANDS: [&str; 8] =
    ["Alderleaf", "Brinehaus", "Cobbleton", "Dovetree", "Emberlane", "Fennwick", "Glasspool", "Hollowmere"];
const THINGS: [&str; 10] = [
    "Table Lamp",
    "Storage Basket",
    "Wall Shelf",
    "Fruit Bowl",
    "Picture Frame",
    "Plant Pot",
    "Door Mat",
    "Wall Clock",
    "Candle Holder",
    "Side Tray",
];
const COLORS: [&str; 8] = ["Black", "White", "Sage Green", "Navy Blue", "Terracotta", "Grey", "Mustard", "Natural"];
const MATERIALS: [&str; 6] = ["Oak Wood", "Stoneware", "Cotton", "Steel", "Bamboo", "Glass"];
const STYLES: [&str; 5] = ["Modern", "Rustic", "Classic", "Coastal", "Industrial"];
const COUNTRIES: [&str; 6] = ["PT", "IN", "VN", "PL", "US", "CN"];
const ROOMS: [&str; 5] = ["hallway", "kitchen", "bedroom", "study", "living room"];

/// Writes a catalog.
pub(crate) fn write(arguments: &CatalogArguments) -> Result<()> {
    let shown = arguments.out.display();
    // A file that stopped halfway must not be taken for a whole one.
    let partial = arguments.out.with_extension("partial");
    let file = File::create(&partial).with_context(|| format!("cannot create {}", partial.display()))?;
    let mut table = csv::Writer::from_writer(BufWriter::new(file));
    write_rows(&mut table, arguments.rows, arguments.defects).with_context(|| format!("cannot write {shown}"))?;
    fs::rename(&partial, &arguments.out).with_context(|| format!("cannot write {shown}"))?;
    println!("wrote {} rows to {shown}", arguments.rows);
    Ok(())
}

fn write_rows(table: &mut csv::Writer<impl Write>, rows: u64, defects: u64) -> Result<()> {
    table.write_record(COLUMNS)?;
    for row in 0..rows {
        table.write_record(record(row, defects))?;
    }
    table.flush()?;
    Ok(())
}

fn record(row: u64, defects: u64) -> [String; 25] {
    let mut dice = Dice(row);
    let brand = dice.pick(&BRANDS);
    let thing = dice.pick(&THINGS);
    let color = dice.pick(&COLORS);
    let material = dice.pick(&MATERIALS);
    let style = dice.pick(&STYLES);
    let room = dice.pick(&ROOMS);
    let country = dice.pick(&COUNTRIES);
    let model = 1000 + dice.below(9000);
    let cents = 499 + dice.below(15_000);
    let (length, width, height) = (5 + dice.below(60), 5 + dice.below(40), 2 + dice.below(50));
    let is_defect = dice.below(100) < defects;
    let lacks_brand = is_defect && row.is_multiple_of(2);
    let image = |n: u8| format!("https://images.example.com/catalog/{:03}/{row:09}-{n}.jpg", row % 1000);
    [
        format!("HOM-{row:09}"),
        format!("{brand} {style} {thing}, {material}, {color}, No. {model}"),
        if lacks_brand { String::new() } else { brand.to_owned() },
        format!("{}-{model}-{row}", thing.replace(' ', "").to_uppercase()),
        gtin(row),
        format!(
            "This {} is made of {} and finished by hand in {}. It suits a {room} as well as a gift, and it arrives in \
             a box of recycled card.",
            thing.to_lowercase(),
            material.to_lowercase(),
            color.to_lowercase()
        ),
        format!("Made of {} that ages well", material.to_lowercase()),
        format!("{length} by {width} centimetres: fits every {room}"),
        "Wipes clean with a damp cloth".to_owned(),
        format!("{} {} {room} decor", style.to_lowercase(), material.to_lowercase()),
        format!("Home > Decor > {thing}"),
        color.to_owned(),
        material.to_owned(),
        style.to_owned(),
        money(cents),
        money(cents + cents / 5),
        dice.below(400).to_string(),
        if is_defect && !lacks_brand { "Atlantis".to_owned() } else { country.to_owned() },
        format!("{}.{:02} kg", dice.below(9), 10 + dice.below(90)),
        format!("{length} cm"),
        format!("{width} cm"),
        format!("{height} cm"),
        image(1),
        image(2),
        format!("{style} {room}, with {} accents", color.to_lowercase()),
    ]
}

fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// A number with the right check digit, from the range GS1 keeps for demonstrations; no two rows below a billion share one.
fn gtin(row: u64) -> String {
    // The factor has no divisor in common with the modulus, so this only shuffles.
    let number = (row % 1_000_000_000) * 387_420_489 % 1_000_000_000;
    let digits = format!("952{number:09}");
    let sum: u32 =
        digits.bytes().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// Numbers that look thrown and are the same for every run: `SplitMix64`, seeded by the row.
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.throw() % end
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let at = self.below(words.len() as u64);
        usize::try_from(at).ok().and_then(|at| words.get(at)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use feedwright_catalog::Gtin;

    #[test]
    fn every_row_has_a_barcode_number_of_its_own_and_about_650_bytes() {
        let mut out = Vec::new();
        write_rows(&mut csv::Writer::from_writer(&mut out), 2000, 0).unwrap();
        let size = out.len() / 2000;
        assert!((600..700).contains(&size), "{size} bytes a row");
        let mut numbers: Vec<String> = (0..2000).map(gtin).collect();
        for number in &numbers {
            Gtin::parse(number).unwrap_or_else(|why| panic!("{number}: {why:?}"));
        }
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), 2000);
    }

    #[test]
    fn the_asked_share_of_rows_is_wrong() {
        let n_wrong = |defects| {
            (0..10_000)
                .map(|row| record(row, defects))
                .filter(|cells| cells[2].is_empty() || cells[17] == "Atlantis")
                .count()
        };
        assert_eq!(n_wrong(0), 0);
        assert!((400..600).contains(&n_wrong(5)), "{}", n_wrong(5));
    }
}
