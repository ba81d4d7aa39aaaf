//! Templates over documents made for the purpose: what a rule writes, and what is said when it cannot.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use feedwright_catalog::Currency;
use feedwright_catalog::Field;
use feedwright_catalog::Findings;
use feedwright_catalog::Item;
use feedwright_catalog::Known;
use feedwright_catalog::Measure;
use feedwright_catalog::Product;
use feedwright_catalog::Scope;
use feedwright_catalog::Sku;
use feedwright_catalog::Unit;
use feedwright_catalog::Value;
use feedwright_catalog::Variant;
use feedwright_catalog::gtin::Gtin;
use feedwright_catalog::product::Identifier;
use feedwright_catalog::product::IdentifierKind;
use feedwright_marketplace::Listing;
use feedwright_marketplace::requirements::Shape;
use feedwright_marketplace::template::Layout;
use feedwright_marketplace::template::Page;
use feedwright_marketplace::template::Plan;
use feedwright_marketplace::template::Template;
use feedwright_marketplace::template::TemplateError;
use feedwright_marketplace::template::TemplateText;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

fn document() -> serde_json::Value {
    let text = json!({"type": "string"});
    json!({"type": "object", "properties": {
        "weight": {"type": "number"},
        "length": {"type": "object", "properties": {
            "measure": {"type": "number"},
            "unit": {"type": "string", "enum": ["in", "cm"]}
        }},
        "id": text, "note": text, "page": text, "policy": text,
        "Shown": {"type": "object", "properties": {"Mugs & Cups": {"type": "object", "properties": {
            "name": text, "Chip/Set": text, "dotted.name": text, "frameColor": text,
            "tags": {"type": "array", "items": text}
        }}}}
    }})
}

fn measure(amount: i64, unit: &str) -> Value {
    Value::Measure(Measure { amount: amount.into(), unit: Unit::parse(unit).unwrap() })
}

fn product() -> Product {
    let mut product = Product { key: "MUG".into(), ..Product::default() };
    product.fields.set(Known::Title, Value::Text("Mug <b>".to_owned()));
    product.fields.set(Known::Description, Value::Text("<p onclick='x'>Good</p>".to_owned()));
    product.fields.set(Known::PackageWeight, measure(1, "kg"));
    product.fields.set(Known::ItemLength, measure(10, "cm"));
    for (name, value) in [("Chip/Set", "A"), ("dotted.name", "B"), ("frame_color", "C"), ("tags", "D"), ("name", "no")]
    {
        product.fields.set(Field::Custom(name.into()), Value::Text(value.to_owned()));
    }
    let mut variant = Variant::new(Sku::parse("MUG-1").unwrap(), product.origin.clone());
    let gtin = Gtin::parse("036000291452").unwrap();
    variant.identifiers.push(Identifier { kind: IdentifierKind::Gtin(gtin), raw: "036000291452".into() });
    product.variants.push(variant);
    product
}

fn read(rules: &str) -> Result<Template, String> {
    let page = Page::read("description", "<h1>{{ title }}</h1>{{ description | safe }}").unwrap();
    let pages = BTreeMap::from([("description".to_owned(), Arc::new(page))]);
    let file = TemplateText { name: "t.toml".to_owned(), text: rules.to_owned() };
    Template::read(&[file], &BTreeMap::new(), &pages, &["policy_id"]).map_err(|why| why.to_string())
}

/// What the rules make of the product, as JSON, with the plan they were compiled to.
fn fill(rules: &str) -> (Plan, String) {
    let layout = Layout {
        leaves: &["measure"],
        units: &["unit"],
        settings: BTreeMap::from([("policy_id", String::new())]),
        ..Layout::default()
    };
    let plan = Plan::compile(&read(rules).unwrap(), "Mugs & Cups", &Shape::of(&document()), &layout);
    let product = product();
    let variant = &product.variants[0];
    let scope = Scope::default();
    let item = Item {
        product: &product,
        variant: Some(variant),
        sku: &variant.sku,
        parent_sku: None,
        members: &[],
        leads: None,
        scope: &scope,
        defaults: &[],
    };
    let mut listing = Listing::new();
    let mut findings = Findings::default();
    plan.fill(&item, Currency::parse("USD").unwrap(), &mut listing, &mut findings);
    assert!(findings.list().is_empty(), "{:?}", findings.list());
    let mut out = Vec::new();
    listing.root().write_json(&mut out);
    (plan, String::from_utf8(out).unwrap())
}

fn written(rule: &str) -> String {
    fill(&format!("[[attribute]]\n{rule}\n")).1
}

#[test]
fn an_amount_stands_alone_in_the_unit_the_rule_names() {
    let rule = "to = \"weight\"\nfrom = \"package_weight\"\nshape = \"measure\"\nunit = \"lb\"";
    assert_eq!(written(rule), r#"{"weight":2.2046}"#);
    assert_eq!(written(&format!("{rule}\ndecimals = 2")), r#"{"weight":2.2}"#);
    assert_eq!(
        written("to = \"weight\"\nfrom = \"package_weight\"\nshape = \"measure\"\nunit = \"kg\"\ndecimals = 2"),
        r#"{"weight":1}"#,
        "what need not be converted is not rounded either"
    );
    let length = "to = \"length\"\nfrom = \"item_length\"\nshape = \"measure\"";
    assert_eq!(written(length), r#"{"length":{"measure":10,"unit":"cm"}}"#);
}

#[test]
fn the_first_rule_that_fills_a_place_wins_with_its_unit() {
    let rules = r#"
        [[attribute]]
        to = "length"
        from = "item_length"
        shape = "measure"
        [[attribute]]
        to = "length"
        from = "item_length"
        shape = "measure"
        [[attribute]]
        to = "length.unit"
        const = "in"
        [[attribute]]
        to = "note"
        from = "brand"
        [[attribute]]
        to = "note"
        const = "filled by the second, where the first has nothing"
        [[attribute]]
        to = "note"
        from = "title"
    "#;
    let note = "filled by the second, where the first has nothing";
    assert_eq!(fill(rules).1, format!(r#"{{"length":{{"measure":10,"unit":"cm"}},"note":"{note}"}}"#));
}

#[test]
fn a_barcode_number_is_padded_and_a_page_is_made_safe() {
    assert_eq!(written("to = \"id\"\nfrom = \"gtin\"\nshape = \"gtin14\""), r#"{"id":"00036000291452"}"#);
    assert_eq!(written("to = \"page\"\npage = \"description\""), r#"{"page":"<h1>Mug &lt;b&gt;</h1><p>Good</p>"}"#);
}

#[test]
fn the_category_and_every_other_attribute_can_be_named_without_knowing_them() {
    let rules = r#"
        [[attribute]]
        to = "Shown.{category}.name"
        from = "title"
        [[attribute]]
        to = "Shown.{category}.*"
        from = "custom.*"
    "#;
    let (plan, json) = fill(rules);
    let expected = r#"{"Shown":{"Mugs & Cups":{"name":"Mug <b>","Chip/Set":"A","dotted.name":"B","frameColor":"C","tags":["D"]}}}"#;
    assert_eq!(json, expected);
    let rule = plan.rule_for("/Shown/Mugs & Cups/Chip~1Set").unwrap();
    assert_eq!(rule.fields()[0].to_string(), "custom.Chip/Set");
    assert_eq!(rule.to.to_string(), "Shown.\"Mugs & Cups\".\"Chip/Set\"");
}

#[test]
fn a_setting_that_is_missing_is_named() {
    let (plan, json) = fill("[[attribute]]\nto = \"policy\"\nsetting = \"policy_id\"\n");
    assert_eq!((json.as_str(), plan.unset_setting("/policy")), ("{}", Some("policy_id")));
    assert_eq!(plan.unset_setting("/note"), None);
}

#[test]
fn what_a_rule_cannot_mean_is_said_with_its_line() {
    let check = |rule: &str, expected: &str| {
        let problem = read(&format!("[[attribute]]\n{rule}\n")).unwrap_err();
        assert!(problem.starts_with("t.toml:") && problem.contains(expected), "{problem}");
    };
    check("to = \"a.*\"\nfrom = \"title\"", "needs `from = \"custom.*\"`");
    check("to = \"a.*\"\nconst = \"x\"", "needs `from = \"custom.*\"`");
    check("to = \"a\"\nfrom = \"title\"\nunit = \"lb\"", "`unit` and `decimals` go with `shape = \"measure\"`");
    check("to = \"a\"\nfrom = \"item_length\"\nshape = \"measure\"\nunit = \"ells\"", "`ells` is not a unit we know");
    check("to = \"a\"\nfrom = \"title\"\nshape = \"gtin14\"", "`title` is no barcode number");
    check("to = \"a\"\npage = \"descripton\"", "did you mean `description`?");
    check("to = \"a[b=c]\"\nconst = \"x\"", "a template's path has no `[…]`");
    let own = read("[[attribute]]\nto = \"Shown.{category}.nme\"\nfrom = \"title\"\n").unwrap();
    let problem =
        own.check_targets([Ok::<_, TemplateError>(Arc::new(Shape::of(&document())))]).unwrap_err().to_string();
    assert_eq!(problem, "t.toml:1: no category has the attribute `Shown.{category}.nme`");
}
