//! The format round-trips, and says clearly what it cannot read.

use super::ProductJson;
use super::schema;
use crate::Country;
use crate::confidential::Confidential;
use crate::field::Field;
use crate::field::Group;
use crate::field::Kind;
use crate::field::VOCABULARY;
use crate::fields::Fields;
use crate::finding::Findings;
use crate::gtin::Gtin;
use crate::language::Language;
use crate::money::Currency;
use crate::money::Money;
use crate::offer::Offer;
use crate::offer::Sale;
use crate::offer::Stock;
use crate::place::Origin;
use crate::product::Axis;
use crate::product::CategoryRef;
use crate::product::Identifier;
use crate::product::IdentifierKind;
use crate::product::Lifecycle;
use crate::product::Media;
use crate::product::MediaRole;
use crate::product::Product;
use crate::product::ProductKind;
use crate::product::Variant;
use crate::scope::Scope;
use crate::scope::ScopedValue;
use crate::sku::Sku;
use crate::unit::Measure;
use crate::unit::Unit;
use crate::value::Value;
use expect_test::expect;
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::fmt::Write as _;
use std::sync::Arc;

fn read(line: &str) -> (Option<Product>, String) {
    let mut out = Findings::default();
    let product = match serde_json::from_str::<ProductJson>(line) {
        Ok(json) => json.into_product(&Origin::default(), &mut out),
        Err(why) => return (None, format!("{why}\n")),
    };
    let mut said = String::new();
    for finding in out.list() {
        let column = finding.place.as_ref().and_then(|place| place.column.as_deref()).unwrap_or_default();
        writeln!(
            said,
            "{} {column}: {} | {}",
            finding.code,
            finding.message,
            finding.help.as_deref().unwrap_or_default()
        )
        .unwrap();
    }
    (product, said)
}

#[test]
fn a_misspelt_field_names_the_right_one() {
    let (product, said) = read(
        r#"{"key":"mug","variants":[{"sku":"M-1","fields":{"colour":"red"}},{"sku":"M-2","fields":{"price":"1","fleeb":"2"}},{"sku":"M-3"}]}"#,
    );
    assert_eq!(product.unwrap().variants.len(), 1, "what an error is about is left out");
    expect![[r#"
        unknown-field variants[0].fields.colour: there is no field `colour`; did you mean `color`? | write the field's name as it stands in the vocabulary
        unknown-field variants[1].fields.price: `price` does not stand among the fields | write it in `offers` of the variant
        unknown-field variants[1].fields.fleeb: there is no field `fleeb` | a field of your own is written `custom.fleeb`
    "#]]
    .assert_eq(&said);
}

#[test]
fn values_of_the_wrong_type_are_left_out_one_by_one() {
    let (product, said) = read(
        r#"{"key":"mug","fields":{"title":12,"impedance":32.5,"item_weight":{"amount":0.5,"unit":"kg"},"item_width":{"amount":"8","unit":"hands"},"brand":[{"value":"A"},{"value":"B"}],"material":null},
            "media":[{"url":"mug.jpg"}],"variants":[{"sku":"M-1","identifiers":[{"gtin":"4006381333932"}]}]}"#,
    );
    let product = product.unwrap();
    assert_eq!(product.fields.len(), 1);
    expect![[r#"
        unreadable-value fields.title: `title` is a whole number, not text | write text
        unreadable-value fields.impedance: `impedance` is a number with a fraction, which JSON readers round | write it in quotes, such as "12.50"
        unreadable-value fields.item_weight: `item_weight` has an amount with a fraction, which JSON readers round | write the amount in quotes
        unreadable-value fields.item_width: `item_width` `hands` is not a unit | write a unit such as `cm` or `kg`
        unreadable-value fields.brand: `brand` has two values for the same scope | remove one
        unreadable-value fields.material: `material` is null | write a value, or leave the field out
        unreadable-value media[0].url: the image's address is not an http or https address | write the whole address, beginning with `https://`
        bad-check-digit variants[0].identifiers: barcode number `4006381333932` ends in 2, but the check digit of the others is 1 | compare it with the package, or write it as `not_a_gtin`
    "#]]
    .assert_eq(&said);
}

#[test]
fn what_is_no_product_is_refused_with_a_reason() {
    let check = |line: &str, expected: &str| assert_eq!(read(line).1.trim_end(), expected);
    check(r#"{"key":"a","variants":[{"sku":"A"}"#, "EOF while parsing a list at line 1 column 34");
    check(
        r#"{"key":"a","fields":{"title":"x","title":"y"},"variants":[]}"#,
        "key `title` stands twice at line 1 column 45",
    );
    check(
        r#"{"key":"a","variants":[{"sku":"A","offers":[{"cost":{"amount":"1","currency":"USD"}}]}]}"#,
        "unknown field `cost`, expected one of `locale`, `channel`, `market`, `price`, `list_price`, `compare_at_price`, \
         `sale`, `map_price`, `floor_price`, `ceiling_price`, `max_order_quantity` at line 1 column 51",
    );
    check(
        r#"{"key":"a","variants":[]}"#,
        "unreadable-line variants: product `a` has no variants | write one variant at least",
    );
    check(
        r#"{"key":"a","variants":[{}]}"#,
        "missing-sku variants[0].sku: the variant has no SKU | fill in `sku` with a number of your own",
    );
}

#[test]
fn the_cost_stays_behind() {
    let money = Money::new(Decimal::new(499, 2), Currency::parse("USD").unwrap()).unwrap();
    let mut variant = Variant::new(Sku::parse("M-1").unwrap(), Origin::default());
    variant.offers.push(Offer { cost: Some(Confidential::new(money)), price: Some(money), ..Offer::default() });
    let product = Product { key: Arc::from("mug"), variants: vec![variant], ..Product::default() };
    assert_eq!(
        serde_json::to_string(&ProductJson::from(&product)).unwrap(),
        r#"{"key":"mug","variants":[{"sku":"M-1","offers":[{"price":{"amount":"4.99","currency":"USD"}}]}]}"#
    );
}

#[test]
fn the_schema_knows_every_field() {
    let text = serde_json::to_string(&schema()).unwrap();
    for def in VOCABULARY.iter().filter(|def| def.group == Group::Content) {
        assert!(text.contains(&format!("\"{}\":", def.code)), "{}", def.code);
    }
    assert!(!text.contains("\"cost\""));
}

fn text() -> impl Strategy<Value = String> {
    r#"[a-zA-Zäß€"\\ ]{0,8}[a-z]"#
}

fn value(kind: Kind) -> BoxedStrategy<Value> {
    let decimal = (any::<i64>(), 0_u32..6).prop_map(|(digits, scale)| Decimal::new(digits, scale));
    match kind {
        Kind::Text | Kind::Html => text().prop_map(Value::Text).boxed(),
        Kind::Url => "https://[a-z]{1,8}/[a-z,?=0-9]{0,8}".prop_map(Value::Text).boxed(),
        Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Integer => any::<i64>().prop_map(Value::Integer).boxed(),
        Kind::Decimal => decimal.prop_map(Value::Decimal).boxed(),
        Kind::Measure => (decimal, proptest::sample::select(Unit::ALL))
            .prop_map(|(amount, unit)| Value::Measure(Measure { amount, unit }))
            .boxed(),
        Kind::Money => money().prop_map(Value::Money).boxed(),
        Kind::Date => (1900_i16..2100, 1_i8..=12, 1_i8..=28)
            .prop_map(|(year, month, day)| Value::Date(jiff::civil::date(year, month, day)))
            .boxed(),
        Kind::Instant => instant().prop_map(Value::Instant).boxed(),
        Kind::Country => country().prop_map(Value::Country).boxed(),
        Kind::List => prop::collection::vec(text().prop_map(Value::Text), 0..4).prop_map(Value::List).boxed(),
    }
}

fn money() -> impl Strategy<Value = Money> {
    (0_i64..10_000_000).prop_map(|cents| Money::new(Decimal::new(cents, 2), Currency::parse("EUR").unwrap()).unwrap())
}

fn instant() -> impl Strategy<Value = jiff::Timestamp> {
    (0_i64..4_000_000_000).prop_map(|second| jiff::Timestamp::from_second(second).unwrap())
}

fn country() -> impl Strategy<Value = Country> {
    proptest::sample::select(&["DE", "US", "AT"][..]).prop_map(|code| Country::parse(code).unwrap())
}

fn scope() -> impl Strategy<Value = Scope> {
    let locale = prop::option::of(proptest::sample::select(&["de", "de-AT", "en"][..]));
    (locale, prop::option::of(text()), prop::option::of(country())).prop_map(|(locale, channel, market)| Scope {
        locale: locale.map(|tag| Language::parse(tag).unwrap()),
        channel: channel.map(Arc::from),
        market,
    })
}

fn fields() -> impl Strategy<Value = Fields> {
    let content: Vec<_> = VOCABULARY.iter().filter(|def| def.group == Group::Content).map(|def| def.code).collect();
    let known = proptest::sample::select(content).prop_map(|code| Field::parse(code).unwrap());
    let own = "[a-z._]{1,6}".prop_map(|name| Field::Custom(Arc::from(name)));
    let scoped = |kind| {
        let one = (scope(), value(kind)).prop_map(|(scope, value)| ScopedValue { scope, value });
        prop::collection::vec(one, 1..3).prop_map(|mut values| {
            values.dedup_by(|a, b| a.scope == b.scope);
            values
        })
    };
    // Decimals, dates and the like are known by their field's type, which a field of the seller's own does not have.
    let kinds =
        proptest::sample::select(&[Kind::Text, Kind::Bool, Kind::Integer, Kind::Measure, Kind::Money, Kind::List][..]);
    let entry = prop_oneof![
        known.prop_flat_map(move |field| (Just(field.clone()), scoped(field.kind()))),
        (own, kinds).prop_flat_map(move |(field, kind)| (Just(field), scoped(kind))),
    ];
    prop::collection::vec(entry, 0..4).prop_map(|entries| entries.into_iter().collect())
}

fn media() -> impl Strategy<Value = Vec<Media>> {
    let role = proptest::sample::select(&[MediaRole::Main, MediaRole::Additional, MediaRole::Swatch][..]);
    let one = ("https://[a-z]{1,8}/[a-z]{0,8}", role, scope());
    prop::collection::vec(one.prop_map(|(url, role, scope)| Media { url: Arc::from(url), role, scope, line: 0 }), 0..3)
}

fn offer() -> impl Strategy<Value = Offer> {
    let sale = (money(), prop::option::of(instant()), prop::option::of(instant()));
    (scope(), prop::option::of(money()), prop::option::of(sale), prop::option::of(any::<i64>())).prop_map(
        |(scope, price, sale, max_order_quantity)| Offer {
            scope,
            price,
            map_price: price,
            sale: sale.map(|(price, start, end)| Sale { price, start, end }),
            max_order_quantity,
            ..Offer::default()
        },
    )
}

fn stock() -> impl Strategy<Value = Stock> {
    (prop::option::of(text()), prop::option::of(any::<i64>()), any::<i64>(), any::<bool>()).prop_map(
        |(location, quantity, buffer, always_available)| Stock {
            location: location.map(Arc::from),
            quantity,
            buffer,
            always_available,
            lead_time_days: quantity,
            restock_date: None,
        },
    )
}

fn identifier() -> impl Strategy<Value = Identifier> {
    let numbers = vec!["4006381333931", "036000291452", "4006381333932", "B00TEST123", "n/a"];
    proptest::sample::select(numbers).prop_map(|raw| Identifier {
        kind: match Gtin::parse(raw) {
            Ok(gtin) => IdentifierKind::Gtin(gtin),
            Err(_) if raw.starts_with('B') => IdentifierKind::Asin,
            Err(problem) => IdentifierKind::NotAGtin(problem),
        },
        raw: Arc::from(raw),
    })
}

fn variant() -> impl Strategy<Value = Variant> {
    let lists = (
        prop::collection::vec(identifier(), 0..3),
        prop::collection::vec(offer(), 0..2),
        prop::collection::vec(stock(), 0..2),
    );
    ("[A-Z]{1,6}", fields(), media(), lists).prop_map(|(sku, fields, media, (identifiers, offers, stock))| Variant {
        identifiers,
        fields,
        media,
        offers,
        stock,
        ..Variant::new(Sku::parse(&sku).unwrap(), Origin::default())
    })
}

fn product() -> impl Strategy<Value = Product> {
    let kind = proptest::sample::select(vec![
        ProductKind::Standard,
        ProductKind::Digital,
        ProductKind::Unsupported("grouped".to_owned()),
    ]);
    let lifecycle = proptest::sample::select(vec![Lifecycle::Active, Lifecycle::Draft, Lifecycle::Archived]);
    let category = ("own|google", "[A-Z][a-z]{1,4} > [A-Z]")
        .prop_map(|(taxonomy, path)| CategoryRef { taxonomy: Arc::from(taxonomy), path: Arc::from(path) });
    let axis = (text(), text())
        .prop_map(|(name, label)| Axis { field: Field::Custom(Arc::from(name)), label: Arc::from(label) });
    let lists = (
        prop::collection::vec(category, 0..2),
        prop::collection::vec(axis, 0..2),
        prop::collection::vec(variant(), 1..4),
    );
    ("[a-z]{1,6}", kind, lifecycle, fields(), media(), lists).prop_map(
        |(key, kind, lifecycle, fields, media, (categories, axes, variants))| Product {
            key: Arc::from(key),
            kind,
            lifecycle,
            categories,
            axes,
            fields,
            media,
            variants,
            origin: Origin::default(),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn every_product_reads_back_as_it_was(product in product()) {
        let line = serde_json::to_string(&ProductJson::from(&product)).unwrap();
        let (back, said) = read(&line);
        prop_assert!(back.as_ref() == Some(&product), "{}\n{}\n{:#?}\n{:#?}", line, said, back, product);
    }
}
