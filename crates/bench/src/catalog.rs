//! A plain CSV catalog of any size, as the built-in profile `csv` reads it. Everything in it is made up.

use anyhow::Context as _;
use anyhow::Result;
use clap::Args;
use std::fs;
use std::fs::File;
use std::io::BufWriter;
use std::io::Write;
use std::path::PathBuf;

/// How many rows of a thousand are refused when nobody says.
pub(crate) const DEFECTS_PER_MILLE: u64 = 45;

/// A catalog to be written.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How many rows.
    #[arg(long)]
    rows: u64,
    /// The file.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// How many of a thousand rows a marketplace's requirements refuse.
    #[arg(long, value_name = "PER MILLE", default_value_t = DEFECTS_PER_MILLE, value_parser = clap::value_parser!(u64).range(0..=1000))]
    defects: u64,
    /// How many of a thousand rows have another price than they would have.
    #[arg(long, value_name = "PER MILLE", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=1000))]
    changed: u64,
}

/// The header of a catalog. The programs beside this file read rows by these positions.
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
    "dangerous_goods",
];

const BRANDS: [&str; 8] =
    ["Alderleaf", "Brinehaus", "Cobbleton", "Dovetree", "Émile & Sœurs", "Fennwick", "Glasspool", "Højmark"];
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
const COLORS: [&str; 8] = ["Black", "White", "Sage Green", "Navy Blue", "Terracotta", "Crème", "Mustard", "Natural"];
const MATERIALS: [&str; 6] = ["Oak Wood", "Stoneware", "Cotton", "Steel", "Bamboo", "Glass"];
const STYLES: [&str; 5] = ["Modern", "Rustic", "Classic", "Coastal", "Industrial"];
const COUNTRIES: [&str; 6] = ["PT", "IN", "VN", "PL", "US", "CN"];
const ROOMS: [&str; 5] = ["hallway", "kitchen", "bedroom", "study", "living room"];

const ADJECTIVES: [&str; 16] = [
    "handmade",
    "sturdy",
    "lightweight",
    "stackable",
    "foldable",
    "washable",
    "timeless",
    "elegant",
    "practical",
    "spacious",
    "compact",
    "durable",
    "seasonal",
    "giftable",
    "repairable",
    "recyclable",
];

/// What a row is refused for. Each is against the requirement document itself, so that every checker finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defect {
    /// `maxLength`
    LongTitle,
    /// `required`
    NoBrand,
    /// `enum`
    StrangeGoods,
    /// A condition: a barcode number, or one of its substitutes, must be there.
    NoBarcode,
}

const DEFECTS: [Defect; 4] = [Defect::LongTitle, Defect::NoBrand, Defect::StrangeGoods, Defect::NoBarcode];

/// Writes a catalog.
pub(crate) fn write(arguments: &Arguments) -> Result<()> {
    let shown = arguments.out.display();
    // A file that stopped halfway must not be taken for a whole one.
    let partial = arguments.out.with_extension("partial");
    let file = File::create(&partial).with_context(|| format!("cannot create {}", partial.display()))?;
    let mut table = csv::Writer::from_writer(BufWriter::new(file));
    write_rows(&mut table, arguments).with_context(|| format!("cannot write {shown}"))?;
    fs::rename(&partial, &arguments.out).with_context(|| format!("cannot write {shown}"))?;
    println!("wrote {} rows to {shown}", arguments.rows);
    Ok(())
}

fn write_rows(table: &mut csv::Writer<impl Write>, arguments: &Arguments) -> Result<()> {
    table.write_record(COLUMNS)?;
    for row in 0..arguments.rows {
        table.write_record(record(row, arguments))?;
    }
    table.flush()?;
    Ok(())
}

fn record(row: u64, arguments: &Arguments) -> [String; 25] {
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
    let (length, width, height) = (3 + dice.below(24), 2 + dice.below(16), 1 + dice.below(20));
    let quantity = dice.below(400);
    let weight = 10 + dice.below(900);
    let has_two_lines = dice.below(20) == 0;
    let has_quotes = dice.below(5) == 0;
    let defect = defect(row, arguments.defects);
    let cents = if is_changed(row, arguments.changed) { cents + 1 } else { cents };
    let image = |n: u8| format!("https://images.example.com/catalog/{:03}/{row:09}-{n}.jpg", row % 1000);
    let mut title = format!("{brand} {style} {thing}, {material}, {color}, No. {model}");
    if defect == Some(Defect::LongTitle) {
        // No word twice: that would be a defect of another kind.
        for word in ADJECTIVES {
            title.push_str(", ");
            title.push_str(word);
        }
    }
    let made = if has_quotes {
        format!("{length}\" wide, the \"{color}\" finish")
    } else {
        format!("{length} inches wide, in {}", color.to_lowercase())
    };
    let break_ = if has_two_lines { "\n" } else { " " };
    [
        format!("HOM-{row:09}"),
        title,
        if defect == Some(Defect::NoBrand) { String::new() } else { brand.to_owned() },
        format!("{}-{model}-{row}", thing.replace(' ', "").to_uppercase()),
        if defect == Some(Defect::NoBarcode) { String::new() } else { gtin(row) },
        format!(
            "This {} is made of {}, {made}.{break_}It suits a {room} as well as a gift – and it arrives in a box of \
             recycled card.",
            thing.to_lowercase(),
            material.to_lowercase(),
        ),
        format!("Made of {} that ages well", material.to_lowercase()),
        format!("{length} by {width} inches: fits every {room}"),
        "Wipes clean with a damp cloth".to_owned(),
        format!("{} {} {room} decor", style.to_lowercase(), material.to_lowercase()),
        format!("Home > Decor > {thing}"),
        color.to_owned(),
        material.to_owned(),
        style.to_owned(),
        money(cents),
        money(cents + cents / 5),
        quantity.to_string(),
        country.to_owned(),
        format!("{}.{:02} lb", weight / 100, weight % 100),
        format!("{length} in"),
        format!("{width} in"),
        format!("{height} in"),
        image(1),
        image(2),
        if defect == Some(Defect::StrangeGoods) { "none" } else { "not_applicable" }.to_owned(),
    ]
}

/// What is wrong with a row, when this many of a thousand are.
pub(crate) fn defect(row: u64, per_mille: u64) -> Option<Defect> {
    // A seed apart from that of the row's values.
    let mut dice = Dice(row ^ 0x5DEE_CE66_D1CE_CAFE);
    (dice.below(1000) < per_mille).then(|| dice.pick(&DEFECTS))
}

fn is_changed(row: u64, per_mille: u64) -> bool {
    Dice(row ^ 0x0BAD_5EED_0BAD_5EED).below(1000) < per_mille
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

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let at = self.below(from.len() as u64);
        // Nothing is picked from an empty list: all of them are constants above.
        usize::try_from(at).ok().and_then(|at| from.get(at)).copied().unwrap_or(from[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use feedwright_catalog::Gtin;

    fn catalog(rows: u64) -> String {
        changed(rows, 0)
    }

    fn changed(rows: u64, changed: u64) -> String {
        let mut out = Vec::new();
        let arguments = Arguments { rows, out: PathBuf::new(), defects: DEFECTS_PER_MILLE, changed };
        write_rows(&mut csv::Writer::from_writer(&mut out), &arguments).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_row_has_about_650_bytes_and_everything_that_makes_reading_slow() {
        let text = catalog(2000);
        let size = text.len() / 2000;
        assert!((600..700).contains(&size), "{size} bytes a row");
        assert!(text.contains("\"\"") && text.contains("è") && text.contains("–"));
        let n_lines = text.lines().count() - 2001;
        assert!((70..130).contains(&n_lines), "{n_lines} of 2000 rows have two lines, 100 expected");
        assert_eq!(csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).count(), 2000);
    }

    #[test]
    fn every_row_has_a_barcode_number_of_its_own() {
        let mut numbers: Vec<String> = (0..2000).map(gtin).collect();
        for number in &numbers {
            Gtin::parse(number).unwrap_or_else(|why| panic!("{number}: {why:?}"));
        }
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), 2000);
    }

    #[test]
    fn the_asked_share_of_rows_is_wrong_in_every_way_there_is() {
        let n_wrong = |kind| (0..100_000).filter(|row| defect(*row, 45) == Some(kind)).count();
        for kind in DEFECTS {
            let n = n_wrong(kind);
            assert!((1000..1250).contains(&n), "{kind:?}: {n} of 100,000, 1,125 expected");
        }
        assert_eq!((0..10_000).filter(|row| defect(*row, 0).is_some()).count(), 0);
    }

    #[test]
    fn a_changed_catalog_differs_in_so_many_rows() {
        let (before, after) = (catalog(10_000), changed(10_000, 1));
        let n_changed = before.lines().zip(after.lines()).filter(|(before, after)| before != after).count();
        assert_eq!(before.lines().count(), after.lines().count());
        assert!((3..25).contains(&n_changed), "{n_changed} of 10,000 rows, 10 expected");
    }

    #[test]
    fn the_same_rows_are_the_same_whatever_follows_them() {
        assert!(catalog(30).starts_with(&catalog(20)));
    }
}
