//! Any text as a seller's template; one that can be read is compiled for a category and fills a record.
#![no_main]

use feedwright_catalog::Field;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Origin;
use feedwright_catalog::Product;
use feedwright_catalog::Scope;
use feedwright_catalog::json::ProductJson;
use feedwright_fuzz::markets;
use feedwright_fuzz::usd;
use feedwright_marketplace::Category;
use feedwright_marketplace::Listing;
use feedwright_marketplace::listing::Key;
use feedwright_marketplace::template::Layout;
use feedwright_marketplace::template::Plan;
use feedwright_marketplace::template::Table;
use feedwright_marketplace::template::Template;
use feedwright_marketplace::template::TemplateError;
use feedwright_marketplace::template::TemplateText;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::OnceLock;

static PRODUCT: &str = r#"{"key": "mug", "axes": [{"field": "color", "label": "Color"}], "categories": [{"path": "Home > Mugs"}],
    "fields": {"title": "Mug", "description": "<p>A mug &amp; more</p>", "bullet_points": ["one", "two"], "brand": "B",
    "item_weight": {"amount": "0.4", "unit": "lb"}, "package_length": {"amount": "5.5", "unit": "in"}, "number_of_items": 1,
    "batteries_required": false, "country_of_origin": "PL", "release_date": "2026-01-02"},
    "variants": [{"sku": "MUG-1", "identifiers": [{"gtin": "9520004100007"}], "fields": {"color": "red"},
    "offers": [{"price": {"amount": "12.50", "currency": "USD"}}], "stock": [{"quantity": 3}]}]}"#;

fn category() -> &'static Category {
    static CATEGORY: OnceLock<Arc<Category>> = OnceLock::new();
    CATEGORY.get_or_init(|| {
        let markets = markets();
        let found =
            markets.iter().find_map(|market| market.opened.category(&market.adapter.profile.feeds[0], "HOME").ok());
        found.expect("there is a starter")
    })
}

fn product() -> &'static Product {
    static PRODUCT_READ: OnceLock<Product> = OnceLock::new();
    PRODUCT_READ.get_or_init(|| {
        let json: ProductJson = serde_json::from_str(PRODUCT).expect("it is a product");
        json.into_product(&Origin::default(), &mut Findings::default()).expect("it has a variant")
    })
}

fuzz_target!(|text: &str| {
    let table = Table::read("colors", "from,to\nred,RED\nblue,BLUE\n").expect("a table");
    let tables = BTreeMap::from([("colors".to_owned(), Arc::new(table))]);
    let file = TemplateText { name: "fuzz.toml".to_owned(), text: text.to_owned() };
    let Ok(template) = Template::read(&[file], &tables, &BTreeMap::new(), &["fulfillment"]) else { return };
    let shape = category().requirements.shape();
    let _ = template.check_targets([Ok::<_, TemplateError>(category().requirements.shared_shape())]);
    let layout = Layout {
        base: vec![Key::new("attributes")],
        selectors: vec![(Key::new("marketplace_id"), "X".to_owned()), (Key::new("language_tag"), "en_US".to_owned())],
        leaves: &["value"],
        units: &["unit"],
        settings: BTreeMap::from([("fulfillment", "merchant".to_owned())]),
        ..Layout::default()
    };
    let plan = Plan::compile(&template, "HOME", shape, &layout);
    let product = product();
    let variant = &product.variants[0];
    let scope = Scope::default();
    let item = Item {
        product,
        variant: Some(variant),
        sku: &variant.sku,
        parent_sku: None,
        members: &[],
        leads: None,
        scope: &scope,
        defaults: &[],
    };
    let (mut once, mut twice) = (Listing::new(), Listing::new());
    let (mut first, mut second) = (Findings::default(), Findings::default());
    let left: Vec<Field> = plan.fill(&item, usd(), &mut once, &mut first).left_over;
    assert_eq!(left, plan.fill(&item, usd(), &mut twice, &mut second).left_over);
    assert_eq!(first.list(), second.list());
    let (mut a, mut b) = (Vec::new(), Vec::new());
    once.root().write_json(&mut a);
    twice.root().write_json(&mut b);
    assert_eq!(a, b, "the same item gives the same record");
    let _: serde_json::Value = serde_json::from_slice(&a).expect("a record is JSON");
});
