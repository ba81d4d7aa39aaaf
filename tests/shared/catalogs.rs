//! Generates catalogs in our own format: complete ones that mostly pass, and wild ones that hold anything.

use proptest::prelude::*;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt;

/// A product as it is written, with its parts at hand.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) key: String,
    pub(crate) lifecycle: String,
    pub(crate) axes: Vec<String>,
    pub(crate) fields: BTreeMap<String, Value>,
    pub(crate) images: Vec<String>,
    pub(crate) variants: Vec<Variant>,
}

/// A variant of a product.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) sku: String,
    pub(crate) fields: BTreeMap<String, Value>,
    /// What is written outside `fields`, in the names of the vocabulary.
    pub(crate) told: BTreeMap<String, Value>,
}

impl Product {
    fn to_json(&self) -> Value {
        let axes: Vec<Value> = self.axes.iter().map(|axis| json!({ "field": axis })).collect();
        let media: Vec<Value> = self
            .images
            .iter()
            .enumerate()
            .map(|(at, url)| json!({ "url": url, "role": if at == 0 { "main" } else { "additional" } }))
            .collect();
        json!({
            "key": self.key, "lifecycle": self.lifecycle, "axes": axes, "fields": self.fields, "media": media,
            "variants": self.variants.iter().map(Variant::to_json).collect::<Vec<_>>(),
        })
    }
}

impl Variant {
    fn to_json(&self) -> Value {
        let told = |names: &[&str]| -> Map<String, Value> {
            let given = names.iter().filter_map(|name| Some(((*name).to_owned(), self.told.get(*name)?.clone())));
            given.collect()
        };
        let mut offer = told(&["price", "list_price", "compare_at_price", "map_price", "floor_price"]);
        if let Some(price) = self.told.get("sale_price") {
            let (start, end) = (&self.told["sale_start"], &self.told["sale_end"]);
            offer.insert("sale".to_owned(), json!({ "price": price, "start": start, "end": end }));
        }
        let stock = told(&["quantity", "lead_time_days", "restock_date"]);
        let gtin = self.told.get("gtin").map(|gtin| json!({ "gtin": gtin }));
        json!({
            "sku": self.sku, "fields": self.fields, "offers": [offer], "stock": [stock],
            "identifiers": gtin.into_iter().collect::<Vec<_>>(),
        })
    }
}

/// A catalog file.
pub(crate) fn jsonl(products: &[Product]) -> Vec<u8> {
    let mut text = String::new();
    for product in products {
        text.push_str(&product.to_json().to_string());
        text.push('\n');
    }
    text.into_bytes()
}

/// A product that has all a home product needs, and some more; most of them pass.
pub(crate) fn complete() -> impl Strategy<Value = Product> {
    let extra = prop::collection::btree_map(extra_field(), Just(()), 0..6);
    (identity(), family(), extra, 1..12_usize, prop::collection::vec(told(), 4)).prop_map(
        |(id, axes, extra, n_images, told)| {
            let n_variants = match axes.len() {
                0 => 1,
                _ => told.len().min(2 + axes.len()),
            };
            let mut fields = base_fields();
            fields.extend(extra.into_keys().map(|(name, value)| (name, serde_json::from_str(&value).unwrap())));
            let variants = told.into_iter().take(n_variants).enumerate();
            let variants = variants.map(|(at, told)| Variant {
                sku: format!("S{id}-{at}"),
                fields: axes.iter().map(|axis| (axis.clone(), json!(format!("{axis} number {at}")))).collect(),
                told,
            });
            Product {
                key: format!("family-{id}"),
                lifecycle: "active".to_owned(),
                fields,
                images: (0..n_images).map(|at| format!("https://images.example.com/{id}-{at}.jpg")).collect(),
                variants: variants.collect(),
                axes,
            }
        },
    )
}

/// A complete product that something was done to: a good part of them is blocked.
pub(crate) fn distinct() -> impl Strategy<Value = Product> {
    (complete(), prop::option::weighted(0.5, harm()), any::<prop::sample::Index>()).prop_map(
        |(mut product, harm, index)| {
            let at = index.index(product.variants.len());
            match harm {
                None => {}
                Some(Harm::Lacks(field)) => {
                    product.fields.remove(field);
                    product.variants[at].told.remove(field);
                }
                Some(Harm::Says(field, value)) => {
                    product.variants[at].fields.insert(field.to_owned(), value);
                }
                Some(Harm::Lifecycle(state)) => state.clone_into(&mut product.lifecycle),
                Some(Harm::NoImage) => product.images.clear(),
                Some(Harm::Currency) => {
                    product.variants[at].told.insert("price".to_owned(), json!({ "amount": "5", "currency": "EUR" }));
                }
                Some(Harm::Axis(axis)) => {
                    product.axes.push(axis.to_owned());
                    for (at, variant) in product.variants.iter_mut().enumerate() {
                        variant.fields.insert(axis.to_owned(), json!(format!("option {at}")));
                    }
                }
            }
            product
        },
    )
}

/// What can be done to a product.
#[derive(Clone, Debug)]
enum Harm {
    Lacks(&'static str),
    Says(&'static str, Value),
    Lifecycle(&'static str),
    NoImage,
    Currency,
    Axis(&'static str),
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        prop::sample::select(vec!["title", "brand", "description", "price", "quantity", "part_number", "mpn"])
            .prop_map(Harm::Lacks),
        (
            prop::sample::select(vec!["title", "brand", "color", "keywords", "description", "country_of_origin"]),
            odd_value()
        )
            .prop_map(|(field, value)| Harm::Says(field, value)),
        prop::sample::select(vec!["draft", "archived"]).prop_map(Harm::Lifecycle),
        Just(Harm::NoImage),
        Just(Harm::Currency),
        Just(Harm::Axis("custom.roast")),
    ]
}

fn base_fields() -> BTreeMap<String, Value> {
    let measure = |amount: &str, unit: &str| json!({ "amount": amount, "unit": unit });
    let fields = json!({
        "title": "Stoneware Fruit Bowl", "brand": "Northlake", "manufacturer": "Northlake Pottery",
        "description": "A bowl with a sand glaze.", "bullet_points": ["Thrown by hand", "Fired twice"],
        "keywords": "fruit kitchen table", "model_name": "Bowl 28", "model_number": "NL-FB28", "mpn": "NL-FB28-SND",
        "color": "Sand", "material": "Stoneware", "number_of_items": 1, "country_of_origin": "PT",
        "dangerous_goods": ["not_applicable"], "batteries_required": false, "number_of_boxes": 1,
        "compliance_certificate": "Not Applicable", "custom.item_type_keyword": "decorative-bowls",
        "condition": "new", "shipping_group": "example-shipping-template",
        "package_length": measure("12.5", "in"), "package_width": measure("12", "in"),
        "package_height": measure("5", "in"), "package_weight": measure("3.25", "lb"),
        "gtin_exempt": true,
    });
    serde_json::from_value(fields).unwrap()
}

fn identity() -> impl Strategy<Value = u64> {
    // Wide enough that no two products of a catalog are the same.
    any::<u64>()
}

fn family() -> impl Strategy<Value = Vec<String>> {
    let axes = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    prop_oneof![
        2 => Just(Vec::new()),
        2 => Just(axes(&["color"])),
        1 => Just(axes(&["size"])),
        1 => Just(axes(&["color", "size"])),
    ]
}

/// A field beyond what is needed, and its value as JSON.
fn extra_field() -> impl Strategy<Value = (String, String)> {
    let some = [
        ("title_addition", json!("Matt glaze")),
        ("bullet_points", json!(["One point", "Another point", "A third one", "A fourth one"])),
        ("pattern", json!("Speckled")),
        ("style", json!("Rustic")),
        ("shape", json!("Round")),
        ("theme", json!("Autumn harvest")),
        ("scent", json!("None of it")),
        ("finish", json!("Satin matt")),
        ("care_instructions", json!("By hand only")),
        ("special_features", json!(["Stackable", "Heavy base"])),
        ("included_components", json!(["Bowl", "Felt mat"])),
        ("warranty", json!("Two years on breakage")),
        ("certifications", json!(["LFGB tested"])),
        ("number_of_pieces", json!(7)),
        ("package_quantity", json!(4)),
        ("unit_count", json!("6.5")),
        ("unit_count_type", json!("Count")),
        ("hs_code", json!("691200")),
        ("item_length", json!({ "amount": "11.75", "unit": "in" })),
        ("item_weight", json!({ "amount": "2.125", "unit": "lb" })),
        ("capacity", json!({ "amount": "64.5", "unit": "fl oz" })),
        ("net_content", json!({ "amount": "8.5", "unit": "kg" })),
        ("link", json!("https://shop.example.com/bowl")),
        ("tags", json!(["autumn", "kitchen"])),
        ("release_date", json!("2026-12-01")),
        ("max_order_quantity", json!(9)),
        ("tax_code", json!("A_GEN_TAX")),
        ("condition_note", json!("Never out of its box")),
        ("custom.kiln", json!("Kiln number two")),
        ("custom.fired_at", json!(1240)),
        ("custom.glazes", json!(["sand", "salt"])),
        ("custom.seo_title", json!("Bowl | Northlake")),
    ];
    prop::sample::select(some.to_vec()).prop_map(|(name, value)| (name.to_owned(), value.to_string()))
}

fn told() -> impl Strategy<Value = BTreeMap<String, Value>> {
    let price = (100..99_999_u32).prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100));
    let gtin = prop::sample::select(vec!["9520004100007", "9520004100175", "9520004100342"]);
    (price, prop::option::of(gtin), 0..500_u32, prop::option::of(1..9_u32), any::<[bool; 4]>()).prop_map(
        |(price, gtin, quantity, lead_time, [has_list, has_sale, has_compare, has_map])| {
            let money = |amount: &str| json!({ "amount": amount, "currency": "USD" });
            let mut told = BTreeMap::from([
                ("price".to_owned(), money(&price)),
                // The schema asks for one of everything that is offered.
                ("list_price".to_owned(), money(if has_list { "1299.95" } else { "1450.00" })),
                ("quantity".to_owned(), json!(quantity)),
            ]);
            told.extend(gtin.map(|gtin| ("gtin".to_owned(), json!(gtin))));
            told.extend(lead_time.map(|days| ("lead_time_days".to_owned(), json!(days))));
            if has_sale {
                told.insert("sale_price".to_owned(), money("0.99"));
                told.insert("sale_start".to_owned(), json!("2026-12-01T00:00:00Z"));
                told.insert("sale_end".to_owned(), json!("2026-12-24T12:30:00Z"));
            }
            if has_compare {
                told.insert("compare_at_price".to_owned(), money("1333.33"));
            }
            if has_map {
                told.insert("map_price".to_owned(), money("0.55"));
            }
            told
        },
    )
}

/// Values somebody may type anywhere.
fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!("")),
        Just(json!("   ")),
        Just(json!("x".repeat(3_000))),
        Just(json!("é😀 \u{202E}mirrored\u{202C} \u{0} \u{7}")),
        Just(json!("<script>alert(1)</script><p>Bowl &amp; plate</p>")),
        Just(json!("a word a word a word word word")),
        Just(json!("=SUM(A1:A9)")),
        Just(json!("\"quoted\", 'and' \\ more\r\nlines")),
        Just(json!(null)),
        Just(json!(true)),
        Just(json!(-1)),
        Just(json!(i64::MAX)),
        Just(json!([])),
        Just(json!(["one", "one", "", "two"])),
        Just(json!({ "amount": "1e9", "unit": "parsec" })),
        Just(json!({ "amount": "12.50", "currency": "EUR" })),
        Just(json!({ "value": "Schale", "locale": "de-DE" })),
        Just(json!([{ "value": "Bowl", "market": "US" }, { "value": "Coupe", "market": "FR" }])),
        "\\PC{0,40}".prop_map(Value::from),
    ]
}

/// Bytes of a file, shown as text when a law is broken.
#[derive(Clone)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

/// Anything: products that are nearly right, lines that are nearly JSON, bytes that are nearly text.
pub(crate) fn wild() -> impl Strategy<Value = Bytes> {
    let line = prop_oneof![
        6 => wild_product(),
        1 => "\\PC{0,60}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..60),
        1 => wild_product().prop_flat_map(|line| (Just(line.clone()), 0..line.len())).prop_map(|(mut line, cut)| {
            line.truncate(cut);
            line
        }),
    ];
    prop::collection::vec(line, 0..12).prop_map(|lines| Bytes(lines.join(&b'\n')))
}

/// Names that meet each other: keys and SKUs are drawn from them.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[A-D]-[1-3]",
        1 => Just(String::new()),
        1 => Just(" A-1 ".to_owned()),
        1 => Just("a-1".to_owned()),
        1 => Just("tab\there".to_owned()),
        1 => Just("N".repeat(60)),
        1 => "\\PC{1,12}",
    ]
}

fn wild_product() -> impl Strategy<Value = Vec<u8>> {
    let variant = (
        name(),
        prop::collection::btree_map(field_name(), odd_value(), 0..3),
        told(),
        prop::option::of(prop::sample::select(vec!["B0EXAMPLE1", "not an asin", "123"])),
    );
    let variants = prop::collection::vec(variant, 0..4);
    let axes =
        prop::collection::vec(prop::sample::select(vec!["color", "size", "custom.roast", "colour", "sku"]), 0..3);
    let kind = prop_oneof![
        6 => Just("standard"),
        1 => prop::sample::select(vec!["bundle", "digital", "service", "mystery", ""]),
    ];
    let fields = prop::collection::btree_map(field_name(), odd_value(), 0..4);
    (name(), kind, axes, fields, variants, any::<bool>()).prop_map(
        |(key, kind, axes, wild_fields, variants, is_sound)| {
            let mut fields = base_fields();
            if !is_sound {
                fields.extend(wild_fields);
            }
            let variants: Vec<Value> = variants
                .into_iter()
                .enumerate()
                .map(|(at, (sku, wild_fields, told, asin))| {
                    let mut fields: BTreeMap<String, Value> =
                        axes.iter().map(|axis| ((*axis).to_owned(), json!(format!("{at}")))).collect();
                    if !is_sound {
                        fields.extend(wild_fields);
                    }
                    let mut variant = Variant { sku, fields, told }.to_json();
                    if let Some(asin) = asin {
                        variant["identifiers"].as_array_mut().unwrap().push(json!({ "asin": asin }));
                    }
                    variant
                })
                .collect();
            let axes: Vec<Value> = axes.iter().map(|axis| json!({ "field": axis })).collect();
            let product = json!({
                "key": key, "kind": kind, "axes": axes, "fields": fields, "variants": variants,
                "media": [{ "url": "https://images.example.com/a.jpg", "role": "main" }, { "url": "ftp://nowhere" }],
            });
            product.to_string().into_bytes()
        },
    )
}

fn field_name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "title", "brand", "color", "size", "description", "bullet_points", "item_weight", "number_of_items",
            "release_date", "batteries_required", "country_of_origin", "condition", "dangerous_goods", "custom.any",
        ])
        .prop_map(str::to_owned),
        1 => prop::sample::select(vec!["colour", "price", "sku", "custom.", "", "axes"]).prop_map(str::to_owned),
        1 => "\\PC{0,8}",
    ]
}
