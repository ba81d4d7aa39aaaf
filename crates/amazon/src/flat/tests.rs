//! What is written into a flat file is read out of it again.

use super::lint::tests::attributes;
use super::*;
use crate::Amazon;
use crate::schema::Set;
use crate::tests::setup;
use feedwright_catalog::Field;
use feedwright_catalog::Known;
use feedwright_catalog::Product;
use feedwright_catalog::Scope;
use feedwright_catalog::json::ProductJson;
use feedwright_catalog::place::Origin;
use feedwright_catalog::scope::ScopedValue;
use feedwright_marketplace::Checked;
use feedwright_marketplace::FeedText;
use feedwright_marketplace::Listing;
use feedwright_marketplace::Marketplace as _;
use feedwright_marketplace::check;
use feedwright_marketplace::family::Family;
use feedwright_marketplace::json;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::listing::Source;
use serde_json::Value;

macro_rules! sample {
    ($path:literal) => {
        include_str!(concat!("../../../../samples/amazon/", $path))
    };
}

const ITEMS: &[(&str, Set, &str)] = &[
    ("HEADPHONES", Set::Listing, sample!("items/HEADPHONES.us.json")),
    ("HOME", Set::Listing, sample!("items/HOME.us.json")),
    ("LUGGAGE", Set::Listing, sample!("items/LUGGAGE.us.json")),
    ("SHIRT", Set::Listing, sample!("items/SHIRT.us.json")),
    ("SHOES", Set::Listing, sample!("items/SHOES.us.json")),
    ("HOME", Set::OfferOnly, sample!("items/offer_only.us.json")),
];

const PRODUCTS: &[(&str, &str)] = &[
    ("HEADPHONES", sample!("catalog/HEADPHONES.family.json")),
    ("HOME", sample!("catalog/HOME.json")),
    ("LUGGAGE", sample!("catalog/LUGGAGE.family.json")),
    ("SHIRT", sample!("catalog/SHIRT.family.json")),
    ("SHOES", sample!("catalog/SHOES.family.json")),
];

fn amazon(options: &[(&str, &str)], template: Option<String>) -> Amazon {
    let mut setup = setup();
    for (name, value) in options {
        setup.options.insert((*name).to_owned(), (*value).to_owned());
    }
    if let Some(text) = template {
        let document = OwnedDocument { name: "template.txt".to_owned(), bytes: text.into_bytes() };
        setup.references.insert(profile::FLAT_TEMPLATE.to_owned(), document);
    }
    Amazon::open(setup).unwrap()
}

/// A template with these columns.
fn template(set: &str, columns: &[String]) -> String {
    let settings = format!("settings=attributeRow=5&dataRow=7&listingsItemRequirement={set}&TemplateType=unified");
    format!("{settings}\nwords\n\nlabels\n{}\n\n", columns.join("\t"))
}

fn product(text: &str) -> Product {
    let json: ProductJson = serde_json::from_str(text).unwrap();
    json.into_product(&Origin::default(), &mut Findings::default()).unwrap()
}

/// Writes all records of a product, and gives the file and the attributes as they were before.
fn write(amazon: &Amazon, feed: &str, category: &str, product: &Product) -> (Vec<u8>, Vec<Value>) {
    let feed = crate::PROFILE.feed(feed).unwrap();
    let category = amazon.category(feed, category).unwrap();
    let mut bytes = amazon.framing(feed, &feed.parts[0], Some(&category)).file.before;
    let mut before = Vec::new();
    let scope = Scope::default();
    let family = Family::of(product, category.family, &mut Findings::default()).unwrap();
    let members: Vec<_> = product.variants.iter().collect();
    let parent = family.parent(&members, &scope, &[]);
    let variants = product.variants.iter().map(|variant| family.variant(variant, false, &scope, &[]));
    for item in parent.into_iter().chain(variants) {
        let mut listing = Listing::new();
        let mut out = Findings::default();
        let (_, checked) = check(amazon, feed, &category, &item, &mut listing, &mut out);
        let checked: Checked<'_> = checked.unwrap_or_else(|| panic!("{out:?}"));
        before.push(value(checked.record().member("attributes").unwrap()));
        amazon.encode(feed, &feed.parts[0], &category, &checked, &mut bytes);
    }
    (bytes, before)
}

fn value(node: Ref<'_>) -> Value {
    let mut json = Vec::new();
    node.write_json(&mut json);
    serde_json::from_slice(&json).unwrap()
}

#[test]
fn every_sample_item_comes_back_as_it_was() {
    for (category, set, text) in ITEMS {
        let mut item = Listing::new();
        json::read(text.as_bytes(), &mut item).unwrap();
        let mut record = Listing::new();
        let put = |record: &mut Listing, name: &str, text: &str| {
            record.add(Listing::ROOT, &Key::new(name), Leaf::Text(text), Source::default());
        };
        put(&mut record, "sku", "SKU-1");
        put(&mut record, "operationType", "UPDATE");
        record.graft(Listing::ROOT, &Key::new("attributes"), item.root());
        let plain = amazon(&[("requirements", set.name())], None);
        let found = plain.category_in(category, *set).unwrap();
        let cells = columns::cells(item.root(), found.requirements.shape(), &plain.channel);
        let mut paths = vec![SKU.to_owned(), PRODUCT_TYPE.to_owned(), ACTION.to_owned()];
        paths.extend(cells.into_iter().map(|cell| cell.path));
        let amazon = amazon(&[("requirements", set.name())], Some(template(set.name(), &paths)));
        let feed = crate::PROFILE.feed("flat").unwrap();
        let mut bytes = amazon.flat.frame(&amazon, Some(&found)).before;
        amazon.flat.write(&amazon, &feed.parts[0], &found, record.root(), &mut bytes);
        assert_eq!(attributes(&amazon, &bytes), [value(item.root())], "{category}");
        let mut out = Findings::default();
        let count = amazon.lint(feed, &FeedText { name: "flat.txt", bytes: &bytes }, &mut out);
        assert_eq!(count, 1);
        assert!(!out.blocked_since(0), "{category}: {out:?}");
    }
}

#[test]
fn every_record_of_the_sample_catalog_comes_back_as_it_was() {
    for feed in ["flat", "flat_xlsx"] {
        for (category, text) in PRODUCTS {
            let amazon = amazon(&[], None);
            let (bytes, before) = write(&amazon, feed, category, &product(text));
            assert_eq!(attributes(&amazon, &bytes), before, "{category}");
        }
    }
}

#[test]
fn awkward_text_stays_in_its_cell() {
    let amazon = amazon(&[], None);
    for text in ["tab\there", "say \"mug\"", "two\nlines", "dos\r\nlines", "\"", "e\u{301}\u{202e}\u{1f375}", "a, b; c"]
    {
        let mut product = product(sample!("catalog/HOME.json"));
        let value = ScopedValue { scope: Scope::default(), value: feedwright_catalog::Value::Text(text.to_owned()) };
        product.fields.replace(&Field::Known(Known::Manufacturer), vec![value]);
        let (bytes, before) = write(&amazon, "flat", "HOME", &product);
        assert_eq!(before[0]["manufacturer"][0]["value"], text);
        assert_eq!(attributes(&amazon, &bytes), before, "{text:?}");
    }
}

#[test]
fn a_value_without_a_column_and_a_formula_block_their_record() {
    let columns: Vec<String> = [SKU, PRODUCT_TYPE, ACTION, "brand[language_tag=en_US]#1.value", "bullet_point#1.value"]
        .map(str::to_owned)
        .to_vec();
    let amazon = amazon(&[], Some(template("LISTING", &columns)));
    let feed = crate::PROFILE.feed("flat").unwrap();
    let category = amazon.category(feed, "HOME").unwrap();
    let text = r#"{"sku": "=1", "attributes": {
        "brand": [{"value": "@Home", "language_tag": "en_US", "marketplace_id": "ATVPDKIKX0DER"}],
        "bullet_point": [{"value": "a", "language_tag": "en_US"}, {"value": "b", "language_tag": "en_US"}],
        "color": [{"value": "Red", "language_tag": "en_US"}]
    }}"#;
    let mut record = Listing::new();
    json::read(text.as_bytes(), &mut record).unwrap();
    let mut out = Findings::default();
    amazon.flat.fits(&amazon, &category, record.root(), &mut out);
    let said: Vec<String> = out
        .list()
        .iter()
        .map(|finding| format!("{} {}: {}", finding.code, finding.pointer.as_ref().unwrap(), finding.message))
        .collect();
    assert_eq!(
        said,
        [
            "formula-cell /sku: value begins with '=', and a spreadsheet would run it",
            "formula-cell /attributes/brand/0/value: value begins with '@', and a spreadsheet would run it",
            "too-many-values /attributes/bullet_point/1/value: the flat file has no column \
             `bullet_point[language_tag=en_US]#2.value`",
            "unknown-attribute /attributes/color/0/value: the flat file has no column `color[language_tag=en_US]#1.value`",
        ]
    );
}
